//! Requests that read. Each owns its unit, can be sent from any task, and does nothing until it is awaited.

use core::fmt;
use core::future::{Future, IntoFuture};
use core::marker::PhantomData;
use core::pin::Pin;
use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;

use crate::blocks::Attempts;
use crate::condition::AvailableIf;
use crate::context::Context;
use crate::device::DeviceInfo;
use crate::element::ElementReadings;
use crate::error::{Exception, ExceptionCode, InvalidRequest, ReadError, ReadErrorKind, Target, TransactionError};
use crate::held::{Freshness, deciding, scaling};
use crate::plan::{Learnt, Plan, Span};
use crate::point::{Point, PointInfo, Readable};
use crate::snapshot::{Part, Points, Readings, Snapshot, present};
use crate::table::Table;
use crate::unit::Unit;
use crate::value::Value;

/// What requests turn into.
pub type RequestFuture<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

/// When a request that starts now has to be done.
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

    /// Gives up after this time: waiting for its turn, retries and all.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The words as they are, most significant first, instead of the value; a coil or input is one word, 0 or 1. The
    /// device is not asked before whether it has the point.
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

pub(crate) fn no_such_element() -> ReadError {
    ReadError::new(Target::no_such_element(), ReadErrorKind::NoSuchElement)
}

fn not_fitted(info: &'static PointInfo) -> ReadError {
    ReadError::new(Target::point_of(info), ReadErrorKind::NotFitted)
}

/// Where a point lies, if one request can read it.
fn readable_span(unit: &Unit, info: &PointInfo) -> Result<Span, InvalidRequest> {
    if let Some(defect) = info.defect() {
        return Err(defect);
    }
    let span = Span::of(info).ok_or_else(|| InvalidRequest::words_of(info))?;
    check_count(unit, span.table, span.count())?;
    Ok(span)
}

fn check_count(unit: &Unit, table: Table, count: u16) -> Result<(), InvalidRequest> {
    let max = unit.device().map_or(table.max_read(), |device| device.link.max_read(table));
    if (1..=max).contains(&count) { Ok(()) } else { Err(InvalidRequest::Count { count: usize::from(count), max }) }
}

/// Asks the device whether it has the point, unless it said so before on this connection.
pub(crate) async fn require_visible(
    unit: &Unit,
    info: &'static PointInfo,
    deadline: Option<Instant>,
) -> Result<(), ReadError> {
    let failed = |kind| ReadError::new(Target::point_of(info), kind);
    let bit = info.available_if().into_iter().map(AvailableIf::key).collect();
    let held = unit.held(bit, Freshness::Known, deadline).await.map_err(|(_, kind)| failed(kind))?;
    if held.hides(info) { Err(failed(ReadErrorKind::NotVisible)) } else { Ok(()) }
}

/// How often reading a point is tried.
fn attempts(info: &PointInfo) -> Attempts {
    if info.has_read_side_effect() { Attempts::One } else { Attempts::AsConfigured }
}

/// A point's words in its own order.
async fn read_point(unit: &Unit, info: &'static PointInfo, deadline: Option<Instant>) -> Result<Vec<u16>, ReadError> {
    let failed = |kind| ReadError::new(Target::point_of(info), kind);
    let span = readable_span(unit, info).map_err(|reason| failed(ReadErrorKind::Invalid(reason)))?;
    match unit.read_span(span, attempts(info), deadline).await {
        Ok(words) => {
            unit.accept(span);
            let of_address = |address: &u16| words.get(usize::from(address.checked_sub(span.first)?)).copied();
            info.words().iter().map(of_address).collect::<Option<_>>().ok_or_else(|| not_fitted(info))
        }
        Err(kind) => {
            if let ReadErrorKind::Transaction(TransactionError::Exception(exception)) = &kind {
                unit.remember(span, *exception);
            }
            Err(failed(kind))
        }
    }
}

/// Points that are read together: tuples of up to twelve handles, arrays, a `Vec`, or one.
pub trait PointSet: Send + 'static {
    /// The values, in the same shape.
    type Values: Send + 'static;

    /// The points.
    #[doc(hidden)]
    fn points(&self) -> Vec<&'static PointInfo>;

    /// Their values.
    #[doc(hidden)]
    fn values(&self, snapshot: &Snapshot) -> Result<Self::Values, ReadError>;
}

impl<T: Value, A: Readable> PointSet for Point<T, A> {
    type Values = T;

    fn points(&self) -> Vec<&'static PointInfo> {
        vec![self.info()]
    }

    fn values(&self, snapshot: &Snapshot) -> Result<T, ReadError> {
        snapshot.require(*self)
    }
}

impl<T: Value, A: Readable> PointSet for Vec<Point<T, A>> {
    type Values = Vec<T>;

    fn points(&self) -> Vec<&'static PointInfo> {
        self.iter().map(|point| point.info()).collect()
    }

    fn values(&self, snapshot: &Snapshot) -> Result<Vec<T>, ReadError> {
        self.iter().map(|point| snapshot.require(*point)).collect()
    }
}

impl<T: Value, A: Readable, const N: usize> PointSet for [Point<T, A>; N] {
    type Values = [T; N];

    fn points(&self) -> Vec<&'static PointInfo> {
        self.iter().map(|point| point.info()).collect()
    }

    fn values(&self, snapshot: &Snapshot) -> Result<[T; N], ReadError> {
        let values: Vec<T> = self.iter().map(|point| snapshot.require(*point)).collect::<Result<_, _>>()?;
        match <[T; N]>::try_from(values) {
            Ok(values) => Ok(values),
            Err(_) => unreachable!("N points give N values"),
        }
    }
}

/// Of an array that not every element has a point in: `None` where there is none.
impl<T: Value, A: Readable, const N: usize> PointSet for [Option<Point<T, A>>; N] {
    type Values = [Option<T>; N];

    fn points(&self) -> Vec<&'static PointInfo> {
        self.iter().flatten().map(|point| point.info()).collect()
    }

    fn values(&self, snapshot: &Snapshot) -> Result<[Option<T>; N], ReadError> {
        let value = |point: &Option<Point<T, A>>| point.map(|point| snapshot.require(point)).transpose();
        let values: Vec<Option<T>> = self.iter().map(value).collect::<Result<_, _>>()?;
        match <[Option<T>; N]>::try_from(values) {
            Ok(values) => Ok(values),
            Err(_) => unreachable!("N points give N values"),
        }
    }
}

macro_rules! tuples {
    ($($($value:ident $access:ident $index:tt),+;)*) => {$(
        impl<$($value: Value, $access: Readable),+> PointSet for ($(Point<$value, $access>,)+) {
            type Values = ($($value,)+);

            fn points(&self) -> Vec<&'static PointInfo> {
                vec![$(self.$index.info()),+]
            }

            fn values(&self, snapshot: &Snapshot) -> Result<Self::Values, ReadError> {
                Ok(($(snapshot.require(self.$index)?,)+))
            }
        }
    )*};
}

tuples! {
    T0 A0 0;
    T0 A0 0, T1 A1 1;
    T0 A0 0, T1 A1 1, T2 A2 2;
    T0 A0 0, T1 A1 1, T2 A2 2, T3 A3 3;
    T0 A0 0, T1 A1 1, T2 A2 2, T3 A3 3, T4 A4 4;
    T0 A0 0, T1 A1 1, T2 A2 2, T3 A3 3, T4 A4 4, T5 A5 5;
    T0 A0 0, T1 A1 1, T2 A2 2, T3 A3 3, T4 A4 4, T5 A5 5, T6 A6 6;
    T0 A0 0, T1 A1 1, T2 A2 2, T3 A3 3, T4 A4 4, T5 A5 5, T6 A6 6, T7 A7 7;
    T0 A0 0, T1 A1 1, T2 A2 2, T3 A3 3, T4 A4 4, T5 A5 5, T6 A6 6, T7 A7 7, T8 A8 8;
    T0 A0 0, T1 A1 1, T2 A2 2, T3 A3 3, T4 A4 4, T5 A5 5, T6 A6 6, T7 A7 7, T8 A8 8, T9 A9 9;
    T0 A0 0, T1 A1 1, T2 A2 2, T3 A3 3, T4 A4 4, T5 A5 5, T6 A6 6, T7 A7 7, T8 A8 8, T9 A9 9, T10 A10 10;
    T0 A0 0, T1 A1 1, T2 A2 2, T3 A3 3, T4 A4 4, T5 A5 5, T6 A6 6, T7 A7 7, T8 A8 8, T9 A9 9, T10 A10 10, T11 A11 11;
}

/// Reads several points. `.await` sends it.
#[must_use = "nothing is read until this is awaited"]
pub struct ReadSet<S> {
    unit: Unit,
    points: S,
    timeout: Option<Duration>,
}

impl<S: PointSet> ReadSet<S> {
    pub(crate) fn new(unit: Unit, points: S) -> Self {
        Self { unit, points, timeout: None }
    }

    /// Gives up after this time, for all requests together.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }
}

impl<S: PointSet> IntoFuture for ReadSet<S> {
    type Output = Result<S::Values, ReadError>;
    type IntoFuture = RequestFuture<S::Values, ReadError>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { unit, points: set, timeout } = self;
        let points = set.points();
        // Not across the await: a set need not be shareable between threads.
        let reading = async move {
            check_all(&unit, &points)?;
            read_points(&unit, Points::Listed(points), Purpose::ByName, deadline(timeout)).await
        };
        Box::pin(async move { reading.await.and_then(|snapshot| set.values(&snapshot)) })
    }
}

impl<S: PointSet> fmt::Debug for ReadSet<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReadSet").field(&self.points.points()).finish()
    }
}

/// Where every point must have a value, one that cannot be read is found before anything is sent.
fn check_all(unit: &Unit, points: &[&'static PointInfo]) -> Result<(), ReadError> {
    for (unit, of_unit) in unit.by_unit(points.iter().copied()) {
        let (_, refused) = unit.learnt();
        for info in of_unit {
            let failed = |kind| ReadError::new(Target::point_of(info), kind);
            let span = readable_span(&unit, info).map_err(|reason| failed(ReadErrorKind::Invalid(reason)))?;
            let scale = scaling(info).map(Span::at);
            let is_refused = |hole: Span| span.contains(hole) || scale.is_some_and(|scale| scale.contains(hole));
            // The only point of its reading is always asked for.
            if points.len() > 1
                && let Some((_, exception)) = refused.iter().find(|(hole, _)| is_refused(*hole))
            {
                return Err(failed(ReadErrorKind::RefusedBefore(*exception)));
            }
        }
    }
    Ok(())
}

/// Reads a struct of points. `.await` sends it.
#[must_use = "nothing is read until this is awaited"]
pub struct ReadGroup<R> {
    unit: Unit,
    timeout: Option<Duration>,
    readings: PhantomData<fn() -> R>,
}

impl<R: Readings> ReadGroup<R> {
    pub(crate) fn new(unit: Unit) -> Self {
        Self { unit, timeout: None, readings: PhantomData }
    }

    /// Gives up after this time, for all requests together.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The words that were read and what is missing, instead of the struct.
    pub fn snapshot(self) -> ReadSnapshot {
        let source = SnapshotSource { points: Points::Static(R::POINTS), purpose: Purpose::Everything };
        ReadSnapshot { unit: self.unit, source, timeout: self.timeout }
    }
}

impl<R: Readings> IntoFuture for ReadGroup<R> {
    type Output = Result<R, ReadError>;
    type IntoFuture = RequestFuture<R, ReadError>;

    fn into_future(self) -> Self::IntoFuture {
        let reading = self.snapshot().into_future();
        Box::pin(async move { Ok(R::decode(&reading.await?)) })
    }
}

impl<R: Readings> fmt::Debug for ReadGroup<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReadGroup").field(&R::POINTS).finish()
    }
}

/// Reads one element of an array. `.await` sends it.
#[must_use = "nothing is read until this is awaited"]
pub struct ReadElement<R> {
    unit: Unit,
    element: usize,
    timeout: Option<Duration>,
    readings: PhantomData<fn() -> R>,
}

impl<R: ElementReadings> ReadElement<R> {
    pub(crate) fn new(unit: Unit, element: usize) -> Self {
        Self { unit, element, timeout: None, readings: PhantomData }
    }

    /// Gives up after this time, for all requests together.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The words that were read and what is missing, instead of the struct.
    pub fn snapshot(self) -> ReadSnapshot {
        let points = Points::Static(Self::points(self.element));
        let source = SnapshotSource { points, purpose: Purpose::Everything };
        ReadSnapshot { unit: self.unit, source, timeout: self.timeout }
    }

    fn points(element: usize) -> &'static [&'static [&'static PointInfo]] {
        R::POINTS.get(element..).and_then(|rest| rest.get(..1)).unwrap_or_default()
    }
}

impl<R: ElementReadings> IntoFuture for ReadElement<R> {
    type Output = Result<R, ReadError>;
    type IntoFuture = RequestFuture<R, ReadError>;

    fn into_future(self) -> Self::IntoFuture {
        let element = self.element;
        let exists = !Self::points(element).is_empty();
        let reading = self.snapshot().into_future();
        Box::pin(async move { if exists { Ok(R::decode(&reading.await?, element)) } else { Err(no_such_element()) } })
    }
}

impl<R: ElementReadings> fmt::Debug for ReadElement<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReadElement").field(&Self::points(self.element)).finish()
    }
}

/// What points are read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// These were asked for, also those whose reading changes the device.
    ByName,
    /// They are part of something.
    Everything,
}

#[derive(Debug)]
struct SnapshotSource {
    points: Points,
    purpose: Purpose,
}

/// Reads points into a [`Snapshot`]. `.await` sends it.
#[must_use = "nothing is read until this is awaited"]
#[derive(Debug)]
pub struct ReadSnapshot {
    unit: Unit,
    source: SnapshotSource,
    timeout: Option<Duration>,
}

impl ReadSnapshot {
    pub(crate) fn new(unit: Unit, points: Vec<&'static PointInfo>) -> Self {
        let source = SnapshotSource { points: Points::Listed(points), purpose: Purpose::ByName };
        Self { unit, source, timeout: None }
    }

    /// Gives up after this time, for all requests together.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }
}

impl IntoFuture for ReadSnapshot {
    type Output = Result<Snapshot, ReadError>;
    type IntoFuture = RequestFuture<Snapshot, ReadError>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { unit, source, timeout } = self;
        Box::pin(async move { read_points(&unit, source.points, source.purpose, deadline(timeout)).await })
    }
}

async fn read_points(
    unit: &Unit,
    points: Points,
    purpose: Purpose,
    deadline: Option<Instant>,
) -> Result<Snapshot, ReadError> {
    let readable = points
        .iter()
        .filter(|info| info.access().is_readable())
        .filter(|info| purpose == Purpose::ByName || !info.has_read_side_effect());
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

/// Whether a failure says that there is nobody at the unit id, while the bus works.
fn is_silence(kind: &ReadErrorKind) -> bool {
    use ExceptionCode::{GatewayPathUnavailable, GatewayTargetFailedToRespond};
    match kind {
        ReadErrorKind::Transaction(TransactionError::Timeout { .. } | TransactionError::Silent { .. }) => true,
        ReadErrorKind::Transaction(TransactionError::Exception(Exception { code, .. })) => {
            matches!(code, GatewayPathUnavailable | GatewayTargetFailedToRespond)
        }
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
        Purpose::ByName => Freshness::Known,
        Purpose::Everything => Freshness::RefusalsKnown,
    };
    let bits = points.iter().filter_map(|info| info.available_if()).map(AvailableIf::key).collect();
    let held = unit.held(bits, freshness, deadline).await?;
    let (mut learnt, mut known) = unit.learnt();
    if is_only_one {
        // It is always asked for.
        learnt = Learnt { whose: learnt.whose, ..Learnt::default() };
        known.clear();
    }
    let (mut wanted, mut alone) = (Vec::new(), BTreeSet::new());
    for info in points.iter().filter(|info| !held.hides(info)) {
        let Some(span) = Span::of(info) else { continue };
        if info.has_read_side_effect() {
            alone.insert(span);
        } else {
            wanted.push(span);
        }
        wanted.extend(deciding(info).chain(scaling(info)).map(Span::at));
    }
    alone.retain(|span| !learnt.refused.iter().any(|refused| span.contains(*refused)));
    // Nothing is read in passing that changes the device, also where there is no list of all its points.
    learnt.refused.extend(&alone);
    let plan = Plan::with_learnt(wanted, unit.device(), unit.cost(), &learnt);
    let mut harvest = unit.read_plan(&plan, deadline).await?;
    for span in alone {
        unit.read_alone(span, deadline, &mut harvest).await?;
    }
    let refused = harvest.refused.into_iter().chain(known).collect();
    Ok(Part { image: harvest.image, refused, held, failure: None })
}

#[derive(Debug, Clone, Copy)]
enum Source {
    Point(Option<&'static PointInfo>),
    Range { table: Table, address: u16, count: u16 },
}

/// Reads words as they are. `.await` sends it.
#[must_use = "nothing is read until this is awaited"]
#[derive(Debug)]
pub struct ReadWords {
    unit: Unit,
    source: Source,
    timeout: Option<Duration>,
}

impl ReadWords {
    pub(crate) fn range(unit: Unit, table: Table, address: u16, count: u16) -> Self {
        Self { unit, source: Source::Range { table, address, count }, timeout: None }
    }

    /// Gives up after this time: waiting for its turn, retries and all.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }
}

impl IntoFuture for ReadWords {
    type Output = Result<Vec<u16>, ReadError>;
    type IntoFuture = RequestFuture<Vec<u16>, ReadError>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { unit, source, timeout } = self;
        Box::pin(async move {
            match source {
                Source::Point(info) => {
                    let info = info.ok_or_else(no_such_element)?;
                    read_point(&unit.of_point(info), info, deadline(timeout)).await
                }
                Source::Range { table, address, count } => read_range(&unit, table, address, count, timeout).await,
            }
        })
    }
}

async fn read_range(
    unit: &Unit,
    table: Table,
    address: u16,
    count: u16,
    timeout: Option<Duration>,
) -> Result<Vec<u16>, ReadError> {
    let failed = |kind| ReadError::new(Target::addresses(table, address, count), kind);
    let invalid = |reason| failed(ReadErrorKind::Invalid(reason));
    check_count(unit, table, count).map_err(invalid)?;
    let last = address.checked_add(count.saturating_sub(1)).ok_or_else(|| invalid(InvalidRequest::AddressRange))?;
    let span = Span { table, first: address, last };
    // What changes the device is read once by whatever name it is asked for.
    let listed = unit.device().into_iter().flat_map(DeviceInfo::points);
    let changing = listed.filter(|info| info.has_read_side_effect()).filter_map(Span::of);
    let attempts =
        if changing.into_iter().any(|point| point.overlaps(span)) { Attempts::One } else { Attempts::AsConfigured };
    unit.read_span(span, attempts, deadline(timeout)).await.map_err(failed)
}

/// Reads coils or discrete inputs as they are. `.await` sends it.
#[must_use = "nothing is read until this is awaited"]
#[derive(Debug)]
pub struct ReadBits {
    unit: Unit,
    table: Table,
    address: u16,
    count: u16,
    timeout: Option<Duration>,
}

impl ReadBits {
    pub(crate) fn new(unit: Unit, table: Table, address: u16, count: u16) -> Self {
        Self { unit, table, address, count, timeout: None }
    }

    /// Gives up after this time: waiting for its turn, retries and all.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }
}

impl IntoFuture for ReadBits {
    type Output = Result<Vec<bool>, ReadError>;
    type IntoFuture = RequestFuture<Vec<bool>, ReadError>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { unit, table, address, count, timeout } = self;
        Box::pin(async move {
            let words = read_range(&unit, table, address, count, timeout).await?;
            Ok(words.into_iter().map(|word| word != 0).collect())
        })
    }
}
