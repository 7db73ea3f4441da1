//! Limits, steps and defaults are values that the register can hold, and a default lies within its limits.
//!
//! What cannot be held is printed of another type, another scale or another register: a negative default of an unsigned
//! number most often of a number that is signed.

use super::{Subject, place};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::model::{Kind, Limit, Point, RawType};
use crate::ratio::Ratio;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for point in &subject.device.points {
        for (field, value) in stated(point) {
            let expected = match (fit(point, field, value), range(point)) {
                (Fit::OutOfRange, Some((lowest, highest))) => {
                    format!("a value from {lowest} to {highest}, the range of {}", described(point))
                }
                (Fit::BetweenTwo, _) => {
                    format!("a multiple of {}: {} holds no other value", point.scale, described(point))
                }
                _ => continue,
            };
            let message = said!(
                "the {field} of “{label}” is {value}, which its register cannot hold",
                field,
                label = &point.label,
                value
            );
            // Merged, since a vendor prints one limit in many rows.
            diagnostics.merge(
                at(Diagnostic::warning("W0633", message), point, &[field])
                    .expected(expected)
                    .help("the type, the sign, the scale or the value itself is wrong: correct it"),
            );
        }
        if let (Some(default), Some((end, limit))) = (point.default_value, passed(point)) {
            let is = if end == "min" { "below" } else { "above" };
            let message = said!(
                "the default of “{label}” is {default}, {is} its {end} of {limit}",
                label = &point.label,
                default,
                is,
                end,
                limit
            );
            diagnostics.push(
                at(Diagnostic::warning("W0634", message), point, &["default", end])
                    .expected("a default within the limits")
                    .help("if only the limits or only the default is raw, say so with an override"),
            );
        }
    }
}

/// The numbers that are printed of a point, with what they are.
fn stated(point: &Point) -> impl Iterator<Item = (&'static str, Ratio)> {
    let limits = point.limits.as_ref();
    let of = |limit: Option<Limit>| limit.and_then(Limit::value);
    let limits = [
        ("min", limits.and_then(|limits| of(limits.min))),
        ("max", limits.and_then(|limits| of(limits.max))),
        ("step", limits.and_then(|limits| of(limits.step))),
        ("default", point.default_value),
    ];
    limits.into_iter().filter_map(|(field, value)| Some((field, value?)))
}

/// Whether a register can hold a value.
enum Fit {
    Held,
    OutOfRange,
    /// Its raw value would be no whole number.
    BetweenTwo,
}

fn fit(point: &Point, field: &str, value: Ratio) -> Fit {
    let is_number = !matches!(point.raw, RawType::Float { .. } | RawType::Text { .. } | RawType::Bytes);
    // A scale that the device holds makes any number possible; what a list is the default of is one of its codes.
    if !is_number || point.scale_register.is_some() || matches!(point.kind, Kind::Flags(_) | Kind::BitSet) {
        return Fit::Held;
    }
    let offset = if field == "step" { Some(Ratio::ZERO) } else { point.offset.negated() };
    // What is too fine for 64 bits is not compared.
    let raw = offset.and_then(|offset| value.plus(offset)?.times(point.scale.inverse()?));
    let Some(raw) = raw else { return Fit::Held };
    let (lowest, highest) = point.raw_range();
    let (numerator, denominator) = (i128::from(raw.numerator()), i128::from(raw.denominator()));
    // A step is a distance: no value is that far from another one.
    let lowest = if field == "step" { 0 } else { lowest };
    let numerator = if field == "step" { numerator.abs() } else { numerator };
    let (lowest, highest) = (lowest.saturating_mul(denominator), highest.saturating_mul(denominator));
    match (lowest..=highest).contains(&numerator) {
        false => Fit::OutOfRange,
        true if denominator != 1 => Fit::BetweenTwo,
        true => Fit::Held,
    }
}

/// The lowest and the highest value a register can hold, in the unit.
fn range(point: &Point) -> Option<(Ratio, Ratio)> {
    let (lowest, highest) = point.raw_range();
    let value = |raw: i128| Ratio::new(raw.try_into().ok()?, 1)?.times(point.scale)?.plus(point.offset);
    let (one, other) = (value(lowest)?, value(highest)?);
    Some((one.min(other), one.max(other)))
}

/// The limit that the default passes.
fn passed(point: &Point) -> Option<(&'static str, Ratio)> {
    let (default, limits) = (point.default_value?, point.limits.as_ref()?);
    let of = |limit: Option<Limit>| limit.and_then(Limit::value);
    let min = of(limits.min).filter(|min| default < *min).map(|min| ("min", min));
    min.or_else(|| of(limits.max).filter(|max| default > *max).map(|max| ("max", max)))
}

/// The type as it matters here: `u16`, `bits 0 to 7 of u16`, `u16 × 0.1`.
fn described(point: &Point) -> String {
    let raw = match point.bit_range {
        Some((low, high)) if low == high => format!("bit {low} of {}", point.raw),
        Some((low, high)) => format!("bits {low} to {high} of {}", point.raw),
        None => point.raw.to_string(),
    };
    if point.scale == Ratio::ONE { raw } else { format!("{raw} × {}", point.scale) }
}

/// The cells that print these; the name where an override says them.
fn at(diagnostic: Diagnostic, point: &Point, fields: &[&str]) -> Diagnostic {
    let mut places: Vec<Place> = Vec::new();
    for field in fields {
        let is_about = |of: &str| of == *field || ["range", "unit"].contains(&of);
        let cells = point.limited_at.iter().filter(|limit| is_about(limit.field));
        let own = cells.clone().find(|limit| limit.field == *field);
        let cell = own.or_else(|| cells.clone().next());
        let place = cell.map(|limit| Place::from(limit.source.clone()).holds(&limit.text));
        places.extend(place.filter(|place| !places.contains(place)));
    }
    if places.is_empty() {
        return diagnostic.at(place(point));
    }
    places.into_iter().fold(diagnostic, Diagnostic::at)
}
