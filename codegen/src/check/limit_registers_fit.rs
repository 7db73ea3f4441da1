//! Registers that hold the limits of a value of several registers are as many for each limit, and no two share one.

use std::collections::BTreeMap;

use super::{Subject, place};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{Limit, Point, Table};

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let points = &subject.device.points;
    let mut at: BTreeMap<(Table, Option<u8>, u16), &Point> = BTreeMap::new();
    for point in points.iter().filter(|point| point.bit_range.is_none()) {
        at.extend(point.words.iter().map(|word| ((point.table, point.unit_id, *word), point)));
    }
    for point in points.iter().filter(|point| point.words.len() > 1) {
        let held = held(point);
        let count = point.words.len();
        let mut taken: Vec<u16> = Vec::new();
        for (field, first) in held {
            let words = words_from(point, first);
            let other = words.iter().find_map(|word| at.get(&(point.table, point.unit_id, *word)));
            let is_beyond = usize::from(u16::MAX.saturating_sub(first)) < count.saturating_sub(1);
            let message = if is_beyond {
                format!(
                    "the {field} of “{}” takes {count} registers, but {first} is too close to the last",
                    point.label
                )
            } else if words.iter().any(|word| taken.contains(word)) {
                format!("the {field} of “{}” takes {count} registers, but another limit uses some of them", point.label)
            } else if let Some(other) = other.filter(|other| other.words != words) {
                let (label, own) = (&point.label, &other.label);
                format!("the {field} of “{label}” takes {count} registers, but “{own}” does not")
            } else {
                taken.extend(words);
                continue;
            };
            diagnostics.push(
                Diagnostic::warning("W0637", message)
                    .at(place(point))
                    .expected("the first of as many registers as the value has, in the same order")
                    .help(
                        "correct the column of the limits, or the type of the value: limits are read in the same way \
                         as the value",
                    ),
            );
        }
    }
}

/// The registers that hold limits, the first of each.
fn held(point: &Point) -> impl Iterator<Item = (&'static str, u16)> {
    let limits = point.limits.as_ref().map(|limits| [("min", limits.min), ("max", limits.max), ("step", limits.step)]);
    limits.into_iter().flatten().filter_map(|(field, limit)| match limit {
        Some(Limit::Register(first)) => Some((field, first)),
        _ => None,
    })
}

/// As the runtime reads them: from this one on, in the order of the point's own.
fn words_from(point: &Point, first: u16) -> Vec<u16> {
    let rank = |word: &u16| point.words.iter().filter(|other| *other < word).count();
    let address = |word| first.saturating_add(u16::try_from(rank(word)).unwrap_or(u16::MAX));
    point.words.iter().map(address).collect()
}
