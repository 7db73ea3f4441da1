//! Texts in the device's languages, the one to display first at their head.

use super::reader::Section;
use crate::diagnostic::{Diagnostic, said};
use crate::source::Located;

/// `languages = ["en", "sv"]` of `[device]`; English where nothing is said.
pub(super) fn read(section: &Section<'_>) -> Vec<String> {
    let listed = section.strings("languages").unwrap_or_default();
    let repeated =
        listed.iter().enumerate().any(|(place, language)| listed.iter().take(place).any(|other| other == language));
    if section.has("languages") && (listed.is_empty() || repeated || !listed.iter().all(|language| is_code(language))) {
        section.wrong_key("languages", "codes of languages, each once, the one to display first: [\"en\", \"sv\"]");
    }
    if listed.is_empty() { vec!["en".to_owned()] } else { listed }
}

fn is_code(language: &str) -> bool {
    !language.is_empty() && language.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

/// A string for the first language, or a table with one for each: in the order of the languages, empty where missing.
pub(super) fn texts(section: &Section<'_>, key: &'static str, languages: &[String]) -> Vec<String> {
    let mut texts = vec![String::new(); languages.len().max(1)];
    if !section.holds_table(key) {
        if let (Some(text), Some(first)) = (section.string(key), texts.first_mut()) {
            *first = text.value;
        }
        return texts;
    }
    let Some(table) = section.section(key) else { return texts };
    for (language, text) in table.string_entries() {
        let slot = languages.iter().position(|known| *known == language).and_then(|place| texts.get_mut(place));
        match slot {
            Some(slot) => *slot = text.value,
            None => report_unknown(section, &language, &text, languages),
        }
    }
    texts
}

/// Says that something is given in a language that the device does not have.
pub(super) fn report_unknown(section: &Section<'_>, language: &str, text: &Located<String>, languages: &[String]) {
    // A list of languages that is wrong has been reported, and may be why.
    if !languages.iter().all(|language| is_code(language)) {
        return;
    }
    section.report(
        Diagnostic::error("E0211", said!("“{language}” is not one of the device's languages", language))
            .at(text.place.clone().holds(&text.value))
            .expected(format!("one of: {}", languages.join(", ")))
            .help("list it in [device]: languages = [\"en\", \"sv\"], the one to display first"),
    );
}
