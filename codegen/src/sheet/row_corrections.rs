//! What the manifest says that a whole row holds, by the headers above it, or that its cells stand one column beside theirs.

use std::sync::Arc;

use super::corrections::CellCorrection;
use super::{Book, Grid, GridRow, corrections};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::source::Located;

/// An entry of the manifest about a row.
#[derive(Debug, Clone)]
pub(crate) struct RowCorrection {
    /// The file, as a sheet of the manifest names it.
    pub(crate) file: Located<String>,
    /// The sheet of a workbook; none where it has only one.
    pub(crate) sheet: Option<String>,
    /// Counted from one.
    pub(crate) row: u32,
    /// What every filled cell of it holds, by its header.
    pub(crate) expect: Vec<(String, String)>,
    pub(crate) change: RowChange,
    pub(crate) reason: String,
    /// The entry.
    pub(crate) place: Place,
}

/// What becomes of a row.
#[derive(Debug, Clone)]
pub(crate) enum RowChange {
    /// What holds instead, by header.
    Set(Vec<(String, Located<String>)>),
    /// By how many columns the cells right of the first blank one move left; negative, right.
    Shift(i8),
}

/// Corrects the rows of a file that was just read.
pub(super) fn apply(file: &str, book: &mut Book, rows: &[RowCorrection], diagnostics: &mut Diagnostics) {
    for row in rows.iter().filter(|row| row.file.value == file) {
        let of_cell = |column: usize, expect: &str, value: Located<String>| CellCorrection {
            file: row.file.clone(),
            sheet: row.sheet.clone(),
            row: row.row,
            column,
            expect: expect.to_owned(),
            value,
            reason: row.reason.clone(),
            place: row.place.clone(),
        };
        let grid = match corrections::grid(
            file,
            book,
            &of_cell(0, "", Located { value: String::new(), place: row.place.clone() }),
        ) {
            Ok(Some(grid)) => grid,
            // A sheet that cannot be read is reported where it is asked for.
            Ok(None) => continue,
            Err(diagnostic) => {
                diagnostics.push_once(diagnostic);
                continue;
            }
        };
        match changes(grid, row) {
            Ok(changes) => {
                for (column, value) in changes {
                    let found = grid.text(row.row, column).to_owned();
                    corrections::set_one(Arc::make_mut(grid), &of_cell(column, &found, value), file, diagnostics);
                }
            }
            Err(diagnostic) => diagnostics.push_once(diagnostic),
        }
    }
}

/// The cells that change, and what they hold then.
fn changes(grid: &Grid, correction: &RowCorrection) -> Result<Vec<(usize, Located<String>)>, Diagnostic> {
    let stale = || {
        Diagnostic::error("E0270", said!("the correction of row {row} is stale", row = correction.row))
            .at(correction.place.clone())
    };
    let Some(row) = grid.row(correction.row) else {
        return Err(stale().at(grid.origin.row(correction.row)).expected("a row that holds something"));
    };
    let header = header(grid, correction)?;
    let column = |name: &str| header.cells.iter().position(|cell| is_same(cell, name));
    let expected = |at: usize| {
        let of = correction.expect.iter().find(|(name, _)| column(name) == Some(at));
        of.map_or("", |(_, text)| text.as_str())
    };
    let width = row.cells.len().max(header.cells.len());
    // A cell beyond the header has no name; a shift may bring it back.
    let mut strange = (0..width).filter(|at| {
        let is_named = header.cells.get(*at).is_some_and(|cell| !cell.is_empty());
        is_named && !is_same(row.cells.get(*at).map_or("", String::as_str), expected(*at))
    });
    if let Some(at) = strange.next() {
        let cell = Place::from(grid.origin.cell(row.number, at)).holds(grid.text(row.number, at));
        return Err(stale().at(cell).expected(format!("“{}”", expected(at))).help(
            "`expect` names every filled cell of the row; check whether the correction still holds, then update it or drop it",
        ));
    }
    match &correction.change {
        RowChange::Set(set) => {
            Ok(set.iter().filter_map(|(name, value)| Some((column(name)?, value.clone()))).collect())
        }
        RowChange::Shift(by) => shifted(row, *by, correction, stale),
    }
}

/// The row above that has all headers the entry names.
fn header<'a>(grid: &'a Grid, correction: &RowCorrection) -> Result<&'a GridRow, Diagnostic> {
    let set = match &correction.change {
        RowChange::Set(set) => set.iter().map(|(name, _)| name).collect(),
        RowChange::Shift(_) => Vec::new(),
    };
    let names: Vec<&String> = correction.expect.iter().map(|(name, _)| name).chain(set).collect();
    let has_all = |row: &&GridRow| names.iter().all(|name| row.cells.iter().any(|cell| is_same(cell, name)));
    grid.rows.iter().rev().filter(|row| row.number < correction.row).find(has_all).ok_or_else(|| {
        let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
        Diagnostic::error("E0271", "no row above this one has all the headers that the correction names")
            .at(correction.place.clone().holds(names.join(" | ")))
            .at(grid.origin.row(correction.row))
            .expected("`expect` and `set` with the headers of the table: expect = { \"Name\" = \"Flow\" }")
    })
}

/// The cells of a row after its first blank one, moved.
fn shifted(
    row: &GridRow,
    by: i8,
    correction: &RowCorrection,
    stale: impl Fn() -> Diagnostic,
) -> Result<Vec<(usize, Located<String>)>, Diagnostic> {
    let last = row.cells.iter().rposition(|cell| !cell.is_empty()).unwrap_or_default();
    let blank = row.cells.iter().position(String::is_empty).filter(|blank| *blank < last);
    let (Some(blank), moved) = (blank, usize::from(by.unsigned_abs())) else {
        return Err(stale().expected("a blank cell left of a filled one, where the row is shifted"));
    };
    let mut cells: Vec<String> = row.cells.clone();
    if by > 0 {
        let end = blank.saturating_add(moved);
        if cells.get(blank..end).is_none_or(|cells| cells.iter().any(|cell| !cell.is_empty())) {
            return Err(stale().expected(format!("{moved} blank cells where the row is shifted")));
        }
        cells.drain(blank..end);
        cells.resize(row.cells.len(), String::new());
    } else {
        cells.splice(blank..blank, vec![String::new(); moved]);
    }
    let old = |at: usize| row.cells.get(at).map_or("", String::as_str);
    let place = &correction.place;
    let changed = cells.iter().enumerate().filter(|(at, cell)| old(*at) != cell.as_str());
    Ok(changed.map(|(at, cell)| (at, Located { value: cell.clone(), place: place.clone() })).collect())
}

/// Line breaks, blanks and case do not count.
fn is_same(one: &str, other: &str) -> bool {
    let folded = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    folded(one) == folded(other)
}
