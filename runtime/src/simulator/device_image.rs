//! A recording of what a device holds: the JSON that `modbus-bindgen record` writes.

use core::fmt;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::json::{Json, quoted};
use crate::point::table::Table;

/// A recording of what a device holds, by unit id, table and address on the wire.
///
/// Its JSON is `{"format": 1, "device", "recorded", "units": {"1": {"holding_register": {"9": 215}}}}`. Two images are
/// equal if everything but the time of recording is equal.
#[derive(Debug, Clone, Default)]
pub struct DeviceImage {
    device: String,
    recorded: String,
    cells: BTreeMap<(u8, Table, u16), ImageCell>,
}

/// What an address holds in a [`DeviceImage`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImageCell {
    /// A word; of a coil or an input 0 or 1.
    Word(u16),
    /// The device answered with this exception code.
    Exception(u8),
    /// The device did not answer.
    Silent,
    /// It was not read, for this reason: `read_side_effect`.
    Skipped(String),
}

/// Why a text is not an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageError {
    message: String,
}

impl ImageError {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

impl fmt::Display for ImageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl core::error::Error for ImageError {}

const fn key(table: Table) -> &'static str {
    match table {
        Table::Coil => "coil",
        Table::DiscreteInput => "discrete_input",
        Table::InputRegister => "input_register",
        Table::HoldingRegister => "holding_register",
    }
}

impl DeviceImage {
    /// An image of a device of this name, without addresses.
    #[must_use]
    pub fn new(device: impl Into<String>) -> Self {
        Self { device: device.into(), ..Self::default() }
    }

    /// The name of the device.
    #[must_use]
    pub fn device(&self) -> &str {
        &self.device
    }

    /// When it was recorded, as `2026-11-20T15:04:05Z`; empty if unknown.
    #[must_use]
    pub fn recorded(&self) -> &str {
        &self.recorded
    }

    /// Sets when it was recorded.
    pub fn set_recorded(&mut self, time: impl Into<String>) {
        self.recorded = time.into();
    }

    /// What an address holds; `None` if it is not in the image.
    #[must_use]
    pub fn get(&self, unit: u8, table: Table, address: u16) -> Option<&ImageCell> {
        self.cells.get(&(unit, table, address))
    }

    /// The word at an address, if there is one.
    #[must_use]
    pub fn word(&self, unit: u8, table: Table, address: u16) -> Option<u16> {
        match self.get(unit, table, address)? {
            ImageCell::Word(word) => Some(*word),
            _ => None,
        }
    }

    /// Sets what an address holds.
    pub fn set(&mut self, unit: u8, table: Table, address: u16, cell: ImageCell) {
        self.cells.insert((unit, table, address), cell);
    }

    /// All addresses, ascending: unit id, table, address and what it holds.
    pub fn iter(&self) -> impl Iterator<Item = (u8, Table, u16, &ImageCell)> {
        self.cells.iter().map(|((unit, table, address), cell)| (*unit, *table, *address, cell))
    }

    /// The unit ids that have addresses, ascending.
    #[must_use]
    pub fn units(&self) -> BTreeSet<u8> {
        self.cells.keys().map(|(unit, ..)| *unit).collect()
    }

    /// Reads the JSON.
    ///
    /// # Errors
    ///
    /// If the text is not JSON, has another format, or holds anything that an image cannot.
    pub fn from_json(text: &str) -> Result<Self, ImageError> {
        let top = Json::read(text).map_err(|error| ImageError::new(format!("not JSON: {error}")))?;
        if top.object().is_none() {
            return Err(ImageError::new("not an image: expected a JSON object"));
        }
        match top.get("format") {
            Some(Json::Whole(1)) => {}
            Some(Json::Whole(other)) => {
                return Err(ImageError::new(format!("image of format {other}; this program reads format 1")));
            }
            _ => return Err(ImageError::new("not an image: `format` is missing")),
        }
        let text = |name: &str| match top.get(name) {
            None => Ok(String::new()),
            Some(Json::Text(text)) => Ok(text.clone()),
            Some(_) => Err(ImageError::new(format!("`{name}` is not a string"))),
        };
        let mut image = Self { device: text("device")?, recorded: text("recorded")?, cells: BTreeMap::new() };
        for (unit, tables) in object(top.get("units"), "units")? {
            let id: u8 = unit.parse().map_err(|_| ImageError::new(format!("`{unit}` is not a unit id")))?;
            for (name, cells) in object(Some(tables), unit)? {
                let table = Table::ALL.into_iter().find(|table| key(*table) == name);
                let table =
                    table.ok_or_else(|| ImageError::new(format!("unit {unit}: `{name}` is not a Modbus table")))?;
                for (address, cell) in object(Some(cells), name)? {
                    let place = format!("unit {unit}, {name} {address}");
                    let address = address.parse().map_err(|_| ImageError::new(format!("{place}: not an address")))?;
                    let cell = ImageCell::of(cell, table)
                        .ok_or_else(|| ImageError::new(format!("{place}: not a value of an image")))?;
                    image.set(id, table, address, cell);
                }
            }
        }
        Ok(image)
    }

    /// The JSON, with ten addresses to a line, so that two images can be compared line by line.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = format!(
            "{{\n  \"format\": 1,\n  \"device\": {},\n  \"recorded\": {},\n  \"units\": {{",
            quoted(&self.device),
            quoted(&self.recorded)
        );
        for (number, unit) in self.units().into_iter().enumerate() {
            // Writing to a string cannot fail.
            let _ = write!(out, "{}\n    \"{unit}\": {{", if number == 0 { "" } else { "," });
            for (number, table) in Table::ALL.into_iter().enumerate() {
                let _ = write!(out, "{}\n      \"{}\": {{", if number == 0 { "" } else { "," }, key(table));
                let mut line = None;
                for ((.., address), cell) in self.cells.range((unit, table, 0)..=(unit, table, u16::MAX)) {
                    let ten = Some(address / 10);
                    let begins = line != ten;
                    let divider = if line.is_none() { "" } else { "," };
                    let space = if begins { "\n        " } else { " " };
                    let _ = write!(out, "{divider}{space}\"{address}\": {cell}");
                    line = ten;
                }
                out.push_str(if line.is_none() { "}" } else { "\n      }" });
            }
            out.push_str("\n    }");
        }
        out.push_str(if self.cells.is_empty() { "}\n}\n" } else { "\n  }\n}\n" });
        out
    }
}

impl PartialEq for DeviceImage {
    fn eq(&self, other: &Self) -> bool {
        (&self.device, &self.cells) == (&other.device, &other.cells)
    }
}

impl Eq for DeviceImage {}

fn object<'a>(value: Option<&'a Json>, name: &str) -> Result<&'a [(String, Json)], ImageError> {
    value.and_then(Json::object).ok_or_else(|| ImageError::new(format!("`{name}`: expected a JSON object")))
}

impl ImageCell {
    fn of(value: &Json, table: Table) -> Option<Self> {
        let fields = match value {
            Json::Whole(word) => {
                let word = u16::try_from(*word).ok().filter(|word| !table.is_bit() || *word <= 1)?;
                return Some(Self::Word(word));
            }
            other => other.object()?,
        };
        match fields {
            [(name, Json::Whole(code))] if name == "exception" => {
                let code = u8::try_from(*code).ok().filter(|code| (1..0x80).contains(code))?;
                Some(Self::Exception(code))
            }
            [(name, Json::True)] if name == "silent" => Some(Self::Silent),
            [(name, Json::Text(reason))] if name == "skipped" => Some(Self::Skipped(reason.clone())),
            _ => None,
        }
    }
}

/// As it stands in the JSON.
impl fmt::Display for ImageCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => write!(f, "{word}"),
            Self::Exception(code) => write!(f, "{{\"exception\": {code}}}"),
            Self::Silent => f.write_str("{\"silent\": true}"),
            Self::Skipped(reason) => write!(f, "{{\"skipped\": {}}}", quoted(reason)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_read_as_it_was_written() {
        let mut image = DeviceImage::new("Pump “A”");
        image.set_recorded("2026-11-20T15:04:05Z");
        assert_eq!(DeviceImage::from_json(&image.to_json()), Ok(image.clone()));
        image.set(1, Table::Coil, 3, ImageCell::Word(1));
        for (address, cell) in [
            (0, ImageCell::Word(65_535)),
            (9, ImageCell::Exception(2)),
            (10, ImageCell::Silent),
            (65_535, ImageCell::Skipped("read_side_effect".to_owned())),
        ] {
            image.set(247, Table::HoldingRegister, address, cell);
        }
        let text = image.to_json();
        let again = DeviceImage::from_json(&text).unwrap();
        assert_eq!((&again, again.recorded()), (&image, "2026-11-20T15:04:05Z"));
        assert!(
            text.contains("\n        \"0\": 65535, \"9\": {\"exception\": 2},\n        \"10\": {\"silent\": true},\n")
        );
        assert!(text.contains("\"discrete_input\": {},"), "{text}");
        let mut later = image.clone();
        later.set_recorded("2027-01-01T00:00:00Z");
        assert_eq!(later, image);
        later.set(1, Table::Coil, 3, ImageCell::Word(0));
        assert_ne!(later, image);
    }

    #[test]
    fn what_is_no_image_says_why() {
        for (text, said) in [
            ("", "not JSON"),
            ("[]", "expected a JSON object"),
            ("{}", "`format` is missing"),
            (r#"{"format": 2}"#, "image of format 2"),
            (r#"{"format": 1}"#, "`units`"),
            (r#"{"format": 1, "device": 7, "units": {}}"#, "`device` is not a string"),
            (r#"{"format": 1, "units": {"256": {}}}"#, "`256` is not a unit id"),
            (r#"{"format": 1, "units": {"1": {"coils": {}}}}"#, "`coils` is not a Modbus table"),
            (r#"{"format": 1, "units": {"1": {"coil": {"3": 2}}}}"#, "unit 1, coil 3: not a value of an image"),
            (r#"{"format": 1, "units": {"1": {"coil": {"70000": 1}}}}"#, "coil 70000: not an address"),
            (r#"{"format": 1, "units": {"1": {"input_register": {"3": 65536}}}}"#, "input_register 3: not a value"),
            (r#"{"format": 1, "units": {"1": {"input_register": {"3": {"exception": 0}}}}}"#, "3: not a value"),
            (r#"{"format": 1, "units": {"1": {"input_register": {"3": {"silent": false}}}}}"#, "3: not a value"),
        ] {
            let error = DeviceImage::from_json(text).unwrap_err().to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
