//! The tables of a sheet with their columns, as the manifest names them, or as well-known headers and cells say.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::facts::Fact;
use crate::columns::recognise::{self, Column, Doubt, Recognised};
use crate::columns::{self, Columns, Meaning};
use crate::diagnostic::{Diagnostic, Diagnostics, Entry, Place, said};
use crate::manifest::{Manifest, SheetEntry};
use crate::model::Table;
use crate::rows::{Line, Rows};
use crate::sheet::{Grid, GridRow, HeaderRows};
use crate::source::column_letters;
use crate::understood::{UnderstoodColumn, UnderstoodSheet};

/// A table of a sheet, with the entry of the manifest that is about it.
pub(super) struct Part<'a> {
    pub(super) entry: Cow<'a, SheetEntry>,
    pub(super) columns: Cow<'a, Columns>,
    /// How it was recognised, where no manifest says it.
    pub(super) recognised: Option<Recognised>,
}

/// The tables of a sheet that an entry is about; none where there is no well-known header, which is reported.
pub(super) fn parts<'a>(
    entry: &'a SheetEntry,
    manifest: &'a Manifest,
    grid: &Grid,
    diagnostics: &mut Diagnostics,
) -> Vec<Part<'a>> {
    if !manifest.columns.are_recognised {
        let columns = manifest.columns.of(entry.columns.as_deref());
        return vec![Part { entry: Cow::Borrowed(entry), columns: Cow::Borrowed(columns), recognised: None }];
    }
    let tables = match entry.layout.header {
        Some(header) => recognise::table_at(grid, header, entry.layout.end).into_iter().collect(),
        None => recognise::tables(grid),
    };
    if tables.is_empty() {
        report_none(grid, diagnostics);
    }
    let mut parts = Vec::new();
    for (index, recognised) in tables.into_iter().enumerate() {
        report_doubts(grid, &recognised, diagnostics);
        if report_nameless(grid, &recognised, diagnostics) {
            continue;
        }
        let mut entry = entry.clone();
        entry.layout.header = entry.layout.header.or_else(|| Some(HeaderRows::one(recognised.row)));
        entry.layout.end = recognised.end.or(entry.layout.end);
        entry.layout.is_first = index == 0;
        if recognised.column(Meaning::DeFacto).is_none() {
            entry.table = entry.table.or(recognised.table.as_ref().map(|(table, _)| *table));
        }
        let columns = Cow::Owned(recognised.columns(grid));
        parts.push(Part { entry: Cow::Owned(entry), columns, recognised: Some(recognised) });
    }
    parts
}

fn report_none(grid: &Grid, diagnostics: &mut Diagnostics) {
    let first =
        grid.rows.iter().rev().max_by_key(|row| row.cells.iter().filter(|cell| !cell.is_empty()).count().min(3));
    let place = first.map_or_else(
        || grid.origin.place(),
        |row| {
            let filled: Vec<&str> = row.cells.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
            grid.origin.row(row.number).holds(filled.join(" | "))
        },
    );
    diagnostics.push(
        Diagnostic::error("E0331", "no header row recognised")
            .at(place)
            .expected(
                "a row with Address or Register, Name or Description, and the like, in English, German, \
                       Swedish, French or Dutch",
            )
            .help("name the headers in [columns] of a manifest: address = \"…\", description = \"…\"")
            .needing_manifest(),
    );
}

/// Reports what a person has to decide.
fn report_doubts(grid: &Grid, recognised: &Recognised, diagnostics: &mut Diagnostics) {
    for column in &recognised.columns {
        if let Some(doubt) = &column.doubt {
            diagnostics.push(said(grid, recognised, column, doubt));
        }
    }
}

/// Reports a table whose registers have no names; whatever else could be said of it would follow from that.
fn report_nameless(grid: &Grid, recognised: &Recognised, diagnostics: &mut Diagnostics) -> bool {
    let is_nameless = [Meaning::Label, Meaning::Description].into_iter().all(|of| recognised.column(of).is_none());
    if is_nameless {
        diagnostics.push(
            Diagnostic::error("E0336", "no column with the names of the registers was recognised")
                .at(grid.origin.row(recognised.row))
                .expected("a column with a header such as Name, Description, Parameter or Signal")
                .help("name it in [columns] of a manifest: description = \"…\"")
                .needing_manifest(),
        );
    }
    is_nameless
}

/// Keys of `[columns]`; where a manifest names one column, it names all of them.
fn columns_entry() -> Entry {
    Entry::table(["columns"])
}

fn said(grid: &Grid, recognised: &Recognised, column: &Column, doubt: &Doubt) -> Diagnostic {
    let header = &column.header;
    let place = |column: &Column| Place::from(grid.origin.cell(recognised.row, column.index)).holds(&column.header);
    match doubt {
        Doubt::Scale(sample) => {
            Diagnostic::error("E0332", said!("nothing says whether {sample} multiplies or divides", sample))
                .at(place(column))
                .expected("a column of factors such as 0.1, or a header such as Divisor or Resolution")
                .help(how_to_scale(header, sample))
                .manifest(columns_entry().under(&["divisor", "factor", "exponent"], header))
        }
        Doubt::Size(sample) => Diagnostic::error(
            "E0333",
            said!("nothing says whether {sample} counts registers, bytes or bits", sample),
        )
        .at(place(column))
        .expected("a header such as Registers, Bytes or Bits, or types of that size")
        .help(format!(
            "say it in [columns] of a manifest: count, size_in_bytes or size_in_bits = {header:?}, or leave it out"
        ))
        .manifest(columns_entry().under(&["count", "size_in_bytes", "size_in_bits"], header)),
        Doubt::Same(meaning, other) => {
            let what = meaning.key();
            let error =
                Diagnostic::error("E0334", said!("two columns may be the {what}", what = what.replace('_', " ")));
            let other = recognised.columns.get(*other);
            other
                .map(place)
                .into_iter()
                .fold(error, Diagnostic::at)
                .at(place(column))
                .expected("one column for each meaning")
                .help(format!("name the right one in [columns] of a manifest: {what} = {header:?}"))
                .manifest(
                    columns_entry()
                        .one_of(what, other.map(|other| other.header.as_str()).into_iter().chain([header.as_str()])),
                )
        }
        Doubt::Unread(meaning, strange) => {
            let what = meaning.key();
            let cells = strange.iter().map(|(row, cell)| Place::from(grid.origin.cell(*row, column.index)).holds(cell));
            let error = Diagnostic::error(
                "E0380",
                "the header says that this column changes values, but its cells do not say how",
            );
            cells
                .fold(error.at(place(column)), Diagnostic::at)
                .expected(match meaning {
                    Meaning::Type => "a type such as uint16 in most cells",
                    Meaning::Order => "an order such as CDAB in most cells",
                    Meaning::Signed => "signed or unsigned in most cells",
                    Meaning::Format => "a format such as FIX2 in most cells",
                    _ => "a number in most cells; dashes, n/a and none are blank",
                })
                .help(format!(
                    "name it in [columns] of a manifest, {what} = {header:?}, and correct the cells that are wrong \
                     with [[cell]]; if it does not matter, name the other columns and leave it out"
                ))
                .manifest(columns_entry().one_of(what, [header.as_str()]))
        }
        Doubt::Misfit(meaning, looks, strange) => {
            let own = columns::own(*meaning);
            let cells = strange.iter().map(|(row, cell)| Place::from(grid.origin.cell(*row, column.index)).holds(cell));
            let error = Diagnostic::error("E0330", said!("the header says {own}, but most cells are not", own));
            cells
                .fold(error.at(place(column)), Diagnostic::at)
                .expected(format!("a column of {own}"))
                .help(format!("they look like {}: name the columns in [columns] of a manifest", looks.name()))
                .needing_manifest()
        }
        Doubt::Refused(meaning, message) => Diagnostic::error("E0330", message.clone())
            .at(place(column))
            .expected(format!("a column of {}", columns::own(*meaning)))
            .needing_manifest(),
        Doubt::DeFacto(sample) => {
            let message =
                said!("nothing says whether {sample} and the others are addresses or de facto numbers", sample);
            Diagnostic::error("E0335", message)
                .at(place(column))
                .expected(
                    "a header such as De facto, PLC address or Protocol address, or a second column with the \
                           other notation",
                )
                .help(format!(
                    "say in [columns] of a manifest de_facto = {header:?} where 40001 is the first holding register, \
                     otherwise address = {header:?} and the table in [[sheet]]"
                ))
                .manifest(columns_entry().under(&["de_facto", "address"], header))
        }
    }
}

/// The choices of a person who knows a value: a raw 215 that is 21.5.
fn how_to_scale(header: &str, sample: &str) -> String {
    let power = match sample.parse::<i8>() {
        Ok(-9..=9) => format!(", exponent = {header:?} where it is 215 × 10^{sample}"),
        _ => String::new(),
    };
    format!(
        "say it in [columns] of a manifest: divisor = {header:?} where a raw value of 215 is 215 / {sample}, \
         factor = {header:?} where it is 215 × {sample}{power}"
    )
}

/// What was understood of a table, before its rows are placed.
pub(super) fn understood(part: &Part<'_>, grid: &Grid, rows: &Rows) -> UnderstoodSheet {
    let below = |row: &&GridRow| row.number > rows.header && part.entry.layout.end.is_none_or(|end| row.number < end);
    let data: Vec<&GridRow> = grid.rows.iter().filter(below).collect();
    let header = grid.row(rows.header).map(|row| row.cells.as_slice()).unwrap_or_default();
    let columns = header.iter().enumerate().filter(|(_, cell)| !cell.is_empty()).map(|(index, cell)| {
        let meaning = rows.columns.iter().find(|(_, column)| *column == index).map(|(meaning, _)| meaning.key());
        let known =
            part.recognised.as_ref().and_then(|table| table.columns.iter().find(|column| column.index == index));
        let how = match (known, meaning) {
            (Some(column), _) => column.how.clone(),
            (None, Some(_)) => "the manifest names it".to_owned(),
            (None, None) => "the manifest does not name it".to_owned(),
        };
        let mut samples: Vec<String> = Vec::new();
        for cell in data.iter().filter_map(|row| row.cells.get(index)).filter(|cell| !cell.is_empty()) {
            if samples.len() < SAMPLES && !samples.contains(cell) {
                samples.push(cell.clone());
            }
        }
        UnderstoodColumn { column: column_letters(index), header: cell.clone(), meaning, how, samples }
    });
    let is_title = |number: u32| {
        rows.lines.iter().any(|line| matches!(line, Line::Title(title) if title.place.row() == Some(number)))
    };
    let why = |number: u32| if is_title(number) { "a title".to_owned() } else { String::new() };
    UnderstoodSheet {
        file: grid.origin.file.clone(),
        sheet: grid.origin.sheet.clone(),
        header: rows.header,
        table: table_said(&part.entry, part.recognised.as_ref()),
        columns: columns.collect(),
        used: Vec::new(),
        skipped: data.iter().map(|row| (row.number, why(row.number))).collect(),
    }
}

/// Cells of a column that are shown.
const SAMPLES: usize = 4;

/// Notes which rows are used.
pub(super) fn use_rows(understood: &mut UnderstoodSheet, facts: &[Fact]) {
    let listed = facts.iter().flat_map(|fact| &fact.listed).map(|listed| listed.source.row);
    let used: BTreeSet<u32> = facts.iter().map(|fact| fact.row.number()).chain(listed).collect();
    understood.skipped.retain(|(row, _)| !used.contains(row));
    understood.used = used.into_iter().collect();
}

/// The Modbus table that is said of all rows, for a person.
pub(super) fn table_said(entry: &SheetEntry, recognised: Option<&Recognised>) -> Option<String> {
    let table: Table = entry.table?;
    let how = recognised.and_then(|recognised| recognised.table.as_ref());
    Some(match how {
        Some((of, how)) if *of == table => format!("{table}s: {how}"),
        _ => format!("{table}s: the manifest says so"),
    })
}
