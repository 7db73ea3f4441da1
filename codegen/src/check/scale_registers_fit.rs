//! A register that scales others is one the table has, and holds a power of ten.

use super::{Subject, error, place};
use crate::diagnostic::Diagnostics;
use crate::model::{Point, RawType, Table};
use std::collections::BTreeMap;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let mut by_address: BTreeMap<(Table, u16), &Point> = BTreeMap::new();
    for point in &subject.device.points {
        for word in &point.words {
            by_address.insert((point.table, *word), point);
        }
    }
    for point in &subject.device.points {
        let Some(address) = point.scale_register else { continue };
        let expected = "the address of a register of 16 bits in the same table that holds a power of ten";
        let Some(scale) = by_address.get(&(point.table, address)) else {
            diagnostics.push(
                error(
                    "E0630",
                    format!(
                        "the scale of “{}” is held in {} {address}, which the table lacks",
                        point.label, point.table
                    ),
                    point,
                )
                .expected(expected),
            );
            continue;
        };
        if !matches!(scale.raw, RawType::Integer { bits: 16, .. }) || scale.id == point.id {
            diagnostics.push(
                error(
                    "E0630",
                    format!(
                        "the scale of “{}” is held in “{}”, which is {} and no power of ten",
                        point.label, scale.label, scale.raw
                    ),
                    point,
                )
                .at(place(scale))
                .expected(expected),
            );
        }
    }
}
