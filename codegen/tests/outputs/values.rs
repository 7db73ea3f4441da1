//! A device with each raw type, order and packing, and all else that says what a raw value means.

use modbus_bindgen::model::{
    Access, Array, ArrayPlace, Device, Element, Encoding, Kind, Limit, Limits, Packing, Point, RawType, Role, Table,
    ValueForm, ValueLabel, ValueType, WriteFunctions,
};
use modbus_bindgen::ratio::Ratio;

use super::{SIGNED_WORD, WORD, link, value};

pub(super) fn device() -> Device {
    let mut points = numbers();
    points.extend(decimals());
    points.extend(encodings());
    points.extend(parts());
    points.extend(codes());
    points.extend([1, 2].map(zone));
    points.extend([1, 2].map(sensor));
    points.extend(elsewhere());
    Device {
        name: "Meter".to_owned(),
        type_name: "Meter".to_owned(),
        manufacturer: None,
        document: None,
        description: None,
        languages: vec!["en".to_owned()],
        link: link(),
        reserved: Vec::new(),
        types: types(),
        groups: Vec::new(),
        variants: vec!["Basic".to_owned(), "Plus 3.x".to_owned()],
        detect: None,
        arrays: arrays(),
        points,
        inputs: vec!["meter/device.toml".into(), "meter/registers.csv".into()],
    }
}

fn point(words: &[u16], label: &str) -> Point {
    Point { group: None, words: words.to_vec(), ..value(Table::HoldingRegister, words[0], label) }
}

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

fn integer(bits: u8, signed: bool) -> RawType {
    RawType::Integer { bits, signed }
}

fn float(bits: u8, words: &[u16], label: &str) -> Point {
    Point { raw: RawType::Float { bits }, kind: Kind::Scaled, ..point(words, label) }
}

/// Raw types and orders.
fn numbers() -> Vec<Point> {
    vec![
        Point { byte_swapped: true, ..point(&[0], "Word swapped") },
        Point { raw: integer(32, true), ..point(&[2, 1], "Low word first") },
        Point { raw: integer(32, false), byte_swapped: true, ..point(&[3, 4], "Bytes swapped") },
        Point { raw: integer(32, false), byte_swapped: true, ..point(&[6, 5], "Little endian") },
        Point { raw: integer(48, false), access: Access::ReadWrite, ..point(&[7, 8, 9], "Unsigned 48") },
        Point { raw: integer(48, true), not_available: vec![-(1 << 47)], ..point(&[12, 11, 10], "Signed 48") },
        Point { raw: integer(64, false), byte_swapped: true, ..point(&[16, 15, 14, 13], "Unsigned 64") },
        Point {
            raw: integer(64, true),
            not_available: vec![i128::from(i64::MIN)],
            ..point(&[17, 18, 19, 20], "Signed 64")
        },
        Point {
            unit: Some("Hz".to_owned()),
            not_available: vec![0x7FC0_0000],
            access: Access::ReadWrite,
            ..float(32, &[21, 22], "Frequency")
        },
        Point { scale: ratio("0.001"), unit: Some("kW".to_owned()), ..float(32, &[24, 23], "Power") },
        float(64, &[25, 26, 27, 28], "Energy"),
        Point {
            raw: RawType::Bytes,
            kind: Kind::Bytes,
            access: Access::ReadWrite,
            ..point(&[30, 31, 32], "MAC address")
        },
        Point {
            raw: RawType::Text { encoding: Encoding::Utf8, packing: Packing::TwoLowFirst },
            kind: Kind::Text,
            ..point(&[33, 34], "Model")
        },
    ]
}

/// Decimal digits, offsets and a power of ten in a register.
fn decimals() -> Vec<Point> {
    vec![
        Point { raw: RawType::Bcd { digits: 4 }, access: Access::ReadWrite, ..point(&[40], "Year") },
        Point {
            raw: RawType::Bcd { digits: 8 },
            kind: Kind::Scaled,
            scale: ratio("0.01"),
            ..point(&[42, 41], "Volume")
        },
        Point { raw: RawType::Bcd { digits: 16 }, ..point(&[43, 44, 45, 46], "Serial number") },
        Point {
            kind: Kind::Scaled,
            offset: ratio("-40"),
            unit: Some("°C".to_owned()),
            access: Access::ReadWrite,
            limits: Some(Limits {
                min: Some(Limit::Value(ratio("-40"))),
                max: Some(Limit::Value(ratio("215"))),
                step: None,
            }),
            ..point(&[47], "Oil temperature")
        },
        Point { kind: Kind::Scaled, scale: ratio("5/9"), offset: ratio("-17.5"), ..point(&[48], "Room temperature") },
        Point {
            raw: SIGNED_WORD,
            kind: Kind::Scaled,
            scale_register: Some(50),
            not_available: vec![-32_768],
            access: Access::ReadWrite,
            unit: Some("W".to_owned()),
            ..point(&[49], "AC power")
        },
        Point { raw: SIGNED_WORD, ..point(&[50], "AC power scale") },
        Point {
            raw: integer(32, false),
            kind: Kind::Scaled,
            scale_register: Some(50),
            ..point(&[51, 52], "AC energy")
        },
        Point {
            kind: Kind::Special("OffOrValue".to_owned()),
            raw: SIGNED_WORD,
            offset: ratio("100"),
            specials: vec![-1],
            ..point(&[53], "Level")
        },
    ]
}

/// Bits and bytes of a register.
fn parts() -> Vec<Point> {
    vec![
        Point { kind: Kind::Bool, bit_range: Some((3, 3)), access: Access::ReadWrite, ..point(&[60], "Pump on") },
        Point { kind: Kind::Bool, ..point(&[61], "Door") },
        Point { kind: Kind::Enum("Mode".to_owned()), bit_range: Some((4, 7)), ..point(&[60], "Mode") },
        Point { bit_range: Some((8, 15)), byte_swapped: true, ..point(&[62], "Hour") },
        Point {
            bit_range: Some((0, 7)),
            raw: SIGNED_WORD,
            kind: Kind::Scaled,
            scale: ratio("0.5"),
            not_available: vec![-128],
            access: Access::ReadWrite,
            ..point(&[63], "Correction")
        },
        Point { bit_range: Some((12, 27)), raw: integer(32, false), ..point(&[64, 65], "Across words") },
        Point { kind: Kind::BitSet, bit_range: Some((8, 15)), ..point(&[66], "Inputs") },
        Point {
            kind: Kind::Bool,
            bit_range: Some((0, 0)),
            role: Role::Command { trigger: Some(1) },
            access: Access::Write,
            ..point(&[67], "Reset")
        },
    ]
}

/// Codes and flags of which some say that there is no value.
fn codes() -> Vec<Point> {
    vec![
        Point {
            kind: Kind::Enum("Mode".to_owned()),
            not_available: vec![65_535],
            access: Access::ReadWrite,
            write_functions: Some(WriteFunctions::Single),
            ..point(&[70], "Set mode")
        },
        Point {
            kind: Kind::Flags("Events".to_owned()),
            raw: integer(32, false),
            not_available: vec![0xFFFF_FFFF],
            ..point(&[71, 72], "Events")
        },
        Point { kind: Kind::BitSet, not_available: vec![65_535], ..point(&[73], "Relays") },
    ]
}

/// Sign and magnitude, and numbers modulo 10000.
fn encodings() -> Vec<Point> {
    vec![
        Point {
            raw: RawType::SignMagnitude { bits: 16 },
            not_available: vec![-32_767],
            access: Access::ReadWrite,
            ..point(&[74], "Offset")
        },
        Point {
            raw: RawType::SignMagnitude { bits: 32 },
            kind: Kind::Scaled,
            scale: ratio("0.1"),
            unit: Some("W".to_owned()),
            ..point(&[76, 75], "Signed power")
        },
        Point { raw: RawType::SignMagnitude { bits: 16 }, bit_range: Some((0, 7)), ..point(&[77], "Trim") },
        Point { raw: RawType::Modulo10000 { bits: 64, signed: false }, ..point(&[78, 79, 80, 81], "Energy in") },
        Point {
            raw: RawType::Modulo10000 { bits: 48, signed: true },
            kind: Kind::Scaled,
            scale: ratio("0.01"),
            unit: Some("kWh".to_owned()),
            access: Access::ReadWrite,
            ..point(&[82, 83, 84], "Energy balance")
        },
        Point { raw: RawType::Modulo10000 { bits: 32, signed: false }, ..point(&[86, 85], "Pulses") },
    ]
}

/// Points at other unit ids and of one model only.
fn elsewhere() -> Vec<Point> {
    vec![
        Point { unit_id: Some(100), ..point(&[0], "Grid state") },
        Point { variants: vec!["Plus 3.x".to_owned()], ..point(&[90], "Boost") },
        Point { unit_id: Some(100), bit_range: Some((2, 2)), kind: Kind::Bool, ..point(&[1], "Grid lost") },
    ]
}

fn arrays() -> Vec<Array> {
    let array = |name: &str, label: &str, number_type: &str| Array {
        name: name.to_owned(),
        label: label.to_owned(),
        translations: Vec::new(),
        number_type: number_type.to_owned(),
        elements: (1..=2)
            .map(|number| Element { number, name: format!("N{number}"), label: format!("{label} {number}") })
            .collect(),
    };
    vec![array("zone_alarm", "Zone alarm", "ZoneAlarmNo"), array("sensor", "Sensor", "SensorNo")]
}

fn place(array: &str, element: u16, member: &str, member_label: &str) -> ArrayPlace {
    let (array, member, member_label) = (array.to_owned(), member.to_owned(), member_label.to_owned());
    ArrayPlace { array, element, member, member_label }
}

/// Elements that differ in their bit.
fn zone(element: u16) -> Point {
    let bit = u8::try_from(element).unwrap();
    Point {
        id: format!("zone_alarm[{element}]"),
        array: Some(place("zone_alarm", element, "", "")),
        kind: Kind::Bool,
        bit_range: Some((bit, bit)),
        ..point(&[80], &format!("Zone {element} alarm"))
    }
}

/// Elements that differ in their words and their unit id.
fn sensor(element: u16) -> Point {
    Point {
        id: format!("sensor[{element}].value"),
        array: Some(place("sensor", element, "value", "Value")),
        unit_id: Some(10 + u8::try_from(element).unwrap()),
        ..float(32, &[81 + 2 * element, 80 + 2 * element], &format!("Sensor {element} value"))
    }
}

fn types() -> Vec<ValueType> {
    vec![
        list("OffOrValue", ValueForm::Special, SIGNED_WORD, &[(0, "Off", "Off")]),
        list("Mode", ValueForm::Enum, WORD, &[(0, "Off", "Off"), (1, "Auto", "Auto")]),
        list(
            "Events",
            ValueForm::Flags,
            integer(32, false),
            &[(0, "GroundFault", "Ground fault"), (31, "Test", "Test")],
        ),
    ]
}

fn list(name: &str, form: ValueForm, raw: RawType, labels: &[(i64, &str, &str)]) -> ValueType {
    let label = |&(code, name, label): &(i64, &str, &str)| ValueLabel {
        code,
        name: name.to_owned(),
        label: label.to_owned(),
        translations: Vec::new(),
    };
    let labels = labels.iter().map(label).collect();
    ValueType { name: name.to_owned(), description: String::new(), form, raw, labels, source: None }
}
