//! Workbooks as text: a line for each row, cells divided by `|`.
//!
//! A cell that is a number is one, with a number format where one follows in backquotes: ``10`0"h"` ``. What stands between
//! two pairs of tildes is struck through: `~~10~~12`. A cell `^` is merged with the one above it, `<` with the one left of it.

use rust_xlsxwriter::{Format, Workbook};

/// A cell that others are merged into: its place, and the last row and column.
struct Merged {
    first: (u32, u16),
    last: (u32, u16),
    text: String,
}

/// The workbook's bytes.
pub(crate) fn written(text: &str) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let mut merged: Vec<Merged> = Vec::new();
    for (row, line) in (0u32..).zip(text.lines()) {
        for (column, cell) in (0u16..).zip(line.split('|')) {
            let before = match cell {
                "^" => Some((row - 1, column)),
                "<" => Some((row, column - 1)),
                _ => None,
            };
            let cells = Merged { first: (row, column), last: (row, column), text: cell.to_owned() };
            let covers = |of: &Merged, (row, column): (u32, u16)| {
                (of.first.0..=of.last.0).contains(&row) && (of.first.1..=of.last.1).contains(&column)
            };
            match before.and_then(|before| merged.iter_mut().find(|of| covers(of, before))) {
                Some(of) => of.last = (of.last.0.max(row), of.last.1.max(column)),
                None => merged.push(cells),
            }
        }
    }
    for Merged { first, last, text } in merged {
        if first == last {
            write(sheet, first, &text);
        } else {
            sheet.merge_range(first.0, first.1, last.0, last.1, &text, &Format::new()).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

fn write(sheet: &mut rust_xlsxwriter::Worksheet, (row, column): (u32, u16), text: &str) {
    let struck = Format::new().set_font_strikethrough();
    let (plain, format) = text.split_once('`').unwrap_or((text, ""));
    let parts: Vec<&str> = plain.split("~~").collect();
    let number = |text: &str| text.parse::<f64>().ok().filter(|_| text == "0" || !text.starts_with("00"));
    match (parts.as_slice(), number(plain)) {
        (_, Some(value)) if !format.is_empty() => {
            let format = Format::new().set_num_format(format.trim_end_matches('`'));
            sheet.write_with_format(row, column, value, &format).unwrap();
        }
        (_, Some(value)) => drop(sheet.write(row, column, value).unwrap()),
        (["", of, ""], _) => match number(of) {
            Some(value) => drop(sheet.write_with_format(row, column, value, &struck).unwrap()),
            None => drop(sheet.write_with_format(row, column, *of, &struck).unwrap()),
        },
        ([_], _) => drop(sheet.write(row, column, plain).unwrap()),
        (parts, _) => {
            let plain = Format::new();
            let formatted = parts.iter().enumerate().filter(|(_, part)| !part.is_empty());
            let formatted: Vec<(&Format, &str)> =
                formatted.map(|(index, part)| (if index % 2 == 1 { &struck } else { &plain }, *part)).collect();
            sheet.write_rich_string(row, column, &formatted).unwrap();
        }
    }
}
