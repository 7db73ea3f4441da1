//! Texts in registers.

use crate::error::{InvalidRequest, InvalidValue};
use crate::point::codec;
use crate::point::value::Value;
use crate::point::{PointInfo, RawType};
use alloc::string::String;
use alloc::vec::Vec;

/// How the bytes of a text become characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// Seven bits.
    Ascii,
    /// ISO 8859-1 (Latin 1): each byte is the character of this number.
    Iso8859_1,
    /// UTF-8.
    Utf8,
}

impl Encoding {
    const fn name(self) -> &'static str {
        match self {
            Self::Ascii => "ASCII",
            Self::Iso8859_1 => "ISO 8859-1",
            Self::Utf8 => "UTF-8",
        }
    }

    fn decode(self, bytes: Vec<u8>) -> Option<String> {
        match self {
            Self::Ascii if !bytes.is_ascii() => None,
            Self::Ascii | Self::Utf8 => String::from_utf8(bytes).ok(),
            Self::Iso8859_1 => Some(bytes.into_iter().map(char::from).collect()),
        }
    }

    fn encode(self, text: &str) -> Result<Vec<u8>, InvalidValue> {
        if text.contains('\0') {
            // What stands behind it would not be read again.
            return Err(InvalidValue::Character { character: '\0', encoding: self.name() });
        }
        let limit = match self {
            Self::Utf8 => return Ok(text.as_bytes().to_vec()),
            Self::Ascii => '\u{7F}',
            Self::Iso8859_1 => '\u{FF}',
        };
        let byte = |character: char| {
            u8::try_from(character)
                .ok()
                .filter(|_| character <= limit)
                .ok_or(InvalidValue::Character { character, encoding: self.name() })
        };
        text.chars().map(byte).collect()
    }
}

/// How the bytes of a text lie in registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Packing {
    /// Two in each register, the first in the high byte.
    TwoHighFirst,
    /// Two in each register, the first in the low byte.
    TwoLowFirst,
    /// One in each register, in the low byte; the high byte is 0.
    One,
}

impl Packing {
    const fn bytes_per_word(self) -> usize {
        match self {
            Self::TwoHighFirst | Self::TwoLowFirst => 2,
            Self::One => 1,
        }
    }

    /// The bytes before the first NUL: what stands behind it is not part of the text. `None` where a register holds more
    /// than one byte and should not.
    fn unpack(self, words: impl Iterator<Item = u16>) -> Option<Vec<u8>> {
        match self {
            Self::TwoHighFirst => Some(before_nul(words.flat_map(u16::to_be_bytes))),
            Self::TwoLowFirst => Some(before_nul(words.flat_map(u16::to_le_bytes))),
            Self::One => words.take_while(|word| *word != 0).map(|word| u8::try_from(word).ok()).collect(),
        }
    }

    /// As many words, the rest filled with NUL.
    fn pack(self, bytes: &[u8], count: usize) -> Vec<u16> {
        let mut bytes = bytes.iter().copied().chain(core::iter::repeat(0));
        let mut next = || bytes.next().unwrap_or_default();
        let word = |_| match self {
            Self::TwoHighFirst => u16::from_be_bytes([next(), next()]),
            Self::TwoLowFirst => u16::from_le_bytes([next(), next()]),
            Self::One => u16::from(next()),
        };
        (0..count).map(word).collect()
    }
}

fn before_nul(bytes: impl Iterator<Item = u8>) -> Vec<u8> {
    bytes.take_while(|byte| *byte != 0).collect()
}

/// How a text lies in its registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TextInfo {
    /// How its bytes become characters.
    pub encoding: Encoding,
    /// How its bytes lie in registers.
    pub packing: Packing,
}

/// For points whose raw type is [`RawType::Text`]: up to the first NUL, without trailing blanks; `None` if the bytes
/// are not in the text's encoding. Written texts are padded with NUL, and must not contain one.
impl Value for String {
    type Present = Self;

    fn decode(info: &PointInfo, words: &[u16]) -> Option<Self> {
        let text = layout(info)?;
        let meant = words.iter().map(|word| codec::word(info, *word));
        let mut bytes = text.packing.unpack(meant).filter(|_| words.len() == info.words().len())?;
        while bytes.pop_if(|byte| *byte == b' ').is_some() {}
        text.encoding.decode(bytes)
    }

    fn encode(value: Self, info: &PointInfo) -> Result<Vec<u16>, InvalidValue> {
        let text = layout(info).ok_or(InvalidValue::Kind { expected: codec::taken(info) })?;
        let count = info.words().len();
        if count == 0 {
            return Err(InvalidValue::Request(InvalidRequest::words_of(info)));
        }
        let bytes = text.encoding.encode(&value)?;
        let max = count.saturating_mul(text.packing.bytes_per_word());
        if bytes.len() > max {
            return Err(InvalidValue::TextTooLong { length: bytes.len(), max });
        }
        Ok(text.packing.pack(&bytes, count).into_iter().map(|word| codec::word(info, word)).collect())
    }

    fn from_present(present: Option<Self>) -> Option<Self> {
        present
    }
}

fn layout(info: &PointInfo) -> Option<TextInfo> {
    info.text().filter(|_| info.raw() == RawType::Text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, PointSpec};

    fn point(encoding: Encoding, packing: Packing, words: &'static [u16]) -> PointInfo {
        let text = Some(TextInfo { encoding, packing });
        PointInfo::new(PointSpec { raw: RawType::Text, kind: Kind::Text, text, words, ..PointSpec::DEFAULT })
    }

    #[test]
    fn one_character_in_each_register() {
        let info = point(Encoding::Ascii, Packing::One, &[8, 9, 10, 11, 12, 13, 14, 15]);
        let words: Vec<u16> = "ADBS24 M".bytes().map(u16::from).collect();
        assert_eq!(String::decode(&info, &words).as_deref(), Some("ADBS24 M"));
        assert_eq!(String::encode("ADBS24 M".to_owned(), &info), Ok(words));
        assert_eq!(String::encode("AB".to_owned(), &info), Ok(vec![65, 66, 0, 0, 0, 0, 0, 0]));
        assert_eq!(String::decode(&info, &[65, 66, 32, 0, 32, 0, 0, 0]).as_deref(), Some("AB"));
        assert_eq!(String::decode(&info, &[0; 8]).as_deref(), Some(""));
        // Two characters where the document says one: not half of them.
        assert_eq!(String::decode(&info, &[0x4142, 0, 0, 0, 0, 0, 0, 0]), None);
    }

    #[test]
    fn two_characters_in_each_register() {
        let high = point(Encoding::Iso8859_1, Packing::TwoHighFirst, &[0, 1, 2]);
        assert_eq!(String::decode(&high, &[0x5B45, 0xE400, 0x2000]).as_deref(), Some("[Eä"));
        assert_eq!(String::encode("[Eä".to_owned(), &high), Ok(vec![0x5B45, 0xE400, 0]));
        let low = point(Encoding::Iso8859_1, Packing::TwoLowFirst, &[0, 1, 2]);
        assert_eq!(String::decode(&low, &[0x455B, 0x00E4, 0]).as_deref(), Some("[Eä"));
        assert_eq!(String::encode("[Eä".to_owned(), &low), Ok(vec![0x455B, 0x00E4, 0]));
    }

    #[test]
    fn a_text_ends_at_its_first_nul() {
        let high = point(Encoding::Ascii, Packing::TwoHighFirst, &[0, 1, 2]);
        let low = point(Encoding::Utf8, Packing::TwoLowFirst, &[0, 1, 2]);
        let one = point(Encoding::Ascii, Packing::One, &[0, 1, 2]);
        for (info, words, text) in [
            (&high, [0x4142, 0x00FF, 0xFFFF], "AB"),
            (&high, [0x4100, 0x2042, 0], "A"),
            (&high, [0x4120, 0x0041, 0x4242], "A"),
            (&high, [0x0041, 0x4242, 0x4242], ""),
            (&low, [0x4241, 0xFF00, 0xFFFF], "AB"),
            (&one, [0x41, 0, 0xFFFF], "A"),
            (&one, [0, 0xFFFF, 0xFFFF], ""),
        ] {
            assert_eq!(String::decode(info, &words).as_deref(), Some(text), "{words:x?}");
        }
        // Before it everything has to be of the encoding.
        assert_eq!(String::decode(&high, &[0x41FF, 0, 0]), None);
        assert_eq!(String::decode(&one, &[0x4142, 0, 0]), None);
        let error = String::encode("A\0B".to_owned(), &low).unwrap_err();
        assert_eq!(error.to_string(), "a NUL cannot be written in UTF-8, because it ends the text; leave it out");
    }

    #[test]
    fn bytes_outside_the_encoding_are_no_text() {
        let ascii = point(Encoding::Ascii, Packing::TwoHighFirst, &[0]);
        assert_eq!(String::decode(&ascii, &[0x41E4]), None);
        let utf8 = point(Encoding::Utf8, Packing::TwoHighFirst, &[0, 1]);
        assert_eq!(String::decode(&utf8, &[0xC3A4, 0x4100]).as_deref(), Some("äA"));
        assert_eq!(String::decode(&utf8, &[0x41E4, 0]), None);
    }

    #[test]
    fn what_does_not_fit_is_not_written() {
        let info = point(Encoding::Ascii, Packing::TwoHighFirst, &[0]);
        let error = String::encode("ABC".to_owned(), &info).unwrap_err();
        assert_eq!(error.to_string(), "the text has 3 bytes, but the registers have room for 2");
        let error = String::encode("ä".to_owned(), &info).unwrap_err();
        assert_eq!(error.to_string(), "the character “ä” cannot be written in ASCII; leave it out or replace it");
        let latin = point(Encoding::Iso8859_1, Packing::One, &[0]);
        assert!(String::encode("€".to_owned(), &latin).is_err());
        let number = PointInfo::new(PointSpec { words: &[0], ..PointSpec::DEFAULT });
        assert!(String::encode("1".to_owned(), &number).is_err());
        assert_eq!(String::decode(&info, &[0x4142, 0x4344]), None);
    }

    #[test]
    fn what_was_read_is_written_back_as_it_was() {
        for packing in [Packing::TwoHighFirst, Packing::TwoLowFirst, Packing::One] {
            let info = point(Encoding::Iso8859_1, packing, &[0, 1]);
            for byte in 1..=u8::MAX {
                let words = packing.pack(&[byte, b'x'], 2);
                let text = String::decode(&info, &words).unwrap();
                assert_eq!(String::encode(text, &info), Ok(words), "{byte}");
            }
        }
    }
}
