//! How numbers lie in registers and how they are scaled, as far as several targets ask for the same.

use crate::model::{Point, RawType};
use crate::ratio::Ratio;

/// Which word of a number comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WordOrder {
    /// The most significant, as the protocol has it; also where there is one word.
    HighFirst,
    /// The least significant.
    LowFirst,
}

/// The order of the words where they follow each other; `None` where they are scattered or mixed.
pub(super) fn word_order(point: &Point) -> Option<WordOrder> {
    let follows = |step: fn(u16) -> Option<u16>| {
        point.words.windows(2).all(|pair| matches!(pair, [one, next] if step(*one) == Some(*next)))
    };
    if follows(|word| word.checked_add(1)) {
        Some(WordOrder::HighFirst)
    } else if follows(|word| word.checked_sub(1)) {
        Some(WordOrder::LowFirst)
    } else {
        None
    }
}

/// Bits and sign of an integer that takes whole words and is plain binary.
pub(super) fn plain_integer(point: &Point) -> Option<(u8, bool)> {
    match point.raw {
        RawType::Integer { bits, signed } if point.bit_range.is_none() => Some((bits, signed)),
        _ => None,
    }
}

/// How many registers or bits from the lowest address to the highest.
pub(super) fn span(point: &Point) -> u32 {
    u32::from(point.last_address()).saturating_sub(point.address().into()).saturating_add(1)
}

/// The address and the bit in it of a bit of the combined words, counted from the least significant; of the word as it is
/// on the wire.
pub(super) fn bit_on_wire(point: &Point, bit: u8) -> Option<(u16, u8)> {
    let from_last = usize::from(bit.checked_div(16)?);
    let index = point.words.len().checked_sub(from_last)?.checked_sub(1)?;
    let within = bit.checked_rem(16)?;
    // Swapped bytes exchange the two halves of the word.
    let within = if point.byte_swapped { within ^ 8 } else { within };
    Some((*point.words.get(index)?, within))
}

/// Digits behind the point of a decimal that ends after at most this many; `None` for others.
pub(super) fn digits(number: Ratio) -> Option<u8> {
    number.exact_decimal().map(|(_, digits)| digits)
}

/// Digits behind the point that a scaled number has, for display.
pub(super) fn shown_digits(point: &Point) -> u8 {
    const FLOAT: u8 = 3;
    let of = |number: Ratio| digits(number).unwrap_or(FLOAT).min(6);
    let scaled = of(point.scale).max(of(point.offset));
    if matches!(point.raw, RawType::Float { .. }) { scaled.max(FLOAT) } else { scaled }
}

/// A fraction as a program reads it: exact where the decimal ends, else as many digits as an `f64` has.
pub(super) fn decimal(number: Ratio) -> String {
    if digits(number).is_some() { number.to_string() } else { number.to_f64().to_string() }
}

/// The same as a number that is no integer to a program that tells them apart: `1.0`.
pub(super) fn float(number: Ratio) -> String {
    let text = decimal(number);
    if text.contains(['.', 'e']) { text } else { format!("{text}.0") }
}

/// A raw value as the words hold it, without a sign.
pub(super) fn unsigned(point: &Point, raw: i128) -> i128 {
    let bits = point.bit_range.map_or(point.raw.bits(), |(low, high)| high.saturating_sub(low).saturating_add(1));
    let span = 1i128.checked_shl(bits.into()).unwrap_or(i128::MAX);
    raw.checked_rem_euclid(span).unwrap_or(raw)
}

/// Whether the bits of a float mean that it is no number.
pub(super) fn is_nan(point: &Point, bits: i128) -> bool {
    match point.raw {
        RawType::Float { bits: 32 } => u32::try_from(bits).is_ok_and(|bits| f32::from_bits(bits).is_nan()),
        RawType::Float { .. } => u64::try_from(bits).is_ok_and(|bits| f64::from_bits(bits).is_nan()),
        _ => false,
    }
}
