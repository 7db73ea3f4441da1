//! `[[name]]`: what something is called in Rust where the table's own text gives no name, or that of something else.

use std::collections::HashMap;
use std::fmt;

use super::languages::texts;
use super::reader::Section;
use crate::diagnostic::{Diagnostic, Place, said};
use crate::model::{Device, Translations};
use crate::names;
use crate::source::Located;

/// `[[name]]`.
#[derive(Debug)]
pub(crate) struct NameEntry {
    pub(crate) of: Named,
    /// A text that gives a name; of an array, a member and a value it is the name itself.
    pub(crate) name: String,
    /// Of a group, its title in each of the device's languages; empty where none is given.
    pub(crate) titles: Vec<String>,
    pub(crate) place: Place,
}

/// What has the name, by the text the table prints.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Named {
    Device(String),
    Group(String),
    /// By its label.
    Array(String),
    /// By the array's name or label, and its own name within an element.
    Member {
        array: String,
        member: String,
    },
    /// By the name of its type, and its code or bit; of special values only by what is printed.
    Value {
        of: String,
        code: Option<i64>,
        printed: String,
    },
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Device(name) => write!(f, "the device “{name}”"),
            Self::Group(title) => write!(f, "the group “{title}”"),
            Self::Array(label) => write!(f, "the array “{label}”"),
            Self::Member { array, member } => write!(f, "“{member}” of the array “{array}”"),
            Self::Value { of, printed, .. } => write!(f, "“{printed}” of {of}"),
        }
    }
}

/// All of them, found by what has the name: there may be one for each of thousands of values.
#[derive(Debug, Default)]
pub(crate) struct Names {
    entries: Vec<NameEntry>,
    places: HashMap<Named, usize>,
}

impl Names {
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, NameEntry> {
        self.entries.iter()
    }

    /// What the names of a group are made of.
    pub(crate) fn group<'a>(&'a self, title: &'a str) -> &'a str {
        self.name(&Named::Group(title.to_owned())).unwrap_or(title)
    }

    /// The title of a group in further languages.
    pub(crate) fn group_titles(&self, title: &str, languages: &[String]) -> Translations {
        let titles = self.find(&Named::Group(title.to_owned())).map(|(_, entry)| entry.titles.as_slice());
        let further = languages.iter().zip(titles.unwrap_or_default()).skip(1).filter(|(_, title)| !title.is_empty());
        further.map(|(language, title)| (language.clone(), title.clone())).collect()
    }

    /// The identifier of an array that the table has under this label.
    pub(crate) fn array(&self, label: &str) -> String {
        self.name(&Named::Array(label.to_owned())).map_or_else(|| names::snake(label), str::to_owned)
    }

    /// The identifier of a member of an array, where one is given.
    pub(crate) fn member(&self, array: [&str; 2], name: &str) -> Option<&str> {
        let of = |array: &str| Named::Member { array: array.to_owned(), member: name.to_owned() };
        let found = array.into_iter().filter_map(|array| self.find(&of(array)));
        found.min_by_key(|(place, _)| *place).map(|(_, entry)| entry.name.as_str())
    }

    /// What the device's names are made of.
    pub(crate) fn device<'a>(&'a self, name: &'a str) -> &'a str {
        self.name(&Named::Device(name.to_owned())).unwrap_or(name)
    }

    /// Gives a device the name of its type, where its own name gives another.
    pub(super) fn name_device(&mut self, device: &Device, place: &Place) {
        if device.type_name != names::pascal(&device.name) {
            let of = Named::Device(device.name.clone());
            self.add(NameEntry { of, name: device.type_name.clone(), titles: Vec::new(), place: place.clone() });
        }
    }

    fn name(&self, of: &Named) -> Option<&str> {
        self.find(of).map(|(_, entry)| entry.name.as_str())
    }

    fn find(&self, of: &Named) -> Option<(usize, &NameEntry)> {
        let place = *self.places.get(of)?;
        Some((place, self.entries.get(place)?))
    }

    fn add(&mut self, entry: NameEntry) {
        self.places.insert(entry.of.clone(), self.entries.len());
        self.entries.push(entry);
    }
}

const WHAT: &str =
    "group = \"…\", array = \"…\" (and member = \"…\"), device = \"…\", or type = \"…\" with printed = \"…\"";

pub(super) fn read(root: &Section<'_>, languages: &[String]) -> Names {
    let mut names = Names::default();
    for section in root.sections("name").into_iter().filter(|section| !section.is_left_open()) {
        let of = named(&section);
        let is_group = matches!(of, Some(Named::Group(_)));
        let titles = if is_group { texts(&section, "titles", languages) } else { Vec::new() };
        let name = match (&of, section.has("name") || !section.holds("titles")) {
            // Its titles are all that is said of it.
            (Some(Named::Group(title)), false) => {
                Some(Located { value: title.clone(), place: section.place().clone() })
            }
            _ => section.required_string("name", "its name in Rust: name = \"…\""),
        };
        let place = section.place().clone();
        section.finish();
        let (Some(of), Some(name)) = (of, name) else { continue };
        let Some(name) = usable(&section, &of, name) else { continue };
        if let Some((_, other)) = names.find(&of) {
            section.report(
                Diagnostic::error("E0208", said!("{of} has two names", of = &of))
                    .at(other.place.clone())
                    .at(place)
                    .expected("one name for each"),
            );
            continue;
        }
        names.add(NameEntry { of, name, titles, place });
    }
    names
}

/// What the name is for.
fn named(section: &Section<'_>) -> Option<Named> {
    let text =
        |key: &'static str| section.has(key).then(|| section.filled_string(key, "what the table prints")).flatten();
    let text = |key| text(key).map(|text: Located<String>| text.value);
    let kinds: Vec<&'static str> =
        ["device", "group", "array", "type"].into_iter().filter(|kind| section.has(kind)).collect();
    match kinds.as_slice() {
        ["device"] => text("device").map(Named::Device),
        ["group"] => text("group").map(Named::Group),
        ["array"] if section.has("member") => Some(Named::Member { array: text("array")?, member: text("member")? }),
        ["array"] => text("array").map(Named::Array),
        ["type"] => {
            let code = match section.has("bit") {
                true => section.integer("bit", 0..=63),
                false => section.integer("value", i64::MIN..=i64::MAX),
            };
            section.require("printed", "printed = \"…\": the label as the table prints it");
            Some(Named::Value { of: text("type")?, code, printed: section.string("printed")?.value })
        }
        _ => {
            for key in ["device", "group", "array", "type"] {
                section.ignore(key);
            }
            section.report(
                Diagnostic::error("E0214", "it is not clear what this name is for")
                    .at(section.place().clone())
                    .expected(WHAT),
            );
            None
        }
    }
}

/// The name, if it is one.
fn usable(section: &Section<'_>, of: &Named, name: Located<String>) -> Option<String> {
    let text = name.value;
    let name = match of {
        Named::Device(_) | Named::Group(_) => text.clone(),
        Named::Array(_) | Named::Member { .. } => names::snake(&text),
        Named::Value { .. } if names::is_type_name(&text) => text.clone(),
        Named::Value { .. } => names::pascal(&text),
    };
    let is_keyword = match of {
        Named::Device(_) | Named::Value { .. } => names::is_keyword(&names::pascal(&name)),
        Named::Group(_) | Named::Array(_) | Named::Member { .. } => names::is_keyword(&names::snake(&name)),
    };
    if is_keyword || names::begins_with_digit(&text) {
        section.wrong_key("name", "a name that begins with a letter and is not a Rust keyword");
        return None;
    }
    Some(name)
}
