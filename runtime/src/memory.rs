//! What a unit refused before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::Exception;
use crate::plan::{Learnt, Span};
use crate::table::Table;

/// What a unit refused before, by the addresses on the wire, so that units with different address offsets can share it.
#[derive(Debug, Default)]
pub(crate) struct UnitMemory {
    content: Mutex<Content>,
}

#[derive(Debug, Default)]
struct Content {
    refused: BTreeMap<Span, Exception>,
    /// A block over this address and the one before was refused although all its points were read: the device does not
    /// take blocks as long, or does not have what is between.
    seams: BTreeSet<(Table, u16)>,
}

impl UnitMemory {
    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn refuse(&self, span: Span, exception: Exception) {
        self.content().refused.insert(span, exception);
    }

    pub(crate) fn seam(&self, table: Table, address: u16) {
        self.content().seams.insert((table, address));
    }

    /// The span was read after all.
    pub(crate) fn accept(&self, span: Span) {
        self.content().refused.remove(&span);
    }

    pub(crate) fn forget(&self) {
        let mut content = self.content();
        content.refused.clear();
        content.seams.clear();
    }

    /// What was learnt, for a unit whose wire addresses are its document's plus `offset`.
    pub(crate) fn learnt(&self, offset: i32) -> (Learnt, Vec<(Span, Exception)>) {
        let content = self.content();
        let back = |address: u16| u16::try_from(i32::from(address).checked_sub(offset)?).ok();
        let span = |wire: Span| Some(Span { table: wire.table, first: back(wire.first)?, last: back(wire.last)? });
        let refused: Vec<(Span, Exception)> =
            content.refused.iter().filter_map(|(wire, exception)| Some((span(*wire)?, *exception))).collect();
        let seams = content.seams.iter().filter_map(|(table, address)| Some((*table, back(*address)?))).collect();
        (Learnt { refused: refused.iter().map(|(span, _)| *span).collect(), seams }, refused)
    }
}
