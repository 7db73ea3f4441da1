//! What other registers say about a point's raw value.

use crate::point::PointInfo;
use crate::point::scale::Scale;
use crate::point::table::Table;

/// The powers of ten that a scale register may hold, by the type `sunssf` of `SunSpec`.
const POWERS: core::ops::RangeInclusive<i8> = -10..=10;

/// What other registers say about a point's raw value: which of several lists of codes applies, and the power of ten
/// that scales it. Made when they are read; [`Context::NONE`] if they were not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Context {
    case: Option<usize>,
    power_of_ten: Option<i8>,
}

impl Context {
    /// Nothing is known about other registers.
    pub const NONE: Self = Self { case: None, power_of_ten: None };

    /// Out of what registers hold.
    #[inline]
    pub(crate) fn of(info: &PointInfo, word: impl Fn((Table, u16)) -> Option<u16>) -> Self {
        Self { case: case(info, &word), power_of_ten: power_of_ten(info, &word) }
    }

    /// The index in [`PointInfo::values_if`] of the list that applies; `None` if none does.
    #[inline]
    #[must_use]
    pub const fn case(self) -> Option<usize> {
        self.case
    }

    /// The scale of the point; `None` if a register holds it and was not read, or says that there is no value.
    #[inline]
    #[must_use]
    pub fn scale(self, info: &PointInfo) -> Option<Scale> {
        match info.scale_register() {
            None => Some(info.scale()),
            Some(_) => info.scale().times_power_of_ten(self.power_of_ten?),
        }
    }
}

/// Which of the point's lists of codes holds.
#[inline]
fn case(info: &PointInfo, word: impl Fn((Table, u16)) -> Option<u16>) -> Option<usize> {
    info.values_if().iter().position(|values| word(values.key()).is_some_and(|word| values.holds_for(word)))
}

#[inline]
fn power_of_ten(info: &PointInfo, word: impl Fn((Table, u16)) -> Option<u16>) -> Option<i8> {
    let word = word((info.table(), info.scale_register()?))?;
    i8::try_from(word.cast_signed()).ok().filter(|power| POWERS.contains(power))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PointSpec;

    #[test]
    fn a_register_scales_by_a_power_of_ten_or_says_that_there_is_no_value() {
        let info = PointInfo::new(PointSpec { scale_register: Some(7), ..PointSpec::DEFAULT });
        let scale =
            |word: u16| Context::of(&info, |key| (key == (Table::HoldingRegister, 7)).then_some(word)).scale(&info);
        for power in -10..=10_i16 {
            let magnitude = 10_i64.pow(power.unsigned_abs().into());
            let expected = if power < 0 { Scale::new(1, 0, magnitude) } else { Scale::new(magnitude, 0, 1) };
            assert_eq!(scale(power.cast_unsigned()), Some(expected));
        }
        for word in [11, 0xFFF5, 0x8000, 0x7FFF, 256] {
            assert_eq!(scale(word), None, "{word}");
        }
        assert_eq!(Context::NONE.scale(&info), None);
        assert_eq!(Context::NONE.scale(&PointInfo::new(PointSpec::DEFAULT)), Some(Scale::ONE));
    }
}
