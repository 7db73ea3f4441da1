//! What a device says about its own points: where it holds their limits, whether it has them, which codes apply.

use crate::point::Labelled;
use crate::point::table::Table;

/// Where a device holds the limits of a point: registers of the point's own table, in its raw type, order and scale. A limit
/// takes as many registers as the point, whole ones even if the point is a part of them; its address is the first of
/// them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct LimitRegisters {
    /// Address of the smallest value allowed.
    pub min: Option<u16>,
    /// Address of the largest value allowed.
    pub max: Option<u16>,
    /// Address of the step: allowed values differ from the smallest one by a multiple of it.
    pub step: Option<u16>,
}

impl LimitRegisters {
    /// The first of each there is: min, max, step.
    pub(crate) fn addresses(self) -> impl Iterator<Item = u16> {
        [self.min, self.max, self.step].into_iter().flatten()
    }
}

/// The bit that says whether a device has a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AvailableIf {
    /// Table of the register that holds it.
    pub table: Table,
    /// Address of that register.
    pub register: u16,
    /// Number of the bit, 0 is the least significant; set means that the device has the point.
    pub bit: u8,
}

impl AvailableIf {
    /// Whether the register says so.
    pub(crate) const fn is_set_in(self, word: u16) -> bool {
        word.unbounded_shr(self.bit as u32) & 1 == 1
    }

    pub(crate) const fn key(self) -> (Table, u16) {
        (self.table, self.register)
    }
}

/// Codes that apply while the value of another register is in a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValuesIf {
    /// Table of the register that decides.
    pub table: Table,
    /// Address of that register, which is taken as unsigned.
    pub register: u16,
    /// The smallest value for which the codes apply.
    pub min: u16,
    /// The largest.
    pub max: u16,
    /// The codes.
    pub values: &'static [Labelled],
}

impl ValuesIf {
    pub(crate) const fn key(&self) -> (Table, u16) {
        (self.table, self.register)
    }

    /// Whether the codes hold when the register holds this.
    pub(crate) const fn holds_for(&self, word: u16) -> bool {
        self.min <= word && word <= self.max
    }
}
