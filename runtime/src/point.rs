//! What is known of a register, and the typed handle to it.
//!
//! [`PointInfo`] is untyped; planner, codecs and bus work on it. [`Point`] is the thin typed wrapper that generated code
//! names. Both are made in constants, so a generated device costs nothing at start.

use core::fmt;
use core::marker::PhantomData;
use std::borrow::Cow;

use crate::condition::{AvailableIf, LimitRegisters, ValuesIf};
use crate::error::InvalidRequest;
use crate::limits::Limits;
use crate::scale::Scale;
use crate::table::{Access, Role, Table};
use crate::text::TextInfo;

/// As many digits as an `i128` is sure to hold.
pub(crate) const MOST_BCD_WORDS: usize = 8;

/// How the words of a point are to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RawType {
    /// One coil or discrete input.
    Bool,
    /// One word.
    U16,
    /// One word, two's complement.
    I16,
    /// Two words.
    U32,
    /// Two words, two's complement.
    I32,
    /// Three words.
    U48,
    /// Three words, two's complement.
    I48,
    /// Four words.
    U64,
    /// Four words, two's complement.
    I64,
    /// Two words, IEEE 754 single precision. As an integer (not-available values) its bits, unsigned.
    F32,
    /// Four words, IEEE 754 double precision. As an integer (not-available values) its bits, unsigned.
    F64,
    /// Binary coded decimal, unsigned: four digits in each word, the most significant first, in as many words as the
    /// point has, up to eight. As an integer the number its digits are; with a digit above 9 it is none.
    Bcd,
    /// Characters, in as many words as the point has. No integer.
    Text,
    /// Bytes as they lie, the high byte of each word first, in as many words as the point has. No integer.
    Bytes,
}

impl RawType {
    /// How many registers, coils or inputs hold one; `None` for what takes as many as the point has: BCD, texts and bytes.
    #[inline]
    #[must_use]
    pub const fn words(self) -> Option<usize> {
        match self {
            Self::Bool | Self::U16 | Self::I16 => Some(1),
            Self::U32 | Self::I32 | Self::F32 => Some(2),
            Self::U48 | Self::I48 => Some(3),
            Self::U64 | Self::I64 | Self::F64 => Some(4),
            Self::Bcd | Self::Text | Self::Bytes => None,
        }
    }

    /// Whether it is a floating-point number.
    #[inline]
    #[must_use]
    pub const fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64)
    }

    /// Whether it is no number: texts and bytes.
    #[inline]
    #[must_use]
    pub const fn is_text_or_bytes(self) -> bool {
        matches!(self, Self::Text | Self::Bytes)
    }

    const fn is_signed(self) -> bool {
        matches!(self, Self::I16 | Self::I32 | Self::I48 | Self::I64)
    }

    /// The smallest and the largest raw value that so many bits hold, as an integer; texts and bytes have none but 0.
    pub(crate) const fn range(self, width: u32) -> (i128, i128) {
        match self {
            Self::Text | Self::Bytes => (0, 0),
            Self::Bool => (0, 1),
            Self::Bcd => (0, largest_bcd(width)),
            _ if self.is_signed() => {
                let largest = i128::MAX.unbounded_shr(i128::BITS.saturating_sub(width));
                (!largest, largest)
            }
            _ => (0, i128::MAX.unbounded_shr(i128::BITS.saturating_sub(1).saturating_sub(width))),
        }
    }
}

/// All nines, after a first digit that may have fewer than four bits.
const fn largest_bcd(width: u32) -> i128 {
    let power = 10_i128.saturating_pow(width / 4);
    let first = match width % 4 {
        0 => 0,
        1 => 1,
        2 => 3,
        _ => 7,
    };
    power.saturating_mul(first).saturating_add(power.saturating_sub(1))
}

/// Some of the bits of a point's words, as one number. Bit 0 is the least significant of all words together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BitRange {
    low: u8,
    high: u8,
}

impl BitRange {
    /// From bit `low` to bit `high`, both included.
    ///
    /// # Panics
    ///
    /// Where `low` is above `high`, or `high` above 63: a compile error in constants. At run time, see
    /// [`BitRange::checked`].
    #[must_use]
    pub const fn new(low: u8, high: u8) -> Self {
        assert!(
            low <= high && high < 64,
            "a BitRange needs a low bit that is not above the high one, which is at most 63"
        );
        Self { low, high }
    }

    /// As [`BitRange::new`], `None` where that would panic.
    #[must_use]
    pub const fn checked(low: u8, high: u8) -> Option<Self> {
        if low <= high && high < 64 { Some(Self { low, high }) } else { None }
    }

    /// The least significant bit.
    #[inline]
    #[must_use]
    pub const fn low(self) -> u8 {
        self.low
    }

    /// The most significant bit.
    #[inline]
    #[must_use]
    pub const fn high(self) -> u8 {
        self.high
    }

    /// How many bits.
    #[inline]
    #[must_use]
    pub const fn width(self) -> u8 {
        self.high.saturating_sub(self.low).saturating_add(1)
    }
}

/// What a raw value means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// False where the raw value is 0, true otherwise.
    Bool,
    /// The raw value itself.
    Integer,
    /// An `f64` by the point's [`Scale`].
    Scaled,
    /// A code out of a list.
    Enum,
    /// Bits with names or without.
    Flags,
    /// One of a few codes with a meaning of their own, or else a number: by the point's [`Scale`], or the raw value itself
    /// where that is 1.
    Special,
    /// A code out of one of several lists; another register decides which.
    Conditional,
    /// Characters.
    Text,
    /// Bytes.
    Bytes,
}

/// A number with a name: a code of an enum, or a bit of a flag set.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Labelled {
    number: i64,
    label: Cow<'static, str>,
}

impl Labelled {
    /// For constants.
    #[inline]
    #[must_use]
    pub const fn new(number: i64, label: &'static str) -> Self {
        Self { number, label: Cow::Borrowed(label) }
    }

    /// For labels that are made at run time.
    #[must_use]
    pub fn owned(number: i64, label: String) -> Self {
        Self { number, label: Cow::Owned(label) }
    }

    /// The code, or the number of the bit (0 is the least significant).
    #[inline]
    #[must_use]
    pub const fn number(&self) -> i64 {
        self.number
    }

    /// What the device's document calls it.
    #[inline]
    #[must_use]
    pub const fn label(&self) -> &str {
        match &self.label {
            Cow::Borrowed(label) => label,
            Cow::Owned(label) => label.as_str(),
        }
    }
}

/// Everything [`PointInfo::new`] takes. Start from [`PointSpec::DEFAULT`], so that a field added later breaks nothing.
#[derive(Debug, Clone, Copy)]
pub struct PointSpec {
    /// Identifier path: `outdoor_temperature`, `heat_pump[3].status`.
    pub id: &'static str,
    /// Display name.
    pub label: &'static str,
    /// Path of the group, empty where there is none.
    pub group: &'static str,
    /// Which of the four tables.
    pub table: Table,
    /// Zero-based addresses, most significant word first. A value's words lie close together, but need neither be
    /// ascending nor without gaps.
    pub words: &'static [u16],
    /// Read, write or both.
    pub access: Access,
    /// Value or command.
    pub role: Role,
    /// The raw value that triggers a command.
    pub trigger: i64,
    /// How the words are to be taken.
    pub raw: RawType,
    /// Whether the two bytes of every word are to be swapped before anything else: on the wire the low byte comes first.
    pub byte_swapped: bool,
    /// The part of the words that holds the raw value, where that is not all of them: sign-extended where the raw type is
    /// signed. Not for floats, texts and bytes.
    pub bits: Option<BitRange>,
    /// What the raw value means.
    pub kind: Kind,
    /// For [`Kind::Scaled`].
    pub scale: Scale,
    /// Address of a register of the same table that holds a power of ten, signed, by which the value is multiplied. While it
    /// holds anything outside of -10 to 10, there is no value.
    pub scale_register: Option<u16>,
    /// Normalised unit (`°C`, `kWh`), empty where there is none.
    pub unit: &'static str,
    /// The codes of an enum, the named bits of a flag set, or the special values of a number: raw values in the order of
    /// [`SpecialOrNumber::SPECIALS`](crate::SpecialOrNumber::SPECIALS).
    pub values: &'static [Labelled],
    /// For [`Kind::Conditional`]: which codes hold when.
    pub values_if: &'static [ValuesIf],
    /// For [`RawType::Text`].
    pub text: Option<TextInfo>,
    /// Raw values, as `raw` gives them before scaling, that mean that there is no value.
    pub not_available: &'static [i128],
    /// What may be written, by the device's document.
    pub limits: Option<Limits>,
    /// What may be written, by the device itself.
    pub limit_registers: Option<LimitRegisters>,
    /// The bit that says whether the device has the point.
    pub available_if: Option<AvailableIf>,
    /// Write at least this often, in seconds, or the device falls back.
    pub keep_alive_s: Option<u32>,
    /// Whether the device's document marks the register as not always fitted.
    pub optional: bool,
    /// Whether reading changes the device, so that it is only read when asked for by name.
    pub read_side_effect: bool,
    /// The unit id it is read and written at, where that is not the device's own. What says something about it (limits,
    /// availability, a scale) is there, too.
    pub unit_id: Option<u8>,
}

impl PointSpec {
    /// A read-only unsigned word without a name or address.
    pub const DEFAULT: Self = Self {
        id: "",
        label: "",
        group: "",
        table: Table::HoldingRegister,
        words: &[],
        access: Access::Read,
        role: Role::Value,
        trigger: 1,
        raw: RawType::U16,
        byte_swapped: false,
        bits: None,
        kind: Kind::Integer,
        scale: Scale::ONE,
        scale_register: None,
        unit: "",
        values: &[],
        values_if: &[],
        text: None,
        not_available: &[],
        limits: None,
        limit_registers: None,
        available_if: None,
        keep_alive_s: None,
        optional: false,
        read_side_effect: false,
        unit_id: None,
    };
}

impl Default for PointSpec {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What is known of a point, without its Rust type.
///
/// Static in generated code. A program that loads its points at run time starts from [`PointInfo::new`], puts owned
/// parts in with the `with_…` methods, and ends with [`PointInfo::leak`].
#[derive(Clone)]
pub struct PointInfo {
    id: Cow<'static, str>,
    label: Cow<'static, str>,
    group: Cow<'static, str>,
    unit: Cow<'static, str>,
    words: Cow<'static, [u16]>,
    values: Cow<'static, [Labelled]>,
    values_if: &'static [ValuesIf],
    not_available: Cow<'static, [i128]>,
    limits: Option<Limits>,
    limit_registers: Option<LimitRegisters>,
    available_if: Option<AvailableIf>,
    keep_alive_s: Option<u32>,
    text: Option<TextInfo>,
    scale: Scale,
    scale_register: Option<u16>,
    trigger: i64,
    table: Table,
    access: Access,
    role: Role,
    raw: RawType,
    byte_swapped: bool,
    bits: Option<BitRange>,
    unit_id: Option<u8>,
    kind: Kind,
    optional: bool,
    read_side_effect: bool,
}

#[expect(clippy::ptr_arg, reason = "a `Cow` derefs in constants only by hand")]
const fn characters<'a>(cow: &'a Cow<'static, str>) -> &'a str {
    match cow {
        Cow::Borrowed(text) => text,
        Cow::Owned(text) => text.as_str(),
    }
}

#[expect(clippy::ptr_arg, reason = "a `Cow` derefs in constants only by hand")]
const fn items<'a, T: Clone>(cow: &'a Cow<'static, [T]>) -> &'a [T] {
    match cow {
        Cow::Borrowed(items) => items,
        Cow::Owned(items) => items.as_slice(),
    }
}

impl PointInfo {
    /// A point whose parts are all static.
    #[must_use]
    pub const fn new(spec: PointSpec) -> Self {
        Self {
            id: Cow::Borrowed(spec.id),
            label: Cow::Borrowed(spec.label),
            group: Cow::Borrowed(spec.group),
            unit: Cow::Borrowed(spec.unit),
            words: Cow::Borrowed(spec.words),
            values: Cow::Borrowed(spec.values),
            not_available: Cow::Borrowed(spec.not_available),
            values_if: spec.values_if,
            limits: spec.limits,
            limit_registers: spec.limit_registers,
            available_if: spec.available_if,
            keep_alive_s: spec.keep_alive_s,
            text: spec.text,
            scale: spec.scale,
            scale_register: spec.scale_register,
            trigger: spec.trigger,
            table: spec.table,
            access: spec.access,
            role: spec.role,
            raw: spec.raw,
            byte_swapped: spec.byte_swapped,
            bits: spec.bits,
            unit_id: spec.unit_id,
            kind: spec.kind,
            optional: spec.optional,
            read_side_effect: spec.read_side_effect,
        }
    }

    /// With an identifier made at run time.
    #[must_use]
    pub fn with_id(mut self, id: String) -> Self {
        self.id = Cow::Owned(id);
        self
    }

    /// With a display name made at run time.
    #[must_use]
    pub fn with_label(mut self, label: String) -> Self {
        self.label = Cow::Owned(label);
        self
    }

    /// With a group path made at run time.
    #[must_use]
    pub fn with_group(mut self, group: String) -> Self {
        self.group = Cow::Owned(group);
        self
    }

    /// With a unit made at run time.
    #[must_use]
    pub fn with_unit(mut self, unit: String) -> Self {
        self.unit = Cow::Owned(unit);
        self
    }

    /// With addresses made at run time, most significant word first.
    #[must_use]
    pub fn with_words(mut self, words: Vec<u16>) -> Self {
        self.words = Cow::Owned(words);
        self
    }

    /// With an enum's codes or a flag set's bits made at run time.
    #[must_use]
    pub fn with_values(mut self, values: Vec<Labelled>) -> Self {
        self.values = Cow::Owned(values);
        self
    }

    /// With not-available raw values made at run time.
    #[must_use]
    pub fn with_not_available(mut self, raw: Vec<i128>) -> Self {
        self.not_available = Cow::Owned(raw);
        self
    }

    /// Keeps the point for the rest of the program, which is how long handles, errors and readings may refer to it. For
    /// programs that load their points once.
    #[must_use]
    pub fn leak(self) -> &'static Self {
        Box::leak(Box::new(self))
    }

    /// Identifier path.
    #[inline]
    #[must_use]
    pub const fn id(&self) -> &str {
        characters(&self.id)
    }

    /// Display name.
    #[inline]
    #[must_use]
    pub const fn label(&self) -> &str {
        characters(&self.label)
    }

    /// Path of the group, empty where there is none.
    #[inline]
    #[must_use]
    pub const fn group(&self) -> &str {
        characters(&self.group)
    }

    /// Normalised unit, empty where there is none.
    #[inline]
    #[must_use]
    pub const fn unit(&self) -> &str {
        characters(&self.unit)
    }

    /// Which of the four tables.
    #[inline]
    #[must_use]
    pub const fn table(&self) -> Table {
        self.table
    }

    /// Zero-based addresses, most significant word first.
    #[inline]
    #[must_use]
    pub const fn words(&self) -> &[u16] {
        items(&self.words)
    }

    /// The lowest address; 0 for a point without words.
    #[must_use]
    pub const fn address(&self) -> u16 {
        match self.span() {
            Some((first, _)) => first,
            None => 0,
        }
    }

    /// The lowest and the highest address, or `None` for a point without words.
    #[must_use]
    pub const fn span(&self) -> Option<(u16, u16)> {
        let mut words = self.words();
        let Some((&first, _)) = words.split_first() else { return None };
        let (mut low, mut high) = (first, first);
        while let Some((&word, rest)) = words.split_first() {
            if word < low {
                low = word;
            }
            if word > high {
                high = word;
            }
            words = rest;
        }
        Some((low, high))
    }

    /// Read, write or both.
    #[inline]
    #[must_use]
    pub const fn access(&self) -> Access {
        self.access
    }

    /// Value or command.
    #[inline]
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// The raw value that triggers a command.
    #[inline]
    #[must_use]
    pub const fn trigger(&self) -> i64 {
        self.trigger
    }

    /// How the words are to be taken.
    #[inline]
    #[must_use]
    pub const fn raw(&self) -> RawType {
        self.raw
    }

    /// Whether the two bytes of every word are to be swapped before anything else.
    #[inline]
    #[must_use]
    pub const fn byte_swapped(&self) -> bool {
        self.byte_swapped
    }

    /// The part of the words that holds the raw value, where that is not all of them.
    #[inline]
    #[must_use]
    pub const fn bits(&self) -> Option<BitRange> {
        self.bits
    }

    /// The unit id it is read and written at, where that is not the device's own.
    #[inline]
    #[must_use]
    pub const fn unit_id(&self) -> Option<u8> {
        self.unit_id
    }

    /// The smallest and the largest raw value, as an integer: those of the raw type, or of the bits that hold it. Floats
    /// have that of their bits; texts and bytes have none but 0.
    #[must_use]
    pub fn raw_range(&self) -> (i128, i128) {
        self.raw.range(self.width())
    }

    /// How many bits hold the raw value.
    #[inline]
    pub(crate) fn width(&self) -> u32 {
        let words = || self.raw.words().unwrap_or_else(|| self.words().len());
        match self.bits {
            Some(bits) => u32::from(bits.width()),
            None => u32::try_from(words()).unwrap_or(u32::MAX).saturating_mul(u16::BITS),
        }
    }

    /// Address of the register that holds the power of ten by which the value is multiplied.
    #[inline]
    #[must_use]
    pub const fn scale_register(&self) -> Option<u16> {
        self.scale_register
    }

    /// What the raw value means.
    #[inline]
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// How raw and value relate, for [`Kind::Scaled`].
    #[inline]
    #[must_use]
    pub const fn scale(&self) -> Scale {
        self.scale
    }

    /// The codes of an enum, the named bits of a flag set, or the special values of a number.
    #[inline]
    #[must_use]
    pub const fn values(&self) -> &[Labelled] {
        items(&self.values)
    }

    /// Which codes hold when, for [`Kind::Conditional`].
    #[inline]
    #[must_use]
    pub const fn values_if(&self) -> &'static [ValuesIf] {
        self.values_if
    }

    /// How characters lie in the registers, for [`RawType::Text`].
    #[inline]
    #[must_use]
    pub const fn text(&self) -> Option<TextInfo> {
        self.text
    }

    /// Raw values that mean that there is no value.
    #[inline]
    #[must_use]
    pub const fn not_available(&self) -> &[i128] {
        items(&self.not_available)
    }

    /// What may be written, by the device's document.
    #[inline]
    #[must_use]
    pub const fn limits(&self) -> Option<&Limits> {
        self.limits.as_ref()
    }

    /// Where the device holds what may be written.
    #[inline]
    #[must_use]
    pub const fn limit_registers(&self) -> Option<LimitRegisters> {
        self.limit_registers
    }

    /// The bit that says whether the device has the point.
    #[inline]
    #[must_use]
    pub const fn available_if(&self) -> Option<AvailableIf> {
        self.available_if
    }

    /// How often it has to be written at least, in seconds.
    #[inline]
    #[must_use]
    pub const fn keep_alive_s(&self) -> Option<u32> {
        self.keep_alive_s
    }

    /// Whether the device's document marks the register as not always fitted.
    #[inline]
    #[must_use]
    pub const fn is_optional(&self) -> bool {
        self.optional
    }

    /// Whether reading changes the device.
    #[inline]
    #[must_use]
    pub const fn has_read_side_effect(&self) -> bool {
        self.read_side_effect
    }

    /// What is wrong with the point itself, so that it can be neither read nor written: too many or too few words, or bits
    /// beyond them.
    pub(crate) fn defect(&self) -> Option<InvalidRequest> {
        let words = self.words().len();
        let fits = match self.raw {
            RawType::Bcd => (1..=MOST_BCD_WORDS).contains(&words),
            raw => raw.words().map_or(words > 0, |count| words == count),
        };
        if !fits {
            return Some(InvalidRequest::words_of(self));
        }
        let bits = self.bits?;
        let has_bits = !self.raw.is_float() && !self.raw.is_text_or_bytes();
        let reaches = usize::from(bits.high) / 16;
        if has_bits && reaches < words { None } else { Some(InvalidRequest::Bits { low: bits.low, high: bits.high }) }
    }

    /// How many addresses from the lowest to the highest, as a request would cover them.
    pub(crate) const fn word_count(&self) -> u16 {
        match self.span() {
            Some((first, last)) => last.saturating_sub(first).saturating_add(1),
            None => 0,
        }
    }
}

/// `PointInfo(outdoor_temperature, input register 13)`: the rest is long, and seldom what one looks for in a log.
impl fmt::Debug for PointInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PointInfo({}, {} {})", self.id(), self.table, self.address())
    }
}

mod sealed {
    pub trait Sealed {}
}

/// How a [`Point`] may be used, at compile time: [`ReadOnly`], [`ReadWrite`], [`WriteOnly`] or [`Trigger`].
pub trait AccessMarker: sealed::Sealed + Send + Sync + 'static {}

/// Points that have a value to read.
#[diagnostic::on_unimplemented(
    message = "this point cannot be read",
    label = "a point whose access is `{Self}` has no value to read"
)]
pub trait Readable: AccessMarker {}

/// Points that take a value.
#[diagnostic::on_unimplemented(
    message = "this point cannot be written",
    label = "a point whose access is `{Self}` takes no value"
)]
pub trait Writable: AccessMarker {}

macro_rules! access_markers {
    ($($(#[$doc:meta])* $name:ident: $($usable:ident)?, $($and:ident)?;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {}
        impl sealed::Sealed for $name {}
        impl AccessMarker for $name {}
        $(impl $usable for $name {})?
        $(impl $and for $name {})?
    )*};
}

access_markers! {
    /// Marks a point that is only read.
    ReadOnly: Readable,;
    /// Marks a point that is read and written.
    ReadWrite: Readable, Writable;
    /// Marks a point that is only written.
    WriteOnly:, Writable;
    /// Marks a command: written with its trigger value, never read back.
    Trigger:,;
}

/// Typed handle to a point: what it is read as (`T`) and whether it can be written (`A`). A reference, so it is copied
/// freely.
pub struct Point<T, A = ReadOnly> {
    info: &'static PointInfo,
    marker: PhantomData<fn() -> (T, A)>,
}

impl<T, A> Point<T, A> {
    /// A handle that reads `info` as `T`.
    #[inline]
    #[must_use]
    pub const fn new(info: &'static PointInfo) -> Self {
        Self { info, marker: PhantomData }
    }

    /// What is known of the point.
    #[inline]
    #[must_use]
    pub const fn info(self) -> &'static PointInfo {
        self.info
    }
}

impl<T, A> Clone for Point<T, A> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, A> Copy for Point<T, A> {}

impl<T, A> fmt::Debug for Point<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.info, f)
    }
}
