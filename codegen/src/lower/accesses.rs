//! What may be done with a register: its access, whether it can be read and written, function codes, the sheet.

use super::facts::{Sheet, default_access, places};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::manifest::Meaning;
use crate::model::{Access, Table};
use crate::table::{Row, words};

/// What a row says, or its sheet, or the protocol; `None` where there is a column for it and its cell is blank.
pub(super) fn of(
    row: &Row,
    table: Table,
    codes: Option<Access>,
    sheet: &Sheet<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Access> {
    let stated = sheet.entry.access.or_else(|| sheet.manifest.access.get(&table).copied());
    let worded = match row.filled(Meaning::Access) {
        Some(cell) => {
            let access = words::access(&cell.text);
            if access.is_none() {
                // Merged, since one word of a vendor stands in many rows.
                diagnostics.merge(
                    Diagnostic::error("E0319", "this access is not understood")
                        .at(row.place(cell))
                        .expected("R, W or R/W, or read, write, read/write"),
                );
                return None;
            }
            access
        }
        None => None,
    };
    let flagged = flags(row, table, diagnostics);
    if let (Some(worded), Some(flagged)) = (worded, flagged)
        && worded != flagged
    {
        report(row, &[Meaning::Access, Meaning::Readable, Meaning::Writable], diagnostics);
    }
    let said = worded.or(flagged);
    // Vendors often name the function that reads a register only, even where it can be written.
    if let (Some(Access::Read), Some(codes)) = (said, codes)
        && codes.writes()
    {
        report(row, &[Meaning::Access, Meaning::Readable, Meaning::Writable, Meaning::Table], diagnostics);
    }
    if let Some(access) = said.or(codes) {
        return Some(access);
    }
    let has_column =
        [Meaning::Access, Meaning::Readable, Meaning::Writable].into_iter().any(|of| row.get(of).is_some());
    if has_column { stated } else { stated.or(Some(default_access(table))) }
}

/// What columns with yes and no say.
fn flags(row: &Row, table: Table, diagnostics: &mut Diagnostics) -> Option<Access> {
    let mut flag = |meaning| {
        let cell = row.filled(meaning)?;
        let flag = words::yes(&cell.text);
        if flag.is_none() {
            diagnostics.merge(
                Diagnostic::error("E0364", "this is neither yes nor no")
                    .at(row.place(cell))
                    .expected("yes or no, X or blank, 1 or 0"),
            );
        }
        flag
    };
    match (flag(Meaning::Readable), flag(Meaning::Writable)) {
        (None, None) => None,
        (None | Some(true), Some(false)) => Some(Access::Read),
        (None | Some(true), Some(true)) => Some(Access::ReadWrite),
        (Some(true), None) => {
            Some(if row.get(Meaning::Writable).is_some() { Access::Read } else { default_access(table) })
        }
        (Some(false), None | Some(true)) => Some(Access::Write),
        (Some(false), Some(false)) => {
            report(row, &[Meaning::Readable, Meaning::Writable], diagnostics);
            None
        }
    }
}

fn report(row: &Row, meanings: &[Meaning], diagnostics: &mut Diagnostics) {
    let cells = meanings.iter().filter_map(|meaning| row.filled(*meaning));
    let error =
        Diagnostic::error("E0427", "the columns that say what may be done with the register contradict each other");
    diagnostics.push(
        places(row, cells)
            .into_iter()
            .fold(error, Diagnostic::at)
            .expected("the same in all of them")
            .help("name only the column that is right in [columns]"),
    );
}
