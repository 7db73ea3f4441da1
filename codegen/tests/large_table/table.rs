//! A table of any length with mistakes in it, for the test and for the benchmark.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use tempfile::TempDir;

const MANIFEST: &str = r#"format = 1

[device]
name = "Large"

[columns]
de_facto = "Register"
description = "Name"
type = "Type"
access = "Access"
divisor = "Scale"
unit = "Unit"

[[sheet]]
file = "registers.csv"
"#;

/// The same numbers on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

/// What is written wrong: its code, the column it stands in, and the cell.
pub(crate) const FAULTS: [(&str, char, &str); 5] = [
    ("E0313", 'A', "30O17"),
    ("E0319", 'C', "unit16"),
    ("E0319", 'D', "X"),
    ("E0310", 'E', "ten"),
    ("E0309", 'E', "0"),
];

/// A table of input and holding registers, and where it is wrong.
fn text(rows: usize, faults: usize) -> (String, BTreeSet<(String, String)>) {
    let mut numbers = Numbers(6);
    let mut wrong: BTreeMap<usize, usize> = BTreeMap::new();
    while wrong.len() < faults {
        let kind = wrong.len() % FAULTS.len();
        wrong.entry(numbers.below(rows)).or_insert(kind);
    }
    let mut text = "Register,Name,Type,Access,Scale,Unit\n".to_owned();
    let mut expected = BTreeSet::new();
    for row in 0..rows {
        let (table, address) = if row % 2 == 0 { (300_001, row / 2) } else { (400_001, row / 2) };
        let name = format!("Channel {row} of “Übergabe”, °C");
        let kind = wrong.get(&row).copied();
        let cell = |letter: char, right: String| match kind.and_then(|kind| FAULTS.get(kind)) {
            Some((_, column, cell)) if *column == letter => (*cell).to_owned(),
            _ => right,
        };
        let _ = writeln!(
            text,
            "{},\"{name}\",{},{},{},°C",
            cell('A', (table + address).to_string()),
            cell('C', "int16".to_owned()),
            cell('D', "R".to_owned()),
            cell('E', "10".to_owned()),
        );
        if let Some((code, column, _)) = kind.and_then(|kind| FAULTS.get(kind)) {
            // The header is row 1.
            expected.insert(((*code).to_owned(), format!("{column}{}", row + 2)));
        }
    }
    (text, expected)
}

/// A folder with the table and its manifest, and where the table is wrong.
pub(crate) fn folder(rows: usize, faults: usize) -> (TempDir, BTreeSet<(String, String)>) {
    let folder = tempfile::tempdir().unwrap();
    let (text, expected) = text(rows, faults);
    std::fs::write(folder.path().join("device.toml"), MANIFEST).unwrap();
    std::fs::write(folder.path().join("registers.csv"), text).unwrap();
    (folder, expected)
}

const GOOD_MANIFEST: &str = r#"format = 1

[device]
name = "Good"

[columns]
de_facto = "Register"
description = "Name"
type = "Type"
access = "Access"
factor = "Scale"
unit = "Unit"
values = "Values"
remark = "Remark"

[[sheet]]
file = "registers.csv"
"#;

/// A folder with a table without mistakes: types, scales, units, and every tenth register an enum.
#[allow(dead_code, reason = "for the benchmark")]
pub(crate) fn good_folder(registers: usize) -> TempDir {
    let mut text = "Register,Name,Type,Access,Scale,Unit,Values,Remark\n".to_owned();
    for row in 0..registers {
        let (table, access) = if row % 2 == 0 { (300_001, "R") } else { (400_001, "RW") };
        let (scale, unit, values) = match row % 10 {
            9 => ("", "", "0=Off;1=On;2=Automatic"),
            1 | 2 => ("0.1", "°C", ""),
            3 => ("0.01", "kWh", ""),
            4 => ("10", "W", ""),
            _ => ("1", "%", ""),
        };
        let kind = if row % 3 == 0 { "int16" } else { "uint16" };
        let _ = writeln!(
            text,
            "{},Channel {row} of zone {},{kind},{access},{scale},{unit},{values},See page {}",
            table + row / 2,
            row / 100,
            row % 97,
        );
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("device.toml"), GOOD_MANIFEST).unwrap();
    std::fs::write(folder.path().join("registers.csv"), text).unwrap();
    folder
}

/// The same table as a workbook.
#[allow(dead_code, reason = "for the benchmark")]
pub(crate) fn write_xlsx(table: &std::path::Path, workbook: &std::path::Path) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in std::fs::read_to_string(table).unwrap().lines().enumerate() {
        for (column, cell) in line.split(',').enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let (row, column) = (u32::try_from(row).unwrap(), u16::try_from(column).unwrap());
            match cell.parse::<f64>() {
                Ok(number) => sheet.write(row, column, number).unwrap(),
                Err(_) => sheet.write(row, column, cell).unwrap(),
            };
        }
    }
    book.save(workbook).unwrap();
}
