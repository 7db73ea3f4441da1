//! The columns of the tables.

use super::Page;
use super::text::text;
use crate::emit::addresses;
use crate::emit::item::Item;
use crate::emit::language::in_language;
use crate::emit::wire;
use crate::model::{Kind, Limit, Limits, Point, RawType, Role, ValueLabel};
use crate::ratio::Ratio;

/// A column.
pub(super) struct Column {
    pub(super) header: &'static str,
    pub(super) rule: &'static str,
    /// Whether it is there even where all its cells are empty.
    pub(super) always: bool,
    pub(super) cell: fn(&Page<'_>, &Item<'_>) -> String,
}

pub(super) const COLUMNS: [Column; 14] = [
    Column { header: "Unit id", rule: "---:", always: false, cell: |_, item| unit_id(item) },
    Column { header: "Address", rule: "---:", always: true, cell: |_, item| address(item) },
    Column { header: "Bits", rule: "---:", always: false, cell: |_, item| bits(item) },
    Column { header: "Name", rule: "---", always: true, cell: name },
    Column { header: "Unit", rule: "---", always: false, cell: |_, item| optional(item.point.unit.as_deref()) },
    Column { header: "Type", rule: "---", always: false, cell: |_, item| raw_type(item.point) },
    Column { header: "Scale", rule: "---:", always: false, cell: |_, item| scale(item.point) },
    Column { header: "Access", rule: "---", always: true, cell: |_, item| access(item.point).to_owned() },
    Column { header: "Values", rule: "---", always: false, cell: |page, item| page.values(item.point) },
    Column { header: "Limits", rule: "---", always: false, cell: |_, item| limits(item) },
    Column { header: "Default", rule: "---", always: false, cell: |_, item| default(item) },
    Column { header: "Shown by", rule: "---", always: false, cell: |_, item| shown_by(item) },
    Column { header: "Only on", rule: "---", always: false, cell: |_, item| variants(item) },
    Column { header: "Notes", rule: "---", always: false, cell: |page, item| page.notes(item) },
];

/// The addresses of a point, most significant first, the characters of a text in their order.
pub(super) fn words(point: &Point) -> String {
    if matches!(point.raw, RawType::Text { .. } | RawType::Bytes) {
        return addresses::ranges(point.words.iter().copied(), "–").join(", ");
    }
    let words: Vec<String> = point.words.iter().map(ToString::to_string).collect();
    words.join(", ")
}

fn address(item: &Item<'_>) -> String {
    match item.points().as_slice() {
        [only] => words(only),
        points => addresses::ranges(points.iter().flat_map(|point| point.words.iter().copied()), "–").join(", "),
    }
}

fn name(page: &Page<'_>, item: &Item<'_>) -> String {
    let translated = item.translations.iter().find(|(language, _)| Some(*language) == page.language);
    text(translated.map_or(item.label, |(_, label)| label))
}

fn optional(cell: Option<&str>) -> String {
    cell.map(text).unwrap_or_default()
}

/// One for all elements of an array, or one for each.
fn shared<T: Eq>(of: impl Iterator<Item = T>, shown: impl Fn(&T) -> String) -> String {
    let mut values: Vec<T> = of.collect();
    values.dedup();
    values.iter().map(shown).collect::<Vec<_>>().join(", ")
}

fn unit_id(item: &Item<'_>) -> String {
    shared(item.points().iter().filter_map(|point| point.unit_id), ToString::to_string)
}

/// `3`, `4–7`; of the combined words, the least significant is 0.
fn bits(item: &Item<'_>) -> String {
    let range = |&(low, high): &(u8, u8)| addresses::ranges(low.into()..=high.into(), "–").concat();
    shared(item.points().iter().filter_map(|point| point.bit_range), range)
}

fn variants(item: &Item<'_>) -> String {
    let one = |variants: &&Vec<String>| variants.iter().map(|variant| text(variant)).collect::<Vec<_>>().join(", ");
    shared(item.points().iter().map(|point| &point.variants), one)
}

fn raw_type(point: &Point) -> String {
    let raw = match point.raw {
        _ if point.table.is_bit() => return String::new(),
        RawType::Text { encoding, .. } => format!("text, {}", encoding.key()),
        RawType::Bytes => format!("{} bytes", point.words.len().saturating_mul(2)),
        RawType::Bcd { digits } => format!("BCD, {digits} digits"),
        // The bits say the size.
        RawType::Integer { signed: true, .. } if point.bit_range.is_some() => "signed".to_owned(),
        RawType::Integer { .. } if point.bit_range.is_some() => String::new(),
        raw => format!("`{raw}`"),
    };
    match wire::order(point) {
        Some(order) if raw.is_empty() => order,
        Some(order) => format!("{raw}, {order}"),
        None => raw,
    }
}

/// `0.1`, `0.1, −40`, `10^` and the register that holds the power.
fn scale(point: &Point) -> String {
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

fn access(point: &Point) -> &'static str {
    match (point.role, point.access.reads(), point.access.writes()) {
        (Role::Command { .. }, ..) => "command",
        (Role::Value, true, true) => "read, write",
        (Role::Value, false, true) => "write",
        (Role::Value, _, false) => "read",
    }
}

impl Page<'_> {
    fn values(&self, point: &Point) -> String {
        let listed = |name: &str| self.device.value_type(name).map(|list| list.labels.as_slice()).unwrap_or_default();
        let codes = |name: &str| listed(name).iter().map(|label| (label.code, label)).collect::<Vec<_>>();
        match &point.kind {
            Kind::Enum(name) => self.labels("", &codes(name)),
            Kind::Flags(name) => self.labels("bit ", &codes(name)),
            Kind::Special(name) => {
                self.labels("raw ", &point.specials.iter().copied().zip(listed(name)).collect::<Vec<_>>())
            }
            Kind::Conditional(name) => {
                let lists = point.values_if.iter().zip(listed(name)).map(|(list, label)| {
                    let title = text(in_language(&label.label, &label.translations, self.language));
                    let when = format!("{} {} to {}", list.register, list.min, list.max);
                    format!("*{title}* ({when}):<br>{}", self.labels("", &codes(&list.type_name)))
                });
                lists.collect::<Vec<_>>().join("<br>")
            }
            Kind::BitSet => "bits without names".to_owned(),
            Kind::Bool | Kind::Integer | Kind::Scaled | Kind::Text | Kind::Bytes => String::new(),
        }
    }

    fn labels(&self, word: &str, labels: &[(i64, &ValueLabel)]) -> String {
        let lines: Vec<String> = labels
            .iter()
            .map(|(code, label)| {
                format!("{word}{code}: {}", text(in_language(&label.label, &label.translations, self.language)))
            })
            .collect();
        lines.join("<br>")
    }

    /// What all points of an array have in common, then what some have of their own.
    fn notes(&self, item: &Item<'_>) -> String {
        let Some(part) = &item.part else { return self.point_notes(item.point).join("<br>") };
        let all: Vec<Vec<String>> = part.points.iter().flatten().map(|point| self.point_notes(point)).collect();
        let shared = |note: &String| all.iter().all(|notes| notes.contains(note));
        let mut lines: Vec<String> = all.iter().take(1).flatten().filter(|note| shared(note)).cloned().collect();
        let elements = part.array.elements.iter().zip(&part.points).filter(|(_, point)| point.is_some());
        for ((element, _), notes) in elements.zip(&all) {
            lines.extend(notes.iter().filter(|note| !shared(note)).map(|note| format!("`{}`: {note}", element.name)));
        }
        if part.is_sparse() {
            let elements = part.array.elements.iter().zip(&part.points).filter(|(_, point)| point.is_some());
            let having: Vec<String> = elements.map(|(element, _)| format!("`{}`", element.name)).collect();
            lines.push(format!("Only {}.", having.join(", ")));
        }
        lines.join("<br>")
    }

    fn point_notes(&self, point: &Point) -> Vec<String> {
        let mut notes = Vec::new();
        // The label is the description without its marks; a description that says no more is not repeated.
        if point.description.len() > point.label.len().saturating_mul(2) && !self.lists_values_only(point) {
            notes.push(text(&point.description));
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
        if let Some(command) = &point.persistent {
            notes.push(format!("Survives a restart after the command {}.", text(command)));
        }
        if point.optional {
            notes.push("Not fitted on every device.".to_owned());
        }
        if let Some(seconds) = point.keep_alive_s {
            notes.push(format!("Write it again at least every {seconds} s."));
        }
        notes.extend(point.notes.iter().map(|note| text(note)));
        for (header, detail) in &point.details {
            notes.push(format!("{}: {}.", text(header), text(detail)));
        }
        if !point.aliases.is_empty() {
            let names: Vec<String> = point.aliases.iter().map(|name| format!("“{}”", text(name))).collect();
            notes.push(format!("Also printed as {}.", names.join(", ")));
        }
        notes
    }

    /// Whether the description is a name and the values that the table shows anyway: `Status 0=Off 1=On`.
    fn lists_values_only(&self, point: &Point) -> bool {
        let codes: Vec<i64> = match &point.kind {
            Kind::Enum(name) => {
                let labels = self.device.value_type(name).map(|list| list.labels.as_slice()).unwrap_or_default();
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
}

fn limits(item: &Item<'_>) -> String {
    let points = item.points();
    let limits: Vec<&Limits> = points.iter().filter_map(|point| point.limits.as_ref()).collect();
    let registers = |limits: &Limits| {
        let registers = [limits.max, limits.min, limits.step].into_iter().flatten();
        registers.filter_map(|limit| if let Limit::Register(address) = limit { Some(address) } else { None })
    };
    if limits.iter().any(|limits| limits.in_registers()) {
        let first = limits.first();
        let named =
            [("max", first.map(|of| of.max)), ("min", first.map(|of| of.min)), ("step", first.map(|of| of.step))];
        let named = named.iter().filter(|(_, limit)| matches!(limit, Some(Some(_)))).map(|(name, _)| *name);
        let named: Vec<&str> = named.collect();
        let ranges = addresses::ranges(limits.iter().flat_map(|limits| registers(limits)), "–");
        return format!("{} in {}", named.join(", "), ranges.join(", "));
    }
    limits.first().map(|limits| printed_limits(limits)).unwrap_or_default()
}

fn printed_limits(limits: &Limits) -> String {
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

/// One default for all elements of an array, or one for each.
fn default(item: &Item<'_>) -> String {
    let points = item.points();
    let mut defaults: Vec<String> =
        points.iter().map(|point| point.default.as_deref().map_or_else(|| "–".to_owned(), text)).collect();
    if defaults.iter().all(|default| default == "–") {
        return String::new();
    }
    if let Some((first, rest)) = defaults.split_first()
        && rest.iter().all(|other| other == first)
    {
        defaults.truncate(1);
    }
    defaults.join(", ")
}

/// `62501 bits 5–14`.
fn shown_by(item: &Item<'_>) -> String {
    let points = item.points();
    let mut bits: Vec<_> = points.iter().filter_map(|point| point.available_if).collect();
    bits.sort_by_key(|available| (available.table, available.register, available.bit));
    let registers = bits.chunk_by(|one, next| (one.table, one.register) == (next.table, next.register));
    let registers = registers.filter_map(|bits| {
        let ranges = addresses::ranges(bits.iter().map(|available| u16::from(available.bit)), "–").join(", ");
        let noun = if bits.len() == 1 { "bit" } else { "bits" };
        Some(format!("{} {noun} {ranges}", bits.first()?.register))
    });
    registers.collect::<Vec<_>>().join("<br>")
}
