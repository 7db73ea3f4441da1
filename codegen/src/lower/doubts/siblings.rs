//! Registers without the unit and the scale that the one above has, which differs from them in a number only: what a vendor
//! merged over several rows stands in the first of them once the table is saved as CSV.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lower::Register;
use crate::ratio::Ratio;

/// Warns of them.
pub(super) fn report(registers: &[Register], diagnostics: &mut Diagnostics) {
    let mut above: Option<&Register> = None;
    for register in registers {
        let is_plain = register.scale == Ratio::ONE && register.unit.is_empty();
        let is_bare = is_plain && register.scale_cell.is_none() && register.corrections.is_empty();
        let is_sibling = above.is_some_and(|above| {
            above.table == register.table
                && above.type_text == register.type_text
                && are_siblings(&above.description, &register.description)
        });
        if !is_bare || !is_sibling {
            above = (register.scale != Ratio::ONE && !register.unit.is_empty()).then_some(register);
            continue;
        }
        // Merged, since a vendor merges cells throughout.
        diagnostics.merge(
            register
                .description_places()
                .into_iter()
                .fold(
                    Diagnostic::warning("W0498", "a register has neither the unit nor the scale of the one above"),
                    Diagnostic::at,
                )
                .expected("a unit and a scale, as in the row above")
                .help(
                    "the vendor may have merged these cells, which a CSV file keeps in the first row only. If so, give the \
                     registers `unit` and `factor` in a [[rule]]; otherwise silence the warning with [[allow]]",
                ),
        );
    }
}

/// Whether names differ in one word only, which counts: `Temperature 1` and `Temperature 2`, `Voltage L1` and `Voltage L2`.
fn are_siblings(one: &str, other: &str) -> bool {
    let (one, other): (Vec<&str>, Vec<&str>) = (one.split_whitespace().collect(), other.split_whitespace().collect());
    let different: Vec<_> = one.iter().zip(&other).filter(|(one, other)| one != other).collect();
    let counts = |word: &str| word.chars().count() == 1 || word.ends_with(|sign: char| sign.is_ascii_digit());
    let stem = |word: &str| word.trim_end_matches(|sign: char| sign.is_ascii_digit()).to_owned();
    match different.as_slice() {
        [(a, b)] => {
            one.len() == other.len() && one.len() > 1 && counts(a) && counts(b) && (a.len() == 1 || stem(a) == stem(b))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::are_siblings;

    #[test]
    fn names_that_count() {
        for (one, other) in
            [("Temperature 1", "Temperature 2"), ("Voltage L1", "Voltage L2"), ("Phase A current", "Phase B current")]
        {
            assert!(are_siblings(one, other), "{one}");
        }
        for (one, other) in [
            ("Temperature 1", "Temperature 1"),
            ("Temperature", "Pressure"),
            ("Status 1", "Counter 2"),
            ("Temp in", "Temp out"),
            ("Voltage L1", "Voltage N2"),
        ] {
            assert!(!are_siblings(one, other), "{one}");
        }
    }
}
