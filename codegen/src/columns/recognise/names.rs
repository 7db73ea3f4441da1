//! What names the registers, and which Modbus table they are in.

use std::collections::BTreeSet;

use super::{BY_HEADER, Candidate, Recogniser};
use crate::columns::Meaning;
use crate::columns::dictionary::{self, Claim};
use crate::model::Table;
use crate::sheet::{Grid, GridRow};
use crate::spelling::normalised;

impl Recogniser {
    /// Columns with the label of one raw value each, where there are at least two.
    pub(super) fn value_labels(&mut self) {
        let label = |candidate: &Candidate| {
            let is_text = candidate.filled().all(|(_, cell)| cell.contains(char::is_alphabetic));
            dictionary::labelled_value(&candidate.column.header).filter(|_| is_text)
        };
        let codes: Vec<Option<i64>> = self.candidates.iter().map(label).collect();
        let known: BTreeSet<i64> = codes.iter().flatten().copied().collect();
        // `Text 1` and `Text 2` may be two lines of a name, `State 1` and `State 2` are states.
        let labelled = self.candidates.iter().zip(&codes).filter(|(_, code)| code.is_some());
        let are_states = labelled.into_iter().all(|(one, _)| one.column.header.to_lowercase().contains("stat"));
        let is_list = known.len() > 1 && known.len() == codes.iter().flatten().count();
        if !is_list || !known.contains(&0) && !are_states {
            return;
        }
        for (candidate, code) in self.candidates.iter_mut().zip(codes) {
            if let Some(code) = code {
                candidate.set(Meaning::ValueLabel(code), BY_HEADER);
            }
        }
    }

    /// The name and the description.
    pub(super) fn names(&mut self) {
        let places = self.with(Claim::Name);
        let wordy = |recogniser: &Self, place: &usize| {
            recogniser.candidates.get(*place).is_some_and(|candidate| {
                let words = candidate.cells.iter().filter(|(_, cell)| cell.chars().any(char::is_alphabetic)).count();
                !candidate.cells.is_empty()
                    && words.saturating_mul(2) >= candidate.cells.len()
                    && candidate.column.doubt.is_none()
            })
        };
        let mut places = places.into_iter().filter(|place| wordy(self, place)).collect::<Vec<_>>();
        // What can be a name in Rust first, then the fullest, so that a column with few entries does not name the registers.
        places.sort_by_key(|place| {
            let rank = |candidate: &Candidate| (candidate.is_latin(), candidate.cells.len());
            std::cmp::Reverse(self.candidates.get(*place).map_or((false, 0), rank))
        });
        if places.is_empty() && !self.taken(Meaning::Description) {
            self.languages();
            return;
        }
        let mut places = places.into_iter();
        let Some(first) = places.next() else { return };
        if self.taken(Meaning::Description) {
            // A short name stands below a header that says so; `Data` and `Valid data` may be anything.
            let says_name = |place: &usize| {
                let header = self.candidates.get(*place).map_or("", |candidate| candidate.column.header.as_str());
                let exact = dictionary::heading(header);
                exact.is_some_and(|heading| heading.claims.first() == Some(&Claim::Name))
            };
            if let Some(name) = std::iter::once(first).chain(places).find(says_name) {
                self.set(name, Meaning::Label, BY_HEADER);
            }
            return;
        }
        match places.next() {
            Some(second) => {
                let is_latin = |place: usize| self.candidates.get(place).is_some_and(Candidate::is_latin);
                // The same name in another script is no name in Rust, and no description of it.
                if is_latin(first) != is_latin(second) {
                    self.set(first, Meaning::Description, BY_HEADER);
                    return;
                }
                // Of two columns as full, the one on the left names the register.
                let filled = |place: usize| self.candidates.get(place).map_or(0, |candidate| candidate.cells.len());
                let (name, text) = if filled(first) == filled(second) {
                    (first.min(second), first.max(second))
                } else {
                    (first, second)
                };
                self.set(name, Meaning::Label, BY_HEADER);
                self.set(text, Meaning::Description, BY_HEADER);
            }
            None => self.set(first, Meaning::Description, BY_HEADER),
        }
    }

    /// Names in columns whose headers are names of languages: English first, then what stands on the left.
    fn languages(&mut self) {
        let mut found: Vec<usize> = Vec::new();
        for (place, candidate) in self.candidates.iter_mut().enumerate().filter(|(_, one)| one.is_free()) {
            let language = dictionary::language(&candidate.column.header);
            let words = candidate.cells.iter().filter(|(_, cell)| cell.chars().any(char::is_alphabetic)).count();
            if language.is_some() && words.saturating_mul(2) > candidate.cells.len() {
                candidate.column.language = language;
                "a further language".clone_into(&mut candidate.column.how);
                found.push(place);
            }
        }
        let english = |place: &&usize| {
            self.candidates.get(**place).is_some_and(|candidate| candidate.column.language == Some("en"))
        };
        if let Some(first) = found.iter().find(english).or(found.first()).copied() {
            self.set(first, Meaning::Description, BY_HEADER);
        }
    }

    /// The Modbus table of all rows: the header, a title above it, the sheet's name or the file's.
    pub(super) fn table(&self, grid: &Grid, header: &GridRow) -> Option<(Table, String)> {
        if self.taken(Meaning::Table) {
            return None;
        }
        let heads = self
            .candidates
            .iter()
            .filter(|one| matches!(one.column.meaning, Some(Meaning::Address | Meaning::DeFacto)));
        let by_header = heads.into_iter().find_map(|one| {
            let table = one.heading.as_ref()?.table?;
            Some((table, format!("the header “{}” says so", normalised(&one.column.header))))
        });
        let titles = grid.rows.iter().rev().filter(|row| row.number < header.number).take(4);
        let by_title = || {
            titles.into_iter().find_map(|row| {
                let filled: Vec<&String> = row.cells.iter().filter(|cell| !cell.is_empty()).collect();
                let [title] = filled.as_slice() else { return None };
                Some((dictionary::table_in(title)?, format!("the title “{}” says so", normalised(title))))
            })
        };
        let by_sheet = || {
            let sheet = grid.origin.sheet.as_ref()?;
            Some((dictionary::table_in(sheet)?, format!("the sheet is called “{sheet}”")))
        };
        let by_file = || {
            let stem = grid.origin.file.rsplit_once('.').map_or(grid.origin.file.as_str(), |(stem, _)| stem);
            let stem = stem.rsplit_once('/').map_or(stem, |(_, stem)| stem);
            Some((dictionary::table_in(stem)?, format!("the file is called “{stem}”")))
        };
        by_header.or_else(by_title).or_else(by_sheet).or_else(by_file)
    }
}
