//! Requests that read. Each owns its unit, can be awaited in any task, and does nothing until it is awaited.

mod group;
mod raw;
mod set;

use core::fmt;
use core::future::{Future, IntoFuture};
use core::marker::PhantomData;
use core::pin::Pin;
use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;

pub use self::group::{ReadElement, ReadGroup, ReadSnapshot};
use self::raw::Source;
pub use self::raw::{ReadBits, ReadWords};
pub use self::set::{Group, PointSet, ReadSet, group};
use crate::error::{Exception, ExceptionCode, InvalidRequest, ReadError, ReadErrorKind, Target, TransactionError};
use crate::plan::{Learnt, Pieces, Plan, Span};
use crate::point::PointInfo;
use crate::point::condition::AvailableIf;
use crate::point::context::Context;
use crate::point::table::Table;
use crate::point::value::Value;
use crate::unit::Unit;
use crate::unit::blocks::{Attempts, PlanResult, is_of_connection};
use crate::unit::held::{Freshness, deciding, scaling};
use crate::unit::snapshot::{Part, Points, Snapshot, present};

/// The future of a request.
pub type RequestFuture<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

/// The deadline of a request that starts now.
pub(crate) fn deadline(timeout: Option<Duration>) -> Option<Instant> {
    timeout.and_then(|timeout| Instant::now().checked_add(timeout))
}

/// Reads one point. `.await` sends it.
#[must_use = "nothing is read until this is awaited"]
pub struct Read<T> {
    unit: Unit,
    /// None for a point that its array's element does not have.
    info: Option<&'static PointInfo>,
    timeout: Option<Duration>,
    value: PhantomData<fn() -> T>,
}

impl<T: Value> Read<T> {
    #[inline]
    pub(crate) fn new(unit: Unit, info: Option<&'static PointInfo>) -> Self {
        Self { unit, info, timeout: None, value: PhantomData }
    }

    /// Gives up after this time, which includes waiting for its turn and retries.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Reads the raw words, most significant first, instead of the value; a coil or input is one word, 0 or 1. The
    /// device is not asked first whether it has the point.
    pub fn raw(self) -> ReadWords {
        ReadWords { unit: self.unit, source: Source::Point(self.info), timeout: self.timeout }
    }
}

impl<T: Value> IntoFuture for Read<T> {
    type Output = Result<T, ReadError>;
    type IntoFuture = RequestFuture<T, ReadError>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { unit, info, timeout, .. } = self;
        Box::pin(async move {
            let info = info.ok_or_else(no_such_element)?;
            let deadline = deadline(timeout);
            let unit = unit.of_point(info);
            require_visible(&unit, info, deadline).await?;
            if info.scale_register().is_some() {
                check_all(&unit, &[info])?;
                let snapshot = read_points(&unit, Points::Listed(vec![info]), Purpose::ByName, deadline).await?;
                return snapshot.require_info(info);
            }
            let words = read_point(&unit, info, deadline).await?;
            let held = unit.held(deciding(info).collect(), Freshness::Known, deadline).await;
            let held = held.map_err(|(_, kind)| ReadError::new(Target::point_of(info), kind))?;
            present(info, T::decode_in(info, &words, Context::of(info, |key| held.word(key))))
        })
    }
}

impl<T> fmt::Debug for Read<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Read").field(&self.info).finish()
    }
}

/// One register, coil or input, as a word.
pub(crate) async fn read_word(
    unit: &Unit,
    table: Table,
    address: u16,
    timeout: Option<Duration>,
) -> Result<u16, ReadError> {
    let words = raw::read_range(unit, table, address, 1, timeout).await?;
    words.first().copied().ok_or_else(|| {
        ReadError::new(Target::addresses(table, address, 1), ReadErrorKind::Invalid(InvalidRequest::AddressRange))
    })
}

pub(crate) fn no_such_element() -> ReadError {
    ReadError::new(Target::no_such_element(), ReadErrorKind::NoSuchElement)
}

/// Which requests read a point, if they can.
fn readable(unit: &Unit, info: &PointInfo) -> Result<Pieces, InvalidRequest> {
    if let Some(defect) = info.defect() {
        return Err(defect);
    }
    let pieces = match Span::of(info) {
        // As nearly always: the words follow each other, and what is between them does not matter.
        Some(span) if usize::from(span.count()) == info.words().len() => Some(Pieces::Whole(span)),
        _ => Plan::pieces(info, unit.device(), &unit.learnt().0),
    };
    let pieces = pieces.ok_or_else(|| InvalidRequest::words_of(info))?;
    pieces.iter().try_for_each(|span| check_count(unit, span.table, span.count()))?;
    Ok(pieces)
}

fn check_count(unit: &Unit, table: Table, count: u16) -> Result<(), InvalidRequest> {
    let max = unit.device().map_or(table.max_read(), |device| device.link.max_read(table));
    if (1..=max).contains(&count) { Ok(()) } else { Err(InvalidRequest::Count { count: usize::from(count), max }) }
}

/// Asks the device whether it has the point, unless it said on this connection that it has.
pub(crate) async fn require_visible(
    unit: &Unit,
    info: &'static PointInfo,
    deadline: Option<Instant>,
) -> Result<(), ReadError> {
    let failed = |kind| ReadError::new(Target::point_of(info), kind);
    let bit: BTreeSet<_> = info.available_if().into_iter().map(AvailableIf::key).collect();
    let was_known = unit.learnt().0.held.hides(info);
    let mut held = unit.held(bit.clone(), Freshness::Known, deadline).await.map_err(|(_, kind)| failed(kind))?;
    if was_known && held.hides(info) {
        held = unit.held(bit, Freshness::Asked, deadline).await.map_err(|(_, kind)| failed(kind))?;
    }
    if held.hides(info) { Err(failed(ReadErrorKind::NotVisible)) } else { Ok(()) }
}

/// How often reading a point is tried.
fn attempts(info: &PointInfo) -> Attempts {
    if info.has_read_side_effect() { Attempts::One } else { Attempts::AsConfigured }
}

/// A point's words in its own order.
async fn read_point(unit: &Unit, info: &'static PointInfo, deadline: Option<Instant>) -> Result<Vec<u16>, ReadError> {
    let failed = |kind| ReadError::new(Target::point_of(info), kind);
    let read = match readable(unit, info).map_err(|reason| failed(ReadErrorKind::Invalid(reason)))? {
        Pieces::Whole(span) => {
            unit.read_span(span, attempts(info), deadline).await.map_err(|kind| (span, kind)).and_then(|words| {
                unit.accept(span);
                let of_address = |address: &u16| words.get(usize::from(address.checked_sub(span.first)?)).copied();
                let words = info.words().iter().map(of_address).collect::<Option<_>>();
                words.ok_or((span, ReadErrorKind::NotFitted))
            })
        }
        Pieces::Apart(pieces) => unit.read_pieces(info, &pieces, deadline).await,
    };
    match read {
        Ok(words) => Ok(words),
        Err((span, kind)) => {
            if let ReadErrorKind::Transaction(error) = &kind
                && let Some(exception) = error.exception()
            {
                unit.remember(span, exception);
            }
            Err(failed(kind))
        }
    }
}

/// If every point must have a value, finds a point that cannot be read before anything is sent.
fn check_all(unit: &Unit, points: &[&'static PointInfo]) -> Result<(), ReadError> {
    for (unit, of_unit) in unit.by_unit(points.iter().copied()) {
        let (_, refused) = unit.learnt();
        for info in of_unit {
            let failed = |kind| ReadError::new(Target::point_of(info), kind);
            let pieces = readable(&unit, info).map_err(|reason| failed(ReadErrorKind::Invalid(reason)))?;
            let scale = scaling(info).map(Span::at);
            let is_refused = |hole: Span| pieces.iter().chain(scale).any(|span| span.contains(hole));
            // The only point of its reading is always asked for.
            if points.len() > 1
                && let Some((_, Some(exception))) =
                    refused.iter().find(|(hole, exception)| exception.is_some() && is_refused(*hole))
            {
                return Err(failed(ReadErrorKind::RefusedBefore(*exception)));
            }
        }
    }
    Ok(())
}

/// Why points are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// They were named, even those whose reading changes the device.
    ByName,
    /// They are part of something.
    Everything,
    /// They were named, to be read repeatedly.
    Polling,
}

async fn read_points(
    unit: &Unit,
    points: Points,
    purpose: Purpose,
    deadline: Option<Instant>,
) -> Result<Snapshot, ReadError> {
    let unit = &unit.in_one_turn();
    let readable = points
        .iter()
        .filter(|info| info.is_read())
        .filter(|info| purpose != Purpose::Everything || !info.has_read_side_effect());
    let units = unit.by_unit(readable);
    let is_only_one = units.iter().map(|(_, points)| points.len()).sum::<usize>() <= 1;
    let (mut home, mut others, mut failure) = (Part::default(), Vec::new(), None);
    let mut is_anything_read = false;
    for (unit, points) in units.iter().filter(|(_, points)| !points.is_empty()) {
        let part = match read_unit(unit, points, purpose, is_only_one, deadline).await {
            Ok(part) => {
                is_anything_read = true;
                part
            }
            Err((span, kind)) => {
                let named = points.iter().find(|info| Span::of(info) == Some(span)).copied();
                let addresses = Target::addresses(span.table, span.first, span.count()).at_unit(unit.other_id());
                let error = ReadError::new(named.map_or(addresses, Target::point_of), kind.clone());
                // What is behind one unit id may be gone while the rest of the device is there.
                if unit.other_id().is_none() || !is_silence(&kind) {
                    return Err(error);
                }
                failure.get_or_insert(error);
                Part { failure: Some(kind), ..Part::default() }
            }
        };
        match unit.other_id() {
            None => home = part,
            Some(id) => others.push((id, part)),
        }
    }
    match failure {
        Some(error) if !is_anything_read => Err(error),
        _ => Ok(Snapshot::new(points, (unit.home(), home), others)),
    }
}

/// Whether a failure means that no device has the unit id, while the bus works.
pub(super) fn is_silence(kind: &ReadErrorKind) -> bool {
    use ExceptionCode::{GatewayPathUnavailable, GatewayTargetFailedToRespond};
    match kind {
        ReadErrorKind::Transaction(error) => match error.last() {
            TransactionError::Timeout { .. } | TransactionError::Silent { .. } => true,
            TransactionError::Exception(Exception { code, .. }) => {
                matches!(code, GatewayPathUnavailable | GatewayTargetFailedToRespond)
            }
            _ => false,
        },
        _ => false,
    }
}

/// Reads the points of one unit.
async fn read_unit(
    unit: &Unit,
    points: &[&'static PointInfo],
    purpose: Purpose,
    is_only_one: bool,
    deadline: Option<Instant>,
) -> Result<Part, (Span, ReadErrorKind)> {
    // What is fitted to a device may change while the connection stays, which whoever wants everything wants to see.
    let freshness = match purpose {
        Purpose::ByName | Purpose::Polling => Freshness::Known,
        Purpose::Everything => Freshness::RefusalsKnown,
    };
    let bits: BTreeSet<_> = points.iter().filter_map(|info| info.available_if()).map(AvailableIf::key).collect();
    let held = match unit.held(bits.clone(), freshness, deadline).await {
        Err((span, kind)) if is_of_connection(&kind) || points.is_empty() => return Err((span, kind)),
        // The points themselves are there, or are not.
        held => held.unwrap_or_default().of(unit.variant()),
    };
    let (mut learnt, mut known) = unit.learnt();
    if purpose != Purpose::Everything {
        // Who asks for it by name has it asked for again, if it was not answered.
        let silent = known.extract_if(.., |(_, exception)| exception.is_none());
        learnt.ask_again.extend(silent.map(|(span, _)| span));
        learnt.refused.retain(|span| !learnt.ask_again.contains(span));
    }
    if is_only_one {
        // It is always asked for.
        learnt = Learnt { whose: learnt.whose, ..Learnt::default() };
        known.clear();
    }
    let (mut wanted, mut alone, mut apart) = (Vec::new(), BTreeSet::new(), Vec::new());
    for info in points.iter().filter(|info| !held.hides(info)) {
        match Plan::pieces(info, unit.device(), &learnt) {
            None => continue,
            Some(Pieces::Apart(pieces)) => apart.push((*info, pieces)),
            Some(Pieces::Whole(span)) if info.has_read_side_effect() => _ = alone.insert(span),
            Some(Pieces::Whole(span)) => wanted.push(span),
        }
        wanted.extend(deciding(info).chain(scaling(info)).map(Span::at));
    }
    alone.retain(|span| !learnt.refused.iter().any(|refused| span.contains(*refused)));
    // Nothing is read in passing that changes the device, also where there is no list of all its points.
    learnt.refused.extend(&alone);
    if purpose == Purpose::Polling {
        // What the device has may change from one time to the next.
        wanted.extend(bits.into_iter().map(Span::at));
    }
    let plan = Plan::with_learnt(wanted, unit.device(), unit.cost(), &learnt);
    let mut result = unit.read_plan(&plan, deadline).await?;
    for span in alone {
        unit.read_alone(span, deadline, &mut result).await?;
    }
    let is_refused = |span: &Span| learnt.refused.iter().any(|refused| span.contains(*refused));
    for (info, pieces) in apart.iter().filter(|(_, pieces)| !pieces.iter().any(is_refused)) {
        // Nobody is there.
        if result.failure_of_all().is_some() {
            break;
        }
        unit.read_apart(info, pieces, deadline, &mut result).await?;
    }
    if let Some(failure) = result.failure_of_all() {
        return Err(failure);
    }
    let PlanResult { image, mut refused, failed, .. } = result;
    let mut silent = Vec::new();
    for (span, exception) in known {
        match exception {
            Some(exception) => refused.push((span, exception)),
            None => silent.push(span),
        }
    }
    let is_too_long = |span: &Span| check_count(unit, span.table, span.count()).is_err();
    let is_apart = |info: &&PointInfo| apart.iter().any(|(of, _)| of.is(info));
    let whole = points.iter().filter(|info| !is_apart(info)).filter_map(|info| Span::of(info));
    let too_long = whole.filter(is_too_long).collect();
    Ok(Part { image, refused, failed, silent, too_long, held, failure: None })
}
