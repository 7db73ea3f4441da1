//! Rows of one table that are about several Modbus tables: titles between them say which.

use crate::cells::text;
use crate::cells::types::{self, TypeKind};
use crate::columns::recognise::Recognised;
use crate::columns::{self, Announced, Meaning};
use crate::model::Table;
use crate::sheet::{Grid, GridRow};
use crate::spelling::normalised;

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
    let rows: Vec<(&GridRow, Option<Announced>)> =
        grid.rows.iter().filter(within).map(|row| (row, title(row).and_then(columns::announced))).collect();
    if !rows.iter().any(|(_, announced)| announced.is_some_and(|announced| announced.is_sure)) {
        return Vec::new();
    }
    let mut parts: Vec<Part> = Vec::new();
    for (at, (row, announced)) in rows.iter().enumerate() {
        // `Coils` above numbers are those of a machine.
        let below = rows.iter().skip(at.saturating_add(1)).take_while(|(_, announced)| announced.is_none());
        let counts = |announced: &Announced| announced.is_sure || below.clone().all(|(row, _)| may_be_bit(row, table));
        let text = title(row);
        if let (Some(announced), Some(text)) = (announced.filter(counts), text) {
            let announced = Some((announced.table, normalised(text)));
            parts.push(Part { rows: (row.number.saturating_add(1), row.number), announced });
            continue;
        }
        match parts.last_mut() {
            Some(part) => part.rows.1 = row.number,
            // What stands above the first title with a single cell is no register.
            None if text.is_some() => {}
            None => parts.push(Part { rows: (row.number, row.number), announced: None }),
        }
    }
    parts.retain(|part| part.rows.0 <= part.rows.1);
    parts
}

/// The text of a row with a single one.
fn title(row: &GridRow) -> Option<&str> {
    let mut filled = row.cells.iter().filter(|cell| !cell.is_empty());
    let first = filled.next()?;
    filled.next().is_none().then_some(first.as_str())
}

/// Whether nothing says that a row is about more than a bit.
fn may_be_bit(row: &GridRow, table: &Recognised) -> bool {
    let cell = |meaning| {
        let index = table.column(meaning)?.index;
        row.cells.get(index).map(String::as_str).filter(|cell| !text::is_nothing(cell))
    };
    let is_bit = |word: &str| types::parse(word).is_ok_and(|read| read.kind == TypeKind::Bool);
    cell(Meaning::Type).is_none_or(is_bit) && cell(Meaning::Unit).is_none()
}
