//! Which registers the table describes, and what the manifest says of others.

use std::collections::BTreeSet;

use super::facts::{Fact, Lost};
use super::forms::Form;
use super::{Register, blocks};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::manifest::{ArraySource, Manifest, Override, Registers, ValueList};
use crate::model::{Reserved, Table};

/// The registers that rows describe.
#[derive(Debug)]
pub(super) struct Described {
    /// Those the rows are about, and those that rows with a fault can be about.
    registers: BTreeSet<(Table, u16)>,
    /// Whether there can be more, in what could not be read.
    pub(super) incomplete: bool,
    /// Whether rows are missing at all.
    pub(super) partial: bool,
}

impl Described {
    pub(super) fn new(facts: &[Fact], lost: &[Lost], reserved: &[Reserved], unread: bool, manifest: &Manifest) -> Self {
        let candidates = lost.iter().flat_map(|lost| lost.candidates.iter().copied());
        let reserved =
            reserved.iter().flat_map(|range| (range.first..=range.last).map(|address| (range.table, address)));
        Self {
            registers: facts
                .iter()
                .flat_map(|fact| described(fact, manifest))
                .chain(candidates)
                .chain(reserved)
                .collect(),
            partial: unread || !lost.is_empty(),
            incomplete: unread || lost.iter().any(|lost| lost.candidates.is_empty()),
        }
    }

    /// Whether a row is about this one, or can be.
    pub(super) fn has(&self, table: Table, address: u16) -> bool {
        self.incomplete || self.registers.contains(&(table, address))
    }

    /// Whether rows are about every one of these.
    pub(super) fn all(&self, registers: &Registers) -> bool {
        addresses(registers).all(|register| self.registers.contains(&register))
    }

    /// Whether rows are about the first and the last of every range. Between them, a rule passes over what is not there.
    pub(super) fn spans(&self, registers: &Registers) -> bool {
        registers.ranges.iter().all(|&(table, first, last)| {
            [first, last].into_iter().all(|address| self.registers.contains(&(table, address)))
        })
    }

    /// Reports what the manifest says of registers that no row describes.
    pub(super) fn report_unknown(&self, manifest: &Manifest, diagnostics: &mut Diagnostics) {
        // Where nothing could be read at all, the reason has been reported and every entry would match nothing.
        if self.registers.is_empty() {
            return;
        }
        let unknown = entries(manifest, |_| true)
            .filter(|(what, registers, _)| if *what == RULE { !self.spans(registers) } else { !self.all(registers) })
            .map(|(what, registers, place)| (what, registers, place.clone().holds(registers.selector())));
        if self.incomplete {
            let places: Vec<Place> = unknown.map(|(.., place)| place).collect();
            if !places.is_empty() {
                let error = Diagnostic::error("E0402", "entries of the manifest match no row that was read");
                diagnostics.push(
                    places
                        .into_iter()
                        .fold(error, Diagnostic::at)
                        .expected("registers that the vendor's table describes")
                        .help("they may be about rows that could not be read: fix those first"),
                );
            }
            return;
        }
        for (what, registers, place) in unknown {
            diagnostics.push(self.unknown(what, registers, place));
        }
    }

    fn unknown(&self, what: &str, registers: &Registers, place: Place) -> Diagnostic {
        let missing: Vec<(Table, u16)> =
            addresses(registers).filter(|register| !self.registers.contains(register)).collect();
        let matches = if missing.len() < addresses(registers).count() {
            "names registers that do not exist"
        } else {
            "matches nothing"
        };
        let elsewhere: Vec<String> = missing
            .iter()
            .flat_map(|(table, address)| {
                Table::ALL.into_iter().filter(move |other| other != table).map(|other| (other, *address))
            })
            .filter(|register| self.registers.contains(register))
            .take(3)
            .map(|(table, address)| format!("{table} {address}"))
            .collect();
        let help = if elsewhere.is_empty() {
            "if a new revision dropped a register, drop its manifest entries too".to_owned()
        } else {
            format!("there is {}", elsewhere.join(", "))
        };
        Diagnostic::error(
            "E0402",
            said!("this {what} {matches}: the table has no {missing}", what, matches, missing = listed(&missing)),
        )
        .at(place)
        .expected("registers that the vendor's table describes")
        .help(help)
    }
}

/// What a rule is called.
const RULE: &str = "rule";

/// Every part of the manifest that names registers, of the overrides those that are meant: what it is, the registers, and
/// its place.
fn entries(
    manifest: &Manifest,
    is_meant: impl Fn(&Override) -> bool,
) -> impl Iterator<Item = (&'static str, &Registers, &Place)> {
    let overrides = manifest.overrides.iter().filter(move |entry| is_meant(entry));
    let overrides = overrides.map(|entry| ("override", &entry.registers, &entry.place));
    let notes = manifest.notes.iter().map(|entry| ("note", &entry.registers, &entry.place));
    let rules = manifest.rules.iter().filter_map(|rule| Some((RULE, rule.registers.as_ref()?, &rule.place)));
    let types = manifest.types.iter().filter_map(|entry| match &entry.list {
        ValueList::Inline { registers, .. } | ValueList::Given { registers, .. } => {
            Some(("type", registers, &entry.place))
        }
        ValueList::Footnote(_) => None,
    });
    let deciding = manifest.values_if.iter().map(|entry| ("type", &entry.when, &entry.place));
    let conditional = manifest.values_if.iter().map(|entry| ("type", &entry.registers, &entry.place));
    let arrays = manifest.arrays.iter().filter_map(|entry| match &entry.source {
        ArraySource::Range { registers, .. } | ArraySource::Block { registers, .. } => {
            Some(("array", registers, &entry.place))
        }
        ArraySource::Pattern(_) | ArraySource::Members { .. } => None,
    });
    overrides.chain(notes).chain(rules).chain(types).chain(conditional).chain(deciding).chain(arrays)
}

/// Reports what the manifest says of a part of a range of registers: rows that are about all of them say nothing of each.
pub(super) fn report_parts(registers: &[Register], manifest: &Manifest, diagnostics: &mut Diagnostics) {
    for register in registers.iter().filter(|register| register.count > 1) {
        let addresses = register.addresses();
        // One that is about another unit id or model may name an address within these.
        let is_meant = |entry: &Override| {
            let named = |wanted: &String| {
                let wanted = manifest.naming.stripped(wanted);
                register.variants.iter().any(|variant| variant == wanted)
            };
            let unit_id = register.unit_id.unwrap_or(manifest.link.unit_id);
            entry.unit_id.is_none_or(|wanted| unit_id == wanted)
                && (entry.variants.is_empty() || register.variants.is_empty() || entry.variants.iter().any(named))
        };
        for (what, selected, place) in entries(manifest, is_meant) {
            // A value of several words is called by its first address.
            let is_one = register.width == register.count || register.form() == Some(Form::Reserved);
            let is_called = is_one && selected.contains(register.table, register.address);
            if selected.contains_one(register.table, &addresses)
                && !is_called
                && !selected.contains_all(register.table, addresses.clone())
            {
                let whole = Registers { ranges: vec![(register.table, *addresses.start(), *addresses.end())] };
                let error =
                    Diagnostic::error("E0410", said!("this {what} covers only part of a range of registers", what))
                        .at(place.clone().holds(selected.selector()));
                diagnostics.push_once(
                    register
                        .description_places()
                        .into_iter()
                        .fold(error, Diagnostic::at)
                        .expected(format!("all of them: \"{}\"", whole.selector())),
                );
            }
        }
    }
}

/// The registers a row is about: those it counts, or those its type takes.
fn described(fact: &Fact, manifest: &Manifest) -> impl Iterator<Item = (Table, u16)> + use<> {
    let table = fact.table;
    let beyond = blocks::width(&fact.row, manifest).saturating_sub(1);
    let all = fact.all_addresses();
    let typed = if fact.count.is_none() && !table.is_bit() { all.clone() } else { Vec::new() };
    let typed = typed.into_iter().flat_map(move |address| address..=address.saturating_add(beyond));
    all.into_iter().chain(typed).map(move |address| (table, address))
}

fn addresses(registers: &Registers) -> impl Iterator<Item = (Table, u16)> {
    registers.ranges.iter().flat_map(|(table, first, last)| (*first..=*last).map(|address| (*table, address)))
}

/// `coil 3, no holding register 20-26`.
fn listed(registers: &[(Table, u16)]) -> String {
    let mut ranges: Vec<(Table, u16, u16)> = Vec::new();
    for (table, address) in registers {
        match ranges.last_mut() {
            Some((of, _, last)) if of == table && last.checked_add(1) == Some(*address) => *last = *address,
            _ => ranges.push((*table, *address, *address)),
        }
    }
    Registers { ranges }.to_string().replace(", ", ", no ")
}
