//! The examples in the documentation: a table, the lines of a manifest it needs, and the points that come of it.
//!
//! An example is a block of `csv`, with a block of `toml` directly before it where the manifest says something, and a
//! block of `text` directly after it: a line for each point, or the diagnostics where there is no device. A block of
//! `csv NAME` between the two is a second file of this name.
//! `ACCEPT=1 cargo test -p modbus-bindgen --test documented` writes the blocks of text anew.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "what goes wrong here is to fail the test"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[path = "support/describe.rs"]
mod describe;

use describe::describe;

/// A fenced block: its language, its lines, and where they begin and end.
struct Block {
    language: String,
    lines: Vec<String>,
    begin: usize,
    end: usize,
}

fn page(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name)
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(language), None) => {
                open = Some(Block { language: language.to_owned(), lines: Vec::new(), begin: number + 1, end: 0 });
            }
            (Some(_), Some(_)) => {
                let mut block = open.take().unwrap();
                block.end = number;
                blocks.push(block);
            }
            (None, Some(block)) => block.lines.push(line.to_owned()),
            (None, None) => {}
        }
    }
    blocks
}

/// Whether nothing but blank lines stand between two blocks.
fn follows(text: &[&str], first: &Block, second: &Block) -> bool {
    text[first.end + 1..second.begin - 1].iter().all(|line| line.trim().is_empty())
}

/// The manifest of an example: what it says, and what every manifest has to say.
fn manifest(said: &str, header: &str) -> String {
    let mut manifest = match said.contains("[device]") {
        true if said.contains("\nname = ") && said.find("\nname = ") < said.find("\n\n") => said.to_owned(),
        true => said.replacen("[device]\n", "[device]\nname = \"Device\"\n", 1),
        false => format!("[device]\nname = \"Device\"\n\n{said}"),
    };
    if !said.contains("[columns]") {
        manifest.push_str("\n[columns]\n");
        for column in header.split([',', ';']) {
            let key = column.trim_matches('"').to_lowercase().replace(' ', "_");
            let key = if key == "name" { "label" } else { &key };
            writeln!(manifest, "{key} = \"{}\"", column.trim_matches('"')).unwrap();
        }
    }
    match said.contains("[[sheet]]") {
        true => {
            let mut sheet = "[[sheet]]\n".to_owned();
            if !said.contains("file = ") {
                sheet.push_str("file = \"registers.csv\"\n");
            }
            if !said.contains("[columns]") && !said.lines().any(|line| line.starts_with("table = ")) {
                sheet.push_str("table = \"holding_register\"\n");
            }
            manifest = manifest.replacen("[[sheet]]\n", &sheet, 1);
        }
        false => manifest.push_str("\n[[sheet]]\nfile = \"registers.csv\"\ntable = \"holding_register\"\n"),
    }
    manifest
}

fn run(said: &str, table: &str, second: Option<(&str, String)>) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("device.toml"), manifest(said, table.lines().next().unwrap())).unwrap();
    std::fs::write(folder.path().join("registers.csv"), table).unwrap();
    if let Some((name, text)) = second {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let loaded = modbus_bindgen::load(&folder.path().join("device.toml"));
    let Some(device) = loaded.device else { return format!("{}\n", loaded.diagnostics) };
    let mut text = String::new();
    let width = device.points.iter().map(|point| point.id.chars().count()).max().unwrap_or_default();
    for point in &device.points {
        writeln!(text, "{:width$}  {}", point.id, describe(point, &device)).unwrap();
    }
    // Warnings belong to the example, but for the one that examples about something else would all have: of signs.
    let warnings = loaded.diagnostics.iter().filter(|one| one.code.starts_with('W') && one.code != "W0622");
    for warning in warnings {
        writeln!(text, "{}: {}", warning.code, warning.message).unwrap();
    }
    text
}

fn check(name: &str, at_least: usize) {
    let text = std::fs::read_to_string(page(name)).unwrap().replace("\r\n", "\n");
    let lines: Vec<&str> = text.lines().collect();
    let blocks = blocks(&text);
    let mut changed: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    let (mut examples, mut failures) = (0, String::new());
    // From the end on, so that lines keep their numbers.
    for index in (0..blocks.len()).rev().filter(|index| blocks[*index].language == "csv") {
        examples += 1;
        let table = &blocks[index];
        let second =
            blocks.get(index + 1).filter(|after| after.language.starts_with("csv ") && follows(&lines, table, after));
        let (last, next) = second.map_or((table, index + 1), |second| (second, index + 2));
        let expected = blocks.get(next).filter(|after| after.language == "text" && follows(&lines, last, after));
        let second = second.map(|block| (&block.language[4..], block.lines.join("\n") + "\n"));
        let Some(expected) = expected else {
            writeln!(failures, "{name}:{}: no block of text follows this table", table.begin).unwrap();
            continue;
        };
        let said = index.checked_sub(1).map(|before| &blocks[before]);
        let said = said.filter(|before| before.language == "toml" && follows(&lines, before, table));
        let said = said.map(|block| block.lines.join("\n") + "\n").unwrap_or_default();
        let found = run(&said, &(table.lines.join("\n") + "\n"), second);
        if found.trim_end() != expected.lines.join("\n").trim_end() {
            writeln!(failures, "{name}:{}: found\n{found}", table.begin).unwrap();
            changed.splice(expected.begin..expected.end, found.trim_end().lines().map(str::to_owned));
        }
    }
    if std::env::var_os("ACCEPT").is_some() {
        std::fs::write(page(name), changed.join("\n") + "\n").unwrap();
        return;
    }
    assert!(failures.is_empty(), "\n{failures}ACCEPT=1 takes what was found");
    assert!(examples >= at_least, "{name} has {examples} examples");
}

#[test]
fn examples_of_cells() {
    check("tables.md", 8);
}

#[test]
fn examples_of_keys() {
    check("manifest.md", 3);
}

/// Every column that a manifest can name is described.
#[test]
fn every_column_is_documented() {
    let source = include_str!("../src/columns/meaning.rs");
    let keys: Vec<&str> = source
        .lines()
        .filter_map(|line| line.trim().strip_prefix("(\"")?.split_once("\", Meaning::").map(|(key, _)| key))
        .collect();
    assert!(keys.len() > 40, "the keys are found in the source");
    let text = std::fs::read_to_string(page("manifest.md")).unwrap();
    let missing: Vec<&&str> = keys.iter().filter(|key| !text.contains(&format!("`{key}`"))).collect();
    assert!(missing.is_empty(), "docs/manifest.md does not describe {missing:?}");
}
