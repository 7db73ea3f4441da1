//! Two points share a word only if accesses, bits, unit ids or models keep them apart.

use std::collections::HashMap;

use super::{Subject, error, place};
use crate::diagnostic::{Diagnostics, said};
use crate::model::{Device, Point, Table};

/// A word as one model has it, read or written; points of all models are in each of them.
type Key<'a> = (Table, u16, bool, u8, Option<&'a str>);

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let device = subject.device;
    let mut known: HashMap<Key<'_>, Vec<(u16, &Point)>> = HashMap::new();
    for point in &device.points {
        let mut overlapping: Vec<&Point> = Vec::new();
        for (place, word) in point.words.iter().enumerate() {
            let bits = bits(point, place);
            for key in keys(device, point, *word) {
                let taken = known.entry(key).or_default();
                for (_, other) in taken.iter().filter(|(of_other, _)| of_other & bits != 0) {
                    if !overlapping.iter().any(|known| std::ptr::eq(*known, *other)) {
                        overlapping.push(other);
                    }
                }
                // What overlaps is reported once, with the first that is there.
                if !taken.iter().any(|(of_other, _)| of_other & bits != 0) {
                    taken.push((bits, point));
                }
            }
        }
        for other in overlapping {
            diagnostics.push(
                error(
                    "E0621",
                    said!(
                        "“{first}” and “{second}” overlap in the {table}s",
                        first = &other.label,
                        second = &point.label,
                        table = point.table
                    ),
                    other,
                )
                .at(place(point))
                .expected("each register in one point")
                .help("overlapping registers are usually a row copied without changing its address"),
            );
        }
    }
}

/// Where a word of a point is taken: read, written, and by each model that has it.
fn keys<'a>(device: &'a Device, point: &'a Point, word: u16) -> impl Iterator<Item = Key<'a>> {
    let unit = point.unit_id.unwrap_or(device.link.unit_id);
    let is_of_all = point.variants.is_empty();
    let named = if is_of_all { &device.variants } else { &point.variants };
    let variants = named.iter().map(|name| Some(name.as_str())).chain(is_of_all.then_some(None));
    let accesses = [(false, point.access.reads()), (true, point.access.writes())];
    let accesses = accesses.into_iter().filter(|(_, used)| *used).map(|(writes, _)| writes);
    accesses.flat_map(move |writes| variants.clone().map(move |variant| (point.table, word, writes, unit, variant)))
}

/// The bits a point takes of one of its words.
fn bits(point: &Point, word: usize) -> u16 {
    let Some((low, high)) = point.bit_range else { return u16::MAX };
    let below = point.words.len().saturating_sub(word.saturating_add(1)).saturating_mul(16);
    let of_word = (0..16u32).filter(|bit| {
        let bit = usize::try_from(*bit).unwrap_or_default().saturating_add(below);
        (usize::from(low)..=usize::from(high)).contains(&bit)
    });
    of_word.fold(0, |bits, bit| bits | 1u16.checked_shl(bit).unwrap_or(0))
}
