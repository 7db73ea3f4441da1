//! What a change does to a value that the device sends.

use super::compare::{Pair, Side};
use super::labels::visible;
use crate::model::{Kind, Point, RawType};
use crate::ratio::Ratio;

/// A raw value as both revisions read it; none where they read other words, or the same.
pub(super) fn numbers(pair: &Pair<'_>) -> Option<String> {
    let (old, new) = (pair.old.point, pair.new.point);
    let bits = width(old)?;
    if width(new)? != bits {
        return None;
    }
    let pattern = pattern(pair, bits);
    let (was, is) = (shown(&pair.old, pattern, bits)?, shown(&pair.new, pattern, bits)?);
    (was != is).then(|| format!("raw {pattern}: {was}, then {is}"))
}

/// Words as both revisions put them together.
pub(super) fn words(pair: &Pair<'_>) -> Option<String> {
    let words: Vec<u16> = match pair.old.point.words.len() {
        1 => vec![0x0102],
        count => (1u16..).take(count).collect(),
    };
    let joined = |side: &Side<'_>| {
        let mut pattern = 0u64;
        for place in super::compare::order(side.point) {
            let word = *words.get(usize::from(place))?;
            let word = if side.point.byte_swapped { word.swap_bytes() } else { word };
            pattern = pattern.checked_shl(16)? | u64::from(word);
        }
        shown(side, pattern, width(side.point)?)
    };
    let (was, is) = (joined(&pair.old)?, joined(&pair.new)?);
    let listed: Vec<String> = words.iter().map(u16::to_string).collect();
    (was != is).then(|| format!("words {}: {was}, then {is}", listed.join(" ")))
}

/// A raw value of the point's own raw type.
pub(super) fn value(side: &Side<'_>, raw: i128) -> Option<String> {
    match side.point.raw {
        RawType::Float { .. } => shown(side, u64::try_from(raw).ok()?, width(side.point)?),
        RawType::Text { .. } | RawType::Bytes => None,
        _ => meant(side, raw),
    }
}

/// How many bits are read as one number; none of texts and bytes.
fn width(point: &Point) -> Option<u8> {
    match (point.raw, point.bit_range) {
        (RawType::Text { .. } | RawType::Bytes, _) => None,
        (_, Some((low, high))) => high.checked_sub(low)?.checked_add(1),
        (raw, None) => Some(raw.bits()),
    }
}

/// A value that shows the difference: one with the highest bit set where the sign changed, a code that has a label.
fn pattern(pair: &Pair<'_>, bits: u8) -> u64 {
    const USUAL: u64 = 2150;
    let largest = 1u64.checked_shl(bits.into()).map_or(u64::MAX, |over| over.wrapping_sub(1));
    let (old, new) = (pair.old.point, pair.new.point);
    if old.raw.is_signed() != new.raw.is_signed() {
        return largest.saturating_sub(199.min(largest.wrapping_div(4)));
    }
    let code = |side: &Side<'_>| {
        let labels = &side.device.value_type(side.point.kind.type_name()?)?.labels;
        let code = labels.iter().map(|label| label.code).find(|code| *code > 0).or(labels.first().map(|of| of.code))?;
        let code =
            if matches!(side.point.kind, Kind::Flags(_)) { 1i64.checked_shl(code.try_into().ok()?)? } else { code };
        u64::try_from(code).ok().filter(|code| *code <= largest)
    };
    let named =
        |side: &Side<'_>| matches!(side.point.kind, Kind::Enum(_) | Kind::Flags(_)).then(|| code(side)).flatten();
    let float = |point: &Point| matches!(point.raw, RawType::Float { .. });
    match (named(&pair.old).or_else(|| named(&pair.new)), float(old) || float(new), bits) {
        (Some(code), ..) => code,
        // 21.5
        (None, true, 32) => 0x41AC_0000,
        (None, true, _) => 0x4035_8000_0000_0000,
        (None, false, _) => USUAL.min(largest),
    }
}

/// A pattern of bits as the point's value.
fn shown(side: &Side<'_>, pattern: u64, bits: u8) -> Option<String> {
    match side.point.raw {
        RawType::Float { bits: 32 } => {
            let number = f64::from(f32::from_bits(u32::try_from(pattern).ok()?));
            Some(with_unit(side, number.to_string()))
        }
        RawType::Float { .. } => Some(with_unit(side, f64::from_bits(pattern).to_string())),
        RawType::Integer { signed: true, .. } => {
            let over = 1i128.checked_shl(bits.into())?;
            let raw = i128::from(pattern);
            meant(side, if raw >= over.wrapping_div(2) { raw.checked_sub(over)? } else { raw })
        }
        RawType::Bool | RawType::Integer { .. } => meant(side, pattern.into()),
        // Digits: what the pattern is depends on the encoding, and a witness is to be beyond doubt.
        _ => None,
    }
}

/// A raw number as the point's value.
fn meant(side: &Side<'_>, raw: i128) -> Option<String> {
    let Side { device, point } = *side;
    if point.not_available.contains(&raw) {
        return Some("no value".to_owned());
    }
    let labels = point.kind.type_name().and_then(|name| device.value_type(name)).map(|of| of.labels.as_slice());
    let labels = labels.unwrap_or_default();
    match &point.kind {
        Kind::Enum(_) => {
            let label = labels.iter().find(|label| i128::from(label.code) == raw);
            Some(label.map_or_else(|| "unknown".to_owned(), |label| visible(&label.label)))
        }
        Kind::Flags(_) => {
            let is_set =
                |code: i64| u32::try_from(code).ok().and_then(|bit| raw.checked_shr(bit)).is_some_and(|of| of & 1 == 1);
            let set: Vec<String> = labels.iter().filter(|of| is_set(of.code)).map(|of| visible(&of.label)).collect();
            Some(if set.is_empty() { "none".to_owned() } else { set.join(" and ") })
        }
        Kind::Bool => Some((raw != 0).to_string()),
        Kind::BitSet => Some(format!("bits {raw:#x}")),
        Kind::Special(_) => {
            let at = point.specials.iter().position(|code| i128::from(*code) == raw);
            match at.and_then(|at| labels.get(at)) {
                Some(label) => Some(visible(&label.label)),
                None => number(side, raw),
            }
        }
        Kind::Integer | Kind::Scaled => number(side, raw),
        _ => None,
    }
}

/// The number in its unit, with as many decimals as its scale has.
fn number(side: &Side<'_>, raw: i128) -> Option<String> {
    let point = side.point;
    if point.scale_register.is_some() {
        return None;
    }
    let value = Ratio::new(i64::try_from(raw).ok()?, 1)?.times(point.scale)?.plus(point.offset)?;
    let digits = |ratio: Ratio| ratio.exact_decimal().map(|(_, digits)| digits);
    let text = match digits(point.scale).zip(digits(point.offset)) {
        Some((scale, offset)) => padded(&value.to_string(), scale.max(offset).into()),
        None => format!("{:.6}", value.to_f64()),
    };
    Some(with_unit(side, text))
}

/// A decimal with at least this many digits behind the point.
fn padded(text: &str, digits: usize) -> String {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    match digits.max(fraction.len()) {
        0 => whole.to_owned(),
        digits => format!("{whole}.{fraction:0<digits$}"),
    }
}

fn with_unit(side: &Side<'_>, number: String) -> String {
    match &side.point.unit {
        Some(unit) => format!("{number} {unit}"),
        None => number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_those_of_the_scale() {
        assert_eq!(
            [padded("21.5", 2), padded("215", 1), padded("7", 0), padded("-0.5", 1)],
            ["21.50", "215.0", "7", "-0.5"]
        );
    }
}
