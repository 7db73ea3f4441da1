//! Whether `1.000` is one or a thousand: what the manifest says of a sheet, or what the other numbers of its table show.

use std::borrow::Cow;
use std::ops::Range;

use crate::diagnostic::{Diagnostic, Place};

/// The sign between a number and its decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DecimalSign {
    Point,
    Comma,
}

impl DecimalSign {
    /// The words that name one.
    pub(crate) const ALL: [(&'static str, Self); 2] = [("point", Self::Point), ("comma", Self::Comma)];

    /// The word that names it.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Comma => "comma",
        }
    }

    fn sign(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }

    /// The one that divides thousands where this one does not.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Point => Self::Comma,
            Self::Comma => Self::Point,
        }
    }
}

/// What the signs of a number, digits with points and commas, tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// Digits alone.
    Whole,
    /// Its decimals stand behind this sign: `0,1`, `1.000,5`. Of `1.234.567` they would.
    Decimals(DecimalSign),
    /// Three digits behind a single sign, which may divide thousands: `1.000`, `12,500`.
    Unclear(DecimalSign),
    /// No one number: `0.1,0.2`.
    Nothing,
}

/// What the signs of a number tell.
pub(crate) fn written(number: &str) -> Written {
    let last = match (number.rfind('.'), number.rfind(',')) {
        (None, None) => return Written::Whole,
        (Some(point), Some(comma)) if point < comma => DecimalSign::Comma,
        (None, Some(_)) => DecimalSign::Comma,
        _ => DecimalSign::Point,
    };
    let are_groups = |whole: &str, sign: char| {
        let mut groups = whole.split(sign);
        let first = groups.next().unwrap_or_default();
        (1..=3).contains(&first.len())
            && !first.starts_with('0')
            && groups.all(|group| group.len() == 3 && !group.contains(['.', ',']))
    };
    let Some((whole, decimals)) = number.rsplit_once(last.sign()) else { return Written::Nothing };
    match (whole.contains(last.sign()), whole.contains(last.other().sign())) {
        (false, false) if decimals.len() == 3 && are_groups(whole, last.sign()) => Written::Unclear(last),
        (false, false) => Written::Decimals(last),
        (false, true) if are_groups(whole, last.other().sign()) => Written::Decimals(last),
        (true, false) if are_groups(number, last.sign()) => Written::Decimals(last.other()),
        _ => Written::Nothing,
    }
}

/// What decides how the numbers of a table are read.
#[derive(Debug, Default)]
pub(crate) struct Decimals {
    /// What the manifest says.
    stated: Option<DecimalSign>,
    /// The first cell with a decimal point, and the first with a decimal comma.
    point: Option<Place>,
    comma: Option<Place>,
}

/// A number that can be read in two ways.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Doubt {
    /// Which sign it has.
    pub(crate) sign: DecimalSign,
    /// A cell that has the other sign before its decimals.
    pub(crate) against: Option<Place>,
}

impl Doubt {
    /// Says what the doubt rests on, and what settles it.
    pub(crate) fn explain(&self, diagnostic: Diagnostic) -> Diagnostic {
        let (sign, other) = (self.sign.key(), self.sign.other().key());
        let diagnostic = match &self.against {
            Some(place) => diagnostic.at(place.clone()).help(format!(
                "elsewhere the table uses a decimal {other}; if a single number is wrong, correct it with a [[cell]]"
            )),
            None => diagnostic
                .help("compare with a value you know; if a single number is wrong, correct it with a [[cell]]"),
        };
        diagnostic.expected(format!(
            "in the [[sheet]] decimal_sign = \"{other}\" if it does, or decimal_sign = \"{sign}\" if decimals stand \
             behind it"
        ))
    }
}

impl Decimals {
    pub(crate) fn new(stated: Option<DecimalSign>) -> Self {
        Self { stated, point: None, comma: None }
    }

    /// Remembers a cell that shows which sign the table has before decimals.
    pub(crate) fn learn(&mut self, text: &str, place: impl Fn() -> Place) {
        for span in numbers(text) {
            if is_listed(text, &span) {
                continue;
            }
            let known = match written(text.get(span).unwrap_or_default()) {
                Written::Decimals(DecimalSign::Point) => &mut self.point,
                Written::Decimals(DecimalSign::Comma) => &mut self.comma,
                _ => continue,
            };
            known.get_or_insert_with(&place);
        }
    }

    /// The text with each of its numbers in a form that can be read in one way only.
    pub(crate) fn clear<'t>(&self, text: &'t str) -> Result<Cow<'t, str>, Box<Doubt>> {
        let mut clear = Cow::Borrowed(text);
        // From the last on, so that the others stay where they are.
        for span in numbers(text).into_iter().rev() {
            let number = text.get(span.clone()).unwrap_or_default();
            let Written::Unclear(sign) = written(number) else { continue };
            let shown = sign == DecimalSign::Point && self.point.is_some() && self.comma.is_none();
            let is_decimal = match self.stated {
                Some(stated) => stated == sign,
                None if shown => true,
                None => {
                    let against = if sign == DecimalSign::Point { &self.comma } else { &self.point };
                    return Err(Box::new(Doubt { sign, against: against.clone() }));
                }
            };
            let one = if is_decimal { number.replace(',', ".") } else { number.replace(['.', ','], "") };
            clear.to_mut().replace_range(span, &one);
        }
        Ok(clear)
    }
}

/// Whether a text holds a number that can be read in two ways.
pub(crate) fn is_unclear(text: &str) -> bool {
    let is_unclear = |span: Range<usize>| matches!(text.get(span).map(written), Some(Written::Unclear(_)));
    // Most cells hold no sign at all.
    text.contains(['.', ',']) && numbers(text).into_iter().any(is_unclear)
}

/// Where the numbers of a text are, without a sign before them: of `0…1.5 °C` those of 0 and of 1.5.
fn numbers(text: &str) -> Vec<Range<usize>> {
    let is_sign = |character: char| ['.', ','].contains(&character);
    let mut numbers = Vec::new();
    let mut from = 0usize;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find(|character: char| character.is_ascii_digit())) {
        let digit = from.saturating_add(found);
        let before = text.get(..digit).unwrap_or_default();
        // `.5`, where nothing stands before the point that it may end.
        let start = match before.strip_suffix(is_sign) {
            Some(rest)
                if rest.chars().next_back().is_none_or(|last| last.is_whitespace() || "x×*/(-+−".contains(last)) =>
            {
                rest.len()
            }
            _ => digit,
        };
        let rest = text.get(start..).unwrap_or_default();
        let run = rest.find(|character: char| !character.is_ascii_digit() && !is_sign(character)).unwrap_or(rest.len());
        let run = rest.get(..run).unwrap_or_default();
        // `0..5` is a range.
        let run = run.find("..").and_then(|end| run.get(..end)).unwrap_or(run).trim_end_matches(is_sign);
        let end = start.saturating_add(run.len()).max(digit.saturating_add(1));
        // The digits of `m3` and of `V1.2` are no number; those of `x1.5` are.
        let mut letters = before.chars().rev().take_while(|character| character.is_alphanumeric() || *character == '_');
        let is_number = match (letters.next(), letters.next()) {
            (None, _) | (Some('x' | 'X'), None) => true,
            _ => start < digit,
        };
        if is_number {
            numbers.push(start..end);
        }
        from = end;
    }
    numbers
}

/// Whether a sign may divide two numbers here: in `[0,100]`, and before a code in `0,1=On`.
fn is_listed(text: &str, span: &Range<usize>) -> bool {
    let before = text.get(..span.start).unwrap_or_default().trim_end();
    let after = text.get(span.end..).unwrap_or_default().trim_start();
    after.starts_with(['=', ':']) || before.ends_with(['[', '(', '{']) && after.starts_with([']', ')', '}'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_tell_what_a_number_is() {
        use DecimalSign::{Comma, Point};
        for (number, expected) in [
            ("1000", Written::Whole),
            ("0.1", Written::Decimals(Point)),
            ("0,1", Written::Decimals(Comma)),
            ("0.001", Written::Decimals(Point)),
            (",125", Written::Decimals(Comma)),
            ("1.00", Written::Decimals(Point)),
            ("1,0000", Written::Decimals(Comma)),
            ("1234.567", Written::Decimals(Point)),
            ("1.000,5", Written::Decimals(Comma)),
            ("1,000.5", Written::Decimals(Point)),
            ("1.234.567", Written::Decimals(Comma)),
            ("1,234,567.5", Written::Decimals(Point)),
            ("1.000", Written::Unclear(Point)),
            ("12.500", Written::Unclear(Point)),
            ("123,456", Written::Unclear(Comma)),
            ("0.1,0.2", Written::Nothing),
            ("1.2.3", Written::Nothing),
            ("1,00,000", Written::Nothing),
            ("0.000.000", Written::Nothing),
            ("1.2,3.4", Written::Nothing),
        ] {
            assert_eq!(written(number), expected, "{number}");
        }
    }

    #[test]
    fn numbers_are_found_in_texts() {
        for (text, expected) in [
            ("x * 1.000 - 40,5", vec!["1.000", "40,5"]),
            ("0...1,000", vec!["0", "1,000"]),
            ("0..5", vec!["0", "5"]),
            ("-.5 V", vec![".5"]),
            ("x1.000", vec!["1.000"]),
            ("m3/h", vec![]),
            ("V1.000", vec![]),
            ("[0,100]", vec!["0,100"]),
            ("0=Off,1=On", vec!["0", "1"]),
            ("°C/1.000.", vec!["1.000"]),
            ("1.000kWh", vec!["1.000"]),
        ] {
            let found: Vec<&str> = numbers(text).into_iter().map(|span| &text[span]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_table_shows_its_sign() {
        use DecimalSign::{Comma, Point};
        let of = |texts: &[&str]| {
            let mut decimals = Decimals::new(None);
            for text in texts {
                decimals.learn(text, Place::default);
            }
            decimals
        };
        assert_eq!(of(&["0.1"]).clear("1.000 V").unwrap(), "1.000 V");
        for unclear in [of(&[]), of(&["0,1"]), of(&["0.1", "0,1"]), of(&["1.000"]), of(&["[0,100]"]), of(&["0,1=On"])] {
            let doubt = unclear.clear("x * 12.500").unwrap_err();
            assert_eq!(doubt.sign, Point);
            assert_eq!(doubt.against.is_some(), unclear.comma.is_some());
        }
        // A list of codes may look like a decimal comma: three digits behind one are read only where that is said.
        for table in [of(&[]), of(&["0,1"]), of(&["0.1"])] {
            assert_eq!(table.clear("1,000").unwrap_err().sign, Comma);
        }
        let comma = Decimals::new(Some(Comma));
        assert_eq!(comma.clear("1.000 + 1,250 × 0.5").unwrap(), "1000 + 1.250 × 0.5");
        let point = Decimals::new(Some(Point));
        assert_eq!(point.clear("1.000 + 1,250 × 0,5").unwrap(), "1.000 + 1250 × 0,5");
    }
}
