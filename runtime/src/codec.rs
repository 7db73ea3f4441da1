//! Words to raw values to numbers and back, without Rust types.
//!
//! Words come in the point's order, most significant first; a coil or input is one word, 0 or 1. A raw value is an
//! integer as wide as the point's raw type, for floats their bits.

use crate::error::{InvalidRequest, InvalidValue};
use crate::point::{PointInfo, RawType};
use crate::scale::Neighbours;

/// The raw value, or `None` where there are not as many words as the raw type has.
#[inline]
pub(crate) fn raw_value(info: &PointInfo, words: &[u16]) -> Option<i128> {
    Some(match (info.raw(), words) {
        (RawType::Bool, &[word]) => i128::from(word != 0),
        (RawType::U16, &[word]) => i128::from(word),
        (RawType::I16, &[word]) => i128::from(word.cast_signed()),
        (RawType::U32 | RawType::F32, &[high, low]) => i128::from(two_words(high, low)),
        (RawType::I32, &[high, low]) => i128::from(two_words(high, low).cast_signed()),
        (RawType::U64 | RawType::F64, &[a, b, c, d]) => i128::from(four_words(a, b, c, d)),
        (RawType::I64, &[a, b, c, d]) => i128::from(four_words(a, b, c, d).cast_signed()),
        _ => return None,
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

/// The raw value where it means one: `None` for not-available codes.
#[inline]
pub(crate) fn integer(info: &PointInfo, words: &[u16]) -> Option<i128> {
    let raw = raw_value(info, words)?;
    if info.not_available().contains(&raw) { None } else { Some(raw) }
}

/// The number the words stand for: `None` for not-available codes and, for floats, NaN.
#[inline]
pub(crate) fn number(info: &PointInfo, words: &[u16]) -> Option<f64> {
    let raw = integer(info, words)?;
    match info.raw() {
        RawType::F32 | RawType::F64 => float(info, raw),
        _ => Some(info.scale().decode(raw)),
    }
}

fn float(info: &PointInfo, raw: i128) -> Option<f64> {
    let value = match info.raw() {
        RawType::F32 => f64::from(f32::from_bits(u32::try_from(raw).ok()?)),
        _ => f64::from_bits(u64::try_from(raw).ok()?),
    };
    if value.is_nan() { None } else { Some(info.scale().apply(value)) }
}

/// Words for a raw value, which must be within the raw type's range.
fn words_of(info: &PointInfo, raw: i128) -> Result<Vec<u16>, InvalidValue> {
    let count = info.words().len();
    if info.raw().words() != Some(count) {
        return Err(InvalidValue::Request(InvalidRequest::words_of(info)));
    }
    let [.., a1, a0, b1, b0, c1, c0, d1, d0] = raw.to_be_bytes();
    let words = [[a1, a0], [b1, b0], [c1, c0], [d1, d0]].map(u16::from_be_bytes);
    Ok(words.into_iter().skip(words.len().saturating_sub(count)).collect())
}

/// Words for a raw value that somebody wants written as a value: it must fit, be allowed, and not mean "no value".
/// `value` is what it stands for.
fn value_words(info: &PointInfo, raw: i128, value: f64) -> Result<Vec<u16>, InvalidValue> {
    if let Some(outside) = outside_limits(info, value) {
        return Err(outside);
    }
    if let Some(off_step) = off_step(info, raw, value) {
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
fn off_step(info: &PointInfo, raw: i128, value: f64) -> Option<InvalidValue> {
    let limits = info.limits().filter(|_| !matches!(info.raw(), RawType::F32 | RawType::F64))?;
    let step = limits.step()?.to_f64();
    let Neighbours { below, above } = limits.off_step(info.scale(), raw)?;
    let above = Some(above).filter(|above| limits.max().is_none_or(|max| *above <= max.to_f64()));
    Some(InvalidValue::OffDeviceStep { value, below, above, step, unit: info.unit().to_owned() })
}

/// Words for an integer.
pub(crate) fn encode_integer(info: &PointInfo, integer: i128) -> Result<Vec<u16>, InvalidValue> {
    let (min, max) = info.raw().range();
    let [value, min_value, max_value] = [integer, min, max].map(in_message);
    if integer < min || integer > max {
        return Err(InvalidValue::OutOfRange { value, min: min_value, max: max_value });
    }
    value_words(info, integer, value)
}

#[expect(clippy::cast_precision_loss, reason = "only for messages and limits; both are at most 64 bits")]
fn in_message(integer: i128) -> f64 {
    integer as f64
}

/// Words for a code whose meaning is its own: what the limits say of numbers does not hold for it.
pub(crate) fn encode_code(info: &PointInfo, code: i64) -> Result<Vec<u16>, InvalidValue> {
    let raw = i128::from(code);
    let (min, max) = info.raw().range();
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

/// Words for a number.
pub(crate) fn encode_number(info: &PointInfo, value: f64) -> Result<Vec<u16>, InvalidValue> {
    if !value.is_finite() {
        return Err(InvalidValue::NotANumber);
    }
    match info.raw() {
        RawType::F32 => encode_f32(info, value),
        RawType::F64 => encode_f64(info, value),
        raw => encode_scaled(info, value, raw.range()),
    }
}

fn encode_scaled(info: &PointInfo, value: f64, (min, max): (i128, i128)) -> Result<Vec<u16>, InvalidValue> {
    let scale = info.scale();
    match scale.encode(value, min, max) {
        Ok(raw) => value_words(info, raw, scale.decode(raw)),
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
fn encode_f32(info: &PointInfo, value: f64) -> Result<Vec<u16>, InvalidValue> {
    #[expect(clippy::cast_possible_truncation, reason = "rounds to the nearest, to infinity where it does not fit")]
    let raw = info.scale().unapply(value) as f32;
    if raw.is_infinite() {
        let [one_end, other_end] = [f32::MIN, f32::MAX].map(|end| info.scale().apply(f64::from(end)));
        return Err(InvalidValue::OutOfRange { value, min: one_end.min(other_end), max: one_end.max(other_end) });
    }
    value_words(info, i128::from(raw.to_bits()), value)
}

fn encode_f64(info: &PointInfo, value: f64) -> Result<Vec<u16>, InvalidValue> {
    let raw = info.scale().unapply(value);
    if raw.is_infinite() {
        return Err(InvalidValue::OutOfRange { value, min: f64::MIN, max: f64::MAX });
    }
    value_words(info, i128::from(raw.to_bits()), value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Decimal, Limits, PointSpec, Scale};

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
    }
}
