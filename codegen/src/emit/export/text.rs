//! Texts of the model in the notations of the targets.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::diagnostic::inert;

/// A text for a comment: one line, nothing in it acts on a terminal or an editor.
pub(super) fn line(text: &str) -> String {
    inert(text).into_owned()
}

/// A string in double quotes, as YAML, Python and TOML read it alike: `\"`, `\\` and `\u` with four or `\U` with eight
/// digits.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len().saturating_add(2));
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            _ if is_plain(character) => quoted.push(character),
            _ => {
                let code = u32::from(character);
                // Writing to a string cannot fail.
                let _ = if code > 0xFFFF { write!(quoted, "\\U{code:08X}") } else { write!(quoted, "\\u{code:04X}") };
            }
        }
    }
    quoted.push('"');
    quoted
}

/// A text in XML, in an attribute or between tags. XML has no way to write control characters.
pub(super) fn xml(text: &str) -> Cow<'_, str> {
    let is_safe = |character: char| is_plain(character) && !matches!(character, '&' | '<' | '>' | '"' | '\'');
    if text.chars().all(is_safe) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            _ => escaped.push_str(&inert(character.encode_utf8(&mut [0; 4]))),
        }
    }
    Cow::Owned(escaped)
}

/// A text in an XML comment, where two hyphens may not stand together.
pub(super) fn xml_comment(text: &str) -> String {
    // A third hyphen stands beside the second one of a pair.
    line(text).replace("--", "- -").replace("--", "- -")
}

/// Whether a character stands for itself in every notation.
fn is_plain(character: char) -> bool {
    inert(character.encode_utf8(&mut [0; 4])).chars().eq([character])
        // Not in the character sets of XML and YAML.
        && !matches!(character, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_meaning_is_escaped() {
        assert_eq!(quoted("a \"b\" \\ ü\n\u{1F600}\u{202E}\u{E0041}"), r#""a \"b\" \\ ü\u000A😀\u202E\U000E0041""#);
        assert_eq!(xml("a < \"b\" & 'c'\n°"), "a &lt; &quot;b&quot; &amp; &apos;c&apos;⏎°");
        assert_eq!(xml_comment("a -- b --- c ----\n"), "a - - b - - - c - - - -⏎");
    }
}
