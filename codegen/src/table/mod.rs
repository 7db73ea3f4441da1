//! Which column means what, and what each cell says.
//!
//! Out come the rows of registers with their cells by meaning; nothing is interpreted across rows yet.

#[allow(dead_code, reason = "lowering begins to use it")]
pub(crate) mod address;
#[allow(dead_code, reason = "lowering begins to use it")]
pub(crate) mod bits;
pub(crate) mod formula;
mod header;
#[allow(dead_code, reason = "lowering begins to use it")]
pub(crate) mod number;
pub(crate) mod order;
#[allow(dead_code, reason = "lowering begins to use it")]
pub(crate) mod packed;
pub(crate) mod quantity;
pub(crate) mod text;
#[allow(dead_code, reason = "lowering begins to use it")]
pub(crate) mod types;
#[allow(dead_code, reason = "lowering begins to use it")]
pub(crate) mod units;
#[allow(dead_code, reason = "lowering begins to use it")]
pub(crate) mod unread;
pub(crate) mod values;
#[allow(dead_code, reason = "lowering begins to use it")]
pub(crate) mod words;

use std::sync::Arc;

use self::address::NoAddress;
use self::header::Header;
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::manifest::{Columns, Key, Meaning};
use crate::model::Source;
use crate::sheet::{Grid, GridRow, Origin};

/// A row that describes a register, or a range of them.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    origin: Arc<Origin>,
    number: u32,
    cells: Vec<(Meaning, Cell)>,
    /// Meanings whose column the manifest names and the sheet lacks, which is reported: nothing follows from that.
    lacking: Arc<[Meaning]>,
}

/// A cell of a row.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell {
    /// What stands there; empty where the cell is.
    pub(crate) text: String,
    column: usize,
}

impl Row {
    /// The cell with this meaning; `None` where the sheet has no such column.
    pub(crate) fn get(&self, meaning: Meaning) -> Option<&Cell> {
        self.cells.iter().find(|(of, _)| *of == meaning).map(|(_, cell)| cell)
    }

    /// The cell with this meaning, unless it is empty.
    pub(crate) fn filled(&self, meaning: Meaning) -> Option<&Cell> {
        self.get(meaning).filter(|cell| !cell.text.is_empty())
    }

    /// Whether the sheet should have a column with this meaning and has none.
    pub(crate) fn lacks(&self, meaning: Meaning) -> bool {
        self.lacking.contains(&meaning)
    }

    /// The cell, with what stands there.
    pub(crate) fn place(&self, cell: &Cell) -> Place {
        Place::from(self.source(cell)).holds(&cell.text)
    }

    /// The cell.
    pub(crate) fn source(&self, cell: &Cell) -> Source {
        self.origin.cell(self.number, cell.column)
    }

    /// Where the row begins: the cell of its address.
    pub(crate) fn start(&self) -> Source {
        let start = self.get(Meaning::Address).or_else(|| self.get(Meaning::DeFacto));
        self.origin.cell(self.number, start.map_or(0, |cell| cell.column))
    }

    fn addresses(&self) -> impl Iterator<Item = &Cell> {
        [Meaning::Address, Meaning::AddressAgain, Meaning::DeFacto].into_iter().filter_map(|meaning| self.get(meaning))
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
    grid.headers.note(header.row);
    let mut found = Rows { lacking: !header.lacking.is_empty(), ..Rows::default() };
    let lacking: Arc<[Meaning]> = header.lacking.as_slice().into();
    let (before, after): (Vec<_>, Vec<_>) = grid.rows.iter().partition(|row| row.number <= header.row);
    name_rows_above(grid, &before, &header, diagnostics);
    for row in after {
        if header.repeats(row) {
            continue;
        }
        let cells = header.columns.iter().map(|(meaning, column)| (*meaning, cell(row, *column))).collect();
        let read = Row { origin: Arc::clone(&grid.origin), number: row.number, cells, lacking: Arc::clone(&lacking) };
        if report_unsaved(grid, row.number, header.columns.iter().map(|(_, column)| *column), diagnostics) {
            found.lost.push(read);
        } else if is_title(row, &read) {
            let place = grid.origin.row(row.number).holds(filled(row).concat());
            diagnostics.merge(Diagnostic::note("N0303", "a row without an address was taken as a title").at(place));
        } else if read.addresses().all(|cell| cell.text.is_empty()) {
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

fn cell(row: &GridRow, column: usize) -> Cell {
    Cell { text: row.cells.get(column).cloned().unwrap_or_default(), column }
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
    let is_address = |cell: &Cell| address::range(&cell.text) != Err(NoAddress::NotANumber);
    filled(row).len() == 1 && !read.addresses().any(is_address)
}

/// What a spreadsheet shows in place of a formula's result; in a column of text it would pass for text.
const FORMULA_ERRORS: [&str; 7] = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"];

/// Reports formulas without a result, which would read as blank; a blank scale is 1, and a wrong value looks right.
fn report_unsaved(grid: &Grid, row: u32, columns: impl Iterator<Item = usize>, diagnostics: &mut Diagnostics) -> bool {
    let mut unsaved = columns.filter_map(|column| Some((column, grid.unsaved.get(&(row, column))?))).peekable();
    if unsaved.peek().is_none() {
        return false;
    }
    let error = Diagnostic::error("E0321", "the file does not hold the result of this formula");
    // Merged, since a program that computes nothing has written the whole file.
    diagnostics.merge(
        unsaved
            .fold(error, |error, (column, formula)| error.at(Place::from(grid.origin.cell(row, column)).holds(formula)))
            .expected("a value")
            .help("open it in a spreadsheet program and save it, so that the result is stored"),
    );
    true
}

fn report_formula_errors(row: &Row, diagnostics: &mut Diagnostics) {
    // In a column of numbers or of a few words it is reported as none of those.
    let texts = row.cells.iter().filter(|(meaning, _)| meaning.is_text());
    for (_, cell) in texts.filter(|(_, cell)| FORMULA_ERRORS.contains(&cell.text.as_str())) {
        diagnostics.push(
            Diagnostic::error("E0318", "a formula in this cell has failed")
                .at(row.place(cell))
                .expected("text")
                .help("mend the formula in a spreadsheet program, or replace it by what it should give"),
        );
    }
}

fn report_lost(row: &GridRow, read: &Row, diagnostics: &mut Diagnostics) {
    let cells = read.addresses().map(|cell| read.place(cell));
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
    let remarks = grid
        .rows
        .iter()
        .filter(|row| row.number > header)
        .filter(|row| !report_unsaved(grid, row.number, [mark, text].into_iter(), diagnostics))
        .map(|row| (row, cell(row, mark), cell(row, text)))
        .filter(|(_, mark, _)| !mark.text.is_empty())
        .map(|(row, mark, text)| Remark {
            source: grid.origin.cell(row.number, text.column),
            mark: mark.text,
            text: text.text,
        })
        .collect();
    Some(remarks)
}
