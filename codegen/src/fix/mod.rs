//! `check --fix`: writes into the manifest what can have one answer only, asks for the rest, and leaves what nobody
//! answers as `# DECIDE:` with what it may be.
//!
//! Every entry is tried first: it is written only where what it is for is gone afterwards and the manifest has nothing
//! new wrong with it. Where the table was accepted before, the model stays what it was. The vendor's files stay as they are.

mod ask;
mod decide;
mod edit;
mod start;
mod trial;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

pub use self::ask::{Answer, Question, Reading};
use self::trial::{Before, Trial};
use crate::diagnostic::entry::Section;
use crate::diagnostic::{Entry, Folded, Severity};

/// Why an entry holds that nobody was asked about.
const ONLY: &str = "only possible reading (check --fix)";

/// What `check --fix` makes of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    /// Where the manifest stands, or is to stand.
    pub path: PathBuf,
    /// What it held; nothing where it is new.
    pub before: Option<String>,
    /// What it is to hold.
    pub text: String,
    /// Entries written.
    pub written: usize,
    /// Questions left as `# DECIDE:`.
    pub open: usize,
}

impl Fixed {
    /// Whether there is anything to write.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.before.as_ref() != Some(&self.text) && (self.before.is_some() || self.written > 0 || self.open > 0)
    }
}

/// Why nothing can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The file cannot be read, or holds no table; loading it says more.
    Unreadable,
    /// The table has a manifest, which is to be given instead.
    ManifestExists(PathBuf),
    /// A table in the canonical form has no manifest: its cells are to be edited.
    Canonical,
}

/// Whoever answers questions.
pub type Ask<'a> = &'a mut dyn FnMut(&Question<'_>) -> Answer;

/// Works on the manifest at this path, or on a new one for a table. Nothing is written to disk.
///
/// # Errors
///
/// Where there is no manifest to work on.
pub fn fix(path: &Path, ask: Option<Ask<'_>>) -> Result<Fixed, Refused> {
    let start = start::start(path)?;
    let mut work = Work { path: start.path, text: start.text, tried: HashSet::new(), written: 0, open: HashSet::new() };
    let trial = work.settle(None);
    let trial = match ask {
        Some(ask) => work.ask(trial, ask),
        None => trial,
    };
    let open = work.decide(&trial);
    Ok(Fixed { path: work.path, before: start.before, text: work.text, written: work.written, open })
}

/// A manifest that is worked on.
struct Work {
    path: PathBuf,
    text: String,
    /// What was tried, and is not tried again.
    tried: HashSet<Entry>,
    written: usize,
    /// Questions that were put and not answered.
    open: HashSet<Entry>,
}

/// Entries of one cause that are tried one by one where all of them together are refused.
const SINGLE: usize = 20;

impl Work {
    /// Writes what has one answer only, until nothing changes.
    fn settle(&mut self, trial: Option<Trial>) -> Trial {
        let mut trial = trial.unwrap_or_else(|| Trial::of(&self.path, &self.text));
        while let Some(next) = self.step(&trial) {
            trial = next;
        }
        trial
    }

    /// Writes what settles one cause.
    fn step(&mut self, trial: &Trial) -> Option<Trial> {
        let is_accepted = !trial.diagnostics.has_errors();
        for folded in trial.diagnostics.folded() {
            // Warnings are settled where the model stays what it is, which is seen where there is one.
            if folded.first.severity == Severity::Note || folded.first.severity == Severity::Warning && !is_accepted {
                continue;
            }
            let mut entries = certain(&folded);
            entries.retain(|entry| self.tried.insert(entry.clone()));
            if let Some(next) = self.write(trial, &folded, &entries, ONLY) {
                return Some(next);
            }
            if entries.len() > 1 {
                let one = |entry: &Entry| self.write(trial, &folded, std::slice::from_ref(entry), ONLY);
                if let Some(next) = entries.iter().take(SINGLE).find_map(one) {
                    // Those behind it are tried again with it.
                    for entry in &entries {
                        self.tried.remove(entry);
                    }
                    return Some(next);
                }
            }
        }
        None
    }

    /// Writes entries that settle a cause, where they do.
    fn write(&mut self, trial: &Trial, folded: &Folded<'_>, entries: &[Entry], reason: &str) -> Option<Trial> {
        let (text, next) = self.attempt(trial, folded, entries, reason).ok()?;
        self.text = text;
        self.written = self.written.saturating_add(entries.len());
        Some(next)
    }

    /// The manifest with entries, and what comes of it; what speaks against it where they settle nothing.
    fn attempt(
        &self,
        trial: &Trial,
        folded: &Folded<'_>,
        entries: &[Entry],
        reason: &str,
    ) -> Result<(String, Trial), Option<String>> {
        let mut text = self.text.clone();
        for entry in entries {
            text = edit::with(&text, entry, reason, &trial.understood).ok_or(None)?;
        }
        if entries.is_empty() {
            return Err(None);
        }
        let next = Trial::of(&self.path, &text);
        // What comes of a decision is asked about next, unless the manifest itself is wrong then.
        if entries.iter().any(|entry| matches!(entry.section(), Section::Decision(..))) {
            return match next.wrong_key(trial) {
                Some(wrong) => Err(Some(wrong)),
                None => Ok((text, next)),
            };
        }
        let before = Before { trial, cause: folded.first.cause(), is_asked: reason != ONLY };
        next.settles(&before)?;
        Ok((text, next))
    }
}

/// Entries for one cause that leave nothing to a person, in as few as there can be.
fn certain(folded: &Folded<'_>) -> Vec<Entry> {
    let offered = folded.offer.entries();
    if !offered.is_empty() && offered.iter().all(Entry::is_complete) {
        return offered.to_vec();
    }
    let complete = folded.iter().map(|one| one.manifest.entries());
    Entry::merged(complete.filter(|entries| entries.iter().all(Entry::is_complete)).flatten())
}
