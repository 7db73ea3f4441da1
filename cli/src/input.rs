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
    // Notes are for `check`, which is asked for all there is to know.
    let devices: Vec<Option<Input>> = manifests.iter().map(|manifest| load_one(manifest, Severity::Warning)).collect();
    devices.into_iter().collect::<Option<Vec<Input>>>().ok_or(Failure::Input)
}

/// Reads a manifest for a device that is there, and prints errors only: who reads a value every minute has seen the rest.
pub(crate) fn load_to_use(manifest: &Path) -> Result<Device, Failure> {
    load_one(manifest, Severity::Error).map(|input| input.device).ok_or(Failure::Input)
}

fn load_one(manifest: &Path, least: Severity) -> Option<Input> {
    let loaded = modbus_bindgen::load(manifest);
    report::print(manifest, &loaded, least);
    if loaded.device.is_none() {
        eprintln!("{}: {}", manifest.display(), counted(loaded.diagnostics.count(Severity::Error), "error"));
    }
    loaded.device.map(|device| Input { manifest: manifest.to_path_buf(), device })
}

/// `1 error`, `2 errors`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
