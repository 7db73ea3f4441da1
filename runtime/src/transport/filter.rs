//! The stream that tokio-modbus is given in place of the real one.
//!
//! It takes each request whole, so that no half frame survives a cancellation, knows from it which reply fits, and
//! hands on nothing else. It assumes one request at a time, and that its owner calls [`Line::abandon`] when a request
//! is given up. It promises that a new tokio-modbus context can be attached after that without opening the line again.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};
use tracing::trace;

use super::frame::{Misfit, open_rtu};
use super::rtu::{Next, RtuFraming};
use super::tcp::{TcpFraming, open_tcp};
use super::trace::{Answered, Asked, FRAMES, Hex};

/// What the bytes of a connection run through: a socket, a serial port, a stream of the user's.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// How often in a row the stream is read without giving other tasks, and timeouts, a chance.
const READS_IN_A_ROW: usize = 32;

/// For so long the last byte of a reply is waited for whose header announces one more than it needs.
const ONE_SHORT: Duration = Duration::from_millis(20);

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
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Line {
    stream: Box<dyn Stream>,
    framing: Framing,
    outgoing: Vec<u8>,
    written: usize,
    /// Whether everything that arrived before the request was looked at.
    drained: bool,
    flushed: bool,
    /// When the whole request had been handed to the stream.
    sent_at: Option<Instant>,
    /// The least time from then on that request and reply take on the line, where that is known.
    least_time: Option<Duration>,
    /// Whether a reply was dropped that came in less.
    was_early: bool,
    /// When the first bytes since the request came.
    heard_at: Option<Instant>,
    received: Vec<u8>,
    /// Ends when the reply in `received`, which lacks the last byte that it announces, is taken as it is.
    one_short: Option<Pin<Box<Sleep>>>,
    /// Whether it is no longer known where frames begin.
    out_of_step: bool,
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
            sent_at: None,
            least_time: None,
            was_early: false,
            heard_at: None,
            received: Vec::new(),
            one_short: None,
            out_of_step: false,
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

    /// When the first bytes since the last request began arrived.
    pub(crate) fn heard_at(&self) -> Option<Instant> {
        self.heard_at
    }

    /// Whether it is no longer known where frames begin, so that the stream is of no more use.
    pub(crate) fn is_out_of_step(&self) -> bool {
        self.out_of_step
    }

    /// A reply to the next request that is complete sooner than this after it was sent is not its reply, and dropped.
    pub(crate) fn expect_no_sooner(&mut self, least_time: Option<Duration>) {
        self.least_time = least_time;
    }

    /// Whether a reply was dropped since the last request began that came sooner than it could.
    pub(crate) fn was_early(&self) -> bool {
        self.was_early
    }

    /// The transaction id of a reply that came since the last request began and answers nothing that was asked.
    pub(crate) fn foreign_id(&self) -> Option<u16> {
        match &self.framing {
            Framing::Tcp(framing) => framing.foreign_id(),
            Framing::Rtu(_) => None,
        }
    }

    /// The unit whose reply came after its request had been given up, said once.
    pub(crate) fn take_late_unit(&mut self) -> Option<u8> {
        match &mut self.framing {
            Framing::Tcp(framing) => framing.take_late_unit(),
            Framing::Rtu(_) => None,
        }
    }

    fn has_late_unit(&self) -> bool {
        match &self.framing {
            Framing::Tcp(framing) => framing.has_late_unit(),
            Framing::Rtu(_) => false,
        }
    }

    /// Whether a frame arrived that would have answered the last request once more, said once.
    pub(crate) fn take_surplus(&mut self) -> bool {
        match &mut self.framing {
            Framing::Tcp(framing) => framing.take_surplus(),
            Framing::Rtu(framing) => framing.take_surplus(),
        }
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
        self.one_short = None;
        self.delivery.clear();
        self.delivered = 0;
    }

    /// Discards whatever arrives. Ends when the stream does, and says why, or with nothing when a reply came after its request
    /// had been given up: [`take_late_unit`](Self::take_late_unit) says whose.
    pub(crate) fn poll_discard(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Error>> {
        for _ in 0..READS_IN_A_ROW {
            match ready!(self.poll_receive(cx)).and_then(|()| self.next_reply()) {
                Ok(_) if self.has_late_unit() => return Poll::Ready(None),
                Ok(_) => {}
                Err(error) => return Poll::Ready(Some(error)),
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
        self.sent_at = None;
        self.was_early = false;
        self.heard_at = None;
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
        self.sent_at = Some(Instant::now());
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
        let checked = match &mut self.framing {
            Framing::Rtu(_) => Ok(()),
            Framing::Tcp(framing) => framing.check_rest(&self.received),
        };
        self.noted(checked)
    }

    fn discard_complete(&mut self) -> io::Result<()> {
        let discarded = match &mut self.framing {
            Framing::Rtu(_) => {
                self.received.clear();
                Ok(())
            }
            // Complete replies to earlier requests; half of one stays until the rest comes.
            Framing::Tcp(framing) => framing.discard_complete(&mut self.received),
        };
        self.noted(discarded)
    }

    /// Takes note of an error after which the stream is of no more use.
    fn noted<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &result {
            let misfit = error.get_ref().and_then(|inner| inner.downcast_ref::<Misfit>());
            self.out_of_step |= misfit.is_some_and(|misfit| misfit.out_of_step);
        }
        result
    }

    fn poll_receive(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut bytes = [0_u8; 512];
        let mut buffer = ReadBuf::new(&mut bytes);
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer))?;
        if buffer.filled().is_empty() {
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the peer closed the connection")));
        }
        trace!(target: FRAMES, bytes = %Hex(buffer.filled()), "received");
        self.heard_at.get_or_insert_with(Instant::now);
        self.received.extend_from_slice(buffer.filled());
        Poll::Ready(Ok(()))
    }

    fn next_reply(&mut self) -> io::Result<Option<Vec<u8>>> {
        let is_early = self.is_early();
        let reply = match &mut self.framing {
            Framing::Tcp(framing) => framing.next_reply(&mut self.received),
            Framing::Rtu(framing) => framing.next_reply(&mut self.received, is_early).map(|next| match next {
                Next::Reply(reply) => Some(reply),
                Next::Nothing => None,
                Next::Early => {
                    self.was_early = true;
                    None
                }
            }),
        };
        self.noted(reply)
    }

    /// Whether a reply that is complete now cannot be one to the request: both have not been on the line.
    fn is_early(&self) -> bool {
        let times = self.sent_at.zip(self.least_time);
        times.is_some_and(|(sent_at, least_time)| sent_at.elapsed() < least_time)
    }

    /// The reply that lacks nothing but a byte that its header counts too many, once that has been waited for.
    fn poll_one_short(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<Vec<u8>>>> {
        let Framing::Tcp(framing) = &mut self.framing else { return Poll::Pending };
        if !framing.is_one_short(&self.received) {
            self.one_short = None;
            return Poll::Pending;
        }
        ready!(self.one_short.get_or_insert_with(|| Box::pin(sleep(ONE_SHORT))).as_mut().poll(cx));
        self.one_short = None;
        Poll::Ready(framing.take_one_short(&mut self.received))
    }

    fn poll_deliver(&mut self, cx: &mut Context<'_>, target: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        for _ in 0..READS_IN_A_ROW {
            if let Some(rest) = self.delivery.get(self.delivered..).filter(|rest| !rest.is_empty()) {
                let count = rest.len().min(target.remaining());
                target.put_slice(rest.get(..count).unwrap_or_default());
                self.delivered = self.delivered.saturating_add(count);
                return Poll::Ready(Ok(()));
            }
            let mut reply = self.next_reply()?;
            if reply.is_none() {
                match self.poll_receive(cx) {
                    Poll::Ready(result) => {
                        result?;
                        continue;
                    }
                    Poll::Pending => reply = ready!(self.poll_one_short(cx))?,
                }
            }
            if let Some(reply) = reply {
                trace!(target: FRAMES, reply = %Answered(self.framing.open(&reply)), "accepted");
                self.delivery = reply;
                self.delivered = 0;
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
