//! Rows about the bits of one register: flags of that register, or a point each.
//!
//! Where the register has a row of its own, or the rows share its name and list their bits in a column for that, the
//! bits are flags of it; otherwise each row is a point. `bits` of a `[[sheet]]` says otherwise.

use std::collections::BTreeMap;

use super::facts::{Fact, Listed};
use crate::columns::Meaning;
use crate::diagnostic::Entry;
use crate::diagnostic::{Diagnostic, Diagnostics, said};
use crate::manifest::BitRows;
use crate::model::Table;
use crate::ratio::Ratio;
use crate::rows::Row;

/// Tells bits by the register they are of.
type Key = (Table, u16, Option<u8>, Vec<String>);

fn key(fact: &Fact) -> Key {
    (fact.table, fact.address, fact.unit_id, fact.variants.clone())
}

/// Puts the rows about bits of one register together where they are its flags.
pub(super) fn collect(facts: Vec<Fact>, diagnostics: &mut Diagnostics) -> Vec<Fact> {
    let mut of_bits: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    let mut own: BTreeMap<Key, usize> = BTreeMap::new();
    for (index, fact) in facts.iter().enumerate() {
        match fact.bits {
            Some(_) => of_bits.entry(key(fact)).or_default().push(index),
            None => {
                own.entry(key(fact)).or_insert(index);
            }
        }
    }
    if of_bits.is_empty() {
        return facts;
    }
    let mut facts: Vec<Option<Fact>> = facts.into_iter().map(Some).collect();
    for (key, indices) in of_bits {
        let rows: Vec<&Fact> = indices.iter().filter_map(|index| facts.get(*index)?.as_ref()).collect();
        let own = own.get(&key).copied();
        let Some(form) = form(&rows, own.is_some()) else { continue };
        let listed: Option<Vec<Listed>> = match form {
            BitRows::Flags => {
                let read = rows.iter().filter(|fact| !report_scale(fact, diagnostics));
                read.map(|fact| listed(fact, own.is_some())).collect()
            }
            BitRows::Points => None,
        };
        match (listed, own) {
            (Some(listed), own) => {
                let into = own.or(indices.first().copied());
                for index in indices.iter().filter(|index| Some(**index) != into) {
                    if let Some(fact) = facts.get_mut(*index) {
                        *fact = None;
                    }
                }
                if let Some(fact) = into.and_then(|into| facts.get_mut(into)?.as_mut()) {
                    fact.bits = None;
                    fact.listed.extend(listed);
                }
            }
            (None, Some(own)) => {
                // A register whose bits are points is not one itself: they would overlap.
                let place = facts.get(own).and_then(|fact| fact.as_ref()).map(|fact| fact.row.whole());
                let note = Diagnostic::note("N0426", "registers that are split into bits are not generated as a whole");
                diagnostics.merge(
                    place
                        .into_iter()
                        .fold(note, Diagnostic::at)
                        .help("set bits = \"flags\" in the [[sheet]] to generate one set of flags"),
                );
                if let Some(fact) = facts.get_mut(own) {
                    *fact = None;
                }
            }
            (None, None) => {}
        }
    }
    facts.into_iter().flatten().collect()
}

/// What becomes of the bits of a register; `None` where they are points anyway.
fn form(rows: &[&Fact], has_own: bool) -> Option<BitRows> {
    let asked = rows.iter().find_map(|fact| fact.bit_rows);
    let single = rows.iter().all(|fact| fact.bits.is_some_and(|(low, high)| low == high));
    match asked {
        Some(BitRows::Flags) => Some(BitRows::Flags),
        Some(BitRows::Points) => has_own.then_some(BitRows::Points),
        None if has_own => Some(if single { BitRows::Flags } else { BitRows::Points }),
        None if single && share_a_name(rows) => Some(BitRows::Flags),
        None => None,
    }
}

/// Reports the row of a flag that has a scale, and would lose it: the address may be no bit.
fn report_scale(fact: &Fact, diagnostics: &mut Diagnostics) -> bool {
    let columns = [
        (Meaning::Factor, Ratio::ONE),
        (Meaning::Divisor, Ratio::ONE),
        (Meaning::Exponent, Ratio::ZERO),
        (Meaning::Decimals, Ratio::ZERO),
    ];
    let scale = columns.into_iter().find_map(|(meaning, none)| {
        let cell = fact.row.filled(meaning)?;
        cell.number().is_some_and(|scale| scale != none).then_some(cell)
    });
    let (Some(scale), Some((bit, _))) = (scale, fact.bits) else { return false };
    let message = said!(
        "bit {bit} of {table} {address} is not a number but has a scale",
        bit,
        table = fact.table,
        address = fact.address
    );
    let error = Diagnostic::error("E0507", message);
    let address = [Meaning::Bit, Meaning::Address, Meaning::DeFacto].into_iter().find_map(|of| fact.row.filled(of));
    let address = address.map(|cell| fact.row.place(cell));
    let entry = address.as_ref().and_then(Entry::cell);
    let error = address
        .into_iter()
        .chain([fact.row.place(scale)])
        .fold(error, Diagnostic::at)
        .expected("no scale beside a bit, or the address of a register")
        .help("check the address: a point in it separates the register from its bit");
    diagnostics.push(error.manifest(entry));
    true
}

/// Whether the rows name their register, all the same one or the first for all, and their bits in a column for that.
fn share_a_name(rows: &[&Fact]) -> bool {
    let Some((first, others)) = rows.split_first() else { return false };
    let name = |row: &Row| row.filled(Meaning::Description).map(|cell| cell.text.clone());
    let Some(shared) = name(&first.row) else { return false };
    !others.is_empty()
        && others.iter().all(|fact| name(&fact.row).is_none_or(|name| name == shared))
        && rows.iter().all(|fact| bit_name(&fact.row).is_some())
}

/// What a row calls its bit beside the name of the register.
fn bit_name(row: &Row) -> Option<(&str, Meaning)> {
    let own = |meaning| row.filled(meaning).filter(|cell| row.owns(cell)).map(|cell| (cell.text.as_str(), meaning));
    own(Meaning::Bits).or_else(|| own(Meaning::Values)).or_else(|| own(Meaning::Label))
}

/// A row about a bit as a flag of its register.
fn listed(fact: &Fact, has_own: bool) -> Option<Listed> {
    let (low, high) = fact.bits?;
    if low != high {
        return None;
    }
    let row = &fact.row;
    let named = [Meaning::Label, Meaning::Description].into_iter().filter_map(|of| Some((row.filled(of)?, of)));
    let own = named.filter(|(cell, _)| row.owns(cell)).map(|(cell, of)| (cell.text.as_str(), of)).next();
    let (label, meaning) = if has_own { own.or_else(|| bit_name(row)) } else { bit_name(row).or(own) }?;
    let source = row.get(meaning).map(|cell| row.source(cell))?;
    Some(Listed { code: i64::from(low), is_bit: true, label: label.to_owned(), source })
}
