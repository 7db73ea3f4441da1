//! The addresses between points, and which of them may be read along with the points.

use super::Learnt;
use super::span::{Span, hull, touches, union};
use crate::device::{DeviceInfo, Gaps};
use crate::point::PointInfo;
use crate::point::table::Table;
use crate::unit::held::{deciding, limiting, scaling};

/// The addresses between the items of one table.
pub(super) struct Ground {
    /// Listed, readable without side effect, or reserved: sorted, disjoint.
    open: Vec<Span>,
    /// Listed and not open unless an open one covers it: write-only.
    closed: Vec<Span>,
    /// Never read along with others: refused before, with a side effect, or not known to exist.
    forbidden: Vec<Span>,
    /// A request must not hold this address and the one before.
    seams: Vec<u16>,
    /// The longest run of unlisted addresses that may be read.
    longest_gap: u32,
}

impl Ground {
    pub(super) fn around(items: &[Span], table: Table, device: Option<&DeviceInfo>, learnt: &Learnt) -> Self {
        let mut ground =
            Self { open: Vec::new(), closed: Vec::new(), forbidden: Vec::new(), seams: Vec::new(), longest_gap: 0 };
        let Some(all) = hull(items).filter(|_| items.len() > 1) else { return ground };
        let refused = learnt.refused.iter().chain(&learnt.ask_again);
        ground.forbidden.extend(refused.filter(|span| span.overlaps(all)));
        ground.seams.extend(learnt.seams.iter().filter(|(seam_table, _)| *seam_table == table).map(|(_, seam)| *seam));
        ground.seams.sort_unstable();
        if let Some(device) = device {
            ground.longest_gap = match device.link.gaps {
                Gaps::Never => 0,
                Gaps::UpTo(longest) => longest.into(),
                // What the device did not answer is among the seams.
                Gaps::Learn => u32::MAX,
            };
            ground.survey(device, all, learnt);
        }
        ground.open = union(ground.open);
        ground.closed = union(ground.closed);
        ground.forbidden = union(ground.forbidden);
        ground
    }

    fn survey(&mut self, device: &DeviceInfo, all: Span, learnt: &Learnt) {
        let is_there = |info: &&PointInfo| learnt.whose.has(info) && !learnt.held.is_of_another_variant(info);
        for info in device.points().filter(is_there) {
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

    /// Whether one request may read all these items of a value. It cannot be divided if the device refuses it, so only
    /// known addresses may be between them.
    pub(super) fn holds_together(mut self, items: &[Span], device: Option<&DeviceInfo>) -> bool {
        if device.is_some_and(|device| device.link.gaps == Gaps::Learn) {
            self.longest_gap = 0;
        }
        items.windows(2).all(|pair| matches!(pair, [left, right] if self.may_join(*left, *right)))
    }

    /// Whether one request may read two neighbouring items and what is between them.
    pub(super) fn may_join(&self, left: Span, right: Span) -> bool {
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

    /// Whether addresses may be read none of which is open.
    fn may_cross(&self, start: u32, end: u32) -> bool {
        end <= start || (end.saturating_sub(start) <= self.longest_gap && !touches(&self.closed, start, end))
    }
}
