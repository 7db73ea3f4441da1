//! Whose turn it is.
//!
//! Writes go before reads, at most four in a row while reads wait; among equals the units take turns, so that one with
//! many callers leaves the others theirs. A job can be put aside until a later time, and then waits for its turn again.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;

use tokio::time::Instant;

/// While reads wait, so many writes are done before one of them.
const WRITES_IN_A_ROW: u8 = 4;

/// What waits on the bus.
pub(super) struct Schedule<T> {
    writes: Turns<T>,
    reads: Turns<T>,
    writes_in_a_row: u8,
    aside: Vec<(Instant, Lane, T)>,
}

/// Which jobs a job waits behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Lane {
    pub(super) unit: u8,
    pub(super) is_read: bool,
}

impl<T> Schedule<T> {
    pub(super) fn new() -> Self {
        Self { writes: Turns::new(), reads: Turns::new(), writes_in_a_row: 0, aside: Vec::new() }
    }

    pub(super) fn push(&mut self, lane: Lane, job: T) {
        let turns = if lane.is_read { &mut self.reads } else { &mut self.writes };
        turns.queue(lane.unit).push_back(job);
    }

    /// Keeps a job until `until`; then it is the first of its lane.
    pub(super) fn put_aside(&mut self, until: Instant, lane: Lane, job: T) {
        self.aside.push((until, lane, job));
    }

    /// When the first of the jobs that were put aside is due.
    pub(super) fn wake_at(&self) -> Option<Instant> {
        self.aside.iter().map(|(until, ..)| *until).min()
    }

    /// The job whose turn it is.
    pub(super) fn next(&mut self, now: Instant) -> Option<T> {
        if !self.aside.is_empty() {
            for (_, lane, job) in self.aside.extract_if(.., |(until, ..)| *until <= now) {
                let turns = if lane.is_read { &mut self.reads } else { &mut self.writes };
                turns.queue(lane.unit).push_front(job);
            }
        }
        if self.writes_in_a_row < WRITES_IN_A_ROW
            && let Some(job) = self.writes.next()
        {
            self.writes_in_a_row = self.writes_in_a_row.saturating_add(1);
            return Some(job);
        }
        self.writes_in_a_row = 0;
        self.reads.next().or_else(|| self.writes.next())
    }

    /// Everything that waits, in no particular order.
    pub(super) fn into_jobs(self) -> impl Iterator<Item = T> {
        let waiting = self.writes.waiting.into_values().chain(self.reads.waiting.into_values()).flatten();
        waiting.chain(self.aside.into_iter().map(|(_, _, job)| job))
    }
}

/// Queues of which each has its turn. An empty queue stays: there are at most 256, and its unit comes again.
struct Turns<T> {
    waiting: BTreeMap<u8, VecDeque<T>>,
    last: u8,
}

impl<T> Turns<T> {
    fn new() -> Self {
        Self { waiting: BTreeMap::new(), last: u8::MAX }
    }

    fn queue(&mut self, unit: u8) -> &mut VecDeque<T> {
        self.waiting.entry(unit).or_default()
    }

    fn next(&mut self) -> Option<T> {
        let after = (Bound::Excluded(self.last), Bound::Unbounded);
        for range in [after, (Bound::Unbounded, Bound::Included(self.last))] {
            for (unit, queue) in self.waiting.range_mut(range) {
                if let Some(job) = queue.pop_front() {
                    self.last = *unit;
                    return Some(job);
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn filled(jobs: &[(u8, bool, &'static str)]) -> Schedule<&'static str> {
        let mut schedule = Schedule::new();
        for (unit, is_read, job) in jobs {
            schedule.push(Lane { unit: *unit, is_read: *is_read }, *job);
        }
        schedule
    }

    fn order(mut schedule: Schedule<&'static str>) -> Vec<&'static str> {
        std::iter::from_fn(|| schedule.next(Instant::now())).collect()
    }

    #[test]
    fn units_take_turns() {
        let jobs = filled(&[(1, true, "a1"), (1, true, "a2"), (1, true, "a3"), (9, true, "c1"), (4, true, "b1")]);
        assert_eq!(order(jobs), ["a1", "b1", "c1", "a2", "a3"]);
        let jobs = filled(&[(255, true, "z1"), (255, true, "z2"), (0, true, "a1"), (0, true, "a2")]);
        assert_eq!(order(jobs), ["a1", "z1", "a2", "z2"]);
    }

    #[test]
    fn writes_go_first_and_reads_do_not_starve() {
        let mut jobs = vec![(1, true, "r"), (2, true, "r")];
        jobs.extend([(1, false, "w"); 10]);
        assert_eq!(order(filled(&jobs)), ["w", "w", "w", "w", "r", "w", "w", "w", "w", "r", "w", "w"]);
    }

    #[test]
    fn what_was_put_aside_comes_back_at_its_time_and_first() {
        let now = Instant::now();
        let later = now + Duration::from_secs(1);
        let mut schedule = filled(&[(1, true, "second")]);
        schedule.put_aside(later, Lane { unit: 1, is_read: true }, "first");
        assert_eq!(schedule.wake_at(), Some(later));
        assert_eq!(schedule.next(later), Some("first"));
        assert_eq!((schedule.wake_at(), schedule.next(later), schedule.next(later)), (None, Some("second"), None));
        schedule.put_aside(later, Lane { unit: 1, is_read: false }, "third");
        assert_eq!(schedule.next(now), None);
        assert_eq!(schedule.into_jobs().collect::<Vec<_>>(), ["third"]);
    }
}
