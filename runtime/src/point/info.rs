//! Descriptions of points.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::condition::{AvailableIf, LimitRegisters, ValuesIf};
use super::kind::{Kind, Labelled};
use super::limits::Limits;
use super::raw_type::{BitRange, MOST_NUMBER_WORDS, RawType};
use super::scale::Scale;
use super::spec::PointSpec;
use super::table::{Access, Role, Table};
use super::text::TextInfo;
use crate::device::WriteFunctions;
use crate::error::InvalidRequest;

/// The description of a point, without its Rust type.
///
/// It is a constant in generated code. A program that loads its points at run time starts from [`PointInfo::new`], adds
/// its own texts and lists with the `with_…` methods, which leak them, and ends with [`PointInfo::leak`].
#[derive(Clone, Copy)]
pub struct PointInfo {
    pub(super) spec: PointSpec,
}

impl PointInfo {
    /// No point: what places are filled with until their points are put there.
    pub(crate) const NOTHING: Self = Self::new(PointSpec::DEFAULT);

    /// A point whose parts are all static.
    #[inline]
    #[must_use]
    pub const fn new(spec: PointSpec) -> Self {
        Self { spec }
    }

    /// With an identifier made at run time.
    #[must_use]
    pub fn with_id(mut self, id: String) -> Self {
        self.spec.id = kept(id);
        self
    }

    /// With a display name made at run time.
    #[must_use]
    pub fn with_label(mut self, label: String) -> Self {
        self.spec.label = kept(label);
        self
    }

    /// With a default made at run time, as [`PointInfo::default_text`] gives it.
    #[must_use]
    pub fn with_default(mut self, text: String) -> Self {
        self.spec.default = kept(text);
        self
    }

    /// With a group path made at run time.
    #[must_use]
    pub fn with_group(mut self, group: String) -> Self {
        self.spec.group = kept(group);
        self
    }

    /// With a unit made at run time.
    #[must_use]
    pub fn with_unit(mut self, unit: String) -> Self {
        self.spec.unit = kept(unit);
        self
    }

    /// With addresses made at run time, most significant word first.
    #[must_use]
    pub fn with_words(mut self, words: Vec<u16>) -> Self {
        self.spec.words = words.leak();
        self
    }

    /// With an enum's codes or a flag set's bits made at run time.
    #[must_use]
    pub fn with_values(mut self, values: Vec<Labelled>) -> Self {
        self.spec.values = values.leak();
        self
    }

    /// With not-available raw values made at run time.
    #[must_use]
    pub fn with_not_available(mut self, raw: Vec<i128>) -> Self {
        self.spec.not_available = raw.leak();
        self
    }

    /// Keeps the point for the rest of the program, because handles, errors and readings may refer to it that long. For
    /// programs that load their points once.
    #[must_use]
    pub fn leak(self) -> &'static Self {
        Box::leak(Box::new(self))
    }

    /// Identifies the point among those of its device. Its address in memory does not, because constants are copied
    /// into each crate that uses them.
    pub(crate) const fn key(&self) -> PointKey {
        let spec = &self.spec;
        (spec.unit_id, spec.table, spec.words, spec.bits, spec.access, spec.id)
    }

    /// Whether both are the same point of a device.
    pub(crate) fn is(&self, other: &Self) -> bool {
        core::ptr::eq(self, other) || self.key() == other.key()
    }

    /// Identifier path.
    #[inline]
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.spec.id
    }

    /// Display name.
    #[inline]
    #[must_use]
    pub const fn label(&self) -> &'static str {
        self.spec.label
    }

    /// Display name in a language of the device's document (`sv`), or in its first language if there is none.
    #[must_use]
    pub fn label_in(&self, language: &str) -> &'static str {
        let translated = self.spec.translations.iter().find(|(known, _)| *known == language);
        translated.map_or_else(|| self.label(), |(_, label)| label)
    }

    /// Path of the group, empty where there is none.
    #[inline]
    #[must_use]
    pub const fn group(&self) -> &'static str {
        self.spec.group
    }

    /// Normalised unit, empty where there is none.
    #[inline]
    #[must_use]
    pub const fn unit(&self) -> &'static str {
        self.spec.unit
    }

    /// Which of the four tables.
    #[inline]
    #[must_use]
    pub const fn table(&self) -> Table {
        self.spec.table
    }

    /// Zero-based addresses, most significant word first.
    #[inline]
    #[must_use]
    pub const fn words(&self) -> &'static [u16] {
        self.spec.words
    }

    /// The addresses of registers in the same layout as the point's own, starting at this address: most significant
    /// first.
    pub(crate) fn words_from(&self, first: u16) -> impl Iterator<Item = u16> + '_ {
        let words = self.words();
        words.iter().map(move |word| {
            let before = words.iter().filter(|other| *other < word).count();
            first.saturating_add(u16::try_from(before).unwrap_or(u16::MAX))
        })
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
        self.spec.access
    }

    /// Value or command.
    #[inline]
    #[must_use]
    pub const fn role(&self) -> Role {
        self.spec.role
    }

    /// The raw value that triggers a command.
    #[inline]
    #[must_use]
    pub const fn trigger(&self) -> i64 {
        self.spec.trigger
    }

    /// How the words are decoded.
    #[inline]
    #[must_use]
    pub const fn raw(&self) -> RawType {
        self.spec.raw
    }

    /// Whether the two bytes of every word are to be swapped before anything else.
    #[inline]
    #[must_use]
    pub const fn byte_swapped(&self) -> bool {
        self.spec.byte_swapped
    }

    /// The bits of the words that hold the raw value, if that is not all of them.
    #[inline]
    #[must_use]
    pub const fn bits(&self) -> Option<BitRange> {
        self.spec.bits
    }

    /// The unit id it is read and written at, if that is not the device's own.
    #[inline]
    #[must_use]
    pub const fn unit_id(&self) -> Option<u8> {
        self.spec.unit_id
    }

    /// The variants of the device that have it; all where none is named.
    #[inline]
    #[must_use]
    pub const fn variants(&self) -> &'static [&'static str] {
        self.spec.variants
    }

    /// Whether a variant of the device has it.
    #[inline]
    #[must_use]
    pub fn is_of_variant(&self, variant: &str) -> bool {
        self.spec.variants.is_empty() || self.spec.variants.contains(&variant)
    }

    /// The smallest and the largest raw value, as an integer: those of the raw type, or of the bits that hold it. Floats
    /// have that of their bits; texts and bytes have none but 0.
    #[must_use]
    pub fn raw_range(&self) -> (i128, i128) {
        self.spec.raw.range(self.width())
    }

    /// The raw value of words in the point's order, most significant first, as an integer: of a float its bits. `None`
    /// where there are not as many words as the point has, or they hold none: texts, bytes, a BCD digit above 9, a word beyond
    /// 9999 of a number modulo 10000.
    #[must_use]
    pub fn raw_value(&self, words: &[u16]) -> Option<i128> {
        if self.raw().is_text_or_bytes() || words.len() != self.words().len() {
            return None;
        }
        super::codec::raw_value(self, words)
    }

    /// How many bits hold the raw value.
    #[inline]
    pub(crate) fn width(&self) -> u32 {
        let words = || self.spec.raw.words().unwrap_or_else(|| self.words().len());
        match self.spec.bits {
            Some(bits) => u32::from(bits.width()),
            None => u32::try_from(words()).unwrap_or(u32::MAX).saturating_mul(u16::BITS),
        }
    }

    /// Address of the register that holds the power of ten by which the value is multiplied.
    #[inline]
    #[must_use]
    pub const fn scale_register(&self) -> Option<u16> {
        self.spec.scale_register
    }

    /// What the raw value means.
    #[inline]
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.spec.kind
    }

    /// How raw and value relate, for [`Kind::Scaled`].
    #[inline]
    #[must_use]
    pub const fn scale(&self) -> Scale {
        self.spec.scale
    }

    /// The codes of an enum, the named bits of a flag set, or the special values of a number.
    #[inline]
    #[must_use]
    pub const fn values(&self) -> &'static [Labelled] {
        self.spec.values
    }

    /// Which codes hold when, for [`Kind::Conditional`].
    #[inline]
    #[must_use]
    pub const fn values_if(&self) -> &'static [ValuesIf] {
        self.spec.values_if
    }

    /// How characters lie in the registers, for [`RawType::Text`].
    #[inline]
    #[must_use]
    pub const fn text(&self) -> Option<TextInfo> {
        self.spec.text
    }

    /// Raw values that mean that there is no value.
    #[inline]
    #[must_use]
    pub const fn not_available(&self) -> &'static [i128] {
        self.spec.not_available
    }

    /// The factory setting, as the document prints it: a number in the point's unit, a label or a code.
    /// [`Point::default_value`](crate::point::Point::default_value) has it typed.
    #[must_use]
    pub fn default_text(&self) -> Option<&'static str> {
        Some(self.spec.default).filter(|text| !text.is_empty())
    }

    /// What may be written, by the device's document.
    #[inline]
    #[must_use]
    pub const fn limits(&self) -> Option<&Limits> {
        self.spec.limits.as_ref()
    }

    /// Where the device holds what may be written.
    #[inline]
    #[must_use]
    pub const fn limit_registers(&self) -> Option<LimitRegisters> {
        self.spec.limit_registers
    }

    /// The bit that says whether the device has the point.
    #[inline]
    #[must_use]
    pub const fn available_if(&self) -> Option<AvailableIf> {
        self.spec.available_if
    }

    /// How often it has to be written at least, in seconds.
    #[inline]
    #[must_use]
    pub const fn keep_alive_s(&self) -> Option<u32> {
        self.spec.keep_alive_s
    }

    /// Whether the device's document marks the register as not always fitted.
    #[inline]
    #[must_use]
    pub const fn is_optional(&self) -> bool {
        self.spec.optional
    }

    /// The functions that write it, if they differ from those of the device.
    #[inline]
    #[must_use]
    pub const fn write_functions(&self) -> Option<WriteFunctions> {
        self.spec.write_functions
    }

    /// Whether reading changes the device.
    #[inline]
    #[must_use]
    pub const fn has_read_side_effect(&self) -> bool {
        self.spec.read_side_effect
    }

    /// Whether it has a value to read. A command has none, even where its register can be read.
    pub(crate) const fn is_read(&self) -> bool {
        self.access().is_readable() && !matches!(self.role(), Role::Command)
    }

    /// An error in the description, so that the point can be neither read nor written: too many or too few words, or
    /// bits beyond them.
    pub(crate) fn defect(&self) -> Option<InvalidRequest> {
        let words = self.words().len();
        let fits = match self.spec.raw {
            raw if raw.words().is_none() && !raw.is_text_or_bytes() => (1..=MOST_NUMBER_WORDS).contains(&words),
            raw => raw.words().map_or(words > 0, |count| words == count),
        };
        if !fits {
            return Some(InvalidRequest::words_of(self));
        }
        let bits = self.spec.bits?;
        let raw = self.spec.raw;
        let has_bits = !raw.is_float() && !raw.is_text_or_bytes() && !raw.is_modulo_10000();
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

/// `PointInfo(outdoor_temperature, input register 13)`: the rest is long, and rarely useful in a log.
impl fmt::Debug for PointInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PointInfo({}, {} {})", self.id(), self.spec.table, self.address())
    }
}

/// See [`PointInfo::key`].
pub(crate) type PointKey = (Option<u8>, Table, &'static [u16], Option<BitRange>, Access, &'static str);

/// Texts of points stay as long as the points.
fn kept(text: String) -> &'static str {
    if text.is_empty() { "" } else { text.leak() }
}
