//! A good workbook with whatever text in its cells, as text, number, truth, failure or formula.

use std::fmt::Write as _;

use crate::files::{FRAME, HEADERS, PARTS, SEED_PARTS, load, manifest, zipped};
use arbitrary::{Arbitrary, Unstructured};

#[derive(Debug, Arbitrary)]
struct Sheet<'a> {
    /// Which header each column has; a number beyond them is none of those.
    headers: Vec<u8>,
    rows: Vec<Vec<Cell<'a>>>,
    merged: Vec<(u8, u8, u8, u8)>,
}

#[derive(Debug, Arbitrary)]
enum Cell<'a> {
    Blank,
    Text(&'a str),
    Small(i16),
    Number(f64),
    Date(u32),
    Truth(bool),
    Failure(u8),
    Formula(&'a str, Option<&'a str>),
}

fn escaped(text: &str) -> String {
    let allowed =
        |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    let text: String = text.chars().filter(allowed).collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn column(number: usize) -> char {
    char::from(b'A' + u8::try_from(number.min(25)).unwrap_or_default())
}

fn sheet(sheet: &Sheet<'_>) -> String {
    let mut xml =
        String::from(r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#);
    let text = |place: &str, text: &str| {
        format!(r#"<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>"#, escaped(text))
    };
    let _ = write!(xml, r#"<row r="1">"#);
    for (at, header) in sheet.headers.iter().take(26).enumerate() {
        let header = HEADERS.get(usize::from(*header)).copied().unwrap_or("Other");
        xml.push_str(&text(&format!("{}1", column(at)), header));
    }
    xml.push_str("</row>");
    for (row, cells) in sheet.rows.iter().take(200).enumerate() {
        let row = row + 2;
        let _ = write!(xml, r#"<row r="{row}">"#);
        for (at, cell) in cells.iter().take(26).enumerate() {
            let place = format!("{}{row}", column(at));
            let _ = match cell {
                Cell::Blank => Ok(()),
                Cell::Text(value) => write!(xml, "{}", text(&place, value)),
                Cell::Small(value) => write!(xml, r#"<c r="{place}"><v>{value}</v></c>"#),
                Cell::Number(value) => write!(xml, r#"<c r="{place}"><v>{value}</v></c>"#),
                Cell::Date(value) => write!(xml, r#"<c r="{place}" s="1"><v>{value}</v></c>"#),
                Cell::Truth(value) => write!(xml, r#"<c r="{place}" t="b"><v>{}</v></c>"#, u8::from(*value)),
                Cell::Failure(value) => {
                    let failures = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"];
                    write!(xml, r#"<c r="{place}" t="e"><v>{}</v></c>"#, failures[usize::from(*value) % failures.len()])
                }
                Cell::Formula(formula, None) => write!(xml, r#"<c r="{place}"><f>{}</f></c>"#, escaped(formula)),
                Cell::Formula(formula, Some(result)) => {
                    write!(xml, r#"<c r="{place}" t="str"><f>{}</f><v>{}</v></c>"#, escaped(formula), escaped(result))
                }
            };
        }
        xml.push_str("</row>");
    }
    xml.push_str("</sheetData><mergeCells>");
    for (row, at, rows, columns) in sheet.merged.iter().take(20) {
        let (row, at) = (usize::from(*row) + 1, usize::from(*at % 26));
        let last = (row + usize::from(*rows), at + usize::from(*columns % 26));
        let _ = write!(xml, r#"<mergeCell ref="{}{row}:{}{}"/>"#, column(at), column(last.1), last.0);
    }
    xml.push_str("</mergeCells></worksheet>");
    xml
}

pub fn run(bytes: &[u8]) {
    if let Ok(input) = Sheet::arbitrary_take_rest(Unstructured::new(bytes)) {
        check(&input);
    }
}

fn check(input: &Sheet<'_>) {
    let mut parts = SEED_PARTS.map(str::to_owned);
    parts[0] = sheet(input);
    let frame = FRAME.iter().map(|(name, text)| (*name, text.as_bytes()));
    let workbook = zipped(frame.chain(PARTS.into_iter().zip(parts.iter().map(String::as_bytes))));
    load(manifest("registers.xlsx").as_bytes(), ("registers.xlsx", &workbook));
}
