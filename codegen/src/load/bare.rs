//! A table without a manifest: the device is named after the file, and its sheets are those with well-known headers.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::columns::recognise;
use crate::diagnostic::offer::quoted;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Sources, inert};
use crate::import::Canonical;
use crate::model::Device;
use crate::sheet::{Library, Reading};
use crate::source::Text;
use crate::understood::Understood;
use crate::{check, import, manifest, names};

/// What stands for the manifest that is not there.
const NO_MANIFEST: &str = "\u{0}";

/// Whether a path names a table, and no manifest.
pub(super) fn is_table(path: &Path) -> bool {
    const TABLES: [&str; 9] = ["csv", "tsv", "txt", "xlsx", "xlsm", "xls", "xlsb", "ods", "tab"];
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    TABLES.contains(&extension.to_ascii_lowercase().as_str())
}

/// Whether this help is of use to somebody who has a manifest.
pub(super) fn asks_for_manifest(help: &str) -> bool {
    ["manifest", "[columns]", "[[sheet]]", "[[cell]]", "[types]"].iter().any(|word| help.contains(word))
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
    let mut found = Diagnostics::default();
    let device = match import::read(path, &mut library, &mut found) {
        Canonical::Device(device) => canonical(&device, &file, &mut found).then_some(*device),
        Canonical::Wrong => None,
        Canonical::None => {
            let text = text(path, &file, &mut library, &mut found);
            let manifest = text.and_then(|text| manifest::read(NO_MANIFEST, &Text::new(&text), &mut found));
            manifest.and_then(|manifest| super::checked(&manifest, keep, &mut library, understood, &mut found))
        }
    };
    for input in library.paths().filter(|input| !inputs.contains(input)).collect::<Vec<_>>() {
        inputs.push(input);
    }
    library.show(sources);
    for diagnostic in &found {
        diagnostics.push(of_table(diagnostic.clone(), &file));
    }
    device
}

/// Checks the device of a canonical table, and says whether it could. Nothing is offered for a manifest: its cells are to be
/// edited.
fn canonical(device: &Device, file: &str, diagnostics: &mut Diagnostics) -> bool {
    let mut text = format!(
        "format = 1\n\n[device]\nname = {}\nlimits = \"unit\"\n\n[[sheet]]\nfile = {}\ntable = \"holding_register\"\n",
        quoted(&device.name),
        quoted(file)
    );
    if device.type_name != names::pascal(&device.name) {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n[[name]]\ndevice = {}\nname = {}\n", quoted(&device.name), quoted(&device.type_name));
    }
    let Some(manifest) = manifest::read(NO_MANIFEST, &Text::new(&text), diagnostics) else { return false };
    check::check(device, &manifest, diagnostics);
    diagnostics.retain(|diagnostic| {
        diagnostic.manifest = None;
        true
    });
    true
}

/// A manifest that says no more than which sheets there are.
fn text(path: &Path, file: &str, library: &mut Library, diagnostics: &mut Diagnostics) -> Option<String> {
    let asked = Place::of_file(NO_MANIFEST);
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut text = format!("[device]\nname = {}\n", quoted(&name));
    let reading = Reading::default();
    let sheets = library.names(file, &reading, &asked, diagnostics)?;
    if sheets.is_empty() {
        let _ = write!(text, "[[sheet]]\nfile = {}\n", quoted(file));
        return Some(text);
    }
    let (mut used, mut left) = (0usize, Vec::new());
    for sheet in &sheets {
        // A sheet that cannot be read is no table for that reason.
        let mut ignored = Diagnostics::default();
        let grid = library.sheet(file, Some(sheet), &reading, &asked, &mut ignored);
        let Some(grid) = grid.filter(|grid| !grid.rows.is_empty()) else { continue };
        if recognise::tables(&grid).is_empty() {
            left.push(grid.origin.place());
        } else {
            used = used.saturating_add(1);
            let _ = write!(text, "[[sheet]]\nfile = {}\nname = {}\n", quoted(file), quoted(sheet));
        }
    }
    if used == 0 {
        let error = Diagnostic::error("E0331", "no sheet has a header that is known");
        diagnostics.push(
            left.into_iter()
                .fold(error, Diagnostic::at)
                .expected("a row with Address or Register, Name or Description, and the like, in English, German, Swedish, French or Dutch")
                .help("write a manifest that names the sheet and, in [columns], its headers; modbus-bindgen init begins one"),
        );
        return None;
    }
    if !left.is_empty() {
        let note = Diagnostic::note("N0337", "sheets without a header that is known are not used");
        diagnostics.push(
            left.into_iter()
                .fold(note, Diagnostic::at)
                .help("a manifest can name them in a [[sheet]], and their headers in [columns]"),
        );
    }
    Some(text)
}

/// What is said of the manifest that is not there is said of the table.
fn of_table(mut diagnostic: Diagnostic, file: &str) -> Diagnostic {
    for place in diagnostic.places.iter_mut().filter(|place| place.file() == NO_MANIFEST) {
        *place = Place::of_file(file);
    }
    if diagnostic.code == "E0311" {
        diagnostic.expected = Some(
            "a column with the Modbus table or with function codes, or a title, sheet or file named after it"
                .to_owned(),
        );
        diagnostic.help = Some(
            "call the file after it, holding_registers.csv or input_registers.csv, or write a manifest with table = \"…\" \
             in [[sheet]]; modbus-bindgen init begins one"
                .to_owned(),
        );
    }
    diagnostic
}
