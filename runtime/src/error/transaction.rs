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
        /// What is known about it.
        silence: Silence,
    },
    /// The device answered with an exception.
    Exception(Exception),
    /// The request was sent, and the reply does not fit it.
    Malformed {
        /// What would have fitted.
        expected: String,
        /// What came.
        got: String,
        /// What can be done about it, where it is known that some devices answer so.
        help: Option<&'static str>,
    },
    /// The bus was closed. The request was not sent.
    Closed,
    /// The request could not be done in the time it was given. It was not sent.
    Queue {
        /// How long it waited for its turn.
        after: Duration,
        /// What it waited for.
        reason: WaitReason,
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
    /// It was tried more than once, and the first attempt failed in another way than the last.
    Repeated {
        /// What the first attempt ended with.
        first: Arc<Self>,
        /// What the last attempt ended with.
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
    /// The unit never answered, and others do.
    OthersAnswer,
    /// The unit answered before.
    AnsweredBefore,
    /// Bytes came that are no reply to the request.
    NoReply,
    /// A reply came under this transaction id, which no request had.
    ForeignTransactionId(u16),
    /// The caller's time was over before that of the reply.
    GivenUp,
}

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NothingOnLine => "check the unit id, the wiring and the line settings",
            Self::NothingOnNetwork => "check the unit id",
            Self::OthersAnswer => "other units answer: check the unit id, and whether this one is switched on",
            Self::AnsweredBefore => "it answered before: check whether it is still switched on and connected",
            Self::NoReply => "what came instead is no reply: check the line settings, and whether others send, too",
            Self::ForeignTransactionId(id) => {
                return write!(
                    f,
                    "a reply came under transaction id {id}, which was not asked for; \
                     if the device always answers so, set `ignore_transaction_ids`"
                );
            }
            Self::GivenUp => "that is all the time it was given",
        })
    }
}

/// What a request waited for that was not sent in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WaitReason {
    /// Other requests had the bus.
    OtherRequests,
    /// The line was left alone, because a reply that had not come in time could still come.
    LateReply,
    /// The connection was being made.
    Connecting,
    /// Less time was left than request and reply take.
    TooLittleTime {
        /// How long both frames are on the line, and the unit usually takes to answer.
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

    /// What the last attempt ended with: the error itself, but for [`TransactionError::Repeated`].
    #[must_use]
    pub fn last(&self) -> &Self {
        match self {
            Self::Repeated { last, .. } => last,
            error => error,
        }
    }

    /// Whether the request may have reached the device. Only what was not sent is safe to send again where doing it twice
    /// would matter.
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

    /// The exception, where the device answered with one: to the last attempt, where there were several.
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
                write!(f, "the reply does not fit the request: expected {expected}, got {got}")?;
                help.map_or(Ok(()), |help| write!(f, "; {help}"))
            }
            Self::Closed => f.write_str("the bus is closed"),
            Self::Queue { after, reason } => match reason {
                WaitReason::OtherRequests => write!(f, "other requests kept the bus busy for {after:?}"),
                WaitReason::LateReply => write!(
                    f,
                    "the line is left alone after a request that was not answered, until a late reply must have come; \
                     this one waited for {after:?}"
                ),
                WaitReason::Connecting => write!(f, "the connection was not made within {after:?}"),
                WaitReason::TooLittleTime { needed } => {
                    write!(f, "it takes {needed:.1?}, and less time was left after waiting for {after:.1?}")
                }
            },
            Self::Silent { unit, silent_for, retry_in } => {
                write!(f, "unit {unit} has not answered for {silent_for:.1?} and is asked again in {retry_in:.1?}")
            }
            Self::BroadcastRead => f.write_str("unit 0 of a serial line is the broadcast, which nobody answers"),
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
