//! What a raw value means, and the names of its codes and bits.

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Labelled {
    number: i64,
    label: &'static str,
    translations: &'static [(&'static str, &'static str)],
}

impl Labelled {
    /// For constants.
    #[inline]
    #[must_use]
    pub const fn new(number: i64, label: &'static str) -> Self {
        Self { number, label, translations: &[] }
    }

    /// With the label in further languages: language and text.
    #[inline]
    #[must_use]
    pub const fn translated(mut self, translations: &'static [(&'static str, &'static str)]) -> Self {
        self.translations = translations;
        self
    }

    /// For labels that are made at run time, which are kept for the rest of the program.
    #[must_use]
    pub fn owned(number: i64, label: String) -> Self {
        Self::new(number, label.leak())
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
    pub const fn label(&self) -> &'static str {
        self.label
    }

    /// The label in a language of the device's document (`sv`), or in its first one where there is none in this.
    #[must_use]
    pub fn label_in(&self, language: &str) -> &'static str {
        self.labels().find(|(known, _)| *known == language).map_or(self.label, |(_, label)| label)
    }

    /// The labels in further languages: language and text.
    pub(crate) fn labels(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        self.translations.iter().copied()
    }
}
