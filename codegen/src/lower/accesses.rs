//! What may be done with a register: its access, whether it can be read and written, function codes, the sheet.

use super::facts::{Sheet, default_access, places};
use crate::cells::words::Permitted;
use crate::columns::Meaning;
use crate::diagnostic::{Diagnostic, Diagnostics, said};
use crate::manifest::Override;
use crate::model::{Access, Table, WriteFunctions};
use crate::rows::{Cell, Row};

/// What a row says, or its sheet, or the protocol, and with which functions it is written, where the row names them; no
/// access where there is a column for it and its cell is blank.
pub(super) fn of(
    row: &Row,
    (table, address): (Table, u16),
    codes: Option<Permitted>,
    sheet: &Sheet<'_>,
    diagnostics: &mut Diagnostics,
) -> (Option<Access>, Option<WriteFunctions>) {
    let worded = match row.filled(Meaning::Access) {
        Some(cell) => {
            let Some(permits) = worded(row, cell) else {
                // Whatever it says, an override says what holds.
                let is_access = |of: &&Override| of.field.name() == Meaning::Access.key();
                let mut overrides = sheet.manifest.overrides.iter().filter(is_access);
                if overrides.any(|of| of.registers.contains(table, address)) {
                    return (None, None);
                }
                // Merged, since one word of a vendor stands in many rows.
                diagnostics.merge(
                    Diagnostic::in_cell("E0319", "this access is not understood")
                        .at(row.place(cell))
                        .expected("R, W or R/W, or read, write, read/write"),
                );
                return (None, None);
            };
            report_unused(row, cell, permits, diagnostics);
            report_table(row, cell, table, diagnostics);
            Some(permits)
        }
        None => None,
    };
    if let Some((cell, codes)) = row.filled(Meaning::Table).zip(codes) {
        report_unused(row, cell, codes, diagnostics);
    }
    // Whatever else says that it is written: not by a function that is used.
    if [worded, codes].into_iter().flatten().any(|of| of.unused.is_some()) {
        return (Some(Access::Read), None);
    }
    let write_functions = codes.and_then(|of| of.write_functions).or(worded.and_then(|of| of.write_functions));
    let access = |of: Permitted| of.access;
    (access_of(row, table, worded.map(access), codes.map(access), sheet, diagnostics), write_functions)
}

/// What the cell of the access says.
fn worded(row: &Row, cell: &Cell) -> Option<Permitted> {
    if row.is_in_text(cell) {
        return cell.access_before_text().map(Permitted::from);
    }
    cell.access()
}

/// Warns of function codes in place of an access that are those of another table: `04` beside a holding register.
fn report_table(row: &Row, cell: &Cell, table: Table, diagnostics: &mut Diagnostics) {
    let is_code = cell.text.contains(|sign: char| sign.is_ascii_digit());
    let Some(told) = cell.table().ok().filter(|_| is_code).map(|of| of.table) else { return };
    if told == table {
        return;
    }
    // Merged, since a column is written in one way.
    diagnostics.merge(
        Diagnostic::warning(
            "W0435",
            said!("these function codes are those of {told}s, but the row is about a {table}", told, table),
        )
        .at(row.place(cell))
        .expected("the function codes of the row's table, or R, W, R/W")
        .help("if the codes are right, so is the table they name: `table` in the [[sheet]], or `table` in [columns] for this column"),
    );
}

fn report_unused(row: &Row, cell: &Cell, permits: Permitted, diagnostics: &mut Diagnostics) {
    let Some(code) = permits.unused else { return };
    diagnostics.merge(
        Diagnostic::warning("W0481", said!("function {code} is not supported; the register is read-only", code))
            .at(row.place(cell))
            .expected("function 5, 6, 15 or 16 for what is written")
            .help("if the device takes function 6 or 16, too, override `access`: value = \"3, 16\""),
    );
}

fn access_of(
    row: &Row,
    table: Table,
    worded: Option<Access>,
    codes: Option<Access>,
    sheet: &Sheet<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Access> {
    let stated = sheet.entry.access.or_else(|| sheet.manifest.access.get(&table).copied());
    let flagged = flags(row, table, stated, sheet, diagnostics);
    let is_flagged = [Meaning::Readable, Meaning::Writable].into_iter().any(|of| row.filled(of).is_some());
    if let (Some(worded), Some(flagged)) = (worded, flagged.filter(|_| is_flagged))
        && worded != flagged
    {
        report(row, &[Meaning::Access, Meaning::Readable, Meaning::Writable], diagnostics);
    }
    let said = worded.or(flagged);
    // Vendors often name the function that reads a register only, even where it can be written.
    let contradicts = |said: Access, codes: Access| match codes {
        Access::Read => said == Access::Write || said.writes() && sheet.codes_write,
        _ => !said.writes(),
    };
    if let (Some(said), Some(codes)) = (said, codes)
        && contradicts(said, codes)
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

/// What columns with yes and no say. A blank cell says no where the others of its column only ever say yes: an X for what
/// can be written; otherwise nobody says it, and the register is only read. A column that is blank throughout says nothing
/// where the manifest does.
fn flags(
    row: &Row,
    table: Table,
    stated: Option<Access>,
    sheet: &Sheet<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Access> {
    let mut flag = |meaning: Meaning, marks: Marks, said: fn(Access) -> bool| {
        let cell = row.get(meaning)?;
        if cell.text.is_empty() {
            if meaning == Meaning::Readable {
                // What can be neither read nor written is no register, so that nobody has filled the row in.
                let is_written = row.filled(Meaning::Writable).is_some();
                return (is_written && marks.says_yes && !marks.says_no).then_some(false);
            }
            if stated.is_some() && !marks.says_yes && !marks.says_no {
                return None;
            }
            if marks.says_no {
                // Merged, since a column is blank where it is.
                diagnostics.merge(
                    Diagnostic::warning("W0375", "nothing says whether the register can be written; read was assumed")
                        .at(row.place(cell))
                        .expected("yes or no, as in other cells of the column, or an override of `access`"),
                );
            }
            return Some(false);
        }
        let flag = cell.yes().or_else(|| cell.worded_access().map(said));
        if flag.is_none() {
            diagnostics.merge(
                Diagnostic::in_cell("E0364", "this is neither yes nor no")
                    .at(row.place(cell))
                    .expected("yes or no, X or blank, 1 or 0"),
            );
        }
        flag
    };
    let (readable, writable) = sheet.marks;
    match (flag(Meaning::Readable, readable, Access::reads), flag(Meaning::Writable, writable, Access::writes)) {
        (None, None) => None,
        (None | Some(true), Some(false)) => Some(Access::Read),
        (None | Some(true), Some(true)) => Some(Access::ReadWrite),
        (Some(true), None) => stated.filter(|access| access.reads()).or(Some(default_access(table))),
        (Some(false), None | Some(true)) => Some(Access::Write),
        (Some(false), Some(false)) => {
            report(row, &[Meaning::Readable, Meaning::Writable], diagnostics);
            None
        }
    }
}

/// What stands anywhere in a column with yes and no.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks {
    says_yes: bool,
    /// So that a blank cell says nothing.
    says_no: bool,
}

/// What stands in the columns for what can be read and what can be written.
pub(super) fn marks(rows: &[&Row]) -> (Marks, Marks) {
    let of = |meaning: Meaning| {
        let cells = rows.iter().filter_map(|row| row.filled(meaning));
        let (no, yes): (Vec<_>, Vec<_>) = cells.partition(|cell| cell.yes() == Some(false));
        Marks { says_yes: !yes.is_empty(), says_no: !no.is_empty() }
    };
    (of(Meaning::Readable), of(Meaning::Writable))
}

/// Whether function codes that write stand anywhere in the column of Modbus tables: those that only read mean it then.
pub(super) fn codes_write(rows: &[&Row]) -> bool {
    let mut cells = rows.iter().filter_map(|row| row.filled(Meaning::Table));
    cells.any(|cell| cell.table().is_ok_and(|of| of.permits.is_some_and(|of| of.access.writes())))
}

fn report(row: &Row, meanings: &[Meaning], diagnostics: &mut Diagnostics) {
    let cells = meanings.iter().filter_map(|meaning| row.filled(*meaning));
    let error = Diagnostic::error("E0427", "the columns for the access contradict each other");
    diagnostics.push(
        places(row, cells)
            .into_iter()
            .fold(error, Diagnostic::at)
            .expected("the same in all of them")
            .help("name only the column that is right in [columns]"),
    );
}
