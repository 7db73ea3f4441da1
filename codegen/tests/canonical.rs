//! The canonical table reads back as the same model: as a text file and as a workbook, for the devices of the repository,
//! the sample tables and the model of every form.

#![expect(clippy::unwrap_used, clippy::panic, reason = "what goes wrong here is to fail the test")]

use std::path::{Path, PathBuf};

use modbus_bindgen::emit;
use modbus_bindgen::emit::export::{Options, Target, export, xlsx};
use modbus_bindgen::model::Device;
use serde_json::Value;

fn load(path: &Path) -> Device {
    let loaded = modbus_bindgen::load(path);
    loaded.device.unwrap_or_else(|| panic!("{}: {}", path.display(), loaded.diagnostics))
}

/// The model as JSON, its points by identifier, without what is about the file they stand in.
fn said(device: &Device) -> Value {
    let mut model: Value = serde_json::from_str(&emit::json::json(device)).unwrap();
    let points = model.get_mut("points").and_then(Value::as_array_mut).unwrap();
    for point in points.iter_mut().filter_map(Value::as_object_mut) {
        for key in ["sources", "corrections", "notes", "details"] {
            point.remove(key);
        }
    }
    points.sort_by_key(|point| point.get("id").and_then(Value::as_str).unwrap_or_default().to_owned());
    model
}

#[track_caller]
fn assert_same(device: &Device, other: &Device, what: &str) {
    let (one, other) = (said(device), said(other));
    for key in ["device", "link", "reserved"] {
        assert_eq!(one.get(key), other.get(key), "{what}: {key}");
    }
    let points = |model: &Value| model.get("points").and_then(Value::as_array).cloned().unwrap();
    for (one, other) in points(&one).iter().zip(&points(&other)) {
        assert_eq!(one, other, "{what}");
    }
    assert_eq!(points(&one).len(), points(&other).len(), "{what}");
}

/// The generated code without its documentation, which names files, cells and rules of the manifest.
fn source(device: &Device) -> Vec<String> {
    let source = emit::rust::source(device);
    let is_text = |line: &str| line.starts_with("// @generated") || line.trim_start().starts_with("///");
    source.lines().filter(|line| !is_text(line)).map(str::to_owned).collect()
}

fn round_trip(manifest: &Path) {
    let device = load(manifest);
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, contents: &[u8]| -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, contents).unwrap();
        path
    };
    let csv = export(&device, Target::Csv, &Options::default()).contents;
    let read = load(&file("canonical.csv", &csv));
    assert_same(&device, &read, &format!("{} as CSV", manifest.display()));
    // More than the model as JSON: names, arrays and groups give the same code.
    for (one, other) in source(&device).iter().zip(&source(&read)) {
        assert_eq!(one, other, "{}", manifest.display());
    }
    let again = export(&read, Target::Csv, &Options::default()).contents;
    let columns = |csv: &[u8]| String::from_utf8(csv.to_vec()).unwrap().lines().count();
    assert_eq!(columns(&csv), columns(&again), "{}", manifest.display());
    let workbook = xlsx(&device).unwrap().contents;
    assert_eq!(workbook, xlsx(&device).unwrap().contents, "the same device gives the same bytes");
    let read = load(&file("canonical.xlsx", &workbook));
    assert_same(&device, &read, &format!("{} as a workbook", manifest.display()));
}

#[test]
fn the_devices_of_the_repository_read_back() {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../register-specs");
    for device in ["thermia-genesis", "ctc-bms", "alpha-balance-switch"] {
        round_trip(&specs.join(device).join("device.toml"));
    }
}

/// A table with every raw type, order and encoding.
#[test]
fn every_encoding_reads_back() {
    round_trip(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/vectors/modbus.toml"));
}

/// The tables are no part of the repository; where they are missing there is nothing to test.
#[test]
fn the_sample_tables_read_back() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (table, manifest) in [
        ("victron-ccgx.xlsx", "victron-ccgx.toml"),
        ("goodwe-holding-registers.tsv", "goodwe.toml"),
        ("sunspec-models.xlsx", "sunspec-models.toml"),
    ] {
        let sample = folder.join("../../shared/sample-tables").join(table);
        if !sample.exists() {
            eprintln!("skipped: {table} is not there");
            continue;
        }
        let copy = tempfile::tempdir().unwrap();
        std::fs::copy(sample, copy.path().join(table)).unwrap();
        let text = std::fs::read_to_string(folder.join("tests/sample-tables").join(manifest)).unwrap();
        let path = copy.path().join("device.toml");
        std::fs::write(&path, text.replace("../../../../shared/sample-tables/", "")).unwrap();
        // The tests of the sample tables say what is wrong with one that does not load.
        match modbus_bindgen::load(&path).device {
            Some(_) => round_trip(&path),
            None => eprintln!("skipped: {table} does not load"),
        }
    }
}

/// Every key of the schema has a column, in its order, and no column is left over.
#[test]
fn every_key_of_the_schema_has_a_column() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/model.schema.json");
    let schema = std::fs::read_to_string(path).unwrap();
    // The order is that of the text, which a parsed object does not keep.
    let (_, point) = schema.split_once("\"point\": {").unwrap();
    let (_, properties) = point.split_once("\"properties\": {").unwrap();
    let (properties, _) = properties.split_once("\n      }\n").unwrap();
    let keys = properties.lines().filter_map(|line| line.strip_prefix("        \"")?.split_once('"'));
    let keys: Vec<&str> = keys.map(|(key, _)| key).collect();
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../register-specs/ctc-bms/device.toml");
    let csv = export(&load(&specs), Target::Csv, &Options::default()).contents;
    let csv = String::from_utf8(csv).unwrap();
    let header = csv.lines().find(|line| line.starts_with("id,")).unwrap();
    let mut columns: Vec<&str> =
        header.split(',').map(|column| column.split_once('.').map_or(column, |(key, _)| key)).collect();
    columns.dedup();
    assert_eq!(columns, keys);
}
