//! What must hold of a model before anything is made from it.
//!
//! One file per fact, named for it. A check reads the model and reports; it never changes it, so that the order of
//! the checks does not matter.

mod access_possible;
mod codes_fit;
mod groups_distinct;
mod limits_ordered;
mod names_distinct;
mod names_usable;
mod points_exist;
mod signedness_stated;
mod type_names_distinct;
mod words_disjoint;

use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::model::{Device, Point};

type Check = fn(&Device, &mut Diagnostics);

const CHECKS: [Check; 10] = [
    points_exist::check,
    access_possible::check,
    codes_fit::check,
    groups_distinct::check,
    limits_ordered::check,
    names_usable::check,
    names_distinct::check,
    type_names_distinct::check,
    words_disjoint::check,
    signedness_stated::check,
];

/// Runs every check.
pub(crate) fn check(device: &Device, diagnostics: &mut Diagnostics) {
    for check in CHECKS {
        check(device, diagnostics);
    }
}

/// Where a point stands first, with its label.
fn place(point: &Point) -> Place {
    let place = point.sources.first().cloned().map(Place::from).unwrap_or_default();
    place.holds(&point.label)
}

/// A ready override that gives a point another label.
fn rename(point: &Point) -> String {
    let table = match point.table {
        crate::model::Table::Coil => "coil",
        crate::model::Table::DiscreteInput => "discrete",
        crate::model::Table::InputRegister => "input",
        crate::model::Table::HoldingRegister => "holding",
    };
    format!(
        "give it another label in the manifest: [[override]] registers = \"{table} {}\", field = \"label\", expect = [{:?}], value = \"…\", reason = \"…\"",
        point.address(),
        point.description
    )
}

/// An error about a point.
fn error(code: &'static str, message: impl Into<String>, point: &Point) -> Diagnostic {
    Diagnostic::error(code, message).at(place(point))
}
