//! How generated code makes points in constants: one call for each fact in the table.

use super::PointInfo;
use super::condition::{AvailableIf, LimitRegisters, ValuesIf};
use super::kind::{Kind, Labelled};
use super::limits::Limits;
use super::raw_type::{BitRange, RawType};
use super::scale::Scale;
use super::spec::PointSpec;
use super::table::{Access, Role, Table};
use super::text::TextInfo;
use crate::device::WriteFunctions;

/// For constants.
///
/// ```
/// use modbus_bindgen_runtime::point::{Point, PointInfo, RawType, Scale};
///
/// const OUTDOOR_TEMPERATURE: Point<f64> = Point::new(
///     &PointInfo::input_register("outdoor_temperature", &[13])
///         .labelled("Outdoor temperature")
///         .scaled(RawType::I16, Scale::divided_by(10))
///         .in_unit("°C"),
/// );
/// assert_eq!(OUTDOOR_TEMPERATURE.decode(&[0xFFCE])?, -5.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl PointInfo {
    /// A coil, read only.
    #[must_use]
    pub const fn coil(id: &'static str, words: &'static [u16]) -> Self {
        Self::bit(id, Table::Coil, words)
    }

    /// A discrete input.
    #[must_use]
    pub const fn discrete_input(id: &'static str, words: &'static [u16]) -> Self {
        Self::bit(id, Table::DiscreteInput, words)
    }

    /// A point of input registers, an unsigned number of 16 bits.
    #[must_use]
    pub const fn input_register(id: &'static str, words: &'static [u16]) -> Self {
        Self::new(PointSpec { id, table: Table::InputRegister, words, ..PointSpec::DEFAULT })
    }

    /// A point of holding registers, an unsigned number of 16 bits, read only.
    #[must_use]
    pub const fn holding_register(id: &'static str, words: &'static [u16]) -> Self {
        Self::new(PointSpec { id, table: Table::HoldingRegister, words, ..PointSpec::DEFAULT })
    }

    const fn bit(id: &'static str, table: Table, words: &'static [u16]) -> Self {
        Self::new(PointSpec { id, table, words, raw: RawType::Bool, kind: Kind::Bool, ..PointSpec::DEFAULT })
    }

    /// The same point of another element of an array.
    #[must_use]
    pub const fn element(mut self, id: &'static str, words: &'static [u16]) -> Self {
        self.spec.id = id;
        self.spec.words = words;
        self
    }

    /// Group and display name.
    #[must_use]
    pub const fn named(mut self, group: &'static str, label: &'static str) -> Self {
        self.spec.group = group;
        self.labelled(label)
    }

    /// Display name.
    #[must_use]
    pub const fn labelled(mut self, label: &'static str) -> Self {
        self.spec.label = label;
        self
    }

    /// The display name in further languages: language and text.
    #[must_use]
    pub const fn translated(mut self, translations: &'static [(&'static str, &'static str)]) -> Self {
        self.spec.translations = translations;
        self
    }

    /// Read and written.
    #[must_use]
    pub const fn read_write(mut self) -> Self {
        self.spec.access = Access::ReadWrite;
        self
    }

    /// Only written.
    #[must_use]
    pub const fn write_only(mut self) -> Self {
        self.spec.access = Access::Write;
        self
    }

    /// A command: no value, but written to make something happen.
    #[must_use]
    pub const fn command(mut self) -> Self {
        self.spec.role = Role::Command;
        self
    }

    /// A command that writing this raw value triggers.
    #[must_use]
    pub const fn triggered_by(mut self, raw: i64) -> Self {
        self.spec.trigger = raw;
        self.command()
    }

    /// False where the raw value is 0, true otherwise.
    #[must_use]
    pub const fn boolean(self, raw: RawType) -> Self {
        self.of(raw, Kind::Bool)
    }

    /// The raw value itself.
    #[must_use]
    pub const fn integer(self, raw: RawType) -> Self {
        self.of(raw, Kind::Integer)
    }

    /// A number that the raw value is scaled to.
    #[must_use]
    pub const fn scaled(mut self, raw: RawType, scale: Scale) -> Self {
        self.spec.scale = scale;
        self.of(raw, Kind::Scaled)
    }

    /// A code out of a list.
    #[must_use]
    pub const fn listed(mut self, raw: RawType, values: &'static [Labelled]) -> Self {
        self.spec.values = values;
        self.of(raw, Kind::Enum)
    }

    /// Bits, with names where some are given.
    #[must_use]
    pub const fn flags(mut self, raw: RawType, flags: &'static [Labelled]) -> Self {
        self.spec.values = flags;
        self.of(raw, Kind::Flags)
    }

    /// A number, or one of these raw values with a meaning of their own.
    #[must_use]
    pub const fn special(mut self, raw: RawType, scale: Scale, values: &'static [Labelled]) -> Self {
        self.spec.scale = scale;
        self.spec.values = values;
        self.of(raw, Kind::Special)
    }

    /// A code out of one of several lists; another register decides which.
    #[must_use]
    pub const fn listed_if(mut self, raw: RawType, lists: &'static [ValuesIf]) -> Self {
        self.spec.values_if = lists;
        self.of(raw, Kind::Conditional)
    }

    /// Characters.
    #[must_use]
    pub const fn characters(mut self, text: TextInfo) -> Self {
        self.spec.text = Some(text);
        self.of(RawType::Text, Kind::Text)
    }

    /// Bytes.
    #[must_use]
    pub const fn octets(self) -> Self {
        self.of(RawType::Bytes, Kind::Bytes)
    }

    const fn of(mut self, raw: RawType, kind: Kind) -> Self {
        self.spec.raw = raw;
        self.spec.kind = kind;
        self
    }

    /// With the two bytes of every word swapped.
    #[must_use]
    pub const fn swapped(mut self) -> Self {
        self.spec.byte_swapped = true;
        self
    }

    /// Held in these bits of its words, 0 the lowest.
    #[must_use]
    pub const fn at_bits(mut self, low: u8, high: u8) -> Self {
        self.spec.bits = Some(BitRange::new(low, high));
        self
    }

    /// Multiplied by ten to the power that this register of the same table holds.
    #[must_use]
    pub const fn scaled_by_register(mut self, address: u16) -> Self {
        self.spec.scale_register = Some(address);
        self
    }

    /// Normalised unit.
    #[must_use]
    pub const fn in_unit(mut self, unit: &'static str) -> Self {
        self.spec.unit = unit;
        self
    }

    /// Raw values that mean that there is no value.
    #[must_use]
    pub const fn no_value_at(mut self, raw: &'static [i128]) -> Self {
        self.spec.not_available = raw;
        self
    }

    /// The factory setting, as the document prints it.
    #[must_use]
    pub const fn defaulting_to(mut self, text: &'static str) -> Self {
        self.spec.default = text;
        self
    }

    /// What may be written, by the device's document.
    #[must_use]
    pub const fn limited(mut self, limits: Limits) -> Self {
        self.spec.limits = Some(limits);
        self
    }

    /// Registers that hold what may be written.
    #[must_use]
    pub const fn limited_by(mut self, registers: LimitRegisters) -> Self {
        self.spec.limit_registers = Some(registers);
        self
    }

    /// Available where a bit is set.
    #[must_use]
    pub const fn there_if(mut self, available: AvailableIf) -> Self {
        self.spec.available_if = Some(available);
        self
    }

    /// To be written again after so many seconds at most.
    #[must_use]
    pub const fn kept_alive_every(mut self, seconds: u32) -> Self {
        self.spec.keep_alive_s = Some(seconds);
        self
    }

    /// Not fitted on every device.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.spec.optional = true;
        self
    }

    /// Reading it changes the device.
    #[must_use]
    pub const fn changed_by_reading(mut self) -> Self {
        self.spec.read_side_effect = true;
        self
    }

    /// Written with these functions, whatever others the device has.
    #[must_use]
    pub const fn written_by(mut self, functions: WriteFunctions) -> Self {
        self.spec.write_functions = Some(functions);
        self
    }

    /// At another unit id than the device's own.
    #[must_use]
    pub const fn at_unit(mut self, unit_id: u8) -> Self {
        self.spec.unit_id = Some(unit_id);
        self
    }

    /// On these variants of the device only.
    #[must_use]
    pub const fn only_on(mut self, variants: &'static [&'static str]) -> Self {
        self.spec.variants = variants;
        self
    }
}
