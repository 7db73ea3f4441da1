//! A member of an array is of one type in every element: the elements share a method.

use std::collections::BTreeMap;

use super::{Subject, error, place};
use crate::diagnostic::Diagnostics;
use crate::model::{Point, Role};

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let mut known: BTreeMap<(&str, &str), &Point> = BTreeMap::new();
    for point in &subject.device.points {
        let Some(at) = &point.array else { continue };
        let first = *known.entry((&at.array, &at.member)).or_insert(point);
        let is_command = |point: &Point| matches!(point.role, Role::Command { .. });
        for (field, alike) in [
            ("type", first.kind == point.kind && first.raw == point.raw),
            ("access", first.access == point.access),
            ("role", is_command(first) == is_command(point)),
            ("not-available value", first.not_available.is_empty() == point.not_available.is_empty()),
        ] {
            if !alike {
                diagnostics.push(
                    error("E0625", format!("“{}” and “{}” differ in {field}", first.label, point.label), first)
                        .at(place(point))
                        .expected("members of one name that are alike in every element of an array"),
                );
            }
        }
    }
}
