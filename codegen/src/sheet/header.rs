//! The header of a table: one row, or several one below the other that are read as one.

use super::{Grid, GridRow, Kind};

/// The rows of a header, counted from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HeaderRows {
    pub(crate) first: u32,
    pub(crate) last: u32,
}

impl HeaderRows {
    /// A header of one row.
    pub(crate) fn one(row: u32) -> Self {
        Self { first: row, last: row }
    }

    fn rows(self) -> impl DoubleEndedIterator<Item = u32> {
        self.first..=self.last
    }
}

impl Grid {
    /// The header as one row with the number of its last one: in each column the lowest text. A text in merged cells holds
    /// for all rows of them.
    pub(crate) fn header(&self, header: HeaderRows) -> Option<GridRow> {
        if header.first == header.last {
            return self.row(header.last).cloned();
        }
        let width = header.rows().filter_map(|row| self.row(row)).map(|row| row.cells.len()).max()?;
        let lowest = |column: usize| self.text(self.header_cell(header, column), column).to_owned();
        Some(GridRow {
            number: header.last,
            cells: (0..width).map(lowest).collect(),
            kinds: vec![Kind::Text; width],
            hidden: false,
            struck: false,
        })
    }

    /// The row in which the text of a header's column stands.
    pub(crate) fn header_cell(&self, header: HeaderRows, column: usize) -> u32 {
        header.rows().rev().find(|row| !self.text(*row, column).is_empty()).unwrap_or(header.last)
    }

    /// All that stands above a column in the rows of a header, `Range min`: what is merged over it, or stands left of a
    /// blank in a file without merged cells.
    pub(crate) fn header_path(&self, header: HeaderRows, column: usize) -> String {
        let lowest = self.header_cell(header, column);
        let mut path: Vec<&str> = Vec::new();
        for row in (header.first..=lowest).filter(|row| *row <= header.last) {
            let own = self.text(row, column);
            let covering = self.merged(row, column).map(|region| self.text(region.first_row, region.first_column));
            let left = || (0..column).rev().map(|column| self.text(row, column)).find(|text| !text.is_empty());
            let text = if own.is_empty() { covering.or_else(left).unwrap_or_default() } else { own };
            if !text.is_empty() && path.last() != Some(&text) {
                path.push(text);
            }
        }
        path.join(" ")
    }
}
