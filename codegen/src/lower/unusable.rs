//! What a row states and its value cannot have: nothing follows from it, which a person should know.

use super::Register;
use super::forms::Form;
use crate::cells::order::Order;
use crate::columns::Meaning;
use crate::diagnostic::{Diagnostic, Diagnostics, Message, said};
use crate::model::Kind;

/// Warns of not-available values of texts, bytes and single bits, and of an order of words where nothing has one.
pub(super) fn report(register: &Register, kind: &Kind, diagnostics: &mut Diagnostics) {
    let what = match kind {
        Kind::Text => "a text",
        Kind::Bytes => "a sequence of bytes",
        Kind::Bool => "a single bit",
        _ => return,
    };
    if !register.marks.is_empty() {
        warn(
            register,
            Meaning::NotAvailable,
            said!("the not-available value of {what} is not used", what),
            diagnostics,
        );
    }
    let is_sequence = matches!(register.form(), Some(Form::Bytes { .. } | Form::Address { .. }));
    if is_sequence && register.stated_order.or(register.order).is_some_and(|order| order != Order::Abcd) {
        warn(register, Meaning::Order, said!("the order of {what} is not used", what), diagnostics);
    }
}

fn warn(register: &Register, meaning: Meaning, message: Message, diagnostics: &mut Diagnostics) {
    let places = register.filled(meaning);
    if places.is_empty() {
        return;
    }
    // Merged, since a column says it of every row.
    diagnostics.merge(
        places
            .into_iter()
            .fold(Diagnostic::warning("W0476", message), Diagnostic::at)
            .expected("a number, or a blank cell")
            .help("correct the type of the register if it is a number"),
    );
}
