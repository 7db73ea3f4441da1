//! `diff --format json`: a public, versioned form that other programs are written against.

use serde_json::{Map, Value};

use crate::diagnostic::inert_json;
use crate::diff::{Axis, Change, Check, Diff, Severity};
use crate::model::{Source, Table};

/// Version of the form.
const FORMAT: u32 = 1;

#[derive(serde::Serialize)]
struct Document<'a> {
    format: u32,
    bump: &'static str,
    changes: Vec<JsonChange<'a>>,
}

#[derive(serde::Serialize)]
struct JsonChange<'a> {
    check: Check,
    severity: Severity,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    axis: &'a [Axis],
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<Table>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    points: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<i32>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    old: &'a Map<String, Value>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    new: &'a Map<String, Value>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    old_cells: &'a [Source],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    new_cells: &'a [Source],
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<&'a str>,
}

/// The changes as JSON, indented, with a line feed at the end.
#[must_use]
pub fn json(diff: &Diff) -> String {
    let changes = diff.changes.iter().map(JsonChange::from).collect();
    let document = Document { format: FORMAT, bump: diff.bump_name(), changes };
    // Strings, numbers and maps with string keys are all there is, and those always serialise.
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    format!("{}\n", inert_json(&text))
}

impl<'a> From<&'a Change> for JsonChange<'a> {
    fn from(of: &'a Change) -> Self {
        Self {
            check: of.check,
            severity: of.severity,
            reason: of.reason.as_deref(),
            axis: &of.axis,
            id: of.id.as_deref(),
            table: of.table,
            points: &of.points,
            by: of.by,
            old: &of.old,
            new: &of.new,
            old_cells: &of.old_cells,
            new_cells: &of.new_cells,
            witness: of.witness.as_deref(),
        }
    }
}
