//! What a raw value means, and the names of its codes and bits.

use alloc::borrow::Cow;
use alloc::string::String;

/// What a raw value means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// False where the raw value is 0, true otherwise.
    Bool,
    /// The raw value itself.
    Integer,
    /// An `f64` by the point's `Scale`.
    Scaled,
    /// A code out of a list.
    Enum,
    /// Bits with names or without.
    Flags,
    /// One of a few codes with a meaning of their own, or else a number: by the point's `Scale`, or the raw value itself
    /// where that is 1.
    Special,
    /// A code out of one of several lists; another register decides which.
    Conditional,
    /// Characters.
    Text,
    /// Bytes.
    Bytes,
}

/// A number with a name: a code of an enum, or a bit of a flag set.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Labelled {
    number: i64,
    label: Cow<'static, str>,
}

impl Labelled {
    /// For constants.
    #[inline]
    #[must_use]
    pub const fn new(number: i64, label: &'static str) -> Self {
        Self { number, label: Cow::Borrowed(label) }
    }

    /// For labels that are made at run time.
    #[must_use]
    pub fn owned(number: i64, label: String) -> Self {
        Self { number, label: Cow::Owned(label) }
    }

    /// The code, or the number of the bit (0 is the least significant).
    #[inline]
    #[must_use]
    pub const fn number(&self) -> i64 {
        self.number
    }

    /// What the device's document calls it.
    #[inline]
    #[must_use]
    pub const fn label(&self) -> &str {
        match &self.label {
            Cow::Borrowed(label) => label,
            Cow::Owned(label) => label.as_str(),
        }
    }
}
