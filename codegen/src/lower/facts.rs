//! Which register each row is about.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::manifest::{Manifest, SheetEntry};
use crate::model::{Access, Table};
use crate::table::address::{self, NoAddress};
use crate::table::{Cell, Row};

/// A row that is known to describe this register.
#[derive(Debug)]
pub(super) struct Fact {
    pub(super) row: Row,
    pub(super) table: Table,
    pub(super) address: u16,
    pub(super) access: Access,
    pub(super) group: Option<String>,
}

/// Places the rows of a sheet; those that cannot be placed are reported.
pub(super) fn place(
    rows: Vec<Row>,
    entry: &SheetEntry,
    manifest: &Manifest,
    diagnostics: &mut Diagnostics,
) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut tableless = None;
    for row in rows {
        let protocol = row.address.as_ref().and_then(|cell| protocol(&row, cell, diagnostics));
        let de_facto = row.de_facto.as_ref().and_then(|cell| de_facto(&row, cell, diagnostics));
        let cells_read = protocol.is_some() == row.address.is_some() && de_facto.is_some() == row.de_facto.is_some();
        let register = match (protocol, de_facto) {
            (Some(address), Some((table, number))) if address == number => Some((table, address)),
            (Some(address), Some((table, number))) => {
                contradiction(&row, address, table, number, diagnostics);
                None
            }
            (None, Some(register)) => Some(register),
            (Some(address), None) => entry.table.map(|table| (table, address)),
            (None, None) => None,
        };
        let Some((table, address)) = register else {
            if cells_read && protocol.is_some() && de_facto.is_none() {
                tableless.get_or_insert_with(|| entry.place.clone());
            }
            continue;
        };
        if !cells_read {
            continue;
        }
        if let Some(declared) = entry.table.filter(|declared| *declared != table) {
            let mut diagnostic =
                Diagnostic::error("E0308", format!("a {table} in a sheet of {declared}s")).at(entry.place.clone());
            if let Some(cell) = &row.de_facto {
                diagnostic = diagnostic.at(row.place(cell));
            }
            diagnostics
                .push(diagnostic.expected(format!("de facto numbers of {declared}s, or no `table` for this sheet")));
            continue;
        }
        let access = entry.access.or_else(|| manifest.access.get(&table).copied()).unwrap_or(default_access(table));
        facts.push(Fact { row, table, address, access, group: entry.group.clone() });
    }
    if let Some(place) = tableless {
        diagnostics.push(
            Diagnostic::error("E0311", "nothing says which Modbus table this sheet describes").at(place).expected(
                "table = \"holding_register\" in its [[sheet]], or a column with de facto numbers in [columns]",
            ),
        );
    }
    facts
}

/// What the protocol allows; a narrower access is for the manifest to say.
fn default_access(table: Table) -> Access {
    if table.is_writable() { Access::ReadWrite } else { Access::Read }
}

fn protocol(row: &Row, cell: &Cell, diagnostics: &mut Diagnostics) -> Option<u16> {
    address::protocol(&cell.text)
        .map_err(|error| {
            let (code, message) = match error {
                NoAddress::NotANumber => ("E0307", "this address is no number"),
                NoAddress::OutOfRange => ("E0312", "this address is out of range"),
            };
            diagnostics.push(
                Diagnostic::error(code, message)
                    .at(row.place(cell))
                    .expected("a zero-based protocol address from 0 to 65535, decimal or hexadecimal (0x…)"),
            );
        })
        .ok()
}

fn de_facto(row: &Row, cell: &Cell, diagnostics: &mut Diagnostics) -> Option<(Table, u16)> {
    address::de_facto(&cell.text)
        .map_err(|error| {
            let message = match error {
                NoAddress::NotANumber => "this de facto address is no number",
                NoAddress::OutOfRange => "this de facto address belongs to no Modbus table",
            };
            diagnostics.push(
                Diagnostic::error("E0313", message)
                    .at(row.place(cell))
                    .expected("1–9999 for coils, 10001–19999 for discrete inputs, 30001–39999 for input registers, 40001–49999 for holding registers, or six digits"),
            );
        })
        .ok()
}

fn contradiction(row: &Row, address: u16, table: Table, number: u16, diagnostics: &mut Diagnostics) {
    let (Some(protocol), Some(de_facto)) = (&row.address, &row.de_facto) else { return };
    let base = match table {
        Table::Coil => 1u32,
        Table::DiscreteInput => 10_001,
        Table::InputRegister => 30_001,
        Table::HoldingRegister => 40_001,
    };
    diagnostics.push(
        Diagnostic::error(
            "E0306",
            format!("the address says {table} {address}, the de facto address {table} {number}"),
        )
        .at(row.place(protocol))
        .at(row.place(de_facto))
        .expected(format!(
            "de facto address {} for address {address}, or address {number} for de facto address {}",
            base.saturating_add(u32::from(address)),
            de_facto.text
        ))
        .help("one of the two cells is mistyped; the vendor's other tables or a read of the device can tell which"),
    );
}
