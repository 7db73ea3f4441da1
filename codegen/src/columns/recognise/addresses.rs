//! Columns of addresses: which is the address, and what the others say of it.

use std::collections::BTreeMap;

use super::{BY_CELLS, BY_HEADER, Candidate, Doubt, Recogniser};
use crate::cells::address::{self, Style};
use crate::cells::{packed, quantity, types, words};
use crate::columns::Meaning;
use crate::columns::base::{self, Base};
use crate::columns::content::is_address;
use crate::columns::dictionary::{self, Claim};
use crate::model::Table;
use crate::ratio::Ratio;

impl Recogniser {
    /// The address, the same in another notation, and the last one of ranges.
    pub(super) fn addresses(&mut self) {
        for place in self.with(Claim::Is(Meaning::DeFacto)) {
            if !self.taken(Meaning::DeFacto) && self.is_column_of_addresses(place) {
                self.set(place, Meaning::DeFacto, BY_HEADER);
            }
        }
        let mut places = self.with(Claim::Is(Meaning::Address));
        places.retain(|place| self.is_column_of_addresses(*place));
        if places.is_empty() && !self.taken(Meaning::DeFacto) {
            places = self.with(Claim::MayBe(Meaning::Address));
            places.retain(|place| self.is_column_of_addresses(*place));
        }
        // Decimal ones first: of two notations the hexadecimal one repeats the other.
        places.sort_by_key(|place| self.candidates.get(*place).is_some_and(|one| one.base() == Base::Hexadecimal));
        let mut places = places.into_iter();
        let Some(first) = places.next() else { return };
        self.set(first, Meaning::Address, BY_HEADER);
        // `No.` beside numbers that are all one less may count the rows.
        let is_weak = self.candidates.get(first).is_some_and(|one| !one.claims(Claim::Is(Meaning::Address)));
        let unknown =
            self.candidates.iter().enumerate().filter(|(_, one)| one.heading.is_none()).map(|(place, _)| place);
        let rivals: Vec<usize> = unknown.filter(|place| is_weak && self.is_column_of_addresses(*place)).collect();
        for other in rivals {
            if matches!(self.relation(first, other), Relation::OneLess | Relation::OneMore) {
                self.doubt(other, Doubt::Same(Meaning::Address, first));
            }
        }
        // `Neue Adresse` beside `Adresse`: a word that nobody knows may make it the right one.
        for other in self.with(Claim::MayBe(Meaning::Address)) {
            let is_other = self.candidates.get(other).is_some_and(|one| dictionary::is_qualified(&one.column.header))
                && self.is_column_of_addresses(other);
            if is_other && self.relation(first, other) == Relation::None {
                self.doubt(other, Doubt::Same(Meaning::Address, first));
            }
        }
        for other in places {
            match self.relation(first, other) {
                Relation::Same if !self.taken(Meaning::AddressAgain) => {
                    self.set(other, Meaning::AddressAgain, "it repeats the address in every row");
                }
                Relation::DeFacto if !self.taken(Meaning::DeFacto) => {
                    self.set(other, Meaning::DeFacto, "its numbers are the de facto numbers of the addresses");
                }
                Relation::IsDeFacto if !self.taken(Meaning::DeFacto) => {
                    self.set(other, Meaning::Address, BY_HEADER);
                    self.set(first, Meaning::DeFacto, "its numbers are the de facto numbers of the addresses");
                }
                Relation::Same | Relation::DeFacto | Relation::IsDeFacto => {}
                // Counted from one, beside the address; it says nothing else.
                Relation::OneMore => {
                    if let Some(candidate) = self.candidates.get_mut(other) {
                        "it is the address counted from one".clone_into(&mut candidate.column.how);
                    }
                }
                Relation::OneLess => {
                    self.set(other, Meaning::Address, BY_HEADER);
                    if let Some(candidate) = self.candidates.get_mut(first) {
                        candidate.column.meaning = None;
                        "it is the address counted from one".clone_into(&mut candidate.column.how);
                    }
                }
                Relation::None => {
                    if let Some(candidate) = self
                        .candidates
                        .get_mut(other)
                        .filter(|one| one.claims(Claim::Is(Meaning::Address)) || !one.claims(Claim::Size))
                        .filter(|one| !one.claims(Claim::Name) || !one.claims(Claim::Size))
                    {
                        candidate.column.doubt = Some(Doubt::Same(Meaning::Address, first));
                    }
                }
            }
        }
    }

    pub(super) fn is_column_of_addresses(&self, place: usize) -> bool {
        let Some(candidate) = self.candidates.get(place) else { return false };
        let style = style(candidate);
        let fitting = candidate.cells.iter().filter(|(_, cell)| is_address(cell, style)).count();
        fitting > 0 && fitting.saturating_mul(2) >= candidate.cells.len()
    }

    /// How the numbers of two columns of addresses go together.
    fn relation(&self, one: usize, other: usize) -> Relation {
        let (Some(one), Some(other)) = (self.candidates.get(one), self.candidates.get(other)) else {
            return Relation::None;
        };
        let (style, other_style) = (style(one), style(other));
        let mut relations =
            [Relation::Same, Relation::DeFacto, Relation::IsDeFacto, Relation::OneMore, Relation::OneLess].to_vec();
        let mut compared = 0usize;
        for (row, text) in &one.cells {
            let Some(other) = other.in_row(*row) else { continue };
            let (Ok(cell), Ok(other)) = (address::parse(text, style), address::parse(other, other_style)) else {
                continue;
            };
            // A number of six digits is no address at all.
            let (first, second) = (cell.zero_based().ok(), other.zero_based().ok());
            let (first, second) = (first.map(|cell| cell.first), second.map(|cell| cell.first));
            let both = |is: fn(u16, u16) -> bool| first.zip(second).is_some_and(|(first, second)| is(first, second));
            let names = |cell: &address::AddressCell, address: Option<u16>| {
                let is_long = cell.zero_based().map_or(true, |registers| registers.first > 9_999);
                is_long && cell.de_facto().is_ok_and(|(_, number, _)| Some(number) == address)
            };
            compared = compared.saturating_add(1);
            relations.retain(|relation| match relation {
                Relation::Same => both(|first, second| first == second),
                Relation::DeFacto => names(&other, first),
                Relation::IsDeFacto => names(&cell, second),
                Relation::OneMore => both(|first, second| first.checked_add(1) == Some(second)),
                Relation::OneLess => both(|first, second| second.checked_add(1) == Some(first)),
                Relation::None => false,
            });
        }
        if compared == 0 { Relation::None } else { relations.first().copied().unwrap_or(Relation::None) }
    }

    /// Whether a row says of its value what no coil and no input has: a scale, or a range beyond 1.
    fn is_number(&self, row: u32) -> bool {
        let numbers = [Meaning::Factor, Meaning::Divisor, Meaning::Range, Meaning::Max];
        let says = |claim: &Claim| match claim {
            Claim::Scale => true,
            Claim::Is(meaning) => numbers.contains(meaning),
            _ => false,
        };
        let columns = self.candidates.iter().filter(|one| one.heading.iter().any(|of| of.claims.iter().any(says)));
        let mut cells = columns.filter_map(|one| one.in_row(row));
        cells.any(|cell| {
            let range = packed::range(cell).ok().and_then(|range| range.max);
            let number = range.or_else(|| quantity::factor(cell).map(|(factor, _)| factor));
            number.is_some_and(|number| number != Ratio::ONE && number != Ratio::ZERO)
        })
    }

    /// Plain numbers that name a Modbus table in their first digit, or are addresses that look so: SMA's 30001 is one.
    pub(super) fn de_facto(&mut self, table: Option<Table>) {
        if self.taken(Meaning::DeFacto) {
            return;
        }
        let stated = self.find(Meaning::Table);
        let stated_in = |row: u32| stated.and_then(|tables| words::table(tables.in_row(row)?).ok()).map(|of| of.table);
        let is_address = |one: &Candidate| one.column.meaning == Some(Meaning::Address);
        let Some(place) = self.candidates.iter().position(is_address) else { return };
        let Some(candidate) = self.candidates.get(place) else { return };
        let style = style(candidate);
        if style.hex {
            return;
        }
        let types = self.find(Meaning::Type);
        let mut lowest: BTreeMap<Table, u16> = BTreeMap::new();
        let (mut read, mut explicit) = (0usize, 0usize);
        for (row, text) in &candidate.cells {
            let Ok(cell) = address::parse(text, style) else { continue };
            // `HR 100` is as plain a number as 100.
            if cell.is_named() {
                return;
            }
            let names_table = cell.zero_based().is_ok_and(|registers| registers.table.is_some());
            explicit = explicit.saturating_add(usize::from(names_table));
            let Ok((of, number, _)) = cell.de_facto() else { return };
            // A row that says another table has an address.
            if stated_in(*row).is_some_and(|table| table != of) {
                return;
            }
            // Small numbers are addresses, unless leading zeros or another column say that they are coils.
            if of == Table::Coil && !text.starts_with('0') && stated_in(*row) == Some(Table::Coil) {
                continue;
            }
            if !names_table && (!cell.is_decimal() || of == Table::Coil && !text.starts_with('0')) {
                return;
            }
            // A coil or a discrete input is a bit; 19000 with a number in it is an address.
            let bits = types.and_then(|types| types.in_row(*row)).and_then(|text| types::parse(text).ok()?.bits);
            if !names_table && of.is_bit() && (bits.is_some_and(|bits| bits > 1) || self.is_number(*row)) {
                return;
            }
            read = read.saturating_add(1);
            lowest.entry(of).and_modify(|known| *known = number.min(*known)).or_insert(number);
        }
        if read == 0 {
            return;
        }
        if explicit == read {
            self.set(place, Meaning::DeFacto, "its numbers name the table: 4x0001");
            return;
        }
        // Beside a column with the tables, only numbers that begin where de facto numbers do are suspicious.
        if stated.is_some() && lowest.values().all(|first| *first > 99) {
            return;
        }
        // No device has addresses like that by chance.
        if lowest.len() > 2 {
            self.set(place, Meaning::DeFacto, "its numbers are those of three tables");
            return;
        }
        // Of a table that is known, only numbers that begin where its de facto numbers do are suspicious.
        let contradicts = |table: Table| lowest.get(&table).is_none_or(|first| *first > 99);
        if table.is_some_and(contradicts) {
            return;
        }
        let sample = candidate.cells.first().map(|(_, cell)| cell.clone()).unwrap_or_default();
        self.set(place, Meaning::DeFacto, BY_CELLS);
        self.doubt(place, Doubt::DeFacto(sample));
    }
}

pub(super) fn style(candidate: &Candidate) -> Style {
    base::style(candidate.base(), candidate.cells.iter().map(|(_, cell)| cell.as_str()))
}

/// How one column of addresses follows from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Same,
    /// The other one holds the de facto numbers of this one.
    DeFacto,
    /// This one holds those of the other one.
    IsDeFacto,
    OneMore,
    OneLess,
    None,
}
