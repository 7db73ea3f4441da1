//! Values of keys, and what is wrong with them.

use serde_json::Value;

use crate::model::Translations;
use crate::ratio::Ratio;

/// A key whose value cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) key: &'static str,
    pub(super) expected: &'static str,
}

/// The keys of one point; what cannot be read is collected.
pub(super) struct Keys<'a> {
    values: &'a serde_json::Map<String, Value>,
    pub(super) wrong: Vec<Wrong>,
}

impl<'a> Keys<'a> {
    pub(super) fn new(values: &'a serde_json::Map<String, Value>) -> Self {
        Self { values, wrong: Vec::new() }
    }

    pub(super) fn refuse(&mut self, key: &'static str, expected: &'static str) {
        // One message for each cell.
        if !self.wrong.iter().any(|wrong| wrong.key == key) {
            self.wrong.push(Wrong { key, expected });
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&'a Value> {
        self.values.get(key)
    }

    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        self.get(key).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    pub(super) fn flag(&self, key: &str) -> bool {
        self.get(key).and_then(Value::as_bool).unwrap_or_default()
    }

    /// What a function makes of a value that is there.
    pub(super) fn read<T>(
        &mut self,
        key: &'static str,
        expected: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.get(key)?;
        let made = read(value);
        if made.is_none() {
            self.refuse(key, expected);
        }
        made
    }

    /// The same of a value that has to be there.
    pub(super) fn need<T>(
        &mut self,
        key: &'static str,
        expected: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Option<T> {
        if self.get(key).is_none() {
            self.refuse(key, expected);
        }
        self.read(key, expected, read)
    }

    /// A list of texts; none where there is none.
    pub(super) fn texts(&mut self, key: &'static str) -> Vec<String> {
        let read = |value: &Value| {
            let texts = value.as_array()?.iter().map(|text| text.as_str().map(str::to_owned));
            texts.collect::<Option<Vec<_>>>()
        };
        self.read(key, "texts with semicolons between them", read).unwrap_or_default()
    }
}

/// One of a list of words.
pub(super) fn word<T: Copy>(value: &Value, words: &[(&str, T)]) -> Option<T> {
    let text = value.as_str()?;
    words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning)
}

pub(super) fn number<T: TryFrom<i64>>(value: &Value) -> Option<T> {
    T::try_from(value.as_i64()?).ok()
}

pub(super) fn wide(value: &Value) -> Option<i128> {
    value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from))
}

pub(super) fn ratio(value: &Value) -> Option<Ratio> {
    value.as_str()?.parse().ok()
}

/// Texts by language, besides the first one: pairs, or an object.
pub(super) fn translations(value: &Value) -> Option<Translations> {
    if let Some(pairs) = value.as_array() {
        let pair = |pair: &Value| {
            let [language, text] = pair.as_array()?.as_slice() else { return None };
            Some((language.as_str()?.to_owned(), text.as_str()?.to_owned()))
        };
        return pairs.iter().map(pair).collect();
    }
    let all = value.as_object()?.iter().map(|(language, text)| Some((language.clone(), text.as_str()?.to_owned())));
    all.collect()
}

/// Numbers and labels: pairs in their order, or an object.
pub(super) fn labelled(value: &Value) -> Option<Vec<(i64, String)>> {
    if let Some(pairs) = value.as_array() {
        let pair = |pair: &Value| {
            let [code, label] = pair.as_array()?.as_slice() else { return None };
            Some((code.as_i64()?, label.as_str()?.to_owned()))
        };
        return pairs.iter().map(pair).collect();
    }
    let all = value.as_object()?.iter().map(|(code, label)| Some((code.parse().ok()?, label.as_str()?.to_owned())));
    let mut all: Vec<(i64, String)> = all.collect::<Option<_>>()?;
    all.sort_by_key(|(code, _)| *code);
    Some(all)
}
