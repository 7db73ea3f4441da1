//! The pages of the book that show how something is done: every block of code in them is written, compiled or run.
//!
//! What stands behind the language of a block says what happens to it, in the order of the page:
//!
//! | block | what happens |
//! |---|---|
//! | `toml,file=Cargo.toml` | it is a file of the package |
//! | `rust,append=src/main.rs` | it is the end of that file |
//! | `console` | each line that begins with `$ ` is run; the lines below it are what it prints: `…` is anything, in a line or as a line, and `[exit status 1]` is how it ends |
//! | `text` | nothing: it is a picture |
//!
//! A block of any other kind fails the test: nobody would know whether it is true.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use integration_tests::scratch::{Scratch, built, target, workspace};

/// A block of a page: what stands behind the fence, and its lines.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(kind)) => open = Some((kind.to_owned(), String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some((_, text)), None) => writeln!(text, "{line}").unwrap(),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block has no end");
    blocks
}

/// Whether a printed line is the expected one, in which `…` is anything.
fn is_line(expected: &str, printed: &str) -> bool {
    let mut parts = expected.split('…');
    let Some(rest) = printed.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    let mut rest = rest;
    for part in middle {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

/// Whether what was printed is what is expected, where a line `…` is any number of lines.
fn is_output(expected: &[&str], printed: &[&str]) -> bool {
    match expected.split_first() {
        None => printed.is_empty(),
        Some((&"…", rest)) => (0..=printed.len()).any(|from| is_output(rest, &printed[from..])),
        Some((first, rest)) => match printed.split_first() {
            Some((line, after)) => is_line(first, line) && is_output(rest, after),
            None => false,
        },
    }
}

/// Runs the commands of a block in the package and compares what they print.
fn run(scratch: &Scratch, block: &str) {
    let mut commands: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push((command, Vec::new())),
            (None, Some((_, expected))) => expected.push(line),
            (None, None) => panic!("output before a command: {line}"),
        }
    }
    for (command, mut expected) in commands {
        let status = match expected.last().and_then(|line| line.strip_prefix("[exit status ")?.strip_suffix(']')) {
            Some(status) => {
                expected.pop();
                status.parse().unwrap()
            }
            None => 0,
        };
        let path = format!("{}:{}", built().display(), std::env::var("PATH").unwrap());
        let output = Command::new("sh")
            .args(["-c", &format!("{command} 2>&1")])
            .current_dir(scratch.path())
            .env("CARGO_TARGET_DIR", target())
            .env("CARGO_INCREMENTAL", "0")
            .env("PATH", path)
            .env("NO_COLOR", "1")
            .env("CLONE", workspace())
            .env_remove("RUSTFLAGS")
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .output()
            .unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(status), "{command}\n{printed}");
        // Where nothing is shown, what is printed does not matter.
        let lines: Vec<&str> = printed.lines().map(str::trim_end).collect();
        assert!(expected.is_empty() || is_output(&expected, &lines), "{command}\nexpected {expected:?}\n{printed}");
    }
}

fn try_page(page: &str) {
    let scratch = Scratch::new("page", "2024", "");
    let folder = |name: &str| workspace().join(name).display().to_string();
    let cargo_config = format!(
        "[patch.crates-io]\nmodbus-bindgen = {{ path = '{}' }}\nmodbus-bindgen-runtime = {{ path = '{}' }}\nmodbus-bindgen-macros = {{ path = '{}' }}\n",
        folder("codegen"),
        folder("runtime"),
        folder("macros"),
    );
    scratch.write(".cargo/config.toml", &cargo_config);
    for (kind, text) in blocks(&fs::read_to_string(workspace().join("docs").join(page)).unwrap()) {
        // A package of its own, not one of the workspace that the folder of temporary files may be in.
        let whole = |path: &str| if path == "Cargo.toml" { format!("{text}\n[workspace]\n") } else { text.clone() };
        match kind.split_once(',').map_or(kind.as_str(), |(_, what)| what).split_once('=') {
            Some(("file", path)) => scratch.write(path, &whole(path)),
            Some(("append", path)) => scratch.write(path, &(scratch.read(path) + &text)),
            None if kind == "console" => run(&scratch, &text),
            None if kind == "text" => {}
            _ => panic!("{page}: nothing is done with a block of `{kind}`"),
        }
    }
}

/// The anchor of a heading, as GitHub and mdBook make it.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    kept.chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

/// All pages: those of the book, and those beside the sources.
fn pages(folder: &Path, pages: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            self::pages(&path, pages);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
}

#[test]
fn links_lead_to_pages_and_headings_that_are_there() {
    let mut all =
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "ARCHITECTURE.md"].map(|page| workspace().join(page)).to_vec();
    pages(&workspace().join("docs"), &mut all);
    let mut broken = String::new();
    let mut count = 0;
    for page in &all {
        // What stands in a block of code is no link.
        let text = fs::read_to_string(page).unwrap();
        let prose: String = text.split("```").step_by(2).collect();
        for (_, after) in prose.split("](").zip(prose.split("](").skip(1)) {
            let link = after.split(')').next().unwrap_or_default();
            if link.contains("://") || link.contains(char::is_whitespace) {
                continue;
            }
            count += 1;
            let (path, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() { page.clone() } else { page.parent().unwrap().join(path) };
            let is_there = match (heading, fs::read_to_string(&target)) {
                ("", _) => target.exists(),
                (_, Err(_)) => false,
                (heading, Ok(text)) => {
                    text.contains(&format!("id=\"{heading}\""))
                        || text
                            .lines()
                            .any(|line| line.starts_with('#') && anchor(line.trim_start_matches('#')) == heading)
                }
            };
            if !is_there {
                writeln!(broken, "{}: {link}", page.display()).unwrap();
            }
        }
    }
    assert!(count > 50, "{count} links");
    assert!(broken.is_empty(), "{broken}");
}

#[test]
fn the_tutorial() {
    try_page("tutorial.md");
}

#[test]
fn a_vendors_workbook() {
    try_page("guides/workbook.md");
}

#[test]
fn a_serial_line() {
    try_page("guides/serial-line.md");
}

#[test]
fn mqtt() {
    try_page("guides/mqtt.md");
}

#[test]
fn without_an_operating_system() {
    try_page("guides/embedded.md");
}
