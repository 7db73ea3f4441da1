//! How the words of a point are decoded.

/// The most words whose value an `i128` can always hold, for the raw types of variable length.
pub(crate) const MOST_NUMBER_WORDS: usize = 8;

/// What one word of a number modulo 10000 counts up to.
pub(crate) const MODULUS: i128 = 10_000;

/// How the words of a point are decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RawType {
    /// One coil or discrete input.
    Bool,
    /// One word.
    U16,
    /// One word, two's complement.
    I16,
    /// Two words.
    U32,
    /// Two words, two's complement.
    I32,
    /// Three words.
    U48,
    /// Three words, two's complement.
    I48,
    /// Four words.
    U64,
    /// Four words, two's complement.
    I64,
    /// Two words, IEEE 754 single precision. Its raw value (for not-available values) is its bits, unsigned.
    F32,
    /// Four words, IEEE 754 double precision. Its raw value (for not-available values) is its bits, unsigned.
    F64,
    /// Binary coded decimal, unsigned: four digits in each word, the most significant first, in as many words as the
    /// point has, up to eight. Its raw value is the number; there is none if a digit is above 9.
    Bcd,
    /// The most significant bit of all words is the sign, the others are the magnitude, in as many words as the point
    /// has, up to eight. Its raw value is the number; minus zero is 0.
    SignMagnitude,
    /// 0 to 9999 in each word, which counts in ten thousands of the next less significant one, in as many words as the
    /// point has, up to eight. Its raw value is the sum; there is none if a word is above 9999.
    Modulo10000,
    /// As [`RawType::Modulo10000`], each word -9999 to 9999 in two's complement. Its raw value is the sum; there is
    /// none if a word is beyond, or if words have both signs.
    SignedModulo10000,
    /// Characters, in as many words as the point has. No raw value.
    Text,
    /// Bytes in their order, the high byte of each word first, in as many words as the point has. No raw value.
    Bytes,
}

impl RawType {
    /// How many registers, coils or inputs a value takes; `None` for the types of variable length: BCD, sign and
    /// magnitude, modulo 10000, texts and bytes.
    #[inline]
    #[must_use]
    pub const fn words(self) -> Option<usize> {
        match self {
            Self::Bool | Self::U16 | Self::I16 => Some(1),
            Self::U32 | Self::I32 | Self::F32 => Some(2),
            Self::U48 | Self::I48 => Some(3),
            Self::U64 | Self::I64 | Self::F64 => Some(4),
            Self::Bcd
            | Self::SignMagnitude
            | Self::Modulo10000
            | Self::SignedModulo10000
            | Self::Text
            | Self::Bytes => None,
        }
    }

    /// Whether it is a floating-point number.
    #[inline]
    #[must_use]
    pub const fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64)
    }

    /// Whether it is text or bytes, not a number.
    #[inline]
    #[must_use]
    pub const fn is_text_or_bytes(self) -> bool {
        matches!(self, Self::Text | Self::Bytes)
    }

    /// Whether it is one of the types modulo 10000.
    pub(crate) const fn is_modulo_10000(self) -> bool {
        matches!(self, Self::Modulo10000 | Self::SignedModulo10000)
    }

    const fn is_signed(self) -> bool {
        matches!(self, Self::I16 | Self::I32 | Self::I48 | Self::I64)
    }

    /// The smallest and the largest raw value that this many bits hold, as an integer; both are 0 for texts and bytes.
    pub(crate) const fn range(self, width: u32) -> (i128, i128) {
        match self {
            Self::Text | Self::Bytes => (0, 0),
            Self::Bool => (0, 1),
            Self::Bcd => (0, largest_bcd(width)),
            Self::SignMagnitude => {
                let largest = i128::MAX.unbounded_shr(i128::BITS.saturating_sub(width));
                (largest.saturating_neg(), largest)
            }
            Self::Modulo10000 => (0, largest_modulo_10000(width)),
            Self::SignedModulo10000 => {
                let largest = largest_modulo_10000(width);
                (largest.saturating_neg(), largest)
            }
            _ if self.is_signed() => {
                let largest = i128::MAX.unbounded_shr(i128::BITS.saturating_sub(width));
                (!largest, largest)
            }
            _ => (0, i128::MAX.unbounded_shr(i128::BITS.saturating_sub(1).saturating_sub(width))),
        }
    }
}

/// 9999 in each word.
const fn largest_modulo_10000(width: u32) -> i128 {
    MODULUS.saturating_pow(width / u16::BITS).saturating_sub(1)
}

/// All nines, after a first digit that may have fewer than four bits.
const fn largest_bcd(width: u32) -> i128 {
    let power = 10_i128.saturating_pow(width / 4);
    let first = match width % 4 {
        0 => 0,
        1 => 1,
        2 => 3,
        _ => 7,
    };
    power.saturating_mul(first).saturating_add(power.saturating_sub(1))
}

/// Some of the bits of a point's words, as one number. Bit 0 is the least significant of all words together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BitRange {
    low: u8,
    high: u8,
}

impl BitRange {
    /// From bit `low` to bit `high`, both included.
    ///
    /// # Panics
    ///
    /// If `low` is above `high`, or `high` above 63: a compile error in constants. At run time, use
    /// [`BitRange::checked`].
    #[must_use]
    pub const fn new(low: u8, high: u8) -> Self {
        assert!(
            low <= high && high < 64,
            "a BitRange needs a low bit that is not above the high one, which is at most 63"
        );
        Self { low, high }
    }

    /// As [`BitRange::new`]; `None` where that would panic.
    #[must_use]
    pub const fn checked(low: u8, high: u8) -> Option<Self> {
        if low <= high && high < 64 { Some(Self { low, high }) } else { None }
    }

    /// The least significant bit.
    #[inline]
    #[must_use]
    pub const fn low(self) -> u8 {
        self.low
    }

    /// The most significant bit.
    #[inline]
    #[must_use]
    pub const fn high(self) -> u8 {
        self.high
    }

    /// How many bits.
    #[inline]
    #[must_use]
    pub const fn width(self) -> u8 {
        self.high.saturating_sub(self.low).saturating_add(1)
    }
}
