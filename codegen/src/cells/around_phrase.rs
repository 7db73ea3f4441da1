//! Words of titles, footnotes and texts above a header that say how the rows are read: `All addresses are hexadecimal`.
//!
//! They are looked for, and not read: in prose they may be about something else. Who finds some asks.

use super::word_phrase::{self, Said};
use super::{absence_phrase, scale_phrase};

/// What a text around a table says of its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// How values are scaled.
    Scale,
    /// That addresses are hexadecimal.
    Hexadecimal,
    /// That something is added to addresses.
    BaseAddress,
    /// The raw value that is none.
    Absence(i64),
    /// Of which type the values are, or how they may be accessed.
    Clause(Said),
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
    if scale_phrase::in_name(text) || scale_phrase::in_remark(text) {
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
    if let Some(raw) = absence_phrase::in_remark(text) {
        found.push(Told::Absence(raw));
    }
    found.extend(word_phrase::within(&words).map(Told::Clause));
    found
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
            ("Counters (unsigned)", Told::Clause(Said::Signed(false))),
            ("Float values", Told::Clause(Said::Float)),
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
        ] {
            assert_eq!(told(text), [], "{text}");
        }
    }
}
