//! A table without a manifest: the device is named after the file, and its sheets are those with well-known headers.

use std::path::{Path, PathBuf};

use crate::columns::recognise;
use crate::diagnostic::{Diagnostic, Diagnostics, Offer, Place, Sources, inert};
use crate::import::Canonical;
use crate::manifest::Manifest;
use crate::model::Device;
use crate::sheet::{Library, Reading};
use crate::understood::Understood;
use crate::{check, import};

/// Whether a path names a table, and no manifest.
pub(crate) fn is_table(path: &Path) -> bool {
    const TABLES: [&str; 9] = ["csv", "tsv", "txt", "xlsx", "xlsm", "xls", "xlsb", "ods", "tab"];
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    TABLES.contains(&extension.to_ascii_lowercase().as_str())
}

/// Says that there is no manifest yet, and how it is made beside the table.
pub(super) fn first_step(given: &Path, table: &Path) -> String {
    // Another device may have its manifest in the same folder.
    let is_taken = table.with_file_name("device.toml").exists();
    let manifest = if is_taken { given.with_extension("toml") } else { given.with_file_name("device.toml") };
    format!("there is no manifest yet: `modbus-bindgen init {} --out {}` makes one", word(given), word(&manifest))
}

/// A path as a shell takes it for one word.
fn word(path: &Path) -> String {
    let path = inert(&path.display().to_string()).into_owned();
    let is_plain = path.chars().all(|character| character.is_alphanumeric() || "/\\._-:".contains(character));
    if is_plain { path } else { format!("\"{path}\"") }
}

/// Reads a table as if a manifest named its sheets and no columns.
pub(super) fn read(
    path: &Path,
    keep: &super::Keep<'_>,
    inputs: &mut Vec<PathBuf>,
    sources: &mut Sources,
    understood: &mut Understood,
    diagnostics: &mut Diagnostics,
) -> Option<Device> {
    let file = path.file_name()?.to_string_lossy().into_owned();
    let mut library = Library::new(path.parent().unwrap_or(Path::new("")), false);
    let device = match import::read(path, &mut library, diagnostics) {
        Canonical::Device(mut device) => {
            keep(None, &mut device, diagnostics);
            canonical(&device, &file, diagnostics);
            Some(*device)
        }
        Canonical::Wrong => None,
        Canonical::None => sheets(&file, &mut library, diagnostics).and_then(|sheets| {
            let manifest = Manifest::of_table(&device_name(path), &file, &sheets);
            super::checked(&manifest, keep, &mut library, understood, diagnostics)
        }),
    };
    for input in library.paths().filter(|input| !inputs.contains(input)).collect::<Vec<_>>() {
        inputs.push(input);
    }
    library.show(sources);
    device
}

/// What a device is called where nothing but a file says it.
pub(crate) fn device_name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Checks the device of a canonical table. Nothing is offered for a manifest: its cells are to be edited.
fn canonical(device: &Device, file: &str, diagnostics: &mut Diagnostics) {
    let mut found = Diagnostics::default();
    check::check(device, &Manifest::of_canonical(device, file), &mut found);
    for diagnostic in &found {
        diagnostics.push(diagnostic.clone().manifest(Offer::default()));
    }
}

/// The sheets whose header is known; none of a file without sheets.
pub(crate) fn sheets(file: &str, library: &mut Library, diagnostics: &mut Diagnostics) -> Option<Vec<String>> {
    let asked = Place::of_file(file);
    let reading = Reading::default();
    let sheets = library.names(file, &reading, &asked, diagnostics)?;
    let (mut used, mut left) = (Vec::new(), Vec::new());
    for sheet in &sheets {
        // A sheet that cannot be read is no table for that reason.
        let mut ignored = Diagnostics::default();
        let grid = library.sheet(file, Some(sheet), &reading, &asked, &mut ignored);
        let Some(grid) = grid.filter(|grid| !grid.rows.is_empty()) else { continue };
        match recognise::tables(&grid).is_empty() {
            true => left.push(grid.origin.place()),
            false => used.push(sheet.clone()),
        }
    }
    if used.is_empty() && !sheets.is_empty() {
        let error = Diagnostic::error("E0331", "no header row recognised in any sheet");
        diagnostics.push(
            left.into_iter()
                .fold(error, Diagnostic::at)
                .expected("a row with Address or Register, Name or Description, and the like, in English, German, Swedish, French or Dutch")
                .help("write a manifest that names the sheet and, in [columns], its headers; modbus-bindgen init begins one")
                .needing_manifest(),
        );
        return None;
    }
    if !left.is_empty() {
        let note = Diagnostic::note("N0337", "sheets without a recognised header row are not used");
        diagnostics.push(
            left.into_iter()
                .fold(note, Diagnostic::at)
                .help("a manifest can name them in a [[sheet]], and their headers in [columns]")
                .needing_manifest(),
        );
    }
    Some(used)
}
