//! The generated CTC device against a device played by pymodbus, over TCP and over a serial line.
//!
//! What a value should be comes from an independent transcription of the vendor's document, not from the generated code.

use std::time::Duration;

use generated_example::ctc_alarms::{Alarms, Counts};
use generated_example::ctc_bms::{
    CtcBms, DEVICE, EcoHeatStatus, HeatPumpNo, HeatingSystemNo, HotWaterMode, OffOrValue, Status, points,
};
use integration_tests::oracle::{Oracle, read_addresses, readable};
use integration_tests::pymodbus::{self, Image, Server};
use integration_tests::scratch::example;
use integration_tests::serial;
use modbus_bindgen_runtime::{
    Absence, Bus, InvalidValue, Parity, PointInfo, ReadErrorKind, RtuSettings, Table, Unit, WriteError,
};

const HOLDING: Table = Table::HoldingRegister;

/// The registers in which the device says which points it has.
const VISIBILITY: std::ops::Range<u16> = 62_500..62_550;

fn oracle() -> Oracle {
    Oracle::read(include_str!("../fixtures/ctc-bms.expected.json"))
}

/// A device that has every point and allows everything.
fn image() -> Image {
    let mut image = oracle().image();
    image.extend(VISIBILITY.map(|address| ((HOLDING, address), 0xFFFF)));
    for info in DEVICE.points() {
        let Some(limits) = info.limit_registers() else { continue };
        let held = [(limits.min, i16::MIN.cast_unsigned()), (limits.max, i16::MAX.cast_unsigned()), (limits.step, 1)];
        image.extend(held.into_iter().filter_map(|(address, value)| Some(((HOLDING, address?), value))));
    }
    // An EcoHeat 400.
    image.insert((HOLDING, 65_000), 3_500);
    image
}

async fn connected(server: &Server) -> CtcBms {
    let bus = Bus::tcp(format!("127.0.0.1:{}", server.port)).await.unwrap();
    CtcBms::new(bus.unit(1))
}

/// Everything is read with the values it has, in requests as large as the device takes, and nothing else is.
async fn reads_everything(unit: Unit, server: &mut Server) {
    let (oracle, image) = (oracle(), image());
    let ctc = CtcBms::new(unit);
    let everything = readable(&DEVICE);
    assert_eq!(everything.len(), 491 - 6 - 2 - 1, "all but remote control, commands and what is cleared by reading");

    let snapshot = ctc.read_all().snapshot().await.unwrap();
    let log = server.log();
    for info in &everything {
        oracle.check(&snapshot, info, &image);
    }
    assert!(log.iter().all(|(function, _, count)| *function == 3 && *count <= 100), "{log:?}");
    let listed =
        |address: u16| VISIBILITY.contains(&address) || everything.iter().any(|info| info.words().contains(&address));
    for address in read_addresses(&log) {
        assert!(listed(address) && address != 65_002, "{address} was read");
    }

    let again = ctc.read_all().await.unwrap();
    assert_eq!(server.log(), log);
    assert!(again.absent().is_empty(), "{:?}", again.absent());
    let third = ctc.heat_pump(HeatPumpNo::A3).read().await.unwrap();
    assert_eq!(*again.heat_pump(HeatPumpNo::A3), third);
    // Registers between its own are read in passing where that is less than another request.
    let part = server.log();
    assert!(part.len() < log.len() && read_addresses(&part).all(listed), "{part:?}");
    let rooms = ctc.read(points::ROOM_TEMPERATURE).await.unwrap();
    assert_eq!(rooms.map(Some), again.room_temperature);
    assert_eq!(server.log(), [(3, 62_203, 4)]);

    ctc.extended_information().await.unwrap();
    assert_eq!(server.log(), [(3, 65_002, 1)]);
}

#[tokio::test]
async fn over_tcp() {
    if !pymodbus::available() {
        return;
    }
    let mut server = Server::tcp(&image());
    let unit = connected(&server).await.unit().clone();
    reads_everything(unit, &mut server).await;
}

#[tokio::test]
async fn over_a_serial_line() {
    if !pymodbus::available() || !serial::available() {
        return;
    }
    let line = serial::Line::new();
    let mut server = Server::rtu(&image(), &line.a());
    let settings = RtuSettings { baud_rate: 19_200, parity: Parity::Even, data_bits: 8, stop_bits: 1 };
    let bus = Bus::rtu(line.b(), settings).await.unwrap();
    reads_everything(bus.unit(1), &mut server).await;
}

#[tokio::test]
async fn a_device_that_has_a_third_of_the_points() {
    if !pymodbus::available() {
        return;
    }
    let mut image = image();
    let is_shown = |info: &PointInfo| info.available_if().is_none() || info.address().is_multiple_of(3);
    image.extend(VISIBILITY.map(|address| ((HOLDING, address), 0)));
    let mut hidden = Vec::new();
    for info in readable(&DEVICE) {
        match info.available_if() {
            Some(available) if is_shown(info) => {
                *image.get_mut(&(HOLDING, available.register)).unwrap() |= 1 << available.bit;
            }
            Some(_) => hidden.extend_from_slice(info.words()),
            None => {}
        }
    }
    let mut server = Server::tcp(&image);
    server.refuse(HOLDING, &hidden, 2);
    let ctc = connected(&server).await;
    let oracle = oracle();
    let snapshot = ctc.read_all().snapshot().await.unwrap();
    for info in readable(&DEVICE) {
        if is_shown(info) {
            oracle.check(&snapshot, info, &image);
        } else {
            assert_eq!(snapshot.absence(info), Some(Absence::NotVisible), "{}", info.id());
        }
    }
    let log = server.log();
    // The bits first, all 50 registers; those between the two groups of points belong to none.
    assert_eq!(log.first(), Some(&(3, 62_500, 50)));
    assert!(read_addresses(&log).all(|address| !hidden.contains(&address)), "{log:?}");

    // 61500 is there, as a multiple of three; 61501 is not.
    assert!(ctc.hot_water_mode().await.is_ok());
    server.log();
    let error = ctc.manual_stop_temperature_hot_water().await.unwrap_err();
    assert!(matches!(error.kind(), ReadErrorKind::NotVisible), "{error}");
    let error = ctc.set_manual_stop_temperature_hot_water(55.0).await.unwrap_err();
    assert!(matches!(error, WriteError::Invalid { reason: InvalidValue::NotVisible, .. }), "{error}");
    // Before it refuses, each asks once more whether the point has become visible; nothing else is sent.
    assert_eq!(server.log(), [(3, 62_500, 1), (3, 62_500, 1)]);
}

#[tokio::test]
async fn limits_are_those_that_the_device_holds() {
    if !pymodbus::available() {
        return;
    }
    let mut image = image();
    // 10.0 to 30.0 °C in steps of 0.5.
    image.extend([(60_027, 300), (60_028, 100), (60_029, 5)].map(|(address, value)| ((HOLDING, address), value)));
    let mut server = Server::tcp(&image);
    let ctc = connected(&server).await;
    let system = ctc.heating_system(HeatingSystemNo::S1);

    let limits = system.setting_room_temp_limits().await.unwrap();
    assert_eq!((limits.min, limits.max, limits.step), (Some(10.0), Some(30.0), Some(0.5)));
    let log = server.log();
    assert!(log.contains(&(3, 60_027, 3)), "{log:?}");

    system.set_setting_room_temp(21.5).await.unwrap();
    assert_eq!(server.log().last(), Some(&(16, 61_509, 1)));
    assert_eq!(server.memory()[&(HOLDING, 61_509)], 215);

    let error = system.set_setting_room_temp(30.5).await.unwrap_err();
    let WriteError::Invalid { reason: InvalidValue::OutsideLimits { min, max, .. }, .. } = error else {
        panic!("{error}")
    };
    assert_eq!((min, max), (Some(10.0), Some(30.0)));
    let error = system.set_setting_room_temp(21.3).await.unwrap_err();
    assert!(matches!(error, WriteError::Invalid { reason: InvalidValue::OffDeviceStep { .. }, .. }), "{error}");
    let error = system.set_setting_room_temp(21.55).await.unwrap_err();
    assert!(matches!(error, WriteError::Invalid { reason: InvalidValue::OffStep { .. }, .. }), "{error}");
    // Limits that refuse a value may be stale: they are read once more before it is refused, and nothing is written. A
    // value between two steps of the encoding is refused whatever the limits are.
    assert_eq!(server.log(), [(3, 60_027, 3), (3, 60_027, 3)]);

    system.set_setting_room_temp(30.5).unchecked().await.unwrap();
    assert_eq!(server.log(), [(16, 61_509, 1)]);

    // A device that refuses what it allowed has other limits now.
    server.refuse(HOLDING, &[61_509], 3);
    let error = system.set_setting_room_temp(22.0).await.unwrap_err();
    assert!(matches!(error, WriteError::Refused { .. }), "{error}");
    server.log();
    let _ = system.set_setting_room_temp(22.0).await;
    let log = server.log();
    assert!(log.contains(&(3, 60_027, 3)), "{log:?}");
}

#[tokio::test]
async fn codes_and_special_values() {
    if !pymodbus::available() {
        return;
    }
    let mut image = image();
    image.extend([(61_500, 77), (62_005, 3), (61_538, 140), (61_539, 141)].map(|(at, value)| ((HOLDING, at), value)));
    let mut server = Server::tcp(&image);
    let ctc = connected(&server).await;

    let mode = ctc.hot_water_mode().await.unwrap();
    assert_eq!(mode.to_string(), "unknown (77)");
    let error = ctc.set_hot_water_mode(mode).await.unwrap_err();
    assert!(matches!(error, WriteError::Invalid { reason: InvalidValue::UnknownCode(77), .. }), "{error}");
    assert!(server.log().iter().all(|(function, ..)| *function == 3));
    ctc.set_hot_water_mode(HotWaterMode::Comfort).await.unwrap();
    assert_eq!(server.memory()[&(HOLDING, 61_500)], 2);

    let status = ctc.status().await.unwrap();
    assert_eq!(status, Status::EcoHeat(EcoHeatStatus::HpAdd));
    assert_eq!(status.to_string(), "HP + Add");

    let [first, second] = [points::heating_system::MIN_PRIMARY_FLOW[0], points::heating_system::MIN_PRIMARY_FLOW[1]];
    let both = ctc.read((first, second)).await.unwrap();
    assert_eq!(both, (OffOrValue::Off, OffOrValue::Value(14.1)));
    let error = ctc.unit().write_point(second, OffOrValue::Value(14.0)).await.unwrap_err();
    assert!(matches!(error, WriteError::Invalid { reason: InvalidValue::SpecialCode { .. }, .. }), "{error}");
    ctc.unit().write_point(second, OffOrValue::Off).await.unwrap();
    assert_eq!(server.memory()[&(HOLDING, 61_539)], 140);
}

#[tokio::test]
async fn a_product_that_the_document_does_not_know() {
    if !pymodbus::available() {
        return;
    }
    let mut image = image();
    image.extend([(65_000, 9_999), (62_005, 1)].map(|(at, value)| ((HOLDING, at), value)));
    let server = Server::tcp(&image);
    let ctc = connected(&server).await;
    assert_eq!(ctc.status().await.unwrap().to_string(), "unknown (1)");
}

#[tokio::test]
async fn remote_control_is_repeated_until_it_is_stopped() {
    if !pymodbus::available() {
        return;
    }
    let mut server = Server::tcp(&image());
    let ctc = connected(&server).await;
    let kept = ctc.set_start_heat_pump(2).keep_alive_every(Duration::from_millis(30));
    tokio::time::sleep(Duration::from_millis(200)).await;
    kept.set(ctc.set_start_heat_pump(3)).unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(kept.last_error().is_none());
    kept.stop().await;
    let log = server.log();
    assert!(log.len() >= 4 && log.iter().all(|request| *request == (16, 1_000, 1)), "{log:?}");
    assert_eq!(server.memory()[&(HOLDING, 1_000)], 3);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(server.log(), []);
}

/// A device with two alarms and an information text.
fn in_trouble() -> Image {
    let mut image = image();
    image.extend((65_010..=65_069).map(|address| ((HOLDING, address), 0)));
    image.extend((65_101..=65_125).map(|address| ((HOLDING, address), 0)));
    image.extend(
        [(65_001, 0x0102), (65_010, 0x8000), (65_011, 1), (65_060, 4)].map(|(at, value)| ((HOLDING, at), value)),
    );
    let text = "[A1][E063] Fel p\u{e5} givare  ";
    let bytes: Vec<u8> = text.chars().map(|character| u8::try_from(character).unwrap()).collect();
    let words = bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair.get(1).copied().unwrap_or(0)]));
    image.extend((65_101..).zip(words).map(|(address, word)| ((HOLDING, address), word)));
    image
}

#[tokio::test]
async fn alarms_with_their_texts() {
    if !pymodbus::available() {
        return;
    }
    let mut server = Server::tcp(&in_trouble());
    let mut alarms = Alarms::new(connected(&server).await);
    assert_eq!(alarms.counts().await.unwrap(), Counts { alarms: 2, infos: 1 });
    let active = alarms.active().await.unwrap();
    assert_eq!(active.iter().map(|reference| reference.code()).collect::<Vec<_>>(), [15, 16, 10_002]);
    let message = alarms.message(active[2]).await.unwrap();
    assert_eq!(message.to_string(), "A1 [E063] Fel på givare");
    alarms.reset().await.unwrap();
    let requests = [(3, 65_001, 1), (3, 65_010, 60), (16, 65_100, 1), (3, 65_101, 25), (16, 65_001, 1)];
    assert_eq!(server.log(), requests);
    let memory = server.memory();
    assert_eq!((memory[&(HOLDING, 65_100)], memory[&(HOLDING, 65_001)]), (10_002, 0xAA55));
}

#[tokio::test]
async fn the_example_shows_them() {
    if !pymodbus::available() {
        return;
    }
    let server = Server::tcp(&in_trouble());
    let place = format!("127.0.0.1:{}", server.port);
    let said = example("ctc_alarms", &["--tcp", &place]);
    let (first, rest) = said.split_once("\n\n").unwrap();
    assert_eq!(first, format!("CTC BMS at {place}, unit 1: active alarms 2, information texts 1"));
    let texts = [
        "alarm 15    A1   E063  Fel på givare",
        "alarm 16    A1   E063  Fel på givare",
        "info 2      A1   E063  Fel på givare",
    ];
    assert!(rest.lines().map(str::trim).eq(texts), "{said}");
}
