//! Every point has an identifier of its own; none is numbered to make it so, since a number appended today is a
//! different register tomorrow.

use std::collections::BTreeMap;

use super::{Subject, error, place, rename};
use crate::diagnostic::Diagnostics;
use crate::model::Point;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let mut known: BTreeMap<&str, &Point> = BTreeMap::new();
    for point in subject.device.points.iter().filter(|point| !point.id.is_empty()) {
        match known.get(point.id.as_str()) {
            Some(first) => diagnostics.push(
                error("E0616", format!("two registers are both `{}` in Rust", point.id), first)
                    .at(place(point))
                    .expected("a name of its own for each register")
                    .help(rename(point)),
            ),
            None => {
                known.insert(&point.id, point);
            }
        }
    }
}
