//! Values that a device forgets unless they are written repeatedly.

use std::fmt;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};
use tracing::warn;

use crate::bus::after;
use crate::error::{ExceptionCode, InvalidValue, TransactionError, WriteError};
use crate::unit::write::Write;

/// The shortest interval: a shorter one would leave no time on the bus for other requests.
const SHORTEST: Duration = Duration::from_millis(10);

/// Repeats a write until it is dropped or stopped. If a write fails, it is repeated sooner, and
/// [`last_error`](Self::last_error) says why. After its bus was closed, it waits for a value for another bus.
///
/// ```no_run
/// # use std::time::Duration;
/// # use modbus_bindgen_runtime::point::{Point, ReadWrite};
/// # use modbus_bindgen_runtime::Unit;
/// # async fn example(pump: Unit, DEMAND: Point<f64, ReadWrite>) -> Result<(), Box<dyn std::error::Error>> {
/// // A setter of generated code gives the same: pump.set_demand(40.0).keep_alive()
/// let demand = pump.write_point(DEMAND, 40.0).keep_alive_every(Duration::from_secs(10));
///
/// tokio::time::sleep(Duration::from_secs(600)).await;
/// demand.set(pump.write_point(DEMAND, 55.0))?; // at once, and from now on
///
/// if let Some(error) = demand.last_error() {
///     eprintln!("the pump does not take it: {error}"); // it is still repeated
/// }
/// demand.stop().await; // or drop it
/// # Ok(())
/// # }
/// ```
#[must_use = "the value is not repeated any more once this is dropped"]
pub struct KeepAlive {
    wanted: watch::Sender<Write>,
    failure: watch::Receiver<Option<WriteError>>,
    task: JoinHandle<()>,
}

impl KeepAlive {
    pub(crate) fn start(write: Write, interval: Duration) -> Self {
        let (wanted, changes) = watch::channel(write);
        let (report, failure) = watch::channel(None);
        let task = tokio::spawn(repeat(changes, report, interval.max(SHORTEST)));
        Self { wanted, failure, task }
    }

    /// Writes another value now, and repeats it from now on. Make the write with the same setter as the first one:
    /// `keep_alive.set(device.set_start_heat_pump(2))`.
    ///
    /// # Errors
    ///
    /// If the device has no raw value for it, or its document does not allow it. The previous value is then still
    /// repeated. It also is if the device's own limits do not allow the new one, which [`KeepAlive::errors`] reports.
    pub fn set(&self, write: Write) -> Result<(), WriteError> {
        write.check()?;
        // The one before is not wanted any more.
        let _ = self.wanted.send_replace(write);
        Ok(())
    }

    /// Why the last attempt failed; `None` once an attempt succeeds. It changes with every failed attempt. If the
    /// device does not allow a value that was set, that error stays until another value is set.
    #[must_use]
    pub fn errors(&self) -> watch::Receiver<Option<WriteError>> {
        self.failure.clone()
    }

    /// Why the last attempt failed; `None` if it succeeded.
    #[must_use]
    pub fn last_error(&self) -> Option<WriteError> {
        self.failure.borrow().clone()
    }

    /// Stops repeating, after the write in progress.
    pub async fn stop(mut self) {
        // The task ends when nobody can give it another value.
        let (nobody, _) = watch::channel(self.wanted.borrow().clone());
        self.wanted = nobody;
        // It neither panics nor is aborted by anybody else.
        let _ = (&mut self.task).await;
    }
}

impl Drop for KeepAlive {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for KeepAlive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("KeepAlive").field(&*self.wanted.borrow()).finish()
    }
}

/// A fraction of a time.
pub(crate) fn part_of(whole: Duration, parts: u32) -> Duration {
    whole.checked_div(parts).unwrap_or(whole)
}

/// Whether another value would have been written.
fn is_about_the_value(error: &WriteError) -> bool {
    match error {
        // What scales it may do so again soon.
        WriteError::Invalid { reason, .. } => !matches!(reason, InvalidValue::NoScale { .. }),
        WriteError::Refused { exception, .. } => exception.code == ExceptionCode::IllegalDataValue,
        WriteError::NotSent { .. } | WriteError::OutcomeUnknown { .. } => false,
    }
}

/// Whether the bus was closed.
const fn is_over(error: &WriteError) -> bool {
    matches!(error, WriteError::NotSent { cause: TransactionError::Closed, .. })
}

async fn repeat(mut wanted: watch::Receiver<Write>, report: watch::Sender<Option<WriteError>>, interval: Duration) {
    let mut current = wanted.borrow_and_update().clone();
    // What the device took last, and whether it is repeated because the device did not take what was wanted instead.
    let (mut taken, mut fallen_back) = (None, false);
    loop {
        let begun = Instant::now();
        let pause = match current.clone().await {
            Ok(()) => {
                taken = Some(current.clone());
                report.send_if_modified(|failure| !fallen_back && failure.take().is_some());
                interval
            }
            Err(error) => {
                warn!(%error, "a value that has to be repeated was not written");
                if let Some(taken) = taken.clone().filter(|_| is_about_the_value(&error)) {
                    current = taken;
                    fallen_back = true;
                }
                // A closed bus stays closed, and another value may be one for another bus.
                let pause = if is_over(&error) { Duration::MAX } else { part_of(interval, 10).max(SHORTEST) };
                report.send_replace(Some(error));
                pause
            }
        };
        let next = after(begun, pause).max(Instant::now());
        tokio::select! {
            biased;
            changed = wanted.changed() => match changed {
                Ok(()) => {
                    current = wanted.borrow_and_update().clone();
                    fallen_back = false;
                }
                Err(_) => return,
            },
            () = sleep_until(next) => {}
        }
    }
}
