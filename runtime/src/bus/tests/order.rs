//! In which order things are done, and what is not begun at all.

use super::*;
use crate::{Point, PointInfo, PointSpec, RawType, WaitReason, WriteError};

/// All values that were written to register 5 of unit 1, in order.
fn written_to(requests: &[Vec<u8>]) -> Vec<u16> {
    let writes = requests.iter().filter(|request| request[1] == 6);
    writes.map(|request| u16::from_be_bytes([request[4], request[5]])).collect()
}

#[tokio::test(start_paused = true)]
async fn a_write_that_has_to_wait_is_not_overtaken_by_a_newer_one() {
    let (ours, theirs) = duplex(1024);
    let bus = Bus::builder().retries(3).stream_rtu(ours, LINE);
    let (log, mut requests) = unbounded_channel();
    tokio::spawn(async move {
        let mut peer = RtuPeer(theirs);
        let mut busy = 2;
        while let Some(request) = peer.request().await {
            let _ = log.send(request.clone());
            if request[1] == 6 && busy > 0 {
                busy -= 1;
                peer.send(&seal_rtu(1, &[0x86, 6])).await;
            } else {
                peer.answer(&request, 0).await;
            }
        }
    });
    let set = |value| {
        let bus = bus.clone();
        tokio::spawn(async move { bus.transact(1, write(5, value), None).await })
    };
    let older = set(210);
    sleep(ms(50)).await;
    let newer = set(220);
    // Who reads does not wait for them.
    let begun = Instant::now();
    bus.transact(1, read(100, 2), None).await.unwrap();
    assert!(begun.elapsed() < ms(20));
    for write in [older, newer] {
        assert_eq!(write.await.unwrap().unwrap(), Reply::Written);
    }
    let mut seen = Vec::new();
    while let Ok(request) = requests.try_recv() {
        seen.push(request);
    }
    assert_eq!(written_to(&seen), [210, 210, 210, 220]);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_done_in_time_is_not_begun() {
    let (bus, mut peer) = rtu_line();
    tokio::spawn(async move {
        while let Some(request) = peer.request().await {
            sleep(ms(25)).await;
            peer.answer(&request, 0).await;
        }
    });
    for turn in 0..10 {
        bus.transact(1, read(turn, 2), None).await.unwrap();
    }
    // Ten callers of whom each gives 200 ms, on a line that takes 27 ms for each: eight would do.
    let end = Instant::now() + Duration::from_secs(20);
    let callers: Vec<_> = (0..10_u16)
        .map(|caller| {
            let bus = bus.clone();
            tokio::spawn(async move {
                let (mut answers, mut sent) = (0_u32, 0_u32);
                while Instant::now() < end {
                    match bus.transact(1, read(caller, 2), Some(ms(200))).await {
                        Ok(_) => answers += 1,
                        Err(error) => sent += u32::from(error.was_sent()),
                    }
                }
                (answers, sent)
            })
        })
        .collect();
    let (mut answers, mut sent) = (0, 0);
    for caller in callers {
        let (more_answers, more_sent) = caller.await.unwrap();
        answers += more_answers;
        sent += more_sent;
    }
    println!("# ten callers with 200 ms each: {} answers a second, {sent} sent in vain", answers / 20);
    assert!(answers > 20 * 33 && sent == 0, "{answers} {sent}");

    let error = bus.transact(1, write(5, 7), Some(ms(5))).await.unwrap_err();
    let TransactionError::Queue { reason: WaitReason::TooLittleTime { needed }, .. } = error else {
        panic!("{error:?}");
    };
    assert!((ms(20)..ms(35)).contains(&needed), "{needed:?}");
}

#[tokio::test(start_paused = true)]
async fn a_reply_whose_caller_is_gone_is_awaited_all_the_same() {
    let (bus, mut peer) = rtu_line();
    tokio::spawn(async move {
        while let Some(request) = peer.request().await {
            sleep(ms(300)).await;
            peer.answer(&request, 0).await;
        }
    });
    let begun = Instant::now();
    let error = bus.transact(1, read(100, 2), Some(ms(100))).await.unwrap_err();
    assert_eq!(begun.elapsed().as_millis(), 100);
    assert!(error.was_sent() && error.to_string().contains("the timeout of the call ended first"), "{error}");
    // No quarantine is needed.
    assert_eq!(bus.transact(1, read(200, 2), None).await.unwrap(), words(200, 2, 0));
    assert!(begun.elapsed() < ms(650), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn an_error_says_what_was_waited_for() {
    let (bus, _peer) = rtu_line();
    timed_out(&bus.transact(1, read(100, 2), None).await);
    let error = bus.transact(1, read(100, 2), Some(ms(500))).await.unwrap_err();
    assert!(matches!(error, TransactionError::Queue { reason: WaitReason::LateReply, .. }), "{error:?}");
    assert!(error.to_string().starts_with("the line is left alone after a request that was not answered"), "{error}");
    let error = bus.transact(1, read(100, 2), Some(ms(1))).await.unwrap_err();
    assert!(error.to_string().starts_with("the line is left alone"), "{error}");
}

#[test]
fn what_was_not_begun_when_the_runtime_ended_was_not_sent() {
    let runtime = || tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (of_the_bus, ours) = (runtime(), runtime());
    let (near, far) = duplex(1024);
    let bus = of_the_bus.block_on(async { Bus::builder().stream_tcp(near) });
    let mut peer = TcpPeer(far);
    let write = |value| {
        let unit = bus.unit(1);
        ours.spawn(async move { unit.write_register(10, value).await })
    };
    let first = write(0);
    assert!(ours.block_on(peer.request()).is_some());
    let waiting: Vec<_> = (1..=20).map(write).collect();
    ours.block_on(async { sleep(ms(100)).await });
    of_the_bus.shutdown_timeout(Duration::from_secs(5));
    assert!(matches!(ours.block_on(first).unwrap(), Err(WriteError::OutcomeUnknown { .. })));
    for write in waiting {
        let error = ours.block_on(write).unwrap().unwrap_err();
        assert!(matches!(error, WriteError::NotSent { .. }), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_reading_keeps_its_turn() {
    let (bus, mut peer) = rtu_line();
    tokio::spawn(async move {
        while let Some(request) = peer.request().await {
            sleep(ms(10)).await;
            peer.answer(&request, 0).await;
        }
    });
    // Thirty callers want one register each, all the time.
    let others: Vec<_> = (0..30_u16)
        .map(|address| {
            let bus = bus.clone();
            tokio::spawn(async move { while bus.transact(1, read(address, 1), None).await.is_ok() {} })
        })
        .collect();
    sleep(ms(100)).await;
    let spec = PointSpec { raw: RawType::U16, ..PointSpec::DEFAULT };
    let points: Vec<Point<u16>> =
        (0..10).map(|at| Point::new(PointInfo::new(spec).with_words(vec![100 + at * 10]).leak())).collect();
    let begun = Instant::now();
    let values = bus.unit(1).read(points).await.unwrap();
    assert_eq!(values, (0..10).map(|at| 100 + at * 10).collect::<Vec<u16>>());
    // The first of ten requests waits for thirty others, each further one for one.
    assert!(begun.elapsed() < ms((30 + 2 * 10) * 13), "{:?}", begun.elapsed());
    for other in others {
        other.abort();
    }
}
