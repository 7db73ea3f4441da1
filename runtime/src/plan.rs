//! Plans: which requests to send to read a set of points.
//!
//! Addresses here are those of the device's document, before any address offset of the unit. A plan is the cheapest set
//! of requests that keeps every value whole, reads only addresses that may be read, and asks for no more than the
//! device takes in one request. It is an exact minimum, see `cheapest`.

mod cheapest;
mod cost;
mod ground;
mod span;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "overflow fails a test, as it should")]
mod tests;

use core::fmt;
use core::ops::Range;
use std::collections::BTreeMap;
use std::time::Duration;

use self::cheapest::cheapest;
pub use self::cost::Cost;
use self::ground::Ground;
pub(crate) use self::span::{Pieces, Span, hull};
use crate::device::DeviceInfo;
use crate::point::PointInfo;
use crate::point::table::{Role, Table};
use crate::unit::held::scaling;
use crate::unit::memory::Held;

/// What was learnt about a unit: spans it refused and is not asked for now, spans it refused and is asked for again,
/// and addresses that a request must not read together with the address before.
#[derive(Debug, Clone, Default)]
pub(crate) struct Learnt {
    pub(crate) refused: Vec<Span>,
    /// Each in a separate request, so that a second refusal affects nothing else.
    pub(crate) ask_again: Vec<Span>,
    pub(crate) seams: Vec<(Table, u16)>,
    /// What the device says about its own points.
    pub(crate) held: Held,
    /// Which of the device's points are at the unit.
    pub(crate) whose: Whose,
}

/// Selects the points of one unit from those of a device, some of which may name a unit id. By default those that name
/// none.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Whose {
    /// The unit id of points that do not name one.
    pub(crate) home: Option<u8>,
    pub(crate) unit: Option<u8>,
}

impl Whose {
    pub(crate) fn has(self, info: &PointInfo) -> bool {
        info.unit_id().or(self.home) == self.unit
    }

    fn is_home(self) -> bool {
        self.home == self.unit
    }
}

/// One request of a [`Plan`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedRequest {
    span: Span,
    unit_id: Option<u8>,
    /// Which of the plan's items it reads.
    pub(crate) items: Range<usize>,
}

impl PlannedRequest {
    /// The table.
    #[must_use]
    pub const fn table(&self) -> Table {
        self.span.table
    }

    /// The first address, zero-based.
    #[must_use]
    pub const fn address(&self) -> u16 {
        self.span.first
    }

    /// The unit it is sent to, if that is not the device's own.
    #[must_use]
    pub const fn unit_id(&self) -> Option<u8> {
        self.unit_id
    }

    /// How many addresses.
    #[must_use]
    pub fn count(&self) -> u16 {
        self.span.count()
    }
}

/// The requests that read a set of points, and their cost. `Display` lists them.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The spans that must stay whole: by table and address, none within another.
    pub(crate) items: Vec<Span>,
    requests: Vec<PlannedRequest>,
    nanoseconds: u128,
    bytes: u64,
    /// What no request can hold.
    too_long: Vec<(Option<u8>, Span)>,
    /// How many addresses one request may hold, of bits and of registers.
    most: [u16; 2],
}

impl Plan {
    /// The plan for reading `points` of a device. Without a [`DeviceInfo`], requests are as large as the protocol
    /// allows and read no other addresses.
    ///
    /// Commands and points without words are not read. Points that span more addresses than one request takes are not
    /// read either: `Display` names them, and [`Plan::is_complete`] is false. Registers that scale a point are read
    /// with it.
    #[must_use]
    pub fn new<'a>(points: impl IntoIterator<Item = &'a PointInfo>, device: Option<&DeviceInfo>, cost: Cost) -> Self {
        let mut units: BTreeMap<Option<u8>, Vec<&PointInfo>> = BTreeMap::new();
        for info in points.into_iter().filter(|info| info.role() != Role::Command) {
            units.entry(info.unit_id()).or_default().push(info);
        }
        let mut whole = Self::nothing();
        for (unit, points) in units {
            let learnt = Learnt { whose: Whose { home: None, unit }, ..Learnt::default() };
            let (mut wanted, mut apart) = (Vec::new(), Vec::new());
            for info in points {
                match Self::pieces(info, device, &learnt) {
                    Some(Pieces::Apart(pieces)) => apart.push(pieces),
                    whole => wanted.extend(whole.iter().flat_map(Pieces::iter)),
                }
                wanted.extend(scaling(info).map(Span::at));
            }
            let mut of_unit = Self::with_learnt(wanted, device, cost, &learnt);
            of_unit.add_apart(&apart, cost);
            whole.extend(unit, of_unit);
        }
        whole
    }

    /// The requests for a single point: more than one if its words are too far apart for one request. A point whose
    /// reading changes the device is never read in pieces.
    pub(crate) fn pieces(info: &PointInfo, device: Option<&DeviceInfo>, learnt: &Learnt) -> Option<Pieces> {
        let whole = Span::of(info)?;
        if usize::from(whole.count()) <= info.words().len() || info.has_read_side_effect() {
            return Some(Pieces::Whole(whole));
        }
        let mut runs = span::runs(info);
        let table = info.table();
        let cap = device.map_or(table.max_read(), |device| device.link.max_read(table));
        let ground = Ground::around(&runs, table, device, learnt);
        if whole.count() <= cap && ground.holds_together(&runs, device) {
            return Some(Pieces::Whole(whole));
        }
        let place = |run: &Span| info.words().iter().position(|word| (run.first..=run.last).contains(word));
        runs.sort_by_key(place);
        Some(Pieces::Apart(runs))
    }

    /// The requests for values that are read in pieces. They read nothing else, and the first piece is read again at
    /// the end.
    pub(crate) fn add_apart(&mut self, values: &[Vec<Span>], cost: Cost) {
        for span in values.iter().flat_map(|pieces| pieces.iter().chain(pieces.first())).copied() {
            let items = self.items.len()..self.items.len();
            self.bytes = self.bytes.saturating_add(cost.bytes(span));
            self.nanoseconds = self.nanoseconds.saturating_add(cost.price(span.table).of_one(span.count()));
            self.requests.push(PlannedRequest { span, unit_id: None, items });
        }
    }

    /// No request.
    pub(crate) const fn nothing() -> Self {
        Self {
            items: Vec::new(),
            requests: Vec::new(),
            nanoseconds: 0,
            bytes: 0,
            too_long: Vec::new(),
            most: [Table::Coil.max_read(), Table::HoldingRegister.max_read()],
        }
    }

    /// Appends the requests of another plan, to another unit.
    pub(crate) fn extend(&mut self, unit_id: Option<u8>, more: Self) {
        let so_far = self.items.len();
        let shifted = |items: Range<usize>| items.start.saturating_add(so_far)..items.end.saturating_add(so_far);
        let requests = more.requests.into_iter();
        self.requests.extend(requests.map(|PlannedRequest { span, items, .. }| PlannedRequest {
            span,
            unit_id,
            items: shifted(items),
        }));
        self.items.extend(more.items);
        self.too_long.extend(more.too_long.into_iter().map(|(_, span)| (unit_id, span)));
        self.most = more.most;
        self.nanoseconds = self.nanoseconds.saturating_add(more.nanoseconds);
        self.bytes = self.bytes.saturating_add(more.bytes);
    }

    pub(crate) fn with_learnt(mut wanted: Vec<Span>, device: Option<&DeviceInfo>, cost: Cost, learnt: &Learnt) -> Self {
        wanted.retain(|span| !learnt.refused.iter().any(|refused| span.contains(*refused)));
        // Each of these is a request of its own.
        let is_suspect = |span: &Span| learnt.ask_again.iter().any(|refused| span.contains(*refused));
        let mut suspects: Vec<Span> = wanted.extract_if(.., |span| is_suspect(span)).collect();
        suspects.sort_unstable();
        suspects.dedup();
        let mut plan = Self::nothing();
        wanted.sort_unstable_by_key(|span| (span.table, span.first, core::cmp::Reverse(span.last)));
        for table in Table::ALL {
            let cap = device.map_or(table.max_read(), |device| device.link.max_read(table));
            let [bits, registers] = &mut plan.most;
            *(if table.is_bit() { bits } else { registers }) = cap;
            plan.too_long.extend(
                wanted.iter().filter(|span| span.table == table && span.count() > cap).map(|span| (None, *span)),
            );
            let start = plan.items.len();
            for span in wanted.iter().filter(|span| span.table == table && span.count() <= cap) {
                // Sorted as they are, the last one kept is the only one that can hold this one.
                if !plan.items.last().is_some_and(|last| last.contains(*span)) {
                    plan.items.push(*span);
                }
            }
            let items = plan.items.get(start..).unwrap_or_default();
            let ground = Ground::around(items, table, device, learnt);
            let price = cost.price(table);
            let (blocks, spent) = cheapest(items, |left, right| ground.may_join(left, right), cap, price);
            plan.nanoseconds = plan.nanoseconds.saturating_add(spent);
            for block in blocks {
                if let Some(span) = hull(items.get(block.clone()).unwrap_or_default()) {
                    let items = block.start.saturating_add(start)..block.end.saturating_add(start);
                    plan.bytes = plan.bytes.saturating_add(cost.bytes(span));
                    plan.requests.push(PlannedRequest { span, unit_id: None, items });
                }
            }
            for span in suspects.iter().filter(|span| span.table == table && span.count() <= cap) {
                let items = plan.items.len()..plan.items.len().saturating_add(1);
                plan.items.push(*span);
                plan.bytes = plan.bytes.saturating_add(cost.bytes(*span));
                plan.nanoseconds = plan.nanoseconds.saturating_add(price.of_one(span.count()));
                plan.requests.push(PlannedRequest { span: *span, unit_id: None, items });
            }
        }
        plan
    }

    /// Whether it reads all the points: none is too long for one request.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.too_long.is_empty()
    }

    /// The requests, by table and address, then those for values whose words are too far apart for one request.
    #[must_use]
    pub fn requests(&self) -> &[PlannedRequest] {
        &self.requests
    }

    /// The bytes of all requests and replies on the line.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How long the requests take, by the cost that the plan was made with.
    #[must_use]
    pub fn expected_time(&self) -> Duration {
        Duration::from_nanos(u64::try_from(self.nanoseconds).unwrap_or(u64::MAX))
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.requests.len() == 1 { "" } else { "s" };
        let (count, time) = (self.requests.len(), self.expected_time());
        writeln!(f, "{count} request{plural}, {} bytes, about {time:.1?}", self.bytes)?;
        for PlannedRequest { span: Span { table, first, last }, unit_id, .. } in &self.requests {
            if first == last {
                write!(f, "{table} {first}")?;
            } else {
                write!(f, "{} {first} to {last}", table.noun(2))?;
            }
            match unit_id {
                Some(id) => writeln!(f, " of unit {id}")?,
                None => writeln!(f)?,
            }
        }
        for (unit_id, span) in &self.too_long {
            let [bits, registers] = self.most;
            let most = if span.table.is_bit() { bits } else { registers };
            write!(f, "not read: {} {} to {}", span.table.noun(2), span.first, span.last)?;
            if let Some(id) = unit_id {
                write!(f, " of unit {id}")?;
            }
            writeln!(f, ", which are more than the {most} that one request may hold")?;
        }
        Ok(())
    }
}
