//! What the targets share: a folder for the files of one input, and what has to hold of whatever is loaded from it.

use std::cell::RefCell;
use std::path::PathBuf;

use modbus_bindgen::{Loaded, emit};
use tempfile::TempDir;

thread_local! {
    static FOLDER: RefCell<Option<TempDir>> = const { RefCell::new(None) };
}

/// The most points that code is made of.
const MOST_POINTS: usize = 3000;

/// What divides an input that is several files: it stands in no text.
pub const DIVIDER: u8 = 0;

/// A file of the input at hand, in a folder that lives as long as the target.
fn file(name: &str, bytes: &[u8]) -> PathBuf {
    FOLDER.with_borrow_mut(|folder| {
        let folder = folder.get_or_insert_with(|| tempfile::tempdir().expect("a folder for temporary files"));
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file in it");
        path
    })
}

/// Loads a manifest and the file it names as a person would, and makes everything that can be made of it.
///
/// # Panics
///
/// Where one of the promises is broken: there are errors or there is a device; a device is code that can be parsed,
/// and JSON that can be; no source holds characters that turn the direction of writing.
pub fn load(manifest: &[u8], table: (&str, &[u8])) {
    let path = file("device.toml", manifest);
    file(table.0, table.1);
    check(&modbus_bindgen::load(&path));
}

/// The same without a manifest.
///
/// # Panics
///
/// As [`load`].
pub fn load_table(name: &str, bytes: &[u8]) {
    check(&modbus_bindgen::load(&file(name, bytes)));
}

fn check(loaded: &Loaded) {
    assert_eq!(loaded.device.is_none(), loaded.diagnostics.has_errors(), "{}", loaded.diagnostics);
    for diagnostic in loaded.diagnostics.iter() {
        assert!(!diagnostic.to_string().is_empty());
    }
    // What tens of thousands of registers come to takes longer than an input is given.
    let Some(device) = loaded.device.as_ref().filter(|device| device.points.len() < MOST_POINTS) else { return };
    let source = emit::rust::source(device);
    assert!(syn::parse_file(&source).is_ok(), "{source}");
    assert!(!source.contains(is_directional), "{source}");
    let json = emit::json::json(device);
    assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "{json}");
    for language in [None, Some("sv")] {
        let markdown = emit::markdown::markdown(device, language);
        assert!(!markdown.contains("<script"), "{markdown}");
    }
}

/// The controls of bidirectional text, which rustc refuses in sources.
fn is_directional(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A workbook of these parts, stored as they are.
///
/// # Panics
///
/// Where a zip file cannot be written to memory.
pub fn zipped<'a>(parts: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    use std::io::Write as _;

    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(name, stored).expect("a new part");
        writer.write_all(bytes).expect("a part in memory");
    }
    writer.finish().expect("a workbook in memory").into_inner()
}

/// The parts of a workbook that say which others there are.
pub const FRAME: [(&str, &str); 3] = [
    (
        "[Content_Types].xml",
        r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>"#,
    ),
    (
        "_rels/.rels",
        r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#,
    ),
];

/// The parts that an input of `workbook_parts` holds, in its order.
pub const PARTS: [&str; 4] = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"];

/// What those parts are in a small workbook.
pub const SEED_PARTS: [&str; 4] = [
    r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:E4"/><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>Description</t></is></c><c r="C1" t="str"><v>Units</v></c><c r="D1" t="s"><v>1</v></c></row><row r="2" hidden="1"><c r="A2"><v>1</v></c><c r="B2" t="inlineStr"><is><t>Flow</t></is></c><c r="D2" s="1"><v>45000</v></c></row><row r="3"><c r="A3"><f>1+1</f><v>2</v></c><c r="B3" t="e"><v>#N/A</v></c><c r="C3" t="b"><v>1</v></c></row><row r="4"><c r="A4"><f t="shared" ref="A4:A5" si="0">A3+1</f></c></row></sheetData><mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells></worksheet>"#,
    r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="2" uniqueCount="2"><si><t>Address</t></si><si><r><t>Sc</t></r><r><t>ale</t></r></si></sst>"#,
    r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><workbookPr date1904="0"/><sheets><sheet name="Holding" sheetId="1" r:id="rId1"/></sheets><definedNames><definedName name="x">Holding!$A$1</definedName></definedNames></workbook>"#,
    r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>"#,
];

/// A manifest that takes whatever columns there are, for tables that come in workbooks and CSV files.
pub fn manifest(file: &str) -> String {
    format!(
        r#"format = 1

[device]
name = "Boiler"
languages = ["en", "sv"]

[columns]
address = "Address"
count = "Count"
description = {{ en = "Description", sv = "Svenska" }}
unit = "Units"
divisor = "Scale"
access = "Access"
signed = "Signed"
type = "Type"
values = "Values"
bits = "Bits"
default = "Default"
min = "Min"
max = "Max"
step = "Step"
min_register = "Min register"
max_register = "Max register"
visible_register = "Visible register"
visible_bit = "Visible bit"
group = "Group"
remark = "Remark"
last_address = "Last"
table = "Table"
unit_id = "Unit id"
bit = "Bit"
factor = "Factor"
exponent = "Exponent"
decimals = "Decimals"
format = "Format"
offset = "Offset"
scale_register = "Scale register"
formula = "Formula"
label = "Label"
order = "Order"
size_in_bits = "Size"
size_in_bytes = "Bytes"
code = "Code"
not_available = "Not available"
range = "Range"
variant = "Variant"
details = {{ position = "Position" }}

[pairs]
high = "(MSB)"
low = "(LSB)"

[optional]
marks = ["(EM)"]

[values]
in_description = true

[[sheet]]
file = "{file}"
table = "holding_register"
access = "read_write"
"#
    )
}

/// The headers of that manifest.
pub const HEADERS: [&str; 40] = [
    "Address",
    "Count",
    "Description",
    "Svenska",
    "Units",
    "Scale",
    "Access",
    "Signed",
    "Type",
    "Values",
    "Bits",
    "Default",
    "Min",
    "Max",
    "Step",
    "Min register",
    "Max register",
    "Visible register",
    "Visible bit",
    "Group",
    "Remark",
    "Last",
    "Table",
    "Unit id",
    "Bit",
    "Factor",
    "Exponent",
    "Decimals",
    "Format",
    "Offset",
    "Scale register",
    "Formula",
    "Label",
    "Order",
    "Size",
    "Bytes",
    "Code",
    "Not available",
    "Range",
    "Variant",
];
