//! The functions that rows name for writing are among those that `[link]` says the device has.

use super::{Subject, place};
use crate::diagnostic::{Diagnostic, Diagnostics, Entry, said};
use crate::model::WriteFunctions;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let link = &subject.device.link;
    if link.write_functions == WriteFunctions::Any {
        return;
    }
    for point in &subject.device.points {
        let Some(function) = point.write_function() else { continue };
        let message = said!("the row names function {function} for writing, but [link] excludes it", function);
        // Merged, since a column names the same in all its cells.
        diagnostics.merge(
            Diagnostic::warning("W0638", message)
                .at(place(point))
                .expected("`write_functions` in [link] that allows it; until then the row is followed")
                .manifest(Entry::table(["link"]).one_of("write_functions", ["any"])),
        );
    }
}
