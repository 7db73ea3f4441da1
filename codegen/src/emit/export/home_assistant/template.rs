//! Template entities: labels of codes, numbers and selects that write, bits, buttons.

use super::super::facts;
use super::super::names::Unique;
use super::super::numbers;
use super::super::text::quoted;
use super::super::units;
use super::super::{Topic, names};
use super::{Entities, Package, read};
use crate::model::{Limit, Point, Table, WriteFunctions};
use crate::ratio::Ratio;

/// Where a template finds a raw number: an entity, or bits of what it shows.
pub(super) struct Part {
    pub(super) source: String,
    pub(super) low: u8,
    /// How many bits; all of them where there is none.
    pub(super) bits: Option<u8>,
    pub(super) signed: bool,
}

impl Part {
    /// The raw number as Jinja computes it; `none` where the entity has no value.
    fn raw(&self) -> String {
        let state = format!("states(\"{}\") | int(none)", self.source);
        let Some(bits) = self.bits else { return state };
        let power = |bits: u8| 1u128.checked_shl(bits.into()).unwrap_or_default();
        let (divisor, span) = (power(self.low), power(bits));
        let cut = format!("(states(\"{}\") | int(0)) // {divisor} % {span}", self.source);
        if !self.signed {
            return format!("({cut})");
        }
        let half = power(bits.saturating_sub(1));
        format!("((({cut}) + {half}) % {span} - {half})")
    }

    fn availability(&self) -> String {
        format!("availability: '{{{{ has_value(\"{}\") }}}}'", self.source)
    }
}

fn begin(package: &mut Package<'_>, list: &'static str, point: &Point) -> Vec<String> {
    let name = package.name(list, point);
    vec![format!("name: {}", quoted(&name)), format!("unique_id: {}_{list}", package.unique(point))]
}

/// A value in a block: one line that needs no quotation marks of YAML.
fn block(key: &str, template: &str) -> [String; 2] {
    [format!("{key}: >-"), format!("  {template}")]
}

/// The labels of codes: a select where one can be set, a sensor otherwise. Always something.
pub(super) fn labels(package: &mut Package<'_>, point: &Point, part: &Part, made: &mut Entities) -> bool {
    let mut unique = Unique::new(str::to_owned);
    let language = package.options.language.clone();
    let values = facts::values(package.device, point);
    let labelled: Vec<(i64, String)> = values
        .iter()
        .map(|(code, of)| (*code, unique.name(facts::label(of, language.as_deref()), &code.to_string())))
        .collect();
    let pairs: Vec<String> = labelled.iter().map(|(code, label)| format!("{code}: {}", quoted(label))).collect();
    let state = format!("{{{{ {{{}}}.get({}) }}}}", pairs.join(", "), part.raw());
    let is_settable = part.bits.is_none() && read::is_settable(package.device, point);
    let list = if is_settable { "select" } else { "sensor" };
    let mut lines = begin(package, list, point);
    lines.extend(block("state", &state));
    lines.push(part.availability());
    if is_settable {
        let options: Vec<String> = labelled.iter().map(|(_, label)| quoted(label)).collect();
        lines.extend(block("options", &format!("{{{{ [{}] }}}}", options.join(", "))));
        let codes: Vec<String> = labelled.iter().map(|(code, label)| format!("{}: {code}", quoted(label))).collect();
        lines.push("select_option:".to_owned());
        lines.extend(write(package, point, &format!("{{{}}}[option]", codes.join(", "))));
        made.said.push(Topic::Writing);
    }
    made.said.push(Topic::Values);
    made.template(list, lines);
    true
}

/// A number that can be set; whether there is one.
pub(super) fn number(package: &mut Package<'_>, point: &Point, source: &str, made: &mut Entities) -> bool {
    let Some(range) = range(point).filter(|_| read::is_settable(package.device, point)) else { return false };
    let part = Part { source: source.to_owned(), low: 0, bits: None, signed: false };
    let mut lines = begin(package, "number", point);
    lines.push(format!("state: '{{{{ states(\"{source}\") }}}}'"));
    lines.push(part.availability());
    lines.push(format!("min: {}", numbers::decimal(range.min)));
    lines.push(format!("max: {}", numbers::decimal(range.max)));
    lines.push(format!("step: {}", numbers::decimal(range.step)));
    if let Some(unit) = &point.unit {
        lines.push(format!("unit_of_measurement: {}", quoted(units::unit(unit))));
    }
    lines.push("set_value:".to_owned());
    let mut value = "value | float".to_owned();
    if point.offset != Ratio::ZERO {
        value = format!("({value} - {})", numbers::decimal(point.offset));
    }
    if point.scale != Ratio::ONE {
        value = format!("({value}) / {}", numbers::decimal(point.scale));
    }
    lines.extend(write(package, point, &format!("(({value}) | round(0) | int)")));
    made.said.push(Topic::Writing);
    if range.is_printed {
        made.said.push(Topic::Limits);
    }
    made.template("number", lines);
    true
}

struct Range {
    min: Ratio,
    max: Ratio,
    step: Ratio,
    /// Whether all limits of the point are in it.
    is_printed: bool,
}

/// The printed limits, or what the registers can hold: a number without would go from 0 to 100.
fn range(point: &Point) -> Option<Range> {
    let value = |raw: i128| -> Option<Ratio> {
        Ratio::new(i64::try_from(raw).ok()?, 1)?.times(point.scale)?.plus(point.offset)
    };
    let (low, high) = point.raw.range();
    let ends = value(low).zip(value(high));
    let limits = point.limits.as_ref();
    let printed = |limit: Option<Limit>| limit.and_then(Limit::value);
    let min = printed(limits.and_then(|of| of.min)).or_else(|| ends.map(|(one, other)| one.min(other)))?;
    let max = printed(limits.and_then(|of| of.max)).or_else(|| ends.map(|(one, other)| one.max(other)))?;
    let own = if point.scale < Ratio::ZERO { point.scale.negated()? } else { point.scale };
    let step = printed(limits.and_then(|of| of.step)).unwrap_or(own);
    let is_held = |limit: Option<Limit>| limit.is_some_and(|limit| limit.value().is_none());
    let is_printed = !limits.is_some_and(|of| [of.min, of.max, of.step].into_iter().any(is_held));
    (min < max).then_some(Range { min, max, step, is_printed })
}

/// The action that writes a raw number to a point's registers.
fn write(package: &Package<'_>, point: &Point, raw: &str) -> Vec<String> {
    let mut addresses = point.words.clone();
    addresses.sort_unstable();
    let word = |address: &u16| {
        let from_last = point.words.iter().rev().position(|word| word == address).unwrap_or_default();
        let divisor = 1u128.checked_shl(u32::try_from(from_last).unwrap_or_default().saturating_mul(16)).unwrap_or(1);
        // Of a number below 0 the words are those of its two's complement, as Jinja divides.
        if divisor == 1 { format!("{raw} % 65536") } else { format!("{raw} // {divisor} % 65536") }
    };
    let words: Vec<String> = addresses.iter().map(word).collect();
    // A list is written with function 16.
    let value = match words.as_slice() {
        [word] if package.device.write_functions(point) != WriteFunctions::Multiple => word.clone(),
        words => format!("[{}]", words.join(", ")),
    };
    action(package, point, "modbus.write_register", "value", &format!("{{{{ {value} }}}}"))
}

fn action(package: &Package<'_>, point: &Point, action: &str, key: &str, value: &str) -> Vec<String> {
    vec![
        format!("  - action: {action}"),
        "    data:".to_owned(),
        format!("      hub: {}", package.hub),
        format!("      slave: {}", package.unit(point)),
        format!("      address: {}", point.address()),
        format!("      {key}: >-"),
        format!("        {value}"),
    ]
}

/// A bit of a register.
pub(super) fn bit(package: &mut Package<'_>, point: &Point, part: &Part, made: &mut Entities) {
    let mut lines = begin(package, "binary_sensor", point);
    lines.extend(block("state", &format!("{{{{ {} > 0 }}}}", part.raw())));
    lines.push(part.availability());
    made.template("binary_sensor", lines);
}

/// A number in bits of a register.
pub(super) fn part(package: &mut Package<'_>, point: &Point, part: &Part, described: Vec<String>, made: &mut Entities) {
    let mut lines = begin(package, "sensor", point);
    let mut value = part.raw();
    if point.scale != Ratio::ONE {
        value = format!("{value} * {}", numbers::decimal(point.scale));
    }
    if point.offset != Ratio::ZERO {
        value = format!("{value} + {}", numbers::decimal(point.offset));
    }
    let digits = numbers::shown_digits(point);
    let rounded = if digits == 0 { value } else { format!("({value}) | round({digits})") };
    lines.extend(block("state", &format!("{{{{ {rounded} }}}}")));
    match point.not_available.is_empty() {
        true => lines.push(part.availability()),
        false => {
            let raw: Vec<String> = point.not_available.iter().map(i128::to_string).collect();
            let template =
                format!("{{{{ has_value(\"{}\") and {} not in [{}] }}}}", part.source, part.raw(), raw.join(", "));
            lines.extend(block("availability", &template));
            made.said.push(Topic::NotAvailable);
        }
    }
    lines.extend(described);
    made.template("sensor", lines);
}

/// A command; `None` where pulling it would overwrite other bits.
pub(super) fn button(package: &mut Package<'_>, point: &Point, trigger: i64) -> Option<Entities> {
    if point.bit_range.is_some() || point.words.len() != 1 || point.byte_swapped {
        return None;
    }
    let mut made = Entities::default();
    let name = package.name("button", point);
    let mut lines = vec![
        format!("name: {}", quoted(&name)),
        format!("unique_id: {}_{}", package.hub, names::flat(&point.id)),
        "press:".to_owned(),
    ];
    lines.extend(match point.table {
        Table::Coil => {
            let state = if trigger == 0 { "false" } else { "true" };
            let state = if package.device.write_functions(point) == WriteFunctions::Multiple {
                format!("{{{{ [{state}] }}}}")
            } else {
                format!("{{{{ {state} }}}}")
            };
            action(package, point, "modbus.write_coil", "state", &state)
        }
        _ => write(package, point, &trigger.to_string()),
    });
    made.template("button", lines);
    made.said.push(Topic::Writing);
    Some(made)
}
