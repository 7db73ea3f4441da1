//! From a manifest, or a table without one, to a checked model.

mod bare;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Diagnostics, Place, Renderer, Sources, Text};
use crate::manifest::Manifest;
use crate::model::Device;
use crate::sheet::Library;
use crate::understood::Understood;
use crate::{allow, check, lower, manifest};

/// What came of loading a manifest.
#[derive(Debug)]
pub struct Loaded {
    /// The checked model; `None` exactly if there are errors.
    pub device: Option<Device>,
    /// Errors, warnings and notes, in the order of their places.
    pub diagnostics: Diagnostics,
    /// Every file that was read or tried, manifest first: what a build has to watch.
    pub inputs: Vec<PathBuf>,
    /// What was read, as far as diagnostics are shown with it.
    pub sources: Sources,
    /// What was understood of each table: its columns, the rows that are used and those that are not.
    pub understood: Understood,
}

impl Loaded {
    /// The diagnostics as a person reads them: every place drawn, with what stands around it.
    #[must_use]
    pub fn render(&self, renderer: &Renderer) -> String {
        renderer.all(&self.diagnostics, &self.sources)
    }
}

/// Reads a manifest and the vendor's files it names, or a table whose headers are well-known ones. All errors are found
/// in one run.
#[must_use]
pub fn load(path: &Path) -> Loaded {
    loaded(path, |inputs, sources, understood, diagnostics| match bare::is_table(path) {
        true => bare::read(path, inputs, sources, understood, diagnostics),
        false => {
            let text = text(path, diagnostics)?;
            read(path, &text, inputs, sources, understood, diagnostics)
        }
    })
}

/// The same of a manifest that is not written yet, as if it stood at this path.
pub(crate) fn load_text(path: &Path, text: &str) -> Loaded {
    loaded(path, |inputs, sources, understood, diagnostics| read(path, text, inputs, sources, understood, diagnostics))
}

fn loaded(
    path: &Path,
    read: impl FnOnce(&mut Vec<PathBuf>, &mut Sources, &mut Understood, &mut Diagnostics) -> Option<Device>,
) -> Loaded {
    let mut diagnostics = Diagnostics::default();
    let mut inputs = vec![path.to_path_buf()];
    let mut sources = Sources::default();
    let mut understood = Understood::default();
    let mut device = read(&mut inputs, &mut sources, &mut understood, &mut diagnostics);
    understood.explain(&diagnostics);
    diagnostics.locate(&sources);
    diagnostics.sort(&sources);
    if diagnostics.has_errors() {
        device = None;
    }
    if let Some(device) = &mut device {
        device.inputs.clone_from(&inputs);
    }
    Loaded { device, diagnostics, inputs, sources, understood }
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

fn text(path: &Path, diagnostics: &mut Diagnostics) -> Option<String> {
    match std::fs::read_to_string(path) {
        Ok(text) => Some(text),
        Err(error) => {
            let why = match error.kind() {
                ErrorKind::NotFound => "there is no such file".to_owned(),
                _ => error.to_string(),
            };
            diagnostics.push(
                Diagnostic::error("E0200", format!("the manifest cannot be read: {why}"))
                    .at(Place::file(file_name(path)))
                    .expected("a device.toml"),
            );
            None
        }
    }
}

fn read(
    path: &Path,
    text: &str,
    inputs: &mut Vec<PathBuf>,
    sources: &mut Sources,
    understood: &mut Understood,
    diagnostics: &mut Diagnostics,
) -> Option<Device> {
    let file = file_name(path);
    let text = Text::new(text);
    sources.add_manifest(&file, text.clone());
    let manifest = manifest::read(&file, &text, diagnostics)?;
    let mut library = Library::new(path.parent().unwrap_or(Path::new("")), manifest.outside_files);
    let device = checked(&manifest, &mut library, understood, diagnostics);
    inputs.extend(library.paths());
    library.show(sources);
    device
}

/// The model of what a manifest names.
fn checked(
    manifest: &Manifest,
    library: &mut Library,
    understood: &mut Understood,
    diagnostics: &mut Diagnostics,
) -> Option<Device> {
    let device = lower::lower(manifest, library, understood, diagnostics)?;
    check::check(&device, manifest, diagnostics);
    allow::apply(&manifest.allows, &device, diagnostics);
    Some(device)
}
