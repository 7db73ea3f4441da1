//! Values without a size that are always two registers apart: they may be of 32 bits.

use std::collections::{BTreeMap, BTreeSet};

use super::Register;
use super::forms::Form;
use crate::columns::Meaning;
use crate::diagnostic::entry::{Entry, Value};
use crate::diagnostic::{Diagnostic, Diagnostics, said};

/// As many as it takes for a distance to be no accident.
const ENOUGH: usize = 3;

/// As many as it takes for all of them to be an even number apart by no accident.
const MANY: usize = 6;

/// Reports them, where nothing says how many registers they take.
pub(super) fn report(registers: &[Register], diagnostics: &mut Diagnostics) {
    report_integers(registers, diagnostics);
    report_untyped(registers, diagnostics);
}

/// Registers of which nothing says what they hold, in a table that has no two neighbours.
fn report_untyped(registers: &[Register], diagnostics: &mut Diagnostics) {
    let is_word = |register: &&Register| !register.table.is_bit() && register.bit_range.is_none();
    let mut tables: BTreeMap<_, Vec<&Register>> = BTreeMap::new();
    for register in registers.iter().filter(is_word) {
        tables.entry((register.table, register.unit_id)).or_default().push(register);
    }
    for registers in tables.values() {
        let addresses: BTreeSet<u16> = registers.iter().map(|register| register.address).collect();
        let distances: Vec<u16> =
            addresses.iter().zip(addresses.iter().skip(1)).map(|(one, next)| one.abs_diff(*next)).collect();
        let (twos, is_even) = (
            distances.iter().filter(|distance| **distance == 2).count(),
            distances.iter().all(|distance| distance % 2 == 0),
        );
        let is_open = |register: &&Register| {
            register.type_text.is_empty()
                && register.width == 1
                && register.facts.iter().all(|fact| fact.count.is_none())
                && register.values.is_empty()
                && register.listed.is_empty()
        };
        let open: Vec<&Register> = registers.iter().copied().filter(is_open).collect();
        let is_enough = twos >= ENOUGH || twos > 0 && open.len() >= MANY;
        if !is_even || !is_enough || open.len() < ENOUGH {
            continue;
        }
        let message = said!(
            "nothing says the type of {registers} registers, and no two registers of the table are neighbours",
            registers = open.len()
        );
        let readings = ["float32", "uint32", "int32", "uint16", "int16"];
        let readings = readings.map(|text| Value::Text(text.to_owned())).to_vec();
        let rule = if tables.len() == 1 && open.len() == registers.len() {
            Entry::element("rule").with("set", Value::Set("type", Box::new(Value::Open(readings)))).reason()
        } else {
            Entry::rule(open.iter().map(|register| register.range()).collect(), "type", readings)
        };
        diagnostics.push(
            open.iter()
                .flat_map(|register| register.description_places())
                .fold(Diagnostic::warning("W0484", message), Diagnostic::at)
                .expected(
                    "a column of types, or a [[rule]] with the type: float32 or uint32 where a value has two registers",
                )
                .help("16 bits were assumed: if a value has two registers, its second one is not read")
                .manifest(rule),
        );
    }
}

fn report_integers(registers: &[Register], diagnostics: &mut Diagnostics) {
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
