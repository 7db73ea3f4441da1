//! A transaction on its way from a caller to the owner of the connection.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::Instant;

use super::schedule::Lane;
use super::timing::after;
use crate::bus::transaction::{Reply, Request};
use crate::error::{ExceptionCode, TransactionError};

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
    /// When the caller wants to have an answer, whichever.
    pub(super) claim: Option<Claim>,
    pub(super) budget: Budget,
    pub(super) entry: Option<Entry>,
    /// What the last attempt ended with.
    pub(super) failure: Option<TransactionError>,
    pub(super) answer: oneshot::Sender<Result<Reply, TransactionError>>,
}

impl Job {
    pub(super) const fn lane(&self) -> Lane {
        Lane { unit: self.unit, is_read: self.request.is_read() }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.claim.as_ref().map(|claim| claim.deadline)
    }

    /// Whether an attempt may begin, because somebody still wants it. Once this said so, the caller waits for the end of
    /// the attempt.
    pub(super) fn start(&mut self) -> bool {
        !self.answer.is_closed() && self.claim.as_ref().is_none_or(Claim::start)
    }

    /// An attempt failed and will be repeated. From here on the caller may leave with its error.
    pub(super) fn failed(&mut self, error: TransactionError) {
        if let Some(claim) = &self.claim {
            *claim.phase() = Phase::Failed(error.clone());
        }
        self.failure = Some(error);
    }

    /// Whether an attempt after this pause would come too late.
    pub(super) fn is_over(&self, pause: Duration) -> bool {
        self.deadline().is_some_and(|deadline| after(Instant::now(), pause) >= deadline)
    }

    /// Gives the caller what it waits for, unless it has gone in the meantime.
    pub(super) fn finish(self, result: Result<Reply, TransactionError>) {
        let _ = self.answer.send(result);
    }
}

/// A caller's deadline, and how far its request has come.
#[derive(Debug, Clone)]
pub(super) struct Claim {
    pub(super) deadline: Instant,
    phase: Arc<Mutex<Phase>>,
}

#[derive(Debug)]
enum Phase {
    Waiting,
    InFlight,
    /// Between two attempts.
    Failed(TransactionError),
    GivenUp,
}

impl Claim {
    pub(super) fn new(deadline: Instant) -> Self {
        Self { deadline, phase: Arc::new(Mutex::new(Phase::Waiting)) }
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&self) -> bool {
        let mut phase = self.phase();
        if matches!(*phase, Phase::GivenUp) {
            return false;
        }
        *phase = Phase::InFlight;
        true
    }

    /// The deadline is over: the error to leave with, which makes sure that nothing is sent any more. None if an attempt
    /// is under way, which keeps to the deadline by itself.
    pub(super) fn give_up(&self, waiting: impl FnOnce() -> TransactionError) -> Option<TransactionError> {
        let mut phase = self.phase();
        match std::mem::replace(&mut *phase, Phase::GivenUp) {
            Phase::Waiting => Some(waiting()),
            Phase::Failed(error) => Some(error),
            under_way @ (Phase::InFlight | Phase::GivenUp) => {
                *phase = under_way;
                None
            }
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
