use super::*;

#[test]
fn units_are_found_with_the_table_that_fits() {
    let bench = Bench::new();
    let thermia = manifest("thermia-genesis");
    let ctc = manifest("ctc-bms");
    let thermia = thermia.to_str().unwrap();
    let device = bench.simulate(thermia, &[]);
    let arguments = ["discover", ctc.to_str().unwrap(), thermia, TABLE_NAME, "--tcp", &device.address];
    let out = bench.succeeds(&[&arguments[..], &["--format", "json"]].concat());
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&report["answers_all"], &report["complete"]), (&true.into(), &true.into()), "{report}");
    let best = &report["found"][0]["tables"][0];
    assert_eq!(best["device"], "Thermia Genesis");
    assert_eq!(best["fits"], best["asked"]);
    let out = bench.succeeds(&[&arguments[..], &["--units", "3-4"]].concat());
    assert!(out.contains("  unit 3\n    Thermia Genesis "), "{out}");
    let (_, err) = bench.exits(1, &["discover", "--tcp", "127.0.0.1:1", "--limit", "2"]);
    assert!(err.contains("127.0.0.1:1"), "{err}");
}
