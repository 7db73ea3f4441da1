//! The codes of a list: `3`, `-1`, `0x0A`, `3-5`, `Bit 3`, `b3`, and the sign between a code and its label.

use std::ops::RangeInclusive;

use crate::cells::bits;

/// How a code is written; the codes of a list are all those of values, or all those of bits written in one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    Decimal,
    Hexadecimal,
    /// `Bit 3`
    Bit,
    /// `b3`, `D3`: the letter in lower case.
    Short(char),
}

impl Mark {
    pub(super) fn is_bit(self) -> bool {
        matches!(self, Self::Bit | Self::Short(_))
    }

    /// Whether codes written so stand in one list.
    pub(super) fn fits(self, other: Self) -> bool {
        self == other || !self.is_bit() && !other.is_bit()
    }
}

/// A code at a place of a text, or a range of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Code {
    pub(super) mark: Mark,
    pub(super) codes: RangeInclusive<i64>,
    /// Where it begins and ends.
    pub(super) start: usize,
    pub(super) end: usize,
    /// What is wrong with it: a range that falls, `1,000`, `-0`.
    pub(super) is_odd: bool,
}

/// A range longer than this is none: a register holds no more codes.
const LONGEST: i64 = 65_536;

/// Signs before a number that give it another meaning.
const ODD: [char; 17] = ['#', '+', '~', '±', '$', '*', '%', '<', '>', '≤', '≥', '!', '?', '&', '@', '^', '='];

const DASHES: [char; 4] = ['-', '–', '—', '−'];

/// The code of a value, or a range of them, in a cell that holds nothing else.
fn cell(text: &str) -> Option<RangeInclusive<i64>> {
    let text = text.trim();
    at(text, 0).filter(|code| code.end == text.len() && !code.is_odd && !code.mark.is_bit()).map(|code| code.codes)
}

/// What a cell of codes holds: `3`, `-1`, `0x0A`, `3-5`; or `Bit 3`, which is said to be a bit.
pub(crate) fn cells(text: &str) -> Option<(RangeInclusive<i64>, bool)> {
    cell(text).map(|codes| (codes, false)).or_else(|| {
        let (low, high) = bits::parse(text).ok()?;
        Some((i64::from(low)..=i64::from(high), true))
    })
}

/// The code that begins at a place.
pub(super) fn at(text: &str, start: usize) -> Option<Code> {
    let rest = text.get(start..)?;
    let (word, digits) = bit_word(rest);
    let begin = start.saturating_add(rest.len().saturating_sub(digits.len()));
    let (mut mark, mut first, mut end) = number(text, begin)?;
    let mut is_odd = false;
    if let Some(word) = word {
        if mark != Mark::Decimal || !(0..64).contains(&first) {
            return None;
        }
        mark = word;
    } else if mark == Mark::Decimal
        && let Some((code, long)) = thousands(text, start, end)
    {
        (is_odd, first, end) = (code.is_none(), code.unwrap_or(first), long);
    }
    let is_negative_zero = first == 0 && rest.starts_with(DASHES);
    is_odd |= is_negative_zero;
    let mut last = first;
    if let Some((code, until)) = range_end(text, end, mark) {
        is_odd |= code <= first || code.saturating_sub(first) >= LONGEST || mark.is_bit() && code >= 64;
        (last, end) = (code.max(first), until);
        // Too many to be counted are reported by the first.
        if last.saturating_sub(first) >= LONGEST {
            last = first;
        }
    }
    Some(Code { mark, codes: first..=last, start, end, is_odd })
}

/// The other end of a range whose first code ends here, and where that ends.
fn range_end(text: &str, end: usize, mark: Mark) -> Option<(i64, usize)> {
    let rest = text.get(end..)?;
    let after = rest.trim_start();
    let spaced = [" to ", " bis ", " till ", " thru "];
    let sign = ["...", "…", "..", "-", "–", "—", "−", "~"].into_iter();
    let after = sign
        .filter_map(|sign| after.strip_prefix(sign))
        .chain(spaced.into_iter().filter_map(|word| rest.strip_prefix(word)))
        .next()?
        .trim_start();
    let (word, digits) = bit_word(after);
    if word.is_some_and(|word| word != mark) {
        return None;
    }
    let start = text.len().saturating_sub(digits.len());
    let (of, code, until) = number(text, start)?;
    let expected = if mark.is_bit() { Mark::Decimal } else { mark };
    (of == expected && !digits.starts_with(DASHES)).then_some((code, until))
}

/// The word that makes a number a bit, and what follows it: `Bit 3`, `bits 4-7`, `b3`.
fn bit_word(text: &str) -> (Option<Mark>, &str) {
    let strip = |word: &str| {
        let (start, rest) = text.split_at_checked(word.len()).filter(|(start, _)| start.eq_ignore_ascii_case(word))?;
        let rest = if start.len() > 1 { rest.trim_start_matches([' ', '\u{a0}', '#', '.', '_']) } else { rest };
        rest.starts_with(|sign: char| sign.is_ascii_digit()).then_some(rest)
    };
    if let Some(rest) = strip("bits").or_else(|| strip("bit")) {
        return (Some(Mark::Bit), rest);
    }
    let short = ['b', 'd'].into_iter().find_map(|letter| Some((letter, strip(letter.encode_utf8(&mut [0; 4]))?)));
    match short {
        Some((letter, rest)) if rest.bytes().take_while(u8::is_ascii_digit).count() < 3 => {
            (Some(Mark::Short(letter)), rest)
        }
        _ => (None, text),
    }
}

/// A number, with a minus that stands for itself, which no word goes on.
fn number(text: &str, start: usize) -> Option<(Mark, i64, usize)> {
    let rest = text.get(start..)?;
    let unsigned = rest.strip_prefix(DASHES);
    let digits = unsigned.unwrap_or(rest);
    let end = digits.find(|sign: char| !sign.is_alphanumeric()).unwrap_or(digits.len());
    let word = digits.get(..end).filter(|word| word.starts_with(|sign: char| sign.is_ascii_digit()))?;
    let until = start.saturating_add(rest.len().saturating_sub(digits.len())).saturating_add(end);
    if let Some(code) = hexadecimal(word) {
        return unsigned.is_none().then_some((Mark::Hexadecimal, code, until));
    }
    let code: i64 = word.bytes().all(|digit| digit.is_ascii_digit()).then(|| word.parse().ok()).flatten()?;
    Some((Mark::Decimal, if unsigned.is_some() { code.saturating_neg() } else { code }, until))
}

/// `0x1F` and `001Fh`; `24h` is a time.
fn hexadecimal(word: &str) -> Option<i64> {
    let digits = match word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
        Some(digits) => digits,
        None => {
            let digits = word.strip_suffix(['h', 'H'])?;
            Some(digits).filter(|_| digits.len() > 1 && digits.starts_with('0') || digits.len() == 4)?
        }
    };
    let is_hexadecimal = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_hexadecimal.then(|| i64::from_str_radix(digits, 16).ok()).flatten()
}

/// A code whose thousands a sign sets apart, where it begins a value: `1 000=Off`, `65'535=None`; none for `1,000`, which
/// may be several things, and for a negative one.
fn thousands(text: &str, start: usize, end: usize) -> Option<(Option<i64>, usize)> {
    let is_begin = |before: &str| before.trim_end().is_empty() || before.trim_end().ends_with([';', '|', '\n']);
    let group = text.get(start..end)?;
    let digits = group.trim_start_matches(DASHES);
    if !text.get(..start).is_some_and(is_begin) || digits.len() > 3 || digits.starts_with('0') {
        return None;
    }
    let rest = text.get(end..)?;
    let sign = rest.chars().next().filter(|sign| [' ', '\u{a0}', '\u{202f}', '\'', '’', ','].contains(sign))?;
    let after = rest.strip_prefix(sign)?;
    let more = after.get(..3).filter(|more| more.bytes().all(|digit| digit.is_ascii_digit()))?;
    let behind = after.get(3..)?;
    let until = end.saturating_add(sign.len_utf8()).saturating_add(3);
    let sign_follows = behind.trim_start().starts_with([':', '=']);
    let is_range = behind.trim_start().starts_with(DASHES) && behind.contains('=');
    if behind.starts_with(char::is_alphanumeric) || !sign_follows && !is_range {
        return None;
    }
    let is_clear = sign != ',' && !is_range && digits.len() == group.len();
    Some((is_clear.then(|| format!("{digits}{more}").parse().ok()).flatten(), until))
}

/// A code with the `:` or `=` behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) code: Code,
    /// `:` or `=`.
    pub(super) sign: char,
    /// Where the label begins.
    pub(super) end: usize,
    /// `0: Off`, and not `0:Off`.
    pub(super) is_spaced: bool,
    /// A time or a ratio: `10:00`, `1:1`, and not `1:3P3W`.
    pub(super) is_clock: bool,
    /// `Bit 0 (LSB): …`
    pub(super) end_mark: Option<End>,
}

/// Which end of the register a list says a bit to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Least,
    Most,
}

/// The head whose code begins at a place, if a sign follows it.
pub(super) fn head(text: &str, start: usize) -> Option<Head> {
    let mut code = at(text, start)?;
    let (end_mark, marked) = end_mark(text.get(code.end..)?);
    let after = text.get(code.end..)?.get(marked..)?;
    let gap = after.len().saturating_sub(after.trim_start_matches([' ', '\t', '\u{a0}']).len());
    let sign_at = code.end.saturating_add(marked).saturating_add(gap);
    let sign = text.get(sign_at..)?.chars().next().filter(|sign| [':', '='].contains(sign))?;
    let end = sign_at.saturating_add(1);
    let behind = text.get(end..)?;
    let before = text.get(..start)?;
    code.is_odd |= before.ends_with(ODD) || before.trim_end().ends_with(['<', '>', '≤', '≥', '±']);
    // `A-1:` goes on with a word.
    code.is_odd |= before.strip_suffix(DASHES).is_some_and(|before| before.ends_with(char::is_alphanumeric));
    let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
    let is_clock = sign == ':'
        && gap == 0
        && digits > 0
        && !code.mark.is_bit()
        && !behind.get(digits..).is_some_and(|rest| rest.starts_with(char::is_alphabetic));
    let is_spaced = behind.starts_with(char::is_whitespace);
    Some(Head { code, sign, end, is_spaced, is_clock, end_mark })
}

/// ` (LSB)` behind the number of a bit, and how long it is.
fn end_mark(rest: &str) -> (Option<End>, usize) {
    let found =
        rest.trim_start().strip_prefix('(').and_then(|inner| inner.split_once(')')).and_then(|(word, after)| {
            let end = match word.trim().to_ascii_lowercase().as_str() {
                "lsb" | "lowest" | "least significant" => End::Least,
                "msb" | "highest" | "most significant" => End::Most,
                _ => return None,
            };
            Some((Some(end), rest.len().saturating_sub(after.len())))
        });
    found.unwrap_or((None, 0))
}

/// Every head of a text, in order; those within a word or a longer number are none.
pub(super) fn heads(text: &str) -> Vec<Head> {
    let mut heads: Vec<Head> = Vec::new();
    let mut until = 0usize;
    for start in starts(text) {
        if start < until {
            continue;
        }
        if let Some(head) = head(text, start) {
            until = head.end;
            heads.push(head);
        }
    }
    heads
}

/// Where a code may begin: at a word that nothing goes on, or a minus before a number.
pub(super) fn starts(text: &str) -> impl Iterator<Item = usize> {
    let mut before: [Option<char>; 2] = [None, None];
    text.char_indices().filter_map(move |(at, sign)| {
        let [earlier, last] = before;
        before = [last, Some(sign)];
        let goes_on =
            |sign: Option<char>| sign.is_some_and(|sign| sign.is_alphanumeric() || ['.', '_'].contains(&sign));
        let is_minus = DASHES.contains(&sign);
        let is_behind_minus = last.is_some_and(|last| DASHES.contains(&last)) && !goes_on(earlier);
        let begins = (is_minus || sign.is_ascii_digit() || ['b', 'B', 'd', 'D'].contains(&sign)) && !goes_on(last);
        (begins && !is_behind_minus).then_some(at)
    })
}

/// Whether the words of bits stand in a text: `Bit 3`, `bit coded`.
pub(crate) fn names_bits(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let mut words = lower.split(|sign: char| !sign.is_alphanumeric());
    words.any(|word| {
        let word = word.trim_end_matches(|sign: char| sign.is_ascii_digit());
        matches!(word, "bit" | "bits" | "bitmask" | "bitmap" | "bitfield" | "nibble" | "nibbles" | "binary" | "bitwise")
    })
}

/// Whether a hexadecimal number stands in a text.
pub(super) fn has_hexadecimal(text: &str) -> bool {
    starts(text).filter_map(|start| number(text, start)).any(|(mark, ..)| mark == Mark::Hexadecimal)
}
