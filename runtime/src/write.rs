//! Requests that write. Values are checked when a request is made, and a bad one is reported when it is awaited, before
//! anything is sent.

mod operation;

use core::future::{Future, IntoFuture};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use self::operation::{Operation, Run, operations, stages};
use crate::any::AnyValue;
use crate::codec;
use crate::condition::AvailableIf;
use crate::context::Context;
use crate::device::LinkInfo;
use crate::device_limits;
use crate::error::{
    ExceptionCode, InvalidRequest, InvalidValue, ReadErrorKind, Target, TransactionError, WriteError, WriteSetError,
};
use crate::held::{Freshness, deciding, limiting, scaling};
use crate::keep_alive::{KeepAlive, part_of};
use crate::memory::Held;
use crate::plan::Span;
use crate::point::{Point, PointInfo, Trigger, Writable};
use crate::read::{RequestFuture, deadline};
use crate::sequence::WriteSequence;
use crate::special;
use crate::table::Table;
use crate::transaction::Request;
use crate::unit::Unit;
use crate::value::Value;

/// How often a value is repeated where the device's document does not say how often it has to be.
const NOTHING_SAID: Duration = Duration::from_secs(60);

/// A point and what is to be written to it: `points::ROOM_TEMPERATURE.to(21.5)`.
#[must_use = "nothing is written until this is given to a unit"]
#[derive(Debug, Clone)]
pub struct Assignment {
    info: &'static PointInfo,
    content: Result<Content, InvalidValue>,
    /// Which of the point's lists the value is from, where that matters.
    case: Option<usize>,
}

#[derive(Debug, Clone)]
enum Content {
    Words(Vec<u16>),
    /// In the point's unit: which raw value stands for it, a register says.
    Number(f64),
}

impl Assignment {
    pub(crate) fn trigger(info: &'static PointInfo) -> Self {
        Self { info, content: codec::encode_trigger(info).map(Content::Words), case: None }
    }

    pub(crate) fn command<T: Value>(point: Point<T, Trigger>, value: T::Present) -> Self {
        Self::of::<T>(point.info(), value)
    }

    /// A value for a point whose type is only known at run time. What the device does not have a raw value for is
    /// refused when it is written.
    pub fn any(info: &'static PointInfo, value: AnyValue) -> Self {
        Self::of::<AnyValue>(info, value)
    }

    fn of<T: Value>(info: &'static PointInfo, value: T::Present) -> Self {
        let case = T::case(&value);
        let content = match info.scale_register().and_then(|_| T::number(&value)) {
            Some(number) => codec::check_number(info, number).map(|()| Content::Number(number)),
            None => T::encode(value, info).map(Content::Words),
        };
        Self { info, content, case }
    }

    /// The point.
    #[must_use]
    pub fn info(&self) -> &'static PointInfo {
        self.info
    }

    fn target(&self) -> Target {
        Target::point_of(self.info)
    }

    /// The register that has to be read before it is known what is written.
    fn scaling(&self) -> Option<(Table, u16)> {
        matches!(self.content, Ok(Content::Number(_))).then(|| scaling(self.info)).flatten()
    }

    /// What is written. Without a context, where that depends on one, only how many words.
    fn words(&self, context: Option<Context>) -> Result<Vec<u16>, InvalidValue> {
        match (&self.content, context) {
            (Err(reason), _) => Err(reason.clone()),
            (Ok(Content::Words(words)), _) => Ok(words.clone()),
            (Ok(Content::Number(number)), Some(context)) => special::encode_number(self.info, *number, context),
            (Ok(Content::Number(_)), None) => Ok(vec![0; self.info.words().len()]),
        }
    }

    /// Whether the device allows it, by what it said.
    fn check(&self, held: &Held, context: Context) -> Result<(), InvalidValue> {
        let words = self.words(Some(context))?;
        device_limits::check(self.info, &words, context.scale(self.info).unwrap_or(self.info.scale()), held)?;
        let lists = self.info.values_if();
        if lists.is_empty() {
            return Ok(());
        }
        let list_of = |case: usize| lists.get(case).map(|list| list.values);
        let valid = Context::of(self.info, |key| held.word(key)).case().and_then(list_of);
        let valid = valid.ok_or(InvalidValue::OtherProduct)?;
        let raw = codec::raw_value(self.info, &words);
        let is_listed = valid.iter().any(|value| Some(i128::from(value.number())) == raw);
        let is_from_it = self.case.is_none_or(|case| list_of(case) == Some(valid));
        if is_listed && is_from_it { Ok(()) } else { Err(InvalidValue::OtherProduct) }
    }
}

/// What is asked of the device before it is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Checks {
    WithDevice,
    None,
}

impl<T: Value, A: Writable> Point<T, A> {
    /// With a value to write.
    #[inline]
    pub fn to(self, value: T::Present) -> Assignment {
        Assignment::of::<T>(self.info(), value)
    }
}

impl Unit {
    fn link(&self) -> &'static LinkInfo {
        self.device().map_or(&LinkInfo::DEFAULT, |device| &device.link)
    }

    /// The request for a run, by the functions the device has.
    fn write_request(&self, run: &Run) -> Result<Request, InvalidRequest> {
        let address = self.wire_address(run.address, run.count())?;
        let single = self.link().write_functions.single();
        Ok(match (run.table.is_bit(), run.words.as_slice()) {
            (true, [value]) if single => Request::WriteCoil { address, value: *value != 0 },
            (true, values) => Request::WriteCoils { address, values: values.iter().map(|value| *value != 0).collect() },
            (false, [value]) if single => Request::WriteRegister { address, value: *value },
            (false, values) => Request::WriteRegisters { address, values: values.into() },
        })
    }

    /// What is found wrong with assignments without asking the device.
    fn check_requests(&self, assignments: &[Assignment]) -> Result<(), WriteError> {
        for Operation { run, target, .. } in operations(assignments, &[], self)? {
            let reason = |reason| WriteError::Invalid { target, reason: InvalidValue::Request(reason) };
            self.write_request(&run).map_err(reason)?;
        }
        Ok(())
    }

    async fn send_write(&self, request: Request, target: Target, deadline: Option<Instant>) -> Result<(), WriteError> {
        let begun = Instant::now();
        let mut turns = Vec::new();
        for memory in self.bus().memories_of(self.id()) {
            let turn = within(deadline, memory.writing().read_owned()).await;
            turns.push(turn.ok_or_else(|| no_turn(target, begun))?);
        }
        self.send_in_turn(request, target, deadline).await
    }

    /// Writes while nobody else writes what this may undo.
    async fn send_in_turn(
        &self,
        request: Request,
        target: Target,
        deadline: Option<Instant>,
    ) -> Result<(), WriteError> {
        // Also where it fails, or the caller goes away meanwhile: it may have been written.
        let _written = Written { unit: self, table: request.table(), first: request.address(), count: request.count() };
        match self.transact(request, deadline).await {
            Ok(_) => Ok(()),
            Err(cause) => {
                if cause.exception().is_some_and(|exception| exception.code == ExceptionCode::IllegalDataValue) {
                    // The limits may have changed.
                    self.memory().forget_held();
                }
                Err(WriteError::from_transaction(target, cause))
            }
        }
    }

    /// Sends one request. Where bits of its words are to stay as they are, they are read before, and nobody else on this bus
    /// writes to the unit meanwhile.
    async fn send_operation(&self, operation: &Operation, deadline: Option<Instant>) -> Result<(), WriteError> {
        let Operation { run, target, attempts, .. } = operation;
        let invalid = |reason| WriteError::Invalid { target: *target, reason: InvalidValue::Request(reason) };
        if run.masks.is_none() {
            return self.send_write(self.write_request(run).map_err(invalid)?, *target, deadline).await;
        }
        let begun = Instant::now();
        let turn = within(deadline, self.memory().writing().write_owned()).await;
        let _turn = turn.ok_or_else(|| no_turn(*target, begun))?;
        let read = self.read_span(run.span(), *attempts, deadline).await;
        let read = read.map_err(|kind| WriteError::before_sending(*target, kind))?;
        self.send_in_turn(self.write_request(&run.over(&read)).map_err(invalid)?, *target, deadline).await
    }

    /// What other registers say about these assignments, all of this unit; and with the checks, whether the device has the
    /// points, what it allows, and which codes hold.
    async fn ask_about(
        &self,
        assignments: &[&Assignment],
        checks: Checks,
        deadline: Option<Instant>,
    ) -> Result<Vec<Context>, WriteError> {
        let about = |(span, kind): (Span, ReadErrorKind)| {
            let of = |info: &PointInfo| {
                let bit = info.available_if().map(AvailableIf::key);
                let said = limiting(info).chain(deciding(info)).chain(scaling(info));
                bit.into_iter().chain(said).any(|key| key == (span.table, span.first))
            };
            let named = assignments.iter().find(|assignment| of(assignment.info)).or(assignments.first());
            let addresses = Target::addresses(span.table, span.first, span.count()).at_unit(self.other_id());
            WriteError::before_sending(named.map_or(addresses, |assignment| assignment.target()), kind)
        };
        let invalid = |assignment: &Assignment, reason| WriteError::Invalid { target: assignment.target(), reason };
        if checks == Checks::WithDevice {
            let bits = assignments.iter().filter_map(|assignment| assignment.info.available_if()).map(AvailableIf::key);
            let shown = self.held(bits.collect(), Freshness::Known, deadline).await.map_err(about)?;
            if let Some(hidden) = assignments.iter().find(|assignment| shown.hides(assignment.info)) {
                return Err(invalid(hidden, InvalidValue::NotVisible));
            }
        }
        let registers = assignments.iter().filter_map(|assignment| assignment.scaling()).collect();
        let scales = self.held(registers, Freshness::Asked, deadline).await.map_err(about)?;
        let mut contexts = Vec::new();
        for assignment in assignments {
            if let Some(Err(exception)) = assignment.scaling().and_then(|key| scales.get(key)) {
                let cause = TransactionError::Exception(exception);
                return Err(WriteError::NotSent { target: assignment.target(), cause });
            }
            let context = Context::of(assignment.info, |key| scales.word(key));
            assignment.words(Some(context)).map_err(|reason| invalid(assignment, reason))?;
            contexts.push(context);
        }
        if checks == Checks::WithDevice {
            let said = |assignment: &&Assignment| limiting(assignment.info).chain(deciding(assignment.info));
            let registers = assignments.iter().flat_map(said).collect();
            let held = self.held(registers, Freshness::Known, deadline).await.map_err(about)?;
            for (assignment, context) in assignments.iter().zip(&contexts) {
                assignment.check(&held, *context).map_err(|reason| invalid(assignment, reason))?;
            }
        }
        Ok(contexts)
    }

    /// [`Unit::ask_about`], by the units that the points are at.
    async fn contexts(
        &self,
        assignments: &[Assignment],
        checks: Checks,
        deadline: Option<Instant>,
    ) -> Result<Vec<Context>, WriteError> {
        let mut contexts = vec![Context::NONE; assignments.len()];
        let ids: BTreeSet<u8> = assignments.iter().map(|assignment| self.id_of(assignment.info)).collect();
        for id in ids {
            let is_there = |assignment: &Assignment| self.id_of(assignment.info) == id;
            let of_unit: Vec<&Assignment> = assignments.iter().filter(|assignment| is_there(assignment)).collect();
            let mut known = self.with_id(id).ask_about(&of_unit, checks, deadline).await?.into_iter();
            let places = contexts.iter_mut().zip(assignments).filter(|(_, assignment)| is_there(assignment));
            for (place, _) in places {
                *place = known.next().unwrap_or_default();
            }
        }
        Ok(contexts)
    }

    /// Assignments in order; on failure with the number of those that were done.
    async fn write_all(
        &self,
        assignments: &[Assignment],
        checks: Checks,
        timeout: Option<Duration>,
    ) -> Result<(), (usize, WriteError)> {
        let deadline = deadline(timeout);
        self.check_requests(assignments).map_err(|error| (0, error))?;
        let mut before = 0_usize;
        for stage in stages(self, assignments) {
            let contexts = self.contexts(stage, checks, deadline).await.map_err(|error| (before, error))?;
            let mut done = before;
            for operation in operations(stage, &contexts, self).map_err(|error| (before, error))? {
                match self.with_id(operation.unit_id).send_operation(&operation, deadline).await {
                    Ok(()) => done = before.saturating_add(operation.done_after),
                    Err(error) if operation.continues => return Err((done, half_written(error))),
                    Err(error) => return Err((done, error)),
                }
            }
            before = before.saturating_add(stage.len());
        }
        Ok(())
    }
}

/// What comes in time.
async fn within<F: Future>(deadline: Option<Instant>, waited_for: F) -> Option<F::Output> {
    match deadline {
        Some(deadline) => timeout_at(deadline, waited_for).await.ok(),
        None => Some(waited_for.await),
    }
}

/// Others wrote for as long as this was allowed to take.
fn no_turn(target: Target, begun: Instant) -> WriteError {
    WriteError::NotSent { target, cause: TransactionError::Queue { after: begun.elapsed() } }
}

/// What is known of registers that are being written to is forgotten when this is dropped.
struct Written<'a> {
    unit: &'a Unit,
    table: Table,
    first: u16,
    count: u16,
}

impl Drop for Written<'_> {
    fn drop(&mut self) {
        for memory in self.unit.bus().memories_of(self.unit.id()) {
            memory.wrote(self.table, self.first, self.count);
        }
    }
}

/// The words before were written, so the device neither kept what it had nor has what it should.
fn half_written(error: WriteError) -> WriteError {
    match error {
        WriteError::NotSent { target, cause } => WriteError::OutcomeUnknown { target, cause },
        WriteError::Refused { target, exception } => {
            WriteError::OutcomeUnknown { target, cause: TransactionError::Exception(exception) }
        }
        error => error,
    }
}

/// What the caller made himself.
#[derive(Debug, Clone)]
enum RawValues {
    Coil(bool),
    Register(u16),
    Coils(Arc<[bool]>),
    Registers(Arc<[u16]>),
}

impl RawValues {
    const fn table(&self) -> Table {
        match self {
            Self::Coil(_) | Self::Coils(_) => Table::Coil,
            Self::Register(_) | Self::Registers(_) => Table::HoldingRegister,
        }
    }

    fn count(&self) -> usize {
        match self {
            Self::Coil(_) | Self::Register(_) => 1,
            Self::Coils(values) => values.len(),
            Self::Registers(values) => values.len(),
        }
    }

    fn request(self, unit: &Unit, address: u16) -> Result<Request, InvalidRequest> {
        let (count, max) = (self.count(), unit.link().max_write(self.table()));
        let words = u16::try_from(count).ok().filter(|count| (1..=max).contains(count));
        let address = unit.wire_address(address, words.ok_or(InvalidRequest::Count { count, max })?)?;
        Ok(match self {
            Self::Coil(value) => Request::WriteCoil { address, value },
            Self::Register(value) => Request::WriteRegister { address, value },
            Self::Coils(values) => Request::WriteCoils { address, values },
            Self::Registers(values) => Request::WriteRegisters { address, values },
        })
    }
}

/// The request that writes raw values, and what it is about.
fn raw_request(unit: &Unit, address: u16, values: RawValues) -> Result<(Request, Target), WriteError> {
    let count = u16::try_from(values.count()).unwrap_or(u16::MAX);
    let target = Target::addresses(values.table(), address, count);
    match values.request(unit, address) {
        Ok(request) => Ok((request, target)),
        Err(reason) => Err(WriteError::Invalid { target, reason: InvalidValue::Request(reason) }),
    }
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

    /// Gives up after this time: waiting for its turn and all.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Does not ask the device before whether it has the point and what it allows: for values outside its limits, and
    /// for one request instead of several. What the table says is checked all the same.
    pub fn unchecked(mut self) -> Self {
        self.checks = Checks::None;
        self
    }
}

impl Write {
    /// What is found wrong without asking the device.
    pub(crate) fn check(&self) -> Result<(), WriteError> {
        match &self.job {
            Job::Assignment(assignment) => self.unit.check_requests(std::slice::from_ref(assignment)),
            Job::Raw { address, values } => raw_request(&self.unit, *address, values.clone()).map(|_| ()),
            Job::NoSuchElement => Err(no_such_element()),
        }
    }

    /// How often the device's document says that this has to be written, in seconds.
    pub(crate) fn keep_alive_s(&self) -> Option<u32> {
        match &self.job {
            Job::Assignment(assignment) => assignment.info.keep_alive_s(),
            Job::Raw { .. } | Job::NoSuchElement => None,
        }
    }

    /// Followed by another write, once the device confirmed this one.
    pub fn then(self, next: Self) -> WriteSequence {
        WriteSequence::new(vec![self, next])
    }

    /// Writes the value now, and again and again until the [`KeepAlive`] is dropped or stopped: after a third of the time
    /// in which the device's document wants it, or every minute where that does not say.
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

    /// As [`Write::keep_alive`], at intervals of this length.
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

    /// Does not ask the device before whether it has the point and what it allows: for values outside its limits, and
    /// for one request instead of several. What the table says is checked all the same.
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
