//! Reading manifests, and saying what is wrong with them.

use std::path::{Path, PathBuf};

use modbus_bindgen::diagnostic::Severity;
use modbus_bindgen::model::Device;

use crate::failure::Failure;
use crate::report;

/// A device and the manifest it comes from.
pub(crate) struct Input {
    pub(crate) manifest: PathBuf,
    pub(crate) device: Device,
}

/// Reads all manifests and prints errors and warnings; fails after the last where one has errors.
pub(crate) fn load(manifests: &[PathBuf]) -> Result<Vec<Input>, Failure> {
    let devices: Vec<Option<Input>> = manifests.iter().map(|manifest| load_one(manifest)).collect();
    devices.into_iter().collect::<Option<Vec<Input>>>().ok_or(Failure::Input)
}

fn load_one(manifest: &Path) -> Option<Input> {
    let loaded = modbus_bindgen::load(manifest);
    // Notes are for `check`, which is asked for all there is to know.
    report::print(manifest, &loaded, Severity::Warning);
    if loaded.device.is_none() {
        eprintln!("{}: {}", manifest.display(), counted(loaded.diagnostics.count(Severity::Error), "error"));
    }
    loaded.device.map(|device| Input { manifest: manifest.to_path_buf(), device })
}

/// `1 error`, `2 errors`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
