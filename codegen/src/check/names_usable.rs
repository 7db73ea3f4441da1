//! Every label gives a Rust name that can be a method beside the ones every device has.

use std::collections::BTreeSet;

use super::{Subject, error, rename};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::names;

/// Methods every generated device has.
const METHODS: [&str; 6] = ["new", "unit", "read", "write", "read_all", "absent"];

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    if names::pascal(&subject.device.name).is_empty() {
        diagnostics.push(
            Diagnostic::error("E0612", "the device's name gives no Rust name")
                .at(subject.manifest.name.place.clone().holds(&subject.device.name))
                .expected("a name with letters in [device]"),
        );
    }
    let readers: BTreeSet<String> =
        subject.device.groups.iter().map(|group| format!("read_{}", names::snake(group))).collect();
    let setters: BTreeSet<String> = subject
        .device
        .points
        .iter()
        .filter(|point| point.access.writes())
        .map(|point| format!("set_{}", point.id))
        .collect();
    for point in &subject.device.points {
        let id = &point.id;
        if id.is_empty() {
            diagnostics.push(
                error("E0613", format!("“{}” gives no Rust name", point.label), point)
                    .expected("a label with letters or digits")
                    .help(rename(point)),
            );
        } else if names::is_keyword(id) {
            diagnostics.push(
                error("E0614", format!("`{id}` is a keyword of Rust"), point)
                    .expected("another label")
                    .help(rename(point)),
            );
        } else if METHODS.contains(&id.as_str()) || readers.contains(id) || setters.contains(id) {
            diagnostics.push(
                error("E0615", format!("`{id}` is the name of another method of the device"), point)
                    .expected("another label")
                    .help(rename(point)),
            );
        }
    }
}
