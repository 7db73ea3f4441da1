//! What a vendor means throughout a table, in `[device]`, and by words of its own, in `[types]`.

use super::reader::Section;
use crate::cells::order::Order;
use crate::cells::quantity;
use crate::cells::types::{self, TypeCell};
use crate::diagnostic::{Diagnostic, Place, said};
use crate::source::Located;

/// What holds of every row, unless it says otherwise itself.
#[derive(Debug, Default)]
pub(crate) struct Conventions {
    pub(crate) order: Option<Order>,
    /// What the sizes of texts count.
    pub(crate) text_size: Option<TextSize>,
    /// When an offset is added.
    pub(crate) offset: Option<OffsetIs>,
    /// What printed limits count.
    pub(crate) limits: Option<LimitsAre>,
    /// Whether what is not implemented reads as `SunSpec` says, by type.
    pub(crate) sunspec_absent: bool,
}

/// What the sizes of texts count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TextSize {
    Characters,
    Registers,
}

/// When an offset is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OffsetIs {
    /// value = (raw + offset) × scale
    Before,
    /// value = raw × scale + offset
    After,
}

/// What the limits of a scaled value count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LimitsAre {
    /// Raw values: 120 of a register with the factor 0.1 is 12.
    Raw,
    /// The unit of the value.
    InUnit,
}

/// `[types]`: a word of the vendor, and the type it means.
#[derive(Debug)]
pub(crate) struct Alias {
    pub(crate) word: String,
    pub(crate) means: TypeCell,
    /// As the manifest writes it.
    pub(crate) text: String,
    pub(crate) place: Place,
}

/// `[formats]`: a word of the vendor for how values are shown, and the format it means.
#[derive(Debug)]
pub(crate) struct FormatAlias {
    pub(crate) word: String,
    /// As the manifest writes it.
    pub(crate) means: String,
    pub(crate) place: Place,
}

pub(super) fn formats(root: &Section<'_>) -> Vec<FormatAlias> {
    let Some(section) = root.section("formats") else { return Vec::new() };
    let mut formats = Vec::new();
    for (word, Located { value: means, place }) in section.string_entries() {
        match quantity::format(&means) {
            Some(_) => formats.push(FormatAlias { word, means, place }),
            None => section.report(
                Diagnostic::error("E0241", said!("“{means}” is not a format", means = means.as_str()))
                    .at(place.holds(format!("{word} = {means}")))
                    .expected(quantity::FORMATS),
            ),
        }
    }
    formats
}

pub(super) fn read(device: &Section<'_>) -> Conventions {
    let sizes = [("characters", TextSize::Characters), ("registers", TextSize::Registers)];
    let offsets = [("before", OffsetIs::Before), ("after", OffsetIs::After)];
    let limits = [("raw", LimitsAre::Raw), ("unit", LimitsAre::InUnit)];
    Conventions {
        limits: device.word("limits", &limits),
        order: device.word("order", &Order::ALL),
        text_size: device.word("text_size", &sizes),
        offset: device.word("offset", &offsets),
        sunspec_absent: device.word("not_available", &[("sunspec", true)]).unwrap_or_default(),
    }
}

pub(super) fn aliases(root: &Section<'_>) -> Vec<Alias> {
    let Some(section) = root.section("types") else { return Vec::new() };
    let mut aliases = Vec::new();
    for (word, Located { value: text, place }) in section.string_entries() {
        match types::parse(&text) {
            Ok(means) => aliases.push(Alias { word, means, text, place }),
            Err(_) => section.report(
                Diagnostic::error("E0240", said!("“{text}” is not a type", text = &text))
                    .at(place.holds(format!("{word} = {text}")))
                    .expected(types::EXPECTED),
            ),
        }
    }
    aliases
}
