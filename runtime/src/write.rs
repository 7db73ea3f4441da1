//! Requests that write. Values are checked when a request is made, and a bad one is reported when it is awaited, before
//! anything is sent.

use core::future::{Future, IntoFuture};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::any::AnyValue;
use crate::blocks::Attempts;
use crate::codec;
use crate::condition::AvailableIf;
use crate::context::Context;
use crate::device::{DeviceInfo, LinkInfo};
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
use crate::table::{Role, Table};
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

/// Words for consecutive addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    table: Table,
    address: u16,
    words: Vec<u16>,
    /// The bits of each word that are written, where the others keep what the device has. Then the words have no others.
    masks: Option<Vec<u16>>,
}

/// What one request writes, and how many assignments are complete after it.
#[derive(Debug, Clone)]
struct Operation {
    unit_id: u8,
    run: Run,
    rest: Rest,
    attempts: Attempts,
    target: Target,
    done_after: usize,
    /// Whether it begins in the middle of an assignment.
    continues: bool,
}

/// What is known of bits that are not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    /// They can be read.
    Readable,
    /// They cannot be read with the point, and are other commands, none of which is given.
    Commands,
    /// They cannot be read with the point.
    Unknown,
}

impl Rest {
    fn of(info: &PointInfo) -> Self {
        match info.role() {
            _ if info.access().is_readable() => Self::Readable,
            Role::Command => Self::Commands,
            Role::Value => Self::Unknown,
        }
    }
}

/// The words of a point by ascending address, in runs of consecutive addresses.
fn runs(info: &PointInfo, words: Vec<u16>) -> Result<Vec<Run>, InvalidValue> {
    let table = info.table();
    if !table.is_writable() {
        return Err(InvalidValue::Request(InvalidRequest::ReadOnlyTable));
    }
    let mask = codec::mask(info);
    let is_part = mask.is_some();
    let masks = mask.into_iter().flatten().chain(core::iter::repeat(u16::MAX));
    let mut cells: Vec<(u16, u16, u16)> =
        info.words().iter().zip(words).zip(masks).map(|((address, word), mask)| (*address, word, mask)).collect();
    cells.sort_unstable_by_key(|(address, ..)| *address);
    let mut runs: Vec<Run> = Vec::new();
    for (address, word, mask) in cells {
        let more = Run { table, address, words: vec![word], masks: is_part.then(|| vec![mask]) };
        match runs.last_mut().filter(|run| run.continues_at(&more)) {
            Some(run) => run.extend(more),
            None => runs.push(more),
        }
    }
    Ok(runs)
}

impl Run {
    /// Whether the other one begins where this one ends, and is like it.
    fn continues_at(&self, more: &Self) -> bool {
        let next = usize::from(self.address).checked_add(self.words.len());
        let is_like_it = (self.table, self.masks.is_some()) == (more.table, more.masks.is_some());
        is_like_it && next == Some(usize::from(more.address))
    }

    fn extend(&mut self, more: Self) {
        self.words.extend(more.words);
        if let (Some(masks), Some(more)) = (&mut self.masks, more.masks) {
            masks.extend(more);
        }
    }

    /// Takes in other bits of the same words: false where they are not there, or are the same bits.
    fn take_in(&mut self, more: &Self) -> bool {
        let (Some(masks), Some(more_masks)) = (&mut self.masks, &more.masks) else { return false };
        let Some(skipped) = more.address.checked_sub(self.address).filter(|_| self.table == more.table) else {
            return false;
        };
        let end = usize::from(skipped).saturating_add(more.words.len());
        let here = usize::from(skipped)..end;
        let (Some(words), Some(masks)) = (self.words.get_mut(here.clone()), masks.get_mut(here)) else { return false };
        if masks.iter().zip(more_masks).any(|(mask, more)| mask & more != 0) {
            return false;
        }
        for ((word, mask), (more, more_mask)) in words.iter_mut().zip(masks).zip(more.words.iter().zip(more_masks)) {
            *word |= more;
            *mask |= more_mask;
        }
        true
    }

    /// With the bits that are not written as they were read.
    fn over(&self, read: &[u16]) -> Self {
        let Some(masks) = &self.masks else { return self.clone() };
        let words = self.words.iter().zip(masks).zip(read);
        Self { words: words.map(|((word, mask), read)| word | (read & !mask)).collect(), masks: None, ..*self }
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
        let Self { table, address, words, masks } = self;
        let is_part = masks.is_some();
        let masks = masks.into_iter().flatten().chain(core::iter::repeat(u16::MAX));
        let single = |(offset, (word, mask)): (u16, (u16, u16))| Self {
            table,
            address: address.saturating_add(offset),
            words: vec![word],
            masks: is_part.then(|| vec![mask]),
        };
        (0..).zip(words.into_iter().zip(masks)).map(single).collect()
    }

    fn count(&self) -> u16 {
        u16::try_from(self.words.len()).unwrap_or(u16::MAX)
    }

    fn span(&self) -> Span {
        let last = self.address.saturating_add(self.count().saturating_sub(1));
        Span { table: self.table, first: self.address, last }
    }
}

impl Operation {
    /// Has this request do what the next one would: where the other is returned, it cannot.
    fn join(&mut self, next: Self, link: &LinkInfo) -> Option<Self> {
        let is_like_it = (self.unit_id, self.rest) == (next.unit_id, next.rest);
        let continues = link.write_functions.multiple()
            && self.run.continues_at(&next.run)
            && self.run.has_room_for(&next.run, link);
        if !is_like_it {
            return Some(next);
        }
        if continues {
            self.run.extend(next.run);
        } else if !self.run.take_in(&next.run) {
            return Some(next);
        }
        let unit_id = self.target.unit_id();
        self.target = Target::addresses(self.run.table, self.run.address, self.run.count()).at_unit(unit_id);
        self.done_after = next.done_after;
        if next.attempts == Attempts::One {
            self.attempts = Attempts::One;
        }
        None
    }

    /// What cannot be read has to be written as a whole: with all that the device's document lists there.
    fn complete(mut self, unit: &Unit) -> Result<Self, WriteError> {
        let Some(masks) = &self.run.masks else { return Ok(self) };
        let run = &self.run;
        let cells = || (0..).zip(masks).map(|(offset, mask)| (run.address.saturating_add(offset), *mask));
        let can_be_read = || cells().all(|(address, _)| has_reader(unit, run.table, address));
        let is_all = match self.rest {
            _ if masks.iter().all(|mask| *mask == u16::MAX) => true,
            Rest::Readable => false,
            // Another point of the same register says what it holds.
            _ if can_be_read() => false,
            Rest::Commands => true,
            Rest::Unknown if cells().all(|(address, mask)| listed_bits(unit, run.table, address) & !mask == 0) => true,
            Rest::Unknown => {
                return Err(WriteError::Invalid { target: self.target, reason: InvalidValue::OtherBits });
            }
        };
        if is_all {
            self.run.masks = None;
        }
        Ok(self)
    }
}

/// The points of a unit that are written to a register, as far as they are known.
fn written_to(unit: &Unit, table: Table, address: u16) -> impl Iterator<Item = &'static PointInfo> {
    let points = unit.device().into_iter().flat_map(DeviceInfo::points);
    let there = points.filter(move |info| info.table() == table && info.words().contains(&address));
    there.filter(|info| info.access().is_writable() && unit.id_of(info) == unit.id())
}

/// Whether what is written to a register can be read back, as far as is known.
fn has_reader(unit: &Unit, table: Table, address: u16) -> bool {
    written_to(unit, table, address).any(|info| info.access().is_readable())
}

/// The bits of a register that some point is written in; all where nothing is known of the device.
fn listed_bits(unit: &Unit, table: Table, address: u16) -> u16 {
    if unit.device().is_none() {
        return u16::MAX;
    }
    let bits = written_to(unit, table, address).map(|info| {
        let position = info.words().iter().position(|word| *word == address);
        let mask = codec::mask(info).zip(position).and_then(|(mask, position)| mask.get(position).copied());
        mask.unwrap_or(u16::MAX)
    });
    bits.fold(0, |all, bits| all | bits)
}

/// The requests for some assignments, in order; neighbours that follow each other become one, and parts of the same words.
/// `contexts` are those of the assignments, or none while they are not known.
fn operations(assignments: &[Assignment], contexts: &[Context], unit: &Unit) -> Result<Vec<Operation>, WriteError> {
    let link = unit.link();
    let mut operations: Vec<Operation> = Vec::new();
    for (index, assignment) in assignments.iter().enumerate() {
        let (info, target) = (assignment.info, assignment.target());
        let invalid = |reason| WriteError::Invalid { target, reason };
        let words = assignment.words(contexts.get(index).copied());
        let runs = words.and_then(|words| runs(info, words)).map_err(invalid)?;
        let runs = if link.write_functions.multiple() { runs } else { runs.into_iter().flat_map(Run::split).collect() };
        let last = runs.len().saturating_sub(1);
        for (position, run) in runs.into_iter().enumerate() {
            run.check_count(link).map_err(invalid)?;
            let next = Operation {
                unit_id: unit.id_of(info),
                run,
                rest: Rest::of(info),
                attempts: if info.has_read_side_effect() { Attempts::One } else { Attempts::AsConfigured },
                target,
                done_after: if position == last { index.saturating_add(1) } else { index },
                continues: position > 0,
            };
            let apart = match operations.last_mut() {
                Some(operation) => operation.join(next, link),
                None => Some(next),
            };
            operations.extend(apart);
        }
    }
    let complete = |operation: Operation| {
        let unit = unit.with_id(operation.unit_id);
        operation.complete(&unit)
    };
    operations.into_iter().map(complete).collect()
}

/// Assignments that can be prepared together. One whose scale is written by another before it has to wait for that.
fn stages<'a>(unit: &Unit, mut rest: &'a [Assignment]) -> Vec<&'a [Assignment]> {
    let decides = |earlier: &Assignment, later: &Assignment| {
        let at = |(table, address)| earlier.info.table() == table && earlier.info.words().contains(&address);
        unit.id_of(earlier.info) == unit.id_of(later.info) && later.scaling().is_some_and(at)
    };
    let mut stages = Vec::new();
    while !rest.is_empty() {
        let waits = |index: usize| {
            let (before, from) = rest.split_at(index);
            from.first().is_some_and(|later| before.iter().any(|earlier| decides(earlier, later)))
        };
        let end = (1..rest.len()).find(|index| waits(*index)).unwrap_or(rest.len());
        let (stage, after) = rest.split_at(end);
        stages.push(stage);
        rest = after;
    }
    stages
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bus, PointSpec, RawType, ReadWrite, WriteFunctions};

    fn point<T>(table: Table, raw: RawType, words: &'static [u16]) -> Point<T, ReadWrite> {
        Point::new(PointInfo::new(PointSpec { id: "id", table, raw, words, ..PointSpec::DEFAULT }).leak())
    }

    fn register(address: u16) -> Point<u16, ReadWrite> {
        point(Table::HoldingRegister, RawType::U16, vec![address].leak())
    }

    /// Nothing is at the other end.
    fn unit(link: LinkInfo) -> Unit {
        let (name, manufacturer, document) = ("", "", "");
        let device = DeviceInfo { name, manufacturer, document, link, reserved: &[], points: &[] };
        Bus::builder().stream_tcp(tokio::io::duplex(1).0).unit(1).with_device(Box::leak(Box::new(device)))
    }

    /// First address, words, and how many assignments are complete after it.
    fn planned(assignments: &[Assignment], functions: WriteFunctions) -> Vec<(u16, Vec<u16>, usize)> {
        let link = LinkInfo { write_functions: functions, ..LinkInfo::DEFAULT };
        operations(assignments, &[], &unit(link))
            .unwrap()
            .into_iter()
            .map(|operation| (operation.run.address, operation.run.words, operation.done_after))
            .collect()
    }

    #[tokio::test]
    async fn neighbours_that_follow_each_other_share_a_request() {
        let assignments = || [(4, 14), (5, 15), (7, 17), (6, 16)].map(|(at, value)| register(at).to(value)).to_vec();
        let merged = [(4, vec![14, 15], 2), (7, vec![17], 3), (6, vec![16], 4)];
        assert_eq!(planned(&assignments(), WriteFunctions::ANY), merged);
        assert_eq!(planned(&assignments(), WriteFunctions::MULTIPLE_ONLY), merged);
        let single = [(4, vec![14], 1), (5, vec![15], 2), (7, vec![17], 3), (6, vec![16], 4)];
        assert_eq!(planned(&assignments(), WriteFunctions::SINGLE_ONLY), single);
    }

    #[tokio::test]
    async fn tables_are_not_mixed() {
        let coil: Point<bool, ReadWrite> = point(Table::Coil, RawType::Bool, &[5]);
        let assignments = vec![register(4).to(1), coil.to(true)];
        assert_eq!(planned(&assignments, WriteFunctions::ANY), [(4, vec![1], 1), (5, vec![1], 2)]);
    }

    #[tokio::test]
    async fn words_are_sent_by_address_whatever_their_order() {
        let low_first: Point<u32, ReadWrite> = point(Table::HoldingRegister, RawType::U32, &[84, 83]);
        assert_eq!(planned(&[low_first.to(0x0002_0003)], WriteFunctions::ANY), [(83, vec![3, 2], 1)]);
        let apart: Point<u32, ReadWrite> = point(Table::HoldingRegister, RawType::U32, &[1, 9]);
        assert_eq!(planned(&[apart.to(0x0002_0003)], WriteFunctions::ANY), [(1, vec![2], 0), (9, vec![3], 1)]);
    }

    #[tokio::test]
    async fn a_request_holds_no_more_than_the_protocol_allows_and_no_part_of_a_value() {
        let pair = |address| -> Point<u32, ReadWrite> {
            point(Table::HoldingRegister, RawType::U32, vec![address, address + 1].leak())
        };
        let operations = planned(&(0..70).map(|index| pair(index * 2).to(7)).collect::<Vec<_>>(), WriteFunctions::ANY);
        let counts: Vec<_> = operations.iter().map(|(address, words, done)| (*address, words.len(), *done)).collect();
        assert_eq!(counts, [(0, 122, 61), (122, 18, 70)]);
    }

    #[tokio::test]
    async fn a_bad_value_is_found_before_anything_is_sent() {
        let assignments = [register(4).to(1), Assignment::any(register(5).info(), AnyValue::Integer(-1))];
        let error = operations(&assignments, &[], &unit(LinkInfo::DEFAULT));
        assert!(matches!(error, Err(WriteError::Invalid { reason: InvalidValue::OutOfRange { .. }, .. })));
        let input: Point<u16, ReadWrite> = point(Table::InputRegister, RawType::U16, &[5]);
        let reason = InvalidValue::Request(InvalidRequest::ReadOnlyTable);
        let error = operations(&[input.to(1)], &[], &unit(LinkInfo::DEFAULT)).unwrap_err();
        assert!(matches!(error, WriteError::Invalid { reason: got, .. } if got == reason));
    }

    #[tokio::test]
    async fn a_request_holds_no_more_than_the_device_takes() {
        let link = LinkInfo { max_write_registers: 3, ..LinkInfo::DEFAULT };
        let assignments: Vec<_> = (0..7).map(|address| register(address).to(address)).collect();
        let counts: Vec<_> = operations(&assignments, &[], &unit(link.clone()))
            .unwrap()
            .iter()
            .map(|operation| operation.run.count())
            .collect();
        assert_eq!(counts, [3, 3, 1]);
        let long: Point<u64, ReadWrite> = point(Table::HoldingRegister, RawType::U64, &[0, 1, 2, 3]);
        let error = operations(&[long.to(1)], &[], &unit(link)).unwrap_err();
        assert!(error.to_string().ends_with("4 addresses are more than the 3 one request may hold"), "{error}");
    }
}
