//! Gateways and devices behind them: some answer wrongly, some not at all.

use super::*;
use crate::bus::Event;
use crate::{Silence, UnitIds};

/// What a unit does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    Answer,
    /// As another unit.
    AnswerAs(u8),
    Nothing,
    /// Exception 11 after half a second.
    Exception11,
}

/// A gateway that answers each request in 2 ms, or as its unit does.
async fn serve_units(stream: DuplexStream, does: impl Fn(u8) -> Does) {
    let mut peer = TcpPeer(stream);
    while let Some(request) = peer.request().await {
        let (id, unit, pdu) = &request;
        match does(*unit) {
            Does::Answer => {
                sleep(ms(2)).await;
                peer.answer(&request, 0).await;
            }
            Does::AnswerAs(other) => peer.send(*id, other, &correct(pdu, 0)).await,
            Does::Nothing => {}
            Does::Exception11 => {
                sleep(ms(500)).await;
                peer.send(*id, *unit, &[pdu[0] | 0x80, 11]).await;
            }
        }
    }
}

/// A bus that connects again, to units that do this, and how often it connected.
fn gateway(does: fn(u8) -> Does) -> (Bus, Arc<AtomicUsize>) {
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    let connector = Connector::with(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        let (ours, theirs) = duplex(1024);
        tokio::spawn(serve_units(theirs, does));
        ready(Ok(ours))
    });
    (Bus::builder().start("test".to_owned(), connector, Timing::Tcp, None), connections)
}

#[tokio::test(start_paused = true)]
async fn a_unit_that_answers_wrongly_costs_its_neighbour_nothing() {
    for wrong in [0, 255, 1] {
        let (bus, connections) = match wrong {
            0 => gateway(|unit| if unit == 2 { Does::AnswerAs(0) } else { Does::Answer }),
            255 => gateway(|unit| if unit == 2 { Does::AnswerAs(255) } else { Does::Answer }),
            _ => gateway(|unit| if unit == 2 { Does::AnswerAs(1) } else { Does::Answer }),
        };
        // Also as the first reply ever.
        malformed(&bus.transact(2, read(100, 2), None).await);
        for _ in 0..50 {
            let (healthy, bad) = tokio::join!(bus.transact(1, read(100, 2), None), bus.transact(2, read(100, 2), None));
            assert_eq!(healthy.unwrap(), words(100, 2, 0));
            let message = bad.as_ref().unwrap_err().to_string();
            malformed(&bad);
            assert!(message.contains(&format!("expected unit 2, got unit {wrong}")), "{message}");
            assert!(message.contains("`accept_unit_ids`"), "{message}");
            sleep(ms(200)).await;
        }
        assert_eq!(connections.load(Ordering::Relaxed), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_device_may_be_allowed_to_answer_as_another_unit() {
    for (ids, is_allowed) in [(UnitIds::ANY, true), (UnitIds::of(&[0, 255]), true), (UnitIds::of(&[1]), false)] {
        let (ours, theirs) = duplex(1024);
        tokio::spawn(serve_units(theirs, |_| Does::AnswerAs(255)));
        let bus = Bus::builder().accept_unit_ids(ids).stream_tcp(ours);
        assert_eq!(bus.transact(7, read(100, 2), None).await.is_ok(), is_allowed, "{ids:?}");
    }
}

/// A device that always answers under transaction id 0, each request after this many milliseconds.
async fn serve_under_id_0(stream: DuplexStream, delays: Vec<u64>) {
    let mut peer = TcpPeer(stream);
    let mut delays = delays.into_iter();
    while let Some((_, unit, pdu)) = peer.request().await {
        sleep(ms(delays.next().unwrap_or(1))).await;
        peer.send(0, unit, &correct(&pdu, 0)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn replies_under_other_transaction_ids() {
    let (ours, theirs) = duplex(1024);
    tokio::spawn(serve_under_id_0(theirs, Vec::new()));
    let error = Bus::builder().stream_tcp(ours).transact(1, read(100, 2), None).await.unwrap_err();
    let silence = Silence::ForeignTransactionId(0);
    assert!(matches!(error, TransactionError::Timeout { silence: got, .. } if got == silence), "{error:?}");
    assert!(error.to_string().contains("`ignore_transaction_ids`"), "{error}");

    // Where they are ignored, a late reply is waited for as on a serial line.
    for delay in (0..2000).step_by(50) {
        let (ours, theirs) = duplex(1024);
        tokio::spawn(serve_under_id_0(theirs, vec![1, delay]));
        let bus = Bus::builder().retries(0).ignore_transaction_ids().stream_tcp(ours);
        assert_eq!(bus.transact(1, read(300, 2), None).await.unwrap(), words(300, 2, 0));
        match bus.transact(1, read(100, 2), None).await {
            Ok(reply) => assert_eq!(reply, words(100, 2, 0), "{delay}"),
            error => timed_out(&error),
        }
        assert_eq!(bus.transact(1, read(200, 2), None).await.unwrap(), words(200, 2, 0), "{delay}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_length_that_counts_a_byte_too_many_costs_20_ms() {
    let (ours, theirs) = duplex(1024);
    tokio::spawn(async move {
        let mut peer = TcpPeer(theirs);
        while let Some((id, unit, pdu)) = peer.request().await {
            let reply = if pdu[1] == 0 { correct(&pdu, 0) } else { vec![pdu[0] | 0x80, 2] };
            let length = u16::try_from(reply.len() + 2).unwrap();
            let frame = [&id.to_be_bytes()[..], &[0, 0], &length.to_be_bytes(), &[unit], &reply].concat();
            peer.0.write_all(&frame).await.unwrap();
        }
    });
    let bus = Bus::builder().stream_tcp(ours);
    for _ in 0..10 {
        let begun = Instant::now();
        assert_eq!(bus.transact(1, read(100, 2), None).await.unwrap(), words(100, 2, 0));
        let error = bus.transact(1, read(300, 2), None).await.unwrap_err();
        assert_eq!(error.exception().unwrap().code, ExceptionCode::IllegalDataAddress);
        assert!((40..=44).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
    }
}

/// Units read again and again, each 500 ms after its last reading; how many readings of each succeeded.
async fn poll_for(bus: &Bus, units: std::ops::RangeInclusive<u8>, time: Duration) -> Vec<(u8, u32)> {
    let end = Instant::now() + time;
    let polling: Vec<_> = units
        .map(|unit| {
            let bus = bus.clone();
            tokio::spawn(async move {
                let mut count = 0;
                while Instant::now() < end {
                    count += u32::from(bus.transact(unit, read(100, 2), None).await.is_ok());
                    sleep(ms(500)).await;
                }
                (unit, count)
            })
        })
        .collect();
    let mut counts = Vec::new();
    for unit in polling {
        counts.push(unit.await.unwrap());
    }
    counts
}

fn good_ones(counts: &[(u8, u32)], does: fn(u8) -> Does) -> u32 {
    counts.iter().filter(|(unit, _)| does(*unit) == Does::Answer).map(|(_, count)| count).sum()
}

#[tokio::test(start_paused = true)]
async fn many_silent_units_leave_the_line_to_the_others() {
    // Every third of 36 is silent, in one way or the other.
    let all: fn(u8) -> Does = |_| Does::Answer;
    let mute: fn(u8) -> Does = |unit| if unit % 3 == 0 { Does::Nothing } else { Does::Answer };
    let exception: fn(u8) -> Does = |unit| if unit % 3 == 0 { Does::Exception11 } else { Does::Answer };
    let (minute, units) = (Duration::from_secs(60), 1..=36);
    let (bus, _) = gateway(all);
    let best = good_ones(&poll_for(&bus, units.clone(), minute).await, mute);
    for does in [mute, exception] {
        let (bus, connections) = gateway(does);
        let first = good_ones(&poll_for(&bus, units.clone(), 2 * minute).await, does);
        let later = good_ones(&poll_for(&bus, units.clone(), minute).await, does);
        println!(
            "# 24 good units of 36, readings in a minute: {best} of 36 good ones; {first} in the first two, then {later}"
        );
        assert!(first > best && f64::from(later) > 0.85 * f64::from(best), "{first}, {later} of {best}");
        assert_eq!(connections.load(Ordering::Relaxed), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_good_connection_is_kept_whatever_units_are_silent() {
    let (bus, connections) = gateway(|unit| if unit > 1 { Does::Nothing } else { Does::Answer });
    for _ in 0..200 {
        let (good, ..) = tokio::join!(
            bus.transact(1, read(100, 2), None),
            bus.transact(2, read(100, 2), None),
            bus.transact(3, read(100, 2), None),
            bus.transact(4, read(100, 2), None),
        );
        assert_eq!(good.unwrap(), words(100, 2, 0));
        sleep(ms(1000)).await;
    }
    assert_eq!(connections.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_dead_connection_is_noticed_by_impatient_callers() {
    let (bus, mut accepted) = reconnecting(1, Timing::Tcp);
    let mut events = bus.events();
    let mute = accepted.recv().await.unwrap();
    let begun = Instant::now();
    let fresh = tokio::spawn(async move { TcpPeer(accepted.recv().await.unwrap()).serve().await });
    while bus.transact(1, read(100, 2), Some(ms(800))).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(6));
    }
    let mut lost = 0;
    while let Ok(Some(event)) = timeout(ms(1), events.next()).await {
        lost += u32::from(matches!(event, Event::Lost { .. }));
    }
    assert_eq!(lost, 1);
    drop(mute);
    fresh.abort();
}

#[tokio::test(start_paused = true)]
async fn a_unit_is_heard_though_its_reply_came_late() {
    let (ours, theirs) = duplex(1024);
    tokio::spawn(async move {
        let mut peer = TcpPeer(theirs);
        while let Some(request) = peer.request().await {
            // Unit 2 is slow once.
            if request.1 == 2 && request.0 < 9 {
                sleep(ms(1100)).await;
            }
            peer.answer(&request, 0).await;
        }
    });
    let bus = Bus::builder().stream_tcp(ours);
    bus.transact(1, read(100, 2), None).await.unwrap();
    timed_out(&bus.transact(2, read(100, 2), None).await);
    // With its reply the unit is back, without being asked.
    bus.transact(1, read(100, 2), None).await.unwrap();
    assert_eq!(bus.transact(2, read(200, 2), None).await.unwrap(), words(200, 2, 0));
}

#[tokio::test(start_paused = true)]
async fn an_error_says_what_is_known() {
    let silent: fn(u8) -> Does = |unit| if unit == 1 { Does::Answer } else { Does::Nothing };
    let (bus, _) = gateway(silent);
    let error = bus.transact(3, read(100, 2), None).await.unwrap_err();
    assert_eq!(error.to_string(), "no reply within 1s; check the unit id");
    bus.transact(1, read(100, 2), None).await.unwrap();
    let error = bus.transact(4, read(100, 2), None).await.unwrap_err();
    assert!(error.to_string().ends_with("other units answer: check the unit id, and whether this one is switched on"));

    // What the first attempt ended with is not lost.
    let (ours, theirs) = duplex(1024);
    tokio::spawn(async move {
        let mut peer = TcpPeer(theirs);
        let (id, unit, _) = peer.request().await.unwrap();
        peer.send(id, unit, &[3, 2, 0, 1]).await;
        while peer.request().await.is_some() {}
    });
    let error = Bus::builder().stream_tcp(ours).transact(1, read(100, 2), None).await.unwrap_err();
    timed_out(&Err(error.last().clone()));
    let message = error.to_string();
    assert!(message.starts_with("no reply within 1s"), "{message}");
    assert!(
        message.contains("(the first attempt: the reply does not match the request: expected function 3"),
        "{message}"
    );
}

/// Units 1 to 9 answer in 2 ms, unit 20 in `slow`, all others not at all; one request after the other, as on a line.
async fn serve_in_turn(stream: DuplexStream, slow: Duration, mute: Duration) {
    let mut peer = TcpPeer(stream);
    while let Some(request) = peer.request().await {
        match request.1 {
            1..=9 => sleep(ms(2)).await,
            20 => sleep(slow).await,
            _ => {
                sleep(mute).await;
                continue;
            }
        }
        peer.answer(&request, 0).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_unit_that_is_slower_than_the_first_look_at_it_has_its_full_time() {
    for slow in (0..=950).step_by(50) {
        let (ours, theirs) = duplex(1024);
        tokio::spawn(serve_in_turn(theirs, ms(slow), Duration::ZERO));
        let bus = Bus::builder().stream_tcp(ours);
        bus.transact(1, read(100, 2), None).await.unwrap();
        // Also beside others that go on meanwhile.
        let beside = async {
            for address in 0..100 {
                assert_eq!(bus.transact(2, read(address, 2), None).await.unwrap(), words(address, 2, 0), "{slow}");
            }
        };
        let begun = Instant::now();
        let (first, ()) = tokio::join!(bus.transact(20, read(300, 2), None), beside);
        assert_eq!(first.unwrap(), words(300, 2, 0), "{slow}");
        assert!(begun.elapsed() < ms(2 * slow + 400), "{slow}: {:?}", begun.elapsed());
        assert_eq!(bus.transact(20, read(400, 2), None).await.unwrap(), words(400, 2, 0), "{slow}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_unit_fails_when_its_time_is_over_and_others_go_on() {
    let (ours, theirs) = duplex(1024);
    tokio::spawn(serve_in_turn(theirs, Duration::ZERO, Duration::ZERO));
    let bus = Bus::builder().stream_tcp(ours);
    bus.transact(1, read(100, 2), None).await.unwrap();
    let begun = Instant::now();
    let silent = async {
        timed_out(&bus.transact(30, read(100, 2), None).await);
        begun.elapsed()
    };
    let beside = async {
        sleep(ms(110)).await;
        bus.transact(1, read(100, 2), None).await.unwrap();
        begun.elapsed()
    };
    let (silent, beside) = tokio::join!(silent, beside);
    assert!((1000..1010).contains(&silent.as_millis()) && beside < ms(120), "{silent:?}, {beside:?}");
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_waits_for_a_silent_unit_costs_its_neighbours_no_reading() {
    for wait in [50, 300, 600, 900] {
        let (ours, theirs) = duplex(4096);
        tokio::spawn(serve_in_turn(theirs, Duration::ZERO, ms(wait)));
        let bus = Bus::builder().stream_tcp(ours);
        bus.transact(1, read(100, 2), None).await.unwrap();
        let silent: Vec<_> = (100..130)
            .map(|unit| {
                let bus = bus.clone();
                tokio::spawn(async move { bus.transact(unit, read(100, 2), None).await })
            })
            .collect();
        for address in 0..2000 {
            let reply = bus.transact(1, read(address, 2), None).await;
            assert_eq!(reply.unwrap(), words(address, 2, 0), "{wait}: {address}");
            sleep(ms(10)).await;
        }
        for silent in silent {
            timed_out(&silent.await.unwrap());
        }
    }
}
