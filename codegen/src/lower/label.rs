//! The display name of a register: its description without what is not its name.

use std::collections::{BTreeMap, BTreeSet};

use super::Register;
use super::pairs::Joined;
use crate::cells::lists::{self, cut};
use crate::cells::text::{without_footnotes, without_mark, without_unit};
use crate::manifest::{Manifest, SameNames};
use crate::names;
use crate::spelling::normalised;

/// A description taken apart.
pub(super) struct Name {
    pub(super) label: String,
    /// Footnote marks it bears: `*1`.
    pub(super) footnotes: Vec<String>,
    /// Whether it bears one of the marks of what is not always fitted.
    pub(super) optional: bool,
}

/// Takes off footnote marks, marks of optional equipment, the register's unit in parentheses, and a full stop.
pub(super) fn name(description: &str, unit: &str, optional_marks: &[String]) -> Name {
    let (mut label, footnotes) = without_footnotes(description);
    let mut optional = false;
    for mark in optional_marks {
        while let Some(rest) = without_mark(&label, mark) {
            label = rest;
            optional = true;
        }
    }
    if let Some(rest) = (!unit.is_empty()).then(|| without_unit(&label, unit)).flatten() {
        label = rest;
    }
    Name { label: normalised(label.trim_end_matches('.')), footnotes, optional }
}

/// The display name: the label that a column or an override gives, or the description without its list of values.
pub(super) fn label(register: &Register, manifest: &Manifest) -> String {
    match register.label.as_ref().or(register.first_phrase.as_ref()) {
        Some(label) => label.clone(),
        None => name(head(&register.description), &register.unit, &manifest.optional_marks).label,
    }
}

/// The names in the further languages.
pub(super) fn translations(register: &Register) -> impl Iterator<Item = &str> {
    register.translations.iter().map(|text| head(text))
}

/// The first line of a description: what stands below it is a list of values.
pub(super) fn head(description: &str) -> &str {
    description.split_once('\n').map_or(description, |(name, _)| cut(name))
}

/// What stands below the first line of a description; all of one that is a single line.
pub(super) fn list(description: &str) -> &str {
    match description.split_once('\n') {
        // Where the name has a column of its own, the list begins in the first line.
        Some((name, list)) if lists::listed(name).is_none() => list,
        _ => description,
    }
}

/// A label as it gives a name: a sign at its end that is the register's unit is none. `kW` is a word of it.
pub(super) fn without_sign<'a>(label: &'a str, unit: &str) -> &'a str {
    let is_sign = !unit.starts_with(|first: char| first.is_ascii_alphabetic());
    label.strip_suffix(unit).filter(|rest| is_sign && !rest.trim().is_empty()).unwrap_or(label)
}

/// Letters of a name that a page of the documentation can be named after.
const LONGEST: usize = 100;

/// Names that are too long are their first phrase, where the manifest says so.
pub(super) fn shorten(joined: &mut [Joined], manifest: &Manifest) {
    if !manifest.naming.first_phrases {
        return;
    }
    for register in joined.iter_mut().map(|one| &mut one.register) {
        if register.label.is_some() || register.id.is_some() {
            continue;
        }
        let name = label(register, manifest);
        if names::snake(&name).len() > LONGEST {
            register.first_phrase = first_phrase(&name).map(str::to_owned);
        }
    }
}

/// What stands before the first sign that ends a phrase; nothing where that gives no name.
fn first_phrase(text: &str) -> Option<&str> {
    let ends = |(at, sign): (usize, char)| {
        let behind = text.get(at.saturating_add(sign.len_utf8())..).unwrap_or_default();
        let is_apart = behind.is_empty() || behind.starts_with(char::is_whitespace);
        let is_end = matches!(sign, '(' | '[' | ';' | '\n')
            || matches!(sign, '.' | ':' | '!' | '?' | ',' | '–' | '—') && is_apart;
        let phrase = text.get(..at)?.trim();
        (is_end && !names::snake(phrase).is_empty()).then_some(phrase)
    };
    text.char_indices().find_map(ends)
}

/// Settles what identifiers begin and end with: the group, and what tells registers apart where labels are the same.
pub(super) fn qualify(joined: &mut [Joined], manifest: &Manifest) {
    let naming = &manifest.naming;
    for register in joined.iter_mut().map(|one| &mut one.register) {
        if naming.grouped && register.place.is_none() && register.id.is_none() {
            let group = register.group.as_deref().map(|title| names::snake(manifest.names.group(title)));
            register.scope = group.unwrap_or_default();
        }
    }
    let Some(same_names) = naming.same_names else { return };
    let named = |register: &Register| match (&register.place, &register.id) {
        (None, None) => Some(register.scoped(without_sign(&label(register, manifest), &register.unit))),
        _ => None,
    };
    // The address tells most apart; tables, units and bits those that share it.
    let parts: &[fn(&Register) -> Option<String>] = match same_names {
        SameNames::Address => &[
            |register| Some(register.address.to_string()),
            |register| Some(register.table.key().to_owned()),
            |register| register.unit_id.map(|unit| format!("unit_{unit}")),
            |register| register.bit_range.map(|(low, _)| format!("bit_{low}")),
        ],
        SameNames::Variant => {
            &[|register| Some(names::snake(&register.variants.join(" "))).filter(|name| !name.is_empty())]
        }
    };
    for part in parts {
        let mut known: BTreeMap<String, (usize, BTreeSet<Option<String>>)> = BTreeMap::new();
        for (name, register) in joined.iter().filter_map(|one| Some((named(&one.register)?, &one.register))) {
            let (times, parts) = known.entry(name).or_default();
            *times = times.saturating_add(1);
            parts.insert(part(register));
        }
        for register in joined.iter_mut().map(|one| &mut one.register) {
            let same = named(register).and_then(|name| known.get(&name));
            if same.is_some_and(|(times, parts)| *times > 1 && (register.suffix.is_empty() || parts.len() > 1)) {
                register.suffix.extend(part(register));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_the_name() {
        let marks = ["(EM)".to_owned(), "(EM2/3)".to_owned()];
        let found = name("External additional heater: Current demand (%) (EM)", "%", &marks);
        assert_eq!((found.label.as_str(), found.optional), ("External additional heater: Current demand", true));
        let found = name("System return line temperature.", "°C", &marks);
        assert_eq!((found.label.as_str(), found.optional), ("System return line temperature", false));
        assert_eq!(name("Operational mode *2", "enum", &marks).footnotes, ["*2"]);
    }

    #[test]
    fn a_list_below_the_name_is_no_part_of_it() {
        let description = "Heating system 1: Mode\n0=Auto\n1=On";
        assert_eq!((head(description), list(description)), ("Heating system 1: Mode", "0=Auto\n1=On"));
        assert_eq!(list("Mode 0=Auto 1=On"), "Mode 0=Auto 1=On");
    }

    #[test]
    fn a_phrase_ends_at_its_first_sign() {
        for (text, expected) in [
            ("Serial number (UID): The UID is a number", Some("Serial number")),
            ("Changeover: Control by Bit 0 = 0", Some("Changeover")),
            ("Value 1.5 of the curve. It is set", Some("Value 1.5 of the curve")),
            ("(1) Flow, supply", Some("(1) Flow")),
            ("no sign at all", None),
        ] {
            assert_eq!(first_phrase(text), expected, "{text}");
        }
    }

    #[test]
    fn signs_are_no_part_of_a_name() {
        assert_eq!(without_sign("Max flow °C", "°C"), "Max flow ");
        assert_eq!(without_sign("Current RPS", "RPS"), "Current RPS");
        assert_eq!(without_sign("°C", "°C"), "°C");
        assert_eq!(without_sign("Mode", ""), "Mode");
    }
}
