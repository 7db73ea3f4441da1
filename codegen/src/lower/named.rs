//! Names that `[[name]]` gives to values, and entries of it that name nothing.

use std::collections::BTreeSet;

use super::described::Described;
use crate::diagnostic::{Diagnostic, Diagnostics, said};
use crate::manifest::{Manifest, NameEntry, Named};
use crate::model::{Device, ValueForm, ValueLabel};
use crate::spelling::normalised;
use crate::suggest;

/// Names values; what else has a name has been given it where it was made.
pub(super) fn apply(device: &mut Device, manifest: &Manifest, described: &Described, diagnostics: &mut Diagnostics) {
    for entry in manifest.names.iter() {
        match &entry.of {
            Named::Value { of, code, printed } => {
                let mut found = false;
                let value_type = device.types.iter_mut().find(|value_type| value_type.name == *of);
                // A type that could not be made has been reported.
                let is_missing = value_type.is_none() && diagnostics.has_errors();
                if let Some(value_type) = value_type {
                    let form = value_type.form;
                    for label in value_type.labels.iter_mut().filter(|label| is_meant(label, form, *code, printed)) {
                        label.name.clone_from(&entry.name);
                        found = true;
                    }
                }
                if !found && !is_missing {
                    report(entry, &known(device, &entry.of, manifest), printed, described, diagnostics);
                }
            }
            Named::Device(text) | Named::Group(text) | Named::Array(text) | Named::Member { member: text, .. } => {
                let known = known(device, &entry.of, manifest);
                if !known.contains(&text.as_str()) {
                    report(entry, &known, text, described, diagnostics);
                }
            }
        }
    }
}

/// Special values have no codes of their own: each register has its own for them.
fn is_meant(label: &ValueLabel, form: ValueForm, code: Option<i64>, printed: &str) -> bool {
    (form == ValueForm::Special || code.is_none_or(|code| code == label.code))
        && normalised(&label.label) == normalised(printed)
}

/// What could have been meant.
fn known<'a>(device: &'a Device, of: &Named, manifest: &Manifest) -> Vec<&'a str> {
    match of {
        Named::Device(_) => vec![&device.name],
        Named::Group(_) => device.groups.iter().map(|group| group.title.as_str()).collect(),
        Named::Array(_) => {
            let named = |name: &str| manifest.arrays.iter().any(|entry| entry.name.value == name);
            device.arrays.iter().filter(|array| !named(&array.name)).map(|array| array.label.as_str()).collect()
        }
        Named::Member { array, .. } => {
            let meant = device.arrays.iter().filter(|known| known.name == *array || known.label == *array);
            let meant: BTreeSet<&str> = meant.map(|known| known.name.as_str()).collect();
            let places = device.points.iter().filter_map(|point| point.array.as_ref());
            places
                .filter(|place| meant.contains(place.array.as_str()))
                .map(|place| place.member_label.as_str())
                .collect()
        }
        Named::Value { of, .. } => {
            let labels = device.value_type(of).map(|value_type| value_type.labels.iter());
            labels.into_iter().flatten().map(|label| label.label.as_str()).collect()
        }
    }
}

fn report(entry: &NameEntry, known: &[&str], text: &str, described: &Described, diagnostics: &mut Diagnostics) {
    if described.partial {
        return;
    }
    diagnostics.push(
        Diagnostic::error("E0402", said!("unused `[[name]]`: the table does not have {of}", of = &entry.of))
            .at(entry.place.clone().holds(text))
            .expected(match entry.of {
                Named::Value { .. } => "a label as the table prints it, and its code",
                _ => "the text as the table prints it",
            })
            .help(suggest::nearest_of("text", text, known.iter().copied())),
    );
}
