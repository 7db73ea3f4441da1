//! A package of Home Assistant: its modbus integration reads, and template entities show labels and write.
//!
//! The integration has neither numbers nor selects, clamps to `min_value` and `max_value` (so they are never written),
//! rounds integers unless `precision` says otherwise, and drops the second of two entities of one name.

mod read;
mod template;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::facts::{self, Ledger};
use super::names::{self, Unique};
use super::text::{line, quoted};
use super::{Exported, Options, Topic};
use crate::model::{Device, Parity, Point};

/// Seconds between two polls.
const SCAN: u32 = 30;

/// What is written of a point, by the list it goes into.
#[derive(Default)]
struct Entities {
    /// Lists of the modbus integration: `sensors`, `binary_sensors`, `switches`.
    polled: BTreeMap<&'static str, Vec<Vec<String>>>,
    /// Lists of the template integration: `sensor`, `number` …
    templates: BTreeMap<&'static str, Vec<Vec<String>>>,
    /// What they say of the point.
    said: Vec<Topic>,
}

impl Entities {
    fn poll(&mut self, list: &'static str, lines: Vec<String>) {
        self.polled.entry(list).or_default().push(lines);
    }

    fn template(&mut self, list: &'static str, lines: Vec<String>) {
        self.templates.entry(list).or_default().push(lines);
    }
}

/// What all entities of a file share.
struct Package<'a> {
    device: &'a Device,
    options: &'a Options,
    hub: String,
    names: BTreeMap<&'static str, Unique>,
    /// Registers that are read whole because bits of them are points.
    registers: BTreeSet<String>,
}

impl Package<'_> {
    fn unit(&self, point: &Point) -> u8 {
        point.unit_id.unwrap_or(self.device.link.unit_id)
    }

    /// The label, or the same with a remark where an entity of the list has it already.
    fn name(&mut self, list: &'static str, point: &Point) -> String {
        let label = names::label(point, self.options).to_owned();
        self.names.entry(list).or_insert_with(|| Unique::new(names::folded)).name(&label, &point.id)
    }

    /// What an entity is known by for good.
    fn unique(&self, point: &Point) -> String {
        format!("{}_{}", self.hub, names::flat(&point.id))
    }
}

pub(super) fn package(device: &Device, options: &Options) -> Exported {
    let mut ledger = Ledger::default();
    let hub = names::slug(device, options);
    let mut package = Package { device, options, hub, names: BTreeMap::new(), registers: BTreeSet::new() };
    let mut left_out = String::new();
    let mut polled: BTreeMap<&'static str, String> = BTreeMap::new();
    let mut templates: BTreeMap<&'static str, String> = BTreeMap::new();
    for point in &device.points {
        let made = match read::entities(&mut package, point) {
            Ok(made) => made,
            Err(why) => {
                // Writing to a string cannot fail.
                let _ = writeln!(left_out, "# {}", ledger.left_out(point, why));
                continue;
            }
        };
        let facts = facts::facts(device, point, options.language.as_deref());
        let mut said = made.said;
        said.push(Topic::UnitId);
        let mut comments = ledger.rest(point, facts, &said);
        for (lists, made, indent) in [(&mut polled, made.polled, "      "), (&mut templates, made.templates, "      ")]
        {
            for (list, entities) in made {
                let text: &mut String = lists.entry(list).or_default();
                for lines in entities {
                    for comment in comments.drain(..) {
                        let _ = writeln!(text, "{indent}# {}: {comment}", point.id);
                    }
                    for (index, line) in lines.iter().enumerate() {
                        let _ = writeln!(text, "{indent}{} {line}", if index == 0 { '-' } else { ' ' });
                    }
                }
            }
        }
    }
    let mut text = head(&package, &left_out);
    for (list, entities) in &polled {
        let _ = write!(text, "    {list}:\n{entities}");
    }
    if !templates.is_empty() {
        text.push_str("template:\n");
    }
    for (list, entities) in &templates {
        let _ = write!(text, "  - {list}:\n{entities}");
    }
    Exported::new(text, ledger)
}

fn head(package: &Package<'_>, left_out: &str) -> String {
    let Package { device, options, hub, .. } = package;
    let link = match &device.link.rtu {
        Some(rtu) if !names::is_tcp(device, options) => {
            let parity = match rtu.parity {
                Parity::None => "N",
                Parity::Even => "E",
                Parity::Odd => "O",
            };
            format!(
                "    type: serial\n    method: rtu\n    port: /dev/ttyUSB0\n    baudrate: {}\n    bytesize: {}\n    parity: {parity}\n    \
                 stopbits: {}\n    message_wait_milliseconds: 30\n",
                rtu.baud_rate, rtu.data_bits, rtu.stop_bits
            )
        }
        _ => {
            let (host, port) = names::host(device, options);
            format!("    type: tcp\n    host: {}\n    port: {port}\n", quoted(&host))
        }
    };
    format!(
        "# {}.\n# {}: a package, for `homeassistant: packages:`.\n\
         # Lines in comments above an entity are what Home Assistant cannot say of it.\n\
         {left_out}modbus:\n  - name: {hub}\n{link}    delay: 0\n",
        super::mark(device),
        line(names::device(device, options)),
    )
}
