//! Names of types, and of their values and bits, as a lock has them.

use std::collections::{HashMap, HashSet};

use super::form::{Key, Line, Lock};
use super::place::Where;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::diff::{is_correction, visible};
use crate::model::{Device, Kind, Point, ValueForm, ValueType};
use crate::names;

/// Gives types, values and bits their locked names. `points` says which point of the device each place of the lock is.
pub(super) fn apply(lock: &Lock, device: &mut Device, points: &HashMap<&Where, usize>, diagnostics: &mut Diagnostics) {
    let mut renamed: HashMap<String, String> = HashMap::new();
    let mut given: HashSet<&str> = HashSet::new();
    let mut codes: HashMap<&Where, Vec<(i64, &Key, &Line)>> = HashMap::new();
    for (key, line) in &lock.lines {
        if let Key::Value(place, code) | Key::Bit(place, code) = key {
            codes.entry(place).or_default().push((*code, key, line));
        }
    }
    for (key, line) in &lock.lines {
        let Key::Type(place) = key else { continue };
        let Some(point) = points.get(place).and_then(|at| device.points.get(*at)) else { continue };
        let Some(name) = point.kind.type_name().map(str::to_owned) else { continue };
        let of_place = codes.get(place).map(Vec::as_slice).unwrap_or_default();
        let specials = point.specials.clone();
        let found = Subject { label: point.label.clone(), place: named_at(point) };
        let Some(value_type) = device.types.iter_mut().find(|of| of.name == name) else { continue };
        // Two types that became one keep the name of the first.
        if renamed.contains_key(&name) || !given.insert(line.name.as_str()) {
            continue;
        }
        values(lock, value_type, &specials, of_place, &found, diagnostics);
        renamed.insert(name, line.name.clone());
    }
    rename(device, &renamed);
}

/// The point that has a list.
struct Subject {
    label: String,
    place: Place,
}

fn named_at(point: &Point) -> Place {
    point.named_at.as_ref().or(point.sources.first()).cloned().map(Place::from).unwrap_or_default()
}

/// Gives the values of a type their locked names; a code that means something else is an error.
fn values(
    lock: &Lock,
    value_type: &mut ValueType,
    specials: &[i64],
    locked: &[(i64, &Key, &Line)],
    subject: &Subject,
    diagnostics: &mut Diagnostics,
) {
    let is_special = value_type.form == ValueForm::Special;
    let is_flags = value_type.form == ValueForm::Flags;
    let source = value_type.source.clone().map(Place::from);
    let mut wrong: Vec<(&Key, String)> = Vec::new();
    for (at, label) in value_type.labels.iter_mut().enumerate() {
        let code = if is_special { specials.get(at).copied().unwrap_or(label.code) } else { label.code };
        let Some((_, key, line)) = locked.iter().find(|(known, ..)| *known == code) else { continue };
        // A label that stood at another code is not a correction, whatever words it shares.
        let stood_elsewhere =
            locked.iter().any(|(other, _, of)| *other != code && visible(&of.label) == visible(&label.label));
        if visible(&label.label) != line.label && (stood_elsewhere || !is_correction(&line.label, &label.label)) {
            wrong.push((key, label.label.clone()));
            continue;
        }
        if is_flags {
            if names::snake(&label.name) != line.name {
                label.name = names::pascal(&line.name);
            }
        } else {
            label.name.clone_from(&line.name);
        }
    }
    if wrong.is_empty() {
        return;
    }
    let what = if is_flags { "bits" } else { "codes" };
    let mut error = Diagnostic::error(
        "E0705",
        said!("{what} of “{label}” mean something else than the lock says", what, label = &subject.label),
    );
    let mut lines = Vec::new();
    for (key, label) in wrong {
        error = error.at(lock.place(key));
        if let (Key::Value(place, code) | Key::Bit(place, code), is_bit) = (key, matches!(key, Key::Bit(..))) {
            let name = if is_bit { names::snake(&label) } else { names::pascal(&label) };
            let kind = if is_bit { "bit" } else { "value" };
            let quoted = serde_json::to_string(&visible(&label)).unwrap_or_default();
            lines.push(format!("{kind}\t{place}\t{code}\t{name}\t{quoted}"));
        }
    }
    diagnostics.push(
        error
            .at(source.unwrap_or_else(|| subject.place.clone()))
            .expected("the labels the lock has, or corrections of them")
            .help(format!("if the table is right, these are the lines of the lock:\n{}", lines.join("\n"))),
    );
}

/// Gives types other names wherever they are named.
fn rename(device: &mut Device, renamed: &HashMap<String, String>) {
    let new = |name: &mut String| {
        if let Some(other) = renamed.get(name) {
            name.clone_from(other);
        }
    };
    for value_type in &mut device.types {
        new(&mut value_type.name);
    }
    for point in &mut device.points {
        match &mut point.kind {
            Kind::Enum(name) | Kind::Flags(name) | Kind::Special(name) | Kind::Conditional(name) => new(name),
            _ => {}
        }
        for case in &mut point.values_if {
            new(&mut case.type_name);
        }
    }
}
