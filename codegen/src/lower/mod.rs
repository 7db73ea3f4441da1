//! Rows become points.
//!
//! Rows of all sheets are placed ([`facts`]), merged by register and settled by overrides ([`settle`]), completed by
//! rules ([`rules`]), checked against each other ([`arithmetic`]), joined where a value has two halves ([`pairs`]), put
//! into arrays ([`arrays`]), typed ([`types`]) and named ([`label`]).
//! It assumes rows as the table stage gives them, and gives a model whose checks have still to be made.

mod arithmetic;
mod arrays;
mod described;
mod facts;
mod forms;
mod label;
mod pairs;
mod points;
mod rules;
mod settle;
mod stated;
mod types;
mod widths;

use std::ops::RangeInclusive;

use self::described::Described;
use self::facts::{Fact, Lost};
use self::forms::{Form, TypeWord};
use crate::diagnostic::{Diagnostics, Place};
use crate::manifest::{Manifest, Meaning};
use crate::model::{
    Access, ArrayPlace, Availability, Correction, Device, Encoding, Limits, Packing, Role, Source, Table,
};
use crate::ratio::Ratio;
use crate::sheet::{Library, Reading};
use crate::table::order::Order;
use crate::table::{self, Remark};

/// A register, or a range of them, with what all its rows say of it.
#[derive(Debug, Clone)]
struct Register {
    table: Table,
    address: u16,
    /// How many registers the range has.
    count: u16,
    /// How many of them each value takes.
    width: u16,
    /// Size of a value in bits, where a column says it.
    size_in_bits: Option<u32>,
    /// Bits of the register that it is; all of them where there are none.
    bit_range: Option<(u8, u8)>,
    /// As its row or an override says; after [`widths`], as anybody says.
    order: Option<Order>,
    /// Only what its row, an override or a rule says: of texts nothing else does.
    stated_order: Option<Order>,
    /// As a rule says.
    ruled_order: Option<Order>,
    /// As its sheet says.
    sheet_order: Option<Order>,
    /// `None` where there is a column and it is blank.
    access: Option<Access>,
    group: Option<String>,
    facts: Vec<Fact>,
    /// As printed, white space folded; in lines where values are listed below the name.
    description: String,
    /// The description in each further language; empty where the table has none.
    translations: Vec<String>,
    /// As printed.
    unit: String,
    /// value = raw × scale + offset
    scale: Ratio,
    offset: Ratio,
    /// In the order of the manifest's detail columns.
    details: Vec<String>,
    aliases: Vec<String>,
    corrections: Vec<Correction>,
    label: Option<String>,
    id: Option<String>,
    /// As printed, or as an override says.
    type_text: String,
    type_word: Option<TypeWord>,
    /// Of a text, where its registers do not say it.
    characters: Option<u16>,
    /// The cells that list values and bits.
    values: String,
    /// The column that lists the values.
    values_from: Meaning,
    bits: String,
    /// As an override says; otherwise it is a value.
    role: Option<Role>,
    keep_alive_s: Option<u32>,
    limits: Option<Limits>,
    available_if: Option<Availability>,
    default: String,
    persistent: String,
    read_side_effect: bool,
    encoding: Option<Encoding>,
    packing: Option<Packing>,
    notes: Vec<String>,
    /// With the reason a rule gives; none where the table or an override states it.
    signed: Option<(bool, Option<String>)>,
    /// As a rule says; otherwise the marks in the description do.
    optional: Option<bool>,
    not_available: Vec<i64>,
    /// Whether one of its cells is not understood, which is reported: nothing follows from what it lacks.
    misread: bool,
    /// Which element of which array it is.
    place: Option<ArrayPlace>,
}

impl Register {
    /// `holding register 58`.
    fn name(&self) -> String {
        format!("{} {}", self.table, self.address)
    }

    /// Every address of it.
    fn addresses(&self) -> RangeInclusive<u16> {
        self.address..=self.address.saturating_add(self.count.saturating_sub(1))
    }

    /// The description cells of its rows, each text once.
    fn description_places(&self) -> Vec<Place> {
        match settle::named(&self.facts) {
            printed if printed.is_empty() => self.facts.iter().map(|fact| fact.row.start().into()).collect(),
            printed => printed.into_iter().map(|printed| printed.place).collect(),
        }
    }

    /// The cell its label comes from; a blank one where every row leaves it blank.
    fn named_at(&self) -> Option<Source> {
        let cells = |meaning| self.facts.iter().filter_map(move |fact| Some((&fact.row, fact.row.get(meaning)?)));
        let labels = cells(Meaning::Label).filter(|_| self.label.is_some());
        let named: Vec<_> = labels.chain(cells(Meaning::Description)).chain(cells(Meaning::Label)).collect();
        let filled = named.iter().find(|(_, cell)| !cell.text.is_empty()).or(named.first());
        filled.map(|(row, cell)| row.source(cell))
    }

    /// The cells with this meaning, each text once; the description where there is no such column.
    fn places(&self, meaning: Meaning) -> Vec<Place> {
        match settle::distinct(&self.facts, meaning) {
            printed if printed.is_empty() => self.description_places(),
            printed => printed.into_iter().map(|printed| printed.place).collect(),
        }
    }

    /// The type its cells or an override name.
    fn form(&self) -> Option<Form> {
        self.type_word.map(|word| word.form)
    }

    /// The addresses of its value, most significant word first; of texts and bytes, as they follow each other.
    fn words(&self) -> Vec<u16> {
        let words = self.addresses();
        let is_number = self.form().is_none_or(Form::is_number);
        match is_number && self.order.is_some_and(Order::is_low_word_first) {
            true => words.rev().collect(),
            false => words.collect(),
        }
    }

    /// Whether both can be asked of a device, so that an address is one register.
    fn meets(&self, other: &Self) -> bool {
        let (one, other) = (self.access(), other.access());
        one.reads() && other.reads() || one.writes() && other.writes()
    }

    /// What may be done with it.
    fn access(&self) -> Access {
        self.access.unwrap_or(facts::default_access(self.table))
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
    described::report_parts(&registers, manifest, diagnostics);
    rules::apply(&mut registers, manifest, &described, diagnostics);
    widths::settle(&mut registers, manifest, diagnostics);
    arithmetic::check(&registers, manifest, diagnostics);
    let (registers, reserved) = arrays::split_reserved(registers);
    let joined = pairs::join(registers, manifest, &lost, unread, diagnostics);
    let (joined, arrays) = arrays::place(joined, manifest, &described, diagnostics);
    let types = types::collect(&joined, manifest, remarks.as_deref(), &described, diagnostics);
    let mut device = points::device(manifest, joined, types, remarks.as_deref(), diagnostics);
    device.arrays = arrays;
    device.reserved = reserved;
    Some(device)
}

fn read(manifest: &Manifest, library: &mut Library, diagnostics: &mut Diagnostics) -> Read {
    let mut read = Read::default();
    for entry in &manifest.sheets {
        let grid = library.sheet(&entry.file.value, entry.sheet.as_deref(), &entry.reading, &entry.place, diagnostics);
        let Some(rows) =
            grid.and_then(|grid| table::rows(&grid, manifest.columns.of(entry.columns.as_deref()), diagnostics))
        else {
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
    let grid = library.sheet(&key.file, key.sheet.as_deref(), &Reading::default(), &key.place, diagnostics)?;
    table::remarks(&grid, key, diagnostics)
}
