//! Requests that read raw words, coils and inputs.

use core::future::IntoFuture;
use std::time::Duration;

use super::{RequestFuture, check_count, deadline, no_such_element, read_point};
use crate::device::DeviceInfo;
use crate::error::{InvalidRequest, ReadError, ReadErrorKind, Target};
use crate::plan::Span;
use crate::point::PointInfo;
use crate::point::table::Table;
use crate::unit::Unit;
use crate::unit::blocks::Attempts;

#[derive(Debug, Clone, Copy)]
pub(super) enum Source {
    Point(Option<&'static PointInfo>),
    Range { table: Table, address: u16, count: u16 },
}

/// Reads raw words. `.await` sends it.
#[must_use = "nothing is read until this is awaited"]
#[derive(Debug)]
pub struct ReadWords {
    pub(super) unit: Unit,
    pub(super) source: Source,
    pub(super) timeout: Option<Duration>,
}

impl ReadWords {
    pub(crate) fn range(unit: Unit, table: Table, address: u16, count: u16) -> Self {
        Self { unit, source: Source::Range { table, address, count }, timeout: None }
    }

    /// Gives up after this time, which includes waiting for its turn and retries.
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

pub(super) async fn read_range(
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

/// Reads raw coils or discrete inputs. `.await` sends it.
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

    /// Gives up after this time, which includes waiting for its turn and retries.
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
