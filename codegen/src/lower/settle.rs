//! Rows about the same register become one; where they differ, an override settles it or it is an error.

mod columns;
mod corrections;
mod groups;

use self::groups::{Groups, Key, Said, Saying, halves, one_register, said};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::absent::RuledAbsent;
use super::described::Described;
use super::facts::{Fact, Listed};
use super::selected::{Entries, Traits, report_idle, select_apart, selection};
use super::{Register, label};
use crate::cells::address;
use crate::cells::number;
use crate::cells::{units, words};
use crate::columns::Meaning;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::manifest::{Manifest, Override};
use crate::model::{Access, Availability, Correction, Selection, Table, WriteFunctions};
use crate::ratio::Ratio;
use crate::spelling::normalised;

/// One register for each (table, address), in the order in which the rows first name it.
///
/// Where some rows only read a register and others only write it, what is read and what is written are two.
pub(super) fn registers(
    facts: Vec<Fact>,
    manifest: &Manifest,
    described: &Described,
    diagnostics: &mut Diagnostics,
) -> Vec<Register> {
    let entries = Entries::new(manifest);
    let mut order: Vec<Vec<Saying>> = Vec::new();
    let mut merged: BTreeMap<Key, Groups> = BTreeMap::new();
    for fact in facts {
        let known = merged.entry((fact.table, fact.address, fact.unit_id, fact.bits)).or_default();
        // What all models have needs no comparing.
        let said = if fact.variants.is_empty() { Said::default() } else { said(&fact, &entries, manifest) };
        let saying = Saying { fact, said };
        let fits = |index: &usize| order.get(*index).is_some_and(|others| one_register(others, &saying));
        let same = known.candidates(&saying).into_iter().find(fits).unwrap_or(order.len());
        known.add(&saying, same);
        match order.get_mut(same) {
            Some(facts) => facts.push(saying),
            None => order.push(vec![saying]),
        }
    }
    let mut registers = Vec::with_capacity(order.len());
    let mut met = Met::new();
    for group in order {
        for facts in halves(group.into_iter().map(|saying| saying.fact).collect()) {
            registers.extend(settle(facts, manifest, &entries, described, &mut met, diagnostics));
        }
    }
    report_unmet(manifest, &met, described, diagnostics);
    select_apart(&mut registers, manifest.link.unit_id);
    report_idle(&registers, manifest, described, diagnostics);
    registers
}

/// The texts that each override expects and the table prints, by the place of the override.
type Met = HashMap<Place, BTreeSet<String>>;

/// Reports overrides that expect what none of the rows they are about prints any more.
fn report_unmet(manifest: &Manifest, met: &Met, described: &Described, diagnostics: &mut Diagnostics) {
    for entry in manifest.overrides.iter().filter(|_| !described.partial) {
        let Some(printed) = met.get(&entry.place) else { continue };
        let unmet: Vec<&String> = entry.expect.iter().filter(|text| !printed.contains(&normalised(text))).collect();
        if unmet.is_empty() {
            continue;
        }
        let quoted: Vec<String> = unmet.into_iter().map(|text| format!("“{text}”")).collect();
        diagnostics.push(stale(entry).expected(format!("the table to print {}", quoted.join(" and "))).help(
            "the vendor's table has changed, or `expect` is not what it prints: if the correction is right, copy \
             the printed text into `expect`; otherwise delete the correction",
        ));
    }
}

fn stale(entry: &Override) -> Diagnostic {
    let registers = entry.registers.selector();
    Diagnostic::error(
        "E0401",
        said!("the override of `{field}` of {registers} is stale", field = entry.field.name(), registers = &registers),
    )
    .at(entry.place.clone().holds(&registers))
}

/// A text the rows of a register print, and the first cell that prints it.
pub(super) struct Printed {
    pub(super) text: String,
    pub(super) place: Place,
}

/// Every distinct text the rows print in a column, in order of appearance; blank where a cell is, nothing where a sheet
/// has no such column.
pub(super) fn distinct(facts: &[Fact], meaning: Meaning) -> Vec<Printed> {
    let mut printed: Vec<Printed> = Vec::new();
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for fact in facts {
        let Some(cell) = fact.row.get(meaning) else { continue };
        if known.insert(&cell.text) {
            printed.push(Printed { text: cell.text.clone(), place: fact.row.place(cell) });
        }
    }
    printed
}

/// What names the register: its descriptions, or its labels where no sheet has descriptions.
pub(super) fn named(facts: &[Fact]) -> Vec<Printed> {
    match distinct(facts, Meaning::Description) {
        printed if printed.is_empty() => distinct(facts, Meaning::Label),
        printed => printed,
    }
}

/// What was corrected in the cells of rows, and then by overrides; each once, as rows share merged cells.
fn corrections(facts: &[Fact], overridden: Vec<Correction>) -> Vec<Correction> {
    let mut corrections: Vec<Correction> = Vec::new();
    for correction in facts.iter().flat_map(|fact| fact.row.corrections()).cloned().chain(overridden) {
        if !corrections.contains(&correction) {
            corrections.push(correction);
        }
    }
    corrections
}

fn settle(
    facts: Vec<Fact>,
    manifest: &Manifest,
    entries: &Entries,
    described: &Described,
    met: &mut Met,
    diagnostics: &mut Diagnostics,
) -> Option<Register> {
    let (first, table, address) = facts.first().map(|first| (first, first.table, first.address))?;
    let count = count(&facts, diagnostics);
    let known = variants(&facts);
    let overrides = entries.overrides(manifest, &Traits::of_rows(first, &known));
    let mut settler = Settler {
        selection: selection(first, count, &known, manifest),
        name: format!("{table} {address}"),
        facts: &facts,
        manifest,
        described,
        overrides,
        corrections: Vec::new(),
        contradictions: Vec::new(),
        misread: false,
        met,
        diagnostics,
    };
    settler.report_doubled();

    let description = settler.column("description", Meaning::Description, normalised);
    let translations = settler.translations();
    let label = settler.column("label", Meaning::Label, normalised);
    let mut unit = settler.column("unit", Meaning::Unit, folded_unit);
    let (values, values_from) = settler.values(&mut unit);
    let (type_text, type_word) = settler.type_word();
    let scaling = settler.scaling(type_word, &mut unit);
    let (limits, raw_limits) = settler.limits(&scaling);
    let signed = settler.parsed("signed", Meaning::Signed, words::signed, "1 or 0, yes or no, signed or unsigned");
    let mut register = Register {
        table,
        address,
        unit_id: first.unit_id,
        variants: known.clone(),
        listed: settler.listed(),
        named_list: None,
        repeated: first.repeated.clone(),
        scope: String::new(),
        suffix: Vec::new(),
        count,
        access: settler.access(),
        write_functions: settler.write_functions(),
        group: facts.iter().find_map(|fact| fact.group.clone()),
        translations,
        unit,
        scale: scaling.scale,
        offset: scaling.offset,
        limits,
        raw_limits,
        scale_cell: scaling.cell,
        scaled_by: None,
        details: settler.details(),
        label: (!label.is_empty()).then_some(label),
        first_phrase: None,
        id: None,
        selection: settler.selected(),
        signed: signed.map(|signed| (signed, None)),
        order: settler.order(type_word),
        stated_order: None,
        ruled_order: None,
        sheet_order: facts.iter().find_map(|fact| fact.order),
        type_text,
        type_word,
        characters: None,
        width: 1,
        size_in_bits: settler.size_in_bits(),
        bit_range: first.bits,
        available_if: settler.availability(table),
        values,
        values_from,
        bits: settler.column("bits", Meaning::Bits, normalised),
        default: settler.column("default", Meaning::Default, normalised),
        persistent: settler.column("persistent", Meaning::Persistent, normalised),
        role: None,
        keep_alive_s: None,
        read_side_effect: false,
        encoding: None,
        packing: None,
        notes: Vec::new(),
        optional: None,
        marks: settler.marks(),
        ruled_absent: RuledAbsent::default(),
        corrections: Vec::new(),
        aliases: Vec::new(),
        facts: Vec::new(),
        misread: false,
        place: None,
        description,
    };
    settler.default(&mut register, &scaling.packed);
    settler.report_contradictions();
    register.aliases = settler.aliases(&register.description);
    settler.columnless(&mut register);
    register.misread = settler.misread;
    register.corrections = corrections(&facts, settler.corrections);
    register.notes.extend(remarks(&facts).chain(entries.notes(manifest, table, address)));
    if let Some(path) = facts.first().map(|fact| fact.path.join(" ")).filter(|path| !path.is_empty()) {
        register.label = Some(format!("{path}: {}", label::label(&register, manifest)));
    }
    register.facts = facts;
    Some(register)
}

/// The texts of the rows' columns of remarks.
fn remarks(facts: &[Fact]) -> impl Iterator<Item = String> {
    let texts = distinct(facts, Meaning::Remark).into_iter().map(|printed| normalised(&printed.text));
    texts.filter(|remark| !remark.is_empty())
}

/// The models and firmwares of the rows together.
fn variants(facts: &[Fact]) -> Vec<String> {
    // A row about all of them is.
    if facts.iter().any(|fact| fact.variants.is_empty()) {
        return Vec::new();
    }
    let mut variants: Vec<String> = Vec::new();
    for variant in facts.iter().flat_map(|fact| &fact.variants) {
        if !variants.contains(variant) {
            variants.push(variant.clone());
        }
    }
    variants
}

/// How many registers the rows are about: those that say it agree.
fn count(facts: &[Fact], diagnostics: &mut Diagnostics) -> u16 {
    let mut stated = facts.iter().filter_map(|fact| Some((fact.count?, fact)));
    let Some((count, first)) = stated.next() else { return 1 };
    for (other, fact) in stated.filter(|(other, _)| *other != count) {
        let place = |fact: &Fact| {
            let cell = fact.row.filled(Meaning::Count).or_else(|| fact.row.get(Meaning::Address));
            cell.map_or_else(|| fact.row.start().into(), |cell| fact.row.place(cell))
        };
        diagnostics.push(
            Diagnostic::in_cell(
                "E0407",
                said!(
                    "the rows about {table} {address} count its registers differently: {count} and {other}",
                    table = fact.table,
                    address = fact.address,
                    count,
                    other
                ),
            )
            .at(place(first))
            .at(place(fact))
            .expected("the same number of registers in every row"),
        );
    }
    count
}

pub(super) struct Settler<'a> {
    /// The register as an override selects it.
    pub(super) selection: Selection,
    pub(super) name: String,
    pub(super) facts: &'a [Fact],
    pub(super) manifest: &'a Manifest,
    pub(super) described: &'a Described,
    overrides: Vec<&'a Override>,
    corrections: Vec<Correction>,
    /// Fields in which the rows differ, with what they print.
    contradictions: Vec<(String, Vec<Printed>)>,
    pub(super) misread: bool,
    met: &'a mut Met,
    pub(super) diagnostics: &'a mut Diagnostics,
}

impl<'a> Settler<'a> {
    fn report_doubled(&mut self) {
        for (index, entry) in self.overrides.iter().enumerate() {
            let field = entry.field.name();
            if let Some(other) = self.overrides.iter().take(index).find(|other| other.field.name() == field) {
                // Said once, however many registers the two have in common.
                self.diagnostics.push_once(
                    Diagnostic::error("E0403", said!("two overrides set `{field}` of the same register", field))
                        .at(other.place.clone().holds(other.registers.selector()))
                        .at(entry.place.clone().holds(entry.registers.selector()))
                        .expected("one override for each field of a register"),
                );
            }
        }
    }

    pub(super) fn find(&self, field: &str) -> Option<&'a Override> {
        self.overrides.iter().find(|entry| entry.field.name() == field).copied()
    }

    /// What a column says of the register: the one text the rows print, blanks aside, or what an override says.
    pub(super) fn column(&mut self, field: &str, meaning: Meaning, normal: impl Fn(&str) -> String) -> String {
        if let Some(entry) = self.find(field) {
            self.correct(entry, meaning);
            return entry.field.value();
        }
        // Most registers have one row, and most rows agree to the letter.
        let mut cells = self.facts.iter().filter_map(|fact| fact.row.get(meaning));
        let first = cells.next().map_or("", |cell| cell.text.as_str());
        if cells.all(|cell| cell.text == first) {
            return self.folded(meaning, first);
        }
        let printed = distinct(self.facts, meaning);
        let mut values: Vec<String> = Vec::new();
        for text in printed.iter().map(|printed| normal(&printed.text)) {
            if !text.is_empty() && !values.contains(&text) {
                values.push(text);
            }
        }
        let filled = printed.iter().find(|printed| !printed.text.is_empty());
        let text = filled.map(|printed| self.folded(meaning, &printed.text)).unwrap_or_default();
        if values.len() > 1 {
            self.contradictions.push((field.to_owned(), printed));
        }
        text
    }

    /// The values and bits that have rows of their own; the rows of different sheets list the same.
    fn listed(&mut self) -> Vec<Listed> {
        let said = |listed: &[Listed]| -> Vec<(i64, String)> {
            listed.iter().map(|listed| (listed.code, normalised(&listed.label))).collect()
        };
        let mut lists = self.facts.iter().map(|fact| &fact.listed).filter(|listed| !listed.is_empty());
        let Some(first) = lists.next() else { return Vec::new() };
        for other in lists.filter(|other| said(other) != said(first)) {
            let error =
                Diagnostic::error("E0420", said!("the rows about {name} list different values", name = &self.name));
            let places = [first, other].into_iter().filter_map(|list| list.first());
            let places = places.map(|listed| Place::from(listed.source.clone()).holds(&listed.label));
            self.diagnostics.push(places.fold(error, Diagnostic::at).expected("the same list in both, or in one only"));
        }
        first.clone()
    }

    /// The functions that write it, where the rows, or an override, name them.
    fn write_functions(&self) -> Option<WriteFunctions> {
        let corrected = self.find("access").and_then(|entry| words::access(&entry.field.value())?.write_functions);
        // A table may have a row for each function.
        let named = self.facts.iter().filter_map(|fact| fact.write_functions);
        corrected.or_else(|| named.reduce(|one, other| if one == other { one } else { WriteFunctions::Any }))
    }

    fn access(&mut self) -> Option<Access> {
        if self.find("access").is_some() {
            let read = self.parsed("access", Meaning::Access, words::access, "read, write or read/write");
            return read.map(|of| of.access);
        }
        let mut stated: Vec<(Access, Printed)> = Vec::new();
        for fact in self.facts {
            let Some(access) = fact.access.filter(|access| !stated.iter().any(|(known, _)| known == access)) else {
                continue;
            };
            let cell = fact.row.filled(Meaning::Access);
            let place = cell.map_or_else(|| Place::from(fact.row.start()), |cell| fact.row.place(cell));
            let text = cell.map_or_else(|| access.key().to_owned(), |cell| cell.text.clone());
            stated.push((access, Printed { text, place }));
        }
        let access = stated.first().map(|(access, _)| *access);
        if stated.len() > 1 {
            let printed = stated.into_iter().map(|(_, printed)| printed).collect();
            self.contradictions.push(("access".to_owned(), printed));
        }
        access
    }

    fn availability(&mut self, table: Table) -> Option<Availability> {
        let bit = |text: &str| text.parse::<u8>().ok().filter(|bit| *bit < 16);
        let bit = self.parsed("visible_bit", Meaning::VisibleBit, bit, "the number of a bit, 0 to 15");
        let register = self.address("visible_register", Meaning::VisibleRegister);
        let (stated, missing) = match (register, bit) {
            (Some(register), Some(bit)) => return Some(Availability { table, register, bit }),
            _ if self.misread => return None,
            (Some(_), None) => (Meaning::VisibleRegister, "visible_bit"),
            (None, Some(_)) => (Meaning::VisibleBit, "visible_register"),
            (None, None) => return None,
        };
        // Merged, since the column is missing for the whole table.
        let error = Diagnostic::error("E0470", "the visibility of the register is only partly stated");
        self.diagnostics.merge(
            distinct(self.facts, stated)
                .into_iter()
                .filter(|printed| !printed.text.is_empty())
                .map(|printed| printed.place)
                .fold(error, Diagnostic::at)
                .expected(format!(
                    "the register and its bit: name the column `{missing}` in [columns], or fill its cell"
                )),
        );
        None
    }

    /// The register that a cell names by its address, as its sheet prints addresses.
    pub(super) fn address(&mut self, field: &str, meaning: Meaning) -> Option<u16> {
        let shift = self.shift(meaning);
        let found = |text: &str| address::protocol(text).ok().and_then(|address| shifted(address, shift));
        self.parsed(field, meaning, found, "the address of a register, 0 to 65535")
    }

    /// What is to be added to the addresses that a column holds.
    pub(super) fn shift(&self, meaning: Meaning) -> i32 {
        let says = |fact: &&Fact| fact.row.filled(meaning).is_some();
        self.facts.iter().find(says).or(self.facts.first()).map_or(0, |fact| fact.shift)
    }
}

/// Columns that say where a register lies.
const ADDRESSES: [Meaning; 5] =
    [Meaning::Address, Meaning::LastAddress, Meaning::AddressAgain, Meaning::DeFacto, Meaning::GroupOffset];

/// Rows of one address whose cells are offered to be corrected at a time.
const OTHERS: usize = 10;

/// An address of the protocol out of one that a sheet prints.
pub(super) fn shifted(address: u16, shift: i32) -> Option<u16> {
    i32::from(address).checked_add(shift).and_then(|address| u16::try_from(address).ok())
}

/// A number that can be read in one way only.
pub(super) fn decimal(text: &str) -> Option<Ratio> {
    number::number(text).ok()
}

/// A number in this unit: `500 V`.
pub(super) fn in_unit(text: &str, unit: &str) -> Option<Ratio> {
    let quantity = number::quantity(text).ok()?;
    (units::canonical(&quantity.unit) == unit).then_some(quantity.number)
}

/// Whether the rows print exactly these texts, line breaks and the like aside. Where rows are missing for a reason that
/// has been reported, they may be the ones that print the rest.
pub(super) fn prints(printed: &[Printed], expected: &[String], described: &Described) -> bool {
    let printed: BTreeSet<String> = printed.iter().map(|printed| normalised(&printed.text)).collect();
    let expected: BTreeSet<String> = expected.iter().map(|text| normalised(text)).collect();
    printed == expected || described.partial && printed.is_subset(&expected)
}

/// Units are compared in one spelling and to the letter, mW being no MW; what only says that a register is a truth value
/// is not.
fn folded_unit(text: &str) -> String {
    let text = units::canonical(&normalised(text));
    let lower = text.to_lowercase();
    if super::points::says_truth(&lower) { lower } else { text }
}
