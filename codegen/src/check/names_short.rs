//! Names are so short that a page can be named after each: rustdoc writes files, whose names have 255 bytes at most.

use super::{Subject, array_renamed, device_renamed, group_renamed, groups_distinct, place, renamed, type_renamed};
use crate::diagnostic::{Diagnostic, Diagnostics, Entry, Place, said};
use crate::names;

/// Letters of an identifier, with its array: `constant.HEAT_PUMP_STATUS.html`.
const IDENTIFIER: usize = 200;

/// Letters of a name that others are made of: the device's and a group's stand in `struct.DeviceGroupReadings.html`.
const PART: usize = 100;

/// The key that settles all of them.
fn phrases() -> Entry {
    Entry::table(["device"]).text("long_names", "first_phrase")
}

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let device = subject.device;
    let error = |what: &str, length: usize, most: usize, at: Place| {
        Diagnostic::error("E0632", said!("the Rust name of {what} has {length} letters", what, length))
            .at(at)
            .expected(format!("at most {most}, because documentation pages are named after it"))
    };
    let is_long = |length: usize| length > PART;
    if is_long(device.type_name.len()) {
        let at = subject.manifest.name.place.clone().holds(&device.name);
        diagnostics.merge(device_renamed(error("the device", device.type_name.len(), PART, at), device));
    }
    for array in device.arrays.iter().filter(|array| is_long(array.name.len())) {
        let first = device.points.iter().find(|point| point.array.as_ref().is_some_and(|at| at.array == array.name));
        let at = first.map(place).unwrap_or_default();
        diagnostics
            .merge(array_renamed(error("the array", array.name.len(), PART, at), subject, array).widely(phrases()));
    }
    for group in &device.groups {
        let length = names::snake(&group.name).len();
        if is_long(length) {
            let at = groups_distinct::place(subject, &group.title);
            diagnostics.merge(group_renamed(error("the group", length, PART, at), &group.title));
        }
    }
    for value_type in device.types.iter().filter(|value_type| is_long(value_type.name.len())) {
        let first = value_type.labels.first().map(|label| label.label.clone()).unwrap_or_default();
        let at = subject.type_place(value_type).holds(first);
        diagnostics.merge(type_renamed(error("the type", value_type.name.len(), PART, at), subject, value_type));
    }
    for point in device.points.iter().filter(|point| point.id.len() > IDENTIFIER) {
        diagnostics
            .merge(renamed(error("a register", point.id.len(), IDENTIFIER, place(point)), point).widely(phrases()));
    }
}
