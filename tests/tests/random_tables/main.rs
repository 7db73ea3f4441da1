//! Whatever is accepted compiles without a warning and means what the table says: random tables of everything a table can
//! hold, under names from hell.
//!
//! The seeds are counted, so that a run can be repeated. `RANDOM_TABLES=5000 cargo test -p integration-tests --test
//! random_tables` makes so many of them; `RANDOM_TABLES_FROM=…` begins elsewhere. The list of exceptions is empty.

mod device;
mod exports;
mod facts;
mod files;
mod make;
mod random;
mod texts;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use integration_tests::scratch::{Scratch, dependency};
use modbus_bindgen::diagnostic::{Diagnostic, Place, Severity};
use modbus_bindgen::fix::fix;
use modbus_bindgen::model::{Limit, Role};
use modbus_bindgen::{emit, model};

use self::device::{Device, TABLES};
use self::facts::{Command, Fact, Raw};
use self::random::Random;

/// What is wrong with names: none, a keyword, a method, one name twice, a type that cannot be called so, too many
/// letters. All else a random table has to be free of.
const NAMES: [&str; 7] = ["E0613", "E0614", "E0615", "E0616", "E0617", "E0618", "E0632"];

/// Those of them that two registers have together.
const COLLISIONS: [&str; 1] = ["E0616"];

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).map_or(otherwise, |value| value.parse().unwrap())
}

/// The device without the rows whose names are refused, and the model of it; `None` where nothing is left.
fn accepted(mut device: Device, folder: &Path) -> Option<(Device, model::Device)> {
    while device.facts().next().is_some() {
        let manifest = files::write_plain(&device, folder);
        let loaded = modbus_bindgen::load(&folder.join("device.toml"));
        if let Some(model) = loaded.device {
            return Some((device, model));
        }
        let errors = loaded.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
        let said = loaded.diagnostics.to_string();
        let refused: BTreeSet<usize> = errors.filter_map(|error| refused(&device, error, folder, &said)).collect();
        assert!(!refused.is_empty(), "{}\n{manifest}", loaded.diagnostics);
        // From the last one on, so that the others stay where they are.
        for entry in refused.into_iter().rev() {
            device.entries.remove(entry);
        }
    }
    None
}

/// The rows whose name has to go, with what belongs to them.
fn refused(device: &Device, error: &Diagnostic, folder: &Path, said: &str) -> Option<usize> {
    let written = || {
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        files.filter_map(|file| std::fs::read_to_string(file).ok()).collect::<Vec<_>>().join("\n")
    };
    assert!(NAMES.contains(&error.code), "{}: only names are refused: {said}\n{}", device.name, written());
    assert!(!COLLISIONS.contains(&error.code) || error.places.len() > 1, "both cells are named: {error}");
    let place = error.places.last()?;
    let sheet = device.sheets.iter().position(|sheet| place.file() == format!("{}.csv", sheet.name))?;
    let row = usize::try_from(place.row()?).ok()?;
    // The header is row 1.
    let line = row.checked_sub(2).and_then(|index| device.lines(sheet).into_iter().nth(index));
    Some(line.unwrap_or_else(|| panic!("there is no row {row}: {error}")).entry)
}

/// The point that is about the same words.
fn of<'a>(model: &'a model::Device, device: &Device, fact: &Fact) -> &'a model::Point {
    let variants: BTreeSet<&str> = match device.selected() {
        Some(model) => [model].into(),
        None => fact.variants.iter().map(String::as_str).collect(),
    };
    let is_it = |point: &&model::Point| {
        TABLES[usize::from(fact.table)] == point.table.key()
            && point.words == fact.words
            && point.bit_range == fact.bits
            && point.unit_id == fact.unit
            && point.variants.iter().map(String::as_str).collect::<BTreeSet<_>>() == variants
            && point.access.reads() == fact.reads
            && point.access.writes() == fact.writes
    };
    model.points.iter().find(is_it).unwrap_or_else(|| {
        let near: Vec<_> =
            model.points.iter().filter(|point| point.words.iter().any(|word| fact.words.contains(word))).collect();
        panic!("{}: no point for {fact:#?} among {near:#?}", device.name)
    })
}

/// What the model says of a point besides its words and its value.
fn assert_stated(device: &Device, point: &model::Point, fact: &Fact) {
    let said = |what: &str, is: bool| assert!(is, "{}: {what} of {fact:#?} is another in {point:#?}", device.name);
    let is_text = matches!(fact.raw, Raw::Text | Raw::Bytes);
    said("order of bytes", is_text || point.byte_swapped == fact.byte_swapped);
    said("what is none", point.not_available == fact.not_available);
    let held = |limit: Option<Limit>| if let Some(Limit::Register(address)) = limit { Some(address) } else { None };
    let limits = point.limits.as_ref();
    let held = limits.map_or([None; 3], |limits| [limits.min, limits.max, limits.step].map(held));
    said("a register with a limit", held == fact.held);
    let visible = point.available_if.map(|of| (of.register, of.bit));
    said("visibility", visible == fact.visible && point.available_if.is_none_or(|of| of.table == point.table));
    said("default", point.default == fact.default);
    said("optional", point.optional == fact.optional);
    said("keep_alive_s", point.keep_alive_s == fact.keep_alive);
    said("read_side_effect", point.read_side_effect == fact.side_effect);
    said("scale register", point.scale_register == fact.scale_register);
    said("group", point.group == fact.group);
    let role = match fact.command {
        None => Role::Value,
        Some(Command::Trigger(trigger)) => Role::Command { trigger: Some(trigger.into()) },
        Some(Command::Parameter) => Role::Command { trigger: None },
    };
    said("role", point.role == role);
    if let Some(translated) = &fact.translated {
        let is_it = |(language, text): &(String, String)| language == "sv" && text == translated;
        said("translation", point.translations.iter().any(is_it));
    }
}

/// A model without where it was read.
fn without_sources(mut model: model::Device) -> model::Device {
    model.inputs.clear();
    model.types.iter_mut().for_each(|value_type| value_type.source = None);
    model.groups.iter_mut().for_each(|group| group.place = Place::default());
    // They come as the files do.
    model.groups.sort_by(|one, other| one.title.cmp(&other.title));
    for point in &mut model.points {
        point.sources.clear();
        point.named_at = None;
        point.limited_at.clear();
        // What is printed has another comma.
        point.corrections.clear();
    }
    model
}

/// The same tables in other files have the same model.
fn assert_same_elsewhere(device: &Device, model: &model::Device, random: &mut Random) {
    let folder = tempfile::tempdir().unwrap();
    let manifest = files::write_otherwise(device, folder.path(), random);
    let loaded = modbus_bindgen::load(&folder.path().join("device.toml"));
    let other = loaded.device.unwrap_or_else(|| panic!("{}: {}\n{manifest}", device.name, loaded.diagnostics));
    let (one, other) = (without_sources(model.clone()), without_sources(other));
    for (one, other) in one.points.iter().zip(&other.points) {
        assert_eq!(one, other, "{}\n{manifest}", device.name);
    }
    assert!(one == other, "{}: {one:#?} is {other:#?}\n{manifest}", device.name);
}

#[test]
fn random_tables_compile_and_mean_what_they_say() {
    let count = number("RANDOM_TABLES", 100);
    let from = number("RANDOM_TABLES_FROM", 1);
    // As many as one crate takes without using up the memory of a small machine.
    for batch in (from..from + count).collect::<Vec<_>>().chunks(500) {
        check(batch);
    }
}

fn check(seeds: &[u64]) {
    let folder = tempfile::tempdir().unwrap();
    let rest = format!(
        "[features]\nserde = [\"modbus-bindgen-runtime/serde\"]\n\n[dependencies]\n{}serde_json = \"1\"\ntokio = {{ version = \"1\", features = [\"io-util\", \"macros\", \"rt\"] }}\n\n[lints.rust]\nwarnings = \"deny\"\n",
        dependency("modbus-bindgen-runtime", "runtime", "\"simulator\"")
    );
    let scratch = Scratch::new("random_tables", "2024", &rest);
    let (mut modules, mut checks) = (String::new(), String::new());
    let mut points = 0;
    for seed in seeds {
        let Some((device, model)) = accepted(make::device(*seed), folder.path()) else { continue };
        points += model.points.len();
        let source = emit::rust::source(&model);
        scratch.write(&format!("src/d{seed}.rs"), &source);
        let mut random = Random::new(*seed);
        for fact in device.facts() {
            assert_stated(&device, of(&model, &device, fact), fact);
        }
        assert_eq!(model.points.len(), device.facts().count(), "{}: {:#?}", device.name, model.points);
        assert_same_elsewhere(&device, &model, &mut random);
        let rounds: Vec<_> = (0..6).map(|_| round(&device, &model, &mut random)).collect();
        scratch.write(&format!("src/d{seed}.json"), &serde_json::to_string(&rounds).unwrap());
        let _ = writeln!(modules, "/// The device of this seed.\npub mod d{seed};");
        let _ = writeln!(
            checks,
            "    values += check::device(&random_tables::d{seed}::DEVICE, include_str!(\"d{seed}.json\")).await;"
        );
    }
    eprintln!("{} tables from {:?} on with {points} points", seeds.len(), seeds.first());
    scratch.write("src/lib.rs", &format!("//! Random devices.\n#![deny(missing_docs)]\n\n{modules}"));
    scratch.write("src/check.rs", include_str!("check.rs"));
    scratch.write(
        "src/main.rs",
        &format!("//! Checks them.\n\nmod check;\n\n#[tokio::main(flavor = \"current_thread\")]\nasync fn main() {{\n    let mut values = check::Values::default();\n{checks}    eprintln!(\"{{values}}\");\n}}\n"),
    );
    let (_, said) = scratch.succeeds(&["run", "--quiet"], &[]);
    eprintln!("{said}");
}

/// The strictest lints and rustdoc, in the older edition, for some of them.
#[test]
fn random_tables_are_without_a_warning() {
    let count = number("RANDOM_TABLES", 100).div_ceil(5);
    let from = number("RANDOM_TABLES_FROM", 1);
    let folder = tempfile::tempdir().unwrap();
    let rest = format!("[dependencies]\n{}", dependency("modbus-bindgen-runtime", "runtime", ""));
    let scratch = Scratch::new("random_lints", "2021", &rest);
    let mut modules = String::new();
    for seed in from..from + count {
        let Some((_, model)) = accepted(make::device(seed), folder.path()) else { continue };
        scratch.write(&format!("src/d{seed}.rs"), &emit::rust::source(&model));
        let _ = writeln!(modules, "/// The device of this seed.\npub mod d{seed};");
    }
    scratch.write("src/lib.rs", &format!("//! Random devices.\n#![deny(missing_docs)]\n\n{modules}"));
    scratch.succeeds(&["clippy", "--quiet", "--", "-D", "warnings", "-W", "clippy::pedantic"], &[]);
    scratch.succeeds(&["doc", "--quiet", "--no-deps"], &[("RUSTDOCFLAGS", "-D warnings")]);
}

/// `check --fix` leaves the model of what is accepted as it is, whatever it writes, and writes nothing more the next time.
#[test]
fn fixing_what_is_accepted_changes_no_model() {
    let count = number("RANDOM_TABLES", 100);
    let from = number("RANDOM_TABLES_FROM", 1);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("device.toml");
    let mut changed = 0;
    for seed in from..from + count {
        let Some((_, model)) = accepted(make::device(seed), folder.path()) else { continue };
        let fixed = fix(&path, None).unwrap();
        if !fixed.is_changed() {
            continue;
        }
        changed += 1;
        std::fs::write(&path, &fixed.text).unwrap();
        let again = modbus_bindgen::load(&path).device.unwrap_or_else(|| panic!("{seed}: {}", fixed.text));
        assert!(without_sources(model) == without_sources(again), "{seed}: {}", fixed.text);
        assert!(!fix(&path, None).unwrap().is_changed(), "{seed}: {}", fixed.text);
    }
    eprintln!("{changed} of {count} manifests were changed");
}

/// Words of every register, what is read from them, and what can be written.
fn round(device: &Device, model: &model::Device, random: &mut Random) -> serde_json::Value {
    let image = device.image(random);
    let values: Vec<_> = device
        .facts()
        .map(|fact| {
            let (value, writes) = fact.expected(&image);
            let attempt = fact.attempt(&image, random).filter(|_| fact.writes);
            // Of another model something may be read there.
            let is_other = |other: &Fact| {
                other.table == fact.table
                    && other.unit == fact.unit
                    && other.reads
                    && other.words.iter().any(|word| fact.words.contains(word))
            };
            let apart = !fact.reads && device.facts().any(is_other);
            let (id, reads) = (&of(model, device, fact).id, fact.reads);
            serde_json::json!({ "id": id, "value": value, "writes": writes, "reads": reads, "attempt": attempt, "apart": apart })
        })
        .collect();
    let image: Vec<_> = image.iter().map(|((unit, table, address), word)| (unit, table, address, word)).collect();
    serde_json::json!({ "image": image, "values": values, "home": device.home })
}
