//! The front end for build scripts.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::diagnostic::{Diagnostics, Renderer, Severity};
use crate::emit::rust::Parts;
use crate::{Loaded, diff, emit, lock, output};

/// Generates a device's Rust from a build script.
///
/// ```no_run
/// // build.rs
/// fn main() -> Result<(), modbus_bindgen::Error> {
///     modbus_bindgen::Builder::new("registers/device.toml").generate()
/// }
/// ```
///
/// The library then includes the file: `modbus_bindgen_runtime::include_device!("device");`.
#[derive(Debug, Clone)]
#[must_use = "nothing is generated until `generate` is called"]
pub struct Builder {
    manifest: PathBuf,
    name: Option<String>,
    out_dir: Option<PathBuf>,
    parts: Parts,
    deny_breaking: bool,
}

impl Builder {
    /// Reads this manifest. A relative path starts at the package's folder, where cargo runs build scripts.
    pub fn new(manifest: impl Into<PathBuf>) -> Self {
        Self { manifest: manifest.into(), name: None, out_dir: None, parts: Parts::All, deny_breaking: false }
    }

    /// Names the file `<name>.rs`. Default: named after the manifest, `device.rs` for `device.toml`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Writes into this folder. Default: `OUT_DIR`, where `include_device!` looks.
    pub fn out_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(folder.into());
        self
    }

    /// Leaves out the handle of the device and its readings. The rest is types, points, their codecs, and the requests
    /// that read and write them: `no_std` with `alloc`, if the runtime's default features are off.
    pub fn points_only(mut self) -> Self {
        self.parts = Parts::Points;
        self
    }

    /// Fails if the table has breaking changes since the lock file was written: a removed point, another scale, unit or
    /// type, fewer values. The lock file is next to the manifest; `modbus-bindgen lock` writes it, and accepts intended
    /// changes.
    pub fn deny_breaking(mut self) -> Self {
        self.deny_breaking = true;
        self
    }

    /// Reads the table and writes the file, if it changed. Tells cargo which files were read, so that editing one of
    /// them generates again, and prints warnings and errors as cargo's own.
    ///
    /// # Errors
    ///
    /// If the manifest or the table has errors; nothing is written then. If the file cannot be written.
    pub fn generate(self) -> Result<(), Error> {
        let loaded = crate::load(&self.manifest);
        for input in &loaded.inputs {
            println!("cargo::rerun-if-changed={}", watchable(input).display());
        }
        print!("{}", directives(&loaded, &self.manifest));
        let step = loaded.first_step(&self.manifest, Severity::Error);
        let Some(device) = loaded.device else {
            return Err(Cause::Table { manifest: self.manifest, diagnostics: loaded.diagnostics, step }.into());
        };
        if self.deny_breaking {
            let Some(lock) = &loaded.lock else { return Err(Cause::NoLock { manifest: self.manifest }.into()) };
            let mut changes = lock::changes(lock, &device);
            changes.changes.retain(|change| change.severity == diff::Severity::Major);
            if !changes.changes.is_empty() {
                return Err(Cause::Breaking { manifest: self.manifest, changes: diff::text(&changes) }.into());
            }
        }
        let path = self.path()?;
        taken(&path, &self.manifest)?;
        match output::write(&path, emit::rust::source_of(&device, self.parts)) {
            Ok(_) => Ok(()),
            Err(error) => Err(Cause::Write { path, error }.into()),
        }
    }

    fn path(&self) -> Result<PathBuf, Error> {
        let folder = match &self.out_dir {
            Some(folder) => folder.clone(),
            None => std::env::var_os("OUT_DIR").map(PathBuf::from).ok_or(Cause::NoFolder)?,
        };
        let stem = self.manifest.file_stem().unwrap_or("device".as_ref());
        let name = self.name.as_deref().map_or_else(|| stem.to_string_lossy().into_owned(), str::to_owned);
        Ok(folder.join(format!("{name}.rs")))
    }
}

/// The path that cargo watches for a file. A directive is one line, so a line break in a name would start another
/// directive; for such a file cargo watches its folder, which changes when the file is written.
fn watchable(input: &Path) -> &Path {
    let fits = |path: &&Path| !path.as_os_str().is_empty() && !path.to_string_lossy().contains(['\n', '\r']);
    input.ancestors().find(fits).unwrap_or(Path::new("."))
}

/// Warnings and errors for cargo, one directive for each line, because a line break ends a message.
fn directives(loaded: &Loaded, manifest: &Path) -> String {
    let renderer = Renderer::new().beside(manifest);
    let mut text = String::new();
    for folded in loaded.diagnostics.folded() {
        let level = match folded.first.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => continue,
        };
        for line in renderer.folded(&folded, &loaded.sources).lines() {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "cargo::{level}={line}");
        }
    }
    text
}

/// Remembers which manifest a file was written for, since two called `device.toml` would silently share one.
fn taken(path: &Path, manifest: &Path) -> Result<(), Error> {
    static WRITTEN: Mutex<BTreeMap<PathBuf, PathBuf>> = Mutex::new(BTreeMap::new());
    let mut written = WRITTEN.lock().unwrap_or_else(PoisonError::into_inner);
    match written.insert(path.to_path_buf(), manifest.to_path_buf()) {
        Some(other) if other != manifest => {
            Err(Cause::Taken { path: path.to_path_buf(), manifest: manifest.to_path_buf(), other }.into())
        }
        _ => Ok(()),
    }
}

/// Why a build script generated nothing. If the table has errors, it lists the first ones, one line each: cargo has
/// shown them all, and [`Error::diagnostics`] returns them. `Debug` prints the same as `Display`, because that is what
/// a build script that unwraps or returns it prints.
pub struct Error(Box<Cause>);

impl From<Cause> for Error {
    fn from(cause: Cause) -> Self {
        Self(Box::new(cause))
    }
}

enum Cause {
    Table { manifest: PathBuf, diagnostics: Diagnostics, step: Option<String> },
    Write { path: PathBuf, error: io::Error },
    Taken { path: PathBuf, manifest: PathBuf, other: PathBuf },
    NoFolder,
    NoLock { manifest: PathBuf },
    Breaking { manifest: PathBuf, changes: String },
}

impl Error {
    /// The diagnostics of the table, if it has errors.
    #[must_use]
    pub fn diagnostics(&self) -> Option<&Diagnostics> {
        match &*self.0 {
            Cause::Table { diagnostics, .. } => Some(diagnostics),
            Cause::Write { .. }
            | Cause::Taken { .. }
            | Cause::NoFolder
            | Cause::NoLock { .. }
            | Cause::Breaking { .. } => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Cause::Table { manifest, diagnostics, step } => {
                table(manifest, diagnostics, f)?;
                step.iter().try_for_each(|step| write!(f, "\n{step}"))
            }
            Cause::Write { path, error } => write!(f, "{} cannot be written: {error}", path.display()),
            Cause::Taken { path, manifest, other } => write!(
                f,
                "{} would be written for both {} and {}: give one of them another name, \
                 Builder::new(…).name(\"pump\"), and include it by that name",
                path.display(),
                other.display(),
                manifest.display()
            ),
            Cause::NoLock { manifest } => write!(
                f,
                "deny_breaking() compares with {}, which does not exist: `modbus-bindgen lock {}` writes it",
                lock::path(manifest).display(),
                manifest.display()
            ),
            Cause::Breaking { manifest, changes } => write!(
                f,
                "no code was generated from {}: these changes break code that uses it\n{changes}if they are intended, \
                 accept them with `modbus-bindgen lock {}`",
                manifest.display(),
                manifest.display()
            ),
            Cause::NoFolder => {
                f.write_str("OUT_DIR is not set: call this from a build script, or name a folder with `out_dir`")
            }
        }
    }
}

/// The first errors, one line each; cargo has shown them all, and they are in the diagnostics.
fn table(manifest: &Path, diagnostics: &Diagnostics, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    const FIRST: usize = 5;
    let count = diagnostics.count(Severity::Error);
    let errors = if count == 1 { "1 error".to_owned() } else { format!("{count} errors") };
    write!(f, "no code was generated from {}: {errors}", manifest.display())?;
    let renderer = Renderer::new().beside(manifest);
    let folded = diagnostics.folded();
    let mut left = count;
    for error in folded.iter().filter(|folded| folded.first.severity == Severity::Error).take(FIRST) {
        write!(f, "\n  {}", renderer.line(error))?;
        left = left.saturating_sub(error.count());
    }
    match left {
        0 => Ok(()),
        more => write!(f, "\n  and {more} more"),
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.0 {
            Cause::Write { error, .. } => Some(error),
            Cause::Table { .. }
            | Cause::Taken { .. }
            | Cause::NoFolder
            | Cause::NoLock { .. }
            | Cause::Breaking { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_no_directives() {
        for (input, watched) in [
            ("registers/device.toml", "registers/device.toml"),
            ("registers/a.csv\ncargo::rustc-link-arg=-evil", "registers"),
            ("a\rb/c.csv", "."),
            ("a\nb.csv", "."),
        ] {
            assert_eq!(watchable(Path::new(input)), Path::new(watched));
        }
    }
}
