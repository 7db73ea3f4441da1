//! A serial line that ends in this program.

use std::io;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use tokio::io::{Join, join};
use tokio::net::unix::pipe::{Receiver, Sender};

/// The end of a pseudo-terminal that this program holds; the other one has a path, and looks like a serial port.
///
/// Tokio's ends of pipes read and write any descriptor that can be waited for.
pub(crate) type PseudoTerminal = Join<Receiver, Sender>;

/// Makes a pseudo-terminal. The path of its other end can be opened as often as one likes while this end is held.
///
/// # Errors
///
/// If there is no pseudo-terminal to be had.
///
/// # Panics
///
/// Outside of a tokio runtime.
pub(crate) fn pseudo_terminal() -> io::Result<(PseudoTerminal, String)> {
    let end = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
    grantpt(&end)?;
    unlockpt(&end)?;
    let path = ptsname(&end, Vec::new())?;
    let path = path.into_string().map_err(|_| io::Error::other("the pseudo-terminal's path is not UTF-8"))?;
    // Bytes pass as they are, also before whoever opens the path has set it up.
    let mut settings = tcgetattr(&end)?;
    settings.make_raw();
    tcsetattr(&end, OptionalActions::Now, &settings)?;
    fcntl_setfl(&end, fcntl_getfl(&end)? | OFlags::NONBLOCK)?;
    let reads = Receiver::from_owned_fd_unchecked(end.try_clone()?)?;
    Ok((join(reads, Sender::from_owned_fd_unchecked(end)?), path))
}
