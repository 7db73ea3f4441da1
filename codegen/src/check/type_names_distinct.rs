//! Every enum and flag set has a usable name of its own, and so has each of its values.

use std::collections::{BTreeMap, BTreeSet};

use super::{Subject, array_renamed, group_renamed, type_renamed, value_renamed};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::emit::rust::{self, MadeOf, MadeType};
use crate::model::{ValueForm, ValueLabel, ValueType};
use crate::names;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let mut known: BTreeSet<String> = BTreeSet::from([subject.device.type_name.clone()]);
    for value_type in &subject.device.types {
        let name = &value_type.name;
        let entries = subject.manifest.types.iter().filter(|entry| entry.name.value == *name);
        let places: Vec<Place> = entries.map(|entry| entry.name.place.clone().holds(name)).collect();
        // Named after a register whose label gives no name, which is reported.
        if name.is_empty() && places.is_empty() {
            continue;
        }
        if !names::is_type_name(name) || name.ends_with("Readings") {
            let error = Diagnostic::error("E0617", said!("`{name}` cannot be the name of a type", name));
            let error = places.iter().cloned().fold(error, Diagnostic::at);
            let error = if places.is_empty() { error.at(subject.type_place(value_type)) } else { error };
            let name = names::pascal(name.trim_end_matches("Readings"));
            let error = error.expected(format!("a Rust type name that does not end in Readings: {name}"));
            diagnostics.push(type_renamed(error, subject, value_type));
        }
        if !known.insert(name.clone()) {
            let error = Diagnostic::error("E0618", said!("`{name}` is the name of another type too", name));
            let error = if places.is_empty() { error.at(subject.type_place(value_type)) } else { error };
            let error = places.into_iter().fold(error, Diagnostic::at);
            let error = error.expected("a different name for each type and for the device");
            diagnostics.push(type_renamed(error, subject, value_type));
        }
        check_values(value_type, &subject.type_place(value_type), diagnostics);
    }
    check_made(subject, diagnostics);
}

/// Names of Rust's own that generated code uses.
pub(super) const PRELUDE: [&str; 9] =
    ["Option", "Some", "None", "Result", "Ok", "Err", "String", "Vec", "IntoIterator"];

/// Types that are made for arrays and readings. That an array is called like a listed type is reported with the arrays.
fn check_made(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let device = subject.device;
    let own = || PRELUDE.iter().map(|name| (*name, "a name from Rust's prelude"));
    let error = |name: &str, one: &str, other: &str, place: Place| {
        Diagnostic::error("E0618", said!("`{name}` would be both {one} and {other}", name, one, other))
            .at(place.holds(name))
            .expected("names of groups, arrays and types that give different Rust types")
    };
    let offered = |error: Diagnostic, made: &MadeType| match &made.of {
        MadeOf::Array(name) => match device.arrays.iter().find(|array| array.name == *name) {
            Some(array) => array_renamed(error, subject, array),
            None => error,
        },
        MadeOf::Group(title) => group_renamed(error, title),
        MadeOf::Rest => error,
    };
    let made = rust::made_types(device);
    let is_of_array = |made: &&MadeType| matches!(made.of, MadeOf::Array(_));
    let (of_arrays, of_readings): (Vec<&MadeType>, Vec<&MadeType>) = made.iter().partition(is_of_array);
    let mut known: BTreeMap<&str, &str> = own().collect();
    let place = || subject.manifest.name.place.clone();
    for made in &of_arrays {
        if let Some(other) = known.insert(&made.name, &made.purpose) {
            diagnostics.push(offered(error(&made.name, other, &made.purpose, place()), made));
        }
    }
    for made in &of_readings {
        if let Some(other) = known.get(made.name.as_str()) {
            diagnostics.push(offered(error(&made.name, other, &made.purpose, place()), made));
        }
        if made.name == device.type_name {
            diagnostics.push(offered(error(&made.name, "the device", &made.purpose, place()), made));
        }
    }
    // Groups of one name are reported as that.
    let mut of_readings: BTreeMap<&str, &str> =
        of_readings.iter().map(|made| (made.name.as_str(), made.purpose.as_str())).collect();
    of_readings.extend(own());
    for value_type in &device.types {
        if let Some(other) = of_readings.get(value_type.name.as_str()) {
            let error = error(&value_type.name, other, "a type with values", subject.type_place(value_type));
            diagnostics.push(type_renamed(error, subject, value_type));
        }
    }
}

fn check_values(value_type: &ValueType, place: &Place, diagnostics: &mut Diagnostics) {
    let mut known: BTreeMap<String, &ValueLabel> = BTreeMap::new();
    let (one, several, taken) = match value_type.form {
        ValueForm::Flags => ("bit", "bits", None),
        // A number beside special values is their `Value`.
        ValueForm::Special => ("value", "values", Some("Value")),
        ValueForm::Enum | ValueForm::Conditional => ("value", "values", Some("Unknown")),
    };
    let type_name = &value_type.name;
    for label in &value_type.labels {
        let name = match value_type.form {
            ValueForm::Flags => rust::flag_name(label),
            ValueForm::Enum | ValueForm::Special | ValueForm::Conditional => label.name.clone(),
        };
        if name.is_empty() || names::is_keyword(&name) || Some(name.as_str()) == taken {
            let but = taken.map(|taken| format!(", and not {taken}")).unwrap_or_default();
            let error = Diagnostic::error(
                "E0619",
                said!(
                    "“{label}”, {one} {code} of {type_name}, cannot be made into a Rust name",
                    label = &label.label,
                    one,
                    code = label.code,
                    type_name
                ),
            );
            let error =
                error.at(place.clone().holds(&label.label)).expected(format!("a label with letters or digits{but}"));
            diagnostics.push(value_renamed(error, value_type, label));
        } else if let Some(other) = known.insert(name.clone(), label)
            // A value that is listed twice is reported as that.
            && other.code != label.code
        {
            let error = Diagnostic::error(
                "E0620",
                said!("two {several} of {type_name} are both `{name}` in Rust", several, type_name, name),
            )
            .at(place.clone().holds(&other.label))
            .at(place.clone().holds(&label.label))
            .expected(format!("a different name for each {one}"));
            diagnostics.push(value_renamed(error, value_type, label));
        }
    }
}
