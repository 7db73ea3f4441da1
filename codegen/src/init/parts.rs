//! Rows of one table that are about several Modbus tables: titles between them say which.

use crate::cells::text;
use crate::columns::recognise::Recognised;
use crate::columns::{self, Meaning};
use crate::model::Table;
use crate::sheet::{Grid, GridRow};

/// Rows below a title that announces a Modbus table.
pub(super) struct Part {
    /// The first and the last one, as the spreadsheet counts them.
    pub(super) rows: (u32, u32),
    /// The Modbus table, and the title; none for rows above the first title.
    pub(super) announced: Option<(Table, String)>,
}

/// The parts of a table, none where a column says the Modbus table or no title does.
pub(super) fn of(grid: &Grid, table: &Recognised) -> Vec<Part> {
    if table.column(Meaning::Table).is_some() || table.column(Meaning::DeFacto).is_some() {
        return Vec::new();
    }
    let within = |row: &&GridRow| row.number > table.row && table.end.is_none_or(|end| row.number < end);
    let mut parts: Vec<Part> = Vec::new();
    let mut is_any = false;
    for row in grid.rows.iter().filter(within) {
        let mut filled = row.cells.iter().filter(|cell| !cell.is_empty());
        let Some(first) = filled.next() else { continue };
        let title = filled.next().is_none().then_some(first);
        if let Some(announced) = title.and_then(|title| Some((columns::announced(title)?, text::normalised(title)))) {
            is_any = true;
            parts.push(Part { rows: (row.number.saturating_add(1), row.number), announced: Some(announced) });
            continue;
        }
        match parts.last_mut() {
            Some(part) => part.rows.1 = row.number,
            // What stands above the first title with a single cell is no register.
            None if title.is_some() => {}
            None => parts.push(Part { rows: (row.number, row.number), announced: None }),
        }
    }
    parts.retain(|part| part.rows.0 <= part.rows.1);
    if is_any { parts } else { Vec::new() }
}
