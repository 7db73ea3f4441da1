//! `write --dry-run`.

use super::*;

#[test]
fn a_dry_run_shows_words_and_requests() {
    let bench = Bench::new();
    let out = bench.succeeds(&["write", TABLE_NAME, "set_point", "21.5", "mode", "Manual", "fan", "7", "--dry-run"]);
    let expected = "\
Set point  21.5 °C  holding register 5   set_point
Mode       Manual   holding register 6   mode
Fan        7 %      holding register 70  fan

nothing was sent; it would be
  unit 1, function 16, address 5: 0x00D7 0x0002 (PDU 10 00 05 00 02 04 00 D7 00 02)
  unit 1, function 6, address 70: 0x0007 (PDU 06 00 46 00 07)
";
    assert_eq!(out, expected);
    let json = bench.succeeds(&["write", TABLE_NAME, "fan", "7", "--dry-run", "--format", "json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        json[0],
        serde_json::json!({
            "unit": 1, "function": 6, "address": 70, "words": [7], "pdu": "06 00 46 00 07"
        })
    );
    // Limits are checked before anybody is asked.
    let (_, err) = bench.exits(1, &["write", TABLE_NAME, "set_point", "35", "--tcp", "127.0.0.1:1"]);
    assert!(err.contains("cannot write set_point: 35 °C is outside the device's limits"), "{err}");
    // A point of another unit is sent there.
    let out = bench.succeeds(&["write", "family.toml", "meter_limit", "6", "--variant", "L", "--dry-run"]);
    assert!(out.contains("unit 2, function 6, address 1: 0x003C"), "{out}");
}
