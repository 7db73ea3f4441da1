//! What a request costs on a link.

use std::time::Duration;

use super::cheapest::Price;
use super::span::Span;
use crate::device::RtuSettings;
use crate::point::table::Table;

/// What a read request costs on a link, in nanoseconds: a part for the request itself and one for what it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cost {
    /// One request: the frames without their values, the turnaround, and the pauses between frames.
    pub per_request_ns: u64,
    /// One register.
    pub per_register_ns: u64,
    /// Eight coils or inputs, or the last few of a request.
    pub per_8_bits_ns: u64,
    /// Bytes around the PDU of every frame: 3 on a serial line, unit id and CRC; 7 over TCP, the MBAP header.
    pub frame_bytes: u8,
}

impl Cost {
    /// On a serial line: 13 characters of request and reply, two pauses of 3.5 characters (1.75 ms above 19,200 bits per
    /// second; Modbus over serial line V1.02, section 2.5.1.1) and the time the device takes to begin its answer; two
    /// characters for a register.
    #[must_use]
    pub fn rtu(settings: &RtuSettings, turnaround: Duration) -> Self {
        let character = nanoseconds(settings.character_time());
        let pause = if settings.baud_rate > 19_200 { 1_750_000 } else { character.saturating_mul(7) / 2 };
        Self {
            per_request_ns: character
                .saturating_mul(13)
                .saturating_add(pause.saturating_mul(2))
                .saturating_add(nanoseconds(turnaround)),
            per_register_ns: character.saturating_mul(2),
            per_8_bits_ns: character,
            frame_bytes: 3,
        }
    }

    /// On a network: the round trip, and 100 Mbit/s for the data.
    #[must_use]
    pub fn tcp(round_trip: Duration) -> Self {
        Self { per_request_ns: nanoseconds(round_trip), per_register_ns: 160, per_8_bits_ns: 80, frame_bytes: 7 }
    }

    /// Of the frames that read these addresses: function, address and count; function, byte count and data.
    pub(super) fn bytes(&self, span: Span) -> u64 {
        let count = u64::from(span.count());
        let data = if span.table.is_bit() { count.div_ceil(8) } else { count.saturating_mul(2) };
        u64::from(self.frame_bytes).saturating_mul(2).saturating_add(7).saturating_add(data)
    }

    pub(super) const fn price(&self, table: Table) -> Price {
        if table.is_bit() {
            Price { request: self.per_request_ns, chunk: self.per_8_bits_ns, chunk_size: 8 }
        } else {
            Price { request: self.per_request_ns, chunk: self.per_register_ns, chunk_size: 1 }
        }
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
