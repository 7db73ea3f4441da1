//! Connections to Modbus devices: [`Bus`] is the handle to one.
//!
//! A separate task owns the connection and has one transaction in flight (`owner`); handles send it their requests.
//! Dropping a caller never leaves a transaction half done on the line.

mod alignment;
mod attempt;
mod backoff;
mod builder;
mod events;
mod first_look;
mod fit;
mod health;
mod job;
mod owner;
mod reply_time;
mod schedule;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "an overflow fails the test")]
mod tests;
mod timing;
pub(crate) mod transaction;

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until, timeout_at};

pub(crate) use self::backoff::chance_part_of;
pub use self::builder::BusBuilder;
use self::events::Announcer;
pub use self::events::{Event, Events};
use self::fit::Fit;
use self::job::{Budget, Claim, Gate, Job};
use self::reply_time::ReplyTimes;
use self::schedule::Lane;
use self::timing::Timing;
pub(crate) use self::timing::after;
use crate::bus::transaction::{Reply, Request};
#[cfg(any(feature = "tcp", feature = "rtu"))]
use crate::device::RtuSettings;
#[cfg(any(feature = "tcp", feature = "rtu"))]
use crate::error::ConnectError;
use crate::error::{TransactionError, WaitReason};
use crate::plan::Cost;
use crate::transport::BROADCAST;
use crate::unit::{Unit, UnitMemory};

/// A connection to one Modbus TCP server, or to one serial line and the units on it.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// # use modbus_bindgen_runtime::Bus;
/// let bus = Bus::tcp("192.168.1.40").await?;
/// let words = bus.unit(1).read_holding(100, 2).await?;
/// bus.close().await;
/// # Ok(())
/// # }
/// ```
///
/// Cheap to clone; clones share the connection. Requests are sent one at a time: writes before reads, at most four
/// writes in a row, and the units take turns. A unit that does not answer is asked less often while requests to other
/// units wait. The connection ends when [`Bus::close`] is called or the last handle, [`Unit`]s included, is dropped.
///
/// A lost connection is made again, with growing pauses between attempts; until then, requests fail at once.
#[derive(Clone)]
pub struct Bus {
    shared: Arc<Shared>,
}

struct Shared {
    endpoint: String,
    timing: Timing,
    gate: Gate,
    queue: mpsc::UnboundedSender<Job>,
    budget: Budget,
    findings: Arc<Findings>,
    plans_as_measured: bool,
    /// The time a unit takes to begin its answer, where it was set.
    turnaround: Option<Duration>,
    closing: watch::Sender<bool>,
    /// Closes when the owner has ended.
    ended: watch::Receiver<()>,
    memories: Mutex<HashMap<u8, Arc<UnitMemory>>>,
}

/// What the owner task learns, for all handles.
#[derive(Debug, Default)]
struct Findings {
    announcer: Announcer,
    fit: Fit,
    reply_times: ReplyTimes,
    line: AtomicU8,
}

/// Why requests have to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineState {
    /// For other requests.
    Busy,
    /// For a late reply.
    LateReply,
    /// There is no connection yet.
    Connecting,
}

impl Findings {
    fn set_line(&self, state: LineState) {
        self.line.store(state as u8, Ordering::Relaxed);
    }

    /// Why requests have to wait.
    fn wait_reason(&self) -> WaitReason {
        match self.line.load(Ordering::Relaxed) {
            line if line == LineState::LateReply as u8 => WaitReason::LateReply,
            line if line == LineState::Connecting as u8 => WaitReason::Connecting,
            _ => WaitReason::OtherRequests,
        }
    }
}

/// How a transaction is made.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Manner {
    /// Bounds all of it: waiting for its turn, every attempt and the pauses between them.
    pub(crate) timeout: Option<Duration>,
    /// There is no second attempt once the request may have reached the unit: for reads that change the device, and where
    /// one attempt says enough.
    pub(crate) is_sent_once: bool,
    /// It goes on with something that has had its turn.
    pub(crate) goes_on: bool,
    /// It is a part of a block that the device failed at.
    pub(crate) is_part: bool,
}

impl Bus {
    /// Connects to a Modbus TCP server with the defaults of [`Bus::builder`]. `address` is `host`, `host:port`, an IP
    /// address or a socket address; the port is 502 unless given.
    ///
    /// # Errors
    ///
    /// If the address cannot be parsed, or the connection cannot be made within 3 s.
    #[cfg(feature = "tcp")]
    pub async fn tcp(address: impl fmt::Display) -> Result<Self, ConnectError> {
        Self::builder().tcp(address).await
    }

    /// Opens a serial line with the defaults of [`Bus::builder`].
    ///
    /// # Errors
    ///
    /// If the port cannot be opened, or the settings are not valid for RTU.
    #[cfg(feature = "rtu")]
    pub async fn rtu(path: impl Into<String>, settings: RtuSettings) -> Result<Self, ConnectError> {
        Self::builder().rtu(path, settings).await
    }

    /// Connects to a serial converter that carries RTU over TCP, with the defaults of [`Bus::builder`]. The settings are
    /// those of the line behind it.
    ///
    /// # Errors
    ///
    /// As [`Bus::tcp`].
    #[cfg(feature = "tcp")]
    pub async fn rtu_over_tcp(address: impl fmt::Display, line: RtuSettings) -> Result<Self, ConnectError> {
        Self::builder().rtu_over_tcp(address, line).await
    }

    /// Settings other than the defaults, and other kinds of connections.
    pub fn builder() -> BusBuilder {
        BusBuilder::default()
    }

    /// One device on this bus.
    ///
    /// On a serial line, 1 to 247 are the ids of units, and 0 is the broadcast: it can be written to, and no unit
    /// answers. On TCP the id selects a unit behind a gateway; a device that is connected directly often ignores it.
    #[must_use]
    pub fn unit(&self, id: u8) -> Unit {
        Unit::new(self.clone(), id)
    }

    /// The events of the connection from now on, beginning with its current state.
    #[must_use]
    pub fn events(&self) -> Events {
        self.shared.findings.announcer.events()
    }

    /// Finishes the transaction in flight, refuses waiting requests, ends the connection and returns when that is done.
    /// From then on every request fails with [`TransactionError::Closed`]. When it returns, the port is free for
    /// others. If the last handle is dropped instead, the port becomes free soon after, without notice.
    pub async fn close(&self) {
        self.shared.closing.send_replace(true);
        self.ended().await;
    }

    /// Waits until the connection has ended for good.
    pub(crate) async fn ended(&self) {
        let mut ended = self.shared.ended.clone();
        // Nothing is ever sent: this fails when the owner is gone.
        while ended.changed().await.is_ok() {}
    }

    /// One transaction, retried as the bus is configured. May be dropped at any time.
    ///
    /// `timeout` bounds all of it: waiting for its turn, every attempt and the pauses between them.
    pub(crate) async fn transact(
        &self,
        unit: u8,
        request: Request,
        timeout: Option<Duration>,
    ) -> Result<Reply, TransactionError> {
        self.transact_as(Manner { timeout, ..Manner::default() }, unit, request).await
    }

    /// One transaction, made in this manner. May be dropped at any time.
    pub(crate) async fn transact_as(
        &self,
        manner: Manner,
        unit: u8,
        request: Request,
    ) -> Result<Reply, TransactionError> {
        if self.is_broadcast(unit) && request.is_read() {
            return Err(TransactionError::BroadcastRead);
        }
        let asked = Instant::now();
        let Manner { timeout, is_sent_once, goes_on, is_part } = manner;
        let budget = if is_sent_once { Budget { retries: 0, ..self.shared.budget } } else { self.shared.budget };
        let claim = Claim::new(timeout.map(|timeout| after(asked, timeout)));
        let findings = &self.shared.findings;
        let waited_too_long = || TransactionError::Queue { after: asked.elapsed(), reason: findings.wait_reason() };
        let entry = if goes_on {
            None
        } else {
            let entering = self.shared.gate.enter(Lane { unit, is_read: request.is_read() });
            let entry = match claim.deadline {
                None => entering.await,
                Some(deadline) => timeout_at(deadline, entering).await.map_err(|_| waited_too_long())?,
            };
            Some(entry.map_err(|_| TransactionError::Closed)?)
        };
        let (answer, mut result) = oneshot::channel();
        let job =
            Job { unit, request, asked, claim: claim.clone(), budget, goes_on, is_part, entry, failure: None, answer };
        self.shared.queue.send(job).map_err(|_| TransactionError::Closed)?;
        let result = match claim.deadline {
            None => result.await,
            Some(deadline) => tokio::select! {
                biased;
                result = &mut result => result,
                () = sleep_until(deadline) => return Err(claim.give_up(waited_too_long)),
            },
        };
        result.unwrap_or_else(|_| Err(owner_gone(&claim)))
    }

    /// What the unit refused before, shared by every handle on this bus.
    pub(crate) fn memory(&self, unit: u8) -> Arc<UnitMemory> {
        let mut memories = self.shared.memories.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(memories.entry(unit).or_default())
    }

    /// Whether both are handles to the same connection.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    /// How often the connection to a unit was made, or the unit came back after it had been silent: what was learnt of its
    /// settings may have changed since an earlier time.
    pub(crate) fn connections(&self, unit: u8) -> u64 {
        self.shared.findings.announcer.connections(unit)
    }

    /// Whether whoever is on the bus obeys what is sent to this unit.
    pub(crate) fn is_broadcast(&self, unit: u8) -> bool {
        self.shared.timing.is_serial() && unit == BROADCAST
    }

    /// What is known of the units that obey what is sent to this one.
    pub(crate) fn memories_of(&self, unit: u8) -> Vec<Arc<UnitMemory>> {
        if !self.is_broadcast(unit) {
            return vec![self.memory(unit)];
        }
        let memories = self.shared.memories.lock().unwrap_or_else(PoisonError::into_inner);
        memories.values().map(Arc::clone).collect()
    }

    /// What read requests cost on this link, as plans count it: computed from the link's settings, or measured if
    /// [`BusBuilder::plan_as_measured`] was set.
    #[must_use]
    pub fn cost(&self) -> Cost {
        let measured = if self.shared.plans_as_measured { self.measured_cost() } else { None };
        measured.unwrap_or_else(|| self.shared.timing.cost(self.shared.turnaround))
    }

    /// As [`Bus::cost`], for a unit whose turnaround was measured where none was set.
    pub(crate) fn cost_of(&self, unit: u8) -> Cost {
        let measured = if self.shared.plans_as_measured { self.measured_cost() } else { None };
        measured.unwrap_or_else(|| {
            let turnaround = self.shared.turnaround.or_else(|| self.shared.findings.reply_times.turnaround(unit));
            self.shared.timing.cost(turnaround)
        })
    }

    /// What read requests cost, measured from the transactions so far; `None` while there are few, or all have one
    /// size.
    #[must_use]
    pub fn measured_cost(&self) -> Option<Cost> {
        self.shared.findings.fit.cost(self.shared.timing.cost(None).frame_bytes)
    }
}

/// The owner answers whatever it was given, unless its runtime was shut down, or a stream of the user's panicked. Then a
/// request whose turn had come may have been on the line.
fn owner_gone(claim: &Claim) -> TransactionError {
    claim.end().map_or_else(
        |error| error,
        |sent| {
            let source = Arc::new(io::Error::other("the tokio runtime that the bus was created in has ended"));
            TransactionError::Transport { source, sent }
        },
    )
}

impl fmt::Debug for Bus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bus").field("endpoint", &self.shared.endpoint).finish_non_exhaustive()
    }
}
