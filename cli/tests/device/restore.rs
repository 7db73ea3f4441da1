use super::*;

#[test]
fn changes_are_shown_written_and_read_back() {
    let bench = Bench::new();
    let pump = bench.simulate(TABLE_NAME, &[]);
    bench.succeeds(&["record", TABLE_NAME, "--tcp", &pump.address, "--out", "one.json"]);
    let restore =
        |more: &[&str]| bench.succeeds(&[&["restore", TABLE_NAME, "one.json", "--tcp", &pump.address], more].concat());
    assert!(restore(&["--yes"]).starts_with("nothing to restore: 7 settings as in one.json"));
    let changes = ["set_point", "12", "fan", "99", "fan_stage", "Low", "fan_mode", "Off"];
    bench.succeeds(&[&["write", TABLE_NAME, "--tcp", &pump.address][..], &changes].concat());
    let shown = restore(&["--dry-run"]);
    assert!(shown.contains("Set point  12 °C → 21.5 °C"), "{shown}");
    assert_eq!(shown.lines().count(), 4, "{shown}");
    assert!(restore(&["--yes"]).ends_with("4 of 4 settings written and read back\n"));
    bench.succeeds(&["record", TABLE_NAME, "--tcp", &pump.address, "--out", "two.json"]);
    for address in ["5", "6", "9", "70", "71", "72", "73"] {
        let holding = |name: &str| bench.image(name)["units"]["1"]["holding_register"][address].clone();
        assert_eq!(holding("one.json"), holding("two.json"));
    }
}

/// The settings of every device come back after they were changed at random, as the bytes they were.
#[test]
fn random_changes_are_taken_back() {
    let bench = Bench::new();
    for (manifest, seed) in DEVICES.map(|device| manifest(device).to_str().unwrap().to_owned()).iter().zip(1_u64..) {
        let first = bench.simulate(manifest, &["--seed", &seed.to_string()]);
        bench.succeeds(&["record", manifest, "--tcp", &first.address, "--out", "one.json"]);
        drop(first);
        let mut changed = bench.image("one.json");
        let mut state = seed;
        for table in ["coil", "holding_register"] {
            let cells = changed["units"]["1"][table].as_object_mut().unwrap();
            // Not what a device says about its points.
            let settings = cells.iter_mut().filter(|(at, _)| !(60_000..=65_000).contains(&at.parse().unwrap()));
            for (_, cell) in settings {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                if let (Some(word), true) = (cell.as_u64(), state >> 62 == 0) {
                    *cell = (word ^ 1).into();
                }
            }
        }
        bench.write_image("changed.json", &changed);
        let device = bench.simulate(manifest, &["--image", "changed.json"]);
        bench.run(&["restore", manifest, "one.json", "--tcp", &device.address, "--yes"]);
        let again = bench.succeeds(&["restore", manifest, "one.json", "--tcp", &device.address, "--dry-run"]);
        assert!(again.starts_with("nothing to restore: "), "{manifest}: {again}");
    }
}

#[test]
fn never_what_is_outside_limits_or_unknown() {
    let bench = Bench::new();
    let pump = bench.simulate(TABLE_NAME, &[]);
    bench.succeeds(&["record", TABLE_NAME, "--tcp", &pump.address, "--out", "one.json"]);
    let mut image = bench.image("one.json");
    for (address, word) in [("5", 999), ("6", 77), ("8", 5), ("70", 55)] {
        image["units"]["1"]["holding_register"][address] = word.into();
    }
    bench.write_image("odd.json", &image);
    let (out, err) = bench.exits(0, &["restore", TABLE_NAME, "odd.json", "--tcp", &pump.address, "--yes"]);
    assert!(out.ends_with("1 of 1 setting written and read back\n"), "{out}");
    assert!(err.contains("set_point is not restored: 99.9 °C is outside the device's limits, 10 °C to 30 °C"), "{err}");
    assert!(err.contains("mode is not restored: the image holds code 77"), "{err}");
}

/// A device that answers late, so that somebody can interrupt.
#[test]
fn whoever_interrupts_is_told_what_was_written() {
    let bench = Bench::new();
    let pump = bench.simulate(TABLE_NAME, &[]);
    bench.succeeds(&["record", TABLE_NAME, "--tcp", &pump.address, "--out", "one.json"]);
    let mut image = bench.image("one.json");
    for (address, word) in [("5", 120), ("6", 2), ("9", 33), ("70", 11), ("71", 1), ("72", 12), ("73", 0)] {
        image["units"]["1"]["holding_register"][address] = word.into();
    }
    bench.write_image("changed.json", &image);
    let slow = bench.simulate(TABLE_NAME, &["--image", "one.json", "--fault", "late=1:0.5"]);
    let arguments = ["restore", TABLE_NAME, "changed.json", "--tcp", &slow.address, "--yes", "--timeout", "3"];
    let mut child = bench.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // The reading of a block is done when the table is shown.
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("fan_mode") {
        line.clear();
        assert!(out.read_line(&mut line).unwrap() > 0);
    }
    std::thread::sleep(std::time::Duration::from_millis(1_300));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{err}");
    let list = |begin: &str| {
        let line = err.lines().find_map(|line| line.strip_prefix(begin)).unwrap_or_else(|| panic!("{err}"));
        line.split(", ").map(str::to_owned).collect::<Vec<_>>()
    };
    let (written, unknown, left) =
        (list("written: "), list("may or may not have been written: "), list("not written: "));
    assert_eq!(written.first().map(String::as_str), Some("set_point"), "{err}");
    assert_eq!(written.len() + unknown.len() + left.len(), 7, "{err}");
    assert!(!left.is_empty() && left.last().map(String::as_str) == Some("fan_mode"), "{err}");
}
