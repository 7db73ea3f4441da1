//! Types as vendors write them: a kind, and as much of size, sign and order as the cell says.

mod doubts;
mod sign_bit;
mod words;

use self::doubts::Signs;
use self::words::{Effect, PHRASES, SINT, WORDS, unit, unknown};
use super::once::{Known, once};
use super::order::Order;
use super::phrase::{self, Word};
use super::unread::{Unread, Why};
use super::words::plain;

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
    /// The most significant bit is the sign, the others are the magnitude.
    SignMagnitude,
    /// 0 to 9999 in each register, which counts in ten thousands of the next.
    Modulo10000,
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

/// The sizes a value can have; the others are no size but a mistake.
const SIZES: [u16; 9] = [1, 8, 16, 24, 32, 48, 64, 96, 128];

/// What [`parse`] understands, in short.
pub(crate) const EXPECTED: &str =
    "a type such as uint16, int32, float32, enum16, bitfield32, bool, bcd16, string[8], bytes or reserved";

thread_local! {
    static KNOWN: Known<Result<TypeCell, Unread>> = Known::default();
}

/// Reads a type cell.
pub(crate) fn parse(text: &str) -> Result<TypeCell, Unread> {
    once(&KNOWN, text, read)
}

/// Whether a number has a point within it.
fn has_fraction(text: &str) -> bool {
    let signs: Vec<char> = text.chars().collect();
    let is_number =
        |three: &[char]| matches!(three, [before, '.', after] if before.is_ascii_digit() && after.is_ascii_digit());
    signs.windows(3).any(is_number)
}

fn read(text: &str) -> Result<TypeCell, Unread> {
    // A footnote's mark says nothing of the type.
    let text = text.trim().trim_end_matches('*').trim_end();
    let lower = plain(text);
    // `S8.8` has eight bits behind its point.
    if has_fraction(&lower) {
        return Err(unknown(text));
    }
    let (mut plain, sign_bit) = match sign_bit::find(&lower) {
        Some((rest, bit)) => (rest, bit),
        None => (lower.clone(), None),
    };
    for (phrase, word) in PHRASES {
        plain = replaced(&plain, phrase, word);
    }
    // `uint16 / uint32`
    let angular = plain.replace('<', "(").replace('>', ")");
    let divides = |word: &Word<'_>| word.sign.is_some_and(|sign| !" -_,.'".contains(sign));
    if angular.contains(" - ") || phrase::words(&angular).is_none_or(|words| words.iter().any(divides)) {
        return Err(unknown(text));
    }
    let (plain, bracket) = bracketed(&plain)?;
    let mut reading = Reading { sign_bit, ..Reading::default() };
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
                reading.pair(&effects, tokens.get(index).is_some_and(|next| next.parse::<u16>().is_ok()))?;
                for (word, effect) in effects {
                    reading.take(word, effect)?;
                }
            }
        }
    }
    // It names its size as `uint16` does; in `uint 1` and `uint(1)` the number may count anything.
    if plain.trim() != "uint1" {
        reading.check_number(bracket)?;
    }
    match reading.finish(bracket) {
        Err(unread) if unread.why == Why::Nothing => Err(unknown(text)),
        Ok(cell) if cell.kind == TypeKind::SignMagnitude && lower.contains("complement") => {
            Err(Unread::unclear("names sign and magnitude, and two's complement"))
        }
        read => read,
    }
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
    /// The bit that is said to be the sign of a magnitude.
    sign_bit: Option<u16>,
    /// The words that name an integer or a float: one that is there twice names two values.
    named: Vec<String>,
    /// The one that names an integer.
    integer: Option<String>,
    /// The last word that a number beside it counts nothing certain of: `hex8`, `bit 1`.
    uncounted: Option<&'static str>,
    /// The signs of types that are complete in themselves: of `int16`, and of `u16`.
    complete: Signs,
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
                Some(_) => Err(Unread::unclear("names two orders")),
                None => Ok(()),
            },
            Effect::Counts => Err(Unread::nothing("is not a type")),
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
        use TypeKind::{Bcd, BitSet, Enum, Flags, Integer, Modulo10000, SignMagnitude, Text};
        let kind = match (self.kind, kind) {
            (None, kind) => kind,
            (Some(known), kind) if known == kind => kind,
            (Some(Integer), Enum | Flags | BitSet | Bcd | SignMagnitude | Modulo10000) => kind,
            (Some(known @ (Enum | Flags | BitSet | Bcd | SignMagnitude | Modulo10000)), Integer) => known,
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
        let nothing = || Unread::nothing("is not a type");
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
        let is_unsigned = self.named_sign == Some(false) || self.sign == Some(false);
        if kind == TypeKind::SignMagnitude && is_unsigned {
            return Err(Unread::unclear("is unsigned and has a sign"));
        }
        if kind == TypeKind::Bcd && (self.named_sign == Some(true) || self.sign == Some(true)) {
            return Err(Unread::unclear("is BCD and signed; where the sign stands is not known"));
        }
        if kind == TypeKind::Float && self.sign == Some(false) {
            return Err(Unread::unclear("is an unsigned float"));
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
                    "is an array of {number}; give the row a range of addresses instead"
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
        if let Some(sign_bit) = self.sign_bit {
            let size = sign_bit.saturating_add(1);
            match bits {
                None => bits = Some(u8::try_from(size).unwrap_or(u8::MAX)),
                Some(bits) if u16::from(bits) == size => {}
                Some(bits) => {
                    return Err(Unread::unclear(format!("has {bits} bits, but its sign in bit {sign_bit}")));
                }
            }
        }
        let (kind, bits) = fitting(kind, bits)?;
        if kind == TypeKind::Bcd && bits == Some(8) {
            return Err(Unread::unclear("has an 8 that may be a number of digits or of bits"));
        }
        if self.order == Some(Order::Cdab) && (counted || bits.is_some_and(|bits| bits <= 16)) {
            return Err(Unread::unclear("names a word order that has no effect"));
        }
        let bits = bits.or(self.byte.map(|_| 8)).or((kind == TypeKind::Bool).then_some(1));
        let signed = match kind {
            // A word that names the register only says nothing of the sign: `WORD, bit 15 = sign`.
            TypeKind::SignMagnitude => Some(true),
            _ => self.sign.or(self.implied_sign),
        };
        Ok(TypeCell { kind, bits, signed, order: self.order, length, byte: self.byte })
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
        TypeKind::Modulo10000 => &[32, 48, 64],
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
            Self::SignMagnitude => "number of sign and magnitude",
            Self::Modulo10000 => "number modulo 10000",
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

#[cfg(test)]
mod tests;
