//! A point: one value or command of a device.

use super::{
    Access, ArrayPlace, Availability, ConditionalValues, Correction, Kind, Limits, RawType, Role, Selection,
    Signedness, Source, Table, Translations, WriteFunctions,
};
use crate::ratio::Ratio;

/// One value of the device.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Point {
    /// Identifier path: `outdoor_temperature`, `heat_pump[3].status`.
    pub id: String,
    /// Which element of which array it belongs to.
    pub array: Option<ArrayPlace>,
    /// Title of the group it is in, one of [`Device::groups`](super::Device::groups).
    pub group: Option<String>,
    /// Display name: the vendor's, without marks and trailing unit.
    pub label: String,
    /// The label in further languages.
    pub translations: Translations,
    /// What the vendor printed.
    pub description: String,
    /// Other names printed for the same register.
    pub aliases: Vec<String>,
    /// What the manifest adds to the documentation: footnotes that are text, and remarks.
    pub notes: Vec<String>,
    /// Value or command.
    pub role: Role,
    /// Modbus table.
    pub table: Table,
    /// Addresses, most significant word first; never empty.
    pub words: Vec<u16>,
    /// Access, as printed.
    pub access: Access,
    /// The functions that write it, if the document names others than those of the link.
    pub write_functions: Option<WriteFunctions>,
    /// How the words are decoded.
    pub raw: RawType,
    /// Whether the two bytes of every word are swapped.
    pub byte_swapped: bool,
    /// The lowest and the highest bit of the combined words that hold the raw value, where 0 is the least significant;
    /// `None` for all bits. A sign is in the highest of them.
    pub bit_range: Option<(u8, u8)>,
    /// What decides whether the raw value is signed.
    pub signedness: Signedness,
    /// The kind of value that the user sees.
    pub kind: Kind,
    /// value = raw × scale + offset.
    pub scale: Ratio,
    /// value = raw × scale + offset.
    pub offset: Ratio,
    /// Address of the register, in the point's own table, that holds the power of ten of the scale as a signed number;
    /// beyond −10 to 10 there is no value (`SunSpec` Device Information Model Specification, scale factors).
    pub scale_register: Option<u16>,
    /// Whether its type is a power of ten for other registers.
    pub holds_power_of_ten: bool,
    /// Normalised unit: `°C`.
    pub unit: Option<String>,
    /// Limits, printed in the table or held by the device.
    pub limits: Option<Limits>,
    /// The default as printed, in the unit.
    pub default: Option<String>,
    /// The default as a number in the unit, if it is one.
    pub default_value: Option<Ratio>,
    /// The bit that says whether this device has the point.
    pub available_if: Option<Availability>,
    /// The raw values of the special values, in the order of the labels of the type of [`Kind::Special`].
    pub specials: Vec<i64>,
    /// Which enum applies to which product, for [`Kind::Conditional`].
    pub values_if: Vec<ConditionalValues>,
    /// Whether reading it changes the device.
    pub read_side_effect: bool,
    /// Identifier of the command that makes a written value survive a restart.
    pub persistent: Option<String>,
    /// Whether the document marks it as not always fitted.
    pub optional: bool,
    /// Raw values that mean that there is no value; for a float, its bits.
    pub not_available: Vec<i128>,
    /// Write at least this often, in seconds, or the device falls back.
    pub keep_alive_s: Option<u32>,
    /// The unit id it is at, if that is not the device's.
    pub unit_id: Option<u8>,
    /// Models and firmwares that have it, of [`Device::variants`](super::Device::variants); empty means all.
    pub variants: Vec<String>,
    /// Columns without a meaning for the protocol, by header, with the legend's text if there is one:
    /// `("Reference to", "10 (Internal heat pump)")`.
    pub details: Vec<(String, String)>,
    /// What the manifest corrected.
    pub corrections: Vec<Correction>,
    /// Its places in the table, one for each merged row.
    pub sources: Vec<Source>,
    /// The cell with its name.
    pub named_at: Option<Source>,
    /// The cells that its limits and its default come from; empty if an override gives them.
    pub limited_at: Vec<PrintedLimit>,
    /// How an override selects it.
    pub selection: Selection,
}

/// A cell that prints limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedLimit {
    /// What it prints: `min`, `max`, `step`, `default`; `range` or `unit` if one cell has several of them.
    pub field: &'static str,
    /// The text of the cell.
    pub text: String,
    /// The cell.
    pub source: Source,
}

impl Point {
    /// The only function code that writes it, if the document names just one of the two.
    #[must_use]
    pub fn write_function(&self) -> Option<u8> {
        let functions = self.write_functions.filter(|_| self.access.writes())?;
        match functions {
            WriteFunctions::Any => None,
            WriteFunctions::Single => Some(if self.table.is_bit() { 5 } else { 6 }),
            WriteFunctions::Multiple => Some(if self.table.is_bit() { 15 } else { 16 }),
        }
    }

    /// The lowest of its addresses.
    #[must_use]
    pub fn address(&self) -> u16 {
        self.words.iter().copied().min().unwrap_or_default()
    }

    /// The highest of its addresses.
    #[must_use]
    pub fn last_address(&self) -> u16 {
        self.words.iter().copied().max().unwrap_or_default()
    }

    /// Whether some raw values, or the value of another register, mean that there is no value.
    #[must_use]
    pub fn may_lack_a_value(&self) -> bool {
        !self.not_available.is_empty()
            || self.scale_register.is_some()
            || matches!(self.raw, RawType::Bcd { .. } | RawType::Modulo10000 { .. })
    }

    /// Smallest and largest raw value, for the bits that hold it.
    #[must_use]
    pub fn raw_range(&self) -> (i128, i128) {
        match (self.bit_range, self.raw) {
            (Some((low, high)), RawType::Integer { signed, .. }) => {
                RawType::Integer { bits: high.saturating_sub(low).saturating_add(1), signed }.range()
            }
            (Some((low, high)), RawType::SignMagnitude { .. }) => {
                RawType::SignMagnitude { bits: high.saturating_sub(low).saturating_add(1) }.range()
            }
            _ => self.raw.range(),
        }
    }

    /// Whether its value is the raw value itself: an integer without scale or offset.
    #[must_use]
    pub fn is_raw_itself(&self) -> bool {
        self.scale == Ratio::ONE
            && self.offset == Ratio::ZERO
            && self.scale_register.is_none()
            && !matches!(self.raw, RawType::Float { .. })
    }

    /// Scale and offset over one divisor: value = (raw × first + second) / third. `None` if they do not fit 64 bits.
    #[must_use]
    pub fn scale_terms(&self) -> Option<(i64, i64, i64)> {
        let (scale, offset) = (self.scale, self.offset);
        // In lowest terms: the divisor is the least that both share.
        let (of_scale, of_offset) = (i128::from(scale.denominator()), i128::from(offset.denominator()));
        let share = Ratio::new(scale.denominator(), offset.denominator())?;
        let divisor = of_scale.checked_mul(share.denominator().into())?;
        let multiplier = i128::from(scale.numerator()).checked_mul(divisor.checked_div(of_scale)?)?;
        let addend = i128::from(offset.numerator()).checked_mul(divisor.checked_div(of_offset)?)?;
        Some((multiplier.try_into().ok()?, addend.try_into().ok()?, divisor.try_into().ok()?))
    }
}
