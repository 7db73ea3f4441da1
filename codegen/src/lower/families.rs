//! Registers that list the same values share a type, and what that is called.

use std::collections::{BTreeMap, HashMap};

use super::{Register, label};
use crate::cells::lists::{self, Style};
use crate::cells::reading::Reading;
use crate::manifest::Manifest;
use crate::model::{RawType, ValueForm};
use crate::names;

/// Registers that list the same values under one name.
pub(super) struct Family<'a> {
    pub(super) name: String,
    pub(super) form: ValueForm,
    pub(super) raw: RawType,
    pub(super) entries: Vec<(i64, String)>,
    pub(super) members: Vec<&'a Register>,
}

/// Which family a register belongs to: found by what families have in common, since there may be one for each register.
#[derive(Default)]
pub(super) struct Takers {
    /// Elements of an array have a type by their name; where their lists differ, that is reported.
    siblings: HashMap<Sibling, usize>,
    /// Others by their list, and by their name where lists are not shared.
    same: HashMap<Same, usize>,
}

/// Form and name of a list, array and member.
type Sibling = (ValueForm, String, String, String);
/// What a list is of, its name where that matters, and what it lists.
type Same = (ValueForm, RawType, Option<String>, Vec<(i64, String)>);

impl Takers {
    /// The place of the first family that a register's own is part of, or `next`, where it becomes one.
    pub(super) fn place(&mut self, family: &Family<'_>, register: &Register, next: usize, shared: bool) -> usize {
        let sibling = register.place.as_ref();
        let sibling =
            sibling.map(|place| (family.form, family.name.clone(), place.array.clone(), place.member.clone()));
        // The codes of special values are a register's own.
        let same = (family.form != ValueForm::Special).then(|| {
            let name = (!shared).then(|| family.name.clone());
            (family.form, family.raw, name, family.entries.clone())
        });
        let of_siblings = sibling.as_ref().and_then(|key| self.siblings.get(key).copied());
        let of_same = same.as_ref().and_then(|key| self.same.get(key).copied());
        let place = of_siblings.into_iter().chain(of_same).min().unwrap_or(next);
        if place == next {
            self.siblings.extend(sibling.map(|key| (key, next)));
            self.same.extend(same.map(|key| (key, next)));
        }
        place
    }
}

impl Family<'_> {
    /// A list that registers of different names share is named by its values, where they are few: `OkWarningAlarm`.
    pub(super) fn name_by_values(&mut self, manifest: &Manifest) {
        let is_one = self.members.iter().all(|register| type_name(register, manifest) == self.name);
        let words = |label: &str| label.split_whitespace().count();
        if is_one || self.entries.len() > MOST_VALUES || self.entries.iter().any(|(_, label)| words(label) > MOST_WORDS)
        {
            return;
        }
        let mut entries: Vec<&(i64, String)> = self.entries.iter().collect();
        entries.sort_by_key(|(code, _)| *code);
        let name: String = entries.iter().map(|(_, label)| names::pascal(label)).collect();
        if !name.is_empty() && name.len() <= LONGEST_NAME {
            self.name = name;
        }
    }
}

/// Most values that name a type, and most words of each.
const MOST_VALUES: usize = 4;
const MOST_WORDS: usize = 3;
/// Longest name of a type made of its values.
const LONGEST_NAME: usize = 40;

/// `SolarchargerState`.
fn grouped(name: &str, register: &Register, manifest: &Manifest) -> String {
    let group = register.group.as_deref().map(|title| names::pascal(manifest.names.group(title))).unwrap_or_default();
    if name.starts_with(&group) { name.to_owned() } else { format!("{group}{name}") }
}

/// `State3128`.
fn addressed(name: &str, register: &Register, manifest: &Manifest) -> String {
    let line = if name.ends_with(|last: char| last.is_ascii_digit()) { "At" } else { "" };
    format!("{}{line}{}", grouped(name, register, manifest), register.address)
}

/// Gives families of one name, which list different values, a name that holds their group, or their address: whatever
/// else the table gets, it stays.
pub(super) fn tell_apart(families: &mut [Family<'_>], taken: &[&str], manifest: &Manifest) {
    for attempt in [grouped, addressed] {
        let mut known: BTreeMap<String, usize> = taken.iter().map(|name| ((*name).to_owned(), 1)).collect();
        for family in families.iter() {
            let count = known.entry(family.name.clone()).or_default();
            *count = count.saturating_add(1);
        }
        for family in families.iter_mut().filter(|family| known.get(&family.name).is_some_and(|count| *count > 1)) {
            if let Some(first) = family.members.first().filter(|first| first.place.is_none()) {
                family.name = attempt(&type_name(first, manifest), first, manifest);
            }
        }
    }
}

/// `HeatPumpStatus` for a member of an array, `HotWaterMode` for a register of its own, `BatteryState` in a group. Where
/// the label gives no name, the identifier that the manifest gives does.
pub(super) fn type_name(register: &Register, manifest: &Manifest) -> String {
    let gives_none = |label: &str| names::pascal(label).is_empty() || names::begins_with_digit(label);
    // A list that the document names goes by this name, whichever registers have it.
    if let Some(list) = register.named_list.as_deref().filter(|list| !gives_none(list)) {
        return names::pascal(list);
    }
    match &register.place {
        Some(place) if !place.member.is_empty() => {
            let member = &place.member_label;
            let member = if gives_none(member) { &place.member } else { member };
            format!("{}{}", names::pascal(&place.array), names::pascal(member))
        }
        Some(place) => names::pascal(&place.array),
        None => {
            let label = match lists::read(&register.description, Style::Prose).and_then(Reading::value) {
                // The list is no part of the name.
                Some(list) if register.label.is_none() && !register.description.contains('\n') => {
                    label::name(&list.before, &register.unit, &manifest.optional_marks).label
                }
                _ => label::label(register, manifest),
            };
            let label = register.id.as_ref().filter(|_| gives_none(&label)).unwrap_or(&label);
            // Once more, since what stands beside a letter may make a word of it: `P-Q mode`.
            names::pascal(&names::pascal(&register.scoped(label)))
        }
    }
}
