//! What a program writes around generated code: tests with a simulator, polling, enums out of texts, errors that print.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use modbus_bindgen_runtime::error::{InvalidValue, TransactionError};
use modbus_bindgen_runtime::point::{ElementNumber, Enumeration};
use modbus_bindgen_runtime::unit::{Absence, group};
use modbus_bindgen_runtime::{Bus, Device, Poller, Simulator};

use crate::device::{OperationalMode, Pump, PumpReadings, points};
use crate::plant::{EcoStatus, EzStatus, HeatPumpNo, Status};

#[tokio::test]
async fn a_simulator_takes_typed_values_and_gives_typed_writes() {
    let simulator = Simulator::of::<Pump>();
    simulator.set(points::OUTDOOR_TEMPERATURE, -5.2).unwrap();
    let written = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&written);
    simulator.on_write_to(points::OPERATIONAL_MODE, move |simulator, mode| {
        seen.lock().unwrap().push(mode);
        // What the device does about it is there before the client has its answer.
        simulator.set(points::OUTDOOR_TEMPERATURE, 3.0).unwrap();
    });
    let pump = Pump::at(simulator.bus().unit(1));
    assert_eq!(pump.outdoor_temperature().await.unwrap(), Some(-5.2));
    pump.set_operational_mode(OperationalMode::Standby).await.unwrap();
    pump.set_room_temperature(21.5).await.unwrap();
    assert_eq!(*written.lock().unwrap(), [OperationalMode::Standby]);
    assert_eq!(simulator.get(points::ROOM_TEMPERATURE), Some(21.5));
    assert_eq!(pump.outdoor_temperature().await.unwrap(), Some(3.0));
}

#[tokio::test]
async fn a_simulator_is_served_in_one_line() {
    let simulator = Simulator::of::<Pump>();
    simulator.set(points::HOURS, 133_417).unwrap();
    let tcp = Bus::tcp(simulator.tcp().await.unwrap()).await.unwrap();
    assert_eq!(tcp.unit(1).read_point(points::HOURS).await.unwrap(), 133_417);
    #[cfg(unix)]
    {
        let serial = Bus::rtu(simulator.rtu(7).unwrap(), Pump::RTU_DEFAULTS).await.unwrap();
        assert_eq!(serial.unit(7).read_point(points::HOURS).await.unwrap(), 133_417);
    }
}

#[tokio::test]
async fn a_simulator_needs_no_table() {
    let simulator = Simulator::empty();
    let pump = Pump::new(simulator.bus().unit(1));
    assert!(pump.operational_mode().await.is_err());
    simulator.set(points::OPERATIONAL_MODE, OperationalMode::OnAuto).unwrap();
    assert_eq!(pump.operational_mode().await.unwrap(), OperationalMode::OnAuto);
}

#[tokio::test(start_paused = true)]
async fn polling_takes_what_read_takes_and_says_what_was_due() {
    let simulator = Simulator::of::<Pump>();
    simulator.set_raw(modbus_bindgen_runtime::point::Table::InputRegister, 13, &[20_000]);
    simulator.set(points::HOURS, 5).unwrap();
    let pump = Pump::new(simulator.bus().unit(1));
    let mut readings = Poller::new()
        .every(Duration::from_secs(1), &pump, (points::OUTDOOR_TEMPERATURE, points::BRINE_IN))
        .every(Duration::from_secs(3), &pump, group::<PumpReadings>())
        .start();
    let mut hours = Vec::new();
    for tick in 0..6 {
        let reading = readings.next().await.unwrap();
        let snapshot = reading.result.as_ref().unwrap();
        assert!(reading.is_due(points::OUTDOOR_TEMPERATURE), "{tick}");
        // Not fitted is one thing, not this time another.
        assert_eq!(snapshot.absence(points::OUTDOOR_TEMPERATURE.info()), Some(Absence::NotFitted));
        let everything = tick % 3 == 0;
        assert_eq!(reading.is_due(points::HOURS), everything);
        let absence = snapshot.absence(points::HOURS.info());
        assert_eq!(absence, if everything { None } else { Some(Absence::NotDue) });
        assert_eq!(snapshot.group::<PumpReadings>().hours.is_some(), everything);
        assert_eq!(reading.due.len() > 2, everything);
        hours.push(snapshot.get(points::HOURS));
    }
    assert_eq!(hours, [Some(5), None, None, Some(5), None, None]);
    assert_eq!(pump.unit().read(group::<PumpReadings>()).await.unwrap().hours, Some(5));
}

#[test]
fn enums_come_out_of_names_labels_of_any_language_and_codes() {
    for text in ["OnAuto", "on/auto", " ON/Auto ", "ON/Auto (sv)", "3"] {
        assert_eq!(text.parse(), Ok(OperationalMode::OnAuto), "{text}");
    }
    assert_eq!(OperationalMode::Standby.label_in("sv"), Some("Standby (sv)"));
    assert_eq!(OperationalMode::Standby.label_in("de"), Some("Standby"));
    for text in ["4", "onauto", "", "Unknown"] {
        let error = text.parse::<OperationalMode>().unwrap_err();
        let expected =
            format!("“{text}” is not understood here; expected one of Off, Standby, OnAuto, a label or a code");
        assert_eq!(error.to_string(), expected);
    }
    assert_eq!("A3".parse::<HeatPumpNo>().map(ElementNumber::number), Ok(3));
}

#[test]
fn conditional_enums_come_out_of_what_means_one_thing() {
    for (text, expected) in [
        ("Eco(Idle)", Status::Eco(EcoStatus::Idle)),
        ("Ez(Idle)", Status::Ez(EzStatus::Idle)),
        // The same code and label in both cases: the first.
        ("idle", Status::Eco(EcoStatus::Idle)),
        ("0", Status::Eco(EcoStatus::Idle)),
        ("Defrost", Status::Ez(EzStatus::Defrost)),
    ] {
        assert_eq!(text.parse(), Ok(expected), "{text}");
    }
    // Code 1 is “Heating” on one product and “Defrost” on the other.
    let error = "1".parse::<Status>().unwrap_err().to_string();
    assert!(error.contains("expected one of Eco(Heating), Ez(Defrost), a label"), "{error}");
    assert!("Boost".parse::<Status>().is_err() && "17".parse::<Status>().is_err() && "".parse::<Status>().is_err());
}

#[cfg(feature = "serde")]
#[test]
fn conditional_enums_are_deserialised_from_what_they_serialise_to() {
    for status in [Status::Eco(EcoStatus::Heating), Status::Ez(EzStatus::Defrost), Status::Eco(EcoStatus::Idle)] {
        let json = serde_json::to_value(status).unwrap();
        assert_eq!(serde_json::from_value::<Status>(json).unwrap(), status);
    }
    assert_eq!(serde_json::from_value::<Status>(serde_json::json!(0)).unwrap(), Status::Eco(EcoStatus::Idle));
    for wrong in [serde_json::json!(1), serde_json::json!(0.5), serde_json::json!("Boost"), serde_json::json!(null)] {
        assert!(serde_json::from_value::<Status>(wrong.clone()).is_err(), "{wrong}");
    }
}

#[cfg(feature = "serde")]
#[test]
fn enums_are_deserialised_from_what_they_serialise_to_and_never_to_an_unknown_code() {
    let from = |value: serde_json::Value| serde_json::from_value::<OperationalMode>(value);
    for mode in [OperationalMode::Off, OperationalMode::Standby, OperationalMode::OnAuto] {
        assert_eq!(from(serde_json::to_value(mode).unwrap()).unwrap(), mode);
    }
    assert_eq!(from(serde_json::json!(2)).unwrap(), OperationalMode::Standby);
    assert!(from(serde_json::json!(17)).unwrap_err().to_string().contains("17"));
    assert!(from(serde_json::json!("Boost")).is_err());
}

#[tokio::test]
async fn errors_print_their_message_whole() {
    let bus = Simulator::of::<Pump>().bus();
    let pump = Pump::new(bus.unit(1));
    let refused = pump.set_room_temperature(99.0).await.unwrap_err();
    assert_eq!(format!("{refused:?}"), refused.to_string());
    assert!(format!("{refused:?}").starts_with("cannot write “"), "{refused:?}");
    bus.close().await;
    let closed = pump.operational_mode().await.unwrap_err();
    assert!(format!("{closed:?}").ends_with("the bus is closed"), "{closed:?}");
    assert!(!TransactionError::Closed.was_sent());
    assert_eq!(format!("{:?}", InvalidValue::NotANumber), "it is not a finite number");
}
