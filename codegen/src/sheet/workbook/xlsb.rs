//! XLSB workbooks, read cell by cell by calamine.
//!
//! calamine believes the lengths that records give, and passes over cells of some kinds. A pass of our own goes through the
//! records beforehand, refuses what would not be read right, and finds failed formulas, hidden rows and merged cells.

use std::collections::BTreeMap;
use std::io::{BufRead, Cursor, Read as _};

use calamine::{Data, Reader as _, SheetType, SheetVisible, Xlsb};

use super::super::Kind;
use super::super::content::{Cells, Content};
use super::super::limits::{self, Budget, Fault};
use super::super::merged::Region;
use super::number::Format;
use super::package::{self, Package};
use super::xlsx::{self, Relations};
use super::{Read, at, shown};

/// Records.
const ROW: u32 = 0;
const RK: u32 = 2;
const FAILURE: u32 = 3;
const TRUTH: u32 = 4;
const NUMBER: u32 = 5;
const TEXT: u32 = 6;
const SHARED_TEXT: u32 = 7;
const FORMULA_TEXT: u32 = 8;
const FORMULA_NUMBER: u32 = 9;
const FORMULA_TRUTH: u32 = 10;
const FORMULA_FAILURE: u32 = 11;
/// Texts in several formats, and the short forms of cells.
const FORMATTED_TEXT: u32 = 62;
const SHORT: std::ops::RangeInclusive<u32> = 12..=18;
const ITEM: u32 = 0x13;
const NAME: u32 = 0x27;
const SHEET: u32 = 0x9c;
const MERGED: u32 = 0xb0;
const OTHER_SHEETS: u32 = 0x16a;

/// The most bytes of a record of these kinds, and of all names of cells together: calamine writes the formula of each name,
/// goes into formulas within formulas, and moves what is written at every token.
const LENGTHS: [(u32, usize); 3] = [(NAME, 16 << 10), (SHEET, 1 << 10), (OTHER_SHEETS, 256 << 10)];
const NAMES: usize = 1 << 20;

/// Every worksheet in the order of the workbook.
pub(super) fn read(bytes: &[u8], package: &mut Package<'_>) -> Result<Vec<Read>, Fault> {
    if let Some(part) = package.part("xl/sharedStrings.bin")? {
        let mut budget = Budget::default();
        let mut records = Records::new(part);
        while let Some((_, data)) = records.next()? {
            limits::check_text(data.len())?;
            budget.texts(data.len(), 1, 1)?;
        }
    }
    let paths = paths(package)?;
    let mut book = Xlsb::new(Cursor::new(bytes)).map_err(Fault::broken)?;
    let since_1904 = book.has_1904_epoch();
    let listed = book.sheets_metadata().to_vec();
    limits::check_sheets(listed.len())?;
    let mut budget = Budget::default();
    let mut sheets = Vec::new();
    for listed in listed.into_iter().filter(|listed| listed.typ == SheetType::WorkSheet) {
        let grid = match paths.get(&listed.name) {
            Some(Some(path)) => sheet(&mut book, &listed.name, package, path, since_1904, &mut budget),
            Some(None) => Err(Fault::broken("duplicate sheet name")),
            None => Err(Fault::broken("the workbook does not say where it is")),
        };
        sheets.push(Read { name: listed.name, hidden: listed.visible != SheetVisible::Visible, grid });
    }
    Ok(sheets)
}

/// Where each sheet is, by name; none for a name that is there twice.
fn paths(package: &mut Package<'_>) -> Result<BTreeMap<String, Option<String>>, Fault> {
    let related: Relations = xlsx::relations(package, "xl/_rels/workbook.bin.rels", "xl")?;
    let Some(part) = package.part("xl/workbook.bin")? else { return Err(Fault::broken("it has no workbook.bin")) };
    let mut records = Records::new(part);
    let mut paths = BTreeMap::new();
    let mut names = 0usize;
    while let Some((kind, data)) = records.next()? {
        if kind == NAME {
            names = names.saturating_add(data.len());
        }
        let limit = LENGTHS.iter().find(|(of, _)| *of == kind).map_or(limits::NODE, |(_, limit)| *limit);
        if data.len() > limit || names > NAMES {
            return Err(Fault::too_large("names of cells or of sheets", format!("at most {} KiB", limit >> 10)));
        }
        // One that has no relation is nowhere.
        if kind == SHEET && double(data, 8)? != u32::MAX {
            let (id, rest) = wide(data.get(8..).unwrap_or_default())?;
            let (name, _) = wide(rest)?;
            if let Some((_, path)) = related.get(&id) {
                let path = (!paths.contains_key(&name)).then(|| path.clone());
                paths.insert(name, path);
                limits::check_sheets(paths.len())?;
            }
        }
    }
    Ok(paths)
}

/// What calamine does not give of a sheet.
#[derive(Default)]
struct Beside {
    /// Formulas that have failed: row counted from one, column, and what they show.
    failures: Vec<(u32, usize, &'static str)>,
    merged: Vec<Region>,
    /// Counted from one.
    hidden: Vec<u32>,
}

/// Refuses cells that calamine passes over, which would read as blank, and a blank scale is 1.
fn check_cells(part: impl BufRead) -> Result<Beside, Fault> {
    let mut records = Records::new(part);
    let mut beside = Beside::default();
    let mut budget = Budget::default();
    let mut row = 0;
    while let Some((kind, data)) = records.next()? {
        match kind {
            ROW => {
                row = double(data, 0)?.saturating_add(1);
                limits::check_place(row, 0)?;
                if data.get(11).is_some_and(|flags| flags & 0x10 != 0) {
                    beside.hidden.push(row);
                }
            }
            FORMULA_FAILURE => {
                budget.cells(1)?;
                let code = data.get(8).copied().unwrap_or_default();
                beside.failures.push((row, index(double(data, 0)?), failure(code)));
            }
            MERGED => {
                budget.cells(1)?;
                let place = |row: usize, column: usize| Ok((double(data, row)?, double(data, column)?));
                let ((first_row, first_column), (last_row, last_column)) = (at(place(0, 8)?), at(place(4, 12)?));
                beside.merged.push(Region { first_row, last_row, first_column, last_column });
            }
            _ if kind == FORMATTED_TEXT || SHORT.contains(&kind) => {
                return Err(Fault::broken(format!(
                    "it has a cell of a kind that is not read (record {kind}); save it as XLSX"
                )));
            }
            _ => {}
        }
    }
    Ok(beside)
}

fn failure(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0f => "#VALUE!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        0x2a => "#N/A",
        _ => "#ERROR!",
    }
}

fn sheet(
    book: &mut Xlsb<Cursor<&[u8]>>,
    name: &str,
    package: &mut Package<'_>,
    path: &str,
    since_1904: bool,
    budget: &mut Budget,
) -> Result<Content, Fault> {
    let Some(part) = package.part(path)? else { return Err(Fault::broken(format!("it has no {path}"))) };
    let Beside { failures, merged, hidden } = check_cells(part)?;
    let mut cells = Cells::default();
    let mut reader = book.worksheet_cells_reader(name).map_err(Fault::broken)?;
    while let Some(cell) = reader.next_cell().map_err(Fault::broken)? {
        let (row, column) = at(cell.get_position());
        let (text, kind) = shown(Data::from(cell.get_value().clone()), &Format::default(), since_1904);
        cells.set(row, column, &text, kind, budget)?;
    }
    // calamine gives no cell for a formula that has failed, which must not pass for blank.
    for (row, column, shown) in failures {
        cells.set(row, column, shown, Kind::Failure, budget)?;
    }
    for row in hidden {
        cells.hide(row..=row);
    }
    cells.content(merged, budget)
}

/// Goes from record to record of a part. A record that is shorter than what it says of itself is an error: calamine would read
/// the rest of the record before.
struct Records<R> {
    part: R,
    data: Vec<u8>,
}

impl<R: BufRead> Records<R> {
    fn new(part: R) -> Self {
        Self { part, data: Vec::new() }
    }

    /// The number of the next record, and its data.
    fn next(&mut self) -> Result<Option<(u32, &[u8])>, Fault> {
        let Some(kind) = self.number(2)? else { return Ok(None) };
        let cut = || Fault::broken("it ends in the middle of a record");
        let length = index(self.number(4)?.ok_or_else(cut)?);
        if length > limits::NODE {
            return Err(Fault::too_large("a record of a sheet", format!("at most {} MiB", limits::NODE >> 20)));
        }
        self.data.clear();
        let mut data = (&mut self.part).take(u64::try_from(length).unwrap_or(u64::MAX));
        data.read_to_end(&mut self.data).map_err(|error| package::fault(&error))?;
        let text = |at| double(&self.data, at).map(|length| index(length).saturating_mul(2).saturating_add(at));
        let least = match kind {
            ROW => 4,
            FAILURE | TRUTH | FORMULA_TRUTH | FORMULA_FAILURE => 9,
            RK | SHARED_TEXT => 12,
            NUMBER | FORMULA_NUMBER => 16,
            TEXT | FORMULA_TEXT => text(8)?.saturating_add(4),
            ITEM => text(1)?.saturating_add(4),
            _ => 0,
        };
        match self.data.len() < length.max(least) {
            true if self.data.len() < length => Err(cut()),
            true => Err(Fault::broken("a record is cut off")),
            false => Ok(Some((kind, &self.data))),
        }
    }

    /// A number of seven bits in each byte, the lowest first; none at the end of the part.
    fn number(&mut self, most: u32) -> Result<Option<u32>, Fault> {
        let mut number = 0u32;
        for place in 0..most {
            let mut byte = [0];
            if self.part.read(&mut byte).map_err(|error| package::fault(&error))? == 0 {
                return Ok((place > 0).then_some(number));
            }
            let [byte] = byte;
            number |= u32::from(byte & 0x7f).wrapping_shl(place.saturating_mul(7));
            if byte < 0x80 {
                break;
            }
        }
        Ok(Some(number))
    }
}

/// A text with its length before it, and what comes after.
fn wide(data: &[u8]) -> Result<(String, &[u8]), Fault> {
    let bytes = index(double(data, 0)?).saturating_mul(2);
    let cut = || Fault::broken("the name of a sheet is cut off");
    let (text, rest) = data.get(4..).and_then(|data| data.split_at_checked(bytes)).ok_or_else(cut)?;
    let units: Vec<u16> = text.as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    Ok((String::from_utf16_lossy(&units), rest))
}

fn double(data: &[u8], at: usize) -> Result<u32, Fault> {
    let double = data.get(at..).and_then(|data| data.first_chunk());
    double.map(|double| u32::from_le_bytes(*double)).ok_or_else(|| Fault::broken("a record is cut off"))
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
