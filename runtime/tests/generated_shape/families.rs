//! Arrays, limits and visibility that the device holds, special and conditional values, texts, sequences.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use modbus_bindgen_runtime::{
    Absence, AnyValue, Assignment, BitSet, Bus, DeviceLimits, ElementNumber, ExceptionCode, InvalidValue, KeepAlive,
    ReadErrorKind, Simulator, Table, TransactionError, WriteError,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::plant::{
    DEVICE, EcoStatus, EzStatus, HeatPumpNo, HeatPumpStatus, NeverOrCount, OffOrValue, Plant, RoomTemperatureNo,
    Status, points,
};
use crate::{asked, serve};

const HOLDING: Table = Table::HoldingRegister;

fn plant() -> (Simulator, Plant) {
    let simulator = Simulator::new(&DEVICE);
    let plant = Plant::new(serve(&simulator).unit(1));
    (simulator, plant)
}

/// A device that answers each request as it is told, or not at all.
fn scripted(answer: impl Fn(&[u8]) -> Option<Vec<u8>> + Send + 'static) -> Plant {
    let (ours, mut theirs) = tokio::io::duplex(4096);
    tokio::spawn(async move {
        let mut header = [0; 7];
        while theirs.read_exact(&mut header).await.is_ok() {
            let mut pdu = vec![0; usize::from(header[5]) - 1];
            theirs.read_exact(&mut pdu).await.unwrap();
            if let Some(reply) = answer(&pdu) {
                header[5] = u8::try_from(reply.len() + 1).unwrap();
                theirs.write_all(&[&header[..], &reply].concat()).await.unwrap();
            }
        }
    });
    Plant::new(Bus::builder().stream_tcp(ours).unit(1))
}

#[tokio::test]
async fn everything_is_read_in_the_fewest_requests_after_the_bits_that_say_what_there_is() {
    let (simulator, plant) = plant();
    simulator.set_raw(HOLDING, 8, &"ADBS24 M".bytes().map(u16::from).collect::<Vec<_>>());
    simulator.set_raw(HOLDING, 61_509, &[215, 241]);
    simulator.set_raw(HOLDING, 62_017, &[0, 1, 7]);
    simulator.set_raw(HOLDING, 62_020, &[65_486]);
    simulator.set_raw(HOLDING, 62_203, &[201, 202, 203, 204]);
    // The second heat pump is not there, and neither are its registers.
    simulator.set_raw(HOLDING, 62_500, &[0b101]);
    simulator.hole(HOLDING, 62_018);
    let readings = plant.read_all().await.unwrap();
    assert_eq!(readings.device_type.as_deref(), Some("ADBS24 M"));
    assert_eq!(readings.setpoint, Some(OffOrValue::Value(21.5)));
    assert_eq!(readings.hours_left, Some(NeverOrCount::Never));
    assert_eq!(readings.status, Some(Status::Eco(EcoStatus::Idle)));
    assert_eq!(readings.room_temperature, [Some(20.1), Some(20.2), Some(20.3), Some(20.4)]);
    assert_eq!(readings.heat_pump(HeatPumpNo::A1).status, Some(HeatPumpStatus::Off));
    assert_eq!(readings.heat_pump(HeatPumpNo::A1).brine_in, Some(-5.0));
    assert_eq!(readings.heat_pump(HeatPumpNo::A2).status, None);
    assert_eq!(readings.heat_pump[2].status.unwrap().to_string(), "unknown (7)");
    assert_eq!(readings.extended_information, None);
    let absent: Vec<_> = readings.absent().iter().map(|(info, absence)| (info.id().to_owned(), absence)).collect();
    assert_eq!(
        absent,
        [
            ("extended_information".to_owned(), Absence::NotRead),
            ("heat_pump[2].status".to_owned(), Absence::NotVisible),
        ]
    );
    assert_eq!(readings.absent().get(points::heat_pump::STATUS[1]), Some(Absence::NotVisible));
    // Reserved addresses 16 to 19 are crossed, hidden ones and the one that reading changes are not.
    let requests = [
        (3, 62_500, 2),
        (3, 8, 13),
        (3, 52, 1),
        (3, 61_509, 2),
        (3, 61_521, 1),
        (3, 61_523, 1),
        (3, 62_005, 1),
        (3, 62_017, 1),
        (3, 62_019, 2),
        (3, 62_022, 1),
        (3, 62_203, 4),
        (3, 65_000, 1),
        (3, 65_101, 5),
    ];
    assert_eq!(asked(&simulator), requests);
    // Nothing was refused, so nothing had to be learnt.
    assert_eq!(plant.read_all().await.unwrap(), readings);
    assert_eq!(asked(&simulator), requests);
    // What is fitted later is seen.
    simulator.set_raw(HOLDING, 62_018, &[1]);
    simulator.set_raw(HOLDING, 62_500, &[0b111]);
    assert_eq!(plant.read_all().await.unwrap().heat_pump[1].status, Some(HeatPumpStatus::On));
}

#[tokio::test]
async fn a_device_that_shows_nothing_and_refuses_it_is_not_asked_for_it() {
    let (simulator, plant) = plant();
    simulator.set_raw(HOLDING, 62_500, &[0, 0]);
    for address in [61_509, 61_521, 61_523, 62_017, 62_018, 62_019, 62_020, 62_022, 60_027, 60_028, 60_029] {
        simulator.hole(HOLDING, address);
    }
    let readings = plant.read_all().await.unwrap();
    assert_eq!(readings.absent().iter().filter(|(_, absence)| *absence == Absence::NotVisible).count(), 8);
    assert!(matches!(plant.setpoint_limits().await.unwrap_err().kind(), ReadErrorKind::NotVisible));
    assert!(simulator.requests().iter().all(|request| request.refused.is_none()));
}

#[tokio::test]
async fn a_single_point_that_is_not_there_is_told_apart_from_a_failure() {
    let (simulator, plant) = plant();
    simulator.set_raw(HOLDING, 62_500, &[0b101]);
    let pump = plant.heat_pump(HeatPumpNo::A2);
    assert_eq!(pump.no(), HeatPumpNo::A2);
    let error = pump.status().await.unwrap_err();
    assert!(matches!(error.kind(), ReadErrorKind::NotVisible));
    assert_eq!(
        error.to_string(),
        "cannot read “Heat pump 2 (A2): Status” (holding register 62018): the device says that it does not have this; if \
         it was fitted since then, call `refresh_limits()`"
    );
    assert_eq!(asked(&simulator), [(3, 62_500, 1)]);
    assert_eq!(plant.heat_pump(HeatPumpNo::A3).status().await.unwrap(), HeatPumpStatus::Off);
    assert!(pump.status().await.is_err());
    // That it is not there is asked once more.
    assert_eq!(asked(&simulator), [(3, 62_019, 1), (3, 62_500, 1)]);
    let error = plant.read((points::heat_pump::STATUS[0], points::heat_pump::STATUS[1])).await.unwrap_err();
    assert!(matches!(error.kind(), ReadErrorKind::NotVisible));
    assert_eq!(error.target().point().unwrap().id(), "heat_pump[2].status");

    asked(&simulator);
    simulator.set_raw(HOLDING, 62_500, &[0b111]);
    plant.unit().refresh_limits();
    assert_eq!(pump.status().await.unwrap(), HeatPumpStatus::Off);
    assert_eq!(asked(&simulator), [(3, 62_500, 1), (3, 62_018, 1)]);
    assert_eq!(pump.status().raw().await.unwrap(), [0]);
}

#[tokio::test]
async fn a_device_that_refuses_the_bits_has_everything() {
    let (simulator, plant) = plant();
    simulator.hole(HOLDING, 62_500);
    simulator.hole(HOLDING, 62_501);
    assert_eq!(plant.heat_pump(HeatPumpNo::A2).status().await.unwrap(), HeatPumpStatus::Off);
    plant.set_setpoint(OffOrValue::Value(20.0)).await.unwrap();
    assert_eq!(plant.read_all().await.unwrap().heat_pump[2].status, Some(HeatPumpStatus::Off));
    asked(&simulator);
    plant.read_all().await.unwrap();
    assert!(!asked(&simulator).iter().any(|(_, address, _)| (62_500..62_550).contains(address)));
}

#[tokio::test]
async fn limits_are_read_in_one_request_and_hold_what_the_point_holds() {
    let (simulator, plant) = plant();
    simulator.set_raw(HOLDING, 60_027, &[300, 0xFFCE, 5]);
    let limits = plant.setpoint_limits().await.unwrap();
    assert_eq!((limits.min, limits.max, limits.step), (Some(-5.0), Some(30.0), Some(0.5)));
    assert_eq!(asked(&simulator), [(3, 62_501, 1), (3, 60_027, 3)]);
    // The device is always asked.
    simulator.set_raw(HOLDING, 60_027, &[250]);
    assert_eq!(plant.setpoint_limits().await.unwrap().max, Some(25.0));
    simulator.hole(HOLDING, 60_029);
    let DeviceLimits { min, step, .. } = plant.setpoint_limits().await.unwrap();
    assert_eq!((min, step), (Some(-5.0), None));
    simulator.hole(HOLDING, 60_027);
    simulator.hole(HOLDING, 60_028);
    let error = plant.setpoint_limits().await.unwrap_err();
    assert_eq!(error.exception().unwrap().code, ExceptionCode::IllegalDataAddress);
}

#[tokio::test]
async fn a_setter_keeps_to_what_the_device_allows() {
    let (simulator, plant) = plant();
    simulator.set_raw(HOLDING, 60_027, &[300, 50, 5]);
    let error = plant.set_setpoint(OffOrValue::Value(30.5)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot write “Setpoint” (holding register 61509): 30.5 °C is outside the device's limits, 5 °C to 30 °C in steps \
         of 0.5 °C"
    );
    let error = plant.set_setpoint(OffOrValue::Value(21.3)).await.unwrap_err();
    let WriteError::Invalid { reason: InvalidValue::OffDeviceStep { below, above, .. }, .. } = error else {
        panic!("{error}")
    };
    assert_eq!((below, above), (21.0, Some(21.5)));
    // Limits that are known are asked for once more before they refuse a value.
    assert_eq!(asked(&simulator), [(3, 62_501, 1), (3, 60_027, 3), (3, 60_027, 3)]);
    plant.set_setpoint(OffOrValue::Value(21.5)).await.unwrap();
    plant.set_setpoint(OffOrValue::Off).await.unwrap();
    assert_eq!(asked(&simulator), [(16, 61_509, 1), (16, 61_509, 1)]);
    assert_eq!(simulator.raw(HOLDING, 61_509, 1), Some(vec![490]));

    // The device allows less meanwhile, and nobody said so.
    simulator.set_raw(HOLDING, 60_027, &[200, 50, 5]);
    plant.set_setpoint(OffOrValue::Value(21.5)).await.unwrap();
    plant.unit().refresh_limits();
    assert!(plant.set_setpoint(OffOrValue::Value(21.5)).await.is_err());
    plant.set_setpoint(OffOrValue::Value(21.5)).unchecked().await.unwrap();
    asked(&simulator);

    // What the table says is found without asking the device.
    assert!(plant.set_setpoint(OffOrValue::Value(49.0)).await.is_err());
    assert!(plant.set_setpoint(OffOrValue::Value(21.34)).unchecked().await.is_err());
    let values = [points::ROOM_OF_OUTPUT.to(3), points::SETPOINT.to(OffOrValue::Value(20.5))];
    let error = plant.unit().write(values.clone()).await.unwrap_err();
    assert_eq!(error.done(), 0);
    assert!(matches!(error.error(), WriteError::Invalid { reason: InvalidValue::OutsideLimits { .. }, .. }));
    // The limits that are known were asked for once more, and nothing was written.
    assert_eq!(asked(&simulator), [(3, 60_027, 3)]);
    plant.unit().write(values).unchecked().await.unwrap();

    simulator.set_raw(HOLDING, 60_030, &[100, 1, 3]);
    plant.set_hours_left(NeverOrCount::Value(7)).await.unwrap();
    plant.set_hours_left(NeverOrCount::Never).await.unwrap();
    assert!(plant.set_hours_left(NeverOrCount::Value(8)).await.is_err());
    assert!(plant.set_hours_left(NeverOrCount::Value(241)).unchecked().await.is_err());
}

#[tokio::test]
async fn nothing_is_written_to_a_point_that_is_not_there() {
    let (simulator, plant) = plant();
    simulator.set_raw(HOLDING, 62_501, &[0]);
    let error = plant.set_setpoint(OffOrValue::Off).await.unwrap_err();
    assert!(matches!(error, WriteError::Invalid { reason: InvalidValue::NotVisible, .. }));
    assert_eq!(asked(&simulator), [(3, 62_501, 1)]);
    plant.set_setpoint(OffOrValue::Off).unchecked().await.unwrap();
}

#[tokio::test]
async fn what_the_device_said_holds_until_the_connection_is_made_again() {
    let simulator = Simulator::new(&DEVICE);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serve = |listener: TcpListener| {
        let simulator = simulator.clone();
        tokio::spawn(async move { simulator.serve_tcp(listener).await })
    };
    let server = serve(listener);
    let plant = Plant::new(Bus::builder().connect_lazy().tcp(address).await.unwrap().unit(1));
    for _ in 0..2 {
        plant.set_setpoint(OffOrValue::Value(20.0)).await.unwrap();
    }
    assert_eq!(asked(&simulator), [(3, 62_501, 1), (3, 60_027, 3), (16, 61_509, 1), (16, 61_509, 1)]);
    server.abort();
    assert!(server.await.is_err());
    simulator.set_raw(HOLDING, 60_027, &[150]);
    let _server = serve(TcpListener::bind(address).await.unwrap());
    // Reading makes the connection again.
    while plant.read(points::BMS_VERSION).await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(plant.set_setpoint(OffOrValue::Value(20.0)).await.is_err());
}

#[tokio::test]
async fn limits_that_the_device_contradicts_are_read_again() {
    let limits = Arc::new(Mutex::new(0));
    let reads = Arc::clone(&limits);
    let plant = scripted(move |pdu| match *pdu {
        [3, 0xF4, 0x25, ..] => Some(vec![3, 2, 0, 1]),
        [3, ..] => {
            *reads.lock().unwrap() += 1;
            Some(vec![3, 6, 1, 44, 0, 50, 0, 5])
        }
        _ => Some(vec![0x90, 3]),
    });
    for times in 1..=2 {
        let error = plant.set_setpoint(OffOrValue::Value(20.0)).await.unwrap_err();
        assert!(matches!(error, WriteError::Refused { .. }), "{error}");
        assert_eq!(*limits.lock().unwrap(), times);
    }
}

#[tokio::test]
async fn which_codes_hold_depends_on_the_product() {
    let (simulator, plant) = plant();
    simulator.set_raw(HOLDING, 62_005, &[1]);
    simulator.set_raw(HOLDING, 65_000, &[999]);
    assert_eq!(plant.status().await.unwrap(), Status::Eco(EcoStatus::Heating));
    assert_eq!(asked(&simulator), [(3, 62_005, 1), (3, 65_000, 1)]);
    assert_eq!(plant.status().await.unwrap().to_string(), "Heating");
    assert_eq!(asked(&simulator), [(3, 62_005, 1)]);
    simulator.set_raw(HOLDING, 65_000, &[1_000]);
    // Read along with what depends on it.
    assert_eq!(plant.read_all().await.unwrap().status, Some(Status::Ez(EzStatus::Defrost)));
    assert_eq!(plant.read((points::STATUS, points::BMS_VERSION)).await.unwrap().0, Status::Ez(EzStatus::Defrost));
    assert_eq!(simulator.get(points::STATUS), Some(Status::Ez(EzStatus::Defrost)));
    let snapshot = plant.unit().read_points([points::STATUS.info()]).await.unwrap();
    assert_eq!(snapshot.value(points::STATUS.info()).unwrap().to_string(), "Defrost");
    // A code the product does not have, and a product nobody knows.
    simulator.set_raw(HOLDING, 62_005, &[2]);
    assert!(matches!(plant.read_all().await.unwrap().status, Some(Status::Unknown(code)) if code.code() == 2));
    simulator.set_raw(HOLDING, 62_005, &[1]);
    simulator.set_raw(HOLDING, 65_000, &[2_000]);
    assert!(matches!(plant.read_all().await.unwrap().status, Some(Status::Unknown(code)) if code.code() == 1));
    simulator.hole(HOLDING, 65_000);
    assert!(matches!(plant.read_all().await.unwrap().status, Some(Status::Unknown(code)) if code.code() == 1));
    plant.unit().refresh_limits();
    assert!(matches!(plant.status().await.unwrap(), Status::Unknown(code) if code.code() == 1));
}

#[tokio::test]
async fn an_offset_moves_what_the_device_says_too() {
    let (simulator, plant) = plant();
    for (address, word) in
        [(62_600, 0b101), (62_119, 1), (60_127, 300), (60_128, 50), (60_129, 5), (62_601, 1), (61_609, 0)]
    {
        simulator.set_raw(HOLDING, address, &[word]);
    }
    let moved = Plant::new(plant.unit().clone().with_address_offset(100));
    let error = moved.heat_pump(HeatPumpNo::A2).status().await.unwrap_err();
    assert!(matches!(error.kind(), ReadErrorKind::NotVisible));
    assert_eq!(moved.heat_pump(HeatPumpNo::A3).status().await.unwrap(), HeatPumpStatus::On);
    assert_eq!(asked(&simulator), [(3, 62_600, 1), (3, 62_119, 1)]);
    assert!(moved.set_setpoint(OffOrValue::Value(30.5)).await.is_err());
    moved.set_setpoint(OffOrValue::Value(30.0)).await.unwrap();
    assert_eq!(asked(&simulator), [(3, 62_601, 1), (3, 60_127, 3), (16, 61_609, 1)]);
    // The other one has its own.
    assert_eq!(plant.heat_pump(HeatPumpNo::A2).status().await.unwrap(), HeatPumpStatus::Off);
}

#[tokio::test]
async fn an_array_is_read_in_one_request() {
    let (simulator, plant) = plant();
    simulator.set_raw(HOLDING, 62_203, &[201, 202, 203, 204]);
    assert_eq!(plant.read(points::ROOM_TEMPERATURE).await.unwrap(), [20.1, 20.2, 20.3, 20.4]);
    assert_eq!(asked(&simulator), [(3, 62_203, 4)]);
    assert_eq!(plant.room_temperature(RoomTemperatureNo::N3).await.unwrap(), 20.3);
    assert_eq!(plant.read(points::heat_pump::BRINE_IN).await.unwrap(), [Some(0.0), None, Some(0.0)]);
    let numbers: Vec<u16> = <RoomTemperatureNo as ElementNumber>::ALL.iter().map(|no| no.number()).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
}

#[tokio::test]
async fn an_element_is_read_in_the_fewest_requests_and_has_what_it_has() {
    let (simulator, plant) = plant();
    simulator.set_raw(HOLDING, 62_018, &[1]);
    let pump = plant.heat_pump(HeatPumpNo::A2);
    let readings = pump.read().await.unwrap();
    assert_eq!((readings.status, readings.brine_in, readings.blocked), (Some(HeatPumpStatus::On), None, None));
    assert_eq!(asked(&simulator), [(3, 62_500, 1), (3, 62_018, 1)]);
    let error = pump.brine_in().await.unwrap_err();
    assert!(matches!(error.kind(), ReadErrorKind::NoSuchElement));
    assert_eq!(
        error.to_string(),
        "cannot read a point that this element of its array does not have: the device's document lists no register for it"
    );
    let error = pump.set_blocked(true).await.unwrap_err();
    assert!(matches!(error, WriteError::Invalid { reason: InvalidValue::NoSuchElement, .. }));
    assert!(pump.brine_in().raw().await.is_err());
    assert_eq!(asked(&simulator), []);
    plant.heat_pump(HeatPumpNo::A3).set_blocked(true).await.unwrap();
    assert_eq!(simulator.raw(HOLDING, 61_523, 1), Some(vec![1]));
    assert!(plant.heat_pump(HeatPumpNo::try_from(3).unwrap()).read().await.unwrap().blocked.unwrap());
    assert!(HeatPumpNo::try_from(4).is_err());
}

#[tokio::test]
async fn a_text_is_selected_and_read() {
    let (simulator, plant) = plant();
    plant.select_text(12).await.unwrap();
    assert_eq!(simulator.get(points::SELECT_TEXT), Some(12));
    simulator.set_raw(HOLDING, 65_101, &[0x5B45, 0x3036, 0x335D, 0x20E4, 0x2000]);
    assert_eq!(plant.text_buffer().await.unwrap(), "[E063] ä");
    assert_eq!(asked(&simulator), [(16, 65_100, 1), (3, 65_101, 5)]);

    simulator.set_raw(HOLDING, 8, &[0xE4]);
    let error = plant.unit().read_point(points::DEVICE_TYPE).await.unwrap_err();
    assert!(matches!(error.kind(), ReadErrorKind::Decode));
    let readings = plant.read_all().await.unwrap();
    assert_eq!(readings.device_type, None);
    assert_eq!(readings.absent().get(points::DEVICE_TYPE), Some(Absence::NotDecodable));
    assert!(plant.read((points::DEVICE_TYPE, points::PULSE)).await.is_err());
}

#[tokio::test]
async fn what_changes_by_being_read_is_read_alone_and_only_by_name() {
    let (simulator, plant) = plant();
    plant.read((points::BMS_VERSION, points::EXTENDED_INFORMATION)).await.unwrap();
    assert_eq!(asked(&simulator), [(3, 65_000, 1), (3, 65_002, 1)]);
    let flags = plant.unit().read_point(points::EXTENDED_INFORMATION).await.unwrap();
    assert_eq!(flags, BitSet::new(0));
    let twice = [points::EXTENDED_INFORMATION, points::EXTENDED_INFORMATION];
    plant.read(twice).await.unwrap();
    plant.unit().read_points(DEVICE.points()).await.unwrap();
    let requests = asked(&simulator);
    assert_eq!(requests.iter().filter(|(_, address, count)| (*address, *count) == (65_002, 1)).count(), 3);
    assert!(requests.iter().all(|(_, address, count)| *count == 1 || !(*address..*address + count).contains(&65_002)));
}

#[tokio::test(start_paused = true)]
async fn what_changes_by_being_read_is_not_asked_for_again() {
    let attempts = Arc::new(Mutex::new(0));
    let counter = Arc::clone(&attempts);
    let plant = scripted(move |_| {
        *counter.lock().unwrap() += 1;
        None
    });
    let unit = plant.unit();
    let error = unit.read_point(points::EXTENDED_INFORMATION).await.unwrap_err();
    assert!(matches!(error.kind(), ReadErrorKind::Transaction(TransactionError::Timeout { .. })), "{error}");
    assert_eq!(*attempts.lock().unwrap(), 1);
    assert!(plant.read((points::EXTENDED_INFORMATION,)).await.is_err());
    assert_eq!(*attempts.lock().unwrap(), 2);
    assert!(unit.read_holding(65_001, 3).await.is_err());
    assert_eq!(*attempts.lock().unwrap(), 3);
    assert!(unit.read_point(points::EXTENDED_INFORMATION).raw().await.is_err());
    assert_eq!(*attempts.lock().unwrap(), 4);
    // Others are.
    assert!(unit.read_point(points::BMS_VERSION).await.is_err());
    assert_eq!(*attempts.lock().unwrap(), 6);
}

#[tokio::test]
async fn one_address_is_read_as_one_thing_and_written_as_another() {
    let (simulator, plant) = plant();
    simulator.set(points::PULSE, 40).unwrap();
    plant.unit().write_point(points::SIMULATED_PULSE, 70).await.unwrap();
    assert_eq!(plant.read(points::PULSE).await.unwrap(), 40);
    assert_eq!(simulator.get(points::SIMULATED_PULSE), Some(70));
    assert_eq!(simulator.get(points::PULSE), Some(40));
    // What is only written cannot be read.
    let error = plant.unit().read_holding(1_000, 1).await.unwrap_err();
    assert_eq!(error.exception().unwrap().code, ExceptionCode::IllegalDataAddress);
}

#[tokio::test]
async fn a_sequence_says_which_step_failed() {
    let (simulator, plant) = plant();
    plant.set_room_of_output_persistently(4).await.unwrap();
    assert_eq!(asked(&simulator), [(16, 20, 1), (16, 44, 1)]);
    assert_eq!(simulator.get(points::INITIALISATION), Some(2));
    simulator.hole(HOLDING, 44);
    let error = plant.set_room_of_output_persistently(5).await.unwrap_err();
    assert_eq!((error.done(), error.total()), (1, 2));
    assert_eq!(
        error.to_string(),
        "“Initialisation” (holding register 44) was not written: the device answered function 16 with exception 2 (it does \
         not have this address) (1 of 2 steps were done before it)"
    );
    // A later step that cannot be done is found first.
    asked(&simulator);
    let unit = plant.unit();
    let bad = unit.write([]).unchecked();
    bad.await.unwrap();
    let error = unit
        .write_point(points::ROOM_OF_OUTPUT, 5)
        .then(plant.set_setpoint(OffOrValue::Value(f64::NAN)))
        .await
        .unwrap_err();
    assert_eq!((error.done(), asked(&simulator)), (0, vec![]));
}

/// What was written to a register, with the seconds since the beginning.
type Written = Arc<Mutex<Vec<(u64, u16)>>>;

/// A plant that keeps book, and refuses values above 1,000 as its limits and everything above 2,000 as busy.
fn recorded() -> (Written, Plant) {
    let written = Written::default();
    let book = Arc::clone(&written);
    let begun = tokio::time::Instant::now();
    let plant = scripted(move |pdu| {
        let [16, a, b, c, d, _, high, low] = *pdu else { panic!("{pdu:?}") };
        let value = u16::from_be_bytes([high, low]);
        book.lock().unwrap().push((begun.elapsed().as_secs(), value));
        match value {
            1_001..=2_000 => Some(vec![0x90, 3]),
            2_001.. => None,
            _ => Some(vec![16, a, b, c, d]),
        }
    });
    (written, plant)
}

#[tokio::test(start_paused = true)]
async fn a_value_is_repeated_until_nobody_wants_it() {
    let (written, plant) = recorded();
    let keep: KeepAlive = plant.set_start_heat_pump(1).keep_alive();
    tokio::time::sleep(Duration::from_secs(250)).await;
    assert_eq!(*written.lock().unwrap(), [(0, 1), (100, 1), (200, 1)]);
    assert!(keep.last_error().is_none());
    keep.set(plant.set_start_heat_pump(2)).unwrap();
    tokio::time::sleep(Duration::from_secs(120)).await;
    keep.stop().await;
    tokio::time::sleep(Duration::from_secs(1_000)).await;
    assert_eq!(*written.lock().unwrap(), [(0, 1), (100, 1), (200, 1), (250, 2), (350, 2)]);

    let keep = plant.set_start_heat_pump(3).keep_alive_every(Duration::from_secs(10));
    tokio::time::sleep(Duration::from_secs(15)).await;
    drop(keep);
    tokio::time::sleep(Duration::from_secs(100)).await;
    assert_eq!(written.lock().unwrap().iter().filter(|(_, value)| *value == 3).count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_value_the_device_does_not_take_leaves_the_one_it_took() {
    let (written, plant) = recorded();
    let keep = plant.set_start_heat_pump(1).keep_alive_every(Duration::from_secs(100));
    tokio::time::sleep(Duration::from_secs(50)).await;
    keep.set(plant.set_start_heat_pump(1_500)).unwrap();
    tokio::time::sleep(Duration::from_secs(100)).await;
    assert_eq!(*written.lock().unwrap(), [(0, 1), (50, 1_500), (60, 1)]);
    assert!(matches!(keep.last_error(), Some(WriteError::Refused { .. })));
    // What is wrong with a value here is said at once.
    let bad = plant.set_setpoint(OffOrValue::Value(f64::NAN));
    assert!(keep.set(bad).is_err());
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(written.lock().unwrap().last(), Some(&(160, 1)));
    keep.set(plant.set_start_heat_pump(4)).unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(keep.last_error().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_value_that_does_not_get_through_is_tried_again_soon() {
    let (written, plant) = recorded();
    let mut errors = {
        let keep = plant.set_start_heat_pump(3_000).keep_alive_every(Duration::from_secs(100));
        let mut errors = keep.errors();
        errors.changed().await.unwrap();
        assert!(matches!(&*errors.borrow_and_update(), Some(WriteError::OutcomeUnknown { .. })));
        tokio::time::sleep(Duration::from_secs(25)).await;
        errors
    };
    assert_eq!(*written.lock().unwrap(), [(0, 3_000), (10, 3_000), (20, 3_000)]);
    // The task has ended.
    while errors.changed().await.is_ok() {}
}

#[tokio::test]
async fn values_of_any_kind_are_written_by_the_same_rules() {
    let (simulator, plant) = plant();
    simulator.set_raw(HOLDING, 60_027, &[300, 50, 5]);
    let unit = plant.unit();
    let info = points::SETPOINT.info();
    let write = |text: &str| unit.write([Assignment::any(info, AnyValue::parse(info, text).unwrap())]);
    write("off").await.unwrap();
    assert_eq!(plant.setpoint().await.unwrap(), OffOrValue::Off);
    write("21.5").await.unwrap();
    assert_eq!(plant.setpoint().await.unwrap(), OffOrValue::Value(21.5));
    assert!(write("21.3").await.is_err());
    assert!(write("49").unchecked().await.is_err());
}

#[cfg(feature = "serde")]
#[test]
fn arrays_of_any_length_serialise() {
    struct Readings {
        outputs: [Option<u16>; 48],
        mode: Option<u16>,
    }
    modbus_bindgen_runtime::impl_readings!(Readings { outputs, mode });
    let value = serde_json::to_value(Readings { outputs: [Some(1); 48], mode: None }).unwrap();
    assert_eq!(value["outputs"].as_array().unwrap().len(), 48);
    assert!(value["mode"].is_null());
}

#[cfg(feature = "serde")]
#[tokio::test]
async fn arrays_serialise_as_lists() {
    let (simulator, plant) = plant();
    simulator.set_raw(HOLDING, 61_509, &[490, 7]);
    simulator.set_raw(HOLDING, 62_500, &[0b011]);
    let readings = serde_json::to_value(plant.read_all().await.unwrap()).unwrap();
    let expected = serde_json::json!({
        "device_type": "",
        "room_of_output": 0,
        "pulse": 0,
        "setpoint": "Off",
        "hours_left": 7,
        "status": "Idle",
        "bms_version": 0,
        "extended_information": null,
        "text_buffer": "",
        "room_temperature": [0.0, 0.0, 0.0, 0.0],
        "heat_pump": [
            {"status": "Off", "brine_in": 0.0, "blocked": false},
            {"status": "Off", "brine_in": null, "blocked": null},
            {"status": null, "brine_in": null, "blocked": null},
        ],
    });
    assert_eq!(readings, expected);
    assert_eq!(serde_json::to_value(HeatPumpNo::A3).unwrap(), 3);
    let limits = serde_json::to_value(plant.setpoint_limits().await.unwrap()).unwrap();
    assert_eq!(limits, serde_json::json!({"min": -3276.8, "max": 3276.7, "step": 0.1}));
}
