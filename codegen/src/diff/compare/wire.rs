//! How the words of a point become its value: raw type, order, scale, unit.

use super::{Found, Pair};
use crate::diff::{Axis, Check, witness};
use crate::model::{Kind, Point, Role};

pub(super) fn compare(pair: &Pair<'_>, found: &mut Vec<Found>) {
    let (old, new) = (pair.old.point, pair.new.point);
    let is_retyped = is_retyped(old, new);
    if is_retyped {
        let keys = [
            "raw_type",
            "type",
            "encoding",
            "packing",
            "words",
            "bit_range",
            "role",
            "type_name",
            "values",
            "bits",
            "value_labels",
            "bit_labels",
            "values_if",
        ];
        found.push(Found::new(Check::Retyped, &[Axis::Wire, Axis::Source], &keys).witness(witness::numbers(pair)));
    } else if order(old) != order(new) || old.byte_swapped != new.byte_swapped {
        let keys = ["words", "byte_swapped"];
        found.push(Found::new(Check::Reordered, &[Axis::Wire], &keys).witness(witness::words(pair)));
    }
    if is_rescaled(pair) {
        let axis = match kind(&old.kind) == kind(&new.kind) && is_float(old) == is_float(new) {
            true => vec![Axis::Meaning],
            false => vec![Axis::Meaning, Axis::Source],
        };
        found.push(Found::new(Check::Rescaled, &axis, &["scale", "offset", "type"]).witness(witness::numbers(pair)));
    }
    if old.unit != new.unit {
        found.push(Found::new(Check::UnitChanged, &[Axis::Meaning], &["unit"]).witness(witness::numbers(pair)));
    }
}

/// What a kind of value is to who uses it, numbers of any scale being one.
fn kind(kind: &Kind) -> u8 {
    match kind {
        Kind::Bool => 0,
        Kind::Integer | Kind::Scaled => 1,
        Kind::Enum(_) => 2,
        Kind::Flags(_) => 3,
        Kind::BitSet => 4,
        Kind::Special(_) => 5,
        Kind::Conditional(_) => 6,
        Kind::Text => 7,
        Kind::Bytes => 8,
    }
}

fn is_float(point: &Point) -> bool {
    !point.is_raw_itself()
}

/// Whether two points hold other kinds of values.
pub(super) fn is_other_kind(old: &Point, new: &Point) -> bool {
    kind(&old.kind) != kind(&new.kind)
}

fn is_retyped(old: &Point, new: &Point) -> bool {
    let bits = |point: &Point| point.bit_range.map(|(low, high)| high.saturating_sub(low));
    let is_command = |point: &Point| matches!(point.role, Role::Command { .. });
    old.raw != new.raw
        || is_other_kind(old, new)
        || old.words.len() != new.words.len()
        || bits(old) != bits(new)
        || is_command(old) != is_command(new)
}

/// Where each word lies from the lowest address.
pub(in crate::diff) fn order(point: &Point) -> Vec<u16> {
    let lowest = point.address();
    point.words.iter().map(|word| word.saturating_sub(lowest)).collect()
}

fn is_rescaled(pair: &Pair<'_>) -> bool {
    let (old, new) = (pair.old.point, pair.new.point);
    let held = match (old.scale_register, new.scale_register) {
        (Some(one), Some(other)) => !pair.follows((old.table, one), (new.table, other)),
        (one, other) => one != other,
    };
    held || old.scale != new.scale || old.offset != new.offset
}
