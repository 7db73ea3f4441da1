//! XLSB workbooks, put together record by record.

use super::super::read;
use super::*;

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

/// A workbook with every kind of record that holds a cell.
pub(super) fn workbook() -> Vec<u8> {
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
    let tabs = read("registers.xlsb", &workbook()).unwrap();
    assert_eq!(
        told(&tabs),
        r##"Registers
1 A:Text="shared °" B:Text="own"
5 (hidden) A:Number="0.1" B:Number="-3" C:Number="0.5" D:Number="40001" E:Date="2025-01-01" F:Truth="true" G:Failure="#N/A"
6 A:Text="given" B:Number="7" C:Truth="false" D:Failure="#REF!"
Old (hidden)
"##
    );
}

/// What is said of the first sheet, where the records before the end of its cells are more.
fn fault_of_xlsb(more: &[(u16, Vec<u8>)]) -> String {
    let bytes = xlsb_with("worksheets/sheet1.bin", &[(0x0092, vec![]), (0x0082, vec![])], more);
    let tabs = read("t.xlsb", &bytes).unwrap();
    let error = tabs[0].sheet.as_ref().unwrap_err();
    format!("{} {}", error.code, error.message)
}

/// The workbook with more records in one of its parts, before the last ones.
fn xlsb_with(name: &str, last: &[(u16, Vec<u8>)], more: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let mut xlsb = parts(&workbook());
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
    let tabs = read("t.xlsb", &bytes).unwrap();
    let grid = tabs[0].sheet.as_ref().unwrap();
    let region = Region { first_row: 5, last_row: 6, first_column: 1, last_column: 1 };
    assert_eq!((grid.merged(6, 1), grid.merged(7, 1), grid.merged(6, 0)), (Some(&region), None, None));
    let cut = fault_of_xlsb(&[(0x00b0, merged[..15].to_vec())]);
    assert_eq!(cut, "E0108 a sheet of t.xlsb cannot be read: a record is cut off");
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
        format!("{broken} a record is cut off")
    );
    assert_eq!(
        fault_of_xlsb(&[(0, [&1_048_576u32.to_le_bytes()[..], &[0; 13]].concat())]),
        "E0120 file too large: a cell in row 1048577"
    );
    assert_eq!(fault_of_xlsb(&[(0x0400, vec![0; 5 << 20])]), "E0120 file too large: a record of a sheet");
}

#[test]
fn what_an_xlsb_file_says_of_its_names_is_bounded() {
    let name = |formula: &[u8]| {
        let length = u32::try_from(formula.len()).unwrap().to_le_bytes();
        (0x0027, [&[0; 9][..], &wide("n"), &length, formula].concat())
    };
    let refused = |more: &[(u16, Vec<u8>)]| {
        let error = read("t.xlsb", &xlsb_with("xl/workbook.bin", &[(0x0084, vec![])], more)).unwrap_err();
        format!("{} {}", error.code, error.message)
    };
    // Formulas in formulas: calamine goes into each, as far as its stack is sure to reach.
    assert_eq!(refused(&[name(&vec![0x29; 17_000])]), "E0120 file too large: names of cells or of sheets");
    assert_eq!(
        refused(&[name(&vec![0x29; 16_000])]),
        "E0102 t.xlsb is not a workbook: it is damaged and cannot be read"
    );
    assert_eq!(refused(&vec![name(&vec![0x1e; 15_000]); 80]), "E0120 file too large: names of cells or of sheets");
    assert_eq!(refused(&[(0x016a, vec![0; 300 << 10])]), "E0120 file too large: names of cells or of sheets");
    let few = xlsb_with("xl/workbook.bin", &[(0x0084, vec![])], &vec![name(&[0x1e, 7, 0]); 9]);
    assert!(read("t.xlsb", &few).unwrap()[0].sheet.is_ok());
}

#[test]
fn a_reader_that_panics_is_an_error_of_the_file() {
    // Indexes of shared texts are not checked in an XLSB file.
    let mut xlsb = parts(&workbook());
    let (_, sheet) = xlsb.iter_mut().find(|(name, _)| name.ends_with("sheet1.bin")).unwrap();
    let at = sheet.windows(3).position(|window| window == [7, 12, 0]).unwrap();
    sheet[at + 10] = 9;
    let parts: Vec<_> = xlsb.iter().map(|(name, part)| (name.as_str(), part.clone())).collect();
    let error = read("t.xlsb", &package(&parts)).unwrap_err();
    assert_eq!(error.message, "t.xlsb is not a workbook: it is damaged and cannot be read");
}
