//! `simulate`, `record`, `restore`, `verify` and `discover` as they are called, against each other.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that fails says so by panicking"
)]

mod discover;
mod dry_run;
mod peers;
mod record;
mod restore;
mod simulate;
mod verify;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The three devices of the repository.
const DEVICES: [&str; 3] = ["thermia-genesis", "ctc-bms", "alpha-balance-switch"];

fn manifest(device: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../register-specs").join(device).join("device.toml")
}

/// A table that needs no manifest, with a point for everything that `verify` looks at.
const TABLE: &str = "\
Address,Name,Type,Access,Unit,Scale,Values,Min,Max,Default
0,Supply temperature,i16,r,°C,0.1,,,,
1,Return temperature,i16,r,°C,0.1,,,,
2,Outdoor temperature,u16,r,°C,0.1,,,,
3,Tank temperature,i16,r,°C,0.1,,,,
4,Room temperature,i16,r,°C,0.1,,,,
5,Set point,u16,rw,°C,0.1,,10,30,21.5
6,Mode,u16,rw,,1,0=Off;1=Auto;2=Manual,,,Auto
7,Alarms,flags,r,,1,0=Door;3=Pressure,,,
8,Starts,u16,r,,1,,,,
9,Hysteresis,u16,rw,K,0.1,,1,5,2
20-21,Energy,u32,r,kWh,1,,,,
22-23,Energy of the heater,u32,r,kWh,1,,,,
30-37,Model,string(16),r,,,,,,
50,Voltage L1,u16,r,V,0.1,,,,
51,Voltage L2,u16,r,V,0.1,,,,
52,Voltage L3,u16,r,V,0.1,,,,
60,Flow,u16,r,l/min,0.1,,,,
70,Fan,u16,rw,%,1,,0,100,40
71,Fan stage,u16,rw,,1,1=Low;2=High,,,High
72,Fan limit,u16,rw,%,1,,0,100,80
73,Fan mode,u16,rw,,1,0=Off;7=On,,,On
90,Reset,u16,w,,1,,,,
";

/// Where the table is read from.
const TABLE_NAME: &str = "pump-holding.csv";

/// A manifest with variants and unit ids.
const VARIANTS: &str = r#"format = 1

[device]
name = "Acme Family"

[columns]
address = "Address"
description = "Name"
unit = "Unit"
divisor = "Scale"
type = "Type"
access = "Access"
unit_id = "Unit id"

[columns.variants]
S = "Model S"
L = "Model L"

[[sheet]]
file = "family.csv"
table = "holding_register"
"#;

const FAMILY: &str = "\
Address,Name,Type,Access,Unit,Scale,Unit id,Model S,Model L
0,Supply temperature,i16,rw,°C,10,,x,x
1,Return temperature,i16,r,°C,10,,x,x
2,Small pump,u16,rw,%,1,,x,
10,Large pump,u16,rw,%,1,,,x
11,Second pump,u16,r,%,1,,,x
0,Meter voltage,u16,r,V,10,2,x,x
1,Meter limit,u16,rw,A,10,2,x,x
";

struct Bench {
    folder: TempDir,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(TABLE_NAME), TABLE).unwrap();
        fs::write(folder.path().join("family.toml"), VARIANTS).unwrap();
        fs::write(folder.path().join("family.csv"), FAMILY).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_modbus-bindgen"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    #[track_caller]
    fn exits(&self, status: i32, arguments: &[&str]) -> (String, String) {
        let output = self.run(arguments);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(status), "{arguments:?}\n{out}\n{err}");
        (out, err)
    }

    #[track_caller]
    fn succeeds(&self, arguments: &[&str]) -> String {
        self.exits(0, arguments).0
    }

    /// Starts a simulator on a free port.
    #[track_caller]
    fn simulate(&self, manifest: &str, arguments: &[&str]) -> Simulated {
        let all = [&["simulate", manifest, "--tcp", "127.0.0.1:0"], arguments].concat();
        let mut child = self.command(&all).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let address = line.split_whitespace().find(|word| word.starts_with("127.0.0.1:"));
        let address = address.unwrap_or_else(|| panic!("{line}")).trim_end_matches(',').to_owned();
        Simulated { child, address, first_line: line, out }
    }

    fn image(&self, name: &str) -> Value {
        serde_json::from_str(&fs::read_to_string(self.path(name)).unwrap()).unwrap()
    }

    fn write_image(&self, name: &str, image: &Value) {
        fs::write(self.path(name), image.to_string()).unwrap();
    }
}

/// A simulator that runs until it is dropped or ended.
struct Simulated {
    child: Child,
    address: String,
    first_line: String,
    out: BufReader<ChildStdout>,
}

impl Simulated {
    /// Ends it as Ctrl-C would.
    fn interrupt(&mut self) -> Option<i32> {
        let status = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
        self.child.wait().unwrap().code()
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line
    }
}

impl Drop for Simulated {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// All but the time.
fn without_time(mut image: Value) -> Value {
    image["recorded"] = Value::Null;
    image
}
