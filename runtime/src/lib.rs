//! Modbus RTU and TCP for the code that `modbus-bindgen` generates, and for programs that talk to a device without it.
//!
//! A [`Bus`] owns a connection, a [`Unit`] is one device on it, a [`Point`] is one of its registers. `modbus-bindgen` makes
//! a method for every register out of the vendor's table:
//!
#![cfg_attr(feature = "macros", doc = "```no_run")]
#![cfg_attr(not(feature = "macros"), doc = "```ignore")]
//! use modbus_bindgen_runtime::Bus;
//!
//! mod meter {
//!     // From a build script: `include_device!("device")`. With the feature `macros` in one line:
//!     modbus_bindgen_runtime::device!("registers/device.toml");
//! }
//! use meter::{AcmeMeter, Mode, points};
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let bus = Bus::tcp("192.168.1.40").await?;
//!     let meter = AcmeMeter::new(bus.unit(1)); // cheap to clone, Send + Sync
//!
//!     let outdoor: f64 = meter.outdoor_temperature().await?; // °C
//!     let (current, mode) = meter.read((points::CURRENT, points::MODE)).await?; // one request
//!     println!("{outdoor} °C, {current} A, {mode}");
//!
//!     meter.set_mode(Mode::Auto).await?;
//!     println!("{:?}", meter.read_all().await?); // every readable point, in the fewest requests
//!     Ok(())
//! }
//! ```
//!
//! # What is where
//!
//! * [`bus`]: connections, their settings and what happens to them.
//! * [`mod@unit`]: requests that read, write, poll and keep values alive, and the readings they bring.
//! * [`point`]: registers as typed handles, and how words become values and back; `no_std`.
//! * [`plan`]: the fewest requests for the points wanted, and what they cost.
//! * [`mod@device`]: what a table says of a device and its link.
//! * [`error`]: what can go wrong.
//! * `simulator`: a device without the device, for tests.
//!
//! What programs name most is here, too.
//!
//! # Features
//!
//! | feature | on | what it adds |
//! |---|---|---|
//! | `std` | yes | buses, units and the planner, on tokio. Without it the crate is `no_std` with `alloc`: points, codecs, values and the requests that [read](Point::read_request) and [write](Point::write_request) a point |
//! | `tcp` | yes | [`Bus::tcp`], gateways and RTU over TCP. Streams of your own need no feature |
//! | `rtu` | yes | [`Bus::rtu`]: serial ports |
//! | `serde` | no | `Serialize` for readings, values and enums, `Deserialize` for enums and for numbers with special values |
//! | `simulator` | no | [`Simulator`](https://docs.rs/modbus-bindgen-runtime/latest/modbus_bindgen_runtime/simulator/struct.Simulator.html): the device without the device |
//! | `macros` | no | `device!("registers/device.toml")`: generated code without a build script |

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(not(feature = "tcp"), allow(dead_code, reason = "what only buses, or buses over TCP, need"))]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

extern crate alloc;

#[cfg(feature = "std")]
pub mod bus;
pub mod device;
pub mod error;
mod generated;
mod include;
#[cfg(feature = "std")]
pub mod plan;
pub mod point;
mod serialize;
#[cfg(feature = "simulator")]
pub mod simulator;
#[cfg(feature = "std")]
mod transport;
#[cfg(feature = "std")]
pub mod unit;

#[cfg(feature = "std")]
#[doc(inline)]
pub use bus::Bus;
#[doc(inline)]
pub use point::Point;
#[cfg(feature = "simulator")]
#[doc(inline)]
pub use simulator::Simulator;
#[cfg(feature = "std")]
#[doc(inline)]
pub use unit::{KeepAlive, Poller, Unit};

// Everything else is here by name, too: generated code names nothing but this crate.
#[cfg(feature = "std")]
#[doc(hidden)]
pub use bus::{BusBuilder, Event, Events};
#[cfg(feature = "std")]
#[doc(hidden)]
pub use device::Device;
#[doc(hidden)]
pub use device::{Detect, DetectCase, DeviceInfo, Gaps, LinkInfo, Parity, RtuSettings, UnitIds, WriteFunctions};
#[cfg(feature = "std")]
#[doc(hidden)]
pub use error::{
    ConnectError, DetectError, ReadError, ReadErrorKind, Silence, Target, TransactionError, WaitReason, WriteError,
    WriteSequenceError, WriteSetError,
};
#[doc(hidden)]
pub use error::{DecodeError, Exception, ExceptionCode, InvalidRequest, InvalidValue, NoSuchElement};
#[doc(hidden)]
pub use generated::{GENERATED_FORMAT, assert_generated_for};
#[cfg(feature = "std")]
#[doc(hidden)]
pub use plan::{Cost, Plan, PlannedRequest};
#[doc(hidden)]
pub use point::{
    Access, AccessMarker, AnyValue, AvailableIf, BitRange, BitSet, Bits, ConditionalEnumeration, Context, Decimal,
    ElementNumber, Encoding, Enumeration, FlagSet, Kind, Labelled, LimitRegisters, Limits, Neighbours, Packing,
    PointInfo, PointSpec, RawType, ReadOnly, ReadWrite, Readable, Request, Role, Scale, SpecialOrNumber, SpecialParts,
    Table, TextInfo, Trigger, UnknownCode, Value, ValuesIf, Writable, WriteOnly,
};
#[cfg(feature = "simulator")]
#[doc(hidden)]
pub use simulator::{DeviceImage, Faults, ImageCell, ImageError, LoggedRequest};
#[cfg(feature = "std")]
#[doc(hidden)]
pub use unit::{
    Absence, Absences, Assignment, DetectDevice, DeviceLimits, ElementReadings, Group, PointSet, PollSet, Polling,
    Read, ReadBits, ReadElement, ReadGroup, ReadLimits, ReadSet, ReadSnapshot, ReadWords, Reading, Readings,
    RequestFuture, Snapshot, Write, WriteSequence, WriteSet, group,
};

/// What the macros of this crate expand to; not for use by hand.
#[doc(hidden)]
pub mod expansion {
    pub use alloc::format;
    pub use alloc::string::String;
    pub use alloc::vec::Vec;

    pub use crate::point::conditional::{ConditionalForm, format_conditional, parse_conditional};
    pub use crate::point::element::{element_of, parse_element};
    pub use crate::point::enumeration::{EnumerationForm, format_enumeration, parse_enumeration};
    pub use crate::point::flags::{FlagSetForm, format_flag_set};
    pub use crate::point::form::{Form, Formed};
    pub use crate::point::special::{SpecialForm, format_special, parse_special};
    #[cfg(feature = "std")]
    pub use crate::unit::readings::{Handle, List, Part, count, flatten, present};

    #[cfg(feature = "serde")]
    pub use crate::{
        point::conditional::{deserialize_conditional, serialize_conditional},
        point::element::serialize_element,
        point::enumeration::{deserialize_enumeration, serialize_enumeration},
        point::flags::serialize_flag_set,
        point::special::{deserialize_special, serialize_special},
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
