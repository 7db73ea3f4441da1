//! Which registers the cells of a row name: address, de facto number, table, and whether they agree.

use std::ops::RangeInclusive;

use super::facts::Sheet;
use super::tables;
use crate::cells::address::{self, NoAddress, Style};
use crate::cells::unread::{Unread, Why};
use crate::cells::words::{Permitted, TableCell};
use crate::columns::{Columns, Meaning, base};
use crate::diagnostic::entry::{Entry, Value};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, fault, said};
use crate::model::Table;
use crate::rows::{Cell, Row};

/// Addresses a row is about.
pub(super) type Addresses = RangeInclusive<u16>;

/// The lowest and the highest bit.
pub(super) type Bits = (u8, u8);

/// What the cells of a row say together.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) table: Table,
    /// Whether only the manifest says the Modbus table, of the whole sheet.
    pub(super) is_of_sheet: bool,
    pub(super) addresses: Addresses,
    /// Bits of the registers, where the address names them.
    pub(super) bits: Option<Bits>,
    /// What function codes permit.
    pub(super) permits: Option<Permitted>,
}

/// How the numbers of each column with addresses are written.
#[derive(Debug, Default)]
pub(super) struct Styles {
    columns: Vec<(Meaning, Style)>,
}

impl Styles {
    /// Of these rows, under these headers.
    pub(super) fn of(rows: &[&Row], columns: &Columns) -> Self {
        let style = |meaning| {
            let cells = rows.iter().filter_map(|row| row.filled(meaning)).map(|cell| cell.text.as_str());
            (meaning, base::style(columns.base(meaning), cells))
        };
        let meanings = [Meaning::Address, Meaning::LastAddress, Meaning::AddressAgain, Meaning::DeFacto];
        Self { columns: meanings.map(style).to_vec() }
    }

    fn get(&self, meaning: Meaning) -> Style {
        self.columns.iter().find(|(of, _)| *of == meaning).map_or_else(Style::default, |(_, style)| *style)
    }
}

/// One address cell.
struct Read {
    table: Option<Table>,
    addresses: Addresses,
    bits: Option<Bits>,
}

/// The registers a row is about; where its cells do not agree on them, it is reported and those it can be about are given.
pub(super) fn find(row: &Row, sheet: &Sheet<'_>, diagnostics: &mut Diagnostics) -> Result<Found, Vec<(Table, u16)>> {
    let filled = |meaning| row.filled(meaning);
    let protocol = match (row.get(Meaning::Address), row.filled(Meaning::DeFacto)) {
        // A document may give a register one of the two only.
        (Some(cell), Some(_)) if cell.text.is_empty() => None,
        (cell, _) => cell.map(|cell| protocol(row, cell, Meaning::Address, sheet, diagnostics)),
    };
    let protocol = match (protocol, filled(Meaning::LastAddress)) {
        (Some(Some(read)), Some(cell)) => Some(to_last(row, &read, cell, sheet, diagnostics)),
        (protocol, _) => protocol,
    };
    let again =
        filled(Meaning::AddressAgain).map(|cell| self::protocol(row, cell, Meaning::AddressAgain, sheet, diagnostics));
    let de_facto = match (row.get(Meaning::DeFacto), &protocol) {
        (Some(cell), Some(_)) if cell.text.is_empty() => None,
        (cell, _) => cell.map(|cell| de_facto(row, cell, sheet, protocol.is_none(), diagnostics)),
    };
    let stated = filled(Meaning::Table).map(|cell| tables::stated(row, cell, diagnostics));
    let tables = |own: Option<Table>| match own.or(stated.flatten().map(|cell| cell.table)).or(sheet.entry.table) {
        Some(table) => vec![table],
        None => Table::ALL.to_vec(),
    };
    if let (Some(Some(one)), Some(Some(other))) = (&protocol, &again)
        && one.addresses != other.addresses
    {
        notations_differ(row, diagnostics);
        let both = one.addresses.clone().chain(other.addresses.clone());
        return Err(both
            .flat_map(|address| tables(one.table).into_iter().map(move |table| (table, address)))
            .collect());
    }
    let (read, notation) = match (protocol, de_facto) {
        (Some(Some(read)), Some(Some((table, number, _)))) => {
            let agree = *read.addresses.start() == *number.start() && read.table.is_none_or(|of| of == table);
            if !agree {
                let address = *read.addresses.start();
                contradiction(row, address, table, *number.start(), sheet, diagnostics);
                return Err(vec![(table, address), (table, *number.start())]);
            }
            (Read { table: Some(table), ..read }, Meaning::DeFacto)
        }
        (None, Some(Some((table, addresses, bits)))) => {
            (Read { table: Some(table), addresses, bits }, Meaning::DeFacto)
        }
        (Some(Some(read)), None) => (read, Meaning::Address),
        (Some(None), Some(Some((table, number, _)))) => return Err(vec![(table, *number.start())]),
        (Some(Some(read)), Some(None)) => {
            return Err(tables(read.table).into_iter().map(|table| (table, *read.addresses.start())).collect());
        }
        (None | Some(None), None | Some(None)) => return Err(Vec::new()),
    };
    // A cell that is not understood has been reported.
    if stated == Some(None) || again.is_some_and(|again| again.is_none()) {
        return Err(tables(read.table).into_iter().map(|table| (table, *read.addresses.start())).collect());
    }
    let table = agreed(row, &read, notation, stated.flatten(), sheet, diagnostics)?;
    let permits = stated.flatten().and_then(|cell| cell.permits);
    let is_of_sheet = read.table.is_none() && stated.flatten().is_none();
    Ok(Found { table, is_of_sheet, addresses: read.addresses, bits: read.bits, permits })
}

/// The Modbus table, where all that say it agree.
fn agreed(
    row: &Row,
    read: &Read,
    notation: Meaning,
    stated: Option<TableCell>,
    sheet: &Sheet<'_>,
    diagnostics: &mut Diagnostics,
) -> Result<Table, Vec<(Table, u16)>> {
    let address = *read.addresses.start();
    let stated = stated.map(|cell| cell.table);
    if let (Some(stated), Some(table)) = (stated, read.table)
        && stated != table
    {
        let error = Diagnostic::in_own_cell(
            "E0423",
            said!("the row says {stated}, but its address is one of the {table}s", stated, table),
        );
        let cells = [row.get(Meaning::Table), row.get(notation)].into_iter().flatten().map(|cell| row.place(cell));
        diagnostics.push(
            cells
                .fold(error, Diagnostic::at)
                .expected("the same Modbus table in both")
                .help("one of the two cells is mistyped; reading the device tells which"),
        );
        return Err(vec![(stated, address), (table, address)]);
    }
    let found = stated.or(read.table);
    match (found, sheet.entry.table) {
        (Some(table), Some(declared)) if declared != table => {
            // Merged, since one wrong word in the manifest contradicts every row of the sheet.
            let mut diagnostic = Diagnostic::in_own_cell(
                "E0308",
                said!("one of the {table}s in a sheet of {declared}s", table, declared),
            )
            .at(sheet.entry.place.clone());
            let says = if stated.is_some() { Meaning::Table } else { notation };
            if let Some(cell) = row.get(says) {
                diagnostic = diagnostic.at(row.place(cell));
            }
            diagnostics
                .merge(diagnostic.expected(format!("de facto numbers of {declared}s, or no `table` for this sheet")));
            Err(vec![(table, address), (declared, address)])
        }
        (Some(table), _) | (None, Some(table)) => Ok(table),
        (None, None) => {
            tables::report_no_table(row, sheet, diagnostics);
            Err(Table::ALL.map(|table| (table, address)).to_vec())
        }
    }
}

/// The table whose first register the base of a sheet is, and the number of that register: -40001 counts all from 40001 on.
fn counted_from(sheet: &Sheet<'_>) -> Option<(Table, u32)> {
    let first = u32::try_from(sheet.entry.base.saturating_neg()).ok()?;
    address::first_of(first).map(|table| (table, first))
}

/// One address cell as the sheet counts; `None` where it is none, which is reported.
fn protocol(
    row: &Row,
    cell: &Cell,
    meaning: Meaning,
    sheet: &Sheet<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Read> {
    let counted = counted_from(sheet);
    let read = address::parse(&cell.text, sheet.styles.get(meaning)).and_then(|read| {
        let registers = match counted {
            Some((_, first)) => read.counted_from(first.saturating_add(u32::from(sheet.one_based))),
            None if sheet.one_based => read.one_based(),
            None => read.zero_based(),
        };
        registers.map(|registers| (registers, read))
    });
    let (registers, read) = match read {
        Ok(read) => read,
        Err(unread) => {
            report_address(row, cell, &unread, sheet, diagnostics);
            return None;
        }
    };
    let addresses = registers.first..=registers.last;
    let addresses = if counted.is_some() { addresses } else { based(row, cell, addresses, sheet, diagnostics)? };
    Some(Read { table: registers.table, addresses, bits: read.bits })
}

/// `2025-02-01`, as a date in a spreadsheet is shown.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|part| part.len()).eq([4, 2, 2]) && parts.concat().bytes().all(|byte| byte.is_ascii_digit())
}

fn report_address(row: &Row, cell: &Cell, unread: &Unread, sheet: &Sheet<'_>, diagnostics: &mut Diagnostics) {
    let is_zero = sheet.one_based && cell.text.bytes().all(|byte| byte == b'0') && !cell.text.is_empty();
    if is_zero {
        // Merged, since the manifest is wrong of the sheet or the sheet of many rows.
        diagnostics.merge(
            Diagnostic::error("E0363", "an address of 0 where addresses are counted from one")
                .at(row.place(cell))
                .at(sheet.entry.place.clone())
                .expected("addresses from 1 on, or numbering = \"zero_based\"")
                .manifest(Entry::sheet(&row.start().origin).one_of("numbering", ["zero_based"])),
        );
        return;
    }
    let (code, message) = match unread.why {
        Why::Nothing | Why::Unclear => ("E0307", "this address is not a number"),
        Why::OutOfRange => ("E0312", "this address is out of range"),
    };
    let message = match unread.why {
        Why::Unclear => said!("this address {says}", says = fault(&unread.says)),
        _ if is_date(&cell.text) => "this address is a date: a spreadsheet turns 1-2 or 3/4 into one".into(),
        _ => message.into(),
    };
    let mut diagnostic = Diagnostic::in_own_cell(code, message)
        .at(row.place(cell))
        .expected("a zero-based protocol address from 0 to 65535, decimal or hexadecimal (0x…)");
    let de_facto = row.get(Meaning::DeFacto).map(|cell| (&cell.text, address::de_facto(&cell.text)));
    if let Some((text, Ok((_, number)))) = de_facto {
        diagnostic = diagnostic.help(format!("the de facto address {text} is address {number}"));
    } else if let Some(meant) = &unread.meant {
        let entry = Entry::cell_one_of(&row.place(cell), [meant.as_str()]).map(Entry::single);
        diagnostic = diagnostic.help(format!("did you mean “{meant}”?")).manifest(entry);
    } else if let (Why::OutOfRange, Ok((table, number))) = (unread.why, address::de_facto(&cell.text)) {
        diagnostic = diagnostic.help(format!(
            "if {} is {table} {number}, call the column de_facto = \"…\" in [columns] instead of address",
            cell.text
        ));
    }
    diagnostics.push(diagnostic);
}

/// The addresses beyond the base of the sheet; `None` where there are none, which is reported.
fn based(
    row: &Row,
    cell: &Cell,
    addresses: Addresses,
    sheet: &Sheet<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Addresses> {
    let base = sheet.entry.base;
    let moved = |address: u16| u16::try_from(i32::from(address).saturating_add(base)).ok();
    let found = moved(*addresses.start()).zip(moved(*addresses.end()));
    if found.is_none() {
        // Merged, since one wrong base is wrong of many rows.
        diagnostics.merge(
            Diagnostic::in_own_cell(
                "E0421",
                said!("with the base {base} of the sheet this address is out of range", base),
            )
            .at(row.place(cell))
            .at(sheet.entry.place.clone())
            .expected("addresses from 0 to 65535"),
        );
    }
    found.map(|(first, last)| first..=last)
}

/// The range that ends where another column says; `None` where it cannot, which is reported.
fn to_last(row: &Row, read: &Read, cell: &Cell, sheet: &Sheet<'_>, diagnostics: &mut Diagnostics) -> Option<Read> {
    let last = protocol(row, cell, Meaning::LastAddress, sheet, diagnostics)?;
    let (first, last) = (*read.addresses.start(), *last.addresses.end());
    let is_range = read.addresses.start() != read.addresses.end();
    if last < first || is_range && last != *read.addresses.end() {
        let message =
            if is_range { "the two columns end the range differently" } else { "the range ends before it begins" };
        let error = Diagnostic::in_own_cell("E0422", message);
        let start = row.get(Meaning::Address).map(|cell| row.place(cell));
        diagnostics.push(
            start
                .into_iter()
                .fold(error, Diagnostic::at)
                .at(row.place(cell))
                .expected("the last address of the row, not below the first"),
        );
        return None;
    }
    Some(Read { addresses: first..=last, table: read.table, bits: read.bits })
}

/// A number with the table in its first digit, and the bits it names. Where it is the only address, the base is added.
fn de_facto(
    row: &Row,
    cell: &Cell,
    sheet: &Sheet<'_>,
    alone: bool,
    diagnostics: &mut Diagnostics,
) -> Option<(Table, Addresses, Option<Bits>)> {
    let read = address::parse(&cell.text, sheet.styles.get(Meaning::DeFacto));
    let counted = counted_from(sheet).filter(|_| alone);
    let read = read.and_then(|read| {
        let found = match counted {
            Some((table, first)) => read
                .counted_from(first)
                .map(|registers| (registers.table.unwrap_or(table), registers.first, registers.last)),
            None => read.de_facto(),
        };
        found.map(|(table, first, last)| (table, first..=last, read.bits))
    });
    match read {
        Ok((table, addresses, bits)) if alone && counted.is_none() => {
            based(row, cell, addresses, sheet, diagnostics).map(|addresses| (table, addresses, bits))
        }
        Ok(found) => Some(found),
        Err(unread) => {
            let message = match NoAddress::from(unread) {
                NoAddress::NotANumber => "this de facto address is not a number",
                NoAddress::OutOfRange => "this de facto address belongs to no Modbus table",
            };
            let mut diagnostic = Diagnostic::in_own_cell("E0313", message).at(row.place(cell)).expected(
                "1–9999 for coils, 10001–19999 for discrete inputs, 30001–39999 for input registers, \
                               40001–49999 for holding registers, or six digits",
            );
            if let Some(first) = address::beyond_four_digits(&cell.text).filter(|_| sheet.entry.base == 0) {
                let base = i64::from(first).saturating_neg();
                // What is typed wrongly is as likely where it is one number only.
                diagnostic = diagnostic
                    .help(format!(
                        "if holding registers go on beyond 49999, base = {base} in the [[sheet]] counts all its \
                         numbers from {first} on; otherwise correct the cell"
                    ))
                    .manifest(Entry::sheet(&row.start().origin).with("base", Value::Open(vec![Value::Number(base)])));
            }
            diagnostics.push(diagnostic);
            None
        }
    }
}

fn contradiction(row: &Row, address: u16, table: Table, number: u16, sheet: &Sheet<'_>, diagnostics: &mut Diagnostics) {
    let (Some(protocol), Some(de_facto)) = (row.get(Meaning::Address), row.get(Meaning::DeFacto)) else { return };
    let typo = "one of the two cells is mistyped; the vendor's other tables, or reading the device, tells which";
    let counted = match (address.checked_sub(number), number.checked_sub(address)) {
        (Some(1), _) if !sheet.one_based => Some(("above", "one", "one_based")),
        (_, Some(1)) if sheet.one_based => Some(("below", "zero", "zero_based")),
        _ => None,
    };
    if let Some((side, from, numbering)) = counted {
        // Merged, since it is mostly true of all rows.
        diagnostics.merge(
            Diagnostic::in_own_cell(
                "E0306",
                said!("the address is one {side} the register of the de facto address", side),
            )
            .at(row.place(protocol))
            .at(row.place(de_facto))
            .expected("the same register in both columns")
            .help(format!(
                "if all rows are like this, the addresses are counted from {from}: numbering = \"{numbering}\" \
                     in the [[sheet]]; otherwise {typo}"
            ))
            .widely(Entry::sheet(&row.start().origin).text("numbering", numbering)),
        );
        return;
    }
    diagnostics.push(
        Diagnostic::in_own_cell(
            "E0306",
            said!(
                "the address is {address}, but the de facto address {de_facto} is {table} {number}",
                address,
                de_facto = &de_facto.text,
                table,
                number
            ),
        )
        .at(row.place(protocol))
        .at(row.place(de_facto))
        .expected(format!(
            "de facto address {} for address {address}, or address {number} for de facto address {}",
            address::to_de_facto(table, address, &de_facto.text),
            de_facto.text
        ))
        .help(typo),
    );
}

fn notations_differ(row: &Row, diagnostics: &mut Diagnostics) {
    let (Some(first), Some(second)) = (row.get(Meaning::Address), row.get(Meaning::AddressAgain)) else { return };
    diagnostics.push(
        Diagnostic::in_own_cell("E0320", "the two columns for the address contradict each other")
            .at(row.place(first))
            .at(row.place(second))
            .expected("the same address in both")
            .help("one of the two cells is mistyped; the rows above and below usually show which"),
    );
}

/// Says once that a column holds no addresses at all, instead of once for each of its cells.
pub(super) fn report_none(rows: &[&Row], sheet: &Sheet<'_>, diagnostics: &mut Diagnostics) -> bool {
    let unread = |row: &Row, meaning, other| {
        let cell = row.get(meaning)?;
        // A document may give all registers of a sheet one of the two only.
        if cell.text.is_empty() && row.filled(other).is_some() {
            return None;
        }
        let read = address::parse(&cell.text, sheet.styles.get(meaning));
        let fails = match meaning {
            Meaning::DeFacto => read.and_then(|read| read.de_facto()).is_err(),
            _ => read.and_then(|read| read.zero_based()).is_err(),
        };
        fails.then(|| row.place(cell))
    };
    let both = |row: &&Row| {
        let protocol = unread(row, Meaning::Address, Meaning::DeFacto);
        protocol.or_else(|| unread(row, Meaning::DeFacto, Meaning::Address))
    };
    let wrong: Vec<Place> = rows.iter().map_while(both).collect();
    if wrong.len() < rows.len().max(super::facts::FEW) {
        return false;
    }
    let error =
        Diagnostic::error("E0317", said!("none of the {rows} rows has an address that is a number", rows = rows.len()));
    diagnostics.push(
        wrong
            .into_iter()
            .take(3)
            .fold(error, Diagnostic::at)
            .expected("zero-based addresses such as 30 or 0x1E, or de facto numbers such as 30031")
            .help("check whether `address` and `de_facto` in [columns] name the right columns"),
    );
    true
}

/// Rows one below the other that make a block of their own.
const BLOCK: usize = 5;

/// De facto numbers begin low: 40001.
const LOW: u16 = 100;

/// Warns where the addresses of a sheet, or of a block of its rows, are all such as de facto numbers of its table are.
pub(super) fn report_de_facto(rows: &[&Row], sheet: &Sheet<'_>, diagnostics: &mut Diagnostics) {
    let entry = sheet.entry;
    let table = |row: &Row| tables::told(row).or(entry.table);
    // Small numbers are those of coils, and addresses more often.
    let rows: Vec<&Row> = rows.iter().copied().filter(|row| table(row).is_some_and(|of| of != Table::Coil)).collect();
    let numbered = |row: &&Row| {
        let cell = row.get(Meaning::Address).filter(|_| row.get(Meaning::DeFacto).is_none())?;
        let number = address::like_de_facto(&cell.text).filter(|(of, _)| table(row) == Some(*of));
        // Beside a column with the tables, only numbers that begin where de facto numbers do are suspicious.
        number.filter(|(_, number)| entry.table.is_some() || *number < LOW).map(|_| row.place(cell))
    };
    // Rows of one block count in one way: a low address among them may be that of a command.
    let found: Vec<Option<Place>> = rows.iter().map(numbered).collect();
    let blocks = found.split(Option::is_none).map(|block| block.iter().flatten().cloned().collect::<Vec<_>>());
    let is_block = |block: &Vec<Place>| block.len() >= BLOCK || block.len() == rows.len() && !block.is_empty();
    let begins = |block: &Vec<Place>| {
        let first = block.first().and_then(|place| place.found.as_deref()).and_then(address::like_de_facto);
        block.len() == rows.len() || first.is_some_and(|(_, number)| number < LOW)
    };
    let Some(places) = blocks.filter(is_block).find(begins) else { return };
    let message = match places.len() {
        1 => "the address of this sheet looks like a de facto number".into(),
        count if count == rows.len() => said!("the {count} addresses of this sheet look like de facto numbers", count),
        count => said!("{count} addresses of this sheet look like de facto numbers", count),
    };
    let first = places.first().and_then(|place| place.found.clone()).unwrap_or_default();
    let Some((table, number)) = address::like_de_facto(&first) else { return };
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
