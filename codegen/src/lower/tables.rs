//! The Modbus table that a cell says, and the reports where nothing says it.

use super::facts::Sheet;
use crate::cells::words::TableCell;
use crate::columns::Meaning;
use crate::diagnostic::{Diagnostic, Diagnostics, Entry, Place, fault, said};
use crate::model::Table;
use crate::rows::{Cell, Row};

/// The Modbus table of all rows of a sheet.
fn sheet_table(row: &Row) -> Entry {
    let tables = ["holding_register", "input_register", "coil", "discrete_input"];
    Entry::sheet(&row.start().origin).one_of("table", tables)
}

/// Reports that the title above a row announces another Modbus table than the manifest gives the sheet.
pub(super) fn report_other_title(
    announced: Table,
    title: &Place,
    table: Table,
    sheet: &Sheet<'_>,
    diagnostics: &mut Diagnostics,
) {
    if announced == table {
        return;
    }
    // Once for all rows below the title.
    diagnostics.push_once(
        Diagnostic::warning(
            "W0490",
            said!("a title says {announced}s, but the rows below it are read as {table}s", announced, table),
        )
        .at(title.clone())
        .at(sheet.entry.place.clone())
        .expected(format!("rows of {table}s only"))
        .help("read the sheet once for each Modbus table, in [[sheet]] entries with `rows = \"10-40\"` and `table`"),
    );
}

pub(super) fn report_no_table(row: &Row, sheet: &Sheet<'_>, diagnostics: &mut Diagnostics) {
    // The column that says it may be the one that is missing.
    if sheet.lacking {
        return;
    }
    if let Some(cell) = row.get(Meaning::Table) {
        diagnostics.merge(
            Diagnostic::in_cell("E0424", "nothing says which Modbus table this row is about")
                .at(row.place(cell))
                .expected(
                    "the name of a table or function codes in this cell, or `table` in the [[sheet]] for rows \
                           where it is blank",
                )
                .widely(sheet_table(row)),
        );
        return;
    }
    diagnostics.merge(
        Diagnostic::error("E0311", "nothing says which Modbus table this sheet describes")
            .at(sheet.entry.place.clone())
            .expected(
                "a column with the table, function codes or de facto numbers, a title, sheet or file named after it, \
                 or `table` in its [[sheet]]",
            )
            .manifest(sheet_table(row)),
    );
}

/// The Modbus table that the row's own cell says, where it says one.
pub(super) fn told(row: &Row) -> Option<Table> {
    Some(row.filled(Meaning::Table)?.table().ok()?.table)
}

/// What a cell says of the table, in a word or by function codes; `None` where it is not understood, which is reported.
pub(super) fn stated(row: &Row, cell: &Cell, diagnostics: &mut Diagnostics) -> Option<TableCell> {
    match cell.table() {
        Ok(found) => Some(found),
        Err(unread) => {
            let error = Diagnostic::in_cell("E0360", said!("this cell {says}", says = fault(unread.says)))
                .at(row.place(cell))
                .expected(
                    "coil, discrete input, input register or holding register, or function codes of one of them \
                           such as 3, 6, 16",
                );
            // Merged, since one word of a vendor stands in many rows.
            diagnostics.merge(match unread.meant {
                Some(meant) => error.help(format!("did you mean “{meant}”?")),
                None => error,
            });
            None
        }
    }
}
