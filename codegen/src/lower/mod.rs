//! Rows become points.
//!
//! Rows of all sheets are told apart ([`lines`]) and placed ([`facts`]), those about bits put together ([`flags`]), merged by register and settled by overrides ([`settle`]), completed by
//! rules ([`rules`]), checked against each other ([`arithmetic`]), joined where a value has two halves ([`pairs`]), put
//! into arrays ([`arrays`]), typed ([`types`]) and named ([`label`]).
//! It assumes rows as the table stage gives them, and gives a model whose checks have still to be made.

mod absent;
mod accesses;
mod addresses;
mod arithmetic;
mod arrays;
mod bases;
mod bit_numbers;
mod blocks;
mod contradicting_bits;
mod described;
mod doubts;
mod facts;
mod families;
mod flags;
mod forms;
mod label;
mod limits;
mod lines;
mod list_reports;
mod lists;
mod named;
mod named_lists;
mod pairs;
mod points;
mod recognised;
mod rules;
mod scale_registers;
mod selected;
mod settle;
mod sheets;
mod spaced_ints;
mod stated;
mod tables;
mod types;
mod unusable;
mod value_labels;
mod variants;
mod widths;

use std::ops::RangeInclusive;

use self::absent::RuledAbsent;
use self::described::Described;
use self::facts::{Fact, Listed, Lost, Repeated};
use self::forms::{Form, TypeWord};
use self::scale_registers::ScaleCell;
use crate::cells::marks::Mark;
use crate::cells::order::Order;
use crate::columns::Meaning;
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::manifest::Manifest;
use crate::model::{
    Access, ArrayPlace, Availability, Correction, Device, Encoding, Limits, Packing, Reserved, Role, Selection, Source,
    Table, WriteFunctions,
};
use crate::names;
use crate::ratio::Ratio;
use crate::rows::{self, Remark};
use crate::sheet::{Library, Reading};
use crate::understood::{Understood, UnderstoodSheet};

/// A register, or a range of them, with what all its rows say of it.
#[derive(Debug, Clone)]
struct Register {
    table: Table,
    address: u16,
    /// Unit id it answers at, where that is not the device's.
    unit_id: Option<u8>,
    /// Models and firmwares that have it; all where none is named.
    variants: Vec<String>,
    /// Rows below its own, a value or a bit each, or those of a list that it refers to.
    listed: Vec<Listed>,
    /// The name of that list.
    named_list: Option<String>,
    /// The block it lies in, where that repeats.
    repeated: Option<Repeated>,
    /// What its identifier begins with.
    scope: String,
    /// What its identifier ends with, where others have the same name: `3900`, `5_holding_register`.
    suffix: Vec<String>,
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
    /// As its rows or an override name them.
    write_functions: Option<WriteFunctions>,
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
    /// The cell that says which register holds the scale, and that register.
    scale_cell: Option<ScaleCell>,
    scaled_by: Option<u16>,
    /// In the order of the manifest's detail columns.
    details: Vec<String>,
    aliases: Vec<String>,
    corrections: Vec<Correction>,
    label: Option<String>,
    /// What the name is cut to where it is too long and the manifest wants that.
    first_phrase: Option<String>,
    id: Option<String>,
    selection: Selection,
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
    /// Limits that count raw values, as they are printed.
    raw_limits: Option<Limits>,
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
    /// What its cell says of values that are none.
    marks: Vec<Mark>,
    /// What a rule says of them.
    ruled_absent: RuledAbsent,
    /// Whether one of its cells is not understood, which is reported: nothing follows from what it lacks.
    misread: bool,
    /// Which element of which array it is.
    place: Option<ArrayPlace>,
}

/// What tells registers apart: two of one address can answer at different unit ids, or in different models.
type Identity = (Table, u16, Option<u8>, Vec<String>, Option<(u8, u8)>);

impl Register {
    /// What tells it apart from all others.
    fn identity(&self) -> Identity {
        (self.table, self.address, self.unit_id, self.variants.clone(), self.bit_range)
    }

    /// An identifier made of a text about it, in its scope: `battery_voltage`, `l1_power_3900`.
    fn scoped(&self, text: &str) -> String {
        let own = names::snake(text);
        // What is left beside the name is none.
        if own.is_empty() {
            return own;
        }
        // Behind the scope a digit needs no letter before it.
        let bare = own.strip_prefix('n').filter(|_| names::begins_with_digit(text) && !self.scope.is_empty());
        let mut parts = vec![self.scope.clone(), bare.map_or(own.clone(), str::to_owned)];
        parts.extend(self.suffix.iter().cloned());
        parts.retain(|part| !part.is_empty());
        parts.join("_")
    }

    /// The blocks its rows lie in.
    fn path(&self) -> Vec<String> {
        self.facts.first().map(|fact| fact.path.clone()).unwrap_or_default()
    }

    /// `holding register 58`.
    fn name(&self) -> String {
        format!("{} {}", self.table, self.address)
    }

    /// As manifests name it: `holding 58`, `holding 58-59`.
    fn range(&self) -> (Table, u16, u16) {
        (self.table, *self.addresses().start(), *self.addresses().end())
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
        let same_unit = self.unit_id == other.unit_id;
        let same_model = self.variants.is_empty()
            || other.variants.is_empty()
            || self.variants.iter().any(|variant| other.variants.contains(variant));
        let (one, other) = (self.access(), other.access());
        same_unit && same_model && (one.reads() && other.reads() || one.writes() && other.writes())
    }

    /// The filled cells with this meaning.
    fn filled(&self, meaning: Meaning) -> Vec<Place> {
        let cell = |fact: &Fact| Some(fact.row.place(fact.row.filled(meaning)?));
        self.facts.iter().filter_map(cell).collect()
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
    /// What rows call reserved.
    reserved: Vec<Reserved>,
    /// Models and firmwares the table tells apart, in its order.
    variants: Vec<String>,
    /// What was understood of each table.
    understood: Vec<UnderstoodSheet>,
    /// A sheet could not be read at all.
    unread: bool,
    /// A sheet lacks a column.
    lacking: bool,
}

/// Reports rows about several registers that are together about more than are read.
fn report_most(place: Place, diagnostics: &mut Diagnostics) {
    diagnostics.push(
        Diagnostic::error("E0120", "too many registers: ranges and blocks describe more than a device has")
            .at(place)
            .expected("at most 65536 registers in a Modbus table")
            .help("check the ranges, counts and repetitions of this row and of those above"),
    );
}

/// Lowers the vendor's table; the device is complete only where no errors were reported. There is none where a column
/// is missing: whatever else could be said of it would follow from that.
pub(crate) fn lower(
    manifest: &Manifest,
    library: &mut Library,
    understood: &mut Understood,
    diagnostics: &mut Diagnostics,
) -> Option<Device> {
    let Read { mut facts, lost, reserved: listed, variants, understood: sheets, unread, lacking } =
        sheets::read(manifest, library, diagnostics);
    understood.sheets = sheets;
    let variants = variants::select(&mut facts, variants, manifest, unread, diagnostics);
    let facts = flags::collect(facts, diagnostics);
    let remarks = remarks(manifest, library, diagnostics);
    let named_lists = named_lists::read(manifest, library, diagnostics);
    // A sheet that is not found is likely to be one of those, under another name.
    if !unread {
        library.name_unused(diagnostics);
    }
    let described = Described::new(&facts, &lost, &listed, unread, manifest);
    described.report_unknown(manifest, diagnostics);
    let mut registers = settle::registers(facts, manifest, &described, diagnostics);
    if lacking {
        return None;
    }
    named_lists::attach(&mut registers, &named_lists, described.partial, diagnostics);
    rules::apply(&mut registers, manifest, &described, diagnostics);
    widths::settle(&mut registers, manifest, diagnostics);
    doubts::report(&registers, manifest, diagnostics);
    described::report_parts(&registers, manifest, diagnostics);
    arithmetic::check(&registers, manifest, diagnostics);
    let (registers, reserved) = arrays::split_reserved(registers);
    let mut joined = pairs::join(registers, manifest, &lost, unread, diagnostics);
    label::shorten(&mut joined, manifest);
    let (mut joined, arrays) = arrays::place(joined, manifest, &described, diagnostics)?;
    label::qualify(&mut joined, manifest);
    scale_registers::resolve(&mut joined, diagnostics);
    let types = types::collect(&joined, manifest, remarks.as_deref(), &described, diagnostics);
    let mut device = points::device(manifest, joined, types, remarks.as_deref(), diagnostics);
    device.arrays = arrays;
    device.detect = variants::detect(&variants, manifest, unread, diagnostics);
    device.variants = variants;
    device.reserved = arrays::unused(listed.into_iter().chain(reserved), &device.points);
    named::apply(&mut device, manifest, &described, diagnostics);
    Some(device)
}

/// The table key; `None` where there should be one and it could not be read.
fn remarks(manifest: &Manifest, library: &mut Library, diagnostics: &mut Diagnostics) -> Option<Vec<Remark>> {
    let Some(key) = &manifest.key else { return Some(Vec::new()) };
    let grid = library.sheet(&key.file, key.sheet.as_deref(), &Reading::default(), &key.place, diagnostics)?;
    rows::remarks(&grid, key, diagnostics)
}
