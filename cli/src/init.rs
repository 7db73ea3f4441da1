//! `init`: proposes a first manifest for a table.

use std::path::{Path, PathBuf};

use modbus_bindgen::diagnostic::Severity;
use modbus_bindgen::init;

use crate::args::InitArgs;
use crate::failure::Failure;
use crate::input::counted;
use crate::{output, report};

pub(crate) fn run(args: &InitArgs) -> Result<(), Failure> {
    let folder = |path: &Path| path.parent().unwrap_or(Path::new("")).to_path_buf();
    let manifest = args.out.clone().unwrap_or_else(|| folder(&args.spreadsheet).join("device.toml"));
    if args.out.is_some() && manifest.exists() && !args.force {
        return Err(Failure::Message(format!(
            "{} already exists; nothing was written. --force overwrites it",
            manifest.display()
        )));
    }
    if !args.spreadsheet.exists() {
        return Err(Failure::Message(format!("{}: there is no such file", args.spreadsheet.display())));
    }
    if let Some(out) = &args.out {
        output::refuse_input(out, &args.spreadsheet)?;
    }
    let proposal = match init::propose(&args.spreadsheet, &as_file(&args.spreadsheet, &folder(&manifest))) {
        Ok(proposal) => proposal,
        Err(loaded) => {
            report::print(&args.spreadsheet, &loaded, Severity::Note);
            output::say("no manifest was written");
            return Err(Failure::Input);
        }
    };
    match &args.out {
        Some(out) => modbus_bindgen::output::write(out, &proposal.text)
            .map(|_| ())
            .map_err(|error| Failure::Message(format!("{} cannot be written: {error}", out.display())))?,
        None => output::print(&proposal.text)?,
    }
    let loaded = init::check(&manifest, &proposal);
    report::print(&manifest, &loaded, Severity::Warning);
    let points = loaded.device.as_ref().map(|device| counted(device.points.len(), "point"));
    let errors = counted(loaded.diagnostics.count(Severity::Error), "error");
    let warnings = counted(loaded.diagnostics.count(Severity::Warning), "warning");
    let counts: Vec<String> = points.into_iter().chain([errors, warnings]).collect();
    output::say(&format!("{}: {}", manifest.display(), counts.join(", ")));
    let written = if args.out.is_some() { "was written" } else { "was printed" };
    let what = match proposal.decisions.len() {
        0 => "the manifest".to_owned(),
        count => format!("the manifest, with {} marked DECIDE,", counted(count, "line")),
    };
    // What is left to do is said; what was asked for, a first manifest, is there.
    let rest = match loaded.diagnostics.has_errors() {
        true => "; it generates nothing until the errors are fixed",
        false => "",
    };
    output::say(&format!("{what} {written}{rest}"));
    Ok(())
}

/// The spreadsheet as a manifest in this folder names it.
fn as_file(spreadsheet: &Path, folder: &Path) -> String {
    let whole = |path: &Path| -> PathBuf {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
    };
    let (spreadsheet, folder) = (whole(spreadsheet), whole(folder));
    // From folders beside or above, with as many steps up as it takes; from another drive by its whole path.
    let common = spreadsheet.components().zip(folder.components()).take_while(|(one, other)| one == other).count();
    if common == 0 {
        return spreadsheet.display().to_string();
    }
    let up = folder.components().skip(common).map(|_| "..".to_owned());
    let down = spreadsheet.components().skip(common).map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}
