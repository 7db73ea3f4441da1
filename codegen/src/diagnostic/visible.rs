//! Text out of files, made fit for a terminal: nothing in it moves the cursor, changes colours or turns the line around.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_width::UnicodeWidthChar as _;

/// The text on one line, with every character that would act on the terminal shown instead.
#[must_use]
pub fn inert(text: &str) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character == '\r' && characters.peek() == Some(&'\n') {
            continue;
        }
        push(&mut shown, character);
    }
    Cow::Owned(shown)
}

/// The same for a text of several lines: help that is to be copied as it is.
#[must_use]
pub fn inert_lines(text: &str) -> String {
    text.split('\n').map(|line| inert(line.strip_suffix('\r').unwrap_or(line))).collect::<Vec<_>>().join("\n")
}

/// JSON that is inert itself, and is the same to whoever reads it: what acts stands in strings only.
#[must_use]
pub fn inert_json(json: &str) -> Cow<'_, str> {
    let acts = |character: char| character != '\n' && acts(character);
    if !json.contains(acts) {
        return Cow::Borrowed(json);
    }
    let mut inert = String::with_capacity(json.len());
    for character in json.chars() {
        if acts(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(inert, "\\u{unit:04x}");
            }
        } else {
            inert.push(character);
        }
    }
    Cow::Owned(inert)
}

/// One character as it is shown.
pub(super) fn push(shown: &mut String, character: char) {
    match character {
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => shown.push('⏎'),
        '\t' => shown.push('⇥'),
        // The pictures of the control characters stand in their order.
        '\0'..='\u{1f}' => shown.extend(char::from_u32(u32::from(character).saturating_add(0x2400))),
        '\u{7f}' => shown.push('␡'),
        other if acts(other) => {
            // Writing to a string cannot fail.
            let _ = write!(shown, "⟨U+{:04X}⟩", u32::from(other));
        }
        other => shown.push(other),
    }
}

/// Whether a character does something else than stand there, or stands there unseen.
pub(super) fn acts(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// Columns of what is said in one line: a cell of thousands of characters would bury what is said of it.
const LINE: usize = 1000;

/// The same of a line that is to be copied, which is of no use where it is cut.
pub(super) const COPIED: usize = 4000;

/// The text on one line that is not too long to be read, inert. JSON has it whole.
pub(super) fn line(text: &str) -> Cow<'_, str> {
    match inert(text) {
        Cow::Borrowed(text) => cut(text, LINE),
        Cow::Owned(text) => Cow::Owned(cut(&text, LINE).into_owned()),
    }
}

/// The same for a text of several lines.
pub(super) fn lines(text: &str) -> String {
    text.split('\n').map(|part| line(part.strip_suffix('\r').unwrap_or(part))).collect::<Vec<_>>().join("\n")
}

/// The lines of an entry that is to be copied, inert. Where one had to be cut, that is said below.
pub(super) fn copied(toml: &str, columns_at_most: usize) -> Vec<String> {
    let lines: Vec<String> = toml.lines().map(|line| inert(line).into_owned()).collect();
    let is_long = |line: &String| width(line) > columns_at_most;
    let remark = lines
        .iter()
        .any(is_long)
        .then(|| "# a long line is cut: `check --fix` writes it whole, or --format json shows it".to_owned());
    lines.iter().map(|line| cut(line, columns_at_most).into_owned()).chain(remark).collect()
}

/// Columns of a terminal that a character takes.
pub(super) fn columns(character: char) -> usize {
    character.width().unwrap_or_default()
}

/// Columns of a terminal that a text takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// The text in at most this many columns, cut with `…`.
pub(super) fn cut(text: &str, columns_at_most: usize) -> Cow<'_, str> {
    if width(text) <= columns_at_most {
        return Cow::Borrowed(text);
    }
    let mut left = columns_at_most.saturating_sub(1);
    let mut kept = String::new();
    for character in text.chars() {
        match left.checked_sub(columns(character)) {
            Some(rest) => left = rest,
            None => break,
        }
        kept.push(character);
    }
    kept.push('…');
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_act_is_shown() {
        assert_eq!(inert("plain °C 温度"), "plain °C 温度");
        assert_eq!(inert("a\nb\r\nc\td"), "a⏎b⏎c⇥d");
        assert_eq!(inert("\u{1b}[31mred\u{7}\u{9b}\u{7f}"), "␛[31mred␇⟨U+009B⟩␡");
        assert_eq!(inert("abc\u{202e}cba\u{2066}x\u{feff}"), "abc⟨U+202E⟩cba⟨U+2066⟩x⟨U+FEFF⟩");
        assert_eq!(inert_lines("one\r\ntwo\u{1b}\n"), "one\ntwo␛\n");
    }

    #[test]
    fn json_is_inert_and_the_same() {
        let text = "a \"b\" \\ \n\t\r\0\u{1b}[31m\u{7f}\u{9b}\u{85}\u{202e}\u{feff}\u{e0041} ä";
        let json = serde_json::to_string_pretty(&[text]).unwrap();
        let shown = inert_json(&json);
        assert!(!shown.replace('\n', "").contains(acts), "{shown:?}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&shown).unwrap(), [text]);
    }

    #[test]
    fn every_character_of_unicode_is_inert_in_one_line() {
        let bidi = |c: char| matches!(u32::from(c), 0x61c | 0x200e | 0x200f | 0x202a..=0x202e | 0x2066..=0x2069);
        for character in '\0'..=char::MAX {
            let text = character.to_string();
            let shown = inert(&text);
            assert!(!shown.chars().any(|c| c.is_control() || bidi(c) || "\u{2028}\u{2029}".contains(c)), "{shown:?}");
        }
    }

    #[test]
    fn lines_are_not_too_long() {
        assert_eq!(line("a\nb"), "a⏎b");
        let long = "温".repeat(3000);
        assert_eq!((width(&line(&long)), line(&long).ends_with('…')), (999, true));
        let entry = format!("[[override]]\nfield = \"id\"\nexpect = [\"{long}\"]");
        let lines = copied(&entry, COPIED);
        assert_eq!(lines.len(), 4);
        assert!(lines.iter().all(|line| width(line) <= COPIED) && lines[3].starts_with('#'), "{lines:?}");
        assert_eq!(copied("a = 1\n\nb = 2", COPIED), ["a = 1", "", "b = 2"]);
    }

    #[test]
    fn cuts_by_columns_and_not_by_characters() {
        assert_eq!(cut("temperature", 11), "temperature");
        assert_eq!(cut("temperature", 5), "temp…");
        assert_eq!(cut("温度計測", 8), "温度計測");
        assert_eq!(cut("温度計測", 6), "温度…");
        assert_eq!(width("温度…"), 5);
        assert_eq!(width("e\u{301}"), 1);
    }
}
