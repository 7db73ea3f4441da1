//! What the command line knows and the model does not: planned requests, and what changed since an older table.

use crate::model::Table;

/// The requests that reading all points takes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// The link they were planned for: `TCP`, `19200 8E1`.
    pub link: String,
    /// By unit id.
    pub units: Vec<UnitPlan>,
}

/// The requests to one unit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UnitPlan {
    /// The unit id.
    pub unit_id: u8,
    /// Expected time of all, in milliseconds.
    pub milliseconds: f64,
    /// Bytes of all requests and replies.
    pub bytes: u64,
    /// In the order they are sent.
    pub requests: Vec<Request>,
}

/// One request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// The table read.
    pub table: Table,
    /// First address, zero-based.
    pub address: u16,
    /// How many registers, coils or inputs.
    pub count: u16,
}

impl Request {
    /// The last address.
    #[must_use]
    pub fn last(&self) -> u16 {
        self.address.saturating_add(self.count.saturating_sub(1))
    }
}

/// What changed since an older table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// What it is compared with: a file, a revision.
    pub since: String,
    /// The changes, in the order they are listed.
    pub changes: Vec<Change>,
}

/// One change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Identifier of the point as it is now; none where it is gone, or where the change is about no point.
    pub id: Option<String>,
    /// In a word or two: `added`, `rescaled`.
    pub kind: String,
    /// What was and what is, in a sentence.
    pub text: String,
}
