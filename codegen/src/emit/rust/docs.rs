//! Documentation of generated items: what the vendor printed and the name does not say, and what the manifest made of it.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::markup::{alias, code, escaped, quoted};
use super::names;
use crate::emit::item::{Item, Part};
use crate::emit::{addresses, language, wire, words};
use crate::model::{
    Array, Correction, Device, Kind, Limit, Limits, Link, Packing, Parity, Point, RawType, Role, Signedness,
    Translations, ValueType,
};
use crate::ratio::Ratio;

/// Lines of documentation as attributes.
pub(super) fn attributes(lines: &[String]) -> TokenStream {
    lines
        .iter()
        .map(|line| {
            let line = if line.is_empty() { String::new() } else { format!(" {line}") };
            quote! { #[doc = #line] }
        })
        .collect()
}

/// One line of documentation.
pub(super) fn line(text: &str) -> TokenStream {
    attributes(&[text.to_owned()])
}

/// The vendor's names for an item, for the search of rustdoc, where they differ from its own.
pub(super) fn aliases<'a>(item: &str, printed: impl IntoIterator<Item = &'a str>) -> TokenStream {
    let mut known: Vec<String> = Vec::new();
    for name in printed {
        if let Some(name) = alias(name)
            && !names::same(&name, item)
            && !known.contains(&name)
        {
            known.push(name);
        }
    }
    known.iter().map(|name| quote! { #[doc(alias = #name)] }).collect()
}

/// The label where it says more than the item's name, and the unit.
fn summary(item: &Item<'_>) -> Option<String> {
    let unit = item.point.unit.as_deref().map(|unit| format!(", {}", escaped(unit)));
    let is_name = names::same(item.label, item.name());
    (!is_name || unit.is_some()).then(|| format!("{}{}", escaped(item.label), unit.unwrap_or_default()))
}

/// A text with a capital letter, after what comes before it where there is that.
fn after(before: Option<String>, text: &str) -> String {
    match before {
        Some(before) => format!("{before}: {}", lower(text)),
        None => text.to_owned(),
    }
}

/// The documentation of a field of readings, where it says more than the name.
pub(super) fn field(item: &Item<'_>) -> TokenStream {
    summary(item).map(|summary| line(&format!("{summary}."))).unwrap_or_default()
}

/// An accessor's documentation; the constant's says the rest.
pub(super) fn accessor(item: &Item<'_>) -> String {
    format!("{}, [`{}`].", after(summary(item), &place(item)), item.link())
}

/// A setter's documentation.
pub(super) fn setter(item: &Item<'_>) -> String {
    let point = item.point;
    let all = item.points();
    let limits = point.limits.as_ref().filter(|limits| !limits.in_registers());
    let limits = limits.filter(|_| all.iter().all(|other| other.limits == point.limits));
    let default = point.default.as_ref().filter(|_| all.iter().all(|other| other.default == point.default));
    let mut values = Vec::new();
    values.extend(limits.map(|limits| bounds(point, limits)));
    values.extend(default.map(|default| format!("default {}", escaped(default))));
    let values = match (values.is_empty(), point.unit.as_deref()) {
        (false, _) => format!(": {}", values.join("; ")),
        (true, Some(unit)) => format!(", {}", escaped(unit)),
        (true, None) => String::new(),
    };
    let mut said = vec![format!("Writes [`{}`]{values}.", item.link())];
    if point.limits.as_ref().is_some_and(Limits::in_registers) {
        said.push(format!("Refused outside the limits that the device holds: [`Self::{}_limits`].", item.name()));
    }
    if let Some(seconds) = point.keep_alive_s {
        said.push(format!(
            "Must be written at least every {}: call `keep_alive()` on the returned `Write`.",
            duration(seconds)
        ));
    }
    said.join(" ")
}

/// The documentation of a setter that makes the value survive a restart.
pub(super) fn persistent_setter(item: &Item<'_>, command: &str) -> String {
    format!("Writes [`{}`] and then sends {}, so that the value survives a restart.", item.link(), code(command))
}

/// The documentation of the reading of limits.
pub(super) fn limits(item: &Item<'_>) -> String {
    format!("Reads what the device allows [`{}`] to be set to.", item.link())
}

/// A command's documentation.
pub(super) fn command(item: &Item<'_>) -> String {
    format!("{}, [`{}`].", after(summary(item), &format!("A command: {}", lower(&place(item)))), item.link())
}

/// The documentation of one of the values of a command.
pub(super) fn command_value(item: &Item<'_>, label: &str) -> String {
    format!("A command: the value {} of [`{}`].", quoted(label), item.link())
}

/// All there is to say of a constant.
pub(super) fn item(device: &Device, item: &Item<'_>) -> Vec<String> {
    let point = item.point;
    let mut lines = vec![format!("{}{}.", after(summary(item), &place(item)), representation(point))];
    let mut fact = |text: String| lines.push(format!("- {text}"));
    for (language, text) in &item.translations {
        fact(sentence(&format!("{}: {}", escaped(language::name(language)), escaped(text))));
    }
    if item.part.is_none() && !point.description.is_empty() && point.description != point.label {
        fact(format!("Printed as {}.", quoted(point.description.trim().trim_end_matches('.'))));
    }
    match &item.part {
        None => facts(device, point).into_iter().for_each(fact),
        Some(part) => lines.extend(elements(device, part)),
    }
    lines
}

/// What the points of an array have in common, then what each has of its own.
fn elements(device: &Device, part: &Part<'_>) -> Vec<String> {
    let all: Vec<Vec<String>> = part.points.iter().flatten().map(|point| facts(device, point)).collect();
    let shared = |fact: &String| all.iter().all(|facts| facts.contains(fact));
    let mut lines: Vec<String> =
        all.iter().take(1).flatten().filter(|fact| shared(fact)).map(|fact| format!("- {fact}")).collect();
    let elements = part.array.elements.iter().zip(&part.points);
    for ((element, point), facts) in elements.filter_map(|(element, point)| Some((element, (*point)?))).zip(&all) {
        let mut said = vec![format!("{}: {}", code(&element.name), lower(&place(&Item::single(point))))];
        if !point.description.is_empty() {
            said.push(quoted(point.description.trim().trim_end_matches('.')));
        }
        let own = facts.iter().filter(|fact| !shared(fact)).map(|fact| format!(" {fact}"));
        lines.push(format!("- {}.{}", said.join(", "), own.collect::<String>()));
    }
    lines
}

fn lower(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().into_iter().flat_map(char::to_lowercase).chain(characters).collect()
}

/// What is known of a point, a sentence each.
fn facts(device: &Device, point: &Point) -> Vec<String> {
    let mut facts = Vec::new();
    let mut item = |text: String| facts.push(text);
    if let Role::Command { trigger } = point.role {
        item(match trigger {
            Some(trigger) => format!("A command: writing raw {trigger} triggers it."),
            None => "A command: the written value is its parameter.".to_owned(),
        });
    }
    if let Signedness::Rule(reason) = &point.signedness {
        let sign = if point.raw.is_signed() { "signed" } else { "unsigned" };
        item(format!("Read as {sign}: {}", escaped(reason)));
    }
    if point.signedness == Signedness::Assumed {
        item("Read as unsigned: neither the table nor the manifest states the sign.".to_owned());
    }
    if let Kind::Special(name) = &point.kind {
        let labels = device.value_type(name).map(|list| list.labels.as_slice()).unwrap_or_default();
        let specials = point.specials.iter().zip(labels);
        let specials: Vec<String> = specials.map(|(raw, label)| format!("{raw}: {}", quoted(&label.label))).collect();
        item(format!("Special raw values: {}.", specials.join(", ")));
    }
    for list in &point.values_if {
        let (table, register) = (list.table, list.register);
        item(format!("{} if {table} {register} is {} to {}.", code(&list.type_name), list.min, list.max));
    }
    if let Some(limits) = &point.limits {
        item(format!("Limits: {}.", bounds(point, limits)));
    }
    if let Some(default) = &point.default {
        item(format!("Default: {}.", escaped(default)));
    }
    if let Some(available) = point.available_if {
        item(format!("Available if bit {} of {} {} is set.", available.bit, available.table, available.register));
    }
    if !point.not_available.is_empty() {
        let raw: Vec<String> = point.not_available.iter().map(|&raw| wire::raw(point, raw)).collect();
        item(format!("Raw {} means no value.", raw.join(" or ")));
    }
    match point.raw {
        RawType::Bcd { .. } => item("A digit above 9 means no value.".to_owned()),
        RawType::Modulo10000 { signed: false, .. } => item("A register above 9999 means no value.".to_owned()),
        RawType::Modulo10000 { signed: true, .. } => {
            item("A register beyond ±9999, or registers with different signs, mean no value.".to_owned());
        }
        _ => {}
    }
    if let Some(register) = point.scale_register {
        item(format!("No value while {} {register} is outside -10 to 10.", point.table));
    }
    if point.bit_range.is_some() && point.access.writes() {
        let register = if point.words.len() == 1 { "the register" } else { "the registers" };
        item(format!("A write reads {register} first and keeps the other bits."));
    }
    if let Some(function) = point.write_function() {
        item(format!("Written with function {function} only."));
    }
    if !point.variants.is_empty() {
        let variants: Vec<String> = point.variants.iter().map(|variant| quoted(variant)).collect();
        item(format!("Only on {}.", listed(&variants)));
    }
    if point.optional {
        item("Optional: not fitted on every device.".to_owned());
    }
    if point.read_side_effect {
        item("Reading it changes the device, so it is read only by name.".to_owned());
    }
    if let Some(command) = &point.persistent {
        item(format!("A written value survives a restart only after the command {}.", code(command)));
    }
    if let Some(seconds) = point.keep_alive_s {
        item(format!("Must be written again at least every {}.", duration(seconds)));
    }
    if !point.details.is_empty() {
        let detail = |(header, text): &(String, String)| sentence(&format!("{}: {}", escaped(header), escaped(text)));
        item(point.details.iter().map(detail).collect::<Vec<_>>().join(" "));
    }
    if !point.aliases.is_empty() {
        let names: Vec<String> = point.aliases.iter().map(|name| quoted(name)).collect();
        item(format!("Also printed as {}.", names.join(", ")));
    }
    for note in &point.notes {
        item(escaped(note));
    }
    for correction in &point.corrections {
        item(corrected(point, correction));
    }
    facts
}

/// `at least 5 °C, at most 30 °C, in steps of 0.5 °C`.
fn bounds(point: &Point, limits: &Limits) -> String {
    let unit = point.unit.as_deref().map(|unit| format!(" {}", escaped(unit))).unwrap_or_default();
    let parts = [("at least", limits.min), ("at most", limits.max), ("in steps of", limits.step)];
    let bound = |bound: Limit| match bound {
        Limit::Value(value) => format!("{value}{unit}"),
        Limit::Register(address) => format!("what {} {address} holds", point.table),
    };
    let parts: Vec<String> =
        parts.iter().filter_map(|(word, limit)| limit.map(|limit| format!("{word} {}", bound(limit)))).collect();
    parts.join(", ")
}

/// What the table prints, what is taken instead, and why. The description has been said, unless its cell was corrected.
fn corrected(point: &Point, correction: &Correction) -> String {
    let text = |text: &str| if text.trim().is_empty() { "nothing".to_owned() } else { quoted(text) };
    let printed: Vec<String> = correction.printed.iter().map(|printed| text(printed)).collect();
    let printed = match &correction.cell {
        None if correction.printed.iter().all(|printed| *printed == point.description) => String::new(),
        _ => format!("the table prints {}, ", printed.join(" and ")),
    };
    let (field, value, reason) = (code(&correction.field), text(&correction.value), escaped(&correction.reason));
    format!("Corrected {field}: {printed}read as {value}. {reason}")
}

/// `Input registers 48 and 49`, `Bit 3 of holding register 7`; of an array, where its points lie.
fn place(item: &Item<'_>) -> String {
    let point = item.point;
    let points = item.points();
    let noun = point.table.title();
    let singular = noun.strip_suffix('s').unwrap_or(noun);
    let (registers, order) = if item.part.is_some() {
        let words = points.iter().flat_map(|point| point.words.iter().copied());
        let ranges: Vec<String> = addresses::runs(words.clone()).into_iter().flat_map(range).collect();
        let is_one = words.collect::<BTreeSet<u16>>().len() == 1;
        let noun = if is_one { singular } else { noun };
        let each = if point.words.len() > 1 { format!(", {} each", point.words.len()) } else { String::new() };
        (format!("{noun} {}", listed(&ranges)), each)
    } else {
        match (point.words.as_slice(), point.raw) {
            ([first, .., last], RawType::Text { .. } | RawType::Bytes) => {
                (format!("{noun} {}", listed(&range((*first, *last)))), String::new())
            }
            (words @ [_, _, ..], _) => {
                let words: Vec<String> = words.iter().map(ToString::to_string).collect();
                (format!("{noun} {}", listed(&words)), ", most significant first".to_owned())
            }
            _ => (format!("{singular} {}", point.address()), String::new()),
        }
    };
    let shared = |same: &dyn Fn(&Point, &Point) -> bool| points.iter().all(|other| same(other, point));
    let unit = point.unit_id.filter(|_| shared(&|one, other| one.unit_id == other.unit_id));
    let unit = unit.map(|unit| format!(" of unit {unit}")).unwrap_or_default();
    let registers = format!("{registers}{unit}{order}");
    match point.bit_range {
        None => registers,
        Some((low, high)) if shared(&|one, other| one.bit_range == other.bit_range) => {
            let bits = if low == high { format!("Bit {low}") } else { format!("Bits {low} to {high}") };
            format!("{bits} of {}", lower(&registers))
        }
        // Which bits stands with each element.
        Some(_) => format!("Bits of {}", lower(&registers)),
    }
}

/// `62017 to 62026`; two neighbours stay two.
fn range((first, last): (u16, u16)) -> Vec<String> {
    match last.saturating_sub(first) {
        0 => vec![first.to_string()],
        1 => vec![first.to_string(), last.to_string()],
        _ => vec![format!("{first} to {last}")],
    }
}

/// `1, 2 and 3`.
fn listed(parts: &[String]) -> String {
    match parts {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => parts.join(", "),
    }
}

/// How the raw value becomes the value.
fn representation(point: &Point) -> String {
    let order = wire::byte_order(point).map(|order| format!(", {order}")).unwrap_or_default();
    let factor = factor(point);
    let raw = match (&point.kind, point.raw) {
        (_, RawType::Bool) => return String::new(),
        (_, RawType::Text { encoding, packing }) => {
            let packing = match packing {
                Packing::TwoHighFirst => "two characters in each, the first in the high byte",
                Packing::TwoLowFirst => "two characters in each, the first in the low byte",
                Packing::One => "one character in each",
            };
            format!("a text in {}, {packing}", encoding.key().to_uppercase())
        }
        (_, RawType::Bytes) => format!("{} bytes", point.words.len().saturating_mul(2)),
        (_, RawType::Bcd { digits }) => format!("{digits} decimal digits (BCD)"),
        (_, RawType::SignMagnitude { .. }) if point.bit_range.is_some() => "sign and magnitude".to_owned(),
        (_, RawType::SignMagnitude { bits }) => format!("{bits} bits (sign and magnitude)"),
        (_, RawType::Modulo10000 { bits, signed }) => words::modulo_10000(bits, signed),
        // What part of the register is a number has the size that was said, and is signed only where that is said.
        (Kind::Scaled | Kind::Special(_) | Kind::Integer, raw) if point.bit_range.is_some() => {
            let sign = if raw.is_signed() { "signed" } else { "unsigned" };
            let factor = factor.trim_start();
            let comma = if factor.is_empty() { "" } else { ", " };
            return format!("{order}, {sign}{comma}{factor}");
        }
        (_, _) if point.bit_range.is_some() => return order,
        (Kind::BitSet, raw) => format!("the bits of a `{raw}`"),
        (_, raw) if factor.is_empty() => format!("`{raw}`"),
        (_, raw) => format!("raw `{raw}`"),
    };
    format!("{order}, {raw}{factor}")
}

/// ` divided by 10, minus 50`, to follow the raw value.
fn factor(point: &Point) -> String {
    if !matches!(point.kind, Kind::Scaled | Kind::Special(_)) {
        return String::new();
    }
    let scale = match point.scale {
        Ratio::ONE => String::new(),
        scale if scale.numerator() == 1 => format!(" divided by {}", scale.denominator()),
        scale => format!(" times {scale}"),
    };
    let power = match point.scale_register {
        Some(register) => format!(" times ten to the power that {} {register} holds", point.table),
        None => String::new(),
    };
    let offset = match point.offset {
        Ratio::ZERO => String::new(),
        offset => {
            let comma = if scale.is_empty() && power.is_empty() { "" } else { "," };
            match offset.to_string().strip_prefix('-') {
                Some(less) => format!("{comma} minus {less}"),
                None => format!("{comma} plus {offset}"),
            }
        }
    };
    format!("{scale}{power}{offset}")
}

/// `12 hours`.
fn duration(seconds: u32) -> String {
    let parts = [(3600, "hour"), (60, "minute"), (1, "second")];
    let whole = parts.iter().find_map(|&(length, name)| {
        let count = seconds.checked_div(length)?;
        (seconds.checked_rem(length) == Some(0) && count > 0).then_some((count, name))
    });
    match whole {
        Some((1, name)) => name.to_owned(),
        Some((count, name)) => format!("{count} {name}s"),
        None => format!("{seconds} seconds"),
    }
}

/// What an enum or a flag set stands for, where that is more than its name.
pub(super) fn value_type(value_type: &ValueType) -> TokenStream {
    label(value_type.description.trim(), &value_type.name)
}

/// A text of the vendor's, where it says more than the item's name.
pub(super) fn label(text: &str, name: &str) -> TokenStream {
    if text.is_empty() || names::same(text, name) { TokenStream::new() } else { line(&sentence(&escaped(text))) }
}

/// A label in all languages, where that says more than the item's name.
pub(super) fn translated_label(text: &str, translations: &Translations, name: &str) -> TokenStream {
    if translations.is_empty() {
        return label(text, name);
    }
    line(&format!("{}{}", sentence(&escaped(text)), translated(translations)))
}

/// The documentation of what exists once for each element of an array.
pub(super) fn of_each(array: &Array) -> String {
    format!("Points of each element of {}.", quoted(&array.label))
}

/// A label in all languages.
pub(super) fn labels<'a>(label: &'a str, translations: &'a Translations) -> impl Iterator<Item = &'a str> {
    std::iter::once(label).chain(translations.iter().map(|(_, text)| text.as_str()))
}

/// A text in its further languages, a sentence each, to follow it.
pub(super) fn translated(translations: &Translations) -> String {
    let sentence = |(language, text): &(String, String)| {
        format!(" {}", sentence(&format!("{}: {}", escaped(language::name(language)), escaped(text))))
    };
    translations.iter().map(sentence).collect()
}

/// The text, with a full stop where it ends without a sign.
fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?', ':', ';']) { text.to_owned() } else { format!("{text}.") }
}

/// What is known of the device.
pub(super) fn device(device: &Device) -> Vec<String> {
    let mut lines = vec![sentence(&match &device.manufacturer {
        Some(manufacturer) if !device.name.starts_with(manufacturer.as_str()) => {
            format!("{} by {}", escaped(&device.name), escaped(manufacturer))
        }
        _ => escaped(&device.name),
    })];
    let mut paragraph = |text: String| {
        lines.push(String::new());
        lines.push(text);
    };
    if let Some(description) = &device.description {
        paragraph(sentence(&escaped(description)));
    }
    if let Some(document) = &device.document {
        paragraph(format!("Document: {}", sentence(&escaped(document))));
    }
    paragraph(link(&device.link));
    lines
}

fn link(link: &Link) -> String {
    let mut ways = Vec::new();
    if let Some(rtu) = &link.rtu {
        let parity = match rtu.parity {
            Parity::None => 'N',
            Parity::Even => 'E',
            Parity::Odd => 'O',
        };
        ways.push(format!("RTU with {} {}{parity}{}", rtu.baud_rate, rtu.data_bits, rtu.stop_bits));
    }
    if let Some(port) = link.tcp_port {
        ways.push(format!("TCP on port {port}"));
    }
    let ways = if ways.is_empty() { String::new() } else { format!(", {}", ways.join(", ")) };
    format!("Factory default: unit {}{ways}.", link.unit_id)
}
