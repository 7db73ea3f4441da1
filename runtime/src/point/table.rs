//! The four Modbus tables, and how a register may be used.
//!
//! Addresses are zero-based protocol addresses everywhere, as they stand in the frame (Modbus Application Protocol
//! V1.1b3, section 4.4), never the one-based numbers with a leading table digit that some documents print.

use core::fmt;

/// One of the four tables of the Modbus data model (Modbus Application Protocol V1.1b3, section 4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// Single bits that can be read and written (functions 1, 5, 15).
    Coil,
    /// Single bits that can only be read (function 2).
    DiscreteInput,
    /// 16-bit words that can only be read (function 4).
    InputRegister,
    /// 16-bit words that can be read and written (functions 3, 6, 16).
    HoldingRegister,
}

impl Table {
    /// All four, in the order of their function codes' customary listing.
    pub const ALL: [Self; 4] = [Self::Coil, Self::DiscreteInput, Self::InputRegister, Self::HoldingRegister];

    /// Whether the table holds single bits rather than 16-bit words.
    #[inline]
    #[must_use]
    pub const fn is_bit(self) -> bool {
        matches!(self, Self::Coil | Self::DiscreteInput)
    }

    /// Whether the protocol has functions that write to the table.
    #[inline]
    #[must_use]
    pub const fn is_writable(self) -> bool {
        matches!(self, Self::Coil | Self::HoldingRegister)
    }

    /// The function code that reads the table.
    #[inline]
    #[must_use]
    pub const fn read_function(self) -> u8 {
        match self {
            Self::Coil => 1,
            Self::DiscreteInput => 2,
            Self::HoldingRegister => 3,
            Self::InputRegister => 4,
        }
    }

    /// The largest number of addresses one read request may ask for by the protocol: 2000 bits or 125 words
    /// (sections 6.1 to 6.4).
    #[inline]
    #[must_use]
    pub const fn max_read(self) -> u16 {
        if self.is_bit() { 2000 } else { 125 }
    }

    /// The largest number of addresses one write request may hold by the protocol: 1968 bits or 123 words
    /// (sections 6.11 and 6.12).
    #[inline]
    #[must_use]
    pub const fn max_write(self) -> u16 {
        if self.is_bit() { 1968 } else { 123 }
    }

    /// `holding register`, or `holding registers` for another count than one.
    pub(crate) const fn noun(self, count: u16) -> &'static str {
        match (self, count) {
            (Self::Coil, 1) => "coil",
            (Self::Coil, _) => "coils",
            (Self::DiscreteInput, 1) => "discrete input",
            (Self::DiscreteInput, _) => "discrete inputs",
            (Self::InputRegister, 1) => "input register",
            (Self::InputRegister, _) => "input registers",
            (Self::HoldingRegister, 1) => "holding register",
            (Self::HoldingRegister, _) => "holding registers",
        }
    }
}

/// `holding register`
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.noun(1))
    }
}

/// Whether a register can be read and written, according to the device's document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// Read only.
    Read,
    /// Write only: reading is refused or means something else.
    Write,
    /// Read and written.
    ReadWrite,
}

impl Access {
    /// Whether the register can be read.
    #[inline]
    #[must_use]
    pub const fn is_readable(self) -> bool {
        matches!(self, Self::Read | Self::ReadWrite)
    }

    /// Whether the register can be written.
    #[inline]
    #[must_use]
    pub const fn is_writable(self) -> bool {
        matches!(self, Self::Write | Self::ReadWrite)
    }
}

/// What a point is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// A value.
    Value,
    /// A command, such as a reset: written to make something happen, never part of readings.
    Command,
}
