//! The handle to a connection.
//!
//! A task of its own owns the connection and has one transaction in flight ([`owner`]); handles send it what is to be
//! done. A caller that is dropped leaves nothing half done on the line.

mod attendance;
mod backoff;
mod builder;
mod events;
mod fit;
mod job;
mod owner;
mod schedule;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "an overflow fails the test")]
mod tests;
mod timing;
pub(crate) mod transaction;

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until, timeout_at};

pub use self::builder::BusBuilder;
use self::events::Announcer;
pub use self::events::{Event, Events};
use self::fit::Fit;
use self::job::{Budget, Claim, Gate, Job};
use self::schedule::Lane;
use self::timing::Timing;
pub(crate) use self::timing::after;
use crate::bus::transaction::{Reply, Request};
#[cfg(any(feature = "tcp", feature = "rtu"))]
use crate::device::RtuSettings;
#[cfg(any(feature = "tcp", feature = "rtu"))]
use crate::error::ConnectError;
use crate::error::TransactionError;
use crate::plan::Cost;
use crate::transport::BROADCAST;
use crate::unit::{Unit, UnitMemory};

/// A connection to one Modbus TCP server, or to one serial line and the units on it.
///
/// Cheap to clone; clones share the connection. Requests are sent one at a time: writes before reads, at most four in a
/// row, and the units in turn. A unit that does not answer is asked less often while others are wanted. The connection ends when [`Bus::close`] is called or the last handle, [`Unit`]s included, is dropped.
///
/// A lost connection is made again, with growing pauses while that fails; until it is there, requests fail at once.
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
    closing: watch::Sender<bool>,
    /// Closes when the owner has ended.
    ended: watch::Receiver<()>,
    memories: Mutex<HashMap<u8, Arc<UnitMemory>>>,
}

/// What the owner finds out, for all handles.
#[derive(Debug, Default)]
struct Findings {
    announcer: Announcer,
    fit: Fit,
}

impl Bus {
    /// Connects to a Modbus TCP server with the defaults of [`Bus::builder`]. `address` is `host`, `host:port`, an IP
    /// address or a socket address; the port is 502 unless given.
    ///
    /// # Errors
    ///
    /// If the address cannot be understood or the connection not be made within 3 s.
    #[cfg(feature = "tcp")]
    pub async fn tcp(address: impl fmt::Display) -> Result<Self, ConnectError> {
        Self::builder().tcp(address).await
    }

    /// Opens a serial line with the defaults of [`Bus::builder`].
    ///
    /// # Errors
    ///
    /// If the port cannot be opened or the settings are none RTU can have.
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

    /// For what the defaults do not suit.
    pub fn builder() -> BusBuilder {
        BusBuilder::default()
    }

    /// One device on this bus.
    ///
    /// On a serial line 1 to 247 name one unit each, and 0 is the broadcast: it can be written to, and nobody answers.
    /// On TCP the id matters behind a gateway; a device that is reached directly often ignores it.
    #[must_use]
    pub fn unit(&self, id: u8) -> Unit {
        Unit::new(self.clone(), id)
    }

    /// What happens to the connection from now on, beginning with what is known of it.
    #[must_use]
    pub fn events(&self) -> Events {
        self.shared.findings.announcer.events()
    }

    /// Finishes the transaction in flight, refuses what waits, ends the connection and returns when that is done.
    /// From then on every request fails with [`TransactionError::Closed`].
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
        self.transact_within(self.shared.budget, unit, request, timeout).await
    }

    /// As [`Bus::transact`], without a second attempt once the request may have reached the unit: for reads that change
    /// the device.
    pub(crate) async fn transact_once(
        &self,
        unit: u8,
        request: Request,
        timeout: Option<Duration>,
    ) -> Result<Reply, TransactionError> {
        let budget = Budget { retries: 0, ..self.shared.budget };
        self.transact_within(budget, unit, request, timeout).await
    }

    async fn transact_within(
        &self,
        budget: Budget,
        unit: u8,
        request: Request,
        timeout: Option<Duration>,
    ) -> Result<Reply, TransactionError> {
        if self.is_broadcast(unit) && request.is_read() {
            return Err(TransactionError::BroadcastRead);
        }
        let asked = Instant::now();
        let claim = timeout.map(|timeout| Claim::new(after(asked, timeout)));
        let waited_too_long = || TransactionError::Queue { after: asked.elapsed() };
        let entering = self.shared.gate.enter(Lane { unit, is_read: request.is_read() });
        let entry = match &claim {
            None => entering.await,
            Some(claim) => timeout_at(claim.deadline, entering).await.map_err(|_| waited_too_long())?,
        };
        let entry = Some(entry.map_err(|_| TransactionError::Closed)?);
        let (answer, mut result) = oneshot::channel();
        let job = Job { unit, request, claim: claim.clone(), budget, entry, failure: None, answer };
        self.shared.queue.send(job).map_err(|_| TransactionError::Closed)?;
        if let Some(claim) = claim {
            tokio::select! {
                biased;
                result = &mut result => return result.unwrap_or_else(|_| Err(owner_gone())),
                () = sleep_until(claim.deadline) => if let Some(error) = claim.give_up(waited_too_long) {
                    return Err(error);
                }
            }
        }
        result.await.unwrap_or_else(|_| Err(owner_gone()))
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

    /// What read requests cost on this link, as plans are made for it: computed from what is known of the link, or as
    /// measured where [`BusBuilder::plan_as_measured`] asked for that.
    #[must_use]
    pub fn cost(&self) -> Cost {
        let measured = if self.shared.plans_as_measured { self.measured_cost() } else { None };
        measured.unwrap_or_else(|| self.shared.timing.cost())
    }

    /// What read requests cost by the transactions made so far; `None` while there are few, or all of one size.
    #[must_use]
    pub fn measured_cost(&self) -> Option<Cost> {
        self.shared.findings.fit.cost(self.shared.timing.cost().frame_bytes)
    }
}

/// The owner answers whatever it was given, unless its runtime was shut down, or a stream of the user's panicked. Then the
/// request may have been on the line.
fn owner_gone() -> TransactionError {
    let source = Arc::new(io::Error::other("the runtime that the bus was made in has ended"));
    TransactionError::Transport { source, sent: true }
}

impl fmt::Debug for Bus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bus").field("endpoint", &self.shared.endpoint).finish_non_exhaustive()
    }
}
