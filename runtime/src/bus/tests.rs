//! The lines of the design's fault table, each on an in-memory stream under tokio's paused clock.

mod alignment;
mod connection;
mod endings;
mod fault_matrix;
mod faults;
mod gateway;
mod order;
mod owner;
mod polling;
mod random;
mod readings;
mod serial;
mod sockets;

use std::future::ready;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{Instant, sleep, timeout};

use super::{Bus, Timing};
use crate::bus::transaction::{Reply, Request};
use crate::device::{Parity, RtuSettings};
use crate::error::{ConnectError, ExceptionCode, TransactionError};
use crate::point::table::Table;
use crate::transport::connector::Connector;
use crate::transport::frame::{open_rtu, seal_rtu};
use crate::transport::pseudo_terminal::{PseudoTerminal, pseudo_terminal};
use crate::transport::serial::{Line, Serial};

const LINE: RtuSettings = RtuSettings { baud_rate: 19_200, parity: Parity::Even, data_bits: 8, stop_bits: 1 };

/// The serial port at `path`, as a stream.
fn port(path: &str) -> Serial {
    Serial::open(path, Line::new(LINE).unwrap()).unwrap()
}

fn read(address: u16, count: u16) -> Request {
    Request::Read { table: Table::HoldingRegister, address, count }
}

fn write(address: u16, value: u16) -> Request {
    Request::WriteRegister { address, value }
}

fn write_many(address: u16, values: &[u16]) -> Request {
    Request::WriteRegisters { address, values: values.into() }
}

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// What a correct unit answers: a register holds its own address plus `salt`, a coil the parity of its address.
fn correct(pdu: &[u8], salt: u16) -> Vec<u8> {
    let word = |at: usize| u16::from_be_bytes([pdu[at], pdu[at + 1]]);
    let (function, address) = (pdu[0], word(1));
    match function {
        1 | 2 => {
            let mut data = vec![0_u8; usize::from(word(3)).div_ceil(8)];
            for bit in (0..word(3)).filter(|bit| (address + bit) % 2 == 1) {
                data[usize::from(bit / 8)] |= 1 << (bit % 8);
            }
            [&[function, u8::try_from(data.len()).unwrap()], &data[..]].concat()
        }
        3 | 4 => {
            let data: Vec<u8> = (0..word(3)).flat_map(|n| (address + n + salt).to_be_bytes()).collect();
            [&[function, u8::try_from(data.len()).unwrap()], &data[..]].concat()
        }
        _ => pdu[..5].to_vec(),
    }
}

fn words(address: u16, count: u16, salt: u16) -> Reply {
    Reply::Words((0..count).map(|n| address + n + salt).collect())
}

/// The other end of a serial line.
struct RtuPeer<S = DuplexStream>(S);

impl<S: AsyncRead + AsyncWrite + Unpin> RtuPeer<S> {
    /// The next request, or None at the end of the stream. Fails the test if it is not one whole frame.
    async fn request(&mut self) -> Option<Vec<u8>> {
        let mut frame = Vec::new();
        loop {
            let done = match frame.as_slice() {
                [_, 1..=6, ..] => frame.len() == 8,
                [_, 15 | 16, _, _, _, _, count, ..] => frame.len() == 9 + usize::from(*count),
                _ => false,
            };
            if done {
                open_rtu(&frame).expect("a request with a good CRC");
                return Some(frame);
            }
            frame.push(self.0.read_u8().await.ok()?);
            assert!(frame.len() < 260, "no request: {frame:?}");
        }
    }

    async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    async fn answer(&mut self, request: &[u8], salt: u16) {
        let (unit, pdu) = open_rtu(request).unwrap();
        self.send(&seal_rtu(unit, &correct(pdu, salt))).await;
    }

    /// Answers everything from now on.
    async fn serve(mut self) {
        while let Some(request) = self.request().await {
            self.answer(&request, 0).await;
        }
    }
}

/// The other end of a TCP connection.
struct TcpPeer<S = DuplexStream>(S);

impl<S: AsyncRead + AsyncWrite + Unpin> TcpPeer<S> {
    /// Transaction id, unit id and PDU of the next request.
    async fn request(&mut self) -> Option<(u16, u8, Vec<u8>)> {
        let id = self.0.read_u16().await.ok()?;
        assert_eq!(self.0.read_u16().await.unwrap(), 0, "protocol");
        let length = usize::from(self.0.read_u16().await.unwrap());
        let unit = self.0.read_u8().await.unwrap();
        let mut pdu = vec![0; length - 1];
        self.0.read_exact(&mut pdu).await.unwrap();
        Some((id, unit, pdu))
    }

    async fn send(&mut self, id: u16, unit: u8, pdu: &[u8]) {
        let length = u16::try_from(pdu.len() + 1).unwrap();
        let frame = [&id.to_be_bytes()[..], &[0, 0], &length.to_be_bytes(), &[unit], pdu].concat();
        self.0.write_all(&frame).await.unwrap();
    }

    async fn answer(&mut self, (id, unit, pdu): &(u16, u8, Vec<u8>), salt: u16) {
        self.send(*id, *unit, &correct(pdu, salt)).await;
    }

    async fn serve(mut self) {
        while let Some(request) = self.request().await {
            self.answer(&request, 0).await;
        }
    }
}

fn rtu_line() -> (Bus, RtuPeer) {
    let (ours, theirs) = duplex(1024);
    (Bus::builder().retries(0).stream_rtu(ours, LINE), RtuPeer(theirs))
}

/// A bus that connects again, and the other end of each of its connections.
fn reconnecting(retries: u32, timing: Timing) -> (Bus, UnboundedReceiver<DuplexStream>) {
    let (accept, accepted) = unbounded_channel();
    let connector = Connector::with(move || {
        let (ours, theirs) = duplex(1024);
        ready(accept.send(theirs).map(|()| ours).map_err(|_| io::ErrorKind::ConnectionRefused.into()))
    });
    (Bus::builder().retries(retries).start("test".to_owned(), connector, timing, None), accepted)
}

#[track_caller]
fn malformed(result: &Result<Reply, TransactionError>) {
    assert!(matches!(result, Err(TransactionError::Malformed { .. })), "{result:?}");
}

#[track_caller]
fn timed_out(result: &Result<Reply, TransactionError>) {
    assert!(matches!(result, Err(TransactionError::Timeout { .. })), "{result:?}");
}

#[track_caller]
fn broke(result: &Result<Reply, TransactionError>) {
    assert!(matches!(result, Err(TransactionError::Transport { sent: true, .. })), "{result:?}");
}

// TCP: one late reply, then back-to-back requests.
#[tokio::test(start_paused = true)]
async fn after_a_late_tcp_reply_the_next_requests_work_on_the_same_connection() {
    let (ours, theirs) = duplex(1024);
    let bus = Bus::builder().retries(0).stream_tcp(ours);
    tokio::spawn(async move {
        let mut peer = TcpPeer(theirs);
        let late = peer.request().await.unwrap();
        let next = peer.request().await.unwrap();
        peer.answer(&late, 1000).await;
        peer.answer(&next, 0).await;
        peer.serve().await;
    });
    timed_out(&bus.transact(1, read(100, 2), None).await);
    for address in 200..210 {
        assert_eq!(bus.transact(1, read(address, 2), None).await.unwrap(), words(address, 2, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn half_of_a_late_tcp_reply_does_not_confuse_the_next() {
    let (ours, theirs) = duplex(1024);
    let bus = Bus::builder().retries(0).stream_tcp(ours);
    tokio::spawn(async move {
        let mut peer = TcpPeer(theirs);
        peer.request().await.unwrap();
        peer.0.write_all(&[0, 1, 0, 0, 0, 7, 1, 3]).await.unwrap();
        let next = peer.request().await.unwrap();
        peer.0.write_all(&[4, 9, 9, 9, 9]).await.unwrap();
        peer.answer(&next, 0).await;
    });
    timed_out(&bus.transact(1, read(100, 2), None).await);
    assert_eq!(bus.transact(1, read(200, 2), None).await.unwrap(), words(200, 2, 0));
}

// A reply holds fewer registers or coils than asked.
#[tokio::test(start_paused = true)]
async fn a_short_reply_is_malformed() {
    let coils = Request::Read { table: Table::Coil, address: 0, count: 17 };
    for (request, short) in [(read(100, 2), vec![3, 2, 0, 100]), (coils, vec![1, 2, 0xFF, 0xFF])] {
        let (bus, mut peer) = rtu_line();
        let pdu = short.clone();
        tokio::spawn(async move {
            peer.request().await.unwrap();
            peer.send(&seal_rtu(1, &pdu)).await;
            peer.serve().await;
        });
        malformed(&bus.transact(1, request.clone(), None).await);
        assert_eq!(bus.transact(1, read(7, 1), None).await.unwrap(), words(7, 1, 0));

        let (bus, mut accepted) = reconnecting(0, Timing::Tcp);
        tokio::spawn(async move {
            let mut peer = TcpPeer(accepted.recv().await.unwrap());
            let (id, unit, _) = peer.request().await.unwrap();
            peer.send(id, unit, &short).await;
            // The connection is in step, and goes on.
            peer.serve().await;
        });
        malformed(&bus.transact(1, request, None).await);
        assert_eq!(bus.transact(1, read(7, 1), None).await.unwrap(), words(7, 1, 0));
    }
}

// The echo of a write names another address or value.
#[tokio::test(start_paused = true)]
async fn the_wrong_confirmation_of_a_write_is_malformed() {
    let coil = Request::WriteCoil { address: 5, value: true };
    let coils = Request::WriteCoils { address: 5, values: Arc::new([true; 3]) };
    for (request, wrong) in [
        (write(5, 7), [6, 0, 5, 0, 8]),
        (write(5, 7), [6, 0, 6, 0, 7]),
        (coil, [5, 0, 5, 0, 0]),
        (write_many(5, &[1, 2]), [16, 0, 5, 0, 1]),
        (coils, [15, 0, 4, 0, 3]),
    ] {
        let (bus, mut peer) = rtu_line();
        tokio::spawn(async move {
            peer.request().await.unwrap();
            peer.send(&seal_rtu(1, &wrong)).await;
            peer.serve().await;
        });
        malformed(&bus.transact(1, request, None).await);
        assert_eq!(bus.transact(1, write(7, 1), None).await.unwrap(), Reply::Written);
    }
}

// The caller's future is dropped in the middle of a write.
#[tokio::test(start_paused = true)]
async fn a_cancelled_caller_leaves_whole_frames_on_the_line() {
    // A pipe of 16 bytes stalls the frame of 13 + 2 × 20 bytes.
    let (ours, theirs) = duplex(16);
    let bus = Bus::builder().stream_tcp(ours);
    let cancelled = timeout(ms(50), bus.transact(1, write_many(0, &[7; 20]), None)).await;
    assert!(cancelled.is_err());
    let next = tokio::spawn(async move { bus.transact(1, read(100, 2), None).await });
    let mut peer = TcpPeer(theirs);
    let first = peer.request().await.unwrap();
    assert_eq!(first.2.len(), 6 + 40);
    peer.answer(&first, 0).await;
    peer.serve().await;
    assert_eq!(next.await.unwrap().unwrap(), words(100, 2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_caller_cancelled_before_its_turn_is_not_served() {
    let (bus, mut peer) = rtu_line();
    let first = tokio::spawn({
        let bus = bus.clone();
        async move { bus.transact(1, read(100, 2), None).await }
    });
    let request = peer.request().await.unwrap();
    assert!(timeout(ms(50), bus.transact(1, write(5, 7), None)).await.is_err());
    peer.answer(&request, 0).await;
    first.await.unwrap().unwrap();
    let third = tokio::spawn(async move { bus.transact(1, read(200, 2), None).await });
    assert_eq!(peer.request().await.unwrap()[1], 3, "the write must not be sent");
    drop(peer);
    broke(&third.await.unwrap());
}

// A write that may have been executed is never sent twice.
#[tokio::test(start_paused = true)]
async fn reads_are_repeated_and_writes_are_not() {
    let (ours, theirs) = duplex(1024);
    let bus = Bus::builder().retries(2).stream_rtu(ours, LINE);
    let count = Arc::new(AtomicUsize::new(0));
    let requests = Arc::clone(&count);
    tokio::spawn(async move {
        let mut peer = RtuPeer(theirs);
        while peer.request().await.is_some() {
            requests.fetch_add(1, Ordering::Relaxed);
        }
    });
    timed_out(&bus.transact(1, write(5, 7), None).await);
    assert_eq!(count.swap(0, Ordering::Relaxed), 1);
    timed_out(&bus.transact(1, read(5, 1), None).await);
    assert_eq!(count.swap(0, Ordering::Relaxed), 3);
}

#[tokio::test(start_paused = true)]
async fn every_exception_code_reaches_the_caller() {
    let (bus, mut peer) = rtu_line();
    tokio::spawn(async move {
        while let Some(request) = peer.request().await {
            peer.send(&seal_rtu(1, &[request[1] | 0x80, request[3]])).await;
        }
    });
    for code in 0..=255_u8 {
        for request in [read(u16::from(code), 2), write(u16::from(code), 1)] {
            let error = bus.transact(1, request.clone(), None).await.unwrap_err();
            let exception = error.exception().unwrap();
            assert_eq!((exception.function, exception.code.code()), (request.function(), code));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_busy_unit_is_asked_again_but_never_to_do_twice_what_it_accepted() {
    for (request, code, expected) in [
        (read(100, 2), ExceptionCode::ServerDeviceBusy, true),
        (read(100, 2), ExceptionCode::Acknowledge, true),
        (write(5, 7), ExceptionCode::ServerDeviceBusy, true),
        (write(5, 7), ExceptionCode::Acknowledge, false),
        (read(100, 2), ExceptionCode::IllegalFunction, false),
    ] {
        let (ours, theirs) = duplex(1024);
        let bus = Bus::builder().retries(2).stream_rtu(ours, LINE);
        tokio::spawn(async move {
            let mut peer = RtuPeer(theirs);
            for _ in 0..2 {
                let request = peer.request().await.unwrap();
                peer.send(&seal_rtu(1, &[request[1] | 0x80, code.code()])).await;
            }
            peer.serve().await;
        });
        let begun = Instant::now();
        let result = bus.transact(1, request, None).await;
        assert_eq!(result.is_ok(), expected, "{result:?}");
        assert_eq!(begun.elapsed() >= ms(200 + 400), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_whose_turn_does_not_come_in_time_sent_nothing() {
    let (bus, mut peer) = rtu_line();
    let first = tokio::spawn({
        let bus = bus.clone();
        async move { bus.transact(1, read(100, 2), None).await }
    });
    peer.request().await.unwrap();
    let begun = Instant::now();
    let result = bus.transact(1, write(5, 7), Some(ms(100))).await;
    assert!(matches!(result, Err(TransactionError::Queue { .. })), "{result:?}");
    assert_eq!(begun.elapsed().as_millis(), 100);
    timed_out(&first.await.unwrap());
    tokio::spawn(async move {
        assert_eq!(peer.request().await.unwrap()[1], 3, "the write must not be sent");
        peer.serve().await;
    });
    timed_out(&bus.transact(1, read(300, 2), None).await);
    assert_eq!(bus.transact(1, read(200, 2), None).await.unwrap(), words(200, 2, 0));
}

#[tokio::test(start_paused = true)]
async fn the_callers_timeout_bounds_every_attempt_together() {
    let (ours, theirs) = duplex(1024);
    let bus = Bus::builder().retries(10).stream_rtu(ours, LINE);
    let begun = Instant::now();
    timed_out(&bus.transact(1, read(100, 2), Some(ms(2500))).await);
    assert!(begun.elapsed() <= ms(2501), "{:?}", begun.elapsed());
    drop(theirs);
}

#[tokio::test(start_paused = true)]
async fn many_callers_each_get_their_own_answer() {
    let (bus, peer) = rtu_line();
    tokio::spawn(peer.serve());
    let tasks: Vec<_> = (0..200_u16)
        .map(|n| {
            let bus = bus.clone();
            tokio::spawn(async move { (n, bus.transact(1, read(n * 10, 3), None).await) })
        })
        .collect();
    for task in tasks {
        let (n, reply) = task.await.unwrap();
        assert_eq!(reply.unwrap(), words(n * 10, 3, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn the_largest_requests_pass() {
    let (ours, theirs) = duplex(64);
    tokio::spawn(TcpPeer(theirs).serve());
    let tcp = Bus::builder().stream_tcp(ours);
    let (rtu, peer) = rtu_line();
    tokio::spawn(peer.serve());
    for bus in [tcp, rtu] {
        assert_eq!(bus.transact(1, read(0, 125), None).await.unwrap(), words(0, 125, 0));
        assert_eq!(bus.transact(1, write_many(0, &[1; 123]), None).await.unwrap(), Reply::Written);
        let coils = Request::Read { table: Table::DiscreteInput, address: 0, count: 2000 };
        let expected = (0..2000).map(|n| n % 2 == 1).collect();
        assert_eq!(bus.transact(1, coils, None).await.unwrap(), Reply::Bits(expected));
        let coils = Request::WriteCoils { address: 0, values: Arc::new([true; 1968]) };
        assert_eq!(bus.transact(1, coils, None).await.unwrap(), Reply::Written);
    }
}
