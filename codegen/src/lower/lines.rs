//! What the rows of a sheet are: about a register, about a bit or a value of the one above, the head of a block.
//!
//! It assumes rows as the table stage gives them, and gives them in their order, each with what belongs to it from the
//! rows around it.

use crate::cells::types::TypeKind;
use crate::columns::{Announced, Meaning};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::manifest::SheetEntry;
use crate::model::Table;
use crate::rows::{self, Cell, Line, Row};

/// A row that is about registers.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) row: Row,
    /// Rows below it, each about a value or a bit of it.
    pub(super) values: Vec<Row>,
    /// Title of the group, where a row above is one.
    pub(super) title: Option<(String, Place)>,
    /// The Modbus table that a title above announces.
    pub(super) announced: Option<(Table, Place)>,
    /// Whether it is about bits of a register, which a column numbers.
    pub(super) is_bit: bool,
}

/// Rows about registers, and blocks of them.
#[derive(Debug, Clone)]
pub(super) enum Item {
    Entry(Entry),
    Block(Block),
}

/// Rows below one that opens a block: their addresses are relative to it.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub(super) row: Row,
    pub(super) items: Vec<Item>,
}

impl Block {
    /// Its name, with those of the blocks it lies in: `mppt.module`.
    pub(super) fn name(&self) -> &str {
        name(&self.row)
    }
}

fn name(row: &Row) -> &str {
    let cell = row.filled(Meaning::Label).or_else(|| row.filled(Meaning::Description));
    cell.map_or("", |cell| cell.text.trim())
}

/// What the rows of a sheet are.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) items: Vec<Item>,
    /// Rows that say something of a register and not of which; reported.
    pub(super) lost: Vec<Row>,
}

/// Says what each row is.
pub(super) fn read(lines: Vec<Line>, sheet: &SheetEntry, diagnostics: &mut Diagnostics) -> Read {
    let mut reader =
        Reader { open: Vec::new(), read: Read::default(), title: None, announced: None, lost_above: false };
    // `Coils` is the title of a group where no other title says that it is about Modbus tables.
    let is_told = lines.iter().filter_map(announces).any(|announced| announced.is_sure);
    let mut lines = lines.into_iter().peekable();
    while let Some(line) = lines.next() {
        let next_lists = matches!(lines.peek(), Some(Line::Row(row)) if lists(row));
        if let (Some(announced), Line::Title(title) | Line::LeftOut(title)) = (announces(&line), &line)
            && is_told
        {
            reader.announced = Some((announced.table, title.place.clone()));
        }
        match line {
            Line::LeftOut(_) => {}
            Line::Title(title) if next_lists && reader.goes_on_with(&title.text) => {}
            Line::Title(title) if sheet.layout.titles => reader.title = Some((title.text, title.place)),
            Line::Title(title) => name_title(title.place, diagnostics),
            Line::Row(row) => reader.row(row, diagnostics),
        }
    }
    reader.close(0);
    reader.read
}

fn announces(line: &Line) -> Option<Announced> {
    match line {
        Line::Title(title) | Line::LeftOut(title) => title.announces,
        Line::Row(_) => None,
    }
}

fn name_title(place: Place, diagnostics: &mut Diagnostics) {
    diagnostics.merge(Diagnostic::note("N0303", "a row without an address was taken as a title").at(place));
}

/// Most blocks that lie in each other: they are gone into one after the other.
const DEPTH: usize = 32;

struct Reader {
    /// Blocks that rows still belong to, the innermost last.
    open: Vec<Block>,
    read: Read,
    title: Option<(String, Place)>,
    /// The Modbus table that a title above announces.
    announced: Option<(Table, Place)>,
    /// Whether the row above is lost, and with it what belongs to it.
    lost_above: bool,
}

/// What a row about a bit takes over from the row of its register.
fn is_of_register(meaning: Meaning) -> bool {
    matches!(
        meaning,
        Meaning::Address
            | Meaning::AddressAgain
            | Meaning::DeFacto
            | Meaning::GroupOffset
            | Meaning::Table
            | Meaning::UnitId
            | Meaning::Group
            | Meaning::Access
            | Meaning::Readable
            | Meaning::Writable
            | Meaning::Variant
            | Meaning::InVariant(_)
    )
}

/// What a row may hold that goes on with the lists of the row above.
fn goes_on(meaning: Meaning) -> bool {
    matches!(meaning, Meaning::Values | Meaning::Bits | Meaning::Remark | Meaning::Detail(_))
}

impl Reader {
    fn row(&mut self, mut row: Row, diagnostics: &mut Diagnostics) {
        let own = |meaning: Meaning| row.filled(meaning).is_some_and(|cell| row.owns(cell));
        let has_address = row.addresses().any(|cell| !cell.text.is_empty());
        let owns_address = row.addresses().any(|cell| !cell.text.is_empty() && row.owns(cell));
        let is_bit = row.filled(Meaning::Bit).is_some();
        if owns_address || has_address && own(Meaning::Bit) {
            let entry = self.entry(row, is_bit);
            self.lost_above = false;
            // Offsets within a block stand in a column of their own.
            if entry.row.filled(Meaning::Address).is_some() {
                self.close(1);
            }
            self.add(Item::Entry(entry));
            return;
        }
        if !has_address && opens_block(&row) {
            self.lost_above = false;
            let depth = self.open.iter().rposition(|block| contains(block.name(), name(&row)));
            self.close(depth.map_or(0, |depth| depth.saturating_add(1)));
            if self.open.len() >= DEPTH {
                report_depth(&row, diagnostics);
                self.lost_above = true;
                self.read.lost.push(row);
                return;
            }
            self.open.push(Block { row, items: Vec::new() });
            return;
        }
        let is_list = row.meanings().filter(|(_, cell)| row.owns(cell)).all(|(meaning, _)| goes_on(meaning));
        let is_value = own(Meaning::Code) || lists(&row);
        if has_address && !is_value && !is_list {
            // Merged cells name a register in several rows, which say what they say of it.
            let entry = self.entry(row, false);
            self.add(Item::Entry(entry));
            return;
        }
        if self.lost_above {
            self.read.lost.push(row);
            return;
        }
        match self.above() {
            Some(above) if is_value => above.values.push(row),
            Some(above) if is_bit => {
                row.inherit(&above.row, is_of_register);
                let entry = self.entry(row, true);
                self.add(Item::Entry(entry));
            }
            Some(above) if is_list && row.others().next().is_none() => {
                let texts: Vec<(Meaning, String)> = row
                    .meanings()
                    .filter(|(_, cell)| row.owns(cell))
                    .map(|(of, cell)| (of, cell.text.clone()))
                    .collect();
                for (meaning, text) in texts {
                    above.row.append(meaning, &text);
                }
            }
            // A numbered title: `3: Pumps`.
            None if lists(&row) => name_title(row.whole(), diagnostics),
            _ => {
                rows::report_lost(&row, diagnostics);
                self.lost_above = true;
                self.read.lost.push(row);
            }
        }
    }

    /// Adds a row of text between the rows of a list to the label above it, which ends with a comma.
    fn goes_on_with(&mut self, text: &str) -> bool {
        let Some(row) = self.above().and_then(|above| above.values.last_mut()) else { return false };
        let open = row.meanings().find(|(_, cell)| row.owns(cell) && cell.text.trim_end().ends_with(','));
        let Some(meaning) = open.map(|(meaning, _)| meaning).filter(|_| lists(row)) else { return false };
        row.append(meaning, text);
        true
    }

    /// A row about a register, with what the titles above say of it.
    fn entry(&self, row: Row, is_bit: bool) -> Entry {
        Entry { row, values: Vec::new(), title: self.title.clone(), announced: self.announced.clone(), is_bit }
    }

    fn add(&mut self, item: Item) {
        self.open.last_mut().map_or(&mut self.read.items, |block| &mut block.items).push(item);
    }

    /// The last row about a register, in the innermost open block.
    fn above(&mut self) -> Option<&mut Entry> {
        match self.open.last_mut().map_or(&mut self.read.items, |block| &mut block.items).last_mut() {
            Some(Item::Entry(entry)) => Some(entry),
            Some(Item::Block(_)) | None => None,
        }
    }

    /// Ends all blocks but so many.
    fn close(&mut self, depth: usize) {
        while self.open.len() > depth {
            let Some(block) = self.open.pop() else { return };
            self.add(Item::Block(block));
        }
    }
}

fn report_depth(row: &Row, diagnostics: &mut Diagnostics) {
    // Merged, since those within it lie as deep.
    diagnostics.merge(
        Diagnostic::error("E0120", said!("blocks are nested too deeply (limit {DEPTH})", DEPTH))
            .at(row.whole())
            .expected(format!("at most {DEPTH} levels of blocks"))
            .help("a block is nested in another if its name begins with the other's name and a dot"),
    );
}

/// Whether a row holds nothing but values or bits of a register: `0=Off`.
fn lists(row: &Row) -> bool {
    let mut own = row.meanings().filter(|(_, cell)| row.owns(cell));
    let is_name = |meaning| matches!(meaning, Meaning::Label | Meaning::Description);
    match (own.next(), own.next()) {
        (Some((meaning, cell)), None) => is_name(meaning) && row.others().next().is_none() && cell.listed().is_some(),
        _ => false,
    }
}

/// Whether a row opens a block: a type that says so, in a sheet with offsets within blocks.
fn opens_block(row: &Row) -> bool {
    let is_group = |cell: &Cell| cell.type_kind() == Some(TypeKind::Group);
    row.get(Meaning::GroupOffset).is_some() && row.filled(Meaning::Type).is_some_and(is_group)
}

/// Whether a block with this name lies in one with that: `mppt.module` in `mppt`.
fn contains(outer: &str, inner: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'))
}
