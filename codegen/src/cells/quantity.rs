//! Numbers that stand with a unit or a sign of multiplication, and names of formats that imply decimals.

use super::number;
use crate::ratio::Ratio;

/// A factor with what vendors hang on it: `x0.1`, `0,1 V`, `10^-2`, `10⁻²`, `1 000`, `1/10`, `1E-1`. What is left over is a unit,
/// or else nothing was understood: `1x10`, `5-6`, `0.1 (0.01)`.
pub(crate) fn factor(text: &str) -> Option<(Ratio, String)> {
    let text = number::plain(text);
    let text = text.trim_start_matches(TIMES).trim_start();
    let divisor = text.strip_prefix(['/', ':', '÷']).map(str::trim_start);
    let (number, rest) = number::leading(divisor.unwrap_or(text)).ok()??;
    // `1O` is ten mistyped, and not one of something.
    let resembles = ['O', 'o', 'I', 'l', '|'];
    let is_digit = |character: char| character.is_ascii_digit() || ['.', ','].contains(&character);
    if rest.starts_with(resembles)
        && rest.chars().all(|character| is_digit(character) || resembles.contains(&character))
    {
        return None;
    }
    let unit = rest.trim_start_matches([' ', 'x', 'X', '×', '*']).trim();
    let number = if divisor.is_some() { number.inverse()? } else { number };
    may_be_unit(unit).then(|| (number, unit.to_owned()))
}

/// Signs of multiplication.
const TIMES: [char; 4] = ['x', 'X', '×', '*'];

/// Whether what stands behind a number can be its unit, of which there are more than anybody knows.
fn may_be_unit(text: &str) -> bool {
    if text.is_empty() || super::units::is_unit(text) {
        return true;
    }
    let inner = text.trim_start_matches(['(', '[', '/']).trim_start();
    // `e3` and `e-3` are what is left of a number.
    let is_exponent = inner.strip_prefix(['e', 'E']).is_some_and(|rest| !rest.starts_with(char::is_alphabetic));
    // A digit in a unit belongs to a word: `m3`, `kWh/m2`.
    let mut before = ' ';
    let has_number = inner.chars().any(|character| {
        let begins = character.is_ascii_digit() && !before.is_alphanumeric() && before != '^';
        before = character;
        begins
    });
    inner.starts_with(is_of_unit) && !is_exponent && !has_number
}

/// A scale in the cell of a unit, and the unit: `0.1 °C`, `x 0.1 V`, `°C/10`. A unit that begins with a number of its
/// own, such as `1/min`, is none.
pub(crate) fn scaled_unit(text: &str) -> Option<(Ratio, String)> {
    if let Some((unit, divisor)) = text.rsplit_once('/') {
        let is_number = !divisor.is_empty() && divisor.bytes().all(|byte| byte.is_ascii_digit());
        let divisor = divisor.parse::<i64>().ok().filter(|divisor| is_number && *divisor > 1);
        let unit = unit.trim_end();
        if let Some(divisor) = divisor.filter(|_| unit.ends_with(is_of_unit)) {
            return Some((Ratio::new(1, divisor)?, unit.to_owned()));
        }
    }
    let (scale, unit) = factor(text)?;
    let is_unit = unit.starts_with(is_of_unit) && !unit.contains([';', ':', '=', '~', '…']);
    // Fifteen of a word that is no unit are no scale for sure.
    let is_round =
        [scale.numerator(), scale.denominator()].iter().all(|term| [1, 10, 100, 1000, 10_000].contains(term));
    let is_clear = is_round || super::units::is_unit(&unit);
    (is_unit && is_clear && scale.numerator() > 0).then_some((scale, unit))
}

/// Whether a unit that is not understood holds a number that may be a scale: `m³/h x 10`, `15 min average`.
pub(crate) fn may_be_scaled(text: &str) -> bool {
    let is_times = |sign: char| ['x', '×', '*'].contains(&sign);
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_number = |word: &&str| word.trim_start_matches(is_times).replace(',', ".").parse::<f64>().is_ok();
    match words.as_slice() {
        [first, rest @ ..] if !rest.is_empty() && is_number(first) => {
            rest.iter().all(|word| word.starts_with(is_of_unit))
        }
        [.., times, last] if times.chars().all(is_times) => is_number(last),
        [.., last] => last.starts_with(is_times) && last.len() > 1 && is_number(last),
        [] => false,
    }
}

fn is_of_unit(character: char) -> bool {
    character.is_alphabetic() || ['°', '%', 'µ', 'Ω'].contains(&character)
}

/// What [`format`] understands.
pub(crate) const FORMATS: &str = "FIX0 to FIX9, TEMP, DURATION, DT, ENUM, RAW, HEX, FW, UTF8 or IP4";

/// How many decimals a format implies, none for one that says nothing of them; `None` where it is not known (SMA's
/// interface descriptions: a temperature has one decimal).
#[expect(clippy::option_option, reason = "a format that is known may say nothing of decimals")]
pub(crate) fn format(text: &str) -> Option<Option<u8>> {
    let upper = text.to_ascii_uppercase();
    if let Some(decimals) = upper.strip_prefix("FIX") {
        return decimals.parse::<u8>().ok().filter(|decimals| *decimals <= 9).map(Some);
    }
    match upper.as_str() {
        "TEMP" => Some(Some(1)),
        "DURATION" | "DURATION_S" | "DT" | "TM" | "ENUM" | "TAGLIST" | "RAW" | "HEX" | "FW" | "HW" | "REV" | "UTF8"
        | "IP4" | "FUNCTION_SEC" => Some(None),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(text: &str) -> Ratio {
        text.parse().unwrap()
    }

    #[test]
    fn factors_with_what_hangs_on_them() {
        for (text, number, unit) in [
            ("x0.1", "0.1", ""),
            ("× 10", "10", ""),
            ("*0,01", "0.01", ""),
            ("0.1 V", "0.1", "V"),
            ("0,1°C", "0.1", "°C"),
            ("/10", "0.1", ""),
            ("1/10", "0.1", ""),
            ("10^-2", "0.01", ""),
            ("10^3 kWh", "1000", "kWh"),
            ("1E-1", "0.1", ""),
            ("1e3", "1000", ""),
            ("-0.5", "-0.5", ""),
            ("0.1 x kWh", "0.1", "kWh"),
            ("1 eV", "1", "eV"),
            ("10⁻¹", "0.1", ""),
            ("10⁻² m³/h", "0.01", "m³/h"),
            ("10²", "100", ""),
            ("10^(-2)", "0.01", ""),
            ("10**-2", "0.01", ""),
            ("1 000", "1000", ""),
            ("1'000", "1000", ""),
            ("1 000 W", "1000", "W"),
            ("0.1 kWh/m2", "0.1", "kWh/m2"),
            ("0.1 (°C)", "0.1", "(°C)"),
            ("0.1/bit", "0.1", "/bit"),
            ("10 x", "10", ""),
            ("÷ 10", "0.1", ""),
        ] {
            assert_eq!(factor(text), Some((ratio(number), unit.to_owned())), "{text}");
        }
        for (text, number) in [("1 000", "1000"), ("1'000 Wh", "1000"), ("1.000,5", "1000.5"), ("1.234.567", "1234567")]
        {
            assert_eq!(factor(text).map(|(number, _)| number), Some(ratio(number)), "{text}");
        }
        for text in ["", "V", "2^3", "x", "1/0", "A_SF", "10^99", "1,000", "10 or 100", "10-100", "1 00", "10 (100)"] {
            assert_eq!(factor(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_left_of_a_number_is_no_unit() {
        for text in [
            "1x10",
            "1*10",
            "2 x 5",
            "1 00",
            "10 00 0",
            "1_000",
            "5 6",
            "5;6",
            "5-6",
            "5…6",
            "5 to 6",
            "12:30",
            "1:10",
            "2025-01-02",
            "1½",
            "1²",
            "10^",
            "10^1.5",
            "10⁻",
            "5±2",
            "1e",
            "1 e3",
            "1e3.5",
            "1.000'5",
            "1,5 - 2,5",
            "5?",
            "0.1 (0.01)",
            "16#1F",
            "1٫5",
        ] {
            assert_eq!(factor(text), None, "{text}");
        }
    }

    #[test]
    fn letters_in_place_of_digits_are_no_unit() {
        for text in ["1O", "1l", "1OO", "1O0", "x 1o", "/1O", "0,O1", "1I"] {
            assert_eq!(factor(text), None, "{text}");
        }
        // A unit is one where a blank is before it, or another letter behind it.
        assert_eq!(factor("10 l"), Some((ratio("10"), "l".to_owned())));
        assert_eq!(factor("10lx"), Some((ratio("10"), "lx".to_owned())));
        assert_eq!(factor("10Ohm"), Some((ratio("10"), "Ohm".to_owned())));
    }

    #[test]
    fn scales_in_units() {
        for (text, number, unit) in [
            ("0.1 °C", "0.1", "°C"),
            ("°C/10", "0.1", "°C"),
            ("x 0.01 kWh", "0.01", "kWh"),
            ("1%", "1", "%"),
            ("10W", "10", "W"),
        ] {
            assert_eq!(scaled_unit(text), Some((ratio(number), unit.to_owned())), "{text}");
        }
        for text in [
            "°C",
            "1/min",
            "m³/h",
            "0=Off;1=On",
            "0~1.0;Unit:0.01",
            "W/m2",
            "kWh",
            "0-10 V",
            "10",
            "A/1",
            "m/s2",
            "1: On",
        ] {
            assert_eq!(scaled_unit(text), None, "{text}");
        }
    }

    #[test]
    fn what_may_be_a_scale_is_seen() {
        for text in ["m³/h x 10", "15 min average", "kWh x10", "°C * 0,1"] {
            assert!(may_be_scaled(text) && scaled_unit(text).is_none(), "{text}");
        }
        for text in ["kWh", "1/min", "W/m2", "m3", "", "0=Open;1=Closed", "0-10 V", "°C", "x", "m s", "min x"] {
            assert!(!may_be_scaled(text), "{text}");
        }
    }

    #[test]
    fn formats() {
        assert_eq!((format("FIX2"), format("temp"), format("RAW")), (Some(Some(2)), Some(Some(1)), Some(None)));
        assert_eq!((format("FIX"), format("kWh"), format("FIX77")), (None, None, None));
    }
}
