//! Disagreements beyond doubt: refused, silent, unknown codes and bits, values outside of printed limits.

use modbus_bindgen_runtime::{DeviceInfo, PointInfo};

use super::super::fit::{Fit, Misfit};
use super::super::show;
use super::evidence::Seen;
use super::finding::{Finding, ids, place};

/// What one reading shows.
pub(super) fn find(seen: &[Seen], device: &DeviceInfo) -> Vec<Finding> {
    let mut findings = neighbours(seen, device);
    let mut codes: Vec<(i64, Vec<&Seen>)> = Vec::new();
    for one in seen {
        let Fit::Misfits(misfit) = &one.fit else { continue };
        match misfit {
            Misfit::UnknownCode(code) => {
                // The same list at many places lacks the same code.
                let same_list = |other: &&Seen| {
                    (other.info.values(), other.info.values_if()) == (one.info.values(), one.info.values_if())
                };
                let known = codes.iter_mut().find(|(known, list)| known == code && list.iter().any(same_list));
                match known {
                    Some((_, list)) => list.push(one),
                    None => codes.push((*code, vec![one])),
                }
            }
            Misfit::UnknownBits(bits) => {
                let shown = bits.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
                let what = if bits.len() == 1 { "bit" } else { "bits" };
                let why = format!(
                    "{} ({}): {what} {shown} set, which the table does not list; raw {}",
                    place(device, &[one.info]),
                    one.info.id(),
                    raw(one)
                );
                findings.push(Finding::certain("unknown_bit", vec![one.info], why).with_raw(one.words()));
            }
            Misfit::OutsideLimits { value, min, max } => {
                let end = |end: &Option<f64>| end.map_or_else(|| "…".to_owned(), |end| end.to_string());
                let unit = one.info.unit();
                let why = format!(
                    "{} ({}): {value} {unit} is outside the printed limits, {} to {} {unit}; raw {}",
                    place(device, &[one.info]),
                    one.info.id(),
                    end(min),
                    end(max),
                    raw(one)
                );
                let why = why.replace(" ;", ";").replace(" ,", ",");
                findings.push(Finding::certain("outside_limits", vec![one.info], why).with_raw(one.words()));
            }
            Misfit::Refused(_) | Misfit::Silent | Misfit::NotDecodable => {}
        }
    }
    for (code, list) in codes {
        let points: Vec<&'static PointInfo> = list.iter().map(|one| one.info).collect();
        let Some(first) = list.first() else { continue };
        let why = format!(
            "{} ({}): code {code}, which the table does not list; it lists {}",
            place(device, &points),
            ids(&points),
            listed(first.info)
        );
        findings.push(Finding::certain("unknown_code", points, why).with_raw(first.words()));
    }
    findings
}

/// `0, 1, 2`
fn listed(info: &PointInfo) -> String {
    const SHOWN: usize = 12;
    let of_lists = info.values_if().iter().flat_map(|list| list.values);
    let mut codes: Vec<i64> =
        info.values().iter().chain(of_lists).map(modbus_bindgen_runtime::Labelled::number).collect();
    codes.sort_unstable();
    codes.dedup();
    let more = if codes.len() > SHOWN { " and others" } else { "" };
    let shown: Vec<String> = codes.iter().take(SHOWN).map(i64::to_string).collect();
    format!("{}{more}", shown.join(", "))
}

/// The raw value of a number, or the words.
pub(super) fn raw(one: &Seen) -> String {
    match (one.raw, one.words()) {
        (Some(raw), Some([_])) => raw.to_string(),
        (_, Some(words)) => words.iter().map(|word| format!("0x{word:04X}")).collect::<Vec<_>>().join(" "),
        (_, None) => "unknown".to_owned(),
    }
}

/// The value as people read it.
pub(super) fn value(one: &Seen) -> String {
    one.reading.value.as_ref().map_or_else(|| "no value".to_owned(), |value| show::value(one.info, value))
}

/// What is refused together lies so near to each other.
const NEAR: u16 = 4;

/// What is refused or silent, neighbours of the table in one finding.
fn neighbours(seen: &[Seen], device: &DeviceInfo) -> Vec<Finding> {
    let failure = |one: &Seen| match one.fit {
        Fit::Misfits(Misfit::Refused(code)) => Some((one.info.unit_id(), one.info.table(), Some(code))),
        Fit::Misfits(Misfit::Silent) => Some((one.info.unit_id(), one.info.table(), None)),
        _ => None,
    };
    let is_near = |one: &Seen, next: &Seen| {
        let (last, first) = (one.info.span().map_or(0, |(_, last)| last), next.info.address());
        first.saturating_sub(last) <= NEAR
    };
    let mut findings = Vec::new();
    for run in seen.chunk_by(|one, next| failure(one) == failure(next) && is_near(one, next)) {
        let Some((.., code)) = run.first().and_then(failure) else { continue };
        let points: Vec<&'static PointInfo> = run.iter().map(|one| one.info).collect();
        let (kind, how) = match code {
            Some(code) => ("refused", format!("refused with exception {code}")),
            None => ("silent", "not answered".to_owned()),
        };
        let why = format!("{} ({}): {how}", place(device, &points), ids(&points));
        findings.push(Finding::certain(kind, points, why));
    }
    findings
}
