//! XLSX workbooks, read cell by cell.
//!
//! calamine reads the cells. A pass of our own goes along with it, for what calamine does not tell: which rows are hidden,
//! the number format of a cell that has a formula, and whether a cell that it gives as blank is one.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, Cursor};

use calamine::{Data, DataRef, Reader as _, SheetType, SheetVisible, Xlsx, XlsxFormulaMetadata};

use super::Kind;
use super::limits::{self, Budget, Cells, Fault};
use super::number::Format;
use super::package::Package;
use super::workbook::{self, Content, Read};
use super::xml::{Element, Node, Xml};

/// What a part's relations say: the kind of the other part, and where it is, by identifier.
pub(super) type Relations = BTreeMap<String, (String, String)>;

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
    let paths = paths(package, &main, &related)?;
    for path in of_kind("sharedStrings", "sharedStrings.xml") {
        check_texts(package, &path)?;
    }
    let mut formats = Vec::new();
    // The usual place comes last; what the relations say holds.
    for path in of_kind("styles", "styles.xml").iter().rev() {
        formats = self::formats(package, path)?;
    }
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(Fault::broken)?;
    let context = Context { formats, since_1904: book.has_1904_epoch() };
    let listed = book.sheets_metadata().to_vec();
    limits::check_sheets(listed.len())?;
    let mut budget = Budget::default();
    let mut sheets = Vec::new();
    // Charts and macros have sheets of their own, which hold no cells.
    for listed in listed.into_iter().filter(|listed| listed.typ == SheetType::WorkSheet) {
        let grid = match paths.get(&listed.name) {
            Some(path) => sheet(&mut book, &listed.name, package, path, &context, &mut budget),
            None => Err(Fault::broken("the workbook does not say where it is")),
        };
        sheets.push(Read {
            name: listed.name,
            hidden: listed.visible != SheetVisible::Visible,
            tells_rows: true,
            grid,
        });
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
                        return Err(Fault::broken(format!("“{id}” is the name of two relations")));
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
                        return Err(Fault::broken(format!("two sheets are called “{name}”")));
                    }
                    limits::check_sheets(paths.len())?;
                }
            }
            Node::End => return Ok(paths),
            _ => {}
        }
    }
}

/// Refuses shared texts that are too many or too long: calamine takes room for as many as the file claims to have.
fn check_texts(package: &mut Package<'_>, path: &str) -> Result<(), Fault> {
    let Some(part) = package.part(path)? else { return Ok(()) };
    let mut xml = Xml::new(part);
    let mut budget = Budget::default();
    let mut length = 0usize;
    loop {
        match xml.next()? {
            Node::Open(element) => match element.name().as_str() {
                "sst" => {
                    if let Some(count) = element.attribute("uniqueCount")? {
                        Budget::default().cells(count.trim().parse().unwrap_or(usize::MAX))?;
                    }
                }
                "si" => {
                    budget.cells(1)?;
                    length = 0;
                }
                _ => {}
            },
            Node::Text(text) | Node::Data(text) => {
                length = length.saturating_add(text.len());
                limits::check_text(length)?;
            }
            Node::Close(_) => {}
            Node::End => return Ok(()),
        }
    }
}

/// The number formats of the cell styles, in their order.
fn formats(package: &mut Package<'_>, path: &str) -> Result<Vec<Format>, Fault> {
    let Some(part) = package.part(path)? else { return Ok(Vec::new()) };
    let mut xml = Xml::new(part);
    let (mut own, mut formats) = (BTreeMap::new(), Vec::new());
    let mut within = false;
    let mut parts = 0usize;
    loop {
        match xml.next()? {
            Node::Open(element) => match element.name().as_str() {
                // calamine reads these, too, each into a structure of some size.
                "font" | "fill" | "border" => {
                    parts = parts.saturating_add(1);
                    limits::check_styles(parts)?;
                }
                "xf" if !within => {
                    parts = parts.saturating_add(1);
                    limits::check_styles(parts)?;
                }
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
    formats: Vec<Format>,
    since_1904: bool,
}

fn sheet(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    package: &mut Package<'_>,
    path: &str,
    context: &Context,
    budget: &mut Budget,
) -> Result<Content, Fault> {
    let Some(part) = package.part(path)? else { return Err(Fault::broken(format!("it has no {path}"))) };
    let mut pass = Pass::begin(Xml::new(part))?;
    let mut reader = book.worksheet_cells_reader(name).map_err(Fault::broken)?;
    let mut cells = Cells::default();
    let mut shared: BTreeMap<usize, String> = BTreeMap::new();
    let mut hidden = BTreeSet::new();
    while let Some(seen) = pass.next()? {
        if seen.hidden {
            hidden.insert(seen.row);
        }
        let cell = crate::source::column_letters(seen.column);
        let cell = format!("{cell}{}", seen.row);
        let record = match reader.next_cell_with_formula_metadata() {
            Ok(record) => record.ok_or_else(|| Fault::broken(format!("{cell} is not read")))?,
            // Failures that are newer than the reader are failures all the same.
            Err(_) if seen.kind == "e" => {
                cells.set(seen.row, seen.column, &seen.value, Kind::Failure, budget)?;
                continue;
            }
            Err(error) => return Err(Fault::broken(format!("{cell}: {error}"))),
        };
        if workbook::at(record.pos) != (seen.row, seen.column) {
            return Err(Fault::broken(format!("{cell} is not where the file says it is")));
        }
        let is_blank = matches!(record.value, DataRef::Empty);
        // What is there and is not read must not pass for blank, nor an index that is none for the first.
        if is_blank && !seen.value.trim().is_empty()
            || seen.kind == "s" && !is_index(&seen.value)
            || seen.is_read_in_part()
        {
            return Err(Fault::broken(format!("{cell} holds “{}”, which is not understood", seen.value)));
        }
        let general = Format::GENERAL;
        let format = seen.style.and_then(|style| context.formats.get(style)).unwrap_or(&general);
        let (text, kind) = workbook::shown(&Data::from(record.value), format, context.since_1904);
        if let Some(formula) = record.formula {
            let formula = match formula {
                XlsxFormulaMetadata::Shared { shared_index, formula, .. } => {
                    shared.insert(shared_index, cell);
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
                cells.set_unsaved(seen.row, seen.column, &formula, budget)?;
            }
        }
        if !text.trim().is_empty() && cells.holds(seen.row, seen.column) {
            let cell = crate::source::column_letters(seen.column);
            return Err(Fault::broken(format!("{cell}{} is there twice", seen.row)));
        }
        cells.set(seen.row, seen.column, &text, kind, budget)?;
    }
    for row in hidden {
        cells.hide(row);
    }
    drop(reader);
    let merged = book.merge_cells_by_sheet_name(name).map_err(Fault::broken)?;
    cells.content(workbook::regions(&merged), budget)
}

/// Whether it is the number of a shared text, or nothing; calamine takes what it cannot read for the first.
fn is_index(text: &str) -> bool {
    text.is_empty() || text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u32>().is_ok()
}

/// A cell as our own pass sees it.
struct Seen {
    /// Counted from one.
    row: u32,
    column: usize,
    hidden: bool,
    style: Option<usize>,
    /// `s`: a shared text, `str`, `inlineStr`, `b`, `e`, `d`; a number where it is missing.
    kind: String,
    /// What stands in it, or the texts of an inline one.
    value: String,
    /// How many values it has, and of how many pieces the value is, which comments and the like divide.
    values: usize,
    pieces: usize,
    /// Whether a part of the value is in `<![CDATA[…]]>`.
    has_data: bool,
}

impl Seen {
    /// Whether calamine reads something else than the whole value: of numbers and the like it takes the first piece, of
    /// texts it leaves out what is in `<![CDATA[…]]>`, and of several values it takes the last.
    fn is_read_in_part(&self) -> bool {
        let is_text = matches!(self.kind.as_str(), "str" | "d" | "inlineStr");
        self.values > 1 || self.has_data || self.pieces > 1 && !is_text
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
        // Within a value, or a text that is not the pronunciation of another.
        let (mut within, mut spoken) = (false, false);
        loop {
            match self.xml.next()? {
                Node::Open(element) => match (element.name().as_str(), &mut seen) {
                    ("row", None) => {
                        if let Some(row) = element.attribute("r")? {
                            let row: u32 = row.parse().map_err(|_| Fault::broken(format!("“{row}” is no row")))?;
                            self.row = row.saturating_sub(1);
                        }
                        self.hidden = element.is("hidden")?;
                    }
                    ("c", None) => {
                        let (row, column) = match element.attribute("r")? {
                            Some(cell) => place(&cell)?,
                            None => (self.row.saturating_add(1), self.column),
                        };
                        self.column = column.saturating_add(1);
                        seen = Some(Seen {
                            row,
                            column,
                            hidden: self.hidden,
                            style: element.attribute("s")?.and_then(|style| style.parse().ok()),
                            kind: element.attribute("t")?.unwrap_or_default(),
                            value: String::new(),
                            values: 0,
                            pieces: 0,
                            has_data: false,
                        });
                    }
                    // Beside the text itself, `v` says nothing.
                    ("v", Some(seen)) if seen.kind != "inlineStr" => {
                        (within, seen.values) = (true, seen.values.saturating_add(1));
                    }
                    ("is", Some(seen)) => seen.values = seen.values.saturating_add(1),
                    ("v" | "t", Some(_)) => within = true,
                    ("rPh", Some(_)) => spoken = true,
                    _ => {}
                },
                Node::Text(text) => {
                    if let Some(seen) = seen.as_mut().filter(|_| within && !spoken) {
                        seen.pieces = seen.pieces.saturating_add(usize::from(!text.is_empty()));
                        seen.value.push_str(&text);
                        limits::check_text(seen.value.len())?;
                    }
                }
                Node::Data(text) => {
                    if let Some(seen) = seen.as_mut().filter(|_| within && !spoken) {
                        seen.has_data |= seen.kind != "inlineStr";
                        seen.value.push_str(&text);
                        limits::check_text(seen.value.len())?;
                    }
                }
                Node::Close(name) => match name.as_str() {
                    "v" | "t" => within = false,
                    "rPh" => spoken = false,
                    "c" if seen.is_some() => return Ok(seen),
                    "row" => (self.row, self.column) = (self.row.saturating_add(1), 0),
                    "sheetData" => return Ok(None),
                    _ => {}
                },
                Node::End => return Err(Fault::broken("it ends in the middle of its cells")),
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found() {
        assert_eq!(place("A1"), Ok((1, 0)));
        assert_eq!(place("XFD1048576"), Ok((1_048_576, 16_383)));
        assert!(place("17").is_err() && place("A").is_err() && place("").is_err() && place("Ä1").is_err());
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
