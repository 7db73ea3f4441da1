//! Everything that can go wrong, in a small set of types.
//!
//! A [`TransactionError`] says why one transaction brought nothing; [`ReadError`] and [`WriteError`] add which point it
//! was about, and, for a write, what is known about the device afterwards. Each prints as one sentence.

mod exception;
mod invalid;
mod read;
mod target;
mod transaction;
mod write;

pub use self::exception::{Exception, ExceptionCode};
pub use self::invalid::{InvalidRequest, InvalidValue};
pub use self::read::{ReadError, ReadErrorKind};
pub use self::target::Target;
pub use self::transaction::{ConnectError, TransactionError};
pub use self::write::{WriteError, WriteSetError};
