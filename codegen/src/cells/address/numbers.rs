//! The numbers of an address and what stands around them: words, footnote marks, the signs of a base.

use super::{Notation, Number, Style, is_group, strip_ignoring_case};
use crate::model::Table;

pub(super) fn whole(text: &str, style: Style) -> Option<Number> {
    let (number, rest) = number(text.trim(), style)?;
    rest.trim().is_empty().then_some(number)
}

/// One sign for each kind of blank and hyphen, and one between numbers in lines of their own.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let is_list = line.starts_with(|character: char| character.is_ascii_digit())
            && plain.ends_with(|character: char| character.is_ascii_alphanumeric());
        if !plain.is_empty() {
            plain.push_str(if is_list { " & " } else { " " });
        }
        plain.extend(line.chars().map(|character| match character {
            '–' | '—' | '‐' | '‑' | '−' | '‒' => '-',
            '～' | '〜' | '∼' => '~',
            other if other.is_whitespace() => ' ',
            other => other,
        }));
    }
    plain
}

/// Takes the footnote marks off an address: `40001*`, `40001 *1`, `40001¹`, `40001 1)`.
pub(super) fn without_marks(text: &str) -> (String, Vec<String>) {
    const SIGNS: [char; 4] = ['*', '†', '‡', '§'];
    const RAISED: &str = "¹²³⁴⁵⁶⁷⁸⁹⁰";
    let (mut rest, mut marks) = (text.trim(), Vec::new());
    loop {
        let before = rest.trim_end_matches(|character| RAISED.contains(character)).trim_end();
        let signs = rest.trim_end_matches(|character: char| character.is_ascii_digit());
        let starred = signs.trim_end_matches(SIGNS);
        let numbered = rest.strip_suffix(')').and_then(|open| {
            let digits = open.trim_end_matches(|character: char| character.is_ascii_digit());
            let is_mark = open.len().saturating_sub(digits.len()) == 1 && digits.ends_with(' ') && !open.contains('(');
            is_mark.then(|| digits.trim_end())
        });
        let shorter = if before.len() < rest.len() {
            before
        } else if starred.len() < signs.len() && !starred.is_empty() {
            starred.trim_end()
        } else if let Some(numbered) = numbered {
            numbered
        } else {
            break;
        };
        marks.insert(0, rest.get(shorter.len()..).unwrap_or_default().trim().to_owned());
        rest = shorter;
    }
    let bare = rest.trim_start_matches(SIGNS);
    if bare.len() < rest.len() {
        marks.insert(0, rest.get(..rest.len().saturating_sub(bare.len())).unwrap_or_default().to_owned());
    }
    (bare.trim_start().to_owned(), marks)
}

/// Words that say no more than the header does: `Register 40001`.
pub(super) fn without_word(text: &str) -> &str {
    const WORDS: [&str; 11] =
        ["register", "reg", "address", "adresse", "address", "addr", "adr", "adress", "adres", "no", "nr"];
    for word in WORDS {
        if let Some(rest) = strip_ignoring_case(text, word) {
            // `no 5` says that it is not.
            if word == "no" && !rest.starts_with(['.', ':', '#']) {
                continue;
            }
            let rest = rest.trim_start_matches(['.', ':', '#', ' ']);
            if rest.starts_with(|character: char| character.is_ascii_digit()) {
                return rest;
            }
        }
    }
    text
}

/// A number at the beginning of a text, and what follows it.
pub(super) fn number(text: &str, style: Style) -> Option<(Number, &str)> {
    let text = text.trim_start();
    prefixed(text, style)
        .or_else(|| named(text, style))
        .or_else(|| marked_hexadecimal(text))
        .or_else(|| if style.hex { bare_hexadecimal(text) } else { decimal(text) })
}

/// `4x0001`, `3X00013`, `4:0001`.
pub(super) fn prefixed(text: &str, style: Style) -> Option<(Number, &str)> {
    let mut characters = text.chars();
    let table = match characters.next()? {
        '0' => Table::Coil,
        '1' => Table::DiscreteInput,
        '3' => Table::InputRegister,
        '4' => Table::HoldingRegister,
        _ => return None,
    };
    let sign = characters.next()?;
    let rest = characters.as_str();
    let (digits, rest) = split(rest, |character| character.is_ascii_digit());
    let fits = match sign {
        'x' | 'X' => (table != Table::Coil || style.prefixed) && !digits.is_empty(),
        ':' => digits.len() >= 4,
        _ => false,
    };
    let ends = !rest.starts_with(|character: char| character.is_ascii_alphanumeric());
    (fits && ends).then_some(())?;
    Some((Number { value: value(digits, 10), notation: Notation::Prefixed(table) }, rest))
}

/// `HR 100`, `IR5`: a table's name before a number that is counted as the others are.
pub(super) fn named(text: &str, style: Style) -> Option<(Number, &str)> {
    const NAMES: [(&str, Table); 4] = [
        ("hr", Table::HoldingRegister),
        ("ir", Table::InputRegister),
        ("di", Table::DiscreteInput),
        ("coil", Table::Coil),
    ];
    let (rest, table) = NAMES.into_iter().find_map(|(name, table)| Some((strip_ignoring_case(text, name)?, table)))?;
    let rest = rest.trim_start_matches([' ', '#', '_', ':']);
    let (number, rest) =
        marked_hexadecimal(rest).or_else(|| if style.hex { bare_hexadecimal(rest) } else { decimal(rest) })?;
    Some((Number { value: number.value, notation: Notation::Named(table) }, rest))
}

/// `0x0014`, `0X14`, `$14`, `&H14`, `16#14`, `0014h`, `14hex`.
pub(super) fn marked_hexadecimal(text: &str) -> Option<(Number, &str)> {
    for mark in ["0x", "&h", "16#", "h'", "$"] {
        let Some(rest) = strip_ignoring_case(text, mark) else { continue };
        let (digits, rest) = split(rest.trim_start_matches(' '), |character| character.is_ascii_hexdigit());
        let rest = if mark == "h'" { rest.strip_prefix('\'').unwrap_or(rest) } else { rest };
        let ends = !rest.starts_with(|character: char| character.is_ascii_alphanumeric());
        return (!digits.is_empty() && ends)
            .then(|| (Number { value: value(digits, 16), notation: Notation::Hexadecimal }, rest));
    }
    let (digits, rest) = split(text, |character| character.is_ascii_hexdigit());
    let after = rest.trim_start_matches(' ');
    let rest = ["hex", "h"].into_iter().find_map(|mark| strip_ignoring_case(after, mark))?;
    let ends = !rest.starts_with(|character: char| character.is_ascii_alphanumeric());
    (!digits.is_empty() && ends).then(|| (Number { value: value(digits, 16), notation: Notation::Hexadecimal }, rest))
}

pub(super) fn bare_hexadecimal(text: &str) -> Option<(Number, &str)> {
    let (digits, rest) = split(text, |character| character.is_ascii_hexdigit());
    let ends = !rest.starts_with(|character: char| character.is_ascii_alphanumeric());
    (!digits.is_empty() && ends).then(|| (Number { value: value(digits, 16), notation: Notation::Hexadecimal }, rest))
}

/// `40001`, and with thousands set apart `40 001`, `40'001`.
pub(super) fn decimal(text: &str) -> Option<(Number, &str)> {
    let (digits, mut rest) = split(text, |character| character.is_ascii_digit());
    (!digits.is_empty()).then_some(())?;
    let mut all = digits.to_owned();
    while all.len() <= 6
        && digits.len() <= 3
        && let Some(next) = rest.strip_prefix([' ', '\'', '’'])
        && let (group, after) = split(next, |character| character.is_ascii_digit())
        && is_group(group)
    {
        all.push_str(group);
        rest = after;
    }
    // `1FF` begins with a digit and is no decimal number.
    let ends = !rest.starts_with(|character: char| character.is_ascii_alphabetic());
    ends.then(|| (Number { value: value(&all, 10), notation: Notation::Decimal(all.len()) }, rest))
}

pub(super) fn split(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|character| !belongs(character)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// A number with too many digits is one all the same, of no register.
pub(super) fn value(digits: &str, radix: u32) -> u32 {
    u32::from_str_radix(digits, radix).unwrap_or(u32::MAX)
}
