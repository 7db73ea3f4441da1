//! Which points of the model the lines of a lock are about.
//!
//! The points of a lock are made into models of their own, with what their lines say, and paired as two revisions are.

use super::form::{Key, Line, Lock};
use super::place::Where;
use crate::diff::{Entry, Pairing, pair};
use crate::model::{
    Access, Device, Kind, Point, RawType, Role, Selection, Signedness, ValueForm, ValueLabel, ValueType,
};
use crate::names;
use crate::ratio::Ratio;

/// A point of a lock.
pub(super) struct Locked<'a> {
    pub(super) place: &'a Where,
    pub(super) line: &'a Line,
    /// What is known of it, as a point.
    point: Point,
}

impl<'a> Locked<'a> {
    /// The points of a lock that were not removed.
    pub(super) fn all(lock: &'a Lock) -> Vec<Self> {
        let points = lock.lines.iter().filter_map(|(key, line)| match key {
            Key::Point(place) => Some(Self { place, line, point: point(place, line) }),
            _ => None,
        });
        points.collect()
    }

    /// Pairs the points of a lock with those of a device.
    pub(super) fn pair(locked: &[Self], device: &Device) -> Pairing {
        // Unit ids of a lock are those that are not the device's.
        let old: Vec<Entry<'_>> = locked.iter().map(|of| Entry::locked(&of.point)).collect();
        pair(&old, &Entry::all(device))
    }
}

/// A model of what a lock says; the link is that of the device it belongs to.
pub(super) fn model(lock: &Lock, of: &Device) -> Device {
    let mut types: Vec<ValueType> = Vec::new();
    let mut points: Vec<Point> = Vec::new();
    for locked in Locked::all(lock) {
        let mut point = locked.point;
        if let Some(line) = lock.lines.get(&Key::Type(locked.place.clone())) {
            let labels = |of: fn(&Where, i64) -> Key| {
                let range = of(locked.place, i64::MIN)..=of(locked.place, i64::MAX);
                let of_place = lock.lines.range(range).filter_map(|(key, line)| match key {
                    Key::Value(_, code) | Key::Bit(_, code) => Some(label(*code, line)),
                    _ => None,
                });
                of_place.collect::<Vec<_>>()
            };
            let values = labels(|place, code| Key::Value(place.clone(), code));
            let bits = labels(|place, bit| Key::Bit(place.clone(), bit));
            let (form, labels) = if bits.is_empty() { (ValueForm::Enum, values) } else { (ValueForm::Flags, bits) };
            let name = line.name.clone();
            point.kind = if form == ValueForm::Enum { Kind::Enum(name.clone()) } else { Kind::Flags(name.clone()) };
            types.push(ValueType { name, description: String::new(), form, raw: point.raw, labels, source: None });
        }
        points.push(point);
    }
    Device { types, points, arrays: Vec::new(), groups: Vec::new(), reserved: Vec::new(), ..of.clone() }
}

fn label(code: i64, line: &Line) -> ValueLabel {
    ValueLabel { code, name: names::pascal(&line.name), label: line.label.clone(), translations: Vec::new() }
}

fn point(place: &Where, line: &Line) -> Point {
    let access = match (line.wire.access.as_str(), place.table.is_writable()) {
        ("read", _) | (_, false) => Access::Read,
        ("write", _) => Access::Write,
        _ => Access::ReadWrite,
    };
    let (scale, offset) = line.wire.scale.split_once('+').unwrap_or((&line.wire.scale, "0"));
    let held = scale.strip_prefix("10^").and_then(|register| register.parse().ok());
    Point {
        id: line.name.clone(),
        array: None,
        group: None,
        label: line.label.clone(),
        translations: Vec::new(),
        description: String::new(),
        aliases: Vec::new(),
        notes: Vec::new(),
        role: Role::Value,
        table: place.table,
        words: place.words.clone(),
        access,
        write_functions: None,
        raw: raw(&line.wire.raw),
        byte_swapped: false,
        bit_range: place.bits,
        signedness: Signedness::Given,
        kind: if line.wire.scale == "1" { Kind::Integer } else { Kind::Scaled },
        scale: scale.parse().unwrap_or(Ratio::ONE),
        offset: offset.parse().unwrap_or(Ratio::ZERO),
        scale_register: held,
        holds_power_of_ten: false,
        unit: Some(line.wire.unit.clone()).filter(|unit| unit != "-"),
        limits: None,
        default: None,
        default_value: None,
        available_if: None,
        specials: Vec::new(),
        values_if: Vec::new(),
        read_side_effect: false,
        persistent: None,
        optional: false,
        not_available: Vec::new(),
        keep_alive_s: None,
        unit_id: place.unit_id,
        variants: place.variants.clone(),
        details: Vec::new(),
        corrections: Vec::new(),
        sources: Vec::new(),
        named_at: None,
        limited_at: Vec::new(),
        selection: Selection::default(),
    }
}

/// The raw type, as far as it tells points apart; texts are all alike.
fn raw(text: &str) -> RawType {
    let bits = text.get(1..).and_then(|bits| bits.parse().ok());
    match (text.get(..1), bits) {
        (Some("u"), Some(bits)) => RawType::Integer { bits, signed: false },
        (Some("i"), Some(bits)) => RawType::Integer { bits, signed: true },
        (Some("f"), Some(bits)) => RawType::Float { bits },
        _ if text == "bool" => RawType::Bool,
        _ => RawType::Bytes,
    }
}
