//! Somebody says what the limits of scaled values count, where they can be raw values as well as values.

use super::{Subject, place};
use crate::diagnostic::{Diagnostic, Diagnostics, Entry, said};
use crate::model::{Limit, Point};
use crate::ratio::Ratio;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    if subject.manifest.conventions.limits.is_some() {
        return;
    }
    let scaled: Vec<&Point> = subject.device.points.iter().filter(|point| is_printed_and_scaled(point)).collect();
    // One that is no raw value tells that none of them is.
    if scaled.is_empty() || !scaled.iter().all(|point| can_be_raw(point)) {
        return;
    }
    let message = match scaled.len() {
        1 => "nothing says whether the limits of a scaled value are raw; its unit was assumed".into(),
        count => {
            said!("nothing says whether the limits of {count} scaled values are raw; their units were assumed", count)
        }
    };
    diagnostics.push(
        scaled
            .into_iter()
            .fold(Diagnostic::warning("W0465", message), |warning, point| warning.at(place(point)))
            .expected("limits = \"unit\" or limits = \"raw\" in [device]")
            .help("check one of them: with a factor of 0.1, raw limits of 120 to 300 mean 12.0 to 30.0")
            .manifest(Entry::table(["device"]).one_of("limits", ["unit", "raw"])),
    );
}

/// Limits and defaults that an override gives are in the unit.
fn is_printed_and_scaled(point: &Point) -> bool {
    let is_given = point.corrections.iter().any(|correction| correction.field == "limits");
    point.scale != Ratio::ONE && !is_given && ends(point).next().is_some()
}

/// Whether they are whole, and whole numbers of the unit when they are scaled, as vendors choose them.
fn can_be_raw(point: &Point) -> bool {
    let is_whole = |number: Ratio| number.denominator() == 1;
    ends(point).all(|end| is_whole(end) && end.times(point.scale).is_some_and(is_whole))
}

/// The limits; where there are none the default, which says nothing of limits that are printed otherwise.
fn ends(point: &Point) -> impl Iterator<Item = Ratio> {
    let limits = point.limits.iter().flat_map(|limits| [limits.min, limits.max]);
    let limits: Vec<Ratio> = limits.flatten().filter_map(Limit::value).filter(|end| *end != Ratio::ZERO).collect();
    let default = point.default_value.filter(|default| limits.is_empty() && *default != Ratio::ZERO);
    limits.into_iter().chain(default)
}
