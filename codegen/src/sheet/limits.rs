//! How much of a file is read, so that none can use up a machine.
//!
//! Every number is far above what a table of registers holds: a Modbus device has at most 4 × 65,536 of them.

use std::fmt::Display;

use crate::diagnostic::{Diagnostic, Place, said};

/// Bytes of a file.
pub(super) const FILE: u64 = 64 << 20;
/// Bytes of everything in a workbook, decompressed.
pub(super) const INFLATED: u64 = 512 << 20;
/// Bytes of one tag, or of the text between two, in the XML of a workbook.
pub(super) const NODE: usize = 4 << 20;
/// Sheets of a workbook.
const SHEETS: usize = 1_000;
/// Rows of a sheet, as many as a spreadsheet program can hold; those that hold nothing do not count.
const ROWS: u32 = 1_048_576;
/// Columns of a sheet, likewise.
const COLUMNS: usize = 16_384;
/// Cells of all sheets together, with the blank ones to the left of a filled one.
const CELLS: usize = 16_000_000;
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
            Self::Broken(why) => {
                Diagnostic::error("E0108", said!("a sheet of {file} cannot be read: {why}", file, why))
                    .at(place)
                    .expected("a sheet with rows and columns")
                    .help("open the file in a spreadsheet program and save it again")
            }
        }
    }
}

fn too_large(what: &str, limit: &str, place: Place) -> Diagnostic {
    Diagnostic::error("E0120", said!("file too large: {what}", what))
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
    pub(super) fn text(&mut self, length: usize, row: u32, column: usize) -> Result<(), Fault> {
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
