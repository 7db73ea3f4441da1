//! The canonical table as a workbook: a sheet for the device, and one for each Modbus table, with a frozen header.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::columns::{Column, Form};
use super::{Canonical, DEVICE_SHEET};
use crate::emit::export::Exported;
use crate::model::{Device, Table};

/// The device as a workbook that a person can edit and that reads back as the same model.
///
/// # Errors
///
/// Where a text is longer than a cell of a workbook takes, or there are more points than rows.
pub fn xlsx(device: &Device) -> Result<Exported, String> {
    made(device).map(|contents| Exported { contents, unsaid: Vec::new() }).map_err(|error| error.to_string())
}

fn made(device: &Device) -> Result<Vec<u8>, XlsxError> {
    let canonical = Canonical::new(device);
    let mut workbook = Workbook::new();
    // The same device gives the same bytes.
    let epoch = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&epoch));
    let bold = Format::new().set_bold();
    let wrapped = Format::new().set_align(FormatAlign::Top);
    let sheet = workbook.add_worksheet().set_name(DEVICE_SHEET)?;
    sheet.write_string_with_format(0, 0, "key", &bold)?;
    sheet.write_string_with_format(0, 1, "value", &bold)?;
    sheet.set_freeze_panes(1, 0)?.set_column_width(0, 32)?.set_column_width(1, 60)?;
    for (row, (key, value)) in (1u32..).zip(&canonical.beside) {
        sheet.write_string(row, 0, key)?;
        sheet.write_string(row, 1, value)?;
    }
    for table in Table::ALL {
        let rows: Vec<&Vec<String>> =
            canonical.rows.iter().filter(|(of, _)| *of == table).map(|(_, cells)| cells).collect();
        if rows.is_empty() {
            continue;
        }
        let sheet = workbook.add_worksheet().set_name(table.title())?;
        sheet.set_freeze_panes(1, 1)?;
        for (index, column) in (0u16..).zip(&canonical.columns) {
            sheet.write_string_with_format(0, index, column.header(), &bold)?;
            sheet.set_column_width(index, width(column, index, &rows))?;
        }
        for (row, cells) in (1u32..).zip(rows) {
            for ((index, column), cell) in (0u16..).zip(&canonical.columns).zip(cells) {
                write(sheet, (row, index), column, cell, &wrapped)?;
            }
        }
    }
    workbook.save_to_buffer()
}

/// Writes a cell. Addresses and the like are numbers, so that a person can count on with them; whatever else is a text,
/// which no program takes for a date.
fn write(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    of: &Column,
    cell: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    if cell.is_empty() {
        return Ok(());
    }
    match cell.parse::<u32>() {
        Ok(number) if of.form == Form::Integer => sheet.write_number_with_format(row, column, number, format)?,
        _ => sheet.write_string_with_format(row, column, cell, format)?,
    };
    Ok(())
}

/// As wide as its cells, within reason.
fn width(column: &Column, index: u16, rows: &[&Vec<String>]) -> f64 {
    const WIDEST: usize = 48;
    let cells = rows.iter().filter_map(|row| row.get(usize::from(index))).map(|cell| cell.chars().count());
    let widest = cells.chain([column.header().len()]).max().unwrap_or_default().min(WIDEST);
    f64::from(u32::try_from(widest.saturating_add(2)).unwrap_or_default())
}
