//! What the modbus integration reads of a point, and which template entities show or set it.

use super::super::facts;
use super::super::numbers::{self, WordOrder};
use super::super::text::quoted;
use super::super::units;
use super::super::{Topic, names};
use super::template::{self, Part};
use super::{Entities, Package, SCAN};
use crate::model::{Device, Encoding, Kind, Packing, Point, RawType, Role, Table, WriteFunctions};
use crate::ratio::Ratio;

/// The entities of a point, or why there is none.
pub(super) fn entities(package: &mut Package<'_>, point: &Point) -> Result<Entities, &'static str> {
    if let Role::Command { trigger } = point.role {
        let trigger = trigger.ok_or("a command with a parameter")?;
        return template::button(package, point, trigger).ok_or("a command in a part of a register");
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
    if point.table.is_bit() {
        return Ok(bit(package, point));
    }
    if let RawType::Text { encoding, packing } = point.raw {
        return text(package, point, encoding, packing);
    }
    if let Some((low, high)) = point.bit_range {
        return part(package, point, low, high);
    }
    if point.kind == Kind::Bool {
        return Ok(flag(package, point));
    }
    number(package, point)
}

/// Lines that every entity of the modbus integration has.
fn place(package: &Package<'_>, point: &Point, name: &str) -> Vec<String> {
    vec![
        format!("name: {}", quoted(name)),
        format!("unique_id: {}", package.unique(point)),
        format!("slave: {}", package.unit(point)),
        format!("address: {}", point.address()),
        format!("scan_interval: {SCAN}"),
    ]
}

fn input_type(table: Table) -> &'static str {
    match table {
        Table::Coil => "coil",
        Table::DiscreteInput => "discrete_input",
        Table::InputRegister => "input",
        Table::HoldingRegister => "holding",
    }
}

/// Coils and discrete inputs.
fn bit(package: &mut Package<'_>, point: &Point) -> Entities {
    let mut made = Entities::default();
    if point.access.writes() {
        let write = if package.device.write_functions(point) == WriteFunctions::Multiple { "coils" } else { "coil" };
        switch(package, point, write, &mut made);
    } else {
        let name = package.name("binary_sensors", point);
        let mut lines = place(package, point, &name);
        lines.push(format!("input_type: {}", input_type(point.table)));
        made.poll("binary_sensors", lines);
    }
    made
}

/// A truth value that takes a whole register.
fn flag(package: &mut Package<'_>, point: &Point) -> Entities {
    let mut made = Entities::default();
    if point.access.writes() && !point.byte_swapped {
        let write =
            if package.device.write_functions(point) == WriteFunctions::Multiple { "holdings" } else { "holding" };
        switch(package, point, write, &mut made);
    } else {
        let name = package.name("binary_sensors", point);
        let mut lines = place(package, point, &name);
        lines.push(format!("input_type: {}", input_type(point.table)));
        made.poll("binary_sensors", lines);
    }
    made
}

fn switch(package: &mut Package<'_>, point: &Point, write: &str, made: &mut Entities) {
    let name = package.name("switches", point);
    let mut lines = place(package, point, &name);
    lines.extend([
        format!("write_type: {write}"),
        "command_on: 1".to_owned(),
        "command_off: 0".to_owned(),
        "verify:".to_owned(),
        format!("  input_type: {}", input_type(point.table)),
        format!("  address: {}", point.address()),
        "  state_on: 1".to_owned(),
        "  state_off: 0".to_owned(),
    ]);
    made.poll("switches", lines);
    made.said.push(Topic::Writing);
}

fn text(
    package: &mut Package<'_>,
    point: &Point,
    encoding: Encoding,
    packing: Packing,
) -> Result<Entities, &'static str> {
    if packing == Packing::One {
        return Err("a text with one character in each register");
    }
    if encoding == Encoding::Iso8859_1 {
        return Err("a text in ISO 8859-1");
    }
    if numbers::word_order(point) != Some(WordOrder::HighFirst) {
        return Err("its words do not follow each other");
    }
    let name = package.name("sensors", point);
    let mut lines = place(package, point, &name);
    lines.push(format!("input_type: {}", input_type(point.table)));
    lines.push("data_type: string".to_owned());
    lines.push(format!("count: {}", point.words.len()));
    if point.byte_swapped != (packing == Packing::TwoLowFirst) {
        lines.push("swap: byte".to_owned());
    }
    let mut made = Entities::default();
    made.poll("sensors", lines);
    Ok(made)
}

fn data_type(point: &Point) -> Result<&'static str, &'static str> {
    Ok(match point.raw {
        RawType::Integer { bits: 16, signed: true } => "int16",
        RawType::Integer { bits: 16, signed: false } => "uint16",
        RawType::Integer { bits: 32, signed: true } => "int32",
        RawType::Integer { bits: 32, signed: false } => "uint32",
        RawType::Integer { bits: 64, signed: true } => "int64",
        RawType::Integer { bits: 64, signed: false } => "uint64",
        RawType::Integer { .. } => return Err("an integer of 48 bits"),
        RawType::Float { bits: 32 } => "float32",
        RawType::Float { .. } => "float64",
        RawType::Bcd { .. } => return Err("a number in BCD"),
        RawType::SignMagnitude { .. } => return Err("a number of sign and magnitude"),
        RawType::Modulo10000 { .. } => return Err("a number modulo 10000"),
        RawType::Bytes => return Err("bytes"),
        RawType::Bool | RawType::Text { .. } => return Err("no number"),
    })
}

/// Order of words and bytes; none of words where there is one, which would be refused.
fn swap(point: &Point) -> Result<Option<&'static str>, &'static str> {
    let order = numbers::word_order(point).ok_or("its words do not follow each other")?;
    Ok(match (order, point.byte_swapped) {
        (WordOrder::HighFirst, false) => None,
        (WordOrder::HighFirst, true) => Some("byte"),
        (WordOrder::LowFirst, false) => Some("word"),
        (WordOrder::LowFirst, true) => Some("word_byte"),
    })
}

/// Whether raw values that mean no value can be said: one, not 0, or of a float NaN.
fn nan(point: &Point) -> Result<Option<i128>, ()> {
    match (point.not_available.as_slice(), point.raw) {
        ([], _) => Ok(None),
        (all, RawType::Float { .. }) => all.iter().all(|raw| numbers::is_nan(point, *raw)).then_some(None).ok_or(()),
        ([raw], _) if *raw != 0 => Ok(Some(*raw)),
        _ => Err(()),
    }
}

fn number(package: &mut Package<'_>, point: &Point) -> Result<Entities, &'static str> {
    let (data_type, swap) = (data_type(point)?, swap(point)?);
    let mut made = Entities::default();
    made.said.extend([Topic::Scale, Topic::Offset]);
    let values = facts::values(package.device, point);
    let is_enum = matches!(point.kind, Kind::Enum(_)) && !values.is_empty();
    let source = format!("sensor.{}", package.unique(point));
    let part = Part { source: source.clone(), low: 0, bits: None, signed: false };
    let shown = if is_enum {
        template::labels(package, point, &part, &mut made)
    } else {
        template::number(package, point, &source, &mut made)
    };
    // An entity that templates ask for is called so that its identifier is known.
    let name = match shown {
        true => format!("{} {}", package.hub, names::flat(&point.id)),
        false => package.name("sensors", point),
    };
    let mut lines = place(package, point, &name);
    lines.push(format!("input_type: {}", input_type(point.table)));
    lines.push(format!("data_type: {data_type}"));
    lines.extend(swap.map(|swap| format!("swap: {swap}")));
    if point.scale != Ratio::ONE {
        lines.push(format!("scale: {}", numbers::decimal(point.scale)));
    }
    if point.offset != Ratio::ZERO {
        lines.push(format!("offset: {}", numbers::decimal(point.offset)));
    }
    lines.push(format!("precision: {}", numbers::shown_digits(point)));
    if let Ok(raw) = nan(point) {
        made.said.push(Topic::NotAvailable);
        lines.extend(raw.map(|raw| format!("nan_value: {raw}")));
    }
    lines.extend(described(point));
    made.poll("sensors", lines);
    Ok(made)
}

/// Unit and classes of a number.
fn described(point: &Point) -> Vec<String> {
    let classes = units::classes(point);
    let unit = point.unit.as_deref().map(|unit| format!("unit_of_measurement: {}", quoted(units::unit(unit))));
    let device = classes.device.map(|class| format!("device_class: {class}"));
    let state = classes.state.map(|class| format!("state_class: {class}"));
    [unit, device, state].into_iter().flatten().collect()
}

/// A point that is a part of its registers: they are read once, and a template cuts it out.
fn part(package: &mut Package<'_>, point: &Point, low: u8, high: u8) -> Result<Entities, &'static str> {
    if matches!(point.raw, RawType::Bcd { .. } | RawType::SignMagnitude { .. } | RawType::Float { .. } | RawType::Bytes)
    {
        return Err("a part of a register that is not a plain integer");
    }
    let whole = match point.words.len() {
        1 => "uint16",
        2 => "uint32",
        4 => "uint64",
        _ => return Err("a part of an integer of 48 bits"),
    };
    let swap = swap(point)?;
    let mut made = Entities::default();
    let (unit, address) = (package.unit(point), point.address());
    let swapped = swap.map(|swap| format!("_{swap}")).unwrap_or_default();
    let register = format!("{}_{unit}_{}_{address}_{whole}{swapped}", package.hub, input_type(point.table));
    if package.registers.insert(register.clone()) {
        let mut lines = vec![
            format!("name: {}", register.replace('_', " ")),
            format!("unique_id: {register}"),
            format!("slave: {unit}"),
            format!("address: {address}"),
            format!("scan_interval: {SCAN}"),
            format!("input_type: {}", input_type(point.table)),
            format!("data_type: {whole}"),
        ];
        lines.extend(swap.map(|swap| format!("swap: {swap}")));
        lines.push("precision: 0".to_owned());
        made.poll("sensors", lines);
    }
    let bits = high.saturating_sub(low).saturating_add(1);
    let part = Part { source: format!("sensor.{register}"), low, bits: Some(bits), signed: point.raw.is_signed() };
    made.said.extend([Topic::Scale, Topic::Offset]);
    let values = facts::values(package.device, point);
    if point.kind == Kind::Bool {
        template::bit(package, point, &part, &mut made);
    } else if matches!(point.kind, Kind::Enum(_)) && !values.is_empty() {
        template::labels(package, point, &part, &mut made);
    } else {
        template::part(package, point, &part, described(point), &mut made);
    }
    Ok(made)
}

/// Whether a whole register can be written as one value with the device's functions.
pub(super) fn is_settable(device: &Device, point: &Point) -> bool {
    point.access.writes()
        && point.bit_range.is_none()
        && !point.byte_swapped
        && point.table == Table::HoldingRegister
        && numbers::plain_integer(point).is_some()
        && (point.words.len() == 1 || device.write_functions(point) != WriteFunctions::Single)
}
