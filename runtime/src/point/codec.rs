//! Words to raw values to numbers and back, without Rust types.
//!
//! Words come in the point's order, most significant first; a coil or input is one word, 0 or 1. A raw value is an
//! integer as wide as the point's raw type, for floats their bits.

mod encode;
#[cfg(test)]
mod tests;

#[cfg(feature = "std")]
pub(crate) use self::encode::check_number;
pub(crate) use self::encode::{encode_code, encode_integer, encode_number, encode_trigger};

use crate::point::scale::Scale;
use crate::point::{MODULUS, PointInfo, RawType};
use alloc::vec::Vec;

/// The raw value, or `None` where there are not as many words as the raw type has, or where they hold what the raw type
/// does not have: a digit above 9 in BCD, a word beyond 9999 modulo 10000.
#[inline]
pub(crate) fn raw_value(info: &PointInfo, words: &[u16]) -> Option<i128> {
    if info.byte_swapped() || info.bits().is_some() {
        return raw_of_pattern(info.raw(), pattern(info, words)?, info.width());
    }
    Some(match (info.raw(), words) {
        (RawType::Bool, &[word]) => i128::from(word != 0),
        (RawType::U16, &[word]) => i128::from(word),
        (RawType::I16, &[word]) => i128::from(word.cast_signed()),
        (RawType::U32 | RawType::F32, &[high, low]) => i128::from(two_words(high, low)),
        (RawType::I32, &[high, low]) => i128::from(two_words(high, low).cast_signed()),
        (RawType::U64 | RawType::F64, &[a, b, c, d]) => i128::from(four_words(a, b, c, d)),
        (RawType::I64, &[a, b, c, d]) => i128::from(four_words(a, b, c, d).cast_signed()),
        (raw, words) => return raw_of_pattern(raw, pattern(info, words)?, info.width()),
    })
}

#[inline]
fn two_words(high: u16, low: u16) -> u32 {
    u32::from(high) << 16 | u32::from(low)
}

#[inline]
fn four_words(a: u16, b: u16, c: u16, d: u16) -> u64 {
    u64::from(two_words(a, b)) << 32 | u64::from(two_words(c, d))
}

/// The raw value of registers that are held as the point's are and are whole ones: of a limit.
pub(crate) fn raw_value_beside(info: &PointInfo, words: &[u16]) -> Option<i128> {
    let is_number = !info.raw().is_text_or_bytes() && words.len() == info.words().len();
    is_number.then(|| raw_of_pattern(info.raw(), joined(info, words), whole_width(info)))?
}

/// The registers that hold such a value.
#[cfg(feature = "simulator")]
pub(crate) fn words_beside(info: &PointInfo, raw: i128) -> Vec<u16> {
    last_words(info, pattern_of_raw(info.raw(), raw, whole_width(info)))
}

/// The bits of all its words.
fn whole_width(info: &PointInfo) -> u32 {
    u32::try_from(info.words().len()).unwrap_or(u32::MAX).saturating_mul(u16::BITS)
}

/// Words as one number, each as it was meant.
fn joined(info: &PointInfo, words: &[u16]) -> u128 {
    words.iter().fold(0, |all, next| all << 16 | u128::from(word(info, *next)))
}

/// A word as it was meant.
#[inline]
pub(crate) fn word(info: &PointInfo, word: u16) -> u16 {
    if info.byte_swapped() { word.swap_bytes() } else { word }
}

/// The bits that hold the raw value, unsigned; `None` where there are not as many words as the point has, or it is none
/// that has a raw value.
pub(crate) fn pattern(info: &PointInfo, words: &[u16]) -> Option<u128> {
    if words.len() != info.words().len() || info.raw().is_text_or_bytes() || info.defect().is_some() {
        return None;
    }
    let all = joined(info, words);
    let low = info.bits().map_or(0, |bits| u32::from(bits.low()));
    Some(all.unbounded_shr(low) & ones(info.width()))
}

/// So many bits, all set.
const fn ones(width: u32) -> u128 {
    u128::MAX.unbounded_shr(u128::BITS.saturating_sub(width))
}

/// The raw value that so many bits are.
fn raw_of_pattern(raw: RawType, pattern: u128, width: u32) -> Option<i128> {
    match raw {
        RawType::Bool => Some(i128::from(pattern != 0)),
        RawType::Bcd => bcd(pattern),
        RawType::SignMagnitude => {
            let sign_bit = width.saturating_sub(1);
            let magnitude = i128::try_from(pattern & ones(sign_bit)).ok()?;
            Some(if pattern.unbounded_shr(sign_bit) == 0 { magnitude } else { magnitude.saturating_neg() })
        }
        RawType::Modulo10000 | RawType::SignedModulo10000 => modulo_10000(raw, pattern),
        RawType::I16 | RawType::I32 | RawType::I48 | RawType::I64 => {
            // The sign is the highest of them.
            let unused = u128::BITS.saturating_sub(width);
            Some(pattern.unbounded_shl(unused).cast_signed().unbounded_shr(unused))
        }
        _ => i128::try_from(pattern).ok(),
    }
}

fn bcd(pattern: u128) -> Option<i128> {
    let mut value = 0_i128;
    for position in (0..u128::BITS / 4).rev() {
        let digit =
            i128::try_from(pattern.unbounded_shr(position.saturating_mul(4)) & 0xF).ok().filter(|digit| *digit <= 9)?;
        value = value.checked_mul(10)?.checked_add(digit)?;
    }
    Some(value)
}

/// `None` where a word is beyond 9999, or some of them are above zero and others below.
fn modulo_10000(raw: RawType, pattern: u128) -> Option<i128> {
    let bytes = pattern.to_be_bytes();
    let (words, _) = bytes.as_chunks::<2>();
    let (mut least, mut most, mut value) = (0, 0, 0_i128);
    for bytes in words {
        let word = u16::from_be_bytes(*bytes);
        let part = if raw == RawType::Modulo10000 { i128::from(word) } else { i128::from(word.cast_signed()) };
        least = part.min(least);
        most = part.max(most);
        value = value.checked_mul(MODULUS)?.checked_add(part)?;
    }
    let is_value = least > MODULUS.saturating_neg() && most < MODULUS && (least == 0 || most == 0);
    is_value.then_some(value)
}

/// The bits that a raw value is held in, which is within the point's range.
fn pattern_of_raw(raw: RawType, value: i128, width: u32) -> u128 {
    match raw {
        RawType::Bcd => pattern_of_bcd(value),
        RawType::SignMagnitude => {
            // Zero is written without a sign.
            value.unsigned_abs() | u128::from(value < 0).unbounded_shl(width.saturating_sub(1))
        }
        RawType::Modulo10000 | RawType::SignedModulo10000 => pattern_of_modulo_10000(value),
        _ => value.cast_unsigned() & ones(width),
    }
}

/// Each word has the sign of the whole: -12 and -3456, not -13 and 6544.
fn pattern_of_modulo_10000(value: i128) -> u128 {
    let mut rest = value;
    let mut pattern = 0;
    for position in 0..u128::BITS / u16::BITS {
        let part = rest.checked_rem(MODULUS).unwrap_or_default().cast_unsigned() & ones(u16::BITS);
        pattern |= part.unbounded_shl(position.saturating_mul(u16::BITS));
        rest = rest.checked_div(MODULUS).unwrap_or_default();
    }
    pattern
}

fn pattern_of_bcd(value: i128) -> u128 {
    let mut rest = value.unsigned_abs();
    let mut pattern = 0;
    for position in 0..u128::BITS / 4 {
        pattern |= (rest % 10).unbounded_shl(position.saturating_mul(4));
        rest /= 10;
    }
    pattern
}

/// The raw value where it means one: `None` for not-available codes.
#[inline]
pub(crate) fn integer(info: &PointInfo, words: &[u16]) -> Option<i128> {
    let raw = raw_value(info, words)?;
    if info.not_available().contains(&raw) { None } else { Some(raw) }
}

/// The number the words stand for: `None` for not-available codes and, for floats, NaN.
#[inline]
pub(crate) fn number(info: &PointInfo, words: &[u16], scale: Scale) -> Option<f64> {
    let raw = integer(info, words)?;
    match info.raw() {
        RawType::F32 | RawType::F64 => float(info, raw, scale),
        _ => Some(scale.decode(raw)),
    }
}

pub(crate) fn float(info: &PointInfo, raw: i128, scale: Scale) -> Option<f64> {
    let value = match info.raw() {
        RawType::F32 => f64::from(f32::from_bits(u32::try_from(raw).ok()?)),
        _ => f64::from_bits(u64::try_from(raw).ok()?),
    };
    if value.is_nan() { None } else { Some(scale.apply(value)) }
}

/// Which bits of its words are the point's, where it is a part of them that other points may share; `None` where it is
/// written as a whole.
pub(crate) fn mask(info: &PointInfo) -> Option<Vec<u16>> {
    if info.table().is_bit() { None } else { own_bits(info) }
}

/// Which bits of its words are the point's, where not all are.
pub(crate) fn own_bits(info: &PointInfo) -> Option<Vec<u16>> {
    let mask = spread(info, ones(info.bits()?.width().into()));
    if mask.iter().all(|word| *word == u16::MAX) { None } else { Some(mask) }
}

/// What the point takes, for whoever gave it something else.
pub(crate) const fn taken(info: &PointInfo) -> &'static str {
    match info.raw() {
        RawType::Text => "a text",
        RawType::Bytes => "bytes",
        _ => "a number",
    }
}

/// Puts the bits of a point in their places within its words.
fn spread(info: &PointInfo, pattern: u128) -> Vec<u16> {
    let low = info.bits().map_or(0, |bits| u32::from(bits.low()));
    last_words(info, pattern.unbounded_shl(low))
}

/// As many words as the point has, the last ones of a pattern.
fn last_words(info: &PointInfo, pattern: u128) -> Vec<u16> {
    let bytes = pattern.to_be_bytes();
    let (words, _) = bytes.as_chunks::<2>();
    let unused = words.len().saturating_sub(info.words().len());
    words.iter().skip(unused).map(|bytes| word(info, u16::from_be_bytes(*bytes))).collect()
}
