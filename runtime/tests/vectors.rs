//! What registers mean by the documents that say so: a device answers with these words, and they are read as this.
#![cfg(feature = "simulator")]
#![expect(clippy::large_types_passed_by_value, reason = "they are made in constants")]

mod support;

use modbus_bindgen_runtime::{
    Access, AnyValue, Assignment, BitRange, Encoding, Kind, Labelled, LinkInfo, Packing, PointInfo, PointSpec, RawType,
    Scale, Table, TextInfo,
};
use support::serve;

/// At these addresses lie the words, as they are sent.
const FIRST: u16 = 100;
/// Holds a power of ten.
const SCALE: u16 = 200;

const STATES: &[Labelled] = &[Labelled::new(1, "Off"), Labelled::new(4, "MPPT")];
const EVENTS: &[Labelled] = &[Labelled::new(0, "Ground fault"), Labelled::new(3, "AC disconnect")];

const SPEC: PointSpec = PointSpec { access: Access::ReadWrite, words: &[100], ..PointSpec::DEFAULT };
const PAIR: PointSpec = PointSpec { words: &[100, 101], ..SPEC };
const LOW_FIRST: PointSpec = PointSpec { words: &[101, 100], ..SPEC };
const THREE: PointSpec = PointSpec { words: &[100, 101, 102], ..SPEC };
const FOUR: PointSpec = PointSpec { words: &[100, 101, 102, 103], ..SPEC };
const FOUR_LOW_FIRST: PointSpec = PointSpec { words: &[103, 102, 101, 100], ..SPEC };
/// Words within each half swapped, halves not.
const ODD: PointSpec = PointSpec { words: &[101, 100, 103, 102], ..SPEC };

const fn number(raw: RawType, spec: PointSpec) -> PointSpec {
    PointSpec { raw, kind: if raw.is_float() { Kind::Scaled } else { Kind::Integer }, ..spec }
}

const fn not_available(raw: &'static [i128], spec: PointSpec) -> PointSpec {
    PointSpec { not_available: raw, ..spec }
}

const fn swapped(spec: PointSpec) -> PointSpec {
    PointSpec { byte_swapped: true, ..spec }
}

const fn part(low: u8, high: u8, spec: PointSpec) -> PointSpec {
    PointSpec { bits: Some(BitRange::new(low, high)), ..spec }
}

const fn text(packing: Packing, spec: PointSpec) -> PointSpec {
    let text = Some(TextInfo { encoding: Encoding::Ascii, packing });
    PointSpec { raw: RawType::Text, kind: Kind::Text, text, ..spec }
}

const fn scaled_by_register(raw: RawType) -> PointSpec {
    PointSpec { kind: Kind::Scaled, scale_register: Some(SCALE), ..number(raw, SPEC) }
}

const BYTES: PointSpec = PointSpec { raw: RawType::Bytes, kind: Kind::Bytes, ..PAIR };
const ENUM: PointSpec = PointSpec { kind: Kind::Enum, values: STATES, not_available: &[0xFFFF], ..SPEC };
const FLAGS: PointSpec =
    PointSpec { raw: RawType::U32, kind: Kind::Flags, values: EVENTS, not_available: &[0xFFFF_FFFF], ..PAIR };

/// What it is; the point; what the registers from 100 on hold; what is printed, or that there is no value.
type Vector = (&'static str, PointSpec, &'static [u16], Option<&'static str>);

const VECTORS: &[Vector] = &[
    // Modbus Application Protocol V1.1b3, section 6.3: registers 108 to 110 hold 555, 0 and 100.
    ("Modbus: a register", number(RawType::U16, SPEC), &[0x022B], Some("555")),
    ("Modbus: a register", number(RawType::U16, SPEC), &[0x0064], Some("100")),
    // Section 4.2: the high byte is sent first.
    ("Modbus: 0x1234", number(RawType::U16, SPEC), &[0x1234], Some("4660")),
    // SunSpec: the types and what each sends for a point that is not implemented.
    ("int16", not_available(&[-0x8000], number(RawType::I16, SPEC)), &[0xFFFE], Some("-2")),
    ("int16", not_available(&[-0x8000], number(RawType::I16, SPEC)), &[0x8001], Some("-32767")),
    ("int16, not implemented", not_available(&[-0x8000], number(RawType::I16, SPEC)), &[0x8000], None),
    ("uint16", not_available(&[0xFFFF], number(RawType::U16, SPEC)), &[0xFFFE], Some("65534")),
    ("uint16, not implemented", not_available(&[0xFFFF], number(RawType::U16, SPEC)), &[0xFFFF], None),
    ("acc16, not accumulated", not_available(&[0], number(RawType::U16, SPEC)), &[0], None),
    ("int32", not_available(&[-0x8000_0000], number(RawType::I32, PAIR)), &[0xFFFF, 0xFFFE], Some("-2")),
    ("int32, not implemented", not_available(&[-0x8000_0000], number(RawType::I32, PAIR)), &[0x8000, 0], None),
    ("uint32", not_available(&[0xFFFF_FFFF], number(RawType::U32, PAIR)), &[0x0001, 0x0002], Some("65538")),
    ("uint32, not implemented", not_available(&[0xFFFF_FFFF], number(RawType::U32, PAIR)), &[0xFFFF, 0xFFFF], None),
    ("acc32", not_available(&[0], number(RawType::U32, PAIR)), &[0xFFFF, 0xFFFF], Some("4294967295")),
    ("acc32, not accumulated", not_available(&[0], number(RawType::U32, PAIR)), &[0, 0], None),
    ("int64", not_available(&[-0x8000_0000_0000_0000], number(RawType::I64, FOUR)), &[0xFFFF; 4], Some("-1")),
    (
        "int64, not implemented",
        not_available(&[-0x8000_0000_0000_0000], number(RawType::I64, FOUR)),
        &[0x8000, 0, 0, 0],
        None,
    ),
    ("uint64", number(RawType::U64, FOUR), &[0x0102, 0x0304, 0x0506, 0x0708], Some("72623859790382856")),
    (
        "uint64, not implemented",
        not_available(&[0xFFFF_FFFF_FFFF_FFFF], number(RawType::U64, FOUR)),
        &[0xFFFF; 4],
        None,
    ),
    ("acc64, not accumulated", not_available(&[0], number(RawType::U64, FOUR)), &[0; 4], None),
    ("float32", number(RawType::F32, PAIR), &[0x42F6, 0xE979], Some("123.45600128173828")),
    ("float32, not implemented", number(RawType::F32, PAIR), &[0x7FC0, 0], None),
    ("float32, another NaN", number(RawType::F32, PAIR), &[0xFFC0, 1], None),
    ("float32, infinite", number(RawType::F32, PAIR), &[0x7F80, 0], Some("inf")),
    ("float32, infinite", number(RawType::F32, PAIR), &[0xFF80, 0], Some("-inf")),
    ("float64", number(RawType::F64, FOUR), &[0x3FF0, 0, 0, 0], Some("1")),
    ("float64, not implemented", number(RawType::F64, FOUR), &[0x7FF8, 0, 0, 0], None),
    ("enum16", ENUM, &[4], Some("MPPT")),
    ("enum16, not listed", ENUM, &[9], Some("unknown (9)")),
    ("enum16, not implemented", ENUM, &[0xFFFF], None),
    ("bitfield32", FLAGS, &[0, 0b1001], Some("Ground fault, AC disconnect")),
    ("bitfield32", FLAGS, &[0x4000, 0], Some("bit 30")),
    ("bitfield32, not implemented", FLAGS, &[0xFFFF, 0xFFFF], None),
    ("string, padded with NUL", text(Packing::TwoHighFirst, THREE), &[0x5375, 0x6E53, 0], Some("SunS")),
    ("string, full", text(Packing::TwoHighFirst, THREE), &[0x5375, 0x6E53, 0x7065], Some("SunSpe")),
    ("string, not implemented", text(Packing::TwoHighFirst, THREE), &[0, 0, 0], Some("")),
    ("string, padded with blanks", text(Packing::TwoHighFirst, THREE), &[0x4142, 0x2020, 0x2020], Some("AB")),
    ("string, low byte first", text(Packing::TwoLowFirst, PAIR), &[0x7553, 0x536E], Some("SunS")),
    ("string, swapped bytes", swapped(text(Packing::TwoHighFirst, PAIR)), &[0x7553, 0x536E], Some("SunS")),
    ("string, one character", text(Packing::One, PAIR), &[0x53, 0x75], Some("Su")),
    ("string, one in the high byte", swapped(text(Packing::One, PAIR)), &[0x5300, 0x7500], Some("Su")),
    ("ipaddr", BYTES, &[0xC0A8, 0x0128], Some("0xC0A80128")),
    ("bytes, swapped", swapped(BYTES), &[0xA8C0, 0x2801], Some("0xC0A80128")),
    // 123456.0 is 47 F1 20 00: A B C D in the four orders that devices send it in.
    ("ABCD", number(RawType::F32, PAIR), &[0x47F1, 0x2000], Some("123456")),
    ("CDAB", number(RawType::F32, LOW_FIRST), &[0x2000, 0x47F1], Some("123456")),
    ("BADC", swapped(number(RawType::F32, PAIR)), &[0xF147, 0x0020], Some("123456")),
    ("DCBA", swapped(number(RawType::F32, LOW_FIRST)), &[0x0020, 0xF147], Some("123456")),
    ("ABCD", number(RawType::U32, PAIR), &[0x0102, 0x0304], Some("16909060")),
    ("CDAB", number(RawType::U32, LOW_FIRST), &[0x0304, 0x0102], Some("16909060")),
    ("BADC", swapped(number(RawType::U32, PAIR)), &[0x0201, 0x0403], Some("16909060")),
    ("DCBA", swapped(number(RawType::U32, LOW_FIRST)), &[0x0403, 0x0201], Some("16909060")),
    ("BA", swapped(number(RawType::I16, SPEC)), &[0xFEFF], Some("-2")),
    ("ABCDEFGH", number(RawType::F64, FOUR), &[0x40FE, 0x2400, 0, 0], Some("123456")),
    ("GHEFCDAB", number(RawType::F64, FOUR_LOW_FIRST), &[0, 0, 0x2400, 0x40FE], Some("123456")),
    ("BADCFEHG", swapped(number(RawType::F64, FOUR)), &[0xFE40, 0x0024, 0, 0], Some("123456")),
    ("HGFEDCBA", swapped(number(RawType::F64, FOUR_LOW_FIRST)), &[0, 0, 0x0024, 0xFE40], Some("123456")),
    ("CDABGHEF", number(RawType::F64, ODD), &[0x2400, 0x40FE, 0, 0], Some("123456")),
    // Three words.
    ("uint48", number(RawType::U48, THREE), &[0x0001, 0, 0x0002], Some("4294967298")),
    ("int48", number(RawType::I48, THREE), &[0xFFFF, 0xFFFF, 0xFFFE], Some("-2")),
    ("int48", number(RawType::I48, THREE), &[0x7FFF, 0xFFFF, 0xFFFF], Some("140737488355327")),
    // Binary coded decimals.
    ("BCD", number(RawType::Bcd, SPEC), &[0x1959], Some("1959")),
    ("BCD, no digit", number(RawType::Bcd, SPEC), &[0x195A], None),
    ("BCD, eight digits", number(RawType::Bcd, PAIR), &[0x1234, 0x5678], Some("12345678")),
    ("BCD, low word first", number(RawType::Bcd, LOW_FIRST), &[0x5678, 0x1234], Some("12345678")),
    (
        "BCD, scaled",
        PointSpec { kind: Kind::Scaled, scale: Scale::new(1, 0, 10), ..number(RawType::Bcd, SPEC) },
        &[0x0215],
        Some("21.5"),
    ),
    // A sign and a magnitude.
    ("sign and magnitude", number(RawType::SignMagnitude, SPEC), &[0x007B], Some("123")),
    ("sign and magnitude", number(RawType::SignMagnitude, SPEC), &[0x807B], Some("-123")),
    ("sign and magnitude, largest", number(RawType::SignMagnitude, SPEC), &[0x7FFF], Some("32767")),
    ("sign and magnitude, smallest", number(RawType::SignMagnitude, SPEC), &[0xFFFF], Some("-32767")),
    ("sign and magnitude, 32 bits", number(RawType::SignMagnitude, PAIR), &[0x8001, 0x0002], Some("-65538")),
    ("sign and magnitude, low word first", number(RawType::SignMagnitude, LOW_FIRST), &[2, 0x8001], Some("-65538")),
    ("sign and magnitude, swapped bytes", swapped(number(RawType::SignMagnitude, SPEC)), &[0x7B80], Some("-123")),
    ("sign and magnitude, 48 bits", number(RawType::SignMagnitude, THREE), &[0x8000, 0, 7], Some("-7")),
    ("sign and magnitude, 64 bits", number(RawType::SignMagnitude, FOUR), &[0x8000, 0, 1, 0], Some("-65536")),
    (
        "sign and magnitude, scaled",
        PointSpec { kind: Kind::Scaled, scale: Scale::new(1, 0, 10), ..number(RawType::SignMagnitude, SPEC) },
        &[0x80D7],
        Some("-21.5"),
    ),
    ("sign and magnitude in a byte", part(8, 15, number(RawType::SignMagnitude, SPEC)), &[0x8500], Some("-5")),
    // Modulo 10000: each register counts in ten thousands of the next.
    ("modulo 10000", number(RawType::Modulo10000, PAIR), &[1234, 5678], Some("12345678")),
    ("modulo 10000, low word first", number(RawType::Modulo10000, LOW_FIRST), &[5678, 1234], Some("12345678")),
    ("modulo 10000, 3 registers", number(RawType::Modulo10000, THREE), &[12, 0, 9], Some("1200000009")),
    ("modulo 10000, 4 registers", number(RawType::Modulo10000, FOUR), &[9999; 4], Some("9999999999999999")),
    ("modulo 10000, low first", number(RawType::Modulo10000, FOUR_LOW_FIRST), &[1, 2, 3, 4], Some("4000300020001")),
    ("modulo 10000, swapped bytes", swapped(number(RawType::Modulo10000, PAIR)), &[0x0100, 0x0200], Some("10002")),
    ("modulo 10000, beyond 9999", number(RawType::Modulo10000, PAIR), &[1234, 10_000], None),
    ("modulo 10000, no sign", number(RawType::Modulo10000, PAIR), &[0, 0xFFFF], None),
    // -1234 and -5678.
    ("signed modulo 10000", number(RawType::SignedModulo10000, PAIR), &[0xFB2E, 0xE9D2], Some("-12345678")),
    ("signed modulo 10000", number(RawType::SignedModulo10000, PAIR), &[0, 0xFFFF], Some("-1")),
    ("signed modulo 10000", number(RawType::SignedModulo10000, PAIR), &[0xFFFF, 0], Some("-10000")),
    ("signed modulo 10000", number(RawType::SignedModulo10000, PAIR), &[9999, 9999], Some("99999999")),
    ("signed modulo 10000, two signs", number(RawType::SignedModulo10000, PAIR), &[1, 0xFFFF], None),
    ("signed modulo 10000, -10000", number(RawType::SignedModulo10000, PAIR), &[0, 0xD8F0], None),
    (
        "modulo 10000, scaled",
        PointSpec { kind: Kind::Scaled, scale: Scale::new(1, 0, 10), ..number(RawType::Modulo10000, PAIR) },
        &[1, 5],
        Some("1000.5"),
    ),
    // Parts: a time of day in one register, hours in the high byte.
    ("high byte", part(8, 15, number(RawType::U16, SPEC)), &[0x173B], Some("23")),
    ("low byte", part(0, 7, number(RawType::U16, SPEC)), &[0x173B], Some("59")),
    ("low byte, signed", part(0, 7, number(RawType::I16, SPEC)), &[0x17FE], Some("-2")),
    ("high byte, BCD", part(8, 15, number(RawType::Bcd, SPEC)), &[0x2359], Some("23")),
    ("one bit", PointSpec { kind: Kind::Bool, ..part(15, 15, SPEC) }, &[0x8000], Some("on")),
    ("one bit", PointSpec { kind: Kind::Bool, ..part(15, 15, SPEC) }, &[0x7FFF], Some("off")),
    ("one bit, swapped bytes", PointSpec { kind: Kind::Bool, ..swapped(part(15, 15, SPEC)) }, &[0x0080], Some("on")),
    ("an enum in two bits", PointSpec { not_available: &[3], ..part(2, 3, ENUM) }, &[0b0100], Some("Off")),
    ("an enum in two bits", PointSpec { not_available: &[3], ..part(2, 3, ENUM) }, &[0b1100], None),
    ("across words", part(12, 19, number(RawType::U32, PAIR)), &[0x0005, 0xA000], Some("90")),
    (
        "flags in a nibble",
        PointSpec { not_available: &[], ..part(28, 31, FLAGS) },
        &[0x9000, 0],
        Some("Ground fault, AC disconnect"),
    ),
    // The register at 200 holds -1.
    ("sunssf", scaled_by_register(RawType::I16), &[0xFFCE], Some("-5")),
    ("sunssf", scaled_by_register(RawType::U16), &[213], Some("21.3")),
];

#[tokio::test]
async fn words_mean_what_the_documents_say() {
    for (what, spec, registers, expected) in VECTORS {
        let point = PointInfo::new(*spec).leak();
        let (simulator, unit) = serve(vec![point], LinkInfo::DEFAULT);
        simulator.set_raw(Table::HoldingRegister, FIRST, registers);
        simulator.set_raw(Table::HoldingRegister, SCALE, &[0xFFFF]);
        let snapshot = unit.read_points([point]).await.unwrap();
        let value = snapshot.value(point);
        assert_eq!(value.as_ref().map(ToString::to_string).as_deref(), *expected, "{what}: {registers:04X?}");

        // What was read is written as it was, but for what has no code of its own.
        let Some(value) = value.filter(|value| !matches!(value, AnyValue::Code { label: None, .. })) else { continue };
        if matches!(value, AnyValue::Number(number) if number.is_infinite()) {
            continue;
        }
        let parsed = AnyValue::parse(point, &value.to_string()).unwrap();
        for value in [value, parsed] {
            unit.write([Assignment::any(point, value)]).await.unwrap();
            let count = u16::try_from(registers.len()).unwrap();
            let written = simulator.raw(Table::HoldingRegister, FIRST, count).unwrap();
            // Padding is NUL.
            let is_padded = registers.contains(&0x2020);
            assert!(is_padded || written == *registers, "{what}: {registers:04X?} came back as {written:04X?}");
        }
    }
}

#[tokio::test]
async fn a_scale_that_is_none_means_that_there_is_no_value() {
    for word in [0x8000, 11, 0xFFF5, 0x7FFF] {
        let point = PointInfo::new(scaled_by_register(RawType::I16)).leak();
        let (simulator, unit) = serve(vec![point], LinkInfo::DEFAULT);
        simulator.set_raw(Table::HoldingRegister, SCALE, &[word]);
        let snapshot = unit.read_points([point]).await.unwrap();
        assert_eq!(snapshot.value(point), None, "{word}");
    }
}

/// Every power of ten gives the `f64` that its literal is.
#[tokio::test]
async fn every_power_of_ten_is_exact() {
    let point = PointInfo::new(PointSpec { words: &[100, 101], ..scaled_by_register(RawType::I32) }).leak();
    let (simulator, unit) = serve(vec![point], LinkInfo::DEFAULT);
    for raw in [0, 1, -1, 3, 213, -40_007, i32::MAX, i32::MIN] {
        for power in -10..=10_i16 {
            let [a, b, c, d] = raw.to_be_bytes();
            let words = [u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])];
            simulator.set_raw(Table::HoldingRegister, FIRST, &words);
            simulator.set_raw(Table::HoldingRegister, SCALE, &[power.cast_unsigned()]);
            let value = unit.read_points([point]).await.unwrap().value(point);
            assert_eq!(value, Some(AnyValue::Number(format!("{raw}e{power}").parse().unwrap())));
        }
    }
}
