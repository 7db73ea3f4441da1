//! `[columns]`, `[column_sets]`, `[key]`, `[[list]]` and `[pairs]`: what the columns and marks of the vendor's table mean.

use std::collections::BTreeMap;

use super::languages::report_unknown;
use super::reader::Section;
use super::sheets;
use crate::columns::base::NOTATIONS;
use crate::columns::meaning::{KEYS, ListColumns, ListSheet};
use crate::columns::{Columns, Key, Meaning};
use crate::diagnostic::{Diagnostic, said};
use crate::source::Located;

/// What stands in an entry of `[columns]`.
const HEADER: &str = "the header of the column, as the vendor's table prints it";

/// The columns of sheets that name no set, and those of the named sets.
#[derive(Debug, Default)]
pub(crate) struct ColumnSets {
    pub(crate) default: Columns,
    pub(crate) named: BTreeMap<String, Columns>,
    /// Columns kept for the documentation, of all sets: the name overrides call them, and the header.
    pub(crate) details: Vec<(String, String)>,
    /// Models and firmwares with a column of their own, of all sets.
    pub(crate) variants: Vec<String>,
    /// Whether the manifest names no columns at all: they are recognised by well-known headers.
    pub(crate) are_recognised: bool,
}

impl ColumnSets {
    /// The columns of a sheet.
    pub(crate) fn of(&self, set: Option<&str>) -> &Columns {
        set.and_then(|name| self.named.get(name)).unwrap_or(&self.default)
    }
}

/// How the halves of a 32-bit value are marked; any of the spellings.
#[derive(Debug)]
pub(crate) struct Pairs {
    pub(crate) high: Vec<String>,
    pub(crate) low: Vec<String>,
    /// Whether the words of a value are written one after the other where they are not adjacent.
    pub(crate) writes_apart: bool,
}

pub(super) fn read(root: &Section<'_>, languages: &[String]) -> ColumnSets {
    let are_recognised = !root.has("columns") && !root.has("column_sets");
    let mut sets = ColumnSets { are_recognised, ..ColumnSets::default() };
    if let Some(section) = root.section("columns") {
        sets.default = columns(&section, languages, &mut sets.details, &mut sets.variants);
    }
    if let Some(named) = root.section("column_sets") {
        for (name, section) in named.named_sections() {
            let columns = columns(&section, languages, &mut sets.details, &mut sets.variants);
            sets.named.insert(name.value, columns);
        }
    }
    sets
}

fn columns(
    section: &Section<'_>,
    languages: &[String],
    all_details: &mut Vec<(String, String)>,
    all_variants: &mut Vec<String>,
) -> Columns {
    let mut columns = Columns::default();
    for (key, meaning) in KEYS {
        // A name may stand in several columns: “Voltage” and “L1-N”.
        let headers = match meaning {
            Meaning::Label | Meaning::Group => section.filled_strings(key, HEADER).unwrap_or_default(),
            meaning if meaning.is_address() && section.holds_table(key) => {
                address(section, key, meaning, &mut columns).into_iter().collect()
            }
            Meaning::Values if section.holds_table(key) => {
                columns.headers.extend(value_labels(section, key));
                continue;
            }
            _ => section.filled_string(key, HEADER).into_iter().collect(),
        };
        columns.headers.extend(headers.into_iter().map(|header| (meaning, header)));
    }
    descriptions(section, languages, &mut columns);
    if let Some(details) = section.section("details") {
        for name in super::overrides::fields() {
            details.wrong_key(name, "another name for the column: overrides call a field of every register so");
        }
        for (name, header) in details.string_entries() {
            let known = all_details.iter().position(|(known, _)| *known == name);
            let place = known.unwrap_or(all_details.len());
            if known.is_none() {
                all_details.push((name, header.value.clone()));
            }
            columns.headers.push((Meaning::Detail(place), header));
        }
    }
    if let Some(variants) = section.section("variants") {
        for (name, header) in variants.string_entries() {
            let known = all_variants.iter().position(|known| *known == name);
            let place = known.unwrap_or(all_variants.len());
            if known.is_none() {
                all_variants.push(name);
            }
            columns.headers.push((Meaning::InVariant(place), header));
        }
    }
    if !section.has("address") && !section.has("de_facto") {
        section.report(
            Diagnostic::error("E0202", said!("{section} names no column for the address", section = section.name()))
                .at(section.place().clone())
                .expected("address = \"…\" or de_facto = \"…\", the header of that column"),
        );
    }
    section.finish();
    columns
}

/// `address = { header = "Register", notation = "hexadecimal" }`
fn address(
    section: &Section<'_>,
    key: &'static str,
    meaning: Meaning,
    columns: &mut Columns,
) -> Option<Located<String>> {
    let section = section.section(key)?;
    let header = section.required_string("header", HEADER);
    columns.notations.extend(section.word("notation", &NOTATIONS).map(|base| (meaning, base)));
    section.finish();
    header
}

/// Columns with the label of one raw value each.
fn value_labels(section: &Section<'_>, key: &'static str) -> Vec<(Meaning, Located<String>)> {
    let Some(table) = section.section(key) else { return Vec::new() };
    let entries = table.string_entries().into_iter();
    let columns = entries.filter_map(|(code, header)| {
        let Ok(value) = code.parse() else {
            table.wrong_key(&code, "a raw value before the header of the column with its label: 0 = \"State text 0\"");
            return None;
        };
        Some((Meaning::ValueLabel(value), header))
    });
    columns.collect()
}

/// `description = "Name"`, or one column for each language: `description = { en = "English", sv = "Svenska" }`. A table
/// with a column of labels needs none.
fn descriptions(section: &Section<'_>, languages: &[String], columns: &mut Columns) {
    const NAMES: &str = "the header of the column with the registers' names";
    if !columns.has(Meaning::Label) && !section.has("label") {
        section.require("description", NAMES);
    }
    if !section.holds_table("description") {
        let headers = section.filled_strings("description", NAMES).unwrap_or_default();
        columns.headers.extend(headers.into_iter().map(|header| (Meaning::Description, header)));
        return;
    }
    let Some(table) = section.section("description") else { return };
    for (language, header) in table.string_entries() {
        match languages.iter().position(|known| *known == language) {
            Some(0) => columns.headers.push((Meaning::Description, header)),
            Some(place) => columns.headers.push((Meaning::Translation(place), header)),
            None => report_unknown(section, &language, &header, languages),
        }
    }
}

pub(super) fn key(root: &Section<'_>) -> Option<Key> {
    let section = root.section("key")?;
    let file = section.required_string("file", "the file that holds the table key");
    let mark = section.required_string("mark", "the header of the column with the marks");
    let text = section.required_string("text", "the header of the column with their meaning");
    let sheet = section.string("sheet").map(|sheet| sheet.value);
    let legend = section.string("legend").map(|legend| legend.value);
    let place = section.place().clone();
    section.finish();
    Some(Key { file: file?.value, sheet, mark: mark?, text: text?, legend, place })
}

/// Sheets with lists of values.
pub(super) fn list_sheets(root: &Section<'_>) -> Vec<ListSheet> {
    root.sections("list").iter().filter_map(list_sheet).collect()
}

fn list_sheet(section: &Section<'_>) -> Option<ListSheet> {
    let file = section.required_string("file", "the file that holds the lists");
    let sheet = section.string("sheet").map(|sheet| sheet.value);
    let name = section.required_string("name", "the header of the column with the names of the lists");
    let columns = if section.has("values") {
        section.required_string("values", "the header of the column with a list in each cell").map(ListColumns::Cell)
    } else {
        let code =
            section.required_string("code", "the header of the column with the codes, or `values` for whole lists");
        let label = section.required_string("label", "the header of the column with the labels");
        code.zip(label).map(|(code, label)| ListColumns::Rows { code, label })
    };
    let reading = sheets::reading(section);
    let place = section.place().clone();
    section.finish();
    Some(ListSheet { file: file?.value, sheet, reading, name: name?, columns: columns?, place })
}

pub(super) fn pairs(root: &Section<'_>) -> Option<Pairs> {
    let section = root.section("pairs")?;
    let high = section.one_or_more("high", "the mark of the high word: \"(MSB)\"");
    let low = section.one_or_more("low", "the mark of the low word: \"(LSB)\"");
    let writes_apart = section.word("write", &[("two_requests", true)]).unwrap_or(false);
    section.finish();
    Some(Pairs { high: high?, low: low?, writes_apart })
}

pub(super) fn optional_marks(section: &Section<'_>) -> Vec<String> {
    let marks = section.strings("marks").unwrap_or_default();
    if marks.iter().any(|mark| mark.trim().is_empty()) {
        section.wrong_key("marks", "marks that stand in a description: \"(EM)\"");
    }
    section.finish();
    marks
}
