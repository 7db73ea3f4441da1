//! The JSON Schema of manifests is what manifests are, and what `docs/manifest.md` says of their keys is made from it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use integration_tests::scratch::workspace;
use jsonschema::Validator;
use serde_json::{Map, Value, json};

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn schema() -> Value {
    serde_json::from_str(&text(&workspace().join("docs/manifest.schema.json"))).unwrap()
}

fn validator() -> Validator {
    let schema = schema();
    jsonschema::meta::validate(&schema).unwrap_or_else(|error| panic!("the schema itself: {error}"));
    jsonschema::validator_for(&schema).unwrap()
}

/// A manifest as the schema sees it.
fn manifest(text: &str) -> Value {
    let table: toml::Table = text.parse().unwrap_or_else(|error| panic!("{error}\n{text}"));
    serde_json::to_value(table).unwrap()
}

fn errors(schema: &Validator, manifest: &Value) -> Vec<String> {
    schema.iter_errors(manifest).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// The manifests of the repository that are right.
fn manifests() -> Vec<PathBuf> {
    let files = |folder: &str| {
        let folder = workspace().join(folder);
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.collect::<Vec<PathBuf>>()
    };
    let is_good = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("good"));
    let folders = files("register-specs").into_iter().chain(files("codegen/tests/cases").into_iter().filter(is_good));
    let tables = files("codegen/tests/sample-tables");
    folders.map(|folder| folder.join("device.toml")).chain(tables).filter(|path| path.is_file()).collect()
}

#[test]
fn every_manifest_of_the_repository_fits() {
    let schema = validator();
    let manifests = manifests();
    assert!(manifests.len() > 60, "{}", manifests.len());
    let mut failures = String::new();
    for path in manifests {
        for error in errors(&schema, &manifest(&text(&path))) {
            writeln!(failures, "{}: {error}", path.display()).unwrap();
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn what_is_no_manifest_is_refused() {
    let schema = validator();
    let good = manifest("[device]\nname = \"Pump\"\n[[sheet]]\nfile = \"registers.csv\"\ntable = \"coil\"\n");
    assert_eq!(errors(&schema, &good), Vec::<String>::new());
    for (place, value) in [
        ("/devices", json!({})),
        ("/device/nmae", json!("Pump")),
        ("/device/order", json!("ACBD")),
        ("/sheet/0/table", json!("holding")),
        ("/sheet/0/header", json!("3")),
        ("/columns", json!({ "adress": "Register" })),
        ("/rule", json!([{ "set": { "scale": 10 }, "reason": "Why." }])),
        ("/row", json!([{ "file": "registers.csv", "expect": {}, "reason": "Why." }])),
    ] {
        let mut wrong = good.clone();
        let (parent, key) = place.rsplit_once('/').unwrap();
        let parent = wrong.pointer_mut(parent).and_then(Value::as_object_mut).unwrap();
        parent.insert(key.to_owned(), value);
        assert!(!schema.is_valid(&wrong), "{place}");
    }
}

/// A value that the schema takes for a key.
fn sample(schema: &Value) -> String {
    let first = |of: &str| schema[of].get(0);
    if let Some(word) = first("enum") {
        return word.to_string();
    }
    if let Some(any) = first("anyOf") {
        return sample(any);
    }
    match schema["pattern"].as_str() {
        Some(pattern) if pattern.contains("holding") => return "\"holding 0\"".to_owned(),
        Some(pattern) if pattern.contains("WN") => return "\"W0622\"".to_owned(),
        Some(_) => return "\"A1\"".to_owned(),
        None => {}
    }
    let kind = first("type").unwrap_or(&schema["type"]);
    match kind.as_str() {
        Some("boolean") => "true".to_owned(),
        Some("integer" | "number") => schema["minimum"].as_i64().unwrap_or(1).to_string(),
        Some("array") => format!("[{}]", sample(&schema["items"])),
        Some("object") => "{}".to_owned(),
        _ => "\"x\"".to_owned(),
    }
}

/// Every key of the schema is one that is read: an editor would complete it, and `check` refuse it.
#[test]
fn every_key_is_known() {
    let schema = schema();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("device.toml");
    std::fs::write(folder.path().join("registers.csv"), "Address,Name\n0,Flow\n").unwrap();
    let definitions = &schema["definitions"];
    let properties = &schema["properties"];
    let mut checked = 0;
    for (head, of) in [
        ("[device]", &properties["device"]),
        ("[link]", &properties["link"]),
        ("[link.rtu]", &properties["link"]["properties"]["rtu"]),
        ("[columns]", &definitions["columns"]),
        ("[[sheet]]", &definitions["sheet"]),
        ("[rule.set]", &definitions["set"]),
        ("[[rule]]", &properties["rule"]["items"]),
        ("[[row]]", &properties["row"]["items"]),
        ("[[cell]]", &properties["cell"]["items"]),
        ("[[note]]", &properties["note"]["items"]),
        ("[[allow]]", &properties["allow"]["items"]),
        ("[[severity]]", &properties["severity"]["items"]),
        ("[key]", &properties["key"]),
        ("[values]", &properties["values"]),
        ("[pairs]", &properties["pairs"]),
        ("[[array]]", &properties["array"]["items"]),
    ] {
        let keys: &Map<String, Value> = of["properties"].as_object().unwrap();
        // All of them at once: some are looked for beside others only.
        let head = if head == "[rule.set]" { "[[rule]]\n[rule.set]" } else { head };
        let mut manifest = format!("{head}\n");
        for (key, value) in keys.iter().filter(|(_, value)| value.get("$ref").is_none()) {
            writeln!(manifest, "{key} = {}", sample(value)).unwrap();
            checked += 1;
        }
        std::fs::write(&path, manifest).unwrap();
        let loaded = modbus_bindgen::load(&path);
        let said: Vec<_> = loaded.diagnostics.iter().filter(|one| one.code == "E0204").collect();
        assert!(said.is_empty(), "{head}: {said:?}");
        std::fs::write(&path, format!("{head}\nzzz = 1\n")).unwrap();
        let loaded = modbus_bindgen::load(&path);
        let mut unknown = loaded.diagnostics.iter().filter(|one| one.code == "E0204");
        assert!(unknown.any(|one| one.message.to_string().contains("`zzz`")), "{head}");
    }
    assert!(checked > 120, "{checked}");
}

/// The table of the keys of a section, as the page shows it.
fn table(of: &Value) -> String {
    let mut rows: Vec<(Vec<String>, &str)> = Vec::new();
    for key in of["x-order"].as_array().unwrap() {
        let key = key.as_str().unwrap();
        let text = of["properties"][key]["description"].as_str().unwrap();
        match rows.last_mut().filter(|(_, known)| *known == text) {
            Some((keys, _)) => keys.push(format!("`{key}`")),
            None => rows.push((vec![format!("`{key}`")], text)),
        }
    }
    rows.into_iter().fold("| key | meaning |\n|---|---|\n".to_owned(), |text, (keys, meaning)| {
        text + &format!("| {} | {} |\n", keys.join(", "), meaning.replace('|', "\\|"))
    })
}

/// `ACCEPT=1` writes the tables of the page anew.
#[test]
fn the_page_is_made_from_it() {
    let schema = schema();
    let path = workspace().join("docs/manifest.md");
    let page = text(&path).replace("\r\n", "\n");
    let mut made = page.clone();
    for (name, of) in [
        ("device", &schema["properties"]["device"]),
        ("link", &schema["properties"]["link"]),
        ("columns", &schema["definitions"]["columns"]),
        ("sheet", &schema["definitions"]["sheet"]),
        ("set", &schema["definitions"]["set"]),
    ] {
        let keys: Vec<&String> = of["properties"].as_object().unwrap().keys().collect();
        assert_eq!(of["x-order"].as_array().unwrap().len(), keys.len(), "{name}: every key has a place in the order");
        let begin = format!("<!-- keys: {name} -->\n");
        let start = made.find(&begin).unwrap_or_else(|| panic!("{begin}")) + begin.len();
        let end = start + made[start..].find("<!-- end -->").unwrap();
        made.replace_range(start..end, &table(of));
    }
    if std::env::var_os("ACCEPT").is_some() {
        std::fs::write(&path, made).unwrap();
        return;
    }
    assert!(page == made, "docs/manifest.md is not what docs/manifest.schema.json says; ACCEPT=1 writes it");
}
