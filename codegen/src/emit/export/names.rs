//! Names that the targets need: of the device, of entities, none twice.

use std::collections::BTreeSet;

use super::Options;
use crate::emit::language::in_language;
use crate::model::{Device, Point};
use crate::names;

/// The name a person has chosen, or the device's.
pub(super) fn device<'a>(device: &'a Device, options: &'a Options) -> &'a str {
    options.name.as_deref().unwrap_or(&device.name)
}

/// The same as an identifier: `thermia_genesis`.
pub(super) fn slug(of: &Device, options: &Options) -> String {
    let name = names::snake(device(of, options));
    if name.is_empty() { names::snake(&of.type_name) } else { name }
}

/// A point's identifier without brackets and dots: `heat_pump_3_status`.
pub(super) fn flat(id: &str) -> String {
    id.chars().filter(|character| *character != ']').map(|c| if matches!(c, '[' | '.') { '_' } else { c }).collect()
}

/// The label in the language of the output; the identifier where there is none.
pub(super) fn label<'a>(point: &'a Point, options: &Options) -> &'a str {
    let label = in_language(&point.label, &point.translations, options.language.as_deref());
    if label.is_empty() { &point.id } else { label }
}

/// Gives every name once. What makes two of them the same is the target's: letters beyond ASCII count for nothing in
/// some.
pub(super) struct Unique {
    taken: BTreeSet<String>,
    key: fn(&str) -> String,
}

impl Unique {
    pub(super) fn new(key: fn(&str) -> String) -> Self {
        Self { taken: BTreeSet::new(), key }
    }

    /// The name, or where it is taken the same with a remark that makes it another one.
    pub(super) fn name(&mut self, wanted: &str, remark: &str) -> String {
        let with_remark = format!("{wanted} ({remark})");
        for name in [wanted, &with_remark] {
            if self.taken.insert((self.key)(name)) {
                return name.to_owned();
            }
        }
        let numbered = (2u32..).map(|number| format!("{wanted} ({remark} {number})"));
        let free = numbered.into_iter().find(|name| self.taken.insert((self.key)(name)));
        free.unwrap_or(with_remark)
    }
}

/// The same letters, whatever their case.
pub(super) fn folded(name: &str) -> String {
    name.to_lowercase()
}

/// As Home Assistant and `ESPHome` make identifiers of names: letters and digits of ASCII, one sign for all else.
pub(super) fn ascii(name: &str) -> String {
    name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

/// Host and port of `--host`: `192.168.1.40`, `meter.local:1502`, `[fe80::1]:502`.
pub(super) fn host(device: &Device, options: &Options) -> (String, u16) {
    const PLACEHOLDER: &str = "192.168.1.40";
    let port = device.link.tcp_port.unwrap_or(502);
    let Some(given) = options.host.as_deref() else { return (PLACEHOLDER.to_owned(), port) };
    let split = given.rsplit_once(':').filter(|(host, _)| !host.contains(':') || host.ends_with(']'));
    match split.and_then(|(host, port)| Some((host, port.parse().ok()?))) {
        Some((host, port)) => (host.to_owned(), port),
        None => (given.to_owned(), port),
    }
}

/// Whether the target is to speak TCP: where the device does, or a host is given.
pub(super) fn is_tcp(device: &Device, options: &Options) -> bool {
    options.host.is_some() || device.link.tcp_port.is_some() || device.link.rtu.is_none()
}
