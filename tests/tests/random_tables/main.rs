//! Whatever is accepted compiles without a warning and means what the table says: random tables of everything a table can
//! hold, under names from hell.
//!
//! The seeds are counted, so that a run can be repeated. `RANDOM_TABLES=5000 cargo test -p integration-tests --test
//! random_tables` makes so many of them; `RANDOM_TABLES_FROM=…` begins elsewhere. The list of exceptions is empty.

mod facts;
mod random;
mod table;
mod texts;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use integration_tests::scratch::{Scratch, dependency};
use modbus_bindgen::diagnostic::{Diagnostic, Severity};
use modbus_bindgen::{emit, model};

use self::facts::Fact;
use self::random::Random;
use self::table::{Device, TABLES};

/// What is wrong with names: none, a keyword, a method, one name twice, a type that cannot be called so. All else a random
/// table has to be free of.
const NAMES: [&str; 6] = ["E0613", "E0614", "E0615", "E0616", "E0617", "E0618"];

/// Those of them that two registers have together.
const COLLISIONS: [&str; 1] = ["E0616"];

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).map_or(otherwise, |value| value.parse().unwrap())
}

/// The device without the rows whose names are refused, and the model of it; `None` where nothing is left.
fn accepted(mut device: Device, folder: &Path) -> Option<(Device, model::Device)> {
    while device.facts().next().is_some() {
        std::fs::write(folder.join("device.toml"), device.manifest()).unwrap();
        for (table, name) in TABLES.iter().enumerate() {
            std::fs::write(folder.join(format!("{name}.csv")), device.csv(table)).unwrap();
        }
        let loaded = modbus_bindgen::load(&folder.join("device.toml"));
        if let Some(model) = loaded.device {
            return Some((device, model));
        }
        let errors = loaded.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
        let refused: BTreeSet<(usize, usize)> = errors.filter_map(|error| refused(&device, error)).collect();
        assert!(!refused.is_empty(), "{}\n{}", loaded.diagnostics, device.manifest());
        // From the last one on, so that the others stay where they are: what goes with a row stands below it.
        for (table, row) in refused.into_iter().rev() {
            device.remove(table, row);
        }
    }
    None
}

/// The row whose name has to go.
fn refused(device: &Device, error: &Diagnostic) -> Option<(usize, usize)> {
    let rows = |table: usize| device.csv(table).into_bytes();
    assert!(
        NAMES.contains(&error.code),
        "only names are refused: {error}\n{}\n{}\n{}",
        device.manifest(),
        String::from_utf8(rows(2)).unwrap(),
        String::from_utf8(rows(3)).unwrap()
    );
    assert!(!COLLISIONS.contains(&error.code) || error.places.len() > 1, "both cells are named: {error}");
    let place = error.places.last()?;
    let table = TABLES.iter().position(|table| place.file == format!("{table}.csv"))?;
    let digits: String = place.cell.as_deref()?.chars().filter(char::is_ascii_digit).collect();
    let line: usize = digits.parse().ok()?;
    // A cell may hold line breaks: the row that begins at this line.
    let mut begins = 1 + 1;
    for (row, cells) in device.rows[table].iter().enumerate() {
        if begins == line {
            return Some((table, row));
        }
        begins += 1 + cells.values().map(|cell| breaks(cell)).sum::<usize>();
    }
    panic!("no row begins at line {line}: {error}");
}

fn breaks(cell: &str) -> usize {
    cell.matches('\n').count() + cell.replace("\r\n", "").matches('\r').count()
}

/// The point that is about the same words.
fn of<'a>(model: &'a model::Device, fact: &Fact) -> &'a model::Point {
    let is_it = |point: &&model::Point| {
        TABLES[usize::from(fact.table)] == point.table.key()
            && point.words == fact.words
            && point.bit_range == fact.bits
            && point.access.reads() == fact.reads
            && point.access.writes() == fact.writes
    };
    model.points.iter().find(is_it).unwrap_or_else(|| panic!("no point for {fact:#?} among {:#?}", model.points))
}

#[test]
fn random_tables_compile_and_mean_what_they_say() {
    let count = number("RANDOM_TABLES", 100);
    let from = number("RANDOM_TABLES_FROM", 1);
    // As many as one crate takes without using up the memory of a small machine.
    for batch in (from..from + count).collect::<Vec<_>>().chunks(500) {
        check(batch);
    }
}

fn check(seeds: &[u64]) {
    let folder = tempfile::tempdir().unwrap();
    let rest = format!(
        "[features]\nserde = [\"modbus-bindgen-runtime/serde\"]\n\n[dependencies]\n{}serde_json = \"1\"\ntokio = {{ version = \"1\", features = [\"io-util\", \"macros\", \"rt\"] }}\n",
        dependency("modbus-bindgen-runtime", "runtime", "\"simulator\"")
    );
    let scratch = Scratch::new("random_tables", "2024", &rest);
    let (mut modules, mut checks) = (String::new(), String::new());
    let mut points = 0;
    for seed in seeds {
        let Some((device, model)) = accepted(Device::random(*seed), folder.path()) else { continue };
        points += model.points.len();
        let source = emit::rust::source(&model);
        scratch.write(&format!("src/d{seed}.rs"), &source);
        let mut random = Random::new(*seed);
        let rounds: Vec<_> = (0..6).map(|_| round(&device, &model, &mut random)).collect();
        scratch.write(&format!("src/d{seed}.json"), &serde_json::to_string(&rounds).unwrap());
        let _ = writeln!(modules, "/// The device of this seed.\npub mod d{seed};");
        let _ = writeln!(
            checks,
            "    check::device(&random_tables::d{seed}::DEVICE, include_str!(\"d{seed}.json\")).await;"
        );
    }
    eprintln!("{} tables with {points} points", seeds.len());
    scratch.write("src/lib.rs", &format!("//! Random devices.\n#![deny(missing_docs)]\n\n{modules}"));
    scratch.write("src/check.rs", include_str!("check.rs"));
    scratch.write(
        "src/main.rs",
        &format!("//! Checks them.\n\nmod check;\n\n#[tokio::main(flavor = \"current_thread\")]\nasync fn main() {{\n{checks}}}\n"),
    );
    let (_, said) = scratch.succeeds(&["run", "--quiet"], &[("RUSTFLAGS", "-D warnings")]);
    eprintln!("{said}");
}

/// The strictest lints and rustdoc, in the older edition, for some of them.
#[test]
fn random_tables_are_without_a_warning() {
    let count = number("RANDOM_TABLES", 100).div_ceil(5);
    let from = number("RANDOM_TABLES_FROM", 1);
    let folder = tempfile::tempdir().unwrap();
    let rest = format!("[dependencies]\n{}", dependency("modbus-bindgen-runtime", "runtime", ""));
    let scratch = Scratch::new("random_lints", "2021", &rest);
    let mut modules = String::new();
    for seed in from..from + count {
        let Some((_, model)) = accepted(Device::random(seed), folder.path()) else { continue };
        scratch.write(&format!("src/d{seed}.rs"), &emit::rust::source(&model));
        let _ = writeln!(modules, "/// The device of this seed.\npub mod d{seed};");
    }
    scratch.write("src/lib.rs", &format!("//! Random devices.\n#![deny(missing_docs)]\n\n{modules}"));
    scratch.succeeds(&["clippy", "--quiet", "--", "-D", "warnings", "-W", "clippy::pedantic"], &[]);
    scratch.succeeds(&["doc", "--quiet", "--no-deps"], &[("RUSTDOCFLAGS", "-D warnings")]);
}

/// Words of every register, and what is read from them.
fn round(device: &Device, model: &model::Device, random: &mut Random) -> serde_json::Value {
    let image = device.image(random);
    let values: Vec<_> = device
        .facts()
        .map(|fact| {
            let (value, writes) = fact.expected(&image);
            serde_json::json!({ "id": of(model, fact).id, "value": value, "writes": writes, "reads": fact.reads })
        })
        .collect();
    let image: Vec<_> = image.iter().map(|((table, address), word)| (table, address, word)).collect();
    serde_json::json!({ "image": image, "values": values })
}
