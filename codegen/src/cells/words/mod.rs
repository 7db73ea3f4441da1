//! Words that vendors write for access, Modbus tables, signs and types.

mod access;
mod table;

pub(crate) use self::access::{access, access_before_text, worded_access};
pub(crate) use self::table::{Permitted, TableCell, table};
use super::phrase;
use super::text::is_nothing;
use crate::model::{Encoding, Packing};
use crate::spelling::normalised;

/// `yes`, `ja`, `oui`, `x`, `1`; `no`, `nein`, `nej`, `nee`, `non`, `-`, `0`.
pub(crate) fn yes(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "1" | "yes" | "y" | "true" | "x" | "ja" | "j" | "oui" | "o" | "wahr" | "vrai" | "sant" | "waar" | "✓" | "✔"
        | "•" | "●" | "on" => Some(true),
        "0" | "no" | "n" | "false" | "nein" | "non" | "nej" | "nee" | "falsch" | "faux" | "falskt" | "onwaar" | "-"
        | "–" | "—" | "✗" | "✘" | "off" => Some(false),
        _ => None,
    }
}

/// Whether a cell for models names none of them, so that all are meant: `all models`, `-`.
pub(crate) fn names_no_model(text: &str) -> bool {
    const ALL: [&str; 10] = ["all", "any", "every", "alle", "tous", "toutes", "alla", "allemaal", "*", "全部"];
    const WHAT: [&str; 12] = [
        "", "models", "variants", "versions", "devices", "units", "products", "modelle", "modellen", "modeller",
        "modèles", "geräte",
    ];
    let lower = text.trim().to_lowercase();
    let (first, rest) = lower.split_once(char::is_whitespace).unwrap_or((&lower, ""));
    is_nothing(text) || ALL.contains(&first) && WHAT.contains(&rest.trim())
}

/// `1`, `yes`, `signed`; `0`, `no`, `unsigned`; with the words of five languages.
pub(crate) fn signed(text: &str) -> Option<bool> {
    let plain = plain(text);
    let joined = phrase::words(&plain).and_then(|words| phrase::joined(&words));
    match joined.as_deref().unwrap_or(&plain) {
        "signed" | "s" | "int" | "signe" | "mit vorzeichen" | "avec signe" | "med tecken" | "met teken"
        | "vorzeichenbehaftet" | "+/-" | "±" => Some(true),
        "unsigned" | "u" | "uint" | "uns" | "ohne vorzeichen" | "vorzeichenlos" | "non signe" | "sans signe"
        | "utan tecken" | "zonder teken" | "+" => Some(false),
        _ => yes(text),
    }
}

/// Lower case, accents taken off, white space folded.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::new();
    for character in text.trim().chars().flat_map(char::to_lowercase) {
        match character {
            'ä' | 'á' | 'à' | 'â' | 'å' => plain.push('a'),
            'ö' | 'ó' | 'ô' => plain.push('o'),
            'ü' | 'ú' | 'û' => plain.push('u'),
            'é' | 'è' | 'ê' | 'ë' => plain.push('e'),
            'î' | 'ï' | 'í' => plain.push('i'),
            'ç' => plain.push('c'),
            'ß' => plain.push_str("ss"),
            '’' => plain.push('\''),
            '–' | '—' | '‐' | '‑' => plain.push('-'),
            other if other.is_whitespace() => {
                if !plain.ends_with(' ') {
                    plain.push(' ');
                }
            }
            other => plain.push(other),
        }
    }
    plain
}

/// The packing of a text that fills its registers: two characters in each, or one.
pub(crate) fn packing(characters: u16, registers: u16) -> Option<Packing> {
    if characters == registers {
        Some(Packing::One)
    } else if characters.div_ceil(2) == registers {
        Some(Packing::TwoHighFirst)
    } else {
        None
    }
}

/// `ascii`, `iso-8859-1`, `utf-8`.
pub(crate) const ENCODINGS: [(&str, Encoding); 3] =
    [("ascii", Encoding::Ascii), ("iso-8859-1", Encoding::Iso8859_1), ("utf-8", Encoding::Utf8)];

/// How characters lie in registers.
pub(crate) const PACKINGS: [(&str, Packing); 3] =
    [("two_high_first", Packing::TwoHighFirst), ("two_low_first", Packing::TwoLowFirst), ("one", Packing::One)];

/// Letters and digits in lower case.
pub(crate) fn folded(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|character| character.to_ascii_lowercase()).collect()
}

/// Whether a name says that there is nothing: `RESERVED`, `Reserviert`, `pad`.
pub(crate) fn is_reserved(text: &str) -> bool {
    const WORDS: [&str; 10] = [
        "reserved",
        "reserviert",
        "réservé",
        "reserve",
        "gereserveerd",
        "reserverad",
        "pad",
        "spare",
        "unused",
        "not used",
    ];
    let lower = normalised(text).to_lowercase();
    let word = lower.trim_matches(|character: char| !character.is_alphanumeric());
    // `Reserved 3`, `Pad2`
    let word = word.trim_end_matches(|character: char| character.is_ascii_digit() || character == '_').trim_end();
    WORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells::unread::Why;
    use crate::model::{Access, Table, WriteFunctions};

    #[test]
    fn all_models() {
        for text in ["all", "All models", "Alle Geräte", "*", "-", "n/a"] {
            assert!(names_no_model(text), "{text}");
        }
        for text in ["Allround", "All 3", "S", "all but S"] {
            assert!(!names_no_model(text), "{text}");
        }
    }

    #[test]
    fn access_as_vendors_write_it() {
        // What stands behind the word may take it back.
        for text in [
            "R/o 0: Off 1: On",
            "W/o Reset of all data",
            "R/W, after a restart",
            "Reads the level",
            "R +",
            "-R",
            "R / WR",
            "R/W R",
            "read_write, R",
            "read/write only",
            "and R",
            "03//06",
            "03/06 (3)",
            "3-6",
        ] {
            assert_eq!(access(text), None, "{text}");
        }
        for (meant, texts) in [
            (
                Access::Read,
                &[
                    "R",
                    "r",
                    "RO",
                    "R/O",
                    "R/o",
                    "read-only",
                    "Read Only",
                    "read",
                    "Rd",
                    "R*",
                    "R ¹",
                    "lesen",
                    "Nur Lesen",
                    "Lecture",
                    "lecture seule",
                    "Läs",
                    "läsa",
                    "lezen",
                    "alleen lezen",
                    "L",
                    "03",
                    "FC03",
                    "4",
                    "0x04",
                    "R only",
                ][..],
            ),
            (
                Access::Write,
                &["W", "WO", "W/o", "write only", "Schreiben", "Écriture", "skriv", "schrijven", "06", "6/16", "FC 16"],
            ),
            (
                Access::ReadWrite,
                &[
                    "R / W",
                    "RW",
                    "R/W",
                    "r/w*",
                    "RD/WR",
                    "Read/Write",
                    "read & write",
                    "R-W",
                    "R+W",
                    "W/R",
                    "Lesen/Schreiben",
                    "L/S",
                    "Läs/Skriv",
                    "Lecture/Écriture",
                    "lecture / écriture",
                    "L/E",
                    "Lezen/schrijven",
                    "03/06/16",
                    "3, 6, 16",
                    "R(W)",
                    "R, W",
                    "lesen und schreiben",
                    "RO/WO",
                    "Get/Set",
                    "read_write",
                    "FC03/FC06",
                    "03H/06H/10H",
                ],
            ),
        ] {
            for text in texts {
                assert_eq!(access(text).map(|of| of.access), Some(meant), "{text}");
            }
        }
        for text in ["x", "", "-", "N/A", "R1", "99", "kWh", "3/4"] {
            assert_eq!(access(text), None, "{text}");
        }
    }

    #[test]
    fn access_in_further_ways() {
        for (meant, texts) in [
            (Access::Read, &["R/-", "R (FC03)", "Lettura", "sola lettura", "Odczyt", "只读"][..]),
            (Access::Write, &["Wr", "-/W", "schreibend", "Zapis", "只写"]),
            (Access::ReadWrite, &["R/W (FC03/06)", "Lettura/Scrittura", "lettura e scrittura", "读写", "读/写"]),
            (Access::ReadWrite, &["Lectura/Escritura", "Odczyt/Zapis"]),
        ] {
            for text in texts {
                assert_eq!(access(text).map(|of| of.access), Some(meant), "{text}");
            }
        }
        for text in ["R (FC06)", "-/-", "R/W (FC03)"] {
            assert_eq!(access(text), None, "{text}");
        }
    }

    #[test]
    fn tables_and_function_codes() {
        let read = Some(Access::Read);
        let both = Some(Access::ReadWrite);
        for (table_, access, texts) in [
            (
                Table::HoldingRegister,
                None,
                &[
                    "Holding",
                    "Holding Register",
                    "holding registers",
                    "HR",
                    "4x",
                    "4xxxx",
                    "Holding_Register",
                    "MODBUS_HOLDING_REGISTER",
                    "Halteregister",
                    "registre de maintien",
                    "Output Holding Register",
                ][..],
            ),
            (
                Table::HoldingRegister,
                read,
                &["03", "3", "FC03", "03H", "0x03", "Holding (03)", "FC 3 Holding Registers"],
            ),
            (
                Table::HoldingRegister,
                both,
                &["3,6,16", "03/06/16", "03H, 06H, 10H", "3/16", "03/10", "Holding register (03, 06, 16)"],
            ),
            (Table::HoldingRegister, Some(Access::Write), &["06", "16", "0x10"]),
            (
                Table::InputRegister,
                None,
                &["Input", "Input register", "IR", "3x", "3xxxx", "MODBUS_INPUT_REGISTER", "Eingangsregister"],
            ),
            (Table::InputRegister, read, &["04", "FC04", "0x04", "Input (04)"]),
            (Table::Coil, None, &["Coil", "Coils", "0x", "0xxxx", "MODBUS_COIL", "Coil status"]),
            (Table::Coil, both, &["01/05", "1, 5, 15", "01/05/0F"]),
            (Table::DiscreteInput, None, &["Discrete Input", "DI", "1x", "Input status", "discrete inputs"]),
            (Table::DiscreteInput, read, &["02", "FC02"]),
        ] {
            for text in texts {
                let read = table(text).map(|cell| (cell.table, cell.permits.map(|of| of.access)));
                assert_eq!(read, Ok((table_, access)), "{text}");
            }
        }
        assert_eq!(table("03/04").map_err(|unread| unread.why), Err(Why::Unclear));
        assert_eq!(table("Holding (04)").map_err(|unread| unread.why), Err(Why::Unclear));
        assert_eq!(table("Holdng register").unwrap_err().meant.as_deref(), Some("holding register"));
        for (text, access_) in [
            ("Read Holding Registers", Access::Read),
            ("Write single register (06)", Access::Write),
            ("write multiple coils", Access::Write),
            ("Read input registers, FC 04", Access::Read),
        ] {
            assert_eq!(table(text).map(|cell| cell.permits.map(|of| of.access)), Ok(Some(access_)), "{text}");
        }
        for text in ["Holding Register (4x)", "4x Holding", "Holding register area", "HR (FC 03 and 06)"] {
            assert_eq!(table(text).map(|cell| cell.table), Ok(Table::HoldingRegister), "{text}");
        }
        for text in ["3 / 3", "3-6", "Holding (3, 3)", "Read holding register (06)"] {
            assert_eq!(table(text).map_err(|unread| unread.why), Err(Why::Unclear), "{text}");
        }
        for text in ["", "-", "99", "7", "Temperature", "uint16", "H - olding", "FC, 03", "03 / / 06", "HR, coil"] {
            assert_eq!(table(text).map_err(|unread| unread.why), Err(Why::Nothing), "{text}");
        }
    }

    #[test]
    fn functions_that_write() {
        let (single, multiple, any) = (WriteFunctions::Single, WriteFunctions::Multiple, WriteFunctions::Any);
        for (text, access_, functions, unused) in [
            ("03/16", Access::ReadWrite, Some(multiple), None),
            ("0x10", Access::Write, Some(multiple), None),
            ("3, 6", Access::ReadWrite, Some(single), None),
            ("05", Access::Write, Some(single), None),
            ("01/05/0F", Access::ReadWrite, Some(any), None),
            ("3, 6, 22", Access::ReadWrite, Some(single), None),
            ("3, 22", Access::Read, None, Some(22)),
            ("3, 23", Access::Read, None, Some(23)),
            ("23", Access::Read, None, Some(23)),
            ("04", Access::Read, None, None),
        ] {
            let permits = Permitted { access: access_, write_functions: functions, unused };
            assert_eq!(table(text).map(|cell| cell.permits), Ok(Some(permits)), "{text}");
            assert_eq!(access(text), Some(permits), "{text}");
        }
        assert_eq!(access("R/W").and_then(|of| of.write_functions), None);
        assert_eq!(table("22").map_err(|unread| unread.why), Err(Why::Unclear));
    }

    #[test]
    fn yes_and_no_in_five_languages() {
        for text in ["yes", "Yes", "ja", "oui", "x", "X", "1", "true", "✓"] {
            assert_eq!(yes(text), Some(true), "{text}");
        }
        for text in ["no", "nein", "nej", "nee", "non", "0", "-", "false"] {
            assert_eq!(yes(text), Some(false), "{text}");
        }
        assert_eq!(yes("maybe"), None);
        for (text, is) in [
            ("signed", Some(true)),
            ("Unsigned", Some(false)),
            ("ja", Some(true)),
            ("Ohne Vorzeichen", Some(false)),
            ("kW", None),
        ] {
            assert_eq!(signed(text), is, "{text}");
        }
    }

    #[test]
    fn packings() {
        assert_eq!(
            (packing(8, 8), packing(50, 25), packing(9, 3)),
            (Some(Packing::One), Some(Packing::TwoHighFirst), None)
        );
    }

    #[test]
    fn what_is_reserved() {
        for text in ["RESERVED", "reserved", "Reserviert", "(reserved)", "Reserved 3", "Pad2", "pad"] {
            assert!(is_reserved(text), "{text}");
        }
        for text in ["", "Reserve power", "Reserved capacity", "Padding", "3"] {
            assert!(!is_reserved(text), "{text}");
        }
    }
}
