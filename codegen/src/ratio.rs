//! Exact numbers: scales and limits are compared and printed as the vendor means them, never as floats.

use std::fmt;
use std::str::FromStr;

/// An exact fraction in lowest terms, denominator positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ratio {
    numerator: i64,
    denominator: i64,
}

impl Ratio {
    /// Zero.
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };
    /// One.
    pub const ONE: Self = Self { numerator: 1, denominator: 1 };

    /// The fraction in lowest terms; `None` where the denominator is 0 or the terms do not fit.
    #[must_use]
    pub fn new(numerator: i64, denominator: i64) -> Option<Self> {
        Self::reduced(i128::from(numerator), i128::from(denominator))
    }

    fn reduced(numerator: i128, denominator: i128) -> Option<Self> {
        if denominator == 0 {
            return None;
        }
        let divisor = gcd(numerator, denominator).max(1);
        let sign = denominator.signum();
        Some(Self {
            numerator: i64::try_from(numerator.checked_div(divisor)?.checked_mul(sign)?).ok()?,
            denominator: i64::try_from(denominator.checked_div(divisor)?.checked_mul(sign)?).ok()?,
        })
    }

    /// Numerator.
    #[must_use]
    pub fn numerator(self) -> i64 {
        self.numerator
    }

    /// Denominator, positive.
    #[must_use]
    pub fn denominator(self) -> i64 {
        self.denominator
    }

    /// 1 divided by it; `None` for 0.
    #[must_use]
    pub fn inverse(self) -> Option<Self> {
        Self::new(self.denominator, self.numerator)
    }

    /// The product; `None` where its terms do not fit.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        Self::reduced(
            i128::from(self.numerator).checked_mul(other.numerator.into())?,
            i128::from(self.denominator).checked_mul(other.denominator.into())?,
        )
    }

    /// The sum; `None` where its terms do not fit.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        let left = i128::from(self.numerator).checked_mul(other.denominator.into())?;
        let right = i128::from(other.numerator).checked_mul(self.denominator.into())?;
        let denominator = i128::from(self.denominator).checked_mul(other.denominator.into())?;
        Self::reduced(left.checked_add(right)?, denominator)
    }

    /// The number with the other sign; `None` where it does not fit.
    #[must_use]
    pub fn negated(self) -> Option<Self> {
        Some(Self { numerator: self.numerator.checked_neg()?, denominator: self.denominator })
    }

    /// This power of ten; `None` where it does not fit.
    #[must_use]
    pub fn power_of_ten(exponent: i64) -> Option<Self> {
        let power = 10i64.checked_pow(u32::try_from(exponent.unsigned_abs()).ok()?)?;
        if exponent < 0 { Self::new(1, power) } else { Self::new(power, 1) }
    }

    /// As a decimal, `(215, 1)` for 21.5: exact where it ends, else rounded after nine digits. `None` where that takes more
    /// than 64 bits.
    #[must_use]
    pub fn decimal(self, round: Round) -> Option<(i64, u8)> {
        if let Some(exact) = self.exact_decimal() {
            return Some(exact);
        }
        let down = self.shifted(9)?.0;
        let mantissa = if round == Round::Up { down.checked_add(1)? } else { down };
        Some((i64::try_from(mantissa).ok()?, 9))
    }

    /// As a decimal that ends, `(215, 1)` for 21.5; `None` where there is none of 64 bits.
    #[must_use]
    pub fn exact_decimal(self) -> Option<(i64, u8)> {
        let (mantissa, digits) = (0..=18)
            .find_map(|digits| self.shifted(digits).filter(|(_, rest)| *rest == 0).map(|(n, _)| (n, digits)))?;
        Some((i64::try_from(mantissa).ok()?, digits))
    }

    /// The number times a power of ten, rounded down, and what remains.
    fn shifted(self, digits: u8) -> Option<(i128, i128)> {
        let power = 10i128.checked_pow(digits.into())?;
        let numerator = i128::from(self.numerator).checked_mul(power)?;
        let denominator = i128::from(self.denominator);
        Some((numerator.checked_div_euclid(denominator)?, numerator.checked_rem_euclid(denominator)?))
    }

    /// The exact `f64` nearest to it, for messages and generated constants.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "the nearest f64 is what is asked for")]
    pub fn to_f64(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }
}

/// Which way a decimal without end is rounded: limits outwards, so that no allowed value is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// Towards the smaller number.
    Down,
    /// Towards the larger number.
    Up,
}

fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a.checked_rem(b).unwrap_or(0));
    }
    i128::try_from(a).unwrap_or(i128::MAX)
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        // Products of two i64 fit i128.
        let left = i128::from(self.numerator).saturating_mul(i128::from(other.denominator));
        let right = i128::from(other.numerator).saturating_mul(i128::from(self.denominator));
        left.cmp(&right)
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// A string that is no decimal number or fraction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotANumber;

impl FromStr for Ratio {
    type Err = NotANumber;

    /// `0.01`, `-5`, `1/3`.
    fn from_str(text: &str) -> Result<Self, NotANumber> {
        let text = text.trim();
        if let Some((numerator, denominator)) = text.split_once('/') {
            let numerator = numerator.trim().parse().map_err(|_| NotANumber)?;
            let denominator = denominator.trim().parse().map_err(|_| NotANumber)?;
            return Self::new(numerator, denominator).ok_or(NotANumber);
        }
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all = format!("{whole}{fraction}");
        if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NotANumber);
        }
        let numerator: i128 = all.parse().map_err(|_| NotANumber)?;
        let places = u32::try_from(fraction.len()).map_err(|_| NotANumber)?;
        let denominator = 10i128.checked_pow(places).ok_or(NotANumber)?;
        Self::reduced(if negative { numerator.checked_neg().ok_or(NotANumber)? } else { numerator }, denominator)
            .ok_or(NotANumber)
    }
}

impl fmt::Display for Ratio {
    /// A decimal where it ends, a fraction where it does not.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut places = 0usize;
        let mut denominator = 1i128;
        // A decimal ends after as many places as the denominator has factors 2 or 5, 63 at the most.
        while denominator.checked_rem(i128::from(self.denominator)) != Some(0) && places < 20 {
            denominator = denominator.saturating_mul(10);
            places = places.saturating_add(1);
        }
        if denominator.checked_rem(i128::from(self.denominator)) != Some(0) {
            return write!(f, "{}/{}", self.numerator, self.denominator);
        }
        let factor = denominator.checked_div(i128::from(self.denominator)).unwrap_or(1);
        let Some(scaled) = i128::from(self.numerator).checked_mul(factor) else {
            return write!(f, "{}/{}", self.numerator, self.denominator);
        };
        let sign = if scaled < 0 { "-" } else { "" };
        let digits = scaled.unsigned_abs().to_string();
        if places == 0 {
            return write!(f, "{sign}{digits}");
        }
        let digits = format!("{digits:0>width$}", width = places.saturating_add(1));
        let (whole, fraction) = digits.split_at(digits.len().saturating_sub(places));
        write!(f, "{sign}{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_decimals_that_end_and_fractions_that_do_not() {
        for (numerator, denominator, text) in [
            (1, 100, "0.01"),
            (1, 1, "1"),
            (1, 3, "1/3"),
            (-1, 8, "-0.125"),
            (5, 10, "0.5"),
            (200, 1, "200"),
            (7, 2, "3.5"),
        ] {
            let ratio = Ratio::new(numerator, denominator).unwrap();
            assert_eq!(ratio.to_string(), text);
            assert_eq!(text.parse::<Ratio>().unwrap(), ratio);
        }
    }

    #[test]
    fn computes_exactly_or_not_at_all() {
        let ratio = |text: &str| text.parse::<Ratio>().unwrap();
        assert_eq!(ratio("1/3").times(ratio("0.3")), Some(ratio("0.1")));
        assert_eq!(ratio("1/3").plus(ratio("-1/2")), Some(ratio("-1/6")));
        assert_eq!(ratio("0.5").negated(), Some(ratio("-0.5")));
        assert_eq!((Ratio::power_of_ten(-2), Ratio::power_of_ten(3)), (Some(ratio("0.01")), Some(ratio("1000"))));
        assert_eq!(Ratio::power_of_ten(19), None);
        let large = Ratio::new(i64::MAX, 1).unwrap();
        assert_eq!((large.times(large), large.plus(Ratio::ONE)), (None, None));
        assert_eq!(Ratio::new(i64::MIN, 1).unwrap().negated(), None);
    }

    #[test]
    fn refuses_what_is_no_number() {
        for text in ["", "-", "1,5", "1/0", "abc", "1.2.3", "99999999999999999999999999999999999999999"] {
            assert_eq!(text.parse::<Ratio>(), Err(NotANumber), "{text}");
        }
    }

    #[test]
    fn decimals_are_exact_or_rounded_as_asked() {
        let ratio = |text: &str| text.parse::<Ratio>().unwrap();
        assert_eq!(ratio("-50").decimal(Round::Down), Some((-50, 0)));
        assert_eq!(ratio("21.5").decimal(Round::Up), Some((215, 1)));
        assert_eq!(ratio("1/3").decimal(Round::Down), Some((333_333_333, 9)));
        assert_eq!(ratio("1/3").decimal(Round::Up), Some((333_333_334, 9)));
        assert_eq!(ratio("-1/3").decimal(Round::Down), Some((-333_333_334, 9)));
    }
}
