//! Several units on a line, polled at different rates.

use std::collections::BTreeMap;

use futures_core::Stream;

use super::*;
use crate::{PointInfo, PointSpec, Poller, RawType, ReadErrorKind};

fn points(addresses: &[u16]) -> Vec<&'static PointInfo> {
    let spec = PointSpec { raw: RawType::U16, table: Table::HoldingRegister, ..PointSpec::DEFAULT };
    addresses.iter().map(|address| PointInfo::new(spec).with_words(vec![*address]).leak()).collect()
}

/// A line whose units answer after this many milliseconds; those not listed never do. Says what was asked.
fn line(delays: &'static [(u8, u64)]) -> (Bus, UnboundedReceiver<(u8, u16, u16)>) {
    let (ours, theirs) = duplex(1024);
    let (log, requests) = unbounded_channel();
    tokio::spawn(async move {
        let mut peer = RtuPeer(theirs);
        while let Some(request) = peer.request().await {
            let word = |at: usize| u16::from_be_bytes([request[at], request[at + 1]]);
            let _ = log.send((request[0], word(2), word(4)));
            if let Some((_, delay)) = delays.iter().find(|(unit, _)| *unit == request[0]) {
                sleep(ms(*delay)).await;
                peer.answer(&request, 0).await;
            }
        }
    });
    (Bus::builder().response_timeout(ms(300)).stream_rtu(ours, LINE), requests)
}

#[tokio::test(start_paused = true)]
async fn what_is_due_together_is_read_together() {
    let (bus, mut requests) = line(&[(1, 5)]);
    let unit = bus.unit(1);
    let mut readings =
        Poller::new().every(ms(100), &unit, points(&[10, 12])).every(ms(300), &bus.unit(1), points(&[11, 13])).start();
    let begun = Instant::now();
    let mut seen = Vec::new();
    while seen.len() < 7 {
        let reading = readings.next().await.unwrap();
        let snapshot = reading.result.unwrap();
        let values: Vec<u16> = snapshot.points().map(|info| snapshot.raw(info).unwrap()[0]).collect();
        assert!(reading.missed == 0 && reading.unit.id() == 1 && reading.begun <= reading.ended);
        seen.push(((reading.begun - begun).as_millis(), values));
    }
    let ticks: Vec<u128> = seen.iter().map(|(at, _)| *at / 100).collect();
    assert_eq!(ticks, [0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(seen[0].1, [10, 12, 11, 13]);
    assert_eq!(seen[1].1, [10, 12]);
    assert_eq!(seen[3].1, [10, 12, 11, 13]);
    let asked: Vec<_> = std::iter::from_fn(|| requests.try_recv().ok()).take(4).collect();
    // Four in one request; two that are apart in one each, as nothing may be read in passing.
    assert_eq!(asked, [(1, 10, 4), (1, 10, 1), (1, 12, 1), (1, 10, 1)]);
}

#[tokio::test(start_paused = true)]
async fn a_slow_and_a_dead_unit_do_not_delay_the_others() {
    let minute = Duration::from_secs(60);
    let mut counts = Vec::new();
    for with_others in [false, true] {
        let (bus, _requests) = line(&[(1, 5), (2, 5), (3, 250)]);
        let mut poller = Poller::new();
        for unit in [1, 2] {
            poller = poller.every(ms(1000), &bus.unit(unit), points(&[10]));
        }
        if with_others {
            poller = poller.every(ms(1000), &bus.unit(3), points(&[10]));
            poller = poller.every(ms(1000), &bus.unit(4), points(&[10]));
        }
        let mut readings = poller.start();
        let end = Instant::now() + minute;
        // Readings that worked, that failed, and ticks that were missed, by unit.
        let mut count: BTreeMap<u8, (u64, u64, u64)> = BTreeMap::new();
        while let Ok(Some(reading)) = tokio::time::timeout_at(end, readings.next()).await {
            let (good, bad, missed) = count.entry(reading.unit.id()).or_default();
            *missed += reading.missed;
            match reading.result {
                Ok(_) => *good += 1,
                Err(_) => *bad += 1,
            }
        }
        counts.push(count);
    }
    println!(
        "# a minute at 1 Hz (read, failed, missed): {:?}; with a slow and a dead unit: {:?}",
        counts[0], counts[1]
    );
    for unit in [1, 2] {
        assert_eq!(counts[0][&unit], (60, 0, 0));
        let (good, bad, missed) = counts[1][&unit];
        assert!(good >= 58 && bad == 0 && good + missed >= 59, "{counts:?}");
    }
    assert!(counts[1][&3].0 >= 50 && counts[1][&4].0 == 0, "{counts:?}");
}

#[tokio::test(start_paused = true)]
async fn ticks_nobody_takes_are_counted_and_not_made_up_for() {
    let (bus, mut requests) = line(&[(1, 5)]);
    let mut readings = Poller::new().every(ms(100), &bus.unit(1), points(&[10])).start();
    readings.next().await.unwrap();
    sleep(ms(1000)).await;
    let mut asked = 0;
    while requests.try_recv().is_ok() {
        asked += 1;
    }
    assert_eq!(asked, 2, "one was taken, one waits");
    assert_eq!(readings.next().await.unwrap().missed, 0);
    let late = readings.next().await.unwrap();
    assert!((7..=9).contains(&late.missed), "{}", late.missed);
    assert_eq!(readings.next().await.unwrap().missed, 0);
}

#[tokio::test(start_paused = true)]
async fn polling_ends_with_its_stream_or_its_bus() {
    let (bus, mut requests) = line(&[(1, 5)]);
    let mut readings = Poller::new().every(ms(100), &bus.unit(1), points(&[10])).start();
    let next = std::future::poll_fn(|cx| std::pin::Pin::new(&mut readings).poll_next(cx));
    assert!(next.await.unwrap().result.is_ok());
    drop(readings);
    sleep(ms(500)).await;
    while requests.try_recv().is_ok() {}
    sleep(ms(500)).await;
    assert!(requests.try_recv().is_err());

    let mut readings = Poller::new().every(ms(100), &bus.unit(1), points(&[10])).start();
    assert!(readings.next().await.unwrap().result.is_ok());
    bus.close().await;
    let mut last = None;
    while let Some(reading) = readings.next().await {
        last = Some(reading.result);
    }
    let error = last.unwrap().unwrap_err();
    assert!(matches!(error.kind(), ReadErrorKind::Transaction(TransactionError::Closed)), "{error}");
    assert!(Poller::new().start().next().await.is_none());
}
