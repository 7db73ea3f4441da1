//! The Thermia table against an independent transcription of the same document.

#![expect(clippy::unwrap_used, reason = "a test that fails says so by panicking")]

use std::collections::BTreeMap;
use std::path::Path;

use calamine::Reader as _;
use modbus_bindgen::model::{Device, Kind, Role, Selection, Table};
use serde_json::Value;

fn manifest() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../register-specs/thermia-genesis/device.toml")
}

#[test]
fn equals_an_independent_transcription() {
    let loaded = modbus_bindgen::load(&manifest());
    let device = loaded.device.unwrap_or_else(|| panic!("{}", loaded.diagnostics));
    let text = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/thermia-genesis.expected.json"),
    )
    .unwrap();
    let oracle: Value = serde_json::from_str(&text).unwrap();
    let expected = oracle["points"].as_array().unwrap();
    assert_eq!(device.points.len(), expected.len());
    let mut differences = Vec::new();
    for oracle in expected {
        let address = u16::try_from(oracle["address"].as_u64().unwrap()).unwrap();
        let table = oracle["table"].as_str().unwrap();
        let Some(point) = device.points.iter().find(|point| point.table.key() == table && point.address() == address)
        else {
            differences.push(format!("{table} {address} is missing"));
            continue;
        };
        let mut compare = |field: &str, ours: Value, theirs: &Value| {
            if ours != *theirs {
                differences.push(format!("{table} {address} {field}: {ours} but expected {theirs}"));
            }
        };
        compare("words", serde_json::json!(point.words), &oracle["words"]);
        compare("access", point.access.key().into(), &oracle["access"]);
        compare("role", point.role.key().into(), &oracle["role"]);
        compare("scale", point.scale.to_string().into(), &oracle["scale"]);
        compare("unit", serde_json::json!(point.unit), &oracle["unit"]);
        compare("optional", (point.optional).into(), &oracle["optional"]);
        compare("not_available", serde_json::json!(point.not_available), &oracle["not_available"]);
        if !oracle["signed"].is_null() && !point.table.is_bit() {
            compare("signed", point.raw.is_signed().into(), &oracle["signed"]);
        }
        let labels = |name: &str| {
            let value_type = device.value_type(name).unwrap();
            value_type
                .labels
                .iter()
                .map(|label| (label.code.to_string(), Value::from(label.label.clone())))
                .collect::<serde_json::Map<_, _>>()
        };
        let kind = match &point.kind {
            Kind::Bool => "bool",
            Kind::Integer | Kind::Scaled => "number",
            Kind::Enum(_) => "enum",
            Kind::Flags(_) | Kind::BitSet => "flags",
            Kind::Special(_) | Kind::Conditional(_) | Kind::Text | Kind::Bytes => "none that this table has",
        };
        compare("kind", kind.into(), &oracle["kind"]);
        match &point.kind {
            Kind::Enum(name) if address == 124 => compare(
                "codes",
                labels(name).keys().cloned().collect::<Vec<_>>().into(),
                &oracle["values"].as_object().unwrap().keys().cloned().collect::<Vec<_>>().into(),
            ),
            Kind::Enum(name) => compare("values", labels(name).into(), &oracle["values"]),
            Kind::Flags(name) => compare("bits", labels(name).into(), &oracle["bits"]),
            _ => {}
        }
        match (oracle["groups"].as_array().unwrap().first(), &point.group) {
            (None, None) => {}
            (first, group) => compare("group", serde_json::json!(group), first.unwrap_or(&Value::Null)),
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    let count =
        |table| device.points.iter().filter(|point| point.table == table).map(|point| point.words.len()).sum::<usize>();
    assert_eq!(Table::ALL.map(count), [28, 70, 102, 66]);
    assert_eq!(device.points.iter().filter(|point| point.words.len() == 2).count(), 4);
    assert_eq!(device.points.iter().filter(|point| matches!(point.role, Role::Command { .. })).count(), 1);
}

/// The folder with every sheet of the workbook as a CSV file, and the manifest changed to name those.
fn as_csv(delimiter: u8) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut workbook = calamine::open_workbook_auto(manifest().with_file_name("registers.xlsx")).unwrap();
    let mut manifest = std::fs::read_to_string(manifest()).unwrap();
    for (number, name) in workbook.sheet_names().into_iter().enumerate() {
        let file = format!("sheet {number}.csv");
        let mut writer =
            csv::WriterBuilder::new().delimiter(delimiter).flexible(true).from_path(folder.path().join(&file)).unwrap();
        for row in workbook.worksheet_range(&name).unwrap().rows() {
            writer.write_record(row.iter().map(ToString::to_string)).unwrap();
        }
        for key in ["name", "sheet"] {
            let of_workbook = format!("file = \"registers.xlsx\"\n{key} = \"{name}\"\n");
            manifest = manifest.replace(&of_workbook, &format!("file = \"{file}\"\n"));
        }
    }
    assert!(!manifest.contains("\"registers.xlsx\""), "every sheet is there as a CSV file");
    std::fs::write(folder.path().join("device.toml"), manifest).unwrap();
    folder
}

/// The device without what says which file it comes from.
fn without_sources(mut device: Device) -> Device {
    device.inputs.clear();
    for point in &mut device.points {
        point.sources.clear();
        point.named_at = None;
        point.selection = Selection::default();
    }
    device.types.iter_mut().for_each(|value_type| value_type.source = None);
    device
}

#[test]
fn the_same_table_as_workbook_and_as_csv_gives_the_same_model() {
    let workbook = without_sources(modbus_bindgen::load(&manifest()).device.unwrap());
    let points: BTreeMap<&str, _> = workbook.points.iter().map(|point| (point.id.as_str(), point)).collect();
    for delimiter in *b",;\t" {
        let folder = as_csv(delimiter);
        let loaded = modbus_bindgen::load(&folder.path().join("device.toml"));
        let csv = without_sources(loaded.device.unwrap_or_else(|| panic!("{}", loaded.diagnostics)));
        for point in &csv.points {
            assert_eq!(Some(&point), points.get(point.id.as_str()));
        }
        assert!(csv == workbook, "the devices differ in something else than their points");
    }
}
