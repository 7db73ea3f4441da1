//! Columns whose header contradicts its cells: the cells decide, or a person does.

use std::collections::BTreeSet;

use super::{Candidate, Doubt, GUESSED, Recogniser};
use crate::cells::{lists, words};
use crate::columns::Meaning;
use crate::columns::content::{Looks, contradicts, looks_like};
use crate::columns::dictionary::Claim;

/// Words of headers that say no more than that one of a few words stands below them: `Register type`, `Data type`.
const ANY_KIND: [&str; 9] = ["type", "types", "typ", "kind", "art", "soort", "format", "attribute", "property"];

impl Candidate {
    /// Whether it has no meaning yet, and a header that is not known, or for one of a few words: no name, text or number.
    fn may_be_a_word(&self) -> bool {
        let is_word = |claim: &Claim| match claim {
            Claim::Is(meaning) | Claim::MayBe(meaning) => !meaning.is_text() || *meaning == Meaning::Unit,
            Claim::Scale | Claim::Size | Claim::Name => false,
        };
        self.is_free()
            && self.column.doubt.is_none()
            && (self.heading.as_ref().is_none_or(|heading| heading.claims.iter().all(is_word)) || self.has_types_only())
    }

    /// Whether nobody calls registers so: `s16`, `u8`, `u32`.
    fn has_types_only(&self) -> bool {
        const FEW: usize = 3;
        let mut cells = self.filled().map(|(_, cell)| cell.as_str()).peekable();
        self.filled().count() >= FEW
            && cells.peek().is_some()
            && cells.all(|cell| cell.len() > 1 && Looks::Types.is(cell))
    }
}

impl Recogniser {
    /// Columns that are not what their headers say. Where the header may say both, the cells decide; otherwise a person is
    /// asked, and what the cells look like is proposed.
    pub(super) fn by_cells(&mut self) {
        let mut strange: Vec<(usize, Meaning, Looks)> = Vec::new();
        for (place, candidate) in self.candidates.iter().enumerate() {
            let claim = candidate.heading.as_ref().and_then(|heading| heading.claims.first());
            if let (true, None, Some(Claim::Is(meaning))) = (candidate.is_free(), &candidate.column.doubt, claim)
                && let Some(looks) = candidate.refuted(*meaning)
            {
                strange.push((place, *meaning, looks));
            }
        }
        for (place, meaning, looks) in &strange {
            let meant = looks.meaning().filter(|meant| !self.taken(*meant));
            if let Some(meant) = meant.filter(|meant| self.may_say(*place, *meaning, *meant)) {
                self.set(*place, meant, looks.how());
                continue;
            }
            let Some(candidate) = self.candidates.get(*place) else { continue };
            let misfits = candidate.filled().filter(|(_, cell)| contradicts(*meaning, cell) || looks.is(cell));
            let misfits = misfits.take(3).cloned().collect();
            self.doubt(*place, Doubt::Misfit(*meaning, *looks, misfits));
            if let Some(meant) = meant {
                self.set(*place, meant, GUESSED);
            }
        }
        // Where headers are exchanged, another column has lost its own.
        let is_exchanged = self.candidates.iter().any(|one| matches!(one.column.doubt, Some(Doubt::Misfit(..))));
        for place in 0..self.candidates.len() {
            let Some(candidate) = self.candidates.get(place).filter(|one| one.may_be_a_word()) else { continue };
            let cells: Vec<&str> = candidate.filled().map(|(_, cell)| cell.as_str()).collect();
            let is_list = |looks: &Looks| *looks == Looks::Lists && cells.iter().any(|cell| lists::has_several(cell));
            let looks = looks_like(&cells).filter(|looks| looks.is_plain() && !cells.is_empty() || is_list(looks));
            let Some((looks, meant)) = looks.and_then(|looks| Some((looks, looks.meaning()?))) else { continue };
            if self.taken(meant) {
                continue;
            }
            let is_sure = looks == Looks::Lists || looks == Looks::Types && candidate.has_types_only();
            if is_sure || self.may_say(place, meant, meant) {
                self.set(place, meant, looks.how());
            } else if is_exchanged && candidate.heading.is_some() {
                self.set(place, meant, GUESSED);
            }
        }
    }

    /// Whether the header is not known, and the cells are nothing else: several words such as `uint16`, `R/W`, `FIX2`.
    fn is_clear(&self, place: usize) -> bool {
        let Some(candidate) = self.candidates.get(place).filter(|one| one.heading.is_none()) else { return false };
        let cells: BTreeSet<&str> = candidate.filled().map(|(_, cell)| cell.as_str()).collect();
        let is_long = |cell: &&str| cell.chars().count() > 2;
        [Looks::Types, Looks::Accesses, Looks::Formats]
            .iter()
            .any(|looks| cells.iter().all(|cell| looks.is(cell)) && (cells.iter().any(is_long) || cells.len() > 2))
    }

    /// Whether a header can say this as well as what it is known for.
    fn may_say(&self, place: usize, known: Meaning, meant: Meaning) -> bool {
        let header = self.candidates.get(place).map_or("", |candidate| candidate.column.header.as_str());
        let plain = words::plain(header);
        let names_kind = || {
            let mut words = plain.split(|sign: char| !sign.is_alphanumeric());
            words.any(|word| ANY_KIND.contains(&word) || word.ends_with("typ") || word.ends_with("type"))
        };
        match meant {
            Meaning::Values => matches!(known, Meaning::Range),
            Meaning::Type | Meaning::Access | Meaning::Table | Meaning::Format => names_kind() || self.is_clear(place),
            _ => false,
        }
    }
}
