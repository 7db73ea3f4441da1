//! Requests that write. Values are checked when a request is made, and a bad one is reported when it is awaited, before
//! anything is sent.

use core::future::IntoFuture;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::any::AnyValue;
use crate::codec;
use crate::condition::AvailableIf;
use crate::device::LinkInfo;
use crate::device_limits;
use crate::error::{
    ExceptionCode, InvalidRequest, InvalidValue, ReadErrorKind, Target, TransactionError, WriteError, WriteSetError,
};
use crate::held::{self, Freshness, deciding, limiting};
use crate::keep_alive::{KeepAlive, part_of};
use crate::memory::Held;
use crate::plan::Span;
use crate::point::{Point, PointInfo, Trigger, Writable};
use crate::read::{RequestFuture, deadline};
use crate::sequence::WriteSequence;
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
    words: Result<Vec<u16>, InvalidValue>,
    /// Which of the point's lists the value is from, where that matters.
    case: Option<usize>,
}

impl Assignment {
    pub(crate) fn trigger(info: &'static PointInfo) -> Self {
        Self { info, words: codec::encode_trigger(info), case: None }
    }

    pub(crate) fn command<T: Value>(point: Point<T, Trigger>, value: T::Present) -> Self {
        Self { info: point.info(), case: T::case(&value), words: T::encode(value, point.info()) }
    }

    /// A value for a point whose type is only known at run time. What the device does not have a raw value for is
    /// refused when it is written.
    pub fn any(info: &'static PointInfo, value: AnyValue) -> Self {
        Self { info, case: AnyValue::case(&value), words: AnyValue::encode(value, info) }
    }

    /// The point.
    #[must_use]
    pub fn info(&self) -> &'static PointInfo {
        self.info
    }

    fn target(&self) -> Target {
        Target::point_of(self.info)
    }

    /// Whether the device allows it, by what it said.
    fn check(&self, held: &Held) -> Result<(), InvalidValue> {
        let Ok(words) = &self.words else { return Ok(()) };
        device_limits::check(self.info, words, held)?;
        let lists = self.info.values_if();
        if lists.is_empty() {
            return Ok(());
        }
        let list_of = |case: usize| lists.get(case).map(|list| list.values);
        let valid = held::case(self.info, |key| held.word(key)).and_then(list_of).ok_or(InvalidValue::OtherProduct)?;
        let raw = codec::raw_value(self.info, words);
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
        Assignment { info: self.info(), case: T::case(&value), words: T::encode(value, self.info()) }
    }
}

/// Words for consecutive addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    table: Table,
    address: u16,
    words: Vec<u16>,
}

/// What one request writes, and how many assignments are complete after it.
#[derive(Debug, Clone)]
struct Operation {
    run: Run,
    target: Target,
    done_after: usize,
    /// Whether it begins in the middle of an assignment.
    continues: bool,
}

/// The words of a point by ascending address, in runs of consecutive addresses.
fn runs(info: &PointInfo, words: Vec<u16>) -> Result<Vec<Run>, InvalidValue> {
    let table = info.table();
    if !table.is_writable() {
        return Err(InvalidValue::Request(InvalidRequest::ReadOnlyTable));
    }
    let mut cells: Vec<(u16, u16)> = info.words().iter().copied().zip(words).collect();
    cells.sort_unstable_by_key(|(address, _)| *address);
    let mut runs: Vec<Run> = Vec::new();
    for (address, word) in cells {
        match runs.last_mut().filter(|run| run.continues_at(table, address)) {
            Some(run) => run.words.push(word),
            None => runs.push(Run { table, address, words: vec![word] }),
        }
    }
    Ok(runs)
}

impl Run {
    fn continues_at(&self, table: Table, address: u16) -> bool {
        let next = usize::from(self.address).checked_add(self.words.len());
        self.table == table && next == Some(usize::from(address))
    }

    fn has_room_for(&self, more: &Self, link: &LinkInfo) -> bool {
        self.words.len().saturating_add(more.words.len()) <= usize::from(link.max_write(self.table))
    }

    /// A value is not split between requests, where a device takes several words in one.
    fn check_count(&self, link: &LinkInfo) -> Result<(), InvalidValue> {
        let (count, max) = (self.words.len(), link.max_write(self.table));
        if count <= usize::from(max) {
            Ok(())
        } else {
            Err(InvalidValue::Request(InvalidRequest::Count { count, max }))
        }
    }

    /// Single words, for devices that only have functions 5 and 6.
    fn split(self) -> Vec<Self> {
        let Self { table, address, words } = self;
        let single =
            |(offset, word): (u16, u16)| Self { table, address: address.saturating_add(offset), words: vec![word] };
        (0..).zip(words).map(single).collect()
    }

    fn count(&self) -> u16 {
        u16::try_from(self.words.len()).unwrap_or(u16::MAX)
    }
}

/// The requests for some assignments, in order; neighbours that follow each other become one.
fn operations(assignments: Vec<Assignment>, link: &LinkInfo) -> Result<Vec<Operation>, WriteError> {
    let functions = link.write_functions;
    let mut operations: Vec<Operation> = Vec::new();
    for (index, Assignment { info, words, .. }) in assignments.into_iter().enumerate() {
        let target = Target::point_of(info);
        let runs =
            words.and_then(|words| runs(info, words)).map_err(|reason| WriteError::Invalid { target, reason })?;
        let runs = if functions.multiple() { runs } else { runs.into_iter().flat_map(Run::split).collect() };
        let last = runs.len().saturating_sub(1);
        for (position, run) in runs.into_iter().enumerate() {
            run.check_count(link).map_err(|reason| WriteError::Invalid { target, reason })?;
            let done_after = if position == last { index.saturating_add(1) } else { index };
            let joined = operations.last_mut().filter(|operation| {
                functions.multiple()
                    && operation.run.continues_at(run.table, run.address)
                    && operation.run.has_room_for(&run, link)
            });
            match joined {
                Some(operation) => {
                    operation.run.words.extend(run.words);
                    operation.target = Target::addresses(run.table, operation.run.address, operation.run.count());
                    operation.done_after = done_after;
                }
                None => operations.push(Operation { run, target, done_after, continues: position > 0 }),
            }
        }
    }
    Ok(operations)
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

    /// What is to be sent for some assignments, in order.
    fn write_requests(&self, assignments: Vec<Assignment>) -> Result<Vec<(Request, Operation)>, WriteError> {
        let request = |operation: Operation| match self.write_request(&operation.run) {
            Ok(request) => Ok((request, operation)),
            Err(reason) => Err(WriteError::Invalid { target: operation.target, reason: InvalidValue::Request(reason) }),
        };
        operations(assignments, self.link())?.into_iter().map(request).collect()
    }

    async fn send_write(&self, request: Request, target: Target, deadline: Option<Instant>) -> Result<(), WriteError> {
        // Also where it fails, or the caller goes away meanwhile: it may have been written.
        let _written = Written { unit: self, table: request.table(), first: request.address(), count: request.count() };
        match self.transact(request, deadline).await {
            Ok(_) => Ok(()),
            Err(cause) => {
                if cause.exception().is_some_and(|exception| exception.code == ExceptionCode::IllegalDataValue) {
                    // The limits may have changed.
                    self.refresh_limits();
                }
                Err(WriteError::from_transaction(target, cause))
            }
        }
    }

    /// What the device itself says about these values: whether it has the points, what it allows, which codes hold.
    async fn check_with_device(&self, assignments: &[Assignment], deadline: Option<Instant>) -> Result<(), WriteError> {
        let about = |(span, kind): (Span, ReadErrorKind)| {
            let of = |info: &PointInfo| {
                let bit = info.available_if().map(AvailableIf::key);
                bit.into_iter().chain(limiting(info)).chain(deciding(info)).any(|key| key == (span.table, span.first))
            };
            let named = assignments.iter().find(|assignment| of(assignment.info)).or(assignments.first());
            let target = named.map_or(Target::addresses(span.table, span.first, span.count()), Assignment::target);
            WriteError::before_sending(target, kind)
        };
        let bits = assignments.iter().filter_map(|assignment| assignment.info.available_if()).map(AvailableIf::key);
        let shown = self.held(bits.collect(), Freshness::Known, deadline).await.map_err(about)?;
        if let Some(hidden) = assignments.iter().find(|assignment| shown.hides(assignment.info)) {
            return Err(WriteError::Invalid { target: hidden.target(), reason: InvalidValue::NotVisible });
        }
        let registers =
            assignments.iter().flat_map(|assignment| limiting(assignment.info).chain(deciding(assignment.info)));
        let held = self.held(registers.collect(), Freshness::Known, deadline).await.map_err(about)?;
        for assignment in assignments {
            assignment.check(&held).map_err(|reason| WriteError::Invalid { target: assignment.target(), reason })?;
        }
        Ok(())
    }

    /// Assignments in order; on failure with the number of those that were done.
    async fn write_all(
        &self,
        assignments: Vec<Assignment>,
        checks: Checks,
        timeout: Option<Duration>,
    ) -> Result<(), (usize, WriteError)> {
        let deadline = deadline(timeout);
        let asked = assignments.clone();
        let requests = self.write_requests(assignments).map_err(|error| (0, error))?;
        if checks == Checks::WithDevice {
            self.check_with_device(&asked, deadline).await.map_err(|error| (0, error))?;
        }
        let mut done = 0;
        for (request, operation) in requests {
            match self.send_write(request, operation.target, deadline).await {
                Ok(()) => done = operation.done_after,
                Err(error) if operation.continues => return Err((done, half_written(error))),
                Err(error) => return Err((done, error)),
            }
        }
        Ok(())
    }
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
            Job::Assignment(assignment) => self.unit.write_requests(vec![assignment.clone()]).map(|_| ()),
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
                    return unit.write_all(vec![assignment], checks, timeout).await.map_err(|(_, error)| error);
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
            let written = unit.write_all(assignments, checks, timeout).await;
            written.map_err(|(done, error)| WriteSetError { done, total, error })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PointSpec, RawType, ReadWrite, WriteFunctions};

    fn point<T>(table: Table, raw: RawType, words: &'static [u16]) -> Point<T, ReadWrite> {
        Point::new(PointInfo::new(PointSpec { id: "id", table, raw, words, ..PointSpec::DEFAULT }).leak())
    }

    fn register(address: u16) -> Point<u16, ReadWrite> {
        point(Table::HoldingRegister, RawType::U16, vec![address].leak())
    }

    /// First address, words, and how many assignments are complete after it.
    fn planned(assignments: Vec<Assignment>, functions: WriteFunctions) -> Vec<(u16, Vec<u16>, usize)> {
        let link = LinkInfo { write_functions: functions, ..LinkInfo::DEFAULT };
        let operations = operations(assignments, &link).unwrap();
        operations
            .into_iter()
            .map(|operation| (operation.run.address, operation.run.words, operation.done_after))
            .collect()
    }

    #[test]
    fn neighbours_that_follow_each_other_share_a_request() {
        let assignments = || [(4, 14), (5, 15), (7, 17), (6, 16)].map(|(at, value)| register(at).to(value)).to_vec();
        let merged = [(4, vec![14, 15], 2), (7, vec![17], 3), (6, vec![16], 4)];
        assert_eq!(planned(assignments(), WriteFunctions::ANY), merged);
        assert_eq!(planned(assignments(), WriteFunctions::MULTIPLE_ONLY), merged);
        let single = [(4, vec![14], 1), (5, vec![15], 2), (7, vec![17], 3), (6, vec![16], 4)];
        assert_eq!(planned(assignments(), WriteFunctions::SINGLE_ONLY), single);
    }

    #[test]
    fn tables_are_not_mixed() {
        let coil: Point<bool, ReadWrite> = point(Table::Coil, RawType::Bool, &[5]);
        let assignments = vec![register(4).to(1), coil.to(true)];
        assert_eq!(planned(assignments, WriteFunctions::ANY), [(4, vec![1], 1), (5, vec![1], 2)]);
    }

    #[test]
    fn words_are_sent_by_address_whatever_their_order() {
        let low_first: Point<u32, ReadWrite> = point(Table::HoldingRegister, RawType::U32, &[84, 83]);
        assert_eq!(planned(vec![low_first.to(0x0002_0003)], WriteFunctions::ANY), [(83, vec![3, 2], 1)]);
        let apart: Point<u32, ReadWrite> = point(Table::HoldingRegister, RawType::U32, &[1, 9]);
        assert_eq!(planned(vec![apart.to(0x0002_0003)], WriteFunctions::ANY), [(1, vec![2], 0), (9, vec![3], 1)]);
    }

    #[test]
    fn a_request_holds_no_more_than_the_protocol_allows_and_no_part_of_a_value() {
        let pair = |address| -> Point<u32, ReadWrite> {
            point(Table::HoldingRegister, RawType::U32, vec![address, address + 1].leak())
        };
        let operations = planned((0..70).map(|index| pair(index * 2).to(7)).collect(), WriteFunctions::ANY);
        let counts: Vec<_> = operations.iter().map(|(address, words, done)| (*address, words.len(), *done)).collect();
        assert_eq!(counts, [(0, 122, 61), (122, 18, 70)]);
    }

    #[test]
    fn a_bad_value_is_found_before_anything_is_sent() {
        let error = operations(
            vec![register(4).to(1), Assignment::any(register(5).info(), AnyValue::Integer(-1))],
            &LinkInfo::DEFAULT,
        );
        assert!(matches!(error, Err(WriteError::Invalid { reason: InvalidValue::OutOfRange { .. }, .. })));
        let input: Point<u16, ReadWrite> = point(Table::InputRegister, RawType::U16, &[5]);
        let reason = InvalidValue::Request(InvalidRequest::ReadOnlyTable);
        let error = operations(vec![input.to(1)], &LinkInfo::DEFAULT).unwrap_err();
        assert!(matches!(error, WriteError::Invalid { reason: got, .. } if got == reason));
    }

    #[test]
    fn a_request_holds_no_more_than_the_device_takes() {
        let link = LinkInfo { max_write_registers: 3, ..LinkInfo::DEFAULT };
        let assignments: Vec<_> = (0..7).map(|address| register(address).to(address)).collect();
        let counts: Vec<_> =
            operations(assignments, &link).unwrap().iter().map(|operation| operation.run.count()).collect();
        assert_eq!(counts, [3, 3, 1]);
        let long: Point<u64, ReadWrite> = point(Table::HoldingRegister, RawType::U64, &[0, 1, 2, 3]);
        let error = operations(vec![long.to(1)], &link).unwrap_err();
        assert!(error.to_string().ends_with("4 addresses are more than the 3 one request may hold"), "{error}");
    }
}
