//! Reads manifests, and reports what is wrong with them.

use std::path::{Path, PathBuf};

use modbus_bindgen::Loaded;
use modbus_bindgen::diagnostic::{Diagnostics, Severity};
use modbus_bindgen::lock::Lock;
use modbus_bindgen::model::Device;

use crate::failure::Failure;
use crate::{output, report};

/// A device and the manifest it comes from.
pub(crate) struct Input {
    pub(crate) manifest: PathBuf,
    pub(crate) device: Device,
    /// The lock that its identifiers come from, where there is one.
    pub(crate) lock: Option<Lock>,
}

/// Reads all manifests and prints errors and warnings; fails at the end if one of them has errors.
pub(crate) fn load(manifests: &[PathBuf]) -> Result<Vec<Input>, Failure> {
    // Only `check` prints notes.
    let loaded: Vec<(&PathBuf, Loaded)> =
        manifests.iter().map(|manifest| (manifest, load_one(manifest, Severity::Warning))).collect();
    report::point_to_init(loaded.iter().map(|(path, loaded)| (path.as_path(), loaded)), Severity::Error);
    let devices = loaded.into_iter().map(|(manifest, loaded)| {
        let lock = loaded.lock;
        loaded.device.map(|device| Input { manifest: manifest.clone(), device, lock })
    });
    devices.collect::<Option<Vec<Input>>>().ok_or(Failure::Input)
}

/// Reads a manifest to talk to a device. Prints errors, and only the number of warnings: a user who reads a value every
/// minute has seen them.
pub(crate) fn load_to_use(manifest: &Path) -> Result<Device, Failure> {
    let loaded = modbus_bindgen::load(manifest);
    report::print(manifest, &loaded, Severity::Error);
    let Some(device) = loaded.device else {
        say_errors(manifest, &loaded.diagnostics);
        report::point_to_init(std::iter::once((manifest, &loaded)), Severity::Error);
        return Err(Failure::Input);
    };
    match loaded.diagnostics.count(Severity::Warning) {
        0 => {}
        count => {
            let count = counted(count, "warning");
            output::say(&format!("{}: {count}; run `modbus-bindgen check` for details", manifest.display()));
        }
    }
    Ok(device)
}

fn load_one(manifest: &Path, least: Severity) -> Loaded {
    let loaded = modbus_bindgen::load(manifest);
    report::print(manifest, &loaded, least);
    if loaded.device.is_none() {
        say_errors(manifest, &loaded.diagnostics);
    }
    loaded
}

pub(crate) fn say_errors(manifest: &Path, diagnostics: &Diagnostics) {
    output::say(&format!("{}: {}", manifest.display(), counted(diagnostics.count(Severity::Error), "error")));
}

/// `1 error`, `2 errors`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
