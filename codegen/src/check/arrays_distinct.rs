//! An array has a name that no point, no command and no type has.

use super::{Subject, array_renamed, error, place, renamed, value_renamed};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::model::{Array, Point};
use crate::names;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let device = subject.device;
    for array in &device.arrays {
        // A label that gives no name is reported as that: the array has none, or a type is called like the array.
        let is_nameless = |point: &Point| {
            let place = point.array.as_ref().filter(|at| at.array == array.name);
            place.is_some_and(|at| at.member.is_empty() && !at.member_label.is_empty())
        };
        if array.name.is_empty() || device.points.iter().any(is_nameless) {
            continue;
        }
        let first = first(subject, array);
        let report = |what: &str, name: &str, other: Option<Place>| {
            let entry = subject.manifest.arrays.iter().find(|entry| entry.name.value == array.name);
            let at = entry.map(|entry| entry.name.place.clone().holds(&array.name));
            let at = at.or_else(|| first.map(place)).unwrap_or_default();
            let error =
                Diagnostic::error("E0626", said!("an array and {what} are both `{name}` in Rust", what, name)).at(at);
            other.into_iter().fold(error, Diagnostic::at).expected("a different name for each")
        };
        if let Some(point) = device.points.iter().find(|point| point.array.is_none() && point.id == array.name) {
            diagnostics.push(renamed(report("a register", &array.name, Some(place(point))), point));
        }
        // Elements that are points themselves need no type of their own.
        let has_members = |point: &Point| {
            point.array.as_ref().is_some_and(|at| at.array == array.name && !at.member_label.is_empty())
        };
        let struct_type = device.points.iter().any(has_members).then(|| names::pascal(&array.name));
        for name in struct_type.as_deref().into_iter().chain([array.number_type.as_str()]) {
            if let Some(value_type) = device.types.iter().find(|value_type| value_type.name == name) {
                let error = report("a type", name, Some(subject.type_place(value_type)));
                diagnostics.push(array_renamed(error, subject, array));
            } else if *name == device.type_name {
                let error = report("the device", name, Some(subject.manifest.name.place.clone()));
                diagnostics.push(array_renamed(error, subject, array));
            }
        }
    }
    // A command for each of several values is a method without a label of its own.
    for point in &device.points {
        for (trigger, value_type, label) in super::triggers(device, point) {
            let named = |other: &&Point| other.array.as_ref().map_or(&other.id, |at| &at.array) == &trigger;
            if let Some(other) = device.points.iter().find(named) {
                let error =
                    error("E0627", said!("a command and a register are both `{trigger}` in Rust", trigger), point)
                        .at(place(other))
                        .expected("a different name for each");
                diagnostics.push(value_renamed(error, value_type, label));
            }
        }
    }
}

/// The first of an array's points.
fn first<'a>(subject: &Subject<'a>, array: &Array) -> Option<&'a Point> {
    subject.device.points.iter().find(|point| point.array.as_ref().is_some_and(|at| at.array == array.name))
}
