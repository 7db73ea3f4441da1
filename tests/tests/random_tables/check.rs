//! One device against what is known of it: every value as it should be read, and written back as the same words.

use std::fmt;
use std::ops::AddAssign;

use modbus_bindgen_runtime::{AnyValue, Assignment, Bus, DeviceInfo, PointInfo, Simulator, Table, Unit};
use serde_json::Value;

const TABLES: [Table; 4] = [Table::Coil, Table::DiscreteInput, Table::InputRegister, Table::HoldingRegister];

/// How much has been compared.
#[derive(Default)]
pub struct Values {
    read: usize,
    written_back: usize,
    allowed: usize,
    refused: usize,
}

impl AddAssign for Values {
    fn add_assign(&mut self, other: Self) {
        self.read += other.read;
        self.written_back += other.written_back;
        self.allowed += other.allowed;
        self.refused += other.refused;
    }
}

impl fmt::Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { read, written_back, allowed, refused } = self;
        write!(f, "{read} values read, {written_back} written back, {allowed} others written, {refused} refused")
    }
}

/// A word of a device: unit id where it is not the device's own, table, address, word.
type Cell = (Option<u8>, Table, u16, u16);

fn cells(cells: &Value) -> Vec<Cell> {
    let number = |value: &Value| u16::try_from(value.as_u64().expect("a number")).expect("a word");
    let cell = |cell: &Value| {
        let unit = cell[0].as_u64().map(|unit| u8::try_from(unit).expect("a unit id"));
        (unit, TABLES[usize::from(number(&cell[1]))], number(&cell[2]), number(&cell[3]))
    };
    cells.as_array().expect("words").iter().map(cell).collect()
}

/// The registers a cell is among.
fn side(simulator: &Simulator, unit: Option<u8>) -> Simulator {
    unit.map_or_else(|| simulator.clone(), |unit| simulator.at_unit(unit))
}

fn set(simulator: &Simulator, image: &[Cell]) {
    for (unit, table, address, word) in image {
        side(simulator, *unit).set_raw(*table, *address, &[*word]);
    }
}

/// The device on a connection of its own: nothing is known of it yet.
fn connect(simulator: &Simulator, info: &'static DeviceInfo, home: u8) -> Unit {
    let (near, far) = tokio::io::duplex(4096);
    let serving = simulator.clone();
    tokio::spawn(async move { serving.serve_stream(far).await });
    Bus::builder().stream_tcp(near).unit(home).with_device(info)
}

pub async fn device(info: &'static DeviceInfo, rounds: &str) -> Values {
    let simulator = Simulator::new(info);
    let points: Vec<&'static PointInfo> = info.points().collect();
    let mut values = Values::default();
    let rounds: Vec<Value> = serde_json::from_str(rounds).expect("rounds");
    for round in rounds {
        let home = u8::try_from(round["home"].as_u64().expect("a unit id")).expect("a unit id");
        let image = cells(&round["image"]);
        set(&simulator, &image);
        let unit = connect(&simulator, info, home);
        let readable = points.iter().copied().filter(|point| point.access().is_readable());
        let snapshot = unit.read_points(readable).await.unwrap_or_else(|error| panic!("{}: {error}", info.name));
        let told = round["values"].as_array().expect("values");
        let find = |value: &Value| {
            let point = points.iter().copied().find(|point| value["id"] == *point.id());
            point.unwrap_or_else(|| panic!("{}: no point {}", info.name, value["id"]))
        };
        for value in told {
            let point = find(value);
            // What says something of it is not known of what is only written.
            if !point.access().is_readable() {
                continue;
            }
            let read = snapshot.value(point);
            compare(info, point, read.as_ref(), &value["value"]);
            values.read += 1;
            let Some(read) = read.filter(|_| point.access().is_writable() && !value["writes"].is_null()) else { continue };
            let written = unit.write([Assignment::any(point, read.clone())]).await;
            let context = || format!("{}: {} was read as {read:?} and written: {written:?} {value} {round}", info.name, point.id());
            assert_eq!(written.is_ok(), value["writes"] == true, "{}", context());
            assert_holds(&simulator, &image, &context);
            values.written_back += 1;
        }
        for value in told.iter().filter(|value| !value["attempt"].is_null()) {
            let point = find(value);
            let [what, words] = [&value["attempt"][0], &value["attempt"][1]];
            let unit = connect(&simulator, info, home);
            let written = unit.write([Assignment::any(point, wanted(what))]).await;
            let context = || format!("{}: {what} was written to {}: {written:?} {value} {round}", info.name, point.id());
            assert_eq!(written.is_ok(), !words.is_null(), "{}", context());
            if words.is_null() {
                assert_holds(&simulator, &image, &context);
                values.refused += 1;
            } else {
                if value["apart"] == false {
                    assert_holds(&simulator, &cells(words), &context);
                }
                set(&simulator, &image);
                values.allowed += 1;
            }
        }
    }
    values
}

/// The registers hold what they should.
fn assert_holds(simulator: &Simulator, image: &[Cell], context: &dyn Fn() -> String) {
    for (unit, table, address, word) in image {
        let held = side(simulator, *unit).raw(*table, *address, 1);
        assert_eq!(held, Some(vec![*word]), "{table:?} {address} is another. {}", context());
    }
}

/// A value to be written.
fn wanted(value: &Value) -> AnyValue {
    let text = |key: &str| value[key].as_str();
    if let Some(integer) = text("integer") {
        AnyValue::Integer(integer.parse().expect("an integer"))
    } else if let Some(number) = text("number") {
        AnyValue::Number(number.parse().expect("a number"))
    } else if let Some(text) = text("text") {
        AnyValue::Text(text.to_owned())
    } else if let Some(code) = value["code"].as_i64() {
        AnyValue::Code { code, label: None }
    } else if let Some(bits) = value["flags"].as_u64() {
        AnyValue::Flags { bits, names: Vec::new() }
    } else {
        AnyValue::Bool(value["truth"].as_bool().expect("a truth value"))
    }
}

fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn compare(device: &DeviceInfo, point: &PointInfo, read: Option<&AnyValue>, expected: &Value) {
    let text = |key: &str| expected[key].as_str().map(str::to_owned);
    let fits = match read {
        None => expected.is_null(),
        Some(AnyValue::Bool(value)) => expected["truth"] == *value,
        Some(AnyValue::Integer(value)) => text("integer") == Some(value.to_string()),
        // The text has more digits than an f64, so that it is read as the nearest one.
        Some(AnyValue::Number(value)) => {
            text("number").and_then(|text| text.parse::<f64>().ok()).is_some_and(|expected| expected == *value)
        }
        Some(AnyValue::Code { code, label }) => {
            let same = text("label").map(|label| folded(&label)) == label.as_deref().map(folded);
            text("code") == Some(code.to_string()) && same || text("special") == Some(code.to_string())
        }
        Some(AnyValue::Flags { bits, names }) => {
            let names: Vec<String> = names.iter().map(|name| folded(name)).collect();
            let listed = expected["names"].as_array().into_iter().flatten();
            let listed: Vec<String> = listed.filter_map(Value::as_str).map(folded).collect();
            text("flags") == Some(bits.to_string()) && names == listed
        }
        Some(AnyValue::Text(value)) => text("text").as_ref() == Some(value),
        Some(AnyValue::Bytes(value)) => expected["bytes"] == serde_json::json!(value),
        Some(_) => false,
    };
    assert!(fits, "{}: {} was read as {read:?}, not as {expected}", device.name, point.id());
}
