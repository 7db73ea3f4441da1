//! From one request to bytes on a line, and back to a reply that fits it.
//!
//! `modbus` drives tokio-modbus, `filter` stands between it and the stream, `rtu` and `tcp` know how frames lie in the
//! stream, `frame` knows which reply fits, `connector` opens streams, `serial` serial ports, `pseudo_terminal` is the
//! other end of one that is not there, `trace` prints frames.

pub(crate) mod connector;
mod filter;
pub(crate) mod frame;
#[cfg(feature = "fuzzing")]
mod fuzzing;
mod modbus;
#[cfg(all(feature = "rtu", unix, any(test, feature = "simulator")))]
pub(crate) mod pseudo_terminal;
mod rtu;
#[cfg(feature = "rtu")]
pub(crate) mod serial;
pub(crate) mod tcp;
mod trace;

pub(crate) use filter::{Framing, Sent, Stream};
#[cfg(feature = "fuzzing")]
pub use fuzzing::filter as fuzz_filter;
pub(crate) use modbus::Link;
pub(crate) use rtu::{BROADCAST, RtuFraming};
#[cfg(feature = "tcp")]
pub(crate) use tcp::host_and_port;
pub(crate) use tcp::{TcpFraming, TcpRules};
