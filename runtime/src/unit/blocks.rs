//! Reading what was planned, block by block, around what a device refuses.

use core::ops::Range;
use std::time::Duration;

use tokio::time::Instant;

use crate::bus::Manner;
use crate::bus::transaction::{Reply, Request};
use crate::device::Gaps;
use crate::error::{Exception, ExceptionCode, InvalidRequest, ReadErrorKind, Silence, TransactionError};
use crate::plan::{Plan, Span, hull};
use crate::point::table::Table;
use crate::unit::Unit;
use crate::unit::image::Image;

/// What is done about an exception that answers a read.
enum Refusal {
    /// One of the block is at fault; which one is found by division, and remembered where the answer is about the address.
    Some { remember: bool },
    /// It says nothing about the addresses.
    Failure,
}

impl Refusal {
    const fn of(code: ExceptionCode) -> Self {
        match code {
            // A device may have a function and not for all of its addresses.
            ExceptionCode::IllegalFunction | ExceptionCode::IllegalDataAddress | ExceptionCode::IllegalDataValue => {
                Self::Some { remember: true }
            }
            ExceptionCode::ServerDeviceFailure | ExceptionCode::MemoryParityError | ExceptionCode::Other(_) => {
                Self::Some { remember: false }
            }
            ExceptionCode::Acknowledge
            | ExceptionCode::ServerDeviceBusy
            | ExceptionCode::GatewayPathUnavailable
            | ExceptionCode::GatewayTargetFailedToRespond => Self::Failure,
        }
    }
}

/// Whether a device that answers this to a read will do so again.
pub(crate) const fn is_lasting(code: ExceptionCode) -> bool {
    matches!(Refusal::of(code), Refusal::Some { remember: true })
}

/// How often a read is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attempts {
    /// Until it is answered, within what the bus is configured for.
    AsConfigured,
    /// Once: reading changes the device.
    One,
}

fn time_left(deadline: Option<Instant>) -> Option<Duration> {
    deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
}

/// What a plan brought.
#[derive(Default)]
pub(crate) struct PlanResult {
    pub(crate) image: Image,
    pub(crate) refused: Vec<(Span, Exception)>,
    /// What could not be read for another reason than its address.
    pub(crate) failed: Vec<(Span, ReadErrorKind)>,
    /// The first failure, with all that was asked for.
    first_failure: Option<(Span, ReadErrorKind)>,
    /// Whether the unit answered anything, if only that it refuses it.
    pub(crate) is_answered: bool,
}

impl PlanResult {
    /// The first failure, where nothing was answered at all.
    pub(crate) fn failure_of_all(&self) -> Option<(Span, ReadErrorKind)> {
        self.first_failure.clone().filter(|_| !self.is_answered)
    }

    /// The first failure, where something failed.
    pub(crate) fn failure(self) -> Option<(Span, ReadErrorKind)> {
        self.first_failure.filter(|_| !self.failed.is_empty())
    }

    fn fail(&mut self, asked: Span, spans: &[Span], kind: &ReadErrorKind) {
        self.first_failure.get_or_insert_with(|| (asked, kind.clone()));
        self.failed.extend(spans.iter().map(|span| (*span, kind.clone())));
    }
}

/// So many silent blocks in a row, and the rest is not asked for: where nothing was answered before, and where something
/// was.
const SILENT_FROM_THE_START: u32 = 2;
const SILENT_LATER: u32 = 3;

/// So many single points refused with exception 1, and none of their table ever read: the device does not have the function.
const NO_SUCH_FUNCTION: usize = 2;

/// Items still to be read in one request, and the division they come from.
struct Pending {
    items: Range<usize>,
    division: Option<usize>,
    /// Whether the block they are from failed with exception 4.
    is_part: bool,
    /// Whether it was not answered, or wrongly.
    was_silent: bool,
}

/// A block that was divided.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Division {
    whole: Span,
    /// The first item of its later half.
    later: Span,
    /// The division it came from itself.
    parent: Option<usize>,
    /// Whether there are addresses between its halves that no point has.
    gap: bool,
    /// Whether something was found in it that the device does not give. If not, the block itself is what it does not.
    explained: bool,
    remember: bool,
    /// Whether it was not answered, or wrongly: that may have been by chance.
    was_silent: bool,
}

/// A point cannot be read, which is why all the blocks could not that held it.
fn explain(divisions: &mut [Division], innermost: Option<usize>) {
    let mut next = innermost;
    while let Some(division) = next.and_then(|index| divisions.get_mut(index)) {
        division.explained = true;
        next = division.parent;
    }
}

/// Whether nothing more can be read over this connection.
pub(crate) fn is_of_connection(kind: &ReadErrorKind) -> bool {
    match kind {
        ReadErrorKind::Transaction(error) => {
            matches!(error.last(), TransactionError::Transport { .. } | TransactionError::Closed)
        }
        ReadErrorKind::Invalid(_) => true,
        _ => false,
    }
}

/// Whether a unit did not answer a request, or not to it.
fn is_silent(kind: &ReadErrorKind) -> bool {
    let ReadErrorKind::Transaction(error) = kind else { return false };
    match error.last() {
        TransactionError::Timeout { silence, .. } => *silence != Silence::GivenUp,
        error => matches!(error, TransactionError::Malformed { .. }),
    }
}

/// A plan that is being carried out.
struct Reader<'a> {
    unit: &'a Unit,
    plan: &'a Plan,
    deadline: Option<Instant>,
    result: PlanResult,
    pending: Vec<Pending>,
    /// Blocks that were not answered, or wrongly.
    doubtful: Vec<Pending>,
    divisions: Vec<Division>,
    silent_in_a_row: u32,
    /// Tables of single points that were refused with exception 1.
    without_function: Vec<(Table, Exception)>,
}

impl Reader<'_> {
    async fn run(mut self) -> Result<PlanResult, (Span, ReadErrorKind)> {
        loop {
            if let Some(pending) = self.pending.pop() {
                self.read(pending).await?;
            } else if let Some(doubtful) = self.doubtful.pop() {
                self.divide_doubtful(doubtful);
            } else {
                break;
            }
        }
        self.learn_seams().await?;
        Ok(self.result)
    }

    async fn read(&mut self, pending: Pending) -> Result<(), (Span, ReadErrorKind)> {
        let spans = self.plan.items.get(pending.items.clone()).unwrap_or_default();
        let Some(block) = hull(spans) else { return Ok(()) };
        if let Some(exception) = self.lacks_function(block.table) {
            self.all_refused(pending.division, spans, exception, true);
            return Ok(());
        }
        let patience = if self.result.is_answered { SILENT_LATER } else { SILENT_FROM_THE_START };
        if self.silent_in_a_row >= patience && !pending.was_silent {
            self.fail_as_before(spans);
            return Ok(());
        }
        let manner = Manner {
            timeout: time_left(self.deadline),
            is_sent_once: pending.was_silent,
            is_part: pending.is_part,
            goes_on: false,
        };
        let kind = match self.unit.read_in_manner(block, manner).await {
            Ok(words) => {
                self.result.image.push(block, &words);
                self.result.is_answered = true;
                self.silent_in_a_row = 0;
                self.unit.accept(block);
                return Ok(());
            }
            Err(kind) => kind,
        };
        if is_of_connection(&kind) {
            return Err((block, kind));
        }
        let exception = match &kind {
            ReadErrorKind::Transaction(error) => error.exception(),
            _ => None,
        };
        match exception.map(|exception| (exception, Refusal::of(exception.code))) {
            Some((exception, Refusal::Some { remember })) => {
                self.result.is_answered = true;
                self.silent_in_a_row = 0;
                self.refused(pending, block, exception, remember);
            }
            None if is_silent(&kind) => {
                self.silent_in_a_row = self.silent_in_a_row.saturating_add(1);
                self.was_silent(pending, &kind);
            }
            _ => self.result.fail(block, spans, &kind),
        }
        Ok(())
    }

    /// What is not asked for, because so much before it was not answered.
    fn fail_as_before(&mut self, spans: &[Span]) {
        if let Some((_, kind)) = self.result.failed.last().cloned() {
            self.result.failed.extend(spans.iter().map(|span| (*span, kind.clone())));
        }
    }

    fn refused(&mut self, pending: Pending, block: Span, exception: Exception, remember: bool) {
        let spans = self.plan.items.get(pending.items.clone()).unwrap_or_default();
        if spans.len() > 1 && self.lacks_function(block.table).is_none() {
            let is_part = exception.code == ExceptionCode::ServerDeviceFailure;
            return self.divide(pending, remember, is_part, false);
        }
        if exception.code == ExceptionCode::IllegalFunction {
            self.without_function.push((block.table, exception));
        }
        self.all_refused(pending.division, spans, exception, remember);
    }

    fn all_refused(&mut self, division: Option<usize>, spans: &[Span], exception: Exception, remember: bool) {
        for span in spans {
            self.result.refused.push((*span, exception));
            if remember {
                self.unit.remember(*span, exception);
            }
        }
        explain(&mut self.divisions, division);
    }

    /// The exception that says that the device does not have the function that reads a table, where it seems to.
    fn lacks_function(&self, table: Table) -> Option<Exception> {
        let mut refused = self.without_function.iter().filter(|(of, _)| *of == table);
        let (_, exception) = refused.nth(NO_SUCH_FUNCTION.saturating_sub(1))?;
        (!self.unit.memory().has_read(table)).then_some(*exception)
    }

    /// A block was not answered, or wrongly. The others are read first; whether the unit answers them tells whether it helps
    /// to divide this one.
    fn was_silent(&mut self, pending: Pending, kind: &ReadErrorKind) {
        let spans = self.plan.items.get(pending.items.clone()).unwrap_or_default();
        if let ([span], true) = (spans, pending.was_silent) {
            let is_malformed = |error: &TransactionError| matches!(error.last(), TransactionError::Malformed { .. });
            let is_timeout = matches!(kind, ReadErrorKind::Transaction(error) if !is_malformed(error));
            if is_timeout && self.result.is_answered {
                self.unit.remember_silence(*span);
            }
            explain(&mut self.divisions, pending.division);
        }
        if let Some(block) = hull(spans) {
            self.result.fail(block, spans, kind);
        }
        if spans.len() > 1 {
            self.doubtful.push(pending);
        }
    }

    /// Divides a block that was not answered, where the unit answers others, or where it may be what is between its points.
    fn divide_doubtful(&mut self, pending: Pending) {
        let spans = self.plan.items.get(pending.items.clone()).unwrap_or_default();
        let has_gap = spans.windows(2).any(|pair| matches!(pair, [left, right] if left.end() < right.start()));
        let is_gap_learnt = self.unit.device().is_some_and(|device| device.link.gaps == Gaps::Learn);
        let answered_before =
            self.silent_in_a_row <= 1 && hull(spans).is_some_and(|block| self.unit.memory().has_read(block.table));
        let may_help = self.result.is_answered || answered_before || (has_gap && is_gap_learnt);
        if self.silent_in_a_row >= SILENT_LATER || !may_help {
            return;
        }
        // What it failed with is said again by those of its parts that fail, too.
        let parts: Vec<Span> = spans.to_vec();
        self.result.failed.retain(|(span, _)| !parts.contains(span));
        self.divide(pending, true, false, true);
    }

    fn divide(&mut self, pending: Pending, remember: bool, is_part: bool, was_silent: bool) {
        let Pending { items, division: parent, .. } = pending;
        let spans = self.plan.items.get(items.clone()).unwrap_or_default();
        let middle = items.start.saturating_add(spans.len() / 2);
        let halves = spans.split_at_checked(spans.len() / 2);
        let (Some((earlier, [later, ..])), Some(whole)) = (halves, hull(spans)) else { return };
        let gap = earlier.last().is_some_and(|earlier| earlier.end() < later.start());
        let division = Some(self.divisions.len());
        let later = *later;
        self.divisions.push(Division { whole, later, parent, gap, explained: false, remember, was_silent });
        // The last one in is read first: the image is filled in ascending order.
        self.pending.push(Pending { items: middle..items.end, division, is_part, was_silent });
        self.pending.push(Pending { items: items.start..middle, division, is_part, was_silent });
    }

    /// Of the blocks that were not given while all their points were read, those are cut in future that cannot be explained
    /// by a gap in a smaller one.
    async fn learn_seams(&mut self) -> Result<(), (Span, ReadErrorKind)> {
        // Smaller blocks were divided after the larger ones they are part of.
        while let Some(division) = self.divisions.pop() {
            if division.explained || !division.remember {
                continue;
            }
            if division.was_silent {
                let manner = Manner { timeout: time_left(self.deadline), is_sent_once: true, ..Manner::default() };
                match self.unit.read_in_manner(division.whole, manner).await {
                    Err(kind) if is_of_connection(&kind) => return Err((division.whole, kind)),
                    Err(kind) if is_silent(&kind) => {}
                    // It was by chance.
                    _ => continue,
                }
            }
            self.unit.remember_seam(division.later);
            if division.gap {
                explain(&mut self.divisions, division.parent);
            }
        }
        Ok(())
    }
}

impl Unit {
    /// Reads a plan, around what cannot be read. What fails as a whole, with the addresses that were asked for, is only what
    /// has no connection.
    pub(crate) async fn read_plan(
        &self,
        plan: &Plan,
        deadline: Option<Instant>,
    ) -> Result<PlanResult, (Span, ReadErrorKind)> {
        let whole =
            |items: &Range<usize>| Pending { items: items.clone(), division: None, is_part: false, was_silent: false };
        let reader = Reader {
            unit: self,
            plan,
            deadline,
            result: PlanResult::default(),
            pending: plan.requests().iter().rev().map(|request| whole(&request.items)).collect(),
            doubtful: Vec::new(),
            divisions: Vec::new(),
            silent_in_a_row: 0,
            without_function: Vec::new(),
        };
        reader.run().await
    }

    /// Reads what must not be read twice and in no block: one request, sent once.
    pub(crate) async fn read_alone(
        &self,
        span: Span,
        deadline: Option<Instant>,
        result: &mut PlanResult,
    ) -> Result<(), (Span, ReadErrorKind)> {
        match self.read_span(span, Attempts::One, deadline).await {
            Ok(words) => {
                result.image.push(span, &words);
                result.is_answered = true;
            }
            Err(kind) => return self.missed(span, kind, result),
        }
        Ok(())
    }

    /// Keeps in mind what could not be read by itself. What fails as a whole is only what has no connection.
    pub(super) fn missed(
        &self,
        span: Span,
        kind: ReadErrorKind,
        result: &mut PlanResult,
    ) -> Result<(), (Span, ReadErrorKind)> {
        let exception = match &kind {
            ReadErrorKind::Transaction(error) => error.exception(),
            _ => None,
        };
        match exception.filter(|exception| !matches!(Refusal::of(exception.code), Refusal::Failure)) {
            Some(exception) => {
                self.remember(span, exception);
                result.refused.push((span, exception));
                result.is_answered = true;
            }
            None if is_of_connection(&kind) => return Err((span, kind)),
            None => result.fail(span, &[span], &kind),
        }
        Ok(())
    }

    /// One read request.
    pub(crate) async fn read_span(
        &self,
        span: Span,
        attempts: Attempts,
        deadline: Option<Instant>,
    ) -> Result<Vec<u16>, ReadErrorKind> {
        let is_sent_once = attempts == Attempts::One;
        self.read_in_manner(span, Manner { timeout: time_left(deadline), is_sent_once, ..Manner::default() }).await
    }

    async fn read_in_manner(&self, span: Span, manner: Manner) -> Result<Vec<u16>, ReadErrorKind> {
        let count = span.count();
        let address = self.wire_address(span.first, count).map_err(ReadErrorKind::Invalid)?;
        let request = Request::Read { table: span.table, address, count };
        let manner = Manner { goes_on: self.goes_on(), ..manner };
        let reply = self.bus().transact_as(manner, self.id(), request).await;
        let words = match reply.map_err(ReadErrorKind::Transaction)? {
            Reply::Words(words) => words,
            Reply::Bits(bits) => bits.into_iter().map(u16::from).collect(),
            Reply::Written => {
                return Err(ReadErrorKind::Transaction(TransactionError::Malformed {
                    expected: "values".to_owned(),
                    got: "the confirmation of a write".to_owned(),
                    help: None,
                }));
            }
        };
        self.memory().saw(span.table, address, &words);
        Ok(words)
    }

    pub(crate) async fn transact(
        &self,
        request: Request,
        deadline: Option<Instant>,
    ) -> Result<Reply, TransactionError> {
        self.bus().transact(self.id(), request, time_left(deadline)).await
    }

    /// The address on the wire of a document's address, for as many addresses as are asked for.
    pub(crate) fn wire_address(&self, address: u16, count: u16) -> Result<u16, InvalidRequest> {
        let first = i32::from(address).checked_add(self.address_offset()).ok_or(InvalidRequest::AddressRange)?;
        let first = u16::try_from(first).map_err(|_| InvalidRequest::AddressRange)?;
        let end = u32::from(first).saturating_add(u32::from(count));
        if end > u32::from(u16::MAX).saturating_add(1) { Err(InvalidRequest::AddressRange) } else { Ok(first) }
    }

    fn wire_span(&self, span: Span) -> Option<Span> {
        let first = self.wire_address(span.first, span.count()).ok()?;
        Some(Span { table: span.table, first, last: first.saturating_add(span.last.saturating_sub(span.first)) })
    }

    /// Keeps in mind that the unit refuses a point, where the exception is about its address.
    pub(crate) fn remember(&self, span: Span, exception: Exception) {
        let about_address = matches!(Refusal::of(exception.code), Refusal::Some { remember: true });
        if let Some(wire) = self.wire_span(span).filter(|_| about_address) {
            self.memory().refuse(wire, Some(exception), self.bus().connections(self.id()));
        }
    }

    /// Keeps in mind that the unit does not answer for a point, though it does for others.
    fn remember_silence(&self, span: Span) {
        if let Some(wire) = self.wire_span(span) {
            self.memory().refuse(wire, None, self.bus().connections(self.id()));
        }
    }

    /// The unit answered for all of these.
    pub(crate) fn accept(&self, span: Span) {
        if let Some(wire) = self.wire_span(span) {
            self.memory().accept(wire);
        }
    }

    fn remember_seam(&self, later: Span) {
        if let Some(wire) = self.wire_span(later) {
            self.memory().seam(wire.table, wire.first);
        }
    }
}
