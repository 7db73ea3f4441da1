//! A uniform grid of text out of CSV files and workbooks, every cell with its place.
//!
//! It assumes nothing of the bytes it is given: what does not fit a format is an error, whatever is larger than a table
//! of registers can be is refused ([`limits`]), and nothing is read that does not lie beside the manifest ([`outside`]).

mod content;
mod corrections;
mod csv;
mod delimiter;
mod encoding;
mod header;
mod limits;
mod merged;
mod outside;
mod row_corrections;
mod sunspec;
mod unquoted;
#[cfg(feature = "workbooks")]
mod workbook;

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use encoding_rs::Encoding;

pub(crate) use self::content::Strike;
pub(crate) use self::corrections::CellCorrection;
pub(crate) use self::header::HeaderRows;
pub(crate) use self::merged::Region;
use self::merged::Regions;
pub(crate) use self::row_corrections::{RowChange, RowCorrection};
use crate::diagnostic::{Diagnostic, Diagnostics, Entry, Place, Shown, Sources, said};
use crate::source::text::Raw;
use crate::source::{Corrected, Origin, files};
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
    /// Cells that the manifest corrects, with what they held, by row and column (counted from zero).
    pub(crate) corrected: BTreeMap<(u32, usize), Corrected>,
    /// Cells that are struck through, in whole or in part, in rows that are not, by row and column (counted from zero).
    pub(crate) struck: BTreeMap<(u32, usize), Strike>,
    /// Its merged cells.
    merged: Regions,
    /// The text of a CSV file, to show the lines of diagnostics.
    pub(crate) raw: Option<Raw>,
}

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
}

impl Shown for Grid {
    fn cells(&self, row: u32) -> &[String] {
        self.row(row).map(|row| row.cells.as_slice()).unwrap_or_default()
    }

    fn corrected(&self) -> &BTreeMap<(u32, usize), Corrected> {
        &self.corrected
    }
}

/// A row as the vendor wrote it.
#[derive(Debug, Clone)]
pub(crate) struct GridRow {
    /// Row of the sheet, counted from one as a spreadsheet program does: in a CSV file every record has one, and every
    /// blank line between them.
    pub(crate) number: u32,
    /// Its cells, trimmed, from column A on.
    pub(crate) cells: Vec<String>,
    /// What the file holds each cell as; in a CSV file everything is text.
    kinds: Vec<Kind>,
    /// Whether the spreadsheet hides it, alone or with a filter or an outline.
    pub(crate) hidden: bool,
    /// Whether every cell of it is struck through.
    pub(crate) struck: bool,
}

impl GridRow {
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
    /// A number that the sheet shows with an exponent, `1.00E+02`: also what was typed as `1E2`.
    Exponent,
    /// Also what was typed as `1-2`.
    Date,
    /// `true`, `false`
    Truth,
    /// A formula that has failed: `#N/A`.
    Failure,
}

/// Whether a sheet can have a cell in this row (counted from one) and column (counted from zero).
pub(crate) fn has_place(row: u32, column: usize) -> bool {
    limits::check_place(row, column).is_ok()
}

/// How a manifest wants a file to be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// How a text file is read.
    pub(crate) text: TextForm,
    /// Whether hidden rows are left out.
    pub(crate) skip_hidden: bool,
    /// Whether rows that are struck through are left out.
    pub(crate) skip_struck: bool,
}

/// How a text file is read; what is not given is found out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct TextForm {
    pub(crate) encoding: Option<&'static Encoding>,
    pub(crate) delimiter: Option<u8>,
}

/// Opens files relative to the manifest's folder, each once.
#[derive(Debug)]
pub(crate) struct Library {
    folder: PathBuf,
    /// Whether files outside the folder may be read.
    outside: bool,
    /// What the manifest says of cells.
    corrections: Vec<CellCorrection>,
    rows: Vec<RowCorrection>,
    books: Vec<Opened>,
    /// File and sheet of every grid that was given out.
    asked: BTreeSet<(String, Option<String>)>,
}

/// A file that was opened or tried.
#[derive(Debug)]
struct Opened {
    file: String,
    form: TextForm,
    book: Option<Book>,
}

#[derive(Debug)]
enum Book {
    Csv(Arc<Grid>),
    /// Its sheets in its own order.
    Workbook(Vec<Tab>),
}

/// A sheet of a workbook.
#[derive(Debug)]
struct Tab {
    name: String,
    hidden: bool,
    sheet: Sheet,
}

/// One that cannot be read matters only where it is asked for.
type Sheet = Result<Arc<Grid>, Diagnostic>;

impl Tab {
    /// Whether something stands there; one that cannot be read may hold anything.
    fn is_filled(&self) -> bool {
        self.sheet.as_ref().map_or(true, |grid| !grid.rows.is_empty())
    }
}

impl Library {
    /// Files relative to this folder, in it unless those `outside` are allowed.
    pub(crate) fn new(folder: &Path, outside: bool) -> Self {
        let folder = folder.to_path_buf();
        Self { folder, outside, corrections: Vec::new(), rows: Vec::new(), books: Vec::new(), asked: BTreeSet::new() }
    }

    /// The same, with cells that hold something else than what stands there.
    pub(crate) fn corrected(mut self, corrections: &[CellCorrection], diagnostics: &mut Diagnostics) -> Self {
        self.corrections = corrections::distinct(corrections, diagnostics);
        self
    }

    /// The same, with rows that are corrected as a whole, before any of their cells.
    pub(crate) fn with_rows(mut self, rows: &[RowCorrection]) -> Self {
        self.rows = rows.to_vec();
        self
    }

    /// Every file that was opened or tried.
    pub(crate) fn paths(&self) -> impl Iterator<Item = PathBuf> {
        let files: BTreeSet<&str> = self.books.iter().map(|opened| opened.file.as_str()).collect();
        files.into_iter().map(|file| self.folder.join(file))
    }

    /// The sheets of a workbook in its order, without the hidden ones where those are to be left out; none for a CSV
    /// file. A file that cannot be read is reported once.
    pub(crate) fn names(
        &mut self,
        file: &str,
        reading: &Reading,
        asked: &Place,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<String>> {
        match self.book(file, reading, asked, diagnostics)? {
            Book::Csv(_) => Some(Vec::new()),
            Book::Workbook(tabs) => {
                let tabs = tabs.iter().filter(|tab| !(reading.skip_hidden && tab.hidden));
                Some(tabs.map(|tab| tab.name.clone()).collect())
            }
        }
    }

    fn book(&mut self, file: &str, reading: &Reading, asked: &Place, diagnostics: &mut Diagnostics) -> Option<&Book> {
        // Who says nothing of the form takes what another found.
        let fits = |opened: &Opened| {
            opened.file == file && (opened.form == reading.text || reading.text == TextForm::default())
        };
        if !self.books.iter().any(fits) {
            let mut book = open(&self.folder, self.outside, file, reading.text, asked, diagnostics);
            if let Some(book) = &mut book {
                row_corrections::apply(file, book, &self.rows, diagnostics);
                corrections::apply(file, book, &self.corrections, diagnostics);
            }
            self.books.push(Opened { file: file.to_owned(), form: reading.text, book });
        }
        self.books.iter().find(|opened| fits(opened))?.book.as_ref()
    }

    /// Adds what was read, to show the places of diagnostics.
    pub(crate) fn show(&self, sources: &mut Sources) {
        for book in self.books.iter().filter_map(|opened| opened.book.as_ref()) {
            match book {
                Book::Csv(grid) => show(grid, sources),
                Book::Workbook(tabs) => {
                    tabs.iter().filter_map(|tab| tab.sheet.as_ref().ok()).for_each(|grid| show(grid, sources));
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
        let (grid, hidden) = match (self.book(file, reading, asked, diagnostics)?, sheet) {
            (Book::Csv(grid), None) => (Arc::clone(grid), false),
            (Book::Csv(_), Some(sheet)) => {
                diagnostics.push(
                    Diagnostic::error("E0104", said!("{file} is a CSV file and has no sheets", file))
                        .at(asked.clone().holds(sheet))
                        .expected("a CSV file without a sheet's name, or the sheet of a workbook")
                        .help("leave out the sheet's name"),
                );
                return None;
            }
            (Book::Workbook(tabs), sheet) => {
                let tab = match sheet {
                    Some(sheet) => named(file, tabs, sheet, asked),
                    None => only(file, tabs, asked),
                };
                let read = tab.and_then(|tab| {
                    let grid = tab.sheet.as_ref().map_err(Clone::clone)?;
                    Ok((Arc::clone(grid), tab.hidden))
                });
                read.map_err(|diagnostic| diagnostics.push(diagnostic)).ok()?
            }
        };
        self.asked.insert((file.to_owned(), grid.origin.sheet.clone()));
        if hidden {
            diagnostics.push_once(
                Diagnostic::note("N0126", "a hidden sheet is read")
                    .at(grid.origin.place())
                    .help("a vendor may have hidden it because it is no longer valid; unhide it to see what it holds"),
            );
        }
        let rows = [
            (
                "N0125",
                "rows that the spreadsheet hides are read like the others",
                "hidden = \"skip\" in [[sheet]] or [[list]] leaves them out; a filter in the spreadsheet hides rows, too",
                reading.skip_hidden,
                (|row| row.hidden) as fn(&GridRow) -> bool,
            ),
            (
                "N0129",
                "rows that are struck through are read like the others",
                "struck = \"skip\" in [[sheet]] or [[list]] leaves them out",
                reading.skip_struck,
                |row| row.struck,
            ),
        ];
        let mut skipped: Vec<fn(&GridRow) -> bool> = Vec::new();
        for (code, message, help, is_skipped, is_one) in rows {
            if is_skipped {
                skipped.push(is_one);
            } else if let Some(note) = name_rows(&grid, Diagnostic::note(code, message), is_one) {
                diagnostics.push_once(note.help(help));
            }
        }
        let is_skipped = |row: &GridRow| skipped.iter().any(|is_one| is_one(row));
        if !grid.rows.iter().any(is_skipped) {
            return Some(grid);
        }
        let mut shown = Grid::clone(&grid);
        shown.rows.retain(|row| !is_skipped(row));
        Some(Arc::new(shown))
    }

    /// Names the sheets that hold something and that nobody asked for.
    pub(crate) fn name_unused(&self, diagnostics: &mut Diagnostics) {
        for Opened { file, book, .. } in &self.books {
            let Some(Book::Workbook(tabs)) = book else { continue };
            let filled = tabs.iter().filter_map(|tab| tab.sheet.as_ref().ok()).filter(|grid| !grid.rows.is_empty());
            let mut unused = filled
                .filter(|grid| !self.asked.contains(&(file.clone(), grid.origin.sheet.clone())))
                .map(|grid| grid.origin.place())
                .peekable();
            if unused.peek().is_some() {
                let note = Diagnostic::note("N0109", said!("{file} has sheets that are not used", file))
                    .help("a sheet with registers needs a [[sheet]] in the manifest");
                diagnostics.push(unused.fold(note, Diagnostic::at));
            }
        }
    }
}

fn show(grid: &Arc<Grid>, sources: &mut Sources) {
    sources.add_table(&grid.origin, grid.raw.as_ref(), Arc::clone(grid) as Arc<dyn Shown>);
}

/// How many rows the only sheet of a file holds.
#[cfg(feature = "fuzzing")]
pub(crate) fn rows(folder: &Path, file: &str) -> usize {
    let mut diagnostics = Diagnostics::default();
    let place = Place::of_file(file);
    let grid = Library::new(folder, false).sheet(file, None, &Reading::default(), &place, &mut diagnostics);
    grid.map_or(0, |grid| grid.rows.len())
}

/// The sheet with this name.
fn named<'b>(file: &str, tabs: &'b [Tab], sheet: &str, asked: &Place) -> Result<&'b Tab, Diagnostic> {
    tabs.iter().find(|tab| tab.name == sheet).ok_or_else(|| {
        Diagnostic::error("E0103", said!("{file} has no sheet “{sheet}”", file, sheet))
            .at(asked.clone().holds(sheet))
            .expected("the name of a sheet of the workbook")
            .help(suggest::nearest_of("sheet", sheet, tabs.iter().map(|tab| tab.name.as_str())))
    })
}

/// The only sheet, or the only one that a person sees anything in.
fn only<'b>(file: &str, tabs: &'b [Tab], asked: &Place) -> Result<&'b Tab, Diagnostic> {
    let mut filled = tabs.iter().filter(|tab| tab.is_filled() && !tab.hidden);
    if let ([tab], ..) | (_, Some(tab), None) = (tabs, filled.next(), filled.next()) {
        return Ok(tab);
    }
    let names: Vec<_> = tabs.iter().map(|tab| tab.name.as_str()).collect();
    Err(Diagnostic::error("E0105", said!("{file} has several sheets, and none is named", file))
        .at(asked.clone())
        .expected(format!("the name of one of its sheets: {}", names.join(", ")))
        .manifest(Entry::sheet(&Place::of_file(file).origin).one_of("name", names)))
}

/// The note with the places of the rows that are ones, if there are any.
fn name_rows(grid: &Grid, note: Diagnostic, is_one: fn(&GridRow) -> bool) -> Option<Diagnostic> {
    let blocks = grid.rows.chunk_by(|row, next| is_one(row) == is_one(next));
    let blocks = blocks.filter_map(|rows| Some((rows.first().filter(|row| is_one(row))?.number, rows.last()?.number)));
    let mut blocks = blocks.map(|(first, last)| grid.origin.rows(first, last)).peekable();
    blocks.peek()?;
    Some(blocks.fold(note, Diagnostic::at))
}

fn open(
    folder: &Path,
    may_be_outside: bool,
    file: &str,
    form: TextForm,
    asked: &Place,
    diagnostics: &mut Diagnostics,
) -> Option<Book> {
    let path = folder.join(file);
    if !may_be_outside && let Err(diagnostic) = outside::check(folder, file) {
        diagnostics.push(diagnostic.at(asked.clone().holds(file)));
        return None;
    }
    let bytes = match files::read(&path, limits::FILE) {
        Ok(bytes) => bytes,
        Err(error) => {
            let why = match error.kind() {
                ErrorKind::NotFound => "there is no such file".to_owned(),
                _ => error.to_string(),
            };
            let mut diagnostic = Diagnostic::error("E0101", said!("{file} cannot be read: {why}", file, why))
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
    let is_text = matches!(extension.as_str(), "csv" | "tsv" | "txt") && !content::is_workbook(&bytes);
    let book = match (limits::check_file(u64::try_from(bytes.len()).unwrap_or(u64::MAX)), is_text) {
        (Err(fault), _) => Err(fault.of_file(file, |why| Diagnostic::error("E0101", why))),
        (Ok(()), false) if extension == "json" && form == TextForm::default() => {
            sunspec::read(file, &bytes).map(|grid| Book::Csv(Arc::new(grid)))
        }
        (Ok(()), true) => csv::read(file, &bytes, form, diagnostics).map(|grid| Book::Csv(Arc::new(grid))),
        (Ok(()), false) if form != TextForm::default() => Err(Diagnostic::error(
            "E0124",
            said!("{file} is a workbook, and has neither an encoding nor a delimiter", file),
        )
        .expected("`encoding` and `delimiter` for a file that ends in .csv, .tsv or .txt")
        .help("leave them out")),
        #[cfg(feature = "workbooks")]
        (Ok(()), false) => workbook::read(file, &bytes).map(Book::Workbook),
        #[cfg(not(feature = "workbooks"))]
        (Ok(()), false) => {
            Err(Diagnostic::error("E0130", said!("{file} is a workbook, and the feature `workbooks` is off", file))
                .expected("a file that ends in .csv, .tsv or .txt")
                .help("enable the feature `workbooks` of the crate modbus-bindgen, or save the table as CSV"))
        }
    };
    book.map_err(|diagnostic| diagnostics.push(diagnostic.at(asked.clone()))).ok()
}

/// The files of a folder, by name.
fn beside(folder: &Path) -> BTreeSet<String> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}
