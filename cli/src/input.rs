//! Reading manifests, and saying what is wrong with them.

use std::path::{Path, PathBuf};

use modbus_bindgen::diagnostic::{Diagnostics, Severity};
use modbus_bindgen::model::Device;

use crate::failure::Failure;
use crate::{output, report};

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

/// Reads a manifest for a device that is there, and prints errors; of warnings only that there are some: who reads a
/// value every minute has seen them.
pub(crate) fn load_to_use(manifest: &Path) -> Result<Device, Failure> {
    let loaded = modbus_bindgen::load(manifest);
    report::print(manifest, &loaded, Severity::Error);
    let Some(device) = loaded.device else {
        say_errors(manifest, &loaded.diagnostics);
        return Err(Failure::Input);
    };
    match loaded.diagnostics.count(Severity::Warning) {
        0 => {}
        count => {
            let count = counted(count, "warning");
            output::say(&format!("{}: {count}, which `modbus-bindgen check` shows", manifest.display()));
        }
    }
    Ok(device)
}

fn load_one(manifest: &Path, least: Severity) -> Option<Input> {
    let loaded = modbus_bindgen::load(manifest);
    report::print(manifest, &loaded, least);
    if loaded.device.is_none() {
        say_errors(manifest, &loaded.diagnostics);
    }
    loaded.device.map(|device| Input { manifest: manifest.to_path_buf(), device })
}

fn say_errors(manifest: &Path, diagnostics: &Diagnostics) {
    output::say(&format!("{}: {}", manifest.display(), counted(diagnostics.count(Severity::Error), "error")));
}

/// `1 error`, `2 errors`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
