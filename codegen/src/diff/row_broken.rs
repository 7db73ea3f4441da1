//! Rows whose columns are shifted: a comma that is missing, or one too many.
//!
//! Such a row still reads as something, with another scale and another unit. It is told from a row that really changed by
//! its cells: half of those of the old row stand one column further on.

use std::collections::HashMap;

use super::labels::visible;
use crate::diagnostic::{Diagnostics, Place, Sources};
use crate::model::{Point, Source};

/// Diagnostics that say so of a row themselves.
const SHIFTED: [&str; 1] = ["W0127"];

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
        let says = |place: &Place| place.origin == cell.origin && place.row() == Some(cell.row);
        self.diagnostics.iter().any(|one| SHIFTED.contains(&one.code) && one.places.iter().any(says))
    }
}

/// Whether the new row is the old one, moved.
fn shifted(old: &Source, new: &Source, (before, now): (&Tables<'_>, &Tables<'_>)) -> Option<bool> {
    let seen = |cells: &[String]| cells.iter().map(|cell| visible(cell)).collect::<Vec<_>>();
    let read = |tables: &Tables<'_>, cell: &Source| {
        let place = Place::from(cell.clone());
        let header = tables.sources.header_row(&place).map(seen).unwrap_or_default();
        Some((tables.sources.row(&place).map(seen)?, header))
    };
    let ((old_cells, old_header), (new_cells, new_header)) = (read(before, old)?, read(now, new)?);
    Some(is_shifted(&old_cells, &new_cells, &columns(&old_header, &new_header, old_cells.len())))
}

/// Where the old columns are in the new table, by their headers; a column that is not there any more is nowhere.
fn columns(old: &[String], new: &[String], count: usize) -> Vec<Option<usize>> {
    if old == new {
        return (0..count).map(Some).collect();
    }
    let mut places: HashMap<&str, Option<usize>> = HashMap::new();
    for (at, text) in new.iter().enumerate() {
        places.entry(text).and_modify(|place| *place = None).or_insert(Some(at));
    }
    old.iter().map(|text| places.get(text.as_str()).copied().flatten()).collect()
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
        assert!(shifted("12,Power,u16,R,x,y,z,1,2,3,4", "12,Power,u16,R,x,y,z 1,2,3,4,"));
        assert!(!shifted("12,Power,u16,R,0.1,W", "12,Power,u16,R,1,kW"));
        assert!(!shifted("12,Power,u16,R,1,1,1", "12,Power,u16,R,1,1,1"));
        assert!(!shifted("12,Power,u16,R,0,1,W", "12,Power,u16,R,1,0,W"));
    }
}
