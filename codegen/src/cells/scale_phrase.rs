//! Words of a name or a remark that say how a value is scaled: `Hours (x10)`, `Value weight: Volt*10`, `scale 0.1`.
//!
//! They are looked for, and not read: in prose a number may be anything. Who finds some asks.

use super::number;
use super::reading::Reading;
use super::units;
use crate::ratio::Ratio;

/// Words beside a number that say that it is a scale.
const WORDS: [&str; 53] = [
    "scale",
    "scaling",
    "scaled",
    "factor",
    "multiplier",
    "multiply",
    "multiplied",
    "multiplié",
    "diviser",
    "divisé",
    "geteilt",
    "multipliziert",
    "lsb",
    "divide",
    "divided",
    "divisor",
    "resolution",
    "weight",
    "precision",
    "faktor",
    "skalierung",
    "skaliert",
    "teiler",
    "auflösung",
    "genauigkeit",
    "skalning",
    "skala",
    "upplösning",
    "facteur",
    "échelle",
    "résolution",
    "fattore",
    "risoluzione",
    "schaal",
    "schaalfactor",
    "resolutie",
    "multiplikator",
    "multiplicateur",
    "moltiplicatore",
    "multiplicador",
    "skalfaktor",
    "skalierungsfaktor",
    "gain",
    "dividieren",
    "dividir",
    "dividere",
    "dividiert",
    "delen",
    "dela",
    "精度",
    "steps",
    "div",
    "res",
];

/// Whether a remark says something of a scale.
pub(crate) fn in_remark(text: &str) -> bool {
    let clauses = text.split(['\n', ';', '(', ')', '[', ']']);
    // A comma may be that of a number.
    let clauses = clauses.flat_map(|clause| clause.split(", ")).flat_map(|clause| clause.split(". ")).map(str::trim);
    let is_word = |before: &str| before.chars().all(|sign| sign.is_alphabetic() || sign == ' ');
    clauses.into_iter().any(|clause: &str| {
        let behind = clause.rsplit_once(": ").map_or(clause, |(_, behind)| behind).trim();
        let behind = without_unit(behind);
        // `Value * 100`; `AC/100` may be anything.
        let is_of_word = operation(behind).is_some_and(|before| is_word(before) && !behind.contains('/'));
        // `Actual value in 1/10 °C`, `Wert in 0,1 K`.
        let padded = format!(" {clause}");
        let counted = ["in ", "en ", "unit ", "unit is ", "einheit ", "unité "].iter();
        let counted = counted.filter_map(|word| padded.to_lowercase().rfind(&format!(" {word}")).map(|at| (at, word)));
        let counted =
            counted.max().and_then(|(at, word)| padded.get(at.saturating_add(word.len()).saturating_add(1)..));
        is_scale(behind)
            || is_of_word
            || counted.is_some_and(|unit| is_scale(unit.trim()) || is_multiple(unit.trim()))
            || is_worded(clause)
            || is_shift(clause)
            || is_decimals(clause)
            || is_elsewhere(clause)
            || units::is_step_of(clause)
    })
}

/// Whether a name says something of a scale: in parentheses or brackets, or behind all else.
pub(crate) fn in_name(text: &str) -> bool {
    let inner = text.split(['(', '[', '{']).skip(1).filter_map(|part| part.split([')', ']', '}']).next());
    let counted = text.rsplit_once(" in ").is_some_and(|(_, unit)| is_scale(unit.trim()));
    inner.map(str::trim).any(|part| is_scale(part) || is_worded(part) || is_decimals(part))
        || is_decimals(text)
        || counted
        || ends_with_operation(without_unit(text))
        || ends_with_fraction(text)
}

/// Whether the header of a column with scales says something of them that turns them round or moves them: `1/Factor`,
/// `Divisor (10^n)`, `Offset (subtract)`, `Resolution (mV)`.
pub(crate) fn in_scale_header(text: &str) -> bool {
    const WORDS: [&str; 9] =
        ["inverse", "inverted", "reciprocal", "kehrwert", "negative", "subtract", "minus", "raw", "subtracted"];
    let lower = text.to_lowercase();
    let has_word = lower.split(|sign: char| !sign.is_alphanumeric()).any(|word| WORDS.contains(&word));
    has_word || text.contains(|sign: char| sign.is_ascii_digit() || matches!(sign, '^' | '=' | '%')) || has_unit(text)
}

/// Whether the header of a column with units says how values are scaled, or in which unit: `Unit (0.1)`, `Unit/10`.
pub(crate) fn in_unit_header(text: &str) -> bool {
    text.contains(|sign: char| sign.is_ascii_digit()) || has_unit(text)
}

/// Whether a unit stands in brackets.
fn has_unit(text: &str) -> bool {
    let mut inner = text.split(['(', '[', '{']).skip(1).filter_map(|part| part.split([')', ']', '}']).next());
    inner.any(|part| units::is_unit(part.trim()))
}

/// `Energy in 0.1 kWh`; `Hysteresis 0.5 K` is a name.
fn ends_with_fraction(text: &str) -> bool {
    let starts = text.match_indices(char::is_whitespace).filter_map(|(at, _)| text.get(at..)).map(str::trim_start);
    starts.into_iter().any(|part| {
        let number = part.split(|sign: char| !sign.is_ascii_digit() && !matches!(sign, '.' | ',')).next();
        number.is_some_and(is_power_of_ten) && is_fraction(part)
    })
}

/// `Temperature x10`; `Relay 1/10` and `Ethernet 10/100` are names.
fn ends_with_operation(text: &str) -> bool {
    let Some(before) = operation(text) else { return false };
    let is_apart = text.get(before.len()..).is_some_and(|last| last.starts_with(char::is_whitespace));
    is_apart && before.ends_with(|sign: char| !sign.is_ascii_digit())
}

/// `x10 °C`, `× 0.1`, `/10 l/min`: the operation before the unit.
fn begins_with_operation(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(['x', 'X', '*', '×', '/', '÷']).map(str::trim_start) else { return false };
    let unit = rest.trim_start_matches(|sign: char| sign.is_ascii_digit() || matches!(sign, '.' | ','));
    let number = rest.get(..rest.len().saturating_sub(unit.len())).unwrap_or_default();
    is_power_of_ten(number) && units::is_unit(unit.trim())
}

/// `x10`, `Volt*10`, `°C / 10`, `0.1 °C`.
fn is_scale(text: &str) -> bool {
    if begins_with_operation(text) {
        return true;
    }
    if operation(text).is_some_and(|before| before.is_empty() || units::is_unit(before) || is_fraction(before)) {
        return true;
    }
    // `10/100 Mbit` are two speeds.
    let numbers = text.split_once('/').map(|(before, _)| before.trim());
    if numbers.is_some_and(|before| before != "1" && before.bytes().all(|digit| digit.is_ascii_digit())) {
        return false;
    }
    is_fraction(text)
}

/// A part of one of a unit: `0.1 °C`.
fn is_fraction(text: &str) -> bool {
    let is_below_one = |scale: Ratio| scale > Ratio::ZERO && scale < Ratio::ONE;
    match units::read(text) {
        Reading::Value(cell) => units::is_unit(&cell.unit) && cell.scale.is_some_and(is_below_one),
        Reading::Ambiguous { .. } | Reading::Unreadable { .. } => false,
    }
}

/// A power of ten of a unit: `100 W`, `100mV`; `0.01`.
fn is_multiple(text: &str) -> bool {
    let unit = text.trim_start_matches(|sign: char| sign.is_ascii_digit() || matches!(sign, '.' | ','));
    let number = text.get(..text.len().saturating_sub(unit.len())).unwrap_or_default();
    is_power_of_ten(number) && (unit.is_empty() || units::is_unit(unit.trim()))
}

/// Without the unit behind an operation: `Temperature x 10 °C`.
fn without_unit(text: &str) -> &str {
    let split = text.rsplit_once(' ').filter(|(before, unit)| units::is_unit(unit) && operation(before).is_some());
    split.map_or(text, |(before, _)| before)
}

/// What stands before a sign for times or through and a power of ten, with nothing behind it.
fn operation(text: &str) -> Option<&str> {
    let before = text.trim_end_matches(|sign: char| sign.is_ascii_digit() || matches!(sign, '.' | ','));
    let number = text.get(before.len()..).filter(|number| is_power_of_ten(number))?;
    let before = before.trim_end();
    let sign =
        before.chars().next_back().filter(|sign| matches!(sign, 'x' | 'X' | '*' | '×' | '·' | '/' | '÷' | '∙'))?;
    let rest = before.get(..before.len().saturating_sub(sign.len_utf8()))?;
    // `max10` and `Index10` are names, `AC/100` beside no unit is one.
    let is_word = matches!(sign, 'x' | 'X') && rest.ends_with(char::is_alphanumeric);
    (!is_word && !number.is_empty()).then_some(rest.trim())
}

/// 10, 100, 1000, 0.1, 0,01.
fn is_power_of_ten(text: &str) -> bool {
    let digits: String = text.replace([',', '.'], "");
    digits.len() > 1
        && digits.matches('1').count() == 1
        && digits.bytes().all(|digit| matches!(digit, b'0' | b'1'))
        && (digits.starts_with('1') && digits.len() == text.len() || text.starts_with("0.") || text.starts_with("0,"))
        && number::number(text).is_ok_and(|number| number != Ratio::ONE)
}

/// `1 decimal place`, `2 Nachkommastellen`, `tenths of a degree`, `10^-1`, `XX.X`.
fn is_decimals(clause: &str) -> bool {
    const PLACES: [&str; 7] = ["decimal", "nachkomma", "dezimal", "décimale", "decimale", "cifre decimali", "desimal"];
    const COUNTS: [&str; 12] =
        ["one", "two", "three", "ein", "eine", "zwei", "drei", "une", "deux", "en", "två", "een"];
    const PARTS: [&str; 13] = [
        "tenth of",
        "tenths of",
        "hundredths of",
        "10ths of",
        "in tenths",
        "in hundredths",
        "1/10 ",
        "1/100 ",
        "10^-",
        "zehntel",
        "hundertstel",
        "dixième",
        "除以10",
    ];
    let lower = clause.to_lowercase();
    // `2 decimals`; in `16 decimal` the number is no count of places.
    let counts = |word: &str| {
        let before = lower.find(word).and_then(|at| lower.get(..at));
        let count = before.and_then(|before| before.split_whitespace().next_back());
        count.is_some_and(|count| matches!(count.as_bytes(), [b'1'..=b'6']) || COUNTS.contains(&count))
    };
    let is_picture = {
        let signs = clause.trim();
        let signs = signs.split_once(' ').filter(|(_, unit)| units::is_unit(unit)).map_or(signs, |(signs, _)| signs);
        signs.contains('.') && signs.len() > 2 && signs.chars().all(|sign| matches!(sign, 'X' | 'x' | '#' | '.'))
    };
    is_picture || PLACES.iter().any(|word| counts(word)) || PARTS.iter().any(|part| lower.contains(part))
}

/// A word for an offset before a number: `Offset -40`, `subtract 40`; not that of bits or addresses.
fn is_shift(clause: &str) -> bool {
    const WORDS: [&str; 8] = ["offset", "subtract", "minus", "deduct", "abzüglich", "moins", "subtracted", "decalage"];
    const OTHERS: [&str; 8] = ["bit", "byte", "word", "register", "address", "time", "index", "modbus"];
    let lower = clause.to_lowercase();
    let words: Vec<&str> = lower.split([' ', ':', '=', ',']).filter(|word| !word.is_empty()).collect();
    words.iter().enumerate().any(|(at, word)| {
        let before = at.checked_sub(1).and_then(|at| words.get(at));
        let signs = ['+', '-', '−', '–'];
        let behind = words.get(at.saturating_add(1)).map(|word| word.trim_start_matches(signs));
        // `-40 offset`
        let number =
            behind.or_else(|| before.filter(|word| word.starts_with(signs)).map(|word| word.trim_start_matches(signs)));
        let is_number = number.is_some_and(|number| number::number(number).is_ok_and(|number| number != Ratio::ZERO));
        WORDS.contains(word) && is_number && before.is_none_or(|word| !OTHERS.contains(word))
    })
}

/// A word for a scale, and a register that holds it: `factor see register 5`.
fn is_elsewhere(clause: &str) -> bool {
    let lower = clause.to_lowercase();
    let words: Vec<&str> = lower.split([' ', ':', '=', '.']).filter(|word| !word.is_empty()).collect();
    let is_number = |word: &&str| word.bytes().all(|digit| digit.is_ascii_digit());
    let register = words.iter().position(|word| word.starts_with("reg") || *word == "adresse" || *word == "address");
    let scale = words.iter().position(|word| WORDS.contains(word));
    let number = register.and_then(|at| words.get(at.saturating_add(1))).is_some_and(is_number);
    number && scale.zip(register).is_some_and(|(scale, register)| scale < register)
}

/// A word for a scale, and a number near it that is none of one.
fn is_worded(clause: &str) -> bool {
    const NEAR: usize = 4;
    let words: Vec<&str> = clause.split([' ', ':', '=', '*', '×', '/']).filter(|word| !word.is_empty()).collect();
    let is_known = |word: &&str| WORDS.contains(&word.to_lowercase().as_str());
    words.iter().enumerate().filter(|(_, word)| is_known(word)).any(|(at, _)| {
        let (begin, end) = (at.saturating_sub(NEAR), at.saturating_add(NEAR));
        let near = words.iter().enumerate().filter(|(place, _)| (begin..=end).contains(place));
        // `0.1V steps`
        near.into_iter().any(|(_, word)| is_power_of_ten(word.trim_end_matches(char::is_alphabetic)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_that_say_it() {
        for text in [
            "x10",
            "*0.1",
            "/ 10",
            "Value weight: Volt*10",
            "Value weight: Ampere*1000",
            "scale 0.1",
            "Scaling: 0.01",
            "divide by 10",
            "Resolution = 0.1 °C",
            "0.1 A",
            "0,1 °C",
            "Auflösung 0,1",
            "Range 0-100, x10",
            "unit: 0.1 V",
            "the actual value (x 10)",
            "[0.1 °C ×10]",
            "x10 °C",
            "Temperature x 10 °C",
            "Value * 100",
            "Actual value in 1/10 °C",
            "Wert in 0,1 K",
            "Offset -40",
            "1 decimal place",
            "2 Nachkommastellen",
            "tenths of a degree",
            "10^-1",
            "XX.X",
            "LSB = 0.1 °C",
            "Wert geteilt durch 10",
            "unsigned, subtract 40",
            "factor see register 5",
            "1 Impuls = 0,1 kWh",
            "in 100mV",
            "in 0.1 °C",
            "unit 10 W",
            "Unit is 0.01",
            "value in 100 W",
            "Two decimal places",
            "one decimal",
            "x.x V",
            "tenth of degree",
            "in tenths",
            "Multiplikator 0,1",
            "Skalfaktor 10",
            "Bitte mit 10 dividieren",
            "除以10",
            "-40 offset",
            "in 0.1V steps",
            "steps of 0.1",
            "div 10",
            "res 0.1",
            "in hundredths",
            "x10 °C",
            "× 0.1",
        ] {
            assert!(in_remark(text), "{text}");
        }
        for text in [
            "",
            "see page 10",
            "0=Off, 1=On",
            "1: Auto / 10: Heating",
            "max. 10 A",
            "10..30",
            "Index 10",
            "scale factor 1",
            "1=10 min",
            "1 pulse = 1 l",
            "every 10 min",
            "since firmware 1.10",
            "24/100",
            "1/10",
            "10/100 Mbit",
            "Power in kW",
            "bit offset 3",
            "Offset 0",
            "0x10 = 16 decimal",
            "Number of starts in 24 h",
        ] {
            assert!(!in_remark(text), "{text}");
        }
    }

    #[test]
    fn headers_that_say_it() {
        for text in
            ["1/Factor", "Divisor (10^n)", "Offset (subtract)", "Exponent (negative)", "Resolution (mV)", "Scale (%)"]
        {
            assert!(in_scale_header(text), "{text}");
        }
        for text in ["Factor", "Scale factor", "Divisor / Gain", "Nachkommastellen", "Scaling (see note)"] {
            assert!(!in_scale_header(text), "{text}");
        }
        assert!(["Unit/10", "Unit (0.1)", "Unit (mV)", "Unit [x10]"].into_iter().all(in_unit_header));
        assert!(!["Unit", "Unit (SI)", "Einheit / unit"].into_iter().any(in_unit_header));
    }

    #[test]
    fn names_that_say_it() {
        for text in [
            "Hours (x10)",
            "Temp x10",
            "Temp x10 °C",
            "Temp [0.1°C]",
            "Flow /10",
            "Voltage (V*10)",
            "Power (0.01 kW)",
            "Energy in 0.1 kWh",
            "Temp in 1/10 °C",
            "Leistung (Faktor 10)",
            "Unit [x10]",
            "Temp (10^-1)",
            "Water inlet temperature (x10 ºC)",
            "Pump flow rate (x10 l/min)",
            "Humidity (%) 1 decimal",
            "Power (in 10 W steps)",
        ] {
            assert!(in_name(text), "{text}");
        }
        for text in [
            "Relay 1/10",
            "Pump (Circuit 1/2)",
            "Module x10 input",
            "Average (10 min)",
            "Phase (L1)",
            "Ethernet 10/100",
            "Zone 10",
            "Max10",
            "Counter (x1)",
            "Power (kW)",
            "Fan (0-100%)",
            "Mode (1=on)",
            "Hysteresis 0.5 K",
            "Energy in kWh",
        ] {
            assert!(!in_name(text), "{text}");
        }
    }
}
