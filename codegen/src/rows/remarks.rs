//! Remarks: the table key and the footnotes, and what remarks beside a register say.

use super::Row;
use super::reports::report_unsaved;
use crate::cells::{absence_phrase, scale_phrase};
use crate::columns::{Key, Meaning, header};
use crate::diagnostic::{Diagnostics, Place};
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
    let (header, [mark, text]) = header::locate(grid, [&key.mark, &key.text], "[key]", diagnostics)?;
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

impl Row {
    /// The cell whose text may say how the value is scaled, and whether it is that of the name: `Hours (x10)`, or a remark
    /// such as `Value weight: Volt*10`.
    pub(crate) fn scale_told(&self) -> Option<(bool, Place)> {
        self.meanings().find_map(|(meaning, cell)| {
            let is_name = matches!(meaning, Meaning::Description | Meaning::Label);
            let is_told = match meaning {
                Meaning::Remark | Meaning::Detail(_) => scale_phrase::in_remark(&cell.text),
                // Beside a name of its own it is one more remark: `Scaled by 10`.
                Meaning::Description if self.filled(Meaning::Label).is_some() => scale_phrase::in_remark(&cell.text),
                _ => is_name && scale_phrase::in_name(&cell.text),
            };
            is_told.then(|| (is_name, self.place(cell)))
        })
    }

    /// The raw value that a remark says is none, and the cell: `0x8000 = sensor error`.
    pub(crate) fn absence_told(&self) -> Option<(i64, Place)> {
        let is_remark = |meaning| matches!(meaning, Meaning::Remark | Meaning::Detail(_) | Meaning::Description);
        let cells = self.meanings().filter(|(meaning, _)| is_remark(*meaning));
        cells.into_iter().find_map(|(_, cell)| Some((absence_phrase::in_remark(&cell.text)?, self.place(cell))))
    }
}
