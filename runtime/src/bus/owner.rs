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

use super::alignment::{Alignment, Stretch};
use super::backoff::Backoff;
use super::builder::BusBuilder;
use super::events::Event;
use super::first_look::FirstLooks;
use super::health::Health;
use super::job::Job;
use super::schedule::Schedule;
use super::timing::{Timing, after};
use super::{Findings, LineState};
use crate::error::{TransactionError, WaitReason};
use crate::transport::connector::Connector;
use crate::transport::{BROADCAST, Framing, Link, RtuFraming, Stream, TcpFraming, TcpRules};

/// How long ending a connection in good order may take.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

pub(super) struct Owner {
    pub(super) settings: BusBuilder,
    pub(super) timing: Timing,
    pub(super) connector: Connector,
    jobs: mpsc::UnboundedReceiver<Job>,
    pub(super) schedule: Schedule<Job>,
    pub(super) looks: FirstLooks,
    closing: watch::Receiver<bool>,
    pub(super) findings: Arc<Findings>,
    pub(super) health: Health,
    pub(super) link: Option<Link>,
    /// When the connection was made.
    connected_at: Instant,
    /// Whether a unit answered since then.
    pub(super) proven: bool,
    pub(super) backoff: Backoff,
    /// Until when no attempt to connect is made.
    retry_at: Instant,
    /// Why there is no connection.
    lost: Arc<io::Error>,
    /// Until when nothing is sent and what arrives is discarded.
    pub(super) quiet_until: Option<Instant>,
    /// Whether that is because of a reply that may still come.
    is_quarantined: bool,
    /// Timeouts in a row in which nothing at all was received, and that say something of the connection.
    pub(super) dead_air: u32,
    pub(super) alignment: Alignment,
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
            health: Health::new(settings.put_back_max),
            alignment: Alignment::new(false),
            settings,
            timing,
            connector,
            jobs,
            schedule: Schedule::new(timing.is_serial()),
            looks: FirstLooks::default(),
            closing,
            findings,
            link: None,
            connected_at: Instant::now(),
            proven: false,
            backoff: Backoff::default(),
            retry_at: Instant::now(),
            lost: Arc::new(io::ErrorKind::NotConnected.into()),
            quiet_until: None,
            is_quarantined: false,
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
                self.enqueue(job);
            }
            if *self.closing.borrow() {
                break;
            }
            self.end_looks();
            let (now, health) = (Instant::now(), &self.health);
            let may_be_asked = |unit| health.waits_until(unit, now).is_none();
            let next = self.schedule.next(now, |unit| may_be_asked(unit) && !health.is_slow(unit));
            if let Some(job) = next.or_else(|| self.schedule.next(now, may_be_asked)) {
                self.serve(job, now).await;
                continue;
            }
            let turn_at = self.schedule.units().filter_map(|unit| health.waits_until(unit, now)).min();
            let wake_at = self.schedule.wake_at().into_iter().chain(turn_at).chain(self.looks.wake_at()).min();
            let reconnect_at = (self.link.is_none() && self.connector.reopens()).then_some(self.retry_at);
            tokio::select! {
                biased;
                () = closed(&mut self.closing) => break,
                job = self.jobs.recv() => match job {
                    Some(job) => self.enqueue(job),
                    None => break,
                },
                () = at(wake_at) => {}
                error = discard(self.link.as_mut()) => if let Some(error) = error {
                    self.lose(Arc::new(error));
                },
                () = at(reconnect_at) => {
                    // Why it failed is kept, and told to whoever asks for something next.
                    let _ = self.connect().await;
                }
            }
        }
        self.end().await;
    }

    fn enqueue(&mut self, job: Job) {
        if !self.is_broadcast(job.unit) {
            self.health.want(job.unit, Instant::now());
        }
        self.schedule.push(job.lane(), job.goes_on, job);
    }

    async fn end(mut self) {
        self.jobs.close();
        while let Some(job) = self.jobs.recv().await {
            job.finish_without_attempt(TransactionError::Closed);
        }
        for job in self.schedule.into_jobs().chain(self.looks.into_jobs()) {
            job.finish_without_attempt(TransactionError::Closed);
        }
        if let Some(mut link) = self.link.take()
            && let Ok(Err(error)) = timeout(CLOSE_TIMEOUT, link.close()).await
        {
            debug!(%error, "the connection did not end in good order");
        }
        self.findings.announcer.announce(Event::Closed);
    }

    /// Sees a job through, or puts it aside until it can be repeated.
    async fn serve(&mut self, mut job: Job, now: Instant) {
        // From now on it is not among those that wait.
        job.entry = None;
        let unit = job.unit;
        // A broadcast is nobody in particular.
        let put_back = if self.is_broadcast(unit) { None } else { self.health.want(unit, now) };
        if let Some(put_back) = put_back {
            return job.finish_without_attempt(TransactionError::Silent {
                unit,
                silent_for: put_back.silent_for,
                retry_in: put_back.ask_again_in,
            });
        }
        loop {
            if job.answer.is_closed() {
                return;
            }
            if let Some(error) = self.has_no_time(&job) {
                return job.finish_without_attempt(error);
            }
            if let Err(error) = self.prepare().await {
                return job.finish(Err(error));
            }
            if let Some(error) = self.has_no_time(&job) {
                return job.finish_without_attempt(error);
            }
            // Read once for all that begins here: reading the clock for each took a tenth of what the bus adds to a transaction.
            let begun = Instant::now();
            if !job.start(begun) {
                return;
            }
            let look = self.first_look(&job, begun);
            let error = match self.attempt(&job, look, begun).await {
                Some(Ok(reply)) => return job.finish(Ok(reply)),
                Some(Err(error)) => error,
                None => return self.looked(job, begun),
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
        !*self.closing.borrow() && !job.is_over(pause) && self.health.put_back(job.unit, Instant::now()).is_none()
    }

    /// Whether a job cannot be done until its deadline: both frames take so long, and the unit to answer.
    fn has_no_time(&self, job: &Job) -> Option<TransactionError> {
        let deadline = job.claim.deadline?;
        let now = Instant::now();
        let needed = self.findings.reply_times.usual(job.unit, self.timing.wire_time(&job.request));
        let is_quiet = self.quiet_until.is_some_and(|until| until > now);
        if after(self.quiet_until.unwrap_or(now).max(now), needed) <= deadline {
            return None;
        }
        let reason = match is_quiet && self.is_quarantined {
            true => WaitReason::LateReply,
            false => WaitReason::TooLittleTime { needed },
        };
        Some(TransactionError::Queue { after: job.asked.elapsed(), reason })
    }

    pub(super) fn is_broadcast(&self, unit: u8) -> bool {
        self.timing.is_serial() && unit == BROADCAST
    }

    /// Whether nothing in a reply says which request it answers.
    pub(super) fn is_ambiguous(&self) -> bool {
        self.timing.is_serial() || self.settings.ignore_transaction_ids
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
            if let Some(until) = self.quiet_until {
                if until > Instant::now() {
                    let state = if self.is_quarantined { LineState::LateReply } else { LineState::Busy };
                    self.findings.set_line(state);
                    let is_over = self.discard_until(until).await;
                    self.findings.set_line(LineState::Busy);
                    if !is_over? {
                        continue;
                    }
                }
                self.quiet_until = None;
                if std::mem::take(&mut self.is_quarantined) {
                    // What came meanwhile was waited for.
                    self.alignment.restart();
                    self.link.as_mut().map(Link::take_surplus);
                }
            }
            if !self.is_ambiguous() || self.is_aligned().await? {
                return Ok(());
            }
        }
    }

    /// Discards what arrives. False if the connection ended.
    async fn discard_until(&mut self, until: Instant) -> Result<bool, TransactionError> {
        loop {
            let Some(link) = &mut self.link else { return Ok(false) };
            match or_closed(&mut self.closing, timeout_at(until, link.discard())).await? {
                Err(_) => return Ok(true),
                Ok(Some(error)) => self.lose(Arc::new(error)),
                Ok(None) => {
                    if let Some(unit) = link.take_late_unit() {
                        self.heard(unit, Instant::now());
                    }
                }
            }
        }
    }

    /// Where the line has to be idle to see whether more replies come than were asked for, has it be so. False if they did,
    /// or the connection ended.
    async fn is_aligned(&mut self) -> Result<bool, TransactionError> {
        let idle_until = self.alignment.idle_until();
        if let Some(until) = idle_until.filter(|until| *until > Instant::now())
            && !self.discard_until(until).await?
        {
            return Ok(false);
        }
        if self.link.as_mut().is_some_and(Link::take_surplus) {
            if let Some(stretch) = self.alignment.take_stretch() {
                self.was_shifted(stretch);
            }
            self.quarantine();
            return Ok(false);
        }
        if idle_until.is_some() {
            self.alignment.restart();
        }
        Ok(true)
    }

    /// Replies may have belonged to the request before theirs.
    pub(super) fn was_shifted(&self, Stretch { requests, begun, .. }: Stretch) {
        let within = begun.elapsed();
        warn!(requests, ?within, "more replies came than were asked for: values may be shifted");
        self.findings.announcer.announce(Event::RepliesShifted { requests, within });
    }

    async fn connect(&mut self) -> Result<(), TransactionError> {
        self.findings.set_line(LineState::Connecting);
        let opening = timeout(self.settings.connect_timeout, self.connector.open());
        let opened = or_closed(&mut self.closing, opening).await;
        self.findings.set_line(LineState::Busy);
        match opened? {
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
        let rules = TcpRules {
            accepted_units: self.settings.accept_unit_ids,
            ignores_ids: self.settings.ignore_transaction_ids,
        };
        let framing = match self.timing {
            Timing::Tcp | Timing::Gateway(_) => Framing::Tcp(TcpFraming::new(rules)),
            Timing::Rtu(_) => Framing::Rtu(RtuFraming::new(self.settings.local_echo)),
        };
        self.link = Some(Link::new(stream, framing));
        self.connected_at = Instant::now();
        self.proven = false;
        self.dead_air = 0;
        self.is_quarantined = false;
        self.alignment = Alignment::new(self.timing.is_serial() && !self.connector.is_network());
        self.health.connected(self.connected_at);
        self.leave_alone_for(self.settings.connect_delay);
        debug!("connected");
        self.findings.announcer.announce(Event::Connected);
    }

    /// Sends nothing for a while, or for longer if that was said before.
    pub(super) fn leave_alone_for(&mut self, duration: Duration) {
        if duration > Duration::ZERO {
            self.quiet_until = self.quiet_until.max(Some(after(Instant::now(), duration)));
        }
    }

    /// Leaves the line alone until a reply must have come that may be on its way.
    pub(super) fn quarantine(&mut self) {
        self.is_quarantined = true;
        self.leave_alone_for(self.reply_delay_max());
    }

    /// For how long a reply may come after its timeout.
    pub(super) fn reply_delay_max(&self) -> Duration {
        self.settings.reply_delay_max.unwrap_or(self.settings.response_timeout)
    }

    /// The connection is of no more use. One that worked, or lasted, is made again at once; one that ends as soon as it
    /// is made is not made in a loop.
    pub(super) fn lose(&mut self, error: Arc<io::Error>) {
        let pause = if self.proven { Duration::ZERO } else { self.backoff.failed() };
        self.retry_at = after(self.connected_at, pause);
        self.forget_connection(error);
    }

    /// The connection seems to be dead. It could be made, and is made again at once.
    pub(super) fn lose_mute(&mut self, error: io::Error) {
        self.retry_at = Instant::now();
        self.forget_connection(Arc::new(error));
    }

    fn forget_connection(&mut self, error: Arc<io::Error>) {
        warn!(%error, "the connection is lost");
        self.link = None;
        self.forget_looks();
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

    pub(super) fn no_connection(&self) -> TransactionError {
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
async fn discard(link: Option<&mut Link>) -> Option<io::Error> {
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
