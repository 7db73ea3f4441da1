//! The same tables as other files: separators, encodings, decimal commas, a workbook. What they say is the same.

use std::fs;
use std::path::Path;

use rust_xlsxwriter::{Format, Workbook, Worksheet};

use super::device::{Device, Line, quoted};
use super::random::Random;

/// What the manifest says of the files: sheets with their file and further lines, and cells that are broken.
#[derive(Default)]
struct Written {
    sheets: Vec<(usize, String, String)>,
    key: Option<String>,
    cells: Vec<String>,
}

impl Written {
    fn manifest(self, device: &Device, folder: &Path) -> String {
        let key = self.key.unwrap_or_else(|| {
            let lines = footnotes(device).map(|(mark, text)| format!("{mark},{}\n", escaped(text, ',')));
            fs::write(folder.join("key.csv"), format!("Mark,Text\n{}", lines.collect::<String>())).unwrap();
            "file = \"key.csv\"\n".to_owned()
        });
        let manifest = device.manifest(&self.sheets, &key, &self.cells);
        fs::write(folder.join("device.toml"), &manifest).unwrap();
        manifest
    }

    /// Says what a cell should hold.
    fn correct(&mut self, file: &str, sheet: Option<&str>, cell: (u32, usize), expect: &str, value: &str) {
        let sheet = sheet.map_or(String::new(), |sheet| format!("sheet = {}\n", quoted(sheet)));
        let name = format!("{}{}", letters(cell.1), cell.0);
        self.cells.push(format!(
            "\n[[cell]]\nfile = \"{file}\"\n{sheet}cell = \"{name}\"\nexpect = {}\nvalue = {}\nreason = \"Misprinted.\"\n",
            quoted(expect),
            quoted(value)
        ));
    }
}

fn letters(column: usize) -> String {
    let letter = |number: usize| char::from(b'A' + u8::try_from(number).unwrap());
    match column {
        0..26 => letter(column).to_string(),
        _ => [letter(column / 26 - 1), letter(column % 26)].iter().collect(),
    }
}

/// Writes the tables as the first form there is, CSV with commas; gives the manifest.
pub fn write_plain(device: &Device, folder: &Path) -> String {
    let mut written = Written::default();
    for sheet in device.filled() {
        let file = format!("{}.csv", device.sheets[sheet].name);
        let (text, _) = csv(device, sheet, &Form::default(), &file, 1, &mut written);
        fs::write(folder.join(&file), text).unwrap();
        written.sheets.push((sheet, file, String::new()));
    }
    written.manifest(device, folder)
}

/// Writes them in another form.
pub fn write_otherwise(device: &Device, folder: &Path, random: &mut Random) -> String {
    let written = if random.percent(50) { workbook(device, folder, random) } else { texts(device, folder, random) };
    written.manifest(device, folder)
}

fn footnotes(device: &Device) -> impl Iterator<Item = &(String, String)> {
    device.entries.iter().flat_map(|entry| &entry.footnotes)
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
const NUMBERS: [&str; 21] = [
    "address",
    "last_address",
    "count",
    "size_in_bits",
    "size_in_bytes",
    "de_facto",
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

/// A table that begins at this row of its file, and the row below it.
fn csv(device: &Device, sheet: usize, form: &Form, file: &str, first: u32, written: &mut Written) -> (String, u32) {
    let mut row = first;
    let mut text = String::new();
    let mut write = |cells: &[String]| {
        let printed: Vec<String> = cells.iter().map(|cell| escaped(cell, form.separator)).collect();
        text += &(printed.join(&form.separator.to_string()) + form.end);
        let at = row;
        row += 1;
        at
    };
    let (headers, right) = device.headers(sheet);
    let at = write(&headers);
    if let Some((column, right)) = right {
        written.correct(file, None, (at, column), &headers[column], &right);
    }
    for Line { cells, broken, .. } in device.lines(sheet) {
        let cell = |(key, text): (&str, String)| match form.has_comma && FRACTIONS.contains(&key) {
            true => text.replace('.', ","),
            false => text,
        };
        let cells: Vec<String> = cells.into_iter().map(cell).collect();
        let at = write(&cells);
        if let Some((column, right)) = broken {
            written.correct(file, None, (at, column), &cells[column], &right);
        }
    }
    (text, row)
}

fn escaped(cell: &str, separator: char) -> String {
    let signs = ['"', ',', '\n', '\r', ';', '\t', '|', separator];
    if cell.contains(signs) || cell.starts_with(char::is_whitespace) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

fn texts(device: &Device, folder: &Path, random: &mut Random) -> Written {
    let (separator, name) = random.pick(&[(';', ";"), ('\t', "tab"), ('|', "|"), (',', ",")]);
    let form = Form {
        separator,
        end: random.pick(&["\n", "\r\n"]),
        has_comma: random.percent(50),
        before: random.pick(&["", "", "Registers of the device\n\n"]),
    };
    let extension = if separator == '\t' { "tsv" } else { "csv" };
    let above = u32::try_from(form.before.matches('\n').count()).unwrap();
    let mut written = Written::default();
    let bytes = |text: String, random: &mut Random| {
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
        (bytes, lines)
    };
    if random.percent(25) {
        // One beneath the other in one file.
        let file = format!("registers.{extension}");
        let (mut text, mut line) = (form.before.to_owned(), 1 + above);
        let mut headers = Vec::new();
        for sheet in device.filled() {
            headers.push((sheet, line));
            let (table, below) = csv(device, sheet, &form, &file, line, &mut written);
            text += &table;
            line = below;
        }
        let (bytes, lines) = bytes(text, random);
        fs::write(folder.join(&file), bytes).unwrap();
        for (sheet, header) in headers {
            written.sheets.push((sheet, file.clone(), format!("header = {header}\n{lines}")));
        }
        return written;
    }
    for sheet in device.filled() {
        let file = format!("{}.{extension}", device.sheets[sheet].name);
        let (table, _) = csv(device, sheet, &form, &file, 1 + above, &mut written);
        let (bytes, lines) = bytes(form.before.to_owned() + &table, random);
        fs::write(folder.join(&file), bytes).unwrap();
        written.sheets.push((sheet, file, lines));
    }
    written
}

const BOOK: &str = "registers.xlsx";

/// What a page of a workbook is called.
const PAGES: [&str; 7] = ["Coils", "Inputs (1x)", "Input registers", "Holding's", "Other unit", "Blocks", "S"];

/// A workbook with a sheet for each table or several, or with all tables on one; numbers as numbers, cells of a group
/// merged, and rows that are hidden.
fn workbook(device: &Device, folder: &Path, random: &mut Random) -> Written {
    let mut workbook = Workbook::new();
    let mut written = Written::default();
    let hides = random.percent(30);
    let hidden = if hides { "hidden = \"skip\"\n" } else { "" };
    if random.percent(20) {
        let page = workbook.add_worksheet();
        page.set_name("All of it").unwrap();
        let mut at = u32::try_from(random.below(3)).unwrap();
        for sheet in device.filled() {
            written.sheets.push((
                sheet,
                BOOK.to_owned(),
                format!("name = \"All of it\"\nheader = {}\n{hidden}", at + 1),
            ));
            let printed = Page { device, sheet, name: "All of it", hides };
            at = printed.write(page, at, &device.lines(sheet), random, &mut written);
            at += u32::try_from(random.below(2)).unwrap();
        }
    } else {
        for sheet in device.filled() {
            let lines = one_sheet(device, sheet, &mut workbook, hides, random, &mut written);
            written.sheets.push((sheet, BOOK.to_owned(), lines + hidden));
        }
    }
    if random.percent(50) && footnotes(device).next().is_some() {
        let page = workbook.add_worksheet();
        page.set_name("Key").unwrap();
        for (row, (mark, text)) in (1..).zip(footnotes(device)) {
            page.write_string(row, 0, mark).unwrap().write_string(row, 3, text).unwrap();
        }
        page.write_string(0, 0, "Mark").unwrap().write_string(0, 3, "Text").unwrap();
        written.key = Some(format!("file = \"{BOOK}\"\nsheet = \"Key\"\n"));
    }
    workbook.save(folder.join(BOOK)).unwrap();
    written
}

/// A table on one page or divided among several; what the manifest says of them.
fn one_sheet(
    device: &Device,
    sheet: usize,
    workbook: &mut Workbook,
    hides: bool,
    random: &mut Random,
    written: &mut Written,
) -> String {
    let mut lines = device.lines(sheet);
    let entries: std::collections::BTreeSet<usize> = lines.iter().map(|line| line.entry).collect();
    let name = PAGES[sheet];
    // A title holds for the rows below it, and a column of marks that are all on one of the pages says nothing on the other.
    let may_divide =
        device.sheets[sheet].titles.is_none() && !(device.style.marks_access && device.style.marks.1.is_empty());
    let divides = may_divide && entries.len() > 1 && random.percent(35);
    let mut pages = Vec::new();
    if divides {
        let second = *entries.iter().nth(1 + random.below(entries.len() - 1)).unwrap();
        let from = lines.iter().position(|line| line.entry == second).unwrap();
        let rest = lines.split_off(from);
        pages.extend([(format!("{name} 1"), lines), (format!("{name} 2"), rest)]);
    } else {
        pages.push((name.to_owned(), lines));
    }
    for (name, lines) in &pages {
        let page = workbook.add_worksheet();
        page.set_name(name).unwrap();
        let first = u32::try_from(random.below(4)).unwrap();
        if first > 1 {
            page.write_string(0, 0, "Registers").unwrap();
        }
        Page { device, sheet, name, hides }.write(page, first, lines, random, written);
    }
    if !divides {
        return format!("name = {}\n", quoted(name));
    }
    match random.below(3) {
        0 => format!("name = {}\n", quoted(&format!("{name} *"))),
        1 => format!("names = [{}, {}]\n", quoted(&pages[0].0), quoted(&pages[1].0)),
        _ => {
            let old = format!("{name} old");
            let page = workbook.add_worksheet();
            page.set_name(&old).unwrap().write_string(0, 0, "Nothing of this holds any more.").unwrap();
            format!("name = {}\nexcept = {}\n", quoted(&format!("{name} *")), quoted("* old"))
        }
    }
}

/// A page of a workbook.
struct Page<'a> {
    device: &'a Device,
    sheet: usize,
    name: &'a str,
    hides: bool,
}

impl Page<'_> {
    /// Writes a table from this row on, and gives the row below it.
    fn write(
        &self,
        page: &mut Worksheet,
        first: u32,
        lines: &[Line],
        random: &mut Random,
        written: &mut Written,
    ) -> u32 {
        let (headers, right) = self.device.headers(self.sheet);
        for (column, header) in (0..).zip(&headers) {
            page.write_string(first, column, header).unwrap();
        }
        if let Some((column, right)) = right {
            written.correct(BOOK, Some(self.name), (first + 1, column), &headers[column], &right);
        }
        let mut at = first + 1;
        let mut groups: Vec<(u32, String)> = Vec::new();
        for Line { cells, broken, .. } in lines {
            if self.hides && random.percent(20) {
                page.write_number(at, 0, 9999.0).unwrap();
                page.write_string(at, 2, "Old").unwrap();
                page.set_row_hidden(at).unwrap();
                at += 1;
            }
            for (column, (key, text)) in (0..).zip(cells) {
                if *key == "group" && !text.is_empty() {
                    groups.push((at, text.clone()));
                } else if !text.is_empty() {
                    write_cell(page, at, column, key, text);
                }
            }
            if let Some((column, right)) = broken {
                written.correct(BOOK, Some(self.name), (at + 1, *column), &cells[*column].1, right);
            }
            at += 1;
        }
        let column = self.device.columns().position(|(key, _)| key == "group").unwrap();
        write_groups(page, &groups, u16::try_from(column).unwrap());
        at
    }
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
