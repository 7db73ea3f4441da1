//! Enums of which another register decides what their codes mean.

use alloc::format;
use alloc::vec::Vec;
use core::fmt;

use crate::error::InvalidValue;
use crate::point::codec;
use crate::point::enumeration::{Translations, UnknownCode, code_of, label_in, label_of};
use crate::point::{Labelled, PointInfo};

/// One of several enums; another register decides which. Generated code implements it and calls
/// [`impl_conditional_enumeration!`](crate::impl_conditional_enumeration).
///
/// Cases are numbered as in [`PointInfo::values_if`].
pub trait ConditionalEnumeration: Copy + Send + 'static {
    /// The codes of each case, with their labels.
    const CASES: &'static [&'static [Labelled]];

    /// The labels of each case in further languages, in the order of [`CASES`](Self::CASES).
    const TRANSLATIONS: &'static [Translations] = &[];

    /// The variant of a code that a case lists.
    fn from_case(case: usize, code: i64) -> Option<Self>;

    /// The variant that keeps a code that is not listed, or whose case is not known.
    fn from_unknown(code: UnknownCode) -> Self;

    /// Case and code. Where several cases are the same enum, the first of them.
    ///
    /// # Errors
    ///
    /// A code that is not listed.
    fn code(self) -> Result<(usize, i64), UnknownCode>;

    /// What the device's document calls it; `None` for a code it does not list.
    #[must_use]
    fn label(self) -> Option<&'static str> {
        let (case, code) = self.code().ok()?;
        label_of(Self::CASES.get(case)?, code)
    }

    /// The label in a language of the device's document (`sv`), or in its first one where there is none in this; `None`
    /// for a code it does not list.
    #[must_use]
    fn label_in(self, language: &str) -> Option<&'static str> {
        let (case, code) = self.code().ok()?;
        let translations = Self::TRANSLATIONS.get(case).copied().unwrap_or_default();
        label_in(Self::CASES.get(case)?, translations, code, language)
    }
}

/// For [`impl_conditional_enumeration!`](crate::impl_conditional_enumeration).
#[doc(hidden)]
#[must_use]
pub fn decode_conditional<E: ConditionalEnumeration>(
    info: &PointInfo,
    words: &[u16],
    case: Option<usize>,
) -> Option<E> {
    let code = code_of(info, words)?;
    let listed = case.and_then(|case| E::from_case(case, code));
    Some(listed.unwrap_or_else(|| E::from_unknown(UnknownCode::new(code))))
}

/// For [`impl_conditional_enumeration!`](crate::impl_conditional_enumeration).
#[doc(hidden)]
pub fn encode_conditional<E: ConditionalEnumeration>(value: E, info: &PointInfo) -> Result<Vec<u16>, InvalidValue> {
    match value.code() {
        Ok((_, code)) => codec::encode_integer(info, i128::from(code)),
        Err(unknown) => Err(InvalidValue::UnknownCode(unknown.code())),
    }
}

/// For [`impl_conditional_enumeration!`](crate::impl_conditional_enumeration).
#[doc(hidden)]
pub fn format_conditional<E: ConditionalEnumeration>(value: E, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value.code() {
        Ok(_) => f.pad(value.label().unwrap_or_default()),
        Err(unknown) => f.pad(&format!("unknown ({unknown})")),
    }
}

/// For [`impl_conditional_enumeration!`](crate::impl_conditional_enumeration).
#[cfg(feature = "serde")]
#[doc(hidden)]
pub fn serialize_conditional<E: ConditionalEnumeration, S: serde::Serializer>(
    value: E,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value.code() {
        Ok(_) => serializer.serialize_str(value.label().unwrap_or_default()),
        Err(unknown) => serializer.serialize_i64(unknown.code()),
    }
}

/// Gives a type that implements [`ConditionalEnumeration`] what every such type has: [`Value`](crate::Value), `Display`
/// (the label, or `unknown (17)`), and with the runtime's feature `serde` `Serialize` (the label, or the number of an
/// unknown code).
#[macro_export]
macro_rules! impl_conditional_enumeration {
    ($name:ident) => {
        impl $crate::Value for $name {
            type Present = Self;

            #[inline]
            fn decode(info: &$crate::PointInfo, words: &[u16]) -> ::core::option::Option<Self> {
                $crate::expansion::decode_conditional(info, words, ::core::option::Option::None)
            }

            #[inline]
            fn decode_in(
                info: &$crate::PointInfo,
                words: &[u16],
                context: $crate::Context,
            ) -> ::core::option::Option<Self> {
                $crate::expansion::decode_conditional(info, words, context.case())
            }

            #[inline]
            fn case(value: &Self) -> ::core::option::Option<usize> {
                $crate::ConditionalEnumeration::code(*value).ok().map(|(case, _)| case)
            }

            #[inline]
            fn encode(
                value: Self,
                info: &$crate::PointInfo,
            ) -> ::core::result::Result<$crate::expansion::Vec<u16>, $crate::InvalidValue> {
                $crate::expansion::encode_conditional(value, info)
            }

            #[inline]
            fn from_present(present: ::core::option::Option<Self>) -> ::core::option::Option<Self> {
                present
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::expansion::format_conditional(*self, f)
            }
        }

        $crate::serialize_where_wanted!($name, serialize_conditional);
    };
}
