//! Names, and texts that change nothing but what people read.

use std::collections::BTreeSet;

use super::{Found, Pair, Side};
use crate::diff::labels::{is_correction, visible};
use crate::diff::{Axis, Check};
use crate::model::Translations;
use crate::names;

pub(super) fn compare(pair: &Pair<'_>, found: &mut Vec<Found>) {
    let (old, new) = (pair.old.point, pair.new.point);
    let group = (old.group.clone(), new.group.clone());
    let is_regrouped = group_name(&pair.old) != group_name(&pair.new) && !pair.context.groups.contains(&group);
    let has_new_type_name = match (old.kind.type_name(), new.kind.type_name()) {
        (Some(one), Some(other)) => one != other,
        // Another kind of value, which is told.
        _ => false,
    };
    let is_api = old.id != new.id || is_regrouped || has_new_type_name;
    let is_relabelled = visible(&old.label) != visible(&new.label);
    let is_renamed = is_api || is_relabelled && names::snake(&old.label) != names::snake(&new.label);
    if is_renamed {
        let mut keys = vec!["id", "type_name"];
        if is_relabelled {
            keys.push("label");
        }
        if is_regrouped {
            keys.push("group");
        }
        let axis = if is_api { Axis::Source } else { Axis::Meaning };
        let mut one = Found::new(Check::Renamed, &[axis], &keys);
        one.circumstances.is_api = is_api;
        one.circumstances.is_other_meaning = !is_correction(&old.label, &new.label);
        found.push(one);
    }
    let mut keys = Vec::new();
    if is_relabelled && !is_renamed {
        keys.push("label");
    }
    if translations(pair, &old.translations, &new.translations) {
        keys.push("labels");
    }
    if description(&pair.old) != description(&pair.new) {
        keys.push("description");
    }
    if !are_corrections(&old.aliases, &new.aliases) {
        keys.push("aliases");
    }
    if set(&old.notes) != set(&new.notes) {
        keys.push("notes");
    }
    let details = |side: &Side<'_>| {
        let known = side.point.details.iter().filter(|(name, _)| pair.context.details.contains(&visible(name)));
        known.map(|(name, text)| (visible(name), visible(text))).collect::<BTreeSet<_>>()
    };
    if details(&pair.old) != details(&pair.new) {
        keys.push("details");
    }
    let codes = value_translations(pair);
    if !codes.is_empty() {
        keys.extend(["value_labels", "bit_labels"]);
    }
    if !keys.is_empty() {
        found.push(Found { codes: Some(codes), ..Found::new(Check::TextChanged, &[Axis::Meaning], &keys) });
    }
}

/// What the names of a point's group are made of.
fn group_name(side: &Side<'_>) -> Option<String> {
    let title = side.point.group.as_deref()?;
    let group = side.device.groups.iter().find(|group| group.title == title);
    Some(names::snake(group.map_or(title, |group| &group.name)))
}

/// The text that stands beside the label; the label again says nothing.
fn description(side: &Side<'_>) -> String {
    let text = visible(&side.point.description);
    if text == visible(&side.point.label) { String::new() } else { text }
}

/// Whether every name of one is a correction of a name of the other: of several rows about one register another may come
/// first when rows change their order.
fn are_corrections(old: &[String], new: &[String]) -> bool {
    let covers =
        |one: &[String], other: &[String]| one.iter().all(|name| other.iter().any(|of| is_correction(name, of)));
    old.is_empty() == new.is_empty() && covers(old, new) && covers(new, old)
}

fn set(texts: &[String]) -> BTreeSet<String> {
    texts.iter().map(|text| visible(text)).collect()
}

/// Whether a text differs in a language that both revisions have.
fn translations(pair: &Pair<'_>, old: &Translations, new: &Translations) -> bool {
    let known = |of: &Translations| {
        let both = of.iter().filter(|(language, _)| pair.context.languages.contains(language));
        both.map(|(language, text)| (language.clone(), visible(text))).collect::<BTreeSet<_>>()
    };
    known(old) != known(new)
}

/// The codes whose labels say something else in a further language, and the same in the first one. Registers that share a
/// list may print it with other slips.
fn value_translations(pair: &Pair<'_>) -> BTreeSet<i64> {
    let list = |side: &Side<'_>| {
        let list = side.point.kind.type_name().and_then(|name| side.device.value_type(name));
        list.map(|list| list.labels.clone()).unwrap_or_default()
    };
    let known = |language: &String| pair.context.languages.contains(language);
    let (old, new) = (list(&pair.old), list(&pair.new));
    let differs = old.iter().filter(|was| {
        let is = new.iter().find(|is| is.code == was.code && visible(&is.label) == visible(&was.label));
        is.is_some_and(|is| {
            was.translations.iter().filter(|(language, _)| known(language)).any(|(language, text)| {
                let other = is.translations.iter().find(|(other, _)| other == language);
                other.is_some_and(|(_, other)| !is_correction(text, other))
            })
        })
    });
    differs.map(|label| label.code).collect()
}
