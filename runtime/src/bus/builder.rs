//! What a bus can be told before it connects.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::owner::Owner;
use super::timing::Timing;
use super::{Bus, Shared};
use crate::device::RtuSettings;
use crate::error::ConnectError;
use crate::transport::connector::Connector;
use crate::transport::{Stream, host_and_port};

/// Requests that wait for their turn before a caller has to wait to be let in.
const QUEUE_LENGTH: usize = 64;

/// Settings of a [`Bus`].
///
/// ```no_run
/// # use std::time::Duration;
/// # use modbus_bindgen_runtime::Bus;
/// # async fn example() -> Result<(), modbus_bindgen_runtime::ConnectError> {
/// let bus = Bus::builder().response_timeout(Duration::from_millis(300)).retries(2).tcp("192.168.1.40").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct BusBuilder {
    pub(super) connect_timeout: Duration,
    pub(super) response_timeout: Duration,
    pub(super) reply_delay_max: Option<Duration>,
    pub(super) busy_delay: Duration,
    pub(super) retries: u32,
    pub(super) local_echo: bool,
    lazy: bool,
}

impl Default for BusBuilder {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(3),
            response_timeout: Duration::from_secs(1),
            reply_delay_max: None,
            busy_delay: Duration::from_millis(200),
            retries: 1,
            local_echo: false,
            lazy: false,
        }
    }
}

impl BusBuilder {
    /// How long connecting may take. 3 s.
    pub const fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long a unit may take to answer; on a serial line the time that request and reply are on the wire comes on
    /// top. 1 s.
    pub const fn response_timeout(mut self, timeout: Duration) -> Self {
        self.response_timeout = timeout;
        self
    }

    /// For how long after its timeout a reply may still arrive on a serial line, where nothing tells an old reply from
    /// a new one. Until then nothing is sent and what arrives is discarded. As long as the response timeout, unless
    /// set.
    pub const fn reply_delay_max(mut self, delay: Duration) -> Self {
        self.reply_delay_max = Some(delay);
        self
    }

    /// The pause before a request is repeated that the unit was too busy for (exceptions 5 and 6); each further one is
    /// twice as long. 200 ms.
    pub const fn busy_delay(mut self, delay: Duration) -> Self {
        self.busy_delay = delay;
        self
    }

    /// How often a read that failed is repeated, or a request the unit was too busy for. A write that may have reached
    /// the device is never repeated. 1.
    pub const fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// Whether the RS-485 adapter sends back what it transmits. A bus finds out with its first read; say so if a write
    /// of a single coil or register may come first, whose echo looks like its confirmation.
    pub const fn local_echo(mut self, echo: bool) -> Self {
        self.local_echo = echo;
        self
    }

    /// Makes connecting return at once. The bus connects in the background, and keeps trying.
    pub const fn connect_lazy(mut self) -> Self {
        self.lazy = true;
        self
    }

    /// Connects to a Modbus TCP server. `address` is `host`, `host:port`, an IP address or a socket address; the port
    /// is 502 unless given.
    ///
    /// # Errors
    ///
    /// If the address cannot be understood; unless [lazy](Self::connect_lazy), if the connection cannot be made in
    /// time.
    pub async fn tcp(self, address: impl fmt::Display) -> Result<Bus, ConnectError> {
        let endpoint = address.to_string();
        match host_and_port(&endpoint) {
            Ok((host, port)) => self.connect(endpoint, Connector::tcp(host, port), Timing::Tcp).await,
            Err(reason) => Err(ConnectError::Settings { endpoint, reason }),
        }
    }

    /// Opens a serial line.
    ///
    /// # Errors
    ///
    /// If the settings are none RTU can have; unless [lazy](Self::connect_lazy), if the port cannot be opened.
    pub async fn rtu(self, path: impl Into<String>, settings: RtuSettings) -> Result<Bus, ConnectError> {
        let endpoint = path.into();
        match Connector::serial(endpoint.clone(), settings) {
            Ok(connector) => self.connect(endpoint, connector, Timing::rtu(settings)).await,
            Err(reason) => Err(ConnectError::Settings { endpoint, reason }),
        }
    }

    /// Speaks Modbus TCP over a stream that is already there, such as one with TLS. When it ends, so does the bus.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    #[must_use]
    pub fn stream_tcp(self, stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) -> Bus {
        self.start("a stream".to_owned(), Connector::none(), Timing::Tcp, Some(Box::new(stream)))
    }

    /// Speaks RTU over a stream that is already there. When it ends, so does the bus. The settings tell how long
    /// things take; nothing is set.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    #[must_use]
    pub fn stream_rtu(
        self,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        settings: RtuSettings,
    ) -> Bus {
        self.start("a stream".to_owned(), Connector::none(), Timing::rtu(settings), Some(Box::new(stream)))
    }

    async fn connect(self, endpoint: String, mut connector: Connector, timing: Timing) -> Result<Bus, ConnectError> {
        if self.lazy {
            return Ok(self.start(endpoint, connector, timing, None));
        }
        match timeout(self.connect_timeout, connector.open()).await {
            Ok(Ok(stream)) => Ok(self.start(endpoint, connector, timing, Some(stream))),
            Ok(Err(error)) => Err(ConnectError::Io { endpoint, source: Arc::new(error) }),
            Err(_) => Err(ConnectError::Timeout { endpoint, after: self.connect_timeout }),
        }
    }

    pub(super) fn start(
        self,
        endpoint: String,
        connector: Connector,
        timing: Timing,
        stream: Option<Box<dyn Stream>>,
    ) -> Bus {
        let (queue, jobs) = mpsc::channel(QUEUE_LENGTH);
        let (closing, close) = watch::channel(false);
        let (end, ended) = watch::channel(());
        let owner = Owner::new(self, timing, connector, stream, jobs, close);
        tokio::spawn(async move {
            owner.run().await;
            drop(end);
        });
        let memories = Mutex::new(HashMap::new());
        Bus { shared: Arc::new(Shared { endpoint, timing, queue, closing, ended, memories }) }
    }
}
