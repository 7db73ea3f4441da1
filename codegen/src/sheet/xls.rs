//! XLS workbooks, read by calamine.

use std::io::Cursor;

use calamine::{Reader as _, SheetType, SheetVisible, Xls};

use super::limits::{self, Budget, Cells, Fault};
use super::workbook::{self, Content, Read};

/// Begins every compound file, which such a workbook lies in.
pub(super) const MAGIC: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// Rows and columns of a sheet.
const ROWS: u32 = 65_536;
const COLUMNS: u32 = 256;

/// Every worksheet in the order of the workbook.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Read>, Fault> {
    check_sizes(bytes)?;
    let mut book = Xls::new(Cursor::new(bytes)).map_err(|error| match is_protected(bytes) {
        true => Fault::broken("it is protected with a password"),
        false => Fault::broken(error),
    })?;
    let since_1904 = book.has_1904_epoch();
    let listed = book.sheets_metadata().to_vec();
    limits::check_sheets(listed.len())?;
    let mut budget = Budget::default();
    let mut sheets = Vec::new();
    for listed in listed.into_iter().filter(|listed| listed.typ == SheetType::WorkSheet) {
        let grid = sheet(&mut book, &listed.name, since_1904, &mut budget);
        sheets.push(Read {
            name: listed.name,
            hidden: listed.visible != SheetVisible::Visible,
            tells_rows: false,
            grid,
        });
    }
    Ok(sheets)
}

/// Whether it is the envelope that an XLSX workbook with a password is put in.
fn is_protected(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(name.len()).any(|window| window == name)
}

/// Refuses records that claim a sheet to be larger than any can be: calamine takes room for it before it reads a cell.
///
/// Such a record is looked for in the bytes of the file; where its number and length stand by chance, no record of cells or
/// rows follows.
fn check_sizes(bytes: &[u8]) -> Result<(), Fault> {
    for (at, window) in bytes.windows(4).enumerate() {
        let &[0x00, 0x02, length @ (10 | 14 | 16), 0x00] = window else { continue };
        let data = bytes.get(at.saturating_add(4)..).unwrap_or_default();
        let Some((data, [low, high, ..])) = data.split_at_checked(usize::from(length)) else { continue };
        if !FOLLOWING.contains(&u16::from_le_bytes([*low, *high])) {
            continue;
        }
        // First row, the one after the last, first column, the one after the last; in older files rows have two bytes.
        let (short, long) =
            (|at: usize| u16_at(data, at), |at: usize| u16_at(data, at) | u16_at(data, at.saturating_add(2)) << 16);
        let (first, last, columns) = match length {
            10 => (short(0), short(2), short(6)),
            _ => (long(0), long(4), short(10)),
        };
        if columns > 0 && last > 0 && (first > last || last > ROWS || columns > COLUMNS) {
            return Err(Fault::broken(format!("it claims to have a sheet of {last} rows and {columns} columns")));
        }
    }
    Ok(())
}

fn u16_at(data: &[u8], at: usize) -> u32 {
    data.get(at..).and_then(|data| data.first_chunk()).map_or(0, |word| u32::from(u16::from_le_bytes(*word)))
}

/// The records that come after the size of a sheet: rows, cells and windows.
const FOLLOWING: [u16; 7] = [0x0201, 0x0203, 0x0204, 0x0205, 0x0208, 0x023e, 0x027e];

fn sheet(book: &mut Xls<Cursor<&[u8]>>, name: &str, since_1904: bool, budget: &mut Budget) -> Result<Content, Fault> {
    let range = book.worksheet_range(name).map_err(Fault::broken)?;
    let formulas = book.worksheet_formula(name).map_err(Fault::broken)?;
    let mut cells = Cells::default();
    workbook::fill(&mut cells, &range, &formulas, since_1904, budget)?;
    let merged = book.merge_cells_by_sheet_name(name).map_err(Fault::broken)?;
    cells.content(workbook::regions(&merged), budget)
}
