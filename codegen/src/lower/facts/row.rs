//! What the cells of one row say of its register: how many, at which unit, which bits, which list.

use super::{Listed, Sheet};
use crate::cells::bit_numbering::{BIT_NUMBERINGS, BitNumbering};
use crate::cells::lists::List;
use crate::cells::reading::Reading;
use crate::cells::types::TypeKind;
use crate::columns::Meaning;
use crate::diagnostic::{Diagnostic, Diagnostics, Entry, fault, said};
use crate::lower::addresses::{Addresses, Bits};
use crate::model::Table;
use crate::rows::{Cell, Row};

/// Warns of a row that is called `-` and says more than a reserved register has to say.
pub(super) fn report_dash(row: &Row, diagnostics: &mut Diagnostics) {
    let named = row.filled(Meaning::Label).or_else(|| row.filled(Meaning::Description));
    let Some(cell) = named.filter(|cell| cell.is_blank()) else { return };
    let says = |meaning: &Meaning| {
        matches!(meaning, Meaning::Unit | Meaning::Access | Meaning::Values | Meaning::Bits | Meaning::Default)
            || matches!(meaning, Meaning::Min | Meaning::Max | Meaning::Range | Meaning::Factor | Meaning::Divisor)
    };
    let other = row.meanings().any(|(meaning, cell)| says(&meaning) && !cell.is_nothing());
    if row.filled(Meaning::Type).is_some() && other {
        // Merged, since one vendor writes many of them.
        diagnostics.merge(
            Diagnostic::warning("W0474", "a register without a name is left out")
                .at(row.place(cell))
                .expected("a name, or a row that says nothing else about the register")
                .help("name it with an override of `description`; if it is reserved, say so with [[allow]]"),
        );
    }
}

/// Whether the type of a row is that of no value.
pub(super) fn is_pad(row: &Row) -> bool {
    row.filled(Meaning::Type).is_some_and(|cell| cell.type_kind() == Some(TypeKind::Reserved))
}

/// A cell that is not understood; it has been reported.
pub(super) struct NotUnderstood;

/// How many registers a row says it is about, in a column for that or by a range.
pub(super) fn count(
    row: &Row,
    addresses: &Addresses,
    diagnostics: &mut Diagnostics,
) -> Result<Option<u16>, NotUnderstood> {
    let first = *addresses.start();
    let Some(listed) = addresses.end().saturating_sub(first).checked_add(1) else {
        let error = Diagnostic::in_cell("E0319", "the range covers every register of the table");
        let range = row.get(Meaning::Address).map(|cell| row.place(cell));
        diagnostics.push(range.into_iter().fold(error, Diagnostic::at).expected("a range of at most 65535 registers"));
        return Err(NotUnderstood);
    };
    let fits = |count: &u16| *count > 0 && first.checked_add(count.saturating_sub(1)).is_some();
    let Some(cell) = row.filled(Meaning::Count) else {
        return Ok((listed > 1).then_some(listed));
    };
    // `2.0`, as a program exports the column.
    let whole = cell.text.strip_suffix(".0").unwrap_or(&cell.text);
    match whole.parse::<u16>().ok().filter(fits) {
        Some(count) if listed == 1 || count == listed => Ok(Some(count)),
        Some(count) => {
            let error = Diagnostic::in_cell(
                "E0407",
                said!("a range of {listed} registers with a count of {count}", listed, count),
            );
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
                Diagnostic::in_cell("E0319", "this count is not understood")
                    .at(row.place(cell))
                    .expected("the number of registers the row describes, none beyond 65535"),
            );
            Err(NotUnderstood)
        }
    }
}

/// The unit id a row or its sheet names; none where that is the device's.
pub(super) fn unit_id(
    row: &Row,
    sheet: &Sheet<'_>,
    diagnostics: &mut Diagnostics,
) -> Result<Option<u8>, NotUnderstood> {
    let stated = match row.filled(Meaning::UnitId) {
        None => sheet.entry.unit_id,
        Some(cell) => match cell.text.parse::<u8>() {
            Ok(unit) => Some(unit),
            Err(_) => {
                diagnostics.push(
                    Diagnostic::in_cell("E0365", "this unit id is not understood")
                        .at(row.place(cell))
                        .expected("a number from 0 to 255"),
                );
                return Err(NotUnderstood);
            }
        },
    };
    Ok(stated.filter(|unit| *unit != sheet.manifest.link.unit_id))
}

/// The bits a row is about, as its address or a column says.
pub(super) fn bit_range(
    row: &Row,
    is_bit: bool,
    addressed: Option<Bits>,
    table: Table,
    numbering: BitNumbering,
    diagnostics: &mut Diagnostics,
) -> Result<Option<Bits>, NotUnderstood> {
    let cell = row.filled(Meaning::Bit).filter(|_| is_bit);
    let numbered = match cell.map(|cell| (cell, cell.bits())) {
        None => None,
        Some((_, Ok(bits))) => Some(bits),
        Some((cell, Err(unread))) => {
            let error = Diagnostic::in_own_cell("E0369", said!("this bit {says}", says = fault(unread.says)))
                .at(row.place(cell));
            let error =
                error.expected("the number of a bit, the least significant is 0, or a range of them: 3, Bit 3, 0-7");
            diagnostics.push(match unread.meant {
                Some(meant) => error.help(format!("did you mean “{meant}”?")),
                None => error,
            });
            return Err(NotUnderstood);
        }
    };
    let contradicts = addressed.is_some() && numbered.is_some() && addressed != numbered;
    let found = numbered.or(addressed);
    if contradicts || found.is_some() && table.is_bit() {
        let message = if contradicts {
            "the address names other bits than the column"
        } else {
            "a single bit has no bits of its own"
        };
        let error = Diagnostic::in_own_cell("E0425", message);
        let cells =
            row.addresses().filter(|cell| !cell.text.is_empty()).take(1).chain(cell).map(|cell| row.place(cell));
        diagnostics.push(cells.fold(error, Diagnostic::at).expected(match contradicts {
            true => "the same bits in both".to_owned(),
            false => format!("bits of a register: this is a {table}"),
        }));
        return Err(NotUnderstood);
    }
    let Some((low, high)) = found else { return Ok(None) };
    let named = cell.into_iter().chain(row.addresses()).any(Cell::names_half);
    if named {
        return Ok(Some((low, high)));
    }
    let bit = |printed: u8| u8::try_from(numbering.bit(printed.into(), WORD)?).ok();
    if let Some((one, other)) = bit(low).zip(bit(high)) {
        return Ok(Some((one.min(other), one.max(other))));
    }
    let cells = cell.into_iter().chain(row.addresses().filter(|cell| !cell.text.is_empty()).take(1)).take(1);
    report_no_bit(row, cells, low.into(), numbering, diagnostics);
    Err(NotUnderstood)
}

/// Reports the number of a bit that no register has, as the document numbers them.
fn report_no_bit<'a>(
    row: &Row,
    cells: impl Iterator<Item = &'a Cell>,
    printed: i64,
    numbering: BitNumbering,
    diagnostics: &mut Diagnostics,
) {
    let message = said!("there is no bit {printed} if {how}", printed, how = numbering.says());
    let error = cells.map(|cell| row.place(cell)).fold(Diagnostic::in_own_cell("E0369", message), Diagnostic::at);
    let expected = if numbering.is_msb_first() { "the number of a bit of one register" } else { "bits from 1 on" };
    // Merged, since the manifest is wrong of the sheet, or a row is of many.
    diagnostics.merge(
        error
            .expected(expected)
            .widely(Entry::sheet(&row.start().origin).one_of("bit_numbering", BIT_NUMBERINGS.map(|(word, _)| word))),
    );
}

/// Bits of a register, which rows about single bits are about.
const WORD: u16 = 16;

/// A row that is about a value or a bit of the one above; `None` where its list is in doubt; that, and a row that
/// cannot be read, is reported.
pub(super) fn listed_values(row: &Row, numbering: BitNumbering, diagnostics: &mut Diagnostics) -> Option<Vec<Listed>> {
    let Some(cell) = row.filled(Meaning::Code) else {
        // A list of its own, under the names of the registers.
        let cell = row.meanings().map(|(_, cell)| cell).find(|cell| row.owns(cell));
        let Some(cell) = cell else { return Some(Vec::new()) };
        let Some(Reading::Value(List { entries, is_bits, .. })) = cell.listed() else {
            let warning = Diagnostic::warning("W0514", "the list in this row was not understood, or is incomplete");
            diagnostics
                .push(warning.at(row.place(cell)).expected("codes and labels: 0=Off, 1=On; Bit 0=Pump, Bit 1=Fan"));
            return None;
        };
        let source = row.source(cell);
        let mut listed = Vec::new();
        for (printed, label) in entries {
            let code = if is_bits { numbering.bit(printed, WORD) } else { Some(printed) };
            let Some(code) = code else {
                report_no_bit(row, std::iter::once(cell), printed, numbering, diagnostics);
                return None;
            };
            listed.push(Listed { code, is_bit: is_bits, label, source: source.clone() });
        }
        return Some(listed);
    };
    let Some((codes, is_bit)) = cell.codes() else {
        diagnostics.push(
            Diagnostic::in_own_cell("E0368", "this value is not a number")
                .at(row.place(cell))
                .expected("a raw value such as 3, 0x03 or 3-5, or a bit such as Bit 3")
                .help("a row with a code but no address is a value of the register above"),
        );
        return Some(Vec::new());
    };
    let named = |meaning| row.filled(meaning).filter(|cell| row.owns(cell));
    let label = [Meaning::Label, Meaning::Description, Meaning::Values, Meaning::Bits].into_iter().find_map(named);
    let Some(label) = label else {
        let place = row.get(Meaning::Label).or_else(|| row.get(Meaning::Description)).map(|cell| row.place(cell));
        diagnostics.push(
            place
                .into_iter()
                .fold(Diagnostic::in_own_cell("E0373", "a value without a label"), Diagnostic::at)
                .at(row.place(cell))
                .expected("what the value means, in the column of labels or descriptions"),
        );
        return Some(Vec::new());
    };
    let source = row.source(label);
    // The bits of a byte that a word names are not numbered by the document.
    let is_numbered = is_bit && !cell.names_half();
    let mut listed = Vec::new();
    for printed in codes {
        let code = if is_numbered { numbering.bit(printed, WORD) } else { Some(printed) };
        let Some(code) = code else {
            report_no_bit(row, std::iter::once(cell), printed, numbering, diagnostics);
            return None;
        };
        listed.push(Listed { code, is_bit, label: label.text.clone(), source: source.clone() });
    }
    Some(listed)
}
