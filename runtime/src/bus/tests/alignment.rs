//! Replies that come once too often on a line where nothing says which request they answer.

use super::*;
use crate::bus::Event;
use crate::bus::timing::after;

/// The address that a read asks for, as `words` has its value.
fn asked(request: &[u8]) -> u16 {
    u16::from_be_bytes([request[2], request[3]])
}

#[tokio::test(start_paused = true)]
async fn the_reply_after_an_exception_is_never_that_to_the_next_request() {
    for code in [4, 10, 11] {
        let (bus, mut peer) = rtu_line();
        tokio::spawn(async move {
            let mut turn = 0;
            while let Some(request) = peer.request().await {
                turn += 1;
                if turn % 10 == 3 {
                    peer.send(&seal_rtu(1, &[request[1] | 0x80, code])).await;
                    sleep(ms(120)).await;
                }
                peer.answer(&request, 0).await;
            }
        });
        let mut right = 0;
        for address in 0..100 {
            match bus.transact(1, read(address * 10, 2), None).await {
                Ok(reply) => {
                    assert_eq!(reply, words(address * 10, 2, 0), "exception {code}");
                    right += 1;
                }
                Err(error) => assert_eq!(error.exception().unwrap().code.code(), code),
            }
        }
        assert_eq!(right, 90);
    }
}

/// A device that answers each request after 20 ms, and the tenth once more 5 ms later, which nobody asked for.
fn serve_with_a_surplus(stream: DuplexStream) {
    let (mut reading, mut writing) = tokio::io::split(stream);
    let (replies, mut due) = unbounded_channel::<(Instant, Vec<u8>)>();
    tokio::spawn(async move {
        while let Some((at, bytes)) = due.recv().await {
            tokio::time::sleep_until(at).await;
            if writing.write_all(&bytes).await.is_err() {
                return;
            }
        }
    });
    tokio::spawn(async move {
        let mut turn = 0;
        let mut request = [0; 8];
        while reading.read_exact(&mut request).await.is_ok() {
            turn += 1;
            let (unit, pdu) = open_rtu(&request).unwrap();
            let reply = seal_rtu(unit, &correct(pdu, 0));
            let _ = replies.send((after(Instant::now(), ms(20)), reply.clone()));
            if turn == 10 {
                let _ = replies.send((after(Instant::now(), ms(25)), reply));
            }
        }
    });
}

#[tokio::test(start_paused = true)]
async fn a_shift_is_noticed_and_ends() {
    let (ours, theirs) = duplex(1024);
    serve_with_a_surplus(theirs);
    let bus = Bus::builder().retries(0).stream_rtu(ours, LINE);
    let mut events = bus.events();
    let (mut wrong, mut last_wrong) = (0, Duration::ZERO);
    let begun = Instant::now();
    for turn in 0..2000_u16 {
        match bus.transact(1, read(turn, 2), None).await {
            Ok(reply) if reply == words(turn, 2, 0) => {}
            Ok(_) => (wrong, last_wrong) = (wrong + 1, begun.elapsed()),
            Err(error) => panic!("{error}"),
        }
    }
    println!("# a shift: {wrong} wrong values, until {last_wrong:?}");
    assert!(wrong > 0, "nothing can tell at once");
    assert!(last_wrong < ms(5300), "{last_wrong:?}");
    let shifted = loop {
        match timeout(ms(1), events.next()).await {
            Ok(Some(Event::RepliesShifted { requests, within })) => break Some((requests, within)),
            Ok(Some(_)) => {}
            _ => break None,
        }
    };
    let (requests, within) = shifted.expect("an event");
    assert!(requests > wrong && within >= last_wrong, "{requests} {within:?}");
}

#[tokio::test(start_paused = true)]
async fn looking_for_a_shift_costs_a_hundredth_of_the_line() {
    let (bus, mut peer) = rtu_line();
    tokio::spawn(async move {
        while let Some(request) = peer.request().await {
            sleep(ms(30)).await;
            peer.answer(&request, 0).await;
        }
    });
    let begun = Instant::now();
    let mut count = 0_u32;
    while begun.elapsed() < Duration::from_secs(60) {
        bus.transact(1, read(100, 2), None).await.unwrap();
        count += 1;
    }
    // 30 ms and the silence between frames, as the timer has them.
    let best = 60_000 / 33;
    println!("# {count} transactions in a minute; {best} without looking for shifts");
    assert!(count >= best * 98 / 100, "{count} of {best}");
}

#[tokio::test(start_paused = true)]
async fn pauses_that_are_there_anyway_are_enough() {
    let (bus, peer) = rtu_line();
    tokio::spawn(peer.serve());
    for _ in 0..300 {
        let begun = Instant::now();
        bus.transact(1, read(100, 2), None).await.unwrap();
        assert!(begun.elapsed() <= ms(4), "{:?}", begun.elapsed());
        sleep(ms(100)).await;
    }
}

/// Sends a reply at the speed of the line.
async fn send_paced(peer: &mut RtuPeer, bytes: &[u8]) {
    let begun = Instant::now();
    for (count, byte) in (1..).zip(bytes) {
        tokio::time::sleep_until(begun + LINE.character_time() * count).await;
        peer.send(&[*byte]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_comes_before_its_request_left_is_dropped_on_a_paced_line() {
    let (bus, mut peer) = rtu_line();
    let mut events = bus.events();
    tokio::spawn(async move {
        let mut turn = 0;
        while let Some(request) = peer.request().await {
            turn += 1;
            let (unit, pdu) = open_rtu(&request).unwrap();
            if turn == 6 {
                // What was asked before, once more.
                peer.send(&seal_rtu(unit, &correct(pdu, 5000))).await;
            }
            sleep(LINE.character_time() * 8 + ms(10)).await;
            send_paced(&mut peer, &seal_rtu(unit, &correct(pdu, 0))).await;
        }
    });
    for turn in 0..20_u16 {
        assert_eq!(bus.transact(1, read(turn, 40), None).await.unwrap(), words(turn, 40, 0), "{turn}");
    }
    assert!(matches!(events.next().await, Some(Event::Connected)));
    assert!(matches!(timeout(ms(1), events.next()).await, Ok(Some(Event::RepliesShifted { .. }))));
}

#[tokio::test(start_paused = true)]
async fn a_line_that_turns_out_not_to_be_paced_is_taken_as_it_is() {
    let (bus, mut peer) = rtu_line();
    tokio::spawn(async move {
        let mut turn = 0;
        while let Some(request) = peer.request().await {
            turn += 1;
            let (unit, pdu) = open_rtu(&request).unwrap();
            let reply = seal_rtu(unit, &correct(pdu, 0));
            if turn <= 5 {
                sleep(LINE.character_time() * 8 + ms(10)).await;
                send_paced(&mut peer, &reply).await;
            } else {
                peer.send(&reply).await;
            }
        }
    });
    let mut failed = 0;
    for turn in 0..20_u16 {
        match bus.transact(1, read(asked(&[0, 0, 0, 9]) + turn, 40), None).await {
            Ok(reply) => assert_eq!(reply, words(9 + turn, 40, 0), "{turn}"),
            error => {
                timed_out(&error);
                failed += 1;
            }
        }
    }
    assert_eq!(failed, 1);
}
