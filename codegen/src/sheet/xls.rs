//! XLS workbooks, read by calamine.
//!
//! calamine reads all sheets at opening, and takes room for each of them from its first row and column to its last. So
//! the workbook's records ([`biff`]) are gone through first, and calamine is given what has passed.

use std::collections::BTreeSet;
use std::io::Cursor;

use calamine::{Reader as _, SheetType, SheetVisible, Xls};

use super::limits::{self, Budget, Cells, Fault};
use super::workbook::{self, Content, Read};
use super::{biff, compound};

/// Every worksheet in the order of the workbook.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Read>, Fault> {
    let stream = compound::stream(bytes, &["Workbook", "Book"])?.ok_or_else(|| match is_protected(bytes) {
        true => Fault::broken("it is protected with a password"),
        false => Fault::broken("it holds no workbook"),
    })?;
    let biff::Passed { stream, refused } = biff::pass(stream)?;
    let mut book = Xls::new(Cursor::new(compound::wrap("Workbook", stream))).map_err(Fault::broken)?;
    let since_1904 = book.has_1904_epoch();
    let listed = book.sheets_metadata().to_vec();
    limits::check_sheets(listed.len())?;
    let mut budget = Budget::default();
    let mut names = BTreeSet::new();
    let mut sheets = Vec::new();
    for (listed, refused) in listed.into_iter().zip(refused).filter(|(listed, _)| listed.typ == SheetType::WorkSheet) {
        let grid = match refused {
            // calamine would give the cells of the last of them for each.
            _ if !names.insert(listed.name.clone()) => Err(Fault::broken("it is there twice")),
            Some(fault) => Err(fault),
            None => sheet(&mut book, &listed.name, since_1904, &mut budget),
        };
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

fn sheet(book: &mut Xls<Cursor<Vec<u8>>>, name: &str, since_1904: bool, budget: &mut Budget) -> Result<Content, Fault> {
    let range = book.worksheet_range(name).map_err(Fault::broken)?;
    let formulas = book.worksheet_formula(name).map_err(Fault::broken)?;
    let mut cells = Cells::default();
    workbook::fill(&mut cells, &range, &formulas, |_| "…", since_1904, budget)?;
    let merged = book.merge_cells_by_sheet_name(name).map_err(Fault::broken)?;
    cells.content(workbook::regions(&merged), budget)
}
