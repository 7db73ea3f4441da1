//! What a unit tells Home Assistant and `ESPHome` of a value: its class, where unit and class belong together.

use crate::model::{Kind, Point};

/// Class of a sensor and class of its history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Classes {
    pub(super) device: Option<&'static str>,
    pub(super) state: Option<&'static str>,
}

/// Units by class, as `homeassistant.components.sensor.const.DEVICE_CLASS_UNITS` lists them. Kelvin is left out: vendors
/// print it for differences, which would be converted to °C. So are volumes and energies that are no meter readings.
const CLASSES: [(&str, &[&str]); 11] = [
    ("temperature", &["°C", "°F"]),
    ("voltage", &["V", "mV"]),
    ("current", &["A", "mA"]),
    ("power", &["W", "kW", "MW"]),
    ("apparent_power", &["VA"]),
    ("reactive_power", &["var"]),
    ("frequency", &["Hz", "kHz", "MHz"]),
    ("pressure", &["Pa", "hPa", "kPa", "bar", "mbar", "psi"]),
    ("duration", &["s", "min", "h", "d", "ms"]),
    ("volume_flow_rate", &["m³/h", "L/min"]),
    ("illuminance", &["lx"]),
];

const ENERGIES: [&str; 3] = ["Wh", "kWh", "MWh"];

/// The unit as the two programs write it.
pub(super) fn unit(printed: &str) -> &str {
    match printed {
        "VAr" | "Var" => "var",
        "l/min" => "L/min",
        "m3/h" => "m³/h",
        other => other,
    }
}

/// The classes of a number; none where the unit does not tell.
pub(super) fn classes(point: &Point) -> Classes {
    let is_number = matches!(point.kind, Kind::Integer | Kind::Scaled | Kind::Special(_));
    let Some(unit) = point.unit.as_deref().map(unit).filter(|_| is_number) else {
        return Classes { device: None, state: None };
    };
    if ENERGIES.contains(&unit) {
        // What can be set or be negative is no meter reading.
        let is_meter = !point.access.writes() && !point.raw.is_signed();
        return match is_meter {
            true => Classes { device: Some("energy"), state: Some("total_increasing") },
            false => Classes { device: None, state: Some("measurement") },
        };
    }
    let device = CLASSES.iter().find(|(_, units)| units.contains(&unit)).map(|(class, _)| *class);
    Classes { device, state: Some("measurement") }
}
