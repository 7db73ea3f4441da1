//! The table describes at least one register.

use std::collections::BTreeSet;

use super::Subject;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    // An earlier stage that read nothing has said why.
    if subject.device.points.is_empty() && !diagnostics.has_errors() {
        let files: BTreeSet<&str> = subject.manifest.sheets.iter().map(|entry| entry.file.value.as_str()).collect();
        let error =
            Diagnostic::error("E0601", said!("no registers were found for {device}", device = &subject.device.name));
        diagnostics.push(
            files
                .into_iter()
                .map(Place::of_file)
                .fold(error, Diagnostic::at)
                .expected("at least one row with an address in the sheets the manifest names"),
        );
    }
}
