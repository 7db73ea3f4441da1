//! Points that are a part of a register: written without harm to the rest of it.
#![cfg(feature = "simulator")]

mod support;

use std::time::Duration;

use modbus_bindgen_runtime::{
    Access, BitRange, Bus, Decimal, ExceptionCode, InvalidValue, Kind, LimitRegisters, Limits, LinkInfo, Point,
    PointInfo, PointSpec, RawType, ReadWrite, Role, Table, TransactionError, Trigger, WriteError, WriteFunctions,
    WriteOnly,
};
use support::serve;

const SPEC: PointSpec =
    PointSpec { label: "Part", words: &[10], access: Access::ReadWrite, kind: Kind::Integer, ..PointSpec::DEFAULT };

const fn bits(low: u8, high: u8) -> PointSpec {
    PointSpec { bits: Some(BitRange::new(low, high)), ..SPEC }
}

static HOUR: PointInfo = PointInfo::new(PointSpec { id: "hour", ..bits(8, 15) });
static MINUTE: PointInfo = PointInfo::new(PointSpec { id: "minute", ..bits(0, 7) });
const HOURS: Point<u16, ReadWrite> = Point::new(&HOUR);
const MINUTES: Point<u16, ReadWrite> = Point::new(&MINUTE);

fn nibbles() -> [&'static PointInfo; 4] {
    [bits(0, 3), bits(4, 7), bits(8, 11), bits(12, 15)].map(|spec| PointInfo::new(spec).leak())
}

fn functions(simulator: &modbus_bindgen_runtime::Simulator) -> Vec<u8> {
    simulator.requests().iter().map(|request| request.function).collect()
}

#[tokio::test]
async fn no_update_of_another_task_is_lost() {
    const ROUNDS: u16 = 200;
    let nibbles = nibbles();
    let whole = PointInfo::new(PointSpec { words: &[11], ..SPEC }).leak();
    let mut points = nibbles.to_vec();
    points.push(whole);
    let (simulator, unit) = serve(points, LinkInfo::DEFAULT);
    let mut tasks = tokio::task::JoinSet::new();
    for info in nibbles {
        // A unit of its own, as another part of the program would have it.
        let unit = unit.bus().unit(1);
        tasks.spawn(async move {
            let point: Point<u16, ReadWrite> = Point::new(info);
            for round in 0..ROUNDS {
                unit.write_point(point, round % 16).await.unwrap();
                assert_eq!(unit.read_point(point).await.unwrap(), round % 16, "{:?}", info.bits());
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let last = (ROUNDS - 1) % 16;
    assert_eq!(simulator.raw(Table::HoldingRegister, 10, 1), Some(vec![last * 0x1111]));
}

#[tokio::test]
async fn whole_registers_are_not_undone_either() {
    let status = PointInfo::new(PointSpec { words: &[10], ..SPEC }).leak();
    let (simulator, unit) = serve(vec![&HOUR, &MINUTE, status], LinkInfo::DEFAULT);
    let other = unit.bus().unit(1);
    let writer = tokio::spawn(async move {
        for round in 0..500_u16 {
            // Clears the hour: from then on it is 0 until the other task sets it again.
            other.write_register(10, round % 256).await.unwrap();
            let after = other.read_holding(10, 1).await.unwrap();
            assert!(after.iter().all(|word| word & 0xFF == round % 256), "minute {} became {after:04X?}", round % 256);
        }
    });
    while !writer.is_finished() {
        unit.write_point(HOURS, 23).await.unwrap();
    }
    writer.await.unwrap();
    assert_eq!(simulator.raw(Table::HoldingRegister, 10, 1), Some(vec![0x1700 | (499 % 256)]));
}

#[tokio::test]
async fn parts_that_are_written_together_take_one_read_and_one_write() {
    for (write_functions, write) in
        [(WriteFunctions::ANY, 6), (WriteFunctions::SINGLE_ONLY, 6), (WriteFunctions::MULTIPLE_ONLY, 16)]
    {
        let link = LinkInfo { write_functions, ..LinkInfo::DEFAULT };
        let nibbles = nibbles();
        let (simulator, unit) = serve(nibbles.to_vec(), link);
        simulator.set_raw(Table::HoldingRegister, 10, &[0xABCD]);
        let point = |number: usize| Point::<u16, ReadWrite>::new(nibbles[number]);
        unit.write([point(0).to(1), point(2).to(3)]).await.unwrap();
        assert_eq!(simulator.raw(Table::HoldingRegister, 10, 1), Some(vec![0xA3C1]));
        assert_eq!(functions(&simulator), [3, write]);

        // All of them: nothing has to be read.
        simulator.clear_log();
        unit.write((0..4).map(|number| point(number).to(5))).await.unwrap();
        assert_eq!(simulator.raw(Table::HoldingRegister, 10, 1), Some(vec![0x5555]));
        assert_eq!(functions(&simulator), [write]);

        // The same bits twice: in order.
        simulator.clear_log();
        unit.write([point(0).to(1), point(1).to(2), point(0).to(3)]).await.unwrap();
        assert_eq!(simulator.raw(Table::HoldingRegister, 10, 1), Some(vec![0x5523]));
        assert_eq!(functions(&simulator), [3, write, 3, write]);
    }
}

#[tokio::test]
async fn parts_of_neighbours_share_a_request_and_whole_values_are_not_read() {
    let low = PointInfo::new(PointSpec { words: &[11], ..bits(0, 7) }).leak();
    let whole = PointInfo::new(PointSpec { words: &[12], ..SPEC }).leak();
    let (simulator, unit) = serve(vec![&HOUR, &MINUTE, low, whole], LinkInfo::DEFAULT);
    simulator.set_raw(Table::HoldingRegister, 10, &[0x1111, 0x2222, 0x3333]);
    let [low, whole] = [low, whole].map(Point::<u16, ReadWrite>::new);
    unit.write([HOURS.to(0xAA), low.to(0xBB), whole.to(0xCCCC)]).await.unwrap();
    assert_eq!(simulator.raw(Table::HoldingRegister, 10, 3), Some(vec![0xAA11, 0x22BB, 0xCCCC]));
    let requests: Vec<_> = simulator.requests().iter().map(|it| (it.function, it.address, it.count)).collect();
    assert_eq!(requests, [(3, 10, 2), (16, 10, 2), (6, 12, 1)]);
}

#[tokio::test]
async fn where_the_rest_cannot_be_read_nothing_is_sent() {
    let (simulator, unit) = serve(vec![&HOUR, &MINUTE], LinkInfo::DEFAULT);
    simulator.hole(Table::HoldingRegister, 10);
    let error = unit.write_point(HOURS, 7).await.unwrap_err();
    let WriteError::NotSent { cause: TransactionError::Exception(exception), .. } = &error else {
        panic!("{error}");
    };
    assert_eq!(exception.code, ExceptionCode::IllegalDataAddress);
    assert!(
        error.to_string().starts_with("“Part” (holding register 10) was not written: the device answered function 3")
    );
    assert_eq!(functions(&simulator), [3]);

    let bus = Bus::builder().retries(0).response_timeout(Duration::from_millis(20)).stream_tcp(tokio::io::duplex(64).0);
    let error = bus.unit(1).write_point(HOURS, 7).await.unwrap_err();
    assert!(matches!(error, WriteError::NotSent { .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn waiting_for_others_that_write_is_part_of_the_time_that_was_given() {
    // Somebody listens and does not answer: the first one holds its turn until its own time is over.
    let (ours, _theirs) = tokio::io::duplex(4096);
    let unit = Bus::builder().retries(0).stream_tcp(ours).unit(1);
    let first = tokio::spawn(unit.write_point(HOURS, 7).into_future());
    tokio::task::yield_now().await;
    let error = unit.write_point(MINUTES, 7).timeout(Duration::from_millis(100)).await.unwrap_err();
    assert!(matches!(error, WriteError::NotSent { cause: TransactionError::Queue { .. }, .. }), "{error}");
    let error = unit.write_register(10, 7).timeout(Duration::from_millis(100)).await.unwrap_err();
    assert!(matches!(error, WriteError::NotSent { cause: TransactionError::Queue { .. }, .. }), "{error}");
    assert!(matches!(first.await.unwrap(), Err(WriteError::NotSent { cause: TransactionError::Timeout { .. }, .. })));
}

#[tokio::test]
async fn what_changes_when_it_is_read_is_read_once() {
    use tokio::io::AsyncReadExt;
    let counter = PointInfo::new(PointSpec { read_side_effect: true, ..bits(0, 3) }).leak();
    let counter: Point<u16, ReadWrite> = Point::new(counter);
    for (assignments, attempts) in [(vec![HOURS.to(1)], 3), (vec![HOURS.to(1), counter.to(2)], 1)] {
        let (ours, mut theirs) = tokio::io::duplex(4096);
        let bus = Bus::builder().retries(2).response_timeout(Duration::from_millis(20)).stream_tcp(ours);
        let error = bus.unit(1).write(assignments).await.unwrap_err();
        assert!(matches!(error.error(), WriteError::NotSent { .. }), "{error}");
        bus.close().await;
        drop(bus);
        let mut received = Vec::new();
        theirs.read_to_end(&mut received).await.unwrap();
        assert_eq!(received.len() / 12, attempts, "requests to read: {received:?}");
    }
}

#[tokio::test]
async fn limits_steps_and_codes_are_those_of_the_part() {
    let limits = Some(Limits::new(None, Some(Decimal::new(23, 0))));
    let hour = PointInfo::new(PointSpec { limits, not_available: &[9], ..bits(8, 15) }).leak();
    let registers = Some(LimitRegisters { min: Some(20), max: Some(21), step: Some(22) });
    let minute = PointInfo::new(PointSpec { limit_registers: registers, ..bits(0, 7) }).leak();
    let (simulator, unit) = serve(vec![hour, minute], LinkInfo::DEFAULT);
    let [hour, minute] = [hour, minute].map(Point::<Option<u16>, ReadWrite>::new);
    simulator.set_raw(Table::HoldingRegister, 10, &[0x0937]);
    assert_eq!(unit.read((hour, minute)).await.unwrap(), (None, Some(0x37)));
    let reason = |error: WriteError| match error {
        WriteError::Invalid { reason, .. } => reason,
        error => panic!("{error}"),
    };
    assert!(matches!(reason(unit.write_point(hour, 24).await.unwrap_err()), InvalidValue::OutsideLimits { .. }));
    assert!(matches!(reason(unit.write_point(hour, 9).await.unwrap_err()), InvalidValue::NotAvailableCode { .. }));
    assert!(matches!(reason(unit.write_point(hour, 256).await.unwrap_err()), InvalidValue::OutOfRange { .. }));
    // A new device allows all that fits.
    unit.write_point(minute, 255).await.unwrap();
    simulator.set_raw(Table::HoldingRegister, 20, &[10, 40, 15]);
    unit.refresh_limits();
    assert!(matches!(reason(unit.write_point(minute, 45).await.unwrap_err()), InvalidValue::OutsideLimits { .. }));
    assert!(matches!(reason(unit.write_point(minute, 12).await.unwrap_err()), InvalidValue::OffDeviceStep { .. }));
    unit.write_point(minute, 25).await.unwrap();
    assert_eq!(simulator.raw(Table::HoldingRegister, 10, 1), Some(vec![0x0919]));
}

#[tokio::test]
async fn what_cannot_be_read_is_written_whole() {
    let write_only = |low, high| PointInfo::new(PointSpec { access: Access::Write, ..bits(low, high) }).leak();
    let (first, second) = (write_only(0, 3), write_only(4, 5));
    let (simulator, unit) = serve(vec![first, second], LinkInfo::DEFAULT);
    let [first, second] = [first, second].map(|info: &'static PointInfo| Point::<u16, WriteOnly>::new(info));
    let error = unit.write_point(first, 1).await.unwrap_err();
    assert!(matches!(error, WriteError::Invalid { reason: InvalidValue::OtherBits, .. }), "{error}");
    assert_eq!(functions(&simulator), []);
    unit.write([first.to(1), second.to(2)]).await.unwrap();
    assert_eq!(functions(&simulator), [6]);
    assert_eq!(simulator.get(first), Some(1));
    assert_eq!(simulator.get(second), Some(2));
    // What is not known of the device may be there.
    let error = unit.bus().unit(1).write([first.to(1), second.to(2)]).await.unwrap_err();
    assert!(error.to_string().contains("write all values of the register together"), "{error}");
}

#[tokio::test]
async fn a_command_leaves_others_alone() {
    let command = |access| {
        let spec = PointSpec { access, role: Role::Command, ..bits(3, 3) };
        Point::<(), Trigger>::new(PointInfo::new(spec).leak())
    };
    let (write_only, readable) = (command(Access::Write), command(Access::ReadWrite));
    let (simulator, unit) = serve(vec![write_only.info()], LinkInfo::DEFAULT);
    unit.trigger(write_only).await.unwrap();
    assert_eq!(functions(&simulator), [6]);
    let (simulator, unit) = serve(vec![readable.info()], LinkInfo::DEFAULT);
    simulator.set_raw(Table::HoldingRegister, 10, &[0x8001]);
    unit.trigger(readable).await.unwrap();
    assert_eq!(simulator.raw(Table::HoldingRegister, 10, 1), Some(vec![0x8009]));

    // A reset that cannot be read, beside what can be: the drive goes on running.
    let run = PointInfo::new(bits(0, 0)).leak();
    let (simulator, unit) = serve(vec![write_only.info(), run], LinkInfo::DEFAULT);
    simulator.set_raw(Table::HoldingRegister, 10, &[1]);
    unit.trigger(write_only).await.unwrap();
    assert_eq!(functions(&simulator), [3, 6]);
    assert_eq!(simulator.raw(Table::HoldingRegister, 10, 1), Some(vec![9]));
}

#[tokio::test]
async fn what_can_be_read_through_another_point_is() {
    let write_only = PointInfo::new(PointSpec { access: Access::Write, ..bits(0, 3) }).leak();
    let (simulator, unit) = serve(vec![write_only, &HOUR], LinkInfo::DEFAULT);
    simulator.set_raw(Table::HoldingRegister, 10, &[0x17F0]);
    unit.write_point(Point::<u16, WriteOnly>::new(write_only), 5).await.unwrap();
    assert_eq!(functions(&simulator), [3, 6]);
    assert_eq!(simulator.raw(Table::HoldingRegister, 10, 1), Some(vec![0x17F5]));
}

#[tokio::test(start_paused = true)]
async fn sequences_and_values_that_are_kept_alive_keep_the_rest() {
    let (simulator, unit) = serve(vec![&HOUR, &MINUTE], LinkInfo::DEFAULT);
    unit.write_point(HOURS, 1).then(unit.write_point(MINUTES, 2)).await.unwrap();
    assert_eq!(simulator.raw(Table::HoldingRegister, 10, 1), Some(vec![0x0102]));

    let kept = unit.write_point(HOURS, 3).keep_alive_every(Duration::from_secs(1));
    tokio::time::sleep(Duration::from_millis(1)).await;
    simulator.set_raw(Table::HoldingRegister, 10, &[0xFF7F]);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(simulator.raw(Table::HoldingRegister, 10, 1), Some(vec![0x037F]));
    kept.set(unit.write_point(HOURS, 4)).unwrap();
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(simulator.raw(Table::HoldingRegister, 10, 1), Some(vec![0x047F]));
    assert!(kept.set(unit.write_point(HOURS, 256)).is_err());
    kept.stop().await;
}

#[tokio::test]
async fn a_simulator_sets_and_gets_parts() {
    let signed = PointInfo::new(PointSpec { raw: RawType::I32, words: &[21, 20], ..bits(12, 19) }).leak();
    let (simulator, _unit) = serve(vec![&HOUR, &MINUTE, signed], LinkInfo::DEFAULT);
    simulator.set_raw(Table::HoldingRegister, 20, &[0xFFFF, 0xFFFF]);
    let signed: Point<i32, ReadWrite> = Point::new(signed);
    simulator.set(signed, 5).unwrap();
    assert_eq!(simulator.raw(Table::HoldingRegister, 20, 2), Some(vec![0x5FFF, 0xFFF0]));
    assert_eq!(simulator.get(signed), Some(5));
    simulator.set(signed, -1).unwrap();
    assert_eq!(simulator.get(signed), Some(-1));
    simulator.set(HOURS, 23).unwrap();
    simulator.set(MINUTES, 59).unwrap();
    assert_eq!((simulator.get(HOURS), simulator.get(MINUTES)), (Some(23), Some(59)));
}
