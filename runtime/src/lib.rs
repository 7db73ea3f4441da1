//! Modbus RTU and TCP for the code that `modbus-bindgen` generates, and for programs that talk to a device without it.
//!
//! A [`Bus`] owns a connection, a [`Unit`] is one device on it, a [`Point`] is one of its registers. Everything is
//! re-exported here; generated code names nothing else.

mod bus;
mod codec;
mod device;
mod enumeration;
mod error;
mod flags;
mod include;
mod limits;
mod plan;
mod point;
mod scale;
mod serialize;
#[cfg(feature = "simulator")]
mod simulator;
mod table;
mod transaction;
mod transport;
mod unit;
mod value;

pub use bus::{Bus, BusBuilder};
pub use device::{DeviceInfo, Gaps, LinkInfo, Parity, RtuSettings, WriteFunctions};
#[cfg(feature = "serde")]
#[doc(hidden)]
pub use enumeration::serialize_enumeration;
pub use enumeration::{Enumeration, UnknownCode};
#[doc(hidden)]
pub use enumeration::{decode_enumeration, encode_enumeration, format_enumeration};
pub use error::{
    ConnectError, Exception, ExceptionCode, InvalidRequest, InvalidValue, ReadError, ReadErrorKind, Target,
    TransactionError, WriteError, WriteSetError,
};
#[cfg(feature = "serde")]
#[doc(hidden)]
pub use flags::serialize_flag_set;
pub use flags::{BitSet, Bits, FlagSet};
#[doc(hidden)]
pub use flags::{decode_flag_set, encode_flag_set, format_flag_set};
pub use limits::{Decimal, Limits};
pub use plan::{Cost, Plan, PlannedRequest};
pub use point::{
    AccessMarker, Kind, Labelled, Point, PointInfo, PointSpec, RawType, ReadOnly, ReadWrite, Readable, Trigger,
    Writable, WriteOnly,
};
pub use scale::{Neighbours, Scale};
#[cfg(feature = "serde")]
#[doc(hidden)]
pub use serialize::{field_name, serde};
pub use table::{Access, Role, Table};
pub use unit::Unit;
pub use value::Value;

#[cfg(feature = "macros")]
pub use modbus_bindgen_macros::device;
