//! A first look at units that were never heard of.
//!
//! Where others answer within milliseconds, a unit that is not there would hold up the line for the whole response timeout.
//! The reply to the first read of such a unit is awaited for ten times as long as the slowest of the others takes. Then others
//! are asked, and the unit still has its full time: over TCP its reply is known by its transaction id whenever it comes, and
//! only where none came until the timeout does the read fail. On a serial line nobody asks the unit again before a late reply
//! must have come, since that could not be told from the next; then it is asked once more and given the full time.

use std::time::Duration;

use tokio::time::Instant;

use super::job::Job;
use super::owner::Owner;
use super::timing::after;
use crate::error::TransactionError;
use crate::transport::Link;

/// So many times what the slowest unit usually takes.
const TIMES: u32 = 10;

/// No look is shorter: units behind a gateway take longer than it takes itself.
const SHORTEST: Duration = Duration::from_millis(100);

/// A request whose reply may still come, while others are asked.
struct Look {
    job: Job,
    begun: Instant,
    /// When it was over.
    ended: Instant,
    /// Until when its reply may come.
    until: Instant,
}

/// A look after which nobody was answered yet.
struct GatewayWait {
    /// What the look cost the line.
    lost: Duration,
    /// Until when the gateway may wait at most.
    until: Instant,
    /// Whether what that costs is counted.
    is_counted: bool,
}

/// First looks that ended without a reply.
#[derive(Default)]
pub(super) struct FirstLooks {
    waiting: Vec<Look>,
    /// The last look, while a gateway may still wait for that unit.
    gateway: Option<GatewayWait>,
    /// How long looks kept others waiting at most, from their begin; none while that is not known.
    longest_wait: Option<Duration>,
}

impl FirstLooks {
    /// When the first of them has had its time.
    pub(super) fn wake_at(&self) -> Option<Instant> {
        self.waiting.iter().map(|look| look.until).min()
    }

    /// All jobs.
    pub(super) fn into_jobs(self) -> impl Iterator<Item = Job> {
        self.waiting.into_iter().map(|look| look.job)
    }

    /// From when on a request has its full time: a gateway may still wait for the unit that was looked at last.
    pub(super) fn served_from(&self, begun: Instant) -> Instant {
        self.gateway.as_ref().map_or(begun, |gateway| begun.max(gateway.until))
    }
}

impl Owner {
    /// For how long the reply to this job is awaited before others are asked, if it is the first of a unit that nothing is
    /// known of. It may have to be repeated, so that it has to be a read with a second attempt.
    pub(super) fn first_look(&self, job: &Job, now: Instant) -> Option<Duration> {
        let may_look = job.request.is_read()
            && job.budget.retries > 0
            && !self.settings.ignore_transaction_ids
            && !self.is_broadcast(job.unit)
            && self.health.is_unknown(job.unit)
            && self.health.others_answer(job.unit, now);
        let slowest = self.findings.reply_times.slowest().filter(|_| may_look)?;
        let look = slowest.saturating_mul(TIMES).max(SHORTEST);
        (look.saturating_mul(2) <= self.settings.response_timeout).then_some(look)
    }

    /// A first look ended without a reply.
    pub(super) fn looked(&mut self, mut job: Job, begun: Instant) {
        let now = Instant::now();
        let wire = self.timing.wire_time(&job.request);
        let timeout = after(begun, self.settings.response_timeout.saturating_add(wire));
        let until = if self.is_ambiguous() { after(timeout, self.reply_delay_max()) } else { timeout };
        let lost = now.saturating_duration_since(begun);
        self.health.looked_at(job.unit, lost, until);
        let wait = self.looks.longest_wait.map(|wait| wait.max(lost));
        if let Some(wait) = wait {
            self.health.is_free_again(wait, after(begun, wait));
        }
        self.looks.gateway = Some(GatewayWait { lost, until, is_counted: wait.is_some() });
        job.budget.retries = job.budget.retries.saturating_sub(1);
        self.looks.waiting.push(Look { job, begun, ended: now, until });
    }

    /// A request was answered after `took`, which usually takes `usual`: no gateway waits for the unit that was looked at last
    /// any more, and that unit cost the line the time that this was longer. Whether one may have waited.
    pub(super) fn gateway_answers(&mut self, took: Duration, usual: Duration) -> bool {
        let Some(GatewayWait { lost, is_counted, .. }) = self.looks.gateway.take() else { return false };
        let waited = took.saturating_sub(usual).min(self.settings.response_timeout.saturating_mul(2));
        let wait = lost.saturating_add(waited);
        self.looks.longest_wait = self.looks.longest_wait.max(Some(wait));
        if !is_counted {
            self.health.is_free_again(wait, Instant::now());
        }
        true
    }

    /// Goes on with units that were looked at: those that were heard since, and those that had their time.
    pub(super) fn end_looks(&mut self) {
        if self.looks.waiting.is_empty() {
            return;
        }
        if let Some(unit) = self.link.as_mut().and_then(Link::take_late_unit) {
            self.heard(unit, Instant::now());
        }
        let (now, health) = (Instant::now(), &self.health);
        let is_over = |look: &mut Look| look.until <= now || health.answers(look.job.unit);
        let over: Vec<Look> = self.looks.waiting.extract_if(.., is_over).collect();
        for Look { job, begun, ended, .. } in over {
            let unit = job.unit;
            if self.health.answers(unit) || self.is_ambiguous() {
                self.health.end_look(unit, true);
                self.schedule.put_aside(now, job.lane(), job);
                continue;
            }
            let silence = self.silence(unit, false, None);
            self.unanswered(&job, ended.saturating_duration_since(begun));
            job.finish(Err(TransactionError::Timeout { after: begun.elapsed(), silence }));
        }
    }

    /// The connection is gone, and with it what was under way.
    pub(super) fn forget_looks(&mut self) {
        (self.looks.gateway, self.looks.longest_wait) = (None, None);
        for Look { job, .. } in std::mem::take(&mut self.looks.waiting) {
            self.health.end_look(job.unit, false);
            self.schedule.put_aside(Instant::now(), job.lane(), job);
        }
    }
}
