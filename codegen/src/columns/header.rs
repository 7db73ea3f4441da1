//! Where the header is, and which column has which meaning.

use std::collections::{BTreeSet, HashSet};

use super::recognise::changes_values;
use crate::cells::text::normalised;
use crate::columns::{Columns, Meaning};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::sheet::{Grid, GridRow};
use crate::source::Located;
use crate::suggest;

/// The columns of a sheet by meaning.
pub(crate) struct Header {
    /// The header's row.
    pub(crate) row: u32,
    cells: Vec<String>,
    pub(crate) columns: Vec<(Meaning, usize)>,
    /// What the manifest names a column for that the sheet does not have.
    pub(crate) lacking: Vec<Meaning>,
}

impl Header {
    /// Whether a row is the header again, as on a new page.
    pub(crate) fn repeats(&self, row: &GridRow) -> bool {
        self.cells == folded(row)
    }

    /// The column with this header.
    pub(crate) fn column(&self, header: &str) -> Option<usize> {
        self.cells.iter().position(|cell| *cell == fold(header))
    }
}

/// Finds the header and every column the manifest names; `None` where the address cannot be found.
///
/// `at` is the header's row where the manifest names it, `end` that of another table below this one.
pub(crate) fn find(
    grid: &Grid,
    columns: &Columns,
    (at, end): (Option<u32>, Option<u32>),
    diagnostics: &mut Diagnostics,
) -> Option<Header> {
    let wanted: Vec<&Located<String>> = columns.headers.iter().map(|(_, header)| header).collect();
    let row = match at {
        Some(number) => match grid.row(number) {
            Some(row) => row,
            None => {
                diagnostics.push(
                    Diagnostic::error("E0314", "there is no header")
                        .at(grid.origin.row(number).holds(""))
                        .expected("the header in the row that `header` names in the [[sheet]]"),
                );
                return None;
            }
        },
        None => header_row(grid, &wanted, "[columns]", diagnostics)?,
    };
    let cells = folded(row);
    let taken: Vec<String> = wanted.iter().map(|header| fold(&header.value)).collect();
    let mut header = Header { row: row.number, cells, columns: Vec::new(), lacking: Vec::new() };
    for (meaning, wanted) in &columns.headers {
        match find_column(grid, row, &header.cells, wanted, &taken, diagnostics) {
            Some(column) => header.columns.push((*meaning, column)),
            None => header.lacking.push(*meaning),
        }
    }
    // A column that is missing is likely to be one of those, under another name.
    if header.lacking.is_empty() {
        name_unused(grid, row, &header, (end, columns.are_recognised), diagnostics);
    }
    // Without one of the two no row can be placed; the missing column has been reported.
    let placed = header.columns.iter().any(|(meaning, _)| matches!(meaning, Meaning::Address | Meaning::DeFacto));
    placed.then_some(header)
}

/// Finds the header of the table key, with exactly these columns: row and column numbers.
pub(crate) fn locate<const N: usize>(
    grid: &Grid,
    headers: [&Located<String>; N],
    diagnostics: &mut Diagnostics,
) -> Option<(u32, [usize; N])> {
    let row = header_row(grid, &headers, "[key]", diagnostics)?;
    let cells = folded(row);
    let taken = headers.map(|header| fold(&header.value));
    let found = headers.map(|header| find_column(grid, row, &cells, header, &taken, diagnostics));
    let mut columns = [0; N];
    for (column, found) in columns.iter_mut().zip(found) {
        *column = found?;
    }
    Some((row.number, columns))
}

/// The row that holds most of the wanted headers, the first of equals.
fn header_row<'a>(
    grid: &'a Grid,
    wanted: &[&Located<String>],
    section: &str,
    diagnostics: &mut Diagnostics,
) -> Option<&'a GridRow> {
    let score = |row: &GridRow| {
        let cells = folded(row);
        wanted.iter().filter(|header| cells.contains(&fold(&header.value))).count()
    };
    let best =
        grid.rows.iter().map(|row| (score(row), row)).reduce(|best, next| if next.0 > best.0 { next } else { best });
    match best {
        None => {
            diagnostics.push_once(
                Diagnostic::error("E0301", "the sheet is empty").at(grid.origin.place()).expected("a header and rows"),
            );
            None
        }
        // A single column may be misspelt, and the search for it suggests another; all of them are not.
        Some((0, row)) if wanted.len() > 1 => {
            let headers: Vec<&str> = wanted.iter().map(|header| header.value.as_str()).collect();
            diagnostics.push_once(
                Diagnostic::error("E0314", "there is no header")
                    .at(grid.origin.row(row.number).holds(shown(row)))
                    .expected(format!("a row with these cells: {}", headers.join(" | ")))
                    .help(format!("is it the right sheet? otherwise give {section} the headers the sheet has")),
            );
            None
        }
        Some((_, row)) => Some(row),
    }
}

/// The cells of a row in a line.
fn shown(row: &GridRow) -> String {
    row.cells.iter().filter(|cell| !cell.is_empty()).cloned().collect::<Vec<_>>().join(" | ")
}

/// The column with this header; where there is none, one whose header is not `taken` by another meaning is suggested.
fn find_column(
    grid: &Grid,
    row: &GridRow,
    cells: &[String],
    header: &Located<String>,
    taken: &[String],
    diagnostics: &mut Diagnostics,
) -> Option<usize> {
    let wanted = fold(&header.value);
    let mut matching = cells.iter().enumerate().filter(|(_, cell)| **cell == wanted).map(|(column, _)| column);
    let found = matching.next();
    match (found, matching.next()) {
        (None, _) => {
            let free: Vec<&str> =
                row.cells.iter().filter(|cell| !taken.contains(&fold(cell))).map(String::as_str).collect();
            let near = suggest::nearest(&header.value, free.iter().copied());
            let place = match near.and_then(|near| row.cells.iter().position(|cell| cell == near)) {
                Some(column) => Place::from(grid.origin.cell(row.number, column)).holds(near.unwrap_or_default()),
                None => grid.origin.row(row.number).holds(shown(row)),
            };
            // Merged, since a header misspelt in the manifest is missing in every sheet.
            diagnostics.merge(
                Diagnostic::error("E0302", format!("there is no column “{}”", header.value))
                    .at(place)
                    .at(header.place.clone())
                    .expected(format!("a column with the header “{}”", header.value))
                    .help(match free.iter().all(|header| header.is_empty()) {
                        true => "every column of the sheet has another meaning".to_owned(),
                        false => suggest::nearest_of("header", &header.value, free),
                    }),
            );
        }
        (Some(first), Some(second)) => diagnostics.push(
            Diagnostic::error("E0305", format!("two columns are called “{}”", header.value))
                .at(Place::from(grid.origin.cell(row.number, first)).holds(grid.text(row.number, first)))
                .at(Place::from(grid.origin.cell(row.number, second)).holds(grid.text(row.number, second)))
                .expected("one column for each meaning"),
        ),
        (Some(_), None) => {}
    }
    found
}

/// Errors about headers that may mean several things.
const DOUBTS: [&str; 5] = ["E0332", "E0333", "E0334", "E0335", "E0380"];

fn name_unused(
    grid: &Grid,
    row: &GridRow,
    header: &Header,
    (end, are_recognised): (Option<u32>, bool),
    diagnostics: &mut Diagnostics,
) {
    let used: Vec<usize> = header.columns.iter().map(|(_, column)| *column).collect();
    let doubled = |cell: &str| used.iter().any(|column| header.cells.get(*column) == Some(&fold(cell)));
    let unused = row.cells.iter().enumerate();
    let unused = unused.filter(|(column, cell)| !cell.is_empty() && !used.contains(column) && !doubled(cell));
    let mut places: Vec<Place> =
        unused.map(|(column, cell)| Place::from(grid.origin.cell(row.number, column)).holds(cell)).collect();
    // Of a header whose meaning is in doubt more has been said.
    let doubts = diagnostics.iter().filter(|one| DOUBTS.contains(&one.code));
    let doubted: HashSet<&Place> = doubts.flat_map(|doubt| &doubt.places).collect();
    places.retain(|place| !doubted.contains(place));
    for place in places {
        let changes =
            place.column().filter(|_| !are_recognised).and_then(|column| changes_values(grid, row.number, column, end));
        if let Some(meaning) = changes {
            diagnostics.merge(
                Diagnostic::warning("W0323", "a column that changes values is not used")
                    .at(place)
                    .expected(format!("{} = \"…\" in [columns], its header", meaning.key()))
                    .help("name it in [columns], or in [columns.details] where it says nothing of the values"),
            );
            continue;
        }
        // Merged, since a table has many of them.
        diagnostics.merge(
            Diagnostic::note("N0306", "a column is not used")
                .at(place)
                .help("name it in [columns] or [columns.details] if it matters"),
        );
    }
}

/// Names columns that hold something about registers and have no header.
pub(crate) fn name_unheaded(grid: &Grid, numbers: &BTreeSet<u32>, header: &Header, diagnostics: &mut Diagnostics) {
    if grid.raw.is_some() && name_long(grid, numbers, header, diagnostics) {
        return;
    }
    let mut known: BTreeSet<usize> =
        header.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()).map(|(column, _)| column).collect();
    for row in grid.rows.iter().filter(|row| numbers.contains(&row.number)) {
        for (column, cell) in row.cells.iter().enumerate() {
            if !cell.is_empty() && known.insert(column) {
                diagnostics.merge(
                    Diagnostic::note("N0316", "a column without a header is not used")
                        .at(Place::from(grid.origin.cell(row.number, column)).holds(cell)),
                );
            }
        }
    }
}

/// Names the lines of a text file that have more cells than the header while most have not: a separator within a text
/// that should have been quoted shifts every cell after it into the column of another. Whether there were any.
fn name_long(grid: &Grid, numbers: &BTreeSet<u32>, header: &Header, diagnostics: &mut Diagnostics) -> bool {
    let width = header.cells.len();
    let rows = grid.rows.iter().filter(|row| numbers.contains(&row.number));
    let beyond = rows.filter_map(|row| {
        let (column, cell) = row.cells.iter().enumerate().skip(width).find(|(_, cell)| !cell.is_empty())?;
        Some(Place::from(grid.origin.cell(row.number, column)).holds(cell))
    });
    let places: Vec<Place> = beyond.collect();
    if places.is_empty() || places.len().saturating_mul(2) > numbers.len() {
        return false;
    }
    let cells = if width == 1 { "one cell".to_owned() } else { format!("at most {width} cells, as the header has") };
    let warning = Diagnostic::warning("W0127", "a line has more cells than the header");
    diagnostics.push(places.into_iter().fold(warning, Diagnostic::at).expected(cells).help(
        "a text that holds the separator has to be in quotation marks; without them every cell after it stands in the \
         column of another",
    ));
    true
}

/// The cells of a row as they are compared; blank ones at its end say nothing.
fn folded(row: &GridRow) -> Vec<String> {
    let mut cells: Vec<String> = row.cells.iter().map(|cell| fold(cell)).collect();
    while cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    cells
}

/// Headers are compared without regard to case and line breaks.
fn fold(header: &str) -> String {
    normalised(header).to_lowercase()
}
