//! The exact minimum of what is read and how often.

use core::ops::Range;
use std::collections::VecDeque;

use super::span::Span;

/// `request + chunk · ⌈n / chunk_size⌉` nanoseconds for n addresses.
#[derive(Debug, Clone, Copy)]
pub(super) struct Price {
    pub(super) request: u64,
    pub(super) chunk: u64,
    pub(super) chunk_size: u8,
}

impl Price {
    /// What one request for this many addresses costs.
    pub(super) fn of_one(self, count: u16) -> u128 {
        let chunks = count.checked_div(self.chunk_size.into()).unwrap_or(count);
        let chunks = chunks.saturating_add(u16::from(!count.is_multiple_of(self.chunk_size.into())));
        u128::from(self.request).saturating_add(u128::from(self.chunk).saturating_mul(chunks.into()))
    }
}

/// What is minimised, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Weight {
    pub(super) nanoseconds: i128,
    pub(super) requests: i64,
    pub(super) addresses: i64,
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
pub(super) fn cheapest(
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
