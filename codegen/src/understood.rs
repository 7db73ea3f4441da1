//! What was understood of a table: for a person who wants to see why a register reads as it does.

use crate::diagnostic::{Diagnostics, Origin, Place};

/// What was understood of the sheets of a device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Understood {
    /// In the order in which they were read; a sheet with several tables is there for each of them.
    pub sheets: Vec<UnderstoodSheet>,
}

/// A table on a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnderstoodSheet {
    /// File, relative to the manifest.
    pub file: String,
    /// Sheet of a workbook.
    pub sheet: Option<String>,
    /// The header's row, counted from one.
    pub header: u32,
    /// The Modbus table of all its rows, and what says so; none where every row says it.
    pub table: Option<String>,
    /// Its columns with a header, from left to right.
    pub columns: Vec<UnderstoodColumn>,
    /// Rows that describe registers, or values and bits of the register above.
    pub used: Vec<u32>,
    /// The other rows below the header, and why they are not used.
    pub skipped: Vec<(u32, String)>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnderstoodColumn {
    /// As spreadsheets name it: `B`.
    pub column: String,
    /// Its header.
    pub header: String,
    /// The key of `[columns]` it has the meaning of; none where it is not used.
    pub meaning: Option<&'static str>,
    /// Why it has that meaning, or none.
    pub how: String,
    /// A few of its cells.
    pub samples: Vec<String>,
}

impl Understood {
    /// Says why each row that is not used is not, as far as a diagnostic does.
    pub(crate) fn explain(&mut self, diagnostics: &Diagnostics) {
        // Where rows cannot be placed at all, the reason is reported for the sheet.
        let otherwise = match diagnostics.has_errors() {
            true => "see the errors below",
            false => "the header again, or a row that adds nothing",
        };
        for sheet in &mut self.sheets {
            let origin = Origin { file: sheet.file.clone(), sheet: sheet.sheet.clone() };
            let places = |place: &&Place| *place.origin == origin;
            let mut said: std::collections::BTreeMap<u32, String> = std::collections::BTreeMap::new();
            for diagnostic in diagnostics {
                for number in diagnostic.places.iter().filter(places).filter_map(Place::row) {
                    said.entry(number).or_insert_with(|| diagnostic.message.to_string());
                }
            }
            for (number, why) in sheet.skipped.iter_mut().filter(|(_, why)| why.is_empty()) {
                *why = said.get(number).map_or_else(|| otherwise.to_owned(), Clone::clone);
            }
        }
    }
}
