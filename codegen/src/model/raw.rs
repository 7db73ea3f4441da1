//! How registers encode a value, and whether they can be read and written.

use std::fmt;

/// Whether a point can be read and written.
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

/// How the words of a point are decoded.
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
    /// The most significant bit of all the words is the sign, the others are the magnitude.
    SignMagnitude {
        /// 16, 32, 48 or 64.
        bits: u8,
    },
    /// 0 to 9999 in each word; each counts ten thousands of the next less significant one.
    Modulo10000 {
        /// 32, 48 or 64: those of all the words.
        bits: u8,
        /// Each word is -9999 to 9999 in two's complement, and all of them have the same sign.
        signed: bool,
    },
    /// Bytes in the order of the registers, the high byte of each first.
    Bytes,
    /// Characters.
    Text {
        /// How bytes become characters.
        encoding: Encoding,
        /// How registers hold the characters.
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

/// How registers hold the characters of a text.
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
    /// Smallest and largest raw value; for a float, those of its bits.
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
            Self::SignMagnitude { bits } => {
                let (_, largest) = Self::Integer { bits, signed: true }.range();
                (largest.saturating_neg(), largest)
            }
            Self::Modulo10000 { bits, signed } => {
                let words = u32::from(bits).wrapping_div(16);
                let largest = 10_000i128.checked_pow(words).unwrap_or(i128::MAX).saturating_sub(1);
                (if signed { largest.saturating_neg() } else { 0 }, largest)
            }
            // Texts and bytes have no numeric value that could be compared.
            Self::Text { .. } | Self::Bytes => (0, 0),
        }
    }

    /// How many bits it takes; for texts and bytes, those of one register.
    #[must_use]
    pub fn bits(self) -> u8 {
        match self {
            Self::Bool => 1,
            Self::Integer { bits, .. }
            | Self::Float { bits }
            | Self::SignMagnitude { bits }
            | Self::Modulo10000 { bits, .. } => bits,
            Self::Bcd { digits } => digits.saturating_mul(4),
            Self::Text { .. } | Self::Bytes => 16,
        }
    }

    /// The encoding of a number that is neither plain binary nor a float: its name in the JSON form.
    #[must_use]
    pub fn number_encoding(self) -> Option<&'static str> {
        match self {
            Self::Bcd { .. } => Some("bcd"),
            Self::SignMagnitude { .. } => Some("sign_magnitude"),
            Self::Modulo10000 { .. } => Some("modulo_10000"),
            Self::Bool | Self::Integer { .. } | Self::Float { .. } | Self::Bytes | Self::Text { .. } => None,
        }
    }

    /// This integer type with another encoding, named as by [`RawType::number_encoding`]; `None` if there is no such
    /// type.
    #[must_use]
    pub fn with_encoding(self, encoding: &str) -> Option<Self> {
        Some(match (encoding, self) {
            ("bcd", Self::Integer { bits, signed: false }) => Self::Bcd { digits: bits.wrapping_div(4) },
            ("sign_magnitude", Self::Integer { bits, signed: true }) => Self::SignMagnitude { bits },
            ("modulo_10000", Self::Integer { bits: bits @ (32 | 48 | 64), signed }) => {
                Self::Modulo10000 { bits, signed }
            }
            _ => return None,
        })
    }

    /// Whether negative values exist.
    #[must_use]
    pub fn is_signed(self) -> bool {
        matches!(
            self,
            Self::Integer { signed: true, .. } | Self::SignMagnitude { .. } | Self::Modulo10000 { signed: true, .. }
        )
    }
}

impl fmt::Display for RawType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Float { bits } => write!(f, "f{bits}"),
            // As an integer of as many bits, which its encoding says more of.
            Self::Integer { .. } | Self::Bcd { .. } | Self::SignMagnitude { .. } | Self::Modulo10000 { .. } => {
                write!(f, "{}{}", if self.is_signed() { 'i' } else { 'u' }, self.bits())
            }
            Self::Text { .. } => f.write_str("string"),
            Self::Bytes => f.write_str("bytes"),
        }
    }
}
