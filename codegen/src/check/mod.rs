//! What must hold of a model before anything is made from it.
//!
//! One file per fact, named for it. A check reads the model and reports; it never changes it, so that the order of
//! the checks does not matter.

mod access_possible;
mod arrays_alike;
mod arrays_distinct;
mod codes_fit;
mod groups_distinct;
mod limit_registers_fit;
mod limits_fit;
mod limits_ordered;
mod limits_stated;
mod names_distinct;
mod names_short;
mod names_usable;
mod persistence_possible;
mod points_exist;
mod requests_fit;
mod scale_exact;
mod scale_registers_fit;
mod scale_registers_used;
mod signedness_stated;
mod type_names_distinct;
mod words_disjoint;
mod write_functions_agree;
mod write_functions_suffice;

use crate::diagnostic::entry::{Entry, OPEN, Value};
use crate::diagnostic::{Diagnostic, Diagnostics, Message, Place};
use crate::manifest::Manifest;
use crate::model::{Array, ArrayPlace, Device, Kind, Point, Role, Table, ValueForm, ValueLabel, ValueType};
use crate::names;
use crate::spelling::normalised;

/// A device, and the manifest that says where the names in it come from.
struct Subject<'a> {
    device: &'a Device,
    manifest: &'a Manifest,
}

impl Subject<'_> {
    /// Where the values of a type are listed.
    fn type_place(&self, value_type: &ValueType) -> Place {
        let entry = || self.manifest.types.iter().find(|entry| entry.name.value == value_type.name);
        let listed = value_type.source.clone().map(Place::from);
        let conditional = || self.manifest.values_if.iter().find(|entry| value_type.name.ends_with(&entry.name.value));
        listed
            .or_else(|| entry().map(|entry| entry.place.clone()))
            .or_else(|| conditional().map(|entry| entry.place.clone()))
            .unwrap_or_default()
    }
}

type Check = fn(&Subject<'_>, &mut Diagnostics);

const CHECKS: [Check; 23] = [
    points_exist::check,
    access_possible::check,
    arrays_alike::check,
    arrays_distinct::check,
    codes_fit::check,
    groups_distinct::check,
    limit_registers_fit::check,
    limits_fit::check,
    limits_ordered::check,
    limits_stated::check,
    names_usable::check,
    names_distinct::check,
    names_short::check,
    persistence_possible::check,
    requests_fit::check,
    scale_exact::check,
    scale_registers_fit::check,
    scale_registers_used::check,
    type_names_distinct::check,
    words_disjoint::check,
    write_functions_agree::check,
    write_functions_suffice::check,
    signedness_stated::check,
];

/// Runs every check.
pub(crate) fn check(device: &Device, manifest: &Manifest, diagnostics: &mut Diagnostics) {
    for check in CHECKS {
        check(&Subject { device, manifest }, diagnostics);
    }
}

/// Methods of a command that takes one of a list of values: one for each, and its type and value.
fn triggers<'a>(device: &'a Device, point: &Point) -> Vec<(String, &'a ValueType, &'a ValueLabel)> {
    let value_type = match (&point.kind, point.role) {
        (Kind::Enum(name), Role::Command { trigger: None }) => device.value_type(name),
        _ => None,
    };
    let labels = value_type.into_iter().flat_map(|of| of.labels.iter().map(move |label| (of, label)));
    labels.map(|(of, label)| (names::snake(&label.name), of, label)).collect()
}

/// The cell that names a point, with its label.
fn place(point: &Point) -> Place {
    let cell = point.named_at.as_ref().or(point.sources.first());
    let place = cell.cloned().map(Place::from).unwrap_or_default();
    // A cell that holds marks only is not empty.
    place.holds(if point.label.is_empty() { &point.description } else { &point.label })
}

/// Offers an override that gives a point another label.
fn renamed(diagnostic: Diagnostic, point: &Point) -> Diagnostic {
    let corrected = |field: &str| point.corrections.iter().any(|of| of.field == field && of.cell.is_none());
    if corrected("id") {
        return diagnostic.help("its identifier comes from an override: change its `value`");
    }
    if corrected("label") {
        return diagnostic.help("its label comes from an override: change its `value`");
    }
    let printed = &point.selection.printed;
    let entry = Entry::correction(&point.selection, "label", printed, &[]);
    diagnostic.help("give it another label").manifest(entry.single())
}

/// Offers another name for an array; that of an `[[array]]` stands there.
fn array_renamed(diagnostic: Diagnostic, subject: &Subject<'_>, array: &Array) -> Diagnostic {
    if subject.manifest.arrays.iter().any(|entry| entry.name.value == array.name) {
        return diagnostic.help("give it another `name` in its [[array]]");
    }
    diagnostic.help("give it another name").manifest(Entry::name("array", &array.label).unnamed())
}

/// Offers another name for a member of an array, which all elements share.
fn member_renamed(diagnostic: Diagnostic, place: &ArrayPlace) -> Diagnostic {
    let entry = Entry::name("array", &place.array).text("member", &place.member_label).unnamed();
    diagnostic.help("give it another name in every element").manifest(entry)
}

/// Offers another name for a group.
fn group_renamed(diagnostic: Diagnostic, title: &str) -> Diagnostic {
    diagnostic.help("give it another name").manifest(Entry::name("group", title).unnamed())
}

/// Offers another name for the device.
fn device_renamed(diagnostic: Diagnostic, device: &Device) -> Diagnostic {
    diagnostic.help("give it another name").manifest(Entry::name("device", &device.name).unnamed())
}

/// Offers another name for a value of an enum or a bit.
fn value_renamed(diagnostic: Diagnostic, of: &ValueType, label: &ValueLabel) -> Diagnostic {
    let entry = Entry::name("type", &of.name);
    let entry = match of.form {
        ValueForm::Enum => entry.number("value", label.code),
        ValueForm::Flags => entry.number("bit", label.code),
        // They have no code of their own.
        ValueForm::Special | ValueForm::Conditional => entry,
    };
    diagnostic.help("give it another name").manifest(entry.text("printed", &normalised(&label.label)).unnamed())
}

/// Offers another name for a type that is named after a register; that of another stands in the manifest.
fn type_renamed(diagnostic: Diagnostic, subject: &Subject<'_>, of: &ValueType) -> Diagnostic {
    let manifest = subject.manifest;
    let is_listed = manifest.types.iter().any(|entry| entry.name.value == of.name);
    let (form, is_conditional) = match of.form {
        ValueForm::Enum => ("enums", false),
        ValueForm::Flags => ("flags", false),
        ValueForm::Special => ("specials", false),
        ValueForm::Conditional => ("enums", true),
    };
    if is_listed || is_conditional || manifest.values_if.iter().any(|entry| of.name.ends_with(&entry.name.value)) {
        return diagnostic.help("give it another name where the manifest lists it");
    }
    let mut registers: Vec<(Table, u16, u16)> = Vec::new();
    let mut printed: Vec<String> = Vec::new();
    for point in subject.device.points.iter().filter(|point| point.kind.type_name() == Some(&of.name)) {
        for range in &point.selection.registers {
            if !registers.contains(range) {
                registers.push(*range);
            }
        }
        let own = point.selection.printed.iter().filter(|text| !printed.contains(text)).cloned().collect::<Vec<_>>();
        printed.extend(own);
    }
    let entry = Entry::table([form, OPEN]).with("registers", Value::Registers(registers));
    diagnostic.help("name it in the manifest").manifest(entry.texts("expect", &printed).flag("inline", true))
}

/// An error about a point.
fn error(code: &'static str, message: impl Into<Message>, point: &Point) -> Diagnostic {
    Diagnostic::error(code, message).at(place(point))
}
