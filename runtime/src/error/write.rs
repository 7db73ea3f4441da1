//! Errors of writing.

use core::fmt;

use crate::error::{Exception, ExceptionCode, InvalidValue, ReadErrorKind, Target, TransactionError};

/// A value was not written, or may not have been. The variant says what is known about the device.
#[derive(Clone)]
pub enum WriteError {
    /// The value is invalid; nothing was sent.
    Invalid {
        /// What was to be written.
        target: Target,
        /// What is wrong with the value.
        reason: InvalidValue,
    },
    /// The request did not reach the device.
    NotSent {
        /// What was to be written.
        target: Target,
        /// What happened.
        cause: TransactionError,
    },
    /// The device refused it and kept what it had.
    Refused {
        /// What was to be written.
        target: Target,
        /// What the device answered.
        exception: Exception,
    },
    /// The request was sent, and no usable answer came: the device may or may not have executed it.
    OutcomeUnknown {
        /// What was to be written.
        target: Target,
        /// What happened.
        cause: TransactionError,
    },
}

impl WriteError {
    /// The error for a failed transaction, by what that says about the device.
    pub(crate) fn from_transaction(target: Target, cause: TransactionError) -> Self {
        match *cause.last() {
            // The register is unknown after a failure half-way, a request that is still being executed, or a gateway
            // that lost the device.
            TransactionError::Exception(exception) => match exception.code {
                ExceptionCode::ServerDeviceFailure
                | ExceptionCode::Acknowledge
                | ExceptionCode::GatewayTargetFailedToRespond => Self::OutcomeUnknown { target, cause },
                _ => Self::Refused { target, exception },
            },
            _ if cause.was_sent() => Self::OutcomeUnknown { target, cause },
            _ => Self::NotSent { target, cause },
        }
    }

    /// What the device says about the value could not be read, so that it was not sent.
    pub(crate) fn before_sending(target: Target, kind: ReadErrorKind) -> Self {
        match kind {
            ReadErrorKind::Transaction(cause) => Self::NotSent { target, cause },
            ReadErrorKind::Invalid(reason) => Self::Invalid { target, reason: InvalidValue::Request(reason) },
            ReadErrorKind::RefusedBefore(exception) => {
                Self::NotSent { target, cause: TransactionError::Exception(exception) }
            }
            ReadErrorKind::NotFitted
            | ReadErrorKind::Decode
            | ReadErrorKind::Unsteady
            | ReadErrorKind::NotVisible
            | ReadErrorKind::NoSuchElement => Self::Invalid { target, reason: InvalidValue::NotVisible },
        }
    }

    /// What was to be written.
    #[must_use]
    pub const fn target(&self) -> &Target {
        match self {
            Self::Invalid { target, .. }
            | Self::NotSent { target, .. }
            | Self::Refused { target, .. }
            | Self::OutcomeUnknown { target, .. } => target,
        }
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid { target, reason } => write!(f, "cannot write {target}: {reason}"),
            Self::NotSent { target, cause } => write!(f, "{target} was not written: {cause}"),
            Self::Refused { target, exception } => write!(f, "{target} was not written: {exception}"),
            Self::OutcomeUnknown { target, cause } => write!(f, "{target} may or may not have been written: {cause}"),
        }
    }
}

impl core::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Invalid { reason, .. } => Some(reason),
            Self::NotSent { cause, .. } | Self::OutcomeUnknown { cause, .. } => Some(cause),
            Self::Refused { .. } => None,
        }
    }
}

/// One of several writes failed; those before it were executed, those after it were not tried.
#[derive(Clone)]
pub struct WriteSetError {
    pub(crate) done: usize,
    pub(crate) total: usize,
    pub(crate) error: WriteError,
}

impl WriteSetError {
    /// How many assignments, from the first, the device confirmed.
    #[must_use]
    pub const fn done(&self) -> usize {
        self.done
    }

    /// How many assignments there were.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.total
    }

    /// What happened to the one that failed. Where neighbours shared its request, the target covers all of them.
    #[must_use]
    pub const fn error(&self) -> &WriteError {
        &self.error
    }
}

impl fmt::Display for WriteSetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} of {} values were written before it)", self.error, self.done, self.total)
    }
}

impl core::error::Error for WriteSetError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.error)
    }
}
