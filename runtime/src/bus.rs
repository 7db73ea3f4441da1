//! The handle to a connection.
//!
//! A task of its own owns the connection and has one transaction in flight ([`owner`]); handles send it what is to be
//! done. A caller that is dropped leaves nothing half done on the line.

mod backoff;
mod builder;
mod owner;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "an overflow fails the test")]
mod tests;
mod timing;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until, timeout_at};

pub use self::builder::BusBuilder;
use self::owner::Job;
use self::timing::{Timing, after};
use crate::device::RtuSettings;
use crate::error::{ConnectError, TransactionError};
use crate::plan::Cost;
use crate::transaction::{Reply, Request};
use crate::transport::BROADCAST;
use crate::unit::{Unit, UnitMemory};

/// A connection to one Modbus TCP server, or to one serial line and the units on it.
///
/// Cheap to clone; clones share the connection. Requests are sent one at a time, in the order in which they arrive.
/// The connection ends when [`Bus::close`] is called or the last handle, [`Unit`]s included, is dropped.
///
/// A lost connection is made again, with growing pauses while that fails; until it is there, requests fail at once.
#[derive(Clone)]
pub struct Bus {
    shared: Arc<Shared>,
}

struct Shared {
    endpoint: String,
    timing: Timing,
    queue: mpsc::Sender<Job>,
    closing: watch::Sender<bool>,
    /// Closes when the owner has ended.
    ended: watch::Receiver<()>,
    memories: Mutex<HashMap<u8, Arc<UnitMemory>>>,
}

impl Bus {
    /// Connects to a Modbus TCP server with the defaults of [`Bus::builder`]. `address` is `host`, `host:port`, an IP
    /// address or a socket address; the port is 502 unless given.
    ///
    /// # Errors
    ///
    /// If the address cannot be understood or the connection not be made within 3 s.
    pub async fn tcp(address: impl fmt::Display) -> Result<Self, ConnectError> {
        Self::builder().tcp(address).await
    }

    /// Opens a serial line with the defaults of [`Bus::builder`].
    ///
    /// # Errors
    ///
    /// If the port cannot be opened or the settings are none RTU can have.
    pub async fn rtu(path: impl Into<String>, settings: RtuSettings) -> Result<Self, ConnectError> {
        Self::builder().rtu(path, settings).await
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

    /// Finishes the transaction in flight, refuses what waits, ends the connection and returns when that is done.
    /// From then on every request fails with [`TransactionError::Closed`].
    pub async fn close(&self) {
        self.shared.closing.send_replace(true);
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
        if self.shared.timing.is_serial() && unit == BROADCAST && request.is_read() {
            return Err(TransactionError::BroadcastRead);
        }
        let asked = Instant::now();
        let deadline = timeout.map(|timeout| after(asked, timeout));
        let (answer, mut result) = oneshot::channel();
        let (start, mut started) = oneshot::channel();
        let job = Job { unit, request, deadline, start: Some(start), answer };
        let Some(deadline) = deadline else {
            self.shared.queue.send(job).await.map_err(|_| TransactionError::Closed)?;
            return result.await.unwrap_or(Err(TransactionError::Closed));
        };
        let waited_too_long = || TransactionError::Queue { after: asked.elapsed() };
        match timeout_at(deadline, self.shared.queue.send(job)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Err(TransactionError::Closed),
            Err(_) => return Err(waited_too_long()),
        }
        tokio::select! {
            biased;
            result = &mut result => return result.unwrap_or(Err(TransactionError::Closed)),
            _ = &mut started => {}
            () = sleep_until(deadline) => {
                // The owner skips a job whose start nobody waits for. If it has started, it keeps to the deadline.
                started.close();
                if started.try_recv().is_err() {
                    return Err(waited_too_long());
                }
            }
        }
        result.await.unwrap_or(Err(TransactionError::Closed))
    }

    /// What the unit refused before, shared by every handle on this bus.
    pub(crate) fn memory(&self, unit: u8) -> Arc<UnitMemory> {
        let mut memories = self.shared.memories.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(memories.entry(unit).or_default())
    }

    /// What requests cost on this link.
    pub(crate) fn cost(&self) -> Cost {
        self.shared.timing.cost()
    }
}

impl fmt::Debug for Bus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bus").field("endpoint", &self.shared.endpoint).finish_non_exhaustive()
    }
}
