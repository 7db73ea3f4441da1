//! Enums over codes.

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::error::InvalidValue;
use crate::point::codec;
use crate::point::{Labelled, PointInfo};

/// A code that the device sent and its document does not list. Only decoding makes one: it can be shown and compared,
/// and not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnknownCode(i64);

impl UnknownCode {
    pub(crate) const fn new(code: i64) -> Self {
        Self(code)
    }

    /// The code as the device sent it.
    #[inline]
    #[must_use]
    pub const fn code(self) -> i64 {
        self.0
    }
}

impl fmt::Display for UnknownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// An enum over a point's codes. Generated code implements it and calls [`impl_enumeration!`](crate::impl_enumeration).
pub trait Enumeration: Copy + Send + 'static {
    /// The codes the device's document lists, with their labels.
    const VALUES: &'static [Labelled];

    /// The labels in further languages: the language, and a label for each of [`VALUES`](Self::VALUES), in their order.
    const TRANSLATIONS: Translations = &[];

    /// The variant of a listed code.
    fn from_code(code: i64) -> Option<Self>;

    /// The variant that keeps a code that is not listed.
    fn from_unknown(code: UnknownCode) -> Self;

    /// The code.
    ///
    /// # Errors
    ///
    /// A code that is not listed.
    fn code(self) -> Result<i64, UnknownCode>;

    /// What the device's document calls the variant; `None` for a code it does not list.
    #[must_use]
    fn label(self) -> Option<&'static str> {
        label_of(Self::VALUES, self.code().ok()?)
    }

    /// The label in a language of the device's document (`sv`), or in its first one where there is none in this; `None`
    /// for a code it does not list.
    #[must_use]
    fn label_in(self, language: &str) -> Option<&'static str> {
        let code = self.code().ok()?;
        label_in(Self::VALUES, Self::TRANSLATIONS, code, language)
    }
}

/// Labels in further languages: the language, and the labels in the order of those they translate.
pub type Translations = &'static [(&'static str, &'static [&'static str])];

pub(crate) fn label_in(
    values: &'static [Labelled],
    translations: Translations,
    code: i64,
    language: &str,
) -> Option<&'static str> {
    let place = values.iter().position(|value| value.number() == code)?;
    translated(translations, place, language).or_else(|| values.get(place).map(Labelled::label))
}

/// The label at a place, in a language.
pub(crate) fn translated(translations: Translations, place: usize, language: &str) -> Option<&'static str> {
    let (_, labels) = translations.iter().find(|(known, _)| *known == language)?;
    labels.get(place).copied()
}

/// The most names that an error lists.
const NAMED: usize = 12;

/// For [`impl_enumeration!`](crate::impl_enumeration): the value with this name in Rust, this label in any language,
/// without regard to case, or this code.
#[doc(hidden)]
pub fn parse_enumeration<E: Enumeration + fmt::Debug>(text: &str) -> Result<E, InvalidValue> {
    let trimmed = text.trim();
    let listed = || E::VALUES.iter().filter_map(|value| E::from_code(value.number()));
    let named = listed().find(|value| format!("{value:?}") == trimmed);
    let lower = trimmed.to_lowercase();
    let has_label = |place: usize, value: &Labelled| {
        let further = E::TRANSLATIONS.iter().filter_map(|(_, labels)| labels.get(place).copied());
        further.chain([value.label()]).any(|label| label.trim().to_lowercase() == lower)
    };
    let mut labelled = E::VALUES.iter().enumerate().filter(|(place, value)| has_label(*place, value));
    let code = match (named, labelled.next(), labelled.next()) {
        (Some(value), ..) => return Ok(value),
        (None, Some((_, value)), None) => Some(value.number()),
        // Several have this label.
        (None, Some(_), Some(_)) => None,
        (None, None, _) => trimmed.parse().ok(),
    };
    code.and_then(E::from_code).ok_or_else(|| {
        let mut names: Vec<String> = listed().take(NAMED).map(|value| format!("{value:?}")).collect();
        if E::VALUES.len() > NAMED {
            names.push("another one".to_owned());
        }
        InvalidValue::NotUnderstood {
            text: text.to_owned(),
            expected: format!("one of {}, a label or a code", names.join(", ")),
        }
    })
}

pub(crate) fn label_of(values: &'static [Labelled], code: i64) -> Option<&'static str> {
    values.iter().find(|value| value.number() == code).map(Labelled::label)
}

/// For [`impl_enumeration!`](crate::impl_enumeration).
#[doc(hidden)]
#[inline]
#[must_use]
pub fn decode_enumeration<E: Enumeration>(info: &PointInfo, words: &[u16]) -> Option<E> {
    let code = code_of(info, words)?;
    Some(E::from_code(code).unwrap_or_else(|| E::from_unknown(UnknownCode(code))))
}

/// Codes beyond 63 bits are kept as the largest, which no document lists.
#[inline]
pub(crate) fn code_of(info: &PointInfo, words: &[u16]) -> Option<i64> {
    codec::integer(info, words).map(|raw| i64::try_from(raw).unwrap_or(i64::MAX))
}

/// For [`impl_enumeration!`](crate::impl_enumeration).
#[doc(hidden)]
pub fn encode_enumeration(code: Result<i64, UnknownCode>, info: &PointInfo) -> Result<Vec<u16>, InvalidValue> {
    match code {
        Ok(code) => codec::encode_integer(info, i128::from(code)),
        Err(unknown) => Err(InvalidValue::UnknownCode(unknown.code())),
    }
}

/// For [`impl_enumeration!`](crate::impl_enumeration).
#[doc(hidden)]
pub fn format_enumeration(
    values: &'static [Labelled],
    code: Result<i64, UnknownCode>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    match code {
        Ok(code) => f.pad(label_of(values, code).unwrap_or_default()),
        Err(unknown) => f.pad(&format!("unknown ({unknown})")),
    }
}

/// For [`impl_enumeration!`](crate::impl_enumeration).
#[cfg(feature = "serde")]
#[doc(hidden)]
pub fn serialize_enumeration<S: serde::Serializer>(
    values: &'static [Labelled],
    code: Result<i64, UnknownCode>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match code {
        Ok(code) => serializer.serialize_str(label_of(values, code).unwrap_or_default()),
        Err(unknown) => serializer.serialize_i64(unknown.code()),
    }
}

/// For [`impl_enumeration!`](crate::impl_enumeration).
#[cfg(feature = "serde")]
#[doc(hidden)]
pub fn deserialize_enumeration<'de, E, D>(deserializer: D) -> Result<E, D::Error>
where
    E: Enumeration + fmt::Debug,
    D: serde::Deserializer<'de>,
{
    struct Visitor<E>(core::marker::PhantomData<E>);

    impl<E: Enumeration + fmt::Debug> serde::de::Visitor<'_> for Visitor<E> {
        type Value = E;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a label, a name or a code that the device's document lists")
        }

        fn visit_str<Error: serde::de::Error>(self, text: &str) -> Result<E, Error> {
            parse_enumeration(text).map_err(Error::custom)
        }

        fn visit_i64<Error: serde::de::Error>(self, code: i64) -> Result<E, Error> {
            E::from_code(code).ok_or_else(|| Error::custom(InvalidValue::UnknownCode(code)))
        }

        fn visit_u64<Error: serde::de::Error>(self, code: u64) -> Result<E, Error> {
            self.visit_i64(i64::try_from(code).unwrap_or(i64::MAX))
        }
    }

    deserializer.deserialize_any(Visitor(core::marker::PhantomData))
}

/// Gives a type that implements [`Enumeration`] what every enum has: [`Value`](crate::Value), `Display` (the label, or
/// `unknown (17)`), `FromStr` (the variant's name, the label in any language, or the code), and with the runtime's feature
/// `serde` `Serialize` (the label, or the number of an unknown code) and `Deserialize` (what `FromStr` takes, or the number
/// of a code that is listed). The type derives `Debug`.
#[macro_export]
macro_rules! impl_enumeration {
    ($name:ident) => {
        impl $crate::Value for $name {
            type Present = Self;

            #[inline]
            fn decode(info: &$crate::PointInfo, words: &[u16]) -> ::core::option::Option<Self> {
                $crate::expansion::decode_enumeration(info, words)
            }

            #[inline]
            fn encode(
                value: Self,
                info: &$crate::PointInfo,
            ) -> ::core::result::Result<$crate::expansion::Vec<u16>, $crate::InvalidValue> {
                $crate::expansion::encode_enumeration($crate::Enumeration::code(value), info)
            }

            #[inline]
            fn from_present(present: ::core::option::Option<Self>) -> ::core::option::Option<Self> {
                present
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::InvalidValue;

            fn from_str(text: &str) -> ::core::result::Result<Self, $crate::InvalidValue> {
                $crate::expansion::parse_enumeration(text)
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::expansion::format_enumeration(
                    <Self as $crate::Enumeration>::VALUES,
                    $crate::Enumeration::code(*self),
                    f,
                )
            }
        }

        $crate::serialize_enumeration_where_wanted!($name);
    };
}
