//! Blocks of rows whose addresses are relative: where they begin, how long they are and how often they repeat.

use super::addresses::Found;
use super::facts::{Repeated, Sheet};
use super::forms;
use super::lines::{Block, Item};
use crate::columns::Meaning;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::manifest::Manifest;
use crate::rows::Row;

/// How often a block repeats.
pub(super) struct Repeat {
    pub(super) count: u16,
    /// The entry of `[repeats]` that says so.
    pub(super) key: Option<String>,
}

/// How often a block repeats; `None` where it is there once. What only the device knows is once, unless the manifest
/// says otherwise.
pub(super) fn repeat(block: &Block, manifest: &Manifest) -> Option<Repeat> {
    let cell = block.row.filled(Meaning::Repeats)?;
    let named = |key: &str| manifest.repeats.iter().find(|(of, _)| of.value == key);
    if let Some((key, count)) = named(block.name()).or_else(|| named(cell.text.trim())) {
        return Some(Repeat { count: *count, key: Some(key.value.clone()) });
    }
    let printed = cell.text.trim().parse::<u16>().ok().filter(|count| *count > 0);
    Some(Repeat { count: printed.unwrap_or(1), key: None })
}

/// How many registers the rows of a block take, its blocks included.
pub(super) fn size(items: &[Item], manifest: &Manifest) -> u32 {
    let mut end = 0u32;
    for item in items {
        match item {
            Item::Entry(entry) => {
                let offset = entry.row.filled(Meaning::GroupOffset).and_then(|cell| cell.text.parse::<u32>().ok());
                end = end.max(offset.unwrap_or(0).saturating_add(u32::from(width(&entry.row, manifest).max(1))));
            }
            Item::Block(block) => {
                let count = repeat(block, manifest).map_or(1, |repeat| repeat.count);
                end = end.saturating_add(size(&block.items, manifest).saturating_mul(u32::from(count)));
            }
        }
    }
    end
}

/// How many rows and blocks lie in a block.
pub(super) fn rows(items: &[Item]) -> u32 {
    items.iter().fold(0u32, |sum, item| match item {
        Item::Entry(_) => sum.saturating_add(1),
        Item::Block(block) => sum.saturating_add(rows(&block.items)).saturating_add(1),
    })
}

/// The array a block becomes.
pub(super) fn array(name: &str, start: u16, stride: u16, count: u16, manifest: &Manifest) -> Repeated {
    let parts: Vec<&str> = name.split('.').collect();
    let own = match manifest.naming.grouped {
        true => parts.as_slice(),
        false => parts.get(parts.len().saturating_sub(1)..).unwrap_or_default(),
    };
    let label = own.join(" ");
    Repeated { array: manifest.names.array(&label), label, start, stride, count, first: 1 }
}

/// The register of a row that has an offset within a block; `None` where it has none.
pub(super) fn offset(
    row: &Row,
    start: u16,
    sheet: &Sheet<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Result<Found, ()>> {
    let cell = row.filled(Meaning::GroupOffset).filter(|_| row.filled(Meaning::Address).is_none())?;
    let address = cell.text.parse::<u16>().ok().and_then(|offset| start.checked_add(offset));
    let Some(address) = address else {
        diagnostics.push(
            Diagnostic::in_own_cell("E0374", "this offset is not understood")
                .at(row.place(cell))
                .expected(format!("the number of registers from the beginning of the block, at {start}")),
        );
        return Some(Err(()));
    };
    let Some(table) = sheet.entry.table else {
        super::tables::report_no_table(row, sheet, diagnostics);
        return Some(Err(()));
    };
    Some(Ok(Found { table, is_of_sheet: true, addresses: address..=address, bits: None, permits: None }))
}

/// How many registers a row is about, as a column or its type says; one where nothing does.
pub(super) fn width(row: &Row, manifest: &Manifest) -> u16 {
    let counted = row.filled(Meaning::Count).and_then(|cell| cell.text.parse::<u16>().ok());
    let number = |meaning| row.filled(meaning).and_then(|cell| cell.text.trim().parse::<u16>().ok());
    let bits = number(Meaning::SizeInBits).map(|bits| bits.div_ceil(16));
    let sized = counted.or(bits).or_else(|| number(Meaning::SizeInBytes).map(|bytes| bytes.div_ceil(2)));
    let typed = || {
        let bits = forms::of_row(row, manifest)?.bits?;
        Some(u16::from(bits).div_ceil(16).max(1))
    };
    sized.or_else(typed).unwrap_or(1)
}
