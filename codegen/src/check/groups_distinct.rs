//! Every group gives a Rust name of its own.

use std::collections::BTreeMap;

use super::{Subject, group_renamed};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::manifest::{self, SheetEntry};
use crate::model::{Group, UNGROUPED};
use crate::names;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    // Points of no group are collected under this name where there are groups.
    if !subject.device.groups.is_empty() && subject.device.points.iter().any(|point| point.group.is_none()) {
        known.insert(names::snake(UNGROUPED), "the registers without a group");
    }
    for Group { title, name: text, .. } in &subject.device.groups {
        let name = names::snake(text);
        let error = if name.is_empty() {
            Diagnostic::error("E0608", said!("the group “{title}” cannot be made into a Rust name", title))
                .expected("a group with letters of the Latin alphabet")
        } else if names::begins_with_digit(text) {
            Diagnostic::error(
                "E0608",
                said!("the group “{title}” cannot be a Rust name: it begins with a digit", title),
            )
            .expected("a name that begins with a letter: “Floor 2” for “2nd floor”")
        } else if names::is_keyword(&name) {
            Diagnostic::error(
                "E0608",
                said!("the group “{title}” cannot be a Rust name: `{name}` is a keyword", title, name),
            )
            .expected("another name")
        } else if let Some(other) = known.insert(name.clone(), title) {
            Diagnostic::error(
                "E0609",
                said!("the groups “{other}” and “{title}” are both `{name}` in Rust", other, title, name),
            )
            .at(place(subject, other))
            .expected("a different name for each group")
        } else {
            continue;
        };
        diagnostics.push(group_renamed(error.at(place(subject, title)), title));
    }
}

/// Where a group is named: in the table, or in its `[[sheet]]`.
pub(super) fn place(subject: &Subject<'_>, title: &str) -> Place {
    let naming = &subject.manifest.naming;
    let named =
        |entry: &&SheetEntry| matches!(&entry.group, manifest::Group::Title(known) if naming.stripped(known) == title);
    let group = subject.device.groups.iter().find(|group| group.title == title);
    let place = group.map(|group| group.place.clone()).filter(|place| !place.file().is_empty());
    let entry = || subject.manifest.sheets.iter().find(named).map(|entry| entry.place.clone());
    let first = || subject.device.points.iter().find(|point| point.group.as_deref() == Some(title));
    let row = || Some(Place::from(first()?.sources.first()?.clone()));
    place.or_else(entry).or_else(row).unwrap_or_default().holds(title)
}
