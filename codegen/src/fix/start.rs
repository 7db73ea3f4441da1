//! The manifest that is worked on: the one that is given, or a first one for a table.

use std::path::{Path, PathBuf};

use super::Refused;
use crate::diagnostic::{Diagnostics, toml_string};
use crate::import::{self, Canonical};
use crate::load::bare;
use crate::sheet::Library;
use crate::source::files;

/// A manifest before anything is written into it.
pub(super) struct Start {
    pub(super) path: PathBuf,
    /// What stands there; nothing where it is not there yet.
    pub(super) before: Option<String>,
    pub(super) text: String,
}

/// Bytes of a manifest at most, as for every manifest.
const LARGEST: u64 = 16 << 20;

pub(super) fn start(given: &Path) -> Result<Start, Refused> {
    if !bare::is_table(given) {
        // What cannot be read is reported when it is checked.
        let read = files::read(given, LARGEST).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let text = read.ok_or(Refused::Unreadable)?;
        return Ok(Start { path: given.to_path_buf(), before: Some(text.clone()), text });
    }
    let path = given.with_extension("toml");
    if path.exists() {
        return Err(Refused::ManifestExists(path));
    }
    let file = given.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut library = Library::new(given.parent().unwrap_or(Path::new("")), false);
    let mut found = Diagnostics::default();
    if !matches!(import::read(given, &mut library, &mut found), Canonical::None) {
        return Err(Refused::Canonical);
    }
    let sheets = bare::sheets(&file, &mut library, &mut found).ok_or(Refused::Unreadable)?;
    let mut text = format!(
        "[device]\nname = {}\n\n[[sheet]]\nfile = {}\n",
        toml_string(&bare::device_name(given)),
        toml_string(&file)
    );
    let sheets: Vec<String> = sheets.iter().map(|sheet| toml_string(sheet)).collect();
    match sheets.as_slice() {
        [] => {}
        [sheet] => text = format!("{text}name = {sheet}\n"),
        several => text = format!("{text}names = [{}]\n", several.join(", ")),
    }
    Ok(Start { path, before: None, text })
}
