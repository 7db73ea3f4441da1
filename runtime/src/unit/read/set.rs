//! Points that are read together: tuples, arrays and groups.

use core::fmt;
use core::future::IntoFuture;
use core::marker::PhantomData;
use std::time::Duration;

use super::{Purpose, RequestFuture, check_all, deadline, read_points};
use crate::error::ReadError;
use crate::point::value::Value;
use crate::point::{Point, PointInfo, Readable};
use crate::unit::Unit;
use crate::unit::snapshot::{Points, Readings, Snapshot};

/// Points that are read together: a tuple of up to twelve handles, an array, a `Vec`, or one handle.
pub trait PointSet: Send + 'static {
    /// The values, in the same shape.
    type Values: Send + 'static;

    /// Whether a point may be missing without an error.
    #[doc(hidden)]
    const PARTS_MAY_BE_MISSING: bool = false;

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

/// For a point that not every element of an array has: `None` where it is missing.
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

/// Points read into a struct, for [`Unit::read`] and [`Poller::every`](crate::unit::Poller::every); made by
/// [`group`](group()).
pub struct Group<R>(PhantomData<fn() -> R>);

/// The points of a struct of readings: `unit.read(group::<HeatPumpReadings>())`. Points that the device refuses are
/// missing from the struct.
#[must_use]
pub const fn group<R: Readings>() -> Group<R> {
    Group(PhantomData)
}

impl<R: Readings> PointSet for Group<R> {
    type Values = R;

    const PARTS_MAY_BE_MISSING: bool = true;

    fn points(&self) -> Vec<&'static PointInfo> {
        R::POINTS.iter().copied().flatten().copied().collect()
    }

    fn values(&self, snapshot: &Snapshot) -> Result<R, ReadError> {
        Ok(R::decode(snapshot))
    }
}

impl<R> fmt::Debug for Group<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Group").finish_non_exhaustive()
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
            let purpose = if S::PARTS_MAY_BE_MISSING { Purpose::Everything } else { Purpose::ByName };
            if purpose == Purpose::ByName {
                check_all(&unit, &points)?;
            }
            read_points(&unit, Points::Listed(points), purpose, deadline(timeout)).await
        };
        Box::pin(async move { reading.await.and_then(|snapshot| set.values(&snapshot)) })
    }
}

impl<S: PointSet> fmt::Debug for ReadSet<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReadSet").field(&self.points.points()).finish()
    }
}
