//! What ends, and what goes on, when a bus is closed, dropped or left without its runtime; and waits without end.

use std::future::IntoFuture;

use super::*;
use crate::{Access, AvailableIf, Point, PointInfo, PointSpec, Poller, ReadErrorKind, WriteError};

fn no_points() -> Vec<&'static PointInfo> {
    Vec::new()
}

fn writable() -> Vec<&'static PointInfo> {
    vec![PointInfo::new(PointSpec { access: Access::Write, words: &[10], ..PointSpec::DEFAULT }).leak()]
}

#[tokio::test(start_paused = true)]
async fn polling_ends_with_its_bus_also_where_nothing_is_sent() {
    for points in [no_points(), writable()] {
        let (bus, peer) = rtu_line();
        tokio::spawn(peer.serve());
        let mut readings = Poller::new().every(Duration::from_secs(1), &bus.unit(1), points).start();
        assert!(readings.next().await.unwrap().result.is_ok());
        bus.close().await;
        let left = async { while readings.next().await.is_some() {} };
        timeout(Duration::from_secs(3600), left).await.expect("the stream ends");
    }
}

#[tokio::test(start_paused = true)]
async fn polling_ends_with_its_bus_long_before_the_next_tick() {
    let (bus, peer) = rtu_line();
    tokio::spawn(peer.serve());
    let mut readings = Poller::new().every(Duration::from_secs(86_400), &bus.unit(1), no_points()).start();
    assert!(readings.next().await.unwrap().result.is_ok());
    bus.close().await;
    assert!(timeout(ms(10), readings.next()).await.unwrap().is_none());

    let (bus, peer) = rtu_line();
    tokio::spawn(peer.serve());
    let mut readings = Poller::new().every(Duration::from_secs(86_400), &bus.unit(1), writable()).start();
    assert!(readings.next().await.unwrap().result.is_ok());
    bus.close().await;
    assert!(timeout(ms(10), readings.next()).await.unwrap().unwrap().result.is_err());
    assert!(timeout(ms(10), readings.next()).await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn the_longest_period_there_is_is_no_period_at_all() {
    let (bus, _peer) = rtu_line();
    let mut readings = Poller::new().every(Duration::MAX, &bus.unit(1), no_points()).start();
    assert!(readings.next().await.is_some());
    timeout(Duration::from_secs(3600), readings.next()).await.expect_err("read once, not without a pause");
}

/// Answers everything, and says what was asked.
fn counted() -> (Bus, Arc<AtomicUsize>) {
    let (bus, mut peer) = rtu_line();
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    tokio::spawn(async move {
        while let Some(request) = peer.request().await {
            counter.fetch_add(1, Ordering::Relaxed);
            peer.answer(&request, 0).await;
        }
    });
    (bus, count)
}

#[tokio::test(start_paused = true)]
async fn the_longest_interval_there_is_is_no_interval_at_all() {
    let (bus, count) = counted();
    let keep_alive = bus.unit(1).write_register(10, 7).keep_alive_every(Duration::MAX);
    sleep(Duration::from_secs(60)).await;
    assert_eq!(count.load(Ordering::Relaxed), 1);
    keep_alive.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_value_is_not_repeated_to_a_closed_bus() {
    let (bus, _) = counted();
    let keep_alive = bus.unit(1).write_register(10, 7).keep_alive_every(Duration::from_secs(1));
    let mut errors = keep_alive.errors();
    sleep(ms(100)).await;
    bus.close().await;
    errors.changed().await.unwrap();
    assert!(matches!(*errors.borrow_and_update(), Some(WriteError::NotSent { cause: TransactionError::Closed, .. })));
    timeout(Duration::from_secs(3600), errors.changed()).await.expect_err("it is over");
    // Another bus may take its place.
    let (other, count) = counted();
    keep_alive.set(other.unit(1).write_register(10, 8)).unwrap();
    sleep(ms(1500)).await;
    assert_eq!((keep_alive.last_error().is_none(), count.load(Ordering::Relaxed)), (true, 2));
    timeout(ms(100), keep_alive.stop()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn closing_finishes_the_attempt_in_flight_and_makes_no_other() {
    let (ours, _silent) = duplex(1024);
    let bus = Bus::builder().response_timeout(ms(1000)).retries(50).stream_tcp(ours);
    let reading = tokio::spawn({
        let bus = bus.clone();
        async move { bus.transact(1, read(0, 1), None).await }
    });
    sleep(ms(100)).await;
    let begun = Instant::now();
    bus.close().await;
    assert!(begun.elapsed() < ms(1000), "{:?}", begun.elapsed());
    timed_out(&reading.await.unwrap());
}

#[test]
fn a_write_whose_bus_lost_its_runtime_may_have_happened() {
    let runtime = || tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (of_the_bus, ours) = (runtime(), runtime());
    let (near, far) = duplex(1024);
    let bus = of_the_bus.block_on(async { Bus::builder().stream_tcp(near) });
    let writing = ours.spawn({
        let unit = bus.unit(1);
        async move { unit.write_register(10, 7).await }
    });
    let mut peer = TcpPeer(far);
    assert!(ours.block_on(peer.request()).is_some());
    of_the_bus.shutdown_timeout(Duration::from_secs(5));
    let error = ours.block_on(writing).unwrap().unwrap_err();
    assert!(matches!(error, WriteError::OutcomeUnknown { .. }), "{error:?}");
    // What comes after that is not sent.
    let error = ours.block_on(bus.unit(1).write_register(10, 7).into_future()).unwrap_err();
    assert!(matches!(error, WriteError::NotSent { .. }), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn a_unit_that_was_silent_may_have_been_set_up_anew() {
    let available_if = Some(AvailableIf { table: Table::HoldingRegister, register: 1, bit: 0 });
    let spec = PointSpec { available_if, words: &[10], ..PointSpec::DEFAULT };
    let point: Point<u16> = Point::new(PointInfo::new(spec).leak());
    let (ours, far) = duplex(1024);
    let bus = Bus::builder().retries(0).stream_rtu(ours, LINE);
    let mut peer = RtuPeer(far);
    let mut reading = async |hidden: u16, answers: u16, asked: u16| {
        let peer = async {
            for turn in 0..asked {
                let request = peer.request().await.unwrap();
                if turn < answers {
                    peer.answer(&request, hidden).await;
                }
            }
        };
        tokio::join!(bus.unit(1).read_point(point).into_future(), peer).0
    };
    // The bit and the value; then the bit is known.
    assert_eq!(reading(0, 2, 2).await.unwrap(), 10);
    assert_eq!(reading(0, 1, 1).await.unwrap(), 10);
    for _ in 0..2 {
        assert!(reading(0, 0, 1).await.is_err());
    }
    // With its answer it is back.
    assert_eq!(reading(0, 1, 1).await.unwrap(), 10);
    let error = reading(1, 1, 1).await.unwrap_err();
    assert!(matches!(error.kind(), ReadErrorKind::NotVisible), "{error}");
}
