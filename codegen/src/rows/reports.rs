//! What is wrong with a cell before anybody reads it: no result, struck through, a date, a mark for the cell above.

use super::{Cell, Row};
use crate::cells::text;
use crate::columns::Meaning;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::sheet::{Grid, Kind, Strike};

/// What a spreadsheet shows in place of a formula's result; in a column of text it would pass for text.
pub(super) const FORMULA_ERRORS: [&str; 7] = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"];

/// Reports formulas without a result, which would read as blank; a blank scale is 1, and a wrong value looks right.
pub(super) fn report_unsaved(
    grid: &Grid,
    row: u32,
    columns: impl Iterator<Item = usize>,
    diagnostics: &mut Diagnostics,
) -> bool {
    let mut unsaved = columns.filter_map(|column| Some((column, grid.unsaved.get(&(row, column))?))).peekable();
    if unsaved.peek().is_none() {
        return false;
    }
    let error = Diagnostic::in_cell("E0321", "the file does not contain the result of this formula");
    // Merged, since a program that computes nothing has written the whole file.
    diagnostics.merge(
        unsaved
            .fold(error, |error, (column, formula)| error.at(Place::from(grid.origin.cell(row, column)).holds(formula)))
            .expected("a value")
            .help("open it in a spreadsheet program and save it, so that the result is stored"),
    );
    true
}

pub(super) fn report_formula_errors(grid: &Grid, row: &mut Row, diagnostics: &mut Diagnostics) {
    // In a column of numbers or of a few words it is reported as none of those.
    let texts = row.cells.iter().filter(|(meaning, _)| meaning.is_text()).map(|(_, cell)| cell);
    report_failed_cells(grid, texts, diagnostics);
    // It is no unit that could be wrong in another way.
    let failed = row.cells.iter_mut().filter(|(meaning, cell)| *meaning == Meaning::Unit && is_failed(cell));
    failed.for_each(|(_, cell)| cell.text.clear());
}

fn is_failed(cell: &Cell) -> bool {
    FORMULA_ERRORS.contains(&cell.text.as_str())
}

/// Reports cells whose formula has failed, and says whether there are any.
pub(super) fn report_failed_cells<'a>(
    grid: &Grid,
    cells: impl IntoIterator<Item = &'a Cell>,
    diagnostics: &mut Diagnostics,
) -> bool {
    let wrong = |cell: &Cell| {
        is_failed(cell).then(|| {
            Diagnostic::in_cell("E0318", "the formula in this cell has failed")
                .expected("text")
                .help("correct the formula in a spreadsheet program, or replace it with its result")
        })
    };
    report_cells(grid, cells, wrong, diagnostics)
}

/// Reports the cells that something is wrong with, each once, and says whether there are any.
fn report_cells<'a>(
    grid: &Grid,
    cells: impl IntoIterator<Item = &'a Cell>,
    wrong: impl Fn(&Cell) -> Option<Diagnostic>,
    diagnostics: &mut Diagnostics,
) -> bool {
    let mut is_any = false;
    for (cell, diagnostic) in cells.into_iter().filter_map(|cell| Some((cell, wrong(cell)?))) {
        is_any = true;
        diagnostics.push_once(diagnostic.at(Place::from(grid.origin.cell(cell.row, cell.column)).holds(&cell.text)));
    }
    is_any
}

/// Reports cells that are struck through, where the row is not: what is struck is deleted, and must not be read with the rest.
pub(super) fn report_struck(grid: &Grid, row: &Row, diagnostics: &mut Diagnostics) {
    let interpreted = row.cells.iter().filter(|(meaning, _)| !matches!(meaning, Meaning::Remark | Meaning::Detail(_)));
    report_struck_cells(grid, interpreted.map(|(_, cell)| cell), diagnostics);
}

/// The same for the cells of any row; says whether there are such cells.
pub(super) fn report_struck_cells<'a>(
    grid: &Grid,
    cells: impl IntoIterator<Item = &'a Cell>,
    diagnostics: &mut Diagnostics,
) -> bool {
    let wrong = |cell: &Cell| {
        let message = match grid.struck.get(&(cell.row, cell.column))? {
            Strike::Partly => "part of this cell is struck through",
            Strike::Wholly => "this cell is struck through, but the rest of its row is not",
        };
        let error = Diagnostic::in_cell("E0131", message).expected("a cell that says one thing");
        Some(error.help("delete what is struck through, or give the right text in a [[cell]] entry"))
    };
    report_cells(grid, cells, wrong, diagnostics)
}

/// Reports dates in columns of texts; in a column of numbers or of a few words they are reported as none of those.
pub(super) fn report_dates(grid: &Grid, row: &Row, diagnostics: &mut Diagnostics) {
    let may_be_one = |meaning: Meaning| {
        matches!(meaning, Meaning::Default | Meaning::Remark | Meaning::Variant | Meaning::Detail(_))
    };
    let texts =
        row.cells.iter().filter(|(meaning, _)| meaning.is_text() && !may_be_one(*meaning)).map(|(_, cell)| cell);
    let kind = |cell: &Cell| grid.row(cell.row).map(|row| row.kind(cell.column));
    for cell in texts.filter(|cell| kind(cell) == Some(Kind::Date)) {
        diagnostics.merge(
            Diagnostic::warning("W0128", "a date in a column of texts")
                .at(row.place(cell))
                .expected("a text")
                .help("a spreadsheet turns 1-2 or 3/4 into a date when it is typed; the original text is lost"),
        );
    }
}

/// Reports marks that stand for the cell above: nobody but a person knows which cells that is to hold for.
pub(super) fn report_ditto(row: &mut Row, diagnostics: &mut Diagnostics) {
    let is_kept = |meaning: Meaning| matches!(meaning, Meaning::Remark | Meaning::Detail(_) | Meaning::Translation(_));
    let cells = row.cells.iter().filter(|(meaning, cell)| !is_kept(*meaning) && row.owns(cell));
    for (_, cell) in cells.filter(|(_, cell)| text::is_ditto(&cell.text)) {
        // Merged, since a vendor writes them throughout.
        diagnostics.merge(
            Diagnostic::in_cell("E0379", "this cell repeats the one above it")
                .at(row.place(cell))
                .expected("the text itself")
                .help(
                    "repeat the text of the cell above in a [[cell]], or give the unit if inches or minutes are meant",
                ),
        );
    }
    // It is no unit that could be wrong in another way.
    row.cells.iter_mut().filter(|cell| cell.0 == Meaning::Unit).for_each(|(_, cell)| {
        if text::is_ditto(&cell.text) {
            cell.text.clear();
        }
    });
}

/// Reports addresses that a spreadsheet holds as numbers and that end in `.1`: bit 10 loses its zero and looks like bit 1.
pub(super) fn report_lost_zeros(grid: &Grid, row: &Row, diagnostics: &mut Diagnostics) {
    let kind = |cell: &Cell| grid.row(cell.row).map(|row| row.kind(cell.column));
    let is_lost = |cell: &&Cell| cell.text.ends_with(".1") && kind(cell) == Some(Kind::Number);
    for cell in row.addresses().filter(is_lost) {
        // Merged, since a column is held as numbers as a whole.
        diagnostics.merge(
            Diagnostic::in_cell(
                "E0338",
                "this address may be bit 1 or bit 10 of the register: the cell holds a number",
            )
            .at(row.place(cell))
            .expected("a text such as 62500.10, or the bit in a column of its own")
            .help(
                "a spreadsheet drops the last zero of a number: compare with the bits above and below, then \
                       make it a text",
            ),
        );
    }
    for cell in row.addresses().filter(|cell| kind(cell) == Some(Kind::Exponent)) {
        diagnostics.merge(
            Diagnostic::in_cell("E0338", "this address may be wrong: the spreadsheet shows it with an exponent")
                .at(row.place(cell))
                .expected("a text such as 1E2 if it is hexadecimal, or the number without an exponent")
                .help(
                    "a spreadsheet turns 1E2 into the number 100: format the cell as text and write what the vendor \
                       means",
                ),
        );
    }
}

/// Reports a row that says something of a register and not of which.
pub(crate) fn report_lost(row: &Row, diagnostics: &mut Diagnostics) {
    let cells = row.addresses().map(|cell| row.place(cell));
    let error = Diagnostic::in_cell("E0304", said!("a row without an address: {shown}", shown = row.shown()));
    diagnostics.push(cells.fold(error, Diagnostic::at).expected("the address of a register").help(
        "a row that describes no register may have one filled cell, a title; merged cells keep their text in the \
         first one",
    ));
}
