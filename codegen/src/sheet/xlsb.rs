//! XLSB workbooks, read cell by cell by calamine.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Cursor, Read as _};
use std::path::Path;

use calamine::{Data, Reader as _, SheetType, SheetVisible, Xlsb};

use super::limits::{self, Budget, Cells, Fault};
use super::number::Format;
use super::package::Package;
use super::workbook::{self, Content, Read};

/// Every worksheet in the order of the workbook.
pub(super) fn read(bytes: &[u8], package: &mut Package<'_>) -> Result<Vec<Read>, Fault> {
    check_texts(package)?;
    check_cells(package)?;
    let mut book = Xlsb::new(Cursor::new(bytes)).map_err(Fault::broken)?;
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

/// Refuses more shared texts than there can be: calamine reads as many as the part claims to have.
fn check_texts(package: &mut Package<'_>) -> Result<(), Fault> {
    let Some(mut part) = package.part("xl/sharedStrings.bin")? else { return Ok(()) };
    // The number of the record and its length, then the uses of all texts and the texts.
    let mut begin = [0; 11];
    part.read_exact(&mut begin).map_err(|error| super::package::fault(&error))?;
    let [0x9f, 0x01, 8, _, _, _, _, count @ ..] = begin else {
        return Err(Fault::broken("its shared texts do not begin with their number"));
    };
    Budget::default().cells(usize::try_from(u32::from_le_bytes(count)).unwrap_or(usize::MAX))
}

/// Refuses cells that calamine passes over, which would read as blank, and a blank scale is 1: texts in several formats
/// (`BrtCellRString`) and the short forms of cells (numbers 12 to 18).
fn check_cells(package: &mut Package<'_>) -> Result<(), Fault> {
    let is_sheet =
        |name: &String| name.starts_with("xl/worksheets/") && Path::new(name).extension().is_some_and(|of| of == "bin");
    for name in package.names().into_iter().filter(is_sheet) {
        let Some(mut part) = package.part(&name)? else { continue };
        while let Some(number) = varying(&mut part, 2)? {
            if number == 62 || (12..=18).contains(&number) {
                return Err(Fault::broken(format!(
                    "{name} has a cell of a kind that is not read (record {number}); save it as XLSX"
                )));
            }
            let length = varying(&mut part, 4)?.unwrap_or_default();
            let mut data = (&mut part).take(length.into());
            io::copy(&mut data, &mut io::sink()).map_err(|error| super::package::fault(&error))?;
        }
    }
    Ok(())
}

/// A number of seven bits in each byte, the lowest first; none at the end of the part.
fn varying(part: &mut impl BufRead, most: u32) -> Result<Option<u32>, Fault> {
    let mut number = 0u32;
    for place in 0..most {
        let mut byte = [0];
        if part.read(&mut byte).map_err(|error| super::package::fault(&error))? == 0 {
            return Ok((place > 0).then_some(number));
        }
        let [byte] = byte;
        number |= u32::from(byte & 0x7f).wrapping_shl(place.saturating_mul(7));
        if byte < 0x80 {
            break;
        }
    }
    Ok(Some(number))
}

fn sheet(book: &mut Xlsb<Cursor<&[u8]>>, name: &str, since_1904: bool, budget: &mut Budget) -> Result<Content, Fault> {
    let mut cells = Cells::default();
    // calamine gives no cell for a formula that has failed, which must not pass for blank.
    let mut formulas = BTreeMap::new();
    let mut reader = book.worksheet_cells_reader(name).map_err(Fault::broken)?;
    while let Some(cell) = reader.next_formula().map_err(|error| {
        Fault::broken(format!("it has a formula that is not understood ({error}), and may have failed"))
    })? {
        budget.cells(1)?;
        let formula = cell.get_value();
        formulas.insert(
            workbook::at(cell.get_position()),
            if formula.is_empty() { "…".to_owned() } else { formula.clone() },
        );
    }
    drop(reader);
    let mut reader = book.worksheet_cells_reader(name).map_err(Fault::broken)?;
    while let Some(cell) = reader.next_cell().map_err(Fault::broken)? {
        let (row, column) = workbook::at(cell.get_position());
        let (text, kind) = workbook::shown(&Data::from(cell.get_value().clone()), &Format::GENERAL, since_1904);
        formulas.remove(&(row, column));
        cells.set(row, column, &text, kind, budget)?;
    }
    for ((row, column), formula) in formulas {
        cells.set_unsaved(row, column, &formula, budget)?;
    }
    cells.content(Vec::new(), budget)
}
