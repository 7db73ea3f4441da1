//! What must hold of a model before anything is made from it.
//!
//! One file per fact, named for it. A check reads the model and reports; it never changes it, so that the order of
//! the checks does not matter.

mod access_possible;
mod arrays_alike;
mod arrays_distinct;
mod codes_fit;
mod groups_distinct;
mod limits_ordered;
mod limits_stated;
mod names_distinct;
mod names_usable;
mod persistence_possible;
mod points_exist;
mod scale_exact;
mod scale_registers_fit;
mod signedness_stated;
mod type_names_distinct;
mod words_disjoint;

use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::manifest::{Manifest, Registers};
use crate::model::{Device, Kind, Point, Role, ValueType};
use crate::names;
use crate::table::text::normalised;

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
        listed.or_else(|| entry().map(|entry| entry.place.clone())).unwrap_or_default()
    }
}

type Check = fn(&Subject<'_>, &mut Diagnostics);

const CHECKS: [Check; 16] = [
    points_exist::check,
    access_possible::check,
    arrays_alike::check,
    arrays_distinct::check,
    codes_fit::check,
    groups_distinct::check,
    limits_ordered::check,
    limits_stated::check,
    names_usable::check,
    names_distinct::check,
    persistence_possible::check,
    scale_exact::check,
    scale_registers_fit::check,
    type_names_distinct::check,
    words_disjoint::check,
    signedness_stated::check,
];

/// Runs every check.
pub(crate) fn check(device: &Device, manifest: &Manifest, diagnostics: &mut Diagnostics) {
    for check in CHECKS {
        check(&Subject { device, manifest }, diagnostics);
    }
}

/// Methods of a command that takes one of a list of values: one for each.
fn triggers(device: &Device, point: &Point) -> Vec<String> {
    match (&point.kind, point.role) {
        (Kind::Enum(name), Role::Command { trigger: None }) => {
            let labels = device.value_type(name).map(|value_type| value_type.labels.as_slice()).unwrap_or_default();
            labels.iter().map(|label| names::snake(&label.name)).collect()
        }
        _ => Vec::new(),
    }
}

/// The cell that names a point, with its label.
fn place(point: &Point) -> Place {
    let cell = point.named_at.as_ref().or(point.sources.first());
    let place = cell.cloned().map(Place::from).unwrap_or_default();
    // A cell that holds marks only is not empty.
    place.holds(if point.label.is_empty() { &point.description } else { &point.label })
}

/// A ready override that gives a point another label.
fn rename(point: &Point) -> String {
    let label = point.corrections.iter().find(|correction| correction.field == "label");
    if label.is_some() {
        return "its label comes from an override: change its `value`".to_owned();
    }
    let address = point.address();
    let registers = Registers { ranges: vec![(point.table, address, address)] }.selector();
    // Where an override settled the description, the rows still print what they print.
    let corrected = point.corrections.iter().find(|correction| correction.field == "description");
    let printed = corrected.map_or(std::slice::from_ref(&point.description), |correction| &correction.printed);
    let description = normalised(&point.description);
    let rest = description.strip_prefix(point.label.as_str());
    // A label that begins in the middle of it, or of a word, stands in a column of its own.
    let from_description = rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
    let printed: Vec<String> = match point.words.as_slice() {
        // The table has a column of labels.
        _ if point.description.is_empty() => vec![toml::Value::from(point.label.as_str()).to_string()],
        _ if corrected.is_none() && point.array.is_none() && !from_description => vec!["\"…\"".to_owned()],
        // The halves of a value print their marks, too.
        [_, _, ..] => vec!["\"…\"".to_owned()],
        _ => printed.iter().map(|text| toml::Value::from(normalised(text)).to_string()).collect(),
    };
    format!(
        "give it another label in the manifest: [[override]] registers = \"{registers}\", field = \"label\", expect = [{}], value = \"…\", reason = \"…\"",
        printed.join(", ")
    )
}

/// An error about a point.
fn error(code: &'static str, message: impl Into<String>, point: &Point) -> Diagnostic {
    Diagnostic::error(code, message).at(place(point))
}
