//! `check`: what is wrong with tables and manifests.

use std::path::{Path, PathBuf};

use modbus_bindgen::Loaded;
use modbus_bindgen::diagnostic::{Diagnostic, Severity, explain, inert_json};

use crate::args::{CheckArgs, CheckFormat, Deny};
use crate::failure::Failure;
use crate::input::counted;
use crate::{fix, output, report, sarif, understood};

pub(crate) fn run(args: &CheckArgs) -> Result<(), Failure> {
    if let Some(code) = &args.explain {
        return print_explanation(code);
    }
    let manifests = match args.fix {
        Some(mode) => fix::run(args, mode)?,
        None => args.manifests.clone(),
    };
    let reports: Vec<(&PathBuf, Loaded)> =
        manifests.iter().map(|manifest| (manifest, modbus_bindgen::load(manifest))).collect();
    match args.format {
        Some(CheckFormat::Json) => print_json(&reports)?,
        Some(CheckFormat::Sarif) => output::print(&sarif::log(&reports))?,
        None => {
            for (manifest, loaded) in &reports {
                if args.verbose {
                    output::show(&understood::text(&loaded.understood))?;
                }
                print_text(manifest, loaded, args)?;
            }
            report::point_to_init(reports.iter().map(|(path, loaded)| (path.as_path(), loaded)), Severity::Warning);
            report::point_to_explanations(reports.iter().flat_map(|(_, loaded)| &loaded.diagnostics));
        }
    }
    let fails = |loaded: &Loaded| loaded.diagnostics.has_errors() || denied(loaded, &args.deny).next().is_some();
    if reports.iter().any(|(_, loaded)| fails(loaded)) { Err(Failure::Input) } else { Ok(()) }
}

/// Diagnostics that are not errors but that `--deny` makes fail.
fn denied<'a>(loaded: &'a Loaded, deny: &'a [Deny]) -> impl Iterator<Item = &'a Diagnostic> {
    let is_denied = |diagnostic: &Diagnostic| {
        deny.iter().any(|deny| match deny {
            Deny::Warnings => diagnostic.severity == Severity::Warning,
            Deny::Code(code) => diagnostic.code == *code,
        })
    };
    loaded.diagnostics.iter().filter(move |diagnostic| diagnostic.severity != Severity::Error && is_denied(diagnostic))
}

/// Diagnostics on stderr, a line about the manifest on stdout.
fn print_text(manifest: &Path, loaded: &Loaded, args: &CheckArgs) -> Result<(), Failure> {
    report::print_all(manifest, loaded, Severity::Note, args.all);
    let points = loaded.device.as_ref().map(|device| counted(device.points.len(), "point"));
    let denied = denied(loaded, &args.deny).count();
    let counts = [
        points,
        Some(counted(loaded.diagnostics.count(Severity::Error), "error")),
        Some(counted(loaded.diagnostics.count(Severity::Warning), "warning")),
        (denied > 0).then(|| format!("{denied} denied")),
    ];
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    output::show(&format!("{}: {}\n", manifest.display(), counts.join(", ")))
}

fn print_explanation(code: &str) -> Result<(), Failure> {
    let Some(explanation) = explain::explain(code) else {
        return Err(Failure::Usage(format!(
            "there is no code {code}: a code is a letter and four digits, such as E0310"
        )));
    };
    output::print(&format!("{}: {}\n\n{}\n", explanation.code, explanation.title, explanation.text))
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
    output::print(&format!("{}\n", inert_json(&text)))
}
