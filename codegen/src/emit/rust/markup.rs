//! Printed text as inert Markdown: what a vendor wrote is shown by rustdoc as it stands, whatever it contains, and
//! raises none of rustdoc's lints.

use std::fmt::Write as _;

use crate::emit::item::is_directional;

/// Text in one line: runs of blanks become one, and what would end a line, steer a terminal or turn the direction of
/// writing is named instead.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        for c in word.chars() {
            if c.is_control() || is_directional(c) {
                // Writing to a string cannot fail.
                let _ = write!(line, "U+{:04X}", u32::from(c));
            } else {
                line.push(c);
            }
        }
    }
    line
}

/// Text in which nothing is Markdown, at the start of a line.
pub(super) fn escaped(text: &str) -> String {
    escaped_words(text, true)
}

/// Text in which nothing is Markdown, within a line, in quotation marks.
pub(super) fn quoted(text: &str) -> String {
    format!("“{}”", escaped_words(text, false))
}

fn escaped_words(text: &str, starts_line: bool) -> String {
    let line = one_line(text);
    let mut out = String::with_capacity(line.len());
    for (index, word) in line.split(' ').enumerate() {
        if index > 0 {
            out.push(' ');
        }
        escape_chars(word, starts_line && index == 0, &mut out);
    }
    out
}

fn escape_chars(text: &str, first: bool, out: &mut String) {
    let mut previous = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        let special = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '~' | '|' | '&' | '$' | '^' => true,
            // A path or an address of the web.
            ':' => previous == Some(':') || matches!(next, Some(':' | '/')),
            // A call.
            ')' if previous == Some('(') => true,
            // Three dots or two dashes would be drawn as one sign.
            '.' | '-' if next == Some(c) || previous == Some(c) => true,
            // At the start of a line: headings, lists, rules.
            '#' | '+' | '=' | '-' => first && previous.is_none(),
            '.' | ')' => first && next.is_none() && is_list_number(text, c),
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(c);
        previous = Some(c);
    }
}

/// `1.` or `1)`.
fn is_list_number(text: &str, end: char) -> bool {
    text.strip_suffix(end).is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Text as a code span.
pub(super) fn code(text: &str) -> String {
    let line = one_line(text);
    let longest = line.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.saturating_add(1));
    let pad = if line.is_empty() || line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{line}{pad}{fence}")
}

/// Text as rustdoc takes it for an alias: no quotes, one line. `None` where nothing is left.
pub(super) fn alias(text: &str) -> Option<String> {
    let plain: String = one_line(text)
        .chars()
        .map(|c| match c {
            '"' | '“' | '”' => '”',
            '\'' => '’',
            other if other.is_whitespace() => ' ',
            other => other,
        })
        .collect();
    let plain = plain.trim();
    (!plain.is_empty()).then(|| plain.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_markdown_is_escaped() {
        for (text, expected) in [
            ("Outdoor temperature (°C)", "Outdoor temperature (°C)"),
            ("a * b_c [d](e) <b>", "a \\* b\\_c \\[d\\](e) \\<b\\>"),
            ("see `x` */ end", "see \\`x\\` \\*/ end"),
            ("line\nbreak\r\n\ttab", "line break tab"),
            ("# heading", "\\# heading"),
            ("1. first", "1\\. first"),
            ("- item --", "\\- item \\-\\-"),
            ("the SoC, and kWh", "the SoC, and kWh"),
            ("SW_TurnOff enable", "SW\\_TurnOff enable"),
            ("`SoC`", "\\`SoC\\`"),
            ("https://example.com", "https\\://example.com"),
            ("a::b c()", "a\\:\\:b c(\\)"),
            ("\u{202E}abc", "U+202Eabc"),
            ("\u{202E}abc\u{202C}", "U+202EabcU+202C"),
            ("&amp; $x$", "\\&amp; \\$x\\$"),
            ("<b>SoC's", "\\<b\\>SoC's"),
            ("x'SoC<i>", "x'SoC\\<i\\>"),
        ] {
            assert_eq!(escaped(text), expected, "{text}");
        }
    }

    #[test]
    fn code_spans_hold_backticks() {
        assert_eq!(code("E17"), "`E17`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
    }

    #[test]
    fn aliases_have_no_quotes() {
        assert_eq!(alias(" 2\" pipe "), Some("2” pipe".to_owned()));
        assert_eq!(alias("\n"), None);
    }
}
