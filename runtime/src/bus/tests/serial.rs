//! Serial lines: late replies, noise, echoes, broadcasts, pseudo-terminals.

use super::*;

// RTU: a reply arrives after its timeout, the next request reads as many registers.
#[tokio::test(start_paused = true)]
async fn a_late_rtu_reply_is_never_returned() {
    // The wait ends after 1 s and the time on the wire, the quarantine 1 s later.
    for delay in (0..2000).step_by(10) {
        let (bus, mut peer) = rtu_line();
        tokio::spawn(async move {
            let late = peer.request().await.unwrap();
            sleep(ms(delay)).await;
            peer.answer(&late, 1000).await;
            peer.serve().await;
        });
        match bus.transact(1, read(100, 2), None).await {
            Ok(reply) => assert_eq!(reply, words(100, 2, 1000), "{delay}"),
            error => timed_out(&error),
        }
        assert_eq!(bus.transact(1, read(200, 2), None).await.unwrap(), words(200, 2, 0), "{delay}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_short_timeout_of_the_caller_does_not_shorten_the_quarantine() {
    let (bus, mut peer) = rtu_line();
    tokio::spawn(async move {
        let late = peer.request().await.unwrap();
        sleep(ms(900)).await;
        peer.answer(&late, 1000).await;
        peer.serve().await;
    });
    timed_out(&bus.transact(1, read(100, 2), Some(ms(50))).await);
    assert_eq!(bus.transact(1, read(200, 2), None).await.unwrap(), words(200, 2, 0));
}

// RTU: a burst of noise.
#[tokio::test(start_paused = true)]
async fn noise_before_inside_and_after_a_frame() {
    let noise = [0xFF, 0x00, 1, 3, 4, 1, 3, 0x55, 1];
    let (bus, mut peer) = rtu_line();
    let served = tokio::spawn(async move {
        // Between requests, and right before the reply.
        peer.send(&noise).await;
        let request = peer.request().await.unwrap();
        peer.send(&noise).await;
        peer.answer(&request, 0).await;
        peer.send(&noise).await;
        // Inside of the reply, which cannot be saved.
        let request = peer.request().await.unwrap();
        let (unit, pdu) = open_rtu(&request).unwrap();
        let reply = seal_rtu(unit, &correct(pdu, 0));
        peer.send(&[&reply[..4], &noise, &reply[4..]].concat()).await;
        peer.serve().await;
    });
    assert_eq!(bus.transact(1, read(100, 2), None).await.unwrap(), words(100, 2, 0));
    timed_out(&bus.transact(1, read(200, 2), None).await);
    for address in 300..305 {
        assert_eq!(bus.transact(1, read(address, 2), None).await.unwrap(), words(address, 2, 0));
    }
    served.abort();
}

// On the real clock: the paused one stands still while there is always something to read.
#[tokio::test]
async fn endless_noise_ends_with_the_timeout() {
    let (ours, mut theirs) = duplex(1024);
    let bus = Bus::builder().retries(0).response_timeout(ms(50)).stream_rtu(ours, LINE);
    tokio::spawn(async move { while theirs.write_all(&[0xA5; 64]).await.is_ok() {} });
    timed_out(&timeout(ms(5000), bus.transact(1, read(100, 2), None)).await.expect("no hang"));
}

// RTU: a broadcast write.
#[tokio::test(start_paused = true)]
async fn a_broadcast_waits_for_no_reply_and_gives_the_units_time() {
    let (bus, mut peer) = rtu_line();
    let begun = Instant::now();
    assert_eq!(bus.transact(0, write(5, 7), None).await.unwrap(), Reply::Written);
    assert_eq!(bus.transact(0, write_many(5, &[7, 8]), None).await.unwrap(), Reply::Written);
    assert!(begun.elapsed() >= ms(100) && begun.elapsed() < ms(200));
    assert_eq!(peer.request().await.unwrap()[..2], [0, 6]);
    assert_eq!(peer.request().await.unwrap()[..2], [0, 16]);
    let result = bus.transact(0, read(5, 1), None).await;
    assert!(matches!(result, Err(TransactionError::BroadcastRead)), "{result:?}");
    tokio::spawn(peer.serve());
    assert_eq!(bus.transact(1, read(100, 2), None).await.unwrap(), words(100, 2, 0));
}

#[tokio::test(start_paused = true)]
async fn unit_0_of_a_tcp_device_is_a_unit_like_any() {
    let (ours, theirs) = duplex(1024);
    tokio::spawn(TcpPeer(theirs).serve());
    let bus = Bus::builder().stream_tcp(ours);
    assert_eq!(bus.transact(0, read(100, 2), None).await.unwrap(), words(100, 2, 0));
}

// RS-485 adapter echoes what is sent.
#[tokio::test(start_paused = true)]
async fn an_echo_is_learned_from_a_read_and_removed_from_writes() {
    let (bus, mut peer) = rtu_line();
    tokio::spawn(async move {
        while let Some(request) = peer.request().await {
            peer.send(&request).await;
            sleep(ms(3)).await;
            // Address 666 is of a device that is switched off: only the adapter is heard.
            if request[2..4] != 666_u16.to_be_bytes() {
                peer.answer(&request, 0).await;
            }
        }
    });
    assert_eq!(bus.transact(1, read(100, 2), None).await.unwrap(), words(100, 2, 0));
    assert_eq!(bus.transact(1, write(5, 7), None).await.unwrap(), Reply::Written);
    assert_eq!(bus.transact(1, write_many(5, &[7, 8]), None).await.unwrap(), Reply::Written);
    timed_out(&bus.transact(1, write(666, 7), None).await);
    timed_out(&bus.transact(1, write_many(666, &[7, 8]), None).await);
    timed_out(&bus.transact(1, read(666, 2), None).await);
    let coils = Request::Read { table: Table::Coil, address: 0x0300, count: 24 };
    assert!(matches!(bus.transact(1, coils, None).await.unwrap(), Reply::Bits(bits) if bits.len() == 24 && bits[1]));
    bus.transact(0, write(5, 7), None).await.unwrap();
    assert_eq!(bus.transact(1, read(100, 2), None).await.unwrap(), words(100, 2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_configured_echo_is_removed_from_the_very_first_write() {
    let (ours, theirs) = duplex(1024);
    let bus = Bus::builder().local_echo(true).stream_rtu(ours, LINE);
    let mut peer = RtuPeer(theirs);
    tokio::spawn(async move {
        while let Some(request) = peer.request().await {
            peer.send(&request).await;
        }
    });
    timed_out(&bus.transact(1, write(5, 7), None).await);
}

#[tokio::test(start_paused = true)]
async fn the_silence_between_frames_is_kept() {
    let (bus, peer) = rtu_line();
    tokio::spawn(peer.serve());
    let begun = Instant::now();
    for _ in 0..10 {
        bus.transact(1, read(100, 2), None).await.unwrap();
    }
    // 3.5 characters of 11 bits at 19200 baud.
    assert!(begun.elapsed() >= Duration::from_micros(9 * 2005), "{:?}", begun.elapsed());
}

/// A device on a serial port that answers its second request too late.
async fn serve_with_one_late_reply(mut port: PseudoTerminal) {
    for turn in 0.. {
        let mut request = [0; 8];
        if port.read_exact(&mut request).await.is_err() {
            return;
        }
        let (unit, pdu) = open_rtu(&request).unwrap();
        if turn == 1 {
            sleep(ms(150)).await;
        }
        port.write_all(&seal_rtu(unit, &correct(pdu, 0))).await.unwrap();
    }
}

async fn read_around_a_late_reply(bus: &Bus) {
    assert_eq!(bus.transact(1, read(100, 2), None).await.unwrap(), words(100, 2, 0));
    timed_out(&bus.transact(1, read(200, 2), None).await);
    assert_eq!(bus.transact(1, read(300, 2), None).await.unwrap(), words(300, 2, 0));
    assert_eq!(bus.transact(1, write(5, 7), None).await.unwrap(), Reply::Written);
}

#[tokio::test]
async fn a_pseudo_terminal_as_a_stream() {
    let (theirs, path) = pseudo_terminal().unwrap();
    let bus = Bus::builder().retries(0).response_timeout(ms(100)).stream_rtu(port(&path), LINE);
    let device = tokio::spawn(serve_with_one_late_reply(theirs));
    read_around_a_late_reply(&bus).await;
    device.abort();
}

#[tokio::test]
async fn a_pseudo_terminal_by_its_path_until_it_is_unplugged() {
    let (theirs, path) = pseudo_terminal().unwrap();
    let bus = Bus::builder().retries(0).response_timeout(ms(100)).rtu(path.as_str(), LINE).await.unwrap();
    let device = tokio::spawn(serve_with_one_late_reply(theirs));
    read_around_a_late_reply(&bus).await;

    device.abort();
    assert!(device.await.unwrap_err().is_cancelled());
    for _ in 0..3 {
        let result = bus.transact(1, read(100, 2), None).await;
        assert!(matches!(result, Err(TransactionError::Transport { .. })), "{result:?}");
    }
    let again = Bus::rtu(path.as_str(), LINE).await.unwrap_err();
    assert!(again.to_string().starts_with(&format!("cannot connect to {path}: ")), "{again}");
}

#[tokio::test]
async fn serial_settings_that_are_not_for_rtu() {
    for settings in [
        RtuSettings { baud_rate: 0, ..LINE },
        RtuSettings { data_bits: 7, ..LINE },
        RtuSettings { stop_bits: 3, ..LINE },
    ] {
        let error = Bus::rtu("/dev/null", settings).await.unwrap_err();
        assert!(matches!(error, ConnectError::Settings { .. }), "{error:?}");
    }
}

/// Unit 20 answers after `slow`, all others at once; one request after the other.
async fn serve_with_a_slow_unit(mut peer: RtuPeer, slow: Duration) {
    while let Some(request) = peer.request().await {
        if request[0] == 20 {
            sleep(slow).await;
        }
        peer.answer(&request, u16::from(request[0]) << 8).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_unit_on_a_line_is_asked_again_when_no_late_reply_can_come() {
    for slow in (0..=950).step_by(25) {
        let (ours, theirs) = duplex(1024);
        tokio::spawn(serve_with_a_slow_unit(RtuPeer(theirs), ms(slow)));
        let bus = Bus::builder().stream_rtu(ours, LINE);
        bus.transact(1, read(100, 2), None).await.unwrap();
        let beside = async {
            for address in 0..200 {
                // One that waits behind the slow unit may be repeated.
                assert_eq!(bus.transact(1, read(address, 2), None).await.unwrap(), words(address, 2, 256), "{slow}");
            }
        };
        let (first, ()) = tokio::join!(bus.transact(20, read(30, 2), None), beside);
        assert_eq!(first.unwrap(), words(30, 2, 20 << 8), "{slow}");
        assert_eq!(bus.transact(20, read(40, 2), None).await.unwrap(), words(40, 2, 20 << 8), "{slow}");
    }
}

#[tokio::test]
async fn a_port_is_opened_by_one_program_at_a_time() {
    let (_device, path) = pseudo_terminal().unwrap();
    let bus = Bus::rtu(path.as_str(), LINE).await.unwrap();
    let error = Bus::rtu(path.as_str(), LINE).await.unwrap_err();
    assert_eq!(error.to_string(), format!("cannot connect to {path}: another program uses the port"));
    bus.close().await;
    drop(bus);
    Bus::rtu(path.as_str(), LINE).await.unwrap();
}
