use super::*;

#[test]
fn plausible_values_are_read_and_written_ones_are_kept() {
    let bench = Bench::new();
    let mut pump = bench.simulate(TABLE_NAME, &["--record", "end.json", "--seed", "4"]);
    assert!(pump.first_line.ends_with(", unit 1\n"), "{}", pump.first_line);
    let read = |point: &str| bench.succeeds(&["read", TABLE_NAME, point, "--tcp", &pump.address]);
    assert!(read("mode").contains("  Auto  "), "{}", read("mode"));
    assert!(read("set_point").contains("  21.5 °C  "), "{}", read("set_point"));
    assert!(read("model").contains("  Simulated  "), "{}", read("model"));
    let written = bench.succeeds(&["write", TABLE_NAME, "set_point", "18.5", "mode", "2", "--tcp", &pump.address]);
    assert!(written.contains("21.5 °C → 18.5 °C") && written.contains("Auto → Manual"), "{written}");
    assert!(read("set_point").contains("  18.5 °C  "));
    // What is only written cannot be read, and what is only read cannot be written.
    bench.succeeds(&["write", TABLE_NAME, "reset", "1", "--tcp", &pump.address]);
    assert_eq!(pump.interrupt(), Some(0));
    let end = bench.image("end.json");
    let holding = &end["units"]["1"]["holding_register"];
    assert_eq!((&holding["5"], &holding["6"], holding.get("90")), (&185.into(), &2.into(), None));

    // It goes on from there.
    let pump = bench.simulate(TABLE_NAME, &["--image", "end.json"]);
    let text = bench.succeeds(&["read", TABLE_NAME, "mode", "--tcp", &pump.address]);
    assert!(text.contains("  Manual  "), "{text}");
}

#[test]
fn every_request_is_a_line() {
    let bench = Bench::new();
    let mut pump = bench.simulate(TABLE_NAME, &["-v"]);
    bench.succeeds(&["write", TABLE_NAME, "set_point", "18.5", "--tcp", &pump.address]);
    let lines = [pump.line(), pump.line(), pump.line()];
    assert!(lines[0].ends_with("Z unit 1 read holding register 5\n"), "{lines:?}");
    assert!(lines[1].ends_with("Z unit 1 write holding register 5: 185\n"), "{lines:?}");
}

#[test]
fn several_units_are_devices_of_their_own() {
    let bench = Bench::new();
    let pump = bench.simulate(TABLE_NAME, &["--unit", "1,7"]);
    let set = |unit: &str, value: &str| {
        bench.succeeds(&["write", TABLE_NAME, "set_point", value, "--tcp", &pump.address, "--unit", unit]);
    };
    set("1", "12");
    set("7", "28");
    for (unit, value) in [("1", "  12 °C  "), ("7", "  28 °C  ")] {
        let text = bench.succeeds(&["read", TABLE_NAME, "set_point", "--tcp", &pump.address, "--unit", unit]);
        assert!(text.contains(value), "{text}");
    }
}

#[test]
fn faults_are_survived() {
    let bench = Bench::new();
    let pump = bench.simulate(TABLE_NAME, &["--fault", "drop=0.2,corrupt=10%,misfit=0.1", "--seed", "5"]);
    let mut read = 0;
    for _ in 0..10 {
        let arguments = ["read", TABLE_NAME, "set_point", "--tcp", &pump.address, "--timeout", "0.2", "--retries", "4"];
        let output = bench.run(&arguments);
        if output.status.success() {
            let text = String::from_utf8(output.stdout).unwrap();
            assert!(text.contains("  21.5 °C  "), "{text}");
            read += 1;
        }
    }
    assert!(read >= 7, "{read}");
}

#[test]
fn usage_errors_show_the_usage_of_the_command() {
    let bench = Bench::new();
    for (arguments, said) in [
        (&["simulate", TABLE_NAME][..], "Usage: modbus-bindgen simulate"),
        (&["simulate", TABLE_NAME, "--tcp", "127.0.0.1:0", "--fault", "loss=1"], "no fault `loss`"),
        (&["record", TABLE_NAME, "--out", "x.json"], "Usage: modbus-bindgen record"),
        (&["restore", TABLE_NAME, "x.json", "--tcp", "127.0.0.1:1"], "--yes writes, --dry-run shows"),
        (&["record", TABLE_NAME, "--image", "x.json", "--out", "y.json"], "this command needs a real one"),
        (&["read", TABLE_NAME, "--variant", "S", "--tcp", "127.0.0.1:1"], "has no variants"),
        (&["read", "family.toml", "--variant", "M", "--tcp", "127.0.0.1:1"], "variants: L, S"),
        (&["read", TABLE_NAME, "--lang", "sv", "--tcp", "127.0.0.1:1"], "no labels in sv"),
    ] {
        let (_, err) = bench.exits(2, arguments);
        assert!(err.contains(said), "{err}");
    }
    let (_, err) = bench.exits(1, &["simulate", TABLE_NAME, "--tcp", "127.0.0.1:0", "--image", "none.json"]);
    assert!(err.contains("none.json"), "{err}");
}

#[test]
fn every_help_begins_with_an_example() {
    let bench = Bench::new();
    let help = bench.succeeds(&["--help"]);
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands = commands.take_while(|line| line.starts_with("  ")).filter_map(|line| line.split_whitespace().next());
    let mut count = 0;
    for command in commands.filter(|command| *command != "help") {
        let help = bench.succeeds(&[command, "--help"]);
        assert!(help.starts_with(&format!("Example: modbus-bindgen {command} ")), "{help}");
        count += 1;
    }
    assert!(help.starts_with("Example: modbus-bindgen ") && count >= 16, "{count}");
}

#[test]
fn packagers_get_completions_and_a_manual() {
    let bench = Bench::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        assert!(bench.succeeds(&["completions", shell]).contains("simulate"), "{shell}");
    }
    assert!(bench.succeeds(&["man"]).contains(".TH modbus-bindgen 1"));
    bench.succeeds(&["man", "--out-dir", "man"]);
    assert!(bench.path("man/modbus-bindgen-verify.1").exists());
}
