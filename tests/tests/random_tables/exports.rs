//! Models of random tables read back from their canonical table, and their exports pass their validators.

use std::fs;
use std::path::Path;

use integration_tests::exports;
use modbus_bindgen::emit;
use modbus_bindgen::emit::export::{Options, Target, export, xlsx};
use modbus_bindgen::model;
use serde_json::Value;

use super::random::Random;
use super::{accepted, make, number, round};

/// The model as JSON, its points by identifier, without what is about the file they stand in.
fn said(device: &model::Device) -> Value {
    let mut said: Value = serde_json::from_str(&emit::json::json(device)).unwrap();
    let points = said["points"].as_array_mut().unwrap();
    for point in points.iter_mut() {
        for key in ["sources", "corrections", "notes", "details"] {
            point.as_object_mut().unwrap().remove(key);
        }
    }
    points.sort_by_key(|point| point["id"].as_str().unwrap().to_owned());
    said
}

fn read_back(device: &model::Device, path: &Path, contents: &[u8]) {
    fs::write(path, contents).unwrap();
    let loaded = modbus_bindgen::load(path);
    let other = loaded.device.unwrap_or_else(|| panic!("{}: {}", device.name, loaded.diagnostics));
    let (one, other) = (said(device), said(&other));
    for (one, other) in one["points"].as_array().unwrap().iter().zip(other["points"].as_array().unwrap()) {
        assert_eq!(one, other, "{}", device.name);
    }
    for key in ["device", "link", "reserved"] {
        assert_eq!(one[key], other[key], "{}", device.name);
    }
    assert_eq!(one["points"].as_array().map(Vec::len), other["points"].as_array().map(Vec::len), "{}", device.name);
}

/// `RANDOM_TABLES_BACK=…` makes another number of them.
#[test]
fn random_models_read_back_from_their_canonical_table() {
    let count = number("RANDOM_TABLES_BACK", 1_000);
    let folder = tempfile::tempdir().unwrap();
    for seed in 1..=count {
        let Some((_, model)) = accepted(make::device(seed), folder.path()) else { continue };
        let csv = export(&model, Target::Csv, &Options::default()).contents;
        read_back(&model, &folder.path().join("canonical.csv"), &csv);
        if seed % 20 == 0 {
            read_back(&model, &folder.path().join("canonical.xlsx"), &xlsx(&model).unwrap().contents);
        }
    }
}

/// Whether the device shows a point is nothing that a module can say: it decodes what the registers hold.
fn forget_hidden(round: &mut Value, model: &model::Device) {
    let hides = |id: &Value| {
        let point = model.points.iter().find(|point| Some(point.id.as_str()) == id.as_str());
        point.is_some_and(|point| point.available_if.is_some())
    };
    round["values"].as_array_mut().unwrap().retain(|value| !(value["value"].is_null() && hides(&value["id"])));
}

/// `RANDOM_TABLES_EXPORTED=…` makes another number of them.
#[test]
fn exports_of_random_tables_pass_their_validators() {
    const SLOW: u64 = 3;
    if !exports::available() {
        return;
    }
    let (folder, made) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let write = |name: String, contents: &[u8]| fs::write(made.path().join(name), contents).unwrap();
    for seed in 1..=number("RANDOM_TABLES_EXPORTED", 40) {
        let Some((device, model)) = accepted(make::device(seed), folder.path()) else { continue };
        let mut random = Random::new(seed);
        let mut rounds: Vec<_> = (0..3).map(|_| round(&device, &model, &mut random)).collect();
        for round in &mut rounds {
            forget_hidden(round, &model);
        }
        write(format!("d{seed}.values.json"), serde_json::to_string(&rounds).unwrap().as_bytes());
        for (target, extension) in [
            (Target::ModbusConnection, "py"),
            (Target::HomeAssistant, "home-assistant.yaml"),
            (Target::Telegraf, "telegraf.toml"),
            (Target::Loxone, "loxone.xml"),
            (Target::Wot, "wot.json"),
            (Target::Esphome, "esphome.yaml"),
        ] {
            // It takes two seconds for each.
            if target != Target::Esphome || seed <= SLOW {
                write(format!("d{seed}.{extension}"), &export(&model, target, &Options::default()).contents);
            }
        }
    }
    exports::check(made.path());
}
