//! Registers become the points of the model.

mod kinds;

pub(super) use self::kinds::bits;
use self::kinds::{is_swapped, kind, raw, scale};
use std::collections::{BTreeMap, BTreeSet};

use super::Register;
use super::absent;
use super::forms::Form;
use super::label;
use super::lists;
use super::pairs::Joined;
use super::settle;
use super::types::{Typed, Types};
use super::unusable;
use crate::cells::packed;
use crate::columns::Meaning;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::manifest::{self, LimitsAre, Manifest};
use crate::model::{Device, Group, Kind, Point, PrintedLimit, Role, ValueType, WriteFunctions};
use crate::names;
use crate::ratio::Ratio;
use crate::rows::Remark;

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
    for sheet in &manifest.sheets {
        let manifest::Group::Title(title) = &sheet.group else { continue };
        let title = manifest.naming.stripped(title).to_owned();
        if !groups.contains(&title) {
            groups.push(title);
        }
    }
    let mut places: BTreeMap<String, Place> = BTreeMap::new();
    for fact in joined.iter().flat_map(|one| &one.register.facts) {
        if let (Some(group), Some(place)) = (&fact.group, &fact.group_at) {
            places.entry(group.clone()).or_insert_with(|| place.clone());
        }
    }
    let mut points: Vec<Point> =
        joined.into_iter().map(|joined| point(joined, manifest, &types, remarks, diagnostics)).collect();
    // They stand where the registers stood, which are larger.
    points.shrink_to_fit();
    let mut known: BTreeSet<&String> = groups.iter().collect();
    let of_points = || points.iter().filter_map(|point| point.group.as_ref());
    let more: Vec<String> = of_points().filter(|group| known.insert(group)).cloned().collect();
    groups.extend(more);
    let used: BTreeSet<&String> = of_points().collect();
    groups.retain(|group| used.contains(group));
    let named = |title: String| Group {
        name: manifest.names.group(&title).to_owned(),
        translations: manifest.names.group_titles(&title, &manifest.languages),
        place: places.get(&title).cloned().unwrap_or_default(),
        title,
    };
    Device {
        name: manifest.name.value.clone(),
        type_name: names::pascal(manifest.names.device(&manifest.name.value)),
        manufacturer: manifest.manufacturer.clone(),
        document: manifest.document.clone(),
        description: manifest.description.clone(),
        languages: manifest.languages.clone(),
        link: manifest.link.clone(),
        reserved: Vec::new(),
        types: in_use(types.list, &points),
        groups: groups.into_iter().map(named).collect(),
        variants: Vec::new(),
        detect: None,
        arrays: Vec::new(),
        points,
        inputs: Vec::new(),
    }
}

/// The types that points use, in the order of their first use.
fn in_use(types: Vec<Typed>, points: &[Point]) -> Vec<ValueType> {
    let mut first_use: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, point) in points.iter().enumerate() {
        let (Kind::Enum(used) | Kind::Flags(used) | Kind::Special(used) | Kind::Conditional(used)) = &point.kind else {
            continue;
        };
        for name in [used].into_iter().chain(point.values_if.iter().map(|case| &case.type_name)) {
            first_use.entry(name).or_insert(index);
        }
    }
    let first_use = |name: &str| first_use.get(name).copied();
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
    let typed = type_of(&register, types, diagnostics);
    let described = typed.map_or_else(
        || label::head(&register.description).to_owned(),
        |typed| typed.without_values(&register.description),
    );
    let name = label::name(&described, &register.unit, &manifest.optional_marks);
    let incomplete = types.incomplete || register.misread || types.is_doubtful(&register);
    let kind = kind(&register, typed, incomplete, diagnostics);
    // A list that the type cannot have is reported as that.
    if typed.is_none() || kind != Kind::Integer {
        report_idle_list(&register, &kind, incomplete, diagnostics);
    }
    let (raw, signedness) = raw(&register, &kind, incomplete, diagnostics);
    let label = register.label.clone().or_else(|| register.first_phrase.clone()).unwrap_or(name.label);
    let mut notes =
        footnotes(&register, manifest, &name.footnotes, typed, remarks.filter(|_| !types.incomplete), diagnostics);
    notes.extend(register.notes.iter().cloned());
    unusable::report(&register, &kind, diagnostics);
    let not_available = absent::values(&register, &kind, raw, typed, manifest, diagnostics);
    let languages = manifest.languages.iter().skip(1);
    let (default, default_value) = default(&register, manifest);
    let translations = languages.zip(label::translations(&register)).filter(|(_, text)| !text.is_empty());
    Point {
        id: identifier(&register, &label),
        translations: translations.map(|(language, text)| (language.clone(), text.to_owned())).collect(),
        label,
        description: register.description.clone(),
        notes,
        role: register.role.unwrap_or(Role::Value),
        table: register.table,
        words,
        access: register.access(),
        write_functions: register
            .write_functions
            .filter(|own| ![WriteFunctions::Any, manifest.link.write_functions].contains(own)),
        raw,
        byte_swapped: is_swapped(&register),
        bit_range: register.bit_range,
        signedness,
        scale: scale(&register, &kind, diagnostics),
        offset: register.offset,
        scale_register: register.scaled_by,
        holds_power_of_ten: register.form() == Some(Form::ScaleFactor),
        unit: unit(&register.unit),
        optional: register.optional.unwrap_or(name.optional),
        not_available,
        specials: match &kind {
            Kind::Special(_) => typed.map(|typed| typed.specials(&register)).unwrap_or_default(),
            _ => Vec::new(),
        },
        values_if: typed.map(|typed| typed.cases.clone()).unwrap_or_default(),
        kind,
        limits: register.limits.clone(),
        default,
        default_value,
        available_if: register.available_if,
        read_side_effect: register.read_side_effect,
        persistent: (!register.persistent.is_empty()).then(|| register.persistent.clone()),
        keep_alive_s: register.keep_alive_s,
        unit_id: register.unit_id,
        variants: register.variants.clone(),
        details: details(&register, manifest, remarks, diagnostics),
        sources: register.facts.iter().map(|fact| fact.row.start()).collect(),
        named_at: register.named_at(),
        limited_at: limited_at(&register),
        selection: register.selection.clone(),
        aliases: register
            .aliases
            .iter()
            .map(|alias| label::name(label::head(alias), &register.unit, &manifest.optional_marks).label)
            .collect(),
        // A member of an array is found there, not in a group.
        group: register.group.filter(|_| register.place.is_none()),
        corrections: register.corrections,
        array: register.place,
    }
}

/// The default as it is shown, and as a number where it is one. What counts raw values is shown in the unit, as limits are.
fn default(register: &Register, manifest: &Manifest) -> (Option<String>, Option<Ratio>) {
    let text = &register.default;
    if text.is_empty() {
        return (None, None);
    }
    let is_overridden = register.corrections.iter().any(|of| of.field == "default" && of.cell.is_none());
    let is_printed_alone = register.facts.iter().any(|fact| fact.row.filled(Meaning::Default).is_some());
    let is_raw = manifest.conventions.limits == Some(LimitsAre::Raw) && is_printed_alone && !is_overridden;
    let printed = settle::decimal(text).or_else(|| settle::in_unit(text, &register.unit));
    match printed.filter(|_| is_raw).and_then(|raw| raw.times(register.scale)?.plus(register.offset)) {
        Some(value) if printed != Some(value) => (Some(value.to_string()), Some(value)),
        _ => (Some(text.clone()), printed),
    }
}

/// The cells that print its limits and its default.
fn limited_at(register: &Register) -> Vec<PrintedLimit> {
    let overridden = |field: &str| register.corrections.iter().any(|of| of.field == field && of.cell.is_none());
    let is_given = register.limits.is_none() || overridden("limits");
    let columns = [
        ("min", Meaning::Min),
        ("max", Meaning::Max),
        ("step", Meaning::Step),
        ("range", Meaning::Range),
        ("unit", Meaning::Unit),
        ("default", Meaning::Default),
    ];
    let is_stated = |(field, _): &(&str, Meaning)| *field == "default" || !is_given;
    let printed = |(field, meaning)| {
        let mut facts = register.facts.iter().filter(|_| !overridden(field));
        let (row, cell) = facts.find_map(|fact| Some((&fact.row, fact.row.filled(meaning)?)))?;
        let is_limit = meaning != Meaning::Unit || packed::is_packed(&cell.text);
        is_limit.then(|| PrintedLimit { field, text: cell.text.clone(), source: row.source(cell) })
    };
    columns.into_iter().filter(is_stated).filter_map(printed).collect()
}

/// Reports a list in a column for lists that gives the register no type.
fn report_idle_list(register: &Register, kind: &Kind, incomplete: bool, diagnostics: &mut Diagnostics) {
    let is_flags = matches!(kind, Kind::Flags(_));
    let is_listed = matches!(kind, Kind::Enum(_) | Kind::Special(_) | Kind::Conditional(_));
    for (meaning, text, is_used) in [
        (register.values_from, &register.values, is_listed || is_flags && register.bits.is_empty()),
        (Meaning::Bits, &register.bits, is_flags),
    ] {
        // Rows beneath list their values themselves.
        if text.is_empty() || !register.listed.is_empty() || is_used || incomplete {
            continue;
        }
        // Once for a range, whose elements all have the list.
        let warning = lists::not_used(register, meaning);
        diagnostics.push_once(warning.expected("a list for a register whose type has one"));
    }
}

/// `outdoor_temperature`, `heat_pump[3].status`, `room_temperature[1]`.
fn identifier(register: &Register, label: &str) -> String {
    match (&register.id, &register.place) {
        (Some(id), None) => id.clone(),
        (_, Some(place)) if place.member.is_empty() => format!("{}[{}]", place.array, place.element),
        (_, Some(place)) => format!("{}[{}].{}", place.array, place.element, place.member),
        (None, None) => register.scoped(label::without_sign(label, &register.unit)),
    }
}

fn type_of<'a>(register: &Register, types: &'a Types, diagnostics: &mut Diagnostics) -> Option<&'a Typed> {
    let mut having = types.of(register);
    let (first, second) = (having.next(), having.next());
    if let (Some(first), Some(second)) = (first, second) {
        let mut diagnostic = Diagnostic::error(
            "E0505",
            said!(
                "{register} has two types, {first} and {second}",
                register = register.name(),
                first = &first.value_type.name,
                second = &second.value_type.name
            ),
        );
        for place in register.description_places() {
            diagnostic = diagnostic.at(place);
        }
        diagnostics.push(diagnostic.expected("one type for each register"));
    }
    first
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
    manifest: &Manifest,
    marks: &[String],
    typed: Option<&Typed>,
    remarks: Option<&[Remark]>,
    diagnostics: &mut Diagnostics,
) -> Vec<String> {
    let mut notes = Vec::new();
    // Where a type is missing, a footnote may list its values.
    let Some(remarks) = remarks else { return notes };
    // Where the name stands in a column of its own and there is no table key, a description is prose.
    if register.label.is_some() && manifest.key.is_none() {
        return notes;
    }
    for mark in marks {
        if typed.is_some_and(|typed| typed.footnote.as_ref() == Some(mark)) {
            continue;
        }
        match remarks.iter().find(|remark| remark.mark == *mark) {
            Some(remark) => notes.push(remark.text.clone()),
            None => {
                let mut diagnostic = Diagnostic::warning("W0508", said!("footnote {mark} is not explained", mark));
                for place in register.description_places() {
                    diagnostic = diagnostic.at(place);
                }
                diagnostics.merge(diagnostic.expected("a footnote with this mark on the sheet that [key] names"));
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
                    let mut diagnostic =
                        Diagnostic::warning("W0509", said!("the table key does not explain “{text}”", text));
                    for place in register.places(Meaning::Detail(index)) {
                        diagnostic = diagnostic.at(place);
                    }
                    diagnostics.merge(diagnostic.expected("a mark of the sheet that [key] names"));
                }
            }
        }
        details.push((header.clone(), shown));
    }
    details
}
