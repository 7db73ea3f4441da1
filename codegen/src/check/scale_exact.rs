//! Scale and offset of a point are small enough to be computed with exactly.

use super::{Subject, error};
use crate::diagnostic::Diagnostics;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for point in subject.device.points.iter().filter(|point| point.scale_terms().is_none()) {
        diagnostics.push(
            error(
                "E0660",
                format!("the scale {} and the offset {} of “{}” are too fine", point.scale, point.offset, point.label),
                point,
            )
            .expected("scale and offset that are fractions of one number of at most 18 digits")
            .help("round the offset: an override of `offset`"),
        );
    }
}
