//! What must not compile: writing what is read only, reading a command, making up a code, an element that is not there.
//!
//! Each file of `compile-fail/` has exactly the errors its comments name, `//~ code: part of the message`, at their
//! lines. The rest of the compiler's words differ from version to version.

use std::collections::BTreeMap;
use std::fs;

use integration_tests::scratch::{Scratch, dependency, manifest, workspace};
use modbus_bindgen::emit;
use serde_json::Value;

#[test]
fn what_the_table_forbids_does_not_compile() {
    let rest = format!("[dependencies]\n{}", dependency("modbus-bindgen-runtime", "runtime", ""));
    let scratch = Scratch::new("thermia-genesis", "2024", &rest);
    scratch.write("src/lib.rs", &format!("{}\npub mod ctc_bms;\n", source("thermia-genesis")));
    scratch.write("src/ctc_bms.rs", &source("ctc-bms"));
    let cases: BTreeMap<String, String> = fs::read_dir(workspace().join("tests/compile-fail"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap()))
        .collect();
    assert!(!cases.is_empty());
    for (name, code) in &cases {
        scratch.write(&format!("src/bin/{name}.rs"), code);
    }
    for (name, code) in &cases {
        let output = scratch.cargo(&["check", "--bin", name, "--message-format", "json"], &[]);
        let found = errors(&String::from_utf8(output.stdout).unwrap());
        let expected: Vec<(usize, &str)> = code
            .lines()
            .enumerate()
            .filter_map(|(index, line)| Some((index.checked_add(1)?, line.split_once("//~ ")?.1)))
            .collect();
        assert!(!expected.is_empty(), "{name} expects no error");
        assert_eq!(found.len(), expected.len(), "{name}: {found:?}");
        for ((line, message), (expected_line, expected)) in found.iter().zip(expected) {
            let (code, part) = expected.split_once(": ").unwrap();
            let as_expected = *line == expected_line && message.starts_with(code) && message.contains(part);
            assert!(as_expected, "{name}: expected {expected_line} {expected}, found {line} {message}");
        }
    }
}

fn source(device: &str) -> String {
    let loaded = modbus_bindgen::load(&manifest(device));
    let device = loaded.device.unwrap_or_else(|| panic!("{}", loaded.diagnostics));
    emit::rust::source(&device)
}

/// Line and `code: message` of each error that cargo reports.
fn errors(messages: &str) -> Vec<(usize, String)> {
    messages
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter_map(|value| {
            let message = value.get("message").filter(|message| message.get("level") == Some(&"error".into()))?;
            // The last one only counts the others.
            let code = message.pointer("/code/code")?.as_str()?;
            let spans = message.get("spans")?.as_array()?;
            let span = spans.iter().find(|span| span.get("is_primary") == Some(&true.into()))?;
            let line = usize::try_from(span.get("line_start")?.as_u64()?).unwrap();
            Some((line, format!("{code}: {}", message.get("message")?.as_str()?)))
        })
        .collect()
}
