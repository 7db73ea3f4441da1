//! The CTC table, lowered, equals an independent transcription of the vendor's document.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails says so by panicking")]

use std::collections::BTreeMap;
use std::path::Path;

use modbus_bindgen::model::{Device, Kind, Limit, Point, RawType, Role, Table, ValueLabel};
use serde_json::{Value, json};

fn device() -> Device {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../register-specs/ctc-bms/device.toml");
    let loaded = modbus_bindgen::load(&manifest);
    assert!(loaded.diagnostics.is_empty(), "{}", loaded.diagnostics);
    loaded.device.unwrap()
}

fn oracle() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/ctc-bms.expected.json");
    let oracle: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    oracle["points"].as_array().unwrap().clone()
}

/// The point of an address that is read, or that is written where two share it.
fn find<'a>(device: &'a Device, oracle: &Value) -> Option<&'a Point> {
    let at = |point: &&Point| u64::from(point.address()) == oracle["address"].as_u64().unwrap();
    let mut points = device.points.iter().filter(at);
    let first = points.next()?;
    match points.next() {
        Some(second) if second.access.key() == oracle["access"] => Some(second),
        _ => Some(first),
    }
}

fn label(of: &ValueLabel, language: &str) -> Value {
    let translation = of.translations.iter().find(|(code, _)| code == language);
    if language == "en" { of.label.clone().into() } else { json!(translation.map(|(_, text)| text)) }
}

/// The values of a type, by code.
fn listed(device: &Device, name: &str, language: &str) -> Value {
    let labels = &device.value_type(name).unwrap().labels;
    let values: serde_json::Map<_, _> =
        labels.iter().map(|value| (value.code.to_string(), label(value, language))).collect();
    values.into()
}

/// The values of a point of any kind, by raw value.
fn values(device: &Device, point: &Point, language: &str) -> Value {
    match &point.kind {
        Kind::Enum(name) => listed(device, name, language),
        Kind::Special(name) => {
            let labels = &device.value_type(name).unwrap().labels;
            let pairs = point.specials.iter().zip(labels);
            let values: serde_json::Map<_, _> =
                pairs.map(|(raw, value)| (raw.to_string(), label(value, language))).collect();
            values.into()
        }
        _ => Value::Null,
    }
}

/// Letters and digits in lower case: siblings are spelled as their family is.
fn folded(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn limit(limit: Option<Limit>) -> Value {
    match limit {
        Some(Limit::Register(register)) => json!({ "register": register }),
        Some(Limit::Value(value)) => value.to_string().into(),
        None => Value::Null,
    }
}

#[test]
fn every_point_is_what_the_document_says() {
    let (device, oracle) = (device(), oracle());
    assert_eq!((device.points.len(), oracle.len()), (491, 491));
    let mut differences = Vec::new();
    for oracle in &oracle {
        let address = oracle["address"].as_u64().unwrap();
        let Some(point) = find(&device, oracle) else {
            differences.push(format!("{address} is missing"));
            continue;
        };
        let mut compare = |field: &str, ours: Value, theirs: &Value| {
            if ours != *theirs {
                differences.push(format!("{address} {field}: {ours} but expected {theirs}"));
            }
        };
        compare("table", point.table.key().into(), &oracle["table"]);
        // The transcription of texts is in the order of characters, of numbers most significant first, as ours.
        compare("words", json!(point.words), &oracle["words"]);
        compare("raw_type", point.raw.to_string().into(), &oracle["raw_type"]);
        if !oracle["signed"].is_null() {
            compare("signed", point.raw.is_signed().into(), &oracle["signed"]);
            compare("scale", point.scale.to_string().into(), &oracle["scale"]);
        }
        compare("access", point.access.key().into(), &oracle["access"]);
        compare("role", point.role.key().into(), &oracle["role"]);
        compare("unit", json!(point.unit), &oracle["unit"]);
        compare("keep_alive_s", json!(point.keep_alive_s), &oracle["keep_alive_s"]);
        compare("read_side_effect", point.read_side_effect.into(), &json!(oracle["read_side_effect"] == true));
        let limits =
            point.limits.as_ref().filter(|limits| limits.in_registers()).map(
                |limits| json!({ "max": limit(limits.max), "min": limit(limits.min), "step": limit(limits.step) }),
            );
        compare("limits", json!(limits), &oracle["limits"]);
        let available_if = point.available_if.map(|at| json!({ "register": at.register, "bit": at.bit }));
        compare("available_if", json!(available_if), &oracle["available_if"]);
        compare("values", values(&device, point, "en"), &oracle["values"]);
        compare("values_sv", values(&device, point, "sv"), &oracle["values_sv"]);
        if let Kind::Flags(name) = &point.kind {
            compare("bits", listed(&device, name, "en"), &oracle["bits"]);
        } else {
            compare("bits", Value::Null, &oracle["bits"]);
        }
        compare_labels(point, oracle, &mut differences);
        compare_family(point, oracle, &mut differences);
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Labels as printed, siblings as their family; those cut off at the edge of a cell are completed, and misplaced Swedish
/// ones put right. The alarm block is prose, and has labels of our own.
fn compare_labels(point: &Point, oracle: &Value, differences: &mut Vec<String>) {
    let truncated: Vec<&str> =
        oracle["truncated"].as_array().map(|list| list.iter().filter_map(Value::as_str).collect()).unwrap_or_default();
    let translation = point.translations.iter().find(|(language, _)| language == "sv").map(|(_, text)| text.as_str());
    for (language, ours) in [("en", Some(point.label.as_str())), ("sv", translation)] {
        let theirs = oracle[format!("label_{language}")].as_str();
        let contradicts = language == "sv" && oracle["label_sv_contradicts"] == true;
        if contradicts || point.address() >= 65_000 {
            continue;
        }
        // Number eight of ten is “operating hours”.
        let theirs = theirs.map(|label| folded(&label.replace("operating hours", "operating time")));
        let ours = ours.map(folded);
        let alike = match (&ours, &theirs) {
            (Some(ours), Some(theirs)) if truncated.contains(&language) => ours.starts_with(theirs.as_str()),
            _ => ours == theirs,
        };
        if !alike {
            differences.push(format!("{} label_{language}: {ours:?} but expected {theirs:?}", point.address()));
        }
    }
}

/// Arrays have names of our own, and the buffers of the alarm block are arrays too.
fn compare_family(point: &Point, oracle: &Value, differences: &mut Vec<String>) {
    let ours = point.array.as_ref().filter(|_| oracle["buffer"].is_null());
    let ours =
        ours.map(|place| json!({ "name": place.array.replace("room_temperature", "room"), "index": place.element }));
    if json!(ours) != oracle["family"] {
        differences.push(format!("{} family: {ours:?} but expected {}", point.address(), oracle["family"]));
    }
}

#[test]
fn the_status_depends_on_the_product() {
    let (device, oracle) = (device(), oracle());
    let oracle = oracle.iter().find(|oracle| oracle["address"] == 62005).unwrap();
    let point = find(&device, oracle).unwrap();
    assert_eq!(point.kind, Kind::Conditional("Status".to_owned()));
    for product in oracle["values_if"].as_array().unwrap() {
        let (min, max) = (product["min"].as_i64().unwrap(), product["max"].as_i64().unwrap());
        let case = point.values_if.iter().find(|case| case.min <= min && max <= case.max).unwrap();
        assert_eq!((case.table, case.register), (Table::HoldingRegister, 65000));
        assert_eq!(listed(&device, &case.type_name, "en"), product["values"]);
        assert_eq!(listed(&device, &case.type_name, "sv"), product["values_sv"]);
    }
}

#[test]
fn alarms_and_texts() {
    let device = device();
    let at = |id: &str| device.points.iter().find(|point| point.id == id).unwrap();
    assert_eq!(at("reset_alarms").role, Role::Command { trigger: Some(43_605) });
    assert_eq!(at("select_text").role, Role::Command { trigger: None });
    let limits = at("select_text").limits.clone().unwrap();
    assert_eq!((limit(limits.min), limit(limits.max)), (json!("0"), json!("19999")));
    let RawType::Text { encoding, packing } = at("text_buffer").raw else { panic!("no text") };
    assert_eq!((encoding.key(), packing.key()), ("iso-8859-1", "two_high_first"));
    assert_eq!(at("alarm_buffer[49]").address(), 65_059);
    assert_eq!(at("info_buffer[9]").address(), 65_069);
}

#[test]
fn arrays_are_complete() {
    let device = device();
    let mut members: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for place in device.points.iter().filter_map(|point| point.array.as_ref()) {
        let count = members.entry((&place.array, &place.member)).or_default();
        *count = count.saturating_add(1);
    }
    let elements: BTreeMap<&str, usize> =
        device.arrays.iter().map(|array| (array.name.as_str(), array.elements.len())).collect();
    for ((array, member), count) in &members {
        assert_eq!(*count, elements[array], "{array}.{member}");
    }
    assert_eq!(
        elements,
        BTreeMap::from([
            ("heat_pump", 10),
            ("heating_system", 4),
            ("compressor", 10),
            ("room_temperature", 4),
            ("alarm_buffer", 50),
            ("info_buffer", 10)
        ])
    );
    assert_eq!(members.len(), 20 + 17 + 2 + 3, "heat pump, heating system, compressor, and three of elements only");
}
