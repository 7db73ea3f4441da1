//! Limits that a device itself holds.

use core::fmt;
use core::future::IntoFuture;
use std::time::Duration;

#[cfg(feature = "serde")]
use serde::ser::SerializeStruct as _;

use crate::error::{InvalidValue, ReadError, ReadErrorKind, Target, TransactionError};
use crate::point::codec;
use crate::point::context::Context;
use crate::point::scale::Scale;
use crate::point::{Kind, PointInfo};
use crate::unit::Unit;
use crate::unit::held::{Freshness, limiting, scaling};
use crate::unit::memory::Held;
use crate::unit::read::{RequestFuture, deadline, no_such_element, require_visible};

/// The values that a device allows for a point, in the point's unit. `None` where it does not say.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct DeviceLimits {
    /// The smallest value.
    pub min: Option<f64>,
    /// The largest value.
    pub max: Option<f64>,
    /// The step: allowed values differ from the smallest one by a multiple of it.
    pub step: Option<f64>,
}

#[cfg(feature = "serde")]
impl serde::Serialize for DeviceLimits {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_struct("DeviceLimits", 3)?;
        map.serialize_field("min", &self.min)?;
        map.serialize_field("max", &self.max)?;
        map.serialize_field("step", &self.step)?;
        map.end()
    }
}

/// The same as raw values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RawLimits {
    min: Option<i128>,
    max: Option<i128>,
    /// Positive.
    step: Option<i128>,
}

impl RawLimits {
    fn of(info: &PointInfo, held: &Held) -> Self {
        let Some(registers) = info.limit_registers() else { return Self { min: None, max: None, step: None } };
        let raw = |first: Option<u16>| {
            let words: Option<Vec<u16>> =
                info.words_from(first?).map(|address| held.word((info.table(), address))).collect();
            codec::raw_value_beside(info, &words?)
        };
        let limit = |address| raw(address).filter(|raw| !info.not_available().contains(raw));
        Self {
            min: limit(registers.min),
            max: limit(registers.max),
            step: limit(registers.step).filter(|step| *step > 0),
        }
    }

    fn in_unit(self, info: &PointInfo, scale: Scale) -> DeviceLimits {
        // A difference of two values: the offset falls out, and it is positive whatever the direction.
        let difference = Scale::checked(scale.mul().saturating_abs(), 0, scale.div()).unwrap_or(Scale::ONE);
        DeviceLimits {
            min: self.min.and_then(|raw| decoded(info, raw, scale)),
            max: self.max.and_then(|raw| decoded(info, raw, scale)),
            step: self.step.and_then(|raw| decoded(info, raw, difference)).filter(|step| *step > 0.0),
        }
    }
}

/// A raw value in the unit; `None` for a float that is NaN.
fn decoded(info: &PointInfo, raw: i128, scale: Scale) -> Option<f64> {
    if info.raw().is_float() { codec::float(info, raw, scale) } else { Some(scale.decode(raw)) }
}

/// Whether the device allows these words to be written to the point, by what its limit registers hold.
pub(crate) fn check(info: &PointInfo, words: &[u16], scale: Scale, held: &Held) -> Result<(), InvalidValue> {
    let limits = RawLimits::of(info, held);
    let Some(raw) = codec::raw_value(info, words).filter(|raw| !is_beside_the_limits(info, *raw)) else {
        return Ok(());
    };
    let falling = scale.mul() < 0;
    let is_less = |one: i128, other: i128| if falling { one > other } else { one < other };
    let DeviceLimits { min, max, step } = limits.in_unit(info, scale);
    let Some(value) = decoded(info, raw, scale) else { return Ok(()) };
    let unit = info.unit().to_owned();
    let is_outside = match info.raw().is_float() {
        // The bits of a float do not rise with it.
        true => min.is_some_and(|min| value < min) || max.is_some_and(|max| value > max),
        false => limits.min.is_some_and(|min| is_less(raw, min)) || limits.max.is_some_and(|max| is_less(max, raw)),
    };
    if is_outside {
        return Err(InvalidValue::OutsideLimits { value, min, max, step, unit });
    }
    // Steps of floats are not exact.
    let raw_step = limits.step.filter(|_| !info.raw().is_float());
    let (Some(from), Some(raw_step), Some(step)) = (limits.min, raw_step, step) else { return Ok(()) };
    let beyond = |from: i128| raw.saturating_sub(from).checked_rem_euclid(raw_step).unwrap_or(0);
    // A device may count from either end where the value falls as the raw value rises.
    let is_from_above = falling && limits.max.is_none_or(|max| beyond(max) == 0);
    let beyond = beyond(from);
    if beyond == 0 || is_from_above {
        return Ok(());
    }
    let one = raw.saturating_sub(beyond);
    let other = one.saturating_add(raw_step);
    let (below, above) = if falling { (other, one) } else { (one, other) };
    let above = Some(above).filter(|above| !limits.max.is_some_and(|max| is_less(max, *above)));
    let below = scale.decode(below);
    Err(InvalidValue::OffDeviceStep { value, below, above: above.map(|above| scale.decode(above)), step, unit })
}

/// Special values have no place in an order, and neither have bits.
fn is_beside_the_limits(info: &PointInfo, raw: i128) -> bool {
    match info.kind() {
        Kind::Special => info.values().iter().any(|special| i128::from(special.number()) == raw),
        Kind::Flags | Kind::Text | Kind::Bytes => true,
        _ => false,
    }
}

/// Reads the limits that the device holds for a point. `.await` sends it; the device is always asked.
#[must_use = "nothing is read until this is awaited"]
pub struct ReadLimits {
    unit: Unit,
    /// `None` for a point that the array's element does not have.
    info: Option<&'static PointInfo>,
    timeout: Option<Duration>,
}

impl ReadLimits {
    pub(crate) fn new(unit: Unit, info: Option<&'static PointInfo>) -> Self {
        Self { unit, info, timeout: None }
    }

    /// Gives up after this time, which includes waiting for its turn and retries.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }
}

impl IntoFuture for ReadLimits {
    type Output = Result<DeviceLimits, ReadError>;
    type IntoFuture = RequestFuture<DeviceLimits, ReadError>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { unit, info, timeout } = self;
        Box::pin(async move {
            let info = info.ok_or_else(no_such_element)?;
            let deadline = deadline(timeout);
            let unit = unit.of_point(info);
            require_visible(&unit, info, deadline).await?;
            let registers = limiting(info).chain(scaling(info)).collect();
            let held = unit.held(registers, Freshness::Asked, deadline).await;
            let held = held.map_err(|(_, kind)| ReadError::new(Target::point_of(info), kind))?;
            // A device that has none of them refuses; one that has some has no limit of the other kind.
            let refusals: Option<Vec<_>> = limiting(info).map(|key| held.get(key)?.err()).collect();
            if let Some(exception) = refusals.and_then(|refusals| refusals.first().copied()) {
                let kind = ReadErrorKind::Transaction(TransactionError::Exception(exception));
                return Err(ReadError::new(Target::point_of(info), kind));
            }
            if let Some(Err(exception)) = scaling(info).and_then(|key| held.get(key)) {
                let kind = ReadErrorKind::Transaction(TransactionError::Exception(exception));
                return Err(ReadError::new(Target::point_of(info), kind));
            }
            let scale = Context::of(info, |key| held.word(key)).scale(info);
            let scale = scale.ok_or_else(|| ReadError::new(Target::point_of(info), ReadErrorKind::NotFitted))?;
            Ok(RawLimits::of(info, &held).in_unit(info, scale))
        })
    }
}

impl fmt::Debug for ReadLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReadLimits").field(&self.info).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Labelled, LimitRegisters, PointSpec, RawType, Table};

    const SPEC: PointSpec = PointSpec {
        raw: RawType::I16,
        kind: Kind::Scaled,
        words: &[0],
        scale: Scale::new(1, 0, 10),
        unit: "°C",
        limit_registers: Some(LimitRegisters { max: Some(100), min: Some(101), step: Some(102) }),
        ..PointSpec::DEFAULT
    };

    fn held(words: [u16; 3]) -> Held {
        let mut held = Held::default();
        for (address, word) in (100..).zip(words) {
            held.insert((Table::HoldingRegister, address), Ok(word));
        }
        held
    }

    fn check_raw(spec: &PointSpec, raw: i16, held: &Held) -> Result<(), String> {
        check(&PointInfo::new(*spec), &[raw.cast_unsigned()], spec.scale, held).map_err(|error| error.to_string())
    }

    #[test]
    fn min_and_max_are_allowed_and_what_is_beyond_is_refused_by_name() {
        let held = held([300, 50, 5]);
        assert_eq!(check_raw(&SPEC, 50, &held), Ok(()));
        assert_eq!(check_raw(&SPEC, 300, &held), Ok(()));
        let message = "30.5 °C is outside the device's limits, 5 °C to 30 °C in steps of 0.5 °C";
        assert_eq!(check_raw(&SPEC, 305, &held), Err(message.to_owned()));
        assert!(check_raw(&SPEC, 45, &held).is_err());
        assert!(check_raw(&SPEC, -50, &held).is_err());
    }

    #[test]
    fn steps_count_from_the_smallest_value() {
        let held = held([300, 52, 5]);
        assert_eq!(check_raw(&SPEC, 57, &held), Ok(()));
        let message =
            "5.5 °C is between two of the steps of 0.5 °C that the device allows; the nearest are 5.2 °C and 5.7 °C";
        assert_eq!(check_raw(&SPEC, 55, &held), Err(message.to_owned()));
        let message = "30 °C is between two of the steps of 0.5 °C that the device allows; the nearest is 29.7 °C";
        assert_eq!(check_raw(&SPEC, 300, &held), Err(message.to_owned()));
    }

    #[test]
    fn limits_are_signed_as_the_point_is() {
        let held = held([0xFFCE, 0xFF9C, 0]);
        assert_eq!(check_raw(&SPEC, -100, &held), Ok(()));
        assert_eq!(check_raw(&SPEC, -50, &held), Ok(()));
        assert!(check_raw(&SPEC, 0, &held).is_err());
        assert_eq!(check_raw(&PointSpec { raw: RawType::U16, ..SPEC }, -75, &held), Ok(()));
    }

    #[test]
    fn a_falling_scale_turns_the_order_round() {
        let spec = PointSpec { scale: Scale::new(-1, 0, 10), ..SPEC };
        // -30.0 to -5.0 in steps of 0.5.
        let held = held([50, 300, 5]);
        assert_eq!(check_raw(&spec, 300, &held), Ok(()));
        assert_eq!(check_raw(&spec, 50, &held), Ok(()));
        assert!(check_raw(&spec, 301, &held).unwrap_err().contains("-30 °C to -5 °C"));
        assert!(check_raw(&spec, 298, &held).unwrap_err().contains("are -30 °C and -29.5 °C"));
    }

    #[test]
    fn steps_of_a_value_that_falls_count_from_either_end() {
        let spec = PointSpec { scale: Scale::new(-1, 0, 10), ..SPEC };
        let held = held([50, 300, 7]);
        for raw in [50, 57, 295, 300, 293, 55] {
            assert_eq!(check_raw(&spec, raw, &held), Ok(()), "{raw}");
        }
        assert!(check_raw(&spec, 52, &held).is_err());
        let spec =
            PointSpec { limit_registers: Some(LimitRegisters { max: None, min: Some(101), step: Some(102) }), ..spec };
        assert_eq!(check_raw(&spec, 52, &held), Ok(()));
    }

    #[test]
    fn what_the_device_does_not_say_is_not_checked() {
        let mut held = held([300, 50, 0]);
        assert_eq!(check_raw(&SPEC, 51, &held), Ok(()));
        let exception = crate::Exception { function: 3, code: crate::ExceptionCode::IllegalDataAddress };
        held.insert((Table::HoldingRegister, 100), Err(exception));
        assert_eq!(check_raw(&SPEC, 1000, &held), Ok(()));
        assert_eq!(check_raw(&SPEC, 49, &held), Err("4.9 °C is below the device's limit, 5 °C".to_owned()));
        assert_eq!(check_raw(&SPEC, 7, &Held::default()), Ok(()));
    }

    #[test]
    fn special_values_are_beside_the_limits() {
        const OFF: &[Labelled] = &[Labelled::new(490, "Off")];
        let spec = PointSpec { kind: Kind::Special, values: OFF, ..SPEC };
        let held = held([300, 50, 5]);
        assert_eq!(check_raw(&spec, 490, &held), Ok(()));
        assert!(check_raw(&spec, 485, &held).is_err());
    }

    #[test]
    fn a_step_is_a_difference() {
        let scale = Scale::new(1, -400, 10);
        let limits = RawLimits { min: Some(0), max: Some(900), step: Some(5) };
        let expected = DeviceLimits { min: Some(-40.0), max: Some(50.0), step: Some(0.5) };
        assert_eq!(limits.in_unit(&PointInfo::new(SPEC), scale), expected);
    }

    /// Registers from 100 on.
    fn registers(words: &[u16]) -> Held {
        let mut held = Held::default();
        for (address, word) in (100..).zip(words) {
            held.insert((Table::HoldingRegister, address), Ok(*word));
        }
        held
    }

    const WIDE: PointSpec = PointSpec {
        raw: RawType::I32,
        words: &[0, 1],
        limit_registers: Some(LimitRegisters { max: Some(100), min: Some(102), step: Some(104) }),
        ..SPEC
    };

    #[test]
    fn limits_of_wide_values_are_as_wide() {
        let check = |spec: PointSpec, words: &[u16], held: &Held| {
            check(&PointInfo::new(spec), words, spec.scale, held).map_err(|error| error.to_string())
        };
        // -10000.0 to 70000.0 in steps of 0.5.
        let (max, min) = (700_000_u32, (-100_000_i32).cast_unsigned());
        let part = |value: u32| [(value >> 16) as u16, (value & 0xFFFF) as u16];
        let [[max_high, max_low], [min_high, min_low]] = [max, min].map(part);
        let high_first = registers(&[max_high, max_low, min_high, min_low, 0, 5]);
        let low_first = registers(&[max_low, max_high, min_low, min_high, 5, 0]);
        let swapped: Vec<u16> =
            [max_high, max_low, min_high, min_low, 0, 5].iter().map(|word| word.swap_bytes()).collect();
        for raw in [700_000_i32, -100_000, 65_540, 0] {
            let [high, low] = part(raw.cast_unsigned());
            assert_eq!(check(WIDE, &[high, low], &high_first), Ok(()), "{raw}");
            assert_eq!(check(PointSpec { words: &[1, 0], ..WIDE }, &[high, low], &low_first), Ok(()), "{raw}");
            let spec = PointSpec { byte_swapped: true, ..WIDE };
            let words = [high.swap_bytes(), low.swap_bytes()];
            assert_eq!(check(spec, &words, &registers(&swapped)), Ok(()), "{raw}");
        }
        for (raw, message) in [
            (700_005_i32, "70000.5 °C is outside the device's limits, -10000 °C to 70000 °C in steps of 0.5 °C"),
            (-100_005, "-10000.5 °C is outside the device's limits, -10000 °C to 70000 °C in steps of 0.5 °C"),
            (3, "0.3 °C is between two of the steps of 0.5 °C that the device allows; the nearest are 0 °C and 0.5 °C"),
        ] {
            let [high, low] = part(raw.cast_unsigned());
            assert_eq!(check(WIDE, &[high, low], &high_first), Err(message.to_owned()), "{raw}");
        }
        // A register that is not known says nothing.
        assert_eq!(check(WIDE, &[0x7FFF, 0], &registers(&[0])), Ok(()));
    }

    #[test]
    fn limits_of_64_bits_and_of_floats() {
        let registers_of = |limits: [u64; 2]| {
            let words = |value: u64| {
                value.to_be_bytes().as_chunks::<2>().0.iter().map(|word| u16::from_be_bytes(*word)).collect::<Vec<_>>()
            };
            registers(&limits.map(words).concat())
        };
        let limits = Some(LimitRegisters { max: Some(100), min: Some(104), step: None });
        let spec = PointSpec {
            raw: RawType::U64,
            words: &[0, 1, 2, 3],
            limit_registers: limits,
            scale: Scale::ONE,
            unit: "",
            ..SPEC
        };
        let held = registers_of([u64::MAX, 1 << 48]);
        let check =
            |spec: &PointSpec, words: &[u16], held: &Held| check(&PointInfo::new(*spec), words, spec.scale, held);
        assert_eq!(check(&spec, &[1, 0, 0, 0], &held), Ok(()));
        assert_eq!(check(&spec, &[0xFFFF; 4], &held), Ok(()));
        assert!(check(&spec, &[0, 0xFFFF, 0xFFFF, 0xFFFF], &held).is_err());
        let limits = Some(LimitRegisters { max: Some(100), min: Some(102), step: Some(104) });
        let spec = PointSpec { raw: RawType::F32, words: &[0, 1], limit_registers: limits, ..spec };
        let words = |value: f32| [(value.to_bits() >> 16) as u16, (value.to_bits() & 0xFFFF) as u16];
        // The step says nothing.
        let held = registers(&[words(2.5), words(-1.5), words(0.3)].concat());
        for (value, is_allowed) in [(2.5, true), (-1.5, true), (-0.7, true), (2.6, false), (-1.6, false)] {
            assert_eq!(check(&spec, &words(value), &held).is_ok(), is_allowed, "{value}");
        }
        // What is no number is no limit.
        assert_eq!(check(&spec, &words(1e9), &registers(&[words(f32::NAN), words(0.0), words(0.0)].concat())), Ok(()));
    }
}
