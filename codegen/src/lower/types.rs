//! Enums, flag sets and special values, from footnotes, descriptions, columns and the manifest.

use std::collections::{BTreeMap, BTreeSet};

use super::described::Described;
use super::families::{Family, Takers, tell_apart, type_name};
use super::list_reports::{self, Report};
use super::lists::{Doubt, Listed, Lists, is_number, outside, raw};
use super::pairs::Joined;
use super::settle::{Printed, named, prints};
use super::value_labels::{rename, tell_labels_apart, value_name};
use super::{Identity, Register, label};
use crate::cells::lists::{self, Style};
use crate::cells::reading::Reading;
use crate::diagnostic::entry::{Entry, Value};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::manifest::{Case, CodedValue, Manifest, Registers, TypeEntry, ValueList, ValuesIf};
use crate::model::{ConditionalValues, RawType, ValueForm, ValueLabel, ValueType};
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
            true => match lists::read(description, Style::Prose).and_then(Reading::value) {
                Some(list) => list.before,
                None => description.to_owned(),
            },
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
        lists: Lists::new(&registers, manifest),
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

struct Collector<'a> {
    lists: Lists<'a>,
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
                (Listed::from_manifest(values, &entry.place), chosen, values.as_slice())
            }
        };
        if chosen.is_empty() {
            return None;
        }
        if listed.entries.is_empty() {
            let of = entry.name.value.as_str();
            let (manifest, form, listed) = (self.manifest, entry.form, &listed);
            let report = Report { manifest, name: of, form, listed, registers: &chosen };
            self.diagnostics.push(report.nothing_listed(of, Some(&entry.place)));
            return None;
        }
        let description = entry.description.clone().unwrap_or_else(|| match listed.inline {
            true => label::head(&listed.before).to_owned(),
            false => listed.before.clone(),
        });
        self.push(&entry.name.value, description, entry.form, &listed, &chosen);
        if let Some(typed) = self.types.last_mut() {
            rename(&mut typed.value_type.labels, labels);
        }
        Some(())
    }

    fn footnote(&mut self, entry: &TypeEntry, mark: &Located<String>) -> Option<(Listed, Vec<&'a Register>)> {
        let (mark, place) = (mark.value.as_str(), mark.place.clone().holds(&mark.value));
        let remarks = self.remarks?;
        let Some(remark) = remarks.iter().find(|remark| remark.mark == mark) else {
            self.diagnostics.push(
                Diagnostic::error("E0501", said!("there is no footnote {mark}", mark))
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
                    Diagnostic::error("E0502", said!("no register has the footnote mark {mark}", mark))
                        .at(place)
                        .at(remark_place)
                        .expected(format!("{mark} in the description of at least one register")),
                );
            }
            return None;
        }
        let listed = Listed {
            place: remark_place,
            source: Some(remark.source.clone()),
            footnote: Some(mark.to_owned()),
            ..Listed::of(lists::read(&remark.text, Style::Prose), entry.form == ValueForm::Flags)
        };
        Some((listed, bearing))
    }

    /// What the first register of a type lists, with the manifest's corrections.
    fn inline(&mut self, entry: &TypeEntry, chosen: &[&Register], labels: &[(i64, CodedValue)]) -> Option<Listed> {
        let mut listed = self.lists.list(chosen.first()?, entry.form);
        self.agree(&entry.name.value, &entry.place, chosen, entry.form);
        for (code, corrected) in labels {
            match listed.entries.iter_mut().find(|(listed, _)| listed == code) {
                Some((_, label)) => label.clone_from(&corrected.label),
                None => self.diagnostics.push(
                    Diagnostic::error("E0402", said!("this label matches nothing: the table lists no {code}", code))
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
            let entries = self.lists.list(register, form).entries;
            entries.into_iter().map(|(code, label)| ((form != ValueForm::Special).then_some(code), label)).collect()
        };
        let Some((first, others)) = registers.split_first() else { return };
        let expected = said(first);
        let different: Vec<&&Register> = others.iter().filter(|other| said(other) != expected).collect();
        for other in different {
            let error = Diagnostic::error("E0503", said!("the registers of {name} list different values", name));
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
        let error = Diagnostic::error("E0401", said!("the values of {name} are stale", name)).at(place.clone());
        let quoted: Vec<String> = expect.iter().map(|text| format!("“{text}”")).collect();
        self.diagnostics.push(
            texts
                .into_iter()
                .fold(error, |error, printed| error.at(printed.place))
                .expected(format!("the table to print {}", quoted.join(" and ")))
                .help(
                    "the vendor's table has changed, or `expect` is not what it prints: if the values are right, \
                       copy the printed text into `expect`",
                ),
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
            let Some(form) = self.lists.form(register) else { continue };
            if typed.contains(&register.identity()) {
                continue;
            }
            let mut read = self.lists.list(register, form);
            if let Some(code) = outside(register, &read.entries).filter(|_| form == ValueForm::Enum && read.inline) {
                (read.entries, read.doubt) = (Vec::new(), Some(Doubt::Limits(code)));
            }
            // A number remains one whose values may be one list or another.
            if read.entries.is_empty() && read.doubt.is_some() && is_number(register) {
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
                entries: read.entries,
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
            let (manifest, name) = (self.manifest, &type_name(first, self.manifest));
            let report = Report { manifest, name, form, listed: &listed, registers: &members };
            report.in_doubt().into_iter().for_each(|warning| self.diagnostics.push(warning));
            self.doubtful.extend(members.iter().map(|register| register.identity()));
        }
        let taken: Vec<&str> = self.types.iter().map(|typed| typed.value_type.name.as_str()).collect();
        tell_apart(&mut families, &taken, self.manifest);
        for Family { name, form, members: family, .. } in families {
            let Some(first) = family.first() else { continue };
            let listed = self.lists.list(first, form);
            if listed.entries.is_empty() {
                self.incomplete = true;
                let (manifest, listed) = (self.manifest, &listed);
                let report = Report { manifest, name: &name, form, listed, registers: &family };
                self.diagnostics.push(report.nothing_listed(&first.name(), None));
                continue;
            }
            if let (ValueForm::Enum, None, [(code, label)]) = (form, first.form(), listed.entries.as_slice()) {
                self.incomplete = true;
                self.diagnostics.push(
                    Diagnostic::error(
                        "E0512",
                        said!("{name} lists one value only, {code} = {label}", name = first.name(), code, label),
                    )
                    .at(listed.place.clone())
                    .expected(
                        "the values of an enum, or [specials.…] for a number with a value that means something else",
                    )
                    .manifest(
                        Entry::table(["specials", &format!("{}OrValue", names::pascal(label))])
                            .with("registers", Value::Registers(vec![first.range()]))
                            .flag("inline", true),
                    ),
                );
                continue;
            }
            if form == ValueForm::Enum {
                let doubted = family.iter().find_map(|register| list_reports::may_be_bits(register, &listed));
                if let Some(warning) = doubted {
                    self.diagnostics.push(warning);
                }
            }
            self.agree(&name, &listed.place, &family, form);
            self.push(&name, String::new(), form, &listed, &family);
        }
    }

    /// The registers that are meant. What is said of the row of a block that repeats is said of all its elements.
    fn choose(&self, selected: &Registers) -> Vec<&'a Register> {
        let has_row =
            |register: &Register| register.facts.iter().any(|fact| selected.contains(fact.table, fact.address));
        let chosen = |register: &&&Register| selected.contains(register.table, register.address) || has_row(register);
        self.registers.iter().filter(chosen).copied().collect()
    }

    fn push(&mut self, name: &str, description: String, form: ValueForm, listed: &Listed, registers: &[&Register]) {
        let special = form == ValueForm::Special;
        // A reserved code or bit has no meaning to name; decoding keeps it as unknown.
        let is_named: Vec<bool> = listed.entries.iter().map(|(_, label)| !lists::is_unnamed(label)).collect();
        let named = |entries: &[(i64, String)]| -> Vec<(i64, String)> {
            entries.iter().zip(&is_named).filter(|(_, is_named)| **is_named).map(|(entry, _)| entry.clone()).collect()
        };
        let mut labels: Vec<ValueLabel> = named(&listed.entries)
            .iter()
            .enumerate()
            .map(|(index, (code, label))| ValueLabel {
                code: if special { i64::try_from(index).unwrap_or(i64::MAX) } else { *code },
                name: value_name(label),
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
            let own = listed.own.then(|| self.lists.list(register, form).entries);
            let entries = named(own.as_deref().unwrap_or(&listed.entries));
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

fn case_type(case: &Case, type_name: &str, description: String, raw: RawType) -> Typed {
    let labels = case.values.iter().map(|(code, value)| ValueLabel {
        code: *code,
        name: value.name.clone().unwrap_or_else(|| value_name(&value.label)),
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
