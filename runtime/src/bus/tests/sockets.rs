//! Some of the faults on real sockets and a real pseudo-terminal, by the real clock.

use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::faults::{Expect, Fault, Step, Wire, faults, pdu_of, requests, spoil};
use super::*;

/// How long the bus waits for a reply here.
const PATIENCE: Duration = Duration::from_millis(300);

/// Some of the faults that take no time: others for each function.
fn selection(wire: Wire) -> Vec<(Request, Reply, usize, Fault)> {
    let mut selection = Vec::new();
    for (turn, (request, expected)) in requests().into_iter().enumerate() {
        for (index, fault) in faults(wire, 1, 1, &pdu_of(&request)).into_iter().enumerate() {
            let quick = fault.steps.iter().all(|step| matches!(step, Step::Send(_) | Step::HangUp));
            if quick && index % 16 == turn && !fault.name.contains("echo") {
                selection.push((request.clone(), expected.clone(), index, fault));
            }
        }
    }
    selection
}

async fn check(bus: &Bus, what: &str, request: Request, expected: Reply, expect: Expect) {
    let limit = Duration::from_secs(5);
    let result = timeout(limit, bus.transact(1, request, None)).await.expect("no hang");
    match (expect, result) {
        (Expect::Value, Ok(reply)) => assert_eq!(reply, expected, "{what}"),
        (Expect::Failure, Err(error)) => assert!(error.was_sent() && error.exception().is_none(), "{what}: {error:?}"),
        (Expect::Exception(code), Err(TransactionError::Exception(exception))) => {
            assert_eq!(exception.code.code(), code, "{what}");
        }
        (_, result) => panic!("{what}: {result:?}"),
    }
    works_again(bus, &format!("{what}: after")).await;
}

/// The first request that is sent succeeds.
async fn works_again(bus: &Bus, what: &str) {
    let next = timeout(Duration::from_secs(5), async {
        loop {
            // A new connection on which nothing worked is made again after a pause.
            match bus.transact(1, read(1000, 2), None).await {
                Err(TransactionError::Transport { sent: false, .. }) => sleep(ms(20)).await,
                result => break result,
            }
        }
    });
    assert_eq!(next.await.expect("no hang").unwrap(), words(1000, 2, 0), "{what}");
}

async fn over_tcp((request, expected, index, fault): (Request, Reply, usize, Fault)) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let bus = Bus::builder().retries(0).response_timeout(PATIENCE).tcp(address).await.unwrap();
    let serving = async {
        let mut peer = Wire::Tcp.peer(listener.accept().await.unwrap().0);
        if spoil(Wire::Tcp, &mut peer, index).await {
            peer.serve(Wire::Tcp).await;
        }
        drop(peer);
        loop {
            Wire::Tcp.peer(listener.accept().await.unwrap().0).serve(Wire::Tcp).await;
        }
    };
    tokio::select! {
        () = check(&bus, &fault.name, request, expected, fault.expect) => {}
        () = serving => {}
    }
    bus.close().await;
}

async fn on_a_pseudo_terminal((request, expected, index, fault): (Request, Reply, usize, Fault)) {
    let (theirs, path) = pseudo_terminal().unwrap();
    let bus = Bus::builder().retries(0).response_timeout(PATIENCE).stream_rtu(port(&path), LINE);
    let serving = async {
        let mut peer = Wire::Rtu.peer(theirs);
        spoil(Wire::Rtu, &mut peer, index).await;
        peer.serve(Wire::Rtu).await;
    };
    tokio::select! {
        () = check(&bus, &fault.name, request, expected, fault.expect) => {}
        () = serving => {}
    }
    bus.close().await;
}

#[tokio::test]
async fn faults_over_tcp() {
    let cases: JoinSet<()> = selection(Wire::Tcp).into_iter().map(over_tcp).collect();
    println!("# {} cases over TCP sockets", cases.len());
    cases.join_all().await;
}

#[tokio::test]
async fn faults_on_pseudo_terminals() {
    let mut cases = selection(Wire::Rtu);
    cases.retain(|(.., fault)| fault.steps.iter().all(|step| matches!(step, Step::Send(_))));
    println!("# {} cases on pseudo-terminals", cases.len());
    cases.into_iter().map(on_a_pseudo_terminal).collect::<JoinSet<()>>().join_all().await;
}

/// A connection that is reset, one that is accepted and never answered, and a port nobody listens on.
#[tokio::test]
async fn connections_that_fail() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let bus = Bus::builder().retries(0).response_timeout(PATIENCE).tcp(address).await.unwrap();
    let (first, _) = listener.accept().await.unwrap();
    for _ in 0..3 {
        timed_out(&bus.transact(1, read(100, 2), None).await);
    }
    // The bus gave the mute connection up. This one is closed with a request unread, which resets it.
    let (second, _) = listener.accept().await.unwrap();
    let resetting = async {
        second.readable().await.unwrap();
        drop(second);
    };
    let (result, ()) = tokio::join!(bus.transact(1, read(100, 2), None), resetting);
    broke(&result);
    let serving = async {
        let (third, _) = listener.accept().await.unwrap();
        TcpPeer(third).serve().await;
    };
    tokio::select! {
        () = works_again(&bus, "after a reset") => {}
        () = serving => {}
    }
    drop((first, listener));
    let result = bus.transact(1, read(100, 2), None).await;
    assert!(matches!(result, Err(TransactionError::Transport { .. })), "{result:?}");
    let error = Bus::tcp(address).await.unwrap_err();
    assert!(matches!(error, ConnectError::Io { .. }), "{error}");
}
