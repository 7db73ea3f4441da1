//! Which units answer, and how much of the line those get that do not.
//!
//! Every request to a unit that does not answer costs the line a timeout, and on a serial line the quarantine after it.
//! While other units are wanted,
//!
//! * a unit that was silent is given up: it is asked again after nine times as long as its last attempt cost, then after
//!   twice as long, and requests to it fail at once in between;
//! * all attempts at units that were given up together get a tenth of the line;
//! * units that were never heard of are asked once, without a second attempt. They wait for their turn: those that do not
//!   answer get half of the line in the first two minutes after a connection was made, and share the tenth after that. That
//!   half is used early: the sooner a silent unit is known, the sooner those behind it have their turn.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use super::timing::after;

/// So many requests in a row may stay unanswered. One that is repeated counts as one: a device may stay silent about an
/// address that it does not have.
const PATIENCE: u32 = 2;

/// So many attempts in a row may stay unanswered, whatever they were.
const LONGEST_PATIENCE: u32 = 3;

/// For so long after it was asked something a unit counts as wanted, and after it answered as one that answers.
const LATELY: Duration = Duration::from_secs(60);

/// For so long after a connection was made, units that were never heard of get half of the line.
const INTRODUCTION: Duration = Duration::from_secs(120);

/// What is known of the units of a bus.
#[derive(Debug)]
pub(super) struct Health {
    longest_pause: Duration,
    units: HashMap<u8, UnitHealth>,
    connected_at: Instant,
    /// When the next unit may be asked that was given up.
    next_given_up: Instant,
    /// When the next unit may be asked that was never heard of.
    next_unknown: Instant,
    /// How much of the line units that were never heard of took since the connection was made.
    introductions: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Never heard of, and not asked in vain yet.
    Unknown,
    /// A first look at it is over, and its reply may still come.
    LookedAt,
    /// It did not answer a first look, and has not been asked for the full time yet.
    Slow,
    Answering,
    GivenUp,
}

/// What is known of one unit.
#[derive(Debug, Clone, Copy)]
struct UnitHealth {
    standing: Standing,
    wanted: Instant,
    heard: Option<Instant>,
    /// Attempts in a row that were not answered, and since when.
    silent: u32,
    silent_since: Instant,
    /// Of those, requests that were made for the first time.
    requests: u32,
    /// Since it was given up, attempts.
    pauses: u32,
    ask_again: Instant,
}

/// Why a unit is not asked now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PutBack {
    pub(super) silent_for: Duration,
    pub(super) ask_again_in: Duration,
}

impl Health {
    pub(super) fn new(longest_pause: Duration) -> Self {
        let now = Instant::now();
        Self {
            longest_pause,
            units: HashMap::new(),
            connected_at: now,
            next_given_up: now,
            next_unknown: now,
            introductions: Duration::ZERO,
        }
    }

    /// The connection was made.
    pub(super) fn connected(&mut self, now: Instant) {
        self.connected_at = now;
        self.next_unknown = now;
        self.introductions = Duration::ZERO;
    }

    /// Somebody wants something of the unit. Says so if it is put back.
    pub(super) fn want(&mut self, unit: u8, now: Instant) -> Option<PutBack> {
        let new = UnitHealth {
            standing: Standing::Unknown,
            wanted: now,
            heard: None,
            silent: 0,
            silent_since: now,
            requests: 0,
            pauses: 0,
            ask_again: now,
        };
        self.units.entry(unit).or_insert(new).wanted = now;
        self.put_back(unit, now)
    }

    /// Whether the unit was given up, and is not asked now because others are wanted.
    pub(super) fn put_back(&self, unit: u8, now: Instant) -> Option<PutBack> {
        let health = self.units.get(&unit).filter(|health| health.standing == Standing::GivenUp)?;
        let ask_again = health.ask_again.max(self.next_given_up);
        let is_put_back = ask_again > now && self.others(unit, now).any(|other| other.standing != Standing::GivenUp);
        is_put_back.then(|| PutBack {
            silent_for: now.saturating_duration_since(health.silent_since),
            ask_again_in: ask_again.saturating_duration_since(now),
        })
    }

    fn standing(&self, unit: u8) -> Standing {
        self.units.get(&unit).map_or(Standing::Unknown, |health| health.standing)
    }

    /// Until when requests to a unit that was never heard of wait, because others that answer are wanted or because its reply
    /// may still come.
    pub(super) fn waits_until(&self, unit: u8, now: Instant) -> Option<Instant> {
        let until = match self.standing(unit) {
            Standing::LookedAt => self.units.get(&unit).map(|health| health.ask_again)?,
            Standing::Unknown | Standing::Slow if self.others_answer(unit, now) => self.next_unknown,
            Standing::Unknown | Standing::Slow | Standing::Answering | Standing::GivenUp => return None,
        };
        (until > now).then_some(until)
    }

    /// Whether nothing is known of the unit.
    pub(super) fn is_unknown(&self, unit: u8) -> bool {
        self.standing(unit) == Standing::Unknown
    }

    /// Whether the unit did not answer a first look, so that units that nothing is known of go before it.
    pub(super) fn is_slow(&self, unit: u8) -> bool {
        self.standing(unit) == Standing::Slow
    }

    /// Whether the unit answered the last time it was asked.
    pub(super) fn answers(&self, unit: u8) -> bool {
        self.standing(unit) == Standing::Answering
    }

    /// A first look at the unit, which cost the line `lost`, ended without a reply; until `until` that may come. So long a
    /// gateway may wait for it and answer nobody else: no other unit is looked at until [`is_free_again`](Self::is_free_again).
    pub(super) fn looked_at(&mut self, unit: u8, lost: Duration, until: Instant) {
        let now = Instant::now();
        self.next_unknown = until;
        if let Some(health) = self.units.get_mut(&unit) {
            health.standing = Standing::LookedAt;
            health.silent_since = now.checked_sub(lost).unwrap_or(now);
            health.ask_again = until;
        }
    }

    /// Somebody else was answered after a first look, which cost the line `lost`. Looks get three quarters of the line until half
    /// of the first two minutes are used up.
    pub(super) fn is_free_again(&mut self, lost: Duration, now: Instant) {
        let pause = if self.is_introduction(now) { lost.mul_f64(1.0 / 3.0) } else { lost.saturating_mul(9) };
        self.introductions = self.introductions.saturating_add(lost);
        self.next_unknown = after(now, pause);
    }

    /// What a unit that was looked at is from now on: slow, or, where that look does not count, as before.
    pub(super) fn end_look(&mut self, unit: u8, is_slow: bool) {
        if let Some(health) = self.units.get_mut(&unit).filter(|health| health.standing == Standing::LookedAt) {
            health.standing = if is_slow { Standing::Slow } else { Standing::Unknown };
        }
    }

    fn is_introduction(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.connected_at) < INTRODUCTION
            && self.introductions.saturating_mul(2) < INTRODUCTION
    }

    /// The unit answered. True if it had been given up.
    pub(super) fn answered(&mut self, unit: u8, now: Instant) -> bool {
        let Some(health) = self.units.get_mut(&unit) else { return false };
        (health.silent, health.requests, health.pauses, health.heard) = (0, 0, 0, Some(now));
        std::mem::replace(&mut health.standing, Standing::Answering) == Standing::GivenUp
    }

    /// Whether the silence of this unit says something of the connection: it answered lately, or no unit did.
    pub(super) fn tells_of_connection(&self, unit: u8, now: Instant) -> bool {
        let answers = |health: &UnitHealth| {
            health.standing == Standing::Answering
                && health.heard.is_some_and(|heard| now.saturating_duration_since(heard) < LATELY)
        };
        self.units.get(&unit).is_some_and(answers) || !self.units.values().any(answers)
    }

    /// Whether the unit ever answered.
    pub(super) fn was_heard(&self, unit: u8) -> bool {
        self.units.get(&unit).is_some_and(|health| health.heard.is_some())
    }

    /// Whether other units answer.
    pub(super) fn others_answer(&self, unit: u8, now: Instant) -> bool {
        self.others(unit, now).any(|other| other.standing == Standing::Answering)
    }

    /// The unit did not answer a request, which cost the line `lost`, until `now`. True if it is given up with this.
    pub(super) fn silent(&mut self, unit: u8, is_repeated: bool, lost: Duration, now: Instant) -> bool {
        let is_wanted_alone = self.others(unit, now).next().is_none();
        let given_up = self.units.values().filter(|health| health.standing == Standing::GivenUp).count();
        let is_introduction = self.is_introduction(now);
        let Some(health) = self.units.get_mut(&unit) else { return false };
        if health.silent == 0 {
            health.silent_since = now.checked_sub(lost).unwrap_or(now);
        }
        health.silent = health.silent.saturating_add(1);
        let before = health.standing;
        health.requests = health.requests.saturating_add(u32::from(!is_repeated));
        let is_given_up = match before {
            Standing::Unknown | Standing::LookedAt | Standing::Slow if !is_wanted_alone => true,
            Standing::Unknown | Standing::LookedAt | Standing::Slow | Standing::Answering => {
                health.requests >= PATIENCE || health.silent >= LONGEST_PATIENCE
            }
            Standing::GivenUp => true,
        };
        if before == Standing::LookedAt {
            health.standing = Standing::Unknown;
        }
        if is_given_up {
            health.standing = Standing::GivenUp;
            let factor = 1_u32.checked_shl(health.pauses).unwrap_or(u32::MAX).saturating_mul(9);
            health.pauses = health.pauses.saturating_add(1);
            let own = lost.saturating_mul(factor).min(self.longest_pause);
            // Where many share the tenth, each leaves it to the others for about half a round.
            let of_all = lost.saturating_mul(u32::try_from(given_up).unwrap_or(u32::MAX).saturating_mul(5));
            health.ask_again = after(now, own.max(of_all.min(own.saturating_mul(64))));
        }
        if self.longest_pause > Duration::ZERO {
            let tenth = after(now, lost.saturating_mul(9));
            match before {
                Standing::GivenUp if is_introduction => self.next_given_up = tenth,
                Standing::Unknown | Standing::Slow if is_introduction => {
                    self.introductions = self.introductions.saturating_add(lost);
                    self.next_unknown = after(now, lost);
                }
                Standing::GivenUp | Standing::Unknown | Standing::Slow => {
                    (self.next_unknown, self.next_given_up) = (tenth, tenth);
                }
                // What a look cost is counted when it is over.
                Standing::LookedAt | Standing::Answering => {}
            }
        }
        before != Standing::GivenUp && health.standing == Standing::GivenUp
    }

    /// The other units that were wanted lately.
    fn others(&self, unit: u8, now: Instant) -> impl Iterator<Item = &UnitHealth> {
        let others = self.units.iter().filter(move |(other, _)| **other != unit).map(|(_, health)| health);
        others.filter(move |health| now.saturating_duration_since(health.wanted) < LATELY)
    }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "an overflow fails the test")]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// Unit 2 answers, and is wanted all the time.
    fn beside_a_good_one(now: Instant) -> Health {
        let mut health = Health::new(60 * SECOND);
        health.want(2, now);
        health.answered(2, now);
        health
    }

    #[test]
    fn pauses_grow_and_end_with_an_answer() {
        let mut now = Instant::now();
        let mut health = beside_a_good_one(now);
        health.want(1, now);
        health.answered(1, now);
        assert!(!health.silent(1, false, SECOND, now));
        assert_eq!(health.put_back(1, now), None);
        assert!(health.silent(1, false, SECOND, now));
        for pause in [9, 18, 36, 60, 60] {
            health.want(2, now);
            assert_eq!(health.want(1, now).unwrap().ask_again_in, pause * SECOND);
            now += pause * SECOND;
            assert_eq!(health.put_back(1, now), None);
            assert!(!health.silent(1, false, SECOND, now));
        }
        assert!(health.answered(1, now) && !health.answered(1, now));
        assert_eq!(health.put_back(1, now), None);
    }

    #[test]
    fn silence_about_one_request_is_not_yet_that_of_the_unit() {
        let now = Instant::now();
        let mut health = beside_a_good_one(now);
        health.want(1, now);
        health.answered(1, now);
        assert!(!health.silent(1, false, SECOND, now) && !health.silent(1, true, SECOND, now));
        assert!(health.silent(1, true, SECOND, now));
        health.answered(1, now);
        assert!(!health.silent(1, false, SECOND, now) && health.silent(1, false, SECOND, now));
    }

    #[test]
    fn a_unit_is_only_put_back_for_others() {
        let mut health = Health::new(60 * SECOND);
        let now = Instant::now();
        health.want(1, now);
        for _ in 0..10 {
            health.silent(1, false, SECOND, now);
        }
        assert_eq!(health.put_back(1, now), None);
        health.want(2, now);
        assert!(health.put_back(1, now).is_some());
        health.silent(2, false, SECOND, now);
        assert_eq!(health.put_back(1, now), None, "two that are silent do not wait for each other");
    }

    #[test]
    fn units_that_were_given_up_share_a_tenth() {
        let mut now = Instant::now();
        let mut health = beside_a_good_one(now);
        let begun = now;
        let mut lost = Duration::ZERO;
        for unit in 10..20 {
            health.want(unit, now);
            health.silent(unit, false, SECOND, now);
        }
        // Everybody asks all the time.
        while now < begun + 600 * SECOND {
            health.want(2, now);
            for unit in 10..20 {
                if health.want(unit, now).is_none() {
                    now += SECOND;
                    lost += SECOND;
                    health.silent(unit, false, SECOND, now);
                }
            }
            now += SECOND / 10;
        }
        assert!((50..=61).contains(&lost.as_secs()), "{lost:?}");
    }

    #[test]
    fn unknown_units_wait_and_get_half_of_the_line_and_then_share_the_tenth() {
        let mut now = Instant::now();
        let mut health = beside_a_good_one(now);
        let begun = now;
        let mut asked = [0, 0];
        for unit in 10..200 {
            health.want(2, now);
            while let Some(until) = health.waits_until(unit, now) {
                now = until;
                health.want(2, now);
            }
            asked[usize::from(now > begun + INTRODUCTION)] += 1;
            health.want(unit, now);
            now += SECOND;
            assert!(health.silent(unit, false, SECOND, now), "asked once");
            if now > begun + 2 * INTRODUCTION {
                break;
            }
        }
        assert!((59..=61).contains(&asked[0]) && (11..=13).contains(&asked[1]), "{asked:?}");
        // Those that answer cost nothing, and nobody waits where none does.
        assert_eq!(health.waits_until(2, now), None);
        assert!(Health::new(SECOND).waits_until(1, now).is_none());
    }

    #[test]
    fn the_connection_is_judged_by_units_that_answer() {
        let mut now = Instant::now();
        let mut health = Health::new(60 * SECOND);
        for unit in [1, 2, 3] {
            health.want(unit, now);
        }
        assert!(health.tells_of_connection(3, now), "nobody answered yet");
        health.answered(1, now);
        assert!(health.tells_of_connection(1, now) && !health.tells_of_connection(3, now));
        now += 2 * LATELY;
        assert!(health.tells_of_connection(3, now), "nobody answered lately");
    }
}
