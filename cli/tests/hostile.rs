//! Names, arguments and places that somebody means harm with, or that come of a slip.

#![expect(clippy::unwrap_used, reason = "a test that fails says so by panicking")]
#![cfg(unix)]

use std::ffi::OsStr;
use std::fs;
use std::io::pipe;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const MANIFEST: &str = r#"
[device]
name = "Acme Meter"
[columns]
address = "Address"
description = "Name"
signed = "Signed"
[columns.details]
note = "No\u202ete"
[[sheet]]
file = "registers.csv"
table = "holding_register"
"#;

const TABLE: &str = "Address,Name,Signed,No\u{202e}te,\u{1b}]0;header\u{7}\n\
                     0,Flow \u{1b}]label\u{7}\u{202e},no,\u{1b}[31mred\u{9b}0m,\u{1b}]0;cell\u{7}\n";

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("device.toml"), MANIFEST).unwrap();
    fs::write(folder.path().join("registers.csv"), TABLE).unwrap();
    folder
}

fn run<A: AsRef<OsStr>>(folder: &Path, arguments: &[A]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_modbus-bindgen")).args(arguments).current_dir(folder).output().unwrap()
}

#[track_caller]
fn fails(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    said
}

#[track_caller]
fn is_inert(output: &Output) {
    let acts = |c: char| {
        c != '\n' && c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}')
    };
    for text in [&output.stdout, &output.stderr] {
        let text = String::from_utf8_lossy(text);
        assert!(!text.contains(acts), "{text:?}");
    }
    assert!(matches!(output.status.code(), Some(0..=2)), "{:?}", output.status);
}

#[test]
fn nothing_that_is_written_in_a_table_acts_on_a_terminal() {
    let folder = folder();
    for call in [
        &["check", "device.toml"][..],
        &["check", "--verbose", "device.toml"],
        &["check", "device.toml", "--format", "json"],
        &["check", "device.toml", "--format", "sarif"],
        &["generate", "device.toml"],
        &["docs", "device.toml", "--format", "md"],
        &["export", "device.toml", "--format", "json"],
        &["read", "device.toml", "--plan"],
        &["init", "registers.csv"],
        &["check", "registers.csv"],
    ] {
        is_inert(&run(folder.path(), call));
    }
    let model = run(folder.path(), &["export", "device.toml", "--format", "json"]).stdout;
    let model: serde_json::Value = serde_json::from_slice(&model).unwrap();
    assert_eq!(model["points"][0]["label"], "Flow \u{1b}]label\u{7}\u{202e}", "the text is kept");
}

#[test]
fn names_of_files_and_arguments_do_not_act_on_a_terminal() {
    let folder = folder();
    for name in [&b"\x1b]0;x\x07"[..], b"a\rb", b"\xff\xfe", "\u{202e}".as_bytes(), b"\x9b31m"] {
        let file = |extension: &str| [name, extension.as_bytes()].concat();
        let (manifest, table) = (file(".toml"), file(".csv"));
        fs::write(folder.path().join(OsStr::from_bytes(&manifest)), MANIFEST).unwrap();
        fs::write(folder.path().join(OsStr::from_bytes(&table)), "Address,Name,Type\n0,Flow,uint16\n").unwrap();
        for call in [
            &[b"check", &manifest[..]][..],
            &[b"check", &table[..]],
            &[b"check", &table[..], b"--format", b"json"],
            &[b"init", &table[..]],
            &[b"docs", &manifest[..], b"--format", b"md"],
            &[b"generate", &manifest[..], b"--out", b"out.rs", b"--check"],
            &[b"generate", b"device.toml", b"--out", name, b"--check"],
            &[b"generate", b"device.toml", b"--out", b".", b"--out-dir", name],
            &[b"check", name],
            &[b"read", b"device.toml", name],
            &[b"write", b"device.toml", name, b"1"],
            &[b"check", b"--explain", name],
            &[b"check", b"--deny", name, b"device.toml"],
            &[name],
        ] {
            let call: Vec<&OsStr> = call.iter().map(|part| OsStr::from_bytes(part)).collect();
            is_inert(&run(folder.path(), &call));
        }
    }
}

#[test]
fn a_proposal_is_toml_whatever_the_file_is_called() {
    let folder = tempfile::tempdir().unwrap();
    let name = "holding_registers\n[columns]\u{202e}\r\"\\ .csv";
    fs::write(folder.path().join(name), "Address,Name,Type,Function code\n0,Flow,uint16,4\n").unwrap();
    let output = run(folder.path(), &["init", name, "--out", "device.toml"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let output = run(folder.path(), &["check", "device.toml"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "device.toml: 1 point, 0 errors, 0 warnings\n", "{said}");
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    let folder = folder();
    let at = folder.path();
    assert!(Command::new("mkfifo").arg(at.join("pipe.csv")).arg(at.join("pipe.toml")).status().unwrap().success());
    symlink("/dev/zero", at.join("zero.toml")).unwrap();
    for call in [
        &["check", "pipe.csv"][..],
        &["check", "pipe.toml"],
        &["check", "zero.toml"],
        &["init", "pipe.csv"],
        &["generate", "device.toml", "--out", "pipe.toml"],
        &["generate", "device.toml", "--out", "zero.toml"],
        &["generate", "device.toml", "--out", "zero.toml", "--check"],
        &["export", "device.toml", "--format", "json", "--out", "pipe.toml"],
    ] {
        let said = fails(at, call);
        assert!(said.contains("a pipe or a device") || said.contains("is a link that leads out"), "{call:?}: {said}");
    }
    assert!(fails(at, &["check", "."]).contains("it is a folder"));
    assert!(fs::symlink_metadata(at.join("zero.toml")).unwrap().is_symlink());
}

#[test]
fn a_manifest_is_no_larger_than_one_is() {
    let folder = folder();
    let large = fs::File::create(folder.path().join("large.toml")).unwrap();
    large.set_len(1 << 40).unwrap();
    let said = fails(folder.path(), &["check", "large.toml"]);
    assert!(said.contains("it is larger than 16 MiB"), "{said}");
}

#[test]
fn what_was_read_is_not_written_over() {
    let folder = folder();
    let at = folder.path();
    fs::create_dir(at.join("sub")).unwrap();
    symlink("registers.csv", at.join("link")).unwrap();
    let export = ["export", "device.toml", "--format", "json", "--out"];
    for out in ["registers.csv", "device.toml", "./registers.csv", "sub/../device.toml", "link"] {
        let said = fails(at, &[&export[..], &[out]].concat());
        assert!(said.contains("is an input of this command; nothing was written"), "{said}");
    }
    for call in [
        &["generate", "device.toml", "--out", "device.toml"][..],
        &["docs", "device.toml", "--format", "md", "--out", "registers.csv"],
        &["init", "registers.csv", "--out", "registers.csv", "--force"],
    ] {
        fails(at, call);
    }
    assert_eq!(fs::read_to_string(at.join("registers.csv")).unwrap(), TABLE);
    assert_eq!(fs::read_to_string(at.join("device.toml")).unwrap(), MANIFEST);
}

/// `modbus-bindgen check … 2>&1 | head -1`
#[test]
fn nobody_has_to_read_to_the_end() {
    let folder = folder();
    fs::write(folder.path().join("bad.toml"), "x = ").unwrap();
    for (call, status) in [
        (&["check", "device.toml"][..], 0),
        (&["check", "bad.toml"], 1),
        (&["generate", "device.toml"], 0),
        (&["generate", "bad.toml"], 1),
        (&["generate", "device.toml", "--out", "a.rs", "--check"], 1),
        (&["init", "registers.csv"], 0),
        (&["read", "device.toml"], 2),
        (&["--help"], 0),
        (&["--nonsense"], 2),
    ] {
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        let mut command = Command::new(env!("CARGO_BIN_EXE_modbus-bindgen"));
        command.args(call).current_dir(folder.path()).stdout(writer.try_clone().unwrap()).stderr(writer);
        assert_eq!(command.status().unwrap().code(), Some(status), "{call:?}");
    }
}
