//! Readings as a table a person likes to read.

use std::fmt::Write as _;

use modbus_bindgen_runtime::{Absence, AnyValue, ExceptionCode, PointInfo, Role, Snapshot};

/// Groups with their points, values right-aligned, units, and why a value is missing.
pub(crate) fn of(title: &str, snapshot: &Snapshot) -> String {
    let points: Vec<&PointInfo> = snapshot.points().filter(|point| point.role() == Role::Value).collect();
    let label_width = points.iter().map(|point| point.label().chars().count()).max().unwrap_or(0);
    let rows: Vec<(&PointInfo, String)> = points.iter().map(|point| (*point, value(point, snapshot))).collect();
    let missing = points.iter().filter(|point| snapshot.absence(point).is_some()).count();
    let numbers = rows.iter().filter(|(point, _)| !point.unit().is_empty());
    let value_width = numbers.map(|(_, value)| value.chars().count()).max().unwrap_or(0);

    let mut text = format!("{title}: {} values, {missing} not there\n", points.len().saturating_sub(missing));
    for group in groups(&points) {
        let heading = if group.is_empty() { "General" } else { group };
        let _ = write!(text, "\n{heading}\n");
        for (point, value) in rows.iter().filter(|(point, _)| point.group() == group) {
            let unit = if snapshot.absence(point).is_some() { "" } else { point.unit() };
            let line = format!("  {:<label_width$}  {value:>value_width$} {unit}", point.label());
            let _ = writeln!(text, "{}", line.trim_end());
        }
    }
    text
}

/// Each group once, in the order of the vendor's table.
fn groups<'a>(points: &[&'a PointInfo]) -> Vec<&'a str> {
    let mut groups = Vec::new();
    for point in points {
        if !groups.contains(&point.group()) {
            groups.push(point.group());
        }
    }
    groups
}

fn value(point: &PointInfo, snapshot: &Snapshot) -> String {
    match (snapshot.value(point), snapshot.absence(point)) {
        // As many decimals as the register resolves, so that the numbers of a column line up.
        (Some(AnyValue::Number(number)), _) => format!("{number:.*}", decimals(point)),
        (Some(value), _) => value.to_string(),
        (None, Some(absence)) => format!("({})", missing(point, absence)),
        (None, None) => String::new(),
    }
}

/// A register of the expansion module that the pump does not have is not fitted; any other refusal is worth reading.
fn missing(point: &PointInfo, absence: Absence) -> String {
    match absence {
        Absence::Refused(exception) if point.is_optional() && exception.code == ExceptionCode::IllegalDataAddress => {
            Absence::NotFitted.to_string()
        }
        other => other.to_string(),
    }
}

fn decimals(point: &PointInfo) -> usize {
    usize::try_from(point.scale().div().checked_ilog10().unwrap_or(0)).unwrap_or(0)
}
