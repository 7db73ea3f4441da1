//! Every raw type, order and packing, decoded and encoded by the generated code and by the command line alike.
//!
//! `fixtures/vectors` holds the vectors: the rows of a vendor's table, the words as they are on the wire at the row's
//! addresses, and the value as a person says it, each written by hand from the document that is named beside it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use integration_tests::process::Running;
use integration_tests::pymodbus::{self, Image, Server};
use integration_tests::scratch::{Scratch, dependency, modbus_bindgen as program, target, workspace};
use modbus_bindgen::emit;
use modbus_bindgen::model::{Device, Point, RawType};
use modbus_bindgen_runtime::Table;
use serde_json::Value;

const SETS: [&str; 2] = ["modbus", "sunspec"];

/// The point has no value.
const NONE: &str = "-";

/// The rows of one table.
struct Set {
    name: &'static str,
    manifest: PathBuf,
    device: Device,
    vectors: Vec<Vector>,
}

/// A row of the table with what it is to be read as.
struct Vector {
    point: Point,
    /// As they are on the wire, by address.
    words: Vec<u16>,
    /// As a person says it, without the unit.
    value: String,
}

impl Vector {
    fn new(point: &Point) -> Self {
        let said = |name: &str| {
            let detail = point.details.iter().find(|(header, _)| header == name);
            detail.unwrap_or_else(|| panic!("{} has no {name}", point.id)).1.clone()
        };
        let words = said("Words");
        let words: Vec<u16> = words.split(' ').map(|word| u16::from_str_radix(word, 16).unwrap()).collect();
        assert_eq!(words.len(), point.words.len(), "{}", point.id);
        Self { point: point.clone(), words, value: said("Value") }
    }

    /// With its unit, as the command line prints it.
    fn shown(&self) -> String {
        match (&self.point.unit, self.value.as_str()) {
            (_, NONE) => "(not fitted)".to_owned(),
            (Some(unit), value) => format!("{value} {unit}"),
            (None, value) => value.to_owned(),
        }
    }

    /// Whether this is the value. Generated code gives an `f64`, of which a single has the digits of an `f32` only.
    fn is(&self, said: &str) -> bool {
        #[expect(clippy::cast_possible_truncation, reason = "it was an f32")]
        let single = |text: &str| text.parse::<f64>().map(|number| number as f32);
        match (self.point.raw, single(said), single(&self.value)) {
            (RawType::Float { bits: 32 }, Ok(said), Ok(value)) => said.to_bits() == value.to_bits(),
            _ => said == self.value,
        }
    }

    /// Whether the value can be written: neither is there none, nor one the table does not list.
    fn is_written(&self) -> bool {
        self.value != NONE && !self.value.starts_with("unknown")
    }

    /// The bits of each of its words that are its own, by address.
    fn masks(&self) -> Vec<u16> {
        let Some((low, high)) = self.point.bit_range else { return vec![u16::MAX; self.words.len()] };
        let count = u32::from(high - low) + 1;
        let ones = if count == 64 { u64::MAX } else { (1 << count) - 1 };
        let combined = ones << low;
        let mut addresses = self.point.words.clone();
        addresses.sort_unstable();
        let mask = |address: &u16| {
            let place = self.point.words.iter().rev().position(|word| word == address).unwrap();
            let mask = u16::try_from(combined >> (16 * place) & 0xFFFF).unwrap();
            if self.point.byte_swapped { mask.swap_bytes() } else { mask }
        };
        addresses.iter().map(mask).collect()
    }

    fn table(&self) -> Table {
        match self.point.table {
            modbus_bindgen::model::Table::Coil => Table::Coil,
            modbus_bindgen::model::Table::DiscreteInput => Table::DiscreteInput,
            modbus_bindgen::model::Table::InputRegister => Table::InputRegister,
            modbus_bindgen::model::Table::HoldingRegister => Table::HoldingRegister,
        }
    }
}

fn set(name: &'static str) -> Set {
    let manifest = workspace().join("tests/fixtures/vectors").join(name).with_extension("toml");
    let loaded = modbus_bindgen::load(&manifest);
    let device = loaded.device.unwrap_or_else(|| panic!("{}", loaded.diagnostics));
    let vectors: Vec<Vector> = device.points.iter().map(Vector::new).collect();
    assert!(vectors.len() > 30);
    Set { name, manifest, device, vectors }
}

impl Set {
    /// What the device holds.
    fn image(&self) -> Image {
        let mut image = Image::new();
        for vector in &self.vectors {
            for (address, word) in (vector.point.address()..).zip(&vector.words) {
                let known = image.insert((vector.table(), address), *word);
                assert!(known.is_none_or(|known| known == *word), "{} has other words", vector.point.id);
            }
        }
        image
    }

    fn vector(&self, id: &str) -> &Vector {
        self.vectors.iter().find(|vector| vector.point.id == id).unwrap()
    }
}

/// A program of generated code and nothing else that serves, reads and writes the vectors.
fn generated(sets: &[Set]) -> PathBuf {
    let rest = format!(
        "[dependencies]\n{}tokio = {{ version = \"1\", features = [\"macros\", \"net\", \"rt\"] }}\n",
        dependency("modbus-bindgen-runtime", "runtime", "'simulator'")
    );
    let scratch = Scratch::new("vectors", "2024", &rest);
    let mut main = include_str!("../fixtures/vectors/main.rs").to_owned();
    for set in sets {
        scratch.write(&format!("src/{}.rs", set.name), &emit::rust::source(&set.device));
        write!(main, "{}", calls(set)).unwrap();
    }
    scratch.write("src/main.rs", &main);
    scratch.succeeds(&["build", "--quiet"], &[]);
    target().join("debug").join("vectors")
}

/// Calls of every accessor of a device.
fn calls(set: &Set) -> String {
    let Set { name, device, vectors, .. } = set;
    let handle = emit::rust::source(device);
    let (_, handle) = handle.split_once("pub struct ").unwrap();
    let (handle, _) = handle.split_once(' ').unwrap();
    let mut code = format!("\nmod {name};\n\nsay!({name}:");
    for value_type in &device.types {
        write!(code, " {}", value_type.name).unwrap();
    }
    write!(code, ");\n\nasync fn read_{name}(unit: rt::Unit) -> Result<(), Box<dyn Error>> {{\n").unwrap();
    writeln!(code, "    let device = {name}::{handle}::new(unit);").unwrap();
    for Vector { point, .. } in vectors {
        let (id, constant) = (&point.id, point.id.to_uppercase());
        let check = if point.access.writes() { "check" } else { "check_read" };
        writeln!(code, "    {check}(device.unit(), device.{id}().await?, {name}::points::{constant}).await?;").unwrap();
    }
    writeln!(code, "    Ok(())\n}}\n\nasync fn serve_{name}(listener: TcpListener) {{").unwrap();
    writeln!(code, "    let simulator = rt::Simulator::new(&{name}::DEVICE);").unwrap();
    for ((table, address), word) in set.image() {
        writeln!(code, "    simulator.set_raw(rt::Table::{table:?}, {address}, &[{word}]);").unwrap();
    }
    code.push_str("    simulator.serve_tcp(listener).await;\n}\n");
    code
}

/// What the generated code says of every point is the vector's value, and writing it gives the vector's words.
#[track_caller]
fn check_generated(set: &Set, vectors: &Path, port: u16) {
    let said = integration_tests::process::output(Command::new(vectors).args(["read", set.name, &port.to_string()]));
    let mut read = BTreeMap::new();
    let mut written = BTreeMap::new();
    for line in said.lines() {
        let [what, id, said] = line.splitn(3, '\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let known = if what == "read" { &mut read } else { &mut written };
        known.insert(id, said);
    }
    assert_eq!(read.len(), set.vectors.len());
    for vector in &set.vectors {
        let id = vector.point.id.as_str();
        assert!(vector.is(read[id]), "{id}: {} instead of {}", read[id], vector.value);
        let masked: Vec<u16> = vector.words.iter().zip(vector.masks()).map(|(word, mask)| word & mask).collect();
        let expected = match vector.is_written() {
            _ if !vector.point.access.writes() => None,
            true => Some(masked.iter().map(|word| format!("{word:04X}")).collect::<Vec<_>>().join(" ")),
            false if vector.value == NONE => None,
            false => Some("refused".to_owned()),
        };
        assert_eq!(written.get(id).copied(), expected.as_deref(), "{id} written back");
    }
}

/// What the command line prints of every point is the vector's value, for people and for programs.
#[track_caller]
fn check_read_by_command_line(set: &Set, port: u16) {
    let address = format!("127.0.0.1:{port}");
    let read = ["read", set.manifest.to_str().unwrap(), "--tcp", &address];
    let text = succeeds(&read);
    for line in text.lines().filter(|line| line.starts_with("  ")) {
        let cells: Vec<&str> = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
        let [label, value, _, id] = cells[..] else { panic!("{line}") };
        let vector = set.vector(id);
        assert_eq!((label, value), (vector.point.label.as_str(), vector.shown().as_str()), "{id}");
    }
    assert_eq!(text.lines().filter(|line| line.starts_with("  ")).count(), set.vectors.len(), "{text}");

    let report: Value = serde_json::from_str(&succeeds(&[&read[..], &["--format", "json"]].concat())).unwrap();
    let points = report["points"].as_array().unwrap();
    assert_eq!(points.len(), set.vectors.len());
    for point in points {
        let vector = set.vector(point["id"].as_str().unwrap());
        let said = match &point["value"] {
            Value::Null => NONE.to_owned(),
            Value::Bool(value) => if *value { "on" } else { "off" }.to_owned(),
            Value::Array(flags) if flags.is_empty() => "none".to_owned(),
            Value::Array(flags) => flags.iter().map(|flag| flag.as_str().unwrap()).collect::<Vec<_>>().join(", "),
            Value::Number(code) if point["code"] == point["value"] => format!("unknown ({code})"),
            // JSON writes numbers in its own way: 1e-45.
            Value::Number(number) if number.is_f64() => number.as_f64().unwrap().to_string(),
            other => other.as_str().map_or_else(|| other.to_string(), str::to_owned),
        };
        assert!(vector.is(&said), "{point}: {said} instead of {}", vector.value);
    }
}

/// Every value that was read is written into registers that hold nothing, and gives the words it was read from.
#[track_caller]
fn check_written_by_command_line(set: &Set, server: &mut Server) {
    let image = set.image();
    let scales: Vec<u16> = set.vectors.iter().filter_map(|vector| vector.point.scale_register).collect();
    let written: Vec<&Vector> =
        set.vectors.iter().filter(|vector| vector.is_written() && vector.point.access.writes()).collect();
    let mut expected = Image::new();
    for vector in &written {
        let cells = (vector.point.address()..).zip(vector.words.iter().zip(vector.masks()));
        for (address, (word, mask)) in cells.filter(|(address, _)| !scales.contains(address)) {
            *expected.entry((vector.table(), address)).or_default() |= word & mask;
        }
    }
    server.set(&expected.keys().map(|key| (*key, 0)).collect());
    let address = format!("127.0.0.1:{}", server.port);
    let mut arguments = vec!["write", set.manifest.to_str().unwrap(), "--tcp", &address];
    arguments.extend(written.iter().flat_map(|vector| [vector.point.id.as_str(), vector.value.as_str()]));
    let said = succeeds(&arguments);
    assert_eq!(said.lines().count(), written.len(), "{said}");
    let memory = server.memory();
    for (key, word) in &image {
        let expected = expected.get(key).unwrap_or(word);
        assert_eq!(memory[key], *expected, "{key:?}: {:04X} instead of {expected:04X}", memory[key]);
    }
}

#[track_caller]
fn succeeds(arguments: &[&str]) -> String {
    let output = program(&workspace(), arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn vectors_are_read_and_written_by_generated_code_and_command_line() {
    let sets = SETS.map(set);
    let vectors = generated(&sets);
    for set in &sets {
        let mut simulator = Running::start(Command::new(&vectors).args(["serve", set.name]));
        let port = simulator.line().parse().unwrap();
        check_generated(set, &vectors, port);
        check_read_by_command_line(set, port);
    }
    if !pymodbus::available() {
        return;
    }
    for set in &sets {
        let mut server = Server::tcp(&set.image());
        check_generated(set, &vectors, server.port);
        check_read_by_command_line(set, server.port);
        check_written_by_command_line(set, &mut server);
    }
}
