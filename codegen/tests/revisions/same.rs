//! What is no change.

use std::fs;
use std::path::Path;

use modbus_bindgen::diff::{Revision, diff};
use modbus_bindgen::{emit, read_json};

use crate::copies::{Copy, compared, lines, specs};

const DEVICES: [&str; 3] = ["thermia-genesis", "ctc-bms", "alpha-balance-switch"];
/// Beside the devices of the repository.
const VECTORS: &str = "../tests/fixtures/vectors/modbus.toml";
const NOTHING: [String; 0] = [];

/// Files of the repository's tables with rows in any order.
const TABLES: [(&str, &str); 4] = [
    ("ctc-bms", "registers.csv"),
    ("thermia-genesis", "3.3 Read Analog.csv"),
    ("thermia-genesis", "3.4 Read-Write Analog.csv"),
    ("alpha-balance-switch", "details.csv"),
];

#[test]
fn a_device_and_itself() {
    for device in DEVICES {
        let manifest = specs().join(device).join("device.toml");
        let (one, other) = (modbus_bindgen::load(&manifest), modbus_bindgen::load(&manifest));
        assert_eq!(lines(&compared(&one, &other)), NOTHING, "{device}");
    }
}

#[test]
fn a_device_and_its_exported_model() {
    // The last one has every raw type, order and encoding.
    for device in DEVICES.into_iter().chain([VECTORS]) {
        let manifest = if device == VECTORS { specs().join(VECTORS) } else { specs().join(device).join("device.toml") };
        let loaded = modbus_bindgen::load(&manifest);
        let text = emit::json::json(loaded.device.as_ref().unwrap());
        let read = read_json::device(&text).unwrap_or_else(|why| panic!("{device}: {why}"));
        for (old, new) in [(loaded.device.as_ref().unwrap(), &read), (&read, loaded.device.as_ref().unwrap())] {
            assert_eq!(lines(&diff(Revision::of(old), Revision::of(new))), NOTHING, "{device}");
        }
        assert_eq!(emit::json::json(&read), text, "{device}: the model that was read is exported as it was");
    }
}

#[test]
fn a_workbook_and_text_files() {
    let workbook = modbus_bindgen::load(&specs().join("thermia-genesis/device.toml"));
    assert_eq!(lines(&compared(&workbook, &Copy::of("thermia-genesis").load())), NOTHING);
}

/// The records of a file after its header; a record may have line breaks in quoted cells.
fn records(text: &str) -> (String, Vec<String>) {
    let mut records: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.split_inclusive('\n') {
        match records.last_mut().filter(|_| open) {
            Some(record) => record.push_str(line),
            None => records.push(line.to_owned()),
        }
        open ^= line.matches('"').count() % 2 == 1;
    }
    let header = records.remove(0);
    (header, records)
}

#[test]
fn rows_in_another_order() {
    for (device, file) in TABLES {
        let (old, new) = (Copy::of(device), Copy::of(device));
        new.change(file, |text| {
            // What stands above the header stays above it.
            let (head, rest) = match text.find("\n\"Address") {
                Some(at) => text.split_at(at + 1),
                None => ("", text),
            };
            let (header, mut rows) = records(rest);
            rows.reverse();
            let third = rows.len() / 3;
            rows.rotate_left(third);
            let rows: Vec<String> = rows.iter().map(|row| format!("{}\n", row.trim_end_matches('\n'))).collect();
            format!("{head}{header}{}", rows.concat())
        });
        assert_eq!(lines(&compared(&old.load(), &new.load())), NOTHING, "{device}/{file}");
    }
}

#[test]
fn one_more_column() {
    for (device, file, separator) in [("ctc-bms", "registers.csv", ';'), ("alpha-balance-switch", "registers.csv", ',')]
    {
        let (old, new) = (Copy::of(device), Copy::of(device));
        new.change(file, |text| {
            let (header, rows) = records(text);
            let rows: Vec<String> = rows.iter().map(|row| format!("x{separator}{row}")).collect();
            format!("Remark{separator}{header}{}", rows.concat())
        });
        assert_eq!(lines(&compared(&old.load(), &new.load())), NOTHING, "{device}/{file}");
    }
}

#[test]
fn another_name_of_a_sheet() {
    let (old, new) = (Copy::of("thermia-genesis"), Copy::of("thermia-genesis"));
    fs::rename(new.path("3.3 Read Analog.csv"), new.path("Input.csv")).unwrap();
    new.edit("device.toml", "file = \"3.3 Read Analog.csv\"", "file = \"Input.csv\"");
    assert_eq!(lines(&compared(&old.load(), &new.load())), NOTHING);
}

#[test]
fn another_notation_of_types() {
    let (old, new) = (Copy::of("alpha-balance-switch"), Copy::of("alpha-balance-switch"));
    new.change("details.csv", |text| text.replace(",u16,", ",UINT16,").replace(",i16,", ",Signed 16-bit,"));
    assert_eq!(lines(&compared(&old.load(), &new.load())), NOTHING);
}

#[test]
fn soft_hyphens() {
    let (old, new) = (Copy::of("ctc-bms"), Copy::of("ctc-bms"));
    new.edit("registers.csv", ";Maximum time hot water;", ";Maxi\u{ad}mum time hot\u{a0}wa\u{ad}ter;");
    assert_eq!(lines(&compared(&old.load(), &new.load())), NOTHING);
}

#[test]
fn the_sample_tables_and_themselves() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/sample-tables");
    let manifests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sample-tables");
    for entry in fs::read_dir(manifests).unwrap().map(|entry| entry.unwrap().path()) {
        let text = fs::read_to_string(&entry).unwrap();
        let named = text.lines().find_map(|line| line.strip_prefix("file = \"")?.strip_suffix('"')).unwrap();
        let file = named.rsplit('/').next().unwrap();
        let text = text.replace(named, file);
        if !samples.join(file).exists() {
            eprintln!("{file} is not there; nothing was tested");
            continue;
        }
        let load = || {
            let folder = tempfile::tempdir().unwrap();
            fs::copy(samples.join(file), folder.path().join(file)).unwrap();
            fs::write(folder.path().join("device.toml"), &text).unwrap();
            modbus_bindgen::load(&folder.path().join("device.toml"))
        };
        let (one, other) = (load(), load());
        // The tests of the sample tables say what is wrong with one that does not load.
        if one.device.is_none() {
            eprintln!("{file} does not load");
            continue;
        }
        assert_eq!(lines(&compared(&one, &other)), NOTHING, "{}", entry.display());
        let model = emit::json::json(one.device.as_ref().unwrap());
        let read = read_json::device(&model).unwrap_or_else(|why| panic!("{}: {why}", entry.display()));
        assert_eq!(lines(&diff(Revision::of(one.device.as_ref().unwrap()), Revision::of(&read))), NOTHING);
        assert!(emit::json::json(&read) == model, "{}: the model that was read is exported as it was", entry.display());
    }
}
