//! The order of words and bytes, and raw values, as people say them.

use crate::model::{Point, RawType};

/// Which byte comes first on the wire, where it is not the high one.
pub(crate) fn byte_order(point: &Point) -> Option<&'static str> {
    point.byte_swapped.then_some(match point.words.as_slice() {
        [_] => "low byte first",
        _ => "the low byte of each first",
    })
}

/// What differs from the order of the protocol (most significant word first, high byte first), with the letters that
/// vendors write for it: `low word first (CDAB)`.
pub(crate) fn order(point: &Point) -> Option<String> {
    let is_number = !matches!(point.raw, RawType::Text { .. } | RawType::Bytes);
    let low_first = is_number && point.words.len() > 1 && point.words.is_sorted_by(|one, next| one > next);
    let said = match (low_first, point.byte_swapped, point.words.len()) {
        (false, false, _) => return None,
        (true, false, _) => "low word first",
        (false, true, _) => "low byte first",
        (true, true, _) => "low word and low byte first",
    };
    let letters = match (low_first, point.byte_swapped, point.words.len()) {
        (true, false, 2) => " (CDAB)",
        (false, true, 2) => " (BADC)",
        (true, true, 2) => " (DCBA)",
        (true, false, 4) => " (GHEFCDAB)",
        (false, true, 4) => " (BADCFEHG)",
        (true, true, 4) => " (HGFEDCBA)",
        _ => "",
    };
    Some(format!("{said}{letters}"))
}

/// A raw value; of a float its bits, which nobody knows in decimal.
pub(crate) fn raw(point: &Point, raw: i128) -> String {
    match point.raw {
        RawType::Float { bits: 0..=32 } => format!("0x{raw:08X}"),
        RawType::Float { .. } => format!("0x{raw:016X}"),
        _ => raw.to_string(),
    }
}
