//! A text file with its lines, to say and show where something is.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::Span;

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

    /// Where a line, counted from one, begins.
    pub(crate) fn start(&self, line: u32) -> Option<usize> {
        self.starts.get(usize::try_from(line).ok()?.checked_sub(1)?).copied()
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
    pub(crate) fn whole(&self, line: u32) -> Option<Span> {
        let start = *self.starts.get(usize::try_from(line).ok()?.checked_sub(1)?)?;
        self.span(trimmed(&self.text, start..start.saturating_add(self.line(line)?.len())))
    }
}

/// The range without the blanks around what stands there.
pub(crate) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let Some(part) = text.get(range.clone()) else { return range };
    let begin = range.start.saturating_add(part.len().saturating_sub(part.trim_start().len()));
    let end = range.end.saturating_sub(part.len().saturating_sub(part.trim_end().len()));
    if begin < end { begin..end } else { range.start..range.start }
}

/// A CSV file as it stands there.
#[derive(Debug, Clone)]
pub(crate) struct Raw {
    pub(crate) text: Text,
    pub(crate) delimiter: u8,
    /// The rows with line breaks in their cells, in order, each with how many more lines than rows there are up to its
    /// end.
    pub(crate) breaks: Arc<[(u32, u32)]>,
}

impl Raw {
    /// The line that a row begins on, both counted from one.
    pub(crate) fn line(&self, row: u32) -> u32 {
        let above = self.breaks.partition_point(|(broken, _)| *broken < row);
        let more = above.checked_sub(1).and_then(|last| self.breaks.get(last)).map_or(0, |(_, more)| *more);
        row.saturating_add(more)
    }
}
