//! Enums, flag sets and special values, from footnotes, descriptions, columns and the manifest.

use std::collections::BTreeMap;

use super::described::Described;
use super::forms::Form;
use super::pairs::Joined;
use super::settle::{Printed, named, prints};
use super::{Register, label, points};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::manifest::{Case, CodedValue, Located, Manifest, Meaning, Registers, TypeEntry, ValueList, ValuesIf};
use crate::model::{ConditionalValues, RawType, Source, Table, Translations, ValueForm, ValueLabel, ValueType};
use crate::table::Remark;
use crate::table::values::{self, ValueText};
use crate::{names, suggest};

/// A type, and which registers have it.
pub(super) struct Typed {
    pub(super) value_type: ValueType,
    /// With the raw values of special values, in the order of the labels.
    registers: BTreeMap<(Table, u16), Vec<i64>>,
    /// Footnote the values come from.
    pub(super) footnote: Option<String>,
    /// The enums it is one of, and when.
    pub(super) cases: Vec<ConditionalValues>,
    /// Whether descriptions of a single line list the values.
    inline: bool,
}

impl Typed {
    pub(super) fn has(&self, register: &Register) -> bool {
        self.registers.contains_key(&(register.table, register.address))
    }

    /// The raw values of a register's special values.
    pub(super) fn specials(&self, register: &Register) -> Vec<i64> {
        self.registers.get(&(register.table, register.address)).cloned().unwrap_or_default()
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
    let mut collector =
        Collector { registers, manifest, remarks, described, types: Vec::new(), incomplete: false, diagnostics };
    for entry in &manifest.types {
        let made = collector.entry(entry);
        collector.incomplete |= made.is_none();
    }
    for entry in &manifest.values_if {
        collector.conditional(entry);
    }
    collector.listed();
    Types { list: collector.types, incomplete: collector.incomplete }
}

struct Collector<'a> {
    registers: Vec<&'a Register>,
    manifest: &'a Manifest,
    remarks: Option<&'a [Remark]>,
    described: &'a Described,
    types: Vec<Typed>,
    /// Whether a list is wrong, which is reported.
    incomplete: bool,
    diagnostics: &'a mut Diagnostics,
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
            self.nothing_listed(&entry.name.value, entry.form, listed.place, Some(&entry.place));
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
        let bears = |register: &&&Register| {
            label::name(&register.description, "", &[]).footnotes.iter().any(|found| found == mark)
        };
        let bearing: Vec<&Register> = self.registers.iter().filter(bears).copied().collect();
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
        let registers = chosen.iter().map(|register| ((register.table, register.address), Vec::new())).collect();
        self.types.push(Typed { value_type, registers, footnote: None, cases, inline: false });
    }

    /// Types of registers that list their values and have none yet: one for each name, shared by a family.
    fn listed(&mut self) {
        let mut families: Vec<(String, ValueForm, Vec<&'a Register>)> = Vec::new();
        for register in self.registers.clone() {
            let Some(form) = self.lists(register) else { continue };
            if self.types.iter().any(|typed| typed.has(register)) {
                continue;
            }
            let name = type_name(register, self.manifest);
            match families
                .iter_mut()
                .find(|(known, of, members)| *known == name && *of == form && siblings(members, register))
            {
                Some((.., members)) => members.push(register),
                None => families.push((name, form, vec![register])),
            }
        }
        for (name, form, family) in families {
            let Some(first) = family.first() else { continue };
            let listed = list(first, form, self.manifest);
            if listed.text.entries.is_empty() {
                self.incomplete = true;
                self.nothing_listed(&first.name(), form, listed.place, None);
                continue;
            }
            if let (ValueForm::Enum, None, [(code, label)]) = (form, first.form(), listed.text.entries.as_slice()) {
                self.incomplete = true;
                self.diagnostics.push(
                    Diagnostic::error("E0512", format!("{} lists one value only, {code} = {label}", first.name()))
                        .at(listed.place.clone())
                        .expected("the values of an enum, or [specials.…] for a number with a value that means something else")
                        .help(format!(
                            "[specials.{}OrValue] registers = \"…\", inline = true",
                            names::pascal(label)
                        )),
                );
                continue;
            }
            self.agree(&name, &listed.place, &family, form);
            self.push(&name, String::new(), form, &listed, &family);
        }
    }

    /// As what a register lists its values, if it does.
    fn lists(&self, register: &Register) -> Option<ValueForm> {
        let described = self.manifest.values_in_description && register.description.contains('\n');
        match register.form() {
            Some(Form::Enum { .. }) => Some(ValueForm::Enum),
            // Bits that are listed nowhere have no names.
            Some(Form::Flags { .. }) => {
                let listed = !list(register, ValueForm::Flags, self.manifest).text.entries.is_empty();
                listed.then_some(ValueForm::Flags)
            }
            Some(_) if register.form().is_some_and(Form::is_integer) => {
                (!register.values.is_empty()).then_some(ValueForm::Special)
            }
            None if !register.values.is_empty() => Some(ValueForm::Enum),
            None if !register.bits.is_empty() => Some(ValueForm::Flags),
            None if described => Some(ValueForm::Enum),
            _ => None,
        }
    }

    fn choose(&self, selected: &Registers) -> Vec<&'a Register> {
        let chosen = |register: &&&Register| selected.contains(register.table, register.address);
        self.registers.iter().filter(chosen).copied().collect()
    }

    fn nothing_listed(&mut self, name: &str, form: ValueForm, place: Place, asked: Option<&Place>) {
        let error = Diagnostic::error("E0504", format!("no values of {name} can be found here")).at(place);
        self.diagnostics.push(
            asked
                .into_iter()
                .cloned()
                .fold(error, Diagnostic::at)
                .expected(format!("a list such as {}", example(form)))
                .help(give(form)),
        );
    }

    fn push(&mut self, name: &str, description: String, form: ValueForm, listed: &Listed, registers: &[&Register]) {
        let special = form == ValueForm::Special;
        if let Some(unread) = &listed.text.unread {
            self.diagnostics.push(
                Diagnostic::warning("W0514", format!("“{unread}” in the values of {name} was not understood"))
                    .at(listed.place.clone())
                    .expected(format!("a list such as {}; a range is 0-2", example(form)))
                    .help(give(form)),
            );
        }
        // A reserved code or bit has no meaning to name; decoding keeps it as unknown.
        let named = listed.text.entries.iter().filter(|(_, label)| !label.eq_ignore_ascii_case("reserved"));
        let mut labels: Vec<ValueLabel> = named
            .enumerate()
            .map(|(index, (code, label))| ValueLabel {
                code: if special { i64::try_from(index).unwrap_or(i64::MAX) } else { *code },
                name: names::pascal(label),
                label: label.clone(),
                translations: listed.translations.get(code).cloned().unwrap_or_default(),
            })
            .collect();
        labels.sort_by_key(|label| label.code);
        let first = registers.first().copied();
        let codes = |register: &Register| match special {
            true => list(register, form, self.manifest).text.entries.iter().map(|(code, _)| *code).collect(),
            false => Vec::new(),
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
            registers: registers.iter().map(|register| ((register.table, register.address), codes(register))).collect(),
            footnote: listed.footnote.clone(),
            cases: Vec::new(),
            inline: listed.inline,
        });
    }
}

/// A list as it can be read.
fn example(form: ValueForm) -> &'static str {
    if form == ValueForm::Flags { "Bit 0: …, Bit 1: …" } else { "0: …, 1: …" }
}

/// How a manifest lists what a table does not.
fn give(form: ValueForm) -> String {
    let form = match form {
        ValueForm::Enum | ValueForm::Conditional => "enums",
        ValueForm::Flags => "flags",
        ValueForm::Special => "specials",
    };
    format!(
        "the manifest can list them: [{form}.…] registers = \"…\", values = {{ 0 = \"…\" }}, expect = [\"…\"], reason = \"…\""
    )
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
    let column = match form {
        ValueForm::Flags if !register.bits.is_empty() => Some((Meaning::Bits, &register.bits)),
        _ if !register.values.is_empty() => Some((Meaning::Values, &register.values)),
        _ => None,
    };
    let bits = column.is_none() && form == ValueForm::Flags;
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
        text: values::parse(text, bits),
        translations,
        place: register.places(meaning).into_iter().next().unwrap_or_default(),
        source: register.facts.iter().find_map(|fact| Some(fact.row.source(fact.row.filled(meaning)?))),
        footnote: None,
        inline: meaning == Meaning::Description,
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

/// Whether a register belongs to the same member of an array as those it shares a type's name with. Others of that name
/// are reported as two types of one name.
fn siblings(members: &[&Register], register: &Register) -> bool {
    let member = |register: &Register| register.place.as_ref().map(|place| (place.array.clone(), place.member.clone()));
    register.place.is_some() && members.first().is_some_and(|first| member(first) == member(register))
}

/// `HeatPumpStatus` for a member of an array, `HotWaterMode` for a register of its own.
fn type_name(register: &Register, manifest: &Manifest) -> String {
    match &register.place {
        Some(place) if !place.member.is_empty() => {
            format!("{}{}", names::pascal(&place.array), names::pascal(&place.member_label))
        }
        Some(place) => names::pascal(&place.array),
        None => names::pascal(&label::label(register, manifest)),
    }
}
