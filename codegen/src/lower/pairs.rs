//! Two registers marked as high and low word become one 32-bit value.

mod unjoined;

use std::collections::{BTreeMap, BTreeSet};

use super::Register;
use super::facts::Lost;
use crate::cells::text::without_mark;
use crate::columns::Meaning;
use crate::diagnostic::entry::Entry;
use crate::diagnostic::{Diagnostic, Diagnostics, said};
use crate::manifest::{Manifest, Pairs};
use crate::model::Access;
use crate::rows::Row;
use crate::spelling::normalised;

/// A value: a register, or the two halves of one.
pub(super) struct Joined {
    /// The register, or the half that stands first in the table, its description without the mark.
    pub(super) register: Register,
    /// Addresses, most significant word first.
    pub(super) words: Vec<u16>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    High,
    Low,
}

/// What the mark of a half leaves of its names.
struct Marked {
    half: Half,
    /// Whether the mark stands in the label, and not in the description.
    by_label: bool,
    description: String,
    label: Option<String>,
}

/// A half whose other half is not there yet.
struct Open {
    /// Its place among the values.
    index: usize,
    half: Half,
    by_label: bool,
    /// Its names as they are printed.
    description: String,
    label: Option<String>,
}

/// Joins what the marks say belongs together. A half without its other half is an error.
pub(super) fn join(
    registers: Vec<Register>,
    manifest: &Manifest,
    lost: &[Lost],
    unread: bool,
    diagnostics: &mut Diagnostics,
) -> Vec<Joined> {
    if manifest.pairs.is_none() {
        unjoined::report_unjoined(&registers, diagnostics);
    }
    let mut joined: Vec<Joined> = Vec::with_capacity(registers.len());
    let mut open: Vec<Open> = Vec::new();
    for mut register in registers {
        let marked = manifest.pairs.as_ref().and_then(|pairs| marked(&register, pairs));
        let words = register.words();
        let Some(Marked { half, by_label, description, label }) = marked else {
            joined.push(Joined { register, words });
            continue;
        };
        let description = std::mem::replace(&mut register.description, description);
        let label = std::mem::replace(&mut register.label, label);
        for translation in &mut register.translations {
            if let Some((_, stem)) = manifest.pairs.as_ref().and_then(|pairs| self::half(translation, pairs)) {
                *translation = stem;
            }
        }
        let partner = open.iter().position(|other| {
            other.half != half
                && other.by_label == by_label
                && joined.get(other.index).is_some_and(|first| same_value(&first.register, &register, by_label))
        });
        match partner.map(|position| open.swap_remove(position).index).and_then(|index| joined.get_mut(index)) {
            Some(first) => merge(first, register, half, diagnostics),
            None => {
                open.push(Open { index: joined.len(), half, by_label, description, label });
                joined.push(Joined { register, words });
            }
        }
    }
    let joined_apart = match &manifest.pairs {
        Some(pairs) => join_apart(&mut joined, &mut open, pairs, diagnostics),
        None => BTreeSet::new(),
    };
    for Open { index, half, description, label, .. } in open {
        let Some(alone) = joined.get_mut(index) else { continue };
        let lost = unread || lost.iter().any(|lost| other_half(&lost.row, half, &alone.register, manifest));
        // With its mark it has a name of its own again.
        (alone.register.description, alone.register.label) = (description, label);
        if lost {
            continue;
        }
        let (is, lacks) = if half == Half::High { ("high", "low") } else { ("low", "high") };
        let mut diagnostic = Diagnostic::error(
            "E0405",
            said!(
                "{register} is the {is} word of a value whose {lacks} word is missing",
                register = alone.register.name(),
                is,
                lacks
            ),
        );
        for place in alone.register.description_places() {
            diagnostic = diagnostic.at(place);
        }
        diagnostics.push(
            diagnostic
                .expected(format!("one other register with the same description and the mark of the {lacks} word")),
        );
    }
    let mut places = 0..joined.len();
    joined.retain(|_| places.next().is_none_or(|place| !joined_apart.contains(&place)));
    report_accesses(&joined, diagnostics);
    joined
}

/// Joins halves that are not adjacent, where there are only these two of their name. Gives the places of those that are part
/// of another now.
fn join_apart(
    joined: &mut [Joined],
    open: &mut Vec<Open>,
    pairs: &Pairs,
    diagnostics: &mut Diagnostics,
) -> BTreeSet<usize> {
    let mut taken = BTreeSet::new();
    let mut alike: BTreeMap<_, Vec<(usize, Half)>> = BTreeMap::new();
    for Open { index, half, by_label, .. } in open.iter() {
        let Some(Joined { register, .. }) = joined.get(*index) else { continue };
        let place = (register.table, register.unit_id, register.variants.clone(), register.group.clone());
        let name = if *by_label { register.label.clone() } else { Some(register.description.clone()) };
        alike.entry((place, register.path(), *by_label, name)).or_default().push((*index, *half));
    }
    for halves in alike.into_values() {
        let [(first, half), (second, second_half)] = *halves.as_slice() else { continue };
        if half == second_half {
            continue;
        }
        let Some(other) = joined.get(second).map(|other| other.register.clone()) else { continue };
        let Some(one) = joined.get_mut(first) else { continue };
        taken.insert(second);
        open.retain(|half| ![first, second].contains(&half.index));
        merge(one, other, second_half, diagnostics);
        // Only its first word is at the address, and the next one is not its own.
        one.register.count = 1;
        if !pairs.writes_apart {
            only_read(&mut one.register, diagnostics);
        }
    }
    taken
}

/// No single request writes words that are not adjacent: they would change one after the other.
fn only_read(register: &mut Register, diagnostics: &mut Diagnostics) {
    let stated = register.access.replace(Access::Read).filter(|access| access.writes());
    let Some(stated) = stated else { return };
    let message =
        said!("the words of “{name}” are not adjacent, so no single request writes both", name = &register.description);
    let problem = match stated {
        Access::Write => Diagnostic::error("E0483", message),
        _ => Diagnostic::warning("W0482", said!("{message}; the value is read-only", message = message.to_string())),
    };
    diagnostics.push(
        register
            .description_places()
            .into_iter()
            .fold(problem, Diagnostic::at)
            .expected("write = \"two_requests\" in [pairs], if the device may use the value while one word is new and one old")
            .manifest(Entry::table(["pairs"]).one_of("write", ["two_requests"])),
    );
}

/// Says of which registers a column should say what may be done with them and does not.
fn report_accesses(joined: &[Joined], diagnostics: &mut Diagnostics) {
    for register in joined.iter().map(|one| &one.register) {
        // A word that is not understood has been reported.
        if register.access.is_some() || register.facts.iter().any(|fact| fact.row.filled(Meaning::Access).is_some()) {
            continue;
        }
        let cell = register.facts.iter().find_map(|fact| Some((&fact.row, fact.row.get(Meaning::Access)?)));
        let Some((row, cell)) = cell else { continue };
        // Merged, since a column is blank where it is.
        diagnostics.merge(
            Diagnostic::warning(
                "W0411",
                said!("the access is blank; {access} was taken", access = register.access().key()),
            )
            .at(row.place(cell))
            .expected("R, W or R/W, `access` in the [[sheet]], or an override of `access`")
            .manifest(Entry::sheet(&row.start().origin).one_of("access", ["read", "read_write", "write"])),
        );
    }
}

/// Whether a row that could not be placed, which is reported, is the half that is missed.
fn other_half(row: &Row, half: Half, alone: &Register, manifest: &Manifest) -> bool {
    let marked = |meaning| self::half(&normalised(&row.get(meaning)?.text), manifest.pairs.as_ref()?);
    let names = [(Meaning::Description, Some(&alone.description)), (Meaning::Label, alone.label.as_ref())];
    let mut names = names.into_iter().filter_map(|(meaning, name)| Some((marked(meaning)?, name?)));
    names.any(|((other, stem), name)| other != half && stem == *name)
}

/// Whether a register's description bears the mark of a half.
pub(super) fn is_half(register: &Register, manifest: &Manifest) -> bool {
    manifest.pairs.as_ref().is_some_and(|pairs| marked(register, pairs).is_some())
}

fn half(description: &str, pairs: &Pairs) -> Option<(Half, String)> {
    let marked = |marks: &[String]| marks.iter().find_map(|mark| without_mark(description, mark));
    let high = marked(&pairs.high).map(|stem| (Half::High, stem));
    high.or_else(|| marked(&pairs.low).map(|stem| (Half::Low, stem)))
}

/// The mark of a half in the description of a register, or in its label, and both without it.
fn marked(register: &Register, pairs: &Pairs) -> Option<Marked> {
    let described = half(&register.description, pairs);
    let labelled = register.label.as_ref().and_then(|label| half(label, pairs));
    let by_label = described.is_none();
    let half = described.as_ref().or(labelled.as_ref())?.0;
    let is_same = |found: &(Half, String)| found.0 == half;
    let stem = |found: Option<(Half, String)>| found.filter(is_same).map(|(_, stem)| stem);
    let description = stem(described).unwrap_or_else(|| register.description.clone());
    let label = stem(labelled).or_else(|| register.label.clone());
    Some(Marked { half, by_label, description, label })
}

/// Neighbours with the same description, or the same label where that is marked.
fn same_value(a: &Register, b: &Register, by_label: bool) -> bool {
    let is_named_alike = if by_label { a.label == b.label } else { a.description == b.description };
    a.table == b.table && a.address.abs_diff(b.address) == 1 && is_named_alike
}

fn merge(first: &mut Joined, second: Register, second_half: Half, diagnostics: &mut Diagnostics) {
    let one = &first.register;
    let stem = &one.description;
    for (field, agree) in [
        ("unit", one.unit.is_empty() || second.unit.is_empty() || one.unit == second.unit),
        ("scale", (one.scale, one.offset) == (second.scale, second.offset)),
        ("access", agree(one.access.as_ref(), second.access.as_ref())),
        ("write functions", agree(one.write_functions.as_ref(), second.write_functions.as_ref())),
        ("signedness", signs_agree(one, &second)),
        (
            "not-available value",
            one.ruled_absent == second.ruled_absent
                && (one.marks.is_empty() || second.marks.is_empty() || one.marks == second.marks),
        ),
        ("label", agree(one.label.as_ref(), second.label.as_ref())),
        ("id", agree(one.id.as_ref(), second.id.as_ref())),
        ("type", agree(one.type_word.as_ref(), second.type_word.as_ref())),
        ("default", one.default.is_empty() || second.default.is_empty() || one.default == second.default),
        ("limits", agree(one.limits.as_ref(), second.limits.as_ref())),
        ("keep_alive_s", agree(one.keep_alive_s.as_ref(), second.keep_alive_s.as_ref())),
        ("role", agree(one.role.as_ref(), second.role.as_ref())),
    ] {
        if !agree {
            let mut diagnostic =
                Diagnostic::error("E0406", said!("the two halves of “{stem}” differ in {field}", stem, field));
            for place in one.description_places().into_iter().chain(second.description_places()) {
                diagnostic = diagnostic.at(place);
            }
            diagnostics.push(diagnostic.expected("the same for both words of a value"));
        }
    }
    match second_half {
        Half::Low => first.words.push(second.address),
        Half::High => first.words.insert(0, second.address),
    }
    let register = &mut first.register;
    (register.count, register.width) = (2, 2);
    register.facts.extend(second.facts);
    register.optional = register.optional.max(second.optional);
    // A half whose cells are blank says what the other one says.
    register.access = register.access.or(second.access);
    register.write_functions = register.write_functions.or(second.write_functions);
    register.signed = register.signed.take().or(second.signed);
    register.available_if = register.available_if.or(second.available_if);
    if register.marks.is_empty() {
        register.marks = second.marks;
    }
    register.type_word = register.type_word.or(second.type_word);
    register.read_side_effect |= second.read_side_effect;
    if register.unit.is_empty() {
        register.unit = second.unit;
    }
    if register.description.is_empty() {
        register.description = second.description;
    }
    if register.default.is_empty() {
        register.default = second.default;
    }
    if register.persistent.is_empty() {
        register.persistent = second.persistent;
    }
    // An override of one half is one of the value.
    register.id = register.id.take().or(second.id);
    register.label = register.label.take().or(second.label);
    register.limits = register.limits.take().or(second.limits);
    register.keep_alive_s = register.keep_alive_s.or(second.keep_alive_s);
    register.role = register.role.or(second.role);
    for note in second.notes {
        if !register.notes.contains(&note) {
            register.notes.push(note);
        }
    }
    for correction in second.corrections {
        if !register.corrections.contains(&correction) {
            register.corrections.push(correction);
        }
    }
}

/// A cell that is blank says nothing of the sign; a rule that is about one half only is.
fn signs_agree(one: &Register, other: &Register) -> bool {
    let ruled = |register: &Register| matches!(register.signed, Some((_, Some(_))));
    let signs = (one.signed.as_ref().map(|(signed, _)| signed), other.signed.as_ref().map(|(signed, _)| signed));
    signs.0 == signs.1 || signs.0.is_none() && !ruled(other) || signs.1.is_none() && !ruled(one)
}

/// Whether two do not contradict each other; what only one half says holds of both.
fn agree<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
    one.is_none() || other.is_none() || one == other
}
