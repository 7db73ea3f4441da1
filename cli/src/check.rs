//! `check`: what is wrong with tables and manifests.

use std::path::{Path, PathBuf};

use modbus_bindgen::Loaded;
use modbus_bindgen::diagnostic::{Diagnostic, Severity};

use crate::args::{CheckArgs, CheckFormat, Deny};
use crate::failure::Failure;
use crate::input::counted;
use crate::{output, report};

pub(crate) fn run(args: &CheckArgs) -> Result<(), Failure> {
    let reports: Vec<(&PathBuf, Loaded)> =
        args.manifests.iter().map(|manifest| (manifest, modbus_bindgen::load(manifest))).collect();
    match args.format {
        Some(CheckFormat::Json) => print_json(&reports)?,
        None => reports.iter().try_for_each(|(manifest, loaded)| print_text(manifest, loaded))?,
    }
    let fails = |loaded: &Loaded| {
        loaded.diagnostics.has_errors()
            || (args.deny == Some(Deny::Warnings) && loaded.diagnostics.count(Severity::Warning) > 0)
    };
    if reports.iter().any(|(_, loaded)| fails(loaded)) { Err(Failure::Input) } else { Ok(()) }
}

/// Diagnostics on stderr, a line about the manifest on stdout.
fn print_text(manifest: &Path, loaded: &Loaded) -> Result<(), Failure> {
    report::print(manifest, loaded, Severity::Note);
    let points = loaded.device.as_ref().map(|device| counted(device.points.len(), "point"));
    let counts = [
        points,
        Some(counted(loaded.diagnostics.count(Severity::Error), "error")),
        Some(counted(loaded.diagnostics.count(Severity::Warning), "warning")),
    ];
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    output::print(&format!("{}: {}\n", manifest.display(), counts.join(", ")))
}

#[derive(serde::Serialize)]
struct Report {
    manifest: String,
    errors: usize,
    warnings: usize,
    diagnostics: Vec<Diagnostic>,
}

/// One list with an object for each manifest.
fn print_json(reports: &[(&PathBuf, Loaded)]) -> Result<(), Failure> {
    let reports: Vec<Report> = reports
        .iter()
        .map(|(manifest, loaded)| Report {
            manifest: manifest.display().to_string(),
            errors: loaded.diagnostics.count(Severity::Error),
            warnings: loaded.diagnostics.count(Severity::Warning),
            diagnostics: loaded.diagnostics.beside(manifest).iter().cloned().collect(),
        })
        .collect();
    let text = serde_json::to_string_pretty(&reports).map_err(|error| Failure::Message(error.to_string()))?;
    output::print(&format!("{text}\n"))
}
