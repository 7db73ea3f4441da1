//! The values that may be written to a register, according to the device's document.

use core::fmt;

use crate::point::scale::{Neighbours, Scale, nearest_quotient};

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
    /// With more than 18 digits, which do not fit an `i64`: a compile error in constants.
    #[must_use]
    pub const fn new(mantissa: i64, digits: u8) -> Self {
        assert!(digits <= 18, "a Decimal has at most 18 digits after the point");
        Self { mantissa, digits }
    }

    /// The nearest `f64`.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        nearest_quotient(i128::from(self.mantissa), 10_u64.saturating_pow(u32::from(self.digits)))
    }

    /// What the mantissa is divided by.
    fn power(self) -> i128 {
        10_i128.saturating_pow(self.digits.into())
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_f64())
    }
}

/// The smallest and the largest value that may be written, and the step between values, in the point's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limits {
    min: Option<Decimal>,
    max: Option<Decimal>,
    step: Option<Decimal>,
}

impl Limits {
    /// Limits without a step. Both ends are allowed values; `None` leaves an end open.
    #[must_use]
    pub const fn new(min: Option<Decimal>, max: Option<Decimal>) -> Self {
        Self { min, max, step: None }
    }

    /// The limits with a step: allowed values differ from the smallest one, or from 0 if there is none, by a multiple
    /// of the step.
    #[must_use]
    pub const fn with_step(mut self, step: Decimal) -> Self {
        self.step = Some(step);
        self
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

    /// The step between values.
    #[must_use]
    pub const fn step(&self) -> Option<Decimal> {
        self.step
    }

    /// The allowed values on either side of a raw value's, where that is off the step. In exact arithmetic; numbers that
    /// are too long for it are not checked.
    pub(crate) fn off_step(&self, scale: Scale, raw: i128) -> Option<Neighbours> {
        let step = self.step.filter(|step| step.mantissa > 0)?;
        let min = self.min.unwrap_or(Decimal { mantissa: 0, digits: 0 });
        // Steps from the smallest value: ((raw × mul + add) / div − min) / step, as one fraction.
        let numerator = raw.checked_mul(scale.mul().into())?.checked_add(scale.add().into())?;
        let beyond_min = numerator
            .checked_mul(min.power())?
            .checked_sub(i128::from(min.mantissa).checked_mul(scale.div().into())?)?;
        let steps = beyond_min.checked_mul(step.power())?;
        let one = i128::from(scale.div()).checked_mul(min.power())?.checked_mul(step.mantissa.into())?;
        if steps.checked_rem_euclid(one)? == 0 {
            return None;
        }
        let whole = steps.checked_div_euclid(one)?;
        // min + n × step, over the product of both powers of ten.
        let at = |count: i128| {
            let steps = i128::from(step.mantissa).checked_mul(count)?.checked_mul(min.power())?;
            let sum = i128::from(min.mantissa).checked_mul(step.power())?.checked_add(steps)?;
            let divisor = u64::try_from(min.power().checked_mul(step.power())?).ok()?;
            Some(nearest_quotient(sum, divisor))
        };
        Some(Neighbours { below: at(whole)?, above: at(whole.checked_add(1)?)? })
    }

    /// Whether `value` may be written. Values and limits are both the `f64` nearest to an exact number, and rounding
    /// keeps order, so no value within the limits is refused.
    pub(crate) fn contain(&self, value: f64) -> bool {
        self.min.is_none_or(|min| value >= min.to_f64()) && self.max.is_none_or(|max| value <= max.to_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_counted_exactly_from_the_smallest_value() {
        let limits = Limits::new(Some(Decimal::new(52, 1)), None).with_step(Decimal::new(5, 1));
        let scale = Scale::new(1, 0, 10);
        for raw in 52..=1_000 {
            let off = (raw - 52) % 5 != 0;
            let neighbours = limits.off_step(scale, raw);
            assert_eq!(neighbours.is_some(), off, "{raw}");
        }
        let between = Neighbours { below: 5.7, above: 6.2 };
        assert_eq!(limits.off_step(scale, 60), Some(between));
        // Below the smallest value, which is another matter.
        assert_eq!(limits.off_step(scale, 50), Some(Neighbours { below: 4.7, above: 5.2 }));
    }

    #[test]
    fn a_step_that_no_raw_value_hits_exactly_is_told() {
        // Thirds against tenths: only whole numbers fit.
        let limits = Limits::new(None, None).with_step(Decimal::new(1, 1));
        let thirds = Scale::new(1, 0, 3);
        assert_eq!(limits.off_step(thirds, 3), None);
        assert_eq!(limits.off_step(thirds, 1), Some(Neighbours { below: 0.3, above: 0.4 }));
        assert_eq!(limits.off_step(thirds, -1), Some(Neighbours { below: -0.4, above: -0.3 }));
        let fahrenheit = Scale::new(9, 1_600, 50);
        assert_eq!(limits.off_step(fahrenheit, 50), None);
        assert_eq!(limits.off_step(fahrenheit, 1), Some(Neighbours { below: 32.1, above: 32.2 }));
    }

    #[test]
    fn no_step_and_a_step_of_nothing_allow_everything() {
        let scale = Scale::new(1, 0, 10);
        assert_eq!(Limits::new(None, None).off_step(scale, 7), None);
        assert_eq!(Limits::new(None, None).with_step(Decimal::new(0, 0)).off_step(scale, 7), None);
        let long = Limits::new(Some(Decimal::new(i64::MAX, 18)), None).with_step(Decimal::new(7, 18));
        assert_eq!(long.off_step(Scale::new(i64::MAX, 1, i64::MAX), i128::from(u64::MAX)), None);
    }
}
