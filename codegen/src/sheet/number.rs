//! How numbers, dates and number formats read: as the spreadsheet shows them, as far as that says more than the number.

use super::Kind;

/// What a number format makes of a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Format {
    /// Digits; with a text before them, and at least so many of them: `"4x"0000` shows 1 as `4x0001`.
    Number {
        before: String,
        digits: usize,
    },
    Percent,
    Date,
    Duration,
}

impl Format {
    /// Digits and nothing else.
    pub(super) const GENERAL: Self = Self::Number { before: String::new(), digits: 1 };

    /// One of the formats that every spreadsheet program has.
    pub(super) fn built_in(number: u32) -> Self {
        match number {
            9 | 10 => Self::Percent,
            14..=22 | 27..=36 | 45 | 47 | 50..=58 => Self::Date,
            46 => Self::Duration,
            _ => Self::GENERAL,
        }
    }

    /// A format by its code, of which the part for positive numbers counts.
    pub(super) fn of_code(code: &str) -> Self {
        let mut before = String::new();
        let (mut digits, mut begun, mut decimals) = (0usize, false, false);
        let mut characters = code.chars();
        while let Some(character) = characters.next() {
            match character {
                ';' => break,
                '"' => {
                    let text: String = characters.by_ref().take_while(|character| *character != '"').collect();
                    if !begun {
                        before.push_str(&text);
                    }
                }
                '\\' => {
                    let escaped = characters.next();
                    if !begun {
                        before.extend(escaped);
                    }
                }
                // The width of the next character, or its repetition.
                '_' | '*' => {
                    characters.next();
                }
                '[' => {
                    let inside: String = characters.by_ref().take_while(|character| *character != ']').collect();
                    let letters = inside.to_lowercase();
                    if !letters.is_empty() && ["h", "m", "s"].iter().any(|unit| letters.replace(unit, "").is_empty()) {
                        return Self::Duration;
                    }
                }
                'd' | 'm' | 'y' | 'h' | 's' | 'D' | 'M' | 'Y' | 'H' | 'S' => return Self::Date,
                '%' => return Self::Percent,
                '.' => decimals = true,
                // Zeros are places; other digits are shown as they are: `40000` shows 1 as `40001`.
                '1'..='9' if !begun => before.push(character),
                '0' | '#' | '?' => {
                    begun = true;
                    if character == '0' && !decimals {
                        digits = digits.saturating_add(1);
                    }
                }
                _ => {}
            }
        }
        match begun {
            true => Self::Number { before, digits: digits.clamp(1, 32) },
            // A format without digits shows no number, whatever else it shows.
            false => Self::GENERAL,
        }
    }

    /// A number in this format, and what it is.
    pub(super) fn show(&self, value: f64, since_1904: bool) -> (String, Kind) {
        match self {
            Self::Number { before, digits } => {
                let text = plain(value);
                let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |text| ("-", text));
                let whole = text.find('.').unwrap_or(text.len());
                let zeros = "0".repeat(digits.saturating_sub(whole));
                (format!("{sign}{before}{zeros}{text}"), Kind::Number)
            }
            Self::Percent => (format!("{}%", plain(value * 100.0)), Kind::Number),
            Self::Date => (date(value, since_1904), Kind::Date),
            Self::Duration => (format!("{} days", plain(value)), Kind::Date),
        }
    }
}

/// A number as a person reads it: no exponent, no more digits than a spreadsheet shows, no `.0`.
pub(super) fn plain(value: f64) -> String {
    let value = match value.fract() == 0.0 {
        // Whole numbers are exact up to 2^53.
        true => value,
        // Spreadsheets compute with 17 digits and show 15, so that 0.1 + 0.2 is 0.3.
        false => format!("{value:.14e}").parse().unwrap_or(value),
    };
    // Minus zero is zero.
    (value + 0.0).to_string()
}

/// A date; a time where it is less than a day. A spreadsheet makes dates out of 1-2, whose number would pass for an address.
fn date(serial: f64, since_1904: bool) -> String {
    // Up to the end of the year 9999.
    if !(0.0..2_958_466.0).contains(&serial) {
        return format!("{} days", plain(serial));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is in range, as has been checked")]
    let (days, seconds) = (serial.trunc() as u32, ((serial.fract() * 86_400.0).round() as u32).min(86_399));
    let (minutes, second) = (seconds.div_euclid(60), seconds.rem_euclid(60));
    let time = format!("{:02}:{:02}:{second:02}", minutes.div_euclid(60), minutes.rem_euclid(60));
    match (days, seconds) {
        (0, _) => time,
        (days, 0) => day(days, since_1904),
        (days, _) => format!("{} {time}", day(days, since_1904)),
    }
}

/// The day with this number: 1 is the first of January 1900, or 0 that of 1904.
fn day(number: u32, since_1904: bool) -> String {
    let mut days = match (since_1904, number) {
        (true, number) => number.saturating_add(1460),
        // Lotus 1-2-3 took 1900 for a leap year, and everybody followed.
        (false, 60) => return "1900-02-29".to_owned(),
        (false, 0..60) => number.saturating_sub(1),
        (false, _) => number.saturating_sub(2),
    };
    let mut year = 1900u32;
    let is_leap = |year: u32| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    while let Some(rest) = days.checked_sub(if is_leap(year) { 366 } else { 365 }) {
        (days, year) = (rest, year.saturating_add(1));
    }
    let february = if is_leap(year) { 29 } else { 28 };
    let mut month = 1u32;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        let Some(rest) = days.checked_sub(length) else { break };
        (days, month) = (rest, month.saturating_add(1));
    }
    format!("{year}-{month:02}-{:02}", days.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_a_person_sees_them() {
        for (value, text) in [
            (40001.0, "40001"),
            (0.1, "0.1"),
            (0.1 + 0.2, "0.3"),
            (1e-3, "0.001"),
            (-0.0, "0"),
            (-12.5, "-12.5"),
            (9_007_199_254_740_992.0, "9007199254740992"),
            (4_294_967_295.0, "4294967295"),
            (3.0 * 1.1, "3.3"),
        ] {
            assert_eq!(plain(value), text);
        }
    }

    #[test]
    fn formats_show_what_the_number_alone_does_not() {
        for (code, value, text, kind) in [
            ("General", 5.0, "5", Kind::Number),
            ("0.00", 0.5, "0.5", Kind::Number),
            ("00000", 1.0, "00001", Kind::Number),
            ("\"4x\"0000", 1.0, "4x0001", Kind::Number),
            ("\\40000", 1.0, "40001", Kind::Number),
            ("40000", 1.0, "40001", Kind::Number),
            ("#,##0", 1234.0, "1234", Kind::Number),
            ("0\" °C\"", 5.0, "5", Kind::Number),
            ("0%", 1.0, "100%", Kind::Number),
            ("0.0%;[Red]-0.0%", 0.005, "0.5%", Kind::Number),
            ("[$-409]d\\-mmm;@", 45658.0, "2025-01-01", Kind::Date),
            ("h:mm", 0.5, "12:00:00", Kind::Date),
            ("yyyy-mm-dd hh:mm", 45658.25, "2025-01-01 06:00:00", Kind::Date),
            ("[h]:mm", 1.5, "1.5 days", Kind::Date),
            ("_(* #,##0_);_(* (#,##0)", 7.0, "7", Kind::Number),
            ("[Red]0", 7.0, "7", Kind::Number),
            ("@", 7.0, "7", Kind::Number),
            ("yyyy", -1.0, "-1 days", Kind::Date),
            ("yyyy", 1e300, &format!("{} days", plain(1e300)), Kind::Date),
        ] {
            assert_eq!(Format::of_code(code).show(value, false), (text.to_owned(), kind), "{code}");
        }
    }

    #[test]
    fn days_are_counted_as_spreadsheets_do() {
        for (number, since_1904, text) in [
            (1, false, "1900-01-01"),
            (59, false, "1900-02-28"),
            (60, false, "1900-02-29"),
            (61, false, "1900-03-01"),
            (45_658, false, "2025-01-01"),
            (45_716, false, "2025-02-28"),
            (45_350, false, "2024-02-28"),
            (45_351, false, "2024-02-29"),
            (46_022, false, "2025-12-31"),
            (2_958_465, false, "9999-12-31"),
            (44_196, true, "2025-01-01"),
            (1, true, "1904-01-02"),
        ] {
            assert_eq!(day(number, since_1904), text, "{number}");
        }
    }
}
