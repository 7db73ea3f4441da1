//! The columns of the tables.

use super::Page;
use super::text::{pairs, text};
use crate::emit::{addresses, words};
use crate::model::{Kind, Point, RawType};

/// A column besides the name, which belongs to the row.
pub(super) struct Column {
    pub(super) header: &'static str,
    /// Attributes of its cells.
    pub(super) attributes: &'static str,
    /// Its width, as CSS says it.
    pub(super) width: &'static str,
    /// Whether it is there even where all its cells are empty.
    pub(super) always: bool,
    pub(super) cell: fn(&Page<'_>, &Point) -> String,
}

/// The name, whose cell the row makes.
pub(super) const NAME: &str = "Name";

const COLUMNS: [Column; 9] = [
    Column {
        header: "Address",
        attributes: " class=\"a\"",
        width: "6.5rem",
        always: true,
        cell: |_, point| address(point),
    },
    Column { header: NAME, attributes: "", width: "minmax(0,1fr)", always: true, cell: |_, _| String::new() },
    Column { header: "Value", attributes: "", width: "9rem", always: false, cell: value },
    Column {
        header: "Type",
        attributes: "",
        width: "11rem",
        always: true,
        cell: |_, point| text(&words::data_type(point)),
    },
    Column {
        header: "Scale",
        attributes: " class=\"s\"",
        width: "4.5rem",
        always: false,
        cell: |_, point| text(&words::scale(point)),
    },
    Column {
        header: "Unit",
        attributes: "",
        width: "4rem",
        always: false,
        cell: |_, point| text(point.unit.as_deref().unwrap_or_default()),
    },
    Column { header: "Range", attributes: "", width: "11rem", always: false, cell: range },
    Column { header: "Default", attributes: " class=\"f\"", width: "7rem", always: false, cell: default },
    Column {
        header: "Access",
        attributes: " class=\"x\"",
        width: "6rem",
        always: true,
        cell: |_, point| words::access(point).to_owned(),
    },
];

/// The columns that have something to say of these points.
pub(super) fn of_points(page: &Page<'_>, points: &[&Point]) -> Vec<&'static Column> {
    let shown = |column: &&Column| column.always || points.iter().any(|point| !(column.cell)(page, point).is_empty());
    COLUMNS.iter().filter(shown).collect()
}

/// `61`, `83–84`, `62 bits 4–7`.
fn address(point: &Point) -> String {
    let range = addresses::ranges(point.words.iter().copied(), "–").join(", ");
    match point.bit_range {
        None => range,
        Some((low, high)) if low == high => format!("{range} <small>bit {low}</small>"),
        Some((low, high)) => format!("{range} <small>bits {low}–{high}</small>"),
    }
}

/// What a recorded device held.
fn value(page: &Page<'_>, point: &Point) -> String {
    let held = page.options.values.and_then(|values| values.get(&point.id));
    held.map(|value| text(value)).unwrap_or_default()
}

/// Limits, and how many values are listed.
fn range(page: &Page<'_>, point: &Point) -> String {
    let listed = |name: &str| page.device.value_type(name).map_or(0, |list| list.labels.len());
    let values = match &point.kind {
        Kind::Enum(name) => counted(listed(name), "value"),
        Kind::Flags(name) => counted(listed(name), "bit"),
        Kind::Special(_) => counted(point.specials.len(), "special value"),
        Kind::Conditional(_) => counted(point.values_if.len(), "list"),
        Kind::BitSet => "bits without names".to_owned(),
        Kind::Bool | Kind::Integer | Kind::Scaled | Kind::Text | Kind::Bytes => String::new(),
    };
    let limits = match &point.limits {
        // Which of the values the device takes is said in the details.
        Some(limits) if limits.in_registers() && !values.is_empty() => String::new(),
        Some(limits) if limits.in_registers() => format!("set by {}", registers(point)),
        Some(limits) if !matches!(point.raw, RawType::Bool) => words::printed_limits(limits),
        _ => String::new(),
    };
    let parts = [limits, values].into_iter().filter(|part| !part.is_empty());
    text(&parts.collect::<Vec<_>>().join(", "))
}

/// `60000–60002`.
fn registers(point: &Point) -> String {
    let said = point.limits.as_ref().map(|limits| words::limit_registers(&[limits])).unwrap_or_default();
    said.rsplit_once(" in ").map_or(said.clone(), |(_, registers)| registers.to_owned())
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// The default in all languages.
fn default(page: &Page<'_>, point: &Point) -> String {
    let Some(first) = words::default(page.device, point, None) else { return String::new() };
    let label = point.default.as_deref().and_then(|printed| printed.trim().parse().ok());
    match label.and_then(|code| words::label(page.device, point, code)) {
        Some(label) => page.languages.label(&label.label, pairs(&label.translations)),
        None => text(first),
    }
}
