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

/// What a device allows a point to be set to, in the point's unit. `None` where it does not say.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct DeviceLimits {
    /// The smallest value.
    pub min: Option<f64>,
    /// The largest value.
    pub max: Option<f64>,
    /// Values are allowed that differ from the smallest one by a multiple of it.
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
        let raw = |address: Option<u16>| {
            let word = held.word((info.table(), address?))?;
            codec::raw_value_of_word(info, word)
        };
        let limit = |address| raw(address).filter(|raw| !info.not_available().contains(raw));
        Self {
            min: limit(registers.min),
            max: limit(registers.max),
            step: limit(registers.step).filter(|step| *step > 0),
        }
    }

    fn in_unit(self, scale: Scale) -> DeviceLimits {
        // A difference of two values: the offset falls out, and it is positive whatever the direction.
        let difference = Scale::checked(scale.mul().saturating_abs(), 0, scale.div()).unwrap_or(Scale::ONE);
        DeviceLimits {
            min: self.min.map(|raw| scale.decode(raw)),
            max: self.max.map(|raw| scale.decode(raw)),
            step: self.step.map(|raw| difference.decode(raw)),
        }
    }
}

/// Whether the device allows these words to be written to the point, by what its limit registers hold.
pub(crate) fn check(info: &PointInfo, words: &[u16], scale: Scale, held: &Held) -> Result<(), InvalidValue> {
    let limits = RawLimits::of(info, held);
    let Some(raw) = codec::raw_value(info, words).filter(|raw| !is_beside_the_limits(info, *raw)) else {
        return Ok(());
    };
    let falling = scale.mul() < 0;
    let is_less = |one: i128, other: i128| if falling { one > other } else { one < other };
    let DeviceLimits { min, max, step } = limits.in_unit(scale);
    let (value, unit) = (scale.decode(raw), info.unit().to_owned());
    if limits.min.is_some_and(|min| is_less(raw, min)) || limits.max.is_some_and(|max| is_less(max, raw)) {
        return Err(InvalidValue::OutsideLimits { value, min, max, step, unit });
    }
    let (Some(from), Some(raw_step), Some(step)) = (limits.min, limits.step, step) else { return Ok(()) };
    // Both are at most 17 bits wide.
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
    /// None for a point that its array's element does not have.
    info: Option<&'static PointInfo>,
    timeout: Option<Duration>,
}

impl ReadLimits {
    pub(crate) fn new(unit: Unit, info: Option<&'static PointInfo>) -> Self {
        Self { unit, info, timeout: None }
    }

    /// Gives up after this time: waiting for its turn, retries and all.
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
            Ok(RawLimits::of(info, &held).in_unit(scale))
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
        assert_eq!(limits.in_unit(scale), expected);
    }
}
