//! Reading around what a device refuses: how many requests it takes, and what is learnt from it.
#![cfg(feature = "simulator")]
#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "what goes wrong in a test fails it"
)]

use std::collections::BTreeSet;

use modbus_bindgen_runtime::{
    Absence, Access, AnyValue, AvailableIf, Bus, DeviceInfo, ExceptionCode, Gaps, InvalidValue, Kind, Labelled,
    LimitRegisters, LinkInfo, Parity, Point, PointInfo, PointSpec, RawType, ReadErrorKind, ReadWrite, RtuSettings,
    Simulator, Table, TransactionError, Unit, ValuesIf, WriteError, WriteFunctions,
};
use proptest::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

const LINK: LinkInfo = LinkInfo {
    unit_id: 1,
    unit_ids: (1, 247),
    rtu: None,
    baud_rates: &[],
    tcp_port: None,
    max_read_registers: 125,
    max_read_bits: 2000,
    max_write_registers: 123,
    max_write_bits: 1968,
    write_functions: WriteFunctions::ANY,
    gaps: Gaps::Never,
    ..LinkInfo::DEFAULT
};

/// A device of holding registers with these words each.
fn device(points: &[Vec<u16>], link: LinkInfo) -> &'static DeviceInfo {
    let point = |words: &Vec<u16>| -> &'static PointInfo {
        let raw = if words.len() == 2 { RawType::U32 } else { RawType::U16 };
        let spec = PointSpec { raw, access: Access::ReadWrite, ..PointSpec::DEFAULT };
        PointInfo::new(spec).with_words(words.clone()).with_id(format!("at_{}", words[0])).leak()
    };
    let points: Vec<&'static PointInfo> = points.iter().map(point).collect();
    Box::leak(Box::new(DeviceInfo {
        name: "",
        manufacturer: "",
        document: "",
        link,
        reserved: &[],
        points: vec![&*points.leak()].leak(),
    }))
}

fn singles(addresses: impl Iterator<Item = u16>) -> Vec<Vec<u16>> {
    addresses.map(|address| vec![address]).collect()
}

fn serve(simulator: &Simulator) -> Unit {
    let (ours, theirs) = tokio::io::duplex(4096);
    let simulator = simulator.clone();
    tokio::spawn(async move { simulator.serve_stream(theirs).await });
    Bus::builder().stream_tcp(ours).unit(1).with_device(simulator_device())
}

/// A description that allows more than the simulators here take.
fn simulator_device() -> &'static DeviceInfo {
    static DEVICE: DeviceInfo =
        DeviceInfo { name: "", manufacturer: "", document: "", link: LINK, reserved: &[], points: &[] };
    &DEVICE
}

/// Ids of what was refused.
async fn refused(unit: &Unit, device: &'static DeviceInfo) -> BTreeSet<&'static str> {
    let snapshot = unit.read_points(device.points()).await.unwrap();
    for info in device.points().filter(|info| snapshot.absence(info).is_none()) {
        assert_eq!(snapshot.raw(info).unwrap()[0], info.address() + 1000, "{info:?}");
    }
    let absences = snapshot.absences();
    assert!(absences.iter().all(|(_, absence)| matches!(absence, Absence::Refused(_))));
    absences.iter().map(|(info, _)| info.id()).collect()
}

fn filled(device: &'static DeviceInfo) -> Simulator {
    let simulator = Simulator::new(device);
    for address in device.points().flat_map(PointInfo::words) {
        simulator.set_raw(Table::HoldingRegister, *address, &[address + 1000]);
    }
    simulator
}

fn count(simulator: &Simulator) -> usize {
    let count = simulator.requests().len();
    simulator.clear_log();
    count
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn each_hole_costs_at_most_twice_the_depth_of_a_block_and_only_once(
        // The only point of a reading is asked for again.
        points in 2_u16..125, holes in prop::collection::btree_set(0_u16..125, 0..6),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let device = device(&singles(0..points), LINK);
            let simulator = filled(device);
            let holes: BTreeSet<u16> = holes.into_iter().filter(|hole| *hole < points).collect();
            for hole in &holes {
                simulator.hole(Table::HoldingRegister, *hole);
            }
            let unit = serve(&simulator);
            let expected: BTreeSet<String> = holes.iter().map(|hole| format!("at_{hole}")).collect();

            let found = refused(&unit, device).await;
            assert!(found.iter().copied().eq(expected.iter().map(String::as_str).collect::<BTreeSet<_>>()));
            let depth = usize::try_from(u16::BITS - (points - 1).leading_zeros()).unwrap();
            assert!(count(&simulator) <= 1 + holes.len() * 2 * depth);

            assert_eq!(refused(&unit, device).await, found);
            let requests = simulator.requests();
            assert!(requests.iter().all(|request| request.refused.is_none()), "{requests:?}");
            assert!(requests.len() <= holes.len() + 1);
        });
    }
}

#[tokio::test]
async fn the_words_of_a_value_are_not_divided() {
    let device = device(&[vec![0, 1], vec![3, 2], vec![4], vec![5, 6]], LINK);
    let simulator = filled(device);
    simulator.hole(Table::HoldingRegister, 2);
    let unit = serve(&simulator);
    let snapshot = unit.read_points(device.points()).await.unwrap();
    let values: Vec<_> = device.points().map(|info| snapshot.raw(info)).collect();
    assert_eq!(values, [Some(vec![1000, 1001]), None, Some(vec![1004]), Some(vec![1005, 1006])]);
    let asked: Vec<_> = simulator.requests().iter().map(|request| (request.address, request.count)).collect();
    assert_eq!(asked, [(0, 7), (0, 4), (0, 2), (2, 2), (4, 3)]);
}

#[tokio::test]
async fn a_block_too_long_for_the_device_is_learnt() {
    let device = device(&singles(0..100), LinkInfo { max_read_registers: 30, ..LINK });
    let simulator = filled(device);
    let unit = serve(&simulator);
    assert!(refused(&unit, device).await.is_empty());
    assert_eq!(count(&simulator), 7);
    assert!(refused(&unit, device).await.is_empty());
    assert_eq!(count(&simulator), 4);
    unit.forget_refusals();
    assert!(refused(&unit, device).await.is_empty());
    assert_eq!(count(&simulator), 7);
}

#[tokio::test]
async fn a_gap_the_device_does_not_have_is_learnt() {
    let device = device(&singles((0..10).chain(12..20)), LINK);
    let gaps = Box::leak(Box::new(DeviceInfo {
        link: LinkInfo { gaps: Gaps::UpTo(5), ..LINK },
        ..simulator_device().clone()
    }));
    let simulator = filled(device);
    let unit = serve(&simulator).with_device(gaps);
    assert!(refused(&unit, device).await.is_empty());
    assert!(count(&simulator) > 2);
    assert!(refused(&unit, device).await.is_empty());
    let again = count(&simulator);
    assert_eq!(again, 2);
    assert!(refused(&unit, device).await.is_empty());
    assert_eq!(count(&simulator), again);
}

/// Answers each request by what `answer` makes of function, address and count: an exception, or the addresses as values.
async fn play(mut stream: DuplexStream, answer: impl Fn(u8, u16, u16) -> Option<u8> + Send) {
    let mut request = [0; 12];
    while stream.read_exact(&mut request).await.is_ok() {
        let [_, _, _, _, _, _, unit, function, a1, a0, c1, c0] = request;
        let (address, count) = (u16::from_be_bytes([a1, a0]), u16::from_be_bytes([c1, c0]));
        let mut pdu = vec![function];
        match answer(function, address, count) {
            Some(code) => pdu = vec![function | 0x80, code],
            None if function == 6 => pdu.extend([a1, a0, c1, c0]),
            None => {
                pdu.push(u8::try_from(count * 2).unwrap());
                pdu.extend((address..address + count).flat_map(u16::to_be_bytes));
            }
        }
        let length = u16::try_from(pdu.len() + 1).unwrap().to_be_bytes();
        let header = [request[0], request[1], 0, 0, length[0], length[1], unit];
        stream.write_all(&[&header[..], &pdu].concat()).await.unwrap();
    }
}

fn played(answer: impl Fn(u8, u16, u16) -> Option<u8> + Send + 'static) -> Unit {
    let (ours, theirs) = tokio::io::duplex(4096);
    tokio::spawn(play(theirs, answer));
    Bus::builder().retries(0).stream_tcp(ours).unit(1)
}

#[tokio::test]
async fn a_function_the_device_lacks_is_not_asked_for_by_halves() {
    let device = device(&singles(0..8), LINK);
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let counter = asked.clone();
    let unit = played(move |_, _, _| {
        counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Some(1)
    });
    let snapshot = unit.read_points(device.points()).await.unwrap();
    assert_eq!(snapshot.absences().iter().count(), 8);
    // The block, its halves, and two points by themselves: the rest is not asked for.
    assert_eq!(asked.load(std::sync::atomic::Ordering::Relaxed), 5);
}

#[tokio::test]
async fn a_failure_of_one_register_is_found_and_not_remembered() {
    let device = device(&singles(0..8), LINK);
    let unit = played(|_, address, count| (address..address + count).contains(&5).then_some(4));
    for _ in 0..2 {
        let snapshot = unit.read_points(device.points()).await.unwrap();
        let absent: Vec<_> = snapshot.absences().iter().map(|(info, absence)| (info.id(), absence)).collect();
        let [("at_5", Absence::Refused(exception))] = absent[..] else { panic!("{absent:?}") };
        assert_eq!(exception.code, ExceptionCode::ServerDeviceFailure);
        assert_eq!(unit.plan(device.points()).requests().len(), 1);
    }
}

#[tokio::test]
async fn a_gateway_without_its_device_fails_the_reading() {
    let device = device(&singles(0..8), LINK);
    for code in [10, 11] {
        let unit = played(move |_, _, _| Some(code));
        let error = unit.read_points(device.points()).await.unwrap_err();
        assert!(matches!(error.kind(), ReadErrorKind::Transaction(TransactionError::Exception(_))));
        assert_eq!((error.target().address(), error.target().count()), (0, 8));
    }
}

#[tokio::test]
async fn a_write_says_what_is_known_about_the_device() {
    let device = device(&singles(0..1), LINK);
    let point: Point<u16, ReadWrite> = Point::new(device.points().next().unwrap());
    let refused = played(|_, _, _| Some(3)).write_point(point, 1).await;
    assert!(matches!(refused, Err(WriteError::Refused { .. })), "{refused:?}");
    let failed = played(|_, _, _| Some(4)).write_point(point, 1).await;
    assert!(matches!(failed, Err(WriteError::OutcomeUnknown { .. })), "{failed:?}");
    let (ours, theirs) = tokio::io::duplex(64);
    drop(theirs);
    let gone = Bus::builder().stream_tcp(ours).unit(1).write_point(point, 1).await;
    assert!(matches!(gone, Err(WriteError::NotSent { .. } | WriteError::OutcomeUnknown { .. })), "{gone:?}");
}

/// Sixty registers, some reserved ones between them, and which of them the device shows.
fn visibility() -> impl Strategy<Value = (Vec<u16>, Vec<u16>)> {
    let addresses = prop::sample::subsequence((100..260).collect::<Vec<u16>>(), 60);
    (addresses, prop::collection::vec(any::<u16>(), 4))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn what_a_device_does_not_show_is_never_asked_for((addresses, bits) in visibility()) {
        let available_if = |place: usize| AvailableIf {
            table: Table::HoldingRegister,
            register: 10 + u16::try_from(place / 16).unwrap(),
            bit: u8::try_from(place % 16).unwrap(),
        };
        let points: Vec<&'static PointInfo> = addresses.iter().enumerate().map(|(place, address)| {
            let spec = PointSpec { available_if: Some(available_if(place)), ..PointSpec::DEFAULT };
            PointInfo::new(spec).with_words(vec![*address]).leak()
        }).collect();
        let points: &'static [&'static PointInfo] = points.leak();
        let device: &'static DeviceInfo = Box::leak(Box::new(DeviceInfo {
            name: "",
            manufacturer: "",
            document: "",
            link: LinkInfo { max_read_registers: 100, ..LINK },
            reserved: vec![(Table::HoldingRegister, 90, 280)].leak(),
            points: vec![points].leak(),
        }));
        let simulator = Simulator::new(device);
        simulator.set_raw(Table::HoldingRegister, 10, &bits);
        let shown = |place: usize| bits[place / 16] >> (place % 16) & 1 == 1;
        for (place, address) in addresses.iter().enumerate() {
            simulator.set_raw(Table::HoldingRegister, *address, &[*address]);
            if !shown(place) {
                simulator.hole(Table::HoldingRegister, *address);
            }
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (ours, theirs) = tokio::io::duplex(4096);
            let server = simulator.clone();
            tokio::spawn(async move { server.serve_stream(theirs).await });
            let unit = Bus::builder().stream_tcp(ours).unit(1).with_device(device);
            // Once by asking for the bits, once by knowing them, and some of them.
            for points in [points, points, &points[7..40]] {
                let snapshot = unit.read_points(points.iter().copied()).await.unwrap();
                for info in points {
                    let place = addresses.binary_search(&info.address()).unwrap();
                    let absence = (!shown(place)).then_some(Absence::NotVisible);
                    assert_eq!(snapshot.absence(info), absence);
                    assert_eq!(snapshot.raw(info), shown(place).then(|| vec![info.address()]));
                }
            }
        });
        assert!(simulator.requests().iter().all(|request| request.refused.is_none() && request.count <= 100));
    }
}

/// Register 5, whose only code means one thing or another, by register 100.
fn conditional() -> Point<AnyValue, ReadWrite> {
    const ONE: &[Labelled] = &[Labelled::new(1, "one")];
    const OTHER: &[Labelled] = &[Labelled::new(1, "other")];
    const fn list(min: u16, max: u16, values: &'static [Labelled]) -> ValuesIf {
        ValuesIf { table: Table::HoldingRegister, register: 100, min, max, values }
    }
    const LISTS: &[ValuesIf] = &[list(0, 9, ONE), list(10, 19, OTHER)];
    let spec = PointSpec { kind: Kind::Conditional, access: Access::ReadWrite, values_if: LISTS, ..PointSpec::DEFAULT };
    Point::new(PointInfo::new(PointSpec { words: &[5], ..spec }).leak())
}

/// A device with registers 5 and 100, which hold 1 and 0.
fn deciding() -> Simulator {
    let simulator = Simulator::new(device(&singles([5, 100].into_iter()), LINK));
    simulator.set_raw(Table::HoldingRegister, 5, &[1]);
    simulator
}

#[tokio::test]
async fn what_decides_about_a_value_is_known_anew_once_it_was_written_or_seen() {
    let simulator = deciding();
    let unit = serve(&simulator);
    let label = || async { unit.read_point(conditional()).await.unwrap().to_string() };
    assert_eq!(label().await, "one");
    unit.write_register(100, 10).await.unwrap();
    assert_eq!(label().await, "other");
    // By another handle with other addresses.
    unit.clone().with_address_offset(50).write_registers(50, vec![3]).await.unwrap();
    assert_eq!(label().await, "one");
    simulator.set_raw(Table::HoldingRegister, 100, &[12]);
    assert_eq!(label().await, "one", "it is asked once, as long as nobody looks");
    assert_eq!(unit.read_holding(100, 1).await.unwrap(), [12]);
    assert_eq!(label().await, "other");
    simulator.clear_log();
    assert_eq!(label().await, "other");
    assert_eq!(count(&simulator), 1);
}

#[tokio::test]
async fn a_broadcast_may_have_changed_what_any_unit_holds() {
    let simulator = deciding();
    let (ours, theirs) = tokio::io::duplex(4096);
    let device = simulator.clone();
    tokio::spawn(async move { device.serve_rtu(theirs, 1).await });
    let line = RtuSettings { baud_rate: 115_200, parity: Parity::Even, data_bits: 8, stop_bits: 1 };
    let bus = Bus::builder().stream_rtu(ours, line);
    let label = || async { bus.unit(1).read_point(conditional()).await.unwrap().to_string() };
    assert_eq!(label().await, "one");
    bus.unit(0).write_register(100, 10).await.unwrap();
    assert_eq!(label().await, "other");
}

/// Register 0, whose largest value is in register 2000.
fn limited() -> Point<u16, ReadWrite> {
    let limit_registers = Some(LimitRegisters { max: Some(2000), ..LimitRegisters::default() });
    let spec = PointSpec { access: Access::ReadWrite, words: &[0], limit_registers, ..PointSpec::DEFAULT };
    Point::new(PointInfo::new(spec).leak())
}

#[tokio::test]
async fn that_a_limit_could_not_be_read_once_is_not_taken_for_having_none() {
    let calls = std::sync::atomic::AtomicU32::new(0);
    let unit = played(move |function, _, _| {
        (function == 3 && calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0).then_some(4)
    });
    unit.write_point(limited(), 2001).await.unwrap();
    let error = unit.write_point(limited(), 2001).await.unwrap_err();
    assert!(matches!(error, WriteError::Invalid { reason: InvalidValue::OutsideLimits { .. }, .. }), "{error}");
}

#[tokio::test]
async fn a_limit_that_was_refused_is_asked_for_again_when_somebody_wants_that() {
    let simulator = filled(device(&singles([0, 2000].into_iter()), LINK));
    let unit = serve(&simulator);
    let hide = || simulator.hole(Table::HoldingRegister, 2000);
    let show = || simulator.set_raw(Table::HoldingRegister, 2000, &[7]);
    hide();
    assert_eq!(unit.read_limits(limited()).await.unwrap_err().exception().unwrap().code.code(), 2);
    unit.write_point(limited(), 8).await.unwrap();
    show();
    unit.write_point(limited(), 8).await.unwrap();
    assert_eq!(unit.read_limits(limited()).await.unwrap().max, Some(7.0));
    assert!(unit.write_point(limited(), 8).await.is_err());
    hide();
    unit.refresh_limits();
    unit.write_point(limited(), 8).await.unwrap();
    show();
    unit.refresh_limits();
    assert!(unit.write_point(limited(), 8).await.is_err());
}

#[tokio::test]
async fn what_cannot_be_sent_is_found_before_the_steps_before_it_are_done() {
    let simulator = deciding();
    let unit = serve(&simulator);
    let apart = unit.clone().with_address_offset(-6);
    for bad in [unit.write_registers(5, vec![]), unit.write_registers(u16::MAX, vec![1, 2]), apart.write_register(5, 1)]
    {
        let error = unit.write_register(5, 2).then(bad).await.unwrap_err();
        assert!(error.done() == 0 && matches!(error.error(), WriteError::Invalid { .. }), "{error}");
    }
    assert_eq!(count(&simulator), 0);
}

#[tokio::test]
async fn a_plan_is_what_is_sent() {
    let simulator = filled(device(&singles(0..120), LINK));
    simulator.set_raw(Table::HoldingRegister, 50, &[0b10]);
    let point = |spec: PointSpec, address: u16| -> &'static PointInfo {
        PointInfo::new(PointSpec { access: Access::ReadWrite, ..spec }).with_words(vec![address]).leak()
    };
    let if_bit = |bit| {
        let available_if = Some(AvailableIf { table: Table::HoldingRegister, register: 50, bit });
        PointSpec { available_if, ..PointSpec::DEFAULT }
    };
    let points = [
        conditional().info(),
        point(if_bit(0), 6),
        point(if_bit(1), 7),
        PointInfo::new(PointSpec { access: Access::Write, words: &[8], ..PointSpec::DEFAULT }).leak(),
        point(PointSpec { read_side_effect: true, ..PointSpec::DEFAULT }, 10),
        point(PointSpec::DEFAULT, 9),
        point(PointSpec::DEFAULT, 11),
    ];
    let unit = serve(&simulator);
    unit.read_points(points).await.unwrap();
    simulator.clear_log();
    let planned: Vec<_> =
        unit.plan(points).requests().iter().map(|request| (request.address(), request.count())).collect();
    unit.read_points(points).await.unwrap();
    let mut sent: Vec<_> = simulator.requests().iter().map(|request| (request.address, request.count)).collect();
    assert_eq!(sent.pop(), Some((10, 1)));
    assert_eq!(sent, planned);
    assert_eq!(planned, [(5, 1), (7, 1), (9, 1), (11, 1), (100, 1)]);
}
