//! The lock of a device: what is recorded of it, beside what an older lock keeps.

use std::collections::{BTreeMap, HashSet};

use super::form::{Key, Line, Lock, Wire};
use super::place::Where;
use crate::diff::visible;
use crate::model::{Device, Kind, Point, ValueForm};
use crate::names;
use crate::ratio::Ratio;

/// The lock of a device, with what an older lock says of points that are not there any more: their identifiers are never
/// given to others.
#[must_use]
pub fn updated(device: &Device, old: Option<&Lock>) -> Lock {
    let mut lines = BTreeMap::new();
    let places = Where::all(device);
    let mut ids: HashSet<&str> = HashSet::new();
    for (point, place) in device.points.iter().zip(&places) {
        ids.insert(&point.id);
        lines.insert(Key::Point(place.clone()), line(&point.id, &point.label, wire(point)));
    }
    for array in &device.arrays {
        lines.insert(Key::Array(array.name.clone()), line(&array.name, &array.label, Wire::default()));
    }
    for group in &device.groups {
        let name = names::snake(&group.name);
        lines.insert(Key::Group(name.clone()), line(&name, &group.title, Wire::default()));
    }
    types(device, &places, old, &mut lines);
    for (key, known) in old.iter().flat_map(|old| &old.lines) {
        let (place, id) = match key {
            Key::Removed(place, id) => (place, id),
            Key::Point(place) => (place, &known.name),
            _ => continue,
        };
        if !ids.contains(id.as_str()) {
            lines.insert(Key::Removed(place.clone(), id.clone()), line(id, &known.label, known.wire.clone()));
        }
    }
    Lock { lines, file: old.map(|old| old.file.clone()).unwrap_or_default() }
}

fn line(name: &str, label: &str, wire: Wire) -> Line {
    Line { name: name.to_owned(), label: visible(label), wire, number: 0 }
}

/// Types, and their values and bits, each at the register where the old lock has it, or at the first that has it.
fn types(device: &Device, places: &[Where], old: Option<&Lock>, lines: &mut BTreeMap<Key, Line>) {
    let mut order: Vec<(&Where, &Point)> = places.iter().zip(&device.points).collect();
    let is_known = |place: &Where| old.is_some_and(|old| old.lines.contains_key(&Key::Type(place.clone())));
    order.sort_by_cached_key(|(place, _)| (!is_known(place), (*place).clone()));
    let mut seen = HashSet::new();
    for (place, point) in order {
        let Some(value_type) = point.kind.type_name().and_then(|name| device.value_type(name)) else { continue };
        if !seen.insert(&value_type.name) {
            continue;
        }
        lines.insert(Key::Type(place.clone()), line(&value_type.name, "", Wire::default()));
        if value_type.form == ValueForm::Conditional {
            // Which enum holds is told by another register; its values stand at no code of this one alone.
            continue;
        }
        for (at, label) in value_type.labels.iter().enumerate() {
            let (key, name) = match &point.kind {
                Kind::Flags(_) => (Key::Bit(place.clone(), label.code), names::snake(&label.name)),
                Kind::Special(_) => {
                    let code = point.specials.get(at).copied().unwrap_or(label.code);
                    (Key::Value(place.clone(), code), label.name.clone())
                }
                _ => (Key::Value(place.clone(), label.code), label.name.clone()),
            };
            lines.insert(key, line(&name, &label.label, Wire::default()));
        }
    }
}

/// How a point is read, as text without white space.
fn wire(point: &Point) -> Wire {
    let scale = match point.scale_register {
        Some(register) => format!("10^{register}"),
        None if point.offset == Ratio::ZERO => point.scale.to_string(),
        None => format!("{}+{}", point.scale, point.offset),
    };
    Wire {
        raw: point.raw.to_string(),
        scale,
        unit: point.unit.as_deref().map_or_else(|| "-".to_owned(), visible),
        access: point.access.key().to_owned(),
    }
}
