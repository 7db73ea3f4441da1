//! The settings of a bus, made before it connects.

use std::collections::HashMap;
#[cfg(feature = "tcp")]
use std::fmt;
use std::future::Future;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::job::{Budget, Gate};
use super::owner::Owner;
use super::timing::Timing;
use super::{Bus, Findings, Shared};
use crate::device::{LinkInfo, RtuSettings, UnitIds};
use crate::error::ConnectError;
use crate::transport::Stream;
use crate::transport::connector::Connector;
#[cfg(feature = "tcp")]
use crate::transport::host_and_port;

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
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct BusBuilder {
    pub(super) connect_timeout: Duration,
    pub(super) response_timeout: Duration,
    pub(super) reply_delay_max: Option<Duration>,
    pub(super) busy_delay: Duration,
    pub(super) retries: u32,
    pub(super) local_echo: bool,
    pub(super) connect_delay: Duration,
    pub(super) request_delay: Duration,
    pub(super) put_back_max: Duration,
    pub(super) accept_unit_ids: UnitIds,
    pub(super) ignore_transaction_ids: bool,
    turnaround: Option<Duration>,
    plan_as_measured: bool,
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
            connect_delay: Duration::ZERO,
            request_delay: Duration::ZERO,
            put_back_max: Duration::from_secs(60),
            accept_unit_ids: UnitIds::NONE,
            ignore_transaction_ids: false,
            turnaround: None,
            plan_as_measured: false,
            lazy: false,
        }
    }
}

impl BusBuilder {
    /// How long connecting may take. Default: 3 s.
    pub const fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long a unit may take to answer; on a serial line, the time that request and reply take on the wire is added.
    /// Default: 1 s.
    pub const fn response_timeout(mut self, timeout: Duration) -> Self {
        self.response_timeout = timeout;
        self
    }

    /// How long after its timeout a reply may still arrive on a serial line, where a late reply looks like the next
    /// one. Until then nothing is sent, and what arrives is discarded. Default: the response timeout.
    pub const fn reply_delay_max(mut self, delay: Duration) -> Self {
        self.reply_delay_max = Some(delay);
        self
    }

    /// The pause before a request is repeated because the unit was busy (exceptions 5 and 6); each further pause is
    /// twice as long. Default: 200 ms.
    pub const fn busy_delay(mut self, delay: Duration) -> Self {
        self.busy_delay = delay;
        self
    }

    /// How often a read that failed is repeated, or a request that the unit was too busy for. A write that may have
    /// reached the device is never repeated. Default: 1.
    pub const fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// Whether the RS-485 adapter sends back what it transmits. A bus detects this with its first read; set it if a
    /// write of a single coil or register may come first, because the echo of that looks like its confirmation.
    pub const fn local_echo(mut self, echo: bool) -> Self {
        self.local_echo = echo;
        self
    }

    /// A pause after connecting, for devices that are not ready at once. Default: none.
    pub const fn connect_delay(mut self, delay: Duration) -> Self {
        self.connect_delay = delay;
        self
    }

    /// A pause between a reply and the next request, for devices that need one. Default: none. On a serial line it is
    /// at least the silence between frames.
    pub const fn request_delay(mut self, delay: Duration) -> Self {
        self.request_delay = delay;
        self
    }

    /// The longest that a silent unit is not asked while requests to other units wait. Requests to it fail at once with
    /// [`TransactionError::Silent`](crate::TransactionError::Silent), for nine times as long as the last attempt took,
    /// then twice as long after each further attempt, up to this; longer if many units are silent, which together get a
    /// tenth of the line. Default: 60 s; zero asks a silent unit as often as any other.
    pub const fn put_back_max(mut self, pause: Duration) -> Self {
        self.put_back_max = pause;
        self
    }

    /// Over Modbus TCP, also accepts replies from these units, whichever was asked: for devices and gateways that
    /// always answer as 0, 1 or 255. Default: none.
    pub const fn accept_unit_ids(mut self, ids: UnitIds) -> Self {
        self.accept_unit_ids = ids;
        self
    }

    /// Over Modbus TCP, accepts replies with any transaction id, for devices that always answer with 0. The connection
    /// then follows the rules of a serial line, where a late reply looks like the next one: after a timeout, nothing is
    /// sent for [`reply_delay_max`](Self::reply_delay_max).
    pub const fn ignore_transaction_ids(mut self) -> Self {
        self.ignore_transaction_ids = true;
        self
    }

    /// The time a unit takes to begin its answer, or over TCP the round trip; used for plans. If it is not set, it is
    /// measured for each unit while the bus runs; until then it is 10 ms, over TCP 1 ms.
    pub const fn turnaround(mut self, turnaround: Duration) -> Self {
        self.turnaround = Some(turnaround);
        self
    }

    /// Takes from a device's document which unit ids it answers as, whether its transaction ids can be trusted, and its
    /// turnaround.
    pub fn link(mut self, link: &LinkInfo) -> Self {
        self.accept_unit_ids = link.accept_unit_ids;
        self.ignore_transaction_ids |= link.ignore_transaction_ids;
        self.turnaround = link.turnaround.or(self.turnaround);
        self
    }

    /// Plans reads with the measured cost of requests on this link, once there are enough measurements, instead of the
    /// cost computed from its settings. For slow devices, and lines whose speed is not known.
    pub const fn plan_as_measured(mut self) -> Self {
        self.plan_as_measured = true;
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
    /// If the address cannot be parsed; unless [lazy](Self::connect_lazy), if the connection cannot be made in time.
    #[cfg(feature = "tcp")]
    pub async fn tcp(self, address: impl fmt::Display) -> Result<Bus, ConnectError> {
        self.network(address.to_string(), Timing::Tcp).await
    }

    /// Connects to a gateway from Modbus TCP to RTU on a serial line. Plans and timeouts are those of that line.
    ///
    /// # Errors
    ///
    /// As [`tcp`](Self::tcp).
    #[cfg(feature = "tcp")]
    pub async fn gateway(self, address: impl fmt::Display, line: RtuSettings) -> Result<Bus, ConnectError> {
        self.network(address.to_string(), Timing::Gateway(line)).await
    }

    /// Connects to a serial converter that carries RTU frames over TCP unchanged. The settings are those of its line.
    ///
    /// # Errors
    ///
    /// As [`tcp`](Self::tcp).
    #[cfg(feature = "tcp")]
    pub async fn rtu_over_tcp(self, address: impl fmt::Display, line: RtuSettings) -> Result<Bus, ConnectError> {
        self.network(address.to_string(), Timing::Rtu(line)).await
    }

    /// Opens a serial line.
    ///
    /// # Errors
    ///
    /// If the settings are not valid for RTU; unless [lazy](Self::connect_lazy), if the port cannot be opened.
    #[cfg(feature = "rtu")]
    pub async fn rtu(self, path: impl Into<String>, settings: RtuSettings) -> Result<Bus, ConnectError> {
        let endpoint = path.into();
        match Connector::serial(endpoint.clone(), settings) {
            Ok(connector) => self.connect(endpoint, connector, Timing::Rtu(settings)).await,
            Err(reason) => Err(ConnectError::Settings { endpoint, reason }),
        }
    }

    /// Speaks Modbus TCP over streams that `open` makes, such as TLS connections: now, and again whenever the
    /// connection is lost. Error messages call the connection `endpoint`.
    ///
    /// ```no_run
    /// # use modbus_bindgen_runtime::Bus;
    /// # use tokio::net::TcpStream;
    /// # async fn example() -> Result<(), modbus_bindgen_runtime::ConnectError> {
    /// let through_the_tunnel = || TcpStream::connect("127.0.0.1:1502");
    /// let bus = Bus::builder().tcp_with("the pump", through_the_tunnel).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Unless [lazy](Self::connect_lazy), if the first stream cannot be made in time.
    pub async fn tcp_with<O, F, S>(self, endpoint: impl Into<String>, open: O) -> Result<Bus, ConnectError>
    where
        O: FnMut() -> F + Send + 'static,
        F: Future<Output = io::Result<S>> + Send + 'static,
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        self.connect(endpoint.into(), Connector::with(open), Timing::Tcp).await
    }

    /// Speaks RTU over streams that `open` makes, now and again whenever the connection is lost. Error messages call
    /// the connection `endpoint`. The settings are used for timing only; no port is configured.
    ///
    /// # Errors
    ///
    /// Unless [lazy](Self::connect_lazy), if the first stream cannot be made in time.
    pub async fn rtu_with<O, F, S>(
        self,
        endpoint: impl Into<String>,
        line: RtuSettings,
        open: O,
    ) -> Result<Bus, ConnectError>
    where
        O: FnMut() -> F + Send + 'static,
        F: Future<Output = io::Result<S>> + Send + 'static,
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        self.connect(endpoint.into(), Connector::with(open), Timing::Rtu(line)).await
    }

    /// Speaks Modbus TCP over an existing stream. Once it has ended, every request fails.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    #[must_use]
    pub fn stream_tcp(self, stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) -> Bus {
        self.start("a stream".to_owned(), Connector::none(), Timing::Tcp, Some(Box::new(stream)))
    }

    /// Speaks RTU over an existing stream. Once it has ended, every request fails. The settings are used for timing
    /// only; no port is configured.
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
        self.start("a stream".to_owned(), Connector::none(), Timing::Rtu(settings), Some(Box::new(stream)))
    }

    #[cfg(feature = "tcp")]
    async fn network(self, endpoint: String, timing: Timing) -> Result<Bus, ConnectError> {
        match host_and_port(&endpoint) {
            Ok((host, port)) => self.connect(endpoint, Connector::tcp(host, port), timing).await,
            Err(reason) => Err(ConnectError::Settings { endpoint, reason }),
        }
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
        let budget = Budget { resend: true, retries: self.retries, busy_delay: self.busy_delay };
        let (plans_as_measured, turnaround) = (self.plan_as_measured, self.turnaround);
        let findings = Arc::new(Findings::default());
        let (queue, jobs) = mpsc::unbounded_channel();
        let (closing, close) = watch::channel(false);
        let (end, ended) = watch::channel(());
        let owner = Owner::new(self, timing, connector, stream, jobs, close, Arc::clone(&findings));
        tokio::spawn(async move {
            owner.run().await;
            drop(end);
        });
        let shared = Shared {
            endpoint,
            timing,
            gate: Gate::default(),
            queue,
            budget,
            findings,
            plans_as_measured,
            turnaround,
            closing,
            ended,
            memories: Mutex::new(HashMap::new()),
        };
        Bus { shared: Arc::new(shared) }
    }
}
