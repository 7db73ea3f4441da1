//! Every label gives a Rust name that can be a method beside the ones every device has.

use std::collections::BTreeSet;

use super::{error, rename};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::model::Device;
use crate::names;

/// Methods every generated device has.
const METHODS: [&str; 6] = ["new", "unit", "read", "write", "read_all", "absent"];

pub(super) fn check(device: &Device, diagnostics: &mut Diagnostics) {
    if names::pascal(&device.name).is_empty() {
        diagnostics.push(
            Diagnostic::error("E0612", "the device's name gives no Rust name")
                .at(Place::default().holds(&device.name))
                .expected("a name with letters in [device]"),
        );
    }
    let readers: BTreeSet<String> = device.groups.iter().map(|group| format!("read_{}", names::snake(group))).collect();
    let setters: BTreeSet<String> =
        device.points.iter().filter(|point| point.access.writes()).map(|point| format!("set_{}", point.id)).collect();
    for point in &device.points {
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
