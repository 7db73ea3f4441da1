//! Generated points in a crate without `std`: two masters that only frame and parse, [`with_rmodbus`] and
//! [`with_modbus_core`], read and write a heat pump by its points.
//!
//! A point says what to send and what the reply means; how bytes come to the device and back is up to a [`Wire`].

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod with_modbus_core;
pub mod with_rmodbus;

use core::fmt;

use modbus_bindgen_runtime::error::{DecodeError, InvalidValue};

/// The points of a Thermia Genesis.
pub mod pump {
    modbus_bindgen_runtime::include_device!("device");
}

/// As long as the longest frame, 260 bytes.
pub const LONGEST_FRAME: usize = 260;

/// The way to the device and back: a UART, a socket.
pub trait Wire {
    /// Sends a frame and waits for the one that answers it. Returns how many bytes of `reply` that is.
    ///
    /// # Errors
    ///
    /// Where nothing came.
    fn exchange(&mut self, request: &[u8], reply: &mut [u8; LONGEST_FRAME]) -> Result<usize, NoReply>;
}

/// The device did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoReply;

/// Why a value was not read or written.
#[derive(Debug, Clone, PartialEq)]
pub enum Error {
    /// The device did not answer.
    NoReply,
    /// The answer is none to the request, or an exception.
    Reply,
    /// The words mean no value.
    Decode(DecodeError),
    /// The device has no raw value for what was to be written.
    Value(InvalidValue),
}

impl From<NoReply> for Error {
    fn from(_: NoReply) -> Self {
        Self::NoReply
    }
}

impl From<DecodeError> for Error {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

impl From<InvalidValue> for Error {
    fn from(error: InvalidValue) -> Self {
        Self::Value(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoReply => f.write_str("the device did not answer"),
            Self::Reply => f.write_str("the answer is an exception, or none to the request"),
            Self::Decode(error) => error.fmt(f),
            Self::Value(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for Error {}
