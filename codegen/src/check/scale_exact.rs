//! Scale and offset of a point are small enough to be computed with exactly.

use super::{Subject, error};
use crate::diagnostic::{Diagnostics, said};

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for point in subject.device.points.iter().filter(|point| point.scale_terms().is_none()) {
        diagnostics.push(
            error(
                "E0660",
                said!(
                    "the scale {scale} and the offset {offset} of “{label}” are too fine",
                    scale = point.scale,
                    offset = point.offset,
                    label = &point.label
                ),
                point,
            )
            .expected("a scale and an offset with a common denominator of at most 18 digits")
            .help("round the offset with an override of `offset`"),
        );
    }
}
