//! ODS workbooks, read cell by cell.
//!
//! A cell or a row that repeats is written once with a number, and sheets end in a million blank rows written like that.

use std::collections::BTreeSet;
use std::io::BufRead;

use super::Kind;
use super::limits::{self, Budget, Cells, Fault};
use super::merged::Region;
use super::number::plain;
use super::package::Package;
use super::workbook::{Content, Read};
use super::xml::{Element, Node, Xml};

/// Every sheet in the order of the workbook.
pub(super) fn read(package: &mut Package<'_>) -> Result<Vec<Read>, Fault> {
    if is_protected(package)? {
        return Err(Fault::broken("it is protected with a password"));
    }
    let Some(part) = package.part("content.xml")? else { return Err(Fault::broken("it has no content.xml")) };
    let mut xml = Xml::new(part);
    let mut budget = Budget::default();
    let mut sheets = Vec::new();
    // Styles of tables that are not shown.
    let mut unseen = BTreeSet::new();
    let mut style = String::new();
    loop {
        match xml.next()? {
            Node::Open(element) => match element.name().as_str() {
                "style" => style = element.attribute("name")?.unwrap_or_default(),
                "table-properties" if element.attribute("display")?.as_deref() == Some("false") => {
                    unseen.insert(style.clone());
                }
                "table" => {
                    let name = element.attribute("name")?.unwrap_or_default();
                    let hidden = element.attribute("style-name")?.is_some_and(|style| unseen.contains(&style));
                    // What does not fit the format leaves the rest of the document without sense.
                    let grid = match table(&mut xml, &mut budget) {
                        Err(Fault::Broken(why)) => return Err(Fault::Broken(why)),
                        other => other,
                    };
                    let too_large = grid.is_err();
                    sheets.push(Read { name, hidden, grid });
                    limits::check_sheets(sheets.len())?;
                    if too_large {
                        return Ok(sheets);
                    }
                }
                _ => {}
            },
            Node::End => return Ok(sheets),
            _ => {}
        }
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

/// A cell in the making.
#[derive(Default)]
struct Draft {
    repeated: u32,
    spanned: (u32, u32),
    kind: String,
    value: Option<String>,
    formula: Option<String>,
    paragraphs: Vec<String>,
    /// Bytes of all paragraphs, and their ends.
    length: usize,
}

impl Draft {
    fn new(element: &Element<'_>) -> Result<Self, Fault> {
        let kind = element.attribute("value-type")?.unwrap_or_default();
        let value = match kind.as_str() {
            "date" => element.attribute("date-value")?,
            "time" => element.attribute("time-value")?,
            "boolean" => element.attribute("boolean-value")?,
            "string" => element.attribute("string-value")?,
            _ => element.attribute("value")?,
        };
        Ok(Self {
            repeated: count(element, "number-columns-repeated")?,
            spanned: (count(element, "number-rows-spanned")?, count(element, "number-columns-spanned")?),
            kind,
            value,
            formula: element.attribute("formula")?,
            paragraphs: Vec::new(),
            length: 0,
        })
    }

    fn grow(&mut self, length: usize) -> Result<(), Fault> {
        self.length = self.length.saturating_add(length);
        limits::check_text(self.length)
    }

    /// The text and what it is held as.
    fn text(&self) -> (String, Kind) {
        let shown = self.paragraphs.join("\n");
        match (self.kind.as_str(), &self.value) {
            // What a formula gives that is true or false is a number that is shown as a word.
            ("float", Some(_)) if matches!(shown.as_str(), "TRUE" | "FALSE") => (shown.to_lowercase(), Kind::Truth),
            ("float" | "currency", Some(value)) => match value.parse::<f64>() {
                // What is shown may be rounded, or have a unit after it. What says more stands before the digits, and
                // is of the same number: 0001 and 4x0001, but not 3.1 for 3.14159.
                Ok(number) if number.is_finite() => {
                    let plain = plain(number);
                    let longer = shown.len() > plain.len() && shown.ends_with(&plain) && !shown.starts_with(['-', ' ']);
                    (if longer { shown } else { plain }, Kind::Number)
                }
                _ => (shown, Kind::Text),
            },
            ("percentage", Some(value)) => match value.parse::<f64>() {
                Ok(number) if number.is_finite() => (format!("{}%", plain(number * 100.0)), Kind::Number),
                _ => (shown, Kind::Text),
            },
            ("date" | "time", Some(value)) => (value.replacen('T', " ", 1), Kind::Date),
            ("boolean", Some(value)) => (value.clone(), Kind::Truth),
            // A formula that has failed is a text or a number with an error shown.
            _ if self.formula.is_some() && (shown.starts_with('#') || shown.starts_with("Err:")) => {
                (shown, Kind::Failure)
            }
            ("string", Some(value)) if shown.is_empty() => (value.clone(), Kind::Text),
            _ => (shown, Kind::Text),
        }
    }
}

fn count(element: &Element<'_>, name: &str) -> Result<u32, Fault> {
    Ok(element.attribute(name)?.and_then(|count| count.parse().ok()).unwrap_or(1).max(1))
}

#[derive(Default)]
struct Table {
    cells: Cells,
    merged: Vec<Region>,
    /// Where the next cell stands, both counted from zero.
    row: u32,
    column: u32,
    /// How often the row is repeated, and whether it is hidden.
    rows: u32,
    hidden: bool,
}

/// Reads a table up to its end.
fn table(xml: &mut Xml<impl BufRead>, budget: &mut Budget) -> Result<Content, Fault> {
    let mut table = Table::default();
    let mut draft: Option<Draft> = None;
    // Comments and pictures have paragraphs of their own, and so has whatever tables lie in this one.
    let mut foreign = 0usize;
    let mut within = false;
    loop {
        match xml.next()? {
            Node::Open(element) => {
                let name = element.name();
                match name.as_str() {
                    "annotation" | "frame" | "table" | "custom-shape" | "shapes" => foreign = foreign.saturating_add(1),
                    _ if foreign > 0 => {}
                    "table-row" => {
                        table.rows = count(&element, "number-rows-repeated")?;
                        table.hidden = element.attribute("visibility")?.is_some_and(|visible| visible != "visible");
                        table.column = 0;
                    }
                    "table-cell" | "covered-table-cell" => draft = Some(Draft::new(&element)?),
                    "p" => {
                        within = true;
                        if let Some(draft) = &mut draft {
                            draft.grow(1)?;
                            draft.paragraphs.push(String::new());
                        }
                    }
                    "s" => {
                        let spaces = usize::try_from(count(&element, "c")?.min(1_000)).unwrap_or_default();
                        push(&mut draft, &" ".repeat(spaces))?;
                    }
                    "tab" => push(&mut draft, "\t")?,
                    "line-break" => push(&mut draft, "\n")?,
                    _ => {}
                }
            }
            Node::Text(text) => {
                if foreign == 0 && within {
                    push(&mut draft, &text)?;
                }
            }
            Node::Close(name) => match name.as_str() {
                "table" if foreign == 0 => {
                    let (rows, unsaved, merged) = table.cells.finish(table.merged, budget)?;
                    return Ok(Content { rows, unsaved, merged });
                }
                "annotation" | "frame" | "table" | "custom-shape" | "shapes" => foreign = foreign.saturating_sub(1),
                _ if foreign > 0 => {}
                "p" => within = false,
                "table-cell" | "covered-table-cell" => {
                    if let Some(draft) = draft.take() {
                        table.put(&draft, budget)?;
                    }
                }
                "table-row" => table.row = table.row.saturating_add(table.rows),
                _ => {}
            },
            Node::End => return Err(Fault::broken("it ends in the middle of a sheet")),
        }
    }
}

fn push(draft: &mut Option<Draft>, text: &str) -> Result<(), Fault> {
    let Some(draft) = draft else { return Ok(()) };
    draft.grow(text.len())?;
    if let Some(paragraph) = draft.paragraphs.last_mut() {
        paragraph.push_str(text);
    }
    Ok(())
}

impl Table {
    fn put(&mut self, draft: &Draft, budget: &mut Budget) -> Result<(), Fault> {
        let (text, kind) = draft.text();
        let first = self.column;
        self.column = first.saturating_add(draft.repeated);
        let formula = draft.formula.as_deref().filter(|_| draft.kind.is_empty() && text.is_empty());
        let formula = formula.map(|formula| formula.trim_start_matches("of:").trim_start_matches('='));
        if !text.is_empty() || formula.is_some() {
            for row in self.row..self.row.saturating_add(self.rows) {
                let row = row.saturating_add(1);
                for column in first..self.column {
                    let column = usize::try_from(column).unwrap_or(usize::MAX);
                    match formula {
                        Some(formula) => self.cells.set_unsaved(row, column, formula, budget)?,
                        None => self.cells.set(row, column, &text, kind, budget)?,
                    }
                }
                if self.hidden {
                    self.cells.hide(row);
                }
            }
        }
        if draft.spanned != (1, 1) {
            budget.cells(1)?;
            let (rows, columns) = draft.spanned;
            let column = |column: u32| usize::try_from(column).unwrap_or(usize::MAX);
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
