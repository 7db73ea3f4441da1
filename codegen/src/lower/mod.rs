//! Rows become points.
//!
//! Rows of all sheets are placed ([`facts`]), merged by register and settled by overrides ([`settle`]), completed by
//! rules ([`rules`]), joined where a value has two halves ([`pairs`]), typed ([`types`]) and named ([`label`]).
//! It assumes rows as the table stage gives them, and gives a model whose checks have still to be made.

mod described;
mod facts;
mod label;
mod pairs;
mod points;
mod rules;
mod settle;
mod types;

use self::described::Described;
use self::facts::{Fact, Lost};
use crate::diagnostic::Diagnostics;
use crate::manifest::Manifest;
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
    facts: Vec<Fact>,
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
    /// As a rule says; otherwise the marks in the description do.
    optional: Option<bool>,
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

/// What could be read of the vendor's table. Where something could not, the reason has been reported, and what follows
/// from the gap is no fault of its own.
#[derive(Debug, Default)]
struct Read {
    facts: Vec<Fact>,
    lost: Vec<Lost>,
    /// A sheet could not be read at all.
    unread: bool,
    /// A sheet lacks a column.
    lacking: bool,
}

/// Lowers the vendor's table; the device is complete only where no errors were reported. There is none where a column
/// is missing: whatever else could be said of it would follow from that.
pub(crate) fn lower(manifest: &Manifest, library: &mut Library, diagnostics: &mut Diagnostics) -> Option<Device> {
    let Read { facts, lost, unread, lacking } = read(manifest, library, diagnostics);
    let remarks = remarks(manifest, library, diagnostics);
    // A sheet that is not found is likely to be one of those, under another name.
    if !unread {
        library.name_unused(diagnostics);
    }
    let described = Described::new(&facts, &lost, unread);
    described.report_unknown(manifest, diagnostics);
    let mut registers = settle::registers(facts, manifest, &described, diagnostics);
    if lacking {
        return None;
    }
    rules::apply(&mut registers, manifest, &described, diagnostics);
    let types = types::collect(&registers, manifest, remarks.as_deref(), &described, diagnostics);
    let joined = pairs::join(registers, manifest, &lost, unread, diagnostics);
    Some(points::device(manifest, joined, types, remarks.as_deref(), diagnostics))
}

fn read(manifest: &Manifest, library: &mut Library, diagnostics: &mut Diagnostics) -> Read {
    let mut read = Read::default();
    for entry in &manifest.sheets {
        let grid = library.sheet(&entry.file.value, entry.sheet.as_deref(), &entry.place, diagnostics);
        let Some(rows) = grid.and_then(|grid| table::rows(&grid, &manifest.columns, diagnostics)) else {
            read.unread = true;
            continue;
        };
        let (facts, lost) = facts::place(rows.read, rows.lacking, entry, manifest, diagnostics);
        read.facts.extend(facts);
        read.lost.extend(lost);
        read.lost.extend(rows.lost.into_iter().map(|row| Lost { row, candidates: Vec::new() }));
        read.lacking |= rows.lacking;
    }
    read
}

/// The table key; `None` where there should be one and it could not be read.
fn remarks(manifest: &Manifest, library: &mut Library, diagnostics: &mut Diagnostics) -> Option<Vec<Remark>> {
    let Some(key) = &manifest.key else { return Some(Vec::new()) };
    let grid = library.sheet(&key.file, key.sheet.as_deref(), &key.place, diagnostics)?;
    table::remarks(&grid, key, diagnostics)
}
