//! Which registers the manifest's overrides and notes are about, and how an override selects one.

use std::collections::BTreeMap;

use super::Register;
use super::described::Described;
use super::facts::Fact;
use crate::change::matches;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said, toml_string};
use crate::manifest::{Index, Manifest, Override};
use crate::model::{Access, Selection, Table};

/// Where the manifest's entries about a register are.
pub(super) struct Entries {
    overrides: Index,
    notes: Index,
}

impl Entries {
    pub(super) fn new(manifest: &Manifest) -> Self {
        Self {
            overrides: Index::new(manifest.overrides.iter().map(|entry| &entry.registers)),
            notes: Index::new(manifest.notes.iter().map(|note| &note.registers)),
        }
    }

    /// The overrides of a register.
    pub(super) fn overrides<'m>(&self, manifest: &'m Manifest, of: &Traits<'_>) -> Vec<&'m Override> {
        let near = self.overrides.near(of.table, of.address).filter_map(|index| manifest.overrides.get(index));
        near.filter(|entry| selects(entry, of, manifest) == Some(Models::Named)).collect()
    }

    /// What the manifest notes of a register.
    pub(super) fn notes(&self, manifest: &Manifest, table: Table, address: u16) -> impl Iterator<Item = String> {
        let near = self.notes.near(table, address).filter_map(|index| manifest.notes.get(index));
        near.filter(move |note| note.registers.contains(table, address)).map(|note| note.text.clone())
    }
}

/// How an override selects the register of these rows, whatever else has its address.
pub(super) fn selection(first: &Fact, count: u16, variants: &[String], manifest: &Manifest) -> Selection {
    let last = first.address.saturating_add(count.saturating_sub(1));
    Selection {
        registers: vec![(first.table, first.address, last)],
        bits: first.bits,
        unit_id: first.unit_id,
        variants: if manifest.variant.is_none() { variants.to_vec() } else { Vec::new() },
        ..Selection::default()
    }
}

/// Says what it takes to select each of several registers that have an address in common.
pub(super) fn select_apart(registers: &mut [Register], device_unit: u8) {
    // How many there are, and whether one of them says at which unit id it answers.
    let mut known: BTreeMap<(Table, u16), (usize, bool)> = BTreeMap::new();
    for register in registers.iter() {
        let (times, of_units) = known.entry((register.table, register.address)).or_default();
        *times = times.saturating_add(1);
        *of_units |= register.unit_id.is_some();
    }
    for register in registers {
        let Some((2.., of_units)) = known.get(&(register.table, register.address)) else { continue };
        let selection = &mut register.selection;
        selection.bits = register.bit_range;
        selection.unit_id = register.unit_id.or(of_units.then_some(device_unit));
        selection.variants.clone_from(&register.variants);
        selection.access = register.access.filter(|access| *access != Access::ReadWrite);
    }
}

/// Reports overrides of what is only read, only a bit and the like, where nothing is, and those of a model where others
/// have the register as well.
pub(super) fn report_idle(
    registers: &[Register],
    manifest: &Manifest,
    described: &Described,
    diagnostics: &mut Diagnostics,
) {
    let mut by_address: BTreeMap<(Table, u16), Vec<&Register>> = BTreeMap::new();
    for register in registers {
        by_address.entry((register.table, register.address)).or_default().push(register);
    }
    for entry in &manifest.overrides {
        let mut asked: Vec<String> = entry.access.iter().map(|access| format!("the access {}", access.key())).collect();
        asked.extend(entry.bits.map(|(low, high)| match low == high {
            true => format!("a bit {low}"),
            false => format!("bits {low}-{high}"),
        }));
        asked.extend(entry.unit_id.map(|unit| format!("the unit id {unit}")));
        let models: Vec<String> = entry.variants.iter().map(|variant| format!("“{variant}”")).collect();
        asked.extend((!models.is_empty()).then(|| format!("the variant {}", models.join(" or "))));
        if asked.is_empty() {
            continue;
        }
        let ranges = entry.registers.ranges.iter();
        let near = ranges.flat_map(|(table, first, last)| by_address.range((*table, *first)..=(*table, *last)));
        let meant: Vec<(&Register, Models)> = near
            .flat_map(|(_, registers)| registers)
            .filter_map(|register| Some((*register, selects(entry, &Traits::of(register), manifest)?)))
            .collect();
        if let Some((shared, _)) = meant.iter().find(|(_, models)| *models == Models::More) {
            report_shared(entry, shared, diagnostics);
        } else if meant.is_empty() && !described.partial && described.all(&entry.registers) {
            diagnostics.push(
                Diagnostic::error(
                    "E0402",
                    said!("unused override: no such register has {asked}", asked = asked.join(" and ")),
                )
                .at(entry.place.clone().holds(entry.registers.selector()))
                .expected("what distinguishes the register from others at its address, or nothing if there are none"),
            );
        }
    }
}

/// Reports an override of some of the models that have a register: it would correct the others' value, too.
fn report_shared(entry: &Override, register: &Register, diagnostics: &mut Diagnostics) {
    let of = match register.variants.as_slice() {
        [] => "all models".to_owned(),
        variants => variants.join(", "),
    };
    diagnostics.push(
        Diagnostic::error(
            "E0469",
            said!(
                "this override is about {variants}, but {register} is one register of {of}",
                variants = entry.variants.join(", "),
                register = register.name(),
                of
            ),
        )
        .at(entry.place.clone().holds(entry.registers.selector()))
        .at(register.named_at().map(Place::from).unwrap_or_default())
        .expected(match register.variants.is_empty() {
            true => "no `variant`, for what all models have".to_owned(),
            false => {
                let quoted: Vec<String> = register.variants.iter().map(|variant| toml_string(variant)).collect();
                format!("all models that have it: variant = [{}]", quoted.join(", "))
            }
        }),
    );
}

/// What tells a register from others.
pub(super) struct Traits<'a> {
    table: Table,
    address: u16,
    access: Option<Access>,
    bits: Option<(u8, u8)>,
    unit_id: Option<u8>,
    variants: &'a [String],
}

impl<'a> Traits<'a> {
    /// Of the register that rows are about: as the first of them says, and of the models of all.
    pub(super) fn of_rows(first: &Fact, variants: &'a [String]) -> Self {
        Self {
            table: first.table,
            address: first.address,
            access: first.access,
            bits: first.bits,
            unit_id: first.unit_id,
            variants,
        }
    }

    fn of(register: &'a Register) -> Self {
        Self {
            table: register.table,
            address: register.address,
            access: Some(register.access()),
            bits: register.bit_range,
            unit_id: register.unit_id,
            variants: &register.variants,
        }
    }
}

/// Which models have a register that an override is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Models {
    /// Those it names, or it names none.
    Named,
    /// Those it names and others.
    More,
}

/// Whether an override is about a register: about its first address, as a value of several words is called. One that is
/// about a part of a range of values is reported, and so is one that names some of the models.
fn selects(entry: &Override, of: &Traits<'_>, manifest: &Manifest) -> Option<Models> {
    // A register that is said to be of no unit is of the device's.
    let unit_id = of.unit_id.unwrap_or(manifest.link.unit_id);
    let is_meant = entry.access.is_none_or(|wanted| of.access.is_none_or(|access| access == wanted))
        && entry.bits.is_none_or(|wanted| of.bits == Some(wanted))
        && entry.unit_id.is_none_or(|wanted| unit_id == wanted)
        && entry.registers.contains(of.table, of.address);
    if !is_meant {
        return None;
    }
    let is_named =
        |variant: &String| entry.variants.iter().any(|wanted| matches(manifest.naming.stripped(wanted), variant));
    let named = of.variants.iter().filter(|variant| is_named(variant)).count();
    match entry.variants.is_empty() || named == of.variants.len() && named > 0 {
        true => Some(Models::Named),
        false => (named > 0 || of.variants.is_empty()).then_some(Models::More),
    }
}
