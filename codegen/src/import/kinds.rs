//! Types: how words are read, and what a user sees.

use super::values::Keys;
use crate::model::{Encoding, Kind, Packing, RawType};

/// How the words are read.
pub(super) fn raw(keys: &mut Keys<'_>) -> Option<RawType> {
    let expected = "bool, u16, i16, u32, i32, u48, i48, u64, i64, f32, f64, string or bytes";
    let raw = keys.need("raw_type", expected, |value| raw_type(value.as_str()?))?;
    match (raw, keys.text("encoding")) {
        (RawType::Text { .. }, _) => text(keys),
        (raw, None) => Some(raw),
        (raw, Some(encoding)) => {
            let encoded = raw.with_encoding(encoding);
            if encoded.is_none() {
                keys.refuse(
                    "encoding",
                    "nothing, bcd for an unsigned integer, sign_magnitude for a signed one, or modulo_10000 for one of \
                     more than 16 bits",
                );
            }
            encoded
        }
    }
}

/// A raw type by its name, without what `encoding` and `packing` say.
pub(super) fn raw_type(text: &str) -> Option<RawType> {
    Some(match text {
        "bool" => RawType::Bool,
        "bytes" => RawType::Bytes,
        "string" => RawType::Text { encoding: Encoding::Ascii, packing: Packing::TwoHighFirst },
        "f32" => RawType::Float { bits: 32 },
        "f64" => RawType::Float { bits: 64 },
        other => {
            let (signed, bits) = match other.strip_prefix('i') {
                Some(bits) => (true, bits),
                None => (false, other.strip_prefix('u')?),
            };
            let bits = match bits {
                "16" => 16,
                "32" => 32,
                "48" => 48,
                "64" => 64,
                _ => return None,
            };
            RawType::Integer { bits, signed }
        }
    })
}

fn text(keys: &mut Keys<'_>) -> Option<RawType> {
    let encodings = [Encoding::Ascii, Encoding::Iso8859_1, Encoding::Utf8];
    let packings = [Packing::TwoHighFirst, Packing::TwoLowFirst, Packing::One];
    let encoding = keys.need("encoding", "ascii, iso-8859-1 or utf-8", |value| {
        encodings.into_iter().find(|of| value.as_str() == Some(of.key()))
    });
    let packing = keys.need("packing", "two_high_first, two_low_first or one", |value| {
        packings.into_iter().find(|of| value.as_str() == Some(of.key()))
    });
    Some(RawType::Text { encoding: encoding?, packing: packing? })
}

/// What the user sees. A list without a name is called as `name` has it.
pub(super) fn kind(keys: &mut Keys<'_>, name: impl FnOnce() -> String) -> Option<Kind> {
    let expected = "bool, an integer type, f64, enum, flags, string or bytes";
    let has = |key: &str| keys.get(key).is_some();
    let (has_values, has_bits, has_cases) = (has("values"), has("bits"), has("values_if"));
    let given = keys.text("type_name").map(str::to_owned);
    let is_named = given.is_some();
    let name = || given.unwrap_or_else(name);
    let kind = keys.need("type", expected, |value| {
        Some(match value.as_str()? {
            "bool" => Kind::Bool,
            "string" => Kind::Text,
            "bytes" => Kind::Bytes,
            "enum" if has_cases => Kind::Conditional(name()),
            "enum" => Kind::Enum(name()),
            "flags" if has_bits || is_named => Kind::Flags(name()),
            "flags" => Kind::BitSet,
            "f64" | "u8" | "i8" | "u16" | "i16" | "u32" | "i32" | "u64" | "i64" if has_values => Kind::Special(name()),
            "f64" => Kind::Scaled,
            "u8" | "i8" | "u16" | "i16" | "u32" | "i32" | "u64" | "i64" => Kind::Integer,
            _ => return None,
        })
    })?;
    if has_values && !matches!(kind, Kind::Enum(_) | Kind::Special(_)) {
        keys.refuse("values", "nothing: only an enum or a number has values");
    }
    if has_bits && !matches!(kind, Kind::Flags(_)) {
        keys.refuse("bits", "nothing: only flags have bits");
    }
    Some(kind)
}
