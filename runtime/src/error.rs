//! The error types.
//!
//! A [`TransactionError`] says why one transaction failed; [`ReadError`] and [`WriteError`] add which point it was for,
//! and, for a write, what is known about the device afterwards. Each prints as one sentence, with `Debug` too, because
//! that is what a `main` that returns an error prints.

mod decode;
#[cfg(feature = "std")]
mod detect;
mod exception;
mod invalid;
#[cfg(feature = "std")]
mod read;
#[cfg(feature = "std")]
mod target;
#[cfg(feature = "std")]
mod transaction;
#[cfg(feature = "std")]
mod write;

pub use self::decode::DecodeError;
#[cfg(feature = "std")]
pub use self::detect::DetectError;
pub use self::exception::{Exception, ExceptionCode};
pub use self::invalid::{InvalidRequest, InvalidValue};
#[cfg(feature = "std")]
pub use self::read::{ReadError, ReadErrorKind};
#[cfg(feature = "std")]
pub use self::target::Target;
#[cfg(feature = "std")]
pub use self::transaction::{ConnectError, Silence, TransactionError, WaitReason};
#[cfg(feature = "std")]
pub use self::write::{WriteError, WriteSetError};
pub use crate::point::element::NoSuchElement;
#[cfg(feature = "std")]
pub use crate::unit::sequence::WriteSequenceError;

/// The message of an error, followed by those of its causes that it does not contain already.
fn message_with_causes(error: &dyn core::error::Error, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
    let mut said = alloc::string::ToString::to_string(error);
    f.write_str(&said)?;
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = alloc::string::ToString::to_string(error);
        if !said.contains(&text) {
            write!(f, ": {text}")?;
            said.push_str(&text);
        }
        cause = error.source();
    }
    Ok(())
}

/// `Debug` prints the message, because that is what a `main` or a test that returns an error prints.
macro_rules! debug_as_message {
    ($($error:path),* $(,)?) => {$(
        impl core::fmt::Debug for $error {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                message_with_causes(self, f)
            }
        }
    )*};
}

debug_as_message!(DecodeError, InvalidValue, NoSuchElement);
#[cfg(feature = "std")]
debug_as_message!(
    ConnectError,
    DetectError,
    ReadError,
    TransactionError,
    WriteError,
    WriteSequenceError,
    WriteSetError
);
