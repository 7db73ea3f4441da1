//! A device template of Loxone Config: sensors for what is read, actuators for what is written.

use std::fmt::Write as _;

use super::facts::{self, Ledger};
use super::names::{self, Unique};
use super::numbers::{self, WordOrder};
use super::text::{xml, xml_comment};
use super::{Exported, Options, Topic};
use crate::model::{Device, Kind, Parity, Point, RawType, Role, Table, WriteFunctions};
use crate::ratio::Ratio;

/// The oldest Loxone Config that reads it: a higher number makes older ones refuse the file.
const MIN_VERSION: u32 = 12_031_214;

/// Seconds between two polls.
const POLLING: u32 = 60;

pub(super) fn template(device: &Device, options: &Options) -> Exported {
    let mut ledger = Ledger::default();
    let mut titles = Unique::new(names::folded);
    let mut commands = String::new();
    let home = device.link.unit_id;
    for point in &device.points {
        let common = match Common::new(point) {
            Ok(_) if point.unit_id.is_some_and(|unit| unit != home) => {
                Err("it answers at a unit id of its own; a template has one")
            }
            other => other,
        };
        let common = match common {
            Ok(common) => common,
            Err(why) => {
                comment(&mut commands, &ledger.left_out(point, why));
                continue;
            }
        };
        let writable = point.access.writes();
        // A repeated write is what the device takes for a keep-alive.
        let mut said = vec![Topic::Writing, Topic::UnitId, Topic::Values, Topic::KeepAlive, Topic::SideEffect];
        if common.is_scaled {
            said.extend([Topic::Scale, Topic::Offset]);
        }
        let facts = facts::facts(device, point, options.language.as_deref());
        let hint = facts.iter().find(|fact| fact.topic == Topic::Values).map(|fact| fact.text.clone());
        let title = titles.name(names::label(point, options), &point.id);
        for text in ledger.rest(point, facts, &said) {
            comment(&mut commands, &format!("{}: {text}", point.id));
        }
        let hint = hint.unwrap_or_default();
        if point.access.reads() && point.role == Role::Value && !point.read_side_effect {
            let command = Command { title: &title, function: read_function(point.table), is_sensor: true };
            command.write(&mut commands, point, &common, &hint);
        } else if point.read_side_effect {
            let text = ledger.note(
                point,
                Topic::SideEffect,
                &format!("{}: reading it changes the device: no sensor", point.id),
            );
            comment(&mut commands, &text);
        }
        if writable {
            let function = write_function(device.write_functions(point), point);
            let title = if point.access.reads() { format!("{title} (set)") } else { title };
            let command = Command { title: &titles.name(&title, &point.id), function, is_sensor: false };
            command.write(&mut commands, point, &common, &hint);
        }
    }
    Exported::new(assemble(device, options, &commands), ledger)
}

fn assemble(device: &Device, options: &Options, commands: &str) -> String {
    let link = match &device.link.rtu {
        Some(rtu) if !names::is_tcp(device, options) => {
            let parity = match rtu.parity {
                Parity::None => 0,
                Parity::Odd => 1,
                Parity::Even => 2,
            };
            format!(" Baudrate=\"{}\" Parity=\"{parity}\" Stopbits=\"{}\"", rtu.baud_rate, rtu.stop_bits)
        }
        _ => String::new(),
    };
    let name = names::device(device, options);
    let comment = device.document.as_deref().unwrap_or_default();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><!-- {} -->\n\
         <!-- Loxone does not document its default order of bytes, nor what Min and Max do: \
         compare one value with the device, and limits are in comments only. -->\n\
         <Modbus Title=\"{}\" Comment=\"{}\" Channel=\"{}\"{link}>\n\
         \t<Info templateType=\"7\" minVersion=\"{MIN_VERSION}\"/>\n\
         {commands}</Modbus>\n",
        xml_comment(&super::mark(device)),
        xml(name),
        xml(comment),
        device.link.unit_id,
    )
}

fn comment(commands: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(commands, "\t<!-- {} -->", xml_comment(text));
}

fn read_function(table: Table) -> u8 {
    match table {
        Table::Coil => 1,
        Table::DiscreteInput => 2,
        Table::HoldingRegister => 3,
        Table::InputRegister => 4,
    }
}

fn write_function(functions: WriteFunctions, point: &Point) -> u8 {
    let is_one = point.words.len() == 1 && functions != WriteFunctions::Multiple;
    match (point.table.is_bit(), is_one) {
        (true, true) => 5,
        (true, false) => 15,
        (false, true) => 6,
        (false, false) => 16,
    }
}

/// What sensor and actuator of a point share.
struct Common {
    data_type: u16,
    is_analog: bool,
    is_scaled: bool,
    /// Pairs of a raw number and what it means.
    correction: String,
    format: String,
}

impl Common {
    fn new(point: &Point) -> Result<Self, &'static str> {
        if point.bit_range.is_some() {
            return Err("a part of a register");
        }
        if point.scale_register.is_some() {
            return Err("another register holds its power of ten");
        }
        let is_bit = point.table.is_bit();
        let base = match point.raw {
            RawType::Bool | RawType::Integer { bits: 16, signed: false } => 0,
            RawType::Integer { bits: 16, signed: true } => 1,
            RawType::Integer { bits: 32, signed: false } => 2,
            RawType::Integer { bits: 32, signed: true } => 3,
            RawType::Float { bits: 32 } => 4,
            RawType::Integer { bits: 64, signed: false } => 6,
            RawType::Integer { bits: 64, signed: true } => 7,
            RawType::Float { .. } => 8,
            RawType::Integer { .. } => return Err("an integer of 48 bits"),
            RawType::Bcd { .. } => return Err("a number in BCD"),
            RawType::SignMagnitude { .. } => return Err("a number of sign and magnitude"),
            RawType::Modulo10000 { .. } => return Err("a number modulo 10000"),
            RawType::Bytes => return Err("bytes"),
            RawType::Text { .. } => return Err("a text"),
        };
        let order = numbers::word_order(point).ok_or("its words do not follow each other")?;
        let low_first = if order == WordOrder::LowFirst { 32 } else { 0 };
        let swapped = if point.byte_swapped { 128 } else { 0 };
        let correction = correction(point).ok_or("scale and offset are too fine")?;
        let digits = numbers::shown_digits(point);
        let unit = point.unit.as_deref().unwrap_or_default();
        Ok(Self {
            data_type: [low_first, swapped].into_iter().fold(base, u16::saturating_add),
            is_analog: !is_bit && point.kind != Kind::Bool,
            is_scaled: !correction.is_empty(),
            correction,
            format: format!("<v{}>{unit}", if digits == 0 { String::new() } else { format!(".{digits}") }),
        })
    }
}

/// What the low and the high raw number mean; nothing where raw numbers mean themselves. `None` where there are no two whole
/// numbers for it.
fn correction(point: &Point) -> Option<String> {
    if point.scale == Ratio::ONE && point.offset == Ratio::ZERO {
        return Some(String::new());
    }
    // A raw number that means a whole one more than raw 0.
    let raw = Ratio::new(point.scale.denominator(), 1)?;
    let high = raw.times(point.scale)?.plus(point.offset)?;
    let low = match point.offset == Ratio::ZERO {
        true => String::new(),
        false => format!(" SourceValLow=\"0\" DestValLow=\"{}\"", numbers::decimal(point.offset)),
    };
    Some(format!("{low} SourceValHigh=\"{raw}\" DestValHigh=\"{}\"", numbers::decimal(high)))
}

struct Command<'a> {
    title: &'a str,
    function: u8,
    is_sensor: bool,
}

impl Command<'_> {
    fn write(&self, commands: &mut String, point: &Point, common: &Common, hint: &str) {
        let cycle = match (self.is_sensor, point.keep_alive_s) {
            (true, _) => format!(" ModbusPollingCycle=\"{POLLING}\""),
            (false, Some(seconds)) => format!(" RepeatRate=\"{seconds}\""),
            (false, None) => String::new(),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            commands,
            "\t<ModbusCmd Title=\"{}\" Comment=\"{}\" ModbusCmd=\"{}\" ModbusAddress=\"{}\" ModbusDataType=\"{}\"{cycle} \
             Analog=\"{}\" Sensor=\"{}\"{} Unit=\"{}\" HintText=\"{}\"/>",
            xml(self.title),
            xml(&point.id),
            self.function,
            point.address(),
            common.data_type,
            common.is_analog,
            self.is_sensor,
            common.correction,
            xml(&common.format),
            xml(hint),
        );
    }
}
