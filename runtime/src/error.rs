//! Everything that can go wrong, in a small set of types.
//!
//! A [`TransactionError`] says why one transaction brought nothing; [`ReadError`] and [`WriteError`] add which point it
//! was about, and, for a write, what is known about the device afterwards. Each prints as one sentence.

use core::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::point::{MOST_BCD_WORDS, PointInfo};
use crate::table::Table;

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
    /// 4: the device failed while it did what was asked.
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
    /// The code as it stands in the reply.
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
            Self::ServerDeviceFailure => "it failed while doing it",
            Self::Acknowledge => "accepted, but it will take long",
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

/// An exception the device answered.
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

/// Why a transaction brought no usable reply.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum TransactionError {
    /// The connection could not be made, or broke.
    Transport {
        /// What the operating system says.
        source: Arc<io::Error>,
        /// Whether the request may have reached the device.
        sent: bool,
    },
    /// The request was sent, and no reply came in time.
    Timeout {
        /// How long it was waited for.
        after: Duration,
    },
    /// The device answered with an exception.
    Exception(Exception),
    /// The request was sent, and the reply does not fit it.
    Malformed {
        /// What would have fitted.
        expected: String,
        /// What came.
        got: String,
    },
    /// The bus was closed. The request was not sent.
    Closed,
    /// Other requests kept the bus busy for longer than this one was allowed to take. It was not sent.
    Queue {
        /// How long it waited for its turn.
        after: Duration,
    },
    /// The unit has been silent, and is asked less often while others on the bus are wanted. The request was not sent.
    Silent {
        /// The unit id.
        unit: u8,
        /// Since when it has not answered.
        silent_for: Duration,
        /// When a request is sent to it again.
        retry_in: Duration,
    },
    /// Unit 0 of a serial line is the broadcast, which nobody answers. The request was not sent.
    BroadcastRead,
}

impl TransactionError {
    /// Whether the request may have reached the device.
    pub(crate) const fn was_sent(&self) -> bool {
        match self {
            Self::Transport { sent, .. } => *sent,
            Self::Timeout { .. } | Self::Exception(_) | Self::Malformed { .. } => true,
            Self::Closed | Self::Queue { .. } | Self::Silent { .. } | Self::BroadcastRead => false,
        }
    }

    /// The exception, where the device answered with one.
    #[must_use]
    pub const fn exception(&self) -> Option<Exception> {
        match self {
            Self::Exception(exception) => Some(*exception),
            _ => None,
        }
    }
}

impl fmt::Display for TransactionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transport { source, sent: true } => write!(f, "the connection broke after the request: {source}"),
            Self::Transport { source, sent: false } => write!(f, "there is no connection: {source}"),
            Self::Timeout { after } => {
                write!(f, "no reply within {after:?}; check the unit id, the wiring and the line settings")
            }
            Self::Exception(exception) => exception.fmt(f),
            Self::Malformed { expected, got } => {
                write!(f, "the reply does not fit the request: expected {expected}, got {got}")
            }
            Self::Closed => f.write_str("the bus is closed"),
            Self::Queue { after } => write!(f, "other requests kept the bus busy for {after:?}"),
            Self::Silent { unit, silent_for, retry_in } => {
                write!(f, "unit {unit} has not answered for {silent_for:.1?} and is asked again in {retry_in:.1?}")
            }
            Self::BroadcastRead => f.write_str("unit 0 of a serial line is the broadcast, which nobody answers"),
        }
    }
}

impl std::error::Error for TransactionError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Transport { source, .. } => Some(&**source),
            _ => None,
        }
    }
}

/// Why a connection could not be made.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ConnectError {
    /// The operating system refused.
    Io {
        /// The address or the path.
        endpoint: String,
        /// What the operating system says.
        source: Arc<io::Error>,
    },
    /// The other side did not answer in time.
    Timeout {
        /// The address or the path.
        endpoint: String,
        /// How long it was waited for.
        after: Duration,
    },
    /// The settings cannot be used.
    Settings {
        /// The address or the path.
        endpoint: String,
        /// What is wrong with them.
        reason: String,
    },
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { endpoint, source } => write!(f, "cannot connect to {endpoint}: {source}"),
            Self::Timeout { endpoint, after } => write!(f, "cannot connect to {endpoint}: no answer within {after:?}"),
            Self::Settings { endpoint, reason } => write!(f, "cannot connect to {endpoint}: {reason}"),
        }
    }
}

impl std::error::Error for ConnectError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(&**source),
            _ => None,
        }
    }
}

/// What an error is about: a point, or plain addresses where no point was named.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    point: Option<&'static PointInfo>,
    unit_id: Option<u8>,
    table: Table,
    address: u16,
    count: u16,
}

impl Target {
    pub(crate) const fn point_of(info: &'static PointInfo) -> Self {
        let (table, address, count) = (info.table(), info.address(), info.word_count());
        Self { point: Some(info), unit_id: info.unit_id(), table, address, count }
    }

    pub(crate) const fn addresses(table: Table, address: u16, count: u16) -> Self {
        Self { point: None, unit_id: None, table, address, count }
    }

    pub(crate) const fn at_unit(self, unit_id: Option<u8>) -> Self {
        Self { unit_id, ..self }
    }

    /// A point that the array's element does not have.
    pub(crate) const fn no_such_element() -> Self {
        Self { point: None, unit_id: None, table: Table::HoldingRegister, address: 0, count: 0 }
    }

    /// The point, where one was named.
    #[must_use]
    pub const fn point(&self) -> Option<&'static PointInfo> {
        self.point
    }

    /// The unit id, where it is not the device's own.
    #[must_use]
    pub const fn unit_id(&self) -> Option<u8> {
        self.unit_id
    }

    /// The table.
    #[must_use]
    pub const fn table(&self) -> Table {
        self.table
    }

    /// The lowest address, zero-based, before any address offset of the unit.
    #[must_use]
    pub const fn address(&self) -> u16 {
        self.address
    }

    /// How many addresses: 0 for a point that an array's element does not have, and then the table and the address say
    /// nothing either.
    #[must_use]
    pub const fn count(&self) -> u16 {
        self.count
    }
}

/// `“Outdoor temperature” (input register 13)`, or `holding registers 100 to 103`
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(info) = self.point {
            write!(f, "“{}” (", info.label())?;
        } else if self.count == 0 {
            return f.write_str("a point that this element of its array does not have");
        }
        write!(f, "{} {}", self.table.noun(self.count), self.address)?;
        if self.count > 1 {
            let last = u32::from(self.address).saturating_add(u32::from(self.count)).saturating_sub(1);
            write!(f, " to {last}")?;
        }
        if let Some(unit_id) = self.unit_id {
            write!(f, " of unit {unit_id}")?;
        }
        if self.point.is_some() { f.write_str(")") } else { Ok(()) }
    }
}

/// Why a request was refused here, before anything was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidRequest {
    /// No address, or more than one request can hold.
    Count {
        /// The number asked for.
        count: usize,
        /// The largest number that fits, by the protocol or by the device.
        max: u16,
    },
    /// The addresses do not lie within 0 to 65535, after the unit's address offset.
    AddressRange,
    /// The table can only be read.
    ReadOnlyTable,
    /// The point was described with words that do not hold its raw type.
    WordCount {
        /// Words it was given.
        words: usize,
        /// Words its raw type has: for texts and bytes at least, for BCD at least or at most.
        expected: usize,
    },
    /// The point was described with bits that its words do not have, or that its raw type cannot be a part of.
    Bits {
        /// The lowest.
        low: u8,
        /// The highest.
        high: u8,
    },
}

impl InvalidRequest {
    /// For a point whose words do not hold its raw type.
    pub(crate) const fn words_of(info: &PointInfo) -> Self {
        let expected = match info.raw().words() {
            Some(count) => count,
            None if info.words().is_empty() => 1,
            None => MOST_BCD_WORDS,
        };
        Self::WordCount { words: info.words().len(), expected }
    }
}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count { count: 0, .. } => f.write_str("at least one address must be asked for"),
            Self::Count { count, max } => write!(f, "{count} addresses are more than the {max} one request may hold"),
            Self::AddressRange => f.write_str("the addresses do not lie within 0 to 65535"),
            Self::ReadOnlyTable => f.write_str("the table can only be read"),
            Self::WordCount { words, expected } => {
                write!(f, "the point has {words} words, its raw type needs {expected}")
            }
            Self::Bits { low, high } => write!(f, "the point cannot be bits {low} to {high} of its words"),
        }
    }
}

/// Why reading failed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ReadErrorKind {
    /// The transaction failed; an exception of the device is one of its forms.
    Transaction(TransactionError),
    /// The device refused this point before, so that it was not asked again
    /// ([`Unit::forget_refusals`](crate::Unit::forget_refusals)).
    RefusedBefore(Exception),
    /// The device's raw value says that there is no value, and the point's type has no place for that.
    NotFitted,
    /// The device says that it does not have the point: the bit of [`PointInfo::available_if`] is not set.
    NotVisible,
    /// The array's element has no such point.
    NoSuchElement,
    /// What the device sent is not in the text's encoding; [`Read::raw`](crate::Read::raw) gives it as it is.
    Decode,
    /// Refused here, before anything was sent.
    Invalid(InvalidRequest),
}

/// A value could not be read.
#[derive(Debug, Clone)]
pub struct ReadError {
    target: Target,
    kind: ReadErrorKind,
}

impl ReadError {
    pub(crate) const fn new(target: Target, kind: ReadErrorKind) -> Self {
        Self { target, kind }
    }

    /// What was to be read.
    #[must_use]
    pub const fn target(&self) -> &Target {
        &self.target
    }

    /// What happened.
    #[must_use]
    pub const fn kind(&self) -> &ReadErrorKind {
        &self.kind
    }

    /// The exception, where the device answered with one.
    #[must_use]
    pub const fn exception(&self) -> Option<Exception> {
        match &self.kind {
            ReadErrorKind::Transaction(cause) => cause.exception(),
            ReadErrorKind::RefusedBefore(exception) => Some(*exception),
            _ => None,
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot read {}: ", self.target)?;
        match &self.kind {
            ReadErrorKind::Transaction(cause) => cause.fmt(f),
            ReadErrorKind::RefusedBefore(exception) => write!(f, "when it was last asked, {exception}"),
            ReadErrorKind::NotFitted => f.write_str("the device says that there is no value"),
            ReadErrorKind::NotVisible => f.write_str(
                "the device says that it does not have this; if it was fitted since, `refresh_limits()` has it asked again",
            ),
            ReadErrorKind::NoSuchElement => f.write_str("the device's document lists no register for it"),
            ReadErrorKind::Decode => {
                f.write_str("what the device sent is not in the text's encoding; read it raw to see what it is")
            }
            ReadErrorKind::Invalid(reason) => reason.fmt(f),
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            ReadErrorKind::Transaction(cause) => Some(cause),
            _ => None,
        }
    }
}

/// Why a value cannot be written.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum InvalidValue {
    /// The device has no such step.
    OffStep {
        /// The value, in the point's unit.
        value: f64,
        /// The nearest value below that the device has.
        below: f64,
        /// The nearest value above.
        above: f64,
    },
    /// The registers cannot hold it.
    OutOfRange {
        /// The value, in the point's unit.
        value: f64,
        /// The smallest value the registers can hold.
        min: f64,
        /// The largest.
        max: f64,
    },
    /// Outside the limits that the device's document states or the device itself holds.
    OutsideLimits {
        /// The value, in the point's unit.
        value: f64,
        /// The smallest value allowed, where one is stated.
        min: Option<f64>,
        /// The largest.
        max: Option<f64>,
        /// The step, where one is stated.
        step: Option<f64>,
        /// The point's unit, empty where it has none.
        unit: String,
    },
    /// Within the limits, and not a multiple of the step from the smallest value, by the device's document or by what the
    /// device itself holds.
    OffDeviceStep {
        /// The value, in the point's unit.
        value: f64,
        /// The nearest value below that the device allows.
        below: f64,
        /// The nearest value above, where that is within the limits.
        above: Option<f64>,
        /// The step.
        step: f64,
        /// The point's unit, empty where it has none.
        unit: String,
    },
    /// The device says that it does not have the point.
    NotVisible,
    /// NaN or infinite.
    NotANumber,
    /// The raw value that would be written means that there is no value.
    NotAvailableCode {
        /// The value, in the point's unit.
        value: f64,
    },
    /// A code the device's document does not list.
    UnknownCode(i64),
    /// The number is written as a raw value that the device takes for a special one.
    SpecialCode {
        /// What the device's document calls that.
        label: String,
    },
    /// The point has no such special value, though others of its type have.
    NoSuchSpecial {
        /// What the device's document calls it.
        label: &'static str,
    },
    /// The array's element has no such point.
    NoSuchElement,
    /// The value is one of another product's: the device at hand has other codes.
    OtherProduct,
    /// The registers have no room for a text as long as this.
    TextTooLong {
        /// How many bytes it takes.
        length: usize,
        /// How many there is room for.
        max: usize,
    },
    /// The registers hold another number of bytes.
    ByteCount {
        /// How many there are.
        length: usize,
        /// How many the registers hold.
        expected: usize,
    },
    /// The point is a part of a register that cannot be read: what the rest of it is to be has to be given with it.
    OtherBits,
    /// What the value is multiplied with is held in another register, and that holds no power of ten from -10 to 10.
    NoScale {
        /// The address of that register.
        register: u16,
    },
    /// A text holds a character that its encoding does not have.
    Character {
        /// The first such character.
        character: char,
        /// The encoding.
        encoding: &'static str,
    },
    /// A text that stands for no value of the point.
    NotUnderstood {
        /// The text.
        text: String,
        /// What would have been understood.
        expected: String,
    },
    /// The point takes another kind of value.
    Kind {
        /// What it takes: `a number`, `a text`.
        expected: &'static str,
    },
    /// The request cannot be made.
    Request(InvalidRequest),
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OffStep { value, below, above } => {
                write!(f, "{value} is between two of the device's steps; the nearest are {below} and {above}")
            }
            Self::OutOfRange { value, min, max } => {
                write!(f, "{value} does not fit the register, which holds {min} to {max}")
            }
            Self::OutsideLimits { value, min, max, step, unit } => {
                let quantity = |value: &f64| Quantity { value: *value, unit };
                let value = quantity(value);
                match (min.as_ref().map(quantity), max.as_ref().map(quantity)) {
                    (Some(min), Some(max)) => write!(f, "{value} is outside the device's limits, {min} to {max}")?,
                    (Some(min), None) => write!(f, "{value} is below the device's limit, {min}")?,
                    (None, Some(max)) => write!(f, "{value} is above the device's limit, {max}")?,
                    (None, None) => write!(f, "{value} is outside the device's limits")?,
                }
                match step.as_ref().map(quantity) {
                    Some(step) if min.is_some() && max.is_some() => write!(f, " in steps of {step}"),
                    _ => Ok(()),
                }
            }
            Self::OffDeviceStep { value, below, above, step, unit } => {
                let [value, below, step] = [value, below, step].map(|value| Quantity { value: *value, unit });
                write!(f, "{value} is between two of the steps of {step} that the device allows; the nearest ")?;
                match above.map(|value| Quantity { value, unit }) {
                    Some(above) => write!(f, "are {below} and {above}"),
                    None => write!(f, "is {below}"),
                }
            }
            Self::NotVisible => f.write_str(
                "the device says that it does not have this; if it was fitted since, `refresh_limits()` has it asked again",
            ),
            Self::NotANumber => f.write_str("it is not a finite number"),
            Self::NotAvailableCode { value } => {
                write!(f, "{value} is written as the raw value that means “not available”")
            }
            Self::UnknownCode(code) => write!(f, "the code {code} is not one the device's document lists"),
            Self::SpecialCode { label } => {
                write!(f, "the device takes this number for “{label}”; write that if it is meant")
            }
            Self::NoSuchSpecial { label } => write!(f, "this point has no “{label}”"),
            Self::NoSuchElement => f.write_str("the device's document lists no register for it"),
            Self::OtherProduct => {
                f.write_str("the value is one of another product's; read the point to see which values this device has")
            }
            Self::TextTooLong { length, max } => {
                write!(f, "the text has {length} bytes, the registers have room for {max}")
            }
            Self::ByteCount { length, expected } => write!(f, "{length} bytes do not fit, the registers hold {expected}"),
            Self::OtherBits => f.write_str(
                "it is a part of a register that cannot be read, and writing it would clear the rest; \
                 write all values of the register together, or the register as it is",
            ),
            Self::NoScale { register } => {
                write!(f, "register {register}, which scales the value, holds no power of ten from -10 to 10")
            }
            Self::Character { character, encoding } => {
                write!(f, "the character “{character}” cannot be written in {encoding}; leave it out or replace it")
            }
            Self::NotUnderstood { text, expected } => {
                write!(f, "“{text}” is not understood here; expected {expected}")
            }
            Self::Kind { expected } => write!(f, "the point takes {expected}"),
            Self::Request(reason) => reason.fmt(f),
        }
    }
}

/// `21.5 °C`
struct Quantity<'a> {
    value: f64,
    unit: &'a str,
}

impl fmt::Display for Quantity<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.value, f)?;
        if self.unit.is_empty() { Ok(()) } else { write!(f, " {}", self.unit) }
    }
}

impl std::error::Error for InvalidValue {}

/// A value was not written, or may not have been. The variant says what is known about the device.
#[derive(Debug, Clone)]
pub enum WriteError {
    /// The value was refused here, before anything was sent.
    Invalid {
        /// What was to be written.
        target: Target,
        /// What is wrong with the value.
        reason: InvalidValue,
    },
    /// The request did not reach the device.
    NotSent {
        /// What was to be written.
        target: Target,
        /// What happened.
        cause: TransactionError,
    },
    /// The device refused it and kept what it had.
    Refused {
        /// What was to be written.
        target: Target,
        /// What the device answered.
        exception: Exception,
    },
    /// The request was sent, and no usable answer came: the device may or may not have done it.
    OutcomeUnknown {
        /// What was to be written.
        target: Target,
        /// What happened.
        cause: TransactionError,
    },
}

impl WriteError {
    /// Sorts a failed transaction by what it says about the device.
    pub(crate) fn from_transaction(target: Target, cause: TransactionError) -> Self {
        match cause {
            // A failure half-way, a request that goes on working, and a gateway that lost the device say nothing about
            // the register.
            TransactionError::Exception(exception) => match exception.code {
                ExceptionCode::ServerDeviceFailure
                | ExceptionCode::Acknowledge
                | ExceptionCode::GatewayTargetFailedToRespond => Self::OutcomeUnknown { target, cause },
                _ => Self::Refused { target, exception },
            },
            cause if cause.was_sent() => Self::OutcomeUnknown { target, cause },
            cause => Self::NotSent { target, cause },
        }
    }

    /// What the device says about the value could not be read, so that it was not sent.
    pub(crate) fn before_sending(target: Target, kind: ReadErrorKind) -> Self {
        match kind {
            ReadErrorKind::Transaction(cause) => Self::NotSent { target, cause },
            ReadErrorKind::Invalid(reason) => Self::Invalid { target, reason: InvalidValue::Request(reason) },
            ReadErrorKind::RefusedBefore(exception) => {
                Self::NotSent { target, cause: TransactionError::Exception(exception) }
            }
            ReadErrorKind::NotFitted
            | ReadErrorKind::Decode
            | ReadErrorKind::NotVisible
            | ReadErrorKind::NoSuchElement => Self::Invalid { target, reason: InvalidValue::NotVisible },
        }
    }

    /// What was to be written.
    #[must_use]
    pub const fn target(&self) -> &Target {
        match self {
            Self::Invalid { target, .. }
            | Self::NotSent { target, .. }
            | Self::Refused { target, .. }
            | Self::OutcomeUnknown { target, .. } => target,
        }
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid { target, reason } => write!(f, "cannot write {target}: {reason}"),
            Self::NotSent { target, cause } => write!(f, "{target} was not written: {cause}"),
            Self::Refused { target, exception } => write!(f, "{target} was not written: {exception}"),
            Self::OutcomeUnknown { target, cause } => write!(f, "{target} may or may not have been written: {cause}"),
        }
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Invalid { reason, .. } => Some(reason),
            Self::NotSent { cause, .. } | Self::OutcomeUnknown { cause, .. } => Some(cause),
            Self::Refused { .. } => None,
        }
    }
}

/// One of several writes failed; those before it were done, those after it were not tried.
#[derive(Debug, Clone)]
pub struct WriteSetError {
    pub(crate) done: usize,
    pub(crate) total: usize,
    pub(crate) error: WriteError,
}

impl WriteSetError {
    /// How many assignments, from the first, the device confirmed.
    #[must_use]
    pub const fn done(&self) -> usize {
        self.done
    }

    /// How many assignments there were.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.total
    }

    /// What happened to the one that failed. Where neighbours shared its request, the target covers all of them.
    #[must_use]
    pub const fn error(&self) -> &WriteError {
        &self.error
    }
}

impl fmt::Display for WriteSetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} of {} values were written before it)", self.error, self.done, self.total)
    }
}

impl std::error::Error for WriteSetError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}
