//! Words that vendors write for access and signs.

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
    fn packings() {
        assert_eq!(
            (packing(8, 8), packing(50, 25), packing(9, 3)),
            (Some(Packing::One), Some(Packing::TwoHighFirst), None)
        );
    }
}
