//! Addresses as vendors write them: decimal, hexadecimal, de facto, ranges, bits, footnote marks.

mod numbers;

use self::numbers::{number, plain, split, value, whole, without_marks, without_word};
use super::bits;
use super::unread::{Unread, Why};
use crate::model::Table;

/// How the numbers of a whole column are to be read, since a single cell does not always say it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Style {
    /// The header says that bare digits are hexadecimal: `Address (hex)` above `0014`.
    pub(crate) hex: bool,
    /// Other cells of the column are written `4x0001`: `0x0001` is coil 1 there, and no hexadecimal number.
    pub(crate) prefixed: bool,
    /// The header names both bases: `Address dec (hex)` above `100 (64)`.
    pub(crate) both: bool,
}

impl Style {
    /// What the cells of a column say of each other.
    pub(crate) fn of<'a>(hex: bool, cells: impl IntoIterator<Item = &'a str>) -> Self {
        let prefixed = |cell: &str| {
            let cell = cell.trim_start();
            cell.starts_with(['1', '3', '4']) && cell.get(1..).is_some_and(|rest| rest.starts_with(['x', 'X']))
        };
        Self { hex, prefixed: cells.into_iter().any(prefixed), both: false }
    }
}

/// What an address cell says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AddressCell {
    first: Number,
    last: Number,
    /// The lowest and the highest bit of the registers together, LSB 0.
    pub(crate) bits: Option<(u8, u8)>,
    /// Footnote marks that hang on it: `*`, `*1`, `1)`, `¹`.
    pub(crate) marks: Vec<String>,
}

/// Registers, zero-based, with the table where the cell says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Registers {
    pub(crate) first: u16,
    pub(crate) last: u16,
    pub(crate) table: Option<Table>,
}

/// A number as printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Number {
    value: u32,
    notation: Notation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Notation {
    /// With as many digits.
    Decimal(usize),
    Hexadecimal,
    /// `4x0001`, `4:0001`: counted from one within this table.
    Prefixed(Table),
    /// `HR 100`: a plain number, of this table.
    Named(Table),
}

impl AddressCell {
    /// Whether it is written in decimal digits only, as de facto numbers are.
    pub(crate) fn is_decimal(&self) -> bool {
        matches!(self.first.notation, Notation::Decimal(_))
    }

    /// Whether a mark says that it is hexadecimal: `0x0014`, `14h`.
    pub(crate) fn is_hexadecimal(&self) -> bool {
        self.first.notation == Notation::Hexadecimal
    }

    /// Whether it names its table beside a plain number: `HR 100`.
    pub(crate) fn is_named(&self) -> bool {
        matches!(self.first.notation, Notation::Named(_))
    }

    /// Where plain numbers are zero-based protocol addresses; `4x0001` says itself that it is not.
    pub(crate) fn zero_based(&self) -> Result<Registers, Unread> {
        self.registers(|number| match number.notation {
            Notation::Prefixed(_) => number.value.checked_sub(1),
            Notation::Decimal(_) | Notation::Hexadecimal | Notation::Named(_) => Some(number.value),
        })
    }

    /// Where plain numbers are counted from one.
    pub(crate) fn one_based(&self) -> Result<Registers, Unread> {
        self.registers(|number| number.value.checked_sub(1))
    }

    /// Where plain numbers are counted from this one, the first register of a table: 97601 from 40001 on is 57600.
    pub(crate) fn counted_from(&self, first: u32) -> Result<Registers, Unread> {
        self.registers(|number| match number.notation {
            Notation::Prefixed(_) => number.value.checked_sub(1),
            // `HR 100` among such numbers may be counted in either way.
            Notation::Named(_) => None,
            Notation::Decimal(_) | Notation::Hexadecimal => number.value.checked_sub(first),
        })
    }

    /// Where plain numbers have the table in their first digit, `40001` or `400001`
    /// (Modicon Modbus protocol reference guide, PI-MBUS-300).
    pub(crate) fn de_facto(&self) -> Result<(Table, u16, u16), Unread> {
        let read = |number: Number| match number.notation {
            // `HR 40011` names the table twice.
            Notation::Named(table) if number.value > 9_999 => match of_number(number.value, 0) {
                Ok((twice, address)) if twice == table => Ok((table, address)),
                _ => Ok((table, within(number.value)?)),
            },
            Notation::Prefixed(table) | Notation::Named(table) => Ok((table, within(number.value)?)),
            Notation::Decimal(digits) => of_number(number.value, digits),
            Notation::Hexadecimal => of_number(number.value, 0),
        };
        let ((table, first), (other, last)) = (read(self.first)?, read(self.last)?);
        if table == other {
            Ok((table, first, last))
        } else {
            Err(Unread::unclear(format!("begins with a {table} and ends with a {other}")))
        }
    }

    fn registers(&self, address: impl Fn(Number) -> Option<u32>) -> Result<Registers, Unread> {
        let read = |number| address(number).and_then(|address| u16::try_from(address).ok()).ok_or_else(out_of_range);
        let table = match self.first.notation {
            Notation::Prefixed(table) | Notation::Named(table) => Some(table),
            Notation::Decimal(_) | Notation::Hexadecimal => None,
        };
        Ok(Registers { first: read(self.first)?, last: read(self.last)?, table })
    }
}

/// The table whose first register has this de facto number.
pub(crate) fn first_of(number: u32) -> Option<Table> {
    match number {
        10_001 | 100_001 => Some(Table::DiscreteInput),
        30_001 | 300_001 => Some(Table::InputRegister),
        40_001 | 400_001 => Some(Table::HoldingRegister),
        _ => None,
    }
}

/// The first number of the table of this de facto number, if the table goes on beyond its four digits: 40001 for 97601.
pub(crate) fn beyond_four_digits(text: &str) -> Option<u32> {
    const FIRST: u32 = 40_001;
    let cell = parse(text, Style::default()).ok().filter(AddressCell::is_decimal)?;
    let is_beyond = cell.first.value >= 50_000 && cell.counted_from(FIRST).is_ok();
    is_beyond.then_some(FIRST)
}

fn out_of_range() -> Unread {
    Unread::out_of_range("is not the address of a register; addresses are 0 to 65535")
}

fn within(number: u32) -> Result<u16, Unread> {
    number.checked_sub(1).and_then(|address| u16::try_from(address).ok()).ok_or_else(out_of_range)
}

/// Five digits leave four for the number within the table, six leave five. Hexadecimal ones are counted by nobody.
fn of_number(number: u32, digits: usize) -> Result<(Table, u16), Unread> {
    let size = if number >= 100_000 || digits == 6 { 100_000 } else { 10_000 };
    let table = match number.checked_div(size) {
        Some(0) => Table::Coil,
        Some(1) => Table::DiscreteInput,
        Some(3) => Table::InputRegister,
        Some(4) => Table::HoldingRegister,
        _ => return Err(Unread::out_of_range("does not begin with the digit of a Modbus table: 0, 1, 3 or 4")),
    };
    Ok((table, within(number.checked_rem(size).unwrap_or(0))?))
}

/// Reads an address cell.
pub(crate) fn parse(text: &str, style: Style) -> Result<AddressCell, Unread> {
    let (text, marks) = without_marks(&plain(text));
    let text = without_word(&text);
    if let Some(cell) = twice(text, &marks, style) {
        return cell;
    }
    let Some((first, rest)) = number(text, style) else { return Err(no_number(text, style)) };
    if let Notation::Prefixed(table) = first.notation
        && let Ok((twice, address)) = of_number(first.value, 0)
        && twice == table
        && first.value > 9_999
    {
        let short = u32::from(address).saturating_add(1);
        return Err(Unread::unclear(format!("names the table twice, and may be register {short} or {}", first.value)));
    }
    let mut cell = AddressCell { first, last: first, bits: None, marks };
    let rest = rest.trim_start();
    if rest.is_empty() {
        return checked(cell, text);
    }
    let (bits, rest) = bits_of(rest, first)?;
    cell.bits = bits;
    let rest = rest.trim_start();
    if rest.is_empty() {
        return checked(cell, text);
    }
    let Some((separator, rest)) = separator(rest) else { return Err(no_number(text, style)) };
    // The mark of a hexadecimal range may stand at one of its ends only: `0x1500-16FF`, `1500-16FFh`.
    let second = Style { hex: style.hex || first.notation == Notation::Hexadecimal, ..style };
    let Some((last, rest)) = number(rest, second) else { return Err(no_number(text, style)) };
    let is_dotted = rest.starts_with('.');
    // How many registers they are, or both ends once more: `10-11 (2)`.
    let counted = rest.trim_start().strip_prefix(['(', '[']);
    if counted.is_some_and(|inner| inner.trim_start().starts_with(|sign: char| sign.is_ascii_digit())) {
        return Err(Unread::unclear(
            "is followed by a number in brackets, which may be a count, a bit or another address",
        ));
    }
    let (last_bits, rest) = bits_of(rest.trim_start(), last)?;
    if !rest.trim().is_empty() {
        return Err(no_number(text, style));
    }
    if last.notation == Notation::Hexadecimal && matches!(first.notation, Notation::Decimal(_)) {
        cell.first = match number(text, Style { hex: true, ..style }) {
            Some((first, after)) if after.len() < text.len() => first,
            _ => return Err(no_number(text, style)),
        };
    }
    if let (Notation::Prefixed(table), Notation::Decimal(_)) = (first.notation, last.notation) {
        cell.last = Number { value: last.value, notation: Notation::Prefixed(table) };
    } else {
        cell.last = last;
    }
    match (cell.bits, last_bits) {
        (None, None) => {}
        // `40001-40002 bit 17`: of the two together.
        (None, Some(_)) if !is_dotted => cell.bits = last_bits,
        // `62500.0 - 62500.3`
        (Some((low, _)), Some((_, high))) if cell.first.value == cell.last.value && low <= high => {
            cell.bits = Some((low, high));
            return checked(cell, text);
        }
        _ => return Err(Unread::unclear("is a range whose ends are bits of different registers")),
    }
    joined(cell, separator, text)
}

/// What stands between two addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Separator {
    /// Everything between them, too.
    To,
    /// These two; one range where the second follows the first.
    And,
    /// The same, with a sign that also divides a number from its bit or its fraction.
    Sign(char),
}

fn separator(text: &str) -> Option<(Separator, &str)> {
    let found = ["...", "…", "..", "-", "~", "to", "bis", "till", "t/m", "à", "through"].into_iter().find_map(|sign| {
        let rest = strip_ignoring_case(text, sign)?;
        // A word ends where the blank after it begins.
        let ends = !sign.ends_with(char::is_alphabetic) || rest.starts_with(char::is_whitespace);
        ends.then_some((Separator::To, rest))
    });
    found.map(|(separator, rest)| (separator, rest.trim_start())).or_else(|| {
        let mut characters = text.chars();
        let separator = match characters.next()? {
            '&' | '+' => Separator::And,
            sign @ (',' | '/' | ';') => Separator::Sign(sign),
            _ => return None,
        };
        Some((separator, characters.as_str().trim_start()))
    })
}

/// A range, where its ends can be those of one.
fn joined(cell: AddressCell, separator: Separator, text: &str) -> Result<AddressCell, Unread> {
    let (first, last) = (cell.first.value, cell.last.value);
    let follows = first.checked_add(1) == Some(last);
    match separator {
        Separator::To if first <= last => checked(cell, text),
        Separator::To => {
            let error = Unread::out_of_range("is a range that ends before it begins");
            // `40001-02`: the digits that stay the same are left out.
            match (cell.first.notation, cell.last.notation) {
                (Notation::Decimal(_), Notation::Decimal(digits)) if last > 0 => {
                    let size = 10u32.checked_pow(u32::try_from(digits).unwrap_or(9)).unwrap_or(u32::MAX);
                    let whole = first.saturating_sub(first.checked_rem(size).unwrap_or(0)).saturating_add(last);
                    Err(if whole > first { error.meaning(format!("{first} – {whole}")) } else { error })
                }
                _ => Err(error),
            }
        }
        Separator::And if follows => checked(cell, text),
        // `5,6` may be bit 6 of register 5, or a number with a fraction.
        Separator::Sign(_) if follows && first >= 100 => checked(cell, text),
        Separator::Sign(',') if text.split_once(',').is_some_and(|(_, group)| is_group(group)) => {
            Err(Unread::unclear("has a comma that may separate thousands").meaning(text.replace(',', "")))
        }
        Separator::Sign(sign) if follows => {
            Err(Unread::unclear(format!("may be two registers, or a register and its bit, with “{sign}” between them"))
                .meaning(format!("{first} – {last}")))
        }
        Separator::And | Separator::Sign(_) => {
            Err(Unread::unclear("names registers that are not consecutive; a row describes one register or a range"))
        }
    }
}

fn is_group(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn checked(cell: AddressCell, text: &str) -> Result<AddressCell, Unread> {
    let prefixed = |number: Number| matches!(number.notation, Notation::Prefixed(_));
    if prefixed(cell.first) != prefixed(cell.last) || cell.first.value > cell.last.value {
        return Err(Unread::unclear(format!("“{text}” begins and ends in different notations")));
    }
    Ok(cell)
}

/// The address in two notations, `20 (0x14)`, `0014h / 20`, `40021 (20)`; `None` where it is not.
fn twice(text: &str, marks: &[String], style: Style) -> Option<Result<AddressCell, Unread>> {
    let (one, other) = match text.strip_suffix(')').and_then(|text| text.split_once('(')) {
        Some(pair) => pair,
        None => {
            let pair = text.split_once('/').or_else(|| text.split_once('='))?;
            let is_hex = |text: &str| {
                whole(text, Style { hex: false, ..style }).map(|number| number.notation == Notation::Hexadecimal)
            };
            // Only one of them being hexadecimal tells that they are the same.
            if !style.both && is_hex(pair.0)? == is_hex(pair.1)? {
                return None;
            }
            pair
        }
    };
    let (first, second) = in_both_bases(one, other, style).or_else(|| whole(one, style).zip(whole(other, style)))?;
    let cell = |number| AddressCell { first: number, last: number, bits: None, marks: marks.to_vec() };
    if first.value == second.value {
        return Some(Ok(cell(first)));
    }
    // A de facto number names the table, and says the same as the address, which may be hexadecimal: `400051 (0032)`.
    let hexadecimal = whole(other, Style { hex: true, ..style }).filter(|_| other.trim().len() == HEXADECIMAL_DIGITS);
    if let (Ok((table, address, _)), Some(second)) = (cell(first).de_facto(), hexadecimal)
        && first.value > 9_999
        && u32::from(address) == second.value
    {
        return Some(Ok(cell(Number { value: second.value.saturating_add(1), notation: Notation::Prefixed(table) })));
    }
    for (long, short) in [(first, second), (second, first)] {
        let is_long = long.value > 9_999 || matches!(long.notation, Notation::Prefixed(_));
        if let Ok((table, address, _)) = cell(long).de_facto()
            && is_long
            && u32::from(address) == short.value
        {
            let value = short.value.saturating_add(1);
            return Some(Ok(cell(Number { value, notation: Notation::Prefixed(table) })));
        }
    }
    Some(Err(Unread::unclear("gives two different addresses")))
}

/// Addresses are printed in so many hexadecimal digits.
const HEXADECIMAL_DIGITS: usize = 4;

/// The two numbers of a cell whose header names both bases, where one of them is the other in decimal digits: `100 (64)`.
fn in_both_bases(one: &str, other: &str, style: Style) -> Option<(Number, Number)> {
    let in_base = |text: &str, hex: bool| whole(text, Style { hex, ..style });
    let pairs = [false, true].into_iter().filter_map(|hex| Some((in_base(one, hex)?, in_base(other, !hex)?)));
    pairs.filter(|_| style.both).find(|(first, second)| first.value == second.value)
}

/// The text after this beginning, whatever its case.
pub(crate) fn strip_ignoring_case<'a>(text: &'a str, beginning: &str) -> Option<&'a str> {
    let head = text.get(..beginning.len())?;
    if head.eq_ignore_ascii_case(beginning) { text.get(beginning.len()..) } else { None }
}

/// Bits, where a number has some, and what follows them.
type WithBits<'a> = (Option<(u8, u8)>, &'a str);

/// The bits of a register that follow its number, `.3`, `.0-3`, `bit 7`, `[3]`.
fn bits_of(rest: &str, number: Number) -> Result<WithBits<'_>, Unread> {
    let some = |found: Result<((u8, u8), _), Unread>| found.map(|(bits, rest)| (Some(bits), rest));
    let Some(after) = rest.strip_prefix('.').filter(|rest| !rest.starts_with('.')) else {
        return bits::named(rest).map_or(Ok((None, rest)), some);
    };
    let (digits, _) = split(after, |character| character.is_ascii_digit());
    if is_group(digits) {
        let whole = number.value.saturating_mul(1000).saturating_add(value(digits, 10));
        return Err(Unread::unclear("has a point that may separate thousands: no register has a bit with this number")
            .meaning(whole.to_string()));
    }
    // `40001.0001`: digits of something else.
    let found = (digits.len() < 3).then(|| bits::bare(after).or_else(|| bits::named(after))).flatten();
    found.map_or_else(|| Err(Unread::nothing("has a point without a bit number after it")), some)
}

/// Why a text is no address.
fn no_number(text: &str, style: Style) -> Unread {
    let (digits, rest) = split(text, |character| character.is_ascii_hexdigit());
    let is_hexadecimal = rest.is_empty() && (2..=4).contains(&digits.len()) && !style.hex;
    if is_hexadecimal && digits.contains(|character: char| character.is_ascii_digit()) {
        return Unread::unclear("looks hexadecimal, but nothing says that it is").meaning(format!("0x{digits}"));
    }
    match text.strip_prefix(['O', 'o']).map(|rest| format!("0{rest}")) {
        Some(zero) if number(&zero, style).is_some_and(|(_, rest)| rest.is_empty()) => {
            Unread::nothing("begins with a letter").meaning(zero)
        }
        _ => Unread::nothing("is not an address"),
    }
}

/// Why a cell is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoAddress {
    /// Not a number at all.
    NotANumber,
    /// A number no Modbus table has.
    OutOfRange,
}

impl From<Unread> for NoAddress {
    fn from(unread: Unread) -> Self {
        if unread.why == Why::OutOfRange { Self::OutOfRange } else { Self::NotANumber }
    }
}

/// A zero-based protocol address: `30`, `0x1E`.
pub(crate) fn protocol(text: &str) -> Result<u16, NoAddress> {
    let (first, last) = range(text)?;
    if first == last { Ok(first) } else { Err(NoAddress::NotANumber) }
}

/// An address, or the first and the last of a range, that needs nothing but its cell.
pub(crate) fn range(text: &str) -> Result<(u16, u16), NoAddress> {
    let cell = parse(text, Style::default())?;
    let registers = cell.zero_based()?;
    match cell.bits.is_none() && cell.marks.is_empty() && registers.table.is_none() {
        true => Ok((registers.first, registers.last)),
        false => Err(NoAddress::NotANumber),
    }
}

/// A de facto number with the table in its first digit: `1`, `10002`, `30001`, `40001`, `400001`.
pub(crate) fn de_facto(text: &str) -> Result<(Table, u16), NoAddress> {
    let cell = parse(text, Style::default())?;
    let (table, first, last) = cell.de_facto()?;
    match cell.bits.is_none() && cell.marks.is_empty() && first == last {
        true => Ok((table, first)),
        false => Err(NoAddress::NotANumber),
    }
}

/// The first register of a cell in a column of addresses that looks like a de facto number: `40011`, `40011-40012`, `HR 40011`.
/// Hexadecimal numbers are always addresses.
pub(crate) fn like_de_facto(text: &str) -> Option<(Table, u16)> {
    let cell = parse(text, Style::default()).ok()?;
    let may_be = match cell.first.notation {
        Notation::Decimal(_) => true,
        Notation::Named(_) => cell.first.value > 9_999,
        Notation::Hexadecimal | Notation::Prefixed(_) => false,
    };
    let (table, first, _) = cell.de_facto().ok().filter(|_| may_be && cell.zero_based().is_ok())?;
    Some((table, first))
}

/// The de facto number of a register, with as many digits as the one that stands in its place.
pub(crate) fn to_de_facto(table: Table, address: u16, instead_of: &str) -> u32 {
    let (digit, number) = (
        match table {
            Table::Coil => 0u32,
            Table::DiscreteInput => 1,
            Table::InputRegister => 3,
            Table::HoldingRegister => 4,
        },
        u32::from(address).saturating_add(1),
    );
    let is_six_digits = |text: &str| text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    let long = number >= 10_000 || is_six_digits(instead_of.trim()) || instead_of.trim().len() > 6;
    digit.saturating_mul(if long { 100_000 } else { 10_000 }).saturating_add(number)
}

#[cfg(test)]
mod tests;
