//! Raw bytes in registers.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::error::InvalidValue;
use crate::point::codec;
use crate::point::value::Value;
use crate::point::{PointInfo, RawType};

/// For points whose raw type is [`RawType::Bytes`]: two bytes for each register, the high byte first. A value to write
/// must have as many bytes as are read.
impl Value for Vec<u8> {
    type Present = Self;

    fn decode(info: &PointInfo, words: &[u16]) -> Option<Self> {
        let fits = info.raw() == RawType::Bytes && info.defect().is_none() && words.len() == info.words().len();
        fits.then(|| words.iter().flat_map(|word| codec::word(info, *word).to_be_bytes()).collect())
    }

    fn encode(value: Self, info: &PointInfo) -> Result<Vec<u16>, InvalidValue> {
        if info.raw() != RawType::Bytes {
            return Err(InvalidValue::Kind { expected: codec::taken(info) });
        }
        if let Some(defect) = info.defect() {
            return Err(InvalidValue::Request(defect));
        }
        let (pairs, rest) = value.as_chunks::<2>();
        if pairs.len() != info.words().len() || !rest.is_empty() {
            let expected = info.words().len().saturating_mul(2);
            return Err(InvalidValue::ByteCount { length: value.len(), expected });
        }
        Ok(pairs.iter().map(|pair| codec::word(info, u16::from_be_bytes(*pair))).collect())
    }

    fn from_present(present: Option<Self>) -> Option<Self> {
        present
    }
}

/// `0x0A1B`
pub(crate) fn print(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold("0x".to_owned(), |mut text, byte| {
        // Writing to a `String` does not fail.
        let _ = write!(text, "{byte:02X}");
        text
    })
}

/// Hexadecimal digits, two for each byte, with or without `0x` in front; blanks, colons and dashes between bytes.
pub(crate) fn parse(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    let digit = |digit: char| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = Vec::new();
    let mut rest = digits.chars();
    let mut next = rest.next();
    while let Some(high) = next {
        let (high, low) = (digit(high)?, digit(rest.next()?)?);
        bytes.push(high << 4 | low);
        next = rest.next();
        if matches!(next, Some(' ' | ':' | '-')) {
            // Between two bytes, not at the end.
            next = Some(rest.next()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{InvalidRequest, Kind, PointSpec};

    const SPEC: PointSpec = PointSpec { raw: RawType::Bytes, kind: Kind::Bytes, words: &[0, 1], ..PointSpec::DEFAULT };

    #[test]
    fn bytes_are_as_they_lie() {
        let info = PointInfo::new(SPEC);
        assert_eq!(Vec::decode(&info, &[0x0A1B, 0xFF00]), Some(vec![0x0A, 0x1B, 0xFF, 0]));
        assert_eq!(Vec::encode(vec![0x0A, 0x1B, 0xFF, 0], &info), Ok(vec![0x0A1B, 0xFF00]));
        let swapped = PointInfo::new(PointSpec { byte_swapped: true, ..SPEC });
        assert_eq!(Vec::decode(&swapped, &[0x0A1B, 0xFF00]), Some(vec![0x1B, 0x0A, 0, 0xFF]));
        assert_eq!(Vec::encode(vec![0x1B, 0x0A, 0, 0xFF], &swapped), Ok(vec![0x0A1B, 0xFF00]));
        assert_eq!(Vec::decode(&info, &[1]), None);
    }

    #[test]
    fn as_many_are_written_as_there_is_room_for() {
        let info = PointInfo::new(SPEC);
        for length in [0, 1, 3, 5, 6] {
            let error = Vec::encode(vec![0; length], &info).unwrap_err();
            assert_eq!(error.to_string(), format!("got {length} bytes, but the registers hold 4"));
        }
        let number = PointInfo::new(PointSpec { raw: RawType::U32, ..SPEC });
        assert_eq!(Vec::encode(vec![0; 4], &number), Err(InvalidValue::Kind { expected: "a number" }));
        assert_eq!(Vec::decode(&number, &[0, 0]), None);
        let bits = Some(crate::BitRange::new(0, 7));
        let part = PointInfo::new(PointSpec { bits, ..SPEC });
        let defect = InvalidRequest::Bits { low: 0, high: 7 };
        assert_eq!(Vec::encode(vec![0; 4], &part), Err(InvalidValue::Request(defect)));
        assert_eq!(Vec::decode(&part, &[0, 0]), None);
    }

    #[test]
    fn what_is_printed_is_understood() {
        for bytes in [&[][..], &[0], &[0x0A, 0x1B, 0xFF]] {
            assert_eq!(parse(&print(bytes)).as_deref(), Some(bytes));
        }
        assert_eq!(print(&[0x0A, 0x1B]), "0x0A1B");
        for text in ["0a1b", "0a 1b", "0A:1B", "0X0a-1b"] {
            assert_eq!(parse(text), Some(vec![0x0A, 0x1B]), "{text}");
        }
        for text in ["0x0", "a", "0a 1", "0a ", " 0a", "0a  1b", "0x0g", "+a"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
