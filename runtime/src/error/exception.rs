//! Modbus exceptions.

use core::fmt;

/// The code of a Modbus exception (Modbus Application Protocol V1.1b3, section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExceptionCode {
    /// 1: the device does not have the function.
    IllegalFunction,
    /// 2: the device does not have the address, or one of a block.
    IllegalDataAddress,
    /// 3: a value, or the number of addresses, is not acceptable.
    IllegalDataValue,
    /// 4: the device failed while it executed the request.
    ServerDeviceFailure,
    /// 5: accepted, and will take long.
    Acknowledge,
    /// 6: not executed, the device is busy.
    ServerDeviceBusy,
    /// 8: the device's memory failed its parity check.
    MemoryParityError,
    /// 10: the gateway has no path to the device.
    GatewayPathUnavailable,
    /// 11: the device behind the gateway does not answer.
    GatewayTargetFailedToRespond,
    /// A code the specification does not name.
    Other(u8),
}

impl ExceptionCode {
    /// The code in the reply.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::IllegalFunction => 1,
            Self::IllegalDataAddress => 2,
            Self::IllegalDataValue => 3,
            Self::ServerDeviceFailure => 4,
            Self::Acknowledge => 5,
            Self::ServerDeviceBusy => 6,
            Self::MemoryParityError => 8,
            Self::GatewayPathUnavailable => 10,
            Self::GatewayTargetFailedToRespond => 11,
            Self::Other(code) => code,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::IllegalFunction => "it does not have this function",
            Self::IllegalDataAddress => "it does not have this address",
            Self::IllegalDataValue => "it does not accept this value or count",
            Self::ServerDeviceFailure => "it failed while executing the request",
            Self::Acknowledge => "it accepted the request and needs a long time for it",
            Self::ServerDeviceBusy => "it is busy",
            Self::MemoryParityError => "its memory failed a parity check",
            Self::GatewayPathUnavailable => "the gateway has no path to the device",
            Self::GatewayTargetFailedToRespond => "the device behind the gateway does not answer",
            Self::Other(_) => "a code the specification does not name",
        }
    }
}

impl From<u8> for ExceptionCode {
    fn from(code: u8) -> Self {
        match code {
            1 => Self::IllegalFunction,
            2 => Self::IllegalDataAddress,
            3 => Self::IllegalDataValue,
            4 => Self::ServerDeviceFailure,
            5 => Self::Acknowledge,
            6 => Self::ServerDeviceBusy,
            8 => Self::MemoryParityError,
            10 => Self::GatewayPathUnavailable,
            11 => Self::GatewayTargetFailedToRespond,
            other => Self::Other(other),
        }
    }
}

/// `2 (it does not have this address)`
impl fmt::Display for ExceptionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.code(), self.words())
    }
}

/// An exception that the device answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Exception {
    /// The function that was asked for, without the exception bit.
    pub function: u8,
    /// Why it was refused.
    pub code: ExceptionCode,
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the device answered function {} with exception {}", self.function, self.code)
    }
}
