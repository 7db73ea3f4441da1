//! A lower limit lies below its upper limit, and a step is positive.

use super::{Subject, error};
use crate::diagnostic::Diagnostics;
use crate::model::Limit;
use crate::ratio::Ratio;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for point in &subject.device.points {
        let Some(limits) = &point.limits else { continue };
        if let (Some(min), Some(max)) = (limits.min.and_then(Limit::value), limits.max.and_then(Limit::value))
            && min > max
        {
            diagnostics.push(
                error(
                    "E0610",
                    format!("the limits of “{}” are the wrong way round: {min} to {max}", point.label),
                    point,
                )
                .expected("min below max"),
            );
        }
        if limits.step.and_then(Limit::value).is_some_and(|step| step <= Ratio::ZERO) {
            diagnostics.push(
                error("E0611", format!("the step of “{}” is not positive", point.label), point)
                    .expected("a step above 0"),
            );
        }
    }
}
