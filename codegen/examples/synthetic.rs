//! Prints the code of a device that does not exist, with as many registers as asked for, to measure what generated
//! code costs to compile: `cargo run --example synthetic -- 1000`.
//!
//! Every register is scaled, read and written, so that each has two accessors; groups hold 80.

use std::process::ExitCode;

use modbus_bindgen::emit::rust;
use modbus_bindgen::model::{
    AcceptUnitIds, Access, Device, Gaps, Group, Kind, Link, Point, RawType, Role, Selection, Signedness, Source, Table,
    WriteFunctions,
};
use modbus_bindgen::ratio::Ratio;

const GROUP: u16 = 80;

fn main() -> ExitCode {
    let count = std::env::args().nth(1).and_then(|count| count.parse().ok());
    let (Some(count), Some(scale)) = (count, Ratio::new(1, 100)) else {
        eprintln!("usage: synthetic COUNT");
        return ExitCode::from(2);
    };
    print!("//! A device that does not exist.\n\n{}", rust::source(&device(count, scale)));
    ExitCode::SUCCESS
}

fn device(count: u16, scale: Ratio) -> Device {
    let group = |address: u16| format!("Circuit {}", address.div_euclid(GROUP).saturating_add(1));
    let mut groups: Vec<String> = (0..count).map(group).collect();
    groups.dedup();
    Device {
        name: "Synthetic".to_owned(),
        type_name: "Synthetic".to_owned(),
        manufacturer: None,
        document: None,
        description: None,
        languages: vec!["en".to_owned()],
        link: Link {
            unit_id: 1,
            unit_ids: (1, 247),
            max_read_registers: 125,
            max_read_bits: 2000,
            max_write_registers: 123,
            max_write_bits: 1968,
            write_functions: WriteFunctions::Any,
            gaps: Gaps::Never,
            accept_unit_ids: AcceptUnitIds::Asked,
            ignore_transaction_ids: false,
            turnaround_ms: None,
            rtu: None,
            tcp_port: Some(502),
        },
        reserved: Vec::new(),
        types: Vec::new(),
        groups: groups.into_iter().map(Group::from).collect(),
        variants: Vec::new(),
        arrays: Vec::new(),
        points: (0..count).map(|address| point(address, group(address), scale)).collect(),
        inputs: vec!["device.toml".into()],
    }
}

fn point(address: u16, group: String, scale: Ratio) -> Point {
    Point {
        id: format!("supply_temperature_of_circuit_{address}"),
        array: None,
        group: Some(group),
        label: format!("Supply temperature of circuit {address}"),
        translations: Vec::new(),
        description: format!("Supply temperature of circuit {address} (°C)"),
        aliases: Vec::new(),
        notes: Vec::new(),
        role: Role::Value,
        table: Table::HoldingRegister,
        words: vec![address],
        access: Access::ReadWrite,
        raw: RawType::Integer { bits: 16, signed: true },
        byte_swapped: false,
        bit_range: None,
        signedness: Signedness::Rule("Temperatures can be negative.".to_owned()),
        kind: Kind::Scaled,
        scale,
        offset: Ratio::ZERO,
        scale_register: None,
        holds_power_of_ten: false,
        unit: Some("°C".to_owned()),
        limits: None,
        default: None,
        default_value: None,
        available_if: None,
        specials: Vec::new(),
        values_if: Vec::new(),
        read_side_effect: false,
        persistent: None,
        optional: false,
        not_available: vec![20_000],
        keep_alive_s: None,
        unit_id: None,
        variants: Vec::new(),
        details: vec![("Position number".to_owned(), "50".to_owned())],
        corrections: Vec::new(),
        sources: Source::named("registers.csv", None, &format!("B{address}")).into_iter().collect(),
        named_at: None,
        limited_at: Vec::new(),
        selection: Selection::default(),
    }
}
