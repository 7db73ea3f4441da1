//! Text that Markdown and HTML leave as it is.

use std::fmt::Write as _;

use crate::diagnostic::inert;
use crate::emit::item::is_directional;

/// Text in one line in which nothing is Markdown or HTML.
pub(super) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, word) in text.split_whitespace().enumerate() {
        if index > 0 {
            out.push(' ');
        }
        for (at, c) in word.char_indices() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                // A bare address becomes a link, and `@name` calls somebody.
                ':' if word.get(at..).is_some_and(|rest| rest.starts_with("://")) => out.push_str("&#58;"),
                '@' => out.push_str("&#64;"),
                '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => {
                    out.push('\\');
                    out.push(c);
                }
                // At the start of a line: headings, lists, rules; elsewhere `#1` would be an issue.
                '#' => out.push_str("&#35;"),
                '+' | '-' | '=' if index == 0 && at == 0 => {
                    out.push('\\');
                    out.push(c);
                }
                _ if c.is_control() || is_directional(c) => {
                    let _ = write!(out, "U+{:04X}", u32::from(c));
                }
                _ => out.push(c),
            }
        }
    }
    out
}

/// Text that cannot end an HTML comment.
pub(super) fn comment(text: &str) -> String {
    inert(text).replace("--", "- -").replace('>', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_hold_text_only() {
        for (printed, expected) in [
            ("a|b", "a\\|b"),
            ("<b>x</b> & y", "&lt;b&gt;x&lt;/b&gt; &amp; y"),
            ("line\nbreak", "line break"),
            ("- item", "\\- item"),
            ("# head #1 @me", "&#35; head &#35;1 &#64;me"),
            ("https://x", "https&#58;//x"),
            ("*a* _b_ `c` [d](e)", "\\*a\\* \\_b\\_ \\`c\\` \\[d\\](e)"),
            ("-5 to -10 °C", "\\-5 to -10 °C"),
            ("a\u{202E}b", "aU+202Eb"),
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ] {
            assert_eq!(text(printed), expected);
        }
    }
}
