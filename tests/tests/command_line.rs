//! `read` and `write` of the command line against devices played by pymodbus. What it makes of a model is what generated
//! code says in constants: the same requests, and the same values of the same words.

use std::collections::BTreeMap;

use generated_example::{alpha_balance_switch, ctc_bms, thermia_genesis};
use integration_tests::pymodbus::{self, Image, Server};
use integration_tests::scratch::{manifest, modbus_bindgen as program, workspace};
use integration_tests::{oracle::readable, serial};
use modbus_bindgen_runtime::{Bus, DeviceInfo, RawType, Table};
use serde_json::Value;

#[track_caller]
fn succeeds(arguments: &[&str]) -> String {
    let output = program(&workspace(), arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Every address of the device with a value of its own, letters where texts are.
fn image(device: &DeviceInfo) -> Image {
    let mut image = Image::new();
    for (table, first, last) in device.reserved {
        image.extend((*first..=*last).map(|address| ((*table, address), 0)));
    }
    let own = |address: u16| address.wrapping_mul(257).wrapping_add(40_000);
    for info in device.points() {
        for address in info.words() {
            let word = match info.raw() {
                RawType::Bool => own(*address) >> 3 & 1,
                RawType::Text => 0x4100 + address % 26,
                _ => own(*address),
            };
            image.insert((info.table(), *address), word);
        }
        // Every second point is there, and what decides between lists does.
        if let Some(bit) = info.available_if() {
            image.insert((bit.table, bit.register), 0xA5F0);
        }
        for list in info.values_if().iter().take(1) {
            image.insert((list.table, list.register), list.min);
        }
        let limits = info.limit_registers().into_iter().flat_map(|limits| [limits.min, limits.max, limits.step]);
        image.extend(limits.flatten().map(|address| ((info.table(), address), 1)));
    }
    image
}

async fn reads_what_generated_code_reads(name: &str, device: &'static DeviceInfo) {
    let mut server = Server::tcp(&image(device));
    let address = format!("127.0.0.1:{}", server.port);
    let unit = Bus::tcp(&address).await.unwrap().unit(1).with_device(device);
    let points = readable(device);
    let snapshot = unit.read_points(points.iter().copied()).await.unwrap();
    let asked = server.log();

    let path = manifest(name);
    let report = succeeds(&["read", path.to_str().unwrap(), "--tcp", &address, "--format", "json"]);
    assert_eq!(server.log(), asked, "{name}");
    let report: Value = serde_json::from_str(&report).unwrap();
    let read: BTreeMap<&str, &Value> =
        report["points"].as_array().unwrap().iter().map(|point| (point["id"].as_str().unwrap(), point)).collect();
    assert_eq!(read.len(), points.len(), "{name}");
    for info in points {
        let point = read[info.id()];
        let value = serde_json::to_value(snapshot.value(info)).unwrap();
        assert_eq!(point["value"], value, "{name}: {point}");
        assert_eq!(point.get("unit").and_then(Value::as_str).unwrap_or_default(), info.unit(), "{name}: {point}");
        assert_eq!(point.get("raw"), snapshot.raw(info).map(Value::from).as_ref(), "{name}: {point}");
        let reason = snapshot.absence(info).map(|absence| Value::from(absence.to_string()));
        assert_eq!(point.get("reason"), reason.as_ref(), "{name}: {point}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_are_read_as_by_generated_code() {
    if !pymodbus::available() {
        return;
    }
    reads_what_generated_code_reads("thermia-genesis", &thermia_genesis::DEVICE).await;
    reads_what_generated_code_reads("ctc-bms", &ctc_bms::DEVICE).await;
    reads_what_generated_code_reads("alpha-balance-switch", &alpha_balance_switch::DEVICE).await;
}

#[test]
fn a_device_on_a_serial_line_is_read_and_written() {
    if !pymodbus::available() || !serial::available() {
        return;
    }
    let line = serial::Line::new();
    let mut server = Server::rtu(&image(&thermia_genesis::DEVICE), &line.a());
    let path = manifest("thermia-genesis");
    let end = line.b();
    // A pseudo-terminal has no parity; the speed is the manifest's.
    let device = [path.to_str().unwrap(), "--rtu", &end, "--parity", "none"];
    let read = |point: &str| succeeds(&[&["read"], &device[..], &[point]].concat());
    let said = succeeds(&[&["write"], &device[..], &["operational_mode", "on/auto", "enable_heat", "off"]].concat());
    assert!(said.contains("Enable heat"), "{said}");
    assert!(read("operational_mode").contains("  ON/Auto  holding register 0  operational_mode\n"));
    assert!(read("enable_heat").contains("  off  "), "{}", read("enable_heat"));
    assert_eq!(server.memory()[&(Table::HoldingRegister, 0)], 3);
    let outdoor = read("outdoor_temperature");
    assert!(outdoor.contains(" °C  input register 13  outdoor_temperature\n"), "{outdoor}");
}
