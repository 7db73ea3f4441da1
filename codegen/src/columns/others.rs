//! Further tables on a sheet of which the manifest names one: their rows would be lost, or read as those of the first.

use super::content::is_address;
use super::header::{Header, fold, folded};
use super::recognise::is_header;
use crate::cells::address::Style;
use crate::columns::{Columns, Meaning};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::sheet::{Grid, GridRow};

/// Reports the headers of other tables; gives the row at which the first one below begins. Where the manifest says in which
/// row the header `is_stated`, what stands above it was left out by a person, and so are rows that it does not `read`.
pub(super) fn report(
    grid: &Grid,
    header: &Header,
    columns: &Columns,
    (is_stated, read): (bool, &[(u32, u32)]),
    diagnostics: &mut Diagnostics,
) -> Option<u32> {
    let wanted = |meaning: Meaning| columns.header(meaning).map(|header| fold(&header.value));
    let addresses: Vec<String> = [Meaning::Address, Meaning::DeFacto].into_iter().filter_map(wanted).collect();
    let mut known: Vec<String> = columns.headers.iter().map(|(_, header)| fold(&header.value)).collect();
    known.extend(grid.row(header.row).map(folded).unwrap_or_default().into_iter().filter(|cell| !cell.is_empty()));
    // Digits alone are an address, or one that is too large.
    let is_number = |cell: &str| !cell.is_empty() && cell.bytes().all(|byte| byte.is_ascii_digit());
    let is_other = |row: &&GridRow| {
        if row.cells.iter().any(|cell| is_number(cell)) {
            return false;
        }
        let cells: Vec<String> = folded(row).into_iter().filter(|cell| !cell.is_empty()).collect();
        // Most rows hold a number, and a header none.
        if cells.len() < 2 || cells.iter().any(|cell| is_address(cell, Style::default())) || header.repeats(row) {
            return false;
        }
        let same = cells.iter().filter(|cell| known.contains(cell)).count();
        let names_address = cells.iter().any(|cell| addresses.contains(cell));
        let is_alike = same >= 2 && same.saturating_mul(2) >= cells.len() && (names_address || same >= 3);
        is_alike || is_header(row)
    };
    let within = |row: &&GridRow| {
        let is_below = row.number > header.row && header.end.is_none_or(|end| row.number < end);
        let is_read = read.is_empty() || read.iter().any(|(first, last)| (*first..=*last).contains(&row.number));
        is_read && (is_below || row.number < header.first && !is_stated)
    };
    let others: Vec<&GridRow> = grid.rows.iter().filter(within).filter(is_other).collect();
    // A legend above the table is none.
    let has_rows = |row: &&GridRow| {
        let mut below =
            grid.rows.iter().filter(|next| next.number > row.number).take_while(|next| {
                next.number != header.row && !others.iter().any(|other| other.number == next.number)
            });
        below.any(|next| {
            let mut filled = next.cells.iter().filter(|cell| !cell.is_empty());
            filled.clone().count() > 1 && filled.any(|cell| is_address(cell, Style::default()))
        })
    };
    let others: Vec<&GridRow> = others.iter().copied().filter(has_rows).collect();
    for other in &others {
        let column = other.cells.iter().position(|cell| !cell.is_empty()).unwrap_or_default();
        let cell = Place::from(grid.origin.cell(other.number, column)).holds(grid.text(other.number, column));
        let own = header.row;
        let apart = format!(
            "give it a [[sheet]] of its own with header = {}, and this one header = {own}; if its headers differ, name \
             them in [column_sets]",
            other.number
        );
        let help = match other.number == own.saturating_add(1) {
            true => format!(
                "if the header has two rows, header = [{own}, {}] in the [[sheet]]; if not, {apart}",
                other.number
            ),
            false => apart,
        };
        diagnostics.push(
            Diagnostic::error("E0340", "another table begins here")
                .at(cell)
                .expected(format!("the rows of the table whose header is row {own}"))
                .help(help),
        );
    }
    others.into_iter().map(|row| row.number).find(|row| *row > header.row)
}
