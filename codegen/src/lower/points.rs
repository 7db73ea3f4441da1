//! Registers become the points of the model.

use std::collections::{BTreeMap, BTreeSet};

use super::Register;
use super::absent;
use super::forms::Form;
use super::label;
use super::pairs::Joined;
use super::settle;
use super::types::{Typed, Types};
use super::unusable;
use crate::cells::order::Order;
use crate::cells::packed;
use crate::cells::words;
use crate::columns::Meaning;
use crate::diagnostic::Entry;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::manifest::{self, LimitsAre, Manifest};
use crate::model::{
    Device, Encoding, Group, Kind, Limit, Packing, Point, PrintedLimit, RawType, Role, Signedness, ValueForm, ValueType,
};
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
    let points: Vec<Point> =
        joined.into_iter().map(|joined| point(joined, manifest, &types, remarks, diagnostics)).collect();
    let mut known: BTreeSet<&String> = groups.iter().collect();
    let of_points = || points.iter().filter_map(|point| point.group.as_ref());
    let more: Vec<String> = of_points().filter(|group| known.insert(group)).cloned().collect();
    groups.extend(more);
    let used: BTreeSet<&String> = of_points().collect();
    groups.retain(|group| used.contains(group));
    let named = |title: String| Group {
        name: manifest.names.group(&title).to_owned(),
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
    let label = register.label.clone().unwrap_or(name.label);
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
    let printed = settle::decimal(text);
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
        let what = if meaning == Meaning::Bits { "bits" } else { "values" };
        let warning = Diagnostic::warning(
            "W0513",
            said!("the {what} of {register} are not used", what, register = register.name()),
        );
        // Once for a range, whose elements all have the list.
        diagnostics.push_once(
            register
                .places(meaning)
                .into_iter()
                .fold(warning, Diagnostic::at)
                .expected("a list for a register whose type has one"),
        );
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

fn kind(register: &Register, typed: Option<&Typed>, incomplete: bool, diagnostics: &mut Diagnostics) -> Kind {
    let is_bit_set = matches!(register.form(), Some(Form::BitSet { .. }));
    if is_bit_set && (typed.is_some() || register.table.is_bit()) {
        let is = typed.map_or("a single bit", |typed| &typed.value_type.name);
        let error = Diagnostic::error(
            "E0510",
            said!("{register} is {is} and cannot be a bit set", register = register.name(), is),
        );
        diagnostics.push(
            register
                .places(Meaning::Type)
                .into_iter()
                .fold(error, Diagnostic::at)
                .expected("the type \"bitset\" on a register that has no other type"),
        );
    }
    let no_list = match register.form() {
        Some(Form::Bcd { .. }) => Some("BCD"),
        Some(Form::Float { .. }) => Some("a float"),
        Some(Form::Text { .. }) => Some("a text"),
        Some(Form::Bytes { .. } | Form::Address { .. }) => Some("bytes"),
        _ => None,
    };
    if let (Some(typed), Some(is)) = (typed, no_list) {
        let message = said!(
            "{register} is {is} and cannot be {value_type}",
            register = register.name(),
            is,
            value_type = &typed.value_type.name
        );
        diagnostics.push(
            register
                .places(Meaning::Type)
                .into_iter()
                .chain(register.places(register.values_from))
                .fold(Diagnostic::error("E0524", message), Diagnostic::at)
                .expected("a list of values on an integer"),
        );
        return Kind::Integer;
    }
    if let Some(typed) = typed {
        let name = typed.value_type.name.clone();
        return match typed.value_type.form {
            ValueForm::Enum => Kind::Enum(name),
            ValueForm::Flags => Kind::Flags(name),
            ValueForm::Special => Kind::Special(name),
            ValueForm::Conditional => Kind::Conditional(name),
        };
    }
    if register.table.is_bit() {
        return Kind::Bool;
    }
    match register.form() {
        // Bits that nothing lists have no names.
        Some(Form::BitSet { .. } | Form::Flags { .. }) => return Kind::BitSet,
        Some(Form::Text { .. }) => return Kind::Text,
        Some(Form::Bytes { .. } | Form::Address { .. }) => return Kind::Bytes,
        Some(Form::Float { .. }) => return Kind::Scaled,
        _ => {}
    }
    // A single bit without a list.
    if register.bit_range.is_some_and(|(low, high)| low == high) {
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
            said!(
                "{register} is “{unit}”, and nothing says what its values mean",
                register = register.name(),
                unit = &register.unit
            ),
        );
        for place in register.places(Meaning::Unit) {
            diagnostic = diagnostic.at(place);
        }
        diagnostics.push(diagnostic.expected(expected));
    }
    if let (Some(Form::Enum { .. }), false) = (register.form(), incomplete) {
        // Merged, since a vendor leaves many of them open.
        diagnostics.merge(
            register
                .places(Meaning::Type)
                .into_iter()
                .fold(
                    Diagnostic::warning("W0525", "an enum whose values are listed nowhere was taken as a number"),
                    Diagnostic::at,
                )
                .expected("a list of its values, or [enums.…] with them"),
        );
    }
    let is_plain = register.scale == Ratio::ONE && register.offset == Ratio::ZERO && register.scaled_by.is_none();
    if is_plain { Kind::Integer } else { Kind::Scaled }
}

fn raw(register: &Register, kind: &Kind, incomplete: bool, diagnostics: &mut Diagnostics) -> (RawType, Signedness) {
    if register.table.is_bit() {
        return (RawType::Bool, Signedness::Given);
    }
    let bits = bits(register);
    match register.form() {
        Some(Form::Text { .. }) => return (text(register, diagnostics), Signedness::Given),
        Some(Form::Bytes { .. } | Form::Address { .. }) => return (RawType::Bytes, Signedness::Given),
        Some(Form::Float { .. }) => return (RawType::Float { bits }, Signedness::Given),
        Some(Form::Bcd { .. }) => return (RawType::Bcd { digits: bits.wrapping_div(4) }, Signedness::Given),
        _ => {}
    }
    let stated = super::lists::stated_sign(register);
    match (kind, stated, &register.signed) {
        (Kind::Flags(_) | Kind::BitSet | Kind::Bool, ..) => {
            (RawType::Integer { bits, signed: false }, Signedness::Given)
        }
        (_, Some(signed), _) => (RawType::Integer { bits, signed }, Signedness::Given),
        (Kind::Enum(_) | Kind::Conditional(_), ..) | (_, None, None) if is_listed(register, kind) => {
            (RawType::Integer { bits, signed: false }, Signedness::Given)
        }
        (_, None, Some((signed, reason))) => {
            let reason = reason.clone().unwrap_or_default();
            (RawType::Integer { bits, signed: *signed }, Signedness::Rule(reason))
        }
        // The limits show it.
        (_, None, None) if signed_by_limits(register).is_some() => {
            let signed = signed_by_limits(register).unwrap_or_default();
            (RawType::Integer { bits, signed }, Signedness::Given)
        }
        // Of a type that is missing, and why it is has been reported, no rule needs to say anything.
        (_, None, None) if incomplete => (RawType::Integer { bits, signed: false }, Signedness::Given),
        (_, None, None) => (RawType::Integer { bits, signed: false }, Signedness::Assumed),
    }
}

/// Whether its values are codes, which are not negative unless the table says so.
fn is_listed(register: &Register, kind: &Kind) -> bool {
    matches!(kind, Kind::Enum(_) | Kind::Conditional(_)) || matches!(register.form(), Some(Form::Enum { .. }))
}

/// What printed limits say of the sign: negative ones are of a signed number, and where all raw values within them are in
/// the half that both signs share, it does not matter.
fn signed_by_limits(register: &Register) -> Option<bool> {
    let limits = register.limits.as_ref()?;
    let (min, max) = (limits.min.and_then(Limit::value)?, limits.max.and_then(Limit::value)?);
    if register.offset != Ratio::ZERO || register.scale <= Ratio::ZERO {
        return None;
    }
    if min < Ratio::ZERO {
        return Some(true);
    }
    let raw = register.scale.inverse().and_then(|inverse| max.times(inverse))?;
    let half = 1i64.checked_shl(u32::from(bits(register)).checked_sub(1)?)?;
    (raw < Ratio::new(half, 1)?).then_some(false)
}

/// The bits of a number in its registers.
pub(super) fn bits(register: &Register) -> u8 {
    u8::try_from(register.width.saturating_mul(16)).unwrap_or(u8::MAX)
}

/// Whether the bytes of every word are swapped. What a sheet or the device says is of numbers.
fn is_swapped(register: &Register) -> bool {
    let is_number = register.form().is_none_or(Form::is_number);
    !register.table.is_bit() && is_number && register.order.is_some_and(Order::is_byte_swapped)
}

/// A text's characters and registers say how they are packed, unless a rule does.
fn text(register: &Register, diagnostics: &mut Diagnostics) -> RawType {
    let registers = register.width;
    let swapped = register.stated_order.is_some_and(Order::is_byte_swapped);
    let two = if swapped { Packing::TwoLowFirst } else { Packing::TwoHighFirst };
    let Some(characters) = register.characters else {
        return RawType::Text {
            encoding: register.encoding.unwrap_or(Encoding::Ascii),
            packing: register.packing.unwrap_or(two),
        };
    };
    let found = words::packing(characters, registers).map(|found| if found == Packing::One { found } else { two });
    let fits = match register.packing {
        Some(Packing::One) => characters == registers,
        Some(Packing::TwoHighFirst | Packing::TwoLowFirst) => characters.div_ceil(2) == registers,
        None => found.is_some(),
    };
    if !fits && !register.misread {
        let message = said!(
            "{register} is a text of {characters} characters in {registers} registers",
            register = register.name(),
            characters,
            registers
        );
        diagnostics.push(
            register
                .places(Meaning::Type)
                .into_iter()
                .fold(Diagnostic::error("E0511", message), Diagnostic::at)
                .expected("one character in each register, or two"),
        );
    }
    RawType::Text {
        encoding: register.encoding.unwrap_or(Encoding::Ascii),
        packing: register.packing.or(found).unwrap_or(two),
    }
}

/// value = raw × scale.
fn scale(register: &Register, kind: &Kind, diagnostics: &mut Diagnostics) -> Ratio {
    let scaled = matches!(kind, Kind::Integer | Kind::Scaled | Kind::Special(_));
    if !scaled && (register.scale, register.offset) != (Ratio::ONE, Ratio::ZERO) {
        let what = if register.scale == Ratio::ONE { "an offset" } else { "a scale" };
        let error = Diagnostic::error(
            "E0507",
            said!("{register} is no number and has {what}", register = register.name(), what),
        );
        let meanings: &[Meaning] = match register.scale == Ratio::ONE {
            true => &[Meaning::Offset, Meaning::Formula],
            false => &[
                Meaning::Divisor,
                Meaning::Factor,
                Meaning::Exponent,
                Meaning::Decimals,
                Meaning::Format,
                Meaning::Formula,
                Meaning::ScaleRegister,
                Meaning::Range,
            ],
        };
        let printed = meanings.iter().flat_map(|meaning| super::settle::distinct(&register.facts, *meaning));
        let mut places: Vec<Place> =
            printed.filter(|printed| !printed.text.is_empty()).map(|printed| printed.place).collect();
        if places.is_empty() {
            // It stands in the unit, or in the manifest.
            places = register.places(Meaning::Unit);
        }
        let expected = match what {
            "an offset" => "offset 0, or an override of `offset`",
            _ => "scale 1, or an override of `divisor` or `factor`",
        };
        diagnostics.push(match bit_in_address(register) {
            Some((bit, address)) => {
                let help = format!(
                    "“{}” is read as bit {bit} of register {}: is the address right?",
                    address.found.as_deref().unwrap_or_default(),
                    register.address
                );
                let entry = Entry::cell(&address);
                let error = places.into_iter().fold(error.at(address), Diagnostic::at).expected(expected).help(help);
                error.manifest(entry)
            }
            None => places.into_iter().fold(error, Diagnostic::at).expected(expected),
        });
    }
    register.scale
}

/// The single bit that the address of a row names, and its cell.
fn bit_in_address(register: &Register) -> Option<(u8, Place)> {
    let (bit, _) = register.bit_range.filter(|(low, high)| low == high && register.form() != Some(Form::Bool))?;
    let is_in_address = register.filled(Meaning::Bit).is_empty();
    let cells = [Meaning::Address, Meaning::DeFacto].into_iter().flat_map(|meaning| register.filled(meaning));
    Some((bit, cells.into_iter().next().filter(|_| is_in_address)?))
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
                let mut diagnostic =
                    Diagnostic::warning("W0508", said!("the footnote {mark} is explained nowhere", mark));
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
