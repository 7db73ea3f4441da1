//! The model for the tools people already use.
//!
//! Each target is a file or a folder of its own and knows the model and nothing else. It says as much of the model as
//! its tool can; the rest stands in the output as a comment and is counted in [`Exported::unsaid`].

mod canonical;
mod esphome;
mod facts;
mod home_assistant;
mod loxone;
mod modbus_connection;
mod names;
mod numbers;
mod telegraf;
mod text;
mod units;
mod wot;

use std::collections::BTreeMap;
use std::fmt;

pub(crate) use self::canonical::beside::unkey;
#[cfg(feature = "xlsx")]
pub use self::canonical::xlsx::xlsx;
pub(crate) use self::canonical::{DEVICE_SHEET, cells, columns};
use self::facts::Ledger;
use crate::emit::path;
use crate::model::Device;

/// What a person chooses.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Address of the device in the network, with or without a port; a target that needs one has a placeholder
    /// otherwise.
    pub host: Option<String>,
    /// Name of the device in the target; made of the device's name otherwise.
    pub name: Option<String>,
    /// Language of the labels, where the table has them in it; the first one otherwise.
    pub language: Option<String>,
}

/// What was made for a tool.
#[derive(Debug, Clone)]
pub struct Exported {
    /// The file.
    pub contents: Vec<u8>,
    /// What the target cannot say, in the order of the points. It stands in the file as a comment.
    pub unsaid: Vec<Unsaid>,
}

impl Exported {
    fn new(text: String, ledger: Ledger) -> Self {
        Self { contents: text.into_bytes(), unsaid: ledger.unsaid }
    }

    /// How many points lack what, in the order of topics.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<Topic, usize> {
        let mut counts = BTreeMap::new();
        for one in &self.unsaid {
            let count: &mut usize = counts.entry(one.topic).or_default();
            *count = count.saturating_add(1);
        }
        counts
    }
}

/// Something a target cannot say of a point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsaid {
    /// The point's identifier.
    pub point: String,
    /// What it is about.
    pub topic: Topic,
    /// What the file says of it in a comment.
    pub comment: String,
}

/// What a fact about a point is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// The point as a whole: it is left out.
    Point,
    /// That it can be written.
    Writing,
    /// Scale, or the register that holds it.
    Scale,
    /// What is added to the scaled number.
    Offset,
    /// Labels of values.
    Values,
    /// Which labels hold on which product.
    ValuesIf,
    /// Labels of bits.
    Bits,
    /// Raw values that mean that there is no value.
    NotAvailable,
    /// Limits and step.
    Limits,
    /// Factory setting.
    Default,
    /// That it has to be written again and again.
    KeepAlive,
    /// That reading changes the device.
    SideEffect,
    /// How a written value survives a restart.
    Persistent,
    /// That it is not always fitted.
    Optional,
    /// The bit that says whether the device has it.
    Availability,
    /// Models that have it.
    Variants,
    /// Unit id of its own.
    UnitId,
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Point => "whole points",
            Self::Writing => "writing",
            Self::Scale => "scale",
            Self::Offset => "offset",
            Self::Values => "labels of values",
            Self::ValuesIf => "labels of values by product",
            Self::Bits => "labels of bits",
            Self::NotAvailable => "raw values that mean no value",
            Self::Limits => "limits",
            Self::Default => "defaults",
            Self::KeepAlive => "keep-alive",
            Self::SideEffect => "side effects of reading",
            Self::Persistent => "persistence",
            Self::Optional => "whether it is fitted",
            Self::Availability => "visibility",
            Self::Variants => "product variants",
            Self::UnitId => "unit ids",
        })
    }
}

/// What the model can be made for, besides the canonical workbook, which needs a feature of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A Python module for `modbus-connection`, which device libraries of Home Assistant are built on.
    ModbusConnection,
    /// A package of Home Assistant: its modbus integration and templates.
    HomeAssistant,
    /// Configuration of `ESPHome`.
    Esphome,
    /// Configuration of Telegraf.
    Telegraf,
    /// A device template of Loxone Config.
    Loxone,
    /// A Thing Description of the Web of Things, with the Modbus binding.
    Wot,
    /// The canonical table, which reads back as the same model.
    Csv,
}

/// What the first line of a file says, where a target has comments: `generate` and its like write over such files only.
fn mark(device: &Device) -> String {
    text::line(&format!("@generated by modbus-bindgen from {}", path::inputs(device).join(", ")))
}

/// Makes the file for a target.
#[must_use]
pub fn export(device: &Device, target: Target, options: &Options) -> Exported {
    match target {
        Target::ModbusConnection => modbus_connection::module(device, options),
        Target::HomeAssistant => home_assistant::package(device, options),
        Target::Esphome => esphome::configuration(device, options),
        Target::Telegraf => telegraf::configuration(device, options),
        Target::Loxone => loxone::template(device, options),
        Target::Wot => wot::description(device, options),
        Target::Csv => canonical::csv::table(device),
    }
}
