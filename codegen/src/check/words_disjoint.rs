//! Two points share a word only if one is only read and the other only written.

use std::collections::BTreeMap;

use super::{Subject, error, place};
use crate::diagnostic::Diagnostics;
use crate::model::{Point, Table};

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let mut known: BTreeMap<(Table, u16, bool), &Point> = BTreeMap::new();
    for point in &subject.device.points {
        let mut overlapping: Vec<&Point> = Vec::new();
        for word in &point.words {
            for writes in [false, true] {
                let used = if writes { point.access.writes() } else { point.access.reads() };
                if !used {
                    continue;
                }
                match known.get(&(point.table, *word, writes)) {
                    Some(other) if !overlapping.iter().any(|known| known.id == other.id) => overlapping.push(other),
                    Some(_) => {}
                    None => {
                        known.insert((point.table, *word, writes), point);
                    }
                }
            }
        }
        for other in overlapping {
            diagnostics.push(
                error(
                    "E0621",
                    format!("“{}” and “{}” overlap in the {}s", other.label, point.label, point.table),
                    other,
                )
                .at(place(point))
                .expected("each register in one point")
                .help("overlapping registers are usually a row copied without changing its address"),
            );
        }
    }
}
