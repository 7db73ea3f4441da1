//! A serial port, opened for this program alone.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use serial2_tokio::{CharSize, FlowControl, KeepSettings, SerialPort, StopBits};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tracing::warn;

use crate::device::{Parity, RtuSettings};

/// A serial port with the settings of a Modbus line.
pub(crate) struct Serial {
    port: SerialPort,
    /// Given back after the port has been closed.
    #[cfg(unix)]
    _lock: lock::Lock,
}

/// The settings of a line, as the port takes them.
#[derive(Clone, Copy)]
pub(crate) struct Line {
    baud_rate: u32,
    parity: serial2_tokio::Parity,
    stop_bits: StopBits,
}

impl Line {
    /// # Errors
    ///
    /// What is wrong with the settings.
    pub(crate) fn new(settings: RtuSettings) -> Result<Self, String> {
        if settings.baud_rate == 0 {
            return Err("the speed of the line is 0 baud".to_owned());
        }
        if settings.data_bits != 8 {
            return Err(format!("RTU needs 8 data bits, not {}", settings.data_bits));
        }
        let stop_bits = match settings.stop_bits {
            1 => StopBits::One,
            2 => StopBits::Two,
            other => return Err(format!("a line has 1 or 2 stop bits, not {other}")),
        };
        let parity = match settings.parity {
            Parity::None => serial2_tokio::Parity::None,
            Parity::Odd => serial2_tokio::Parity::Odd,
            Parity::Even => serial2_tokio::Parity::Even,
        };
        Ok(Self { baud_rate: settings.baud_rate, parity, stop_bits })
    }
}

impl Serial {
    /// Opens the port at `path`.
    ///
    /// # Errors
    ///
    /// If there is no such port, if another program uses it, or if it does not take the settings.
    pub(crate) fn open(path: &str, line: Line) -> io::Result<Self> {
        #[cfg(unix)]
        let lock = lock::Lock::take(path)?;
        let mut port = SerialPort::open(path, KeepSettings)?;
        #[cfg(unix)]
        lock.exclude_others()?;
        let mut settings = port.get_configuration()?;
        settings.set_raw();
        settings.set_baud_rate(line.baud_rate)?;
        settings.set_char_size(CharSize::Bits8);
        settings.set_stop_bits(line.stop_bits);
        settings.set_parity(line.parity);
        settings.set_flow_control(FlowControl::None);
        if let Err(error) = port.set_configuration(&settings) {
            // A pseudo-terminal has no parity, and some adapters have none: all else has to be as asked for.
            let taken = port.get_configuration()?.get_parity()?;
            if taken == line.parity {
                return Err(error);
            }
            settings.set_parity(taken);
            port.set_configuration(&settings)?;
            warn!(port = path, asked = %line.parity, taken = %taken, "the serial port does not take this parity");
        }
        Ok(Self {
            port,
            #[cfg(unix)]
            _lock: lock,
        })
    }
}

impl AsyncRead for Serial {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, target: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.port).poll_read(cx, target)
    }
}

/// Flushing does not wait until the last bit has left: that would block the thread (`tcdrain`).
impl AsyncWrite for Serial {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.port).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.port).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Keeps other programs off the line, since two masters on one line read each other's replies.
#[cfg(unix)]
mod lock {
    use std::fs::{File, OpenOptions};
    use std::io;
    use std::os::unix::fs::OpenOptionsExt;

    use rustix::fs::{FlockOperation, OFlags, flock};
    use rustix::termios::{ioctl_tiocexcl, ioctl_tiocnxcl};

    /// Held while a port is open.
    ///
    /// `flock` keeps out the programs that ask for it too (pyserial, picocom, serialport), `TIOCEXCL` those that do not,
    /// unless they run as root.
    pub(super) struct Lock {
        /// A descriptor of its own: the one that reads and writes is not handed out.
        port: File,
    }

    impl Lock {
        pub(super) fn take(path: &str) -> io::Result<Self> {
            // Without these flags, opening waits for a modem's carrier, and the port can become the program's terminal.
            let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed();
            let port = OpenOptions::new().read(true).write(true).custom_flags(flags).open(path)?;
            flock(&port, FlockOperation::NonBlockingLockExclusive).map_err(|error| match error {
                rustix::io::Errno::WOULDBLOCK => {
                    io::Error::new(io::ErrorKind::ResourceBusy, "another program uses the port")
                }
                other => other.into(),
            })?;
            Ok(Self { port })
        }

        /// From now on the port cannot be opened again, by this program neither.
        pub(super) fn exclude_others(&self) -> io::Result<()> {
            Ok(ioctl_tiocexcl(&self.port)?)
        }
    }

    impl Drop for Lock {
        fn drop(&mut self) {
            // Nothing says that closing the port does it. If it fails, the port is gone, and the lock with it.
            let _ = ioctl_tiocnxcl(&self.port);
        }
    }
}
