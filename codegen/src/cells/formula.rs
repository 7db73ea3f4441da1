//! Formulas as vendors write them, as far as they are linear: `x / 50`, `(raw - 400) * 0,1`, `value = x * 10^-2`.

use std::iter::Peekable;
use std::str::Chars;

use super::number;
use crate::ratio::Ratio;

/// Most parentheses and signs within each other: one that is read goes into each of them.
const DEPTH: u8 = 32;

/// What multiplies the unknown, and what is added to it.
#[derive(Clone, Copy)]
struct Linear {
    scale: Ratio,
    offset: Ratio,
}

/// Scale and offset of a linear formula with one unknown; `None` for every other.
pub(crate) fn linear(text: &str) -> Option<(Ratio, Ratio)> {
    // What is computed may be named first; how the raw value follows from another is the other way round.
    let (left, right) = text.rsplit_once('=').unwrap_or(("", text));
    if !is_name(left) || says_raw(left) {
        return None;
    }
    let lower = right.to_lowercase().replace('×', "*").replace('÷', "/").replace(['−', '–'], "-").replace("**", "^");
    let mut parser = Parser { rest: lower.chars().peekable(), unknown: None, depth: 0 };
    let sum = parser.sum()?;
    // `T*10` by itself is as well how the register follows from a temperature.
    if left.is_empty() && parser.unknown.as_deref().is_some_and(|name| QUANTITIES.contains(&name)) {
        return None;
    }
    (parser.next().is_none() && sum.scale != Ratio::ZERO).then_some((sum.scale, sum.offset))
}

/// Words for the value, on either side of a formula.
const VALUES: [&str; 8] = ["value", "val", "result", "wert", "valeur", "värde", "waarde", "data"];

/// Words for what lies in the register; one letter may be, too.
const RAW: [&str; 13] = [
    "raw",
    "rawvalue",
    "raw_value",
    "register",
    "registervalue",
    "register_value",
    "reg",
    "rohwert",
    "messwert",
    "input",
    "modbus",
    "modbusvalue",
    "modbus_value",
];

/// Letters for quantities, which are no raw values where nothing else is computed from them.
const QUANTITIES: [&str; 12] = ["t", "p", "u", "i", "q", "f", "e", "h", "s", "c", "w", "ϑ"];

/// Whether what stands before the `=` is one name, if anything is, or says what kind of value: `actual value`.
fn is_name(left: &str) -> bool {
    let left = left.trim().to_lowercase();
    let (kind, name) = left.split_once(' ').unwrap_or(("", &left));
    let is_kind = ["", "actual", "real", "physical", "scaled", "display", "displayed", "engineering"].contains(&kind);
    let is_value = VALUES.contains(&name) || !VALUES.iter().any(|value| name.contains(value));
    is_kind
        && is_value
        && name.chars().all(|sign| sign.is_alphanumeric() || sign == '_')
        && (kind.is_empty() || !name.is_empty())
        && !name.starts_with(|sign: char| sign.is_ascii_digit())
}

/// Whether a name can be that of the raw value: another one is of another register.
fn is_unknown(name: &str) -> bool {
    name.chars().count() == 1 && name.starts_with(char::is_alphabetic) || VALUES.contains(&name) || RAW.contains(&name)
}

/// Whether what is computed is the raw value: `raw = value * 10`, `x = 10 * V`.
fn says_raw(left: &str) -> bool {
    if ["x", "n", "r"].contains(&left.trim().to_lowercase().as_str()) {
        return true;
    }
    let mut words = left.split(|character: char| !character.is_alphanumeric());
    words.any(|word| ["raw", "rawvalue", "register", "reg", "rohwert"].contains(&word.to_lowercase().as_str()))
}

struct Parser<'a> {
    rest: Peekable<Chars<'a>>,
    unknown: Option<String>,
    /// How many parentheses and signs it is in.
    depth: u8,
}

impl Parser<'_> {
    /// The next sign, white space aside.
    fn next(&mut self) -> Option<char> {
        while self.rest.next_if(|character| character.is_whitespace()).is_some() {}
        self.rest.peek().copied()
    }

    fn take(&mut self, sign: char) -> bool {
        self.next() == Some(sign) && self.rest.next().is_some()
    }

    fn sum(&mut self) -> Option<Linear> {
        let mut sum = self.product()?;
        loop {
            let sign = if self.take('+') {
                Ratio::ONE
            } else if self.take('-') {
                Ratio::ONE.negated()?
            } else {
                return Some(sum);
            };
            let other = self.product()?;
            sum = Linear {
                scale: sum.scale.plus(other.scale.times(sign)?)?,
                offset: sum.offset.plus(other.offset.times(sign)?)?,
            };
        }
    }

    fn product(&mut self) -> Option<Linear> {
        let mut product = self.power()?;
        loop {
            let other = if self.take('*') {
                self.power()?
            } else if self.take('/') {
                let divisor = self.power()?;
                if divisor.scale != Ratio::ZERO {
                    return None;
                }
                constant(divisor.offset.inverse()?)
            } else {
                return Some(product);
            };
            let (factor, value) = if product.scale == Ratio::ZERO { (product, other) } else { (other, product) };
            if factor.scale != Ratio::ZERO {
                return None;
            }
            product = Linear { scale: value.scale.times(factor.offset)?, offset: value.offset.times(factor.offset)? };
        }
    }

    /// A power of a number with a small whole exponent: `10^-2`.
    fn power(&mut self) -> Option<Linear> {
        let base = self.atom()?;
        if !self.take('^') {
            return Some(base);
        }
        let exponent = self.atom()?.as_constant()?;
        let base = base.as_constant()?;
        if exponent.denominator() != 1 || exponent.numerator().unsigned_abs() > 18 {
            return None;
        }
        let base = if exponent.numerator() < 0 { base.inverse()? } else { base };
        let mut power = Ratio::ONE;
        for _ in 0..exponent.numerator().unsigned_abs() {
            power = power.times(base)?;
        }
        Some(constant(power))
    }

    fn atom(&mut self) -> Option<Linear> {
        self.depth = self.depth.checked_add(1).filter(|depth| *depth <= DEPTH)?;
        let atom = self.within();
        self.depth = self.depth.saturating_sub(1);
        atom
    }

    fn within(&mut self) -> Option<Linear> {
        if self.take('-') {
            let value = self.atom()?;
            return Some(Linear { scale: value.scale.negated()?, offset: value.offset.negated()? });
        }
        if self.take('(') {
            let inner = self.sum()?;
            return self.take(')').then_some(inner);
        }
        let first = self.next()?;
        if first.is_ascii_digit() {
            let mut number = String::new();
            while let Some(sign) = self.rest.next_if(|sign| sign.is_ascii_digit() || ['.', ','].contains(sign)) {
                number.push(sign);
            }
            return number::number(&number).ok().map(constant);
        }
        let mut name = String::new();
        while let Some(sign) = self.rest.next_if(|sign| sign.is_alphanumeric() || *sign == '_') {
            name.push(sign);
        }
        // `x10` may be ten times x, or a register of that name; digits of other scripts are no name.
        let is_product =
            name.strip_prefix('x').is_some_and(|rest| rest.starts_with(|sign: char| sign.is_ascii_digit()));
        if !is_unknown(&name) || is_product {
            return None;
        }
        // The unknown has one name throughout.
        if self.unknown.as_ref().is_some_and(|known| *known != name) {
            return None;
        }
        self.unknown = Some(name);
        Some(Linear { scale: Ratio::ONE, offset: Ratio::ZERO })
    }
}

impl Linear {
    fn as_constant(self) -> Option<Ratio> {
        (self.scale == Ratio::ZERO).then_some(self.offset)
    }
}

fn constant(value: Ratio) -> Linear {
    Linear { scale: Ratio::ZERO, offset: value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linear_formulas_and_no_others() {
        let ratio = |text: &str| text.parse::<Ratio>().unwrap();
        for (text, scale, offset) in [
            ("x", "1", "0"),
            ("x / 50", "0.02", "0"),
            ("x * 5", "5", "0"),
            ("x*0,1", "0.1", "0"),
            ("(raw - 400) * 0.1", "0.1", "-40"),
            ("T = Value / 10 - 40", "0.1", "-40"),
            ("10^-2 * x", "0.01", "0"),
            ("-x/2 + 1", "-0.5", "1"),
            ("2 * (3 + x) * 2", "4", "12"),
            ("x × 0.001", "0.001", "0"),
            ("x * 1.000.000", "1000000", "0"),
        ] {
            assert_eq!(linear(text), Some((ratio(scale), ratio(offset))), "{text}");
        }
        for text in [
            "x < 1 ? - ( x * 0.01 + 1 ) : 1 - x * 0.01",
            "x * x",
            "x * y",
            "1 / x",
            "5",
            "",
            "x * 1,000",
            "x * 1.00.000",
            "raw = value * 10",
            "Register value = temperature * 10 + 400",
            "x / 0",
            "sqrt(x)",
            "x *",
            "(x",
            "x x",
            "x10",
            "x0.1",
            "x * 1,000",
            "１２",
            "½",
        ] {
            assert_eq!(linear(text), None, "{text}");
        }
    }

    #[test]
    fn a_formula_may_be_of_any_depth() {
        let within = |open: &str, count: usize, close: &str| linear(&(open.repeat(count) + "x" + &close.repeat(count)));
        assert_eq!(within("(", 30, ")"), Some((Ratio::ONE, Ratio::ZERO)));
        for count in [40, 100_000] {
            assert_eq!((within("(", count, ")"), within("-", count, "")), (None, None), "{count}");
        }
    }
}
