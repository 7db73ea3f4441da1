//! XLSX workbooks, read cell by cell.
//!
//! calamine reads cells, styles and merged cells. A pass of our own goes along with it, for what calamine does not tell: which
//! rows are hidden, which parts of a text are struck through, raised or lowered, and whether a cell that it gives as blank is one.

use std::collections::BTreeMap;
use std::io::{BufRead, Cursor};

use calamine::{Data, DataRef, Reader as _, SheetType, SheetVisible, Style, Xlsx, XlsxFormulaMetadata};

use super::super::Kind;
use super::super::content::{Cells, Content, Strike};
use super::super::limits::{self, Budget, Fault};
use super::number::Format;
use super::package::Package;
use super::runs::Runs;
use super::xml::{Node, Xml};
use super::{Read, at, regions, shown};
use crate::source::{cell_at, column_letters};

/// What a part's relations say: the kind of the other part, and where it is, by identifier.
pub(super) type Relations = BTreeMap<String, (String, String)>;

/// Tags in the styles of a workbook: it can have 65,490 formats of cells, of some tags each.
const STYLE_TAGS: usize = 500_000;

/// Every worksheet in the order of the workbook.
pub(super) fn read(bytes: &[u8], package: &mut Package<'_>) -> Result<Vec<Read>, Fault> {
    let root = relations(package, "_rels/.rels", "")?;
    let main = root.into_values().find(|(kind, _)| kind == "officeDocument");
    let main = main.map_or_else(|| "xl/workbook.xml".to_owned(), |(_, path)| path);
    let (folder, name) = main.rsplit_once('/').unwrap_or(("", &main));
    let related = relations(package, &join(folder, &format!("_rels/{name}.rels")), folder)?;
    let of_kind = |wanted: &str, usual: &str| {
        let paths = related.values().filter(|(kind, _)| kind == wanted).map(|(_, path)| path.clone());
        paths.chain([join(folder, usual)]).collect::<Vec<_>>()
    };
    for path in of_kind("styles", "styles.xml") {
        package.check_tags(&path, STYLE_TAGS)?;
    }
    let mut texts = BTreeMap::new();
    // The usual place comes last; what the relations say holds.
    for path in of_kind("sharedStrings", "sharedStrings.xml").iter().rev() {
        texts = formatted_texts(package, path)?;
    }
    let paths = paths(package, &main, &related)?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(Fault::broken)?;
    let since_1904 = book.has_1904_epoch();
    let listed = book.sheets_metadata().to_vec();
    limits::check_sheets(listed.len())?;
    let mut reader = SheetReader { texts, since_1904, budget: Budget::default() };
    let mut sheets = Vec::new();
    // Charts and macros have sheets of their own, which hold no cells.
    for listed in listed.into_iter().filter(|listed| listed.typ == SheetType::WorkSheet) {
        let grid = match paths.get(&listed.name) {
            Some(path) => reader.read(&mut book, &listed.name, package, path),
            None => Err(Fault::broken("the workbook does not say where it is")),
        };
        sheets.push(Read { name: listed.name, hidden: listed.visible != SheetVisible::Visible, grid });
    }
    Ok(sheets)
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// A target as a path from the root: it may be absolute, or begin in the folder.
fn resolve(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut path: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            ".." => {
                path.pop();
            }
            "." | "" => {}
            name => path.push(name),
        }
    }
    path.join("/")
}

pub(super) fn relations(package: &mut Package<'_>, path: &str, folder: &str) -> Result<Relations, Fault> {
    let mut relations = Relations::new();
    let Some(part) = package.part(path)? else { return Ok(relations) };
    let mut xml = Xml::new(part);
    loop {
        match xml.next()? {
            Node::Open(element) if element.name() == "Relationship" => {
                let (id, kind, target) =
                    (element.attribute("Id")?, element.attribute("Type")?, element.attribute("Target")?);
                if let (Some(id), Some(kind), Some(target)) = (id, kind, target) {
                    let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                    let related = (kind, resolve(folder, &target));
                    if let Some(before) = relations.insert(id.clone(), related.clone())
                        && before != related
                    {
                        // Another reader may take the other.
                        return Err(Fault::broken(format!("duplicate relation “{id}”")));
                    }
                }
            }
            Node::End => return Ok(relations),
            _ => {}
        }
    }
}

/// Where each sheet is.
fn paths(package: &mut Package<'_>, main: &str, related: &Relations) -> Result<BTreeMap<String, String>, Fault> {
    let Some(part) = package.part(main)? else { return Err(Fault::broken(format!("it has no {main}"))) };
    let mut xml = Xml::new(part);
    let mut paths = BTreeMap::new();
    loop {
        match xml.next()? {
            Node::Open(element) if element.name() == "sheet" => {
                if let (Some(name), Some(id)) = (element.attribute("name")?, element.attribute("id")?)
                    && let Some((_, path)) = related.get(&id)
                {
                    if paths.insert(name.clone(), path.clone()).is_some() {
                        return Err(Fault::broken(format!("duplicate sheet name “{name}”")));
                    }
                    limits::check_sheets(paths.len())?;
                }
            }
            Node::End => return Ok(paths),
            _ => {}
        }
    }
}

/// The shared texts that are struck through, raised or lowered, by their numbers. Refuses texts that are too many or too long, since
/// calamine takes room for as many as the file claims to have.
fn formatted_texts(package: &mut Package<'_>, path: &str) -> Result<BTreeMap<u32, Runs>, Fault> {
    let mut formatted = BTreeMap::new();
    let Some(part) = package.part(path)? else { return Ok(formatted) };
    let mut xml = Xml::new(part);
    let mut budget = Budget::default();
    let (mut number, mut runs, mut length) = (0u32, Runs::default(), 0usize);
    loop {
        match xml.next()? {
            Node::Open(element) => match element.name() {
                "sst" => {
                    if let Some(count) = element.attribute("uniqueCount")? {
                        Budget::default().cells(count.trim().parse().unwrap_or(usize::MAX))?;
                    }
                }
                "si" => {
                    budget.cells(1)?;
                    (runs, length) = (Runs::default(), 0);
                }
                _ => runs.open(&element)?,
            },
            Node::Text(text) | Node::Data(text) => {
                length = length.saturating_add(text.len());
                limits::check_text(length)?;
                runs.text(&text)?;
            }
            Node::Close(element) if element.name() == "si" => {
                if runs.is_formatted() {
                    formatted.insert(number, std::mem::take(&mut runs));
                }
                number = number.saturating_add(1);
            }
            Node::Close(element) => runs.close(element.name()),
            Node::End => return Ok(formatted),
        }
    }
}

/// What the sheets of a workbook share.
struct SheetReader {
    texts: BTreeMap<u32, Runs>,
    since_1904: bool,
    budget: Budget,
}

impl SheetReader {
    fn read(
        &mut self,
        book: &mut Xlsx<Cursor<&[u8]>>,
        name: &str,
        package: &mut Package<'_>,
        path: &str,
    ) -> Result<Content, Fault> {
        let Some(part) = package.part(path)? else { return Err(Fault::broken(format!("it has no {path}"))) };
        let mut pass = Pass::begin(Xml::new(part))?;
        let mut reader = book.worksheet_cells_reader(name).map_err(Fault::broken)?;
        let styles: Vec<(Format, bool)> = reader.styles().iter().map(style).collect();
        let mut cells = Cells::default();
        // Where each shared formula was first seen.
        let mut shared: BTreeMap<usize, String> = BTreeMap::new();
        let mut hidden = Vec::new();
        while let Some(seen) = pass.next()? {
            let (row, column) = (seen.row, seen.column);
            if seen.hidden && hidden.last() != Some(&row) {
                hidden.push(row);
            }
            let record = match reader.next_cell_with_formula_metadata() {
                Ok(record) => record.ok_or_else(|| Fault::broken(format!("{} is not read", seen.cell())))?,
                // Failures that are newer than the reader are failures all the same.
                Err(_) if seen.form == Form::Failure => {
                    cells.set(row, column, &seen.runs.text, Kind::Failure, &mut self.budget)?;
                    continue;
                }
                Err(error) => return Err(Fault::broken(format!("{}: {error}", seen.cell()))),
            };
            if at(record.pos) != (row, column) {
                return Err(Fault::broken(format!("{} is not where the file says it is", seen.cell())));
            }
            let is_blank = matches!(record.value, DataRef::Empty);
            seen.check(is_blank)?;
            let (format, is_struck) = match seen.style.and_then(|style| styles.get(style)) {
                Some((format, is_struck)) => (format, *is_struck),
                None => (&Format::default(), false),
            };
            let (mut text, kind) = shown(Data::from(record.value), format, self.since_1904);
            if let Some(formula) = record.formula {
                let formula = match formula {
                    XlsxFormulaMetadata::Shared { shared_index, formula, .. } => {
                        shared.insert(shared_index, seen.cell());
                        formula
                    }
                    XlsxFormulaMetadata::SharedDerived { shared_index } => {
                        let first = shared.get(&shared_index).map_or("another cell", String::as_str);
                        format!("… as in {first}")
                    }
                    XlsxFormulaMetadata::Normal { formula } => formula,
                    _ => "…".to_owned(),
                };
                if is_blank && !formula.is_empty() {
                    cells.set_unsaved(row, column, &formula, &mut self.budget)?;
                }
            }
            let is_shared = seen.form == Form::Shared;
            let runs = if is_shared { self.texts.get(&seen.number()) } else { Some(&seen.runs) };
            if let Some(runs) = runs.filter(|runs| runs.has_scripts) {
                text.clone_from(&runs.text);
            }
            if !text.trim().is_empty() && cells.holds(row, column) {
                return Err(Fault::broken(format!("duplicate cell {}", seen.cell())));
            }
            cells.set(row, column, &text, kind, &mut self.budget)?;
            let whole = is_struck.then_some(Strike::Wholly);
            match runs.filter(|runs| runs.is_formatted()).map_or(whole, |runs| runs.strike(is_struck)) {
                Some(strike) if !text.trim().is_empty() => cells.strike(row, column, strike),
                _ => {}
            }
        }
        for row in hidden {
            cells.hide(row..=row);
        }
        drop(reader);
        let merged = book.merge_cells_by_sheet_name(name).map_err(Fault::broken)?;
        cells.content(regions(&merged), &mut self.budget)
    }
}

/// The number format of a style, and whether it strikes through.
fn style(style: &Style) -> (Format, bool) {
    let format = style.number_format.as_ref().map(|format| Format::of_code(&format.format_code));
    (format.unwrap_or_default(), style.font.as_ref().is_some_and(calamine::Font::has_strikethrough))
}

/// How the value of a cell is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The number of a shared text.
    Shared,
    Inline,
    /// A text or a date, which may be in several pieces.
    Text,
    Failure,
    /// A number or a truth value.
    Other,
}

/// A cell as our own pass sees it.
struct Seen {
    /// Counted from one.
    row: u32,
    column: usize,
    hidden: bool,
    style: Option<usize>,
    form: Form,
    /// What stands in it, or the texts of an inline one.
    runs: Runs,
    /// How many values it has.
    values: usize,
    /// Whether calamine reads a part of the value only: it takes the first piece of a number and the like, where comments
    /// divide it, and leaves out what is in `<![CDATA[…]]>`.
    is_cut: bool,
}

impl Seen {
    /// The cell's name.
    fn cell(&self) -> String {
        format!("{}{}", column_letters(self.column), self.row)
    }

    /// The number of a shared text.
    fn number(&self) -> u32 {
        self.runs.text.parse().unwrap_or(u32::MAX)
    }

    /// Refuses what is there and is not read, which must not pass for blank, nor a number that is none for the first text.
    fn check(&self, is_blank: bool) -> Result<(), Fault> {
        let text = &self.runs.text;
        let is_number =
            text.is_empty() || text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u32>().is_ok();
        match is_blank && !text.trim().is_empty()
            || self.form == Form::Shared && !is_number
            || self.is_cut
            || self.values > 1
        {
            true => Err(Fault::broken(format!("{} holds “{text}”, which is not understood", self.cell()))),
            false => Ok(()),
        }
    }

    fn text(&mut self, text: &str, is_data: bool) -> Result<(), Fault> {
        let is_piece = !self.runs.text.is_empty() && !text.is_empty() && self.form != Form::Text;
        self.is_cut |= is_data || is_piece;
        self.runs.text.push_str(text);
        limits::check_text(self.runs.text.len())
    }
}

/// Goes along with calamine through the cells of a sheet.
struct Pass<R: BufRead> {
    xml: Xml<R>,
    /// Where the next cell stands, if it does not say so; counted from zero.
    row: u32,
    column: usize,
    hidden: bool,
}

impl<R: BufRead> Pass<R> {
    /// Goes to the first row.
    fn begin(mut xml: Xml<R>) -> Result<Self, Fault> {
        loop {
            match xml.next()? {
                Node::Open(element) if element.name() == "sheetData" => {
                    return Ok(Self { xml, row: 0, column: 0, hidden: false });
                }
                Node::End => return Err(Fault::broken("it holds no cells")),
                _ => {}
            }
        }
    }

    /// The next cell.
    fn next(&mut self) -> Result<Option<Seen>, Fault> {
        let mut seen: Option<Seen> = None;
        // Within a value that is no inline text.
        let mut within = false;
        loop {
            match self.xml.next()? {
                Node::Open(element) => match (element.name(), &mut seen) {
                    ("row", None) => {
                        let [row, hidden] = element.attributes_named(["r", "hidden"])?;
                        if let Some(row) = row {
                            let row: u32 = row.parse().map_err(|_| Fault::broken(format!("“{row}” is not a row")))?;
                            self.row = row.saturating_sub(1);
                        }
                        self.hidden = hidden.is_some_and(|hidden| matches!(&*hidden, "1" | "true" | "on"));
                    }
                    ("c", None) => {
                        let [cell, style, form] = element.attributes_named(["r", "s", "t"])?;
                        let (row, column) = match cell {
                            Some(cell) => {
                                cell_at(&cell).ok_or_else(|| Fault::broken(format!("“{cell}” is not a cell")))?
                            }
                            None => (self.row.saturating_add(1), self.column),
                        };
                        self.column = column.saturating_add(1);
                        let style = style.and_then(|style| style.parse().ok());
                        let form = match form.as_deref() {
                            Some("s") => Form::Shared,
                            Some("inlineStr") => Form::Inline,
                            Some("str" | "d") => Form::Text,
                            Some("e") => Form::Failure,
                            _ => Form::Other,
                        };
                        let (hidden, runs) = (self.hidden, Runs::default());
                        seen = Some(Seen { row, column, hidden, style, form, runs, values: 0, is_cut: false });
                    }
                    // Beside the text itself, `v` says nothing.
                    ("v", Some(seen)) if seen.form != Form::Inline => {
                        (within, seen.values) = (true, seen.values.saturating_add(1));
                    }
                    (name, Some(seen)) => {
                        seen.values = seen.values.saturating_add(usize::from(name == "is"));
                        seen.runs.open(&element)?;
                    }
                    _ => {}
                },
                Node::Text(text) => match &mut seen {
                    Some(seen) if within => seen.text(&text, false)?,
                    Some(seen) => seen.runs.text(&text)?,
                    None => {}
                },
                Node::Data(text) => match &mut seen {
                    Some(seen) if within => seen.text(&text, true)?,
                    Some(seen) => seen.runs.text(&text)?,
                    None => {}
                },
                Node::Close(element) => match (element.name(), &mut seen) {
                    ("v", _) => within = false,
                    ("c", Some(_)) => return Ok(seen),
                    ("row", _) => (self.row, self.column) = (self.row.saturating_add(1), 0),
                    ("sheetData", _) => return Ok(None),
                    (name, Some(seen)) => seen.runs.close(name),
                    _ => {}
                },
                Node::End => return Err(Fault::broken("it ends in the middle of its cells")),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_paths_in_the_package() {
        for (folder, target, path) in [
            ("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "../customXml/item.xml", "customXml/item.xml"),
            ("", "xl/workbook.xml", "xl/workbook.xml"),
        ] {
            assert_eq!(resolve(folder, target), path);
        }
    }
}
