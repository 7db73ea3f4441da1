//! How a value lies in its registers, and what may be done with them.

use std::fmt;

/// What may be done with a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Reading.
    Read,
    /// Writing.
    Write,
    /// Both.
    ReadWrite,
}

impl Access {
    /// Its name in the JSON form.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::ReadWrite => "read_write",
        }
    }

    /// Whether it can be read.
    #[must_use]
    pub fn reads(self) -> bool {
        matches!(self, Self::Read | Self::ReadWrite)
    }

    /// Whether it can be written.
    #[must_use]
    pub fn writes(self) -> bool {
        matches!(self, Self::Write | Self::ReadWrite)
    }
}

/// How the words of a point are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RawType {
    /// A coil or discrete input.
    Bool,
    /// An integer over all the words.
    Integer {
        /// 16, 32, 48 or 64.
        bits: u8,
        /// Two's complement.
        signed: bool,
    },
    /// IEEE 754 over all the words.
    Float {
        /// 32 or 64.
        bits: u8,
    },
    /// Decimal digits of four bits each over all the words, the most significant first.
    Bcd {
        /// 4, 8, 12 or 16.
        digits: u8,
    },
    /// Bytes as they lie in the registers, the high byte of each first.
    Bytes,
    /// Characters.
    Text {
        /// How bytes become characters.
        encoding: Encoding,
        /// How characters lie in registers.
        packing: Packing,
    },
}

/// How the bytes of a text become characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Seven bits.
    Ascii,
    /// ISO 8859-1.
    Iso8859_1,
    /// UTF-8.
    Utf8,
}

impl Encoding {
    /// Its name in the JSON form and in manifests.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Ascii => "ascii",
            Self::Iso8859_1 => "iso-8859-1",
            Self::Utf8 => "utf-8",
        }
    }
}

/// How the characters of a text lie in registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Packing {
    /// Two in each register, the first in the high byte.
    TwoHighFirst,
    /// Two in each register, the first in the low byte.
    TwoLowFirst,
    /// One in each register.
    One,
}

impl Packing {
    /// Its name in the JSON form and in manifests.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::TwoHighFirst => "two_high_first",
            Self::TwoLowFirst => "two_low_first",
            Self::One => "one",
        }
    }
}

impl RawType {
    /// Smallest and largest raw value; of a float, of its bits.
    #[must_use]
    pub fn range(self) -> (i128, i128) {
        match self {
            Self::Bool => (0, 1),
            Self::Integer { bits, signed } => {
                let span = 1i128.checked_shl(u32::from(bits)).unwrap_or(i128::MAX);
                let half = span.wrapping_div(2);
                if signed { (half.saturating_neg(), half.saturating_sub(1)) } else { (0, span.saturating_sub(1)) }
            }
            Self::Float { bits } => Self::Integer { bits, signed: false }.range(),
            Self::Bcd { digits } => (0, 10i128.checked_pow(digits.into()).unwrap_or(i128::MAX).saturating_sub(1)),
            // Texts and bytes have no numeric value that could be compared.
            Self::Text { .. } | Self::Bytes => (0, 0),
        }
    }

    /// How many bits it takes; of texts and bytes, those of one register.
    #[must_use]
    pub fn bits(self) -> u8 {
        match self {
            Self::Bool => 1,
            Self::Integer { bits, .. } | Self::Float { bits } => bits,
            Self::Bcd { digits } => digits.saturating_mul(4),
            Self::Text { .. } | Self::Bytes => 16,
        }
    }

    /// Whether negative values exist.
    #[must_use]
    pub fn is_signed(self) -> bool {
        matches!(self, Self::Integer { signed: true, .. })
    }
}

impl fmt::Display for RawType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Integer { bits, signed } => write!(f, "{}{bits}", if *signed { 'i' } else { 'u' }),
            Self::Float { bits } => write!(f, "f{bits}"),
            // As many bits as its digits take.
            Self::Bcd { .. } => write!(f, "u{}", self.bits()),
            Self::Text { .. } => f.write_str("string"),
            Self::Bytes => f.write_str("bytes"),
        }
    }
}
