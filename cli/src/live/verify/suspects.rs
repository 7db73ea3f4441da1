//! Disagreements that are likely, and could be chance: each with what speaks for it.

use modbus_bindgen_runtime::{DeviceImage, DeviceInfo, Kind, PointInfo, RawType, Table};

use super::super::fit::{Fit, Misfit};
use super::super::image::unit_of;
use super::certain::{raw, value};
use super::evidence::{Seen, is_impossible, is_signed, possible};
use super::finding::{Finding, Proposal, Register, ids, place};
use super::{scale, shifted};

/// What one reading shows.
pub(super) fn find(seen: &[Seen], image: &DeviceImage, device: &'static DeviceInfo) -> Vec<Finding> {
    let mut findings = absent_codes(seen, device);
    findings.extend(
        seen.iter().filter(|one| !is_in(&findings, one)).filter_map(|one| sign(one, device)).collect::<Vec<_>>(),
    );
    findings.extend(swapped(seen, device));
    findings.extend(seen.iter().filter_map(|one| text(one, device)));
    findings.extend(seen.iter().filter_map(|one| truth_value(one, device)));
    findings.extend(seen.iter().filter_map(|one| outside_device_limits(one, image, device)));
    let explained: Vec<&'static PointInfo> = findings.iter().flat_map(|finding| finding.points.clone()).collect();
    findings.extend(scale::find(seen, &explained, device));
    findings.extend(shifted::find(seen, image, device));
    findings
}

fn is_in(findings: &[Finding], one: &Seen) -> bool {
    findings.iter().flat_map(|finding| &finding.points).any(|info| std::ptr::eq(*info, one.info))
}

/// Raw values that many devices send where there is no value: all ones, and the ends of what is signed.
fn is_usual_absence(one: &Seen) -> bool {
    let Some((pattern, bits)) = one.pattern() else { return false };
    let top = 1_u128.unbounded_shl(bits.saturating_sub(1));
    let ones = u128::MAX.unbounded_shr(u128::BITS.saturating_sub(bits));
    let is_all_ones = pattern == ones && !is_signed(one.info.raw());
    is_all_ones || pattern == top || pattern == top.saturating_sub(1)
}

/// Codes that stand for no value, and that the table does not say so of.
fn absent_codes(seen: &[Seen], device: &DeviceInfo) -> Vec<Finding> {
    let mut groups: Vec<(i128, &str, Vec<&Seen>)> = Vec::new();
    for one in seen.iter().filter(|one| one.number.is_some()) {
        let Some(raw) = one.raw.filter(|_| one.pattern().is_some()) else { continue };
        let is_odd = one.number.is_some_and(|number| is_impossible(one.info.unit(), number));
        if !is_odd && !is_usual_absence(one) {
            continue;
        }
        match groups.iter_mut().find(|(known, unit, _)| *known == raw && *unit == one.info.unit()) {
            Some((.., list)) => list.push(one),
            None => groups.push((raw, one.info.unit(), vec![one])),
        }
    }
    // Of a number without a unit nothing is known that a single code could contradict.
    let is_code = |(_, unit, list): &(i128, &str, Vec<&Seen>)| {
        list.len() >= 3 || (!unit.is_empty() && list.iter().all(|one| is_usual_absence(one)))
    };
    let finding = |(raw, unit, list): (i128, &str, Vec<&Seen>)| {
        let points: Vec<&'static PointInfo> = list.iter().map(|one| one.info).collect();
        let shown = list.first().map(|one| value(one)).unwrap_or_default();
        let count = points.len();
        let how = match (count, unit) {
            (1, _) => "it holds".to_owned(),
            (_, "") => format!("{count} points hold"),
            _ => format!("{count} points in {unit} hold"),
        };
        let why = format!(
            "{} ({}): {how} raw {raw}, which would be {shown}: a code for “no value”, it seems",
            place(device, points.get(..1).unwrap_or_default()),
            ids(&points)
        );
        let registers = points.iter().map(|info| Register::of(info)).collect();
        let set = format!("not_available = [{raw}]");
        let reason = format!("The device holds raw {raw}, which would be {shown} (verify)");
        Finding::suspected("not_available", points, why)
            .with_raw(list.first().and_then(|one| one.words()))
            .proposing(Proposal::Rule { registers, set, reason })
    };
    groups.into_iter().filter(is_code).map(finding).collect()
}

/// Units whose values are often below zero.
fn may_be_negative(unit: &str) -> bool {
    matches!(unit, "°C" | "°F" | "K" | "W" | "kW" | "VA" | "var" | "kvar" | "kVA" | "A" | "mA" | "%" | "°" | "mV")
}

/// Units whose values never are.
fn is_never_negative(unit: &str) -> bool {
    matches!(
        unit,
        "h" | "min" | "s" | "ms" | "Hz" | "rpm" | "1/min" | "ppm" | "V" | "m³" | "l" | "kWh" | "MWh" | "Wh" | "d"
    )
}

/// A number without a unit is thought to be below zero if it is no further from it.
const NEAR_ZERO: i128 = 256;

/// Numbers whose sign looks wrong.
fn sign(one: &Seen, device: &DeviceInfo) -> Option<Finding> {
    let (pattern, bits) = one.pattern()?;
    let number = one.number?;
    let (info, unit) = (one.info, one.info.unit());
    let span = 1_i128.unbounded_shl(bits);
    let unsigned = i128::try_from(pattern).ok()?;
    let is_top_set = unsigned >= span.checked_div(2)?;
    let decoded = |raw: i128| info.scale().decode(raw);
    let (other, is_wrong, set) = if is_signed(info.raw()) {
        (decoded(unsigned), number < 0.0 && is_never_negative(unit), "signed = false")
    } else {
        let signed = decoded(unsigned.saturating_sub(span));
        // The last sixteenth: a small number below zero, or a value near the end of what the register can hold.
        let is_small = unsigned >= span.saturating_sub(span.checked_div(16)?);
        let is_wrong = match possible(unit) {
            Some(_) => is_impossible(unit, number) && !is_impossible(unit, signed),
            None if unit.is_empty() => unsigned >= span.saturating_sub(NEAR_ZERO),
            None => is_small && may_be_negative(unit),
        };
        (signed, is_top_set && is_wrong, "signed = true")
    };
    if !is_wrong {
        return None;
    }
    let why = format!(
        "{} ({}): {} looks like {other} {unit} with the other sign; raw {}",
        place(device, &[info]),
        info.id(),
        value(one),
        raw(one)
    );
    let reason = format!("The device holds raw {} (verify)", raw(one));
    let rule = Proposal::Rule { registers: vec![Register::of(info)], set: set.to_owned(), reason };
    Some(Finding::suspected("sign", vec![info], why).with_raw(one.words()).proposing(rule))
}

/// Whether the words make sense in this order, and not in the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    AsPrinted,
    Swapped,
    Unclear,
}

fn order(one: &Seen) -> Order {
    let Some(words) = one.words().filter(|words| words.len() > 1) else { return Order::Unclear };
    let reversed: Vec<u16> = words.iter().rev().copied().collect();
    if one.info.raw().is_float() {
        let sense = |words: &[u16]| one.info.raw_value(words).map(|raw| float_sense(one.info.raw(), raw));
        return match (sense(words), sense(&reversed)) {
            (Some(Sense::Plain), Some(Sense::Odd)) => Order::AsPrinted,
            (Some(Sense::Odd), Some(Sense::Plain)) => Order::Swapped,
            _ => Order::Unclear,
        };
    }
    if one.pattern().is_none() || is_usual_absence(one) {
        return Order::Unclear;
    }
    // Nobody counts in steps of 65,536.
    if let [high, rest @ ..] = words
        && *high > 0
        && rest.iter().all(|word| *word == 0)
    {
        return Order::Swapped;
    }
    let (small, large) = (|words: &[u16]| is_small(one.info, words), |words: &[u16]| !is_small(one.info, words));
    if small(words) && large(&reversed) {
        Order::AsPrinted
    } else if large(words) && small(&reversed) && is_much_smaller(one.info, &reversed, words) {
        Order::Swapped
    } else {
        Order::Unclear
    }
}

/// Whether an integer needs a quarter of its bits and few more: of 32 bits up to four millions, above or below zero.
fn is_small(info: &PointInfo, words: &[u16]) -> bool {
    let most = match words.len() {
        2 => 1_i128 << 22,
        _ => 1_i128 << 40,
    };
    info.raw_value(words).is_some_and(|raw| raw.saturating_abs() < most)
}

fn is_much_smaller(info: &PointInfo, words: &[u16], than: &[u16]) -> bool {
    let size = |words: &[u16]| info.raw_value(words).map_or(0, i128::saturating_abs);
    size(words).saturating_mul(1_000) <= size(than)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sense {
    /// A number as one is measured.
    Plain,
    /// Of no size that anything has, or no number.
    Odd,
    /// 0 says nothing.
    Nothing,
}

fn float_sense(raw_type: RawType, raw: i128) -> Sense {
    let number = match raw_type {
        RawType::F32 => u32::try_from(raw).ok().map(|bits| f64::from(f32::from_bits(bits))),
        _ => u64::try_from(raw).ok().map(f64::from_bits),
    };
    match number.map(f64::abs) {
        Some(0.0) | None => Sense::Nothing,
        Some(number) if (1e-3..1e8).contains(&number) => Sense::Plain,
        Some(number) if number.is_nan() || !(1e-6..1e10).contains(&number) => Sense::Odd,
        Some(_) => Sense::Nothing,
    }
}

/// Words that look swapped.
fn swapped(seen: &[Seen], device: &DeviceInfo) -> Vec<Finding> {
    let finding = |one: &Seen| {
        let words = one.words().unwrap_or_default();
        let reversed: Vec<u16> = words.iter().rev().copied().collect();
        let is_ascending = one.info.words().is_sorted();
        let shown = match one.info.raw_value(&reversed) {
            Some(raw) if one.info.raw() == RawType::F32 => {
                f32::from_bits(u32::try_from(raw).unwrap_or_default()).to_string()
            }
            Some(raw) if one.info.raw().is_float() => {
                f64::from_bits(u64::try_from(raw).unwrap_or_default()).to_string()
            }
            Some(raw) => one.info.scale().decode(raw).to_string(),
            None => String::new(),
        };
        let why = format!(
            "{} ({}): {} would be {shown} {} with its words the other way round; raw {}",
            place(device, &[one.info]),
            one.info.id(),
            value(one),
            one.info.unit(),
            raw(one)
        );
        let order = if is_ascending { "CDAB" } else { "ABCD" };
        let reason = format!("The device sends {} (verify)", raw(one));
        let registers = vec![Register::of(one.info)];
        let rule = Proposal::Rule { registers, set: format!("order = \"{order}\""), reason };
        Finding::suspected("swapped_words", vec![one.info], why.replace("  ", " "))
            .with_raw(one.words())
            .proposing(rule)
    };
    seen.iter().filter(|one| order(one) == Order::Swapped).map(finding).collect()
}

/// A text that is none.
fn text(one: &Seen, device: &DeviceInfo) -> Option<Finding> {
    let is_text = one.info.raw() == RawType::Text;
    let words = one.words()?;
    let what = match (&one.fit, &one.reading.value) {
        (Fit::Misfits(Misfit::NotDecodable), _) if is_text => "no text in its encoding".to_owned(),
        _ if is_text && words.iter().all(|word| *word == u16::MAX) => "all ones".to_owned(),
        (Fit::Misfits(Misfit::NotDecodable), _) => match one.info.raw() {
            RawType::Modulo10000 | RawType::SignedModulo10000 => "registers that are no number modulo 10000".to_owned(),
            _ => "no decimal digits".to_owned(),
        },
        (_, Some(modbus_bindgen_runtime::AnyValue::Text(text))) if text.contains(char::is_control) => {
            let zeros =
                words.iter().filter(|word| **word > 0 && (**word < 0x100 || word.trailing_zeros() >= 8)).count();
            if zeros.saturating_mul(2) > words.len() {
                "a character in every second byte only: one character in each register, it seems".to_owned()
            } else {
                format!("control characters: {text:?}")
            }
        }
        _ => return None,
    };
    let why = format!("{} ({}): {what}; raw {}", place(device, &[one.info]), one.info.id(), raw(one));
    Some(Finding::suspected(if is_text { "text" } else { "digits" }, vec![one.info], why).with_raw(Some(words)))
}

/// A truth value that holds neither 0 nor 1.
fn truth_value(one: &Seen, device: &DeviceInfo) -> Option<Finding> {
    let is_register = matches!(one.info.table(), Table::InputRegister | Table::HoldingRegister);
    let is_odd = one.info.kind() == Kind::Bool && is_register && one.raw.is_some_and(|raw| !(0..=1).contains(&raw));
    let why = || format!("{} ({}): a truth value that is {}", place(device, &[one.info]), one.info.id(), raw(one));
    is_odd.then(|| Finding::suspected("truth_value", vec![one.info], why()).with_raw(one.words()))
}

/// A value outside of limits that the device itself holds.
fn outside_device_limits(one: &Seen, image: &DeviceImage, device: &DeviceInfo) -> Option<Finding> {
    let registers = one.info.limit_registers()?;
    let (info, raw_value) = (one.info, one.raw?);
    if one.number.is_none() || info.words().len() != 1 || info.bits().is_some() {
        return None;
    }
    let held = |address: Option<u16>| {
        let word = image.word(unit_of(device, info), info.table(), address?)?;
        info.raw_value(&[word]).filter(|raw| !info.not_available().contains(raw))
    };
    let (min, max) = (held(registers.min)?, held(registers.max)?);
    // Both 0, or the wrong way round: the device does not hold any.
    if min >= max || (min..=max).contains(&raw_value) {
        return None;
    }
    let decoded = |raw| info.scale().decode(raw);
    let why = format!(
        "{} ({}): {} is outside the limits that the device holds, {} to {} {}; raw {}",
        place(device, &[info]),
        info.id(),
        value(one),
        decoded(min),
        decoded(max),
        info.unit(),
        raw(one)
    );
    Some(Finding::suspected("outside_device_limits", vec![info], why.replace(" ;", ";")).with_raw(one.words()))
}
