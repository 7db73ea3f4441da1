//! What cells and texts say that nothing reads, or that another cell contradicts: warnings, each for one cause.
//!
//! Nothing here changes a register. Whoever adds a warning of this kind adds a file, a line below, an explanation and a case.

mod absence;
pub(super) mod around;
mod limits;
pub(super) mod ranges;
mod scales;
mod siblings;
mod units;
mod words;

use super::Register;
use crate::diagnostic::Diagnostics;
use crate::manifest::Manifest;

/// Warns of what may be wrong with registers whose widths and orders are settled.
pub(super) fn report(registers: &[Register], manifest: &Manifest, diagnostics: &mut Diagnostics) {
    siblings::report(registers, diagnostics);
    scales::report(registers, diagnostics);
    scales::report_examples(registers, diagnostics);
    scales::report_floats(registers, diagnostics);
    ranges::report(registers, manifest, diagnostics);
    absence::report(registers, diagnostics);
    words::report(registers, diagnostics);
    limits::report(registers, diagnostics);
    units::report(registers, diagnostics);
}
