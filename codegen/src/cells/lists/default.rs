//! The default behind a list: `0=Off, 1=On, default: 0`.

/// Words for it, in lower case.
const WORDS: [&str; 8] =
    ["default value", "default", "def.", "def", "factory setting", "vorgabe", "werkseinstellung", "förvalt"];

/// The text without the default behind its list: `, default: 1`, `(default 1)`.
pub(super) fn without(text: &str) -> (&str, Option<i64>) {
    let Some((ahead, number)) = at_end(text) else { return (text, None) };
    let is_led = ahead.trim_end_matches(' ').ends_with([',', ';', '(', '[', '\n', '|', '.']) || ahead.ends_with("  ");
    match number.replace('−', "-").parse() {
        Ok(code) if is_led => (ahead.trim_end_matches([' ', ',', ';', '(', '[', '\n', '|']), Some(code)),
        _ => (text, None),
    }
}

/// The code whose label says that it is the default, which is taken out of the label: `0=Off (default), 1=On`. None where
/// several say so.
pub(super) fn marked(entries: &mut [(i64, String)]) -> Option<i64> {
    let mark = |label: &str| {
        let (name, mark) = label.strip_suffix([')', ']'])?.rsplit_once(['(', '['])?;
        let is_word = WORDS.contains(&mark.trim().to_lowercase().as_str());
        Some(name.trim_end().to_owned()).filter(|name| is_word && !name.is_empty())
    };
    let mut marked = entries.iter_mut().filter_map(|entry| Some((mark(&entry.1)?, entry)));
    let (name, (code, label)) = marked.next()?;
    if marked.next().is_some() {
        return None;
    }
    *label = name;
    Some(*code)
}

/// A default at the end of the text that only a blank divides from the label before it.
pub(super) fn doubtful(text: &str) -> Option<&str> {
    let (ahead, _) = at_end(text)?;
    let label = ahead.trim_end();
    // `1=default 2` is a label of its own, and the end of a longer word is no word.
    let is_beside = label.len() < ahead.len() && !label.is_empty() && !label.ends_with([':', '=', '-', '–', ')']);
    text.get(ahead.len()..).filter(|_| is_beside)
}

/// What stands before a word for the default at the end of a text, and the number behind that word.
fn at_end(text: &str) -> Option<(&str, &str)> {
    let body = text.trim_end_matches([' ', '.', ';', ',', ')', ']']);
    let number = body.trim_end_matches(|sign: char| sign.is_ascii_digit());
    let number = number.strip_suffix(['-', '−']).unwrap_or(number);
    let before = number.trim_end().trim_end_matches([':', '=']).trim_end();
    let digits = body.get(number.len()..).filter(|digits| !digits.is_empty())?;
    let ahead = WORDS.iter().find_map(|word| {
        let at = before.len().checked_sub(word.len())?;
        let (ahead, last) = before.split_at_checked(at)?;
        (last.to_lowercase() == **word).then_some(ahead)
    })?;
    Some((ahead, digits))
}
