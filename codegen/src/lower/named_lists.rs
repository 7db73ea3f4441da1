//! Registers whose values are listed elsewhere: a `[[list]]` names the sheet, and a register the list.
//!
//! Values that are found so are to the register what rows beneath it would be.

use std::collections::{BTreeSet, HashMap};

use super::facts::Listed;
use super::forms::Form;
use super::{Register, label, lists};
use crate::columns::Meaning;
use crate::diagnostic::{Diagnostic, Diagnostics, Entry, Place, said};
use crate::manifest::Manifest;
use crate::rows::{self, NamedList, NamedValue};
use crate::sheet::Library;
use crate::suggest;

/// Most values of named lists, each counted for every register that has it, since each keeps its own.
const MOST: usize = 500_000;

/// The lists of all sheets that the manifest names for them.
pub(super) fn read(manifest: &Manifest, library: &mut Library, diagnostics: &mut Diagnostics) -> Vec<NamedList> {
    let mut lists = Vec::new();
    for sheet in &manifest.list_sheets {
        let grid = library.sheet(&sheet.file, sheet.sheet.as_deref(), &sheet.reading, &sheet.place, diagnostics);
        lists.extend(grid.and_then(|grid| rows::named_lists(&grid, sheet, diagnostics)).unwrap_or_default());
    }
    lists
}

/// Gives every register the list it names: in its column of values or of bits, or, where it lists nothing itself, by having
/// the list's name. Says which lists no register has, unless registers are missing.
pub(super) fn attach(registers: &mut [Register], lists: &[NamedList], is_partial: bool, diagnostics: &mut Diagnostics) {
    if lists.is_empty() {
        return;
    }
    let known: HashMap<String, usize> =
        lists.iter().enumerate().rev().map(|(index, list)| (rows::list_key(&list.name), index)).collect();
    let mut used = BTreeSet::new();
    let mut left = MOST;
    for register in registers.iter_mut().filter(|register| register.listed.is_empty()) {
        let Some((index, meaning)) = reference(register, &known) else {
            let nearest = report_unknown(register, lists, diagnostics);
            used.extend(nearest.and_then(|nearest| known.get(&rows::list_key(&nearest)).copied()));
            continue;
        };
        let Some(list) = lists.get(index) else { continue };
        // The column that names it is reported as not used.
        if !can_list(register) {
            used.extend((meaning != Meaning::Label).then_some(index));
            continue;
        }
        used.insert(index);
        report_second(register, meaning, diagnostics);
        register.values.clear();
        register.bits.clear();
        let Some(rest) = left.checked_sub(list.values.len()) else {
            let error =
                Diagnostic::error("E0120", "too many values: each register that names a list has all of its values");
            let at = error.at(list.place.clone());
            diagnostics.push_once(at.expected(format!("at most {MOST} values of named lists in all")));
            register.misread = true;
            continue;
        };
        left = rest;
        let is_flags =
            meaning == Meaning::Bits || matches!(register.form(), Some(Form::BitSet { .. } | Form::Flags { .. }));
        register.listed =
            list.values.iter().filter_map(|value| listed(value, is_flags, register, diagnostics)).collect();
        register.named_list = Some(list.name.clone());
    }
    if is_partial {
        return;
    }
    for (_, list) in lists.iter().enumerate().filter(|(index, _)| !used.contains(index)) {
        // Merged, since a vendor's sheet may have the lists of a whole family.
        diagnostics.merge(
            Diagnostic::note("N0488", "no register refers to this list of values")
                .at(list.place.clone())
                .expected("its name in a column of values or bits, or a register of this name"),
        );
    }
}

/// Reports a cell that is nearly the name of a list; gives that name.
fn report_unknown(register: &mut Register, lists: &[NamedList], diagnostics: &mut Diagnostics) -> Option<String> {
    let names = || lists.iter().map(|list| list.name.as_str());
    let cells = [(Meaning::Values, &register.values), (Meaning::Bits, &register.bits)];
    let near = cells.into_iter().find_map(|(of, text)| Some((of, suggest::nearest(text, names())?)));
    let (meaning, nearest) = near?;
    let message = said!("unknown list of values; did you mean “{nearest}”?", nearest);
    let places = register.places(meaning);
    let entries: Vec<Entry> = places.iter().filter_map(|place| Entry::cell_one_of(place, [nearest])).collect();
    let error = places.into_iter().fold(Diagnostic::in_cell("E0489", message), Diagnostic::at);
    diagnostics.push(error.expected("a list, or the name of one that a [[list]] contains").manifest(entries));
    register.misread = true;
    register.values.clear();
    register.bits.clear();
    Some(nearest.to_owned())
}

/// The list that a register refers to, and where it does: in its column of values, of bits, or by its name.
fn reference(register: &Register, known: &HashMap<String, usize>) -> Option<(usize, Meaning)> {
    let find = |text: &str| known.get(&rows::list_key(text)).copied();
    if !register.values.is_empty() || !register.bits.is_empty() {
        let values = find(&register.values).map(|index| (index, Meaning::Values));
        return values.or_else(|| find(&register.bits).map(|index| (index, Meaning::Bits)));
    }
    let label = register.label.as_deref().and_then(find);
    label.or_else(|| find(label::head(&register.description))).map(|index| (index, Meaning::Label))
}

/// Whether a type can have listed values: those of floats and texts cannot.
fn can_list(register: &Register) -> bool {
    register.form().is_none_or(|form| {
        let is_list = matches!(form, Form::Enum { .. } | Form::Flags { .. } | Form::BitSet { .. } | Form::Bool);
        is_list || form.is_integer()
    })
}

/// Reports what stands in the other column of a register that names a list in one, unless it names the same.
fn report_second(register: &Register, named_in: Meaning, diagnostics: &mut Diagnostics) {
    let (meaning, text, of) = match named_in {
        Meaning::Values => (Meaning::Bits, &register.bits, &register.values),
        Meaning::Bits => (register.values_from, &register.values, &register.bits),
        _ => return,
    };
    if text.is_empty() || rows::list_key(text) == rows::list_key(of) {
        return;
    }
    let warning = lists::not_used(register, meaning);
    diagnostics.push_once(warning.expected(format!("one list for each register, which is “{of}” here")));
}

/// A value as a register lists it; that the document's numbering has no such bit is reported.
fn listed(value: &NamedValue, is_flags: bool, register: &Register, diagnostics: &mut Diagnostics) -> Option<Listed> {
    let is_bit = value.is_bit || is_flags;
    let numbering = register.facts.first().map(|fact| fact.bit_numbering).unwrap_or_default();
    let size = register.width.saturating_mul(16);
    let code = if is_bit && !value.names_half { numbering.bit(value.code, size) } else { Some(value.code) };
    let Some(code) = code else {
        let message = said!("there is no bit {printed} if {how}", printed = value.code, how = numbering.says());
        diagnostics.push_once(
            Diagnostic::in_cell("E0369", message).at(Place::from(value.source.clone())).expected("the number of a bit"),
        );
        return None;
    };
    Some(Listed { code, is_bit, label: value.label.clone(), source: value.source.clone() })
}
