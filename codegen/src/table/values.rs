//! Lists of values as vendors write them: `1: Manual, 2: Defrost`, `0=Off, 2=On`, `Bit 0: Pump Bit 1: Fan`.

use std::ops::RangeInclusive;

/// A list with the text that stands before it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ValueText {
    pub(crate) before: String,
    /// Code or bit number with its label, in printed order.
    pub(crate) entries: Vec<(i64, String)>,
}

/// Finds `number :` or `number =`; the label reaches to the next one, so that a missing comma does not matter.
///
/// With `bits`, each number must follow the word `Bit`.
pub(crate) fn parse(text: &str, bits: bool) -> ValueText {
    let tokens = tokens(text, bits);
    let Some(first) = tokens.first() else { return ValueText { before: text.trim().to_owned(), entries: Vec::new() } };
    let before = text.get(..first.start).unwrap_or_default();
    let ends = tokens.iter().skip(1).map(|token| token.start).chain([text.len()]);
    let entries = tokens
        .iter()
        .zip(ends)
        .flat_map(|(token, end)| {
            let label = label(text.get(token.end..end).unwrap_or_default());
            token.codes.clone().map(move |code| (code, label.clone()))
        })
        .collect();
    ValueText { before: label(before), entries }
}

fn label(text: &str) -> String {
    super::text::normalised(text).trim_matches([',', ';', '.', ' ']).to_owned()
}

struct Token {
    start: usize,
    end: usize,
    /// One code, or those of a range: `4-7: Reserved`.
    codes: RangeInclusive<i64>,
}

/// A range longer than this is none: a register holds no more codes.
const LONGEST: i64 = 65_536;

fn tokens(text: &str, bits: bool) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut position = 0usize;
    while let Some(rest) = text.get(position..) {
        let Some(offset) = rest.find(|character: char| character.is_ascii_digit()) else { break };
        let digits = position.saturating_add(offset);
        let digits_end = end_of(text, digits, |character| character.is_ascii_digit());
        position = digits_end;
        let Some(first) = number(text, digits, digits_end) else { continue };
        let (last, end) = range_end(text, digits_end).unwrap_or((first, digits_end));
        let sign = end_of(text, end, char::is_whitespace);
        if !text.get(sign..).is_some_and(|rest| rest.starts_with([':', '='])) {
            continue;
        }
        let before = text.get(..digits).unwrap_or_default();
        let (start, first, last) = match bits {
            true => match before.trim_end().to_ascii_lowercase().strip_suffix("bit") {
                Some(start) => (start.len(), first, last),
                None => continue,
            },
            // `PT1000: …` and `v1.2: …` are text.
            false if before.ends_with(|character: char| character.is_alphanumeric() || character == '.') => continue,
            false => match before.strip_suffix(['-', '−']) {
                Some(before) if !before.ends_with(char::is_alphanumeric) && first == last => {
                    (before.len(), first.saturating_neg(), last.saturating_neg())
                }
                _ => (digits, first, last),
            },
        };
        if last < first || last.saturating_sub(first) >= LONGEST {
            continue;
        }
        position = sign.saturating_add(1);
        tokens.push(Token { start, end: position, codes: first..=last });
    }
    tokens
}

fn number(text: &str, start: usize, end: usize) -> Option<i64> {
    text.get(start..end)?.parse().ok()
}

/// The last code of a range whose first one ends here, and where its digits end.
fn range_end(text: &str, first_end: usize) -> Option<(i64, usize)> {
    let dash = end_of(text, first_end, char::is_whitespace);
    let rest = text.get(dash..)?.strip_prefix(['-', '–', '−'])?;
    let digits = end_of(text, text.len().saturating_sub(rest.len()), char::is_whitespace);
    let end = end_of(text, digits, |character| character.is_ascii_digit());
    Some((number(text, digits, end)?, end))
}

fn end_of(text: &str, start: usize, matches: impl Fn(char) -> bool) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    start.saturating_add(rest.find(|character| !matches(character)).unwrap_or(rest.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(list: &[(i64, &str)]) -> Vec<(i64, String)> {
        list.iter().map(|(code, label)| (*code, (*label).to_owned())).collect()
    }

    #[test]
    fn a_missing_comma_does_not_matter() {
        let list = parse("1: Manual operation, 8: Passive Cooling 98: Standby 99: No demand 100: OFF", false);
        assert_eq!(
            list.entries,
            entries(&[
                (1, "Manual operation"),
                (8, "Passive Cooling"),
                (98, "Standby"),
                (99, "No demand"),
                (100, "OFF")
            ])
        );
    }

    #[test]
    fn text_before_the_list_is_kept() {
        let list = parse("These applies to Smart grid function. 1: EVU, 4: Normal", false);
        assert_eq!(list.before, "These applies to Smart grid function");
        assert_eq!(list.entries, entries(&[(1, "EVU"), (4, "Normal")]));
        let list = parse("Selected mode for mixing valve 1, 0:Heat, 1:Cool, 2:Auto", false);
        assert_eq!(list.before, "Selected mode for mixing valve 1");
        assert_eq!(list.entries, entries(&[(0, "Heat"), (1, "Cool"), (2, "Auto")]));
    }

    #[test]
    fn bits_follow_the_word() {
        let list = parse("Bit 0: Manual operation Bit 1: Defrost, Bit 11: OFF", true);
        assert_eq!(list.entries, entries(&[(0, "Manual operation"), (1, "Defrost"), (11, "OFF")]));
        assert_eq!(parse("1: no bit", true).entries, []);
    }

    #[test]
    fn ranges_and_negative_codes_are_what_they_say() {
        assert_eq!(
            parse("-1: Fault, 0=Off 2 - 3: Reserved", false).entries,
            entries(&[(-1, "Fault"), (0, "Off"), (2, "Reserved"), (3, "Reserved")])
        );
        assert_eq!(
            parse("Bit 0: Pump Bit 1-2: Reserved Bit 3: Fan", true).entries,
            entries(&[(0, "Pump"), (1, "Reserved"), (2, "Reserved"), (3, "Fan")])
        );
        assert_eq!(parse("9-7: x", false).entries, entries(&[(7, "x")]));
    }

    #[test]
    fn numbers_in_words_are_text() {
        assert_eq!(
            parse("0=Disable immersion heater, 2=PT1000: fitted", false).entries,
            entries(&[(0, "Disable immersion heater"), (2, "PT1000: fitted")])
        );
    }
}
