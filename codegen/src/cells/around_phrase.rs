//! Words of titles, footnotes and texts above a header that say how the rows are read: `All addresses are hexadecimal`.
//!
//! They are looked for, and not read: in prose they may be about something else. Who finds some asks.

use super::order::Order;
use super::word_phrase::{self, Said};
use super::{absence_phrase, scale_phrase, units, value_phrase};

/// What a text around a table says of its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// How values are scaled.
    Scale,
    /// That addresses are hexadecimal.
    Hexadecimal,
    /// That something is added to addresses.
    BaseAddress,
    /// That addresses are counted from one.
    OneBased,
    /// That they are counted in yet another way: in octal digits, in bytes.
    Recounted,
    /// In which order words and bytes come; none where vendors mean it differently.
    Order(Option<Order>),
    /// The raw value that is none.
    Absence(i64),
    /// Of which type the values are, or how they may be accessed.
    Clause(Said),
    /// Under which unit id the registers are read.
    UnitId(u8),
    /// That it holds a unit in brackets at its end.
    Unit,
}

/// Beginnings of words for a base of sixteen, in lower case.
const HEXADECIMAL: [&str; 3] = ["hex", "esadec", "szesnast"];

/// Beginnings of words for addresses.
const ADDRESSES: [&str; 6] = ["address", "adress", "regist", "indirizz", "direcci", "地址"];

/// Words for what is added to addresses.
const BASES: [&str; 8] = [
    "base address",
    "basisadresse",
    "startadresse",
    "adresse de base",
    "basadress",
    "basisadres",
    "address offset",
    "indirizzo base",
];

/// What a text says.
pub(crate) fn told(text: &str) -> Vec<Told> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let begins = |with: &[&str]| words.iter().any(|word| with.iter().any(|begin| word.starts_with(begin)));
    let mut found = Vec::new();
    if scale_phrase::in_name(text) || scale_phrase::in_remark(text) || value_phrase::formula(text).is_some() {
        found.push(Told::Scale);
    }
    // `Addresses are given in decimal and hex` leaves it open.
    if begins(&HEXADECIMAL) && begins(&ADDRESSES) && !begins(&["dec", "dez", "déc"]) {
        found.push(Told::Hexadecimal);
    }
    let behind = BASES.iter().find_map(|base| lower.split_once(base)).map(|(_, behind)| behind);
    let is_number = |behind: &str| {
        let number = behind.trim_start_matches(|sign: char| !sign.is_ascii_digit());
        // None of nothing, and none of a unit: `base address: 0`.
        number
            .split(|sign: char| !sign.is_ascii_alphanumeric())
            .next()
            .is_some_and(|number| number.bytes().any(|digit| digit != b'0' && digit.is_ascii_hexdigit()))
    };
    if behind.is_some_and(is_number) {
        found.push(Told::BaseAddress);
    }
    if begins(&ADDRESSES) && counts_from_one(text) == Some(true) {
        found.push(Told::OneBased);
    }
    match word_phrase::order(text) {
        Some(word_phrase::Told::Order(order)) => found.push(Told::Order(Some(order))),
        Some(word_phrase::Told::Unclear) => found.push(Told::Order(None)),
        None => {}
    }
    if let Some(raw) = absence_phrase::in_remark(text) {
        found.push(Told::Absence(raw));
    }
    found.extend(word_phrase::within(&words).map(Told::Clause));
    if reads_only(&words) && !found.contains(&Told::Clause(Said::ReadOnly)) {
        found.push(Told::Clause(Said::ReadOnly));
    }
    found
}

/// What a title among the rows says, which is about those below it alone.
pub(crate) fn told_of_rows(title: &str) -> Vec<Told> {
    let lower = title.to_lowercase();
    let words: Vec<&str> = lower.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let unit_id = UNIT_IDS.iter().find_map(|phrase| {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        let at = words.windows(phrase.len()).position(|window| window == phrase)?;
        words.get(at.saturating_add(phrase.len()))?.parse().ok()
    });
    let unit = [('[', ']'), ('(', ')')].into_iter().find_map(|(open, close)| {
        let (_, unit) = title.trim().strip_suffix(close)?.rsplit_once(open)?;
        // `Voltages (A)` is of a phase as well.
        (units::is_unit(unit) && (open == '[' || unit.chars().count() > 1)).then_some(Told::Unit)
    });
    let mut found = told(title);
    found.extend(unit_id.map(Told::UnitId));
    found.extend(unit.filter(|_| !found.contains(&Told::Scale)));
    found
}

/// What a unit id is called before its number.
const UNIT_IDS: [&str; 8] =
    ["slave id", "slave address", "slave", "unit id", "modbus id", "slave adresse", "slave no", "slave nr"];

/// Whether a text names functions that read, and none that writes: `read with function code 03`, `Énergies - Fonction 3`.
fn reads_only(words: &[&str]) -> bool {
    const FUNCTIONS: [&str; 7] = ["function", "fc", "functions", "funktionscode", "fonction", "fonctions", "funzione"];
    let at = words.iter().position(|word| FUNCTIONS.contains(word));
    let Some(rest) = at.and_then(|at| words.get(at..)) else { return false };
    let mut codes = rest.iter().filter_map(|word| word.parse::<u8>().ok()).peekable();
    // `Heating function 2` is a title, too, and in a sentence a function may be another one.
    let is_code = rest.first().is_some_and(|word| !word.starts_with("function")) || rest.get(1) == Some(&"code");
    let is_at_end =
        is_code && rest.iter().skip(1).all(|word| word.bytes().all(|digit| digit.is_ascii_digit()) || *word == "code");
    let is_about_reading = words.iter().any(|word| word.starts_with("read") || word.starts_with("gelesen"));
    (is_about_reading || is_at_end)
        && codes.peek().is_some()
        && codes.all(|code| (1..=4).contains(&code))
        && !words.iter().any(|word| word.starts_with("writ") || word.starts_with("schreib"))
}

/// Whether the header of a column with addresses says how they are counted: `Register+40001`, `Byte address`, `Address (octal)`.
pub(crate) fn told_of_addresses(header: &str) -> Option<Told> {
    if header_counts_from_one(header).is_some() {
        return None;
    }
    let lower = header.to_lowercase().replace("0x", "").replace(['–', '−'], "-");
    let words: Vec<&str> = lower.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_number = |word: &str| {
        word.bytes().all(|digit| digit.is_ascii_hexdigit()) && word.contains(|digit: char| ('1'..='9').contains(&digit))
    };
    let begins = |with: &[&str]| words.iter().any(|word| with.iter().any(|begin| word.starts_with(begin)));
    let is_led = words.iter().zip(words.iter().skip(1)).any(|(word, number)| match *word {
        // Base 16 is that of the digits.
        "base" | "basis" => is_number(number) && !["10", "16"].contains(number),
        "offset" | "add" | "plus" => is_number(number),
        _ => false,
    });
    let is_added = lower.split_once('+').is_some_and(|(_, behind)| behind.trim_start().starts_with(char::is_numeric));
    if is_led || is_added {
        return Some(Told::BaseAddress);
    }
    let is_divided = lower.split_once('/').is_some_and(|(_, behind)| behind.trim_start().starts_with(char::is_numeric));
    // `Register (2 bytes)` says how long they are.
    let is_in_bytes = ["byte a", "byteadr", "byte offset", "in bytes", "(bytes)"].iter().any(|of| lower.contains(of));
    (begins(&["octal", "oktal"]) || is_in_bytes || is_divided || lower.contains("..n")).then_some(Told::Recounted)
}

/// Whether a header says that addresses are counted from one, or from zero: `Register (1-based)`, `Adresse (ab 1)`.
pub(crate) fn header_counts_from_one(header: &str) -> Option<bool> {
    counts(header, &[&FROM[..], &FROM_IN_HEADERS].concat())
}

/// Whether a text says so: `Register addresses are 1-based`, `address = PNU - 1`.
pub(crate) fn counts_from_one(text: &str) -> Option<bool> {
    counts(text, &FROM)
}

/// Words before the first number.
const FROM: [&str; 18] = [
    "base",
    "based",
    "based on",
    "starting at",
    "starting from",
    "starting with",
    "starts at",
    "starts from",
    "starts with",
    "start at",
    "counted from",
    "numbered from",
    "counting from",
    "beginning with",
    "begins with",
    "count from",
    "first register is",
    "first address is",
];

/// Those that say in a sentence something else as often: `ab 1.1.2024`.
const FROM_IN_HEADERS: [&str; 4] = ["offset", "ab", "basis", "first"];

fn counts(text: &str, from: &[&str]) -> Option<bool> {
    const BEHIND: [&str; 4] = ["based", "basiert", "indexed", "basierend"];
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let all = format!(" {} ", words.join(" "));
    let says = |numbers: [&str; 2]| {
        numbers.iter().any(|number| {
            from.iter().any(|word| all.contains(&format!(" {word} {number} ")))
                || BEHIND.iter().any(|word| all.contains(&format!(" {number} {word} ")))
        })
    };
    let has = |phrases: &[&str]| phrases.iter().any(|phrase| all.contains(&format!(" {phrase} ")));
    // `registers return minus 1 without a sensor` is about values.
    let is_shifted = has(&["subtract 1", "subtract one"])
        || names_address(&lower) && has(&["one lower", "minus 1", "minus one"])
        || is_formula(&lower);
    match (says(["1", "one"]) || is_shifted, says(["0", "zero"])) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

fn names_address(lower: &str) -> bool {
    ["address", "adress"].iter().any(|word| lower.contains(word))
}

/// `Modbus address = PNU - 1`, `register = address + 1`; not `slave address = switch - 1`.
fn is_formula(lower: &str) -> bool {
    const OTHERS: [&str; 8] = ["slave", "unit", "device", "node", "station", "gerät", "bus address", "busadress"];
    // Of a Modbus address, too, it may be said.
    if OTHERS.iter().any(|word| lower.replace("modbus", "").contains(word)) {
        return false;
    }
    lower.split([';', '\n']).flat_map(|clause| clause.split(". ")).any(|clause| {
        let clause: String = clause.chars().filter(|sign| !sign.is_whitespace()).collect();
        let clause = clause.replace(['−', '–'], "-");
        let Some((left, right)) = clause.split_once('=') else { return false };
        let ends = |sign: char| {
            right.split_once(sign).filter(|(_, behind)| {
                behind.strip_prefix('1').is_some_and(|rest| !rest.starts_with(|digit: char| digit.is_ascii_digit()))
            })
        };
        names_address(left) && ends('-').is_some() || ends('+').is_some_and(|(before, _)| names_address(before))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_say_it() {
        for (text, expected) in [
            ("All temperatures are transmitted multiplied by 10", Told::Scale),
            ("Temperatures (0.1 °C)", Told::Scale),
            ("* Value divided by 10", Told::Scale),
            ("All addresses in hexadecimal", Told::Hexadecimal),
            ("Registeradressen hexadezimal", Told::Hexadecimal),
            ("Base address: 0x1000", Told::BaseAddress),
            ("Basisadresse 40000", Told::BaseAddress),
            ("Ersatzwert bei Fühlerbruch: 32768", Told::Absence(32768)),
            ("32 bit registers", Told::Clause(Said::Double)),
            ("Read only parameters", Told::Clause(Said::ReadOnly)),
            ("Énergies - Fonction 3", Told::Clause(Said::ReadOnly)),
            ("Status, function code 4", Told::Clause(Said::ReadOnly)),
            ("Value = raw/10", Told::Scale),
            ("Value = raw x 0.1 - 40", Told::Scale),
            ("Registers count from 1", Told::OneBased),
            ("First register is 1", Told::OneBased),
            ("Not used values read 65535", Told::Absence(65535)),
            ("Energies: low word at lower address", Told::Order(Some(Order::Cdab))),
            ("Counters (unsigned)", Told::Clause(Said::Signed(false))),
            ("Float values", Told::Clause(Said::Float)),
            ("All quantities are read with function code 03", Told::Clause(Said::ReadOnly)),
            ("Modbus register = address + 1 (register 1 has address 0)", Told::OneBased),
            ("Modbus-Adresse = PNU - 1", Told::OneBased),
            ("Alle Adressen sind 1-basiert", Told::OneBased),
            ("Registers are numbered from 1", Told::OneBased),
            ("Note: in the INT32 format the word order is LSW->MSW.", Told::Order(Some(Order::Cdab))),
            ("For U32 type, the low word is sent first", Told::Order(Some(Order::Cdab))),
        ] {
            assert_eq!(told(text), [expected], "{text}");
        }
        for text in [
            "",
            "Modbus register list, revision 2.1",
            "Slave address: 0x01",
            "Addresses are given in decimal and hex",
            "Base address: 0",
            "Temperatures",
            "Heating circuit 1",
            "Hexagon pump registers of 2024, decimal",
            "Signal input",
            "Default: 9600 baud, 8N1",
            "Registeradressen, gültig ab 1.1.2024",
            "Slave address = DIP switch - 1",
            "Configuration - Fonctions 3, 6 et 16",
            "Heating function 2 is optional",
            "Heating function 2",
            "RO unit",
        ] {
            assert_eq!(told(text), [], "{text}");
        }
    }

    #[test]
    fn headers_of_addresses() {
        for header in
            ["Address+1", "Register + 40001", "Address (add 1)", "Address (base 0x100)", "Address (offset 40001)"]
        {
            assert_eq!(told_of_addresses(header), Some(Told::BaseAddress), "{header}");
        }
        for header in ["Byte address", "Address (octal)", "Address/2", "Register (1..n)"] {
            assert_eq!(told_of_addresses(header), Some(Told::Recounted), "{header}");
        }
        for header in [
            "Address",
            "Address (0x)",
            "Register (4x)",
            "Adresse / Register",
            "Address (base 0)",
            "Offset",
            "Address (base 16)",
            "Address (offset 0)",
            "Register (2 bytes)",
        ] {
            assert_eq!(told_of_addresses(header), None, "{header}");
        }
    }

    #[test]
    fn titles_of_rows() {
        assert_eq!(told_of_rows("Slave 2"), [Told::UnitId(2)]);
        assert_eq!(told_of_rows("Meter (slave ID: 3)"), [Told::UnitId(3)]);
        assert_eq!(told_of_rows("Voltages [V]"), [Told::Unit]);
        assert_eq!(told_of_rows("Leistungen (kW)"), [Told::Unit]);
        assert_eq!(told_of_rows("Temperatures [0.1 °C]"), [Told::Scale]);
        for text in ["Phase (A)", "Slave settings", "Unit 2", "Circuit [2]"] {
            assert_eq!(told_of_rows(text), [], "{text}");
        }
    }

    #[test]
    fn what_headers_say_of_counting() {
        for (header, says) in [
            ("Modbus register (1-based)", Some(true)),
            ("Address (base 0)", Some(false)),
            ("Zero-based address", Some(false)),
            ("Register, starting at 1", Some(true)),
            ("Address (starts with 1)", Some(true)),
            ("Modbus address (first = 1)", Some(true)),
            ("Register (beginning with 1)", Some(true)),
            ("Register (subtract 1)", Some(true)),
            ("Address", None),
            ("Address 10-based", None),
            ("Address (0-based / 1-based)", None),
        ] {
            assert_eq!(header_counts_from_one(header), says, "{header}");
        }
        assert_eq!(counts_from_one("Registers return minus 1 without a sensor"), None);
    }
}
