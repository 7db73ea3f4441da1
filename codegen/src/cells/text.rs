//! Names as vendors write them, with the marks they hang on them.

use crate::spelling::normalised;

/// Whether a cell says that there is nothing to say: `-`, `N/A`.
pub(crate) fn is_blank(text: &str) -> bool {
    let text = text.trim();
    ["n/a", "n.a.", "n. a."].iter().any(|word| word.eq_ignore_ascii_case(text))
        || !text.is_empty() && text.chars().all(|sign| ['-', '–', '—', '−', '/'].contains(&sign))
}

/// The same, or a word for it, where numbers and the like are looked for: `none`, `NA`, `keine`.
pub(crate) fn is_nothing(text: &str) -> bool {
    const NONE: [&str; 14] = [
        "none", "na", "kein", "keine", "keiner", "ohne", "ingen", "inget", "inga", "aucun", "aucune", "geen",
        "ninguno", "无",
    ];
    let bare = text.trim().trim_matches(['(', ')']);
    is_blank(text) || NONE.iter().any(|word| word.eq_ignore_ascii_case(bare))
}

/// Whether a cell stands for the one above it: `ditto`, `″`, `do.`
pub(crate) fn is_ditto(text: &str) -> bool {
    const WORDS: [&str; 16] = [
        "ditto",
        "dito",
        "do.",
        "idem",
        "id.",
        "dto.",
        "dto",
        "same",
        "same as above",
        "as above",
        "see above",
        "s.o.",
        "s. o.",
        "siehe oben",
        "wie oben",
        "ibid.",
    ];
    let text = text.trim();
    let is_sign = |sign: char| "\"″”“„〃'’´‴".contains(sign);
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
        || !text.is_empty() && text.chars().all(|sign| is_sign(sign) || sign.is_whitespace())
}

/// A text without the one divider or full stop that may stand behind its last part.
pub(crate) fn without_end(text: &str) -> &str {
    let text = text.trim();
    text.strip_suffix([',', ';', '.']).map_or(text, str::trim_end)
}

/// The footnote marks in a description, `*1`, in order, and the description without them.
pub(crate) fn without_footnotes(text: &str) -> (String, Vec<String>) {
    if !text.contains('*') {
        return (normalised(text), Vec::new());
    }
    let mut marks = Vec::new();
    let mut rest = String::new();
    let mut characters = text.char_indices().peekable();
    while let Some((start, character)) = characters.next() {
        if character != '*' {
            rest.push(character);
            continue;
        }
        let mut end = start.saturating_add(1);
        while let Some((index, digit)) = characters.next_if(|(_, next)| next.is_ascii_digit()) {
            end = index.saturating_add(digit.len_utf8());
        }
        match text.get(start..end) {
            Some(mark) if mark.len() > 1 => marks.push(mark.to_owned()),
            _ => rest.push('*'),
        }
    }
    (normalised(&rest), marks)
}

/// The description without a mark, if it bears it.
pub(crate) fn without_mark(text: &str, mark: &str) -> Option<String> {
    // Nothing can be taken off again and again.
    let places = text.match_indices(mark).filter(|_| !mark.is_empty());
    let around = |(at, _): (usize, &str)| Some((text.get(..at)?, text.get(at.checked_add(mark.len())?..)?));
    let alone = places.filter_map(around).filter(|(before, after)| stands_alone(before, mark, after)).last();
    // `ENERGYMSB`; one or two letters may be any.
    let within = || match mark.chars().count() {
        0 | 1 => None,
        2 => text.strip_suffix(mark).map(|before| (before, "")),
        _ => text.split_once(mark),
    };
    let (before, after) = alone.or_else(within)?;
    Some(normalised(&format!("{before} {after}")))
}

/// Whether a mark is no part of a word: `H` in `Pmax H`, and not in `Heat`; `HI` in `PowerHI`.
fn stands_alone(before: &str, mark: &str, after: &str) -> bool {
    let begins = match (before.chars().next_back(), mark.chars().next()) {
        (Some(last), Some(first)) if last.is_alphanumeric() && first.is_alphanumeric() => {
            last.is_lowercase() && first.is_uppercase()
        }
        _ => true,
    };
    let is_word = |sign: Option<char>| sign.is_some_and(char::is_alphanumeric);
    begins && !(is_word(mark.chars().next_back()) && is_word(after.chars().next()))
}

/// The description without a unit in parentheses at its end, `(kWh)` or `(bar(g))`, if it is the register's unit.
pub(crate) fn without_unit(text: &str, unit: &str) -> Option<String> {
    let inner = text.strip_suffix(')')?.strip_suffix(unit)?;
    Some(normalised(inner.strip_suffix('(')?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_marks_out_wherever_they_stand() {
        assert_eq!(
            without_footnotes("Maximum gear *3 (only valid when Normal )"),
            ("Maximum gear (only valid when Normal)".to_owned(), vec!["*3".to_owned()])
        );
        assert_eq!(without_footnotes("a*12b * c*"), ("ab * c*".to_owned(), vec!["*12".to_owned()]));
        assert_eq!(without_mark("Pool (EM) pump", "(EM)").as_deref(), Some("Pool pump"));
    }

    #[test]
    fn blanks_in_words() {
        for text in ["-", "--", "—", "N/A", "n.a.", "/", "- / -".replace(' ', "").as_str()] {
            assert!(is_blank(text), "{text}");
        }
        for text in ["", "0", "-1", "NA", "none", "A"] {
            assert!(!is_blank(text), "{text}");
        }
        for text in ["-", "n/a", "NA", "none", "(none)", "Keine"] {
            assert!(is_nothing(text), "{text}");
        }
        for text in ["", "0", "null", "nonexistent", "Nm"] {
            assert!(!is_nothing(text), "{text}");
        }
    }

    #[test]
    fn takes_off_the_unit_only() {
        assert_eq!(without_unit("Current demand (%)", "%").as_deref(), Some("Current demand"));
        assert_eq!(without_unit("High pressure (bar(g))", "bar(g)").as_deref(), Some("High pressure"));
        assert_eq!(without_unit("Curve, X-coordinate 1 (highest)", "°C"), None);
    }
}
