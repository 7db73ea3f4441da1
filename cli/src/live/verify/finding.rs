//! What does not fit between a table and a device.

use std::fmt::Write as _;

use modbus_bindgen_runtime::{DeviceInfo, PointInfo, Table};

use super::super::image::unit_of;

/// How sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Certainty {
    Certain,
    Suspected,
}

/// One disagreement, of one point or of several.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) certainty: Certainty,
    /// For programs: `refused`, `swapped_words`.
    pub(super) kind: &'static str,
    pub(super) points: Vec<&'static PointInfo>,
    /// What the first of them holds, as it was read.
    pub(super) raw: Option<Vec<u16>>,
    /// What is wrong and why it is thought so.
    pub(super) why: String,
    pub(super) proposal: Option<Proposal>,
}

impl Finding {
    pub(super) fn certain(kind: &'static str, points: Vec<&'static PointInfo>, why: String) -> Self {
        Self { certainty: Certainty::Certain, kind, points, raw: None, why, proposal: None }
    }

    pub(super) fn suspected(kind: &'static str, points: Vec<&'static PointInfo>, why: String) -> Self {
        Self { certainty: Certainty::Suspected, ..Self::certain(kind, points, why) }
    }

    pub(super) fn with_raw(mut self, raw: Option<&[u16]>) -> Self {
        self.raw = raw.map(<[u16]>::to_vec);
        self
    }

    pub(super) fn proposing(mut self, proposal: Proposal) -> Self {
        self.proposal = Some(proposal);
        self
    }

    /// Whether another reading found the same.
    pub(super) fn is_again(&self, other: &Self) -> bool {
        let same = |one: &PointInfo, other: &PointInfo| std::ptr::eq(one, other);
        self.kind == other.kind && self.points.iter().any(|one| other.points.iter().any(|another| same(one, another)))
    }
}

/// What would make the manifest fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Proposal {
    /// A key of `[device]` or `[link]`: section, key and value.
    Key { section: &'static str, key: &'static str, value: String },
    /// A rule for registers: what it sets, and why.
    Rule { registers: Vec<Register>, set: String, reason: String },
}

/// Where a point is: unit id, where it is another one, table, first and last address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Register {
    table: Table,
    first: u16,
    last: u16,
}

impl Register {
    pub(super) fn of(info: &PointInfo) -> Self {
        let (first, last) = info.span().unwrap_or_default();
        Self { table: info.table(), first, last }
    }
}

/// `holding 3, holding 7-9`
fn registers(list: &[Register]) -> String {
    let mut list = list.to_vec();
    list.sort_unstable();
    list.dedup();
    let mut ranges: Vec<Register> = Vec::new();
    for next in list {
        match ranges.last_mut() {
            Some(last) if last.table == next.table && next.first <= last.last.saturating_add(1) => {
                last.last = last.last.max(next.last);
            }
            _ => ranges.push(next),
        }
    }
    let shown = ranges.iter().map(|Register { table, first, last }| {
        let table = match table {
            Table::Coil => "coil",
            Table::DiscreteInput => "discrete",
            Table::InputRegister => "input",
            Table::HoldingRegister => "holding",
        };
        if first == last { format!("{table} {first}") } else { format!("{table} {first}-{last}") }
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// The entries of a manifest, to be copied.
pub(super) fn manifest(proposals: &[Proposal]) -> String {
    let mut text = String::new();
    for wanted in ["device", "link"] {
        let mut keys: Vec<String> = Vec::new();
        for proposal in proposals {
            if let Proposal::Key { section, key, value } = proposal
                && *section == wanted
            {
                let line = format!("{key} = {value}");
                if !keys.contains(&line) {
                    keys.push(line);
                }
            }
        }
        if !keys.is_empty() {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "[{wanted}]\n{}\n", keys.join("\n"));
        }
    }
    let mut rules: Vec<(&str, &str, Vec<Register>)> = Vec::new();
    for proposal in proposals {
        let Proposal::Rule { registers, set, reason } = proposal else { continue };
        match rules.iter_mut().find(|(known, why, _)| known == set && why == reason) {
            Some((.., list)) => list.extend(registers),
            None => rules.push((set, reason, registers.clone())),
        }
    }
    for (set, reason, list) in rules {
        let _ = writeln!(
            text,
            "[[rule]]\nregisters = \"{}\"\nset = {{ {set} }}\nreason = \"{reason}\"\n",
            registers(&list)
        );
    }
    text.trim_end().to_owned()
}

/// `holding registers 3–9 of unit 2`
pub(super) fn place(device: &DeviceInfo, points: &[&'static PointInfo]) -> String {
    let spans = points.iter().filter_map(|info| info.span());
    let (first, last) = spans.fold((u16::MAX, 0), |(low, high), (first, last)| (low.min(first), high.max(last)));
    let Some(info) = points.first() else { return String::new() };
    let plural = if first == last { "" } else { "s" };
    let range = if first == last { first.to_string() } else { format!("{first}–{last}") };
    let bits = match info.bits() {
        Some(bits) if points.len() == 1 && bits.low() == bits.high() => format!(" bit {}", bits.low()),
        Some(bits) if points.len() == 1 => format!(" bits {}–{}", bits.low(), bits.high()),
        _ => String::new(),
    };
    let unit = unit_of(device, info);
    let unit = if unit == device.link.unit_id { String::new() } else { format!(" of unit {unit}") };
    format!("{}{plural} {range}{bits}{unit}", info.table())
}

/// `outdoor_temperature`, `heat_pump[1].status and 9 more`
pub(super) fn ids(points: &[&'static PointInfo]) -> String {
    match points {
        [] => String::new(),
        [one] => one.id().to_owned(),
        [one, two] => format!("{}, {}", one.id(), two.id()),
        [one, .., last] => format!("{} … {}, {} points", one.id(), last.id(), points.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_are_named_as_the_manifest_names_them() {
        let at = |table, first, last| Register { table, first, last };
        let list = [
            at(Table::HoldingRegister, 9, 9),
            at(Table::InputRegister, 1, 2),
            at(Table::InputRegister, 3, 4),
            at(Table::HoldingRegister, 7, 7),
        ];
        assert_eq!(registers(&list), "input 1-4, holding 7, holding 9");
    }

    #[test]
    fn equal_rules_are_one() {
        let rule = |address: u16| Proposal::Rule {
            registers: vec![Register { table: Table::InputRegister, first: address, last: address }],
            set: "not_available = [20000]".to_owned(),
            reason: "seen".to_owned(),
        };
        let key = Proposal::Key { section: "link", key: "gaps", value: "\"learn\"".to_owned() };
        assert_eq!(
            manifest(&[rule(3), key.clone(), rule(4), key]),
            "[link]\ngaps = \"learn\"\n\n[[rule]]\nregisters = \"input 3-4\"\nset = { not_available = [20000] }\n\
             reason = \"seen\""
        );
    }
}
