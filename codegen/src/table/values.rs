//! Lists of values as vendors write them: `1: Manual, 2: Defrost`, `0=Off, 2=On`, `Bit 0: Pump Bit 1: Fan`.

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
        .map(|(token, end)| (token.code, label(text.get(token.end..end).unwrap_or_default())))
        .collect();
    ValueText { before: label(before), entries }
}

fn label(text: &str) -> String {
    super::text::normalised(text).trim_matches([',', ';', '.', ' ']).to_owned()
}

struct Token {
    start: usize,
    end: usize,
    code: i64,
}

fn tokens(text: &str, bits: bool) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut position = 0usize;
    while let Some(rest) = text.get(position..) {
        let Some(offset) = rest.find(|character: char| character.is_ascii_digit()) else { break };
        let start = position.saturating_add(offset);
        let digits_end = end_of(text, start, |character| character.is_ascii_digit());
        let sign = end_of(text, digits_end, char::is_whitespace);
        let separator = text.get(sign..).and_then(|rest| rest.chars().next());
        let before = text.get(..start).unwrap_or_default();
        let code = text.get(start..digits_end).and_then(|digits| digits.parse().ok());
        position = digits_end;
        let (Some(code), Some(':' | '=')) = (code, separator) else { continue };
        let start = match bits {
            true => match before.trim_end().to_ascii_lowercase().strip_suffix("bit") {
                Some(start) => start.len(),
                None => continue,
            },
            // `PT1000: …` and `v1.2: …` are text.
            false if before.ends_with(|character: char| character.is_alphanumeric() || character == '.') => continue,
            false => start,
        };
        position = sign.saturating_add(1);
        tokens.push(Token { start, end: position, code });
    }
    tokens
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
    fn numbers_in_words_are_text() {
        assert_eq!(
            parse("0=Disable immersion heater, 2=PT1000: fitted", false).entries,
            entries(&[(0, "Disable immersion heater"), (2, "PT1000: fitted")])
        );
    }
}
