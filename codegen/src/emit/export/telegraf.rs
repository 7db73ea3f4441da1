//! Configuration of Telegraf's modbus input: one metric for each unit id and byte order, since both are the metric's.
//!
//! Rules of Telegraf that this keeps: `length` for texts only and always, `bit` for bits only, no `scale` of texts, no
//! field twice in a measurement, no field that ends at address 65535.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::facts::{self, Ledger};
use super::names::{self, Unique};
use super::numbers::{self, WordOrder};
use super::text::{line, quoted};
use super::{Exported, Options, Topic};
use crate::model::{Device, Gaps, Kind, Packing, Parity, Point, RawType, Table};
use crate::ratio::Ratio;

/// A field, and the order of its bytes.
struct Field {
    order: &'static str,
    text: String,
    /// What it says besides its type.
    said: Vec<Topic>,
    /// Whether each register of a text holds one character.
    is_one_character: bool,
}

pub(super) fn configuration(device: &Device, options: &Options) -> Exported {
    let mut ledger = Ledger::default();
    let mut names = Unique::new(str::to_owned);
    let mut metrics: BTreeMap<(u8, &'static str), Vec<String>> = BTreeMap::new();
    let mut enums: Vec<(String, Vec<(i64, String)>)> = Vec::new();
    let mut left_out = Vec::new();
    let (mut texts, mut thin_texts) = (0usize, 0usize);
    // Its own setting for texts of one character in each register holds for all texts.
    for point in &device.points {
        match point.raw {
            RawType::Text { packing: Packing::One, .. } => thin_texts = thin_texts.saturating_add(1),
            RawType::Text { .. } => texts = texts.saturating_add(1),
            _ => {}
        }
    }
    for point in &device.points {
        let name = names.name(&names::flat(&point.id), "other");
        let made = field(point, &name).and_then(|field| match field.is_one_character && texts > 0 {
            true => Err("a text with one character in each register, beside others with two"),
            false => Ok(field),
        });
        let field = match made {
            Ok(field) => field,
            Err(why) => {
                left_out.push(ledger.left_out(point, why));
                continue;
            }
        };
        let facts = facts::facts(device, point, options.language.as_deref());
        let mut said = vec![Topic::UnitId];
        said.extend(field.said);
        let labels = facts::values(device, point);
        if is_enum(point) && !labels.is_empty() {
            let language = options.language.as_deref();
            let labels = labels.into_iter().map(|(code, of)| (code, facts::label(of, language).to_owned()));
            enums.push((name.clone(), labels.collect()));
            said.push(Topic::Values);
        }
        let unit = point.unit.as_ref().map(|unit| format!(", {unit}")).unwrap_or_default();
        let fields = metrics.entry((point.unit_id.unwrap_or(device.link.unit_id), field.order)).or_default();
        fields.push(format!("      # {}{}", line(names::label(point, options)), line(&unit)));
        fields.extend(ledger.rest(point, facts, &said).into_iter().map(|text| format!("      #   {text}")));
        fields.push(format!("      {},", field.text));
    }
    let text = assemble(device, options, &metrics, &left_out, &enums, thin_texts > 0 && texts == 0);
    Exported::new(text, ledger)
}

/// Whether codes have labels that a processor can put beside them.
fn is_enum(point: &Point) -> bool {
    matches!(point.kind, Kind::Enum(_)) && !point.table.is_bit()
}

fn assemble(
    device: &Device,
    options: &Options,
    metrics: &BTreeMap<(u8, &'static str), Vec<String>>,
    left_out: &[String],
    enums: &[(String, Vec<(i64, String)>)],
    is_lower: bool,
) -> String {
    let measurement = names::slug(device, options);
    let mut text = format!(
        "# {}.\n# {}. Comments below a label are what Telegraf cannot say of it.\n[[inputs.modbus]]\n  name = {}\n",
        super::mark(device),
        line(names::device(device, options)),
        quoted(names::device(device, options)),
    );
    // Writing to a string cannot fail.
    if names::is_tcp(device, options) {
        let (host, port) = names::host(device, options);
        let _ = writeln!(text, "  controller = {}", quoted(&format!("tcp://{host}:{port}")));
    } else if let Some(rtu) = &device.link.rtu {
        let parity = match rtu.parity {
            Parity::None => "N",
            Parity::Even => "E",
            Parity::Odd => "O",
        };
        let _ = write!(
            text,
            "  controller = \"file:///dev/ttyUSB0\"\n  baud_rate = {}\n  data_bits = {}\n  parity = \"{parity}\"\n  stop_bits = {}\n",
            rtu.baud_rate, rtu.data_bits, rtu.stop_bits
        );
    }
    text.push_str("  configuration_type = \"metric\"\n");
    match device.link.gaps {
        // Every other setting reads registers that the table does not list.
        Gaps::UpTo(gap) if gap > 0 => {
            let _ = writeln!(text, "  optimization = \"max_insert\"\n  optimization_max_register_fill = {gap}");
        }
        _ => text.push_str("  optimization = \"none\"\n"),
    }
    for why in left_out {
        let _ = writeln!(text, "  # {why}");
    }
    for ((unit, order), fields) in metrics {
        let _ = write!(
            text,
            "  [[inputs.modbus.metric]]\n    slave_id = {unit}\n    byte_order = \"{order}\"\n    measurement = {}\n    fields = [\n{}\n    ]\n",
            quoted(&measurement),
            fields.join("\n")
        );
    }
    let link = &device.link;
    if link.max_read_registers < 125 || link.max_read_bits < 2000 || is_lower {
        text.push_str("  [inputs.modbus.workarounds]\n");
        if is_lower {
            text.push_str("    string_register_location = \"lower\"\n");
        }
        let _ = writeln!(text, "    max_bit_registers_per_request = {}", link.max_read_bits);
        let _ = writeln!(text, "    max_word_registers_per_request = {}", link.max_read_registers);
    }
    if !enums.is_empty() {
        text.push_str("[[processors.enum]]\n");
    }
    for (name, labels) in enums {
        let _ = write!(
            text,
            "  [[processors.enum.mapping]]\n    fields = [{}]\n    dest = {}\n    [processors.enum.mapping.value_mappings]\n",
            quoted(name),
            quoted(&format!("{name}_text"))
        );
        for (code, label) in labels {
            // A table has a key once.
            let _ = writeln!(text, "      \"{code}\" = {}", quoted(label));
        }
    }
    text
}

/// The field of a point, or why there is none.
fn field(point: &Point, name: &str) -> Result<Field, &'static str> {
    if !point.access.reads() {
        return Err("it can only be written");
    }
    if point.read_side_effect {
        return Err("reading it changes the device");
    }
    let register = match point.table {
        Table::Coil => "coil",
        Table::DiscreteInput => "discrete",
        Table::InputRegister => "input",
        Table::HoldingRegister => "holding",
    };
    let order = numbers::word_order(point).ok_or("its words do not follow each other")?;
    let mut address = point.address();
    let mut said = vec![Topic::SideEffect];
    let (kind, length) = if point.table.is_bit() {
        (", output=\"BOOL\"".to_owned(), 1)
    } else if let Some((low, high)) = point.bit_range {
        let (kind, word) = part(point, low, high)?;
        address = word;
        (kind, 1)
    } else {
        (format!(", type=\"{}\"", whole(point)?), u16::try_from(point.words.len()).unwrap_or(u16::MAX))
    };
    if address > u16::MAX.saturating_sub(length) {
        return Err("Telegraf reads no field that ends at address 65535");
    }
    let is_text = matches!(point.raw, RawType::Text { .. });
    let length = if is_text { format!(", length={length}") } else { String::new() };
    let scale = if point.scale_register.is_some() {
        return Err("another register holds its power of ten");
    } else if point.scale == Ratio::ONE {
        String::new()
    } else {
        said.push(Topic::Scale);
        format!(", scale={}", numbers::float(point.scale))
    };
    let is_one_character = matches!(point.raw, RawType::Text { packing: Packing::One, .. });
    let is_swapped = point.byte_swapped != matches!(point.raw, RawType::Text { packing: Packing::TwoLowFirst, .. });
    let order = match (order, is_swapped && point.bit_range.is_none()) {
        (WordOrder::HighFirst, false) => "ABCD",
        (WordOrder::HighFirst, true) => "BADC",
        (WordOrder::LowFirst, false) => "CDAB",
        (WordOrder::LowFirst, true) => "DCBA",
    };
    let text = format!("{{ register=\"{register}\", address={address}, name={}{kind}{length}{scale} }}", quoted(name));
    Ok(Field { order, text, said, is_one_character })
}

fn whole(point: &Point) -> Result<&'static str, &'static str> {
    Ok(match point.raw {
        RawType::Integer { bits: 16, signed: true } => "INT16",
        RawType::Integer { bits: 16, signed: false } => "UINT16",
        RawType::Integer { bits: 32, signed: true } => "INT32",
        RawType::Integer { bits: 32, signed: false } => "UINT32",
        RawType::Integer { bits: 64, signed: true } => "INT64",
        RawType::Integer { bits: 64, signed: false } => "UINT64",
        RawType::Integer { .. } => return Err("an integer of 48 bits"),
        RawType::Float { bits: 32 } => "FLOAT32",
        RawType::Float { .. } => "FLOAT64",
        RawType::Text { .. } => "STRING",
        RawType::Bcd { .. } => return Err("a number in BCD"),
        RawType::SignMagnitude { .. } => return Err("a number of sign and magnitude"),
        RawType::Modulo10000 { .. } => return Err("a number modulo 10000"),
        RawType::Bytes => return Err("bytes"),
        RawType::Bool => return Err("a bit"),
    })
}

/// The type of a part of a register, and the register it is in.
fn part(point: &Point, low: u8, high: u8) -> Result<(String, u16), &'static str> {
    let none = "a part of a register other than a bit or a byte";
    let (word, first) = numbers::bit_on_wire(point, low).ok_or(none)?;
    if low == high {
        return if point.raw.is_signed() { Err(none) } else { Ok((format!(", type=\"BIT\", bit={first}"), word)) };
    }
    let is_byte = high.checked_sub(low) == Some(7) && low.checked_rem(8) == Some(0);
    if !is_byte || matches!(point.raw, RawType::Bcd { .. } | RawType::SignMagnitude { .. }) {
        return Err(none);
    }
    let sign = if point.raw.is_signed() { "" } else { "U" };
    Ok((format!(", type=\"{sign}INT8{}\"", if first == 0 { 'L' } else { 'H' }), word))
}
