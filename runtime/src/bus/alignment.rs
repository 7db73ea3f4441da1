//! Whether replies and requests still belong together on a connection whose replies say not what they answer.
//!
//! A reply that comes once too often shifts all that follow by one, and each looks right. Two things end that. A reply that
//! is complete before it and its request can have been on the line is dropped, on a line that showed that it is paced.
//! And after a stretch of requests without a pause the line is left idle for longer than a reply takes: what arrives then
//! was not asked for.

use std::time::Duration;

use tokio::time::Instant;

/// A stretch has so many requests, and lasts so long, at least.
const STRETCH: u32 = 128;
const STRETCH_TIME: Duration = Duration::from_secs(5);

/// A reply that is on the line for less says nothing of its pace: adapters deliver what came in 16 ms at once.
const LONG_REPLY: Duration = Duration::from_millis(30);

/// So many long replies that came in pieces over time show that a line is paced.
const PACED_REPLIES: u32 = 3;

/// Of a connection on which nothing in a reply says which request it answers.
#[derive(Debug)]
pub(super) struct Alignment {
    stretch: Option<Stretch>,
    /// Long replies in a row that took their time; `None` where the line is known not to be paced.
    paced: Option<u32>,
    /// Whether the last attempt failed after a reply that came too early.
    doubted: bool,
}

/// Requests without a pause.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    pub(super) requests: u32,
    pub(super) begun: Instant,
    /// How long the line has to be idle after the last of them.
    idle: Duration,
    ended: Instant,
}

impl Alignment {
    /// `may_be_paced` says whether what is written leaves at the speed of a line.
    pub(super) const fn new(may_be_paced: bool) -> Self {
        let paced = if may_be_paced { Some(0) } else { None };
        Self { stretch: None, paced, doubted: false }
    }

    /// The least time from a request to the end of its reply, where the line showed that there is one.
    pub(super) fn least_time(&self, wire: Duration) -> Option<Duration> {
        let is_paced = self.paced.is_some_and(|replies| replies >= PACED_REPLIES) && !self.doubted;
        // The clocks of both ends differ by a few percent.
        is_paced.then(|| wire.mul_f64(0.95))
    }

    /// A request was answered: `usual` is how long that takes, `early` whether a reply was dropped before. Says whether a
    /// shift ended with this.
    pub(super) fn answered(&mut self, begun: Instant, usual: Duration, early: bool) -> Option<Stretch> {
        let now = Instant::now();
        let before = self.stretch.take_if(|_| early);
        let mut stretch =
            self.stretch.take().unwrap_or(Stretch { requests: 0, begun, idle: Duration::ZERO, ended: now });
        stretch.requests = stretch.requests.saturating_add(1);
        stretch.ended = now;
        stretch.idle = usual.mul_f64(1.2);
        self.stretch = Some(stretch);
        before
    }

    /// How a reply came: it is on the line for `wire`, and came between these two.
    pub(super) fn came(&mut self, wire: Duration, first: Instant, last: Instant, both: Duration, took: Duration) {
        if took < both.mul_f64(0.95) && self.doubted {
            // The second one in a row, after the line was left alone in between.
            self.paced = None;
        }
        self.doubted = false;
        if let Some(paced) = self.paced.as_mut().filter(|_| wire >= LONG_REPLY) {
            let spread = last.saturating_duration_since(first);
            *paced = if spread >= wire.mul_f64(1.0 / 3.0) { paced.saturating_add(1) } else { 0 };
        }
    }

    /// A request was not answered after a reply that came too early.
    pub(super) const fn doubt(&mut self) {
        self.doubted = true;
    }

    /// The line was left alone for long enough that nothing can be on its way.
    pub(super) const fn restart(&mut self) {
        self.stretch = None;
    }

    /// Until when the line has to be idle now: the stretch is over, or there was a pause anyway.
    pub(super) fn idle_until(&self) -> Option<Instant> {
        let Stretch { requests, begun, idle, ended } = self.stretch?;
        let until = super::timing::after(ended, idle);
        let is_over = requests >= STRETCH && begun.elapsed() >= STRETCH_TIME;
        (is_over || until <= Instant::now()).then_some(until)
    }

    /// The stretch so far.
    pub(super) const fn take_stretch(&mut self) -> Option<Stretch> {
        self.stretch.take()
    }
}
