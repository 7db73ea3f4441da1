//! Which register each row is about.

use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::manifest::{Manifest, SheetEntry};
use crate::model::{Access, Table};
use crate::table::address::{self, NoAddress};
use crate::table::{Cell, Row};

/// Fewer rows than this are reported each for itself, even if none of them has an address.
const FEW: usize = 5;

/// A row that is known to describe this register.
#[derive(Debug)]
pub(super) struct Fact {
    pub(super) row: Row,
    pub(super) table: Table,
    pub(super) address: u16,
    pub(super) access: Access,
    pub(super) group: Option<String>,
}

/// A row whose register is not known; the reason has been reported.
#[derive(Debug)]
pub(super) struct Lost {
    pub(super) row: Row,
    /// What it can be about, as far as its cells say.
    pub(super) candidates: Vec<(Table, u16)>,
}

/// Places the rows of a sheet that may be `lacking` a column; those that cannot be placed are reported and kept apart.
pub(super) fn place(
    rows: Vec<Row>,
    lacking: bool,
    entry: &SheetEntry,
    manifest: &Manifest,
    diagnostics: &mut Diagnostics,
) -> (Vec<Fact>, Vec<Lost>) {
    let (mut facts, mut lost) = (Vec::new(), Vec::new());
    if report_no_addresses(&rows, diagnostics) {
        lost.extend(rows.into_iter().map(|row| Lost { row, candidates: Vec::new() }));
        return (facts, lost);
    }
    for row in rows {
        match register(&row, lacking, entry, diagnostics) {
            Ok((table, address)) => {
                let access =
                    entry.access.or_else(|| manifest.access.get(&table).copied()).unwrap_or(default_access(table));
                facts.push(Fact { row, table, address, access, group: entry.group.clone() });
            }
            Err(candidates) => lost.push(Lost { row, candidates }),
        }
    }
    (facts, lost)
}

/// Says once that a column holds no addresses at all, instead of once for each of its cells.
fn report_no_addresses(rows: &[Row], diagnostics: &mut Diagnostics) -> bool {
    let wrong: Vec<Place> = rows
        .iter()
        .map_while(|row| {
            let protocol = row.address.as_ref().filter(|cell| address::protocol(&cell.text).is_err());
            let de_facto = row.de_facto.as_ref().filter(|cell| address::de_facto(&cell.text).is_err());
            protocol.or(de_facto).map(|cell| row.place(cell))
        })
        .collect();
    if wrong.len() < rows.len().max(FEW) {
        return false;
    }
    let error = Diagnostic::error("E0317", format!("none of the {} rows has an address that is a number", rows.len()));
    diagnostics.push(
        wrong
            .into_iter()
            .take(3)
            .fold(error, Diagnostic::at)
            .expected("zero-based addresses such as 30 or 0x1E, or de facto numbers such as 30031")
            .help("look whether `address` and `de_facto` in [columns] name the right columns"),
    );
    true
}

/// The register a row is about; where its cells do not agree on one, it is reported and those it can be about are given.
fn register(
    row: &Row,
    lacking: bool,
    entry: &SheetEntry,
    diagnostics: &mut Diagnostics,
) -> Result<(Table, u16), Vec<(Table, u16)>> {
    let protocol = row.address.as_ref().map(|cell| protocol(row, cell, diagnostics));
    let de_facto = row.de_facto.as_ref().map(|cell| de_facto(row, cell, diagnostics));
    let (table, address) = match (protocol, de_facto) {
        (Some(Some(address)), Some(Some((table, number)))) if address == number => (table, address),
        (Some(Some(address)), Some(Some((table, number)))) => {
            contradiction(row, address, table, number, diagnostics);
            return Err(vec![(table, address), (table, number)]);
        }
        (None, Some(Some(register))) => register,
        (Some(Some(address)), None) => match entry.table {
            Some(table) => (table, address),
            None => {
                // The column that says it may be the one that is missing.
                if !lacking {
                    diagnostics.merge(
                        Diagnostic::error("E0311", "nothing says which Modbus table this sheet describes")
                            .at(entry.place.clone())
                            .expected(
                                "table = \"holding_register\" in its [[sheet]], or a column with de facto numbers in [columns]",
                            ),
                    );
                }
                return Err(Table::ALL.map(|table| (table, address)).to_vec());
            }
        },
        (Some(None), Some(Some(register))) => return Err(vec![register]),
        (Some(Some(address)), Some(None)) => {
            let tables = entry.table.map_or(Table::ALL.to_vec(), |table| vec![table]);
            return Err(tables.into_iter().map(|table| (table, address)).collect());
        }
        (None | Some(None), None | Some(None)) => return Err(Vec::new()),
    };
    match entry.table {
        Some(declared) if declared != table => {
            // Merged, since one wrong word in the manifest contradicts every row of the sheet.
            let mut diagnostic =
                Diagnostic::error("E0308", format!("a {table} in a sheet of {declared}s")).at(entry.place.clone());
            if let Some(cell) = &row.de_facto {
                diagnostic = diagnostic.at(row.place(cell));
            }
            diagnostics
                .merge(diagnostic.expected(format!("de facto numbers of {declared}s, or no `table` for this sheet")));
            Err(vec![(table, address), (declared, address)])
        }
        _ => Ok((table, address)),
    }
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
            let mut diagnostic = Diagnostic::error(code, message)
                .at(row.place(cell))
                .expected("a zero-based protocol address from 0 to 65535, decimal or hexadecimal (0x…)");
            let de_facto = row.de_facto.as_ref().map(|cell| (&cell.text, address::de_facto(&cell.text)));
            if let Some((text, Ok((_, number)))) = de_facto {
                diagnostic = diagnostic.help(format!("the de facto address {text} is address {number}"));
            }
            diagnostics.push(diagnostic);
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
    diagnostics.push(
        Diagnostic::error(
            "E0306",
            format!("the address is {address}, but the de facto address {} is {table} {number}", de_facto.text),
        )
        .at(row.place(protocol))
        .at(row.place(de_facto))
        .expected(format!(
            "de facto address {} for address {address}, or address {number} for de facto address {}",
            address::to_de_facto(table, address, &de_facto.text),
            de_facto.text
        ))
        .help("one of the two cells is mistyped; the vendor's other tables or a read of the device can tell which"),
    );
}
