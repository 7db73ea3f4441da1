//! XLSB workbooks, read record by record ([MS-XLSB]).
//!
//! Read here and not by calamine, which takes a formula that has failed for a blank cell, and a blank scale is 1.

use std::collections::BTreeMap;
use std::io::{BufRead, ErrorKind, Read as _};

use super::Kind;
use super::limits::{self, Budget, Cells, Fault};
use super::merged::Region;
use super::number::Format;
use super::package::{self, Package};
use super::records::{Data, failure, rk};
use super::workbook::{Content, Read};
use super::xlsx;

/// Every worksheet in the order of the workbook.
pub(super) fn read(package: &mut Package<'_>) -> Result<Vec<Read>, Fault> {
    let related = xlsx::relations(package, "xl/_rels/workbook.bin.rels", "xl")?;
    let of_kind = |wanted: &str| related.values().find(|(kind, _)| kind == wanted).map(|(_, path)| path.clone());
    let mut listed = Vec::new();
    let mut context = Context::default();
    let mut budget = Budget::default();
    each_record(package, "xl/workbook.bin", |record, mut data| {
        match record {
            // BrtWbProp
            0x0099 => context.since_1904 = data.u32()? & 1 != 0,
            // BrtBundleSh
            0x009c => {
                let hidden = data.u32()? != 0;
                data.skip(4)?;
                let relation = data.text()?;
                listed.push((data.text()?, hidden, relation));
                limits::check_sheets(listed.len())?;
            }
            _ => {}
        }
        Ok(())
    })?;
    if let Some(path) = of_kind("sharedStrings") {
        each_record(package, &path, |record, mut data| {
            // BrtSSTItem
            if record == 0x0013 {
                data.skip(1)?;
                budget.cells(1)?;
                context.texts.push(data.text()?);
            }
            Ok(())
        })?;
    }
    if let Some(path) = of_kind("styles") {
        context.formats = formats(package, &path)?;
    }
    let mut sheets = Vec::new();
    for (name, hidden, relation) in listed {
        let Some((_, path)) = related.get(&relation).filter(|(kind, _)| kind == "worksheet") else { continue };
        sheets.push(Read { name, hidden, grid: sheet(package, path, &context, &mut budget) });
    }
    Ok(sheets)
}

#[derive(Default)]
struct Context {
    texts: Vec<String>,
    formats: Vec<Format>,
    since_1904: bool,
}

/// The number formats of the cell styles, in their order.
fn formats(package: &mut Package<'_>, path: &str) -> Result<Vec<Format>, Fault> {
    let (mut own, mut formats) = (BTreeMap::new(), Vec::new());
    let mut within = false;
    each_record(package, path, |record, mut data| {
        match record {
            // BrtFmt
            0x002c => {
                let id = data.u16()?;
                own.insert(id, Format::of_code(&data.text()?));
            }
            // BrtBeginCellXFs, BrtEndCellXFs
            0x0269 => within = true,
            0x026a => within = false,
            // BrtXF
            0x002f if within => {
                data.skip(2)?;
                let id = data.u16()?;
                formats.push(own.get(&id).cloned().unwrap_or_else(|| Format::built_in(u32::from(id))));
                limits::check_styles(formats.len())?;
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(formats)
}

fn sheet(package: &mut Package<'_>, path: &str, context: &Context, budget: &mut Budget) -> Result<Content, Fault> {
    let (mut cells, mut merged) = (Cells::default(), Vec::new());
    let (mut row, mut hidden, mut begun) = (0u32, false, false);
    each_record(package, path, |record, mut data| {
        match record {
            // BrtBeginSheetData
            0x0091 => begun = true,
            // BrtRowHdr
            0x0000 if begun => {
                row = data.u32()?.saturating_add(1);
                data.skip(4 + 2 + 1)?;
                hidden = data.u8()? & 0x10 != 0;
            }
            // BrtCellRk … BrtCellIsst, BrtFmlaString … BrtFmlaError, BrtCellRString
            0x0002..=0x000b | 0x003e if begun => {
                let column = usize::try_from(data.u32()?).unwrap_or(usize::MAX);
                let style = usize::try_from(data.u32()? & 0x00ff_ffff).unwrap_or(usize::MAX);
                let general = Format::GENERAL;
                let format = context.formats.get(style).unwrap_or(&general);
                let (text, kind) = match record {
                    0x0002 => format.show(rk(data.u32()?), context.since_1904),
                    0x0003 | 0x000b => (failure(data.u8()?).to_owned(), Kind::Failure),
                    0x0004 | 0x000a => ((data.u8()? != 0).to_string(), Kind::Truth),
                    0x0005 | 0x0009 => {
                        let number = f64::from_le_bytes(data.array()?);
                        match number.is_finite() {
                            true => format.show(number, context.since_1904),
                            false => return Err(Fault::broken(format!("{number} in row {row} is no number"))),
                        }
                    }
                    0x0007 => {
                        let index = data.u32()?;
                        let text = usize::try_from(index).ok().and_then(|index| context.texts.get(index));
                        let unknown = || Fault::broken(format!("the file does not have the shared text {index}"));
                        (text.ok_or_else(unknown)?.clone(), Kind::Text)
                    }
                    0x003e => {
                        data.skip(1)?;
                        (data.text()?, Kind::Text)
                    }
                    _ => (data.text()?, Kind::Text),
                };
                cells.set(row, column, &text, kind, budget)?;
                if hidden {
                    cells.hide(row);
                }
            }
            // BrtMergeCell
            0x00b0 => {
                let (first_row, last_row) = (data.u32()?.saturating_add(1), data.u32()?.saturating_add(1));
                budget.cells(1)?;
                let mut column = || data.u32().map(|column| usize::try_from(column).unwrap_or(usize::MAX));
                merged.push(Region { first_row, last_row, first_column: column()?, last_column: column()? });
            }
            _ => {}
        }
        Ok(())
    })?;
    if !begun {
        return Err(Fault::broken("it holds no cells"));
    }
    let (rows, unsaved, merged) = cells.finish(merged, budget)?;
    Ok(Content { rows, unsaved, merged })
}

/// Hands every record of a part with its number to `take`.
fn each_record(
    package: &mut Package<'_>,
    path: &str,
    mut take: impl FnMut(u16, Data<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let Some(mut part) = package.part(path)? else { return Err(Fault::broken(format!("it has no {path}"))) };
    let mut buffer = Vec::new();
    loop {
        let Some(low) = byte(&mut part)? else { return Ok(()) };
        let record = match low & 0x80 {
            0 => u16::from(low),
            _ => u16::from(low & 0x7f) | u16::from(required(&mut part)? & 0x7f) << 7,
        };
        let mut length = 0u64;
        for shift in [0, 7, 14, 21] {
            let next = required(&mut part)?;
            length |= u64::from(next & 0x7f) << shift;
            if next & 0x80 == 0 {
                break;
            }
        }
        buffer.clear();
        // No more room is taken than there is something to fill it.
        let count = part.by_ref().take(length).read_to_end(&mut buffer).map_err(|error| package::fault(&error))?;
        if u64::try_from(count).ok() != Some(length) {
            return Err(Fault::broken(format!("{path} ends in the middle of a record")));
        }
        take(record, Data(&buffer))?;
    }
}

fn byte(part: &mut impl BufRead) -> Result<Option<u8>, Fault> {
    let mut byte = [0];
    match part.read_exact(&mut byte) {
        Ok(()) => Ok(Some(byte[0])),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(package::fault(&error)),
    }
}

fn required(part: &mut impl BufRead) -> Result<u8, Fault> {
    byte(part)?.ok_or_else(|| Fault::broken("it ends in the middle of a record"))
}
