//! The changes as a page of the device shows them.

use super::words;
use crate::diff::{Change, Check, Diff};
use crate::emit::html;

/// The changes since an older table, which people know under a name, for
/// [`html::Options::changes`](crate::emit::html::Options::changes).
#[must_use]
pub fn page(diff: &Diff, since: &str) -> html::Changes {
    html::Changes { since: since.to_owned(), changes: diff.changes.iter().flat_map(changes).collect() }
}

/// One entry for a change; of a block that moved one for each point, so that each is marked.
fn changes(change: &Change) -> Vec<html::Change> {
    let kind = change.check.name().replace('_', " ");
    let what = words::what(change);
    let text = match &change.witness {
        Some(witness) => format!("{what} ({witness})"),
        None => what,
    };
    let gone = matches!(change.check, Check::Removed);
    // What was renamed is found by the name it has now.
    let now = change.new.get("id").and_then(|id| id.as_str()).map(str::to_owned).or_else(|| change.id.clone());
    let id = if gone { None } else { now };
    let named = |id: Option<String>, text: String| html::Change { id, kind: kind.clone(), text };
    if change.points.is_empty() {
        let text = if gone { format!("{} ({})", change.label, change.id.as_deref().unwrap_or_default()) } else { text };
        return vec![named(id, text)];
    }
    change.points.iter().map(|point| named(Some(point.clone()), text.clone())).collect()
}
