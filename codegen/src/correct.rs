//! Offers the correction of a cell to errors that nothing else in a manifest settles, and names those that are there.

use std::collections::HashSet;

use crate::diagnostic::{AboutCell, Diagnostics, Entry, Offer, Place, Severity, Sources};
use crate::source::Corrected;

/// What to do where it is the manifest that says what is wrong.
const MEND: &str = "correct `value` in the [[cell]]: it replaces what the cell holds";

/// Offers a `[[cell]]` for the first place of each error about a cell, and for those that hold the same in its column. Where
/// several cells contradict each other it may be another one that is wrong: its place is there as well.
///
/// Where a cell is corrected already, its entry is what is wrong, or first in question: none is offered for what
/// contradicts it.
pub(crate) fn offer(diagnostics: &mut Diagnostics, sources: &Sources) {
    diagnostics.retain(|diagnostic| {
        let is_offered = diagnostic.manifest.entries().first().is_some_and(Entry::is_of_cell);
        let about = diagnostic.is_about_a_cell();
        if is_offered || about.is_some() && diagnostic.manifest.is_empty() {
            match diagnostic.places.iter().any(|place| sources.corrected(place).is_some()) {
                false if is_offered => {}
                false => {
                    let entries = diagnostic.places.iter().filter_map(|place| Entry::cell(&whole(place, sources)));
                    let entries = if about == Some(AboutCell::Place) {
                        entries.take(1).map(Entry::single).collect()
                    } else {
                        Entry::merged(&entries.collect::<Vec<_>>())
                    };
                    // Of cells that contradict each other any may be wrong.
                    diagnostic.manifest = entries.into_iter().next().into();
                }
                true => {
                    diagnostic.manifest = Offer::default();
                    let own = diagnostic.help.take();
                    diagnostic.help = Some(own.map_or_else(|| MEND.to_owned(), |own| format!("{own}; {MEND}")));
                }
            }
        }
        true
    });
}

/// The cell with all that stands in it, where a place shows a part: a label of a list.
fn whole(place: &Place, sources: &Sources) -> Place {
    let cell = sources.row(place).zip(place.column()).and_then(|(row, column)| row.get(column));
    match (cell, place.found.as_deref()) {
        (Some(cell), Some(found)) if cell.contains(found) => place.clone().holds(cell.as_str()),
        _ => place.clone(),
    }
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
