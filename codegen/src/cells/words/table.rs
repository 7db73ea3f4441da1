//! Words and function codes for the Modbus table.

use super::plain;
use crate::cells::phrase::{self, Word, is_phrase, joined};
use crate::cells::unread::{Unread, Why};
use crate::model::{Access, Table};

/// The table that function codes are about, and what they do to it: `03`, `FC03`, `03H`, `0x03`, `3, 6, 16`, `03/06/10H`.
pub(crate) fn function_codes(text: &str) -> Result<(Table, Access), Unread> {
    let plain = plain(text);
    phrase::words(&plain).map_or_else(|| Err(Unread::nothing("is not a function code")), |words| codes(&words))
}

fn codes(words: &[Word<'_>]) -> Result<(Table, Access), Unread> {
    const LABELS: [&str; 8] = ["fc", "f", "function", "code", "codes", "fn", "func", "fct"];
    let nothing = || Unread::nothing("is not a function code that reads or writes registers");
    let mut known: Vec<u8> = Vec::new();
    let mut found: Option<(Table, Access)> = None;
    let mut is_range = false;
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        let next_sign = words.peek().and_then(|next| next.sign);
        // `FC 03`, `Function code: 03`, `3 and 6`: a code follows.
        let is_label = match next_sign {
            Some(' ' | '_') => LABELS.contains(&word.text),
            Some('.') => ["fct", "func", "fn"].contains(&word.text),
            Some(':') => word.text.starts_with("code"),
            _ => false,
        };
        if is_label || ["and", "und"].contains(&word.text) && !known.is_empty() && next_sign == Some(' ') {
            continue;
        }
        is_range |= word.sign == Some('-') && !known.is_empty();
        let digits = ["fc", "fn", "f"].into_iter().find_map(|mark| word.text.strip_prefix(mark)).unwrap_or(word.text);
        let is_marked = words.next_if(|next| ["h", "hex"].contains(&next.text) && next.sign == Some(' ')).is_some();
        // Of `03/06/16 hex` it may be said of all.
        if is_marked && !known.is_empty() {
            return Err(nothing());
        }
        let code = code(digits, is_marked, !known.is_empty()).ok_or_else(nothing)?;
        if known.contains(&code) {
            return Err(Unread::unclear(format!("names function code {code} twice")));
        }
        known.push(code);
        let (table, access) = means(code).ok_or_else(nothing)?;
        found = match found {
            Some((of, _)) if of != table => {
                return Err(Unread::unclear(format!("names function codes of two tables, {of}s and {table}s")));
            }
            Some((_, of)) if of != access => Some((table, Access::ReadWrite)),
            _ => Some((table, access)),
        };
    }
    match found {
        Some(_) if is_range => Err(Unread::unclear("may be a range of function codes, or several of them")),
        Some(found) => Ok(found),
        None => Err(Unread::nothing("is not a function code")),
    }
}

/// The number of a function, in decimal digits or with the mark of a hexadecimal number.
fn code(digits: &str, is_marked: bool, follows: bool) -> Option<u8> {
    let (bare, is_hexadecimal) = match (digits.strip_suffix('h'), digits.strip_prefix("0x")) {
        (Some(bare), _) | (None, Some(bare)) if !is_marked => (bare, true),
        _ => (digits, is_marked),
    };
    if !bare.chars().all(|character| character.is_ascii_hexdigit()) {
        return None;
    }
    match bare {
        // 0x0F and 0x10 without the mark of a hexadecimal number.
        "0f" => Some(15),
        "10" if follows => Some(16),
        bare => u8::from_str_radix(bare, if is_hexadecimal { 16 } else { 10 }).ok(),
    }
}

/// The table a function is about, and what it does (Modbus Application Protocol V1.1b3, section 6).
fn means(code: u8) -> Option<(Table, Access)> {
    Some(match code {
        1 => (Table::Coil, Access::Read),
        2 => (Table::DiscreteInput, Access::Read),
        3 => (Table::HoldingRegister, Access::Read),
        4 => (Table::InputRegister, Access::Read),
        5 | 15 => (Table::Coil, Access::Write),
        6 | 16 | 22 => (Table::HoldingRegister, Access::Write),
        23 => (Table::HoldingRegister, Access::ReadWrite),
        _ => return None,
    })
}

/// What a cell says of the Modbus table; access only where function codes or the names of functions say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TableCell {
    pub(crate) table: Table,
    pub(crate) access: Option<Access>,
}

/// `Holding register`, `HR`, `4x`, `4xxxx`, `03`, `FC 04`, `Coil`, `Discrete Input`, `Holding (03)`, `Eingangsregister`,
/// `Read holding registers`.
pub(crate) fn table(text: &str) -> Result<TableCell, Unread> {
    let plain = plain(text);
    let Some(words) = phrase::words(&plain) else { return Err(Unread::nothing("names no Modbus table")) };
    match codes(&words) {
        Ok((table, access)) => return Ok(TableCell { table, access: Some(access) }),
        Err(unread) if unread.why == Why::Unclear => return Err(unread),
        Err(_) => {}
    }
    let (name, numbers) = without_codes(&words);
    let (name, done) = without_function(name);
    // The registers that are written are holding registers.
    let is_written =
        matches!(name, [word] if ["register", "registers"].contains(&word.text)) && done == Some(Access::Write);
    let table = named(name).or(is_written.then_some(Table::HoldingRegister)).ok_or_else(|| unknown(name))?;
    let coded = if numbers.is_empty() { None } else { Some(codes(numbers)?) };
    match (coded, done) {
        (Some((of, _)), _) if of != table => {
            Err(Unread::unclear(format!("names {table}s and a function code of {of}s")))
        }
        (Some((_, access)), Some(done)) if access != done => {
            Err(Unread::unclear("names a function and the code of another one"))
        }
        (coded, done) => Ok(TableCell { table, access: coded.map(|(_, access)| access).or(done) }),
    }
}

/// The words without the codes that stand before or behind them, and those: `Holding (03)`, `FC 3 Holding registers`.
fn without_codes<'a, 'b>(words: &'a [Word<'b>]) -> (&'a [Word<'b>], &'a [Word<'b>]) {
    let is_code = |part: &[Word<'_>]| codes(part).map_or_else(|unread| unread.why == Why::Unclear, |_| true);
    let mut places = (1..words.len()).filter_map(|at| words.split_at_checked(at));
    // The most of them that are codes.
    let behind = places.clone().find(|(_, numbers)| is_code(numbers));
    let before = || places.rfind(|(numbers, _)| is_code(numbers)).map(|(numbers, name)| (name, numbers));
    behind.or_else(before).unwrap_or((words, &[]))
}

/// The words without those for what a function does, and that: of `Read holding registers`, and of `Write single coil`.
fn without_function<'a, 'b>(words: &'a [Word<'b>]) -> (&'a [Word<'b>], Option<Access>) {
    match words {
        [first, rest @ ..] if ["modbus", "read", "write"].contains(&first.text) && !rest.is_empty() => {
            let rest = match rest {
                [many, rest @ ..] if first.text == "write" && ["single", "multiple"].contains(&many.text) => rest,
                rest => rest,
            };
            let access = match first.text {
                "read" => Some(Access::Read),
                "write" => Some(Access::Write),
                _ => None,
            };
            (rest, access)
        }
        words => (words, None),
    }
}

/// The table with this name, or with both of two: `Holding register (4x)`.
fn named(words: &[Word<'_>]) -> Option<Table> {
    let one = |words: &[Word<'_>]| {
        let singular = |word: &str| word.strip_suffix('s').filter(|_| word.len() > 3).unwrap_or(word).to_owned();
        let words = joined(words)?.split(' ').map(singular).collect::<Vec<_>>().join(" ");
        NAMES.iter().find(|(_, names)| names.iter().any(|name| is_phrase(&words, name))).map(|(table, _)| *table)
    };
    let without_area = words.split_last().filter(|(last, _)| ["table", "area"].contains(&last.text));
    let words = without_area.map_or(words, |(_, words)| words);
    let both = || {
        let mut pairs = (1..words.len()).filter_map(|at| words.split_at_checked(at));
        pairs.find_map(|(first, second)| one(first).filter(|table| one(second) == Some(*table)))
    };
    one(words).or_else(both)
}

fn unknown(words: &[Word<'_>]) -> Unread {
    let name: String = words.iter().map(|word| word.text).collect();
    let known = [
        ("holdingregister", "holding register"),
        ("holding", "holding register"),
        ("inputregister", "input register"),
        ("coil", "coil"),
        ("discreteinput", "discrete input"),
    ];
    let near = crate::suggest::nearest(&name, known.map(|(word, _)| word));
    let meant = known.into_iter().find(|(word, _)| near == Some(word)).map(|(_, meant)| meant);
    let unread = Unread::nothing("names no Modbus table");
    match meant {
        Some(meant) => unread.meaning(meant),
        None => unread,
    }
}

/// The names of the tables, each word in the singular.
const NAMES: [(Table, &[&str]); 4] = [
    (
        Table::HoldingRegister,
        &[
            "holding",
            "holding register",
            "holding reg",
            "hr",
            "hreg",
            "4x",
            "4xxxx",
            "4xxxxx",
            "4x register",
            "hold register",
            "output register",
            "output holding register",
            "halte register",
            "halt register",
            "hall register",
            "registre de maintien",
        ],
    ),
    (
        Table::InputRegister,
        &[
            "input",
            "input register",
            "input reg",
            "ir",
            "ireg",
            "3x",
            "3xxxx",
            "3xxxxx",
            "3x register",
            "in register",
            "analog input",
            "eingang register",
            "eingangsregister",
            "ingang register",
            "ingangsregister",
            "registre dentree",
            "registre d entree",
        ],
    ),
    (
        Table::Coil,
        &[
            "coil",
            "coil statu",
            "output coil",
            "0x",
            "0xxxx",
            "0xxxxx",
            "spole",
            "spolar",
            "bobine",
            "spule",
            "spulen",
            "digital output",
            "do",
            "discrete output",
        ],
    ),
    (
        Table::DiscreteInput,
        &[
            "discrete input",
            "discrete",
            "di",
            "1x",
            "1xxxx",
            "1xxxxx",
            "input statu",
            "statu input",
            "input discrete",
            "digital input",
            "diskreter eingang",
            "diskrete eingange",
            "diskreta ingangar",
            "contact",
            "input contact",
            "entree discrete",
            "entree tor",
            "input bit",
        ],
    ),
];
