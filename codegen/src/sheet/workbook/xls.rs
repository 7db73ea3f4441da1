//! XLS workbooks, read by calamine.
//!
//! An XLS file is a compound file, in which a stream of records lies. The crate cfb takes that stream out, it is gone through
//! ([`records`]), and calamine is given what has passed in a compound file that is made anew.

use std::collections::BTreeSet;
use std::io::{Cursor, Read as _, Write as _};

use calamine::{Reader as _, SheetType, SheetVisible, Xls};
use cfb::{CompoundFile, Version};

use super::super::content::{Cells, Content};
use super::super::limits::{self, Budget, Fault};
use super::records::{self, HiddenRows};
use super::{Read, fill, regions};

/// Every worksheet in the order of the workbook.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Read>, Fault> {
    let records::Passed { stream, sheets: passed } = records::pass(stream(bytes)?)?;
    let mut book = Xls::new(Cursor::new(wrap(&stream)?)).map_err(Fault::broken)?;
    let since_1904 = book.has_1904_epoch();
    let listed = book.sheets_metadata().to_vec();
    let mut budget = Budget::default();
    let mut names = BTreeSet::new();
    let mut sheets = Vec::new();
    for (listed, passed) in listed.into_iter().zip(passed).filter(|(listed, _)| listed.typ == SheetType::WorkSheet) {
        let grid = match passed {
            // calamine would give the cells of the last of them for each.
            _ if !names.insert(listed.name.clone()) => Err(Fault::broken("duplicate sheet name")),
            Ok(hidden) => sheet(&mut book, &listed.name, &hidden, since_1904, &mut budget),
            Err(fault) => Err(fault),
        };
        sheets.push(Read { name: listed.name, hidden: listed.visible != SheetVisible::Visible, grid });
    }
    Ok(sheets)
}

/// The records of a workbook.
fn stream(bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut file = CompoundFile::open(Cursor::new(bytes)).map_err(Fault::broken)?;
    // The envelope that an XLSX workbook with a password is put in.
    if file.exists("/EncryptedPackage") {
        return Err(Fault::broken("it is protected with a password"));
    }
    let name = ["/Workbook", "/Book"].into_iter().find(|name| file.is_stream(name));
    let name = name.ok_or_else(|| Fault::broken("it holds no workbook"))?;
    let mut stream = Vec::new();
    let part = file.open_stream(name).map_err(Fault::broken)?;
    part.take(limits::FILE).read_to_end(&mut stream).map_err(Fault::broken)?;
    Ok(stream)
}

/// A compound file that holds these records alone. calamine wants a root with sectors of its own in version 4.
fn wrap(stream: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut file = CompoundFile::create_with_version(Version::V3, Cursor::new(Vec::new())).map_err(Fault::broken)?;
    file.create_stream("/Workbook")
        .and_then(|mut part| part.write_all(stream).and_then(|()| part.flush()))
        .map_err(Fault::broken)?;
    Ok(file.into_inner().into_inner())
}

fn sheet(
    book: &mut Xls<Cursor<Vec<u8>>>,
    name: &str,
    hidden: &HiddenRows,
    since_1904: bool,
    budget: &mut Budget,
) -> Result<Content, Fault> {
    let range = book.worksheet_range(name).map_err(Fault::broken)?;
    let formulas = book.worksheet_formula(name).map_err(Fault::broken)?;
    let mut cells = Cells::default();
    fill(&mut cells, &range, &formulas, |_| "…", since_1904, budget)?;
    for row in hidden {
        cells.hide(*row..=*row);
    }
    let merged = book.merge_cells_by_sheet_name(name).map_err(Fault::broken)?;
    cells.content(regions(&merged), budget)
}

#[cfg(test)]
pub(super) fn workbook_of(stream: &[u8]) -> Vec<u8> {
    wrap(stream).unwrap()
}
