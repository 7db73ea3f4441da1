//! Tests: registers that repeat become elements of arrays, and ranges become a register for each element.

use super::*;

#[test]
fn patterns_forgive_blanks_and_case_and_nothing_else() {
    let pattern = "Heat pump {n} (A{n})";
    assert_eq!(match_pattern(pattern, "Heat pump 3 (A3): Status"), Some((3, "Status".to_owned())));
    assert_eq!(match_pattern(pattern, "heat pump 10  (A10) status"), Some((10, "status".to_owned())));
    assert_eq!(match_pattern(pattern, "Heat pump 3 (A4): Status"), None);
    assert_eq!(match_pattern(pattern, "Heat pump : Diff Heat pump, degree minute"), None);
    assert_eq!(match_pattern("Värmesystem {n}", "Värmesystem1:Värme mode"), Some((1, "Värme mode".to_owned())));
    assert_eq!(match_pattern("Current room temp {n}", "Current room temp 4"), Some((4, String::new())));
}

#[test]
fn siblings_are_told_by_letters_and_digits() {
    assert_eq!(folded("Charge pump"), folded("Chargepump"));
    assert_eq!(folded("Low Pressure"), folded(": low pressure"));
    assert_ne!(folded("HP in"), folded("HP out"));
}
