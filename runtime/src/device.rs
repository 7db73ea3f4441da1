//! What the vendor's table says about a device and its link.

mod detect;
mod unit_ids;

use core::time::Duration;

pub use self::detect::{Detect, DetectCase};
pub use self::unit_ids::UnitIds;
use crate::point::PointInfo;
use crate::point::table::Table;

/// Parity bit of a serial line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Parity {
    /// No parity bit.
    None,
    /// Odd.
    Odd,
    /// Even, the default of the Modbus serial line specification (V1.02, section 2.5.1).
    Even,
}

/// Settings of a serial line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RtuSettings {
    /// Bits per second.
    pub baud_rate: u32,
    /// Parity bit.
    pub parity: Parity,
    /// Data bits per character: 8 for RTU.
    pub data_bits: u8,
    /// 1 or 2.
    pub stop_bits: u8,
}

impl RtuSettings {
    /// Bits of one character on the line: start, data, parity and stop bits.
    #[must_use]
    pub const fn bits_per_character(&self) -> u32 {
        let parity = match self.parity {
            Parity::None => 0,
            Parity::Odd | Parity::Even => 1,
        };
        // At most 1 + 255 + 1 + 255.
        1_u32.saturating_add(self.data_bits as u32).saturating_add(parity).saturating_add(self.stop_bits as u32)
    }

    /// How long one character takes on the line; 0 if the speed is 0.
    #[must_use]
    pub const fn character_time(&self) -> Duration {
        let bits = (self.bits_per_character() as u64).saturating_mul(1_000_000_000);
        match bits.checked_div(self.baud_rate as u64) {
            Some(nanoseconds) => Duration::from_nanos(nanoseconds),
            None => Duration::ZERO,
        }
    }
}

/// Which write functions a device has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WriteFunctions {
    single: bool,
    multiple: bool,
}

impl WriteFunctions {
    /// Functions 5, 6, 15 and 16.
    pub const ANY: Self = Self { single: true, multiple: true };
    /// Only functions 5 and 6: one register or coil at a time.
    pub const SINGLE_ONLY: Self = Self { single: true, multiple: false };
    /// Only functions 15 and 16, also for one register or coil.
    pub const MULTIPLE_ONLY: Self = Self { single: false, multiple: true };

    /// Whether the device has functions 5 and 6.
    #[inline]
    #[must_use]
    pub const fn single(self) -> bool {
        self.single
    }

    /// Whether the device has functions 15 and 16.
    #[inline]
    #[must_use]
    pub const fn multiple(self) -> bool {
        self.multiple
    }
}

/// Which addresses that the table does not list a request may read along with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Gaps {
    /// None.
    Never,
    /// Runs of at most this many.
    UpTo(u16),
    /// All where that saves time, unless the device refused them or did not answer: each is tried once for each unit
    /// and bus. Never those where reading changes the device.
    Learn,
}

/// What the device's document says about its link.
#[derive(Debug, Clone)]
pub struct LinkInfo {
    /// Factory default of the unit id.
    pub unit_id: u8,
    /// The first and the last unit id it can be set to.
    pub unit_ids: (u8, u8),
    /// Factory default of the serial settings, if it has a serial line.
    pub rtu: Option<RtuSettings>,
    /// Speeds it can be set to, in bits per second; empty if its table names none.
    pub baud_rates: &'static [u32],
    /// Its TCP port, if it has one.
    pub tcp_port: Option<u16>,
    /// The most registers it takes in one read request.
    pub max_read_registers: u16,
    /// The most coils or inputs it takes in one read request.
    pub max_read_bits: u16,
    /// The most registers it takes in one write request.
    pub max_write_registers: u16,
    /// The most coils it takes in one write request.
    pub max_write_bits: u16,
    /// Which write functions it has.
    pub write_functions: WriteFunctions,
    /// Which unlisted addresses a request may read.
    pub gaps: Gaps,
    /// Over Modbus TCP, the units it may answer as, other than the one that was asked.
    pub accept_unit_ids: UnitIds,
    /// Over Modbus TCP, whether the transaction ids of its replies are meaningless.
    pub ignore_transaction_ids: bool,
    /// The time it takes to begin its answer, if that is known.
    pub turnaround: Option<Duration>,
}

impl LinkInfo {
    /// What the protocol allows, without a serial line, a port or gaps. Start from it, so that a field added later
    /// breaks nothing.
    pub const DEFAULT: Self = Self {
        unit_id: 1,
        unit_ids: (1, 247),
        rtu: None,
        baud_rates: &[],
        tcp_port: None,
        max_read_registers: Table::HoldingRegister.max_read(),
        max_read_bits: Table::Coil.max_read(),
        max_write_registers: Table::HoldingRegister.max_write(),
        max_write_bits: Table::Coil.max_write(),
        write_functions: WriteFunctions::ANY,
        gaps: Gaps::Never,
        accept_unit_ids: UnitIds::NONE,
        ignore_transaction_ids: false,
        turnaround: None,
    };

    /// The most addresses of `table` that one read request may hold, by the device and the protocol.
    #[must_use]
    pub fn max_read(&self, table: Table) -> u16 {
        let device = if table.is_bit() { self.max_read_bits } else { self.max_read_registers };
        device.clamp(1, table.max_read())
    }

    /// The most addresses of `table` that one write request may hold, by the device and the protocol.
    #[must_use]
    pub fn max_write(&self, table: Table) -> u16 {
        let device = if table.is_bit() { self.max_write_bits } else { self.max_write_registers };
        device.clamp(1, table.max_write())
    }
}

/// What the vendor's table says about a device.
#[derive(Debug, Clone)]
pub struct DeviceInfo {
    /// Its name.
    pub name: &'static str,
    /// Its manufacturer.
    pub manufacturer: &'static str,
    /// The document the registers are from.
    pub document: &'static str,
    /// Its link.
    pub link: LinkInfo,
    /// Addresses the document says may be read although nothing is there: table, first, last.
    pub reserved: &'static [(Table, u16, u16)],
    /// All its points, commands included, in slices.
    pub points: &'static [&'static [&'static PointInfo]],
}

impl DeviceInfo {
    /// All its points, commands included.
    pub fn points(&self) -> impl Iterator<Item = &'static PointInfo> + use<> {
        self.points.iter().copied().flatten().copied()
    }
}

/// A generated device handle, such as `AcmeMeter`. Generic code uses it: `Simulator::of::<AcmeMeter>()`.
#[cfg(feature = "std")]
pub trait Device: AsRef<crate::unit::Unit> + Clone + Send + Sync + 'static {
    /// What the vendor's table says about it.
    const INFO: &'static DeviceInfo;

    /// The handle of the device at `unit`.
    fn at(unit: crate::unit::Unit) -> Self;
}
