//! How the variant of a device is detected.

use crate::point::table::Table;

/// The register that tells which variant a device is, and what its values tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Detect {
    /// Its table.
    pub table: Table,
    /// Its address.
    pub register: u16,
    /// What its values tell.
    pub cases: &'static [DetectCase],
}

/// Values of the register of [`Detect`], and the variant they tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DetectCase {
    /// The lowest of them.
    pub min: u16,
    /// The highest of them.
    pub max: u16,
    /// The name of the variant, as the device's document has it.
    pub variant: &'static str,
}

impl Detect {
    /// The variant that a raw value tells.
    #[must_use]
    pub fn variant(&self, raw: u16) -> Option<&'static str> {
        self.cases.iter().find(|case| (case.min..=case.max).contains(&raw)).map(|case| case.variant)
    }
}
