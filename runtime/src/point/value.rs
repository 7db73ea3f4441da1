//! Rust types that a point can be read as.

use crate::error::InvalidValue;
use crate::point::PointInfo;
use crate::point::codec;
use crate::point::context::Context;
use alloc::vec::Vec;

/// A Rust type that a point can be read as: `bool`, integers, `f64`, enums, flag sets, and `Option` of each for points
/// whose raw value may mean that there is no value.
///
/// Words come most significant first, a coil or input as one word, 0 or 1.
pub trait Value: Sized + Send + 'static {
    /// The type of a value that is there, and of values to write: `f64` for both `f64` and `Option<f64>`.
    type Present: Send + 'static;

    /// Decodes words; `None` if they mean that there is no value. No code or number is refused.
    fn decode(info: &PointInfo, words: &[u16]) -> Option<Self::Present>;

    /// As [`Value::decode`], with what other registers say: which codes apply, how a number is scaled. Without that, a
    /// number that another register scales has no value.
    #[inline]
    #[must_use]
    fn decode_in(info: &PointInfo, words: &[u16], context: Context) -> Option<Self::Present> {
        let _ = context;
        Self::decode(info, words)
    }

    /// The index in [`PointInfo::values_if`] of the list that a value is from, if that matters.
    #[inline]
    #[must_use]
    fn case(value: &Self::Present) -> Option<usize> {
        let _ = value;
        None
    }

    /// The number that a value is, in the point's unit, if another register may decide its raw value.
    #[inline]
    #[must_use]
    fn number(value: &Self::Present) -> Option<f64> {
        let _ = value;
        None
    }

    /// The words for a value. If the point is a part of its words, the other bits are 0.
    ///
    /// # Errors
    ///
    /// If the device has no raw value for it, or does not allow it.
    fn encode(value: Self::Present, info: &PointInfo) -> Result<Vec<u16>, InvalidValue>;

    /// From a decoded value; `None` if there is none and the type cannot express that.
    fn from_present(present: Option<Self::Present>) -> Option<Self>;
}

impl<T: Value<Present = T>> Value for Option<T> {
    type Present = T;

    #[inline]
    fn decode(info: &PointInfo, words: &[u16]) -> Option<T> {
        T::decode(info, words)
    }

    #[inline]
    fn decode_in(info: &PointInfo, words: &[u16], context: Context) -> Option<T> {
        T::decode_in(info, words, context)
    }

    #[inline]
    fn case(value: &T) -> Option<usize> {
        T::case(value)
    }

    #[inline]
    fn number(value: &T) -> Option<f64> {
        T::number(value)
    }

    fn encode(value: T, info: &PointInfo) -> Result<Vec<u16>, InvalidValue> {
        T::encode(value, info)
    }

    #[inline]
    fn from_present(present: Option<T>) -> Option<Self> {
        Some(present)
    }
}

impl Value for f64 {
    type Present = Self;

    #[inline]
    fn decode(info: &PointInfo, words: &[u16]) -> Option<Self> {
        Self::decode_in(info, words, Context::NONE)
    }

    #[inline]
    fn decode_in(info: &PointInfo, words: &[u16], context: Context) -> Option<Self> {
        codec::number(info, words, context.scale(info)?)
    }

    #[inline]
    fn number(value: &Self) -> Option<f64> {
        Some(*value)
    }

    fn encode(value: Self, info: &PointInfo) -> Result<Vec<u16>, InvalidValue> {
        codec::encode_number(info, value, Context::NONE)
    }

    #[inline]
    fn from_present(present: Option<Self>) -> Option<Self> {
        present
    }
}

impl Value for bool {
    type Present = Self;

    #[inline]
    fn decode(info: &PointInfo, words: &[u16]) -> Option<Self> {
        codec::integer(info, words).map(|raw| raw != 0)
    }

    fn encode(value: Self, info: &PointInfo) -> Result<Vec<u16>, InvalidValue> {
        codec::encode_integer(info, i128::from(value))
    }

    #[inline]
    fn from_present(present: Option<Self>) -> Option<Self> {
        present
    }
}

macro_rules! integers {
    ($($integer:ty)*) => {$(
        /// For points whose raw type is this one or narrower: a raw value that does not fit counts as none.
        impl Value for $integer {
            type Present = Self;

            #[inline]
            fn decode(info: &PointInfo, words: &[u16]) -> Option<Self> {
                codec::integer(info, words).and_then(|raw| Self::try_from(raw).ok())
            }

            fn encode(value: Self, info: &PointInfo) -> Result<Vec<u16>, InvalidValue> {
                codec::encode_integer(info, i128::from(value))
            }

            #[inline]
            fn from_present(present: Option<Self>) -> Option<Self> {
                present
            }
        }
    )*};
}

integers!(u16 i16 u32 i32 u64 i64);
