//! What a change means for who uses the old revision.

use super::{Check, Severity};

/// What the severity of a check depends on.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "four facts that do not depend on each other")]
pub(super) struct Circumstances {
    /// Whether a lock keeps the identifiers of the new revision.
    pub(super) is_locked: bool,
    /// Whether the point can be written, in one of the revisions.
    pub(super) is_written: bool,
    /// Whether items of the generated Rust have other names.
    pub(super) is_api: bool,
    /// Whether a label shares too few words with the old one to be a correction of it.
    pub(super) is_other_meaning: bool,
}

/// The severity that a change has, where the manifest does not say otherwise.
pub(super) fn usual(check: Check, of: Circumstances) -> Severity {
    match check {
        Check::TextChanged => Severity::Patch,
        // What a lock has taken was looked at: a label that shares no words with the locked one is an error until then.
        Check::Renamed | Check::ValueRelabelled | Check::BitRelabelled => match of {
            Circumstances { is_api: true, .. } => Severity::Major,
            Circumstances { is_locked: true, .. } => Severity::Patch,
            Circumstances { is_other_meaning: true, .. } => Severity::Major,
            _ => Severity::Patch,
        },
        Check::Added | Check::ValueAdded | Check::BitAdded | Check::AccessWidened | Check::LimitWidened => {
            Severity::Minor
        }
        Check::LimitNarrowed => {
            if of.is_written {
                Severity::Major
            } else {
                Severity::Patch
            }
        }
        Check::DefaultChanged => {
            if of.is_written {
                Severity::Minor
            } else {
                Severity::Patch
            }
        }
        // Of the link: of the device's largest requests and functions.
        Check::LinkChanged => {
            if of.is_api {
                Severity::Major
            } else {
                Severity::Minor
            }
        }
        Check::RowBroken
        | Check::AddressReused
        | Check::Unresolved
        | Check::BlockMoved
        | Check::Moved
        | Check::Removed
        | Check::Retyped
        | Check::Reordered
        | Check::Rescaled
        | Check::UnitChanged
        | Check::AccessNarrowed
        | Check::ValueRemoved
        | Check::ValuesSwapped
        | Check::BitRemoved
        | Check::NotAvailableChanged
        | Check::AvailabilityChanged => Severity::Major,
    }
}
