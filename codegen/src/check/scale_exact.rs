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
            .expected("scale and offset that are fractions of one number of at most 18 digits")
            .help("round the offset: an override of `offset`"),
        );
    }
}
