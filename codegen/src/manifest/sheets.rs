//! `[[sheet]]` and `[tables]`: which sheets are read, and what the registers in them can do.

use std::collections::BTreeMap;

use encoding_rs::Encoding;

use super::TABLES;
use super::columns::ColumnSets;
use super::reader::{Located, Section};
use crate::diagnostic::{Diagnostic, Place};
use crate::model::{Access, Table};
use crate::sheet::{Reading, TextForm};
use crate::suggest;
use crate::table::order::Order;

/// The words that name an access.
pub(super) const ACCESS: [(&str, Access); 3] =
    [("read", Access::Read), ("write", Access::Write), ("read_write", Access::ReadWrite)];

/// A sheet, or a CSV file, with registers.
#[derive(Debug)]
pub(crate) struct SheetEntry {
    pub(crate) file: Located<String>,
    pub(crate) sheet: Option<String>,
    pub(crate) group: Option<String>,
    /// Which of `[column_sets]` its columns are; those of `[columns]` where none is named.
    pub(crate) columns: Option<String>,
    /// Modbus table of all its rows, where no column says it.
    pub(crate) table: Option<Table>,
    pub(crate) access: Option<Access>,
    /// Order of words and bytes of all its rows that state none.
    pub(crate) order: Option<Order>,
    /// How the file is read.
    pub(crate) reading: Reading,
    pub(crate) place: Place,
}

pub(super) fn access(root: &Section<'_>) -> BTreeMap<Table, Access> {
    let mut access = BTreeMap::new();
    if let Some(section) = root.section("tables") {
        for (key, table) in TABLES {
            let Some(found) = section.word(key, &ACCESS) else { continue };
            if found.writes() && !table.is_writable() {
                section.wrong_key(key, "\"read\": the protocol has no function that writes them");
            }
            access.insert(table, found);
        }
        section.finish();
    }
    access
}

pub(super) fn read(root: &Section<'_>, sets: &ColumnSets) -> Vec<SheetEntry> {
    let sections = root.sections("sheet");
    if sections.is_empty() {
        root.report(
            Diagnostic::error("E0202", "the manifest names no sheet")
                .at(root.place().clone())
                .expected("[[sheet]] with file = \"registers.xlsx\" and, for a workbook, name = \"…\""),
        );
    }
    let mut sheets = Vec::new();
    for section in sections {
        let file = section.required_string("file", "the vendor's file, relative to the manifest");
        let sheet = section.string("name").map(|name| name.value);
        let group = section.string("group").map(|group| group.value);
        let columns = column_set(root, &section, sets);
        let table = section.word("table", &TABLES);
        let access = section.word("access", &ACCESS);
        let order = section.word("order", &Order::ALL);
        let reading = reading(&section);
        let place = section.place().clone();
        section.finish();
        let Some(file) = file else { continue };
        let twice = sheets.iter().find(|other: &&SheetEntry| other.file.value == file.value && other.sheet == sheet);
        if let Some(other) = twice {
            let name = sheet.as_deref().unwrap_or(&file.value);
            section.report(
                Diagnostic::error("E0208", format!("“{name}” is listed twice"))
                    .at(other.place.clone())
                    .at(place)
                    .expected("each sheet once")
                    .help("a [[sheet]] copied without changing its name hides the sheet that was meant"),
            );
        } else {
            sheets.push(SheetEntry { file, sheet, group, columns, table, access, order, reading, place });
        }
    }
    sheets
}

/// How the sheet's file is read.
fn reading(section: &Section<'_>) -> Reading {
    let hidden = section.word("hidden", &[("read", false), ("skip", true)]);
    let delimiter = section.word("delimiter", &[(",", b','), (";", b';'), ("tab", b'\t'), ("\t", b'\t'), ("|", b'|')]);
    let encoding = section.string("encoding").and_then(|name| {
        let encoding = Encoding::for_label(name.value.as_bytes());
        if encoding.is_none() {
            section.wrong_key(
                "encoding",
                "\"utf-8\", \"windows-1252\", \"iso-8859-1\", \"utf-16le\", \"gbk\", \"shift_jis\" or another of the \
                 names that web pages use for theirs",
            );
        }
        encoding
    });
    Reading { text: TextForm { encoding, delimiter }, skip_hidden: hidden.unwrap_or_default() }
}

/// The set of columns a sheet names, which has to be there; a sheet that names none has the columns of `[columns]`.
fn column_set(root: &Section<'_>, section: &Section<'_>, sets: &ColumnSets) -> Option<String> {
    let Some(set) = section.string("columns") else {
        if !root.has("columns") && root.has("column_sets") && !section.has("columns") {
            section.report(
                Diagnostic::error("E0210", "nothing says what the columns of this sheet mean")
                    .at(section.place().clone())
                    .expected("columns = \"…\", one of [column_sets], or [columns] for the sheets that name none"),
            );
        }
        return None;
    };
    if !sets.named.contains_key(&set.value) {
        section.report(
            Diagnostic::error("E0210", format!("there is no [column_sets.{}]", set.value))
                .at(set.place.clone().holds(&set.value))
                .expected("the name of a set of columns")
                .help(suggest::nearest_of("set", &set.value, sets.named.keys().map(String::as_str))),
        );
    }
    Some(set.value)
}
