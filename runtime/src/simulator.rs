//! A device without the device: its registers, served over TCP, over a serial line, or in memory.
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
//! It knows what the table says: which addresses there are, which can be read and which written. It does not know what
//! the device does; a program that does says so with [`Simulator::on_write`].

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
    /// Whether it was answered; what an image says is silent is not.
    pub is_answered: bool,
}

/// So many of the last requests are kept.
const LOG_LENGTH: usize = 65_536;

/// The registers of a device, to be served to Modbus clients. Clones share them.
///
/// Points with a unit id of their own are there, all others wherever none of these is. [`at_unit`](Self::at_unit) shows
/// the registers of one of them.
///
/// Every address the device's table lists exists and holds 0, reserved ones too. Registers in which the device says
/// something about its points say that it has them all and allows everything; [`set_raw`](Self::set_raw) has them say
/// something else. Where one point is only read and another one only written at the same address, what is written does
/// not change what is read. Requests for others are answered with exception 2, as are writes to what can only be read
/// and reads of what can only be written; counts and values the protocol or the device does not allow with exception 3;
/// functions it does not have with exception 1.
#[derive(Clone)]
pub struct Simulator {
    device: &'static DeviceInfo,
    image: Arc<Mutex<Image>>,
    reactions: Arc<Mutex<Reactions>>,
    faults: Arc<Mutex<Option<FaultSource>>>,
    /// Whose registers are meant where none are named: the device's own, or those at one of its other unit ids.
    unit: Option<u8>,
}

/// What the device does when it was written to.
#[derive(Default)]
struct Reactions {
    to_all: Option<Reaction>,
    to_points: Vec<(&'static PointInfo, Reaction)>,
    observer: Option<Observer>,
}

impl Reactions {
    /// Those that a write has, by what was written.
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

/// What it does about one thing that was written.
type Reaction = Arc<dyn Fn(&Simulator, LoggedRequest) + Send + Sync>;

/// Who is told of every request, with its PDU.
type Observer = Arc<dyn Fn(LoggedRequest, &[u8]) + Send + Sync>;

/// Bytes on the way in a connection in memory: more than a frame.
const MEMORY: usize = 1024;

/// What is known of a device without a table.
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

    /// All registers of `device`, holding what a device of the kind could: settings at their default or inside their
    /// limits, measurements that drift, counters that count. The same seed gives the same values to begin with.
    ///
    /// What is set with [`set`](Self::set) or [`set_raw`](Self::set_raw) stays where the point can be written, and
    /// moves on where it cannot.
    #[must_use]
    pub fn plausible(device: &'static DeviceInfo, seed: u64) -> Self {
        Self::holding(device, Image::plausible(device, seed))
    }

    /// A device as it was recorded. An address that is not in the image does not exist, one that was refused or silent
    /// then is so again; what can be written is what the table says. Units that the table does not know are there, too.
    #[must_use]
    pub fn recorded(device: &'static DeviceInfo, image: &DeviceImage) -> Self {
        Self::holding(device, Image::recorded(device, image))
    }

    fn holding(device: &'static DeviceInfo, image: Image) -> Self {
        let image = Arc::new(Mutex::new(image));
        Self { device, image, reactions: Arc::default(), faults: Arc::default(), unit: None }
    }

    /// All that can be read now, as an image.
    #[must_use]
    pub fn to_image(&self) -> DeviceImage {
        self.image().to_record()
    }

    /// Adds another unit of the same kind, which holds what the device itself holds now.
    pub fn copy_to_unit(&self, id: u8) {
        self.image().copy_to(id);
    }

    /// Has replies go wrong from now on; the same seed repeats them for the same requests.
    pub fn set_faults(&self, faults: Faults, seed: u64) {
        *self.faults.lock().unwrap_or_else(PoisonError::into_inner) = Some(FaultSource::new(faults, seed));
    }

    /// A device without a table. It has the addresses that [`set`](Self::set) and [`set_raw`](Self::set_raw) give it.
    #[must_use]
    pub fn empty() -> Self {
        Self::new(&NO_TABLE)
    }

    /// A bus to it, in memory. It lasts as long as the bus.
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
    /// address: `Bus::tcp(simulator.tcp().await?)`. [`serve_tcp`](Self::serve_tcp) takes a listener of your own.
    ///
    /// # Errors
    ///
    /// If no port can be had.
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
    /// If there is no pseudo-terminal to be had.
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

    /// The same device, with [`set_raw`](Self::set_raw), [`raw`](Self::raw) and [`hole`](Self::hole) for what is at
    /// another unit id than its own.
    #[must_use]
    pub fn at_unit(&self, id: u8) -> Self {
        Self { unit: Some(id), ..self.clone() }
    }

    /// The device it plays.
    #[must_use]
    pub fn device(&self) -> &'static DeviceInfo {
        self.device
    }

    /// Makes a point hold a value; one that is only written as if it had been.
    ///
    /// # Errors
    ///
    /// If the point's registers cannot hold it, or its document does not allow it.
    /// [`set_raw`](Self::set_raw) sets what a device would never say.
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

    /// What a point holds, for one that is only written what was written last. `None` where one of its addresses does
    /// not exist, or where the raw value says that there is no value and `T` has no place for that.
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

    /// Makes consecutive addresses hold these words, to be read; 0 is an open coil or input, everything else a closed
    /// one.
    ///
    /// An address that does not exist does from now on, and can be written if the table can. What would lie beyond
    /// 65535 is left out.
    pub fn set_raw(&self, table: Table, address: u16, words: &[u16]) {
        let mut image = self.image();
        for (address, word) in (address..=u16::MAX).zip(words) {
            image.set((self.unit, table, address), Side::Read, *word);
        }
    }

    /// The words that are read at consecutive addresses, coils and inputs as 0 and 1. `None` if one does not exist.
    #[must_use]
    pub fn raw(&self, table: Table, address: u16, count: u16) -> Option<Vec<u16>> {
        let image = self.image();
        let mut addresses = address..=u16::MAX;
        (0..count).map(|_| image.get((self.unit, table, addresses.next()?), Side::Read)).collect()
    }

    /// Takes an address out, as if the device at hand did not have it: it is answered with exception 2.
    pub fn hole(&self, table: Table, address: u16) {
        self.image().remove((self.unit, table, address));
    }

    /// What the device does when it was written to: called after each write that was done, before it is answered, so
    /// that the client finds what follows from it. Replaces what was given before.
    pub fn on_write(&self, reaction: impl Fn(&Self, LoggedRequest) + Send + Sync + 'static) {
        self.reactions().to_all = Some(Arc::new(reaction));
    }

    /// What the device does when a point was written: as [`on_write`](Self::on_write), with the value it holds now. Not
    /// called for words that are no value of the point. Replaces what was given before for the same point.
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

    /// Who is told of every request before it is answered, with its PDU. Replaces what was given before.
    pub fn on_request(&self, observer: impl Fn(LoggedRequest, &[u8]) + Send + Sync + 'static) {
        self.reactions().observer = Some(Arc::new(observer));
    }

    /// What was asked since the beginning, or since [`clear_log`](Self::clear_log): the last 65,536 requests.
    #[must_use]
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.image().log().iter().copied().collect()
    }

    /// From now on, ends the connection of a client that asks for nothing for so long, as many devices do.
    pub fn drop_idle_clients(&self, after: Duration) {
        self.image().idle = Some(after);
    }

    /// Forgets what was asked.
    pub fn clear_log(&self) {
        self.image().clear_log();
    }

    /// Serves Modbus TCP, whatever the unit id (one that none of its points has is the device's own), to as many
    /// clients as come. Ends only by being dropped, and its connections with it.
    #[cfg(feature = "tcp")]
    pub async fn serve_tcp(&self, listener: TcpListener) {
        serve::tcp(self, listener).await;
    }

    /// Serves Modbus TCP over one stream, whatever the unit id, until it ends.
    ///
    /// # Errors
    ///
    /// If the stream fails, or what comes in is not Modbus TCP, so that the next request cannot be found.
    pub async fn serve_stream(&self, stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
        serve::stream(self, stream).await
    }

    /// Serves RTU as `unit` over one stream, and as those unit ids that points of the device have, until it ends.
    /// Broadcasts are done and not answered; noise and what is meant for other units is ignored.
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

    /// Does what a request to a unit says, and what follows from it. `None` where the device is silent.
    fn answer(&self, unit: u8, home: u8, pdu: &[u8], instead: Option<ExceptionCode>) -> Option<Vec<u8>> {
        let (answer, request) = self.image().answer(unit, home, pdu, instead);
        let observer = self.reactions().observer.clone();
        if let Some(observer) = observer {
            observer(request, pdu);
        }
        if WRITES.contains(&request.function) && request.refused.is_none() && request.is_answered {
            let others = self.image().others().clone();
            // Not held while they run: they may give others.
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
