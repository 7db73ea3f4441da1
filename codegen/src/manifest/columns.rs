//! `[columns]`, `[key]` and `[pairs]`: what the columns and marks of the vendor's table mean.

use super::reader::{Located, Section};
use crate::diagnostic::{Diagnostic, Place};

/// What stands in an entry of `[columns]`.
const HEADER: &str = "the header of the column, as the vendor's table prints it";

/// Header of the column that has each meaning.
#[derive(Debug)]
pub(crate) struct Columns {
    pub(crate) address: Option<Located<String>>,
    pub(crate) de_facto: Option<Located<String>>,
    pub(crate) unit: Option<Located<String>>,
    pub(crate) divisor: Option<Located<String>>,
    pub(crate) description: Option<Located<String>>,
    /// Columns kept for the documentation, by the name overrides call them.
    pub(crate) details: Vec<(String, Located<String>)>,
}

/// The sheet that holds the table key and the footnotes.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) file: String,
    pub(crate) sheet: Option<String>,
    /// Header of the column that holds the marks.
    pub(crate) mark: Located<String>,
    /// Header of the column that holds what they mean.
    pub(crate) text: Located<String>,
    /// Detail column whose cells the plain marks explain.
    pub(crate) legend: Option<String>,
    pub(crate) place: Place,
}

/// How the halves of a 32-bit value are marked.
#[derive(Debug)]
pub(crate) struct Pairs {
    pub(crate) high: String,
    pub(crate) low: String,
}

pub(super) fn read(root: &Section<'_>) -> Columns {
    let mut columns =
        Columns { address: None, de_facto: None, unit: None, divisor: None, description: None, details: Vec::new() };
    root.require("columns", "[columns] with the header of each column: address = \"…\", description = \"…\"");
    if let Some(section) = root.section("columns") {
        columns.address = section.filled_string("address", HEADER);
        columns.de_facto = section.filled_string("de_facto", HEADER);
        columns.unit = section.filled_string("unit", HEADER);
        columns.divisor = section.filled_string("divisor", HEADER);
        columns.description =
            section.required_string("description", "the header of the column with the registers' names");
        if let Some(details) = section.section("details") {
            columns.details = details.string_entries();
            for name in super::overrides::FIELDS {
                details.wrong_key(name, "another name for the column: overrides call a field of every register so");
            }
        }
        if !section.has("address") && !section.has("de_facto") {
            section.report(
                Diagnostic::error("E0202", "[columns] names no column for the address")
                    .at(section.place().clone())
                    .expected("address = \"…\" or de_facto = \"…\", the header of that column"),
            );
        }
        section.finish();
    }
    columns
}

pub(super) fn key(root: &Section<'_>) -> Option<Key> {
    let section = root.section("key")?;
    let file = section.required_string("file", "the file that holds the table key");
    let mark = section.required_string("mark", "the header of the column with the marks");
    let text = section.required_string("text", "the header of the column with their meaning");
    let sheet = section.string("sheet").map(|sheet| sheet.value);
    let legend = section.string("legend").map(|legend| legend.value);
    let place = section.place().clone();
    section.finish();
    Some(Key { file: file?.value, sheet, mark: mark?, text: text?, legend, place })
}

pub(super) fn pairs(root: &Section<'_>) -> Option<Pairs> {
    let section = root.section("pairs")?;
    let high = section.required_string("high", "the mark of the high word: \"(MSB)\"");
    let low = section.required_string("low", "the mark of the low word: \"(LSB)\"");
    section.finish();
    Some(Pairs { high: high?.value, low: low?.value })
}

pub(super) fn optional_marks(section: &Section<'_>) -> Vec<String> {
    let marks = section.strings("marks").unwrap_or_default();
    if marks.iter().any(|mark| mark.trim().is_empty()) {
        section.wrong_key("marks", "marks that stand in a description: \"(EM)\"");
    }
    section.finish();
    marks
}
