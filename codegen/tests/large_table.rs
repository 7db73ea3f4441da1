//! A table of 100,000 rows with 500 mistakes in it: each is said once, where it is, and nothing else is; in a time that
//! grows with the table and not with its square.

#![expect(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "what goes wrong here is to fail the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use modbus_bindgen::Loaded;
use modbus_bindgen::diagnostic::{Renderer, Severity};

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
const FAULTS: [(&str, char, &str); 5] = [
    ("E0313", 'A', "30O17"),
    ("E0319", 'C', "unit16"),
    ("E0319", 'D', "X"),
    ("E0310", 'E', "ten"),
    ("E0309", 'E', "0"),
];

/// A table of input and holding registers, and where it is wrong.
fn table(rows: usize, faults: usize) -> (String, BTreeSet<(String, String)>) {
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

fn load(rows: usize, faults: usize) -> (Loaded, BTreeSet<(String, String)>, Duration) {
    let folder = tempfile::tempdir().unwrap();
    let (text, expected) = table(rows, faults);
    std::fs::write(folder.path().join("device.toml"), MANIFEST).unwrap();
    std::fs::write(folder.path().join("registers.csv"), text).unwrap();
    let begin = Instant::now();
    let loaded = modbus_bindgen::load(&folder.path().join("device.toml"));
    (loaded, expected, begin.elapsed())
}

#[test]
fn each_of_500_mistakes_in_100_000_rows_is_said_once_and_nothing_else() {
    let (loaded, expected, took) = load(100_000, 500);
    assert_eq!(expected.len(), 500);
    let mut said = Vec::new();
    for diagnostic in &loaded.diagnostics {
        assert_eq!(diagnostic.severity, Severity::Error, "{diagnostic}");
        for place in &diagnostic.places {
            assert_eq!(place.file, "registers.csv");
            let cell = place.cell.clone().unwrap();
            // The place in the text is that of the cell.
            let (span, found) = (place.span.unwrap(), place.found.clone().unwrap());
            assert!(cell.ends_with(&span.line.to_string()), "{cell}: {span:?}");
            assert_eq!(usize::try_from(span.length).unwrap(), found.chars().count(), "{cell}");
            said.push((diagnostic.code.to_owned(), cell));
        }
    }
    assert_eq!(said.len(), 500);
    assert_eq!(said.into_iter().collect::<BTreeSet<_>>(), expected);

    // One message for each cause, by the first of its places.
    let causes: Vec<_> =
        loaded.diagnostics.iter().map(|diagnostic| (diagnostic.code, diagnostic.places.len())).collect();
    assert_eq!(causes.len(), FAULTS.len(), "{causes:?}");
    assert!(causes.iter().all(|(_, places)| *places == 500 / FAULTS.len()), "{causes:?}");
    let lines: Vec<u32> =
        loaded.diagnostics.iter().filter_map(|diagnostic| Some(diagnostic.places.first()?.span?.line)).collect();
    assert!(lines.is_sorted(), "{lines:?}");
    let begin = Instant::now();
    let text = loaded.render(&Renderer::new().width(80));
    let drew = begin.elapsed();
    eprintln!("read and checked in {took:?}, drawn in {drew:?}: {} lines", text.lines().count());
    assert!(text.lines().count() < 130, "{text}");
}

/// Four times as many rows and mistakes take about four times as long, and not sixteen times.
#[test]
fn the_time_grows_with_the_table() {
    let took = |rows, faults| (0..3).map(|_| load(rows, faults).2).min().unwrap();
    let (small, large) = (took(1_500, 400), took(6_000, 1_600));
    eprintln!("1,500 rows in {small:?}, 6,000 in {large:?}");
    assert!(large < small * 9, "1,500 rows in {small:?}, 6,000 in {large:?}");
}
