//! The same tables as other files: separators, encodings, decimal commas, a workbook. What they say is the same.

use std::fs;
use std::path::Path;

use rust_xlsxwriter::{Format, Workbook, Worksheet};

use super::device::Device;
use super::random::Random;

/// Writes the tables as the first form there is, CSV with commas; gives the manifest.
pub fn write_plain(device: &Device, folder: &Path) -> String {
    let mut files = Vec::new();
    for sheet in device.filled() {
        let file = format!("{}.csv", device.sheets[sheet].name);
        fs::write(folder.join(&file), csv(device, sheet, &Form::default())).unwrap();
        files.push((sheet, file, String::new()));
    }
    write_key(device, folder);
    let manifest = device.manifest(&files);
    fs::write(folder.join("device.toml"), &manifest).unwrap();
    manifest
}

/// Writes them in another form.
pub fn write_otherwise(device: &Device, folder: &Path, random: &mut Random) -> String {
    let files = if random.percent(50) { workbook(device, folder, random) } else { texts(device, folder, random) };
    write_key(device, folder);
    let manifest = device.manifest(&files);
    fs::write(folder.join("device.toml"), &manifest).unwrap();
    manifest
}

fn write_key(device: &Device, folder: &Path) {
    let footnotes = device.entries.iter().flat_map(|entry| &entry.footnotes);
    let lines = footnotes.map(|(mark, text)| format!("{mark},{}\n", escaped(text, ',')));
    fs::write(folder.join("key.csv"), format!("Mark,Text\n{}", lines.collect::<String>())).unwrap();
}

/// How a text file is written.
struct Form {
    separator: char,
    end: &'static str,
    has_comma: bool,
    before: &'static str,
}

impl Default for Form {
    fn default() -> Self {
        Self { separator: ',', end: "\r\n", has_comma: false, before: "" }
    }
}

/// Columns that hold numbers, and those among them that may hold fractions.
const NUMBERS: [&str; 17] = [
    "address",
    "count",
    "exponent",
    "decimals",
    "offset",
    "scale_register",
    "bit",
    "code",
    "min_register",
    "max_register",
    "step_register",
    "visible_register",
    "visible_bit",
    "unit_id",
    "group_offset",
    "repeats",
    "default",
];
const FRACTIONS: [&str; 5] = ["divisor", "factor", "min", "max", "step"];

fn csv(device: &Device, sheet: usize, form: &Form) -> String {
    let headers: Vec<String> = device.columns().map(|(_, header)| header.to_owned()).collect();
    let cell = |(key, text): (&str, String)| match form.has_comma && FRACTIONS.contains(&key) {
        true => text.replace('.', ","),
        false => text,
    };
    let rows = device.rows(sheet).map(|(_, row)| device.cells(row).into_iter().map(cell).collect());
    let lines = std::iter::once(headers).chain(rows).map(|cells: Vec<String>| {
        let cells: Vec<String> = cells.iter().map(|cell| escaped(cell, form.separator)).collect();
        cells.join(&form.separator.to_string()) + form.end
    });
    form.before.to_owned() + &lines.collect::<String>()
}

fn escaped(cell: &str, separator: char) -> String {
    let signs = ['"', ',', '\n', '\r', ';', '\t', '|', separator];
    if cell.contains(signs) || cell.starts_with(char::is_whitespace) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

fn texts(device: &Device, folder: &Path, random: &mut Random) -> Vec<(usize, String, String)> {
    let (separator, name) = random.pick(&[(';', ";"), ('\t', "tab"), ('|', "|"), (',', ",")]);
    let form = Form {
        separator,
        end: random.pick(&["\n", "\r\n"]),
        has_comma: random.percent(50),
        before: random.pick(&["", "", "Registers of the device\n\n"]),
    };
    let mut files = Vec::new();
    for sheet in device.filled() {
        let text = csv(device, sheet, &form);
        let mut lines = if random.percent(50) { format!("delimiter = \"{name}\"\n") } else { String::new() };
        let is_latin = text.chars().all(|c| c.is_ascii() || ('\u{A0}'..='\u{FF}').contains(&c));
        let bytes = match random.below(4) {
            0 => [&b"\xEF\xBB\xBF"[..], text.as_bytes()].concat(),
            1 => [0xFEFF_u16].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
            2 if is_latin => {
                lines += "encoding = \"windows-1252\"\n";
                text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
            }
            _ => text.into_bytes(),
        };
        let file = format!("{}.{}", device.sheets[sheet].name, if separator == '\t' { "tsv" } else { "csv" });
        fs::write(folder.join(&file), bytes).unwrap();
        files.push((sheet, file, lines));
    }
    files
}

/// A workbook with a sheet for each table, numbers as numbers, cells of a group merged, and rows that are hidden.
fn workbook(device: &Device, folder: &Path, random: &mut Random) -> Vec<(usize, String, String)> {
    let mut workbook = Workbook::new();
    let mut files = Vec::new();
    for sheet in device.filled() {
        let name = ["Coils", "Inputs (1x)", "Input registers", "Holding's", "Other unit", "Blocks"][sheet];
        let hides = random.percent(30);
        let page = workbook.add_worksheet();
        page.set_name(name).unwrap();
        let first = u32::try_from(random.below(4)).unwrap();
        if first > 1 {
            page.write_string(0, 0, "Registers").unwrap();
        }
        for (column, (_, header)) in (0..).zip(device.columns()) {
            page.write_string(first, column, header).unwrap();
        }
        let mut at = first + 1;
        let mut groups: Vec<(u32, String)> = Vec::new();
        for (_, row) in device.rows(sheet) {
            if hides && random.percent(20) {
                page.write_number(at, 0, 9999.0).unwrap();
                page.write_string(at, 2, "Old").unwrap();
                page.set_row_hidden(at).unwrap();
                at += 1;
            }
            for (column, (key, text)) in (0..).zip(device.cells(row)) {
                if key == "group" && !text.is_empty() {
                    groups.push((at, text));
                } else if !text.is_empty() {
                    write_cell(page, at, column, key, &text);
                }
            }
            at += 1;
        }
        let column = device.columns().position(|(key, _)| key == "group").unwrap();
        write_groups(page, &groups, u16::try_from(column).unwrap());
        let hidden = if hides { "hidden = \"skip\"\n" } else { "" };
        files.push((sheet, "registers.xlsx".to_owned(), format!("name = {}\n{hidden}", super::device::quoted(name))));
    }
    workbook.save(folder.join("registers.xlsx")).unwrap();
    files
}

fn write_cell(page: &mut Worksheet, row: u32, column: u16, key: &str, text: &str) {
    let is_number = NUMBERS.contains(&key) && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
        || FRACTIONS.contains(&key);
    match text.parse::<f64>().ok().filter(|number| is_number && number.to_string() == text) {
        Some(number) => page.write_number(row, column, number),
        None => page.write_string(row, column, text),
    }
    .unwrap();
}

/// Writes the titles of groups; those that follow each other as one cell.
fn write_groups(page: &mut Worksheet, groups: &[(u32, String)], column: u16) {
    for run in groups.chunk_by(|(at, one), (next, other)| at + 1 == *next && one == other) {
        let (Some((first, title)), Some((last, _))) = (run.first(), run.last()) else { continue };
        if first == last {
            page.write_string(*first, column, title).unwrap();
        } else {
            page.merge_range(*first, column, *last, column, title, &Format::new()).unwrap();
        }
    }
}
