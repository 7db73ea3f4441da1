//! Modbus RTU and TCP for code that `modbus-bindgen` generates, and for programs that talk to a device without it.
//!
//! A [`Bus`] owns a connection, a [`Unit`] is one device on it, a [`Point`] is one value of the device.
//! `modbus-bindgen` generates a method for every point in the vendor's register table:
//!
#![cfg_attr(feature = "macros", doc = "```no_run")]
#![cfg_attr(not(feature = "macros"), doc = "```ignore")]
//! use modbus_bindgen_runtime::Bus;
//!
//! mod meter {
//!     // With a build script: `include_device!("device")`. With the feature `macros`, in one line:
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
//! # Modules
//!
//! * [`bus`]: connections, their settings and events.
//! * [`mod@unit`]: requests that read, write, poll and keep values alive, and the readings they return.
//! * [`point`]: typed handles to registers, and the conversion of words to values and back; `no_std`.
//! * [`plan`]: the fewest requests that read a set of points, and their cost.
//! * [`mod@device`]: what the vendor's table says about a device and its link.
//! * [`error`]: the error types.
//! * `simulator`: simulated devices for tests.
//!
//! The types that programs name most often are re-exported here.
//!
//! # Features
//!
//! | feature | on | what it adds |
//! |---|---|---|
//! | `std` | yes | buses, units and the planner, on tokio. Without it the crate is `no_std` with `alloc`: points, codecs, values and the requests that [read](Point::read_request) and [write](Point::write_request) a point |
//! | `tcp` | yes | [`Bus::tcp`], gateways and RTU over TCP. Your own streams need no feature |
//! | `rtu` | yes | [`Bus::rtu`]: serial ports |
//! | `serde` | no | `Serialize` for readings, values and enums, `Deserialize` for enums and for numbers with special values |
//! | `simulator` | no | [`Simulator`](https://docs.rs/modbus-bindgen-runtime/latest/modbus_bindgen_runtime/simulator/struct.Simulator.html): simulated devices |
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

// Everything else is re-exported too: generated code uses paths in this crate's root only.
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

/// What the macros of this crate expand to; not part of the public API.
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

/// Entry points for fuzz targets into private code; not part of the public API.
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing {
    pub use crate::transport::fuzz_filter as filter;
}

#[cfg(feature = "macros")]
pub use modbus_bindgen_macros::device;
