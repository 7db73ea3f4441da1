//! The table of `GoodWe` as a user of another program exported it: what the model says is what its lines say, read here by
//! other means. The file is no part of the repository; where it is missing there is nothing to test.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "what goes wrong here is to fail the test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use modbus_bindgen::model::{Access, Device, Kind, Packing, Point, RawType, Table};

fn table() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/sample-tables/goodwe-holding-registers.tsv")
}

/// A line of the file, by column.
struct Line {
    address: u16,
    cells: BTreeMap<String, String>,
}

impl Line {
    fn get(&self, column: &str) -> &str {
        &self.cells[column]
    }

    /// Text in quotation marks with doubled ones inside, as spreadsheets write it.
    fn text(&self, column: &str) -> String {
        let cell = self.get(column);
        let inner = cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"'));
        let text = inner.map_or_else(|| cell.to_owned(), |inner| inner.replace("\"\"", "\""));
        text.split_whitespace().collect::<Vec<_>>().join(" ").replace(" )", ")")
    }
}

fn lines() -> Vec<Line> {
    let text = std::fs::read_to_string(table()).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split('\t').collect();
    lines
        .map(|line| {
            let cells: BTreeMap<String, String> =
                header.iter().zip(line.split('\t')).map(|(name, cell)| ((*name).to_owned(), cell.to_owned())).collect();
            Line { address: cells["_address"].parse().unwrap(), cells }
        })
        .collect()
}

fn device() -> Option<Device> {
    if !table().exists() {
        return None;
    }
    let loaded = modbus_bindgen::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sample-tables/goodwe.toml"));
    let severe = loaded.diagnostics.iter().filter(|one| one.code != "N0306").count();
    assert_eq!(severe, 0, "{}", loaded.diagnostics);
    Some(loaded.device.unwrap())
}

/// What the line whose registers overlap with the next one's is: left out, by the manifest.
const OVERLAPPING: u16 = 39057;

/// Codes that stand together in one line: `04 / 05: …`.
const TOGETHER: u16 = 36000;

/// `0: Off 1: On` at the end of a description: numbers before a colon or an equals sign, each with the text up to the next one.
fn listed(line: &Line) -> Vec<(i64, String)> {
    let text = line.text("description");
    let characters: Vec<char> = text.chars().collect();
    let mut starts: Vec<(usize, usize, i64)> = Vec::new();
    for (colon, _) in characters.iter().enumerate().filter(|(_, sign)| [':', '='].contains(*sign)) {
        let mut begin = colon;
        while begin > 0 && characters[begin - 1].is_ascii_digit() {
            begin -= 1;
        }
        let before = if begin == 0 { ' ' } else { characters[begin - 1] };
        if begin < colon && !before.is_alphanumeric() {
            starts.push((begin, colon + 1, characters[begin..colon].iter().collect::<String>().parse().unwrap()));
        }
    }
    let ends: Vec<usize> = starts.iter().skip(1).map(|(begin, ..)| *begin).chain([characters.len()]).collect();
    let enclosed = starts.first().is_some_and(|(begin, ..)| *begin > 0 && characters[*begin - 1] == '(');
    let label = |from: usize, to: usize| {
        let label: String = characters[from..to].iter().collect();
        let label = label.trim().trim_end_matches([',', '.', ';']);
        (if enclosed { label.trim_end_matches(')') } else { label }).trim().to_owned()
    };
    let mut values: Vec<(i64, String)> =
        starts.iter().zip(ends).map(|((_, from, code), to)| (*code, label(*from, to))).collect();
    // Numbers and a dash from another sentence, such as “default: 0) 0:”, are none.
    values.sort_by_key(|(code, _)| *code);
    values
}

fn decimal(text: &str) -> f64 {
    text.replace(',', ".").parse().unwrap()
}

fn raw(line: &Line) -> (RawType, u16) {
    let length: u16 = line.get("len").parse().unwrap();
    let raw = match line.get("type") {
        "uint16be" => RawType::Integer { bits: 16, signed: false },
        "int16be" => RawType::Integer { bits: 16, signed: true },
        "uint32be" => RawType::Integer { bits: 32, signed: false },
        "int32be" => RawType::Integer { bits: 32, signed: true },
        "uint64be" => RawType::Integer { bits: 64, signed: false },
        "floatbe" => RawType::Float { bits: 32 },
        "rawhex" => RawType::Bytes,
        "string" => RawType::Text { encoding: modbus_bindgen::model::Encoding::Ascii, packing: Packing::TwoHighFirst },
        other => unreachable!("{other}"),
    };
    (raw, length)
}

/// Factor and the value of raw 1000, so that a formula is compared without being taken apart.
fn value_of_1000(line: &Line) -> f64 {
    match line.get("formula") {
        "" => 1000.0 * decimal(line.get("factor")) + line.get("offset").replace(',', ".").parse::<f64>().unwrap_or(0.0),
        "x / 50" => 20.0,
        "x * 5" => 5000.0,
        // Settled by the manifest: the raw value.
        conditional if conditional.contains('?') => 1000.0,
        other => unreachable!("{other}"),
    }
}

fn check(line: &Line, point: &Point, device: &Device) {
    let address = line.address;
    let (raw, length) = raw(line);
    assert_eq!(point.raw, raw, "{address}");
    assert_eq!(point.words, (address..address + length).collect::<Vec<u16>>(), "{address}");
    assert_eq!((point.byte_swapped, point.bit_range, point.scale_register), (false, None, None), "{address}");
    assert_eq!((point.table, &point.limits), (Table::HoldingRegister, &None), "{address}");
    assert_eq!(point.label, line.text("name"), "{address}");
    assert_eq!(point.description, line.text("description"), "{address}");
    let access = match line.text("description").get(..3).unwrap() {
        "R/o" => Access::Read,
        "R/W" => Access::ReadWrite,
        "W/o" => Access::Write,
        other => unreachable!("{other}"),
    };
    assert_eq!(point.access, access, "{address}");
    // The ohm sign is the letter omega in every unit.
    let unit = line.get("unit").replace('\u{2126}', "\u{3a9}");
    assert_eq!(point.unit.as_deref().unwrap_or_default(), unit, "{address}");
    let value = 1000.0 * point.scale.to_f64() + point.offset.to_f64();
    assert!((value - value_of_1000(line)).abs() < 1e-9, "{address}: {value}");
    let values = listed(line);
    let is_listed = matches!(raw, RawType::Integer { .. }) && values.len() > 1 && line.get("unit").is_empty();
    match &point.kind {
        Kind::Enum(name) => {
            assert!(is_listed, "{address}");
            if address != TOGETHER {
                let labels = device.value_type(name).unwrap().labels.iter();
                assert_eq!(
                    labels.map(|label| (label.code, label.label.clone())).collect::<Vec<_>>(),
                    // What is marked as the default is said to be that, and not part of the label.
                    values.iter().map(|(code, label)| (*code, label.replace(" (default)", ""))).collect::<Vec<_>>(),
                    "{address}"
                );
            }
        }
        Kind::Integer | Kind::Scaled => {
            assert!(!is_listed, "{address}: {values:?}");
            let is_plain = (value - 1000.0).abs() < 1e-9 && matches!(raw, RawType::Integer { .. });
            assert_eq!(point.kind == Kind::Integer, is_plain, "{address}");
        }
        Kind::Text => assert_eq!(line.get("type"), "string"),
        Kind::Bytes => assert_eq!(line.get("type"), "rawhex"),
        other => unreachable!("{address}: {other:?}"),
    }
}

#[test]
fn points_are_what_the_lines_say() {
    let Some(device) = device() else { return };
    let lines = lines();
    assert_eq!((lines.len(), device.points.len()), (479, 478));
    for line in lines.iter().filter(|line| line.address != OVERLAPPING) {
        let mut at = device.points.iter().filter(|point| point.address() == line.address);
        let point = at.next().unwrap();
        assert!(at.next().is_none(), "{}", line.address);
        check(line, point, &device);
    }
    let identifiers: BTreeSet<&str> = device.points.iter().map(|point| point.id.as_str()).collect();
    assert_eq!(identifiers.len(), device.points.len());
}

#[test]
fn codes_that_stand_together_are_codes_each() {
    let Some(device) = device() else { return };
    let point = device.points.iter().find(|point| point.address() == TOGETHER).unwrap();
    let Kind::Enum(name) = &point.kind else { unreachable!() };
    let codes: Vec<i64> = device.value_type(name).unwrap().labels.iter().map(|label| label.code).collect();
    assert_eq!(codes, [1, 2, 3, 4, 5, 6, 7]);
}

#[test]
fn the_manifest_is_short() {
    let manifest = include_str!("sample-tables/goodwe.toml");
    assert!(manifest.lines().count() <= 40);
}
