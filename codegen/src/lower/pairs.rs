//! Two registers marked as high and low word become one 32-bit value.

use std::collections::{BTreeMap, BTreeSet};

use super::Register;
use super::facts::Lost;
use super::label;
use crate::cells::text::{normalised, without_mark};
use crate::columns::Meaning;
use crate::diagnostic::entry::Entry;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::manifest::{Manifest, Pairs};
use crate::model::{Access, Table};
use crate::rows::Row;

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

/// A half whose other half is not there yet: its place, which one it is, and what its description printed.
type Open = (usize, Half, String);

/// Joins what the marks say belongs together. A half without its other half is an error.
pub(super) fn join(
    registers: Vec<Register>,
    manifest: &Manifest,
    lost: &[Lost],
    unread: bool,
    diagnostics: &mut Diagnostics,
) -> Vec<Joined> {
    if manifest.pairs.is_none() {
        report_unjoined(&registers, diagnostics);
    }
    let mut joined: Vec<Joined> = Vec::with_capacity(registers.len());
    let mut open: Vec<Open> = Vec::new();
    for mut register in registers {
        let marked = manifest.pairs.as_ref().and_then(|pairs| half(&register.description, pairs));
        let words = register.words();
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
    let mut joined: Vec<Option<Joined>> = joined.into_iter().map(Some).collect();
    if let Some(pairs) = &manifest.pairs {
        join_apart(&mut joined, &mut open, pairs, diagnostics);
    }
    for (index, half, printed) in open {
        let Some(alone) = joined.get_mut(index).and_then(Option::as_mut) else { continue };
        let lost = unread || lost.iter().any(|lost| other_half(&lost.row, half, &alone.register, manifest));
        // With its mark it has a name of its own again.
        alone.register.description = printed;
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
    let joined: Vec<Joined> = joined.into_iter().flatten().collect();
    report_accesses(&joined, diagnostics);
    joined
}

/// Joins halves that are no neighbours, where there are only these two of their name.
fn join_apart(joined: &mut [Option<Joined>], open: &mut Vec<Open>, pairs: &Pairs, diagnostics: &mut Diagnostics) {
    let mut alike: BTreeMap<_, Vec<(usize, Half)>> = BTreeMap::new();
    for (index, half, _) in open.iter() {
        let Some(Some(Joined { register, .. })) = joined.get(*index) else { continue };
        let place = (register.table, register.unit_id, register.variants.clone(), register.group.clone());
        let key = (place, register.path(), register.description.clone());
        alike.entry(key).or_default().push((*index, *half));
    }
    for halves in alike.into_values() {
        let [(first, half), (second, second_half)] = *halves.as_slice() else { continue };
        if half == second_half {
            continue;
        }
        let Some(taken) = joined.get_mut(second).and_then(Option::take) else { continue };
        let Some(Some(one)) = joined.get_mut(first) else { continue };
        open.retain(|(index, ..)| ![first, second].contains(index));
        merge(one, taken.register, second_half, diagnostics);
        // Only its first word is at the address, and the next one is not its own.
        one.register.count = 1;
        if !pairs.writes_apart {
            only_read(&mut one.register, diagnostics);
        }
    }
}

/// No request writes words that are no neighbours, so that they change one after the other.
fn only_read(register: &mut Register, diagnostics: &mut Diagnostics) {
    let stated = register.access.replace(Access::Read).filter(|access| access.writes());
    let Some(stated) = stated else { return };
    let message =
        said!("the words of “{name}” are no neighbours, and no request writes both", name = &register.description);
    let problem = match stated {
        Access::Write => Diagnostic::error("E0483", message),
        _ => Diagnostic::warning("W0482", said!("{message}; the value is only read", message = message.to_string())),
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

/// Names neighbours that look like the halves of a value where the manifest says nothing of halves.
fn report_unjoined(registers: &[Register], diagnostics: &mut Diagnostics) {
    // What an override names is not left to its description.
    let unnamed = registers.iter().filter(|register| register.count == 1 && register.id.is_none());
    let unnamed =
        unnamed.filter(|register| !register.corrections.iter().any(|of| of.field == "label" && of.cell.is_none()));
    let known: BTreeMap<_, _> = unnamed.map(|register| ((register.table, register.address), register)).collect();
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut places: Vec<Place> = Vec::new();
    let mut paired: BTreeSet<(Table, u16)> = BTreeSet::new();
    for (&(table, address), first) in &known {
        let Some(second) = address.checked_add(1).and_then(|next| known.get(&(table, next))) else { continue };
        let is_total = TOTALS.contains(&first.unit.to_lowercase().as_str());
        let names = (label::head(&first.description), label::head(&second.description));
        let Some(marks) = marks(names.0, names.1, is_total) else { continue };
        paired.extend([(table, address), (second.table, second.address)]);
        places.extend(first.description_places().into_iter().chain(second.description_places()));
        if !pairs.contains(&marks) {
            pairs.push(marks);
        }
    }
    // `MSW` and `LSW` say so at any distance.
    let is_marked = |register: &&Register| {
        let description = register.description.to_lowercase();
        ["msw", "lsw"].iter().any(|mark| description.contains(mark))
            && !paired.contains(&(register.table, register.address))
    };
    let marked: Vec<&Register> = known.values().copied().filter(is_marked).collect();
    for (place, first) in marked.iter().enumerate().take(MOST_MARKED) {
        for second in marked.iter().skip(place.saturating_add(1)).filter(|second| second.table == first.table) {
            let Some(marks) = marks(label::head(&first.description), label::head(&second.description), false) else {
                continue;
            };
            places.extend(first.description_places().into_iter().chain(second.description_places()));
            if !pairs.contains(&marks) {
                pairs.push(marks);
            }
        }
    }
    if pairs.is_empty() {
        return;
    }
    // Said once, since [pairs] is there once.
    let entry = if let [(high, low)] = pairs.as_slice() {
        Entry::table(["pairs"]).text("high", high).text("low", low)
    } else {
        let (mut highs, mut lows): (Vec<String>, Vec<String>) = pairs.iter().cloned().unzip();
        for marks in [&mut highs, &mut lows] {
            let mut known = BTreeSet::new();
            marks.retain(|mark| known.insert(mark.clone()));
        }
        Entry::table(["pairs"]).texts("high", &highs).texts("low", &lows)
    };
    let marks: Vec<String> = pairs.iter().map(|(high, low)| format!("“{high}” and “{low}”")).collect();
    let message = said!(
        "{marks} seem to mark the halves of 32-bit values, but [pairs] does not name them",
        marks = marks.join(", ")
    );
    diagnostics.push(
        places
            .into_iter()
            .fold(Diagnostic::warning("W0413", message), Diagnostic::at)
            .help("each half is read as a 16-bit register; with this entry two halves are one 32-bit value")
            .manifest(entry),
    );
}

/// So many of them are compared with all others.
const MOST_MARKED: usize = 200;

/// Units of what only grows and outgrows 16 bits, in lower case.
const TOTALS: [&str; 8] = ["wh", "kwh", "mwh", "m³", "m3", "l", "h", "s"];

/// The marks of the high and of the low word, where two descriptions differ in nothing else. `(<<16)` beside the mark of the
/// high word is part of it.
fn marks(one: &str, other: &str, is_total: bool) -> Option<(String, String)> {
    let ((one_shift, one_rest), (other_shift, other_rest)) = (without_shift(one), without_shift(other));
    let (high, low) = bare_marks(&one_rest, &other_rest, is_total)?;
    let (shift, text) = match (one_shift, other_shift) {
        (None, None) => return Some((high, low)),
        (Some(shift), None) => (shift, one),
        (None, Some(shift)) => (shift, other),
        (Some(_), Some(_)) => return None,
    };
    let whole = [format!("{shift} {high}"), format!("{high} {shift}")];
    whole.into_iter().find(|mark| text.contains(mark.as_str())).map(|mark| (mark, low))
}

/// What says that a word counts 65,536 times as much, `(<<16)`, and the text without it.
fn without_shift(text: &str) -> (Option<&str>, String) {
    let found = text.split_once("<<").and_then(|(before, after)| {
        let rest = after.trim_start().strip_prefix("16")?;
        let begin = before.strip_suffix('(').unwrap_or(before);
        // Either both parentheses belong to it, or none.
        let rest = if begin.len() < before.len() { rest.trim_start().strip_prefix(')')? } else { rest };
        Some((begin, rest, text.get(begin.len()..text.len().checked_sub(rest.len())?)?))
    });
    match found {
        Some((before, rest, shift)) => (Some(shift), normalised(&format!("{before} {rest}"))),
        None => (None, text.to_owned()),
    }
}

fn bare_marks(one: &str, other: &str, is_total: bool) -> Option<(String, String)> {
    const WORDS: [(&str, &str, bool); 6] = [
        ("msb", "lsb", true),
        ("msw", "lsw", true),
        ("hi", "lo", false),
        ("high", "low", false),
        ("higher", "lower", false),
        ("upper", "lower", false),
    ];
    let common = |pairs: &mut dyn Iterator<Item = (char, char)>| -> usize {
        pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
    };
    let is_word = |character: char| character.is_alphanumeric();
    let prefix = common(&mut one.chars().zip(other.chars()));
    let prefix = one.get(..prefix)?.trim_end_matches(is_word).len();
    let (rest, other_rest) = (one.get(prefix..)?, other.get(prefix..)?);
    let suffix = common(&mut rest.chars().rev().zip(other_rest.chars().rev()));
    let after = rest.get(rest.len().saturating_sub(suffix)..)?.trim_start_matches(is_word);
    let (first, second) = (rest.strip_suffix(after)?, other_rest.strip_suffix(after)?);
    let (lower, other_lower) = (first.to_lowercase(), second.to_lowercase());
    let alike = WORDS.into_iter().find_map(|(high, low, alone)| match (lower.as_str(), other_lower.as_str()) {
        (a, b) if (a, b) == (high, low) => Some((true, alone)),
        (a, b) if (a, b) == (low, high) => Some((false, alone)),
        _ => None,
    });
    let (is_high_first, is_clear) = alike?;
    let before = one.get(..prefix)?;
    let word = [" word", "-word", "word"].into_iter().find(|word| after.to_lowercase().starts_with(word));
    let end = word.map_or(0, str::len);
    let enclosed = [('(', ')'), ('[', ']')]
        .into_iter()
        .any(|(open, close)| before.ends_with(open) && after.get(end..).is_some_and(|after| after.starts_with(close)));
    // High and low alone are pressures and limits as often as words, but for totals.
    if !is_clear && !is_total && word.is_none() && !enclosed {
        return None;
    }
    let begin = if enclosed || before.ends_with(['_', '-']) { before.len().saturating_sub(1) } else { before.len() };
    let end = if enclosed { end.saturating_add(1) } else { end };
    let mark = |word: &str| Some(format!("{}{word}{}", before.get(begin..)?, after.get(..end)?));
    let (high, low) = if is_high_first { (first, second) } else { (second, first) };
    Some((mark(high)?, mark(low)?))
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
    let marked =
        manifest.pairs.as_ref().and_then(|pairs| self::half(&normalised(&row.get(Meaning::Description)?.text), pairs));
    marked.is_some_and(|(other, stem)| other != half && stem == alone.description)
}

/// Whether a register's description bears the mark of a half.
pub(super) fn is_half(register: &Register, manifest: &Manifest) -> bool {
    manifest.pairs.as_ref().is_some_and(|pairs| half(&register.description, pairs).is_some())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_words_are_seen() {
        for (one, other, high, low) in [
            ("Energie (MSB)", "Energie (LSB)", "(MSB)", "(LSB)"),
            ("Energie (LSB)", "Energie (MSB)", "(MSB)", "(LSB)"),
            ("Energy MSW of pump", "Energy LSW of pump", "MSW", "LSW"),
            ("energy_msb", "energy_lsb", "_msb", "_lsb"),
            ("Energy [Hi]", "Energy [Lo]", "[Hi]", "[Lo]"),
            ("Energy (High)", "Energy (Low)", "(High)", "(Low)"),
            ("Energy (high word)", "Energy (low word)", "(high word)", "(low word)"),
            ("Energy, low word, kWh", "Energy, high word, kWh", "high word", "low word"),
        ] {
            assert_eq!(marks(one, other, false), Some((high.to_owned(), low.to_owned())), "{one}");
            let pairs = Pairs { high: vec![high.to_owned()], low: vec![low.to_owned()], writes_apart: false };
            assert_eq!(half(one, &pairs).map(|(_, stem)| stem), half(other, &pairs).map(|(_, stem)| stem));
        }
        for (one, other, high, low) in [
            ("Operation (<< 16) MSB", "Operation LSB", "(<< 16) MSB", "LSB"),
            ("Drift LSB", "Drift MSB <<16", "MSB <<16", "LSB"),
        ] {
            assert_eq!(marks(one, other, false), Some((high.to_owned(), low.to_owned())), "{one}");
        }
        let totals = marks("Energie High", "Energie Low", true);
        assert_eq!(totals, Some(("High".to_owned(), "Low".to_owned())));
        for (one, other) in [
            ("High pressure", "Low pressure"),
            ("Alarm limit high", "Alarm limit low"),
            ("Energy (MSB)", "Power (LSB)"),
            ("Hilow", "Lolow"),
            ("Energy", "Energy"),
            ("", "Energy"),
            ("Wärme", "Wörme"),
        ] {
            assert_eq!(marks(one, other, false), None, "{one}");
        }
    }
}
