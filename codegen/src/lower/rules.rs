//! Rules of the manifest set a field on every register that matches; a later rule wins over an earlier one.

use std::collections::BTreeSet;

use super::Register;
use super::described::Described;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::manifest::{Manifest, Rule};
use crate::suggest;

/// Applies every rule. Rules see units as overrides settled them.
pub(super) fn apply(
    registers: &mut [Register],
    manifest: &Manifest,
    described: &Described,
    diagnostics: &mut Diagnostics,
) {
    for rule in &manifest.rules {
        let mut matched = false;
        let mut idle: Vec<&String> = rule.units.iter().flatten().collect();
        for register in registers.iter_mut().filter(|register| matches(rule, register)) {
            matched = true;
            idle.retain(|unit| **unit != register.unit);
            if let Some(signed) = rule.signed {
                register.signed = Some((signed, rule.reason.clone()));
            }
            register.optional = rule.optional.or(register.optional);
            if let Some(raw) = &rule.not_available {
                register.not_available.clone_from(raw);
            }
        }
        // Registers the table does not have are reported for all the manifest, and what was not read can match.
        let known = rule.registers.as_ref().is_none_or(|registers| described.all(registers));
        if described.incomplete || registers.is_empty() || !known {
            continue;
        }
        let error = match idle.first() {
            _ if !matched => Diagnostic::error("E0402", "this rule matches nothing").at(rule.place.clone()),
            Some(unit) => Diagnostic::error("E0402", format!("no register this rule is about has the unit “{unit}”"))
                .at(rule.place.clone().holds(unit.as_str())),
            None => continue,
        };
        let units: BTreeSet<&str> = registers.iter().map(|register| register.unit.as_str()).collect();
        diagnostics.push(
            error.expected("a rule for tables, units and registers that the vendor's table has together").help(
                idle.first().map_or_else(
                    || "drop the rule, or correct what it selects".to_owned(),
                    |unit| suggest::nearest_of("unit", unit, units),
                ),
            ),
        );
    }
}

fn matches(rule: &Rule, register: &Register) -> bool {
    let tables = rule.tables.as_ref().is_none_or(|tables| tables.contains(&register.table));
    let units = rule.units.as_ref().is_none_or(|units| units.contains(&register.unit));
    let registers =
        rule.registers.as_ref().is_none_or(|registers| registers.contains(register.table, register.address));
    tables && units && registers
}
