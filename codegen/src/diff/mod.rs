//! What a new revision of a table changes for those who use the old one.
//!
//! Models are compared, never rows: the order of rows, the names of sheets, another notation of types and further columns
//! are no changes. Points are paired first (`pairing`), by identifier, place and label; what cannot be paired is
//! `unresolved`. Then each pair is compared, a family of changes in each file of `compare`. The one exception is
//! `row_broken`, which looks at the cells of both tables.

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

use serde_json::{Map, Value};

pub(crate) use self::labels::{is_correction, visible};
pub use self::lost::Lost;
pub(crate) use self::lost::lost;
pub use self::output::{json, markdown, page, text};
pub(crate) use self::pairing::{Entry, Pairing, pair};
pub use self::report::{Revision, diff};
pub use crate::change::{Axis, Check, Severity, SeverityRule};
use crate::model::{Source, Table};

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
