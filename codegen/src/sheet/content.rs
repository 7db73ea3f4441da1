//! The cells of one sheet while it is read.

use std::collections::{BTreeMap, BTreeSet};

use super::limits::{Budget, Fault, check_place};
use super::merged::{Region, Regions};
use super::{GridRow, Kind};

/// Begins every ZIP file, as XLSX, XLSB and ODS workbooks are.
pub(super) const ZIP: &[u8] = b"PK\x03\x04";
/// Begins every compound file, as XLS workbooks are.
pub(super) const COMPOUND: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// Whether these bytes are a workbook, whatever the file is called.
pub(super) fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(ZIP) || bytes.starts_with(COMPOUND)
}

/// What a sheet holds.
pub(super) struct Content {
    pub(super) rows: Vec<GridRow>,
    pub(super) unsaved: BTreeMap<(u32, usize), String>,
    pub(super) struck: BTreeMap<(u32, usize), Strike>,
    pub(super) merged: Regions,
}

/// How much of a cell is struck through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strike {
    Partly,
    Wholly,
}

/// Collects cells. Only what holds something takes room, wherever in the sheet it stands.
#[derive(Debug, Default)]
pub(super) struct Cells {
    /// Row that was set last: nearly always the next cell is in it, too.
    current: Option<(u32, Line)>,
    rows: BTreeMap<u32, Line>,
    unsaved: BTreeMap<(u32, usize), String>,
    struck: BTreeMap<(u32, usize), Strike>,
    width: usize,
}

#[derive(Debug, Default)]
struct Line {
    cells: Vec<String>,
    kinds: Vec<Kind>,
    hidden: bool,
}

impl Cells {
    /// Sets the cell in this row (counted from one) and column (counted from zero). A blank one needs not be set.
    pub(super) fn set(
        &mut self,
        row: u32,
        column: usize,
        text: &str,
        kind: Kind,
        budget: &mut Budget,
    ) -> Result<(), Fault> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(());
        }
        budget.text(text.len(), row, column)?;
        let text = match text.contains('\r') {
            true => text.replace("\r\n", "\n").replace('\r', "\n"),
            false => text.to_owned(),
        };
        // A row is mostly as wide as the one before.
        let expected = self.current.as_ref().map_or(0, |(_, line)| line.cells.len());
        let line = self.line(row, column)?;
        let width = column.saturating_add(1);
        if let Some(more) = width.checked_sub(line.cells.len()).filter(|more| *more > 0) {
            budget.cells(more)?;
            if line.cells.is_empty() {
                line.cells.reserve(expected.max(width));
                line.kinds.reserve(expected.max(width));
            }
            line.cells.resize(width, String::new());
            line.kinds.resize(width, Kind::Blank);
        }
        if let (Some(cell), Some(held)) = (line.cells.get_mut(column), line.kinds.get_mut(column)) {
            (*cell, *held) = (text, kind);
        }
        self.width = self.width.max(width);
        Ok(())
    }

    /// Whether something stands in this row and column.
    pub(super) fn holds(&self, row: u32, column: usize) -> bool {
        let line = match &self.current {
            Some((current, line)) if *current == row => Some(line),
            _ => self.rows.get(&row),
        };
        line.and_then(|line| line.cells.get(column)).is_some_and(|cell| !cell.is_empty())
    }

    /// Notes a formula whose result the file does not hold.
    pub(super) fn set_unsaved(
        &mut self,
        row: u32,
        column: usize,
        formula: &str,
        budget: &mut Budget,
    ) -> Result<(), Fault> {
        budget.text(formula.len(), row, column)?;
        budget.cells(1)?;
        self.line(row, column)?;
        self.unsaved.insert((row, column), format!("={formula}"));
        Ok(())
    }

    /// Notes that a cell that was set is struck through.
    pub(super) fn strike(&mut self, row: u32, column: usize, strike: Strike) {
        self.struck.insert((row, column), strike);
    }

    /// Notes that rows are hidden; it matters only for those that hold something.
    pub(super) fn hide(&mut self, rows: std::ops::RangeInclusive<u32>) {
        self.finish_row();
        if !rows.is_empty() {
            self.rows.range_mut(rows).for_each(|(_, line)| line.hidden = true);
        }
    }

    fn line(&mut self, row: u32, column: usize) -> Result<&mut Line, Fault> {
        check_place(row, column)?;
        if self.current.as_ref().is_none_or(|(current, _)| *current != row) {
            self.finish_row();
        }
        let (_, line) = match self.current.take() {
            Some(current) => self.current.insert(current),
            None => self.current.insert((row, self.rows.remove(&row).unwrap_or_default())),
        };
        Ok(line)
    }

    fn finish_row(&mut self) {
        self.rows.extend(self.current.take());
    }

    /// What the sheet holds, and the merged cells among these regions.
    pub(super) fn content(mut self, merged: Vec<Region>, budget: &mut Budget) -> Result<Content, Fault> {
        self.finish_row();
        for region in &merged {
            budget.cells(region.columns(self.width).count().saturating_add(1))?;
        }
        let merged = Regions::new(merged, self.width)?;
        if !merged.is_empty() {
            self.rows.iter_mut().for_each(|(row, line)| line.uncover(*row, &merged));
        }
        let mut struck = self.struck;
        let is_struck = |row: u32, line: &Line| {
            let filled = line.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty());
            !struck.is_empty()
                && !line.cells.is_empty()
                && filled.map(|(column, _)| struck.get(&(row, column))).all(|strike| strike == Some(&Strike::Wholly))
        };
        let rows: Vec<GridRow> = self
            .rows
            .into_iter()
            .map(|(number, line)| {
                let struck = is_struck(number, &line);
                let Line { cells, kinds, hidden } = line;
                GridRow { number, cells, kinds, hidden, struck }
            })
            .collect();
        let struck_rows: BTreeSet<u32> = rows.iter().filter(|row| row.struck).map(|row| row.number).collect();
        struck.retain(|(row, _), _| !struck_rows.contains(row));
        Ok(Content { rows, unsaved: self.unsaved, struck, merged })
    }
}

impl Line {
    /// Leaves out what merged cells cover: programs keep it, and nobody sees it.
    fn uncover(&mut self, row: u32, merged: &Regions) {
        for (column, cell) in self.cells.iter_mut().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let is_covered = |region: &Region| (region.first_row, region.first_column) != (row, column);
            if merged.at(row, column).is_some_and(is_covered) {
                cell.clear();
            }
        }
    }
}
