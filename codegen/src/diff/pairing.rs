//! Which point of the new revision each point of the old one is.
//!
//! In this order: the same place and identifier; a series that was numbered anew at the same places; the same identifier
//! (which a lock keeps); the same place and a label that shares half its words; the distance that the neighbours moved by,
//! with the same label; label, unit and raw type that are unique on both sides. What is left at one place is reused or
//! unresolved; what is left with a label that several points have is unresolved; the rest was removed or added.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::labels;
use crate::model::{Access, Device, Point, RawType, Table};

/// Unit id, where it is not the device's, table, lowest address and bits.
pub(super) type Place = (Option<u8>, Table, u16, Option<(u8, u8)>);

/// A point, and what is compared of it more than once.
pub(crate) struct Entry<'a> {
    pub(super) point: &'a Point,
    pub(super) place: Place,
    /// The label as people see it, in lower case.
    label: String,
    group: String,
}

impl<'a> Entry<'a> {
    /// The points of a device.
    pub(crate) fn all(device: &'a Device) -> Vec<Self> {
        let unit = |point: &Point| point.unit_id.filter(|unit| *unit != device.link.unit_id);
        device.points.iter().map(|point| Self::at(unit(point), point)).collect()
    }

    /// A point of a lock, whose unit id is none that is the device's.
    pub(crate) fn locked(point: &'a Point) -> Self {
        Self::at(point.unit_id, point)
    }

    fn at(unit_id: Option<u8>, point: &'a Point) -> Self {
        Self {
            point,
            place: (unit_id, point.table, point.address(), point.bit_range),
            label: labels::visible(&point.label).to_lowercase(),
            group: labels::visible(point.group.as_deref().unwrap_or_default()).to_lowercase(),
        }
    }

    /// Its labels in all languages, and other names printed for it, as words.
    fn names(&self) -> Vec<Vec<String>> {
        let translated = self.point.translations.iter().map(|(_, text)| text);
        let all = std::iter::once(&self.point.label).chain(translated).chain(&self.point.aliases);
        all.map(|name| labels::words(name)).collect()
    }

    /// How many of their words a name of one and a name of the other share at the most, of 100.
    fn shared(&self, other: &Self) -> u8 {
        let names = other.names();
        let shares = self.names().into_iter().flat_map(|one| {
            names.iter().filter_map(move |other| labels::shared(&one, other)).max().into_iter().collect::<Vec<_>>()
        });
        shares.max().unwrap_or(0)
    }

    /// Whether some model has both.
    fn fits(&self, other: &Self) -> bool {
        let (one, other) = (&self.point.variants, &other.point.variants);
        one.is_empty() || other.is_empty() || one.iter().any(|variant| other.contains(variant))
    }
}

/// What became of the points.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Pairing {
    /// The same points, by their places in the old and in the new revision.
    pub(crate) pairs: Vec<(usize, usize)>,
    /// Two points at one place that do not share a name.
    pub(crate) reused: Vec<(usize, usize)>,
    /// Points that can be several of the new revision.
    pub(super) ambiguous: Vec<(usize, Vec<usize>)>,
    pub(super) removed: Vec<usize>,
    pub(super) added: Vec<usize>,
}

/// Pairs the points of two revisions.
pub(crate) fn pair(old: &[Entry<'_>], new: &[Entry<'_>]) -> Pairing {
    let mut pairer = Pairer { old, new, of_old: vec![None; old.len()], of_new: vec![None; new.len()] };
    pairer.exact();
    pairer.renumbered();
    pairer.by_identifier();
    pairer.by_place();
    pairer.by_neighbours();
    pairer.by_label();
    pairer.finish()
}

struct Pairer<'a, 'd> {
    old: &'a [Entry<'d>],
    new: &'a [Entry<'d>],
    of_old: Vec<Option<usize>>,
    of_new: Vec<Option<usize>>,
}

impl<'a, 'd> Pairer<'a, 'd> {
    fn old_left(&self) -> Vec<(usize, &'a Entry<'d>)> {
        left(self.old, &self.of_old)
    }

    fn new_left(&self) -> Vec<(usize, &'a Entry<'d>)> {
        left(self.new, &self.of_new)
    }

    /// Pairs two points, unless one of them is paired already.
    fn join(&mut self, old: usize, new: usize) {
        if let (Some(of_old @ None), Some(of_new @ None)) = (self.of_old.get_mut(old), self.of_new.get_mut(new)) {
            *of_old = Some(new);
            *of_new = Some(old);
        }
    }

    fn is_free(&self, new: usize) -> bool {
        self.of_new.get(new).is_some_and(Option::is_none)
    }

    /// The points that are left in the new revision, by a key.
    fn index<K: std::hash::Hash + Eq>(&self, key: impl Fn(&'a Entry<'d>) -> K) -> HashMap<K, Vec<usize>> {
        let mut index: HashMap<K, Vec<usize>> = HashMap::new();
        for (at, entry) in self.new_left() {
            index.entry(key(entry)).or_default().push(at);
        }
        index
    }

    /// Joins each point that is left with the best of those that have its key and are rated.
    fn join_best<K: std::hash::Hash + Eq>(
        &mut self,
        key: impl Fn(&'a Entry<'d>) -> K,
        rate: impl Fn(&Entry<'d>, &Entry<'d>) -> Option<Rate>,
    ) {
        let index = self.index(&key);
        let mut rated: Vec<(Rate, usize, usize)> = Vec::new();
        for (at, entry) in self.old_left() {
            for candidate in index.get(&key(entry)).into_iter().flatten() {
                let Some(other) = self.new.get(*candidate).filter(|other| entry.fits(other)) else { continue };
                if let Some(rate) = rate(entry, other) {
                    rated.push((rate, at, *candidate));
                }
            }
        }
        // The best first; of those that are as good, in the order of the tables.
        rated.sort_by(|one, other| other.0.cmp(&one.0).then((one.1, one.2).cmp(&(other.1, other.2))));
        for (_, at, candidate) in rated {
            self.join(at, candidate);
        }
    }

    fn exact(&mut self) {
        self.join_best(
            |entry| (entry.place, entry.point.id.as_str()),
            |one, other| Some([0, 0, same_access(one, other), same_models(one, other)]),
        );
    }

    /// A series that has other numbers at the same places: `Sensor 1` to `4`, then `Sensor 0` to `3`.
    fn renumbered(&mut self) {
        let old = series(self.old_left());
        let new = series(self.new_left());
        for (key, old) in &old {
            let Some(new) = new.get(key) else { continue };
            let places = |of: &[(Place, usize)]| of.iter().map(|(place, _)| *place).collect::<BTreeSet<_>>();
            let (old_places, new_places) = (places(old), places(new));
            if old.len() < 2 || old_places != new_places || old_places.len() != old.len() || new.len() != old.len() {
                continue;
            }
            let ids = |entries: &[Entry<'d>], of: &[(Place, usize)]| {
                of.iter().filter_map(|(_, at)| Some(entries.get(*at)?.point.id.clone())).collect::<BTreeSet<String>>()
            };
            // With the same identifiers on both sides the points were exchanged.
            if ids(self.old, old) == ids(self.new, new) {
                continue;
            }
            for ((_, one), (_, other)) in old.iter().zip(new) {
                self.join(*one, *other);
            }
        }
    }

    fn by_identifier(&mut self) {
        self.join_best(
            |entry| entry.point.id.as_str(),
            |one, other| {
                let near = [u8::from(one.place == other.place), u8::from(one.place.1 == other.place.1)];
                Some([near[0], near[1], same_access(one, other), same_models(one, other)])
            },
        );
    }

    fn by_place(&mut self) {
        self.join_best(
            |entry| entry.place,
            |one, other| {
                let share = Some(one.shared(other)).filter(|share| *share >= labels::HALF)?;
                Some([0, share, same_access(one, other), same_models(one, other)])
            },
        );
    }

    /// A point between others that moved, with the label that stands as far from its place as they moved.
    fn by_neighbours(&mut self) {
        let index = self.index(|entry| (entry.place, entry.label.as_str()));
        let mut order: Vec<usize> = (0..self.old.len()).collect();
        order.sort_by_key(|at| self.old.get(*at).map(|entry| entry.place));
        let reversed: Vec<usize> = order.iter().rev().copied().collect();
        for order in [order, reversed] {
            let mut last: Option<(Option<u8>, Table, i32)> = None;
            for at in order {
                let Some(entry) = self.old.get(at) else { continue };
                match self.of_old.get(at).copied().flatten().and_then(|new| self.new.get(new)) {
                    Some(other) if (other.place.0, other.place.1) == (entry.place.0, entry.place.1) => {
                        last = Some((entry.place.0, entry.place.1, distance(entry, other)));
                    }
                    Some(_) => last = None,
                    None => {
                        let moved = last
                            .filter(|(unit, table, by)| (*unit, *table) == (entry.place.0, entry.place.1) && *by != 0);
                        let Some((unit, table, by)) = moved else { continue };
                        let Some(address) =
                            i32::from(entry.place.2).checked_add(by).and_then(|address| u16::try_from(address).ok())
                        else {
                            continue;
                        };
                        let place = (unit, table, address, entry.place.3);
                        let there = index.get(&(place, entry.label.as_str())).map(Vec::as_slice).unwrap_or_default();
                        if let [new] = there
                            && self.is_free(*new)
                        {
                            self.join(at, *new);
                        }
                    }
                }
            }
        }
    }

    /// Label, unit and raw type that no other point has, in the old revision or in the new one.
    fn by_label(&mut self) {
        let unique = |entries: &'a [Entry<'d>]| {
            let mut index: HashMap<Name<'a>, Vec<usize>> = HashMap::new();
            for (at, entry) in entries.iter().enumerate() {
                index.entry(name(entry)).or_default().push(at);
            }
            index
        };
        let (old, new) = (unique(self.old), unique(self.new));
        let mut found = Vec::new();
        for (at, entry) in self.old_left() {
            if entry.label.is_empty() {
                continue;
            }
            if let (Some([_]), Some([other])) =
                (old.get(&name(entry)).map(Vec::as_slice), new.get(&name(entry)).map(Vec::as_slice))
            {
                found.push((at, *other));
            }
        }
        for (at, other) in found {
            self.join(at, other);
        }
    }

    fn finish(self) -> Pairing {
        let mut pairing = Pairing::default();
        let mut places = self.index(|entry| entry.place);
        let named = self.index(name);
        let mut seen: HashSet<usize> = HashSet::new();
        for (at, entry) in self.old_left() {
            let here = places.get_mut(&entry.place);
            let other = here.and_then(|here| {
                let is_it = |candidate: &&usize| {
                    let Some(other) = self.new.get(**candidate) else { return false };
                    entry.fits(other) && meets(entry.point.access, other.point.access)
                };
                let position = here.iter().position(|candidate| is_it(&candidate))?;
                Some(here.swap_remove(position))
            });
            if let Some(other) = other {
                seen.insert(other);
                pairing.reused.push((at, other));
                continue;
            }
            match named.get(&name(entry)) {
                Some(candidates) if !entry.label.is_empty() => pairing.ambiguous.push((at, candidates.clone())),
                _ => pairing.removed.push(at),
            }
        }
        pairing.added = self.new_left().into_iter().map(|(at, _)| at).filter(|at| !seen.contains(at)).collect();
        pairing.pairs = self.of_old.iter().enumerate().filter_map(|(old, new)| new.map(|new| (old, new))).collect();
        pairing
    }
}

/// The points that are not paired.
fn left<'a, 'd>(entries: &'a [Entry<'d>], of: &[Option<usize>]) -> Vec<(usize, &'a Entry<'d>)> {
    entries.iter().enumerate().zip(of).filter(|(_, of)| of.is_none()).map(|(entry, _)| entry).collect()
}

/// Label, unit and raw type.
type Name<'a> = (&'a str, Option<&'a str>, RawType);

fn name<'a>(entry: &'a Entry<'_>) -> Name<'a> {
    (&entry.label, entry.point.unit.as_deref(), entry.point.raw)
}

/// What the points of a series have in common.
type Series = (Option<u8>, Table, String, String, Option<String>, String);

/// The points whose labels have numbers, by what they have in common; each by place.
fn series(entries: Vec<(usize, &Entry<'_>)>) -> BTreeMap<Series, Vec<(Place, usize)>> {
    let mut series: BTreeMap<Series, Vec<(Place, usize)>> = BTreeMap::new();
    for (at, entry) in entries {
        let (skeleton, numbers) = labels::skeleton(&entry.point.label);
        if numbers.is_empty() {
            continue;
        }
        let raw = format!("{:?}", entry.point.raw);
        let key = (entry.place.0, entry.place.1, skeleton, entry.group.clone(), entry.point.unit.clone(), raw);
        series.entry(key).or_default().push((entry.place, at));
    }
    for places in series.values_mut() {
        places.sort_unstable();
    }
    series
}

/// How near two points are to each other, compared from left to right.
type Rate = [u8; 4];

fn same_access(one: &Entry<'_>, other: &Entry<'_>) -> u8 {
    u8::from(one.point.access == other.point.access)
}

fn same_models(one: &Entry<'_>, other: &Entry<'_>) -> u8 {
    u8::from(one.point.variants == other.point.variants)
}

fn meets(one: Access, other: Access) -> bool {
    one.reads() && other.reads() || one.writes() && other.writes()
}

/// By how many addresses a point moved.
pub(super) fn distance(old: &Entry<'_>, new: &Entry<'_>) -> i32 {
    i32::from(new.place.2).saturating_sub(i32::from(old.place.2))
}
