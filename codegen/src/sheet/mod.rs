//! A uniform grid of text out of CSV files and workbooks, every cell with its place.

mod csv;
mod merged;
mod workbook;

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

pub(crate) use self::merged::Region;
use self::merged::Regions;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Sources, Text};
use crate::model::Source;
use crate::suggest;

/// One sheet of a workbook, or one CSV file.
#[derive(Debug, Clone)]
pub(crate) struct Grid {
    /// Where it comes from.
    pub(crate) origin: Arc<Origin>,
    /// Its rows that hold anything, in order.
    pub(crate) rows: Vec<GridRow>,
    /// Formulas whose results the file does not hold, by row and column (counted from zero): their cells read as blank.
    pub(crate) unsaved: BTreeMap<(u32, usize), String>,
    /// Its merged cells.
    merged: Regions,
    /// The text of a CSV file, to show the lines of diagnostics.
    pub(crate) raw: Option<Raw>,
    /// The rows that were taken for headers, to show above the cells of diagnostics.
    pub(crate) headers: Headers,
}

#[allow(dead_code, reason = "the table and lower stages are being moved to it")]
impl Grid {
    /// The row with this number, if it holds anything.
    pub(crate) fn row(&self, number: u32) -> Option<&GridRow> {
        self.rows.binary_search_by_key(&number, |row| row.number).ok().and_then(|index| self.rows.get(index))
    }

    /// The text in a row (counted from one) and column (counted from zero); empty where nothing stands.
    pub(crate) fn text(&self, row: u32, column: usize) -> &str {
        self.row(row).and_then(|row| row.cells.get(column)).map_or("", String::as_str)
    }

    /// The merged cells that this place is part of, top left included.
    pub(crate) fn merged(&self, row: u32, column: usize) -> Option<&Region> {
        self.merged.at(row, column)
    }

    /// Where the text that a person sees at this place stands: the top left of merged cells, otherwise the place itself.
    pub(crate) fn covering(&self, row: u32, column: usize) -> (u32, usize) {
        self.merged(row, column).map_or((row, column), |region| (region.first_row, region.first_column))
    }

    /// The text that a person sees at this place: the own one, or that of the merged cells that cover it.
    pub(crate) fn covering_text(&self, row: u32, column: usize) -> &str {
        let (row, column) = self.covering(row, column);
        self.text(row, column)
    }
}

/// A CSV file as it stands there.
#[derive(Debug, Clone)]
pub(crate) struct Raw {
    pub(crate) text: Text,
    pub(crate) delimiter: u8,
}

/// Rows that were taken for headers; found long after the grid was read, by a stage that cannot change it. What is said
/// to a copy of a grid is said to all.
#[derive(Debug, Clone, Default)]
pub(crate) struct Headers(Arc<Mutex<BTreeSet<u32>>>);

impl Headers {
    /// Remembers a row, counted from one.
    pub(crate) fn note(&self, row: u32) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(row);
    }

    /// The one that holds for a row: the last at or above it.
    pub(crate) fn above(&self, row: u32) -> Option<u32> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).range(..=row).next_back().copied()
    }
}

/// A file, or a sheet in it.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Origin {
    /// Relative to the manifest, with `/`.
    pub(crate) file: String,
    /// Sheet of a workbook; none for CSV.
    pub(crate) sheet: Option<String>,
}

/// A row as the vendor wrote it.
#[derive(Debug, Clone)]
pub(crate) struct GridRow {
    /// Row of the sheet, or line of the CSV file, counted from one.
    pub(crate) number: u32,
    /// Its cells, trimmed, from column A on.
    pub(crate) cells: Vec<String>,
    /// What the file holds each cell as; empty for CSV, where everything is text.
    kinds: Vec<Kind>,
    /// Whether the spreadsheet hides it, alone or with a filter or an outline.
    pub(crate) hidden: bool,
}

#[allow(dead_code, reason = "the table and lower stages are being moved to it")]
impl GridRow {
    /// A row of text.
    fn of_text(number: u32, cells: Vec<String>) -> Self {
        Self { number, cells, kinds: Vec::new(), hidden: false }
    }

    /// What the file holds the cell in this column (counted from zero) as: tells the text `007` from a number.
    pub(crate) fn kind(&self, column: usize) -> Kind {
        let kind = self.kinds.get(column).copied().unwrap_or(Kind::Text);
        if self.cells.get(column).is_none_or(String::is_empty) { Kind::Blank } else { kind }
    }
}

/// What a file holds a cell as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Blank,
    /// In a CSV file everything.
    Text,
    Number,
    /// Also what was typed as `1-2`.
    Date,
    /// `true`, `false`
    Truth,
    /// A formula that has failed: `#N/A`.
    Failure,
}

impl Origin {
    /// The cell in this row (counted from one) and column (counted from zero).
    pub(crate) fn cell(&self, row: u32, column: usize) -> Source {
        Source { file: self.file.clone(), sheet: self.sheet.clone(), cell: format!("{}{row}", column_letters(column)) }
    }

    /// The row with this number; of a text, its line.
    pub(crate) fn row(&self, row: u32) -> Place {
        let cell = if self.sheet.is_some() { format!("row {row}") } else { row.to_string() };
        Place { cell: Some(cell), ..self.place() }
    }

    /// The sheet as a whole.
    pub(crate) fn place(&self) -> Place {
        Place { file: self.file.clone(), sheet: self.sheet.clone(), ..Place::default() }
    }
}

impl From<Source> for Place {
    fn from(source: Source) -> Self {
        Self { file: source.file, sheet: source.sheet, cell: Some(source.cell), ..Self::default() }
    }
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

/// How a manifest wants a file to be read.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reading {
    /// Whether hidden rows are left out.
    pub(crate) skip_hidden: bool,
}

/// Opens files relative to the manifest's folder, each once.
#[derive(Debug)]
pub(crate) struct Library {
    folder: PathBuf,
    books: BTreeMap<String, Option<Book>>,
    /// File and sheet of every grid that was given out.
    asked: BTreeSet<(String, Option<String>)>,
    /// Files in the order in which they were opened, which is that of the manifest.
    opened: Vec<String>,
}

#[derive(Debug)]
enum Book {
    Csv(Arc<Grid>),
    Workbook(BTreeMap<String, Sheet>),
}

/// A sheet of a workbook; one that cannot be read matters only where it is asked for.
type Sheet = Result<Arc<Grid>, Diagnostic>;

impl Library {
    /// Files relative to this folder.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf(), books: BTreeMap::new(), asked: BTreeSet::new(), opened: Vec::new() }
    }

    /// Every file that was opened or tried.
    pub(crate) fn paths(&self) -> impl Iterator<Item = PathBuf> {
        self.books.keys().map(|file| self.folder.join(file))
    }

    /// The sheets of a workbook in its order; none for a CSV file. A file that cannot be read is reported once.
    #[allow(dead_code, reason = "the lower stage is being moved to it")]
    pub(crate) fn names(
        &mut self,
        file: &str,
        reading: &Reading,
        asked: &Place,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<String>> {
        match self.book(file, reading, asked, diagnostics)? {
            Book::Csv(_) => Some(Vec::new()),
            Book::Workbook(sheets) => Some(sheets.keys().cloned().collect()),
        }
    }

    fn book(&mut self, file: &str, _: &Reading, asked: &Place, diagnostics: &mut Diagnostics) -> Option<&Book> {
        if !self.books.contains_key(file) {
            let book = open(&self.folder, file, asked, diagnostics);
            self.books.insert(file.to_owned(), book);
            self.opened.push(file.to_owned());
        }
        self.books.get(file)?.as_ref()
    }

    /// Adds what was read, to show the places of diagnostics.
    pub(crate) fn show(&self, sources: &mut Sources) {
        for book in self.opened.iter().filter_map(|file| self.books.get(file)?.as_ref()) {
            match book {
                Book::Csv(grid) => sources.add_grid(grid),
                Book::Workbook(sheets) => {
                    sheets.values().filter_map(|sheet| sheet.as_ref().ok()).for_each(|grid| sources.add_grid(grid));
                }
            }
        }
    }

    /// The sheet a manifest entry at `asked` names. A file that cannot be read is reported once.
    pub(crate) fn sheet(
        &mut self,
        file: &str,
        sheet: Option<&str>,
        reading: &Reading,
        asked: &Place,
        diagnostics: &mut Diagnostics,
    ) -> Option<Arc<Grid>> {
        let book = self.book(file, reading, asked, diagnostics)?;
        let grid = match (book, sheet) {
            (Book::Csv(grid), None) => Some(Arc::clone(grid)),
            (Book::Csv(_), Some(sheet)) => {
                diagnostics.push(
                    Diagnostic::error("E0104", format!("{file} is a CSV file and has no sheets"))
                        .at(asked.clone().holds(sheet))
                        .expected("a CSV file without a sheet's name, or the sheet of a workbook")
                        .help("leave out the sheet's name"),
                );
                None
            }
            (Book::Workbook(sheets), None) => match sheets.values().next() {
                Some(sheet) if sheets.len() == 1 => readable(sheet, diagnostics),
                _ => {
                    let names: Vec<_> = sheets.keys().map(String::as_str).collect();
                    diagnostics.push(
                        Diagnostic::error("E0105", format!("which sheet of {file} is meant?"))
                            .at(asked.clone())
                            .expected(format!("the name of one of its sheets: {}", names.join(", "))),
                    );
                    None
                }
            },
            (Book::Workbook(sheets), Some(sheet)) => {
                if let Some(found) = sheets.get(sheet) {
                    readable(found, diagnostics)
                } else {
                    diagnostics.push(
                        Diagnostic::error("E0103", format!("{file} has no sheet “{sheet}”"))
                            .at(asked.clone().holds(sheet))
                            .expected("the name of a sheet of the workbook")
                            .help(suggest::nearest_of("sheet", sheet, sheets.keys().map(String::as_str))),
                    );
                    None
                }
            }
        }?;
        self.asked.insert((file.to_owned(), grid.origin.sheet.clone()));
        Some(if reading.skip_hidden { shown(&grid) } else { grid })
    }

    /// Names the sheets that hold something and that nobody asked for.
    pub(crate) fn name_unused(&self, diagnostics: &mut Diagnostics) {
        for (file, book) in &self.books {
            let Some(Book::Workbook(sheets)) = book else { continue };
            let filled = sheets.values().filter_map(|sheet| sheet.as_ref().ok()).filter(|grid| !grid.rows.is_empty());
            let mut unused = filled
                .filter(|grid| !self.asked.contains(&(file.clone(), grid.origin.sheet.clone())))
                .map(|grid| grid.origin.place())
                .peekable();
            if unused.peek().is_some() {
                let note = Diagnostic::note("N0109", format!("{file} has sheets that are not used"))
                    .help("a sheet with registers needs a [[sheet]] in the manifest");
                diagnostics.push(unused.fold(note, Diagnostic::at));
            }
        }
    }
}

/// The sheet without its hidden rows.
fn shown(grid: &Arc<Grid>) -> Arc<Grid> {
    if grid.rows.iter().any(|row| row.hidden) {
        let mut shown = Grid::clone(grid);
        shown.rows.retain(|row| !row.hidden);
        Arc::new(shown)
    } else {
        Arc::clone(grid)
    }
}

fn readable(sheet: &Sheet, diagnostics: &mut Diagnostics) -> Option<Arc<Grid>> {
    sheet.as_ref().map_err(|diagnostic| diagnostics.push(diagnostic.clone())).ok().map(Arc::clone)
}

fn open(folder: &Path, file: &str, asked: &Place, diagnostics: &mut Diagnostics) -> Option<Book> {
    let path = folder.join(file);
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let why = match error.kind() {
                ErrorKind::NotFound => "there is no such file".to_owned(),
                _ => error.to_string(),
            };
            let mut diagnostic = Diagnostic::error("E0101", format!("{file} cannot be read: {why}"))
                .at(asked.clone().holds(file))
                .expected("a file beside the manifest, its path relative to the manifest's folder");
            let beside = beside(folder);
            if let Some(near) = suggest::nearest(file, beside.iter().map(String::as_str)) {
                diagnostic = diagnostic.help(format!("the nearest file is “{near}”"));
            }
            diagnostics.push(diagnostic);
            return None;
        }
    };
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_ascii_lowercase();
    let book = match extension.as_str() {
        "csv" | "tsv" | "txt" => csv::read(file, &bytes).map(|grid| Book::Csv(Arc::new(grid))),
        _ => workbook::read(file, bytes).map(Book::Workbook),
    };
    book.map_err(|diagnostic| diagnostics.push(diagnostic.at(asked.clone()))).ok()
}

/// The files of a folder, by name.
fn beside(folder: &Path) -> BTreeSet<String> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::column_letters;

    #[test]
    fn names_columns_as_spreadsheets_do() {
        for (column, letters) in
            [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
        {
            assert_eq!(column_letters(column), letters);
        }
    }
}
