//! What `check` says to people and to programs, and when it fails.

#![expect(clippy::unwrap_used, reason = "a test that fails says so by panicking")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

const MANIFEST: &str = r#"format = 1

[device]
name = "Acme Meter"

[columns]
address = "Address"
description = "Name"
divisor = "Scale"

[[sheet]]
file = "registers.csv"
table = "holding_register"
"#;

/// One error, in C3, and a warning about two registers.
const TABLE: &str = "Address,Name,Scale,Year\n0,Supply temperature,10,\n1,Starts,ten,\n";

/// A folder with a device in it.
fn folder(rest: &str, table: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("device.toml"), format!("{MANIFEST}{rest}")).unwrap();
    fs::write(folder.path().join("registers.csv"), table).unwrap();
    folder
}

fn run(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_modbus-bindgen"));
    command.args(arguments).current_dir(folder);
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(name);
    }
    command.envs(environment.iter().copied()).output().unwrap()
}

/// What `check` prints on stdout and on stderr.
#[track_caller]
fn check(folder: &TempDir, status: i32, arguments: &[&str], environment: &[(&str, &str)]) -> (String, String) {
    let output = run(folder.path(), &[&["check"], arguments].concat(), environment);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(status), "{said}");
    (String::from_utf8(output.stdout).unwrap(), said)
}

#[test]
fn the_line_is_drawn_and_errors_come_last() {
    let (out, said) = check(&folder("", TABLE), 1, &["device.toml"], &[]);
    assert_eq!(out, "device.toml: 1 error, 1 warning\n");
    let drawn = r#"
error[E0310]: this scale is not a number
  --> registers.csv:3:10 (C3)
   |
 3 | 1,Starts,ten,
   |          ^^^ in column “Scale”
   = expected: what the value is multiplied by before it is sent: 1, 10, 100 …
   = help: give the number that is meant in the [[cell]] shown
   = in the manifest:
     [[cell]]
     file = "registers.csv"
     cell = "C3"
     expect = "ten"
     value = "…"
     reason = "…"

for an explanation with examples, run `modbus-bindgen check --explain E0310`
"#;
    assert!(said.ends_with(drawn), "{said}");
    let order = ["note[N0306]", "warning[W0622]", "error[E0310]"].map(|head| said.find(head).unwrap());
    assert!(order.is_sorted(), "{said}");
}

#[test]
fn where_there_is_no_manifest_a_line_says_how_to_begin_one() {
    let folder = tempfile::tempdir().unwrap();
    let table = "Address,Name,Type,Scale,Size\n0,Supply,uint16,10,x\n1,Starts,uint16,100,y\n";
    fs::create_dir(folder.path().join("my meter")).unwrap();
    fs::write(folder.path().join("my meter/holding_registers.csv"), table).unwrap();
    fs::write(folder.path().join("holding_registers.csv"), table).unwrap();
    fs::write(folder.path().join("device.toml"), "").unwrap();
    let step = "there is no manifest yet";
    let (_, said) = check(&folder, 1, &["my meter/holding_registers.csv"], &[]);
    let line = "there is no manifest yet: `modbus-bindgen init \"my meter/holding_registers.csv\" --out \"my meter/device.toml\"` makes one";
    assert!(said.lines().any(|one| one == line), "{said}");
    assert_eq!(said.matches(step).count(), 1, "{said}");
    // The manifest beside it belongs to another table.
    let output = run(folder.path(), &["generate", "holding_registers.csv"], &[]);
    let said = String::from_utf8(output.stderr).unwrap();
    let line =
        "there is no manifest yet: `modbus-bindgen init holding_registers.csv --out holding_registers.toml` makes one";
    assert!(said.lines().any(|one| one == line), "{said}");
    let (_, said) = check(&self::folder("", TABLE), 1, &["device.toml"], &[]);
    assert!(!said.contains(step), "{said}");
}

#[test]
fn colours_and_width_are_those_that_are_asked_for() {
    let folder = folder("", TABLE);
    let (_, plain) = check(&folder, 1, &["device.toml"], &[]);
    assert!(!plain.contains('\u{1b}'), "stderr is no terminal here: {plain}");
    let (_, coloured) = check(&folder, 1, &["device.toml"], &[("CLICOLOR_FORCE", "1")]);
    assert!(coloured.contains("\u{1b}[1;31merror[E0310]\u{1b}[0m"), "{coloured:?}");
    let (_, never) = check(&folder, 1, &["device.toml"], &[("NO_COLOR", "1")]);
    assert_eq!(never, plain);
    let (_, narrow) = check(&folder, 1, &["device.toml"], &[("COLUMNS", "40")]);
    let diagnostics = narrow.split("`modbus-bindgen").next().unwrap();
    // What is to be copied stays whole.
    let mut lines = diagnostics.lines().filter(|line| !line.contains("set = {"));
    assert!(lines.all(|line| line.chars().count() <= 40), "{narrow}");
    assert!(
        narrow.contains("\n   = expected: what the value is\n               multiplied by before it\n"),
        "{narrow}"
    );
}

#[test]
fn what_is_denied_fails() {
    let folder = folder("", "Address,Name,Scale,Year\n0,Supply temperature,10,\n");
    let (out, _) = check(&folder, 0, &["device.toml"], &[]);
    assert_eq!(out, "device.toml: 1 point, 0 errors, 1 warning\n");
    check(&folder, 0, &["device.toml", "--deny", "W0411"], &[]);
    for deny in ["warnings", "W0622", "w0622", "N0306"] {
        let (out, _) = check(&folder, 1, &["device.toml", "--deny", deny], &[]);
        assert_eq!(out, "device.toml: 1 point, 0 errors, 1 warning, 1 denied\n");
    }
    let (out, _) = check(&folder, 1, &["device.toml", "--deny", "warnings", "--deny", "N0306"], &[]);
    assert!(out.contains("2 denied"), "{out}");
    let (_, said) = check(&folder, 2, &["device.toml", "--deny", "W9999"], &[]);
    assert!(said.contains("neither `warnings` nor a code"), "{said}");
}

#[test]
fn what_is_allowed_is_not_said() {
    let allow = "\n[[allow]]\ncode = \"W0622\"\nregisters = \"holding 0\"\nreason = \"A tank does not freeze.\"\n";
    let folder = folder(allow, "Address,Name,Scale\n0,Supply temperature,10\n");
    let (out, said) = check(&folder, 0, &["device.toml", "--deny", "warnings"], &[]);
    assert_eq!((out.as_str(), said.as_str()), ("device.toml: 1 point, 0 errors, 0 warnings\n", ""));
}

#[test]
fn codes_are_explained_without_a_manifest() {
    let folder = folder("", TABLE);
    for code in ["E0310", "e0310"] {
        let (out, _) = check(&folder, 0, &["--explain", code], &[]);
        assert!(out.starts_with("E0310: a scale that is not a number\n"), "{out}");
        assert!(["Wrong:", "Right:", "What to do:"].iter().all(|part| out.contains(part)), "{out}");
    }
    let (_, said) = check(&folder, 2, &["--explain", "E9999"], &[]);
    assert!(said.contains("there is no code E9999"), "{said}");
    check(&folder, 2, &["--explain", "E0310", "device.toml"], &[]);
    check(&folder, 2, &[], &[]);
}

#[test]
fn json_names_line_and_column() {
    let (out, _) = check(&folder("", TABLE), 1, &["device.toml", "--format", "json"], &[]);
    let reports: Value = serde_json::from_str(&out).unwrap();
    let diagnostics = reports[0]["diagnostics"].as_array().unwrap();
    let error = diagnostics.iter().find(|diagnostic| diagnostic["code"] == "E0310").unwrap();
    assert_eq!(error["places"][0]["cell"], "C3");
    assert_eq!(error["places"][0]["span"], serde_json::json!({ "line": 3, "column": 10, "length": 3 }));
}

/// What the schema of SARIF 2.1.0 requires of the objects that are used, and what its text demands beyond that.
#[test]
fn sarif_is_what_its_schema_requires() {
    let at = folder("", TABLE);
    fs::create_dir(at.path().join("a b")).unwrap();
    fs::copy(at.path().join("device.toml"), at.path().join("a b/device.toml")).unwrap();
    fs::write(at.path().join("a b/registers.csv"), "Address,Name,Scale\n0,\u{1b}Ü,x\n").unwrap();
    let (out, said) = check(&at, 1, &["device.toml", "a b/device.toml", "--format", "sarif"], &[]);
    assert_eq!(said, "");
    let log: Value = serde_json::from_str(&out).unwrap();
    // sarifLog: version, runs.
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().unwrap().contains("sarif-2.1.0"));
    let [run] = log["runs"].as_array().unwrap().as_slice() else { panic!("{out}") };
    // run: tool; tool: driver; toolComponent: name.
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "modbus-bindgen");
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    // reportingDescriptor: id.
    let rules = driver["rules"].as_array().unwrap();
    let ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["E0310", "N0306", "W0622"]);
    for rule in rules {
        let level = rule["defaultConfiguration"]["level"].as_str().unwrap();
        assert!(["error", "warning", "note"].contains(&level));
        // multiformatMessageString: text.
        for text in [&rule["shortDescription"], &rule["help"]] {
            assert!(!text["text"].as_str().unwrap().is_empty(), "{rule}");
        }
    }
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 5, "{out}");
    for result in results {
        // result: message; message: text or id.
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(result["ruleId"], rules[index]["id"]);
        assert_eq!(result["level"], rules[index]["defaultConfiguration"]["level"]);
        let related = result["relatedLocations"].as_array().into_iter().flatten();
        for location in result["locations"].as_array().unwrap().iter().chain(related) {
            let physical = &location["physicalLocation"];
            let uri = physical["artifactLocation"]["uri"].as_str().unwrap();
            assert!(["registers.csv", "a%20b/registers.csv"].contains(&uri), "{uri}");
            // Lines and columns count from one; a region ends where it begins or behind that.
            let region = &physical["region"];
            let number = |name: &str| region[name].as_u64().unwrap();
            assert!(number("startLine") >= 1 && number("startColumn") >= 1);
            assert!(number("endColumn") >= number("startColumn"), "{region}");
            assert_eq!(location["logicalLocations"][0]["kind"], "cell");
        }
    }
    let error = results.iter().find(|result| result["ruleId"] == "E0310").unwrap();
    let location = &error["locations"][0];
    assert_eq!(
        location["physicalLocation"]["region"],
        serde_json::json!({ "startLine": 3, "startColumn": 10, "endColumn": 13 })
    );
    assert_eq!(location["logicalLocations"][0]["fullyQualifiedName"], "C3");
}

#[test]
fn fix_writes_what_has_one_answer_and_shows_it() {
    let folder = folder("", "Address,Name,Scale,Type\n0,Flow,10,unit16\n1,Run,1,unit16\n2,Level,1O,int16\n");
    let manifest = format!("# Ours.\n{}", MANIFEST.replace("divisor", "type = \"Type\"\ndivisor"));
    fs::write(folder.path().join("device.toml"), &manifest).unwrap();
    let table = fs::read(folder.path().join("registers.csv")).unwrap();
    let (out, said) = check(&folder, 1, &["--fix", "device.toml"], &[("COLUMNS", "80")]);
    assert!(out.contains("--- device.toml\n+++ device.toml\n"), "{out}");
    assert!(out.contains("\n+[types]\n+unit16 = \"uint16\"\n"), "{out}");
    assert!(said.contains("1 file changed:\n  device.toml: 1 entry written, 1 left to decide\n"), "{said}");
    let text = fs::read_to_string(folder.path().join("device.toml")).unwrap();
    assert!(text.starts_with(&manifest), "{text}");
    assert!(text.contains("\n# DECIDE: registers.csv:4:9 (C4): error[E0310]: this scale is not a number\n"), "{text}");
    // Again, nothing changes.
    let (_, said) = check(&folder, 1, &["--fix", "device.toml"], &[]);
    assert!(said.starts_with("no file was changed\n"), "{said}");
    assert_eq!(fs::read_to_string(folder.path().join("device.toml")).unwrap(), text);
    assert_eq!(fs::read(folder.path().join("registers.csv")).unwrap(), table);
}

#[test]
fn fix_of_a_table_makes_its_manifest() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("holding_registers.csv"), "Address,Name,Type\n0,Flow,unit16\n").unwrap();
    let (out, said) = check(&folder, 0, &["--fix", "holding_registers.csv"], &[]);
    assert!(out.contains("--- /dev/null\n+++ holding_registers.toml\n"), "{out}");
    assert!(out.ends_with("holding_registers.toml: 1 point, 0 errors, 0 warnings\n"), "{out}");
    assert!(said.contains("1 file changed:"), "{said}");
    let (_, said) = check(&folder, 1, &["--fix", "holding_registers.csv"], &[]);
    assert!(said.contains("has a manifest, holding_registers.toml"), "{said}");
}

#[test]
fn fix_asks_on_a_terminal_only_and_prints_for_people_only() {
    let folder = folder("", TABLE);
    let (_, said) = check(&folder, 2, &["--fix=ask", "device.toml"], &[]);
    assert!(said.contains("--fix=ask needs a terminal"), "{said}");
    check(&folder, 2, &["--fix", "--format", "json", "device.toml"], &[]);
    assert_eq!(fs::read_to_string(folder.path().join("device.toml")).unwrap(), MANIFEST);
}

#[test]
fn one_cause_is_said_once_and_unfolded_with_all() {
    let row = |table: String, row: u32| table + &format!("{row},Register {},10,\n", row / 2);
    let folder = folder("", &(0..300).fold("Address,Name,Scale,Year\n".to_owned(), row));
    let (_, folded) = check(&folder, 1, &["device.toml"], &[("COLUMNS", "80")]);
    assert_eq!(folded.matches("error[E0616]").count(), 1, "{folded}");
    assert!(folded.contains("and 149 more: B4, B6, B8"), "{folded}");
    assert!(folded.contains("[device]\n     same_names = \"address\"\n"), "{folded}");
    assert!(folded.lines().count() < 60, "{folded}");
    let (_, all) = check(&folder, 1, &["--all", "device.toml"], &[("COLUMNS", "80")]);
    assert_eq!(all.matches("error[E0616]").count(), 150, "{all}");
    let (json, _) = check(&folder, 1, &["--format", "json", "device.toml"], &[]);
    let reports: Value = serde_json::from_str(&json).unwrap();
    let diagnostics = reports.pointer("/0/diagnostics").and_then(Value::as_array).unwrap();
    let names: Vec<&Value> = diagnostics.iter().filter(|one| one.get("code").unwrap() == "E0616").collect();
    assert_eq!(names.len(), 150);
    assert_eq!(names.first().and_then(|one| one.pointer("/facts/name")).unwrap(), "register_0");
    assert_eq!(names.first().and_then(|one| one.get("cause")).unwrap(), "{what} are both `{name}` in Rust");
}
