//! Registers that look like the halves of values where the manifest says nothing of halves.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::entry::Entry;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::lower::doubts::ranges::TOTALS;
use crate::lower::{Register, label};
use crate::model::Table;

/// Names neighbours that look like the halves of a value where the manifest says nothing of halves.
pub(super) fn report_unjoined(registers: &[Register], diagnostics: &mut Diagnostics) {
    // What an override names is not left to its description.
    let unnamed = registers.iter().filter(|register| register.count == 1 && register.id.is_none());
    let unnamed =
        unnamed.filter(|register| !register.corrections.iter().any(|of| of.field == "label" && of.cell.is_none()));
    let known: BTreeMap<_, _> = unnamed.map(|register| ((register.table, register.address), register)).collect();
    let letters_are_words = letters_are_words(&known);
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut places: Vec<Place> = Vec::new();
    let mut paired: BTreeSet<(Table, u16)> = BTreeSet::new();
    for (&(table, address), first) in &known {
        let Some(second) = address.checked_add(1).and_then(|next| known.get(&(table, next))) else { continue };
        let is_total = letters_are_words || TOTALS.contains(&first.unit.to_lowercase().as_str());
        let names = (label::head(&first.description), label::head(&second.description));
        report_half(first, second, diagnostics);
        let labels = || marks(first.label.as_deref()?, second.label.as_deref()?, is_total);
        let Some(marks) = marks(names.0, names.1, is_total).or_else(labels) else { continue };
        paired.extend([(table, address), (second.table, second.address)]);
        places.extend(first.description_places().into_iter().chain(second.description_places()));
        // Where the names are marked twice, both marks come off.
        let of_labels = first.label.as_deref().zip(second.label.as_deref());
        let of_labels =
            of_labels.filter(|(one, other)| one != other).and_then(|(one, other)| self::marks(one, other, true));
        for marks in std::iter::once(marks).chain(of_labels) {
            if !pairs.contains(&marks) {
                pairs.push(marks);
            }
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

/// Names a register beside one that bears its name and the mark of a word: `Energy`, `Energy (high word)`.
fn report_half(first: &Register, second: &Register, diagnostics: &mut Diagnostics) {
    const MARKS: [&str; 6] = ["high word", "low word", "highword", "lowword", "msw", "lsw"];
    let (one, other) =
        (label::head(&first.description).to_lowercase(), label::head(&second.description).to_lowercase());
    let rest = other.strip_prefix(one.as_str()).or_else(|| one.strip_prefix(other.as_str()));
    let Some(mark) = rest.map(|rest| rest.trim_matches(|sign: char| !sign.is_alphanumeric())) else { return };
    if !MARKS.contains(&mark) {
        return;
    }
    let message = said!("a name without a mark and one with “{mark}” seem to be the halves of a 32-bit value", mark);
    let places = first.description_places().into_iter().chain(second.description_places());
    diagnostics.push(
        places
            .fold(Diagnostic::warning("W0413", message), Diagnostic::at)
            .expected("a mark at both halves, or one row with a 32-bit type")
            .help(
                "each is read as a 16-bit register; add the mark to the other name by a [[cell]] and name both marks in \
                 [pairs], or leave one row out by `skip` and give the other a 32-bit type by an [[override]]",
            ),
    );
}

/// Whether `H` and `L` behind names are the words of values, and no limits: `Ppv1 H`, `Ppv1 L`, throughout the table.
fn letters_are_words(known: &BTreeMap<(Table, u16), &Register>) -> bool {
    const LIMITS: [&str; 8] = ["alarm", "limit", "warn", "thresh", "setp", "level", "grenz", "seuil"];
    let stem = |register: &Register, letter: char| {
        let name = label::head(&register.description);
        let stem = name.strip_suffix(letter).filter(|stem| stem.ends_with([' ', '_', '-']))?;
        let lower = stem.to_lowercase();
        (!LIMITS.iter().any(|word| lower.contains(word))).then(|| stem.to_owned())
    };
    let marked = known.iter().filter_map(|(&(table, address), first)| {
        let second = known.get(&(table, address.checked_add(1)?))?;
        let of = |high, low| Some(stem(first, high)? == stem(second, low)?);
        of('H', 'L').or_else(|| of('L', 'H'))
    });
    marked.filter(|is_same| *is_same).count() >= LEAST_LETTERS
}

/// So many values make `H` and `L` the marks of words.
const LEAST_LETTERS: usize = 3;

/// So many of them are compared with all others.
const MOST_MARKED: usize = 200;

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
        Some((before, rest, shift)) => {
            let words: Vec<&str> = before.split_whitespace().chain(rest.split_whitespace()).collect();
            (Some(shift), words.join(" "))
        }
        None => (None, text.to_owned()),
    }
}

/// Marks that follow a word without a blank: `PowerHI` beside `PowerLO`.
fn glued(one: &str, other: &str) -> Option<(String, String)> {
    const MARKS: [(&str, &str); 6] =
        [("HI", "LO"), ("Hi", "Lo"), ("High", "Low"), ("HIGH", "LOW"), ("HighWord", "LowWord"), ("HW", "LW")];
    let stem = |text: &str, mark: &str| {
        let stem = text.strip_suffix(mark)?.to_owned();
        stem.ends_with(char::is_lowercase).then_some(stem)
    };
    let are =
        |high: &str, low: &str, one: &str, other: &str| stem(one, high).is_some_and(|of| stem(other, low) == Some(of));
    let found = MARKS.into_iter().find(|(high, low)| are(high, low, one, other) || are(high, low, other, one));
    found.map(|(high, low)| (high.to_owned(), low.to_owned()))
}

fn bare_marks(one: &str, other: &str, is_total: bool) -> Option<(String, String)> {
    const WORDS: [(&str, &str, bool); 19] = [
        ("hw", "lw", true),
        ("höherwertig", "niederwertig", true),
        ("höherwertiges", "niederwertiges", true),
        ("hochwertig", "niederwertig", true),
        ("fort", "faible", false),
        ("alto", "bajo", false),
        ("alta", "bassa", false),
        ("16-31", "0-15", false),
        ("31-16", "15-0", false),
        ("highword", "lowword", true),
        ("h", "l", false),
        ("msb", "lsb", true),
        ("msw", "lsw", true),
        ("hi", "lo", false),
        ("high", "low", false),
        ("higher", "lower", false),
        ("higher", "low", false),
        ("high", "lower", false),
        ("upper", "lower", false),
    ];
    if let Some(marks) = glued(one, other) {
        return Some(marks);
    }
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
    let word = [" word", "-word", "word", " wort", "-wort", "wort", " bits"];
    let word = word.into_iter().find(|word| after.to_lowercase().starts_with(word));
    let end = word.map_or(0, str::len);
    // `poids fort`, `bits 16-31`.
    let word_before = ["poids ", "peso ", "parte ", "palabra ", "parola ", "bits ", "bit "];
    let word_before =
        word_before.into_iter().find(|word| one.get(..prefix).is_some_and(|of| of.to_lowercase().ends_with(word)));
    let begin = prefix.saturating_sub(word_before.map_or(0, str::len));
    let before = one.get(..begin)?;
    let enclosed = [('(', ')'), ('[', ']')]
        .into_iter()
        .any(|(open, close)| before.ends_with(open) && after.get(end..).is_some_and(|after| after.starts_with(close)));
    // High and low alone are pressures and limits as often as words, but for totals.
    if !is_clear && !is_total && word.is_none() && word_before.is_none() && !enclosed {
        return None;
    }
    let begin = if enclosed || before.ends_with(['_', '-']) { begin.saturating_sub(1) } else { begin };
    let end = if enclosed { end.saturating_add(1) } else { end };
    let mark = |word: &str| Some(format!("{}{word}{}", one.get(begin..prefix)?, after.get(..end)?));
    let (high, low) = if is_high_first { (first, second) } else { (second, first) };
    Some((mark(high)?, mark(low)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::pairs::half;
    use crate::manifest::Pairs;

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
            ("Rated power lower word", "Rated power high word", "high word", "lower word"),
            ("Energie höherwertiges Wort", "Energie niederwertiges Wort", "höherwertiges Wort", "niederwertiges Wort"),
            ("Énergie (poids fort)", "Énergie (poids faible)", "(poids fort)", "(poids faible)"),
            ("Energy bits 0-15", "Energy bits 16-31", "bits 16-31", "bits 0-15"),
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
