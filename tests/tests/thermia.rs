//! The generated Thermia device against a device played by pymodbus, over TCP and over a serial line.
//!
//! What a value should be comes from an independent transcription of the vendor's document, not from the generated code.

use std::collections::BTreeMap;

use generated_example::thermia_genesis::{DEVICE, OperationalMode, ThermiaGenesis, points};
use integration_tests::pymodbus::{self, Image, Server};
use integration_tests::serial;
use modbus_bindgen_runtime::{
    Absence, AnyValue, Assignment, Bus, InvalidValue, Kind, PointInfo, ReadErrorKind, Role, Snapshot, Table,
    TransactionError, Unit, Value as _,
};
use serde_json::Value;

/// Requests that read everything: as many as there are runs of listed addresses in each table.
const REQUESTS: [(u8, usize); 4] = [(1, 9), (2, 23), (3, 16), (4, 19)];

/// Every point of the independent transcription by table and address.
struct Oracle {
    points: BTreeMap<(Table, u16), Value>,
}

impl Oracle {
    fn read() -> Self {
        let text = include_str!("../fixtures/thermia-genesis.expected.json");
        let file: Value = serde_json::from_str(text).unwrap();
        let point = |point: &Value| {
            let table = match point["table"].as_str().unwrap() {
                "coil" => Table::Coil,
                "discrete_input" => Table::DiscreteInput,
                "input_register" => Table::InputRegister,
                _ => Table::HoldingRegister,
            };
            ((table, u16::try_from(point["address"].as_u64().unwrap()).unwrap()), point.clone())
        };
        Self { points: file["points"].as_array().unwrap().iter().map(point).collect() }
    }

    fn of(&self, info: &PointInfo) -> &Value {
        &self.points[&(info.table(), info.address())]
    }

    /// Every address the document lists, each with a value of its own.
    fn image(&self) -> Image {
        let mut image = Image::new();
        for ((table, _), point) in &self.points {
            for word in point["words"].as_array().unwrap() {
                let address = u16::try_from(word.as_u64().unwrap()).unwrap();
                let value = if table.is_bit() { address % 2 } else { address.wrapping_mul(257).wrapping_add(40_000) };
                image.insert((*table, address), value);
            }
        }
        // The document's own examples: −5 °C at scale 100, and 2 × 65536 + 2345 hours.
        image.insert((Table::HoldingRegister, 69), 65_036);
        image.insert((Table::InputRegister, 48), 2);
        image.insert((Table::InputRegister, 49), 2_345);
        // A sensor that is not fitted, and codes the document does not list.
        image.insert((Table::InputRegister, 13), 20_000);
        image
    }

    /// What the raw words of an image mean; `None` where they mean that there is no value.
    fn value(&self, info: &PointInfo, image: &Image) -> Option<Expected> {
        let point = self.of(info);
        let words =
            point["words"].as_array().unwrap().iter().map(|word| u16::try_from(word.as_u64().unwrap()).unwrap());
        let unsigned = words.clone().fold(0i64, |raw, word| (raw << 16) | i64::from(image[&(info.table(), word)]));
        let signed = point["signed"].as_bool().unwrap_or_else(|| info.raw_range().0 < 0);
        let bits = 16 * words.count();
        let raw = if signed && unsigned >= 1 << (bits - 1) { unsigned - (1 << bits) } else { unsigned };
        if point["not_available"].as_array().unwrap().contains(&raw.into()) {
            return None;
        }
        let divisor: f64 = match point["scale"].as_str().unwrap() {
            "1" => 1.0,
            "0.1" => 10.0,
            "0.01" => 100.0,
            other => panic!("{other}"),
        };
        Some(match point["kind"].as_str().unwrap() {
            "bool" => Expected::Bool(raw != 0),
            "enum" => Expected::Code(raw),
            "flags" => Expected::Bits(raw),
            _ if point["scale"] == "1" => Expected::Integer(raw),
            // Both operands are exact, so the quotient is the f64 nearest to the true value.
            _ if raw < 0 => Expected::Number(f64::from(i32::try_from(raw).unwrap()) / divisor),
            _ => Expected::Number(f64::from(u32::try_from(raw).unwrap()) / divisor),
        })
    }

    fn check(&self, snapshot: &Snapshot, info: &PointInfo, image: &Image) {
        if info.role() == Role::Command {
            assert_eq!(snapshot.value(info), None, "{} is a command, which is never read", info.id());
            return;
        }
        let expected = self.value(info, image);
        let Some(value) = snapshot.value(info) else {
            assert_eq!(expected, None, "{}", info.id());
            assert_eq!(snapshot.absence(info), Some(Absence::NotFitted), "{}", info.id());
            return;
        };
        let found = match &value {
            AnyValue::Bool(value) => Expected::Bool(*value),
            AnyValue::Integer(value) => Expected::Integer(i64::try_from(*value).unwrap()),
            AnyValue::Number(value) => Expected::Number(*value),
            AnyValue::Code { code, label } => {
                let listed = &self.of(info)["values"][code.to_string()];
                assert_eq!(label.is_some(), listed.is_string(), "{}: {value}", info.id());
                Expected::Code(*code)
            }
            AnyValue::Flags { bits, .. } => Expected::Bits(i64::try_from(*bits).unwrap()),
            other => panic!("{other:?}"),
        };
        assert_eq!(Some(found), expected, "{}", info.id());
    }
}

#[derive(Debug, PartialEq)]
enum Expected {
    Bool(bool),
    Integer(i64),
    Number(f64),
    Code(i64),
    Bits(i64),
}

fn all_points() -> Vec<&'static PointInfo> {
    DEVICE.points.iter().flat_map(|points| points.iter()).copied().collect()
}

/// Every point read alone and all together, every writable value point written and read back.
async fn round_trip(unit: &Unit, server: &mut Server) {
    let oracle = Oracle::read();
    let mut image = oracle.image();
    let pump = ThermiaGenesis::new(unit.clone());
    assert_eq!(all_points().len(), 262);

    let everything = pump.read_all().snapshot().await.unwrap();
    let log = server.log();
    for (function, count) in REQUESTS {
        assert_eq!(log.iter().filter(|(of, ..)| *of == function).count(), count, "function {function}");
    }
    assert_eq!(log.len(), 67);
    for info in all_points() {
        oracle.check(&everything, info, &image);
        let alone = unit.read_points([info]).await.unwrap();
        oracle.check(&alone, info, &image);
    }
    assert_eq!(pump.brine_out_low_alarm_limit().await.unwrap(), -5.0);
    assert_eq!(pump.compressor_operating_hours().await.unwrap(), 133_417);
    assert_eq!(pump.outdoor_temperature().await.unwrap(), None);

    server.log();
    let writable: Vec<_> =
        all_points().into_iter().filter(|info| info.access().is_writable() && info.role() == Role::Value).collect();
    assert_eq!(writable.len(), 28 + 66 - 1, "every coil and holding register but the command");
    for (place, info) in writable.iter().enumerate() {
        let (value, raw) = another(&oracle, info, place);
        unit.write([Assignment::any(info, value)]).await.unwrap_or_else(|error| panic!("{}: {error}", info.id()));
        image.insert((info.table(), info.address()), raw);
    }
    let log = server.log();
    assert_eq!(log.iter().filter(|(function, ..)| *function == 5).count(), 27);
    assert_eq!(log.iter().filter(|(function, ..)| *function == 6).count(), 66);
    assert_eq!(server.memory(), image);
    let everything = pump.read_all().snapshot().await.unwrap();
    for info in writable {
        oracle.check(&everything, info, &image);
    }
}

/// A value the point does not have yet, and its raw value by the transcription.
fn another(oracle: &Oracle, info: &PointInfo, place: usize) -> (AnyValue, u16) {
    let point = oracle.of(info);
    match point["kind"].as_str().unwrap() {
        "bool" => {
            let on = info.address().is_multiple_of(2);
            (AnyValue::Bool(on), u16::from(on))
        }
        "enum" => {
            let codes: Vec<i64> =
                point["values"].as_object().unwrap().keys().map(|code| code.parse().unwrap()).collect();
            let code = codes[place % codes.len()];
            (AnyValue::Code { code, label: None }, u16::try_from(code).unwrap())
        }
        _ => {
            // −12.34 at scale 100, within what every register of this device may hold.
            let raw: i32 = if point["signed"] == true {
                -1_234 + i32::try_from(place).unwrap()
            } else {
                1_234 + i32::try_from(place).unwrap()
            };
            let divisor = 1.0 / point["scale"].as_str().unwrap().parse::<f64>().unwrap();
            let word = u16::try_from(raw & 0xFFFF).unwrap();
            match divisor.round() {
                1.0 => (AnyValue::Integer(raw.into()), word),
                divisor => (AnyValue::Number(f64::from(raw) / divisor), word),
            }
        }
    }
}

#[tokio::test]
async fn over_tcp() {
    if !pymodbus::available() {
        return;
    }
    let mut server = Server::tcp(&Oracle::read().image());
    let bus = Bus::tcp(format!("127.0.0.1:{}", server.port)).await.unwrap();
    round_trip(&bus.unit(1), &mut server).await;
}

#[tokio::test]
async fn over_a_serial_line() {
    if !pymodbus::available() || !serial::available() {
        return;
    }
    let line = serial::Line::new();
    let mut server = Server::rtu(&Oracle::read().image(), &line.a());
    let bus = Bus::rtu(line.b(), ThermiaGenesis::RTU_DEFAULTS).await.unwrap();
    round_trip(&bus.unit(1), &mut server).await;
}

#[tokio::test]
async fn neighbours_are_written_together() {
    if !pymodbus::available() {
        return;
    }
    let mut server = Server::tcp(&Oracle::read().image());
    let bus = Bus::tcp(format!("127.0.0.1:{}", server.port)).await.unwrap();
    let pump = ThermiaGenesis::new(bus.unit(1));
    pump.write([
        points::SET_POINT_HEAT_CURVE_Y_COORDINATE_1.to(25.0),
        points::SET_POINT_HEAT_CURVE_Y_COORDINATE_2.to(28.5),
        points::SET_POINT_HEAT_CURVE_Y_COORDINATE_3.to(31.0),
        points::OPERATIONAL_MODE.to(OperationalMode::Standby),
        points::ENABLE_TAP_WATER.to(true),
        points::ENABLE_HEAT.to(false),
    ])
    .await
    .unwrap();
    assert_eq!(server.log(), [(16, 6, 3), (6, 0, 1), (15, 8, 2)]);
    let memory = server.memory();
    assert_eq!([6, 7, 8].map(|address| memory[&(Table::HoldingRegister, address)]), [2_500, 2_850, 3_100]);
    assert_eq!(memory[&(Table::HoldingRegister, 0)], 2);
    assert_eq!([8, 9].map(|address| memory[&(Table::Coil, address)]), [1, 0]);

    pump.reset_all_alarms().await.unwrap();
    assert_eq!(server.log(), [(5, 3, 1)]);
    assert_eq!(server.memory()[&(Table::Coil, 3)], 1);

    let both = pump.read((points::BRINE_IN_TEMPERATURE, points::BRINE_OUT_TEMPERATURE)).await.unwrap();
    assert_eq!(
        both,
        (Some(f64::from(10 * 257 + 40_000 - 65_536) / 100.0), Some(f64::from(11 * 257 + 40_000 - 65_536) / 100.0))
    );
    assert_eq!(server.log(), [(4, 10, 2)]);
}

#[tokio::test]
async fn a_pump_without_its_optional_registers() {
    if !pymodbus::available() {
        return;
    }
    let oracle = Oracle::read();
    let image = oracle.image();
    let mut server = Server::tcp(&image);
    let mut missing = Vec::new();
    for table in [Table::Coil, Table::DiscreteInput, Table::InputRegister, Table::HoldingRegister] {
        let optional = |info: &&&PointInfo| info.table() == table && info.is_optional();
        let addresses: Vec<u16> = all_points().iter().filter(optional).map(|info| info.address()).collect();
        server.refuse(table, &addresses, 2);
        missing.extend(addresses.into_iter().map(|address| (table, address)));
    }
    let bus = Bus::tcp(format!("127.0.0.1:{}", server.port)).await.unwrap();
    let pump = ThermiaGenesis::new(bus.unit(1));
    let snapshot = pump.read_all().snapshot().await.unwrap();
    let first = server.log();
    for info in all_points() {
        if missing.contains(&(info.table(), info.address())) {
            assert_eq!(snapshot.value(info), None, "{}", info.id());
            assert!(matches!(snapshot.absence(info), Some(Absence::Refused(_))), "{}", info.id());
        } else {
            oracle.check(&snapshot, info, &image);
        }
    }
    // A block of n with a hole costs at most 2·⌈log₂ n⌉ more requests for each hole in it.
    let bound: usize = runs(&all_points())
        .iter()
        .map(|run| {
            let holes = run.iter().filter(|address| missing.contains(address)).count();
            let depth = usize::try_from(run.len().next_power_of_two().trailing_zeros()).unwrap();
            1 + holes * 2 * depth
        })
        .sum();
    assert!(first.len() <= bound, "{} requests, at most {bound}", first.len());

    // The next time no request is refused.
    let readings = pump.read_all().await.unwrap();
    assert_eq!(readings.absent().iter().count(), missing.len() + 1, "the holes, and the sensor that is not fitted");
    for (function, address, count) in server.log() {
        let table = match function {
            1 => Table::Coil,
            2 => Table::DiscreteInput,
            3 => Table::HoldingRegister,
            _ => Table::InputRegister,
        };
        for address in address..address + count {
            assert!(!missing.contains(&(table, address)), "{table} {address} was asked for again");
        }
    }
    let error = pump.pool_supply_line_temperature().await.unwrap_err();
    assert!(
        matches!(error.kind(), ReadErrorKind::Transaction(TransactionError::Exception(exception)) if exception.code.code() == 2),
        "{error}"
    );
}

/// The runs of consecutive addresses of the listed points.
fn runs(points: &[&PointInfo]) -> Vec<Vec<(Table, u16)>> {
    let mut addresses: Vec<(Table, u16)> =
        points.iter().flat_map(|info| info.words().iter().map(|word| (info.table(), *word))).collect();
    addresses.sort_unstable();
    let mut runs: Vec<Vec<(Table, u16)>> = Vec::new();
    for address in addresses {
        match runs.last_mut() {
            Some(run) if run.last() == Some(&(address.0, address.1.wrapping_sub(1))) => run.push(address),
            _ => runs.push(vec![address]),
        }
    }
    runs
}

#[test]
fn what_was_read_is_written_as_it_was() {
    let scaled: Vec<_> =
        all_points().into_iter().filter(|info| info.kind() == Kind::Scaled && info.words().len() == 1).collect();
    assert!(scaled.len() > 100, "{}", scaled.len());
    for info in scaled {
        let mut values = 0u32;
        for raw in 0..=u16::MAX {
            let Some(value) = AnyValue::decode(info, &[raw]) else {
                assert_eq!(raw, 20_000, "{}", info.id());
                continue;
            };
            values += 1;
            match AnyValue::encode(value.clone(), info) {
                Ok(words) => assert_eq!(words, [raw], "{}: {value}", info.id()),
                // What the device sends is taken as it is; what is written has to lie within the printed limits.
                Err(InvalidValue::OutsideLimits { .. }) => assert_eq!(info.id(), "outdoor_temperature_from_bms"),
                Err(error) => panic!("{} {raw}: {error}", info.id()),
            }
        }
        assert!(values >= 65_535);
    }
}
