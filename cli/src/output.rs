//! Where outputs go: files that are written or compared, or standard output.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use modbus_bindgen::output;

use crate::args::TargetArgs;
use crate::failure::Failure;
use crate::input::Input;

/// A file and what it is to hold.
pub(crate) struct File {
    pub(crate) path: PathBuf,
    pub(crate) contents: String,
}

/// Writes the files, or with `check` only names those that differ.
pub(crate) fn files(files: &[File], check: bool) -> Result<(), Failure> {
    if check { compare(files) } else { write(files) }
}

fn write(files: &[File]) -> Result<(), Failure> {
    for file in files {
        output::write(&file.path, &file.contents)
            .map_err(|error| Failure::Message(format!("{} cannot be written: {error}", file.path.display())))?;
    }
    Ok(())
}

fn compare(files: &[File]) -> Result<(), Failure> {
    let mut same = true;
    for file in files {
        let path = file.path.display();
        match output::differs(&file.path, &file.contents) {
            Ok(false) => continue,
            Ok(true) if file.path.exists() => eprintln!("error: {path} differs from what would be generated"),
            Ok(true) => eprintln!("error: {path} does not exist"),
            Err(error) => eprintln!("error: {path} cannot be read: {error}"),
        }
        same = false;
    }
    if same { Ok(()) } else { Err(Failure::Input) }
}

/// Prints to standard output. A reader that has seen enough and closed it is no failure.
pub(crate) fn print(contents: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(contents.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::Message(format!("standard output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// Says so on the command line where several manifests share one output.
pub(crate) fn one_each(manifests: &[PathBuf], target: &TargetArgs) -> Result<(), Failure> {
    match manifests {
        [_, _, ..] if target.out_dir.is_none() => {
            Err(Failure::Usage("several manifests need --out-dir; every other output takes one".to_owned()))
        }
        _ => Ok(()),
    }
}

/// Writes, compares or prints one output for each input.
pub(crate) fn deliver(
    inputs: &[Input],
    target: &TargetArgs,
    check: bool,
    extension: &str,
    contents: impl Fn(&Input) -> String,
) -> Result<(), Failure> {
    if let Some(folder) = &target.out_dir {
        let paths = paths(inputs, folder, extension)?;
        let outputs: Vec<File> =
            inputs.iter().zip(paths).map(|(input, path)| File { path, contents: contents(input) }).collect();
        return files(&outputs, check);
    }
    inputs.iter().try_for_each(|input| match &target.out {
        Some(path) => files(&[File { path: path.clone(), contents: contents(input) }], check),
        None => print(&contents(input)),
    })
}

/// One path for each input, none twice.
fn paths(inputs: &[Input], folder: &Path, extension: &str) -> Result<Vec<PathBuf>, Failure> {
    let mut known: BTreeMap<PathBuf, &Path> = BTreeMap::new();
    let mut paths = Vec::new();
    for input in inputs {
        let path = folder.join(format!("{}.{extension}", name(&input.manifest)));
        if let Some(other) = known.insert(path.clone(), &input.manifest) {
            return Err(Failure::Usage(format!(
                "{} and {} would both be written to {}",
                other.display(),
                input.manifest.display(),
                path.display()
            )));
        }
        paths.push(path);
    }
    Ok(paths)
}

/// The name of a manifest's output: its own, or its folder's where it is called `device.toml` like all the others. As a
/// Rust module would be called, so that a generated file can be one.
fn name(manifest: &Path) -> String {
    let stem = manifest.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let folder = std::path::absolute(manifest)
        .ok()
        .and_then(|path| Some(path.parent()?.file_name()?.to_string_lossy().into_owned()))
        .filter(|folder| !folder.is_empty());
    let name = if stem == "device" { folder.unwrap_or(stem) } else { stem };
    name.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect()
}
