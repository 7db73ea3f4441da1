//! Exact numbers as vendors write them: decimal commas, divided thousands, fractions, powers of ten, units behind them.

use super::decimals::{DecimalSign, Written, written};
use super::unread::Unread;
use crate::ratio::Ratio;

/// `30`, `-5`, `0,1`, `.01`, `1/10`, `10^-1`, `1E-3`, `1 000`, with any minus sign. `1,000` may mean one or a thousand;
/// so may `1.000` in some tables, which [`super::decimals`] sees to.
pub(crate) fn number(text: &str) -> Result<Ratio, Unread> {
    let plain = plain(text);
    let (ratio, rest) = leading(&plain)?.ok_or_else(|| Unread::nothing("is not a number"))?;
    if rest.trim().is_empty() { Ok(ratio) } else { Err(Unread::nothing("is not a number")) }
}

/// A number with what stands behind it: `0.1 °C`, `0,01kWh`, `10%`. A fraction of a unit is none: `1/min`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quantity {
    pub(crate) number: Ratio,
    /// As printed; empty where only the number is.
    pub(crate) unit: String,
}

/// Reads a number that may have a unit.
pub(crate) fn quantity(text: &str) -> Result<Quantity, Unread> {
    let plain = plain(text);
    let nothing = || Unread::nothing("is not a number, with or without a unit");
    unclear(&plain)?;
    let (number, rest) = leading(&plain)?.ok_or_else(nothing)?;
    let unit = rest.trim();
    if rest.starts_with('/')
        || unit.starts_with(|character: char| character.is_ascii_digit() || "+-*×.,;:".contains(character))
    {
        return Err(nothing());
    }
    if !unit.is_empty() && !super::units::is_unit(unit) {
        return Err(Unread::unclear(format!("is a number followed by “{unit}”, which is not a known unit")));
    }
    Ok(Quantity { number, unit: unit.to_owned() })
}

/// What a limit may be besides a number: `100 / 200` are two, `0064h` is hexadecimal or a time.
pub(super) fn unclear(text: &str) -> Result<(), Unread> {
    let words = text.split(|sign: char| !sign.is_ascii_alphanumeric());
    let is_hexadecimal = |word: &str| {
        let digits = word.strip_suffix(['h', 'H']).unwrap_or_default();
        digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    };
    if let Some(word) = words.into_iter().find(|word| is_hexadecimal(word)) {
        return Err(Unread::unclear(format!("has “{word}”, which may be hexadecimal or hours")));
    }
    let divided = text.split_once('/').map(|(before, after)| {
        let before = before.trim_end();
        let digits = before.len().saturating_sub(before.trim_end_matches(|sign: char| sign.is_ascii_digit()).len());
        (before.get(before.len().saturating_sub(digits)..).unwrap_or_default(), after.trim_start())
    });
    match divided {
        Some((one, other)) if one.len() > 1 && other.starts_with(|sign: char| sign.is_ascii_digit()) => {
            Err(Unread::unclear(QUOTIENT))
        }
        _ => Ok(()),
    }
}

/// One minus sign and one kind of blank; raised digits as a power.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut raised = false;
    for character in text.trim().chars() {
        let (digit, is_raised) = match character {
            '⁰' => ('0', true),
            '¹' => ('1', true),
            '²' => ('2', true),
            '³' => ('3', true),
            '⁴' => ('4', true),
            '⁵' => ('5', true),
            '⁶' => ('6', true),
            '⁷' => ('7', true),
            '⁸' => ('8', true),
            '⁹' => ('9', true),
            '⁻' => ('-', true),
            '−' | '–' | '—' | '‐' | '‑' => ('-', false),
            other if other.is_whitespace() => (' ', false),
            other => (other, false),
        };
        // `10⁻³` is a power; `m³` stays as it is.
        if is_raised && !raised && !plain.ends_with("10") {
            plain.push(character);
            continue;
        }
        if is_raised && !raised {
            plain.push('^');
        }
        raised = is_raised;
        plain.push(digit);
    }
    plain
}

const QUOTIENT: &str = "may be two numbers, or one divided by the other";

/// A number at the beginning, and what follows it; `None` where none is. Of fractions only `1/10` is one number, and
/// `1/3` where nothing stands behind it.
pub(crate) fn leading(text: &str) -> Result<Option<(Ratio, &str)>, Unread> {
    let Some((first, rest)) = decimal(text)? else { return Ok(None) };
    let overflow = || Unread::out_of_range("is a number with too many digits");
    let trimmed = rest.trim_start();
    if let Some(power) = trimmed.strip_prefix('^').or_else(|| trimmed.strip_prefix("**")) {
        let power = power.trim_start().trim_start_matches('(');
        let (exponent, rest) = whole(power).ok_or_else(|| Unread::nothing("is not a number"))?;
        let rest = rest.strip_prefix(')').unwrap_or(rest);
        if first != Ratio::new(10, 1).unwrap_or(Ratio::ONE) {
            return Err(Unread::unclear("is a power of a number other than ten"));
        }
        return Ok(Some((Ratio::power_of_ten(exponent).ok_or_else(overflow)?, rest)));
    }
    if let Some(power) = rest.strip_prefix(['e', 'E'])
        && let Some((exponent, rest)) = whole(power)
    {
        if first == Ratio::new(10, 1).unwrap_or(Ratio::ONE) && exponent != 0 {
            let meant = Ratio::power_of_ten(exponent).map(|ratio| ratio.to_string()).unwrap_or_default();
            return Err(Unread::unclear(
                "means ten times that power of ten to a program, but the power itself to many vendors",
            )
            .meaning(meant));
        }
        let power = Ratio::power_of_ten(exponent).ok_or_else(overflow)?;
        return Ok(Some((first.times(power).ok_or_else(overflow)?, rest)));
    }
    if let Some(after) = trimmed.strip_prefix('/')
        && let Some((second, rest)) = decimal(after.trim_start())?
    {
        let second = second.inverse().ok_or_else(|| Unread::out_of_range("divides by zero"))?;
        // One of so many parts; `230/400` are two nominal values, `100/5` is a transformer.
        let written = text.get(..text.len().saturating_sub(trimmed.len())).unwrap_or_default();
        let is_one = written.trim_start_matches(['-', '+', ' ']).trim_end() == "1";
        let is_share = rest.trim().is_empty() || is_resolution(second);
        if !is_one || second.numerator() != 1 || !is_share {
            return Err(Unread::unclear(QUOTIENT));
        }
        return Ok(Some((first.times(second).ok_or_else(overflow)?, rest)));
    }
    Ok(Some((first, rest)))
}

/// Whether a fraction is one that devices count in: a tenth, a hundredth, a quarter. `1/5 A` is a transformer.
pub(super) fn is_resolution(fraction: Ratio) -> bool {
    let parts = fraction.denominator();
    let is_power_of_ten = (1..=9).any(|power| Ratio::power_of_ten(power) == Ratio::new(parts, 1));
    fraction.numerator() == 1 && parts > 1 && (is_power_of_ten || parts.count_ones() == 1)
}

/// Whether a number begins with a zero that is not its whole part: `01`.
pub(super) fn has_leading_zero(text: &str) -> bool {
    let digits = text.trim_start_matches(['-', '+', ' ']);
    digits.strip_prefix('0').is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()))
}

fn whole(text: &str) -> Option<(i64, &str)> {
    let text = text.strip_prefix('+').unwrap_or(text);
    let digits = text.strip_prefix('-').unwrap_or(text);
    let end = digits.find(|character: char| !character.is_ascii_digit()).unwrap_or(digits.len());
    let end = end.saturating_add(text.len().saturating_sub(digits.len()));
    let (number, rest) = text.split_at_checked(end)?;
    Some((number.parse().ok()?, rest))
}

/// Digits with a sign and a point or comma.
fn decimal(text: &str) -> Result<Option<(Ratio, &str)>, Unread> {
    let signed = text.trim_start();
    let (negative, unsigned) = match signed.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, signed.strip_prefix('+').unwrap_or(signed)),
    };
    let (digits, rest) = unsigned.split_at_checked(number_length(unsigned)).unwrap_or((unsigned, ""));
    if !digits.contains(|character: char| character.is_ascii_digit()) {
        return Ok(None);
    }
    let compact: String = digits.chars().filter(|character| !" '’".contains(*character)).collect();
    let compact = match written(&compact) {
        Written::Unclear(DecimalSign::Comma) => {
            let (one, thousand) = (compact.replace(',', "."), compact.replace(',', ""));
            return Err(Unread::unclear("may have a decimal comma, or one that separates thousands")
                .meaning(format!("{thousand} or {one}")));
        }
        Written::Decimals(sign) => {
            let thousands = if sign == DecimalSign::Point { ',' } else { '.' };
            compact.replace(thousands, "").replace(',', ".")
        }
        Written::Whole | Written::Unclear(DecimalSign::Point) => compact,
        Written::Nothing => return Err(Unread::nothing("is not a number")),
    };
    let sign = if negative { "-" } else { "" };
    match format!("{sign}{compact}").parse() {
        Ok(Ratio::ZERO) if digits.starts_with(['.', ',']) => Err(Unread::unclear("is a zero after a decimal sign")),
        Ok(Ratio::ZERO) if negative => Err(Unread::unclear("is a zero with a minus sign")),
        Ok(ratio) => Ok(Some((ratio, rest))),
        Err(_) => Err(Unread::nothing("is not a number")),
    }
}

/// How much of a text is one number: blanks and apostrophes only divide groups of three, and digits follow each sign.
fn number_length(text: &str) -> usize {
    let digits = |text: &str| text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let mut end = digits(text);
    let has_groups = (1..=3).contains(&end) && !text.starts_with('0');
    while has_groups
        && let Some(rest) = text.get(end..)
        && let Some(group) = rest.strip_prefix([' ', '\'', '’'])
        && digits(group) == 3
    {
        end = text.len().saturating_sub(group.len()).saturating_add(3);
    }
    while let Some(places) = text.get(end..).and_then(|rest| rest.strip_prefix(['.', ',']))
        && digits(places) > 0
    {
        end = text.len().saturating_sub(places.len()).saturating_add(digits(places));
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells::unread::Why;

    fn ratio(numerator: i64, denominator: i64) -> Ratio {
        Ratio::new(numerator, denominator).unwrap()
    }

    #[test]
    fn numbers() {
        for (text, numerator, denominator) in [
            ("30", 30, 1),
            ("-5", -5, 1),
            ("−5", -5, 1),
            ("– 5", -5, 1),
            ("+5", 5, 1),
            ("0,1", 1, 10),
            ("0.1", 1, 10),
            (".01", 1, 100),
            (",01", 1, 100),
            ("1/10", 1, 10),
            ("1 / 3", 1, 3),
            ("10^-1", 1, 10),
            ("10⁻³", 1, 1000),
            ("10^3", 1000, 1),
            ("1E-3", 1, 1000),
            ("1e3", 1000, 1),
            ("2.5E+2", 250, 1),
            ("1 000", 1000, 1),
            ("1'000", 1000, 1),
            ("1.000,5", 2001, 2),
            ("1,000.5", 2001, 2),
            ("1 000,5", 2001, 2),
            ("0,001", 1, 1000),
            ("65535", 65535, 1),
            ("1.00", 1, 1),
            ("1.234.567", 1_234_567, 1),
            ("1,234,567", 1_234_567, 1),
            ("1234,567", 1_234_567, 1000),
        ] {
            assert_eq!(number(text), Ok(ratio(numerator, denominator)), "{text}");
        }
        for text in [
            "1,000", "12,345", "10E-1", "2^3", "-0", "-0.0", ",0", ".00", "0.1/0.01", "0.5/1.5", "1/0.1", "10/100",
            "100/5", "1.0/10", "1/-10", "5/1",
        ] {
            assert_eq!(number(text).map_err(|unread| unread.why), Err(Why::Unclear), "{text}");
        }
        assert_eq!(number("1,000").unwrap_err().meant.as_deref(), Some("1000 or 1.000"));
        for text in ["", "-", "abc", "1.2.3", "1,00,000", "1 2", "5 V", "x10", ".", "1..2", "1-2", "±5", "0 255"] {
            assert_eq!(number(text).map_err(|unread| unread.why), Err(Why::Nothing), "{text}");
        }
        for text in ["1/0", "99999999999999999999999999", "1E30"] {
            assert!(number(text).is_err(), "{text}");
        }
    }

    #[test]
    fn quantities() {
        for (text, numerator, denominator, unit) in [
            ("0.1 °C", 1, 10, "°C"),
            ("0,1 kWh", 1, 10, "kWh"),
            ("0.01V", 1, 100, "V"),
            ("10%", 10, 1, "%"),
            ("5", 5, 1, ""),
            ("1/10 °C", 1, 10, "°C"),
            ("-20 °C", -20, 1, "°C"),
            ("1 m³/h", 1, 1, "m³/h"),
        ] {
            assert_eq!(
                quantity(text),
                Ok(Quantity { number: ratio(numerator, denominator), unit: unit.to_owned() }),
                "{text}"
            );
        }
        for text in ["1/min", "°C", "3 - 5", "", "0.1,0.2", "1/5 A", "100/5 A", "1/1 A"] {
            assert!(quantity(text).is_err(), "{text}");
        }
        assert_eq!(quantity("5 apples").map_err(|unread| unread.why), Err(Why::Unclear));
    }
}
