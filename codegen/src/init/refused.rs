//! Columns that `check` refuses: what it says of their cells is evidence that they are something else.

use std::collections::BTreeSet;

use super::Found;
use crate::cells::text;
use crate::columns::Meaning;
use crate::columns::recognise::{Column, Doubt};
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::load::Loaded;

/// Takes the meaning off columns most of whose cells are refused; whether there were any.
pub(super) fn take_back(tables: &mut [Found], loaded: &Loaded) -> bool {
    let mut is_changed = false;
    for found in tables {
        for place in 0..found.table.columns.len() {
            let Some(column) = found.table.columns.get(place) else { continue };
            let Some((meaning, message)) = refused(found, column, loaded) else { continue };
            if let Some(column) = found.table.columns.get_mut(place) {
                column.meaning = None;
                column.doubt = Some(Doubt::Refused(meaning, message));
                is_changed = true;
            }
        }
    }
    is_changed
}

/// What is said of most cells of a column, if that is an error.
fn refused(found: &Found, column: &Column, loaded: &Loaded) -> Option<(Meaning, String)> {
    // Without these there is no table.
    let is_needed = |meaning: &Meaning| {
        meaning.is_address() || matches!(meaning, Meaning::DeFacto | Meaning::Label | Meaning::Description)
    };
    let meaning = column.meaning.filter(|meaning| !is_needed(meaning))?;
    let is_below = |row: u32| row > found.table.row && found.table.end.is_none_or(|end| row < end);
    let is_own = |place: &Place| *place.origin == *found.grid.origin && place.column() == Some(column.index);
    // What two columns say of each other is wrong of one of them only.
    let is_about = |one: &&Diagnostic| {
        let mut cells = one.places.iter().filter(|place| place.column().is_some()).peekable();
        one.severity == Severity::Error && cells.peek().is_some() && cells.all(is_own)
    };
    let errors: Vec<&Diagnostic> = loaded.diagnostics.iter().filter(is_about).collect();
    // A column that is refused as a whole is named by its header.
    if let Some(error) = errors.iter().find(|error| error.places.first().and_then(Place::row) == Some(found.table.row))
    {
        return Some((meaning, error.message.to_string()));
    }
    let rows = found.grid.rows.iter().filter(|row| is_below(row.number));
    let filled =
        rows.filter_map(|row| row.cells.get(column.index)).filter(|cell| !cell.is_empty() && !text::is_nothing(cell));
    let wrong: BTreeSet<u32> =
        errors.iter().flat_map(|error| &error.places).filter_map(Place::row).filter(|row| is_below(*row)).collect();
    if wrong.len().saturating_mul(2) <= filled.count() {
        return None;
    }
    Some((meaning, errors.first()?.message.to_string()))
}
