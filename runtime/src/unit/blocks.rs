//! Reading what was planned, block by block, around what a device refuses.

use core::ops::Range;
use std::time::Duration;

use tokio::time::Instant;

use crate::bus::transaction::{Reply, Request};
use crate::error::{Exception, ExceptionCode, InvalidRequest, ReadErrorKind, TransactionError};
use crate::plan::{Plan, Span, hull};
use crate::unit::Unit;
use crate::unit::snapshot::Image;

/// What is done about an exception that answers a read.
enum Refusal {
    /// The device has no such function, so none of the block.
    All,
    /// One of the block is at fault; which one is found by division, and remembered where the answer is about the address.
    Some { remember: bool },
    /// It says nothing about the addresses.
    Failure,
}

impl Refusal {
    const fn of(code: ExceptionCode) -> Self {
        match code {
            ExceptionCode::IllegalFunction => Self::All,
            ExceptionCode::IllegalDataAddress | ExceptionCode::IllegalDataValue => Self::Some { remember: true },
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
    matches!(Refusal::of(code), Refusal::All | Refusal::Some { remember: true })
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
pub(crate) struct Harvest {
    pub(crate) image: Image,
    pub(crate) refused: Vec<(Span, Exception)>,
}

/// Items still to be read in one request, and the division they come from.
struct Pending {
    items: Range<usize>,
    division: Option<usize>,
}

/// A block that was refused and divided.
struct Division {
    /// The first item of its later half.
    later: Span,
    /// The division it came from itself.
    parent: Option<usize>,
    /// Whether there are addresses between its halves that no point has.
    gap: bool,
    /// Whether something was found in it that the device refuses. If not, the block itself is what it refuses.
    explained: bool,
    remember: bool,
}

/// A point is refused, which is why all the blocks were that held it.
fn explain(divisions: &mut [Division], innermost: Option<usize>) {
    let mut next = innermost;
    while let Some(division) = next.and_then(|index| divisions.get_mut(index)) {
        division.explained = true;
        next = division.parent;
    }
}

impl Unit {
    /// Reads a plan. What fails is the whole, with the addresses that were asked for.
    pub(crate) async fn read_plan(
        &self,
        plan: &Plan,
        deadline: Option<Instant>,
    ) -> Result<Harvest, (Span, ReadErrorKind)> {
        let mut harvest = Harvest { image: Image::default(), refused: Vec::new() };
        let mut divisions: Vec<Division> = Vec::new();
        for request in plan.requests() {
            let mut pending = vec![Pending { items: request.items.clone(), division: None }];
            while let Some(Pending { items, division }) = pending.pop() {
                let spans = plan.items.get(items.clone()).unwrap_or_default();
                let Some(block) = hull(spans) else { continue };
                let exception = match self.read_span(block, Attempts::AsConfigured, deadline).await {
                    Ok(words) => {
                        harvest.image.push(block, &words);
                        continue;
                    }
                    Err(ReadErrorKind::Transaction(TransactionError::Exception(exception))) => exception,
                    Err(kind) => return Err((block, kind)),
                };
                match (Refusal::of(exception.code), spans) {
                    (Refusal::Failure, _) => {
                        return Err((block, ReadErrorKind::Transaction(TransactionError::Exception(exception))));
                    }
                    (Refusal::All, _) => {
                        harvest.refused.extend(spans.iter().map(|span| (*span, exception)));
                        explain(&mut divisions, division);
                    }
                    (Refusal::Some { remember }, [span]) => {
                        harvest.refused.push((*span, exception));
                        explain(&mut divisions, division);
                        if remember {
                            self.remember(*span, exception);
                        }
                    }
                    (Refusal::Some { remember }, spans) => {
                        let middle = items.start.saturating_add(spans.len() / 2);
                        let Some((earlier, [later, ..])) = spans.split_at_checked(spans.len() / 2) else { continue };
                        let gap = earlier.last().is_some_and(|earlier| earlier.end() < later.start());
                        let parent = division;
                        let division = Some(divisions.len());
                        divisions.push(Division { later: *later, parent, gap, explained: false, remember });
                        // The last one in is read first: the image is filled in ascending order.
                        pending.push(Pending { items: middle..items.end, division });
                        pending.push(Pending { items: items.start..middle, division });
                    }
                }
            }
        }
        self.learn_seams(divisions);
        Ok(harvest)
    }

    /// Reads what must not be read twice and in no block: one request, sent once.
    pub(crate) async fn read_alone(
        &self,
        span: Span,
        deadline: Option<Instant>,
        harvest: &mut Harvest,
    ) -> Result<(), (Span, ReadErrorKind)> {
        match self.read_span(span, Attempts::One, deadline).await {
            Ok(words) => harvest.image.push(span, &words),
            Err(ReadErrorKind::Transaction(TransactionError::Exception(exception)))
                if !matches!(Refusal::of(exception.code), Refusal::Failure) =>
            {
                self.remember(span, exception);
                harvest.refused.push((span, exception));
            }
            Err(kind) => return Err((span, kind)),
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
        let count = span.count();
        let address = self.wire_address(span.first, count).map_err(ReadErrorKind::Invalid)?;
        let request = Request::Read { table: span.table, address, count };
        let reply = match attempts {
            Attempts::AsConfigured => self.transact(request, deadline).await,
            Attempts::One => self.bus().transact_once(self.id(), request, time_left(deadline)).await,
        };
        let words = match reply.map_err(ReadErrorKind::Transaction)? {
            Reply::Words(words) => words,
            Reply::Bits(bits) => bits.into_iter().map(u16::from).collect(),
            Reply::Written => {
                return Err(ReadErrorKind::Transaction(TransactionError::Malformed {
                    expected: "values".to_owned(),
                    got: "the confirmation of a write".to_owned(),
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
            self.memory().refuse(wire, exception);
        }
    }

    /// The unit answered for a point.
    pub(crate) fn accept(&self, span: Span) {
        if let Some(wire) = self.wire_span(span) {
            self.memory().accept(wire);
        }
    }

    /// Of the blocks that were refused while all their points were read, those are cut in future that cannot be explained
    /// by a gap in a smaller one.
    fn learn_seams(&self, mut divisions: Vec<Division>) {
        // Smaller blocks were divided after the larger ones they are part of.
        while let Some(division) = divisions.pop() {
            if !division.explained && division.remember {
                self.remember_seam(division.later);
                if division.gap {
                    explain(&mut divisions, division.parent);
                }
            }
        }
    }

    fn remember_seam(&self, later: Span) {
        if let Some(wire) = self.wire_span(later) {
            self.memory().seam(wire.table, wire.first);
        }
    }
}
