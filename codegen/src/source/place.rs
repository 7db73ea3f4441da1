//! Places in files, and cells of tables.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// A file, or a sheet in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    /// Relative to the manifest's folder, with `/`.
    pub file: String,
    /// Sheet of a workbook; none of a text file.
    pub sheet: Option<String>,
}

impl Origin {
    /// The cell in this row (counted from one) and column (counted from zero).
    #[must_use]
    pub fn cell(self: &Arc<Self>, row: u32, column: usize) -> Source {
        Source { origin: Arc::clone(self), row, column }
    }

    /// The row with this number.
    #[must_use]
    pub fn row(self: &Arc<Self>, row: u32) -> Place {
        self.at(At::Row(row))
    }

    /// The rows from one number to another.
    #[must_use]
    pub fn rows(self: &Arc<Self>, first: u32, last: u32) -> Place {
        self.at(if first == last { At::Row(first) } else { At::Rows(first, last) })
    }

    /// The file or sheet as a whole.
    #[must_use]
    pub fn place(self: &Arc<Self>) -> Place {
        self.at(At::Whole)
    }

    fn at(self: &Arc<Self>, at: At) -> Place {
        Place { origin: Arc::clone(self), at, found: None, span: None }
    }
}

/// Which part of a file or sheet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum At {
    /// All of it.
    #[default]
    Whole,
    /// A row of a sheet or a record of a text file, or a line of a manifest; counted from one.
    Row(u32),
    /// Rows from one to another.
    Rows(u32, u32),
    /// A cell: its row, counted from one, and its column, counted from zero.
    Cell(u32, usize),
}

/// A place in a file, and what stands there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Place {
    /// The file and its sheet.
    pub origin: Arc<Origin>,
    /// Where in it.
    pub at: At,
    /// What stands there.
    pub found: Option<String>,
    /// Where in the text this is; not in a workbook.
    pub span: Option<Span>,
}

/// Part of a line of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Span {
    /// The line, counted from one.
    pub line: u32,
    /// Its first character, counted from one.
    pub column: u32,
    /// How many characters; none where something is missing.
    pub length: u32,
}

impl Place {
    /// A whole file.
    #[must_use]
    pub fn of_file(file: impl Into<String>) -> Self {
        Arc::new(Origin { file: file.into(), sheet: None }).place()
    }

    /// File, relative to the manifest's folder, with `/`; empty where there is no place.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.origin.file
    }

    /// Sheet of a workbook.
    #[must_use]
    pub fn sheet(&self) -> Option<&str> {
        self.origin.sheet.as_deref()
    }

    /// Cell, `E17`, or `row 17`, both as a spreadsheet program counts; `17` of a text. Line of a manifest, `12`.
    #[must_use]
    pub fn cell(&self) -> Option<String> {
        match self.at {
            At::Whole => None,
            At::Row(row) if self.origin.sheet.is_some() => Some(format!("row {row}")),
            At::Row(row) => Some(row.to_string()),
            At::Rows(first, last) => Some(format!("rows {first} to {last}")),
            At::Cell(row, column) => Some(format!("{}{row}", column_letters(column))),
        }
    }

    /// Row of its sheet, or line of its manifest; that of the cell, where a cell is named.
    #[must_use]
    pub fn row(&self) -> Option<u32> {
        match self.at {
            At::Row(row) | At::Cell(row, _) => Some(row),
            At::Whole | At::Rows(..) => None,
        }
    }

    /// Column of the cell, counted from zero.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        match self.at {
            At::Cell(_, column) => Some(column),
            At::Whole | At::Row(_) | At::Rows(..) => None,
        }
    }

    /// The same place, with what stands there.
    #[must_use]
    pub fn holds(mut self, found: impl Into<String>) -> Self {
        self.found = Some(found.into());
        self
    }
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            file: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            sheet: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            cell: Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            found: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            span: Option<Span>,
        }
        let found = self.found.as_deref();
        Shown { file: self.file(), sheet: self.sheet(), cell: self.cell(), found, span: self.span }
            .serialize(serializer)
    }
}

/// A cell of the vendor's table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Source {
    /// The file and its sheet.
    pub origin: Arc<Origin>,
    /// Counted from one, as spreadsheet programs do.
    pub row: u32,
    /// Counted from zero.
    pub column: usize,
}

impl Source {
    /// A cell by its name, `E17`; `None` where that is none.
    #[must_use]
    pub fn named(file: &str, sheet: Option<&str>, cell: &str) -> Option<Self> {
        let (row, column) = cell_at(cell)?;
        let origin = Origin { file: file.to_owned(), sheet: sheet.map(str::to_owned) };
        Some(Self { origin: Arc::new(origin), row, column })
    }

    /// Relative to the manifest, with `/`.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.origin.file
    }

    /// Sheet of a workbook; none for CSV.
    #[must_use]
    pub fn sheet(&self) -> Option<&str> {
        self.origin.sheet.as_deref()
    }

    /// Its name: `E17`.
    #[must_use]
    pub fn cell(&self) -> String {
        format!("{}{}", column_letters(self.column), self.row)
    }
}

impl From<Source> for Place {
    fn from(source: Source) -> Self {
        Self { at: At::Cell(source.row, source.column), origin: source.origin, found: None, span: None }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.sheet() {
            Some(sheet) => write!(f, "{}:{sheet}!{}", self.file(), self.cell()),
            None => write!(f, "{}:{}", self.file(), self.cell()),
        }
    }
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            file: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            sheet: Option<&'a str>,
            cell: String,
        }
        Shown { file: self.file(), sheet: self.sheet(), cell: self.cell() }.serialize(serializer)
    }
}

/// A value of the manifest with its place.
#[derive(Debug, Clone)]
pub(crate) struct Located<T> {
    pub(crate) value: T,
    pub(crate) place: Place,
}

/// What a cell held before it was corrected.
#[derive(Debug, Clone)]
pub(crate) struct Corrected {
    pub(crate) printed: String,
    pub(crate) reason: String,
    /// Where the manifest says what holds instead.
    pub(crate) by: Place,
}

/// `A` … `Z`, `AA` …, as spreadsheets name their columns.
pub(crate) fn column_letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    loop {
        let letter = u8::try_from(rest.wrapping_rem(26)).unwrap_or_default();
        letters.push(char::from(b'A'.saturating_add(letter)));
        match rest.wrapping_div(26).checked_sub(1) {
            Some(next) => rest = next,
            None => break,
        }
    }
    letters.iter().rev().collect()
}

/// Row (counted from one) and column (counted from zero) of a cell as spreadsheets name it: `E17`.
pub(crate) fn cell_at(name: &str) -> Option<(u32, usize)> {
    let letters = name.len().saturating_sub(name.trim_start_matches(|c: char| c.is_ascii_uppercase()).len());
    let (letters, digits) = name.split_at_checked(letters)?;
    let digit = |letter: u8| usize::from(letter).checked_sub(usize::from(b'A'))?.checked_add(1);
    let column = letters.bytes().try_fold(0usize, |sum, letter| sum.checked_mul(26)?.checked_add(digit(letter)?))?;
    Some((digits.parse().ok()?, column.checked_sub(1)?))
}

/// Cells that one text may name.
const MOST_CELLS: usize = 100_000;

/// The cells of a list of them and of ranges: `E17`, `D2, D4:D9`.
pub(crate) fn cells_at(names: &str) -> Option<Vec<(u32, usize)>> {
    let mut cells = Vec::new();
    for name in names.split(',').map(str::trim) {
        let (first, last) = name.split_once(':').unwrap_or((name, name));
        let ((top, left), (bottom, right)) = (cell_at(first.trim())?, cell_at(last.trim())?);
        let area = usize::try_from(bottom.checked_sub(top)?).ok()?.checked_add(1)?;
        let area = area.checked_mul(right.checked_sub(left)?.checked_add(1)?)?;
        if cells.len().checked_add(area)? > MOST_CELLS {
            return None;
        }
        cells.extend((top..=bottom).flat_map(|row| (left..=right).map(move |column| (row, column))));
    }
    Some(cells)
}

/// Names cells so that they are read back: those below each other as a range.
pub(crate) fn name_cells(cells: &[(u32, usize)]) -> String {
    let mut sorted: Vec<(usize, u32)> = cells.iter().map(|(row, column)| (*column, *row)).collect();
    sorted.sort_unstable();
    let mut ranges: Vec<(usize, u32, u32)> = Vec::new();
    for (column, row) in sorted {
        match ranges.last_mut() {
            Some((known, _, last)) if *known == column && row <= last.saturating_add(1) => *last = row,
            _ => ranges.push((column, row, row)),
        }
    }
    let names = ranges.into_iter().map(|(column, first, last)| {
        let letters = column_letters(column);
        if first == last { format!("{letters}{first}") } else { format!("{letters}{first}:{letters}{last}") }
    });
    names.collect::<Vec<String>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_cells_are_read_back() {
        assert_eq!(cells_at("D2, D4:D5"), Some(vec![(2, 3), (4, 3), (5, 3)]));
        assert_eq!(cells_at("A1:B2"), Some(vec![(1, 0), (1, 1), (2, 0), (2, 1)]));
        assert_eq!(name_cells(&[(5, 3), (2, 3), (4, 3), (4, 1)]), "B4, D2, D4:D5");
        for wrong in ["", "D2,", "D5:D2", "B1:A1", "D2:", "A1:XFD1048576", "2"] {
            assert_eq!(cells_at(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn columns_are_named_as_spreadsheets_do() {
        for (column, letters) in
            [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
        {
            assert_eq!(column_letters(column), letters);
        }
    }

    #[test]
    fn cells_are_read_as_they_are_written() {
        assert_eq!(cell_at("A1"), Some((1, 0)));
        assert_eq!(cell_at("AA17"), Some((17, 26)));
        assert_eq!(cell_at("XFD1048576"), Some((1_048_576, 16383)));
        for wrong in ["row 17", "12", "header", "", "ZZZZZZZZZZZZZZZZZZZZZZZZZ1"] {
            assert_eq!(cell_at(wrong), None, "{wrong}");
        }
        let source = Source::named("a.xlsx", Some("S"), "AA17").unwrap();
        assert_eq!((source.cell().as_str(), source.to_string().as_str()), ("AA17", "a.xlsx:S!AA17"));
    }
}
