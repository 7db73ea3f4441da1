//! A revision of a table: a manifest or a table, an exported model, or one of them from git.
//!
//! Every file that the manifest names is read from the same git revision. The files are put into a temporary folder, at
//! the paths they have in the repository, one by one as loading needs them.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Output, Stdio};

use modbus_bindgen::diagnostic::Severity;
use modbus_bindgen::diff::Revision;
use modbus_bindgen::model::Device;
use modbus_bindgen::{Loaded, read_json};

use crate::failure::Failure;
use crate::{input, report};

/// What was read of a revision.
pub(crate) enum Read {
    /// A manifest or a table.
    Loaded(Box<Loaded>),
    /// An exported model.
    Model(Box<Device>),
}

impl Read {
    /// What is compared; none where there are errors.
    pub(crate) fn revision(&self) -> Option<Revision<'_>> {
        match self {
            Self::Loaded(loaded) => loaded.revision(),
            Self::Model(device) => Some(Revision::of(device)),
        }
    }
}

/// Reads a revision and prints its errors.
pub(crate) fn read(path: &Path) -> Result<Read, Failure> {
    match path.to_str().and_then(|text| text.strip_prefix("git:")) {
        Some(of_git) => read_git(path, of_git),
        None => read_at(path, path),
    }
}

/// Reads what is at a path; messages call it by a name.
fn read_at(path: &Path, name: &Path) -> Result<Read, Failure> {
    if read_json::is_model(path) {
        let refused = |why: &dyn std::fmt::Display| {
            Failure::Message(format!("{} cannot be read as an exported model: {why}", name.display()))
        };
        let text = fs::read_to_string(path).map_err(|error| refused(&error))?;
        let device = read_json::device(&text).map_err(|error| refused(&error))?;
        return Ok(Read::Model(Box::new(device)));
    }
    let loaded = modbus_bindgen::load(path);
    shown(name, &loaded);
    Ok(Read::Loaded(Box::new(loaded)))
}

/// Prints the errors of a revision; its warnings are for `check`.
fn shown(name: &Path, loaded: &Loaded) {
    report::print(name, loaded, Severity::Error);
    if loaded.device.is_none() {
        input::say_errors(name, &loaded.diagnostics);
    }
}

fn read_git(name: &Path, of_git: &str) -> Result<Read, Failure> {
    let Some((revision, path)) =
        of_git.split_once(':').filter(|(revision, path)| !revision.is_empty() && !path.is_empty())
    else {
        return Err(Failure::Usage(format!("{} is not git:REV:PATH", name.display())));
    };
    let tree = Tree::new(revision)?;
    let path = tree.inside(Path::new(path))?;
    let folder = tempfile::tempdir().map_err(|error| Failure::Message(format!("no temporary folder: {error}")))?;
    if !tree.put(&path, folder.path())? {
        return Err(Failure::Message(format!("{}: there is no {} in {revision}", name.display(), path.display())));
    }
    let file = folder.path().join(&path);
    if read_json::is_model(&file) {
        return read_at(&file, name);
    }
    tree.put(&path.with_extension("lock"), folder.path())?;
    loop {
        let loaded = modbus_bindgen::load(&file);
        let mut found = false;
        for missing in loaded.inputs.iter().filter(|input| !input.exists()) {
            let Some(path) = missing.strip_prefix(folder.path()).ok().and_then(plain) else { continue };
            found |= tree.put(&path, folder.path())?;
        }
        if !found {
            shown(name, &loaded);
            return Ok(Read::Loaded(Box::new(loaded)));
        }
    }
}

/// A revision of the repository that the current folder is in.
struct Tree<'a> {
    revision: &'a str,
    /// The current folder, relative to the repository.
    prefix: PathBuf,
}

impl<'a> Tree<'a> {
    fn new(revision: &'a str) -> Result<Self, Failure> {
        let prefix = git(&["rev-parse", "--show-prefix"])?;
        if !prefix.status.success() {
            return Err(Failure::Usage("this folder is not in a git repository".to_owned()));
        }
        let known = git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{revision}^{{tree}}")])?;
        if !known.status.success() {
            return Err(Failure::Usage(format!("unknown git revision {revision}")));
        }
        let prefix = String::from_utf8_lossy(&prefix.stdout).trim_end_matches(['\n', '\r']).to_owned();
        Ok(Self { revision, prefix: prefix.into() })
    }

    /// A path relative to the repository.
    fn inside(&self, path: &Path) -> Result<PathBuf, Failure> {
        plain(&self.prefix.join(path))
            .ok_or_else(|| Failure::Usage(format!("{} is outside the repository", path.display())))
    }

    /// Puts a file of the revision into the folder; returns whether the file exists.
    fn put(&self, path: &Path, folder: &Path) -> Result<bool, Failure> {
        let name: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        let object = format!("{}:{}", self.revision, name.join("/"));
        // A revision cannot begin with a dash: it was verified.
        let blob = git(&["cat-file", "blob", &object])?;
        if !blob.status.success() {
            return Ok(false);
        }
        let target = folder.join(path);
        let written =
            target.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&target, &blob.stdout));
        written.map_err(|error| Failure::Message(format!("{} cannot be written: {error}", target.display())))?;
        Ok(true)
    }
}

/// A relative path without `.` and `..`; `None` if it leads outside.
fn plain(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => plain.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                if !plain.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(plain)
}

fn git(arguments: &[&str]) -> Result<Output, Failure> {
    let run = Command::new("git").args(arguments).stdin(Stdio::null()).output();
    run.map_err(|error| Failure::Usage(format!("cannot run git, which git:REV:PATH needs: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside_the_repository() {
        assert_eq!(plain(Path::new("a/./b/../c")), Some(PathBuf::from("a/c")));
        assert_eq!(plain(Path::new("a/../../c")), None);
        assert_eq!(plain(Path::new("/c")), None);
    }
}
