//! Enums and flag sets, from footnotes, descriptions and the manifest.

use std::collections::BTreeSet;

use super::described::Described;
use super::settle::{distinct, prints};
use super::{Register, label};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::manifest::{CodedValue, Located, Manifest, Registers, TypeEntry, ValueList};
use crate::model::{RawType, Source, Table, ValueForm, ValueLabel, ValueType};
use crate::table::Remark;
use crate::table::values::{self, ValueText};
use crate::{names, suggest};

/// A type, and which registers have it.
pub(super) struct Typed {
    pub(super) value_type: ValueType,
    registers: BTreeSet<(Table, u16)>,
    /// Footnote the values come from.
    pub(super) footnote: Option<String>,
    /// Whether the descriptions list the values.
    inline: bool,
}

impl Typed {
    pub(super) fn has(&self, table: Table, address: u16) -> bool {
        self.registers.contains(&(table, address))
    }

    /// A description without the values it lists, which are no part of the name.
    pub(super) fn without_values(&self, description: &str) -> String {
        match self.inline {
            true => values::parse(description, self.value_type.form == ValueForm::Flags).before,
            false => description.to_owned(),
        }
    }
}

/// Every type of the manifest.
pub(super) struct Types {
    pub(super) list: Vec<Typed>,
    /// Whether one of them could not be made, which is reported: a register without a type may be of that one.
    pub(super) incomplete: bool,
}

/// Every type of the manifest with its values. Remarks are `None` where the table key could not be read.
pub(super) fn collect(
    registers: &[Register],
    manifest: &Manifest,
    remarks: Option<&[Remark]>,
    described: &Described,
    diagnostics: &mut Diagnostics,
) -> Types {
    let mut types = Types { list: Vec::new(), incomplete: false };
    for entry in &manifest.types {
        let found = match &entry.list {
            ValueList::Footnote(mark) => {
                remarks.and_then(|remarks| footnote(entry, mark, registers, remarks, described.incomplete, diagnostics))
            }
            ValueList::Inline(selected) => inline(entry, selected, registers, diagnostics),
            ValueList::Given { registers: selected, values, expect } => {
                given(entry, selected, values, expect.as_deref(), registers, described, diagnostics)
            }
        };
        types.incomplete |= found.is_none();
        types.list.extend(found);
    }
    types
}

fn footnote(
    entry: &TypeEntry,
    mark: &Located<String>,
    registers: &[Register],
    remarks: &[Remark],
    incomplete: bool,
    diagnostics: &mut Diagnostics,
) -> Option<Typed> {
    let (mark, place) = (mark.value.as_str(), mark.place.clone().holds(&mark.value));
    let Some(remark) = remarks.iter().find(|remark| remark.mark == mark) else {
        diagnostics.push(
            Diagnostic::error("E0501", format!("there is no footnote {mark}"))
                .at(place)
                .expected("the mark of a footnote in the sheet that [key] names")
                .help(suggest::nearest_of("mark", mark, remarks.iter().map(|remark| remark.mark.as_str()))),
        );
        return None;
    };
    let bearing: Vec<&Register> = registers
        .iter()
        .filter(|register| label::name(&register.description, "", &[]).footnotes.iter().any(|found| found == mark))
        .collect();
    if bearing.is_empty() {
        // Those that bear it may be among what could not be read.
        if !incomplete {
            diagnostics.push(
                Diagnostic::error("E0502", format!("no register bears the footnote {mark}"))
                    .at(place)
                    .at(Place::from(remark.source.clone()).holds(&remark.text))
                    .expected(format!("{mark} in the description of at least one register")),
            );
        }
        return None;
    }
    let list = values::parse(&remark.text, entry.form == ValueForm::Flags);
    let place = Place::from(remark.source.clone()).holds(&remark.text);
    build(entry, &list, &place, Some(remark.source.clone()), &bearing, Some(mark), diagnostics)
}

fn inline(
    entry: &TypeEntry,
    selected: &Registers,
    registers: &[Register],
    diagnostics: &mut Diagnostics,
) -> Option<Typed> {
    let chosen = choose(selected, registers);
    let first = chosen.first()?;
    let list = values::parse(&first.description, entry.form == ValueForm::Flags);
    for other in chosen.iter().skip(1) {
        if values::parse(&other.description, entry.form == ValueForm::Flags).entries != list.entries {
            let mut diagnostic =
                Diagnostic::error("E0503", format!("the registers of {} list different values", entry.name.value))
                    .at(entry.place.clone());
            for place in first.description_places().into_iter().chain(other.description_places()) {
                diagnostic = diagnostic.at(place);
            }
            diagnostics.push(diagnostic.expected("the same list, or a type for each"));
        }
    }
    let place = first.description_places().into_iter().next().unwrap_or_else(|| entry.place.clone());
    let source = first.facts.first().map(|fact| fact.row.source(&fact.row.description));
    build(entry, &list, &place, source, &chosen, None, diagnostics)
}

fn given(
    entry: &TypeEntry,
    selected: &Registers,
    values: &[(i64, CodedValue)],
    expect: Option<&[String]>,
    registers: &[Register],
    described: &Described,
    diagnostics: &mut Diagnostics,
) -> Option<Typed> {
    let chosen = choose(selected, registers);
    for register in &chosen {
        let printed = distinct(&register.facts, |row| &row.description);
        if expect.is_some_and(|expect| !prints(&printed, expect, described)) {
            let mut diagnostic = Diagnostic::error("E0401", format!("the values of {} are stale", entry.name.value))
                .at(entry.place.clone());
            for printed in printed {
                diagnostic = diagnostic.at(printed.place);
            }
            let quoted: Vec<String> = expect.unwrap_or_default().iter().map(|text| format!("“{text}”")).collect();
            diagnostics.push(
                diagnostic
                    .expected(format!("the table to print {}", quoted.join(" and ")))
                    .help("the vendor's table changed: check whether the values still hold, then update `expect`"),
            );
        }
    }
    if chosen.is_empty() {
        return None;
    }
    let list = ValueText {
        before: String::new(),
        entries: values.iter().map(|(code, value)| (*code, value.label.clone())).collect(),
    };
    let mut typed = build(entry, &list, &entry.place, None, &chosen, None, diagnostics)?;
    for label in &mut typed.value_type.labels {
        let named = values.iter().find(|(code, _)| *code == label.code).and_then(|(_, value)| value.name.clone());
        if let Some(name) = named {
            label.name = name;
        }
    }
    Some(typed)
}

fn choose<'a>(selected: &Registers, registers: &'a [Register]) -> Vec<&'a Register> {
    registers.iter().filter(|register| selected.contains(register.table, register.address)).collect()
}

fn build(
    entry: &TypeEntry,
    list: &ValueText,
    place: &Place,
    source: Option<Source>,
    registers: &[&Register],
    footnote: Option<&str>,
    diagnostics: &mut Diagnostics,
) -> Option<Typed> {
    if list.entries.is_empty() {
        let form = if entry.form == ValueForm::Flags { "Bit 0: …, Bit 1: …" } else { "0: …, 1: …" };
        diagnostics.push(
            Diagnostic::error("E0504", format!("no values of {} can be found here", entry.name.value))
                .at(place.clone())
                .at(entry.place.clone())
                .expected(format!("a list such as {form}")),
        );
        return None;
    }
    // A reserved code or bit has no meaning to name; decoding keeps it as unknown.
    let mut labels: Vec<ValueLabel> = list
        .entries
        .iter()
        .filter(|(_, label)| !label.eq_ignore_ascii_case("reserved"))
        .map(|(code, label)| ValueLabel {
            code: *code,
            name: names::pascal(label),
            label: label.clone(),
            translations: Vec::new(),
        })
        .collect();
    labels.sort_by_key(|label| label.code);
    // Codes and bits are unsigned whatever a rule says of numbers.
    let raw = match registers.first() {
        Some(register) if register.table.is_bit() => RawType::Bool,
        _ => RawType::Integer { bits: 16, signed: false },
    };
    Some(Typed {
        value_type: ValueType {
            name: entry.name.value.clone(),
            description: entry.description.clone().unwrap_or_else(|| list.before.clone()),
            form: entry.form,
            raw,
            labels,
            source,
        },
        registers: registers.iter().map(|register| (register.table, register.address)).collect(),
        footnote: footnote.map(str::to_owned),
        inline: matches!(entry.list, ValueList::Inline(_)),
    })
}
