//! What a point is in `ESPHome`.

use super::super::facts::{self};
use super::super::names::{self, Unique};
use super::super::numbers::{self, WordOrder};
use super::super::text::quoted;
use super::super::units;
use super::super::{Options, Topic};
use crate::model::{Device, Encoding, Kind, Limit, Packing, Point, RawType, Role, Table, WriteFunctions};
use crate::ratio::Ratio;

/// A list of entities in the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Platform {
    Sensor,
    BinarySensor,
    TextSensor,
    Number,
    Select,
    Switch,
}

impl Platform {
    pub(super) const ALL: [Self; 6] =
        [Self::Sensor, Self::BinarySensor, Self::TextSensor, Self::Number, Self::Select, Self::Switch];

    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Sensor => "sensor",
            Self::BinarySensor => "binary_sensor",
            Self::TextSensor => "text_sensor",
            Self::Number => "number",
            Self::Select => "select",
            Self::Switch => "switch",
        }
    }
}

/// One entity; its lines follow its name.
pub(super) struct Entity {
    pub(super) platform: Platform,
    pub(super) name: String,
    pub(super) lines: Vec<String>,
}

/// The entities of a point, and what they say of it.
pub(super) struct Entities {
    pub(super) list: Vec<Entity>,
    pub(super) said: Vec<Topic>,
}

/// The largest number that a `number` takes.
const LARGEST: i64 = 16_777_215;

/// The entities of a point, or why there is none.
pub(super) fn entities(device: &Device, point: &Point, options: &Options) -> Result<Entities, &'static str> {
    if matches!(point.role, Role::Command { .. }) {
        return Err("a command");
    }
    if !point.access.reads() {
        return Err("it can only be written");
    }
    if point.read_side_effect {
        return Err("reading it changes the device");
    }
    if point.scale_register.is_some() {
        return Err("another register holds its power of ten");
    }
    let name = names::label(point, options).to_owned();
    let mut made = match (&point.kind, point.raw) {
        (_, RawType::Text { encoding, packing }) => text(point, encoding, packing)?,
        _ if point.table.is_bit() => bit(point),
        (Kind::Bool, _) => flag(point)?,
        (Kind::Flags(_), _) => flags(device, point, options)?,
        _ if point.access.writes() => match settable(device, point, options)? {
            Some(made) => made,
            None => sensor(point)?,
        },
        _ => sensor(point)?,
    };
    made.said.push(Topic::UnitId);
    for entity in made.list.iter_mut().filter(|entity| entity.name.is_empty()) {
        entity.name.clone_from(&name);
    }
    Ok(made)
}

fn one(platform: Platform, lines: Vec<String>, said: Vec<Topic>) -> Entities {
    Entities { list: vec![Entity { platform, name: String::new(), lines }], said }
}

fn register_type(table: Table) -> &'static str {
    match table {
        Table::Coil => "coil",
        Table::DiscreteInput => "discrete_input",
        Table::InputRegister => "read",
        Table::HoldingRegister => "holding",
    }
}

fn place(table: Table, address: u16) -> Vec<String> {
    vec![format!("register_type: {}", register_type(table)), format!("address: {address}")]
}

/// Coils and discrete inputs.
fn bit(point: &Point) -> Entities {
    let mut lines = place(point.table, point.address());
    match point.access.writes() {
        true => {
            // One coil is written with function 5 or 15.
            lines.push("use_write_multiple: false".to_owned());
            one(Platform::Switch, lines, vec![Topic::Writing])
        }
        false => one(Platform::BinarySensor, lines, Vec::new()),
    }
}

/// A truth value in a register, or in a bit of one.
fn flag(point: &Point) -> Result<Entities, &'static str> {
    let (low, _) = point.bit_range.unwrap_or((0, 0));
    let (address, bit) = numbers::bit_on_wire(point, low).ok_or("a bit outside its registers")?;
    let mut lines = place(point.table, address);
    if point.bit_range.is_some() {
        lines.push(format!("bitmask: 0x{:X}", 1u32.wrapping_shl(bit.into())));
    }
    // A switch would write the whole register, and every other bit in it.
    Ok(one(Platform::BinarySensor, lines, Vec::new()))
}

/// A binary sensor for each named bit.
fn flags(device: &Device, point: &Point, options: &Options) -> Result<Entities, &'static str> {
    let bits = facts::values(device, point);
    if bits.is_empty() {
        return sensor(point);
    }
    let first = point.bit_range.map_or(0, |(low, _)| low);
    let mut list = Vec::new();
    for (bit, of) in bits {
        let bit = u8::try_from(bit).ok().and_then(|bit| bit.checked_add(first)).ok_or("a bit outside its registers")?;
        let (address, bit) = numbers::bit_on_wire(point, bit).ok_or("a bit outside its registers")?;
        let mut lines = place(point.table, address);
        lines.push(format!("bitmask: 0x{:X}", 1u32.wrapping_shl(bit.into())));
        let label = facts::label(of, options.language.as_deref());
        let name = format!("{}: {label}", names::label(point, options));
        list.push(Entity { platform: Platform::BinarySensor, name, lines });
    }
    Ok(Entities { list, said: vec![Topic::Bits] })
}

fn text(point: &Point, encoding: Encoding, packing: Packing) -> Result<Entities, &'static str> {
    if packing != Packing::TwoHighFirst || point.byte_swapped {
        return Err("a text whose bytes are swapped or lie one in each register");
    }
    if encoding == Encoding::Iso8859_1 {
        return Err("a text in ISO 8859-1");
    }
    if numbers::word_order(point) != Some(WordOrder::HighFirst) {
        return Err("its words do not follow each other");
    }
    let bytes = point.words.len().saturating_mul(2);
    if bytes > 250 {
        return Err("a text of more than 250 bytes");
    }
    let mut lines = place(point.table, point.address());
    lines.extend([format!("response_size: {bytes}"), "raw_encode: ANSI".to_owned()]);
    Ok(one(Platform::TextSensor, lines, Vec::new()))
}

/// `U_DWORD_R`.
fn value_type(point: &Point) -> Result<&'static str, &'static str> {
    let order = numbers::word_order(point).ok_or("its words do not follow each other")?;
    let low_first = order == WordOrder::LowFirst;
    let wide = |plain: &'static str, turned: &'static str| match (point.byte_swapped, low_first) {
        (true, _) => Err("swapped bytes of a number of several registers"),
        (false, false) => Ok(plain),
        (false, true) => Ok(turned),
    };
    // A part of a register is cut out as it stands there, without a sign.
    let signed = point.raw.is_signed();
    match point.raw {
        RawType::Integer { bits: 16, .. } => Ok(match (signed, point.byte_swapped) {
            (false, false) => "U_WORD",
            (false, true) => "U_WORD_S",
            (true, false) => "S_WORD",
            (true, true) => "S_WORD_S",
        }),
        RawType::Integer { bits: 32, .. } => {
            if signed {
                wide("S_DWORD", "S_DWORD_R")
            } else {
                wide("U_DWORD", "U_DWORD_R")
            }
        }
        RawType::Integer { bits: 64, .. } => {
            if signed {
                wide("S_QWORD", "S_QWORD_R")
            } else {
                wide("U_QWORD", "U_QWORD_R")
            }
        }
        RawType::Integer { .. } => Err("an integer of 48 bits"),
        RawType::Float { bits: 32 } => wide("FP32", "FP32_R"),
        RawType::Float { .. } => Err("a float of 64 bits"),
        RawType::Bcd { .. } => Err("a number in BCD"),
        RawType::SignMagnitude { .. } => Err("a number of sign and magnitude"),
        RawType::Modulo10000 { .. } => Err("a number modulo 10000"),
        RawType::Bytes => Err("bytes"),
        RawType::Bool | RawType::Text { .. } => Err("no number"),
    }
}

fn sensor(point: &Point) -> Result<Entities, &'static str> {
    let mut lines = place(point.table, point.address());
    lines.push(format!("value_type: {}", value_type(point)?));
    if let Some((low, high)) = point.bit_range {
        let is_whole_words = point.words.len() == 1 && !point.byte_swapped && !point.raw.is_signed();
        if !is_whole_words {
            return Err("a part of several registers, of swapped bytes, or with a sign");
        }
        let mask = (low..=high).fold(0u32, |mask, bit| mask | 1u32.wrapping_shl(bit.into()));
        lines.push(format!("bitmask: 0x{mask:X}"));
    }
    if let Some(unit) = &point.unit {
        lines.push(format!("unit_of_measurement: {}", quoted(units::unit(unit))));
    }
    let classes = units::classes(point);
    lines.extend(classes.device.map(|class| format!("device_class: {class}")));
    lines.extend(classes.state.map(|class| format!("state_class: {class}")));
    lines.push(format!("accuracy_decimals: {}", numbers::shown_digits(point)));
    let mut said = vec![Topic::Scale, Topic::Offset];
    let mut filters = Vec::new();
    // Bits of a float are no number that a filter could compare.
    if !matches!(point.raw, RawType::Float { .. }) {
        said.push(Topic::NotAvailable);
        filters.extend(point.not_available.iter().map(|raw| format!("  - filter_out: {raw}")));
    }
    let (scale, offset) = (point.scale, point.offset);
    if offset != Ratio::ZERO {
        filters.push("  - lambda: |-".to_owned());
        filters.push(format!("      return x * {} + {};", numbers::float(scale), numbers::float(offset)));
    } else if scale != Ratio::ONE {
        filters.push(format!("  - multiply: {}", numbers::decimal(scale)));
    }
    if !filters.is_empty() {
        lines.push("filters:".to_owned());
        lines.extend(filters);
    }
    Ok(one(Platform::Sensor, lines, said))
}

/// What can be set: a select of codes, or a number; `None` where only reading it can be said.
fn settable(device: &Device, point: &Point, options: &Options) -> Result<Option<Entities>, &'static str> {
    if point.bit_range.is_some() || point.table != Table::HoldingRegister {
        return Ok(None);
    }
    let functions = device.write_functions(point);
    if functions == WriteFunctions::Single && point.words.len() > 1 {
        return Ok(None);
    }
    let multiple = format!("use_write_multiple: {}", functions == WriteFunctions::Multiple || point.words.len() > 1);
    let mut lines = vec![format!("address: {}", point.address()), format!("value_type: {}", value_type(point)?)];
    let values = facts::values(device, point);
    if matches!(point.kind, Kind::Enum(_)) && !values.is_empty() && numbers::plain_integer(point).is_some() {
        let mut labels = Unique::new(str::to_owned);
        lines.push("optionsmap:".to_owned());
        for (code, of) in values {
            let label = labels.name(facts::label(of, options.language.as_deref()), &code.to_string());
            lines.push(format!("  {}: {code}", quoted(&label)));
        }
        lines.push(multiple);
        return Ok(Some(one(Platform::Select, lines, vec![Topic::Writing, Topic::Values])));
    }
    // raw = value × multiply, and nothing is added.
    let Some(multiply) = point.scale.inverse().filter(|_| point.offset == Ratio::ZERO) else { return Ok(None) };
    let ends = range(point).filter(|(min, max)| max > min);
    let Some((min, max)) = ends else { return Ok(None) };
    let printed = |pick: fn(&crate::model::Limits) -> Option<Limit>| point.limits.as_ref().and_then(pick);
    let is_said = |limit: Option<Limit>| limit.is_none_or(|limit| limit.value().is_some());
    let all_said = [printed(|of| of.min), printed(|of| of.max), printed(|of| of.step)].into_iter().all(is_said);
    let step = printed(|of| of.step).and_then(Limit::value);
    let float = matches!(point.raw, RawType::Float { .. });
    let step = step.or_else(|| if float { Ratio::new(1, 100) } else { Ratio::ZERO.plus(point.scale) });
    let Some(step) = step.map(|step| if step < Ratio::ZERO { step.negated().unwrap_or(step) } else { step }) else {
        return Ok(None);
    };
    lines.insert(0, "register_type: holding".to_owned());
    lines.push(format!("multiply: {}", numbers::decimal(multiply)));
    lines.push(format!("min_value: {}", numbers::decimal(min)));
    lines.push(format!("max_value: {}", numbers::decimal(max)));
    lines.push(format!("step: {}", numbers::decimal(step)));
    if let Some(unit) = &point.unit {
        lines.push(format!("unit_of_measurement: {}", quoted(units::unit(unit))));
    }
    lines.push(multiple);
    let mut said = vec![Topic::Writing, Topic::Scale];
    if all_said {
        said.push(Topic::Limits);
    }
    Ok(Some(one(Platform::Number, lines, said)))
}

/// Lowest and highest value: the printed ones, those of the type otherwise, within what a number takes.
fn range(point: &Point) -> Option<(Ratio, Ratio)> {
    let largest = Ratio::new(LARGEST, 1)?;
    let least = largest.negated()?;
    let (low, high) = match point.raw {
        RawType::Integer { .. } => point.raw.range(),
        _ => (i128::from(LARGEST).checked_neg()?, i128::from(LARGEST)),
    };
    let value = |raw: i128| {
        let raw = Ratio::new(i64::try_from(raw).ok()?, 1)?;
        raw.times(point.scale)
    };
    let (one, other) = (value(low).unwrap_or(least), value(high).unwrap_or(largest));
    let limits = point.limits.as_ref();
    let min = limits.and_then(|limits| limits.min).and_then(Limit::value).unwrap_or(one.min(other));
    let max = limits.and_then(|limits| limits.max).and_then(Limit::value).unwrap_or(one.max(other));
    Some((min.max(least), max.min(largest)))
}
