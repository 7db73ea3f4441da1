//! Values whose type is only known from the point's description.

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

use crate::error::InvalidValue;
use crate::point::bytes;
use crate::point::codec;
use crate::point::context::Context;
use crate::point::enumeration::code_of;
use crate::point::flags;
use crate::point::scale::Scale;
use crate::point::special::{self, refuse_special_codes};
use crate::point::value::Value;
use crate::point::{Kind, Labelled, PointInfo};

mod parse;

/// A value of any kind, for programs that list points instead of naming them. `Display` is for people, without the
/// unit.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum AnyValue {
    /// On or off.
    Bool(bool),
    /// A whole number.
    Integer(i128),
    /// A number, in the point's unit.
    Number(f64),
    /// A code of an enum or a special value among numbers, with its label where the device's document lists it.
    Code {
        /// The code.
        code: i64,
        /// What the document calls it.
        label: Option<String>,
    },
    /// Bits.
    Flags {
        /// All of them.
        bits: u64,
        /// Those that are set, least significant first, `bit 5` for one without a name.
        names: Vec<String>,
    },
    /// Characters.
    Text(String),
    /// Bytes. They print as `0x0A1B`.
    Bytes(Vec<u8>),
}

/// All codes a point may have, whatever decides about them.
fn lists(info: &PointInfo) -> impl Iterator<Item = &Labelled> {
    info.values().iter().chain(info.values_if().iter().flat_map(|list| list.values))
}

/// Whether the point's numbers are whole: the raw values themselves.
fn is_whole(info: &PointInfo) -> bool {
    let is_scaled = info.kind() == Kind::Scaled || (info.kind() != Kind::Integer && info.scale() != Scale::ONE);
    !is_scaled && !info.raw().is_float() && info.scale_register().is_none()
}

impl AnyValue {
    fn decode_number(info: &PointInfo, words: &[u16], context: Context) -> Option<Self> {
        Some(if is_whole(info) {
            Self::Integer(codec::integer(info, words)?)
        } else {
            Self::Number(codec::number(info, words, context.scale(info)?)?)
        })
    }

    fn code(code: i64, values: &[Labelled]) -> Self {
        let listed = values.iter().find(|value| value.number() == code);
        Self::Code { code, label: listed.map(|value| value.label().to_owned()) }
    }
}

impl Value for AnyValue {
    type Present = Self;

    fn decode(info: &PointInfo, words: &[u16]) -> Option<Self> {
        Self::decode_in(info, words, Context::NONE)
    }

    fn decode_in(info: &PointInfo, words: &[u16], context: Context) -> Option<Self> {
        Some(match info.kind() {
            Kind::Bool => Self::Bool(codec::integer(info, words)? != 0),
            Kind::Integer | Kind::Scaled => Self::decode_number(info, words, context)?,
            Kind::Text => Self::Text(String::decode(info, words)?),
            Kind::Bytes => Self::Bytes(Vec::decode(info, words)?),
            Kind::Enum => Self::code(code_of(info, words)?, info.values()),
            Kind::Special => {
                let raw = codec::integer(info, words)?;
                match special::index_of(info, raw).and_then(|index| info.values().get(index)) {
                    Some(special) => Self::code(special.number(), info.values()),
                    None => Self::decode_number(info, words, context)?,
                }
            }
            Kind::Conditional => {
                let list = context.case().and_then(|case| info.values_if().get(case));
                Self::code(code_of(info, words)?, list.map_or(&[], |list| list.values))
            }
            Kind::Flags => {
                let bits = flags::decode_bits(info, words)?;
                Self::Flags { bits, names: flags::names(info.values(), bits).map(|name| name.to_string()).collect() }
            }
        })
    }

    fn encode(value: Self, info: &PointInfo) -> Result<Vec<u16>, InvalidValue> {
        match value {
            Self::Text(text) => String::encode(text, info),
            Self::Bytes(bytes) => Vec::encode(bytes, info),
            _ if info.raw().is_text_or_bytes() => Err(InvalidValue::Kind { expected: codec::taken(info) }),
            Self::Bool(_) | Self::Flags { .. } if info.kind() == Kind::Special => {
                Err(InvalidValue::Kind { expected: "a number" })
            }
            Self::Bool(value) => codec::encode_integer(info, i128::from(value)),
            Self::Integer(value) if info.kind() == Kind::Special && is_whole(info) => {
                refuse_special_codes(info, codec::encode_integer(info, value)?)
            }
            Self::Integer(value) if !is_number(info) || is_whole(info) => codec::encode_integer(info, value),
            Self::Integer(value) => special::encode_number(info, nearest(value), Context::NONE),
            Self::Number(value) => special::encode_number(info, value, Context::NONE),
            Self::Code { code, .. } if lists(info).all(|value| value.number() != code) => {
                Err(InvalidValue::UnknownCode(code))
            }
            Self::Code { code, .. } if info.kind() == Kind::Special => codec::encode_code(info, code),
            Self::Code { code, .. } => codec::encode_integer(info, i128::from(code)),
            Self::Flags { bits, .. } => flags::encode_flag_set(bits, info),
        }
    }

    fn number(value: &Self) -> Option<f64> {
        match value {
            Self::Number(value) => Some(*value),
            Self::Integer(value) => Some(nearest(*value)),
            _ => None,
        }
    }

    fn from_present(present: Option<Self>) -> Option<Self> {
        present
    }
}

/// Whether the point's values are numbers in its unit.
fn is_number(info: &PointInfo) -> bool {
    matches!(info.kind(), Kind::Integer | Kind::Scaled | Kind::Special)
}

#[expect(clippy::cast_precision_loss, reason = "a number in a point's unit is an `f64`")]
const fn nearest(integer: i128) -> f64 {
    integer as f64
}

/// `on`, `42`, `-5`, `Standby`, `Defrost, bit 5`
impl fmt::Display for AnyValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(true) => f.pad("on"),
            Self::Bool(false) => f.pad("off"),
            Self::Integer(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::Code { label: Some(label), .. } => f.pad(label),
            Self::Text(text) => f.pad(text),
            Self::Bytes(bytes) => f.pad(&bytes::print(bytes)),
            Self::Code { code, label: None } => f.pad(&format!("unknown ({code})")),
            Self::Flags { names, .. } if names.is_empty() => f.pad("none"),
            Self::Flags { names, .. } => f.pad(&names.join(", ")),
        }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for AnyValue {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => match (i64::try_from(*value), u64::try_from(*value)) {
                (Ok(value), _) => serializer.serialize_i64(value),
                (_, Ok(value)) => serializer.serialize_u64(value),
                _ => serializer.serialize_i128(*value),
            },
            Self::Number(value) => serializer.serialize_f64(*value),
            Self::Code { label: Some(label), .. } => serializer.serialize_str(label),
            Self::Code { code, label: None } => serializer.serialize_i64(*code),
            Self::Flags { names, .. } => serializer.collect_seq(names),
            Self::Text(text) => serializer.serialize_str(text),
            // As the bytes of readings are.
            Self::Bytes(bytes) => serializer.collect_seq(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PointSpec, RawType};

    const LISTED: &[Labelled] = &[Labelled::new(1, "Off"), Labelled::new(2, "Standby")];

    fn point(kind: Kind, raw: RawType) -> PointInfo {
        let scale = Scale::new(1, 0, 10);
        PointInfo::new(PointSpec { kind, raw, words: &[0], values: LISTED, scale, ..PointSpec::DEFAULT })
    }

    #[test]
    fn a_code_beyond_63_bits_is_none_that_is_listed() {
        const LARGEST: &[Labelled] = &[Labelled::new(1, "On"), Labelled::new(i64::MAX, "No sensor")];
        let spec = PointSpec { kind: Kind::Enum, raw: RawType::U64, words: &[0, 1, 2, 3], ..PointSpec::DEFAULT };
        let info = PointInfo::new(PointSpec { values: LARGEST, ..spec });
        let read = |words: [u16; 4]| AnyValue::decode(&info, &words).map(|value| value.to_string());
        assert_eq!(read([0, 0, 0, 1]).as_deref(), Some("On"));
        assert_eq!(read([0x7FFF, 0xFFFF, 0xFFFF, 0xFFFF]).as_deref(), Some("No sensor"));
        assert_eq!(read([0xFFFF; 4]), None);
    }

    #[test]
    fn it_prints_as_people_read_it_and_is_written_back_as_it_was_read() {
        let cases = [
            (Kind::Bool, RawType::Bool, 1, "on"),
            (Kind::Bool, RawType::U16, 0, "off"),
            (Kind::Integer, RawType::I16, 0xFFFF, "-1"),
            (Kind::Scaled, RawType::I16, 0xFFCE, "-5"),
            (Kind::Scaled, RawType::U16, 213, "21.3"),
            (Kind::Enum, RawType::U16, 2, "Standby"),
            (Kind::Flags, RawType::U16, 0, "none"),
            (Kind::Flags, RawType::U16, 0b10_0110, "Off, Standby, bit 5"),
            (Kind::Flags, RawType::I16, 0x8002, "Off, bit 15"),
        ];
        for (kind, raw, word, text) in cases {
            let info = point(kind, raw);
            let value = AnyValue::decode(&info, &[word]).unwrap();
            assert_eq!(value.to_string(), text);
            assert_eq!(AnyValue::encode(value, &info), Ok(vec![word]), "{text}");
        }
    }

    #[test]
    fn bytes_print_in_hexadecimal_and_a_whole_number_is_one_in_the_points_unit() {
        let bytes = point(Kind::Bytes, RawType::Bytes);
        let value = AnyValue::decode(&bytes, &[0x0A1B]).unwrap();
        assert_eq!(value.to_string(), "0x0A1B");
        assert_eq!(AnyValue::parse(&bytes, "0a 1b"), Ok(value.clone()));
        assert_eq!(AnyValue::encode(value.clone(), &bytes), Ok(vec![0x0A1B]));
        let error = AnyValue::parse(&bytes, "0x0A1").unwrap_err();
        assert!(error.to_string().ends_with("expected 2 bytes in hexadecimal, as 0x0A1B"), "{error}");
        assert_eq!(AnyValue::encode(AnyValue::Integer(1), &bytes), Err(InvalidValue::Kind { expected: "bytes" }));
        #[cfg(feature = "serde")]
        assert_eq!(serde_json::to_value(&value).unwrap(), serde_json::json!([10, 27]));

        let scaled = point(Kind::Scaled, RawType::U16);
        assert_eq!(AnyValue::encode(AnyValue::Integer(5), &scaled), Ok(vec![50]));
        assert_eq!(AnyValue::encode(value, &scaled), Err(InvalidValue::Kind { expected: "a number" }));
        let float = PointInfo::new(PointSpec { raw: RawType::F32, words: &[0, 1], ..PointSpec::DEFAULT });
        assert_eq!(AnyValue::encode(AnyValue::Integer(1), &float), Ok(vec![0x3F80, 0]));
    }

    #[test]
    fn an_unknown_code_is_shown_and_not_written() {
        let info = point(Kind::Enum, RawType::U16);
        let value = AnyValue::decode(&info, &[17]).unwrap();
        assert_eq!(value.to_string(), "unknown (17)");
        assert_eq!(AnyValue::encode(value, &info), Err(InvalidValue::UnknownCode(17)));
    }
}
