//! Which column means what where no manifest says it: by the well-known headers, borne out by the cells below them.

use std::collections::{BTreeMap, BTreeSet};

use super::content::{contradicts, fits, is_address, looks_like};
use super::dictionary::{self, Claim, Heading};
use crate::cells::address::{self, Style};
use crate::cells::{number, order, quantity, text, types, words};
use crate::columns::{Columns, Meaning};
use crate::diagnostic::Place;
use crate::model::Table;
use crate::ratio::Ratio;
use crate::sheet::{Grid, GridRow};
use crate::source::Located;

/// A table found on a sheet.
#[derive(Debug)]
pub(crate) struct Recognised {
    /// The header's row.
    pub(crate) row: u32,
    /// The row at which the next table of the sheet begins.
    pub(crate) end: Option<u32>,
    pub(crate) columns: Vec<Column>,
    /// The Modbus table of all its rows, and what says it.
    pub(crate) table: Option<(Table, String)>,
}

/// A column of it.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// Counted from zero.
    pub(crate) index: usize,
    pub(crate) header: String,
    /// None where nothing is made of it.
    pub(crate) meaning: Option<Meaning>,
    /// Why it has that meaning, or none.
    pub(crate) how: String,
    /// What a person has to decide about it.
    pub(crate) doubt: Option<Doubt>,
    /// What would change the values if it were what its header may say, of a column that is not used.
    pub(crate) may_be: Option<Meaning>,
}

/// What the cells do not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// Whether its numbers multiply or divide: one of them.
    Scale(String),
    /// Whether it counts registers, bytes or bits: one of its numbers.
    Size(String),
    /// The other column that has the same claim to its meaning.
    Same(Meaning, usize),
    /// Numbers such as de facto numbers are that may be addresses.
    DeFacto(String),
    /// What the header says and the cells do not bear out, and the first cells that do not.
    Unread(Meaning, Vec<(u32, String)>),
}

impl Recognised {
    /// The columns as a manifest would name them.
    pub(crate) fn columns(&self, grid: &Grid) -> Columns {
        let place = |column: &Column| Place::from(grid.origin.cell(self.row, column.index)).holds(&column.header);
        let named = self.columns.iter().filter_map(|column| {
            Some((column.meaning?, Located { value: column.header.clone(), place: place(column) }))
        });
        Columns { headers: named.collect(), are_recognised: true }
    }

    pub(crate) fn column(&self, meaning: Meaning) -> Option<&Column> {
        self.columns.iter().find(|column| column.meaning == Some(meaning))
    }
}

/// Every table of a sheet, from top to bottom.
pub(crate) fn tables(grid: &Grid) -> Vec<Recognised> {
    let mut starts: Vec<&GridRow> = Vec::new();
    for row in &grid.rows {
        let is_repeated = starts.last().is_some_and(|last| same_cells(last, row));
        // A header in two rows is found in the first.
        if is_header(row) && !is_repeated && starts.last().is_none_or(|last| last.number.saturating_add(1) < row.number)
        {
            starts.push(row);
        }
    }
    let ends = starts.iter().skip(1).map(|row| Some(row.number)).chain([None]);
    starts.iter().zip(ends).map(|(row, end)| recognise(grid, row, end)).collect()
}

/// The table whose header stands in this row.
pub(crate) fn table_at(grid: &Grid, row: u32, end: Option<u32>) -> Option<Recognised> {
    grid.row(row).map(|row| recognise(grid, row, end))
}

/// The table of a sheet whose headers are not known, as far as its cells tell: a column whose numbers rise is taken for the
/// address, and the last row above them for the header. All of it is a guess.
pub(crate) fn guess(grid: &Grid) -> Option<Recognised> {
    let width = grid.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let cells = |column: usize| {
        grid.rows.iter().filter_map(move |row| Some((row, row.cells.get(column).filter(|cell| !cell.is_empty())?)))
    };
    let rising = |column: usize| {
        let mut numbers: Vec<u16> = Vec::new();
        for (_, cell) in cells(column) {
            if let Ok(registers) = address::parse(cell, Style::default()).and_then(|cell| cell.zero_based()) {
                numbers.push(registers.first);
            }
        }
        numbers.windows(2).filter(|pair| matches!(pair, [one, next] if one < next)).count()
    };
    let column = (0..width).max_by_key(|column| (rising(*column), std::cmp::Reverse(*column)))?;
    if rising(column) < 2 {
        return None;
    }
    let (first, _) = cells(column).find(|(_, cell)| is_address(cell, Style::default()))?;
    let filled = |row: &&GridRow| row.cells.iter().filter(|cell| !cell.is_empty()).count() > 1;
    let header = grid.rows.iter().rev().filter(|row| row.number < first.number).find(filled)?;
    let mut recogniser = Recogniser { candidates: candidates(grid, header, None) };
    let place = recogniser.candidates.iter().position(|one| one.column.index == column)?;
    recogniser.set(place, Meaning::Address, GUESSED);
    recogniser.certain();
    recogniser.weak();
    recogniser.guess();
    recogniser.sizes();
    recogniser.scales();
    recogniser.names();
    recogniser.guess_names();
    let table = recogniser.table(grid, header);
    recogniser.de_facto(table.as_ref().map(|(table, _)| *table));
    recogniser.unread();
    Some(Recognised { row: header.number, end: None, columns: recogniser.columns(), table })
}

/// Why a column has a meaning that only its cells suggest.
pub(crate) const GUESSED: &str = "a guess, by what stands below it";

fn same_cells(one: &GridRow, other: &GridRow) -> bool {
    let filled = |row: &GridRow| -> Vec<(usize, String)> {
        let cells = row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty());
        cells.map(|(column, cell)| (column, words::plain(cell))).collect()
    };
    filled(one) == filled(other)
}

/// Whether a row is a header: it names an address and something else, and holds no numbers.
fn is_header(row: &GridRow) -> bool {
    let filled: Vec<&String> = row.cells.iter().filter(|cell| !cell.is_empty()).collect();
    // Most rows hold a number, and a header none.
    let is_number = |cell: &&String| cell.bytes().all(|byte| byte.is_ascii_digit() || b".,- ".contains(&byte));
    if filled.len() < 2 || filled.iter().any(is_number) {
        return false;
    }
    let headings: Vec<Heading> = filled.iter().filter_map(|cell| dictionary::heading(cell)).collect();
    // Headers of several words that the vendor has added to, all of them together.
    let likely: Vec<Heading> = filled.iter().filter_map(|cell| dictionary::likely(cell)).collect();
    let may_be_address =
        |heading: &Heading| matches!(heading.claims.first(), Some(Claim::MayBe(Meaning::Address | Meaning::DeFacto)));
    if filled.len() >= 4
        && likely.len().saturating_mul(4) >= filled.len().saturating_mul(3)
        && likely.iter().any(may_be_address)
        && filled.iter().any(|cell| words::plain(cell).contains("addres"))
    {
        return true;
    }
    let strong = |heading: &Heading| {
        heading.claims.iter().any(|claim| matches!(claim, Claim::Is(Meaning::Address | Meaning::DeFacto)))
    };
    let weak = |heading: &Heading| heading.claims.contains(&Claim::MayBe(Meaning::Address));
    let addresses = headings.iter().filter(|heading| strong(heading)).count();
    let others = headings.len().saturating_sub(addresses);
    let known = others >= 1 && addresses >= 1 || headings.iter().any(weak) && headings.len() >= 4;
    // Half of the cells at least, so that a row of registers called after such words is none.
    known && headings.len().saturating_mul(2) >= filled.len().min(12)
}

struct Candidate {
    column: Column,
    heading: Option<Heading>,
    /// What stands below it, blanks aside.
    cells: Vec<(u32, String)>,
}

impl Candidate {
    fn claims(&self, claim: Claim) -> bool {
        self.heading.as_ref().is_some_and(|heading| heading.claims.contains(&claim))
    }

    fn is_free(&self) -> bool {
        self.column.meaning.is_none()
    }

    /// Whether most of its cells can have this meaning, and there are some.
    fn bears_out(&self, meaning: Meaning) -> bool {
        let fitting = self.cells.iter().filter(|(_, cell)| fits(meaning, cell) != Some(false)).count();
        let misfits = self.cells.iter().filter(|(_, cell)| contradicts(meaning, cell)).count();
        fitting > 0 && fitting.saturating_mul(10) >= fitting.saturating_add(misfits).saturating_mul(7)
    }

    /// The cells that say something: no dashes, and no `none`.
    fn filled(&self) -> impl Iterator<Item = &(u32, String)> {
        self.cells.iter().filter(|(_, cell)| !text::is_nothing(cell))
    }

    /// Whether the header says it in so many words, as the dictionary has them.
    fn is_plain(&self) -> bool {
        dictionary::heading(&self.column.header).is_some_and(|heading| {
            heading.claims.iter().all(|claim| matches!(claim, Claim::Is(_) | Claim::Scale | Claim::Size))
        })
    }

    /// What would change the values if it were what its header may say; none where it says nothing.
    fn changes_values(&self) -> Option<Meaning> {
        self.filled().next()?;
        self.heading.as_ref()?.claims.iter().find_map(|claim| match claim {
            Claim::Scale => Some(Meaning::Factor),
            Claim::Size if !self.claims(Claim::Name) => Some(Meaning::Count),
            Claim::Is(meaning) | Claim::MayBe(meaning) => {
                let changes = matches!(
                    meaning,
                    Meaning::Factor
                        | Meaning::Divisor
                        | Meaning::Exponent
                        | Meaning::Decimals
                        | Meaning::Offset
                        | Meaning::Order
                        | Meaning::Count
                        | Meaning::SizeInBits
                        | Meaning::SizeInBytes
                );
                changes.then_some(*meaning)
            }
            Claim::Size | Claim::Name => None,
        })
    }

    /// What stands in a row.
    fn in_row(&self, row: u32) -> Option<&str> {
        let at = self.cells.binary_search_by_key(&row, |(of, _)| *of).ok()?;
        self.cells.get(at).map(|(_, cell)| cell.as_str())
    }

    fn set(&mut self, meaning: Meaning, how: impl Into<String>) {
        self.column.meaning = Some(meaning);
        self.column.how = how.into();
    }
}

const BY_HEADER: &str = "by its header";
const BY_CELLS: &str = "by its header and what stands below it";

fn recognise(grid: &Grid, header: &GridRow, end: Option<u32>) -> Recognised {
    let mut recogniser = Recogniser { candidates: candidates(grid, header, end) };
    recogniser.addresses();
    recogniser.certain();
    recogniser.weak();
    recogniser.sizes();
    recogniser.scales();
    recogniser.names();
    let table = recogniser.table(grid, header);
    recogniser.de_facto(table.as_ref().map(|(table, _)| *table));
    recogniser.unread();
    Recognised { row: header.number, end, columns: recogniser.columns(), table }
}

/// The columns below a header, with what stands in them.
fn candidates(grid: &Grid, header: &GridRow, end: Option<u32>) -> Vec<Candidate> {
    let below = |row: &&GridRow| row.number > header.number && end.is_none_or(|end| row.number < end);
    let rows: Vec<&GridRow> = grid.rows.iter().filter(below).filter(|row| !same_cells(header, row)).collect();
    let mut candidates: Vec<Candidate> = Vec::new();
    for (index, cell) in header.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
        let cells = rows.iter().filter_map(|row| {
            // A row of a single cell is a title.
            let is_title = row.cells.iter().filter(|cell| !cell.is_empty()).count() < 2;
            let cell = row.cells.get(index).filter(|cell| !cell.is_empty() && !is_title)?;
            Some((row.number, cell.clone()))
        });
        candidates.push(Candidate {
            column: Column {
                index,
                header: cell.clone(),
                meaning: None,
                how: String::new(),
                doubt: None,
                may_be: None,
            },
            heading: dictionary::likely(cell),
            cells: cells.collect(),
        });
    }
    candidates
}

struct Recogniser {
    candidates: Vec<Candidate>,
}

impl Recogniser {
    fn columns(self) -> Vec<Column> {
        let columns = self.candidates.into_iter().map(|candidate| {
            let may_be = candidate.changes_values();
            let mut column = candidate.column;
            if column.meaning.is_none() && column.how.is_empty() {
                column.may_be = may_be;
                let how = if candidate.heading.is_some() {
                    "another column has that meaning, or its cells do not bear it out"
                } else {
                    "its header is not known"
                };
                how.clone_into(&mut column.how);
            }
            column
        });
        columns.collect()
    }

    /// Columns with headers that are not known, by what stands in them.
    fn guess(&mut self) {
        let places: Vec<usize> = (0..self.candidates.len()).collect();
        for place in places {
            let Some(candidate) = self.candidates.get(place) else { continue };
            if !candidate.is_free() || candidate.heading.is_some() {
                continue;
            }
            let cells: Vec<&str> = candidate.cells.iter().map(|(_, cell)| cell.as_str()).collect();
            let meaning = match looks_like(&cells).filter(|_| !cells.is_empty()) {
                Some("types") => Meaning::Type,
                Some("accesses") => Meaning::Access,
                Some("units") => Meaning::Unit,
                Some("Modbus tables") => Meaning::Table,
                Some("ranges") => Meaning::Range,
                _ => continue,
            };
            if !self.taken(meaning) {
                self.set(place, meaning, GUESSED);
            }
        }
    }

    /// The fullest column of words names the registers where no header says which does.
    fn guess_names(&mut self) {
        if self.taken(Meaning::Label) || self.taken(Meaning::Description) {
            return;
        }
        let words = |candidate: &Candidate| {
            let texts: BTreeSet<&str> = candidate.cells.iter().map(|(_, cell)| cell.as_str()).collect();
            texts.iter().filter(|cell| cell.chars().filter(|character| character.is_alphabetic()).count() > 2).count()
        };
        let free = self.candidates.iter().enumerate().filter(|(_, one)| one.is_free() && words(one) > 0);
        let best = free.max_by_key(|(place, one)| (words(one), std::cmp::Reverse(*place))).map(|(place, _)| place);
        if let Some(place) = best {
            self.set(place, Meaning::Description, GUESSED);
        }
    }

    fn taken(&self, meaning: Meaning) -> bool {
        self.candidates.iter().any(|candidate| candidate.column.meaning == Some(meaning))
    }

    fn find(&self, meaning: Meaning) -> Option<&Candidate> {
        self.candidates.iter().find(|candidate| candidate.column.meaning == Some(meaning))
    }

    fn with(&self, claim: Claim) -> Vec<usize> {
        let claiming = self.candidates.iter().enumerate().filter(|(_, one)| one.is_free() && one.claims(claim));
        claiming.map(|(place, _)| place).collect()
    }

    fn set(&mut self, place: usize, meaning: Meaning, how: &str) {
        if let Some(candidate) = self.candidates.get_mut(place) {
            candidate.set(meaning, how);
        }
    }

    /// The address, the same in another notation, and the last one of ranges.
    fn addresses(&mut self) {
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
        places.sort_by_key(|place| {
            self.candidates.get(*place).is_some_and(|one| one.heading.as_ref().is_some_and(|heading| heading.hex))
        });
        let mut places = places.into_iter();
        let Some(first) = places.next() else { return };
        self.set(first, Meaning::Address, BY_HEADER);
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

    fn is_column_of_addresses(&self, place: usize) -> bool {
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

    /// What headers say that mean one thing to everybody.
    fn certain(&mut self) {
        let places: Vec<usize> = (0..self.candidates.len()).collect();
        for place in places {
            let Some(candidate) = self.candidates.get(place).filter(|candidate| candidate.is_free()) else { continue };
            let Some(Claim::Is(meaning)) =
                candidate.heading.as_ref().and_then(|heading| heading.claims.first()).copied()
            else {
                continue;
            };
            if matches!(meaning, Meaning::Address | Meaning::DeFacto) || candidate.column.doubt.is_some() {
                continue;
            }
            let first = self.candidates.iter().position(|one| one.column.meaning == Some(meaning));
            match first {
                None => self.set(place, meaning, BY_HEADER),
                // Texts may stand in several columns; a second one is left out, which is noted.
                Some(_) if meaning.is_text() && meaning != Meaning::Unit => {}
                Some(first) => self.doubt(place, Doubt::Same(meaning, first)),
            }
        }
    }

    fn doubt(&mut self, place: usize, doubt: Doubt) {
        if let Some(candidate) = self.candidates.get_mut(place) {
            candidate.column.doubt = Some(doubt);
        }
    }

    /// What headers may mean, where the cells bear it out and no other column means it.
    fn weak(&mut self) {
        let places: Vec<usize> = (0..self.candidates.len()).collect();
        for place in places {
            let Some(candidate) = self.candidates.get(place).filter(|candidate| candidate.is_free()) else { continue };
            let claims = candidate.heading.as_ref().map(|heading| heading.claims.clone()).unwrap_or_default();
            let claim = claims.into_iter().find_map(|claim| match claim {
                Claim::MayBe(Meaning::Address) => None,
                Claim::MayBe(meaning) if !self.taken(meaning) && candidate.bears_out(meaning) => Some(meaning),
                _ => None,
            });
            if let Some(meaning) = claim {
                self.set(place, meaning, BY_CELLS);
            }
        }
    }

    /// Sizes: in registers, bytes or bits, whichever the types or the distances between the addresses bear out.
    fn sizes(&mut self) {
        for place in self.with(Claim::Size) {
            let Some(candidate) = self.candidates.get(place) else { continue };
            if !self.taken(Meaning::Type) && candidate.bears_out(Meaning::Type) && !candidate.bears_out(Meaning::Count)
            {
                self.set(place, Meaning::Type, "its cells are types");
                continue;
            }
            let sizes = [Meaning::Count, Meaning::SizeInBits, Meaning::SizeInBytes];
            if sizes.into_iter().any(|meaning| self.taken(meaning)) {
                continue;
            }
            if !candidate.bears_out(Meaning::Count) {
                // Zero registers are none.
                let is_zero = candidate.filled().all(|(_, cell)| cell == "0");
                if candidate.is_plain() && !is_zero && !self.repeats_types(candidate) {
                    self.misread(place, Meaning::Count);
                }
                continue;
            }
            match self.size_of(candidate) {
                Some((meaning, how)) => self.set(place, meaning, how),
                None => {
                    let sample = candidate.filled().next().map(|(_, cell)| cell.clone()).unwrap_or_default();
                    // Of a header that may as well be a name nothing is asked.
                    if !candidate.claims(Claim::Name) {
                        self.doubt(place, Doubt::Size(sample));
                    }
                }
            }
        }
    }

    fn size_of(&self, candidate: &Candidate) -> Option<(Meaning, &'static str)> {
        const UNITS: [(Meaning, u32); 3] = [(Meaning::Count, 16), (Meaning::SizeInBytes, 8), (Meaning::SizeInBits, 1)];
        let number = |cell: &str| cell.trim().parse::<u32>().ok();
        let types = self.find(Meaning::Type);
        let mut by_type = [0usize; 3];
        for (row, cell) in &candidate.cells {
            let bits = types
                .and_then(|types| types.in_row(*row))
                .and_then(|text| types::parse(text).ok())
                .and_then(|cell| cell.bits);
            let (Some(bits), Some(size)) = (bits.filter(|bits| *bits >= 16), number(cell)) else { continue };
            for (votes, (_, unit)) in by_type.iter_mut().zip(UNITS) {
                *votes = votes.saturating_add(usize::from(size.saturating_mul(unit) == u32::from(bits)));
            }
        }
        if let Some(meaning) = most(by_type, UNITS) {
            return Some((meaning, "its numbers are the sizes of the types"));
        }
        let addresses = self.find(Meaning::Address).or_else(|| self.find(Meaning::DeFacto))?;
        let style = style(addresses);
        let mut by_distance = [0usize; 3];
        for pair in addresses.cells.windows(2) {
            let [(row, one), (_, next)] = pair else { continue };
            let at = |text: &str| {
                address::parse(text, style).ok()?.zero_based().ok().map(|registers| u32::from(registers.first))
            };
            let (Some(one), Some(next), Some(size)) = (at(one), at(next), candidate.in_row(*row).and_then(number))
            else {
                continue;
            };
            let distance = next.saturating_sub(one);
            for (votes, (_, unit)) in by_distance.iter_mut().zip(UNITS) {
                let registers = size.saturating_mul(unit).div_ceil(16);
                let exact = size.saturating_mul(unit) >= 16;
                *votes = votes.saturating_add(usize::from(exact && registers == distance));
            }
        }
        if let Some(meaning) = most(by_distance, UNITS) {
            return Some((meaning, "its numbers are the distances between the addresses"));
        }
        // One register is the only size of 1.
        let all_one = candidate.filled().all(|(_, cell)| cell == "1");
        all_one.then_some((Meaning::Count, "every row is about one register"))
    }

    /// Factors and divisors; where the cells do not tell them apart, a person has to.
    fn scales(&mut self) {
        for place in self.with(Claim::Scale) {
            let Some(candidate) = self.candidates.get(place) else { continue };
            let is_certain = candidate.is_plain() && !is_about_accuracy(&candidate.column.header);
            let other = [Meaning::Factor, Meaning::Divisor].into_iter().find_map(|meaning| {
                let of = |one: &Candidate| one.column.meaning == Some(meaning);
                self.candidates.iter().position(of).map(|other| (meaning, other))
            });
            if let Some((meaning, other)) = other {
                if is_certain && !self.repeats_scale(candidate, meaning, other) {
                    self.doubt(place, Doubt::Same(meaning, other));
                }
                continue;
            }
            let is_gain = words::plain(&candidate.column.header).contains("gain");
            let numbers: Vec<(Ratio, &str)> =
                candidate.filled().filter_map(|(_, cell)| Some((quantity::factor(cell)?.0, cell.as_str()))).collect();
            let filled = candidate.filled().count();
            let texts = filled.saturating_sub(numbers.len());
            if filled == 0 {
                continue;
            }
            // Where most cells are texts it may be something else; a scale is not left out for all that.
            if texts.saturating_mul(2) > filled {
                let is_scale = is_certain
                    || !is_about_accuracy(&candidate.column.header)
                        && candidate.filled().any(|(_, cell)| number::number(cell).is_ok());
                let formats = candidate.bears_out(Meaning::Format);
                let names: BTreeSet<&str> = self
                    .candidates
                    .iter()
                    .filter(|one| one.claims(Claim::Name))
                    .flat_map(|one| one.cells.iter().map(|(_, cell)| cell.as_str()))
                    .collect();
                let registers = candidate.filled().filter(|(_, cell)| names.contains(cell.as_str())).count();
                if formats && !self.taken(Meaning::Format) {
                    self.set(place, Meaning::Format, "its cells are formats");
                } else if registers.saturating_mul(2) > filled {
                    self.set(place, Meaning::ScaleRegister, "its cells are names of registers");
                } else if is_scale {
                    self.misread(place, Meaning::Factor);
                }
                continue;
            }
            let above = numbers.iter().find(|(number, _)| *number > Ratio::ONE);
            let below = numbers.iter().find(|(number, _)| *number < Ratio::ONE);
            let negative = numbers.iter().find(|(number, _)| number.numerator() <= 0);
            match (above, below, negative) {
                (None, _, None) => self.set(place, Meaning::Factor, "none of its numbers is above 1"),
                (_, None, None) if is_gain => {
                    self.set(place, Meaning::Divisor, "a gain is what the value is multiplied by before it is sent");
                }
                (one, _, other) => {
                    let sample = other.or(one).map(|(_, cell)| (*cell).to_owned()).unwrap_or_default();
                    self.doubt(place, Doubt::Scale(sample));
                }
            }
        }
    }

    /// Whether a second column of scales says no more than the first: the same ones, or as divisors, or 1.
    fn repeats_scale(&self, candidate: &Candidate, meaning: Meaning, other: usize) -> bool {
        let Some(other) = self.candidates.get(other) else { return false };
        candidate.filled().all(|(row, cell)| {
            let Some((scale, _)) = quantity::factor(cell) else { return false };
            let used = other.in_row(*row).filter(|cell| !text::is_nothing(cell)).map_or(Some(Ratio::ONE), |cell| {
                let (used, _) = quantity::factor(cell)?;
                if meaning == Meaning::Divisor { used.inverse() } else { Some(used) }
            });
            scale == Ratio::ONE || used.is_some_and(|used| scale == used || scale.inverse() == Some(used))
        })
    }

    /// Whether sizes written as words, `16 bit`, are those of the types beside them.
    fn repeats_types(&self, candidate: &Candidate) -> bool {
        let Some(types) = self.find(Meaning::Type) else { return false };
        candidate.filled().all(|(row, cell)| {
            let bits = types.in_row(*row).and_then(|text| types::parse(text).ok()?.bits);
            bits.is_some() && said_bits(cell) == bits.map(u32::from)
        })
    }

    /// What would change the values, and what is not used for want of cells that bear it out: left out without a word, every
    /// value would be read without it.
    fn unread(&mut self) {
        for place in 0..self.candidates.len() {
            let Some(candidate) = self.candidates.get(place).filter(|candidate| {
                candidate.is_free() && candidate.column.doubt.is_none() && candidate.column.how.is_empty()
            }) else {
                continue;
            };
            let Some(heading) = &candidate.heading else { continue };
            let filled = candidate.filled().count();
            let meanings: Vec<Meaning> = heading
                .claims
                .iter()
                .filter_map(|claim| match claim {
                    Claim::Is(meaning) | Claim::MayBe(meaning) => Some(*meaning),
                    Claim::Scale | Claim::Size | Claim::Name => None,
                })
                .collect();
            for meaning in meanings {
                let telling = candidate.filled().filter(|(_, cell)| tells(meaning, cell)).count();
                let taken = self.candidates.iter().position(|one| one.column.meaning == Some(meaning));
                // A few words are types, and a few numbers are counts, in columns of other things.
                let is_common = matches!(
                    meaning,
                    Meaning::Type | Meaning::Signed | Meaning::Count | Meaning::SizeInBits | Meaning::SizeInBytes
                );
                let needed = if is_common { filled.div_ceil(4) } else { 1 };
                let is_said = meaning == Meaning::Offset
                    && filled > 0
                    && dictionary::heading(&candidate.column.header).is_some()
                    && !self.is_column_of_addresses(place);
                match taken {
                    None if telling > 0 && telling >= needed || is_said => {
                        self.misread(place, meaning);
                        break;
                    }
                    Some(other)
                        if meaning != Meaning::Type
                            && telling.saturating_mul(10) >= filled.saturating_mul(7)
                            && telling > 0
                            && !self.repeats(candidate, other) =>
                    {
                        self.doubt(place, Doubt::Same(meaning, other));
                        break;
                    }
                    _ => {}
                }
            }
        }
    }

    /// Whether a column says in its rows what another one says, or nothing.
    fn repeats(&self, candidate: &Candidate, other: usize) -> bool {
        let Some(other) = self.candidates.get(other) else { return false };
        candidate
            .filled()
            .all(|(row, cell)| other.in_row(*row).is_some_and(|one| words::plain(one) == words::plain(cell)))
    }

    /// A column whose header says what its cells do not bear out.
    fn misread(&mut self, place: usize, meaning: Meaning) {
        let Some(candidate) = self.candidates.get(place) else { return };
        let strange: Vec<(u32, String)> =
            candidate.filled().filter(|(_, cell)| !tells(meaning, cell)).take(3).cloned().collect();
        if candidate.filled().next().is_some() {
            self.doubt(place, Doubt::Unread(meaning, strange));
        }
    }

    /// The name and the description.
    fn names(&mut self) {
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
        // The fullest first, so that a column with few entries does not name the registers.
        places.sort_by_key(|place| {
            std::cmp::Reverse(self.candidates.get(*place).map_or(0, |candidate| candidate.cells.len()))
        });
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

    /// The Modbus table of all rows: the header, a title above it, the sheet's name or the file's.
    fn table(&self, grid: &Grid, header: &GridRow) -> Option<(Table, String)> {
        if self.taken(Meaning::Table) {
            return None;
        }
        let heads = self
            .candidates
            .iter()
            .filter(|one| matches!(one.column.meaning, Some(Meaning::Address | Meaning::DeFacto)));
        let by_header = heads.into_iter().find_map(|one| {
            let table = one.heading.as_ref()?.table?;
            Some((table, format!("the header “{}” says so", one.column.header)))
        });
        let titles = grid.rows.iter().rev().filter(|row| row.number < header.number).take(4);
        let by_title = || {
            titles.into_iter().find_map(|row| {
                let filled: Vec<&String> = row.cells.iter().filter(|cell| !cell.is_empty()).collect();
                let [title] = filled.as_slice() else { return None };
                Some((dictionary::table_in(title)?, format!("the title “{title}” says so")))
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

    /// Plain numbers that name a Modbus table in their first digit, or are addresses that look so: SMA's 30001 is one.
    fn de_facto(&mut self, table: Option<Table>) {
        if self.taken(Meaning::DeFacto) || self.taken(Meaning::Table) {
            return;
        }
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
            let names_table = cell.zero_based().is_ok_and(|registers| registers.table.is_some());
            explicit = explicit.saturating_add(usize::from(names_table));
            let Ok((of, number, _)) = cell.de_facto() else { return };
            // Small numbers are addresses, unless leading zeros say that they are coils.
            if !names_table && (!cell.is_decimal() || of == Table::Coil && !text.starts_with('0')) {
                return;
            }
            // A coil or a discrete input is a bit; 19000 with a number in it is an address.
            let bits = types.and_then(|types| types.in_row(*row)).and_then(|text| types::parse(text).ok()?.bits);
            if !names_table && of.is_bit() && bits.is_some_and(|bits| bits > 1) {
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
        // No device has addresses like that by chance.
        if lowest.len() > 2 {
            self.set(place, Meaning::DeFacto, "its numbers are those of three tables");
            return;
        }
        // Of a table that is known, only numbers that begin where its de facto numbers do are suspicious.
        let contradicts =
            |table: Table| lowest.keys().any(|of| *of != table) || lowest.values().any(|first| *first > 99);
        if table.is_some_and(contradicts) {
            return;
        }
        let sample = candidate.cells.first().map(|(_, cell)| cell.clone()).unwrap_or_default();
        self.set(place, Meaning::DeFacto, BY_CELLS);
        self.doubt(place, Doubt::DeFacto(sample));
    }
}

/// Whether a cell says something of this meaning that changes what a value is.
fn tells(meaning: Meaning, cell: &str) -> bool {
    let number = || number::number(cell).ok();
    match meaning {
        Meaning::Type => types::parse(cell).is_ok(),
        Meaning::Factor | Meaning::Divisor => quantity::factor(cell).is_some_and(|(scale, _)| scale != Ratio::ONE),
        Meaning::Exponent | Meaning::Decimals | Meaning::Offset => {
            number().is_some_and(|number| number.numerator() != 0)
        }
        Meaning::Format => quantity::format(cell).flatten().is_some(),
        Meaning::Order => order::parse(cell).is_ok(),
        Meaning::Signed => words::signed(cell).is_some(),
        Meaning::Count | Meaning::SizeInBits | Meaning::SizeInBytes => fits(meaning, cell) == Some(true),
        _ => false,
    }
}

/// What a column would change in the values of its registers, by its header and what stands below it; none where it says
/// of no register that it is scaled, ordered or the like.
pub(crate) fn changes_values(grid: &Grid, header: u32, column: usize, end: Option<u32>) -> Option<Meaning> {
    let candidates = candidates(grid, grid.row(header)?, end);
    let candidate = candidates.iter().find(|candidate| candidate.column.index == column)?;
    let exact = dictionary::heading(&candidate.column.header).is_some();
    let meaning = candidate.changes_values().filter(|_| exact)?;
    candidate.filled().any(|(_, cell)| tells(meaning, cell)).then_some(meaning)
}

/// What a header of scales says in its own words, where the numbers do not tell.
pub(crate) fn likely_scale(header: &str) -> Meaning {
    let header = words::plain(header);
    let multiplies = ["fact", "fakt", "mult", "koeff", "coef"];
    let is_scale = ["scal", "skal"].iter().any(|word| header.contains(word));
    if !is_scale && multiplies.iter().any(|word| header.contains(word)) { Meaning::Factor } else { Meaning::Divisor }
}

/// Whether a header of scales may as well be about how exact a value is, or how much it counts.
fn is_about_accuracy(header: &str) -> bool {
    let header = words::plain(header);
    ["accura", "precis", "genauig", "weight", "ratio", "multiple"].iter().any(|word| header.contains(word))
}

/// The bits of a size that is written as words: `16 bit`, `2 words`.
fn said_bits(cell: &str) -> Option<u32> {
    let (size, unit) = number::leading(cell).ok()??;
    let size = u32::try_from(size.numerator()).ok().filter(|_| size.denominator() == 1)?;
    let unit = words::folded(unit);
    let bits = match unit.trim_end_matches('s') {
        "bit" => 1,
        "byte" | "octet" => 8,
        "word" | "register" | "reg" | "mot" | "wort" => 16,
        _ => return None,
    };
    size.checked_mul(bits)
}

fn style(candidate: &Candidate) -> Style {
    let hex = candidate.heading.as_ref().is_some_and(|heading| heading.hex);
    Style::of(hex, candidate.cells.iter().map(|(_, cell)| cell.as_str()))
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

/// The meaning with clearly the most votes.
fn most(votes: [usize; 3], units: [(Meaning, u32); 3]) -> Option<Meaning> {
    let best = votes.into_iter().max().filter(|best| *best > 0)?;
    let mut winners = votes.into_iter().zip(units).filter(|(votes, _)| *votes == best);
    let (_, (meaning, _)) = winners.next()?;
    winners.next().is_none().then_some(meaning)
}
