//! Which rows are about one register: of one model or of several that say the same.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::columns::Meaning;
use crate::lower::facts::{Fact, Repeated};
use crate::lower::selected::{Entries, Traits};
use crate::manifest::Manifest;
use crate::model::{Access, Table};
use crate::spelling::normalised;

/// What rows about one register have in common, in whatever models.
pub(super) type Key = (Table, u16, Option<u8>, Option<(u8, u8)>);

/// The groups of rows about one register that another row may belong to. There may be one for each model.
#[derive(Default)]
pub(super) struct Groups {
    pub(super) first: Option<usize>,
    /// Those with a row that all models have, that one of these has, or that says this.
    pub(super) of_all: BTreeSet<usize>,
    pub(super) of_variant: BTreeMap<String, BTreeSet<usize>>,
    pub(super) saying: HashMap<Said, BTreeSet<usize>>,
}

impl Groups {
    /// In order; a row that all models have belongs to the first.
    pub(super) fn candidates(&self, Saying { fact, said }: &Saying) -> BTreeSet<usize> {
        let Some(first) = self.first else { return BTreeSet::new() };
        if fact.variants.is_empty() {
            return BTreeSet::from([first]);
        }
        let of_variants = fact.variants.iter().filter_map(|variant| self.of_variant.get(variant));
        of_variants.chain(self.saying.get(said)).chain([&self.of_all]).flatten().copied().collect()
    }

    pub(super) fn add(&mut self, Saying { fact, said }: &Saying, group: usize) {
        self.first.get_or_insert(group);
        if fact.variants.is_empty() {
            self.of_all.insert(group);
            return;
        }
        for variant in &fact.variants {
            self.of_variant.entry(variant.clone()).or_default().insert(group);
        }
        self.saying.entry(said.clone()).or_default().insert(group);
    }
}

/// What a row says, but for the models it is about.
pub(super) type Said = (
    (Option<String>, Option<Access>, Option<u16>, Vec<String>, Option<Repeated>),
    Vec<(Meaning, String)>,
    Vec<(i64, String)>,
);

/// A row with that.
pub(super) struct Saying {
    pub(super) fact: Fact,
    pub(super) said: Said,
}

/// What its cells say, or overrides that replace it.
pub(super) fn said(fact: &Fact, entries: &Entries, manifest: &Manifest) -> Said {
    let overrides = entries.overrides(manifest, &Traits::of_rows(fact, &fact.variants));
    let settled = |meaning: Meaning| overrides.iter().find(|entry| entry.field.name() == meaning.key());
    let cells = fact.row.meanings().map(|(meaning, cell)| match settled(meaning) {
        Some(entry) => (meaning, entry.field.value()),
        None => (meaning, normalised(&cell.text)),
    });
    let cells = cells.filter(|(meaning, _)| !matches!(meaning, Meaning::Variant | Meaning::InVariant(_)));
    let about = (fact.group.clone(), fact.access, fact.count, fact.path.clone(), fact.repeated.clone());
    let lists = fact.listed.iter().map(|listed| (listed.code, listed.label.clone()));
    (about, cells.collect(), lists.collect())
}

/// Whether a row is about the same register as others. In models that have nothing in common it is, if it says the same.
pub(super) fn one_register(others: &[Saying], Saying { fact, said }: &Saying) -> bool {
    others.iter().all(|other| {
        let meets = other.fact.variants.is_empty()
            || fact.variants.is_empty()
            || other.fact.variants.iter().any(|variant| fact.variants.contains(variant));
        meets || other.said == *said
    })
}

/// The rows about what is read and those about what is written, where there are rows for each alone; rows that say both,
/// or nothing, are about either.
pub(super) fn halves(facts: Vec<Fact>) -> Vec<Vec<Fact>> {
    let only = |access: Access| facts.iter().any(|fact| fact.access == Some(access));
    if !only(Access::Read) || !only(Access::Write) {
        return vec![facts];
    }
    let half = |access: Access| {
        let about = facts.iter().filter(|fact| fact.access.is_none_or(|of| of == access || of == Access::ReadWrite));
        about.map(|fact| Fact { access: Some(access), ..fact.clone() }).collect()
    };
    vec![half(Access::Read), half(Access::Write)]
}
