//! A type that says which bit of a register is the sign: `INT16, bit 15 = sign`, `MSB = sign`, `sign in bit 31`.
//!
//! The others are the magnitude then: of two's complement nobody says it.

/// Words for the sign, accents aside.
const SIGNS: [&str; 9] =
    ["sign", "signbit", "signe", "vorzeichen", "vorzeichenbit", "tecken", "teckenbit", "teken", "tekenbit"];
/// Words for the other bits.
const MAGNITUDES: [&str; 8] = ["magnitude", "value", "data", "absolute", "betrag", "wert", "belopp", "grootte"];
/// Words between the two.
const JOINTS: [&str; 8] = ["=", ":", "-", "is", "as", "in", "for", "ist"];

/// The text with one word for the kind of number, and the number of the bit where there is one; `None` where no bit is said
/// to be the sign.
pub(super) fn find(text: &str) -> Option<(String, Option<u16>)> {
    let tokens = tokens(text);
    (0..tokens.len()).find_map(|start| {
        let (bit, end) = stated(&tokens, start)?;
        let end = bit.and_then(|bit| magnitude(&tokens, end, bit)).unwrap_or(end);
        let first = tokens.get(start)?;
        let last = tokens.get(end.checked_sub(1)?)?;
        let (before, after) = (text.get(..first.start)?, text.get(last.end..)?);
        Some((format!("{before} signmagnitude {after}"), bit))
    })
}

/// A word, a number or a sign of a text, and where it stands.
struct Token<'a> {
    text: &'a str,
    start: usize,
    end: usize,
}

impl Token<'_> {
    fn number(&self) -> Option<u16> {
        self.text.parse().ok()
    }
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let class = |character: char| match character {
        digit if digit.is_ascii_digit() => 0,
        letter if letter.is_alphabetic() => 1,
        _ => 2,
    };
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut previous = None;
    for (start, character) in text.char_indices() {
        let end = start.saturating_add(character.len_utf8());
        let is_blank = character.is_whitespace();
        match tokens.last_mut().filter(|_| previous == Some(class(character)) && class(character) < 2) {
            Some(last) => {
                last.text = text.get(last.start..end).unwrap_or_default();
                last.end = end;
            }
            None if is_blank => {}
            None => tokens.push(Token { text: text.get(start..end).unwrap_or_default(), start, end }),
        }
        previous = (!is_blank).then(|| class(character));
    }
    tokens
}

/// The bit that is the sign, by the words from here on, and the first word behind them.
fn stated(tokens: &[Token<'_>], start: usize) -> Option<(Option<u16>, usize)> {
    if let Some((bit, next)) = bit(tokens, start) {
        let next = sign(tokens, joint(tokens, next))?;
        return Some((bit, next));
    }
    let next = sign(tokens, start)?;
    bit(tokens, joint(tokens, next)).or_else(|| {
        // `Vorzeichenbit 15`, `sign bit = 15`
        let place = joint(tokens, next);
        let number = tokens.get(place).and_then(Token::number)?;
        let is_bit = tokens.get(next.checked_sub(1)?)?.text.ends_with("bit");
        is_bit.then(|| (Some(number), place.saturating_add(1)))
    })
}

/// `bit 15`, `b15`, `MSB`, `most significant bit`.
fn bit(tokens: &[Token<'_>], start: usize) -> Option<(Option<u16>, usize)> {
    let is = |at: usize, word: &str| tokens.get(start.saturating_add(at)).is_some_and(|token| token.text == word);
    let number = tokens.get(start.saturating_add(1)).and_then(Token::number);
    match number {
        Some(number) if is(0, "bit") || is(0, "b") || is(0, "d") => Some((Some(number), start.saturating_add(2))),
        _ if is(0, "msb") => Some((None, start.saturating_add(1))),
        _ if (is(0, "highest") || is(0, "top") || is(0, "high")) && is(1, "bit") => {
            Some((None, start.saturating_add(2)))
        }
        _ if is(0, "most") && is(1, "significant") && is(2, "bit") => Some((None, start.saturating_add(3))),
        _ => None,
    }
}

/// `sign`, `sign bit`.
fn sign(tokens: &[Token<'_>], start: usize) -> Option<usize> {
    let next = start.saturating_add(1);
    let is_sign = tokens.get(start).is_some_and(|token| SIGNS.contains(&token.text));
    let is_bit = tokens.get(next).is_some_and(|token| token.text == "bit");
    // In `sign = bit 15` the bit is the other one.
    let has_number = tokens.get(next.saturating_add(1)).and_then(Token::number).is_some();
    is_sign.then(|| if is_bit && !has_number { next.saturating_add(1) } else { next })
}

/// The word behind `=`, `is`, `is the`, where one of them stands here.
fn joint(tokens: &[Token<'_>], start: usize) -> usize {
    let token = |at: usize| tokens.get(at).map_or("", |token| token.text);
    if !JOINTS.contains(&token(start)) {
        return start;
    }
    let next = start.saturating_add(1);
    let is_article = token(start).starts_with(char::is_alphabetic) && ["the", "a"].contains(&token(next));
    if is_article { next.saturating_add(1) } else { next }
}

/// The first word behind `, bits 0-14 = magnitude`: all the bits below that of the sign.
fn magnitude(tokens: &[Token<'_>], start: usize, sign_bit: u16) -> Option<usize> {
    let token = |at: usize| tokens.get(start.saturating_add(at));
    let is = |at: usize, words: &[&str]| token(at).is_some_and(|token| words.contains(&token.text));
    let divider = usize::from(is(0, &[",", ";", "/"]));
    if !is(divider, &["bits", "bit"]) {
        return None;
    }
    let one = token(divider.saturating_add(1))?.number()?;
    let between = divider.saturating_add(2);
    let is_dots = is(between, &["."]) && is(between.saturating_add(1), &["."]);
    let second = match is(between, &["-", "to", "bis", "…"]) {
        true => between.saturating_add(1),
        false if is_dots => between.saturating_add(2),
        false => return None,
    };
    let other = token(second)?.number()?;
    let is_rest = one.min(other) == 0 && Some(one.max(other)) == sign_bit.checked_sub(1);
    let word = joint(tokens, start.saturating_add(second).saturating_add(1));
    let is_named = tokens.get(word).is_some_and(|token| MAGNITUDES.contains(&token.text));
    if !is_rest || !is_named {
        return None;
    }
    let end = word.saturating_add(1);
    // `absolute value`
    let is_two = tokens.get(end).is_some_and(|token| token.text == "value");
    Some(if is_two { end.saturating_add(1) } else { end })
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn a_bit_that_is_said_to_be_the_sign() {
        for (text, bit) in [
            ("int16, bit 15 = sign", Some(15)),
            ("bit 15: sign", Some(15)),
            ("bit15 is the sign bit", Some(15)),
            ("int32 (b31 = sign)", Some(31)),
            ("sign in bit 15", Some(15)),
            ("sign = bit 15", Some(15)),
            ("sign bit 15", Some(15)),
            ("sign bit: bit 15", Some(15)),
            ("sign bit = 15", Some(15)),
            ("vorzeichenbit 15", Some(15)),
            ("signed 16-bit (msb = sign)", None),
            ("most significant bit is sign", None),
            ("vorzeichen in bit 15", Some(15)),
            ("bit 15 = sign, bits 0-14 = magnitude", Some(15)),
            ("bit 15 = sign; bits 14..0: absolute value", Some(15)),
        ] {
            let (rest, found) = find(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(found, bit, "{text}");
            assert!(!rest.contains("sign ") && rest.contains(" signmagnitude "), "{text}: {rest}");
            assert!(!rest.contains("14"), "{text}: {rest}");
        }
        for text in
            ["int16", "16 bit sign", "signed 16 bit", "bit 15", "msb first", "sign", "16 bit signed", "bit 15 = = sign"]
        {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
