//! What can be done with a point, and when it is there.

use super::{Found, Pair};
use crate::diff::{Axis, Check};
use crate::model::{Access, Point};

pub(super) fn compare(pair: &Pair<'_>, found: &mut Vec<Found>) {
    let (old, new) = (pair.old.point, pair.new.point);
    let (lost, won) = (narrowed(old, new), narrowed(new, old));
    let keys = ["access", "write_functions", "keep_alive_s", "read_side_effect", "persistent"];
    let axis = |keys_differ: bool| if keys_differ { vec![Axis::Wire, Axis::Source] } else { vec![Axis::Wire] };
    let is_source = old.access != new.access;
    if lost {
        found.push(Found::new(Check::AccessNarrowed, &axis(is_source), &keys));
    }
    if won {
        found.push(Found::new(Check::AccessWidened, &axis(is_source), &keys));
    }
    if old.not_available != new.not_available {
        let keys = ["not_available"];
        found.push(Found::new(Check::NotAvailableChanged, &[Axis::Meaning], &keys).witness(absent(pair)));
    }
    let visible = match (old.available_if, new.available_if) {
        (Some(one), Some(other)) => {
            let (was, is) = ((one.table, one.register), (other.table, other.register));
            !pair.follows(was, is) || one.bit != other.bit && !pair.is_moved
        }
        (one, other) => one.is_some() != other.is_some(),
    };
    let models = |point: &Point| {
        let mut variants = point.variants.clone();
        variants.sort();
        variants
    };
    let told = |side: &super::Side<'_>| side.device.detect.clone().filter(|_| !side.point.variants.is_empty());
    let told_otherwise = match (told(&pair.old), told(&pair.new)) {
        (Some(one), Some(other)) => {
            let moved = !pair.follows((one.table, one.address), (other.table, other.address));
            moved || one.cases != other.cases
        }
        (one, other) => one.is_some() != other.is_some(),
    };
    if visible || told_otherwise || old.optional != new.optional || models(old) != models(new) {
        let keys = ["available_if", "optional", "variants", "detect"];
        found.push(Found::new(Check::AvailabilityChanged, &[Axis::Meaning], &keys));
    }
}

/// Whether something that could be done with the one cannot be done with the other, or not so easily.
fn narrowed(old: &Point, new: &Point) -> bool {
    let loses = |can: fn(Access) -> bool| can(old.access) && !can(new.access);
    let oftener = match (old.keep_alive_s, new.keep_alive_s) {
        (None, Some(_)) => new.access.writes(),
        (Some(was), Some(is)) => is < was,
        (_, None) => false,
    };
    let saved = match (&old.persistent, &new.persistent) {
        (was, Some(is)) => was.as_ref() != Some(is) && old.access.writes(),
        (_, None) => false,
    };
    // A program may write several registers at once, or one by one.
    let function = new.write_functions.is_some_and(|is| old.write_functions != Some(is)) && old.access.writes();
    let side_effect = !old.read_side_effect && new.read_side_effect;
    loses(Access::reads) || loses(Access::writes) || oftener || saved || side_effect || function
}

/// A raw value that meant something and means nothing now, or the other way round.
fn absent(pair: &Pair<'_>) -> Option<String> {
    let (old, new) = (pair.old.point, pair.new.point);
    let shown = |raw: i128, side: &super::Side<'_>| crate::diff::witness::value(side, raw);
    let only =
        |one: &Point, other: &Point| one.not_available.iter().find(|raw| !other.not_available.contains(raw)).copied();
    if let Some(raw) = only(new, old) {
        return Some(format!("raw {raw}: {}, then no value", shown(raw, &pair.old)?));
    }
    let raw = only(old, new)?;
    Some(format!("raw {raw}: no value, then {}", shown(raw, &pair.new)?))
}
