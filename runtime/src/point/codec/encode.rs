//! Values to words, refused where the point cannot take them.

use super::{pattern_of_raw, spread, taken};
use crate::error::InvalidValue;
use crate::point::context::Context;
use crate::point::scale::{Neighbours, Scale};
use crate::point::{PointInfo, RawType};
use alloc::borrow::ToOwned as _;
use alloc::vec::Vec;

/// Words for a raw value, which must be within the point's range. Where the point is a part of its words, the rest of
/// them is 0.
fn words_of(info: &PointInfo, raw: i128) -> Result<Vec<u16>, InvalidValue> {
    if let Some(defect) = info.defect() {
        return Err(InvalidValue::Request(defect));
    }
    if info.raw().is_text_or_bytes() {
        return Err(InvalidValue::Kind { expected: taken(info) });
    }
    let pattern = pattern_of_raw(info.raw(), raw, info.width());
    Ok(spread(info, pattern))
}

/// Words for a raw value that somebody wants written as a value: it must fit, be allowed, and not mean "no value".
/// `value` is what it stands for by this scale.
fn value_words(info: &PointInfo, raw: i128, value: f64, scale: Scale) -> Result<Vec<u16>, InvalidValue> {
    if let Some(outside) = outside_limits(info, value) {
        return Err(outside);
    }
    if let Some(off_step) = off_step(info, raw, value, scale) {
        return Err(off_step);
    }
    if info.not_available().contains(&raw) {
        return Err(InvalidValue::NotAvailableCode { value });
    }
    words_of(info, raw)
}

fn outside_limits(info: &PointInfo, value: f64) -> Option<InvalidValue> {
    let limits = info.limits()?;
    if limits.contain(value) {
        return None;
    }
    let [min, max] = [limits.min(), limits.max()].map(|limit| limit.map(crate::Decimal::to_f64));
    let step = limits.step().map(crate::Decimal::to_f64);
    Some(InvalidValue::OutsideLimits { value, min, max, step, unit: info.unit().to_owned() })
}

/// Floats are not counted in steps.
fn off_step(info: &PointInfo, raw: i128, value: f64, scale: Scale) -> Option<InvalidValue> {
    let limits = info.limits().filter(|_| !info.raw().is_float())?;
    let step = limits.step()?.to_f64();
    let Neighbours { below, above } = limits.off_step(scale, raw)?;
    let above = Some(above).filter(|above| limits.max().is_none_or(|max| *above <= max.to_f64()));
    Some(InvalidValue::OffDeviceStep { value, below, above, step, unit: info.unit().to_owned() })
}

/// Words for an integer.
pub(crate) fn encode_integer(info: &PointInfo, integer: i128) -> Result<Vec<u16>, InvalidValue> {
    let (min, max) = info.raw_range();
    let [value, min_value, max_value] = [integer, min, max].map(in_message);
    if integer < min || integer > max {
        return Err(InvalidValue::OutOfRange { value, min: min_value, max: max_value });
    }
    value_words(info, integer, value, info.scale())
}

#[expect(clippy::cast_precision_loss, reason = "only for messages and limits; it need not be exact")]
fn in_message(integer: i128) -> f64 {
    integer as f64
}

/// Words for a code whose meaning is its own: what the limits say of numbers does not hold for it.
pub(crate) fn encode_code(info: &PointInfo, code: i64) -> Result<Vec<u16>, InvalidValue> {
    let raw = i128::from(code);
    let (min, max) = info.raw_range();
    if raw < min || raw > max {
        let [value, min, max] = [raw, min, max].map(in_message);
        return Err(InvalidValue::OutOfRange { value, min, max });
    }
    words_of(info, raw)
}

/// Words for the raw value that triggers a command.
pub(crate) fn encode_trigger(info: &PointInfo) -> Result<Vec<u16>, InvalidValue> {
    encode_integer(info, i128::from(info.trigger()))
}

/// What is wrong with a number by whatever scale.
pub(crate) fn check_number(info: &PointInfo, value: f64) -> Result<(), InvalidValue> {
    if !value.is_finite() {
        return Err(InvalidValue::NotANumber);
    }
    if info.raw().is_text_or_bytes() {
        return Err(InvalidValue::Kind { expected: taken(info) });
    }
    match (info.defect(), outside_limits(info, value)) {
        (Some(defect), _) => Err(InvalidValue::Request(defect)),
        (_, Some(outside)) if info.scale_register().is_some() => Err(outside),
        _ => Ok(()),
    }
}

/// Words for a number.
pub(crate) fn encode_number(info: &PointInfo, value: f64, context: Context) -> Result<Vec<u16>, InvalidValue> {
    check_number(info, value)?;
    let no_scale = || InvalidValue::NoScale { register: info.scale_register().unwrap_or_default() };
    let scale = context.scale(info).ok_or_else(no_scale)?;
    match info.raw() {
        RawType::F32 => encode_f32(info, value, scale),
        RawType::F64 => encode_f64(info, value, scale),
        _ => encode_scaled(info, value, scale),
    }
}

fn encode_scaled(info: &PointInfo, value: f64, scale: Scale) -> Result<Vec<u16>, InvalidValue> {
    let (min, max) = info.raw_range();
    match scale.encode(value, min, max) {
        Ok(raw) => value_words(info, raw, scale.decode(raw), scale),
        Err(neighbours) => {
            let (one_end, other_end) = (scale.decode(min), scale.decode(max));
            let (lowest, highest) = (one_end.min(other_end), one_end.max(other_end));
            Err(if let Some(outside) = outside_limits(info, value) {
                outside
            } else if value < lowest || value > highest {
                InvalidValue::OutOfRange { value, min: lowest, max: highest }
            } else {
                InvalidValue::OffStep { value, below: neighbours.below, above: neighbours.above }
            })
        }
    }
}

/// A float register has steps too fine to name, so the nearest is taken without asking.
fn encode_f32(info: &PointInfo, value: f64, scale: Scale) -> Result<Vec<u16>, InvalidValue> {
    #[expect(clippy::cast_possible_truncation, reason = "rounds to the nearest, to infinity where it does not fit")]
    let raw = scale.unapply(value) as f32;
    if raw.is_infinite() {
        let [one_end, other_end] = [f32::MIN, f32::MAX].map(|end| scale.apply(f64::from(end)));
        return Err(InvalidValue::OutOfRange { value, min: one_end.min(other_end), max: one_end.max(other_end) });
    }
    value_words(info, i128::from(raw.to_bits()), value, scale)
}

fn encode_f64(info: &PointInfo, value: f64, scale: Scale) -> Result<Vec<u16>, InvalidValue> {
    let raw = scale.unapply(value);
    if raw.is_infinite() {
        return Err(InvalidValue::OutOfRange { value, min: f64::MIN, max: f64::MAX });
    }
    value_words(info, i128::from(raw.to_bits()), value, scale)
}
