//! Tables that were once read wrongly, without a word, and what is right.
//!
//! Every folder in `found/` holds such a table as it was found, with `expected.txt`, and `spellings.md` with further
//! tables of the same kind: blocks of `csv` or `tsv` with the table (`xlsx`: see `support/workbook.rs`), a block of `toml`
//! before one that has another manifest than the folder's, and a block of `text` with what is expected. Every line of
//! that is a statement, and a line below it that begins with “or” another one that is right as well:
//!
//! ```text
//! point u16 at 1, × 0.1, V      a point is described so (as in docs/tables.md)
//! E0319 at C2                   a diagnostic with this code names the cell; `error`, `warning`, `note` and `doubt` (error
//!                               or warning) stand for any code, `at` may be left out, and several cells must all be named
//! E0307 at A5 says "header = 5" its text holds this
//! no E0313, no doubt at D2      nothing of the kind
//! no warnings                   neither errors nor warnings (W0622, of signs, aside)
//! enum at 3, flags at 3         the register has names for its values, or for its bits
//! no list at 3                  neither
//! no point at 3
//! name p_v_conn at 6            the point of this register has this identifier
//! value Mode::NormalPlus = 10   a value's or bit's name in Rust
//! ```
//!
//! `rows alone` on the first line loads the header with each row by itself; statements then begin with the row: `3: point …`.
//! `with init` loads what `init` proposes for the table, and not the table.
//!
//! `SHOW=part-of-a-name cargo test -p modbus-bindgen --test found` prints what comes out.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "what goes wrong here is to fail the test"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use modbus_bindgen::Loaded;
use modbus_bindgen::diagnostic::{Diagnostic, Severity};
use modbus_bindgen::model::{Device, Kind, Point};

#[path = "support/describe.rs"]
mod describe;
#[path = "support/workbook.rs"]
mod workbook;

use describe::describe;

/// What is not read rightly yet, as `folder` for the table that was found and `folder #2` for the second table of its
/// `spellings.md`. An entry whose table is read rightly fails the test: this list only shrinks.
const PENDING: &[&str] = &[];

/// A table and what is expected of it.
struct Spelling {
    name: String,
    /// Files by name, and which of them is loaded.
    files: Vec<(String, Vec<u8>)>,
    input: String,
    expected: String,
}

fn folders() -> Vec<PathBuf> {
    let all = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/found")).unwrap();
    let mut folders: Vec<PathBuf> = all.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn is(name: &str, extension: &str) -> bool {
    Path::new(name).extension().is_some_and(|of| of == extension)
}

/// All tables of a folder: those that were found, one for each `expected*.txt`, and further ones.
fn spellings(folder: &Path) -> Vec<Spelling> {
    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
        .collect();
    files.sort();
    let (texts, files): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|(name, _)| name.starts_with("expected") || name == "spellings.md");
    let mut spellings = Vec::new();
    for (file, text) in texts {
        let text = String::from_utf8(text).unwrap().replace("\r\n", "\n");
        if file == "spellings.md" {
            further(&name, &files, &text, &mut spellings);
            continue;
        }
        // expected.txt is of device.toml or of the only table, expected.b.txt of b.toml or b.csv.
        let stem = file.strip_prefix("expected").unwrap().strip_suffix(".txt").unwrap().trim_start_matches('.');
        let is_input = |name: &str| match stem {
            "" => name == "device.toml" || !files.iter().any(|(name, _)| is(name, "toml")),
            _ => name.split_once('.').is_some_and(|(of, _)| of == stem),
        };
        let inputs: Vec<&String> = files.iter().map(|(name, _)| name).filter(|name| is_input(name)).collect();
        let input = inputs.iter().find(|name| is(name, "toml")).or(inputs.first()).unwrap();
        let name = if stem.is_empty() { name.clone() } else { format!("{name} {stem}") };
        spellings.push(Spelling { name, input: (*input).clone(), files: files.clone(), expected: text });
    }
    spellings
}

/// The tables of `spellings.md`.
fn further(folder: &str, given: &[(String, Vec<u8>)], text: &str, spellings: &mut Vec<Spelling>) {
    let device = given.iter().find(|(name, _)| name == "device.toml").map(|(_, text)| text.clone());
    let (mut manifest, mut table) = (device.clone(), None::<(String, Vec<u8>)>);
    let mut count = 0;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(language) = line.strip_prefix("```") else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let block = block.join("\n") + "\n";
        match language.split_once(' ').unwrap_or((language, "")) {
            ("toml", _) => manifest = Some(block.into_bytes()),
            (format @ ("csv" | "tsv" | "xlsx"), file) => {
                let bytes = if format == "xlsx" { workbook::written(&block) } else { block.into_bytes() };
                table = Some((file.to_owned(), bytes));
            }
            ("text", _) => {
                count += 1;
                let (file, bytes) = table.take().unwrap();
                let manifest = std::mem::replace(&mut manifest, device.clone());
                // A table that is called by a name of its own has no manifest; others are called as theirs says.
                let manifest = manifest.filter(|_| file.is_empty());
                let named = manifest.as_ref().map(|text| std::str::from_utf8(text).unwrap()).and_then(|text| {
                    text.lines().find_map(|line| Some(line.strip_prefix("file = \"")?.trim_end_matches('"').to_owned()))
                });
                let file = if file.is_empty() { named.unwrap() } else { file };
                let mut files = vec![(file.clone(), bytes)];
                files.extend(manifest.map(|text| ("device.toml".to_owned(), text)));
                let input = files.last().unwrap().0.clone();
                spellings.push(Spelling { name: format!("{folder} #{count}"), files, input, expected: block });
            }
            (other, _) => panic!("{folder}: a block of {other}"),
        }
    }
    assert!(table.is_none(), "{folder}: nothing is expected of the last table");
}

/// Loads a table, all of it or the header and one of its rows.
fn load(spelling: &Spelling, row: Option<usize>) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in &spelling.files {
        let bytes = match row {
            Some(row) if is(name, "csv") => alone(std::str::from_utf8(bytes).unwrap(), row).into_bytes(),
            _ => bytes.clone(),
        };
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let path = folder.path().join(&spelling.input);
    if spelling.expected.lines().any(|line| line == "with init") {
        return match modbus_bindgen::init::propose(&path, &spelling.input) {
            Ok(proposal) => modbus_bindgen::init::check(&folder.path().join("device.toml"), &proposal),
            Err(loaded) => *loaded,
        };
    }
    modbus_bindgen::load(&path)
}

/// The header and one row, counted from one with the header; the others are blank, so that cells keep their names.
fn alone(table: &str, row: usize) -> String {
    let mut records = vec![String::new()];
    let mut quoted = false;
    for character in table.trim_end().chars() {
        quoted ^= character == '"';
        match character {
            '\n' if !quoted => records.push(String::new()),
            _ => records.last_mut().unwrap().push(character),
        }
    }
    let header = &records[0];
    let blank: String = header.chars().filter(|character| [',', ';', '\t'].contains(character)).collect();
    let kept = records.iter().enumerate().map(|(index, record)| match index + 1 == row || index == 0 {
        true => record.as_str(),
        false => &blank,
    });
    kept.fold(String::new(), |text, record| text + record + "\n")
}

/// What does not hold of a table, a line for each statement.
fn failures(spelling: &Spelling) -> String {
    let mut failures = String::new();
    let lines = spelling.expected.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let is_alone = spelling.expected.lines().any(|line| line == "rows alone");
    let mut statements: Vec<(Option<usize>, Vec<&str>)> = Vec::new();
    for line in lines.filter(|line| !["rows alone", "with init"].contains(line)) {
        if let Some(other) = line.strip_prefix("or ") {
            statements.last_mut().unwrap().1.push(other);
        } else if is_alone {
            let (row, statement) = line.split_once(": ").unwrap();
            statements.push((Some(row.parse().unwrap()), vec![statement]));
        } else {
            statements.push((None, vec![line]));
        }
    }
    assert!(!statements.is_empty(), "{}: nothing is expected", spelling.name);
    let rows: BTreeSet<Option<usize>> = statements.iter().map(|(row, _)| *row).collect();
    for row in rows {
        let loaded = load(spelling, row);
        let of_row = statements.iter().filter(|(of, _)| *of == row);
        let failed: Vec<String> = of_row
            .filter(|(_, any)| !any.iter().any(|statement| holds(statement, &loaded)))
            .map(|(_, any)| any.join(" or "))
            .collect();
        let is_shown = std::env::var("SHOW").is_ok_and(|part| spelling.name.contains(&part));
        if is_shown || !failed.is_empty() {
            let row = row.map_or_else(String::new, |row| format!(" row {row}"));
            let _ = writeln!(failures, "{}{row}: expected", spelling.name);
            failed.iter().map(|line| format!("    {line}\n")).for_each(|line| failures.push_str(&line));
            let _ = writeln!(failures, "  found\n{}", shown(&loaded));
        }
        if is_shown {
            std::io::stderr().write_all(std::mem::take(&mut failures).as_bytes()).unwrap();
        }
        if is_shown && !failed.is_empty() {
            failures.push_str("(shown above)");
        }
    }
    failures
}

/// What came out, as statements, and everything that is said.
fn shown(loaded: &Loaded) -> String {
    let mut text = String::new();
    for (point, device) in
        loaded.device.iter().flat_map(|device| device.points.iter().map(move |point| (point, device)))
    {
        let _ = writeln!(text, "    point {}  ({})", describe(point, device), point.id);
    }
    loaded.diagnostics.to_string().lines().map(|line| format!("    {line}\n")).for_each(|line| text.push_str(&line));
    text
}

/// Whether a statement is true.
fn holds(statement: &str, loaded: &Loaded) -> bool {
    let device = loaded.device.as_ref();
    let points = || device.into_iter().flat_map(|device| device.points.iter().map(move |point| (point, device)));
    let at = |address: &str| {
        let address: u16 = address.parse().unwrap_or_else(|_| panic!("no address in “{statement}”"));
        points().map(|(point, _)| point).filter(move |point| point.words.contains(&address))
    };
    if let Some(line) = statement.strip_prefix("point ") {
        points().any(|(point, device)| describe(point, device) == line)
    } else if let Some(address) = statement.strip_prefix("no list at ") {
        !at(address).any(has_list)
    } else if let Some(address) = statement.strip_prefix("enum at ") {
        at(address).any(|point| matches!(point.kind, Kind::Enum(_)))
    } else if let Some(address) = statement.strip_prefix("flags at ") {
        at(address).any(|point| matches!(point.kind, Kind::Flags(_)))
    } else if let Some(address) = statement.strip_prefix("no point at ") {
        at(address).next().is_none()
    } else if let Some((id, address)) = statement.strip_prefix("name ").and_then(|rest| rest.split_once(" at ")) {
        at(address).any(|point| point.id == id)
    } else if let Some((path, code)) = statement.strip_prefix("value ").and_then(|rest| rest.split_once(" = ")) {
        let (name, label) = path.split_once("::").unwrap();
        device
            .and_then(|device: &Device| device.value_type(name))
            .is_some_and(|of| of.labels.iter().any(|known| known.name == label && known.code.to_string() == code))
    } else if statement == "no warnings" {
        !loaded.diagnostics.iter().any(|one| one.severity < Severity::Note && one.code != "W0622")
    } else if let Some(said) = statement.strip_prefix("no ") {
        !loaded.diagnostics.iter().any(|one| says(said, one))
    } else {
        loaded.diagnostics.iter().any(|one| says(statement, one))
    }
}

fn has_list(point: &Point) -> bool {
    matches!(point.kind, Kind::Enum(_) | Kind::Flags(_) | Kind::Special(_) | Kind::Conditional(_))
}

/// Whether a diagnostic is what `E0319 at C2 says "text"` means.
fn says(statement: &str, diagnostic: &Diagnostic) -> bool {
    let (statement, text) = statement.split_once(" says ").unwrap_or((statement, "\"\""));
    let (code, cells) = statement.split_once(" at ").unwrap_or((statement, ""));
    let is_meant = match code {
        "error" => diagnostic.severity == Severity::Error,
        "warning" => diagnostic.severity == Severity::Warning,
        "note" => diagnostic.severity == Severity::Note,
        "doubt" => diagnostic.severity < Severity::Note,
        code if code.len() == 5 && code.starts_with(['E', 'W', 'N']) => diagnostic.code == code,
        other => panic!("“{other}” is no statement"),
    };
    let named = |cell: &str| {
        diagnostic.places.iter().any(|place| {
            let place = place.to_string();
            // `row 3` is written `row3`.
            let head = place.split(": ").next().unwrap_or_default().replace(' ', "");
            head.rsplit([':', '!']).next() == Some(cell)
        })
    };
    is_meant && cells.split_whitespace().all(named) && diagnostic.to_string().contains(text.trim_matches('"'))
}

#[test]
fn what_was_read_wrongly_is_read_rightly_or_refused() {
    let (mut unexpected, mut fulfilled, mut names) = (String::new(), Vec::new(), BTreeSet::new());
    for spelling in folders().iter().flat_map(|folder| spellings(folder)) {
        let failures = failures(&spelling);
        let is_pending = PENDING.contains(&spelling.name.as_str());
        match failures.is_empty() {
            true if is_pending => fulfilled.push(spelling.name.clone()),
            false if !is_pending => {
                let _ = writeln!(unexpected, "{failures}");
            }
            _ => {}
        }
        names.insert(spelling.name);
    }
    writeln!(std::io::stderr(), "{} tables, {} pending", names.len(), PENDING.len()).unwrap();
    assert!(unexpected.is_empty(), "\n{unexpected}");
    assert!(fulfilled.is_empty(), "take these out of PENDING, they are read rightly now: {fulfilled:#?}");
    let unknown: Vec<&&str> = PENDING.iter().filter(|name| !names.contains(**name)).collect();
    assert!(unknown.is_empty(), "PENDING names what is not there: {unknown:?}");
}

/// The statements themselves can fail: what is wrong of a table is not taken for right.
#[test]
fn statements_are_false_of_other_tables() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("holding_registers.csv");
    std::fs::write(&path, "Address,Name,Type,Unit,Values\n1,Mode,uint16,,0=Off;1=On\n2,Flow,uint16,0.1 V,\n").unwrap();
    let loaded = modbus_bindgen::load(&path);
    for (statement, is_true) in [
        ("point u16 at 2, × 0.1, V", true),
        ("point u16 at 2, V", false),
        ("no list at 1", false),
        ("enum at 1", true),
        ("flags at 1", false),
        ("no list at 2", true),
        ("no point at 2", false),
        ("name mode at 1", true),
        ("name flow at 1", false),
        ("value Mode::On = 1", true),
        ("value Mode::On = 0", false),
        ("no warnings", true),
        ("no doubt at D3", true),
        ("doubt at D3", false),
        ("E0319", false),
    ] {
        assert_eq!(holds(statement, &loaded), is_true, "{statement}\n{}", shown(&loaded));
    }
    std::fs::write(&path, "Address,Name,Type\n1,Mode,uint16\n2,Flow,ufloat\n").unwrap();
    let loaded = modbus_bindgen::load(&path);
    for (statement, is_true) in
        [("error at C3", true), ("doubt", true), ("error at C2", false), ("no error", false), ("warning at C3", false)]
    {
        assert_eq!(holds(statement, &loaded), is_true, "{statement}\n{}", shown(&loaded));
    }
    assert_eq!(alone("A;B\n1;\"x\ny\"\n2;z\n", 2), "A;B\n1;\"x\ny\"\n;\n");
}
