//! `generate --crate`: a whole package that builds as it is.

use std::fs;
use std::path::{Component, Path, PathBuf};

use modbus_bindgen::diagnostic::{inert, toml_string};
use modbus_bindgen::emit;
use modbus_bindgen::emit::rust::Parts;
use modbus_bindgen::model::Device;

use crate::failure::Failure;
use crate::output::{File, MARK};

/// The files of the package.
pub(crate) fn files(
    device: &Device,
    parts: Parts,
    folder: &Path,
    runtime: Option<&Path>,
) -> Result<Vec<File>, Failure> {
    let name = package_name(&device.name);
    let manifest = cargo_manifest(&name, device, &dependency(folder, runtime, parts)?);
    let files = vec![
        File { path: folder.join("Cargo.toml"), contents: manifest },
        File { path: folder.join("README.md"), contents: readme(&name, device, parts) },
        File { path: folder.join("rustfmt.toml"), contents: unformatted() },
        File { path: folder.join("src").join("lib.rs"), contents: library(device, parts) },
    ];
    Ok(files)
}

/// What `cargo fmt` changed, `--check` would find to differ.
fn unformatted() -> String {
    format!("# {MARK} {}. Do not edit; generate again.\n\ndisable_all_formatting = true\n", env!("CARGO_PKG_VERSION"))
}

/// `thermia-genesis`; cargo takes letters, digits and dashes, and a letter first.
fn package_name(device: &str) -> String {
    let plain: String =
        device.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }).collect();
    let name = plain.split_whitespace().collect::<Vec<_>>().join("-");
    if name.starts_with(|first: char| first.is_ascii_alphabetic()) { name } else { format!("device-{name}") }
}

fn cargo_manifest(name: &str, device: &Device, dependency: &str) -> String {
    format!(
        "# {MARK} {version} for {device}. Do not edit; generate again.

[package]
name = \"{name}\"
description = {description}
version = \"0.1.0\"
edition = \"2024\"
rust-version = \"1.88\"
publish = false

[features]
serde = [\"modbus-bindgen-runtime/serde\"]

[dependencies]
modbus-bindgen-runtime = {dependency}
",
        version = env!("CARGO_PKG_VERSION"),
        device = one_line(&device.name),
        description = toml_string(&format!("Registers of {}", one_line(&device.name))),
    )
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
    let what = if parts == Parts::Points { "enums" } else { "readings" };
    format!(
        "<!-- {MARK} {version}. Do not edit; generate again. -->

# {name}

{about} With the feature `serde`, {what} serialise.
",
        version = env!("CARGO_PKG_VERSION"),
        about = about(device),
    )
}

/// The dependency on the runtime: a version, or a path as seen from the package.
fn dependency(folder: &Path, runtime: Option<&Path>, parts: Parts) -> Result<String, Failure> {
    let no_std = if parts == Parts::Points { ", default-features = false" } else { "" };
    let Some(runtime) = runtime else {
        let version = env!("CARGO_PKG_VERSION");
        return Ok(match parts {
            Parts::All => format!("\"{version}\""),
            Parts::Points => format!("{{ version = \"{version}\"{no_std} }}"),
        });
    };
    let path = if runtime.is_absolute() { runtime.to_path_buf() } else { relative(folder, runtime)? };
    let Some(path) = path.to_str() else {
        return Err(Failure::Message(format!("{} is not UTF-8, which Cargo.toml is", path.display())));
    };
    Ok(format!("{{ path = {}{no_std} }}", toml_string(&path.replace('\\', "/"))))
}

/// The way from a folder, which need not be there yet, to a path.
fn relative(folder: &Path, path: &Path) -> Result<PathBuf, Failure> {
    let from = resolved(folder)?;
    let to = resolved(path)?;
    let from: Vec<Component<'_>> = from.components().collect();
    let to: Vec<Component<'_>> = to.components().collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.iter().skip(shared).map(|_| Component::ParentDir);
    Ok(up.chain(to.iter().skip(shared).copied()).collect())
}

/// An absolute path without `..`, with the links of what is there resolved: a `..` after a link goes elsewhere.
fn resolved(path: &Path) -> Result<PathBuf, Failure> {
    let absolute = std::path::absolute(path)
        .map_err(|error| Failure::Message(format!("{} is no path: {error}", path.display())))?;
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
