//! Every raw type, with swapped bytes and without, as a part of its words and as a whole, in every order of words: read and
//! written as an oracle that knows nothing of the runtime says, with text instead of arithmetic.
#![cfg(feature = "simulator")]
#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "what goes wrong in a test fails it"
)]

mod support;

use std::sync::LazyLock;

use modbus_bindgen_runtime::{
    Access, AnyValue, Assignment, BitRange, Kind, LinkInfo, PointInfo, PointSpec, RawType, Table,
};
use proptest::prelude::*;
use support::serve;

const FIRST: u16 = 100;

const RAW_TYPES: [RawType; 16] = [
    RawType::Bool,
    RawType::U16,
    RawType::I16,
    RawType::U32,
    RawType::I32,
    RawType::U48,
    RawType::I48,
    RawType::U64,
    RawType::I64,
    RawType::F32,
    RawType::F64,
    RawType::Bcd,
    RawType::SignMagnitude,
    RawType::Modulo10000,
    RawType::SignedModulo10000,
    RawType::Bytes,
];

const MODULO_10000: [RawType; 2] = [RawType::Modulo10000, RawType::SignedModulo10000];

/// All orders of the addresses from the first on.
fn orders(count: u16) -> Vec<Vec<u16>> {
    let Some(last) = count.checked_sub(1) else { return vec![vec![]] };
    let insert = |order: Vec<u16>| {
        (0..=order.len()).map(move |at| [&order[..at], &[FIRST + last], &order[at..]].concat()).collect::<Vec<_>>()
    };
    orders(last).into_iter().flat_map(insert).collect()
}

fn parts(raw: RawType, count: u16) -> Vec<Option<BitRange>> {
    let mut parts = vec![None];
    if !raw.is_float() && raw != RawType::Bytes && !MODULO_10000.contains(&raw) {
        let top = u8::try_from(count * 16 - 1).unwrap();
        for (low, high) in [(0, 0), (top, top), (0, 7), (8, 15), (4, 11), (3, top), (0, top - 1), (0, top), (12, 40)] {
            parts.extend(BitRange::checked(low, high).filter(|bits| bits.high() <= top).map(Some));
        }
    }
    parts
}

/// All of them share the same four registers.
static POINTS: LazyLock<Vec<&'static PointInfo>> = LazyLock::new(|| {
    let mut points: Vec<&'static PointInfo> = Vec::new();
    for raw in RAW_TYPES {
        let kind = match raw {
            RawType::Bool => Kind::Bool,
            RawType::Bytes => Kind::Bytes,
            raw if raw.is_float() => Kind::Scaled,
            _ => Kind::Integer,
        };
        let counts = raw.words().map_or(1..=4, |count| count..=count);
        for count in counts.map(|count| u16::try_from(count).unwrap()) {
            for (words, bits) in
                orders(count).iter().flat_map(|words| parts(raw, count).into_iter().map(move |bits| (words, bits)))
            {
                for byte_swapped in [false, true] {
                    let spec =
                        PointSpec { raw, kind, bits, byte_swapped, access: Access::ReadWrite, ..PointSpec::DEFAULT };
                    let id = format!("{raw:?} {words:?} {bits:?} {byte_swapped}");
                    points.push(PointInfo::new(spec).with_words(words.clone()).with_id(id).leak());
                }
            }
        }
    }
    points
});

/// The point's words as binary digits.
fn digits(info: &PointInfo, registers: &[u16]) -> String {
    let word = |address: &u16| {
        let digits = format!("{:016b}", registers[usize::from(address - FIRST)]);
        if info.byte_swapped() { [&digits[8..], &digits[..8]].concat() } else { digits }
    };
    info.words().iter().map(word).collect()
}

/// Where among them its part is.
fn place(info: &PointInfo) -> std::ops::Range<usize> {
    let all = info.words().len() * 16;
    info.bits().map_or(0..all, |bits| all - 1 - usize::from(bits.high())..all - usize::from(bits.low()))
}

fn unsigned(digits: &str) -> i128 {
    i128::from_str_radix(digits, 2).unwrap()
}

/// What the registers mean.
fn value(info: &PointInfo, registers: &[u16]) -> Option<AnyValue> {
    let digits = &digits(info, registers)[place(info)];
    Some(match info.raw() {
        RawType::Bool => AnyValue::Bool(digits.contains('1')),
        RawType::I16 | RawType::I32 | RawType::I48 | RawType::I64 => {
            let wrapped = if digits.starts_with('1') { 1 << digits.len() } else { 0 };
            AnyValue::Integer(unsigned(digits) - wrapped)
        }
        RawType::F32 => number(f32::from_bits(u32::from_str_radix(digits, 2).unwrap()).into())?,
        RawType::F64 => number(f64::from_bits(u64::from_str_radix(digits, 2).unwrap()))?,
        RawType::Bcd => {
            let padded = format!("{}{digits}", "0".repeat((4 - digits.len() % 4) % 4));
            let decimal = (0..padded.len() / 4).map(|at| unsigned(&padded[at * 4..at * 4 + 4]).to_string());
            let decimal: Vec<String> = decimal.collect();
            if decimal.iter().any(|digit| digit.len() > 1) {
                return None;
            }
            AnyValue::Integer(decimal.concat().parse().unwrap())
        }
        RawType::SignMagnitude => {
            let sign = if digits.starts_with('1') { -1 } else { 1 };
            AnyValue::Integer(sign * unsigned(&format!("0{}", &digits[1..])))
        }
        RawType::Modulo10000 | RawType::SignedModulo10000 => {
            let is_signed = info.raw() == RawType::SignedModulo10000;
            let parts = (0..digits.len() / 16).map(|at| unsigned(&digits[at * 16..at * 16 + 16]));
            let parts: Vec<i128> =
                parts.map(|part| part - if is_signed && part > 0x7FFF { 0x1_0000 } else { 0 }).collect();
            let is_negative = parts.iter().any(|part| *part < 0);
            if is_negative && parts.iter().any(|part| *part > 0) {
                return None;
            }
            let texts: Vec<String> = parts.iter().map(|part| format!("{:04}", part.abs())).collect();
            if texts.iter().any(|text| text.len() > 4) {
                return None;
            }
            let value: i128 = texts.concat().parse().unwrap();
            AnyValue::Integer(if is_negative { -value } else { value })
        }
        RawType::Bytes => AnyValue::Bytes(
            (0..digits.len() / 8).map(|at| u8::from_str_radix(&digits[at * 8..at * 8 + 8], 2).unwrap()).collect(),
        ),
        _ => AnyValue::Integer(unsigned(digits)),
    })
}

fn number(value: f64) -> Option<AnyValue> {
    (!value.is_nan()).then_some(AnyValue::Number(value))
}

fn is_infinite(value: &AnyValue) -> bool {
    matches!(value, AnyValue::Number(number) if number.is_infinite())
}

/// What is in the registers after the point was set to what it is in others.
fn written(info: &PointInfo, before: &[u16], others: &[u16]) -> Vec<u16> {
    let mut all = digits(info, before);
    let mut part = digits(info, others)[place(info)].to_owned();
    if info.raw() == RawType::Bool && part.contains('1') {
        // On is written as 1, whatever other bits there are.
        part = format!("{:0>width$}", 1, width = part.len());
    }
    if info.raw() == RawType::SignMagnitude && !part[1..].contains('1') {
        // Zero has no sign.
        part = "0".repeat(part.len());
    }
    all.replace_range(place(info), &part);
    let mut registers = before.to_vec();
    for (index, address) in info.words().iter().enumerate() {
        let word = &all[index * 16..index * 16 + 16];
        let word = if info.byte_swapped() { [&word[8..], &word[..8]].concat() } else { word.to_owned() };
        registers[usize::from(address - FIRST)] = u16::from_str_radix(&word, 2).unwrap();
    }
    registers
}

fn registers() -> impl Strategy<Value = [u16; 4]> {
    // Some that are binary coded decimals, or parts of a number modulo 10000.
    let word = prop_oneof![
        any::<u16>(),
        (0..10_000_u16).prop_map(|number| { u16::from_str_radix(&number.to_string(), 16).unwrap() }),
        0..10_000_u16,
        (-9_999..0_i16).prop_map(i16::cast_unsigned),
        Just(0),
        Just(9_999),
        Just(10_000),
        Just(u16::MAX),
        Just(0x8000)
    ];
    [word.clone(), word.clone(), word.clone(), word]
}

fn run<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(test)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn all_are_read_as_the_oracle_says_in_one_request(registers in registers()) {
        run(async {
            let (simulator, unit) = serve(POINTS.clone(), LinkInfo::DEFAULT);
            simulator.set_raw(Table::HoldingRegister, FIRST, &registers);
            let snapshot = unit.read_points(POINTS.iter().copied()).await.unwrap();
            assert_eq!(simulator.requests().len(), 1, "no register is read twice");
            for info in POINTS.iter() {
                let value = value(info, &registers);
                assert_eq!(snapshot.value(info), value, "{} {registers:04X?}", info.id());
                // What is printed is understood, but for what nobody may write.
                let Some(value) = value.filter(|value| !is_infinite(value)) else { continue };
                assert_eq!(AnyValue::parse(info, &value.to_string()), Ok(value), "{}", info.id());
            }
        });
    }

    #[test]
    fn each_is_written_as_the_oracle_says_and_nothing_else(
        before in registers(),
        others in registers(),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 40),
    ) {
        run(async {
            let (simulator, unit) = serve(POINTS.clone(), LinkInfo::DEFAULT);
            for info in picks.iter().map(|pick| *pick.get(&POINTS)) {
                let Some(value) = value(info, &others) else { continue };
                if is_infinite(&value) {
                    continue;
                }
                simulator.set_raw(Table::HoldingRegister, FIRST, &before);
                simulator.clear_log();
                unit.write([Assignment::any(info, value)]).await.unwrap();
                let after = simulator.raw(Table::HoldingRegister, FIRST, 4).unwrap();
                assert_eq!(after, written(info, &before, &others), "{} {before:04X?} {others:04X?}", info.id());

                // One request that writes, after one that reads where the rest has to stay.
                let requests = simulator.requests();
                let count = u16::try_from(info.words().len()).unwrap();
                let is_part = place(info).len() < info.words().len() * 16;
                let functions: Vec<u8> = requests.iter().map(|request| request.function).collect();
                let write = if count == 1 { 6 } else { 16 };
                assert_eq!(functions, if is_part { vec![3, write] } else { vec![write] }, "{}", info.id());
                assert!(requests.iter().all(|request| (request.address, request.count) == (FIRST, count)));
            }
        });
    }

    #[test]
    fn what_cannot_be_held_is_refused_by_name(picks in prop::collection::vec(any::<prop::sample::Index>(), 40), beyond in 1..1000_i128) {
        for info in picks.iter().map(|pick| *pick.get(&POINTS)) {
            if info.kind() != Kind::Integer {
                continue;
            }
            // The largest and the smallest that the oracle knows.
            let all = |word| value(info, &[word; 4]);
            let (AnyValue::Integer(least), AnyValue::Integer(most)) = (match info.raw() {
                RawType::Bcd => (AnyValue::Integer(0), {
                    let width = place(info).len();
                    let first = [None, Some('1'), Some('3'), Some('7')][width % 4];
                    let digits: String = first.into_iter().chain(std::iter::repeat_n('9', width / 4)).collect();
                    AnyValue::Integer(digits.parse().unwrap())
                }),
                RawType::SignMagnitude => {
                    let largest = (1 << (place(info).len() - 1)) - 1;
                    (AnyValue::Integer(-largest), AnyValue::Integer(largest))
                }
                RawType::Modulo10000 | RawType::SignedModulo10000 => {
                    let largest: i128 = "9999".repeat(info.words().len()).parse().unwrap();
                    let least = if info.raw() == RawType::Modulo10000 { 0 } else { -largest };
                    (AnyValue::Integer(least), AnyValue::Integer(largest))
                }
                RawType::I16 | RawType::I32 | RawType::I48 | RawType::I64 => {
                    let largest = (1 << (place(info).len() - 1)) - 1;
                    (AnyValue::Integer(-largest - 1), AnyValue::Integer(largest))
                }
                _ => (all(0).unwrap(), all(u16::MAX).unwrap()),
            }) else { unreachable!() };
            prop_assert_eq!(info.raw_range(), (least, most));
            for outside in [least - beyond, most + beyond] {
                let refused = <AnyValue as modbus_bindgen_runtime::Value>::encode(AnyValue::Integer(outside), info);
                let message = refused.unwrap_err().to_string();
                prop_assert!(message.contains("does not fit the register"), "{}", message);
            }
        }
    }
}
