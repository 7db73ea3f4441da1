//! Raw values that mean that there is no value, as vendors write them: `0x8000`, `65535`, `NaN`, `0xFFFF or 0x7FFF`.

use super::unread::Unread;

/// A mark of what is not available.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// As it lies in the registers, whatever their type makes of it.
    Pattern(u64),
    /// As the type reads it.
    Number(i128),
    /// In both ways: `0x8000 (-32768)`.
    Both(u64, i128),
    /// Not a number, of a float.
    Nan,
}

impl Mark {
    /// The raw value of a type of this many bits; of a float its bits. `None` where it does not fit.
    pub(crate) fn raw(self, bits: u8, signed: bool, is_float: bool) -> Option<i128> {
        if let Self::Both(pattern, number) = self {
            let [pattern, number] =
                [Self::Pattern(pattern), Self::Number(number)].map(|one| one.raw(bits, signed, is_float));
            return pattern.filter(|_| pattern == number);
        }
        let span = 1i128.checked_shl(u32::from(bits))?;
        let half = span.checked_div(2)?;
        let pattern = match self {
            Self::Pattern(pattern) => i128::from(pattern),
            Self::Number(number) if number < 0 && signed => return (number >= half.checked_neg()?).then_some(number),
            Self::Number(number) => number,
            Self::Nan if is_float && bits == 64 => i128::from(f64::NAN.to_bits()),
            Self::Nan if is_float => i128::from(f32::NAN.to_bits()),
            Self::Nan | Self::Both(..) => return None,
        };
        if !(0..span).contains(&pattern) {
            return None;
        }
        // No signed register reads so; what lies in it is meant.
        if signed && pattern >= half { pattern.checked_sub(span) } else { Some(pattern) }
    }
}

/// Every mark of a cell.
pub(crate) fn parse(text: &str) -> Result<Vec<Mark>, Unread> {
    if ["-", "–", "none", "n/a", "no"].contains(&text.trim().to_lowercase().as_str()) {
        return Ok(Vec::new());
    }
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let text = text.replace(" or ", ";").replace(" oder ", ";");
    // Where nothing stands behind a divider, a value is missing; one at the end of a line divides it from the next.
    let lines = text.trim().replace(",\n", "\n").replace(";\n", "\n");
    let parts: Vec<&str> = lines.split([';', '/', '|', '\n']).collect();
    parts.iter().try_for_each(|part| check_commas(part.trim()))?;
    parts.iter().flat_map(|part| part.split(',')).map(|part| mark(part.trim())).collect()
}

/// Refuses commas that may belong to one number: `65,535`, `-3276,8`. `65535,65534` are two.
fn check_commas(text: &str) -> Result<(), Unread> {
    let several = || text.replace(',', "; ");
    if text.contains(',') && groups(text, ',') {
        let one = text.replace(',', "");
        return Err(Unread::unclear("may be several values, or one with a comma that separates thousands")
            .meaning(format!("{one} or {}", several())));
    }
    let Some((whole, decimals)) = text.split_once(',') else { return Ok(()) };
    let whole = whole.trim_start_matches(['-', '−', '+', ' ']);
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    let is_long = match decimals.len() {
        0..=2 => false,
        // A number of three digits before it is one of groups; `0,255` are two.
        3 => whole == "0",
        length => (length == whole.len() || length > 4) && !decimals.ends_with('0'),
    };
    match is_number(whole) && is_number(decimals) && !is_long {
        true => Err(Unread::unclear("may be two values, or one with a decimal comma").meaning(several())),
        false => Ok(()),
    }
}

/// Whether digits stand in groups of three with this sign between them, the first of which may be shorter.
fn groups(text: &str, sign: char) -> bool {
    let digits = text.trim_start_matches(['-', '+']).trim_start();
    let mut groups = digits.split(sign);
    let is_number = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    groups.next().is_some_and(|first| (1..=3).contains(&first.len()) && is_number(first) && !first.starts_with('0'))
        && groups.all(|group| group.len() == 3 && is_number(group))
}

/// Words for what a mark means, in lower case.
const WORDS: [&str; 9] = [
    "invalid",
    "not available",
    "unavailable",
    "not valid",
    "no value",
    "not implemented",
    "ungültig",
    "nicht verfügbar",
    "ogiltig",
];

/// A mark without the word that says that it is one: `0xFFFF = invalid`, `65535 (invalid)`.
fn without_word(text: &str) -> &str {
    let lower = text.to_lowercase();
    let found = WORDS.iter().find_map(|word| {
        let before = lower.strip_suffix(')').unwrap_or(&lower).strip_suffix(word)?.trim_end();
        let sign = if lower.ends_with(')') { '(' } else { '=' };
        text.get(..before.strip_suffix(sign)?.len())
    });
    found.map_or(text, str::trim_end)
}

fn mark(part: &str) -> Result<Mark, Unread> {
    let part = without_word(part);
    if let Some((one, other)) = part.strip_suffix(')').and_then(|part| part.split_once('(')) {
        return match (plain_mark(one.trim())?, plain_mark(other.trim())?) {
            (Mark::Pattern(pattern), Mark::Number(number)) | (Mark::Number(number), Mark::Pattern(pattern)) => {
                Ok(Mark::Both(pattern, number))
            }
            _ => Err(Unread::nothing("is not a raw value")),
        };
    }
    plain_mark(part)
}

fn plain_mark(part: &str) -> Result<Mark, Unread> {
    let plain = super::number::plain(part).to_lowercase();
    let is_hexadecimal = plain.starts_with("0x") || plain.ends_with('h');
    // `0xFFFF FFFF` and `65 535` are one value; `5 6` are two, or a slip.
    if plain.contains([' ', '_']) && !is_hexadecimal && !groups(&plain.replace('_', " "), ' ') {
        return Err(Unread::nothing("is not a raw value"));
    }
    if plain.starts_with('_') || plain.ends_with('_') {
        return Err(Unread::nothing("is not a raw value"));
    }
    let lower = plain.replace(['_', ' '], "");
    if lower == "nan" {
        return Ok(Mark::Nan);
    }
    let hexadecimal = lower.strip_prefix("0x").or_else(|| lower.strip_suffix('h').filter(|digits| !digits.is_empty()));
    let read = match hexadecimal {
        Some(digits) => u64::from_str_radix(digits, 16).ok().map(Mark::Pattern),
        None => lower.parse().ok().map(Mark::Number),
    };
    read.ok_or_else(|| Unread::nothing("is not a raw value"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_as_the_type_reads_them() {
        for (text, bits, signed, raw) in [
            ("0x8000", 16, true, &[-32768][..]),
            ("8000h", 16, false, &[0x8000]),
            ("65535", 16, true, &[-1]),
            ("65535", 16, false, &[65535]),
            ("-1", 16, true, &[-1]),
            ("0xFFFF FFFF", 32, false, &[0xFFFF_FFFF]),
            ("0x7FFF, 0x8000", 16, true, &[0x7FFF, -32768]),
            ("32767 or -32768", 16, true, &[32767, -32768]),
            ("65535,65534", 16, false, &[65535, 65534]),
            ("65 535", 16, false, &[65535]),
            ("254\n255", 16, false, &[254, 255]),
            ("- 1", 16, true, &[-1]),
            ("254,\n255", 16, false, &[254, 255]),
            ("0,255", 16, false, &[0, 255]),
            ("0,65535", 16, false, &[0, 65535]),
            ("-1,-2", 16, true, &[-1, -2]),
            ("0x8000 (-32768)", 16, true, &[-32768]),
            ("65535 (0xFFFF)", 16, false, &[65535]),
            ("0xFFFF (65535)", 16, true, &[-1]),
            ("0xFFFF = invalid", 16, false, &[65535]),
            ("0x7FFF (invalid), 0x8000", 16, true, &[0x7FFF, -32768]),
            ("0xFFFFFFFFFFFFFFFF", 64, false, &[0xFFFF_FFFF_FFFF_FFFF]),
        ] {
            let marks = parse(text).unwrap();
            let found: Vec<i128> = marks.into_iter().map(|mark| mark.raw(bits, signed, false).unwrap()).collect();
            assert_eq!(found, raw, "{text}");
        }
        assert_eq!(parse("NaN").unwrap()[0].raw(32, false, true), Some(0x7FC0_0000));
        assert_eq!(parse("NaN").unwrap()[0].raw(64, false, true), Some(0x7FF8_0000_0000_0000));
        assert_eq!(parse("NaN").unwrap()[0].raw(16, false, false), None);
        for (text, bits, signed) in [
            ("0x10000", 16, false),
            ("-1", 16, false),
            ("-40000", 16, true),
            ("0x8000 (-32767)", 16, true),
            ("0x8000 (-32768)", 16, false),
        ] {
            assert_eq!(parse(text).unwrap()[0].raw(bits, signed, false), None, "{text}");
        }
        for text in [
            "nothing",
            "0xZZ",
            "1.5",
            "h",
            "5 6",
            "1 00",
            "65,535",
            "-1,000",
            "1,000,000",
            "65535/",
            "/1",
            "1;;2",
            "1, ",
            "0 255",
            "_ 255",
            "-3276,8",
            "99,9",
            "9999,0",
            "6553,5",
            "0,5",
            "9999,255",
            "6553,50000",
            "-3276,8; 3276,7",
            "65,535; 65,534",
            "65535 (65535)",
            "0xFFFF (0xFFFF)",
            "0xFFFF = on",
            "0xFFFF invalid",
            "invalid",
            "0x8000 (-32768",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert_eq!((parse(""), parse("n/a")), (Ok(Vec::new()), Ok(Vec::new())));
    }
}
