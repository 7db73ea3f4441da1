//! What a change is, in a few words.

use serde_json::{Map, Value};

use crate::diff::{Change, Check};
use crate::model::Source;

/// What happened, without naming the point: `scale 0.01, then 0.1`.
pub(super) fn what(change: &Change) -> String {
    match change.check {
        Check::RowBroken => "this row is broken: its columns are shifted".to_owned(),
        Check::AddressReused => format!("the address means something else: {}", label_pair(change)),
        Check::Unresolved => match change.new.get("candidates") {
            Some(candidates) => format!("cannot be told: it may be {}", shown(candidates)),
            None => format!("cannot be told whether this is the same point: {}", label_pair(change)),
        },
        Check::BlockMoved => {
            format!("{} points moved by {:+}: {}", change.points.len(), change.by.unwrap_or_default(), keys(change))
        }
        Check::Moved => format!("moved: {}", keys(change)),
        Check::Added => "new".to_owned(),
        Check::Removed => "removed".to_owned(),
        Check::Renamed => format!("renamed: {}", keys(change)),
        Check::Retyped => format!("another type: {}", keys(change)),
        Check::Reordered => format!("another order: {}", keys(change)),
        Check::Rescaled | Check::UnitChanged | Check::DefaultChanged => keys(change),
        Check::AccessWidened => format!("more can be done with it: {}", keys(change)),
        Check::AccessNarrowed => format!("less can be done with it: {}", keys(change)),
        Check::ValueAdded => format!("new values: {}", codes(&change.new)),
        Check::ValueRemoved => format!("values removed: {}", codes(&change.old)),
        Check::BitAdded => format!("new bits: {}", codes(&change.new)),
        Check::BitRemoved => format!("bits removed: {}", codes(&change.old)),
        Check::ValueRelabelled | Check::BitRelabelled => {
            format!("other label: {}, then {}", codes(&change.old), codes(&change.new))
        }
        Check::ValuesSwapped => format!("labels stand elsewhere: {}, then {}", codes(&change.old), codes(&change.new)),
        Check::LimitWidened => format!("more is allowed: {}", keys(change)),
        Check::LimitNarrowed => format!("less is allowed: {}", keys(change)),
        Check::NotAvailableChanged => format!("other raw values mean “no value”: {}", keys(change)),
        Check::AvailabilityChanged => format!("is there under another condition: {}", keys(change)),
        Check::LinkChanged => format!("another link: {}", keys(change)),
        Check::TextChanged => format!("other text: {}", keys(change)),
    }
}

/// The labels of two points at one place.
fn label_pair(change: &Change) -> String {
    let label = |of: &Map<String, Value>| of.get("label").or(of.get("id")).map_or_else(|| "?".to_owned(), shown);
    format!("{}, then {}", label(&change.old), label(&change.new))
}

/// `scale 0.01, then 0.1; unit kW, then kWh`
fn keys(change: &Change) -> String {
    let mut keys: Vec<&String> = change.old.keys().chain(change.new.keys()).collect();
    keys.sort();
    keys.dedup();
    // The words say where it is, and the address is the lowest of them.
    let has_address = keys.iter().any(|key| *key == "address");
    let parts = keys.into_iter().filter(|key| !(has_address && *key == "words")).map(|key| {
        let side = |of: &Map<String, Value>| of.get(key).map_or_else(|| "none".to_owned(), shown);
        format!("{} {}, then {}", key.replace('_', " "), side(&change.old), side(&change.new))
    });
    parts.collect::<Vec<_>>().join("; ")
}

/// `3 = Boost, 4 = Off`
fn codes(of: &Map<String, Value>) -> String {
    let lists = of.values().map(|list| match list {
        Value::Object(values) => {
            let mut values: Vec<(i64, String)> =
                values.iter().map(|(code, label)| (code.parse().unwrap_or_default(), shown(label))).collect();
            values.sort();
            values.into_iter().map(|(code, label)| format!("{code} = {label}")).collect::<Vec<_>>().join(", ")
        }
        other => shown(other),
    });
    lists.collect::<Vec<_>>().join("; ")
}

/// A value of the model as people read it.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Value::Array(values) => values.iter().map(shown).collect::<Vec<_>>().join(" "),
        Value::Object(values) => {
            let parts = values.iter().map(|(key, value)| format!("{} {}", key.replace('_', " "), shown(value)));
            parts.collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

/// `registers.xlsx:Input!D14`, and how many more.
pub(super) fn cells(cells: &[Source]) -> Option<String> {
    let (first, last) = (cells.first()?, cells.last()?);
    Some(match cells.len() {
        1 => first.to_string(),
        _ => format!("{first} … {last}"),
    })
}

/// `3 changes`
pub(super) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
