//! Lists of values that stand on a sheet of their own: registers refer to them by name.

use std::collections::HashMap;

use super::reports::{report_failed_cells, report_struck_cells, report_unsaved};
use super::{Cell, cell};
use crate::cells::bits;
use crate::cells::lists::{self, List, Style};
use crate::cells::reading::Reading;
use crate::columns::header;
use crate::columns::meaning::{ListColumns, ListSheet};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::model::Source;
use crate::sheet::{Grid, GridRow};
use crate::spelling::normalised;

/// A list of values by the name that registers refer to.
#[derive(Debug, Clone)]
pub(crate) struct NamedList {
    /// As printed.
    pub(crate) name: String,
    /// The cell with its name.
    pub(crate) place: Place,
    pub(crate) values: Vec<NamedValue>,
}

/// A code or the number of a bit, with its label.
#[derive(Debug, Clone)]
pub(crate) struct NamedValue {
    /// As printed: bits are numbered as the document numbers them, unless the code names a byte of the word.
    pub(crate) code: i64,
    pub(crate) is_bit: bool,
    pub(crate) names_half: bool,
    pub(crate) label: String,
    pub(crate) source: Source,
}

/// What names that mean one list have in common: case and blanks aside, they are equal.
pub(crate) fn key(name: &str) -> String {
    normalised(name).to_lowercase()
}

/// The lists of a sheet, in its order; `None` where its columns are not found.
pub(crate) fn named_lists(grid: &Grid, sheet: &ListSheet, diagnostics: &mut Diagnostics) -> Option<Vec<NamedList>> {
    const SECTION: &str = "[[list]]";
    let mut lists = Lists { grid, found: Vec::new(), known: HashMap::new(), current: None, of_bits: false };
    match &sheet.columns {
        ListColumns::Rows { code, label } => {
            let (header, columns) = header::locate(grid, [&sheet.name, code, label], SECTION, diagnostics)?;
            lists.of_bits = says_bits(&code.value);
            for row in below(grid, header) {
                if let Some([name, code, label]) = cells(grid, row, columns, diagnostics) {
                    lists.row(row, &name, &code, &label, diagnostics);
                }
            }
        }
        ListColumns::Cell(values) => {
            let (header, columns) = header::locate(grid, [&sheet.name, values], SECTION, diagnostics)?;
            for row in below(grid, header) {
                if let Some([name, values]) = cells(grid, row, columns, diagnostics) {
                    lists.cell(row, &name, &values, diagnostics);
                }
            }
        }
    }
    Some(lists.found)
}

/// The cells of a row in these columns; `None` where one of them is reported.
fn cells<const N: usize>(
    grid: &Grid,
    row: &GridRow,
    columns: [usize; N],
    diagnostics: &mut Diagnostics,
) -> Option<[Cell; N]> {
    if report_unsaved(grid, row.number, columns.into_iter(), diagnostics) {
        return None;
    }
    let cells = columns.map(|column| cell(grid, row, column));
    let is_struck = report_struck_cells(grid, &cells, diagnostics);
    let is_failed = report_failed_cells(grid, &cells, diagnostics);
    (!is_struck && !is_failed).then_some(cells)
}

/// Whether a header is about bits and nothing else: `Bit`, `Bit no.`; not `Bit / value`.
fn says_bits(header: &str) -> bool {
    const BESIDE: [&str; 6] = ["bit", "bits", "no", "nr", "number", "position"];
    let header = header.to_lowercase();
    let words: Vec<&str> = header.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.iter().any(|word| word.starts_with("bit")) && words.iter().all(|word| BESIDE.contains(word))
}

fn below(grid: &Grid, header: u32) -> impl Iterator<Item = &GridRow> {
    grid.rows.iter().filter(move |row| row.number > header)
}

/// The lists so far.
struct Lists<'a> {
    grid: &'a Grid,
    found: Vec<NamedList>,
    /// Their places by name.
    known: HashMap<String, usize>,
    /// The one that rows without a name belong to.
    current: Option<usize>,
    /// Whether the header of the codes says that they are the numbers of bits.
    of_bits: bool,
}

impl Lists<'_> {
    fn place(&self, row: &GridRow, cell: &Cell) -> Place {
        Place::from(self.grid.origin.cell(row.number, cell.column)).holds(&cell.text)
    }

    /// Goes on with the list of this name.
    fn begin(&mut self, row: &GridRow, name: &Cell) {
        if name.text.is_empty() {
            return;
        }
        let place = self.place(row, name);
        let index = *self.known.entry(key(&name.text)).or_insert(self.found.len());
        if index == self.found.len() {
            self.found.push(NamedList { name: name.text.clone(), place, values: Vec::new() });
        }
        self.current = Some(index);
    }

    /// The list that a row belongs to; that there is none is reported.
    fn of(&mut self, row: &GridRow, name: &Cell, diagnostics: &mut Diagnostics) -> Option<&mut NamedList> {
        if self.current.is_none() {
            let error = Diagnostic::in_cell("E0486", "a value that belongs to no list").at(self.place(row, name));
            diagnostics.merge(error.expected("the name of the list in this row or in a row above it"));
        }
        self.found.get_mut(self.current?)
    }

    /// A row with a value.
    fn row(&mut self, row: &GridRow, name: &Cell, code: &Cell, label: &Cell, diagnostics: &mut Diagnostics) {
        self.begin(row, name);
        // A name that stands above its values.
        if code.text.is_empty() && label.text.is_empty() {
            return;
        }
        let Some((codes, is_bit)) = lists::codes(&code.text) else {
            let error = Diagnostic::in_cell("E0368", "this value is not a number").at(self.place(row, code));
            diagnostics.push(error.expected("a raw value such as 3, 0x03 or 3-5, or a bit such as Bit 3"));
            return;
        };
        if label.text.is_empty() {
            let error = Diagnostic::in_cell("E0373", "a value without a label").at(self.place(row, label));
            diagnostics.push(error.at(self.place(row, code)).expected("what the value means"));
            return;
        }
        let is_bit = is_bit || self.of_bits;
        let source = self.grid.origin.cell(row.number, label.column);
        let names_half = bits::names_half(&code.text);
        let Some(list) = self.of(row, name, diagnostics) else { return };
        list.values.extend(codes.map(|code| NamedValue {
            code,
            is_bit,
            names_half,
            label: label.text.clone(),
            source: source.clone(),
        }));
    }

    /// A row with a list in one cell.
    fn cell(&mut self, row: &GridRow, name: &Cell, values: &Cell, diagnostics: &mut Diagnostics) {
        self.begin(row, name);
        if values.text.is_empty() {
            return;
        }
        let (entries, is_bit) = match lists::read(&values.text, Style::Values) {
            Some(Reading::Value(List { entries, is_bits, .. })) if !entries.is_empty() => (entries, is_bits),
            _ => {
                let message = said!("the list “{name}” was not understood", name = &name.text);
                let error = Diagnostic::in_cell("E0487", message).at(self.place(row, values));
                diagnostics.push(error.expected("codes and labels: 0=Off, 1=On; Bit 0=Pump, Bit 1=Fan"));
                return;
            }
        };
        let source = self.grid.origin.cell(row.number, values.column);
        let Some(list) = self.of(row, name, diagnostics) else { return };
        list.values.extend(entries.into_iter().map(|(code, label)| NamedValue {
            code,
            is_bit,
            names_half: false,
            label,
            source: source.clone(),
        }));
    }
}
