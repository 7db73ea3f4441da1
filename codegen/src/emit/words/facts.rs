//! Facts about a device as a whole: how it is reached, what it takes in a request.

use std::fmt::Write as _;

use crate::emit::{addresses, language};
use crate::model::{Device, Link, Parity, Rtu, Table, WriteFunctions};

/// What is known of the device besides its points: name and text of each fact.
pub(crate) fn facts(device: &Device) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(manufacturer) = &device.manufacturer {
        facts.push(("Manufacturer", manufacturer.clone()));
    }
    if let Some(document) = &device.document {
        facts.push(("Document", document.clone()));
    }
    if let [_, _, ..] = device.languages.as_slice() {
        let names: Vec<&str> = device.languages.iter().map(|code| language::name(code)).collect();
        facts.push(("Labels in", names.join(", ")));
    }
    facts.extend(link_facts(&device.link));
    if !device.reserved.is_empty() {
        let reserved = Table::ALL.into_iter().filter_map(|table| {
            let of_table = device.reserved.iter().filter(|reserved| reserved.table == table);
            let ranges = addresses::ranges(of_table.flat_map(|reserved| reserved.first..=reserved.last), "–");
            (!ranges.is_empty()).then(|| format!("{table} {}", ranges.join(", ")))
        });
        facts.push(("Reserved, readable in a block", reserved.collect::<Vec<_>>().join("; ")));
    }
    let counts: Vec<String> = Table::ALL
        .iter()
        .map(|&table| (table, device.points.iter().filter(|point| point.table == table).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(table, count)| format!("{} {count}", table.title().to_lowercase()))
        .collect();
    facts.push(("Points", format!("{} ({})", device.points.len(), counts.join(", "))));
    facts
}

fn link_facts(link: &Link) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(rtu) = &link.rtu {
        facts.push(("RTU", serial(rtu)));
    }
    if let Some(port) = link.tcp_port {
        facts.push(("TCP", format!("port {port}")));
    }
    facts.push(("Unit id", format!("{}; can be {} to {}", link.unit_id, link.unit_ids.0, link.unit_ids.1)));
    facts.push((
        "Largest read request",
        format!("{} registers, {} coils or inputs", link.max_read_registers, link.max_read_bits),
    ));
    let functions = match link.write_functions {
        WriteFunctions::Any => "",
        WriteFunctions::Multiple => "; functions 15 and 16 only",
        WriteFunctions::Single => "; functions 5 and 6 only",
    };
    facts.push((
        "Largest write request",
        format!("{} registers, {} coils{functions}", link.max_write_registers, link.max_write_bits),
    ));
    facts
}

/// Factory setting, and what it can be set to.
fn serial(rtu: &Rtu) -> String {
    let speeds: Vec<String> = rtu.baud_rates.iter().map(ToString::to_string).collect();
    let parities: Vec<&str> = rtu.parities.iter().map(|&parity| parity_name(parity)).collect();
    let stop_bits: Vec<String> = rtu.stop_bits_allowed.iter().map(ToString::to_string).collect();
    let mut fact = format!(
        "{} bit/s, {} data bits, parity {}, {} stop bit{}",
        rtu.baud_rate,
        rtu.data_bits,
        parity_name(rtu.parity),
        rtu.stop_bits,
        if rtu.stop_bits == 1 { "" } else { "s" },
    );
    for (name, allowed) in
        [("speed", speeds.join(", ")), ("parity", parities.join(", ")), ("stop bits", stop_bits.join(", "))]
    {
        if !allowed.is_empty() {
            // Writing to a string cannot fail.
            let _ = write!(fact, "; {name} can be {allowed}");
        }
    }
    fact
}

/// `even`.
pub(crate) fn parity_name(parity: Parity) -> &'static str {
    match parity {
        Parity::None => "none",
        Parity::Even => "even",
        Parity::Odd => "odd",
    }
}
