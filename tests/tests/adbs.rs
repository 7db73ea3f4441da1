//! The generated Balance Switch against a device played by pymodbus, over TCP and over a serial line.
//!
//! What a value should be comes from an independent transcription of the vendor's document, not from the generated code.

use generated_example::alpha_balance_switch::{
    ActiveMode, AlphaDirectBalanceSwitch, BaudRate, DEVICE, InputNo, OutputNo, OutputRoom, Outputs, TriggerCommand,
    points,
};
use integration_tests::oracle::{Oracle, readable};
use integration_tests::pymodbus::{self, Image, Server};
use integration_tests::scratch::example;
use integration_tests::serial;
use modbus_bindgen_runtime::{Bus, InvalidValue, Table, Unit, WriteError};

const HOLDING: Table = Table::HoldingRegister;

fn oracle() -> Oracle {
    Oracle::read(include_str!("../fixtures/alpha-balance-switch.expected.json"))
}

/// Reserved registers exist and mean nothing.
fn image() -> Image {
    let mut image = oracle().image();
    image.extend([18, 60].map(|address| ((HOLDING, address), 0xFFFF)));
    image.extend((20..32).zip([0, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3]).map(|(at, room)| ((HOLDING, at), room)));
    image.insert((HOLDING, 46), 9);
    image
}

async fn connected(server: &Server) -> AlphaDirectBalanceSwitch {
    let bus = Bus::tcp(format!("127.0.0.1:{}", server.port)).await.unwrap();
    AlphaDirectBalanceSwitch::new(bus.unit(1))
}

async fn reads_everything(unit: Unit, server: &mut Server) {
    let (oracle, image) = (oracle(), image());
    let switch = AlphaDirectBalanceSwitch::new(unit);
    let snapshot = switch.read_all().snapshot().await.unwrap();
    // The command in register 44 is only written, so it is not read across; the reserved ones are.
    assert_eq!(server.log(), [(3, 0, 44), (3, 45, 23)]);
    let everything = readable(&DEVICE);
    assert_eq!(everything.len(), 67 - 8 - 8 + 8 - 1, "a text of eight registers, and what is only written");
    for info in everything {
        oracle.check(&snapshot, info, &image);
    }

    let readings = switch.read_all().await.unwrap();
    assert_eq!(readings.device_type.as_deref(), Some("ABCDEFGH"));
    assert_eq!(readings.output(OutputNo::N1).room, Some(OutputRoom::NoRoomAssigned));
    assert_eq!(readings.output(OutputNo::N9).room, Some(OutputRoom::Value(8)));
    assert_eq!(readings.active_mode.map(|mode| mode.to_string()).as_deref(), Some("unknown (9)"));
    server.log();
    let serial = switch.read(points::SERIAL_NUMBER).await.unwrap();
    assert_eq!(serial.map(Some), readings.serial_number);
    assert_eq!(server.log(), [(3, 0, 8)]);
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
    let bus = Bus::rtu(line.b(), AlphaDirectBalanceSwitch::RTU_DEFAULTS).await.unwrap();
    reads_everything(bus.unit(1), &mut server).await;
}

#[tokio::test]
async fn commands_and_what_they_take() {
    if !pymodbus::available() {
        return;
    }
    let mut server = Server::tcp(&image());
    let switch = connected(&server).await;
    switch.manual_open(Outputs::from_no(OutputNo::N5) | Outputs::OUTPUT_8).await.unwrap();
    assert_eq!(server.log(), [(6, 45, 1), (6, 44, 1)]);
    let memory = server.memory();
    assert_eq!((memory[&(HOLDING, 44)], memory[&(HOLDING, 45)]), (4, 0x0090));

    switch.input_simulation().await.unwrap();
    switch.input(InputNo::N3).set_simulated_pwm(40).await.unwrap();
    assert_eq!(server.log(), [(6, 44, 1), (6, 54, 1)]);
    assert_eq!(server.memory()[&(HOLDING, 54)], 40);

    switch.trigger_command(TriggerCommand::NormalMode).await.unwrap();
    assert_eq!(server.memory()[&(HOLDING, 44)], 5);
}

#[tokio::test]
async fn settings_that_are_kept() {
    if !pymodbus::available() {
        return;
    }
    let mut server = Server::tcp(&image());
    let switch = connected(&server).await;
    switch.output(OutputNo::N2).set_room_persistently(OutputRoom::Value(5)).await.unwrap();
    assert_eq!(server.log(), [(6, 21, 1), (6, 44, 1)]);
    let memory = server.memory();
    assert_eq!((memory[&(HOLDING, 21)], memory[&(HOLDING, 44)]), (5, 2));

    switch.initialise([points::MODBUS_ADDRESS.to(7), points::BAUD_RATE.to(BaudRate::N9600)]).await.unwrap();
    assert_eq!(server.log(), [(16, 47, 2), (6, 44, 1)]);
    let memory = server.memory();
    assert_eq!((memory[&(HOLDING, 47)], memory[&(HOLDING, 48)]), (7, 1));
}

#[tokio::test]
async fn bad_values_are_not_sent() {
    if !pymodbus::available() {
        return;
    }
    let mut server = Server::tcp(&image());
    let switch = connected(&server).await;
    let outside =
        |error: &WriteError| matches!(error, WriteError::Invalid { reason: InvalidValue::OutsideLimits { .. }, .. });
    let error = switch.output(OutputNo::N1).set_room(OutputRoom::Value(9)).await.unwrap_err();
    assert!(outside(&error), "{error}");
    let error = switch.input(InputNo::N1).set_simulated_pwm(101).await.unwrap_err();
    assert!(outside(&error), "{error}");
    let error = switch.set_modbus_address(248).await.unwrap_err();
    assert!(outside(&error), "{error}");
    // 0 is not a number of a room here.
    let error = switch.output(OutputNo::N1).set_room(OutputRoom::Value(0)).await.unwrap_err();
    assert!(matches!(error, WriteError::Invalid { reason: InvalidValue::SpecialCode { .. }, .. }), "{error}");
    assert_eq!(server.log(), []);
    assert_eq!(switch.active_mode().await.unwrap().to_string(), "unknown (9)");
    assert_ne!(switch.active_mode().await.unwrap(), ActiveMode::Normal);
}

#[tokio::test]
async fn the_example_shows_its_rooms() {
    if !pymodbus::available() {
        return;
    }
    let server = Server::tcp(&image());
    let said = example("floor_heating", &["--tcp", &format!("127.0.0.1:{}", server.port)]);
    assert!(said.contains("\n  Device type         ABCDEFGH\n"), "{said}");
    assert!(said.contains("\n  Mode                unknown (9)\n"), "{said}");
    let room = said.lines().find(|line| line.starts_with("  Room 3")).unwrap();
    assert!(room.contains("output 4 at") && room.contains("output 12 at"), "{room}");
}
