//! Every point has an identifier of its own; none is numbered to make it so, since a number appended today is a
//! different register tomorrow.

use std::collections::BTreeMap;

use super::{Subject, member_renamed, place, renamed};
use crate::diagnostic::{Diagnostic, Diagnostics, Entry, said};
use crate::model::{ArrayPlace, Point};

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let mut known: BTreeMap<&str, &Point> = BTreeMap::new();
    // That an array, or a member of one, has no name is reported as that.
    let in_array = |at: &ArrayPlace| !at.array.is_empty() && at.member.is_empty() == at.member_label.is_empty();
    let is_named = |point: &&Point| !point.id.is_empty() && point.array.as_ref().is_none_or(in_array);
    for point in subject.device.points.iter().filter(is_named) {
        let Some(first) = known.get(point.id.as_str()) else {
            known.insert(&point.id, point);
            continue;
        };
        let at = |point: &Point| match &point.array {
            // One row is about all the elements.
            Some(at) if at.member.is_empty() => {
                let array = subject.device.arrays.iter().find(|array| array.name == at.array);
                place(point).holds(array.map_or(&at.array, |array| &array.label).as_str())
            }
            _ => place(point),
        };
        let (what, name) = match &point.array {
            None => ("two registers", point.id.clone()),
            // Every element says it.
            Some(ArrayPlace { array, member, .. }) if member.is_empty() => ("two ranges", array.clone()),
            Some(ArrayPlace { array, member, .. }) => ("two registers", format!("{array}[…].{member}")),
        };
        let error = Diagnostic::error("E0616", said!("{what} are both `{name}` in Rust", what, name))
            .at(at(first))
            .at(at(point))
            .expected("a different name for each");
        let member = |point: &Point| point.array.as_ref().map(|place| place.member_label.clone());
        diagnostics.merge(match &point.array {
            Some(place) if member(first) != member(point) => member_renamed(error, place),
            _ => {
                let by = if are_of_other_variants(first, point) { "variant" } else { "address" };
                renamed(error, point).widely(Entry::table(["device"]).text("same_names", by))
            }
        });
    }
}

/// Whether no model or firmware has both.
fn are_of_other_variants(one: &Point, other: &Point) -> bool {
    let shares = |variant| other.variants.contains(variant);
    !one.variants.is_empty() && !other.variants.is_empty() && !one.variants.iter().any(shares)
}
