//! Gives the model the identifiers of a lock, and says where the lock and the table do not agree.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::form::{Key, Lock, shown};
use super::known::Locked;
use super::make::updated;
use super::place::Where;
use super::{Use, lists};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::diff::{Pairing, visible};
use crate::model::{ArrayPlace, Device, Point};
use crate::names;

/// Gives the device the identifiers of the lock.
pub(crate) fn apply(lock: &Lock, how: &Use, device: &mut Device, diagnostics: &mut Diagnostics) {
    let locked = Locked::all(lock);
    let pairing = Locked::pair(&locked, device);
    report_reused(lock, &locked, &pairing, device, diagnostics);
    if !how.accept_moves {
        report_moved(lock, &locked, &pairing, device, diagnostics);
        report_renumbered(lock, &locked, &pairing, device, diagnostics);
    }
    let mut kept: HashMap<usize, &str> = HashMap::new();
    let mut points: HashMap<&Where, usize> = HashMap::new();
    for (old, new) in &pairing.pairs {
        let Some(of) = locked.get(*old) else { continue };
        if !how.rename.takes(&of.line.name) {
            kept.insert(*new, &of.line.name);
            points.insert(of.place, *new);
        }
    }
    report_kept(lock, &locked, &pairing, &kept, device, diagnostics);
    identify(device, &kept);
    report_given_twice(lock, &locked, &kept, device, diagnostics);
    if how.rename != super::Rename::All {
        groups(lock, device);
        lists::apply(lock, device, &points, diagnostics);
    }
}

/// The cell that names a point.
fn place(point: &Point) -> Place {
    let cell = point.named_at.as_ref().or(point.sources.first());
    cell.cloned().map(Place::from).unwrap_or_default().holds(&point.label)
}

/// Registers that mean something else than the lock says.
fn report_reused(
    lock: &Lock,
    locked: &[Locked<'_>],
    pairing: &Pairing,
    device: &Device,
    diagnostics: &mut Diagnostics,
) {
    let anew = updated(device, None);
    let places = Where::all(device);
    for (old, new) in &pairing.reused {
        let (Some(of), Some(point), Some(now)) = (locked.get(*old), device.points.get(*new), places.get(*new)) else {
            continue;
        };
        let key = Key::Point(of.place.clone());
        let old = Key::Removed(of.place.clone(), of.line.name.clone());
        let new = Key::Point(now.clone());
        let new = anew.lines.get(&new).map(|line| shown(&new, line)).unwrap_or_default();
        diagnostics.push(
            Diagnostic::error(
                "E0703",
                said!("“{label}” is now at the address of `{line}`", label = &point.label, line = &of.line.name),
            )
            .at(lock.place(&key))
            .at(place(point))
            .expected(format!("“{}”, or a correction of that label", of.line.label))
            .help(format!(
                "if the register means something else now, replace the line of the lock by these two; if it is the \
                 same, correct the label in the lock:\n{}\n{new}",
                shown(&old, of.line)
            )),
        );
    }
}

/// Points that are elsewhere: one error for all that moved by one distance.
fn report_moved(lock: &Lock, locked: &[Locked<'_>], pairing: &Pairing, device: &Device, diagnostics: &mut Diagnostics) {
    let places = Where::all(device);
    let mut moved: BTreeMap<(bool, i32), Vec<(&Locked<'_>, &Point)>> = BTreeMap::new();
    for (old, new) in &pairing.pairs {
        let (Some(of), Some(point), Some(now)) = (locked.get(*old), device.points.get(*new), places.get(*new)) else {
            continue;
        };
        let is_same = (of.place.unit_id, of.place.table, of.place.address, of.place.bits)
            == (now.unit_id, now.table, now.address, now.bits);
        if !is_same {
            let by = i32::from(now.address).saturating_sub(of.place.address.into());
            moved.entry((now.table == of.place.table, by)).or_default().push((of, point));
        }
    }
    for ((is_table, by), points) in moved {
        let message = match (points.as_slice(), is_table) {
            ([(of, _)], _) => said!("`{line}` is not at the address in the lock", line = &of.line.name),
            (points, true) => said!("{count} points moved by {by}", count = points.len(), by = format!("{by:+}")),
            (points, false) => said!("{points} points moved to another table", points = points.len()),
        };
        let mut error = Diagnostic::error("E0704", message);
        for (of, point) in &points {
            error = error.at(lock.place(&Key::Point(of.place.clone()))).at(place(point));
        }
        diagnostics.push(
            error
                .expected("the addresses of the lock")
                .help("if the table is right, `modbus-bindgen lock` takes the new addresses; the identifiers stay"),
        );
    }
}

/// Elements of arrays that have other numbers: their identifiers are made of those.
fn report_renumbered(
    lock: &Lock,
    locked: &[Locked<'_>],
    pairing: &Pairing,
    device: &Device,
    diagnostics: &mut Diagnostics,
) {
    let mut error: Option<Diagnostic> = None;
    for (old, new) in &pairing.pairs {
        let (Some(of), Some(point)) = (locked.get(*old), device.points.get(*new)) else { continue };
        let Some(array) = &point.array else { continue };
        if parts(&of.line.name).is_some_and(|(_, number, _)| number != array.element) {
            let begun =
                error.unwrap_or_else(|| Diagnostic::error("E0708", "elements have other numbers than in the lock"));
            error = Some(begun.at(lock.place(&Key::Point(of.place.clone()))).at(place(point)));
        }
    }
    if let Some(error) = error {
        diagnostics.push(error.expected("the numbers of the lock").help(
            "if the vendor numbers them differently now, `modbus-bindgen lock` takes the new numbers, and identifiers \
             change with them",
        ));
    }
}

/// Points whose labels would give other identifiers.
fn report_kept(
    lock: &Lock,
    locked: &[Locked<'_>],
    pairing: &Pairing,
    kept: &HashMap<usize, &str>,
    device: &Device,
    diagnostics: &mut Diagnostics,
) {
    for (old, new) in &pairing.pairs {
        let (Some(of), Some(point), Some(id)) = (locked.get(*old), device.points.get(*new), kept.get(new)) else {
            continue;
        };
        let is_renumbered =
            point.array.as_ref().is_some_and(|array| parts(id).is_some_and(|(_, number, _)| number != array.element));
        if point.id == **id || is_renumbered || visible(&point.label) == of.line.label {
            continue;
        }
        diagnostics.push(
            Diagnostic::note(
                "N0707",
                said!("`{id}` keeps its identifier: the label is “{label}” now", id, label = &point.label),
            )
            .at(place(point))
            .at(lock.place(&Key::Point(of.place.clone())))
            .help(format!("`modbus-bindgen lock --rename {id}` takes `{}`", point.id)),
        );
    }
}

/// Gives points their identifiers, with the arrays they are in and the points that name them.
fn identify(device: &mut Device, kept: &HashMap<usize, &str>) {
    let mut commands: HashMap<String, String> = HashMap::new();
    let mut arrays: HashMap<String, String> = HashMap::new();
    for (at, point) in device.points.iter_mut().enumerate() {
        let Some(id) = kept.get(&at).copied().filter(|id| *id != point.id) else { continue };
        commands.insert(point.id.clone(), id.to_owned());
        if let Some(array) = &mut point.array {
            let Some((name, _, member)) = parts(id).filter(|(_, number, _)| *number == array.element) else {
                // An element under another number: what its identifier is made of is the table's to say.
                continue;
            };
            arrays.insert(array.array.clone(), name.to_owned());
            let ArrayPlace { array: of, member: own, .. } = array;
            name.clone_into(of);
            member.clone_into(own);
        }
        id.clone_into(&mut point.id);
    }
    for array in &mut device.arrays {
        if let Some(name) = arrays.get(&array.name) {
            if array.number_type == format!("{}No", names::pascal(&array.name)) {
                array.number_type = format!("{}No", names::pascal(name));
            }
            array.name.clone_from(name);
        }
    }
    for point in &mut device.points {
        if let Some(id) = point.persistent.as_ref().and_then(|id| commands.get(id)) {
            point.persistent = Some(id.clone());
        }
    }
}

/// `heat_pump[3].status`: name, number and member.
fn parts(id: &str) -> Option<(&str, u16, &str)> {
    let (name, rest) = id.split_once('[')?;
    let (number, rest) = rest.split_once(']')?;
    Some((name, number.parse().ok()?, rest.strip_prefix('.').unwrap_or(rest)))
}

/// New points whose labels give an identifier that the lock has for another register, or had.
fn report_given_twice(
    lock: &Lock,
    locked: &[Locked<'_>],
    kept: &HashMap<usize, &str>,
    device: &Device,
    diagnostics: &mut Diagnostics,
) {
    let mut taken: HashMap<&str, Key> =
        locked.iter().map(|of| (of.line.name.as_str(), Key::Point(of.place.clone()))).collect();
    for key in lock.lines.keys() {
        if let Key::Removed(_, id) = key {
            taken.insert(id, key.clone());
        }
    }
    let used: HashSet<&str> = kept.values().copied().collect();
    for (_, point) in device.points.iter().enumerate().filter(|(at, _)| !kept.contains_key(at)) {
        let Some(key) = taken.get(point.id.as_str()) else { continue };
        // One that was removed and is there again is itself; so is one that is to be renamed.
        let is_itself = match key {
            Key::Removed(place, _) | Key::Point(place) => {
                let line = lock.lines.get(key);
                let is_label = line.is_some_and(|line| crate::diff::is_correction(&line.label, &point.label));
                (place.table, place.address) == (point.table, point.address()) && is_label
            }
            _ => false,
        };
        if is_itself && !used.contains(point.id.as_str()) {
            continue;
        }
        diagnostics.push(
            Diagnostic::error(
                "E0706",
                said!("`{id}` is the identifier of another register in the lock", id = &point.id),
            )
            .at(lock.place(key))
            .at(place(point))
            .expected("an identifier that no other register has or had")
            .help("give the new register another one: an [[override]] of `id`, or of its label"),
        );
    }
}

/// Groups keep the names their titles had.
fn groups(lock: &Lock, device: &mut Device) {
    let locked: Vec<(&str, &str)> = lock
        .lines
        .iter()
        .filter_map(|(key, line)| match key {
            Key::Group(name) => Some((name.as_str(), line.label.as_str())),
            _ => None,
        })
        .collect();
    let titles: HashSet<String> = device.groups.iter().map(|group| visible(&group.title)).collect();
    for group in &mut device.groups {
        let title = visible(&group.title);
        let same = locked.iter().find(|(_, label)| *label == title);
        // A title that is not there any more, and this one is a correction of it.
        let corrected = || {
            let mut gone = locked.iter().filter(|(_, label)| !titles.contains(*label));
            gone.find(|(_, label)| crate::diff::is_correction(label, &title))
        };
        if let Some((name, _)) = same.or_else(corrected)
            && names::snake(&group.name) != **name
        {
            (*name).clone_into(&mut group.name);
        }
    }
}
