//! The registers, and what a device answers about them (Modbus Application Protocol V1.1b3, sections 6 and 7).

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::iter::{self, zip};
use std::time::Duration;

use tokio::time::Instant;

use super::LoggedRequest;
use super::device_image::{DeviceImage, ImageCell};
use super::plausible::{self, Motion};
use crate::device::{DeviceInfo, WriteFunctions};
use crate::error::ExceptionCode;
use crate::point::codec;
use crate::point::table::{Access, Table};
use crate::point::{PointInfo, RawType};
use crate::unit::held::scaling;

#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    /// What is read.
    word: u16,
    /// What was written, where that is something else than what is read.
    written: Option<u16>,
    readable: bool,
    writable: bool,
    /// The functions that write it, where a point names them.
    write_functions: Option<WriteFunctions>,
    /// Whether a register of it says something about points.
    is_said: bool,
    failure: Option<Failure>,
}

/// How a device fails at an address, whatever is asked there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    Exception(ExceptionCode),
    Silence,
}

impl From<ExceptionCode> for Failure {
    fn from(code: ExceptionCode) -> Self {
        Self::Exception(code)
    }
}

/// A point that falls back when it is not written again in time.
#[derive(Debug)]
struct KeptAlive {
    info: &'static PointInfo,
    /// When it falls back, and to what.
    falls_back: Option<(Instant, Vec<u16>)>,
}

/// One of the two sides of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Read,
    Written,
}

impl Side {
    /// The side a point is on: one that is only written where another that is only read shares its words.
    pub(super) fn of(info: &PointInfo) -> Self {
        if info.access().is_readable() { Self::Read } else { Self::Written }
    }
}

/// Where a cell is: none where the device's own unit is meant.
pub(super) type Key = (Option<u8>, Table, u16);

/// Whom a request is for: what is at a unit id of its own, what is at the device's own, or both where they are the
/// same.
#[derive(Debug, Clone, Copy)]
struct Addressed {
    other: Option<u8>,
    is_home: bool,
}

/// All that exists of a device.
#[derive(Debug)]
pub(super) struct Image {
    device: &'static DeviceInfo,
    cells: HashMap<Key, Cell>,
    /// The unit ids at which there is something besides the device's own.
    others: BTreeSet<u8>,
    /// The last ones.
    log: VecDeque<LoggedRequest>,
    /// After so long without a request a client is dropped.
    pub(super) idle: Option<Duration>,
    kept_alive: Vec<KeptAlive>,
    motion: Option<Motion>,
}

impl Image {
    pub(super) fn new(device: &'static DeviceInfo) -> Self {
        let mut cells: HashMap<Key, Cell> = HashMap::new();
        for point in device.points() {
            for address in point.words() {
                // Two points may share an address, one for reading and one for writing.
                let cell = cells.entry((point.unit_id(), point.table(), *address)).or_default();
                cell.readable |= point.access().is_readable();
                cell.writable |= point.access().is_writable();
                cell.write_functions = cell.write_functions.or(point.write_functions());
            }
        }
        let only = |access: Access| {
            let points = device.points().filter(move |point| point.access() == access);
            points.flat_map(|point| point.words().iter().map(|address| (point.unit_id(), point.table(), *address)))
        };
        let only_read: HashSet<Key> = only(Access::Read).collect();
        for key in only(Access::Write).filter(|key| only_read.contains(key)) {
            if let Some(cell) = cells.get_mut(&key) {
                cell.written = Some(0);
            }
        }
        // Nothing is there, and they can be read.
        for (table, first, last) in device.reserved {
            for address in *first..=*last {
                cells.entry((None, *table, address)).or_default().readable = true;
            }
        }
        let others = device.points().filter_map(PointInfo::unit_id).collect();
        let kept_alive = device.points().filter(|point| point.keep_alive_s().is_some());
        let kept_alive = kept_alive.map(|info| KeptAlive { info, falls_back: None }).collect();
        let mut image = Self { device, cells, others, log: VecDeque::new(), idle: None, kept_alive, motion: None };
        for point in device.points() {
            image.say_of(point);
        }
        image
    }

    /// With values that a device of the kind could hold, and that move.
    pub(super) fn plausible(device: &'static DeviceInfo, seed: u64) -> Self {
        let mut image = Self::new(device);
        image.motion = Some(plausible::fill(&mut image, device, seed));
        image
    }

    /// What was recorded, and nothing else that can be read; written is what the table says.
    pub(super) fn recorded(device: &'static DeviceInfo, recorded: &DeviceImage) -> Self {
        let mut image = Self::new(device);
        let home = device.link.unit_id;
        // What is only written is never in a record.
        let is_only_written = |cell: &Cell| cell.written.is_some() || (cell.writable && !cell.readable);
        image.cells.retain(|(unit, table, address), cell| {
            let is_recorded = recorded.get(unit.unwrap_or(home), *table, *address).is_some();
            cell.readable &= is_recorded;
            is_recorded || is_only_written(cell)
        });
        for (unit, table, address, held) in recorded.iter() {
            let own = (Some(unit), table, address);
            let of_home = image.cells.get(&(None, table, address)).copied();
            let key = if image.cells.contains_key(&own) || unit != home { own } else { (None, table, address) };
            let cell = image.cells.entry(key).or_insert_with(|| {
                // Another unit of the same kind.
                let writable = of_home.is_some_and(|cell| cell.writable);
                Cell { writable, ..Cell::default() }
            });
            cell.readable = true;
            match held {
                ImageCell::Word(word) => cell.word = *word,
                ImageCell::Exception(code) => cell.failure = Some(Failure::Exception((*code).into())),
                ImageCell::Silent => cell.failure = Some(Failure::Silence),
                ImageCell::Skipped(_) => {}
            }
            if key.0.is_some() {
                image.others.insert(unit);
            }
        }
        image
    }

    /// What can be read now.
    pub(super) fn to_record(&self) -> DeviceImage {
        let mut record = DeviceImage::new(self.device.name);
        for ((unit, table, address), cell) in self.cells.iter().filter(|(_, cell)| cell.readable) {
            let held = match cell.failure {
                None => ImageCell::Word(cell.word),
                Some(Failure::Exception(code)) => ImageCell::Exception(code.code()),
                Some(Failure::Silence) => ImageCell::Silent,
            };
            record.set(unit.unwrap_or(self.device.link.unit_id), *table, *address, held);
        }
        record
    }

    /// Another unit with the same registers and values as the device's own has now.
    pub(super) fn copy_to(&mut self, unit: u8) {
        let home: Vec<_> = self.cells.iter().filter(|((unit, ..), _)| unit.is_none()).collect();
        let copies: Vec<_> =
            home.into_iter().map(|((_, table, address), cell)| ((Some(unit), *table, *address), *cell)).collect();
        for (key, cell) in copies {
            self.cells.entry(key).or_insert(cell);
        }
        self.others.insert(unit);
    }

    /// Whether one of a point's words says something about others, or about itself.
    pub(super) fn is_said(&self, info: &PointInfo) -> bool {
        let mut cells = info.words().iter().filter_map(|word| self.cells.get(&(info.unit_id(), info.table(), *word)));
        cells.any(|cell| cell.is_said)
    }

    /// Makes a point hold these words; what else is in them stays.
    pub(super) fn put(&mut self, info: &PointInfo, side: Side, words: &[u16]) {
        let masks = codec::own_bits(info).into_iter().flatten().chain(iter::repeat(u16::MAX));
        for ((address, word), mask) in zip(zip(info.words(), words), masks) {
            let key = (info.unit_id(), info.table(), *address);
            let rest = self.get(key, side).unwrap_or_default() & !mask;
            self.set(key, side, word | rest);
        }
    }

    fn words(&self, info: &PointInfo) -> Vec<u16> {
        let word = |address: &u16| self.get((info.unit_id(), info.table(), *address), Side::of(info));
        info.words().iter().map(|address| word(address).unwrap_or_default()).collect()
    }

    /// What follows from the time that has passed.
    fn advance(&mut self) {
        if let Some(mut motion) = self.motion.take() {
            motion.advance(self);
            self.motion = Some(motion);
        }
        let now = Instant::now();
        let over =
            |kept: &mut KeptAlive| kept.falls_back.take_if(|(when, _)| *when <= now).map(|(_, to)| (kept.info, to));
        for (info, words) in self.kept_alive.iter_mut().filter_map(over).collect::<Vec<_>>() {
            self.put(info, Side::of(info), &words);
        }
    }

    /// Notes which points are about to be written that fall back when they are not written again.
    fn keep_alive(&mut self, keys: &[Key]) {
        let mut all = std::mem::take(&mut self.kept_alive);
        let is_written = |info: &PointInfo, word: &u16| keys.contains(&(info.unit_id(), info.table(), *word));
        for kept in all.iter_mut().filter(|kept| kept.info.words().iter().any(|word| is_written(kept.info, word))) {
            let seconds = kept.info.keep_alive_s().unwrap_or_default();
            let to = kept.falls_back.take().map_or_else(|| self.words(kept.info), |(_, to)| to);
            // So far in the future that it never comes where the clock has no such time.
            kept.falls_back = Instant::now().checked_add(Duration::from_secs(seconds.into())).map(|when| (when, to));
        }
        self.kept_alive = all;
    }

    /// What the device says of a point: that it has it, that it allows everything, that it is scaled by nothing, and
    /// that it is the product the first of several lists is for.
    fn say_of(&mut self, point: &PointInfo) {
        if let Some(available_if) = point.available_if() {
            let cell = self.said(point, available_if.key());
            cell.word |= 1_u16.unbounded_shl(available_if.bit.into());
        }
        if let Some(key) = scaling(point) {
            self.said(point, key);
        }
        let (min, max) = match point.raw() {
            RawType::F32 => (f32::MIN.to_bits().into(), f32::MAX.to_bits().into()),
            RawType::F64 => (f64::MIN.to_bits().into(), f64::MAX.to_bits().into()),
            _ => point.raw_range(),
        };
        let step = i128::from(!point.raw().is_float());
        let (min, max) = if point.scale().mul() < 0 { (max, min) } else { (min, max) };
        if let Some(registers) = point.limit_registers() {
            for (register, raw) in [(registers.min, min), (registers.max, max), (registers.step, step)] {
                let words = codec::words_beside(point, raw);
                for (address, word) in register.into_iter().flat_map(|first| point.words_from(first)).zip(words) {
                    self.said(point, (point.table(), address)).word = word;
                }
            }
        }
        if let Some(first) = point.values_if().first() {
            let cell = self.said(point, first.key());
            if !point.values_if().iter().any(|list| list.key() == first.key() && list.holds_for(cell.word)) {
                cell.word = first.min;
            }
        }
    }

    /// A register in which the device says something about a point. It can be read, whether or not it is listed.
    fn said(&mut self, point: &PointInfo, (table, address): (Table, u16)) -> &mut Cell {
        let cell = self.cells.entry((point.unit_id(), table, address)).or_default();
        cell.readable = true;
        cell.is_said = true;
        cell
    }

    pub(super) fn get(&self, key: Key, side: Side) -> Option<u16> {
        let cell = self.cells.get(&key)?;
        Some(cell.written.filter(|_| side == Side::Written).unwrap_or(cell.word))
    }

    pub(super) fn set(&mut self, key: Key, side: Side, word: u16) {
        let (other, table, _) = key;
        self.others.extend(other);
        let word = if table.is_bit() { u16::from(word != 0) } else { word };
        let new = Cell { readable: true, writable: table.is_writable(), ..Cell::default() };
        let cell = self.cells.entry(key).or_insert(new);
        match &mut cell.written {
            Some(written) if side == Side::Written => *written = word,
            _ => cell.word = word,
        }
    }

    pub(super) fn remove(&mut self, key: Key) {
        self.cells.remove(&key);
    }

    pub(super) fn others(&self) -> &BTreeSet<u8> {
        &self.others
    }

    fn addressed(&self, unit: u8, home: u8) -> Addressed {
        let other = Some(unit).filter(|unit| self.others.contains(unit));
        Addressed { other, is_home: other.is_none() || unit == home }
    }

    /// The cell that is meant, if it exists.
    fn key(&self, to: Addressed, table: Table, address: u16) -> Option<Key> {
        let other = to.other.map(|other| (Some(other), table, address));
        let own = to.is_home.then_some((None, table, address));
        other.into_iter().chain(own).find(|key| self.cells.contains_key(key))
    }

    pub(super) const fn log(&self) -> &VecDeque<LoggedRequest> {
        &self.log
    }

    pub(super) fn clear_log(&mut self) {
        self.log.clear();
    }

    /// The PDU that answers this one, which is not empty; `None` where the device is silent. `instead` is an exception
    /// that is answered without doing anything.
    pub(super) fn answer(
        &mut self,
        unit: u8,
        home: u8,
        pdu: &[u8],
        instead: Option<ExceptionCode>,
    ) -> (Option<Vec<u8>>, LoggedRequest) {
        self.advance();
        let function = pdu.first().copied().unwrap_or_default();
        let answer = match instead {
            Some(code) => Err(code.into()),
            None => self.perform(self.addressed(unit, home), pdu),
        };
        let field =
            |at: usize| pdu.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| u16::from_be_bytes(*bytes));
        if self.log.len() >= super::LOG_LENGTH {
            self.log.pop_front();
        }
        let request = LoggedRequest {
            unit,
            function,
            address: field(1),
            count: if matches!(function, 5 | 6) { 1 } else { field(3) },
            refused: match answer {
                Err(Failure::Exception(code)) => Some(code),
                _ => None,
            },
            is_answered: answer != Err(Failure::Silence),
        };
        self.log.push_back(request);
        let answer = match answer {
            Ok(rest) => Some([&[function], &rest[..]].concat()),
            Err(Failure::Exception(code)) => Some(vec![function | 0x80, code.code()]),
            Err(Failure::Silence) => None,
        };
        (answer, request)
    }

    /// What follows the function code in the answer.
    fn perform(&mut self, to: Addressed, pdu: &[u8]) -> Result<Vec<u8>, Failure> {
        match *pdu {
            [function @ (5 | 6), a, b, ..] if !self.has_function(to, function, [a, b], 1) => {
                Err(ExceptionCode::IllegalFunction.into())
            }
            [function @ (15 | 16), a, b, c, d, ..]
                if !self.has_function(to, function, [a, b], u16::from_be_bytes([c, d])) =>
            {
                Err(ExceptionCode::IllegalFunction.into())
            }
            [1, a, b, c, d] => self.read(to, Table::Coil, [a, b], [c, d]),
            [2, a, b, c, d] => self.read(to, Table::DiscreteInput, [a, b], [c, d]),
            [3, a, b, c, d] => self.read(to, Table::HoldingRegister, [a, b], [c, d]),
            [4, a, b, c, d] => self.read(to, Table::InputRegister, [a, b], [c, d]),
            [5, a, b, 0xFF, 0] => self.write(to, Table::Coil, [a, b], &[1]).map(|()| vec![a, b, 0xFF, 0]),
            [5, a, b, 0, 0] => self.write(to, Table::Coil, [a, b], &[0]).map(|()| vec![a, b, 0, 0]),
            [6, a, b, c, d] => {
                let word = u16::from_be_bytes([c, d]);
                self.write(to, Table::HoldingRegister, [a, b], &[word]).map(|()| vec![a, b, c, d])
            }
            [15, a, b, c, d, bytes, ref data @ ..] => {
                let count = usize::from(u16::from_be_bytes([c, d]));
                if data.len() != usize::from(bytes) || data.len() != count.div_ceil(8) {
                    return Err(ExceptionCode::IllegalDataValue.into());
                }
                let bits = data.iter().flat_map(|byte| (0..8).map(move |bit| u16::from(byte >> bit & 1)));
                self.write(to, Table::Coil, [a, b], &bits.take(count).collect::<Vec<_>>()).map(|()| vec![a, b, c, d])
            }
            [16, a, b, c, d, bytes, ref data @ ..] => {
                let count = usize::from(u16::from_be_bytes([c, d]));
                let (pairs, rest) = data.as_chunks::<2>();
                if data.len() != usize::from(bytes) || pairs.len() != count || !rest.is_empty() {
                    return Err(ExceptionCode::IllegalDataValue.into());
                }
                let words: Vec<u16> = pairs.iter().copied().map(u16::from_be_bytes).collect();
                self.write(to, Table::HoldingRegister, [a, b], &words).map(|()| vec![a, b, c, d])
            }
            [1..=6 | 15 | 16, ..] => Err(ExceptionCode::IllegalDataValue.into()),
            _ => Err(ExceptionCode::IllegalFunction.into()),
        }
    }

    /// Whether the registers, or the device where they name none, have a function for writing.
    fn has_function(&self, to: Addressed, function: u8, address: [u8; 2], count: u16) -> bool {
        let table = if matches!(function, 5 | 15) { Table::Coil } else { Table::HoldingRegister };
        let has = |functions: WriteFunctions| match function {
            5 | 6 => functions.single(),
            _ => functions.multiple(),
        };
        let own = |address| self.cells.get(&self.key(to, table, address)?)?.write_functions;
        let mut addresses = (u16::from_be_bytes(address)..=u16::MAX).take(count.max(1).into());
        addresses.all(|address| has(own(address).unwrap_or(self.device.link.write_functions)))
    }

    fn read(&self, to: Addressed, table: Table, address: [u8; 2], count: [u8; 2]) -> Result<Vec<u8>, Failure> {
        let count = u16::from_be_bytes(count);
        if !(1..=self.device.link.max_read(table)).contains(&count) {
            return Err(ExceptionCode::IllegalDataValue.into());
        }
        let mut addresses = u16::from_be_bytes(address)..=u16::MAX;
        let words: Result<Vec<u16>, Failure> = (0..count)
            .map(|_| {
                let key = addresses.next().and_then(|address| self.key(to, table, address));
                let cell = key.and_then(|key| self.cells.get(&key)).filter(|cell| cell.readable);
                let cell = cell.ok_or(ExceptionCode::IllegalDataAddress)?;
                cell.failure.map_or(Ok(cell.word), Err)
            })
            .collect();
        let words = words?;
        let data: Vec<u8> = if table.is_bit() {
            words.chunks(8).map(|bits| bits.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit != 0))).collect()
        } else {
            words.iter().flat_map(|word| word.to_be_bytes()).collect()
        };
        // The largest count gives 250 bytes.
        Ok([&[u8::try_from(data.len()).unwrap_or(u8::MAX)], &data[..]].concat())
    }

    /// All or nothing.
    fn write(&mut self, to: Addressed, table: Table, address: [u8; 2], words: &[u16]) -> Result<(), Failure> {
        if words.is_empty() || words.len() > usize::from(self.device.link.max_write(table)) {
            return Err(ExceptionCode::IllegalDataValue.into());
        }
        let addresses = (u16::from_be_bytes(address)..=u16::MAX).take(words.len());
        let keys: Option<Vec<Key>> = addresses.map(|address| self.key(to, table, address)).collect();
        let writable = |key: &Key| self.cells.get(key).is_some_and(|cell| cell.writable);
        let keys = keys.filter(|keys| keys.len() == words.len() && keys.iter().all(writable));
        let keys = keys.ok_or(ExceptionCode::IllegalDataAddress)?;
        if let Some(failure) = keys.iter().find_map(|key| self.cells.get(key)?.failure) {
            return Err(failure);
        }
        self.keep_alive(&keys);
        for (key, word) in zip(keys, words) {
            self.set(key, Side::Written, *word);
        }
        Ok(())
    }
}
