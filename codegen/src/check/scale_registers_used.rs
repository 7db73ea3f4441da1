//! A register that holds a power of ten for others scales one: where none names it, their values have scale 1.

use std::collections::BTreeSet;

use super::{Subject, place};
use crate::diagnostic::{Diagnostic, Diagnostics, said};
use crate::model::Point;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let points = &subject.device.points;
    let used: BTreeSet<_> =
        points.iter().filter_map(|point| Some((point.table, point.unit_id, point.scale_register?))).collect();
    for factor in points.iter().filter(|point| point.holds_power_of_ten) {
        if factor.words.iter().any(|word| used.contains(&(factor.table, factor.unit_id, *word))) {
            continue;
        }
        let warning = Diagnostic::warning(
            "W0636",
            said!("unused scale register “{label}”: no register names it", label = &factor.label),
        );
        let scaled: Vec<&str> =
            points.iter().filter(|point| is_for(factor, point)).map(|of| of.label.as_str()).collect();
        let expected = match scaled.as_slice() {
            [] => "a column, or overrides of `scale_register`, that name the scale register of each value".to_owned(),
            labels => format!("“{}” as the `scale_register` of “{}”", factor.label, labels.join("”, “")),
        };
        diagnostics.push(
            warning
                .at(place(factor))
                .expected(expected)
                .help("name the column in [columns]: scale_register = \"…\", or use an override"),
        );
    }
}

/// Whether a factor is called as those of a register are: `W_SF` for `W`.
fn is_for(factor: &Point, point: &Point) -> bool {
    let stem = factor.label.strip_suffix("_SF").or_else(|| factor.label.strip_suffix("_sf"));
    let is_alike = (factor.table, factor.unit_id) == (point.table, point.unit_id);
    is_alike && !point.holds_power_of_ten && stem.is_some_and(|stem| point.label == stem)
}
