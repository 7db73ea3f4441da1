//! Words that vendors write for access, signs and types.

use crate::model::{Access, Encoding, Packing};

/// `R`, `R/W`, `RO`, `read only`, `R / W`, `W`.
pub(crate) fn access(text: &str) -> Option<Access> {
    match folded(text).as_str() {
        "r" | "ro" | "read" | "readonly" => Some(Access::Read),
        "w" | "wo" | "write" | "writeonly" => Some(Access::Write),
        "rw" | "wr" | "readwrite" | "writeread" => Some(Access::ReadWrite),
        _ => None,
    }
}

/// `1`, `yes`, `signed`; `0`, `no`, `unsigned`.
pub(crate) fn signed(text: &str) -> Option<bool> {
    match folded(text).as_str() {
        "1" | "yes" | "y" | "true" | "signed" | "s" => Some(true),
        "0" | "no" | "n" | "false" | "unsigned" | "u" => Some(false),
        _ => None,
    }
}

/// What a type column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TypeWord {
    /// A number of 16 bits for each register.
    Number {
        /// `i16`, `u16`.
        signed: bool,
    },
    /// One of a list of values.
    Enum,
    /// Bits with names.
    Flags,
    /// Bits without names.
    BitSet,
    /// A text of this many characters.
    Text { characters: u16 },
    /// No point, but an address that a block may cross.
    Reserved,
}

/// What [`type_word`] understands.
pub(crate) const TYPE_WORDS: &str = "u16, i16, enum, flags, bitset, string(8) or reserved";

/// One of [`TYPE_WORDS`].
pub(crate) fn type_word(text: &str) -> Option<TypeWord> {
    let folded = folded(text);
    match folded.as_str() {
        "u16" | "uint16" => Some(TypeWord::Number { signed: false }),
        "i16" | "s16" | "int16" => Some(TypeWord::Number { signed: true }),
        "enum" => Some(TypeWord::Enum),
        "flags" => Some(TypeWord::Flags),
        "bitset" | "bits" => Some(TypeWord::BitSet),
        "reserved" => Some(TypeWord::Reserved),
        other => {
            let characters = other.strip_prefix("string").or_else(|| other.strip_prefix("str"))?;
            Some(TypeWord::Text { characters: characters.parse().ok()? })
        }
    }
}

/// The packing of a text that fills its registers: two characters in each, or one.
pub(crate) fn packing(characters: u16, registers: u16) -> Option<Packing> {
    if characters == registers {
        Some(Packing::One)
    } else if characters.div_ceil(2) == registers {
        Some(Packing::TwoHighFirst)
    } else {
        None
    }
}

/// `ascii`, `iso-8859-1`, `utf-8`.
pub(crate) const ENCODINGS: [(&str, Encoding); 3] =
    [("ascii", Encoding::Ascii), ("iso-8859-1", Encoding::Iso8859_1), ("utf-8", Encoding::Utf8)];

/// How characters lie in registers.
pub(crate) const PACKINGS: [(&str, Packing); 3] =
    [("two_high_first", Packing::TwoHighFirst), ("two_low_first", Packing::TwoLowFirst), ("one", Packing::One)];

/// Letters and digits in lower case.
pub(super) fn folded(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|character| character.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn access_as_vendors_write_it() {
        for (text, meant) in [
            ("R", Access::Read),
            ("R / W", Access::ReadWrite),
            ("RW", Access::ReadWrite),
            ("read-only", Access::Read),
            ("W", Access::Write),
        ] {
            assert_eq!(access(text), Some(meant), "{text}");
        }
        assert_eq!(access("x"), None);
    }

    #[test]
    fn types() {
        assert_eq!(type_word("string(50)"), Some(TypeWord::Text { characters: 50 }));
        assert_eq!(type_word("U16"), Some(TypeWord::Number { signed: false }));
        assert_eq!(type_word("unit16"), None);
        assert_eq!(
            (packing(8, 8), packing(50, 25), packing(9, 3)),
            (Some(Packing::One), Some(Packing::TwoHighFirst), None)
        );
    }
}
