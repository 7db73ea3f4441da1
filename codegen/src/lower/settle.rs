//! Rows about the same register become one; where they differ, an override settles it or it is an error.

use std::collections::{BTreeMap, BTreeSet};

use super::Register;
use super::described::Described;
use super::facts::Fact;
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::manifest::{Field, Manifest, Override, Registers};
use crate::model::{Correction, Table};
use crate::ratio::Ratio;
use crate::table::text::normalised;
use crate::table::{Cell, Row};

/// One register for each (table, address), in the order in which the rows first name it.
pub(super) fn registers(
    facts: Vec<Fact>,
    manifest: &Manifest,
    described: &Described,
    diagnostics: &mut Diagnostics,
) -> Vec<Register> {
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
    let mut registers = Vec::new();
    for register in order {
        let facts = merged.remove(&register).unwrap_or_default();
        registers.extend(settle(facts, manifest, described, diagnostics));
    }
    registers
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
        if !cell.lacking && !printed.iter().any(|known| known.text == cell.text) {
            printed.push(Printed { text: cell.text.clone(), place: fact.row.place(cell) });
        }
    }
    printed
}

fn settle(
    facts: Vec<Fact>,
    manifest: &Manifest,
    described: &Described,
    diagnostics: &mut Diagnostics,
) -> Option<Register> {
    let first = facts.first()?;
    let (table, address, access) = (first.table, first.address, first.access);
    let overrides: Vec<&Override> =
        manifest.overrides.iter().filter(|entry| entry.registers.contains(table, address)).collect();
    let mut settler = Settler {
        selector: Registers { ranges: vec![(table, address, address)] }.selector(),
        name: format!("{table} {address}"),
        facts: &facts,
        described,
        overrides,
        corrections: Vec::new(),
        contradictions: Vec::new(),
        diagnostics,
    };
    settler.report_doubled();

    let description = settler.column("description", |row| &row.description, normalised);
    let unit = settler.column("unit", |row| &row.unit, folded_unit);
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
    settler.report_contradictions();
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
        optional: None,
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
    /// The register as the manifest writes it.
    selector: String,
    name: String,
    facts: &'a [Fact],
    described: &'a Described,
    overrides: Vec<&'a Override>,
    corrections: Vec<Correction>,
    /// Fields in which the rows differ, with what they print.
    contradictions: Vec<(String, Vec<Printed>)>,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Settler<'a> {
    fn report_doubled(&mut self) {
        for (index, entry) in self.overrides.iter().enumerate() {
            let field = entry.field.name();
            if let Some(other) = self.overrides.iter().take(index).find(|other| other.field.name() == field) {
                // Said once, however many registers the two have in common.
                self.diagnostics.push_once(
                    Diagnostic::error("E0403", format!("two overrides set `{field}` of the same register"))
                        .at(other.place.clone().holds(other.registers.selector()))
                        .at(entry.place.clone().holds(entry.registers.selector()))
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
        let printed = distinct(self.facts, &cell);
        if let Some(entry) = self.find(field) {
            // A missing column has been reported, and whether the override is stale cannot be seen.
            if !self.facts.iter().any(|fact| cell(&fact.row).lacking) {
                self.correct(entry, &printed);
            }
            return entry.field.value();
        }
        let mut values: Vec<String> = Vec::new();
        for text in printed.iter().map(|printed| normal(&printed.text)) {
            if !text.is_empty() && !values.contains(&text) {
                values.push(text);
            }
        }
        let filled = printed.iter().find(|printed| !printed.text.is_empty());
        let text = filled.map(|printed| normalised(&printed.text)).unwrap_or_default();
        if values.len() > 1 {
            self.contradictions.push((field.to_owned(), printed));
        }
        text
    }

    /// Notes what an override changed, and reports it where the table no longer prints what it expects.
    fn correct(&mut self, entry: &Override, printed: &[Printed]) {
        if !prints(printed, &entry.expect, self.described) {
            let registers = entry.registers.selector();
            let mut diagnostic =
                Diagnostic::error("E0401", format!("the override of `{}` of {registers} is stale", entry.field.name()))
                    .at(entry.place.clone().holds(&registers));
            for printed in printed {
                diagnostic = diagnostic.at(printed.place.clone());
            }
            let quoted: Vec<String> = entry.expect.iter().map(|text| format!("“{text}”")).collect();
            // Merged, since an override of many registers is stale as a whole.
            self.diagnostics.merge(diagnostic.expected(format!("the table to print {}", quoted.join(" and "))).help(
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

    /// One message for a register: rows that differ in several fields are usually about several registers.
    fn report_contradictions(&mut self) {
        let contradictions = std::mem::take(&mut self.contradictions);
        if contradictions.is_empty() {
            return;
        }
        let fields: Vec<&str> = contradictions.iter().map(|(field, _)| field.as_str()).collect();
        let mut diagnostic = Diagnostic::error(
            "E0404",
            format!("the rows about {} contradict each other: {}", self.name, fields.join(", ")),
        );
        let mut entries = Vec::new();
        for (field, printed) in &contradictions {
            let expect: Vec<String> = printed.iter().map(|printed| quoted(&printed.text)).collect();
            entries.push(format!(
                "[[override]] registers = \"{}\", field = \"{field}\", expect = [{}], value = …, reason = \"…\"",
                self.selector,
                expect.join(", ")
            ));
            for printed in printed {
                diagnostic = diagnostic.at(printed.place.clone());
            }
        }
        let copied = match fields.contains(&"description") {
            true => "a row copied without changing its address? otherwise settle it in the manifest:",
            false => "settle it in the manifest:",
        };
        self.diagnostics.push(
            diagnostic.expected("the same in every row, or blank").help(format!("{copied} {}", entries.join("; "))),
        );
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
        let mut diagnostic = Diagnostic::error(code, message)
            .at(place.unwrap_or_default())
            .expected("what the value is multiplied by before it is sent: 1, 10, 100 …");
        if let Ok(ratio) = text.replace(',', ".").parse::<Ratio>()
            && code == "E0310"
        {
            diagnostic = diagnostic.help(format!("a decimal point is a point: {ratio}"));
        }
        self.diagnostics.push(diagnostic);
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
            if !self.facts.iter().any(|fact| fact.row.description.lacking) {
                self.correct(entry, &described);
            }
        }
    }
}

/// Whether the rows print exactly these texts, line breaks and the like aside. Where rows are missing for a reason that
/// has been reported, they may be the ones that print the rest.
pub(super) fn prints(printed: &[Printed], expected: &[String], described: &Described) -> bool {
    let printed: BTreeSet<String> = printed.iter().map(|printed| normalised(&printed.text)).collect();
    let expected: BTreeSet<String> = expected.iter().map(|text| normalised(text)).collect();
    printed == expected || described.partial && printed.is_subset(&expected)
}

/// Units are compared to the letter, mW being no MW; what only says that a register is a truth value is not.
fn folded_unit(text: &str) -> String {
    let text = normalised(text);
    let lower = text.to_lowercase();
    if super::points::says_truth(&lower) { lower } else { text }
}

/// A text as a manifest writes it.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}
