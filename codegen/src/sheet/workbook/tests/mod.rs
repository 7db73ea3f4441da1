//! One workbook in every format, and what is read of it.
//!
//! `forms.xls` and `forms.ods` are what `LibreOffice` made of the XLSX file that is written here; nobody but Excel writes
//! XLSB, so that one is put together record by record.

#![expect(clippy::arithmetic_side_effects, reason = "what goes wrong here is to fail the test")]

use std::fmt::Write as _;
use std::io::{Cursor, Read as _, Write as _};

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use zip::write::SimpleFileOptions;

use crate::diagnostic::{Diagnostics, Place};
use crate::sheet::{Kind, Library, Reading, Region, Strike, Tab, TextForm, csv};
use crate::source::column_letters;

mod ods;
mod xls;
mod xlsb;
mod xlsx;

/// Everything that a cell can be, merged and hidden ones, and a table below a table.
fn forms() -> Workbook {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let plain = Format::new();
    let day = Format::new().set_num_format("d-mmm");
    let sheet = workbook.add_worksheet().set_name("Registers").unwrap();
    sheet.write(0, 0, "Modbus map, revision 2").unwrap();
    for (column, header) in ["Address", "Name", "Scale", "Values", "Remark"].into_iter().enumerate() {
        sheet.write_with_format(3, u16::try_from(column).unwrap(), header, &bold).unwrap();
    }
    sheet.merge_range(4, 0, 6, 0, "40001", &plain).unwrap();
    sheet.merge_range(4, 3, 4, 4, "wide", &plain).unwrap();
    for (row, name) in [(4, "Bit 0"), (5, "Bit 1"), (6, "Bit 2")] {
        sheet.write(row, 1, name).unwrap();
    }
    sheet.write(7, 0, 40002).unwrap().write(7, 1, "°C – ΔT 温度").unwrap().write(7, 2, 0.1).unwrap();
    sheet.write(7, 3, "0=Off\n1=On").unwrap().write(7, 4, "  blanks around  ").unwrap();
    sheet.write(8, 0, "007").unwrap().write(8, 2, 1e-3).unwrap();
    sheet.write_rich_string(8, 1, &[(&plain, "half "), (&bold, "bold")]).unwrap();
    sheet.write_formula(8, 3, Formula::new("=C8*100").set_result("10")).unwrap();
    sheet.write_formula(8, 4, Formula::new("=IF(NOW()>0,\"ab\",\"\")").set_result("ab")).unwrap();
    sheet.write_with_format(9, 0, ExcelDateTime::from_ymd(2025, 1, 2).unwrap(), &day).unwrap();
    sheet.write(9, 1, "a date, once 1-2").unwrap().write(9, 2, true).unwrap();
    sheet.write_formula(9, 3, Formula::new("=NA()").set_result("#N/A")).unwrap();
    sheet.write_with_format(9, 4, 1, &Format::new().set_num_format("0%")).unwrap();
    sheet.write_with_format(10, 0, 5, &Format::new().set_num_format("0000")).unwrap();
    sheet.write(10, 1, "hidden").unwrap().write(10, 2, -2_147_483_648_i64).unwrap();
    sheet.set_row_hidden(10).unwrap();
    sheet.write(11, 1, "x".repeat(10_000)).unwrap().write(11, 2, 4_294_967_295_i64).unwrap();
    sheet.write(20, 6, "Second table").unwrap();
    sheet.write(21, 7, "far away").unwrap();
    workbook.add_worksheet().set_name("Empty").unwrap();
    workbook.add_worksheet().set_name("Old").unwrap().set_hidden(true).write(0, 0, "old").unwrap();
    workbook
}

/// Every sheet with its rows, kinds, hidden rows and merged cells, in a text.
fn told(tabs: &[Tab]) -> String {
    let mut told = String::new();
    for tab in tabs {
        let grid = tab.sheet.as_ref().unwrap();
        writeln!(told, "{}{}", tab.name, if tab.hidden { " (hidden)" } else { "" }).unwrap();
        for row in &grid.rows {
            write!(told, "{}{}", row.number, if row.hidden { " (hidden)" } else { "" }).unwrap();
            for (column, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
                let cell: String = if cell.len() > 99 { format!("{} bytes", cell.len()) } else { cell.clone() };
                write!(told, " {}:{:?}={cell:?}", column_letters(column), row.kind(column)).unwrap();
            }
            writeln!(told).unwrap();
        }
        for (row, column) in [(5, 0), (6, 0), (7, 0), (8, 0), (5, 3), (5, 4)] {
            let region =
                grid.merged(row, column).filter(|region| (region.first_row, region.first_column) != (row, column));
            if let Some(Region { first_row, first_column, .. }) = region {
                let place = grid.origin.cell(row, column).cell();
                writeln!(told, "{place} shows {:?}", grid.text(*first_row, *first_column)).unwrap();
            }
        }
    }
    told
}

const FORMS: &str = r##"Registers
1 A:Text="Modbus map, revision 2"
4 A:Text="Address" B:Text="Name" C:Text="Scale" D:Text="Values" E:Text="Remark"
5 A:Text="40001" B:Text="Bit 0" D:Text="wide"
6 B:Text="Bit 1"
7 B:Text="Bit 2"
8 A:Number="40002" B:Text="°C – ΔT 温度" C:Number="0.1" D:Text="0=Off\n1=On" E:Text="blanks around"
9 A:Text="007" B:Text="half bold" C:Number="0.001" D:Number="10" E:Text="ab"
10 A:Date="2025-01-02" B:Text="a date, once 1-2" C:Truth="true" D:Failure="#N/A" E:Number="100%"
11 (hidden) A:Number="0005" B:Text="hidden" C:Number="-2147483648"
12 B:Text="10000 bytes" C:Number="4294967295"
21 G:Text="Second table"
22 H:Text="far away"
A6 shows "40001"
A7 shows "40001"
E5 shows "wide"
Empty
Old (hidden)
1 A:Text="old"
"##;

/// A file of the repository's tests.
fn fixture(file: &str) -> Vec<u8> {
    std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/workbooks").join(file)).unwrap()
}

#[test]
fn every_format_reads_the_same_as_far_as_it_is_told() {
    assert_eq!(told(&super::read("forms.xlsx", &forms().save_to_buffer().unwrap()).unwrap()), FORMS);
    let without_formats = FORMS.replace("100%", "1").replace("0005", "5");
    let without_truth = without_formats.replace("C:Truth=\"true\"", "C:Number=\"1\"");
    assert_eq!(told(&super::read("forms.ods", &fixture("forms.ods")).unwrap()), without_truth);
    assert_eq!(told(&super::read("forms.xls", &fixture("forms.xls")).unwrap()), without_formats);
}

/// A package of these parts.
fn package(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(part).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn hidden_rows_are_left_out_of_every_format() {
    let folder = tempfile::tempdir().unwrap();
    for (file, bytes, hidden) in [
        ("t.xlsx", forms().save_to_buffer().unwrap(), 11),
        ("t.xls", fixture("forms.xls"), 11),
        ("t.xlsb", xlsb::workbook(), 5),
        ("t.ods", fixture("forms.ods"), 11),
    ] {
        std::fs::write(folder.path().join(file), bytes).unwrap();
        let read = |skip_hidden: bool| {
            let reading = Reading { skip_hidden, ..Reading::default() };
            let mut library = Library::new(folder.path(), false);
            let mut diagnostics = Diagnostics::default();
            let place = Place::of_file("device.toml");
            let grid = library.sheet(file, Some("Registers"), &reading, &place, &mut diagnostics).unwrap();
            (grid.row(hidden).is_some(), diagnostics.iter().map(|diagnostic| diagnostic.code).collect::<Vec<_>>())
        };
        assert_eq!((read(false), read(true)), ((true, vec!["N0125"]), (false, vec![])), "{file}");
    }
}

/// Changes bytes of it in a way that is the same in every run.
fn mutate(bytes: &mut Vec<u8>, seed: &mut u64) {
    let mut next = |below: usize| {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        usize::try_from(*seed >> 16).unwrap() % below.max(1)
    };
    for _ in 0..=next(4) {
        if bytes.is_empty() {
            return;
        }
        let at = next(bytes.len());
        match next(6) {
            0 => bytes[at] = u8::try_from(next(256)).unwrap(),
            1 => bytes[at] ^= 1 << next(8),
            2 => bytes.truncate(at),
            3 => {
                bytes.remove(at);
            }
            4 => bytes[at] = [0, 0xff, 0x80, b'0', b'9', b'"', b'<'][next(7)],
            _ => {
                let end = (at + next(40)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                let to = next(bytes.len());
                bytes.splice(to..to, part);
            }
        }
    }
}

/// Parts of a package.
fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|index| {
            let mut part = zip.by_index(index).unwrap();
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).unwrap();
            (part.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

#[test]
fn whatever_the_bytes_are_there_is_an_answer() {
    let rounds: usize = std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(60);
    let mut seed = 0x2026_1120_u64;
    let packages = [forms().save_to_buffer().unwrap(), fixture("forms.ods"), xlsb::workbook()];
    for round in 0..rounds {
        let mut bytes = fixture("forms.xls");
        mutate(&mut bytes, &mut seed);
        let _ = super::read("t.xls", &bytes);
        for bytes in &packages {
            // A part of it, or the package itself.
            let mut bytes = bytes.clone();
            if round % 4 == 0 {
                mutate(&mut bytes, &mut seed);
            } else {
                let mut parts = parts(&bytes);
                let index = round % parts.len();
                mutate(&mut parts[index].1, &mut seed);
                let parts: Vec<_> = parts.iter().map(|(name, part)| (name.as_str(), part.clone())).collect();
                bytes = package(&parts);
            }
            let _ = super::read("t.xlsx", &bytes);
        }
        let mut text = "Address;Name\r\n1;\"a\nb\"\n2;W\u{e4}rme,0.5\t|\n".as_bytes().to_vec();
        mutate(&mut text, &mut seed);
        let _ = csv::read("t.csv", &text, TextForm::default(), &mut Diagnostics::default());
    }
}
