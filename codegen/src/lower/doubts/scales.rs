//! Scales that stand in names and remarks, where nothing reads them: the values would be wrong by a power of ten. Examples of
//! raw values in remarks are compared with how they are read.

use crate::diagnostic::entry::{Entry, Value};
use crate::diagnostic::{Diagnostic, Diagnostics, said};
use crate::lower::Register;
use crate::lower::forms::Form;
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
            && register.bit_range.is_none_or(|(low, high)| low < high)
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

/// Warns of floats that a row scales: they mostly carry the value itself, and the number beside them is how it is displayed.
pub(super) fn report_floats(registers: &[Register], diagnostics: &mut Diagnostics) {
    let is_scaled = |register: &&Register| {
        matches!(register.form(), Some(Form::Float { .. }))
            && register.scale != Ratio::ONE
            && !register.corrections.iter().any(|of| of.cell.is_none() && LOOKED_AT.contains(&of.field.as_str()))
    };
    for register in registers.iter().filter(is_scaled) {
        let told = register.facts.iter().find_map(|fact| fact.row.scale_cell());
        let Some(place) = told else { continue };
        let message = said!("a float is multiplied by {scale}", scale = register.scale);
        // Merged, since a table has one way to write them.
        diagnostics.merge(
            Diagnostic::warning("W0430", message)
                .at(place)
                .expected("no scale: a float carries the value itself")
                .help(
                    "if the number says how many decimals are displayed, an override of the column's key sets it to 1",
                ),
        );
    }
}

/// Warns of registers of which a remark says that a raw value means another one than is read: `1000 = 0 °C`.
pub(super) fn report_examples(registers: &[Register], diagnostics: &mut Diagnostics) {
    let is_listed = |register: &Register| {
        let is_list = matches!(register.form(), Some(Form::Enum { .. } | Form::Flags { .. } | Form::BitSet { .. }));
        is_list || !register.values.is_empty() || !register.bits.is_empty() || !register.listed.is_empty()
    };
    let is_number = |register: &&Register| {
        register.form().is_none_or(Form::is_number)
            && !register.table.is_bit()
            && register.bit_range.is_none_or(|(low, high)| low < high)
            && register.scaled_by.is_none()
    };
    for register in registers.iter().filter(is_number) {
        report_formula(register, diagnostics);
        if is_listed(register) {
            continue;
        }
        let read = |raw: Ratio| raw.times(register.scale)?.plus(register.offset);
        let has_unit = |unit: &str| register.unit.is_empty() || unit.is_empty() || register.unit == unit;
        let told: Vec<_> = register.facts.iter().flat_map(|fact| fact.row.values_told()).collect();
        let wrong = told.iter().find(|(of, _)| has_unit(&of.unit) && read(of.raw) != Some(of.value));
        let Some((of, place)) = wrong else { continue };
        let value = read(of.raw).map_or_else(|| "no value".to_owned(), |value| format!("{value} {}", register.unit));
        let message = said!(
            "a remark says that raw {raw} is {meant} {unit}, but it is read as {value}",
            raw = of.raw,
            meant = of.value,
            unit = &of.unit,
            value = value.trim_end()
        );
        let mut others = told.iter().map(|(other, _)| (other.raw, other.value));
        let fits = others.find_map(|other| through((of.raw, of.value), other));
        let alone = || of.raw.inverse()?.times(of.value);
        let help = match (fits, alone()) {
            (Some((factor, offset)), _) => {
                format!("a factor of {factor} and an offset of {offset} would fit the remark")
            }
            (None, Some(factor)) => format!("without an offset, a factor of {factor} would fit the remark"),
            (None, None) => "correct the factor, the offset or the unit with an [[override]], or the remark".to_owned(),
        };
        // Merged, since a vendor repeats it at every temperature.
        diagnostics.merge(
            Diagnostic::warning("W0491", message)
                .at(place.clone())
                .expected("the same value from the scale and from the remark")
                .help(help),
        );
    }
}

/// Warns where a remark gives a formula that is not the one the value is read by.
fn report_formula(register: &Register, diagnostics: &mut Diagnostics) {
    let told = register.facts.iter().find_map(|fact| fact.row.formula_told());
    let Some((factor, offset, place)) = told else { return };
    if (factor, offset) == (register.scale, register.offset) {
        return;
    }
    let message = said!(
        "a remark gives a factor of {factor} and an offset of {offset}, but the value is read with {scale} and {added}",
        factor,
        offset,
        scale = register.scale,
        added = register.offset
    );
    diagnostics.merge(
        Diagnostic::warning("W0491", message)
            .at(place)
            .expected("the same value from the scale and from the remark")
            .help("correct the factor and the offset with an [[override]], or the remark by a [[cell]]"),
    );
}

/// The factor and the offset by which two raw values have these values.
fn through((raw, value): (Ratio, Ratio), (other, at): (Ratio, Ratio)) -> Option<(Ratio, Ratio)> {
    let factor = at.plus(value.negated()?)?.times(other.plus(raw.negated()?)?.inverse()?)?;
    Some((factor, value.plus(raw.times(factor)?.negated()?)?))
}
