//! Addresses that are read in one piece.

use crate::point::PointInfo;
use crate::point::table::Table;

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

    /// How many addresses. All 65,536 of a table count as one less, which is too many for a request, too.
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

/// How a point's words are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pieces {
    /// In one request.
    Whole(Span),
    /// In one for each of these, that with the most significant word first.
    Apart(Vec<Span>),
}

impl Pieces {
    pub(crate) fn iter(&self) -> impl Iterator<Item = Span> + '_ {
        match self {
            Self::Whole(span) => core::slice::from_ref(span),
            Self::Apart(pieces) => pieces,
        }
        .iter()
        .copied()
    }
}

/// The runs of consecutive addresses among a point's words, in ascending order.
pub(super) fn runs(info: &PointInfo) -> Vec<Span> {
    union(info.words().iter().map(|address| Span::at((info.table(), *address))).collect())
}

/// From the first address of the first to the last of the last.
pub(crate) fn hull(items: &[Span]) -> Option<Span> {
    Some(items.first()?.to(*items.last()?))
}

/// Whether one of the spans, sorted and disjoint, has an address from `start` to before `end`.
pub(super) fn touches(spans: &[Span], start: u32, end: u32) -> bool {
    let candidate = spans.partition_point(|span| span.end() <= start);
    spans.get(candidate).is_some_and(|span| span.start() < end)
}

/// Sorted and disjoint; those that overlap or touch become one.
pub(super) fn union(mut spans: Vec<Span>) -> Vec<Span> {
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
