//! Words of a remark about the words and the bytes of a value: `low word first`, `high byte: year, low byte: month`.
//!
//! They are looked for, and not read: in prose a word may be about something else. Who finds some compares, and asks.

use super::order::{self, Order};

/// What a remark says of the order of words and bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    Order(Order),
    /// Which vendors mean differently: `little endian`, `low byte first`.
    Unclear,
}

/// Words beside which an order is one of words and bytes, in lower case.
const ABOUT: [&str; 14] = [
    "word",
    "wort",
    "byte",
    "endian",
    "register",
    "lsw",
    "msw",
    "octet",
    "mot de poids",
    "ordet",
    "woord",
    "高位",
    "低位",
    "字节",
];

/// In other languages than those of a column for it.
const FIRST: [(&str, Told); 28] = [
    ("高位在前", Told::Order(Order::Abcd)),
    ("高字在前", Told::Order(Order::Abcd)),
    ("低位在前", Told::Unclear),
    ("低字在前", Told::Order(Order::Cdab)),
    ("höherwertiges wort zuerst", Told::Order(Order::Abcd)),
    ("high-word zuerst", Told::Order(Order::Abcd)),
    ("niederwertiges wort zuerst", Told::Order(Order::Cdab)),
    ("low-word zuerst", Told::Order(Order::Cdab)),
    ("mot de poids fort en premier", Told::Order(Order::Abcd)),
    ("poids fort en premier", Told::Order(Order::Abcd)),
    ("mot de poids faible en premier", Told::Order(Order::Cdab)),
    ("poids faible en premier", Told::Unclear),
    ("lsw->msw", Told::Order(Order::Cdab)),
    ("lsw -> msw", Told::Order(Order::Cdab)),
    ("msw->lsw", Told::Order(Order::Abcd)),
    ("msw -> lsw", Told::Order(Order::Abcd)),
    ("low word - high word", Told::Order(Order::Cdab)),
    ("high word - low word", Told::Order(Order::Abcd)),
    ("low word is sent first", Told::Order(Order::Cdab)),
    ("high word is sent first", Told::Order(Order::Abcd)),
    ("low word is transmitted first", Told::Order(Order::Cdab)),
    ("low word comes first", Told::Order(Order::Cdab)),
    ("low byte first", Told::Unclear),
    ("lsb first", Told::Unclear),
    ("low word at lower address", Told::Order(Order::Cdab)),
    ("low word at the lower address", Told::Order(Order::Cdab)),
    ("byteorder cdab", Told::Order(Order::Cdab)),
    ("byte order cdab", Told::Order(Order::Cdab)),
];

/// The order of words and bytes that a remark states.
pub(crate) fn order(text: &str) -> Option<Told> {
    let lower = text.to_lowercase();
    let mut clauses = lower.split(['\n', ';', '(', ')', '[', ']', ',', '.', ':']).map(str::trim);
    clauses.find_map(|clause| {
        if let Some((_, told)) = FIRST.iter().find(|(phrase, _)| clause.ends_with(phrase)) {
            return Some(*told);
        }
        let is_letters = ["abcd", "cdab", "badc", "dcba"].contains(&clause);
        if !is_letters && !ABOUT.iter().any(|about| clause.contains(about)) {
            return None;
        }
        match order::parse(clause) {
            Ok(order) => Some(Told::Order(order)),
            Err(unread) => (unread.why == super::unread::Why::Unclear).then_some(Told::Unclear),
        }
    })
}

/// What a clause of a remark says of a number or its access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    Signed(bool),
    Bcd,
    Float,
    /// Of 32 bits.
    Double,
    ReadOnly,
}

impl Said {
    /// As a person says it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Signed(true) => "signed",
            Self::Signed(false) => "unsigned",
            Self::Bcd => "BCD",
            Self::Float => "float",
            Self::Double => "32 bit",
            Self::ReadOnly => "read only",
        }
    }
}

/// Clauses, in lower case.
const SAID: [(&str, Said); 57] = [
    ("32 bit", Said::Double),
    ("32-bit", Said::Double),
    ("32 bits", Said::Double),
    ("dword", Said::Double),
    ("double word", Said::Double),
    ("float", Said::Float),
    ("float32", Said::Float),
    ("ieee 754", Said::Float),
    ("floating point", Said::Float),
    ("signed", Said::Signed(true)),
    ("signed int", Said::Signed(true)),
    ("signed integer", Said::Signed(true)),
    ("signed value", Said::Signed(true)),
    ("s16", Said::Signed(true)),
    ("int16", Said::Signed(true)),
    ("s32", Said::Signed(true)),
    ("int32", Said::Signed(true)),
    ("two's complement", Said::Signed(true)),
    ("2's complement", Said::Signed(true)),
    ("mit vorzeichen", Said::Signed(true)),
    ("vorzeichenbehaftet", Said::Signed(true)),
    ("signé", Said::Signed(true)),
    ("unsigned", Said::Signed(false)),
    ("unsigned int", Said::Signed(false)),
    ("unsigned integer", Said::Signed(false)),
    ("u16", Said::Signed(false)),
    ("uint16", Said::Signed(false)),
    ("u32", Said::Signed(false)),
    ("uint32", Said::Signed(false)),
    ("ohne vorzeichen", Said::Signed(false)),
    ("bcd", Said::Bcd),
    ("bcd coded", Said::Bcd),
    ("read only", Said::ReadOnly),
    ("read-only", Said::ReadOnly),
    ("nur lesen", Said::ReadOnly),
    ("32-bit value", Said::Double),
    ("32 bit value", Said::Double),
    ("32 bit float", Said::Float),
    ("32-bit float", Said::Float),
    ("ieee754", Said::Float),
    ("int16 signed", Said::Signed(true)),
    ("signed int16", Said::Signed(true)),
    ("zweierkomplement", Said::Signed(true)),
    ("complément à deux", Said::Signed(true)),
    ("con segno", Said::Signed(true)),
    ("con signo", Said::Signed(true)),
    ("bit 15 is sign", Said::Signed(true)),
    ("in bcd", Said::Bcd),
    ("ro", Said::ReadOnly),
    ("r/o", Said::ReadOnly),
    ("not writable", Said::ReadOnly),
    ("schreibgeschützt", Said::ReadOnly),
    ("lecture seule", Said::ReadOnly),
    ("en lecture seule", Said::ReadOnly),
    ("sola lettura", Said::ReadOnly),
    ("sólo lectura", Said::ReadOnly),
    ("只读", Said::ReadOnly),
];

/// What the clauses of a remark say.
pub(crate) fn said(text: &str) -> impl Iterator<Item = Said> {
    let lower = text.to_lowercase();
    let clauses: Vec<String> =
        lower.split(['\n', ';', ',', '(', ')', '.']).map(|clause| clause.trim().to_owned()).collect();
    SAID.into_iter().filter(move |(phrase, _)| clauses.iter().any(|clause| clause == phrase)).map(|(_, said)| said)
}

/// What a title says of the values below it, among its other words: `32 bit registers`.
pub(super) fn within(words: &[&str]) -> impl Iterator<Item = Said> {
    let all = format!(" {} ", words.join(" "));
    let mut found: Vec<Said> = Vec::new();
    for (phrase, said) in SAID {
        // `INT32` in a sentence is about values of that type.
        let is_type = phrase.ends_with(|sign: char| sign.is_ascii_digit()) && !phrase.contains([' ', '-']);
        // `RO` may be an osmosis.
        let is_short = phrase.len() < 3;
        if !is_type && !is_short && all.contains(&format!(" {phrase} ")) && !found.contains(&said) {
            found.push(said);
        }
    }
    found.into_iter()
}

/// Whether a text speaks of both bytes of a register: `high byte: year, low byte: month`.
pub(crate) fn has_two_bytes(text: &str) -> bool {
    const HIGH: [&str; 8] = ["high", "hi", "upper", "higher", "high order", "most significant", "höheres", "oberes"];
    const LOW: [&str; 7] = ["low", "lo", "lower", "low order", "least significant", "niederes", "unteres"];
    let plain: String = text.to_lowercase().chars().map(|sign| if "-_".contains(sign) { ' ' } else { sign }).collect();
    let has = |words: &[&str]| {
        words
            .iter()
            .any(|word| ["byte", "8 bits", "8bits", "8 bit"].iter().any(|of| plain.contains(&format!("{word} {of}"))))
    };
    // `low byte only`: of the other nothing is said.
    let is_one = plain.split([',', ';', '.', '\n']).any(|clause| {
        let words: Vec<&str> = clause.split_whitespace().collect();
        words.iter().any(|word| ["only", "nur", "seulement", "endast", "solo"].contains(word))
            && clause.contains("byte")
    });
    has(&HIGH) && has(&LOW) || is_one && (has(&HIGH) || has(&LOW))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_in_remarks() {
        for (text, told) in [
            ("Low word first", Some(Told::Order(Order::Cdab))),
            ("Total since start, MSW first", Some(Told::Order(Order::Abcd))),
            ("Mot de poids fort en premier", Some(Told::Order(Order::Abcd))),
            ("高位在前", Some(Told::Order(Order::Abcd))),
            ("CDAB", Some(Told::Order(Order::Cdab))),
            ("Low byte first", Some(Told::Unclear)),
            ("32 bit (little endian)", Some(Told::Unclear)),
            ("first register of the group", None),
            ("swap", None),
            ("", None),
            ("Low word of the energy", None),
            ("word order: LSW->MSW", Some(Told::Order(Order::Cdab))),
            ("the low word is sent first (little-endian words)", Some(Told::Order(Order::Cdab))),
        ] {
            assert_eq!(order(text), told, "{text}");
        }
    }

    #[test]
    fn two_bytes_in_a_register() {
        for text in [
            "high byte: year low byte: month",
            "High 8 bits: controller temp; low 8 bits: battery temp",
            "Upper byte = hours, lower byte = minutes",
            "low byte only",
        ] {
            assert!(has_two_bytes(text), "{text}");
        }
        for text in ["high byte first", "Low-byte", "high temperature, low pressure", "low word"] {
            assert!(!has_two_bytes(text), "{text}");
        }
    }
}
