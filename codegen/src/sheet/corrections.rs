//! What the manifest says that a cell holds, instead of what stands there. The vendor's file stays as it is.

use std::collections::HashMap;
use std::sync::Arc;

use super::limits::{Budget, Fault};
use super::{Book, Grid, Kind, Library, Opened, Tab, only};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::source::{Corrected, Located, column_letters};
use crate::suggest;

/// An entry of the manifest about a cell.
#[derive(Debug, Clone)]
pub(crate) struct CellCorrection {
    /// The file, as a sheet of the manifest names it.
    pub(crate) file: Located<String>,
    /// The sheet of a workbook; none where it has only one.
    pub(crate) sheet: Option<String>,
    /// Counted from one.
    pub(crate) row: u32,
    /// Counted from zero.
    pub(crate) column: usize,
    /// What stands there.
    pub(crate) expect: String,
    /// What holds instead.
    pub(crate) value: Located<String>,
    pub(crate) reason: String,
    /// The entry.
    pub(crate) place: Place,
}

impl CellCorrection {
    /// The cell's name.
    fn cell(&self) -> String {
        format!("{}{}", column_letters(self.column), self.row)
    }
}

/// The corrections, each cell once; a second one is reported.
pub(super) fn distinct(corrections: &[CellCorrection], diagnostics: &mut Diagnostics) -> Vec<CellCorrection> {
    let mut known: HashMap<_, &Place> = HashMap::new();
    let mut distinct = Vec::new();
    for correction in corrections {
        let key = (&correction.file.value, &correction.sheet, correction.row, correction.column);
        if let Some(first) = known.get(&key) {
            diagnostics.push(
                Diagnostic::error("E0208", said!("“{cell}” is listed twice", cell = correction.cell()))
                    .at((*first).clone())
                    .at(correction.place.clone())
                    .expected("each cell once"),
            );
        } else {
            known.insert(key, &correction.place);
            distinct.push(correction.clone());
        }
    }
    distinct
}

impl Library {
    /// Names corrections of files and sheets that nobody asked for.
    pub(crate) fn report_uncorrected(&self, diagnostics: &mut Diagnostics) {
        let opened = |file: &str| self.books.iter().any(|opened| opened.file == file);
        let cells = self.corrections.iter().map(|one| (&one.file, &one.sheet, &one.place));
        let rows = self.rows.iter().map(|one| (&one.file, &one.sheet, &one.place));
        for (file, sheet, place) in cells.chain(rows) {
            if !opened(&file.value) {
                let files = self.books.iter().map(|opened| opened.file.as_str());
                diagnostics.push_once(
                    Diagnostic::error("E0402", "unused correction: no sheet of the manifest is in this file")
                        .at(file.place.clone().holds(&file.value))
                        .expected("a file that a [[sheet]] or [key] names")
                        .help(suggest::nearest_of("file", &file.value, files)),
                );
            } else if let Some(sheet) = sheet.as_ref().filter(|sheet| self.is_unused(&file.value, sheet)) {
                diagnostics.push_once(
                    Diagnostic::error("E0402", "unused correction: the manifest does not use this sheet")
                        .at(place.clone().holds(sheet))
                        .expected("a sheet that a [[sheet]] or [key] names"),
                );
            }
        }
    }

    /// Whether a sheet is there and can be read, and nobody asked for it.
    fn is_unused(&self, file: &str, sheet: &str) -> bool {
        let is_read = |tab: &Tab| tab.name == sheet && tab.sheet.is_ok();
        let has = |opened: &Opened| match &opened.book {
            Some(Book::Workbook(tabs)) => opened.file == file && tabs.iter().any(is_read),
            _ => false,
        };
        self.books.iter().any(has) && !self.asked.contains(&(file.to_owned(), Some(sheet.to_owned())))
    }
}

/// How many corrections that are stale are looked for elsewhere in their columns. Where there are more, the file is
/// another one.
const LOOKED_FOR: usize = 100;

/// Corrects the cells of a file that was just read.
pub(super) fn apply(file: &str, book: &mut Book, corrections: &[CellCorrection], diagnostics: &mut Diagnostics) {
    let mut budget = Budget::default();
    let mut stale = 0usize;
    for correction in corrections.iter().filter(|correction| correction.file.value == file) {
        let grid = match grid(file, book, correction) {
            Ok(Some(grid)) => grid,
            // A sheet that cannot be read is reported where it is asked for.
            Ok(None) => continue,
            Err(diagnostic) => {
                diagnostics.push_once(diagnostic);
                continue;
            }
        };
        if let Err(diagnostic) = check(grid, correction, stale < LOOKED_FOR) {
            stale = stale.saturating_add(1);
            diagnostics.push_once(diagnostic);
            continue;
        }
        if let Err(fault) = set(Arc::make_mut(grid), correction, &mut budget) {
            diagnostics.push_once(fault.of_sheet(file, correction.place.clone()));
            return;
        }
    }
}

/// Corrects one cell of which it is known what it holds.
pub(super) fn set_one(grid: &mut Grid, correction: &CellCorrection, file: &str, diagnostics: &mut Diagnostics) {
    if let Err(fault) = set(grid, correction, &mut Budget::default()) {
        diagnostics.push_once(fault.of_sheet(file, correction.place.clone()));
    }
}

/// The sheet that a correction is about.
pub(super) fn grid<'a>(
    file: &str,
    book: &'a mut Book,
    correction: &CellCorrection,
) -> Result<Option<&'a mut Arc<Grid>>, Diagnostic> {
    match (book, &correction.sheet) {
        (Book::Csv(grid), None) => Ok(Some(grid)),
        (Book::Csv(_), Some(sheet)) => {
            Err(Diagnostic::error("E0104", said!("{file} is a CSV file and has no sheets", file))
                .at(correction.place.clone().holds(sheet))
                .expected("a CSV file without a sheet's name, or the sheet of a workbook")
                .help("leave out the sheet's name"))
        }
        (Book::Workbook(tabs), sheet) => {
            let name = match sheet {
                Some(sheet) => sheet.clone(),
                None => only(file, tabs, &correction.place)?.name.clone(),
            };
            match tabs.iter().position(|tab| tab.name == name) {
                Some(index) => Ok(tabs.get_mut(index).and_then(|tab| tab.sheet.as_mut().ok())),
                None => Err(Diagnostic::error("E0103", said!("{file} has no sheet “{name}”", file, name = &name))
                    .at(correction.place.clone().holds(&name))
                    .expected("the name of a sheet of the workbook")
                    .help(suggest::nearest_of("sheet", &name, tabs.iter().map(|tab| tab.name.as_str())))),
            }
        }
    }
}

/// Whether the cell holds what the entry expects. Where it does not, another may, which takes a look at the whole column.
fn check(grid: &Grid, correction: &CellCorrection, may_be_elsewhere: bool) -> Result<(), Diagnostic> {
    let cell = Place::from(grid.origin.cell(correction.row, correction.column));
    let stale = Diagnostic::error("E0270", said!("the correction of {cell} is stale", cell = correction.cell()))
        .at(correction.place.clone());
    if let Some(region) = grid.merged(correction.row, correction.column)
        && (region.first_row, region.first_column) != (correction.row, correction.column)
    {
        let first = grid.origin.cell(region.first_row, region.first_column);
        return Err(stale
            .at(cell.holds(""))
            .expected("a cell that holds a text of its own")
            .help(format!("it is one of merged cells, of which {} holds the text", first.cell())));
    }
    let found = grid.text(correction.row, correction.column);
    let formula = grid.unsaved.get(&(correction.row, correction.column));
    let expects = |text: &str| is_same(text, &correction.expect);
    if grid.row(correction.row).is_some() && (expects(found) || formula.is_some_and(|formula| expects(formula))) {
        return Ok(());
    }
    let mut elsewhere = grid
        .rows
        .iter()
        .filter(|_| may_be_elsewhere && !correction.expect.is_empty())
        .filter(|row| row.cells.get(correction.column).is_some_and(|text| expects(text)));
    let help = match (elsewhere.next(), elsewhere.next()) {
        (None, _) if is_same(found, &correction.value.value) => {
            "the vendor's table is right now: drop the correction".to_owned()
        }
        // What stands here now can be another row, which rows above it moved in.
        (Some(row), _) if is_same(found, &correction.value.value) => format!(
            "either the vendor's table is right now and the correction can go, or this is a different row and {} is \
             the cell that was meant: compare the rows",
            grid.origin.cell(row.number, correction.column).cell()
        ),
        (Some(row), None) => format!(
            "the text is in {} now: check whether that is the row that was meant",
            grid.origin.cell(row.number, correction.column).cell()
        ),
        // Of several cells none is the one: most held it before.
        _ => "the vendor's table has changed, or `expect` is not what it prints: if the correction is right, copy \
              the printed text into `expect`; otherwise delete the correction"
            .to_owned(),
    };
    Err(stale
        .at(cell.holds(formula.map_or(found, String::as_str)))
        .expected(match correction.expect.is_empty() {
            true => "an empty cell in a row that holds something".to_owned(),
            false => format!("the cell to hold “{}”", correction.expect),
        })
        .help(help))
}

/// Line breaks and blanks do not count: a manifest shows a cell on one line.
fn is_same(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}

fn set(grid: &mut Grid, correction: &CellCorrection, budget: &mut Budget) -> Result<(), Fault> {
    let Ok(index) = grid.rows.binary_search_by_key(&correction.row, |row| row.number) else { return Ok(()) };
    let Some(row) = grid.rows.get_mut(index) else { return Ok(()) };
    let width = correction.column.saturating_add(1).max(row.cells.len());
    budget.cells(width.saturating_sub(row.cells.len()))?;
    row.cells.resize(width, String::new());
    row.kinds.resize(width, Kind::Text);
    let (Some(cell), Some(kind)) = (row.cells.get_mut(correction.column), row.kinds.get_mut(correction.column)) else {
        return Ok(());
    };
    let found = std::mem::replace(cell, correction.value.value.trim().to_owned());
    *kind = Kind::Text;
    grid.struck.remove(&(correction.row, correction.column));
    let formula = grid.unsaved.remove(&(correction.row, correction.column));
    let corrected = Corrected {
        printed: formula.unwrap_or(found),
        reason: correction.reason.clone(),
        by: correction.value.place.clone().holds(&correction.value.value),
    };
    grid.corrected.insert((correction.row, correction.column), corrected);
    Ok(())
}
