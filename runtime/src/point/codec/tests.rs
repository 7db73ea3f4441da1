use super::*;
use crate::{BitRange, Context, Decimal, InvalidRequest, InvalidValue, Limits, PointSpec};

fn number(info: &PointInfo, words: &[u16]) -> Option<f64> {
    super::number(info, words, info.scale())
}

fn encode_number(info: &PointInfo, value: f64) -> Result<Vec<u16>, InvalidValue> {
    super::encode_number(info, value, Context::NONE)
}

fn point(raw: RawType, words: &'static [u16], scale: Scale) -> PointInfo {
    PointInfo::new(PointSpec { words, scale, raw, ..PointSpec::DEFAULT })
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
fn the_most_significant_bit_may_be_the_sign() {
    let info = point(RawType::SignMagnitude, &[0], Scale::ONE);
    for (word, value) in [(0, 0), (1, 1), (0x7FFF, 32_767), (0x8001, -1), (0x8064, -100), (0xFFFF, -32_767)] {
        assert_eq!(integer(&info, &[word]), Some(value), "{word:04X}");
        assert_eq!(encode_integer(&info, value), Ok(vec![word]), "{value}");
    }
    // Minus zero.
    assert_eq!(integer(&info, &[0x8000]), Some(0));
    assert_eq!(number(&info, &[0x8000]), Some(0.0));
    assert_eq!(info.raw_range(), (-32_767, 32_767));
    for beyond in [32_768, -32_768] {
        let value = f64::from(beyond);
        let refused = InvalidValue::OutOfRange { value, min: -32_767.0, max: 32_767.0 };
        assert_eq!(encode_integer(&info, beyond.into()), Err(refused.clone()));
        assert_eq!(encode_number(&info, value), Err(refused));
    }
    let pair = point(RawType::SignMagnitude, &[0, 1], Scale::new(1, 0, 10));
    assert_eq!(number(&pair, &[0x8000, 215]), Some(-21.5));
    assert_eq!(encode_number(&pair, -21.5), Ok(vec![0x8000, 215]));
    let widest = point(RawType::SignMagnitude, &[0, 1, 2, 3, 4, 5, 6, 7], Scale::ONE);
    assert_eq!(integer(&widest, &[0xFFFF; 8]), Some(-i128::MAX));
    assert_eq!(encode_integer(&widest, -i128::MAX), Ok(vec![0xFFFF; 8]));
    assert_eq!(widest.raw_range(), (-i128::MAX, i128::MAX));
}

#[test]
fn registers_may_count_in_ten_thousands() {
    let info = point(RawType::Modulo10000, &[0, 1, 2, 3], Scale::new(1, 0, 1000));
    assert_eq!(integer(&info, &[0, 12, 3456, 7890]), Some(1_234_567_890));
    assert_eq!(number(&info, &[0, 12, 3456, 7890]), Some(1_234_567.89));
    assert_eq!(encode_number(&info, 1_234_567.89), Ok(vec![0, 12, 3456, 7890]));
    assert_eq!(info.raw_range(), (0, 9_999_999_999_999_999));
    for words in [[0, 0, 0, 10_000], [10_000, 0, 0, 0], [0, 0xFFFF, 0, 0], [0xFFFF; 4]] {
        assert_eq!(integer(&info, &words), None, "{words:?}");
    }
    for beyond in [-1, 10_000_000_000_000_000] {
        assert!(matches!(encode_integer(&info, beyond), Err(InvalidValue::OutOfRange { .. })), "{beyond}");
    }
    let signed = point(RawType::SignedModulo10000, &[0, 1], Scale::ONE);
    let below_zero = [-1234, -5678].map(i16::cast_unsigned);
    assert_eq!(integer(&signed, &below_zero), Some(-12_345_678));
    assert_eq!(encode_integer(&signed, -12_345_678), Ok(below_zero.to_vec()));
    assert_eq!(signed.raw_range(), (-99_999_999, 99_999_999));
    for words in [[10_000, 0], [0, -10_000], [-1, 1], [1, -1], [i16::MIN, 0], [0, i16::MAX]] {
        assert_eq!(integer(&signed, &words.map(i16::cast_unsigned)), None, "{words:?}");
    }
    // A few bits of a register are no part of it.
    let bits = Some(BitRange::new(0, 7));
    let part = PointInfo::new(PointSpec { raw: RawType::Modulo10000, bits, words: &[0], ..PointSpec::DEFAULT });
    assert_eq!(integer(&part, &[1]), None);
    assert!(matches!(encode_integer(&part, 0), Err(InvalidValue::Request(InvalidRequest::Bits { low: 0, high: 7 }))));
}

#[test]
fn every_word_is_written_back_as_it_was_read_or_is_no_value() {
    for raw_type in [RawType::SignMagnitude, RawType::Modulo10000, RawType::SignedModulo10000] {
        let info = point(raw_type, &[0], Scale::ONE);
        let mut values = 0;
        for word in 0..=u16::MAX {
            let Some(value) = integer(&info, &[word]) else { continue };
            let written = if value == 0 { 0 } else { word };
            assert_eq!(encode_integer(&info, value), Ok(vec![written]), "{raw_type:?} {word:04X}");
            values += 1;
        }
        let expected = match raw_type {
            RawType::SignMagnitude => 0x1_0000,
            RawType::Modulo10000 => 10_000,
            _ => 19_999,
        };
        assert_eq!(values, expected, "{raw_type:?}");
    }
}

#[test]
fn every_value_in_range_is_read_back_as_it_was_written() {
    const ADDRESSES: &[u16] = &[0, 1, 2, 3, 4, 5, 6, 7];
    for raw_type in [RawType::SignMagnitude, RawType::Modulo10000, RawType::SignedModulo10000] {
        for count in 1..=ADDRESSES.len() {
            for byte_swapped in [false, true] {
                let words = &ADDRESSES[..count];
                let info = PointInfo::new(PointSpec { raw: raw_type, words, byte_swapped, ..PointSpec::DEFAULT });
                let (min, max) = info.raw_range();
                let step = (max / 499).max(1);
                let spread = (-499..=499).map(|position| (position * step).min(max));
                for value in spread.chain([min, min + 1, -1, 0, 1, max - 1, max]).filter(|value| *value >= min) {
                    let words = encode_integer(&info, value).unwrap();
                    assert_eq!(words.len(), count);
                    assert_eq!(integer(&info, &words), Some(value), "{raw_type:?} {words:04X?}");
                }
            }
        }
    }
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
