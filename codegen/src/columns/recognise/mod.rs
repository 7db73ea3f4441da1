//! Which column means what where no manifest says it: by the well-known headers, borne out by the cells below them.

mod addresses;
mod by_cells;
mod headers;
mod names;
mod sizes;

use std::collections::BTreeSet;

pub(super) use self::headers::is_header;
use self::headers::same_cells;
pub(crate) use self::headers::tables;
use self::sizes::{rises, tells};
use super::base::Base;
use super::content::{Looks, contradicts, fits, is_address, looks_like, refuted};
use super::dictionary::{self, Claim, Heading};
use crate::cells::address::{self, Style};
use crate::cells::{quantity, text, words};
use crate::columns::{Columns, Meaning};
use crate::diagnostic::Place;
use crate::model::Table;
use crate::sheet::{Grid, GridRow, HeaderRows};
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
    /// The language of the names in it, where the header is its name.
    pub(crate) language: Option<&'static str>,
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
    /// What the header says, and what most cells are instead: the first of them.
    Misfit(Meaning, Looks, Vec<(u32, String)>),
    /// What `check` says of most of its cells, as that what the header says.
    Refused(Meaning, String),
}

impl Recognised {
    /// The columns as a manifest would name them.
    pub(crate) fn columns(&self, grid: &Grid) -> Columns {
        let place = |column: &Column| Place::from(grid.origin.cell(self.row, column.index)).holds(&column.header);
        let named = self.columns.iter().filter_map(|column| {
            Some((column.meaning?, Located { value: column.header.clone(), place: place(column) }))
        });
        Columns { headers: named.collect(), are_recognised: true, ..Columns::default() }
    }

    pub(crate) fn column(&self, meaning: Meaning) -> Option<&Column> {
        self.columns.iter().find(|column| column.meaning == Some(meaning))
    }
}

/// The table whose header stands in these rows.
pub(crate) fn table_at(grid: &Grid, header: HeaderRows, end: Option<u32>) -> Option<Recognised> {
    grid.header(header).map(|row| recognise(grid, &row, end))
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
    recogniser.by_cells();
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
pub(crate) const GUESSED: &str = "a guess from the cells below it";

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

    fn base(&self) -> Base {
        self.heading.as_ref().map_or(Base::Unsaid, |heading| heading.base)
    }

    /// Whether most of its cells can have this meaning, and there are some.
    fn bears_out(&self, meaning: Meaning) -> bool {
        let fitting = self.cells.iter().filter(|(_, cell)| fits(meaning, cell) != Some(false)).count();
        let misfits = self.cells.iter().filter(|(_, cell)| contradicts(meaning, cell)).count();
        fitting > 0 && fitting.saturating_mul(10) >= fitting.saturating_add(misfits).saturating_mul(7)
    }

    /// What most cells are instead of what the header says.
    fn refuted(&self, meaning: Meaning) -> Option<Looks> {
        let cells: Vec<&str> = self.filled().map(|(_, cell)| cell.as_str()).collect();
        refuted(meaning, &cells)
    }

    /// The cells that say something: no dashes, and no `none`.
    fn filled(&self) -> impl Iterator<Item = &(u32, String)> {
        self.cells.iter().filter(|(_, cell)| !text::is_nothing(cell))
    }

    /// Whether most of its letters are Latin ones.
    fn is_latin(&self) -> bool {
        let letters = || self.cells.iter().flat_map(|(_, cell)| cell.chars()).filter(|sign| sign.is_alphabetic());
        letters().filter(char::is_ascii_alphabetic).count().saturating_mul(2) >= letters().count()
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
        // What rises from row to row counts the rows, or says where they are.
        let counts_rows = || rises(self);
        let claims = &self.heading.as_ref()?.claims;
        // `Format` may be that of the display.
        claims.iter().find_map(|claim| match claim {
            Claim::Scale => Some(Meaning::Factor),
            Claim::Size if !self.claims(Claim::Name) && !counts_rows() => Some(Meaning::Count),
            Claim::Is(Meaning::Count | Meaning::Offset) | Claim::MayBe(Meaning::Count | Meaning::Offset)
                if counts_rows() =>
            {
                None
            }
            Claim::Is(Meaning::Format) | Claim::MayBe(Meaning::Format)
                if self.filled().any(|(_, cell)| quantity::is_pattern(cell)) =>
            {
                Some(Meaning::Format)
            }
            Claim::Is(meaning) | Claim::MayBe(meaning) => {
                let changes = matches!(
                    meaning,
                    Meaning::Factor
                        | Meaning::Divisor
                        | Meaning::Exponent
                        | Meaning::Decimals
                        | Meaning::Offset
                        | Meaning::NotAvailable
                        | Meaning::Order
                        | Meaning::Count
                        | Meaning::SizeInBits
                        | Meaning::SizeInBytes
                        | Meaning::Access
                        | Meaning::Writable
                        | Meaning::Signed
                ) || *meaning == Meaning::Type && claims.len() == 1;
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
const BY_CELLS: &str = "by its header and the cells below it";

fn recognise(grid: &Grid, header: &GridRow, end: Option<u32>) -> Recognised {
    let mut recogniser = Recogniser { candidates: candidates(grid, header, end) };
    recogniser.value_labels();
    recogniser.addresses();
    recogniser.certain();
    recogniser.weak();
    recogniser.by_cells();
    recogniser.sizes();
    recogniser.scales();
    recogniser.names();
    let table = recogniser.table(grid, header);
    recogniser.de_facto(table.as_ref().map(|(table, _)| *table));
    recogniser.unread();
    Recognised { row: header.number, end, columns: recogniser.columns(), table }
}

/// Takes the column that looks most like one of names, where no header says which does.
pub(crate) fn guess_name(grid: &Grid, table: &mut Recognised) {
    let header = grid.rows.iter().find(|row| row.number == table.row);
    let Some(header) = header.filter(|_| table.column(Meaning::Label).is_none()) else { return };
    let mut recogniser = Recogniser { candidates: candidates(grid, header, table.end) };
    for candidate in &mut recogniser.candidates {
        let known = table.columns.iter().find(|column| column.index == candidate.column.index);
        candidate.column.meaning = known.and_then(|column| column.meaning);
    }
    recogniser.guess_names();
    // Where nothing else can be the name, what is said of each register is.
    let guessed = recogniser.find(Meaning::Description).or_else(|| recogniser.find(Meaning::Remark));
    let guessed = guessed.map(|candidate| candidate.column.index);
    let may_be = |column: &Column| column.meaning.is_none_or(|meaning| meaning == Meaning::Remark);
    let has_name = table.column(Meaning::Description).is_some();
    if let Some(column) =
        table.columns.iter_mut().find(|column| Some(column.index) == guessed && !has_name && may_be(column))
    {
        column.meaning = Some(Meaning::Description);
        GUESSED.clone_into(&mut column.how);
    }
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
                language: None,
            },
            // `Raw Max` is no limit.
            heading: dictionary::likely(cell).filter(|_| !dictionary::is_end_of_scale(cell)),
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
            // Words alone change no value: `isScale` above `false`.
            let has_numbers = candidate.filled().any(|(_, cell)| cell.contains(|sign: char| sign.is_ascii_digit()));
            let cells: Vec<&str> = candidate.filled().map(|(_, cell)| cell.as_str()).collect();
            let is_scale = candidate.heading.is_none() && sizes::are_scales(&cells);
            let is_exponent = candidate.heading.is_none() && sizes::are_exponents(&cells);
            let is_scale = is_scale || dictionary::is_end_of_scale(&candidate.column.header);
            let guessed = is_scale.then_some(Meaning::Factor).or(is_exponent.then_some(Meaning::Exponent));
            let may_be = candidate.changes_values().filter(|_| has_numbers).or(guessed);
            let mut column = candidate.column;
            if column.meaning.is_none() && column.how.is_empty() {
                column.may_be = may_be;
                let how = if candidate.heading.is_some() {
                    "another column has that meaning, or its cells do not fit it"
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
            let looks = looks_like(&cells).filter(|_| !cells.is_empty());
            let Some(meaning) = looks.and_then(Looks::meaning) else { continue };
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
        if let Some(place) = self.fullest(Candidate::is_latin).or_else(|| self.fullest(|_| true)) {
            self.set(place, Meaning::Description, GUESSED);
            return;
        }
        // Whatever tells the rows apart: `1-0:1.8.0`.
        let distinct = |one: &Candidate| one.cells.iter().map(|(_, cell)| cell.as_str()).collect::<BTreeSet<_>>().len();
        let free = self.candidates.iter().enumerate().filter(|(_, one)| one.is_free() && distinct(one) > 1);
        let best = free.filter(|(_, one)| distinct(one) == one.cells.len()).max_by_key(|(_, one)| one.cells.len());
        if let Some(place) = best.map(|(place, _)| place) {
            self.set(place, Meaning::Description, GUESSED);
        }
    }

    /// The free column with the most different words, of those that are meant.
    fn fullest(&self, is_meant: impl Fn(&Candidate) -> bool) -> Option<usize> {
        let words = |candidate: &Candidate| -> usize {
            if !is_meant(candidate) {
                return 0;
            }
            let texts: BTreeSet<&str> = candidate.cells.iter().map(|(_, cell)| cell.as_str()).collect();
            texts.iter().filter(|cell| cell.chars().filter(|character| character.is_alphabetic()).count() > 2).count()
        };
        let free = self.candidates.iter().enumerate().filter(|(_, one)| one.is_free() && words(one) > 0);
        free.max_by_key(|(place, one)| (words(one), std::cmp::Reverse(*place))).map(|(place, _)| place)
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
            if candidate.refuted(meaning).is_some() {
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
                // What rises from row to row says where a register is, and not what is added to its value.
                Claim::MayBe(Meaning::Offset) if rises(candidate) => None,
                Claim::MayBe(meaning) if !self.taken(meaning) && candidate.bears_out(meaning) => Some(meaning),
                _ => None,
            });
            if let Some(meaning) = claim {
                self.set(place, meaning, BY_CELLS);
            }
        }
    }
}

/// What a column would change in the values of its registers, by its header and the cells below it; none where it says
/// of no register that it is scaled, ordered or the like.
///
/// What was recognised has been weighed by its headers already: then only its cells can tell.
pub(crate) fn changes_values(
    grid: &Grid,
    header: &GridRow,
    column: usize,
    (end, are_recognised): (Option<u32>, bool),
) -> Option<Meaning> {
    let candidates = candidates(grid, header, end);
    let candidate = candidates.iter().find(|candidate| candidate.column.index == column)?;
    let cells: Vec<&str> = candidate.filled().map(|(_, cell)| cell.as_str()).collect();
    if !cells.is_empty() && looks_like(&cells) == Some(Looks::Formats) {
        return cells.iter().any(|cell| tells(Meaning::Format, cell)).then_some(Meaning::Format);
    }
    let is_scale = sizes::are_scales(&cells) || dictionary::is_end_of_scale(&candidate.column.header);
    if candidate.heading.is_none() && is_scale {
        return Some(Meaning::Factor);
    }
    if are_recognised {
        return None;
    }
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
