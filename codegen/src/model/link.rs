//! How to communicate with a device.

use super::Table;

/// Link settings, from the vendor's document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Factory default of the unit id.
    pub unit_id: u8,
    /// Lowest and highest unit id it can be set to.
    pub unit_ids: (u8, u8),
    /// Most registers in one read request.
    pub max_read_registers: u16,
    /// Most coils or discrete inputs in one read request.
    pub max_read_bits: u16,
    /// Most registers in one write request.
    pub max_write_registers: u16,
    /// Most coils in one write request.
    pub max_write_bits: u16,
    /// The write functions that the device accepts.
    pub write_functions: WriteFunctions,
    /// Which addresses that the table does not list a request may read.
    pub gaps: Gaps,
    /// Over TCP, the units it may answer as, other than the one that was asked.
    pub accept_unit_ids: AcceptUnitIds,
    /// Over TCP, whether the transaction ids of its replies are meaningless.
    pub ignore_transaction_ids: bool,
    /// The time it takes to begin its answer, in milliseconds.
    pub turnaround_ms: Option<u32>,
    /// Serial settings, where the device has a serial port.
    pub rtu: Option<Rtu>,
    /// TCP port, where the device has one.
    pub tcp_port: Option<u16>,
}

/// Serial settings: factory defaults and the allowed values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rtu {
    /// Bits per second.
    pub baud_rate: u32,
    /// Speeds the device can be set to; empty if its table names none.
    pub baud_rates: Vec<u32>,
    /// Parity.
    pub parity: Parity,
    /// Parities the device can be set to.
    pub parities: Vec<Parity>,
    /// Data bits per character.
    pub data_bits: u8,
    /// Stop bits per character.
    pub stop_bits: u8,
    /// Stop bits the device can be set to.
    pub stop_bits_allowed: Vec<u8>,
}

/// Parity of a serial character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Parity {
    /// None.
    None,
    /// Even.
    Even,
    /// Odd.
    Odd,
}

/// The write functions that a device accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WriteFunctions {
    /// 5 and 6 for one, 15 and 16 for several.
    Any,
    /// 15 and 16 only.
    Multiple,
    /// 5 and 6 only.
    Single,
}

/// Which addresses that the table does not list a request may read along with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gaps {
    /// None.
    Never,
    /// At most this many in a row.
    UpTo(u16),
    /// All that the device answers, where that saves time.
    Learn,
}

/// Units that a device may answer as, other than the one that was asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum AcceptUnitIds {
    /// None.
    #[default]
    Asked,
    /// All.
    Any,
    /// These.
    Listed(Vec<u8>),
}

/// Addresses without a point that a request may read along with others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reserved {
    /// Their table.
    pub table: Table,
    /// First address.
    pub first: u16,
    /// Last address.
    pub last: u16,
}
