//! XLS workbooks, put together record by record.

use super::super::records::*;
use super::super::{read, xls};
use super::*;
use crate::diagnostic::Diagnostic;

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap();
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
}

fn cell(kind: u16, row: u16, column: u16, value: &[u8]) -> Vec<u8> {
    record(kind, &[&row.to_le_bytes()[..], &column.to_le_bytes(), &[0, 0], value].concat())
}

fn number(row: u16, column: u16) -> Vec<u8> {
    cell(NUMBER, row, column, &7.0f64.to_le_bytes())
}

fn text(text: &str) -> Vec<u8> {
    [&u16::try_from(text.len()).unwrap().to_le_bytes()[..], &[0], text.as_bytes()].concat()
}

/// A formula with these tokens; its result is a text that comes next.
fn formula(row: u16, column: u16, tokens: &[u8]) -> Vec<u8> {
    let length = u16::try_from(tokens.len()).unwrap().to_le_bytes();
    cell(FORMULA, row, column, &[&[0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0][..], &length, tokens].concat())
}

fn begin() -> Vec<u8> {
    record(BEGIN, &[0, 6, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
}

/// Sheets of these records, and records before them.
fn stream(globals: &[Vec<u8>], sheets: &[(&str, &[Vec<u8>])]) -> Vec<u8> {
    let globals = [begin(), globals.concat()].concat();
    let listed: usize = sheets.iter().map(|(name, _)| 12 + name.len()).sum();
    let mut at = globals.len() + listed + 4;
    let (mut stream, mut bodies) = (globals, Vec::new());
    for (name, cells) in sheets {
        let body = [begin(), cells.concat(), record(EOF, &[])].concat();
        let at_here = u32::try_from(at).unwrap().to_le_bytes();
        let length = u8::try_from(name.len()).unwrap();
        stream.extend(record(SHEET, &[&at_here[..], &[0, 0, length, 0], name.as_bytes()].concat()));
        at += body.len();
        bodies.extend(body);
    }
    stream.extend(record(EOF, &[]));
    stream.extend(bodies);
    stream
}

fn open(stream: &[u8]) -> Result<Vec<Tab>, Diagnostic> {
    read("t.xls", &xls::workbook_of(stream))
}

/// What is said of each sheet: what stands in it, or why it is not read.
fn told(globals: &[Vec<u8>], sheets: &[(&str, &[Vec<u8>])]) -> Vec<String> {
    let told = |tab: &Tab| match &tab.sheet {
        Ok(grid) => {
            let cells = grid.rows.iter().flat_map(|row| {
                let cells = row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty());
                cells.map(|(column, cell)| format!("{}={cell}", grid.origin.cell(row.number, column).cell()))
            });
            let unsaved = grid
                .unsaved
                .iter()
                .map(|((row, column), text)| format!("{}{text}", grid.origin.cell(*row, *column).cell()));
            cells.chain(unsaved).collect::<Vec<_>>().join(" ")
        }
        Err(error) => format!("{} {}", error.code, error.message),
    };
    match open(&stream(globals, sheets)) {
        Ok(tabs) => tabs.iter().map(told).collect(),
        Err(error) => vec![format!("{} {}", error.code, error.message)],
    }
}

/// What is said of the only sheet.
fn told_of(cells: &[Vec<u8>]) -> String {
    let [told] = told(&[], &[("S", cells)]).try_into().unwrap();
    told
}

#[test]
fn every_cell_is_read() {
    let rks = [&0u16.to_le_bytes()[..], &1u16.to_le_bytes(), &[0, 0, 30, 0, 0, 0], &[0, 0, 34, 0, 0, 0], &[2, 0]];
    let texts = record(TEXTS, &[&[2, 0, 0, 0, 9, 0, 0, 0][..], &text("shared"), &[7, 0, 0, b'i', b'n', b' ']].concat());
    let goes_on = record(CONTINUE, &[&[1][..], &[b't', 0, b'w', 0, b'o', 0, 0xb0, 0]].concat());
    let rich = [&[1, 0, 0x0d, 2, 0, 5, 0, 0, 0, b'r', 0][..], &[0; 13]].concat();
    let texts = [texts, goes_on, record(CONTINUE, &rich)].concat();
    let sheet = [
        number(0, 0),
        record(RKS, &rks.concat()),
        cell(SHARED_TEXT, 1, 0, &1u32.to_le_bytes()),
        cell(SHARED_TEXT, 1, 1, &2u32.to_le_bytes()),
        cell(TEXT, 1, 2, &text("own")),
        cell(TRUTH, 1, 3, &[1, 0]),
        cell(TRUTH, 1, 4, &[0x2a, 1]),
        // A chart: what looks like a cell in it is none.
        begin(),
        number(9, 9),
        record(EOF, &[]),
        formula(2, 0, &[]),
        record(RESULT, &text("ab")),
        formula(2, 1, &[0x1e, 7, 0]),
    ];
    let told = told(&[texts], &[("S", &sheet), ("T", &[number(65_535, 19), number(0, 0)])]);
    assert_eq!(told, ["A1=7 B1=7 C1=8 A2=in two° B2=r C2=own D2=true E2=#N/A A3=ab B3=…", "A1=7 T65536=7"]);
    let tabs = open(&stream(&[], &[("S", &[cell(TRUTH, 0, 0, &[0x2a, 1])])])).unwrap();
    assert_eq!(tabs[0].sheet.as_ref().unwrap().rows[0].kind(0), Kind::Failure);
}

#[test]
fn what_a_workbook_claims_is_not_believed() {
    // The size of a sheet: in every form, and in one that there is not.
    for size in [vec![0xff; 14], vec![0xff; 10], vec![0xff; 16], [vec![9], vec![0; 13]].concat(), vec![1; 3]] {
        assert_eq!(told_of(&[record(SIZE, &size), number(0, 0)]), "A1=7");
    }
    // More shared texts than there are, and none.
    let texts = |count: u8| record(TEXTS, &[&[count; 8][..], &text("a")].concat());
    let shared = [cell(SHARED_TEXT, 0, 0, &0u32.to_le_bytes())];
    for count in [0, 1, 0xff] {
        assert_eq!(told(&[texts(count)], &[("S", &shared)]), ["A1=a"]);
    }
    let absent = [cell(SHARED_TEXT, 0, 0, &1u32.to_le_bytes())];
    let broken = "E0108 a sheet of t.xls cannot be read:";
    assert_eq!(told(&[texts(9)], &[("S", &absent)]), [format!("{broken} no shared text 1")]);
    // A text of 65,535 characters in thirteen bytes.
    let long = cell(TEXT, 0, 0, &[0xff, 0xff, 0, b'a']);
    let cut = format!("{broken} a text is cut off, or goes on where it is not read");
    assert_eq!(told_of(&[long]), cut);
    assert_eq!(told_of(&[formula(0, 0, &[]), record(RESULT, &[2, 0, 1, b'a', 0])]), cut);
    let merged = record(MERGED, &[9, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
    assert_eq!(told_of(&[merged]), format!("{broken} its merged cells are cut off"));
    // What calamine finds itself is an error of the file.
    let rks = |first: u16, last: u16| {
        record(RKS, &[&[0, 0][..], &first.to_le_bytes(), &[0; 6], &last.to_le_bytes()].concat())
    };
    for cells in [record(NUMBER, &[0; 9]), rks(5, 4), rks(5, 6)] {
        let told = told_of(&[cells]);
        assert!(told.starts_with("E0102 t.xls is not a workbook: "), "{told}");
    }
    assert_eq!(told_of(&[rks(0xffff, 0)]), "E0120 file too large: a cell in column CRXP");
    assert_eq!(
        told_of(&[record(0x0003, &[0; 15])]),
        format!("{broken} it has cells of a version before Excel 5, which are not read")
    );
    assert_eq!(told_of(&[vec![3, 2, 0xff, 0xff, 0]]), format!("{broken} it ends in the middle of a record"));
}

#[test]
fn shared_texts_that_are_cut_off_are_refused() {
    let head = [0; 8];
    let cut = ["E0102 t.xls is not a workbook: its shared texts are cut off".to_owned()];
    for data in [
        &[9, 0, 0, b'a'][..],
        &[0xff, 0xff, 1, b'a', 0],
        &[1, 0, 8, 9, 0, b'a'],
        &[1, 0, 4, 0xff, 0xff, 0xff, 0xff, b'a'],
    ] {
        assert_eq!(told(&[record(TEXTS, &[&head[..], data].concat())], &[]), cut, "{data:?}");
    }
    // It goes on in a record that does not say how wide its characters are.
    let goes_on = [record(TEXTS, &[&head[..], &[9, 0, 0, b'a']].concat()), record(CONTINUE, &[])].concat();
    assert_eq!(told(&[goes_on, number(0, 0)], &[]), cut);
    for (data, why) in [
        (&[9][..], "its shared texts are cut off"),
        (&[1, 0, 8, 9], "a record is too short"),
        (&[1, 0, 4, 9, 9, 9], "a record is too short"),
    ] {
        let told = told(&[record(TEXTS, &[&head[..], data].concat())], &[]);
        assert_eq!(told, [format!("E0102 t.xls is not a workbook: {why}")], "{data:?}");
    }
    let many = [record(TEXTS, &head), record(CONTINUE, &[]).repeat(20_000)].concat();
    assert_eq!(told(&[many, number(0, 0)], &[]), ["E0120 file too large: shared texts in 20000 records"]);
}

#[test]
fn cells_that_lie_too_far_apart_are_refused_where_they_are() {
    let columns = "E0120 file too large: a cell in column";
    assert_eq!(told_of(&[number(0, 256)]), format!("{columns} IW"));
    assert_eq!(told_of(&[number(0, 65_535)]), format!("{columns} CRXP"));
    let wide = [&[0, 0, 0xff, 0][..], &[0; 12], &[0, 1]].concat();
    assert_eq!(told_of(&[record(RKS, &wide)]), format!("{columns} IW"));
    // A whole sheet is read. Two of them are not, and those that are small are.
    let whole: &[Vec<u8>] = &[number(0, 0), number(65_535, 255)];
    let sheets: Vec<(String, &[Vec<u8>])> = (0..50).map(|at| (format!("S{at}"), whole)).collect();
    let mut sheets: Vec<_> = sheets.iter().map(|(name, cells)| (name.as_str(), *cells)).collect();
    let small = [number(0, 0)];
    sheets.push(("small", &small));
    let passed = pass(stream(&[], &sheets)).unwrap();
    let refused: Vec<_> = passed.sheets.iter().map(Result::is_err).collect();
    assert_eq!(refused, [vec![false], vec![true; 49], vec![false]].concat());
    // Formulas take as much room again.
    let formulas: &[Vec<u8>] = &[formula(0, 0, &[]), formula(65_535, 159, &[])];
    assert!(pass(stream(&[], &[("S", formulas)])).unwrap().sheets[0].is_err());
    // One text in many cells.
    let text = record(TEXTS, &[&[0; 8][..], &text(&"x".repeat(60_000))].concat());
    let cells = vec![cell(SHARED_TEXT, 0, 0, &0u32.to_le_bytes()); 1_500];
    assert_eq!(told(&[text], &[("S", &cells)]), ["E0120 file too large: more than 256 MiB of text"]);
}

#[test]
fn sheets_that_lie_in_each_other_are_refused() {
    let plain = stream(&[], &[("S", &[number(0, 0)]), ("T", &[number(1, 1)])]);
    let fields: Vec<_> =
        plain.windows(2).enumerate().filter(|(_, two)| *two == [0x85, 0]).map(|(at, _)| at + 4).collect();
    let [first, second] = fields[..] else { panic!("{fields:?}") };
    let with = |field: usize, begin: u32| {
        let mut bytes = plain.clone();
        bytes[field..field + 4].copy_from_slice(&begin.to_le_bytes());
        bytes
    };
    let begin = u32::from_le_bytes(*plain[first..].first_chunk().unwrap());
    for begin in [0, begin, begin + 20] {
        let tabs = open(&with(second, begin)).unwrap();
        let error = tabs[1].sheet.as_ref().unwrap_err();
        assert_eq!(error.message, "a sheet of t.xls cannot be read: it overlaps with another sheet");
        assert!(tabs[0].sheet.as_ref().is_ok_and(|grid| grid.text(1, 0) == "7"));
    }
    let tabs = open(&with(second, 0xffff_ff00)).unwrap();
    let error = tabs[1].sheet.as_ref().unwrap_err();
    assert_eq!(error.message, "a sheet of t.xls cannot be read: it lies beyond the end of the file");
    assert!(tabs[0].sheet.as_ref().is_ok_and(|grid| grid.text(1, 0) == "7"));
    let twice = told(&[], &[("S", &[number(0, 0)]), ("S", &[number(1, 1)])]);
    assert!(twice[1].ends_with("duplicate sheet name"), "{twice:?}");
    let many = vec![("S", &[][..]); 1_001];
    assert_eq!(told(&[], &many), ["E0120 file too large: 1001 sheets"]);
}

#[test]
fn a_password_is_told() {
    let told = told(&[record(PASSWORD, &[1, 0, 1, 0])], &[("S", &[vec![7; 40]])]);
    assert_eq!(told, ["E0102 t.xls is not a workbook: it is protected with a password"]);
}

#[test]
fn what_formulas_and_names_make_is_not_made() {
    // A name of 255 characters, 1,600 times in a formula, and what moves it at every token.
    let name = [&[0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &[0], &[b'n'; 255]].concat();
    let tokens = [[0x23, 1, 0, 0, 0].repeat(1_600), vec![0x12; 57_000]].concat();
    let formulas: Vec<_> = (0..100).map(|row| formula(row, 0, &tokens)).collect();
    let start = std::time::Instant::now();
    let told = told(&[record(NAME, &name)], &[("S", &formulas)]);
    assert!(told[0].starts_with("A1=… A2=… "), "{told:?}");
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
