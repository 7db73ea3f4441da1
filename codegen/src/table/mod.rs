//! Which column means what, and what each cell says.
//!
//! Out come the rows of registers with their cells by meaning; nothing is interpreted across rows yet.

pub(crate) mod address;
mod header;
pub(crate) mod text;
pub(crate) mod values;

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::manifest::{Columns, Key};
use crate::model::Source;
use crate::sheet::{Grid, GridRow, Origin};

/// A row that describes a register.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    origin: Arc<Origin>,
    number: u32,
    /// Absent where the sheet has no such column.
    pub(crate) address: Option<Cell>,
    pub(crate) de_facto: Option<Cell>,
    pub(crate) unit: Cell,
    pub(crate) divisor: Cell,
    pub(crate) description: Cell,
    /// In the order of the manifest's detail columns.
    pub(crate) details: Vec<Cell>,
}

/// A cell of a row.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell {
    /// What stands there; empty where the cell or the column is.
    pub(crate) text: String,
    column: usize,
}

impl Row {
    /// The cell, with what stands there.
    pub(crate) fn place(&self, cell: &Cell) -> Place {
        Place::from(self.source(cell)).holds(&cell.text)
    }

    /// The cell.
    pub(crate) fn source(&self, cell: &Cell) -> Source {
        self.origin.cell(self.number, cell.column)
    }
}

/// The rows of a sheet. Rows that describe no register are named in a note.
pub(crate) fn rows(grid: &Grid, columns: &Columns, diagnostics: &mut Diagnostics) -> Vec<Row> {
    let Some(header) = header::find(grid, columns, diagnostics) else { return Vec::new() };
    let mut rows = Vec::new();
    for row in grid.rows.iter().filter(|row| row.number > header.row) {
        if header.repeats(row) {
            continue;
        }
        let read = Row {
            origin: Arc::clone(&grid.origin),
            number: row.number,
            address: header.address.map(|column| cell(row, Some(column))),
            de_facto: header.de_facto.map(|column| cell(row, Some(column))),
            unit: cell(row, header.unit),
            divisor: cell(row, header.divisor),
            description: cell(row, header.description),
            details: header.details.iter().map(|column| cell(row, *column)).collect(),
        };
        let blank = |cell: &Option<Cell>| cell.as_ref().is_none_or(|cell| cell.text.is_empty());
        if blank(&read.address) && blank(&read.de_facto) {
            unused(grid, row, &read, diagnostics);
        } else {
            rows.push(read);
        }
    }
    rows
}

fn cell(row: &GridRow, column: Option<usize>) -> Cell {
    let Some(column) = column else { return Cell::default() };
    Cell { text: row.cells.get(column).cloned().unwrap_or_default(), column }
}

/// A row without an address: a title where it holds one cell, a mistake where it holds more.
fn unused(grid: &Grid, row: &GridRow, read: &Row, diagnostics: &mut Diagnostics) {
    let filled: Vec<&str> = row.cells.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
    match filled.as_slice() {
        [title] => {
            let place = Place { cell: Some(format!("row {}", row.number)), ..grid.origin.place() };
            diagnostics.push(
                Diagnostic::note("N0303", "a row without an address was taken as a title").at(place.holds(*title)),
            );
        }
        _ => {
            let address = read.address.as_ref().or(read.de_facto.as_ref());
            let place = address.map_or_else(|| grid.origin.place(), |cell| read.place(cell));
            diagnostics.push(
                Diagnostic::error("E0304", format!("a row without an address: {}", filled.join(" | ")))
                    .at(place)
                    .expected("the address of a register"),
            );
        }
    }
}

/// One entry of the table key: its mark, its text, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Remark {
    pub(crate) mark: String,
    pub(crate) text: String,
    pub(crate) source: Source,
}

/// The table key and the footnotes.
pub(crate) fn remarks(grid: &Grid, key: &Key, diagnostics: &mut Diagnostics) -> Vec<Remark> {
    let Some((header, [mark, text])) = header::locate(grid, [&key.mark, &key.text], diagnostics) else {
        return Vec::new();
    };
    grid.rows
        .iter()
        .filter(|row| row.number > header)
        .map(|row| (row, cell(row, Some(mark)), cell(row, Some(text))))
        .filter(|(_, mark, _)| !mark.text.is_empty())
        .map(|(row, mark, text)| Remark {
            source: grid.origin.cell(row.number, text.column),
            mark: mark.text,
            text: text.text,
        })
        .collect()
}
