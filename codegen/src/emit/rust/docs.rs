//! Documentation of generated items: what the vendor printed, in which cell, and what the manifest made of it.

use proc_macro2::TokenStream;
use quote::quote;

use super::markup::{alias, code, escaped, quoted};
use super::names;
use crate::model::{Correction, Device, Kind, Link, Parity, Point, RawType, Role, Signedness, ValueType};
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

/// A sentence for fields and accessors.
pub(super) fn summary(point: &Point) -> String {
    format!("{}{}.", escaped(&point.label), unit(point))
}

fn unit(point: &Point) -> String {
    point.unit.as_deref().map(|unit| format!(", {}", escaped(unit))).unwrap_or_default()
}

/// An accessor's documentation; the constant's says the rest.
pub(super) fn accessor(point: &Point, summary: &str) -> Vec<String> {
    let constant = names::ident(&names::constant_name(&point.id)).to_string();
    vec![summary.to_owned(), String::new(), format!("{}: [`points::{constant}`].", place(point))]
}

/// A setter's documentation.
pub(super) fn setter(point: &Point) -> Vec<String> {
    accessor(point, &format!("Writes {}{}.", quoted(&point.label), unit(point)))
}

/// A command's documentation.
pub(super) fn command(point: &Point) -> Vec<String> {
    accessor(point, &format!("{}: a command.", escaped(&point.label)))
}

/// All there is to say of a point.
pub(super) fn point(point: &Point) -> Vec<String> {
    let mut lines = vec![summary(point)];
    if !point.description.is_empty() && point.description != point.label {
        lines.push(String::new());
        lines.push(format!("Printed as {}.", quoted(point.description.trim().trim_end_matches('.'))));
    }
    lines.push(String::new());
    let mut item = |text: String| lines.push(format!("- {text}"));
    item(format!("{}{}.", place(point), representation(point)));
    if let Role::Command { trigger: Some(trigger) } = point.role {
        item(format!("A command: writing raw {trigger} triggers it."));
    }
    if let Signedness::Rule(reason) = &point.signedness {
        let sign = if point.raw.is_signed() { "signed" } else { "unsigned" };
        item(format!("Taken as {sign}: {}", escaped(reason)));
    }
    if point.signedness == Signedness::Assumed {
        item("Taken as unsigned; neither table nor manifest says so.".to_owned());
    }
    if let Some(limits) = &point.limits {
        let unit = point.unit.as_deref().map(|unit| format!(" {}", escaped(unit))).unwrap_or_default();
        let parts = [("at least", &limits.min), ("at most", &limits.max), ("in steps of", &limits.step)];
        let parts: Vec<String> =
            parts.iter().filter_map(|(word, bound)| bound.map(|bound| format!("{word} {bound}{unit}"))).collect();
        item(format!("Limits: {}.", parts.join(", ")));
    }
    if !point.not_available.is_empty() {
        let raw: Vec<String> = point.not_available.iter().map(ToString::to_string).collect();
        item(format!("Raw {} means that there is no value.", raw.join(" or ")));
    }
    if point.optional {
        item("Optional: not fitted on every device.".to_owned());
    }
    if let Some(seconds) = point.keep_alive_s {
        item(format!("Has to be written again at least every {}.", duration(seconds)));
    }
    for (header, text) in &point.details {
        item(sentence(&format!("{}: {}", escaped(header), escaped(text))));
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
    if !point.sources.is_empty() {
        let sources: Vec<String> = point.sources.iter().map(|source| code(&source.to_string())).collect();
        item(format!("Source: {}.", sources.join(", ")));
    }
    lines
}

/// What the table prints, what is taken instead, and why. The description has been said.
fn corrected(point: &Point, correction: &Correction) -> String {
    let text = |text: &str| if text.trim().is_empty() { "nothing".to_owned() } else { quoted(text) };
    let printed: Vec<String> = correction.printed.iter().map(|printed| text(printed)).collect();
    let printed = if correction.printed.iter().all(|printed| *printed == point.description) {
        String::new()
    } else {
        format!("the table prints {}, ", printed.join(" and "))
    };
    let (field, value, reason) = (code(&correction.field), text(&correction.value), escaped(&correction.reason));
    format!("Corrected {field}: {printed}taken as {value}. {reason}")
}

/// `Input registers 48 and 49`.
fn place(point: &Point) -> String {
    let words: Vec<String> = point.words.iter().map(ToString::to_string).collect();
    let noun = point.table.title();
    match words.as_slice() {
        [_, .., last] => {
            let first = words.get(..words.len().saturating_sub(1)).unwrap_or_default();
            format!("{noun} {} and {last}, most significant first", first.join(", "))
        }
        _ => format!("{} {}", noun.strip_suffix('s').unwrap_or(noun), words.join("")),
    }
}

/// How the raw value becomes the value.
fn representation(point: &Point) -> String {
    match (&point.kind, point.raw) {
        (_, RawType::Bool) => String::new(),
        (Kind::Scaled, raw) => format!(", raw `{raw}` {}", factor(point.scale)),
        (Kind::BitSet, raw) => format!(", the bits of a `{raw}`"),
        (_, raw) => format!(", `{raw}`"),
    }
}

fn factor(scale: Ratio) -> String {
    if scale.numerator() == 1 { format!("divided by {}", scale.denominator()) } else { format!("times {scale}") }
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

/// What an enum or a flag set stands for, and where it is listed.
pub(super) fn value_type(value_type: &ValueType) -> Vec<String> {
    let description = if value_type.description.trim().is_empty() { &value_type.name } else { &value_type.description };
    let mut lines = vec![sentence(&escaped(description))];
    if let Some(source) = &value_type.source {
        lines.push(String::new());
        lines.push(format!("Source: {}.", code(&source.to_string())));
    }
    lines
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
    format!("Leaves the factory as unit {}{ways}.", link.unit_id)
}
