//! Points that another register scales: it is read with them every time.
#![cfg(feature = "simulator")]

mod support;

use std::time::Duration;

use modbus_bindgen_runtime::{
    Absence, Access, AnyValue, Assignment, Bus, Decimal, InvalidValue, Kind, Labelled, LimitRegisters, Limits,
    LinkInfo, Plan, Point, PointInfo, PointSpec, Poller, RawType, ReadErrorKind, ReadWrite, Simulator, Table,
    WriteError,
};
use support::serve;

const SPEC: PointSpec = PointSpec {
    label: "Power",
    unit: "W",
    raw: RawType::I16,
    kind: Kind::Scaled,
    words: &[10],
    access: Access::ReadWrite,
    scale_register: Some(11),
    not_available: &[-0x8000],
    ..PointSpec::DEFAULT
};
static POWER: PointInfo = PointInfo::new(SPEC);
const W: Point<Option<f64>, ReadWrite> = Point::new(&POWER);

static SCALE: PointInfo =
    PointInfo::new(PointSpec { raw: RawType::I16, words: &[11], access: Access::ReadWrite, ..PointSpec::DEFAULT });
const W_SF: Point<i16, ReadWrite> = Point::new(&SCALE);

/// Holding registers from 10 on: value, power of ten.
fn hold(simulator: &Simulator, raw: i16, power: i16) {
    simulator.set_raw(Table::HoldingRegister, 10, &[raw, power].map(i16::cast_unsigned));
}

fn requests(simulator: &Simulator) -> Vec<(u8, u16, u16)> {
    let requests = simulator.requests().iter().map(|it| (it.function, it.address, it.count)).collect();
    simulator.clear_log();
    requests
}

#[tokio::test]
async fn it_is_read_with_the_value_and_every_time() {
    let (simulator, unit) = serve(vec![&POWER, &SCALE], LinkInfo::DEFAULT);
    for (raw, power, value) in [(213, -1, 21.3), (213, -2, 2.13), (213, 1, 2130.0), (-5, 0, -5.0)] {
        hold(&simulator, raw, power);
        assert_eq!(unit.read_point(W).await.unwrap(), Some(value));
        assert_eq!(unit.read((W, W_SF)).await.unwrap(), (Some(value), power));
        let snapshot = unit.read_points([&POWER]).await.unwrap();
        assert_eq!(snapshot.get(W), Some(value));
        assert_eq!(snapshot.value(&POWER), Some(AnyValue::Number(value)));
        assert_eq!(snapshot.raw(&POWER), Some(vec![raw.cast_unsigned()]));
        assert_eq!(requests(&simulator), [(3, 10, 2); 3], "one request each time");
        // The words alone need no scale.
        assert_eq!(unit.read_point(W).raw().await.unwrap(), [raw.cast_unsigned()]);
        assert_eq!(requests(&simulator), [(3, 10, 1)]);
    }
}

#[tokio::test]
async fn the_plan_says_so() {
    let (_, unit) = serve(vec![&POWER, &SCALE], LinkInfo::DEFAULT);
    for plan in [unit.plan([&POWER]), Plan::new([&POWER], unit.device(), unit.bus().cost())] {
        assert_eq!(plan.to_string().lines().nth(1), Some("holding registers 10 to 11"));
    }
}

#[tokio::test]
async fn no_scale_is_no_value() {
    let (simulator, unit) = serve(vec![&POWER, &SCALE], LinkInfo::DEFAULT);
    for power in [11, -11, i16::MIN, i16::MAX] {
        hold(&simulator, 213, power);
        assert_eq!(unit.read_point(W).await.unwrap(), None);
        let snapshot = unit.read_points([&POWER]).await.unwrap();
        assert_eq!((snapshot.get(W), snapshot.absence(&POWER)), (None, Some(Absence::NotFitted)));
        let error = unit.write_point(W, 21.3).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot write “Power” (holding register 10): register 11, which scales the value, holds no power of ten \
             from -10 to 10"
        );
        let bare: Point<f64, ReadWrite> = Point::new(&POWER);
        assert!(matches!(unit.read_point(bare).await.unwrap_err().kind(), ReadErrorKind::NotFitted));
    }
    hold(&simulator, i16::MIN, 0);
    assert_eq!(unit.read_point(W).await.unwrap(), None);
    assert_eq!(simulator.raw(Table::HoldingRegister, 10, 1), Some(vec![0x8000]), "nothing was written");
}

#[tokio::test]
async fn a_scale_that_is_refused_is_an_error_or_the_reason_why_there_is_no_value() {
    let other = PointInfo::new(PointSpec { words: &[12], ..PointSpec::DEFAULT }).leak();
    let (simulator, unit) = serve(vec![&POWER, &SCALE, other], LinkInfo::DEFAULT);
    simulator.hole(Table::HoldingRegister, 11);
    assert!(unit.read_point(W).await.unwrap_err().exception().is_some());
    let snapshot = unit.read_points([&POWER, other]).await.unwrap();
    assert!(matches!(snapshot.absence(&POWER), Some(Absence::Refused(_))), "{:?}", snapshot.absence(&POWER));
    assert_eq!(snapshot.absence(other), None);
    assert!(matches!(unit.read((W, W_SF)).await.unwrap_err().kind(), ReadErrorKind::RefusedBefore(_)));
    // It is asked again by whoever wants nothing else.
    simulator.clear_log();
    assert!(unit.read_point(W).await.unwrap_err().exception().is_some());
    assert!(!requests(&simulator).is_empty());
    simulator.clear_log();
    let error = unit.write_point(W, 1.0).await.unwrap_err();
    assert!(matches!(error, WriteError::NotSent { .. }), "{error}");
    assert!(requests(&simulator).iter().all(|(function, ..)| *function == 3));
}

#[tokio::test]
async fn what_is_written_is_scaled_by_what_the_register_holds_then() {
    let (simulator, unit) = serve(vec![&POWER, &SCALE], LinkInfo::DEFAULT);
    for (power, raw) in [(-1, 213), (-2, 2130), (-3, 21300)] {
        hold(&simulator, 0, power);
        simulator.clear_log();
        unit.write_point(W, 21.3).await.unwrap();
        assert_eq!(simulator.raw(Table::HoldingRegister, 10, 1), Some(vec![raw]));
        assert_eq!(requests(&simulator), [(3, 11, 1), (6, 10, 1)]);
        // Whether the device is asked for anything else or not.
        unit.write_point(W, -21.3).unchecked().await.unwrap();
        assert_eq!(simulator.get(W), Some(Some(-21.3)));
        assert_eq!(requests(&simulator), [(3, 11, 1), (6, 10, 1)]);
        unit.write([Assignment::any(&POWER, AnyValue::parse(&POWER, "21.3").unwrap())]).await.unwrap();
        assert_eq!(simulator.get(W), Some(Some(21.3)));
    }
    let reason = |error: WriteError| match error {
        WriteError::Invalid { reason, .. } => reason,
        error => panic!("{error}"),
    };
    hold(&simulator, 0, 0);
    let off_step = InvalidValue::OffStep { value: 21.3, below: 21.0, above: 22.0 };
    assert_eq!(reason(unit.write_point(W, 21.3).await.unwrap_err()), off_step);
    hold(&simulator, 0, -3);
    let out_of_range = InvalidValue::OutOfRange { value: 40.0, min: -32.768, max: 32.767 };
    assert_eq!(reason(unit.write_point(W, 40.0).await.unwrap_err()), out_of_range);
    let not_available = InvalidValue::NotAvailableCode { value: -32.768 };
    assert_eq!(reason(unit.write_point(W, -32.768).await.unwrap_err()), not_available);
    assert_eq!(reason(unit.write_point(W, f64::NAN).await.unwrap_err()), InvalidValue::NotANumber);
    assert_eq!(simulator.raw(Table::HoldingRegister, 10, 1), Some(vec![0]));
}

#[tokio::test]
async fn a_scale_that_is_written_before_counts_for_what_comes_after() {
    let (simulator, unit) = serve(vec![&POWER, &SCALE], LinkInfo::DEFAULT);
    hold(&simulator, 0, 0);
    unit.write([W_SF.to(-1), W.to(21.3)]).await.unwrap();
    assert_eq!(simulator.raw(Table::HoldingRegister, 10, 2), Some(vec![213, 0xFFFF]));
    let error = unit.write([W_SF.to(0), W.to(21.3)]).await.unwrap_err();
    assert_eq!(error.done(), 1, "{error}");
    assert_eq!(simulator.raw(Table::HoldingRegister, 10, 2), Some(vec![213, 0]));
    // What can be found wrong before is.
    let error = unit.write([W_SF.to(-2), W.to(f64::INFINITY)]).await.unwrap_err();
    assert_eq!((error.done(), simulator.get(W_SF)), (0, Some(0)));
}

#[tokio::test]
async fn limits_are_in_the_unit_of_the_value() {
    let limits = Some(Limits::new(None, Some(Decimal::new(100, 0))));
    let spec = PointSpec { limits, ..SPEC };
    let registers = LimitRegisters { min: Some(20), max: Some(21), step: Some(22) };
    let held = PointInfo::new(PointSpec { limit_registers: Some(registers), ..spec }).leak();
    let (simulator, unit) = serve(vec![held, &SCALE], LinkInfo::DEFAULT);
    hold(&simulator, 0, -1);
    simulator.set_raw(Table::HoldingRegister, 20, &[100, 500, 5]);
    let held: Point<Option<f64>, ReadWrite> = Point::new(held);
    let read = unit.read_limits(held).await.unwrap();
    assert_eq!((read.min, read.max, read.step), (Some(10.0), Some(50.0), Some(0.5)));
    simulator.clear_log();
    let error = unit.write_point(held, 100.1).await.unwrap_err().to_string();
    assert!(error.ends_with("100.1 W is above the device's limit, 100 W"), "{error}");
    assert_eq!(requests(&simulator), [], "the document's limit needs no scale");
    let error = unit.write_point(held, 60.0).await.unwrap_err().to_string();
    assert!(error.ends_with("60 W is outside the device's limits, 10 W to 50 W in steps of 0.5 W"), "{error}");
    let error = unit.write_point(held, 20.3).await.unwrap_err().to_string();
    assert!(error.ends_with("the nearest are 20 W and 20.5 W"), "{error}");
    unit.write_point(held, 20.5).await.unwrap();
    assert_eq!(simulator.get(held), Some(Some(20.5)));
}

#[tokio::test]
async fn special_values_are_not_scaled() {
    let values = const { &[Labelled::new(-1, "Off")] };
    let special = PointInfo::new(PointSpec { kind: Kind::Special, values, ..SPEC }).leak();
    let (simulator, unit) = serve(vec![special, &SCALE], LinkInfo::DEFAULT);
    hold(&simulator, -1, 2);
    let value = unit.read_points([special]).await.unwrap().value(special).unwrap();
    assert_eq!(value.to_string(), "Off");
    hold(&simulator, 3, 2);
    let number = unit.read_points([special]).await.unwrap().value(special).unwrap();
    assert_eq!(number, AnyValue::Number(300.0));
    unit.write([Assignment::any(special, value)]).await.unwrap();
    assert_eq!(simulator.raw(Table::HoldingRegister, 10, 1), Some(vec![0xFFFF]));
    unit.write([Assignment::any(special, number)]).await.unwrap();
    assert_eq!(simulator.raw(Table::HoldingRegister, 10, 1), Some(vec![3]));
    let error = unit.write([Assignment::any(special, AnyValue::Number(-100.0))]).await.unwrap_err();
    assert!(error.to_string().contains("the device takes this number for “Off”"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn polling_and_keeping_alive_ask_every_time() {
    let (simulator, unit) = serve(vec![&POWER, &SCALE], LinkInfo::DEFAULT);
    hold(&simulator, 213, -1);
    let mut readings = Poller::new().every(Duration::from_secs(1), &unit, vec![&POWER]).start();
    for (power, value) in [(-1, 21.3), (-2, 2.13), (2, 21_300.0)] {
        hold(&simulator, 213, power);
        assert_eq!(readings.next().await.unwrap().result.unwrap().get(W), Some(value));
    }
    drop(readings);
    hold(&simulator, 0, 0);
    let kept = unit.write_point(W, 200.0).keep_alive_every(Duration::from_secs(1));
    for (power, raw) in [(0, 200), (1, 20), (2, 2)] {
        hold(&simulator, 0, power);
        tokio::time::sleep(Duration::from_millis(1100)).await;
        assert_eq!(simulator.raw(Table::HoldingRegister, 10, 1), Some(vec![raw]), "{power}");
    }
    assert!(kept.last_error().is_none());
    // While there is no scale, the new value waits, and the one before is not put in its place.
    hold(&simulator, 0, i16::MIN);
    kept.set(unit.write_point(W, 300.0)).unwrap();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert!(kept.last_error().is_some());
    hold(&simulator, 0, 1);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(simulator.raw(Table::HoldingRegister, 10, 1), Some(vec![30]));
    assert!(kept.last_error().is_none());
}

#[tokio::test]
async fn a_simulator_scales_by_its_own_register() {
    let (simulator, _unit) = serve(vec![&POWER, &SCALE], LinkInfo::DEFAULT);
    assert_eq!(simulator.get(W), Some(Some(0.0)));
    simulator.set(W_SF, -1).unwrap();
    simulator.set(W, 21.3).unwrap();
    assert_eq!(simulator.raw(Table::HoldingRegister, 10, 1), Some(vec![213]));
    simulator.set_raw(Table::HoldingRegister, 11, &[0x8000]);
    assert_eq!(simulator.get(W), Some(None));
    assert_eq!(simulator.set(W, 21.3), Err(InvalidValue::NoScale { register: 11 }));
}

#[test]
fn without_the_register_there_is_no_value() {
    use modbus_bindgen_runtime::{Context, Value};
    assert_eq!(f64::decode(&POWER, &[213]), None);
    assert_eq!(AnyValue::decode_in(&POWER, &[213], Context::NONE), None);
    assert_eq!(f64::encode(21.3, &POWER), Err(InvalidValue::NoScale { register: 11 }));
}

#[tokio::test]
async fn without_a_device_description_too() {
    let (simulator, unit) = serve(vec![&POWER, &SCALE], LinkInfo::DEFAULT);
    hold(&simulator, 213, -1);
    let bus: &Bus = unit.bus();
    assert_eq!(bus.unit(1).read_point(W).await.unwrap(), Some(21.3));
}
