//! How long units take to answer, besides the time that frames are on the line.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Fewer replies do not say what is usual for plans.
const ENOUGH: u32 = 8;

/// Each reply counts for an eighth.
const WEIGHT: i64 = 8;

/// What replies took, by unit.
#[derive(Debug, Default)]
pub(super) struct ReplyTimes(Mutex<HashMap<u8, Usual>>);

#[derive(Debug, Clone, Copy)]
struct Usual {
    replies: u32,
    /// In nanoseconds, and below zero where the line is faster than its settings say.
    more_than_wire: i64,
}

fn nanoseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}

impl ReplyTimes {
    fn units(&self) -> MutexGuard<'_, HashMap<u8, Usual>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A unit answered after `took`, of which both frames are on the line for `wire`.
    pub(super) fn add(&self, unit: u8, took: Duration, wire: Duration) {
        let sample = nanoseconds(took).saturating_sub(nanoseconds(wire));
        let mut units = self.units();
        let usual = units.entry(unit).or_insert(Usual { replies: 0, more_than_wire: sample });
        usual.replies = usual.replies.saturating_add(1);
        let step = sample.saturating_sub(usual.more_than_wire).checked_div(WEIGHT).unwrap_or_default();
        usual.more_than_wire = usual.more_than_wire.saturating_add(step);
    }

    /// How long the unit usually takes from the first byte of such a request to the last of its reply; the time both are on
    /// the line where it never answered.
    pub(super) fn usual(&self, unit: u8, wire: Duration) -> Duration {
        let more = self.units().get(&unit).map_or(0, |usual| usual.more_than_wire);
        Duration::from_nanos(u64::try_from(nanoseconds(wire).saturating_add(more)).unwrap_or(0))
    }

    /// How long the slowest of all units usually takes to begin its answer; none where none answered.
    pub(super) fn slowest(&self) -> Option<Duration> {
        let slowest = self.units().values().map(|usual| usual.more_than_wire).max()?;
        Some(Duration::from_nanos(u64::try_from(slowest).unwrap_or(0)))
    }

    /// How long the unit usually takes to begin its answer, once it answered often enough.
    pub(super) fn turnaround(&self, unit: u8) -> Option<Duration> {
        let usual = self.units().get(&unit).copied().filter(|usual| usual.replies >= ENOUGH)?;
        Some(Duration::from_nanos(u64::try_from(usual.more_than_wire).unwrap_or(0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn what_is_usual_follows_what_is_measured() {
        let times = ReplyTimes::default();
        assert_eq!((times.usual(1, ms(20)), times.turnaround(1), times.slowest()), (ms(20), None, None));
        for count in 1..=8 {
            assert_eq!(times.turnaround(1), None, "{count}");
            times.add(1, ms(70), ms(20));
        }
        assert_eq!((times.usual(1, ms(30)), times.turnaround(1), times.turnaround(2)), (ms(80), Some(ms(50)), None));
        times.add(2, ms(25), ms(20));
        assert_eq!(times.slowest(), Some(ms(50)));
        for _ in 0..100 {
            times.add(1, ms(30), ms(20));
        }
        let turnaround = times.turnaround(1).unwrap();
        assert!((ms(9)..ms(12)).contains(&turnaround), "{turnaround:?}");
    }

    #[test]
    fn a_line_may_be_faster_than_its_settings_say() {
        let times = ReplyTimes::default();
        for _ in 0..8 {
            times.add(1, ms(5), ms(20));
        }
        assert_eq!((times.usual(1, ms(20)), times.usual(1, ms(10)), times.turnaround(1)), (ms(5), ms(0), Some(ms(0))));
    }
}
