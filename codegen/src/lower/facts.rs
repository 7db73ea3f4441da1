//! Which register each row is about, and for whom.

mod row;

use self::row::{bit_range, count, is_pad, listed_values, report_dash, unit_id};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::addresses::{self, Bits, Found, Styles};
use super::lines::{Block, Entry, Item};
use super::{accesses, blocks, forms, tables, variants};
use crate::cells::bit_numbering::BitNumbering;
use crate::cells::order::Order;
use crate::columns::Meaning;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::manifest::{BitRows, Group, Manifest, SheetEntry};
use crate::model::{Access, Reserved, Source, Table, WriteFunctions};
use crate::rows::{Cell, Row};

/// Fewer rows than this are reported each for itself, even if none of them has an address.
pub(super) const FEW: usize = 5;

/// A sheet that is read.
pub(super) struct Sheet<'a> {
    pub(super) entry: &'a SheetEntry,
    pub(super) manifest: &'a Manifest,
    /// Its name in the workbook.
    pub(super) name: Option<String>,
    /// Whether it may lack a column, which is reported.
    pub(super) lacking: bool,
    /// Whether its addresses are counted from one.
    pub(super) one_based: bool,
    /// How its bits are numbered.
    pub(super) bit_numbering: BitNumbering,
    pub(super) styles: Styles,
    /// What its columns of what can be read and written say anywhere.
    pub(super) marks: (accesses::Marks, accesses::Marks),
    /// Whether function codes that write stand anywhere in it.
    pub(super) codes_write: bool,
}

impl Sheet<'_> {
    /// What is added to the addresses it prints.
    fn shift(&self) -> i32 {
        self.entry.base.saturating_sub(i32::from(self.one_based))
    }

    /// Title of the group of rows that say nothing of it.
    fn group(&self) -> Option<String> {
        match &self.entry.group {
            Group::None => None,
            Group::Title(title) => Some(title.clone()),
            Group::Sheet => self.name.clone(),
        }
    }
}

/// A row that is known to describe this register, or the range of them that begins with it.
#[derive(Debug, Clone)]
pub(super) struct Fact {
    pub(super) row: Row,
    pub(super) table: Table,
    pub(super) address: u16,
    /// What its sheet adds to the addresses it prints, those of other registers too.
    pub(super) shift: i32,
    /// How many registers the row describes, where it says so.
    pub(super) count: Option<u16>,
    /// What a column, the sheet or the manifest says; `None` where there is a column and its cell is blank.
    pub(super) access: Option<Access>,
    /// Which functions write it, as far as the row names them.
    pub(super) write_functions: Option<WriteFunctions>,
    pub(super) group: Option<String>,
    /// Where that is said; in the manifest where nothing is named.
    pub(super) group_at: Option<Place>,
    /// Order of words and bytes in its sheet.
    pub(super) order: Option<Order>,
    /// Unit id it answers at, where that is not the device's.
    pub(super) unit_id: Option<u8>,
    /// Models and firmwares that have it; all where none is named.
    pub(super) variants: Vec<String>,
    /// Bits of the registers that it is about; all where there are none.
    pub(super) bits: Option<Bits>,
    /// How the lists of its cells number bits; those of rows are numbered as ours are already.
    pub(super) bit_numbering: BitNumbering,
    /// What the manifest makes of rows about bits.
    pub(super) bit_rows: Option<BitRows>,
    /// Rows below it, a value or a bit each.
    pub(super) listed: Vec<Listed>,
    /// Names of the blocks it lies in, but for the one that is an array, outermost first.
    pub(super) path: Vec<String>,
    /// The block that is an array.
    pub(super) repeated: Option<Repeated>,
}

/// A value or a bit that has a row of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) code: i64,
    pub(super) is_bit: bool,
    pub(super) label: String,
    pub(super) source: Source,
}

/// A block of registers that repeats, and of which the rows describe the first element.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Repeated {
    /// Identifier of the array, and its display name.
    pub(super) array: String,
    pub(super) label: String,
    /// Its first address, and how many addresses further on the next element begins.
    pub(super) start: u16,
    pub(super) stride: u16,
    pub(super) count: u16,
    /// Number of the first element.
    pub(super) first: u16,
}

impl Repeated {
    /// How far on each element lies.
    pub(super) fn offsets(&self) -> impl Iterator<Item = u16> + use<> {
        let stride = self.stride;
        (0..self.count).map(move |element| element.saturating_mul(stride))
    }
}

impl Fact {
    /// Every address it is about, those of the first element of a block that repeats.
    pub(super) fn addresses(&self) -> RangeInclusive<u16> {
        self.address..=self.address.saturating_add(self.count.unwrap_or(1).saturating_sub(1))
    }

    /// Every address it is about, those of all elements.
    pub(super) fn all_addresses(&self) -> Vec<u16> {
        let offsets: Vec<u16> = self.repeated.as_ref().map_or_else(|| vec![0], |block| block.offsets().collect());
        offsets.into_iter().flat_map(|offset| self.addresses().map(move |at| at.saturating_add(offset))).collect()
    }
}

/// A row whose register is not known; the reason has been reported.
#[derive(Debug)]
pub(super) struct Lost {
    pub(super) row: Row,
    /// What it can be about, as far as its cells say.
    pub(super) candidates: Vec<(Table, u16)>,
}

/// The rows of a sheet.
#[derive(Debug, Default)]
pub(super) struct Placed {
    pub(super) facts: Vec<Fact>,
    pub(super) lost: Vec<Lost>,
    /// What rows call reserved.
    pub(super) reserved: Vec<Reserved>,
    /// The rows whose name says so.
    pub(super) named_reserved: Vec<(Table, u16, Place)>,
    /// Where others begin whose type says so.
    pub(super) padded: BTreeSet<(Table, u16)>,
    /// Models and firmwares that rows name, in the order of the sheet.
    pub(super) variants: Vec<String>,
    /// Entries of `[repeats]` that a block bears out.
    pub(super) repeats: BTreeSet<String>,
}

/// How many registers rows about several of them may still be about, of all sheets together, each register counted for
/// every row about it. A row takes few bytes of a file to be about all.
pub(super) struct Room {
    left: u32,
    /// Whether it is used up, which has been reported.
    is_full: bool,
}

impl Default for Room {
    fn default() -> Self {
        Self { left: 4_000_000, is_full: false }
    }
}

impl Room {
    /// Takes room for so many, which a row is about.
    fn take(&mut self, count: u32, row: &Row, diagnostics: &mut Diagnostics) -> bool {
        let left = self.left.checked_sub(count).filter(|_| !self.is_full);
        if let Some(left) = left {
            self.left = left;
        } else if !self.is_full {
            self.is_full = true;
            super::report_most(row.whole(), diagnostics);
        }
        left.is_some()
    }
}

/// Places the rows of a sheet; those that cannot be placed are reported and kept apart.
pub(super) fn place(items: Vec<Item>, sheet: &Sheet<'_>, room: &mut Room, diagnostics: &mut Diagnostics) -> Placed {
    let mut placer = Placer { sheet, room, placed: Placed::default(), diagnostics };
    let mut rows = Vec::new();
    collect(&items, &mut rows);
    if addresses::report_none(&rows, sheet, placer.diagnostics) {
        let lost = rows.into_iter().map(|row| Lost { row: row.clone(), candidates: Vec::new() }).collect();
        return Placed { lost, ..Placed::default() };
    }
    addresses::report_de_facto(&rows, sheet, placer.diagnostics);
    // A block that nothing stands above begins at the base. One below the first address lies behind rows that say so.
    let start = u16::try_from(sheet.entry.base).unwrap_or_default();
    placer.items(items, &Within { start, ..Within::default() });
    placer.placed
}

fn collect<'a>(items: &'a [Item], rows: &mut Vec<&'a Row>) {
    for item in items {
        // Offsets within a block are no addresses.
        if let Item::Entry(entry) = item {
            rows.push(&entry.row);
        } else if let Item::Block(block) = item {
            let top = block.items.iter().filter_map(|item| match item {
                Item::Entry(entry) => Some(&entry.row).filter(|row| row.filled(Meaning::GroupOffset).is_none()),
                Item::Block(_) => None,
            });
            rows.extend(top);
        }
    }
}

/// The block that rows lie in.
#[derive(Debug, Clone, Default)]
struct Within {
    /// Its first address, where offsets are counted from.
    start: u16,
    group: Option<String>,
    path: Vec<String>,
    repeated: Option<Repeated>,
}

struct Placer<'a, 'b> {
    sheet: &'a Sheet<'b>,
    room: &'a mut Room,
    placed: Placed,
    diagnostics: &'a mut Diagnostics,
}

impl Placer<'_, '_> {
    /// Places rows and blocks; gives the address behind them.
    fn items(&mut self, items: Vec<Item>, within: &Within) -> u32 {
        let mut end = u32::from(within.start);
        for item in items {
            match item {
                Item::Entry(entry) => end = end.max(self.entry(entry, within)),
                Item::Block(block) => end = self.block(block, end, within),
            }
        }
        end
    }

    /// Places the rows of a block that begins here; gives the address behind all its elements.
    fn block(&mut self, block: Block, start: u32, within: &Within) -> u32 {
        let size = blocks::size(&block.items, self.sheet.manifest);
        let repeat = blocks::repeat(&block, self.sheet.manifest);
        // What holds nothing is gone through once.
        let count = repeat.as_ref().filter(|_| size > 0).map_or(1, |repeat| repeat.count);
        if let Some(key) = repeat.as_ref().and_then(|repeat| repeat.key.clone()) {
            self.placed.repeats.insert(key);
        }
        let end = start.saturating_add(size.saturating_mul(u32::from(count)));
        let (Ok(first), Ok(stride), true) = (u16::try_from(start), u16::try_from(size), end <= 65_536) else {
            self.diagnostics.push(
                Diagnostic::error(
                    "E0429",
                    said!("the block “{block}” ends beyond the last address", block = block.name()),
                )
                .at(block.row.whole())
                .expected("a block that ends at 65535 or before")
                .help("its offsets and those before it add up to more; check `base` and [repeats]"),
            );
            self.lose(block.items);
            return end;
        };
        let name = block.name().to_owned();
        let is_top = within.group.is_none();
        let own = name.rsplit('.').next().unwrap_or_default().to_owned();
        let group = within.group.clone().unwrap_or_else(|| name.clone());
        let inner = Within { start: first, group: Some(group), ..within.clone() };
        if repeat.is_some() && within.repeated.is_none() {
            let repeated = blocks::array(&name, first, stride, count, self.sheet.manifest);
            self.items(block.items, &Within { repeated: Some(repeated), ..inner });
        } else if repeat.is_some() {
            // An array within an array: its elements are members of the outer one, each by its number.
            let rows = blocks::rows(&block.items);
            for element in 0..count {
                if !self.room.take(rows, &block.row, self.diagnostics) {
                    break;
                }
                let items = block.items.clone();
                let mut path = within.path.clone();
                path.push(format!("{own} {}", element.saturating_add(1)));
                let start = first.saturating_add(element.saturating_mul(stride));
                self.items(items, &Within { start, path, ..inner.clone() });
            }
        } else {
            let mut path = within.path.clone();
            if !is_top {
                path.push(own);
            }
            // Rows of it may have addresses of their own.
            let inside = self.items(block.items, &Within { path, ..inner });
            return end.max(inside);
        }
        end
    }

    fn lose(&mut self, items: Vec<Item>) {
        for item in items {
            match item {
                Item::Entry(entry) => self.placed.lost.push(Lost { row: entry.row, candidates: Vec::new() }),
                Item::Block(block) => {
                    // What is said of how often it repeats is said of a block that is there.
                    let repeat = blocks::repeat(&block, self.sheet.manifest);
                    self.placed.repeats.extend(repeat.and_then(|repeat| repeat.key));
                    self.lose(block.items);
                }
            }
        }
    }

    /// Places a row; gives the address behind it.
    fn entry(&mut self, entry: Entry, within: &Within) -> u32 {
        let found = match blocks::offset(&entry.row, within.start, self.sheet, self.diagnostics) {
            Some(Ok(found)) => Ok(found),
            Some(Err(())) => Err(Vec::new()),
            None => addresses::find(&entry.row, self.sheet, self.diagnostics),
        };
        let found = match found {
            Ok(found) => found,
            Err(candidates) => {
                self.placed.lost.push(Lost { row: entry.row, candidates });
                return u32::from(within.start);
            }
        };
        if let Some((announced, title)) = entry.announced.as_ref().filter(|_| found.is_of_sheet) {
            tables::report_other_title(*announced, title, found.table, self.sheet, self.diagnostics);
        }
        let width = blocks::width(&entry.row, self.sheet.manifest).max(1);
        let size = found.addresses.end().saturating_sub(*found.addresses.start()).max(width.saturating_sub(1));
        let end = u32::from(*found.addresses.start()).saturating_add(u32::from(size)).saturating_add(1);
        let times = within.repeated.as_ref().map_or(1, |block| u32::from(block.count));
        let about = u32::from(size).saturating_add(1).saturating_mul(times);
        if about > 1 && !self.room.take(about, &entry.row, self.diagnostics) {
            self.placed.lost.push(Lost { row: entry.row, candidates: Vec::new() });
            return end;
        }
        let (table, addresses) = (found.table, found.addresses.clone());
        match self.fact(entry, found, within) {
            Ok(Some(fact)) => self.placed.facts.push(fact),
            Ok(None) => {}
            Err(row) => {
                let candidates = addresses.map(|address| (table, address)).collect();
                self.placed.lost.push(Lost { row, candidates });
            }
        }
        end
    }

    /// What a row says; nothing where it is about another variant or about reserved addresses. The row itself is given
    /// where one of its cells is not understood, which is reported.
    fn fact(&mut self, entry: Entry, found: Found, within: &Within) -> Result<Option<Fact>, Row> {
        let Entry { row, values, title, is_bit, .. } = entry;
        let Found { table, addresses, bits, permits, .. } = found;
        let sheet = self.sheet;
        let variants = variants::of(&row, sheet, self.diagnostics);
        for variant in &variants {
            if !self.placed.variants.contains(variant) {
                self.placed.variants.push(variant.clone());
            }
        }
        let Ok(count) = count(&row, &addresses, self.diagnostics) else { return Err(row) };
        let Ok(unit_id) = unit_id(&row, sheet, self.diagnostics) else { return Err(row) };
        let is_reserved = row.says_reserved();
        if is_reserved || is_pad(&row) {
            let last =
                count.map_or(*addresses.end(), |count| addresses.start().saturating_add(count.saturating_sub(1)));
            let offsets: Vec<u16> = within.repeated.as_ref().map_or_else(|| vec![0], |block| block.offsets().collect());
            self.placed.reserved.extend(offsets.into_iter().map(|offset| Reserved {
                table,
                first: addresses.start().saturating_add(offset),
                last: last.saturating_add(offset),
            }));
            // A type that says so needs no note.
            report_dash(&row, self.diagnostics);
            if is_reserved && !is_pad(&row) {
                self.placed.named_reserved.push((table, *addresses.start(), row.whole()));
            } else {
                self.placed.padded.insert((table, *addresses.start()));
            }
            return Ok(None);
        }
        let Ok(bits) = bit_range(&row, is_bit, bits, table, sheet.bit_numbering, self.diagnostics) else {
            return Err(row);
        };
        // Two rows about the bytes of one register are two values.
        let bits = bits.or_else(|| forms::of_row(&row, sheet.manifest)?.byte);
        let (access, write_functions) =
            accesses::of(&row, (table, *addresses.start()), permits, sheet, self.diagnostics);
        let named = row.filled(Meaning::Group).map(|cell| (cell.text.clone(), row.place(cell))).or(title);
        let (group, group_at) = named.unzip();
        let group = group.or_else(|| within.group.clone()).or_else(|| sheet.group());
        // A list that is not read whole is none.
        let read: Vec<_> = values.iter().map(|row| listed_values(row, sheet.bit_numbering, self.diagnostics)).collect();
        let listed = read.into_iter().collect::<Option<Vec<_>>>().unwrap_or_default().into_iter().flatten().collect();
        Ok(Some(Fact {
            table,
            address: *addresses.start(),
            shift: sheet.shift(),
            count,
            access,
            write_functions,
            group: group.map(|title| sheet.manifest.naming.stripped(&title).to_owned()),
            group_at,
            order: sheet.entry.order,
            unit_id,
            variants,
            bits,
            bit_numbering: sheet.bit_numbering,
            bit_rows: sheet.entry.bits,
            listed,
            path: within.path.clone(),
            repeated: within.repeated.clone(),
            row,
        }))
    }
}

/// What the protocol allows; a narrower access is for the manifest to say.
pub(super) fn default_access(table: Table) -> Access {
    if table.is_writable() { Access::ReadWrite } else { Access::Read }
}

/// The cell of a row, with what stands there.
pub(super) fn places<'a>(row: &'a Row, cells: impl IntoIterator<Item = &'a Cell>) -> Vec<Place> {
    cells.into_iter().map(|cell| row.place(cell)).collect()
}
