//! Rows whose columns are shifted: a comma that is missing, or one too many.
//!
//! Such a row still reads as something, with another scale and another unit. It is told from a row that really changed by
//! its cells: half of those of the old row stand one column further on.

use std::collections::HashMap;
use std::sync::Arc;

use super::labels::visible;
use crate::diagnostic::{Diagnostics, Place, Sources};
use crate::model::{Point, Source};
use crate::sheet::Grid;

/// Diagnostics that say so of a row themselves.
const SHIFTED: [&str; 1] = ["W0324"];

/// The tables of a revision.
#[derive(Clone, Copy)]
pub(super) struct Tables<'a> {
    pub(super) sources: &'a Sources,
    pub(super) diagnostics: &'a Diagnostics,
}

/// Whether a row of the new point is a row of the old one with its cells moved by one column.
pub(super) fn is_broken(old: &Point, new: &Point, tables: (&Tables<'_>, &Tables<'_>)) -> bool {
    let (before, now) = tables;
    new.sources.iter().any(|cell| {
        now.is_flagged(cell) && !old.sources.iter().any(|cell| before.is_flagged(cell))
            || old.sources.iter().any(|old| shifted(old, cell, tables) == Some(true))
    })
}

impl Tables<'_> {
    fn is_flagged(&self, cell: &Source) -> bool {
        let place = Place::from(cell.clone());
        self.diagnostics.iter().filter(|one| SHIFTED.contains(&one.code)).any(|one| {
            one.places.iter().any(|of| {
                of.file == place.file && of.sheet == place.sheet && of.row().is_some() && of.row() == place.row()
            })
        })
    }

    fn grid(&self, cell: &Source) -> Option<(&Arc<Grid>, u32)> {
        let place = Place::from(cell.clone());
        Some((self.sources.grid(&place)?, place.row()?))
    }
}

/// Whether the new row is the old one, moved.
fn shifted(old: &Source, new: &Source, (before, now): (&Tables<'_>, &Tables<'_>)) -> Option<bool> {
    let (old_grid, old_row) = before.grid(old)?;
    let (new_grid, new_row) = now.grid(new)?;
    let old_cells = cells(old_grid, old_row)?;
    let new_cells = cells(new_grid, new_row)?;
    Some(is_shifted(&old_cells, &new_cells, &columns(old_grid, old_row, new_grid, new_row)))
}

fn cells(grid: &Grid, row: u32) -> Option<Vec<String>> {
    Some(grid.row(row)?.cells.iter().map(|cell| visible(cell)).collect())
}

/// Where the old columns are in the new table, by their headers; a column that is not there any more is nowhere.
fn columns(old: &Grid, old_row: u32, new: &Grid, new_row: u32) -> Vec<Option<usize>> {
    let header =
        |grid: &Grid, row: u32| grid.headers.above(row).and_then(|header| cells(grid, header)).unwrap_or_default();
    let (old_header, new_header) = (header(old, old_row), header(new, new_row));
    if old_header == new_header {
        return (0..old.row(old_row).map_or(0, |row| row.cells.len())).map(Some).collect();
    }
    let mut places: HashMap<&str, Option<usize>> = HashMap::new();
    for (at, text) in new_header.iter().enumerate() {
        places.entry(text).and_modify(|place| *place = None).or_insert(Some(at));
    }
    old_header.iter().map(|text| places.get(text.as_str()).copied().flatten()).collect()
}

/// Whether half of the cells stand one column further left or right, or all behind the first that differs do.
fn is_shifted(old: &[String], new: &[String], columns: &[Option<usize>]) -> bool {
    let text = |cells: &[String], at: Option<usize>| at.and_then(|at| cells.get(at)).cloned().unwrap_or_default();
    let filled: Vec<(usize, &String)> = old.iter().enumerate().filter(|(_, cell)| !cell.is_empty()).collect();
    let stands = |at: usize, cell: &str, by: isize| {
        let Some(column) = columns.get(at).copied().flatten() else { return false };
        text(new, column.checked_add_signed(by)) == cell && text(new, Some(column)) != cell
    };
    [-1, 1].into_iter().any(|by| {
        let moved = filled.iter().filter(|(at, cell)| stands(*at, cell, by)).count();
        if moved < 2 {
            return false;
        }
        let half = moved.saturating_mul(2) >= filled.len();
        // Where cells at the end were joined or divided, all that follow moved.
        let first = filled.iter().position(|(at, cell)| stands(*at, cell, by)).unwrap_or_default();
        let behind = filled.len().saturating_sub(first);
        half || moved >= 3 && moved == behind
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shifted(old: &str, new: &str) -> bool {
        let cells = |text: &str| text.split(',').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
        let old = cells(old);
        let columns: Vec<Option<usize>> = (0..old.len()).map(Some).collect();
        is_shifted(&old, &cells(new), &columns)
    }

    #[test]
    fn rows_that_moved_and_rows_that_changed() {
        assert!(shifted("12,Power,u16,R,0.1,W", "12,Power u16,R,0.1,W"));
        assert!(shifted("12,Power,u16,R,0.1,W", "12,Power,,u16,R,0.1,W"));
        assert!(shifted("12,Power,u16,R,x,y,z,1,2,3", "12,Power,u16,R,x,y,z 1,2,3,"));
        assert!(!shifted("12,Power,u16,R,0.1,W", "12,Power,u16,R,1,kW"));
        assert!(!shifted("12,Power,u16,R,1,1,1", "12,Power,u16,R,1,1,1"));
        assert!(!shifted("12,Power,u16,R,0,1,W", "12,Power,u16,R,1,0,W"));
    }
}
