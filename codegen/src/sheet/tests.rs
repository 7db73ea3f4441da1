//! One workbook in every format, and what is read of it.
//!
//! `forms.xls` and `forms.ods` are what `LibreOffice` made of the XLSX file that is written here; nobody but Excel writes
//! XLSB, so that one is put together record by record.

#![expect(clippy::arithmetic_side_effects, reason = "what goes wrong here is to fail the test")]

use crate::source::column_letters;
use std::fmt::Write as _;
use std::io::{Cursor, Read as _, Write as _};

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use zip::write::SimpleFileOptions;

use super::*;

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
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/workbooks").join(file)).unwrap()
}

#[test]
fn every_format_reads_the_same_as_far_as_it_is_told() {
    assert_eq!(told(&workbook::read("forms.xlsx", &forms().save_to_buffer().unwrap()).unwrap()), FORMS);
    let without_formats = FORMS.replace("100%", "1").replace("0005", "5");
    let without_truth = without_formats.replace("C:Truth=\"true\"", "C:Number=\"1\"");
    assert_eq!(told(&workbook::read("forms.ods", &fixture("forms.ods")).unwrap()), without_truth);
    let without_hidden_rows = without_formats.replace("11 (hidden)", "11");
    assert_eq!(told(&workbook::read("forms.xls", &fixture("forms.xls")).unwrap()), without_hidden_rows);
}

/// The records of an XLSB file: number, then data.
fn records(records: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (record, data) in records {
        match u8::try_from(*record) {
            Ok(short @ 0..0x80) => bytes.push(short),
            _ => bytes.extend([u8::try_from(record & 0x7f).unwrap() | 0x80, u8::try_from(record >> 7).unwrap()]),
        }
        let mut length = data.len();
        while length >= 0x80 {
            bytes.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
            length >>= 7;
        }
        bytes.push(u8::try_from(length).unwrap());
        bytes.extend(data);
    }
    bytes
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut bytes = u32::try_from(units.len()).unwrap().to_le_bytes().to_vec();
    bytes.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
    bytes
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

/// A workbook with every kind of record that holds a cell.
fn xlsb() -> Vec<u8> {
    let cell =
        |column: u32, style: u32, value: &[u8]| [&column.to_le_bytes()[..], &style.to_le_bytes()[..], value].concat();
    let row = |row: u32, hidden: bool| {
        let flags = if hidden { 0x10 } else { 0 };
        [&row.to_le_bytes()[..], &[0, 0, 0, 0, 0x2c, 1, 0, flags, 0], &[0; 4]].concat()
    };
    let related = r#"<Relationships>
        <Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.bin"/>
        <Relationship Id="r2" Type="x/worksheet" Target="worksheets/sheet2.bin"/>
        <Relationship Id="r3" Type="x/sharedStrings" Target="sharedStrings.bin"/>
        <Relationship Id="r4" Type="x/styles" Target="styles.bin"/></Relationships>"#;
    let listed = |state: u32, id: u32, relation: &str, name: &str| {
        [&state.to_le_bytes()[..], &id.to_le_bytes(), &wide(relation), &wide(name)].concat()
    };
    let cells = vec![
        (0x0081, vec![]),
        (0x0094, vec![0; 16]),
        (0x0091, vec![]),
        (0x0000, row(0, false)),
        (0x0007, cell(0, 0, &0u32.to_le_bytes())),
        (0x0006, cell(1, 0, &wide("own"))),
        (0x0000, row(4, true)),
        // 0.1 as 10 hundredths, -3, 0.5 in the upper half of a fraction.
        (0x0002, cell(0, 0, &(10u32 << 2 | 3).to_le_bytes())),
        (0x0002, cell(1, 0, &((-3i32).cast_unsigned() << 2 | 2).to_le_bytes())),
        (0x0002, cell(2, 0, &(u32::try_from(0.5f64.to_bits() >> 32).unwrap()).to_le_bytes())),
        (0x0005, cell(3, 0, &40001.0f64.to_le_bytes())),
        (0x0005, cell(4, 1, &45658.0f64.to_le_bytes())),
        (0x0004, cell(5, 0, &[1])),
        (0x0003, cell(6, 0, &[0x2a])),
        (0x0001, cell(7, 0, &[])),
        (0x0000, row(5, false)),
        (0x0008, cell(0, 0, &[wide("given"), vec![0; 8]].concat())),
        (0x0009, cell(1, 2, &[&7.0f64.to_le_bytes()[..], &[0; 8]].concat())),
        (0x000a, cell(2, 0, &[0; 11])),
        // A formula that has failed, and its one token: a whole number.
        (0x000b, cell(3, 0, &[0x17, 0, 0, 3, 0, 0, 0, 0x1e, 7, 0, 0, 0, 0, 0])),
        (0x0092, vec![]),
        (0x0082, vec![]),
    ];
    let parts = [
        ("[Content_Types].xml", b"<Types/>".to_vec()),
        (
            "xl/workbook.bin",
            records(&[
                (0x0099, vec![0; 12]),
                (0x009c, listed(0, 1, "r1", "Registers")),
                (0x009c, listed(2, 2, "r2", "Old")),
                (0x0090, vec![]),
                (0x0084, vec![]),
            ]),
        ),
        ("xl/_rels/workbook.bin.rels", related.as_bytes().to_vec()),
        (
            "xl/sharedStrings.bin",
            records(&[(0x009f, vec![1, 0, 0, 0, 1, 0, 0, 0]), (0x0013, [vec![0], wide("shared °")].concat())]),
        ),
        (
            "xl/styles.bin",
            records(&[
                (0x002c, [&164u16.to_le_bytes()[..], &wide("0000")].concat()),
                (0x0269, vec![3, 0, 0, 0]),
                (0x002f, vec![0; 16]),
                (0x002f, [&[0, 0, 14, 0][..], &[0; 12]].concat()),
                (0x002f, [&[0, 0, 164, 0][..], &[0; 12]].concat()),
                (0x026a, vec![]),
            ]),
        ),
        ("xl/worksheets/sheet1.bin", records(&cells)),
        ("xl/worksheets/sheet2.bin", records(&[(0x0094, vec![0; 16]), (0x0091, vec![]), (0x0092, vec![])])),
    ];
    package(&parts)
}

#[test]
fn xlsb_is_read_record_by_record() {
    let tabs = workbook::read("registers.xlsb", &xlsb()).unwrap();
    assert_eq!(
        told(&tabs),
        r##"Registers
1 A:Text="shared °" B:Text="own"
5 A:Number="0.1" B:Number="-3" C:Number="0.5" D:Number="40001" E:Date="2025-01-01" F:Truth="true" G:Failure="#N/A"
6 A:Text="given" B:Number="7" C:Truth="false" D:Failure="#REF!"
Old (hidden)
"##
    );
}

/// What is said of the first sheet, where the records before the end of its cells are more.
fn fault_of_xlsb(more: &[(u16, Vec<u8>)]) -> String {
    let bytes = xlsb_with("worksheets/sheet1.bin", &[(0x0092, vec![]), (0x0082, vec![])], more);
    let tabs = workbook::read("t.xlsb", &bytes).unwrap();
    let error = tabs[0].sheet.as_ref().unwrap_err();
    format!("{} {}", error.code, error.message)
}

/// The workbook with more records in one of its parts, before the last ones.
fn xlsb_with(name: &str, last: &[(u16, Vec<u8>)], more: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let mut xlsb = parts(&xlsb());
    let (_, part) = xlsb.iter_mut().find(|(part, _)| part.ends_with(name)).unwrap();
    let end = part.len() - records(last).len();
    part.splice(end..end, records(more));
    let parts: Vec<_> = xlsb.iter().map(|(name, part)| (name.as_str(), part.clone())).collect();
    package(&parts)
}

#[test]
fn merged_cells_of_an_xlsb_file_are_found() {
    // B5 to B6, and one that is cut off.
    let merged = [4u32, 5, 1, 1].into_iter().flat_map(u32::to_le_bytes).collect::<Vec<u8>>();
    let end = [(0x0082, vec![])];
    let bytes = xlsb_with("worksheets/sheet1.bin", &end, &[(0x00b1, vec![1, 0, 0, 0]), (0x00b0, merged.clone())]);
    let tabs = workbook::read("t.xlsb", &bytes).unwrap();
    let grid = tabs[0].sheet.as_ref().unwrap();
    let region = Region { first_row: 5, last_row: 6, first_column: 1, last_column: 1 };
    assert_eq!((grid.merged(6, 1), grid.merged(7, 1), grid.merged(6, 0)), (Some(&region), None, None));
    let cut = fault_of_xlsb(&[(0x00b0, merged[..15].to_vec())]);
    assert_eq!(cut, "E0108 a sheet of t.xlsb cannot be read: a record of it is too short");
}

#[test]
fn a_cell_of_an_xlsb_file_that_calamine_does_not_read_right_is_refused() {
    let broken = "E0108 a sheet of t.xlsb cannot be read:";
    let rich = (62, [&[0; 9][..], &wide("several formats")].concat());
    assert_eq!(
        fault_of_xlsb(&[rich]),
        format!("{broken} it has a cell of a kind that is not read (record 62); save it as XLSX")
    );
    // Shorter than the text before it.
    let cut = (6, [&[0; 8][..], &wide("own")[..8]].concat());
    assert_eq!(
        fault_of_xlsb(&[(6, [&[0; 8][..], &wide("long one")].concat()), cut]),
        format!("{broken} a cell of it is cut off")
    );
    assert_eq!(
        fault_of_xlsb(&[(0, [&1_048_576u32.to_le_bytes()[..], &[0; 13]].concat())]),
        "E0120 more than is read: a cell in row 1048577"
    );
    assert_eq!(fault_of_xlsb(&[(0x0400, vec![0; 5 << 20])]), "E0120 more than is read: a record of a sheet");
}

#[test]
fn what_an_xlsb_file_says_of_its_names_is_bounded() {
    let name = |formula: &[u8]| {
        let length = u32::try_from(formula.len()).unwrap().to_le_bytes();
        (0x0027, [&[0; 9][..], &wide("n"), &length, formula].concat())
    };
    let refused = |more: &[(u16, Vec<u8>)]| {
        let error = workbook::read("t.xlsb", &xlsb_with("xl/workbook.bin", &[(0x0084, vec![])], more)).unwrap_err();
        format!("{} {}", error.code, error.message)
    };
    // Formulas in formulas: calamine would go into each, until its stack ends.
    assert_eq!(refused(&[name(&[0x29; 1_001])]), "E0120 more than is read: names of cells");
    assert_eq!(refused(&vec![name(&vec![0x1e; 30_000]); 2]), "E0120 more than is read: names of cells");
    assert_eq!(
        refused(&[(0x016a, vec![0; 300 << 10])]),
        "E0120 more than is read: a list of the sheets of other workbooks"
    );
    let few = xlsb_with("xl/workbook.bin", &[(0x0084, vec![])], &vec![name(&[0x1e, 7, 0]); 9]);
    assert!(workbook::read("t.xlsb", &few).unwrap()[0].sheet.is_ok());
}

#[test]
fn rows_to_be_left_out_are_not_read_where_they_are_not_known() {
    let folder = tempfile::tempdir().unwrap();
    for (file, bytes, code) in [
        ("t.xls", fixture("forms.xls"), Some("E0108")),
        ("t.xlsb", xlsb(), Some("E0108")),
        ("t.ods", fixture("forms.ods"), None),
    ] {
        std::fs::write(folder.path().join(file), bytes).unwrap();
        let mut diagnostics = Diagnostics::default();
        let reading = Reading { skip_hidden: true, ..Reading::default() };
        let asked = Place::of_file("device.toml");
        let mut library = Library::new(folder.path(), false);
        let grid = library.sheet(file, Some("Registers"), &reading, &asked, &mut diagnostics);
        assert_eq!(grid.is_some(), code.is_none(), "{file}");
        assert_eq!(diagnostics.iter().map(|diagnostic| diagnostic.code).next(), code, "{file}");
    }
}

#[test]
fn a_cell_in_the_last_corner_costs_nothing() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "first").unwrap().write(1_048_575, 16_383, "last").unwrap();
    let tabs = workbook::read("t.xlsx", &workbook.save_to_buffer().unwrap()).unwrap();
    let grid = tabs[0].sheet.as_ref().unwrap();
    assert_eq!(grid.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 1_048_576]);
    assert_eq!(grid.text(1_048_576, 16_383), "last");
}

/// A workbook with one sheet of this XML and these shared texts.
fn sheet_of(rows: &str, texts: &str) -> Vec<u8> {
    book_of(rows, &format!("<sst>{texts}</sst>"))
}

fn book_of(rows: &str, texts: &str) -> Vec<u8> {
    let relations = |list: &str| format!("<Relationships>{list}</Relationships>").into_bytes();
    package(&[
        (
            "_rels/.rels",
            relations(r#"<Relationship Id="r" Type="x/relationships/officeDocument" Target="xl/workbook.xml"/>"#),
        ),
        ("xl/workbook.xml", br#"<workbook><sheets><sheet name="S" r:id="r1"/></sheets></workbook>"#.to_vec()),
        (
            "xl/_rels/workbook.xml.rels",
            relations(
                r#"<Relationship Id="r1" Type="x/worksheet" Target="sheet.xml"/>
                   <Relationship Id="r2" Type="x/relationships/sharedStrings" Target="sharedStrings.xml"/>"#,
            ),
        ),
        ("xl/sharedStrings.xml", texts.as_bytes().to_vec()),
        ("xl/sheet.xml", format!("<worksheet><sheetData>{rows}</sheetData></worksheet>").into_bytes()),
    ])
}

/// What is said of such a workbook's sheet.
fn fault_of(rows: &str, texts: &str) -> String {
    let tabs = workbook::read("t.xlsx", &sheet_of(rows, texts)).unwrap();
    let error = tabs[0].sheet.as_ref().unwrap_err();
    format!("{} {}", error.code, error.message)
}

#[test]
fn what_would_use_up_a_machine_is_refused() {
    // A text of a megabyte, and one that is shown by every cell of a column.
    let long = format!("<si><t>{}</t></si>", "x".repeat(1 << 20));
    let shared = r#"<row><c t="s"><v>0</v></c></row>"#;
    let error = workbook::read("t.xlsx", &sheet_of(shared, &long)).unwrap_err();
    assert_eq!(error.message, "more than is read: a text of more than 128 KiB");
    let inline = format!(r#"<row><c t="str"><v>{}</v></c></row>"#, "x".repeat(1 << 20));
    assert_eq!(fault_of(&inline, ""), "E0120 more than is read: a text of more than 128 KiB");
    let tag = format!(r#"<row r="{}">"#, "1".repeat(5 << 20));
    assert_eq!(
        fault_of(&tag, ""),
        "E0108 a sheet of t.xlsx cannot be read: it holds a tag or a text of more than 4 MiB"
    );
    let text = format!("<si><t>{}</t></si>", "x".repeat(60_000));
    assert_eq!(fault_of(&shared.repeat(5_000), &text), "E0120 more than is read: more than 256 MiB of text");
    // Blank cells before a filled one.
    let wide = (1..1_100).map(|row| format!(r#"<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>"#));
    let wide = wide.collect::<Vec<_>>().concat();
    assert_eq!(fault_of(&wide, ""), "E0120 more than is read: more than 16000000 cells");
    for (cell, fault) in [
        ("A1048577", "E0120 more than is read: a cell in row 1048577"),
        ("XFE1", "E0120 more than is read: a cell in column XFE"),
        ("ZZZZZZ1", "E0120 more than is read: a cell in column ZZZZZZ"),
        ("A0", "E0108 a sheet of t.xlsx cannot be read: A0: Range is missing the expected row component."),
        ("A99999999999", "E0108 a sheet of t.xlsx cannot be read: “A99999999999” is no cell"),
        ("ZZZZZZZ1", "E0108 a sheet of t.xlsx cannot be read: “ZZZZZZZ1” is no cell"),
    ] {
        assert_eq!(fault_of(&format!(r#"<row><c r="{cell}"><v>1</v></c></row>"#), ""), fault);
    }
    let deep = "<a>".repeat(300);
    assert_eq!(fault_of(&deep, ""), "E0108 a sheet of t.xlsx cannot be read: its elements lie too deep in each other");
    let merged = r#"<mergeCell ref="A1:XFD1"/>"#.repeat(1_100);
    let row = r#"<row r="1"><c r="XFD1"><v>1</v></c></row>"#;
    assert_eq!(
        fault_of(&format!("{row}</sheetData><mergeCells>{merged}</mergeCells><sheetData>"), ""),
        "E0120 more than is read: more than 16000000 cells"
    );
}

#[test]
fn a_password_is_what_is_said_of_a_file_that_has_one() {
    let ods = package(&[
        (
            "META-INF/manifest.xml",
            b"<m:manifest><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>".to_vec(),
        ),
        ("content.xml", vec![0xc3, 0x28, 7, 0, 0xff]),
    ]);
    let error = workbook::read("t.ods", &ods).unwrap_err();
    assert_eq!(error.message, "t.ods is no workbook: it is protected with a password");
}

/// An ODS file with one sheet of these rows.
fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        r#"<office:document-content><table:table table:name="S">{rows}</table:table></office:document-content>"#
    );
    package(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet".to_vec()),
        ("META-INF/manifest.xml", b"<manifest:manifest/>".to_vec()),
        ("content.xml", content.into_bytes()),
    ])
}

#[test]
fn what_an_ods_repeats_is_read_as_often_as_it_holds_something() {
    let text = r#"<table:table-cell office:value-type="string" table:number-columns-repeated="2"><text:p>a</text:p></table:table-cell>"#;
    let number = r#"<table:table-cell office:value-type="float" office:value="1.50"><text:p>1.5 kW</text:p><office:annotation><text:p>a comment</text:p></office:annotation></table:table-cell>"#;
    let blanks = r#"<table:table-cell table:number-columns-repeated="99999"/>"#;
    let many = |rows: u32| {
        format!(
            r#"<table:table-row table:number-rows-repeated="2">{text}{blanks}</table:table-row><table:table-row table:number-rows-repeated="{rows}"><table:table-cell/></table:table-row><table:table-row table:visibility="filter">{number}</table:table-row>"#
        )
    };
    let tabs = workbook::read("t.ods", &ods(&many(1_048_570))).unwrap();
    assert_eq!(
        told(&tabs),
        "S\n1 A:Text=\"a\" B:Text=\"a\"\n2 A:Text=\"a\" B:Text=\"a\"\n1048573 (hidden) A:Number=\"1.5\"\n"
    );
    let refused = |rows: &str| {
        let error = workbook::read("t.ods", &ods(rows)).unwrap_err();
        format!("{} {}", error.code, error.message)
    };
    assert_eq!(refused(&many(4_000_000_000)), "E0120 more than is read: a cell in row 4000000003");
    let wide = r#"<table:table-row table:number-rows-repeated="2000"><table:table-cell office:value="1" table:number-columns-repeated="16384"/></table:table-row>"#;
    assert_eq!(refused(wide), "E0120 more than is read: more than 16000000 cells");
    let spaces = r#"<table:table-row><table:table-cell office:value-type="string"><text:p><text:s text:c="4000000000"/></text:p></table:table-cell></table:table-row>"#;
    assert_eq!(refused(spaces), "E0120 more than is read: a text of more than 128 KiB");
    let untyped = "<table:table-row><table:table-cell><text:p>7</text:p></table:table-cell></table:table-row>";
    assert_eq!(refused(untyped), "E0102 t.ods is no workbook: A1 holds “7” and does not say what it is");
    let formulas = r#"<table:table-row><table:table-cell table:formula="of:=[.A2]+1"/><table:table-cell table:formula="of:=1/0" office:value-type="float" office:value="0"><text:p>#DIV/0!</text:p></table:table-cell></table:table-row>"#;
    let tabs = workbook::read("t.ods", &ods(formulas)).unwrap();
    assert_eq!(told(&tabs), "S\n1 B:Failure=\"#DIV/0!\"\n");
    assert_eq!(tabs[0].sheet.as_ref().unwrap().unsaved.values().collect::<Vec<_>>(), ["=[.A2]+1"]);
}

#[test]
fn an_ods_that_calamine_would_read_in_another_way_is_refused() {
    let refused = |rows: &str| {
        let error = workbook::read("t.ods", &ods(rows)).unwrap_err();
        format!("{} {}", error.code, error.message)
    };
    let row = |cell: &str| format!("<table:table-row>{cell}</table:table-row>");
    let cell =
        |within: &str| row(&format!(r#"<table:table-cell office:value-type="string">{within}</table:table-cell>"#));
    let broken = "E0102 t.ods is no workbook:";
    // calamine looks for the end of a comment for ever.
    for comment in ["<office:annotation>", "<office:annotation></x:annotation>"] {
        assert!(refused(&cell(comment)).starts_with(broken));
    }
    // A number that counts, and one of another namespace before it.
    let spaces = cell(r#"<text:p><text:s x:c="1" text:c="2000000000"/></text:p>"#);
    assert_eq!(refused(&spaces), format!("{broken} an element “s” has two attributes “c”"));
    let rows = r#"<table:table-row x:number-rows-repeated="1" table:number-rows-repeated="1000000"/>"#;
    assert_eq!(refused(rows), format!("{broken} an element “table-row” has two attributes “number-rows-repeated”"));
    let out_of_place = format!("{broken} it has rows and cells that are not in their place");
    for rows in [
        cell("<x:table-row/>"),
        cell("<table:table-cell/>"),
        row("<table:table-row/>"),
        row("<x:table-cell/>"),
        "<table:table-cell/>".to_owned(),
    ] {
        assert_eq!(refused(&rows), out_of_place, "{rows}");
    }
    // Each cell of a row that repeats has a text, of two that are said, of 100 kB.
    let long = format!(r#"x:string-value="" office:string-value="{}""#, "x".repeat(100_000));
    let long = format!(r#"<table:table-cell table:number-columns-repeated="9000" {long}/>"#);
    assert_eq!(refused(&row(&long)), "E0120 more than is read: more than 256 MiB of text");
}

#[test]
fn a_package_with_two_parts_of_one_name_is_refused() {
    let mut twice = parts(&ods(""));
    twice.push(("Content.xml".to_owned(), b"<x/>".to_vec()));
    let parts: Vec<_> = twice.iter().map(|(name, part)| (name.as_str(), part.clone())).collect();
    let error = workbook::read("t.ods", &package(&parts)).unwrap_err();
    assert_eq!(error.message, "t.ods is no workbook: it has two parts “Content.xml”");
}

#[test]
fn what_a_file_claims_to_hold_is_not_believed() {
    let claim = r#"<sst uniqueCount="999999999999"><si><t>a</t></si></sst>"#;
    let error = workbook::read("t.xlsx", &book_of("", claim)).unwrap_err();
    assert_eq!(error.message, "more than is read: more than 16000000 cells");
    let twice = r#"<sst x:uniqueCount="1" uniqueCount="999999999999"><si><t>a</t></si></sst>"#;
    let error = workbook::read("t.xlsx", &book_of("", twice)).unwrap_err();
    assert_eq!(error.message, "t.xlsx is no workbook: an element “sst” has two attributes “uniqueCount”");
}

#[test]
fn a_reader_that_panics_is_an_error_of_the_file() {
    // Indexes of shared texts are not checked in an XLSB file.
    let mut xlsb = parts(&xlsb());
    let (_, sheet) = xlsb.iter_mut().find(|(name, _)| name.ends_with("sheet1.bin")).unwrap();
    let at = sheet.windows(3).position(|window| window == [7, 12, 0]).unwrap();
    sheet[at + 10] = 9;
    let parts: Vec<_> = xlsb.iter().map(|(name, part)| (name.as_str(), part.clone())).collect();
    let error = workbook::read("t.xlsb", &package(&parts)).unwrap_err();
    assert_eq!(error.message, "t.xlsb is no workbook: it is damaged and cannot be read");
}

#[test]
fn cells_are_read_as_their_kind_says() {
    let rows = r#"<row><c t="s"><v>7</v></c></row>"#;
    assert_eq!(
        fault_of(rows, ""),
        "E0108 a sheet of t.xlsx cannot be read: A1: Cell string index not found in shared strings table"
    );
    // What is not understood does not pass for blank, nor for the first of the shared texts.
    for (cell, why) in [
        (r#"<c t="b"><v>maybe</v></c>"#, "A1: Unrecognized boolean cell value: maybe"),
        ("<c><v><![CDATA[5]]></v></c>", "A1 holds “5”, which is not understood"),
        (r#"<c t="s"><v>x</v></c>"#, "A1 holds “x”, which is not understood"),
        (r#"<c t="s"><v>99999999999999999999</v></c>"#, "A1 holds “99999999999999999999”, which is not understood"),
        // Of which calamine reads a part only.
        ("<c><v>40<!-- 0 -->001</v></c>", "A1 holds “40001”, which is not understood"),
        ("<c><v>4&#48;001</v></c>", "A1 holds “40001”, which is not understood"),
        ("<c><v>40<![CDATA[001]]></v></c>", "A1 holds “40001”, which is not understood"),
        (r#"<c t="str"><v>a<![CDATA[b]]></v></c>"#, "A1 holds “ab”, which is not understood"),
        (r#"<c t="str"><v><![CDATA[b]]></v></c>"#, "A1 holds “b”, which is not understood"),
        (r#"<c t="s"><v>0<?x?>1</v></c>"#, "A1 holds “01”, which is not understood"),
        ("<c><v>1</v><v>2</v></c>", "A1 holds “12”, which is not understood"),
        (r#"<c r="A1"><v>1</v></c><c r="A1"><v>1</v></c>"#, "A1 is there twice"),
    ] {
        let told = fault_of(&format!("<row>{cell}</row>"), "<si><t>first</t></si>");
        assert_eq!(told, format!("E0108 a sheet of t.xlsx cannot be read: {why}"));
    }
    let rows = r#"<row r="3"><c><v>1.5E-3</v></c><c t="str"><v>a &amp; b_x000D_</v></c><c t="d"><v>2025-01-02</v></c>
        <c t="b"><v>1</v></c><c t="n"><v>nan</v></c><c s="99"><v>4</v></c>
        <c t="inlineStr"><is><r><t>x</t></r><r><t>y</t></r><rPh><t>z</t></rPh></is></c><c t="e"><v>#REF!</v></c>
        <c t="e"><v>#SPILL!</v></c></row>
        <row><c><f>A1+1</f></c><c><f t="shared" si="0" ref="B4:B9">C1</f><v></v></c><c><f t="shared" si="0"/></c>
        <c t="str"><f>""</f><v></v></c></row>"#;
    let tabs = workbook::read("t.xlsx", &sheet_of(rows, "")).unwrap();
    assert_eq!(
        told(&tabs),
        r##"S
3 A:Number="0.0015" B:Text="a & b" C:Date="2025-01-02" D:Truth="true" E:Text="NaN" F:Number="4" G:Text="xy" H:Failure="#REF!" I:Failure="#SPILL!"
4
"##
    );
    let unsaved: Vec<_> = tabs[0].sheet.as_ref().unwrap().unsaved.iter().collect();
    assert_eq!(
        unsaved,
        [(&(4, 0), &"=A1+1".to_owned()), (&(4, 1), &"=C1".to_owned()), (&(4, 2), &"=… as in B4".to_owned())]
    );
}

#[test]
fn what_merged_cells_cover_is_not_read() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("S").unwrap();
    sheet.merge_range(0, 0, 2, 1, "shown", &Format::new()).unwrap();
    sheet.write(1, 0, "covered").unwrap().write(2, 1, 5).unwrap().write(2, 2, "beside").unwrap();
    let tabs = workbook::read("t.xlsx", &workbook.save_to_buffer().unwrap()).unwrap();
    let grid = tabs[0].sheet.as_ref().unwrap();
    let texts: Vec<&str> = [(1, 0), (2, 0), (3, 1), (3, 2)].map(|(row, column)| grid.text(row, column)).to_vec();
    assert_eq!(texts, ["shown", "", "", "beside"]);
}

#[test]
fn sheets_and_relations_of_one_name_are_refused() {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("First").unwrap().write(0, 0, 1).unwrap();
    workbook.add_worksheet().set_name("Other").unwrap().write(0, 0, 2).unwrap();
    let good = workbook.save_to_buffer().unwrap();
    let fault = |name: &str, from: &str, to: &str| {
        let changed = parts(&good).into_iter().map(|(part, bytes)| {
            let text = String::from_utf8_lossy(&bytes).replace(from, to).into_bytes();
            let bytes = if part == name { text } else { bytes };
            (part, bytes)
        });
        let changed: Vec<(String, Vec<u8>)> = changed.collect();
        let changed: Vec<(&str, Vec<u8>)> =
            changed.iter().map(|(part, bytes)| (part.as_str(), bytes.clone())).collect();
        workbook::read("t.xlsx", &package(&changed)).unwrap_err().message
    };
    let told = fault("xl/workbook.xml", "\"Other\"", "\"First\"");
    assert_eq!(told, "t.xlsx is no workbook: two sheets are called “First”");
    let told = fault("xl/_rels/workbook.xml.rels", "\"rId2\"", "\"rId1\"");
    assert_eq!(told, "t.xlsx is no workbook: “rId1” is the name of two relations");
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
    let packages = [forms().save_to_buffer().unwrap(), fixture("forms.ods"), xlsb()];
    for round in 0..rounds {
        let mut bytes = fixture("forms.xls");
        mutate(&mut bytes, &mut seed);
        let _ = workbook::read("t.xls", &bytes);
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
            let _ = workbook::read("t.xlsx", &bytes);
        }
        let mut text = "Address;Name\r\n1;\"a\nb\"\n2;W\u{e4}rme,0.5\t|\n".as_bytes().to_vec();
        mutate(&mut text, &mut seed);
        let _ = csv::read("t.csv", &text, TextForm::default(), &mut Diagnostics::default());
    }
}

#[test]
fn names_columns_as_spreadsheets_do() {
    for (column, letters) in
        [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
    {
        assert_eq!(column_letters(column), letters);
    }
}
