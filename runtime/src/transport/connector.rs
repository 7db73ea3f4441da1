//! Opens the stream that a bus runs over, and opens it again.

use std::future::{Future, ready};
use std::io;
use std::pin::Pin;

#[cfg(feature = "tcp")]
use tokio::net::TcpStream;

use super::Stream;
#[cfg(feature = "rtu")]
use super::serial::{Line, Serial};
#[cfg(feature = "rtu")]
use crate::device::RtuSettings;

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
        let line = Line::new(settings)?;
        let open = move || ready(Serial::open(&path, line).map(|port| Box::new(port) as Box<dyn Stream>));
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
