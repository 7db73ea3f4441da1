//! Texts of the model in several languages.

use crate::model::{Device, Translations};

/// A language as it calls itself, for the few that vendors of Modbus devices print; the code of any other.
pub(crate) fn name(code: &str) -> &str {
    match code {
        "cs" => "Čeština",
        "da" => "Dansk",
        "de" => "Deutsch",
        "en" => "English",
        "es" => "Español",
        "fi" => "Suomi",
        "fr" => "Français",
        "it" => "Italiano",
        "nb" | "no" => "Norsk",
        "nl" => "Nederlands",
        "pl" => "Polski",
        "pt" => "Português",
        "sv" => "Svenska",
        other => other,
    }
}

/// The language that labels are displayed in.
pub(crate) fn first(device: &Device) -> &str {
    // The vendors of tables without a language in the manifest write English, as far as we have seen.
    device.languages.first().map_or("en", String::as_str)
}

/// A text in the language wanted, or as it is displayed where there is none in that language.
pub(crate) fn in_language<'a>(text: &'a str, translations: &'a Translations, language: Option<&str>) -> &'a str {
    let wanted = translations.iter().find(|(known, _)| Some(known.as_str()) == language);
    wanted.map_or(text, |(_, translated)| translated)
}

/// What texts that differ in a number end with alike, from a whole word on: `Läge` of `Värmepump 1 (A1): Läge` and
/// `Värmepump 2 (A2): Läge`. The first text where that is nothing.
pub(crate) fn common_end<'a>(texts: &[&'a str]) -> &'a str {
    let Some((first, rest)) = texts.split_first() else { return "" };
    let alike = |other: &&str| first.chars().rev().zip(other.chars().rev()).take_while(|(a, b)| a == b).count();
    let alike = rest.iter().map(alike).min().unwrap_or(0);
    let begin = first.chars().rev().take(alike).map(char::len_utf8).sum::<usize>();
    let Some((before, end)) = first.len().checked_sub(begin).and_then(|middle| first.split_at_checked(middle)) else {
        return first;
    };
    let within_word = before.ends_with(char::is_alphanumeric);
    let end = if within_word { end.trim_start_matches(char::is_alphanumeric) } else { end };
    let end = end.trim_start_matches(|c: char| !c.is_alphanumeric());
    if end.contains(char::is_alphabetic) { end } else { first }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_texts_that_differ_in_a_number() {
        for (texts, end) in [
            (&["Värmepump 1 (A1): Läge", "Värmepump 10 (A10): Läge"][..], "Läge"),
            (&["Statistik: Kompressor 1 drifttid", "Statistik: Kompressor 2 drifttid"], "drifttid"),
            (&["Rum 1", "Rum 2"], "Rum 1"),
            (&["Rum 1", "Rum 11"], "Rum 1"),
            (&["Värmepump 2 (A2): Läge"], "Värmepump 2 (A2): Läge"),
            (&[], ""),
        ] {
            assert_eq!(common_end(texts), end);
        }
    }
}
