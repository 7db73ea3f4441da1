//! What stands beside the rows: the device, its link, reserved addresses, arrays, groups, types, and what a point has that is
//! no key of the model.

use serde_json::{Value, json};

use super::cells::{list, plain};
use crate::model::{Device, Kind, Role, Translations, ValueForm, ValueType};
use crate::names;

/// Keys and texts, in an order of their own.
pub(super) fn lines(device: &Device, model: &Value) -> Vec<(String, String)> {
    let mut lines = vec![("format".to_owned(), "1".to_owned())];
    for key in ["device", "link"] {
        flatten(key, model.get(key).unwrap_or(&Value::Null), &mut lines);
    }
    let mut add = |key: String, text: String| lines.push((key, text));
    add("device.type_name".to_owned(), device.type_name.clone());
    add("device.languages".to_owned(), list(device.languages.iter().map(String::as_str)));
    add("device.variants".to_owned(), list(device.variants.iter().map(String::as_str)));
    add("reserved".to_owned(), model.get("reserved").unwrap_or(&Value::Null).to_string());
    for group in &device.groups {
        add(format!("groups.{}", key(&group.title)), plain(&group.name));
    }
    for array in &device.arrays {
        let members: Vec<Value> = members(device, &array.name);
        let elements = array.elements.iter().map(|one| json!([one.number, one.name, one.label]));
        let value = json!({
            "label": array.label,
            "labels": by_language(&array.translations),
            "number_type": array.number_type,
            "elements": elements.collect::<Vec<_>>(),
            "members": members,
        });
        add(format!("arrays.{}", array.name), value.to_string());
    }
    for of in &device.types {
        add(format!("types.{}", of.name), value_type(device, of).to_string());
    }
    for point in &device.points {
        if let Role::Command { trigger: Some(trigger) } = point.role {
            add(format!("triggers.{}", point.id), trigger.to_string());
        }
    }
    lines
}

/// A key without what ends one.
fn key(title: &str) -> String {
    title.replace('\\', "\\\\").replace('=', "\\e").replace('\n', "\\n").replace('\r', "\\r")
}

/// The text that [`key`] was made of.
pub(crate) fn unkey(key: &str) -> String {
    let mut text = String::new();
    let mut characters = key.chars();
    while let Some(character) = characters.next() {
        match (character, character == '\\') {
            (_, true) => text.push(match characters.next() {
                Some('e') => '=',
                Some('n') => '\n',
                Some('r') => '\r',
                other => other.unwrap_or('\\'),
            }),
            (other, false) => text.push(other),
        }
    }
    text
}

/// Scalars of an object and of the objects in it, one line each.
fn flatten(key: &str, value: &Value, lines: &mut Vec<(String, String)>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(name, value)| flatten(&format!("{key}.{name}"), value, lines)),
        Value::String(text) => lines.push((key.to_owned(), plain(text))),
        other => lines.push((key.to_owned(), other.to_string())),
    }
}

pub(super) fn by_language(translations: &Translations) -> Value {
    translations.iter().map(|(language, text)| json!([language, text])).collect()
}

/// What the members of an array are called, by the identifier of the point where they differ.
fn members(device: &Device, array: &str) -> Vec<Value> {
    let of = device.points.iter().filter_map(|point| Some((point, point.array.as_ref()?)));
    of.filter(|(_, place)| place.array == array)
        .map(|(point, place)| json!([point.id, place.member, place.member_label]))
        .collect()
}

/// What a list has besides codes and labels: names in Rust where they are others than the labels give.
fn value_type(device: &Device, of: &ValueType) -> Value {
    let mut value = json!({ "description": of.description, "raw_type": of.raw.to_string() });
    let Some(map) = value.as_object_mut() else { return value };
    let is_given = |label: &crate::model::ValueLabel| label.name != names::pascal(&label.label);
    let names: Vec<Value> =
        of.labels.iter().filter(|label| is_given(label)).map(|label| json!([label.code, label.name])).collect();
    if !names.is_empty() {
        map.insert("names".to_owned(), names.into());
    }
    // The labels of a list that holds by product name other lists, and no point has them.
    if of.form == ValueForm::Conditional {
        let labels = of.labels.iter().map(|label| json!([label.code, label.label, by_language(&label.translations)]));
        map.insert("labels".to_owned(), labels.collect());
    }
    if of.form == ValueForm::Conditional {
        let point =
            device.points.iter().find(|point| matches!(&point.kind, Kind::Conditional(name) if *name == of.name));
        let cases =
            point.into_iter().flat_map(|point| &point.values_if).map(|case| Value::from(case.type_name.as_str()));
        map.insert("cases".to_owned(), cases.collect());
    }
    value
}
