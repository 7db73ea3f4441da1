//! Errors that are found before anything is sent.

use alloc::string::String;
use core::fmt;

use crate::point::{MOST_NUMBER_WORDS, PointInfo};

/// Why a request is invalid; nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidRequest {
    /// No address, or more than one request can hold.
    Count {
        /// The number asked for.
        count: usize,
        /// The largest number that fits, by the protocol or by the device.
        max: u16,
    },
    /// The addresses, with the unit's address offset, are not within 0 to 65535.
    AddressRange,
    /// The table can only be read.
    ReadOnlyTable,
    /// The point's words are not consecutive, so one request cannot write them.
    Scattered,
    /// The description of the point has the wrong number of words for its raw type.
    WordCount {
        /// The words in the description.
        words: usize,
        /// The words that the raw type needs; for a raw type of variable length, the smallest or largest number.
        expected: usize,
    },
    /// The description of the point has bits that its words do not have, or that its raw type does not allow.
    Bits {
        /// The lowest.
        low: u8,
        /// The highest.
        high: u8,
    },
}

impl InvalidRequest {
    /// For a point whose words do not hold its raw type.
    pub(crate) const fn words_of(info: &PointInfo) -> Self {
        let expected = match info.raw().words() {
            Some(count) => count,
            None if info.words().is_empty() => 1,
            None => MOST_NUMBER_WORDS,
        };
        Self::WordCount { words: info.words().len(), expected }
    }
}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count { count: 0, .. } => f.write_str("a request needs at least one address"),
            Self::Count { count, max } => write!(f, "{count} addresses exceed the {max} that one request may hold"),
            Self::AddressRange => f.write_str("the addresses are not within 0 to 65535"),
            Self::ReadOnlyTable => f.write_str("the table can only be read"),
            Self::Scattered => f.write_str("the point's words are not consecutive; write them one by one"),
            Self::WordCount { words, expected } => {
                write!(f, "the point has {words} words, but its raw type needs {expected}")
            }
            Self::Bits { low, high } => write!(f, "the point cannot be bits {low} to {high} of its words"),
        }
    }
}

/// Why a value cannot be written.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum InvalidValue {
    /// The device has no such step.
    OffStep {
        /// The value, in the point's unit.
        value: f64,
        /// The nearest value below that the device has.
        below: f64,
        /// The nearest value above.
        above: f64,
    },
    /// The registers cannot hold it.
    OutOfRange {
        /// The value, in the point's unit.
        value: f64,
        /// The smallest value the registers can hold.
        min: f64,
        /// The largest.
        max: f64,
    },
    /// Outside the limits that the device's document states or the device itself holds.
    OutsideLimits {
        /// The value, in the point's unit.
        value: f64,
        /// The smallest value allowed, where one is stated.
        min: Option<f64>,
        /// The largest.
        max: Option<f64>,
        /// The step, where one is stated.
        step: Option<f64>,
        /// The point's unit, empty where it has none.
        unit: String,
    },
    /// Within the limits, but not a multiple of the step from the smallest value, according to the device's document or
    /// the device itself.
    OffDeviceStep {
        /// The value, in the point's unit.
        value: f64,
        /// The nearest value below that the device allows.
        below: f64,
        /// The nearest value above, where that is within the limits.
        above: Option<f64>,
        /// The step.
        step: f64,
        /// The point's unit, empty where it has none.
        unit: String,
    },
    /// The device says that it does not have the point.
    NotVisible,
    /// NaN or infinite.
    NotANumber,
    /// The raw value that would be written means “no value”.
    NotAvailableCode {
        /// The value, in the point's unit.
        value: f64,
    },
    /// A code that the device's document does not list.
    UnknownCode(i64),
    /// The raw value of the number is a special value of the device.
    SpecialCode {
        /// What the device's document calls that.
        label: String,
    },
    /// The point has no such special value, though others of its type have.
    NoSuchSpecial {
        /// What the device's document calls it.
        label: &'static str,
    },
    /// The array's element has no such point.
    NoSuchElement,
    /// The value belongs to another product: this device has other codes.
    OtherProduct,
    /// The text is too long for the registers.
    TextTooLong {
        /// How many bytes it takes.
        length: usize,
        /// How many there is room for.
        max: usize,
    },
    /// The registers hold a different number of bytes.
    ByteCount {
        /// How many bytes were given.
        length: usize,
        /// How many the registers hold.
        expected: usize,
    },
    /// The point is a part of a register that cannot be read: the other parts have to be written with it.
    OtherBits,
    /// Another register scales the value, and does not hold a power of ten from -10 to 10.
    NoScale {
        /// The address of that register.
        register: u16,
    },
    /// A text holds a character that its encoding does not have.
    Character {
        /// The first such character.
        character: char,
        /// The encoding.
        encoding: &'static str,
    },
    /// A text that is not a value of the point.
    NotUnderstood {
        /// The text.
        text: String,
        /// What was expected.
        expected: String,
    },
    /// The point takes another kind of value.
    Kind {
        /// What it takes: `a number`, `a text`.
        expected: &'static str,
    },
    /// The request cannot be made.
    Request(InvalidRequest),
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OffStep { value, below, above } => {
                write!(f, "{value} is between two of the device's steps; the nearest are {below} and {above}")
            }
            Self::OutOfRange { value, min, max } => {
                write!(f, "{value} does not fit the register, which holds {min} to {max}")
            }
            Self::OutsideLimits { value, min, max, step, unit } => {
                let quantity = |value: &f64| Quantity { value: *value, unit };
                let value = quantity(value);
                match (min.as_ref().map(quantity), max.as_ref().map(quantity)) {
                    (Some(min), Some(max)) => write!(f, "{value} is outside the device's limits, {min} to {max}")?,
                    (Some(min), None) => write!(f, "{value} is below the device's limit, {min}")?,
                    (None, Some(max)) => write!(f, "{value} is above the device's limit, {max}")?,
                    (None, None) => write!(f, "{value} is outside the device's limits")?,
                }
                match step.as_ref().map(quantity) {
                    Some(step) if min.is_some() && max.is_some() => write!(f, " in steps of {step}"),
                    _ => Ok(()),
                }
            }
            Self::OffDeviceStep { value, below, above, step, unit } => {
                let [value, below, step] = [value, below, step].map(|value| Quantity { value: *value, unit });
                write!(f, "{value} is between two of the steps of {step} that the device allows; the nearest ")?;
                match above.map(|value| Quantity { value, unit }) {
                    Some(above) => write!(f, "are {below} and {above}"),
                    None => write!(f, "is {below}"),
                }
            }
            Self::NotVisible => f.write_str(
                "the device says that it does not have this; if it was fitted since then, call `refresh_limits()`",
            ),
            Self::NotANumber => f.write_str("it is not a finite number"),
            Self::NotAvailableCode { value } => {
                write!(f, "{value} is written as the raw value that means “not available”")
            }
            Self::UnknownCode(code) => write!(f, "the device's document does not list the code {code}"),
            Self::SpecialCode { label } => {
                write!(f, "the device takes this number for “{label}”; write that if it is meant")
            }
            Self::NoSuchSpecial { label } => write!(f, "this point has no “{label}”"),
            Self::NoSuchElement => f.write_str("the device's document lists no register for it"),
            Self::OtherProduct => {
                f.write_str("the value belongs to another product; read the point to see which values this device has")
            }
            Self::TextTooLong { length, max } => {
                write!(f, "the text has {length} bytes, but the registers have room for {max}")
            }
            Self::ByteCount { length, expected } => write!(f, "got {length} bytes, but the registers hold {expected}"),
            Self::OtherBits => f.write_str(
                "it is a part of a register that cannot be read, and writing it would clear the rest; \
                 write all values of the register together, or the register as it is",
            ),
            Self::NoScale { register } => {
                write!(f, "register {register}, which scales the value, holds no power of ten from -10 to 10")
            }
            Self::Character { character: '\0', encoding } => {
                write!(f, "a NUL cannot be written in {encoding}, because it ends the text; leave it out")
            }
            Self::Character { character, encoding } => {
                write!(f, "the character “{character}” cannot be written in {encoding}; leave it out or replace it")
            }
            Self::NotUnderstood { text, expected } => {
                write!(f, "“{text}” is not understood here; expected {expected}")
            }
            Self::Kind { expected } => write!(f, "the point takes {expected}"),
            Self::Request(reason) => reason.fmt(f),
        }
    }
}

/// `21.5 °C`
struct Quantity<'a> {
    value: f64,
    unit: &'a str,
}

impl fmt::Display for Quantity<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.value, f)?;
        if self.unit.is_empty() { Ok(()) } else { write!(f, " {}", self.unit) }
    }
}

impl core::error::Error for InvalidValue {}
