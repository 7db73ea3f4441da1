//! Rows about the same register become one; where they differ, an override settles it or it is an error.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::Fact;
use super::{Register, unknown};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::manifest::{Field, Manifest, Override};
use crate::model::{Correction, Table};
use crate::ratio::Ratio;
use crate::table::text::normalised;
use crate::table::{Cell, Row};

/// One register for each (table, address), in the order in which the rows first name it.
pub(super) fn registers(facts: Vec<Fact>, manifest: &Manifest, diagnostics: &mut Diagnostics) -> Vec<Register> {
    let mut order = Vec::new();
    let mut merged: BTreeMap<(Table, u16), Vec<Fact>> = BTreeMap::new();
    for fact in facts {
        let register = (fact.table, fact.address);
        merged.entry(register).or_insert_with(|| {
            order.push(register);
            Vec::new()
        });
        if let Some(facts) = merged.get_mut(&register) {
            facts.push(fact);
        }
    }
    report_unknown(manifest, &merged.keys().copied().collect(), diagnostics);
    let mut registers = Vec::new();
    for register in order {
        let facts = merged.remove(&register).unwrap_or_default();
        registers.extend(settle(facts, manifest, diagnostics));
    }
    registers
}

fn report_unknown(manifest: &Manifest, known: &BTreeSet<(Table, u16)>, diagnostics: &mut Diagnostics) {
    // Where nothing could be read at all, the reason has been reported and every entry would match nothing.
    if known.is_empty() {
        return;
    }
    let overrides = manifest.overrides.iter().map(|entry| ("override", &entry.registers, &entry.place));
    let notes = manifest.notes.iter().map(|entry| ("note", &entry.registers, &entry.place));
    let rules = manifest.rules.iter().filter_map(|rule| Some(("rule", rule.registers.as_ref()?, &rule.place)));
    for (what, registers, place) in overrides.chain(notes).chain(rules) {
        let unknown = unknown(registers, known);
        if !unknown.is_empty() {
            diagnostics.push(
                Diagnostic::error(
                    "E0402",
                    format!("this {what} matches nothing: the table has no {}", unknown.join(", no ")),
                )
                .at(place.clone().holds(registers.to_string()))
                .expected("registers the vendor's table describes")
                .help("when a new revision dropped a register, drop what the manifest says of it too"),
            );
        }
    }
}

/// A text the rows of a register print, and the first cell that prints it.
pub(super) struct Printed {
    pub(super) text: String,
    pub(super) place: Place,
}

/// Every distinct text the rows print, in order of appearance; blank where a cell is.
pub(super) fn distinct(facts: &[Fact], cell: impl Fn(&Row) -> &Cell) -> Vec<Printed> {
    let mut printed: Vec<Printed> = Vec::new();
    for fact in facts {
        let cell = cell(&fact.row);
        if !printed.iter().any(|known| known.text == cell.text) {
            printed.push(Printed { text: cell.text.clone(), place: fact.row.place(cell) });
        }
    }
    printed
}

fn settle(facts: Vec<Fact>, manifest: &Manifest, diagnostics: &mut Diagnostics) -> Option<Register> {
    let first = facts.first()?;
    let (table, address, access) = (first.table, first.address, first.access);
    let overrides: Vec<&Override> =
        manifest.overrides.iter().filter(|entry| entry.registers.contains(table, address)).collect();
    let mut settler =
        Settler { name: format!("{table} {address}"), facts: &facts, overrides, corrections: Vec::new(), diagnostics };
    settler.report_doubled();

    let description = settler.column("description", |row| &row.description, normalised);
    let unit = settler.column("unit", |row| &row.unit, |text| normalised(text).to_lowercase());
    let divisor = settler.divisor();
    let details = manifest
        .columns
        .details
        .iter()
        .enumerate()
        .map(|(index, (name, _))| {
            settler.column(name, |row| row.details.get(index).unwrap_or(&row.description), normalised)
        })
        .collect();
    let aliases = settler.aliases(&description);
    let mut register = Register {
        table,
        address,
        access,
        group: facts.iter().find_map(|fact| fact.group.clone()),
        description,
        unit,
        divisor,
        details,
        aliases,
        label: None,
        bit_set: false,
        trigger: None,
        keep_alive_s: None,
        limits: None,
        notes: Vec::new(),
        signed: None,
        optional: false,
        not_available: Vec::new(),
        corrections: Vec::new(),
        facts: Vec::new(),
    };
    settler.columnless(&mut register);
    register.corrections = settler.corrections;
    for note in manifest.notes.iter().filter(|note| note.registers.contains(table, address)) {
        register.notes.push(note.text.clone());
    }
    register.facts = facts;
    Some(register)
}

struct Settler<'a> {
    name: String,
    facts: &'a [Fact],
    overrides: Vec<&'a Override>,
    corrections: Vec<Correction>,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Settler<'a> {
    fn report_doubled(&mut self) {
        for (index, entry) in self.overrides.iter().enumerate() {
            let field = entry.field.name();
            if let Some(other) = self.overrides.iter().take(index).find(|other| other.field.name() == field) {
                self.diagnostics.push(
                    Diagnostic::error("E0403", format!("two overrides set `{field}` of {}", self.name))
                        .at(other.place.clone())
                        .at(entry.place.clone())
                        .expected("one override for each field of a register"),
                );
            }
        }
    }

    fn find(&self, field: &str) -> Option<&'a Override> {
        self.overrides.iter().find(|entry| entry.field.name() == field).copied()
    }

    /// What a column says of the register: the one text the rows print, blanks aside, or what an override says.
    fn column(&mut self, field: &str, cell: impl Fn(&Row) -> &Cell, normal: impl Fn(&str) -> String) -> String {
        let printed = distinct(self.facts, cell);
        if let Some(entry) = self.find(field) {
            self.correct(entry, &printed);
            return entry.field.value();
        }
        let mut values: Vec<String> = Vec::new();
        for text in printed.iter().map(|printed| normal(&printed.text)) {
            if !text.is_empty() && !values.contains(&text) {
                values.push(text);
            }
        }
        if values.len() > 1 {
            self.contradiction(field, &printed);
        }
        let filled = printed.iter().find(|printed| !printed.text.is_empty());
        filled.map(|printed| normalised(&printed.text)).unwrap_or_default()
    }

    /// Notes what an override changed, and reports it where the table no longer prints what it expects.
    fn correct(&mut self, entry: &Override, printed: &[Printed]) {
        let texts: BTreeSet<&str> = printed.iter().map(|printed| printed.text.as_str()).collect();
        let expected: BTreeSet<&str> = entry.expect.iter().map(String::as_str).collect();
        if texts != expected {
            let mut diagnostic = Diagnostic::error(
                "E0401",
                format!("the override of `{}` of {} is stale", entry.field.name(), self.name),
            )
            .at(entry.place.clone());
            for printed in printed {
                diagnostic = diagnostic.at(printed.place.clone());
            }
            let quoted: Vec<String> = entry.expect.iter().map(|text| format!("“{text}”")).collect();
            self.diagnostics.push(diagnostic.expected(format!("the table to print {}", quoted.join(" and "))).help(
                "the vendor's table changed: check whether the correction still holds, then update `expect` or drop it",
            ));
        }
        self.corrections.push(Correction {
            field: entry.field.name().to_owned(),
            printed: printed.iter().map(|printed| printed.text.clone()).collect(),
            value: entry.field.value(),
            reason: entry.reason.clone(),
        });
    }

    fn contradiction(&mut self, field: &str, printed: &[Printed]) {
        let mut diagnostic =
            Diagnostic::error("E0404", format!("the rows about {} contradict each other: {field}", self.name));
        for printed in printed {
            diagnostic = diagnostic.at(printed.place.clone());
        }
        let expect: Vec<String> = printed.iter().map(|printed| format!("{:?}", printed.text)).collect();
        self.diagnostics.push(diagnostic.expected("the same in every row, or blank").help(format!(
            "settle it in the manifest: [[override]] registers = \"{}\", field = \"{field}\", expect = [{}], value = …, reason = \"…\"",
            selector(&self.name),
            expect.join(", ")
        )));
    }

    fn divisor(&mut self) -> Ratio {
        let text = self.column(
            "divisor",
            |row| &row.divisor,
            |text| text.parse::<Ratio>().map_or_else(|_| normalised(text), |ratio| ratio.to_string()),
        );
        if text.is_empty() {
            return Ratio::ONE;
        }
        let parsed = text.parse::<Ratio>();
        if let Ok(ratio) = parsed
            && ratio.numerator() != 0
        {
            return ratio;
        }
        let place = self.find("divisor").map_or_else(
            || {
                let printed = distinct(self.facts, |row| &row.divisor);
                printed.into_iter().find(|printed| normalised(&printed.text) == text).map(|printed| printed.place)
            },
            |entry| Some(entry.place.clone().holds(&text)),
        );
        let (code, message) = match parsed {
            Ok(_) => ("E0309", format!("the scale of {} is 0", self.name)),
            Err(_) => ("E0310", format!("the scale of {} is no number", self.name)),
        };
        self.diagnostics.push(
            Diagnostic::error(code, message)
                .at(place.unwrap_or_default())
                .expected("what the value is multiplied by before it is sent: 1, 10, 100 …"),
        );
        Ratio::ONE
    }

    /// Names other rows print for a register whose description an override settled.
    fn aliases(&self, description: &str) -> Vec<String> {
        let printed = distinct(self.facts, |row| &row.description);
        let mut aliases: Vec<String> = Vec::new();
        for text in printed.iter().map(|printed| normalised(&printed.text)) {
            if !text.is_empty() && text != description && !aliases.contains(&text) {
                aliases.push(text);
            }
        }
        aliases
    }

    /// Overrides of what no column says; they expect the description, since that is what they were read from.
    fn columnless(&mut self, register: &mut Register) {
        let described = distinct(self.facts, |row| &row.description);
        for entry in self.overrides.clone() {
            match &entry.field {
                Field::Label(label) => register.label = Some(label.clone()),
                Field::BitSet => register.bit_set = true,
                Field::Command(trigger) => register.trigger = Some(*trigger),
                Field::KeepAlive(seconds) => register.keep_alive_s = Some(*seconds),
                Field::Limits(limits) => register.limits = Some(limits.clone()),
                Field::Description(_) | Field::Unit(_) | Field::Divisor(_) | Field::Detail(..) => continue,
            }
            self.correct(entry, &described);
        }
    }
}

/// `holding register 58` as manifests write it: `holding 58`.
fn selector(name: &str) -> String {
    name.replace(" register", "").replace(" input", "")
}
