//! How much of a file is read, so that none can use up a machine.
//!
//! Every number is far above what a table of registers holds: a Modbus device has at most 4 × 65,536 of them.

use std::collections::BTreeMap;
use std::fmt::Display;

use super::merged::{Region, Regions};
use super::workbook::Content;
use super::{GridRow, Kind};
use crate::diagnostic::{Diagnostic, Place};

/// Bytes of a file.
pub(super) const FILE: u64 = 64 << 20;
/// Bytes of everything in a workbook, decompressed.
pub(super) const INFLATED: u64 = 512 << 20;
/// Bytes of one tag, or of the text between two, in the XML of a workbook.
pub(super) const NODE: usize = 4 << 20;
/// Styles of cells in a workbook.
const STYLES: usize = 65_536;
/// Sheets of a workbook.
const SHEETS: usize = 1_000;
/// Rows of a sheet, as many as a spreadsheet program can hold; those that hold nothing do not count.
const ROWS: u32 = 1_048_576;
/// Columns of a sheet, likewise.
const COLUMNS: usize = 16_384;
/// Cells of all sheets together, with the blank ones to the left of a filled one.
const CELLS: usize = 16_000_000;
/// Places from the first cell to the last one of an XLS sheet, blank ones too, of all sheets together: somewhat more than
/// a whole sheet has.
const AREA: usize = 20_000_000;
/// Bytes of the text in one cell: what a spreadsheet program can hold in one has at most 98,301.
const CELL: usize = 128 << 10;
/// Bytes of all texts together: a shared string is short in the file, however many cells show it.
const TEXT: usize = 256 << 20;

/// Why a file or a sheet is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// What is more than is read, and how much is.
    TooLarge(String, String),
    /// What does not fit the format.
    Broken(String),
}

impl Fault {
    /// More of something than is read.
    pub(super) fn too_large(what: impl Into<String>, limit: impl Into<String>) -> Self {
        Self::TooLarge(what.into(), limit.into())
    }

    /// Something that does not fit the format.
    pub(super) fn broken(why: impl Display) -> Self {
        Self::Broken(why.to_string())
    }

    /// Says so of a file; `not_its_format` is what it is if it is broken.
    pub(super) fn of_file(self, file: &str, not_its_format: impl FnOnce(String) -> Diagnostic) -> Diagnostic {
        match self {
            Self::TooLarge(what, limit) => too_large(&what, &limit, Place::of_file(file)),
            Self::Broken(why) => not_its_format(why),
        }
    }

    /// Says so of a sheet.
    pub(super) fn of_sheet(self, file: &str, place: Place) -> Diagnostic {
        match self {
            Self::TooLarge(what, limit) => too_large(&what, &limit, place),
            Self::Broken(why) => Diagnostic::error("E0108", format!("a sheet of {file} cannot be read: {why}"))
                .at(place)
                .expected("a sheet with rows and columns")
                .help("open the file in a spreadsheet program and save it again"),
        }
    }
}

fn too_large(what: &str, limit: &str, place: Place) -> Diagnostic {
    Diagnostic::error("E0120", format!("more than is read: {what}"))
        .at(place)
        .expected(limit)
        .help("keep the table of registers, and move whatever else the file holds into another one")
}

/// Refuses a file for its size alone.
pub(super) fn check_file(bytes: u64) -> Result<(), Fault> {
    match bytes > FILE {
        true => Err(Fault::too_large(format!("a file of {} MiB", bytes >> 20), format!("at most {} MiB", FILE >> 20))),
        false => Ok(()),
    }
}

/// Refuses a workbook for the number of its sheets.
pub(super) fn check_sheets(count: usize) -> Result<(), Fault> {
    match count > SHEETS {
        true => Err(Fault::too_large(format!("{count} sheets"), format!("at most {SHEETS} sheets"))),
        false => Ok(()),
    }
}

/// Refuses a workbook for the number of its styles.
pub(super) fn check_styles(count: usize) -> Result<(), Fault> {
    match count > STYLES {
        true => {
            Err(Fault::too_large(format!("more than {STYLES} styles of cells"), format!("at most {STYLES} styles")))
        }
        false => Ok(()),
    }
}

/// Refuses a text that is too long for a cell while it grows.
pub(super) fn check_text(length: usize) -> Result<(), Fault> {
    match length > CELL {
        true => Err(Fault::too_large(
            format!("a text of more than {} KiB", CELL >> 10),
            format!("at most {} KiB in a cell", CELL >> 10),
        )),
        false => Ok(()),
    }
}

/// Refuses a cell that lies beyond the last row (counted from one) or column (counted from zero).
pub(super) fn check_place(row: u32, column: usize) -> Result<(), Fault> {
    if row == 0 || row > ROWS {
        return Err(Fault::too_large(format!("a cell in row {row}"), format!("at most {ROWS} rows")));
    }
    if column >= COLUMNS {
        let letters = crate::source::column_letters(column);
        return Err(Fault::too_large(format!("a cell in column {letters}"), format!("at most {COLUMNS} columns")));
    }
    Ok(())
}

/// Refuses a workbook for its size when decompressed.
pub(super) fn inflated() -> Fault {
    Fault::too_large(
        format!("a workbook that is larger than {} MiB when decompressed", INFLATED >> 20),
        format!("at most {} MiB", INFLATED >> 20),
    )
}

/// What may still be read of a file.
#[derive(Debug)]
pub(super) struct Budget {
    cells: usize,
    text: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { cells: CELLS, text: TEXT }
    }
}

impl Budget {
    /// Takes room for some cells.
    pub(super) fn cells(&mut self, count: usize) -> Result<(), Fault> {
        self.cells = self.cells.checked_sub(count).ok_or_else(|| {
            Fault::too_large(
                format!("more than {CELLS} cells"),
                format!("at most {CELLS} cells in all sheets together"),
            )
        })?;
        Ok(())
    }

    /// Takes room for a text in the cell.
    fn text(&mut self, length: usize, row: u32, column: usize) -> Result<(), Fault> {
        if length > CELL {
            let cell = format!("{}{row}", crate::source::column_letters(column));
            return Err(Fault::too_large(
                format!("a text of {length} bytes in {cell}"),
                format!("at most {} KiB in a cell", CELL >> 10),
            ));
        }
        self.bytes(length)
    }

    /// Takes room for a text that stands in so many columns and rows.
    pub(super) fn texts(&mut self, length: usize, columns: u32, rows: u32) -> Result<(), Fault> {
        let times = u64::from(columns).saturating_mul(u64::from(rows));
        self.bytes(length.saturating_mul(usize::try_from(times).unwrap_or(usize::MAX)))
    }

    fn bytes(&mut self, length: usize) -> Result<(), Fault> {
        self.text = self.text.checked_sub(length).ok_or_else(|| {
            Fault::too_large(
                format!("more than {} MiB of text", TEXT >> 20),
                format!("at most {} MiB in all sheets together", TEXT >> 20),
            )
        })?;
        Ok(())
    }
}

/// Places that may still lie between the first cells and the last ones of sheets.
#[derive(Debug)]
pub(super) struct Areas(usize);

impl Default for Areas {
    fn default() -> Self {
        Self(AREA)
    }
}

impl Areas {
    /// Takes room for a sheet.
    pub(super) fn take(&mut self, places: usize) -> Result<(), Fault> {
        self.0 = self.0.checked_sub(places).ok_or_else(|| {
            Fault::too_large(
                format!("cells so far apart that more than {AREA} lie between them"),
                format!("at most {AREA} from the first to the last row and column, of all sheets together"),
            )
        })?;
        Ok(())
    }
}

/// The cells of a sheet in the making. Only what holds something takes room, wherever in the sheet it stands.
#[derive(Debug, Default)]
pub(super) struct Cells {
    rows: BTreeMap<u32, Line>,
    unsaved: BTreeMap<(u32, usize), String>,
    width: usize,
}

#[derive(Debug, Default)]
struct Line {
    cells: Vec<String>,
    kinds: Vec<Kind>,
    hidden: bool,
}

impl Cells {
    /// Sets the cell in this row (counted from one) and column (counted from zero). A blank one needs not be set.
    pub(super) fn set(
        &mut self,
        row: u32,
        column: usize,
        text: &str,
        kind: Kind,
        budget: &mut Budget,
    ) -> Result<(), Fault> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(());
        }
        budget.text(text.len(), row, column)?;
        let text = match text.contains('\r') {
            true => text.replace("\r\n", "\n").replace('\r', "\n"),
            false => text.to_owned(),
        };
        let line = self.line(row, column)?;
        let width = column.saturating_add(1);
        if let Some(more) = width.checked_sub(line.cells.len()).filter(|more| *more > 0) {
            budget.cells(more)?;
            line.cells.resize(width, String::new());
            line.kinds.resize(width, Kind::Blank);
        }
        if let (Some(cell), Some(held)) = (line.cells.get_mut(column), line.kinds.get_mut(column)) {
            (*cell, *held) = (text, kind);
        }
        self.width = self.width.max(width);
        Ok(())
    }

    /// Whether something stands in this row and column.
    pub(super) fn holds(&self, row: u32, column: usize) -> bool {
        self.rows.get(&row).and_then(|line| line.cells.get(column)).is_some_and(|cell| !cell.is_empty())
    }

    /// Notes a formula whose result the file does not hold.
    pub(super) fn set_unsaved(
        &mut self,
        row: u32,
        column: usize,
        formula: &str,
        budget: &mut Budget,
    ) -> Result<(), Fault> {
        budget.text(formula.len(), row, column)?;
        budget.cells(1)?;
        self.line(row, column)?;
        self.unsaved.insert((row, column), format!("={formula}"));
        Ok(())
    }

    /// Notes that a row is hidden; it matters only where the row holds something.
    pub(super) fn hide(&mut self, row: u32) {
        if let Some(line) = self.rows.get_mut(&row) {
            line.hidden = true;
        }
    }

    /// Notes that rows are hidden.
    pub(super) fn hide_all(&mut self, rows: std::ops::RangeInclusive<u32>) {
        if !rows.is_empty() {
            self.rows.range_mut(rows).for_each(|(_, line)| line.hidden = true);
        }
    }

    fn line(&mut self, row: u32, column: usize) -> Result<&mut Line, Fault> {
        check_place(row, column)?;
        Ok(self.rows.entry(row).or_default())
    }

    /// What the sheet holds, and the merged cells among these regions.
    pub(super) fn content(mut self, merged: Vec<Region>, budget: &mut Budget) -> Result<Content, Fault> {
        for region in &merged {
            budget.cells(region.columns(self.width).count().saturating_add(1))?;
        }
        let merged = Regions::new(merged, self.width)?;
        self.rows.iter_mut().for_each(|(row, line)| line.uncover(*row, &merged));
        let rows = self.rows.into_iter();
        let rows =
            rows.map(|(number, Line { cells, kinds, hidden })| GridRow { number, cells, kinds, hidden }).collect();
        Ok(Content { rows, unsaved: self.unsaved, merged })
    }
}

impl Line {
    /// Leaves out what merged cells cover: programs keep it, and nobody sees it.
    fn uncover(&mut self, row: u32, merged: &Regions) {
        for (column, cell) in self.cells.iter_mut().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let is_covered = |region: &Region| (region.first_row, region.first_column) != (row, column);
            if merged.at(row, column).is_some_and(is_covered) {
                cell.clear();
            }
        }
    }
}
