//! The changes for a person at a terminal.

use std::fmt::Write as _;

use super::words;
use crate::diff::{Change, Diff, Severity};

/// A paragraph for each change, and the bump at the end.
#[must_use]
pub fn text(diff: &Diff) -> String {
    let mut text = String::new();
    for change in &diff.changes {
        // Writing to a string cannot fail.
        let _ = write(change, &mut text);
    }
    let counts = Severity::ALL.into_iter().rev().filter_map(|severity| {
        match diff.changes.iter().filter(|change| change.severity == severity).count() {
            0 => None,
            count => Some(format!("{count} {severity}")),
        }
    });
    let counts: Vec<String> = counts.collect();
    let _ = match diff.changes.len() {
        0 => writeln!(text, "no changes"),
        count => {
            writeln!(text, "{}: {}; bump: {}", words::counted(count, "change"), counts.join(", "), diff.bump_name())
        }
    };
    text
}

fn write(change: &Change, text: &mut String) -> std::fmt::Result {
    write!(text, "{:<5}  {}: {}", change.severity, change.check.name(), subject(change))?;
    writeln!(text, "\n       {}", words::what(change))?;
    if let Some(witness) = &change.witness {
        writeln!(text, "       {witness}")?;
    }
    if let Some(reason) = &change.reason {
        writeln!(text, "       {} because: {reason}", change.severity)?;
    }
    match (words::cells(&change.old_cells), words::cells(&change.new_cells)) {
        (Some(old), Some(new)) => writeln!(text, "       --> {old}, then {new}"),
        (Some(cell), None) => writeln!(text, "       --> {cell} (old)"),
        (None, Some(cell)) => writeln!(text, "       --> {cell} (new)"),
        (None, None) => Ok(()),
    }
}

/// `holding register 117, outdoor_temperature_source (Outdoor temperature source)`
fn subject(change: &Change) -> String {
    let place = change.table.zip(change.address.or(change.new_address));
    match (place, &change.id) {
        (Some((table, address)), Some(id)) => format!("{table} {address}, {id} ({})", change.label),
        _ => change.label.clone(),
    }
}
