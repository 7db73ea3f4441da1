//! The task that owns a connection.
//!
//! It takes one job at a time, in the order the schedule has it: connects where necessary, waits until the line is quiet,
//! sends, repeats what may be repeated. Nothing a caller does interrupts a transaction; only a timeout does.

use std::future::{Future, pending};
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until, timeout, timeout_at};
use tracing::{debug, warn};

use super::Findings;
use super::attendance::Attendance;
use super::backoff::Backoff;
use super::builder::BusBuilder;
use super::events::Event;
use super::job::Job;
use super::schedule::Schedule;
use super::timing::{Timing, after};
use crate::bus::transaction::Reply;
use crate::error::{ExceptionCode, TransactionError};
use crate::transport::connector::Connector;
use crate::transport::{BROADCAST, Framing, Link, RtuFraming, Sent, Stream, TcpFraming};

/// How long ending a connection in good order may take.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// So many timeouts in a row without a single byte, and a network connection is taken for dead: the peer may have gone
/// without a word, which only a new connection can tell.
const DEAD_AIR: u32 = 3;

pub(super) struct Owner {
    settings: BusBuilder,
    timing: Timing,
    connector: Connector,
    jobs: mpsc::UnboundedReceiver<Job>,
    schedule: Schedule<Job>,
    closing: watch::Receiver<bool>,
    findings: Arc<Findings>,
    attendance: Attendance,
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
    /// Timeouts in a row in which nothing at all was received.
    dead_air: u32,
}

impl Owner {
    pub(super) fn new(
        settings: BusBuilder,
        timing: Timing,
        connector: Connector,
        stream: Option<Box<dyn Stream>>,
        jobs: mpsc::UnboundedReceiver<Job>,
        closing: watch::Receiver<bool>,
        findings: Arc<Findings>,
    ) -> Self {
        let mut owner = Self {
            attendance: Attendance::new(settings.put_back_max),
            settings,
            timing,
            connector,
            jobs,
            schedule: Schedule::new(),
            closing,
            findings,
            link: None,
            connected_at: Instant::now(),
            proven: false,
            backoff: Backoff::default(),
            retry_at: Instant::now(),
            lost: Arc::new(io::ErrorKind::NotConnected.into()),
            quiet_until: None,
            dead_air: 0,
        };
        if let Some(stream) = stream {
            owner.connected(stream);
        }
        owner
    }

    pub(super) async fn run(mut self) {
        loop {
            while let Ok(job) = self.jobs.try_recv() {
                self.schedule.push(job.lane(), job);
            }
            if *self.closing.borrow() {
                break;
            }
            if let Some(job) = self.schedule.next(Instant::now()) {
                self.serve(job).await;
                continue;
            }
            let reconnect_at = (self.link.is_none() && self.connector.reopens()).then_some(self.retry_at);
            tokio::select! {
                biased;
                () = closed(&mut self.closing) => break,
                job = self.jobs.recv() => match job {
                    Some(job) => self.schedule.push(job.lane(), job),
                    None => break,
                },
                () = at(self.schedule.wake_at()) => {}
                error = discard(self.link.as_mut()) => self.lose(Arc::new(error)),
                () = at(reconnect_at) => {
                    // Why it failed is kept, and told to whoever asks for something next.
                    let _ = self.connect().await;
                }
            }
        }
        self.end().await;
    }

    async fn end(mut self) {
        self.jobs.close();
        while let Some(job) = self.jobs.recv().await {
            self.schedule.push(job.lane(), job);
        }
        for mut job in self.schedule.into_jobs() {
            let error = job.failure.take().unwrap_or(TransactionError::Closed);
            job.finish(Err(error));
        }
        if let Some(mut link) = self.link.take()
            && let Ok(Err(error)) = timeout(CLOSE_TIMEOUT, link.close()).await
        {
            debug!(%error, "the connection did not end in good order");
        }
        self.findings.announcer.announce(Event::Closed);
    }

    /// Sees a job through, or puts it aside until it can be repeated.
    async fn serve(&mut self, mut job: Job) {
        // From now on it is not among those that wait.
        job.entry = None;
        let unit = job.unit;
        // A broadcast is nobody in particular.
        let is_broadcast = self.timing.is_serial() && unit == BROADCAST;
        let put_back = if is_broadcast { None } else { self.attendance.want(unit, Instant::now()) };
        if let Some(put_back) = put_back {
            let error = job.failure.take().unwrap_or(TransactionError::Silent {
                unit,
                silent_for: put_back.silent_for,
                retry_in: put_back.ask_again_in,
            });
            return job.finish(Err(error));
        }
        loop {
            if job.answer.is_closed() {
                return;
            }
            if let Err(error) = self.prepare().await {
                return job.finish(Err(error));
            }
            if !job.start() {
                return;
            }
            let error = match self.attempt(&job).await {
                Ok(reply) => return job.finish(Ok(reply)),
                Err(error) => error,
            };
            match job.budget.pause(&job.request, &error) {
                Some(pause) if self.is_worth_repeating(&job, pause) => {
                    debug!(unit, %error, "repeating the request");
                    job.failed(error);
                    if pause > Duration::ZERO {
                        // Others have the line meanwhile.
                        self.schedule.put_aside(after(Instant::now(), pause), job.lane(), job);
                        return;
                    }
                }
                _ => return job.finish(Err(error)),
            }
        }
    }

    /// Whether anybody has something of another attempt after this pause.
    fn is_worth_repeating(&self, job: &Job, pause: Duration) -> bool {
        !*self.closing.borrow() && !job.is_over(pause) && self.attendance.put_back(job.unit, Instant::now()).is_none()
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
                self.connected(stream);
                Ok(())
            }
            Ok(Err(error)) => Err(self.could_not_connect(error)),
            Err(_) => Err(self.could_not_connect(io::Error::new(
                io::ErrorKind::TimedOut,
                format!("connecting took longer than {:?}", self.settings.connect_timeout),
            ))),
        }
    }

    fn connected(&mut self, stream: Box<dyn Stream>) {
        let framing = match self.timing {
            Timing::Tcp | Timing::Gateway(_) => Framing::Tcp(TcpFraming::new()),
            Timing::Rtu(_) => Framing::Rtu(RtuFraming::new(self.settings.local_echo)),
        };
        self.link = Some(Link::new(stream, framing));
        self.connected_at = Instant::now();
        self.proven = false;
        self.dead_air = 0;
        self.leave_alone_for(self.settings.connect_delay);
        debug!("connected");
        self.findings.announcer.announce(Event::Connected);
    }

    /// One request, one reply.
    async fn attempt(&mut self, job: &Job) -> Result<Reply, TransactionError> {
        let Some(link) = &mut self.link else {
            return Err(self.no_connection());
        };
        let begun = Instant::now();
        let patience = self.settings.response_timeout.saturating_add(self.timing.wire_time(&job.request));
        let full = after(begun, patience);
        let limit = job.deadline().map_or(full, |deadline| full.min(deadline));
        let result = timeout_at(limit, link.call(job.unit, &job.request)).await;
        let error = match result {
            Ok(Ok(reply)) => {
                self.findings.fit.add(&reply, begun.elapsed().saturating_add(self.timing.after_reply()));
                self.answered(job);
                return Ok(reply);
            }
            Ok(Err(error @ TransactionError::Exception(exception))) => {
                match exception.code {
                    // The gateway answered, not the unit.
                    ExceptionCode::GatewayPathUnavailable | ExceptionCode::GatewayTargetFailedToRespond => {
                        self.connection_works(job);
                        self.unanswered(job.unit, begun.elapsed());
                    }
                    _ => self.answered(job),
                }
                return Err(error);
            }
            Ok(Err(error)) => Some(error),
            Err(_) => None,
        };
        let (sent, heard) = (link.sent(), link.heard());
        link.abandon();
        self.leave_alone_for(self.settings.request_delay);
        if self.timing.is_serial() && sent != Sent::Nothing {
            // The reply may be under way, and nothing in it says which request it answers.
            self.leave_alone_for(self.settings.reply_delay_max.unwrap_or(self.settings.response_timeout));
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
            // A caller with less patience says nothing about the unit.
            TransactionError::Timeout { .. } if limit == full => self.timed_out(job.unit, begun, heard),
            _ => {}
        }
        Err(error)
    }

    fn timed_out(&mut self, unit: u8, begun: Instant, heard: bool) {
        let free_at = self.quiet_until.unwrap_or(begun).max(Instant::now());
        self.unanswered(unit, free_at.saturating_duration_since(begun));
        self.dead_air = if heard { 0 } else { self.dead_air.saturating_add(1) };
        let stuck = !self.timing.is_serial() && self.link.as_ref().is_some_and(Link::is_inside_reply);
        let reason = if self.dead_air >= DEAD_AIR {
            format!("nothing was received in {DEAD_AIR} requests in a row")
        } else if stuck {
            // The rest may never come, and then the next reply would be taken for it.
            "a reply stopped in the middle".to_owned()
        } else {
            return;
        };
        if self.connector.is_network() {
            self.lose(Arc::new(io::Error::new(io::ErrorKind::TimedOut, reason)));
        }
    }

    fn unanswered(&mut self, unit: u8, lost: Duration) {
        if self.attendance.silent(unit, lost, Instant::now()) {
            debug!(unit, "the unit does not answer");
            self.findings.announcer.announce(Event::UnitSilent { unit });
        }
    }

    fn answered(&mut self, job: &Job) {
        self.connection_works(job);
        if self.attendance.answered(job.unit) {
            self.findings.announcer.announce(Event::UnitBack { unit: job.unit });
        }
    }

    fn connection_works(&mut self, job: &Job) {
        self.proven = true;
        self.dead_air = 0;
        self.backoff.succeeded();
        self.leave_alone_for(if self.timing.is_serial() && job.unit == BROADCAST {
            self.timing.after_broadcast(&job.request)
        } else {
            self.timing.after_reply()
        });
        self.leave_alone_for(self.settings.request_delay);
    }

    /// Sends nothing for a while, or for longer if that was said before.
    fn leave_alone_for(&mut self, duration: Duration) {
        if duration > Duration::ZERO {
            self.quiet_until = self.quiet_until.max(Some(after(Instant::now(), duration)));
        }
    }

    /// The connection is of no more use. One that worked, or lasted, is made again at once; one that ends as soon as it
    /// is made is not made in a loop.
    fn lose(&mut self, error: Arc<io::Error>) {
        warn!(%error, "the connection is lost");
        self.link = None;
        self.retry_at = if self.proven { Instant::now() } else { after(self.connected_at, self.backoff.failed()) };
        self.findings.announcer.announce(Event::Lost { reason: Arc::clone(&error) });
        self.lost = error;
    }

    fn could_not_connect(&mut self, error: io::Error) -> TransactionError {
        let pause = self.backoff.failed();
        debug!(%error, ?pause, "could not connect");
        self.retry_at = after(Instant::now(), pause);
        self.lost = Arc::new(error);
        self.findings.announcer.announce(Event::Unreachable { reason: Arc::clone(&self.lost), retry_in: pause });
        self.no_connection()
    }

    fn no_connection(&self) -> TransactionError {
        TransactionError::Transport { source: Arc::clone(&self.lost), sent: false }
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

/// Reads what nobody asked for, so that the end of an idle connection is noticed when it comes.
async fn discard(link: Option<&mut Link>) -> io::Error {
    match link {
        Some(link) => link.discard().await,
        None => pending().await,
    }
}

async fn at(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant).await,
        None => pending().await,
    }
}
