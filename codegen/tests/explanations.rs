//! Every code is explained, no explanation is left over, and `docs/diagnostics.md` says the same as `--explain`.

#![expect(clippy::unwrap_used, reason = "what goes wrong here is to fail the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use modbus_bindgen::diagnostic::explain;

/// The string literals in a folder's sources that are codes, with the file each is in.
fn codes(folder: &Path, found: &mut BTreeMap<String, PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            codes(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            found.extend(text.split('"').filter(|part| is_code(part)).map(|code| (code.to_owned(), path.clone())));
        }
    }
}

fn is_code(literal: &str) -> bool {
    literal.len() == 5
        && ["E0", "W0", "N0"].iter().any(|prefix| literal.starts_with(prefix))
        && literal.chars().skip(1).all(|character| character.is_ascii_digit())
}

/// The file a code is explained in.
fn file(code: &str) -> &'static str {
    match code.get(2..3) {
        Some("1") => "files.md",
        Some("2") => "manifest.md",
        Some("3") => "rows.md",
        Some("4") => "registers.md",
        Some("5") => "types.md",
        Some("7") => "lock.md",
        _ => "model.md",
    }
}

#[test]
fn every_code_is_explained_and_every_explanation_has_its_code() {
    let mut used = BTreeMap::new();
    codes(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut used);
    assert!(used.len() > 100, "the codes are found in the source");
    let mut said = String::new();
    for (code, path) in &used {
        if explain::explain(code).is_none() {
            let _ = writeln!(
                said,
                "{code} ({}) is not explained. Add to codegen/src/diagnostic/explain/{}, in the order of the codes:\n\n\
                 ## {code}: what has happened, in a few words\n\nWhat it means.\n\nWrong:\n\n    an example\n\n\
                 Right:\n\n    the same, mended\n\nWhat to do: …\n",
                path.file_name().unwrap().display(),
                file(code)
            );
        }
    }
    let mut before = BTreeSet::new();
    for explanation in explain::all() {
        let code = explanation.code;
        if !used.contains_key(code) {
            let _ = writeln!(said, "{code} is explained in {} and is no code of the sources", file(code));
        }
        if !before.insert(code) {
            let _ = writeln!(said, "{code} is explained twice");
        }
        for part in ["\n\nWrong:\n\n    ", "\n\nRight:\n\n    ", "\n\nWhat to do: "] {
            if !explanation.text.contains(part) || explanation.remedy().is_none_or(|remedy| remedy.len() < 8) {
                let _ = writeln!(said, "the explanation of {code} lacks its part {:?}", part.trim());
            }
        }
    }
    for (title, explanations) in explain::stages() {
        let order = |code: &str| (["E", "W", "N"].iter().position(|letter| code.starts_with(letter)), code.to_owned());
        assert!(!title.is_empty());
        assert!(
            explanations.is_sorted_by_key(|explanation| order(explanation.code)),
            "{title}: the explanations are in the order of their codes, errors first"
        );
        for explanation in explanations {
            assert!(explain::explain(&explanation.code.to_lowercase()).is_some());
        }
    }
    assert!(said.is_empty(), "\n{said}");
}

#[test]
fn the_page_says_the_same() {
    const MARK: &str = "<!-- From here on generated from codegen/src/diagnostic/explain: \
                        ACCEPT=1 cargo test -p modbus-bindgen --test explanations -->\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/diagnostics.md");
    // The file is there only in the repository.
    let page = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let (begin, found) = page.split_once(MARK).unwrap();
    let mut expected = String::new();
    for (title, explanations) in explain::stages() {
        let _ = write!(expected, "\n## {title}\n");
        for explanation in explanations {
            let _ = write!(expected, "\n### {}: {}\n\n{}\n", explanation.code, explanation.title, explanation.text);
        }
    }
    if std::env::var_os("ACCEPT").is_some() {
        std::fs::write(&path, format!("{begin}{MARK}{expected}")).unwrap();
    } else {
        assert!(found == expected, "docs/diagnostics.md is not what the explanations are; ACCEPT=1 writes it");
    }
}
