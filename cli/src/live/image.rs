//! What a recorded device says of points.

use std::fs;
use std::path::Path;

use modbus_bindgen_runtime::{
    Absence, AnyValue, DecodeError, DeviceImage, DeviceInfo, ImageCell, Point, PointInfo, ReadOnly, Snapshot,
};

use crate::failure::Failure;
use crate::output;

/// A larger file is no image: every address of 247 units takes less.
const MOST_BYTES: u64 = 1 << 28;

/// Reads a file; says so where it is of another device.
pub(crate) fn read(path: &Path, device: &DeviceInfo) -> Result<DeviceImage, Failure> {
    let failed = |said: String| Failure::Message(format!("{}: {said}", path.display()));
    let size = fs::metadata(path).map_err(|error| failed(error.to_string()))?.len();
    if size > MOST_BYTES {
        return Err(failed(format!("file too large for an image: {size} bytes")));
    }
    let text = fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    let image = DeviceImage::from_json(&text).map_err(|error| failed(error.to_string()))?;
    if image.device() != device.name {
        let (path, of) = (path.display(), image.device());
        output::say(&format!("warning: {path} was recorded from “{of}”, but the table is of “{}”", device.name));
    }
    Ok(image)
}

/// What an image holds of a point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Held {
    /// Its words, most significant first.
    Words(Vec<u16>),
    Exception(u8),
    Silent,
    Skipped(String),
    NotRecorded,
}

/// The unit id that a point is recorded under.
pub(crate) fn unit_of(device: &DeviceInfo, info: &PointInfo) -> u8 {
    info.unit_id().unwrap_or(device.link.unit_id)
}

/// What an image holds of a point; the worst of its words where they differ.
pub(crate) fn held(image: &DeviceImage, device: &DeviceInfo, info: &PointInfo) -> Held {
    let unit = unit_of(device, info);
    let mut words = Vec::new();
    for address in info.words() {
        match image.get(unit, info.table(), *address) {
            Some(ImageCell::Word(word)) => words.push(*word),
            Some(ImageCell::Exception(code)) => return Held::Exception(*code),
            Some(ImageCell::Silent) => return Held::Silent,
            Some(ImageCell::Skipped(reason)) => return Held::Skipped(reason.clone()),
            _ => return Held::NotRecorded,
        }
    }
    Held::Words(words)
}

/// A point and what was read of it.
#[derive(Debug, Clone)]
pub(crate) struct PointReading {
    pub(crate) value: Option<AnyValue>,
    /// Its words, most significant first.
    pub(crate) raw: Option<Vec<u16>>,
    pub(crate) lack: Option<Lack>,
}

/// Why there is no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lack {
    /// For programs.
    pub(crate) key: &'static str,
    /// In place of the value.
    pub(crate) short: String,
    pub(crate) reason: String,
}

impl Lack {
    fn new(key: &'static str, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self { key, short: reason.clone(), reason }
    }

    fn exception(code: u8, reason: String) -> Self {
        // What the code means is long, and stands in the message of a point that is asked for by name.
        Self { key: "refused", short: format!("refused, exception {code}"), reason }
    }

    /// That nothing is fitted is an answer, too.
    pub(crate) fn is_answer(&self) -> bool {
        self.key == "not_fitted"
    }

    /// Whether the device said so, and not nobody asked.
    pub(crate) fn is_said(&self) -> bool {
        self.key != "not_read"
    }

    fn of(absence: Absence) -> Self {
        let key = match absence {
            Absence::Refused(exception) => return Self::exception(exception.code.code(), absence.to_string()),
            Absence::NotFitted => "not_fitted",
            Absence::NotDecodable => "not_decodable",
            Absence::NotVisible => "not_visible",
            Absence::NoAnswer => "no_answer",
            Absence::Malformed => "malformed",
            Absence::Busy(_) => "busy",
            Absence::NotInTime => "not_in_time",
            Absence::TooLong => "too_long",
            _ => "not_read",
        };
        Self::new(key, absence.to_string())
    }
}

impl PointReading {
    /// Out of what was read of a device.
    pub(crate) fn of_snapshot(snapshot: &Snapshot, info: &PointInfo) -> Self {
        Self { value: snapshot.value(info), raw: snapshot.raw(info), lack: snapshot.absence(info).map(Lack::of) }
    }

    /// Out of an image.
    pub(crate) fn of_image(image: &DeviceImage, device: &DeviceInfo, info: &'static PointInfo) -> Self {
        let lacking = |lack| Self { value: None, raw: None, lack: Some(lack) };
        let unit = unit_of(device, info);
        if let Some(bit) = info.available_if()
            && let Some(word) = image.word(unit, bit.table, bit.register)
            && word.unbounded_shr(bit.bit.into()) & 1 == 0
        {
            return lacking(Lack::of(Absence::NotVisible));
        }
        let words = match held(image, device, info) {
            Held::Words(words) => words,
            Held::Exception(code) => {
                return lacking(Lack::exception(code, format!("the device answered with exception {code}")));
            }
            Held::Silent => return lacking(Lack::of(Absence::NoAnswer)),
            Held::Skipped(reason) => return lacking(Lack::new("not_read", format!("not recorded: {reason}"))),
            Held::NotRecorded => return lacking(Lack::new("not_read", "not recorded")),
        };
        match value(image, unit, info) {
            Ok(value) => Self { value: Some(value), raw: Some(words), lack: None },
            Err(error) => {
                let lack = match error {
                    DecodeError::NotFitted => Lack::of(Absence::NotFitted),
                    DecodeError::Encoding => Lack::of(Absence::NotDecodable),
                    other => Lack::new("not_read", other.to_string()),
                };
                Self { value: None, raw: Some(words), lack: Some(lack) }
            }
        }
    }
}

/// The value that the words of an image mean.
fn value(image: &DeviceImage, unit: u8, info: &'static PointInfo) -> Result<AnyValue, DecodeError> {
    let Some((first, last)) = info.span() else { return Err(DecodeError::NotFitted) };
    // Between the words of a pair there may be others.
    let words: Vec<u16> =
        (first..=last).map(|address| image.word(unit, info.table(), address).unwrap_or_default()).collect();
    Point::<AnyValue, ReadOnly>::new(info).decode_with(&words, |table, address| image.word(unit, table, address))
}
