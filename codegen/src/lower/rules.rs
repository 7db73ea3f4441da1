//! Rules of the manifest set a field on every register that matches; a later rule wins over an earlier one.

use std::collections::BTreeSet;

use super::absent::RuledAbsent;
use super::described::Described;
use super::{Register, label};
use crate::columns::Meaning;
use crate::diagnostic::{Diagnostic, Diagnostics, said};
use crate::manifest::{Manifest, Rule};
use crate::ratio::Ratio;
use crate::spelling::wildcard;
use crate::suggest;

/// Applies every rule. Rules see units as overrides settled them.
pub(super) fn apply(
    registers: &mut [Register],
    manifest: &Manifest,
    described: &Described,
    diagnostics: &mut Diagnostics,
) {
    report_idle_aliases(registers, manifest, described, diagnostics);
    // Those whose scale a rule has set, which a later one may set anew.
    let mut ruled: BTreeSet<usize> = BTreeSet::new();
    for rule in &manifest.rules {
        let mut matched = false;
        let mut idle: Vec<&String> = rule.units.iter().flatten().collect();
        let mut untyped: Vec<&String> = rule.types.iter().flatten().collect();
        let mut unnamed: Vec<&String> = rule.labels.iter().flatten().chain(&rule.except).collect();
        for (place, register) in registers.iter_mut().enumerate().filter(|(_, register)| selects(rule, register)) {
            let name = label::label(register, manifest);
            unnamed.retain(|pattern| !wildcard(pattern, &name));
            if !is_named(rule, &name) {
                continue;
            }
            matched = true;
            idle.retain(|unit| **unit != register.unit);
            untyped.retain(|word| !is_type(word, register));
            if let Some(signed) = rule.signed {
                register.signed = Some((signed, Some(rule.reason.clone())));
            }
            register.optional = rule.optional.or(register.optional);
            if let Some(raw) = &rule.not_available {
                register.ruled_absent = RuledAbsent {
                    values: raw.iter().map(|raw| i128::from(*raw)).collect(),
                    of_lists: rule.types.is_some() || rule.registers.is_some(),
                };
            }
            if let Some(unit) = &rule.unit {
                register.unit.clone_from(&unit.unit);
                set_scale(register, unit.scale, rule, ruled.contains(&place), diagnostics);
            }
            set_scale(register, rule.scale, rule, ruled.contains(&place), diagnostics);
            if rule.scale.or(rule.unit.as_ref().and_then(|unit| unit.scale)).is_some() {
                ruled.insert(place);
            }
            register.keep_alive_s = rule.keep_alive_s.or(register.keep_alive_s);
            register.encoding = rule.encoding.or(register.encoding);
            register.packing = rule.packing.or(register.packing);
            register.ruled_order = rule.order.or(register.ruled_order);
            if let Some(cell) = &rule.type_word {
                register.type_word = Some(cell.clone().into());
            }
        }
        // Registers the table does not have are reported for all the manifest, and what was not read can match.
        let known = rule.registers.as_ref().is_none_or(|registers| described.spans(registers));
        if described.incomplete || registers.is_empty() || !known {
            continue;
        }
        let error = match (idle.first(), unnamed.first()) {
            _ if !matched => Diagnostic::error("E0402", "unused rule: it matches no register").at(rule.place.clone()),
            (Some(unit), _) => {
                Diagnostic::error("E0402", said!("no register this rule covers has the unit “{unit}”", unit))
                    .at(rule.place.clone().holds(unit.as_str()))
            }
            (None, Some(pattern)) => {
                Diagnostic::error("E0402", said!("no register this rule covers has a name like “{pattern}”", pattern))
                    .at(rule.place.clone().holds(pattern.as_str()))
            }
            (None, None) => match untyped.first() {
                Some(word) => {
                    Diagnostic::error("E0402", said!("no register this rule covers has the type “{word}”", word))
                        .at(rule.place.clone().holds(word.as_str()))
                }
                None => continue,
            },
        };
        let units: BTreeSet<&str> = registers.iter().map(|register| register.unit.as_str()).collect();
        diagnostics.push(
            error
                .expected("a rule for tables, units, names and registers that occur together in the vendor's table")
                .help(idle.first().map_or_else(
                    || "drop the rule, or correct what it selects".to_owned(),
                    |unit| suggest::nearest_of("unit", unit, units),
                )),
        );
    }
}

/// Takes the scale that a rule or its unit says, for raw limits as well; one that contradicts the table is reported.
fn set_scale(
    register: &mut Register,
    scale: Option<Ratio>,
    rule: &Rule,
    is_ruled: bool,
    diagnostics: &mut Diagnostics,
) {
    let Some(scale) = scale.filter(|scale| *scale != register.scale) else { return };
    if is_ruled || register.scale == Ratio::ONE && register.scale_cell.is_none() {
        register.scale = scale;
        register.rescale_limits();
        return;
    }
    let error = Diagnostic::error(
        "E0455",
        said!("a rule scales {register} by {scale}, but the table does not", register = register.name(), scale),
    );
    let places = register.places(Meaning::Unit).into_iter().take(1);
    diagnostics.push(
        places
            .fold(error.at(rule.place.clone()), Diagnostic::at)
            .expected(format!("× {} in both, or a rule that sets only the unit", register.scale)),
    );
}

/// Reports words of `[types]` that stand in no column of types.
fn report_idle_aliases(
    registers: &[Register],
    manifest: &Manifest,
    described: &Described,
    diagnostics: &mut Diagnostics,
) {
    if described.incomplete || registers.is_empty() {
        return;
    }
    for alias in manifest.aliases.iter().filter(|alias| !registers.iter().any(|one| is_type(&alias.word, one))) {
        let words: BTreeSet<&str> = registers.iter().map(|register| register.type_text.as_str()).collect();
        diagnostics.push(
            Diagnostic::error("E0402", said!("no register has the type “{word}”", word = &alias.word))
                .at(alias.place.clone().holds(&alias.word))
                .expected("a word as the vendor's table prints it")
                .help(suggest::nearest_of("type", &alias.word, words)),
        );
    }
    report_idle_formats(registers, manifest, diagnostics);
}

/// Reports words of `[formats]` that stand in no column of formats.
fn report_idle_formats(registers: &[Register], manifest: &Manifest, diagnostics: &mut Diagnostics) {
    let says = |register: &Register, word: &str| {
        let cells = register.facts.iter().filter_map(|fact| fact.row.filled(Meaning::Format));
        cells.into_iter().any(|cell| {
            cell.text.split_whitespace().eq(word.split_whitespace()) || cell.text.eq_ignore_ascii_case(word)
        })
    };
    for alias in manifest.formats.iter().filter(|alias| !registers.iter().any(|one| says(one, &alias.word))) {
        diagnostics.push(
            Diagnostic::error("E0402", said!("no register has the format “{word}”", word = alias.word.as_str()))
                .at(alias.place.clone().holds(&alias.word))
                .expected("a word as the vendor's table prints it"),
        );
    }
}

/// Whether a rule is about a register, its name aside.
fn selects(rule: &Rule, register: &Register) -> bool {
    let tables = rule.tables.as_ref().is_none_or(|tables| tables.contains(&register.table));
    let units = rule.units.as_ref().is_none_or(|units| units.contains(&register.unit));
    let types = rule.types.as_ref().is_none_or(|types| types.iter().any(|word| is_type(word, register)));
    let registers =
        rule.registers.as_ref().is_none_or(|registers| registers.contains(register.table, register.address));
    tables && units && types && registers
}

/// Whether a word stands in the column of types; case does not matter.
fn is_type(word: &str, register: &Register) -> bool {
    register.type_text.eq_ignore_ascii_case(word)
}

/// Whether a rule is about registers of this name.
fn is_named(rule: &Rule, name: &str) -> bool {
    let like = |pattern: &String| wildcard(pattern, name);
    rule.labels.as_ref().is_none_or(|labels| labels.iter().any(like)) && !rule.except.iter().any(like)
}
