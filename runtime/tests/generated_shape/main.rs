//! Code in the shape that the generator writes, read and written through the runtime's own simulator in memory.
#![cfg(feature = "simulator")]

#[expect(unreachable_pub, reason = "generated code is public wherever it is put")]
#[expect(dead_code, reason = "nor is every item of a generated module used")]
mod device;
#[expect(
    clippy::arithmetic_side_effects,
    clippy::float_cmp,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what goes wrong in a test fails it"
)]
mod families;
#[expect(unreachable_pub, reason = "generated code is public wherever it is put")]
#[expect(clippy::indexing_slicing, reason = "an element's number is a place in arrays of as many")]
mod plant;
mod programs;

use device::{DEVICE, OperationalMode, Pump, RunningDemands, points};
use modbus_bindgen_runtime::{
    Absence, AnyValue, Bus, Enumeration, ExceptionCode, InvalidValue, PointInfo, ReadErrorKind, Simulator, Table,
    WriteError,
};

fn serve(simulator: &Simulator) -> Bus {
    let (ours, theirs) = tokio::io::duplex(4096);
    let simulator = simulator.clone();
    tokio::spawn(async move { simulator.serve_stream(theirs).await });
    Bus::builder().stream_tcp(ours)
}

fn pump() -> (Simulator, Pump) {
    let simulator = Simulator::new(&DEVICE);
    simulator.set_raw(Table::InputRegister, 13, &[65_036, 20_000, 2_345, 2, 0b101, 0b1001]);
    simulator.set_raw(Table::HoldingRegister, 0, &[3, 213, 7, 0x3FC0, 0]);
    let pump = Pump::new(serve(&simulator).unit(1));
    (simulator, pump)
}

/// Function, address and count of what was asked.
fn asked(simulator: &Simulator) -> Vec<(u8, u16, u16)> {
    let requests = simulator.requests();
    simulator.clear_log();
    requests.iter().map(|request| (request.function, request.address, request.count)).collect()
}

#[tokio::test]
async fn single_points_have_the_values_of_the_table() {
    let (_, pump) = pump();
    let unit = pump.unit();
    assert_eq!(pump.outdoor_temperature().await.unwrap(), Some(-5.0));
    assert_eq!(unit.read_point(points::BRINE_IN).await.unwrap(), None);
    assert_eq!(unit.read_point(points::HOURS).await.unwrap(), 133_417);
    assert_eq!(pump.operational_mode().await.unwrap(), OperationalMode::OnAuto);
    assert_eq!(unit.read_point(points::PRESSURE).await.unwrap().to_string(), "1.5");
    assert_eq!(unit.read_point(points::ALARMS).await.unwrap(), 7);
    let demands = unit.read_point(points::RUNNING_DEMANDS).await.unwrap();
    assert!(demands.contains(RunningDemands::MANUAL_OPERATION) && !demands.contains(RunningDemands::DEFROST));
    let named = format!("{:?}", RunningDemands::MANUAL_OPERATION | RunningDemands::DEFROST);
    assert_eq!(named, format!("RunningDemands({})", RunningDemands::MANUAL_OPERATION | RunningDemands::DEFROST));
    assert_eq!(demands.to_string(), "Manual operation, bit 2");
    let relays = unit.read_point(points::RELAYS).await.unwrap();
    assert!(relays.is_set(0) && !relays.is_set(1) && relays.is_set(3));
    assert_eq!(relays.to_string(), "bit 0, bit 3");
}

#[tokio::test]
async fn words_are_there_as_they_are() {
    let (_, pump) = pump();
    assert_eq!(pump.outdoor_temperature().raw().await.unwrap(), [65_036]);
    assert_eq!(pump.unit().read_point(points::HOURS).raw().await.unwrap(), [2, 2_345]);
    assert_eq!(pump.unit().read_input(13, 2).await.unwrap(), [65_036, 20_000]);
    assert_eq!(pump.unit().read_coils(3, 1).await.unwrap(), [false]);
}

#[tokio::test]
async fn a_request_can_be_spawned() {
    let (_, pump) = pump();
    let read = tokio::spawn(pump.outdoor_temperature().into_future());
    assert_eq!(read.await.unwrap().unwrap(), Some(-5.0));
}

#[tokio::test]
async fn a_tuple_is_read_in_one_request() {
    let (simulator, pump) = pump();
    let (outdoor, hours, demands) =
        pump.read((points::OUTDOOR_TEMPERATURE, points::HOURS, points::RUNNING_DEMANDS)).await.unwrap();
    assert_eq!((outdoor, hours), (Some(-5.0), 133_417));
    assert_eq!(demands.bits(), 0b101);
    // The address between them is listed.
    assert_eq!(asked(&simulator), [(4, 13, 5)]);
    let temperatures = pump.read([points::OUTDOOR_TEMPERATURE, points::BRINE_IN]).await.unwrap();
    assert_eq!(temperatures, [Some(-5.0), None]);
    assert_eq!(asked(&simulator), [(4, 13, 2)]);
}

#[tokio::test]
async fn everything_is_read_but_what_reading_changes() {
    let (simulator, pump) = pump();
    let readings = pump.read_all().await.unwrap();
    assert_eq!(asked(&simulator), [(4, 13, 6), (3, 0, 2), (3, 3, 2)]);
    assert_eq!(readings.temperatures, pump.read_temperatures().await.unwrap());
    assert_eq!(readings.temperatures.outdoor_temperature, Some(-5.0));
    assert_eq!(readings.hours, Some(133_417));
    assert_eq!(readings.mode, Some(OperationalMode::OnAuto));
    assert_eq!(readings.room_temperature, Some(21.3));
    assert_eq!(readings.pressure, Some(1.5));
    let absent: Vec<_> = readings.absent().iter().map(|(info, absence)| (info.id(), absence)).collect();
    assert_eq!(absent, [("brine_in", Absence::NotFitted), ("alarms", Absence::NotRead)]);
    assert_eq!(readings, pump.read_all().await.unwrap());
}

#[tokio::test]
async fn a_command_is_never_read() {
    let (simulator, pump) = pump();
    let readings = pump.read_all().await.unwrap();
    assert_eq!(readings.absent().get(points::RESET_ALL_ALARMS), Some(Absence::NotRead));
    assert!(asked(&simulator).iter().all(|(function, ..)| *function != 1));
}

#[tokio::test]
async fn a_hole_is_found_once_and_the_rest_is_read() {
    let (simulator, pump) = pump();
    simulator.hole(Table::InputRegister, 17);
    let readings = pump.read_all().await.unwrap();
    assert_eq!(readings.running_demands, None);
    assert_eq!(readings.relays.unwrap().bits(), 0b1001);
    assert_eq!(readings.hours, Some(133_417));
    assert_eq!(
        asked(&simulator),
        [(4, 13, 6), (4, 13, 2), (4, 15, 4), (4, 15, 2), (4, 17, 2), (4, 17, 1), (4, 18, 1), (3, 0, 2), (3, 3, 2)]
    );
    let again = pump.read_all().await.unwrap();
    assert_eq!(again, readings);
    assert_eq!(asked(&simulator), [(4, 13, 4), (4, 18, 1), (3, 0, 2), (3, 3, 2)]);

    // In a tuple it is an error without a request, alone it is asked for.
    let error = pump.read((points::RUNNING_DEMANDS, points::RELAYS)).await.unwrap_err();
    assert!(matches!(error.kind(), ReadErrorKind::RefusedBefore(_)));
    assert_eq!(asked(&simulator), []);
    let error = pump.unit().read_point(points::RUNNING_DEMANDS).await.unwrap_err();
    assert_eq!(error.exception().unwrap().code, ExceptionCode::IllegalDataAddress);
    assert_eq!(
        error.to_string(),
        "cannot read “Running demands” (input register 17): the device answered function 4 with exception 2 (it does not \
         have this address)"
    );
    assert_eq!(asked(&simulator), [(4, 17, 1)]);

    // The option is fitted later.
    simulator.set_raw(Table::InputRegister, 17, &[2]);
    pump.unit().forget_refusals();
    assert_eq!(pump.read_all().await.unwrap().running_demands, Some(RunningDemands::DEFROST));
    assert_eq!(asked(&simulator).len(), 3);
}

#[tokio::test]
async fn reading_a_point_alone_takes_the_refusal_back() {
    let (simulator, pump) = pump();
    simulator.hole(Table::InputRegister, 17);
    pump.read_all().await.unwrap();
    simulator.set_raw(Table::InputRegister, 17, &[2]);
    assert_eq!(pump.unit().read_point(points::RUNNING_DEMANDS).await.unwrap(), RunningDemands::DEFROST);
    asked(&simulator);
    pump.read_all().await.unwrap();
    assert_eq!(asked(&simulator).len(), 3);
}

#[tokio::test]
async fn what_is_written_is_what_is_read() {
    let (simulator, pump) = pump();
    pump.set_operational_mode(OperationalMode::Off).await.unwrap();
    pump.set_room_temperature(20.1 + 0.2).await.unwrap();
    pump.reset_all_alarms().await.unwrap();
    assert_eq!(asked(&simulator), [(6, 0, 1), (6, 1, 1), (5, 3, 1)]);
    assert_eq!(simulator.raw(Table::HoldingRegister, 0, 2), Some(vec![1, 203]));
    assert_eq!(simulator.raw(Table::Coil, 3, 1), Some(vec![1]));

    let assignments = [points::OPERATIONAL_MODE.to(OperationalMode::Standby), points::ROOM_TEMPERATURE.to(21.5)];
    pump.write(assignments).await.unwrap();
    assert_eq!(asked(&simulator), [(16, 0, 2)]);
    assert_eq!(pump.operational_mode().await.unwrap(), OperationalMode::Standby);
    assert_eq!(simulator.get(points::ROOM_TEMPERATURE), Some(21.5));
    pump.unit().write_point(points::SERVICE_CODE, 4711).await.unwrap();
    assert_eq!(simulator.raw(Table::HoldingRegister, 5, 1), Some(vec![4711]));
}

#[tokio::test]
async fn a_value_the_device_does_not_have_is_not_sent() {
    let (simulator, pump) = pump();
    let error = pump.set_room_temperature(21.34).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot write “Room temperature” (holding register 1): 21.34 is between two of the device's steps; the nearest \
         are 21.3 and 21.4"
    );
    let error = pump.set_room_temperature(30.4).await.unwrap_err();
    assert!(matches!(error, WriteError::Invalid { reason: InvalidValue::OutsideLimits { .. }, .. }));

    simulator.set_raw(Table::HoldingRegister, 0, &[17]);
    let unknown = pump.operational_mode().await.unwrap();
    assert_eq!((unknown.to_string().as_str(), unknown.label()), ("unknown (17)", None));
    simulator.clear_log();
    let error =
        pump.write([points::ROOM_TEMPERATURE.to(20.0), points::OPERATIONAL_MODE.to(unknown)]).await.unwrap_err();
    assert_eq!((error.done(), error.total()), (0, 2));
    assert!(matches!(error.error(), WriteError::Invalid { reason: InvalidValue::UnknownCode(17), .. }));
    assert_eq!(asked(&simulator), []);
}

#[tokio::test]
async fn a_failed_write_says_what_was_done_before() {
    let (simulator, pump) = pump();
    simulator.hole(Table::HoldingRegister, 5);
    let assignments = [
        points::OPERATIONAL_MODE.to(OperationalMode::Off),
        points::ROOM_TEMPERATURE.to(20.0),
        points::SERVICE_CODE.to(1),
    ];
    let error = pump.write(assignments).await.unwrap_err();
    assert_eq!((error.done(), error.total()), (2, 3));
    assert!(matches!(error.error(), WriteError::Refused { .. }));
    assert_eq!(
        error.to_string(),
        "“Service code” (holding register 5) was not written: the device answered function 6 with exception 2 (it does \
         not have this address) (2 of 3 values were written before it)"
    );
}

#[tokio::test]
async fn raw_requests_are_checked_before_they_are_sent() {
    let (simulator, pump) = pump();
    let unit = pump.unit();
    for read in [unit.read_holding(0, 0), unit.read_holding(0, 126), unit.read_input(65_535, 2)] {
        assert!(matches!(read.await.unwrap_err().kind(), ReadErrorKind::Invalid(_)));
    }
    assert!(unit.read_coils(0, 2_001).await.is_err());
    for write in [
        unit.write_registers(0, vec![0; 124]),
        unit.write_registers(0, []),
        unit.write_coils(0, vec![false; 1_969]),
        unit.write_registers(65_535, [1, 2]),
    ] {
        assert!(matches!(write.await, Err(WriteError::Invalid { .. })));
    }
    assert_eq!(asked(&simulator), []);
    unit.write_registers(0, [2, 200]).await.unwrap();
    unit.write_register(1, 201).await.unwrap();
    unit.write_coil(3, true).await.unwrap();
    unit.write_coils(3, [false]).await.unwrap();
    assert_eq!(asked(&simulator), [(16, 0, 2), (6, 1, 1), (5, 3, 1), (15, 3, 1)]);
    assert_eq!(unit.read_holding(0, 2).await.unwrap(), [2, 201]);
}

#[tokio::test]
async fn an_offset_moves_every_address() {
    let (simulator, pump) = pump();
    simulator.set_raw(Table::InputRegister, 113, &[100, 200, 0, 0, 0, 0]);
    let moved = Pump::new(pump.unit().clone().with_address_offset(100));
    assert_eq!(moved.outdoor_temperature().await.unwrap(), Some(1.0));
    assert_eq!(moved.read_temperatures().await.unwrap().brine_in, Some(2.0));
    assert_eq!(asked(&simulator), [(4, 113, 1), (4, 113, 2)]);
    // What one refuses, the other may have.
    simulator.hole(Table::InputRegister, 114);
    assert_eq!(moved.read_temperatures().await.unwrap().brine_in, None);
    asked(&simulator);
    moved.read_temperatures().await.unwrap();
    assert_eq!(asked(&simulator), [(4, 113, 1)]);
    pump.read_temperatures().await.unwrap();
    assert_eq!(asked(&simulator), [(4, 13, 2)]);
    let outside = Pump::new(pump.unit().clone().with_address_offset(-14));
    assert!(matches!(outside.outdoor_temperature().await.unwrap_err().kind(), ReadErrorKind::Invalid(_)));
}

#[tokio::test]
async fn points_are_listed_without_naming_them() {
    let (_, pump) = pump();
    let all = DEVICE.points().filter(|info| info.access().is_readable());
    let snapshot = pump.unit().read_points(all).await.unwrap();
    let line = |info: &'static PointInfo| {
        let value = snapshot.value(info).map_or("–".to_owned(), |value| value.to_string());
        format!("{} {value} {}", info.label(), info.unit()).trim_end().to_owned()
    };
    let lines: Vec<String> = snapshot.points().map(line).collect();
    assert_eq!(
        lines,
        [
            "Reset all alarms –",
            "Outdoor temperature -5 °C",
            "Brine in – °C",
            "Hours 133417 h",
            "Running demands Manual operation, bit 2",
            "Relays bit 0, bit 3",
            "Operational mode ON/Auto",
            "Room temperature 21.3 °C",
            "Alarms 7",
            "Pressure 1.5 bar",
        ]
    );
    assert_eq!(snapshot.value(points::ALARMS.info()), Some(AnyValue::Integer(7)));
}

#[cfg(feature = "serde")]
#[tokio::test]
async fn readings_serialise_as_a_map_of_their_fields() {
    let (simulator, pump) = pump();
    simulator.set_raw(Table::HoldingRegister, 0, &[17]);
    let readings = serde_json::to_value(pump.read_all().await.unwrap()).unwrap();
    let expected = serde_json::json!({
        "temperatures": {"outdoor_temperature": -5.0, "brine_in": null},
        "hours": 133_417,
        "running_demands": ["Manual operation", "bit 2"],
        "relays": ["bit 0", "bit 3"],
        "mode": 17,
        "room_temperature": 21.3,
        "alarms": null,
        "pressure": 1.5,
    });
    assert_eq!(readings, expected);
    assert_eq!(serde_json::to_value(OperationalMode::OnAuto).unwrap(), "ON/Auto");
}
