//! Codes of enums, bits of flag sets and special values of numbers.

use std::collections::{BTreeMap, BTreeSet};

use super::{Found, Pair, Side, wire};
use crate::diff::labels::{is_correction, visible};
use crate::diff::{Axis, Check};
use crate::model::{Kind, ValueLabel};

/// Which list a code is of (of conditional values, the register and range that decide), and the code.
type Code = (String, i64);

/// The labels of a point by code or bit.
fn labels<'a>(side: &Side<'a>) -> BTreeMap<Code, &'a ValueLabel> {
    let Side { device, point } = *side;
    let list = |name: &str| device.value_type(name).map(|list| list.labels.as_slice()).unwrap_or_default();
    match &point.kind {
        Kind::Enum(name) | Kind::Flags(name) => {
            list(name).iter().map(|label| ((String::new(), label.code), label)).collect()
        }
        Kind::Special(name) => {
            let codes = point.specials.iter().map(|code| (String::new(), *code));
            codes.zip(list(name)).collect()
        }
        Kind::Conditional(_) => {
            let lists = point.values_if.iter().flat_map(|of| {
                let when = format!("{} {} {}-{}", of.table, of.register, of.min, of.max);
                list(&of.type_name).iter().map(move |label| ((when.clone(), label.code), label))
            });
            lists.collect()
        }
        _ => BTreeMap::new(),
    }
}

/// Whether two points have other codes, or other labels at them.
pub(in crate::diff) fn is_other(old: &Side<'_>, new: &Side<'_>) -> bool {
    let (one, other) = (labels(old), labels(new));
    let texts = |of: &BTreeMap<Code, &ValueLabel>| {
        of.iter().map(|(code, label)| (code.clone(), visible(&label.label).to_lowercase())).collect::<Vec<_>>()
    };
    wire::is_other_kind(old.point, new.point) || texts(&one) != texts(&other)
}

/// What is found of codes, or of bits.
struct Checks {
    added: Check,
    removed: Check,
    relabelled: Check,
    keys: &'static [&'static str],
    what: &'static str,
}

const CODES: Checks = Checks {
    added: Check::ValueAdded,
    removed: Check::ValueRemoved,
    relabelled: Check::ValueRelabelled,
    keys: &["values", "values_if"],
    what: "raw",
};

const BITS: Checks = Checks {
    added: Check::BitAdded,
    removed: Check::BitRemoved,
    relabelled: Check::BitRelabelled,
    keys: &["bits"],
    what: "bit",
};

pub(super) fn compare(pair: &Pair<'_>, found: &mut Vec<Found>) {
    // Another kind of value has other values altogether.
    if wire::is_other_kind(pair.old.point, pair.new.point) {
        return;
    }
    let checks = if matches!(pair.new.point.kind, Kind::Flags(_)) { BITS } else { CODES };
    let (old, new) = (labels(&pair.old), labels(&pair.new));
    let codes = |of: &BTreeSet<Code>| of.iter().map(|(_, code)| *code).collect::<BTreeSet<i64>>();
    let only = |one: &BTreeMap<Code, &ValueLabel>, other: &BTreeMap<Code, &ValueLabel>| {
        one.keys().filter(|code| !other.contains_key(*code)).cloned().collect::<BTreeSet<Code>>()
    };
    let push = |found: &mut Vec<Found>, check, axis: &[Axis], of: &BTreeSet<Code>, is_api, is_other, witness| {
        if !of.is_empty() {
            let mut one = Found::new(check, axis, checks.keys).witness(witness);
            one.codes = Some(codes(of));
            one.circumstances.is_api = is_api;
            one.circumstances.is_other_meaning = is_other;
            found.push(one);
        }
    };
    let (added, removed) = (only(&new, &old), only(&old, &new));
    let both = [Axis::Meaning, Axis::Source];
    push(found, checks.added, &[Axis::Meaning], &added, false, false, None);
    push(found, checks.removed, &both, &removed, true, false, None);

    let changed: Vec<(&Code, &ValueLabel, &ValueLabel)> = old
        .iter()
        .filter_map(|(code, was)| Some((code, *was, *new.get(code)?)))
        .filter(|(_, was, is)| visible(&was.label) != visible(&is.label))
        .collect();
    let stood = |at: &BTreeMap<Code, &ValueLabel>, code: &Code, label: &ValueLabel| {
        at.iter().any(|(other, of)| other != code && other.0 == code.0 && same_words(&of.label, &label.label))
    };
    let (mut swapped, mut relabelled) = (BTreeSet::new(), BTreeSet::new());
    let (mut is_api, mut is_other, mut witness) = (false, false, [None, None]);
    for (code, was, is) in changed {
        let says = || Some(format!("{} {}: {}, then {}", checks.what, code.1, visible(&was.label), visible(&is.label)));
        let is_moved = !same_words(&was.label, &is.label) && (stood(&old, code, is) || stood(&new, code, was));
        if is_moved {
            witness[0] = witness[0].take().or_else(says);
            swapped.insert(code.clone());
            continue;
        }
        is_api |= was.name != is.name;
        is_other |= !is_correction(&was.label, &is.label);
        witness[1] = witness[1].take().or_else(says);
        relabelled.insert(code.clone());
    }
    let [of_swapped, of_relabelled] = witness;
    push(found, Check::ValuesSwapped, &both, &swapped, true, true, of_swapped);
    let axis: &[Axis] = if is_api { &both } else { &[Axis::Meaning] };
    push(found, checks.relabelled, axis, &relabelled, is_api, is_other, of_relabelled);
}

fn same_words(one: &str, other: &str) -> bool {
    crate::diff::labels::words(one) == crate::diff::labels::words(other)
}
