//! The examples of `docs/tables.md`: a manifest, a table and the points it gives.

#![expect(clippy::unwrap_used, reason = "a test that fails says so by panicking")]

use std::fmt::Write as _;
use std::path::Path;

use modbus_bindgen::model::{Access, Device, Kind, Point};

/// A manifest, a table and what they give.
#[derive(Default)]
struct Example {
    manifest: String,
    table: String,
    points: String,
}

/// The examples of a page: blocks of these three languages, one after the other.
fn examples(page: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut block: Option<&str> = None;
    for line in page.lines() {
        match (line.strip_prefix("```"), block) {
            (Some(language), None) => {
                block = Some(language);
                if language == "toml" {
                    examples.push(Example::default());
                }
            }
            (Some(_), Some(_)) => block = None,
            (None, Some(language)) => {
                let example = examples.last_mut().unwrap();
                let text = match language {
                    "toml" => &mut example.manifest,
                    "csv" => &mut example.table,
                    _ => &mut example.points,
                };
                let _ = writeln!(text, "{line}");
            }
            (None, None) => {}
        }
    }
    examples
}

/// A point as the page writes it.
fn shown(device: &Device, point: &Point) -> String {
    let mut text = match (point.address(), point.last_address()) {
        (first, last) if first == last => format!("{} {first}", point.table),
        (first, last) => format!("{} {first}-{last}", point.table),
    }
    .replace(" register", "");
    if let Some((low, high)) = point.bit_range {
        let _ = write!(text, " bits {low}-{high}");
    }
    let _ = write!(text, " {}", point.id);
    if point.access == Access::Read {
        text.push_str(", read");
    }
    if let Some(unit) = point.unit_id {
        let _ = write!(text, " at unit {unit}");
    }
    if !point.variants.is_empty() {
        let _ = write!(text, " in {}", point.variants.join(", "));
    }
    if let Kind::Enum(name) | Kind::Flags(name) = &point.kind {
        let labels = &device.value_type(name).unwrap().labels;
        let values: Vec<String> = labels.iter().map(|value| format!("{} {}", value.code, value.label)).collect();
        let _ = write!(text, ": {}", values.join(", "));
    }
    text
}

#[test]
fn the_tables_of_the_page_give_the_points_it_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/tables.md");
    let page = std::fs::read_to_string(path).unwrap().replace("\r\n", "\n");
    let mut differences = String::new();
    let examples = examples(&page);
    assert!(examples.len() >= 7, "the examples are found on the page");
    for example in examples {
        let folder = tempfile::tempdir().unwrap();
        let device = if example.manifest.contains("[device]") { "" } else { "[device]\nname = \"Example\"\n\n" };
        let manifest = format!("format = 1\n\n{device}{}", example.manifest);
        std::fs::write(folder.path().join("device.toml"), manifest).unwrap();
        std::fs::write(folder.path().join("registers.csv"), &example.table).unwrap();
        let loaded = modbus_bindgen::load(&folder.path().join("device.toml"));
        let found = match &loaded.device {
            Some(device) => device.points.iter().map(|point| shown(device, point) + "\n").collect(),
            None => loaded.diagnostics.to_string(),
        };
        if found != example.points {
            let _ = writeln!(differences, "{}gives\n{found}and not\n{}", example.table, example.points);
        }
    }
    assert!(differences.is_empty(), "\n{differences}");
}
