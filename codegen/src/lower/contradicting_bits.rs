//! A row about one bit whose other cells are about a number: one of them means something else.

use super::forms::Form;
use super::{Register, points};
use crate::columns::Meaning;
use crate::diagnostic::entry::{Entry, Value};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::ratio::Ratio;

/// Reports single bits of numbers that are signed or have a unit. An unsigned type, which many documents print of every bit
/// of a word, is only doubtful where the bit is a bare number and other rows of the column say `bit`.
pub(super) fn report(registers: &[Register], diagnostics: &mut Diagnostics) {
    let of_bit = |register: &Register| register.bit_range.is_some_and(|(low, high)| low == high);
    let is_marked = |register: &Register| {
        let mut cells = register.filled(Meaning::Bit).into_iter();
        cells.any(|place| place.found.is_some_and(|text| text.starts_with(char::is_alphabetic)))
    };
    let says_bit = registers.iter().any(is_marked);
    // A program that takes addresses for numbers with a fraction writes 10 as `10.0`.
    let are_fractions =
        || registers.iter().filter(|register| of_bit(register)).all(|one| one.bit_range == Some((0, 0)));
    for register in registers.iter().filter(|register| of_bit(register) && !register.misread) {
        let is_number = matches!(register.form(), Some(Form::Number { .. } | Form::SignMagnitude { .. }));
        let is_signed = register.form().and_then(Form::signed) == Some(true);
        let mut bits = register.filled(Meaning::Bit);
        let is_of_address = bits.is_empty();
        let has_unit = !register.unit.is_empty() && !points::says_truth(&register.unit.to_lowercase());
        // A bit with a scale as well is reported as that.
        let is_scaled = (register.scale, register.offset) != (Ratio::ONE, Ratio::ZERO);
        let ends = |place: &Place| place.found.as_deref().is_some_and(|text| text.ends_with(".0"));
        let is_typed = if is_of_address {
            bits = register.places(Meaning::Address);
            bits.iter().any(ends) && is_number && (is_signed || are_fractions())
        } else {
            is_number && (is_signed || !is_marked(register) && says_bit)
        };
        let may_be_fraction = is_of_address && bits.iter().any(ends);
        if !is_typed && (!has_unit || is_scaled && !may_be_fraction) {
            continue;
        }
        let (what, meaning) = if is_typed { ("type", Meaning::Type) } else { ("unit", Meaning::Unit) };
        let message = said!(
            "{register} is a number by its {what}, but a single bit by its row",
            register = register.name(),
            what
        );
        let cells = bits.into_iter().chain(register.places(meaning));
        let help = match is_of_address {
            true if may_be_fraction => {
                "a program may have made 10.0 of the address 10: correct it in the file or by a [[cell]]"
            }
            true => "a bit has no unit: correct the address or the unit by a [[cell]]",
            false => "where the column counts registers or bytes, name it `count` or `size_in_bytes` in [columns]",
        };
        diagnostics.push(
            cells
                .fold(Diagnostic::warning("W0472", message), Diagnostic::at)
                .expected("a bit of a bit field or of a plain word, or a number without a bit")
                .help(help),
        );
    }
}

/// Reports bits that do not lie in the byte that their type names: bit 3 of the high byte is bit 11 of the register, or bit 3.
pub(super) fn report_bytes(registers: &[Register], diagnostics: &mut Diagnostics) {
    for register in registers.iter().filter(|register| !register.misread) {
        let byte = register.type_word.and_then(|word| word.named_byte);
        let (Some((lowest, highest)), Some((low, high))) = (byte, register.bit_range) else { continue };
        if (lowest..=highest).contains(&low) && (lowest..=highest).contains(&high) {
            continue;
        }
        let bits = if low == high { format!("bit {low}") } else { format!("bits {low}–{high}") };
        let message = said!(
            "{register} is {bits} by its row, but its type names the byte of bits {lowest}–{highest}",
            register = register.name(),
            bits,
            lowest,
            highest
        );
        let cells = match register.filled(Meaning::Bit) {
            cells if cells.is_empty() => register.places(Meaning::Address),
            cells => cells,
        };
        diagnostics.push(
            cells
                .into_iter()
                .chain(register.places(Meaning::Type))
                .fold(Diagnostic::in_own_cell("E0425", message), Diagnostic::at)
                .expected("bits of that byte, counted from the lowest bit of the register: 0 to 15"),
        );
    }
}

/// Reports coils and discrete inputs whose type or unit is that of a number. An unsigned word, which many documents print
/// of every bit, is only doubtful where others are of a type for bits.
pub(super) fn report_coils(registers: &[Register], diagnostics: &mut Diagnostics) {
    let all = || registers.iter().filter(|register| register.table.is_bit() && !register.misread);
    let has_bools = all().any(|register| register.form() == Some(Form::Bool));
    let is_number = |form: Form| match form {
        Form::Number { signed, bits } => signed == Some(true) || bits.is_some_and(|bits| bits > 16) || has_bools,
        Form::Float { .. }
        | Form::Bcd { .. }
        | Form::SignMagnitude { .. }
        | Form::Modulo10000 { .. }
        | Form::Accumulator { .. }
        | Form::ScaleFactor
        | Form::Text { .. } => true,
        _ => false,
    };
    for register in all() {
        let unit = register.unit.to_lowercase();
        let has_unit = !unit.is_empty() && !points::says_truth(&unit);
        let wrong = [
            (Meaning::Type, register.form().is_some_and(is_number), "type"),
            (Meaning::Unit, has_unit && !register.filled(Meaning::Unit).is_empty(), "unit"),
        ];
        for (meaning, _, what) in wrong.into_iter().filter(|(_, is_wrong, _)| *is_wrong) {
            let message = said!("a {table} has the {what} of a number", table = register.table, what);
            let kind = if what == "type" { Value::from("bool") } else { Value::from("") };
            let rule = Entry::rule(vec![register.range()], what, vec![kind]);
            // Merged, since a table of registers given as one of coils has it in every row.
            diagnostics.merge(
                register
                    .places(meaning)
                    .into_iter()
                    .fold(Diagnostic::warning("W0515", message), Diagnostic::at)
                    .expected("a type of one bit, such as bool, and no unit; or registers instead of coils")
                    .help(
                        "it is read as a single bit: if the rows are about registers, correct `table` in \
                           [[sheet]] or the column that says it",
                    )
                    .manifest(rule),
            );
        }
    }
}
