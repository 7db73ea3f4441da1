//! How identifiers are made: `names`, `same_names`, `long_names` and `strip` of `[device]`.

use super::reader::Section;

/// How the labels of a table become identifiers.
#[derive(Debug, Default)]
pub(crate) struct Naming {
    /// Whether they begin with the title of the group.
    pub(crate) grouped: bool,
    /// Whether those that would be the same end with their address.
    pub(crate) by_address: bool,
    /// Whether a name too long for an identifier is its first phrase.
    pub(crate) first_phrases: bool,
    /// What titles of groups and names of variants begin with and is no part of them: `com.victronenergy.`
    strip: Vec<String>,
}

impl Naming {
    /// A title of a group, or the name of a variant, without what all of them begin with.
    pub(crate) fn stripped<'a>(&self, title: &'a str) -> &'a str {
        let rest = self.strip.iter().find_map(|prefix| title.strip_prefix(prefix.as_str()));
        rest.map(str::trim).filter(|rest| !rest.is_empty()).unwrap_or(title)
    }
}

pub(super) fn read(device: &Section<'_>) -> Naming {
    let grouped = device.word("names", &[("plain", false), ("grouped", true)]).unwrap_or_default();
    let by_address = device.word("same_names", &[("error", false), ("address", true)]).unwrap_or_default();
    let first_phrases = device.word("long_names", &[("error", false), ("first_phrase", true)]).unwrap_or_default();
    let strip = device.has("strip").then(|| device.one_or_more("strip", "what titles of groups begin with")).flatten();
    Naming { grouped, by_address, first_phrases, strip: strip.unwrap_or_default() }
}
