//! From two revisions to the list of changes.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::{Map, Value};

use super::compare::{Context, Found, Pair, Side, has_other_values};
use super::labels::visible;
use super::moves::{self, Move};
use super::pairing::{self, Entry, Pairing};
use super::row_broken::{self, Tables};
use super::severity::{self, Circumstances};
use super::{Axis, Change, Check, Diff, Severity, SeverityRule};
use crate::diagnostic::{Diagnostics, Sources};
use crate::emit::json::{link_object, point_object};
use crate::model::{Device, Point, Source};
use crate::names;
use crate::source::Origin;

/// A revision of a table.
#[derive(Clone, Copy)]
pub struct Revision<'a> {
    device: &'a Device,
    tables: Option<Tables<'a>>,
    rules: &'a [SeverityRule],
    is_locked: bool,
}

impl<'a> Revision<'a> {
    /// A model, without the cells it comes from.
    #[must_use]
    pub fn of(device: &'a Device) -> Self {
        Self { device, tables: None, rules: &[], is_locked: false }
    }

    /// What a lock says of a model.
    pub(crate) fn locked(device: &'a Device) -> Self {
        Self { is_locked: true, ..Self::of(device) }
    }

    /// A model with the cells it comes from, and what was said of them.
    pub(crate) fn with_tables(self, sources: &'a Sources, diagnostics: &'a Diagnostics) -> Self {
        Self { tables: Some(Tables { sources, diagnostics }), ..self }
    }

    /// A model with what its manifest says of changes.
    pub(crate) fn with_rules(self, rules: &'a [SeverityRule]) -> Self {
        Self { rules, ..self }
    }
}

/// All that changed from the old revision to the new one. Severities are those of the new manifest.
#[must_use]
pub fn diff(old: Revision<'_>, new: Revision<'_>) -> Diff {
    let (old_entries, new_entries) = (Entry::all(old.device), Entry::all(new.device));
    let pairing = pairing::pair(&old_entries, &new_entries);
    let reporter = Reporter {
        context: context(old, new, &pairing, &old_entries, &new_entries),
        old,
        new,
        old_entries: &old_entries,
        new_entries: &new_entries,
    };
    let mut changes = reporter.changes(&pairing);
    for change in &mut changes {
        reporter.apply_rules(change);
    }
    let order = |check: Check| Check::ALL.iter().position(|known| *known == check);
    changes.sort_by_cached_key(|change| {
        (change.table, change.address.or(change.new_address), change.id.clone(), order(change.check))
    });
    Diff { changes }
}

fn context(
    old: Revision<'_>,
    new: Revision<'_>,
    pairing: &Pairing,
    old_entries: &[Entry<'_>],
    new_entries: &[Entry<'_>],
) -> Context {
    let mut registers = HashMap::new();
    let mut titles: BTreeMap<Option<String>, BTreeSet<Option<String>>> = BTreeMap::new();
    for (one, other) in
        pairing.pairs.iter().filter_map(|(one, other)| old_entries.get(*one).zip(new_entries.get(*other)))
    {
        registers.insert((one.place.1, one.place.2), (other.place.1, other.place.2));
        titles.entry(one.point.group.clone()).or_default().insert(other.point.group.clone());
    }
    let languages = |device: &Device| device.languages.iter().cloned().collect::<HashSet<String>>();
    let details = |device: &Device| {
        device.points.iter().flat_map(|point| &point.details).map(|(name, _)| visible(name)).collect::<HashSet<_>>()
    };
    let renamed = titles.into_iter().filter_map(|(old, new)| match new.into_iter().collect::<Vec<_>>().as_slice() {
        [Some(new)] if old.as_ref().is_some_and(|old| old != new) => Some((old, Some(new.clone()))),
        _ => None,
    });
    Context {
        registers,
        languages: &languages(old.device) & &languages(new.device),
        details: &details(old.device) & &details(new.device),
        is_locked: new.is_locked,
        groups: renamed.collect(),
    }
}

struct Reporter<'a> {
    context: Context,
    old: Revision<'a>,
    new: Revision<'a>,
    old_entries: &'a [Entry<'a>],
    new_entries: &'a [Entry<'a>],
}

impl<'a> Reporter<'a> {
    fn changes(&self, pairing: &Pairing) -> Vec<Change> {
        let mut changes: Vec<Change> = self.link().into_iter().chain(self.groups()).collect();
        let pairs: Vec<(&Entry<'a>, &Entry<'a>)> = pairing
            .pairs
            .iter()
            .filter_map(|(old, new)| self.old_entries.get(*old).zip(self.new_entries.get(*new)))
            .collect();
        let mut whole = Vec::new();
        for (old, new) in pairs {
            let pair = self.pair(old, new);
            let found = pair.differences();
            if (pair.is_moved || !found.is_empty()) && self.is_broken(old.point, new.point) {
                changes.push(change(&pair, &row_broken()));
                continue;
            }
            changes.extend(found.iter().map(|found| change(&pair, found)));
            whole.push((old, new));
        }
        for moved in moves::moves(&whole) {
            match moved {
                Move::Point(at) => {
                    let pair = whole.get(at).map(|(old, new)| self.pair(old, new));
                    changes.extend(pair.map(|pair| change(&pair, &Found::new(Check::Moved, &[Axis::Wire], &PLACE))));
                }
                Move::Block { pairs, by } => {
                    let pairs: Vec<_> = pairs.iter().filter_map(|at| whole.get(*at)).collect();
                    changes.extend(self.block(&pairs, by));
                }
            }
        }
        for (old, new) in &pairing.reused {
            let Some((old, new)) = self.old_entries.get(*old).zip(self.new_entries.get(*new)) else { continue };
            let pair = self.pair(old, new);
            let found = if self.is_broken(old.point, new.point) { row_broken() } else { reused(&pair) };
            changes.push(change(&pair, &found));
        }
        for (old, candidates) in &pairing.ambiguous {
            let Some(old) = self.old_entries.get(*old) else { continue };
            let mut one = self.one_sided(Check::Unresolved, old.point, true);
            let ids: Vec<Value> = candidates
                .iter()
                .filter_map(|at| Some(Value::String(self.new_entries.get(*at)?.point.id.clone())))
                .collect();
            one.new.insert("candidates".to_owned(), Value::Array(ids));
            changes.push(one);
        }
        let removed = pairing.removed.iter().filter_map(|at| self.old_entries.get(*at));
        changes.extend(removed.map(|entry| self.one_sided(Check::Removed, entry.point, true)));
        let added = pairing.added.iter().filter_map(|at| self.new_entries.get(*at));
        changes.extend(added.map(|entry| self.one_sided(Check::Added, entry.point, false)));
        changes
    }

    fn pair(&self, old: &Entry<'a>, new: &Entry<'a>) -> Pair<'_> {
        Pair {
            old: Side { device: self.old.device, point: old.point },
            new: Side { device: self.new.device, point: new.point },
            is_moved: moves::is_moved(old, new),
            context: &self.context,
        }
    }

    fn is_broken(&self, old: &Point, new: &Point) -> bool {
        match (&self.old.tables, &self.new.tables) {
            (Some(before), Some(now)) => row_broken::is_broken(old, new, (before, now)),
            _ => false,
        }
    }

    /// A point that only one revision has.
    fn one_sided(&self, check: Check, point: &Point, is_old: bool) -> Change {
        const KEYS: [&str; 14] = [
            "id",
            "label",
            "group",
            "table",
            "address",
            "words",
            "bit_range",
            "access",
            "raw_type",
            "type",
            "scale",
            "unit",
            "unit_id",
            "variants",
        ];
        let device = if is_old { self.old.device } else { self.new.device };
        let object = point_object(device, point);
        let shown = differing(&object, &Map::new(), &KEYS, None);
        let cells = point.sources.clone();
        let (old, new) = if is_old { (shown, Map::new()) } else { (Map::new(), shown) };
        let (old_cells, new_cells) = if is_old { (cells, Vec::new()) } else { (Vec::new(), cells) };
        let axis = if is_old { vec![Axis::Wire, Axis::Source] } else { vec![Axis::Source] };
        Change {
            axis,
            id: Some(point.id.clone()),
            table: Some(point.table),
            address: is_old.then(|| point.address()),
            new_address: (!is_old).then(|| point.address()),
            label: visible(&point.label),
            old,
            new,
            old_cells,
            new_cells,
            ..bare(check, severity::usual(check, Circumstances::default()))
        }
    }

    fn block(&self, pairs: &[&(&Entry<'a>, &Entry<'a>)], by: i32) -> Option<Change> {
        let (first, first_new) = *pairs.first()?;
        let pair = self.pair(first, first_new);
        let cells = |of: fn(&(&Entry<'a>, &Entry<'a>)) -> Vec<Source>| {
            let mut cells: Vec<Source> = pairs.iter().flat_map(|pair| of(pair)).collect();
            cells.sort_by_cached_key(order);
            cells.dedup();
            cells
        };
        Some(Change {
            points: pairs.iter().map(|(old, _)| old.point.id.clone()).collect(),
            by: Some(by),
            old_cells: cells(|(old, _)| old.point.sources.clone()),
            new_cells: cells(|(_, new)| new.point.sources.clone()),
            ..change(&pair, &Found::new(Check::BlockMoved, &[Axis::Wire], &["table", "address", "unit_id"]))
        })
    }

    fn link(&self) -> Option<Change> {
        let (was, is) = (link_object(&self.old.device.link), link_object(&self.new.device.link));
        let keys: BTreeSet<&str> = was.keys().chain(is.keys()).map(String::as_str).collect();
        let keys: Vec<&str> = keys.into_iter().filter(|key| was.get(*key) != is.get(*key)).collect();
        let is_api = keys.iter().any(|key| key.starts_with("max_") || *key == "write_functions");
        let of = Circumstances { is_api, ..Circumstances::default() };
        (!keys.is_empty()).then(|| Change {
            axis: vec![Axis::Wire],
            label: "link".to_owned(),
            old: differing(&was, &is, &keys, None),
            new: differing(&is, &was, &keys, None),
            ..bare(Check::LinkChanged, severity::usual(Check::LinkChanged, of))
        })
    }

    /// Groups that were renamed as a whole.
    fn groups(&self) -> Vec<Change> {
        let name = |device: &Device, title: &str| {
            names::snake(device.groups.iter().find(|group| group.title == title).map_or(title, |group| &group.name))
        };
        let mut groups: Vec<_> = self.context.groups.iter().collect();
        groups.sort();
        let changed = groups.into_iter().filter_map(|(old, new)| {
            let (old, new) = (old.as_ref()?, new.as_ref()?);
            let is_api = name(self.old.device, old) != name(self.new.device, new);
            let (check, axis) = match (is_api, visible(old) == visible(new)) {
                (true, _) => (Check::Renamed, Axis::Source),
                (false, false) => (Check::TextChanged, Axis::Meaning),
                (false, true) => return None,
            };
            let of = Circumstances { is_api, is_locked: self.context.is_locked, ..Circumstances::default() };
            let group = |title: &str| Map::from_iter([("group".to_owned(), Value::String(title.to_owned()))]);
            Some(Change {
                axis: vec![axis],
                label: visible(old),
                old: group(old),
                new: group(new),
                ..bare(check, severity::usual(check, of))
            })
        });
        changed.collect()
    }

    fn apply_rules(&self, change: &mut Change) {
        let id = change.id.as_deref();
        let ids: Vec<&str> = match change.points.is_empty() {
            true => id.into_iter().collect(),
            false => change.points.iter().map(String::as_str).collect(),
        };
        if let Some(rule) = self.new.rules.iter().rev().find(|rule| rule.applies(change.check, &ids)) {
            change.severity = rule.severity;
            change.reason = Some(rule.reason.clone());
        }
    }
}

/// What says where a point is, with the registers it names, which move with it.
const PLACE: [&str; 7] = ["table", "address", "words", "bit_range", "unit_id", "limits", "available_if"];

/// What tells one point from another.
const IDENTITY: [&str; 16] = [
    "id",
    "label",
    "raw_type",
    "type",
    "scale",
    "offset",
    "unit",
    "words",
    "access",
    "bit_range",
    "byte_swapped",
    "limits",
    "default",
    "values",
    "bits",
    "values_if",
];

fn row_broken() -> Found {
    let keys: Vec<&str> = IDENTITY.into_iter().chain(["table", "address"]).collect();
    Found::new(Check::RowBroken, &[Axis::Wire, Axis::Meaning], &keys)
}

/// Two points at one place: another quantity where something besides the label says so.
fn reused(pair: &Pair<'_>) -> Found {
    let (old, new) = (pair.old.point, pair.new.point);
    let is_other = old.unit != new.unit
        || old.scale != new.scale
        || old.offset != new.offset
        || old.scale_register.is_some() != new.scale_register.is_some()
        || has_other_values(&pair.old, &pair.new);
    let axis = [Axis::Meaning, Axis::Source];
    match is_other {
        true => Found { witness: super::witness::numbers(pair), ..Found::new(Check::AddressReused, &axis, &IDENTITY) },
        false => Found::new(Check::Unresolved, &axis, &IDENTITY),
    }
}

/// A change of a point that both revisions have.
fn change(pair: &Pair<'_>, found: &Found) -> Change {
    let (old, new) = (pair.old.point, pair.new.point);
    let (was, is) = (point_object(pair.old.device, old), point_object(pair.new.device, new));
    Change {
        check: found.check,
        severity: severity::usual(found.check, found.circumstances),
        reason: None,
        axis: found.axis.clone(),
        id: Some(old.id.clone()),
        table: Some(old.table),
        address: Some(old.address()),
        new_address: Some(new.address()),
        label: visible(&old.label),
        old: differing(&was, &is, &found.keys, found.codes.as_ref()),
        new: differing(&is, &was, &found.keys, found.codes.as_ref()),
        old_cells: old.sources.clone(),
        new_cells: new.sources.clone(),
        witness: found.witness.clone(),
        points: Vec::new(),
        by: None,
    }
}

/// What is common to changes of any kind.
fn bare(check: Check, severity: Severity) -> Change {
    Change {
        check,
        severity,
        reason: None,
        axis: Vec::new(),
        id: None,
        table: None,
        address: None,
        new_address: None,
        label: String::new(),
        old: Map::new(),
        new: Map::new(),
        old_cells: Vec::new(),
        new_cells: Vec::new(),
        witness: None,
        points: Vec::new(),
        by: None,
    }
}

fn order(cell: &Source) -> (Origin, u32, usize) {
    (cell.origin.as_ref().clone(), cell.row, cell.column)
}

/// Of these keys those that the other does not have, or has with another value; of codes only these.
fn differing(
    one: &Map<String, Value>,
    other: &Map<String, Value>,
    keys: &[&str],
    codes: Option<&BTreeSet<i64>>,
) -> Map<String, Value> {
    let mut found = Map::new();
    for key in keys {
        let Some(value) = one.get(*key).filter(|value| other.get(*key) != Some(*value)) else { continue };
        let has_codes = ["values", "value_labels", "bits", "bit_labels"].contains(key);
        let value = match (codes.filter(|_| has_codes), value) {
            (Some(codes), Value::Object(values)) => {
                let is_meant = |code: &str| code.parse().is_ok_and(|code: i64| codes.contains(&code));
                Value::Object(
                    values
                        .iter()
                        .filter(|(code, _)| is_meant(code))
                        .map(|(code, of)| (code.clone(), of.clone()))
                        .collect(),
                )
            }
            (_, value) => value.clone(),
        };
        if value.as_object().is_none_or(|values| !values.is_empty()) {
            found.insert((*key).to_owned(), value);
        }
    }
    found
}
