use super::*;
use serde_json::json;

fn verify(bench: &Bench, status: i32, arguments: &[&str]) -> Value {
    let (out, err) = bench.exits(status, &[&["verify"], arguments, &["--format", "json"]].concat());
    serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"))
}

/// What was found: certainty, kind and the first point.
fn found(report: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap();
    findings.iter().map(|one| (text(&one["certainty"]), text(&one["kind"]), text(&one["ids"][0]))).collect()
}

#[test]
fn a_device_that_fits_is_left_alone() {
    let bench = Bench::new();
    let devices = DEVICES.map(|device| manifest(device).to_str().unwrap().to_owned());
    let cases = devices.iter().map(|path| (path.as_str(), None)).chain([(TABLE_NAME, None)]);
    let cases = cases.chain(["S", "L"].map(|variant| ("family.toml", Some(variant))));
    for (manifest, variant) in cases {
        for seed in ["1", "50", "100"] {
            let variant: Vec<&str> = variant.iter().flat_map(|variant| ["--variant", *variant]).collect();
            let device = bench.simulate(manifest, &[&variant[..], &["--seed", seed]].concat());
            let report = verify(&bench, 0, &[manifest, "--tcp", &device.address]);
            assert_eq!(report["findings"], json!([]), "{manifest} {variant:?} {seed}");
            assert_eq!(report["readings"], 2);
        }
    }
}

/// Twelve disagreements, and one register that is in no table.
#[test]
fn planted_disagreements_are_found_all() {
    let bench = Bench::new();
    for seed in ["1", "2", "3"] {
        let first = bench.simulate(TABLE_NAME, &["--seed", seed]);
        bench.succeeds(&["record", TABLE_NAME, "--tcp", &first.address, "--out", "one.json"]);
        let mut image = bench.image("one.json");
        let holding = image["units"]["1"]["holding_register"].as_object_mut().unwrap();
        let word = |holding: &serde_json::Map<String, Value>, at: &str| holding[at].as_u64().unwrap();
        let mut plant = |at: &str, cell: Value| holding.insert(at.to_owned(), cell);
        plant("60", json!({"exception": 2}));
        plant("8", json!({"silent": true}));
        plant("6", json!(9));
        plant("7", json!(0b10));
        plant("5", json!(350));
        plant("2", json!(65_486));
        for at in ["1", "3", "4"] {
            plant(at, json!(32_767));
        }
        for at in 30..38 {
            plant(&at.to_string(), json!(65_535));
        }
        let (high, low) = (word(holding, "20"), word(holding, "21"));
        holding.insert("20".to_owned(), low.into());
        holding.insert("21".to_owned(), high.into());
        let voltage = word(holding, "51");
        holding.insert("51".to_owned(), (voltage / 10).into());
        for at in (70..74).rev() {
            let word = word(holding, &at.to_string());
            holding.insert((at + 1).to_string(), word.into());
        }
        holding.insert("70".to_owned(), json!({"exception": 2}));
        holding.insert("200".to_owned(), json!(5));
        bench.write_image("planted.json", &image);

        let device = bench.simulate(TABLE_NAME, &["--image", "planted.json"]);
        let arguments = [TABLE_NAME, "--tcp", &device.address, "--timeout", "0.2", "--scan", "holding 195-205"];
        let report = verify(&bench, 1, &arguments);
        let found = found(&report);
        for (certainty, kind, id) in [
            ("certain", "refused", "flow"),
            ("certain", "silent", "starts"),
            ("certain", "unknown_code", "mode"),
            ("certain", "unknown_bit", "alarms"),
            ("certain", "outside_limits", "set_point"),
            ("certain", "refused", "fan"),
            ("suspected", "sign", "outdoor_temperature"),
            ("suspected", "not_available", "return_temperature"),
            ("suspected", "text", "model"),
            ("suspected", "swapped_words", "energy"),
            ("suspected", "scale", "voltage_l2"),
            ("suspected", "off_by_one", "fan"),
        ] {
            let planted = (certainty.to_owned(), kind.to_owned(), id.to_owned());
            assert!(found.contains(&planted), "{planted:?}: {found:#?}");
        }
        // Nothing is said of what is as it was; the shifted block has codes that do not fit.
        let planted = [
            "flow",
            "starts",
            "mode",
            "alarms",
            "set_point",
            "outdoor_temperature",
            "return_temperature",
            "model",
            "energy",
            "voltage_l2",
            "fan",
            "fan_stage",
            "fan_mode",
        ];
        for (_, kind, id) in &found {
            assert!(planted.contains(&id.as_str()), "{kind} {id}");
        }
        assert_eq!(report["unlisted"], json!([{"table": "holding_register", "address": 200, "raw": 5}]));
        let manifest = report["manifest"].as_str().unwrap();
        for entry in ["not_available = [32767]", "signed = true", "order = \"CDAB\"", "registers = \"holding 2\""] {
            assert!(manifest.contains(entry), "{manifest}");
        }

        // Of the record alone the same is said, but for what is beside the table.
        let report = verify(&bench, 1, &[TABLE_NAME, "--image", "planted.json"]);
        assert_eq!(self::found(&report), found);
        assert_eq!(report["readings"], 1);
    }
}

/// A document whose addresses are one higher than the protocol's.
#[test]
fn numbering_is_proposed_where_all_answers_come_one_register_early() {
    let bench = Bench::new();
    let first = bench.simulate(TABLE_NAME, &[]);
    bench.succeeds(&["record", TABLE_NAME, "--tcp", &first.address, "--out", "one.json"]);
    let mut image = bench.image("one.json");
    let cells = image["units"]["1"]["holding_register"].as_object().unwrap().clone();
    let one_lower =
        cells.into_iter().filter_map(|(at, cell)| Some((at.parse::<u16>().unwrap().checked_sub(1)?.to_string(), cell)));
    image["units"]["1"]["holding_register"] = Value::Object(one_lower.collect());
    bench.write_image("shifted.json", &image);
    let device = bench.simulate(TABLE_NAME, &["--image", "shifted.json"]);
    let report = verify(&bench, 1, &[TABLE_NAME, "--tcp", &device.address]);
    assert!(found(&report).iter().filter(|(_, kind, _)| kind == "off_by_one").count() >= 4, "{report}");
    assert!(report["manifest"].as_str().unwrap().contains("numbering = \"one_based\""), "{report}");
}

#[test]
fn a_report_is_for_people_and_for_the_vendor() {
    let bench = Bench::new();
    let device = bench.simulate(TABLE_NAME, &[]);
    let text = bench.succeeds(&["verify", TABLE_NAME, "--tcp", &device.address]);
    assert!(text.contains("21 points, 2 readings: 0 certain, 0 suspected"), "{text}");
    assert!(
        text.contains("The device fits its table.") && text.contains("largest request tried: 10 registers"),
        "{text}"
    );
    let text = bench.succeeds(&["verify", TABLE_NAME, "--tcp", &device.address, "--format", "md"]);
    assert!(text.starts_with("# pump-holding against its register table\n"), "{text}");
}

/// A device that takes less in a request than its table says.
#[test]
fn the_largest_request_is_learnt() {
    let bench = Bench::new();
    let rows = (0..60).map(|at| format!("{at},Value {at},u16,r\n"));
    fs::write(bench.path("small-holding.csv"), format!("Address,Name,Type,Access\n{}", rows.collect::<String>()))
        .unwrap();
    let link = "format = 1\n[device]\nname = \"Small\"\n[link]\nmax_read_registers = 17\n[columns]\naddress = \"Address\"\n\
                description = \"Name\"\ntype = \"Type\"\naccess = \"Access\"\n[[sheet]]\nfile = \"small-holding.csv\"\n\
                table = \"holding_register\"\n";
    fs::write(bench.path("small.toml"), link).unwrap();
    let device = bench.simulate("small.toml", &[]);
    let report = verify(&bench, 0, &["small-holding.csv", "--tcp", &device.address]);
    assert_eq!((&report["learnt"]["largest_request"], &report["findings"]), (&json!(17), &json!([])));
    assert_eq!(report["manifest"], "[link]\nmax_read_registers = 17");
}

/// Dumps of real heat pumps: registers that older software lacks, and nothing that is not so.
#[test]
fn real_devices_are_told_apart_from_wrong_tables() {
    let bench = Bench::new();
    let images = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/images");
    let manifest = manifest("thermia-genesis");
    for name in ["thermia-genesis-a.json", "thermia-genesis-b.json"] {
        let image = images.join(name);
        if !image.exists() {
            eprintln!("skipped: {} is not here", image.display());
            return;
        }
        let report = verify(&bench, 1, &[manifest.to_str().unwrap(), "--image", image.to_str().unwrap()]);
        let found = found(&report);
        assert!(found.iter().all(|(_, kind, _)| kind == "refused") && found.len() <= 3, "{found:?}");
    }
}
