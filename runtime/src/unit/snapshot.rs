//! The words that were read, and which points are missing.
//!
//! A snapshot keeps words and decodes a value when it is asked for. Nothing is allocated to find or decode one.

use core::fmt;
use std::sync::Arc;

use crate::error::{
    Exception, ExceptionCode, InvalidRequest, ReadError, ReadErrorKind, Silence, Target, TransactionError,
};
use crate::plan::Span;
use crate::point::any::AnyValue;
use crate::point::context::Context;
use crate::point::value::Value;
use crate::point::{Point, PointInfo, RawType, Readable};
use crate::unit::held::scaling;
use crate::unit::image::{Image, Words};
use crate::unit::memory::Held;

/// The points of a reading.
#[derive(Debug)]
pub(crate) enum Points {
    Static(&'static [&'static [&'static PointInfo]]),
    Listed(Vec<&'static PointInfo>),
}

impl Points {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &'static PointInfo> + '_ {
        let (groups, listed): (&[&[&'static PointInfo]], &[&'static PointInfo]) = match self {
            Self::Static(groups) => (groups, &[]),
            Self::Listed(listed) => (&[], listed),
        };
        groups.iter().copied().flatten().chain(listed).copied()
    }
}

/// The result of one reading. Cheap to clone; values are decoded when asked for.
#[derive(Clone)]
pub struct Snapshot {
    content: Arc<Content>,
}

struct Content {
    points: Points,
    /// The device's own unit id.
    home_id: u8,
    home: Part,
    /// Other units that some of its points are at.
    others: Vec<(u8, Part)>,
}

/// What was read of one unit.
#[derive(Debug, Default)]
pub(crate) struct Part {
    pub(crate) image: Image,
    pub(crate) refused: Vec<(Span, Exception)>,
    /// What could not be read for another reason.
    pub(crate) failed: Vec<(Span, ReadErrorKind)>,
    /// What the unit did not answer for before, so it was not asked.
    pub(crate) silent: Vec<Span>,
    /// What is too long for one request.
    pub(crate) too_long: Vec<Span>,
    /// Says which points the device does not have.
    pub(crate) held: Held,
    /// Why nothing was read, where that did not fail the whole.
    pub(crate) failure: Option<ReadErrorKind>,
}

/// Whether a gateway says with this that the device did not answer.
const fn is_silence_code(code: ExceptionCode) -> bool {
    matches!(code, ExceptionCode::GatewayPathUnavailable | ExceptionCode::GatewayTargetFailedToRespond)
}

impl Part {
    fn refusal(&self, span: Span) -> Option<Exception> {
        let mut refused = self.refused.iter();
        refused.find(|(hole, _)| hole.contains(span) || span.contains(*hole)).map(|(_, exception)| *exception)
    }

    /// Why something was not read.
    fn failure(&self, span: Span) -> Option<&ReadErrorKind> {
        let of_span = self.failed.iter().find(|(failed, _)| failed.contains(span) || span.contains(*failed));
        of_span.map(|(_, kind)| kind).or(self.failure.as_ref())
    }

    fn absence(&self, span: Span) -> Absence {
        if let Some(exception) = self.refusal(span) {
            return Absence::Refused(exception);
        }
        match self.failure(span) {
            Some(ReadErrorKind::Transaction(error)) => match error.last() {
                TransactionError::Malformed { .. } => Absence::Malformed,
                TransactionError::Queue { .. } | TransactionError::Timeout { silence: Silence::GivenUp, .. } => {
                    Absence::NotInTime
                }
                TransactionError::Exception(exception) if !is_silence_code(exception.code) => Absence::Busy(*exception),
                _ => Absence::NoAnswer,
            },
            Some(ReadErrorKind::Unsteady) => Absence::Unsteady,
            Some(_) => Absence::NoAnswer,
            None if self.silent.iter().any(|silent| silent.contains(span) || span.contains(*silent)) => {
                Absence::NoAnswer
            }
            None if self.too_long.contains(&span) => Absence::TooLong,
            None => Absence::NotRead,
        }
    }

    #[inline]
    fn words(&self, info: &PointInfo) -> Option<Words<'_>> {
        if self.held.hides(info) { None } else { self.image.words(info) }
    }

    /// What other registers say about the point.
    #[inline]
    fn context(&self, info: &PointInfo) -> Context {
        Context::of(info, |(table, address)| self.image.word(table, address))
    }

    /// The register that scales the point, where it should have been read and was not.
    fn missing_scale(&self, info: &PointInfo) -> Option<Span> {
        let (table, address) = scaling(info)?;
        if self.image.word(table, address).is_some() { None } else { Some(Span::at((table, address))) }
    }
}

impl Snapshot {
    pub(crate) fn new(points: Points, (home_id, home): (u8, Part), others: Vec<(u8, Part)>) -> Self {
        Self { content: Arc::new(Content { points, home_id, home, others }) }
    }

    /// The value of a point: `None` if it was not read, or if the raw value means that there is none.
    // Readings call it once per field. A copy for each field instead of each type triples the code a user compiles.
    #[inline(never)]
    #[must_use]
    pub fn get<T: Value, A: Readable>(&self, point: Point<T, A>) -> Option<T::Present> {
        let part = self.part(point.info())?;
        T::decode_in(point.info(), &part.words(point.info())?, part.context(point.info()))
    }

    /// As [`Snapshot::get`], for a point whose type is only known at run time.
    #[must_use]
    pub fn value(&self, info: &PointInfo) -> Option<AnyValue> {
        let part = self.part(info)?;
        AnyValue::decode_in(info, &part.words(info)?, part.context(info))
    }

    /// The point's words as they were read, most significant first; a coil or input is one word, 0 or 1.
    #[must_use]
    pub fn raw(&self, info: &PointInfo) -> Option<Vec<u16>> {
        self.part(info)?.words(info).map(|words| words.to_vec())
    }

    /// A struct of readings from what was read; fields that were not read are `None`.
    #[must_use]
    pub fn group<R: Readings>(&self) -> R {
        R::decode(self)
    }

    /// The points of the reading.
    pub fn points(&self) -> impl Iterator<Item = &'static PointInfo> + '_ {
        self.content.points.iter()
    }

    /// Which of its points have no value, and why.
    #[must_use]
    pub fn absences(&self) -> Absences {
        Absences { snapshot: self.clone() }
    }

    /// Why a point has no value; `None` where it has one.
    #[must_use]
    pub fn absence(&self, info: &PointInfo) -> Option<Absence> {
        let Some(part) = self.part(info) else { return Some(Absence::NotDue) };
        let is_due = || self.points().any(|point| point.is(info));
        let not_read = |span: Option<Span>| match span.map_or(Absence::NotRead, |span| part.absence(span)) {
            Absence::NotRead if !is_due() => Absence::NotDue,
            absence => absence,
        };
        match part.words(info) {
            Some(words) => match AnyValue::decode_in(info, &words, part.context(info)) {
                Some(_) => None,
                None if info.raw() == RawType::Text => Some(Absence::NotDecodable),
                None => Some(part.missing_scale(info).map_or(Absence::NotFitted, |span| not_read(Some(span)))),
            },
            None if part.held.hides(info) => Some(Absence::NotVisible),
            None => Some(not_read(Span::of(info))),
        }
    }

    /// What was read of the unit the point is at.
    #[inline]
    fn part(&self, info: &PointInfo) -> Option<&Part> {
        match info.unit_id() {
            None => Some(&self.content.home),
            Some(unit) if unit == self.content.home_id => Some(&self.content.home),
            Some(unit) => self.content.others.iter().find(|(id, _)| *id == unit).map(|(_, part)| part),
        }
    }

    /// The value of a point whose absence is an error.
    pub(crate) fn require<T: Value, A: Readable>(&self, point: Point<T, A>) -> Result<T, ReadError> {
        self.require_info(point.info())
    }

    pub(crate) fn require_info<T: Value>(&self, info: &'static PointInfo) -> Result<T, ReadError> {
        let part = self.part(info).unwrap_or(&self.content.home);
        let words = part.words(info).ok_or_else(|| Self::missing(info, part, Span::of(info)))?;
        match part.missing_scale(info) {
            Some(scale) => Err(Self::missing(info, part, Some(scale))),
            None => present::<T>(info, T::decode_in(info, &words, part.context(info))),
        }
    }

    /// The error for a point that has no value because something was not read.
    fn missing(info: &'static PointInfo, part: &Part, unread: Option<Span>) -> ReadError {
        let kind = if part.held.hides(info) {
            ReadErrorKind::NotVisible
        } else if let Some(exception) = unread.and_then(|span| part.refusal(span)) {
            ReadErrorKind::Transaction(TransactionError::Exception(exception))
        } else if let Some(failure) = unread.and_then(|span| part.failure(span)) {
            failure.clone()
        } else {
            ReadErrorKind::Invalid(info.defect().unwrap_or_else(|| InvalidRequest::words_of(info)))
        };
        ReadError::new(Target::point_of(info), kind)
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values = self.points().map(|info| (info.id(), self.value(info)));
        f.debug_map().entries(values).finish()
    }
}

/// The value of a point that was read and whose absence is an error.
pub(crate) fn present<T: Value>(info: &'static PointInfo, present: Option<T::Present>) -> Result<T, ReadError> {
    let failed = |kind| ReadError::new(Target::point_of(info), kind);
    if present.is_none() && info.raw() == RawType::Text {
        return Err(failed(ReadErrorKind::Decode));
    }
    T::from_present(present).ok_or_else(|| failed(ReadErrorKind::NotFitted))
}

/// Why a point has no value in a successful reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Absence {
    /// The raw value means that there is none.
    NotFitted,
    /// The device sent bytes that are not in the text's encoding.
    NotDecodable,
    /// The device says that it does not have it: the bit of [`PointInfo::available_if`] is not set.
    NotVisible,
    /// The device refused to read it, now or earlier.
    Refused(Exception),
    /// The device did not answer for it, now or earlier, though it did for others.
    NoAnswer,
    /// The reply of the device does not match the request.
    Malformed,
    /// The device was too busy to read it, as often as it was asked.
    Busy(Exception),
    /// The timeout of the reading ended.
    NotInTime,
    /// Its words are too far apart for one request, and changed each time they were read.
    Unsteady,
    /// It has more words than the device takes in one request.
    TooLong,
    /// It was not asked for: reading it changes the device, or it is a command.
    NotRead,
    /// It is not part of this reading.
    NotDue,
}

impl fmt::Display for Absence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFitted => f.write_str("not fitted"),
            Self::NotDecodable => f.write_str("not a text in its encoding"),
            Self::NotVisible => f.write_str("not visible on this device"),
            Self::Refused(exception) | Self::Busy(exception) => exception.fmt(f),
            Self::NoAnswer => f.write_str("the device does not answer for it"),
            Self::Malformed => f.write_str("the reply does not match the request"),
            Self::NotInTime => f.write_str("not read before the timeout"),
            Self::Unsteady => f.write_str("changed each time it was read"),
            Self::TooLong => f.write_str("longer than the device takes in one request"),
            Self::NotRead => f.write_str("not read"),
            Self::NotDue => f.write_str("not part of this reading"),
        }
    }
}

/// The points of a reading that have no value. Cheap to clone.
#[derive(Clone)]
pub struct Absences {
    snapshot: Snapshot,
}

impl Absences {
    /// Each point that has no value, with the reason, in the order of the device's table. Commands have none and are not
    /// among them.
    pub fn iter(&self) -> impl Iterator<Item = (&'static PointInfo, Absence)> + '_ {
        let readable = self.snapshot.points().filter(|info| info.is_read());
        readable.filter_map(|info| Some((info, self.snapshot.absence(info)?)))
    }

    /// Why a point has no value; `None` where it has one.
    #[must_use]
    pub fn get<T, A>(&self, point: Point<T, A>) -> Option<Absence> {
        self.snapshot.absence(point.info())
    }

    /// Whether every point has a value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

impl PartialEq for Absences {
    fn eq(&self, other: &Self) -> bool {
        let named = |(info, absence): (&'static PointInfo, Absence)| (info.key(), absence);
        self.iter().map(named).eq(other.iter().map(named))
    }
}

impl fmt::Debug for Absences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(info, absence)| (info.id(), absence))).finish()
    }
}

/// A struct of values that is read as a whole. [`readings!`](crate::readings) makes one.
pub trait Readings: Sized + Send + 'static {
    /// The points it is read from, in slices. Commands among them are not read.
    const POINTS: &'static [&'static [&'static PointInfo]];

    /// The values from what was read.
    fn decode(snapshot: &Snapshot) -> Self;
}

/// A struct of the values of one element of an array. [`element_readings!`](crate::element_readings) makes one.
pub trait ElementReadings: Sized + Send + 'static {
    /// The points it is read from: for each field those of all elements, `None` for an element that does not have it.
    const POINTS: &'static [&'static [Option<&'static PointInfo>]];

    /// The values of the element at this index, from what was read.
    fn decode(snapshot: &Snapshot, element: usize) -> Self;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::point::table::Table;
    use crate::{ExceptionCode, PointSpec, RawType, ReadOnly};

    fn info(raw: RawType, words: &'static [u16]) -> &'static PointInfo {
        PointInfo::new(PointSpec { id: "id", raw, words, not_available: &[9], ..PointSpec::DEFAULT }).leak()
    }

    fn span(first: u16, last: u16) -> Span {
        Span { table: Table::HoldingRegister, first, last }
    }

    fn snapshot(points: Vec<&'static PointInfo>) -> Snapshot {
        let mut image = Image::default();
        image.push(Span { table: Table::Coil, first: 7, last: 7 }, &[1]);
        image.push(span(0, 3), &[10, 11, 12, 13]);
        image.push(span(8, 9), &[18, 9]);
        let exception = Exception { function: 3, code: ExceptionCode::IllegalDataAddress };
        let part = Part { image, refused: vec![(span(20, 21), exception)], ..Part::default() };
        Snapshot::new(Points::Listed(points), (1, part), Vec::new())
    }

    #[test]
    fn words_are_found_in_the_points_own_order() {
        let snapshot = snapshot(vec![]);
        assert_eq!(snapshot.raw(info(RawType::U16, &[2])), Some(vec![12]));
        assert_eq!(snapshot.raw(info(RawType::U32, &[2, 3])), Some(vec![12, 13]));
        assert_eq!(snapshot.raw(info(RawType::U32, &[3, 2])), Some(vec![13, 12]));
        assert_eq!(snapshot.raw(info(RawType::U64, &[3, 0, 2, 1])), Some(vec![13, 10, 12, 11]));
        assert_eq!(snapshot.raw(info(RawType::U64, &[3, 0, 2, 1, 1])), Some(vec![13, 10, 12, 11, 11]));
        assert_eq!(snapshot.raw(info(RawType::U32, &[0, 3])), Some(vec![10, 13]));
    }

    #[test]
    fn what_was_not_read_is_not_found() {
        let snapshot = snapshot(vec![]);
        for words in [&[4][..], &[7], &[3, 4], &[3, 8], &[10], &[u16::MAX], &[]] {
            assert_eq!(snapshot.raw(info(RawType::U16, Vec::leak(words.to_vec()))), None, "{words:?}");
        }
    }

    #[test]
    fn every_absence_has_its_reason() {
        let points = vec![
            info(RawType::U16, &[0]),
            info(RawType::U16, &[9]),
            info(RawType::U16, &[20]),
            info(RawType::U16, &[30]),
        ];
        let snapshot = snapshot(points.clone());
        let absences: Vec<_> = snapshot.absences().iter().map(|(_, absence)| absence).collect();
        let exception = Exception { function: 3, code: ExceptionCode::IllegalDataAddress };
        assert_eq!(absences, [Absence::NotFitted, Absence::Refused(exception), Absence::NotRead]);
        assert!(!snapshot.absences().is_empty());
        assert_eq!(snapshot.absence(info(RawType::U16, &[31])), Some(Absence::NotDue));
        let [read, not_fitted, refused, _] = points[..] else { unreachable!() };
        assert_eq!(snapshot.absences().get(Point::<u16, ReadOnly>::new(read)), None);
        assert_eq!(snapshot.get(Point::<u16>::new(read)), Some(10));
        assert_eq!(snapshot.get(Point::<Option<u16>>::new(not_fitted)), None);
        assert_eq!(snapshot.require(Point::<Option<u16>>::new(not_fitted)).unwrap(), None);
        assert!(snapshot.require(Point::<u16>::new(not_fitted)).is_err());
        let error = snapshot.require(Point::<Option<u16>>::new(refused)).unwrap_err();
        assert_eq!(error.exception(), Some(exception));
    }
}
