//! Words and function codes for the Modbus table.

use super::plain;
use crate::cells::phrase::{self, Word, is_phrase, joined};
use crate::cells::unread::{Unread, Why};
use crate::model::{Access, Table, WriteFunctions};

/// The table that function codes are about, and what they do to it: `03`, `FC03`, `03H`, `0x03`, `3, 6, 16`, `03/06/10H`.
pub(super) fn function_codes(text: &str) -> Result<(Table, Permitted), Unread> {
    let plain = plain(text);
    phrase::words(&plain).map_or_else(|| Err(Unread::nothing("is not a function code")), |words| codes(&words))
}

fn codes(words: &[Word<'_>]) -> Result<(Table, Permitted), Unread> {
    const LABELS: [&str; 8] = ["fc", "f", "function", "code", "codes", "fn", "func", "fct"];
    let nothing = || Unread::nothing("is not a function code that reads or writes registers");
    let mut known: Vec<u8> = Vec::new();
    let mut table: Option<Table> = None;
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
        let of = about(code).ok_or_else(nothing)?;
        if let Some(table) = table.replace(of).filter(|table| *table != of) {
            return Err(Unread::unclear(format!("names function codes of two tables, {table}s and {of}s")));
        }
    }
    match table {
        Some(_) if is_range => Err(Unread::unclear("may be a range of function codes, or several of them")),
        Some(table) => Ok((table, together(&known)?)),
        None => Err(Unread::nothing("is not a function code")),
    }
}

/// What functions of one table permit together.
fn together(codes: &[u8]) -> Result<Permitted, Unread> {
    let has = |some: &[u8]| codes.iter().any(|code| some.contains(code));
    let write_functions = match (has(&[5, 6]), has(&[15, 16])) {
        (true, true) => Some(WriteFunctions::Any),
        (true, false) => Some(WriteFunctions::Single),
        (false, true) => Some(WriteFunctions::Multiple),
        (false, false) => None,
    };
    let reads = has(&[1, 2, 3, 4]);
    let unused = codes.iter().copied().find(|code| [22, 23].contains(code)).filter(|_| write_functions.is_none());
    let access = match (reads, write_functions, unused) {
        (true, None, _) | (false, None, Some(23)) => Access::Read,
        (true, Some(_), _) => Access::ReadWrite,
        (false, Some(_), _) => Access::Write,
        (false, None, _) => {
            return Err(Unread::unclear("names only function 22, which changes some bits of a register"));
        }
    };
    Ok(Permitted { access, write_functions, unused })
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

/// The table a function is about (Modbus Application Protocol V1.1b3, section 6).
fn about(code: u8) -> Option<Table> {
    Some(match code {
        1 | 5 | 15 => Table::Coil,
        2 => Table::DiscreteInput,
        3 | 6 | 16 | 22 | 23 => Table::HoldingRegister,
        4 => Table::InputRegister,
        _ => return None,
    })
}

/// What may be done with a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Permitted {
    pub(crate) access: Access,
    /// Which functions write it; `None` where nothing names one.
    pub(crate) write_functions: Option<WriteFunctions>,
    /// Function 22 or 23, where it is named and none of those that we write with.
    pub(crate) unused: Option<u8>,
}

impl From<Access> for Permitted {
    fn from(access: Access) -> Self {
        Self { access, write_functions: None, unused: None }
    }
}

/// What a cell says of the Modbus table, and what function codes or the names of functions permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TableCell {
    pub(crate) table: Table,
    pub(crate) permits: Option<Permitted>,
}

/// `Holding register`, `HR`, `4x`, `4xxxx`, `03`, `FC 04`, `Coil`, `Discrete Input`, `Holding (03)`, `Eingangsregister`,
/// `Read holding registers`.
pub(crate) fn table(text: &str) -> Result<TableCell, Unread> {
    let plain = plain(text);
    let Some(words) = phrase::words(&plain) else { return Err(Unread::nothing("names no Modbus table")) };
    match codes(&words) {
        Ok((table, permits)) => return Ok(TableCell { table, permits: Some(permits) }),
        Err(unread) if unread.why == Why::Unclear => return Err(unread),
        Err(_) => {}
    }
    let (name, numbers) = without_codes(&words);
    let (name, done) = without_function(name);
    // The registers that are written are holding registers.
    let is_written =
        matches!(name, [word] if ["register", "registers"].contains(&word.text)) && done.is_some_and(Done::writes);
    let table = named(name).or(is_written.then_some(Table::HoldingRegister)).ok_or_else(|| unknown(name))?;
    let coded = if numbers.is_empty() { None } else { Some(codes(numbers)?) };
    match (coded, done) {
        (Some((of, _)), _) if of != table => {
            Err(Unread::unclear(format!("names {table}s and a function code of {of}s")))
        }
        (Some((_, permits)), Some(done)) if !done.agrees(permits) => {
            Err(Unread::unclear("names a function and the code of another one"))
        }
        (coded, done) => {
            Ok(TableCell { table, permits: coded.map(|(_, permits)| permits).or(done.map(Done::permits)) })
        }
    }
}

/// What a function does that is named by words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    Read,
    Write,
    WriteSingle,
    WriteMultiple,
}

impl Done {
    fn writes(self) -> bool {
        self != Self::Read
    }

    fn permits(self) -> Permitted {
        let write_functions = match self {
            Self::Read | Self::Write => None,
            Self::WriteSingle => Some(WriteFunctions::Single),
            Self::WriteMultiple => Some(WriteFunctions::Multiple),
        };
        let access = if self.writes() { Access::Write } else { Access::Read };
        Permitted { write_functions, ..access.into() }
    }

    /// Whether the codes beside its name are its own.
    fn agrees(self, coded: Permitted) -> bool {
        let named = self.permits();
        coded.access == named.access
            && named.write_functions.is_none_or(|_| coded.write_functions == named.write_functions)
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
fn without_function<'a, 'b>(words: &'a [Word<'b>]) -> (&'a [Word<'b>], Option<Done>) {
    let texts: Vec<&str> = words.iter().take(3).map(|word| word.text).collect();
    let (done, count) = match texts.as_slice() {
        ["write", "single", _, ..] => (Some(Done::WriteSingle), 2),
        ["write", "multiple", _, ..] => (Some(Done::WriteMultiple), 2),
        ["write", _, ..] => (Some(Done::Write), 1),
        ["read", _, ..] => (Some(Done::Read), 1),
        ["modbus", _, ..] => (None, 1),
        _ => (None, 0),
    };
    (words.get(count..).unwrap_or_default(), done)
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
            "registro di mantenimento",
            "registro de retencion",
            "保持寄存器",
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
            "registro di ingresso",
            "registro de entrada",
            "输入寄存器",
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
            "bobina",
            "线圈",
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
            "ingresso discreto",
            "entrada discreta",
            "离散输入",
        ],
    ),
];
