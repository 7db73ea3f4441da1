//! A map of the address space: which addresses have points, where the gaps are, and which requests read them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::plan::{Plan, Request, UnitPlan};
use super::text::text;
use crate::emit::{addresses, words};
use crate::model::{Device, Point, Role, Table};

/// Addresses in a row of the map.
const ROW: u16 = 100;

/// What an address is used for. The later one wins where points share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    Read,
    Write,
    Both,
    Command,
}

impl Use {
    fn of(point: &Point) -> Self {
        match (point.role, point.access.reads(), point.access.writes()) {
            (Role::Command { .. }, ..) => Self::Command,
            (Role::Value, true, true) => Self::Both,
            (Role::Value, false, true) => Self::Write,
            (Role::Value, _, false) => Self::Read,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Read => "r",
            Self::Write | Self::Both => "w",
            Self::Command => "c",
        }
    }
}

/// The section of the map.
pub(super) fn map(device: &Device, plan: Option<&Plan>) -> String {
    let mut strips: BTreeMap<(u8, Table), Vec<&Point>> = BTreeMap::new();
    for point in &device.points {
        strips.entry((point.unit_id.unwrap_or(device.link.unit_id), point.table)).or_default().push(point);
    }
    let units = strips.keys().map(|(unit, _)| unit).collect::<std::collections::BTreeSet<_>>().len();
    let mut out = String::from("<details class=\"panel\" id=\"page-map\"><summary><h2>Address map</h2>");
    let requests: usize = plan.iter().flat_map(|plan| &plan.units).map(|unit| unit.requests.len()).sum();
    if requests > 0 {
        let _ = write!(out, " <span>{requests} request{} read everything</span>", if requests == 1 { "" } else { "s" });
    }
    out.push_str("</summary><p class=\"key\"><span class=\"r\">read</span><span class=\"w\">written</span>");
    out.push_str("<span class=\"c\">command</span><span class=\"x\">nothing listed</span>");
    if requests > 0 {
        out.push_str("<span class=\"q\">one request</span>");
    }
    out.push_str("</p>");
    for ((unit, table), points) in &strips {
        let of_unit = plan.and_then(|plan| plan.units.iter().find(|planned| planned.unit_id == *unit));
        let requests: Vec<Request> = of_unit
            .map(|planned| planned.requests.iter().copied().filter(|request| request.table == *table).collect())
            .unwrap_or_default();
        let at = if units > 1 { format!(" of unit {unit}") } else { String::new() };
        let _ = write!(out, "<h3>{}{at}</h3>", table.title());
        out.push_str(&strip(points, &requests));
    }
    if let Some(plan) = plan.filter(|_| requests > 0) {
        out.push_str(&planned(plan));
    }
    out.push_str("</details>");
    out
}

/// The addresses of a table in rows of a hundred; rows without points are left out.
fn strip(points: &[&Point], requests: &[Request]) -> String {
    let mut used: BTreeMap<u16, (Use, &str)> = BTreeMap::new();
    for point in points {
        let of_point = Use::of(point);
        for &word in &point.words {
            let entry = used.entry(word).or_insert((of_point, &point.id));
            entry.0 = entry.0.max(of_point);
        }
    }
    let mut rows: BTreeMap<u16, Vec<(u16, Use, &str)>> = BTreeMap::new();
    for (address, (usage, id)) in used {
        rows.entry(address.wrapping_div(ROW)).or_default().push((address, usage, id));
    }
    let mut out = String::from("<div class=\"strip\">");
    let mut before: Option<(u16, u16)> = None;
    for (row, cells) in &rows {
        let (from, to) = (cells.first().map_or(0, |cell| cell.0), cells.last().map_or(0, |cell| cell.0));
        if let Some((last_row, last)) = before
            && row.saturating_sub(last_row) > 1
        {
            let missing = u32::from(from.saturating_sub(last).saturating_sub(1));
            let _ = write!(out, "<p>{} addresses without a point</p>", grouped(missing));
        }
        before = Some((*row, to));
        let first = row.saturating_mul(ROW);
        let id = cells.first().map(|(_, _, id)| *id).unwrap_or_default();
        let _ = write!(
            out,
            "<a href=\"#{}\" aria-label=\"{first} to {}: {} used\">{first}</a>{}",
            text(id),
            first.saturating_add(ROW.saturating_sub(1)),
            cells.len(),
            drawing(first, cells, requests),
        );
    }
    out.push_str("</div>");
    out
}

/// A row, ten units high and one wide for each address: what is used, and a line below for each request.
fn drawing(first: u16, cells: &[(u16, Use, &str)], requests: &[Request]) -> String {
    let mut out = String::from("<svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
    for class in ["r", "w", "c"] {
        let of_class = cells.iter().filter(|(_, usage, _)| usage.class() == class).map(|(address, ..)| *address);
        let runs = addresses::runs(of_class);
        if runs.is_empty() {
            continue;
        }
        let _ = write!(out, "<path class=\"{class}\" d=\"");
        for (from, to) in runs {
            let (x, width) = (from.saturating_sub(first), to.saturating_sub(from).saturating_add(1));
            let _ = write!(out, "M{x} 1h{width}v5h-{width}z");
        }
        out.push_str("\"/>");
    }
    let last = first.saturating_add(ROW.saturating_sub(1));
    let mut lines = String::new();
    for request in requests.iter().filter(|request| request.address <= last && request.last() >= first) {
        // Lines of neighbours do not touch: each ends a little before its last address does.
        let from = request.address.max(first).saturating_sub(first);
        let to = request.last().min(last).saturating_sub(first);
        let _ = write!(lines, "M{from}.15 8.5h{}.7", to.saturating_sub(from));
    }
    if !lines.is_empty() {
        let _ = write!(out, "<path class=\"q\" d=\"{lines}\"/>");
    }
    out.push_str("</svg>");
    out
}

/// The planned requests, as a table.
fn planned(plan: &Plan) -> String {
    let mut out = String::from("<h3>Planned requests</h3>");
    for unit in &plan.units {
        let _ = write!(
            out,
            "<p>Reading everything from unit {} takes {} request{} and {} bytes, about {} over {}.</p>",
            unit.unit_id,
            unit.requests.len(),
            if unit.requests.len() == 1 { "" } else { "s" },
            grouped(u32::try_from(unit.bytes).unwrap_or(u32::MAX)),
            duration(unit.milliseconds),
            text(&plan.link),
        );
        out.push_str(&requests(unit));
    }
    out
}

fn requests(unit: &UnitPlan) -> String {
    let mut out = format!("<ol class=\"requests\" aria-label=\"Requests to unit {}\">", unit.unit_id);
    for request in &unit.requests {
        let (function, noun) = match request.table {
            Table::Coil => (1, "coil"),
            Table::DiscreteInput => (2, "input"),
            Table::HoldingRegister => (3, "register"),
            Table::InputRegister => (4, "register"),
        };
        let anchor = anchor(request.table, request.address);
        let range = if request.count > 1 {
            format!("{}–{}", request.address, request.last())
        } else {
            request.address.to_string()
        };
        let plural = if request.count == 1 { "" } else { "s" };
        let _ = write!(
            out,
            "<li><a href=\"#{anchor}\">{range}</a> <span>function {function}, {} {noun}{plural}</span></li>",
            request.count
        );
    }
    out.push_str("</ol>");
    out
}

/// `holding-117`.
pub(super) fn anchor(table: Table, address: u16) -> String {
    let word = match table {
        Table::Coil => "coil",
        Table::DiscreteInput => "discrete",
        Table::InputRegister => "input",
        Table::HoldingRegister => "holding",
    };
    format!("{word}-{address}")
}

/// The address as manuals print it, where it is an anchor.
pub(super) fn classic_anchor(table: Table, address: u16) -> String {
    words::classic_address(table, address)
}

/// `1 400`, with a space that does not break.
fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        let left = digits.len().saturating_sub(index);
        if index > 0 && left.is_multiple_of(3) {
            out.push('\u{202F}');
        }
        out.push(digit);
    }
    out
}

fn duration(milliseconds: f64) -> String {
    if milliseconds < 1000.0 { format!("{milliseconds:.0} ms") } else { format!("{:.1} s", milliseconds / 1000.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_groups_of_three() {
        for (number, text) in [(5, "5"), (1400, "1\u{202F}400"), (65_536, "65\u{202F}536")] {
            assert_eq!(grouped(number), text);
        }
    }
}
