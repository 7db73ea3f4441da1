//! Errors of reading.

use core::fmt;

use crate::error::{Exception, InvalidRequest, Target, TransactionError};

/// Why reading failed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ReadErrorKind {
    /// The transaction failed; an exception of the device is one of its forms.
    Transaction(TransactionError),
    /// The device refused this point before, so it was not asked again
    /// (see [`Unit::forget_refusals`](crate::Unit::forget_refusals)).
    RefusedBefore(Exception),
    /// The raw value means that there is no value, and the point's type cannot express that.
    NotFitted,
    /// The device says that it does not have the point: the bit of `PointInfo::available_if` is not set.
    NotVisible,
    /// The array's element has no such point.
    NoSuchElement,
    /// The device sent bytes that are not in the text's encoding; [`Read::raw`](crate::Read::raw) returns them.
    Decode,
    /// Its words are too far apart for one request, and the most significant one changed each time the others were
    /// read.
    Unsteady,
    /// The request is invalid; nothing was sent.
    Invalid(InvalidRequest),
}

/// A value could not be read.
#[derive(Clone)]
pub struct ReadError {
    target: Target,
    kind: ReadErrorKind,
}

impl ReadError {
    pub(crate) const fn new(target: Target, kind: ReadErrorKind) -> Self {
        Self { target, kind }
    }

    /// What was read.
    #[must_use]
    pub const fn target(&self) -> &Target {
        &self.target
    }

    /// What happened.
    #[must_use]
    pub const fn kind(&self) -> &ReadErrorKind {
        &self.kind
    }

    /// The exception, if the device answered with one.
    #[must_use]
    pub fn exception(&self) -> Option<Exception> {
        match &self.kind {
            ReadErrorKind::Transaction(cause) => cause.exception(),
            ReadErrorKind::RefusedBefore(exception) => Some(*exception),
            _ => None,
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot read {}: ", self.target)?;
        match &self.kind {
            ReadErrorKind::Transaction(cause) => cause.fmt(f),
            ReadErrorKind::RefusedBefore(exception) => write!(f, "not asked again, because {exception}"),
            ReadErrorKind::NotFitted => f.write_str("the device says that there is no value"),
            ReadErrorKind::NotVisible => f.write_str(
                "the device says that it does not have this; if it was fitted since then, call `refresh_limits()`",
            ),
            ReadErrorKind::NoSuchElement => f.write_str("the device's document lists no register for it"),
            ReadErrorKind::Decode => {
                f.write_str("the device sent bytes that are not in the text's encoding; read it raw to see them")
            }
            ReadErrorKind::Unsteady => f.write_str("its words are far apart, and changed each time they were read"),
            ReadErrorKind::Invalid(reason) => reason.fmt(f),
        }
    }
}

impl core::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match &self.kind {
            ReadErrorKind::Transaction(cause) => Some(cause),
            _ => None,
        }
    }
}
