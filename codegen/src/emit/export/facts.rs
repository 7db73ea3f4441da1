//! What the model says of a point besides its address, its type and its label: each fact is said in the target's own way
//! or stands beside the point as a comment.

use super::{Topic, Unsaid, text};
use crate::emit::language::in_language;
use crate::emit::wire;
use crate::model::{Device, Kind, Limit, Point, Role, ValueLabel};
use crate::ratio::Ratio;

/// One fact, as a comment says it.
pub(super) struct Fact {
    pub(super) topic: Topic,
    pub(super) text: String,
}

/// What the target has not said.
#[derive(Default)]
pub(super) struct Ledger {
    pub(super) unsaid: Vec<Unsaid>,
}

impl Ledger {
    /// Counts the facts that are not among those `said`, and gives them as one line each.
    pub(super) fn rest(&mut self, point: &Point, facts: Vec<Fact>, said: &[Topic]) -> Vec<String> {
        let left = facts.into_iter().filter(|fact| !said.contains(&fact.topic));
        left.map(|fact| self.note(point, fact.topic, &fact.text)).collect()
    }

    /// Counts one thing that is not said.
    pub(super) fn note(&mut self, point: &Point, topic: Topic, text: &str) -> String {
        let comment = text::line(text);
        self.unsaid.push(Unsaid { point: point.id.clone(), topic, comment: comment.clone() });
        comment
    }

    /// Counts a point that is left out, and says why.
    pub(super) fn left_out(&mut self, point: &Point, why: &str) -> String {
        let words: Vec<String> = point.words.iter().map(u16::to_string).collect();
        let text = format!("left out: {} ({} {}): {why}", point.id, point.table, words.join(", "));
        self.note(point, Topic::Point, &text)
    }
}

/// All facts of a point, in the order of [`Topic`].
pub(super) fn facts(device: &Device, point: &Point, language: Option<&str>) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |topic: Topic, text: String| facts.push(Fact { topic, text });
    if point.access.writes() {
        add(Topic::Writing, writing(point));
    }
    if let Some(register) = point.scale_register {
        let table = point.table;
        let times = if point.scale == Ratio::ONE { String::new() } else { format!("{} × ", point.scale) };
        add(Topic::Scale, format!("scale: {times}10 to the power of {table} {register}"));
    } else if point.scale != Ratio::ONE {
        add(Topic::Scale, format!("scale: {}", point.scale));
    }
    if point.offset != Ratio::ZERO {
        add(Topic::Offset, format!("offset: {}", point.offset));
    }
    let values = values(device, point);
    if !values.is_empty() {
        let topic = if matches!(point.kind, Kind::Flags(_)) { Topic::Bits } else { Topic::Values };
        add(topic, format!("{}: {}", if topic == Topic::Bits { "bits" } else { "values" }, list(&values, language)));
    }
    for case in &point.values_if {
        let labels = device.value_type(&case.type_name).map(|list| list.labels.as_slice()).unwrap_or_default();
        let values: Vec<_> = labels.iter().map(|label| (label.code, label)).collect();
        let when = format!("{} {} is {} to {}", case.table, case.register, case.min, case.max);
        add(Topic::ValuesIf, format!("values where {when}: {}", list(&values, language)));
    }
    if !point.not_available.is_empty() {
        let raw: Vec<String> = point.not_available.iter().map(|raw| wire::raw(point, *raw)).collect();
        add(Topic::NotAvailable, format!("no value: raw {}", raw.join(", ")));
    }
    if let Some(text) = limits(point) {
        add(Topic::Limits, text);
    }
    if let Some(default) = &point.default {
        add(Topic::Default, format!("default: {default}"));
    }
    if let Some(seconds) = point.keep_alive_s {
        add(Topic::KeepAlive, format!("write it at least every {seconds} s"));
    }
    if point.read_side_effect {
        add(Topic::SideEffect, "reading it changes the device".to_owned());
    }
    if let Some(command) = &point.persistent {
        add(Topic::Persistent, format!("a written value survives a restart after {command}"));
    }
    if point.optional {
        add(Topic::Optional, "not always fitted".to_owned());
    }
    if let Some(of) = point.available_if {
        add(Topic::Availability, format!("there if bit {} of {} {} is set", of.bit, of.table, of.register));
    }
    if !point.variants.is_empty() {
        add(Topic::Variants, format!("only on {}", point.variants.join(", ")));
    }
    if let Some(unit) = point.unit_id {
        add(Topic::UnitId, format!("unit id {unit}"));
    }
    facts
}

fn writing(point: &Point) -> String {
    match point.role {
        Role::Command { trigger: Some(trigger) } => format!("command: writing {trigger} triggers it"),
        Role::Command { trigger: None } => "command: a write triggers it".to_owned(),
        Role::Value if point.access.reads() => "can be written".to_owned(),
        Role::Value => "can only be written".to_owned(),
    }
}

/// Codes or bits of a point with their labels, as the model lists them.
pub(super) fn values<'a>(device: &'a Device, point: &Point) -> Vec<(i64, &'a ValueLabel)> {
    let Some(list) = point.kind.type_name().and_then(|name| device.value_type(name)) else { return Vec::new() };
    match &point.kind {
        Kind::Special(_) => point.specials.iter().copied().zip(&list.labels).collect(),
        // Its labels name the lists, not values.
        Kind::Conditional(_) => Vec::new(),
        _ => list.labels.iter().map(|label| (label.code, label)).collect(),
    }
}

/// A label in the language of the output.
pub(super) fn label<'a>(of: &'a ValueLabel, language: Option<&str>) -> &'a str {
    in_language(&of.label, &of.translations, language)
}

fn list(values: &[(i64, &ValueLabel)], language: Option<&str>) -> String {
    let one = |(code, of): &(i64, &ValueLabel)| format!("{code} = {}", label(of, language));
    values.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn limits(point: &Point) -> Option<String> {
    let limits = point.limits.as_ref()?;
    let unit = point.unit.as_deref().unwrap_or_default();
    let shown = |limit: Option<Limit>| {
        limit.map(|limit| match limit {
            Limit::Value(value) => value.to_string(),
            Limit::Register(register) => format!("{} {register}", point.table),
        })
    };
    let parts = [("min", shown(limits.min)), ("max", shown(limits.max)), ("step", shown(limits.step))];
    let parts: Vec<String> =
        parts.into_iter().filter_map(|(name, text)| text.map(|text| format!("{name} {text}"))).collect();
    if parts.is_empty() {
        return None;
    }
    let unit = if unit.is_empty() { String::new() } else { format!(" ({unit})") };
    Some(format!("limits: {}{unit}", parts.join(", ")))
}
