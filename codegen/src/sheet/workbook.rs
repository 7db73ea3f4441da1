//! XLSX, XLS, XLSB and ODS workbooks.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::limits::{self, Fault};
use super::merged::Regions;
use super::package::Package;
use super::{Grid, GridRow, Headers, Origin, Sheet, Tab, cfb, ods, xls, xlsb, xlsx};
use crate::diagnostic::{Diagnostic, Place};

/// A sheet as a format's reader gives it.
pub(super) struct Read {
    pub(super) name: String,
    pub(super) hidden: bool,
    pub(super) grid: Result<Content, Fault>,
}

/// What a sheet holds.
pub(super) struct Content {
    pub(super) rows: Vec<GridRow>,
    pub(super) unsaved: BTreeMap<(u32, usize), String>,
    pub(super) merged: Regions,
}

/// Whether these bytes are a workbook, whatever the file is called.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(ZIP) || bytes.starts_with(cfb::MAGIC)
}

const ZIP: &[u8] = b"PK\x03\x04";

/// Every sheet of the workbook, in its order.
pub(super) fn read(file: &str, bytes: &[u8]) -> Result<Vec<Tab>, Diagnostic> {
    let sheets = sheets(bytes).and_then(|sheets| limits::check_sheets(sheets.len()).map(|()| sheets));
    let sheets = sheets.map_err(|fault| fault.of_file(file, |why| no_workbook(file, bytes, &why)))?;
    let tab = |Read { name, hidden, grid }: Read| {
        let origin = Arc::new(Origin { file: file.to_owned(), sheet: Some(name.clone()) });
        let sheet: Sheet = match grid {
            Ok(Content { rows, unsaved, merged }) => {
                Ok(Arc::new(Grid { origin, rows, unsaved, merged, raw: None, headers: Headers::default() }))
            }
            Err(fault) => Err(fault.of_sheet(file, origin.place())),
        };
        Tab { name, hidden, sheet }
    };
    Ok(sheets.into_iter().map(tab).collect())
}

fn sheets(bytes: &[u8]) -> Result<Vec<Read>, Fault> {
    if bytes.starts_with(cfb::MAGIC) {
        return xls::read(bytes);
    }
    if !bytes.starts_with(ZIP) {
        return Err(Fault::broken("it is neither a ZIP file nor an Excel 97 file"));
    }
    let mut package = Package::open(bytes)?;
    if package.has("content.xml") {
        ods::read(&mut package)
    } else if package.has("xl/workbook.bin") {
        xlsb::read(&mut package)
    } else {
        xlsx::read(&mut package)
    }
}

fn no_workbook(file: &str, bytes: &[u8], why: &str) -> Diagnostic {
    let begin = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let begin: String = String::from_utf8_lossy(begin).trim().chars().take(60).collect();
    let place =
        match begin.chars().any(|character| character.is_control() && character != '\t' || character == '\u{fffd}') {
            true => Place::file(file),
            // Text tells what the file is instead.
            false => Place::file(file).holds(begin),
        };
    Diagnostic::error("E0102", format!("{file} is no workbook: {why}"))
        .at(place)
        .expected("an XLSX, XLS, XLSB or ODS workbook, or a file that ends in .csv, .tsv or .txt")
        .help("open it in a spreadsheet program and save it as XLSX; a download page saved by mistake looks like this too")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_workbook_says_so() {
        let error = read("registers.xlsx", b"<html>not found</html>").unwrap_err();
        assert_eq!(error.code, "E0102");
        assert!(error.places.first().is_some_and(|place| place.found.as_deref() == Some("<html>not found</html>")));
    }
}
