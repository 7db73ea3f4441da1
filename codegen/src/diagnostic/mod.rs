//! What is wrong with a table or a manifest, and where.
//!
//! Stages collect diagnostics and go on, so that one run shows everything.

#[cfg(feature = "fix")]
mod answer;
mod draw;
pub(crate) mod entry;
pub mod explain;
mod fold;
pub(crate) mod message;
mod sources;
mod visible;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

pub use self::draw::Renderer;
pub use self::entry::{Entry, Offer, quoted as toml_string};
pub use self::fold::Folded;
pub use self::message::{Fact, Message};
pub(crate) use self::message::{fault, said};
pub(crate) use self::sources::Shown;
pub use self::sources::Sources;
use self::visible::{copied, line, lines};
pub use self::visible::{inert, inert_json, inert_lines};
use crate::source::At;
pub use crate::source::{Origin, Place, Span};

/// A list of diagnostics, in the order they were found, or, once a manifest is loaded, by place.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    index: Index,
}

/// Code, message, expectation, help and what is offered: where all are the same, only the places differ.
type Wording = (&'static str, Message, Option<String>, Option<String>, Offer);

/// What has been said, so that a table of a hundred thousand wrong rows is not compared with itself.
#[derive(Debug, Clone, Default)]
struct Index {
    /// The first diagnostic of each wording.
    first: HashMap<Wording, usize>,
    /// Places of a diagnostic that others were merged into.
    places: HashMap<usize, HashSet<Place>>,
    once: HashSet<Diagnostic>,
}

impl PartialEq for Diagnostics {
    fn eq(&self, other: &Self) -> bool {
        self.list == other.list
    }
}

impl Eq for Diagnostics {}

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.index.first.entry(diagnostic.wording()).or_insert(self.list.len());
        self.list.push(diagnostic);
    }

    /// Adds one, unless it has been said before in this way.
    pub(crate) fn push_once(&mut self, diagnostic: Diagnostic) {
        if self.index.once.insert(diagnostic.clone()) {
            self.push(diagnostic);
        }
    }

    /// Adds one, or only its places where the same has been said of other places: one cause, one message.
    pub(crate) fn merge(&mut self, diagnostic: Diagnostic) {
        let first = self.index.first.get(&diagnostic.wording()).copied();
        let Some((index, known)) = first.and_then(|index| Some((index, self.list.get_mut(index)?))) else {
            self.push(diagnostic);
            return;
        };
        let places = self.index.places.entry(index).or_insert_with(|| known.places.iter().cloned().collect());
        for place in diagnostic.places {
            if places.insert(place.clone()) {
                known.places.push(place);
            }
        }
    }

    /// Whether one of them is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Puts them into the order of their places: files as the manifest names them, then sheet, row and column. What has
    /// no place comes last. What is said in the same words of several places is said once.
    pub(crate) fn sort(&mut self, sources: &Sources) {
        let mut list = std::mem::take(&mut self.list);
        list.sort_by_cached_key(|diagnostic| sources.position(diagnostic.places.first()));
        self.index = Index::default();
        for diagnostic in list {
            self.merge(diagnostic);
        }
    }

    /// Says of each place in a text on which line and in which column it is.
    pub(crate) fn locate(&mut self, sources: &Sources) {
        for place in self.list.iter_mut().flat_map(|diagnostic| &mut diagnostic.places) {
            if place.span.is_none() {
                place.span = sources.span(place);
            }
        }
    }

    /// Takes out those that are not to be kept; each can be changed before that.
    pub(crate) fn retain(&mut self, keep: impl FnMut(&mut Diagnostic) -> bool) {
        self.list.retain_mut(keep);
        self.index = Index::default();
    }

    /// How many of this severity there are.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }

    /// All of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// The same with every file beside this manifest, as the manifest was given: `pumps/a/registers.csv`, which an
    /// editor opens and which two manifests do not share.
    #[must_use]
    pub fn beside(&self, manifest: &Path) -> Self {
        let mut shown = self.clone();
        let Some(folder) = manifest.parent() else { return shown };
        let places = shown.list.iter_mut().flat_map(|diagnostic| &mut diagnostic.places);
        for place in places.filter(|place| !place.file().is_empty()) {
            let file = folder.join(place.file()).display().to_string();
            place.origin = Arc::new(Origin { file, sheet: place.sheet().map(str::to_owned) });
        }
        shown
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.list.iter().enumerate() {
            if index > 0 {
                f.write_str("\n\n")?;
            }
            diagnostic.fmt(f)?;
        }
        Ok(())
    }
}

/// Places of one diagnostic that are printed without a drawing; a table of a thousand rows can be wrong a thousand times
/// in the same way.
const SHOWN: usize = 20;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nothing is generated.
    Error,
    /// Something was decided that a person should look at.
    Warning,
    /// Something to know.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

/// One thing that is wrong, or that should be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Stable code: `E0107`.
    pub code: &'static str,
    /// What is wrong, in one line.
    pub message: Message,
    /// The cells it is about, with what stands there.
    pub places: Vec<Place>,
    /// What was expected instead.
    pub expected: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// What settles it in the manifest; `…` stands for what only a person can say.
    pub manifest: Offer,
    /// What settles all of the same cause at once, where there are several.
    wider: Option<Box<Entry>>,
    /// Whether what stands in one of its cells is wrong, and nothing else in a manifest settles it.
    is_about_a_cell: Option<AboutCell>,
    /// Whether a manifest settles it, although no entry can be offered.
    needs_manifest: bool,
}

/// What of a cell is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum AboutCell {
    /// Its text, which means the same in every cell of the column.
    Text,
    /// Its text where it stands.
    Place,
}

/// What diagnostics have in common that one thing has caused.
pub(crate) type Cause<'a> = (Severity, &'static str, Option<&'static str>, Vec<&'a str>);

impl Diagnostic {
    /// An error.
    #[must_use]
    pub fn error(code: &'static str, message: impl Into<Message>) -> Self {
        Self::new(Severity::Error, code, message.into())
    }

    /// A warning.
    #[must_use]
    pub fn warning(code: &'static str, message: impl Into<Message>) -> Self {
        Self::new(Severity::Warning, code, message.into())
    }

    /// A note.
    #[must_use]
    pub fn note(code: &'static str, message: impl Into<Message>) -> Self {
        Self::new(Severity::Note, code, message.into())
    }

    /// An error about what stands in a cell, which a `[[cell]]` of the manifest corrects where nothing else does.
    #[must_use]
    pub(crate) fn in_cell(code: &'static str, message: impl Into<Message>) -> Self {
        Self { is_about_a_cell: Some(AboutCell::Text), ..Self::error(code, message) }
    }

    /// The same where cells that hold the same text are to hold something else each: addresses.
    #[must_use]
    pub(crate) fn in_own_cell(code: &'static str, message: impl Into<Message>) -> Self {
        Self { is_about_a_cell: Some(AboutCell::Place), ..Self::error(code, message) }
    }

    /// Says that a manifest settles it, although no entry can be offered.
    #[must_use]
    pub(crate) fn needing_manifest(mut self) -> Self {
        self.needs_manifest = true;
        self
    }

    /// Whether a manifest settles it.
    pub(crate) fn is_for_a_manifest(&self) -> bool {
        self.needs_manifest || !self.manifest.is_empty()
    }

    /// Whether what stands in one of its cells is wrong, and nothing else in a manifest settles it.
    pub(crate) fn is_about_a_cell(&self) -> Option<AboutCell> {
        self.is_about_a_cell
    }

    /// What it has in common with others that the same thing has caused.
    pub(crate) fn cause(&self) -> Cause<'_> {
        (self.severity, self.code, self.message.sentence(), self.message.kinds())
    }

    fn wording(&self) -> Wording {
        (self.code, self.message.clone(), self.expected.clone(), self.help.clone(), self.manifest.clone())
    }

    fn new(severity: Severity, code: &'static str, message: Message) -> Self {
        Self {
            severity,
            code,
            message,
            places: Vec::new(),
            expected: None,
            help: None,
            manifest: Offer::default(),
            wider: None,
            is_about_a_cell: None,
            needs_manifest: false,
        }
    }

    /// Names a cell and what stands there.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.places.push(place);
        self
    }

    /// Says what was expected.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Offers what settles it in the manifest.
    #[must_use]
    pub fn manifest(mut self, offer: impl Into<Offer>) -> Self {
        self.manifest = offer.into();
        self
    }

    /// Offers what settles all of the same cause at once, where there are several.
    #[must_use]
    pub(crate) fn widely(mut self, entry: Entry) -> Self {
        self.wider = Some(Box::new(entry));
        self
    }
}

impl Serialize for Diagnostic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("severity", &self.severity)?;
        map.serialize_entry("code", &self.code)?;
        map.serialize_entry("message", &self.message)?;
        map.serialize_entry("places", &self.places)?;
        for (key, text) in [("expected", &self.expected), ("help", &self.help)] {
            text.iter().try_for_each(|text| map.serialize_entry(key, text))?;
        }
        if !self.manifest.is_empty() {
            map.serialize_entry("manifest", &self.manifest)?;
        }
        if let Some(sentence) = self.message.sentence() {
            map.serialize_entry("cause", sentence)?;
        }
        if !self.message.facts().is_empty() {
            let facts: BTreeMap<&str, &Fact> = self.message.facts().iter().map(|(name, fact)| (*name, fact)).collect();
            map.serialize_entry("facts", &facts)?;
        }
        map.end()
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.severity, self.code, line(&self.message.to_string()))?;
        for place in self.places.iter().take(SHOWN) {
            write!(f, "\n  --> {place}")?;
        }
        match self.places.len().saturating_sub(SHOWN) {
            0 => {}
            more => write!(f, "\n  --> and {more} more")?,
        }
        if let Some(expected) = &self.expected {
            write!(f, "\n  expected: {}", lines(expected))?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n  help: {}", lines(help))?;
        }
        if !self.manifest.is_empty() {
            write!(f, "\n  in the manifest:")?;
            copied(&self.manifest.to_string(), visible::COPIED).iter().try_for_each(|line| match line.as_str() {
                "" => f.write_str("\n"),
                line => write!(f, "\n    {line}"),
            })?;
        }
        Ok(())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&inert(self.file()))?;
        match (self.sheet(), self.cell()) {
            (Some(sheet), Some(cell)) => write!(f, ":{}!{cell}", inert(sheet))?,
            (Some(sheet), None) => write!(f, ":{}", inert(sheet))?,
            (None, Some(cell)) => match (self.span, self.at) {
                // What looks like a line is one.
                (Some(span), At::Row(_)) => write!(f, ":{}", span.line)?,
                _ => write!(f, ":{cell}")?,
            },
            (None, None) => {}
        }
        match &self.found {
            Some(found) if found.is_empty() => f.write_str(": empty"),
            Some(found) => write!(f, ": “{}”", line(found)),
            None => Ok(()),
        }
    }
}
