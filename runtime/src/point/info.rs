//! What is known of a point.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::condition::{AvailableIf, LimitRegisters, ValuesIf};
use super::kind::{Kind, Labelled};
use super::limits::Limits;
use super::raw_type::{BitRange, MOST_BCD_WORDS, RawType};
use super::scale::Scale;
use super::spec::PointSpec;
use super::table::{Access, Role, Table};
use super::text::TextInfo;
use crate::error::InvalidRequest;

/// What is known of a point, without its Rust type.
///
/// Static in generated code. A program that loads its points at run time starts from [`PointInfo::new`], puts owned
/// parts in with the `with_…` methods, and ends with [`PointInfo::leak`].
#[derive(Clone)]
pub struct PointInfo {
    id: Cow<'static, str>,
    label: Cow<'static, str>,
    translations: &'static [(&'static str, &'static str)],
    group: Cow<'static, str>,
    unit: Cow<'static, str>,
    words: Cow<'static, [u16]>,
    values: Cow<'static, [Labelled]>,
    values_if: &'static [ValuesIf],
    not_available: Cow<'static, [i128]>,
    default: Cow<'static, str>,
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
            translations: spec.translations,
            group: Cow::Borrowed(spec.group),
            unit: Cow::Borrowed(spec.unit),
            words: Cow::Borrowed(spec.words),
            values: Cow::Borrowed(spec.values),
            not_available: Cow::Borrowed(spec.not_available),
            values_if: spec.values_if,
            default: Cow::Borrowed(spec.default),
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

    /// With a default made at run time, as [`PointInfo::default_text`] gives it.
    #[must_use]
    pub fn with_default(mut self, text: String) -> Self {
        self.default = Cow::Owned(text);
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

    /// Display name in a language of the device's document (`sv`), or in its first one where there is none in this.
    #[must_use]
    pub fn label_in(&self, language: &str) -> &str {
        let translated = self.translations.iter().find(|(known, _)| *known == language);
        translated.map_or_else(|| self.label(), |(_, label)| label)
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

    /// What the device leaves the factory with, as its document prints it: a number in the point's unit, a label or a code.
    /// [`Point::default_value`](crate::point::Point::default_value) has it typed.
    #[must_use]
    pub fn default_text(&self) -> Option<&str> {
        Some(characters(&self.default)).filter(|text| !text.is_empty())
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

    /// Whether it has a value to read. A command has none, even where its register can be read.
    pub(crate) const fn is_read(&self) -> bool {
        self.access().is_readable() && !matches!(self.role(), Role::Command)
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
        let reaches = usize::from(bits.high()) / 16;
        if has_bits && reaches < words {
            None
        } else {
            Some(InvalidRequest::Bits { low: bits.low(), high: bits.high() })
        }
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
