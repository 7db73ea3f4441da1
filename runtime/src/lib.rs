//! Modbus RTU and TCP for the code that `modbus-bindgen` generates, and for programs that talk to a device without it.
//!
//! A [`Bus`] owns a connection, a [`Unit`] is one device on it, a [`Point`] is one of its registers. Everything is
//! re-exported here; generated code names nothing else.

mod bus;
mod device;
mod error;
mod generated;
mod include;
mod plan;
mod point;
mod serialize;
#[cfg(feature = "simulator")]
mod simulator;
mod transport;
mod unit;

pub use bus::{Bus, BusBuilder, Event, Events};
pub use device::{DeviceInfo, Gaps, LinkInfo, Parity, RtuSettings, WriteFunctions};
pub use error::{
    ConnectError, Exception, ExceptionCode, InvalidRequest, InvalidValue, ReadError, ReadErrorKind, Target,
    TransactionError, WriteError, WriteSetError,
};
pub use generated::{GENERATED_FORMAT, assert_generated_for};
pub use plan::{Cost, Plan, PlannedRequest};
pub use point::any::AnyValue;
pub use point::condition::{AvailableIf, LimitRegisters, ValuesIf};
pub use point::conditional::ConditionalEnumeration;
pub use point::context::Context;
pub use point::element::{ElementNumber, ElementReadings, NoSuchElement};
pub use point::enumeration::{Enumeration, UnknownCode};
pub use point::flags::{BitSet, Bits, FlagSet};
pub use point::limits::{Decimal, Limits};
pub use point::scale::{Neighbours, Scale};
pub use point::special::{SpecialOrNumber, SpecialParts};
pub use point::table::{Access, Role, Table};
pub use point::text::{Encoding, Packing, TextInfo};
pub use point::value::Value;
pub use point::{
    AccessMarker, BitRange, Kind, Labelled, Point, PointInfo, PointSpec, RawType, ReadOnly, ReadWrite, Readable,
    Trigger, Writable, WriteOnly,
};
#[cfg(feature = "simulator")]
pub use simulator::{LoggedRequest, Simulator};
pub use unit::Unit;
pub use unit::keep_alive::KeepAlive;
pub use unit::limits::{DeviceLimits, ReadLimits};
pub use unit::poll::{Poller, Polling, Reading};
pub use unit::read::{
    PointSet, Read, ReadBits, ReadElement, ReadGroup, ReadSet, ReadSnapshot, ReadWords, RequestFuture,
};
pub use unit::sequence::{WriteSequence, WriteSequenceError};
pub use unit::snapshot::{Absence, Absences, Readings, Snapshot};
pub use unit::write::{Assignment, Write, WriteSet};

/// What the macros of this crate expand to; not for use by hand.
#[doc(hidden)]
pub mod expansion {
    pub use crate::point::conditional::{decode_conditional, encode_conditional, format_conditional};
    pub use crate::point::enumeration::{decode_enumeration, encode_enumeration, format_enumeration};
    pub use crate::point::flags::{decode_flag_set, encode_flag_set, format_flag_set};
    pub use crate::point::special::{decode_special, encode_special, format_special, number_of_special};

    #[cfg(feature = "serde")]
    pub use crate::{
        point::conditional::serialize_conditional,
        point::element::serialize_element,
        point::enumeration::serialize_enumeration,
        point::flags::serialize_flag_set,
        point::special::serialize_special,
        serialize::{Field, FieldValue, field_name, serde},
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
