//! Which requests to send for the points wanted.
//!
//! Addresses here are those of the device's document, before any address offset of the unit. What is planned is the
//! cheapest set of requests that keeps every value whole, crosses only addresses that may be read, and asks for no more
//! than the device takes: an exact minimum, see [`cheapest`].

use core::fmt;
use core::ops::Range;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::device::{DeviceInfo, Gaps, RtuSettings};
use crate::held::{deciding, limiting, scaling};
use crate::memory::Held;
use crate::point::PointInfo;
use crate::table::Table;

/// What a read request costs on a link, in nanoseconds: a part for the request itself and one for what it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cost {
    /// Request and reply without their values, turnaround and the pauses between frames.
    pub per_request_ns: u64,
    /// One register.
    pub per_register_ns: u64,
    /// Eight coils or inputs, or the rest of them.
    pub per_8_bits_ns: u64,
    /// Bytes of every frame around what it says: 3 on a serial line, unit id and CRC; 7 over TCP, the MBAP header.
    pub frame_bytes: u8,
}

impl Cost {
    /// On a serial line: 13 characters of request and reply, two pauses of 3.5 characters (1.75 ms above 19,200 bits per
    /// second; Modbus over serial line V1.02, section 2.5.1.1) and the time the device takes to begin its answer; two
    /// characters for a register.
    #[must_use]
    pub fn rtu(settings: &RtuSettings, turnaround: Duration) -> Self {
        let character = nanoseconds(settings.character_time());
        let pause = if settings.baud_rate > 19_200 { 1_750_000 } else { character.saturating_mul(7) / 2 };
        Self {
            per_request_ns: character
                .saturating_mul(13)
                .saturating_add(pause.saturating_mul(2))
                .saturating_add(nanoseconds(turnaround)),
            per_register_ns: character.saturating_mul(2),
            per_8_bits_ns: character,
            frame_bytes: 3,
        }
    }

    /// On a network: the round trip, and 100 Mbit/s for what is read.
    #[must_use]
    pub fn tcp(round_trip: Duration) -> Self {
        Self { per_request_ns: nanoseconds(round_trip), per_register_ns: 160, per_8_bits_ns: 80, frame_bytes: 7 }
    }

    /// Of the frames that read these addresses: function, address and count; function, byte count and data.
    fn bytes(&self, span: Span) -> u64 {
        let count = u64::from(span.count());
        let data = if span.table.is_bit() { count.div_ceil(8) } else { count.saturating_mul(2) };
        u64::from(self.frame_bytes).saturating_mul(2).saturating_add(7).saturating_add(data)
    }

    const fn price(&self, table: Table) -> Price {
        if table.is_bit() {
            Price { request: self.per_request_ns, chunk: self.per_8_bits_ns, chunk_size: 8 }
        } else {
            Price { request: self.per_request_ns, chunk: self.per_register_ns, chunk_size: 1 }
        }
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// Addresses that are read in one piece: those of a value. `last` is included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) table: Table,
    pub(crate) first: u16,
    pub(crate) last: u16,
}

impl Span {
    pub(crate) fn of(info: &PointInfo) -> Option<Self> {
        let (first, last) = info.span()?;
        Some(Self { table: info.table(), first, last })
    }

    pub(crate) fn contains(self, other: Self) -> bool {
        self.table == other.table && self.first <= other.first && other.last <= self.last
    }

    pub(crate) fn overlaps(self, other: Self) -> bool {
        self.table == other.table && self.first <= other.last && other.first <= self.last
    }

    /// The first address after it.
    pub(crate) fn end(self) -> u32 {
        u32::from(self.last).saturating_add(1)
    }

    pub(crate) fn start(self) -> u32 {
        u32::from(self.first)
    }

    /// How many addresses. All 65,536 of a table count as one less, which no request takes either.
    pub(crate) fn count(self) -> u16 {
        self.last.saturating_sub(self.first).saturating_add(1)
    }

    /// One address.
    pub(crate) const fn at((table, address): (Table, u16)) -> Self {
        Self { table, first: address, last: address }
    }

    /// From the first address of one to the last of the other.
    pub(crate) fn to(self, later: Self) -> Self {
        Self { table: self.table, first: self.first, last: later.last }
    }
}

/// What a unit taught us: spans it refused, and addresses a request must not continue across (from the one before).
#[derive(Debug, Clone, Default)]
pub(crate) struct Learnt {
    pub(crate) refused: Vec<Span>,
    pub(crate) seams: Vec<(Table, u16)>,
    /// What the device says of its own points.
    pub(crate) held: Held,
    /// Which of the device's points are at the unit.
    pub(crate) whose: Whose,
}

/// The points of a unit among those of a device, some of which may have unit ids of their own. By default those that have
/// none.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Whose {
    /// The unit id of points that have none of their own.
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

    /// The unit it is sent to, where that is not the device's own.
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

/// The requests that read some points, and what they cost. Printing it lists them.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What must stay whole: by table and address, none within another.
    pub(crate) items: Vec<Span>,
    requests: Vec<PlannedRequest>,
    nanoseconds: u128,
    bytes: u64,
}

impl Plan {
    /// For reading `points` of a device. Without a [`DeviceInfo`], requests are as large as the protocol allows and cross
    /// nothing.
    ///
    /// Points without words, and those that span more addresses than one request takes, are not read. Registers that say how
    /// a point is scaled are read with it.
    #[must_use]
    pub fn new<'a>(points: impl IntoIterator<Item = &'a PointInfo>, device: Option<&DeviceInfo>, cost: Cost) -> Self {
        let mut units: BTreeMap<Option<u8>, Vec<Span>> = BTreeMap::new();
        for info in points {
            let spans = Span::of(info).into_iter().chain(scaling(info).map(Span::at));
            units.entry(info.unit_id()).or_default().extend(spans);
        }
        let mut whole = Self::nothing();
        for (unit, wanted) in units {
            let learnt = Learnt { whose: Whose { home: None, unit }, ..Learnt::default() };
            whole.extend(unit, Self::with_learnt(wanted, device, cost, &learnt));
        }
        whole
    }

    /// No request.
    pub(crate) const fn nothing() -> Self {
        Self { items: Vec::new(), requests: Vec::new(), nanoseconds: 0, bytes: 0 }
    }

    /// Followed by the requests of another one, to another unit.
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
        self.nanoseconds = self.nanoseconds.saturating_add(more.nanoseconds);
        self.bytes = self.bytes.saturating_add(more.bytes);
    }

    pub(crate) fn with_learnt(mut wanted: Vec<Span>, device: Option<&DeviceInfo>, cost: Cost, learnt: &Learnt) -> Self {
        wanted.retain(|span| !learnt.refused.iter().any(|refused| span.contains(*refused)));
        let mut plan = Self::nothing();
        wanted.sort_unstable_by_key(|span| (span.table, span.first, core::cmp::Reverse(span.last)));
        for table in Table::ALL {
            let cap = device.map_or(table.max_read(), |device| device.link.max_read(table));
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
        }
        plan
    }

    /// The requests, by table and address.
    #[must_use]
    pub fn requests(&self) -> &[PlannedRequest] {
        &self.requests
    }

    /// The bytes on the line of all requests and replies.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How long they take, by the cost they were planned with.
    #[must_use]
    pub fn expected_time(&self) -> Duration {
        Duration::from_nanos(u64::try_from(self.nanoseconds).unwrap_or(u64::MAX))
    }
}

/// From the first address of the first to the last of the last.
pub(crate) fn hull(items: &[Span]) -> Option<Span> {
    Some(items.first()?.to(*items.last()?))
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
        Ok(())
    }
}

/// What lies between the items of one table.
struct Ground {
    /// Listed, readable without side effect, or reserved: sorted, disjoint.
    open: Vec<Span>,
    /// Listed and not open unless an open one covers it: write-only.
    closed: Vec<Span>,
    /// Never read in passing: refused before, with a side effect, or not known to be there.
    forbidden: Vec<Span>,
    /// A request must not hold this address and the one before.
    seams: Vec<u16>,
    /// The longest run of unlisted addresses that may be read.
    longest_gap: u32,
}

impl Ground {
    fn around(items: &[Span], table: Table, device: Option<&DeviceInfo>, learnt: &Learnt) -> Self {
        let mut ground =
            Self { open: Vec::new(), closed: Vec::new(), forbidden: Vec::new(), seams: Vec::new(), longest_gap: 0 };
        let Some(all) = hull(items).filter(|_| items.len() > 1) else { return ground };
        ground.forbidden.extend(learnt.refused.iter().filter(|span| span.overlaps(all)));
        ground.seams.extend(learnt.seams.iter().filter(|(seam_table, _)| *seam_table == table).map(|(_, seam)| *seam));
        ground.seams.sort_unstable();
        if let Some(device) = device {
            if let Gaps::UpTo(longest) = device.link.gaps {
                ground.longest_gap = u32::from(longest);
            }
            ground.survey(device, all, learnt);
        }
        ground.open = union(ground.open);
        ground.closed = union(ground.closed);
        ground.forbidden = union(ground.forbidden);
        ground
    }

    fn survey(&mut self, device: &DeviceInfo, all: Span, learnt: &Learnt) {
        for info in device.points().filter(|info| learnt.whose.has(info)) {
            let shown = learnt.held.shows(info);
            // Where the device says something about the point is listed with it.
            let bit = info.available_if().map(crate::AvailableIf::key);
            let said = limiting(info).chain(scaling(info)).filter(|_| shown);
            for key in said.chain(bit).chain(deciding(info)) {
                let span = Span::at(key);
                if span.overlaps(all) {
                    self.open.push(span);
                }
            }
            if info.table() != all.table {
                continue;
            }
            let Some(span) = Span::of(info).filter(|span| span.overlaps(all)) else { continue };
            let list = if info.has_read_side_effect() || !shown {
                &mut self.forbidden
            } else if info.access().is_readable() {
                &mut self.open
            } else {
                &mut self.closed
            };
            // The words of a value need not be adjacent, and what lies between them is not listed by it.
            if info.word_count() == u16::try_from(info.words().len()).unwrap_or(0) {
                list.push(span);
            } else {
                list.extend(info.words().iter().map(|word| Span { table: all.table, first: *word, last: *word }));
            }
        }
        // They are listed without a unit.
        let reserved = device.reserved.iter().filter(|_| learnt.whose.is_home());
        for (table, first, last) in reserved {
            let span = Span { table: *table, first: *first, last: *last };
            if span.overlaps(all) {
                self.open.push(span);
            }
        }
    }

    /// Whether one request may read two neighbouring items and what is between them.
    fn may_join(&self, left: Span, right: Span) -> bool {
        let (start, end) = (left.end(), right.start());
        let seam = self.seams.partition_point(|seam| u32::from(*seam) < start);
        if self.seams.get(seam).is_some_and(|seam| u32::from(*seam) <= end) {
            return false;
        }
        if start >= end {
            return true;
        }
        if touches(&self.forbidden, start, end) {
            return false;
        }
        let mut at = start;
        let next_open = self.open.partition_point(|span| span.end() <= start);
        for span in self.open.get(next_open..).unwrap_or_default() {
            if span.start() >= end {
                break;
            }
            if !self.may_cross(at, span.start()) {
                return false;
            }
            at = at.max(span.end());
        }
        self.may_cross(at, end)
    }

    /// Whether addresses may be read of which none is open.
    fn may_cross(&self, start: u32, end: u32) -> bool {
        end <= start || (end.saturating_sub(start) <= self.longest_gap && !touches(&self.closed, start, end))
    }
}

/// Whether one of the spans, sorted and disjoint, has an address from `start` to before `end`.
fn touches(spans: &[Span], start: u32, end: u32) -> bool {
    let candidate = spans.partition_point(|span| span.end() <= start);
    spans.get(candidate).is_some_and(|span| span.start() < end)
}

/// Sorted and disjoint; those that overlap or touch become one.
fn union(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    spans.dedup_by(|later, earlier| {
        let joined = later.start() <= earlier.end();
        if joined {
            earlier.last = earlier.last.max(later.last);
        }
        joined
    });
    spans
}

/// `request + chunk · ⌈n / chunk_size⌉` nanoseconds for n addresses.
#[derive(Debug, Clone, Copy)]
struct Price {
    request: u64,
    chunk: u64,
    chunk_size: u8,
}

/// What is minimised, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Weight {
    nanoseconds: i128,
    requests: i64,
    addresses: i64,
}

/// The cheapest way to cut `items` into requests, with its cost; among equally cheap ones one with the fewest requests,
/// among those one that reads the fewest addresses.
///
/// `items` are ascending in both ends; neighbours stay together only where `may_join` says so, and a request reads at
/// most `cap` addresses, which no item alone exceeds.
///
/// With s the first address of item i, e the end of item j and best\[i\] the cost of all items before i, the cheapest plan up
/// to j is the minimum over i of best\[i\] + request + chunk · ⌈(e − s) / size⌉. For size 1 the last term is chunk · e −
/// chunk · s, so that i only counts through best\[i\] − chunk · s, of which a sliding window keeps the minimum. For eight
/// bits to a chunk the same holds within each residue of s modulo 8, because then rounding up adds
/// one or nothing depending on the residue of e alone: eight windows instead of one.
#[expect(clippy::arithmetic_side_effects, reason = "at most 65,536 items: no sum of 64-bit costs leaves an i128")]
fn cheapest(
    items: &[Span],
    may_join: impl Fn(Span, Span) -> bool,
    cap: u16,
    price: Price,
) -> (Vec<Range<usize>>, u128) {
    let size = u32::from(price.chunk_size.max(1));
    let request = i128::from(price.request);
    let chunks = |count: u32| i128::from(price.chunk) * i128::from(count);

    let mut windows: Vec<VecDeque<(usize, u32, Weight)>> = vec![VecDeque::new(); usize::from(price.chunk_size.max(1))];
    let mut best = Weight { nanoseconds: 0, requests: 0, addresses: 0 };
    // For each item, where the request begins that ends with it in the cheapest plan up to it.
    let mut beginnings: Vec<usize> = Vec::with_capacity(items.len());
    let mut previous: Option<Span> = None;
    for (index, &item) in items.iter().enumerate() {
        let (start, end) = (item.start(), item.end());
        if previous.is_some_and(|previous| !may_join(previous, item)) {
            windows.iter_mut().for_each(VecDeque::clear);
        }
        previous = Some(item);

        let entry = Weight {
            nanoseconds: best.nanoseconds - chunks(start / size),
            requests: best.requests,
            addresses: best.addresses - i64::from(start),
        };
        for (residue, window) in (0_u32..).zip(&mut windows) {
            if residue == start % size {
                while window.back().is_some_and(|(_, _, weight)| *weight > entry) {
                    window.pop_back();
                }
                window.push_back((index, start, entry));
            }
        }

        let mut cheapest: Option<(Weight, usize)> = None;
        for (residue, window) in (0_u32..).zip(&mut windows) {
            while window.front().is_some_and(|(_, start, _)| end - start > u32::from(cap)) {
                window.pop_front();
            }
            let Some((beginning, _, entry)) = window.front() else { continue };
            let begun = u32::from(end % size > residue);
            let weight = Weight {
                nanoseconds: entry.nanoseconds + request + chunks(end / size + begun),
                requests: entry.requests + 1,
                addresses: entry.addresses + i64::from(end),
            };
            if cheapest.is_none_or(|(lightest, _)| weight < lightest) {
                cheapest = Some((weight, *beginning));
            }
        }
        // An item larger than a request, which callers leave out, would be a request of its own.
        let (weight, beginning) = cheapest.unwrap_or((best, index));
        best = weight;
        beginnings.push(beginning);
    }

    let mut blocks = Vec::new();
    let mut end = items.len();
    while let Some(&beginning) = end.checked_sub(1).and_then(|last| beginnings.get(last)) {
        blocks.push(beginning..end);
        end = beginning;
    }
    blocks.reverse();
    (blocks, best.nanoseconds.unsigned_abs())
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "overflow fails a test, as it should")]
mod tests {
    use super::*;
    use crate::{Access, LinkInfo, PointSpec, WriteFunctions};
    use proptest::prelude::*;

    fn span(table: Table, first: u16, last: u16) -> Span {
        Span { table, first, last }
    }

    fn word(first: u16, last: u16) -> Span {
        span(Table::HoldingRegister, first, last)
    }

    const LINK: LinkInfo = LinkInfo {
        unit_id: 1,
        unit_ids: (1, 247),
        rtu: None,
        baud_rates: &[],
        tcp_port: None,
        max_read_registers: 125,
        max_read_bits: 2000,
        max_write_registers: 123,
        max_write_bits: 1968,
        write_functions: WriteFunctions::ANY,
        gaps: Gaps::Never,
    };

    fn device(gaps: Gaps, points: Vec<PointInfo>, reserved: Vec<(Table, u16, u16)>) -> DeviceInfo {
        let points: Vec<&'static PointInfo> = points.into_iter().map(PointInfo::leak).collect();
        DeviceInfo {
            name: "",
            manufacturer: "",
            document: "",
            link: LinkInfo { gaps, ..LINK },
            reserved: reserved.leak(),
            points: vec![&*points.leak()].leak(),
        }
    }

    fn point(access: Access, read_side_effect: bool, words: Vec<u16>) -> PointInfo {
        PointInfo::new(PointSpec { access, read_side_effect, ..PointSpec::DEFAULT }).with_words(words)
    }

    const EXPENSIVE_REQUESTS: Cost =
        Cost { per_request_ns: 1_000_000, per_register_ns: 1, per_8_bits_ns: 1, frame_bytes: 3 };

    fn requests(plan: &Plan) -> Vec<(u16, u16)> {
        plan.requests().iter().map(|request| (request.address(), request.count())).collect()
    }

    fn plan(wanted: &[Span], device: &DeviceInfo, learnt: &Learnt) -> Vec<(u16, u16)> {
        requests(&Plan::with_learnt(wanted.to_vec(), Some(device), EXPENSIVE_REQUESTS, learnt))
    }

    #[test]
    fn unlisted_addresses_are_not_read() {
        let wanted = [word(0, 0), word(1, 2), word(4, 4)];
        let none = Learnt::default();
        assert_eq!(plan(&wanted, &device(Gaps::Never, vec![], vec![]), &none), [(0, 3), (4, 1)]);
        assert_eq!(plan(&wanted, &device(Gaps::UpTo(1), vec![], vec![]), &none), [(0, 5)]);
        let reserved = vec![(Table::HoldingRegister, 3, 3)];
        assert_eq!(plan(&wanted, &device(Gaps::Never, vec![], reserved), &none), [(0, 5)]);
        let other_table = vec![(Table::InputRegister, 3, 3)];
        assert_eq!(plan(&wanted, &device(Gaps::Never, vec![], other_table), &none), [(0, 3), (4, 1)]);
    }

    #[test]
    fn listed_addresses_are_read_in_passing_where_that_is_harmless() {
        let wanted = [word(0, 0), word(2, 2)];
        let none = Learnt::default();
        let listed = |access, side_effect| device(Gaps::UpTo(9), vec![point(access, side_effect, vec![1])], vec![]);
        assert_eq!(plan(&wanted, &listed(Access::Read, false), &none), [(0, 3)]);
        assert_eq!(plan(&wanted, &listed(Access::Write, false), &none), [(0, 1), (2, 1)]);
        assert_eq!(plan(&wanted, &listed(Access::Read, true), &none), [(0, 1), (2, 1)]);
        // One address that reads one thing and writes another.
        let both = vec![point(Access::Write, false, vec![1]), point(Access::Read, false, vec![1])];
        assert_eq!(plan(&wanted, &device(Gaps::Never, both, vec![]), &none), [(0, 3)]);
    }

    #[test]
    fn a_gap_is_measured_from_listed_address_to_listed_address() {
        let wanted = [word(0, 0), word(6, 6)];
        let none = Learnt::default();
        let listed = || vec![point(Access::Read, false, vec![3])];
        assert_eq!(plan(&wanted, &device(Gaps::UpTo(2), listed(), vec![]), &none), [(0, 7)]);
        assert_eq!(plan(&wanted, &device(Gaps::UpTo(1), listed(), vec![]), &none), [(0, 1), (6, 1)]);
        assert_eq!(plan(&wanted, &device(Gaps::UpTo(4), vec![], vec![]), &none), [(0, 1), (6, 1)]);
        // The address between the words of a value is not listed.
        let apart = || vec![point(Access::Read, false, vec![1, 5])];
        assert_eq!(plan(&wanted, &device(Gaps::UpTo(2), apart(), vec![]), &none), [(0, 1), (6, 1)]);
        assert_eq!(plan(&wanted, &device(Gaps::UpTo(3), apart(), vec![]), &none), [(0, 7)]);
    }

    #[test]
    fn what_was_refused_is_neither_read_nor_crossed() {
        let device = device(Gaps::UpTo(100), vec![], vec![]);
        let wanted = [word(0, 0), word(1, 2), word(3, 3)];
        let learnt = Learnt { refused: vec![word(1, 2)], ..Learnt::default() };
        assert_eq!(plan(&wanted, &device, &learnt), [(0, 1), (3, 1)]);
        let learnt = Learnt { refused: vec![span(Table::InputRegister, 1, 2)], ..Learnt::default() };
        assert_eq!(plan(&wanted, &device, &learnt), [(0, 4)]);
        let learnt = Learnt { seams: vec![(Table::HoldingRegister, 3)], ..Learnt::default() };
        assert_eq!(plan(&wanted, &device, &learnt), [(0, 3), (3, 1)]);
    }

    #[test]
    fn a_value_within_another_is_read_with_it() {
        let device = device(Gaps::Never, vec![], vec![]);
        let wanted = [word(5, 5), word(4, 5), word(4, 4), word(4, 7), word(6, 9)];
        assert_eq!(plan(&wanted, &device, &Learnt::default()), [(4, 6)]);
    }

    #[test]
    fn what_no_request_holds_is_left_out() {
        let device = device(Gaps::Never, vec![], vec![]);
        assert_eq!(plan(&[word(0, 200), word(3, 3)], &device, &Learnt::default()), [(3, 1)]);
        assert_eq!(plan(&[word(0, u16::MAX)], &device, &Learnt::default()), []);
        assert_eq!(plan(&[word(u16::MAX, u16::MAX)], &device, &Learnt::default()), [(u16::MAX, 1)]);
    }

    #[test]
    fn every_table_has_requests_of_its_own() {
        let wanted = Table::ALL.iter().map(|table| span(*table, 0, 0)).collect();
        let plan = Plan::with_learnt(wanted, None, EXPENSIVE_REQUESTS, &Learnt::default());
        let tables: Vec<Table> = plan.requests().iter().map(PlannedRequest::table).collect();
        assert_eq!(tables, Table::ALL);
    }

    /// The items of four registers in an interval.
    fn fours(first: u16, end: u16) -> impl Iterator<Item = Span> {
        (first..end).step_by(4).map(move |first| word(first, (first + 3).min(end - 1)))
    }

    #[test]
    fn filling_requests_from_the_left_would_be_dearer() {
        // 9600 baud 8E1, 10 ms turnaround: values of four registers on 0 to 59 and 74 to 133.
        let settings = RtuSettings { baud_rate: 9_600, parity: crate::Parity::Even, data_bits: 8, stop_bits: 1 };
        let cost = Cost::rtu(&settings, Duration::from_millis(10));
        let wanted = fours(0, 60).chain(fours(74, 134)).collect();
        let open = device(Gaps::UpTo(100), vec![], vec![]);
        let plan = Plan::with_learnt(wanted, Some(&open), cost, &Learnt::default());
        assert_eq!(requests(&plan), [(0, 60), (74, 60)]);
        let milliseconds = plan.expected_time().as_secs_f64() * 1e3;
        assert!((milliseconds - 340.8).abs() < 0.1, "{milliseconds}");

        // 115,200 baud, 15 ms: one at 0 and singles at 101 to 200.
        let settings = RtuSettings { baud_rate: 115_200, ..settings };
        let cost = Cost::rtu(&settings, Duration::from_millis(15));
        let wanted = [0].into_iter().chain(101..=200).map(|at| word(at, at)).collect();
        let plan = Plan::with_learnt(wanted, Some(&open), cost, &Learnt::default());
        assert_eq!(requests(&plan), [(0, 1), (101, 100)]);
    }

    #[test]
    fn it_prints_what_will_be_sent() {
        let cost = Cost { per_request_ns: 1_000_000, per_register_ns: 0, per_8_bits_ns: 0, frame_bytes: 7 };
        let wanted = vec![word(0, 1), span(Table::Coil, 3, 3)];
        let plan = Plan::with_learnt(wanted, None, cost, &Learnt::default());
        assert_eq!(plan.to_string(), "2 requests, 47 bytes, about 2.0ms\ncoil 3\nholding registers 0 to 1\n");
    }

    #[test]
    fn ten_thousand_points_are_planned_in_near_linear_time() {
        let time = |count: u16| {
            let wanted: Vec<Span> = (0..count).map(|index| word(index * 6, index * 6 + index % 4)).collect();
            let points = wanted.iter().map(|span| point(Access::Read, false, (span.first..=span.last).collect()));
            let device = device(Gaps::UpTo(4), points.collect(), vec![]);
            let begin = std::time::Instant::now();
            let plan = Plan::with_learnt(wanted, Some(&device), EXPENSIVE_REQUESTS, &Learnt::default());
            assert!(plan.requests().len() > usize::from(count) / 30);
            begin.elapsed()
        };
        time(1_000);
        let taken = time(10_000);
        println!("10,000 points planned in {taken:?}");
        // Far above the goal of 5 ms in a release build: it only has to catch what is quadratic.
        assert!(taken < Duration::from_millis(500), "{taken:?}");
    }

    /// All ways to cut, one after another.
    fn brute_force(items: &[Span], may_join: &dyn Fn(Span, Span) -> bool, cap: u16, price: Price) -> Weight {
        let cuts = items.len() - 1;
        (0..1_u32 << cuts)
            .filter_map(|mask| {
                let mut weight = Weight { nanoseconds: 0, requests: 0, addresses: 0 };
                let mut begin = 0;
                for index in 0..items.len() {
                    if index < cuts && mask >> index & 1 == 0 {
                        if !may_join(items[index], items[index + 1]) {
                            return None;
                        }
                        continue;
                    }
                    add(&mut weight, &items[begin..=index], cap, price)?;
                    begin = index + 1;
                }
                Some(weight)
            })
            .min()
            .unwrap()
    }

    fn add(weight: &mut Weight, block: &[Span], cap: u16, price: Price) -> Option<()> {
        let count = block.last()?.last - block.first()?.first + 1;
        weight.nanoseconds += i128::from(price.request)
            + i128::from(price.chunk) * i128::from(count.div_ceil(u16::from(price.chunk_size)));
        weight.requests += 1;
        weight.addresses += i64::from(count);
        (count <= cap).then_some(())
    }

    /// Ascending spans, some adjacent, some overlapping, none within another.
    fn ascending(steps: &[(u16, u16)]) -> Vec<Span> {
        let mut items: Vec<Span> = Vec::new();
        for (forward, length) in steps {
            let (first, last) = match items.last() {
                Some(previous) => {
                    (previous.first + 1 + forward, (previous.first + 1 + forward + length).max(previous.last + 1))
                }
                None => (*forward, forward + length),
            };
            items.push(word(first, last));
        }
        items
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3_000))]

        #[test]
        fn never_dearer_than_any_other_way_to_cut(
            steps in prop::collection::vec((0_u16..12, 0_u16..4), 1..11),
            cap in 16_u16..40,
            request in 0_u64..40,
            chunk in 0_u64..5,
            bits in any::<bool>(),
            forbidden in prop::collection::vec(0_u16..120, 0..4),
        ) {
            let items = ascending(&steps);
            prop_assume!(items.iter().all(|item| item.count() <= cap));
            let price = Price { request, chunk, chunk_size: if bits { 8 } else { 1 } };
            let may_join = |left: Span, right: Span| !forbidden.iter().any(|at| (left.last..right.first).contains(at));
            let (blocks, spent) = cheapest(&items, may_join, cap, price);

            let mut weight = Weight { nanoseconds: 0, requests: 0, addresses: 0 };
            let mut expected_begin = 0;
            for block in blocks {
                prop_assert_eq!(block.start, expected_begin);
                expected_begin = block.end;
                let block = &items[block];
                prop_assert!(block.windows(2).all(|pair| may_join(pair[0], pair[1])));
                prop_assert!(add(&mut weight, block, cap, price).is_some(), "too large");
            }
            prop_assert_eq!(expected_begin, items.len());
            prop_assert_eq!(weight, brute_force(&items, &may_join, cap, price));
            prop_assert_eq!(weight.nanoseconds.unsigned_abs(), spent);
        }

        #[test]
        fn a_plan_reads_what_is_wanted_and_only_what_is_allowed(
            wanted in prop::collection::vec((0_u16..60, 0_u16..3), 1..12),
            listed in prop::collection::vec((0_u16..60, 0_u16..3, any::<bool>(), any::<bool>()), 0..12),
            refused in prop::collection::vec((0_u16..60, 0_u16..2), 0..3),
            gap in 0_u16..4,
        ) {
            let wanted: Vec<Span> = wanted.iter().map(|(first, length)| word(*first, first + length)).collect();
            let refused: Vec<Span> = refused.iter().map(|(first, length)| word(*first, first + length)).collect();
            let points = listed.iter().map(|(first, length, readable, side_effect)| {
                let access = if *readable { Access::ReadWrite } else { Access::Write };
                point(access, *side_effect, (*first..=first + length).collect())
            });
            let device = device(Gaps::UpTo(gap), points.collect(), vec![]);
            let learnt = Learnt { refused: refused.clone(), ..Learnt::default() };
            let plan = Plan::with_learnt(wanted.clone(), Some(&device), EXPENSIVE_REQUESTS, &learnt);

            let asked: Vec<Span> = wanted.iter().copied().filter(|span| !refused.iter().any(|hole| span.contains(*hole))).collect();
            for span in &asked {
                prop_assert!(plan.requests().iter().any(|request| request.span.contains(*span)));
            }
            let holds = |spans: &[Span], at: u16| spans.iter().any(|span| span.contains(word(at, at)));
            for request in plan.requests() {
                let mut unlisted = 0;
                for at in request.span.first..=request.span.last {
                    if holds(&asked, at) {
                        unlisted = 0;
                        continue;
                    }
                    let at_address = |info: &&PointInfo| info.words().contains(&at);
                    let mut here = device.points().filter(|info| at_address(info)).peekable();
                    let is_listed = here.peek().is_some();
                    let (mut open, mut side_effect) = (false, false);
                    for info in here {
                        open |= info.access().is_readable();
                        side_effect |= info.has_read_side_effect();
                    }
                    prop_assert!(!side_effect && !holds(&refused, at));
                    prop_assert!(open || !is_listed);
                    unlisted = if open { 0 } else { unlisted + 1 };
                    prop_assert!(unlisted <= gap);
                }
            }
        }
    }
}
