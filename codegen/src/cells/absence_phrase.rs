//! Words of a remark that say that a raw value is none: `0x8000 = sensor error`, `65535: not available`.
//!
//! They are looked for, and not read: in prose a number may be anything. Who finds some asks.

use super::number;

/// What is said of a raw value that is none.
const WORDS: [&str; 43] = [
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
    "missing sensor",
    "sensor is fitted",
    "not used",
    "not valid",
    "substitute value",
    "ersatzwert",
    "defekt",
    "defect",
    "défaut",
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
    let found = clauses.into_iter().find_map(|clause| {
        let (one, other) = divided(clause)?;
        let (one, other) = (one.trim(), other.trim());
        let (number, _) = [(one, other), (other, one)]
            .into_iter()
            .find_map(|(number, said)| Some((raw(number)?, said)).filter(|(_, said)| is_absence(said)))?;
        Some(number)
    });
    found.or_else(|| text.split(['\n', ';']).flat_map(|text| text.split(". ")).find_map(in_sentence))
}

/// The number that stands for no value throughout, in a sentence that says of it that it does:
/// `Registers that are not supported return 0x8000.`
fn in_sentence(sentence: &str) -> Option<i64> {
    let words = sentence.split(|sign: char| !sign.is_alphanumeric() && !matches!(sign, '-' | '−' | '.' | ','));
    let words = words.map(|word| word.trim_end_matches(['.', ',']));
    let mut numbers = words.filter_map(raw).filter(|number| SENTINELS.contains(number));
    numbers.next().filter(|_| is_absence(sentence))
}

/// What devices send for no value: the ends of the types, and nines.
const SENTINELS: [i64; 20] = [
    0x7FFF,
    0x8000,
    -0x8000,
    0xFFFF,
    0xFFFE,
    0x7FFE,
    0x8001,
    0x7FFF_FFFF,
    0x8000_0000,
    -0x8000_0000,
    0xFFFF_FFFF,
    0x7FC0_0000,
    -1,
    -99,
    -999,
    999,
    -9999,
    9999,
    -99_999,
    99_999,
];

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
    // `0x8000H`
    let prefixed = prefixed.map(|digits| digits.strip_suffix(['h', 'H']).unwrap_or(digits));
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
            ("x10. -1 = not connected", -1),
            ("65535 (0xFFFF) in a measured register means: data not available.", 65535),
            ("Substitute value for unavailable objects: \"32768 (0x8000H)\"", 32768),
            ("Registers not supported by the unit return 0x8000.", 0x8000),
            ("Unavailable values read 0x8000", 0x8000),
            ("If no sensor is fitted the value is -999", -999),
            ("The voltage. 32767 = invalid", 32767),
            ("32767 = Fühler defekt", 32767),
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
            "Not available before firmware 9999.1",
            "Function 5 is not supported",
            "Counts up to 65535",
        ] {
            assert_eq!(in_remark(text), None, "{text}");
        }
    }
}
