//! Which points of the old revision stood where the new one cannot be read.

use std::collections::HashSet;

use super::labels::visible;
use crate::diagnostic::{Diagnostics, Place, Severity, Sources};
use crate::model::{Device, Point, Source};

/// Places of errors that are looked at; a table can be wrong in all its rows.
const MOST: usize = 20;

/// A row of the new table that has errors, and the point that it was in the old one.
#[derive(Debug, Clone, PartialEq)]
pub struct Lost<'a> {
    /// The cell of the new table with the error.
    pub place: Place,
    /// The point of the old revision.
    pub point: &'a Point,
    /// Its cell in the old table.
    pub cell: Source,
}

/// The old points that stood where errors of the new revision are: in the row that shares most cells with it, half of
/// them at least.
pub(crate) fn lost<'a>(device: &'a Device, old: &Sources, new: &Sources, diagnostics: &Diagnostics) -> Vec<Lost<'a>> {
    let rows = rows(device, old);
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    let mut seen = HashSet::new();
    let mut lost = Vec::new();
    for place in errors.flat_map(|error| &error.places) {
        if lost.len() >= MOST || place.row().is_none() || !seen.insert((&place.origin, place.row())) {
            continue;
        }
        let Some(cells) = cells(new, place) else { continue };
        let shares = rows.iter().map(|(point, cell, old)| (old.intersection(&cells).count(), *point, *cell));
        let best = shares.rev().max_by_key(|(count, ..)| *count);
        if let Some((_, point, cell)) = best.filter(|(count, ..)| count.saturating_mul(2) >= cells.len().max(1)) {
            lost.push(Lost { place: place.clone(), point, cell: cell.clone() });
        }
    }
    lost
}

/// The points with the cells of their rows.
fn rows<'a>(device: &'a Device, sources: &Sources) -> Vec<(&'a Point, &'a Source, HashSet<String>)> {
    let of_point = |point: &'a Point| {
        let rows = point.sources.iter().filter_map(|cell| {
            let cells = cells(sources, &Place::from(cell.clone()))?;
            Some((point, cell, cells))
        });
        rows.collect::<Vec<_>>()
    };
    device.points.iter().flat_map(of_point).collect()
}

/// What stands in the row of a place.
fn cells(sources: &Sources, place: &Place) -> Option<HashSet<String>> {
    Some(sources.row(place)?.iter().map(|cell| visible(cell)).filter(|cell| !cell.is_empty()).collect())
}
