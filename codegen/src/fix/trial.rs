//! What comes of a manifest that is not written yet, compared with what came before.

use std::collections::HashMap;
use std::path::Path;

use crate::diagnostic::{Cause, Diagnostic, Diagnostics, Place, Severity, Sources};
use crate::load;
use crate::model::Device;
use crate::understood::Understood;

/// What came of a manifest.
pub(super) struct Trial {
    /// The model, incomplete where there are errors.
    pub(super) device: Option<Device>,
    pub(super) diagnostics: Diagnostics,
    pub(super) sources: Sources,
    pub(super) understood: Understood,
    file: String,
}

/// What a trial is compared with.
pub(super) struct Before<'a> {
    pub(super) trial: &'a Trial,
    /// What is to be settled.
    pub(super) cause: Cause<'a>,
    /// Whether a person has said what holds: the model may become another then.
    pub(super) is_asked: bool,
}

/// A diagnostic wherever the manifest's lines are.
type Identity<'a> = (Severity, &'static str, String, Vec<&'a Place>);

impl Trial {
    pub(super) fn of(path: &Path, text: &str) -> Self {
        let (device, loaded) = load::attempt(path, text);
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self { device, diagnostics: loaded.diagnostics, sources: loaded.sources, understood: loaded.understood, file }
    }

    /// Whether this is better than what came before; what speaks against it otherwise.
    pub(super) fn settles(&self, before: &Before<'_>) -> Result<(), Option<String>> {
        let old = before.trial;
        let mut known: HashMap<Identity<'_>, usize> = HashMap::new();
        for one in &old.diagnostics {
            let count = known.entry(old.identity(one)).or_default();
            *count = count.saturating_add(1);
        }
        let mut new = Vec::new();
        for one in &self.diagnostics {
            match known.get_mut(&self.identity(one)) {
                Some(count @ 1..) => *count = count.saturating_sub(1),
                _ => new.push(one),
            }
        }
        let is_accepted = !old.diagnostics.has_errors();
        // Rows that are read now may have other things wrong with them; what was written may not.
        let is_against = |one: &&&Diagnostic| {
            one.severity != Severity::Note
                && (one.places.first().is_some_and(|place| place.file() == self.file)
                    || is_accepted && one.severity == Severity::Error
                    || !before.is_asked && (is_accepted || one.cause() == before.cause))
        };
        if let Some(against) = new.iter().find(is_against) {
            return Err(Some(format!("{}[{}]: {}", against.severity, against.code, against.message)));
        }
        // What is left in `known` is gone.
        let is_gone = |one: &Diagnostic| known.get(&old.identity(one)).is_some_and(|count| *count > 0);
        if !old.diagnostics.iter().any(|one| one.cause() == before.cause && is_gone(one)) {
            return Err(None);
        }
        let places = |trial: &Trial| -> usize {
            let alike = trial.diagnostics.iter().filter(|one| one.cause() == before.cause);
            alike.map(|one| one.places.len().max(1)).sum()
        };
        if !before.is_asked && places(self) >= places(old) {
            return Err(None);
        }
        if is_accepted && !before.is_asked && self.device != old.device {
            return Err(None);
        }
        Ok(())
    }

    /// What is wrong with a key of the manifest and was not before.
    pub(super) fn wrong_key(&self, before: &Self) -> Option<String> {
        let wrong = |trial: &Self| -> Vec<String> {
            let is_key = |one: &&Diagnostic| one.severity == Severity::Error && one.code.starts_with("E02");
            trial.diagnostics.iter().filter(is_key).map(|one| format!("{}: {}", one.code, one.message)).collect()
        };
        let known = wrong(before);
        wrong(self).into_iter().find(|one| !known.contains(one))
    }

    fn identity<'a>(&self, one: &'a Diagnostic) -> Identity<'a> {
        let places = one.places.iter().filter(|place| place.file() != self.file).collect();
        (one.severity, one.code, one.message.to_string(), places)
    }
}
