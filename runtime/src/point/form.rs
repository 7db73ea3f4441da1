//! What all types of generated code have in common as values of points, written once: a type says which form it has.

use alloc::vec::Vec;

use crate::error::InvalidValue;
use crate::point::PointInfo;
use crate::point::context::Context;
use crate::point::value::Value;

/// How the values of types of one form become words and back.
pub trait Form<T> {
    /// As [`Value::decode_in`].
    fn decode(info: &PointInfo, words: &[u16], context: Context) -> Option<T>;

    /// As [`Value::case`].
    #[inline]
    fn case(value: &T) -> Option<usize> {
        let _ = value;
        None
    }

    /// As [`Value::number`].
    #[inline]
    fn number(value: &T) -> Option<f64> {
        let _ = value;
        None
    }

    /// As [`Value::encode`].
    ///
    /// # Errors
    ///
    /// If the device has no raw value for it, or does not allow it.
    fn encode(value: T, info: &PointInfo) -> Result<Vec<u16>, InvalidValue>;
}

/// A type that a macro of this crate makes.
pub trait Formed: Copy + Send + 'static {
    /// What it has in common with others.
    type Form: Form<Self>;
}

impl<T: Formed> Value for T {
    type Present = Self;

    #[inline]
    fn decode(info: &PointInfo, words: &[u16]) -> Option<Self> {
        T::Form::decode(info, words, Context::NONE)
    }

    #[inline]
    fn decode_in(info: &PointInfo, words: &[u16], context: Context) -> Option<Self> {
        T::Form::decode(info, words, context)
    }

    #[inline]
    fn case(value: &Self) -> Option<usize> {
        T::Form::case(value)
    }

    #[inline]
    fn number(value: &Self) -> Option<f64> {
        T::Form::number(value)
    }

    #[inline]
    fn encode(value: Self, info: &PointInfo) -> Result<Vec<u16>, InvalidValue> {
        T::Form::encode(value, info)
    }

    #[inline]
    fn from_present(present: Option<Self>) -> Option<Self> {
        present
    }
}
