//! Configuration of `ESPHome`: a serial line, a controller for each unit id, and an entity for each point.
//!
//! `ESPHome` computes in 32-bit floats and derives how many registers it reads from the type; a `register_count` is
//! refused.

mod entity;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use self::entity::{Platform, entities};
use super::facts::{self, Ledger};
use super::names::{self, Unique};
use super::text::{line, quoted};
use super::{Exported, Options};
use crate::model::{Device, Parity, Rtu};

pub(super) fn configuration(device: &Device, options: &Options) -> Exported {
    let mut ledger = Ledger::default();
    let slug = names::slug(device, options);
    let mut names: Vec<Unique> = Platform::ALL.iter().map(|_| Unique::new(names::ascii)).collect();
    let mut lists: Vec<String> = Platform::ALL.iter().map(|_| String::new()).collect();
    let mut left_out = String::new();
    let mut units = BTreeSet::from([device.link.unit_id]);
    for point in &device.points {
        let unit = point.unit_id.unwrap_or(device.link.unit_id);
        let made = match unit {
            0 => Err("ESPHome reads nothing from unit id 0"),
            _ => entities(device, point, options),
        };
        let made = match made {
            Ok(made) => made,
            Err(why) => {
                // Writing to a string cannot fail.
                let _ = writeln!(left_out, "# {}", ledger.left_out(point, why));
                continue;
            }
        };
        units.insert(unit);
        let facts = facts::facts(device, point, options.language.as_deref());
        let mut comments = ledger.rest(point, facts, &made.said);
        for entity in made.list {
            let index = Platform::ALL.iter().position(|platform| *platform == entity.platform).unwrap_or_default();
            let (Some(names), Some(list)) = (names.get_mut(index), lists.get_mut(index)) else { continue };
            for comment in comments.drain(..) {
                let _ = writeln!(list, "  # {}: {comment}", point.id);
            }
            let name = names.name(&short(&entity.name), &format!("{} {}", point.table, point.address()));
            let _ = writeln!(
                list,
                "  - platform: modbus_controller\n    modbus_controller_id: {}\n    name: {}",
                controller(&slug, unit),
                quoted(&name)
            );
            for line in entity.lines {
                let _ = writeln!(list, "    {line}");
            }
        }
    }
    let mut text = head(device, options, &slug);
    text.push_str("modbus_controller:\n");
    for unit in units.iter().filter(|unit| **unit != 0) {
        let _ = writeln!(
            text,
            "  - id: {}\n    address: {unit}\n    modbus_id: {slug}_bus\n    update_interval: 30s\n    max_cmd_retries: 2",
            controller(&slug, *unit)
        );
    }
    text.push_str(&left_out);
    for (platform, list) in Platform::ALL.iter().zip(&lists).filter(|(_, list)| !list.is_empty()) {
        let _ = write!(text, "{}:\n{list}", platform.key());
    }
    Exported::new(text, ledger)
}

fn controller(slug: &str, unit: u8) -> String {
    format!("{slug}_unit_{unit}")
}

/// `ESPHome` takes names of up to 120 bytes, and a remark may have to follow; a slash is part of its addresses.
fn short(name: &str) -> String {
    const LONGEST: usize = 84;
    let name = name.replace('/', "\u{2044}");
    let end = name
        .char_indices()
        .map(|(at, character)| at.saturating_add(character.len_utf8()))
        .take_while(|end| *end <= LONGEST);
    name.get(..end.last().unwrap_or_default()).unwrap_or_default().trim_end().to_owned()
}

fn head(device: &Device, options: &Options, slug: &str) -> String {
    let rtu = device.link.rtu.clone().unwrap_or(Rtu {
        baud_rate: 9600,
        baud_rates: Vec::new(),
        parity: Parity::None,
        parities: Vec::new(),
        data_bits: 8,
        stop_bits: 1,
        stop_bits_allowed: Vec::new(),
    });
    let parity = match rtu.parity {
        Parity::None => "NONE",
        Parity::Even => "EVEN",
        Parity::Odd => "ODD",
    };
    let host: String = slug.replace('_', "-").chars().take(24).collect();
    let note = match device.link.rtu {
        Some(_) => "",
        None => "# The document prints no serial settings: these are the usual ones.\n",
    };
    format!(
        "# {}.\n# {}. Board, pins and whatever else your node needs are yours to set.\n\
         # Values are floats of 32 bits here: above 16777216 the last digits are lost.\n\
         # Lines in comments above an entity are what ESPHome cannot say of it.\n\
         esphome:\n  name: {}\n\
         esp32:\n  board: esp32dev\n  framework:\n    type: arduino\n\
         {note}uart:\n  id: {slug}_uart\n  tx_pin: 17\n  rx_pin: 16\n  baud_rate: {}\n  data_bits: {}\n  parity: {parity}\n  stop_bits: {}\n\
         modbus:\n  id: {slug}_bus\n  uart_id: {slug}_uart\n",
        super::mark(device),
        line(names::device(device, options)),
        host.trim_end_matches('-'),
        rtu.baud_rate,
        rtu.data_bits,
        rtu.stop_bits,
    )
}
