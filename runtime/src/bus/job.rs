//! A transaction on its way from a caller to the owner of the connection.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::Instant;

use super::schedule::Lane;
use super::timing::after;
use crate::bus::transaction::{Reply, Request};
use crate::error::{ExceptionCode, Silence, TransactionError};

/// Reads, and writes, of one unit that wait for their turn before a caller has to wait to be let in.
const LANE_LENGTH: usize = 64;

/// Lets callers in. Each unit has its own room, for reads and for writes, so that none fills up another's.
#[derive(Debug, Default)]
pub(super) struct Gate {
    lanes: Mutex<HashMap<Lane, Arc<Semaphore>>>,
}

impl Gate {
    /// Waits until there is room.
    pub(super) async fn enter(&self, lane: Lane) -> Result<Entry, AcquireError> {
        let room = {
            let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(lanes.entry(lane).or_insert_with(|| Arc::new(Semaphore::new(LANE_LENGTH))))
        };
        Ok(Entry { _permit: room.acquire_owned().await? })
    }
}

/// A place among those that wait; free for the next once this is dropped.
#[derive(Debug)]
pub(super) struct Entry {
    _permit: OwnedSemaphorePermit,
}

/// A transaction somebody waits for.
pub(super) struct Job {
    pub(super) unit: u8,
    pub(super) request: Request,
    pub(super) asked: Instant,
    pub(super) claim: Claim,
    pub(super) budget: Budget,
    /// Whether it goes on with something that has had its turn.
    pub(super) goes_on: bool,
    /// Whether it is a part of a block that the device failed at, so that the line was left alone already.
    pub(super) is_part: bool,
    pub(super) entry: Option<Entry>,
    /// What the first attempt ended with.
    pub(super) failure: Option<TransactionError>,
    pub(super) answer: oneshot::Sender<Result<Reply, TransactionError>>,
}

impl Job {
    pub(super) const fn lane(&self) -> Lane {
        Lane { unit: self.unit, is_read: self.request.is_read() }
    }

    /// Whether an attempt may begin, because somebody still wants it.
    pub(super) fn start(&mut self, now: Instant) -> bool {
        !self.answer.is_closed() && self.claim.start(now)
    }

    /// An attempt failed and will be repeated. From here on the caller may leave with its error.
    pub(super) fn failed(&mut self, error: TransactionError) {
        *self.claim.phase() = Phase::Failed(error.clone());
        self.failure.get_or_insert(error);
    }

    /// Whether an attempt after this pause would come too late.
    pub(super) fn is_over(&self, pause: Duration) -> bool {
        self.claim.deadline.is_some_and(|deadline| after(Instant::now(), pause) >= deadline)
    }

    /// Gives the caller what it waits for, unless it has gone in the meantime.
    pub(super) fn finish(mut self, result: Result<Reply, TransactionError>) {
        let result = result.map_err(|last| match self.failure.take() {
            Some(first) => TransactionError::repeated(first, last),
            None => last,
        });
        let _ = self.answer.send(result);
    }

    /// Gives the caller the reason why there is no attempt: the error of the one before, if there was one.
    pub(super) fn finish_without_attempt(mut self, reason: TransactionError) {
        let error = self.failure.take().unwrap_or(reason);
        let _ = self.answer.send(Err(error));
    }
}

/// A caller's deadline, and how far its request has come.
#[derive(Debug, Clone)]
pub(super) struct Claim {
    pub(super) deadline: Option<Instant>,
    phase: Arc<Mutex<Phase>>,
}

#[derive(Debug)]
enum Phase {
    Waiting,
    /// Since when an attempt is under way.
    InFlight(Instant),
    /// Between two attempts.
    Failed(TransactionError),
    GivenUp,
}

impl Claim {
    pub(super) fn new(deadline: Option<Instant>) -> Self {
        Self { deadline, phase: Arc::new(Mutex::new(Phase::Waiting)) }
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&self, now: Instant) -> bool {
        let mut phase = self.phase();
        if matches!(*phase, Phase::GivenUp) {
            return false;
        }
        *phase = Phase::InFlight(now);
        true
    }

    /// The deadline is over: the error to leave with. Nothing is sent any more; what is on the line is finished without
    /// its caller.
    pub(super) fn give_up(&self, waiting: impl FnOnce() -> TransactionError) -> TransactionError {
        match std::mem::replace(&mut *self.phase(), Phase::GivenUp) {
            Phase::Waiting | Phase::GivenUp => waiting(),
            Phase::Failed(error) => error,
            Phase::InFlight(since) => TransactionError::Timeout { after: since.elapsed(), silence: Silence::GivenUp },
        }
    }

    /// The owner is gone without an answer: whether the request may have been sent, or what an attempt ended with.
    pub(super) fn end(&self) -> Result<bool, TransactionError> {
        match std::mem::replace(&mut *self.phase(), Phase::GivenUp) {
            Phase::Waiting | Phase::GivenUp => Ok(false),
            Phase::Failed(error) => Err(error),
            Phase::InFlight(_) => Ok(true),
        }
    }
}

/// What may still be repeated of a job.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    /// One repetition of what provably was not sent: a connection that has been idle may have ended unnoticed.
    pub(super) resend: bool,
    pub(super) retries: u32,
    pub(super) busy_delay: Duration,
}

impl Budget {
    /// The pause after which the request may be repeated after this error, if it may.
    pub(super) fn pause(&mut self, request: &Request, error: &TransactionError) -> Option<Duration> {
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
