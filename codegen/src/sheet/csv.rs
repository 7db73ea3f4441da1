//! CSV files, with the delimiter found by looking at the first line.

use std::sync::Arc;

use super::{Grid, GridRow, Origin};
use crate::diagnostic::{Diagnostic, Place};

/// Reads a CSV file; UTF-8, with or without byte order mark.
pub(super) fn read(file: &str, bytes: &[u8]) -> Result<Grid, Diagnostic> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Err(error) = std::str::from_utf8(bytes) {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.split(|byte| *byte == b'\n').count();
        let place = Place { cell: Some(format!("line {line}")), ..Place::file(file) };
        return Err(Diagnostic::error("E0106", format!("{file} is not UTF-8 text"))
            .at(place)
            .expected("UTF-8")
            .help("save the file as “CSV UTF-8”"));
    }
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter(bytes)).from_reader(bytes);
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| {
            Diagnostic::error("E0107", format!("{file} cannot be read as CSV: {error}")).at(Place::file(file))
        })?;
        let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        let line = record.position().map_or(0, csv::Position::line);
        rows.push(GridRow { number: u32::try_from(line).unwrap_or(u32::MAX), cells });
    }
    Ok(Grid { origin: Arc::new(Origin { file: file.to_owned(), sheet: None }), rows })
}

/// The separator that stands most often in the first line; a comma where there is none.
fn delimiter(bytes: &[u8]) -> u8 {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |separator: u8| line.split(|byte| *byte == separator).count();
    // The last of equals wins with max_by_key, so the most usual one stands last.
    [b'|', b'\t', b';', b','].into_iter().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_delimiter_and_keeps_quoted_line_breaks() {
        let grid = read("t.csv", "\u{feff}a;b\n1;\"x\ny\"\n\n;\n2;z\n".as_bytes()).unwrap();
        let rows: Vec<_> = grid.rows.iter().map(|row| (row.number, row.cells.clone())).collect();
        assert_eq!(
            rows,
            [
                (1, vec!["a".to_owned(), "b".to_owned()]),
                (2, vec!["1".to_owned(), "x\ny".to_owned()]),
                (6, vec!["2".to_owned(), "z".to_owned()]),
            ]
        );
    }

    #[test]
    fn refuses_other_encodings_with_the_line() {
        let error = read("t.csv", b"a,b\n1,\xb0C\n").unwrap_err();
        assert_eq!(error.code, "E0106");
        assert_eq!(error.places.first().and_then(|place| place.cell.as_deref()), Some("line 2"));
    }
}
