//! A device with arrays, two languages, and limits and visibility that the device itself holds.

use modbus_bindgen::model::{
    Access, Array, ArrayPlace, Availability, ConditionalValues, Device, Element, Encoding, Kind, Limit, Limits,
    Packing, Point, RawType, Reserved, Role, Source, Table, ValueForm, ValueLabel, ValueType,
};
use modbus_bindgen::ratio::Ratio;

use super::{SIGNED_WORD, WORD, link, value};

/// One point of each kind that issue after issue added to the plain ones.
pub(super) fn device() -> Device {
    let mut points: Vec<Point> = [1, 2].into_iter().flat_map(heat_pump).collect();
    points.extend([1, 2].map(room));
    points.extend([1, 2].map(simulated));
    points.extend(single());
    Device {
        name: "House".to_owned(),
        type_name: "House".to_owned(),
        manufacturer: None,
        document: None,
        description: None,
        languages: vec!["en".to_owned(), "sv".to_owned()],
        link: link(),
        reserved: vec![Reserved { table: Table::HoldingRegister, first: 18, last: 18 }],
        types: types(),
        groups: Vec::new(),
        variants: Vec::new(),
        detect: None,
        arrays: arrays(),
        points,
        inputs: vec!["house/device.toml".into(), "house/registers.csv".into()],
    }
}

fn arrays() -> Vec<Array> {
    let element = |number, name: &str, label: &str| Element { number, name: name.to_owned(), label: label.to_owned() };
    vec![
        Array {
            name: "heat_pump".to_owned(),
            label: "Heat pump".to_owned(),
            translations: swedish("Värmepump"),
            number_type: "HeatPumpNo".to_owned(),
            elements: vec![element(1, "A1", "Heat pump 1 (A1)"), element(2, "A2", "Heat pump 2 (A2)")],
        },
        Array {
            name: "room".to_owned(),
            label: "Room".to_owned(),
            translations: Vec::new(),
            number_type: "RoomNo".to_owned(),
            elements: vec![element(1, "N1", "Room 1"), element(2, "N2", "Room 2")],
        },
        Array {
            name: "simulated".to_owned(),
            label: "Simulated".to_owned(),
            translations: Vec::new(),
            number_type: "RoomNo".to_owned(),
            elements: vec![element(1, "N1", "Room 1"), element(2, "N2", "Room 2")],
        },
    ]
}

fn place(array: &str, element: u16, member: &str, member_label: &str) -> ArrayPlace {
    let (array, member, member_label) = (array.to_owned(), member.to_owned(), member_label.to_owned());
    ArrayPlace { array, element, member, member_label }
}

fn heat_pump(element: u16) -> Vec<Point> {
    let point = |address, member: &str, member_label: &str, swedish_label: &str| {
        let label = format!("Heat pump {element} (A{element}): {member_label}");
        Point {
            id: format!("heat_pump[{element}].{member}"),
            array: Some(place("heat_pump", element, member, member_label)),
            group: None,
            translations: swedish(&format!("Värmepump {element} (A{element}): {swedish_label}")),
            available_if: Some(available(element)),
            ..value(Table::HoldingRegister, address, &label)
        }
    };
    let mut members = vec![
        Point { kind: Kind::Enum("Status".to_owned()), ..point(100 + element, "status", "Status", "Läge") },
        Point {
            kind: Kind::Scaled,
            raw: SIGNED_WORD,
            scale: Ratio::new(1, 10).unwrap(),
            unit: Some("°C".to_owned()),
            access: Access::ReadWrite,
            limits: Some(in_registers(600)),
            default: Some("21.5".to_owned()),
            ..point(110 + element, "set_point", "Set point", "Börvärde")
        },
        Point {
            kind: Kind::Bool,
            role: Role::Command { trigger: Some(1) },
            access: Access::Write,
            ..point(120 + element, "restart", "Restart", "Omstart")
        },
    ];
    if element == 2 {
        members.push(Point { access: Access::ReadWrite, ..point(130, "boost", "Boost", "Forcering") });
    }
    members
}

fn room(element: u16) -> Point {
    Point {
        id: format!("room[{element}]"),
        array: Some(place("room", element, "", "")),
        group: None,
        kind: Kind::Special("OffOrValue".to_owned()),
        scale: Ratio::new(1, 2).unwrap(),
        unit: Some("°C".to_owned()),
        access: Access::ReadWrite,
        specials: vec![140],
        default: Some(element.to_string()),
        persistent: Some("initialisation".to_owned()),
        ..value(Table::HoldingRegister, 200 + element, &format!("Room {element}"))
    }
}

fn simulated(element: u16) -> Point {
    Point {
        id: format!("simulated[{element}]"),
        array: Some(place("simulated", element, "", "")),
        group: None,
        access: Access::Write,
        ..value(Table::HoldingRegister, 220 + element, &format!("Simulated room {element}"))
    }
}

fn single() -> Vec<Point> {
    let point = |address, label: &str| Point { group: None, ..value(Table::HoldingRegister, address, label) };
    vec![
        Point {
            kind: Kind::Conditional("ProductStatus".to_owned()),
            values_if: vec![conditional(0, 999, "SmallStatus"), conditional(1000, 1999, "Status")],
            translations: swedish("Produktens läge"),
            ..point(5, "Product status")
        },
        Point {
            kind: Kind::Special("OffOrNumber".to_owned()),
            specials: vec![241],
            access: Access::ReadWrite,
            ..point(6, "Timer")
        },
        Point {
            raw: RawType::Text { encoding: Encoding::Ascii, packing: Packing::One },
            kind: Kind::Text,
            words: (8..16).collect(),
            ..point(8, "Device type")
        },
        Point {
            kind: Kind::Enum("Command".to_owned()),
            role: Role::Command { trigger: None },
            access: Access::Write,
            ..point(44, "Command")
        },
        Point {
            access: Access::ReadWrite,
            persistent: Some("initialisation".to_owned()),
            ..point(47, "Modbus address")
        },
        Point {
            role: Role::Command { trigger: None },
            access: Access::Write,
            limits: Some(Limits {
                min: Some(Limit::Value(Ratio::new(0, 1).unwrap())),
                max: Some(Limit::Value(Ratio::new(19_999, 1).unwrap())),
                step: None,
            }),
            ..point(65_100, "Select text")
        },
        Point { kind: Kind::BitSet, read_side_effect: true, ..point(65_002, "Extended information") },
        Point { access: Access::Write, keep_alive_s: Some(300), ..point(1000, "Start heat pump") },
    ]
}

fn types() -> Vec<ValueType> {
    vec![
        list("Status", ValueForm::Enum, &[(0, "Off", "Off", "Av"), (1, "On", "On", "På")]),
        list("SmallStatus", ValueForm::Enum, &[(0, "Idle", "Idle", "Vilar"), (7, "Heating", "Heating", "Värmer")]),
        list(
            "ProductStatus",
            ValueForm::Conditional,
            &[(0, "Small", "Small house", "Litet hus"), (1, "Large", "Large house", "Stort hus")],
        ),
        list("OffOrValue", ValueForm::Special, &[(0, "Off", "Off", "Av")]),
        list("OffOrNumber", ValueForm::Special, &[(0, "Off", "Off", "Av")]),
        list(
            "Command",
            ValueForm::Enum,
            &[
                (0, "NoCommand", "No command", "Inget kommando"),
                (1, "FactoryReset", "Factory reset", "Fabriksåterställning"),
                (2, "Initialisation", "Initialisation", "Initiering"),
            ],
        ),
    ]
}

fn list(name: &str, form: ValueForm, labels: &[(i64, &str, &str, &str)]) -> ValueType {
    let label = |&(code, name, label, swedish_label): &(i64, &str, &str, &str)| ValueLabel {
        code,
        name: name.to_owned(),
        label: label.to_owned(),
        translations: swedish(swedish_label),
    };
    ValueType {
        name: name.to_owned(),
        description: String::new(),
        form,
        raw: WORD,
        labels: labels.iter().map(label).collect(),
        source: Source::named("registers.csv", None, "C2"),
    }
}

fn conditional(min: i64, max: i64, type_name: &str) -> ConditionalValues {
    ConditionalValues { table: Table::HoldingRegister, register: 65_000, min, max, type_name: type_name.to_owned() }
}

fn available(element: u16) -> Availability {
    Availability { table: Table::HoldingRegister, register: 62_500, bit: u8::try_from(element).unwrap() }
}

fn in_registers(max: u16) -> Limits {
    let register = |address| Some(Limit::Register(address));
    Limits { max: register(max), min: register(max + 1), step: register(max + 2) }
}

fn swedish(text: &str) -> Vec<(String, String)> {
    vec![("sv".to_owned(), text.to_owned())]
}
