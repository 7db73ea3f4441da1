//! The pauses between attempts to connect.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

const FIRST: Duration = Duration::from_millis(250);
const CAP: Duration = Duration::from_secs(30);

/// Doubles the pause with every failure, up to a cap, and makes it up to a half shorter by chance, so that many
/// clients of one server do not come back at once.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    pub(super) fn succeeded(&mut self) {
        self.failures = 0;
    }

    pub(super) fn failed(&mut self) -> Duration {
        let whole = 2_u32.checked_pow(self.failures).map_or(CAP, |factor| FIRST.saturating_mul(factor).min(CAP));
        self.failures = self.failures.saturating_add(1);
        let half = whole.mul_f64(0.5);
        half.saturating_add(chance_part_of(half))
    }
}

/// A part of a time, by chance.
pub(crate) fn chance_part_of(whole: Duration) -> Duration {
    // The standard library seeds every hasher differently: chance enough, without a crate for it.
    let chance = RandomState::new().build_hasher().finish() >> 32;
    whole.mul_f64(f64::from(u32::try_from(chance).unwrap_or(0)) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_cap_and_begin_again() {
        let mut backoff = Backoff::default();
        for whole in [250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000] {
            let pause = backoff.failed().as_millis();
            assert!((whole / 2..=whole).contains(&pause), "{pause} of {whole}");
        }
        for _ in 0..100 {
            assert!(backoff.failed() <= CAP);
        }
        backoff.succeeded();
        assert!(backoff.failed() <= FIRST);
    }
}
