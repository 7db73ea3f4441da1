//! Words of a remark that say that a raw value is none: `0x8000 = sensor error`, `65535: not available`.
//!
//! They are looked for, and not read: in prose a number may be anything. Who finds some asks.

use super::number;

/// What is said of a raw value that is none.
const WORDS: [&str; 34] = [
    "not available",
    "n/a",
    "unavailable",
    "invalid",
    "no value",
    "no sensor",
    "no data",
    "sensor error",
    "sensor fault",
    "sensor failure",
    "sensor broken",
    "sensor open",
    "sensor short",
    "open circuit",
    "short circuit",
    "not connected",
    "not present",
    "not fitted",
    "not installed",
    "not implemented",
    "not supported",
    "undefined",
    "nicht verfügbar",
    "nicht vorhanden",
    "ungültig",
    "kein fühler",
    "fühlerfehler",
    "fühlerbruch",
    "non disponible",
    "invalide",
    "ej tillgänglig",
    "givarfel",
    "niet beschikbaar",
    "ongeldig",
];

/// The raw value that a remark says is none.
pub(crate) fn in_remark(text: &str) -> Option<i64> {
    let clauses = text.split(['\n', ';', ',', '(', ')', '[', ']']);
    clauses.into_iter().find_map(|clause| {
        let (one, other) = divided(clause)?;
        let (one, other) = (one.trim(), other.trim());
        let (number, _) = [(one, other), (other, one)]
            .into_iter()
            .find_map(|(number, said)| Some((raw(number)?, said)).filter(|(_, said)| is_absence(said)))?;
        Some(number)
    })
}

/// The two sides of a clause.
fn divided(clause: &str) -> Option<(&str, &str)> {
    let words = [" means ", " when ", " if ", " on ", " - ", " – ", " bei ", " si "];
    clause.split_once(['=', ':', '→']).or_else(|| words.iter().find_map(|word| clause.split_once(word)))
}

fn is_absence(text: &str) -> bool {
    let lower = text.to_lowercase();
    WORDS.iter().any(|word| lower.contains(word))
}

/// A number that no list of values counts up to: `0x8000`, `65535`, `-9999`.
fn raw(text: &str) -> Option<i64> {
    let prefixed = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let digits = prefixed.or_else(|| text.strip_suffix(['h', 'H'])).filter(|digits| digits.len() > 1);
    if let Some(number) = digits.and_then(|digits| i64::from_str_radix(digits, 16).ok()) {
        return Some(number);
    }
    let number = number::number(text).ok().filter(|number| number.denominator() == 1)?.numerator();
    (!(0..99).contains(&number)).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_that_say_it() {
        for (text, number) in [
            ("0x8000 = sensor error", 0x8000),
            ("65535: not available", 65535),
            ("in °C (8000h = no sensor)", 0x8000),
            ("Invalid = -9999", -9999),
            ("Fühlerbruch: 32767", 32767),
            ("-1 means n/a", -1),
        ] {
            assert_eq!(in_remark(text), Some(number), "{text}");
        }
        for text in [
            "",
            "0 = invalid, 1 = valid",
            "error code 105",
            "0x8000 = running",
            "not available",
            "since version 1.10: not available on model 2",
            "range: 0 to 65535",
        ] {
            assert_eq!(in_remark(text), None, "{text}");
        }
    }
}
