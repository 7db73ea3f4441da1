//! The table describes at least one register.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::Device;

pub(super) fn check(device: &Device, diagnostics: &mut Diagnostics) {
    // An earlier stage that read nothing has said why.
    if device.points.is_empty() && !diagnostics.has_errors() {
        diagnostics.push(
            Diagnostic::error("E0601", format!("no registers were found for {}", device.name))
                .expected("at least one row with an address in the sheets the manifest names"),
        );
    }
}
