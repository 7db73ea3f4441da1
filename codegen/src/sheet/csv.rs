//! CSV files and their like, with whatever separates the cells.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::content::{Cells, Content};
use super::limits::Budget;
use super::unquoted::Lines;
use super::{Grid, Kind, Origin, Raw, TextForm, delimiter, encoding};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::source::{At, Text};

/// Reads a text file as a table.
pub(super) fn read(
    file: &str,
    bytes: &[u8],
    form: TextForm,
    diagnostics: &mut Diagnostics,
) -> Result<Grid, Diagnostic> {
    let text = encoding::text(file, bytes, form.encoding, diagnostics)?;
    let bytes = text.as_bytes();
    let place = |offset| Place { at: At::Row(line_number(bytes, offset)), ..Place::of_file(file) };
    let stated = delimiter::stated(&text);
    let table = stated.map_or(0, |(_, length)| length);
    let body = text.get(table..).unwrap_or_default();
    let delimiter = form.delimiter.or(stated.map(|(delimiter, _)| delimiter)).unwrap_or_else(|| delimiter::find(body));
    if let Some(offset) = open_quote(body.as_bytes(), delimiter).map(|offset| table.saturating_add(offset)) {
        return Err(Diagnostic::error("E0107", "a quotation mark opens this cell, but nothing closes it")
            .at(place(offset).holds(line(bytes, offset)))
            .expected("a quotation mark at the end of the cell; one that belongs to the text is doubled")
            .help("everything down to the end of the file would be this one cell"));
    }
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(body.as_bytes());
    let (mut cells, mut budget) = (Cells::default(), Budget::default());
    let (mut start, mut row, mut line) = (0usize, 1u32, 1u32);
    let mut breaks = Vec::new();
    let mut shapes = Lines::default();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| {
        Diagnostic::error("E0110", said!("{file} cannot be read as CSV: {error}", file, error = &error))
            .at(Place::of_file(file))
    })? {
        // The reader's own line is that of the end of the record before: one too low after \r\n and after blank lines.
        let begin = record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or_default();
        let begin = begin.saturating_add(table);
        let blank = bytes.get(begin..).unwrap_or_default().iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        let begin = begin.saturating_add(blank.count());
        // A spreadsheet program gives each record a row, and each line between two of them.
        let ended = content_end(bytes, start, begin);
        let within = line_ends(bytes, start, ended);
        if within > 0 {
            breaks.push((row, line.saturating_sub(row).saturating_add(within)));
        }
        let between = line_ends(bytes, ended, begin);
        (row, line) = (row.saturating_add(between), line.saturating_add(between).saturating_add(within));
        start = begin;
        shapes.take(row, &record);
        for (column, cell) in record.iter().enumerate() {
            let set = cells.set(row, column, &unwrapped(cell), Kind::Text, &mut budget);
            set.map_err(|fault| fault.of_sheet(file, place(begin)))?;
        }
    }
    let content = cells.content(Vec::new(), &mut budget);
    let Content { rows, unsaved, struck, merged } =
        content.map_err(|fault| fault.of_sheet(file, Place::of_file(file)))?;
    let origin = Arc::new(Origin { file: file.to_owned(), sheet: None });
    shapes.report(&origin, diagnostics);
    let raw = Some(Raw { text: Text::new(&text), delimiter, breaks: breaks.into() });
    Ok(Grid { origin, rows, unsaved, corrected: BTreeMap::new(), struck, merged, raw })
}

/// `="007"` is how a text is written that a spreadsheet program is to leave as it is.
fn unwrapped(cell: &str) -> Cow<'_, str> {
    let inner = cell.trim().strip_prefix("=\"").and_then(|cell| cell.strip_suffix('"'));
    match inner.map(|inner| inner.replace("\"\"", "\u{0}")) {
        // Any other formula stays one.
        Some(inner) if !inner.contains('"') => Cow::Owned(inner.replace('\u{0}', "\"")),
        _ => Cow::Borrowed(cell),
    }
}

/// Where a record ends that the next one follows: before the line ends between them.
fn content_end(bytes: &[u8], from: usize, to: usize) -> usize {
    let part = bytes.get(from..to).unwrap_or_default();
    let content = part.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n'));
    content.map_or(from, |last| from.saturating_add(last).saturating_add(1))
}

/// How many lines end between one offset and another.
fn line_ends(bytes: &[u8], from: usize, to: usize) -> u32 {
    u32::try_from(lines(bytes, from, to).saturating_sub(1)).unwrap_or(u32::MAX)
}

/// The line that an offset is on, counted from one.
pub(super) fn line_number(bytes: &[u8], offset: usize) -> u32 {
    u32::try_from(lines(bytes, 0, offset)).unwrap_or(u32::MAX)
}

/// How many lines the bytes from one offset to another touch. Lines end in `\n`, `\r\n` or `\r`.
pub(super) fn lines(bytes: &[u8], from: usize, to: usize) -> usize {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &str, bytes: &[u8]) -> Result<Grid, Diagnostic> {
        super::read(file, bytes, TextForm::default(), &mut Diagnostics::default())
    }

    fn cells(text: &str) -> Vec<(u32, String)> {
        let grid = read("t.csv", text.as_bytes()).unwrap();
        grid.rows.iter().map(|row| (row.number, row.cells.join("|"))).collect()
    }

    #[test]
    fn finds_the_delimiter_and_keeps_quoted_line_breaks() {
        let grid = read("t.csv", "\u{feff}a;b\n1;\"x\ny\"\n\n;\n2;z\n".as_bytes()).unwrap();
        let rows: Vec<_> = grid.rows.iter().map(|row| (row.number, row.cells.clone())).collect();
        assert_eq!(
            rows,
            [
                (1, vec!["a".to_owned(), "b".to_owned()]),
                (2, vec!["1".to_owned(), "x\ny".to_owned()]),
                (5, vec!["2".to_owned(), "z".to_owned()]),
            ]
        );
        let raw = grid.raw.unwrap();
        assert_eq!([1, 2, 3, 4, 5, 6].map(|row| raw.line(row)), [1, 2, 4, 5, 6, 7]);
    }

    #[test]
    fn rows_are_lines_of_a_file_without_line_breaks_in_cells_whatever_ends_them() {
        for text in
            ["a;b\r1;2\r\r3;4\r", "a;b\r\n1;2\r\n\r\n3;4\r\n", "a;b\n1;2\n\n3;4", "\u{feff}a;b\r\n1;2\r\n;\r\n3;4"]
        {
            let grid = read("t.csv", text.as_bytes()).unwrap();
            assert_eq!(grid.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 2, 4], "{text:?}");
        }
    }

    #[test]
    fn rows_are_those_of_a_spreadsheet_program_and_lines_those_of_an_editor() {
        let text = "sep=;\na;b\n\"1\n\n\";\"x\ny\"\n\n\"2\n\";z\n3;\"\n\"";
        for end in ["\n", "\r\n", "\r"] {
            let text = text.replace('\n', end);
            let grid = read("t.csv", text.as_bytes()).unwrap();
            let raw = grid.raw.as_ref().unwrap();
            let rows: Vec<_> = grid.rows.iter().map(|row| (row.number, raw.line(row.number))).collect();
            assert_eq!(rows, [(2, 2), (3, 3), (5, 8), (6, 10)], "{text:?}");
            assert_eq!(raw.line(4), 7, "{text:?}");
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
    fn rows_may_be_short_and_long() {
        assert_eq!(
            cells("a,b,c\n1\n1,2,3,4\n1,2,,,\n"),
            [(1, "a|b|c".to_owned()), (2, "1".to_owned()), (3, "1|2|3|4".to_owned()), (4, "1|2".to_owned()),]
        );
    }

    #[test]
    fn the_first_line_may_state_the_separator() {
        assert_eq!(cells("sep=;\r\na;b,c,d\r\n1;2,3,4\r\n"), [(2, "a|b,c,d".to_owned()), (3, "1|2,3,4".to_owned())]);
    }

    #[test]
    fn a_text_that_is_not_quoted_is_told() {
        let told = |text: &str| {
            let mut diagnostics = Diagnostics::default();
            super::read("t.csv", text.as_bytes(), TextForm::default(), &mut diagnostics).unwrap();
            let place = |diagnostic: &Diagnostic| diagnostic.places.iter().map(ToString::to_string).collect::<Vec<_>>();
            diagnostics.iter().map(|diagnostic| (diagnostic.code, place(diagnostic))).collect::<Vec<_>>()
        };
        let table = |line: &str| format!("Address,Name,Unit,Notes\n1,Flow,°C,\n2,Return,°C,x\n{line}\n4,Room,°C,\n");
        assert_eq!(told(&table("3,Valve 1, 2,°C,")), [("W0127", vec!["t.csv:4".to_owned()])]);
        assert_eq!(told(&table("3,Valve 1, 2,°C")), [("W0127", vec!["t.csv:C4: “2”".to_owned()])]);
        assert_eq!(told(&table("3,Valve 1,2,°C,")), [("W0127", vec!["t.csv:4".to_owned()])]);
        // What is usual in a file, or indented, or beside a number.
        for text in ["a, b, c\n1, x, y\n", "a;b\n1; x\n2;y\n", "a;b\nx;  y\n", "a,b\n1,2,\n3,4,\n5,6,\n"] {
            assert_eq!(told(text), [], "{text:?}");
        }
    }

    #[test]
    fn a_declared_separator_is_taken() {
        let form = TextForm { delimiter: Some(b';'), ..TextForm::default() };
        let grid = super::read("t.csv", b"a,b,c\n1,2;3,4\n", form, &mut Diagnostics::default()).unwrap();
        assert_eq!(grid.rows[1].cells, ["1,2", "3,4"]);
    }

    #[test]
    fn texts_that_pass_for_formulas_are_texts() {
        assert_eq!(
            cells("=\"007\",\"=\"\"4x0001\"\"\",=A1,\"=\"\"a\"\"&\"\"b\"\"\"\n"),
            [(1, "007|4x0001|=A1|=\"a\"&\"b\"".to_owned())]
        );
    }

    #[test]
    fn what_is_larger_than_a_table_is_refused() {
        for (text, what) in [
            (format!("{}1\n", "\n".repeat(1_048_576)), "row 1048577"),
            (format!("{}x\n", ",".repeat(16_384)), "column XFE"),
            (format!("{},x\n", "y".repeat(140_000)), "140000 bytes in A1"),
        ] {
            let error = read("t.csv", text.as_bytes()).unwrap_err();
            assert_eq!(error.code, "E0120");
            assert!(error.message.to_string().contains(what), "{}", error.message);
        }
    }
}
