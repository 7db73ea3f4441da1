//! Modbus RTU and TCP for the code that `modbus-bindgen` generates, and for programs that talk to a device without it.
//!
//! A [`Bus`] owns a connection, a [`Unit`] is one device on it, a [`Point`] is one of its registers. Everything is
//! re-exported here; generated code names nothing else.

mod bus;
mod codec;
mod device;
mod error;
mod limits;
mod plan;
mod point;
mod scale;
#[cfg(feature = "simulator")]
mod simulator;
mod table;
mod transaction;
mod transport;
mod unit;

pub use bus::{Bus, BusBuilder};
pub use device::{DeviceInfo, Gaps, LinkInfo, Parity, RtuSettings, WriteFunctions};
pub use error::{
    ConnectError, Exception, ExceptionCode, InvalidRequest, InvalidValue, ReadError, ReadErrorKind, Target,
    TransactionError, WriteError, WriteSetError,
};
pub use limits::{Decimal, Limits};
pub use plan::Cost;
pub use point::{
    AccessMarker, Kind, Labelled, Point, PointInfo, PointSpec, RawType, ReadOnly, ReadWrite, Readable, Trigger,
    Writable, WriteOnly,
};
pub use scale::{Neighbours, Scale};
pub use table::{Access, Role, Table};
pub use unit::Unit;
