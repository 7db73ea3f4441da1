//! What a new revision of a table changes for those who use the old one.
//!
//! Models are compared, never rows: the order of rows, the names of sheets, another notation of types and further columns
//! are no changes. Points are paired first ([`pairing`]), by identifier, place and label; what cannot be paired is
//! `unresolved`. Then each pair is compared, a family of changes in each file of [`compare`]. The one exception is
//! [`row_broken`], which looks at the cells of both tables.

mod compare;
mod labels;
mod lost;
mod moves;
mod output;
mod pairing;
mod report;
mod row_broken;
mod severity;
mod witness;

use std::fmt;

use serde_json::{Map, Value};

pub(crate) use self::labels::{is_correction, visible};
pub use self::lost::{Lost, lost};
pub use self::output::{json, markdown, text};
pub(crate) use self::pairing::{Entry, Pairing, pair};
pub use self::report::{Revision, diff};
pub use self::severity::SeverityRule;
use crate::model::{Source, Table};

/// What kind of change it is; the names are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// The columns of a row are shifted.
    RowBroken,
    /// The address means something else now.
    AddressReused,
    /// It cannot be told whether this is the same point.
    Unresolved,
    /// Three neighbours or more moved by the same distance.
    BlockMoved,
    /// The point has another address, table, unit id or bit.
    Moved,
    /// A point that was not there.
    Added,
    /// A point that is not there any more.
    Removed,
    /// Another label, or another name in Rust.
    Renamed,
    /// Another raw type or kind of value.
    Retyped,
    /// Another order of words or bytes.
    Reordered,
    /// Another scale or offset.
    Rescaled,
    /// Another unit.
    UnitChanged,
    /// More can be done with it.
    AccessWidened,
    /// Less can be done with it.
    AccessNarrowed,
    /// A code that was not there.
    ValueAdded,
    /// A code that is not there any more.
    ValueRemoved,
    /// A code with another label.
    ValueRelabelled,
    /// Labels that stand at other codes or bits than before.
    ValuesSwapped,
    /// A bit that was not there.
    BitAdded,
    /// A bit that is not there any more.
    BitRemoved,
    /// A bit with another label.
    BitRelabelled,
    /// More values are allowed.
    LimitWidened,
    /// Fewer values are allowed.
    LimitNarrowed,
    /// Another default.
    DefaultChanged,
    /// Other raw values mean that there is no value.
    NotAvailableChanged,
    /// Another condition for the point to be there.
    AvailabilityChanged,
    /// Another way to reach the device.
    LinkChanged,
    /// Other words for the same.
    TextChanged,
}

impl Check {
    /// All of them, in the order in which the changes of a point are listed.
    pub const ALL: [Self; 28] = [
        Self::RowBroken,
        Self::AddressReused,
        Self::Unresolved,
        Self::BlockMoved,
        Self::Moved,
        Self::Added,
        Self::Removed,
        Self::Renamed,
        Self::Retyped,
        Self::Reordered,
        Self::Rescaled,
        Self::UnitChanged,
        Self::AccessWidened,
        Self::AccessNarrowed,
        Self::ValueAdded,
        Self::ValueRemoved,
        Self::ValueRelabelled,
        Self::ValuesSwapped,
        Self::BitAdded,
        Self::BitRemoved,
        Self::BitRelabelled,
        Self::LimitWidened,
        Self::LimitNarrowed,
        Self::DefaultChanged,
        Self::NotAvailableChanged,
        Self::AvailabilityChanged,
        Self::LinkChanged,
        Self::TextChanged,
    ];

    /// Its stable name: `block_moved`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RowBroken => "row_broken",
            Self::AddressReused => "address_reused",
            Self::Unresolved => "unresolved",
            Self::BlockMoved => "block_moved",
            Self::Moved => "moved",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Renamed => "renamed",
            Self::Retyped => "retyped",
            Self::Reordered => "reordered",
            Self::Rescaled => "rescaled",
            Self::UnitChanged => "unit_changed",
            Self::AccessWidened => "access_widened",
            Self::AccessNarrowed => "access_narrowed",
            Self::ValueAdded => "value_added",
            Self::ValueRemoved => "value_removed",
            Self::ValueRelabelled => "value_relabelled",
            Self::ValuesSwapped => "values_swapped",
            Self::BitAdded => "bit_added",
            Self::BitRemoved => "bit_removed",
            Self::BitRelabelled => "bit_relabelled",
            Self::LimitWidened => "limit_widened",
            Self::LimitNarrowed => "limit_narrowed",
            Self::DefaultChanged => "default_changed",
            Self::NotAvailableChanged => "not_available_changed",
            Self::AvailabilityChanged => "availability_changed",
            Self::LinkChanged => "link_changed",
            Self::TextChanged => "text_changed",
        }
    }
}

/// What a change means for the version of who uses the device, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nobody has to do anything.
    Patch,
    /// There is more than before.
    Minor,
    /// Who relied on the old revision is wrong now.
    Major,
}

impl Severity {
    /// All of them, the least first.
    pub const ALL: [Self; 3] = [Self::Patch, Self::Minor, Self::Major];

    /// Its name: `major`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// What goes over the wire.
    Wire,
    /// What a value means.
    Meaning,
    /// The items of the generated Rust.
    Source,
}

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What kind it is.
    pub check: Check,
    /// What it means for who uses the old revision.
    pub severity: Severity,
    /// Why the manifest gives it another severity than usual.
    pub reason: Option<String>,
    /// What it is about.
    pub axis: Vec<Axis>,
    /// Identifier of the point, the old one where there is one; of the first point of a block; none where the change is
    /// about the device.
    pub id: Option<String>,
    /// Table of the point, the old one where there is one.
    pub table: Option<Table>,
    /// Lowest address, the old one where there is one. Not in JSON, where `old` and `new` hold what differs.
    pub address: Option<u16>,
    /// Lowest address in the new revision.
    pub new_address: Option<u16>,
    /// What the point is called, for people: the old label where there is one.
    pub label: String,
    /// Keys of the old model, as JSON, that differ.
    pub old: Map<String, Value>,
    /// Keys of the new model, as JSON, that differ.
    pub new: Map<String, Value>,
    /// Cells of the old table.
    pub old_cells: Vec<Source>,
    /// Cells of the new table.
    pub new_cells: Vec<Source>,
    /// What the change does to a value that the device sends: `raw 2150: 21.50 °C, then 215.0 °C`.
    pub witness: Option<String>,
    /// Identifiers of all points of a block.
    pub points: Vec<String>,
    /// By how many addresses a block moved.
    pub by: Option<i32>,
}

/// All that changed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diff {
    /// The changes by table and old address.
    pub changes: Vec<Change>,
}

impl Diff {
    /// What the version of who uses the device is raised by; none where nothing changed.
    #[must_use]
    pub fn bump(&self) -> Option<Severity> {
        self.changes.iter().map(|change| change.severity).max()
    }

    /// The name of [`Self::bump`]: `none` where nothing changed.
    #[must_use]
    pub fn bump_name(&self) -> &'static str {
        self.bump().map_or("none", Severity::name)
    }
}
