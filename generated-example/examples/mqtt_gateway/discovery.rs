//! What Home Assistant has to know to show a device: its MQTT discovery.

use modbus_bindgen_runtime::{Access, Decimal, DeviceInfo, Kind, Labelled, PointInfo, Role};
use serde_json::{Map, Value, json};

/// Topics and their contents, one for each point.
pub(crate) fn configurations(device: &DeviceInfo, prefix: &str) -> Vec<(String, String)> {
    let node = plain(prefix);
    device
        .points()
        .filter_map(|point| {
            let (component, entity) = entity(point, prefix)?;
            let id = format!("{node}_{}", plain(point.id()));
            let common = [
                ("name", json!(point.label())),
                ("unique_id", json!(id)),
                ("availability_topic", json!(format!("{prefix}/available"))),
                ("device", json!({ "identifiers": [node], "name": device.name, "manufacturer": device.manufacturer })),
            ];
            let entity: Map<String, Value> =
                entity.into_iter().chain(common).map(|(key, value)| (key.to_owned(), value)).collect();
            Some((format!("homeassistant/{component}/{id}/config"), Value::Object(entity).to_string()))
        })
        .collect()
}

type Entity = Vec<(&'static str, Value)>;

/// The kind of entity a point is, and what is particular to it. What Home Assistant has no entity for is left out.
fn entity(point: &PointInfo, prefix: &str) -> Option<(&'static str, Entity)> {
    let set = ("command_topic", json!(format!("{prefix}/set/{}", point.id())));
    if point.role() == Role::Command {
        return Some(("button", vec![set]));
    }
    let mut entity = vec![("state_topic", json!(format!("{prefix}/state/{}", point.id())))];
    let is_writable = match point.access() {
        Access::Read => false,
        Access::ReadWrite => true,
        Access::Write => return None,
    };
    if is_writable {
        entity.push(set);
    }
    let component = match (point.kind(), is_writable) {
        (Kind::Bool, _) => {
            entity.extend([("payload_on", json!("on")), ("payload_off", json!("off"))]);
            if is_writable { "switch" } else { "binary_sensor" }
        }
        (Kind::Enum, true) => {
            let labels: Vec<&str> = point.values().iter().map(Labelled::label).collect();
            entity.push(("options", json!(labels)));
            "select"
        }
        (Kind::Integer | Kind::Scaled, true) => {
            // Without limits Home Assistant takes 1 to 100, which are the device's by chance only.
            let limits = point.limits()?;
            let step = limits.step().map_or_else(|| point.scale().step(), Decimal::to_f64);
            entity.extend([
                ("min", json!(limits.min()?.to_f64())),
                ("max", json!(limits.max()?.to_f64())),
                ("step", json!(step)),
                ("mode", json!("box")),
            ]);
            "number"
        }
        (_, true) => "text",
        (_, false) => "sensor",
    };
    if !point.unit().is_empty() && matches!(component, "number" | "sensor") {
        entity.push(("unit_of_measurement", json!(point.unit())));
        if component == "sensor" {
            entity.push(("state_class", json!("measurement")));
        }
    }
    Some((component, entity))
}

/// Letters, digits and underscores, as topics and identifiers take.
fn plain(id: &str) -> String {
    id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}
