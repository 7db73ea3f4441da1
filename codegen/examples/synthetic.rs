//! A device that does not exist, of any size, to measure what a table costs to read and its code to compile:
//!
//! `synthetic table COUNT SHAPE FOLDER` writes table and manifest; `synthetic code MANIFEST` prints the formatted code, and
//! `synthetic tokens MANIFEST` makes the tokens of `device!`, and
//! `synthetic load MANIFEST` reads and checks the table.
//!
//! Every register is read and written, so that each has two accessors; groups hold 80. Of the shape `plain` all are scaled; of
//! `mixed` a tenth are enums whose lists all differ, and 2 % each are flags and pairs; of `shared` the enums' lists are equal
//! and have one type.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use modbus_bindgen::emit::rust;

const MANIFEST: &str = r#"format = 1

[device]
name = "Synthetic"
order = "ABCD"

[columns]
address = "Address"
description = "Name"
type = "Type"
factor = "Factor"
unit = "Unit"
values = "Values"
access = "Access"
group = "Group"

[[sheet]]
file = "registers.csv"
table = "holding_register"
"#;

const SHARED: &str = "\n[values]\nshared = true\n";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match *arguments {
        ["table", count, shape @ ("plain" | "mixed" | "shared"), folder] => match count.parse() {
            Ok(count) => write(count, shape, Path::new(folder)),
            Err(_) => usage(),
        },
        ["code", manifest] => made(Path::new(manifest), |device| {
            print!("//! A device that does not exist.\n\n{}", rust::source(device));
        }),
        ["load", manifest] => made(Path::new(manifest), |_| ()),
        ["tokens", manifest] => made(Path::new(manifest), |device| drop(rust::tokens(device))),
        _ => usage(),
    }
}

fn usage() -> ExitCode {
    eprintln!(
        "usage: synthetic table COUNT plain|mixed|shared FOLDER | code MANIFEST | tokens MANIFEST | load MANIFEST"
    );
    ExitCode::from(2)
}

fn made(manifest: &Path, make: impl FnOnce(&modbus_bindgen::model::Device)) -> ExitCode {
    let loaded = modbus_bindgen::load(manifest);
    match &loaded.device {
        Some(device) => {
            make(device);
            ExitCode::SUCCESS
        }
        None => {
            eprintln!("{}", loaded.diagnostics);
            ExitCode::FAILURE
        }
    }
}

fn write(count: u32, shape: &str, folder: &Path) -> ExitCode {
    let mut table = "Address,Name,Type,Factor,Unit,Values,Access,Group\n".to_owned();
    let mut address = 0_u32;
    for number in 0..count {
        let (kind, words) = match (shape, number.rem_euclid(50)) {
            ("plain", _) => (Kind::Scaled, 1),
            (_, 7) => (Kind::Flags, 1),
            (_, 11) => (Kind::Pair, 2),
            (_, rest) if rest.rem_euclid(10) == 3 => (Kind::Enum, 1),
            _ => (Kind::Scaled, 1),
        };
        let (name, rest) = match kind {
            Kind::Scaled => ("Supply temperature", "int16,0.01,°C,".to_owned()),
            Kind::Pair => ("Energy", "uint32,0.1,kWh,".to_owned()),
            Kind::Flags => ("Alarms", "bitfield16,,,0=Pump;1=Fan;2=Sensor".to_owned()),
            Kind::Enum if shape == "shared" => ("Mode", "uint16,,,0=Off;1=Eco;2=Auto;3=Comfort".to_owned()),
            Kind::Enum => ("Mode", format!("uint16,,,0=Off;1=Eco;2=Auto {number};3=Comfort")),
        };
        let group = number.div_euclid(80).saturating_add(1);
        // Writing to a text does not fail.
        let _ = writeln!(table, "{address},{name} of circuit {number},{rest},RW,Circuit {group}");
        address = address.saturating_add(words);
    }
    let manifest = if shape == "shared" { format!("{MANIFEST}{SHARED}") } else { MANIFEST.to_owned() };
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(folder.join("registers.csv"), table))
        .and_then(|()| std::fs::write(folder.join("device.toml"), manifest));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", folder.display());
            ExitCode::FAILURE
        }
    }
}

/// What a register of the table is.
#[derive(Clone, Copy)]
enum Kind {
    Scaled,
    Pair,
    Flags,
    Enum,
}
