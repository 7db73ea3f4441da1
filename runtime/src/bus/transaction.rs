//! One request and its reply, as the bus and the unit hand them to each other.
//!
//! Counts and addresses are checked by whoever builds a [`Request`]: the bus sends it as it is. A [`Reply`] holds
//! exactly as many values as were asked for; the bus checks that.

use std::sync::Arc;

use crate::point::table::Table;

/// What is asked of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Request {
    /// Functions 1 to 4.
    Read { table: Table, address: u16, count: u16 },
    /// Function 5.
    WriteCoil { address: u16, value: bool },
    /// Function 6.
    WriteRegister { address: u16, value: u16 },
    /// Function 15.
    WriteCoils { address: u16, values: Arc<[bool]> },
    /// Function 16.
    WriteRegisters { address: u16, values: Arc<[u16]> },
}

impl Request {
    pub(crate) const fn function(&self) -> u8 {
        match self {
            Self::Read { table, .. } => table.read_function(),
            Self::WriteCoil { .. } => 5,
            Self::WriteRegister { .. } => 6,
            Self::WriteCoils { .. } => 15,
            Self::WriteRegisters { .. } => 16,
        }
    }

    pub(crate) const fn table(&self) -> Table {
        match self {
            Self::Read { table, .. } => *table,
            Self::WriteCoil { .. } | Self::WriteCoils { .. } => Table::Coil,
            Self::WriteRegister { .. } | Self::WriteRegisters { .. } => Table::HoldingRegister,
        }
    }

    pub(crate) const fn address(&self) -> u16 {
        match self {
            Self::Read { address, .. }
            | Self::WriteCoil { address, .. }
            | Self::WriteRegister { address, .. }
            | Self::WriteCoils { address, .. }
            | Self::WriteRegisters { address, .. } => *address,
        }
    }

    pub(crate) fn count(&self) -> u16 {
        let len = match self {
            Self::Read { count, .. } => return *count,
            Self::WriteCoil { .. } | Self::WriteRegister { .. } => return 1,
            Self::WriteCoils { values, .. } => values.len(),
            Self::WriteRegisters { values, .. } => values.len(),
        };
        u16::try_from(len).unwrap_or(u16::MAX)
    }

    pub(crate) const fn is_read(&self) -> bool {
        matches!(self, Self::Read { .. })
    }
}

/// What the unit answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reply {
    /// To a read of coils or discrete inputs.
    Bits(Vec<bool>),
    /// To a read of registers.
    Words(Vec<u16>),
    /// To a write.
    Written,
}
