//! Where the header is, and which column has which meaning.

use std::collections::{BTreeSet, HashSet};

use super::others;
use super::recognise::changes_values;
use crate::cells::scale_phrase;
use crate::columns::base::{self, Base};
use crate::columns::{Columns, Meaning};
use crate::diagnostic::{Diagnostic, Diagnostics, Entry, Place, said};
use crate::sheet::{Grid, GridRow, HeaderRows};
use crate::source::Located;
use crate::spelling::{normalised, wildcard};
use crate::suggest;

/// The columns of a sheet by meaning.
pub(crate) struct Header {
    /// The header's last row.
    pub(crate) row: u32,
    /// The header's first row.
    pub(crate) first: u32,
    /// The row at which another table begins.
    pub(crate) end: Option<u32>,
    /// The text of each column, as it is compared.
    cells: Vec<String>,
    /// Each of its rows, as it is compared.
    rows: Vec<Vec<String>>,
    pub(crate) columns: Vec<(Meaning, usize)>,
    /// What the manifest names a column for that the sheet does not have.
    pub(crate) lacking: Vec<Meaning>,
}

impl Header {
    /// Whether a row is the header again, as on a new page: nothing else stands in it, and nothing that has a meaning lacks.
    pub(crate) fn repeats(&self, row: &GridRow) -> bool {
        // Of most rows one cell tells.
        let mut filled = row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty());
        let may_be = filled.next().is_none_or(|(column, cell)| {
            let mut texts = self.rows.iter().chain([&self.cells]).filter_map(|cells| cells.get(column));
            texts.any(|text| begins_alike(cell, text))
        });
        if !may_be {
            return false;
        }
        let cells = folded(row);
        let is_there = |(_, column): &(Meaning, usize)| cells.get(*column) == self.cells.get(*column);
        let is_same = |(column, cell): (usize, &String)| cell.is_empty() || self.cells.get(column) == Some(cell);
        self.rows.contains(&cells)
            || !self.columns.is_empty() && self.columns.iter().all(is_there) && cells.iter().enumerate().all(is_same)
    }

    /// The columns whose header is like this, `*` standing for anything.
    pub(crate) fn columns_like(&self, header: &str) -> impl Iterator<Item = usize> {
        let like = fold(header);
        self.cells.iter().enumerate().filter(move |(_, cell)| wildcard(&like, cell)).map(|(column, _)| column)
    }
}

/// Finds the header and every column the manifest names; `None` where the address cannot be found.
///
/// `at` is the header where the manifest says where it stands, `end` the row of another table below this one; `read` are the
/// rows that are read, all where there are none.
pub(crate) fn find(
    grid: &Grid,
    columns: &Columns,
    (at, end): (Option<HeaderRows>, Option<u32>),
    read: &[(u32, u32)],
    diagnostics: &mut Diagnostics,
) -> Option<Header> {
    let wanted: Vec<&Located<String>> = columns.headers.iter().map(|(_, header)| header).collect();
    let rows = match at {
        Some(rows) => rows,
        None => HeaderRows::one(header_row(grid, &wanted, "[columns]", diagnostics)?.number),
    };
    let Some(row) = grid.header(rows) else {
        diagnostics.push(
            Diagnostic::error("E0314", "there is no header")
                .at(grid.origin.row(rows.last).holds(""))
                .expected("the header in the row that `header` names in the [[sheet]]"),
        );
        return None;
    };
    let found = HeaderCells::new(grid, rows, &row);
    let taken: Vec<String> = wanted.iter().map(|header| fold(&header.value)).collect();
    let own = (rows.first..=rows.last).filter_map(|row| grid.row(row)).map(folded).collect();
    let (cells, first) = (found.cells.clone(), rows.first);
    let mut header = Header { row: rows.last, first, end, cells, rows: own, columns: Vec::new(), lacking: Vec::new() };
    for (meaning, wanted) in &columns.headers {
        match found.find(wanted, &taken, diagnostics) {
            Some(column) => header.columns.push((*meaning, column)),
            None => header.lacking.push(*meaning),
        }
    }
    // A column that is missing is likely to be one of those, under another name.
    if header.lacking.is_empty() {
        name_unused(&found, &header, columns.are_recognised, diagnostics);
    }
    report_scales(&found, &header, diagnostics);
    report_bases(grid, &found, &header, diagnostics);
    // Without one of the two no row can be placed; the missing column has been reported.
    let placed = header.columns.iter().any(|(meaning, _)| matches!(meaning, Meaning::Address | Meaning::DeFacto));
    if placed && !columns.are_recognised {
        header.end = others::report(grid, &header, columns, (at.is_some(), read), diagnostics).or(end);
    }
    placed.then_some(header)
}

/// Finds the header of a sheet that has no registers, with exactly these columns of a section: row and column numbers.
pub(crate) fn locate<const N: usize>(
    grid: &Grid,
    headers: [&Located<String>; N],
    section: &str,
    diagnostics: &mut Diagnostics,
) -> Option<(u32, [usize; N])> {
    let row = header_row(grid, &headers, section, diagnostics)?;
    let cells = HeaderCells::new(grid, HeaderRows::one(row.number), row);
    let taken = headers.map(|header| fold(&header.value));
    let found = headers.map(|header| cells.find(header, &taken, diagnostics));
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
    let headers: Vec<String> = wanted.iter().map(|header| fold(&header.value)).collect();
    let score = |row: &GridRow| {
        let is_there =
            |header: &&String| row.cells.iter().any(|cell| begins_alike(cell, header) && fold(cell) == **header);
        headers.iter().filter(is_there).count()
    };
    let mut best: Option<(usize, &GridRow)> = None;
    for row in &grid.rows {
        let score = score(row);
        if best.is_none_or(|(most, _)| score > most) {
            best = Some((score, row));
        }
        if score == headers.len() {
            break;
        }
    }
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
                    .help(format!("check the name of the sheet, or give {section} the headers that it has")),
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

/// The texts of a header, by column.
struct HeaderCells<'a> {
    grid: &'a Grid,
    rows: HeaderRows,
    row: &'a GridRow,
    /// As they are compared.
    cells: Vec<String>,
    /// The same with what stands above them; none of a header in one row.
    paths: Vec<String>,
}

impl<'a> HeaderCells<'a> {
    fn new(grid: &'a Grid, rows: HeaderRows, row: &'a GridRow) -> Self {
        let is_one = rows.first == rows.last;
        let path = |column: usize| fold(&grid.header_path(rows, column));
        let paths = if is_one { Vec::new() } else { (0..row.cells.len()).map(path).collect() };
        Self { grid, rows, row, cells: folded(row), paths }
    }

    /// The cell of a column.
    fn place(&self, column: usize) -> Place {
        let row = self.grid.header_cell(self.rows, column);
        Place::from(self.grid.origin.cell(row, column)).holds(self.grid.text(row, column))
    }

    /// The column with this header; where there is none, one whose header is not `taken` by another meaning is suggested.
    fn find(&self, header: &Located<String>, taken: &[String], diagnostics: &mut Diagnostics) -> Option<usize> {
        let wanted = fold(&header.value);
        let columns = |texts: &[String]| -> Vec<usize> {
            texts.iter().enumerate().filter(|(_, text)| **text == wanted).map(|(column, _)| column).collect()
        };
        // `Range min` tells two columns apart that are both called `min`.
        let found =
            Some(columns(&self.cells)).filter(|found| !found.is_empty()).unwrap_or_else(|| columns(&self.paths));
        match found.as_slice() {
            [] => self.report_missing(header, taken, diagnostics),
            [_] => {}
            [first, second, ..] => diagnostics.push(
                Diagnostic::in_cell("E0305", said!("two columns are called “{header}”", header = &header.value))
                    .at(self.place(*first))
                    .at(self.place(*second))
                    .expected("one column for each meaning"),
            ),
        }
        found.first().copied()
    }

    fn report_missing(&self, header: &Located<String>, taken: &[String], diagnostics: &mut Diagnostics) {
        let texts = self.row.cells.iter();
        let free: Vec<&str> = texts.clone().filter(|cell| !taken.contains(&fold(cell))).map(String::as_str).collect();
        let near = suggest::nearest(&header.value, free.iter().copied());
        let place = match near.and_then(|near| self.row.cells.iter().position(|cell| cell == near)) {
            Some(column) => self.place(column),
            None => self.grid.origin.row(self.row.number).holds(shown(self.row)),
        };
        // The header may have a second row.
        let beside = [self.rows.first.checked_sub(1), self.rows.last.checked_add(1)];
        let beside = beside
            .into_iter()
            .flatten()
            .find(|row| self.grid.row(*row).is_some_and(|row| folded(row).contains(&fold(&header.value))));
        let help = match beside {
            Some(row) => format!(
                "row {row} has it: a header in two rows is header = [{}, {}] in the [[sheet]]",
                self.rows.first.min(row),
                self.rows.last.max(row)
            ),
            None if free.iter().all(|header| header.is_empty()) => {
                "every column of the sheet already has a meaning".to_owned()
            }
            None => suggest::nearest_of("header", &header.value, free),
        };
        // Merged, since a header misspelt in the manifest is missing in every sheet.
        diagnostics.merge(
            Diagnostic::error("E0302", said!("there is no column “{header}”", header = &header.value))
                .at(place)
                .at(header.place.clone())
                .expected(format!("a column with the header “{}”", header.value))
                .help(help),
        );
    }
}

/// Warns of headers that say that numbers are hexadecimal where bare digits below them are read as decimal: `Range (hex)`.
fn report_bases(grid: &Grid, found: &HeaderCells<'_>, header: &Header, diagnostics: &mut Diagnostics) {
    use Meaning::{Code, Default, Max, Min, NotAvailable, Range, Step, Values};
    let is_number = |meaning| matches!(meaning, Code | Default | Max | Min | NotAvailable | Range | Step | Values);
    for (meaning, column) in header.columns.iter().filter(|(meaning, _)| is_number(*meaning)) {
        let Some(cell) = found.row.cells.get(*column) else { continue };
        let below = grid.rows.iter().filter(|row| row.number > header.row);
        let cells = below.filter_map(|row| row.cells.get(*column));
        // `0x64` and `64h` say it themselves.
        let is_bare = |cell: &String| {
            let lower = cell.to_lowercase();
            lower.starts_with(|sign: char| sign.is_ascii_digit()) && !lower.starts_with("0x") && !lower.contains('h')
        };
        if base::base(cell) != Base::Hexadecimal || !cells.into_iter().any(is_bare) {
            continue;
        }
        diagnostics.push(
            Diagnostic::warning(
                "W0432",
                said!(
                    "the header says that the {key} is hexadecimal, but digits below it are read as decimal",
                    key = meaning.key()
                ),
            )
            .at(found.place(*column))
            .expected("hexadecimal numbers as 0x64, or decimal ones")
            .help("correct the cells with [[cell]] entries; if they are decimal, [[allow]] silences the warning"),
        );
    }
}

/// Warns of headers that may say how values are scaled, where no column does: `Unit [x10]`, `Name [0.1 °C]`; and of headers
/// of scales that say how those are meant: `1/Factor`.
fn report_scales(found: &HeaderCells<'_>, header: &Header, diagnostics: &mut Diagnostics) {
    use Meaning::{Decimals, Divisor, Exponent, Factor, Offset};
    let has_scale = header.columns.iter().any(|(meaning, _)| meaning.is_scale());
    let says = |(column, cell): &(usize, &String)| {
        let mut meanings = header.columns.iter().filter(|(_, of)| of == column).map(|(meaning, _)| *meaning);
        match meanings.next() {
            Some(Factor | Divisor | Exponent | Decimals | Offset) => scale_phrase::in_scale_header(cell),
            _ if has_scale => false,
            Some(Meaning::Unit) => scale_phrase::in_unit_header(cell),
            _ => scale_phrase::in_name(cell) || scale_phrase::in_remark(cell),
        }
    };
    for (column, _) in found.row.cells.iter().enumerate().filter(says) {
        let is_scale =
            header.columns.iter().any(|(meaning, of)| *of == column && (meaning.is_scale() || *meaning == Offset));
        if is_scale {
            diagnostics.push(
                Diagnostic::warning("W0480", "the header of a scale says how it is meant, but nothing reads it there")
                    .at(found.place(column))
                    .expected("a header that only names the scale, or the scale in a [[rule]]")
                    .help("compare a value that you know; if it is read rightly, [[allow]] silences the warning"),
            );
            continue;
        }
        diagnostics.push(
            Diagnostic::warning("W0480", "a header may say how the values are scaled, but nothing reads it there")
                .at(found.place(column))
                .expected("the scale in a column of its own, or in a [[rule]]")
                .help("give the registers a factor in a [[rule]]; if it is no scale, [[allow]] silences the warning"),
        );
    }
}

fn name_unused(found: &HeaderCells<'_>, header: &Header, are_recognised: bool, diagnostics: &mut Diagnostics) {
    let used: Vec<usize> = header.columns.iter().map(|(_, column)| *column).collect();
    let doubled = |cell: &str| used.iter().any(|column| header.cells.get(*column) == Some(&fold(cell)));
    let unused = found.row.cells.iter().enumerate();
    let unused = unused.filter(|(column, cell)| !cell.is_empty() && !used.contains(column) && !doubled(cell));
    let mut places: Vec<Place> = unused.map(|(column, _)| found.place(column)).collect();
    // Of a header whose meaning is in doubt more has been said.
    let doubts = diagnostics.iter().filter(|one| one.manifest.entries().iter().any(Entry::is_of_columns));
    let doubted: HashSet<&Place> = doubts.flat_map(|doubt| &doubt.places).collect();
    places.retain(|place| !doubted.contains(place));
    for place in places {
        let changes = place
            .column()
            .and_then(|column| changes_values(found.grid, found.row, column, (header.end, are_recognised)));
        if let Some(meaning) = changes {
            diagnostics.merge(
                Diagnostic::warning("W0323", "unused column that may change values")
                    .at(place)
                    .expected(format!("{} = \"…\" in [columns], its header", meaning.key()))
                    .help("name it in [columns], or in [columns.details] if it says nothing about the values")
                    .needing_manifest(),
            );
            continue;
        }
        // Merged, since a table has many of them.
        diagnostics.merge(
            Diagnostic::note("N0306", "unused column")
                .at(place)
                .help("name it in [columns] or [columns.details] if it matters")
                .needing_manifest(),
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
                    Diagnostic::note("N0316", "unused column without a header")
                        .at(Place::from(grid.origin.cell(row.number, column)).holds(cell)),
                );
            }
        }
    }
}

/// Names the lines of a text file that have more cells than the header: a separator within a text that should have been quoted
/// shifts every cell after it into the column of another. Whether there were any.
fn name_long(grid: &Grid, numbers: &BTreeSet<u32>, header: &Header, diagnostics: &mut Diagnostics) -> bool {
    let width = header.cells.len();
    let rows = grid.rows.iter().filter(|row| numbers.contains(&row.number));
    let beyond = rows.filter_map(|row| {
        let (column, cell) = row.cells.iter().enumerate().skip(width).find(|(_, cell)| !cell.is_empty())?;
        Some(Place::from(grid.origin.cell(row.number, column)).holds(cell))
    });
    let places: Vec<Place> = beyond.collect();
    if places.is_empty() {
        return false;
    }
    let cells = if width == 1 { "one cell".to_owned() } else { format!("at most {width} cells, as the header has") };
    let warning = Diagnostic::warning("W0127", "a line has more cells than the header");
    diagnostics.push(places.into_iter().fold(warning, Diagnostic::at).expected(cells).help(
        "put a text that contains the separator in quotation marks; without them every later cell is one column too \
         far right",
    ));
    true
}

/// The cells of a row as they are compared; blank ones at its end say nothing.
pub(super) fn folded(row: &GridRow) -> Vec<String> {
    let mut cells: Vec<String> = row.cells.iter().map(|cell| fold(cell)).collect();
    while cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    cells
}

/// Whether a cell can be this header, as it is compared: `false` where their first letters differ.
fn begins_alike(cell: &str, header: &str) -> bool {
    match (cell.trim_start().as_bytes().first(), header.as_bytes().first()) {
        (Some(one), Some(other)) if one.is_ascii() && other.is_ascii() => one.eq_ignore_ascii_case(other),
        _ => true,
    }
}

/// Headers are compared without regard to case and line breaks.
pub(super) fn fold(header: &str) -> String {
    normalised(header).to_lowercase()
}
