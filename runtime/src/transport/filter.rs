//! The stream that tokio-modbus is given in place of the real one.
//!
//! It takes each request whole, so that no half frame survives a cancellation, knows from it which reply fits, and
//! hands on nothing else. It assumes one request at a time, and that its owner calls [`Line::abandon`] when a request
//! is given up. It promises that a new tokio-modbus context can be attached after that without opening the line again.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tracing::trace;

use super::frame::open_rtu;
use super::rtu::RtuFraming;
use super::tcp::{TcpFraming, open_tcp};
use super::trace::{Answered, Asked, FRAMES, Hex};

/// What the bytes of a connection run through: a socket, a serial port, a stream of the user's.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// How often in a row the stream is read without giving other tasks, and timeouts, a chance.
const READS_IN_A_ROW: usize = 32;

/// How requests and replies lie in the stream.
#[derive(Debug)]
pub(crate) enum Framing {
    Tcp(TcpFraming),
    Rtu(RtuFraming),
}

impl Framing {
    /// Unit id and PDU of a whole frame.
    fn open<'a>(&self, frame: &'a [u8]) -> Option<(u8, &'a [u8])> {
        match self {
            Self::Tcp(_) => open_tcp(frame),
            Self::Rtu(_) => open_rtu(frame),
        }
    }
}

/// How much of a request has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    Nothing,
    Part,
    Whole,
}

/// The real stream, and what is known about the request that is on it.
pub(crate) struct Line {
    stream: Box<dyn Stream>,
    framing: Framing,
    outgoing: Vec<u8>,
    written: usize,
    /// Whether everything that arrived before the request was looked at.
    drained: bool,
    flushed: bool,
    heard: bool,
    received: Vec<u8>,
    delivery: Vec<u8>,
    delivered: usize,
}

impl Line {
    pub(crate) fn new(stream: Box<dyn Stream>, framing: Framing) -> Self {
        Self {
            stream,
            framing,
            outgoing: Vec::new(),
            written: 0,
            drained: false,
            flushed: false,
            heard: false,
            received: Vec::new(),
            delivery: Vec::new(),
            delivered: 0,
        }
    }

    /// How much of the last request has left.
    pub(crate) fn sent(&self) -> Sent {
        match self.written {
            0 => Sent::Nothing,
            written if written < self.outgoing.len() => Sent::Part,
            _ => Sent::Whole,
        }
    }

    /// Whether anything arrived since the last request began.
    pub(crate) fn heard(&self) -> bool {
        self.heard
    }

    /// Whether a reply has begun to arrive, and not ended.
    pub(crate) fn is_inside_reply(&self) -> bool {
        !self.received.is_empty()
    }

    /// How many bytes of what was received are kept for later.
    #[cfg(feature = "fuzzing")]
    pub(crate) fn kept(&self) -> usize {
        self.received.len()
    }

    /// Gives the request up.
    pub(crate) fn abandon(&mut self) {
        match &mut self.framing {
            Framing::Tcp(framing) => framing.abandon(),
            Framing::Rtu(framing) => framing.abandon(&mut self.received),
        }
        self.outgoing.clear();
        self.written = 0;
        self.delivery.clear();
        self.delivered = 0;
    }

    /// Discards whatever arrives. Ends only when the stream does, and says why.
    pub(crate) fn poll_discard(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        for _ in 0..READS_IN_A_ROW {
            match ready!(self.poll_receive(cx)).and_then(|()| self.next_reply()) {
                Ok(_) => {}
                Err(error) => return Poll::Ready(error),
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Ends the stream in good order.
    pub(crate) fn poll_close(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn begin(&mut self, adu: &[u8]) -> io::Result<()> {
        self.abandon();
        self.outgoing = match &mut self.framing {
            Framing::Tcp(framing) => framing.begin(adu)?,
            Framing::Rtu(framing) => framing.begin(adu)?,
        };
        self.drained = false;
        self.flushed = false;
        self.heard = false;
        Ok(())
    }

    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.flushed || self.outgoing.is_empty() {
            return Poll::Ready(Ok(()));
        }
        if !self.drained {
            self.drain(cx)?;
            self.drained = true;
        }
        while let Some(rest) = self.outgoing.get(self.written..).filter(|rest| !rest.is_empty()) {
            match ready!(Pin::new(&mut self.stream).poll_write(cx, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                count => self.written = self.written.saturating_add(count),
            }
        }
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        self.flushed = true;
        trace!(
            target: FRAMES,
            frame = %Hex(&self.outgoing),
            request = %Asked(self.framing.open(&self.outgoing)),
            "sent"
        );
        if let Framing::Rtu(framing) = &mut self.framing
            && let Some(reply) = framing.broadcast_reply()
        {
            self.delivery = reply;
        }
        Poll::Ready(Ok(()))
    }

    /// Looks at what arrived since the last reply, so that it is not taken for the next. Also notices that the peer has
    /// gone while it is still certain that the request was not sent.
    fn drain(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        for _ in 0..READS_IN_A_ROW {
            match self.poll_receive(cx) {
                Poll::Pending => break,
                Poll::Ready(result) => result?,
            }
            self.discard_complete()?;
        }
        self.discard_complete()?;
        match &self.framing {
            Framing::Rtu(_) => Ok(()),
            Framing::Tcp(framing) => framing.check_rest(&self.received),
        }
    }

    fn discard_complete(&mut self) -> io::Result<()> {
        match &mut self.framing {
            Framing::Rtu(_) => self.received.clear(),
            // Complete replies to earlier requests; half of one stays until the rest comes.
            Framing::Tcp(framing) => {
                framing.next_reply(&mut self.received)?;
            }
        }
        Ok(())
    }

    fn poll_receive(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut bytes = [0_u8; 512];
        let mut buffer = ReadBuf::new(&mut bytes);
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer))?;
        if buffer.filled().is_empty() {
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the peer closed the connection")));
        }
        trace!(target: FRAMES, bytes = %Hex(buffer.filled()), "received");
        self.heard = true;
        self.received.extend_from_slice(buffer.filled());
        Poll::Ready(Ok(()))
    }

    fn next_reply(&mut self) -> io::Result<Option<Vec<u8>>> {
        match &mut self.framing {
            Framing::Tcp(framing) => framing.next_reply(&mut self.received),
            Framing::Rtu(framing) => framing.next_reply(&mut self.received),
        }
    }

    fn poll_deliver(&mut self, cx: &mut Context<'_>, target: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        for _ in 0..READS_IN_A_ROW {
            if let Some(rest) = self.delivery.get(self.delivered..).filter(|rest| !rest.is_empty()) {
                let count = rest.len().min(target.remaining());
                target.put_slice(rest.get(..count).unwrap_or_default());
                self.delivered = self.delivered.saturating_add(count);
                return Poll::Ready(Ok(()));
            }
            if let Some(reply) = self.next_reply()? {
                trace!(target: FRAMES, reply = %Answered(self.framing.open(&reply)), "accepted");
                self.delivery = reply;
                self.delivered = 0;
            } else {
                ready!(self.poll_receive(cx))?;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

/// A handle to a [`Line`] that tokio-modbus can own.
#[derive(Clone)]
pub(crate) struct Filter(Arc<Mutex<Line>>);

impl Filter {
    pub(crate) fn new(line: Line) -> Self {
        Self(Arc::new(Mutex::new(line)))
    }

    /// The line. One task uses it, so that this never waits.
    pub(crate) fn line(&self) -> MutexGuard<'_, Line> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// tokio-modbus wants its transport to have one.
impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filter").finish_non_exhaustive()
    }
}

impl AsyncRead for Filter {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, target: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.line().poll_deliver(cx, target)
    }
}

impl AsyncWrite for Filter {
    /// tokio-modbus encodes a request into one buffer and offers it whole.
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, adu: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(self.line().begin(adu).map(|()| adu.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.line().poll_send(cx)
    }

    /// The line outlives the context that is shut down.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
