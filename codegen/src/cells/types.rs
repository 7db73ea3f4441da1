//! Types as vendors write them: a kind, and as much of size, sign and order as the cell says.

use super::order::Order;
use super::phrase::{self, Word};
use super::unread::{Unread, Why};
use super::words::plain;
use crate::suggest;

/// What a type cell says. What it leaves open, a column of counts, sizes or signs can say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TypeCell {
    pub(crate) kind: TypeKind,
    /// Of the value: 8 to 64, and 1 of a truth value.
    pub(crate) bits: Option<u8>,
    pub(crate) signed: Option<bool>,
    pub(crate) order: Option<Order>,
    /// The number a text or bytes are printed with, `string[8]`, `STR32`: characters to most vendors, registers to some.
    pub(crate) length: Option<u16>,
    /// The bits of the register where it is one of its bytes.
    pub(crate) byte: Option<(u8, u8)>,
}

/// What sort of value a register holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TypeKind {
    /// On or off.
    Bool,
    /// A whole number, scaled or not.
    Integer,
    /// One that only rises (`SunSpec` `acc32`), where 0 means that there is no value.
    Accumulator,
    /// IEEE 754.
    Float,
    /// Decimal digits of four bits each.
    Bcd,
    Text,
    /// Bytes as they lie.
    Bytes,
    /// One of a list of values.
    Enum,
    /// Bits with names.
    Flags,
    /// Bits without names.
    BitSet,
    /// A power of ten that scales other registers (`SunSpec` `sunssf`).
    ScaleFactor,
    /// An Internet address of four or sixteen bytes, a hardware address of six.
    Address,
    /// No value, but an address that a block may cross.
    Reserved,
    /// The head of the rows below (`SunSpec` `group`).
    Group,
}

/// What one word of a type says.
#[derive(Debug, Clone, Copy)]
enum Effect {
    Kind(TypeKind),
    /// An integer, with the size and the sign that the word implies.
    Integer(Option<u8>, Option<bool>),
    Float(Option<u8>),
    Sign(bool),
    /// A letter that stands for an integer and its sign where a size follows.
    Letter(bool),
    Order(Order),
    /// Counts something after a number only: `2 registers`.
    Counts,
    Byte(u8, u8),
    Ignored,
    Unclear(&'static str),
}

const NO_TIME: &str = "names a time, and no layout of it is known; give it a type that says how it is held";
const SINT: &str = "has 8 bits in IEC 61131 and 16 in other tables; give it its size";
const LITTLE: &str = "is little endian: DCBA to some vendors, CDAB to most";

/// The words of types, accents and case aside.
const WORDS: &[(&str, Effect)] = {
    use Effect::{Byte, Counts, Float, Ignored, Integer, Kind, Letter, Sign, Unclear};
    use TypeKind::{Accumulator, Address, Bcd, BitSet, Bool, Bytes, Enum, Flags, Group, Reserved, ScaleFactor, Text};
    &[
        ("int", Integer(None, Some(true))),
        ("uint", Integer(None, Some(false))),
        ("sint", Integer(None, Some(true))),
        ("uinteger", Integer(None, Some(false))),
        ("integer", Integer(None, None)),
        ("ganzzahl", Integer(None, None)),
        ("entier", Integer(None, None)),
        ("heltal", Integer(None, None)),
        ("geheel", Integer(None, None)),
        ("getal", Ignored),
        ("counter", Integer(None, Some(false))),
        ("count", Integer(Some(16), Some(false))),
        ("usint", Integer(Some(8), Some(false))),
        ("dint", Integer(Some(32), Some(true))),
        ("udint", Integer(Some(32), Some(false))),
        ("lint", Integer(Some(64), Some(true))),
        ("ulint", Integer(Some(64), Some(false))),
        ("short", Integer(Some(16), Some(true))),
        ("ushort", Integer(Some(16), Some(false))),
        ("long", Integer(Some(32), Some(true))),
        ("ulong", Integer(Some(32), Some(false))),
        ("longlong", Integer(Some(64), Some(true))),
        ("word", Integer(Some(16), Some(false))),
        ("wort", Integer(Some(16), Some(false))),
        ("uword", Integer(Some(16), Some(false))),
        ("sword", Integer(Some(16), Some(true))),
        ("dword", Integer(Some(32), Some(false))),
        ("udword", Integer(Some(32), Some(false))),
        ("sdword", Integer(Some(32), Some(true))),
        ("lword", Integer(Some(64), Some(false))),
        ("qword", Integer(Some(64), Some(false))),
        ("ubyte", Integer(Some(8), Some(false))),
        ("sbyte", Integer(Some(8), Some(true))),
        ("uchar", Integer(Some(8), Some(false))),
        ("byte", Integer(Some(8), Some(false))),
        ("bytes", Kind(Bytes)),
        ("octet", Kind(Bytes)),
        ("octets", Kind(Bytes)),
        ("raw", Kind(Bytes)),
        ("rawhex", Kind(Bytes)),
        ("hex", Kind(Bytes)),
        ("blob", Kind(Bytes)),
        ("bytearray", Kind(Bytes)),
        ("u", Letter(false)),
        ("s", Letter(true)),
        ("i", Letter(true)),
        ("signed", Sign(true)),
        ("unsigned", Sign(false)),
        ("uns", Sign(false)),
        ("float", Float(None)),
        ("floating", Float(None)),
        ("fp", Float(None)),
        ("f", Float(None)),
        ("ieee", Float(None)),
        ("flottant", Float(None)),
        ("flyttal", Float(None)),
        ("gleitkomma", Float(None)),
        ("gleitkommazahl", Float(None)),
        ("fliesskomma", Float(None)),
        ("fliesskommazahl", Float(None)),
        ("real", Float(Some(32))),
        ("reel", Float(None)),
        ("single", Float(Some(32))),
        ("double", Float(Some(64))),
        ("lreal", Float(Some(64))),
        ("bcd", Kind(Bcd)),
        ("acc", Kind(Accumulator)),
        ("bool", Kind(Bool)),
        ("boolean", Kind(Bool)),
        ("boolesch", Kind(Bool)),
        ("booleen", Kind(Bool)),
        ("boolsk", Kind(Bool)),
        ("logical", Kind(Bool)),
        ("flag", Kind(Bool)),
        ("bit", Kind(Bool)),
        ("bits", Kind(BitSet)),
        ("bitset", Kind(BitSet)),
        ("flags", Kind(Flags)),
        ("bitfield", Kind(Flags)),
        ("bitfeld", Kind(Flags)),
        ("bitfalt", Kind(Flags)),
        ("bitveld", Kind(Flags)),
        ("bitmap", Kind(Flags)),
        ("bitmask", Kind(Flags)),
        ("bitmaske", Kind(Flags)),
        ("bitarray", Kind(Flags)),
        ("bitstring", Kind(Flags)),
        ("enum", Kind(Enum)),
        ("enumeration", Kind(Enum)),
        ("enumerated", Kind(Enum)),
        ("aufzahlung", Kind(Enum)),
        ("string", Kind(Text)),
        ("str", Kind(Text)),
        ("text", Kind(Text)),
        ("texte", Kind(Text)),
        ("tekst", Kind(Text)),
        ("ascii", Kind(Text)),
        ("char", Kind(Text)),
        ("chars", Kind(Text)),
        ("character", Kind(Text)),
        ("characters", Kind(Text)),
        ("varchar", Kind(Text)),
        ("zeichen", Kind(Text)),
        ("zeichenkette", Kind(Text)),
        ("chaine", Kind(Text)),
        ("caracteres", Kind(Text)),
        ("strang", Kind(Text)),
        ("tekens", Kind(Text)),
        ("sunssf", Kind(ScaleFactor)),
        ("ipaddr", Kind(Address)),
        ("eui", Kind(Address)),
        ("mac", Kind(Address)),
        ("pad", Kind(Reserved)),
        ("reserved", Kind(Reserved)),
        ("reserviert", Kind(Reserved)),
        ("reserve", Kind(Reserved)),
        ("reserverad", Kind(Reserved)),
        ("gereserveerd", Kind(Reserved)),
        ("unused", Kind(Reserved)),
        ("spare", Kind(Reserved)),
        ("group", Kind(Group)),
        ("sync", Kind(Group)),
        ("abcd", Effect::Order(Order::Abcd)),
        ("abcdefgh", Effect::Order(Order::Abcd)),
        ("be", Effect::Order(Order::Abcd)),
        ("cdab", Effect::Order(Order::Cdab)),
        ("ghefcdab", Effect::Order(Order::Cdab)),
        ("sw", Effect::Order(Order::Cdab)),
        ("swap", Effect::Order(Order::Cdab)),
        ("swapped", Effect::Order(Order::Cdab)),
        ("badc", Effect::Order(Order::Badc)),
        ("badcfehg", Effect::Order(Order::Badc)),
        ("sb", Effect::Order(Order::Badc)),
        ("byteswapped", Effect::Order(Order::Badc)),
        ("dcba", Effect::Order(Order::Dcba)),
        ("hgfedcba", Effect::Order(Order::Dcba)),
        ("le", Unclear(LITTLE)),
        ("littleendian", Unclear(LITTLE)),
        ("registers", Counts),
        ("register", Counts),
        ("words", Counts),
        ("highbyte", Byte(8, 15)),
        ("hb", Byte(8, 15)),
        ("lowbyte", Byte(0, 7)),
        ("lb", Byte(0, 7)),
        ("t", Ignored),
        ("type", Ignored),
        ("data", Ignored),
        ("value", Ignored),
        ("number", Ignored),
        ("date", Unclear(NO_TIME)),
        ("time", Unclear(NO_TIME)),
        ("datetime", Unclear(NO_TIME)),
        ("timestamp", Unclear(NO_TIME)),
        ("datum", Unclear(NO_TIME)),
        ("zeit", Unclear(NO_TIME)),
        ("utc", Unclear(NO_TIME)),
    ]
};

/// Several words that mean what one does, the longer ones first.
const PHRASES: &[(&str, &str)] = &[
    ("least significant word first", "cdab"),
    ("most significant word first", "abcd"),
    ("double precision", "double"),
    ("single precision", "single"),
    ("chaine de caracteres", "string"),
    ("virgule flottante", "float"),
    ("drijvende komma", "float"),
    ("floating point", "float"),
    ("floating-point", "float"),
    ("two's complement", "signed"),
    ("twos complement", "signed"),
    ("2's complement", "signed"),
    ("ohne vorzeichen", "unsigned"),
    ("vorzeichenlose", "unsigned"),
    ("vorzeichenlos", "unsigned"),
    ("mit vorzeichen", "signed"),
    ("vorzeichenbehaftete", "signed"),
    ("vorzeichenbehaftet", "signed"),
    ("non signe", "unsigned"),
    ("sans signe", "unsigned"),
    ("avec signe", "signed"),
    ("utan tecken", "unsigned"),
    ("med tecken", "signed"),
    ("zonder teken", "unsigned"),
    ("met teken", "signed"),
    ("osignerad", "unsigned"),
    ("osignerat", "unsigned"),
    ("teckenlos", "unsigned"),
    ("signerad", "signed"),
    ("signerat", "signed"),
    ("not signed", "unsigned"),
    ("un-signed", "unsigned"),
    ("usigned", "unsigned"),
    ("signe", "signed"),
    ("low word first", "cdab"),
    ("high word first", "abcd"),
    ("lsw first", "cdab"),
    ("msw first", "abcd"),
    ("word swapped", "cdab"),
    ("swapped words", "cdab"),
    ("word swap", "cdab"),
    ("byte swapped", "byteswapped"),
    ("swapped bytes", "byteswapped"),
    ("byte swap", "byteswapped"),
    ("little endian", "littleendian"),
    ("little-endian", "littleendian"),
    ("big endian", "abcd"),
    ("big-endian", "abcd"),
    ("bigendian", "abcd"),
    ("octet string", "bytes"),
    ("byte array", "bytes"),
    ("high byte", "highbyte"),
    ("hi byte", "highbyte"),
    ("low byte", "lowbyte"),
    ("lo byte", "lowbyte"),
    ("bit field", "bitfield"),
    ("bit-field", "bitfield"),
    ("bit map", "bitmap"),
    ("bit mask", "bitmask"),
    ("bit array", "bitarray"),
    ("bit string", "bitstring"),
    ("bit coded", "bitfield"),
    ("bit-coded", "bitfield"),
    ("double word", "dword"),
    ("double-word", "dword"),
    ("doppelwort", "dword"),
    ("doppel-wort", "dword"),
    ("dubbelord", "dword"),
    ("double mot", "dword"),
    ("long word", "dword"),
    ("long long", "longlong"),
    ("long int", "long"),
    ("long integer", "long"),
    ("short int", "short"),
    ("short integer", "short"),
    ("ieee 754", "ieee"),
    ("ieee-754", "ieee"),
    ("ieee754", "ieee"),
    ("utf-8", "text"),
    ("utf 8", "text"),
    ("utf8", "text"),
    ("iso-8859-1", "text"),
    ("iso 8859-1", "text"),
    ("latin-1", "text"),
    ("latin1", "text"),
    ("ipv6addr", "ipaddr128"),
    ("ipv6 address", "ipaddr128"),
    ("ipv6", "ipaddr128"),
    ("ipv4 address", "ipaddr32"),
    ("ipv4", "ipaddr32"),
    ("ip address", "ipaddr32"),
    ("ip-address", "ipaddr32"),
    ("mac address", "mac"),
    ("scale factor", "sunssf"),
    ("not used", "reserved"),
    ("nicht verwendet", "reserved"),
    ("non utilise", "reserved"),
    ("niet gebruikt", "reserved"),
];

/// The sizes a value can have; the others are no size but a mistake.
const SIZES: [u16; 9] = [1, 8, 16, 24, 32, 48, 64, 96, 128];

/// What [`parse`] understands, in short.
pub(crate) const EXPECTED: &str =
    "a type such as uint16, int32, float32, enum16, bitfield32, bool, bcd16, string[8], bytes or reserved";

/// Reads a type cell.
pub(crate) fn parse(text: &str) -> Result<TypeCell, Unread> {
    // A footnote's mark says nothing of the type.
    let text = text.trim().trim_end_matches('*').trim_end();
    let mut plain = plain(text);
    for (phrase, word) in PHRASES {
        plain = replaced(&plain, phrase, word);
    }
    // `uint16 / uint32`
    let angular = plain.replace('<', "(").replace('>', ")");
    let divides = |word: &Word<'_>| word.sign.is_some_and(|sign| !" -_,.:'".contains(sign));
    if phrase::words(&angular).is_none_or(|words| words.iter().any(divides)) {
        return Err(unknown(text));
    }
    let (plain, bracket) = bracketed(&plain)?;
    let mut reading = Reading::default();
    let tokens = tokens(&plain);
    let mut index = 0usize;
    while let Some(token) = tokens.get(index) {
        index = index.saturating_add(1);
        let next = tokens.get(index).and_then(|next| unit(next));
        match (token.parse::<u16>(), next) {
            (Ok(number), Some(bits)) => {
                index = index.saturating_add(1);
                reading.said_unit = true;
                reading.units.push((number, bits));
            }
            (Ok(number), None) => reading.numbers.push(number),
            (Err(_), _) => {
                let Some(effects) = effects(token) else { return Err(unknown(text)) };
                for (word, effect) in effects {
                    reading.take(word, effect)?;
                }
            }
        }
    }
    reading.finish(bracket).map_err(|unread| match unread.why {
        Why::Nothing => unknown(text),
        _ => unread,
    })
}

/// A number in brackets of its own, and the text without it: `string[8]`, `int (16)`.
fn bracketed(text: &str) -> Result<(String, Option<(char, u16)>), Unread> {
    for (open, close) in [('[', ']'), ('(', ')'), ('<', '>')] {
        let Some((before, after)) = text.split_once(open) else { continue };
        let Some((inner, after)) = after.split_once(close) else {
            return Err(Unread::nothing("has a bracket that is not closed"));
        };
        if let Ok(number) = inner.trim().parse::<u16>() {
            return Ok((format!("{before} {after}"), Some((open, number))));
        }
    }
    Ok((text.to_owned(), None))
}

/// Words and numbers. Signs divide them, and so do letters and digits: `uint16be` is three.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut previous = None;
    for character in text.chars() {
        let class = if character.is_ascii_digit() {
            Some(true)
        } else if character.is_alphabetic() || character == '\'' {
            Some(false)
        } else if " -_/,.:()[]".contains(character) {
            None
        } else {
            // A sign that no type has makes an unknown word of it.
            Some(false)
        };
        match (class, tokens.last_mut()) {
            (Some(_), Some(last)) if class == previous => last.push(character),
            (Some(_), _) => tokens.push(character.to_string()),
            (None, _) => {}
        }
        previous = class;
    }
    tokens
}

/// What a word says, or two that are glued together: `floatbe`, `unsignedint`.
fn effects(token: &str) -> Option<Vec<(&'static str, Effect)>> {
    let known = |token: &str| WORDS.iter().find(|(word, _)| *word == token).copied();
    if let Some(word) = known(token) {
        return Some(vec![word]);
    }
    (3..=token.len().saturating_sub(2)).find_map(|end| {
        let (first, second) = token.split_at_checked(end)?;
        Some(vec![known(first)?, known(second)?])
    })
}

/// A text with a phrase replaced wherever it is no part of longer words.
fn replaced(text: &str, phrase: &str, word: &str) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(phrase) {
        let is_part = before.ends_with(char::is_alphanumeric)
            || before.is_empty() && result.ends_with(char::is_alphanumeric)
            || after.starts_with(char::is_alphanumeric);
        result.push_str(before);
        result.push_str(if is_part { phrase } else { word });
        rest = after;
    }
    result.push_str(rest);
    result
}

/// The bits of one, where a word counts something.
fn unit(word: &str) -> Option<u8> {
    match word {
        "bit" | "bits" => Some(1),
        "byte" | "bytes" | "octets" | "octet" => Some(8),
        "word" | "words" | "register" | "registers" | "reg" | "regs" => Some(16),
        _ => None,
    }
}

#[derive(Debug, Default)]
struct Reading {
    kind: Option<TypeKind>,
    /// Of an integer or a float by its name.
    implied_bits: Option<u8>,
    implied_sign: Option<bool>,
    sign: Option<bool>,
    /// Of `uint`, but not of `int`, which may stand behind `unsigned`.
    named_sign: Option<bool>,
    order: Option<Order>,
    byte: Option<(u8, u8)>,
    /// Numbers without a unit, and those with one and its bits.
    numbers: Vec<u16>,
    units: Vec<(u16, u8)>,
    said_unit: bool,
    /// A letter that means something only with a size.
    letter: bool,
    sint: bool,
    /// The words that name an integer or a float: one that is there twice names two values.
    named: Vec<String>,
    /// The one that names an integer.
    integer: Option<String>,
}

impl Reading {
    fn take(&mut self, word: &str, effect: Effect) -> Result<(), Unread> {
        match effect {
            Effect::Kind(kind) => self.kind(kind),
            Effect::Integer(bits, sign) => {
                self.name(word)?;
                match word.chars().next() {
                    Some('u') => self.named_sign = Some(false),
                    Some('s') if word != "short" => self.named_sign = Some(true),
                    _ => {}
                }
                // `counter (uint32)`
                if word != "counter" {
                    said(&mut self.integer, word.to_owned(), "types")?;
                }
                if let (Some(known), Some(sign)) = (self.implied_sign, sign)
                    && known != sign
                {
                    return Err(Unread::unclear("names two types, one signed and one unsigned"));
                }
                self.sint |= word == "sint";
                // `U_WORD`
                self.letter = false;
                self.implied(bits)?;
                self.implied_sign = sign.or(self.implied_sign);
                self.kind(TypeKind::Integer)
            }
            Effect::Float(bits) => {
                self.name(word)?;
                self.letter |= word == "f";
                self.implied(bits)?;
                self.kind(TypeKind::Float)
            }
            Effect::Sign(signed) => self.sign(signed),
            Effect::Letter(signed) => {
                self.name(word)?;
                self.letter |= self.kind.is_none();
                self.sign(signed)
            }
            Effect::Order(order) => match self.order.replace(order) {
                Some(other) if other != order => Err(Unread::unclear("names two orders")),
                _ => Ok(()),
            },
            Effect::Counts => Err(Unread::nothing("is no type")),
            Effect::Byte(low, high) => match self.byte.replace((low, high)) {
                Some(other) if other != (low, high) => Err(Unread::unclear("names two bytes")),
                _ => Ok(()),
            },
            Effect::Ignored => Ok(()),
            Effect::Unclear(why) => Err(Unread::unclear(why)),
        }
    }

    fn name(&mut self, word: &str) -> Result<(), Unread> {
        if self.named.iter().any(|known| known == word) {
            return Err(Unread::unclear("names two types"));
        }
        self.named.push(word.to_owned());
        Ok(())
    }

    fn sign(&mut self, signed: bool) -> Result<(), Unread> {
        match self.sign.replace(signed) {
            Some(other) if other != signed => Err(Unread::unclear("is signed and unsigned")),
            _ => Ok(()),
        }
    }

    fn implied(&mut self, bits: Option<u8>) -> Result<(), Unread> {
        let Some(bits) = bits else { return Ok(()) };
        match self.implied_bits.replace(bits) {
            Some(other) if other != bits => Err(Unread::unclear("names two sizes")),
            _ => Ok(()),
        }
    }

    /// `uint16 enum` is an enum; an integer and a text are two types.
    fn kind(&mut self, kind: TypeKind) -> Result<(), Unread> {
        use TypeKind::{Bcd, BitSet, Enum, Flags, Integer, Text};
        let kind = match (self.kind, kind) {
            (None, kind) => kind,
            (Some(known), kind) if known == kind => kind,
            (Some(Integer), Enum | Flags | BitSet | Bcd) => kind,
            (Some(known @ (Enum | Flags | BitSet | Bcd)), Integer) => known,
            // `unsigned char`: a number, where its sign is said.
            (Some(Integer), Text) if self.sign.is_some() => Integer,
            (Some(known), kind) => {
                return Err(Unread::unclear(format!("names two types, {} and {}", known.name(), kind.name())));
            }
        };
        self.kind = Some(kind);
        Ok(())
    }

    fn finish(mut self, bracket: Option<(char, u16)>) -> Result<TypeCell, Unread> {
        let nothing = || Unread::nothing("is no type");
        if self.kind == Some(TypeKind::Text) && self.sign.is_some() {
            // `unsigned char`
            self.kind = Some(TypeKind::Integer);
            self.implied_bits = Some(8);
        }
        let kind = match self.kind {
            Some(kind) => kind,
            None if self.sign.is_some() || self.said_unit => TypeKind::Integer,
            None if self.byte.is_some() => TypeKind::Integer,
            None => return Err(nothing()),
        };
        if self.named_sign.is_some_and(|named| self.sign.is_some_and(|sign| sign != named)) {
            return Err(Unread::unclear("is signed and unsigned"));
        }
        if kind == TypeKind::Float && self.sign == Some(false) {
            return Err(Unread::unclear("is a float without a sign"));
        }
        let (mut bits, mut length) = (self.implied_bits, None);
        let counted = matches!(kind, TypeKind::Text | TypeKind::Bytes);
        for (number, unit) in self.units {
            match (counted, unit) {
                (true, 8) => said(&mut length, number, "lengths")?,
                (true, 16) => said(&mut length, number.saturating_mul(2), "lengths")?,
                (true, _) => return Err(Unread::unclear("has a length in bits")),
                (false, _) => size(&mut bits, number.saturating_mul(u16::from(unit)))?,
            }
        }
        for number in self.numbers {
            if counted {
                said(&mut length, number, "lengths")?;
            } else {
                size(&mut bits, number)?;
            }
        }
        match bracket {
            Some((_, number)) if counted => said(&mut length, number, "lengths")?,
            Some(('[', number)) if number != 1 => {
                return Err(Unread::unclear(format!(
                    "is an array of {number}; a row with a range of addresses is one"
                )));
            }
            Some((_, number)) if bits.is_none() || bits.map(u16::from) == Some(number) => size(&mut bits, number)?,
            Some((_, number)) => {
                return Err(Unread::unclear(format!("has a {number} in brackets that is not its size")));
            }
            None => {}
        }
        if self.letter && bits.is_none() {
            return Err(nothing());
        }
        if self.sint && bits.is_none() {
            return Err(Unread::unclear(SINT));
        }
        if length == Some(0) {
            return Err(Unread::out_of_range("has no length"));
        }
        let (kind, bits) = fitting(kind, bits)?;
        if self.order == Some(Order::Cdab) && bits.is_some_and(|bits| bits <= 16) {
            return Err(Unread::unclear("names an order of words, and has only one"));
        }
        let bits = bits.or(self.byte.map(|_| 8)).or((kind == TypeKind::Bool).then_some(1));
        Ok(TypeCell { kind, bits, signed: self.sign.or(self.implied_sign), order: self.order, length, byte: self.byte })
    }
}

fn said<T: PartialEq>(known: &mut Option<T>, value: T, what: &str) -> Result<(), Unread> {
    match known {
        Some(other) if *other != value => Err(Unread::unclear(format!("names two {what}"))),
        _ => {
            *known = Some(value);
            Ok(())
        }
    }
}

fn size(bits: &mut Option<u8>, number: u16) -> Result<(), Unread> {
    match u8::try_from(number) {
        Ok(number) if SIZES.contains(&u16::from(number)) => said(bits, number, "sizes"),
        _ => Err(Unread::out_of_range(format!("has {number} bits, which no type has"))),
    }
}

/// Sizes that values of this kind have.
fn fitting(kind: TypeKind, bits: Option<u8>) -> Result<(TypeKind, Option<u8>), Unread> {
    let Some(size) = bits else { return Ok((kind, None)) };
    let sizes: &[u8] = match kind {
        TypeKind::Float => &[32, 64],
        TypeKind::Address => &[32, 48, 64, 128],
        TypeKind::Bool => &[1, 8, 16],
        TypeKind::ScaleFactor => &[16],
        // One bit of an integer is a truth value.
        TypeKind::Integer if size == 1 => return Ok((TypeKind::Bool, bits)),
        _ => &[8, 16, 32, 48, 64],
    };
    if sizes.contains(&size) {
        Ok((kind, bits))
    } else {
        Err(Unread::out_of_range(format!("has {size} bits, which no {} has", kind.name())))
    }
}

impl TypeKind {
    /// As messages call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bool => "truth value",
            Self::Integer => "integer",
            Self::Accumulator => "accumulator",
            Self::Float => "float",
            Self::Bcd => "BCD number",
            Self::Text => "text",
            Self::Bytes => "sequence of bytes",
            Self::Enum => "enum",
            Self::Flags => "set of flags",
            Self::BitSet => "set of bits",
            Self::ScaleFactor => "scale factor",
            Self::Address => "network address",
            Self::Reserved => "reserved register",
            Self::Group => "group",
        }
    }
}

/// Spellings that a misspelt one is compared with.
const SPELLINGS: [&str; 40] = [
    "uint8",
    "int8",
    "uint16",
    "int16",
    "uint32",
    "int32",
    "uint48",
    "int48",
    "uint64",
    "int64",
    "float32",
    "float64",
    "u16",
    "s16",
    "i16",
    "u32",
    "s32",
    "u64",
    "s64",
    "uint",
    "int",
    "word",
    "dword",
    "qword",
    "udint",
    "dint",
    "short",
    "long",
    "float",
    "real",
    "double",
    "string",
    "bool",
    "boolean",
    "enum16",
    "bitfield16",
    "bitfield32",
    "unsigned",
    "signed",
    "integer",
];

fn unknown(text: &str) -> Unread {
    let word: String = plain(text).chars().filter(char::is_ascii_alphanumeric).collect();
    let error = Unread::nothing("is no type that is known");
    let is_word = word.len() > 2 && word.starts_with(|character: char| character.is_ascii_alphabetic());
    match suggest::nearest(&word, SPELLINGS) {
        Some(near) if near != word && is_word => error.meaning(near),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> TypeCell {
        parse(text).unwrap_or_else(|unread| panic!("{text}: {unread:?}"))
    }

    fn integer(bits: Option<u8>, signed: Option<bool>) -> (TypeKind, Option<u8>, Option<bool>) {
        (TypeKind::Integer, bits, signed)
    }

    fn check_integers(bits: Option<u8>, signed: Option<bool>, texts: &[&str]) {
        for text in texts {
            let cell = read(text);
            assert_eq!((cell.kind, cell.bits, cell.signed), integer(bits, signed), "{text}");
            assert_eq!((cell.order, cell.length, cell.byte), (None, None, None), "{text}");
        }
    }

    #[test]
    fn integers() {
        for (bits, signed, texts) in [
            (
                Some(16),
                Some(false),
                &[
                    "uint16",
                    "UINT16",
                    "U16",
                    "UInt16",
                    "uint16_t",
                    "INT16U",
                    "U_INT16",
                    "unsigned int16",
                    "WORD",
                    "word",
                    "unsigned 16 bit",
                    "16-bit unsigned integer",
                    "Unsigned Short",
                    "u16 ",
                    "USHORT",
                    "UINT (16)",
                    "UINT (16 bit)",
                    "unsigned integer 16 bit",
                    "U_WORD",
                    "Ganzzahl 16 Bit ohne Vorzeichen",
                    "entier non signé 16 bits",
                    "heltal 16 bit utan tecken",
                    "geheel getal 16 bit zonder teken",
                    "Unsigned16",
                    "16 bits unsigned",
                    "UINT16 (1 register)",
                    "Unsigned 2 bytes",
                    "uint-16",
                    "uint 16",
                ][..],
            ),
            (
                Some(16),
                Some(true),
                &[
                    "int16",
                    "S16",
                    "I16",
                    "INT16S",
                    "sint16",
                    "SHORT",
                    "short int",
                    "signed 16 bit",
                    "16-bit signed integer",
                    "Int16",
                    "signed word",
                    "16 bit two's complement",
                    "S_WORD",
                    "Signed16",
                    "int 16 bit",
                    "Ganzzahl mit Vorzeichen 16 Bit",
                    "entier signé 16 bits",
                    "signed integer (16 bit)",
                ],
            ),
        ] {
            check_integers(bits, signed, texts);
        }
    }

    #[test]
    fn integers_of_other_sizes() {
        for (bits, signed, texts) in [
            (
                Some(32),
                Some(false),
                &[
                    "uint32",
                    "U32",
                    "UDINT",
                    "DWORD",
                    "INT32U",
                    "ulong",
                    "unsigned long",
                    "double word",
                    "Doppelwort",
                    "2 words unsigned",
                ][..],
            ),
            (
                Some(32),
                Some(true),
                &["int32", "S32", "DINT", "INT32S", "long", "signed long", "long int", "I32", "S_DWORD"],
            ),
            (Some(64), Some(false), &["uint64", "U64", "ULINT", "LWORD", "QWORD", "INT64U"]),
            (Some(64), Some(true), &["int64", "S64", "LINT", "long long"]),
            (Some(48), Some(false), &["uint48", "U48"]),
            (Some(8), Some(false), &["uint8", "U8", "USINT", "BYTE", "unsigned char", "uint8_t"]),
            (Some(8), Some(true), &["int8", "S8", "signed char"]),
            (
                None,
                Some(false),
                &["UINT", "unsigned int", "UNSIGNED INT", "unsigned", "Unsigned Integer", "vorzeichenlos"],
            ),
            (None, Some(true), &["INT", "signed", "Signed int"]),
            (None, None, &["Integer", "Ganzzahl", "Heltal", "entier", "geheel getal"]),
            (Some(16), None, &["16 bit", "16-bit", "16 bit integer", "1 register"]),
            (Some(32), None, &["Integer 32", "2 registers", "32 bits"]),
        ] {
            check_integers(bits, signed, texts);
        }
    }

    #[test]
    fn other_kinds() {
        for (kind, bits, texts) in [
            (TypeKind::Float, None, &["float", "FLOAT", "floating point", "Gleitkomma", "IEEE 754", "flyttal"][..]),
            (
                TypeKind::Float,
                Some(32),
                &["float32", "REAL", "32-bit float", "IEEE754 float 32", "F32", "FP32", "single", "float (32 bit)"],
            ),
            (TypeKind::Float, Some(64), &["double", "float64", "LREAL", "F64", "64 bit float", "double precision"]),
            (TypeKind::Bool, Some(1), &["bool", "BOOLEAN", "bit", "1 bit", "Booléen", "uint1"]),
            (TypeKind::Flags, Some(16), &["bitfield16", "uint16 bitfield", "16 bit bitmap", "Bitfield (16)"]),
            (TypeKind::Flags, None, &["bitfield", "Bit field", "bit-field", "Bitmask", "flags"]),
            (TypeKind::Flags, Some(32), &["bitfield32"]),
            (TypeKind::BitSet, None, &["bits", "bitset"]),
            (TypeKind::Enum, Some(16), &["enum16", "uint16 enum", "enum (uint16)"]),
            (TypeKind::Enum, None, &["enum", "Enumeration"]),
            (TypeKind::Bcd, Some(16), &["BCD16", "16 bit BCD", "unsigned BCD 16"]),
            (TypeKind::Bcd, None, &["BCD"]),
            (TypeKind::Accumulator, Some(32), &["acc32"]),
            (TypeKind::ScaleFactor, None, &["sunssf"]),
            (TypeKind::Bytes, None, &["rawhex", "hex", "raw", "bytes", "octet", "byte array"]),
            (TypeKind::Address, Some(32), &["ipaddr32", "IPv4", "IP address"]),
            (TypeKind::Address, Some(128), &["ipv6addr"]),
            (TypeKind::Address, Some(48), &["eui48"]),
            (TypeKind::Reserved, None, &["pad", "reserved", "Reserviert", "not used"]),
            (TypeKind::Group, None, &["group"]),
        ] {
            for text in texts {
                let cell = read(text);
                assert_eq!((cell.kind, cell.bits), (kind, bits), "{text}");
            }
        }
    }

    #[test]
    fn texts_have_the_length_they_are_printed_with() {
        for (text, length) in [
            ("STR32", Some(32)),
            ("string[8]", Some(8)),
            ("String(8)", Some(8)),
            ("string (8)", Some(8)),
            ("char[16]", Some(16)),
            ("ASCII 16", Some(16)),
            ("string", None),
            ("ASCII", None),
            ("16 bytes string", Some(16)),
            ("UTF-8", None),
            ("UTF8", None),
            ("Zeichenkette", None),
            ("chaîne de caractères", None),
        ] {
            let cell = read(text);
            assert_eq!((cell.kind, cell.length, cell.bits), (TypeKind::Text, length, None), "{text}");
        }
        assert_eq!(read("bytes[6]").length, Some(6));
    }

    #[test]
    fn orders_and_bytes() {
        for (text, order) in [
            ("int32be", Order::Abcd),
            ("uint16be", Order::Abcd),
            ("floatbe", Order::Abcd),
            ("float (CDAB)", Order::Cdab),
            ("S32 (swapped)", Order::Cdab),
            ("uint32sw", Order::Cdab),
            ("float32 low word first", Order::Cdab),
            ("float big endian", Order::Abcd),
            ("UINT64 GHEFCDAB", Order::Cdab),
        ] {
            assert_eq!(read(text).order, Some(order), "{text}");
        }
        for (text, byte) in
            [("HB", (8, 15)), ("low byte", (0, 7)), ("uint8 high byte", (8, 15)), ("LB (unsigned)", (0, 7))]
        {
            let cell = read(text);
            assert_eq!((cell.kind, cell.bits, cell.byte), (TypeKind::Integer, Some(8), Some(byte)), "{text}");
        }
    }

    #[test]
    fn what_is_misspelt_gets_a_suggestion() {
        for (text, meant) in [
            ("unit32", "uint32"),
            ("in16", "int16"),
            ("unit16", "uint16"),
            ("uint_32x", "uint32"),
            ("flaot32", "float32"),
            ("strng", "string"),
            ("unsinged", "unsigned"),
        ] {
            let unread = parse(text).unwrap_err();
            assert_eq!((unread.why, unread.meant.as_deref()), (Why::Nothing, Some(meant)), "{text}");
        }
        for text in ["uint16 / uint16", "int16 (", "string[8_]", ") uint16", "int / 16", "uint16; int16"] {
            assert_eq!(parse(text).unwrap_err().why, Why::Nothing, "{text}");
        }
        for text in ["", "kWh", "°C", "V", "Temperature", "16", "s", "U", "F", "R/W", "0.1", "-"] {
            let unread = parse(text).unwrap_err();
            assert_eq!((unread.why, unread.meant), (Why::Nothing, None), "{text}");
        }
    }

    #[test]
    fn what_has_two_readings_is_refused() {
        for text in [
            "SINT",
            "uint16 string",
            "float int",
            "int16 uint32",
            "date",
            "DATETIME",
            "little endian float",
            "uint16[4]",
            "signed unsigned",
            "word 32",
            "ABCD CDAB",
            "uint16 signed",
            "Ganzzahl int16",
            "dword integer",
            "unsigned float32",
            "uint16 swapped",
        ] {
            assert_eq!(parse(text).unwrap_err().why, Why::Unclear, "{text}");
        }
        for text in ["uint24", "float16", "int128", "uint12", "string[0]"] {
            assert_eq!(parse(text).unwrap_err().why, Why::OutOfRange, "{text}");
        }
    }
}
