//! Orders of words and of the bytes in them, as vendors write them.

use super::phrase;
use super::unread::Unread;

/// How a value of several bytes lies in its registers. A is its most significant byte; 64 bits follow the same pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// High word first, high byte first: what Modbus says of 16 bits, continued.
    Abcd,
    /// Low word first.
    Cdab,
    /// High word first, the bytes of each word swapped.
    Badc,
    /// Low word first, the bytes of each word swapped.
    Dcba,
}

impl Order {
    /// The words [`Self::parse`] gives, as a manifest writes them.
    pub(crate) const ALL: [(&'static str, Self); 4] =
        [("ABCD", Self::Abcd), ("CDAB", Self::Cdab), ("BADC", Self::Badc), ("DCBA", Self::Dcba)];

    /// As a manifest writes it: `CDAB`.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Abcd => "ABCD",
            Self::Cdab => "CDAB",
            Self::Badc => "BADC",
            Self::Dcba => "DCBA",
        }
    }

    /// Whether the register with the lowest address holds the least significant word.
    pub(crate) fn is_low_word_first(self) -> bool {
        matches!(self, Self::Cdab | Self::Dcba)
    }

    /// Whether the two bytes of every word are swapped.
    pub(crate) fn is_byte_swapped(self) -> bool {
        matches!(self, Self::Badc | Self::Dcba)
    }
}

/// `ABCD`, `CD AB`, `GHEFCDAB`, `big endian`, `low word first`, `MSW first`, `byte swap`.
pub(crate) fn parse(text: &str) -> Result<Order, Unread> {
    let nothing = || Unread::nothing("is not an order of words and bytes");
    let plain = super::words::plain(text);
    let words = phrase::words(&plain).ok_or_else(nothing)?;
    let glued: String = words.iter().map(|word| word.text).collect();
    // The letters of each word apart, with the same sign between all of them.
    let is_even = words.iter().all(|word| word.text.len() == words.first().map_or(0, |first| first.text.len()));
    let sign = words.get(1).and_then(|second| second.sign);
    let is_alike = sign.is_none_or(|sign| " -_".contains(sign)) && words.iter().skip(1).all(|word| word.sign == sign);
    if is_even && is_alike {
        if let Some((_, order)) = LETTERS.iter().find(|(letters, _)| letters.contains(&glued.as_str())) {
            return Ok(*order);
        }
        if let Some((_, meant)) = NUMBERS.iter().find(|(numbers, _)| *numbers == glued) {
            return Err(Unread::unclear(
                "numbers the bytes from the most or from the least significant one: vendors differ",
            )
            .meaning(*meant));
        }
    }
    let joined = phrase::joined(&words).unwrap_or_default();
    let is_one = |phrases: &[&str]| phrases.iter().any(|phrase| phrase::is_phrase(&joined, phrase));
    if let Some((_, order)) = PHRASES.iter().find(|(phrases, _)| is_one(phrases)) {
        return Ok(*order);
    }
    if is_one(&["little endian", "le", "intel"]) {
        return Err(Unread::unclear("means DCBA to some vendors, but CDAB (low word first, bytes as usual) to most"));
    }
    let near = crate::suggest::nearest(&glued, ["abcd", "cdab", "badc", "dcba", "bigendian", "lowwordfirst"]);
    Err(match near {
        Some(near) if near.len() == 4 => nothing().meaning(near.to_uppercase()),
        Some("bigendian") => nothing().meaning("big endian"),
        Some(_) => nothing().meaning("low word first"),
        None => nothing(),
    })
}

/// The letters of the bytes as they are sent, of one word, of two and of four.
const LETTERS: [(&[&str], Order); 4] = [
    (&["abcd", "abcdefgh", "ab"], Order::Abcd),
    (&["cdab", "ghefcdab"], Order::Cdab),
    (&["badc", "badcfehg", "ba"], Order::Badc),
    (&["dcba", "hgfedcba"], Order::Dcba),
];

const NUMBERS: [(&str, &str); 4] = [
    ("0123", "DCBA where byte 0 is the least significant, ABCD where it is the most"),
    ("1032", "CDAB where byte 0 is the least significant, BADC where it is the most"),
    ("2301", "BADC where byte 0 is the least significant, CDAB where it is the most"),
    ("3210", "ABCD where byte 0 is the least significant, DCBA where it is the most"),
];

const PHRASES: [(&[&str], Order); 4] = [
    (
        &[
            "big endian",
            "be",
            "high word first",
            "msw first",
            "most significant word first",
            "hi word first",
            "high low",
            "hi lo",
            "normal",
            "msr first",
            "high register first",
            "msw lsw",
            "hw lw",
            "big endian big endian",
            "motorola",
            "h l",
            "hi lo word",
            "high word low word",
            "no swap",
            "not swapped",
            "hoherwertiges wort zuerst",
            "high word zuerst",
            "mot de poids fort en premier",
        ],
        Order::Abcd,
    ),
    (
        &[
            "low word first",
            "lsw first",
            "least significant word first",
            "lo word first",
            "low high",
            "lo hi",
            "word swap",
            "word swapped",
            "swapped words",
            "swap words",
            "swapped",
            "swap",
            "lsr first",
            "low register first",
            "lsw msw",
            "lw hw",
            "little endian word order",
            "big endian word swap",
            "big endian word swapped",
            "little endian byte swap",
            "little endian byte swapped",
            "mid little endian",
            "l h",
            "low word high word",
            "big endian low word first",
            "niederwertiges wort zuerst",
            "low word zuerst",
            "mot de poids faible en premier",
        ],
        Order::Cdab,
    ),
    (
        &[
            "byte swap",
            "byte swapped",
            "swapped bytes",
            "swap bytes",
            "big endian byte swap",
            "big endian byte swapped",
            "mid big endian",
        ],
        Order::Badc,
    ),
    (&["byte and word swap", "word and byte swap", "byte and word swapped", "word and byte swapped"], Order::Dcba),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells::unread::Why;

    #[test]
    fn orders_as_vendors_write_them() {
        for (order, texts) in [
            (
                Order::Abcd,
                &["ABCD", "AB CD", "ABCDEFGH", "big endian", "Big-Endian", "MSW first", "High word first"][..],
            ),
            (
                Order::Cdab,
                &["CDAB", "CD AB", "cd-ab", "GHEFCDAB", "GH EF CD AB", "Low word first", "LSW first", "word swap"],
            ),
            (Order::Badc, &["BADC", "BA DC", "BADCFEHG", "byte swap", "Byte-swapped"]),
            (Order::Dcba, &["DCBA", "DC BA", "HGFEDCBA"]),
        ] {
            for text in texts {
                assert_eq!(parse(text), Ok(order), "{text}");
            }
        }
        for (letters, order) in Order::ALL {
            assert_eq!(parse(letters), Ok(order));
        }
        assert_eq!(
            Order::ALL.map(|(_, order)| (order.is_low_word_first(), order.is_byte_swapped())),
            [(false, false), (true, false), (false, true), (true, true)]
        );
    }

    #[test]
    fn what_has_two_readings_is_refused() {
        for text in ["little endian", "1-0-3-2", "3-2-1-0", "0 1 2 3", "2301"] {
            assert_eq!(parse(text).map_err(|unread| unread.why), Err(Why::Unclear), "{text}");
        }
        assert_eq!(parse("CDBA").unwrap_err().why, Why::Nothing);
        assert_eq!(parse("ABDC").unwrap_err().meant.as_deref(), Some("ABCD"));
        assert_eq!(parse("yes").unwrap_err().meant, None);
        for text in ["CD , /, AB", "l-ow word first", "low, word first", "ABCD?", "AB C D", "CD-AB/"] {
            assert_eq!(parse(text).map_err(|unread| unread.why), Err(Why::Nothing), "{text}");
        }
    }
}
