//! Random models with random edits: `diff` finds exactly the edits that were made.
//!
//! `RANDOM_MODELS=20000 cargo test -p modbus-bindgen --test revisions random` makes so many.

use std::collections::BTreeSet;

use modbus_bindgen::diff::{Revision, diff};
use modbus_bindgen::model::{
    Access, Device, Kind, Limit, Limits, Point, RawType, Table, ValueForm, ValueLabel, ValueType,
};
use modbus_bindgen::ratio::Ratio;

use crate::copies::specs;

/// The same numbers on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn one_of<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    /// A word that is like no other.
    fn word(&mut self) -> String {
        let syllables =
            ["ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va"];
        let word: String = (0..5).map(|_| self.one_of(&syllables)).collect();
        word
    }

    fn label(&mut self) -> String {
        let words: Vec<String> = (0..3).map(|_| self.word()).collect();
        words.join(" ")
    }
}

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

fn snake(label: &str) -> String {
    label.to_lowercase().replace(' ', "_")
}

/// An empty device with a point to copy.
fn template() -> (Device, Point) {
    let loaded = modbus_bindgen::load(&specs().join("alpha-balance-switch/device.toml"));
    let mut device = loaded.device.unwrap();
    let mut point = device.points.iter().find(|point| point.kind == Kind::Integer).unwrap().clone();
    device.points.clear();
    device.types.clear();
    device.arrays.clear();
    device.groups.clear();
    point.array = None;
    point.group = None;
    point.bit_range = None;
    point.byte_swapped = false;
    point.limits = None;
    point.default = None;
    point.not_available.clear();
    point.corrections.clear();
    point.details.clear();
    point.notes.clear();
    point.aliases.clear();
    point.persistent = None;
    (device, point)
}

fn named(point: &mut Point, label: &str) {
    label.clone_into(&mut point.label);
    label.clone_into(&mut point.description);
    point.id = snake(label);
}

fn value(code: i64, label: &str) -> ValueLabel {
    ValueLabel { code, name: label.replace(' ', ""), label: label.to_owned(), translations: Vec::new() }
}

/// A device of points that are unlike each other, every one between gaps of ten addresses.
fn device(random: &mut Random, template: &(Device, Point)) -> Device {
    let (mut device, point) = template.clone();
    for at in 0..20 + random.below(40) {
        let mut point = point.clone();
        let label = random.label();
        named(&mut point, &label);
        point.table = random.one_of(&[Table::HoldingRegister, Table::InputRegister]);
        let address = 1000 + u16::try_from(at).unwrap() * 10;
        point.access = if point.table == Table::InputRegister { Access::Read } else { Access::ReadWrite };
        point.words = vec![address];
        point.raw = RawType::Integer { bits: 16, signed: random.below(2) == 0 };
        (point.kind, point.scale, point.unit) = (Kind::Integer, Ratio::ONE, None);
        match random.below(4) {
            0 => {
                (point.kind, point.scale) = (Kind::Scaled, ratio(random.one_of(&["0.1", "0.01"])));
                point.unit = Some(random.one_of(&["°C", "kW", "V"]).to_owned());
            }
            1 => {
                let name = format!("T{at}");
                let labels = (0..4).map(|code| value(code, &random.word())).collect();
                let form = if random.below(2) == 0 { ValueForm::Enum } else { ValueForm::Flags };
                let raw = RawType::Integer { bits: 16, signed: false };
                point.raw = raw;
                point.kind = if form == ValueForm::Enum { Kind::Enum(name.clone()) } else { Kind::Flags(name.clone()) };
                device.types.push(ValueType { name, description: String::new(), form, raw, labels, source: None });
            }
            2 => {
                point.words = vec![address + 1, address];
                point.raw = RawType::Integer { bits: 32, signed: true };
                let limit = |value: &str| Some(Limit::Value(ratio(value)));
                point.limits = Some(Limits { min: limit("0"), max: limit("100"), step: None });
            }
            _ => point.default = Some("5".to_owned()),
        }
        device.points.push(point);
    }
    device
}

/// What an edit is to be told as, by check and old identifier.
type Expected = BTreeSet<(&'static str, String)>;

/// Edits a point in one way that fits it; what is to be said of it.
fn edit(device: &mut Device, at: usize, random: &mut Random) -> Option<&'static str> {
    let names = (random.label(), random.word());
    let point = &mut device.points[at];
    let list = point.kind.type_name().and_then(|name| device.types.iter_mut().find(|of| of.name == name));
    let is_flags = matches!(point.kind, Kind::Flags(_));
    Some(match random.below(18) {
        0 if point.kind == Kind::Scaled => {
            point.scale = point.scale.times(ratio("0.1")).unwrap();
            "rescaled"
        }
        1 if list.is_none() => {
            point.unit = Some("rpm".to_owned());
            "unit_changed"
        }
        2 if list.is_none() => {
            let RawType::Integer { bits, signed } = point.raw else { return None };
            point.raw = RawType::Integer { bits, signed: !signed };
            "retyped"
        }
        3 if point.words.len() == 2 => {
            point.words.reverse();
            "reordered"
        }
        4 if point.access == Access::ReadWrite => {
            point.access = Access::Read;
            "access_narrowed"
        }
        5 if point.limits.is_some() => {
            let (limits, check) = random.one_of(&[
                (("-5", "100"), "limit_widened"),
                (("0", "99"), "limit_narrowed"),
                (("0", "101"), "limit_widened"),
                (("1", "100"), "limit_narrowed"),
            ]);
            let limit = |value| Some(Limit::Value(ratio(value)));
            point.limits = Some(Limits { min: limit(limits.0), max: limit(limits.1), step: None });
            check
        }
        6 if point.default.is_some() => {
            point.default = Some("6".to_owned());
            "default_changed"
        }
        7 => {
            point.not_available = vec![32767];
            "not_available_changed"
        }
        8 => {
            point.optional = !point.optional;
            "availability_changed"
        }
        9 => {
            let label = point.label.rsplit_once(' ').unwrap().0.to_owned();
            named(point, &format!("{label} {}", names.1));
            "renamed"
        }
        10 => {
            point.words.iter_mut().for_each(|word| *word += 5000);
            "moved"
        }
        11 => {
            named(point, &names.0);
            point.unit = Some("bar".to_owned());
            "address_reused"
        }
        12 => {
            named(point, &names.0);
            "unresolved"
        }
        13 => {
            point.description = format!("{} and more", point.label);
            "text_changed"
        }
        _ => {
            let list = list?;
            let (added, removed, relabelled) = match is_flags {
                true => ("bit_added", "bit_removed", "bit_relabelled"),
                false => ("value_added", "value_removed", "value_relabelled"),
            };
            match random.below(4) {
                0 => {
                    list.labels.push(value(9, &names.1));
                    added
                }
                1 => {
                    list.labels.remove(1);
                    removed
                }
                2 => {
                    list.labels[2] = value(2, &names.1);
                    relabelled
                }
                _ => {
                    let (one, other) = (list.labels[1].label.clone(), list.labels[2].label.clone());
                    list.labels[1] = value(1, &other);
                    list.labels[2] = value(2, &one);
                    "values_swapped"
                }
            }
        }
    })
}

#[test]
fn every_edit_is_found_and_nothing_else() {
    let models = std::env::var("RANDOM_MODELS").map_or(2000, |count| count.parse().unwrap());
    let template = template();
    for seed in 0..models {
        let mut random = Random(seed);
        let old = device(&mut random, &template);
        let mut new = old.clone();
        let mut expected = Expected::new();
        // Of neighbours that move, the first three or more are a block.
        let block = random.below(3) == 0;
        let from = if block { 5 + random.below(4) } else { 0 };
        if block {
            let by = u16::try_from(1 + random.below(8)).unwrap();
            // Neighbours in one table; those of the other table do not lie between.
            let table = new.points[0].table;
            let members: Vec<usize> = (0..from).filter(|at| new.points[*at].table == table).collect();
            for at in &members {
                new.points[*at].words.iter_mut().for_each(|word| *word += by);
            }
            match members.as_slice() {
                [first, _, _, ..] => drop(expected.insert(("block_moved", new.points[*first].id.clone()))),
                few => expected.extend(few.iter().map(|at| ("moved", new.points[*at].id.clone()))),
            }
        }
        for at in from..new.points.len() {
            if random.below(3) == 0
                && let Some(check) = edit(&mut new, at, &mut random)
            {
                expected.insert((check, old.points[at].id.clone()));
            }
        }
        for _ in 0..random.below(3) {
            let at = from + random.below(new.points.len() - from);
            let id = old.points.iter().find(|point| point.id == new.points[at].id).map(|point| point.id.clone());
            // One that was renamed is not looked for by its new name.
            if let Some(id) = id {
                expected.retain(|(_, known)| *known != id);
                expected.insert(("removed", id));
                new.points.remove(at);
            }
        }
        for at in 0..random.below(4) {
            let mut point = template.1.clone();
            named(&mut point, &random.label());
            point.words = vec![20_000 + u16::try_from(at).unwrap()];
            expected.insert(("added", point.id.clone()));
            new.points.push(point);
        }
        // In any order.
        let half = random.below(new.points.len());
        new.points.rotate_left(half);
        let changes = diff(Revision::of(&old), Revision::of(&new)).changes;
        let found: Expected =
            changes.iter().map(|change| (change.check.name(), change.id.clone().unwrap_or_default())).collect();
        assert_eq!(found.len(), changes.len(), "seed {seed}: each is said once");
        let (missing, more): (Vec<_>, Vec<_>) =
            (expected.difference(&found).collect(), found.difference(&expected).collect());
        assert!(missing.is_empty() && more.is_empty(), "seed {seed}: missing {missing:?}, too many {more:?}");
    }
}
