//! Texts around the rows of a table: above its header, titles, footnotes.

use super::{Line, filled};
use crate::cells::around_phrase::{self, Told};
use crate::columns::Meaning;
use crate::columns::header::Header;
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::sheet::{Grid, GridRow};

/// A text that says how rows are read.
#[derive(Debug, Clone)]
pub(crate) struct Around {
    pub(crate) told: Told,
    pub(crate) place: Place,
}

/// What texts above the header and the titles among the rows say.
pub(crate) fn around(grid: &Grid, header: &Header, lines: &[Line], is_first: bool) -> Vec<Around> {
    let is_above = |row: &&GridRow| is_first && row.number < header.first;
    let above = grid.rows.iter().filter(is_above).map(|row| {
        let texts = filled(row);
        let told = texts.iter().flat_map(|text| around_phrase::told(text)).collect::<Vec<Told>>();
        (told, grid.origin.row(row.number).holds(texts.join(" | ")))
    });
    let titles = lines.iter().enumerate().filter_map(|(at, line)| match line {
        Line::Title(title) => {
            let mut told = around_phrase::told_of_rows(&title.text);
            told.retain(|told| {
                *told != Told::Unit || has_no_unit(lines.get(at.saturating_add(1)..).unwrap_or_default())
            });
            Some((told, title.place.clone()))
        }
        Line::LeftOut(_) | Line::Row(_) => None,
    });
    let addresses =
        header.columns.iter().filter(|(meaning, _)| *meaning == Meaning::Address).filter_map(|(_, column)| {
            let text = grid.text(header.row, *column);
            let told = around_phrase::told_of_addresses(text)?;
            Some((vec![told], Place::from(grid.origin.cell(header.row, *column)).holds(text)))
        });
    let said = above
        .chain(titles)
        .chain(addresses)
        .flat_map(|(told, place)| told.into_iter().map(move |told| (told, place.clone())));
    said.map(|(told, place)| Around { told, place }).collect()
}

/// Whether a row below a title, before the next one, has no unit.
fn has_no_unit(below: &[Line]) -> bool {
    let rows = below.iter().take_while(|line| !matches!(line, Line::Title(_)));
    rows.into_iter().any(|line| matches!(line, Line::Row(row) if row.filled(Meaning::Unit).is_none()))
}

/// Says that rows above the header are not used.
pub(super) fn name_above(grid: &Grid, rows: &[&GridRow], header: &Header, diagnostics: &mut Diagnostics) {
    let mut above = rows.iter().filter(|row| row.number < header.first).peekable();
    if above.peek().is_some() {
        let note = Diagnostic::note("N0315", "rows above the header are not used");
        diagnostics
            .push(above.fold(note, |note, row| note.at(grid.origin.row(row.number).holds(filled(row).join(" | ")))));
    }
}
