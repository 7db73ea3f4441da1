//! Values that take the registers of their neighbours, and orders that nobody states.

use std::collections::BTreeMap;

use super::counting;
use crate::columns::Meaning;
use crate::diagnostic::{Diagnostic, Diagnostics, Entry, Place, said};
use crate::lower::facts::Fact;
use crate::lower::forms::Form;
use crate::lower::{Register, pairs};
use crate::manifest::Manifest;
use crate::model::Table;
use crate::spelling::normalised;

/// Takes out rows that stand for the further words of the value above: without a name, or with its name and no type, they
/// say nothing that it does not say. What they do say is reported, once for each of them.
pub(super) fn drop_continued(registers: &mut Vec<Register>, diagnostics: &mut Diagnostics) {
    if registers.iter().zip(registers.iter().skip(1)).all(|(above, register)| said_beyond(register, above).is_none()) {
        return;
    }
    let mut kept: Vec<Register> = Vec::with_capacity(registers.len());
    for register in std::mem::take(registers) {
        let Some((above, said)) = kept.last().and_then(|above| Some((above, said_beyond(&register, above)?))) else {
            kept.push(register);
            continue;
        };
        let starts = register.facts.iter().map(start);
        if said.is_empty() {
            // Merged, since a table prints such a row for every value, or for none.
            let message = "continuation rows merged into the value above";
            diagnostics.merge(starts.fold(Diagnostic::note("N0471", message), Diagnostic::at));
            continue;
        }
        let message = said!(
            "{above} takes {width}, but the row of {register} describes a value of its own",
            above = above.name(),
            width = super::registers(above.width),
            register = register.name()
        );
        let entries: Vec<Entry> = said.iter().filter_map(|place| Entry::cell_to_be(place, "")).collect();
        diagnostics.push(
            above
                .places(Meaning::Type)
                .into_iter()
                .chain(starts)
                .chain(said)
                .fold(Diagnostic::in_cell("E0452", message), Diagnostic::at)
                .expected(
                    "a row with its address and at most the same name, or a name of its own behind a shorter type",
                )
                .help(
                    "this makes it one of the registers of the value above; if it is a separate value, correct \
                     the type above, and give it a name",
                )
                .manifest(entries),
        );
    }
    *registers = kept;
}

/// What a row says beyond being one of the further words of the value above, whose type says how many it has; `None`
/// where it is about something else.
pub(super) fn said_beyond(register: &Register, above: &Register) -> Option<Vec<Place>> {
    let inside = register.address > above.address
        && above.addresses().contains(&register.address)
        && above.count == above.width
        && !above.misread;
    let ([fact], Some(first)) = (register.facts.as_slice(), above.facts.first()) else { return None };
    let (start, of_first) = (fact.row.start(), first.row.start());
    let same = register.table == above.table
        && register.unit_id == above.unit_id
        && register.variants == above.variants
        && fact.repeated == first.repeated
        && fact.path == first.path
        && start.origin == of_first.origin;
    let is_whole = register.bit_range.is_none() && above.bit_range.is_none() && fact.listed.is_empty();
    // What an override says of it, it is said to be.
    let is_corrected = register.corrections.iter().any(|correction| correction.cell.is_none());
    if !(above.type_word.is_some() && inside && same && is_whole) || is_corrected {
        return None;
    }
    let mut said = Vec::new();
    for (meaning, cell) in fact.row.meanings() {
        let of_above = first.row.filled(meaning);
        let is_same = of_above.is_some_and(|of| normalised(&of.text) == normalised(&cell.text));
        let place = fact.row.place(cell);
        match meaning {
            Meaning::Address | Meaning::AddressAgain | Meaning::DeFacto | Meaning::GroupOffset => {}
            // Another name is that of another value.
            Meaning::Description | Meaning::Label | Meaning::Translation(_) if !is_same => return None,
            _ if cell.is_blank() => {}
            // A type or a count of its own makes it a value; merged cells are one.
            Meaning::Type | Meaning::Count | Meaning::LastAddress | Meaning::SizeInBits | Meaning::SizeInBytes => {
                if of_above.is_none_or(|of| first.row.place(of) != place) {
                    said.push(place);
                }
            }
            _ if is_same => {}
            _ => said.push(place),
        }
    }
    Some(said)
}

/// Reports values whose last registers are those of another row: a type that is too wide, or an address mistyped.
pub(super) fn report_overlaps(registers: &mut [Register], diagnostics: &mut Diagnostics) {
    let mut starts: BTreeMap<(Table, u16), Vec<usize>> = BTreeMap::new();
    for (index, register) in registers.iter().enumerate() {
        starts.entry((register.table, register.address)).or_default().push(index);
    }
    let mut wrong: Vec<usize> = Vec::new();
    for (index, register) in registers.iter().enumerate().filter(|(_, register)| register.width > 1) {
        let (Some(second), last) = (register.address.checked_add(1), *register.addresses().end()) else { continue };
        let inside = starts.range((register.table, second)..=(register.table, last)).flat_map(|(_, indices)| indices);
        let inside = inside.filter_map(|index| registers.get(*index));
        let Some(next) = inside.filter(|next| register.meets(next)).min_by_key(|next| next.address) else { continue };
        let away = next.address.saturating_sub(register.address);
        let stated = register.type_word.map(|_| Meaning::Type);
        let mut places = register.places(stated.unwrap_or_else(|| counting(register)));
        places.extend(next.facts.first().map(start));
        let message = said!(
            "{register} takes {width}, but the next row begins {away} later",
            register = register.name(),
            width = super::registers(register.width),
            away = super::registers(away)
        );
        diagnostics.push(
            places
                .into_iter()
                .fold(Diagnostic::in_cell("E0452", message), Diagnostic::at)
                .expected(format!(
                    "a type of {}, or the next row at {}",
                    super::registers(away),
                    last.saturating_add(1)
                ))
                .help("a type that is too wide is as likely as a mistyped address; reading the device tells which"),
        );
        wrong.push(index);
    }
    for index in wrong {
        if let Some(register) = registers.get_mut(index) {
            (register.count, register.width, register.misread) = (1, 1, true);
        }
    }
}

/// The cell of a row's address.
pub(super) fn start(fact: &Fact) -> Place {
    let address = fact.row.get(Meaning::Address).or_else(|| fact.row.get(Meaning::DeFacto));
    address.map_or_else(|| Place::from(fact.row.start()), |cell| fact.row.place(cell))
}

/// Says once that nobody states the order of the words.
pub(super) fn report_orders(registers: &[Register], manifest: &Manifest, diagnostics: &mut Diagnostics) {
    let is_number = |register: &&Register| {
        register.width > 1
            && !register.misread
            && register.form().is_none_or(Form::is_number)
            && !pairs::is_half(register, manifest)
    };
    let unstated: Vec<&Register> =
        registers.iter().filter(is_number).filter(|register| register.order.is_none()).collect();
    if unstated.is_empty() {
        return;
    }
    let message = match unstated.len() {
        1 => "nothing says in which order the words of a number come; most significant first was assumed".into(),
        count => said!(
            "nothing says in which order the words of {count} numbers come; most significant first was assumed",
            count
        ),
    };
    let places = unstated.iter().flat_map(|register| register.places(Meaning::Type));
    diagnostics.push(
        places
            .fold(Diagnostic::warning("W0453", message), Diagnostic::at)
            .expected("order = \"ABCD\" in [device] or the [[sheet]]; \"CDAB\" if the low word comes first")
            .help("compare with a value you know, such as a voltage: its bytes are A B C D, most significant first"),
    );
}
