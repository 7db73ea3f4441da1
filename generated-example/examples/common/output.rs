//! Text for people.

use std::io::{self, ErrorKind, Write as _};

/// Prints it. Whoever reads it may have seen enough.
pub(crate) fn print(text: &str) -> io::Result<()> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
