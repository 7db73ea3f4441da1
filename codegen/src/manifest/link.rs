//! `[link]`: how the device is reached.

use super::reader::Section;
use crate::model::{AcceptUnitIds, Gaps, Link, Parity, Rtu, WriteFunctions};

/// Most registers one read may ask for (Modbus application protocol V1.1b3, sections 6.3 and 6.4).
const MAX_REGISTERS: u16 = 125;
/// Most bits one read may ask for (sections 6.1 and 6.2).
const MAX_BITS: u16 = 2000;
/// Most registers one write may carry (section 6.12).
const MAX_WRITE_REGISTERS: u16 = 123;
/// Most coils one write may carry (section 6.11).
const MAX_WRITE_BITS: u16 = 1968;

const PARITIES: [(&str, Parity); 3] = [("none", Parity::None), ("even", Parity::Even), ("odd", Parity::Odd)];

const WRITE_FUNCTIONS: [(&str, WriteFunctions); 3] =
    [("any", WriteFunctions::Any), ("multiple", WriteFunctions::Multiple), ("single", WriteFunctions::Single)];

/// What holds where a manifest says nothing.
pub(super) fn usual() -> Link {
    Link {
        unit_id: 1,
        unit_ids: (1, 247),
        max_read_registers: MAX_REGISTERS,
        max_read_bits: MAX_BITS,
        max_write_registers: MAX_WRITE_REGISTERS,
        max_write_bits: MAX_WRITE_BITS,
        write_functions: WriteFunctions::Any,
        gaps: Gaps::Never,
        accept_unit_ids: AcceptUnitIds::Asked,
        ignore_transaction_ids: false,
        turnaround_ms: None,
        rtu: None,
        tcp_port: None,
    }
}

pub(super) fn read(root: &Section<'_>) -> Link {
    let mut link = usual();
    let Some(section) = root.section("link") else { return link };
    let number = |key, max: u16| section.integer(key, 1..=i64::from(max)).and_then(|number| u16::try_from(number).ok());
    link.unit_id = section.integer("unit_id", 0..=255).and_then(|id| u8::try_from(id).ok()).unwrap_or(link.unit_id);
    if let Some(ids) = section.integers("unit_ids", &(0..=255)) {
        match ids.iter().map(|id| u8::try_from(*id).unwrap_or_default()).collect::<Vec<_>>().as_slice() {
            [lowest, highest] if lowest <= highest => link.unit_ids = (*lowest, *highest),
            _ => section.wrong_key("unit_ids", "the lowest and the highest unit id: [1, 247]"),
        }
    }
    link.max_read_registers = number("max_read_registers", MAX_REGISTERS).unwrap_or(MAX_REGISTERS);
    link.max_read_bits = number("max_read_bits", MAX_BITS).unwrap_or(MAX_BITS);
    link.max_write_registers = number("max_write_registers", MAX_WRITE_REGISTERS).unwrap_or(MAX_WRITE_REGISTERS);
    link.max_write_bits = number("max_write_bits", MAX_WRITE_BITS).unwrap_or(MAX_WRITE_BITS);
    link.write_functions = section.word("write_functions", &WRITE_FUNCTIONS).unwrap_or(WriteFunctions::Any);
    link.gaps = gaps(&section);
    link.accept_unit_ids = accept_unit_ids(&section);
    link.ignore_transaction_ids = section.flag("ignore_transaction_ids").unwrap_or(false);
    link.turnaround_ms = section.integer("turnaround_ms", 0..=60_000).and_then(|time| u32::try_from(time).ok());
    link.rtu = section.section("rtu").map(|section| rtu(&section));
    if let Some(tcp) = section.section("tcp") {
        link.tcp_port = Some(tcp.integer("port", 1..=65535).and_then(|port| u16::try_from(port).ok()).unwrap_or(502));
        tcp.finish();
    }
    section.finish();
    link
}

fn gaps(section: &Section<'_>) -> Gaps {
    if section.holds_string("gaps") {
        return match section.string("gaps").as_ref().map(|text| text.value.as_str()) {
            Some("learn") => Gaps::Learn,
            None | Some("never") => Gaps::Never,
            Some(_) => {
                section.wrong_key(
                    "gaps",
                    "\"never\", \"learn\", or how many unlisted addresses in a row a block may cross",
                );
                Gaps::Never
            }
        };
    }
    match section.integer("gaps", 0..=i64::from(MAX_BITS)).and_then(|gap| u16::try_from(gap).ok()) {
        None | Some(0) => Gaps::Never,
        Some(gap) => Gaps::UpTo(gap),
    }
}

fn accept_unit_ids(section: &Section<'_>) -> AcceptUnitIds {
    if section.holds_string("accept_unit_ids") {
        if section.string("accept_unit_ids").is_some_and(|text| text.value != "any") {
            section.wrong_key("accept_unit_ids", "\"any\", or the unit ids the device may answer as: [0, 255]");
        }
        return AcceptUnitIds::Any;
    }
    let ids = section.integers("accept_unit_ids", &(0..=255)).unwrap_or_default();
    let ids: Vec<u8> = ids.into_iter().filter_map(|id| u8::try_from(id).ok()).collect();
    if ids.is_empty() { AcceptUnitIds::Asked } else { AcceptUnitIds::Listed(ids) }
}

fn rtu(section: &Section<'_>) -> Rtu {
    let speed = |number: i64| u32::try_from(number).unwrap_or_default();
    let small = |number: i64| u8::try_from(number).unwrap_or_default();
    let stated = section.integer("baud_rate", 1..=10_000_000).map(speed);
    let listed = section.integers("baud_rates", &(1..=10_000_000));
    let parity = section.word("parity", &PARITIES).unwrap_or(Parity::Even);
    let stop_bits = section.integer("stop_bits", 1..=2).map_or(1, small);
    let rtu = Rtu {
        baud_rate: stated.unwrap_or(19200),
        // What nobody states is not listed: 19200 is what the standard has a device leave the factory with.
        baud_rates: listed.map_or_else(|| stated.into_iter().collect(), |rates| rates.into_iter().map(speed).collect()),
        parity,
        parities: some_or(section.words("parities", &PARITIES), parity),
        data_bits: section.integer("data_bits", 7..=8).map_or(8, small),
        stop_bits,
        stop_bits_allowed: some_or(
            section.integers("stop_bits_allowed", &(1..=2)).unwrap_or_default().into_iter().map(small).collect(),
            stop_bits,
        ),
    };
    section.finish();
    rtu
}

fn some_or<T>(list: Vec<T>, default: T) -> Vec<T> {
    if list.is_empty() { vec![default] } else { list }
}
