//! Requests that read structs of points and elements of arrays.

use core::fmt;
use core::future::IntoFuture;
use core::marker::PhantomData;
use std::time::Duration;

use super::{Purpose, RequestFuture, deadline, no_such_element, read_points};
use crate::error::ReadError;
use crate::point::PointInfo;
use crate::unit::Unit;
use crate::unit::snapshot::{ElementReadings, Points, Readings, Snapshot};

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

    /// Returns a [`Snapshot`] with the words and what is missing, instead of the struct.
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

    /// Returns a [`Snapshot`] with the words and what is missing, instead of the struct.
    pub fn snapshot(self) -> ReadSnapshot {
        let points = Points::Listed(Self::points(self.element));
        let source = SnapshotSource { points, purpose: Purpose::Everything };
        ReadSnapshot { unit: self.unit, source, timeout: self.timeout }
    }

    fn points(element: usize) -> Vec<&'static PointInfo> {
        R::POINTS.iter().filter_map(|points| points.get(element).copied().flatten()).collect()
    }
}

impl<R: ElementReadings> IntoFuture for ReadElement<R> {
    type Output = Result<R, ReadError>;
    type IntoFuture = RequestFuture<R, ReadError>;

    fn into_future(self) -> Self::IntoFuture {
        let element = self.element;
        let exists = R::POINTS.iter().any(|points| element < points.len());
        let reading = self.snapshot().into_future();
        Box::pin(async move { if exists { Ok(R::decode(&reading.await?, element)) } else { Err(no_such_element()) } })
    }
}

impl<R: ElementReadings> fmt::Debug for ReadElement<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReadElement").field(&Self::points(self.element)).finish()
    }
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

    /// For points that are read repeatedly.
    pub(crate) fn polling(mut self) -> Self {
        self.source.purpose = Purpose::Polling;
        self
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
