//! XLSX, XLS, XLSB and ODS workbooks.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::sync::Arc;

use calamine::{Data, Dimensions, Range, Reader, Sheets};

use super::merged::{Region, Regions};
use super::{Grid, GridRow, Headers, Kind, Origin, Sheet};
use crate::diagnostic::{Diagnostic, Place};

/// Every sheet of the workbook by name.
pub(super) fn read(file: &str, bytes: Vec<u8>) -> Result<BTreeMap<String, Sheet>, Diagnostic> {
    let begin = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let begin: String = String::from_utf8_lossy(begin).trim().chars().take(60).collect();
    let mut workbook = calamine::open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| {
        let place = match begin.chars().any(|character| character.is_control() || character == '\u{fffd}') {
            true => Place::file(file),
            // Text tells what the file is instead.
            false => Place::file(file).holds(begin),
        };
        Diagnostic::error("E0102", format!("{file} is no workbook: {error}"))
            .at(place)
            .expected("an XLSX, XLS, XLSB or ODS workbook, or a file that ends in .csv, .tsv or .txt")
            .help("open it in a spreadsheet program and save it as XLSX; a download page saved by mistake looks like this too")
    })?;
    let names = workbook.sheet_names();
    let mut sheets = BTreeMap::new();
    for name in names {
        let origin = Arc::new(Origin { file: file.to_owned(), sheet: Some(name.clone()) });
        let sheet = match workbook.worksheet_range(&name) {
            Ok(range) => {
                // A format whose formulas cannot be read holds their results.
                let unsaved = workbook.worksheet_formula(&name).map(|formulas| unsaved(&formulas, &range));
                let unsaved = unsaved.unwrap_or_default();
                let mut rows = rows(&range);
                // Rows of nothing but formulas without results are no empty ones.
                let missing: BTreeSet<u32> = unsaved.keys().map(|(row, _)| *row).collect();
                let known: BTreeSet<u32> = rows.iter().map(|row| row.number).collect();
                rows.extend(missing.difference(&known).map(|number| GridRow::of_text(*number, Vec::new())));
                rows.sort_by_key(|row| row.number);
                let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
                let merged = Regions::new(merged(&mut workbook, &name), width);
                Ok(Arc::new(Grid { origin, rows, unsaved, merged, raw: None, headers: Headers::default() }))
            }
            Err(error) => Err(Diagnostic::error("E0108", format!("a sheet of {file} cannot be read: {error}"))
                .at(origin.place())
                .expected("a sheet with rows and columns")
                .help("open the file in a spreadsheet program and save it again")),
        };
        sheets.insert(name, sheet);
    }
    Ok(sheets)
}

/// The formulas without a result; one whose result is an empty text has one.
fn unsaved(formulas: &Range<String>, values: &Range<Data>) -> BTreeMap<(u32, usize), String> {
    let Some((first_row, first_column)) = formulas.start() else { return BTreeMap::new() };
    let mut unsaved = BTreeMap::new();
    for (row, column, formula) in formulas.used_cells() {
        let row = u32::try_from(row).unwrap_or(u32::MAX).saturating_add(first_row);
        let column = u32::try_from(column).unwrap_or(u32::MAX).saturating_add(first_column);
        if !formula.is_empty() && values.get_value((row, column)).is_none_or(|value| *value == Data::Empty) {
            let formula = format!("={}", formula.trim_start_matches("of:").trim_start_matches('='));
            unsaved.insert((row.saturating_add(1), usize::try_from(column).unwrap_or(usize::MAX)), formula);
        }
    }
    unsaved
}

/// The merged cells, where the format gives them up.
fn merged(workbook: &mut Sheets<Cursor<Vec<u8>>>, sheet: &str) -> Vec<Region> {
    let merged = match workbook {
        Sheets::Xlsx(xlsx) => xlsx.merge_cells_by_sheet_name(sheet).ok(),
        Sheets::Xls(xls) => xls.merge_cells_by_sheet_name(sheet).ok(),
        Sheets::Xlsb(_) | Sheets::Ods(_) => None,
    };
    let column = |column: u32| usize::try_from(column).unwrap_or(usize::MAX);
    let region = |Dimensions { start, end }| Region {
        first_row: start.0.saturating_add(1),
        last_row: end.0.saturating_add(1),
        first_column: column(start.1),
        last_column: column(end.1),
    };
    merged.unwrap_or_default().into_iter().map(region).collect()
}

fn rows(range: &Range<Data>) -> Vec<GridRow> {
    let Some((first_row, first_column)) = range.start() else { return Vec::new() };
    let indent = usize::try_from(first_column).unwrap_or_default();
    let mut rows = Vec::new();
    for (row, number) in range.rows().zip(first_row.saturating_add(1)..) {
        if row.iter().all(|cell| matches!(cell, Data::Empty)) {
            continue;
        }
        let mut cells = vec![String::new(); indent];
        cells.extend(row.iter().map(text));
        if cells.iter().all(String::is_empty) {
            continue;
        }
        let mut kinds = vec![Kind::Blank; indent];
        kinds.extend(row.iter().map(kind));
        rows.push(GridRow { number, cells, kinds, hidden: false });
    }
    rows
}

/// A cell as its text: what a CSV export of the same sheet says.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        // A spreadsheet turns 1-2 into a date; its serial number would pass for an address.
        Data::DateTime(date) if date.is_datetime() => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            format!("{year}-{month:02}-{day:02}")
        }
        Data::DateTime(duration) => format!("{duration} days"),
        other => other.to_string().trim().to_owned(),
    }
}

/// What the file holds a cell as.
fn kind(cell: &Data) -> Kind {
    match cell {
        Data::Empty => Kind::Blank,
        Data::Int(_) | Data::Float(_) => Kind::Number,
        Data::Bool(_) => Kind::Truth,
        Data::DateTime(_) | Data::DateTimeIso(_) | Data::DurationIso(_) => Kind::Date,
        Data::Error(_) => Kind::Failure,
        Data::String(_) => Kind::Text,
    }
}

#[cfg(test)]
mod tests {
    use calamine::{ExcelDateTime, ExcelDateTimeType};

    use super::*;

    #[test]
    fn numbers_read_as_a_person_sees_them() {
        assert_eq!(text(&Data::Float(40001.0)), "40001");
        assert_eq!(text(&Data::Float(0.1)), "0.1");
        assert_eq!(text(&Data::String(" °C ".to_owned())), "°C");
        assert_eq!(text(&Data::Bool(true)), "true");
        let date = ExcelDateTime::new(45658.0, ExcelDateTimeType::DateTime, false);
        assert_eq!(text(&Data::DateTime(date)), "2025-01-01");
    }

    #[test]
    fn a_file_that_is_no_workbook_says_so() {
        let error = read("registers.xlsx", b"<html>not found</html>".to_vec()).unwrap_err();
        assert_eq!(error.code, "E0102");
    }
}
