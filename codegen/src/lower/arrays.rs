//! Registers that repeat become elements of arrays, and ranges become a register for each element.

mod patterns;

use self::patterns::{capitalised, folded, match_pattern};
use std::collections::{BTreeMap, BTreeSet};

use super::described::Described;
use super::facts::Repeated;
use super::forms::Form;
use super::pairs::Joined;
use super::{Register, label, report_most};
use crate::diagnostic::Entry;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::manifest::{ArrayEntry, ArraySource, Manifest, Names};
use crate::model::{Array, ArrayPlace, Availability, Element, Limit, Point, Reserved, Table};
use crate::names;
use crate::suggest;

/// Takes out what the table calls reserved: no point, but addresses that a block may cross.
pub(super) fn split_reserved(registers: Vec<Register>) -> (Vec<Register>, Vec<Reserved>) {
    let is_reserved = |register: &Register| register.form() == Some(Form::Reserved);
    if !registers.iter().any(is_reserved) {
        return (registers, Vec::new());
    }
    let (reserved, registers): (Vec<_>, Vec<_>) = registers.into_iter().partition(is_reserved);
    let reserved = reserved
        .iter()
        .map(|register| Reserved {
            table: register.table,
            first: *register.addresses().start(),
            last: *register.addresses().end(),
        })
        .collect();
    (registers, reserved)
}

/// What the table calls reserved and no point covers.
pub(super) fn unused(reserved: impl Iterator<Item = Reserved>, points: &[Point]) -> Vec<Reserved> {
    let mut used: BTreeSet<(Table, u16)> = BTreeSet::new();
    for point in points {
        used.extend(point.words.iter().map(|word| (point.table, *word)));
    }
    let mut unused: Vec<Reserved> = Vec::new();
    for range in reserved {
        for address in range.first..=range.last {
            if !used.insert((range.table, address)) {
                continue;
            }
            match unused.last_mut() {
                Some(last)
                    if last.table == range.table
                        && last.last.checked_add(1) == Some(address)
                        && address != range.first =>
                {
                    last.last = address;
                }
                _ => unused.push(Reserved { table: range.table, first: address, last: address }),
            }
        }
    }
    unused
}

/// Most elements of arrays, each counted for every row about it, since it keeps them all.
const MOST: usize = 500_000;

/// Gives every register its place, where it has one, and says which arrays there are; nothing where they have more
/// elements than are read, which is reported.
pub(super) fn place(
    joined: Vec<Joined>,
    manifest: &Manifest,
    described: &Described,
    diagnostics: &mut Diagnostics,
) -> Option<(Vec<Joined>, Vec<Array>)> {
    let mut left = MOST;
    let mut families = Families::default();
    // A register is large, and most are no arrays.
    let mut placed = Vec::with_capacity(joined.len());
    let mut spread_labels: BTreeSet<String> = BTreeSet::new();
    let mut labels: BTreeMap<String, String> = BTreeMap::new();
    for mut one in joined {
        let block = one.register.repeated.clone().or_else(|| declared(&one.register, manifest));
        let elements = match &block {
            Some(block) => block.count,
            None => one.register.count.checked_div(one.register.width).unwrap_or_default(),
        };
        if elements > 1 {
            let Some(rest) = left.checked_sub(usize::from(elements).saturating_mul(one.register.facts.len())) else {
                let row = one.register.facts.first().map(|fact| fact.row.whole());
                report_most(row.unwrap_or_default(), diagnostics);
                return None;
            };
            left = rest;
        }
        if let Some(block) = block {
            if label::label(&one.register, manifest).is_empty() {
                report_nameless(&one.register, diagnostics);
                // It is there all the same: others may be about it.
                one.register.label = Some(one.register.name());
            }
            labels.insert(block.array.clone(), block.label.clone());
            placed.extend(repeat(&one, &block, manifest));
            continue;
        }
        if one.register.count > one.register.width {
            spread_labels.insert(label::label(&one.register, manifest));
            placed.extend(spread(&one.register, manifest));
        } else {
            placed.push(by_pattern(one, manifest, &mut families));
        }
    }
    let arrays = arrays(&mut placed, manifest, &families, &labels);
    let members: BTreeSet<(&str, &str)> = placed
        .iter()
        .filter_map(|one| one.register.place.as_ref())
        .map(|place| (place.array.as_str(), place.member_label.as_str()))
        .collect();
    // What could not be read may be what belongs to them.
    if !described.partial {
        for entry in &manifest.arrays {
            report_idle(entry, &arrays, &spread_labels, diagnostics);
            report_idle_ids(entry, &members, diagnostics);
        }
        for array in &arrays {
            name_sparse(array, &placed, diagnostics);
        }
    }
    Some((placed, arrays))
}

/// The block of an `[[array]]` that a register lies in.
fn declared(register: &Register, manifest: &Manifest) -> Option<Repeated> {
    manifest.arrays.iter().find_map(|entry| match &entry.source {
        ArraySource::Block { registers, stride, count, first }
            if registers.contains_all(register.table, register.addresses()) =>
        {
            Some(Repeated {
                array: entry.name.value.clone(),
                label: entry.labels.first().filter(|label| !label.is_empty()).unwrap_or(&entry.name.value).clone(),
                start: registers.ranges.iter().map(|(_, first, _)| *first).min().unwrap_or_default(),
                stride: *stride,
                count: *count,
                first: *first,
            })
        }
        _ => None,
    })
}

/// A register of a block that repeats: as many, each further on.
fn repeat(one: &Joined, block: &Repeated, manifest: &Manifest) -> Vec<Joined> {
    let name = label::label(&one.register, manifest);
    let within = |address: u16| address.checked_sub(block.start).is_some_and(|offset| offset < block.stride);
    let numbered = block.offsets().zip(block.first..);
    numbered
        .map(|(offset, element)| {
            let mut register = one.register.clone();
            let moved = |address: u16| if within(address) { address.saturating_add(offset) } else { address };
            register.address = register.address.saturating_add(offset);
            if let Some(limits) = &mut register.limits {
                for limit in [&mut limits.min, &mut limits.max, &mut limits.step].into_iter().flatten() {
                    if let Limit::Register(address) = limit {
                        *address = moved(*address);
                    }
                }
            }
            if let Some(Availability { register: address, .. }) = &mut register.available_if {
                *address = moved(*address);
            }
            if let Some(address) = register.scale_cell.as_mut().and_then(|cell| cell.address.as_mut()) {
                *address = moved(*address);
            }
            register.place = Some(ArrayPlace {
                array: block.array.clone(),
                element,
                member: names::snake(label::without_sign(&name, &register.unit)),
                member_label: name.clone(),
            });
            let words = one.words.iter().map(|word| word.saturating_add(offset)).collect();
            Joined { register, words }
        })
        .collect()
}

/// A range of registers: an element each.
fn spread(range: &Register, manifest: &Manifest) -> Vec<Joined> {
    let name = label::label(range, manifest);
    let entry = manifest.arrays.iter().find_map(|entry| match &entry.source {
        ArraySource::Members { members, first } => {
            let (_, member) = members.iter().find(|(label, _)| *label == name)?;
            Some((entry.name.value.clone(), member.value.clone(), *first))
        }
        ArraySource::Range { registers, first } if registers.contains(range.table, range.address) => {
            Some((entry.name.value.clone(), String::new(), *first))
        }
        ArraySource::Range { .. } | ArraySource::Pattern(_) | ArraySource::Block { .. } => None,
    });
    let (array, member_label, first) = entry.unwrap_or_else(|| (manifest.names.array(&name), String::new(), 1));
    let defaults: Vec<&str> = range.default.split([';', ',']).map(str::trim).collect();
    let elements = range.count.checked_div(range.width).unwrap_or_default();
    (0..elements)
        .map(|offset| {
            let mut register = range.clone();
            register.address = register.address.saturating_add(offset.saturating_mul(range.width));
            register.count = range.width;
            if defaults.len() == usize::from(elements) {
                let own = defaults.get(usize::from(offset));
                register.default = own.map_or_else(String::new, |text| (*text).to_owned());
            }
            register.place = Some(ArrayPlace {
                array: array.clone(),
                element: first.saturating_add(offset),
                member: names::snake(&member_label),
                member_label: member_label.clone(),
            });
            Joined { words: register.words(), register }
        })
        .collect()
}

/// The spelling of each member in the element with the lowest number, by array and folded name, in every language.
#[derive(Default)]
struct Families {
    members: BTreeMap<(String, String), (u16, Vec<String>)>,
}

/// A register whose name begins as a pattern says. Siblings are told by the letters and digits of the rest of their
/// names: “Chargepump” and “Charge pump” are one.
fn by_pattern(mut one: Joined, manifest: &Manifest, families: &mut Families) -> Joined {
    let name = label::label(&one.register, manifest);
    for entry in &manifest.arrays {
        let patterns = entry.patterns();
        let Some((element, rest)) = patterns.first().and_then(|pattern| match_pattern(pattern, &name)) else {
            continue;
        };
        let mut spellings = vec![capitalised(&rest)];
        for (pattern, text) in patterns.iter().skip(1).zip(label::translations(&one.register)) {
            let matched = match_pattern(pattern, text).filter(|(number, _)| *number == element);
            spellings.push(matched.map_or_else(|| text.to_owned(), |(_, rest)| capitalised(&rest)));
        }
        let key = (entry.name.value.clone(), folded(&rest));
        let first = families.members.entry(key.clone()).or_insert_with(|| (element, spellings.clone()));
        if element < first.0 {
            *first = (element, spellings);
        }
        // The folded name stands for the member until the family's spelling is known.
        one.register.place = Some(ArrayPlace { array: key.0, element, member: key.1, member_label: String::new() });
        return one;
    }
    one
}

/// The arrays that have members; members get their family's spelling, and every point its label.
fn arrays(
    placed: &mut [Joined],
    manifest: &Manifest,
    families: &Families,
    labels: &BTreeMap<String, String>,
) -> Vec<Array> {
    let mut order: Vec<String> = manifest.arrays.iter().map(|entry| entry.name.value.clone()).collect();
    let mut numbers: BTreeMap<String, BTreeSet<u16>> = BTreeMap::new();
    for place in placed.iter().filter_map(|one| one.register.place.as_ref()) {
        numbers.entry(place.array.clone()).or_default().insert(place.element);
        if !order.contains(&place.array) {
            order.push(place.array.clone());
        }
    }
    let mut arrays = Vec::new();
    for name in order {
        let Some(numbers) = numbers.get(&name) else { continue };
        let entry = manifest.arrays.iter().find(|entry| entry.name.value == name);
        let mut members = placed.iter().filter(|one| one.register.place.as_ref().is_some_and(|at| at.array == name));
        let label = members.next().map(|one| label::label(&one.register, manifest)).unwrap_or_default();
        let label = labels.get(&name).cloned().unwrap_or(label);
        arrays.push(array(&name, numbers, entry, &label, manifest));
    }
    for one in placed.iter_mut() {
        let Some(place) = one.register.place.clone() else { continue };
        let Some(array) = arrays.iter().find(|array| array.name == place.array) else { continue };
        let spelling = families.members.get(&(place.array.clone(), place.member.clone()));
        let entry = manifest.arrays.iter().find(|entry| entry.name.value == array.name);
        name(
            &mut one.register,
            place,
            array,
            spelling.map(|(_, spellings)| spellings.as_slice()),
            entry,
            &manifest.names,
        );
    }
    arrays
}

fn array(
    name: &str,
    numbers: &BTreeSet<u16>,
    entry: Option<&ArrayEntry>,
    first_label: &str,
    manifest: &Manifest,
) -> Array {
    let given = |texts: &[String]| texts.first().filter(|text| !text.is_empty()).cloned();
    let labels = entry.map(|entry| entry.labels.as_slice()).unwrap_or_default();
    let label = given(labels).unwrap_or_else(|| first_label.to_owned());
    let element = entry.and_then(|entry| entry.element.as_deref()).unwrap_or("N{n}");
    let shown = entry.map(|entry| element_pattern(entry, 0)).filter(|pattern| !pattern.is_empty());
    let elements = numbers
        .iter()
        .map(|number| Element {
            number: *number,
            name: element.replace("{n}", &number.to_string()),
            label: shown.unwrap_or(&format!("{label} {{n}}")).replace("{n}", &number.to_string()),
        })
        .collect();
    let translations = manifest.languages.iter().zip(labels).skip(1).filter(|(_, label)| !label.is_empty());
    Array {
        name: name.to_owned(),
        translations: translations.map(|(language, label)| (language.clone(), label.clone())).collect(),
        number_type: format!("{}No", names::pascal(name)),
        label,
        elements,
    }
}

/// How an element is displayed in one of the languages: as the manifest says, or as the pattern has it.
fn element_pattern(entry: &ArrayEntry, language: usize) -> &str {
    let given = entry.element_labels.get(language).filter(|label| !label.is_empty());
    given.or_else(|| entry.patterns().get(language)).map_or("", String::as_str)
}

/// Labels a member as its family does: element, then member.
fn name(
    register: &mut Register,
    mut place: ArrayPlace,
    array: &Array,
    spellings: Option<&[String]>,
    entry: Option<&ArrayEntry>,
    given: &Names,
) {
    let at = array.elements.binary_search_by_key(&place.element, |element| element.number).ok();
    let element_label =
        at.and_then(|at| array.elements.get(at)).map(|element| element.label.clone()).unwrap_or_default();
    if let (Some(spellings), Some(entry)) = (spellings, entry) {
        place.member_label = spellings.first().cloned().unwrap_or_default();
        place.member = names::snake(label::without_sign(&place.member_label, &register.unit));
        for (index, translation) in register.translations.iter_mut().enumerate() {
            let language = index.saturating_add(1);
            let Some(rest) = spellings.get(language).filter(|_| !translation.is_empty()) else { continue };
            let element = element_pattern(entry, language).replace("{n}", &place.element.to_string());
            let mut lines = vec![join(&element, rest)];
            lines.extend(translation.lines().skip(1).map(str::to_owned));
            *translation = lines.join("\n");
        }
    }
    let mut ids = entry.into_iter().flat_map(|entry| &entry.ids);
    if let Some((_, id)) = ids.find(|(name, _)| *name == place.member_label) {
        place.member.clone_from(&id.value);
    }
    if let Some(id) = given.member([&array.name, &array.label], &place.member_label) {
        id.clone_into(&mut place.member);
    }
    if let Some(id) = &register.id {
        place.member.clone_from(id);
    }
    register.label = Some(join(&element_label, &place.member_label));
    register.place = Some(place);
}

fn join(element: &str, member: &str) -> String {
    if member.is_empty() { element.to_owned() } else { format!("{element}: {member}") }
}

/// Reports a register of a block without a name: no element can be that register itself.
fn report_nameless(register: &Register, diagnostics: &mut Diagnostics) {
    let error = Diagnostic::error("E0613", "a register of an array has no description");
    let error = register.description_places().into_iter().fold(error, Diagnostic::at);
    let printed = &register.selection.printed;
    diagnostics.push(
        error
            .expected("its name in this cell")
            .help("give it a label")
            .manifest(Entry::correction(&register.selection, "label", printed, &[]).single()),
    );
}

/// Reports an array, or one of its members, that no register belongs to.
fn report_idle(entry: &ArrayEntry, arrays: &[Array], spread: &BTreeSet<String>, diagnostics: &mut Diagnostics) {
    let mut report = |what: String, place: Place, expected: &str| {
        diagnostics.push(Diagnostic::error("E0409", what).at(place).expected(expected));
    };
    match &entry.source {
        ArraySource::Pattern(patterns) => {
            if !arrays.iter().any(|array| array.name == entry.name.value) {
                let pattern = patterns.first().cloned().unwrap_or_default();
                report(
                    format!("no register belongs to the array `{}`", entry.name.value),
                    entry.place.clone().holds(pattern),
                    "the beginning of some registers' names, with {n} for the element's number",
                );
            }
        }
        ArraySource::Members { members, .. } => {
            for (label, member) in members.iter().filter(|(label, _)| !spread.contains(label)) {
                report(
                    format!("no range of registers is called “{label}”"),
                    member.place.clone().holds(&member.value),
                    "the labels of ranges of registers, each with its name within an element",
                );
            }
        }
        ArraySource::Block { .. } => {}
        // Registers the table does not have are reported for all the manifest.
        ArraySource::Range { registers, .. } => {
            if !arrays.iter().any(|array| array.name == entry.name.value) {
                report(
                    format!("the registers of the array `{}` are not a range", entry.name.value),
                    entry.place.clone().holds(registers.selector()),
                    "a row about several registers; other rows become elements by a pattern",
                );
            }
        }
    }
}

/// Names the members that not every element of an array has: one may be spelled differently from its siblings.
fn name_sparse(array: &Array, placed: &[Joined], diagnostics: &mut Diagnostics) {
    let mut having: BTreeMap<&str, Vec<&Register>> = BTreeMap::new();
    for one in placed {
        if let Some(place) = one.register.place.as_ref().filter(|place| place.array == array.name) {
            having.entry(&place.member_label).or_default().push(&one.register);
        }
    }
    for (member, registers) in having {
        let numbers: BTreeSet<u16> =
            registers.iter().filter_map(|register| Some(register.place.as_ref()?.element)).collect();
        let lacking: Vec<String> = array
            .elements
            .iter()
            .filter(|element| !numbers.contains(&element.number))
            .map(|element| element.number.to_string())
            .collect();
        if lacking.is_empty() {
            continue;
        }
        let note = Diagnostic::note(
            "N0412",
            said!(
                "“{member}” is in no register of `{array}` {lacking}",
                member,
                array = &array.name,
                lacking = lacking.join(", ")
            ),
        );
        let places = registers.iter().flat_map(|register| register.description_places());
        diagnostics.push(
            places
                .fold(note, Diagnostic::at)
                .help("if it is spelled differently there, make the names equal with an override of `label`"),
        );
    }
}

/// Reports identifiers that are given to no member.
fn report_idle_ids(entry: &ArrayEntry, members: &BTreeSet<(&str, &str)>, diagnostics: &mut Diagnostics) {
    let array = entry.name.value.as_str();
    for (name, id) in entry.ids.iter().filter(|(name, _)| !members.contains(&(array, name.as_str()))) {
        let known = members.iter().filter(|(of, _)| *of == array).map(|(_, member)| *member);
        diagnostics.push(
            Diagnostic::error("E0409", said!("no member of the array `{array}` is called “{name}”", array, name))
                .at(id.place.clone().holds(name.as_str()))
                .expected("the name of a member, without that of the element")
                .help(suggest::nearest_of("member", name, known)),
        );
    }
}

#[cfg(test)]
mod tests;
