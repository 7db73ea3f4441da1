//! Every folder in `cases/` is a device with one fault, or none, and what is said about it.
//!
//! `expected.txt` holds the diagnostics in plain text, then what came of it. Where there is a `drawn.txt`, it holds them as
//! a terminal of 80 columns shows them; an empty file asks for one. `ACCEPT=1 cargo test -p modbus-bindgen --test cases`
//! writes both anew: read the difference before committing it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "what goes wrong here is to fail the test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use modbus_bindgen::diagnostic::Renderer;

/// Codes that no file can provoke, each with the reason.
const UNREACHABLE: [(&str, &str); 2] = [
    ("E0110", "the CSV reader takes any text whose quotation marks are closed; kept because its interface can fail"),
    ("E0130", "only where the feature `workbooks` is off"),
];

/// Where the cases are.
fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// The folders, by name.
fn folders() -> BTreeMap<String, PathBuf> {
    std::fs::read_dir(cases())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), path))
        .collect()
}

/// The manifest, or the table where there is none.
fn input(folder: &Path) -> PathBuf {
    let manifest = folder.join("device.toml");
    let is_table = |path: &PathBuf| {
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        ["csv", "tsv", "xlsx", "ods"].contains(&extension.as_ref())
    };
    let mut tables = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(is_table);
    if manifest.is_file() || folder.ends_with("manifest_is_missing") { manifest } else { tables.next().unwrap() }
}

/// What is said in plain text, and the codes in it.
fn run(folder: &Path) -> (String, BTreeSet<String>) {
    let loaded = modbus_bindgen::load(&input(folder));
    assert_eq!(
        loaded.device.is_none(),
        loaded.diagnostics.has_errors(),
        "{}: a device comes out exactly if there are no errors",
        folder.display()
    );
    let mut text = match loaded.diagnostics.is_empty() {
        true => "no diagnostics".to_owned(),
        false => loaded.diagnostics.to_string(),
    };
    let outcome =
        loaded.device.map_or_else(|| "no device".to_owned(), |device| format!("{} points", device.points.len()));
    let _ = write!(text, "\n\n{outcome}\n");
    (text, loaded.diagnostics.iter().map(|diagnostic| diagnostic.code.to_owned()).collect())
}

/// The lines of both texts, those that differ marked.
fn difference(expected: &str, found: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    // Longest common subsequence, by what is left from each pair of lines on.
    let mut common = vec![vec![0usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] =
                if old[i] == new[j] { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut text = String::new();
    while i < old.len() || j < new.len() {
        let (mark, line) = if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
            (' ', new[j - 1])
        } else if j == new.len() || i < old.len() && common[i + 1][j] >= common[i][j + 1] {
            i += 1;
            ('-', old[i - 1])
        } else {
            j += 1;
            ('+', new[j - 1])
        };
        let _ = writeln!(text, "    {mark} {line}");
    }
    text
}

#[test]
fn every_case_says_what_is_expected() {
    let accept = std::env::var_os("ACCEPT").is_some();
    let folders = folders();
    let mut failures = String::new();
    for (name, folder) in &folders {
        let drawn = folder.join("drawn.txt");
        let files = [(folder.join("expected.txt"), run(folder).0)];
        let drawn = drawn.is_file().then(|| (drawn, draw(folder, 80)));
        for (path, found) in files.into_iter().chain(drawn) {
            let file = path.file_name().unwrap().to_string_lossy();
            if accept {
                std::fs::write(&path, found).unwrap();
                continue;
            }
            match std::fs::read_to_string(&path) {
                Ok(expected) if expected.replace("\r\n", "\n") == found => {}
                Ok(expected) => {
                    let difference = difference(&expected, &found);
                    let _ = writeln!(failures, "{name}/{file} (- expected, + found):\n{difference}");
                }
                Err(_) => {
                    let _ = writeln!(failures, "{name} has no {file}; found:\n{}", difference("", &found));
                }
            }
        }
    }
    // Straight to the terminal: what a passing test prints in the usual way is swallowed.
    writeln!(std::io::stderr(), "{} cases", folders.len()).unwrap();
    assert!(!folders.is_empty());
    assert!(failures.is_empty(), "\n{failures}ACCEPT=1 takes what was found for what is expected");
}

/// What a terminal of so many columns shows.
fn draw(folder: &Path, columns: usize) -> String {
    modbus_bindgen::load(&input(folder)).render(&Renderer::new().width(columns))
}

/// Whatever is wrong is drawn in any width, in lines that fit and hold nothing that acts on the terminal.
#[test]
fn every_case_is_drawn_in_terminals_of_all_widths() {
    for (name, folder) in folders() {
        let loaded = modbus_bindgen::load(&input(&folder));
        for columns in [1, 30, 47, 80, 133, 400] {
            let plain = loaded.render(&Renderer::new().width(columns));
            assert!(!plain.contains(|c: char| c.is_control() && c != '\n'), "{name}:\n{plain}");
            for line in plain.lines().filter(|line| line.contains(" | ") && !line.contains("-->")) {
                let width = unicode_width::UnicodeWidthStr::width(line);
                assert!(width <= columns.max(30), "{name}: {width} columns of {columns}: {line}");
            }
            for diagnostic in &loaded.diagnostics {
                assert!(plain.contains(&format!("{}[{}]", diagnostic.severity, diagnostic.code)), "{name}:\n{plain}");
            }
            // Colours change nothing but the colours.
            let coloured = loaded.render(&Renderer::new().width(columns).colour(true));
            let mut uncoloured = String::new();
            for part in coloured.split('\u{1b}') {
                uncoloured
                    .push_str(part.strip_prefix('[').and_then(|code| code.split_once('m')).map_or(part, |it| it.1));
            }
            assert_eq!(uncoloured, plain, "{name}");
        }
    }
}

/// Stands in what is offered for what only a person can say.
const OPEN: &str = "\"…\"";

/// What is offered for the manifest is TOML. What is expected of the table is never left to a person: that would have to be
/// found out. That it settles what it is offered for is tested with `check --fix`.
#[test]
fn what_is_offered_for_the_manifest_can_be_copied() {
    let (mut offers, mut failures) = (0, String::new());
    for (name, folder) in folders() {
        for diagnostic in &modbus_bindgen::load(&input(&folder)).diagnostics {
            let offered = diagnostic.manifest.to_string();
            offers += usize::from(!offered.is_empty());
            if let Err(error) = offered.parse::<toml::Table>() {
                let _ = writeln!(failures, "{name}: this is not TOML: {error}\n{offered}");
            }
            if offered.lines().any(|line| line.starts_with("expect") && line.contains(OPEN)) {
                let _ = writeln!(failures, "{name}: nobody knows what the table prints better:\n{offered}");
            }
        }
    }
    writeln!(std::io::stderr(), "{offers} offers").unwrap();
    assert!(failures.is_empty(), "\n{failures}");
    assert!(offers > 150, "the offers are found: {offers}");
}

#[test]
fn every_code_has_a_case() {
    let mut covered = BTreeSet::new();
    for folder in folders().values() {
        covered.extend(run(folder).1);
    }
    let mut in_source = BTreeSet::new();
    codes(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut in_source);
    assert!(in_source.len() > 50, "the codes are found in the source");
    for (code, reason) in UNREACHABLE {
        assert!(in_source.remove(code), "{code} is gone from the source: drop it here too");
        assert!(!covered.contains(code), "{code} has a case, so it is not true that {reason}");
    }
    let missing: Vec<&String> = in_source.difference(&covered).collect();
    assert!(missing.is_empty(), "no case provokes {missing:?}");
}

/// The string literals in a folder's sources that are codes, unit tests included.
fn codes(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            codes(&path, found);
        } else {
            let text = std::fs::read_to_string(&path).unwrap();
            found.extend(text.split('"').filter(|literal| is_code(literal)).map(str::to_owned));
        }
    }
}

fn is_code(literal: &str) -> bool {
    literal.len() == 5
        && ["E0", "W0", "N0"].iter().any(|prefix| literal.starts_with(prefix))
        && literal.chars().skip(1).all(|character| character.is_ascii_digit())
}
