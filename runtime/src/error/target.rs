//! What an error is about.

use core::fmt;

use crate::point::PointInfo;
use crate::point::table::Table;

/// What an error is about: a point, or plain addresses where no point was named.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    point: Option<&'static PointInfo>,
    unit_id: Option<u8>,
    table: Table,
    address: u16,
    count: u16,
    /// Whether it is a point that its array's element does not have.
    is_missing: bool,
}

impl Target {
    pub(crate) const fn point_of(info: &'static PointInfo) -> Self {
        let (table, address, count) = (info.table(), info.address(), info.word_count());
        Self { point: Some(info), unit_id: info.unit_id(), table, address, count, is_missing: false }
    }

    pub(crate) const fn addresses(table: Table, address: u16, count: u16) -> Self {
        Self { point: None, unit_id: None, table, address, count, is_missing: false }
    }

    pub(crate) const fn at_unit(self, unit_id: Option<u8>) -> Self {
        Self { unit_id, ..self }
    }

    /// A point that the array's element does not have.
    pub(crate) const fn no_such_element() -> Self {
        Self { is_missing: true, ..Self::addresses(Table::HoldingRegister, 0, 0) }
    }

    /// The point, if one was named.
    #[must_use]
    pub const fn point(&self) -> Option<&'static PointInfo> {
        self.point
    }

    /// The unit id, if it is not the device's own.
    #[must_use]
    pub const fn unit_id(&self) -> Option<u8> {
        self.unit_id
    }

    /// The table.
    #[must_use]
    pub const fn table(&self) -> Table {
        self.table
    }

    /// The lowest address, zero-based, before any address offset of the unit.
    #[must_use]
    pub const fn address(&self) -> u16 {
        self.address
    }

    /// How many addresses: 0 if none was asked for, and for a point that an array's element does not have. In that
    /// case, the table and the address are meaningless too.
    #[must_use]
    pub const fn count(&self) -> u16 {
        self.count
    }
}

/// `“Outdoor temperature” (input register 13)`, or `holding registers 100 to 103`
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(info) = self.point {
            write!(f, "“{}” (", info.label())?;
        } else if self.is_missing {
            return f.write_str("a point that this element of its array does not have");
        }
        write!(f, "{} {}", self.table.noun(self.count.max(1)), self.address)?;
        if self.count > 1 {
            let last = u32::from(self.address).saturating_add(u32::from(self.count)).saturating_sub(1);
            write!(f, " to {last}")?;
        }
        if let Some(unit_id) = self.unit_id {
            write!(f, " of unit {unit_id}")?;
        }
        if self.point.is_some() { f.write_str(")") } else { Ok(()) }
    }
}
