//! Writes entries into a manifest as a person would: its comments and its order stay.

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike};

use crate::diagnostic::Entry;
use crate::diagnostic::entry::{Section, Value};
use crate::manifest::DECIDE;
use crate::source::Origin;
use crate::spelling::wildcard;
use crate::understood::Understood;

/// The manifest with an entry in it; none where it has no place for it, or the entry is there already.
pub(super) fn with(text: &str, entry: &Entry, reason: &str, understood: &Understood) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    if let Section::Decision(line, number) = entry.section() {
        return decided(text, (line, *number), entry, reason);
    }
    let added = match entry.section() {
        Section::Element(list) => element(&mut document, list, entry, reason),
        Section::Sheet(origin) => sheets(&mut document, origin, entry, reason),
        Section::Table(path) => match table(document.as_table_mut(), path) {
            Some(table) => Added::to(set(table, entry, reason)),
            None => Added::Appended,
        },
        Section::Decision(..) => Added::Nothing,
    };
    let edited = match added {
        Added::Nothing => return None,
        Added::Inside => document.to_string(),
        Added::Appended => {
            let columns = match entry.section() {
                Section::Table(path) if *path == ["columns"] => recognised(&document, entry, understood)?,
                _ => Vec::new(),
            };
            let blank = if text.is_empty() || text.ends_with("\n\n") { "" } else { "\n" };
            let line = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
            let columns = columns.into_iter().fold(entry.clone(), |entry, (key, header)| entry.text(key, &header));
            format!("{text}{line}{blank}{}\n", columns.because(reason))
        }
    };
    // What is no manifest any more is not written.
    edited.parse::<DocumentMut>().ok().filter(|_| edited != text).map(|_| edited)
}

/// The manifest with what was decided in place of a line, and without the comment above it; its line ends stay.
fn decided(text: &str, (line, number): (&str, usize), entry: &Entry, reason: &str) -> Option<String> {
    let [(key, value)] = entry.keys() else { return None };
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let is_asked = |pair: &[&str]| matches!(pair, [above, below] if above.trim_start().starts_with(DECIDE) && below.trim() == line);
    let (at, _) = lines.windows(2).enumerate().filter(|(_, pair)| is_asked(pair)).nth(number)?;
    let (before, after) = (lines.get(..at)?, lines.get(at.saturating_add(2)..)?);
    let end = if lines.get(at)?.ends_with("\r\n") { "\r\n" } else { "\n" };
    let edited = format!("{}{key} = {value}  # {reason}{end}{}", before.concat(), after.concat());
    edited.parse::<DocumentMut>().ok().map(|_| edited)
}

/// What became of an entry.
enum Added {
    Nothing,
    Inside,
    /// It is to stand at the end.
    Appended,
}

impl Added {
    fn to(is_changed: bool) -> Self {
        if is_changed { Self::Inside } else { Self::Nothing }
    }
}

/// A new table of a list, behind the others of it.
fn element(document: &mut DocumentMut, list: &str, entry: &Entry, reason: &str) -> Added {
    match document.get_mut(list) {
        None => Added::Appended,
        Some(Item::ArrayOfTables(tables)) => {
            let mut table = Table::new();
            set(&mut table, entry, reason);
            tables.push(table);
            Added::Inside
        }
        Some(Item::Value(toml_edit::Value::Array(tables))) => {
            let mut table = InlineTable::new();
            set(&mut table, entry, reason);
            tables.push(table);
            Added::Inside
        }
        Some(_) => Added::Nothing,
    }
}

/// Keys of every `[[sheet]]` that reads this sheet.
fn sheets(document: &mut DocumentMut, origin: &Origin, entry: &Entry, reason: &str) -> Added {
    let mut is_changed = false;
    let Some(sheets) = document.get_mut("sheet").and_then(Item::as_array_of_tables_mut) else { return Added::Nothing };
    for sheet in sheets.iter_mut().filter(|sheet| reads(*sheet, origin)) {
        is_changed |= set(sheet, entry, reason);
    }
    Added::to(is_changed)
}

/// Whether a `[[sheet]]` reads this sheet.
fn reads(sheet: &dyn TableLike, origin: &Origin) -> bool {
    let texts = |key: &str| -> Vec<String> {
        match sheet.get(key) {
            Some(Item::Value(toml_edit::Value::Array(texts))) => {
                texts.iter().filter_map(|text| text.as_str().map(str::to_owned)).collect()
            }
            Some(item) => item.as_str().map(str::to_owned).into_iter().collect(),
            None => Vec::new(),
        }
    };
    let names = [texts("name"), texts("names")].concat();
    let is = |name: &String| origin.sheet.as_deref().is_some_and(|sheet| wildcard(name, sheet));
    sheet.get("file").and_then(Item::as_str) == Some(origin.file.as_str())
        && (names.is_empty() || names.iter().any(is) && !texts("except").iter().any(is))
}

/// The table with this path, where it is there.
fn table<'a>(root: &'a mut dyn TableLike, path: &[String]) -> Option<&'a mut dyn TableLike> {
    let mut table = root;
    for name in path {
        table = table.get_mut(name)?.as_table_like_mut()?;
    }
    Some(table)
}

/// Sets the keys of an entry, each in its place where it is there already; whether that changes anything.
fn set(table: &mut dyn TableLike, entry: &Entry, reason: &str) -> bool {
    let mut is_changed = false;
    for (key, value) in entry.keys() {
        let Some(value) = value_of(value, reason) else { continue };
        match table.get_mut(key) {
            Some(Item::Value(known)) => {
                let decor = known.decor().clone();
                is_changed |= known.to_string().trim() != value.to_string().trim();
                *known = value;
                *known.decor_mut() = decor;
            }
            _ => {
                table.insert(key, Item::Value(value));
                is_changed = true;
            }
        }
    }
    is_changed
}

/// A value as the entry shows it; none of what is left to a person.
fn value_of(value: &Value, reason: &str) -> Option<toml_edit::Value> {
    Some(match value {
        Value::Text(text) => text.as_str().into(),
        Value::Texts(texts) => texts.iter().map(String::as_str).collect::<Array>().into(),
        Value::Number(number) => (*number).into(),
        Value::Flag(flag) => (*flag).into(),
        Value::Reason => reason.into(),
        // Their form is that of the text that is shown.
        Value::Labels(_) | Value::Registers(_) | Value::Cells(_) | Value::Set(..) => value.to_string().parse().ok()?,
        Value::Open(_) | Value::Under(..) => return None,
    })
}

/// The columns that were recognised in all sheets: where a manifest names one, it names all of them. None where it does
/// already, or where the sheets differ.
fn recognised(document: &DocumentMut, entry: &Entry, understood: &Understood) -> Option<Vec<(&'static str, String)>> {
    if document.contains_key("column_sets") {
        return None;
    }
    let named = |key: &str| entry.keys().iter().any(|(known, _)| known == key);
    let headers: Vec<&String> = entry
        .keys()
        .iter()
        .filter_map(|(_, value)| if let Value::Text(text) = value { Some(text) } else { None })
        .collect();
    let mut sheets = understood.sheets.iter().map(|sheet| {
        let known = sheet.columns.iter().filter_map(|column| Some((column.meaning?, column.header.clone())));
        known.filter(|(key, header)| !named(key) && !headers.contains(&header)).collect::<Vec<_>>()
    });
    let first = sheets.next()?;
    // A key with several columns is a table, which is for a person to write.
    let is_single = |(at, (key, _)): (usize, &(&str, String))| {
        first.iter().skip(at.saturating_add(1)).all(|(other, _)| other != key)
    };
    let are_single = first.iter().enumerate().all(is_single);
    (are_single && sheets.all(|other| other == first)).then_some(first)
}
