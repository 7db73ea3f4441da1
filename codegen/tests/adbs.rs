//! The Alpha direct Balance Switch, lowered, equals an independent transcription of the vendor's document.

#![expect(clippy::unwrap_used, reason = "a test that fails says so by panicking")]

use std::path::Path;

use modbus_bindgen::model::{Device, Kind, Limit, Point, RawType, Reserved, Role, Table};
use serde_json::{Value, json};

fn device() -> Device {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../register-specs/alpha-balance-switch/device.toml");
    let loaded = modbus_bindgen::load(&manifest);
    assert!(loaded.diagnostics.is_empty(), "{}", loaded.diagnostics);
    loaded.device.unwrap()
}

fn labels(device: &Device, name: &str) -> Value {
    let labels = &device.value_type(name).unwrap().labels;
    let labels: serde_json::Map<_, _> =
        labels.iter().map(|label| (label.code.to_string(), label.label.clone().into())).collect();
    labels.into()
}

fn kind(point: &Point) -> Value {
    match point.kind {
        Kind::Integer | Kind::Special(_) => point.raw.to_string().into(),
        Kind::Enum(_) => "enum".into(),
        Kind::Flags(_) => "flags".into(),
        Kind::Text => "string".into(),
        _ => Value::Null,
    }
}

fn values(device: &Device, point: &Point) -> Value {
    match &point.kind {
        Kind::Enum(name) => labels(device, name),
        Kind::Special(name) => {
            let names = &device.value_type(name).unwrap().labels;
            let pairs = point.specials.iter().zip(names);
            let values: serde_json::Map<_, _> =
                pairs.map(|(raw, value)| (raw.to_string(), value.label.clone().into())).collect();
            values.into()
        }
        _ => Value::Null,
    }
}

fn number(limit: Option<Limit>) -> Value {
    json!(limit.and_then(Limit::value).map(|value| value.to_string()))
}

#[test]
fn every_point_is_what_the_document_says() {
    let device = device();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/alpha-balance-switch.expected.json");
    let oracle: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let expected = oracle["points"].as_array().unwrap();
    assert_eq!((device.points.len(), expected.len()), (67, 67));
    let mut differences = Vec::new();
    for oracle in expected {
        let (address, access) = (oracle["address"].as_u64().unwrap(), oracle["access"].as_str().unwrap());
        let at = |point: &&Point| u64::from(point.address()) == address && point.access.key() == access;
        let Some(point) = device.points.iter().find(at) else {
            differences.push(format!("{address} {access} is missing"));
            continue;
        };
        let mut compare = |field: &str, ours: Value, theirs: &Value| {
            if ours != *theirs {
                differences.push(format!("{address} {field}: {ours} but expected {theirs}"));
            }
        };
        compare("table", point.table.key().into(), &oracle["table"]);
        compare("words", json!(point.words), &oracle["words"]);
        compare("role", point.role.key().into(), &oracle["role"]);
        compare("raw_type", point.raw.to_string().into(), &oracle["raw_type"]);
        compare("type", kind(point), &oracle["type"]);
        compare("values", values(&device, point), &oracle["values"]);
        match &point.kind {
            Kind::Flags(name) => compare("bits", labels(&device, name), &oracle["bits"]),
            _ => compare("bits", Value::Null, &oracle["bits"]),
        }
        compare("scale", point.scale.to_string().into(), &json!("1"));
        compare("unit", json!(point.unit), &oracle["unit"]);
        compare("default", json!(point.default), &oracle["default"]);
        let limits =
            point.limits.as_ref().map(|limits| json!({ "min": number(limits.min), "max": number(limits.max) }));
        compare("limits", json!(limits), &oracle["limits"]);
        let initialised = point.persistent.as_deref() == Some("initialisation");
        compare("persistent", initialised.into(), &oracle["persistent"]);
        compare("group", json!(point.group), &oracle["group"]);
        let place = point.array.as_ref().map(|place| json!({ "name": place.array, "index": place.element }));
        compare("array", json!(place), &oracle["array"]);
        if let RawType::Text { encoding, packing } = point.raw {
            compare("encoding", encoding.key().into(), &oracle["encoding"]);
            compare("packing", packing.key().into(), &oracle["packing"]);
        }
        // The document has no names, only sentences that begin with them: the words of ours are among theirs.
        let printed = format!("{} {}", oracle["label"].as_str().unwrap(), point.description).to_lowercase();
        for word in point.label.to_lowercase().split(|letter: char| !letter.is_alphabetic()) {
            if word.len() > 3 && !printed.contains(word) && word != "state" {
                differences.push(format!("{address} label: {} but expected {}", point.label, oracle["label"]));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn reserved_registers_are_no_points() {
    let reserved = |address| Reserved { table: Table::HoldingRegister, first: address, last: address };
    assert_eq!(device().reserved, [reserved(18), reserved(60)]);
}

#[test]
fn what_is_read_is_not_what_is_written() {
    let device = device();
    let ids: Vec<&str> =
        device.points.iter().filter(|point| point.address() == 52).map(|point| point.id.as_str()).collect();
    assert_eq!(ids, ["input[1].pwm", "input[1].simulated_pwm"]);
    let command = device.points.iter().find(|point| point.address() == 44).unwrap();
    assert_eq!(command.role, Role::Command { trigger: None });
}
