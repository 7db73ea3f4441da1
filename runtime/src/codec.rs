//! Words to raw values to numbers and back, without Rust types.
//!
//! Words come in the point's order, most significant first; a coil or input is one word, 0 or 1. A raw value is an
//! integer as wide as the point's raw type, for floats their bits.

use crate::context::Context;
use crate::error::InvalidValue;
use crate::point::{PointInfo, RawType};
use crate::scale::{Neighbours, Scale};

/// The raw value, or `None` where there are not as many words as the raw type has, or, for BCD, where they hold a digit
/// above 9.
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

/// The value of a register that is held as the point is, without being a part of its words: a limit. `None` where the point
/// takes several.
pub(crate) fn raw_value_of_word(info: &PointInfo, held: u16) -> Option<i128> {
    let is_number = !info.raw().is_text_or_bytes() && info.words().len() == 1;
    if is_number { raw_of_pattern(info.raw(), word(info, held).into(), u16::BITS) } else { None }
}

/// The register that holds such a value.
#[cfg(feature = "simulator")]
pub(crate) fn word_of_raw_value(info: &PointInfo, raw: i128) -> u16 {
    let [.., high, low] = pattern_of_raw(info.raw(), raw, u16::BITS).to_be_bytes();
    word(info, u16::from_be_bytes([high, low]))
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
    let all = words.iter().fold(0_u128, |all, next| all << 16 | u128::from(word(info, *next)));
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

/// The bits that a raw value is held in, which is within the point's range.
fn pattern_of_raw(raw: RawType, value: i128, width: u32) -> u128 {
    if raw != RawType::Bcd {
        return value.cast_unsigned() & ones(width);
    }
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

fn float(info: &PointInfo, raw: i128, scale: Scale) -> Option<f64> {
    let value = match info.raw() {
        RawType::F32 => f64::from(f32::from_bits(u32::try_from(raw).ok()?)),
        _ => f64::from_bits(u64::try_from(raw).ok()?),
    };
    if value.is_nan() { None } else { Some(scale.apply(value)) }
}

/// Words for a raw value, which must be within the point's range. Where the point is a part of its words, the rest of
/// them is 0.
fn words_of(info: &PointInfo, raw: i128) -> Result<Vec<u16>, InvalidValue> {
    if let Some(defect) = info.defect() {
        return Err(InvalidValue::Request(defect));
    }
    if info.raw().is_text_or_bytes() {
        return Err(InvalidValue::Kind { expected: taken(info) });
    }
    let pattern = pattern_of_raw(info.raw(), raw, info.width());
    Ok(spread(info, pattern))
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
    let bytes = pattern.unbounded_shl(low).to_be_bytes();
    let (words, _) = bytes.as_chunks::<2>();
    let unused = words.len().saturating_sub(info.words().len());
    words.iter().skip(unused).map(|bytes| word(info, u16::from_be_bytes(*bytes))).collect()
}

/// Words for a raw value that somebody wants written as a value: it must fit, be allowed, and not mean "no value".
/// `value` is what it stands for by this scale.
fn value_words(info: &PointInfo, raw: i128, value: f64, scale: Scale) -> Result<Vec<u16>, InvalidValue> {
    if let Some(outside) = outside_limits(info, value) {
        return Err(outside);
    }
    if let Some(off_step) = off_step(info, raw, value, scale) {
        return Err(off_step);
    }
    if info.not_available().contains(&raw) {
        return Err(InvalidValue::NotAvailableCode { value });
    }
    words_of(info, raw)
}

fn outside_limits(info: &PointInfo, value: f64) -> Option<InvalidValue> {
    let limits = info.limits()?;
    if limits.contain(value) {
        return None;
    }
    let [min, max] = [limits.min(), limits.max()].map(|limit| limit.map(crate::Decimal::to_f64));
    let step = limits.step().map(crate::Decimal::to_f64);
    Some(InvalidValue::OutsideLimits { value, min, max, step, unit: info.unit().to_owned() })
}

/// Floats are not counted in steps.
fn off_step(info: &PointInfo, raw: i128, value: f64, scale: Scale) -> Option<InvalidValue> {
    let limits = info.limits().filter(|_| !info.raw().is_float())?;
    let step = limits.step()?.to_f64();
    let Neighbours { below, above } = limits.off_step(scale, raw)?;
    let above = Some(above).filter(|above| limits.max().is_none_or(|max| *above <= max.to_f64()));
    Some(InvalidValue::OffDeviceStep { value, below, above, step, unit: info.unit().to_owned() })
}

/// Words for an integer.
pub(crate) fn encode_integer(info: &PointInfo, integer: i128) -> Result<Vec<u16>, InvalidValue> {
    let (min, max) = info.raw_range();
    let [value, min_value, max_value] = [integer, min, max].map(in_message);
    if integer < min || integer > max {
        return Err(InvalidValue::OutOfRange { value, min: min_value, max: max_value });
    }
    value_words(info, integer, value, info.scale())
}

#[expect(clippy::cast_precision_loss, reason = "only for messages and limits; it need not be exact")]
fn in_message(integer: i128) -> f64 {
    integer as f64
}

/// Words for a code whose meaning is its own: what the limits say of numbers does not hold for it.
pub(crate) fn encode_code(info: &PointInfo, code: i64) -> Result<Vec<u16>, InvalidValue> {
    let raw = i128::from(code);
    let (min, max) = info.raw_range();
    if raw < min || raw > max {
        let [value, min, max] = [raw, min, max].map(in_message);
        return Err(InvalidValue::OutOfRange { value, min, max });
    }
    words_of(info, raw)
}

/// Words for the raw value that triggers a command.
pub(crate) fn encode_trigger(info: &PointInfo) -> Result<Vec<u16>, InvalidValue> {
    encode_integer(info, i128::from(info.trigger()))
}

/// What is wrong with a number by whatever scale.
pub(crate) fn check_number(info: &PointInfo, value: f64) -> Result<(), InvalidValue> {
    if !value.is_finite() {
        return Err(InvalidValue::NotANumber);
    }
    if info.raw().is_text_or_bytes() {
        return Err(InvalidValue::Kind { expected: taken(info) });
    }
    match (info.defect(), outside_limits(info, value)) {
        (Some(defect), _) => Err(InvalidValue::Request(defect)),
        (_, Some(outside)) if info.scale_register().is_some() => Err(outside),
        _ => Ok(()),
    }
}

/// Words for a number.
pub(crate) fn encode_number(info: &PointInfo, value: f64, context: Context) -> Result<Vec<u16>, InvalidValue> {
    check_number(info, value)?;
    let no_scale = || InvalidValue::NoScale { register: info.scale_register().unwrap_or_default() };
    let scale = context.scale(info).ok_or_else(no_scale)?;
    match info.raw() {
        RawType::F32 => encode_f32(info, value, scale),
        RawType::F64 => encode_f64(info, value, scale),
        _ => encode_scaled(info, value, scale),
    }
}

fn encode_scaled(info: &PointInfo, value: f64, scale: Scale) -> Result<Vec<u16>, InvalidValue> {
    let (min, max) = info.raw_range();
    match scale.encode(value, min, max) {
        Ok(raw) => value_words(info, raw, scale.decode(raw), scale),
        Err(neighbours) => {
            let (one_end, other_end) = (scale.decode(min), scale.decode(max));
            let (lowest, highest) = (one_end.min(other_end), one_end.max(other_end));
            Err(if let Some(outside) = outside_limits(info, value) {
                outside
            } else if value < lowest || value > highest {
                InvalidValue::OutOfRange { value, min: lowest, max: highest }
            } else {
                InvalidValue::OffStep { value, below: neighbours.below, above: neighbours.above }
            })
        }
    }
}

/// A float register has steps too fine to name, so the nearest is taken without asking.
fn encode_f32(info: &PointInfo, value: f64, scale: Scale) -> Result<Vec<u16>, InvalidValue> {
    #[expect(clippy::cast_possible_truncation, reason = "rounds to the nearest, to infinity where it does not fit")]
    let raw = scale.unapply(value) as f32;
    if raw.is_infinite() {
        let [one_end, other_end] = [f32::MIN, f32::MAX].map(|end| scale.apply(f64::from(end)));
        return Err(InvalidValue::OutOfRange { value, min: one_end.min(other_end), max: one_end.max(other_end) });
    }
    value_words(info, i128::from(raw.to_bits()), value, scale)
}

fn encode_f64(info: &PointInfo, value: f64, scale: Scale) -> Result<Vec<u16>, InvalidValue> {
    let raw = scale.unapply(value);
    if raw.is_infinite() {
        return Err(InvalidValue::OutOfRange { value, min: f64::MIN, max: f64::MAX });
    }
    value_words(info, i128::from(raw.to_bits()), value, scale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BitRange, Decimal, InvalidRequest, Limits, PointSpec};

    fn number(info: &PointInfo, words: &[u16]) -> Option<f64> {
        super::number(info, words, info.scale())
    }

    fn encode_number(info: &PointInfo, value: f64) -> Result<Vec<u16>, InvalidValue> {
        super::encode_number(info, value, Context::NONE)
    }

    fn point(raw: RawType, words: &'static [u16], scale: Scale) -> PointInfo {
        PointInfo::new(PointSpec { words, raw, scale, ..PointSpec::DEFAULT })
    }

    #[test]
    fn words_are_most_significant_first() {
        let info = point(RawType::U32, &[0, 1], Scale::ONE);
        assert_eq!(integer(&info, &[2, 2345]), Some(133_417));
        assert_eq!(encode_integer(&info, 133_417), Ok(vec![2, 2345]));
        let info = point(RawType::I64, &[0, 1, 2, 3], Scale::ONE);
        assert_eq!(integer(&info, &[0xFFFF, 0xFFFF, 0xFFFF, 0xFFFE]), Some(-2));
        assert_eq!(encode_integer(&info, -2), Ok(vec![0xFFFF, 0xFFFF, 0xFFFF, 0xFFFE]));
        let info = point(RawType::U64, &[0, 1, 2, 3], Scale::ONE);
        assert_eq!(integer(&info, &[0xFFFF; 4]), Some(i128::from(u64::MAX)));
        assert_eq!(encode_integer(&info, i128::from(u64::MAX)), Ok(vec![0xFFFF; 4]));
    }

    #[test]
    fn a_wrong_number_of_words_is_no_value_and_cannot_be_written() {
        let info = point(RawType::U32, &[0], Scale::ONE);
        assert_eq!(integer(&info, &[1]), None);
        let reason = InvalidRequest::WordCount { words: 1, expected: 2 };
        assert_eq!(encode_integer(&info, 1), Err(InvalidValue::Request(reason)));
    }

    #[test]
    fn parts_of_words_are_values_of_their_own() {
        let part = |raw, low, high| {
            let bits = Some(BitRange::new(low, high));
            PointInfo::new(PointSpec { raw, bits, words: &[0], not_available: &[-1, 15], ..PointSpec::DEFAULT })
        };
        let high = part(RawType::U16, 8, 11);
        assert_eq!(integer(&high, &[0x1234]), Some(2));
        assert_eq!(integer(&high, &[0x0F00]), None);
        assert_eq!(encode_integer(&high, 10), Ok(vec![0x0A00]));
        assert_eq!(encode_integer(&high, 15), Err(InvalidValue::NotAvailableCode { value: 15.0 }));
        assert_eq!(encode_integer(&high, 16), Err(InvalidValue::OutOfRange { value: 16.0, min: 0.0, max: 15.0 }));
        let signed = part(RawType::I16, 8, 11);
        assert_eq!(integer(&signed, &[0x0834]), Some(-8));
        assert_eq!(integer(&signed, &[0xFF34]), None);
        assert_eq!(encode_integer(&signed, -8), Ok(vec![0x0800]));
        assert_eq!(encode_integer(&signed, 8), Err(InvalidValue::OutOfRange { value: 8.0, min: -8.0, max: 7.0 }));
        let beyond = part(RawType::U16, 8, 16);
        assert_eq!(integer(&beyond, &[0x1234]), None);
        let reason = InvalidRequest::Bits { low: 8, high: 16 };
        assert_eq!(encode_integer(&beyond, 1), Err(InvalidValue::Request(reason)));
    }

    #[test]
    fn binary_coded_decimals_have_digits() {
        let info = point(RawType::Bcd, &[0, 1], Scale::new(1, 0, 10));
        assert_eq!(integer(&info, &[0x1234, 0x5678]), Some(12_345_678));
        assert_eq!(number(&info, &[0x1234, 0x5678]), Some(1_234_567.8));
        assert_eq!(integer(&info, &[0x1234, 0x567A]), None);
        assert_eq!(encode_number(&info, 1_234_567.8), Ok(vec![0x1234, 0x5678]));
        assert_eq!(info.raw_range(), (0, 99_999_999));
        assert!(matches!(encode_integer(&info, 100_000_000), Err(InvalidValue::OutOfRange { .. })));
        assert!(matches!(encode_integer(&info, -1), Err(InvalidValue::OutOfRange { .. })));
        // The seconds of a clock: the first digit has three bits.
        let bits = Some(BitRange::new(8, 14));
        let seconds = PointInfo::new(PointSpec { raw: RawType::Bcd, bits, words: &[0], ..PointSpec::DEFAULT });
        assert_eq!(integer(&seconds, &[0xD900]), Some(59));
        assert_eq!(seconds.raw_range(), (0, 79));
        assert_eq!(encode_integer(&seconds, 59), Ok(vec![0x5900]));
    }

    #[test]
    fn bytes_may_be_swapped_and_words_three() {
        let spec = PointSpec { byte_swapped: true, ..PointSpec::DEFAULT };
        let info = PointInfo::new(PointSpec { raw: RawType::F32, words: &[0, 1], ..spec });
        assert_eq!(number(&info, &[0x803F, 0]), Some(1.0));
        assert_eq!(encode_number(&info, 1.0), Ok(vec![0x803F, 0]));
        let info = point(RawType::I48, &[0, 1, 2], Scale::ONE);
        assert_eq!(integer(&info, &[0xFFFF, 0xFFFF, 0xFFFE]), Some(-2));
        assert_eq!(encode_integer(&info, -2), Ok(vec![0xFFFF, 0xFFFF, 0xFFFE]));
        assert_eq!(info.raw_range(), (-(1 << 47), (1 << 47) - 1));
        assert_eq!(point(RawType::U48, &[0, 1, 2], Scale::ONE).raw_range(), (0, (1 << 48) - 1));
    }

    #[test]
    fn not_available_is_compared_before_scaling() {
        let info = PointInfo::new(PointSpec {
            raw: RawType::I16,
            words: &[0],
            scale: Scale::new(1, 0, 100),
            not_available: &[20_000, -32_768],
            ..PointSpec::DEFAULT
        });
        assert_eq!(number(&info, &[20_000]), None);
        assert_eq!(number(&info, &[0x8000]), None);
        assert_eq!(number(&info, &[65_036]), Some(-5.0));
        assert_eq!(encode_number(&info, 200.0), Err(InvalidValue::NotAvailableCode { value: 200.0 }));
    }

    #[test]
    fn every_raw_value_of_16_bits_is_written_back_as_it_was_read() {
        let scales = [
            Scale::ONE,
            Scale::new(1, 0, 10),
            Scale::new(1, 0, 100),
            Scale::new(1, 0, 1000),
            Scale::new(-1, 0, 10),
            Scale::new(1, -400, 10),
            Scale::new(1, 0, 3),
            Scale::new(7, 5, 9),
            Scale::new(1_000, 0, 1),
        ];
        for raw_type in [RawType::U16, RawType::I16] {
            for scale in scales {
                let info = point(raw_type, &[0], scale);
                for raw in 0..=u16::MAX {
                    let value = number(&info, &[raw]).unwrap();
                    assert_eq!(encode_number(&info, value), Ok(vec![raw]), "{raw} {scale:?}");
                }
            }
        }
    }

    #[test]
    fn between_two_steps_both_are_named() {
        let info = point(RawType::I16, &[0], Scale::new(1, 0, 10));
        let error = encode_number(&info, 21.34).unwrap_err();
        assert_eq!(error, InvalidValue::OffStep { value: 21.34, below: 21.3, above: 21.4 });
        assert_eq!(error.to_string(), "21.34 is between two of the device's steps; the nearest are 21.3 and 21.4");
        let falling = point(RawType::I16, &[0], Scale::new(-1, 0, 10));
        let error = encode_number(&falling, 21.34).unwrap_err();
        assert_eq!(error, InvalidValue::OffStep { value: 21.34, below: 21.3, above: 21.4 });
    }

    #[test]
    fn the_callers_arithmetic_need_not_be_exact() {
        let info = point(RawType::I16, &[0], Scale::new(1, 0, 10));
        assert_eq!((0.1 + 0.2).to_string(), "0.30000000000000004");
        assert_eq!(encode_number(&info, 0.1 + 0.2), Ok(vec![3]));
        assert_eq!(encode_number(&info, 21.300_000_05), Ok(vec![213]));
        assert!(encode_number(&info, 21.300_000_2).is_err());
    }

    #[test]
    fn out_of_range_names_the_range() {
        let info = point(RawType::U16, &[0], Scale::new(1, 0, 10));
        let out_of_range = |value| Err(InvalidValue::OutOfRange { value, min: 0.0, max: 6553.5 });
        assert_eq!(encode_number(&info, 6553.6), out_of_range(6553.6));
        assert_eq!(encode_number(&info, -0.1), out_of_range(-0.1));
        assert_eq!(encode_number(&info, 1e300), out_of_range(1e300));
        assert_eq!(encode_number(&info, f64::NAN), Err(InvalidValue::NotANumber));
        assert_eq!(encode_number(&info, f64::INFINITY), Err(InvalidValue::NotANumber));
        let falling = point(RawType::U16, &[0], Scale::new(-1, 0, 10));
        let error = InvalidValue::OutOfRange { value: 1.0, min: -6553.5, max: 0.0 };
        assert_eq!(encode_number(&falling, 1.0), Err(error));
    }

    #[test]
    fn limits_are_inclusive_and_named() {
        let limits = Limits::new(Some(Decimal::new(50, 1)), Some(Decimal::new(303, 1)));
        let info = PointInfo::new(PointSpec {
            raw: RawType::I16,
            words: &[0],
            scale: Scale::new(1, 0, 10),
            limits: Some(limits),
            unit: "°C",
            ..PointSpec::DEFAULT
        });
        assert_eq!(encode_number(&info, 5.0), Ok(vec![50]));
        assert_eq!(encode_number(&info, 30.3), Ok(vec![303]));
        assert_eq!(
            encode_number(&info, 30.4),
            Err(InvalidValue::OutsideLimits {
                value: 30.4,
                min: Some(5.0),
                max: Some(30.3),
                step: None,
                unit: "°C".to_owned()
            })
        );
        // Off a step and outside: the limit is the more helpful of the two.
        assert!(matches!(encode_number(&info, 30.44), Err(InvalidValue::OutsideLimits { .. })));
    }

    #[test]
    fn a_step_in_the_document_is_kept_to() {
        let limits = Limits::new(Some(Decimal::new(50, 1)), Some(Decimal::new(303, 1))).with_step(Decimal::new(5, 1));
        let info = PointInfo::new(PointSpec {
            raw: RawType::I16,
            words: &[0],
            scale: Scale::new(1, 0, 10),
            limits: Some(limits),
            unit: "°C",
            ..PointSpec::DEFAULT
        });
        assert_eq!(encode_number(&info, 21.5), Ok(vec![215]));
        assert_eq!(
            encode_number(&info, 21.3).unwrap_err().to_string(),
            "21.3 °C is between two of the steps of 0.5 °C that the device allows; the nearest are 21 °C and 21.5 °C"
        );
        let error = encode_number(&info, 30.3).unwrap_err();
        assert!(error.to_string().ends_with("the nearest is 30 °C"), "{error}");
        let error = encode_number(&info, 31.0).unwrap_err();
        assert!(error.to_string().ends_with("5 °C to 30.3 °C in steps of 0.5 °C"), "{error}");
    }

    #[test]
    fn floats_keep_their_bits_and_nan_is_no_value() {
        let info = point(RawType::F32, &[0, 1], Scale::ONE);
        let words = encode_number(&info, 21.3).unwrap();
        assert_eq!(number(&info, &words), Some(f64::from(21.3_f32)));
        assert_eq!(encode_number(&info, f64::from(21.3_f32)), Ok(words));
        assert_eq!(number(&info, &[0x7FC0, 0]), None);
        assert!(matches!(encode_number(&info, 1e39), Err(InvalidValue::OutOfRange { .. })));
        let info = point(RawType::F64, &[0, 1, 2, 3], Scale::ONE);
        let words = encode_number(&info, 21.3).unwrap();
        assert_eq!(number(&info, &words), Some(21.3));
        for scale in [Scale::ONE, Scale::new(1, 0, 10), Scale::new(-7, 0, 3)] {
            let info = point(RawType::F32, &[0, 1], scale);
            for words in [[0x8000, 0], [0, 0], [0, 1], [0x7F7F, 0xFFFF], [0x4228, 0]] {
                assert_eq!(encode_number(&info, number(&info, &words).unwrap()), Ok(words.to_vec()), "{scale:?}");
            }
            assert_eq!(number(&info, &[0x7F80, 0]).map(f64::is_infinite), Some(true));
        }
    }
}
