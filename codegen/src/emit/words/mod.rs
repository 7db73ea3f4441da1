//! What a point is, in words that need no Rust: what the pages have in common. All texts are plain; each page escapes them
//! in its own way.

mod facts;

pub(crate) use self::facts::{facts, parity_name};

use super::language::in_language;
use super::{addresses, wire};
use crate::model::{Device, Encoding, Kind, Limit, Limits, Packing, Point, RawType, Role, Table, ValueLabel};
use crate::ratio::Ratio;

/// `16 bit, signed`; `32 bit, floating point, low word first (CDAB)`; `4 bits`.
pub(crate) fn data_type(point: &Point) -> String {
    let raw = match (point.raw, point.bit_range) {
        (RawType::Bool, _) => "1 bit".to_owned(),
        (RawType::SignMagnitude { .. }, Some((low, high))) => {
            format!("{} bits, sign and magnitude", high.saturating_sub(low).saturating_add(1))
        }
        (raw, Some((low, high))) => part(raw, high.saturating_sub(low).saturating_add(1)),
        (RawType::Integer { bits, .. }, None) if is_bit_field(point) => format!("{bits} bits"),
        (RawType::Integer { bits, signed }, None) => {
            format!("{bits} bit, {}", if signed { "signed" } else { "unsigned" })
        }
        (RawType::Float { bits }, None) => format!("{bits} bit, floating point"),
        (RawType::Bcd { digits }, None) => format!("{digits} decimal digits (BCD)"),
        (RawType::SignMagnitude { bits }, None) => format!("{bits} bit, sign and magnitude"),
        (RawType::Modulo10000 { bits, signed }, None) => modulo_10000(bits, signed),
        (RawType::Bytes, None) => format!("{} bytes", point.words.len().saturating_mul(2)),
        (RawType::Text { encoding, packing }, None) => text(point, encoding, packing),
    };
    match wire::order(point) {
        Some(order) => format!("{raw}, {order}"),
        None => raw,
    }
}

/// `4 registers of 0 to 9999 (modulo 10000)`.
pub(crate) fn modulo_10000(bits: u8, signed: bool) -> String {
    format!("{} registers of {} to 9999 (modulo 10000)", bits.wrapping_div(16), if signed { "-9999" } else { "0" })
}

/// A part of a register.
fn part(raw: RawType, bits: u8) -> String {
    match (raw.is_signed(), bits) {
        (false, 1) => "1 bit".to_owned(),
        (false, bits) => format!("{bits} bits"),
        (true, bits) => format!("{bits} bits, signed"),
    }
}

fn is_bit_field(point: &Point) -> bool {
    matches!(point.kind, Kind::Flags(_) | Kind::BitSet)
}

fn text(point: &Point, encoding: Encoding, packing: Packing) -> String {
    let each = if packing == Packing::One { 1 } else { 2 };
    let encoding = match encoding {
        Encoding::Ascii => "ASCII",
        Encoding::Iso8859_1 => "ISO 8859-1",
        Encoding::Utf8 => "UTF-8",
    };
    let size = match encoding {
        // A character takes one byte to four.
        "UTF-8" => "bytes",
        _ => "characters",
    };
    let packing = match packing {
        Packing::TwoHighFirst => "",
        Packing::TwoLowFirst => ", the first in the low byte",
        Packing::One => ", one in each register",
    };
    format!("text, {} {size}, {encoding}{packing}", point.words.len().saturating_mul(each))
}

/// `0.1`, `0.1 − 40`, `10^` and the register that holds the power; empty where the raw number is the value.
pub(crate) fn scale(point: &Point) -> String {
    if !matches!(point.kind, Kind::Scaled | Kind::Special(_)) {
        return String::new();
    }
    let factor = (point.scale != Ratio::ONE).then(|| point.scale.to_string());
    let power = point.scale_register.map(|register| format!("10^({register})"));
    let product = [factor, power].into_iter().flatten().collect::<Vec<_>>().join(" × ");
    let offset = match point.offset {
        Ratio::ZERO => String::new(),
        offset if offset > Ratio::ZERO => format!("+ {offset}"),
        offset => format!("− {}", offset.to_string().trim_start_matches('-')),
    };
    [product, offset].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// `read, write`.
pub(crate) fn access(point: &Point) -> &'static str {
    match (point.role, point.access.reads(), point.access.writes()) {
        (Role::Command { .. }, ..) => "command",
        (Role::Value, true, true) => "read, write",
        (Role::Value, false, true) => "write",
        (Role::Value, _, false) => "read",
    }
}

/// Limits that are printed: `0 to 100, in steps of 0.5`.
pub(crate) fn printed_limits(limits: &Limits) -> String {
    let range = match (limits.min, limits.max) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => String::new(),
    };
    match limits.step {
        Some(step) if range.is_empty() => format!("in steps of {step}"),
        Some(step) => format!("{range}, in steps of {step}"),
        None => range,
    }
}

/// The registers that limits are held in: `max, min, step in 60000–60002`.
pub(crate) fn limit_registers(limits: &[&Limits]) -> String {
    let Some(first) = limits.first() else { return String::new() };
    let named = [("max", first.max), ("min", first.min), ("step", first.step)];
    let named: Vec<&str> = named.iter().filter(|(_, limit)| limit.is_some()).map(|(name, _)| *name).collect();
    let all = limits.iter().flat_map(|limits| [limits.max, limits.min, limits.step]).flatten();
    let registers = all.filter_map(|limit| if let Limit::Register(address) = limit { Some(address) } else { None });
    format!("{} in {}", named.join(", "), addresses::ranges(registers, "–").join(", "))
}

/// The default as people say it: the label of a code (`Auto`), or the number as it is printed.
pub(crate) fn default<'a>(device: &'a Device, point: &'a Point, language: Option<&str>) -> Option<&'a str> {
    let printed = point.default.as_deref()?;
    let label = printed.trim().parse().ok().and_then(|code: i64| label(device, point, code));
    Some(label.map_or(printed, |label| in_language(&label.label, &label.translations, language)))
}

/// The label of a raw value, where it is a code of the point's list or one of its special values.
pub(crate) fn label<'a>(device: &'a Device, point: &Point, raw: i64) -> Option<&'a ValueLabel> {
    let labels = |name: &str| device.value_type(name).map(|list| list.labels.as_slice()).unwrap_or_default();
    match &point.kind {
        Kind::Enum(name) => labels(name).iter().find(|label| label.code == raw),
        // A default is in the unit: it is the raw value only where nothing is scaled.
        Kind::Special(name) if point.is_raw_itself() => {
            let at = point.specials.iter().position(|special| *special == raw)?;
            labels(name).get(at)
        }
        _ => None,
    }
}

/// What is to be known of a point besides its columns, a sentence each.
pub(crate) fn notes(device: &Device, point: &Point) -> Vec<String> {
    let mut notes = Vec::new();
    // The label is the description without its marks; a description that says no more is not repeated.
    if point.description.len() > point.label.len().saturating_mul(2) && !lists_values_only(device, point) {
        notes.push(point.description.clone());
    }
    if let Role::Command { trigger: Some(trigger) } = point.role {
        notes.push(format!("Write {trigger} to trigger it."));
    }
    if !point.not_available.is_empty() {
        let raw: Vec<String> = point.not_available.iter().map(|&raw| wire::raw(point, raw)).collect();
        notes.push(format!("Raw {}: no value.", raw.join(" or ")));
    }
    if point.read_side_effect {
        notes.push("Reading it changes the device.".to_owned());
    }
    if let Some(function) = point.write_function() {
        notes.push(format!("Written with function {function} only."));
    }
    if let Some(command) = &point.persistent {
        notes.push(format!("Survives a restart after the command {command}."));
    }
    if point.optional {
        notes.push("Not fitted on every device.".to_owned());
    }
    if let Some(seconds) = point.keep_alive_s {
        notes.push(format!("Write it again at least every {seconds} s."));
    }
    notes.extend(point.notes.iter().cloned());
    for (header, detail) in &point.details {
        notes.push(format!("{header}: {detail}."));
    }
    if !point.aliases.is_empty() {
        let names: Vec<String> = point.aliases.iter().map(|name| format!("“{name}”")).collect();
        notes.push(format!("Also printed as {}.", names.join(", ")));
    }
    notes
}

/// Whether the description is a name and the values that are listed anyway: `Status 0=Off 1=On`.
fn lists_values_only(device: &Device, point: &Point) -> bool {
    let codes: Vec<i64> = match &point.kind {
        Kind::Enum(name) => {
            let labels = device.value_type(name).map(|list| list.labels.as_slice()).unwrap_or_default();
            labels.iter().map(|label| label.code).collect()
        }
        Kind::Special(_) => point.specials.clone(),
        _ => return false,
    };
    let plain: String = point.description.chars().filter(|c| !c.is_whitespace()).collect();
    let places: Option<Vec<usize>> = codes.iter().map(|code| plain.find(&format!("{code}="))).collect();
    let name = places.and_then(|places| places.into_iter().min());
    name.is_some_and(|name| name <= point.label.len())
}

/// The address as manuals print it, counted from one behind the digit of the table: `40118`, `00001`; six digits where
/// four are too few for the number.
pub(crate) fn classic_address(table: Table, address: u16) -> String {
    let digit = match table {
        Table::Coil => '0',
        Table::DiscreteInput => '1',
        Table::InputRegister => '3',
        Table::HoldingRegister => '4',
    };
    let number = u32::from(address).saturating_add(1);
    if number <= 9999 { format!("{digit}{number:04}") } else { format!("{digit}{number:05}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_as_manuals_print_them() {
        for (table, address, printed) in [
            (Table::HoldingRegister, 117, "40118"),
            (Table::HoldingRegister, 9998, "49999"),
            (Table::HoldingRegister, 9999, "410000"),
            (Table::HoldingRegister, 65_535, "465536"),
            (Table::Coil, 0, "00001"),
            (Table::DiscreteInput, 3, "10004"),
            (Table::InputRegister, 61_499, "361500"),
        ] {
            assert_eq!(classic_address(table, address), printed);
        }
    }
}
