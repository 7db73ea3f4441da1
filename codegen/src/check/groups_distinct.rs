//! Every group gives a Rust name of its own.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::model::{Device, UNGROUPED};
use crate::names;

pub(super) fn check(device: &Device, diagnostics: &mut Diagnostics) {
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    // Points of no group are collected under this name where there are groups.
    if !device.groups.is_empty() && device.points.iter().any(|point| point.group.is_none()) {
        known.insert(names::snake(UNGROUPED), "registers without group");
    }
    for group in &device.groups {
        let name = names::snake(group);
        if name.is_empty() || names::is_keyword(&name) {
            diagnostics.push(
                Diagnostic::error("E0608", format!("the group “{group}” gives no Rust name"))
                    .at(Place::default().holds(group))
                    .expected("a group with letters in its name, no keyword of Rust"),
            );
        } else if let Some(other) = known.insert(name.clone(), group) {
            diagnostics.push(
                Diagnostic::error("E0609", format!("the groups “{other}” and “{group}” are both `{name}` in Rust"))
                    .at(Place::default().holds(other))
                    .at(Place::default().holds(group))
                    .expected("a name of its own for each group"),
            );
        }
    }
}
