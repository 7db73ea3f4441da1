//! Points at unit ids of their own: read and written there, in the same readings as the rest of the device.
#![cfg(feature = "simulator")]
#![expect(clippy::unwrap_used, reason = "what goes wrong in a test fails it")]

mod support;

use std::time::Duration;

use modbus_bindgen_runtime::{
    Absence, Access, AvailableIf, Bus, LinkInfo, Parity, Plan, Point, PointInfo, PointSpec, RawType, ReadErrorKind,
    ReadWrite, Readings, RtuSettings, Simulator, Snapshot, Table, TransactionError, WriteError,
};
use support::{device, serve};

const fn at(label: &'static str, unit_id: Option<u8>, words: &'static [u16]) -> PointSpec {
    PointSpec { label, unit_id, words, access: Access::ReadWrite, ..PointSpec::DEFAULT }
}

static HOME: PointInfo = PointInfo::new(at("Home", None, &[10]));
static BATTERY: PointInfo = PointInfo::new(at("Battery", Some(225), &[10]));
static BATTERY_NEXT: PointInfo = PointInfo::new(at("Battery, next", Some(225), &[11]));
static GRID: PointInfo = PointInfo::new(at("Grid", Some(30), &[10]));
const A: Point<u16, ReadWrite> = Point::new(&HOME);
const B: Point<u16, ReadWrite> = Point::new(&BATTERY);
const B_NEXT: Point<u16, ReadWrite> = Point::new(&BATTERY_NEXT);
const C: Point<u16, ReadWrite> = Point::new(&GRID);
const POINTS: [&PointInfo; 4] = [&HOME, &BATTERY, &BATTERY_NEXT, &GRID];

#[derive(Debug, PartialEq)]
struct Everything([Option<u16>; 4]);

impl Readings for Everything {
    const POINTS: &'static [&'static [&'static PointInfo]] = &[&[&HOME, &BATTERY], &[&BATTERY_NEXT, &GRID]];

    fn decode(snapshot: &Snapshot) -> Self {
        Self([A, B, B_NEXT, C].map(|point| snapshot.get(point)))
    }
}

fn requests(simulator: &Simulator) -> Vec<(u8, u8, u16, u16)> {
    let requests = simulator.requests().iter().map(|it| (it.unit, it.function, it.address, it.count)).collect();
    simulator.clear_log();
    requests
}

fn hold(simulator: &Simulator) {
    for (point, value) in [(A, 1), (B, 2), (B_NEXT, 3), (C, 4)] {
        simulator.set(point, value).unwrap();
    }
}

#[tokio::test]
async fn everything_is_read_where_it_is() {
    let (simulator, unit) = serve(POINTS.to_vec(), LinkInfo::DEFAULT);
    hold(&simulator);
    assert_eq!(unit.read_group::<Everything>().await.unwrap(), Everything([Some(1), Some(2), Some(3), Some(4)]));
    assert_eq!(requests(&simulator), [(1, 3, 10, 1), (225, 3, 10, 2), (30, 3, 10, 1)]);
    assert_eq!(unit.read((C, B, A)).await.unwrap(), (4, 2, 1));
    assert_eq!(requests(&simulator), [(1, 3, 10, 1), (30, 3, 10, 1), (225, 3, 10, 1)]);
    assert_eq!(unit.read_point(B).await.unwrap(), 2);
    assert_eq!(unit.read_point(B_NEXT).raw().await.unwrap(), [3]);
    let snapshot = unit.read_points([B.info()]).await.unwrap();
    assert_eq!((snapshot.get(B), snapshot.get(A)), (Some(2), None));
    assert_eq!(requests(&simulator), [(225, 3, 10, 1), (225, 3, 11, 1), (225, 3, 10, 1)]);

    // Where the device itself has the id that some of its points have, all is at one unit.
    let both = unit.bus().unit(225).with_device(unit.device().unwrap());
    simulator.clear_log();
    assert_eq!(both.read((B, B_NEXT)).await.unwrap(), (2, 3));
    assert_eq!(requests(&simulator), [(225, 3, 10, 2)]);
    let snapshot = both.read_points([B.info(), B_NEXT.info()]).await.unwrap();
    assert_eq!(snapshot.get(B_NEXT), Some(3));
}

#[tokio::test]
async fn everything_is_written_where_it_is() {
    let (simulator, unit) = serve(POINTS.to_vec(), LinkInfo::DEFAULT);
    unit.write_point(B, 7).await.unwrap();
    assert_eq!((simulator.get(A), simulator.get(B)), (Some(0), Some(7)));
    unit.write([A.to(1), B.to(2), B_NEXT.to(3), C.to(4)]).await.unwrap();
    assert_eq!([A, B, B_NEXT, C].map(|point| simulator.get(point)), [1, 2, 3, 4].map(Some));
    let expected = [(225, 6, 10, 1), (1, 6, 10, 1), (225, 16, 10, 2), (30, 6, 10, 1)];
    assert_eq!(requests(&simulator), expected);
    assert_eq!(simulator.at_unit(225).raw(Table::HoldingRegister, 10, 2), Some(vec![2, 3]));
    assert_eq!(simulator.raw(Table::HoldingRegister, 10, 2), None);
    // Neighbours only by their addresses.
    unit.write([A.to(5), B_NEXT.to(6)]).await.unwrap();
    assert_eq!(requests(&simulator), [(1, 6, 10, 1), (225, 6, 11, 1)]);
}

#[tokio::test]
async fn errors_name_the_unit() {
    let (simulator, unit) = serve(POINTS.to_vec(), LinkInfo::DEFAULT);
    simulator.at_unit(225).hole(Table::HoldingRegister, 10);
    let error = unit.read_point(B).await.unwrap_err();
    assert!(error.to_string().starts_with("cannot read “Battery” (holding register 10 of unit 225): "), "{error}");
    assert_eq!(error.target().unit_id(), Some(225));
    let error = unit.write_point(B, 1).await.unwrap_err();
    assert!(error.to_string().starts_with("“Battery” (holding register 10 of unit 225) was not written"), "{error}");
    let error = unit.write([B.to(1), B_NEXT.to(2)]).await.unwrap_err();
    assert!(error.to_string().starts_with("holding registers 10 to 11 of unit 225 was not written"), "{error}");
    // The same address of another unit is another one.
    let snapshot = unit.read_points(POINTS).await.unwrap();
    let absences: Vec<_> = snapshot.absences().iter().map(|(info, _)| info.label()).collect();
    assert_eq!(absences, ["Battery"]);
    assert!(matches!(unit.read((A, B)).await.unwrap_err().kind(), ReadErrorKind::RefusedBefore(_)));
    assert_eq!(unit.read((A, B_NEXT, C)).await.unwrap(), (0, 0, 0));
}

#[tokio::test]
async fn a_plan_names_the_unit_and_crosses_what_that_unit_lists() {
    let far = PointInfo::new(at("Far", Some(225), &[13])).leak();
    // At the unit itself nothing is known of what lies between; the device's own 12 is another one.
    let between = PointInfo::new(at("Between", None, &[12])).leak();
    let mut points = POINTS.to_vec();
    points.extend([far, between]);
    let (_, unit) = serve(points.clone(), LinkInfo::DEFAULT);
    let expected = "holding register 10\nholding register 12\nholding register 10 of unit 30\n\
                    holding registers 10 to 11 of unit 225\nholding register 13 of unit 225";
    for plan in [unit.plan(points.iter().copied()), Plan::new(points, unit.device(), unit.bus().cost())] {
        let text = plan.to_string();
        let mut lines: Vec<&str> = text.lines().skip(1).collect();
        lines.sort_by_key(|line| (line.contains("unit 225"), line.contains("unit 30")));
        assert_eq!(lines.join("\n"), expected);
        assert!(text.starts_with("5 requests, "), "{text}");
        assert_eq!(plan.requests().iter().filter(|request| request.unit_id() == Some(225)).count(), 2);
    }
}

#[tokio::test]
async fn what_a_unit_says_of_its_points_is_asked_there() {
    let available_if = Some(AvailableIf { table: Table::HoldingRegister, register: 50, bit: 0 });
    let hidden = PointInfo::new(PointSpec { available_if, ..at("Hidden", Some(225), &[10]) }).leak();
    let scaled =
        PointInfo::new(PointSpec { scale_register: Some(20), raw: RawType::I16, ..at("Scaled", Some(30), &[10]) });
    let scaled: Point<Option<f64>, ReadWrite> = Point::new(scaled.leak());
    let shown = PointInfo::new(PointSpec { available_if, ..at("Shown", None, &[10]) }).leak();
    let (simulator, unit) = serve(vec![hidden, shown, scaled.info()], LinkInfo::DEFAULT);
    simulator.at_unit(225).set_raw(Table::HoldingRegister, 50, &[0]);
    simulator.at_unit(30).set_raw(Table::HoldingRegister, 20, &[0xFFFF]);
    simulator.set_raw(Table::HoldingRegister, 20, &[5]);
    let [hidden, shown] = [hidden, shown].map(Point::<u16, ReadWrite>::new);
    let snapshot = unit.read_points([hidden.info(), shown.info()]).await.unwrap();
    assert_eq!((snapshot.absence(hidden.info()), snapshot.get(shown)), (Some(Absence::NotVisible), Some(0)));
    assert!(matches!(unit.read_point(hidden).await.unwrap_err().kind(), ReadErrorKind::NotVisible));
    assert!(unit.write_point(hidden, 1).await.is_err());
    unit.write_point(shown, 1).await.unwrap();
    simulator.at_unit(225).set_raw(Table::HoldingRegister, 50, &[1]);
    unit.refresh_limits();
    unit.write_point(hidden, 1).await.unwrap();
    unit.write_point(scaled, 21.3).await.unwrap();
    assert_eq!(simulator.at_unit(30).raw(Table::HoldingRegister, 10, 1), Some(vec![213]));
    assert_eq!(unit.read_point(scaled).await.unwrap(), Some(21.3));
    assert_eq!(unit.read((shown, scaled)).await.unwrap(), (1, Some(21.3)));
}

#[tokio::test]
async fn parts_of_registers_at_another_unit_are_changed_there() {
    let part = PointInfo::new(PointSpec {
        bits: Some(modbus_bindgen_runtime::BitRange::new(0, 7)),
        ..at("Part", Some(225), &[10])
    });
    let part: Point<u16, ReadWrite> = Point::new(part.leak());
    let (simulator, unit) = serve(vec![&HOME, part.info()], LinkInfo::DEFAULT);
    simulator.set_raw(Table::HoldingRegister, 10, &[0x1111]);
    simulator.at_unit(225).set_raw(Table::HoldingRegister, 10, &[0x2222]);
    unit.write_point(part, 0x33).await.unwrap();
    assert_eq!(simulator.at_unit(225).raw(Table::HoldingRegister, 10, 1), Some(vec![0x2233]));
    assert_eq!(simulator.raw(Table::HoldingRegister, 10, 1), Some(vec![0x1111]));
}

const LINE: RtuSettings = RtuSettings { baud_rate: 19_200, parity: Parity::Even, data_bits: 8, stop_bits: 1 };

fn on_a_line(points: &[&'static PointInfo]) -> (Simulator, Bus) {
    let simulator = Simulator::new(device(points.to_vec(), LinkInfo::DEFAULT));
    let (ours, theirs) = tokio::io::duplex(4096);
    tokio::spawn({
        let simulator = simulator.clone();
        async move { simulator.serve_rtu(theirs, 7).await }
    });
    (simulator, Bus::builder().retries(0).response_timeout(Duration::from_millis(50)).stream_rtu(ours, LINE))
}

#[tokio::test(start_paused = true)]
async fn a_simulator_on_a_line_answers_for_all_its_units_and_no_others() {
    let (simulator, bus) = on_a_line(&POINTS);
    hold(&simulator);
    let unit = bus.unit(7).with_device(simulator.device());
    assert_eq!(unit.read((A, B, C)).await.unwrap(), (1, 2, 4));
    bus.unit(0).write_register(10, 9).await.unwrap();
    assert_eq!(unit.read((A, B, C)).await.unwrap(), (9, 9, 9));
    assert_eq!(unit.read_point(B_NEXT).await.unwrap(), 3);
    assert!(bus.unit(8).read_holding(10, 1).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_unit_that_is_gone_leaves_the_others() {
    let (simulator, bus) = on_a_line(&[&HOME]);
    simulator.set(A, 1).unwrap();
    // Nobody has told the simulator of the battery.
    let unit = bus.unit(7);
    for _ in 0..3 {
        let snapshot = unit.read_points([A.info(), B.info()]).await.unwrap();
        assert_eq!((snapshot.get(A), snapshot.absence(B.info())), (Some(1), Some(Absence::NoAnswer)));
        assert_eq!(Absence::NoAnswer.to_string(), "the device does not answer for it");
        let error = unit.read((A, B)).await.unwrap_err();
        let is_silence = matches!(
            error.kind(),
            ReadErrorKind::Transaction(TransactionError::Timeout { .. } | TransactionError::Silent { .. })
        );
        assert!(is_silence && error.target().unit_id() == Some(225), "{error}");
    }
    assert!(unit.read_points([B.info()]).await.is_err(), "there is nothing else to be read");
    let error = unit.write_point(B, 1).await.unwrap_err();
    assert!(matches!(error, WriteError::NotSent { .. } | WriteError::OutcomeUnknown { .. }), "{error}");
    // The device itself is another matter.
    assert!(bus.unit(8).read_points([A.info(), B.info()]).await.is_err());
}

#[tokio::test]
async fn a_gateway_that_knows_no_such_unit_leaves_the_others() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (ours, mut theirs) = tokio::io::duplex(4096);
    tokio::spawn(async move {
        let mut request = [0; 12];
        while theirs.read_exact(&mut request).await.is_ok() {
            let [a, b, .., unit, function] = *request.first_chunk::<8>().unwrap();
            // A unit that is silent is left alone for some times what replies take.
            tokio::time::sleep(core::time::Duration::from_millis(20)).await;
            let answer = if unit == 225 {
                vec![a, b, 0, 0, 0, 3, unit, function | 0x80, 11]
            } else {
                vec![a, b, 0, 0, 0, 5, unit, function, 2, 0, 1]
            };
            theirs.write_all(&answer).await.unwrap();
        }
    });
    let unit = Bus::builder().retries(0).stream_tcp(ours).unit(1);
    let snapshot = unit.read_points([A.info(), B.info(), C.info()]).await.unwrap();
    assert_eq!((snapshot.get(A), snapshot.get(C)), (Some(1), Some(1)));
    assert_eq!(snapshot.absence(B.info()), Some(Absence::NoAnswer));
    // It was asked once, and others are wanted.
    let error = unit.read_point(B).await.unwrap_err();
    assert!(matches!(error.kind(), ReadErrorKind::Transaction(TransactionError::Silent { unit: 225, .. })), "{error}");
}
