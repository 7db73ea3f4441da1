//! Whether what a device holds is what its table says of a point, beyond doubt.

use modbus_bindgen_runtime::{AnyValue, Decimal, DeviceImage, DeviceInfo, Kind, PointInfo};

use super::image::{self, Held, PointReading};

/// Whether a point fits.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fit {
    Fits,
    Misfits(Misfit),
    /// Nobody asked, or the device says that it does not have it.
    NotAsked,
}

/// How a point does not fit.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Misfit {
    Refused(u8),
    Silent,
    /// A code that the table does not list.
    UnknownCode(i64),
    /// Bits that the table does not list.
    UnknownBits(Vec<u32>),
    /// A value beyond the limits that the table prints.
    OutsideLimits {
        value: f64,
        min: Option<f64>,
        max: Option<f64>,
    },
    /// Words that are no text in its encoding, no decimal digits, or no number modulo 10000.
    NotDecodable,
}

/// Whether a point of an image fits.
pub(crate) fn of(image: &DeviceImage, device: &DeviceInfo, info: &'static PointInfo) -> Fit {
    match image::held(image, device, info) {
        Held::NotRecorded | Held::Skipped(_) => return Fit::NotAsked,
        _ => {}
    }
    let reading = PointReading::of_image(image, device, info);
    if reading.lack.as_ref().is_some_and(|lack| lack.key == "not_visible") {
        return Fit::NotAsked;
    }
    match image::held(image, device, info) {
        // The document says that not every device has it.
        Held::Exception(_) | Held::Silent if info.is_optional() => return Fit::NotAsked,
        Held::Exception(code) => return Fit::Misfits(Misfit::Refused(code)),
        Held::Silent => return Fit::Misfits(Misfit::Silent),
        _ => {}
    }
    let misfit = match &reading.value {
        Some(AnyValue::Code { code, label: None }) => Some(Misfit::UnknownCode(*code)),
        Some(AnyValue::Flags { bits, .. }) => unknown_bits(info, *bits).map(Misfit::UnknownBits),
        Some(value) => number(value).and_then(|value| outside(info, value)),
        None if is_not_decodable(info, &reading) => Some(Misfit::NotDecodable),
        None => None,
    };
    misfit.map_or(Fit::Fits, Fit::Misfits)
}

fn is_not_decodable(info: &PointInfo, reading: &PointReading) -> bool {
    let lacks = reading.lack.as_ref().is_some_and(|lack| lack.key == "not_decodable");
    let is_number = matches!(info.kind(), Kind::Integer | Kind::Scaled | Kind::Special);
    let has_raw = reading.raw.as_ref().is_some_and(|words| info.raw_value(words).is_some());
    lacks || (is_number && reading.raw.is_some() && !has_raw)
}

/// The number that a value is.
pub(crate) fn number(value: &AnyValue) -> Option<f64> {
    match value {
        AnyValue::Number(number) => Some(*number),
        #[expect(clippy::cast_precision_loss, reason = "it is compared, not computed with")]
        AnyValue::Integer(integer) => Some(*integer as f64),
        _ => None,
    }
}

/// Bits that are set and not listed, where any are listed.
fn unknown_bits(info: &PointInfo, bits: u64) -> Option<Vec<u32>> {
    let listed = |bit: u32| info.values().iter().any(|flag| flag.number() == i64::from(bit));
    let unknown: Vec<u32> = (0..u64::BITS).filter(|bit| bits.unbounded_shr(*bit) & 1 == 1 && !listed(*bit)).collect();
    (!unknown.is_empty() && !info.values().is_empty()).then_some(unknown)
}

fn outside(info: &PointInfo, value: f64) -> Option<Misfit> {
    let limits = info.limits()?;
    let (min, max) = (limits.min().map(Decimal::to_f64), limits.max().map(Decimal::to_f64));
    let is_outside = min.is_some_and(|min| value < min) || max.is_some_and(|max| value > max);
    is_outside.then_some(Misfit::OutsideLimits { value, min, max })
}
