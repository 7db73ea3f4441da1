//! What settles a diagnostic in the manifest: keys and values, which `check --fix` writes and which are shown to be copied.

use std::collections::{BTreeSet, HashMap};
use std::fmt::{self, Write as _};
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::visible::acts;
use super::{Origin, Place};
use crate::model::{Selection, Table, selector};
use crate::source::name_cells;

/// What only a person can say.
pub(crate) const OPEN: &str = "…";

/// Readings that are shown beside what is to be filled in.
const READINGS: usize = 6;

/// Bytes of a cell that is shown in an entry; a longer one would bury what is said about it.
const LONGEST: usize = 1000;

/// Keys for a table of the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Entry {
    pub(super) section: Section,
    pub(super) keys: Vec<(String, Value)>,
    /// Whether it is about one register only, although others may have an entry that looks the same.
    pub(super) is_single: bool,
}

/// Which table of the manifest keys belong to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Section {
    /// One that there is once, by its path: `[types]`, `[enums.Mode]`; `[enums."…"]` is to be named yet.
    Table(Vec<String>),
    /// A new one in a list: `[[override]]`.
    Element(&'static str),
    /// The `[[sheet]]` that reads this sheet or file.
    Sheet(Arc<Origin>),
    /// In place of this line, below a comment `# DECIDE:`; of several that are the same, the one with this number.
    Decision(String, usize),
}

/// The key of a line that is to be a comment only.
pub(crate) const LEFT_OUT: &str = "# left out";

/// A value of a key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Value {
    Text(String),
    Texts(Vec<String>),
    Number(i64),
    Flag(bool),
    /// Codes with their labels.
    Labels(Vec<(i64, String)>),
    /// Ranges of registers, in order.
    Registers(Vec<(Table, u16, u16)>),
    /// Cells by row and column, of one column.
    Cells(Vec<(u32, usize)>),
    /// What only a person can say, with what it may be.
    Open(Vec<Value>),
    /// A text that belongs under one of these keys, and which only a person can say.
    Under(Vec<&'static str>, String),
    /// A table of one key: `{ signed = true }`.
    Set(&'static str, Box<Value>),
    /// Why it holds, which who decides knows.
    Reason,
}

impl Entry {
    fn in_section(section: Section) -> Self {
        Self { section, keys: Vec::new(), is_single: false }
    }

    /// Keys of a table that there is once: `["types"]`, `["enums", "Mode"]`.
    pub(crate) fn table<const N: usize>(path: [&str; N]) -> Self {
        Self::in_section(Section::Table(path.map(str::to_owned).to_vec()))
    }

    /// A new table in a list: `override`.
    pub(crate) fn element(list: &'static str) -> Self {
        Self::in_section(Section::Element(list))
    }

    /// Keys of the `[[sheet]]` that reads this sheet or file.
    pub(crate) fn sheet(origin: &Arc<Origin>) -> Self {
        Self::in_section(Section::Sheet(Arc::clone(origin)))
    }

    /// A line in place of one that nobody has decided yet.
    pub(crate) fn decision(line: &str, number: usize) -> Self {
        Self::in_section(Section::Decision(line.to_owned(), number)).single()
    }

    /// The correction of what the columns print for a register, with what it may be.
    pub(crate) fn correction(selection: &Selection, field: &str, expect: &[String], readings: &[String]) -> Self {
        let mut entry = Self::element("override").with("registers", Value::Registers(selection.registers.clone()));
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
        entry.text("field", field).texts("expect", expect).one_of("value", readings.iter().map(String::as_str)).reason()
    }

    /// The correction of what stands in one cell; none of what is no cell, or too long to be copied.
    pub(crate) fn cell(place: &Place) -> Option<Self> {
        Self::of_cell(place, Value::Open(Vec::new()))
    }

    /// The same where it is known what is to stand there.
    pub(crate) fn cell_to_be(place: &Place, value: &str) -> Option<Self> {
        Self::of_cell(place, Value::Text(value.to_owned()))
    }

    /// The same where one of these may be meant.
    pub(crate) fn cell_one_of<'a>(place: &Place, values: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        Self::of_cell(place, Value::Open(values.into_iter().map(Value::from).collect()))
    }

    fn of_cell(place: &Place, value: Value) -> Option<Self> {
        // A row, a line of the manifest and a header that is not there are no cells.
        let cell = (place.row()?, place.column()?);
        let found = place.found.as_deref().filter(|found| found.len() <= LONGEST)?;
        let entry = Self::element("cell").text("file", place.file());
        let entry = place.sheet().into_iter().fold(entry, |entry, sheet| entry.text("sheet", sheet));
        let entry = entry.with("cell", Value::Cells(vec![cell])).text("expect", found).with("value", value).reason();
        // What is missing in a cell says nothing of what is in another.
        Some(if found.trim().is_empty() { entry.single() } else { entry })
    }

    /// The same for one register only: what it says is to be another for each.
    pub(crate) fn single(mut self) -> Self {
        self.is_single = true;
        self
    }

    /// A rule for registers, with what it may set.
    pub(crate) fn rule(registers: Vec<(Table, u16, u16)>, key: &'static str, readings: Vec<Value>) -> Self {
        let rule = Self::element("rule").with("registers", Value::Registers(registers));
        rule.with("set", Value::Set(key, Box::new(Value::Open(readings)))).reason()
    }

    /// A name in Rust for what has no good one.
    pub(crate) fn name(of: &str, printed: &str) -> Self {
        Self::element("name").text(of, printed)
    }

    /// Adds the name, which only a person can say.
    pub(crate) fn unnamed(self) -> Self {
        self.open("name")
    }

    /// Adds a text.
    pub(crate) fn text(self, key: &str, value: &str) -> Self {
        self.with(key, value.into())
    }

    /// Adds a list of texts.
    pub(crate) fn texts(self, key: &str, values: &[String]) -> Self {
        self.with(key, Value::Texts(values.to_vec()))
    }

    /// Adds a number.
    pub(crate) fn number(self, key: &str, value: i64) -> Self {
        self.with(key, Value::Number(value))
    }

    /// Adds a truth.
    pub(crate) fn flag(self, key: &str, value: bool) -> Self {
        self.with(key, Value::Flag(value))
    }

    /// Adds what only a person can say.
    pub(crate) fn open(self, key: &str) -> Self {
        self.with(key, Value::Open(Vec::new()))
    }

    /// Adds what is one of these, and which only a person can say; blank ones are none.
    pub(crate) fn one_of<'a>(self, key: &str, readings: impl IntoIterator<Item = &'a str>) -> Self {
        let mut known = BTreeSet::new();
        let readings = readings.into_iter().filter(|text| !text.trim().is_empty() && known.insert(*text));
        let readings = readings.map(Value::from).collect();
        self.with(key, Value::Open(readings))
    }

    /// Adds a text that belongs under one of these keys.
    pub(crate) fn under(self, keys: &[&'static str], text: &str) -> Self {
        self.with(OPEN, Value::Under(keys.to_vec(), text.to_owned()))
    }

    /// Adds why it holds.
    pub(crate) fn reason(self) -> Self {
        self.with("reason", Value::Reason)
    }

    /// Adds a list of values with their labels; of a code that is listed twice, the first.
    pub(crate) fn labels<'a>(self, values: impl IntoIterator<Item = (i64, &'a str)>) -> Self {
        // A key that is there twice is no TOML.
        let mut known = BTreeSet::new();
        let values = values.into_iter().filter(|(code, _)| known.insert(*code));
        self.with("values", Value::Labels(values.map(|(code, label)| (code, label.to_owned())).collect()))
    }

    /// Adds a key.
    pub(crate) fn with(mut self, key: &str, value: Value) -> Self {
        self.keys.push((key.to_owned(), value));
        self
    }

    /// Whether it says what a column means.
    pub(crate) fn is_of_columns(&self) -> bool {
        matches!(&self.section, Section::Table(path) if *path == ["columns"])
    }

    /// Whether it is the correction of a cell.
    pub(crate) fn is_of_cell(&self) -> bool {
        self.section == Section::Element("cell")
    }

    /// All of them in as few as say the same: those that differ in their registers or in the row of their cell only are one,
    /// and so are the keys of one table.
    pub(crate) fn merged<'a>(entries: impl IntoIterator<Item = &'a Self>) -> Vec<Self> {
        let mut merged: Vec<Self> = Vec::new();
        let mut known: HashMap<Self, usize> = HashMap::new();
        for entry in entries {
            let mut same = entry.clone();
            match &entry.section {
                // What is to be named is one of its own.
                Section::Table(path) if path.iter().any(|name| name == OPEN) => {}
                _ if entry.is_single => {}
                Section::Table(_) | Section::Sheet(_) => same.keys.clear(),
                Section::Element(_) | Section::Decision(..) => {
                    same.keys.iter_mut().for_each(|(_, value)| match value {
                        Value::Registers(ranges) => ranges.clear(),
                        // Of another column the same text means something else.
                        Value::Cells(cells) => {
                            *cells = cells.first().map(|(_, column)| (0, *column)).into_iter().collect();
                        }
                        _ => {}
                    });
                }
            }
            match known.get(&same).and_then(|index| merged.get_mut(*index)) {
                Some(other) => other.add(entry),
                None => {
                    known.insert(same, merged.len());
                    merged.push(entry.clone());
                }
            }
        }
        for (_, value) in merged.iter_mut().flat_map(|entry| &mut entry.keys) {
            match value {
                Value::Registers(ranges) => *ranges = joined(std::mem::take(ranges)),
                Value::Cells(cells) => {
                    cells.sort_unstable();
                    cells.dedup();
                }
                _ => {}
            }
        }
        merged
    }

    fn add(&mut self, other: &Self) {
        for (key, value) in &other.keys {
            match self.keys.iter_mut().find(|(known, _)| known == key) {
                Some((_, Value::Registers(ranges))) => {
                    if let Value::Registers(more) = value {
                        ranges.extend_from_slice(more);
                    }
                }
                Some((_, Value::Cells(cells))) => {
                    if let Value::Cells(more) = value {
                        cells.extend_from_slice(more);
                    }
                }
                // The first stands.
                Some(_) => {}
                None => self.keys.push((key.clone(), value.clone())),
            }
        }
    }
}

/// Ranges that follow each other as one, in order.
fn joined(mut ranges: Vec<(Table, u16, u16)>) -> Vec<(Table, u16, u16)> {
    ranges.sort_unstable();
    let mut joined: Vec<(Table, u16, u16)> = Vec::new();
    for (table, first, last) in ranges {
        match joined.last_mut() {
            Some((known, _, end)) if *known == table && first <= end.saturating_add(1) => *end = last.max(*end),
            _ => joined.push((table, first, last)),
        }
    }
    joined
}

/// Entries that together settle a diagnostic.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Offer(Vec<Entry>);

impl Offer {
    /// Whether nothing is offered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.0
    }
}

impl From<Entry> for Offer {
    fn from(entry: Entry) -> Self {
        Self(vec![entry])
    }
}

impl From<Option<Entry>> for Offer {
    fn from(entry: Option<Entry>) -> Self {
        Self(entry.into_iter().collect())
    }
}

impl From<Vec<Entry>> for Offer {
    fn from(entries: Vec<Entry>) -> Self {
        Self(entries)
    }
}

impl fmt::Display for Offer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, entry) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n\n")?;
            }
            entry.fmt(f)?;
        }
        Ok(())
    }
}

impl Serialize for Offer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.section {
            Section::Table(path) => {
                let path: Vec<String> = path.iter().map(|name| key(name)).collect();
                write!(f, "[{}]", path.join("."))?;
            }
            Section::Element(list) => write!(f, "[[{list}]]")?,
            // A comment, since the table is there already.
            Section::Sheet(origin) => {
                write!(f, "# in the [[sheet]] of {}", quoted(&origin.file))?;
                origin.sheet.iter().try_for_each(|sheet| write!(f, ", {}", quoted(sheet)))?;
            }
            Section::Decision(line, _) => write!(f, "# in place of {line}")?,
        }
        for (key, value) in &self.keys {
            write!(f, "\n{} = {value}", self::key(key))?;
            let value = if let Value::Set(_, value) = value { value } else { value };
            match value {
                Value::Open(readings) if !readings.is_empty() => {
                    let readings: Vec<String> = readings.iter().take(READINGS).map(ToString::to_string).collect();
                    write!(f, "  # {}", readings.join(" or "))?;
                }
                Value::Under(keys, _) => write!(f, "  # {}", keys.join(" or "))?,
                _ => {}
            }
        }
        Ok(())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Under(_, text) => f.write_str(&quoted(text)),
            Self::Texts(texts) => {
                let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
                write!(f, "[{}]", texts.join(", "))
            }
            Self::Number(number) => number.fmt(f),
            Self::Flag(flag) => flag.fmt(f),
            Self::Labels(labels) => {
                let labels: Vec<String> =
                    labels.iter().map(|(code, label)| format!("{code} = {}", quoted(label))).collect();
                write!(f, "{{ {} }}", labels.join(", "))
            }
            Self::Registers(ranges) => f.write_str(&quoted(&selector(ranges))),
            Self::Cells(cells) => f.write_str(&quoted(&name_cells(cells))),
            Self::Open(_) | Self::Reason => f.write_str(&quoted(OPEN)),
            Self::Set(key, value) => write!(f, "{{ {key} = {value} }}"),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A key as TOML has it.
pub(super) fn key(text: &str) -> String {
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
                // Writing to a string cannot fail.
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
            Entry::table(["types"]).text("a b", "c").text("d-e", "f").to_string(),
            "[types]\n\"a b\" = \"c\"\nd-e = \"f\""
        );
    }

    #[test]
    fn entries_that_differ_in_their_registers_are_one() {
        let of = |address: u16, unit: &str| {
            let registers = vec![(Table::HoldingRegister, address, address)];
            let selection = Selection { registers, ..Selection::default() };
            Entry::correction(&selection, "unit", &[unit.to_owned(), "°C".to_owned()], &[])
        };
        let types = |word: &str| Entry::table(["types"]).open(word);
        let entries = [of(3, "%"), types("a"), of(4, "%"), of(9, "K"), of(1, "%"), types("b"), types("a")];
        let merged: Vec<String> = Entry::merged(&entries).iter().map(ToString::to_string).collect();
        assert_eq!(merged.len(), 3, "{merged:?}");
        assert!(merged[0].contains("registers = \"holding 1, holding 3-4\"\n"), "{merged:?}");
        assert_eq!(merged[1], "[types]\na = \"…\"\nb = \"…\"");
        assert!(merged[2].contains("registers = \"holding 9\"\n"), "{merged:?}");
    }
}
