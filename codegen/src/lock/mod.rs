//! The lock: public identifiers that stay when the vendor's labels change.
//!
//! `<stem>.lock` beside manifest or table has a line for each point, type, value, bit, array and group. After lowering its
//! names are given to the model (`apply`), so that no other stage knows of it. Which point of the model is which of the
//! lock is told as `diff` tells it, by place and label: what moved or means something else is an error until the lock
//! says so.

mod apply;
mod form;
mod known;
mod lists;
mod make;
mod place;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

pub(crate) use self::apply::apply;
pub use self::form::Lock;
pub use self::make::updated;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Sources, said};
use crate::diff::{Diff, Revision, diff};
use crate::model::Device;
use crate::source::{Text, files};

/// What is to be done with a lock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Use {
    /// Points that moved keep their identifiers and are no error: the lock is about to be written anew.
    pub accept_moves: bool,
    /// Which identifiers are taken anew from the labels.
    pub rename: Rename,
}

/// Which identifiers are taken anew from the labels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Rename {
    /// None.
    #[default]
    None,
    /// These locked ones.
    Ids(Vec<String>),
    /// All.
    All,
}

impl Rename {
    /// Whether a locked identifier is given up.
    fn takes(&self, id: &str) -> bool {
        match self {
            Self::None => false,
            Self::Ids(ids) => ids.iter().any(|known| known == id),
            Self::All => true,
        }
    }
}

/// What changed since a lock was written, as far as it records it.
#[must_use]
pub fn changes(lock: &Lock, device: &Device) -> Diff {
    let (old, new) = (known::model(lock, device), known::model(&updated(device, Some(lock)), device));
    diff(Revision::locked(&old), Revision::locked(&new))
}

/// Where the lock of a manifest or a table lies.
#[must_use]
pub fn path(manifest: &Path) -> PathBuf {
    manifest.with_extension("lock")
}

/// Bytes of a lock: a line for each of 4 × 65,536 points and their values.
const LARGEST: u64 = 64 << 20;

/// Reads the lock of a manifest; none where there is none.
pub(crate) fn read(manifest: &Path, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Option<Lock> {
    let path = path(manifest);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let refused = |why: &str| {
        Diagnostic::error("E0701", said!("the lock cannot be read: {why}", why))
            .at(Place::of_file(name.clone()))
            .expected("a text that `modbus-bindgen lock` has written")
            .help("restore it from version control")
    };
    let bytes = match files::read(&path, LARGEST) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        Err(error) => {
            diagnostics.push(refused(&error.to_string()));
            return None;
        }
    };
    let is_whole = u64::try_from(bytes.len()).is_ok_and(|length| length <= LARGEST);
    let Some(text) = String::from_utf8(bytes).ok().filter(|_| is_whole) else {
        diagnostics.push(refused("it is not UTF-8 text, or larger than 64 MiB"));
        return None;
    };
    sources.add_manifest(&name, Text::new(&text));
    Lock::parse(&name, &text, diagnostics)
}
