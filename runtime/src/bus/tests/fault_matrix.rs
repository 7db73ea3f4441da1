//! Every fault with every function on both framings, dead connections, and callers that go away at any moment: no wrong
//! value, no panic, no hang past the timeout, and the next request on the healthy line succeeds.

use super::faults::*;
use super::*;

/// A peer that does this to the request after `before` good ones, and everything right from then on.
async fn misbehave(wire: Wire, mut accepted: UnboundedReceiver<DuplexStream>, before: u16, fault: usize) {
    let mut peer = wire.peer(accepted.recv().await.unwrap());
    for _ in 0..before {
        let (id, unit, pdu) = peer.request().await.unwrap();
        peer.send(&wire.seal(id, unit, &correct(&pdu, 0))).await;
    }
    if spoil(wire, &mut peer, fault).await {
        peer.serve(wire).await;
    }
    drop(peer);
    while let Some(stream) = accepted.recv().await {
        wire.peer(stream).serve(wire).await;
    }
}

/// Longer than a reply is waited for, or a line is left alone after that.
const LONGEST: Duration = Duration::from_millis(1100);

async fn run(wire: Wire, request: &Request, expected: &Reply, warm: bool, index: usize, fault: &Fault) {
    let what = format!("{wire:?}, {request:?}, warm: {warm}, {}", fault.name);
    let (bus, accepted) = reconnecting(0, wire.timing());
    let before = u16::from(warm);
    let peer = tokio::spawn(misbehave(wire, accepted, before, index));
    if warm {
        assert_eq!(bus.transact(1, read(1, 1), None).await.unwrap(), words(1, 1, 0), "{what}");
    }
    let result =
        timeout(LONGEST, bus.transact(1, request.clone(), None)).await.unwrap_or_else(|_| panic!("{what}: hangs"));
    match (&result, fault.expect) {
        (Ok(reply), Expect::Value) => assert_eq!(reply, expected, "{what}"),
        (Err(TransactionError::Exception(exception)), Expect::Exception(code)) => {
            assert_eq!((exception.function, exception.code.code()), (request.function(), code), "{what}");
        }
        (Err(TransactionError::Exception(_)), _) => panic!("{what}: {result:?}"),
        (Err(error), Expect::Failure) => assert!(error.was_sent(), "{what}: {error:?}"),
        _ => panic!("{what}: {result:?}"),
    }
    if !warm && result.is_err() {
        // A connection on which nothing worked yet is not made again at once.
        sleep(ms(300)).await;
    }
    for (request, expected) in [(read(1000, 2), words(1000, 2, 0)), (request.clone(), expected.clone())] {
        let echoes = fault.name.contains("echo") && !request.is_read();
        if !echoes {
            let next = timeout(2 * LONGEST, bus.transact(1, request, None)).await;
            assert_eq!(next.unwrap_or_else(|_| panic!("{what}: hangs after")).unwrap(), expected, "{what}: after");
        }
    }
    drop(bus);
    assert!(!peer.is_finished() || peer.await.is_ok(), "{what}");
}

#[tokio::test(start_paused = true)]
async fn every_fault_with_every_function() {
    let mut count = 0;
    for wire in Wire::BOTH {
        for (request, expected) in requests() {
            for warm in [false, true] {
                let list = faults(wire, 1 + u16::from(warm), 1, &pdu_of(&request));
                for (index, fault) in list.iter().enumerate() {
                    run(wire, &request, &expected, warm, index, fault).await;
                    count += 1;
                }
            }
        }
    }
    println!("# {count} cases of wrong replies");
    assert!(count > 200);
}

/// Reset, half-open, accepted and never answered: the connection is dead, and the next one is healthy.
#[tokio::test(start_paused = true)]
async fn connections_that_are_dead() {
    let mut count = 0;
    for wire in Wire::BOTH {
        for (request, expected) in requests() {
            for (name, room, warm) in
                [("mute", 1024, false), ("mute", 1024, true), ("stuck", 3, false), ("stuck", 3, true)]
            {
                let what = format!("{wire:?}, {request:?}, {name}, warm: {warm}");
                let (accept, mut accepted) = unbounded_channel();
                let connector = Connector::with(move || {
                    let (ours, theirs) = duplex(room);
                    accept.send(theirs).unwrap();
                    ready(Ok(ours))
                });
                let bus = Bus::builder().retries(0).start("test".to_owned(), connector, wire.timing(), None);
                let dead = accepted.recv().await.unwrap();
                let dead = if warm {
                    let mut peer = wire.peer(dead);
                    let serving = async {
                        let (id, unit, pdu) = peer.request().await.unwrap();
                        peer.send(&wire.seal(id, unit, &correct(&pdu, 0))).await;
                    };
                    let (reply, ()) = tokio::join!(bus.transact(1, read(1, 1), None), serving);
                    reply.unwrap();
                    peer
                } else {
                    wire.peer(dead)
                };
                let healthy = tokio::spawn(async move {
                    while let Some(stream) = accepted.recv().await {
                        wire.peer(stream).serve(wire).await;
                    }
                });
                let mut attempts = 0;
                loop {
                    attempts += 1;
                    assert!(attempts < 6, "{what}");
                    let limit = 2 * LONGEST;
                    match timeout(limit, bus.transact(1, request.clone(), None)).await.expect("no hang") {
                        Ok(reply) => break assert_eq!(reply, expected, "{what}"),
                        Err(error) => assert!(error.exception().is_none(), "{what}: {error:?}"),
                    }
                    sleep(ms(300)).await;
                }
                drop((dead, bus));
                healthy.abort();
                count += 1;
            }
        }
    }
    println!("# {count} cases of dead connections");
}

/// Drops the caller's future at every moment of a transaction: at each of its own polls, and at each millisecond of a
/// slow reply over a narrow pipe.
#[tokio::test(start_paused = true)]
async fn callers_that_go_away_at_any_moment() {
    let mut count = 0;
    for wire in Wire::BOTH {
        for (request, _) in requests() {
            for pipe in [4, 1024] {
                for moment in (0..12).chain([20, 40, 80, 200, 900, 999, 1001, 1200]) {
                    let what = format!("{wire:?}, {request:?}, pipe of {pipe}, gone after {moment} ms");
                    let (ours, theirs) = duplex(pipe);
                    let bus = Bus::builder().retries(0);
                    let bus = match wire {
                        Wire::Rtu => bus.stream_rtu(ours, LINE),
                        Wire::Tcp => bus.stream_tcp(ours),
                    };
                    let peer = tokio::spawn(async move {
                        let mut peer = wire.peer(theirs);
                        while let Some((id, unit, pdu)) = peer.request().await {
                            for byte in wire.seal(id, unit, &correct(&pdu, 0)) {
                                sleep(ms(1)).await;
                                peer.send(&[byte]).await;
                            }
                        }
                    });
                    let gone = timeout(ms(moment), bus.transact(1, request.clone(), None)).await;
                    if let Ok(result) = gone {
                        result.unwrap();
                    }
                    let next = timeout(2 * LONGEST, bus.transact(1, read(1000, 2), None)).await.expect("no hang");
                    assert_eq!(next.unwrap(), words(1000, 2, 0), "{what}");
                    drop(bus);
                    peer.await.expect("whole frames only");
                    count += 1;
                }
            }
        }
    }
    println!("# {count} cases of cancellation in time");
}

/// As above, by the number of times the future was polled, with others waiting before and behind it.
#[tokio::test(start_paused = true)]
async fn callers_that_go_away_at_any_poll() {
    let mut count = 0;
    for wire in Wire::BOTH {
        for crowd in [0, 1, 63, 64, 70] {
            for deadline in [None, Some(Duration::from_secs(3600))] {
                for polls in 0..6 {
                    let (ours, theirs) = duplex(1024);
                    let bus = match wire {
                        Wire::Rtu => Bus::builder().stream_rtu(ours, LINE),
                        Wire::Tcp => Bus::builder().stream_tcp(ours),
                    };
                    let others: Vec<_> = (0..crowd)
                        .map(|n| {
                            let bus = bus.clone();
                            tokio::spawn(async move { (n, bus.transact(1, read(n, 2), None).await) })
                        })
                        .collect();
                    tokio::task::yield_now().await;
                    let mut going = Box::pin(bus.transact(1, read(5000, 2), deadline));
                    for _ in 0..polls {
                        let poll =
                            std::future::poll_fn(|cx| std::task::Poll::Ready(going.as_mut().poll(cx).is_ready()));
                        assert!(!poll.await);
                        tokio::task::yield_now().await;
                    }
                    drop(going);
                    let served = tokio::spawn(async move { wire.peer(theirs).serve(wire).await });
                    for other in others {
                        let (n, reply) = other.await.unwrap();
                        assert_eq!(reply.unwrap(), words(n, 2, 0));
                    }
                    assert_eq!(bus.transact(1, read(1000, 2), None).await.unwrap(), words(1000, 2, 0));
                    drop(bus);
                    served.await.unwrap();
                    count += 1;
                }
            }
        }
    }
    println!("# {count} cases of cancellation by polls");
}
