//! Errors of transactions and connections.

use core::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::error::Exception;

/// Why a transaction got no usable reply.
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
        /// How long the bus waited for it.
        after: Duration,
        /// What is known about its cause.
        silence: Silence,
    },
    /// The device answered with an exception.
    Exception(Exception),
    /// The request was sent, and the reply does not match it.
    Malformed {
        /// The expected reply.
        expected: String,
        /// The reply.
        got: String,
        /// What can be done about it, if some devices are known to answer like this.
        help: Option<&'static str>,
    },
    /// The bus was closed. The request was not sent.
    Closed,
    /// The request could not be sent within its timeout.
    Queue {
        /// How long it waited for its turn.
        after: Duration,
        /// Why it waited.
        reason: WaitReason,
    },
    /// The unit has been silent, and is asked less often while requests to other units wait. The request was not sent.
    Silent {
        /// The unit id.
        unit: u8,
        /// How long it has not answered.
        silent_for: Duration,
        /// How long until a request is sent to it again.
        retry_in: Duration,
    },
    /// Unit 0 of a serial line is the broadcast, which no unit answers. The request was not sent.
    BroadcastRead,
    /// There were several attempts, and the first one failed in a different way than the last.
    Repeated {
        /// The error of the first attempt.
        first: Arc<Self>,
        /// The error of the last attempt.
        last: Arc<Self>,
    },
}

/// What is known about a reply that did not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Silence {
    /// No unit on the serial line has answered yet.
    NothingOnLine,
    /// No unit has answered over this connection yet.
    NothingOnNetwork,
    /// The unit never answered, but others do.
    OthersAnswer,
    /// The unit answered before.
    AnsweredBefore,
    /// Bytes came that are not a reply to the request.
    NoReply,
    /// A reply came with this transaction id, which no request had.
    ForeignTransactionId(u16),
    /// The timeout of the call ended before that of the reply.
    GivenUp,
}

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NothingOnLine => "check the unit id, the wiring and the line settings",
            Self::NothingOnNetwork => "check the unit id",
            Self::OthersAnswer => "other units answer: check the unit id, and whether this one is switched on",
            Self::AnsweredBefore => "it answered before: check whether it is still switched on and connected",
            Self::NoReply => "other bytes came: check the line settings, and whether another master sends on the line",
            Self::ForeignTransactionId(id) => {
                return write!(
                    f,
                    "a reply came with transaction id {id}, which no request had; \
                     if the device always answers like this, set `ignore_transaction_ids`"
                );
            }
            Self::GivenUp => "the timeout of the call ended first",
        })
    }
}

/// Why a request was not sent in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WaitReason {
    /// Other requests had the bus.
    OtherRequests,
    /// The line was kept idle, because a late reply could still come.
    LateReply,
    /// The connection was being made.
    Connecting,
    /// The time left was too short for request and reply.
    TooLittleTime {
        /// The time that both frames take on the line, and the unit usually takes to answer.
        needed: Duration,
    },
}

impl TransactionError {
    /// For a request that was tried more than once.
    pub(crate) fn repeated(first: Self, last: Self) -> Self {
        let is_same = match (&first, &last) {
            (Self::Exception(first), Self::Exception(last)) => first == last,
            _ => core::mem::discriminant(&first) == core::mem::discriminant(&last),
        };
        if is_same { last } else { Self::Repeated { first: Arc::new(first), last: Arc::new(last) } }
    }

    /// The error of the last attempt: the error itself, except for [`TransactionError::Repeated`].
    #[must_use]
    pub fn last(&self) -> &Self {
        match self {
            Self::Repeated { last, .. } => last,
            error => error,
        }
    }

    /// Whether the request may have reached the device. If it must not be executed twice, send it again only if this is
    /// false.
    #[must_use]
    pub fn was_sent(&self) -> bool {
        match self {
            Self::Transport { sent, .. } => *sent,
            Self::Timeout { .. } | Self::Exception(_) | Self::Malformed { .. } => true,
            Self::Closed | Self::Queue { .. } | Self::Silent { .. } | Self::BroadcastRead => false,
            // What was refused was not done.
            Self::Repeated { first, last } => last.was_sent() || (first.was_sent() && first.exception().is_none()),
        }
    }

    /// The exception, if the device answered with one: to the last attempt, if there were several.
    #[must_use]
    pub fn exception(&self) -> Option<Exception> {
        match self.last() {
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
            Self::Timeout { after, silence } => write!(f, "no reply within {after:?}; {silence}"),
            Self::Exception(exception) => exception.fmt(f),
            Self::Malformed { expected, got, help } => {
                write!(f, "the reply does not match the request: expected {expected}, got {got}")?;
                help.map_or(Ok(()), |help| write!(f, "; {help}"))
            }
            Self::Closed => f.write_str("the bus is closed"),
            Self::Queue { after, reason } => match reason {
                WaitReason::OtherRequests => write!(f, "other requests kept the bus busy for {after:?}"),
                WaitReason::LateReply => write!(
                    f,
                    "the line is left alone after a request that was not answered, because its reply may come late; \
                     this one waited for {after:?}"
                ),
                WaitReason::Connecting => write!(f, "the connection was not made within {after:?}"),
                WaitReason::TooLittleTime { needed } => {
                    write!(f, "request and reply take {needed:.1?}, less was left after waiting for {after:.1?}")
                }
            },
            Self::Silent { unit, silent_for, retry_in } => {
                write!(f, "unit {unit} has not answered for {silent_for:.1?}; it is asked again in {retry_in:.1?}")
            }
            Self::BroadcastRead => f.write_str("unit 0 of a serial line is the broadcast, which no unit answers"),
            Self::Repeated { first, last } => write!(f, "{last} (the first attempt: {first})"),
        }
    }
}

impl core::error::Error for TransactionError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Transport { source, .. } => Some(&**source),
            Self::Repeated { last, .. } => last.source(),
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
        /// How long the bus waited.
        after: Duration,
    },
    /// The settings are invalid.
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
