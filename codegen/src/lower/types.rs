//! Enums, flag sets and special values, from footnotes, descriptions, columns and the manifest.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::described::Described;
use super::forms::Form;
use super::pairs::Joined;
use super::settle::{Printed, named, prints};
use super::{Identity, Register, label, points};
use crate::cells::text::normalised;
use crate::cells::values::{self, ValueText};
use crate::columns::Meaning;
use crate::diagnostic::offer::{Entry, OPEN, quoted};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::manifest::{Case, CodedValue, InDescription, Manifest, Registers, TypeEntry, ValueList, ValuesIf};
use crate::model::{ConditionalValues, Limit, Limits, RawType, Source, Translations, ValueForm, ValueLabel, ValueType};
use crate::ratio::Ratio;
use crate::rows::Remark;
use crate::source::Located;
use crate::{names, suggest};

/// A type, and which registers have it.
pub(super) struct Typed {
    pub(super) value_type: ValueType,
    /// With the raw values of special values, in the order of the labels.
    registers: BTreeMap<Identity, Vec<i64>>,
    /// Footnote the values come from.
    pub(super) footnote: Option<String>,
    /// The enums it is one of, and when.
    pub(super) cases: Vec<ConditionalValues>,
    /// Whether descriptions of a single line list the values.
    inline: bool,
}

impl Typed {
    /// The raw values of a register's special values.
    pub(super) fn specials(&self, register: &Register) -> Vec<i64> {
        self.registers.get(&register.identity()).cloned().unwrap_or_default()
    }

    /// A description without the values it lists, which are no part of the name.
    pub(super) fn without_values(&self, description: &str) -> String {
        match self.inline && !description.contains('\n') {
            true => values::parse(description, self.value_type.form == ValueForm::Flags).before,
            false => label::head(description).to_owned(),
        }
    }
}

/// Every type of the device.
pub(super) struct Types {
    pub(super) list: Vec<Typed>,
    /// Whether one of them could not be made, which is reported: a register without a type may be of that one.
    pub(super) incomplete: bool,
    /// The places in the list of those that a register has.
    by_register: BTreeMap<Identity, Vec<usize>>,
    doubtful: BTreeSet<Identity>,
}

impl Types {
    fn new(list: Vec<Typed>, incomplete: bool, doubtful: BTreeSet<Identity>) -> Self {
        let mut by_register: BTreeMap<Identity, Vec<usize>> = BTreeMap::new();
        for (index, typed) in list.iter().enumerate() {
            for identity in typed.registers.keys() {
                by_register.entry(identity.clone()).or_default().push(index);
            }
        }
        Self { list, incomplete, by_register, doubtful }
    }

    /// Whether what a register lists is reported as not understood.
    pub(super) fn is_doubtful(&self, register: &Register) -> bool {
        self.doubtful.contains(&register.identity())
    }

    /// Those that a register has: one, if nothing is wrong.
    pub(super) fn of(&self, register: &Register) -> impl Iterator<Item = &Typed> {
        self.by_register.get(&register.identity()).into_iter().flatten().filter_map(|index| self.list.get(*index))
    }
}

/// A list of values with its place and its labels in further languages.
#[derive(Default)]
struct Listed {
    text: ValueText,
    translations: BTreeMap<i64, Translations>,
    place: Place,
    source: Option<Source>,
    footnote: Option<String>,
    inline: bool,
    /// Whether it is what a register prints itself, not a footnote or the manifest.
    own: bool,
}

/// Every type: those of the manifest, then those that columns and descriptions list. Remarks are `None` where the table
/// key could not be read.
pub(super) fn collect(
    joined: &[Joined],
    manifest: &Manifest,
    remarks: Option<&[Remark]>,
    described: &Described,
    diagnostics: &mut Diagnostics,
) -> Types {
    let registers: Vec<&Register> = joined.iter().map(|one| &one.register).collect();
    let mut collector = Collector {
        registers,
        bearing: None,
        manifest,
        remarks,
        described,
        types: Vec::new(),
        incomplete: false,
        doubtful: BTreeSet::new(),
        diagnostics,
    };
    for entry in &manifest.types {
        let made = collector.entry(entry);
        collector.incomplete |= made.is_none();
    }
    for entry in &manifest.values_if {
        collector.conditional(entry);
    }
    collector.listed();
    Types::new(collector.types, collector.incomplete, collector.doubtful)
}

/// Registers that list the same values under one name.
struct Family<'a> {
    name: String,
    form: ValueForm,
    raw: RawType,
    entries: Vec<(i64, String)>,
    members: Vec<&'a Register>,
}

/// Which family a register belongs to: found by what families have in common, since there may be one for each register.
#[derive(Default)]
struct Takers {
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
    fn place(&mut self, family: &Family<'_>, register: &Register, next: usize, shared: bool) -> usize {
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
    fn name_by_values(&mut self, manifest: &Manifest) {
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

struct Collector<'a> {
    registers: Vec<&'a Register>,
    /// Those that bear each footnote, once one is asked for.
    bearing: Option<BTreeMap<String, Vec<&'a Register>>>,
    manifest: &'a Manifest,
    remarks: Option<&'a [Remark]>,
    described: &'a Described,
    types: Vec<Typed>,
    /// Whether a list is wrong, which is reported.
    incomplete: bool,
    /// Registers whose list can be read in several ways, which is reported.
    doubtful: BTreeSet<Identity>,
    diagnostics: &'a mut Diagnostics,
}

/// The registers that bear each footnote.
fn bearing<'a>(registers: &[&'a Register]) -> BTreeMap<String, Vec<&'a Register>> {
    let mut bearing: BTreeMap<String, Vec<&Register>> = BTreeMap::new();
    for &register in registers {
        let marks: BTreeSet<String> = label::name(&register.description, "", &[]).footnotes.into_iter().collect();
        for mark in marks {
            bearing.entry(mark).or_default().push(register);
        }
    }
    bearing
}

impl<'a> Collector<'a> {
    /// A type of the manifest; `None` where it cannot be made, which is reported.
    fn entry(&mut self, entry: &TypeEntry) -> Option<()> {
        let (listed, chosen, labels) = match &entry.list {
            ValueList::Footnote(mark) => {
                let (listed, bearing) = self.footnote(entry, mark)?;
                (listed, bearing, [].as_slice())
            }
            ValueList::Inline { registers, labels } => {
                let chosen = self.choose(registers);
                let listed = self.inline(entry, &chosen, labels)?;
                (listed, chosen, labels.as_slice())
            }
            ValueList::Given { registers, values, expect } => {
                let chosen = self.choose(registers);
                self.expect(&entry.name.value, &entry.place, expect, &chosen);
                (from_manifest(values, &entry.place), chosen, values.as_slice())
            }
        };
        if chosen.is_empty() {
            return None;
        }
        if listed.text.entries.is_empty() {
            let of = entry.name.value.as_str();
            self.nothing_listed(of, of, entry.form, listed.place, Some(&entry.place), &chosen);
            return None;
        }
        let description = entry.description.clone().unwrap_or_else(|| match listed.inline {
            true => label::head(&listed.text.before).to_owned(),
            false => listed.text.before.clone(),
        });
        self.push(&entry.name.value, description, entry.form, &listed, &chosen);
        if let Some(typed) = self.types.last_mut() {
            rename(typed, labels);
        }
        Some(())
    }

    fn footnote(&mut self, entry: &TypeEntry, mark: &Located<String>) -> Option<(Listed, Vec<&'a Register>)> {
        let (mark, place) = (mark.value.as_str(), mark.place.clone().holds(&mark.value));
        let remarks = self.remarks?;
        let Some(remark) = remarks.iter().find(|remark| remark.mark == mark) else {
            self.diagnostics.push(
                Diagnostic::error("E0501", format!("there is no footnote {mark}"))
                    .at(place)
                    .expected("the mark of a footnote in the sheet that [key] names")
                    .help(suggest::nearest_of("mark", mark, remarks.iter().map(|remark| remark.mark.as_str()))),
            );
            return None;
        };
        let bearing =
            self.bearing.get_or_insert_with(|| bearing(&self.registers)).get(mark).cloned().unwrap_or_default();
        let remark_place = Place::from(remark.source.clone()).holds(&remark.text);
        if bearing.is_empty() {
            // Those that bear it may be among what could not be read.
            if !self.described.incomplete {
                self.diagnostics.push(
                    Diagnostic::error("E0502", format!("no register bears the footnote {mark}"))
                        .at(place)
                        .at(remark_place)
                        .expected(format!("{mark} in the description of at least one register")),
                );
            }
            return None;
        }
        let listed = Listed {
            text: values::parse(&remark.text, entry.form == ValueForm::Flags),
            place: remark_place,
            source: Some(remark.source.clone()),
            footnote: Some(mark.to_owned()),
            ..Listed::default()
        };
        Some((listed, bearing))
    }

    /// What the first register of a type lists, with the manifest's corrections.
    fn inline(&mut self, entry: &TypeEntry, chosen: &[&Register], labels: &[(i64, CodedValue)]) -> Option<Listed> {
        let mut listed = list(chosen.first()?, entry.form, self.manifest);
        self.agree(&entry.name.value, &entry.place, chosen, entry.form);
        for (code, corrected) in labels {
            match listed.text.entries.iter_mut().find(|(listed, _)| listed == code) {
                Some((_, label)) => label.clone_from(&corrected.label),
                None => self.diagnostics.push(
                    Diagnostic::error("E0402", format!("this label matches nothing: the table lists no {code}"))
                        .at(entry.place.clone().holds(&corrected.label))
                        .at(listed.place.clone())
                        .expected("a code of the printed list"),
                ),
            }
            let translations = listed.translations.entry(*code).or_default();
            for (language, text) in &corrected.translations {
                translations.retain(|(known, _)| known != language);
                translations.push((language.clone(), text.clone()));
            }
        }
        Some(listed)
    }

    /// Reports registers of one type that list different values. The codes of special values may differ.
    fn agree(&mut self, name: &str, asked: &Place, registers: &[&Register], form: ValueForm) {
        let said = |register: &Register| -> Vec<(Option<i64>, String)> {
            let entries = list(register, form, self.manifest).text.entries;
            entries.into_iter().map(|(code, label)| ((form != ValueForm::Special).then_some(code), label)).collect()
        };
        let Some((first, others)) = registers.split_first() else { return };
        let expected = said(first);
        let different: Vec<&&Register> = others.iter().filter(|other| said(other) != expected).collect();
        for other in different {
            let error = Diagnostic::error("E0503", format!("the registers of {name} list different values"));
            let places = first.description_places().into_iter().chain(other.description_places());
            self.diagnostics.push(
                places.fold(error.at(asked.clone()), Diagnostic::at).expected("the same list, or a type for each"),
            );
        }
    }

    /// Reports values of the manifest whose registers no longer print the descriptions they were read from.
    fn expect(&mut self, name: &str, place: &Place, expect: &[String], chosen: &[&Register]) {
        let mut texts: Vec<Printed> = Vec::new();
        for printed in chosen.iter().flat_map(|register| named(&register.facts)) {
            if !texts.iter().any(|known| known.text == printed.text) {
                texts.push(printed);
            }
        }
        // Values of no register are reported as that.
        if texts.is_empty() || prints(&texts, expect, self.described) {
            return;
        }
        let error = Diagnostic::error("E0401", format!("the values of {name} are stale")).at(place.clone());
        let quoted: Vec<String> = expect.iter().map(|text| format!("“{text}”")).collect();
        self.diagnostics.push(
            texts
                .into_iter()
                .fold(error, |error, printed| error.at(printed.place))
                .expected(format!("the table to print {}", quoted.join(" and ")))
                .help("the vendor's table changed: check whether the values still hold, then update `expect`"),
        );
    }

    fn conditional(&mut self, entry: &ValuesIf) {
        let chosen = self.choose(&entry.registers);
        if let Some(expect) = &entry.expect {
            self.expect(&entry.name.value, &entry.place, expect, &chosen);
        }
        let (Some((table, register)), Some(first)) = (entry.decides(), chosen.first()) else { return };
        let raw = raw(first, ValueForm::Conditional);
        let (mut cases, mut labels) = (Vec::new(), Vec::new());
        for (index, case) in entry.cases.iter().enumerate() {
            let type_name = format!("{}{}", case.name.value, entry.name.value);
            let mut texts = self.manifest.languages.iter().zip(&case.labels).filter(|(_, text)| !text.is_empty());
            let label = texts.next().map_or_else(|| case.name.value.clone(), |(_, text)| text.clone());
            self.types.push(case_type(case, &type_name, label.clone(), raw));
            labels.push(ValueLabel {
                code: i64::try_from(index).unwrap_or(i64::MAX),
                name: case.name.value.clone(),
                label,
                translations: texts.map(|(language, text)| (language.clone(), text.clone())).collect(),
            });
            cases.push(ConditionalValues { table, register, min: case.min, max: case.max, type_name });
        }
        let value_type = ValueType {
            name: entry.name.value.clone(),
            description: String::new(),
            form: ValueForm::Conditional,
            raw,
            labels,
            source: None,
        };
        let registers = chosen.iter().map(|register| (register.identity(), Vec::new())).collect();
        self.types.push(Typed { value_type, registers, footnote: None, cases, inline: false });
    }

    /// Types of registers that list their values and have none yet: one for each name and list, shared by a family.
    fn listed(&mut self) {
        let mut families: Vec<Family<'a>> = Vec::new();
        let mut known = Takers::default();
        let mut doubtful: Vec<(ValueForm, Listed, Vec<&'a Register>)> = Vec::new();
        let typed: BTreeSet<Identity> = self.types.iter().flat_map(|typed| typed.registers.keys().cloned()).collect();
        for register in self.registers.clone() {
            let Some(form) = self.lists(register) else { continue };
            if typed.contains(&register.identity()) {
                continue;
            }
            let read = list(register, form, self.manifest);
            // A number remains one whose values may be one list or another.
            if read.text.entries.is_empty() && read.text.unread.is_some() && is_number(register) {
                match doubtful.last_mut().filter(|(_, known, _)| known.source == read.source) {
                    Some((_, _, members)) => members.push(register),
                    None => doubtful.push((form, read, vec![register])),
                }
                continue;
            }
            let family = Family {
                name: type_name(register, self.manifest),
                form,
                raw: raw(register, form),
                entries: read.text.entries,
                members: vec![register],
            };
            let index = known.place(&family, register, families.len(), self.manifest.lists.shared);
            match families.get_mut(index) {
                Some(known) => known.members.extend(family.members),
                None => families.push(family),
            }
        }
        if self.manifest.lists.shared {
            for family in &mut families {
                family.name_by_values(self.manifest);
            }
        }
        for (form, listed, members) in doubtful {
            let Some(first) = members.first() else { continue };
            self.left_unread(&type_name(first, self.manifest), form, &listed, &members);
            self.doubtful.extend(members.iter().map(|register| register.identity()));
        }
        self.tell_apart(&mut families);
        for Family { name, form, members: family, .. } in families {
            let Some(first) = family.first() else { continue };
            let listed = list(first, form, self.manifest);
            if listed.text.entries.is_empty() {
                self.incomplete = true;
                self.nothing_listed(&first.name(), &name, form, listed.place, None, &family);
                continue;
            }
            if let (ValueForm::Enum, None, [(code, label)]) = (form, first.form(), listed.text.entries.as_slice()) {
                self.incomplete = true;
                self.diagnostics.push(
                    Diagnostic::error("E0512", format!("{} lists one value only, {code} = {label}", first.name()))
                        .at(listed.place.clone())
                        .expected("the values of an enum, or [specials.…] for a number with a value that means something else")
                        .manifest(
                            Entry::new(&format!("[specials.{}OrValue]", names::pascal(label)))
                                .text("registers", &first.selector())
                                .flag("inline", true),
                        ),
                );
                continue;
            }
            self.agree(&name, &listed.place, &family, form);
            self.push(&name, String::new(), form, &listed, &family);
        }
    }

    /// Gives families of one name, which list different values, a name that holds their group, or their address: whatever
    /// else the table gets, it stays.
    fn tell_apart(&self, families: &mut [Family<'a>]) {
        let taken: Vec<String> = self.types.iter().map(|typed| typed.value_type.name.clone()).collect();
        for attempt in [grouped, addressed] {
            let mut known: BTreeMap<String, usize> = taken.iter().map(|name| (name.clone(), 1)).collect();
            for family in families.iter() {
                let count = known.entry(family.name.clone()).or_default();
                *count = count.saturating_add(1);
            }
            for family in families.iter_mut().filter(|family| known.get(&family.name).is_some_and(|count| *count > 1)) {
                if let Some(first) = family.members.first().filter(|first| first.place.is_none()) {
                    family.name = attempt(&type_name(first, self.manifest), first, self.manifest);
                }
            }
        }
    }

    /// As what a register lists its values, if it does.
    fn lists(&self, register: &Register) -> Option<ValueForm> {
        let rows = !register.listed.is_empty();
        let is_bits = matches!(register.form(), Some(Form::BitSet { .. } | Form::Flags { .. }));
        if rows && (is_bits || register.listed.iter().any(|listed| listed.is_bit)) {
            return Some(ValueForm::Flags);
        }
        let lists_bits = || {
            let text = list(register, ValueForm::Flags, self.manifest).text;
            !text.entries.is_empty() || has_own(register) && text.unread.is_some()
        };
        let described = self.manifest.lists.in_description == InDescription::Below
            && register.description.contains('\n')
            || self.lists_anywhere(register);
        match register.form() {
            // One whose type says its size, and whose values are listed nowhere, is a number.
            Some(Form::Enum { bits: Some(_) }) => {
                let text = list(register, ValueForm::Enum, self.manifest).text;
                (!text.entries.is_empty() || has_own(register) && text.unread.is_some()).then_some(ValueForm::Enum)
            }
            Some(Form::Enum { bits: None }) => Some(ValueForm::Enum),
            // Bits that are listed nowhere have no names.
            Some(Form::Flags { .. }) => lists_bits().then_some(ValueForm::Flags),
            Some(Form::Bool) => (!register.values.is_empty()).then_some(ValueForm::Enum),
            Some(form) if rows && form.is_integer() => Some(ValueForm::Enum),
            Some(form) if form.is_integer() => self.number_lists(register),
            None if rows => Some(ValueForm::Enum),
            None if !register.values.is_empty() => Some(ValueForm::Enum),
            None if !register.bits.is_empty() => Some(ValueForm::Flags),
            None if described => Some(ValueForm::Enum),
            _ => None,
        }
    }

    /// What a list beside the type of a number makes of it: a number with special values where it has a unit, a scale or
    /// limits, one of the values where it has none.
    fn number_lists(&self, register: &Register) -> Option<ValueForm> {
        if !register.values.is_empty() {
            let text = list(register, ValueForm::Enum, self.manifest).text;
            let entries = text.entries.len();
            // A range, or the one value there is, `[0, 100]`: no list, which a warning says.
            if entries == 0 && text.unread.is_none() {
                return None;
            }
            let is_long = entries > 1 || text.unread.is_some();
            let is_listed = register.values_from == Meaning::Unit || is_long && is_bare(register, &text.entries);
            return Some(if is_listed { ValueForm::Enum } else { ValueForm::Special });
        }
        if !register.bits.is_empty() {
            return Some(ValueForm::Flags);
        }
        self.lists_anywhere(register).then_some(ValueForm::Enum)
    }

    /// Whether a description lists two values or more, of what would be a bare number otherwise.
    fn lists_anywhere(&self, register: &Register) -> bool {
        if self.manifest.lists.in_description != InDescription::Anywhere {
            return false;
        }
        let entries = values::parse(&register.description, false).entries;
        entries.len() > 1 && is_bare(register, &entries)
    }

    /// The registers that are meant. What is said of the row of a block that repeats is said of all its elements.
    fn choose(&self, selected: &Registers) -> Vec<&'a Register> {
        let has_row =
            |register: &Register| register.facts.iter().any(|fact| selected.contains(fact.table, fact.address));
        let chosen = |register: &&&Register| selected.contains(register.table, register.address) || has_row(register);
        self.registers.iter().filter(chosen).copied().collect()
    }

    /// Reports that the values of `of` are listed nowhere, of which the type would be called `name`.
    fn nothing_listed(
        &mut self,
        of: &str,
        name: &str,
        form: ValueForm,
        place: Place,
        asked: Option<&Place>,
        registers: &[&Register],
    ) {
        let error = Diagnostic::error("E0504", format!("no values of {of} can be found here")).at(place);
        let error = asked.into_iter().cloned().fold(error, Diagnostic::at);
        let error = error.expected(format!("a list such as {}", example(form)));
        let error = self.given(error, name, form, &[], registers);
        self.diagnostics.push(error);
    }

    /// Says how the manifest lists what the table does not, or not so that it is understood.
    fn given(
        &self,
        diagnostic: Diagnostic,
        name: &str,
        form: ValueForm,
        listed: &[(i64, String)],
        registers: &[&Register],
    ) -> Diagnostic {
        if self.manifest.types.iter().any(|entry| entry.name.value == name) {
            return diagnostic
                .help("its entry in the manifest can list them: registers, values = { 0 = \"…\" }, expect and reason");
        }
        let header = match form {
            ValueForm::Enum | ValueForm::Conditional => "enums",
            ValueForm::Flags => "flags",
            ValueForm::Special => "specials",
        };
        let mut expect: Vec<String> = Vec::new();
        for printed in registers.iter().flat_map(|register| named(&register.facts)) {
            if !expect.contains(&printed.text) {
                expect.push(printed.text);
            }
        }
        let selector: Vec<String> = registers.iter().map(|register| register.selector()).collect();
        let values = listed.iter().map(|(code, label)| (*code, label.as_str()));
        let values: Vec<(i64, &str)> = if listed.is_empty() { vec![(0, OPEN)] } else { values.collect() };
        diagnostic.help("the manifest can list them").manifest(
            Entry::new(&format!("[{header}.{}]", if name.is_empty() { quoted(OPEN) } else { name.to_owned() }))
                .text("registers", &selector.join(", "))
                .values(values)
                .texts("expect", &expect)
                .text("reason", OPEN),
        )
    }

    /// Reports what of a list was not understood.
    fn left_unread(&mut self, name: &str, form: ValueForm, listed: &Listed, registers: &[&Register]) {
        let Some(unread) = &listed.text.unread else { return };
        let warning = Diagnostic::warning("W0514", format!("“{unread}” in the values of {name} was not understood"))
            .at(listed.place.clone())
            .expected(format!("a list such as {}; a range is 0-2", example(form)));
        let mut entries = listed.text.entries.clone();
        // What it means is to be said where the others are copied.
        let end = unread.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(unread.len());
        let (code, rest) = unread.split_at_checked(end).unwrap_or_default();
        if let Ok(code) = code.parse::<i64>()
            && !rest.starts_with(char::is_alphanumeric)
            && !entries.is_empty()
            && entries.iter().all(|(known, _)| *known != code)
        {
            entries.push((code, OPEN.to_owned()));
        }
        let warning = self.given(warning, name, form, &entries, registers);
        self.diagnostics.push(warning);
    }

    fn push(&mut self, name: &str, description: String, form: ValueForm, listed: &Listed, registers: &[&Register]) {
        let special = form == ValueForm::Special;
        self.left_unread(name, form, listed, registers);
        // A reserved code or bit has no meaning to name; decoding keeps it as unknown.
        let is_named: Vec<bool> = listed.text.entries.iter().map(|(_, label)| !values::is_unnamed(label)).collect();
        let named = |entries: &[(i64, String)]| -> Vec<(i64, String)> {
            entries.iter().zip(&is_named).filter(|(_, is_named)| **is_named).map(|(entry, _)| entry.clone()).collect()
        };
        let mut labels: Vec<ValueLabel> = named(&listed.text.entries)
            .iter()
            .enumerate()
            .map(|(index, (code, label))| ValueLabel {
                code: if special { i64::try_from(index).unwrap_or(i64::MAX) } else { *code },
                name: names::pascal(label),
                label: label.clone(),
                translations: listed.translations.get(code).cloned().unwrap_or_default(),
            })
            .collect();
        labels.sort_by_key(|label| label.code);
        if !special && listed.source.is_some() {
            tell_labels_apart(&mut labels);
        }
        let first = registers.first().copied();
        let codes = |register: &Register| -> Vec<i64> {
            let own = listed.own.then(|| list(register, form, self.manifest).text.entries);
            let entries = named(own.as_deref().unwrap_or(&listed.text.entries));
            if special { entries.into_iter().map(|(code, _)| code).collect() } else { Vec::new() }
        };
        self.types.push(Typed {
            value_type: ValueType {
                name: name.to_owned(),
                description,
                form,
                raw: first.map_or(RawType::Integer { bits: 16, signed: false }, |register| raw(register, form)),
                labels,
                source: listed.source.clone(),
            },
            registers: registers.iter().map(|register| (register.identity(), codes(register))).collect(),
            footnote: listed.footnote.clone(),
            cases: Vec::new(),
            inline: listed.inline,
        });
    }
}

/// Whether a type says that a register holds a number, or bits that need no names.
fn is_number(register: &Register) -> bool {
    match register.form() {
        Some(Form::Enum { bits }) => bits.is_some(),
        Some(Form::Flags { .. }) => true,
        form => form.is_some_and(Form::is_integer),
    }
}

/// Whether a column lists the values or the bits of a register.
fn has_own(register: &Register) -> bool {
    !register.values.is_empty() || !register.bits.is_empty()
}

/// Whether nothing says that it is a quantity: limits within which all codes lie are those of the list.
fn is_bare(register: &Register, entries: &[(i64, String)]) -> bool {
    let is_plain = (register.scale, register.offset) == (Ratio::ONE, Ratio::ZERO);
    let is_within = |limits: &Limits| {
        let ends = [limits.min, limits.max].map(|limit| limit.and_then(Limit::value));
        let [Some(min), Some(max)] = ends else { return false };
        let mut codes = entries.iter().map(|(code, _)| Ratio::new(*code, 1));
        limits.step.is_none() && codes.all(|code| code.is_some_and(|code| (min..=max).contains(&code)))
    };
    is_plain && register.unit.is_empty() && register.limits.as_ref().is_none_or(is_within)
}

/// Two codes of one label get their codes, which stay theirs whatever else is listed. Labels that differ, and give one
/// name, are reported.
fn tell_labels_apart(labels: &mut [ValueLabel]) {
    let mut known: BTreeMap<String, (BTreeSet<i64>, BTreeSet<String>)> = BTreeMap::new();
    for label in labels.iter() {
        let (codes, texts) = known.entry(label.name.clone()).or_default();
        codes.insert(label.code);
        texts.insert(normalised(&label.label));
    }
    let is_one_label = |name: &str| known.get(name).is_some_and(|(codes, texts)| codes.len() > 1 && texts.len() == 1);
    // What a device sends beside its list is `Unknown`, too.
    let collides = |name: &str| !name.is_empty() && (name == "Unknown" || is_one_label(name));
    for label in labels.iter_mut().filter(|label| collides(&label.name)) {
        let sign = if label.code < 0 { "Minus" } else { "" };
        // A number at the end of a label is its own.
        let line = if sign.is_empty() && label.name.ends_with(|last: char| last.is_ascii_digit()) { "At" } else { "" };
        label.name = format!("{}{sign}{line}{}", label.name, label.code.unsigned_abs());
    }
}

/// A list as it can be read.
fn example(form: ValueForm) -> &'static str {
    if form == ValueForm::Flags { "Bit 0: …, Bit 1: …" } else { "0: …, 1: …" }
}

/// Codes are as signed as the table states; bits are not, and where nothing is stated neither are codes, whatever a rule
/// says of numbers.
pub(super) fn raw(register: &Register, form: ValueForm) -> RawType {
    if register.table.is_bit() {
        return RawType::Bool;
    }
    let signed = form != ValueForm::Flags && stated_sign(register).unwrap_or(false);
    RawType::Integer { bits: points::bits(register), signed }
}

/// What the table, or an override of it, says of the sign.
pub(super) fn stated_sign(register: &Register) -> Option<bool> {
    let by_type = register.form().and_then(Form::signed);
    let by_column = register.signed.as_ref().filter(|(_, reason)| reason.is_none()).map(|(signed, _)| *signed);
    by_type.or(by_column)
}

/// The list of values a register prints: in a column for them, or in its description.
fn list(register: &Register, form: ValueForm, manifest: &Manifest) -> Listed {
    if let Some(first) = register.listed.first() {
        let entries = register.listed.iter().map(|listed| (listed.code, normalised(&listed.label))).collect();
        return Listed {
            text: ValueText { entries, ..ValueText::default() },
            place: Place::from(first.source.clone()).holds(&first.label),
            source: Some(first.source.clone()),
            own: true,
            ..Listed::default()
        };
    }
    let column = match form {
        ValueForm::Flags if !register.bits.is_empty() => Some((Meaning::Bits, &register.bits)),
        _ if !register.values.is_empty() => Some((register.values_from, &register.values)),
        _ => None,
    };
    // A column of bits may leave out the word `Bit` that a description needs.
    let says_bit = |text: &str| !values::parse_column(text, true).entries.is_empty();
    let bits = form == ValueForm::Flags && column.is_none_or(|(_, text)| says_bit(text));
    let (meaning, text) = column.map_or_else(
        || (Meaning::Description, label::list(&register.description)),
        |(meaning, text)| (meaning, text.as_str()),
    );
    let mut translations: BTreeMap<i64, Translations> = BTreeMap::new();
    if meaning == Meaning::Description {
        for (language, text) in manifest.languages.iter().skip(1).zip(&register.translations) {
            for (code, label) in values::parse(label::list(text), bits).entries {
                translations.entry(code).or_default().push((language.clone(), label));
            }
        }
    }
    Listed {
        text: match meaning {
            Meaning::Description => values::parse(text, bits),
            _ if form == ValueForm::Flags && !bits => values::parse_bare_bits(text),
            _ => values::parse_column(text, bits),
        },
        translations,
        place: register.places(meaning).into_iter().next().unwrap_or_default(),
        source: register.facts.iter().find_map(|fact| Some(fact.row.source(fact.row.filled(meaning)?))),
        footnote: None,
        inline: meaning == Meaning::Description,
        own: true,
    }
}

fn from_manifest(values: &[(i64, CodedValue)], place: &Place) -> Listed {
    Listed {
        text: ValueText {
            before: String::new(),
            unread: None,
            entries: values.iter().map(|(code, value)| (*code, value.label.clone())).collect(),
        },
        translations: values.iter().map(|(code, value)| (*code, value.translations.clone())).collect(),
        place: place.clone(),
        ..Listed::default()
    }
}

fn case_type(case: &Case, type_name: &str, description: String, raw: RawType) -> Typed {
    let labels = case.values.iter().map(|(code, value)| ValueLabel {
        code: *code,
        name: value.name.clone().unwrap_or_else(|| names::pascal(&value.label)),
        label: value.label.clone(),
        translations: value.translations.clone(),
    });
    Typed {
        value_type: ValueType {
            name: type_name.to_owned(),
            description,
            form: ValueForm::Enum,
            raw,
            labels: labels.collect(),
            source: None,
        },
        registers: BTreeMap::new(),
        footnote: None,
        cases: Vec::new(),
        inline: false,
    }
}

fn rename(typed: &mut Typed, values: &[(i64, CodedValue)]) {
    for label in &mut typed.value_type.labels {
        let named = values.iter().find(|(code, _)| *code == label.code).and_then(|(_, value)| value.name.clone());
        if let Some(name) = named {
            label.name = name;
        }
    }
}

/// `HeatPumpStatus` for a member of an array, `HotWaterMode` for a register of its own, `BatteryState` in a group. Where
/// the label gives no name, the identifier that the manifest gives does.
fn type_name(register: &Register, manifest: &Manifest) -> String {
    let gives_none = |label: &str| names::pascal(label).is_empty() || names::begins_with_digit(label);
    match &register.place {
        Some(place) if !place.member.is_empty() => {
            let member = &place.member_label;
            let member = if gives_none(member) { &place.member } else { member };
            format!("{}{}", names::pascal(&place.array), names::pascal(member))
        }
        Some(place) => names::pascal(&place.array),
        None => {
            let label = label::label(register, manifest);
            let label = register.id.as_ref().filter(|_| gives_none(&label)).unwrap_or(&label);
            // Once more, since what stands beside a letter may make a word of it: `P-Q mode`.
            names::pascal(&names::pascal(&register.scoped(label)))
        }
    }
}
