//! What an independent transcription of a vendor's document says that registers mean.

use modbus_bindgen_runtime::{AnyValue, DeviceInfo, Kind, PointInfo, Role, Snapshot, Table};
use serde_json::Value;

use crate::pymodbus::{Image, Logged};

/// A transcription: `tests/fixtures/*.expected.json`.
#[derive(Debug)]
pub struct Oracle {
    points: Vec<Value>,
}

impl Oracle {
    /// Reads one in which all registers are holding registers.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let file: Value = serde_json::from_str(text).expect("a transcription");
        Self { points: file["points"].as_array().expect("points").clone() }
    }

    /// What it says of a point: two may share an address if one is read and one written.
    #[must_use]
    pub fn of(&self, info: &PointInfo) -> &Value {
        let command = info.role() == Role::Command;
        let is_it = |point: &&Value| {
            words(point).min() == Some(info.address())
                && (point["role"] == "command") == command
                && (point["access"] != "read" || !info.access().is_writable())
                && (point["access"] != "write" || !info.access().is_readable())
        };
        self.points.iter().find(is_it).unwrap_or_else(|| panic!("{} is not in the transcription", info.id()))
    }

    /// Every address the document lists, each with a value of its own; texts of letters.
    #[must_use]
    pub fn image(&self) -> Image {
        let mut image = Image::new();
        for point in &self.points {
            for (place, address) in (0_u16..).zip(words(point)) {
                let letter = u16::from(b'A') + place % 26;
                let value = match point["packing"].as_str() {
                    Some("one") => letter,
                    Some(_) => letter << 8 | (letter + 32),
                    None => address.wrapping_mul(257).wrapping_add(40_000),
                };
                image.insert((Table::HoldingRegister, address), value);
            }
        }
        image
    }

    /// What the words of an image mean.
    #[must_use]
    pub fn value(&self, info: &PointInfo, image: &Image) -> AnyValue {
        let point = self.of(info);
        let words: Vec<u16> = words(point).map(|address| image[&(Table::HoldingRegister, address)]).collect();
        if point["raw_type"] == "string" {
            let bytes = words.iter().flat_map(|word| word.to_be_bytes()).filter(|byte| *byte != 0);
            return AnyValue::Text(bytes.map(char::from).collect());
        }
        let unsigned = words.iter().fold(0_i64, |raw, word| raw << 16 | i64::from(*word));
        let bits = 16 * words.len();
        let is_signed = point["raw_type"].as_str().is_some_and(|raw| raw.starts_with('i'));
        let raw = if is_signed && unsigned >= 1 << (bits - 1) { unsigned - (1 << bits) } else { unsigned };
        let label = |values: &Value| values[raw.to_string()].as_str().map(str::to_owned);
        let listed = label(&point["values"]);
        match info.kind() {
            Kind::Flags => {
                let bits = u64::try_from(raw).expect("flags are unsigned");
                AnyValue::Flags { bits, names: Vec::new() }
            }
            Kind::Enum => AnyValue::Code { code: raw, label: listed },
            Kind::Special if listed.is_some() => AnyValue::Code { code: raw, label: listed },
            Kind::Conditional => {
                let cases = point["values_if"].as_array().expect("a list for each product");
                let product = u64::from(image[&(Table::HoldingRegister, 65_000)]);
                let holds = |case: &&Value| {
                    let bound = |name: &str| case[name].as_u64().expect("a bound");
                    (bound("min")..=bound("max")).contains(&product)
                };
                AnyValue::Code { code: raw, label: cases.iter().find(holds).and_then(|case| label(&case["values"])) }
            }
            _ => match point["scale"].as_str().unwrap_or("1") {
                "1" => AnyValue::Integer(raw.into()),
                // Both operands are exact, so the quotient is the f64 nearest to the true value.
                scale => {
                    let divisor = (1.0 / scale.parse::<f64>().expect("a number")).round();
                    AnyValue::Number(f64::from(i32::try_from(raw).expect("one register")) / divisor)
                }
            },
        }
    }

    /// Whether a point was read as the transcription says.
    #[track_caller]
    pub fn check(&self, snapshot: &Snapshot, info: &PointInfo, image: &Image) {
        let expected = self.value(info, image);
        let found = match snapshot.value(info) {
            // The names of the bits are not what is asked here.
            Some(AnyValue::Flags { bits, .. }) => Some(AnyValue::Flags { bits, names: Vec::new() }),
            found => found,
        };
        let found = found.unwrap_or_else(|| panic!("{}: {:?}", info.id(), snapshot.absence(info)));
        match (&found, &expected) {
            // Labels of the transcription are as printed, those of the device may be normalised.
            (AnyValue::Code { code, label }, AnyValue::Code { code: raw, label: listed }) => {
                assert_eq!(code, raw, "{}", info.id());
                assert_eq!(label.is_some(), listed.is_some(), "{}: {found} and {expected}", info.id());
            }
            _ => assert_eq!(found, expected, "{}", info.id()),
        }
    }
}

/// The addresses of a point of the transcription, most significant first.
fn words(point: &Value) -> impl Iterator<Item = u16> {
    let words = point["words"].as_array().expect("addresses");
    words.iter().map(|word| word.as_u64().and_then(|word| u16::try_from(word).ok()).expect("an address"))
}

/// All points of a device that hold a value that can be read without changing it.
#[must_use]
pub fn readable(device: &DeviceInfo) -> Vec<&'static PointInfo> {
    let is_readable =
        |info: &&PointInfo| info.role() == Role::Value && info.access().is_readable() && !info.has_read_side_effect();
    device.points().filter(is_readable).collect()
}

/// Every address that the requests of a log read.
pub fn read_addresses(log: &[Logged]) -> impl Iterator<Item = u16> {
    let reads = log.iter().filter(|(function, ..)| *function == 3);
    reads.flat_map(|(_, address, count)| *address..=address.saturating_add(count.saturating_sub(1)))
}
