//! Every enum and flag set has a usable name of its own, and so has each of its values.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::model::{Device, ValueForm, ValueType};
use crate::names;

pub(super) fn check(device: &Device, diagnostics: &mut Diagnostics) {
    let mut known: BTreeSet<String> = BTreeSet::from([names::pascal(&device.name)]);
    for value_type in &device.types {
        let name = &value_type.name;
        let place = value_type.source.clone().map(Place::from).unwrap_or_default();
        if names::pascal(name) != *name || names::is_keyword(name) || name.ends_with("Readings") {
            diagnostics.push(
                Diagnostic::error("E0617", format!("`{name}` cannot be the name of a type"))
                    .at(place.clone().holds(name))
                    .expected(format!("a Rust type name that does not end in Readings: {}", names::pascal(name))),
            );
        }
        if !known.insert(name.clone()) {
            diagnostics.push(
                Diagnostic::error("E0618", format!("two types are called `{name}`"))
                    .at(place.holds(name))
                    .expected("a name of its own for each type and the device"),
            );
        }
        check_values(value_type, diagnostics);
    }
}

fn check_values(value_type: &ValueType, diagnostics: &mut Diagnostics) {
    let place = value_type.source.clone().map(Place::from).unwrap_or_default();
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    let form = if value_type.form == ValueForm::Enum { "enums" } else { "flags" };
    let help = |code: i64| {
        format!(
            "name it in the manifest: [{form}.{}.values] {code} = {{ label = \"…\", name = \"…\" }}",
            value_type.name
        )
    };
    for label in &value_type.labels {
        let name = label.name.as_str();
        if name.is_empty() || names::is_keyword(name) || name == "Unknown" {
            diagnostics.push(
                Diagnostic::error(
                    "E0619",
                    format!("“{}”, value {} of {}, gives no Rust name", label.label, label.code, value_type.name),
                )
                .at(place.clone().holds(&label.label))
                .expected("a label with letters or digits, and not Unknown")
                .help(help(label.code)),
            );
        } else if let Some(other) = known.insert(name, &label.label) {
            diagnostics.push(
                Diagnostic::error("E0620", format!("two values of {} are both `{name}` in Rust", value_type.name))
                    .at(place.clone().holds(other))
                    .at(place.clone().holds(&label.label))
                    .expected("a name of its own for each value")
                    .help(help(label.code)),
            );
        }
    }
}
