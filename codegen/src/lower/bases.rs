//! Reports columns of addresses of which nothing says whether their digits are decimal or hexadecimal.

use crate::columns::base::{self, InDoubt};
use crate::columns::{Columns, Meaning};

use crate::diagnostic::{Diagnostic, Diagnostics, toml_string as quoted};
use crate::rows::{Cell, Row};

/// Cells that are named as hexadecimal, and as either.
const NAMED: (usize, usize) = (8, 3);

/// Whether a column of addresses is in doubt, which is reported once: each of its rows would be another register.
pub(super) fn report(rows: &[&Row], columns: &Columns, diagnostics: &mut Diagnostics) -> bool {
    let mut found = false;
    for meaning in [Meaning::Address, Meaning::LastAddress, Meaning::AddressAgain] {
        let filled: Vec<(&Row, &Cell)> = rows
            .iter()
            .filter_map(|row| Some((*row, row.filled(meaning)?)))
            .filter(|(row, cell)| row.owns(cell))
            .collect();
        let texts: Vec<&str> = filled.iter().map(|(_, cell)| cell.text.as_str()).collect();
        let Some(doubt) = base::in_doubt(columns.base(meaning), &texts) else { continue };
        found = true;
        let place = |index: &usize| filled.get(*index).map(|(row, cell)| row.place(cell));
        let hexadecimal = doubt.hexadecimal.iter().take(NAMED.0).filter_map(place);
        let either = doubt.either.iter().take(NAMED.1).filter_map(place);
        let error = Diagnostic::error("E0339", message(&doubt));
        let error = hexadecimal.chain(either).fold(error, Diagnostic::at);
        let header = columns.header(meaning).map_or("", |header| header.value.as_str());
        diagnostics.push(error.expected("addresses that are all decimal, or all hexadecimal").help(help(
            meaning,
            header,
            doubt.either.first().and_then(|index| texts.get(*index)).copied(),
        )));
    }
    found
}

fn message(doubt: &InDoubt) -> &'static str {
    match (doubt.hexadecimal.len(), doubt.either.len()) {
        (0, _) => "the header names two bases, but nothing says which one these addresses use",
        (_, 0) => "these addresses look hexadecimal, but nothing says that they are",
        _ => "some addresses of this column are hexadecimal, but nothing says whether the others are",
    }
}

fn help(meaning: Meaning, header: &str, either: Option<&str>) -> String {
    let key = meaning.key();
    let readings = either.map(|text| format!("is {text} decimal, or 0x{text}? ")).unwrap_or_default();
    format!(
        "{readings}say it in [columns]: {key} = {{ header = {}, notation = \"hexadecimal\" }}, or \"decimal\"",
        quoted(header)
    )
}
