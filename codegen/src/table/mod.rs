//! Which column means what, and what each cell says.
//!
//! Out come the rows of registers with their cells by meaning; nothing is interpreted across rows yet.

pub(crate) mod address;
mod header;
pub(crate) mod text;
pub(crate) mod values;

use std::sync::Arc;

use self::address::NoAddress;
use self::header::{Column, Header};
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
    /// What stands there; empty where the cell is, or where there is no column.
    pub(crate) text: String,
    /// Whether the manifest names the column and the sheet lacks it, which is reported: nothing follows from the blank.
    pub(crate) lacking: bool,
    column: Option<usize>,
}

impl Row {
    /// The cell, with what stands there; the row, where there is no such column.
    pub(crate) fn place(&self, cell: &Cell) -> Place {
        match cell.column {
            Some(_) => Place::from(self.source(cell)).holds(&cell.text),
            None => self.origin.row(self.number),
        }
    }

    /// The cell; one in the first column, where there is no such column.
    pub(crate) fn source(&self, cell: &Cell) -> Source {
        self.origin.cell(self.number, cell.column.unwrap_or_default())
    }
}

/// The rows of a sheet.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) read: Vec<Row>,
    /// Rows that lack the address of the register they describe; reported.
    pub(crate) lost: Vec<Row>,
    /// Whether a column that the manifest names is missing; reported.
    pub(crate) lacking: bool,
}

/// The rows of a sheet; `None` where no header is found. Rows that describe no register are named in a note.
pub(crate) fn rows(grid: &Grid, columns: &Columns, diagnostics: &mut Diagnostics) -> Option<Rows> {
    let header = header::find(grid, columns, diagnostics)?;
    let mut found = Rows { lacking: header.lacking(), ..Rows::default() };
    let (before, after): (Vec<_>, Vec<_>) = grid.rows.iter().partition(|row| row.number <= header.row);
    name_rows_above(grid, &before, &header, diagnostics);
    for row in after {
        if header.repeats(row) {
            continue;
        }
        let wanted = |column: Column| column.at.is_some().then(|| cell(row, column));
        let read = Row {
            origin: Arc::clone(&grid.origin),
            number: row.number,
            address: wanted(header.address),
            de_facto: wanted(header.de_facto),
            unit: cell(row, header.unit),
            divisor: cell(row, header.divisor),
            description: cell(row, header.description),
            details: header.details.iter().map(|column| cell(row, *column)).collect(),
        };
        let blank = |cell: &Option<Cell>| cell.as_ref().is_none_or(|cell| cell.text.is_empty());
        if is_title(row, &read) {
            let place = grid.origin.row(row.number).holds(filled(row).concat());
            diagnostics.merge(Diagnostic::note("N0303", "a row without an address was taken as a title").at(place));
        } else if blank(&read.address) && blank(&read.de_facto) {
            report_lost(row, &read, diagnostics);
            found.lost.push(read);
        } else {
            report_formula_errors(&read, diagnostics);
            found.read.push(read);
        }
    }
    header::name_unheaded(grid, &found.read, &header, diagnostics);
    Some(found)
}

fn cell(row: &GridRow, column: Column) -> Cell {
    let text = column.at.and_then(|column| row.cells.get(column)).cloned().unwrap_or_default();
    Cell { text, lacking: column.lacking, column: column.at }
}

fn filled(row: &GridRow) -> Vec<&str> {
    row.cells.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect()
}

fn name_rows_above(grid: &Grid, rows: &[&GridRow], header: &Header, diagnostics: &mut Diagnostics) {
    let mut above = rows.iter().filter(|row| row.number < header.row).peekable();
    if above.peek().is_some() {
        let note = Diagnostic::note("N0315", "rows above the header are not used");
        diagnostics
            .push(above.fold(note, |note, row| note.at(grid.origin.row(row.number).holds(filled(row).join(" | ")))));
    }
}

/// A row is a title where it holds one cell that is no address; vendors put them into the first column, too.
fn is_title(row: &GridRow, read: &Row) -> bool {
    let is_address = |cell: &Cell| address::protocol(&cell.text) != Err(NoAddress::NotANumber);
    filled(row).len() == 1 && !read.address.as_ref().into_iter().chain(read.de_facto.as_ref()).any(is_address)
}

/// What a spreadsheet shows in place of a formula's result; in a column of text it would pass for text.
const FORMULA_ERRORS: [&str; 7] = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"];

fn report_formula_errors(row: &Row, diagnostics: &mut Diagnostics) {
    let texts = [&row.unit, &row.description].into_iter().chain(&row.details);
    for cell in texts.filter(|cell| FORMULA_ERRORS.contains(&cell.text.as_str())) {
        diagnostics.push(
            Diagnostic::error("E0318", "a formula in this cell has failed")
                .at(row.place(cell))
                .expected("text")
                .help("mend the formula in a spreadsheet program, or replace it by what it should give"),
        );
    }
}

fn report_lost(row: &GridRow, read: &Row, diagnostics: &mut Diagnostics) {
    let cells = read.address.as_ref().into_iter().chain(read.de_facto.as_ref()).map(|cell| read.place(cell));
    let error = Diagnostic::error("E0304", format!("a row without an address: {}", filled(row).join(" | ")));
    diagnostics.push(cells.fold(error, Diagnostic::at).expected("the address of a register").help(
        "rows that describe no register may hold one cell, a title; merged cells hold their text in the first one",
    ));
}

/// One entry of the table key: its mark, its text, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Remark {
    pub(crate) mark: String,
    pub(crate) text: String,
    pub(crate) source: Source,
}

/// The table key and the footnotes; `None` where their columns are not found.
pub(crate) fn remarks(grid: &Grid, key: &Key, diagnostics: &mut Diagnostics) -> Option<Vec<Remark>> {
    let (header, [mark, text]) = header::locate(grid, [&key.mark, &key.text], diagnostics)?;
    let column = text;
    let remarks = grid
        .rows
        .iter()
        .filter(|row| row.number > header)
        .map(|row| (row, cell(row, mark.into()), cell(row, text.into())))
        .filter(|(_, mark, _)| !mark.text.is_empty())
        .map(|(row, mark, text)| Remark {
            source: grid.origin.cell(row.number, column),
            mark: mark.text,
            text: text.text,
        })
        .collect();
    Some(remarks)
}
