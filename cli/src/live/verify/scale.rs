//! Scales that are a power of ten away from those of their neighbours in the same unit.

use modbus_bindgen_runtime::{DeviceInfo, PointInfo};

use super::certain::{raw, value};
use super::evidence::{Seen, is_impossible};
use super::finding::{Finding, place};

/// So many others are needed to say what is usual.
const PEERS: usize = 3;

/// A measured number.
struct Measured<'a> {
    seen: &'a Seen,
    size: f64,
    raw: f64,
    step: f64,
    /// Its label without what counts: `Voltage L#`.
    family: String,
}

/// What one reading shows, of points that nothing else explains.
pub(super) fn find(seen: &[Seen], explained: &[&'static PointInfo], device: &DeviceInfo) -> Vec<Finding> {
    let is_free = |one: &&Seen| !explained.iter().any(|info| std::ptr::eq(*info, one.info));
    let measured: Vec<Measured<'_>> = seen.iter().filter(is_free).filter_map(Measured::of).collect();
    let finding = |one: &Measured<'_>| {
        let peers: Vec<&Measured<'_>> = measured
            .iter()
            .filter(|other| other.seen.info.unit() == one.seen.info.unit() && !same(one, other))
            .collect();
        let why = suspicion(one, &peers)?;
        let info = one.seen.info;
        let why = format!("{} ({}): {why}; raw {}", place(device, &[info]), info.id(), raw(one.seen));
        Some(Finding::suspected("scale", vec![info], why).with_raw(one.seen.words()))
    };
    measured.iter().filter_map(finding).collect()
}

fn same(one: &Measured<'_>, other: &Measured<'_>) -> bool {
    std::ptr::eq(one.seen.info, other.seen.info)
}

impl<'a> Measured<'a> {
    /// A number other than 0 with a unit; one within limits that are printed is right.
    fn of(seen: &'a Seen) -> Option<Self> {
        let info = seen.info;
        let (size, _) = (seen.number?.abs(), seen.pattern()?);
        let is_confirmed = info.limits().is_some_and(|limits| limits.min().is_some() && limits.max().is_some());
        if size == 0.0 || info.unit().is_empty() || is_confirmed || info.scale_register().is_some() {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "it is compared, not computed with")]
        let raw = seen.raw?.saturating_abs() as f64;
        Some(Self { seen, size, raw, step: info.scale().step(), family: family(info.label()) })
    }
}

/// A label with a sign in place of what counts.
fn family(label: &str) -> String {
    let word = |word: &str| match word.chars().count() {
        1 => "#".to_owned(),
        _ => word.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect(),
    };
    label.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

fn ends(sizes: impl Iterator<Item = f64>) -> (f64, f64) {
    sizes.fold((f64::MAX, 0.0), |(low, high): (f64, f64), size| (low.min(size), high.max(size)))
}

/// By which power of ten a size would have to be multiplied to lie between two others.
fn power(size: f64, low: f64, high: f64) -> Option<i32> {
    [1, 2, 3, -1, -2, -3].into_iter().find(|power| {
        let moved = size * 10_f64.powi(*power);
        moved >= low && moved <= high
    })
}

fn suspicion(one: &Measured<'_>, peers: &[&Measured<'_>]) -> Option<String> {
    let unit = one.seen.info.unit();
    let shown = value(one.seen);
    if peers.len() >= PEERS {
        let (low, high) = ends(peers.iter().map(|peer| peer.size));
        let (raw_low, raw_high) = ends(peers.iter().map(|peer| peer.raw));
        // The table's scale differs from that of the others, and with theirs it would be like them.
        let is_power_away = |step: &f64| {
            let ratio = step / one.step;
            [1e-3, 1e-2, 1e-1, 1e1, 1e2, 1e3].iter().any(|power| (ratio / power - 1.0).abs() < 1e-9)
        };
        let is_away = one.size < low / 3.0 || one.size > high * 3.0;
        let is_like_them = one.raw >= raw_low / 3.0 && one.raw <= raw_high * 3.0;
        if let Some(step) = usual_step(peers).filter(|step| is_power_away(step) && is_away && is_like_them) {
            let other = one.raw * step;
            return Some(format!(
                "{shown} by a scale of {}; the others in {unit} have {step}, which would make it {other} {unit}",
                one.step
            ));
        }
        // More than anything in this unit can be.
        if one.size > high * 4.0
            && is_impossible(unit, one.size)
            && let Some(power) = power(one.size, low / 2.0, high * 2.0)
        {
            return Some(away(&shown, power, unit, low, high));
        }
    }
    // Three phases, five rooms: those of one family are alike.
    let family: Vec<f64> = peers.iter().filter(|peer| peer.family == one.family).map(|peer| peer.size).collect();
    let (low, high) = ends(family.iter().copied());
    if family.len() >= 2 && high <= low * 1.5 && is_steady(unit) {
        let power = power(one.size, low / 1.5, high * 1.5)?;
        return Some(away(&shown, power, unit, low, high));
    }
    None
}

/// Units in which things of one kind hold about the same.
fn is_steady(unit: &str) -> bool {
    matches!(unit, "V" | "Hz" | "°C" | "°F" | "bar")
}

fn away(shown: &str, power: i32, unit: &str, low: f64, high: f64) -> String {
    let factor = 10_f64.powi(power.abs());
    let how = if power > 0 { format!("{factor} times as much") } else { format!("a part in {factor}") };
    format!("{shown}, and {how} would be like the others in {unit}, {low} to {high}")
}

/// The step that two thirds of them have.
fn usual_step(peers: &[&Measured<'_>]) -> Option<f64> {
    let is_same = |one: f64, other: f64| (one / other - 1.0).abs() < 1e-9;
    let count = |step: f64| peers.iter().filter(|peer| is_same(peer.step, step)).count();
    let usual = peers.iter().map(|peer| peer.step).max_by_key(|step| count(*step))?;
    (count(usual).saturating_mul(3) >= peers.len().saturating_mul(2)).then_some(usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_differ_in_what_counts() {
        assert_eq!(family("Voltage L1"), family("Voltage L3"));
        assert_eq!(family("Phase A current"), family("Phase B current"));
        assert_ne!(family("Supply temperature"), family("Outdoor temperature"));
    }

    #[test]
    fn a_power_of_ten_brings_it_home() {
        assert_eq!(power(23.0, 220.0, 240.0), Some(1));
        assert_eq!(power(2_300.0, 220.0, 240.0), Some(-1));
        assert_eq!(power(100.0, 220.0, 240.0), None);
    }
}
