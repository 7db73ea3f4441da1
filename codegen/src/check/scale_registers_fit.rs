//! A register that scales others is one the table has, and holds a power of ten.

use super::{Subject, error, place};
use crate::diagnostic::{Diagnostics, said};
use crate::model::{Device, Point, RawType, Table};
use std::collections::BTreeMap;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let device = subject.device;
    if device.points.iter().all(|point| point.scale_register.is_none()) {
        return;
    }
    let mut by_address: BTreeMap<Key<'_>, &Point> = BTreeMap::new();
    for point in &device.points {
        for word in &point.words {
            for key in keys(device, point, *word) {
                by_address.insert(key, point);
            }
        }
    }
    for point in &subject.device.points {
        let Some(address) = point.scale_register else { continue };
        let expected =
            "the address of a 16-bit register in the same table that holds a power of ten, or the power, -10 to -1";
        // What has the point has its scale: one model tells for all.
        let Some(scale) = keys(device, point, address).first().and_then(|key| by_address.get(key)) else {
            diagnostics.push(
                error(
                    "E0630",
                    said!(
                        "the scale of “{label}” is in {table} {address}, which the vendor's table does not have",
                        label = &point.label,
                        table = point.table,
                        address
                    ),
                    point,
                )
                .expected(expected),
            );
            continue;
        };
        if !matches!(scale.raw, RawType::Integer { bits: 16, .. }) || std::ptr::eq(*scale, point) {
            diagnostics.push(
                error(
                    "E0630",
                    said!(
                        "the scale of “{label}” is in “{register}”, which is {raw} and not a power of ten",
                        label = &point.label,
                        register = &scale.label,
                        raw = scale.raw
                    ),
                    point,
                )
                .at(place(scale))
                .expected(expected),
            );
        }
    }
}

/// A word of one unit as one model has it.
type Key<'a> = (Table, u16, u8, Option<&'a str>);

/// A word as each of the models has it that have the point.
fn keys<'a>(device: &'a Device, point: &'a Point, word: u16) -> Vec<Key<'a>> {
    let unit = point.unit_id.unwrap_or(device.link.unit_id);
    let variants = if point.variants.is_empty() { &device.variants } else { &point.variants };
    let none = variants.is_empty().then_some(None);
    let variants = variants.iter().map(|name| Some(name.as_str())).chain(none);
    variants.map(|variant| (point.table, word, unit, variant)).collect()
}
