//! Columns whose meaning another column tells: a scale that names other rows, a bit beside the register that holds it.

use std::collections::{BTreeMap, BTreeSet};

use super::Found;
use super::around::Fact;
use crate::cells::text::is_nothing;
use crate::cells::{number, words};
use crate::columns::Meaning;
use crate::columns::recognise::{Column, Doubt};
use crate::model::Access;
use crate::sheet::GridRow;
use crate::spelling::normalised;

/// Headers of what says whether a device has a register.
const VISIBLE: [&str; 8] =
    ["visible", "visibility", "visible register", "availability", "sichtbar", "sichtbarkeit", "synlig", "synlighet"];

/// Words in headers of columns that are about models.
const MODELS: [&str; 17] = [
    "model",
    "models",
    "model(s)",
    "variant",
    "variants",
    "product",
    "products",
    "series",
    "modell",
    "modelle",
    "modeller",
    "variante",
    "varianten",
    "modèle",
    "modèles",
    "modelo",
    "modelos",
];

/// Whole headers of such columns. `Available from` is about a version.
const APPLIES: [&str; 6] =
    ["applies to", "applicable to", "available on", "available in", "available for", "supported by"];

/// A column, by its place in the table, what it is, and why.
type Told = (usize, Meaning, &'static str);

/// Gives columns the meaning that other columns of their tables tell. Tables with the same headers are looked at as one.
pub(super) fn tell(tables: &mut [Found]) {
    let mut alike: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, found) in tables.iter().enumerate() {
        alike.entry(found.headers().join("\n")).or_default().push(at);
    }
    for group in alike.into_values() {
        let told = Tables(group.iter().filter_map(|at| tables.get(*at)).collect()).told();
        for at in group {
            let Some(found) = tables.get_mut(at) else { continue };
            for (place, meaning, how) in &told {
                if let Some(column) = found.table.columns.get_mut(*place) {
                    (column.meaning, column.doubt, column.may_be) = (Some(*meaning), None, None);
                    (*how).clone_into(&mut column.how);
                }
            }
        }
    }
    for found in tables {
        let column = access_before_text(found);
        found.table.columns.extend(column);
    }
}

/// The column of descriptions once more, where most of them begin with an access and no other column says one: `R/W Set point`.
fn access_before_text(found: &Found) -> Option<Column> {
    let says = [Meaning::Access, Meaning::Readable, Meaning::Writable];
    if says.into_iter().any(|meaning| found.table.column(meaning).is_some()) {
        return None;
    }
    let is_text = |column: &Column| column.meaning == Some(Meaning::Description);
    let place = found.table.columns.iter().position(is_text)?;
    let (mut begin, mut filled) = (0usize, 0usize);
    for (_, cell) in cells(found, place) {
        begin = begin.saturating_add(usize::from(words::access_before_text(cell).is_some()));
        filled = filled.saturating_add(1);
    }
    let column = found.table.columns.get(place)?;
    let is_most = begin > 1 && begin.saturating_mul(5) >= filled.saturating_mul(4);
    let how = "its texts begin with it".to_owned();
    is_most.then(|| Column {
        meaning: Some(Meaning::Access),
        how,
        doubt: None,
        may_be: None,
        language: None,
        ..column.clone()
    })
}

/// `SunSpec`'s own words for types: its models keep a raw value of each type for “not implemented”.
const SUNSPEC: [&str; 4] = ["sunssf", "acc32", "acc64", "bitfield32"];

/// That the types of a table are those of `SunSpec`, where they are.
pub(super) fn of_sunspec(tables: &[Found]) -> Option<Fact> {
    let has = |word: &str| {
        tables.iter().any(|found| {
            let place = found.table.columns.iter().position(|column| column.meaning == Some(Meaning::Type));
            place.is_some_and(|place| cells(found, place).any(|(_, cell)| cell.eq_ignore_ascii_case(word)))
        })
    };
    let [scale, others @ ..] = SUNSPEC;
    (has(scale) && others.into_iter().any(has)).then(|| Fact {
        section: "device",
        key: "not_available",
        value: "\"sunspec\"".to_owned(),
        evidence: format!("its types are those of SunSpec: {scale}"),
    })
}

/// Tables with the same headers.
struct Tables<'a>(Vec<&'a Found>);

impl Tables<'_> {
    fn told(&self) -> Vec<Told> {
        let columns = self.0.first().map(|found| found.table.columns.as_slice()).unwrap_or_default();
        let mut told: Vec<Told> = Vec::new();
        for (place, column) in columns.iter().enumerate() {
            let found = match column.meaning {
                Some(Meaning::Access) if self.marks_what_is_written(place) => {
                    Some((Meaning::Writable, "only what can be written is marked"))
                }
                Some(Meaning::Values) if self.holds_codes(place) => {
                    Some((Meaning::Code, "a row below a register is one of its values"))
                }
                Some(Meaning::Factor | Meaning::Divisor | Meaning::Exponent) | None
                    if is_scale(column) && self.names_rows(place) =>
                {
                    Some((Meaning::ScaleRegister, "its cells name other rows"))
                }
                _ => None,
            };
            told.extend(found.map(|(meaning, how)| (place, meaning, how)));
        }
        told.extend(self.visibility(columns).into_iter().flatten());
        told.extend(self.models(columns));
        told
    }

    /// The column that names the models a row is about, or those with a mark for each model.
    fn models(&self, columns: &[Column]) -> Vec<Told> {
        let is_of_models = |column: &Column| {
            let header = normalised(&column.header).to_lowercase();
            let is_named = APPLIES.contains(&header.as_str()) || header.split(' ').any(|word| MODELS.contains(&word));
            column.meaning.is_none() && is_named
        };
        let those = || columns.iter().enumerate().filter(|(_, column)| is_of_models(column)).map(|(place, _)| place);
        let are_marks = |place: &usize| {
            let mut marks = self.filled(*place).map(|(_, _, cell)| words::yes(cell)).peekable();
            marks.peek().is_some() && marks.all(|mark| mark.is_some())
        };
        let marked: Vec<usize> = those().filter(are_marks).collect();
        if marked.len() > 1 {
            let how = "its header names a model, and its cells are marks";
            return marked.into_iter().enumerate().map(|(at, place)| (place, Meaning::InVariant(at), how)).collect();
        }
        let how = "its header, and the few names in its cells";
        those().find(|place| self.names_few(*place)).map(|place| (place, Meaning::Variant, how)).into_iter().collect()
    }

    /// Whether the cells of a column hold a few names again and again, alone or several in a cell.
    fn names_few(&self, place: usize) -> bool {
        let mut names: BTreeMap<String, usize> = BTreeMap::new();
        for (_, _, cell) in self.filled(place).filter(|(_, _, cell)| !words::names_no_model(cell)) {
            for name in cell.split([',', ';', '|', '\n']).flat_map(|name| name.split(" / ")) {
                let times: &mut usize = names.entry(normalised(name)).or_default();
                *times = times.saturating_add(1);
            }
        }
        let times = names.values().copied().fold(0usize, usize::saturating_add);
        let is_short = |name: &String| (1..=30).contains(&name.chars().count());
        (2..=20).contains(&names.len()) && times >= names.len().saturating_mul(2) && names.keys().all(is_short)
    }

    /// The filled cells of a column, with their rows.
    fn filled(&self, place: usize) -> impl Iterator<Item = (&Found, &GridRow, &str)> {
        self.0.iter().flat_map(move |found| cells(found, place).map(move |(row, cell)| (*found, row, cell)))
    }

    /// Whether rows have an access only where they can be written.
    fn marks_what_is_written(&self, place: usize) -> bool {
        let is_both = |(_, _, cell): (&Found, &GridRow, &str)| {
            words::access(cell).is_some_and(|of| of.access == Access::ReadWrite)
        };
        let filled = self.filled(place).count();
        let rows = self.0.iter().flat_map(|found| found.grid.rows.iter().filter(|row| has_address(found, row)));
        filled > 0 && self.filled(place).all(is_both) && filled < rows.count()
    }

    /// Whether its cells are single numbers, in rows that have no address.
    fn holds_codes(&self, place: usize) -> bool {
        let is_code = |cell: &str| number::number(cell).is_ok_and(|number| number.denominator() == 1);
        let below = self.filled(place).filter(|(found, row, _)| !has_address(found, row)).count();
        below > 1 && self.filled(place).all(|(_, _, cell)| is_code(cell))
    }

    /// Whether its cells are names of other rows, with or without numbers among them.
    fn names_rows(&self, place: usize) -> bool {
        let mut is_named = false;
        for found in &self.0 {
            let names = [Meaning::Label, Meaning::Description].into_iter().filter_map(|of| found.table.column(of));
            let names: Vec<usize> = names.map(|column| column.index).collect();
            let rows = || found.grid.rows.iter().filter(|row| found.has(row.number));
            let known: BTreeSet<String> = rows()
                .flat_map(|row| names.iter().filter_map(|name| row.cells.get(*name)).map(|cell| normalised(cell)))
                .collect();
            for (_, cell) in cells(found, place) {
                match known.contains(&normalised(cell)) {
                    true => is_named = true,
                    false if number::number(cell).is_ok() => {}
                    false => return false,
                }
            }
        }
        is_named
    }

    /// The register and the bit that say whether a device has a register: a column of bits beside one of addresses.
    fn visibility(&self, columns: &[Column]) -> Option<[Told; 2]> {
        let at = |is: &dyn Fn(&Column) -> bool| columns.iter().position(is);
        let is_named = |column: &Column| {
            column.meaning.is_none() && VISIBLE.contains(&normalised(&column.header).to_lowercase().as_str())
        };
        let (register, bit) = (at(&is_named)?, at(&|column| column.meaning == Some(Meaning::Bit))?);
        let number = |cell: &str, most: i64| {
            number::number(cell).is_ok_and(|of| of.denominator() == 1 && (0..=most).contains(&of.numerator()))
        };
        let mut registers = self.filled(register).peekable();
        registers.peek()?;
        let fits =
            registers.all(|(_, _, cell)| number(cell, 65_535)) && self.filled(bit).all(|(_, _, cell)| number(cell, 15));
        fits.then_some([
            (register, Meaning::VisibleRegister, "its header, and the bits beside it"),
            (bit, Meaning::VisibleBit, "a bit of the register that says whether the device has this one"),
        ])
    }
}

/// The filled cells of a column of a table, with their rows.
fn cells(found: &Found, place: usize) -> impl Iterator<Item = (&GridRow, &str)> {
    let index = found.table.columns.get(place).map(|column| column.index);
    let rows = found.grid.rows.iter().filter(|row| found.has(row.number));
    rows.filter_map(move |row| {
        let cell = row.cells.get(index?).filter(|cell| !is_nothing(cell) && !cell.is_empty())?;
        Some((row, cell.as_str()))
    })
}

fn has_address(found: &Found, row: &GridRow) -> bool {
    let mut columns = found
        .table
        .columns
        .iter()
        .filter(|column| column.meaning.is_some_and(|of| of.is_address() || of == Meaning::DeFacto));
    found.has(row.number) && columns.any(|column| row.cells.get(column.index).is_some_and(|cell| !cell.is_empty()))
}

/// Whether a column is one of scales, or may be.
fn is_scale(column: &Column) -> bool {
    let scales = [Meaning::Factor, Meaning::Divisor, Meaning::Exponent];
    let is_one = |meaning: Option<Meaning>| meaning.is_some_and(|meaning| scales.contains(&meaning));
    let doubted = match &column.doubt {
        Some(Doubt::Unread(meaning, _) | Doubt::Misfit(meaning, ..) | Doubt::Refused(meaning, _)) => Some(*meaning),
        _ => None,
    };
    matches!(column.doubt, Some(Doubt::Scale(_))) || [column.meaning, doubted, column.may_be].into_iter().any(is_one)
}
