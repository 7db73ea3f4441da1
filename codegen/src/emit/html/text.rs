//! Text that HTML leaves as it is, and text in several languages.

use std::fmt::Write as _;

use crate::emit::item::is_directional;
use crate::emit::language;
use crate::model::Device;

/// Text in one line in which nothing is HTML, in an element or in an attribute between double quotes.
pub(super) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, word) in text.split_whitespace().enumerate() {
        if index > 0 {
            out.push(' ');
        }
        for c in word.chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                _ if c.is_control() || is_directional(c) => {
                    // Writing to a string cannot fail.
                    let _ = write!(out, "U+{:04X}", u32::from(c));
                }
                _ => out.push(c),
            }
        }
    }
    out
}

/// Text that cannot end an HTML comment.
pub(super) fn comment(comment: &str) -> String {
    text(comment).replace("--", "- -")
}

/// The languages of a page, and the one it opens in.
pub(super) struct Languages<'a> {
    all: Vec<&'a str>,
    opened: &'a str,
}

impl<'a> Languages<'a> {
    /// Those of the device; opened is the one wanted, where there is something in it.
    pub(super) fn of(device: &'a Device, wanted: Option<&str>) -> Self {
        let first = language::first(device);
        let mut all: Vec<&str> = device.languages.iter().map(String::as_str).collect();
        if all.is_empty() {
            all.push(first);
        }
        let opened = all.iter().find(|language| Some(**language) == wanted).copied().unwrap_or(first);
        Self { all, opened }
    }

    pub(super) fn all(&self) -> &[&'a str] {
        &self.all
    }

    pub(super) fn opened(&self) -> &'a str {
        self.opened
    }

    fn first(&self) -> &'a str {
        self.all.first().copied().unwrap_or(self.opened)
    }

    /// A label in all languages, each in an element of its own that the page shows or hides. `data-l` names further
    /// languages in which it is shown: those that have no text, or the same.
    pub(super) fn label<'t>(
        &self,
        label: &'t str,
        translations: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> String {
        let mut shown: Vec<(&str, Vec<&str>, &str)> = vec![(self.first(), Vec::new(), label)];
        let translations: Vec<(&str, &str)> = translations.into_iter().collect();
        for &language in self.all.iter().filter(|language| **language != self.first()) {
            let translated = translations.iter().find(|(known, _)| *known == language).map(|(_, text)| *text);
            let wanted = translated.unwrap_or(label);
            match shown.iter_mut().find(|(_, _, known)| *known == wanted) {
                Some((_, others, _)) => others.push(language),
                None => shown.push((language, Vec::new(), wanted)),
            }
        }
        match shown.as_slice() {
            // The page itself is in English.
            [(language, _, only)] if *language == "en" || self.all.len() > 1 => text(only),
            [(language, _, only)] => format!("<span lang=\"{}\">{}</span>", text(language), text(only)),
            several => several.iter().map(|(language, others, label)| span(language, others, label)).collect(),
        }
    }
}

fn span(language: &str, others: &[&str], label: &str) -> String {
    let (language, label) = (text(language), text(label));
    if others.is_empty() {
        return format!("<span lang=\"{language}\">{label}</span>");
    }
    format!("<span lang=\"{language}\" data-l=\"{}\">{label}</span>", text(&others.join(" ")))
}

/// Translations of the model, as pairs of texts.
pub(super) fn pairs(translations: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    translations.iter().map(|(language, text)| (language.as_str(), text.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_html() {
        for (printed, expected) in [
            ("<script>alert('x')</script>", "&lt;script&gt;alert('x')&lt;/script&gt;"),
            ("a \"b\" & c", "a &quot;b&quot; &amp; c"),
            ("line\n  break", "line break"),
            ("a\u{202E}b\u{0}", "aU+202EbU+0000"),
        ] {
            assert_eq!(text(printed), expected);
        }
        assert_eq!(comment("a --> b"), "a - -&gt; b");
    }

    #[test]
    fn a_label_is_there_once_for_each_text() {
        let languages = Languages { all: vec!["en", "sv", "de"], opened: "sv" };
        assert_eq!(languages.label("RPS", []), "RPS");
        assert_eq!(
            languages.label("Status", [("sv", "Läge")]),
            "<span lang=\"en\" data-l=\"de\">Status</span><span lang=\"sv\">Läge</span>"
        );
        let languages = Languages { all: vec!["sv"], opened: "sv" };
        assert_eq!(languages.label("Läge", []), "<span lang=\"sv\">Läge</span>");
    }
}
