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
#[allow(dead_code)]
pub(crate) fn in_language<'a>(text: &'a str, translations: &'a Translations, language: Option<&str>) -> &'a str {
    let wanted = translations.iter().find(|(known, _)| Some(known.as_str()) == language);
    wanted.map_or(text, |(_, translated)| translated)
}
