//! The parts of a point, for constants.

use super::condition::{AvailableIf, LimitRegisters, ValuesIf};
use super::kind::{Kind, Labelled};
use super::limits::Limits;
use super::raw_type::{BitRange, RawType};
use super::scale::Scale;
use super::table::{Access, Role, Table};
use super::text::TextInfo;
use crate::device::WriteFunctions;

/// The argument of `PointInfo::new`. Start from [`PointSpec::DEFAULT`], so that a field added later breaks nothing.
// In this order in memory: what decoding looks at comes first, so that it lies in two cache lines.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct PointSpec {
    /// Zero-based addresses, most significant word first. They need not be ascending or consecutive; words too far
    /// apart for one request are read in several.
    pub words: &'static [u16],
    /// Raw values, before scaling, that mean that there is no value.
    pub not_available: &'static [i128],
    /// For [`Kind::Scaled`].
    pub scale: Scale,
    /// For [`Kind::Conditional`]: which codes hold when.
    pub values_if: &'static [ValuesIf],
    /// The bit that says whether the device has the point.
    pub available_if: Option<AvailableIf>,
    /// Address of a register of the same table that holds a power of ten, signed, by which the value is multiplied. While it
    /// holds anything outside of -10 to 10, there is no value.
    pub scale_register: Option<u16>,
    /// The bits of the words that hold the raw value, if that is not all of them: sign-extended if the raw type is
    /// signed. Not for floats, texts and bytes.
    pub bits: Option<BitRange>,
    /// The unit id it is read and written at, if that is not the device's own. Registers that describe it (limits,
    /// availability, a scale) are at the same unit.
    pub unit_id: Option<u8>,
    /// The variants of the device that have it; all where none is named.
    pub variants: &'static [&'static str],
    /// Which of the four tables.
    pub table: Table,
    /// How the words are decoded.
    pub raw: RawType,
    /// Whether the two bytes of every word are to be swapped before anything else: on the wire the low byte comes first.
    pub byte_swapped: bool,
    /// What the raw value means.
    pub kind: Kind,
    /// Read, write or both.
    pub access: Access,
    /// The functions that write it, if they differ from those of the device.
    pub write_functions: Option<WriteFunctions>,
    /// Value or command.
    pub role: Role,
    /// Whether the device's document marks the register as not always fitted.
    pub optional: bool,
    /// Whether reading changes the device, so that it is read only by name.
    pub read_side_effect: bool,
    /// Identifier path: `outdoor_temperature`, `heat_pump[3].status`.
    pub id: &'static str,
    /// Display name.
    pub label: &'static str,
    /// The display name in further languages: language and text.
    pub translations: &'static [(&'static str, &'static str)],
    /// Path of the group, empty where there is none.
    pub group: &'static str,
    /// The raw value that triggers a command.
    pub trigger: i64,
    /// Normalised unit (`°C`, `kWh`), empty where there is none.
    pub unit: &'static str,
    /// The codes of an enum, the named bits of a flag set, or the special values of a number: raw values in the order of
    /// [`SpecialOrNumber::SPECIALS`](crate::SpecialOrNumber::SPECIALS).
    pub values: &'static [Labelled],
    /// For [`RawType::Text`].
    pub text: Option<TextInfo>,
    /// The factory setting, as the document prints it; empty if it does not say.
    pub default: &'static str,
    /// What may be written, by the device's document.
    pub limits: Option<Limits>,
    /// What may be written, by the device itself.
    pub limit_registers: Option<LimitRegisters>,
    /// Write at least this often, in seconds, or the device falls back.
    pub keep_alive_s: Option<u32>,
}

impl PointSpec {
    /// A read-only unsigned word without a name or address.
    pub const DEFAULT: Self = Self {
        id: "",
        label: "",
        translations: &[],
        group: "",
        table: Table::HoldingRegister,
        words: &[],
        access: Access::Read,
        write_functions: None,
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
        default: "",
        limits: None,
        limit_registers: None,
        available_if: None,
        keep_alive_s: None,
        optional: false,
        read_side_effect: false,
        unit_id: None,
        variants: &[],
    };
}

impl Default for PointSpec {
    fn default() -> Self {
        Self::DEFAULT
    }
}
