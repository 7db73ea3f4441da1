//! The files a diagnostic is about, as far as they are needed to show the place.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::{Origin, Place, Span};
use crate::source::text::{Raw, trimmed};
use crate::source::{At, Corrected, Text};

/// What was read: the manifest's text, the CSV files' lines and the workbooks' sheets. Cheap to clone.
#[derive(Clone, Default)]
pub struct Sources {
    /// Files in the order in which the manifest names them, the manifest first.
    rank: HashMap<String, usize>,
    contents: HashMap<String, BTreeMap<Option<String>, Content>>,
    /// Rows that hold headers, counted from one; a sheet may have several tables.
    headers: HashMap<Origin, BTreeSet<u32>>,
}

#[derive(Clone)]
pub(super) enum Content {
    Manifest(Text),
    Csv { raw: Raw, table: Arc<dyn Shown> },
    Sheet { table: Arc<dyn Shown>, rank: usize },
}

/// A sheet, as far as diagnostics show it.
pub(crate) trait Shown: Send + Sync {
    /// The cells of a row (counted from one), from column A on; none where nothing stands.
    fn cells(&self, row: u32) -> &[String];

    /// Cells that the manifest corrects, by row (counted from one) and column (counted from zero).
    fn corrected(&self) -> &BTreeMap<(u32, usize), Corrected>;
}

/// Where something is, to be sorted by: file, sheet, row, column.
pub(super) type Position = (usize, usize, u32, u32);

impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.contents.keys()).finish()
    }
}

impl Sources {
    pub(crate) fn add_manifest(&mut self, file: &str, text: Text) {
        self.add(file, None, Content::Manifest(text));
    }

    /// Adds a sheet; with its text, where it is a text file.
    pub(crate) fn add_table(&mut self, origin: &Origin, raw: Option<&Raw>, table: Arc<dyn Shown>) {
        let content = match raw {
            Some(raw) => Content::Csv { raw: raw.clone(), table },
            None => {
                let rank = self.contents.get(&origin.file).map_or(0, BTreeMap::len);
                Content::Sheet { table, rank }
            }
        };
        self.add(&origin.file, origin.sheet.clone(), content);
    }

    /// Says which row holds the header of a table, to show it above the cells.
    pub(crate) fn add_header(&mut self, origin: Origin, row: u32) {
        self.headers.entry(origin).or_default().insert(row);
    }

    /// The header that holds for a row of a sheet: the last at or above it.
    pub(super) fn header(&self, origin: &Origin, row: u32) -> Option<u32> {
        self.headers.get(origin)?.range(..=row).next_back().copied()
    }

    /// Adds what others hold, behind all that is there.
    pub(crate) fn append(&mut self, other: Self) {
        for (file, contents) in other.contents {
            for (sheet, content) in contents {
                self.add(&file, sheet, content);
            }
        }
    }

    fn add(&mut self, file: &str, sheet: Option<String>, content: Content) {
        let next = self.rank.len();
        self.rank.entry(file.to_owned()).or_insert(next);
        self.contents.entry(file.to_owned()).or_default().entry(sheet).or_insert(content);
    }

    pub(super) fn content(&self, place: &Place) -> Option<&Content> {
        self.contents.get(place.file())?.get(&place.origin.sheet)
    }

    /// The cells of the row that a place is in, from column A on.
    pub(crate) fn row(&self, place: &Place) -> Option<&[String]> {
        match self.content(place)? {
            Content::Csv { table, .. } | Content::Sheet { table, .. } => Some(table.cells(place.row()?)),
            Content::Manifest(_) => None,
        }
    }

    /// The cells of the header that holds for the row that a place is in.
    pub(crate) fn header_row(&self, place: &Place) -> Option<&[String]> {
        let header = self.header(&place.origin, place.row()?)?;
        self.row(&place.origin.row(header))
    }

    /// How the manifest corrects the cell that a place names.
    pub(crate) fn corrected(&self, place: &Place) -> Option<&Corrected> {
        let (Content::Csv { table, .. } | Content::Sheet { table, .. }) = self.content(place)? else { return None };
        table.corrected().get(&(place.row()?, place.column()?))
    }

    /// Where a place comes among all of them; what is about no place at all comes last.
    pub(super) fn position(&self, place: Option<&Place>) -> Position {
        const LAST: Position = (usize::MAX, usize::MAX, u32::MAX, u32::MAX);
        let Some(place) = place.filter(|place| !place.file().is_empty()) else { return LAST };
        let file = self.rank.get(place.file()).copied().unwrap_or(self.rank.len());
        let sheet = match self.content(place) {
            Some(Content::Sheet { rank, .. }) => *rank,
            _ => 0,
        };
        let (row, column) = match (place.span, place.at) {
            (Some(span), At::Whole | At::Rows(..)) => (span.line, span.column),
            (None, At::Whole | At::Rows(..)) => (0, 0),
            // A row comes before its cells.
            (_, At::Row(row)) => (row, 0),
            (_, At::Cell(row, column)) => (row, u32::try_from(column).unwrap_or(u32::MAX).saturating_add(1)),
        };
        let column = place.span.filter(|_| column == 0).map_or(column, |span| span.column);
        (file, sheet, row, column)
    }

    /// Where a place of a text is; that of a manifest says so itself.
    pub(super) fn span(&self, place: &Place) -> Option<Span> {
        let Some(Content::Csv { raw, .. }) = self.content(place) else { return None };
        let line = raw.line(place.row()?);
        match place.column() {
            Some(column) => raw.text.span(field(&raw.text, raw.delimiter, line, column)?),
            None => raw.text.whole(line),
        }
    }
}

/// The bytes of a cell in the record that begins on this line, as they stand there.
fn field(text: &Text, delimiter: u8, line: u32, column: usize) -> Option<Range<usize>> {
    let begin = text.start(line)?;
    let bytes = text.as_str().as_bytes();
    let (mut at, mut index) = (begin, 0usize);
    loop {
        let end = field_end(bytes, at, delimiter);
        let last = bytes.get(end) != Some(&delimiter);
        if index == column {
            return Some(trimmed(text.as_str(), at..end));
        }
        if last {
            // The row is shorter than that: what is missing is missing at its end.
            return Some(end..end);
        }
        at = end.saturating_add(1);
        index = index.saturating_add(1);
    }
}

fn field_end(bytes: &[u8], begin: usize, delimiter: u8) -> usize {
    let mut open = bytes.get(begin) == Some(&b'"');
    let quoted = open;
    let mut at = if quoted { begin.saturating_add(1) } else { begin };
    while let Some(byte) = bytes.get(at) {
        match byte {
            // A doubled quotation mark closes the cell and opens it again, which comes to the same.
            b'"' if quoted => open = !open,
            b'\r' | b'\n' if !open => break,
            byte if !open && *byte == delimiter => break,
            _ => {}
        }
        at = at.saturating_add(1);
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_of_a_csv_file_is_found_in_its_line() {
        let text = Text::new("a;b;c\r\n1; \"x\";  3 \r\n\"p\nq\";\"r;\"\"s\"\"\";ü;é\n;;\n");
        let found = |line, column| {
            let range = field(&text, b';', line, column).unwrap();
            let span = text.span(range.clone()).unwrap();
            (text.as_str().get(range).unwrap(), span.line, span.column, span.length)
        };
        assert_eq!(found(1, 2), ("c", 1, 5, 1));
        assert_eq!(found(2, 1), ("\"x\"", 2, 4, 3));
        assert_eq!(found(2, 2), ("3", 2, 10, 1));
        // The record begins on line 3 and ends on line 4.
        assert_eq!(found(3, 0), ("\"p\nq\"", 3, 1, 2));
        assert_eq!(found(3, 1), ("\"r;\"\"s\"\"\"", 4, 4, 9));
        assert_eq!(found(3, 3), ("é", 4, 16, 1));
        assert_eq!(found(5, 1), ("", 5, 2, 0));
        assert_eq!(found(5, 7), ("", 5, 3, 0));
    }
}
