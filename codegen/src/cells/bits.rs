//! Bits of a register as vendors write them: `Bit 3`, `b7`, `bit 0..3`, `high byte`.

use super::address::strip_ignoring_case;
use super::unread::Unread;

/// The bits of a cell that holds nothing else, the lowest and the highest: `3`, `Bit 3`, `b7`, `.5`, `0-3`, `7..4`,
/// `[3]`, `low byte`.
pub(crate) fn parse(text: &str) -> Result<(u8, u8), Unread> {
    let text = plain(text);
    let text = text.strip_prefix('.').unwrap_or(&text);
    if text.starts_with([',', ':', '.', '_']) {
        return Err(Unread::nothing("is not a bit number"));
    }
    match named(text).or_else(|| bare(text)) {
        Some(Ok((bits, rest))) if rest.trim().is_empty() => Ok(bits),
        Some(Err(error)) => Err(error),
        Some(Ok(_)) | None => Err(Unread::nothing("is not a bit number")),
    }
}

fn plain(text: &str) -> String {
    text.trim().replace(['–', '—', '‐', '‑', '−'], "-").replace('\u{a0}', " ").to_lowercase()
}

/// What follows each word, and the bits it names by itself.
const HALVES: [(&str, (u8, u8)); 12] = [
    ("high byte", (8, 15)),
    ("hi byte", (8, 15)),
    ("hi-byte", (8, 15)),
    ("high-byte", (8, 15)),
    ("upper byte", (8, 15)),
    ("hb", (8, 15)),
    ("low byte", (0, 7)),
    ("lo byte", (0, 7)),
    ("lo-byte", (0, 7)),
    ("low-byte", (0, 7)),
    ("lower byte", (0, 7)),
    ("lb", (0, 7)),
];

/// Whether a text names one of the two bytes of a register, whose bits nobody numbers.
pub(crate) fn names_half(text: &str) -> bool {
    let text = plain(text);
    let is_word = |character: char| character.is_alphanumeric();
    HALVES.into_iter().any(|(word, _)| {
        text.match_indices(word).any(|(at, found)| {
            let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at.saturating_add(found.len())..));
            !before.ends_with(is_word) && !after.unwrap_or_default().starts_with(is_word)
        })
    })
}

type Found<'a> = Result<((u8, u8), &'a str), Unread>;

/// Bits with a word before them, and what follows; `None` where there is no such word.
pub(crate) fn named(text: &str) -> Option<Found<'_>> {
    let (text, bracket) = match text.strip_prefix(['(', '[', '{']) {
        Some(inner) => (inner, true),
        None => (text, false),
    };
    let close = |rest| if bracket { strip_close(rest) } else { Some(rest) };
    let text = text.trim_start_matches([' ', ',', ':', '.', '_']);
    for (word, bits) in HALVES {
        if let Some(rest) = strip_ignoring_case(text, word).filter(|rest| !continues(rest)) {
            return Some(close(rest).map(|rest| (bits, rest)).ok_or_else(|| Unread::nothing("is not a bit number")));
        }
    }
    let after = ["bits", "bit", "b", "d"].into_iter().find_map(|word| {
        let rest = strip_ignoring_case(text, word)?;
        // One sign: `bit_3`, `Bit: 3`, `Bit #3`.
        let rest = rest.strip_prefix(['.', ':', '_']).unwrap_or(rest).trim_start();
        let rest = rest.strip_prefix('#').unwrap_or(rest);
        rest.starts_with(|character: char| character.is_ascii_digit()).then_some(rest)
    });
    let after = match after {
        Some(after) => after,
        // `[3]`; a number in parentheses may be anything.
        None if bracket && text.starts_with(|character: char| character.is_ascii_digit()) => text,
        None => return None,
    };
    let found = bare(after)?;
    Some(found.and_then(|(bits, rest)| {
        close(rest).map(|rest| (bits, rest)).ok_or_else(|| Unread::nothing("is not a bit number"))
    }))
}

fn strip_close(rest: &str) -> Option<&str> {
    rest.trim_start().strip_prefix([')', ']', '}'])
}

fn continues(rest: &str) -> bool {
    rest.starts_with(|character: char| character.is_ascii_alphanumeric())
}

/// A bit, or a range of them whichever end stands first, and what follows; `None` where no digit begins the text.
pub(crate) fn bare(text: &str) -> Option<Found<'_>> {
    let (first, rest) = number(text)?;
    let sign = ["...", "…", "..", "-", "~", ":", " to ", " bis "];
    let trimmed = rest.trim_start();
    let second = sign.into_iter().find_map(|sign| {
        let rest = if sign.starts_with(' ') { rest } else { trimmed };
        let after = rest.strip_prefix(sign)?.trim_start();
        let found = number(after.strip_prefix("bit").map_or(after, str::trim_start));
        // What is no bit is the address of the range's other end: `62500.0 - 62500.3`.
        found.filter(|(last, _)| *last < 64)
    });
    let (last, rest) = second.unwrap_or((first, rest));
    if continues(rest) {
        return Some(Err(Unread::nothing("is not a bit number")));
    }
    let (low, high) = (first.min(last), first.max(last));
    match (u8::try_from(low), u8::try_from(high)) {
        (Ok(low), Ok(high)) if high < 64 => Some(Ok(((low, high), rest))),
        _ => Some(Err(Unread::out_of_range(
            "is not a bit number: one register has bits 0 to 15, four registers have bits 0 to 63",
        ))),
    }
}

fn number(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    (!digits.is_empty()).then(|| (digits.parse().unwrap_or(u32::MAX), rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells::unread::Why;

    #[test]
    fn bits_as_vendors_write_them() {
        for text in
            ["3", "03", "Bit 3", "bit3", "Bit03", "BIT 3", "b3", "B3", ".3", "[3]", "(bit 3)", "D3", "Bit #3", "bit: 3"]
        {
            assert_eq!(parse(text), Ok((3, 3)), "{text}");
        }
        for text in ["4-7", "7..4", "Bit 4-7", "bits 4 to 7", "Bit 4 … Bit 7", "b4~7", "[7:4]", "Bit 4–7", "Bit4...7"]
        {
            assert_eq!(parse(text), Ok((4, 7)), "{text}");
        }
        assert_eq!(parse("High byte"), Ok((8, 15)));
        assert_eq!(parse("LB"), Ok((0, 7)));
        assert_eq!(parse("Bit 63"), Ok((63, 63)));
        assert_eq!(parse("Bit 64").map_err(|unread| unread.why), Err(Why::OutOfRange));
        for text in ["", "Bit", "Bit x", "Pump", "3 phases", "Bit 3 Pump", "3.5"] {
            assert_eq!(parse(text).map_err(|unread| unread.why), Err(Why::Nothing), "{text}");
        }
    }
}
