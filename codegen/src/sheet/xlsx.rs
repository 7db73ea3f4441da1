//! XLSX workbooks, read cell by cell.
//!
//! Read here and not by calamine, which gives no hidden rows, makes a rectangle of every sheet, and takes room for as many
//! shared strings as the file claims to have.

use std::collections::BTreeMap;
use std::io::BufRead;

use super::Kind;
use super::limits::{self, Budget, Cells, Fault};
use super::merged::Region;
use super::number::Format;
use super::package::Package;
use super::workbook::Read;
use super::xml::{Element, Node, Xml};

/// What a part's relations say: the kind of the other part, and where it is, by identifier.
pub(super) type Relations = BTreeMap<String, (String, String)>;

/// Every worksheet in the order of the workbook.
pub(super) fn read(package: &mut Package<'_>) -> Result<Vec<Read>, Fault> {
    let root = relations(package, "_rels/.rels", "")?;
    let main = root.into_values().find(|(kind, _)| kind == "officeDocument");
    let main = main.map_or_else(|| "xl/workbook.xml".to_owned(), |(_, path)| path);
    let (folder, name) = main.rsplit_once('/').unwrap_or(("", &main));
    let related = relations(package, &join(folder, &format!("_rels/{name}.rels")), folder)?;
    let of_kind = |wanted: &str| related.values().find(|(kind, _)| kind == wanted).map(|(_, path)| path.as_str());
    let book = book(package, &main)?;
    let mut budget = Budget::default();
    let texts = of_kind("sharedStrings").map(|path| texts(package, path, &mut budget)).transpose()?.unwrap_or_default();
    let formats = of_kind("styles").map(|path| formats(package, path)).transpose()?.unwrap_or_default();
    let context = Context { texts, formats, since_1904: book.since_1904 };
    let mut sheets = Vec::new();
    for listed in book.sheets {
        // Charts and macros have sheets of their own, which hold no cells.
        let Some((_, path)) = related.get(&listed.relation).filter(|(kind, _)| kind == "worksheet") else { continue };
        let grid = sheet(package, path, &context, &mut budget);
        sheets.push(Read { name: listed.name, hidden: listed.hidden, grid });
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
                    relations.insert(id, (kind, resolve(folder, &target)));
                }
            }
            Node::End => return Ok(relations),
            _ => {}
        }
    }
}

/// What the workbook's own part says.
#[derive(Default)]
struct Book {
    sheets: Vec<Listed>,
    since_1904: bool,
}

struct Listed {
    name: String,
    hidden: bool,
    relation: String,
}

fn book(package: &mut Package<'_>, path: &str) -> Result<Book, Fault> {
    let Some(part) = package.part(path)? else { return Err(Fault::broken(format!("it has no {path}"))) };
    let mut xml = Xml::new(part);
    let mut book = Book::default();
    loop {
        match xml.next()? {
            Node::Open(element) => match element.name().as_str() {
                "sheet" => {
                    book.sheets.push(Listed {
                        name: element.attribute("name")?.unwrap_or_default(),
                        hidden: element.attribute("state")?.is_some_and(|state| state != "visible"),
                        relation: element.attribute("id")?.unwrap_or_default(),
                    });
                    limits::check_sheets(book.sheets.len())?;
                }
                // An extension has an element of the same name without this attribute.
                "workbookPr" => book.since_1904 |= element.is("date1904")?,
                _ => {}
            },
            Node::End => return Ok(book),
            _ => {}
        }
    }
}

/// The shared texts, formatted ones without their formats.
fn texts(package: &mut Package<'_>, path: &str, budget: &mut Budget) -> Result<Vec<String>, Fault> {
    let Some(part) = package.part(path)? else { return Ok(Vec::new()) };
    let mut xml = Xml::new(part);
    let mut texts = Vec::new();
    let mut text = Rich::default();
    loop {
        match xml.next()? {
            Node::Open(element) if element.name() == "si" => text = Rich::default(),
            Node::Open(element) => text.open(&element.name()),
            Node::Text(part) => text.push(&part)?,
            Node::Close(name) if name == "si" => {
                budget.cells(1)?;
                texts.push(std::mem::take(&mut text).finish());
            }
            Node::Close(name) => text.close(&name),
            Node::End => return Ok(texts),
        }
    }
}

/// A text in the making, which may consist of several parts and have its pronunciation beside it.
#[derive(Default)]
struct Rich {
    text: String,
    within: bool,
    spoken: bool,
}

impl Rich {
    fn open(&mut self, name: &str) {
        match name {
            "t" => self.within = true,
            "rPh" => self.spoken = true,
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "t" => self.within = false,
            "rPh" => self.spoken = false,
            _ => {}
        }
    }

    fn push(&mut self, part: &str) -> Result<(), Fault> {
        if self.within && !self.spoken {
            self.text.push_str(part);
        }
        limits::check_text(self.text.len())
    }

    fn finish(self) -> String {
        unescaped(&self.text)
    }
}

/// `_x000D_` is the character with this code, and `_x005F_` the underscore of such a text that is meant as it stands.
fn unescaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    // Of characters beyond the first plane each half is written by itself.
    let mut units: Vec<u16> = Vec::new();
    let mut rest = text;
    loop {
        let (before, from) = rest.split_at(rest.find("_x").unwrap_or(rest.len()));
        if !before.is_empty() {
            result.push_str(&String::from_utf16_lossy(&units));
            units.clear();
            result.push_str(before);
        }
        if from.is_empty() {
            result.push_str(&String::from_utf16_lossy(&units));
            return result;
        }
        let code = from.get(2..6).filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let code = code.filter(|_| from.get(6..7) == Some("_")).and_then(|code| u16::from_str_radix(code, 16).ok());
        if let Some(code) = code {
            units.push(code);
            rest = from.get(7..).unwrap_or_default();
        } else {
            result.push_str(&String::from_utf16_lossy(&units));
            units.clear();
            result.push_str("_x");
            rest = from.get(2..).unwrap_or_default();
        }
    }
}

/// The number formats of the cell styles, in their order.
fn formats(package: &mut Package<'_>, path: &str) -> Result<Vec<Format>, Fault> {
    let Some(part) = package.part(path)? else { return Ok(Vec::new()) };
    let mut xml = Xml::new(part);
    let (mut own, mut formats) = (BTreeMap::new(), Vec::new());
    let mut within = false;
    loop {
        match xml.next()? {
            Node::Open(element) => match element.name().as_str() {
                "numFmt" => {
                    if let (Some(id), Some(code)) = (number(&element, "numFmtId")?, element.attribute("formatCode")?) {
                        own.insert(id, Format::of_code(&code));
                        limits::check_styles(own.len())?;
                    }
                }
                "cellXfs" => within = true,
                "xf" if within => {
                    let id = number(&element, "numFmtId")?.unwrap_or_default();
                    formats.push(own.get(&id).cloned().unwrap_or_else(|| Format::built_in(id)));
                    limits::check_styles(formats.len())?;
                }
                _ => {}
            },
            Node::Close(name) if name == "cellXfs" => within = false,
            Node::End => return Ok(formats),
            _ => {}
        }
    }
}

fn number(element: &Element<'_>, name: &str) -> Result<Option<u32>, Fault> {
    Ok(element.attribute(name)?.and_then(|text| text.parse().ok()))
}

/// What the sheets of a workbook share.
struct Context {
    texts: Vec<String>,
    formats: Vec<Format>,
    since_1904: bool,
}

/// Which text of a cell is being read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    None,
    Value,
    Formula,
}

/// A cell in the making.
#[derive(Default)]
struct Draft {
    column: usize,
    /// `s`: a shared text, `str`, `inlineStr`, `b`, `e`, `d`; a number where it is missing.
    kind: String,
    style: Option<usize>,
    value: String,
    inline: Option<Rich>,
    formula: Option<Formula>,
}

#[derive(Default)]
struct Formula {
    text: String,
    /// Number of the formula it shares with other cells.
    shared: Option<String>,
}

fn sheet(
    package: &mut Package<'_>,
    path: &str,
    context: &Context,
    budget: &mut Budget,
) -> Result<super::workbook::Content, Fault> {
    let Some(part) = package.part(path)? else { return Err(Fault::broken(format!("it has no {path}"))) };
    let mut sheet = Sheet { context, budget, cells: Cells::default(), merged: Vec::new(), shared: BTreeMap::new() };
    sheet.read(&mut Xml::new(part))?;
    let (rows, unsaved, merged) = sheet.cells.finish(sheet.merged, sheet.budget)?;
    Ok(super::workbook::Content { rows, unsaved, merged })
}

struct Sheet<'c> {
    context: &'c Context,
    budget: &'c mut Budget,
    cells: Cells,
    merged: Vec<Region>,
    /// The cell that holds a formula which others share, by the formula's number.
    shared: BTreeMap<String, String>,
}

impl Sheet<'_> {
    fn read(&mut self, xml: &mut Xml<impl BufRead>) -> Result<(), Fault> {
        let (mut row, mut hidden, mut next) = (0u32, false, 0usize);
        let mut draft: Option<Draft> = None;
        let mut part = Part::None;
        let mut holds_cells = false;
        loop {
            match xml.next()? {
                Node::Open(element) => match (element.name().as_str(), &mut draft) {
                    ("sheetData", _) => holds_cells = true,
                    ("row", _) => {
                        row = number(&element, "r")?.unwrap_or(row.saturating_add(1));
                        (hidden, next) = (element.is("hidden")?, 0);
                    }
                    ("c", _) => {
                        let column = match element.attribute("r")? {
                            Some(cell) => {
                                let (at, column) = place(&cell)?;
                                row = at;
                                column
                            }
                            None => next,
                        };
                        next = column.saturating_add(1);
                        draft = Some(Draft {
                            column,
                            kind: element.attribute("t")?.unwrap_or_default(),
                            style: element.attribute("s")?.and_then(|style| style.parse().ok()),
                            ..Draft::default()
                        });
                    }
                    ("v", Some(_)) => part = Part::Value,
                    ("f", Some(draft)) => {
                        let shared = match element.attribute("t")?.as_deref() {
                            Some("shared") => element.attribute("si")?,
                            _ => None,
                        };
                        draft.formula = Some(Formula { text: String::new(), shared });
                        part = Part::Formula;
                    }
                    ("is", Some(draft)) => draft.inline = Some(Rich::default()),
                    (name, Some(Draft { inline: Some(inline), .. })) => inline.open(name),
                    ("mergeCell", None) => {
                        if let Some(reference) = element.attribute("ref")? {
                            self.budget.cells(1)?;
                            self.merged.extend(region(&reference)?);
                        }
                    }
                    _ => {}
                },
                Node::Text(text) => match (&mut draft, part) {
                    (Some(draft), Part::Value) => {
                        draft.value.push_str(&text);
                        limits::check_text(draft.value.len())?;
                    }
                    (Some(Draft { formula: Some(formula), .. }), Part::Formula) => {
                        formula.text.push_str(&text);
                        limits::check_text(formula.text.len())?;
                    }
                    (Some(Draft { inline: Some(inline), .. }), Part::None) => inline.push(&text)?,
                    _ => {}
                },
                Node::Close(name) => match (name.as_str(), &mut draft) {
                    ("v" | "f", _) => part = Part::None,
                    ("c", Some(_)) => {
                        if let Some(draft) = draft.take() {
                            self.put(row, draft)?;
                        }
                        if hidden {
                            self.cells.hide(row);
                        }
                    }
                    (name, Some(Draft { inline: Some(inline), .. })) => inline.close(name),
                    _ => {}
                },
                Node::End if holds_cells => return Ok(()),
                Node::End => return Err(Fault::broken("it holds no cells")),
            }
        }
    }

    fn put(&mut self, row: u32, draft: Draft) -> Result<(), Fault> {
        let Draft { column, kind, style, value, inline, formula } = draft;
        let general = Format::GENERAL;
        let format = style.and_then(|style| self.context.formats.get(style)).unwrap_or(&general);
        let (text, held) = match (kind.as_str(), inline) {
            ("inlineStr" | "is", Some(inline)) => (inline.finish(), Kind::Text),
            ("s", _) if value.trim().is_empty() => (String::new(), Kind::Blank),
            ("s", _) => {
                let index: Option<usize> = value.trim().parse().ok();
                let text = index.and_then(|index| self.context.texts.get(index)).ok_or_else(|| {
                    let cell = format!("{}{row}", super::column_letters(column));
                    Fault::broken(format!("{cell} holds the shared text {value}, which the file does not have"))
                })?;
                (text.clone(), Kind::Text)
            }
            ("str", _) => (unescaped(&value), Kind::Text),
            ("b", _) => match value.trim() {
                "" => (String::new(), Kind::Blank),
                "1" | "true" => ("true".to_owned(), Kind::Truth),
                "0" | "false" => ("false".to_owned(), Kind::Truth),
                // Anything else stays what it is.
                other => (other.to_owned(), Kind::Text),
            },
            ("e", _) => (value, Kind::Failure),
            ("d", _) => (value, Kind::Date),
            _ => match value.trim().parse::<f64>() {
                Ok(number) if number.is_finite() => format.show(number, self.context.since_1904),
                _ => (value, Kind::Text),
            },
        };
        // One whose result is an empty text has one.
        let unsaved = text.is_empty() && kind != "str";
        if let Some(formula) = formula {
            let cell = format!("{}{row}", super::column_letters(column));
            let formula = match formula.shared {
                Some(number) if formula.text.is_empty() => {
                    let first = self.shared.get(&number).map_or("another cell", String::as_str);
                    format!("… as in {first}")
                }
                Some(number) => {
                    self.shared.insert(number, cell);
                    formula.text
                }
                None => formula.text,
            };
            if unsaved && !formula.is_empty() {
                self.cells.set_unsaved(row, column, &formula, self.budget)?;
            }
        }
        self.cells.set(row, column, &text, held, self.budget)
    }
}

/// `D17`: the row, counted from one, and the column, counted from zero.
fn place(cell: &str) -> Result<(u32, usize), Fault> {
    let unreadable = || Fault::broken(format!("“{cell}” is no cell"));
    let cell = cell.replace('$', "");
    let (letters, digits) =
        cell.split_at(cell.find(|character: char| !character.is_ascii_alphabetic()).unwrap_or(cell.len()));
    if letters.is_empty() || letters.len() > 6 {
        return Err(unreadable());
    }
    let column = letters.bytes().fold(0usize, |column, letter| {
        let letter = usize::from(letter.to_ascii_uppercase().saturating_sub(b'A')).saturating_add(1);
        column.saturating_mul(26).saturating_add(letter)
    });
    let row = digits.parse().map_err(|_| unreadable())?;
    Ok((row, column.saturating_sub(1)))
}

/// `A2:A9`; `None` for a single cell, which is merged with none.
fn region(reference: &str) -> Result<Option<Region>, Fault> {
    let Some((first, last)) = reference.split_once(':') else { return Ok(None) };
    let ((first_row, first_column), (last_row, last_column)) = (place(first)?, place(last)?);
    Ok(Some(Region { first_row, last_row, first_column, last_column }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_characters_are_read() {
        for (text, read) in [
            ("a_x000D_b", "a\rb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_xD83D__xDCF7_ photo", "\u{1f4f7} photo"),
            ("max_x and _xyz", "max_x and _xyz"),
            ("_x00", "_x00"),
            ("_x00Ä_", "_x00Ä_"),
        ] {
            assert_eq!(unescaped(text), read);
        }
    }

    #[test]
    fn cells_and_regions_are_found() {
        assert_eq!(place("A1"), Ok((1, 0)));
        assert_eq!(place("XFD1048576"), Ok((1_048_576, 16_383)));
        assert!(place("17").is_err() && place("A").is_err() && place("").is_err() && place("Ä1").is_err());
        let region = region("B2:D9").unwrap().unwrap();
        assert_eq!((region.first_row, region.last_row, region.first_column, region.last_column), (2, 9, 1, 3));
    }

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
