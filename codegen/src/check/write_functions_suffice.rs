//! A value of several registers is written by a function that writes several.

use super::{Subject, place};
use crate::diagnostic::{Diagnostic, Diagnostics, said};
use crate::model::WriteFunctions;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for point in subject.device.points.iter().filter(|point| point.words.len() > 1) {
        if point.write_functions != Some(WriteFunctions::Single) {
            continue;
        }
        let Some(function) = point.write_function() else { continue };
        let message =
            said!("a value of several registers is written with function {function}, a register at a time", function);
        // Merged, since a column names the same in all its cells.
        diagnostics.merge(
            Diagnostic::warning("W0639", message)
                .at(place(point))
                .expected("function 16, by which all its registers change at once")
                .help("if the device takes function 16, too, override `access`: value = \"3, 6, 16\""),
        );
    }
}
