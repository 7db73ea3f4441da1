//! What the emitters make of a small device with one point of each kind, compared with files that are committed.
//!
//! `UPDATE_EXPECTED=1 cargo test -p modbus-bindgen --test outputs` accepts changes.

#![expect(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test that fails says so by panicking"
)]

mod families;
mod noise;
mod page;
mod values;

use std::path::Path;

use modbus_bindgen::emit;
use modbus_bindgen::model::{
    AcceptUnitIds, Access, Correction, Device, Gaps, Kind, Limit, Limits, Link, Parity, Point, RawType, Reserved, Role,
    Rtu, Selection, Signedness, Source, Table, ValueForm, ValueLabel, ValueType, WriteFunctions,
};
use modbus_bindgen::ratio::Ratio;

const WORD: RawType = RawType::Integer { bits: 16, signed: false };
const SIGNED_WORD: RawType = RawType::Integer { bits: 16, signed: true };

#[test]
fn rust() {
    expect("small.rs", &emit::rust::source(&small()));
    expect("families.rs", &emit::rust::source(&families::device()));
    expect("values.rs", &emit::rust::source(&values::device()));
}

#[test]
fn json() {
    expect("small.json", &emit::json::json(&small()));
    expect("families.json", &emit::json::json(&families::device()));
    expect("values.json", &emit::json::json(&values::device()));
}

#[test]
fn markdown() {
    expect("small.md", &emit::markdown::markdown(&small(), None));
    expect("families.md", &emit::markdown::markdown(&families::device(), None));
    expect("values.md", &emit::markdown::markdown(&values::device(), None));
    expect("families.sv.md", &emit::markdown::markdown(&families::device(), Some("sv")));
}

#[test]
fn twice_gives_the_same() {
    assert_eq!(emit::rust::source(&small()), emit::rust::source(&small()));
    assert_eq!(emit::rust::tokens(&small()).to_string(), emit::rust::tokens(&small()).to_string());
}

#[test]
fn a_large_group_is_divided_by_table_and_address() {
    let mut device = small();
    let inputs = (0..150).map(|address| value(Table::InputRegister, address, &format!("input {address}")));
    let holdings = (0..20).map(|address| value(Table::HoldingRegister, address, &format!("holding {address}")));
    device.points = inputs.chain(holdings).collect();
    let code = emit::rust::source(&device);
    for part in [
        "pub heat_pump_unit: HeatPumpUnitReadings,",
        "pub input_registers_from_0: HeatPumpUnitInputRegistersFrom0,",
        "pub input_registers_from_100: HeatPumpUnitInputRegistersFrom100,",
        "pub holding_registers: HeatPumpUnitHoldingRegisters,",
        "/// Readings of the input registers 100 to 199 of “Heat pump unit”.",
    ] {
        assert!(code.contains(part), "{part}");
    }
}

#[test]
fn a_device_without_groups_has_flat_readings() {
    let mut device = small();
    device.groups.clear();
    device.points.iter_mut().for_each(|point| point.group = None);
    let code = emit::rust::source(&device);
    assert!(
        code.contains(
            "pub struct SmallPumpReadings {\n            pub enable_heat: Option<bool> = points::ENABLE_HEAT,\n"
        ),
        "{code}"
    );
    assert!(!code.contains("GeneralReadings"));

    device.points = (0..101).map(|address| value(Table::Coil, address, &format!("coil {address}"))).collect();
    device.points.iter_mut().for_each(|point| point.group = None);
    device.points.push(value(Table::DiscreteInput, 7, "door"));
    let code = emit::rust::source(&device);
    for part in ["pub coils_from_0: SmallPumpCoilsFrom0,", "pub coils_from_100: SmallPumpCoilsFrom100,"] {
        assert!(code.contains(part), "{part}");
    }
    assert!(code.contains("pub discrete_inputs: SmallPumpDiscreteInputs,"));
}

#[test]
fn a_point_that_is_only_written_is_in_no_readings() {
    let mut device = small();
    device.points = vec![Point { access: Access::Write, ..value(Table::HoldingRegister, 5, "Set clock") }];
    let code = emit::rust::source(&device);
    assert!(code.contains("pub const SET_CLOCK: rt::Point<u16, rt::WriteOnly>"), "{code}");
    assert!(code.contains("pub fn set_set_clock(&self, value: u16) -> rt::Write"));
    assert!(!code.contains("pub fn set_clock(&self)"));
    assert!(code.contains("points: &[SmallPumpReadings::LIST, &[points::SET_CLOCK.info()]]"), "{code}");
}

fn expect(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join("expected").join(name);
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = expected.lines().zip(found.lines()).enumerate().find(|(_, (expected, found))| expected != found);
    assert!(expected == found, "{name} differs, first at (from line 0) {differs:?}; UPDATE_EXPECTED=1 accepts it");
}

/// One point of each kind, and in the texts what a vendor may write.
fn small() -> Device {
    let group = Some("Heat pump unit".to_owned());
    Device {
        name: "Small Pump".to_owned(),
        type_name: "SmallPump".to_owned(),
        manufacturer: Some("Acme & Sons".to_owned()),
        document: Some("Modbus <list>, rev. 2".to_owned()),
        description: None,
        languages: vec!["en".to_owned()],
        link: link(),
        reserved: vec![Reserved { table: Table::HoldingRegister, first: 10, last: 19 }],
        types: vec![operational_mode(), demands()],
        groups: vec!["Heat pump unit".to_owned().into()],
        variants: Vec::new(),
        detect: None,
        arrays: Vec::new(),
        points: vec![
            outdoor_temperature(),
            Point {
                kind: Kind::Enum("OperationalMode".to_owned()),
                access: Access::ReadWrite,
                group: None,
                ..value(Table::HoldingRegister, 0, "Operational mode")
            },
            Point { kind: Kind::Flags("Demands".to_owned()), ..value(Table::InputRegister, 2, "Demands") },
            Point { kind: Kind::BitSet, ..value(Table::InputRegister, 160, "Alarms of units") },
            Point {
                words: vec![84, 83],
                raw: RawType::Integer { bits: 32, signed: false },
                unit: Some("kWh".to_owned()),
                aliases: vec!["Total \"energy\"".to_owned()],
                ..value(Table::InputRegister, 83, "Electric meter kWh total")
            },
            Point {
                raw: RawType::Bool,
                kind: Kind::Bool,
                access: Access::ReadWrite,
                optional: true,
                ..value(Table::Coil, 5, "Enable heat")
            },
            Point { raw: RawType::Bool, kind: Kind::Bool, ..value(Table::DiscreteInput, 1, "Door open") },
            Point {
                raw: RawType::Bool,
                kind: Kind::Bool,
                role: Role::Command { trigger: Some(1) },
                access: Access::ReadWrite,
                group,
                ..value(Table::Coil, 3, "Reset all alarms")
            },
            set_point(),
        ],
        inputs: vec!["specs/device.toml".into(), "specs/tables/list.xlsx".into()],
    }
}

fn outdoor_temperature() -> Point {
    Point {
        raw: SIGNED_WORD,
        kind: Kind::Scaled,
        scale: Ratio::new(1, 100).unwrap(),
        unit: Some("°C".to_owned()),
        signedness: Signedness::Rule("Temperatures can be negative.".to_owned()),
        not_available: vec![20_000],
        description: "Outdoor temperature (°C) *1, see [5] | <b>SoC</b>".to_owned(),
        notes: vec!["# No heading\n- no `list` */ and no https://link.example".to_owned()],
        details: vec![("Position number".to_owned(), "50".to_owned())],
        corrections: vec![Correction {
            field: "position".to_owned(),
            printed: vec![String::new(), "51".to_owned()],
            value: "50".to_owned(),
            reason: "51 is the supply line.".to_owned(),
            cell: None,
        }],
        sources: vec![source("B2"), source("B9")],
        ..value(Table::InputRegister, 13, "Outdoor temperature")
    }
}

fn set_point() -> Point {
    Point {
        raw: SIGNED_WORD,
        kind: Kind::Scaled,
        scale: Ratio::new(1, 10).unwrap(),
        access: Access::ReadWrite,
        unit: Some("K".to_owned()),
        limits: Some(Limits { min: limit(-25, 2), max: limit(100, 1), step: limit(1, 2) }),
        keep_alive_s: Some(43_200),
        signedness: Signedness::Assumed,
        ..value(Table::HoldingRegister, 118, "Set point")
    }
}

fn limit(numerator: i64, denominator: i64) -> Option<Limit> {
    Ratio::new(numerator, denominator).map(Limit::Value)
}

fn value(table: Table, address: u16, label: &str) -> Point {
    Point {
        id: label.to_lowercase().replace(' ', "_"),
        array: None,
        group: Some("Heat pump unit".to_owned()),
        label: label.to_owned(),
        translations: Vec::new(),
        description: label.to_owned(),
        aliases: Vec::new(),
        notes: Vec::new(),
        role: Role::Value,
        table,
        words: vec![address],
        access: Access::Read,
        write_functions: None,
        raw: WORD,
        byte_swapped: false,
        bit_range: None,
        signedness: Signedness::Given,
        kind: Kind::Integer,
        scale: Ratio::ONE,
        offset: Ratio::ZERO,
        scale_register: None,
        holds_power_of_ten: false,
        unit: None,
        limits: None,
        default: None,
        default_value: None,
        available_if: None,
        specials: Vec::new(),
        values_if: Vec::new(),
        read_side_effect: false,
        persistent: None,
        optional: false,
        not_available: Vec::new(),
        keep_alive_s: None,
        unit_id: None,
        variants: Vec::new(),
        details: Vec::new(),
        corrections: Vec::new(),
        sources: vec![source("B3")],
        named_at: None,
        limited_at: Vec::new(),
        selection: Selection::default(),
    }
}

fn source(cell: &str) -> Source {
    Source::named("tables/list.xlsx", Some("List 1"), cell).unwrap()
}

fn operational_mode() -> ValueType {
    ValueType {
        name: "OperationalMode".to_owned(),
        description: "Operational mode".to_owned(),
        form: ValueForm::Enum,
        raw: WORD,
        labels: vec![
            ValueLabel { code: 1, name: "Off".to_owned(), label: "OFF".to_owned(), translations: Vec::new() },
            ValueLabel { code: 3, name: "OnAuto".to_owned(), label: "ON/Auto".to_owned(), translations: Vec::new() },
            ValueLabel {
                code: 98,
                name: "Service".to_owned(),
                label: "Service (98)".to_owned(),
                translations: Vec::new(),
            },
        ],
        source: Some(source("A40")),
    }
}

fn demands() -> ValueType {
    ValueType {
        name: "Demands".to_owned(),
        description: String::new(),
        form: ValueForm::Flags,
        raw: WORD,
        labels: vec![
            ValueLabel {
                code: 0,
                name: "ManualOperation".to_owned(),
                label: "Manual operation".to_owned(),
                translations: Vec::new(),
            },
            ValueLabel { code: 9, name: "Standby".to_owned(), label: "Standby".to_owned(), translations: Vec::new() },
        ],
        source: None,
    }
}

fn link() -> Link {
    Link {
        unit_id: 1,
        unit_ids: (1, 247),
        max_read_registers: 125,
        max_read_bits: 2000,
        max_write_registers: 123,
        max_write_bits: 1968,
        write_functions: WriteFunctions::Multiple,
        gaps: Gaps::UpTo(4),
        accept_unit_ids: AcceptUnitIds::Asked,
        ignore_transaction_ids: false,
        turnaround_ms: None,
        rtu: Some(Rtu {
            baud_rate: 19_200,
            baud_rates: vec![9600, 19_200],
            parity: Parity::Even,
            parities: vec![Parity::Even, Parity::None],
            data_bits: 8,
            stop_bits: 1,
            stop_bits_allowed: vec![1, 2],
        }),
        tcp_port: Some(502),
    }
}
