//! The rows of a sheet with which tables begin.

use super::{Recognised, recognise};
use crate::cells::words;
use crate::columns::Meaning;
use crate::columns::dictionary::{self, Claim, Heading};
use crate::sheet::{Grid, GridRow};

/// Every table of a sheet, from top to bottom.
pub(crate) fn tables(grid: &Grid) -> Vec<Recognised> {
    let mut starts: Vec<&GridRow> = Vec::new();
    for row in &grid.rows {
        let is_repeated = starts.last().is_some_and(|last| same_cells(last, row) && !names_table(grid, last, row));
        // A header in two rows is found in the first.
        if is_header(row) && !is_repeated && starts.last().is_none_or(|last| last.number.saturating_add(1) < row.number)
        {
            starts.push(row);
        }
    }
    let ends = starts.iter().skip(1).map(|row| Some(row.number)).chain([None]);
    starts.iter().zip(ends).map(|(row, end)| recognise(grid, row, end)).collect()
}

/// Whether a title between two headers names a Modbus table, which the rows below the second one are about.
fn names_table(grid: &Grid, one: &GridRow, other: &GridRow) -> bool {
    let between = grid.rows.iter().filter(|row| (one.number..other.number).contains(&row.number));
    let titles = between.filter_map(|row| {
        let mut filled = row.cells.iter().filter(|cell| !cell.is_empty());
        filled.next().filter(|_| filled.next().is_none())
    });
    titles.into_iter().any(|title| dictionary::table_in(title).is_some())
}

pub(super) fn same_cells(one: &GridRow, other: &GridRow) -> bool {
    let filled = |row: &GridRow| -> Vec<(usize, String)> {
        let cells = row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty());
        cells.map(|(column, cell)| (column, words::plain(cell))).collect()
    };
    filled(one) == filled(other)
}

/// Whether a row is a header: it names an address and something else, and holds no numbers.
pub(in crate::columns) fn is_header(row: &GridRow) -> bool {
    let filled: Vec<&String> = row.cells.iter().filter(|cell| !cell.is_empty()).collect();
    // Most rows hold a number, and a header none.
    let is_number = |cell: &&String| cell.bytes().all(|byte| byte.is_ascii_digit() || b".,- ".contains(&byte));
    if filled.len() < 2 || filled.iter().any(is_number) {
        return false;
    }
    let headings: Vec<Heading> = filled.iter().filter_map(|cell| dictionary::heading(cell)).collect();
    // Headers of several words that the vendor has added to, all of them together.
    let likely: Vec<Heading> = filled.iter().filter_map(|cell| dictionary::likely(cell)).collect();
    let may_be_address =
        |heading: &Heading| matches!(heading.claims.first(), Some(Claim::MayBe(Meaning::Address | Meaning::DeFacto)));
    if filled.len() >= 4
        && likely.len().saturating_mul(4) >= filled.len().saturating_mul(3)
        && likely.iter().any(may_be_address)
        && filled.iter().any(|cell| words::plain(cell).contains("addres"))
    {
        return true;
    }
    let strong = |heading: &Heading| {
        heading.claims.iter().any(|claim| matches!(claim, Claim::Is(Meaning::Address | Meaning::DeFacto)))
    };
    let weak = |heading: &Heading| heading.claims.contains(&Claim::MayBe(Meaning::Address));
    let addresses = headings.iter().filter(|heading| strong(heading)).count();
    let others = headings.len().saturating_sub(addresses);
    let known = others >= 1 && addresses >= 1 || headings.iter().any(weak) && headings.len() >= 4;
    // Half of the cells at least, so that a row of registers called after such words is none.
    known && headings.len().saturating_mul(2) >= filled.len().min(12)
}
