//! Remarks about the words and the bytes of values, where nothing reads them: the values would be wrong.

use crate::cells::order::Order;
use crate::cells::word_phrase::{Said, Told};
use crate::columns::Meaning;
use crate::diagnostic::entry::{Entry, Value};
use crate::diagnostic::{Diagnostic, Diagnostics, said};
use crate::lower::Register;
use crate::lower::forms::Form;
use crate::model::Access;

/// Warns of values that are read otherwise than a remark says.
pub(super) fn report(registers: &[Register], diagnostics: &mut Diagnostics) {
    let is_number = |register: &&Register| {
        register.form().is_none_or(Form::is_number) && !register.table.is_bit() && register.bit_range.is_none()
    };
    for register in registers {
        report_clauses(register, diagnostics);
        report_sign(register, diagnostics);
    }
    for register in registers.iter().filter(is_number) {
        if register.width > 1 {
            report_order(register, diagnostics);
        } else {
            report_bytes(register, diagnostics);
        }
    }
}

/// Warns where the column of signs says otherwise than the type, which holds.
fn report_sign(register: &Register, diagnostics: &mut Diagnostics) {
    let by_type = register.form().and_then(Form::signed);
    let by_column = register.signed.as_ref().filter(|(_, rule)| rule.is_none()).map(|(signed, _)| *signed);
    if by_type.zip(by_column).is_none_or(|(one, other)| one == other) {
        return;
    }
    let places = register.filled(Meaning::Signed).into_iter().chain(register.filled(Meaning::Type));
    diagnostics.merge(
        places
            .fold(
                Diagnostic::warning("W0494", "a column says otherwise than the type whether the number is signed"),
                Diagnostic::at,
            )
            .expected("the same in both columns")
            .help("the type is taken; correct it with an [[override]] of `type`, or the other cell by a [[cell]]"),
    );
}

fn report_order(register: &Register, diagnostics: &mut Diagnostics) {
    let Some((told, place)) = register.facts.iter().find_map(|fact| fact.row.order_told()) else { return };
    let order = register.order.unwrap_or(Order::Abcd);
    let fits = match told {
        Told::Order(told) => told == order,
        // It excludes no other.
        Told::Unclear => order != Order::Abcd,
    };
    if fits {
        return;
    }
    let readings = match told {
        Told::Order(told) => vec![Value::from(told.key())],
        Told::Unclear => vec![Value::from("CDAB"), Value::from("DCBA")],
    };
    let message =
        said!("a remark states another word order than {order}, in which the value is read", order = order.key());
    // Merged, since a vendor repeats it at every value.
    diagnostics.merge(
        Diagnostic::warning("W0492", message)
            .at(place)
            .expected("`order` in [device], in a [[sheet]] or in a [[rule]] as the remark states it")
            .help("the wrong order gives wrong values: compare one that you know")
            .manifest(Entry::rule(vec![register.range()], "order", readings)),
    );
}

fn report_bytes(register: &Register, diagnostics: &mut Diagnostics) {
    let is_listed = !register.values.is_empty() || !register.bits.is_empty() || !register.listed.is_empty();
    let is_plain = matches!(register.form(), None | Some(Form::Number { .. }));
    let told = register.facts.iter().find_map(|fact| fact.row.bytes_told());
    let Some(place) = told.filter(|_| is_plain && !is_listed) else { return };
    diagnostics.merge(
        Diagnostic::warning("W0493", "the text speaks of two bytes, but the register is read as one number")
            .at(place)
            .expected("a row for each byte, with `bit` 0-7 or 8-15, or a single number")
            .help(
                "list the bytes in a table of your own, with a column for their bits, and leave this row out by `skip`; \
                 if it is one number, [[allow]] silences the warning",
            ),
    );
}

/// Warns where a remark says otherwise than the type or the access.
fn report_clauses(register: &Register, diagnostics: &mut Diagnostics) {
    for (said, place) in register.facts.iter().flat_map(|fact| fact.row.clauses_told()) {
        let signed = register.form().and_then(Form::signed);
        let (is_wrong, field) = match said {
            Said::Signed(told) => (signed.is_some_and(|signed| signed != told), "type"),
            Said::Bcd => {
                let is_other =
                    !matches!(register.form(), Some(Form::Bcd { .. } | Form::Text { .. } | Form::Bytes { .. }));
                (is_other && !register.table.is_bit(), "type")
            }
            Said::Float => (matches!(register.form(), Some(Form::Number { .. })) && !register.table.is_bit(), "type"),
            Said::Double => (register.width == 1 && !register.table.is_bit() && register.type_word.is_some(), "type"),
            Said::ReadOnly => (register.access() == Access::ReadWrite && register.access.is_some(), "access"),
        };
        if !is_wrong {
            continue;
        }
        let message = said!("a remark says “{said}”, and the {field} says something else", said = said.name(), field);
        diagnostics.merge(
            Diagnostic::warning("W0494", message)
                .at(place)
                .expected("the same in the remark and in the column")
                .help(format!("correct the {field} with an [[override]] of `{field}`, or the remark by a [[cell]]")),
        );
    }
}
