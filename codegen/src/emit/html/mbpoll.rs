//! The command of mbpoll that reads or writes a point.

use crate::emit::words;
use crate::model::{Device, Point, RawType, Table, WriteFunctions};

/// The command line; none for what it cannot do: it writes single registers with function 6.
pub(super) fn command(device: &Device, point: &Point) -> Option<String> {
    let reads = point.access.reads();
    if !reads && device.write_functions(point) == WriteFunctions::Multiple {
        return None;
    }
    let link = &device.link;
    let (mode, place) = match (&link.rtu, link.tcp_port) {
        (Some(rtu), None) => {
            let parity = words::parity_name(rtu.parity);
            (format!("-m rtu -b {} -P {parity} -s {}", rtu.baud_rate, rtu.stop_bits), "/dev/ttyUSB0")
        }
        (_, Some(port)) if port != 502 => (format!("-m tcp -p {port}"), "HOST"),
        _ => ("-m tcp".to_owned(), "HOST"),
    };
    let table = match point.table {
        Table::Coil => "0",
        Table::DiscreteInput => "1",
        Table::InputRegister => "3",
        Table::HoldingRegister => "4",
    };
    let consecutive = usize::from(point.last_address().saturating_sub(point.address())).saturating_add(1);
    let in_order = point.words.is_sorted();
    let reversed = point.words.iter().rev().is_sorted();
    let (format, count) = match point.raw {
        RawType::Integer { bits: 32, signed: true } | RawType::Float { bits: 32 }
            if consecutive == 2 && point.bit_range.is_none() && !point.byte_swapped && (in_order || reversed) =>
        {
            let word_order = if in_order { " -B" } else { "" };
            let format = if matches!(point.raw, RawType::Float { .. }) { "float" } else { "int" };
            (format!(":{format}{word_order}"), 1)
        }
        RawType::Bool => (String::new(), 1),
        RawType::Integer { .. } if point.words.len() == 1 && point.bit_range.is_none() && !point.byte_swapped => {
            (String::new(), 1)
        }
        _ => (":hex".to_owned(), consecutive),
    };
    let unit = point.unit_id.unwrap_or(link.unit_id);
    let address = point.address();
    let many = if count > 1 { format!(" -c {count}") } else { String::new() };
    Some(match reads {
        true => format!("mbpoll {mode} -0 -a {unit} -t {table}{format} -r {address}{many} -1 {place}"),
        false => format!("mbpoll {mode} -0 -a {unit} -t {table}{format} -r {address} {place} VALUE"),
    })
}
