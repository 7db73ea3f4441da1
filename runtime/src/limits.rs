//! What a device's document says may be written to a register.

use core::fmt;

/// An exact decimal number: `mantissa / 10^digits`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    mantissa: i64,
    digits: u8,
}

impl Decimal {
    /// `Decimal::new(215, 1)` is 21.5.
    ///
    /// # Panics
    ///
    /// With more than 18 digits, which no `i64` can fill: a compile error in constants.
    #[must_use]
    pub const fn new(mantissa: i64, digits: u8) -> Self {
        assert!(digits <= 18, "a Decimal has at most 18 digits after the point");
        Self { mantissa, digits }
    }

    /// The nearest `f64`.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        crate::scale::nearest_quotient(i128::from(self.mantissa), 10_u64.saturating_pow(u32::from(self.digits)))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_f64())
    }
}

/// The smallest and the largest value that may be written, in the point's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limits {
    min: Option<Decimal>,
    max: Option<Decimal>,
}

impl Limits {
    /// Both ends are allowed values; `None` leaves an end open.
    #[must_use]
    pub const fn new(min: Option<Decimal>, max: Option<Decimal>) -> Self {
        Self { min, max }
    }

    /// The smallest value allowed.
    #[must_use]
    pub const fn min(&self) -> Option<Decimal> {
        self.min
    }

    /// The largest value allowed.
    #[must_use]
    pub const fn max(&self) -> Option<Decimal> {
        self.max
    }

    /// Whether `value` may be written. Values and limits are both the `f64` nearest to an exact number, and rounding
    /// keeps order, so no value within the limits is refused.
    pub(crate) fn contain(&self, value: f64) -> bool {
        self.min.is_none_or(|min| value >= min.to_f64()) && self.max.is_none_or(|max| value <= max.to_f64())
    }
}
