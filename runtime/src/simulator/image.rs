//! The registers, and what a device answers about them (Modbus Application Protocol V1.1b3, sections 6 and 7).

use std::collections::{HashMap, HashSet};
use std::iter::zip;

use super::LoggedRequest;
use crate::device::DeviceInfo;
use crate::error::ExceptionCode;
use crate::point::{PointInfo, RawType};
use crate::table::{Access, Table};

#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    /// What is read.
    word: u16,
    /// What was written, where that is something else than what is read.
    written: Option<u16>,
    readable: bool,
    writable: bool,
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

/// All that exists of a device.
#[derive(Debug)]
pub(super) struct Image {
    device: &'static DeviceInfo,
    cells: HashMap<(Table, u16), Cell>,
    log: Vec<LoggedRequest>,
}

impl Image {
    pub(super) fn new(device: &'static DeviceInfo) -> Self {
        let mut cells: HashMap<(Table, u16), Cell> = HashMap::new();
        for point in device.points() {
            for address in point.words() {
                // Two points may share an address, one for reading and one for writing.
                let cell = cells.entry((point.table(), *address)).or_default();
                cell.readable |= point.access().is_readable();
                cell.writable |= point.access().is_writable();
            }
        }
        let only = |access: Access| {
            let points = device.points().filter(move |point| point.access() == access);
            points.flat_map(|point| point.words().iter().map(|address| (point.table(), *address)))
        };
        let only_read: HashSet<(Table, u16)> = only(Access::Read).collect();
        for key in only(Access::Write).filter(|key| only_read.contains(key)) {
            if let Some(cell) = cells.get_mut(&key) {
                cell.written = Some(0);
            }
        }
        // Nothing is there, and they can be read.
        for (table, first, last) in device.reserved {
            for address in *first..=*last {
                cells.entry((*table, address)).or_default().readable = true;
            }
        }
        let mut image = Self { device, cells, log: Vec::new() };
        for point in device.points() {
            image.say_of(point);
        }
        image
    }

    /// What the device says of a point: that it has it, that it allows everything, and that it is the product the first of
    /// several lists is for.
    fn say_of(&mut self, point: &PointInfo) {
        if let Some(available_if) = point.available_if() {
            let cell = self.said(available_if.key());
            cell.word |= 1_u16.unbounded_shl(available_if.bit.into());
        }
        let (min, max) = match point.raw() {
            RawType::I16 => (i16::MIN.cast_unsigned(), i16::MAX.cast_unsigned()),
            _ => (u16::MIN, u16::MAX),
        };
        let (min, max) = if point.scale().mul() < 0 { (max, min) } else { (min, max) };
        if let Some(registers) = point.limit_registers() {
            for (register, word) in [(registers.min, min), (registers.max, max), (registers.step, 1)] {
                if let Some(address) = register {
                    self.said((point.table(), address)).word = word;
                }
            }
        }
        if let Some(first) = point.values_if().first() {
            let cell = self.said(first.key());
            if !point.values_if().iter().any(|list| list.key() == first.key() && list.holds_for(cell.word)) {
                cell.word = first.min;
            }
        }
    }

    /// A register in which the device says something about its points. It can be read, whether or not it is listed.
    fn said(&mut self, key: (Table, u16)) -> &mut Cell {
        let cell = self.cells.entry(key).or_default();
        cell.readable = true;
        cell
    }

    pub(super) fn get(&self, table: Table, address: u16, side: Side) -> Option<u16> {
        let cell = self.cells.get(&(table, address))?;
        Some(cell.written.filter(|_| side == Side::Written).unwrap_or(cell.word))
    }

    pub(super) fn set(&mut self, table: Table, address: u16, side: Side, word: u16) {
        let word = if table.is_bit() { u16::from(word != 0) } else { word };
        let new = Cell { readable: true, writable: table.is_writable(), ..Cell::default() };
        let cell = self.cells.entry((table, address)).or_insert(new);
        match &mut cell.written {
            Some(written) if side == Side::Written => *written = word,
            _ => cell.word = word,
        }
    }

    pub(super) fn remove(&mut self, table: Table, address: u16) {
        self.cells.remove(&(table, address));
    }

    pub(super) fn log(&self) -> &[LoggedRequest] {
        &self.log
    }

    pub(super) fn clear_log(&mut self) {
        self.log.clear();
    }

    /// The PDU that answers this one, which is not empty.
    pub(super) fn answer(&mut self, pdu: &[u8]) -> Vec<u8> {
        let function = pdu.first().copied().unwrap_or_default();
        let answer = self.perform(pdu);
        let field =
            |at: usize| pdu.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| u16::from_be_bytes(*bytes));
        self.log.push(LoggedRequest {
            function,
            address: field(1),
            count: if matches!(function, 5 | 6) { 1 } else { field(3) },
            refused: answer.as_ref().err().copied(),
        });
        match answer {
            Ok(rest) => [&[function], &rest[..]].concat(),
            Err(code) => vec![function | 0x80, code.code()],
        }
    }

    /// What follows the function code in the answer.
    fn perform(&mut self, pdu: &[u8]) -> Result<Vec<u8>, ExceptionCode> {
        let write_functions = self.device.link.write_functions;
        match *pdu {
            [5 | 6, ..] if !write_functions.single() => Err(ExceptionCode::IllegalFunction),
            [15 | 16, ..] if !write_functions.multiple() => Err(ExceptionCode::IllegalFunction),
            [1, a, b, c, d] => self.read(Table::Coil, [a, b], [c, d]),
            [2, a, b, c, d] => self.read(Table::DiscreteInput, [a, b], [c, d]),
            [3, a, b, c, d] => self.read(Table::HoldingRegister, [a, b], [c, d]),
            [4, a, b, c, d] => self.read(Table::InputRegister, [a, b], [c, d]),
            [5, a, b, 0xFF, 0] => self.write(Table::Coil, [a, b], &[1]).map(|()| vec![a, b, 0xFF, 0]),
            [5, a, b, 0, 0] => self.write(Table::Coil, [a, b], &[0]).map(|()| vec![a, b, 0, 0]),
            [6, a, b, c, d] => {
                let word = u16::from_be_bytes([c, d]);
                self.write(Table::HoldingRegister, [a, b], &[word]).map(|()| vec![a, b, c, d])
            }
            [15, a, b, c, d, bytes, ref data @ ..] => {
                let count = usize::from(u16::from_be_bytes([c, d]));
                if data.len() != usize::from(bytes) || data.len() != count.div_ceil(8) {
                    return Err(ExceptionCode::IllegalDataValue);
                }
                let bits = data.iter().flat_map(|byte| (0..8).map(move |bit| u16::from(byte >> bit & 1)));
                self.write(Table::Coil, [a, b], &bits.take(count).collect::<Vec<_>>()).map(|()| vec![a, b, c, d])
            }
            [16, a, b, c, d, bytes, ref data @ ..] => {
                let count = usize::from(u16::from_be_bytes([c, d]));
                let (pairs, rest) = data.as_chunks::<2>();
                if data.len() != usize::from(bytes) || pairs.len() != count || !rest.is_empty() {
                    return Err(ExceptionCode::IllegalDataValue);
                }
                let words: Vec<u16> = pairs.iter().copied().map(u16::from_be_bytes).collect();
                self.write(Table::HoldingRegister, [a, b], &words).map(|()| vec![a, b, c, d])
            }
            [1..=6 | 15 | 16, ..] => Err(ExceptionCode::IllegalDataValue),
            _ => Err(ExceptionCode::IllegalFunction),
        }
    }

    fn read(&self, table: Table, address: [u8; 2], count: [u8; 2]) -> Result<Vec<u8>, ExceptionCode> {
        let count = u16::from_be_bytes(count);
        if !(1..=self.device.link.max_read(table)).contains(&count) {
            return Err(ExceptionCode::IllegalDataValue);
        }
        let mut addresses = u16::from_be_bytes(address)..=u16::MAX;
        let words: Option<Vec<u16>> = (0..count)
            .map(|_| {
                let cell = self.cells.get(&(table, addresses.next()?))?;
                cell.readable.then_some(cell.word)
            })
            .collect();
        let words = words.ok_or(ExceptionCode::IllegalDataAddress)?;
        let data: Vec<u8> = if table.is_bit() {
            words.chunks(8).map(|bits| bits.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit != 0))).collect()
        } else {
            words.iter().flat_map(|word| word.to_be_bytes()).collect()
        };
        // The largest count gives 250 bytes.
        Ok([&[u8::try_from(data.len()).unwrap_or(u8::MAX)], &data[..]].concat())
    }

    /// All or nothing.
    fn write(&mut self, table: Table, address: [u8; 2], words: &[u16]) -> Result<(), ExceptionCode> {
        if words.is_empty() || words.len() > usize::from(self.device.link.max_write(table)) {
            return Err(ExceptionCode::IllegalDataValue);
        }
        let addresses: Vec<u16> = (u16::from_be_bytes(address)..=u16::MAX).take(words.len()).collect();
        let writable = |address: &u16| self.cells.get(&(table, *address)).is_some_and(|cell| cell.writable);
        if addresses.len() != words.len() || !addresses.iter().all(writable) {
            return Err(ExceptionCode::IllegalDataAddress);
        }
        for (address, word) in zip(addresses, words) {
            self.set(table, address, Side::Written, *word);
        }
        Ok(())
    }
}
