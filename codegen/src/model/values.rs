//! The meaning of values, and which are allowed: lists, limits, conditions.

use std::fmt;

use super::{RawType, Source, Table, Translations};
use crate::ratio::Ratio;

/// An enum or a flag set, shared by the points that use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueType {
    /// Rust name: `OperationalMode`.
    pub name: String,
    /// Its description, for the documentation.
    pub description: String,
    /// Enum or flags.
    pub form: ValueForm,
    /// Raw type of the points that use it.
    pub raw: RawType,
    /// By code or bit number, ascending.
    pub labels: Vec<ValueLabel>,
    /// The place of the list.
    pub source: Option<Source>,
}

/// Enum or flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueForm {
    /// One of the codes at a time.
    Enum,
    /// Any of the bits at a time.
    Flags,
    /// One of the labels, or a number; the codes are the indices of the labels.
    Special,
    /// One of several enums, each a label named after its type.
    Conditional,
}

/// One code of an enum or one bit of a flag set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueLabel {
    /// Code or bit number (LSB 0).
    pub code: i64,
    /// Rust name: `OnAuto`; constants of flags are its screaming snake case.
    pub name: String,
    /// What the vendor printed.
    pub label: String,
    /// The label in further languages.
    pub translations: Translations,
}

/// Limits of a value, in its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Lowest value.
    pub min: Option<Limit>,
    /// Highest value.
    pub max: Option<Limit>,
    /// Step between values.
    pub step: Option<Limit>,
}

impl Limits {
    /// The printed step, if it can be checked exactly: the step and the smallest value, from which steps are counted,
    /// are printed as finite decimals.
    #[must_use]
    pub fn exact_step(&self) -> Option<(i64, u8)> {
        match self.min {
            Some(Limit::Register(_)) => return None,
            Some(Limit::Value(min)) => min.exact_decimal()?,
            None => (0, 0),
        };
        self.step.and_then(Limit::value)?.exact_decimal()
    }

    /// Whether the device holds one of them.
    #[must_use]
    pub fn in_registers(&self) -> bool {
        [self.min, self.max, self.step].iter().flatten().any(|limit| matches!(limit, Limit::Register(_)))
    }
}

/// One limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// A number, in the unit.
    Value(Ratio),
    /// Held at this address of the point's own table, in the point's raw type and scale.
    Register(u16),
}

impl Limit {
    /// The number, where the table prints one.
    #[must_use]
    pub fn value(self) -> Option<Ratio> {
        match self {
            Self::Value(value) => Some(value),
            Self::Register(_) => None,
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => value.fmt(f),
            Self::Register(address) => write!(f, "register {address}"),
        }
    }
}

/// The bit that says whether a device has a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Availability {
    /// Table of the register that holds it.
    pub table: Table,
    /// Address of that register.
    pub register: u16,
    /// Number of the bit, where 0 is the least significant; if it is set, the device has the point.
    pub bit: u8,
}

/// An enum that applies if a register is in a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionalValues {
    /// Table of the register that decides.
    pub table: Table,
    /// Its address.
    pub register: u16,
    /// Lowest value of that register.
    pub min: i64,
    /// Highest value of that register.
    pub max: i64,
    /// Name of the enum in [`Device::types`](super::Device::types).
    pub type_name: String,
}
