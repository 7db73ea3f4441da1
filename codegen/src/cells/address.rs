//! Addresses as vendors write them: decimal, hexadecimal, de facto, ranges, bits, footnote marks.

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

    /// Where plain numbers have the table in their first digit, `40001` or `400001`
    /// (Modicon Modbus protocol reference guide, PI-MBUS-300).
    pub(crate) fn de_facto(&self) -> Result<(Table, u16, u16), Unread> {
        let read = |number: Number| match number.notation {
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

fn out_of_range() -> Unread {
    Unread::out_of_range("is the address of no register; there are 65536, 0 to 65535")
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
        _ => return Err(Unread::out_of_range("begins with the digit of no Modbus table: 0, 1, 3 or 4")),
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
            Err(Unread::unclear("has a comma that may divide thousands").meaning(text.replace(',', "")))
        }
        Separator::Sign(sign) if follows => {
            Err(Unread::unclear(format!("may be two registers, or a bit of one, with “{sign}” between them"))
                .meaning(format!("{first} – {last}")))
        }
        Separator::And | Separator::Sign(_) => {
            Err(Unread::unclear("names registers that do not follow each other; a row is about one, or a range"))
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
    // A de facto number names the table, and says the same as the address.
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
    Some(Err(Unread::unclear("gives the address twice, and not the same one")))
}

/// The two numbers of a cell whose header names both bases, where one of them is the other in decimal digits: `100 (64)`.
fn in_both_bases(one: &str, other: &str, style: Style) -> Option<(Number, Number)> {
    let in_base = |text: &str, hex: bool| whole(text, Style { hex, ..style });
    let pairs = [false, true].into_iter().filter_map(|hex| Some((in_base(one, hex)?, in_base(other, !hex)?)));
    pairs.filter(|_| style.both).find(|(first, second)| first.value == second.value)
}

fn whole(text: &str, style: Style) -> Option<Number> {
    let (number, rest) = number(text.trim(), style)?;
    rest.trim().is_empty().then_some(number)
}

/// One sign for each kind of blank and hyphen, and one between numbers in lines of their own.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let is_list = line.starts_with(|character: char| character.is_ascii_digit())
            && plain.ends_with(|character: char| character.is_ascii_alphanumeric());
        if !plain.is_empty() {
            plain.push_str(if is_list { " & " } else { " " });
        }
        plain.extend(line.chars().map(|character| match character {
            '–' | '—' | '‐' | '‑' | '−' | '‒' => '-',
            '～' | '〜' | '∼' => '~',
            other if other.is_whitespace() => ' ',
            other => other,
        }));
    }
    plain
}

/// Takes the footnote marks off an address: `40001*`, `40001 *1`, `40001¹`, `40001 1)`.
fn without_marks(text: &str) -> (String, Vec<String>) {
    const SIGNS: [char; 4] = ['*', '†', '‡', '§'];
    const RAISED: &str = "¹²³⁴⁵⁶⁷⁸⁹⁰";
    let (mut rest, mut marks) = (text.trim(), Vec::new());
    loop {
        let before = rest.trim_end_matches(|character| RAISED.contains(character)).trim_end();
        let signs = rest.trim_end_matches(|character: char| character.is_ascii_digit());
        let starred = signs.trim_end_matches(SIGNS);
        let numbered = rest.strip_suffix(')').and_then(|open| {
            let digits = open.trim_end_matches(|character: char| character.is_ascii_digit());
            let is_mark = open.len().saturating_sub(digits.len()) == 1 && digits.ends_with(' ') && !open.contains('(');
            is_mark.then(|| digits.trim_end())
        });
        let shorter = if before.len() < rest.len() {
            before
        } else if starred.len() < signs.len() && !starred.is_empty() {
            starred.trim_end()
        } else if let Some(numbered) = numbered {
            numbered
        } else {
            break;
        };
        marks.insert(0, rest.get(shorter.len()..).unwrap_or_default().trim().to_owned());
        rest = shorter;
    }
    let bare = rest.trim_start_matches(SIGNS);
    if bare.len() < rest.len() {
        marks.insert(0, rest.get(..rest.len().saturating_sub(bare.len())).unwrap_or_default().to_owned());
    }
    (bare.trim_start().to_owned(), marks)
}

/// Words that say no more than the header does: `Register 40001`.
fn without_word(text: &str) -> &str {
    const WORDS: [&str; 11] =
        ["register", "reg", "address", "adresse", "address", "addr", "adr", "adress", "adres", "no", "nr"];
    for word in WORDS {
        if let Some(rest) = strip_ignoring_case(text, word) {
            // `no 5` says that it is not.
            if word == "no" && !rest.starts_with(['.', ':', '#']) {
                continue;
            }
            let rest = rest.trim_start_matches(['.', ':', '#', ' ']);
            if rest.starts_with(|character: char| character.is_ascii_digit()) {
                return rest;
            }
        }
    }
    text
}

/// The text after this beginning, whatever its case.
pub(crate) fn strip_ignoring_case<'a>(text: &'a str, beginning: &str) -> Option<&'a str> {
    let head = text.get(..beginning.len())?;
    if head.eq_ignore_ascii_case(beginning) { text.get(beginning.len()..) } else { None }
}

/// A number at the beginning of a text, and what follows it.
fn number(text: &str, style: Style) -> Option<(Number, &str)> {
    let text = text.trim_start();
    prefixed(text, style)
        .or_else(|| named(text, style))
        .or_else(|| marked_hexadecimal(text))
        .or_else(|| if style.hex { bare_hexadecimal(text) } else { decimal(text) })
}

/// `4x0001`, `3X00013`, `4:0001`.
fn prefixed(text: &str, style: Style) -> Option<(Number, &str)> {
    let mut characters = text.chars();
    let table = match characters.next()? {
        '0' => Table::Coil,
        '1' => Table::DiscreteInput,
        '3' => Table::InputRegister,
        '4' => Table::HoldingRegister,
        _ => return None,
    };
    let sign = characters.next()?;
    let rest = characters.as_str();
    let (digits, rest) = split(rest, |character| character.is_ascii_digit());
    let fits = match sign {
        'x' | 'X' => (table != Table::Coil || style.prefixed) && !digits.is_empty(),
        ':' => digits.len() >= 4,
        _ => false,
    };
    let ends = !rest.starts_with(|character: char| character.is_ascii_alphanumeric());
    (fits && ends).then_some(())?;
    Some((Number { value: value(digits, 10), notation: Notation::Prefixed(table) }, rest))
}

/// `HR 100`, `IR5`: a table's name before a number that is counted as the others are.
fn named(text: &str, style: Style) -> Option<(Number, &str)> {
    const NAMES: [(&str, Table); 4] = [
        ("hr", Table::HoldingRegister),
        ("ir", Table::InputRegister),
        ("di", Table::DiscreteInput),
        ("coil", Table::Coil),
    ];
    let (rest, table) = NAMES.into_iter().find_map(|(name, table)| Some((strip_ignoring_case(text, name)?, table)))?;
    let rest = rest.trim_start_matches([' ', '#', '_', ':']);
    let (number, rest) =
        marked_hexadecimal(rest).or_else(|| if style.hex { bare_hexadecimal(rest) } else { decimal(rest) })?;
    Some((Number { value: number.value, notation: Notation::Named(table) }, rest))
}

/// `0x0014`, `0X14`, `$14`, `&H14`, `16#14`, `0014h`, `14hex`.
fn marked_hexadecimal(text: &str) -> Option<(Number, &str)> {
    for mark in ["0x", "&h", "16#", "h'", "$"] {
        let Some(rest) = strip_ignoring_case(text, mark) else { continue };
        let (digits, rest) = split(rest.trim_start_matches(' '), |character| character.is_ascii_hexdigit());
        let rest = if mark == "h'" { rest.strip_prefix('\'').unwrap_or(rest) } else { rest };
        let ends = !rest.starts_with(|character: char| character.is_ascii_alphanumeric());
        return (!digits.is_empty() && ends)
            .then(|| (Number { value: value(digits, 16), notation: Notation::Hexadecimal }, rest));
    }
    let (digits, rest) = split(text, |character| character.is_ascii_hexdigit());
    let after = rest.trim_start_matches(' ');
    let rest = ["hex", "h"].into_iter().find_map(|mark| strip_ignoring_case(after, mark))?;
    let ends = !rest.starts_with(|character: char| character.is_ascii_alphanumeric());
    (!digits.is_empty() && ends).then(|| (Number { value: value(digits, 16), notation: Notation::Hexadecimal }, rest))
}

fn bare_hexadecimal(text: &str) -> Option<(Number, &str)> {
    let (digits, rest) = split(text, |character| character.is_ascii_hexdigit());
    let ends = !rest.starts_with(|character: char| character.is_ascii_alphanumeric());
    (!digits.is_empty() && ends).then(|| (Number { value: value(digits, 16), notation: Notation::Hexadecimal }, rest))
}

/// `40001`, and with thousands set apart `40 001`, `40'001`.
fn decimal(text: &str) -> Option<(Number, &str)> {
    let (digits, mut rest) = split(text, |character| character.is_ascii_digit());
    (!digits.is_empty()).then_some(())?;
    let mut all = digits.to_owned();
    while all.len() <= 6
        && digits.len() <= 3
        && let Some(next) = rest.strip_prefix([' ', '\'', '’'])
        && let (group, after) = split(next, |character| character.is_ascii_digit())
        && is_group(group)
    {
        all.push_str(group);
        rest = after;
    }
    // `1FF` begins with a digit and is no decimal number.
    let ends = !rest.starts_with(|character: char| character.is_ascii_alphabetic());
    ends.then(|| (Number { value: value(&all, 10), notation: Notation::Decimal(all.len()) }, rest))
}

fn split(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|character| !belongs(character)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// A number with too many digits is one all the same, of no register.
fn value(digits: &str, radix: u32) -> u32 {
    u32::from_str_radix(digits, radix).unwrap_or(u32::MAX)
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
        return Err(Unread::unclear("has a point that may divide thousands; no register has a bit of that number")
            .meaning(whole.to_string()));
    }
    // `40001.0001`: digits of something else.
    let found = (digits.len() < 3).then(|| bits::bare(after).or_else(|| bits::named(after))).flatten();
    found.map_or_else(|| Err(Unread::nothing("has a point that no bit follows")), some)
}

/// Why a text is no address.
fn no_number(text: &str, style: Style) -> Unread {
    let (digits, rest) = split(text, |character| character.is_ascii_hexdigit());
    let is_hexadecimal = rest.is_empty() && (2..=4).contains(&digits.len()) && !style.hex;
    if is_hexadecimal && digits.contains(|character: char| character.is_ascii_digit()) {
        return Unread::unclear("looks hexadecimal, and nothing says that it is").meaning(format!("0x{digits}"));
    }
    match text.strip_prefix(['O', 'o']).map(|rest| format!("0{rest}")) {
        Some(zero) if number(&zero, style).is_some_and(|(_, rest)| rest.is_empty()) => {
            Unread::nothing("begins with a letter").meaning(zero)
        }
        _ => Unread::nothing("is no address"),
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
mod tests {
    use super::*;

    fn cell(text: &str) -> AddressCell {
        parse(text, Style::default()).unwrap_or_else(|error| panic!("{text}: {error:?}"))
    }

    fn refused(text: &str) -> Unread {
        match parse(text, Style::default()) {
            Ok(cell) => panic!("{text}: {cell:?}"),
            Err(unread) => unread,
        }
    }

    fn registers(text: &str) -> (u16, u16) {
        let registers = cell(text).zero_based().unwrap_or_else(|error| panic!("{text}: {error:?}"));
        assert_eq!(registers.table, None, "{text}");
        (registers.first, registers.last)
    }

    #[test]
    fn single_addresses() {
        for text in [
            "20",
            "0x14",
            "0X14",
            "0x0014",
            "0014h",
            "14H",
            "$14",
            "&H14",
            "16#14",
            "14 hex",
            "H'14'",
            " 20 ",
            "00020",
            "20 (0x14)",
            "0x14 (20)",
            "0014h / 20",
            "0x14 = 20",
            "Register 20",
            "Reg. 20",
            "Addr 20",
            "No. 20",
        ] {
            assert_eq!(registers(text), (20, 20), "{text}");
            assert!(cell(text).bits.is_none() && cell(text).marks.is_empty(), "{text}");
        }
        assert_eq!(registers("65535"), (65535, 65535));
        assert_eq!(registers("0x0180"), (384, 384));
        for text in ["40 001", "40\u{a0}001", "40\u{202f}001", "40'001", "40’001"] {
            assert_eq!(registers(text), (40001, 40001), "{text}");
        }
        assert!(cell("40001").is_decimal() && !cell("0x14").is_decimal());
    }

    #[test]
    fn what_is_no_register() {
        for text in ["65536", "99999999999999999999999", "0x10000"] {
            assert_eq!(cell(text).zero_based().map_err(|unread| unread.why), Err(Why::OutOfRange), "{text}");
        }
        for text in
            ["", "x", "-1", "0x", "0x+1", "+1", "3o", "Measured values", "3 Phase", "reserved", "1.x", "40001.", "n/a"]
        {
            assert_eq!(refused(text).why, Why::Nothing, "{text}");
        }
    }

    #[test]
    fn ranges() {
        for text in [
            "20 – 31",
            "20-31",
            "0x0014 – 0x001F",
            "20…31",
            "20...31",
            "20..31",
            "20~31",
            "20～31",
            "20 to 31",
            "20 bis 31",
            "20 till 31",
            "20 t/m 31",
            "20 à 31",
            "0x14-1F",
            "0014-001Fh",
            "0x0014~0x001F",
            "20 − 31",
            "20 To 31",
        ] {
            assert_eq!(registers(text), (20, 31), "{text}");
        }
        for text in ["40001/40002", "40001, 40002", "40001,40002", "40001+40002", "40001 & 40002", "40001\n40002"] {
            assert_eq!(registers(text), (40001, 40002), "{text}");
        }
        assert_eq!(registers("65010…65059"), (65010, 65059));
        assert_eq!(registers("0x1500~0x16FF"), (0x1500, 0x16FF));
        assert_eq!(refused("31-20").why, Why::OutOfRange);
        assert_eq!(refused("40001-02").meant.as_deref(), Some("40001 – 40002"));
        assert_eq!(refused("5,6").meant.as_deref(), Some("5 – 6"));
        assert_eq!(refused("40,001").meant.as_deref(), Some("40001"));
        for text in ["1/0", "40001, 40005", "62500,3", "40002/40001", "40001:05", "-20"] {
            assert!(parse(text, Style::default()).is_err(), "{text}");
        }
    }

    #[test]
    fn bits_of_registers() {
        for (text, bits) in [
            ("62500.3", (3, 3)),
            ("62500.03", (3, 3)),
            ("62500.15", (15, 15)),
            ("62500.10", (10, 10)),
            ("62500 Bit 3", (3, 3)),
            ("62500 bit3", (3, 3)),
            ("62500 b7", (7, 7)),
            ("62500[3]", (3, 3)),
            ("62500 (bit 3)", (3, 3)),
            ("62500, Bit 3", (3, 3)),
            ("62500.b3", (3, 3)),
            ("62500.Bit3", (3, 3)),
            ("62500.0-3", (0, 3)),
            ("62500.0 – 62500.3", (0, 3)),
            ("62500 bit 0..3", (0, 3)),
            ("62500 bits 7-4", (4, 7)),
            ("62500 D0", (0, 0)),
            ("62500 high byte", (8, 15)),
            ("62500 (low byte)", (0, 7)),
            ("62500 HB", (8, 15)),
            ("0xF424.3", (3, 3)),
            ("F424h.3", (3, 3)),
        ] {
            assert_eq!((registers(text), cell(text).bits), ((62500, 62500), Some(bits)), "{text}");
        }
        assert_eq!(cell("40001-40002 bit 17").bits, Some((17, 17)));
        assert_eq!(refused("40.001").meant.as_deref(), Some("40001"));
        assert_eq!(refused("62500.64").why, Why::OutOfRange);
        assert_eq!(refused("62500.0003").why, Why::Nothing);
        assert!(parse("62500.3 – 62501.2", Style::default()).is_err());
    }

    #[test]
    fn marks_are_kept_apart() {
        for (text, marks) in [
            ("40001*", vec!["*"]),
            ("40001 **", vec!["**"]),
            ("40001 *1", vec!["*1"]),
            ("*40001", vec!["*"]),
            ("40001¹", vec!["¹"]),
            ("40001 1)", vec!["1)"]),
            ("40001*1 †", vec!["*1", "†"]),
        ] {
            assert_eq!(registers(text), (40001, 40001), "{text}");
            assert_eq!(cell(text).marks, marks, "{text}");
        }
        assert_eq!(refused("*").why, Why::Nothing);
    }

    #[test]
    fn a_table_in_the_cell() {
        for (text, table, address) in [
            ("4x0001", Table::HoldingRegister, 0),
            ("4X00001", Table::HoldingRegister, 0),
            ("4:0001", Table::HoldingRegister, 0),
            ("3x00013", Table::InputRegister, 12),
            ("1x0010", Table::DiscreteInput, 9),
            ("40021 (20)", Table::HoldingRegister, 20),
            ("4x0021 (20)", Table::HoldingRegister, 20),
            ("HR 100", Table::HoldingRegister, 100),
            ("IR5", Table::InputRegister, 5),
        ] {
            let registers = cell(text).zero_based().unwrap();
            assert_eq!((registers.table, registers.first), (Some(table), address), "{text}");
        }
        assert!(parse("40021 (21)", Style::default()).is_err());
        let column = Style::of(false, ["0x0001", "4x0001"]);
        assert!(column.prefixed);
        let coil = parse("0x0011", column).unwrap().zero_based().unwrap();
        assert_eq!((coil.table, coil.first), (Some(Table::Coil), 10));
        assert!(!Style::of(false, ["0x0001", "0x4001", "31"]).prefixed);
        assert_eq!(cell("4x0001 – 4x0010").de_facto().unwrap(), (Table::HoldingRegister, 0, 9));
        assert_eq!(cell("4x0001-0010").de_facto().unwrap(), (Table::HoldingRegister, 0, 9));
        assert_eq!(cell("7").one_based().unwrap().first, 6);
        assert!(cell("0").one_based().is_err());
    }

    #[test]
    fn hexadecimal_columns() {
        let hex = Style { hex: true, ..Style::default() };
        for (text, addresses) in
            [("0014", (20, 20)), ("1F", (31, 31)), ("0x14", (20, 20)), ("0014-001F", (20, 31)), ("14h", (20, 20))]
        {
            let registers = parse(text, hex).unwrap().zero_based().unwrap();
            assert_eq!((registers.first, registers.last), addresses, "{text}");
        }
        let both = Style { both: true, ..Style::default() };
        for text in ["20 (14)", "20 (0x14)", "14 (20)", "20/14", "0x14 / 20", "0014 (20)", "20"] {
            let registers = parse(text, both).and_then(|cell| cell.zero_based());
            assert_eq!(registers.map(|registers| registers.first), Ok(20), "{text}");
        }
        assert!(parse("20 (15)", both).is_err() && parse("20 (0x15)", both).is_err());
        assert_eq!(refused("1F").meant.as_deref(), Some("0x1F"));
        assert_eq!(refused("00A0").meant.as_deref(), Some("0x00A0"));
    }

    #[test]
    fn protocol_addresses() {
        assert_eq!(protocol("30"), Ok(30));
        assert_eq!(protocol("0x1E"), Ok(30));
        assert_eq!(protocol("65536"), Err(NoAddress::OutOfRange));
        for text in ["", "x", "-1", "1.5", "0x", "0x+1", "+1", "3o", "4x0001", "30*", "3-4"] {
            assert_eq!(protocol(text), Err(NoAddress::NotANumber), "{text}");
        }
        assert_eq!(range("20"), Ok((20, 20)));
        assert_eq!(range("31-20"), Err(NoAddress::OutOfRange));
    }

    #[test]
    fn de_facto_numbers_name_the_table() {
        for (text, table, address) in [
            ("4", Table::Coil, 3),
            ("00001", Table::Coil, 0),
            ("10001", Table::DiscreteInput, 0),
            ("30320", Table::InputRegister, 319),
            ("40001", Table::HoldingRegister, 0),
            ("400001", Table::HoldingRegister, 0),
            ("400 001", Table::HoldingRegister, 0),
            ("465536", Table::HoldingRegister, 65535),
            ("000017", Table::Coil, 16),
            ("0x9C41", Table::HoldingRegister, 0),
            ("4x0001", Table::HoldingRegister, 0),
        ] {
            assert_eq!(de_facto(text), Ok((table, address)), "{text}");
        }
        for text in ["0", "10000", "20001", "50001", "465537", "40000"] {
            assert_eq!(de_facto(text), Err(NoAddress::OutOfRange), "{text}");
        }
        assert_eq!(cell("40001 to 40010").de_facto().unwrap(), (Table::HoldingRegister, 0, 9));
        assert_eq!(cell("30010.3").de_facto().unwrap(), (Table::InputRegister, 9, 9));
        assert!(cell("39999-40001").de_facto().is_err());
    }
}
