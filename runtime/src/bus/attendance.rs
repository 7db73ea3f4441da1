//! Which units answer.
//!
//! Every request to a unit that does not answer costs the line a timeout, and on a serial line the quarantine after it. A
//! unit that was silent twice in a row is put back: for nine times as long as the last attempt cost, so that it takes at
//! most a tenth of the line, and twice as long after every further attempt. It is not put back while no other unit is
//! wanted: then nobody is kept waiting.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use super::timing::after;

/// So many requests in a row may stay unanswered.
const PATIENCE: u32 = 2;

/// For so long after it was asked something a unit counts as wanted.
const WANTED_FOR: Duration = Duration::from_secs(60);

/// What is known of the units of a bus.
#[derive(Debug)]
pub(super) struct Attendance {
    longest_pause: Duration,
    units: HashMap<u8, Record>,
}

#[derive(Debug, Clone, Copy)]
struct Record {
    wanted: Instant,
    /// Requests in a row that were not answered, and since when.
    silent: u32,
    silent_since: Instant,
    ask_again: Instant,
}

/// Why a unit is not asked now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PutBack {
    pub(super) silent_for: Duration,
    pub(super) ask_again_in: Duration,
}

impl Attendance {
    pub(super) fn new(longest_pause: Duration) -> Self {
        Self { longest_pause, units: HashMap::new() }
    }

    /// Somebody wants something of the unit. Says so if it is put back.
    pub(super) fn want(&mut self, unit: u8, now: Instant) -> Option<PutBack> {
        let new = Record { wanted: now, silent: 0, silent_since: now, ask_again: now };
        self.units.entry(unit).or_insert(new).wanted = now;
        self.put_back(unit, now)
    }

    /// Whether the unit is put back.
    pub(super) fn put_back(&self, unit: u8, now: Instant) -> Option<PutBack> {
        let record = self.units.get(&unit).filter(|record| record.silent >= PATIENCE && record.ask_again > now)?;
        let waits = |(other, record): (&u8, &Record)| {
            *other != unit && record.silent < PATIENCE && now.saturating_duration_since(record.wanted) < WANTED_FOR
        };
        self.units.iter().any(waits).then(|| PutBack {
            silent_for: now.saturating_duration_since(record.silent_since),
            ask_again_in: record.ask_again.saturating_duration_since(now),
        })
    }

    /// The unit answered. True if it had been given up.
    pub(super) fn answered(&mut self, unit: u8) -> bool {
        self.units.get_mut(&unit).is_some_and(|record| std::mem::take(&mut record.silent) >= PATIENCE)
    }

    /// The unit did not answer, which cost the line `lost`, until `now`. True if it is given up with this.
    pub(super) fn silent(&mut self, unit: u8, lost: Duration, now: Instant) -> bool {
        let Some(record) = self.units.get_mut(&unit) else { return false };
        if record.silent == 0 {
            record.silent_since = now.checked_sub(lost).unwrap_or(now);
        }
        record.silent = record.silent.saturating_add(1);
        let doublings = record.silent.saturating_sub(PATIENCE);
        let factor = 1_u32.checked_shl(doublings).unwrap_or(u32::MAX).saturating_mul(9);
        record.ask_again = after(now, lost.saturating_mul(factor).min(self.longest_pause));
        record.silent == PATIENCE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn pauses_grow_and_end_with_an_answer() {
        let mut attendance = Attendance::new(60 * SECOND);
        let mut now = Instant::now();
        attendance.want(1, now);
        attendance.want(2, now);
        assert!(!attendance.silent(1, SECOND, now));
        assert_eq!(attendance.put_back(1, now), None);
        assert!(attendance.silent(1, SECOND, now));
        for pause in [9, 18, 36, 60, 60] {
            attendance.want(2, now);
            assert_eq!(attendance.want(1, now).unwrap().ask_again_in, pause * SECOND);
            now += pause * SECOND;
            assert_eq!(attendance.put_back(1, now), None);
            assert!(!attendance.silent(1, SECOND, now));
        }
        assert!(attendance.answered(1) && !attendance.answered(1));
        assert_eq!(attendance.put_back(1, now), None);
    }

    #[test]
    fn a_unit_is_only_put_back_for_others() {
        let mut attendance = Attendance::new(60 * SECOND);
        let now = Instant::now();
        attendance.want(1, now);
        for _ in 0..10 {
            attendance.silent(1, SECOND, now);
        }
        assert_eq!(attendance.put_back(1, now), None);
        attendance.want(2, now);
        assert!(attendance.put_back(1, now).is_some());
        attendance.silent(2, SECOND, now);
        attendance.silent(2, SECOND, now);
        assert_eq!(attendance.put_back(1, now), None, "two that are silent do not wait for each other");
    }
}
