//! Which register each row is about.

use std::ops::RangeInclusive;

use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::manifest::{Manifest, Meaning, SheetEntry};
use crate::model::{Access, Table};
use crate::table::address::{self, NoAddress};
use crate::table::order::Order;
use crate::table::{Cell, Row, words};

/// Fewer rows than this are reported each for itself, even if none of them has an address.
const FEW: usize = 5;

/// A row that is known to describe this register, or the range of them that begins with it.
#[derive(Debug, Clone)]
pub(super) struct Fact {
    pub(super) row: Row,
    pub(super) table: Table,
    pub(super) address: u16,
    /// How many registers the row describes, where it says so.
    pub(super) count: Option<u16>,
    /// What a column, the sheet or the manifest says; `None` where there is a column and its cell is blank.
    pub(super) access: Option<Access>,
    pub(super) group: Option<String>,
    /// Order of words and bytes in its sheet.
    pub(super) order: Option<Order>,
}

impl Fact {
    /// Every address it is about.
    pub(super) fn addresses(&self) -> RangeInclusive<u16> {
        self.address..=self.address.saturating_add(self.count.unwrap_or(1).saturating_sub(1))
    }
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
    report_de_facto(&rows, entry, diagnostics);
    for row in rows {
        match register(&row, lacking, entry, diagnostics) {
            Ok((table, registers)) => {
                let Ok(count) = count(&row, &registers, diagnostics) else {
                    let candidates = registers.map(|address| (table, address)).collect();
                    lost.push(Lost { row, candidates });
                    continue;
                };
                let access = access(&row, table, entry, manifest, diagnostics);
                let group = row.filled(Meaning::Group).map(|cell| cell.text.clone()).or_else(|| entry.group.clone());
                let order = entry.order;
                facts.push(Fact { table, address: *registers.start(), count, access, group, order, row });
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
            let protocol = row.get(Meaning::Address).filter(|cell| address::range(&cell.text).is_err());
            let de_facto = row.get(Meaning::DeFacto).filter(|cell| address::de_facto(&cell.text).is_err());
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

/// Warns where the addresses of a sheet are all such as de facto numbers of its table are.
fn report_de_facto(rows: &[Row], entry: &SheetEntry, diagnostics: &mut Diagnostics) {
    let numbered = |row: &Row| {
        let cell = row.get(Meaning::Address).filter(|_| row.get(Meaning::DeFacto).is_none())?;
        let (table, _) = address::de_facto(&cell.text).ok()?;
        // Small numbers are those of coils, and addresses more often; hexadecimal ones are always addresses.
        let is_decimal = cell.text.bytes().all(|byte| byte.is_ascii_digit());
        (is_decimal && address::protocol(&cell.text).is_ok() && Some(table) == entry.table && table != Table::Coil)
            .then(|| row.place(cell))
    };
    let places: Option<Vec<Place>> = rows.iter().map(numbered).collect();
    let (Some(places), Some(table)) = (places.filter(|places| !places.is_empty()), entry.table) else { return };
    let count = places.len();
    let message = match count {
        1 => "the address of this sheet looks like a de facto number".to_owned(),
        count => format!("the {count} addresses of this sheet look like de facto numbers"),
    };
    let first = places.first().and_then(|place| place.found.clone()).unwrap_or_default();
    let number = address::de_facto(&first).map(|(_, number)| number).unwrap_or_default();
    diagnostics.push(
        places
            .into_iter()
            .take(3)
            .fold(Diagnostic::warning("W0322", message), Diagnostic::at)
            .at(entry.place.clone())
            .expected("zero-based protocol addresses in the column that `address` names")
            .help(format!(
                "if {first} is {table} {number}, call the column de_facto = \"…\" in [columns] instead of address"
            )),
    );
}

/// Addresses a row is about.
type Addresses = RangeInclusive<u16>;

/// The registers a row is about; where its cells do not agree on them, it is reported and those it can be about are given.
fn register(
    row: &Row,
    lacking: bool,
    entry: &SheetEntry,
    diagnostics: &mut Diagnostics,
) -> Result<(Table, Addresses), Vec<(Table, u16)>> {
    let protocol = row.get(Meaning::Address).map(|cell| protocol(row, cell, diagnostics));
    let again = row.filled(Meaning::AddressAgain).map(|cell| self::protocol(row, cell, diagnostics));
    let de_facto = row.get(Meaning::DeFacto).map(|cell| de_facto(row, cell, diagnostics));
    if let (Some(Some(one)), Some(Some(other))) = (&protocol, &again)
        && one != other
    {
        notations_differ(row, diagnostics);
        let tables = entry.table.map_or(Table::ALL.to_vec(), |table| vec![table]);
        let both = one.clone().chain(other.clone());
        return Err(both.flat_map(|address| tables.iter().map(move |table| (*table, address))).collect());
    }
    let (table, addresses) = match (protocol, de_facto) {
        (Some(Some(addresses)), Some(Some((table, number)))) if *addresses.start() == number => (table, addresses),
        (Some(Some(addresses)), Some(Some((table, number)))) => {
            let address = *addresses.start();
            contradiction(row, address, table, number, diagnostics);
            return Err(vec![(table, address), (table, number)]);
        }
        (None, Some(Some((table, number)))) => (table, number..=number),
        (Some(Some(addresses)), None) => match entry.table {
            Some(table) => (table, addresses),
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
                return Err(Table::ALL.map(|table| (table, *addresses.start())).to_vec());
            }
        },
        (Some(None), Some(Some(register))) => return Err(vec![register]),
        (Some(Some(addresses)), Some(None)) => {
            let tables = entry.table.map_or(Table::ALL.to_vec(), |table| vec![table]);
            return Err(tables.into_iter().map(|table| (table, *addresses.start())).collect());
        }
        (None | Some(None), None | Some(None)) => return Err(Vec::new()),
    };
    match entry.table {
        Some(declared) if declared != table => {
            // Merged, since one wrong word in the manifest contradicts every row of the sheet.
            let mut diagnostic =
                Diagnostic::error("E0308", format!("a {table} in a sheet of {declared}s")).at(entry.place.clone());
            if let Some(cell) = row.get(Meaning::DeFacto) {
                diagnostic = diagnostic.at(row.place(cell));
            }
            diagnostics
                .merge(diagnostic.expected(format!("de facto numbers of {declared}s, or no `table` for this sheet")));
            Err(vec![(table, *addresses.start()), (declared, *addresses.start())])
        }
        // The other notation of the address cannot be read, which is reported.
        _ if again == Some(None) => Err(addresses.map(|address| (table, address)).collect()),
        _ => Ok((table, addresses)),
    }
}

/// A cell that is not understood; it has been reported.
struct NotUnderstood;

/// How many registers a row says it is about, in a column for that or by a range.
fn count(row: &Row, addresses: &Addresses, diagnostics: &mut Diagnostics) -> Result<Option<u16>, NotUnderstood> {
    let first = *addresses.start();
    let Some(listed) = addresses.end().saturating_sub(first).checked_add(1) else {
        let error = Diagnostic::error("E0319", "a range of all the registers there are");
        let range = row.get(Meaning::Address).map(|cell| row.place(cell));
        diagnostics.push(range.into_iter().fold(error, Diagnostic::at).expected("a range of at most 65535 registers"));
        return Err(NotUnderstood);
    };
    let Some(cell) = row.filled(Meaning::Count) else { return Ok((listed > 1).then_some(listed)) };
    let fits = |count: &u16| *count > 0 && first.checked_add(count.saturating_sub(1)).is_some();
    match cell.text.parse::<u16>().ok().filter(fits) {
        Some(count) if listed == 1 || count == listed => Ok(Some(count)),
        Some(count) => {
            let error = Diagnostic::error("E0407", format!("a range of {listed} registers with a count of {count}"));
            let range = row.get(Meaning::Address).map(|cell| row.place(cell));
            diagnostics.push(
                range
                    .into_iter()
                    .fold(error, Diagnostic::at)
                    .at(row.place(cell))
                    .expected("as many registers as the range has"),
            );
            Err(NotUnderstood)
        }
        None => {
            diagnostics.push(
                Diagnostic::error("E0319", "this count is not understood")
                    .at(row.place(cell))
                    .expected("how many registers the row is about, none beyond 65535"),
            );
            Err(NotUnderstood)
        }
    }
}

fn access(
    row: &Row,
    table: Table,
    entry: &SheetEntry,
    manifest: &Manifest,
    diagnostics: &mut Diagnostics,
) -> Option<Access> {
    let stated = entry.access.or_else(|| manifest.access.get(&table).copied());
    let Some(cell) = row.get(Meaning::Access) else { return stated.or(Some(default_access(table))) };
    if cell.text.is_empty() {
        return stated;
    }
    let access = words::access(&cell.text);
    if access.is_none() {
        // Merged, since one word of a vendor stands in many rows.
        diagnostics.merge(
            Diagnostic::error("E0319", "this access is not understood")
                .at(row.place(cell))
                .expected("R, W or R/W, or read, write, read/write"),
        );
    }
    access
}

/// What the protocol allows; a narrower access is for the manifest to say.
pub(super) fn default_access(table: Table) -> Access {
    if table.is_writable() { Access::ReadWrite } else { Access::Read }
}

fn protocol(row: &Row, cell: &Cell, diagnostics: &mut Diagnostics) -> Option<Addresses> {
    address::range(&cell.text)
        .map(|(first, last)| first..=last)
        .map_err(|error| {
            let (code, message) = match error {
                NoAddress::NotANumber => ("E0307", "this address is no number"),
                NoAddress::OutOfRange => ("E0312", "this address is out of range"),
            };
            let mut diagnostic = Diagnostic::error(code, message)
                .at(row.place(cell))
                .expected("a zero-based protocol address from 0 to 65535, decimal or hexadecimal (0x…)");
            let de_facto = row.get(Meaning::DeFacto).map(|cell| (&cell.text, address::de_facto(&cell.text)));
            if let Some((text, Ok((_, number)))) = de_facto {
                diagnostic = diagnostic.help(format!("the de facto address {text} is address {number}"));
            } else if let (NoAddress::OutOfRange, Ok((table, number))) = (error, address::de_facto(&cell.text)) {
                diagnostic = diagnostic.help(format!(
                    "if {} is {table} {number}, call the column de_facto = \"…\" in [columns] instead of address",
                    cell.text
                ));
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
    let (Some(protocol), Some(de_facto)) = (row.get(Meaning::Address), row.get(Meaning::DeFacto)) else { return };
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

fn notations_differ(row: &Row, diagnostics: &mut Diagnostics) {
    let (Some(first), Some(second)) = (row.get(Meaning::Address), row.get(Meaning::AddressAgain)) else { return };
    diagnostics.push(
        Diagnostic::error("E0320", "the two columns with the address say different things")
            .at(row.place(first))
            .at(row.place(second))
            .expected("the same address in both")
            .help("one of the two cells is mistyped; the rows above and below usually show which"),
    );
}
