//! Two numbers with a slash in the cell of a unit, `230/400 V`, `100/5 A`, `0.1/0.01 A`: nominal values, a transformer or two
//! scales.

use super::super::number;
use super::super::reading::Reading;
use super::{UnitCell, is_unit, unwrapped};
use crate::ratio::Ratio;

/// The doubt that two numbers are; `None` where a text has none.
pub(super) fn read(text: &str) -> Option<Reading<UnitCell>> {
    let (before, after) = text.split_once('/')?;
    let is_of_number = |sign: char| sign.is_ascii_digit() || ['.', ','].contains(&sign);
    let (before, after) = (before.trim_end(), after.trim_start());
    let (start, rest) = (before.trim_end_matches(is_of_number), after.trim_start_matches(is_of_number));
    let (first, second) = (before.strip_prefix(start)?, after.strip_suffix(rest)?);
    if first.is_empty() || second.is_empty() {
        return None;
    }
    let beside = format!("{} {}", start.trim_end_matches(['(', '[']), rest.trim_start_matches([')', ']']));
    let unit = unwrapped(beside.trim());
    let readings = match (number::number(first), number::number(second)) {
        (Ok(first), Ok(second)) if is_unit(unit) => readings(first, second, unit),
        _ => Vec::new(),
    };
    Some(Reading::ambiguous("holds two numbers, which may be nominal values, a ratio or a scale", readings))
}

/// Each of the ways; a scale that is no decimal number is left to an override of `factor`.
fn readings(first: Ratio, second: Ratio, unit: &str) -> Vec<String> {
    let shown = |scale: Ratio| format!("{scale} {unit}");
    if first < Ratio::ONE && second < Ratio::ONE {
        return vec![shown(first), shown(second)];
    }
    let quotient = second.inverse().and_then(|second| first.times(second));
    let scale = quotient.filter(|quotient| quotient.exact_decimal().is_some());
    std::iter::once(unit.to_owned()).chain(scale.map(shown)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Reading, read};

    #[test]
    fn two_numbers_are_no_scale() {
        for (text, expected) in [
            ("50/60 Hz", &["Hz"][..]),
            ("50 / 60 Hz", &["Hz"]),
            ("230/400 V", &["V", "0.575 V"]),
            ("24/230 V", &["V"]),
            ("V 230/400", &["V", "0.575 V"]),
            ("100/5 A", &["A", "20 A"]),
            ("1/5 A", &["A", "0.2 A"]),
            ("A (1/5)", &["A", "0.2 A"]),
            ("(1/5) A", &["A", "0.2 A"]),
            ("[5/1 A]", &["A", "5 A"]),
            ("1/1 A", &["A", "1 A"]),
            ("0.1/0.01 A", &["0.1 A", "0.01 A"]),
            ("0,1/0,01 A", &["0.1 A", "0.01 A"]),
            ("110/√3 V", &[]),
            ("100/5 A, class 1", &[]),
            ("230/400/690 V", &[]),
        ] {
            match read(text) {
                Reading::Ambiguous { readings, .. } => assert_eq!(readings, expected, "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
        for (text, scale) in [("1/10 V", "0.1"), ("1/100 A", "0.01"), ("1/8 bar", "0.125"), ("1/2 °C", "0.5")] {
            let found = read(text).value().and_then(|cell| cell.scale);
            assert_eq!(found, Some(scale.parse().unwrap()), "{text}");
        }
        for text in ["kV/100 V", "5 A/100 A", "01 A", "00.1 V", "0.1 = 1 V", "1 V = 0.1"] {
            assert!(!matches!(read(text), Reading::Value(_)), "{text}: {:?}", read(text));
        }
    }
}
