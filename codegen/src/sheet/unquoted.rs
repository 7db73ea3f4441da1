//! Lines of a text file in which a text holds the separator and is not quoted: every cell after it stands in the column of
//! another. What is longer than the header shows itself there; what is looked for here does not.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Origin;
use crate::diagnostic::{Diagnostic, Diagnostics, Place};

/// How many cells are remembered. Where there are more of one kind, they are usual in the file.
const REMEMBERED: usize = 1_000;

/// What the lines of a file look like.
#[derive(Default)]
pub(super) struct Lines {
    /// How many lines have so many cells, blank ones too.
    lengths: BTreeMap<usize, usize>,
    /// Lines that end in blank cells, by row: how many cells they have.
    blank_ends: Vec<(u32, usize)>,
    /// Cells that begin with a blank and follow one with letters, in lines of how many cells.
    after_blank: Vec<(u32, usize, String, usize)>,
    filled: usize,
}

impl Lines {
    /// Takes the cells of a line.
    pub(super) fn take(&mut self, row: u32, record: &csv::StringRecord) {
        let mut before = "";
        let mut last = None;
        for (column, cell) in record.iter().enumerate() {
            if !cell.trim_ascii().is_empty() {
                self.filled = self.filled.saturating_add(1);
                last = Some(column);
                // Blanks after the separator that align or indent are more than one.
                let is_led = cell.strip_prefix(' ').is_some_and(|rest| !rest.starts_with(' '));
                if is_led && before.contains(char::is_alphabetic) && self.after_blank.len() < REMEMBERED {
                    self.after_blank.push((row, column, cell.trim().to_owned(), record.len()));
                }
            }
            before = cell;
        }
        let Some(last) = last else { return };
        let count = self.lengths.entry(record.len()).or_default();
        *count = count.saturating_add(1);
        if last.saturating_add(1) < record.len() && self.blank_ends.len() < REMEMBERED {
            self.blank_ends.push((row, record.len()));
        }
    }

    /// Warns of what nearly no other line has.
    pub(super) fn report(self, origin: &Arc<Origin>, diagnostics: &mut Diagnostics) {
        let lines = self.lengths.values().fold(0usize, |sum, count| sum.saturating_add(*count));
        let is_rare = |count: usize, of: usize| count <= of.wrapping_div(50).max(1);
        let rows_with = |length: usize| self.lengths.range(length..).fold(0usize, |sum, (_, n)| sum.saturating_add(*n));
        let long = self.blank_ends.iter().filter(|(_, length)| lines > 2 && is_rare(rows_with(*length), lines));
        let long: Vec<Place> = long.map(|(row, _)| origin.row(*row)).collect();
        let usual = self.lengths.iter().max_by_key(|(_, count)| **count).map_or(0, |(length, _)| *length);
        // A line that is longer than the others is told from its length.
        let after_blank = self.after_blank.iter().filter(|(.., length)| *length <= usual);
        let after_blank = after_blank.filter(|_| is_rare(self.after_blank.len(), self.filled));
        let after_blank: Vec<Place> =
            after_blank.map(|(row, column, cell, _)| Place::from(origin.cell(*row, *column)).holds(cell)).collect();
        for (message, places) in [
            ("a line has more cells than the others", long),
            ("a space after the separator: this may be one text with the cell before", after_blank),
        ] {
            if !places.is_empty() {
                let warning = Diagnostic::warning("W0127", message);
                diagnostics
                    .push(places.into_iter().fold(warning, Diagnostic::at).expected("as many cells as the header").help(
                    "put a text that contains the separator in quotation marks; without them every later cell is one \
                     column too far right",
                ));
            }
        }
    }
}
