//! Lists and tables of a section.

use toml::Spanned;
use toml::de::{DeArray, DeValue};

use super::{CodedValue, Section, integer};
use crate::source::Located;

impl<'a> Section<'a> {
    /// A list of strings; none where one of them is wrong, which is reported.
    pub(in crate::manifest) fn strings(&self, key: &'static str) -> Option<Vec<String>> {
        let value = self.get(key)?;
        let mut strings = Some(Vec::new());
        for item in self.items(key, value)? {
            match item.get_ref() {
                DeValue::String(text) => strings.iter_mut().for_each(|strings| strings.push(text.to_string())),
                _ => {
                    self.wrong(key, item, "a list of strings");
                    strings = None;
                }
            }
        }
        strings
    }

    /// A string, or a list of them, none empty; none where one of them is wrong, which is reported.
    pub(in crate::manifest) fn filled_strings(
        &self,
        key: &'static str,
        expected: &str,
    ) -> Option<Vec<Located<String>>> {
        if !matches!(self.table.get(key).map(Spanned::get_ref), Some(DeValue::Array(_))) {
            return Some(vec![self.filled_string(key, expected)?]);
        }
        let value = self.get(key)?;
        let (mut strings, mut wrong) = (Vec::new(), false);
        for item in self.items(key, value)? {
            match item.get_ref() {
                DeValue::String(text) if !text.trim().is_empty() => {
                    strings.push(self.located(item, text.to_string()));
                }
                _ => {
                    self.wrong(key, item, expected);
                    wrong = true;
                }
            }
        }
        (!wrong).then_some(strings)
    }

    pub(super) fn items(&self, key: &str, value: &'a Spanned<DeValue<'a>>) -> Option<&'a DeArray<'a>> {
        match value.get_ref() {
            DeValue::Array(array) => Some(array),
            _ => {
                self.wrong(key, value, "a list, in brackets: [ … ]");
                None
            }
        }
    }

    /// A string, or a whole number as its digits.
    pub(in crate::manifest) fn scalar(&self, key: &'static str) -> Option<Located<String>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(self.located(value, text.to_string())),
            DeValue::Integer(number) => Some(self.located(value, number.to_string())),
            DeValue::Float(number) => Some(self.located(value, number.to_string())),
            _ => {
                self.wrong(key, value, "a string or a number");
                None
            }
        }
    }

    /// A table within this one.
    pub(in crate::manifest) fn section(&self, key: &'static str) -> Option<Section<'a>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(self.child(format!("[{}]", self.path(key)), table, value)),
            _ => {
                self.wrong(key, value, "a table");
                None
            }
        }
    }

    /// A list of tables: `[[override]]`.
    pub(in crate::manifest) fn sections(&self, key: &'static str) -> Vec<Section<'a>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let mut sections = Vec::new();
        for item in self.items(key, value).into_iter().flatten() {
            match item.get_ref() {
                DeValue::Table(table) => sections.push(self.child(format!("[[{}]]", self.path(key)), table, item)),
                _ => self.wrong(key, item, "a list of tables"),
            }
        }
        sections
    }

    /// Every table within this one, by its key: `[enums.Demand]`.
    pub(in crate::manifest) fn named_sections(&self) -> Vec<(Located<String>, Section<'a>)> {
        let mut sections = Vec::new();
        for (key, value) in self.table {
            let name = key.get_ref().to_string();
            match value.get_ref() {
                DeValue::Table(table) => {
                    let place = self.document.place(Some(key.span()));
                    let section = self.child(format!("[{}]", self.path(&name)), table, value);
                    sections.push((Located { value: name, place }, section));
                }
                _ => self.wrong(&name, value, "a table"),
            }
        }
        sections
    }

    /// Every entry, a string each: `[columns]`.
    pub(in crate::manifest) fn string_entries(&self) -> Vec<(String, Located<String>)> {
        let mut entries = Vec::new();
        for (key, value) in self.table {
            match value.get_ref() {
                DeValue::String(text) => {
                    entries.push((key.get_ref().to_string(), self.located(value, text.to_string())));
                }
                _ => self.wrong(key.get_ref(), value, "a string"),
            }
        }
        entries
    }

    /// Every entry, a number from 1 to 65535 each.
    pub(in crate::manifest) fn counts(&self, expected: &str) -> Vec<(Located<String>, u16)> {
        let mut entries = Vec::new();
        for (key, value) in self.table {
            let count = integer(value.get_ref()).and_then(|count| u16::try_from(count).ok()).filter(|count| *count > 0);
            match count {
                Some(count) => {
                    let place = self.document.place(Some(key.span()));
                    entries.push((Located { value: key.get_ref().to_string(), place }, count));
                }
                None => self.wrong(key.get_ref(), value, expected),
            }
        }
        entries
    }

    /// Every entry, a string or a list of strings each; an empty one stands for a blank.
    pub(in crate::manifest) fn text_lists(&self, expected: &str) -> Vec<(String, Vec<String>)> {
        let mut entries = Vec::new();
        for (key, value) in self.table {
            let text = |value: &Spanned<DeValue<'_>>| match value.get_ref() {
                DeValue::String(text) => Some(text.trim().to_owned()),
                _ => None,
            };
            let texts: Option<Vec<String>> = match value.get_ref() {
                DeValue::Array(list) if !list.is_empty() => list.into_iter().map(text).collect(),
                _ => text(value).map(|text| vec![text]),
            };
            match texts {
                Some(texts) => entries.push((key.get_ref().to_string(), texts)),
                None => self.wrong(key.get_ref(), value, expected),
            }
        }
        entries
    }

    /// Every entry with a whole number as key: codes of an enum, with labels in the device's languages.
    pub(in crate::manifest) fn coded_entries(&self, languages: &[String]) -> Vec<(i64, CodedValue)> {
        let mut entries = Vec::new();
        for (key, value) in self.table {
            let key_of = key.get_ref();
            let hexadecimal = key_of.strip_prefix("0x").map(|digits| i64::from_str_radix(digits, 16).ok());
            let code = hexadecimal.unwrap_or_else(|| key_of.parse::<i64>().ok());
            let coded = match value.get_ref() {
                DeValue::String(label) => CodedValue { label: label.to_string(), ..CodedValue::default() },
                DeValue::Table(table) => {
                    let section = self.child(format!("[{}]", self.path(key.get_ref())), table, value);
                    let coded = section.coded(languages);
                    section.finish();
                    let Some(coded) = coded else { continue };
                    coded
                }
                _ => {
                    self.wrong(key.get_ref(), value, "a whole number with its label: 0 = \"Off\"");
                    continue;
                }
            };
            match code {
                Some(code) => entries.push((code, coded)),
                None => self.wrong(key.get_ref(), value, "a whole number as key: 0 = \"Off\""),
            }
        }
        entries.sort_by_key(|(code, _)| *code);
        entries
    }

    /// `{ label = "…", name = "…" }`, or `{ en = "…", sv = "…", name = "…" }`.
    pub(super) fn coded(&self, languages: &[String]) -> Option<CodedValue> {
        const LABEL: &str = "the label as people read it";
        let first = languages.first().filter(|language| self.has(language));
        let label = match first {
            Some(language) => self.filled_string(language, LABEL),
            None => self.required_string("label", LABEL),
        };
        let translations = languages
            .iter()
            .skip(1)
            .filter_map(|language| Some((language.clone(), self.filled_string(language, LABEL)?.value)))
            .collect();
        let name = self.string("name").map(|name| name.value);
        Some(CodedValue { label: label?.value, translations, name })
    }
}
