//! Turns, silent units, pauses and events.

use super::*;
use crate::bus::Event;

/// Answers for every unit but these.
async fn serve_but(mut peer: RtuPeer, silent: &'static [u8]) {
    while let Some(request) = peer.request().await {
        if request[0] != 0 && !silent.contains(&request[0]) {
            peer.answer(&request, 0).await;
        }
    }
}

/// Reads one unit again and again for a minute; how often that succeeded.
async fn rate(bus: Bus, unit: u8) -> u32 {
    let end = Instant::now() + Duration::from_secs(60);
    let mut count = 0;
    while Instant::now() < end {
        match bus.transact(unit, read(100, 2), None).await {
            Ok(reply) => {
                assert_eq!(reply, words(100, 2, 0));
                count += 1;
            }
            // A caller that polls does not ask in a loop without a pause.
            Err(_) => sleep(ms(20)).await,
        }
    }
    count
}

fn line_with_silent(silent: &'static [u8]) -> Bus {
    let (ours, theirs) = duplex(1024);
    tokio::spawn(serve_but(RtuPeer(theirs), silent));
    Bus::builder().response_timeout(ms(200)).stream_rtu(ours, LINE)
}

#[tokio::test(start_paused = true)]
async fn a_silent_unit_takes_at_most_a_tenth_of_the_line() {
    let mut rates = Vec::new();
    for silent in [&[][..], &[3]] {
        let bus = line_with_silent(silent);
        let units: Vec<_> = if silent.is_empty() { vec![1, 2] } else { vec![1, 2, 3] };
        let tasks: Vec<_> = units.into_iter().map(|unit| tokio::spawn(rate(bus.clone(), unit))).collect();
        let mut total = 0;
        for task in tasks {
            total += task.await.unwrap();
        }
        rates.push(total);
    }
    println!("two units, a minute: {} transactions; with a third that is silent: {}", rates[0], rates[1]);
    assert!(f64::from(rates[1]) > 0.9 * f64::from(rates[0]), "{rates:?}");
}

#[tokio::test(start_paused = true)]
async fn a_unit_that_is_put_back_is_refused_at_once_and_asked_again() {
    let (ours, theirs) = duplex(1024);
    let bus = Bus::builder().retries(0).response_timeout(ms(200)).stream_rtu(ours, LINE);
    let mut events = bus.events();
    assert!(matches!(events.next().await, Some(Event::Connected)));
    let silent = Instant::now() + Duration::from_secs(10);
    tokio::spawn(async move {
        let mut peer = RtuPeer(theirs);
        while let Some(request) = peer.request().await {
            if request[0] != 3 || Instant::now() > silent {
                peer.answer(&request, 0).await;
            }
        }
    });
    bus.transact(1, read(100, 2), None).await.unwrap();
    // It was never heard of, and is asked once.
    timed_out(&bus.transact(3, read(100, 2), None).await);
    assert!(matches!(events.next().await, Some(Event::UnitSilent { unit: 3 })));
    let refused = Instant::now();
    let error = bus.transact(3, write(5, 7), None).await.unwrap_err();
    assert!(matches!(error, TransactionError::Silent { unit: 3, .. }) && !error.was_sent(), "{error:?}");
    assert_eq!(refused.elapsed(), Duration::ZERO);
    assert!(error.to_string().starts_with("unit 3 has not answered for 4"), "{error}");
    loop {
        bus.transact(1, read(100, 2), None).await.unwrap();
        if bus.transact(3, read(100, 2), None).await.is_ok() {
            break;
        }
        sleep(ms(100)).await;
        assert!(refused.elapsed() < Duration::from_secs(30));
    }
    assert!(matches!(events.next().await, Some(Event::UnitBack { unit: 3 })));
    bus.transact(3, write(5, 7), None).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_unit_a_gateway_cannot_reach_is_put_back() {
    let (ours, theirs) = duplex(1024);
    tokio::spawn(async move {
        let mut peer = TcpPeer(theirs);
        while let Some(request) = peer.request().await {
            if request.1 == 3 {
                sleep(ms(200)).await;
                peer.send(request.0, 3, &[request.2[0] | 0x80, 11]).await;
            } else {
                peer.answer(&request, 0).await;
            }
        }
    });
    let bus = Bus::builder().retries(0).stream_tcp(ours);
    bus.transact(1, read(100, 2), None).await.unwrap();
    let error = bus.transact(3, read(100, 2), None).await.unwrap_err();
    assert_eq!(error.exception().unwrap().code, ExceptionCode::GatewayTargetFailedToRespond);
    let error = bus.transact(3, read(100, 2), None).await.unwrap_err();
    assert!(matches!(error, TransactionError::Silent { unit: 3, .. }), "{error:?}");
    sleep(ms(1900)).await;
    bus.transact(1, read(100, 2), None).await.unwrap();
    assert!(bus.transact(3, read(100, 2), None).await.unwrap_err().exception().is_some());
}

#[tokio::test(start_paused = true)]
async fn impatient_callers_do_not_make_a_unit_silent() {
    let (bus, mut accepted) = reconnecting(0, Timing::Tcp);
    tokio::spawn(async move {
        let mut peer = TcpPeer(accepted.recv().await.unwrap());
        while let Some(request) = peer.request().await {
            sleep(ms(50)).await;
            peer.answer(&request, 0).await;
        }
    });
    bus.transact(2, read(100, 2), None).await.unwrap();
    timed_out(&bus.transact(1, read(100, 2), Some(ms(20))).await);
    for _ in 0..5 {
        // By now it is known how long the unit takes.
        let error = bus.transact(1, read(100, 2), Some(ms(20))).await.unwrap_err();
        assert!(!error.was_sent(), "{error:?}");
    }
    assert_eq!(bus.transact(1, read(100, 2), None).await.unwrap(), words(100, 2, 0));
}

#[tokio::test(start_paused = true)]
async fn the_only_unit_is_always_asked() {
    let bus = line_with_silent(&[3]);
    for _ in 0..5 {
        bus.transact(0, write(5, 7), None).await.unwrap();
        timed_out(&bus.transact(3, read(100, 2), None).await);
    }
}

#[tokio::test(start_paused = true)]
async fn units_take_turns_and_writes_go_first() {
    let (bus, mut peer) = rtu_line();
    let mut tasks = Vec::new();
    let mut ask = |unit, request: Request| {
        let bus = bus.clone();
        tasks.push(tokio::spawn(async move { bus.transact(unit, request, None).await.unwrap() }));
    };
    // The first is on its way when the others come.
    ask(9, read(0, 1));
    let first = peer.request().await.unwrap();
    for n in 0..200 {
        ask(1, read(100 + n, 1));
    }
    for n in 0..3 {
        ask(2, read(200 + n, 1));
    }
    for n in 0..6 {
        ask(7, write(300 + n, 1));
    }
    sleep(ms(10)).await;
    peer.answer(&first, 0).await;
    let mut order = String::new();
    for _ in 0..13 {
        let request = peer.request().await.unwrap();
        order.push(match (request[0], request[1]) {
            (7, 6) => 'w',
            (1, 3) => 'a',
            (2, 3) => 'b',
            _ => '?',
        });
        peer.answer(&request, 0).await;
    }
    assert_eq!(order, "wwwwawwbababa");
    tokio::spawn(peer.serve());
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_busy_unit_does_not_hold_up_the_others() {
    let (bus, mut peer) = {
        let (ours, theirs) = duplex(1024);
        (Bus::builder().retries(1).stream_rtu(ours, LINE), RtuPeer(theirs))
    };
    tokio::spawn(async move {
        let mut busy = true;
        while let Some(request) = peer.request().await {
            if request[0] == 3 && std::mem::take(&mut busy) {
                peer.send(&seal_rtu(3, &[0x83, 6])).await;
            } else {
                peer.answer(&request, 0).await;
            }
        }
    });
    let begun = Instant::now();
    let busy = tokio::spawn({
        let bus = bus.clone();
        async move { bus.transact(3, read(100, 2), None).await }
    });
    sleep(ms(1)).await;
    bus.transact(1, read(100, 2), None).await.unwrap();
    assert!(begun.elapsed() < ms(50), "{:?}", begun.elapsed());
    assert_eq!(busy.await.unwrap().unwrap(), words(100, 2, 0));
    assert!(begun.elapsed() >= ms(200));
}

#[tokio::test(start_paused = true)]
async fn a_caller_leaves_a_busy_unit_at_its_deadline() {
    let (ours, theirs) = duplex(1024);
    let bus = Bus::builder().retries(9).stream_rtu(ours, LINE);
    tokio::spawn(async move {
        let mut peer = RtuPeer(theirs);
        while let Some(request) = peer.request().await {
            // Unit 1 is never ready, unit 2 never answers and keeps the line.
            if request[0] == 1 {
                peer.send(&seal_rtu(1, &[0x83, 6])).await;
            }
        }
    });
    let other = tokio::spawn({
        let bus = bus.clone();
        async move {
            sleep(ms(10)).await;
            bus.transact(2, read(100, 2), None).await
        }
    });
    let begun = Instant::now();
    let error = bus.transact(1, read(100, 2), Some(ms(500))).await.unwrap_err();
    assert_eq!(error.exception().unwrap().code, ExceptionCode::ServerDeviceBusy);
    assert!((500..=501).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
    other.abort();
}

#[tokio::test(start_paused = true)]
async fn pauses_after_connecting_and_between_requests() {
    let (ours, theirs) = duplex(1024);
    tokio::spawn(TcpPeer(theirs).serve());
    let begun = Instant::now();
    let bus = Bus::builder().connect_delay(ms(500)).request_delay(ms(20)).stream_tcp(ours);
    for turn in 0..5 {
        bus.transact(1, read(100, 2), None).await.unwrap();
        let expected = 500 + 20 * turn;
        assert!((expected..expected + 10).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn a_network_connection_that_stays_mute_is_made_again() {
    for timing in [Timing::Tcp, Timing::Rtu(LINE), Timing::Gateway(LINE)] {
        let (bus, mut accepted) = reconnecting(0, timing);
        let mut events = bus.events();
        let mute = accepted.recv().await.unwrap();
        for _ in 0..3 {
            timed_out(&bus.transact(1, read(100, 2), None).await);
        }
        let fresh = accepted.recv().await.unwrap();
        match timing {
            Timing::Rtu(_) => tokio::spawn(RtuPeer(fresh).serve()),
            _ => tokio::spawn(TcpPeer(fresh).serve()),
        };
        assert_eq!(bus.transact(1, read(200, 2), None).await.unwrap(), words(200, 2, 0));
        assert!(matches!(events.next().await, Some(Event::Connected)));
        assert!(matches!(events.next().await, Some(Event::UnitSilent { unit: 1 })));
        let lost = events.next().await.unwrap();
        assert!(matches!(&lost, Event::Lost { reason } if reason.to_string().contains("3 requests")), "{lost:?}");
        assert!(matches!(events.next().await, Some(Event::Connected)));
        drop(mute);
    }
}

#[tokio::test(start_paused = true)]
async fn events_tell_of_the_connection_and_end_with_the_bus() {
    let (bus, mut accepted) = reconnecting(0, Timing::Tcp);
    let mut events = bus.events();
    let connection = accepted.recv().await.unwrap();
    assert!(matches!(events.next().await, Some(Event::Connected)));
    drop(accepted);
    drop(connection);
    // Nobody asks for anything.
    assert!(matches!(events.next().await, Some(Event::Lost { .. })));
    assert!(matches!(events.next().await, Some(Event::Unreachable { .. })));
    let mut late = bus.events();
    assert!(matches!(late.next().await, Some(Event::Unreachable { .. })));
    bus.close().await;
    for mut events in [events, late, bus.events()] {
        while let Some(event) = events.next().await {
            assert!(matches!(event, Event::Unreachable { .. } | Event::Closed), "{event:?}");
        }
    }
}
