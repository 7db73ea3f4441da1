//! The filter on a line on which anything happens, for the fuzz targets (`tests/fuzz`).

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::filter::{Filter, Framing, Line};
use super::frame::{Expected, open_rtu, seal_rtu};
use super::rtu::RtuFraming;
use super::tcp::{TcpFraming, TcpRules, open_tcp};

/// No frame is longer, and no more than one piece of what came in is kept besides one.
const MOST_KEPT: usize = 260 + 512;

/// Both ends of a line: what the filter will read, and what it wrote.
#[derive(Debug, Default)]
struct Wire {
    incoming: VecDeque<Vec<u8>>,
    written: Vec<u8>,
    /// How much is taken at once; nothing where it is 0.
    takes: usize,
}

#[derive(Debug, Clone, Default)]
struct End(Arc<Mutex<Wire>>);

impl End {
    fn wire(&self) -> MutexGuard<'_, Wire> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsyncRead for End {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, target: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut wire = self.wire();
        let Some(mut piece) = wire.incoming.pop_front() else { return Poll::Pending };
        let later = piece.split_off(piece.len().min(target.remaining()));
        target.put_slice(&piece);
        if !later.is_empty() {
            wire.incoming.push_front(later);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for End {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut wire = self.wire();
        let taken = bytes.len().min(wire.takes);
        if taken == 0 {
            return Poll::Pending;
        }
        wire.written.extend(bytes.iter().take(taken));
        Poll::Ready(Ok(taken))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// What is left of an input.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    fn bytes(&mut self) -> &'a [u8] {
        let length = usize::from(self.byte().unwrap_or_default()).min(self.0.len());
        let (bytes, rest) = self.0.split_at(length);
        self.0 = rest;
        bytes
    }
}

/// A request as tokio-modbus would write it, as the filter is given it.
struct Asked {
    unit: u8,
    id: [u8; 2],
    expected: Expected,
}

/// Takes an input as requests, what arrives, and requests given up, in any order. What the filter hands on answers the
/// request that is out, and nothing is handed on twice.
///
/// # Panics
///
/// Where the filter does, or breaks that promise.
pub fn filter(input: &[u8]) {
    let mut input = Input(input);
    let settings = input.byte().unwrap_or_default();
    let is_tcp = settings & 1 == 1;
    let framing = match is_tcp {
        true => Framing::Tcp(TcpFraming::new(TcpRules::STRICT)),
        false => Framing::Rtu(RtuFraming::new(settings & 2 == 2)),
    };
    let end = End::default();
    let mut filter = Filter::new(Line::new(Box::new(end.clone()), framing));
    let mut context = Context::from_waker(Waker::noop());
    let mut out: Option<Asked> = None;
    let mut reply: Vec<u8> = Vec::new();
    while let Some(step) = input.byte() {
        match step % 8 {
            0 | 1 => {
                let (unit, pdu) = (input.byte().unwrap_or_default(), input.bytes());
                let id = [step, unit];
                let adu = if is_tcp { seal_tcp(id, unit, pdu) } else { seal_rtu(unit, pdu) };
                let expected = Expected::of(pdu);
                let begun = Pin::new(&mut filter).poll_write(&mut context, &adu);
                assert!(matches!(&begun, Poll::Ready(result) if result.is_ok() == expected.is_some()), "{begun:?}");
                out = expected.map(|expected| Asked { unit, id, expected });
                reply.clear();
            }
            2 => {
                end.wire().takes = usize::from(input.byte().unwrap_or_default());
                end.wire().written.clear();
                let flushed = Pin::new(&mut filter).poll_flush(&mut context);
                // The owner opens the connection anew.
                if is_tcp && matches!(flushed, Poll::Ready(Err(_))) {
                    return;
                }
            }
            3 => end.wire().incoming.push_back(input.bytes().to_vec()),
            // A frame that is right in all but what the input makes of it.
            4 | 5 => {
                let (unit, pdu) = (input.byte().unwrap_or_default(), input.bytes());
                let id = end.wire().written.first_chunk().copied().unwrap_or_default();
                let frame = if is_tcp { seal_tcp(id, unit, pdu) } else { seal_rtu(unit, pdu) };
                end.wire().incoming.push_back(frame);
            }
            6 => {
                filter.line().abandon();
                (out, reply) = (None, Vec::new());
            }
            _ => {
                let mut bytes = [0; 300];
                let mut target = ReadBuf::new(&mut bytes);
                let read = Pin::new(&mut filter).poll_read(&mut context, &mut target);
                reply.extend_from_slice(target.filled());
                if !target.filled().is_empty() {
                    fits(is_tcp, out.take(), &reply);
                }
                if let Poll::Ready(Err(_)) = read {
                    // As the owner does: a serial line goes on.
                    filter.line().abandon();
                    (out, reply) = (None, Vec::new());
                    if is_tcp {
                        return;
                    }
                }
            }
        }
        assert!(filter.line().kept() <= MOST_KEPT);
    }
}

/// A Modbus TCP frame.
fn seal_tcp(id: [u8; 2], unit: u8, pdu: &[u8]) -> Vec<u8> {
    let length = u16::try_from(pdu.len().saturating_add(1)).unwrap_or(u16::MAX);
    [&id[..], &[0, 0], &length.to_be_bytes(), &[unit], pdu].concat()
}

fn fits(is_tcp: bool, asked: Option<Asked>, reply: &[u8]) {
    assert!(asked.is_some(), "{reply:?} answers nothing");
    let Some(asked) = asked else { return };
    let opened = if is_tcp { open_tcp(reply) } else { open_rtu(reply) };
    assert!(opened.is_some(), "{reply:?} is no frame");
    let Some((unit, pdu)) = opened else { return };
    assert!(unit == asked.unit && asked.expected.check(pdu).is_ok(), "{reply:?} answers something else");
    assert!(!is_tcp || reply.starts_with(&asked.id), "{reply:?} is not under the client's id");
}
