//! The columns of the tables.

use super::Page;
use super::text::text;
use crate::emit::item::Item;
use crate::emit::language::in_language;
use crate::emit::{addresses, words};
use crate::model::{Kind, Limits, Point, RawType, ValueLabel};

/// A column.
pub(super) struct Column {
    pub(super) header: &'static str,
    pub(super) rule: &'static str,
    /// Whether it is there even where all its cells are empty.
    pub(super) always: bool,
    pub(super) cell: fn(&Page<'_>, &Item<'_>) -> String,
}

pub(super) const COLUMNS: [Column; 15] = [
    Column { header: "Unit id", rule: "---:", always: false, cell: |_, item| unit_id(item) },
    Column { header: "Address", rule: "---:", always: true, cell: |_, item| address(item) },
    Column { header: "Bits", rule: "---:", always: false, cell: |_, item| bits(item) },
    Column { header: "Name", rule: "---", always: true, cell: name },
    Column { header: "Value", rule: "---", always: false, cell: held },
    Column { header: "Unit", rule: "---", always: false, cell: |_, item| optional(item.point.unit.as_deref()) },
    Column { header: "Type", rule: "---", always: false, cell: |_, item| data_type(item.point) },
    Column { header: "Scale", rule: "---:", always: false, cell: |_, item| words::scale(item.point) },
    Column { header: "Access", rule: "---", always: true, cell: |_, item| words::access(item.point).to_owned() },
    Column { header: "Values", rule: "---", always: false, cell: |page, item| page.values(item.point) },
    Column { header: "Limits", rule: "---", always: false, cell: |_, item| limits(item) },
    Column { header: "Default", rule: "---", always: false, cell: |page, item| page.default(item) },
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

/// What a recorded device held; of an array one for each element.
fn held(page: &Page<'_>, item: &Item<'_>) -> String {
    let points = item.points();
    let held = points.iter().filter_map(|point| page.held.get(&point.id)).map(|value| text(value));
    held.collect::<Vec<_>>().join(", ")
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

/// A coil or an input is one bit, as the heading says.
fn data_type(point: &Point) -> String {
    if point.table.is_bit() { String::new() } else { text(&words::data_type(point)) }
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
        words::notes(self.device, point).iter().map(|note| text(note)).collect()
    }

    /// One default for all elements of an array, or one for each.
    fn default(&self, item: &Item<'_>) -> String {
        let points = item.points();
        let default = |point: &&Point| words::default(self.device, point, self.language).map(text);
        let mut defaults: Vec<Option<String>> = points.iter().map(default).collect();
        if defaults.iter().all(Option::is_none) {
            return String::new();
        }
        if let Some((first, rest)) = defaults.split_first()
            && rest.iter().all(|other| other == first)
        {
            defaults.truncate(1);
        }
        let shown: Vec<String> =
            defaults.into_iter().map(|default| default.unwrap_or_else(|| "–".to_owned())).collect();
        shown.join(", ")
    }
}

fn limits(item: &Item<'_>) -> String {
    let points = item.points();
    let limits: Vec<&Limits> = points.iter().filter_map(|point| point.limits.as_ref()).collect();
    if limits.iter().any(|limits| limits.in_registers()) {
        return words::limit_registers(&limits);
    }
    limits.first().map(|limits| words::printed_limits(limits)).unwrap_or_default()
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
