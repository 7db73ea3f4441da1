//! Diagrams of words and bits, as boxes in a row: the highest bit on the left, words in the order they are sent.

use std::fmt::Write as _;

use super::text::text;
use crate::model::{Kind, Point, RawType, ValueLabel};

/// A box: how many columns it takes, what stands in it, whether it belongs to the point.
struct Cell {
    width: u16,
    text: String,
    own: bool,
}

/// The diagram of a point, where there is one to draw. `sharing` are the points of the same words, itself included.
pub(super) fn diagram(point: &Point, labels: &[ValueLabel], sharing: &[&Point]) -> String {
    if point.table.is_bit() {
        return String::new();
    }
    let mut out = String::new();
    if point.bit_range.is_some() {
        out.push_str(&packed(point, sharing));
    } else if matches!(point.kind, Kind::Flags(_)) {
        out.push_str(&flags(point, labels));
    }
    if point.words.len() > 1 && !matches!(point.raw, RawType::Bool | RawType::Text { .. } | RawType::Bytes) {
        out.push_str(&words(point));
    }
    out
}

fn boxes(said: &str, columns: u16, cells: &[Cell]) -> String {
    let mut out = format!("<div class=\"bits\" style=\"--n:{columns}\" role=\"img\" aria-label=\"{}\">", text(said));
    for cell in cells {
        let own = if cell.own { " class=\"on\"" } else { "" };
        // Writing to a string cannot fail.
        let _ = match cell.width {
            1 => write!(out, "<i{own}>{}</i>", text(&cell.text)),
            width => write!(out, "<i{own} style=\"--w:{width}\">{}</i>", text(&cell.text)),
        };
    }
    out.push_str("</div>");
    out
}

/// How many bits the words have.
fn width(point: &Point) -> u16 {
    u16::try_from(point.words.len()).unwrap_or(u16::MAX).saturating_mul(16)
}

fn range(low: u16, high: u16) -> String {
    if low == high { low.to_string() } else { format!("{high}–{low}") }
}

/// The bits that have a name, sixteen in a row.
fn flags(point: &Point, labels: &[ValueLabel]) -> String {
    let named = |bit: u16| labels.iter().any(|label| label.code == i64::from(bit));
    let mut out = String::new();
    for row in (0..point.words.len()).rev() {
        let low = u16::try_from(row).unwrap_or(u16::MAX).saturating_mul(16);
        let mut cells: Vec<Cell> = Vec::new();
        let mut free: Option<(u16, u16)> = None;
        for bit in (low..low.saturating_add(16)).rev() {
            if !named(bit) {
                free = Some(free.map_or((bit, bit), |(_, high)| (bit, high)));
                continue;
            }
            cells.extend(free.take().map(unused));
            cells.push(Cell { width: 1, text: bit.to_string(), own: true });
        }
        cells.extend(free.map(unused));
        let having: Vec<String> = labels.iter().map(|label| label.code.to_string()).collect();
        out.push_str(&boxes(&format!("Bits with a meaning: {}", having.join(", ")), 16, &cells));
    }
    out
}

fn unused((low, high): (u16, u16)) -> Cell {
    Cell { width: high.saturating_sub(low).saturating_add(1), text: range(low, high), own: false }
}

/// Which bits of its register a point is, and what the others are.
fn packed(point: &Point, sharing: &[&Point]) -> String {
    let total = width(point);
    let mut parts: Vec<(u16, u16, &Point)> = sharing
        .iter()
        .filter_map(|other| other.bit_range.map(|(low, high)| (u16::from(low), u16::from(high), *other)))
        .collect();
    // The point's own bits stay where others read the same ones, too.
    parts.sort_by_key(|(low, _, other)| (std::cmp::Reverse(*low), other.id != point.id));
    let mut cells = Vec::new();
    let mut said = Vec::new();
    let mut next = total;
    for (low, high, other) in parts {
        if high >= next {
            continue;
        }
        let above = high.saturating_add(1);
        if above < next {
            cells.push(unused((above, next.saturating_sub(1))));
        }
        let label = format!("{} {}", range(low, high), other.label);
        said.push(label.clone());
        cells.push(Cell { width: above.saturating_sub(low), text: label, own: other.id == point.id });
        next = low;
    }
    if next > 0 {
        cells.push(unused((0, next.saturating_sub(1))));
    }
    boxes(&format!("Bits of the register: {}", said.join("; ")), total, &cells)
}

/// Which word of the value each register holds, in the order they are sent.
fn words(point: &Point) -> String {
    let count = point.words.len();
    let mut sent: Vec<(u16, usize)> = point.words.iter().copied().zip((0..count).rev()).collect();
    sent.sort_unstable();
    let cells: Vec<Cell> = sent
        .iter()
        .map(|(address, place)| {
            let low = place.saturating_mul(16);
            let bits = format!("bits {}–{low}", low.saturating_add(15));
            let swapped = if point.byte_swapped { ", low byte first" } else { "" };
            Cell { width: 1, text: format!("{address}: {bits}{swapped}"), own: *place == count.saturating_sub(1) }
        })
        .collect();
    let said: Vec<&str> = cells.iter().map(|cell| cell.text.as_str()).collect();
    let said = format!("Words in the order they are sent. {}", said.join("; "));
    boxes(&said, u16::try_from(count).unwrap_or(u16::MAX), &cells)
}
