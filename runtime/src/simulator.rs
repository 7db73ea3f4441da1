//! Simulated devices: registers served over TCP, over a serial line, or in memory.
//!
//! ```
//! use modbus_bindgen_runtime::Simulator;
//! # use modbus_bindgen_runtime::point::{Access, Point, PointInfo, PointSpec, ReadWrite, Scale, Kind};
//! # const SETPOINT: Point<f64, ReadWrite> = {
//! #     static INFO: PointInfo = PointInfo::new(PointSpec {
//! #         words: &[5], kind: Kind::Scaled, scale: Scale::new(1, 0, 10), access: Access::ReadWrite,
//! #         ..PointSpec::DEFAULT
//! #     });
//! #     Point::new(&INFO)
//! # };
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let simulator = Simulator::empty(); // with a table: Simulator::of::<AcmeMeter>()
//! simulator.set(SETPOINT, 21.5)?;
//! let meter = simulator.bus().unit(1); // AcmeMeter::new(…)
//!
//! assert_eq!(meter.read_point(SETPOINT).await?, 21.5);
//! meter.write_point(SETPOINT, 22.0).await?;
//! assert_eq!(simulator.get(SETPOINT), Some(22.0));
//! # Ok(())
//! # }
//! ```
//!
//! A simulator knows what the table says: which addresses exist, and which can be read and written. It does not know
//! how the device behaves; a program can add that with [`Simulator::on_write`].

mod device_image;
mod faults;
mod image;
mod json;
mod plausible;
mod rng;
mod serve;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;
use std::io;
#[cfg(feature = "tcp")]
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
#[cfg(feature = "tcp")]
use tokio::net::TcpListener;

pub use self::device_image::{DeviceImage, ImageCell, ImageError};
pub use self::faults::Faults;
use self::faults::{Fate, FaultSource};
use self::image::{Image, Side};
use crate::bus::Bus;
#[cfg(feature = "rtu")]
use crate::device::RtuSettings;
use crate::device::{Device, DeviceInfo, LinkInfo};
use crate::error::{ExceptionCode, InvalidValue};
use crate::point::context::Context;
use crate::point::special;
use crate::point::table::Table;
use crate::point::value::Value;
use crate::point::{Point, PointInfo};
#[cfg(feature = "rtu")]
use crate::transport::connector::Connector;
#[cfg(all(feature = "rtu", unix))]
use crate::transport::pseudo_terminal::pseudo_terminal;

/// A request a [`Simulator`] received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoggedRequest {
    /// The unit id it was sent to.
    pub unit: u8,
    /// The function code.
    pub function: u8,
    /// The first address; 0 where the request had none.
    pub address: u16,
    /// How many addresses; 0 where the request did not say.
    pub count: u16,
    /// The exception it was answered with.
    pub refused: Option<ExceptionCode>,
    /// Whether it was answered; addresses that an image records as silent are not.
    pub is_answered: bool,
}

/// How many of the last requests are kept.
const LOG_LENGTH: usize = 65_536;

/// The registers of a simulated device, to be served to Modbus clients. Clones share them. The [module](self) has an
/// example.
///
/// Points that name a unit id are at that unit; all others are at every other unit id. [`at_unit`](Self::at_unit)
/// selects the registers at one of the named ids.
///
/// Every address in the device's table exists and holds 0, reserved ones too. Registers that describe other points
/// (limits, availability) say that the device has all points and allows everything; [`set_raw`](Self::set_raw) changes
/// that. Where one point is read-only and another one is write-only at the same address, what is written does not
/// change what is read.
///
/// Requests for other addresses, writes to read-only ones and reads of write-only ones are answered with exception 2;
/// counts and values that the protocol or the device does not allow, with exception 3; functions that the device does
/// not have, with exception 1.
#[derive(Clone)]
pub struct Simulator {
    device: &'static DeviceInfo,
    image: Arc<Mutex<Image>>,
    reactions: Arc<Mutex<Reactions>>,
    faults: Arc<Mutex<Option<FaultSource>>>,
    /// The unit whose registers are used by default: the device's own, or one of its other unit ids.
    unit: Option<u8>,
}

/// What the device does after a write.
#[derive(Default)]
struct Reactions {
    to_all: Option<Reaction>,
    to_points: Vec<(&'static PointInfo, Reaction)>,
    observer: Option<Observer>,
}

impl Reactions {
    /// The reactions to a write.
    fn to(&self, request: LoggedRequest, home: u8, others: &BTreeSet<u8>) -> Vec<Reaction> {
        let table = if matches!(request.function, 5 | 15) { Table::Coil } else { Table::HoldingRegister };
        let is_at = |info: &PointInfo| match info.unit_id() {
            Some(id) => id == request.unit,
            None => request.unit == home || !others.contains(&request.unit),
        };
        let is_written = |info: &PointInfo| {
            let offsets = info.words().iter().filter_map(|word| word.checked_sub(request.address));
            info.table() == table && is_at(info) && offsets.into_iter().any(|offset| offset < request.count)
        };
        let of_points = self.to_points.iter().filter(|(info, _)| is_written(info)).map(|(_, reaction)| reaction);
        of_points.chain(&self.to_all).cloned().collect()
    }
}

/// A reaction to one write.
type Reaction = Arc<dyn Fn(&Simulator, LoggedRequest) + Send + Sync>;

/// A callback for every request, with its PDU.
type Observer = Arc<dyn Fn(LoggedRequest, &[u8]) + Send + Sync>;

/// Bytes on the way in a connection in memory: more than a frame.
const MEMORY: usize = 1024;

/// The description of a device without a table.
static NO_TABLE: DeviceInfo = DeviceInfo {
    name: "device without a table",
    manufacturer: "",
    document: "",
    link: LinkInfo::DEFAULT,
    reserved: &[],
    points: &[],
};

/// The functions that write (Modbus Application Protocol V1.1b3, sections 6.5, 6.6, 6.11 and 6.12).
const WRITES: [u8; 4] = [5, 6, 15, 16];

impl Simulator {
    /// All registers of a generated device, holding 0: `Simulator::of::<AcmeMeter>()`.
    #[must_use]
    pub fn of<D: Device>() -> Self {
        Self::new(D::INFO)
    }

    /// All registers of `device`, holding 0.
    #[must_use]
    pub fn new(device: &'static DeviceInfo) -> Self {
        Self::holding(device, Image::new(device))
    }

    /// All registers of `device`, holding plausible values: settings at their default or inside their limits,
    /// measurements that drift, counters that count. The same seed gives the same initial values.
    ///
    /// Values set with [`set`](Self::set) or [`set_raw`](Self::set_raw) stay if the point can be written, and drift on
    /// if it cannot.
    #[must_use]
    pub fn plausible(device: &'static DeviceInfo, seed: u64) -> Self {
        Self::holding(device, Image::plausible(device, seed))
    }

    /// A device as it was recorded. Addresses that are not in the image do not exist, and addresses that were refused
    /// or silent are so again. The table says what can be written. Units that only the image has exist, too.
    #[must_use]
    pub fn recorded(device: &'static DeviceInfo, image: &DeviceImage) -> Self {
        Self::holding(device, Image::recorded(device, image))
    }

    fn holding(device: &'static DeviceInfo, image: Image) -> Self {
        let image = Arc::new(Mutex::new(image));
        Self { device, image, reactions: Arc::default(), faults: Arc::default(), unit: None }
    }

    /// Everything that can be read now, as an image.
    #[must_use]
    pub fn to_image(&self) -> DeviceImage {
        self.image().to_record()
    }

    /// Adds another unit of the same kind, with the values that the device holds now.
    pub fn copy_to_unit(&self, id: u8) {
        self.image().copy_to(id);
    }

    /// Makes replies go wrong from now on. The same seed gives the same faults for the same requests.
    pub fn set_faults(&self, faults: Faults, seed: u64) {
        *self.faults.lock().unwrap_or_else(PoisonError::into_inner) = Some(FaultSource::new(faults, seed));
    }

    /// A device without a table. It has the addresses that [`set`](Self::set) and [`set_raw`](Self::set_raw) give it.
    #[must_use]
    pub fn empty() -> Self {
        Self::new(&NO_TABLE)
    }

    /// An in-memory bus to the simulator, which runs as long as the bus.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    #[must_use]
    pub fn bus(&self) -> Bus {
        let (ours, theirs) = tokio::io::duplex(MEMORY);
        let simulator = self.clone();
        tokio::spawn(async move { simulator.serve_stream(theirs).await });
        Bus::builder().stream_tcp(ours)
    }

    /// Serves Modbus TCP on a free port of 127.0.0.1, in the background until the tokio runtime ends, and returns the
    /// address: `Bus::tcp(simulator.tcp().await?)`. [`serve_tcp`](Self::serve_tcp) takes your own listener.
    ///
    /// # Errors
    ///
    /// If no port can be opened.
    #[cfg(feature = "tcp")]
    pub async fn tcp(&self) -> io::Result<SocketAddr> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let simulator = self.clone();
        tokio::spawn(async move { simulator.serve_tcp(listener).await });
        Ok(address)
    }

    /// Serves RTU as `unit` on a pseudo-terminal, in the background until the tokio runtime ends, and returns the path
    /// that a master opens: `Bus::rtu(simulator.rtu(1)?, AcmeMeter::RTU_DEFAULTS)`.
    ///
    /// # Errors
    ///
    /// If no pseudo-terminal can be opened.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    #[cfg(all(feature = "rtu", unix))]
    pub fn rtu(&self, unit: u8) -> io::Result<String> {
        let (ours, path) = pseudo_terminal()?;
        let simulator = self.clone();
        tokio::spawn(async move { simulator.serve_rtu(ours, unit).await });
        Ok(path)
    }

    /// The same device, where [`set_raw`](Self::set_raw), [`raw`](Self::raw) and [`hole`](Self::hole) act on another
    /// unit id.
    #[must_use]
    pub fn at_unit(&self, id: u8) -> Self {
        Self { unit: Some(id), ..self.clone() }
    }

    /// The simulated device.
    #[must_use]
    pub fn device(&self) -> &'static DeviceInfo {
        self.device
    }

    /// Makes a point hold a value; a write-only point, as if the value had been written.
    ///
    /// # Errors
    ///
    /// If the point's registers cannot hold the value, or the device's document does not allow it.
    /// [`set_raw`](Self::set_raw) sets any words.
    pub fn set<T: Value, A>(&self, point: Point<T, A>, value: T::Present) -> Result<(), InvalidValue> {
        let info = point.info();
        let mut image = self.image();
        let unit = info.unit_id();
        let words = match info.scale_register().and_then(|_| T::number(&value)) {
            Some(number) => {
                let context = Context::of(info, |(table, address)| image.get((unit, table, address), Side::Read));
                special::encode_number(info, number, context)?
            }
            None => T::encode(value, info)?,
        };
        image.put(info, Side::of(info), &words);
        Ok(())
    }

    /// What a point holds; for a write-only point, what was written last. `None` if one of its addresses does not
    /// exist, or if the raw value means that there is no value and `T` cannot express that.
    #[must_use]
    pub fn get<T: Value, A>(&self, point: Point<T, A>) -> Option<T> {
        let info = point.info();
        let image = self.image();
        let unit = info.unit_id();
        let word = |address: &u16| image.get((unit, info.table(), *address), Side::of(info));
        let words: Option<Vec<u16>> = info.words().iter().map(word).collect();
        let context = Context::of(info, |(table, address)| image.get((unit, table, address), Side::Read));
        T::from_present(T::decode_in(info, &words?, context))
    }

    /// Makes consecutive addresses hold these words for reading. In a coil or input, 0 means off and everything else
    /// on.
    ///
    /// Addresses that do not exist are added, and can be written if the table can. Words beyond address 65535 are left
    /// out.
    pub fn set_raw(&self, table: Table, address: u16, words: &[u16]) {
        let mut image = self.image();
        for (address, word) in (address..=u16::MAX).zip(words) {
            image.set((self.unit, table, address), Side::Read, *word);
        }
    }

    /// The words that a client reads at consecutive addresses, coils and inputs as 0 and 1. `None` if an address does
    /// not exist.
    #[must_use]
    pub fn raw(&self, table: Table, address: u16, count: u16) -> Option<Vec<u16>> {
        let image = self.image();
        let mut addresses = address..=u16::MAX;
        (0..count).map(|_| image.get((self.unit, table, addresses.next()?), Side::Read)).collect()
    }

    /// Removes an address, as if this device did not have it: it is answered with exception 2.
    pub fn hole(&self, table: Table, address: u16) {
        self.image().remove((self.unit, table, address));
    }

    /// Sets what the device does after a write. `reaction` is called after each successful write, before the answer, so
    /// that the client sees its effects. Replaces the previous one.
    pub fn on_write(&self, reaction: impl Fn(&Self, LoggedRequest) + Send + Sync + 'static) {
        self.reactions().to_all = Some(Arc::new(reaction));
    }

    /// Sets what the device does after a write to a point: as [`on_write`](Self::on_write), with the point's new value.
    /// Not called for words that are not a value of the point. Replaces the previous one for the same point.
    pub fn on_write_to<T: Value, A: 'static>(
        &self,
        point: Point<T, A>,
        reaction: impl Fn(&Self, T) + Send + Sync + 'static,
    ) {
        let reaction: Reaction = Arc::new(move |simulator, _| {
            if let Some(value) = simulator.get(point) {
                reaction(simulator, value);
            }
        });
        let mut reactions = self.reactions();
        reactions.to_points.retain(|(info, _)| !info.is(point.info()));
        reactions.to_points.push((point.info(), reaction));
    }

    /// Calls `observer` with every request and its PDU, before the answer. Replaces the previous one.
    pub fn on_request(&self, observer: impl Fn(LoggedRequest, &[u8]) + Send + Sync + 'static) {
        self.reactions().observer = Some(Arc::new(observer));
    }

    /// The last 65,536 requests since the start, or since [`clear_log`](Self::clear_log).
    #[must_use]
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.image().log().iter().copied().collect()
    }

    /// From now on, closes the connection of a client that sends nothing for this long, as many devices do.
    pub fn drop_idle_clients(&self, after: Duration) {
        self.image().idle = Some(after);
    }

    /// Clears the log of requests.
    pub fn clear_log(&self) {
        self.image().clear_log();
    }

    /// Serves Modbus TCP to any number of clients, for every unit id: an id that no point names is the device's own.
    /// Runs until it is dropped, which also closes its connections.
    #[cfg(feature = "tcp")]
    pub async fn serve_tcp(&self, listener: TcpListener) {
        serve::tcp(self, listener).await;
    }

    /// Serves Modbus TCP over one stream, for every unit id, until the stream ends.
    ///
    /// # Errors
    ///
    /// If the stream fails, or receives anything but Modbus TCP, so that the next request cannot be found.
    pub async fn serve_stream(&self, stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
        serve::stream(self, stream).await
    }

    /// Serves RTU over one stream, as `unit` and as the unit ids that points of the device name, until the stream ends.
    /// Broadcasts are executed and not answered; noise and requests to other units are ignored.
    ///
    /// # Errors
    ///
    /// If the stream fails.
    pub async fn serve_rtu(&self, stream: impl AsyncRead + AsyncWrite + Unpin, unit: u8) -> io::Result<()> {
        serve::rtu(self, stream, unit).await
    }

    /// Serves RTU as `unit` on a serial port, as [`serve_rtu`](Self::serve_rtu) does.
    ///
    /// # Errors
    ///
    /// If the port cannot be opened with these settings, or fails.
    #[cfg(feature = "rtu")]
    pub async fn serve_port(&self, path: &str, settings: RtuSettings, unit: u8) -> io::Result<()> {
        let connector = Connector::serial(path.to_owned(), settings);
        let mut connector = connector.map_err(|reason| io::Error::new(io::ErrorKind::InvalidInput, reason))?;
        let port = connector.open().await?;
        self.serve_rtu(port, unit).await
    }

    /// Executes a request to a unit and the reactions to it. `None` if the device is silent.
    fn answer(&self, unit: u8, home: u8, pdu: &[u8], instead: Option<ExceptionCode>) -> Option<Vec<u8>> {
        let (answer, request) = self.image().answer(unit, home, pdu, instead);
        let observer = self.reactions().observer.clone();
        if let Some(observer) = observer {
            observer(request, pdu);
        }
        if WRITES.contains(&request.function) && request.refused.is_none() && request.is_answered {
            let others = self.image().others().clone();
            // The lock is not held while they run: they may set other reactions.
            let reactions = self.reactions().to(request, home, &others);
            for reaction in reactions {
                reaction(self, request);
            }
        }
        answer
    }

    /// What becomes of the next reply.
    fn fate(&self) -> Fate {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        faults.as_mut().map(FaultSource::next).unwrap_or_default()
    }

    fn reactions(&self) -> MutexGuard<'_, Reactions> {
        self.reactions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn image(&self) -> MutexGuard<'_, Image> {
        self.image.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator").field("device", &self.device.name).finish_non_exhaustive()
    }
}
