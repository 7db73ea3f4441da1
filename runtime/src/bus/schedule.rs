//! Whose turn it is.
//!
//! Writes go before reads, at most four in a row while reads wait; among equals the units take turns, so that one with
//! many callers leaves the others theirs. What goes on with something that has had its turn alternates with what waits for
//! its first. A job can be put aside until a later time, and then is the first of its lane; no later write of its unit is
//! done before a write that was put aside.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;

use tokio::time::Instant;

use crate::transport::BROADCAST;

/// While reads wait, so many writes are done before one of them.
const WRITES_IN_A_ROW: u8 = 4;

/// What waits on the bus.
pub(super) struct Schedule<T> {
    writes: Turns<T>,
    reads: Turns<T>,
    writes_in_a_row: u8,
    aside: Vec<(Instant, Lane, T)>,
    /// Whether a write to unit 0 is one to all.
    has_broadcast: bool,
}

/// Which jobs a job waits behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Lane {
    pub(super) unit: u8,
    pub(super) is_read: bool,
}

impl<T> Schedule<T> {
    pub(super) fn new(has_broadcast: bool) -> Self {
        Self { writes: Turns::new(), reads: Turns::new(), writes_in_a_row: 0, aside: Vec::new(), has_broadcast }
    }

    fn turns(&mut self, lane: Lane) -> &mut Turns<T> {
        if lane.is_read { &mut self.reads } else { &mut self.writes }
    }

    /// Adds a job. One that goes on with something does not wait behind all others again.
    pub(super) fn push(&mut self, lane: Lane, goes_on: bool, job: T) {
        let queue = self.turns(lane).queue(lane.unit);
        if goes_on { &mut queue.going_on } else { &mut queue.waiting }.push_back(job);
    }

    /// Keeps a job until `until`; then it is the first of its lane.
    pub(super) fn put_aside(&mut self, until: Instant, lane: Lane, job: T) {
        self.turns(lane).queue(lane.unit).is_blocked = !lane.is_read;
        self.aside.push((until, lane, job));
    }

    /// When the first of the jobs that were put aside is due.
    pub(super) fn wake_at(&self) -> Option<Instant> {
        self.aside.iter().map(|(until, ..)| *until).min()
    }

    /// The units that something waits for.
    pub(super) fn units(&self) -> impl Iterator<Item = u8> {
        let waiting = self.writes.waiting.iter().chain(&self.reads.waiting);
        waiting.filter(|(_, queue)| !queue.is_empty()).map(|(unit, _)| *unit)
    }

    /// The job whose turn it is, among those of units that may be asked.
    pub(super) fn next(&mut self, now: Instant, may: impl Fn(u8) -> bool) -> Option<T> {
        if !self.aside.is_empty() {
            let mut due: Vec<(Lane, T)> = Vec::new();
            due.extend(self.aside.extract_if(.., |(until, ..)| *until <= now).map(|(_, lane, job)| (lane, job)));
            // What was put aside first goes first.
            for (lane, job) in due.into_iter().rev() {
                let turns = self.turns(lane);
                // Its unit comes next.
                turns.last = lane.unit.wrapping_sub(1);
                let queue = turns.queue(lane.unit);
                queue.is_blocked = false;
                queue.went_on = false;
                queue.going_on.push_front(job);
            }
        }
        let waits_for_all = self.has_broadcast && self.writes.waiting.values().any(|queue| queue.is_blocked);
        let may_write = |unit: u8| may(unit) && !(waits_for_all && unit == BROADCAST);
        if self.writes_in_a_row < WRITES_IN_A_ROW
            && let Some(job) = self.writes.next(may_write)
        {
            self.writes_in_a_row = self.writes_in_a_row.saturating_add(1);
            return Some(job);
        }
        self.writes_in_a_row = 0;
        self.reads.next(&may).or_else(|| self.writes.next(may_write))
    }

    /// Everything that waits, in no particular order.
    pub(super) fn into_jobs(self) -> impl Iterator<Item = T> {
        let queues = self.writes.waiting.into_values().chain(self.reads.waiting.into_values());
        let waiting = queues.flat_map(|queue| queue.going_on.into_iter().chain(queue.waiting));
        waiting.chain(self.aside.into_iter().map(|(_, _, job)| job))
    }
}

/// The jobs of one unit.
struct Queue<T> {
    /// What goes on with something.
    going_on: VecDeque<T>,
    /// What waits for its first turn.
    waiting: VecDeque<T>,
    /// Whether the last one was of those that go on.
    went_on: bool,
    /// Whether all wait for one that was put aside.
    is_blocked: bool,
}

impl<T> Queue<T> {
    fn is_empty(&self) -> bool {
        self.going_on.is_empty() && self.waiting.is_empty()
    }

    fn next(&mut self) -> Option<T> {
        if self.is_blocked {
            return None;
        }
        let goes_on = !self.going_on.is_empty() && (!self.went_on || self.waiting.is_empty());
        self.went_on = goes_on;
        if goes_on { self.going_on.pop_front() } else { self.waiting.pop_front() }
    }
}

/// Queues of which each has its turn. An empty queue stays: there are at most 256, and its unit comes again.
struct Turns<T> {
    waiting: BTreeMap<u8, Queue<T>>,
    last: u8,
}

impl<T> Turns<T> {
    fn new() -> Self {
        Self { waiting: BTreeMap::new(), last: u8::MAX }
    }

    fn queue(&mut self, unit: u8) -> &mut Queue<T> {
        let empty = || Queue { going_on: VecDeque::new(), waiting: VecDeque::new(), went_on: false, is_blocked: false };
        self.waiting.entry(unit).or_insert_with(empty)
    }

    fn next(&mut self, may: impl Fn(u8) -> bool) -> Option<T> {
        let after = (Bound::Excluded(self.last), Bound::Unbounded);
        for range in [after, (Bound::Unbounded, Bound::Included(self.last))] {
            let waiting = self.waiting.range_mut(range).filter(|(unit, queue)| !queue.is_empty() && may(**unit));
            for (unit, queue) in waiting {
                if let Some(job) = queue.next() {
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
        let mut schedule = Schedule::new(true);
        for (unit, is_read, job) in jobs {
            schedule.push(Lane { unit: *unit, is_read: *is_read }, false, *job);
        }
        schedule
    }

    fn order(mut schedule: Schedule<&'static str>) -> Vec<&'static str> {
        std::iter::from_fn(|| schedule.next(Instant::now(), |_| true)).collect()
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
        assert_eq!(schedule.next(later, |_| true), Some("first"));
        assert_eq!(
            (schedule.wake_at(), schedule.next(later, |_| true), schedule.next(later, |_| true)),
            (None, Some("second"), None)
        );
        schedule.put_aside(later, Lane { unit: 1, is_read: false }, "third");
        assert_eq!(schedule.next(now, |_| true), None);
        assert_eq!(schedule.into_jobs().collect::<Vec<_>>(), ["third"]);
    }

    #[test]
    fn no_write_overtakes_one_of_its_unit_that_was_put_aside() {
        let (now, write) = (Instant::now(), |unit| Lane { unit, is_read: false });
        let later = now + Duration::from_secs(1);
        let mut schedule = filled(&[(1, false, "newer"), (1, true, "read"), (2, false, "other"), (0, false, "to all")]);
        schedule.put_aside(later, write(1), "older");
        let meanwhile: Vec<_> = std::iter::from_fn(|| schedule.next(now, |_| true)).collect();
        assert_eq!(meanwhile, ["other", "read"]);
        let then: Vec<_> = std::iter::from_fn(|| schedule.next(later, |_| true)).collect();
        assert_eq!(then, ["older", "to all", "newer"]);
    }

    #[test]
    fn what_goes_on_alternates_with_what_waits() {
        let mut schedule = filled(&[(1, true, "a"), (1, true, "b"), (1, true, "c")]);
        for job in ["2nd", "3rd", "4th"] {
            schedule.push(Lane { unit: 1, is_read: true }, true, job);
        }
        assert_eq!(order(schedule), ["2nd", "a", "3rd", "b", "4th", "c"]);
    }

    #[test]
    fn units_that_may_not_be_asked_are_passed_over() {
        let mut schedule = filled(&[(1, true, "a"), (2, true, "b"), (2, false, "w")]);
        let mut next = |asked: u8| schedule.next(Instant::now(), |unit| unit == asked);
        assert_eq!([next(1), next(1), next(2), next(2), next(2)], [Some("a"), None, Some("w"), Some("b"), None]);
    }
}
