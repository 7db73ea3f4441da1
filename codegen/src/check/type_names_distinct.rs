//! Every enum and flag set has a usable name of its own, and so has each of its values.

use std::collections::{BTreeMap, BTreeSet};

use super::Subject;
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::emit::rust::{self, MadeType};
use crate::model::{Kind, Point, ValueForm, ValueLabel, ValueType};
use crate::names;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let mut known: BTreeSet<String> = BTreeSet::from([names::pascal(&subject.device.name)]);
    for value_type in &subject.device.types {
        let name = &value_type.name;
        let entries = subject.manifest.types.iter().filter(|entry| entry.name.value == *name);
        let places: Vec<Place> = entries.map(|entry| entry.name.place.clone().holds(name)).collect();
        if name.is_empty() && places.is_empty() {
            report_nameless(subject, value_type, diagnostics);
            continue;
        }
        if !names::is_type_name(name) || name.ends_with("Readings") {
            diagnostics.push(
                places
                    .iter()
                    .cloned()
                    .fold(Diagnostic::error("E0617", format!("`{name}` cannot be the name of a type")), Diagnostic::at)
                    .expected(format!("a Rust type name that does not end in Readings: {}", names::pascal(name))),
            );
        }
        if !known.insert(name.clone()) {
            diagnostics.push(
                places
                    .into_iter()
                    .fold(
                        Diagnostic::error("E0618", format!("`{name}` is the name of another type too")),
                        Diagnostic::at,
                    )
                    .expected("a name of its own for each type and the device"),
            );
        }
        check_values(value_type, &subject.type_place(value_type), diagnostics);
    }
    check_made(subject, diagnostics);
}

/// A type that is named after its register, whose label gives no name: reported there, unless the register has another.
fn report_nameless(subject: &Subject<'_>, value_type: &ValueType, diagnostics: &mut Diagnostics) {
    let has_it = |point: &&Point| match &point.kind {
        Kind::Enum(name) | Kind::Flags(name) | Kind::Special(name) | Kind::Conditional(name) => name.is_empty(),
        _ => false,
    };
    if subject.device.points.iter().filter(has_it).any(|point| !point.id.is_empty()) {
        diagnostics.push(
            Diagnostic::error("E0617", "a list of values has no name")
                .at(subject.type_place(value_type))
                .expected("a register whose label has letters or digits, after which the type of its values is named")
                .help("name the type in the manifest: [enums.Name] (or flags, specials) with registers = \"…\" and inline = true"),
        );
    }
}

/// Names of Rust's own that generated code uses.
pub(super) const PRELUDE: [&str; 9] =
    ["Option", "Some", "None", "Result", "Ok", "Err", "String", "Vec", "IntoIterator"];

/// Types that are made for arrays and readings. That an array is called like a listed type is reported with the arrays.
fn check_made(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let mut report = |name: &str, one: &str, other: &str, place: Place| {
        diagnostics.push(
            Diagnostic::error("E0618", format!("`{name}` would be {one} and {other}"))
                .at(place.holds(name))
                .expected("names of groups, arrays and types that make different types"),
        );
    };
    let made = rust::made_types(subject.device);
    let (of_arrays, of_readings): (Vec<&MadeType>, Vec<&MadeType>) = made.iter().partition(|made| made.is_of_array);
    let mut known: BTreeMap<&str, &str> = PRELUDE.iter().map(|name| (*name, "a name of Rust's own")).collect();
    for made in &of_arrays {
        if let Some(other) = known.insert(&made.name, &made.purpose) {
            report(&made.name, other, &made.purpose, subject.manifest.name.place.clone());
        }
    }
    for made in &of_readings {
        if let Some(other) = known.get(made.name.as_str()) {
            report(&made.name, other, &made.purpose, subject.manifest.name.place.clone());
        }
    }
    // Groups of one name are reported as that.
    let mut of_readings: BTreeMap<&str, &str> =
        of_readings.iter().map(|made| (made.name.as_str(), made.purpose.as_str())).collect();
    if let Some(purpose) = of_readings.get(names::pascal(&subject.device.name).as_str()) {
        report(&names::pascal(&subject.device.name), "the device", purpose, subject.manifest.name.place.clone());
    }
    of_readings.extend(PRELUDE.iter().map(|name| (*name, "a name of Rust's own")));
    for value_type in &subject.device.types {
        if let Some(other) = of_readings.get(value_type.name.as_str()) {
            report(&value_type.name, other, "a type with values", subject.type_place(value_type));
        }
    }
}

fn check_values(value_type: &ValueType, place: &Place, diagnostics: &mut Diagnostics) {
    let mut known: BTreeMap<&str, &ValueLabel> = BTreeMap::new();
    let form = match value_type.form {
        ValueForm::Enum | ValueForm::Conditional => "enums",
        ValueForm::Flags => "flags",
        ValueForm::Special => "specials",
    };
    // A number beside special values is their `Value`.
    let taken = if value_type.form == ValueForm::Special { "Value" } else { "Unknown" };
    let help = |code: i64| {
        format!(
            "list the values in the manifest: [{form}.{}.values] {code} = {{ label = \"…\", name = \"…\" }}",
            value_type.name
        )
    };
    for label in &value_type.labels {
        let name = label.name.as_str();
        if name.is_empty() || names::is_keyword(name) || name == taken {
            diagnostics.push(
                Diagnostic::error(
                    "E0619",
                    format!("“{}”, value {} of {}, gives no Rust name", label.label, label.code, value_type.name),
                )
                .at(place.clone().holds(&label.label))
                .expected(format!("a label with letters or digits, and not {taken}"))
                .help(help(label.code)),
            );
        } else if let Some(other) = known.insert(name, label)
            // A value that is listed twice is reported as that.
            && other.code != label.code
        {
            diagnostics.push(
                Diagnostic::error("E0620", format!("two values of {} are both `{name}` in Rust", value_type.name))
                    .at(place.clone().holds(&other.label))
                    .at(place.clone().holds(&label.label))
                    .expected("a name of its own for each value")
                    .help(help(label.code)),
            );
        }
    }
}
