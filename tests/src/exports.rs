//! Exports, read by the programs they are for: `tests/peers/check_exports.py`.

use std::path::Path;
use std::process::Command;

use crate::scratch::workspace;

/// The Python that has the programs exports are for: `EXPORTS_PYTHON`, or the one on the path.
#[must_use]
pub fn python() -> String {
    std::env::var("EXPORTS_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

/// Whether they are installed.
#[must_use]
pub fn available() -> bool {
    let modules = "import modbus_connection, voluptuous, yaml, slugify, jsonschema, xmlschema, esphome, openpyxl";
    crate::available("what checks exports", &python(), &["-c", modules])
}

/// Has every file of a folder read by the program it is for.
///
/// # Panics
///
/// Where one of them is refused, or a value that a program decodes is not the one that is expected.
#[track_caller]
pub fn check(folder: &Path) {
    let output = Command::new(python())
        .arg(workspace().join("tests/peers/check_exports.py"))
        .arg(folder)
        .arg(workspace().join("tests/fixtures/loxone.xsd"))
        .arg(workspace().join("../shared/export-schemas"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    eprint!("{said}");
}
