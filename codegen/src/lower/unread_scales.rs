//! Scales that stand in names and remarks, where nothing reads them: the values would be wrong by a power of ten.

use super::Register;
use super::forms::Form;
use crate::diagnostic::entry::{Entry, Value};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::ratio::Ratio;

/// Fields whose correction shows that somebody has looked at what a register's value is.
const LOOKED_AT: [&str; 8] = ["factor", "divisor", "exponent", "decimals", "format", "unit", "description", "label"];

/// Warns of numbers that nothing scales while their name or a remark says how.
pub(super) fn report(registers: &[Register], diagnostics: &mut Diagnostics) {
    let is_open = |register: &&Register| {
        let is_number = register.form().is_none_or(Form::is_number) && !register.table.is_bit();
        let is_listed = !register.values.is_empty() || !register.bits.is_empty() || !register.listed.is_empty();
        let is_seen = |field: &str| LOOKED_AT.contains(&field);
        register.scale == Ratio::ONE
            && register.scale_cell.is_none()
            && is_number
            && !is_listed
            && register.bit_range.is_none()
            && !register.corrections.iter().any(|correction| correction.cell.is_none() && is_seen(&correction.field))
    };
    for register in registers.iter().filter(is_open) {
        let told = register.facts.iter().find_map(|fact| fact.row.scale_told());
        let Some((is_name, place)) = told else { continue };
        let message = match is_name {
            true => "a name may say how the value is scaled, but nothing reads it there",
            false => "a remark may say how the value is scaled, but nothing reads it there",
        };
        // One rule for each text: volts may have another scale than amperes.
        let reason = format!("The table says “{}”.", place.found.as_deref().unwrap_or_default());
        let entry = Entry::element("rule")
            .with("registers", Value::Registers(vec![register.range()]))
            .with("set", Value::Set("factor", Box::new(Value::Open(Vec::new()))))
            .text("reason", &reason);
        // Merged, since a vendor writes it so throughout.
        diagnostics.merge(
            Diagnostic::warning("W0480", message)
                .at(place)
                .expected("the scale in a column of its own, or in a [[rule]]")
                .help(
                    "as it is, the value is the raw value. “x10” mostly means that the device sends ten times the value, \
                     factor = 0.1; if it is no scale, an override of `label` gives a name without it, and [[allow]] \
                     silences the warning",
                )
                .manifest(entry),
        );
    }
}
