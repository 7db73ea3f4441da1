//! Requests for a point, for masters that are not a [`Bus`](crate::bus::Bus): on a microcontroller, for example.

use alloc::vec::Vec;

use crate::device::WriteFunctions;
use crate::error::{DecodeError, InvalidRequest, InvalidValue};
use crate::point::context::Context;
use crate::point::table::Table;
use crate::point::value::Value;
use crate::point::{Point, PointInfo, RawType, Readable, Trigger, Writable, codec, special};

/// A Modbus request, without unit id and framing: [`Point::read_request`] and [`Point::write_request`] make one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Request {
    /// The function code.
    pub function: u8,
    /// The first address, zero-based.
    pub address: u16,
    /// How many addresses.
    pub count: u16,
    values: Vec<u16>,
}

impl Request {
    fn read(table: Table, address: u16, count: u16) -> Self {
        let function = match table {
            Table::Coil => 1,
            Table::DiscreteInput => 2,
            Table::HoldingRegister => 3,
            Table::InputRegister => 4,
        };
        Self { function, address, count, values: Vec::new() }
    }

    /// The words to write, one for each address, ascending; a coil is 0 or 1. Empty for a request that reads.
    #[must_use]
    pub fn values(&self) -> &[u16] {
        &self.values
    }

    /// The same request with function 15 or 16 instead of 5 or 6, for devices that do not have these.
    #[must_use]
    pub fn multiple(mut self) -> Self {
        self.function = match self.function {
            5 => 15,
            6 => 16,
            other => other,
        };
        self
    }

    /// The PDU as it is sent, function code first (Modbus Application Protocol V1.1b3, section 6).
    #[must_use]
    pub fn pdu(&self) -> Vec<u8> {
        let mut pdu = Vec::with_capacity(6_usize.saturating_add(self.values.len().saturating_mul(2)));
        pdu.push(self.function);
        pdu.extend(self.address.to_be_bytes());
        let first = self.values.first().copied().unwrap_or_default();
        // A count that a byte cannot hold is more than a request may have anyway.
        let byte_count = |bytes: usize| u8::try_from(bytes).unwrap_or(u8::MAX);
        match self.function {
            5 => pdu.extend(if first == 0 { [0, 0] } else { [0xFF, 0] }),
            6 => pdu.extend(first.to_be_bytes()),
            15 => {
                pdu.extend(self.count.to_be_bytes());
                pdu.push(byte_count(self.values.len().div_ceil(8)));
                let byte = |bits: &[u16]| bits.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit != 0));
                pdu.extend(self.values.chunks(8).map(byte));
            }
            16 => {
                pdu.extend(self.count.to_be_bytes());
                pdu.push(byte_count(self.values.len().saturating_mul(2)));
                pdu.extend(self.values.iter().flat_map(|word| word.to_be_bytes()));
            }
            _ => pdu.extend(self.count.to_be_bytes()),
        }
        pdu
    }
}

impl<T: Value, A: Readable> Point<T, A> {
    /// The request that reads the point: all addresses from its lowest to its highest.
    #[must_use]
    pub fn read_request(self) -> Request {
        let info = self.info();
        Request::read(info.table(), info.address(), info.word_count())
    }

    /// Decodes the words of the reply to [`read_request`](Self::read_request): one for each address, ascending,
    /// whatever the order of the point's words; a coil or an input is 0 or 1.
    ///
    /// # Errors
    ///
    /// If the number of words is wrong, if they are not a value of the point's type, or if their meaning depends on
    /// another register (see [`decode_with`](Self::decode_with)).
    pub fn decode(self, words: &[u16]) -> Result<T, DecodeError> {
        self.decode_with(words, |_, _| None)
    }

    /// As [`decode`](Self::decode), with what other registers hold: the one of [`PointInfo::scale_register`], which is in
    /// the point's own table, and those of [`PointInfo::values_if`].
    ///
    /// # Errors
    ///
    /// As [`decode`](Self::decode).
    pub fn decode_with(self, words: &[u16], other: impl Fn(Table, u16) -> Option<u16>) -> Result<T, DecodeError> {
        let info = self.info();
        if let Some(defect) = info.defect() {
            return Err(DecodeError::Point(defect));
        }
        if words.len() != usize::from(info.word_count()) {
            return Err(DecodeError::WordCount { words: words.len(), expected: info.word_count() });
        }
        if let Some((table, address)) = others(info).find(|(table, address)| other(*table, *address).is_none()) {
            return Err(DecodeError::NeedsRegister { table, address });
        }
        let first = info.address();
        let word = |address: &u16| words.get(usize::from(address.checked_sub(first)?)).copied();
        let own: Vec<u16> = info.words().iter().filter_map(word).collect();
        let context = Context::of(info, |(table, address)| other(table, address));
        let present = T::decode_in(info, &own, context);
        if present.is_none() && info.raw() == RawType::Text {
            return Err(DecodeError::Encoding);
        }
        T::from_present(present).ok_or(DecodeError::NotFitted)
    }
}

impl<T: Value, A: Writable> Point<T, A> {
    /// The request that writes a value: with function 5 or 6 for one address, otherwise with 15 or 16, unless the
    /// document names others for the point. The limits in the document are checked; those in the device's registers are
    /// not.
    ///
    /// # Errors
    ///
    /// As [`Value::encode`]. If the point is a part of its words, use [`write_request_over`](Self::write_request_over);
    /// if another register decides what is written, use [`write_request_with`](Self::write_request_with).
    pub fn write_request(self, value: T::Present) -> Result<Request, InvalidValue> {
        self.write_request_with(value, |_, _| None)
    }

    /// As [`write_request`](Self::write_request), with what other registers hold, as for
    /// [`decode_with`](Self::decode_with).
    ///
    /// # Errors
    ///
    /// As [`write_request`](Self::write_request), and if these registers do not allow the value.
    pub fn write_request_with(
        self,
        value: T::Present,
        other: impl Fn(Table, u16) -> Option<u16>,
    ) -> Result<Request, InvalidValue> {
        let info = self.info();
        if codec::mask(info).is_some() {
            return Err(InvalidValue::OtherBits);
        }
        request(info, &words::<T>(info, value, other)?)
    }

    /// The request that writes a value that is a part of its words, and keeps the other bits: `current` are the words
    /// of a recent reply to [`read_request`](Self::read_request).
    ///
    /// # Errors
    ///
    /// As [`write_request`](Self::write_request), and if the number of words is wrong.
    pub fn write_request_over(self, value: T::Present, current: &[u16]) -> Result<Request, InvalidValue> {
        let info = self.info();
        if current.len() != usize::from(info.word_count()) {
            let expected = info.word_count().into();
            return Err(InvalidValue::Request(InvalidRequest::WordCount { words: current.len(), expected }));
        }
        let mut words = words::<T>(info, value, |_, _| None)?;
        for ((word, address), mask) in words.iter_mut().zip(info.words()).zip(codec::mask(info).into_iter().flatten()) {
            let place = usize::from(address.saturating_sub(info.address()));
            *word |= current.get(place).copied().unwrap_or_default() & !mask;
        }
        request(info, &words)
    }
}

impl<T: Value> Point<T, Trigger> {
    /// The request that gives the command, by writing its trigger value.
    ///
    /// # Errors
    ///
    /// If the point's registers cannot hold that value.
    pub fn trigger_request(self) -> Result<Request, InvalidValue> {
        request(self.info(), &codec::encode_trigger(self.info())?)
    }

    /// The request that gives the command with a value.
    ///
    /// # Errors
    ///
    /// As [`Value::encode`].
    pub fn command_request(self, value: T::Present) -> Result<Request, InvalidValue> {
        request(self.info(), &words::<T>(self.info(), value, |_, _| None)?)
    }
}

/// The registers without which the point's words mean nothing.
fn others(info: &PointInfo) -> impl Iterator<Item = (Table, u16)> + '_ {
    let scale = info.scale_register().map(|address| (info.table(), address));
    scale.into_iter().chain(info.values_if().iter().map(crate::point::condition::ValuesIf::key))
}

/// A value's words, most significant first.
fn words<T: Value>(
    info: &PointInfo,
    value: T::Present,
    other: impl Fn(Table, u16) -> Option<u16>,
) -> Result<Vec<u16>, InvalidValue> {
    let context = Context::of(info, |(table, address)| other(table, address));
    let case = T::case(&value);
    let words = match info.scale_register().and_then(|_| T::number(&value)) {
        Some(number) => special::encode_number(info, number, context)?,
        None => T::encode(value, info)?,
    };
    // A code of another product means something else on this one.
    let is_listed = || {
        let list = context.case().and_then(|case| info.values_if().get(case));
        let raw = codec::raw_value(info, &words);
        list.is_some_and(|list| list.values.iter().any(|value| Some(i128::from(value.number())) == raw))
    };
    if !info.values_if().is_empty() && (case.is_some_and(|case| Some(case) != context.case()) || !is_listed()) {
        return Err(InvalidValue::OtherProduct);
    }
    Ok(words)
}

/// The request that writes a point's words.
fn request(info: &PointInfo, words: &[u16]) -> Result<Request, InvalidValue> {
    let refused = |reason| Err(InvalidValue::Request(reason));
    if !info.table().is_writable() {
        return refused(InvalidRequest::ReadOnlyTable);
    }
    let mut by_address: Vec<(u16, u16)> = info.words().iter().copied().zip(words.iter().copied()).collect();
    by_address.sort_unstable();
    if by_address.len() != usize::from(info.word_count()) {
        return refused(InvalidRequest::Scattered);
    }
    let functions = info.write_functions().unwrap_or(WriteFunctions::ANY);
    let (max, count) = (if functions.multiple() { info.table().max_write() } else { 1 }, info.word_count());
    if !(1..=max).contains(&count) {
        return refused(InvalidRequest::Count { count: count.into(), max });
    }
    let function = match (info.table().is_bit(), count == 1 && functions.single()) {
        (true, true) => 5,
        (false, true) => 6,
        (true, false) => 15,
        (false, false) => 16,
    };
    let values = by_address.into_iter().map(|(_, word)| word).collect();
    Ok(Request { function, address: info.address(), count, values })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::point::scale::Scale;
    use crate::point::{BitRange, PointSpec, ReadWrite};

    #[expect(clippy::large_types_passed_by_value, reason = "reads better, and is a test")]
    fn point<T>(spec: PointSpec) -> Point<T, ReadWrite> {
        Point::new(PointInfo::new(spec).leak())
    }

    #[test]
    fn words_are_taken_by_address_whatever_their_order() {
        let spec = PointSpec { raw: RawType::U32, words: &[11, 10], ..PointSpec::DEFAULT };
        let point = point::<u32>(spec);
        let request = point.read_request();
        assert_eq!((request.function, request.address, request.count), (3, 10, 2));
        assert_eq!(request.pdu(), [3, 0, 10, 0, 2]);
        assert_eq!(point.decode(&[2345, 2]), Ok(133_417));
        let written = point.write_request(133_417).unwrap();
        assert_eq!((written.function, written.address, written.values()), (16, 10, &[2345, 2][..]));
        assert_eq!(written.pdu(), [16, 0, 10, 0, 2, 4, 0x09, 0x29, 0, 2]);
        assert_eq!(point.decode(&[1]), Err(DecodeError::WordCount { words: 1, expected: 2 }));
    }

    #[test]
    fn what_a_register_beside_it_decides_is_not_guessed() {
        let spec =
            PointSpec { scale_register: Some(9), words: &[0], kind: crate::point::Kind::Scaled, ..PointSpec::DEFAULT };
        let point = point::<Option<f64>>(spec);
        let needed = DecodeError::NeedsRegister { table: Table::HoldingRegister, address: 9 };
        assert_eq!(point.decode(&[215]), Err(needed));
        let tenths = |_: Table, address: u16| (address == 9).then_some(0xFFFF);
        assert_eq!(point.decode_with(&[215], tenths), Ok(Some(21.5)));
        assert_eq!(point.write_request(21.5), Err(InvalidValue::NoScale { register: 9 }));
        assert_eq!(point.write_request_with(21.5, tenths).unwrap().values(), [215]);
    }

    #[test]
    fn a_part_of_a_register_keeps_the_rest_of_it() {
        let bits = Some(BitRange::new(8, 11));
        let point = point::<u16>(PointSpec { bits, words: &[7], ..PointSpec::DEFAULT });
        assert_eq!(point.decode(&[0x1234]), Ok(2));
        assert_eq!(point.write_request(5), Err(InvalidValue::OtherBits));
        let request = point.write_request_over(5, &[0x1234]).unwrap();
        assert_eq!(
            (request.pdu(), request.multiple().pdu()),
            (vec![6, 0, 7, 0x15, 0x34], vec![16, 0, 7, 0, 1, 2, 0x15, 0x34])
        );
    }

    #[test]
    fn coils_and_commands() {
        let spec = PointSpec { table: Table::Coil, raw: RawType::Bool, words: &[3], ..PointSpec::DEFAULT };
        let coil = point::<bool>(spec);
        assert_eq!(coil.write_request(true).unwrap().pdu(), [5, 0, 3, 0xFF, 0]);
        assert_eq!(coil.write_request(true).unwrap().multiple().pdu(), [15, 0, 3, 0, 1, 1, 1]);
        assert_eq!(coil.read_request().pdu(), [1, 0, 3, 0, 1]);
        let reset = Point::<u16, Trigger>::new(
            PointInfo::new(PointSpec { trigger: 7, words: &[2], ..PointSpec::DEFAULT }).leak(),
        );
        assert_eq!(reset.trigger_request().unwrap().pdu(), [6, 0, 2, 0, 7]);
        assert_eq!(reset.command_request(9).unwrap().pdu(), [6, 0, 2, 0, 9]);
    }

    #[test]
    fn what_cannot_be_written_is_refused() {
        let input = point::<u16>(PointSpec { table: Table::InputRegister, words: &[0], ..PointSpec::DEFAULT });
        assert_eq!(input.write_request(1), Err(InvalidValue::Request(InvalidRequest::ReadOnlyTable)));
        let apart = point::<u32>(PointSpec { raw: RawType::U32, words: &[0, 2], ..PointSpec::DEFAULT });
        assert_eq!(apart.write_request(1), Err(InvalidValue::Request(InvalidRequest::Scattered)));
        assert_eq!(apart.decode(&[1, 9, 2]), Ok(0x1_0002));
        let tenths = point::<f64>(PointSpec { words: &[0], scale: Scale::new(1, 0, 10), ..PointSpec::DEFAULT });
        assert!(matches!(tenths.write_request(21.34), Err(InvalidValue::OffStep { .. })));
        let missing = point::<u16>(PointSpec { words: &[0], not_available: &[9], ..PointSpec::DEFAULT });
        assert_eq!(missing.decode(&[9]), Err(DecodeError::NotFitted));
    }
}
