//! Offers the correction of a cell to errors that nothing else in a manifest settles, and names those that are there.

use std::collections::HashSet;

use crate::diagnostic::offer::Entry;
use crate::diagnostic::{Diagnostics, Place, Severity, Sources};
use crate::source::Corrected;

/// Errors about what stands in one cell of the vendor's table, sorted.
///
/// What a whole column means is said in `[columns]`; what the table says of a register and is understood, an override
/// corrects; both have help of their own.
const ABOUT_A_CELL: [&str; 34] = [
    "E0131", "E0304", "E0305", "E0306", "E0307", "E0308", "E0309", "E0310", "E0312", "E0313", "E0318", "E0319",
    "E0320", "E0321", "E0338", "E0360", "E0364", "E0365", "E0366", "E0368", "E0369", "E0373", "E0374", "E0378",
    "E0407", "E0421", "E0422", "E0423", "E0424", "E0425", "E0450", "E0452", "E0464", "E0468",
];

/// What to do where it is the manifest that says what is wrong.
const MEND: &str = "put right `value` in the [[cell]]: it is taken for what the cell holds";

/// Offers a `[[cell]]` for the first place of each of these errors. Where several cells contradict each other it may be
/// another one that is wrong: its place is there as well.
///
/// Where a cell is corrected already, its entry is what is wrong, or first in question: none is offered for what
/// contradicts it.
pub(crate) fn offer(diagnostics: &mut Diagnostics, sources: &Sources) {
    diagnostics.retain(|diagnostic| {
        let is_about_a_cell =
            diagnostic.severity == Severity::Error && ABOUT_A_CELL.binary_search(&diagnostic.code).is_ok();
        let is_offered = diagnostic.manifest.as_deref().is_some_and(|entries| entries.starts_with("[[cell]]"));
        if is_offered || is_about_a_cell && diagnostic.manifest.is_none() {
            match diagnostic.places.iter().any(|place| sources.corrected(place).is_some()) {
                false if is_offered => {}
                false => diagnostic.manifest = diagnostic.places.iter().find_map(Entry::cell).map(String::from),
                true => {
                    diagnostic.manifest = None;
                    let own = diagnostic.help.take().filter(|help| !help.contains("[[cell]]"));
                    diagnostic.help = Some(own.map_or_else(|| MEND.to_owned(), |own| format!("{own}; {MEND}")));
                }
            }
        }
        true
    });
}

/// Names the entries of the manifest that say what cells hold, before the cells.
pub(crate) fn name_entries(diagnostics: &mut Diagnostics, sources: &Sources) {
    diagnostics.retain(|diagnostic| {
        if diagnostic.severity != Severity::Note
            && diagnostic.places.iter().any(|place| sources.corrected(place).is_some())
        {
            let mut named: HashSet<Place> = diagnostic.places.iter().cloned().collect();
            for mut place in std::mem::take(&mut diagnostic.places) {
                if let Some(Corrected { by, printed, .. }) = sources.corrected(&place) {
                    if named.insert(by.clone()) {
                        diagnostic.places.push(by.clone());
                    }
                    // What was found is what the entry says.
                    let found = by.found.as_deref().map(str::trim);
                    if place.found.is_some() && place.found.as_deref() == found {
                        place.found = Some(printed.clone());
                    }
                }
                diagnostic.places.push(place);
            }
        }
        true
    });
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
