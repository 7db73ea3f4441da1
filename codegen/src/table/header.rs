//! Where the header is, and which column has which meaning.

use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::manifest::{Columns, Located};
use crate::sheet::{Grid, GridRow};
use crate::suggest;
use crate::table::text::normalised;

/// The columns of a sheet by meaning.
pub(super) struct Header {
    /// The header's row.
    pub(super) row: u32,
    cells: Vec<String>,
    pub(super) address: Option<usize>,
    pub(super) de_facto: Option<usize>,
    pub(super) unit: Option<usize>,
    pub(super) divisor: Option<usize>,
    pub(super) description: Option<usize>,
    pub(super) details: Vec<Option<usize>>,
}

impl Header {
    /// Whether a row is the header again, as on a new page.
    pub(super) fn repeats(&self, row: &GridRow) -> bool {
        self.cells == folded(row)
    }
}

/// Finds the header and every column the manifest names; `None` where the address cannot be found.
pub(super) fn find(grid: &Grid, columns: &Columns, diagnostics: &mut Diagnostics) -> Option<Header> {
    let wanted: Vec<&Located<String>> =
        [&columns.address, &columns.de_facto, &columns.unit, &columns.divisor, &columns.description]
            .into_iter()
            .flatten()
            .chain(columns.details.iter().map(|(_, header)| header))
            .collect();
    let row = header_row(grid, &wanted, diagnostics)?;
    let cells = folded(row);
    let mut column = |header: &Located<String>| find_column(grid, row, &cells, header, diagnostics);
    let mut optional = |header: &Option<Located<String>>| header.as_ref().and_then(&mut column);
    let header = Header {
        row: row.number,
        address: optional(&columns.address),
        de_facto: optional(&columns.de_facto),
        unit: optional(&columns.unit),
        divisor: optional(&columns.divisor),
        description: optional(&columns.description),
        details: columns.details.iter().map(|(_, header)| column(header)).collect(),
        cells,
    };
    name_unused(grid, row, &header, diagnostics);
    // Without one of the two no row can be placed; the missing column has been reported.
    (header.address.is_some() || header.de_facto.is_some()).then_some(header)
}

/// Finds a header with exactly these columns: row and column numbers.
pub(super) fn locate<const N: usize>(
    grid: &Grid,
    headers: [&Located<String>; N],
    diagnostics: &mut Diagnostics,
) -> Option<(u32, [usize; N])> {
    let row = header_row(grid, &headers, diagnostics)?;
    let cells = folded(row);
    let found = headers.map(|header| find_column(grid, row, &cells, header, diagnostics));
    let mut columns = [0; N];
    for (column, found) in columns.iter_mut().zip(found) {
        *column = found?;
    }
    Some((row.number, columns))
}

/// The row that holds most of the wanted headers, the first of equals.
fn header_row<'a>(grid: &'a Grid, wanted: &[&Located<String>], diagnostics: &mut Diagnostics) -> Option<&'a GridRow> {
    let score = |row: &GridRow| {
        let cells = folded(row);
        wanted.iter().filter(|header| cells.contains(&fold(&header.value))).count()
    };
    let best =
        grid.rows.iter().map(|row| (score(row), row)).reduce(|best, next| if next.0 > best.0 { next } else { best });
    match best {
        None => {
            diagnostics.push(
                Diagnostic::error("E0301", "the sheet is empty").at(grid.origin.place()).expected("a header and rows"),
            );
            None
        }
        Some((_, row)) => Some(row),
    }
}

fn find_column(
    grid: &Grid,
    row: &GridRow,
    cells: &[String],
    header: &Located<String>,
    diagnostics: &mut Diagnostics,
) -> Option<usize> {
    let wanted = fold(&header.value);
    let mut matching = cells.iter().enumerate().filter(|(_, cell)| **cell == wanted).map(|(column, _)| column);
    let found = matching.next();
    let place = Place { cell: Some(format!("row {}", row.number)), ..grid.origin.place() };
    match (found, matching.next()) {
        (None, _) => diagnostics.push(
            Diagnostic::error("E0302", format!("there is no column “{}”", header.value))
                .at(place
                    .holds(row.cells.iter().filter(|cell| !cell.is_empty()).cloned().collect::<Vec<_>>().join(" | ")))
                .at(header.place.clone())
                .expected(format!("a column with the header “{}”", header.value))
                .help(suggest::nearest_of("header", &header.value, row.cells.iter().map(String::as_str))),
        ),
        (Some(first), Some(second)) => diagnostics.push(
            Diagnostic::error("E0305", format!("two columns are called “{}”", header.value))
                .at(grid.origin.cell(row.number, first).into())
                .at(grid.origin.cell(row.number, second).into())
                .expected("one column for each meaning"),
        ),
        (Some(_), None) => {}
    }
    found
}

fn name_unused(grid: &Grid, row: &GridRow, header: &Header, diagnostics: &mut Diagnostics) {
    let used: Vec<usize> = [header.address, header.de_facto, header.unit, header.divisor, header.description]
        .into_iter()
        .chain(header.details.iter().copied())
        .flatten()
        .collect();
    for (column, cell) in row.cells.iter().enumerate() {
        if !cell.is_empty() && !used.contains(&column) {
            diagnostics.push(
                Diagnostic::note("N0306", format!("the column “{cell}” is not used"))
                    .at(grid.origin.cell(row.number, column).into())
                    .help("name it in [columns] or [columns.details] if it matters"),
            );
        }
    }
}

fn folded(row: &GridRow) -> Vec<String> {
    row.cells.iter().map(|cell| fold(cell)).collect()
}

/// Headers are compared without regard to case and line breaks.
fn fold(header: &str) -> String {
    normalised(header).to_lowercase()
}
