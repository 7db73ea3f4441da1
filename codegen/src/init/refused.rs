//! Columns that `check` refuses: what it says of their cells is evidence that they are something else.

use std::collections::BTreeSet;

use super::Found;
use crate::cells::text;
use crate::columns::Meaning;
use crate::columns::recognise::{Column, Doubt, GUESSED};
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

/// Whether a value is another without the column.
fn changes_values(meaning: Meaning) -> bool {
    meaning.is_scale() || matches!(meaning, Meaning::Offset | Meaning::Type | Meaning::Order | Meaning::Signed)
}

/// Takes columns of limits that are the wrong way round in most rows for the addresses of registers that hold them; whether
/// there were any.
pub(super) fn limits_are_registers(tables: &mut [Found], loaded: &Loaded) -> bool {
    let mut is_changed = false;
    for found in tables {
        let wrong = |index: usize| {
            let places = loaded.diagnostics.iter().filter(|one| one.code == "E0610").flat_map(|one| &one.places);
            let rows = places.filter(|place| *place.origin == *found.grid.origin && place.column() == Some(index));
            rows.filter_map(Place::row).filter(|row| found.has(*row)).collect::<BTreeSet<u32>>().len()
        };
        let filled = |index: usize| {
            let rows = found.grid.rows.iter().filter(|row| found.has(row.number));
            rows.filter(|row| row.cells.get(index).is_some_and(|cell| !cell.is_empty())).count()
        };
        let is_wrong = |meaning: Meaning| {
            found
                .table
                .column(meaning)
                .is_some_and(|column| wrong(column.index).saturating_mul(2) > filled(column.index))
        };
        if !is_wrong(Meaning::Min) || !is_wrong(Meaning::Max) {
            continue;
        }
        for column in &mut found.table.columns {
            let register = match column.meaning {
                Some(Meaning::Min) => Meaning::MinRegister,
                Some(Meaning::Max) => Meaning::MaxRegister,
                Some(Meaning::Step) => Meaning::StepRegister,
                _ => continue,
            };
            column.meaning = Some(register);
            GUESSED.clone_into(&mut column.how);
            is_changed = true;
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
    let rows = found.grid.rows.iter().filter(|row| found.has(row.number));
    let filled =
        rows.filter_map(|row| row.cells.get(column.index)).filter(|cell| !cell.is_empty() && !text::is_nothing(cell));
    let filled = filled.count();
    let wrong: BTreeSet<u32> =
        errors.iter().flat_map(|error| &error.places).filter_map(Place::row).filter(|row| found.has(*row)).collect();
    // What some cells say of the values is not left out because of the others.
    let needed = if changes_values(meaning) { filled } else { filled.div_ceil(2).saturating_add(1).min(filled) };
    if wrong.len() < needed || needed == 0 {
        return None;
    }
    Some((meaning, errors.first()?.message.to_string()))
}
