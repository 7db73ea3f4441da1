//! Link settings.

use serde_json::Value;

use crate::model::{AcceptUnitIds, Gaps, Link, Parity, Rtu, WriteFunctions};

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
    accept_unit_ids: Option<ReadUnitIds>,
    #[serde(default)]
    ignore_transaction_ids: bool,
    turnaround_ms: Option<u32>,
    rtu: Option<ReadRtu>,
    tcp: Option<ReadTcp>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum ReadGaps {
    Never,
    UpTo(u16),
    Learn,
}

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum ReadUnitIds {
    Listed(Vec<u8>),
    Any(Any),
}

#[derive(serde::Deserialize)]
enum Any {
    #[serde(rename = "any")]
    Any,
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
            ReadGaps::Learn => Gaps::Learn,
        },
        accept_unit_ids: match read.accept_unit_ids {
            None => AcceptUnitIds::default(),
            Some(ReadUnitIds::Any(Any::Any)) => AcceptUnitIds::Any,
            Some(ReadUnitIds::Listed(ids)) => AcceptUnitIds::Listed(ids),
        },
        ignore_transaction_ids: read.ignore_transaction_ids,
        turnaround_ms: read.turnaround_ms,
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
