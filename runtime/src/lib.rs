//! Modbus RTU and TCP for the code that `modbus-bindgen` generates, and for programs that talk to a device without it.
//!
//! A [`Bus`] owns a connection, a [`Unit`] is one device on it, a [`Point`] is one of its registers. Everything is
//! re-exported here; generated code names nothing else.

mod any;
mod blocks;
mod bus;
mod bytes;
mod codec;
mod condition;
mod conditional;
mod context;
mod device;
mod device_limits;
mod element;
mod enumeration;
mod error;
mod flags;
mod generated;
mod held;
mod include;
mod keep_alive;
mod limits;
mod memory;
mod plan;
mod point;
mod poll;
mod read;
mod scale;
mod sequence;
mod serialize;
#[cfg(feature = "simulator")]
mod simulator;
mod snapshot;
mod special;
mod table;
mod text;
mod transaction;
mod transport;
mod unit;
mod value;
mod write;

pub use any::AnyValue;
pub use bus::{Bus, BusBuilder, Event, Events};
pub use condition::{AvailableIf, LimitRegisters, ValuesIf};
pub use conditional::ConditionalEnumeration;
pub use context::Context;
pub use device::{DeviceInfo, Gaps, LinkInfo, Parity, RtuSettings, WriteFunctions};
pub use device_limits::{DeviceLimits, ReadLimits};
pub use element::{ElementNumber, ElementReadings, NoSuchElement};
pub use enumeration::{Enumeration, UnknownCode};
pub use error::{
    ConnectError, Exception, ExceptionCode, InvalidRequest, InvalidValue, ReadError, ReadErrorKind, Target,
    TransactionError, WriteError, WriteSetError,
};
pub use flags::{BitSet, Bits, FlagSet};
pub use generated::{GENERATED_FORMAT, assert_generated_for};
pub use keep_alive::KeepAlive;
pub use limits::{Decimal, Limits};
pub use plan::{Cost, Plan, PlannedRequest};
pub use point::{
    AccessMarker, BitRange, Kind, Labelled, Point, PointInfo, PointSpec, RawType, ReadOnly, ReadWrite, Readable,
    Trigger, Writable, WriteOnly,
};
pub use poll::{Poller, Polling, Reading};
pub use read::{PointSet, Read, ReadBits, ReadElement, ReadGroup, ReadSet, ReadSnapshot, ReadWords, RequestFuture};
pub use scale::{Neighbours, Scale};
pub use sequence::{WriteSequence, WriteSequenceError};
#[cfg(feature = "simulator")]
pub use simulator::{LoggedRequest, Simulator};
pub use snapshot::{Absence, Absences, Readings, Snapshot};
pub use special::{SpecialOrNumber, SpecialParts};
pub use table::{Access, Role, Table};
pub use text::{Encoding, Packing, TextInfo};
pub use unit::Unit;
pub use value::Value;
pub use write::{Assignment, Write, WriteSet};

/// What the macros of this crate expand to; not for use by hand.
#[doc(hidden)]
pub mod expansion {
    pub use crate::conditional::{decode_conditional, encode_conditional, format_conditional};
    pub use crate::enumeration::{decode_enumeration, encode_enumeration, format_enumeration};
    pub use crate::flags::{decode_flag_set, encode_flag_set, format_flag_set};
    pub use crate::special::{decode_special, encode_special, format_special, number_of_special};

    #[cfg(feature = "serde")]
    pub use crate::{
        conditional::serialize_conditional,
        element::serialize_element,
        enumeration::serialize_enumeration,
        flags::serialize_flag_set,
        serialize::{Field, FieldValue, field_name, serde},
        special::serialize_special,
    };
}

/// Ways in for the fuzz targets to what has no public interface; no part of the library.
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing {
    pub use crate::transport::fuzz_filter as filter;
}

#[cfg(feature = "macros")]
pub use modbus_bindgen_macros::device;
