//! Enums over codes.

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::error::InvalidValue;
use crate::point::codec;
use crate::point::context::Context;
use crate::point::form::Form;
use crate::point::{Labelled, PointInfo};

/// A code that the device sent and its document does not list. Only decoding makes one: it can be shown and compared,
/// but not written.
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

/// An enum over a point's codes. [`enumeration!`](crate::enumeration) makes one.
pub trait Enumeration: Copy + PartialEq + Send + 'static {
    /// The codes the device's document lists, ascending, with their labels.
    const VALUES: &'static [Labelled];

    /// The variants, in the order of [`VALUES`](Self::VALUES).
    const VARIANTS: &'static [Self];

    /// The variant that keeps a code that is not listed.
    fn from_unknown(code: UnknownCode) -> Self;

    /// The code, where it is not listed.
    fn unknown(self) -> Option<UnknownCode>;

    /// The variant of a listed code.
    #[inline]
    #[must_use]
    fn from_code(code: i64) -> Option<Self> {
        let place = Self::VALUES.binary_search_by_key(&code, Labelled::number).ok()?;
        Self::VARIANTS.get(place).copied()
    }

    /// The code.
    ///
    /// # Errors
    ///
    /// A code that is not listed.
    fn code(self) -> Result<i64, UnknownCode> {
        match self.unknown() {
            Some(code) => Err(code),
            None => Ok(listed(self).map_or(i64::MAX, Labelled::number)),
        }
    }

    /// What the device's document calls the variant; `None` for a code it does not list.
    #[must_use]
    fn label(self) -> Option<&'static str> {
        listed(self).map(Labelled::label)
    }

    /// The label in a language of the device's document (`sv`), or in its first language if there is none; `None` for a
    /// code that is not listed.
    #[must_use]
    fn label_in(self, language: &str) -> Option<&'static str> {
        listed(self).map(|listed| listed.label_in(language))
    }
}

/// The entry of the variant in the device's document.
fn listed<E: Enumeration>(value: E) -> Option<&'static Labelled> {
    let place = E::VARIANTS.iter().position(|variant| *variant == value)?;
    E::VALUES.get(place)
}

/// The most names that an error lists.
pub(crate) const NAMED: usize = 12;

/// For [`enumeration!`](crate::enumeration): the value with this name in Rust, this label in any language,
/// without regard to case, or this code.
#[doc(hidden)]
pub fn parse_enumeration<E: Enumeration + fmt::Debug>(text: &str) -> Result<E, InvalidValue> {
    let trimmed = text.trim();
    let listed = || E::VALUES.iter().filter_map(|value| E::from_code(value.number()));
    let named = listed().find(|value| format!("{value:?}") == trimmed);
    let lower = trimmed.to_lowercase();
    let has_label = |value: &&Labelled| {
        let further = value.labels().map(|(_, label)| label);
        further.chain([value.label()]).any(|label| label.trim().to_lowercase() == lower)
    };
    let mut labelled = E::VALUES.iter().filter(has_label);
    let code = match (named, labelled.next(), labelled.next()) {
        (Some(value), ..) => return Ok(value),
        (None, Some(value), None) => Some(value.number()),
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

/// The form of enums.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum EnumerationForm {}

impl<E: Enumeration> Form<E> for EnumerationForm {
    #[inline]
    fn decode(info: &PointInfo, words: &[u16], _: Context) -> Option<E> {
        let code = code_of(info, words)?;
        Some(E::from_code(code).unwrap_or_else(|| E::from_unknown(UnknownCode(code))))
    }

    fn encode(value: E, info: &PointInfo) -> Result<Vec<u16>, InvalidValue> {
        match value.code() {
            Ok(code) => codec::encode_integer(info, i128::from(code)),
            Err(unknown) => Err(InvalidValue::UnknownCode(unknown.code())),
        }
    }
}

/// A code beyond 63 bits, which no document lists, is no value: the largest that fits may be one that is listed.
#[inline]
pub(crate) fn code_of(info: &PointInfo, words: &[u16]) -> Option<i64> {
    codec::integer(info, words).and_then(|raw| i64::try_from(raw).ok())
}

/// For [`enumeration!`](crate::enumeration).
#[doc(hidden)]
pub fn format_enumeration<E: Enumeration>(value: E, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value.unknown() {
        Some(unknown) => f.pad(&format!("unknown ({unknown})")),
        None => f.pad(value.label().unwrap_or_default()),
    }
}

/// For [`enumeration!`](crate::enumeration).
#[cfg(feature = "serde")]
#[doc(hidden)]
pub fn serialize_enumeration<E: Enumeration, S: serde::Serializer>(value: E, serializer: S) -> Result<S::Ok, S::Error> {
    match value.unknown() {
        Some(unknown) => serializer.serialize_i64(unknown.code()),
        None => serializer.serialize_str(value.label().unwrap_or_default()),
    }
}

/// For [`enumeration!`](crate::enumeration).
#[cfg(feature = "serde")]
#[doc(hidden)]
pub fn deserialize_enumeration<'de, E, D>(deserializer: D) -> Result<E, D::Error>
where
    E: Enumeration + fmt::Debug,
    D: serde::Deserializer<'de>,
{
    crate::serialize::text_or_integer(deserializer, |text| parse_enumeration(text))
}

/// Makes an enum over the codes of a list, ascending: `Off = (0, "Off", ("sv", "Av"))` is a variant, its code, and what the
/// device's document calls it, in further languages too. A variant `Unknown` keeps any other code. It is a
/// [`Value`](crate::Value) and an [`Enumeration`], and has `Display` (the label, or `unknown (17)`), `FromStr` (the variant's
/// name, the label in any language, or the code), and with the runtime's feature `serde` `Serialize` (the label, or the
/// number of an unknown code) and `Deserialize` (what `FromStr` takes, or the number of a code that is listed).
#[macro_export]
macro_rules! enumeration {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $(
                $(#[$variant_meta:meta])*
                $variant:ident = ($code:literal, $label:literal $(, $translation:expr)* $(,)?)
            ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        $vis enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// A code the table does not list; only decoding makes it.
            Unknown($crate::UnknownCode),
        }

        impl $crate::Enumeration for $name {
            const VALUES: &'static [$crate::Labelled] =
                &[$($crate::Labelled::new($code, $label).translated(&[$($translation),*])),*];
            const VARIANTS: &'static [Self] = &[$(Self::$variant),*];

            #[inline]
            fn from_unknown(code: $crate::UnknownCode) -> Self {
                Self::Unknown(code)
            }

            #[inline]
            fn unknown(self) -> ::core::option::Option<$crate::UnknownCode> {
                if let Self::Unknown(code) = self {
                    ::core::option::Option::Some(code)
                } else {
                    ::core::option::Option::None
                }
            }
        }

        impl $crate::expansion::Formed for $name {
            type Form = $crate::expansion::EnumerationForm;
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::InvalidValue;

            #[inline]
            fn from_str(text: &str) -> ::core::result::Result<Self, $crate::InvalidValue> {
                $crate::expansion::parse_enumeration(text)
            }
        }

        impl ::core::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::expansion::format_enumeration(*self, f)
            }
        }

        $crate::serialize_enumeration_where_wanted!($name);
    };
}
