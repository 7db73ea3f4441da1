//! ODS workbooks, read by calamine.
//!
//! A cell or a row that repeats is written once with a number, and calamine makes as many of it. A pass of our own sees to
//! it beforehand that this is no more than is read, and finds what calamine does not give: merged cells, hidden rows, and
//! formulas that have failed.

use std::collections::BTreeMap;
use std::io::{BufRead, Cursor};

use calamine::{Ods, Reader as _, SheetType, SheetVisible};

use super::super::Kind;
use super::super::content::{Cells, Content};
use super::super::limits::{self, Budget, Fault};
use super::super::merged::Region;
use super::package::Package;
use super::xml::{Element, Node, Xml};
use super::{Read, fill};

/// Every sheet in the order of the workbook.
pub(super) fn read(bytes: &[u8], package: &mut Package<'_>) -> Result<Vec<Read>, Fault> {
    let mut tables = tables(package)?;
    let mut book = Ods::new(Cursor::new(bytes)).map_err(Fault::broken)?;
    let listed = book.sheets_metadata().to_vec();
    let mut budget = Budget::default();
    let mut sheets = Vec::new();
    for listed in listed.into_iter().filter(|listed| listed.typ == SheetType::WorkSheet) {
        let grid = match tables.remove(&listed.name) {
            Some(table) => sheet(&mut book, &listed.name, table, &mut budget),
            None => Err(Fault::broken("duplicate sheet name")),
        };
        sheets.push(Read { name: listed.name, hidden: listed.visible != SheetVisible::Visible, grid });
    }
    match tables.is_empty() {
        true => Ok(sheets),
        false => Err(Fault::broken("it has sheets that are not read")),
    }
}

fn sheet(book: &mut Ods<Cursor<&[u8]>>, name: &str, table: Table, budget: &mut Budget) -> Result<Content, Fault> {
    let range = book.worksheet_range(name).map_err(Fault::broken)?;
    let formulas = book.worksheet_formula(name).map_err(Fault::broken)?;
    let mut cells = Cells::default();
    fill(&mut cells, &range, &formulas, told, false, budget)?;
    for ((row, column), shown) in &table.failed {
        cells.set(*row, *column, shown, Kind::Failure, budget)?;
    }
    for (first, last) in table.hidden {
        cells.hide(first..=last);
    }
    cells.content(table.merged, budget)
}

fn told(formula: &str) -> &str {
    formula.trim_start_matches("of:").trim_start_matches('=')
}

/// What calamine does not give of a sheet.
#[derive(Default)]
struct Table {
    merged: Vec<Region>,
    /// First and last row, counted from one.
    hidden: Vec<(u32, u32)>,
    /// What formulas show that have failed, by row and column.
    failed: BTreeMap<(u32, usize), String>,
    /// Where the next cell stands, both counted from zero.
    row: u32,
    column: u32,
    /// How often the row is repeated.
    rows: u32,
    /// Up to where something stands.
    height: u32,
    width: u32,
}

/// A cell in the making.
struct Draft {
    repeated: u32,
    spanned: (u32, u32),
    is_filled: bool,
    has_formula: bool,
    shown: String,
    /// Bytes of all its texts.
    length: usize,
}

/// Attributes of a cell that holds something.
const VALUES: [&str; 7] =
    ["value-type", "formula", "value", "string-value", "date-value", "time-value", "boolean-value"];

impl Draft {
    fn new(element: &Element<'_>) -> Result<Self, Fault> {
        let mut length = 0usize;
        let mut is_filled = false;
        for (name, value) in element.attributes()? {
            if VALUES.contains(&name.as_str()) {
                length = length.saturating_add(value.len());
                is_filled = true;
            }
        }
        limits::check_text(length)?;
        Ok(Self {
            repeated: count(element, "number-columns-repeated")?,
            spanned: (count(element, "number-rows-spanned")?, count(element, "number-columns-spanned")?),
            is_filled,
            has_formula: element.attribute("formula")?.is_some(),
            shown: String::new(),
            length,
        })
    }

    fn grow(&mut self, length: usize) -> Result<(), Fault> {
        self.length = self.length.saturating_add(length);
        limits::check_text(self.length)
    }
}

fn count(element: &Element<'_>, name: &str) -> Result<u32, Fault> {
    match element.attribute(name)? {
        None => Ok(1),
        Some(count) => match count.parse() {
            Ok(count @ 1..) => Ok(count),
            _ => Err(Fault::broken(format!("“{count}” is not a valid repeat count"))),
        },
    }
}

/// The sheets by name, if they are not too large together.
fn tables(package: &mut Package<'_>) -> Result<BTreeMap<String, Table>, Fault> {
    if is_protected(package)? {
        return Err(Fault::broken("it is protected with a password"));
    }
    let Some(part) = package.part("content.xml")? else { return Err(Fault::broken("it has no content.xml")) };
    let mut xml = Xml::new(part);
    let mut budget = Budget::default();
    let mut tables = BTreeMap::new();
    loop {
        match xml.next()? {
            Node::Open(element) if element.name() == "table" => {
                let name = element.attribute("name")?.unwrap_or_default();
                tables.insert(name, table(&mut xml, &mut budget)?);
                limits::check_sheets(tables.len())?;
            }
            Node::End => return Ok(tables),
            _ => {}
        }
    }
}

/// Goes through a table up to its end.
fn table(xml: &mut Xml<impl BufRead>, budget: &mut Budget) -> Result<Table, Fault> {
    let mut table = Table::default();
    let mut is_within_row = false;
    let mut draft: Option<Draft> = None;
    // Comments and pictures have texts of their own.
    let mut aside = 0usize;
    loop {
        match xml.next()? {
            Node::Open(element) => match element.name() {
                "table" => return Err(Fault::broken("a table is inside another")),
                "annotation" | "frame" | "custom-shape" | "shapes" => aside = aside.saturating_add(1),
                // calamine knows them by these names alone, and passes over those that lie elsewhere.
                "table-row" | "table-cell" | "covered-table-cell"
                    if draft.is_some()
                        || is_within_row == (element.name() == "table-row")
                        || element.prefix() != Some("table") =>
                {
                    return Err(Fault::broken("its rows and cells are out of place"));
                }
                "table-row" => {
                    is_within_row = true;
                    (table.rows, table.column) = (count(&element, "number-rows-repeated")?, 0);
                    if element.attribute("visibility")?.is_some_and(|visible| visible != "visible") {
                        table.hidden.push((table.row.saturating_add(1), table.row.saturating_add(table.rows)));
                    }
                }
                "table-cell" | "covered-table-cell" => draft = Some(Draft::new(&element)?),
                "s" => {
                    if let Some(draft) = &mut draft {
                        draft.grow(usize::try_from(count(&element, "c")?).unwrap_or(usize::MAX))?;
                    }
                }
                _ => {}
            },
            Node::Text(text) | Node::Data(text) => {
                if let Some(draft) = &mut draft {
                    draft.grow(text.len())?;
                    if aside == 0 {
                        draft.shown.push_str(&text);
                    }
                }
            }
            Node::Close(name) => match name.name() {
                "table" => {
                    let area = u64::from(table.height).saturating_mul(u64::from(table.width));
                    budget.cells(usize::try_from(area).unwrap_or(usize::MAX))?;
                    return Ok(table);
                }
                "annotation" | "frame" | "custom-shape" | "shapes" => aside = aside.saturating_sub(1),
                "table-cell" | "covered-table-cell" => {
                    if let Some(draft) = draft.take() {
                        table.put(&draft, budget)?;
                    }
                }
                "table-row" => {
                    is_within_row = false;
                    table.row = table.row.saturating_add(table.rows);
                }
                _ => {}
            },
            Node::End => return Err(Fault::broken("it ends in the middle of a sheet")),
        }
    }
}

impl Table {
    fn put(&mut self, draft: &Draft, budget: &mut Budget) -> Result<(), Fault> {
        let first = self.column;
        self.column = first.saturating_add(draft.repeated);
        let column = |column: u32| usize::try_from(column).unwrap_or(usize::MAX);
        let shown = draft.shown.trim();
        if !draft.is_filled && !shown.is_empty() {
            // calamine takes such a cell for blank.
            let cell = format!("{}{}", crate::source::column_letters(column(first)), self.row.saturating_add(1));
            return Err(Fault::broken(format!("{cell} holds “{shown}” and does not say what it is")));
        }
        if draft.is_filled {
            let (row, end) = (self.row.saturating_add(self.rows), self.column);
            limits::check_place(row, column(end.saturating_sub(1)))?;
            (self.height, self.width) = (self.height.max(row), self.width.max(end));
            budget.texts(draft.length, draft.repeated, self.rows)?;
            if draft.has_formula && (shown.starts_with('#') || shown.starts_with("Err:")) {
                let repeated = u64::from(draft.repeated).saturating_mul(u64::from(self.rows));
                budget.cells(usize::try_from(repeated).unwrap_or(usize::MAX))?;
                for row in self.row..row {
                    for at in first..end {
                        self.failed.insert((row.saturating_add(1), column(at)), shown.to_owned());
                    }
                }
            }
        }
        if draft.spanned != (1, 1) {
            budget.cells(1)?;
            let (rows, columns) = draft.spanned;
            self.merged.push(Region {
                first_row: self.row.saturating_add(1),
                last_row: self.row.saturating_add(rows),
                first_column: column(first),
                last_column: column(first.saturating_add(columns).saturating_sub(1)),
            });
        }
        Ok(())
    }
}

/// Whether the other parts are encrypted.
fn is_protected(package: &mut Package<'_>) -> Result<bool, Fault> {
    let Some(part) = package.part("META-INF/manifest.xml")? else { return Ok(false) };
    let mut xml = Xml::new(part);
    loop {
        match xml.next()? {
            Node::Open(element) if element.name() == "encryption-data" => return Ok(true),
            Node::End => return Ok(false),
            _ => {}
        }
    }
}
