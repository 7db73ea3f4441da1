//! Numbers that stand with a unit or a sign of multiplication, and names of formats that imply decimals.

use super::number;
use super::unread::Unread;
use crate::ratio::Ratio;

/// A factor with what vendors hang on it: `x0.1`, `0,1 V`, `10^-2`, `10⁻²`, `1 000`, `1/10`, `1E-1`. What is left over is a unit,
/// or else nothing was understood: `1x10`, `5-6`, `0.1 (0.01)`. `100 = 1 rpm` says what raw value is what value.
pub(crate) fn factor(text: &str) -> Option<(Ratio, String)> {
    read_factor(text).ok()
}

/// The same, with what is wrong with one that is not understood.
pub(crate) fn read_factor(text: &str) -> Result<(Ratio, String), Unread> {
    let nothing = || Unread::nothing("is not a number");
    let text = number::plain(text);
    if let Some((raw, value)) = text.split_once('=') {
        return equation(raw.trim(), value.trim());
    }
    let text = text.trim_start_matches(TIMES).trim_start();
    let divisor = text.strip_prefix(['/', ':', '÷']).map(str::trim_start);
    let (number, rest) = number::leading(divisor.unwrap_or(text))?.ok_or_else(nothing)?;
    // `/1/10` divides twice.
    if divisor.and_then(|divisor| divisor.strip_suffix(rest)).is_some_and(|number| number.contains('/')) {
        return Err(nothing());
    }
    if number::has_leading_zero(divisor.unwrap_or(text)) {
        return Err(Unread::unclear("begins with a zero, and may have lost its decimal sign"));
    }
    // `1O` is ten mistyped, and not one of something.
    let resembles = ['O', 'o', 'I', 'l', '|'];
    let is_digit = |character: char| character.is_ascii_digit() || ['.', ','].contains(&character);
    if rest.starts_with(resembles)
        && rest.chars().all(|character| is_digit(character) || resembles.contains(&character))
    {
        return Err(nothing());
    }
    // `0.1 * CT` is no scale: what stands for CT is not known here.
    let unit = rest.trim();
    let number = if divisor.is_some() { number.inverse().ok_or_else(nothing)? } else { number };
    if may_be_unit(unit) { Ok((number, unit.to_owned())) } else { Err(nothing()) }
}

/// `100 = 1 rpm`: a raw value, which is whole, and the value that it is. `1 = 10` may be the other way round, and `0.1 = 1`
/// is.
fn equation(raw: &str, value: &str) -> Result<(Ratio, String), Unread> {
    let nothing = || Unread::nothing("is not a number");
    let raw = number::number(raw)?;
    let (value, unit) = number::leading(value)?.ok_or_else(nothing)?;
    let unit = unit.trim();
    if !may_be_unit(unit) {
        return Err(nothing());
    }
    let factor = raw.inverse().and_then(|raw| value.times(raw)).ok_or_else(nothing)?;
    if raw.denominator() != 1 || unit.is_empty() && factor > Ratio::ONE {
        return Err(Unread::unclear("does not say which side of its “=” is the raw value"));
    }
    Ok((factor, unit.to_owned()))
}

/// Whether a cell says what raw value is what value, in a column of divisors as in one of factors: `10 = 1 %`.
pub(crate) fn is_equation(text: &str) -> bool {
    text.contains('=')
}

/// Whether a sign of multiplication stands before the number: `x10`.
pub(crate) fn is_multiplied(text: &str) -> bool {
    text.trim_start().starts_with(TIMES)
}

/// Signs of multiplication.
const TIMES: [char; 4] = ['x', 'X', '×', '*'];

/// Whether what stands behind a number can be its unit: one that is known, or one word without digits.
fn may_be_unit(text: &str) -> bool {
    let is_of_unit = |character: char| character.is_alphabetic() || "°%‰µΩ/".contains(character);
    text.is_empty()
        || super::units::is_unit(text)
        || text.chars().count() > 1 && text.chars().all(is_of_unit) && text.starts_with(char::is_alphabetic)
}

/// What [`format`] understands.
pub(crate) const FORMATS: &str = "FIX0 to FIX9, TEMP, DURATION, DT, ENUM, RAW, HEX, FW, UTF8 or IP4";

/// How many decimals a format implies, none for one that says nothing of them; `None` where it is not known (SMA's
/// interface descriptions: a temperature has one decimal).
#[expect(clippy::option_option, reason = "a known format may say nothing about decimals")]
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

/// Whether a text shows how many decimals a display has, and so perhaps the raw value: `0.00`, `##.#`, `XX.X`. `[formats]` of
/// the manifest says whether it does.
pub(crate) fn is_pattern(text: &str) -> bool {
    let is_places = |part: &str| !part.is_empty() && part.chars().all(|sign| "0#9xX".contains(sign));
    let text = text.trim_start_matches(['+', '-', '±']);
    text.split_once(['.', ',']).is_some_and(|(whole, decimals)| is_places(whole) && is_places(decimals))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_a_display() {
        for (text, is) in [("0.0", true), ("-##,#", true), ("XX.X", true), ("0", false), ("0.5", false), ("x", false)] {
            assert_eq!(is_pattern(text), is, "{text}");
        }
    }

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
            ("100 = 1 rpm", "0.01", "rpm"),
            ("10=1", "0.1", ""),
            ("1 = 0.1 bar", "0.1", "bar"),
            ("1e3", "1000", ""),
            ("-0.5", "-0.5", ""),
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
            ("÷ 10", "0.1", ""),
        ] {
            assert_eq!(factor(text), Some((ratio(number), unit.to_owned())), "{text}");
        }
        for (text, number) in [("1 000", "1000"), ("1'000 Wh", "1000"), ("1.000,5", "1000.5"), ("1.234.567", "1234567")]
        {
            assert_eq!(factor(text).map(|(number, _)| number), Some(ratio(number)), "{text}");
        }
        for text in [
            "",
            "V",
            "0.1*CT",
            "0.1 × PT",
            "0.1 (see note)",
            "10 x",
            "2^3",
            "x",
            "1/0",
            "A_SF",
            "10^99",
            "1,000",
            "10 or 100",
            "10-100",
            "1 00",
            "10 (100)",
            "0.1 = 1",
            "0.01=1",
            "1 = 10",
            "0.1 = 1 V",
            "/1/10",
            "100/5",
            "0.1/0.01",
            "01",
            "/01",
        ] {
            assert_eq!(factor(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_left_of_a_number_is_no_unit() {
        for text in [
            "1x10",
            "0 = 1 V",
            "0=Off",
            "1 = 10, 20",
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
    fn formats() {
        assert_eq!((format("FIX2"), format("temp"), format("RAW")), (Some(Some(2)), Some(Some(1)), Some(None)));
        assert_eq!((format("FIX"), format("kWh"), format("FIX77")), (None, None, None));
    }
}
