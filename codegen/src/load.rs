//! From a manifest, or a table without one, to a checked model.

pub(crate) mod bare;

use std::cell::RefCell;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::change::SeverityRule;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Renderer, Severity, Sources, said};
use crate::diff::{Lost, Revision, lost};
use crate::lock::{Lock, Use};
use crate::manifest::Manifest;
use crate::model::Device;
use crate::sheet::Library;
use crate::source::{Origin, Text, files};
use crate::understood::Understood;
use crate::{allow, check, correct, lock, lower, manifest};

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
    /// What the manifest says of changes, for [`crate::diff`].
    pub severities: Vec<SeverityRule>,
    /// The lock that keeps the identifiers, where there is one.
    pub lock: Option<Lock>,
}

impl Loaded {
    /// The diagnostics as a person reads them: every place drawn, with what stands around it.
    #[must_use]
    pub fn render(&self, renderer: &Renderer) -> String {
        renderer.all(&self.diagnostics, &self.sources)
    }

    /// What was loaded as a revision, to compare it with another; none where there are errors.
    #[must_use]
    pub fn revision(&self) -> Option<Revision<'_>> {
        let device = self.device.as_ref()?;
        let revision = if self.lock.is_some() { Revision::locked(device) } else { Revision::of(device) };
        Some(revision.with_tables(&self.sources, &self.diagnostics).with_rules(&self.severities))
    }

    /// The points of this revision that stood where a new one has errors: in the row that shares most cells with it, half of
    /// them at least.
    #[must_use]
    pub fn lost_in(&self, new: &Self) -> Vec<Lost<'_>> {
        let device = self.device.as_ref();
        device.map(|device| lost(device, &self.sources, &new.sources, &new.diagnostics)).unwrap_or_default()
    }

    /// How a manifest is begun, where what is shown asks for one and a table was given instead: said once, below all
    /// that is wrong with it. `given` is the table's path as a person knows it.
    #[must_use]
    pub fn first_step(&self, given: &Path, least: Severity) -> Option<String> {
        let table = self.inputs.first().filter(|path| bare::is_table(path))?;
        let mut shown = self.diagnostics.iter().filter(|one| one.severity <= least);
        shown.any(Diagnostic::is_for_a_manifest).then(|| bare::first_step(given, table))
    }
}

/// Reads a manifest and the vendor's files it names, or a table whose headers are well-known ones. All errors are found
/// in one run.
#[must_use]
pub fn load(path: &Path) -> Loaded {
    load_with(path, &Use::default())
}

/// The same, where the lock is about to be written anew.
#[must_use]
pub fn load_with(path: &Path, how: &Use) -> Loaded {
    let mut found = Diagnostics::default();
    let mut sources = Sources::default();
    let lock = lock::read(path, &mut sources, &mut found);
    let is_broken = found.has_errors();
    let severities = RefCell::new(Vec::new());
    let keep = |manifest: Option<&Manifest>, device: &mut Device, diagnostics: &mut Diagnostics| {
        if let Some(manifest) = manifest {
            severities.borrow_mut().clone_from(&manifest.severities);
        }
        if let Some(lock) = &lock {
            lock::apply(lock, how, device, diagnostics);
        }
    };
    let mut all = loaded(path, |inputs, of, understood, diagnostics| {
        // Manifest and tables come first wherever files are listed.
        let device = match bare::is_table(path) {
            true => bare::read(path, &keep, inputs, of, understood, diagnostics),
            false => {
                let text = text(path, diagnostics);
                text.and_then(|text| read(path, &text, &keep, inputs, of, understood, diagnostics))
            }
        };
        of.append(sources);
        for diagnostic in &found {
            diagnostics.push(diagnostic.clone());
        }
        device
    });
    if lock.is_some() || is_broken {
        all.inputs.push(lock::path(path));
    }
    all.severities = severities.take();
    all.lock = lock;
    all
}

/// What is done to a model before it is checked, with the manifest it comes from; a canonical table has none.
type Keep<'a> = dyn Fn(Option<&Manifest>, &mut Device, &mut Diagnostics) + 'a;

/// What comes of a manifest that is not written yet, with its model, which is incomplete where there are errors.
pub(crate) fn attempt(path: &Path, text: &str) -> (Option<Device>, Loaded) {
    let mut device = None;
    let loaded = loaded(path, |inputs, sources, understood, diagnostics| {
        device = read(path, text, &|_, _, _| {}, inputs, sources, understood, diagnostics);
        None
    });
    (device, loaded)
}

/// The same of a manifest that is not written yet, as if it stood at this path.
pub(crate) fn load_text(path: &Path, text: &str) -> Loaded {
    loaded(path, |inputs, sources, understood, diagnostics| {
        read(path, text, &|_, _, _| {}, inputs, sources, understood, diagnostics)
    })
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
    for sheet in &understood.sheets {
        sources.add_header(Origin { file: sheet.file.clone(), sheet: sheet.sheet.clone() }, sheet.header);
    }
    understood.explain(&diagnostics);
    correct::name_entries(&mut diagnostics, &sources);
    diagnostics.locate(&sources);
    diagnostics.sort(&sources);
    correct::offer(&mut diagnostics, &sources);
    if diagnostics.has_errors() {
        device = None;
    }
    if let Some(device) = &mut device {
        device.inputs.clone_from(&inputs);
    }
    Loaded { device, diagnostics, inputs, sources, understood, severities: Vec::new(), lock: None }
}

/// Bytes of a manifest: a register takes a few lines at most, and a device has at most 4 × 65,536 of them.
const LARGEST: u64 = 16 << 20;

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

fn text(path: &Path, diagnostics: &mut Diagnostics) -> Option<String> {
    let refused = |why: &str| {
        Diagnostic::error("E0200", said!("the manifest cannot be read: {why}", why))
            .at(Place::of_file(file_name(path)))
            .expected("a device.toml")
    };
    let read = match files::read(path, LARGEST) {
        Ok(bytes) if u64::try_from(bytes.len()).is_ok_and(|length| length <= LARGEST) => String::from_utf8(bytes)
            .map_err(|_| refused("it is not UTF-8 text").help("save it as UTF-8, which is what TOML is written in")),
        Ok(_) => Err(refused(&format!("it is larger than {} MiB", LARGEST >> 20)).help("give the path of a manifest")),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(refused("there is no such file")),
        Err(error) => Err(refused(&error.to_string())),
    };
    read.map_err(|diagnostic| diagnostics.push(diagnostic)).ok()
}

fn read(
    path: &Path,
    text: &str,
    keep: &Keep<'_>,
    inputs: &mut Vec<PathBuf>,
    sources: &mut Sources,
    understood: &mut Understood,
    diagnostics: &mut Diagnostics,
) -> Option<Device> {
    let file = file_name(path);
    let text = Text::new(text);
    sources.add_manifest(&file, text.clone());
    let mut manifest = manifest::read(&file, &text, diagnostics)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    if manifest.names_points() {
        // Which points have a label or an identifier is known when rows have become points. What is wrong with them is said
        // the second time.
        let mut unheard = Diagnostics::default();
        let mut library = Library::new(folder, manifest.outside_files)
            .corrected(&manifest.cells, &mut unheard)
            .with_rows(&manifest.row_corrections);
        let device = lower::lower(&manifest, &mut library, &mut Understood::default(), &mut unheard);
        if let Some(mut device) = device {
            if !unheard.has_errors() {
                keep(Some(&manifest), &mut device, &mut unheard);
            }
            manifest.resolve(&device, diagnostics);
        }
    }
    let mut library = Library::new(folder, manifest.outside_files)
        .corrected(&manifest.cells, diagnostics)
        .with_rows(&manifest.row_corrections);
    let device = checked(&manifest, keep, &mut library, understood, diagnostics);
    library.report_uncorrected(diagnostics);
    inputs.extend(library.paths());
    library.show(sources);
    device
}

/// The model of what a manifest names.
fn checked(
    manifest: &Manifest,
    keep: &Keep<'_>,
    library: &mut Library,
    understood: &mut Understood,
    diagnostics: &mut Diagnostics,
) -> Option<Device> {
    let mut device = lower::lower(manifest, library, understood, diagnostics)?;
    // Of a table with errors rows are missing, and what the lock would say of those follows from that.
    if !diagnostics.has_errors() {
        keep(Some(manifest), &mut device, diagnostics);
    }
    check::check(&device, manifest, diagnostics);
    if !diagnostics.has_errors() {
        manifest.report_stale(&device, diagnostics);
    }
    // Of a table with errors points are missing that entries may name.
    let allows = match diagnostics.has_errors() {
        true => manifest.allows.clone(),
        false => manifest.allowed(&device, diagnostics),
    };
    allow::apply(&allows, &device, diagnostics);
    Some(device)
}
