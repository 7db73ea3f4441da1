//! Registers become the points of the model.

use super::Register;
use super::label;
use super::pairs::Joined;
use super::types::{Typed, Types};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::manifest::Manifest;
use crate::model::{Device, Kind, Point, RawType, Role, Signedness, Source, ValueForm, ValueType};
use crate::names;
use crate::ratio::Ratio;
use crate::table::Remark;

/// Unit cells that say that a register is a truth value.
const TRUTH: [&str; 4] = ["on/off", "active/inactive", "yes/no", "true/false"];

/// Whether a unit cell, in lower case, says that a register is a truth value.
pub(super) fn says_truth(unit: &str) -> bool {
    TRUTH.contains(&unit)
}

/// The device with every value as a point.
pub(super) fn device(
    manifest: &Manifest,
    joined: Vec<Joined>,
    types: Types,
    remarks: Option<&[Remark]>,
    diagnostics: &mut Diagnostics,
) -> Device {
    let mut groups: Vec<String> = Vec::new();
    for group in manifest.sheets.iter().filter_map(|sheet| sheet.group.as_ref()) {
        if !groups.contains(group) {
            groups.push(group.clone());
        }
    }
    let points: Vec<Point> =
        joined.into_iter().map(|joined| point(joined, manifest, &types, remarks, diagnostics)).collect();
    groups.retain(|group| points.iter().any(|point| point.group.as_ref() == Some(group)));
    Device {
        name: manifest.name.value.clone(),
        manufacturer: manifest.manufacturer.clone(),
        document: manifest.document.clone(),
        description: manifest.description.clone(),
        languages: vec!["en".to_owned()],
        link: manifest.link.clone(),
        reserved: Vec::new(),
        types: in_use(types.list, &points),
        groups,
        arrays: Vec::new(),
        points,
        inputs: Vec::new(),
    }
}

/// The types that points use, in the order of their first use.
fn in_use(types: Vec<Typed>, points: &[Point]) -> Vec<ValueType> {
    let first_use = |name: &str| {
        points.iter().position(|point| matches!(&point.kind, Kind::Enum(used) | Kind::Flags(used) if used == name))
    };
    let mut used: Vec<(usize, ValueType)> =
        types.into_iter().filter_map(|typed| Some((first_use(&typed.value_type.name)?, typed.value_type))).collect();
    used.sort_by_key(|(first, _)| *first);
    used.into_iter().map(|(_, value_type)| value_type).collect()
}

fn point(
    joined: Joined,
    manifest: &Manifest,
    types: &Types,
    remarks: Option<&[Remark]>,
    diagnostics: &mut Diagnostics,
) -> Point {
    let Joined { register, words } = joined;
    let typed = type_of(&register, &types.list, diagnostics);
    let described =
        typed.map_or_else(|| register.description.clone(), |typed| typed.without_values(&register.description));
    let name = label::name(&described, &register.unit, &manifest.optional_marks);
    let kind = kind(&register, typed, types.incomplete, diagnostics);
    let (raw, signedness) = raw(&register, &kind, words.len(), types.incomplete);
    let label = register.label.clone().unwrap_or(name.label);
    let mut notes = footnotes(&register, &name.footnotes, typed, remarks.filter(|_| !types.incomplete), diagnostics);
    notes.extend(register.notes.iter().cloned());
    let mut sources: Vec<Source> = Vec::new();
    for fact in &register.facts {
        let cell = fact.row.address.as_ref().or(fact.row.de_facto.as_ref()).unwrap_or(&fact.row.description);
        sources.push(fact.row.source(cell));
    }
    Point {
        id: names::snake(&label),
        array: None,
        label,
        translations: Vec::new(),
        description: register.description.clone(),
        notes,
        role: register.trigger.map_or(Role::Value, |trigger| Role::Command { trigger: Some(trigger) }),
        table: register.table,
        words,
        access: register.access,
        raw,
        signedness,
        scale: scale(&register, &kind, diagnostics),
        unit: unit(&register.unit),
        optional: register.optional.unwrap_or(name.optional),
        not_available: if matches!(kind, Kind::Integer | Kind::Scaled) {
            register.not_available.clone()
        } else {
            Vec::new()
        },
        kind,
        limits: register.limits.clone(),
        default: None,
        available_if: None,
        specials: Vec::new(),
        values_if: Vec::new(),
        read_side_effect: false,
        persistent: None,
        keep_alive_s: register.keep_alive_s,
        details: details(&register, manifest, remarks, diagnostics),
        group: register.group,
        aliases: register
            .aliases
            .iter()
            .map(|alias| label::name(alias, &register.unit, &manifest.optional_marks).label)
            .collect(),
        corrections: register.corrections,
        sources,
    }
}

fn type_of<'a>(register: &Register, types: &'a [Typed], diagnostics: &mut Diagnostics) -> Option<&'a Typed> {
    let mut having = types.iter().filter(|typed| typed.has(register.table, register.address));
    let (first, second) = (having.next(), having.next());
    if let (Some(first), Some(second)) = (first, second) {
        let mut diagnostic = Diagnostic::error(
            "E0505",
            format!("{} has two types, {} and {}", register.name(), first.value_type.name, second.value_type.name),
        );
        for place in register.description_places() {
            diagnostic = diagnostic.at(place);
        }
        diagnostics.push(diagnostic.expected("one type for each register"));
    }
    first
}

fn kind(register: &Register, typed: Option<&Typed>, incomplete: bool, diagnostics: &mut Diagnostics) -> Kind {
    if register.bit_set && (typed.is_some() || register.table.is_bit()) {
        let is = typed.map_or("a single bit", |typed| &typed.value_type.name);
        let error = Diagnostic::error("E0510", format!("{} is {is} and cannot be a bit set", register.name()));
        diagnostics.push(
            register
                .description_places()
                .into_iter()
                .fold(error, Diagnostic::at)
                .expected("the override of `type` to \"bitset\" on a register that has no other type"),
        );
    }
    if let Some(typed) = typed {
        let name = typed.value_type.name.clone();
        return if typed.value_type.form == ValueForm::Enum { Kind::Enum(name) } else { Kind::Flags(name) };
    }
    if register.bit_set {
        return Kind::BitSet;
    }
    if register.table.is_bit() {
        return Kind::Bool;
    }
    let unit = register.unit.to_lowercase();
    let wanted = match unit.as_str() {
        "enum" => Some("[enums.…] with the footnote or the description that lists its values"),
        "bitfield" => Some("[flags.…] with the footnote that lists its bits, or an override of `type` to \"bitset\""),
        truth if TRUTH.contains(&truth) => {
            Some("an override of its unit, or of `type` to \"bitset\": a register holds 16 bits")
        }
        _ => None,
    };
    // Where a type is missing it may be this one; why it is missing has been reported.
    if let Some(expected) = wanted.filter(|_| !incomplete) {
        let mut diagnostic = Diagnostic::error(
            "E0506",
            format!("{} is “{}”, and nothing says what its values mean", register.name(), register.unit),
        );
        for printed in super::settle::distinct(&register.facts, |row| &row.unit) {
            diagnostic = diagnostic.at(printed.place);
        }
        diagnostics.push(diagnostic.expected(expected));
    }
    if register.divisor == Ratio::ONE { Kind::Integer } else { Kind::Scaled }
}

fn raw(register: &Register, kind: &Kind, words: usize, incomplete: bool) -> (RawType, Signedness) {
    if register.table.is_bit() {
        return (RawType::Bool, Signedness::Given);
    }
    let bits = u8::try_from(words.saturating_mul(16)).unwrap_or(u8::MAX);
    if matches!(kind, Kind::Enum(_) | Kind::Flags(_) | Kind::BitSet) {
        return (RawType::Integer { bits, signed: false }, Signedness::Given);
    }
    match &register.signed {
        Some((signed, reason)) => (RawType::Integer { bits, signed: *signed }, Signedness::Rule(reason.clone())),
        // Of a type that is missing, and why it is has been reported, no rule needs to say anything.
        None if incomplete => (RawType::Integer { bits, signed: false }, Signedness::Given),
        None => (RawType::Integer { bits, signed: false }, Signedness::Assumed),
    }
}

/// value = raw × scale, where the table prints what the value is multiplied by.
fn scale(register: &Register, kind: &Kind, diagnostics: &mut Diagnostics) -> Ratio {
    let scaled = matches!(kind, Kind::Integer | Kind::Scaled);
    if !scaled && register.divisor != Ratio::ONE {
        let mut diagnostic = Diagnostic::error("E0507", format!("{} is no number and has a scale", register.name()));
        for printed in super::settle::distinct(&register.facts, |row| &row.divisor) {
            diagnostic = diagnostic.at(printed.place);
        }
        diagnostics.push(diagnostic.expected("scale 1, or an override of `divisor`"));
    }
    register.divisor.inverse().unwrap_or(Ratio::ONE)
}

/// The unit of a number; words that describe a type are none.
fn unit(printed: &str) -> Option<String> {
    let lower = printed.to_lowercase();
    let is_type = lower == "enum" || lower == "bitfield" || says_truth(&lower);
    (!printed.is_empty() && !is_type).then(|| printed.to_owned())
}

/// Footnotes that are text; those that list values are in the type.
fn footnotes(
    register: &Register,
    marks: &[String],
    typed: Option<&Typed>,
    remarks: Option<&[Remark]>,
    diagnostics: &mut Diagnostics,
) -> Vec<String> {
    let mut notes = Vec::new();
    // Where a type is missing, a footnote may list its values.
    let Some(remarks) = remarks else { return notes };
    for mark in marks {
        if typed.is_some_and(|typed| typed.footnote.as_ref() == Some(mark)) {
            continue;
        }
        match remarks.iter().find(|remark| remark.mark == *mark) {
            Some(remark) => notes.push(remark.text.clone()),
            None => {
                let mut diagnostic = Diagnostic::warning("W0508", format!("the footnote {mark} is explained nowhere"));
                for place in register.description_places() {
                    diagnostic = diagnostic.at(place);
                }
                diagnostics.merge(diagnostic.expected("a footnote with this mark in the sheet that [key] names"));
            }
        }
    }
    notes
}

fn details(
    register: &Register,
    manifest: &Manifest,
    remarks: Option<&[Remark]>,
    diagnostics: &mut Diagnostics,
) -> Vec<(String, String)> {
    let legend = manifest.key.as_ref().and_then(|key| key.legend.as_deref());
    let mut details = Vec::new();
    for (index, ((name, header), text)) in manifest.columns.details.iter().zip(&register.details).enumerate() {
        if text.is_empty() {
            continue;
        }
        let mut shown = text.clone();
        if let (true, Some(remarks)) = (legend == Some(name), remarks) {
            match remarks.iter().find(|remark| remark.mark == *text) {
                Some(remark) => shown = format!("{text} ({})", remark.text.trim_end_matches(['*', ' '])),
                None => {
                    let printed = super::settle::distinct(&register.facts, |row| {
                        row.details.get(index).unwrap_or(&row.description)
                    });
                    let mut diagnostic =
                        Diagnostic::warning("W0509", format!("the table key does not explain “{text}”"));
                    for printed in printed {
                        diagnostic = diagnostic.at(printed.place);
                    }
                    diagnostics.merge(diagnostic.expected("a mark of the sheet that [key] names"));
                }
            }
        }
        details.push((header.value.clone(), shown));
    }
    details
}
