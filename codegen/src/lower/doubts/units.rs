//! Units in names, where the cell of the unit says another one.

use crate::diagnostic::{Diagnostic, Diagnostics, said};
use crate::lower::Register;

/// Warns of values whose name holds another unit than the one they have: `Power (kW)` beside `W`.
pub(super) fn report(registers: &[Register], diagnostics: &mut Diagnostics) {
    for register in registers.iter().filter(|register| !register.unit.is_empty() && register.corrections.is_empty()) {
        let told = register.facts.iter().find_map(|fact| fact.row.unit_told());
        let Some((found, place)) = told.filter(|(found, _)| !is_same(found, &register.unit)) else { continue };
        let message = said!("the name is in {found}, and the value in {unit}", found, unit = register.unit.as_str());
        // Merged, since a vendor writes it so throughout.
        diagnostics.merge(
            Diagnostic::warning("W0434", message).at(place).expected("one unit for the value and its name").help(
                "the value is taken in the unit of its column; if the name is right, correct it by an [[override]] of `unit`",
            ),
        );
    }
}

/// Whether two units are one, capitals aside: `VAr` and `var`, but not `mW` and `MW`.
fn is_same(one: &str, other: &str) -> bool {
    let is_mega = |unit: &str| unit.starts_with('M');
    one == other || one.to_lowercase() == other.to_lowercase() && is_mega(one) == is_mega(other)
}
