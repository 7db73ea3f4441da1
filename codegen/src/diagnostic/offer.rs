//! TOML that a diagnostic offers for the manifest, to be copied as it is shown.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::Place;
use super::visible::acts;
use crate::model::Selection;

/// What only a person can say.
pub(crate) const OPEN: &str = "…";

/// Bytes of a cell that is shown in an entry; a longer one would bury what is said about it.
const LONGEST: usize = 1000;

/// A table of the manifest.
#[derive(Debug)]
pub(crate) struct Entry(String);

impl Entry {
    /// One that begins with this header: `[[override]]`.
    pub(crate) fn new(header: &str) -> Self {
        Self(header.to_owned())
    }

    /// The correction of what the columns print for a register.
    pub(crate) fn correction(selection: &Selection, field: &str, expect: &[String]) -> Self {
        let mut entry = Self::new("[[override]]").text("registers", &selection.registers);
        if let Some(access) = selection.access {
            entry = entry.text("access", access.key());
        }
        entry = match selection.bits {
            Some((low, high)) if low == high => entry.number("bit", low.into()),
            Some((low, high)) => entry.text("bit", &format!("{low}-{high}")),
            None => entry,
        };
        if let Some(unit) = selection.unit_id {
            entry = entry.number("unit_id", unit.into());
        }
        entry = match selection.variants.as_slice() {
            [] => entry,
            [variant] => entry.text("variant", variant),
            several => entry.texts("variant", several),
        };
        entry.text("field", field).texts("expect", expect).open()
    }

    /// The correction of what stands in one cell; none of what is no cell, or too long to be copied.
    pub(crate) fn cell(place: &Place) -> Option<Self> {
        Self::cell_to_be(place, OPEN)
    }

    /// The same where it is known what is to stand there.
    pub(crate) fn cell_to_be(place: &Place, value: &str) -> Option<Self> {
        // A row, a line of the manifest and a header that is not there are no cells.
        place.column()?;
        let cell = place.cell()?;
        let found = place.found.as_deref().filter(|found| found.len() <= LONGEST)?;
        let entry = Self::new("[[cell]]").text("file", place.file());
        let entry = place.sheet().into_iter().fold(entry, |entry, sheet| entry.text("sheet", sheet));
        Some(entry.text("cell", &cell).text("expect", found).text("value", value).text("reason", OPEN))
    }

    /// A name in Rust for what has no good one.
    pub(crate) fn name(of: &str, printed: &str) -> Self {
        Self::new("[[name]]").text(of, printed)
    }

    /// Adds the name, which only a person can say.
    pub(crate) fn unnamed(self) -> Self {
        self.text("name", OPEN)
    }

    /// Adds a text.
    pub(crate) fn text(self, key: &str, value: &str) -> Self {
        self.line(key, &quoted(value))
    }

    /// Adds a list of texts.
    pub(crate) fn texts(self, key: &str, values: &[String]) -> Self {
        let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
        self.line(key, &format!("[{}]", values.join(", ")))
    }

    /// Adds a number.
    pub(crate) fn number(self, key: &str, value: i64) -> Self {
        self.line(key, &value.to_string())
    }

    /// Adds a truth.
    pub(crate) fn flag(self, key: &str, value: bool) -> Self {
        self.line(key, &value.to_string())
    }

    /// Adds what is to hold instead, and why, which only a person can say.
    pub(crate) fn open(self) -> Self {
        self.text("value", OPEN).text("reason", OPEN)
    }

    /// Adds a list of values with their labels; of a code that is listed twice, the first.
    pub(crate) fn values<'a>(self, values: impl IntoIterator<Item = (i64, &'a str)>) -> Self {
        // A key that is there twice is no TOML.
        let mut known = BTreeSet::new();
        let values = values.into_iter().filter(|(code, _)| known.insert(*code));
        let values: Vec<String> = values.map(|(code, label)| format!("{code} = {}", quoted(label))).collect();
        self.line("values", &format!("{{ {} }}", values.join(", ")))
    }

    fn line(mut self, key: &str, value: &str) -> Self {
        // Writing to a string cannot fail.
        let _ = write!(self.0, "\n{} = {value}", self::key(key));
        self
    }
}

impl From<Entry> for String {
    fn from(entry: Entry) -> Self {
        entry.0
    }
}

/// A key as TOML has it.
fn key(text: &str) -> String {
    let is_bare = |character: char| character.is_ascii_alphanumeric() || ['_', '-'].contains(&character);
    if !text.is_empty() && text.chars().all(is_bare) { text.to_owned() } else { quoted(text) }
}

/// A text as TOML has it, on one line and with nothing in it that is not seen.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len().saturating_add(2));
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            other if acts(other) => {
                let _ = write!(quoted, "\\U{:08X}", u32::from(other));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_back_as_it_was() {
        let mut all: String = ('\0'..=char::MAX).collect();
        all.push_str(" \"\\ ' \"\"\" ''' \\u0041");
        let quoted = quoted(&all);
        let table: toml::Table = format!("text = {quoted}").parse().unwrap();
        assert_eq!(table.get("text").and_then(toml::Value::as_str), Some(all.as_str()));
        assert!(!quoted.contains(acts), "nothing in it is unseen");
        assert_eq!(
            String::from(Entry::new("[types]").text("a b", "c").text("d-e", "f")),
            "[types]\n\"a b\" = \"c\"\nd-e = \"f\""
        );
    }
}
