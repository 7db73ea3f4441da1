//! A lower limit lies below its upper limit, and a step is positive.

use super::{Subject, place};
use crate::diagnostic::{Diagnostic, Diagnostics, Entry, Message, Place, said};
use crate::model::{Limit, Point};
use crate::ratio::Ratio;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for point in &subject.device.points {
        let Some(limits) = &point.limits else { continue };
        if let (Some(min), Some(max)) = (limits.min.and_then(Limit::value), limits.max.and_then(Limit::value))
            && min > max
        {
            let message = said!(
                "the limits of “{label}” are the wrong way round: {min} to {max}",
                label = &point.label,
                min,
                max
            );
            diagnostics.push(error("E0610", message, point, &["min", "max"]).expected("min below max"));
        }
        if limits.step.and_then(Limit::value).is_some_and(|step| step <= Ratio::ZERO) {
            let message = said!("the step of “{label}” is not positive", label = &point.label);
            diagnostics.push(error("E0611", message, point, &["step"]).expected("a step above 0"));
        }
    }
}

/// An error at the cells that print these limits, with what corrects them; at the name of what an override limits.
fn error(code: &'static str, message: Message, point: &Point, fields: &[&str]) -> Diagnostic {
    let error = Diagnostic::error(code, message);
    let is_about = |field: &str| fields.contains(&field) || ["range", "unit"].contains(&field);
    let cells = point.limited_at.iter().filter(|limit| is_about(limit.field));
    let places: Vec<Place> = cells.map(|limit| Place::from(limit.source.clone()).holds(&limit.text)).collect();
    let entries: Vec<Entry> = places.iter().filter_map(Entry::cell).collect();
    let error = match places.is_empty() {
        true => error.at(place(point)).help("they come from an override: change its `value`"),
        false => places.into_iter().fold(error, Diagnostic::at),
    };
    error.manifest(entries)
}
