//! Enums over codes.

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

/// Gives a type that implements [`Enumeration`] what every enum has: [`Value`](crate::Value), `Display` (the label, or
/// `unknown (17)`), and with the runtime's feature `serde` `Serialize` (the label, or the number of an unknown code).
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
            ) -> ::core::result::Result<::std::vec::Vec<u16>, $crate::InvalidValue> {
                $crate::expansion::encode_enumeration($crate::Enumeration::code(value), info)
            }

            #[inline]
            fn from_present(present: ::core::option::Option<Self>) -> ::core::option::Option<Self> {
                present
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
