//! The model of a device: what every output is made from.
//!
//! Lowering builds it from the vendor's rows, the checks complete or refuse it, and the emitters only read it. After
//! the checks, every identifier is unique, every address range is within 0–65535, and every type that a point names
//! exists.

mod detect;
mod link;
mod point;
mod raw;
mod values;

pub use self::detect::{Detect, DetectCase};
pub use self::link::{AcceptUnitIds, Gaps, Link, Parity, Reserved, Rtu, WriteFunctions};
pub use self::point::{Point, PrintedLimit};
pub use self::raw::{Access, Encoding, Packing, RawType};
pub use self::values::{Availability, ConditionalValues, Limit, Limits, ValueForm, ValueLabel, ValueType};
use std::fmt;
use std::path::PathBuf;

use crate::source::Place;
pub use crate::source::Source;

/// The title for points without a group, if other points have one.
pub const UNGROUPED: &str = "General";

/// A device with its link and all its points, in the order of the vendor's table.
#[derive(Debug, Clone, PartialEq)]
pub struct Device {
    /// The vendor's name for it: `Thermia Genesis`.
    pub name: String,
    /// Its type in Rust: `ThermiaGenesis`.
    pub type_name: String,
    /// Its manufacturer.
    pub manufacturer: Option<String>,
    /// The document the table comes from.
    pub document: Option<String>,
    /// A sentence about the device.
    pub description: Option<String>,
    /// Languages of the labels; the first one is displayed: `["en", "sv"]`.
    pub languages: Vec<String>,
    /// How the device is reached.
    pub link: Link,
    /// Addresses without a point that a request may read along with others.
    pub reserved: Vec<Reserved>,
    /// Enums and flag sets, in the order they are first used.
    pub types: Vec<ValueType>,
    /// Groups of points, in the order of the vendor's table.
    pub groups: Vec<Group>,
    /// Models and firmwares that the table distinguishes, in its order; one or none if one has been selected.
    pub variants: Vec<String>,
    /// The register that tells which variant a device is.
    pub detect: Option<Detect>,
    /// Families of points that repeat, in the order of the manifest.
    pub arrays: Vec<Array>,
    /// The points, in the order of the vendor's table.
    pub points: Vec<Point>,
    /// Every file that was read, manifest first.
    pub inputs: Vec<PathBuf>,
}

impl Device {
    /// The enum or flag set of this name.
    #[must_use]
    pub fn value_type(&self, name: &str) -> Option<&ValueType> {
        self.types.iter().find(|value_type| value_type.name == name)
    }

    /// The functions that write a point: its own, or those of the link.
    #[must_use]
    pub fn write_functions(&self, point: &Point) -> WriteFunctions {
        point.write_functions.unwrap_or(self.link.write_functions)
    }

    /// Whether the numbers of this type that are not special values are whole: scale 1 at every point of the type.
    #[must_use]
    pub fn special_is_whole(&self, name: &str) -> bool {
        let mut having = self.points.iter().filter(|point| matches!(&point.kind, Kind::Special(used) if used == name));
        having.all(Point::is_raw_itself)
    }
}

/// How an override in the manifest selects exactly the rows that a point comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// First and last address of each range: `holding 58`, `input 20-26`.
    pub registers: Vec<(Table, u16, u16)>,
    /// The access, if reading and writing the address are two points.
    pub access: Option<Access>,
    /// The bits, if bits of a register are points.
    pub bits: Option<(u8, u8)>,
    /// The unit id, if registers at several unit ids have the address.
    pub unit_id: Option<u8>,
    /// The models that have it, if registers of several models have the address.
    pub variants: Vec<String>,
    /// What the rows print in the cells that the label comes from.
    pub printed: Vec<String>,
}

/// Ranges of registers as manifests name them: `holding 58, input 20-26`.
#[must_use]
pub fn selector(ranges: &[(Table, u16, u16)]) -> String {
    let table = |table: Table| match table {
        Table::Coil => "coil",
        Table::DiscreteInput => "discrete",
        Table::InputRegister => "input",
        Table::HoldingRegister => "holding",
    };
    let ranges: Vec<String> = ranges
        .iter()
        .map(|(of, first, last)| match first == last {
            true => format!("{} {first}", table(*of)),
            false => format!("{} {first}-{last}", table(*of)),
        })
        .collect();
    ranges.join(", ")
}

/// A group of points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The vendor's title; its points refer to it by this.
    pub title: String,
    /// The text that its names in Rust are made from: the title, unless the manifest gives another.
    pub name: String,
    /// The title in further languages.
    pub translations: Translations,
    /// Its place in the table; empty if the manifest gives it.
    pub place: Place,
}

impl From<String> for Group {
    fn from(title: String) -> Self {
        Self { name: title.clone(), title, translations: Vec::new(), place: Place::default() }
    }
}

/// A text in further languages: language and text.
pub type Translations = Vec<(String, String)>;

/// A family of points that repeats: heat pumps 1 to 10.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Array {
    /// Identifier: `heat_pump`.
    pub name: String,
    /// Display name of one element, without its number: `Heat pump`.
    pub label: String,
    /// The label in further languages.
    pub translations: Translations,
    /// Rust type of an element's number: `HeatPumpNo`.
    pub number_type: String,
    /// Its elements, ascending.
    pub elements: Vec<Element>,
}

impl Array {
    /// Whether each element is one point, without a member name: `room_temperature[1]`.
    #[must_use]
    pub fn is_bare(&self, points: &[Point]) -> bool {
        points
            .iter()
            .any(|point| point.array.as_ref().is_some_and(|place| place.array == self.name && place.member.is_empty()))
    }
}

/// One element of an array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// The vendor's number for it.
    pub number: u16,
    /// Rust name: `A3`.
    pub name: String,
    /// Display name: `Heat pump 3 (A3)`.
    pub label: String,
}

/// The place of a point in an array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrayPlace {
    /// Name of the array.
    pub array: String,
    /// The vendor's number of the element.
    pub element: u16,
    /// Identifier within the element, `status`; empty if the element is the point itself.
    pub member: String,
    /// Display name within the element: `Status`.
    pub member_label: String,
}

/// The four Modbus tables (Modbus application protocol V1.1b3, section 4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Table {
    /// Single bits, read and written.
    Coil,
    /// Single bits, read only.
    DiscreteInput,
    /// 16-bit words, read only.
    InputRegister,
    /// 16-bit words, read and written.
    HoldingRegister,
}

impl Table {
    /// All four, in the order of the specification.
    pub const ALL: [Self; 4] = [Self::Coil, Self::DiscreteInput, Self::InputRegister, Self::HoldingRegister];

    /// Whether its entries are single bits.
    #[must_use]
    pub fn is_bit(self) -> bool {
        matches!(self, Self::Coil | Self::DiscreteInput)
    }

    /// Whether the protocol has a function that writes it.
    #[must_use]
    pub fn is_writable(self) -> bool {
        matches!(self, Self::Coil | Self::HoldingRegister)
    }

    /// Its name in the JSON form and in manifests: `input_register`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Coil => "coil",
            Self::DiscreteInput => "discrete_input",
            Self::InputRegister => "input_register",
            Self::HoldingRegister => "holding_register",
        }
    }

    /// Title for a list of its points: `Input registers`.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Coil => "Coils",
            Self::DiscreteInput => "Discrete inputs",
            Self::InputRegister => "Input registers",
            Self::HoldingRegister => "Holding registers",
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Coil => "coil",
            Self::DiscreteInput => "discrete input",
            Self::InputRegister => "input register",
            Self::HoldingRegister => "holding register",
        })
    }
}

/// What a point is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A value to read or write.
    Value,
    /// A command such as reset: a method, never part of a snapshot.
    Command {
        /// The raw value that triggers it; `None` if the value is a parameter of the command.
        trigger: Option<i64>,
    },
}

impl Role {
    /// Its name in the JSON form.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Command { .. } => "command",
        }
    }
}

/// What decides whether a raw value is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signedness {
    /// It follows from the type (a bit, an enum's code, a bit field, a text), or the table states it.
    Given,
    /// A rule of the manifest, with its reason.
    Rule(String),
    /// Nothing; unsigned was assumed, with a warning.
    Assumed,
}

/// The kind of value that the user sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A truth value.
    Bool,
    /// The raw integer itself: scale 1.
    Integer,
    /// `f64`.
    Scaled,
    /// The enum of this name in [`Device::types`].
    Enum(String),
    /// The flag set of this name in [`Device::types`].
    Flags(String),
    /// Bits whose meaning the table does not name.
    BitSet,
    /// A number, or one of the special values of the type of this name in [`Device::types`].
    Special(String),
    /// One of several enums; another register decides which.
    Conditional(String),
    /// A text.
    Text,
    /// Raw bytes.
    Bytes,
}

impl Kind {
    /// The name of its enum, flag set or number with special values.
    #[must_use]
    pub fn type_name(&self) -> Option<&str> {
        match self {
            Self::Enum(name) | Self::Flags(name) | Self::Special(name) | Self::Conditional(name) => Some(name),
            Self::Bool | Self::Integer | Self::Scaled | Self::BitSet | Self::Text | Self::Bytes => None,
        }
    }
}

/// What the manifest corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The field.
    pub field: String,
    /// What the merged rows print, in order of appearance.
    pub printed: Vec<String>,
    /// The corrected value.
    pub value: String,
    /// The reason.
    pub reason: String,
    /// The cell, if only that was corrected and not all rows of the register.
    pub cell: Option<Source>,
}
