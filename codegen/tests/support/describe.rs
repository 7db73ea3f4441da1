//! What the model says of a point, as the documentation's examples and the tables that were once read wrongly show it.

use modbus_bindgen::model::{Access, Device, Kind, Limit, Point, RawType, Role, Table, ValueForm};
use modbus_bindgen::ratio::Ratio;

/// What the model says of a point, in a line.
pub(crate) fn describe(point: &Point, device: &Device) -> String {
    let words: Vec<String> = point.words.iter().map(u16::to_string).collect();
    let words = match words.as_slice() {
        [first, .., last] if words.len() > 4 => format!("{first}…{last}"),
        words => words.join(", "),
    };
    let mut text = format!("{} at {words}", point.raw);
    let mut say = |part: String| {
        text.push_str(", ");
        text.push_str(&part);
    };
    if let Some(encoding) = point.raw.number_encoding() {
        say(encoding.to_owned());
    }
    if point.table != Table::HoldingRegister {
        say(point.table.to_string());
    }
    if point.byte_swapped {
        say("bytes swapped".to_owned());
    }
    match point.bit_range {
        Some((low, high)) if low == high => say(format!("bit {low}")),
        Some((low, high)) => say(format!("bits {low}–{high}")),
        None => {}
    }
    if let RawType::Text { packing, .. } = point.raw {
        say(packing.key().to_owned());
    }
    match (point.scale, point.offset) {
        (Ratio::ONE, Ratio::ZERO) => {}
        (scale, Ratio::ZERO) => say(format!("× {scale}")),
        (scale, offset) => say(format!("× {scale} + {offset}")),
    }
    if let Some(register) = point.scale_register {
        say(format!("× 10^(register {register})"));
    }
    if let Some(unit) = &point.unit {
        say(unit.clone());
    }
    if let Some(limits) = &point.limits {
        let limit = |limit: Option<Limit>| limit.map_or_else(String::new, |limit| limit.to_string());
        say(format!("{}…{}", limit(limits.min), limit(limits.max)));
    }
    if let Some(default) = &point.default {
        say(format!("default {default}"));
    }
    match point.access {
        Access::Read => say("read".to_owned()),
        Access::Write => say("write".to_owned()),
        Access::ReadWrite => {}
    }
    if let Some(function) = point.write_function() {
        say(format!("function {function}"));
    }
    if !point.not_available.is_empty() {
        let values: Vec<String> = point.not_available.iter().map(i128::to_string).collect();
        say(format!("none where {}", values.join(" or ")));
    }
    if let Role::Command { .. } = point.role {
        say("command".to_owned());
    }
    if let Some(unit_id) = point.unit_id {
        say(format!("unit {unit_id}"));
    }
    if !point.variants.is_empty() {
        say(format!("only {}", point.variants.join(" and ")));
    }
    match &point.kind {
        Kind::Enum(name) | Kind::Flags(name) | Kind::Special(name) | Kind::Conditional(name) => {
            let value_type = device.value_type(name).unwrap();
            let special = value_type.form == ValueForm::Special;
            let labels = value_type.labels.iter().enumerate().map(|(place, label)| {
                let code = if special { point.specials[place] } else { label.code };
                format!("{code} {}", label.label)
            });
            say(format!("{name}: {}", labels.collect::<Vec<_>>().join(", ")));
        }
        Kind::BitSet => say("bits without names".to_owned()),
        Kind::Bool => say("on or off".to_owned()),
        _ => {}
    }
    text
}
