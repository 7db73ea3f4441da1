//! XLS workbooks of Excel 5 to 2003, read record by record ([MS-XLS]).
//!
//! Read here and not by calamine, which gives no hidden rows, makes a rectangle of every sheet, and takes room for as many
//! cells as the file claims to have.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use encoding_rs::Encoding;

use super::Kind;
use super::cfb;
use super::limits::{self, Budget, Cells, Fault};
use super::merged::Region;
use super::number::Format;
use super::records::{Data, failure, rk};
use super::workbook::{Content, Read};

/// Every worksheet in the order of the workbook.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Read>, Fault> {
    if cfb::stream(bytes, &["EncryptedPackage"])?.is_some() {
        return Err(Fault::broken("it is protected with a password"));
    }
    let stream = cfb::stream(bytes, &["Workbook", "Book"])?;
    let stream = stream.ok_or_else(|| Fault::broken("it holds no workbook of Excel"))?;
    let mut context = Context::new();
    let mut budget = Budget::default();
    let mut listed = Vec::new();
    let mut records = Records(Data(&stream));
    while let Some((record, parts)) = records.next()? {
        let mut data = Data(parts.first().copied().unwrap_or_default());
        match record {
            BOF => context.version = data.u16()?,
            EOF => break,
            // FilePass
            0x002f => return Err(Fault::broken("it is protected with a password")),
            // CodePage
            0x0042 => context.encoding = encoding(data.u16()?),
            // Date1904
            0x0022 => context.since_1904 = data.u16()? == 1,
            // Format
            0x041e => {
                let id = data.u16()?;
                let code = match context.is_unicode() {
                    true => context.long_text(&parts, 2)?,
                    false => context.short_text(&mut data)?,
                };
                context.own_formats.insert(id, Format::of_code(&code));
            }
            // XF
            0x00e0 => {
                data.skip(2)?;
                let id = data.u16()?;
                let format = context.own_formats.get(&id).cloned();
                context.formats.push(format.unwrap_or_else(|| Format::built_in(u32::from(id))));
                limits::check_styles(context.formats.len())?;
            }
            // BoundSheet8
            0x0085 => {
                let begin = usize::try_from(data.u32()?).unwrap_or(usize::MAX);
                let (state, kind) = (data.u8()?, data.u8()?);
                let name = context.short_text(&mut data)?;
                // Charts and macros have sheets of their own, which hold no cells.
                if kind == 0 {
                    listed.push((name, state & 3 != 0, begin));
                    limits::check_sheets(listed.len())?;
                }
            }
            // SST
            0x00fc => context.texts = shared(&parts, &mut budget)?,
            _ => {}
        }
    }
    // Excel 4 and before had one sheet for a file and other records.
    if !matches!(context.version, 0x0500 | 0x0600) {
        return Err(Fault::broken("it is of Excel 4 or before"));
    }
    let sheets = listed.into_iter().map(|(name, hidden, begin)| {
        let grid = stream.get(begin..).ok_or_else(|| Fault::broken("it lies beyond the end of the file"));
        Read { name, hidden, grid: grid.and_then(|records| sheet(records, &context, &mut budget)) }
    });
    Ok(sheets.collect())
}

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000a;
const CONTINUE: u16 = 0x003c;

/// Its number, its data and those that continue it.
type Record<'d> = (u16, Vec<&'d [u8]>);

/// The records of a stream, each with those that continue it.
struct Records<'d>(Data<'d>);

impl<'d> Records<'d> {
    fn next(&mut self) -> Result<Option<Record<'d>>, Fault> {
        if self.0.0.is_empty() {
            return Ok(None);
        }
        let (record, length) = (self.0.u16()?, self.0.u16()?);
        let mut parts = vec![self.0.take(usize::from(length))?];
        while self.0.0.first_chunk::<2>().is_some_and(|next| u16::from_le_bytes(*next) == CONTINUE) {
            self.0.skip(2)?;
            let length = self.0.u16()?;
            parts.push(self.0.take(usize::from(length))?);
        }
        Ok(Some((record, parts)))
    }
}

/// What the sheets of a workbook share.
struct Context {
    /// `0x0500`, `0x0600`: from the latter on texts are in Unicode.
    version: u16,
    encoding: &'static Encoding,
    own_formats: BTreeMap<u16, Format>,
    formats: Vec<Format>,
    texts: Vec<String>,
    since_1904: bool,
}

impl Context {
    fn new() -> Self {
        Self {
            version: 0,
            encoding: encoding_rs::WINDOWS_1252,
            own_formats: BTreeMap::new(),
            formats: Vec::new(),
            texts: Vec::new(),
            since_1904: false,
        }
    }

    fn is_unicode(&self) -> bool {
        self.version >= 0x0600
    }

    fn decode<'t>(&self, bytes: &'t [u8]) -> Cow<'t, str> {
        self.encoding.decode_without_bom_handling(bytes).0
    }

    /// A text with its length before it in one byte.
    fn short_text(&self, data: &mut Data<'_>) -> Result<String, Fault> {
        let length = usize::from(data.u8()?);
        if self.is_unicode() {
            let wide = data.u8()? & 1 != 0;
            let mut text = Vec::new();
            units(data.take(length.saturating_mul(if wide { 2 } else { 1 }))?, wide, &mut text);
            return Ok(String::from_utf16_lossy(&text));
        }
        Ok(self.decode(data.take(length)?).into_owned())
    }

    /// A text that begins at this offset of a record, with its length before it in two bytes.
    fn long_text(&self, parts: &[&[u8]], offset: usize) -> Result<String, Fault> {
        let mut parts = Parts::new(parts);
        parts.skip(offset)?;
        let length = usize::from(parts.u16()?);
        if self.is_unicode() {
            let wide = parts.u8()? & 1 != 0;
            return parts.text(length, wide);
        }
        let mut bytes = Vec::new();
        for _ in 0..length {
            bytes.push(parts.u8()?);
        }
        Ok(self.decode(&bytes).into_owned())
    }
}

/// The encoding of a code page; that of Western Europe where it is another one, which only spoils letters with accents.
fn encoding(code_page: u16) -> &'static Encoding {
    let label = match code_page {
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        10_000 | 0x8000 => "macintosh".to_owned(),
        other => format!("windows-{other}"),
    };
    Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252)
}

/// A record and its continuations as one, but for what stands at the seams.
struct Parts<'p> {
    parts: std::slice::Iter<'p, &'p [u8]>,
    now: Data<'p>,
}

impl<'p> Parts<'p> {
    fn new(parts: &'p [&'p [u8]]) -> Self {
        Self { parts: parts.iter(), now: Data(&[]) }
    }

    /// Goes on to the next part at the end of one; whether it did.
    fn turn(&mut self) -> Result<bool, Fault> {
        let turned = self.now.0.is_empty();
        while self.now.0.is_empty() {
            self.now = Data(self.parts.next().ok_or_else(|| Fault::broken("a record is too short"))?);
        }
        Ok(turned)
    }

    fn u8(&mut self) -> Result<u8, Fault> {
        self.turn()?;
        self.now.u8()
    }

    fn u16(&mut self) -> Result<u16, Fault> {
        Ok(u16::from_le_bytes([self.u8()?, self.u8()?]))
    }

    fn u32(&mut self) -> Result<u32, Fault> {
        Ok(u32::from_le_bytes([self.u8()?, self.u8()?, self.u8()?, self.u8()?]))
    }

    fn skip(&mut self, count: usize) -> Result<(), Fault> {
        let mut left = count;
        while left > 0 {
            self.turn()?;
            let step = left.min(self.now.0.len());
            self.now.skip(step)?;
            left = left.saturating_sub(step);
        }
        Ok(())
    }

    /// A text of so many characters. Each part of it says anew whether they have one byte or two.
    fn text(&mut self, length: usize, mut wide: bool) -> Result<String, Fault> {
        let mut text = Vec::new();
        while text.len() < length {
            if self.turn()? {
                wide = self.now.u8()? & 1 != 0;
            }
            let width = if wide { 2 } else { 1 };
            let count = length.saturating_sub(text.len()).min(self.now.0.len().div_euclid(width));
            if count == 0 && !self.now.0.is_empty() {
                return Err(Fault::broken("a text ends in the middle of a character"));
            }
            units(self.now.take(count.saturating_mul(width))?, wide, &mut text);
        }
        Ok(String::from_utf16_lossy(&text))
    }
}

fn units(bytes: &[u8], wide: bool, text: &mut Vec<u16>) {
    match wide {
        true => text.extend(bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair))),
        false => text.extend(bytes.iter().map(|byte| u16::from(*byte))),
    }
}

/// The shared texts, formatted ones without their formats.
fn shared(parts: &[&[u8]], budget: &mut Budget) -> Result<Vec<String>, Fault> {
    let mut parts = Parts::new(parts);
    parts.skip(4)?;
    let count = parts.u32()?;
    let mut texts = Vec::new();
    for _ in 0..count {
        let length = usize::from(parts.u16()?);
        let flags = parts.u8()?;
        let runs = if flags & 8 != 0 { usize::from(parts.u16()?) } else { 0 };
        let spoken = if flags & 4 != 0 { usize::try_from(parts.u32()?).unwrap_or(usize::MAX) } else { 0 };
        budget.cells(1)?;
        texts.push(parts.text(length, flags & 1 != 0)?);
        parts.skip(runs.saturating_mul(4))?;
        parts.skip(spoken)?;
    }
    Ok(texts)
}

fn sheet(records: &[u8], context: &Context, budget: &mut Budget) -> Result<Content, Fault> {
    let mut sheet = Sheet { context, budget, cells: Cells::default(), merged: Vec::new(), hidden: BTreeSet::new() };
    let mut records = Records(Data(records));
    // Charts within the sheet have records of their own between a beginning and an end.
    let mut depth = 0usize;
    let mut awaited = None;
    while let Some((record, parts)) = records.next()? {
        match record {
            BOF => depth = depth.saturating_add(1),
            EOF if depth <= 1 => break,
            EOF => depth = depth.saturating_sub(1),
            _ if depth > 1 => {}
            // String: what the formula before gives.
            0x0207 => {
                if let Some((row, column)) = awaited.take() {
                    sheet.set(row, column, &context.long_text(&parts, 0)?, Kind::Text)?;
                }
            }
            _ => awaited = sheet.record(record, &parts)?.or(awaited),
        }
    }
    let hidden = std::mem::take(&mut sheet.hidden);
    for row in hidden {
        sheet.cells.hide(row);
    }
    let (rows, unsaved, merged) = sheet.cells.finish(sheet.merged, sheet.budget)?;
    Ok(Content { rows, unsaved, merged })
}

struct Sheet<'c> {
    context: &'c Context,
    budget: &'c mut Budget,
    cells: Cells,
    merged: Vec<Region>,
    hidden: BTreeSet<u32>,
}

impl Sheet<'_> {
    /// Takes a record; the cell of a formula whose text comes in a later one.
    fn record(&mut self, record: u16, parts: &[&[u8]]) -> Result<Option<(u16, u16)>, Fault> {
        let mut data = Data(parts.first().copied().unwrap_or_default());
        match record {
            // Row
            0x0208 => {
                let row = data.u16()?;
                data.skip(10)?;
                if data.u16()? & 0x20 != 0 {
                    self.hidden.insert(u32::from(row).saturating_add(1));
                }
            }
            // MergeCells
            0x00e5 => {
                for _ in 0..data.u16()? {
                    self.budget.cells(1)?;
                    let (first_row, last_row) = (u32::from(data.u16()?), u32::from(data.u16()?));
                    self.merged.push(Region {
                        first_row: first_row.saturating_add(1),
                        last_row: last_row.saturating_add(1),
                        first_column: usize::from(data.u16()?),
                        last_column: usize::from(data.u16()?),
                    });
                }
            }
            // Formula, MulRk, LabelSst, Number, Label, RString, BoolErr, RK
            0x0006 | 0x00bd | 0x00fd | 0x0203 | 0x0204 | 0x00d6 | 0x0205 | 0x027e => {
                let (row, column) = (data.u16()?, data.u16()?);
                return self.cell(record, parts, data, row, column);
            }
            _ => {}
        }
        Ok(None)
    }

    fn cell(
        &mut self,
        record: u16,
        parts: &[&[u8]],
        mut data: Data<'_>,
        row: u16,
        column: u16,
    ) -> Result<Option<(u16, u16)>, Fault> {
        if record == 0x00bd {
            // The last column follows the cells.
            let (mut column, count) = (column, data.0.len().saturating_sub(2).div_euclid(6));
            for _ in 0..count {
                let style = data.u16()?;
                self.number(row, column, style, rk(data.u32()?))?;
                column = column.saturating_add(1);
            }
            return Ok(None);
        }
        let style = data.u16()?;
        match record {
            0x0203 => self.number(row, column, style, f64::from_le_bytes(data.array()?))?,
            0x027e => self.number(row, column, style, rk(data.u32()?))?,
            0x00fd => {
                let index = data.u32()?;
                let text = usize::try_from(index).ok().and_then(|index| self.context.texts.get(index));
                let unknown = || Fault::broken(format!("the file does not have the shared text {index}"));
                self.set(row, column, text.ok_or_else(unknown)?, Kind::Text)?;
            }
            0x0204 | 0x00d6 => {
                let text = self.context.long_text(parts, 6)?;
                self.set(row, column, &text, Kind::Text)?;
            }
            0x0205 => {
                let value = data.u8()?;
                self.truth(row, column, value, data.u8()? != 0)?;
            }
            _ => {
                let result: [u8; 8] = data.array()?;
                match result {
                    [0, .., 0xff, 0xff] => return Ok(Some((row, column))),
                    [kind @ (1 | 2), _, value, .., 0xff, 0xff] => self.truth(row, column, value, kind == 2)?,
                    // An empty text.
                    [.., 0xff, 0xff] => {}
                    number => self.number(row, column, style, f64::from_le_bytes(number))?,
                }
            }
        }
        Ok(None)
    }

    fn number(&mut self, row: u16, column: u16, style: u16, number: f64) -> Result<(), Fault> {
        if !number.is_finite() {
            return Err(Fault::broken(format!("{number} in row {row} is no number")));
        }
        let general = Format::GENERAL;
        let format = self.context.formats.get(usize::from(style)).unwrap_or(&general);
        let (text, kind) = format.show(number, self.context.since_1904);
        self.set(row, column, &text, kind)
    }

    fn truth(&mut self, row: u16, column: u16, value: u8, failed: bool) -> Result<(), Fault> {
        match failed {
            true => self.set(row, column, failure(value), Kind::Failure),
            false => self.set(row, column, &(value != 0).to_string(), Kind::Truth),
        }
    }

    fn set(&mut self, row: u16, column: u16, text: &str, kind: Kind) -> Result<(), Fault> {
        self.cells.set(u32::from(row).saturating_add(1), usize::from(column), text, kind, self.budget)
    }
}
