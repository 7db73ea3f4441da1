//! Why a transaction brought nothing, and why a connection could not be made.

use core::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::error::Exception;

/// Why a transaction brought no usable reply.
#[derive(Clone)]
#[non_exhaustive]
pub enum TransactionError {
    /// The connection could not be made, or broke.
    Transport {
        /// What the operating system says.
        source: Arc<io::Error>,
        /// Whether the request may have reached the device.
        sent: bool,
    },
    /// The request was sent, and no reply came in time.
    Timeout {
        /// How long it was waited for.
        after: Duration,
    },
    /// The device answered with an exception.
    Exception(Exception),
    /// The request was sent, and the reply does not fit it.
    Malformed {
        /// What would have fitted.
        expected: String,
        /// What came.
        got: String,
    },
    /// The bus was closed. The request was not sent.
    Closed,
    /// Other requests kept the bus busy for longer than this one was allowed to take. It was not sent.
    Queue {
        /// How long it waited for its turn.
        after: Duration,
    },
    /// The unit has been silent, and is asked less often while others on the bus are wanted. The request was not sent.
    Silent {
        /// The unit id.
        unit: u8,
        /// Since when it has not answered.
        silent_for: Duration,
        /// When a request is sent to it again.
        retry_in: Duration,
    },
    /// Unit 0 of a serial line is the broadcast, which nobody answers. The request was not sent.
    BroadcastRead,
}

impl TransactionError {
    /// Whether the request may have reached the device. Only what was not sent is safe to send again where doing it twice
    /// would matter.
    #[must_use]
    pub const fn was_sent(&self) -> bool {
        match self {
            Self::Transport { sent, .. } => *sent,
            Self::Timeout { .. } | Self::Exception(_) | Self::Malformed { .. } => true,
            Self::Closed | Self::Queue { .. } | Self::Silent { .. } | Self::BroadcastRead => false,
        }
    }

    /// The exception, where the device answered with one.
    #[must_use]
    pub const fn exception(&self) -> Option<Exception> {
        match self {
            Self::Exception(exception) => Some(*exception),
            _ => None,
        }
    }
}

impl fmt::Display for TransactionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transport { source, sent: true } => write!(f, "the connection broke after the request: {source}"),
            Self::Transport { source, sent: false } => write!(f, "there is no connection: {source}"),
            Self::Timeout { after } => {
                write!(f, "no reply within {after:?}; check the unit id, the wiring and the line settings")
            }
            Self::Exception(exception) => exception.fmt(f),
            Self::Malformed { expected, got } => {
                write!(f, "the reply does not fit the request: expected {expected}, got {got}")
            }
            Self::Closed => f.write_str("the bus is closed"),
            Self::Queue { after } => write!(f, "other requests kept the bus busy for {after:?}"),
            Self::Silent { unit, silent_for, retry_in } => {
                write!(f, "unit {unit} has not answered for {silent_for:.1?} and is asked again in {retry_in:.1?}")
            }
            Self::BroadcastRead => f.write_str("unit 0 of a serial line is the broadcast, which nobody answers"),
        }
    }
}

impl core::error::Error for TransactionError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Transport { source, .. } => Some(&**source),
            _ => None,
        }
    }
}

/// Why a connection could not be made.
#[derive(Clone)]
#[non_exhaustive]
pub enum ConnectError {
    /// The operating system refused.
    Io {
        /// The address or the path.
        endpoint: String,
        /// What the operating system says.
        source: Arc<io::Error>,
    },
    /// The other side did not answer in time.
    Timeout {
        /// The address or the path.
        endpoint: String,
        /// How long it was waited for.
        after: Duration,
    },
    /// The settings cannot be used.
    Settings {
        /// The address or the path.
        endpoint: String,
        /// What is wrong with them.
        reason: String,
    },
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { endpoint, source } => write!(f, "cannot connect to {endpoint}: {source}"),
            Self::Timeout { endpoint, after } => write!(f, "cannot connect to {endpoint}: no answer within {after:?}"),
            Self::Settings { endpoint, reason } => write!(f, "cannot connect to {endpoint}: {reason}"),
        }
    }
}

impl core::error::Error for ConnectError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(&**source),
            _ => None,
        }
    }
}
