//! The Thermia table against an independent transcription of the same document.

use std::path::Path;

use modbus_bindgen::model::{Kind, Role, Table};
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
            Kind::Special(_) | Kind::Conditional(_) | Kind::Text => "none that this table has",
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
