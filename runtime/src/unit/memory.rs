//! What was learnt of a unit: what it refused before, and what its registers say about its own points.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::RwLock;
use tokio::time::Instant;

use crate::error::Exception;
use crate::plan::{Learnt, Span};
use crate::point::PointInfo;
use crate::point::table::Table;

/// What registers held when they were last read: limits, bits that say whether a point is there, and what decides which
/// codes hold. An exception where the device refuses the register.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Held {
    words: BTreeMap<(Table, u16), Result<u16, Exception>>,
    /// The variant of the device, where it is known.
    variant: Option<&'static str>,
}

impl Held {
    pub(crate) fn insert(&mut self, key: (Table, u16), word: Result<u16, Exception>) {
        self.words.insert(key, word);
    }

    pub(crate) fn get(&self, key: (Table, u16)) -> Option<Result<u16, Exception>> {
        self.words.get(&key).copied()
    }

    pub(crate) fn word(&self, key: (Table, u16)) -> Option<u16> {
        self.get(key)?.ok()
    }

    /// Takes over what was read from `first` on, where something is known already.
    fn update(&mut self, table: Table, first: u16, words: &[u16]) {
        let Some(last) = last_of(first, words.len()) else { return };
        for ((_, address), known) in self.words.range_mut((table, first)..=(table, last)) {
            if let Some(word) = address.checked_sub(first).and_then(|skipped| words.get(usize::from(skipped))) {
                *known = Ok(*word);
            }
        }
    }

    /// What was read from so many addresses is not known any more.
    fn remove(&mut self, table: Table, first: u16, count: u16) {
        if let Some(last) = last_of(first, count.into()) {
            self.words.retain(|key, _| !((table, first)..=(table, last)).contains(key));
        }
    }

    fn iter(&self) -> impl Iterator<Item = ((Table, u16), Result<u16, Exception>)> + '_ {
        self.words.iter().map(|(key, word)| (*key, *word))
    }

    /// The same of a device that is known to be of this variant.
    pub(crate) fn of(mut self, variant: Option<&'static str>) -> Self {
        self.variant = variant;
        self
    }

    /// Whether the device says that it does not have the point, or its variant does not. One that refuses the register says
    /// nothing.
    #[inline]
    pub(crate) fn hides(&self, info: &PointInfo) -> bool {
        if self.is_of_another_variant(info) {
            return true;
        }
        let Some(available_if) = info.available_if() else { return false };
        self.word(available_if.key()).is_some_and(|word| !available_if.is_set_in(word))
    }

    /// Whether only other variants of the device have the point.
    pub(crate) fn is_of_another_variant(&self, info: &PointInfo) -> bool {
        self.variant.is_some_and(|variant| !info.is_of_variant(variant))
    }

    /// Whether the device may be taken to have the point: it says so, or refuses to say.
    pub(crate) fn shows(&self, info: &PointInfo) -> bool {
        info.available_if().is_none_or(|available_if| self.get(available_if.key()).is_some() && !self.hides(info))
    }
}

/// The last of so many addresses; None where there are none.
fn last_of(first: u16, count: usize) -> Option<u16> {
    Some(first.saturating_add(u16::try_from(count.checked_sub(1)?).unwrap_or(u16::MAX)))
}

/// What was learnt of a unit, by the addresses on the wire, so that units with different address offsets can share it.
#[derive(Debug, Default)]
pub(crate) struct UnitMemory {
    content: Mutex<Content>,
    writing: Arc<RwLock<()>>,
}

/// A point that was refused is asked for again after so long, then after twice as long each time.
const FIRST_PAUSE: Duration = Duration::from_secs(60);
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// A point that could not be read.
#[derive(Debug, Clone, Copy)]
struct Refused {
    /// None where the unit did not answer, though it did for others.
    exception: Option<Exception>,
    /// The connection it was asked on, counted.
    connection: u64,
    pause: Duration,
    ask_again: Instant,
}

#[derive(Debug, Default)]
struct Content {
    refused: BTreeMap<Span, Refused>,
    /// Tables of which something was read.
    tables: BTreeSet<Table>,
    /// A block over this address and the one before was refused although all its points were read: the device does not
    /// take blocks as long, or does not have what is between.
    seams: BTreeSet<(Table, u16)>,
    held: Held,
    /// The connection `held` was read on, counted.
    held_on: u64,
    /// How often something happened after which what was read before does not count.
    changes: u64,
}

/// When something was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// The connection it was read on, counted.
    pub(crate) connection: u64,
    pub(crate) changes: u64,
}

impl Content {
    /// Registers that were refused are asked for again, too.
    fn forget_held(&mut self) {
        for ((table, address), word) in std::mem::take(&mut self.held).iter() {
            if word.is_err() {
                self.refused.remove(&Span { table, first: address, last: address });
            }
        }
        self.changes = self.changes.wrapping_add(1);
    }
}

impl UnitMemory {
    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Held by whoever writes: alone where what is written depends on what was read before, and with others otherwise.
    pub(crate) fn writing(&self) -> Arc<RwLock<()>> {
        Arc::clone(&self.writing)
    }

    /// The unit refused a point on a connection, or did not answer for it. It is asked again later, or on another connection.
    pub(crate) fn refuse(&self, span: Span, exception: Option<Exception>, connection: u64) {
        let mut content = self.content();
        let before = content.refused.get(&span).filter(|before| before.connection == connection);
        let pause = before.map_or(FIRST_PAUSE, |before| before.pause.saturating_mul(2).min(LONGEST_PAUSE));
        let ask_again = crate::bus::after(Instant::now(), pause);
        content.refused.insert(span, Refused { exception, connection, pause, ask_again });
    }

    /// Whether anything was ever read of a table.
    pub(crate) fn has_read(&self, table: Table) -> bool {
        self.content().tables.contains(&table)
    }

    pub(crate) fn seam(&self, table: Table, address: u16) {
        self.content().seams.insert((table, address));
    }

    /// All of the span was read.
    pub(crate) fn accept(&self, span: Span) {
        self.content().refused.retain(|refused, _| !span.contains(*refused));
    }

    pub(crate) fn forget(&self) {
        let mut content = self.content();
        content.refused.clear();
        content.seams.clear();
        content.forget_held();
    }

    /// For [`UnitMemory::hold`], before reading begins.
    pub(crate) fn moment(&self, connection: u64) -> Moment {
        Moment { connection, changes: self.content().changes }
    }

    /// Keeps what was read on a connection, until there is another one. What was read while something was written is not
    /// kept: nobody knows which came first.
    pub(crate) fn hold(&self, read: Moment, held: &Held) {
        let mut content = self.content();
        let Moment { connection, changes } = read;
        if connection > content.held_on {
            content.held_on = connection;
            content.held = Held::default();
        }
        if (connection, changes) == (content.held_on, content.changes) {
            for (key, word) in held.iter() {
                content.held.insert(key, word);
            }
        }
    }

    /// These words were read, for whatever reason.
    pub(crate) fn saw(&self, table: Table, first: u16, words: &[u16]) {
        let mut content = self.content();
        content.tables.insert(table);
        content.held.update(table, first, words);
    }

    /// So many addresses were written to, or may have been.
    pub(crate) fn wrote(&self, table: Table, first: u16, count: u16) {
        let mut content = self.content();
        content.changes = content.changes.wrapping_add(1);
        content.held.remove(table, first, count);
    }

    pub(crate) fn forget_held(&self) {
        self.content().forget_held();
    }

    /// What was learnt, on this connection as far as it may differ on another, for a unit whose wire addresses are its
    /// document's plus `offset`.
    pub(crate) fn learnt(&self, offset: i32, connection: u64) -> (Learnt, Vec<(Span, Option<Exception>)>) {
        let content = self.content();
        let back = |address: u16| u16::try_from(i32::from(address).checked_sub(offset)?).ok();
        let span = |wire: Span| Some(Span { table: wire.table, first: back(wire.first)?, last: back(wire.last)? });
        let now = Instant::now();
        let (mut refused, mut ask_again) = (Vec::new(), Vec::new());
        for (wire, known) in &content.refused {
            let Some(span) = span(*wire) else { continue };
            if known.connection == connection && now < known.ask_again {
                refused.push((span, known.exception));
            } else {
                ask_again.push(span);
            }
        }
        let seams = content.seams.iter().filter_map(|(table, address)| Some((*table, back(*address)?))).collect();
        let mut held = Held::default();
        if connection == content.held_on {
            for ((table, address), word) in content.held.iter() {
                if let Some(address) = back(address) {
                    held.insert((table, address), word);
                }
            }
        }
        let learnt = Learnt {
            refused: refused.iter().map(|(span, _)| *span).collect(),
            ask_again,
            seams,
            held,
            whose: crate::plan::Whose::default(),
        };
        (learnt, refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AvailableIf, ExceptionCode, PointSpec};

    const KEY: (Table, u16) = (Table::HoldingRegister, 62_500);
    const REFUSED: Exception = Exception { function: 3, code: ExceptionCode::IllegalDataAddress };

    fn held(word: Result<u16, Exception>) -> Held {
        let mut held = Held::default();
        held.insert(KEY, word);
        held
    }

    #[test]
    fn what_a_register_held_is_known_on_its_own_connection_only() {
        let memory = UnitMemory::default();
        let known = |connection| memory.learnt(0, connection).0.held.word(KEY);
        let hold = |connection, held: &Held| memory.hold(memory.moment(connection), held);
        hold(2, &held(Ok(7)));
        assert_eq!([known(1), known(2), known(3)], [None, Some(7), None]);
        // An answer that comes late is not taken for a new one.
        hold(1, &held(Ok(8)));
        assert_eq!(known(2), Some(7));
        hold(3, &Held::default());
        assert_eq!([known(2), known(3)], [None, None]);
        hold(3, &held(Ok(9)));
        memory.forget_held();
        assert_eq!(known(3), None);
    }

    #[test]
    fn what_a_register_held_counts_until_it_is_written_or_seen_to_hold_something_else() {
        let memory = UnitMemory::default();
        let known = || memory.learnt(0, 1).0.held.word(KEY);
        memory.hold(memory.moment(1), &held(Ok(7)));
        memory.saw(KEY.0, 62_499, &[1, 8, 2]);
        memory.saw(KEY.0, 62_501, &[9]);
        memory.saw(Table::InputRegister, KEY.1, &[9]);
        memory.saw(KEY.0, KEY.1, &[]);
        assert_eq!(known(), Some(8));
        memory.wrote(KEY.0, 62_490, 10);
        memory.wrote(KEY.0, 62_501, 10);
        memory.wrote(Table::Coil, KEY.1, 1);
        memory.wrote(KEY.0, KEY.1, 0);
        assert_eq!(known(), Some(8));
        let before = memory.moment(1);
        memory.wrote(KEY.0, 62_490, 11);
        assert_eq!(known(), None);
        // It may have been read before the write was done.
        memory.hold(before, &held(Ok(7)));
        assert_eq!(known(), None);
        memory.saw(KEY.0, u16::MAX, &[1, 2]);
        memory.wrote(KEY.0, u16::MAX, u16::MAX);
    }

    #[test]
    fn units_with_different_offsets_share_what_is_on_the_wire() {
        let memory = UnitMemory::default();
        memory.hold(memory.moment(1), &held(Ok(7)));
        let (learnt, _) = memory.learnt(500, 1);
        assert_eq!(learnt.held.word((Table::HoldingRegister, 62_000)), Some(7));
        assert_eq!(learnt.held.word(KEY), None);
    }

    #[test]
    fn a_point_is_hidden_only_where_the_device_says_so() {
        let bit = |bit| {
            let available_if = Some(AvailableIf { table: KEY.0, register: KEY.1, bit });
            PointInfo::new(PointSpec { available_if, ..PointSpec::DEFAULT })
        };
        let judged = |held: &Held, info: &PointInfo| (held.hides(info), held.shows(info));
        assert_eq!(judged(&held(Ok(0b10)), &bit(1)), (false, true));
        assert_eq!(judged(&held(Ok(0b10)), &bit(0)), (true, false));
        assert_eq!(judged(&held(Ok(0x8000)), &bit(15)), (false, true));
        assert_eq!(judged(&held(Ok(0xFFFF)), &bit(16)), (true, false));
        assert_eq!(judged(&held(Err(REFUSED)), &bit(0)), (false, true));
        // Not asked yet: neither.
        assert_eq!(judged(&Held::default(), &bit(0)), (false, false));
        assert_eq!(judged(&Held::default(), &PointInfo::new(PointSpec::DEFAULT)), (false, true));
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_refused_is_asked_again_later_and_on_another_connection() {
        let memory = UnitMemory::default();
        let span = Span { table: KEY.0, first: 7, last: 8 };
        let state = |connection| {
            let learnt = memory.learnt(0, connection).0;
            (learnt.refused.len(), learnt.ask_again.len())
        };
        for minutes in [1, 2, 4, 8, 16, 32, 60, 60] {
            memory.refuse(span, Some(REFUSED), 3);
            assert_eq!((state(3), state(4)), ((1, 0), (0, 1)), "{minutes}");
            tokio::time::advance(Duration::from_secs(minutes * 60 - 1)).await;
            assert_eq!(state(3), (1, 0), "{minutes}");
            tokio::time::advance(Duration::from_secs(1)).await;
            assert_eq!(state(3), (0, 1), "{minutes}");
        }
        memory.refuse(span, Some(REFUSED), 4);
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(state(4), (0, 1), "another connection begins anew");
        memory.accept(Span { table: KEY.0, first: 0, last: 100 });
        assert_eq!(state(4), (0, 0));
    }
}
