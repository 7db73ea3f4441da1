//! Only coils and holding registers are written: the protocol has no function for the other tables.

use super::error;
use crate::diagnostic::Diagnostics;
use crate::model::{Device, Role};

pub(super) fn check(device: &Device, diagnostics: &mut Diagnostics) {
    for point in &device.points {
        if point.access.writes() && !point.table.is_writable() {
            diagnostics.push(
                error("E0602", format!("“{}” is a {} and cannot be written", point.label, point.table), point)
                    .expected("access \"read\", or another Modbus table"),
            );
        }
        if !point.access.writes() && matches!(point.role, Role::Command { .. }) {
            diagnostics.push(
                error("E0603", format!("“{}” is a command and may not be written", point.label), point)
                    .expected("access \"write\" or \"read_write\" for a command"),
            );
        }
    }
}
