//! A reading of a device, point by point.

use modbus_bindgen_runtime::{DeviceImage, DeviceInfo, Kind, PointInfo, RawType};

use super::super::fit::{self, Fit};
use super::super::image::{self, Held, PointReading};

/// A point, and what was read of it.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) info: &'static PointInfo,
    pub(super) held: Held,
    pub(super) reading: PointReading,
    pub(super) raw: Option<i128>,
    pub(super) number: Option<f64>,
    pub(super) fit: Fit,
}

impl Seen {
    pub(super) fn words(&self) -> Option<&[u16]> {
        match &self.held {
            Held::Words(words) => Some(words),
            _ => None,
        }
    }

    /// The raw value as an unsigned integer of so many bits, of a number in words of its own.
    pub(super) fn pattern(&self) -> Option<(u128, u32)> {
        let is_number = matches!(self.info.kind(), Kind::Integer | Kind::Scaled | Kind::Special);
        let bits = width(self.info.raw())?;
        if !is_number || self.info.bits().is_some() {
            return None;
        }
        let mask = u128::MAX.unbounded_shr(u128::BITS.saturating_sub(bits));
        Some((self.raw?.cast_unsigned() & mask, bits))
    }
}

/// Bits of an integer type, signed or not.
const fn width(raw: RawType) -> Option<u32> {
    match raw {
        RawType::U16 | RawType::I16 => Some(16),
        RawType::U32 | RawType::I32 => Some(32),
        RawType::U48 | RawType::I48 => Some(48),
        RawType::U64 | RawType::I64 => Some(64),
        _ => None,
    }
}

pub(super) const fn is_signed(raw: RawType) -> bool {
    matches!(raw, RawType::I16 | RawType::I32 | RawType::I48 | RawType::I64)
}

/// All points that can be read, in the order of unit id, table and address.
pub(super) fn seen(image: &DeviceImage, device: &'static DeviceInfo) -> Vec<Seen> {
    let points = device.points().filter(|info| info.access().is_readable());
    let mut seen: Vec<Seen> = points
        .map(|info| {
            let held = image::held(image, device, info);
            let reading = PointReading::of_image(image, device, info);
            let raw = match &held {
                Held::Words(words) => info.raw_value(words),
                _ => None,
            };
            let number = reading.value.as_ref().and_then(fit::number);
            Seen { info, held, raw, number, fit: fit::of(image, device, info), reading }
        })
        .collect();
    seen.sort_by_key(|one| {
        let low = one.info.bits().map_or(0, modbus_bindgen_runtime::BitRange::low);
        (one.info.unit_id(), one.info.table(), one.info.address(), low)
    });
    seen
}

/// What values of a unit can be, in machines that people build; `None` where they can be anything.
pub(super) fn possible(unit: &str) -> Option<(f64, f64)> {
    match unit {
        "°C" => Some((-60.0, 160.0)),
        "°F" => Some((-76.0, 320.0)),
        "%" => Some((-150.0, 200.0)),
        "V" => Some((-1_500.0, 1_500.0)),
        "Hz" => Some((-1_000.0, 1_000.0)),
        "bar" => Some((-1.0, 400.0)),
        _ => None,
    }
}

/// Whether a value is beyond what its unit can be.
pub(super) fn is_impossible(unit: &str, value: f64) -> bool {
    possible(unit).is_some_and(|(low, high)| value < low || value > high)
}
