//! Lists of values as vendors write them: `1: Manual, 2: Defrost`, `0=Off, 2=On`, `Bit 0: Pump Bit 1: Fan`.

use std::borrow::Cow;
use std::ops::{Range, RangeInclusive};

use super::spelled::{self, Stands};

/// A list with the text that stands before it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ValueText {
    pub(crate) before: String,
    /// Code or bit number with its label, in printed order.
    pub(crate) entries: Vec<(i64, String)>,
    /// A number that looks like a code and is none of the entries: `0,1=`.
    pub(crate) unread: Option<String>,
}

/// Finds `number :` or `number =`; the label reaches to the next one, so that a missing comma does not matter. Spellings
/// without such a sign are read where the whole text has them.
///
/// With `bits`, each number must follow the word `Bit`.
pub(crate) fn parse(text: &str, bits: bool) -> ValueText {
    parse_where(text, bits, Stands::Prose)
}

/// The same in a column that holds nothing but lists.
pub(crate) fn parse_column(text: &str, bits: bool) -> ValueText {
    parse_where(text, bits, Stands::Column)
}

/// Bits in a column for them, without the word. Hexadecimal codes are masks, and so may be powers of two: both are left
/// unread but for those that a sign has always told.
pub(crate) fn parse_bare_bits(text: &str) -> ValueText {
    let list = parse_signed(&narrow(text), false);
    if !list.entries.is_empty() || list.unread.is_some() || spelled::has_hexadecimal(text) {
        return list;
    }
    let found = parse_column(text, false);
    let is_mask = |code: i64| code.count_ones() == 1;
    if found.entries.iter().all(|(code, _)| is_mask(*code)) { list } else { found }
}

fn parse_where(text: &str, bits: bool, stands: Stands) -> ValueText {
    let text = narrow(text);
    let list = parse_signed(&text, bits);
    if !list.entries.is_empty() || list.unread.is_some() {
        return list;
    }
    spelled::parse(&text, bits, stands).unwrap_or(list)
}

/// Finds `number :` or `number =`.
pub(super) fn parse_signed(text: &str, bits: bool) -> ValueText {
    if let Some(list) = (!bits).then(|| divided(text)).flatten() {
        return list;
    }
    let (tokens, unread) = tokens(text, bits);
    let Some(first) = tokens.first() else {
        return ValueText { before: text.trim().to_owned(), entries: Vec::new(), unread };
    };
    let before = label(text.get(..first.start).unwrap_or_default());
    let ends = tokens.iter().skip(1).map(|token| token.start).chain([text.len()]);
    let mut entries: Vec<(i64, String)> = tokens
        .iter()
        .zip(ends)
        .flat_map(|(token, end)| {
            let label = label(text.get(token.end..end).unwrap_or_default());
            token.codes.clone().map(move |code| (code, label.clone()))
        })
        .collect();
    // A hexadecimal code before a decimal one is none of the entries.
    let unread = unread.or_else(|| (!bits).then(|| spelled::hexadecimal_code(&before)).flatten());
    // A list in parentheses ends with the last of them.
    if let (Some(open), Some((_, last))) = (before.chars().next_back(), entries.last_mut())
        && let Some(close) = [('(', ')'), ('[', ']')].into_iter().find(|(opening, _)| *opening == open)
        && let Some(rest) = last.strip_suffix(close.1)
    {
        *last = rest.trim_end().to_owned();
    }
    ValueText { before: cut(&before).to_owned(), entries, unread }
}

/// A list whose values are divided by one sign and each begin with a code: numbers in its labels are text, as in
/// `0=No error;1=Error 1: phase lost`.
fn divided(text: &str) -> Option<ValueText> {
    let text = text.trim();
    let sign = [';', '\n', '|'].into_iter().find(|sign| text.contains(*sign))?;
    let parts: Vec<&str> = text.split(sign).map(str::trim).filter(|part| !part.is_empty()).collect();
    let mut entries = Vec::new();
    for part in &parts {
        let (tokens, unread) = tokens(part, false);
        let token = tokens.first().filter(|token| token.start == 0)?;
        // The same sign again is a code again.
        let sign = |token: &Token| part.get(..token.end).and_then(|until| until.chars().next_back());
        if tokens.iter().skip(1).any(|other| sign(other) == sign(token)) {
            return None;
        }
        // What is left unread before the first code is nothing that a label says.
        if unread.is_some_and(|unread| part.starts_with(&unread)) {
            return None;
        }
        let label = label(part.get(token.end..).unwrap_or_default());
        entries.extend(token.codes.clone().map(|code| (code, label.clone())));
    }
    (parts.len() > 1).then_some(ValueText { before: String::new(), entries, unread: None })
}

/// Whether a text is a list of values and nothing else: `0=Open;1=Closed`.
pub(crate) fn is_list(text: &str) -> bool {
    let list = parse_where(text, false, Stands::Cell);
    !list.entries.is_empty() && list.before.is_empty()
}

/// Values or bits that a text of nothing else lists: `0=Open`, `Bit 3: Fan`. Whether they are bits stands before them.
pub(crate) fn listed(text: &str) -> Option<(bool, Vec<(i64, String)>)> {
    [false, true].into_iter().find_map(|bits| {
        // What the register has, values or bits, is not known here, and hexadecimal bits are masks.
        let list = match !bits && spelled::has_hexadecimal(text) {
            true => parse_signed(&narrow(text), bits),
            false => parse_where(text, bits, Stands::Cell),
        };
        let is_list = !list.entries.is_empty() && list.before.is_empty() && list.unread.is_none();
        is_list.then_some((bits, list.entries))
    })
}

/// Signs as wide as a Chinese character, as their narrow ones.
pub(crate) fn narrow(text: &str) -> Cow<'_, str> {
    const SIGNS: [(char, char); 6] = [('：', ':'), ('；', ';'), ('，', ','), ('＝', '='), ('、', ','), ('～', '~')];
    if !text.contains(SIGNS.map(|(wide, _)| wide)) {
        return Cow::Borrowed(text);
    }
    let narrow = |sign: char| SIGNS.iter().find(|(wide, _)| *wide == sign).map_or(sign, |(_, narrow)| *narrow);
    Cow::Owned(text.chars().map(narrow).collect())
}

/// A name that was cut off before its list, without the signs that led to it.
pub(crate) fn cut(name: &str) -> &str {
    name.trim_end_matches([':', '=', '-', '–', '—', ',', ';', '.', '/', '|', '(', '[', ' '])
}

/// What stands between two codes, without what divides it from the next one.
pub(super) fn label(text: &str) -> String {
    const SIGNS: [char; 5] = [',', ';', '.', '|', ' '];
    let text = super::text::normalised(text);
    let mut label = text.trim_matches(SIGNS);
    // A dash divides where a blank stands before it: `Off - 1: On`; that of `Class A-` is its own.
    while let Some(rest) = ["/", " -", " –", " —"].into_iter().find_map(|sign| label.strip_suffix(sign)) {
        label = rest.trim_end_matches(SIGNS);
    }
    label.to_owned()
}

struct Token {
    start: usize,
    end: usize,
    /// One code, or those of a range: `4-7: Reserved`.
    codes: RangeInclusive<i64>,
}

/// A range longer than this is none: a register holds no more codes.
const LONGEST: i64 = 65_536;

/// The codes of a list, and the first number that looks like one and is none.
fn tokens(text: &str, bits: bool) -> (Vec<Token>, Option<String>) {
    let mut tokens: Vec<Token> = Vec::new();
    let mut unread: Option<String> = None;
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
                None => {
                    let begins = before.trim_end();
                    if begins.is_empty() || begins.ends_with([',', ';', '/', '|']) {
                        unread = unread.or_else(|| text.get(digits..=sign).map(str::to_owned));
                    }
                    continue;
                }
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
            unread = unread.or_else(|| text.get(digits..=sign).map(str::to_owned));
            continue;
        }
        // `1 000=Off` is no 0, and `1,000=Off` may be one of several things.
        let (start, first, last) = match thousands(text, start, digits..digits_end) {
            Some(Thousands { begin, code: Some(code) }) if !bits && first == last => (begin, code, code),
            Some(Thousands { begin, .. }) if !bits => {
                unread = unread.or_else(|| text.get(begin..=sign).map(str::to_owned));
                continue;
            }
            _ => (start, first, last),
        };
        position = sign.saturating_add(1);
        let follows = tokens.last().map(|token| (token.end, *token.codes.end()));
        let together = (!bits && first == last).then(|| together(text, follows, start, first)).flatten();
        let (start, first) = together.unwrap_or((start, first));
        if !bits {
            let end = tokens.last().map_or(0, |token| token.end);
            let left = left_over(text.get(end..start).unwrap_or_default(), tokens.is_empty());
            let left = left.and_then(|left| text.get(end.saturating_add(left)..position));
            unread = unread.or_else(|| left.map(str::to_owned));
        }
        tokens.push(Token { start, end: position, codes: first..=last });
    }
    (tokens, unread)
}

/// A code whose thousands a sign sets apart.
struct Thousands {
    /// Where it begins.
    begin: usize,
    /// `None` where the sign may be something else.
    code: Option<i64>,
}

/// Whether three digits are the end of a longer code, which begins a value: `1 000=Off`, `0=On; 65'535=None`. Elsewhere
/// the digits before them end a label: `0=Zone 1 100=On`.
fn thousands(text: &str, start: usize, digits: Range<usize>) -> Option<Thousands> {
    let before = text.get(..digits.start).filter(|_| start == digits.start && digits.len() == 3)?;
    let sign = before.chars().next_back().filter(|sign| [' ', '\u{a0}', '\u{202f}', '\'', '’', ','].contains(sign))?;
    let rest = before.strip_suffix(sign)?;
    let ahead = rest.trim_end_matches(|character: char| character.is_ascii_digit());
    let group = rest.get(ahead.len()..)?;
    let begins = ahead.trim_end().is_empty() || ahead.trim_end().ends_with([';', '|', '\n']);
    // The end of a range, or a sign before it.
    let follows = ahead.trim_end().ends_with(['-', '–', '−', '…']);
    if !(1..=3).contains(&group.len()) || group.starts_with('0') || !(begins || follows) {
        return None;
    }
    let code = format!("{group}{}", text.get(digits)?).parse().ok();
    Some(Thousands { begin: ahead.len(), code: code.filter(|_| begins && sign != ',') })
}

/// The code before this one that has the same label, and where it begins: the 4 of `3: LAN 4 / 5: WIFI`. It follows the
/// last code of the list; in `1: Zone 1 / 2: Zone 2` the number is one of the label.
fn together(text: &str, follows: Option<(usize, i64)>, start: usize, code: i64) -> Option<(usize, i64)> {
    let (from, last) = follows?;
    let before = text.get(from..start)?.trim_end().strip_suffix('/')?.trim_end();
    let digits = before.len().saturating_sub(before.trim_end_matches(|sign: char| sign.is_ascii_digit()).len());
    let begin = before.len().saturating_sub(digits);
    let other: i64 = before.get(begin..)?.parse().ok()?;
    let is_apart = before.get(..begin)?.ends_with(char::is_whitespace);
    let is_next = other.checked_add(1) == Some(code) && last.checked_add(1) == Some(other);
    (is_apart && is_next).then_some((from.saturating_add(begin), other))
}

/// Where a number begins that ends what stands before a code and would be another code of it: `0,` in `0,1=Off`.
///
/// `Zone 1, 2: …` ends with a word's number, `0: 9600, 1: …` with one that is the label.
fn left_over(gap: &str, is_first: bool) -> Option<usize> {
    const SIGNS: [char; 10] = [',', ';', '/', '|', '&', '+', '-', '–', '.', '…'];
    let body = gap.trim_end().trim_end_matches(SIGNS);
    let is_glued = !gap.ends_with(char::is_whitespace) && body.trim_end() == body;
    if body.len() == gap.trim_end().len() {
        return None;
    }
    let body = body.trim_end();
    let is_part = |character: char| character.is_ascii_digit() || [',', '.', '/', '-'].contains(&character);
    let number = body.get(body.trim_end_matches(is_part).len()..)?;
    let number = number.trim_start_matches(|character: char| !character.is_ascii_digit());
    let start = body.len().saturating_sub(number.len());
    let ahead = body.get(..start)?;
    if number.is_empty() || ahead.ends_with(|character: char| character.is_alphanumeric() || character == '_') {
        return None;
    }
    let ahead = ahead.trim_end();
    let is_listed = match ahead.chars().next_back() {
        None => is_first,
        Some(sign) => [',', ';', '/', '|', ':', '=', '(', '['].contains(&sign) || is_glued && is_first,
    };
    is_listed.then_some(start)
}

fn number(text: &str, start: usize, end: usize) -> Option<i64> {
    text.get(start..end)?.parse().ok()
}

/// The last code of a range whose first one ends here, and where its digits end.
fn range_end(text: &str, first_end: usize) -> Option<(i64, usize)> {
    let dash = end_of(text, first_end, char::is_whitespace);
    let rest = text.get(dash..)?;
    let rest = ["-", "–", "−", "…", "...", ".."].into_iter().find_map(|sign| rest.strip_prefix(sign))?;
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
    fn thousands_may_be_set_apart() {
        for (text, codes) in [
            ("1 000=Off", vec![1000]),
            ("140=Off;1 000=On", vec![140, 1000]),
            ("0=On|65'535=None", vec![0, 65535]),
            ("0: Zone 1 100: On", vec![0, 100]),
            ("0: 9600 100: On", vec![0, 100]),
            ("0=1,100=2", vec![0, 100]),
        ] {
            let list = parse(text, false);
            assert_eq!(list.entries.iter().map(|(code, _)| *code).collect::<Vec<_>>(), codes, "{text}");
        }
        for text in ["1,000=Off", "1 000-2 000=On", "-1 000=Off", "140=Off;1,000=On"] {
            let list = parse(text, false);
            assert!(list.unread.is_some() && !list.entries.iter().any(|(code, _)| *code == 0), "{text}: {list:?}");
        }
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
    fn lists_and_units_are_told_apart() {
        for text in ["0=Open;1=Closed", "1=Send values", "0: Off, 1: On"] {
            assert!(is_list(text), "{text}");
        }
        for text in ["V DC", "°C", "", "0-10 V", "Mode 0=Off", "1/min", "m3"] {
            assert!(!is_list(text), "{text}");
        }
    }

    #[test]
    fn codes_of_one_label_stand_together() {
        assert_eq!(
            parse("01:WIFI 03:LAN 04 / 05: WIFI of a module 06 / 07: LAN", false).entries,
            entries(&[
                (1, "WIFI"),
                (3, "LAN"),
                (4, "WIFI of a module"),
                (5, "WIFI of a module"),
                (6, "LAN"),
                (7, "LAN")
            ])
        );
        assert_eq!(parse("1: Zone 1 / 2: Zone 2", false).entries, entries(&[(1, "Zone 1"), (2, "Zone 2")]));
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
    fn signs_that_divide_are_no_part_of_a_label() {
        for text in ["0: Aus / 1: Ein", "0: Aus | 1: Ein", "0=Aus, 1=Ein", "0 = Aus - 1 = Ein", "0:Aus/1:Ein;"] {
            assert_eq!(parse(text, false).entries, entries(&[(0, "Aus"), (1, "Ein")]), "{text}");
        }
        assert_eq!(parse("0: Class A-, 1: Class B/C", false).entries, entries(&[(0, "Class A-"), (1, "Class B/C")]));
        for text in ["Modus: 0..2=Aus, 3=Ein", "Modus - 0 … 2: Aus 3: Ein", "Modus (0...2: Aus, 3: Ein)"] {
            let list = parse(text, false);
            assert_eq!(list.before, "Modus", "{text}");
            assert_eq!(list.entries, entries(&[(0, "Aus"), (1, "Aus"), (2, "Aus"), (3, "Ein")]), "{text}");
            assert_eq!(list.unread, None, "{text}");
        }
        assert_eq!(parse("Mode [0: Off, 1: On (eco)]", false).entries, entries(&[(0, "Off"), (1, "On (eco)")]));
    }

    #[test]
    fn numbers_in_the_labels_of_a_divided_list_are_text() {
        let list = parse("0=No error;1=Error 1: phase lost; 7-8=BMS, 2: none;", false);
        let labels = [(0, "No error"), (1, "Error 1: phase lost"), (7, "BMS, 2: none"), (8, "BMS, 2: none")];
        assert_eq!(list.entries, entries(&labels));
        assert_eq!(parse("0=Off 1=On; 2=Auto", false).entries, entries(&[(0, "Off"), (1, "On"), (2, "Auto")]));
        assert_eq!(parse("0,1=Off; 2=On", false).unread.as_deref(), Some("0,1="));
    }

    #[test]
    fn codes_that_are_left_unread_are_told() {
        for (text, unread) in [
            ("0,1=Off, 2=On", "0,1="),
            ("Modus: 0, 1 = Aus, 2 = Ein", "0, 1 ="),
            ("Modus 0/1/2: Aus, 3: Ein", "0/1/2:"),
            ("0=Auto, 1, 2=Off", "1, 2="),
            ("0=Auto;1,2=Off", "1,2="),
            ("Modus (0, 1: Aus)", "0, 1:"),
            ("9-7: x", "9-7:"),
        ] {
            assert_eq!(parse(text, false).unread.as_deref(), Some(unread), "{text}");
        }
        for text in [
            "Selected mode for mixing valve 1, 0:Heat, 1:Cool",
            "0: 9600, 1: 19200, 2: 115200",
            "0:9600,1:19200",
            "0: Zone 1, 1: Zone 2",
            "0:Zone1,1:Zone2",
            "0: 1,5, 1: 2,5",
            "0: 10/20, 1: 20/30",
            "0=Off, 2=PT1000: fitted, 3=v1.2",
            "0: 1.5 mm, 1: 2.5 mm",
            "-1: Fault, 0=Off 2 - 3: Reserved",
        ] {
            assert_eq!(parse(text, false).unread, None, "{text}");
        }
        assert_eq!(parse("Bit 0: Pump, 1: Fan", true).unread.as_deref(), Some("1:"));
        assert_eq!(parse("Bit 0,1: Pump", true).unread.as_deref(), Some("1:"));
        assert_eq!(parse("Bit 0: Pump 2 Bit 1: Error 12: fan", true).unread, None);
    }

    #[test]
    fn numbers_in_words_are_text() {
        assert_eq!(
            parse("0=Disable immersion heater, 2=PT1000: fitted", false).entries,
            entries(&[(0, "Disable immersion heater"), (2, "PT1000: fitted")])
        );
    }
}
