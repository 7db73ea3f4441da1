//! How identifiers are made: `names`, `same_names`, `long_names` and `strip` of `[device]`.

use super::reader::Section;

/// How the labels of a table become identifiers.
#[derive(Debug, Default)]
pub(crate) struct Naming {
    /// Whether they begin with the title of the group.
    pub(crate) grouped: bool,
    /// What those end with that would be the same.
    pub(crate) same_names: Option<SameNames>,
    /// Whether a name too long for an identifier is its first phrase.
    pub(crate) first_phrases: bool,
    /// What titles of groups and names of variants begin with and is no part of them: `com.victronenergy.`
    strip: Vec<String>,
}

/// What tells registers apart whose labels are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SameNames {
    Address,
    /// The models or firmwares that have them.
    Variant,
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
    let same_names = [("error", None), ("address", Some(SameNames::Address)), ("variant", Some(SameNames::Variant))];
    let same_names = device.word("same_names", &same_names).flatten();
    let first_phrases = device.word("long_names", &[("error", false), ("first_phrase", true)]).unwrap_or_default();
    let strip = device.has("strip").then(|| device.one_or_more("strip", "what titles of groups begin with")).flatten();
    Naming { grouped, same_names, first_phrases, strip: strip.unwrap_or_default() }
}
