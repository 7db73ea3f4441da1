//! `generate --crate`: a complete package that builds as it is.

use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use modbus_bindgen::diagnostic::{inert, toml_string};
use modbus_bindgen::emit;
use modbus_bindgen::emit::rust::Parts;
use modbus_bindgen::model::Device;
use toml_edit::{DocumentMut, TableLike};

use crate::failure::Failure;
use crate::output::{File, MARK};

/// The files of the package. `Cargo.toml` is written once and then belongs to the user: later only missing entries are
/// added. The example goes into a new package, and is generated again as long as it exists.
pub(crate) fn files(
    device: &Device,
    parts: Parts,
    folder: &Path,
    runtime: Option<&Path>,
) -> Result<Vec<File>, Failure> {
    let path = folder.join("Cargo.toml");
    let source = runtime.map(Path::to_path_buf).or_else(runtime_of_checkout);
    let dependency = Dependency { path: source.map(|path| from_folder(folder, &path)).transpose()?, parts };
    let old = match fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(Failure::Message(format!("{} cannot be read: {error}", path.display()))),
    };
    let manifest = match &old {
        Some(text) => completed(text, &dependency, runtime.is_some())
            .map_err(|error| Failure::Message(format!("{} cannot be read: {error}", path.display())))?,
        None => cargo_manifest(device, &dependency),
    };
    let name = name_in(&manifest).unwrap_or_else(|| package_name(&device.name));
    let mut files = vec![
        File { path, contents: manifest },
        File { path: folder.join("README.md"), contents: readme(&name, device, parts) },
        File { path: folder.join("rustfmt.toml"), contents: unformatted() },
        File { path: folder.join("src").join("lib.rs"), contents: library(device, parts) },
    ];
    let example = folder.join("examples").join("read_all.rs");
    if parts == Parts::All && (old.is_none() || example.exists()) {
        files.push(File { path: example, contents: example_of(&name, device) });
    }
    Ok(files)
}

/// Without this, `cargo fmt` would change the files, and `--check` would fail.
fn unformatted() -> String {
    format!("# {MARK} {}. Do not edit; generate again.\n\ndisable_all_formatting = true\n", env!("CARGO_PKG_VERSION"))
}

/// `thermia-genesis`: letters, digits and dashes, starting with a letter, as cargo requires.
fn package_name(device: &str) -> String {
    let plain: String =
        device.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }).collect();
    let name = plain.split_whitespace().collect::<Vec<_>>().join("-");
    if name.starts_with(|first: char| first.is_ascii_alphabetic()) { name } else { format!("device-{name}") }
}

/// The runtime next to the sources this program was built from: packages use it until it is on crates.io. A program
/// that was installed from crates.io has no such folder.
fn runtime_of_checkout() -> Option<PathBuf> {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?.join("runtime");
    runtime.join("Cargo.toml").is_file().then_some(runtime)
}

/// Where the package finds the runtime: at a path relative to the package, or on crates.io.
struct Dependency {
    path: Option<String>,
    parts: Parts,
}

impl Dependency {
    /// As a value in `Cargo.toml`.
    fn value(&self) -> String {
        let no_std = if self.parts == Parts::Points { ", default-features = false" } else { "" };
        match (&self.path, self.parts) {
            (Some(path), _) => format!("{{ path = {}{no_std} }}", toml_string(path)),
            (None, Parts::All) => format!("\"{}\"", env!("CARGO_PKG_VERSION")),
            (None, Parts::Points) => format!("{{ version = \"{}\"{no_std} }}", env!("CARGO_PKG_VERSION")),
        }
    }

    /// Features of the package, each with what it needs.
    fn features(&self) -> &'static [(&'static str, &'static str)] {
        let all = &[("serde", "modbus-bindgen-runtime/serde"), ("simulator", "modbus-bindgen-runtime/simulator")];
        match self.parts {
            Parts::All => all,
            Parts::Points => &all[..1],
        }
    }
}

const RUNTIME: &str = "modbus-bindgen-runtime";
const TOKIO: &str = "{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }";

/// A new `Cargo.toml`.
fn cargo_manifest(device: &Device, dependency: &Dependency) -> String {
    let features: Vec<String> =
        dependency.features().iter().map(|(name, needs)| format!("{name} = [\"{needs}\"]")).collect();
    let features = features.join("\n");
    let example = match dependency.parts {
        Parts::All => format!(
            "\n[dev-dependencies]\ntokio = {TOKIO}\n\n[[example]]\nname = \"read_all\"\nrequired-features = [\"simulator\"]\n"
        ),
        Parts::Points => String::new(),
    };
    let why = match &dependency.path {
        Some(_) => {
            "# A path, since the runtime is not taken from crates.io. To publish, write a version in its place.\n"
        }
        None => "",
    };
    format!(
        "# Written once by modbus-bindgen {version} for {device}, and yours to edit.
# `modbus-bindgen generate --crate` adds what is missing and changes nothing else.

[package]
name = \"{name}\"
description = {description}
version = \"0.1.0\"
edition = \"2024\"
rust-version = \"1.88\"
publish = false

[features]
{features}

[dependencies]
{why}{RUNTIME} = {runtime}
{example}",
        version = env!("CARGO_PKG_VERSION"),
        device = one_line(&device.name),
        name = package_name(&device.name),
        description = toml_string(&format!("Registers of {}", one_line(&device.name))),
        runtime = dependency.value(),
    )
}

/// An existing `Cargo.toml`, completed with the features and the dependency that the generated code needs. An explicit
/// path replaces the source of the dependency.
fn completed(text: &str, dependency: &Dependency, is_asked_for: bool) -> Result<String, String> {
    let mut manifest: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| error.to_string())?;
    let features = table(&mut manifest, "features")?;
    for (name, needs) in dependency.features() {
        if !features.contains_key(name) {
            features.insert(name, toml_edit::value(toml_edit::Array::from_iter([*needs])));
        }
    }
    let value: toml_edit::Value =
        dependency.value().parse().map_err(|error: toml_edit::TomlError| error.to_string())?;
    let dependencies = table(&mut manifest, "dependencies")?;
    match (dependencies.get_mut(RUNTIME), &dependency.path) {
        (None, _) => {
            dependencies.insert(RUNTIME, toml_edit::value(value));
        }
        (Some(there), Some(path)) if is_asked_for => match there.as_table_like_mut() {
            Some(there) => {
                there.remove("version");
                there.insert("path", toml_edit::value(path));
            }
            None => *there = toml_edit::value(value),
        },
        (Some(_), _) => {}
    }
    Ok(manifest.to_string())
}

/// A table of `Cargo.toml`, created if it is missing.
fn table<'a>(manifest: &'a mut DocumentMut, name: &str) -> Result<&'a mut dyn TableLike, String> {
    let table = manifest.entry(name).or_insert_with(toml_edit::table);
    table.as_table_like_mut().ok_or_else(|| format!("`{name}` is not a table"))
}

/// The package's name in a `Cargo.toml`.
fn name_in(manifest: &str) -> Option<String> {
    let manifest: DocumentMut = manifest.parse().ok()?;
    Some(manifest.get("package")?.get("name")?.as_str()?.to_owned())
}

/// The generated file with a page for the crate, after the line that says what it was generated from.
fn library(device: &Device, parts: Parts) -> String {
    let source = emit::rust::source_of(device, parts);
    let (header, items) = source.split_once("\n\n").unwrap_or(("", &source));
    let no_std = if parts == Parts::Points { "#![no_std]\n\n" } else { "" };
    format!("{header}\n\n//! {}\n\n{no_std}{items}", about(device))
}

fn about(device: &Device) -> String {
    format!("Typed access to the Modbus registers of {}.", escaped(&one_line(&device.name)))
}

fn readme(name: &str, device: &Device, parts: Parts) -> String {
    let (what, simulator) = match parts {
        Parts::Points => ("enums", ""),
        Parts::All => (
            "readings",
            "; with `simulator` the device can be simulated: `cargo run --example read_all --features simulator`",
        ),
    };
    format!(
        "<!-- {MARK} {version}. Do not edit; generate again. -->

# {name}

{about} With the feature `serde`, {what} serialise{simulator}.
",
        version = env!("CARGO_PKG_VERSION"),
        about = about(device),
    )
}

/// A path as the package in `folder` writes it.
fn from_folder(folder: &Path, path: &Path) -> Result<String, Failure> {
    let path = if path.is_absolute() { path.to_path_buf() } else { relative(folder, path)? };
    let Some(path) = path.to_str() else {
        return Err(Failure::Message(format!("{} is not valid UTF-8, so Cargo.toml cannot name it", path.display())));
    };
    Ok(path.replace('\\', "/"))
}

/// The relative path from a folder, which need not exist yet, to a path.
fn relative(folder: &Path, path: &Path) -> Result<PathBuf, Failure> {
    let from = resolved(folder)?;
    let to = resolved(path)?;
    let from: Vec<Component<'_>> = from.components().collect();
    let to: Vec<Component<'_>> = to.components().collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.iter().skip(shared).map(|_| Component::ParentDir);
    Ok(up.chain(to.iter().skip(shared).copied()).collect())
}

/// An absolute path without `..`. Links are resolved first, because `..` after a link leads out of the link's target.
fn resolved(path: &Path) -> Result<PathBuf, Failure> {
    let absolute = std::path::absolute(path)
        .map_err(|error| Failure::Message(format!("{} is not a path: {error}", path.display())))?;
    let mut plain = PathBuf::new();
    for part in absolute.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
        if let Ok(there) = fs::canonicalize(&plain) {
            plain = there;
        }
    }
    Ok(plain)
}

fn one_line(text: &str) -> String {
    inert(&text.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}

/// `examples/read_all.rs`: every value, of a simulated device or of a real one.
fn example_of(package: &str, device: &Device) -> String {
    let module = package.replace('-', "_");
    let handle = &device.type_name;
    format!(
        "// {MARK} {version}. Do not edit; generate again.

//! Reads every value of a simulated device: `cargo run --example read_all --features simulator`. Append
//! `-- HOST[:PORT] [UNIT]` to read a real one.

use modbus_bindgen_runtime::{{Bus, Simulator}};
use {module}::{{DEVICE, {handle}}};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {{
    let mut arguments = std::env::args().skip(1);
    let simulator = Simulator::of::<{handle}>();
    let bus = match arguments.next() {{
        Some(address) => Bus::tcp(address).await?,
        None => simulator.bus(),
    }};
    let unit = match arguments.next() {{
        Some(unit) => unit.parse()?,
        None => DEVICE.link.unit_id,
    }};
    let snapshot = {handle}::new(bus.unit(unit)).read_all().snapshot().await?;
    for point in snapshot.points() {{
        match (snapshot.value(point), snapshot.absence(point)) {{
            (Some(value), _) => println!(\"{{}}: {{value}} {{}}\", point.label(), point.unit()),
            (None, Some(absence)) => println!(\"{{}}: ({{absence}})\", point.label()),
            (None, None) => {{}}
        }}
    }}
    bus.close().await;
    Ok(())
}}
",
        version = env!("CARGO_PKG_VERSION"),
    )
}

/// Markdown and HTML as plain text.
fn escaped(text: &str) -> String {
    text.chars().flat_map(|c| c.is_ascii_punctuation().then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_takes_the_name() {
        for (device, name) in [
            ("Thermia Genesis", "thermia-genesis"),
            ("CTC BMS (rev. 2)", "ctc-bms-rev-2"),
            ("3-phase meter", "device-3-phase-meter"),
            ("Ä", "device-"),
        ] {
            assert_eq!(package_name(device), name);
        }
    }

    #[test]
    fn the_runtime_is_found_from_the_package() {
        assert_eq!(relative(Path::new("out/pump"), Path::new("runtime")).unwrap(), Path::new("../../runtime"));
        assert_eq!(relative(Path::new("."), Path::new("runtime")).unwrap(), Path::new("runtime"));
        assert_eq!(relative(Path::new("../x"), Path::new("../x/runtime")).unwrap(), Path::new("runtime"));
    }
}
