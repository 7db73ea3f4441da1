//! A point and the value to write to it.

use crate::error::{InvalidValue, Target};
use crate::point::any::AnyValue;
use crate::point::codec;
use crate::point::context::Context;
use crate::point::special;
use crate::point::table::Table;
use crate::point::value::Value;
use crate::point::{Point, PointInfo, Trigger, Writable};
use crate::unit::held::scaling;
use crate::unit::limits;
use crate::unit::memory::Held;

/// A point and the value to write to it: `points::ROOM_TEMPERATURE.to(21.5)`.
#[must_use = "nothing is written until this is given to a unit"]
#[derive(Debug, Clone)]
pub struct Assignment {
    pub(super) info: &'static PointInfo,
    content: Result<Content, InvalidValue>,
    /// Which of the point's lists the value is from, if that matters.
    case: Option<usize>,
}

#[derive(Debug, Clone)]
enum Content {
    Words(Vec<u16>),
    /// In the point's unit; another register decides its raw value.
    Number(f64),
}

impl Assignment {
    /// A command given by its trigger value, for a point that is only known at run time;
    /// [`Unit::trigger`](crate::unit::Unit::trigger) takes a typed point.
    pub fn trigger(info: &'static PointInfo) -> Self {
        Self { info, content: codec::encode_trigger(info).map(Content::Words), case: None }
    }

    pub(crate) fn command<T: Value>(point: Point<T, Trigger>, value: T::Present) -> Self {
        Self::of::<T>(point.info(), value)
    }

    /// A value for a point whose type is only known at run time. A value that the device has no raw value for is
    /// refused when it is written.
    pub fn any(info: &'static PointInfo, value: AnyValue) -> Self {
        Self::of::<AnyValue>(info, value)
    }

    fn of<T: Value>(info: &'static PointInfo, value: T::Present) -> Self {
        let case = T::case(&value);
        let content = match info.scale_register().and_then(|_| T::number(&value)) {
            Some(number) => codec::check_number(info, number).map(|()| Content::Number(number)),
            None => T::encode(value, info).map(Content::Words),
        };
        Self { info, content, case }
    }

    /// The point.
    #[must_use]
    pub fn info(&self) -> &'static PointInfo {
        self.info
    }

    pub(super) fn target(&self) -> Target {
        Target::point_of(self.info)
    }

    /// The register that has to be read before the words to write are known.
    pub(super) fn scaling(&self) -> Option<(Table, u16)> {
        matches!(self.content, Ok(Content::Number(_))).then(|| scaling(self.info)).flatten()
    }

    /// The words to write. If they depend on a context and there is none, only their number is right.
    pub(super) fn words(&self, context: Option<Context>) -> Result<Vec<u16>, InvalidValue> {
        match (&self.content, context) {
            (Err(reason), _) => Err(reason.clone()),
            (Ok(Content::Words(words)), _) => Ok(words.clone()),
            (Ok(Content::Number(number)), Some(context)) => special::encode_number(self.info, *number, context),
            (Ok(Content::Number(_)), None) => Ok(vec![0; self.info.words().len()]),
        }
    }

    /// Whether the device allows it, by its own limits.
    pub(super) fn check(&self, held: &Held, context: Context) -> Result<(), InvalidValue> {
        let words = self.words(Some(context))?;
        limits::check(self.info, &words, context.scale(self.info).unwrap_or(self.info.scale()), held)?;
        let lists = self.info.values_if();
        if lists.is_empty() {
            return Ok(());
        }
        let list_of = |case: usize| lists.get(case).map(|list| list.values);
        let valid = Context::of(self.info, |key| held.word(key)).case().and_then(list_of);
        let valid = valid.ok_or(InvalidValue::OtherProduct)?;
        let raw = codec::raw_value(self.info, &words);
        let is_listed = valid.iter().any(|value| Some(i128::from(value.number())) == raw);
        let is_from_it = self.case.is_none_or(|case| list_of(case) == Some(valid));
        if is_listed && is_from_it { Ok(()) } else { Err(InvalidValue::OtherProduct) }
    }
}

impl<T: Value, A: Writable> Point<T, A> {
    /// This point with a value to write to it.
    #[inline]
    pub fn to(self, value: T::Present) -> Assignment {
        Assignment::of::<T>(self.info(), value)
    }
}
