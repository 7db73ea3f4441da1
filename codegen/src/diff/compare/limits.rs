//! Which values are allowed, and the default.

use super::{Found, Pair};
use crate::diff::labels::visible;
use crate::diff::{Axis, Check};
use crate::model::{Limit, Limits};
use crate::ratio::Ratio;

/// How a limit changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    None,
    Wider,
    Narrower,
}

pub(super) fn compare(pair: &Pair<'_>, found: &mut Vec<Found>) {
    let (old, new) = (pair.old.point, pair.new.point);
    let of = |limits: &Option<Limits>, limit: fn(&Limits) -> Option<Limit>| limits.as_ref().and_then(limit);
    let changes = [
        change(pair, of(&old.limits, |of| of.min), of(&new.limits, |of| of.min), |was, is| is < was),
        change(pair, of(&old.limits, |of| of.max), of(&new.limits, |of| of.max), |was, is| is > was),
        change(pair, of(&old.limits, |of| of.step), of(&new.limits, |of| of.step), is_finer),
    ];
    for (check, kind) in [(Check::LimitWidened, Change::Wider), (Check::LimitNarrowed, Change::Narrower)] {
        if changes.contains(&kind) {
            found.push(Found::new(check, &[Axis::Meaning], &["limits"]));
        }
    }
    if !is_same_default(old.default.as_deref(), new.default.as_deref()) {
        found.push(Found::new(Check::DefaultChanged, &[Axis::Meaning], &["default"]));
    }
}

fn change(pair: &Pair<'_>, old: Option<Limit>, new: Option<Limit>, is_wider: fn(Ratio, Ratio) -> bool) -> Change {
    match (old, new) {
        (None, None) => Change::None,
        (Some(_), None) => Change::Wider,
        (Some(Limit::Value(was)), Some(Limit::Value(is))) if was == is => Change::None,
        (Some(Limit::Value(was)), Some(Limit::Value(is))) if is_wider(was, is) => Change::Wider,
        (Some(Limit::Register(was)), Some(Limit::Register(is)))
            if pair.follows((pair.old.point.table, was), (pair.new.point.table, is)) =>
        {
            Change::None
        }
        // What a register holds is not known: it can be less than was allowed.
        (_, Some(_)) => Change::Narrower,
    }
}

/// Whether all values of the old step are values of the new one.
fn is_finer(was: Ratio, is: Ratio) -> bool {
    let times = is.inverse().and_then(|inverse| was.times(inverse));
    times.is_some_and(|times| times.denominator() == 1)
}

fn is_same_default(old: Option<&str>, new: Option<&str>) -> bool {
    let number = |text: &str| text.trim().replace(',', ".").parse::<Ratio>().ok();
    match (old, new) {
        (Some(old), Some(new)) => {
            visible(old) == visible(new) || number(old).is_some_and(|value| number(new) == Some(value))
        }
        (old, new) => old.is_none() && new.is_none(),
    }
}
