//! The task that owns a connection.
//!
//! It takes one job at a time and sees it through: connects where necessary, waits until the line is quiet, sends,
//! repeats what may be repeated. Nothing a caller does interrupts a transaction; only a timeout does.

use std::future::{Future, pending};
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout, timeout_at};
use tracing::{debug, warn};

use super::backoff::Backoff;
use super::builder::BusBuilder;
use super::timing::{Timing, after};
use crate::error::{ExceptionCode, TransactionError};
use crate::transaction::{Reply, Request};
use crate::transport::connector::Connector;
use crate::transport::{BROADCAST, Framing, Link, RtuFraming, Sent, Stream, TcpFraming};

/// How long ending a connection in good order may take.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// A transaction somebody waits for.
pub(super) struct Job {
    pub(super) unit: u8,
    pub(super) request: Request,
    /// When the caller wants to have an answer, whichever.
    pub(super) deadline: Option<Instant>,
    /// Told when the first attempt begins. If nobody listens any more, it must not begin.
    pub(super) start: Option<oneshot::Sender<()>>,
    pub(super) answer: oneshot::Sender<Result<Reply, TransactionError>>,
}

impl Job {
    /// Whether the caller still wants it. Once this said so, the caller waits for the answer.
    fn start(&mut self) -> bool {
        self.start.take().is_none_or(|start| self.deadline.is_none() || start.send(()).is_ok())
    }

    fn is_over(&self, pause: Duration) -> bool {
        self.deadline.is_some_and(|deadline| after(Instant::now(), pause) >= deadline)
    }
}

/// What may still be repeated of a job.
struct Budget {
    /// One repetition of what provably was not sent: a connection that has been idle may have ended unnoticed.
    resend: bool,
    retries: u32,
    busy_delay: Duration,
}

impl Budget {
    /// The pause after which the request may be repeated after this error, if it may.
    fn pause(&mut self, request: &Request, error: &TransactionError) -> Option<Duration> {
        match error {
            TransactionError::Transport { sent: false, .. } => {
                std::mem::take(&mut self.resend).then_some(Duration::ZERO)
            }
            TransactionError::Exception(exception) => match exception.code {
                ExceptionCode::ServerDeviceBusy => self.busy(),
                ExceptionCode::Acknowledge if request.is_read() => self.busy(),
                ExceptionCode::GatewayPathUnavailable | ExceptionCode::GatewayTargetFailedToRespond
                    if request.is_read() =>
                {
                    self.retry()
                }
                _ => None,
            },
            TransactionError::Timeout { .. }
            | TransactionError::Malformed { .. }
            | TransactionError::Transport { sent: true, .. }
                if request.is_read() =>
            {
                self.retry()
            }
            _ => None,
        }
    }

    fn retry(&mut self) -> Option<Duration> {
        self.retries = self.retries.checked_sub(1)?;
        Some(Duration::ZERO)
    }

    fn busy(&mut self) -> Option<Duration> {
        self.retry()?;
        let pause = self.busy_delay;
        self.busy_delay = pause.saturating_mul(2);
        Some(pause)
    }
}

pub(super) struct Owner {
    settings: BusBuilder,
    timing: Timing,
    connector: Connector,
    jobs: mpsc::Receiver<Job>,
    closing: watch::Receiver<bool>,
    link: Option<Link>,
    /// When the connection was made.
    connected_at: Instant,
    /// Whether a unit answered since then.
    proven: bool,
    backoff: Backoff,
    /// Until when no attempt to connect is made.
    retry_at: Instant,
    /// Why there is no connection.
    lost: Arc<io::Error>,
    /// Until when nothing is sent and what arrives is discarded.
    quiet_until: Option<Instant>,
}

impl Owner {
    pub(super) fn new(
        settings: BusBuilder,
        timing: Timing,
        connector: Connector,
        stream: Option<Box<dyn Stream>>,
        jobs: mpsc::Receiver<Job>,
        closing: watch::Receiver<bool>,
    ) -> Self {
        let mut owner = Self {
            settings,
            timing,
            connector,
            jobs,
            closing,
            link: None,
            connected_at: Instant::now(),
            proven: false,
            backoff: Backoff::default(),
            retry_at: Instant::now(),
            lost: Arc::new(io::ErrorKind::NotConnected.into()),
            quiet_until: None,
        };
        owner.link = stream.map(|stream| owner.link_over(stream));
        owner
    }

    pub(super) async fn run(mut self) {
        loop {
            let reconnect_at = (self.link.is_none() && self.connector.reopens()).then_some(self.retry_at);
            let job = tokio::select! {
                biased;
                () = closed(&mut self.closing) => break,
                job = self.jobs.recv() => job,
                () = at(reconnect_at) => {
                    // Why it failed is kept, and told to whoever asks for something next.
                    let _ = self.connect().await;
                    continue;
                }
            };
            match job {
                Some(job) => self.serve(job).await,
                None => break,
            }
        }
        self.jobs.close();
        while let Some(job) = self.jobs.recv().await {
            // Whoever does not listen any more need not be told.
            let _ = job.answer.send(Err(TransactionError::Closed));
        }
        if let Some(mut link) = self.link.take()
            && let Ok(Err(error)) = timeout(CLOSE_TIMEOUT, link.close()).await
        {
            debug!(%error, "the connection did not end in good order");
        }
    }

    async fn serve(&mut self, mut job: Job) {
        let mut budget = Budget { resend: true, retries: self.settings.retries, busy_delay: self.settings.busy_delay };
        let mut failure = None;
        let result = loop {
            if job.answer.is_closed() {
                return;
            }
            // Before the first attempt the caller watches the deadline itself; after it, this does.
            let ready = match (failure, job.deadline) {
                (Some(failure), Some(deadline)) => timeout_at(deadline, self.prepare()).await.unwrap_or(Err(failure)),
                _ => self.prepare().await,
            };
            if let Err(error) = ready {
                break Err(error);
            }
            if !job.start() {
                return;
            }
            let error = match self.attempt(&job).await {
                Ok(reply) => break Ok(reply),
                Err(error) => error,
            };
            match budget.pause(&job.request, &error) {
                Some(pause) if !job.is_over(pause) => {
                    debug!(unit = job.unit, %error, "repeating the request");
                    if or_closed(&mut self.closing, sleep(pause)).await.is_err() {
                        break Err(error);
                    }
                }
                _ => break Err(error),
            }
            failure = Some(error);
        };
        // The caller may have gone in the meantime.
        let _ = job.answer.send(result);
    }

    /// Makes the connection if there is none, and waits until the line is quiet.
    async fn prepare(&mut self) -> Result<(), TransactionError> {
        loop {
            if self.link.is_none() {
                if Instant::now() < self.retry_at {
                    return Err(self.no_connection());
                }
                self.connect().await?;
            }
            let Some((link, until)) = self.link.as_mut().zip(self.quiet_until) else {
                return Ok(());
            };
            if until > Instant::now() {
                match or_closed(&mut self.closing, timeout_at(until, link.discard())).await? {
                    Err(_) => {}
                    Ok(error) => {
                        self.lose(Arc::new(error));
                        continue;
                    }
                }
            }
            self.quiet_until = None;
        }
    }

    async fn connect(&mut self) -> Result<(), TransactionError> {
        let opening = timeout(self.settings.connect_timeout, self.connector.open());
        match or_closed(&mut self.closing, opening).await? {
            Ok(Ok(stream)) => {
                self.link = Some(self.link_over(stream));
                self.connected_at = Instant::now();
                self.proven = false;
                debug!("connected");
                Ok(())
            }
            Ok(Err(error)) => Err(self.could_not_connect(error)),
            Err(_) => Err(self.could_not_connect(io::Error::new(
                io::ErrorKind::TimedOut,
                format!("connecting took longer than {:?}", self.settings.connect_timeout),
            ))),
        }
    }

    /// One request, one reply.
    async fn attempt(&mut self, job: &Job) -> Result<Reply, TransactionError> {
        let Some(link) = &mut self.link else {
            return Err(self.no_connection());
        };
        let begun = Instant::now();
        let patience = self.settings.response_timeout.saturating_add(self.timing.wire_time(&job.request));
        let limit = job.deadline.map_or(after(begun, patience), |deadline| after(begun, patience).min(deadline));
        let result = timeout_at(limit, link.call(job.unit, &job.request)).await;
        let error = match result {
            Ok(Ok(reply)) => {
                self.answered(job);
                return Ok(reply);
            }
            Ok(Err(error @ TransactionError::Exception(_))) => {
                self.answered(job);
                return Err(error);
            }
            Ok(Err(error)) => Some(error),
            Err(_) => None,
        };
        let sent = link.abandon();
        if self.timing.is_serial() && sent != Sent::Nothing {
            // The reply may be under way, and nothing in it says which request it answers.
            let delay = self.settings.reply_delay_max.unwrap_or(self.settings.response_timeout);
            self.quiet_until = Some(after(Instant::now(), delay));
        }
        let error = error.unwrap_or_else(|| match sent {
            Sent::Whole => TransactionError::Timeout { after: limit.saturating_duration_since(begun) },
            Sent::Part | Sent::Nothing => TransactionError::Transport {
                source: Arc::new(io::Error::new(io::ErrorKind::TimedOut, "the connection takes no more data")),
                sent: sent == Sent::Part,
            },
        });
        match &error {
            TransactionError::Transport { source, .. } => self.lose(Arc::clone(source)),
            TransactionError::Malformed { .. } if !self.timing.is_serial() => {
                self.lose(Arc::new(io::Error::new(io::ErrorKind::InvalidData, error.to_string())));
            }
            _ => {}
        }
        Err(error)
    }

    fn answered(&mut self, job: &Job) {
        self.proven = true;
        self.backoff.succeeded();
        if self.timing.is_serial() {
            let silence = if job.unit == BROADCAST {
                self.timing.after_broadcast(&job.request)
            } else {
                self.timing.after_reply()
            };
            self.quiet_until = Some(after(Instant::now(), silence));
        }
    }

    /// The connection is of no more use. One that worked, or lasted, is made again at once; one that ends as soon as it
    /// is made is not made in a loop.
    fn lose(&mut self, error: Arc<io::Error>) {
        warn!(%error, "the connection is lost");
        self.link = None;
        self.retry_at = if self.proven { Instant::now() } else { after(self.connected_at, self.backoff.failed()) };
        self.lost = error;
    }

    fn could_not_connect(&mut self, error: io::Error) -> TransactionError {
        let pause = self.backoff.failed();
        debug!(%error, ?pause, "could not connect");
        self.retry_at = after(Instant::now(), pause);
        self.lost = Arc::new(error);
        self.no_connection()
    }

    fn no_connection(&self) -> TransactionError {
        TransactionError::Transport { source: Arc::clone(&self.lost), sent: false }
    }

    fn link_over(&self, stream: Box<dyn Stream>) -> Link {
        let framing = match self.timing {
            Timing::Tcp => Framing::Tcp(TcpFraming::new()),
            Timing::Rtu { .. } => Framing::Rtu(RtuFraming::new(self.settings.local_echo)),
        };
        Link::new(stream, framing)
    }
}

/// Ends when the bus is being closed.
async fn closed(closing: &mut watch::Receiver<bool>) {
    // An error means that the last handle is gone, and nobody waits for anything any more.
    let _ = closing.wait_for(|closing| *closing).await;
}

/// Waits for something that is not worth waiting for once the bus is being closed.
async fn or_closed<F: Future>(closing: &mut watch::Receiver<bool>, work: F) -> Result<F::Output, TransactionError> {
    tokio::select! {
        biased;
        () = closed(closing) => Err(TransactionError::Closed),
        output = work => Ok(output),
    }
}

async fn at(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant).await,
        None => pending().await,
    }
}
