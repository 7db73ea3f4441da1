//! Rows become points.
//!
//! Rows of all sheets are placed ([`facts`]), merged by register and settled by overrides ([`settle`]), completed by
//! rules ([`rules`]), joined where a value has two halves ([`pairs`]), typed ([`types`]) and named ([`label`]).
//! It assumes rows as the table stage gives them, and gives a model whose checks have still to be made.

mod facts;
mod label;
mod pairs;
mod points;
mod rules;
mod settle;
mod types;

use crate::diagnostic::Diagnostics;
use crate::manifest::{Manifest, Registers};
use crate::model::{Access, Device, Limits, Table};
use crate::ratio::Ratio;
use crate::sheet::Library;
use crate::table::{self, Remark};

/// A register with what all its rows say of it.
#[derive(Debug)]
struct Register {
    table: Table,
    address: u16,
    access: Access,
    group: Option<String>,
    facts: Vec<facts::Fact>,
    description: String,
    /// As printed.
    unit: String,
    divisor: Ratio,
    /// In the order of the manifest's detail columns.
    details: Vec<String>,
    aliases: Vec<String>,
    corrections: Vec<crate::model::Correction>,
    label: Option<String>,
    bit_set: bool,
    /// The raw value that pulls the trigger of a command.
    trigger: Option<i64>,
    keep_alive_s: Option<u32>,
    limits: Option<Limits>,
    notes: Vec<String>,
    /// With the reason the rule gives.
    signed: Option<(bool, String)>,
    optional: bool,
    not_available: Vec<i64>,
}

impl Register {
    /// `holding register 58`.
    fn name(&self) -> String {
        format!("{} {}", self.table, self.address)
    }

    /// The description cells of its rows, each text once.
    fn description_places(&self) -> Vec<crate::diagnostic::Place> {
        settle::distinct(&self.facts, |row| &row.description).into_iter().map(|printed| printed.place).collect()
    }
}

/// Lowers the vendor's table; the device is complete only where no errors were reported.
pub(crate) fn lower(manifest: &Manifest, library: &mut Library, diagnostics: &mut Diagnostics) -> Device {
    let mut facts = Vec::new();
    for entry in &manifest.sheets {
        let Some(grid) = library.sheet(&entry.file.value, entry.sheet.as_deref(), &entry.place, diagnostics) else {
            continue;
        };
        let rows = table::rows(&grid, &manifest.columns, diagnostics);
        facts.extend(facts::place(rows, entry, manifest, diagnostics));
    }
    let remarks = remarks(manifest, library, diagnostics);
    let mut registers = settle::registers(facts, manifest, diagnostics);
    rules::apply(&mut registers, manifest, diagnostics);
    let types = types::collect(&registers, manifest, &remarks, diagnostics);
    let joined = pairs::join(registers, manifest, diagnostics);
    points::device(manifest, joined, types, &remarks, diagnostics)
}

fn remarks(manifest: &Manifest, library: &mut Library, diagnostics: &mut Diagnostics) -> Vec<Remark> {
    let Some(key) = &manifest.key else { return Vec::new() };
    match library.sheet(&key.file, key.sheet.as_deref(), &key.place, diagnostics) {
        Some(grid) => table::remarks(&grid, key, diagnostics),
        None => Vec::new(),
    }
}

/// The addresses a manifest entry names that no row describes.
fn unknown(registers: &Registers, known: &std::collections::BTreeSet<(Table, u16)>) -> Vec<String> {
    registers
        .ranges
        .iter()
        .flat_map(|(table, first, last)| (*first..=*last).map(|address| (*table, address)))
        .filter(|register| !known.contains(register))
        .map(|(table, address)| format!("{table} {address}"))
        .collect()
}
