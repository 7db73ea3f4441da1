//! The files a diagnostic is about, as far as they are needed to show the place.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::{Place, Span};
use crate::sheet::{Corrected, Grid, Raw};

/// What was read: the manifest's text, the CSV files' lines and the workbooks' sheets. Cheap to clone.
#[derive(Clone, Default)]
pub struct Sources {
    /// Files in the order in which the manifest names them, the manifest first.
    rank: HashMap<String, usize>,
    contents: HashMap<String, BTreeMap<Option<String>, Content>>,
}

#[derive(Clone)]
pub(super) enum Content {
    Manifest(Text),
    Csv { raw: Raw, grid: Arc<Grid> },
    Sheet { grid: Arc<Grid>, rank: usize },
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

    pub(crate) fn add_grid(&mut self, grid: &Arc<Grid>) {
        let origin = &grid.origin;
        let content = match &grid.raw {
            Some(raw) => Content::Csv { raw: raw.clone(), grid: Arc::clone(grid) },
            None => {
                let rank = self.contents.get(&origin.file).map_or(0, BTreeMap::len);
                Content::Sheet { grid: Arc::clone(grid), rank }
            }
        };
        self.add(&origin.file, origin.sheet.clone(), content);
    }

    fn add(&mut self, file: &str, sheet: Option<String>, content: Content) {
        let next = self.rank.len();
        self.rank.entry(file.to_owned()).or_insert(next);
        self.contents.entry(file.to_owned()).or_default().entry(sheet).or_insert(content);
    }

    pub(super) fn content(&self, place: &Place) -> Option<&Content> {
        self.contents.get(&place.file)?.get(&place.sheet)
    }

    /// How the manifest corrects the cell that a place names.
    pub(crate) fn corrected(&self, place: &Place) -> Option<&Corrected> {
        let (Content::Csv { grid, .. } | Content::Sheet { grid, .. }) = self.content(place)? else { return None };
        let Cell { row, column } = cell(place.cell.as_deref()?)?;
        grid.corrected.get(&(row, column?))
    }

    /// Where a place comes among all of them; what is about no place at all comes last.
    pub(super) fn position(&self, place: Option<&Place>) -> Position {
        const LAST: Position = (usize::MAX, usize::MAX, u32::MAX, u32::MAX);
        let Some(place) = place.filter(|place| !place.file.is_empty()) else { return LAST };
        let file = self.rank.get(&place.file).copied().unwrap_or(self.rank.len());
        let sheet = match self.content(place) {
            Some(Content::Sheet { rank, .. }) => *rank,
            _ => 0,
        };
        let (row, column) = match (place.span, place.cell.as_deref().and_then(cell)) {
            (Some(span), None) => (span.line, span.column),
            // A row comes before its cells.
            (_, Some(Cell { row, column })) => {
                (row, column.map_or(0, |column| u32::try_from(column).unwrap_or(u32::MAX).saturating_add(1)))
            }
            (None, None) => (0, 0),
        };
        let column = place.span.filter(|_| column == 0).map_or(column, |span| span.column);
        (file, sheet, row, column)
    }

    /// Where a place of a text is; that of a manifest says so itself.
    pub(super) fn span(&self, place: &Place) -> Option<Span> {
        let Some(Content::Csv { raw, .. }) = self.content(place) else { return None };
        let Cell { row, column } = cell(place.cell.as_deref()?)?;
        let line = raw.line(row);
        match column {
            Some(column) => raw.text.span(field(&raw.text, raw.delimiter, line, column)?),
            None => raw.text.whole(line),
        }
    }
}

/// A cell, or a row, of what a place names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell {
    /// Counted from one.
    pub(super) row: u32,
    /// Counted from zero.
    pub(super) column: Option<usize>,
}

/// `E17`, `row 17` or `17`.
pub(super) fn cell(name: &str) -> Option<Cell> {
    let name = name.strip_prefix("row ").unwrap_or(name);
    let letters = name.len().saturating_sub(name.trim_start_matches(|c: char| c.is_ascii_uppercase()).len());
    let (letters, digits) = name.split_at_checked(letters)?;
    let digit = |letter: u8| usize::from(letter).checked_sub(usize::from(b'A'))?.checked_add(1);
    let column = letters.bytes().try_fold(0usize, |sum, letter| sum.checked_mul(26)?.checked_add(digit(letter)?))?;
    Some(Cell { row: digits.parse().ok()?, column: column.checked_sub(1) })
}

/// The bytes of a cell in the record that begins on this line, as they stand there.
fn field(text: &Text, delimiter: u8, line: u32, column: usize) -> Option<Range<usize>> {
    let begin = text.starts.get(usize::try_from(line).ok()?.checked_sub(1)?).copied()?;
    let bytes = text.text.as_bytes();
    let (mut at, mut index) = (begin, 0usize);
    loop {
        let end = field_end(bytes, at, delimiter);
        let last = bytes.get(end) != Some(&delimiter);
        if index == column {
            return Some(trimmed(&text.text, at..end));
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

/// The range without the blanks around what stands there.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let Some(part) = text.get(range.clone()) else { return range };
    let begin = range.start.saturating_add(part.len().saturating_sub(part.trim_start().len()));
    let end = range.end.saturating_sub(part.len().saturating_sub(part.trim_end().len()));
    if begin < end { begin..end } else { range.start..range.start }
}

/// A text with its lines.
#[derive(Clone)]
pub(crate) struct Text {
    text: Arc<str>,
    /// Where each line begins. Lines end in `\n`, `\r\n` or `\r`.
    starts: Arc<[usize]>,
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} lines", self.starts.len())
    }
}

impl Text {
    pub(crate) fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ends = bytes
            .iter()
            .enumerate()
            .filter(|(at, byte)| **byte == b'\n' || **byte == b'\r' && bytes.get(at.saturating_add(1)) != Some(&b'\n'));
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at.saturating_add(1))).collect();
        Self { text: text.into(), starts }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// A line, counted from one, without what ends it.
    pub(crate) fn line(&self, number: u32) -> Option<&str> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        let begin = *self.starts.get(index)?;
        let end = self.starts.get(index.saturating_add(1)).copied().unwrap_or(self.text.len());
        Some(self.text.get(begin..end)?.trim_end_matches(['\r', '\n']))
    }

    /// Where these bytes are; of several lines the first.
    pub(crate) fn span(&self, bytes: Range<usize>) -> Option<Span> {
        let index = self.starts.partition_point(|start| *start <= bytes.start).checked_sub(1)?;
        let line = u32::try_from(index).ok()?.checked_add(1)?;
        let text = self.line(line)?;
        let from = bytes.start.saturating_sub(*self.starts.get(index)?).min(text.len());
        let to = from.saturating_add(bytes.len()).min(text.len());
        let count = |part: Option<&str>| u32::try_from(part.unwrap_or_default().chars().count()).unwrap_or(u32::MAX);
        Some(Span { line, column: count(text.get(..from)).saturating_add(1), length: count(text.get(from..to)) })
    }

    /// A whole line, without the blanks around it.
    fn whole(&self, line: u32) -> Option<Span> {
        let start = *self.starts.get(usize::try_from(line).ok()?.checked_sub(1)?)?;
        self.span(trimmed(&self.text, start..start.saturating_add(self.line(line)?.len())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_read_as_they_are_written() {
        let at = |row, column| Some(Cell { row, column });
        assert_eq!(cell("A1"), at(1, Some(0)));
        assert_eq!(cell("AA17"), at(17, Some(26)));
        assert_eq!(cell("XFD1048576"), at(1_048_576, Some(16383)));
        assert_eq!(cell("row 17"), at(17, None));
        assert_eq!(cell("12"), at(12, None));
        assert_eq!(cell("header"), None);
        assert_eq!(cell(""), None);
        assert_eq!(cell("ZZZZZZZZZZZZZZZZZZZZZZZZZ1"), None);
    }

    #[test]
    fn a_cell_of_a_csv_file_is_found_in_its_line() {
        let text = Text::new("a;b;c\r\n1; \"x\";  3 \r\n\"p\nq\";\"r;\"\"s\"\"\";ü;é\n;;\n");
        let found = |line, column| {
            let range = field(&text, b';', line, column).unwrap();
            let span = text.span(range.clone()).unwrap();
            (text.text.get(range).unwrap(), span.line, span.column, span.length)
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
