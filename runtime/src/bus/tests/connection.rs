//! Connections that end, do not come about, or are closed.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_write_that_stalls_breaks_the_connection_and_the_next_one_works() {
    let (accept, mut accepted) = unbounded_channel();
    let connector = Connector::with(move || {
        let (ours, theirs) = duplex(8);
        accept.send(theirs).unwrap();
        ready(Ok(ours))
    });
    let bus = Bus::builder().start("test".to_owned(), connector, Timing::Tcp, None);
    let stalled = accepted.recv().await.unwrap();
    let result = bus.transact(1, write_many(0, &[7; 20]), None).await;
    broke(&result);
    tokio::spawn(async move { TcpPeer(accepted.recv().await.unwrap()).serve().await });
    sleep(ms(300)).await;
    assert_eq!(bus.transact(1, read(100, 2), None).await.unwrap(), words(100, 2, 0));
    drop(stalled);
}

// TCP: an MBAP length of 65535.
#[tokio::test(start_paused = true)]
async fn an_impossible_length_is_refused_at_once_and_the_connection_made_again() {
    let (bus, mut accepted) = reconnecting(0, Timing::Tcp);
    let begun = Instant::now();
    let first = tokio::spawn({
        let bus = bus.clone();
        async move { bus.transact(1, read(100, 2), None).await }
    });
    let mut peer = TcpPeer(accepted.recv().await.unwrap());
    peer.request().await.unwrap();
    peer.0.write_all(&[0, 1, 0, 0, 0xFF, 0xFF]).await.unwrap();
    malformed(&first.await.unwrap());
    assert!(begun.elapsed() < ms(100));
    tokio::spawn(async move { TcpPeer(accepted.recv().await.unwrap()).serve().await });
    sleep(ms(300)).await;
    assert_eq!(bus.transact(1, read(100, 2), None).await.unwrap(), words(100, 2, 0));
}

// TCP: the peer closes.
#[tokio::test(start_paused = true)]
async fn a_peer_that_closes_is_named_and_a_read_repeated() {
    let (bus, mut accepted) = reconnecting(0, Timing::Tcp);
    let first = tokio::spawn({
        let bus = bus.clone();
        async move { bus.transact(1, read(100, 2), None).await }
    });
    let mut peer = TcpPeer(accepted.recv().await.unwrap());
    peer.request().await.unwrap();
    drop(peer);
    let error = first.await.unwrap().unwrap_err();
    assert!(error.to_string().contains("the peer closed the connection"), "{error}");
    assert!(error.was_sent());

    let (bus, mut accepted) = reconnecting(1, Timing::Tcp);
    tokio::spawn(async move {
        let mut peer = TcpPeer(accepted.recv().await.unwrap());
        let request = peer.request().await.unwrap();
        peer.answer(&request, 0).await;
        peer.request().await.unwrap();
        drop(peer);
        TcpPeer(accepted.recv().await.unwrap()).serve().await;
    });
    assert_eq!(bus.transact(1, read(100, 2), None).await.unwrap(), words(100, 2, 0));
    assert_eq!(bus.transact(1, read(200, 2), None).await.unwrap(), words(200, 2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_write_on_a_connection_that_ended_while_idle_is_sent_once() {
    let (bus, mut accepted) = reconnecting(0, Timing::Tcp);
    let count = Arc::new(AtomicUsize::new(0));
    let writes = Arc::clone(&count);
    tokio::spawn(async move {
        let mut peer = TcpPeer(accepted.recv().await.unwrap());
        let request = peer.request().await.unwrap();
        peer.answer(&request, 0).await;
        drop(peer);
        let mut peer = TcpPeer(accepted.recv().await.unwrap());
        while let Some(request) = peer.request().await {
            writes.fetch_add(1, Ordering::Relaxed);
            peer.answer(&request, 0).await;
        }
    });
    bus.transact(1, read(100, 2), None).await.unwrap();
    sleep(Duration::from_secs(60)).await;
    assert_eq!(bus.transact(1, write(5, 7), None).await.unwrap(), Reply::Written);
    assert_eq!(count.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_ended_before_its_first_use_is_made_again() {
    let (bus, mut accepted) = reconnecting(0, Timing::Tcp);
    tokio::spawn(async move {
        let idle = accepted.recv().await.unwrap();
        sleep(Duration::from_secs(60)).await;
        drop(idle);
        TcpPeer(accepted.recv().await.unwrap()).serve().await;
    });
    sleep(Duration::from_secs(70)).await;
    assert_eq!(bus.transact(1, write(5, 7), None).await.unwrap(), Reply::Written);
}

#[tokio::test(start_paused = true)]
async fn requests_fail_at_once_between_attempts_to_connect_and_work_when_the_peer_is_back() {
    let attempts = Arc::new(AtomicUsize::new(0));
    let tried = Arc::clone(&attempts);
    let back = Instant::now() + Duration::from_secs(100);
    let connector = Connector::with(move || {
        tried.fetch_add(1, Ordering::Relaxed);
        if Instant::now() < back {
            return ready(Err(io::ErrorKind::ConnectionRefused.into()));
        }
        let (ours, theirs) = duplex(1024);
        tokio::spawn(TcpPeer(theirs).serve());
        ready(Ok(ours))
    });
    let bus = Bus::builder().start("test".to_owned(), connector, Timing::Tcp, None);
    for _ in 0..1000 {
        let begun = Instant::now();
        let error = bus.transact(1, write(5, 7), None).await.unwrap_err();
        assert!(matches!(error, TransactionError::Transport { sent: false, .. }), "{error:?}");
        assert_eq!(begun.elapsed(), Duration::ZERO);
        sleep(ms(90)).await;
    }
    let attempts = attempts.load(Ordering::Relaxed);
    assert!((8..=20).contains(&attempts), "{attempts} attempts in 90 s");
    sleep(Duration::from_secs(45)).await;
    assert_eq!(bus.transact(1, read(100, 2), None).await.unwrap(), words(100, 2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_accepts_and_closes_is_not_asked_in_a_loop() {
    let attempts = Arc::new(AtomicUsize::new(0));
    let tried = Arc::clone(&attempts);
    let connector = Connector::with(move || {
        tried.fetch_add(1, Ordering::Relaxed);
        ready(Ok(duplex(64).0))
    });
    let bus = Bus::builder().start("test".to_owned(), connector, Timing::Tcp, None);
    for _ in 0..100 {
        assert!(bus.transact(1, read(100, 2), None).await.is_err());
        sleep(ms(10)).await;
    }
    assert!(attempts.load(Ordering::Relaxed) <= 4, "{attempts:?}");
}

#[tokio::test(start_paused = true)]
async fn closing_finishes_what_is_in_flight_and_refuses_the_rest() {
    let (bus, mut peer) = rtu_line();
    let ask = |address| {
        let bus = bus.clone();
        tokio::spawn(async move { bus.transact(1, read(address, 2), None).await })
    };
    let first = ask(100);
    let request = peer.request().await.unwrap();
    let second = ask(200);
    tokio::task::yield_now().await;
    let closing = tokio::spawn({
        let bus = bus.clone();
        async move { bus.close().await }
    });
    sleep(ms(10)).await;
    peer.answer(&request, 0).await;
    assert_eq!(first.await.unwrap().unwrap(), words(100, 2, 0));
    assert!(matches!(second.await.unwrap(), Err(TransactionError::Closed)));
    closing.await.unwrap();
    assert!(peer.request().await.is_none(), "the stream has ended");
    assert!(matches!(bus.transact(1, read(1, 1), None).await, Err(TransactionError::Closed)));
    bus.close().await;
}

#[tokio::test(start_paused = true)]
async fn the_connection_ends_with_the_last_handle() {
    let (bus, mut peer) = rtu_line();
    drop(bus);
    assert!(peer.request().await.is_none());
}
