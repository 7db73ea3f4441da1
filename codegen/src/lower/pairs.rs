//! Two registers marked as high and low word become one 32-bit value.

use super::Register;
use super::facts::Lost;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::manifest::{Manifest, Meaning, Pairs};
use crate::table::Row;
use crate::table::text::{normalised, without_mark};

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

/// Joins what the marks say belongs together. A half without its other half is an error.
pub(super) fn join(
    registers: Vec<Register>,
    manifest: &Manifest,
    lost: &[Lost],
    unread: bool,
    diagnostics: &mut Diagnostics,
) -> Vec<Joined> {
    let mut joined: Vec<Joined> = Vec::new();
    let mut open: Vec<(usize, Half, String)> = Vec::new();
    for mut register in registers {
        let marked = manifest.pairs.as_ref().and_then(|pairs| half(&register.description, pairs));
        let words = vec![register.address];
        let Some((half, stem)) = marked else {
            joined.push(Joined { register, words });
            continue;
        };
        let printed = std::mem::replace(&mut register.description, stem);
        for translation in &mut register.translations {
            if let Some((_, stem)) = manifest.pairs.as_ref().and_then(|pairs| self::half(translation, pairs)) {
                *translation = stem;
            }
        }
        let partner = open.iter().position(|(index, other, _)| {
            *other != half && joined.get(*index).is_some_and(|first| same_value(&first.register, &register))
        });
        match partner.map(|position| open.swap_remove(position).0).and_then(|index| joined.get_mut(index)) {
            Some(first) => merge(first, register, half, diagnostics),
            None => {
                open.push((joined.len(), half, printed));
                joined.push(Joined { register, words });
            }
        }
    }
    report_accesses(&joined, diagnostics);
    for (index, half, printed) in open {
        let Some(alone) = joined.get_mut(index) else { continue };
        let lost = unread || lost.iter().any(|lost| other_half(&lost.row, half, &alone.register, manifest));
        // With its mark it has a name of its own again.
        alone.register.description = printed;
        if lost {
            continue;
        }
        let (is, lacks) = if half == Half::High { ("high", "low") } else { ("low", "high") };
        let mut diagnostic = Diagnostic::error(
            "E0405",
            format!("{} is the {is} word of a value whose {lacks} word is missing", alone.register.name()),
        );
        for place in alone.register.description_places() {
            diagnostic = diagnostic.at(place);
        }
        diagnostics.push(
            diagnostic.expected(format!(
                "a neighbouring register with the same description and the mark of the {lacks} word"
            )),
        );
    }
    joined
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
            Diagnostic::warning("W0411", format!("the access is blank; {} was taken", register.access().key()))
                .at(row.place(cell))
                .expected("R, W or R/W, `access` in the [[sheet]], or an override of `access`"),
        );
    }
}

/// Whether a row that could not be placed, which is reported, is the half that is missed.
fn other_half(row: &Row, half: Half, alone: &Register, manifest: &Manifest) -> bool {
    let marked =
        manifest.pairs.as_ref().and_then(|pairs| self::half(&normalised(&row.get(Meaning::Description)?.text), pairs));
    marked.is_some_and(|(other, stem)| other != half && stem == alone.description)
}

fn half(description: &str, pairs: &Pairs) -> Option<(Half, String)> {
    let marked = |marks: &[String]| marks.iter().find_map(|mark| without_mark(description, mark));
    let high = marked(&pairs.high).map(|stem| (Half::High, stem));
    high.or_else(|| marked(&pairs.low).map(|stem| (Half::Low, stem)))
}

/// Neighbours with the same description.
fn same_value(a: &Register, b: &Register) -> bool {
    a.table == b.table && a.address.abs_diff(b.address) == 1 && a.description == b.description
}

fn merge(first: &mut Joined, second: Register, second_half: Half, diagnostics: &mut Diagnostics) {
    let one = &first.register;
    let stem = &one.description;
    for (field, agree) in [
        ("unit", one.unit == second.unit),
        ("scale", one.scale == second.scale),
        ("access", agree(one.access.as_ref(), second.access.as_ref())),
        ("signedness", signs_agree(one, &second)),
        ("not-available value", one.not_available == second.not_available),
        ("label", agree(one.label.as_ref(), second.label.as_ref())),
        ("id", agree(one.id.as_ref(), second.id.as_ref())),
        ("type", agree(one.type_word.as_ref(), second.type_word.as_ref())),
        ("default", one.default.is_empty() || second.default.is_empty() || one.default == second.default),
        ("limits", agree(one.limits.as_ref(), second.limits.as_ref())),
        ("keep_alive_s", agree(one.keep_alive_s.as_ref(), second.keep_alive_s.as_ref())),
        ("role", agree(one.role.as_ref(), second.role.as_ref())),
    ] {
        if !agree {
            let mut diagnostic = Diagnostic::error("E0406", format!("the two halves of “{stem}” differ in {field}"));
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
    register.facts.extend(second.facts);
    register.optional = register.optional.max(second.optional);
    // A half whose cells are blank says what the other one says.
    register.access = register.access.or(second.access);
    register.signed = register.signed.take().or(second.signed);
    register.available_if = register.available_if.or(second.available_if);
    register.type_word = register.type_word.or(second.type_word);
    register.read_side_effect |= second.read_side_effect;
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
