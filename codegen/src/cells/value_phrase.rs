//! Raw values of which a remark says what they mean: `1000 = 0 °C, 1200 = 20.0 °C`, `0-1000 = 0-100 %`.
//!
//! They are looked for, and not read: in prose a number may be anything. Who finds one compares it with how the value is read.

use super::{number, units};
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

/// `1000 = 0 °C`, or both ends of `0-1000 = 0-100 %`.
fn meant(clause: &str) -> Option<Vec<Meant>> {
    let (raw, value) = clause.split_once('=')?;
    // `Example: 215 = 21.5 °C`
    let raw = raw.rsplit(": ").next()?.trim();
    let value = value.trim();
    let unit = value.trim_start_matches(|sign: char| sign.is_ascii_digit() || ".,-+−–~ ".contains(sign));
    let numbers = value.get(..value.len().checked_sub(unit.len())?)?.trim();
    if !units::is_unit(unit) {
        return None;
    }
    let one = |raw: &str, value: &str| {
        let (raw, value) = (number::number(raw.trim()).ok()?, number::number(value.trim()).ok()?);
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
    fn what_raw_values_mean() {
        let said = |text: &str| -> Vec<String> {
            in_remark(text).into_iter().map(|of| format!("{}={} {}", of.raw, of.value, of.unit)).collect()
        };
        assert_eq!(said("1000 = 0℃, 1200 = 20.0℃"), ["1000=0 °C", "1200=20 °C"]);
        assert_eq!(said("Example: 215 = 21.5 °C"), ["215=21.5 °C"]);
        assert_eq!(said("0-1000 = 0-100 %"), ["0=0 %", "1000=100 %"]);
        assert_eq!(said("0...1000=0...100.0%"), ["0=0 %", "1000=100 %"]);
        assert_eq!(said("(-400 = -40.0 °C)"), ["-400=-40 °C"]);
        for text in ["", "1 = On", "0=Off, 1=On", "255 = no limit", "1000 = 0", "x = 3 °C", "1 = 230 Volt relay"] {
            assert!(said(text).is_empty(), "{text}");
        }
    }
}
