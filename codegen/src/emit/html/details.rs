//! What opens below a row: the texts and values in one column, facts and commands in the other.

use std::fmt::Write as _;

use super::text::{pairs, text};
use super::{Page, diagram, mbpoll};
use crate::emit::item::{Item, Part};
use crate::emit::{addresses, words};
use crate::model::{Correction, Element, Kind, Limit, Point, Role, Signedness, ValueLabel};

impl Page<'_> {
    pub(super) fn details(
        &self,
        point: &Point,
        item: &Item<'_>,
        element: Option<(&Part<'_>, &Element)>,
        out: &mut String,
    ) {
        out.push_str("<div class=\"m\">");
        if element.is_some_and(|(part, _)| !part.is_bare()) {
            // Writing to a string cannot fail.
            let _ = write!(out, "<p class=\"n\">{}</p>", self.full_label(point));
        }
        for note in words::notes(self.device, point) {
            let _ = write!(out, "<p>{}</p>", text(&note));
        }
        let labels = point.kind.type_name().and_then(|name| self.device.value_type(name));
        let labels = labels.map(|list| list.labels.as_slice()).unwrap_or_default();
        let sharing = self.sharing.get(&(point.unit_id, point.table, point.words.as_slice()));
        out.push_str(&diagram::diagram(point, labels, sharing.map(Vec::as_slice).unwrap_or_default()));
        self.values(point, labels, out);
        out.push_str("</div><dl>");
        self.facts_of(point, out);
        let mut code = |name: &str, code: &str| {
            let _ = write!(out, "<dt>{name}<dd class=\"y\"><code>{}</code>", text(code));
        };
        code("Rust", &accessor(point, item, element.map(|(_, element)| element)));
        if let Some(command) = mbpoll::command(self.device, point) {
            code("mbpoll", &command);
        }
        out.push_str("</dl>");
    }

    /// The label with the name of the element.
    pub(super) fn full_label(&self, point: &Point) -> String {
        self.languages.label(&point.label, pairs(&point.translations))
    }

    fn values(&self, point: &Point, labels: &[ValueLabel], out: &mut String) {
        let own: Vec<(i64, &ValueLabel)> = labels.iter().map(|label| (label.code, label)).collect();
        match &point.kind {
            Kind::Enum(_) => self.list("e", &own, out),
            Kind::Flags(_) => self.list("f", &own, out),
            Kind::Special(_) => {
                self.list("s", &point.specials.iter().copied().zip(labels).collect::<Vec<_>>(), out);
            }
            Kind::Conditional(_) => {
                for (list, label) in point.values_if.iter().zip(labels) {
                    let title = self.languages.label(&label.label, pairs(&label.translations));
                    let (table, register) = (list.table, list.register);
                    let _ = write!(out, "<p>{title}, where {table} {register} is {} to {}:</p>", list.min, list.max);
                    let values = self.device.value_type(&list.type_name);
                    let values = values.map(|list| list.labels.as_slice()).unwrap_or_default();
                    self.list("e", &values.iter().map(|label| (label.code, label)).collect::<Vec<_>>(), out);
                }
            }
            Kind::Bool | Kind::Integer | Kind::Scaled | Kind::BitSet | Kind::Text | Kind::Bytes => {}
        }
    }

    /// Codes or bits with their labels; the script reads them from here, too.
    fn list(&self, kind: &str, labels: &[(i64, &ValueLabel)], out: &mut String) {
        let _ = write!(out, "<ul class=\"v\" data-k=\"{kind}\">");
        for (code, label) in labels {
            let shown = self.languages.label(&label.label, pairs(&label.translations));
            let _ = write!(out, "<li><b>{code}</b> {shown}");
        }
        out.push_str("</ul>");
    }

    fn facts_of(&self, point: &Point, out: &mut String) {
        let mut fact = |name: &str, said: &str| {
            let _ = write!(out, "<dt>{name}<dd>{said}");
        };
        fact("Address", &address(point));
        let id = text(&point.id);
        fact("Identifier", &format!("<a href=\"#{id}\"><code>{id}</code></a>"));
        if let Some(limits) = point.limits.as_ref().filter(|limits| limits.in_registers()) {
            let named = [("highest", limits.max), ("lowest", limits.min), ("step", limits.step)];
            let said = named.iter().filter_map(|(name, limit)| {
                Some(match (*limit)? {
                    Limit::Value(value) => format!("{name} {value}"),
                    Limit::Register(register) => format!("{name} in register {register}"),
                })
            });
            fact("Limits", &text(&said.collect::<Vec<_>>().join(", ")));
        }
        if let Some(available) = point.available_if {
            let (table, register, bit) = (available.table, available.register, available.bit);
            fact("There if", &format!("{table} {register} bit {bit} is set"));
        }
        match &point.signedness {
            Signedness::Given => {}
            Signedness::Rule(reason) => fact("Sign", &text(reason)),
            Signedness::Assumed => fact("Sign", "not stated; read as unsigned"),
        }
        if !point.sources.is_empty() {
            let sources: Vec<String> = point.sources.iter().map(ToString::to_string).collect();
            fact("Printed in", &text(&sources.join(", ")));
        }
        for correction in &point.corrections {
            fact("Corrected", &corrected(point, correction));
        }
        for change in self.changes.get(point.id.as_str()).into_iter().flatten() {
            fact("Changed", &format!("{}: {}", text(&change.kind), text(&change.text)));
        }
    }
}

/// `holding register 61 · 0x003D · 40062`.
fn address(point: &Point) -> String {
    let runs = addresses::runs(point.words.iter().copied());
    let range = |shown: &dyn Fn(u16) -> String| {
        let ranges = runs.iter().map(|&(first, last)| match first == last {
            true => shown(first),
            false => format!("{}–{}", shown(first), shown(last)),
        });
        ranges.collect::<Vec<_>>().join(", ")
    };
    let decimal = range(&|address| address.to_string());
    let hexadecimal = range(&|address| format!("0x{address:04X}"));
    let classic = range(&|address| words::classic_address(point.table, address));
    let bits = match point.bit_range {
        None => String::new(),
        Some((low, high)) if low == high => format!(", bit {low}"),
        Some((low, high)) => format!(", bits {low}–{high}"),
    };
    format!("{} {decimal}{bits} · {hexadecimal} · {classic}", point.table)
}

/// What the table prints, what it is taken as, and why.
fn corrected(point: &Point, correction: &Correction) -> String {
    let quoted = |printed: &String| match printed.trim() {
        "" => "nothing".to_owned(),
        _ if *printed == point.description => "the description".to_owned(),
        printed => format!("“{printed}”"),
    };
    let mut printed: Vec<String> = correction.printed.iter().map(quoted).collect();
    printed.dedup();
    let cell = correction.cell.as_ref().map(|cell| format!(" in {cell}")).unwrap_or_default();
    let value = quoted(&correction.value);
    text(&format!(
        "{}: prints {}{cell}, read as {value}. {}",
        correction.field.replace('_', " "),
        printed.join(" and "),
        correction.reason
    ))
}

/// The call in Rust: `device.heat_pump(HeatPumpNo::A3).status().await?`.
fn accessor(point: &Point, item: &Item<'_>, element: Option<&Element>) -> String {
    let name = item.name();
    let (before, number) = match (&item.part, element) {
        (Some(part), Some(element)) => {
            let number = format!("{}::{}", part.array.number_type, element.name);
            match part.is_bare() {
                true => (String::new(), number),
                false => (format!("{}({number}).", part.array.name), String::new()),
            }
        }
        _ => (String::new(), String::new()),
    };
    let call = |method: String, value: &str| {
        let given = [number.as_str(), value].into_iter().filter(|given| !given.is_empty());
        format!("device.{before}{method}({}).await?", given.collect::<Vec<_>>().join(", "))
    };
    match (point.role, point.access.reads()) {
        (Role::Command { trigger: None }, _) => call(name.to_owned(), "value"),
        (Role::Command { trigger: Some(_) }, _) | (Role::Value, true) => call(name.to_owned(), ""),
        (Role::Value, false) => call(format!("set_{name}"), "value"),
    }
}
