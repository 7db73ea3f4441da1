//! Requests that write. Values are checked when a request is made; an invalid one is reported when the request is
//! awaited, before anything is sent.

mod assignment;
mod operation;
mod raw;
mod send;

use core::future::IntoFuture;
use std::sync::Arc;
use std::time::Duration;

pub use self::assignment::Assignment;
use self::raw::{RawValues, raw_request};
use crate::error::{InvalidValue, Target, WriteError, WriteSetError};
use crate::unit::Unit;
use crate::unit::keep_alive::{KeepAlive, part_of};
use crate::unit::read::{RequestFuture, deadline};
use crate::unit::sequence::WriteSequence;

/// How often a value is repeated if the device's document does not say how often.
const NOTHING_SAID: Duration = Duration::from_secs(60);

/// What the device is asked before it is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Checks {
    WithDevice,
    None,
}

#[derive(Debug, Clone)]
enum Job {
    Assignment(Assignment),
    Raw {
        address: u16,
        values: RawValues,
    },
    /// The point is one that its array's element does not have.
    NoSuchElement,
}

fn no_such_element() -> WriteError {
    WriteError::Invalid { target: Target::no_such_element(), reason: InvalidValue::NoSuchElement }
}

/// Writes one point, or raw values. `.await` sends it.
#[must_use = "nothing is written until this is awaited"]
#[derive(Debug, Clone)]
pub struct Write {
    unit: Unit,
    job: Job,
    checks: Checks,
    timeout: Option<Duration>,
}

impl Write {
    pub(crate) fn assignment(unit: Unit, assignment: Assignment) -> Self {
        Self { unit, job: Job::Assignment(assignment), checks: Checks::WithDevice, timeout: None }
    }

    pub(crate) fn no_such_element(unit: Unit) -> Self {
        Self { unit, job: Job::NoSuchElement, checks: Checks::None, timeout: None }
    }

    fn raw(unit: Unit, address: u16, values: RawValues) -> Self {
        Self { unit, job: Job::Raw { address, values }, checks: Checks::None, timeout: None }
    }

    pub(crate) fn coil(unit: Unit, address: u16, value: bool) -> Self {
        Self::raw(unit, address, RawValues::Coil(value))
    }

    pub(crate) fn register(unit: Unit, address: u16, value: u16) -> Self {
        Self::raw(unit, address, RawValues::Register(value))
    }

    pub(crate) fn coils(unit: Unit, address: u16, values: Arc<[bool]>) -> Self {
        Self::raw(unit, address, RawValues::Coils(values))
    }

    pub(crate) fn registers(unit: Unit, address: u16, values: Arc<[u16]>) -> Self {
        Self::raw(unit, address, RawValues::Registers(values))
    }

    /// Gives up after this time, which includes waiting for its turn.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Does not ask the device first whether it has the point and what it allows: for values outside its limits, and
    /// for one request instead of several. The limits in the table are still checked.
    pub fn unchecked(mut self) -> Self {
        self.checks = Checks::None;
        self
    }
}

impl Write {
    /// The errors that can be found without asking the device.
    pub(crate) fn check(&self) -> Result<(), WriteError> {
        match &self.job {
            Job::Assignment(assignment) => self.unit.check_requests(std::slice::from_ref(assignment)),
            Job::Raw { address, values } => raw_request(&self.unit, *address, values.clone()).map(|_| ()),
            Job::NoSuchElement => Err(no_such_element()),
        }
    }

    /// How often this has to be written according to the device's document, in seconds.
    pub(crate) fn keep_alive_s(&self) -> Option<u32> {
        match &self.job {
            Job::Assignment(assignment) => assignment.info.keep_alive_s(),
            Job::Raw { .. } | Job::NoSuchElement => None,
        }
    }

    /// Adds a write that is sent once the device has confirmed this one.
    pub fn then(self, next: Self) -> WriteSequence {
        WriteSequence::new(vec![self, next])
    }

    /// Writes the value now, and repeats it until the [`KeepAlive`] is dropped or stopped: three times as often as the
    /// device's document requires, or every minute if it does not say.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime.
    pub fn keep_alive(self) -> KeepAlive {
        let every = self
            .keep_alive_s()
            .filter(|limit| *limit > 0)
            .map_or(NOTHING_SAID, |limit| part_of(Duration::from_secs(limit.into()), 3));
        self.keep_alive_every(every)
    }

    /// As [`Write::keep_alive`], with this interval.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime.
    pub fn keep_alive_every(self, interval: Duration) -> KeepAlive {
        KeepAlive::start(self, interval)
    }
}

impl IntoFuture for Write {
    type Output = Result<(), WriteError>;
    type IntoFuture = RequestFuture<(), WriteError>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { unit, job, checks, timeout } = self;
        Box::pin(async move {
            let (address, values) = match job {
                Job::Assignment(assignment) => {
                    return unit.write_all(&[assignment], checks, timeout).await.map_err(|(_, error)| error);
                }
                Job::Raw { address, values } => (address, values),
                Job::NoSuchElement => return Err(no_such_element()),
            };
            let (request, target) = raw_request(&unit, address, values)?;
            unit.send_write(request, target, deadline(timeout)).await
        })
    }
}

/// Writes several points. `.await` sends it.
#[must_use = "nothing is written until this is awaited"]
#[derive(Debug)]
pub struct WriteSet {
    unit: Unit,
    assignments: Vec<Assignment>,
    checks: Checks,
    timeout: Option<Duration>,
}

impl WriteSet {
    pub(crate) fn new(unit: Unit, assignments: Vec<Assignment>) -> Self {
        Self { unit, assignments, checks: Checks::WithDevice, timeout: None }
    }

    /// Gives up after this time, for all requests together.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Does not ask the device first whether it has the point and what it allows: for values outside its limits, and
    /// for one request instead of several. The limits in the table are still checked.
    pub fn unchecked(mut self) -> Self {
        self.checks = Checks::None;
        self
    }
}

impl IntoFuture for WriteSet {
    type Output = Result<(), WriteSetError>;
    type IntoFuture = RequestFuture<(), WriteSetError>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { unit, assignments, checks, timeout } = self;
        Box::pin(async move {
            let total = assignments.len();
            let written = unit.write_all(&assignments, checks, timeout).await;
            written.map_err(|(done, error)| WriteSetError { done, total, error })
        })
    }
}
