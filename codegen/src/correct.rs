//! Offers the correction of a cell to errors that nothing else in a manifest settles.

use crate::diagnostic::offer::Entry;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, cell_at};

/// Errors about what stands in one cell of the vendor's table, sorted.
///
/// What a whole column means is said in `[columns]`; what the table says of a register and is understood, an override
/// corrects; both have help of their own.
const ABOUT_A_CELL: [&str; 33] = [
    "E0304", "E0305", "E0306", "E0307", "E0308", "E0309", "E0310", "E0312", "E0313", "E0318", "E0319", "E0320",
    "E0321", "E0338", "E0360", "E0364", "E0365", "E0366", "E0368", "E0369", "E0373", "E0374", "E0378", "E0407",
    "E0421", "E0422", "E0423", "E0424", "E0425", "E0450", "E0452", "E0464", "E0468",
];

/// Bytes of a cell that is shown in an entry; a longer one would bury what is said about it.
const LONGEST: usize = 1000;

/// Offers a `[[cell]]` for the first place of each of these errors. Where several cells contradict each other it may be
/// another one that is wrong: its place is there as well.
pub(crate) fn offer(diagnostics: &mut Diagnostics) {
    diagnostics.retain(|diagnostic| {
        if diagnostic.manifest.is_none() {
            diagnostic.manifest = entry(diagnostic);
        }
        true
    });
}

fn entry(diagnostic: &Diagnostic) -> Option<String> {
    if diagnostic.severity != Severity::Error || ABOUT_A_CELL.binary_search(&diagnostic.code).is_err() {
        return None;
    }
    // A row, a line of the manifest and a header that is not there are no cells.
    let cell = diagnostic.places.iter().find_map(|place| {
        let name = place.cell.as_deref()?;
        cell_at(name)?.1?;
        Some((place, name, place.found.as_deref().filter(|found| found.len() <= LONGEST)?))
    });
    let (place, name, found) = cell?;
    let entry = Entry::new("[[cell]]").text("file", &place.file);
    let entry = place.sheet.iter().fold(entry, |entry, sheet| entry.text("sheet", sheet));
    Some(entry.text("cell", name).text("expect", found).open().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_found() {
        assert!(ABOUT_A_CELL.is_sorted());
        assert!(ABOUT_A_CELL.iter().all(|code| crate::diagnostic::explain::explain(code).is_some()));
    }
}
