//! Reading points repeatedly, each with its own period.
//!
//! Every unit has its own task, so that a slow or dead unit delays others by at most the transaction on the line. All
//! ticks are counted from one start: points of a unit that are due at the same time are planned and read together. A
//! tick that comes while the previous one is still being read, or while the program does not take the readings, is
//! skipped and counted.

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::collections::HashSet;
use std::time::Duration;

use futures_core::Stream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::bus::{after, chance_part_of};
use crate::error::{ReadError, ReadErrorKind, Target, TransactionError};
use crate::point::{Point, PointInfo};
use crate::unit::Unit;
use crate::unit::read::PointSet;
#[cfg(doc)]
use crate::unit::snapshot::Absence;
use crate::unit::snapshot::Snapshot;

/// The shortest period of a point.
const SHORTEST_PERIOD: Duration = Duration::from_millis(1);

/// All begin within this time, at random: pollers that are started together do not read at the same time.
const LATEST_BEGIN: Duration = Duration::from_secs(1);

/// Reads points repeatedly, each with its own period.
///
/// ```no_run
/// # use std::time::Duration;
/// # use modbus_bindgen_runtime::point::Point;
/// # use modbus_bindgen_runtime::unit::{Readings, group};
/// # use modbus_bindgen_runtime::{Poller, Unit};
/// # async fn example<CounterReadings: Readings + std::fmt::Debug>(
/// #     pump: Unit, [SUPPLY, RETURN]: [Point<Option<f64>>; 2]) {
/// let mut readings = Poller::new()
///     .every(Duration::from_secs(1), &pump, (SUPPLY, RETURN))
///     .every(Duration::from_secs(60), &pump, group::<CounterReadings>())
///     .start();
/// while let Some(reading) = readings.next().await {
///     match &reading.result {
///         Ok(snapshot) => {
///             // `None`: the sensor is not fitted, or `absence` names another reason.
///             if reading.is_due(SUPPLY) {
///                 println!("{:?} °C, {:?}", snapshot.get(SUPPLY), snapshot.absence(SUPPLY.info()));
///             }
///             println!("{:?}", snapshot.group::<CounterReadings>());
///         }
///         Err(error) => eprintln!("unit {}: {error}", reading.unit.id()),
///     }
/// }
/// # }
/// ```
#[derive(Debug, Default)]
#[must_use = "nothing is read until it is started"]
pub struct Poller {
    units: Vec<(Unit, Vec<Group>)>,
}

/// What a [`Poller`] reads.
pub trait PollSet {
    /// The points.
    #[doc(hidden)]
    fn infos(self) -> Vec<&'static PointInfo>;
}

impl<S: PointSet> PollSet for S {
    fn infos(self) -> Vec<&'static PointInfo> {
        self.points()
    }
}

impl PollSet for Vec<&'static PointInfo> {
    fn infos(self) -> Vec<&'static PointInfo> {
        self
    }
}

impl<const N: usize> PollSet for [&'static PointInfo; N] {
    fn infos(self) -> Vec<&'static PointInfo> {
        self.to_vec()
    }
}

/// Points with one period.
#[derive(Debug)]
struct Group {
    points: Vec<&'static PointInfo>,
    period: Duration,
    due: Instant,
}

impl Group {
    /// Marks the ticks up to `now` as done; returns how many of them were missed.
    fn advance(&mut self, now: Instant) -> u64 {
        let late = now.saturating_duration_since(self.due).as_nanos();
        let missed = late.checked_div(self.period.as_nanos()).and_then(|ticks| u64::try_from(ticks).ok()).unwrap_or(0);
        let passed = u32::try_from(missed.saturating_add(1)).unwrap_or(u32::MAX);
        self.due = after(self.due, self.period.saturating_mul(passed));
        missed
    }
}

impl Poller {
    /// A poller without points.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds points of a device, to be read once in every `period`: a tuple or an array of handles or a
    /// [`group`](crate::unit::group()), as for [`Unit::read`], or a list of descriptions. The shortest period is 1 ms.
    /// The first reading is made within the device's shortest period, or the first second.
    ///
    /// `device` is a [`Unit`] or a generated handle.
    pub fn every(mut self, period: Duration, device: &impl AsRef<Unit>, points: impl PollSet) -> Self {
        let (unit, points) = (device.as_ref(), points.infos());
        let group = Group { points, period: period.max(SHORTEST_PERIOD), due: Instant::now() };
        match self.units.iter_mut().find(|(known, _)| known.is_same(unit)) {
            Some((_, groups)) => groups.push(group),
            None => self.units.push((unit.clone(), vec![group])),
        }
        self
    }

    /// Begins to read. Reading ends when the returned [`Polling`] is dropped, or when the buses are closed.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn start(self) -> Polling {
        let (sender, readings) = mpsc::channel(self.units.len().max(1));
        let begun = Instant::now();
        let mut tasks = JoinSet::new();
        for (unit, mut groups) in self.units {
            // One for all groups of a unit, so that what is due together is read together.
            let shortest = groups.iter().map(|group| group.period).min().unwrap_or_default();
            let due = after(begun, chance_part_of(shortest.min(LATEST_BEGIN)));
            for group in &mut groups {
                group.due = due;
            }
            tasks.spawn(poll_unit(unit, groups, sender.clone()));
        }
        Polling { readings, _tasks: tasks }
    }
}

/// The readings of a [`Poller`], as they come: a [`Stream`].
///
/// One reading for each unit waits to be taken; until then, no more are made of that unit, and its ticks are missed.
#[must_use = "polling ends when this is dropped"]
pub struct Polling {
    readings: mpsc::Receiver<Reading>,
    /// Dropping it ends the tasks.
    _tasks: JoinSet<()>,
}

impl Polling {
    /// The next reading; `None` after the buses were closed. The last reading of a unit with points says that its bus
    /// was closed. The future may be dropped at any time without losing a reading.
    pub async fn next(&mut self) -> Option<Reading> {
        self.readings.recv().await
    }
}

impl Stream for Polling {
    type Item = Reading;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Reading>> {
        self.readings.poll_recv(cx)
    }
}

impl fmt::Debug for Polling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Polling").finish_non_exhaustive()
    }
}

/// The result of one tick.
#[derive(Debug)]
#[non_exhaustive]
pub struct Reading {
    /// The unit of the points.
    pub unit: Unit,
    /// When reading began.
    pub begun: Instant,
    /// When reading ended.
    pub ended: Instant,
    /// The points that were due, each once. For all others, [`Snapshot::absence`] returns [`Absence::NotDue`].
    pub due: Vec<&'static PointInfo>,
    /// Ticks of these points that were missed since each was last read.
    pub missed: u64,
    /// The values of the points that were due, or why none could be read.
    pub result: Result<Snapshot, ReadError>,
}

impl Reading {
    /// Whether a point was due.
    #[must_use]
    pub fn is_due<T, A>(&self, point: Point<T, A>) -> bool {
        self.due.iter().any(|info| info.is(point.info()))
    }
}

async fn poll_unit(unit: Unit, mut groups: Vec<Group>, readings: mpsc::Sender<Reading>) {
    while let Some(due) = groups.iter().map(|group| group.due).min() {
        // Also where nothing is due for long, and where what is due needs no request that could fail.
        let over = tokio::select! {
            biased;
            () = unit.bus().ended() => true,
            () = sleep_until(due) => false,
        };
        // First, so that nothing waits here that was read long ago.
        let Ok(room) = readings.reserve().await else { return };
        let begun = Instant::now();
        let (points, missed) = due_at(begun, &mut groups);
        let result = if over {
            let Some(info) = groups.iter().flat_map(|group| &group.points).next() else { return };
            Err(closed(info))
        } else {
            unit.read_points(points.iter().copied()).polling().await
        };
        let over = matches!(&result, Err(error) if is_closed(error));
        room.send(Reading { unit: unit.clone(), begun, ended: Instant::now(), due: points, missed, result });
        if over {
            return;
        }
    }
}

/// The points that are due, each once, and how many of their ticks were missed.
fn due_at(now: Instant, groups: &mut [Group]) -> (Vec<&'static PointInfo>, u64) {
    let mut points = Vec::new();
    let mut seen = HashSet::new();
    let mut missed = 0_u64;
    for group in groups.iter_mut().filter(|group| group.due <= now) {
        missed = missed.saturating_add(group.advance(now));
        points.extend(group.points.iter().filter(|info| seen.insert(info.key())));
    }
    (points, missed)
}

fn closed(info: &'static PointInfo) -> ReadError {
    ReadError::new(Target::point_of(info), ReadErrorKind::Transaction(TransactionError::Closed))
}

fn is_closed(error: &ReadError) -> bool {
    matches!(error.kind(), ReadErrorKind::Transaction(TransactionError::Closed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_keep_to_their_grid() {
        let begun = Instant::now();
        let mut group = Group { points: Vec::new(), period: Duration::from_secs(10), due: begun };
        let at = |seconds| begun.checked_add(Duration::from_secs(seconds)).unwrap();
        for (now, missed, due) in [(0, 0, 10), (10, 0, 20), (25, 0, 30), (60, 3, 70)] {
            assert_eq!((group.advance(at(now)), group.due), (missed, at(due)), "{now}");
        }
    }
}
