//! The exact relation of a raw value and the number it stands for.

/// `value = (raw × mul + add) / div`, in exact arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Scale {
    mul: i64,
    add: i64,
    div: i64,
}

/// The representable values on either side of one that is not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbours {
    /// The nearest smaller one.
    pub below: f64,
    /// The nearest larger one.
    pub above: f64,
}

/// 2^53: integers up to here are `f64` exactly.
const EXACT: u64 = 1 << f64::MANTISSA_DIGITS;

impl Scale {
    /// The raw value itself.
    pub const ONE: Self = Self { mul: 1, add: 0, div: 1 };

    /// `(raw × mul + add) / div`.
    ///
    /// # Panics
    ///
    /// If `mul` is 0 or `div` is not positive: a compile error in constants. At run time, use [`Scale::checked`].
    #[must_use]
    pub const fn new(mul: i64, add: i64, div: i64) -> Self {
        assert!(mul != 0 && div > 0, "a Scale needs a multiplier other than 0 and a positive divisor");
        Self { mul, add, div }
    }

    /// `raw / div`.
    ///
    /// # Panics
    ///
    /// If `div` is not positive: a compile error in constants.
    #[must_use]
    pub const fn divided_by(div: i64) -> Self {
        Self::new(1, 0, div)
    }

    /// As [`Scale::new`]; `None` if `mul` is 0 or `div` is not positive.
    #[must_use]
    pub const fn checked(mul: i64, add: i64, div: i64) -> Option<Self> {
        if mul != 0 && div > 0 { Some(Self { mul, add, div }) } else { None }
    }

    /// The multiplier.
    #[inline]
    #[must_use]
    pub const fn mul(self) -> i64 {
        self.mul
    }

    /// What is added after multiplying.
    #[inline]
    #[must_use]
    pub const fn add(self) -> i64 {
        self.add
    }

    /// The divisor, positive.
    #[inline]
    #[must_use]
    pub const fn div(self) -> i64 {
        self.div
    }

    /// The scale with every value multiplied by `10^power`; `None` if that is too large.
    #[must_use]
    pub const fn times_power_of_ten(self, power: i8) -> Option<Self> {
        let Some(factor) = 10_i64.checked_pow(power.unsigned_abs() as u32) else { return None };
        let Self { mul, add, div } = self;
        if power < 0 {
            return match div.checked_mul(factor) {
                Some(div) => Some(Self { mul, add, div }),
                None => None,
            };
        }
        match (mul.checked_mul(factor), add.checked_mul(factor)) {
            (Some(mul), Some(add)) => Some(Self { mul, add, div }),
            _ => None,
        }
    }

    /// The difference of the values of two neighbouring raw values.
    #[must_use]
    pub fn step(self) -> f64 {
        nearest_quotient(i128::from(self.mul), self.div.unsigned_abs()).abs()
    }

    /// The `f64` nearest to the value of `raw`, ties to even. Exact arithmetic for every raw value of up to 64 bits,
    /// signed or not; beyond, raw values are taken as the nearest of those.
    #[must_use]
    #[inline]
    pub fn decode(self, raw: i128) -> f64 {
        if let Some(numerator) =
            i64::try_from(raw).ok().and_then(|raw| raw.checked_mul(self.mul)?.checked_add(self.add))
            && let Some(quotient) = short_quotient(numerator, self.div.unsigned_abs())
        {
            return quotient;
        }
        self.decode_long(raw)
    }

    #[cold]
    fn decode_long(self, raw: i128) -> f64 {
        // 65 bits times 64 bits plus 64 bits just fit: the extremes are 2^127 - 1 and -2^127.
        let raw = raw.clamp(i128::from(i64::MIN), i128::from(u64::MAX));
        let numerator = raw.saturating_mul(i128::from(self.mul)).saturating_add(i128::from(self.add));
        nearest_quotient(numerator, self.div.unsigned_abs())
    }

    /// The value of a raw value that is a float itself.
    pub(crate) fn apply(self, raw: f64) -> f64 {
        match self {
            Self::ONE => raw,
            // Adding 0 would turn -0 into 0.
            Self { mul, add: 0, div } => raw * float(mul) / float(div),
            Self { mul, add, div } => (raw * float(mul) + float(add)) / float(div),
        }
    }

    /// The raw float for a value.
    pub(crate) fn unapply(self, value: f64) -> f64 {
        match self {
            Self::ONE => value,
            Self { mul, add, div } => (value * float(div) - float(add)) / float(mul),
        }
    }

    /// The raw value between `min` and `max` that stands for `value`.
    ///
    /// A value that differs from a raw value's by a millionth of a step, or by four units in the last place, is
    /// accepted as equal: the caller's arithmetic (`20.1 + 0.2`) is not exact either.
    ///
    /// # Errors
    ///
    /// The representable neighbours if the value is off every step. If it is outside `min` to `max`, both neighbours
    /// are the value of that end. A NaN is off every step.
    pub fn encode(self, value: f64, min: i128, max: i128) -> Result<i128, Neighbours> {
        let min = min.max(i128::from(i64::MIN));
        let max = max.min(i128::from(u64::MAX)).max(min);
        // Walk in the direction in which values rise, also where the multiplier is negative.
        let rising = self.mul > 0;
        let is_at_most = |raw: i128| if rising { self.decode(raw) <= value } else { self.decode(raw) >= value };

        // The largest raw value whose value does not lie beyond `value`, by bisection: decoding keeps order.
        let (mut low, mut high) = (min, max);
        while low < high {
            let half = high.saturating_sub(low).saturating_add(1) / 2;
            let middle = low.saturating_add(half);
            if is_at_most(middle) {
                low = middle;
            } else {
                high = middle.saturating_sub(1);
            }
        }
        let next = low.saturating_add(1).min(max);
        let (at, after) = (self.decode(low), self.decode(next));
        let (nearest, distance) = if (value - at).abs() <= (value - after).abs() {
            (low, (value - at).abs())
        } else {
            (next, (value - after).abs())
        };
        let tolerance = self.step() * 1e-6 + value.abs() * (4.0 * f64::EPSILON);
        if distance <= tolerance {
            return Ok(nearest);
        }
        // Outside the range the search ends at an end, and only that end is a neighbour.
        let outside = !is_at_most(low) || low == max;
        let after = if outside { at } else { after };
        Err(Neighbours { below: at.min(after), above: at.max(after) })
    }
}

/// The `f64` nearest to `numerator / divisor`, ties to even; a divisor of 0 counts as 1.
pub(crate) fn nearest_quotient(numerator: i128, divisor: u64) -> f64 {
    let divisor = divisor.max(1);
    let short = i64::try_from(numerator).ok().and_then(|numerator| short_quotient(numerator, divisor));
    short.unwrap_or_else(|| long_quotient(numerator < 0, numerator.unsigned_abs(), divisor))
}

/// One IEEE division of two exact operands is correctly rounded, so this is where both are.
#[expect(clippy::cast_precision_loss, reason = "only integers up to 2^53")]
#[inline]
fn short_quotient(numerator: i64, divisor: u64) -> Option<f64> {
    if numerator.unsigned_abs() <= EXACT && divisor <= EXACT { Some(numerator as f64 / divisor as f64) } else { None }
}

#[expect(clippy::cast_precision_loss, reason = "floats are scaled as floats, where the last bits do not count")]
const fn float(integer: i64) -> f64 {
    integer as f64
}

/// By long division: shifted up to 128 bits, the quotient has at least 64 bits, more than the 53 an `f64` keeps and the
/// one that decides rounding. All that is below only has to leave a trace in the last bit.
#[cold]
fn long_quotient(negative: bool, magnitude: u128, divisor: u64) -> f64 {
    let divisor = u128::from(divisor);
    let shift = magnitude.leading_zeros();
    let shifted = magnitude.unbounded_shl(shift);
    let quotient = shifted.checked_div(divisor).unwrap_or(0);
    let inexact = shifted.checked_rem(divisor).unwrap_or(0) != 0;
    #[expect(clippy::cast_precision_loss, reason = "this is where it is rounded, to nearest, ties to even")]
    let rounded = (quotient | u128::from(inexact)) as f64;
    // A power of two, so exact; the result is far from both ends of the exponent. Its bits, as `powi` is not in `core`.
    let exponent = 1023_u64.saturating_sub(shift.into());
    let result = rounded * f64::from_bits(exponent.unbounded_shl(f64::MANTISSA_DIGITS.saturating_sub(1)));
    if negative { -result } else { result }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "overflow fails a test, as it should")]
#[expect(clippy::float_cmp, reason = "exactness is what is tested")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_largest_numbers_are_off_every_step() {
        for value in [f64::MAX, f64::MIN, 5e307] {
            assert!(Scale::ONE.encode(value, 0, 65535).is_err(), "{value}");
        }
    }

    /// `left ≤ right` for `numerator / divisor` against a finite `f64`, exactly: both sides as integers.
    fn compare(numerator: i128, divisor: u64, value: f64) -> core::cmp::Ordering {
        // value = mantissa × 2^exponent. The numerators here stay below 2^100, the values near them.
        let bits = value.abs().to_bits();
        let exponent = i32::try_from(bits >> 52).unwrap().max(1) - 1075;
        let fraction = bits & ((1 << 52) - 1);
        let mantissa = if bits >> 52 == 0 { fraction } else { fraction | 1 << 52 };
        let mantissa = if value < 0.0 { -i128::from(mantissa) } else { i128::from(mantissa) };
        if exponent >= 0 {
            numerator.cmp(&((mantissa << exponent) * i128::from(divisor)))
        } else {
            let shift = exponent.unsigned_abs();
            wide_shift_cmp(numerator, shift, mantissa * i128::from(divisor))
        }
    }

    /// Compares `left × 2^shift` with `right`.
    fn wide_shift_cmp(left: i128, shift: u32, right: i128) -> core::cmp::Ordering {
        let quotient = if shift >= 127 { if right < 0 { -1 } else { 0 } } else { right >> shift };
        let inexact = if shift >= 127 { right != 0 } else { (quotient << shift) != right };
        left.cmp(&quotient).then(if inexact { core::cmp::Ordering::Less } else { core::cmp::Ordering::Equal })
    }

    /// No neighbouring float lies nearer.
    fn assert_nearest(numerator: i128, divisor: u64) {
        let value = nearest_quotient(numerator, divisor);
        // Twice the quotient against the sum of the value and its neighbour: half-way between them.
        for neighbour in [value.next_up(), value.next_down()] {
            let middle_ordering = compare_middle(numerator, divisor, value, neighbour);
            let toward_value = if neighbour > value { core::cmp::Ordering::Less } else { core::cmp::Ordering::Greater };
            let even = value.to_bits() & 1 == 0;
            assert!(
                middle_ordering == toward_value || (middle_ordering == core::cmp::Ordering::Equal && even),
                "{numerator} / {divisor} is not nearest to {value:e}"
            );
        }
    }

    /// Compares the quotient with the middle of two neighbouring floats, through floats with one more bit: both scaled
    /// by two powers so that the middle is an integer multiple.
    fn compare_middle(numerator: i128, divisor: u64, one: f64, other: f64) -> core::cmp::Ordering {
        let low = if one.abs() < other.abs() { one } else { other };
        let bits = low.abs().to_bits();
        let exponent = i32::try_from(bits >> 52).unwrap().max(1) - 1076;
        let fraction = bits & ((1 << 52) - 1);
        let mantissa = if bits >> 52 == 0 { fraction } else { fraction | 1 << 52 };
        let middle = 2 * i128::from(mantissa) + 1;
        let middle = if one < 0.0 || other < 0.0 { -middle } else { middle };
        if exponent >= 0 {
            numerator.cmp(&((middle << exponent) * i128::from(divisor)))
        } else {
            wide_shift_cmp(numerator, exponent.unsigned_abs(), middle * i128::from(divisor))
        }
    }

    #[test]
    fn the_comparison_of_the_tests_is_exact() {
        assert_eq!(compare(3, 10, 0.3), core::cmp::Ordering::Greater);
        assert_eq!(compare(1, 4, 0.25), core::cmp::Ordering::Equal);
        assert_eq!(compare(1, 10, 0.1), core::cmp::Ordering::Less);
        assert_eq!(compare(-1, 4, -0.25), core::cmp::Ordering::Equal);
    }

    #[test]
    fn decoding_gives_what_a_literal_gives() {
        let tenths = Scale::new(1, 0, 10);
        assert_eq!(tenths.decode(213), 21.3);
        assert_eq!(Scale::new(1, 0, 100).decode(-500), -5.0);
        for raw in -40_000_i32..40_000 {
            for (divisor, digits) in [(10, 1), (100, 2), (1000, 3)] {
                let sign = if raw < 0 { "-" } else { "" };
                let (whole, part) = (raw.abs() / divisor, raw.abs() % divisor);
                let literal: f64 = format!("{sign}{whole}.{part:0digits$}").parse().unwrap();
                assert_eq!(Scale::new(1, 0, i64::from(divisor)).decode(i128::from(raw)), literal);
            }
        }
    }

    #[test]
    fn the_extremes_do_not_overflow() {
        let largest = i128::from(u64::MAX);
        let smallest = i128::from(i64::MIN);
        for mul in [i64::MIN, -1, 1, i64::MAX] {
            for add in [i64::MIN, 0, i64::MAX] {
                for div in [1, 3, i64::MAX] {
                    let scale = Scale::new(mul, add, div);
                    assert!(scale.decode(largest).is_finite());
                    assert!(scale.decode(smallest).is_finite());
                    assert_eq!(scale.decode(i128::MAX), scale.decode(largest));
                }
            }
        }
        assert_eq!(Scale::ONE.decode(largest), 18_446_744_073_709_551_615.0);
    }

    proptest! {
        #[test]
        fn decoding_is_correctly_rounded(raw in any::<i64>(), mul in -1_000_000_i64..1_000_000, div in 1_u64..1_000_000) {
            assert_nearest(i128::from(raw) * i128::from(mul), div);
        }

        #[test]
        fn also_where_one_division_would_do(raw in any::<i16>(), mul in -100_i64..100, div in 1_u64..1_000) {
            let numerator = i128::from(raw) * i128::from(mul);
            prop_assume!(numerator != 0);
            assert_nearest(numerator, div);
        }

        #[test]
        fn every_raw_value_of_32_bits_comes_back(
            raw in any::<u32>(), mul in -10_000_i64..10_000, add in any::<i32>(), div in 1_i64..1_000_000,
        ) {
            prop_assume!(mul != 0);
            let scale = Scale::new(mul, i64::from(add), div);
            let raw = i128::from(raw);
            // Where the offset is so large that steps vanish beside it, `f64` itself cannot tell raw values apart.
            prop_assume!(scale.decode(raw) != scale.decode(raw + 1) && scale.decode(raw) != scale.decode(raw - 1));
            prop_assert_eq!(scale.encode(scale.decode(raw), 0, i128::from(u32::MAX)), Ok(raw));
        }

        #[test]
        fn what_is_refused_lies_between_its_neighbours(value in -7000.0..7000.0_f64, div in 1_i64..1_000) {
            let scale = Scale::new(1, 0, div);
            match scale.encode(value, -32_768, 32_767) {
                Ok(raw) => prop_assert!((scale.decode(raw) - value).abs() <= scale.step() * 1e-6 + 1e-11),
                Err(Neighbours { below, above }) if below == above => {
                    prop_assert!(value < scale.decode(-32_768) || value > scale.decode(32_767));
                }
                Err(Neighbours { below, above }) => {
                    prop_assert!(below < value && value < above);
                    prop_assert!((above - below - scale.step()).abs() < 1e-9);
                }
            }
        }
    }
}
