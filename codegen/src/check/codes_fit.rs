//! Codes, bit numbers and raw values that the manifest or a footnote names exist in their raw type.

use std::collections::BTreeMap;

use super::{Subject, error};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::model::{Kind, RawType, Role, ValueForm, ValueLabel, ValueType};

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for value_type in &subject.device.types {
        check_type(value_type, &subject.type_place(value_type), diagnostics);
    }
    for point in &subject.device.points {
        let (lowest, highest) = point.raw.range();
        let in_range = |raw: i128| (lowest..=highest).contains(&raw);
        for raw in point.not_available.iter().filter(|raw| !in_range(**raw)) {
            diagnostics.push(
                error(
                    "E0604",
                    said!(
                        "the not-available value {raw} of “{label}” does not fit {held}",
                        raw,
                        label = &point.label,
                        held = point.raw
                    ),
                    point,
                )
                .expected(format!("a raw value from {lowest} to {highest}"))
                .help("a signed register reads the upper half of its raw values as negative: 65535 is -1"),
            );
        }
        for raw in point.specials.iter().filter(|raw| !in_range(i128::from(**raw))) {
            diagnostics.push(
                error(
                    "E0606",
                    said!(
                        "the special value {raw} of “{label}” does not fit {held}",
                        raw,
                        label = &point.label,
                        held = point.raw
                    ),
                    point,
                )
                .expected(format!("a raw value from {lowest} to {highest}")),
            );
        }
        if let Kind::Enum(name) | Kind::Flags(name) | Kind::Conditional(name) = &point.kind
            && let Some(value_type) = subject.device.value_type(name)
            && value_type.raw != point.raw
        {
            diagnostics.push(
                error(
                    "E0624",
                    said!(
                        "{name} has values of {raw}, but “{label}” is {held}",
                        name,
                        raw = value_type.raw,
                        label = &point.label,
                        held = point.raw
                    ),
                    point,
                )
                .at(subject.type_place(value_type))
                .expected("a type for registers of one width"),
            );
        }
        if let (Kind::Enum(name), Some((low, high))) = (&point.kind, point.bit_range)
            && let Some(value_type) = subject.device.value_type(name)
        {
            let (lowest, highest) = point.raw_range();
            let is_too_wide = |label: &&ValueLabel| !(lowest..=highest).contains(&i128::from(label.code));
            for label in value_type.labels.iter().filter(is_too_wide) {
                diagnostics.push(
                    Diagnostic::in_cell(
                        "E0606",
                        said!(
                            "code {code} of {name} does not fit bits {low} to {high} of “{label}”",
                            code = label.code,
                            name,
                            low,
                            high,
                            label = &point.label
                        ),
                    )
                    .at(subject.type_place(value_type).holds(&label.label))
                    .expected(format!("a code from {lowest} to {highest}"))
                    .help("codes of bits are often printed in binary: 10 is 2, 11 is 3"),
                );
            }
        }
        if let Role::Command { trigger: Some(trigger) } = point.role
            && !in_range(i128::from(trigger))
        {
            diagnostics.push(
                error(
                    "E0605",
                    said!(
                        "the trigger {trigger} of “{label}” does not fit {raw}",
                        trigger,
                        label = &point.label,
                        raw = point.raw
                    ),
                    point,
                )
                .expected(format!("a raw value from {lowest} to {highest}")),
            );
        }
    }
}

fn check_type(value_type: &ValueType, place: &Place, diagnostics: &mut Diagnostics) {
    let (lowest, highest) = match (value_type.form, value_type.raw) {
        (ValueForm::Enum, raw) => raw.range(),
        (ValueForm::Flags, RawType::Bool) => (0, 0),
        (ValueForm::Flags, RawType::Integer { bits, .. }) => (0, i128::from(bits.saturating_sub(1))),
        // Nothing else has bits with a meaning each.
        (ValueForm::Flags | ValueForm::Special | ValueForm::Conditional, _) => return,
    };
    let what = if value_type.form == ValueForm::Enum { "code" } else { "bit" };
    let mut known: BTreeMap<i64, &ValueLabel> = BTreeMap::new();
    for label in &value_type.labels {
        if !(lowest..=highest).contains(&i128::from(label.code)) {
            diagnostics.push(
                Diagnostic::in_cell(
                    "E0606",
                    said!(
                        "{what} {code} of {value_type} does not fit {raw}",
                        what,
                        code = label.code,
                        value_type = &value_type.name,
                        raw = value_type.raw
                    ),
                )
                .at(place.clone().holds(&label.label))
                .expected(format!("a {what} from {lowest} to {highest}")),
            );
        }
        if let Some(other) = known.get(&label.code) {
            diagnostics.push(
                Diagnostic::in_cell(
                    "E0607",
                    said!(
                        "{what} {code} of {value_type} is listed twice",
                        what,
                        code = label.code,
                        value_type = &value_type.name
                    ),
                )
                .at(place.clone().holds(&other.label))
                .at(place.clone().holds(&label.label))
                .expected(format!("each {what} once")),
            );
        } else {
            known.insert(label.code, label);
        }
    }
}
