//! How long things take on a link (Modbus over Serial Line V1.02, sections 2.4.1 and 2.5.1.1).

use std::time::Duration;

use tokio::time::Instant;

use crate::bus::transaction::Request;
use crate::device::RtuSettings;
use crate::plan::Cost;

/// What a unit takes to answer, until that was measured; only relations between plans depend on it.
const TURNAROUND: Duration = Duration::from_millis(10);

/// What a request over TCP takes besides its values, until that was measured.
const ROUND_TRIP: Duration = Duration::from_millis(1);

/// A request over TCP is never taken to cost less, so that plans do not ask for every point by itself.
const SHORTEST_ROUND_TRIP: Duration = Duration::from_micros(100);

/// The time units are given to process a broadcast, which they do not confirm.
const AFTER_BROADCAST: Duration = Duration::from_millis(100);

/// Above this speed the silence between frames is no longer counted in characters.
const FASTEST_COUNTED: u32 = 19_200;

/// `instant + duration`, for durations of any length.
pub(crate) fn after(instant: Instant, duration: Duration) -> Instant {
    const CENTURY: Duration = Duration::from_secs(100 * 365 * 86_400);
    instant.checked_add(duration.min(CENTURY)).unwrap_or(instant)
}

/// The times of a link.
#[derive(Debug, Clone, Copy)]
pub(super) enum Timing {
    Tcp,
    /// TCP to a gateway, behind which this serial line is.
    Gateway(RtuSettings),
    Rtu(RtuSettings),
}

impl Timing {
    pub(super) const fn is_serial(&self) -> bool {
        matches!(self, Self::Rtu(_))
    }

    /// How long request and reply are on the line.
    pub(super) fn wire_time(&self, request: &Request) -> Duration {
        self.characters(request_length(request).saturating_add(reply_length(request)))
    }

    /// How long the reply is on the line.
    pub(super) fn reply_wire_time(&self, request: &Request) -> Duration {
        self.characters(reply_length(request))
    }

    /// How long the line is left alone after a reply: t3.5.
    pub(super) fn after_reply(&self) -> Duration {
        match self {
            // A gateway sees to that itself.
            Self::Tcp | Self::Gateway(_) => Duration::ZERO,
            Self::Rtu(line) if line.baud_rate > FASTEST_COUNTED => Duration::from_micros(1750),
            Self::Rtu(line) => line.character_time().mul_f64(3.5),
        }
    }

    /// How long the line is left alone after a broadcast was handed to the port.
    pub(super) fn after_broadcast(&self, request: &Request) -> Duration {
        self.characters(request_length(request)).saturating_add(AFTER_BROADCAST)
    }

    /// What requests cost; `turnaround` is what a unit takes to begin its answer, where that is known.
    pub(super) fn cost(&self, turnaround: Option<Duration>) -> Cost {
        match self {
            Self::Tcp => Cost::tcp(turnaround.unwrap_or(ROUND_TRIP).max(SHORTEST_ROUND_TRIP)),
            Self::Gateway(line) => Cost::rtu(line, turnaround.unwrap_or(TURNAROUND.saturating_add(ROUND_TRIP))),
            Self::Rtu(line) => Cost::rtu(line, turnaround.unwrap_or(TURNAROUND)),
        }
    }

    fn characters(&self, count: u32) -> Duration {
        match self {
            Self::Tcp => Duration::ZERO,
            Self::Gateway(line) | Self::Rtu(line) => line.character_time().saturating_mul(count),
        }
    }
}

/// Bytes of the serial frame that asks.
fn request_length(request: &Request) -> u32 {
    let count = u32::from(request.count());
    match request {
        Request::Read { .. } | Request::WriteCoil { .. } | Request::WriteRegister { .. } => 8,
        Request::WriteCoils { .. } => count.div_ceil(8).saturating_add(9),
        Request::WriteRegisters { .. } => count.saturating_mul(2).saturating_add(9),
    }
}

/// Bytes of the serial frame that answers.
fn reply_length(request: &Request) -> u32 {
    let count = u32::from(request.count());
    match request {
        Request::Read { table, .. } if table.is_bit() => count.div_ceil(8).saturating_add(5),
        Request::Read { .. } => count.saturating_mul(2).saturating_add(5),
        _ => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::Parity;
    use crate::point::table::Table;

    fn line(baud_rate: u32) -> Timing {
        Timing::Rtu(RtuSettings { baud_rate, parity: Parity::Even, data_bits: 8, stop_bits: 1 })
    }

    #[test]
    fn times_at_9600_8e1() {
        // 11 bits per character: 1.1458 ms.
        let request = Request::Read { table: Table::HoldingRegister, address: 0, count: 10 };
        assert_eq!(line(9600).wire_time(&request).as_micros(), 33 * 11_000_000 / 9600);
        assert_eq!(line(9600).after_reply().as_micros(), 4010);
        let cost = line(9600).cost(None);
        assert_eq!(cost.per_register_ns / 1000, 2291);
        assert_eq!(cost.per_8_bits_ns / 1000, 1145);
        assert_eq!(cost.per_request_ns / 1000, 10_000 + 14_895 + 8021);
        let slow = line(9600).cost(Some(Duration::from_millis(50)));
        assert_eq!(slow, Cost { per_request_ns: cost.per_request_ns + 40_000_000, ..cost });
    }

    #[test]
    fn the_silence_is_fixed_above_19200_baud() {
        assert_eq!(line(115_200).after_reply(), Duration::from_micros(1750));
        assert_eq!(line(19_200).after_reply().as_micros(), 2005);
    }

    #[test]
    fn no_duration_is_too_long() {
        let now = Instant::now();
        assert!(after(now, Duration::MAX) > now);
    }
}
