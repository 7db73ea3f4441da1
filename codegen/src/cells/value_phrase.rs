//! Raw values of which a remark says what they mean: `1000 = 0 °C, 1200 = 20.0 °C`, `0-1000 = 0-100 %`.
//!
//! They are looked for, and not read: in prose a number may be anything. Who finds one compares it with how the value is read.

use super::{formula, number, units};
use crate::ratio::Ratio;

/// What a raw value means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Meant {
    pub(crate) raw: Ratio,
    pub(crate) value: Ratio,
    /// In its canonical spelling.
    pub(crate) unit: String,
}

/// All that a remark says of raw values, in a unit.
pub(crate) fn in_remark(text: &str) -> Vec<Meant> {
    let clauses = text.split(['\n', ';', '(', ')', '[', ']']).flat_map(|clause| clause.split(", "));
    clauses.filter_map(meant).flatten().collect()
}

/// The factor and the offset of a formula in a remark: `value = raw × 0.1 − 40`.
pub(crate) fn formula(text: &str) -> Option<(Ratio, Ratio)> {
    const WORDS: [&str; 8] = ["raw", "value", "wert", "valeur", "värde", "waarde", "register", "x"];
    let clauses = text.split(['\n', ';']).flat_map(|clause| clause.split(". ")).flat_map(|clause| clause.split(": "));
    let mut clauses = clauses.map(|clause| clause.trim().trim_end_matches('.'));
    clauses.find_map(|clause| {
        let lower = clause.to_lowercase();
        let mut words = lower.split(|sign: char| !sign.is_alphabetic());
        if !words.any(|word| WORDS.contains(&word) || word.starts_with("roh")) {
            return None;
        }
        let signs: Vec<char> = clause.chars().collect();
        let is_digit = |at: Option<usize>| at.and_then(|at| signs.get(at)).is_some_and(char::is_ascii_digit);
        let is_decimal = |at: usize| is_digit(at.checked_sub(1)) && is_digit(at.checked_add(1));
        let dotted =
            signs.iter().enumerate().map(|(at, sign)| if *sign == ',' && is_decimal(at) { '.' } else { *sign });
        // `raw x 0.1`
        let dotted: String = dotted.collect();
        let dotted = match dotted.split_once(" x ") {
            Some((before, behind)) if before.ends_with(char::is_alphanumeric) => format!("{before} * {behind}"),
            _ => dotted,
        };
        formula::linear(&dotted).filter(|found| *found != (Ratio::ONE, Ratio::ZERO))
    })
}

/// `1000 = 0 °C`, or both ends of `0-1000 = 0-100 %`; `215 -> 21.5`.
fn meant(clause: &str) -> Option<Vec<Meant>> {
    const SAYS: [&str; 7] = ["=>", "->", "→", "=", " means ", " bedeutet ", " for "];
    let (raw, value) = SAYS.iter().find_map(|says| clause.split_once(says))?;
    // `Example: 215 = 21.5 °C`
    let raw = raw.rsplit(": ").next()?.trim();
    let value = value.trim();
    let unit = value.trim_start_matches(|sign: char| sign.is_ascii_digit() || ".,-+−–~% ".contains(sign));
    let unit = if unit.is_empty() && value.ends_with('%') { "%" } else { unit };
    let numbers = value.get(..value.len().checked_sub(unit.len())?)?.trim();
    // Without a unit only decimals tell a value from a label.
    let is_number = unit.is_empty() && numbers.contains(['.', ',']) && !raw.contains(['.', ',']);
    if !is_number && !units::is_unit(unit) {
        return None;
    }
    let one = |raw: &str, value: &str| {
        let plain = |text: &str| number::number(text.trim().trim_end_matches('%').trim()).ok();
        let (raw, value) = (plain(raw)?, plain(value)?);
        Some(Meant { raw, value, unit: units::canonical(unit) })
    };
    if let Some(single) = one(raw, numbers) {
        return Some(vec![single]);
    }
    let ((low, high), (from, to)) = (ends(raw)?, ends(numbers)?);
    Some(vec![one(low, from)?, one(high, to)?])
}

/// The ends of a range.
fn ends(text: &str) -> Option<(&str, &str)> {
    ["...", "..", "…", "~", " to ", " - ", "–", "-"].iter().find_map(|divider| text.split_once(divider))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_in_remarks() {
        let ratio = |numerator, denominator| Ratio::new(numerator, denominator).unwrap();
        for (text, found) in [
            ("value = raw × 0,1 − 40", Some((ratio(1, 10), ratio(-40, 1)))),
            ("value = raw*0.1 - 40", Some((ratio(1, 10), ratio(-40, 1)))),
            ("Value = raw x 0.1", Some((ratio(1, 10), ratio(0, 1)))),
            ("raw - 400", Some((ratio(1, 1), ratio(-400, 1)))),
            ("Two sensors; value = x / 10", Some((ratio(1, 10), ratio(0, 1)))),
            ("value", None),
            ("max. value 40", None),
            ("value -40 to 80", None),
            ("Set point for heating", None),
            ("1 = On", None),
        ] {
            assert_eq!(formula(text), found, "{text}");
        }
    }

    #[test]
    fn what_raw_values_mean() {
        let said = |text: &str| -> Vec<String> {
            in_remark(text).into_iter().map(|of| format!("{}={} {}", of.raw, of.value, of.unit)).collect()
        };
        assert_eq!(said("1000 = 0℃, 1200 = 20.0℃"), ["1000=0 °C", "1200=20 °C"]);
        assert_eq!(said("Example: 215 = 21.5 °C"), ["215=21.5 °C"]);
        assert_eq!(said("0-1000 = 0-100 %"), ["0=0 %", "1000=100 %"]);
        assert_eq!(said("0...1000=0...100.0%"), ["0=0 %", "1000=100 %"]);
        assert_eq!(said("(-400 = -40.0 °C)"), ["-400=-40 °C"]);
        assert_eq!(said("0-10000 => 0.00-100.00%"), ["0=0 %", "10000=100 %"]);
        assert_eq!(said("1000 means 100.0"), ["1000=100 "]);
        assert_eq!(said("(215 -> 21,5)"), ["215=21.5 "]);
        assert_eq!(said("100 for 10.0 °C"), ["100=10 °C"]);
        for text in ["", "1 = On", "0=Off, 1=On", "255 = no limit", "1000 = 0", "x = 3 °C", "1 = 230 Volt relay"] {
            assert!(said(text).is_empty(), "{text}");
        }
    }
}
