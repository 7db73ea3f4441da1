//! Cells of a few words: which words they are, and the one sign between each two of them.

/// A word of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word<'a> {
    pub(crate) text: &'a str,
    /// What stands between it and the word before it, a blank where that is all; nothing before the first one.
    pub(crate) sign: Option<char>,
    /// Whether it stands in parentheses.
    pub(crate) is_inner: bool,
}

/// Signs that stand between two words.
const SIGNS: &str = "-_/,;:.&+|\\'’";

/// The words of a text. `None` where a sign stands before the first or behind the last of them, where two stand side by
/// side, where a parenthesis is not closed, and where there is any other sign: what it would say is not known.
pub(crate) fn words(text: &str) -> Option<Vec<Word<'_>>> {
    let mut words: Vec<Word<'_>> = Vec::new();
    let (mut sign, mut close, mut is_open) = (None, None, false);
    let mut rest = text.trim();
    // The point of an abbreviation.
    rest = rest.strip_suffix('.').filter(|rest| rest.ends_with(char::is_alphanumeric)).unwrap_or(rest);
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|character: char| !character.is_alphanumeric()).unwrap_or(rest.len());
        if end > 0 {
            let (text, behind) = rest.split_at_checked(end)?;
            let sign = sign.take().or_else(|| (!words.is_empty()).then_some(' '));
            words.push(Word { text, sign, is_inner: close.is_some() });
            (rest, is_open) = (behind, false);
            continue;
        }
        rest = rest.strip_prefix(first)?;
        match first {
            blank if blank.is_whitespace() => {}
            '(' | '[' if close.is_none() && sign.is_none() => {
                (close, is_open) = (Some(if first == '(' { ')' } else { ']' }), true);
            }
            ')' | ']' if close == Some(first) && !is_open && sign.is_none() => close = None,
            _ if SIGNS.contains(first) && sign.is_none() && !is_open && !words.is_empty() => sign = Some(first),
            _ => return None,
        }
    }
    (sign.is_none() && close.is_none() && !words.is_empty()).then_some(words)
}

/// The words with blanks between them, where nothing stands there that divides more than words: `16_bit`, `big-endian`,
/// `registre d'entrée`.
pub(crate) fn joined(words: &[Word<'_>]) -> Option<String> {
    let is_one = words.iter().skip(1).all(|word| word.sign.is_some_and(|sign| " -_'".contains(sign)));
    is_one.then(|| words.iter().map(|word| word.text).collect::<Vec<_>>().join(" "))
}

/// Whether words are those of a phrase: with the same blanks, or all in one.
pub(crate) fn is_phrase(joined: &str, phrase: &str) -> bool {
    joined == phrase
        || !joined.contains(' ') && phrase.split(' ').map(str::len).sum::<usize>() == joined.len() && {
            let mut rest = joined;
            phrase.split(' ').all(|word| rest.strip_prefix(word).map(|behind| rest = behind).is_some())
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_one_sign_between_them() {
        for (text, expected) in [
            ("R/W", "R /W"),
            ("read only", "read  only"),
            ("R (W)", "R  (W"),
            ("FC 03, 06", "FC  03 ,06"),
            ("Std.", "Std"),
            ("R / W", "R /W"),
            ("[R]", "(R"),
        ] {
            let shown = |word: &Word<'_>| {
                let sign = word.sign.map_or_else(String::new, |sign| format!(" {sign}"));
                format!("{sign}{}{}", if word.is_inner { "(" } else { "" }, word.text)
            };
            let found: String = words(text).unwrap().iter().map(shown).collect();
            assert_eq!(found, expected, "{text}");
        }
        for text in
            ["", "-", "R//W", "/R", "R/", "R (", "R ()", "(R", "R)", "((R))", "R *", "R, /W", "R ( /W)", "R/(W)", "R?"]
        {
            assert_eq!(words(text), None, "{text}");
        }
    }

    #[test]
    fn phrases_have_their_blanks_or_none() {
        for (text, is) in [("low word", true), ("lowword", true), ("l owword", false), ("low words", false)] {
            assert_eq!(is_phrase(text, "low word"), is, "{text}");
        }
    }
}
