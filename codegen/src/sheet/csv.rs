//! CSV files, with the delimiter found by looking at the first line.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::merged::Regions;
use super::{Grid, GridRow, Headers, Origin, Raw};
use crate::diagnostic::{Diagnostic, Place, Text};

/// Reads a CSV file; UTF-8, with or without byte order mark.
pub(super) fn read(file: &str, bytes: &[u8]) -> Result<Grid, Diagnostic> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let place = |offset| Place { cell: Some(lines(bytes, 0, offset).to_string()), ..Place::file(file) };
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let place = place(error.valid_up_to()).holds(line(bytes, error.valid_up_to()));
            return Err(Diagnostic::error("E0106", format!("{file} is not UTF-8 text"))
                .at(place)
                .expected("UTF-8")
                .help("save the file as “CSV UTF-8”"));
        }
    };
    let delimiter = delimiter(bytes);
    if let Some(offset) = open_quote(bytes, delimiter) {
        return Err(Diagnostic::error("E0107", "a cell opens with a quotation mark that nothing closes")
            .at(place(offset).holds(line(bytes, offset)))
            .expected("a quotation mark at the end of the cell; one that belongs to the text is doubled")
            .help("everything down to the end of the file would be this one cell"));
    }
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(bytes);
    let mut rows = Vec::new();
    let (mut start, mut number) = (0usize, 1usize);
    for record in reader.records() {
        let record = record.map_err(|error| {
            Diagnostic::error("E0110", format!("{file} cannot be read as CSV: {error}")).at(Place::file(file))
        })?;
        // The reader's own line is that of the end of the record before: one too low after \r\n and after blank lines.
        let begin = record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or_default();
        let blank = bytes.get(begin..).unwrap_or_default().iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        let begin = begin.saturating_add(blank.count());
        number = number.saturating_add(lines(bytes, start, begin)).saturating_sub(1);
        start = begin;
        let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        rows.push(GridRow::of_text(u32::try_from(number).unwrap_or(u32::MAX), cells));
    }
    Ok(Grid {
        origin: Arc::new(Origin { file: file.to_owned(), sheet: None }),
        rows,
        unsaved: BTreeMap::new(),
        merged: Regions::default(),
        raw: Some(Raw { text: Text::new(text), delimiter }),
        headers: Headers::default(),
    })
}

/// How many lines the bytes from one offset to another touch. Lines end in `\n`, `\r\n` or `\r`.
fn lines(bytes: &[u8], from: usize, to: usize) -> usize {
    let part = bytes.get(from..to).unwrap_or_default();
    let followers = part.iter().skip(1).chain(bytes.get(to)).map(Some).chain([None]);
    let ends = |(byte, next): &(&u8, Option<&u8>)| **byte == b'\n' || **byte == b'\r' && *next != Some(&b'\n');
    part.iter().zip(followers).filter(ends).count().saturating_add(1)
}

/// The line around an offset, as far as it can be read.
fn line(bytes: &[u8], offset: usize) -> String {
    let begin = bytes.get(..offset).and_then(|before| before.iter().rposition(|byte| *byte == b'\n'));
    let rest = bytes.get(begin.map_or(0, |end| end.saturating_add(1))..).unwrap_or_default();
    let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
    String::from_utf8_lossy(line).trim().to_owned()
}

/// Where the quoted cell begins that is still open at the end of the file.
fn open_quote(bytes: &[u8], delimiter: u8) -> Option<usize> {
    // Where the cell begins, if it is a quoted one, and whether it is still open.
    let (mut quoted, mut open) = (None, false);
    let mut cell_begins = true;
    for (offset, byte) in bytes.iter().enumerate() {
        if cell_begins {
            quoted = (*byte == b'"').then_some(offset);
            open = quoted.is_some();
        } else if *byte == b'"' && quoted.is_some() {
            // A doubled quotation mark closes the cell and opens it again, which comes to the same.
            open = !open;
        }
        cell_begins = !open && (matches!(*byte, b'\r' | b'\n') || *byte == delimiter);
    }
    quoted.filter(|_| open)
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
    fn rows_are_lines_of_the_file_whatever_ends_them() {
        for text in ["a;b\r\n1;2\r\n\r\n3;4\r\n", "a;b\n1;2\n\n3;4", "\u{feff}a;b\r\n1;2\r\n;\r\n3;4"] {
            let grid = read("t.csv", text.as_bytes()).unwrap();
            assert_eq!(grid.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 2, 4], "{text:?}");
        }
    }

    #[test]
    fn a_quotation_mark_that_nothing_closes_does_not_swallow_the_rest() {
        let error = read("t.csv", b"a,b\r\n1,\"x\r\n2,y\r\n").unwrap_err();
        assert_eq!(error.places.first().map(ToString::to_string).as_deref(), Some("t.csv:2: “1,\"x”"));
        for text in
            ["a,\"5\"\" pipe\"\n", "a,5\" pipe\n", "a,5\"\" pipe\n", "\"\",\"\"\n", "\"x\ny\"\n", "a,\"\"\"\"\n"]
        {
            assert!(read("t.csv", text.as_bytes()).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn refuses_other_encodings_with_the_line() {
        let error = read("t.csv", b"a,b\n1,\xb0C\n").unwrap_err();
        assert_eq!(error.code, "E0106");
        assert_eq!(error.places.first().and_then(|place| place.cell.as_deref()), Some("2"));
    }
}
