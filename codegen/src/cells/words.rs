//! Words that vendors write for access, Modbus tables, signs and types.

use super::unread::Unread;
use crate::model::{Access, Encoding, Packing, Table};

/// `R`, `R/W`, `RO`, `read only`, `Lesen/Schreiben`, `Läs`, `03/06/16`; footnote marks on it do not matter.
pub(crate) fn access(text: &str) -> Option<Access> {
    let bare = text.trim().trim_end_matches(['*', '†', '¹', '²', '³', ' ']);
    if !is_plain(bare) {
        return None;
    }
    let words = plain(bare);
    if let Some(access) =
        whole_access(&words.replace([' ', '-', '/', '_', '.', '+', '&', ',', '(', ')', '|', '\\'], ""))
    {
        return Some(access);
    }
    access_words(&words).or_else(|| function_codes(bare).ok().map(|(_, access)| access))
}

/// Whether a text is words with signs that divide them, and no sign before or behind them that would say something.
pub(crate) fn is_plain(text: &str) -> bool {
    const DIVIDERS: &str = " -_/,;:.&+()|\\[]'’";
    let begins = |character: char| character.is_alphanumeric() || "([".contains(character);
    let ends = |character: char| character.is_alphanumeric() || ")].".contains(character);
    let text = text.trim();
    text.chars()
        .all(|character| character.is_alphanumeric() || character.is_whitespace() || DIVIDERS.contains(character))
        && text.starts_with(begins)
        && text.ends_with(ends)
}

/// What several words say together: `lecture seule`, `read and write`.
fn access_words(text: &str) -> Option<Access> {
    let mut found: Option<Access> = None;
    for word in text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let access = match word {
            "only" | "nur" | "seule" | "seulement" | "endast" | "alleen" | "and" | "und" | "et" | "och" | "en"
            | "access" => continue,
            word => whole_access(word)?,
        };
        found = Some(joined(found, access));
    }
    found
}

fn whole_access(word: &str) -> Option<Access> {
    match word {
        "r" | "ro" | "rd" | "read" | "readonly" | "readable" | "get" | "lesen" | "nurlesen" | "lesend" | "lecture"
        | "lectureseule" | "las" | "lasa" | "endastlas" | "lasning" | "lezen" | "alleenlezen" | "l" => {
            Some(Access::Read)
        }
        "w" | "wo" | "write" | "writeonly" | "writable" | "writeable" | "set" | "schreiben" | "nurschreiben"
        | "ecriture" | "ecritureseule" | "skriv" | "skriva" | "skrivning" | "schrijven" | "alleenschrijven" => {
            Some(Access::Write)
        }
        "rw" | "wr" | "rdwr" | "wrrd" | "readwrite" | "writeread" | "getset" | "ls" | "le" | "lesenschreiben"
        | "lesenundschreiben" | "lectureecriture" | "lectureetecriture" | "lasskriv" | "lasochskriv" | "lasaskriva"
        | "lezenschrijven" | "lezenenschrijven" | "readandwrite" | "rowo" => Some(Access::ReadWrite),
        _ => None,
    }
}

fn joined(known: Option<Access>, access: Access) -> Access {
    match known {
        None => access,
        Some(known) if known == access => access,
        Some(_) => Access::ReadWrite,
    }
}

/// The table that function codes are about, and what they do to it: `03`, `FC03`, `03H`, `0x03`, `3, 6, 16`, `03/06/10H`.
pub(crate) fn function_codes(text: &str) -> Result<(Table, Access), Unread> {
    let mut found: Option<(Table, Access)> = None;
    let mut any = false;
    if !is_plain(text) {
        return Err(Unread::nothing("is no function code"));
    }
    let lower = text.trim().to_lowercase();
    for word in lower.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if matches!(
            word,
            "fc" | "f" | "function" | "code" | "codes" | "fn" | "func" | "and" | "und" | "fct" | "h" | "hex"
        ) {
            continue;
        }
        let digits = ["fc", "fn", "f"].into_iter().find_map(|mark| word.strip_prefix(mark)).unwrap_or(word);
        let is_hex = digits.ends_with('h') || digits.starts_with("0x");
        let bare = digits.strip_suffix('h').unwrap_or(digits);
        let bare = bare.strip_prefix("0x").unwrap_or(bare);
        let code = u8::from_str_radix(bare, if is_hex { 16 } else { 10 });
        let (table, access) = match code {
            Ok(1) => (Table::Coil, Access::Read),
            Ok(2) => (Table::DiscreteInput, Access::Read),
            Ok(3) => (Table::HoldingRegister, Access::Read),
            Ok(4) => (Table::InputRegister, Access::Read),
            Ok(5 | 15) => (Table::Coil, Access::Write),
            Ok(6 | 16 | 22) => (Table::HoldingRegister, Access::Write),
            Ok(23) => (Table::HoldingRegister, Access::ReadWrite),
            // 0x0F and 0x10 without the mark of a hexadecimal number.
            Err(_) if digits == "0f" => (Table::Coil, Access::Write),
            Ok(10) if digits == "10" && any => (Table::HoldingRegister, Access::Write),
            _ => return Err(Unread::nothing("is no function code that reads or writes registers")),
        };
        any = true;
        found = match found {
            Some((known, _)) if known != table => {
                return Err(Unread::unclear(format!("names function codes of two tables, {known}s and {table}s")));
            }
            known => Some((table, joined(known.map(|(_, access)| access), access))),
        };
    }
    found.ok_or_else(|| Unread::nothing("is no function code"))
}

/// What a cell says of the Modbus table; access only where function codes say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TableCell {
    pub(crate) table: Table,
    pub(crate) access: Option<Access>,
}

/// `Holding register`, `HR`, `4x`, `4xxxx`, `03`, `FC 04`, `Coil`, `Discrete Input`, `Holding (03)`, `Eingangsregister`.
pub(crate) fn table(text: &str) -> Result<TableCell, Unread> {
    if let Ok((table, access)) = function_codes(text) {
        return Ok(TableCell { table, access: Some(access) });
    }
    if let Err(unread) = function_codes(text)
        && unread.why == super::unread::Why::Unclear
    {
        return Err(unread);
    }
    if !is_plain(text) {
        return Err(Unread::nothing("names no Modbus table"));
    }
    // The names and, in parentheses or beside them, the codes.
    let plain = plain(text);
    let mut name = String::new();
    let mut codes = String::new();
    for word in plain.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()) {
        match word {
            "fc" | "function" | "code" | "table" | "modbus" | "read" | "write" | "the" | "single" | "multiple"
            | "area" => {}
            word if function_codes(word).is_ok() => {
                codes.push_str(word);
                codes.push(' ');
            }
            word => name.push_str(word),
        }
    }
    let Some(table) = table_name(&name) else {
        let near =
            crate::suggest::nearest(&name, ["holdingregister", "inputregister", "coil", "discreteinput", "holding"]);
        let error = Unread::nothing("names no Modbus table");
        return Err(match near {
            Some("holding" | "holdingregister") => error.meaning("holding register"),
            Some("inputregister") => error.meaning("input register"),
            Some("discreteinput") => error.meaning("discrete input"),
            Some(near) => error.meaning(near),
            None => error,
        });
    };
    if codes.is_empty() {
        return Ok(TableCell { table, access: None });
    }
    match function_codes(&codes)? {
        (of, access) if of == table => Ok(TableCell { table, access: Some(access) }),
        (of, _) => Err(Unread::unclear(format!("names {table}s and a function code of {of}s"))),
    }
}

fn table_name(name: &str) -> Option<Table> {
    let table = match name.strip_suffix('s').filter(|_| name.len() > 3).unwrap_or(name) {
        "holding"
        | "holdingregister"
        | "holdingreg"
        | "hr"
        | "hreg"
        | "4x"
        | "4xxxx"
        | "4xxxxx"
        | "holdregister"
        | "outputregister"
        | "outputholdingregister"
        | "halteregister"
        | "haltregister"
        | "registredemaintien"
        | "registresdemaintien"
        | "hallregister"
        | "holdingregister4x"
        | "4xholdingregister"
        | "4xregister" => Table::HoldingRegister,
        "input" | "inputregister" | "inputreg" | "ir" | "ireg" | "3x" | "3xxxx" | "3xxxxx" | "eingangsregister"
        | "registredentree" | "registresdentree" | "ingangsregister" | "inregister" | "inputregister3x"
        | "3xinputregister" | "3xregister" | "analoginput" => Table::InputRegister,
        "coil" | "coilstatu" | "outputcoil" | "0x" | "0xxxx" | "0xxxxx" | "spole" | "spolar" | "bobine" | "spule"
        | "spulen" | "digitaloutput" | "do" | "discreteoutput" | "coil0x" | "0xcoil" => Table::Coil,
        "discreteinput" | "discrete" | "di" | "1x" | "1xxxx" | "1xxxxx" | "inputstatu" | "inputdiscrete"
        | "digitalinput" | "diskretereingang" | "diskreteeingange" | "diskretaingangar" | "discreteinput1x"
        | "1xdiscreteinput" | "contact" | "inputcontact" | "statusinput" | "statuinput" | "entreediscrete"
        | "entreetor" | "inputbit" => Table::DiscreteInput,
        _ => return None,
    };
    Some(table)
}

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

/// `1`, `yes`, `signed`; `0`, `no`, `unsigned`; with the words of five languages.
pub(crate) fn signed(text: &str) -> Option<bool> {
    match folded(text).as_str() {
        "signed" | "s" | "int" | "signe" => Some(true),
        "unsigned" | "u" | "uint" | "uns" => Some(false),
        _ => match plain(text).as_str() {
            "mit vorzeichen" | "avec signe" | "med tecken" | "met teken" | "vorzeichenbehaftet" | "+/-" | "±" => {
                Some(true)
            }
            "ohne vorzeichen" | "vorzeichenlos" | "non signe" | "sans signe" | "utan tecken" | "zonder teken" | "+" => {
                Some(false)
            }
            _ => yes(text),
        },
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
    let lower = super::text::normalised(text).to_lowercase();
    let word = lower.trim_matches(|character: char| !character.is_alphanumeric());
    // `Reserved 3`, `Pad2`
    let word = word.trim_end_matches(|character: char| character.is_ascii_digit() || character == '_').trim_end();
    WORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells::unread::Why;

    #[test]
    fn access_as_vendors_write_it() {
        // What stands behind the word may take it back.
        for text in
            ["R/o 0: Off 1: On", "W/o Reset of all data", "R/W, after a restart", "Reads the level", "R +", "-R"]
        {
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
                assert_eq!(access(text), Some(meant), "{text}");
            }
        }
        for text in ["x", "", "-", "N/A", "R1", "99", "kWh", "3/4"] {
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
                assert_eq!(table(text), Ok(TableCell { table: table_, access }), "{text}");
            }
        }
        assert_eq!(table("03/04").map_err(|unread| unread.why), Err(Why::Unclear));
        assert_eq!(table("Holding (04)").map_err(|unread| unread.why), Err(Why::Unclear));
        assert_eq!(table("Holdng register").unwrap_err().meant.as_deref(), Some("holding register"));
        for text in ["", "-", "99", "7", "Temperature", "uint16"] {
            assert_eq!(table(text).map_err(|unread| unread.why), Err(Why::Nothing), "{text}");
        }
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
