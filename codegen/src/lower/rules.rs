//! Rules of the manifest set a field on every register that matches; a later rule wins over an earlier one.

use super::Register;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::manifest::{Manifest, Rule};

/// Applies every rule. Rules see units as overrides settled them.
pub(super) fn apply(registers: &mut [Register], manifest: &Manifest, diagnostics: &mut Diagnostics) {
    for rule in &manifest.rules {
        let mut matched = false;
        for register in registers.iter_mut().filter(|register| matches(rule, register)) {
            matched = true;
            if let Some(signed) = rule.signed {
                register.signed = Some((signed, rule.reason.clone()));
            }
            if let Some(optional) = rule.optional {
                register.optional = optional;
            }
            if let Some(raw) = &rule.not_available {
                register.not_available.clone_from(raw);
            }
        }
        if !matched && !registers.is_empty() && rule.registers.is_none() {
            diagnostics.push(
                Diagnostic::error("E0402", "this rule matches nothing")
                    .at(rule.place.clone())
                    .expected("a rule for registers the vendor's table describes"),
            );
        }
    }
}

fn matches(rule: &Rule, register: &Register) -> bool {
    let tables = rule.tables.as_ref().is_none_or(|tables| tables.contains(&register.table));
    let units = rule.units.as_ref().is_none_or(|units| units.contains(&register.unit));
    let registers =
        rule.registers.as_ref().is_none_or(|registers| registers.contains(register.table, register.address));
    tables && units && registers
}
