use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::{DeviceImage, Faults, ImageCell, LoggedRequest, Simulator};
use crate::bus::Bus;
use crate::bus::transaction::{Reply, Request};
use crate::device::{DeviceInfo, Gaps, LinkInfo, Parity, RtuSettings, WriteFunctions};
use crate::error::{ExceptionCode, InvalidValue, TransactionError};
use crate::point::scale::Scale;
use crate::point::table::{Access, Table};
use crate::point::{
    Decimal, Kind, Labelled, Limits, Point, PointInfo, PointSpec, RawType, ReadOnly, ReadWrite, WriteOnly,
};
use crate::transport::frame::seal_rtu;

const LINE: RtuSettings = RtuSettings { baud_rate: 19_200, parity: Parity::Even, data_bits: 8, stop_bits: 1 };

static OUTDOOR: PointInfo = PointInfo::new(PointSpec {
    table: Table::InputRegister,
    words: &[13],
    raw: RawType::I16,
    kind: Kind::Scaled,
    scale: Scale::new(1, 0, 100),
    not_available: &[20_000],
    ..PointSpec::DEFAULT
});
/// Low word first.
static HOURS: PointInfo = PointInfo::new(PointSpec {
    words: &[101, 100],
    access: Access::ReadWrite,
    raw: RawType::U32,
    kind: Kind::Integer,
    ..PointSpec::DEFAULT
});
static PUMP: PointInfo = PointInfo::new(PointSpec {
    table: Table::Coil,
    words: &[3],
    access: Access::ReadWrite,
    raw: RawType::Bool,
    kind: Kind::Bool,
    ..PointSpec::DEFAULT
});
static KEY: PointInfo = PointInfo::new(PointSpec { words: &[200], access: Access::Write, ..PointSpec::DEFAULT });
static SERIAL: PointInfo = PointInfo::new(PointSpec { words: &[201], ..PointSpec::DEFAULT });

const OUTDOOR_TEMPERATURE: Point<Option<f64>, ReadOnly> = Point::new(&OUTDOOR);
const OPERATING_HOURS: Point<u32, ReadWrite> = Point::new(&HOURS);
const KEY_CODE: Point<u16, WriteOnly> = Point::new(&KEY);

const POINTS: &[&[&PointInfo]] = &[&[&OUTDOOR, &HOURS], &[&PUMP, &KEY, &SERIAL]];

const fn device(write_functions: WriteFunctions) -> DeviceInfo {
    DeviceInfo {
        name: "Test device",
        manufacturer: "",
        document: "",
        link: LinkInfo {
            unit_id: 1,
            unit_ids: (1, 247),
            rtu: Some(LINE),
            baud_rates: &[],
            tcp_port: Some(502),
            max_read_registers: 10,
            max_read_bits: 2000,
            max_write_registers: 123,
            max_write_bits: 1968,
            write_functions,
            gaps: Gaps::Never,
            ..LinkInfo::DEFAULT
        },
        reserved: &[],
        points: POINTS,
    }
}

static DEVICE: DeviceInfo = device(WriteFunctions::ANY);
static MULTIPLE_ONLY: DeviceInfo = device(WriteFunctions::MULTIPLE_ONLY);

fn answer(simulator: &Simulator, pdu: &[u8]) -> Vec<u8> {
    simulator.answer(1, 1, pdu, None).expect("an answer")
}

#[test]
fn what_follows_from_a_write_is_there_when_it_is_answered() {
    let simulator = Simulator::new(&DEVICE);
    simulator.on_write(|simulator, request| simulator.set_raw(Table::InputRegister, 13, &[request.address]));
    // A read and a refused write change nothing.
    answer(&simulator, &[3, 0, 100, 0, 1]);
    answer(&simulator, &[6, 0xFF, 0, 0, 1]);
    assert_eq!(simulator.raw(Table::InputRegister, 13, 1), Some(vec![0]));
    let written = answer(&simulator, &[16, 0, 100, 0, 2, 4, 0, 1, 0, 2]);
    assert_eq!(written.first(), Some(&16), "{written:?}");
    assert_eq!(simulator.raw(Table::InputRegister, 13, 1), Some(vec![100]));
}

#[test]
fn points_and_raw_words_are_two_views_of_the_same_registers() {
    let simulator = Simulator::new(&DEVICE);
    assert_eq!(simulator.get(OUTDOOR_TEMPERATURE), Some(Some(0.0)));
    simulator.set(OUTDOOR_TEMPERATURE, -5.0).unwrap();
    assert_eq!(simulator.raw(Table::InputRegister, 13, 1), Some(vec![65036]));
    simulator.set_raw(Table::InputRegister, 13, &[20_000]);
    assert_eq!(simulator.get(OUTDOOR_TEMPERATURE), Some(None));

    simulator.set(OPERATING_HOURS, 0x0001_0002).unwrap();
    assert_eq!(simulator.raw(Table::HoldingRegister, 100, 2), Some(vec![2, 1]));
    assert_eq!(simulator.get(OPERATING_HOURS), Some(0x0001_0002));
    assert!(matches!(simulator.set(OUTDOOR_TEMPERATURE, 0.001), Err(InvalidValue::OffStep { .. })));

    simulator.hole(Table::HoldingRegister, 100);
    assert_eq!(simulator.get(OPERATING_HOURS), None);
    assert_eq!(simulator.raw(Table::HoldingRegister, 100, 2), None);
    simulator.set_raw(Table::HoldingRegister, 65535, &[7, 8]);
    assert_eq!(simulator.raw(Table::HoldingRegister, 65535, 1), Some(vec![7]));
    assert_eq!(simulator.raw(Table::HoldingRegister, 65535, 2), None);
    assert_eq!(simulator.raw(Table::HoldingRegister, 0, 1), None);
}

#[test]
fn what_a_device_answers() {
    let simulator = Simulator::new(&DEVICE);
    simulator.set_raw(Table::Coil, 0, &[1, 0, 1, 0, 0, 0, 0, 0, 1]);
    for (pdu, expected) in [
        (&[1, 0, 0, 0, 9][..], &[1, 2, 0b101, 1][..]),
        (&[4, 0, 13, 0, 1], &[4, 2, 0, 0]),
        (&[6, 0, 100, 1, 2], &[6, 0, 100, 1, 2]),
        (&[16, 0, 100, 0, 2, 4, 0, 1, 0, 2], &[16, 0, 100, 0, 2]),
        (&[3, 0, 100, 0, 2], &[3, 4, 0, 1, 0, 2]),
        (&[5, 0, 3, 0xFF, 0], &[5, 0, 3, 0xFF, 0]),
        (&[15, 0, 0, 0, 2, 1, 0b10], &[15, 0, 0, 0, 2]),
        (&[1, 0, 0, 0, 4], &[1, 1, 0b1110]),
        // What is not there, cannot be read, cannot be written.
        (&[3, 0, 99, 0, 1], &[0x83, 2]),
        (&[3, 0, 101, 0, 2], &[0x83, 2]),
        (&[3, 0xFF, 0xFF, 0, 2], &[0x83, 2]),
        (&[2, 0, 0, 0, 1], &[0x82, 2]),
        (&[3, 0, 200, 0, 1], &[0x83, 2]),
        (&[6, 0, 200, 0, 1], &[6, 0, 200, 0, 1]),
        (&[6, 0, 201, 0, 1], &[0x86, 2]),
        (&[16, 0, 200, 0, 2, 4, 0, 9, 0, 9], &[0x90, 2]),
        // Counts and values.
        (&[3, 0, 100, 0, 0], &[0x83, 3]),
        (&[3, 0, 100, 0, 11], &[0x83, 3]),
        (&[1, 0, 0, 0x07, 0xD1], &[0x81, 3]),
        (&[3, 0, 100], &[0x83, 3]),
        (&[5, 0, 3, 1, 0], &[0x85, 3]),
        (&[16, 0, 100, 0, 0, 0], &[0x90, 3]),
        (&[16, 0, 100, 0, 2, 2, 0, 1], &[0x90, 3]),
        (&[16, 0, 100, 0, 1, 2, 0], &[0x90, 3]),
        (&[15, 0, 0, 0, 9, 1, 0], &[0x8F, 3]),
        // Functions.
        (&[7], &[0x87, 1]),
        (&[0x17, 0, 0], &[0x97, 1]),
    ] {
        assert_eq!(answer(&simulator, pdu), expected, "{pdu:?}");
    }
    assert_eq!(simulator.get(KEY_CODE), Some(1), "a refused write changes nothing");
}

#[test]
fn a_device_without_single_writes_refuses_them() {
    let simulator = Simulator::new(&MULTIPLE_ONLY);
    assert_eq!(answer(&simulator, &[6, 0, 100, 0, 1]), [0x86, 1]);
    assert_eq!(answer(&simulator, &[16, 0, 100, 0, 1, 2, 0, 1]), [16, 0, 100, 0, 1]);
}

#[test]
fn requests_are_logged() {
    let simulator = Simulator::new(&DEVICE);
    answer(&simulator, &[3, 0, 100, 0, 2]);
    answer(&simulator, &[6, 0, 201, 0, 9]);
    answer(&simulator, &[7]);
    let refused = Some(ExceptionCode::IllegalDataAddress);
    assert_eq!(
        simulator.requests(),
        [
            LoggedRequest { unit: 1, function: 3, address: 100, count: 2, refused: None, is_answered: true },
            LoggedRequest { unit: 1, function: 6, address: 201, count: 1, refused, is_answered: true },
            LoggedRequest {
                unit: 1,
                function: 7,
                address: 0,
                count: 0,
                refused: Some(ExceptionCode::IllegalFunction),
                is_answered: true
            },
        ]
    );
    simulator.clear_log();
    assert_eq!(simulator.requests(), []);
}

fn read(address: u16, count: u16) -> Request {
    Request::Read { table: Table::HoldingRegister, address, count }
}

async fn exercise(simulator: &Simulator, bus: &Bus, unit: u8) {
    simulator.set(OPERATING_HOURS, 133_417).unwrap();
    assert_eq!(bus.transact(unit, read(100, 2), None).await.unwrap(), Reply::Words(vec![2345, 2]));
    let write = Request::WriteRegisters { address: 100, values: [7, 0].into() };
    assert_eq!(bus.transact(unit, write, None).await.unwrap(), Reply::Written);
    assert_eq!(simulator.get(OPERATING_HOURS), Some(7));
    let error = bus.transact(unit, read(102, 1), None).await.unwrap_err();
    assert_eq!(error.exception().unwrap().code, ExceptionCode::IllegalDataAddress);
}

#[tokio::test(start_paused = true)]
async fn a_stream() {
    let simulator = Simulator::new(&DEVICE);
    let (ours, theirs) = duplex(64);
    let served = tokio::spawn({
        let simulator = simulator.clone();
        async move { simulator.serve_stream(theirs).await }
    });
    let bus = Bus::builder().stream_tcp(ours);
    exercise(&simulator, &bus, 77).await;
    bus.close().await;
    served.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_serial_line() {
    let simulator = Simulator::new(&DEVICE);
    let (ours, theirs) = duplex(64);
    tokio::spawn({
        let simulator = simulator.clone();
        async move { simulator.serve_rtu(theirs, 5).await }
    });
    let bus = Bus::builder().retries(0).stream_rtu(ours, LINE);
    exercise(&simulator, &bus, 5).await;
    let other = bus.transact(6, read(100, 2), None).await;
    assert!(matches!(other, Err(TransactionError::Timeout { .. })), "{other:?}");
    let write = Request::WriteRegister { address: 100, value: 9 };
    bus.transact(0, write, None).await.unwrap();
    assert_eq!(bus.transact(5, read(100, 2), None).await.unwrap(), Reply::Words(vec![9, 0]));
}

#[tokio::test(start_paused = true)]
async fn noise_and_unknown_functions_do_not_end_a_serial_line() {
    let simulator = Simulator::new(&DEVICE);
    let (mut ours, theirs) = duplex(64);
    tokio::spawn(async move { simulator.serve_rtu(theirs, 5).await });
    let noise = [&[5, 16, 0, 0, 0, 0, 250][..], &[0xFF; 1000], &[5, 3, 0]].concat();
    ours.write_all(&noise).await.unwrap();
    ours.write_all(&seal_rtu(5, &[3, 0, 100, 0, 1])).await.unwrap();
    let mut reply = [0; 7];
    ours.read_exact(&mut reply).await.unwrap();
    assert_eq!(reply[..5], [5, 3, 2, 0, 0]);
    ours.write_all(&seal_rtu(5, &[0x2B, 0x0E, 1, 0])).await.unwrap();
    let mut reply = [0; 5];
    ours.read_exact(&mut reply).await.unwrap();
    assert_eq!(reply[..3], [5, 0xAB, 1]);
}

#[tokio::test]
async fn several_clients_over_tcp_and_one_that_talks_nonsense() {
    let simulator = Simulator::new(&DEVICE);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn({
        let simulator = simulator.clone();
        async move { simulator.serve_tcp(listener).await }
    });
    let mut nonsense = TcpStream::connect(address).await.unwrap();
    nonsense.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    assert_eq!(nonsense.read(&mut [0; 16]).await.unwrap_or(0), 0, "nothing to say to that");
    for _ in 0..2 {
        let bus = Bus::tcp(address).await.unwrap();
        exercise(&simulator, &bus, 1).await;
    }

    // The server goes: the client says so, and finds it again when it is back.
    let bus = Bus::builder().retries(0).tcp(address).await.unwrap();
    exercise(&simulator, &bus, 1).await;
    server.abort();
    assert!(server.await.unwrap_err().is_cancelled());
    let result = timeout(Duration::from_secs(3), bus.transact(1, read(100, 1), None)).await.expect("no hang");
    assert!(matches!(result, Err(TransactionError::Transport { .. })), "{result:?}");
    let listener = TcpListener::bind(address).await.unwrap();
    let back = simulator.clone();
    tokio::spawn(async move { back.serve_tcp(listener).await });
    tokio::time::sleep(Duration::from_millis(600)).await;
    exercise(&simulator, &bus, 1).await;
}

#[tokio::test]
async fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = Bus::tcp(address).await.unwrap_err();
    assert!(error.to_string().starts_with(&format!("cannot connect to {address}: ")), "{error}");
    let bus = Bus::builder().connect_lazy().tcp(address).await.unwrap();
    let result = bus.transact(1, read(100, 1), None).await;
    assert!(matches!(result, Err(TransactionError::Transport { sent: false, .. })), "{result:?}");
}

#[tokio::test(start_paused = true)]
async fn a_function_it_does_not_have_is_answered_and_an_idle_client_dropped() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let simulator = Simulator::new(&DEVICE);
    simulator.drop_idle_clients(core::time::Duration::from_secs(60));
    let (mut ours, theirs) = tokio::io::duplex(64);
    let served = tokio::spawn({
        let simulator = simulator.clone();
        async move { simulator.serve_stream(theirs).await }
    });
    ours.write_all(&[0, 1, 0, 0, 0, 2, 1, 99]).await.unwrap();
    let mut answer = [0; 9];
    ours.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, [0, 1, 0, 0, 0, 3, 1, 0xE3, 1]);
    let begun = tokio::time::Instant::now();
    served.await.unwrap().unwrap();
    assert_eq!(begun.elapsed().as_secs(), 60);
}

#[test]
fn the_log_does_not_grow_without_end() {
    let simulator = Simulator::new(&DEVICE);
    for _ in 0..super::LOG_LENGTH.saturating_add(5) {
        answer(&simulator, &[99]);
    }
    assert_eq!(simulator.requests().len(), super::LOG_LENGTH);
}

/// What a device of the kind could hold: a sensor, a setting with limits and a default, an enum, a counter.
static KIND: DeviceInfo = DeviceInfo {
    link: LinkInfo { unit_id: 7, ..LinkInfo::DEFAULT },
    points: &[&KINDS],
    name: "Test device",
    manufacturer: "",
    document: "",
    reserved: &[],
};
static KINDS: [&PointInfo; 5] = [&SENSOR, &SETTING, &MODE, &ENERGY, &KEPT];
static SENSOR: PointInfo = PointInfo::new(PointSpec {
    table: Table::InputRegister,
    words: &[0],
    raw: RawType::I16,
    kind: Kind::Scaled,
    scale: Scale::new(1, 0, 10),
    unit: "°C",
    ..PointSpec::DEFAULT
});
static SETTING: PointInfo = PointInfo::new(PointSpec {
    words: &[1],
    access: Access::ReadWrite,
    kind: Kind::Scaled,
    scale: Scale::new(1, 0, 10),
    limits: Some(Limits::new(Some(Decimal::new(5, 0)), Some(Decimal::new(30, 0))).with_step(Decimal::new(5, 1))),
    unit: "°C",
    ..PointSpec::DEFAULT
});
const MODES: &[Labelled] = &[Labelled::new(3, "Off"), Labelled::new(4, "On")];
static MODE: PointInfo = PointInfo::new(PointSpec {
    words: &[2],
    access: Access::ReadWrite,
    kind: Kind::Enum,
    values: MODES,
    default: "On",
    ..PointSpec::DEFAULT
});
static ENERGY: PointInfo =
    PointInfo::new(PointSpec { words: &[3, 4], raw: RawType::U32, unit: "kWh", ..PointSpec::DEFAULT });
static KEPT: PointInfo =
    PointInfo::new(PointSpec { words: &[5], access: Access::ReadWrite, keep_alive_s: Some(60), ..PointSpec::DEFAULT });

#[tokio::test(start_paused = true)]
async fn plausible_values_fit_what_is_known_of_a_point_and_move() {
    let held = |simulator: &Simulator| {
        (simulator.raw(Table::InputRegister, 0, 1).unwrap(), simulator.raw(Table::HoldingRegister, 1, 4).unwrap())
    };
    let mut sensors = std::collections::BTreeSet::new();
    for seed in 0..100 {
        let simulator = Simulator::plausible(&KIND, seed);
        let (sensor, holding) = held(&simulator);
        assert_eq!(held(&Simulator::plausible(&KIND, seed)), (sensor.clone(), holding.clone()));
        let [setting, mode, high, low] = holding[..] else { unreachable!() };
        assert!((180..=450).contains(&sensor[0]), "{sensor:?}");
        assert!((180..=300).contains(&setting) && setting % 5 == 0, "{setting}");
        assert_eq!(mode, 4);
        assert!(high == 0 && (2_000..=8_000).contains(&low), "{holding:?}");
        sensors.insert(sensor[0]);

        tokio::time::advance(Duration::from_secs(30)).await;
        answer(&simulator, &[3, 0, 1, 0, 1]);
        let (moved, later) = held(&simulator);
        assert!(moved[0].abs_diff(sensor[0]) <= 60, "{moved:?} {sensor:?}");
        assert_eq!((later[0], later[1], later[3]), (setting, 4, low + 3));
    }
    assert!(sensors.len() > 50);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_kept_alive_falls_back() {
    let simulator = Simulator::new(&KIND);
    simulator.set_raw(Table::HoldingRegister, 5, &[11]);
    let kept = |simulator: &Simulator| answer(simulator, &[3, 0, 5, 0, 1])[3];
    for value in [20, 21] {
        answer(&simulator, &[6, 0, 5, 0, value]);
        tokio::time::advance(Duration::from_secs(59)).await;
        assert_eq!(kept(&simulator), value);
    }
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(kept(&simulator), 11);
    tokio::time::advance(Duration::from_secs(600)).await;
    assert_eq!(kept(&simulator), 11);
}

#[tokio::test]
async fn an_image_is_served_as_it_was_recorded() {
    let mut image = DeviceImage::new("Test device");
    for (address, cell) in
        [(1, ImageCell::Word(215)), (2, ImageCell::Exception(4)), (3, ImageCell::Silent), (900, ImageCell::Word(9))]
    {
        image.set(7, Table::HoldingRegister, address, cell);
    }
    image.set(8, Table::HoldingRegister, 1, ImageCell::Word(300));
    let simulator = Simulator::recorded(&KIND, &image);
    assert_eq!(simulator.to_image(), image);
    let asked = |unit, pdu: &[u8]| simulator.answer(unit, 7, pdu, None);
    assert_eq!(asked(7, &[3, 0, 1, 0, 1]), Some(vec![3, 2, 0, 215]));
    assert_eq!(asked(8, &[3, 0, 1, 0, 1]), Some(vec![3, 2, 1, 44]));
    assert_eq!(asked(7, &[3, 0, 1, 0, 2]), Some(vec![0x83, 4]));
    assert_eq!(asked(7, &[3, 0, 3, 0, 1]), None);
    assert!(!simulator.requests().last().unwrap().is_answered);
    // Not asked then, so not there; and what the table does not list is only read.
    assert_eq!(asked(7, &[3, 0, 5, 0, 1]), Some(vec![0x83, 2]));
    assert_eq!(asked(7, &[4, 0, 0, 0, 1]), Some(vec![0x84, 2]));
    assert_eq!(asked(7, &[3, 3, 0x84, 0, 1]), Some(vec![3, 2, 0, 9]));
    assert_eq!(asked(7, &[6, 3, 0x84, 0, 1]), Some(vec![0x86, 2]));
    // The other unit is of the same kind.
    assert_eq!(asked(8, &[6, 0, 1, 0, 7]), Some(vec![6, 0, 1, 0, 7]));
    assert_eq!(asked(7, &[3, 0, 1, 0, 1]), Some(vec![3, 2, 0, 215]));
    simulator.copy_to_unit(9);
    assert_eq!(asked(9, &[3, 0, 1, 0, 1]), Some(vec![3, 2, 0, 215]));
}

#[tokio::test]
async fn faults_are_noticed_and_wrong_values_never_come() {
    let simulator = Simulator::new(&KIND);
    simulator.set_raw(Table::HoldingRegister, 1, &[215]);
    let faults =
        Faults { lateness: Duration::from_millis(80), late: 0.2, drop: 0.2, corrupt: 0.2, exception: 0.2, misfit: 0.2 };
    simulator.set_faults(faults, 3);
    let timeout = Duration::from_millis(40);
    let tcp = Bus::builder().response_timeout(timeout).retries(0).tcp(simulator.tcp().await.unwrap()).await.unwrap();
    let line = RtuSettings { parity: Parity::None, ..LINE };
    let rtu = Bus::builder().response_timeout(timeout).retries(0).rtu(simulator.rtu(7).unwrap(), line).await.unwrap();
    for bus in [tcp, rtu] {
        let unit = bus.unit(7);
        let (mut good, mut kinds) = (0, std::collections::BTreeSet::new());
        for _ in 0..150 {
            match unit.read_holding(1, 1).await {
                Ok(words) => {
                    assert_eq!(words, [215]);
                    good += 1;
                }
                Err(error) => {
                    let text = error.to_string();
                    let kind = ["no reply", "does not match", "exception", "has not answered"];
                    kinds.extend(kind.into_iter().find(|kind| text.contains(kind)));
                }
            }
        }
        assert!(good > 10 && kinds.len() >= 3, "{good} {kinds:?}");
    }
}
