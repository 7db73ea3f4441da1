//! Ranges of two or four registers that may be one value, and are read as that many.

use crate::columns::Meaning;
use crate::diagnostic::entry::Value;
use crate::diagnostic::{Diagnostic, Diagnostics, Entry, said};
use crate::lower::Register;
use crate::lower::forms::Form;
use crate::lower::widths::counting;
use crate::manifest::{ArraySource, Manifest};

/// Units of what only grows and outgrows 16 bits, in lower case.
pub(in crate::lower) const TOTALS: [&str; 8] = ["wh", "kwh", "mwh", "m³", "m3", "l", "h", "s"];

/// Warns of them: no type says how many registers a value takes, or the unit is that of a total.
pub(super) fn report(registers: &[Register], manifest: &Manifest, diagnostics: &mut Diagnostics) {
    let is_array = |register: &Register| {
        manifest.arrays.iter().any(|array| match &array.source {
            ArraySource::Range { registers, .. } | ArraySource::Block { registers, .. } => {
                registers.contains(register.table, register.address)
            }
            ArraySource::Pattern(_) | ArraySource::Members { .. } => false,
        })
    };
    for register in registers.iter().filter(|register| matches!(register.count, 2 | 4) && register.width == 1) {
        let is_open = match register.form() {
            None => !register.misread,
            Some(Form::Number { .. }) => TOTALS.contains(&register.unit.to_lowercase().as_str()),
            Some(_) => false,
        };
        let is_listed = !register.values.is_empty() || !register.bits.is_empty() || !register.listed.is_empty();
        // A column of counts has a warning of its own.
        let is_counted = counting(register) == Meaning::Count;
        if !is_open
            || is_counted
            || is_array(register)
            || is_listed
            || register.table.is_bit()
            || register.bit_range.is_some()
            || register.place.is_some()
        {
            continue;
        }
        let message =
            said!("a range of {count} registers is read as so many values of 16 bits", count = register.count);
        let bits = register.count.saturating_mul(16);
        let readings = [format!("uint{bits}"), format!("int{bits}"), "uint16".to_owned(), "int16".to_owned()];
        let readings = readings.iter().map(|word| Value::from(word.as_str())).collect();
        // Merged, since a table writes all its values so.
        diagnostics.merge(
            register
                .places(Meaning::Address)
                .into_iter()
                .take(1)
                .fold(Diagnostic::warning("W0431", message), Diagnostic::at)
                .expected("a type that says how many registers a value takes")
                .manifest(Entry::rule(vec![register.range()], "type", readings)),
        );
    }
}
