//! Values whose type is only known from the point's description.

use core::fmt;

use crate::bytes;
use crate::codec;
use crate::enumeration::code_of;
use crate::error::InvalidValue;
use crate::flags;
use crate::point::{Kind, Labelled, PointInfo};
use crate::scale::Scale;
use crate::special::{self, refuse_special_codes};
use crate::value::Value;

mod parse;

/// A value of any kind, for programs that list points instead of naming them. It prints as people read it, without the
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

impl AnyValue {
    fn number(info: &PointInfo, words: &[u16]) -> Option<Self> {
        let is_whole = !info.raw().is_float()
            && info.kind() != Kind::Scaled
            && info.scale() == Scale::ONE
            && info.scale_register().is_none();
        Some(if is_whole {
            Self::Integer(codec::integer(info, words)?)
        } else {
            Self::Number(codec::number(info, words)?)
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
        Self::decode_case(info, words, None)
    }

    fn decode_case(info: &PointInfo, words: &[u16], case: Option<usize>) -> Option<Self> {
        Some(match info.kind() {
            Kind::Bool => Self::Bool(codec::integer(info, words)? != 0),
            Kind::Integer if info.raw().is_float() || info.scale_register().is_some() => Self::number(info, words)?,
            Kind::Integer => Self::Integer(codec::integer(info, words)?),
            Kind::Scaled => Self::number(info, words)?,
            Kind::Text => Self::Text(String::decode(info, words)?),
            Kind::Bytes => Self::Bytes(Vec::decode(info, words)?),
            Kind::Enum => Self::code(code_of(info, words)?, info.values()),
            Kind::Special => {
                let raw = codec::integer(info, words)?;
                match special::index_of(info, raw).and_then(|index| info.values().get(index)) {
                    Some(special) => Self::code(special.number(), info.values()),
                    None => Self::number(info, words)?,
                }
            }
            Kind::Conditional => {
                let list = case.and_then(|case| info.values_if().get(case));
                Self::code(code_of(info, words)?, list.map_or(&[], |list| list.values))
            }
            Kind::Flags => {
                let bits = flags::decode_bits(info, words)?;
                Self::Flags { bits, names: flags::names(info.values(), bits).map(|name| name.to_string()).collect() }
            }
        })
    }

    fn encode(value: Self, info: &PointInfo) -> Result<Vec<u16>, InvalidValue> {
        let number = |words| if info.kind() == Kind::Special { refuse_special_codes(info, words) } else { Ok(words) };
        match value {
            Self::Text(text) => String::encode(text, info),
            Self::Bytes(bytes) => Vec::encode(bytes, info),
            _ if info.raw().is_text_or_bytes() => Err(InvalidValue::Kind { expected: codec::taken(info) }),
            Self::Bool(_) | Self::Flags { .. } if info.kind() == Kind::Special => {
                Err(InvalidValue::Kind { expected: "a number" })
            }
            Self::Bool(value) => codec::encode_integer(info, i128::from(value)),
            Self::Number(value) => number(codec::encode_number(info, value)?),
            Self::Integer(value) => number(codec::encode_integer(info, value)?),
            Self::Code { code, .. } if lists(info).all(|value| value.number() != code) => {
                Err(InvalidValue::UnknownCode(code))
            }
            Self::Code { code, .. } if info.kind() == Kind::Special => codec::encode_code(info, code),
            Self::Code { code, .. } => codec::encode_integer(info, i128::from(code)),
            Self::Flags { bits, .. } => flags::encode_flag_set(bits, info),
        }
    }

    fn from_present(present: Option<Self>) -> Option<Self> {
        present
    }
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
    fn an_unknown_code_is_shown_and_not_written() {
        let info = point(Kind::Enum, RawType::U16);
        let value = AnyValue::decode(&info, &[17]).unwrap();
        assert_eq!(value.to_string(), "unknown (17)");
        assert_eq!(AnyValue::encode(value, &info), Err(InvalidValue::UnknownCode(17)));
    }
}
