//! Integers without a size that are always two registers apart: they may be of 32 bits.

use std::collections::{BTreeMap, BTreeSet};

use super::Register;
use super::forms::Form;
use crate::columns::Meaning;
use crate::diagnostic::Entry;
use crate::diagnostic::{Diagnostic, Diagnostics, said};

/// As many as it takes for a distance to be no accident.
const ENOUGH: usize = 3;

/// Reports them, where nothing says how many registers they take.
pub(super) fn report(registers: &[Register], diagnostics: &mut Diagnostics) {
    let is_open = |register: &&Register| {
        matches!(register.form(), Some(Form::Number { bits: None, .. }))
            && register.bit_range.is_none()
            && register.facts.iter().all(|fact| fact.count.is_none())
    };
    let mut addresses: BTreeMap<_, BTreeSet<u16>> = BTreeMap::new();
    for register in registers {
        addresses.entry((register.table, register.unit_id)).or_default().insert(register.address);
    }
    let mut spaced: BTreeMap<&str, Vec<&Register>> = BTreeMap::new();
    for register in registers.iter().filter(is_open) {
        let Some(others) = addresses.get(&(register.table, register.unit_id)) else { continue };
        let behind = others.range(register.address.saturating_add(1)..).next();
        match behind.map(|behind| behind.abs_diff(register.address)) {
            Some(2) => spaced.entry(&register.type_text).or_default().push(register),
            // The last one, or one before a gap, tells nothing.
            None | Some(3..) => {}
            Some(_) => return,
        }
    }
    for (text, registers) in spaced.iter().filter(|(_, registers)| registers.len() >= ENOUGH) {
        let message = said!(
            "“{text}” has no size, but its {registers} registers are two addresses apart",
            text,
            registers = registers.len()
        );
        diagnostics.push(
            registers
                .iter()
                .flat_map(|register| register.places(Meaning::Type))
                .fold(Diagnostic::warning("W0473", message), Diagnostic::at)
                .expected("a type with its size, such as int32, or a column with the number of registers")
                .help("16 bits were assumed: the second register of each is not read")
                .manifest(Entry::table(["types"]).one_of(text, ["int32", "int16"])),
        );
    }
}
