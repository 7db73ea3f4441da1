//! What requests really cost on a link, from those that were made.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::bus::transaction::Reply;
use crate::plan::Cost;

/// Fewer measurements say too little.
const ENOUGH: f64 = 8.0;

/// After so many the older ones count half, so that a link that changes is followed.
const MANY: f64 = 4096.0;

/// A straight line through the measured times, by their bytes of data: least squares.
#[derive(Debug, Default)]
pub(super) struct Fit(Mutex<Sums>);

#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    count: f64,
    bytes: f64,
    bytes_squared: f64,
    time: f64,
    bytes_time: f64,
}

impl Fit {
    /// A read took this long, with the silence after it.
    pub(super) fn add(&self, reply: &Reply, took: Duration) {
        let bytes = match reply {
            Reply::Bits(bits) => bits.len().div_ceil(8),
            Reply::Words(words) => words.len().saturating_mul(2),
            Reply::Written => return,
        };
        let bytes = f64::from(u16::try_from(bytes).unwrap_or(u16::MAX));
        let time = took.as_secs_f64() * 1e9;
        let mut sums = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sums.count >= MANY {
            let Sums { count, bytes, bytes_squared, time, bytes_time } = &mut *sums;
            for sum in [count, bytes, bytes_squared, time, bytes_time] {
                *sum /= 2.0;
            }
        }
        sums.count += 1.0;
        sums.bytes += bytes;
        sums.bytes_squared += bytes * bytes;
        sums.time += time;
        sums.bytes_time += bytes * time;
    }

    /// What the measurements say; `None` while there are few, or all of one size.
    pub(super) fn cost(&self, frame_bytes: u8) -> Option<Cost> {
        let sums = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let spread = sums.count * sums.bytes_squared - sums.bytes * sums.bytes;
        if sums.count < ENOUGH || spread < 1.0 {
            return None;
        }
        let per_byte = ((sums.count * sums.bytes_time - sums.bytes * sums.time) / spread).max(0.0);
        let per_request = ((sums.time - per_byte * sums.bytes) / sums.count).max(0.0);
        Some(Cost {
            per_request_ns: whole(per_request),
            per_register_ns: whole(2.0 * per_byte),
            per_8_bits_ns: whole(per_byte),
            frame_bytes,
        })
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what does not fit becomes the nearest that does"
)]
const fn whole(nanoseconds: f64) -> u64 {
    nanoseconds as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn took(nanoseconds: u64) -> Duration {
        Duration::from_nanos(nanoseconds)
    }

    #[test]
    fn a_straight_line_is_found() {
        let fit = Fit::default();
        for count in 1..=10_u16 {
            assert!(count > 4 || fit.cost(3).is_none());
            fit.add(&Reply::Words(vec![0; usize::from(count)]), took(20_000_000 + u64::from(count) * 1_000_000));
            fit.add(&Reply::Bits(vec![true; usize::from(count) * 16]), took(20_000_000 + u64::from(count) * 1_000_000));
            fit.add(&Reply::Written, took(1));
        }
        let cost = fit.cost(3).unwrap();
        assert!(cost.per_request_ns.abs_diff(20_000_000) < 1_000, "{cost:?}");
        assert!(cost.per_register_ns.abs_diff(1_000_000) < 1_000, "{cost:?}");
        assert!(cost.per_8_bits_ns.abs_diff(500_000) < 1_000, "{cost:?}");
    }

    #[test]
    fn one_size_says_nothing_about_another() {
        let fit = Fit::default();
        for _ in 0..100 {
            fit.add(&Reply::Words(vec![0; 10]), took(1_000_000));
        }
        assert_eq!(fit.cost(3), None);
    }

    #[test]
    fn a_link_that_changes_is_followed() {
        let fit = Fit::default();
        for (request, rounds) in [(50_000_000, 3_000), (10_000_000, 30_000)] {
            for turn in 0..rounds {
                let count = turn % 100 + 1;
                fit.add(&Reply::Words(vec![0; count]), took(request + 500_000 * u64::try_from(count).unwrap()));
            }
        }
        let cost = fit.cost(3).unwrap();
        assert!(cost.per_request_ns.abs_diff(10_000_000) < 2_500_000, "{cost:?}");
    }
}
