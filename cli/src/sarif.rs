//! Diagnostics as SARIF 2.1.0, which code hosts show next to the changed lines and editors list.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use modbus_bindgen::Loaded;
use modbus_bindgen::diagnostic::{Diagnostic, Place, Severity, explain, inert_json};
use serde_json::{Value, json};

/// One run with all diagnostics of all manifests.
pub(crate) fn log(reports: &[(&PathBuf, Loaded)]) -> String {
    let diagnostics: Vec<Diagnostic> = reports
        .iter()
        .flat_map(|(manifest, loaded)| loaded.diagnostics.beside(manifest).iter().cloned().collect::<Vec<_>>())
        .collect();
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    for diagnostic in &diagnostics {
        rules.insert(diagnostic.code, 0);
    }
    rules.values_mut().enumerate().for_each(|(index, rule)| *rule = index);
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "modbus-bindgen",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules.keys().map(|code| rule(code)).collect::<Vec<_>>(),
            } },
            // Columns of this program count characters.
            "columnKind": "unicodeCodePoints",
            "results": diagnostics.iter().map(|diagnostic| result(diagnostic, &rules)).collect::<Vec<_>>(),
        }],
    });
    format!("{}\n", inert_json(&format!("{log:#}")))
}

fn rule(code: &str) -> Value {
    let level = match code.chars().next() {
        Some('E') => "error",
        Some('W') => "warning",
        _ => "note",
    };
    let mut rule = json!({ "id": code, "defaultConfiguration": { "level": level } });
    if let (Some(explanation), Some(rule)) = (explain::explain(code), rule.as_object_mut()) {
        rule.insert("shortDescription".to_owned(), json!({ "text": explanation.title }));
        rule.insert("help".to_owned(), json!({ "text": explanation.text, "markdown": explanation.text }));
    }
    rule
}

fn result(diagnostic: &Diagnostic, rules: &BTreeMap<&str, usize>) -> Value {
    let mut text = diagnostic.message.to_string();
    // Writing to a string cannot fail.
    if let Some(found) = diagnostic.places.first().and_then(|place| place.found.as_ref()) {
        let _ = write!(text, "; found: {}", if found.is_empty() { "nothing" } else { found });
    }
    if let Some(expected) = &diagnostic.expected {
        let _ = write!(text, "; expected: {expected}");
    }
    if let Some(help) = &diagnostic.help {
        let _ = write!(text, "; help: {help}");
    }
    if !diagnostic.manifest.is_empty() {
        let _ = write!(text, "; in the manifest:\n{}", diagnostic.manifest);
    }
    let mut result = json!({
        "ruleId": diagnostic.code,
        "level": match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        "message": { "text": text },
        "locations": diagnostic.places.first().map(location).into_iter().collect::<Vec<_>>(),
    });
    if let Some(result) = result.as_object_mut() {
        if let Some(index) = rules.get(diagnostic.code) {
            result.insert("ruleIndex".to_owned(), json!(index));
        }
        let related: Vec<Value> = diagnostic.places.iter().skip(1).map(location).collect();
        if !related.is_empty() {
            result.insert("relatedLocations".to_owned(), json!(related));
        }
    }
    result
}

/// A place: line and column in a text, or the name of a cell in a workbook.
fn location(place: &Place) -> Value {
    let mut physical = json!({ "artifactLocation": { "uri": uri(place.file()) } });
    if let (Some(span), Some(physical)) = (place.span, physical.as_object_mut()) {
        physical.insert(
            "region".to_owned(),
            json!({
                "startLine": span.line,
                "startColumn": span.column,
                "endColumn": span.column.saturating_add(span.length),
            }),
        );
    }
    let mut location = json!({ "physicalLocation": physical });
    let cell = match (place.sheet(), place.cell()) {
        (Some(sheet), Some(cell)) => Some((format!("{sheet}!{cell}"), "cell")),
        (Some(sheet), None) => Some((sheet.to_owned(), "sheet")),
        (None, Some(cell)) if cell.starts_with(|c: char| c.is_ascii_alphabetic()) => Some((cell, "cell")),
        (None, _) => None,
    };
    if let (Some((name, kind)), Some(location)) = (cell, location.as_object_mut()) {
        location.insert("logicalLocations".to_owned(), json!([{ "fullyQualifiedName": name, "kind": kind }]));
    }
    location
}

/// A path as a relative URI; an absolute path as a `file:` URI.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let (begin, drive) = match path.as_bytes() {
        [b'/', ..] => ("file://", false),
        [_, b':', b'/', ..] => ("file:///", true),
        _ => ("", false),
    };
    let mut uri = begin.to_owned();
    for (index, byte) in path.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            b':' if drive && index == 1 => uri.push(':'),
            other => {
                let _ = write!(uri, "%{other:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_are_uris() {
        assert_eq!(uri("pumps/Register List (v2).xlsx"), "pumps/Register%20List%20%28v2%29.xlsx");
        assert_eq!(uri("/srv/ä.csv"), "file:///srv/%C3%A4.csv");
        assert_eq!(uri("C:\\pumps\\a.csv"), "file:///C:/pumps/a.csv");
        assert_eq!(uri("a:b.csv"), "a%3Ab.csv");
        assert_eq!(uri("100%.csv"), "100%25.csv");
    }
}
