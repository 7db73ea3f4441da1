//! Every group gives a Rust name of its own.

use std::collections::BTreeMap;

use super::Subject;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::manifest::{Group, SheetEntry};
use crate::model::UNGROUPED;
use crate::names;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    // Points of no group are collected under this name where there are groups.
    if !subject.device.groups.is_empty() && subject.device.points.iter().any(|point| point.group.is_none()) {
        known.insert(names::snake(UNGROUPED), "registers without group");
    }
    let place = |group: &str| {
        let named = |entry: &&SheetEntry| matches!(&entry.group, Group::Title(title) if title == group);
        let entry = subject.manifest.sheets.iter().find(named);
        entry.map(|entry| entry.place.clone()).unwrap_or_default().holds(group)
    };
    for group in &subject.device.groups {
        let name = names::snake(group);
        if name.is_empty() || names::is_keyword(&name) {
            diagnostics.push(
                Diagnostic::error("E0608", format!("the group “{group}” gives no Rust name"))
                    .at(place(group))
                    .expected("a group with letters in its name, no keyword of Rust"),
            );
        } else if let Some(other) = known.insert(name.clone(), group) {
            diagnostics.push(
                Diagnostic::error("E0609", format!("the groups “{other}” and “{group}” are both `{name}` in Rust"))
                    .at(place(other))
                    .at(place(group))
                    .expected("a name of its own for each group"),
            );
        }
    }
}
