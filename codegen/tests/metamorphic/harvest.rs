//! Accepted cells, by the meaning of their column: one for each form that a cell has.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use calamine::Reader as _;

/// Cells of one meaning at most.
const MOST: usize = 20;

/// Cells of which tables have few, or only some.
const FURTHER: &[(&str, &[&str])] = &[
    ("access", &["lecture seule", "Lesen und Schreiben", "RO", "R(W)", "FC03/FC06", "get"]),
    ("address_again", &["0x7", "300"]),
    ("bit", &["Bit 4 to 7", "[7:4]", "high byte"]),
    ("bits", &["Bit 0: Pump; Bit 1: Fan", "0=Pump;1=Fan", "0: Pump\n1: Fan"]),
    ("count", &["2", "10"]),
    ("decimals", &["0", "1", "3"]),
    ("default", &["20", "On", "-5.5"]),
    ("divisor", &["10", "/10", "100"]),
    ("exponent", &["-1", "10^-2", "+2"]),
    ("factor", &["x0.1", "/10", "1/100", "10^-2", "0,1 kWh"]),
    ("format", &["FIX2", "TEMP", "RAW"]),
    ("formula", &["x * 0.1 - 40", "(raw - 400) * 0.1", "value = x / 10"]),
    ("last_address", &["700", "0x300"]),
    ("not_available", &["-1", "0xFFFF or 0x7FFF"]),
    ("offset", &["-40", "273.15"]),
    ("order", &["CDAB", "big endian", "MSW first", "byte swap", "GHEFCDAB", "BA DC"]),
    ("range", &["5 °C - 30 °C", "0..100 %", "-20 to 60"]),
    ("readable", &["x", "no", "ja"]),
    ("scale_register", &["A_SF"]),
    ("signed", &["signed", "unsigned", "yes", "S", "ohne Vorzeichen", "+/-"]),
    ("size_in_bits", &["16", "32"]),
    ("size_in_bytes", &["2", "4"]),
    ("step", &["0.5", "10"]),
    ("table", &["Read Holding Registers", "Coil", "Discrete Input", "Input (04)", "Holding Register (4x)", "FC 4"]),
    ("type", &["int16", "U32", "float32", "uint 16", "bitfield16", "UINT16 (1 register)", "uint8 high byte", "dword"]),
    ("unit", &["V", "kWh", "°C", "m³/h", "% of WMax", "bar(g)", "V/10", "1 = 0.1 bar", "°C (1 decimal)", "rpm"]),
    ("unit_id", &["5", "247"]),
    ("values", &["0=Off;1=On;2=Auto", "0: Off\n1: On", "1 - Slow / 2 - Fast", "0x00: Off, 0x02-0x03: On"]),
    ("variant", &["Model A"]),
    ("writable", &["x", "no", "ja"]),
];

/// The cells of a meaning in the file that keeps them.
pub(crate) fn of(kept: &str, meaning: &str) -> Vec<String> {
    let lines = kept.lines().filter_map(|line| line.split_once('\t'));
    lines.filter(|(of, _)| *of == meaning).map(|(_, cell)| cell.replace("\\n", "\n").replace("\\\\", "\\")).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Everything that is kept, collected anew.
pub(crate) fn cells() -> String {
    let mut found: BTreeMap<String, (Vec<String>, BTreeSet<String>)> = BTreeMap::new();
    let mut take = |meaning: &str, cell: &str| {
        let cell = cell.trim();
        let (cells, forms) = found.entry(meaning.to_owned()).or_default();
        if !cell.is_empty() && cell.len() < 100 && cells.len() < MOST && forms.insert(form(cell)) {
            cells.push(cell.to_owned());
        }
    };
    for (meaning, cells) in FURTHER {
        cells.iter().for_each(|cell| take(meaning, cell));
    }
    spelled(&mut take);
    let mut inputs: Vec<PathBuf> = ["thermia-genesis", "ctc-bms", "alpha-balance-switch"]
        .map(|device| root().join("register-specs").join(device).join("device.toml"))
        .to_vec();
    let cases = std::fs::read_dir(root().join("codegen/tests/cases")).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<PathBuf> = cases.map(|path| path.join("device.toml")).filter(|path| path.is_file()).collect();
    cases.sort();
    inputs.extend(cases.into_iter().filter(|path| path.to_string_lossy().contains("good")));
    for input in inputs {
        of_device(&input, &mut take);
    }
    examples(&mut take);
    samples(&mut take);
    let mut lines = Vec::new();
    let tables: BTreeSet<&str> = super::TABLES.iter().map(|table| table.meaning).collect();
    for (meaning, (cells, _)) in found.iter().filter(|(meaning, _)| tables.contains(meaning.as_str())) {
        for cell in cells {
            let cell = cell.replace('\\', "\\\\").replace('\n', "\\n");
            lines.push(format!("{meaning}\t{cell}"));
        }
    }
    lines.join("\n") + "\n"
}

/// A cell's form: digits and letters are alike.
fn form(cell: &str) -> String {
    let mut form = String::new();
    for c in cell.chars() {
        let c = if c.is_ascii_digit() {
            '9'
        } else if c.is_alphabetic() {
            'a'
        } else {
            c
        };
        if !(form.ends_with(c) && c.is_alphanumeric()) {
            form.push(c);
        }
    }
    form
}

/// The cells below the headers whose meaning is known.
fn of_device(input: &Path, take: &mut impl FnMut(&str, &str)) {
    let loaded = modbus_bindgen::load(input);
    if loaded.device.is_none() {
        return;
    }
    for sheet in &loaded.understood.sheets {
        let rows = rows(&input.with_file_name(&sheet.file), sheet.sheet.as_deref());
        for column in &sheet.columns {
            let Some(meaning) = column.meaning else { continue };
            let index = column.column.bytes().fold(0, |index, byte| index * 26 + usize::from(byte - b'A') + 1) - 1;
            for row in &sheet.used {
                let cells = usize::try_from(*row).ok().and_then(|row| rows.get(row - 1));
                if let Some(cell) = cells.and_then(|cells| cells.get(index)) {
                    take(meaning, cell);
                }
            }
        }
    }
}

/// The rows of a file, from its first on.
fn rows(file: &Path, sheet: Option<&str>) -> Vec<Vec<String>> {
    if let (Some(sheet), Ok(mut workbook)) = (sheet, calamine::open_workbook_auto(file)) {
        let range = workbook.worksheet_range(sheet).unwrap();
        let (first_row, first_column) = range.start().unwrap_or_default();
        let mut rows = vec![Vec::new(); usize::try_from(first_row).unwrap()];
        for row in range.rows() {
            let blank = std::iter::repeat_n(String::new(), usize::try_from(first_column).unwrap());
            rows.push(blank.chain(row.iter().map(ToString::to_string)).collect());
        }
        return rows;
    }
    let Ok(text) = std::fs::read_to_string(file) else { return Vec::new() };
    let first = text.lines().next().unwrap_or_default();
    let delimiter = *b",;\t|".iter().max_by_key(|of| first.bytes().filter(|byte| byte == *of).count()).unwrap();
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader.records().map_while(Result::ok).map(|row| row.iter().map(str::to_owned).collect()).collect()
}

/// The column “understood” of the table of spellings in `docs/tables.md`.
fn spelled(take: &mut impl FnMut(&str, &str)) {
    let text = std::fs::read_to_string(root().join("docs/tables.md")).unwrap();
    let kinds = [
        ("address", &["address"][..]),
        ("range of addresses", &["address"]),
        ("bits of an address", &["address"]),
        ("marked address", &["address"]),
        ("de facto address", &["de_facto"]),
        ("bit", &["bit"]),
        ("Modbus table", &["table"]),
        ("access", &["access"]),
        ("yes or no", &["readable", "writable"]),
        ("type", &["type"]),
        ("order", &["order"]),
        ("number", &["factor", "divisor", "min", "max", "default", "offset"]),
        ("number with a unit", &["factor", "unit"]),
        ("range", &["range"]),
        ("list of values", &["values", "unit"]),
        ("list of bits", &["bits"]),
        ("packed limits", &["range"]),
    ];
    for line in text.lines().filter(|line| line.matches(" | ").count() == 2) {
        let fields: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let Some((_, meanings)) = kinds.iter().find(|(kind, _)| *kind == fields[0]) else { continue };
        for cell in fields[1].split('`').skip(1).step_by(2) {
            meanings.iter().for_each(|meaning| take(meaning, cell));
        }
    }
}

/// The examples of `docs/tables.md` whose headers are called as the manifest calls columns.
fn examples(take: &mut impl FnMut(&str, &str)) {
    let text = std::fs::read_to_string(root().join("docs/tables.md")).unwrap();
    for block in text.split("```csv\n").skip(1) {
        let table = block.split("```").next().unwrap();
        let delimiter = if table.lines().next().unwrap().contains(';') { b';' } else { b',' };
        let mut reader = csv::ReaderBuilder::new();
        let mut reader = reader.delimiter(delimiter).flexible(true).from_reader(table.as_bytes());
        let header: Vec<String> =
            reader.headers().unwrap().iter().map(|header| header.to_lowercase().replace(' ', "_")).collect();
        for row in reader.records().map_while(Result::ok) {
            header.iter().zip(row.iter()).for_each(|(meaning, cell)| take(meaning, cell));
        }
    }
}

/// Other vendors' tables, where they stand beside the repository, but what is text.
fn samples(take: &mut impl FnMut(&str, &str)) {
    let manifests = root().join("codegen/tests/sample-tables");
    let samples = ["goodwe-holding-registers.tsv", "sunspec-models.xlsx", "victron-ccgx.xlsx"];
    for (manifest, sample) in ["goodwe", "sunspec-models", "victron-ccgx"].iter().zip(samples) {
        let sample = root().join("../shared/sample-tables").join(sample);
        let folder = tempfile::tempdir().unwrap();
        if std::fs::copy(&sample, folder.path().join(sample.file_name().unwrap())).is_err() {
            continue;
        }
        let input = folder.path().join("device.toml");
        std::fs::copy(manifests.join(format!("{manifest}.toml")), &input).unwrap();
        of_device(&input, &mut |meaning, cell| match ["label", "description", "remark", "group"].contains(&meaning) {
            true => {}
            false => take(meaning, cell),
        });
    }
}
