//! A row about one bit of a register whose type is that of a whole number: one of the two cells means something else.

use super::Register;
use super::forms::Form;
use crate::columns::Meaning;
use crate::diagnostic::{Diagnostic, Diagnostics, said};

/// Reports single bits of numbers that are signed. An unsigned type, which many documents print of every bit of a word, is
/// only doubtful where the bit is a bare number and other rows of the column say `bit`.
pub(super) fn report(registers: &[Register], diagnostics: &mut Diagnostics) {
    let of_bit = |register: &Register| register.bit_range.is_some_and(|(low, high)| low == high);
    let is_marked = |register: &Register| {
        let mut cells = register.filled(Meaning::Bit).into_iter();
        cells.any(|place| place.found.is_some_and(|text| text.starts_with(char::is_alphabetic)))
    };
    let says_bit = registers.iter().any(is_marked);
    for register in registers.iter().filter(|register| of_bit(register) && !register.misread) {
        let Some(Form::Number { .. } | Form::SignMagnitude { .. }) = register.form() else { continue };
        let bits = register.filled(Meaning::Bit);
        let is_signed = register.form().and_then(Form::signed) == Some(true);
        if bits.is_empty() || !is_signed && (is_marked(register) || !says_bit) {
            continue;
        }
        let message =
            said!("{register} is a number by its type, but a single bit by its row", register = register.name());
        let cells = bits.into_iter().chain(register.places(Meaning::Type));
        diagnostics.push(
            cells
                .fold(Diagnostic::warning("W0472", message), Diagnostic::at)
                .expected("a bit of a bit field or of a plain word, or a number without a bit")
                .help("where the column counts registers or bytes, name it `count` or `size_in_bytes` in [columns]"),
        );
    }
}
