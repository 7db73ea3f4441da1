//! What can go wrong between a device and its master.

use std::time::Duration;

use super::rng::Rng;
use crate::error::ExceptionCode;
use crate::transport::frame::seal_rtu;

/// How often a [`Simulator`](super::Simulator) answers wrongly, each as a probability from 0 to 1 for each request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Faults {
    /// The reply comes late.
    pub late: f64,
    /// How late.
    pub lateness: Duration,
    /// There is no reply.
    pub drop: f64,
    /// The reply is damaged on the way: its CRC is wrong, or over TCP its transaction id.
    pub corrupt: f64,
    /// The reply is exception 4 or 6, and the request is not executed.
    pub exception: f64,
    /// A whole reply comes that answers another request.
    pub misfit: f64,
}

impl Faults {
    /// Nothing goes wrong. `lateness` is 1.5 s: half a second longer than a master waits by default.
    pub const NONE: Self =
        Self { late: 0.0, lateness: Duration::from_millis(1500), drop: 0.0, corrupt: 0.0, exception: 0.0, misfit: 0.0 };
}

impl Default for Faults {
    fn default() -> Self {
        Self::NONE
    }
}

/// What becomes of a reply.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Fate {
    pub(super) delay: Duration,
    pub(super) is_dropped: bool,
    pub(super) is_corrupt: bool,
    pub(super) is_misfit: bool,
    /// Instead of doing what was asked.
    pub(super) exception: Option<ExceptionCode>,
}

#[derive(Debug)]
pub(super) struct FaultSource {
    faults: Faults,
    rng: Rng,
}

impl FaultSource {
    pub(super) const fn new(faults: Faults, seed: u64) -> Self {
        Self { faults, rng: Rng::new(seed) }
    }

    pub(super) fn next(&mut self) -> Fate {
        let Self { faults, rng } = self;
        let exception = rng.happens(faults.exception).then(|| match rng.below(2) {
            0 => ExceptionCode::ServerDeviceFailure,
            _ => ExceptionCode::ServerDeviceBusy,
        });
        Fate {
            delay: if rng.happens(faults.late) { faults.lateness } else { Duration::ZERO },
            is_dropped: rng.happens(faults.drop),
            is_corrupt: rng.happens(faults.corrupt),
            is_misfit: rng.happens(faults.misfit),
            exception,
        }
    }
}

/// A reply in the form of one that answers another request: with fewer data, or of another address.
pub(super) fn misfit(mut pdu: Vec<u8>) -> Vec<u8> {
    match pdu.as_mut_slice() {
        [1..=4, count, _, _, ..] if *count > 2 => {
            *count = count.saturating_sub(2);
            pdu.truncate(pdu.len().saturating_sub(2));
        }
        [1..=4, count, ..] => {
            *count = count.saturating_add(2);
            pdu.extend([0, 0]);
        }
        [5 | 6 | 15 | 16, _, address_low, ..] => *address_low ^= 1,
        // An exception of another function.
        [function, ..] => *function ^= 3,
        [] => {}
    }
    pdu
}

/// A serial frame with a bit turned over.
pub(super) fn corrupt_rtu(unit: u8, pdu: &[u8]) -> Vec<u8> {
    let mut frame = seal_rtu(unit, pdu);
    if let Some(last) = frame.last_mut() {
        *last ^= 0x10;
    }
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_what_happens_and_probabilities_are_kept() {
        let faults = Faults { drop: 0.25, late: 0.1, exception: 1.0, ..Faults::NONE };
        let fates = |seed| {
            let mut source = FaultSource::new(faults, seed);
            (0..10_000).map(|_| source.next()).collect::<Vec<_>>()
        };
        assert_eq!(fates(7), fates(7));
        assert_ne!(fates(7), fates(8));
        let dropped = fates(7).iter().filter(|fate| fate.is_dropped).count();
        assert!((2_300..2_700).contains(&dropped), "{dropped}");
        assert!(fates(7).iter().all(|fate| fate.exception.is_some() && !fate.is_corrupt));
    }

    #[test]
    fn a_misfit_is_whole_and_answers_something_else() {
        for (reply, other) in [
            (&[3, 4, 0, 1, 0, 2][..], &[3, 2, 0, 1][..]),
            (&[1, 1, 5], &[1, 3, 5, 0, 0]),
            (&[6, 0, 5, 0, 7], &[6, 0, 4, 0, 7]),
            (&[0x83, 2], &[0x80, 2]),
        ] {
            assert_eq!(misfit(reply.to_vec()), other);
        }
    }
}
