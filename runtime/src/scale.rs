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
    /// Where `mul` is 0 or `div` is not positive: a compile error in constants. At run time, see [`Scale::checked`].
    #[must_use]
    pub const fn new(mul: i64, add: i64, div: i64) -> Self {
        assert!(mul != 0 && div > 0, "a Scale needs a multiplier other than 0 and a positive divisor");
        Self { mul, add, div }
    }

    /// As [`Scale::new`], `None` where `mul` is 0 or `div` is not positive.
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
        // 65 bits times 64 bits plus 64 bits just fit: the extremes are 2^127 - 1 and -2^127.
        let raw = raw.clamp(i128::from(i64::MIN), i128::from(u64::MAX));
        let numerator = raw.saturating_mul(i128::from(self.mul)).saturating_add(i128::from(self.add));
        nearest_quotient(numerator, self.div.unsigned_abs())
    }

    /// The raw value between `min` and `max` that stands for `value`.
    ///
    /// A value that differs from a raw value's by a millionth of a step or by four units in the last place is taken for it:
    /// the caller's arithmetic (`20.1 + 0.2`) is not exact either.
    ///
    /// # Errors
    ///
    /// The representable neighbours where the value is off every step. Where it is outside `min` to `max`, both
    /// neighbours are the value of that end. A NaN is off every step.
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
        let tolerance = self.step() * 1e-6 + 4.0 * value.abs() * f64::EPSILON;
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
#[inline]
pub(crate) fn nearest_quotient(numerator: i128, divisor: u64) -> f64 {
    let magnitude = numerator.unsigned_abs();
    match u64::try_from(magnitude) {
        // One IEEE division of two exact operands is correctly rounded.
        Ok(magnitude) if magnitude <= EXACT && divisor <= EXACT => {
            let quotient = to_f64(magnitude) / to_f64(divisor.max(1));
            if numerator < 0 { -quotient } else { quotient }
        }
        _ => long_quotient(numerator < 0, magnitude, divisor.max(1)),
    }
}

#[expect(clippy::cast_precision_loss, reason = "only called for integers up to 2^53")]
#[inline]
const fn to_f64(integer: u64) -> f64 {
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
    // A power of two, so exact; the result is far from both ends of the exponent.
    let result = rounded * 0.5_f64.powi(i32::try_from(shift).unwrap_or(0));
    if negative { -result } else { result }
}
