//! Remarks: the table key and the footnotes, and what remarks beside a register say.

use super::reports::report_unsaved;
use super::{Cell, Row, Title, filled};
use crate::cells::value_phrase::{self, Meant};
use crate::cells::word_phrase::{self, Said, Told};
use crate::cells::{absence_phrase, packed, scale_phrase, units};
use crate::columns::{self, Key, Meaning, header};
use crate::diagnostic::{Diagnostics, Place};
use crate::model::Source;
use crate::ratio::Ratio;
use crate::sheet::{Grid, GridRow};

/// One entry of the table key: its mark, its text, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Remark {
    pub(crate) mark: String,
    pub(crate) text: String,
    pub(crate) source: Source,
}

/// The table key and the footnotes; `None` where their columns are not found.
pub(crate) fn remarks(grid: &Grid, key: &Key, diagnostics: &mut Diagnostics) -> Option<Vec<Remark>> {
    let (header, [mark, text]) = header::locate(grid, [&key.mark, &key.text], "[key]", diagnostics)?;
    let remarks = grid
        .rows
        .iter()
        .filter(|row| row.number > header)
        .filter(|row| !report_unsaved(grid, row.number, [mark, text].into_iter(), diagnostics))
        .map(|row| (row, super::cell(grid, row, mark), super::cell(grid, row, text)))
        .filter(|(_, mark, _)| !mark.text.is_empty())
        .map(|(row, mark, text)| Remark {
            source: grid.origin.cell(row.number, text.column),
            mark: mark.text,
            text: text.text,
        })
        .collect();
    Some(remarks)
}

/// Whether a number has decimals, and not a divider of thousands: `100.0`, `5,25`.
pub(crate) fn has_decimals(number: &str) -> bool {
    // `0.001` is no thousand.
    let is_part = number.starts_with("0.") || number.starts_with("0,");
    let decimals = number.rsplit_once(['.', ',']).map(|(_, decimals)| decimals);
    is_part && number.contains(|sign: char| ('1'..='9').contains(&sign))
        || decimals
            .is_some_and(|digits| (1..=2).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit()))
}

/// The title that a row with a single text is.
pub(super) fn title(grid: &Grid, row: &GridRow) -> Title {
    let text = filled(row).concat();
    Title { announces: columns::announced(&text), place: grid.origin.row(row.number).holds(&text), text }
}

/// Columns that say how a value is scaled.
const SCALES: [Meaning; 6] =
    [Meaning::Factor, Meaning::Divisor, Meaning::Exponent, Meaning::Decimals, Meaning::Format, Meaning::Formula];

impl Row {
    /// The cell whose text may say how the value is scaled, and whether it is that of the name: `Hours (x10)`, or a remark
    /// such as `Value weight: Volt*10`.
    pub(crate) fn scale_told(&self) -> Option<(bool, Place)> {
        // What says what raw values mean is compared.
        let is_compared =
            |text: &str| !value_phrase::in_remark(text).is_empty() || value_phrase::formula(text).is_some();
        let open = self.meanings().filter(|(_, cell)| !is_compared(&cell.text));
        open.into_iter().find_map(|(meaning, cell)| {
            let is_name = matches!(meaning, Meaning::Description | Meaning::Label);
            let is_told = match meaning {
                Meaning::Remark | Meaning::Detail(_) => scale_phrase::in_remark(&cell.text),
                // Beside a name of its own it is one more remark: `Scaled by 10`.
                Meaning::Description if self.filled(Meaning::Label).is_some() => scale_phrase::in_remark(&cell.text),
                _ => is_name && scale_phrase::in_name(&cell.text),
            };
            is_told.then(|| (is_name, self.place(cell)))
        })
    }

    /// What remarks and descriptions say of raw values, with the cell: `1000 = 0 °C`.
    pub(crate) fn values_told(&self) -> Vec<(Meant, Place)> {
        let told =
            self.prose().flat_map(|cell| value_phrase::in_remark(&cell.text).into_iter().map(move |of| (of, cell)));
        told.map(|(of, cell)| (of, self.place(cell))).collect()
    }

    /// The order of words that a remark or a description states, and the cell: `low word first`.
    pub(crate) fn order_told(&self) -> Option<(Told, Place)> {
        let values = self.filled(Meaning::Values);
        self.prose().chain(values).find_map(|cell| Some((word_phrase::order(&cell.text)?, self.place(cell))))
    }

    /// The unit in brackets that its name ends with, and the cell: `Power (kW)`. `(A)` may be a phase, `(min)` the lowest.
    pub(crate) fn unit_told(&self) -> Option<(String, Place)> {
        let mut names = [Meaning::Label, Meaning::Description].into_iter().filter_map(|meaning| self.filled(meaning));
        names.find_map(|cell| {
            let (_, unit) = cell.text.trim_end().strip_suffix([')', ']'])?.rsplit_once(['(', '['])?;
            let is_word = unit.chars().count() < 2 || ["min", "max"].contains(&unit);
            (!is_word && units::is_unit(unit)).then(|| (units::canonical(unit), self.place(cell)))
        })
    }

    /// The cell that speaks of both bytes of a register.
    pub(crate) fn bytes_told(&self) -> Option<Place> {
        let mut cells = self.prose().chain(self.filled(Meaning::Values));
        cells.find(|cell| word_phrase::has_two_bytes(&cell.text)).map(|cell| self.place(cell))
    }

    /// The factor and the offset of a formula in a remark, and the cell: `value = raw × 0.1 − 40`.
    pub(crate) fn formula_told(&self) -> Option<(Ratio, Ratio, Place)> {
        let mut cells = self.prose().chain(self.filled(Meaning::Values));
        cells
            .find_map(|cell| value_phrase::formula(&cell.text).map(|(scale, offset)| (scale, offset, self.place(cell))))
    }

    /// What clauses of remarks say of the number and its access, with the cells.
    pub(crate) fn clauses_told(&self) -> Vec<(Said, Place)> {
        let is_remark = |meaning| matches!(meaning, Meaning::Remark | Meaning::Detail(_) | Meaning::Values);
        let is_name = |meaning| matches!(meaning, Meaning::Description | Meaning::Label);
        let cells = self.meanings().filter(|(meaning, _)| is_remark(*meaning)).map(|(_, cell)| cell);
        let remarks = cells.flat_map(|cell| word_phrase::said(&cell.text).map(|said| (said, self.place(cell))));
        // `T1 (signed)`
        let names = self.meanings().filter(|(meaning, _)| is_name(*meaning)).flat_map(|(_, cell)| {
            let inner = cell.text.split(['(', '[']).skip(1).filter_map(|part| part.split([')', ']']).next());
            inner.flat_map(word_phrase::said).map(|said| (said, self.place(cell))).collect::<Vec<_>>()
        });
        remarks.chain(names).collect()
    }

    /// The numbers of printed limits, with their cells.
    pub(crate) fn limits_printed(&self) -> Vec<(String, Place)> {
        let mut found = Vec::new();
        for (meaning, cell) in self.meanings() {
            match meaning {
                Meaning::Min | Meaning::Max | Meaning::Step => found.push((cell.text.clone(), self.place(cell))),
                Meaning::Range => {
                    let ends = packed::ends(&cell.text).into_iter().flatten();
                    found.extend(ends.map(|end| (end.to_owned(), self.place(cell))));
                }
                _ => {}
            }
        }
        found
    }

    /// Whether no column of scales says anything of the row.
    pub(crate) fn says_no_scale(&self) -> bool {
        SCALES.into_iter().all(|meaning| self.filled(meaning).is_none())
    }

    /// The cell that says the scale, that of the unit where no column for it does.
    pub(crate) fn scale_cell(&self) -> Option<Place> {
        let mut cells = SCALES.into_iter().chain([Meaning::Unit]).filter_map(|meaning| self.filled(meaning));
        cells.next().map(|cell| self.place(cell))
    }

    /// Remarks, descriptions, and whatever else may say something beside a name.
    fn prose(&self) -> impl Iterator<Item = &Cell> {
        let is_prose = |meaning| {
            matches!(
                meaning,
                Meaning::Remark | Meaning::Detail(_) | Meaning::Description | Meaning::Label | Meaning::Range
            )
        };
        self.meanings().filter(move |(meaning, _)| is_prose(*meaning)).map(|(_, cell)| cell)
    }

    /// The raw value that a remark says is none, and the cell: `0x8000 = sensor error`.
    pub(crate) fn absence_told(&self) -> Option<(i64, Place)> {
        self.prose().find_map(|cell| Some((absence_phrase::in_remark(&cell.text)?, self.place(cell))))
    }
}
