//! One device against what is known of it: every value as it should be read, and written back as the same words.

use modbus_bindgen_runtime::{AnyValue, Assignment, Bus, DeviceInfo, PointInfo, Simulator, Table};
use serde_json::Value;

const TABLES: [Table; 4] = [Table::Coil, Table::DiscreteInput, Table::InputRegister, Table::HoldingRegister];

pub async fn device(info: &'static DeviceInfo, rounds: &str) {
    let simulator = Simulator::new(info);
    let (near, far) = tokio::io::duplex(4096);
    let serving = simulator.clone();
    let server = tokio::spawn(async move { serving.serve_stream(far).await });
    let bus = Bus::builder().stream_tcp(near);
    let unit = bus.unit(1).with_device(info);
    let points: Vec<&'static PointInfo> = info.points().collect();
    let rounds: Vec<Value> = serde_json::from_str(rounds).expect("rounds");
    for round in rounds {
        let number = |value: &Value| u16::try_from(value.as_u64().expect("a number")).expect("a word");
        let image: Vec<(Table, u16, u16)> = round["image"]
            .as_array()
            .expect("an image")
            .iter()
            .map(|entry| (TABLES[usize::from(number(&entry[0]))], number(&entry[1]), number(&entry[2])))
            .collect();
        for (table, address, word) in &image {
            simulator.set_raw(*table, *address, &[*word]);
        }
        let readable = points.iter().copied().filter(|point| point.access().is_readable());
        let snapshot = unit.read_points(readable).await.unwrap_or_else(|error| panic!("{}: {error}", info.name));
        for value in round["values"].as_array().expect("values") {
            let point = points.iter().copied().find(|point| value["id"] == *point.id());
            let point = point.unwrap_or_else(|| panic!("{}: no point {}", info.name, value["id"]));
            let read = if point.access().is_readable() { snapshot.value(point) } else { only_written(point, &image) };
            compare(info, point, read.as_ref(), &value["value"]);
            let Some(read) = read.filter(|_| point.access().is_writable() && !value["writes"].is_null()) else { continue };
            let written = unit.write([Assignment::any(point, read.clone())]).await;
            assert_eq!(
                written.is_ok(),
                value["writes"] == true,
                "{}: {} was read as {read:?} and written: {written:?} {value} {round}",
                info.name,
                point.id()
            );
            if !point.access().is_readable() {
                // What is only written changes nothing that is read.
                continue;
            }
            for (table, address, word) in &image {
                assert_eq!(
                    simulator.raw(*table, *address, 1),
                    Some(vec![*word]),
                    "{}: {read:?} was read and written, and {table:?} {address} is another, {}",
                    info.name,
                    point.id()
                );
            }
        }
    }
    server.abort();
}

/// What a point that is only written would be read as.
fn only_written(point: &PointInfo, image: &[(Table, u16, u16)]) -> Option<AnyValue> {
    let word = |address: &u16| image.iter().find(|(table, at, _)| *table == point.table() && at == address);
    let words: Vec<u16> = point.words().iter().filter_map(word).map(|(_, _, word)| *word).collect();
    <AnyValue as modbus_bindgen_runtime::Value>::decode(point, &words)
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
            let folded = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
            let same = text("label").map(|label| folded(&label)) == label.as_deref().map(folded);
            text("code") == Some(code.to_string()) && same || text("special") == Some(code.to_string())
        }
        Some(AnyValue::Flags { bits, .. }) => text("flags") == Some(bits.to_string()),
        Some(AnyValue::Text(value)) => text("text").as_ref() == Some(value),
        Some(AnyValue::Bytes(value)) => expected["bytes"] == serde_json::json!(value),
        Some(_) => false,
    };
    assert!(fits, "{}: {} was read as {read:?}, not as {expected}", device.name, point.id());
}
