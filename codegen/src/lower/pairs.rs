//! Two registers marked as high and low word become one 32-bit value.

use super::Register;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::manifest::{Manifest, Pairs};
use crate::table::text::without_mark;

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
pub(super) fn join(registers: Vec<Register>, manifest: &Manifest, diagnostics: &mut Diagnostics) -> Vec<Joined> {
    let mut joined: Vec<Joined> = Vec::new();
    let mut open: Vec<(usize, Half)> = Vec::new();
    for mut register in registers {
        let marked = manifest.pairs.as_ref().and_then(|pairs| half(&register.description, pairs));
        let words = vec![register.address];
        let Some((half, stem)) = marked else {
            joined.push(Joined { register, words });
            continue;
        };
        let printed = std::mem::replace(&mut register.description, stem);
        let partner = open.iter().position(|(index, other)| {
            *other != half && joined.get(*index).is_some_and(|first| same_value(&first.register, &register))
        });
        match partner.map(|position| open.swap_remove(position).0).and_then(|index| joined.get_mut(index)) {
            Some(first) => merge(first, register, half, &printed, diagnostics),
            None => {
                open.push((joined.len(), half));
                joined.push(Joined { register, words });
            }
        }
    }
    for (index, half) in open {
        let Some(alone) = joined.get(index) else { continue };
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

fn half(description: &str, pairs: &Pairs) -> Option<(Half, String)> {
    let high = without_mark(description, &pairs.high).map(|stem| (Half::High, stem));
    high.or_else(|| without_mark(description, &pairs.low).map(|stem| (Half::Low, stem)))
}

/// Neighbours with the same description.
fn same_value(a: &Register, b: &Register) -> bool {
    a.table == b.table && a.address.abs_diff(b.address) == 1 && a.description == b.description
}

fn merge(first: &mut Joined, second: Register, second_half: Half, printed: &str, diagnostics: &mut Diagnostics) {
    for (field, agree) in [
        ("unit", first.register.unit == second.unit),
        ("scale", first.register.divisor == second.divisor),
        ("access", first.register.access == second.access),
        ("signedness", first.register.signed.as_ref().map(|s| s.0) == second.signed.as_ref().map(|s| s.0)),
    ] {
        if !agree {
            let mut diagnostic = Diagnostic::error("E0406", format!("the two halves “{printed}” differ in {field}"));
            for place in first.register.description_places().into_iter().chain(second.description_places()) {
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
    register.optional |= second.optional;
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
