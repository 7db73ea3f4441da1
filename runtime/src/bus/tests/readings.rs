//! Readings of several blocks of which some cannot be had.

use super::*;
use crate::{
    Absence, Access, DeviceInfo, Gaps, LimitRegisters, LinkInfo, Point, PointInfo, PointSpec, RawType, ReadErrorKind,
    ReadWrite, Role, Unit,
};

type Asked = Arc<std::sync::Mutex<Vec<(u8, u16, u16)>>>;

/// A device over TCP that answers with what is returned, or not at all; what it was asked.
fn device(mut answer: impl FnMut(u8, u16, u16) -> Option<Vec<u8>> + Send + 'static) -> (Bus, Asked) {
    let asked = Asked::default();
    let log = Arc::clone(&asked);
    let connector = {
        let (ours, theirs) = duplex(4096);
        tokio::spawn(async move {
            let mut peer = TcpPeer(theirs);
            while let Some((id, unit, pdu)) = peer.request().await {
                let word = |at: usize| u16::from_be_bytes([pdu[at], pdu[at + 1]]);
                log.lock().unwrap().push((pdu[0], word(1), word(3)));
                match answer(pdu[0], word(1), word(3)) {
                    Some(reply) if reply.is_empty() => peer.send(id, unit, &correct(&pdu, 0)).await,
                    Some(reply) => peer.send(id, unit, &reply).await,
                    None => {}
                }
            }
        });
        ours
    };
    (Bus::builder().response_timeout(ms(100)).stream_tcp(connector), asked)
}

fn count(asked: &Asked) -> usize {
    std::mem::take(&mut *asked.lock().unwrap()).len()
}

/// As a healthy device does.
const WELL: Option<Vec<u8>> = Some(Vec::new());

fn points(addresses: impl IntoIterator<Item = u16>) -> Vec<&'static PointInfo> {
    let spec = PointSpec { raw: RawType::U16, access: Access::Read, ..PointSpec::DEFAULT };
    addresses.into_iter().map(|address| PointInfo::new(spec).with_words(vec![address]).leak()).collect()
}

/// Those that are missing, with why.
async fn missing(unit: &Unit, points: &[&'static PointInfo]) -> Vec<(u16, Absence)> {
    let snapshot = unit.read_points(points.iter().copied()).await.unwrap();
    for info in points.iter().filter(|info| snapshot.absence(info).is_none()) {
        assert_eq!(snapshot.raw(info), Some(vec![info.address()]));
    }
    snapshot.absences().iter().map(|(info, absence)| (info.address(), absence)).collect()
}

#[tokio::test(start_paused = true)]
async fn one_bad_block_costs_no_other() {
    let busy = |code| Some(vec![0x83, code]);
    let cases: [(Option<Vec<u8>>, Absence); 5] = [
        (None, Absence::NoAnswer),
        (Some(vec![3, 3, 0, 0, 0]), Absence::Malformed),
        (busy(6), Absence::Busy(crate::Exception { function: 3, code: ExceptionCode::ServerDeviceBusy })),
        (busy(5), Absence::Busy(crate::Exception { function: 3, code: ExceptionCode::Acknowledge })),
        (busy(11), Absence::NoAnswer),
    ];
    for (answer, absence) in cases {
        let bad = answer.clone();
        let (bus, _) = device(move |_, address, _| if address == 20 { bad.clone() } else { WELL });
        let points = points([10, 11, 20, 21, 30, 31]);
        // Where division helps, only what is bad is missing.
        let is_divided = matches!(absence, Absence::NoAnswer | Absence::Malformed) && answer != busy(11);
        let expected = if is_divided { vec![(20, absence)] } else { vec![(20, absence), (21, absence)] };
        assert_eq!(missing(&bus.unit(1), &points).await, expected, "{answer:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_register_is_left_out_for_a_while_and_a_dead_unit_given_up_soon() {
    let (bus, asked) = device(|_, address, count| if (address..address + count).contains(&57) { None } else { WELL });
    let (unit, points) = (bus.unit(1), points(0..100));
    let begun = Instant::now();
    assert_eq!(missing(&unit, &points[..50]).await, []);
    assert_eq!(missing(&unit, &points).await, [(57, Absence::NoAnswer)]);
    assert!(begun.elapsed() < ms(1200), "{:?}", begun.elapsed());
    count(&asked);
    assert_eq!(missing(&unit, &points).await, [(57, Absence::NoAnswer)]);

    let (bus, asked) = device(|_, _, _| None);
    let apart: Vec<_> = self::points((0..20).map(|at| at * 10));
    let error = bus.unit(1).read_points(apart.iter().copied()).await.unwrap_err();
    assert!(matches!(error.kind(), ReadErrorKind::Transaction(TransactionError::Timeout { .. })), "{error}");
    assert!(count(&asked) <= 4);
}

#[tokio::test(start_paused = true)]
async fn silence_by_chance_cuts_no_block() {
    let mut silent = 3;
    let (bus, asked) = device(move |_, address, _| {
        if address < 50 && silent > 0 {
            silent -= 1;
            return None;
        }
        WELL
    });
    let (unit, points) = (bus.unit(1), points((0..10).chain(60..70)));
    assert_eq!(missing(&unit, &points).await, []);
    count(&asked);
    assert_eq!((missing(&unit, &points).await, count(&asked)), (vec![], 2));
}

#[tokio::test(start_paused = true)]
async fn exception_1_divides_a_block_unless_the_device_has_no_such_function() {
    let (bus, _) = device(|_, address, count| match (address..address + count).contains(&7) {
        true => Some(vec![0x83, 1]),
        false => WELL,
    });
    let refused = Absence::Refused(crate::Exception { function: 3, code: ExceptionCode::IllegalFunction });
    assert_eq!(missing(&bus.unit(1), &points(0..100)).await, [(7, refused)]);

    let (bus, asked) = device(|function, _, _| if function == 4 { Some(vec![0x84, 1]) } else { WELL });
    let spec = PointSpec { table: Table::InputRegister, access: Access::Read, ..PointSpec::DEFAULT };
    let inputs: Vec<&'static PointInfo> = (0..100).map(|at| PointInfo::new(spec).with_words(vec![at]).leak()).collect();
    let all = [points([1]), inputs].concat();
    assert_eq!(missing(&bus.unit(1), &all).await.len(), 100);
    assert!(count(&asked) < 20);
}

#[tokio::test(start_paused = true)]
async fn what_was_refused_while_the_device_booted_comes_back() {
    let begun = Instant::now();
    let (bus, asked) = device(move |_, address, count| {
        let is_booting = begun.elapsed() < Duration::from_secs(30);
        let is_refused = (address..address + count).contains(&5) && is_booting;
        let never = (address..address + count).contains(&8);
        if is_refused || never { Some(vec![0x83, 2]) } else { WELL }
    });
    let (unit, points) = (bus.unit(1), points(0..10));
    let refused = Absence::Refused(crate::Exception { function: 3, code: ExceptionCode::IllegalDataAddress });
    assert_eq!(missing(&unit, &points).await, [(5, refused), (8, refused)]);
    sleep(Duration::from_secs(50)).await;
    count(&asked);
    assert_eq!((missing(&unit, &points).await.len(), count(&asked)), (2, 3), "not asked again yet");
    sleep(Duration::from_secs(11)).await;
    // Each of the two by itself, so that nothing else is divided.
    assert_eq!((missing(&unit, &points).await, count(&asked)), (vec![(8, refused)], 5));
    let mut requests = 0;
    for _ in 0..60 {
        sleep(Duration::from_secs(60)).await;
        assert_eq!(missing(&unit, &points).await, [(8, refused)]);
        requests += count(&asked);
    }
    assert!((120..=120 + 6).contains(&requests), "asked again after 2, 4, 8, 16, 32 minutes: {requests}");
}

#[tokio::test(start_paused = true)]
async fn commands_are_never_read() {
    let (bus, asked) = device(|_, _, _| WELL);
    let spec = PointSpec { role: Role::Command, access: Access::ReadWrite, ..PointSpec::DEFAULT };
    let command: &'static PointInfo = PointInfo::new(spec).with_words(vec![5]).leak();
    let all = [points([1]), vec![command]].concat();
    let snapshot = bus.unit(1).read_points(all.iter().copied()).await.unwrap();
    assert_eq!(*asked.lock().unwrap(), [(3, 1, 1)]);
    assert_eq!(snapshot.absence(command), Some(Absence::NotRead));
    assert!(snapshot.absences().is_empty());
    assert_eq!(bus.unit(1).plan(all.iter().copied()).requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn gaps_are_learnt() {
    // Register 15 is refused and 45 not answered; the device has everything else.
    let (bus, asked) = device(|_, address, count| {
        let has = |at: u16| (address..address + count).contains(&at);
        match (has(15), has(45)) {
            (true, _) => Some(vec![0x83, 2]),
            (_, true) => None,
            _ => WELL,
        }
    });
    let points = points((0..10).map(|at| at * 10));
    let info = DeviceInfo {
        name: "",
        manufacturer: "",
        document: "",
        link: LinkInfo { gaps: Gaps::Learn, ..LinkInfo::DEFAULT },
        reserved: &[],
        points: vec![&*points.clone().leak()].leak(),
    };
    let unit = bus.unit(1).with_device(Box::leak(Box::new(info)));
    for _ in 0..2 {
        assert_eq!(missing(&unit, &points).await, []);
    }
    count(&asked);
    assert_eq!(missing(&unit, &points).await, []);
    assert_eq!(*asked.lock().unwrap(), [(3, 0, 11), (3, 20, 21), (3, 50, 41)]);
    // Also after hours.
    sleep(Duration::from_secs(36_000)).await;
    count(&asked);
    assert_eq!((missing(&unit, &points).await, count(&asked)), (vec![], 3));
}

#[tokio::test(start_paused = true)]
async fn limits_that_changed_do_not_refuse_a_valid_write() {
    // The largest value is in register 60, and is raised.
    let begun = Instant::now();
    let (bus, asked) = device(move |_, address, _| {
        let max = if begun.elapsed() < Duration::from_secs(1) { 30 } else { 40 };
        if address == 60 { Some(vec![3, 2, 0, max]) } else { WELL }
    });
    let limits = Some(LimitRegisters { max: Some(60), min: None, step: None });
    let spec = PointSpec { access: Access::ReadWrite, limit_registers: limits, words: &[5], ..PointSpec::DEFAULT };
    let point: Point<u16, ReadWrite> = Point::new(PointInfo::new(spec).leak());
    let unit = bus.unit(1);
    unit.write_point(point, 25).await.unwrap();
    sleep(Duration::from_secs(2)).await;
    unit.write_point(point, 35).await.unwrap();
    assert_eq!(count(&asked), 4);
    assert!(unit.write_point(point, 45).await.is_err());
    assert_eq!(count(&asked), 1, "asked once more before it is refused");
}

#[tokio::test(start_paused = true)]
async fn no_address_and_too_many_are_said_to_be_so() {
    let (bus, _) = device(|_, _, _| WELL);
    let unit = bus.unit(1);
    let error = unit.read_holding(7, 0).await.unwrap_err();
    assert_eq!(error.to_string(), "cannot read holding register 7: a request needs at least one address");
    let long: &'static PointInfo =
        PointInfo::new(PointSpec { raw: RawType::Text, ..PointSpec::DEFAULT }).with_words((0..200).collect()).leak();
    let plan = unit.plan([long]);
    assert!(!plan.is_complete());
    let message = "not read: holding registers 0 to 199, which are more than the 125 that one request may hold";
    assert!(plan.to_string().contains(message), "{plan}");
    let snapshot = unit.read_points([long, points([300])[0]]).await.unwrap();
    assert_eq!(snapshot.absence(long), Some(Absence::TooLong));
}

/// A counter of 32 bits that grows while it is read; its words lie at 30 and 10.
fn counter(mut value: u32, step: u32) -> impl FnMut(u8, u16, u16) -> Option<Vec<u8>> + Send {
    move |_, address, count| {
        let [high, low] = [value >> 16, value & 0xFFFF].map(|word| u16::try_from(word).unwrap());
        let word = match (address, count) {
            (30, 1) => high,
            (10, 1) => low,
            _ => return WELL,
        };
        value = value.wrapping_add(step);
        Some([&[3, 2], &word.to_be_bytes()[..]].concat())
    }
}

const APART: Point<u32, crate::ReadOnly> =
    Point::new(&PointInfo::new(PointSpec { id: "energy", raw: RawType::U32, words: &[30, 10], ..PointSpec::DEFAULT }));

#[tokio::test(start_paused = true)]
async fn a_value_whose_words_lie_far_apart_is_never_half_of_another() {
    // (start, step of each request, what is read, which registers are asked for)
    let cases: [(u32, u32, Option<u32>, &[u16]); 4] = [
        (0x0002_0007, 0, Some(0x0002_0007), &[30, 10, 30]),
        // The low word overflows behind the high one: 0x0002_FFFF would be read as 0x0002_0000.
        (0x0002_FFFF, 1, Some(0x0003_0002), &[30, 10, 30, 10, 30]),
        (0x0002_FFFE, 1, Some(0x0003_0001), &[30, 10, 30, 10, 30]),
        (0, 0x0001_0000, None, &[30, 10, 30, 10, 30]),
    ];
    for (start, step, expected, asked_for) in cases {
        for by_name in [true, false] {
            let (bus, asked) = device(counter(start, step));
            let unit = bus.unit(1);
            if by_name {
                let read = unit.read(APART).await;
                match expected {
                    Some(value) => assert_eq!(read.unwrap(), value),
                    None => assert!(matches!(read.unwrap_err().kind(), ReadErrorKind::Unsteady)),
                }
            } else {
                let others = points([100, 101]);
                let all = others.into_iter().chain([APART.info()]);
                let snapshot = unit.read_points(all).await.unwrap();
                assert_eq!(snapshot.get(APART), expected);
                let absence = expected.is_none().then_some(Absence::Unsteady);
                assert_eq!(snapshot.absence(APART.info()), absence);
            }
            let asked = asked.lock().unwrap().clone();
            let asked = asked.into_iter().map(|(_, address, _)| address).filter(|at| *at < 100);
            assert_eq!(asked.collect::<Vec<_>>(), asked_for);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn words_with_known_registers_between_them_share_a_request() {
    let registers = |gaps, between: Vec<&'static PointInfo>| -> &'static DeviceInfo {
        let points = between.into_iter().chain([APART.info()]).collect::<Vec<_>>().leak();
        let link = LinkInfo { gaps, ..LinkInfo::DEFAULT };
        let (name, manufacturer, document) = ("", "", "");
        Box::leak(Box::new(DeviceInfo {
            name,
            manufacturer,
            document,
            link,
            reserved: &[],
            points: vec![&*points].leak(),
        }))
    };
    let apart = vec![(30, 1), (10, 1), (30, 1)];
    for (gaps, between, expected) in [
        (Gaps::Never, points(11..30), vec![(10, 21)]),
        (Gaps::UpTo(19), vec![], vec![(10, 21)]),
        (Gaps::UpTo(18), vec![], apart.clone()),
        // What the device would refuse as a whole could not be divided.
        (Gaps::Learn, vec![], apart),
    ] {
        let (bus, asked) = device(|_, _, _| WELL);
        let unit = bus.unit(1).with_device(registers(gaps, between));
        let planned: Vec<_> =
            unit.plan([APART.info()]).requests().iter().map(|of| (of.address(), of.count())).collect();
        unit.read(APART).await.unwrap();
        let asked: Vec<_> = asked.lock().unwrap().iter().map(|(_, address, count)| (*address, *count)).collect();
        assert_eq!((&asked, &planned), (&expected, &expected), "{gaps:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_refuses_one_word_of_a_value_costs_no_other() {
    let (bus, _) = device(|_, address, _| if address == 10 { Some(vec![0x83, 2]) } else { WELL });
    let unit = bus.unit(1);
    let others = points([100]);
    let all = || others.iter().copied().chain([APART.info()]);
    for _ in 0..2 {
        let snapshot = unit.read_points(all()).await.unwrap();
        assert_eq!(snapshot.raw(others[0]), Some(vec![100]));
        assert!(matches!(snapshot.absence(APART.info()), Some(Absence::Refused(_))));
    }
}
