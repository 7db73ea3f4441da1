//! What the text around the tables says of the link and of the order of words: each fact with the words that say it.

use std::sync::Arc;

use super::Found;
use crate::cells::around_phrase;
use crate::cells::order::Order;
use crate::cells::words::plain;
use crate::sheet::Grid;
use crate::source::column_letters;
use crate::spelling::normalised;

/// A setting that a text states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fact {
    /// The section of the manifest: `device`, `link`, `link.rtu`, `link.tcp`.
    pub(super) section: &'static str,
    pub(super) key: &'static str,
    /// As TOML.
    pub(super) value: String,
    /// What says it, with its place.
    pub(super) evidence: String,
}

/// Texts that are longer are read to here.
const LONGEST: usize = 400;

/// What stands above, below and beside the tables, and on sheets without one. What is said in two ways is left to a person.
pub(super) fn facts(grids: &[Arc<Grid>], tables: &[Found]) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::new();
    for grid in grids {
        for row in &grid.rows {
            let is_table = |found: &&Found| {
                *found.grid.origin == *grid.origin && (found.table.row == row.number || found.has(row.number))
            };
            let filled: Vec<(usize, &str)> = row
                .cells
                .iter()
                .enumerate()
                .filter(|(_, cell)| !cell.is_empty())
                .map(|(column, cell)| (column, cell.as_str()))
                .collect();
            let is_text = filled.len() <= 3 || tables.iter().find(is_table).is_none();
            let (Some((column, _)), true) = (filled.first(), is_text) else { continue };
            let texts: Vec<&str> = filled.iter().map(|(_, text)| *text).collect();
            let text: String = texts.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
            let text: String = text.chars().take(LONGEST).collect();
            let cell = format!("{}{}", column_letters(*column), row.number);
            let place = grid.origin.sheet.as_ref().map_or_else(|| cell.clone(), |sheet| format!("{sheet}!{cell}"));
            let shown: String = text.chars().take(60).collect();
            // What stands below a table is about the next one.
            let is_above =
                tables.iter().filter(|found| *found.grid.origin == *grid.origin).all(|of| row.number < of.table.row);
            for (section, key, value) in said(&text).into_iter().filter(|(section, ..)| is_above || *section != "sheet")
            {
                facts.push(Fact { section, key, value, evidence: format!("{place}: “{shown}”") });
            }
        }
    }
    let mut single: Vec<Fact> = Vec::new();
    for fact in &facts {
        let differs = facts.iter().any(|other| other.key == fact.key && other.value != fact.value);
        if !differs && fact.value != "\"\"" && !single.iter().any(|known| known.key == fact.key) {
            single.push(fact.clone());
        }
    }
    single
}

/// What the document calls the device whose file has this name: a text above the first table that the name begins with,
/// blanks and capitals aside. `AeroVent CX` of `aerovent-cx_registers.csv`; the longest of them.
pub(super) fn title(grids: &[Arc<Grid>], tables: &[Found], stem: &str) -> Option<String> {
    const SHORTEST: usize = 4;
    let letters = |text: &str| text.to_lowercase().chars().filter(|sign| sign.is_alphanumeric()).collect::<String>();
    let stem = letters(stem);
    let above = |grid: &Arc<Grid>| {
        let first = tables.iter().filter(|found| *found.grid.origin == *grid.origin).map(|found| found.table.row).min();
        first.unwrap_or_default()
    };
    let texts = grids.iter().flat_map(|grid| {
        let first = above(grid);
        grid.rows.iter().filter(move |row| row.number < first).flat_map(|row| &row.cells)
    });
    let is_named = |text: &&String| {
        let text = letters(text);
        text.chars().count() >= SHORTEST && stem.starts_with(&text)
    };
    texts.filter(is_named).max_by_key(|text| letters(text).len()).map(|text| normalised(text))
}

/// A setting: section, key and value.
type Said = (&'static str, &'static str, String);

/// The words of a text.
struct Words<'a>(Vec<&'a str>);

impl Words<'_> {
    /// Whether one of these words or phrases is there.
    fn has(&self, any: &[&str]) -> bool {
        let all = format!(" {} ", self.0.join(" "));
        any.iter().any(|phrase| all.contains(&format!(" {phrase} ")))
    }

    /// The only number in this range behind one of these phrases; `1 to 247` is a range, and no setting.
    fn number_behind(&self, phrases: &[&str], range: &std::ops::RangeInclusive<u32>) -> Option<u32> {
        // `Modbus address = PNU - 1` names none.
        const BETWEEN: [&str; 14] = [
            "is", "default", "standard", "no", "nr", "number", "to", "bis", "or", "oder", "and", "und", "of", "factory",
        ];
        let behind = phrases.iter().find_map(|phrase| {
            let phrase: Vec<&str> = phrase.split(' ').collect();
            let at = self.0.windows(phrase.len()).position(|window| window == phrase)?;
            self.0.get(at.saturating_add(phrase.len())..)
        })?;
        let is_near = |word: &&&str| BETWEEN.contains(*word) || word.bytes().all(|digit| digit.is_ascii_digit());
        let numbers = behind.iter().take(4).take_while(is_near).filter_map(|word| word.parse().ok());
        let numbers: Vec<u32> = numbers.filter(|number| range.contains(number)).collect();
        match numbers.as_slice() {
            [number] if !is_for_some(behind) => Some(*number),
            _ => None,
        }
    }

    /// Whether several numbers stand behind one of these phrases, of which each is meant, or one that is not that of all:
    /// `1 or 2`, `1 for socket 1`.
    fn has_several_behind(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| {
            let phrase: Vec<&str> = phrase.split(' ').collect();
            let at = self.0.windows(phrase.len()).position(|window| window == phrase);
            let behind = at.and_then(|at| self.0.get(at.saturating_add(phrase.len())..)).unwrap_or_default();
            matches!(behind, [one, "or" | "oder" | "and" | "und" | "ou" | "eller", other, ..]
                if one.parse::<u8>().is_ok() && other.parse::<u8>().is_ok())
                || is_for_some(behind)
        })
    }
}

/// `unit id 100 for the system` is not that of all.
fn is_for_some(behind: &[&str]) -> bool {
    behind.iter().take(4).any(|word| ["for", "fur", "pour", "voor"].contains(word))
}

/// The settings a text states.
fn said(printed: &str) -> Vec<Said> {
    let text = plain(printed);
    let words = text.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
    let words = Words(words.collect());
    let mut found = serial(&words);
    let units = [
        "slave id",
        "slave address",
        "unit id",
        "device address",
        "device id",
        "modbus address",
        "modbus id",
        "slave adresse",
        "modbus adresse",
        "gerateadresse",
    ];
    if let Some(unit) = words.number_behind(&units, &(1..=247)) {
        found.push(("link", "unit_id", unit.to_string()));
    } else if words.has_several_behind(&units) {
        // No single one is that of all registers.
        found.push(("link", "unit_id", "\"\"".to_owned()));
    }
    if let Some(port) = words.number_behind(&["tcp port", "port"], &(1..=65_535)).filter(|port| *port != 502) {
        found.push(("link.tcp", "port", port.to_string()));
    }
    let tables = ["coil", "discrete_input", "holding_register", "input_register"];
    let function = words.number_behind(&["function code", "function", "fc", "funktionscode"], &(1..=4));
    let function = function.and_then(|code| usize::try_from(code).ok()?.checked_sub(1));
    let by_function = function.and_then(|place| tables.get(place)).map(|table| (*table).to_owned());
    if let Some(table) = by_function.or_else(|| table(&text)) {
        found.push(("sheet", "table", format!("\"{table}\"")));
    }
    let is_about_addresses =
        words.has(&["address", "addresses", "register", "registers", "adresse", "adressen", "registernummer"]);
    if is_about_addresses && around_phrase::counts_from_one(printed) == Some(true) {
        found.push(("device", "numbering", "\"one_based\"".to_owned()));
    }
    if let Some(order) = order(&words) {
        found.push(("device", "order", format!("\"{}\"", order.key())));
    }
    found
}

/// The settings of a serial line that a text states.
fn serial(words: &Words<'_>) -> Vec<Said> {
    let mut found = Vec::new();
    let is_serial =
        ["baud", "baudrate", "bps", "bit s", "bits s", "bd", "rs485", "rs 485", "rtu", "8n1", "8e1", "8o1", "8n2"];
    if words.has(&is_serial) {
        let rates = [1200u32, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200];
        let said: Vec<u32> = rates.into_iter().filter(|rate| words.has(&[&rate.to_string()])).collect();
        if let [rate] = said.as_slice() {
            found.push(("link.rtu", "baud_rate", rate.to_string()));
        }
    }
    let frame = |word: &&str| match word.chars().collect::<Vec<char>>().as_slice() {
        [data @ ('7' | '8'), parity @ ('n' | 'e' | 'o'), stop @ ('1' | '2')] => Some((*data, *parity, *stop)),
        _ => None,
    };
    if let [(data, parity, stop)] = words.0.iter().filter_map(frame).collect::<Vec<_>>().as_slice() {
        let parity = match parity {
            'e' => "\"even\"",
            'o' => "\"odd\"",
            _ => "\"none\"",
        };
        found.push(("link.rtu", "parity", parity.to_owned()));
        found.push(("link.rtu", "data_bits", data.to_string()));
        found.push(("link.rtu", "stop_bits", stop.to_string()));
    } else if words.has(&["parity", "paritat", "paritet", "parite", "pariteit"]) {
        let parities: [(&[&str], &str); 3] = [
            (&["even", "gerade", "jamn", "paire"], "\"even\""),
            (&["odd", "ungerade", "udda", "impaire"], "\"odd\""),
            (&["none", "no", "keine", "ingen", "aucune", "geen"], "\"none\""),
        ];
        let said: Vec<&str> = parities.iter().filter(|(any, _)| words.has(any)).map(|(_, parity)| *parity).collect();
        if let [parity] = said.as_slice() {
            found.push(("link.rtu", "parity", (*parity).to_owned()));
        }
    }
    found
}

/// The Modbus table that a text names, and no other.
fn table(text: &str) -> Option<String> {
    let tables = [
        (["holding register", "address type: 4x"], "holding_register"),
        (["input register", "address type: 3x"], "input_register"),
        (["discrete input", "address type: 1x"], "discrete_input"),
        (["coils", "coil status"], "coil"),
    ];
    let said: Vec<&str> =
        tables.iter().filter(|(any, _)| any.iter().any(|name| text.contains(name))).map(|(_, table)| *table).collect();
    match said.as_slice() {
        [table] => Some((*table).to_owned()),
        [] => None,
        // Both are named: neither is that of all rows.
        _ => Some(String::new()),
    }
}

/// The order of words that a text states.
fn order(words: &Words<'_>) -> Option<Order> {
    // Letters are what all other words are about.
    if words.has(&["cdab"]) && !words.has(&["abcd", "badc", "dcba"]) {
        return Some(Order::Cdab);
    }
    let low = words.has(&[
        "lsw msw",
        "low word is sent first",
        "low word is transmitted first",
        "low word comes first",
        "low word high word",
        "low word first",
        "lsw first",
        "least significant word first",
        "lower word first",
        "low order word first",
        "niederwertiges wort zuerst",
        "low register first",
        "word swapped",
        "word swap",
        "swapped words",
    ]);
    let high = words.has(&[
        "msw lsw",
        "high word is sent first",
        "high word low word",
        "abcd",
        "high word first",
        "msw first",
        "most significant word first",
        "higher word first",
        "high order word first",
        "hoherwertiges wort zuerst",
        "high register first",
        "big endian",
    ]);
    let others = words.has(&["dcba", "badc", "little endian", "byte swap", "byte swapped"]);
    match (low, high, others) {
        (true, false, false) => Some(Order::Cdab),
        // `low word first (little-endian words)`
        (true, false, true) if !words.has(&["dcba", "badc", "byte swap", "byte swapped"]) => Some(Order::Cdab),
        (false, true, false) => Some(Order::Abcd),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_texts_say_of_the_link() {
        for (text, settings) in [
            ("Modbus RTU, 9600 baud, 8E1", "baud_rate 9600, parity \"even\", data_bits 8, stop_bits 1"),
            ("RS-485: 19200 bit/s, no parity", "baud_rate 19200, parity \"none\""),
            ("Baudrate: 9600, 19200 or 38400", ""),
            ("Slave address: 17 (default)", "unit_id 17"),
            ("Slave address 1 to 247", ""),
            ("TCP port 1502", "port 1502"),
            ("32-bit values are transmitted low word first", "order \"CDAB\""),
            ("All values big-endian", "order \"ABCD\""),
            ("Little endian bytes, high word first", ""),
            ("Revision 8 of 9600 copies", ""),
            ("Read with function code 04", "table \"input_register\""),
            ("All values are holding registers", "table \"holding_register\""),
            ("Register addresses are 1-based", "numbering \"one_based\""),
            ("PNU = Parameternummer. Modbus-Adresse = PNU - 1", "numbering \"one_based\""),
            ("Modbus register = address + 1 (register 1 has address 0)", "numbering \"one_based\""),
            ("Modbus slave address = 200", "unit_id 200"),
            ("Use unit-id 100 for the system data", "unit_id \"\""),
            ("Socket registers (Modbus slave address = 1 or 2)", "unit_id \"\""),
            ("3.1 Running information (read-only register, address type: 3X)", "table \"input_register\""),
            ("Note: in the INT32 format the word order is LSW->MSW.", "order \"CDAB\""),
            ("Byte order: little endian (CDAB)", "order \"CDAB\""),
            ("For U32 type, the low word is sent first (little-endian words)", "order \"CDAB\""),
        ] {
            let found: Vec<String> = said(text).into_iter().map(|(_, key, value)| format!("{key} {value}")).collect();
            assert_eq!(found.join(", "), settings, "{text}");
        }
    }
}
