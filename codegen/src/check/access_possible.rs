//! Only coils and holding registers are written: the protocol has no function for the other tables.

use super::{Subject, error};
use crate::diagnostic::{Diagnostics, said};
use crate::model::{Access, Role, Source};

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for point in &subject.device.points {
        if point.access.writes() && !point.table.is_writable() {
            let sheets = subject.manifest.sheets.iter().filter(|sheet| {
                let of = |source: &Source| source.file() == sheet.file.value && sheet.covers(source.sheet());
                sheet.access.is_some_and(Access::writes) && point.sources.iter().any(of)
            });
            // Merged, since it is a sheet's access that says so of all of them.
            diagnostics.merge(
                sheets
                    .fold(
                        error("E0602", said!("{table}s cannot be written", table = point.table), point),
                        |error, sheet| error.at(sheet.place.clone()),
                    )
                    .expected("access = \"read\" in their [[sheet]], or another Modbus table")
                    .help("the protocol has no function that writes them"),
            );
        }
        if !point.access.writes() && matches!(point.role, Role::Command { .. }) {
            diagnostics.push(
                error("E0603", said!("“{label}” is a command, but cannot be written", label = &point.label), point)
                    .expected("access \"write\" or \"read_write\" for a command"),
            );
        }
    }
}
