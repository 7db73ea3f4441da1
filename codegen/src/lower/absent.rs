//! Raw values that mean that there is no value: as a row, a rule or the preset of the device says.

use super::Register;
use super::forms::Form;
use super::types::Typed;
use crate::columns::Meaning;
use crate::diagnostic::{Diagnostic, Diagnostics, said};
use crate::manifest::Manifest;
use crate::model::{Kind, RawType};

/// What a rule says of values that are none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct RuledAbsent {
    pub(super) values: Vec<i128>,
    /// Whether the rule names registers or types, lists of values among them: of others it says it of numbers.
    pub(super) of_lists: bool,
}

/// The raw values of a point that mean that it has no value. What a row says holds before what a rule says, and both
/// before the preset.
pub(super) fn values(
    register: &Register,
    kind: &Kind,
    raw: RawType,
    typed: Option<&Typed>,
    manifest: &Manifest,
    diagnostics: &mut Diagnostics,
) -> Vec<i128> {
    let has_numbers = !register.table.is_bit() && !matches!(kind, Kind::Bool | Kind::Text | Kind::Bytes);
    if !has_numbers {
        return Vec::new();
    }
    if !register.marks.is_empty() {
        return stated(register, raw, diagnostics);
    }
    let is_list = matches!(kind, Kind::Enum(_) | Kind::Flags(_) | Kind::BitSet | Kind::Conditional(_));
    let ruled = &register.ruled_absent;
    if !ruled.values.is_empty() {
        return if is_list && !ruled.of_lists { Vec::new() } else { ruled.values.clone() };
    }
    if !manifest.conventions.sunspec_absent || register.bit_range.is_some() {
        return Vec::new();
    }
    let preset = sunspec(register.form(), kind, raw);
    let is_listed = |value: &i128| {
        typed.is_some_and(|typed| typed.value_type.labels.iter().any(|label| i128::from(label.code) == *value))
    };
    preset.into_iter().filter(|value| !(matches!(kind, Kind::Enum(_)) && is_listed(value))).collect()
}

/// What the row's cell says, as the point's type reads it.
fn stated(register: &Register, raw: RawType, diagnostics: &mut Diagnostics) -> Vec<i128> {
    let is_float = matches!(raw, RawType::Float { .. });
    let bits = register.bit_range.map_or(raw.bits(), |(low, high)| high.saturating_sub(low).saturating_add(1));
    let mut values = Vec::new();
    for mark in &register.marks {
        match mark.raw(bits, raw.is_signed(), is_float) {
            Some(value) if !values.contains(&value) => values.push(value),
            Some(_) => {}
            None => {
                let message =
                    said!("a not-available value of {register} does not fit {raw}", register = register.name(), raw);
                let error = Diagnostic::error("E0462", message);
                diagnostics.push_once(
                    register
                        .filled(Meaning::NotAvailable)
                        .into_iter()
                        .fold(error, Diagnostic::at)
                        .expected(format!("a raw value of {bits} bits")),
                );
            }
        }
    }
    values
}

/// Values of what is not implemented, as the `SunSpec` Device Information Model Specification has them by type. Of bits,
/// the most significant one says it, whatever the others are; what devices send is that bit alone, or all of them.
fn sunspec(form: Option<Form>, kind: &Kind, raw: RawType) -> Vec<i128> {
    let (lowest, highest) = raw.range();
    match (form, kind, raw) {
        (Some(Form::Accumulator { .. }), ..) => vec![0],
        (_, Kind::Flags(_) | Kind::BitSet, _) => {
            let half = highest.saturating_add(1).wrapping_div(2);
            vec![highest, half]
        }
        (_, _, RawType::Float { bits: 64 }) => vec![i128::from(f64::NAN.to_bits())],
        (_, _, RawType::Float { .. }) => vec![i128::from(f32::NAN.to_bits())],
        (_, _, RawType::Integer { signed: true, .. }) => vec![lowest],
        (_, _, RawType::Integer { signed: false, .. }) => vec![highest],
        _ => Vec::new(),
    }
}
