//! The table key and the footnotes: marks that cells bear, and what they mean.

use super::reports::report_unsaved;
use crate::columns::{Key, header};
use crate::diagnostic::Diagnostics;
use crate::model::Source;
use crate::sheet::Grid;

/// One entry of the table key: its mark, its text, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Remark {
    pub(crate) mark: String,
    pub(crate) text: String,
    pub(crate) source: Source,
}

/// The table key and the footnotes; `None` where their columns are not found.
pub(crate) fn remarks(grid: &Grid, key: &Key, diagnostics: &mut Diagnostics) -> Option<Vec<Remark>> {
    let (header, [mark, text]) = header::locate(grid, [&key.mark, &key.text], diagnostics)?;
    let remarks = grid
        .rows
        .iter()
        .filter(|row| row.number > header)
        .filter(|row| !report_unsaved(grid, row.number, [mark, text].into_iter(), diagnostics))
        .map(|row| (row, super::cell(grid, row, mark), super::cell(grid, row, text)))
        .filter(|(_, mark, _)| !mark.text.is_empty())
        .map(|(row, mark, text)| Remark {
            source: grid.origin.cell(row.number, text.column),
            mark: mark.text,
            text: text.text,
        })
        .collect();
    Some(remarks)
}
