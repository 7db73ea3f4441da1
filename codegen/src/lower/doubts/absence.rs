//! Raw values that a remark says are none, where nothing reads them: they would be returned as values.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lower::Register;
use crate::lower::forms::Form;

/// Warns of numbers that have no value without one, while a remark names it.
pub(super) fn report(registers: &[Register], diagnostics: &mut Diagnostics) {
    let is_open = |register: &&Register| {
        let is_number = register.form().is_none_or(Form::is_number) && !register.table.is_bit();
        let is_listed = !register.values.is_empty() || !register.bits.is_empty() || !register.listed.is_empty();
        is_number && !is_listed && register.marks.is_empty() && register.ruled_absent.values.is_empty()
    };
    for register in registers.iter().filter(is_open) {
        let told = register.facts.iter().find_map(|fact| fact.row.absence_told());
        let Some((number, place)) = told else { continue };
        // Merged, since a vendor writes it so throughout.
        diagnostics.merge(
            Diagnostic::warning(
                "W0485",
                "a remark seems to say which raw value means “no value”, but it is not applied",
            )
            .at(place)
            .expected("a column for it, `not_available` in a [[rule]], or an override of `not_available`")
            .help(format!(
                "the raw value is returned like any other. If it means “no value”, say so in a [[rule]]: \
                     set = {{ not_available = [{number}] }}. If it is a value, silence the warning with [[allow]]"
            )),
        );
    }
}
