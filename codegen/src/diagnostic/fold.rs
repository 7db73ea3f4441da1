//! What one thing has caused, as one: a table of a thousand rows can be wrong a thousand times in the same way.

use std::collections::HashMap;

use super::entry::Entry;
use super::{Cause, Diagnostic, Diagnostics, Offer};

/// Diagnostics of one cause.
#[derive(Debug, Clone)]
pub struct Folded<'a> {
    /// The first, in the order of places.
    pub first: &'a Diagnostic,
    /// The others, which differ in their places and facts.
    pub others: Vec<&'a Diagnostic>,
    /// What settles all of them in the manifest, in as few entries as there can be.
    pub offer: Offer,
}

impl Diagnostics {
    /// Those of one cause together, in the order of their first places.
    #[must_use]
    pub fn folded(&self) -> Vec<Folded<'_>> {
        let mut folded: Vec<Vec<&Diagnostic>> = Vec::new();
        let mut known: HashMap<Cause<'_>, usize> = HashMap::new();
        for diagnostic in self {
            let index = *known.entry(diagnostic.cause()).or_insert(folded.len());
            match folded.get_mut(index) {
                Some(alike) => alike.push(diagnostic),
                None => folded.push(vec![diagnostic]),
            }
        }
        folded.into_iter().filter_map(|alike| Folded::of(&alike)).collect()
    }
}

/// From this number of places on, one diagnostic is as good as several.
const MANY: usize = 4;

impl<'a> Folded<'a> {
    /// One diagnostic alone.
    #[must_use]
    pub fn one(first: &'a Diagnostic) -> Self {
        Self { first, others: Vec::new(), offer: first.manifest.clone() }
    }

    fn of(alike: &[&'a Diagnostic]) -> Option<Self> {
        let (first, others) = alike.split_first()?;
        let wider = alike.iter().find_map(|one| one.wider.as_deref().cloned());
        let offer = match wider {
            Some(entry) if !others.is_empty() || first.places.len() >= MANY => entry.into(),
            _ if others.is_empty() => return Some(Self::one(first)),
            _ => Entry::merged(alike.iter().flat_map(|one| one.manifest.entries())).into(),
        };
        Some(Self { first, others: others.to_vec(), offer })
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.others.len().saturating_add(1)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &'a Diagnostic> {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }
}
