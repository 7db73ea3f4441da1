//! The names of members: how a pattern finds the number of an element in them.

/// The number of the element and the rest of the name, where the name begins as the pattern does. White space and case
/// do not matter, and every `{n}` has to be the same number.
pub(super) fn match_pattern(pattern: &str, name: &str) -> Option<(u16, String)> {
    let mut rest = name.trim_start();
    let mut number: Option<u16> = None;
    for (index, literal) in pattern.split("{n}").enumerate() {
        if index > 0 {
            let digits = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
            let found: u16 = rest.get(..digits)?.parse().ok()?;
            if number.is_some_and(|number| number != found) {
                return None;
            }
            number = Some(found);
            rest = rest.get(digits..)?.trim_start();
        }
        for wanted in literal.chars().filter(|character| !character.is_whitespace()) {
            let next = rest.chars().next()?;
            if !next.to_lowercase().eq(wanted.to_lowercase()) {
                return None;
            }
            rest = rest.get(next.len_utf8()..)?.trim_start();
        }
    }
    let rest = rest.trim_start_matches([':', '-', ',', ' ']).trim();
    Some((number?, rest.to_owned()))
}

pub(super) fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    let first: String = characters.next().into_iter().flat_map(char::to_uppercase).collect();
    first + characters.as_str()
}

pub(super) fn folded(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
