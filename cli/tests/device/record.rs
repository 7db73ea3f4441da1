use super::*;
use serde_json::json;

/// What is recorded, played and recorded again is the same, but for the time.
#[track_caller]
fn is_identity(bench: &Bench, manifest: &str, more: &[&str]) -> Value {
    let first = bench.simulate(manifest, &[more, &["--seed", "9"]].concat());
    let said = bench.succeeds(&[&["record", manifest, "--tcp", &first.address, "--out", "one.json"], more].concat());
    assert!(said.starts_with("one.json: "), "{said}");
    let second = bench.simulate(manifest, &[more, &["--image", "one.json"]].concat());
    bench.succeeds(&[&["record", manifest, "--tcp", &second.address, "--out", "two.json"], more].concat());
    assert_eq!(without_time(bench.image("one.json")), without_time(bench.image("two.json")), "{manifest}");
    bench.image("one.json")
}

#[test]
fn recording_what_plays_a_record_is_the_identity() {
    let bench = Bench::new();
    for device in DEVICES {
        is_identity(&bench, manifest(device).to_str().unwrap(), &[]);
    }
    let image = is_identity(&bench, TABLE_NAME, &[]);
    assert_eq!((&image["format"], &image["device"]), (&json!(1), &json!("pump-holding")));
    assert_eq!(image["units"]["1"]["holding_register"].as_object().unwrap().len(), 30);
    // Variants and unit ids.
    for (variant, own, foreign) in [("S", "2", "10"), ("L", "10", "2")] {
        let image = is_identity(&bench, "family.toml", &["--variant", variant]);
        let holding = &image["units"]["1"]["holding_register"];
        assert!(holding.get(own).is_some() && holding.get(foreign).is_none(), "{image}");
        assert_eq!(image["units"]["2"]["holding_register"].as_object().unwrap().len(), 2);
    }
}

#[test]
fn exceptions_silence_and_holes_are_recorded() {
    let bench = Bench::new();
    let pump = bench.simulate(TABLE_NAME, &[]);
    bench.succeeds(&["record", TABLE_NAME, "--tcp", &pump.address, "--out", "one.json"]);
    let mut image = bench.image("one.json");
    let holding = &mut image["units"]["1"]["holding_register"];
    holding["3"] = json!({"exception": 4});
    holding["8"] = json!({"silent": true});
    holding["60"] = json!({"exception": 2});
    holding.as_object_mut().unwrap().remove("70");
    bench.write_image("edited.json", &image);
    let pump = bench.simulate(TABLE_NAME, &["--image", "edited.json"]);
    let arguments = ["record", TABLE_NAME, "--tcp", &pump.address, "--timeout", "0.2", "--out", "two.json"];
    let said = bench.succeeds(&arguments);
    assert_eq!(said, "two.json: 26 addresses, 3 refused, 1 silent\n");
    // What is not there answers exception 2.
    image["units"]["1"]["holding_register"]["70"] = json!({"exception": 2});
    assert_eq!(without_time(bench.image("two.json")), without_time(image));
}

#[test]
fn what_is_recorded_is_read_as_the_device_is() {
    let bench = Bench::new();
    for manifest in DEVICES.map(manifest).iter().map(|path| path.to_str().unwrap()).chain([TABLE_NAME]) {
        // Nothing moves in what is played from an image.
        let first = bench.simulate(manifest, &["--seed", "3"]);
        bench.succeeds(&["record", manifest, "--tcp", &first.address, "--out", "one.json"]);
        let second = bench.simulate(manifest, &["--image", "one.json"]);
        let read = |link: [&str; 2]| -> Value {
            let text = bench.succeeds(&["read", manifest, link[0], link[1], "--format", "json"]);
            serde_json::from_str(&text).unwrap()
        };
        let (live, recorded) = (read(["--tcp", &second.address]), read(["--image", "one.json"]));
        assert_eq!(live["points"], recorded["points"], "{manifest}");
    }
}

#[test]
fn an_image_has_its_variant_found_out() {
    let bench = Bench::new();
    for variant in ["S", "L"] {
        let pump = bench.simulate("family.toml", &["--variant", variant]);
        bench.succeeds(&["record", "family.toml", "--tcp", &pump.address, "--out", "one.json"]);
        let (out, err) = bench.exits(0, &["read", "family.toml", "--image", "one.json"]);
        assert!(err.contains(&format!("variant {variant}: ")), "{err}");
        assert_eq!(out.contains("small_pump"), variant == "S", "{out}");
        assert_eq!(out.contains("large_pump"), variant == "L", "{out}");
        let (out, _) = bench.exits(0, &["read", "family.toml", "--tcp", &pump.address, "--format", "csv"]);
        assert_eq!(out.lines().count(), 2);
        assert_eq!(out.contains("large_pump"), variant == "L", "{out}");
    }
}

#[test]
fn files_that_are_no_images_are_refused() {
    let bench = Bench::new();
    fs::write(bench.path("no.json"), "{\"format\": 2}").unwrap();
    let (_, err) = bench.exits(1, &["read", TABLE_NAME, "--image", "no.json"]);
    assert!(err.contains("no.json: image of format 2"), "{err}");
    fs::write(bench.path("other.json"), r#"{"format": 1, "device": "Other", "units": {}}"#).unwrap();
    let (out, err) = bench.exits(0, &["read", TABLE_NAME, "--image", "other.json"]);
    assert!(err.contains("warning: other.json was recorded from “Other”"), "{err}");
    assert!(out.contains("(not recorded)"), "{out}");
    let (_, err) = bench.exits(1, &["record", TABLE_NAME, "--tcp", "127.0.0.1:1", "--out", TABLE_NAME]);
    assert!(err.contains("is an input of this command"), "{err}");
}

#[test]
fn pages_show_what_was_recorded() {
    let bench = Bench::new();
    let pump = bench.simulate(TABLE_NAME, &[]);
    bench.succeeds(&["record", TABLE_NAME, "--tcp", &pump.address, "--out", "one.json"]);
    let page = bench.succeeds(&["docs", TABLE_NAME, "--format", "md", "--values", "one.json"]);
    let row = page.lines().find(|line| line.contains("| Set point |")).unwrap();
    assert!(row.contains("| Set point | 21.5 °C |"), "{row}");
    assert!(!bench.succeeds(&["docs", TABLE_NAME, "--format", "md"]).contains("| Value |"));
    let page = bench.succeeds(&["docs", TABLE_NAME, "--format", "html", "--values", "one.json"]);
    assert!(page.contains(">Value<") && page.contains("<td>21.5 °C"), "{page}");
    let (_, err) = bench
        .exits(2, &["docs", TABLE_NAME, "family.toml", "--format", "md", "--values", "one.json", "--out-dir", "x"]);
    assert!(err.contains("--values takes one manifest"), "{err}");
}
