//! What a header says of the digits below it: decimal, hexadecimal, or both.

use super::dictionary::words;
use crate::cells::address::{self, Style};

/// How the bare digits of a column of addresses are to be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Base {
    /// Nothing says it: digits are decimal unless cells speak against that.
    #[default]
    Unsaid,
    Decimal,
    Hexadecimal,
    /// The header names both: `Address dec (hex)`.
    Both,
}

/// The words of `notation` in `[columns]`.
pub(crate) const NOTATIONS: [(&str, Base); 2] = [("decimal", Base::Decimal), ("hexadecimal", Base::Hexadecimal)];

/// Beginnings of words, and what they say.
const BEGINNINGS: [(&str, Base); 11] = [
    ("hex", Base::Hexadecimal),
    ("0x", Base::Hexadecimal),
    ("esadec", Base::Hexadecimal),
    ("szesnast", Base::Hexadecimal),
    ("sestnact", Base::Hexadecimal),
    ("шестнадцат", Base::Hexadecimal),
    ("decimal", Base::Decimal),
    ("dezimal", Base::Decimal),
    ("dziesiet", Base::Decimal),
    ("desitk", Base::Decimal),
    ("десятич", Base::Decimal),
];

/// Parts of words in scripts that do not divide them.
const PARTS: [(&str, Base); 8] = [
    ("十六进", Base::Hexadecimal),
    ("十六進", Base::Hexadecimal),
    ("16进", Base::Hexadecimal),
    ("16進", Base::Hexadecimal),
    ("十进", Base::Decimal),
    ("十進", Base::Decimal),
    ("10进", Base::Decimal),
    ("10進", Base::Decimal),
];

/// Whole words.
const WORDS: [(&str, Base); 3] = [("dec", Base::Decimal), ("dez", Base::Decimal), ("deci", Base::Decimal)];

/// Words that turn the next one around: `not hex`.
const NEGATIONS: [&str; 12] =
    ["not", "no", "non", "without", "nicht", "kein", "keine", "ohne", "inte", "ej", "pas", "niet"];

/// Whether a header says that addresses are counted from one, or from zero.
pub(crate) fn counts_from_one(header: &str) -> Option<bool> {
    crate::cells::around_phrase::header_counts_from_one(header)
}

/// What a header says.
pub(crate) fn base(header: &str) -> Base {
    let lower = header.trim().to_lowercase();
    let ends_with = |ends: &[&str]| ends.iter().any(|end| lower.ends_with(end));
    if ends_with(&["$", "($)", "base 16)"]) {
        return Base::Hexadecimal;
    }
    // `Register (H)` may be of holding registers, `Register (16)` of 16 bits.
    if ends_with(&["(h)", "[h]", "(16)"]) {
        return Base::Both;
    }
    words(header).map_or(Base::Unsaid, |words| of_words(&words))
}

/// What the words of a header say.
pub(super) fn of_words(words: &[String]) -> Base {
    let (mut hexadecimal, mut decimal) = (false, false);
    let mut before = "";
    for word in words {
        let found = of_word(word);
        let is_negated = NEGATIONS.contains(&before);
        hexadecimal |= found == Some(Base::Hexadecimal) && !is_negated;
        decimal |= found == Some(Base::Decimal) && !is_negated || found == Some(Base::Hexadecimal) && is_negated;
        before = word;
    }
    match (hexadecimal, decimal) {
        (false, false) => Base::Unsaid,
        (false, true) => Base::Decimal,
        (true, false) => Base::Hexadecimal,
        (true, true) => Base::Both,
    }
}

fn of_word(word: &str) -> Option<Base> {
    let whole = WORDS.iter().find(|(known, _)| *known == word);
    let beginning = || BEGINNINGS.iter().find(|(known, _)| word.starts_with(known));
    let part = || PARTS.iter().find(|(known, _)| word.contains(known));
    // `AddrHex` is two words, `ADDRHEX` is one.
    let end = || word.ends_with("hex").then_some(&("hex", Base::Hexadecimal));
    whole.or_else(beginning).or_else(part).or_else(end).map(|(_, base)| *base)
}

/// The style of a column of addresses with these cells.
pub(crate) fn style<'a>(base: Base, cells: impl IntoIterator<Item = &'a str>) -> Style {
    Style { both: base == Base::Both, ..Style::of(base == Base::Hexadecimal, cells) }
}

/// Cells of a column of which nothing says whether they are decimal or hexadecimal.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct InDoubt {
    /// The cells that are hexadecimal by a mark or by a digit, by their places among all cells.
    pub(crate) hexadecimal: Vec<usize>,
    /// Those whose digits may be either.
    pub(crate) either: Vec<usize>,
}

/// The cells that leave open in which base the column is written; none where header or cells say it.
pub(crate) fn in_doubt(base: Base, cells: &[&str]) -> Option<InDoubt> {
    if matches!(base, Base::Decimal | Base::Hexadecimal) {
        return None;
    }
    // Where nothing names a base and no cell has a letter, digits are decimal.
    if base == Base::Unsaid && cells.iter().all(|cell| cell.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    let style = style(base, cells.iter().copied());
    let (mut found, mut marked) = (InDoubt::default(), false);
    for (place, cell) in cells.iter().enumerate() {
        match kind(cell, style) {
            // One that can be no address in hexadecimal digits tells how the others are written.
            Some(Written::Decimal) => return None,
            Some(Written::Either) => found.either.push(place),
            Some(Written::Digits) => found.hexadecimal.push(place),
            Some(Written::Marked) => {
                marked = true;
                found.hexadecimal.push(place);
            }
            None => {}
        }
    }
    // One letter among many numbers is a slip, which is reported at its cell.
    if !marked && !found.hexadecimal.is_empty() && found.hexadecimal.len().saturating_mul(SLIP) < found.either.len() {
        return None;
    }
    let is_doubt = match (found.hexadecimal.is_empty(), found.either.is_empty()) {
        // Where all that needs a mark has one nothing is open.
        (false, true) => !marked,
        (false, false) => true,
        (true, is_empty) => base == Base::Both && !is_empty,
    };
    is_doubt.then_some(found)
}

/// Numbers to one with a letter.
const SLIP: usize = 20;

/// How an address is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    /// In decimal digits, and no address if they were hexadecimal.
    Decimal,
    /// In digits that give an address in both bases, and not the same.
    Either,
    /// With a digit from A to F, and nothing else that says what it is.
    Digits,
    /// `0x0014`
    Marked,
}

fn kind(cell: &str, style: Style) -> Option<Written> {
    let first = |style: Style| {
        let read = address::parse(cell, style).ok()?;
        let registers = read.zero_based().ok().filter(|registers| registers.table.is_none())?;
        Some((registers.first, read))
    };
    let hexadecimal = first(Style { hex: true, both: false, ..style });
    match (first(style), hexadecimal) {
        (Some((_, read)), _) if read.is_hexadecimal() => Some(Written::Marked),
        (Some((decimal, _)), Some((hexadecimal, _))) if decimal == hexadecimal => None,
        (Some(_), Some(_)) => Some(Written::Either),
        (Some(_), None) => Some(Written::Decimal),
        // A word may consist of letters from A to F.
        (None, Some(_)) => cell.contains(|sign: char| sign.is_ascii_digit()).then_some(Written::Digits),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_in_brackets_is_asked_about() {
        for (header, expected) in [
            ("Register (H)", Base::Both),
            ("Address [h]", Base::Both),
            ("Address (base 16)", Base::Hexadecimal),
            ("Address $", Base::Hexadecimal),
            ("Address", Base::Unsaid),
        ] {
            assert_eq!(base(header), expected, "{header}");
        }
        assert!(in_doubt(Base::Both, &["10", "11", "20"]).is_some());
    }

    #[test]
    fn columns_in_two_bases() {
        let doubt = |hexadecimal: &[usize], either: &[usize]| {
            Some(InDoubt { hexadecimal: hexadecimal.to_vec(), either: either.to_vec() })
        };
        for (base, cells, found) in [
            (Base::Unsaid, ["1008", "100A", "100B"].as_slice(), doubt(&[1, 2], &[0])),
            (Base::Unsaid, &["100", "1E0", "7"], doubt(&[1], &[0])),
            (Base::Unsaid, &["0A", "0B", "9"], doubt(&[0, 1], &[])),
            (Base::Unsaid, &["10", "0x11"], doubt(&[1], &[0])),
            (Base::Unsaid, &["1", "0x11", "9"], None),
            (Base::Unsaid, &["0x10", "0x11"], None),
            (Base::Unsaid, &["10", "20 – 31"], None),
            // 40001 has too many digits to be hexadecimal.
            (Base::Unsaid, &["40001", "400A"], None),
            (Base::Unsaid, &["10 (0x0A)", "11"], None),
            (Base::Unsaid, &["100", "Added"], None),
            (Base::Decimal, &["1008", "100A"], None),
            (Base::Hexadecimal, &["1008", "100A"], None),
            (Base::Both, &["100", "101"], doubt(&[], &[0, 1])),
            (Base::Both, &["100 (64)", "101 (65)"], None),
            (Base::Both, &["0x64 / 100"], None),
            (Base::Both, &["1", "2"], None),
        ] {
            assert_eq!(in_doubt(base, cells), found, "{base:?} {cells:?}");
        }
        let mut many = vec!["1000"; 30];
        many.push("10O0A");
        many.push("100A");
        assert_eq!(in_doubt(Base::Unsaid, &many), None);
    }

    #[test]
    fn what_headers_say_of_their_digits() {
        for (base, headers) in [
            (Base::Unsaid, "Address; Register; Decoder address; December; Hour; 地址"),
            (
                Base::Hexadecimal,
                "Address (hex); Hex address; Register (hexadecimal); Adresse (hexadezimal); Adresse hexadécimale; \
                 Address (0x); Indirizzo esadecimale; ADDRHEX; AddrHex; HexAddress; 地址(十六进制); アドレス(16進)",
            ),
            (
                Base::Decimal,
                "Address (dec); Decimal address; Adresse (dezimal); Adresse décimale; 地址(十进制); Address (not hex)",
            ),
            (
                Base::Both,
                "Address (dec/hex); Address dec (hex); Hex / dec address; Adresse dez./hex.; Register decimal (hexadecimal)",
            ),
        ] {
            for header in headers.split("; ") {
                assert_eq!(super::base(header), base, "{header}");
            }
        }
    }
}
