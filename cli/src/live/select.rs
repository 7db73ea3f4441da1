//! Which points are meant.

use modbus_bindgen::suggest;
use modbus_bindgen_runtime::{DeviceInfo, PointInfo, Role};

use crate::failure::Failure;

/// A point, and whether it was asked for by its own name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Selected {
    pub(crate) info: &'static PointInfo,
    pub(crate) is_named: bool,
}

/// The points to read, in the order of the table, each once. Without names, all that can be read without changing the
/// device; so do patterns.
pub(crate) fn to_read(device: &DeviceInfo, names: &[String]) -> Result<Vec<Selected>, Failure> {
    for name in names {
        let meant: Vec<_> = device.points().filter(|info| is_meant(info.id(), name)).collect();
        let Some(first) = meant.first() else { return Err(unknown(device, name)) };
        let is_named = first.id() == name;
        if !is_named && !meant.iter().any(|info| is_readable(info)) {
            return Err(Failure::Usage(format!(
                "nothing that “{name}” matches can be read without changing the device"
            )));
        }
        if is_named && !first.access().is_readable() {
            return Err(Failure::Usage(format!("{name} is write-only")));
        }
    }
    let selected = device.points().filter_map(|info| {
        let is_named = names.iter().any(|name| name == info.id());
        let is_meant = names.is_empty() || names.iter().any(|name| is_meant(info.id(), name));
        (is_named || (is_meant && is_readable(info))).then_some(Selected { info, is_named })
    });
    Ok(selected.collect())
}

/// The one point of this name.
pub(crate) fn to_write(device: &DeviceInfo, name: &str) -> Result<&'static PointInfo, Failure> {
    let Some(info) = device.points().find(|info| info.id() == name) else { return Err(unknown(device, name)) };
    if info.access().is_writable() { Ok(info) } else { Err(Failure::Usage(format!("{name} is read-only"))) }
}

/// Whether reading everything reads it.
fn is_readable(info: &PointInfo) -> bool {
    info.role() == Role::Value && info.access().is_readable() && !info.has_read_side_effect()
}

fn unknown(device: &DeviceInfo, name: &str) -> Failure {
    let said = if name.contains('*') {
        format!("no point of {} matches “{name}”", device.name)
    } else {
        let ids: Vec<&str> = device.points().map(PointInfo::id).collect();
        // People write what stands in the vendor's table.
        let by_label = device.points().find(|info| info.label().eq_ignore_ascii_case(name)).map(PointInfo::id);
        let nearest = by_label.or_else(|| suggest::nearest(name, ids.iter().copied()));
        let help = match nearest {
            Some(nearest) => format!("; did you mean {nearest}?"),
            None => {
                "; search with a pattern such as '*temperature*', or list all points with `docs` or `export`".to_owned()
            }
        };
        format!("{} has no point {name}{help}", device.name)
    };
    Failure::Usage(said)
}

/// Whether an identifier is the name, is matched by it, or lies below it as the points of `heat_pump[3]` do.
pub(crate) fn is_meant(id: &str, name: &str) -> bool {
    let below = || id.strip_prefix(name).is_some_and(|rest| rest.starts_with(['[', '.']));
    if name.contains('*') { matches(id, name) } else { id == name || below() }
}

/// Whether a pattern matches: `*` is any characters, none included.
fn matches(id: &str, pattern: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return id == pattern };
    let Some(mut left) = id.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    // The first place where a part fits leaves the most for the others.
    for part in parts {
        match left.split_once(part) {
            Some((_, after)) => left = after,
            None => return false,
        }
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_characters() {
        for (pattern, id, expected) in [
            ("*", "anything", true),
            ("hot_water*", "hot_water", true),
            ("hot_water*", "hot_water_start", true),
            ("hot_water*", "not_hot_water", false),
            ("heat_pump[*].status", "heat_pump[3].status", true),
            ("heat_pump[*].status", "heat_pump[3].status_2", false),
            ("heat_pump[*].status", "heat_pump[10].status", true),
            ("*temp*", "outdoor_temperature", true),
            ("*a*a", "aa", true),
            ("*a*a", "a", false),
            ("a*a", "a", false),
            ("a**b", "ab", true),
            ("*_x*_y", "a_x_y", true),
            ("*_x*_y", "a_y_x", false),
        ] {
            assert_eq!(matches(id, pattern), expected, "{pattern} {id}");
        }
    }

    #[test]
    fn an_array_or_an_element_stands_for_what_is_in_it() {
        assert!(is_meant("heat_pump[3].status", "heat_pump"));
        assert!(is_meant("heat_pump[3].status", "heat_pump[3]"));
        assert!(!is_meant("heat_pump[3].status", "heat_pump[3].stat"));
        assert!(!is_meant("heat_pumps", "heat_pump"));
    }
}
