//! Numbers among which a few raw values have a meaning of their own: 140 is “Off”, everything else a temperature.

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use crate::error::InvalidValue;
use crate::point::codec;
use crate::point::context::Context;
use crate::point::form::Form;
use crate::point::value::Value;
use crate::point::{Kind, Labelled, PointInfo};

/// A special value, by its index in [`SpecialOrNumber::SPECIALS`], or a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpecialParts<N> {
    /// The special value at this place.
    Special(usize),
    /// A number.
    Number(N),
}

/// A number, or one of a few special values. [`special!`](crate::special) makes one.
///
/// The raw values of the special values differ from point to point: [`PointInfo::values`] lists them in the order of
/// [`SpecialOrNumber::SPECIALS`], before scaling.
pub trait SpecialOrNumber: Copy + Send + 'static {
    /// The special values, each with its place and what the device's document calls it.
    const SPECIALS: &'static [Labelled];

    /// The variants of the special values, in their order.
    const VARIANTS: &'static [Self];

    /// `f64` for scaled points, the raw type's integer for others.
    type Number: Value<Present = Self::Number> + Copy + fmt::Display;

    /// A number.
    fn number(value: Self::Number) -> Self;

    /// What it is.
    fn parts(self) -> SpecialParts<Self::Number>;

    /// The special value at a place.
    #[must_use]
    fn special(index: usize) -> Option<Self> {
        Self::VARIANTS.get(index).copied()
    }

    /// What the device's document calls a special value in one of its languages (`sv`), or in its first one where there is
    /// no label in this; `None` for a number.
    #[must_use]
    fn label_in(self, language: &str) -> Option<&'static str> {
        let SpecialParts::Special(place) = self.parts() else { return None };
        Self::SPECIALS.get(place).map(|special| special.label_in(language))
    }
}

/// What the device's document calls the special value at a place.
fn label<S: SpecialOrNumber>(place: usize) -> &'static str {
    S::SPECIALS.get(place).map(Labelled::label).unwrap_or_default()
}

/// Where among the point's special values a raw value is.
pub(crate) fn index_of(info: &PointInfo, raw: i128) -> Option<usize> {
    info.values().iter().position(|special| i128::from(special.number()) == raw)
}

/// Refuses words that stand for a number and would be taken for a special value.
pub(crate) fn refuse_special_codes(info: &PointInfo, words: Vec<u16>) -> Result<Vec<u16>, InvalidValue> {
    let special = codec::raw_value(info, &words).and_then(|raw| info.values().get(index_of(info, raw)?));
    match special {
        Some(special) => Err(InvalidValue::SpecialCode { label: special.label().to_owned() }),
        None => Ok(words),
    }
}

/// Words for a number, by what other registers say.
pub(crate) fn encode_number(info: &PointInfo, number: f64, context: Context) -> Result<Vec<u16>, InvalidValue> {
    let words = codec::encode_number(info, number, context)?;
    if info.kind() == Kind::Special { refuse_special_codes(info, words) } else { Ok(words) }
}

/// The form of numbers with special values.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum SpecialForm {}

impl<S: SpecialOrNumber> Form<S> for SpecialForm {
    #[inline]
    fn decode(info: &PointInfo, words: &[u16], context: Context) -> Option<S> {
        let raw = codec::integer(info, words)?;
        match index_of(info, raw) {
            // A place the type does not have is no number either.
            Some(index) => S::special(index),
            None => S::Number::decode_in(info, words, context).map(S::number),
        }
    }

    fn number(value: &S) -> Option<f64> {
        match value.parts() {
            SpecialParts::Special(_) => None,
            SpecialParts::Number(number) => S::Number::number(&number),
        }
    }

    fn encode(value: S, info: &PointInfo) -> Result<Vec<u16>, InvalidValue> {
        match value.parts() {
            SpecialParts::Special(index) => match info.values().get(index) {
                Some(special) => codec::encode_code(info, special.number()),
                None => Err(InvalidValue::NoSuchSpecial { label: label::<S>(index) }),
            },
            SpecialParts::Number(number) => refuse_special_codes(info, S::Number::encode(number, info)?),
        }
    }
}

/// For [`special!`](crate::special).
#[doc(hidden)]
pub fn format_special<S: SpecialOrNumber>(value: S, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value.parts() {
        SpecialParts::Special(index) => f.pad(label::<S>(index)),
        SpecialParts::Number(number) => fmt::Display::fmt(&number, f),
    }
}

/// For [`special!`](crate::special): a special value by its name in Rust or its label in any language, without regard to case,
/// or a number.
#[doc(hidden)]
pub fn parse_special<S>(text: &str) -> Result<S, InvalidValue>
where
    S: SpecialOrNumber<Number: FromStr> + fmt::Debug,
{
    let trimmed = text.trim();
    let lower = trimmed.to_lowercase();
    let specials = || S::SPECIALS.iter().zip(S::VARIANTS.iter().copied());
    if let Some((_, value)) = specials().find(|(_, value)| format!("{value:?}") == trimmed) {
        return Ok(value);
    }
    let is_meant = |special: &Labelled| {
        let mut labels = special.labels().map(|(_, label)| label).chain([special.label()]);
        labels.any(|label| label.trim().to_lowercase() == lower)
    };
    let mut meant = specials().filter(|(special, _)| is_meant(special));
    match (meant.next(), meant.next()) {
        (Some((_, value)), None) => return Ok(value),
        // `NaN` and `inf` are no values of a device.
        (None, _) if trimmed.contains(|character: char| character.is_ascii_digit()) => {
            if let Ok(number) = trimmed.parse() {
                return Ok(S::number(number));
            }
        }
        _ => {}
    }
    let names: Vec<String> = specials().map(|(_, value)| format!("{value:?}")).collect();
    let expected = format!("a number, or one of {}", names.join(", "));
    Err(InvalidValue::NotUnderstood { text: text.to_owned(), expected })
}

/// For [`special!`](crate::special).
#[cfg(feature = "serde")]
#[doc(hidden)]
pub fn deserialize_special<'de, S, D>(deserializer: D) -> Result<S, D::Error>
where
    S: SpecialOrNumber<Number: FromStr> + fmt::Debug,
    D: serde::Deserializer<'de>,
{
    crate::serialize::text_or_number(deserializer, |text| parse_special(text))
}

/// For [`special!`](crate::special).
#[cfg(feature = "serde")]
#[doc(hidden)]
pub fn serialize_special<T, S>(value: T, serializer: S) -> Result<S::Ok, S::Error>
where
    T: SpecialOrNumber<Number: serde::Serialize>,
    S: serde::Serializer,
{
    match value.parts() {
        SpecialParts::Special(index) => serializer.serialize_str(label::<T>(index)),
        SpecialParts::Number(number) => serde::Serialize::serialize(&number, serializer),
    }
}

/// Makes an enum of a number, `Value(f64)` or another type, and special values: `Off = ("Off", ("sv", "Av"))` is a variant, and
/// what the device's document calls it, in further languages too. It is a [`Value`](crate::Value) and a [`SpecialOrNumber`],
/// and has `Display` (the label, or the number), `FromStr` (the variant's name, a label in any language, or a number), and with
/// the runtime's feature `serde` `Serialize` (the label or the number) and `Deserialize` (what `FromStr` takes, or a number).
#[macro_export]
macro_rules! special {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            Value($number:ty),
            $($(#[$variant_meta:meta])* $variant:ident = ($label:literal $(, $translation:expr)* $(,)?)),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq)]
        #[non_exhaustive]
        $vis enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// A number, in the point's unit.
            Value($number),
        }

        const _: () = {
            enum Place { $($variant),* }

            impl $crate::SpecialOrNumber for $name {
                const SPECIALS: &'static [$crate::Labelled] =
                    &[$($crate::Labelled::new(Place::$variant as i64, $label).translated(&[$($translation),*])),*];
                const VARIANTS: &'static [Self] = &[$(Self::$variant),*];

                type Number = $number;

                #[inline]
                fn number(value: $number) -> Self {
                    Self::Value(value)
                }

                #[inline]
                fn parts(self) -> $crate::SpecialParts<$number> {
                    match self {
                        $(Self::$variant => $crate::SpecialParts::Special(Place::$variant as usize),)*
                        Self::Value(value) => $crate::SpecialParts::Number(value),
                    }
                }
            }
        };

        impl $crate::expansion::Formed for $name {
            type Form = $crate::expansion::SpecialForm;
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::InvalidValue;

            fn from_str(text: &str) -> ::core::result::Result<Self, $crate::InvalidValue> {
                $crate::expansion::parse_special(text)
            }
        }

        impl ::core::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::expansion::format_special(*self, f)
            }
        }

        $crate::serialize_where_wanted!($name, serialize_special, deserialize_special);
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PointSpec, RawType, Scale};

    crate::special! {
        enum OffOrValue {
            Value(f64),
            Off = ("Off"),
            Max = ("Max"),
        }
    }

    const SPEC: PointSpec = PointSpec {
        raw: RawType::I16,
        kind: Kind::Special,
        words: &[0],
        scale: Scale::new(1, 0, 10),
        values: &[Labelled::new(490, "Off"), Labelled::new(-1, "Max")],
        not_available: &[20_000],
        ..PointSpec::DEFAULT
    };

    #[test]
    fn every_raw_value_is_a_special_one_a_number_or_none_and_is_written_back_as_it_was() {
        let info = PointInfo::new(SPEC);
        for raw in i16::MIN..=i16::MAX {
            let word = raw.cast_unsigned();
            let expected = match raw {
                490 => Some(OffOrValue::Off),
                -1 => Some(OffOrValue::Max),
                20_000 => None,
                raw => Some(OffOrValue::Value(f64::from(raw) / 10.0)),
            };
            let value = OffOrValue::decode(&info, &[word]);
            assert_eq!(value, expected);
            if let Some(value) = value {
                assert_eq!(OffOrValue::encode(value, &info), Ok(vec![word]));
            }
        }
    }

    #[test]
    fn a_number_that_would_be_taken_for_a_special_value_is_refused() {
        let info = PointInfo::new(SPEC);
        let error = OffOrValue::encode(OffOrValue::Value(49.0), &info).unwrap_err();
        assert_eq!(error, InvalidValue::SpecialCode { label: "Off".to_owned() });
        assert_eq!(error.to_string(), "the device takes this number for “Off”; write that if it is meant");
        assert!(OffOrValue::encode(OffOrValue::Value(-0.1), &info).is_err());
    }

    #[test]
    fn a_point_may_have_fewer_special_values_than_its_type() {
        const OFF: &[Labelled] = &[Labelled::new(140, "Off")];
        let info = PointInfo::new(PointSpec { values: OFF, ..SPEC });
        assert_eq!(OffOrValue::decode(&info, &[0xFFFF]), Some(OffOrValue::Value(-0.1)));
        let error = OffOrValue::encode(OffOrValue::Max, &info).unwrap_err();
        assert_eq!(error.to_string(), "this point has no “Max”");
        assert_eq!(OffOrValue::encode(OffOrValue::Off, &info), Ok(vec![140]));
    }

    #[test]
    fn special_values_need_not_be_within_the_documents_limits() {
        let limits = Some(crate::Limits::new(None, Some(crate::Decimal::new(30, 0))));
        let info = PointInfo::new(PointSpec { limits, ..SPEC });
        assert_eq!(OffOrValue::encode(OffOrValue::Off, &info), Ok(vec![490]));
        assert!(OffOrValue::encode(OffOrValue::Value(30.1), &info).is_err());
    }

    #[test]
    fn it_is_parsed_from_a_label_a_name_or_a_number() {
        for (text, expected) in [
            ("Off", OffOrValue::Off),
            (" off ", OffOrValue::Off),
            ("21.5", OffOrValue::Value(21.5)),
            ("-3", OffOrValue::Value(-3.0)),
        ] {
            assert_eq!(text.parse(), Ok(expected));
        }
        for text in ["", "on", "NaN", "inf", "21.5 °C", "Value(3.0)"] {
            let error = text.parse::<OffOrValue>().unwrap_err();
            let expected = format!("“{text}” is not understood here; expected a number, or one of Off, Max");
            assert_eq!(error.to_string(), expected);
        }
        for value in [OffOrValue::Off, OffOrValue::Max, OffOrValue::Value(0.1)] {
            assert_eq!(value.to_string().parse(), Ok(value));
        }
    }

    #[cfg(feature = "serde")]
    #[test]
    fn it_is_serialised_and_back() {
        let values = [OffOrValue::Off, OffOrValue::Value(21.5), OffOrValue::Value(-3.0)];
        let json = serde_json::to_string(&values).unwrap();
        assert_eq!(json, r#"["Off",21.5,-3.0]"#);
        assert_eq!(serde_json::from_str::<[OffOrValue; 3]>(&json).unwrap(), values);
        let whole: [OffOrValue; 2] = serde_json::from_str("[7,-7]").unwrap();
        assert_eq!(whole, [OffOrValue::Value(7.0), OffOrValue::Value(-7.0)]);
        for json in ["null", "true", "\"on\"", "[]", "1e999"] {
            assert!(serde_json::from_str::<OffOrValue>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn it_prints_as_its_label_or_its_number() {
        assert_eq!(OffOrValue::Off.to_string(), "Off");
        assert_eq!(OffOrValue::Value(21.5).to_string(), "21.5");
    }
}
