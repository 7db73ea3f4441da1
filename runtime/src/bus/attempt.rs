//! One request, one reply, and what is learnt from how that went.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use tracing::debug;

use super::events::Event;
use super::job::Job;
use super::owner::Owner;
use super::timing::after;
use crate::bus::transaction::Reply;
use crate::error::{Exception, ExceptionCode, Silence, TransactionError};
use crate::transport::{Link, Sent};

/// So many timeouts in a row without a single byte, and a network connection is taken for dead: the peer may have gone
/// without a word, which only a new connection can tell.
const DEAD_AIR: u32 = 3;

impl Owner {
    /// One request, one reply. It always has the full time, also where its caller has less; a first look has its own, and
    /// gives nothing where that ends without a reply.
    pub(super) async fn attempt(
        &mut self,
        job: &Job,
        look: Option<Duration>,
        begun: Instant,
    ) -> Option<Result<Reply, TransactionError>> {
        let is_broadcast = self.is_broadcast(job.unit);
        let wire = self.timing.wire_time(&job.request);
        let least_time = self.alignment.least_time(wire).filter(|_| !is_broadcast);
        let Some(link) = &mut self.link else {
            return Some(Err(self.no_connection()));
        };
        let patience = look.unwrap_or(self.settings.response_timeout).saturating_add(wire);
        let end = after(self.looks.served_from(begun), patience);
        let result = timeout_at(end, link.call(job.unit, &job.request, least_time)).await;
        let late_unit = link.take_late_unit();
        let (was_early, heard_at) = (link.was_early(), link.heard_at());
        let is_sent = link.sent() == Sent::Whole;
        let ended = Instant::now();
        if let Some(unit) = late_unit {
            self.heard(unit, ended);
        }
        let took = ended.saturating_duration_since(begun);
        // What was answered behind a unit that did not says nothing of how long this one takes.
        let has_waited = matches!(result, Ok(Ok(_) | Err(TransactionError::Exception(_))))
            && !is_broadcast
            && self.gateway_answers(took, self.findings.reply_times.usual(job.unit, wire));
        Some(match result {
            Ok(Ok(reply)) => {
                if !is_broadcast {
                    if !has_waited {
                        self.findings.fit.add(&reply, took.saturating_add(self.timing.after_reply()));
                        self.findings.reply_times.add(job.unit, took, wire);
                    }
                    self.take_aligned(job, begun, heard_at, was_early);
                }
                self.answered(job, ended);
                Ok(reply)
            }
            Ok(Err(TransactionError::Exception(exception))) => {
                self.take_aligned(job, begun, heard_at, was_early);
                self.refused(job, exception, begun);
                Err(TransactionError::Exception(exception))
            }
            Ok(Err(error)) => Err(self.failed(Some(error), job, begun, heard_at)),
            Err(_) => {
                if was_early {
                    self.alignment.doubt();
                }
                if look.is_some() && is_sent {
                    self.end_look_unanswered(heard_at.is_some());
                    return None;
                }
                Err(self.failed(None, job, begun, heard_at))
            }
        })
    }

    /// Gives up a request whose reply may come while others are asked.
    fn end_look_unanswered(&mut self, heard: bool) {
        self.link.as_mut().map(Link::abandon);
        self.leave_alone_for(self.settings.request_delay);
        if heard && self.is_ambiguous() {
            // A reply is under way. The next request would run into it.
            self.quarantine();
        }
    }

    /// What a reply says of whether replies are those to their requests.
    fn take_aligned(&mut self, job: &Job, begun: Instant, heard_at: Option<Instant>, was_early: bool) {
        if !self.is_ambiguous() {
            return;
        }
        let (now, wire) = (Instant::now(), self.timing.wire_time(&job.request));
        let reply_wire = self.timing.reply_wire_time(&job.request);
        let took = now.saturating_duration_since(begun);
        self.alignment.came(reply_wire, heard_at.unwrap_or(now), now, wire, took);
        let usual = self.findings.reply_times.usual(job.unit, wire);
        if let Some(stretch) = self.alignment.answered(begun, usual, was_early) {
            self.was_shifted(stretch);
        }
    }

    /// The unit, or a gateway for it, answered with an exception.
    fn refused(&mut self, job: &Job, Exception { code, .. }: Exception, begun: Instant) {
        let is_of_gateway =
            matches!(code, ExceptionCode::GatewayPathUnavailable | ExceptionCode::GatewayTargetFailedToRespond);
        self.connection_works(job);
        let may_answer_yet = is_of_gateway || code == ExceptionCode::ServerDeviceFailure;
        if may_answer_yet && self.is_ambiguous() && !job.is_part {
            // The unit may answer after all, and nothing would tell that from the reply to the next request.
            self.quarantine();
        }
        if is_of_gateway {
            let free_at = self.quiet_until.unwrap_or(begun).max(Instant::now());
            self.unanswered(job, free_at.saturating_duration_since(begun));
        } else {
            self.heard(job.unit, Instant::now());
        }
    }

    /// There is no usable reply: because of `error`, or because none came in time.
    fn failed(
        &mut self,
        error: Option<TransactionError>,
        job: &Job,
        begun: Instant,
        heard_at: Option<Instant>,
    ) -> TransactionError {
        let Some(link) = &mut self.link else { return self.no_connection() };
        let sent = link.sent();
        let foreign_id = link.foreign_id();
        let is_out_of_step = link.is_out_of_step();
        link.abandon();
        self.leave_alone_for(self.settings.request_delay);
        if self.is_ambiguous() && sent != Sent::Nothing {
            // The reply may be under way, and nothing in it says which request it answers.
            self.quarantine();
        }
        let error = error.unwrap_or_else(|| match sent {
            Sent::Whole => TransactionError::Timeout {
                after: begun.elapsed(),
                silence: self.silence(job.unit, heard_at.is_some(), foreign_id),
            },
            Sent::Part | Sent::Nothing => TransactionError::Transport {
                source: Arc::new(io::Error::new(io::ErrorKind::TimedOut, "the connection takes no more data")),
                sent: sent == Sent::Part,
            },
        });
        match &error {
            TransactionError::Transport { source, .. } => self.lose(Arc::clone(source)),
            TransactionError::Malformed { .. } if is_out_of_step => {
                self.lose(Arc::new(io::Error::new(io::ErrorKind::InvalidData, error.to_string())));
            }
            // Whoever answered wrongly is there, and so is the connection.
            TransactionError::Malformed { .. } => self.dead_air = 0,
            TransactionError::Timeout { .. } => self.timed_out(job, begun, heard_at.is_some()),
            _ => {}
        }
        error
    }

    /// What there is to say about a reply that did not come.
    pub(super) fn silence(&self, unit: u8, heard: bool, foreign_id: Option<u16>) -> Silence {
        let now = Instant::now();
        match foreign_id {
            Some(id) => Silence::ForeignTransactionId(id),
            None if heard => Silence::NoReply,
            None if self.health.was_heard(unit) => Silence::AnsweredBefore,
            None if self.health.others_answer(unit, now) => Silence::OthersAnswer,
            None if self.timing.is_serial() => Silence::NothingOnLine,
            None => Silence::NothingOnNetwork,
        }
    }

    fn timed_out(&mut self, job: &Job, begun: Instant, heard: bool) {
        let now = Instant::now();
        let tells = self.health.tells_of_connection(job.unit, now);
        let free_at = self.quiet_until.unwrap_or(begun).max(now);
        self.unanswered(job, free_at.saturating_duration_since(begun));
        self.dead_air = match (heard, tells) {
            (true, _) => 0,
            (false, true) => self.dead_air.saturating_add(1),
            (false, false) => self.dead_air,
        };
        if !self.connector.is_network() {
            return;
        }
        let is_tcp = !self.timing.is_serial();
        if self.dead_air >= DEAD_AIR {
            let reason = format!("nothing was received in {DEAD_AIR} requests in a row");
            self.lose_mute(io::Error::new(io::ErrorKind::TimedOut, reason));
        } else if is_tcp && self.link.as_ref().is_some_and(Link::is_inside_reply) {
            // The rest may never come, and then the next reply would be taken for it.
            let reason = "a reply stopped in the middle";
            self.lose(Arc::new(io::Error::new(io::ErrorKind::TimedOut, reason)));
        }
    }

    pub(super) fn unanswered(&mut self, job: &Job, lost: Duration) {
        let unit = job.unit;
        if self.health.silent(unit, job.failure.is_some(), lost, Instant::now()) {
            debug!(unit, "the unit does not answer");
            self.findings.announcer.announce(Event::UnitSilent { unit });
        }
    }

    /// A unit is there.
    pub(super) fn heard(&mut self, unit: u8, now: Instant) {
        if self.health.answered(unit, now) {
            self.findings.announcer.announce(Event::UnitBack { unit });
        }
    }

    fn answered(&mut self, job: &Job, now: Instant) {
        self.connection_works(job);
        self.heard(job.unit, now);
    }

    fn connection_works(&mut self, job: &Job) {
        self.proven = true;
        self.dead_air = 0;
        self.backoff.succeeded();
        self.leave_alone_for(if self.is_broadcast(job.unit) {
            self.timing.after_broadcast(&job.request)
        } else {
            self.timing.after_reply()
        });
        self.leave_alone_for(self.settings.request_delay);
    }
}
