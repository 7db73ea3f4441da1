//! How numbers, dates and number formats read: as the spreadsheet shows them, as far as that says more than the number.

use std::cmp::Ordering;

use calamine::{ExcelDateTime, ExcelDateTimeType};

use super::super::Kind;

/// What a number format makes of a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Format {
    Number(Picture),
    Percent,
    /// `1.00E+02`, also what was typed as `1E2`.
    Exponent,
    Date,
    Duration,
    /// Which of these holds depends on the number: `[>=1000]0,"k";0"m"`.
    Conditional(Vec<(Condition, Format)>),
}

/// How digits are shown: `"4x"0000` shows 1 as `4x0001`, `0"x"0000` shows 40001 as `4x0001`, `0"h"` shows 10 as `10h`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Picture {
    /// Up to the decimal point.
    whole: Vec<Part>,
    /// What comes after the last digit.
    after: String,
    /// How often it divides by a thousand.
    thousands: i32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// A digit; one that `is_needed` is shown as 0 where the number has none.
    Digit {
        is_needed: bool,
    },
    Text(String),
}

/// `[<=100]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    operator: String,
    limit: String,
}

impl Condition {
    /// What stands between the brackets, if it is one.
    fn parse(inside: &str) -> Option<Self> {
        let limit = inside.trim_start_matches(['<', '>', '=']);
        let operator = inside.strip_suffix(limit)?;
        let is_one = !operator.is_empty() && limit.trim().parse::<f64>().is_ok();
        is_one.then(|| Self { operator: operator.to_owned(), limit: limit.trim().to_owned() })
    }

    fn holds(&self, value: f64) -> bool {
        let limit: f64 = self.limit.parse().unwrap_or(f64::NAN);
        match self.operator.as_str() {
            "<" => value < limit,
            "<=" => value <= limit,
            ">" => value > limit,
            ">=" => value >= limit,
            "<>" => value.partial_cmp(&limit) != Some(Ordering::Equal),
            _ => value.partial_cmp(&limit) == Some(Ordering::Equal),
        }
    }
}

impl Format {
    /// A format by its code, of which the section for positive numbers counts: the others say little else.
    pub(super) fn of_code(code: &str) -> Self {
        let mut sections = sections(code);
        let first = sections.next().unwrap_or_default();
        let (condition, format) = Section::read(first);
        let Some(condition) = condition else { return format };
        let others = sections.map(Section::read).map(|(condition, format)| (condition.unwrap_or_default(), format));
        Self::Conditional(std::iter::once((condition, format)).chain(others).collect())
    }

    /// A number in this format, and what it is.
    pub(super) fn show(&self, value: f64, since_1904: bool) -> (String, Kind) {
        match self {
            Self::Number(picture) => (picture.show(value), Kind::Number),
            Self::Exponent => (plain(value), Kind::Exponent),
            Self::Percent => (format!("{}%", plain(value * 100.0)), Kind::Number),
            Self::Date => (date(value, since_1904), Kind::Date),
            Self::Duration => (format!("{} days", plain(value)), Kind::Date),
            Self::Conditional(formats) => match formats.iter().find(|(condition, _)| condition.holds(value)) {
                Some((_, format)) => format.show(value, since_1904),
                None => (plain(value), Kind::Number),
            },
        }
    }
}

impl Default for Condition {
    /// Holds where no other does.
    fn default() -> Self {
        Self { operator: ">=".to_owned(), limit: "-inf".to_owned() }
    }
}

impl Default for Format {
    /// Digits and nothing else.
    fn default() -> Self {
        let whole = vec![Part::Digit { is_needed: true }];
        Self::Number(Picture { whole, after: String::new(), thousands: 0 })
    }
}

impl Picture {
    fn show(&self, value: f64) -> String {
        let text = plain(value / 1000f64.powi(self.thousands));
        let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |text| ("-", text));
        let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
        let mut digits = whole.bytes().rev().map(char::from);
        let first = self.whole.iter().position(|part| matches!(part, Part::Digit { .. }));
        // From the last digit to the first, which has room for all that are left.
        let mut shown: Vec<char> = Vec::new();
        for (index, part) in self.whole.iter().enumerate().rev() {
            match part {
                Part::Text(text) => shown.extend(text.chars().rev()),
                Part::Digit { is_needed } => {
                    shown.extend(digits.next().or(is_needed.then_some('0')));
                    if first == Some(index) {
                        shown.extend(digits.by_ref());
                    }
                }
            }
        }
        let shown: String = shown.iter().rev().collect();
        format!("{sign}{shown}{fraction}{}", self.after)
    }
}

/// The sections of a code, which semicolons divide.
fn sections(code: &str) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    code.split(move |character| {
        let divides = character == ';' && !quoted && !escaped;
        quoted ^= character == '"' && !escaped;
        escaped = matches!(character, '\\' | '_' | '*') && !escaped && !quoted;
        divides
    })
}

/// A section of a code while it is read.
#[derive(Default)]
struct Section {
    whole: Vec<Part>,
    /// What stands behind the last digit so far.
    after: String,
    commas: i32,
    has_digits: bool,
    has_point: bool,
    condition: Option<Condition>,
}

impl Section {
    fn read(code: &str) -> (Option<Condition>, Format) {
        let mut section = Self::default();
        let format = section.format(code);
        (section.condition, format)
    }

    fn format(&mut self, code: &str) -> Format {
        let mut characters = code.chars();
        if let Some(rest) = code.get("General".len()..).filter(|_| code.to_lowercase().starts_with("general")) {
            self.digit(true);
            characters = rest.chars();
        }
        while let Some(character) = characters.next() {
            match character {
                '"' => {
                    let text: String = characters.by_ref().take_while(|character| *character != '"').collect();
                    self.after.push_str(&text);
                }
                '\\' => self.after.extend(characters.next()),
                // The width of the next character, or its repetition.
                '_' | '*' => {
                    characters.next();
                }
                '[' => {
                    let inside: String = characters.by_ref().take_while(|character| *character != ']').collect();
                    let letters = inside.to_lowercase();
                    if !letters.is_empty() && ["h", "m", "s"].iter().any(|unit| letters.replace(unit, "").is_empty()) {
                        return Format::Duration;
                    }
                    match (Condition::parse(&inside), inside.strip_prefix('$')) {
                        (Some(condition), _) => self.condition = Some(condition),
                        // `[$kWh-409]`; what else there is are colours.
                        (None, Some(text)) => self.after.push_str(text.split('-').next().unwrap_or_default()),
                        (None, None) => {}
                    }
                }
                'd' | 'm' | 'y' | 'h' | 's' | 'D' | 'M' | 'Y' | 'H' | 'S' => return Format::Date,
                'E' | 'e' if self.has_digits && characters.as_str().starts_with(['+', '-']) => return Format::Exponent,
                '%' => return Format::Percent,
                '.' => self.has_point = true,
                ',' if self.has_digits => self.commas = self.commas.saturating_add(1),
                '/' if self.has_digits && characters.as_str().starts_with(is_of_denominator) => {
                    let rest = characters.as_str().trim_start_matches(is_of_denominator);
                    characters = rest.chars();
                    self.fraction();
                }
                '0' | '#' | '?' | '@' => self.digit(matches!(character, '0' | '@')),
                // Zeros are places; other digits are shown as they are: `40000` shows 1 as `40001`.
                other => self.after.push(other),
            }
        }
        // A format without digits shows no number, whatever else it shows.
        if !self.has_digits {
            return Format::default();
        }
        let after = std::mem::take(&mut self.after);
        Format::Number(Picture { whole: std::mem::take(&mut self.whole), after, thousands: self.commas })
    }

    /// What stood before was a fraction, `# ?/8`, which rounds what it shows: the number is shown instead.
    fn fraction(&mut self) {
        let first = self.whole.iter().position(|part| matches!(part, Part::Digit { .. }));
        self.whole.truncate(first.unwrap_or_default());
        self.whole.push(Part::Digit { is_needed: true });
        self.after.clear();
        self.has_point = false;
    }

    fn digit(&mut self, is_needed: bool) {
        // Commas between digits divide thousands, and so do blanks.
        self.commas = 0;
        self.has_digits = true;
        let before = std::mem::take(&mut self.after);
        if self.has_point {
            return;
        }
        if !before.trim().is_empty() {
            self.whole.push(Part::Text(before));
        }
        self.whole.push(Part::Digit { is_needed });
    }
}

/// Whether a sign stands for digits below the line of a fraction, or is one of them.
fn is_of_denominator(sign: char) -> bool {
    sign.is_ascii_digit() || ['#', '?'].contains(&sign)
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
    let date = ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, since_1904);
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    let (date, time) = (format!("{year}-{month:02}-{day:02}"), format!("{hour:02}:{minute:02}:{second:02}"));
    match (serial < 1.0, (hour, minute, second) == (0, 0, 0)) {
        (true, _) => time,
        (false, true) => date,
        (false, false) => format!("{date} {time}"),
    }
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
        for (code, value, text) in [
            ("General", 5.0, "5"),
            ("General\" h\"", 5.0, "5 h"),
            ("0.00", 0.5, "0.5"),
            ("0.00\" s\"", 0.5, "0.5 s"),
            ("00000", 1.0, "00001"),
            ("\"4x\"0000", 1.0, "4x0001"),
            ("0\"x\"0000", 40001.0, "4x0001"),
            ("0\\x0000", 400_001.0, "40x0001"),
            ("\\40000", 1.0, "40001"),
            ("40000", 1.0, "40001"),
            ("00-00", -1234.0, "-12-34"),
            ("#,##0", 1234.0, "1234"),
            ("# ##0", 1234.0, "1234"),
            ("0,\"k\"", 5000.0, "5k"),
            ("#,##0.0,,\" M\"", 2.5e6, "2.5 M"),
            ("0\" °C\"", 5.0, "5 °C"),
            ("0\"/100\"", 10.0, "10/100"),
            ("# ?/?", 0.125, "0.125"),
            ("# ??/??", 0.125, "0.125"),
            ("# ?/2", 0.5, "0.5"),
            ("# ?/10", -1.5, "-1.5"),
            ("# ??/100", 0.25, "0.25"),
            ("?/?", 10.0, "10"),
            ("\"x \"# ?/?\" kg\"", 2.5, "x 2.5 kg"),
            ("0\"h\";\"x\"", 10.0, "10h"),
            ("0\";\"", 10.0, "10;"),
            ("0[$kWh-409]", 7.0, "7kWh"),
            ("[>=1000]0,\"k\";0\"m\"", 5000.0, "5k"),
            ("[>=1000]0,\"k\";0\"m\"", 10.0, "10m"),
            ("[=1]\"on\"0;[=2]\"off\"0", 3.0, "3"),
            ("0%", 1.0, "100%"),
            ("0.0%;[Red]-0.0%", 0.005, "0.5%"),
            ("_(* #,##0_);_(* (#,##0)", 7.0, "7"),
            ("[Red]0", 7.0, "7"),
            ("@", 7.0, "7"),
            ("\"text\"", 7.0, "7"),
        ] {
            assert_eq!(Format::of_code(code).show(value, false), (text.to_owned(), Kind::Number), "{code}");
        }
        for (code, value, text) in [
            ("[$-409]d\\-mmm;@", 45658.0, "2025-01-01"),
            ("h:mm", 0.5, "12:00:00"),
            ("yyyy-mm-dd hh:mm", 45658.25, "2025-01-01 06:00:00"),
            ("[h]:mm", 1.5, "1.5 days"),
            ("yyyy", -1.0, "-1 days"),
            ("yyyy", 1e300, &format!("{} days", plain(1e300))),
        ] {
            assert_eq!(Format::of_code(code).show(value, false), (text.to_owned(), Kind::Date), "{code}");
        }
        for code in ["0.00E+00", "##0.0E+0", "0e-0"] {
            assert_eq!(Format::of_code(code).show(100.0, false), ("100".to_owned(), Kind::Exponent), "{code}");
        }
    }
}
