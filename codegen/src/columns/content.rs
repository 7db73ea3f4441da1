//! Whether the cells of a column are what its header claims.

use std::collections::HashMap;

use crate::cells::address::{self, Style};
use crate::cells::unread::Why;
use crate::cells::{bits, lists, number, order, packed, quantity, text, types, units, words};
use crate::columns::Meaning;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::sheet::{Grid, GridRow};

/// Whether a cell can have this meaning, however wrong it may be in itself; `None` where its cells may hold anything.
pub(crate) fn fits(meaning: Meaning, text: &str) -> Option<bool> {
    let is_near = |why: Why| why != Why::Nothing;
    Some(match meaning {
        Meaning::Address | Meaning::AddressAgain | Meaning::LastAddress | Meaning::DeFacto => {
            is_address(text, Style::default())
        }
        Meaning::Table => words::table(text).map_or_else(|unread| is_near(unread.why), |_| true),
        Meaning::UnitId | Meaning::Count | Meaning::SizeInBits | Meaning::SizeInBytes => {
            number::number(text).is_ok_and(|number| number.denominator() == 1 && number.numerator() > 0)
        }
        Meaning::GroupOffset => number::number(text).is_ok(),
        Meaning::Bit => bits::parse(text).map_or_else(|unread| is_near(unread.why), |_| true),
        Meaning::Divisor | Meaning::Factor => {
            quantity::read_factor(text).map_or_else(|unread| is_near(unread.why), |_| true)
        }
        Meaning::Exponent | Meaning::Decimals | Meaning::Offset => {
            number::number(text).map_or_else(|unread| is_near(unread.why), |_| true)
        }
        Meaning::Format => quantity::format(text).is_some(),
        Meaning::Access => words::access(text).is_some() || is_no_access(text),
        // `RW` in a column that is blank where it cannot be written.
        Meaning::Readable | Meaning::Writable => words::yes(text).is_some() || words::access(text).is_some(),
        Meaning::Signed => words::signed(text).is_some(),
        // A word that is misspelt is a type all the same.
        Meaning::Type => match types::parse(text) {
            Ok(_) => true,
            Err(unread) => is_near(unread.why) || unread.meant.is_some() && !units::is_unit(text),
        },
        Meaning::Order => order::parse(text).map_or_else(|unread| is_near(unread.why), |_| true),
        Meaning::Min | Meaning::Max | Meaning::Step => {
            number::quantity(text).map_or_else(|unread| is_near(unread.why), |_| true)
        }
        Meaning::Unit => types::parse(text).is_err() || units::is_unit(text),
        Meaning::Range => {
            packed::range(text).map_or_else(|unread| unread.why != Why::Nothing, |_| true) || lists::is_list(text)
        }
        _ => return None,
    })
}

/// Whether a cell speaks against this meaning: a dash or `none` says nothing, of whatever it is.
pub(crate) fn contradicts(meaning: Meaning, cell: &str) -> bool {
    fits(meaning, cell) == Some(false) && !text::is_nothing(cell)
}

/// `-` and the like stand where a register has no access that matters.
fn is_no_access(text: &str) -> bool {
    matches!(text, "-" | "–" | "—" | "n/a" | "N/A")
}

pub(crate) fn is_address(text: &str, style: Style) -> bool {
    address::parse(text, style).map_or_else(|unread| unread.why != Why::Nothing, |_| true)
}

/// Whether addresses say of which Modbus table they are: `HR 100`.
pub(crate) fn name_tables<'a>(cells: impl IntoIterator<Item = &'a str>) -> bool {
    let named = |cell: &str| address::parse(cell, Style::default()).is_ok_and(|cell| cell.is_named());
    let mut cells = cells.into_iter().filter(|cell| !cell.is_empty()).peekable();
    cells.peek().is_some() && cells.all(named)
}

/// What cells look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Looks {
    Types,
    Accesses,
    Formats,
    Units,
    Tables,
    Numbers,
    Ranges,
    Lists,
    Names,
}

impl Looks {
    /// In the order in which they are tried.
    const ALL: [Self; 9] = [
        Self::Types,
        Self::Accesses,
        Self::Formats,
        Self::Units,
        Self::Tables,
        Self::Numbers,
        Self::Ranges,
        Self::Lists,
        Self::Names,
    ];

    /// What a column of them is.
    pub(crate) fn meaning(self) -> Option<Meaning> {
        Some(match self {
            Self::Types => Meaning::Type,
            Self::Accesses => Meaning::Access,
            Self::Formats => Meaning::Format,
            Self::Units => Meaning::Unit,
            Self::Tables => Meaning::Table,
            Self::Ranges => Meaning::Range,
            Self::Lists => Meaning::Values,
            Self::Numbers | Self::Names => return None,
        })
    }

    /// As messages call them.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Types => "types",
            Self::Accesses => "accesses",
            Self::Formats => "formats",
            Self::Units => "units",
            Self::Tables => "Modbus tables",
            Self::Numbers => "numbers",
            Self::Ranges => "ranges",
            Self::Lists => "lists of values",
            Self::Names => "names",
        }
    }

    /// Why a column is taken as one of them.
    pub(crate) fn how(self) -> &'static str {
        match self {
            Self::Types => "its cells are types",
            Self::Accesses => "its cells are accesses",
            Self::Formats => "its cells are formats",
            Self::Units => "its cells are units",
            Self::Tables => "its cells are Modbus tables",
            Self::Ranges => "its cells are ranges",
            Self::Lists => "its cells are lists of values",
            Self::Numbers | Self::Names => "a guess from the cells below it",
        }
    }

    /// Whether its cells are a few words that mean one thing: not numbers, names and what is made of both.
    pub(crate) fn is_plain(self) -> bool {
        matches!(self, Self::Types | Self::Accesses | Self::Formats | Self::Units | Self::Tables)
    }

    /// Whether a cell looks so.
    pub(crate) fn is(self, cell: &str) -> bool {
        match self {
            Self::Types => types::parse(cell).is_ok(),
            Self::Accesses => {
                words::access(cell).is_some() && !cell.chars().all(|character| character.is_ascii_digit())
            }
            Self::Formats => quantity::format(cell).is_some(),
            Self::Units => units::is_unit(cell),
            Self::Tables => words::table(cell).is_ok() && cell.chars().any(char::is_alphabetic),
            Self::Numbers => number::number(cell).is_ok(),
            Self::Ranges => packed::range(cell).is_ok(),
            Self::Lists => lists::listed(cell).is_some(),
            Self::Names => cell.chars().filter(|character| character.is_alphabetic()).count() > 2,
        }
    }
}

/// What most of the cells look like.
pub(crate) fn looks_like(cells: &[&str]) -> Option<Looks> {
    let most = |looks: Looks| {
        let count = cells.iter().filter(|cell| looks.is(cell)).count();
        count.saturating_mul(5) >= cells.len().saturating_mul(3)
    };
    Looks::ALL.into_iter().find(|looks| most(*looks))
}

/// What the cells of a column are, where most of them cannot be what the header says and are something else.
pub(crate) fn refuted(meaning: Meaning, cells: &[&str]) -> Option<Looks> {
    let misfits: Vec<&str> = cells.iter().copied().filter(|cell| is_misfit(meaning, cell)).collect();
    if misfits.len().saturating_mul(2) <= cells.len() {
        return None;
    }
    looks_like(&misfits).filter(|looks| looks.is_plain() || *looks == Looks::Lists && meaning != Meaning::Values)
}

/// Whether a cell cannot have this meaning. Units may be any word but those of other columns.
fn is_misfit(meaning: Meaning, cell: &str) -> bool {
    let is_other = || Looks::Formats.is(cell) || Looks::Accesses.is(cell);
    contradicts(meaning, cell) || meaning == Meaning::Unit && is_other() && !units::is_unit(cell)
}

/// Fewer cells than this are reported each for itself.
const FEW: usize = 5;

/// Reports, once at its header, a column most of whose cells cannot be what they should be.
pub(crate) fn report<'a>(
    grid: &Grid,
    header: u32,
    column: (Meaning, usize),
    rows: &[&'a GridRow],
    is_type: &dyn Fn(&str) -> bool,
    diagnostics: &mut Diagnostics,
) -> bool {
    let (meaning, index) = column;
    // A column of types has a few different ones, however long it is.
    let mut known: HashMap<&str, (bool, bool)> = HashMap::new();
    let mut says = |cell: &'a str| {
        *known.entry(cell).or_insert_with(|| {
            // A word that the manifest explains.
            let fits = meaning == Meaning::Type && is_type(cell) || fits(meaning, cell) != Some(false);
            (fits, text::is_nothing(cell))
        })
    };
    // A row of a single cell is a title.
    let is_full = |row: &&&GridRow| row.cells.iter().filter(|cell| !cell.is_empty()).count() > 1;
    let cells: Vec<(u32, &'a str)> = rows
        .iter()
        .filter(is_full)
        .filter_map(|row| Some((row.number, row.cells.get(index).filter(|cell| !cell.is_empty())?.as_str())))
        .collect();
    let misfits: Vec<&(u32, &str)> = cells.iter().filter(|(_, cell)| says(cell) == (false, false)).collect();
    // A dash that is no number is no cell of the column either.
    let filled = cells.iter().filter(|(_, cell)| says(cell) != (false, true)).count();
    if misfits.len() < FEW || misfits.len().saturating_mul(2) <= filled {
        return false;
    }
    let texts: Vec<&str> = misfits.iter().map(|(_, cell)| *cell).collect();
    let looks = looks_like(&texts);
    // Words of a vendor may be types for all one knows; the manifest can say what they mean.
    let is_own =
        looks.and_then(Looks::meaning) == Some(meaning) || looks == Some(Looks::Numbers) && own(meaning) == "numbers";
    if meaning == Meaning::Type && looks.is_none_or(|looks| looks == Looks::Names) || is_own {
        return false;
    }
    let count = misfits.len();
    let mut error = Diagnostic::error(
        "E0330",
        said!("{count} of the {filled} cells of this column are not {meaning}", count, filled, meaning = own(meaning)),
    )
    .at(Place::from(grid.origin.cell(header, index)).holds(grid.text(header, index)));
    for (row, cell) in misfits.into_iter().take(3) {
        error = error.at(Place::from(grid.origin.cell(*row, index)).holds(*cell));
    }
    let error = error.expected(format!("a column of {}, since it is taken as `{}`", own(meaning), meaning.key()));
    diagnostics.push(match looks {
        Some(looks) => error.help(format!("they look like {}: name the right column in [columns]", looks.name())),
        None => error.help("name the right column in [columns], or leave it out"),
    });
    true
}

/// What the cells of a column are.
pub(crate) fn own(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Address | Meaning::AddressAgain | Meaning::LastAddress | Meaning::DeFacto => "addresses",
        Meaning::Table => "Modbus tables",
        Meaning::Type => "types",
        Meaning::Unit => "units",
        Meaning::Access => "accesses",
        Meaning::Readable | Meaning::Writable | Meaning::Signed => "yes or no",
        Meaning::Bit => "bits",
        Meaning::Order => "orders of words and bytes",
        Meaning::Format => "formats",
        _ => "numbers",
    }
}
