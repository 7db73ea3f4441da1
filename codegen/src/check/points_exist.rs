//! The table describes at least one register.

use super::Subject;
use crate::diagnostic::{Diagnostic, Diagnostics};

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    // An earlier stage that read nothing has said why.
    if subject.device.points.is_empty() && !diagnostics.has_errors() {
        diagnostics.push(
            Diagnostic::error("E0601", format!("no registers were found for {}", subject.device.name))
                .expected("at least one row with an address in the sheets the manifest names"),
        );
    }
}
