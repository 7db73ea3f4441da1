//! Words to values to words, and texts to values to texts, of any point.

use arbitrary::{Arbitrary, Unstructured};
use modbus_bindgen_runtime::{
    AnyValue, BitRange, Decimal, Encoding, Kind, Labelled, Limits, Packing, PointInfo, PointSpec, RawType, Scale,
    TextInfo, Value,
};

#[derive(Debug, Arbitrary)]
struct Input<'a> {
    raw: u8,
    kind: u8,
    count: u8,
    byte_swapped: bool,
    bits: Option<(u8, u8)>,
    scale: (i64, i64, i64),
    limits: Option<(Option<(i64, u8)>, Option<(i64, u8)>, Option<(i64, u8)>)>,
    values: (u8, u8),
    not_available: (u8, u8),
    text: (u8, u8),
    words: Vec<u16>,
    typed: &'a str,
    number: f64,
}

const RAW: [RawType; 17] = [
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
    RawType::Text,
    RawType::Bytes,
];
const KINDS: [Kind; 6] = [Kind::Bool, Kind::Integer, Kind::Scaled, Kind::Enum, Kind::Flags, Kind::Special];
const LABELS: [&str; 10] = ["Off", "On", "off", " Off ", "a, b", "a", "bit 3", "none", "", "7"];
/// Lists of points are runs of these: a point refers to them for the rest of the program.
static VALUES: [Labelled; 16] = [
    Labelled::new(i64::MIN, LABELS[4]),
    Labelled::new(-32_768, LABELS[5]),
    Labelled::new(-1, LABELS[0]),
    Labelled::new(0, LABELS[1]),
    Labelled::new(1, LABELS[2]),
    Labelled::new(2, LABELS[3]),
    Labelled::new(3, LABELS[6]),
    Labelled::new(7, LABELS[9]),
    Labelled::new(15, LABELS[8]),
    Labelled::new(63, LABELS[7]),
    Labelled::new(98, LABELS[0]),
    Labelled::new(255, LABELS[1]),
    Labelled::new(32_767, LABELS[2]),
    Labelled::new(65_535, LABELS[3]),
    Labelled::new(4_294_967_295, LABELS[4]),
    Labelled::new(i64::MAX, LABELS[5]),
];
static NOT_AVAILABLE: [i128; 12] =
    [-2_147_483_648, -32_768, -1, 0, 1, 255, 20_000, 32_767, 32_768, 65_535, 4_294_967_295, 18_446_744_073_709_551_615];
static WORDS: [u16; 256] = {
    let mut words = [0; 256];
    let mut at = 0;
    while at < words.len() {
        words[at] = at as u16;
        at += 1;
    }
    words
};
const ENCODINGS: [Encoding; 3] = [Encoding::Ascii, Encoding::Iso8859_1, Encoding::Utf8];
const PACKINGS: [Packing; 3] = [Packing::TwoHighFirst, Packing::TwoLowFirst, Packing::One];

fn pick<T: Copy>(from: &[T], number: u8) -> T {
    from[usize::from(number) % from.len()]
}

fn part_of<T>(from: &'static [T], (start, length): (u8, u8)) -> &'static [T] {
    let rest = &from[usize::from(start) % from.len()..];
    &rest[..usize::from(length) % (rest.len() + 1)]
}

fn decimal((mantissa, digits): (i64, u8)) -> Decimal {
    Decimal::new(mantissa, digits % 19)
}

/// Whether a part of its words would be no value of the type.
fn is_whole(raw: RawType) -> bool {
    matches!(
        raw,
        RawType::F32
            | RawType::F64
            | RawType::Modulo10000
            | RawType::SignedModulo10000
            | RawType::Text
            | RawType::Bytes
            | RawType::Bool
    )
}

fn point(input: &Input<'_>) -> PointInfo {
    let raw = pick(&RAW, input.raw);
    let (mul, add, div) = input.scale;
    let limits = input.limits.map(|(min, max, step)| {
        let limits = Limits::new(min.map(decimal), max.map(decimal));
        step.map_or(limits, |step| limits.with_step(decimal(step)))
    });
    let count = raw.words().unwrap_or_else(|| usize::from(input.count));
    PointInfo::new(PointSpec {
        id: "fuzzed",
        raw,
        kind: match raw {
            RawType::Text => Kind::Text,
            RawType::Bytes => Kind::Bytes,
            RawType::Bcd | RawType::SignMagnitude | RawType::Modulo10000 | RawType::SignedModulo10000 => {
                pick(&[Kind::Integer, Kind::Scaled, Kind::Enum, Kind::Special], input.kind)
            }
            _ => pick(&KINDS, input.kind),
        },
        byte_swapped: input.byte_swapped,
        bits: input.bits.and_then(|(low, high)| BitRange::checked(low, high)).filter(|_| !is_whole(raw)),
        scale: Scale::checked(mul, add, div).unwrap_or(Scale::ONE),
        limits,
        text: (raw == RawType::Text)
            .then(|| TextInfo { encoding: pick(&ENCODINGS, input.text.0), packing: pick(&PACKINGS, input.text.1) }),
        words: &WORDS[..count],
        values: part_of(&VALUES, input.values),
        not_available: part_of(&NOT_AVAILABLE, input.not_available),
        ..PointSpec::DEFAULT
    })
}

/// What was decoded is written back as words that mean the same.
fn round_trip(info: &PointInfo, value: &AnyValue, words: Option<&[u16]>) {
    let Ok(written) = AnyValue::encode(value.clone(), info) else { return };
    assert_eq!(written.len(), info.words().len(), "{value:?}");
    let again = AnyValue::decode(info, &written);
    let is_float = matches!(info.raw(), RawType::F32 | RawType::F64);
    match (&again, value) {
        // A float with a scale is computed as floats are: adding may cost all its digits.
        (Some(AnyValue::Number(_)), AnyValue::Number(_)) if is_float && info.scale() != Scale::ONE => {}
        (Some(AnyValue::Number(again)), AnyValue::Number(value)) => {
            let tolerance =
                if is_float { value.abs() * 1e-7 + 1e-44 } else { info.scale().step() * 1e-5 + value.abs() * 1e-15 };
            assert!((again - value).abs() <= tolerance, "{value} was written and {again} is read");
        }
        // Bits beyond the raw type's are refused; what is not there cannot be written.
        (again, _) if words.is_some() => assert_eq!(again.as_ref(), Some(value)),
        _ => {}
    }
    if let (Some(words), false) = (words, is_float) {
        // Minus zero is written as zero.
        let is_minus_zero = info.raw() == RawType::SignMagnitude && info.raw_value(words) == Some(0);
        let exact = !matches!(info.kind(), Kind::Bool | Kind::Text)
            && info.raw() != RawType::Bool
            && info.bits().is_none()
            && !is_minus_zero;
        // Numbers of more than 53 bits are not f64 exactly.
        let offset = info.scale().add().checked_div(info.scale().mul()).unwrap_or(i64::MAX);
        let long = matches!(value, AnyValue::Number(_)) && (words.len() > 2 || offset.unsigned_abs() >= 1 << 47);
        assert!(!exact || long || written == words, "{words:?} was read as {value:?} and written as {written:?}");
    }
}

pub fn run(bytes: &[u8]) {
    if let Ok(input) = Input::arbitrary_take_rest(Unstructured::new(bytes)) {
        check(&input);
    }
}

fn check(input: &Input<'_>) {
    let info = point(input);
    if let Some(value) = AnyValue::decode(&info, &input.words) {
        assert_eq!(input.words.len(), info.words().len());
        round_trip(&info, &value, Some(&input.words));
        // Labels may be ambiguous, and unknown codes are not understood; what is understood is what was said.
        let shown = value.to_string();
        // A number that is a label, too, is understood as that or not at all.
        let is_label = info.values().iter().any(|value| value.label().trim().eq_ignore_ascii_case(shown.trim()));
        match (AnyValue::parse(&info, &shown), &value) {
            _ if is_label => {}
            (Ok(parsed), AnyValue::Integer(_) | AnyValue::Number(_) | AnyValue::Bool(_) | AnyValue::Text(_)) => {
                assert!(parsed == value, "{value:?} is shown as {shown}, which is {parsed:?}");
            }
            (Err(error), AnyValue::Integer(_) | AnyValue::Bool(_)) => panic!("{shown}: {error}"),
            (Err(error), AnyValue::Number(number)) if number.is_finite() => panic!("{shown}: {error}"),
            _ => {}
        }
    }
    if let Ok(value) = AnyValue::parse(&info, input.typed) {
        round_trip(&info, &value, None);
    }
    round_trip(&info, &AnyValue::Number(input.number), None);
    if let Ok(flags) = AnyValue::parse(&info, "0xFFFF") {
        round_trip(&info, &flags, None);
    }
    let _ = serde_json::to_string(&AnyValue::Number(input.number));
}
