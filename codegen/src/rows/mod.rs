//! The rows of a sheet with their cells by meaning; nothing is interpreted across rows yet.

mod around;
mod cell;
mod lists_apart;
mod named_lists;
mod remarks;
mod reports;

pub(crate) use self::around::Around;
pub(crate) use self::named_lists::{NamedList, NamedValue, key as list_key, named_lists};
pub(crate) use self::remarks::{Remark, has_decimals, remarks};
pub(crate) use self::reports::report_lost;
use self::reports::{
    report_dates, report_ditto, report_formula_errors, report_lost_zeros, report_struck, report_unsaved,
};
use std::sync::Arc;

use crate::cells::address::{self, NoAddress};
use crate::cells::decimals::Decimals;
use crate::cells::{lists, text};
use crate::columns::header::{self, Header};
use crate::columns::{self, Announced, Columns, Meaning};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::manifest::Layout;
use crate::model::{Correction, Source};
use crate::sheet::{Grid, GridRow, Kind};
use crate::source::Origin;
use crate::spelling::wildcard;

/// A row with its cells by meaning.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    origin: Arc<Origin>,
    number: u32,
    cells: Vec<(Meaning, Cell)>,
    /// What stands in columns without a meaning.
    others: Vec<String>,
    /// Meanings whose column the manifest names and the sheet lacks, which is reported: nothing follows from that.
    lacking: Arc<[Meaning]>,
    /// What the manifest corrects in its cells.
    corrections: Vec<Correction>,
    decimals: Arc<Decimals>,
}

/// A cell of a row.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell {
    /// What stands there; empty where the cell is.
    pub(crate) text: String,
    column: usize,
    /// Its row, or that of the merged cells it is part of.
    row: u32,
    /// Whether the file holds it as a number, or the manifest says what it holds: its point is a decimal one.
    pub(crate) is_exact: bool,
    /// Whether the file holds it as a number and shows a hundred times that, with a `%`.
    pub(crate) is_percentage: bool,
}

impl Row {
    /// The cell with this meaning; `None` where the sheet has no such column.
    pub(crate) fn get(&self, meaning: Meaning) -> Option<&Cell> {
        self.cells.iter().find(|(of, _)| *of == meaning).map(|(_, cell)| cell)
    }

    /// The cell with this meaning, unless it is empty.
    pub(crate) fn filled(&self, meaning: Meaning) -> Option<&Cell> {
        self.get(meaning).filter(|cell| !cell.text.is_empty())
    }

    /// Whether the column of the cell is one of names or descriptions as well: what is read is the begin of a sentence.
    pub(crate) fn is_in_text(&self, cell: &Cell) -> bool {
        let texts = [Meaning::Description, Meaning::Label].into_iter().filter_map(|meaning| self.get(meaning));
        texts.into_iter().any(|text| text.column == cell.column)
    }

    /// What stands in its cells of these meanings.
    pub(crate) fn texts(&self, wanted: impl Fn(Meaning) -> bool) -> Vec<String> {
        self.cells.iter().filter(|(meaning, _)| wanted(*meaning)).map(|(_, cell)| cell.text.clone()).collect()
    }

    /// Whether the sheet should have a column with this meaning and has none.
    pub(crate) fn lacks(&self, meaning: Meaning) -> bool {
        self.lacking.contains(&meaning)
    }

    /// The cell, with what stands there.
    pub(crate) fn place(&self, cell: &Cell) -> Place {
        Place::from(self.source(cell)).holds(&cell.text)
    }

    /// The cell.
    pub(crate) fn source(&self, cell: &Cell) -> Source {
        self.origin.cell(cell.row, cell.column)
    }

    /// How the numbers of its table are read.
    pub(crate) fn decimals(&self) -> &Decimals {
        &self.decimals
    }

    /// Its number, counted from one.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// Where the row begins: the cell of its address.
    pub(crate) fn start(&self) -> Source {
        let start = self.addresses().next();
        self.origin.cell(self.number, start.map_or(0, |cell| cell.column))
    }

    /// The cells that can say which register it is about.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = &Cell> {
        ADDRESSES.into_iter().filter_map(|meaning| self.get(meaning))
    }

    /// Whether the cell is the row's own, and not one of merged cells that begin above it or of a row above it.
    pub(crate) fn owns(&self, cell: &Cell) -> bool {
        cell.row == self.number
    }

    /// Takes over what another row says with these meanings where its own cells are blank.
    pub(crate) fn inherit(&mut self, above: &Self, takes: fn(Meaning) -> bool) {
        for (meaning, cell) in &mut self.cells {
            if let Some(said) = above.filled(*meaning).filter(|_| takes(*meaning) && cell.text.is_empty()) {
                *cell = said.clone();
            }
        }
    }

    /// Adds lines to what a cell says.
    pub(crate) fn append(&mut self, meaning: Meaning, text: &str) {
        if let Some((_, cell)) = self.cells.iter_mut().find(|(of, _)| *of == meaning) {
            if !cell.text.is_empty() {
                cell.text.push('\n');
            }
            cell.text.push_str(text);
        }
    }

    /// The meanings of its filled cells.
    pub(crate) fn meanings(&self) -> impl Iterator<Item = (Meaning, &Cell)> {
        self.cells.iter().filter(|(_, cell)| !cell.text.is_empty()).map(|(meaning, cell)| (*meaning, cell))
    }

    /// What the manifest corrects in its cells.
    pub(crate) fn corrections(&self) -> &[Correction] {
        &self.corrections
    }

    /// What stands in its columns without a meaning, blanks aside.
    pub(crate) fn others(&self) -> impl Iterator<Item = &str> {
        self.others.iter().map(String::as_str)
    }

    /// All that stands in it, in a line.
    pub(crate) fn shown(&self) -> String {
        let mut cells: Vec<&Cell> = self.meanings().map(|(_, cell)| cell).filter(|cell| self.owns(cell)).collect();
        cells.sort_by_key(|cell| cell.column);
        cells.dedup_by_key(|cell| cell.column);
        let texts: Vec<&str> = cells.into_iter().map(|cell| cell.text.as_str()).chain(self.others()).collect();
        texts.join(" | ")
    }

    /// The whole row.
    pub(crate) fn whole(&self) -> Place {
        self.origin.row(self.number).holds(self.shown())
    }
}

/// The meanings that say which register a row is about.
const ADDRESSES: [Meaning; 4] = [Meaning::Address, Meaning::AddressAgain, Meaning::DeFacto, Meaning::GroupOffset];

/// A text above rows.
#[derive(Debug, Clone)]
pub(crate) struct Title {
    pub(crate) text: String,
    /// The Modbus table that it says the rows are of.
    pub(crate) announces: Option<Announced>,
    pub(crate) place: Place,
}

/// What stands in one row of a sheet.
#[derive(Debug)]
pub(crate) enum Line {
    /// A single text, which is no address.
    Title(Title),
    /// One that is left out: the rows below it are of the Modbus table that it announces all the same.
    LeftOut(Title),
    Row(Row),
}

/// The rows of a sheet.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    /// The header's row.
    pub(crate) header: u32,
    /// The columns with a meaning.
    pub(crate) columns: Vec<(Meaning, usize)>,
    pub(crate) lines: Vec<Line>,
    /// What texts around the rows say of them.
    pub(crate) around: Vec<Around>,
    /// Rows that cannot be read; reported.
    pub(crate) lost: Vec<Row>,
    /// Whether a column that the manifest names is missing; reported.
    pub(crate) lacking: bool,
    /// Rules of the layout that leave no row out, by their place in it.
    pub(crate) idle: Vec<usize>,
}

/// The rows of a sheet; `None` where no header is found. Rows that are left out are named in a note.
///
/// `is_type` tells words of types that the manifest explains.
pub(crate) fn rows(
    grid: &Grid,
    columns: &Columns,
    layout: &Layout,
    is_type: &dyn Fn(&str) -> bool,
    diagnostics: &mut Diagnostics,
) -> Option<Rows> {
    let mut header = header::find(grid, columns, (layout.header, layout.end), &layout.rows, diagnostics)?;
    drop_misfits(grid, &mut header, is_type, diagnostics);
    let mut found = Rows {
        header: header.row,
        columns: header.columns.clone(),
        lacking: !header.lacking.is_empty(),
        ..Rows::default()
    };
    let lacking: Arc<[Meaning]> = header.lacking.as_slice().into();
    let skip = skipped_columns(grid, &header, layout, diagnostics);
    let mut left_out: Vec<Vec<Place>> = layout.skip.iter().map(|_| Vec::new()).collect();
    let mut beyond: Vec<Place> = Vec::new();
    let within = |row: &&GridRow| header.end.is_none_or(|end| row.number < end);
    let (before, after): (Vec<_>, Vec<_>) = grid.rows.iter().filter(within).partition(|row| row.number <= header.row);
    // The title of a table stands right above its header. Several rows above the first one, or one with a gap below
    // it, are about the document.
    let above: Vec<&GridRow> = before.iter().filter(|row| row.number < header.first).copied().collect();
    let is_near = above.last().is_some_and(|row| row.number.saturating_add(1) == header.first);
    let is_of_document = layout.is_first && (above.len() > 1 || !is_near);
    let title = above.last().filter(|_| layout.titles && !is_of_document).copied();
    if let Some(row) = title.filter(|row| filled(row).len() == 1) {
        found.lines.push(Line::Title(remarks::title(grid, row)));
    }
    // What stands between two tables of a sheet is named with the first.
    if layout.is_first {
        let is_title = |row: &GridRow| !found.lines.is_empty() && title.is_some_and(|title| title.number == row.number);
        let unused: Vec<&GridRow> = before.iter().filter(|row| !is_title(row)).copied().collect();
        around::name_above(grid, &unused, &header, diagnostics);
    }
    let decimals = Arc::new(decimals(grid, &header, &after, layout));
    for row in after {
        if header.repeats(row) {
            continue;
        }
        let is_among = |rows: &[(u32, u32)]| rows.iter().any(|(first, last)| (*first..=*last).contains(&row.number));
        if !layout.rows.is_empty() && !is_among(&layout.rows) {
            let is_read = is_among(&layout.rows_elsewhere);
            beyond.extend((!is_read).then(|| grid.origin.row(row.number).holds(filled(row).join(" | "))));
            found.lines.extend((filled(row).len() == 1).then(|| Line::LeftOut(remarks::title(grid, row))));
            continue;
        }
        if let Some(rule) = skip.iter().position(|rule| rule.as_ref().is_some_and(|rule| rule.matches(row))) {
            left_out.get_mut(rule)?.push(grid.origin.row(row.number).holds(filled(row).join(" | ")));
            continue;
        }
        let mut cells = cells(grid, row, &header.columns);
        lists_apart::join(&mut cells);
        lists_apart::tell(&mut cells);
        let is_other = |column: &usize| !header.columns.iter().any(|(_, known)| known == column);
        let others = row.cells.iter().enumerate().filter(|(column, cell)| is_other(column) && !cell.is_empty());
        let others = others.map(|(_, cell)| cell.clone()).collect();
        let origin = Arc::clone(&grid.origin);
        let corrections = corrections(grid, &cells);
        let (lacking, decimals) = (Arc::clone(&lacking), Arc::clone(&decimals));
        let mut read = Row { origin, number: row.number, cells, others, lacking, corrections, decimals };
        if report_unsaved(grid, row.number, header.columns.iter().map(|(_, column)| *column), diagnostics) {
            found.lost.push(read);
        } else if is_title(row, &read) {
            found.lines.push(Line::Title(remarks::title(grid, row)));
        } else {
            report_formula_errors(grid, &mut read, diagnostics);
            report_struck(grid, &read, diagnostics);
            report_lost_zeros(grid, &read, diagnostics);
            report_dates(grid, &read, diagnostics);
            report_ditto(&mut read, diagnostics);
            found.lines.push(Line::Row(read));
        }
    }
    // A rule about a column that is not there is reported as that.
    let idle = left_out.iter().zip(&skip).enumerate().filter(|(_, (places, rule))| places.is_empty() && rule.is_some());
    found.idle = idle.map(|(rule, _)| rule).collect();
    let left_out = left_out.into_iter().map(|places| ("skip", places)).chain([("rows", beyond)]);
    for (key, places) in left_out.filter(|(_, places)| !places.is_empty()) {
        let count = places.len();
        let rows = if count == 1 { "a row is".to_owned() } else { format!("{count} rows are") };
        let note = Diagnostic::note("N0361", said!("{rows} left out, as `{key}` says", rows, key));
        // Several entries of a sheet may leave out the same.
        diagnostics.push_once(places.into_iter().fold(note, Diagnostic::at));
    }
    found.around = around::around(grid, &header, &found.lines, layout.is_first);
    header::name_unheaded(grid, &found.rows().map(Row::number).collect(), &header, diagnostics);
    Some(found)
}

/// Takes a column for missing whose cells are not what its header claims; reported once, instead of once for each cell.
fn drop_misfits(grid: &Grid, header: &mut Header, is_type: &dyn Fn(&str) -> bool, diagnostics: &mut Diagnostics) {
    let is_row = |row: &&GridRow| {
        row.number > header.row && header.end.is_none_or(|end| row.number < end) && !header.repeats(row)
    };
    let rows: Vec<&GridRow> = grid.rows.iter().filter(is_row).collect();
    let places_rows = |meaning: Meaning| ADDRESSES.contains(&meaning);
    // What stands at the begin of a sentence is read there; the sentence says nothing against the column.
    let is_in_text = |(meaning, column): &(Meaning, usize)| {
        let is_text = |meaning: Meaning| matches!(meaning, Meaning::Description | Meaning::Label);
        !is_text(*meaning) && header.columns.iter().any(|(other, at)| at == column && is_text(*other))
    };
    let misfits: Vec<Meaning> = header
        .columns
        .iter()
        // A column of addresses without any is reported where rows are placed.
        .filter(|column| !places_rows(column.0) && !is_in_text(column))
        .filter(|column| columns::report_misfit(grid, header.row, **column, &rows, is_type, diagnostics))
        .map(|(meaning, _)| *meaning)
        .collect();
    header.columns.retain(|(meaning, _)| !misfits.contains(meaning));
    header.lacking.extend(misfits);
}

impl Rows {
    fn rows(&self) -> impl Iterator<Item = &Row> {
        self.lines.iter().filter_map(|line| match line {
            Line::Row(row) => Some(row),
            Line::Title(..) | Line::LeftOut(..) => None,
        })
    }
}

/// A rule of the layout with the columns it is about.
struct Skipped<'a> {
    columns: Vec<usize>,
    patterns: &'a [String],
}

impl Skipped<'_> {
    fn matches(&self, row: &GridRow) -> bool {
        let mut texts = self.columns.iter().map(|column| row.cells.get(*column).map_or("", String::as_str));
        texts.any(|text| self.patterns.iter().any(|pattern| wildcard(pattern, text)))
    }
}

/// The rules of the layout, in its order; a column that is not there is reported.
fn skipped_columns<'a>(
    grid: &Grid,
    header: &Header,
    layout: &'a Layout,
    diagnostics: &mut Diagnostics,
) -> Vec<Option<Skipped<'a>>> {
    let rule = |(name, patterns): &'a (String, Vec<String>)| {
        let columns: Vec<usize> = header.columns_like(name).collect();
        if columns.is_empty() {
            diagnostics.merge(
                Diagnostic::error("E0362", said!("`skip` names a column “{name}” that does not exist", name))
                    .at(grid.origin.row(header.row))
                    .expected("the header of a column of the sheet; * matches anything"),
            );
            return None;
        }
        Some(Skipped { columns, patterns })
    };
    layout.skip.iter().map(rule).collect()
}

/// Which sign the numbers of a table have before their decimals.
fn decimals(grid: &Grid, header: &Header, rows: &[&GridRow], layout: &Layout) -> Decimals {
    let mut decimals = Decimals::new(layout.decimal_sign);
    for (_, column) in header.columns.iter().filter(|(meaning, _)| meaning.is_number()) {
        for row in rows {
            // A number that a file holds as one is shown with a point, whatever the vendor writes.
            let shown = cell(grid, row, *column);
            if !shown.is_exact {
                decimals
                    .learn(&shown.text, || Place::from(grid.origin.cell(shown.row, shown.column)).holds(&shown.text));
            }
        }
    }
    decimals
}

/// The cells of a row by meaning. What stands in several columns, the parts of a name, is joined.
fn cells(grid: &Grid, row: &GridRow, columns: &[(Meaning, usize)]) -> Vec<(Meaning, Cell)> {
    let mut cells: Vec<(Meaning, Cell)> = Vec::new();
    for (meaning, column) in columns {
        let part = said(*meaning, cell(grid, row, *column));
        match cells.iter_mut().find(|(known, _)| known == meaning) {
            Some((_, first)) if first.text.is_empty() => *first = part,
            Some((_, first)) if !part.text.is_empty() => {
                first.text.push(' ');
                first.text.push_str(&part.text);
                first.is_exact &= part.is_exact;
            }
            Some(_) => {}
            None => cells.push((*meaning, part)),
        }
    }
    cells
}

/// What the manifest corrects in cells.
fn corrections(grid: &Grid, cells: &[(Meaning, Cell)]) -> Vec<Correction> {
    let corrected = |(meaning, cell): &(Meaning, Cell)| {
        let corrected = grid.corrected.get(&(cell.row, cell.column))?;
        Some(Correction {
            field: meaning.key().to_owned(),
            printed: vec![corrected.printed.clone()],
            value: cell.text.clone(),
            reason: corrected.reason.clone(),
            cell: Some(grid.origin.cell(cell.row, cell.column)),
        })
    };
    cells.iter().filter_map(corrected).collect()
}

/// The cell of a row; of cells that are merged with those below them, all say what the first one does.
fn cell(grid: &Grid, row: &GridRow, column: usize) -> Cell {
    let above = grid.merged(row.number, column).filter(|region| region.first_column == column);
    let number = above.map_or(row.number, |region| region.first_row);
    let holder = if number == row.number { Some(row) } else { grid.row(number) };
    let is_corrected = grid.corrected.contains_key(&(number, column));
    let is_number = holder.is_some_and(|row| row.kind(column) == Kind::Number);
    let text = holder.and_then(|row| row.cells.get(column)).cloned().unwrap_or_default();
    let is_percentage = is_number && !is_corrected && text.ends_with('%');
    Cell { text, column, row: number, is_exact: is_corrected || is_number, is_percentage }
}

/// What a cell says of a register: a dash or `N/A` is blank where numbers and a few words stand. In names it is a name, of
/// what has a column for yes and no it is a no, and of an address that is missing nothing is known.
fn said(meaning: Meaning, mut cell: Cell) -> Cell {
    let is_blank = match meaning {
        Meaning::Address
        | Meaning::AddressAgain
        | Meaning::DeFacto
        | Meaning::Description
        | Meaning::Translation(_)
        | Meaning::Label
        | Meaning::Readable
        | Meaning::Writable
        | Meaning::InVariant(_)
        | Meaning::Detail(_)
        | Meaning::Code
        | Meaning::Remark => false,
        Meaning::Divisor
        | Meaning::Factor
        | Meaning::Exponent
        | Meaning::Decimals
        | Meaning::Offset
        | Meaning::Formula
        | Meaning::Order
        | Meaning::Count
        | Meaning::SizeInBits
        | Meaning::SizeInBytes
        | Meaning::Range
        | Meaning::Min
        | Meaning::Max
        | Meaning::Step
        | Meaning::NotAvailable => text::is_nothing(&cell.text),
        // Nanoampere.
        Meaning::Unit => text::is_nothing(&cell.text) && cell.text.trim() != "nA",
        _ => text::is_blank(&cell.text),
    };
    if is_blank {
        cell.text.clear();
    }
    cell
}

fn filled(row: &GridRow) -> Vec<&str> {
    row.cells.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect()
}

/// A row is a title where it holds one cell that is no address; vendors put them into the first column, too.
fn is_title(row: &GridRow, read: &Row) -> bool {
    let is_address = |cell: &Cell| {
        address::parse(&cell.text, address::Style::default()).is_ok()
            || address::range(&cell.text) == Err(NoAddress::OutOfRange)
    };
    // A list in rows beneath its register can be all there is in them.
    let is_list = |meaning| matches!(meaning, Meaning::Code | Meaning::Bit | Meaning::Values | Meaning::Bits);
    filled(row).len() == 1
        && lists::listed(&filled(row).concat()).is_none()
        && !read.addresses().any(is_address)
        && !read.meanings().any(|(meaning, cell)| is_list(meaning) && read.owns(cell))
}
