//! Words as they came, by table and address.

use core::ops::{Deref, Range};
use core::sync::atomic::{AtomicUsize, Ordering};

use crate::plan::Span;
use crate::point::PointInfo;
use crate::point::table::Table;

/// The words that were read, in blocks as they came.
#[derive(Debug, Default)]
pub(crate) struct Image {
    /// Ascending in both ends: a later block that begins at or before an address reaches at least as far.
    blocks: Vec<Block>,
    words: Vec<u16>,
    /// Values whose words came in several replies: table, addresses, words.
    apart: Vec<(Table, &'static [u16], Vec<u16>)>,
    /// The block something was found in last.
    recent: AtomicUsize,
}

#[derive(Debug)]
struct Block {
    /// Table, then address: blocks of all tables in one sorted list.
    key: u32,
    count: u16,
    offset: usize,
}

impl Block {
    /// Where the words of so many addresses are, if it has them all.
    #[inline]
    fn part(&self, key: u32, count: usize) -> Option<Range<usize>> {
        let skipped = usize::try_from(key.checked_sub(self.key)?).ok()?;
        let end = skipped.checked_add(count).filter(|end| *end <= usize::from(self.count))?;
        Some(self.offset.checked_add(skipped)?..self.offset.checked_add(end)?)
    }
}

const fn key(table: Table, address: u16) -> u32 {
    (table as u32) << 16 | address as u32
}

impl Image {
    /// Adds a block. Mostly they come in order.
    pub(crate) fn push(&mut self, span: Span, words: &[u16]) {
        let block = Block { key: key(span.table, span.first), count: span.count(), offset: self.words.len() };
        let place = self.blocks.partition_point(|other| (other.key, other.count) <= (block.key, block.count));
        self.blocks.insert(place, block);
        self.words.extend_from_slice(words);
    }

    /// What one address holds.
    pub(crate) fn word(&self, table: Table, address: u16) -> Option<u16> {
        self.consecutive(table, address, 1)?.first().copied()
    }

    /// Words at consecutive addresses that came in one reply.
    #[inline]
    fn consecutive(&self, table: Table, address: u16, count: usize) -> Option<&[u16]> {
        let key = key(table, address);
        // Values are mostly asked for in the order they were read.
        let recent = self.recent.load(Ordering::Relaxed);
        match self.blocks.get(recent).and_then(|block| block.part(key, count)) {
            Some(part) => self.words.get(part),
            None => self.search(key, count),
        }
    }

    fn search(&self, key: u32, count: usize) -> Option<&[u16]> {
        let index = self.blocks.partition_point(|block| block.key <= key).checked_sub(1)?;
        let part = self.blocks.get(index)?.part(key, count)?;
        self.recent.store(index, Ordering::Relaxed);
        self.words.get(part)
    }

    /// A point's words in its own order.
    #[inline]
    pub(super) fn words(&self, info: &PointInfo) -> Option<Words<'_>> {
        match info.words() {
            [] => None,
            [address] => self.consecutive(info.table(), *address, 1).map(Words::Borrowed),
            addresses => self.several(info.table(), addresses).or_else(|| self.apart(info)),
        }
    }

    /// Adds a value whose words came in several replies.
    pub(crate) fn push_apart(&mut self, info: &'static PointInfo, words: Vec<u16>) {
        self.apart.push((info.table(), info.words(), words));
    }

    fn apart(&self, info: &PointInfo) -> Option<Words<'_>> {
        let mut values =
            self.apart.iter().filter(|(table, addresses, _)| (*table, *addresses) == (info.table(), info.words()));
        values.next().map(|(.., words)| Words::Borrowed(words))
    }

    fn several(&self, table: Table, addresses: &[u16]) -> Option<Words<'_>> {
        let (first, last) = (*addresses.iter().min()?, *addresses.iter().max()?);
        let count = usize::from(last.checked_sub(first)?).checked_add(1)?;
        let block = self.consecutive(table, first, count)?;
        if addresses.is_sorted() && count == addresses.len() {
            return Some(Words::Borrowed(block));
        }
        let mut wanted = addresses.iter().map(|address| {
            let position = address.checked_sub(first)?;
            block.get(usize::from(position)).copied()
        });
        if addresses.len() > 4 {
            return wanted.collect::<Option<Vec<u16>>>().map(Words::Owned);
        }
        let mut inline = [0; 4];
        for (slot, word) in inline.iter_mut().zip(&mut wanted) {
            *slot = word?;
        }
        Some(Words::Inline(inline, addresses.len()))
    }
}

/// Some words, most significant first.
pub(crate) enum Words<'a> {
    Borrowed(&'a [u16]),
    Inline([u16; 4], usize),
    Owned(Vec<u16>),
}

impl Deref for Words<'_> {
    type Target = [u16];

    #[inline]
    fn deref(&self) -> &[u16] {
        match self {
            Self::Borrowed(words) => words,
            Self::Inline(words, count) => words.get(..*count).unwrap_or_default(),
            Self::Owned(words) => words,
        }
    }
}
