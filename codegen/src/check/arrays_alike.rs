//! A member of an array is of one type in every element: the elements share a method. And an element is a value, or has
//! members.

use std::collections::BTreeMap;

use super::{Subject, error, place, renamed};
use crate::diagnostic::{Diagnostics, said};
use crate::model::{Access, Kind, Point, RawType, Role};

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let mut known: BTreeMap<(&str, &str), &Point> = BTreeMap::new();
    for point in &subject.device.points {
        let Some(at) = &point.array else { continue };
        // Members whose labels give no name, which is reported, are not therefore one member.
        if at.member.is_empty() && !at.member_label.is_empty() {
            continue;
        }
        let first = *known.entry((&at.array, &at.member)).or_insert(point);
        for said in [kind, access, role, absence] {
            let (one, other) = (said(first), said(point));
            if one != other {
                let message = format!("“{}” is {one}, but “{}” is {other}", first.label, point.label);
                diagnostics.push(
                    error("E0625", message, first)
                        .at(place(point))
                        .expected("members with the same name that are alike in every element of the array"),
                );
            }
        }
    }
    check_elements(subject, diagnostics);
}

/// What its value is, as far as the type of the method says it.
fn kind(point: &Point) -> String {
    let raw = match point.raw {
        RawType::Bcd { digits } => format!("{digits} digits in BCD"),
        RawType::SignMagnitude { bits } => format!("{bits} bits of sign and magnitude"),
        RawType::Modulo10000 { bits, signed } => {
            format!("{} registers modulo 10000, {}", bits.wrapping_div(16), if signed { "signed" } else { "unsigned" })
        }
        RawType::Text { encoding, packing } => format!("{}, {}", encoding.key(), packing.key()),
        raw => raw.to_string(),
    };
    match &point.kind {
        Kind::Bool => format!("a truth value in {raw}"),
        Kind::Integer => format!("a number, {raw}"),
        Kind::Scaled => format!("a scaled number, {raw}"),
        Kind::Enum(name) | Kind::Flags(name) | Kind::Special(name) | Kind::Conditional(name) => {
            format!("of the type {name} in {raw}")
        }
        Kind::BitSet => format!("a set of bits, {raw}"),
        Kind::Text => format!("a text, {raw}"),
        Kind::Bytes => "bytes".to_owned(),
    }
}

fn access(point: &Point) -> String {
    match point.access {
        Access::Read => "read-only",
        Access::Write => "write-only",
        Access::ReadWrite => "read and written",
    }
    .to_owned()
}

fn role(point: &Point) -> String {
    if matches!(point.role, Role::Command { .. }) { "a command".to_owned() } else { "a value".to_owned() }
}

fn absence(point: &Point) -> String {
    if point.not_available.is_empty() { "always available".to_owned() } else { "not always available".to_owned() }
}

/// Reports arrays whose elements are values and have members as well: `heat_pump[1]` and `heat_pump[1].status`.
fn check_elements(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let points = &subject.device.points;
    for array in &subject.device.arrays {
        let of_array = || points.iter().filter(|point| point.array.as_ref().is_some_and(|at| at.array == array.name));
        let is_element = |point: &&Point| point.array.as_ref().is_some_and(|at| at.member_label.is_empty());
        let member = of_array().find(|point| !is_element(point));
        if let (Some(element), Some(member)) = (of_array().find(is_element), member) {
            let error = error(
                "E0631",
                said!(
                    "“{label}” is an element of `{array}`, whose elements have members",
                    label = &element.label,
                    array = &array.name
                ),
                element,
            )
            .at(place(member))
            .expected("a name within the element, as its other registers have");
            diagnostics.push(renamed(error, element));
        }
    }
}
