//! What `check --fix` writes: only what has one answer, each where it belongs, and nothing that makes a table worse.

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

use modbus_bindgen::diagnostic::{Diagnostics, Renderer, Severity};
use modbus_bindgen::fix::{Answer, Fixed, Question, Refused, fix};
use modbus_bindgen::{Loaded, load};

/// A folder with these files; the first is what is given.
fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let given = folder.path().join(files[0].0);
    (folder, given)
}

/// What becomes of the files, written.
fn fixed(files: &[(&str, &str)]) -> (tempfile::TempDir, Fixed) {
    let (folder, given) = folder(files);
    let fixed = fix(&given, None).unwrap();
    if fixed.is_changed() {
        std::fs::write(&fixed.path, &fixed.text).unwrap();
    }
    (folder, fixed)
}

const HEAD: &str = "[device]\nname = \"Pump\"\n\n[[sheet]]\nfile = \"holding_registers.csv\"\n";

#[test]
fn a_word_for_a_type_is_written_among_the_others() {
    let manifest = format!(
        "# By hand.\n{HEAD}\n[types] # the vendor's\nTime = \"uint16\" # seconds\n\n# Below.\n[link]\nunit_id = 3\n"
    );
    let table = "Address,Name,Type\n0,Flow,unit16\n1,Run,Time\n2,Power,unit16\n";
    let (folder, fixed) = fixed(&[("device.toml", &manifest), ("holding_registers.csv", table)]);
    let expected = manifest.replace("# seconds\n", "# seconds\nunit16 = \"uint16\"\n");
    assert_eq!(fixed.text, expected);
    assert_eq!((fixed.written, fixed.open), (1, 0));
    assert!(load(&folder.path().join("device.toml")).device.is_some());
    assert_eq!(std::fs::read_to_string(folder.path().join("holding_registers.csv")).unwrap(), table);
}

#[test]
fn names_that_many_registers_share_end_with_their_address() {
    let mut table = "Address,Name,Type\n".to_owned();
    for address in 0..300 {
        writeln!(table, "{address},Power {},int16", address / 3).unwrap();
    }
    let (folder, fixed) = fixed(&[("device.toml", HEAD), ("holding_registers.csv", &table)]);
    assert_eq!(fixed.text, HEAD.replace("\"Pump\"\n", "\"Pump\"\nsame_names = \"address\"\n"));
    assert_eq!(load(&folder.path().join("device.toml")).device.unwrap().points.len(), 300);
}

#[test]
fn addresses_that_are_all_one_too_high_are_counted_from_one() {
    let head = "[columns]\naddress = \"Address\"\nde_facto = \"Number\"\ndescription = \"Name\"\ntype = \"Type\"\n";
    let table = |last: &str| {
        format!("Address,Number,Name,Type\n1,40001,Flow,int16\n2,40002,Run,int16\n{last},40003,Power,int16\n")
    };
    let (folder, settled) =
        fixed(&[("device.toml", &format!("{HEAD}\n{head}")), ("holding_registers.csv", &table("3"))]);
    assert!(settled.text.contains("file = \"holding_registers.csv\"\nnumbering = \"one_based\"\n"), "{}", settled.text);
    let points = load(&folder.path().join("device.toml")).device.unwrap().points;
    assert_eq!(points.iter().map(|point| point.words[0]).collect::<Vec<_>>(), [0, 1, 2]);
    // Where one row is not like the others, it does not settle it.
    let (_, open) = fixed(&[("device.toml", &format!("{HEAD}\n{head}")), ("holding_registers.csv", &table("2"))]);
    assert!(!open.text.lines().any(|line| line.starts_with("numbering")), "{}", open.text);
}

#[test]
fn a_table_without_a_manifest_gets_one() {
    let table = "Address,Name,Type\n0,Flow,unit16\n";
    let (folder, fixed) = fixed(&[("holding_registers.csv", table)]);
    assert_eq!(fixed.path, folder.path().join("holding_registers.toml"));
    assert_eq!(fixed.before, None);
    let head = HEAD.replace("Pump", "holding_registers");
    assert_eq!(fixed.text, format!("{head}\n[types]\nunit16 = \"uint16\"\n"));
    assert!(load(&fixed.path).device.is_some());
    // Then it has one.
    let given = folder.path().join("holding_registers.csv");
    assert_eq!(fix(&given, None), Err(Refused::ManifestExists(fixed.path)));
}

#[test]
fn what_only_a_person_knows_is_left_to_decide() {
    let table = "Address,Name,Type,Unit\n0,Flow,uint16,W\n0,Flow,uint16,kW\n";
    let (folder, open) = fixed(&[("device.toml", HEAD), ("holding_registers.csv", table)]);
    let block = "\n# DECIDE: holding_registers.csv:2:15 (D2): error[E0404]: the rows about holding register 0 contradict \
                 each other: unit\n# [[override]]\n# registers = \"holding 0\"\n# field = \"unit\"\n# expect = [\"W\", \
                 \"kW\"]\n# value = \"W\"\n# value = \"kW\"\n# reason = \"…\"\n";
    assert_eq!(open.text, format!("{HEAD}{block}"));
    assert_eq!((open.written, open.open), (0, 1));
    // Asked, the answer stands in its place.
    let mut gives = Vec::new();
    let mut ask = |question: &Question<'_>| {
        gives = question.readings.iter().map(|reading| (reading.value.clone(), reading.gives.clone())).collect();
        Answer::Reading(1)
    };
    let answered = fix(&folder.path().join("device.toml"), Some(&mut ask)).unwrap();
    let entry = "\n[[override]]\nregisters = \"holding 0\"\nfield = \"unit\"\nexpect = [\"W\", \"kW\"]\nvalue = \
                 \"kW\"\nreason = \"answered (check --fix=ask)\"\n";
    assert_eq!(answered.text, format!("{HEAD}{entry}"));
    let given = |unit: &str| vec![format!("flow: holding register 0, u16 {unit}")];
    assert_eq!(gives, [("value = \"W\"".to_owned(), given("W")), ("value = \"kW\"".to_owned(), given("kW"))]);
}

#[test]
fn an_answer_that_settles_nothing_is_asked_again() {
    let table = "Address,Name,Type\nl,Flow,uint16\n0,Run,uint16\n";
    let (_folder, given) = folder(&[("device.toml", HEAD), ("holding_registers.csv", table)]);
    let mut answers = vec![Answer::Text("1".to_owned()), Answer::Reading(9), Answer::Text("x".to_owned())];
    let mut problems = Vec::new();
    let mut ask = |question: &Question<'_>| {
        problems.extend(question.problem.clone());
        answers.pop().unwrap_or(Answer::Stop)
    };
    let fixed = fix(&given, Some(&mut ask)).unwrap();
    assert!(problems[0].starts_with("this does not solve it: "), "{problems:?}");
    assert_eq!(problems[1], "this is not one of the answers");
    assert!(fixed.text.contains("cell = \"A2\"\nexpect = \"l\"\nvalue = \"1\"\n"), "{}", fixed.text);
}

#[test]
fn what_init_left_to_decide_is_asked() {
    let manifest = "# A comment of somebody.\n[device]\nname = \"Meter\"\n# DECIDE: which word comes first?\norder = \"ABCD\"\n\n\
                    [[sheet]]\nfile = \"registers.csv\"\ntable = \"input_register\"\n\n[columns]\naddress = \"Address\"\n\
                    description = \"Name\"\ntype = \"Type\"\n# DECIDE: does 10 divide the raw value?\ndivisor = \"Scale\"\n\
                    # DECIDE: may it be a default?\n# default = \"Start\"\n";
    let table = "Address,Name,Type,Scale,Start\n0,Energy,uint32,10,x\n";
    let (_folder, path) = folder(&[("device.toml", manifest), ("registers.csv", table)]);
    let mut asked = Vec::new();
    let fixed = fix(
        &path,
        Some(&mut |question: &Question<'_>| {
            asked.push(question.readings.iter().map(|reading| reading.value.clone()).collect::<Vec<_>>().join(" or "));
            Answer::Reading(1)
        }),
    );
    let text = fixed.unwrap().text;
    assert_eq!(
        asked,
        [
            "order = \"ABCD\" or order = \"CDAB\"",
            "divisor = \"Scale\" or factor = \"Scale\" or exponent = \"Scale\" or # left out = \"Scale\"",
            "default = \"Start\" or # left out = \"Start\"",
        ]
    );
    assert!(text.starts_with("# A comment of somebody.\n[device]\nname = \"Meter\"\norder = \"CDAB\"  #"), "{text}");
    assert!(text.contains("\nfactor = \"Scale\"  #") && text.contains("\n# left out = \"Start\"  #"), "{text}");
    assert!(!text.contains("DECIDE"), "{text}");
}

#[test]
fn decisions_that_are_the_same_are_asked_one_by_one() {
    let sheet = "[[sheet]]\r\nfile = \"FILE\"\r\n# DECIDE: which table?\r\ntable = \"holding_register\"\r\n\r\n";
    let manifest = format!(
        "[device]\r\nname = \"Meter\"\r\n\r\n{}{}",
        sheet.replace("FILE", "a.csv"),
        sheet.replace("FILE", "b.csv")
    );
    let table = "Address,Name,Type\n0,Energy,uint16\n";
    let (_folder, path) =
        folder(&[("device.toml", &manifest), ("a.csv", table), ("b.csv", &table.replace("Energy", "Flow"))]);
    let mut answers = vec![Answer::Reading(1), Answer::Text("x".to_owned()), Answer::Reading(0)];
    let mut problems = Vec::new();
    let mut ask = |question: &Question<'_>| {
        problems.extend(question.problem.clone());
        answers.pop().unwrap_or(Answer::Stop)
    };
    let text = fix(&path, Some(&mut ask)).unwrap().text;
    let reason = "# answered (check --fix=ask)\r\n";
    let decided = |table: &str| format!("table = \"{table}\"  {reason}");
    let expected = manifest
        .replacen("# DECIDE: which table?\r\ntable = \"holding_register\"\r\n", &decided("holding_register"), 1)
        .replacen("# DECIDE: which table?\r\ntable = \"holding_register\"\r\n", &decided("input_register"), 1);
    assert_eq!(text, expected);
    assert!(problems.len() == 1 && problems[0].starts_with("this does not solve it: E02"), "{problems:?}");
}

#[test]
fn warnings_are_settled_only_where_the_model_stays() {
    // Pairs of words would make other points of these.
    let table = "Address,Name,Type,Unit\n0,Energy (MSB),uint16,kWh\n1,Energy (LSB),uint16,kWh\n";
    let (_folder, fixed) = fixed(&[("device.toml", HEAD), ("holding_registers.csv", table)]);
    assert!(!fixed.is_changed(), "{}", fixed.text);
}

/// The model, but for the files it was read from.
fn model(loaded: Loaded) -> Option<modbus_bindgen::model::Device> {
    loaded.device.map(|device| modbus_bindgen::model::Device { inputs: Vec::new(), ..device })
}

fn codes(diagnostics: &Diagnostics, severity: Severity) -> BTreeMap<&'static str, usize> {
    let mut codes = BTreeMap::new();
    for one in diagnostics.iter().filter(|one| one.severity == severity) {
        *codes.entry(one.code).or_default() += one.places.len().max(1);
    }
    codes
}

fn cases() -> Vec<(String, PathBuf)> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut folders: Vec<_> = std::fs::read_dir(cases).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders.into_iter().map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), path)).collect()
}

/// The case in a folder of its own, and what is given of it.
fn copied(folder: &Path) -> Option<(tempfile::TempDir, PathBuf)> {
    let scratch = tempfile::tempdir().unwrap();
    let mut tables = Vec::new();
    for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|it| it.is_file()) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        // A lock keeps identifiers, which is not looked at here.
        if Path::new(&name).extension().is_none_or(|of| of != "lock") {
            std::fs::copy(&file, scratch.path().join(&name)).unwrap();
        }
        if [".csv", ".tsv", ".xlsx", ".ods"].iter().any(|extension| name.ends_with(extension)) {
            tables.push(scratch.path().join(name));
        }
    }
    let manifest = scratch.path().join("device.toml");
    let given = if manifest.is_file() { manifest } else { tables.into_iter().next()? };
    Some((scratch, given))
}

/// Of every case: working on it twice changes nothing more, what was accepted keeps its model, no other kind of error
/// becomes more, and everything that is offered is written or left to decide.
#[test]
fn no_case_becomes_worse() {
    let (mut failures, mut settled, mut left) = (String::new(), BTreeSet::new(), BTreeSet::new());
    for (name, folder) in cases() {
        let Some((_scratch, given)) = copied(&folder) else { continue };
        let before = load(&given);
        let (errors, offers) = (before.diagnostics.has_errors(), before.diagnostics.folded());
        let offers: Vec<(&str, bool)> = offers
            .iter()
            .filter(|folded| folded.first.severity == Severity::Error && !folded.offer.is_empty())
            .map(|folded| (folded.first.code, !folded.offer.to_string().replace("reason = \"…\"", "").contains('…')))
            .collect();
        let old = codes(&before.diagnostics, Severity::Error);
        let old_model = model(before);
        let Ok(once) = fix(&given, None) else { continue };
        if once.is_changed() {
            std::fs::write(&once.path, &once.text).unwrap();
        }
        let at = if once.path.exists() { once.path.clone() } else { given.clone() };
        let after = load(&at);
        let new = codes(&after.diagnostics, Severity::Error);
        for (code, is_certain) in offers {
            match new.get(code) {
                None => settled.insert(code),
                Some(_) if once.text.contains(&format!("error[{code}]")) => left.insert(code),
                Some(_) => {
                    let _ = writeln!(failures, "{name}: {code} is neither settled nor left to decide ({is_certain})");
                    true
                }
            };
        }
        if !errors && old_model != model(after) {
            let _ = writeln!(failures, "{name}: the model is another\n{}", once.text);
        }
        if new.values().sum::<usize>() > old.values().sum::<usize>() {
            let _ = writeln!(failures, "{name}: {old:?} became {new:?}\n{}", once.text);
        }
        if let Ok(twice) = fix(&at, None)
            && twice.is_changed()
        {
            let _ = writeln!(failures, "{name}: the second time it is\n{}\nafter\n{}", twice.text, once.text);
        }
    }
    writeln!(std::io::stderr(), "settled: {settled:?}\nleft to decide: {left:?}").unwrap();
    assert!(failures.is_empty(), "\n{failures}");
    assert!(settled.len() >= 3 && left.len() >= 60, "{settled:?} {left:?}");
}

/// Whoever answers every question with the first answer that settles it: a reading, or what may be typed.
struct Guess {
    asked: String,
    tries: usize,
    unsettled: Vec<String>,
    settled: usize,
}

impl Guess {
    fn answer(&mut self, question: &Question<'_>) -> Answer {
        const TEXTS: [&str; 9] = ["int16", "1", "Filled", "0=Filled;1=Other", "0", "int32", "read", "0.1", "Filled in"];
        let asked = format!("{}\n{}", question.about.first, question.entry);
        if self.asked != asked {
            self.settled += usize::from(!self.asked.is_empty());
            (self.asked, self.tries) = (asked, 0);
        }
        self.tries += 1;
        let count = question.readings.len();
        match self.tries - 1 {
            index if index < count => Answer::Reading(index),
            index if question.takes_text && index - count < TEXTS.len() => {
                Answer::Text(TEXTS[index - count].to_owned())
            }
            _ => {
                self.unsettled.push(std::mem::take(&mut self.asked) + &question.problem.clone().unwrap_or_default());
                self.settled = self.settled.saturating_sub(1);
                Answer::Skip
            }
        }
    }
}

/// Cases with a question that no answer settles: a file that is not there in a copy, and a count that was answered wrongly.
const UNSETTLED: [&str; 2] = ["counts_differ", "file_is_outside_the_folder"];

/// Whatever is asked about a case can be answered so that it is settled, but for cells, whose right text nobody can guess.
#[test]
fn what_is_asked_can_be_settled() {
    let (mut failures, mut settled) = (String::new(), 0);
    for (name, folder) in cases() {
        let Some((_scratch, given)) = copied(&folder) else { continue };
        let mut guess = Guess { asked: String::new(), tries: 0, unsettled: Vec::new(), settled: 0 };
        let mut ask = |question: &Question<'_>| guess.answer(question);
        if fix(&given, Some(&mut ask)).is_err() {
            continue;
        }
        settled += guess.settled;
        let is_known = |question: &&String| question.contains("[[cell]]") || UNSETTLED.contains(&name.as_str());
        for question in guess.unsettled.iter().filter(|question| !is_known(question)) {
            let _ = writeln!(failures, "{name}: nothing settles\n{question}\n");
        }
    }
    writeln!(std::io::stderr(), "{settled} questions settled").unwrap();
    assert!(failures.is_empty(), "\n{failures}");
    assert!(settled > 50, "{settled}");
}

/// A table of 4,000 rows with 3,000 faults of one kind.
fn faulty(header: &str, row: impl Fn(usize, bool) -> String) -> String {
    (0..4000).fold(format!("{header}\n"), |text, index| text + &row(index, index % 4 != 0) + "\n")
}

/// However many mistakes of one kind a table has, a person reads what is said of them.
#[test]
fn many_mistakes_of_one_kind_are_said_in_few_lines() {
    let pick = |bad: bool, wrong: &'static str, right: &'static str| if bad { wrong } else { right };
    let head = "Address,Name,Type,Unit,Access,Scale";
    let tables = [
        ("a word for a type", faulty(head, |i, bad| format!("{i},N {i},{},W,R,1", pick(bad, "unit16", "uint16")))),
        (
            "words for types",
            faulty(head, |i, bad| {
                let word = if bad { format!("u16x{}", i % 97) } else { "uint16".to_owned() };
                format!("{i},N {i},{word},W,R,1")
            }),
        ),
        (
            "one name",
            faulty(head, |i, bad| format!("{i},{},int16,W,R,1", if bad { "P".to_owned() } else { format!("N {i}") })),
        ),
        ("names in pairs", faulty(head, |i, _| format!("{i},N {},int16,W,R,1", i / 2))),
        ("scales", faulty(head, |i, bad| format!("{i},N {i},int16,W,R,{}", pick(bad, "1O", "10")))),
        ("accesses", faulty(head, |i, bad| format!("{i},N {i},int16,W,{},1", pick(bad && i % 8 > 4, "R/X", "R")))),
        ("addresses", faulty(head, |i, bad| format!("{i}{},N {i},int16,W,R,1", pick(bad && i % 8 > 4, "l", "")))),
        (
            "units",
            faulty(head, |i, bad| format!("{},N {},int16,{},R,1", i / 2, i / 2, pick(bad && i % 2 == 0, "kW", "W"))),
        ),
        ("names of one register", faulty(head, |i, _| format!("{},N {i},int16,W,R,1", i / 2))),
        ("digits", faulty(head, |i, bad| format!("{i},{} stage {i},int16,W,R,1", pick(bad, "2nd", "second")))),
        ("overlaps", faulty(head, |i, bad| format!("{i},N {i},{},W,R,1", pick(bad, "int32", "int16")))),
        (
            "values",
            faulty("Address,Name,Type,Values", |i, bad| format!("{i},N {i},enum16,0=Off;1{}", pick(bad, "", "=On"))),
        ),
        ("limits", faulty("Address,Name,Type,Min,Max", |i, bad| format!("{i},N {i},int16,{},5", pick(bad, "9", "1")))),
        (
            "numbers",
            faulty("Address,Name,Type,Min,Max", |i, bad| format!("{i},N {i},int16,0,{}", pick(bad, "1x", "5"))),
        ),
        ("ints", faulty(head, |i, bad| format!("{},N {i},{},W,R,1", i * 2, pick(bad, "int", "int16")))),
        ("signs", faulty(head, |i, _| format!("{i},N {i},,W,R,1"))),
    ];
    let mut failures = String::new();
    for (what, table) in &tables {
        let (_folder, given) = folder(&[("holding_registers.csv", table)]);
        let loaded = load(&given);
        let width = 80;
        let renderer = Renderer::new().width(width);
        let all = loaded.render(&renderer);
        for folded in loaded.diagnostics.folded() {
            let text = renderer.folded(&folded, &loaded.sources);
            let lines: usize = text.lines().map(|line| line.chars().count().div_ceil(width).max(1)).sum();
            if lines > 40 {
                let _ = writeln!(failures, "{what}: {lines} lines\n{text}");
            }
        }
        if all.lines().count() > 120 {
            let _ = writeln!(failures, "{what}: {} lines in all\n{all}", all.lines().count());
        }
        let faults: usize = loaded.diagnostics.iter().map(|one| one.places.len().max(1)).sum();
        // Of a column that is refused as a whole, examples are named.
        let is_refused = loaded.diagnostics.iter().any(|one| ["E0330", "E0380"].contains(&one.code));
        if faults < 400 && !is_refused {
            let _ = writeln!(failures, "{what}: every fault is kept with its cell: {faults}\n{}", loaded.diagnostics);
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}
