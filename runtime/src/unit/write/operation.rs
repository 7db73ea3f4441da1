//! Which requests write some values: neighbours and parts of the same words together, what the device has in its order.

use crate::device::{DeviceInfo, LinkInfo, WriteFunctions};
use crate::error::{InvalidRequest, InvalidValue, Target, WriteError};
use crate::plan::Span;
use crate::point::PointInfo;
use crate::point::codec;
use crate::point::context::Context;
use crate::point::table::{Role, Table};
use crate::unit::Unit;
use crate::unit::blocks::Attempts;
use crate::unit::write::Assignment;

/// Words for consecutive addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) table: Table,
    pub(super) address: u16,
    pub(super) words: Vec<u16>,
    /// The bits of each word that are written, where the others keep what the device has. Then the words have no others.
    pub(super) masks: Option<Vec<u16>>,
}

/// What one request writes, and how many assignments are complete after it.
#[derive(Debug, Clone)]
pub(super) struct Operation {
    pub(super) unit_id: u8,
    pub(super) run: Run,
    pub(super) functions: WriteFunctions,
    rest: Rest,
    pub(super) attempts: Attempts,
    pub(super) target: Target,
    pub(super) done_after: usize,
    /// Whether it begins in the middle of an assignment.
    pub(super) continues: bool,
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
    pub(super) fn over(&self, read: &[u16]) -> Self {
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

    pub(super) fn count(&self) -> u16 {
        u16::try_from(self.words.len()).unwrap_or(u16::MAX)
    }

    pub(super) fn span(&self) -> Span {
        let last = self.address.saturating_add(self.count().saturating_sub(1));
        Span { table: self.table, first: self.address, last }
    }
}

impl Operation {
    /// Has this request do what the next one would: where the other is returned, it cannot.
    fn join(&mut self, next: Self, link: &LinkInfo) -> Option<Self> {
        let is_like_it = (self.unit_id, self.functions, self.rest) == (next.unit_id, next.functions, next.rest);
        let continues =
            self.functions.multiple() && self.run.continues_at(&next.run) && self.run.has_room_for(&next.run, link);
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
pub(super) fn operations(
    assignments: &[Assignment],
    contexts: &[Context],
    unit: &Unit,
) -> Result<Vec<Operation>, WriteError> {
    let link = unit.link();
    let mut operations: Vec<Operation> = Vec::new();
    for (index, assignment) in assignments.iter().enumerate() {
        let (info, target) = (assignment.info, assignment.target());
        let invalid = |reason| WriteError::Invalid { target, reason };
        let words = assignment.words(contexts.get(index).copied());
        let runs = words.and_then(|words| runs(info, words)).map_err(invalid)?;
        let functions = info.write_functions().unwrap_or(link.write_functions);
        let runs = if functions.multiple() { runs } else { runs.into_iter().flat_map(Run::split).collect() };
        let last = runs.len().saturating_sub(1);
        for (position, run) in runs.into_iter().enumerate() {
            run.check_count(link).map_err(invalid)?;
            let next = Operation {
                unit_id: unit.id_of(info),
                run,
                functions,
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
pub(super) fn stages<'a>(unit: &Unit, mut rest: &'a [Assignment]) -> Vec<&'a [Assignment]> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::point::any::AnyValue;
    use crate::{Bus, Point, PointSpec, RawType, ReadWrite, WriteFunctions};

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
    async fn a_point_is_written_by_its_own_functions() {
        let by = |address: u16, functions| -> Point<u16, ReadWrite> {
            let info = PointInfo::holding_register("id", vec![address].leak()).written_by(functions);
            Point::new(info.leak())
        };
        let pair = PointInfo::new(PointSpec { raw: RawType::U32, words: &[8, 9], ..PointSpec::DEFAULT });
        let pair: Point<u32, ReadWrite> = Point::new(pair.written_by(WriteFunctions::SINGLE_ONLY).leak());
        let assignments = [
            register(4).to(14),
            by(5, WriteFunctions::MULTIPLE_ONLY).to(15),
            by(6, WriteFunctions::MULTIPLE_ONLY).to(16),
            by(7, WriteFunctions::SINGLE_ONLY).to(17),
            pair.to(18),
        ];
        let link = LinkInfo { write_functions: WriteFunctions::MULTIPLE_ONLY, ..LinkInfo::DEFAULT };
        for (link, first) in [(link, 16), (LinkInfo::DEFAULT, 6)] {
            let unit = unit(link);
            let operations = operations(&assignments, &[], &unit).unwrap();
            let functions = operations.iter().map(|operation| {
                let request = unit.write_request(&operation.run, operation.functions).unwrap();
                (request.function(), operation.run.address, operation.run.count())
            });
            let functions: Vec<_> = functions.collect();
            let joined = [(16, 4, 3), (6, 7, 1), (6, 8, 1), (6, 9, 1)];
            let apart = [(6, 4, 1), (16, 5, 2), (6, 7, 1), (6, 8, 1), (6, 9, 1)];
            assert_eq!(functions, if first == 16 { joined.to_vec() } else { apart.to_vec() });
        }
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
        assert!(error.to_string().ends_with("4 addresses exceed the 3 that one request may hold"), "{error}");
    }
}
