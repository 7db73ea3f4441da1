//! Every export of the devices of the repository is read by the program it is for, and a Python module decodes every value
//! as the runtime does.

use std::fs;

use generated_example::{alpha_balance_switch, ctc_bms, thermia_genesis};
use integration_tests::exports;
use integration_tests::scratch::manifest;
use modbus_bindgen::emit::export::{Options, Target, export, xlsx};
use modbus_bindgen_runtime::{AnyValue, DeviceInfo, PointInfo, Simulator, Table};
use serde_json::{Value, json};

const DEVICES: [(&str, &DeviceInfo); 3] = [
    ("thermia-genesis", &thermia_genesis::DEVICE),
    ("ctc-bms", &ctc_bms::DEVICE),
    ("alpha-balance-switch", &alpha_balance_switch::DEVICE),
];

/// What a file of each target ends with.
const TARGETS: [(Target, &str); 6] = [
    (Target::ModbusConnection, "py"),
    (Target::HomeAssistant, "home-assistant.yaml"),
    (Target::Esphome, "esphome.yaml"),
    (Target::Telegraf, "telegraf.toml"),
    (Target::Loxone, "loxone.xml"),
    (Target::Wot, "wot.json"),
];

fn table(table: Table) -> u8 {
    match table {
        Table::Coil => 0,
        Table::DiscreteInput => 1,
        Table::InputRegister => 2,
        Table::HoldingRegister => 3,
    }
}

/// A value as the checker takes it.
fn said(value: Option<&AnyValue>) -> Value {
    match value {
        Some(AnyValue::Bool(value)) => json!({ "truth": value }),
        Some(AnyValue::Integer(value)) => json!({ "integer": value.to_string() }),
        Some(AnyValue::Number(value)) => json!({ "number": value.to_string() }),
        Some(AnyValue::Code { code, .. }) => json!({ "code": code }),
        Some(AnyValue::Flags { bits, .. }) => json!({ "flags": bits.to_string() }),
        Some(AnyValue::Text(value)) => json!({ "text": value }),
        Some(AnyValue::Bytes(value)) => json!({ "bytes": value }),
        _ => Value::Null,
    }
}

/// Random registers of a device, and what the runtime decodes from them. Every other round has values as a device has them:
/// small, so that codes are listed and texts are letters.
fn rounds(info: &'static DeviceInfo) -> Vec<Value> {
    let points: Vec<&'static PointInfo> = info.points().collect();
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let round = |round: u32, random: &mut dyn FnMut() -> u64| {
        let simulator = Simulator::new(info);
        let mut image = Vec::new();
        for point in &points {
            for address in point.words() {
                let word = random();
                let word = match (table(point.table()) < 2, round % 3) {
                    (true, _) => word % 2,
                    (false, 0) => word & 0xFFFF,
                    (false, 1) => word % 8,
                    (false, _) => [0x8000, 0xFFFF, 0x7FFF, 0x4142, 0][usize::try_from(word % 5).unwrap()],
                };
                let word = u16::try_from(word).unwrap();
                simulator.set_raw(point.table(), *address, &[word]);
                image.push(json!([null, table(point.table()), address, word]));
            }
        }
        let value = |point: &&'static PointInfo| {
            let words: Vec<u16> =
                point.words().iter().map(|address| simulator.raw(point.table(), *address, 1).unwrap()[0]).collect();
            let value = <AnyValue as modbus_bindgen_runtime::Value>::decode(point, &words);
            let reads = point.access().is_readable();
            json!({ "id": point.id(), "value": said(value.as_ref()), "reads": reads, "writes": reads && point.access().is_writable() })
        };
        // The last word stands where two points share one.
        let values: Vec<Value> = points.iter().map(value).collect();
        json!({ "home": info.link.unit_id, "image": image, "values": values })
    };
    (0..12).map(|number| round(number, &mut random)).collect()
}

#[test]
fn every_export_is_read_by_the_program_it_is_for() {
    if !exports::available() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let write = |name: String, contents: &[u8]| fs::write(folder.path().join(name), contents).unwrap();
    for (name, info) in DEVICES {
        let loaded = modbus_bindgen::load(&manifest(name));
        let device = loaded.device.unwrap_or_else(|| panic!("{}", loaded.diagnostics));
        for (target, extension) in TARGETS {
            let made = export(&device, target, &Options::default());
            write(format!("{name}.{extension}"), &made.contents);
        }
        write(format!("{name}.xlsx"), &xlsx(&device).unwrap().contents);
        write(format!("{name}.values.json"), serde_json::to_string(&rounds(info)).unwrap().as_bytes());
    }
    exports::check(folder.path());
}

#[test]
fn what_a_target_cannot_say_stands_in_its_output() {
    for (name, _) in DEVICES {
        let loaded = modbus_bindgen::load(&manifest(name));
        let device = loaded.device.unwrap_or_else(|| panic!("{}", loaded.diagnostics));
        for (target, extension) in TARGETS {
            let made = export(&device, target, &Options::default());
            let text = String::from_utf8(made.contents.clone()).unwrap();
            // Letters and digits are the same however a format escapes the signs between them.
            let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
            let text = bare(&text);
            for unsaid in &made.unsaid {
                assert!(device.points.iter().any(|point| point.id == unsaid.point), "{name}.{extension}: {unsaid:?}");
                assert!(text.contains(&bare(&unsaid.comment)), "{name}.{extension}: {unsaid:?} stands nowhere");
            }
            let counted: usize = made.unsaid.iter().filter(|unsaid| !unsaid.comment.is_empty()).count();
            assert_eq!(counted, made.unsaid.len(), "{name}.{extension}");
            assert_eq!(made.counts().values().sum::<usize>(), made.unsaid.len(), "{name}.{extension}");
        }
    }
}
