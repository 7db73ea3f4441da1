//! Enums and flag sets.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::super::Options;
use super::super::facts;
use super::super::text::line;
use super::doc;
use super::field::Helper;
use crate::model::{Device, Kind, ValueForm, ValueType};
use crate::names;

/// Keywords of Python, besides those no name here can be: names of points are lower case, members of enums upper.
pub(super) const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// The types of a module, by their names in the model.
pub(super) struct Types {
    names: BTreeMap<String, String>,
    sources: Vec<String>,
}

impl Types {
    /// What the enum or flag set is called in the module.
    pub(super) fn name(&self, name: &str) -> Option<&str> {
        self.names.get(name).map(String::as_str)
    }

    pub(super) fn sources(&self) -> &[String] {
        &self.sources
    }
}

pub(super) fn types(
    device: &Device,
    options: &Options,
    taken: &mut BTreeSet<String>,
    helpers: &mut BTreeSet<Helper>,
) -> Types {
    let used: BTreeSet<&str> = device
        .points
        .iter()
        .filter(|point| !point.table.is_bit() && matches!(point.kind, Kind::Enum(_) | Kind::Flags(_)))
        .filter_map(|point| point.kind.type_name())
        .collect();
    let (mut names, mut sources) = (BTreeMap::new(), Vec::new());
    for value_type in device.types.iter().filter(|of| used.contains(of.name.as_str()) && !of.labels.is_empty()) {
        let is_flags = value_type.form == ValueForm::Flags;
        helpers.insert(if is_flags { Helper::Flags } else { Helper::OpenEnum });
        let name = free(taken, &value_type.name);
        sources.push(source(value_type, &name, is_flags, options));
        names.insert(value_type.name.clone(), name);
    }
    Types { names, sources }
}

/// A name that nothing else has: the same with a number behind it where it is taken.
pub(super) fn free(taken: &mut BTreeSet<String>, wanted: &str) -> String {
    let numbered = (2u32..).map(|number| format!("{wanted}{number}"));
    let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
    names.find(|name| taken.insert(name.clone())).unwrap_or_default()
}

fn source(of: &ValueType, name: &str, is_flags: bool, options: &Options) -> String {
    let base = if is_flags { "IntFlag" } else { "_OpenEnum" };
    let about = if of.description.is_empty() { &of.name } else { &of.description };
    let mut text = format!("\n\nclass {name}({base}):\n    \"\"\"{}\"\"\"\n\n", doc(about));
    let screaming: Vec<String> = of.labels.iter().map(|label| names::snake(&label.name).to_uppercase()).collect();
    // Two names that differ in case only stay as they are.
    let distinct = screaming.iter().collect::<BTreeSet<_>>().len() == screaming.len();
    for (label, screaming) in of.labels.iter().zip(screaming) {
        let member = if distinct && !screaming.is_empty() { screaming } else { label.name.clone() };
        let member = if KEYWORDS.contains(&member.as_str()) || member == "mro" { format!("{member}_") } else { member };
        let value = if is_flags { format!("1 << {}", label.code) } else { label.code.to_string() };
        let shown = facts::label(label, options.language.as_deref());
        // Writing to a string cannot fail.
        let _ = writeln!(text, "    {member} = {value}  # {}", line(shown));
    }
    text
}
