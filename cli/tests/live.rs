//! `read` and `write` as they are called, against a device on this machine.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails says so by panicking")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Output, Stdio};

use modbus_bindgen_runtime::{
    Access, DeviceInfo, LinkInfo, LoggedRequest, PointInfo, PointSpec, Role, Simulator, Table,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

const MANIFEST: &str = r#"format = 1

[device]
name = "Acme Pump"

[columns]
address = "Address"
description = "Name"
unit = "Unit"
divisor = "Scale"
type = "Type"
access = "Access"
values = "Values"
min = "Min"
max = "Max"

[link]
max_read_registers = 20

[link.rtu]
baud_rate = 9600
parity = "even"

[[sheet]]
file = "registers.csv"
table = "holding_register"

[[rule]]
labels = ["Supply temperature"]
set = { not_available = [20000] }
reason = "The sensor may not be fitted."

[[rule]]
labels = ["Mode"]
set = { keep_alive_s = 300 }
reason = "It falls back."

[[override]]
registers = "holding 9"
field = "role"
expect = ["Reset alarms"]
value = "command"
reason = "Writing 1 resets."

[[override]]
registers = "holding 10"
field = "role"
expect = ["Acknowledge alarms"]
value = "command"
reason = "Writing 1 acknowledges."
"#;

const TABLE: &str = "\
Address,Name,Unit,Scale,Type,Access,Values,Min,Max
0,Supply temperature,°C,10,i16,r,,,
1,Set point,°C,10,i16,rw,,10,30
2,Mode,,1,enum,rw,0=Off;1=Auto;2=Manual,,
3,Alarms,,1,flags,r,0=Door;3=Pressure,,
4,Starts,,1,u16,r,,,
9,Reset alarms,,1,u16,w,,,
10,Acknowledge alarms,,,u16,w,1 = Acknowledge,,
";

/// A device on a port of its own, and the manifest of what is at its other end.
struct Pump {
    folder: TempDir,
    simulator: Simulator,
    tcp: String,
    _runtime: Runtime,
}

impl Pump {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("device.toml"), MANIFEST).unwrap();
        fs::write(folder.path().join("registers.csv"), TABLE).unwrap();
        let simulator = Simulator::new(device());
        for (address, word) in [(0, 215), (1, 0xFFCE), (2, 1), (3, 0b1001), (4, 40_000)] {
            simulator.set_raw(Table::HoldingRegister, address, &[word]);
        }
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let tcp = listener.local_addr().unwrap().to_string();
        let served = simulator.clone();
        runtime.spawn(async move { served.serve_tcp(listener).await });
        Self { folder, simulator, tcp, _runtime: runtime }
    }

    fn command(&self, what: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_modbus-bindgen"));
        command.args([what, "device.toml"]).args(arguments).current_dir(self.folder.path());
        command
    }

    fn run(&self, what: &str, arguments: &[&str]) -> Output {
        self.command(what, &[arguments, &["--tcp", &self.tcp]].concat()).output().unwrap()
    }

    #[track_caller]
    fn succeeds(&self, what: &str, arguments: &[&str]) -> String {
        let output = self.run(what, arguments);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    #[track_caller]
    fn fails(&self, status: i32, what: &str, arguments: &[&str]) -> String {
        let output = self.run(what, arguments);
        assert_eq!(output.status.code(), Some(status), "{}", stderr(&output));
        stderr(&output)
    }

    fn word(&self, address: u16) -> u16 {
        self.simulator.raw(Table::HoldingRegister, address, 1).unwrap()[0]
    }

    /// Function, address and count of what was asked.
    fn asked(&self) -> Vec<(u8, u16, u16)> {
        let asked = |request: &LoggedRequest| (request.function, request.address, request.count);
        self.simulator.requests().iter().map(asked).collect()
    }
}

/// The registers that the table lists.
fn device() -> &'static DeviceInfo {
    let point = |address: u16, access, role| {
        let spec = PointSpec { table: Table::HoldingRegister, access, role, ..PointSpec::DEFAULT };
        PointInfo::new(spec).with_words(vec![address]).leak()
    };
    let mut points: Vec<&'static PointInfo> =
        (0..5).map(|address| point(address, Access::ReadWrite, Role::Value)).collect();
    points.push(point(9, Access::Write, Role::Command));
    points.push(point(10, Access::Write, Role::Command));
    Box::leak(Box::new(DeviceInfo {
        name: "Acme Pump",
        manufacturer: "",
        document: "",
        link: LinkInfo::DEFAULT,
        reserved: &[],
        points: vec![&*points.leak()].leak(),
    }))
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn everything_is_read_in_the_fewest_requests() {
    let pump = Pump::new();
    let text = pump.succeeds("read", &[]);
    let expected = format!(
        "Acme Pump at {}, unit 1

  Supply temperature     21.5 °C      holding register 0  supply_temperature
  Set point              -5 °C        holding register 1  set_point
  Mode                Auto            holding register 2  mode
  Alarms              Door, Pressure  holding register 3  alarms
  Starts              40000           holding register 4  starts
",
        pump.tcp
    );
    assert_eq!(text, expected);
    assert_eq!(pump.asked(), [(3, 0, 5)]);
}

#[test]
fn a_point_without_a_value_says_why() {
    let pump = Pump::new();
    pump.simulator.set_raw(Table::HoldingRegister, 0, &[20_000]);
    pump.simulator.hole(Table::HoldingRegister, 4);
    let text = pump.succeeds("read", &["s*"]);
    assert!(text.contains("  Supply temperature  (not fitted) "), "{text}");
    assert!(text.contains("  Starts              (refused, exception 2)  "), "{text}");
    // Whoever asks for it by its name is told by the exit status, too; that there is no sensor is an answer.
    assert!(pump.fails(1, "read", &["starts"]).contains("exception 2 (it does not have this address)"));
    assert!(pump.succeeds("read", &["supply_temperature"]).contains("(not fitted)"));
    let report = pump.succeeds("read", &["s*", "--format", "json"]);
    let report: Value = serde_json::from_str(&report).unwrap();
    let absent: Vec<&Value> = report["points"].as_array().unwrap().iter().map(|point| &point["absent"]).collect();
    assert_eq!(absent, [&json!("not_fitted"), &Value::Null, &json!("refused")]);
}

#[test]
fn programs_get_json() {
    let pump = Pump::new();
    pump.simulator.set_raw(Table::HoldingRegister, 2, &[7]);
    let report: Value = serde_json::from_str(&pump.succeeds("read", &["--format", "json"])).unwrap();
    assert_eq!((&report["device"], &report["unit"]), (&json!("Acme Pump"), &json!(1)));
    let values: Vec<&Value> = report["points"].as_array().unwrap().iter().map(|point| &point["value"]).collect();
    assert_eq!(values, [&json!(21.5), &json!(-5.0), &json!(7), &json!(["Door", "Pressure"]), &json!(40_000)]);
    let point = &report["points"][0];
    let expected = json!({
        "id": "supply_temperature", "label": "Supply temperature", "value": 21.5, "unit": "°C", "raw": [215],
        "table": "holding_register", "address": 0
    });
    assert_eq!(*point, expected);
    assert_eq!((&report["points"][2]["code"], &report["points"][3]["bits"]), (&json!(7), &json!(9)));
}

#[test]
fn what_is_named_must_be_there() {
    let pump = Pump::new();
    for (name, said) in [
        ("set_piont", "Acme Pump has no point set_piont; did you mean set_point?"),
        ("Set point", "Acme Pump has no point Set point; did you mean set_point?"),
        ("outdoor", "Acme Pump has no point outdoor; search with a pattern such as"),
        ("q*", "no point of Acme Pump matches “q*”"),
        ("reset_alarms", "reset_alarms is write-only"),
        ("reset*", "nothing that “reset*” matches can be read"),
    ] {
        let error = pump.fails(2, "read", &[name]);
        assert!(error.contains(said), "{error}");
    }
    assert!(pump.fails(2, "write", &["starts", "1"]).contains("starts is read-only"));
    assert!(pump.fails(2, "write", &["mode"]).contains("which value is mode to have?"));
    assert!(pump.asked().is_empty());
}

#[test]
fn a_plan_needs_no_device() {
    let pump = Pump::new();
    let output = pump.command("read", &["--plan"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("unit 1, 9600 8E1: 1 request, "), "{text}");
    assert!(text.ends_with("\nholding registers 0 to 4\n"), "{text}");
    let plans = pump.succeeds("read", &["starts", "--plan", "--format", "json"]);
    let plans: Value = serde_json::from_str(&plans).unwrap();
    assert_eq!(plans[0]["requests"], json!([{ "function": 3, "address": 4, "count": 1 }]));
    assert!(pump.asked().is_empty());
    // Reading needs one, and it has to be there.
    let output = pump.command("read", &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("State it with --tcp HOST[:PORT], --rtu PATH or --rtu-over-tcp HOST:PORT"));
    assert!(stderr(&output).contains("Usage: modbus-bindgen read "), "{}", stderr(&output));
    let output = pump.command("read", &["--rtu", "no/such/port"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("no/such/port"));
}

#[test]
fn a_plan_names_values_longer_than_a_request() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = folder.path().join("device.toml");
    let text = "format = 1\n[device]\nname = \"Long\"\ntext_size = \"characters\"\n[columns]\naddress = \"Address\"\n\
                label = \"Name\"\ntype = \"Type\"\n[link]\nmax_read_registers = 20\n[[sheet]]\n\
                file = \"registers.csv\"\ntable = \"holding_register\"\n";
    fs::write(&manifest, text).unwrap();
    fs::write(folder.path().join("registers.csv"), "Address,Name,Type\n0,Model,string[64]\n32,Level,uint16\n").unwrap();
    let plan = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_modbus-bindgen"));
        let output = command.arg("read").arg(&manifest).arg("--plan").args(more).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let text = plan(&[]);
    assert!(text.contains("\nlonger than a request, and never read: model\n"), "{text}");
    let plans: Value = serde_json::from_str(&plan(&["--format", "json"])).unwrap();
    assert_eq!(plans[0]["too_long"], json!(["model"]));
    assert_eq!(plans[0]["requests"], json!([{ "function": 3, "address": 32, "count": 1 }]));
}

#[test]
fn values_are_written_in_order_and_checked_before() {
    let pump = Pump::new();
    let output = pump.run("write", &["set_point", "21.5", "mode", "manual", "reset_alarms"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "Set point     -5 °C → 21.5 °C  holding register 1  set_point
Mode          Auto → Manual    holding register 2  mode
Reset alarms  (given)          holding register 9  reset_alarms
"
    );
    assert_eq!(
        stderr(&output),
        "device.toml: 1 warning; run `modbus-bindgen check` for details\n\
         note: mode must be written again at least every 300 s\n"
    );
    assert_eq!((pump.word(1), pump.word(2)), (215, 2));
    // What they held is read before, and what they hold after.
    assert_eq!(pump.asked(), [(3, 1, 2), (16, 1, 2), (6, 9, 1), (3, 1, 2)]);
    pump.simulator.clear_log();
    for (arguments, said) in [
        (["set_point", "21.55"], "the nearest are 21.5 and 21.6"),
        (["set_point", "-5"], "outside the device's limits, 10 °C to 30 °C"),
        (["set_point", "warm"], "set_point: “warm” is not understood here; expected a number"),
        (["mode", "Automatic"], "expected one of “Off”, “Auto”, “Manual”, or a code"),
    ] {
        let error = pump.fails(1, "write", &arguments);
        // The command is written as it should be.
        assert!(error.contains(said) && !error.contains("Usage"), "{error}");
    }
    assert!(pump.asked().is_empty());
    let written = pump.succeeds("write", &["mode", "0", "--format", "json"]);
    let written: Value = serde_json::from_str(&written).unwrap();
    assert_eq!((&written[0]["value"], &written[0]["code"]), (&json!("Off"), &json!(0)));
    assert_eq!(written[0]["before"], json!("Manual"));
    pump.simulator.hole(Table::HoldingRegister, 1);
    assert!(pump.fails(1, "write", &["set_point", "20"]).contains("was not written"));
}

#[test]
fn watching_goes_on_until_nobody_reads_it() {
    let pump = Pump::new();
    let arguments = ["starts", "--watch", "0.05", "--format", "json", "--tcp", &pump.tcp];
    let mut child = pump.command("read", &arguments).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut value =
        || serde_json::from_str::<Value>(&lines.next().unwrap().unwrap()).unwrap()["points"][0]["value"].clone();
    assert_eq!(value(), json!(40_000));
    pump.simulator.set_raw(Table::HoldingRegister, 4, &[40_001]);
    // One may have been read before.
    assert!((0..10).any(|_| value() == json!(40_001)));
    drop(lines);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// A command whose value has a name is given as from code, by itself; whoever names the value means the same.
#[test]
fn a_command_whose_value_has_a_name_is_given_by_itself() {
    let pump = Pump::new();
    for arguments in [
        &["acknowledge_alarms"][..],
        &["acknowledge_alarms", "Acknowledge"],
        &["acknowledge_alarms", "1"],
        &["acknowledge_alarms", "reset_alarms"],
    ] {
        pump.simulator.clear_log();
        let text = pump.succeeds("write", arguments);
        assert!(text.starts_with("Acknowledge alarms  (given)  "), "{text}");
        assert_eq!(pump.asked()[0], (6, 10, 1), "{arguments:?}");
    }
    assert!(pump.fails(2, "write", &["acknowledge_alarms", "2"]).contains("has no point 2"));
}

/// The device of [`Pump`], whose register 4 tells its model.
fn with_models(pump: &Pump) {
    let detect = "\n[detect]\nregister = \"holding 4\"\ncases = [{ min = 0, max = 9, variant = \"S\" }, { min = 40000, \
                  max = 40000, variant = \"L\" }]\n\n[columns.variants]\nS = \"Small\"\nL = \"Large\"\n\n[link]\n";
    fs::write(pump.folder.path().join("device.toml"), MANIFEST.replacen("\n[link]\n", detect, 1)).unwrap();
    let table: String = TABLE
        .lines()
        .map(|line| match line.split(',').nth(1) {
            Some("Name") => format!("{line},Small,Large\n"),
            Some("Alarms") => format!("{line},X,\n"),
            Some("Set point") => format!("{line},,X\n"),
            _ => format!("{line},X,X\n"),
        })
        .collect();
    fs::write(pump.folder.path().join("registers.csv"), table).unwrap();
}

#[test]
fn a_register_tells_the_variant_that_is_read() {
    let pump = Pump::new();
    with_models(&pump);
    let output = pump.run("read", &[]);
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(stderr(&output).contains("variant L: holding register 4 holds 40000; --variant chooses another"));
    assert!(text.contains("Set point") && !text.contains("Alarms"), "{text}");
    pump.simulator.set_raw(Table::HoldingRegister, 4, &[3]);
    let text = pump.succeeds("read", &[]);
    assert!(!text.contains("Set point") && text.contains("Alarms"), "{text}");
    // What the command line says is not asked for.
    let output = pump.run("read", &["--variant", "L"]);
    assert!(!stderr(&output).contains("holds"), "{}", stderr(&output));
    assert!(String::from_utf8(output.stdout).unwrap().contains("Set point"));
    pump.simulator.set_raw(Table::HoldingRegister, 4, &[17]);
    let error = pump.fails(1, "read", &[]);
    assert!(error.contains("holding register 4 holds 17; 0 to 9 mean S, 40000 to 40000 mean L"), "{error}");
    assert!(error.contains("--variant says which"), "{error}");
}
