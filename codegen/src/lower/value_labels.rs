//! What the values of a list are called.

use std::collections::{BTreeMap, BTreeSet};

use crate::manifest::CodedValue;
use crate::model::ValueLabel;
use crate::names;
use crate::spelling::normalised;

/// Two codes of one label get their codes, which stay theirs whatever else is listed. Labels that differ, and give one
/// name, are reported.
pub(super) fn tell_labels_apart(labels: &mut [ValueLabel]) {
    let mut known: BTreeMap<String, (BTreeSet<i64>, BTreeSet<String>)> = BTreeMap::new();
    for label in labels.iter() {
        let (codes, texts) = known.entry(label.name.clone()).or_default();
        codes.insert(label.code);
        texts.insert(normalised(&label.label));
    }
    let is_one_label = |name: &str| known.get(name).is_some_and(|(codes, texts)| codes.len() > 1 && texts.len() == 1);
    // What a device sends beside its list is `Unknown`, too.
    let collides = |name: &str| !name.is_empty() && (name == "Unknown" || is_one_label(name));
    for label in labels.iter_mut().filter(|label| collides(&label.name)) {
        let sign = if label.code < 0 { "Minus" } else { "" };
        // A number at the end of a label is its own.
        let line = if sign.is_empty() && label.name.ends_with(|last: char| last.is_ascii_digit()) { "At" } else { "" };
        label.name = format!("{}{sign}{line}{}", label.name, label.code.unsigned_abs());
    }
}

/// The name of a value: signs at the end of a label that nothing else tells from another are words of it, `Normal+`.
pub(super) fn value_name(label: &str) -> String {
    let base = label.trim_end_matches(['+', '-', '−']);
    let signs = label.get(base.len()..).unwrap_or_default();
    let name = names::pascal(base);
    if signs.is_empty() || name.is_empty() || !base.ends_with(char::is_alphanumeric) {
        return names::pascal(label);
    }
    signs.chars().fold(name, |name, sign| name + if sign == '+' { "Plus" } else { "Minus" })
}

/// Gives values the names that the manifest has for them.
pub(super) fn rename(labels: &mut [ValueLabel], values: &[(i64, CodedValue)]) {
    for label in labels {
        let named = values.iter().find(|(code, _)| *code == label.code).and_then(|(_, value)| value.name.clone());
        if let Some(name) = named {
            label.name = name;
        }
    }
}
