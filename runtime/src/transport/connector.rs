//! Opens the stream that a bus runs over, and opens it again.

use std::future::{Future, ready};
use std::io;
use std::pin::Pin;
#[cfg(feature = "rtu")]
use std::task::{Context, Poll};

#[cfg(feature = "rtu")]
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
#[cfg(feature = "tcp")]
use tokio::net::TcpStream;
#[cfg(feature = "rtu")]
use tokio_serial::{DataBits, FlowControl, SerialPortBuilderExt, SerialStream, StopBits};

use super::Stream;
#[cfg(feature = "rtu")]
use crate::device::{Parity, RtuSettings};

type Opening = Pin<Box<dyn Future<Output = io::Result<Box<dyn Stream>>> + Send>>;

/// Makes connections to one endpoint.
pub(crate) struct Connector {
    open: Box<dyn FnMut() -> Opening + Send>,
    reopens: bool,
    /// Whether the other end can be gone without a sign of it here.
    network: bool,
}

impl Connector {
    fn new<F>(mut open: impl FnMut() -> F + Send + 'static) -> Self
    where
        F: Future<Output = io::Result<Box<dyn Stream>>> + Send + 'static,
    {
        Self { open: Box::new(move || Box::pin(open())), reopens: true, network: true }
    }

    /// Connects to a Modbus TCP server.
    #[cfg(feature = "tcp")]
    pub(crate) fn tcp(host: String, port: u16) -> Self {
        Self::new(move || {
            let host = host.clone();
            async move {
                let stream = TcpStream::connect((host.as_str(), port)).await?;
                // One small request at a time is what Nagle's algorithm delays most.
                stream.set_nodelay(true)?;
                Ok(Box::new(stream) as Box<dyn Stream>)
            }
        })
    }

    /// Opens a serial port.
    ///
    /// # Errors
    ///
    /// What is wrong with the settings.
    #[cfg(feature = "rtu")]
    pub(crate) fn serial(path: String, settings: RtuSettings) -> Result<Self, String> {
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
            Parity::None => tokio_serial::Parity::None,
            Parity::Odd => tokio_serial::Parity::Odd,
            Parity::Even => tokio_serial::Parity::Even,
        };
        let open = move || {
            let port = tokio_serial::new(path.as_str(), settings.baud_rate)
                .data_bits(DataBits::Eight)
                .parity(parity)
                .stop_bits(stop_bits)
                .flow_control(FlowControl::None)
                .open_native_async();
            ready(port.map(|port| Box::new(Serial(port)) as Box<dyn Stream>).map_err(io::Error::from))
        };
        Ok(Self { network: false, ..Self::new(open) })
    }

    /// For a stream that somebody else opened.
    pub(crate) fn none() -> Self {
        let open =
            || ready(Err(io::Error::new(io::ErrorKind::NotConnected, "the stream this bus was given has ended")));
        Self { reopens: false, network: false, ..Self::new(open) }
    }

    /// Streams that somebody else knows how to make.
    pub(crate) fn with<F, S>(mut open: impl FnMut() -> F + Send + 'static) -> Self
    where
        F: Future<Output = io::Result<S>> + Send + 'static,
        S: Stream + 'static,
    {
        Self::new(move || {
            let opening = open();
            async move { Ok(Box::new(opening.await?) as Box<dyn Stream>) }
        })
    }

    /// Whether a lost connection can be made again.
    pub(crate) const fn reopens(&self) -> bool {
        self.reopens
    }

    /// Whether a dead connection can look like a silent one, and be made again.
    pub(crate) const fn is_network(&self) -> bool {
        self.network
    }

    pub(crate) async fn open(&mut self) -> io::Result<Box<dyn Stream>> {
        (self.open)().await
    }
}

/// A serial port that is not flushed: flushing blocks the thread until the last bit has left (tcdrain), and what was
/// written leaves anyway.
#[cfg(feature = "rtu")]
struct Serial(SerialStream);

#[cfg(feature = "rtu")]
impl AsyncRead for Serial {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, target: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, target)
    }
}

#[cfg(feature = "rtu")]
impl AsyncWrite for Serial {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
