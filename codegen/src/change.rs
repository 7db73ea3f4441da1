//! Kinds of changes between two revisions, their severities, and what a manifest says of them.
//!
//! The ground of `diff`, and of the manifest's `[[severity]]`.

use std::fmt;

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

/// Another severity for a check, `[[severity]]` of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeverityRule {
    /// The check.
    pub check: Check,
    /// Patterns of identifiers, with `*`; all points where there are none.
    pub ids: Vec<String>,
    /// What the change means.
    pub severity: Severity,
    /// Why.
    pub reason: String,
}

impl SeverityRule {
    /// Whether it speaks of this change.
    pub(crate) fn applies(&self, check: Check, ids: &[&str]) -> bool {
        let named = |id: &&str| self.ids.iter().any(|pattern| matches(pattern, id));
        self.check == check && (self.ids.is_empty() || !ids.is_empty() && ids.iter().all(named))
    }
}

/// Whether a text is what a pattern with `*` describes.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|begin| text.strip_prefix(begin)) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(end) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = rest.get(at.saturating_add(part.len())..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, text, is_it) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("a*", "ab", true),
            ("*b", "ab", true),
            ("a*b*c", "a1b2c", true),
            ("a*b*c", "abc", true),
            ("a*a", "a", false),
            ("*", "", true),
            ("heat_pump[*].status", "heat_pump[3].status", true),
        ] {
            assert_eq!(matches(pattern, text), is_it, "{pattern} {text}");
        }
    }
}
