//! Link settings.

use serde_json::Value;

use crate::model::{Gaps, Link, Parity, Rtu, WriteFunctions};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    unit_id: u8,
    unit_ids: (u8, u8),
    max_read_registers: u16,
    max_read_bits: u16,
    max_write_registers: u16,
    max_write_bits: u16,
    write_functions: WriteFunctions,
    gaps: ReadGaps,
    rtu: Option<ReadRtu>,
    tcp: Option<ReadTcp>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum ReadGaps {
    Never,
    UpTo(u16),
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadRtu {
    baud_rate: u32,
    baud_rates: Vec<u32>,
    parity: Parity,
    parities: Vec<Parity>,
    data_bits: u8,
    stop_bits: u8,
    stop_bits_allowed: Vec<u8>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadTcp {
    port: u16,
}

/// The settings, or what is wrong with them.
pub(super) fn read(value: Value) -> Result<Link, String> {
    let read: Read = serde_json::from_value(value).map_err(|error| error.to_string())?;
    Ok(Link {
        unit_id: read.unit_id,
        unit_ids: read.unit_ids,
        max_read_registers: read.max_read_registers,
        max_read_bits: read.max_read_bits,
        max_write_registers: read.max_write_registers,
        max_write_bits: read.max_write_bits,
        write_functions: read.write_functions,
        gaps: match read.gaps {
            ReadGaps::Never => Gaps::Never,
            ReadGaps::UpTo(count) => Gaps::UpTo(count),
        },
        rtu: read.rtu.map(|rtu| Rtu {
            baud_rate: rtu.baud_rate,
            baud_rates: rtu.baud_rates,
            parity: rtu.parity,
            parities: rtu.parities,
            data_bits: rtu.data_bits,
            stop_bits: rtu.stop_bits,
            stop_bits_allowed: rtu.stop_bits_allowed,
        }),
        tcp_port: read.tcp.map(|tcp| tcp.port),
    })
}
